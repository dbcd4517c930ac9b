/* suppress_entries.h - inside baselines and ignore files: the entries, for the two readers and the search. */
#ifndef MAILSPILL_REPORT_SUPPRESS_ENTRIES_H
#define MAILSPILL_REPORT_SUPPRESS_ENTRIES_H

#include "report/suppress.h"

#define IGNORE_ID_LEAST 8 /* hex digits of a shortened id */
#define IGNORE_ENTRIES_MAX 100000
#define SUPPRESS_FILE_MAX ((size_t)1024 * 1024 * 1024) /* bytes of a baseline */
#define SUPPRESS_LINE_MAX ((size_t)16 * 1024 * 1024)   /* bytes of one line of it */

struct baseline_entry {
    struct record_id id, secret;
    bool has_secret;
    char key[17]; /* name of the key that made `secret`, or "" */
};

struct ignore_entry {
    char hex[2 * RECORD_ID_SIZE + 1]; /* lower case; hex_len digits of it */
    size_t hex_len;
    struct slice reason, by;
    bool is_expired;
    const char *file;
    unsigned line;
    uint64_t uses;
    struct record_id used_for;
    bool is_ambiguous;
};

struct suppressions {
    struct arena *arena;
    struct baseline_entry *baseline;
    size_t baseline_count, baseline_capacity;
    bool is_sorted;
    struct ignore_entry *ignored;
    size_t ignored_count, ignored_capacity;
};

/* What an ignore file says in one entry; absent fields are empty. */
struct ignore_draft {
    struct slice id, reason, by, until;
    unsigned line;
};

/* Check DRAFT and add it. 0, or -1 with file, line and what to do. */
int suppress_add_ignore(struct suppressions *known, const struct ignore_draft *draft, const char *file,
                        const char *today, struct error *err);

/* The ignore file's YAML form, read with libyaml. */
int suppress_read_yaml(struct suppressions *known, struct slice text, const char *file, const char *today,
                       struct error *err);

#endif
