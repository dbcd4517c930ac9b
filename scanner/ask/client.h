/* client.h - the worker's side of a helper: one document in, frames out.
 *
 * Works in the sandbox: it sends, receives, polls and closes. The limits in time are the helper's own (CPU) and the client's (silence).
 */
#ifndef MAILSPILL_ASK_CLIENT_H
#define MAILSPILL_ASK_CLIENT_H

#include "ask/protocol.h"
#include "item/gap.h"
#include "item/source.h"

struct helper_client {
    int control[HELPER_KINDS];  /* to the parent of each kind; -1: none is installed, or it is gone */
    bool is_lost[HELPER_KINDS]; /* it is gone */
    bool is_reading_text;       /* of pictures */
    unsigned silence;           /* seconds without a byte after which a child is given up */
};

/* One document. In the caller's storage; helper_call_end in any case once it was begun. */
struct helper_call {
    struct helper_client *client;
    enum helper_kind kind;
    int fd;
    struct buffer room; /* bytes that came */
    size_t at;          /* of room: the next frame */
    bool has_ended;
};

bool helper_is_there(const struct helper_client *client, enum helper_kind kind); /* CLIENT may be NULL */

/* It was, but failed at another document, or could not be started. */
bool helper_is_lost(const struct helper_client *client, enum helper_kind kind);

/* Why it is not there, for a gap: ERR set to ERROR_UNSUPPORTED or ERROR_CRASHED. -1. */
int helper_say_missing(const struct helper_client *client, enum helper_kind kind, struct error *err);

/* Give the whole of the seekable DOCUMENT, and PASSWORDS to try in this order, to a child. 0; or -1 with ERROR_UNSUPPORTED (none there), ERROR_CRASHED or
 * ERROR_TIMEOUT. */
int helper_call_begin(struct helper_call *call, struct helper_client *client, enum helper_kind kind,
                      const struct slice *passwords, size_t password_count, struct source *document,
                      struct error *err);

/* The next frame; its bytes hold until the next call. 1; 0 at its end; -1 with ERROR_CRASHED or ERROR_TIMEOUT, and then again. */
int helper_call_next(struct helper_call *call, struct helper_frame *frame, struct error *err);

/* What a helper's gap is to the program: its kind, and the limit that was hit or NULL. */
enum gap_kind helper_gap_kind(enum helper_gap gap);
const char *helper_gap_limit(enum helper_gap gap);

/* Let go of the child, whatever it does. */
void helper_call_end(struct helper_call *call);

#endif
