/* mailspill.h - libmailspill: scan mailboxes for leaked secrets with the built-in rules.
 *
 *     static void found(void *ctx, const struct mailspill_finding *finding) { … }
 *
 *     const char *const paths[] = { "alice.mbox" };
 *     const struct mailspill_callbacks callbacks = { .finding = found };
 *     char message[256];
 *     if (mailspill_scan(paths, 1, NULL, &callbacks, message, sizeof message) < 0)
 *         fprintf(stderr, "%s\n", message);
 *
 * Link with `pkg-config --cflags --libs mailspill`. Before 1.0 structs may grow: compile anew with each version.
 */
#ifndef MAILSPILL_H
#define MAILSPILL_H

#include <stddef.h>

#include "mailspill_finding.h"

#ifdef __cplusplus
extern "C" {
#endif

enum mailspill_sandbox { MAILSPILL_SANDBOX_REQUIRE, MAILSPILL_SANDBOX_AUTO, MAILSPILL_SANDBOX_OFF };

/* Zeroed, it says what `mailspill scan` does by itself, but for the context. */
struct mailspill_options {
    unsigned jobs; /* workers; 0: one a core */
    enum mailspill_sandbox sandbox;
    size_t context;            /* bytes of text on each side of a secret; 0: none */
    bool is_revealing;         /* put the secrets themselves into the findings */
    const char *key_file;      /* NULL: $MAILSPILL_KEY_FILE, else the user's own */
    const char *spool_dir;     /* NULL: $TMPDIR, else /var/tmp */
    const char *const *limits; /* "NAME=VALUE", ended by NULL; or NULL */
};

/* Called in the caller's own process and thread while mailspill_scan runs; each may be NULL. Findings and gaps come in any order, the summary last.
 * They must not longjmp out of the scan. */
struct mailspill_callbacks {
    void (*finding)(void *ctx, const struct mailspill_finding *finding);
    void (*gap)(void *ctx, const struct mailspill_gap *gap);
    void (*summary)(void *ctx, const struct mailspill_summary *summary);
    void *ctx;
};

/* Scan COUNT files or folders ("-" is standard input), opened for reading only. OPTIONS may be NULL. 0, or -1 with the reason in MESSAGE (SIZE bytes,
 * cut where too long): it could not start (a limit or key that is wrong, no sandbox under require), or no input could be opened. What could not be read
 * within the inputs is a gap, not an error.
 *
 * It forks workers, and so must be called while the process has one thread, and one scan at a time. While it runs SIGINT and SIGTERM end the scan early
 * and SIGPIPE is ignored; afterwards signals are as they were. Messages go to standard error. Running out of memory ends the process. */
int mailspill_scan(const char *const *paths, size_t count, const struct mailspill_options *options,
                   const struct mailspill_callbacks *callbacks, char *message, size_t size);

const char *mailspill_version(void);

#ifdef __cplusplus
}
#endif

#endif
