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

/* What an entry without an id silences: all that fits every condition that is given. NULL: not given. */
struct allow_conditions {
    const char *rule, *sender, *header, *path; /* globs */
    struct slice value;                        /* a secret_id, or its first digits; lower case */
    char key[17];                              /* name of the key that made it, or "" */
    bool is_forgeable; /* whoever writes mail can make a finding fit: then a proven one still counts */
};

struct ignore_entry {
    char hex[2 * RECORD_ID_SIZE + 1]; /* lower case; hex_len digits of it */
    size_t hex_len;                   /* 0: an allow rule */
    struct allow_conditions allow;
    struct slice name;   /* the id or the conditions, for messages */
    struct slice reason; /* with owner and last day, as reports show it */
    bool is_expired;
    const char *file;
    unsigned line;
    uint64_t uses;
    uint64_t proven_left; /* fitted, and was proven: not silenced */
    bool has_other_key;   /* its value was made with another key than the run's */
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
    struct slice id, reason, owner, until;
    struct slice rule, sender, header, path, value, key;
    unsigned line;
};

/* Check DRAFT and add it. 0, or -1 with file, line and what to do. */
int suppress_add_ignore(struct suppressions *known, const struct ignore_draft *draft, const char *file,
                        const char *today, struct error *err);

/* The conditions of DRAFT, which has no id: NULL, or what is wrong with them. */
const char *suppress_allow_fault(const struct ignore_draft *draft);
void suppress_take_allow(struct suppressions *known, const struct ignore_draft *draft,
                         struct ignore_entry *entry);

/* Does the finding fit every condition of ENTRY? Counts the use. */
bool suppress_allow_fits(struct ignore_entry *entry, const struct suppress_question *question);

/* The ignore file's YAML form, read with libyaml. */
int suppress_read_yaml(struct suppressions *known, struct slice text, const char *file, const char *today,
                       struct error *err);

#endif
