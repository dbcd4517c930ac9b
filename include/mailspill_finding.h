/* mailspill_finding.h - what a scan tells its caller: findings, gaps, sums.
 *
 * The names and meanings are those of the machine form (docs/output.md). All strings are UTF-8, NUL-terminated and masked: none but `secret` holds a
 * secret that a rule knows. They come from mail: escape what goes to a terminal or a page. What is absent is NULL; a list ends with NULL and is
 * never NULL itself. Everything belongs to the library and is gone when the callback returns: copy what is to stay.
 */
#ifndef MAILSPILL_FINDING_H
#define MAILSPILL_FINDING_H

#include <stdbool.h>
#include <stdint.h>

#define MAILSPILL_NO_TIME INT64_MIN
#define MAILSPILL_BYTES_UNKNOWN UINT64_MAX

enum mailspill_severity {
    MAILSPILL_INFO,
    MAILSPILL_LOW,
    MAILSPILL_MEDIUM,
    MAILSPILL_HIGH,
    MAILSPILL_CRITICAL,
};

/* How sure, from weakest. */
enum mailspill_verdict {
    MAILSPILL_PROSE,      /* a person wrote it down */
    MAILSPILL_CONTEXTUAL, /* shape and words */
    MAILSPILL_STRUCTURAL, /* vendor shape */
    MAILSPILL_PROVEN,     /* a checksum, parse or decryption succeeded */
};

/* The message that something stands in. */
struct mailspill_message {
    const char *id; /* Message-ID with its brackets */
    int64_t date;   /* seconds since 1970 UTC, or MAILSPILL_NO_TIME */
    const char *from;
    const char *const *to, *const *cc, *const *bcc; /* addresses */
    const char *subject;
    const char *folder, *folder_role;
    const char *const *labels;
    const char *custodian;
    const char *thread;
    bool is_thread_guessed; /* from subject and people */
};

/* A half of a pair. */
struct mailspill_part {
    const char *role; /* "secret", "id", "user", "host", "account", "tenant" */
    const char *path;
    uint64_t line, column, offset;
    const char *redacted; /* a preview of what is a secret, else the value */
};

/* One secret in one place. */
struct mailspill_finding {
    const char *rule, *family, *name, *category;
    enum mailspill_severity severity;
    enum mailspill_verdict verdict;
    const char *why;        /* the verdict's reason, for a person */
    const char *finding_id; /* 32 hex digits: names this place, anywhere */
    const char *secret_id;  /* 32 hex digits: names the secret, for one key */
    const char *redacted;
    const char *
        secret; /* the value, only where mailspill_options.is_revealing; no more than mail is it free of control bytes */
    const char *path;
    uint64_t line, column; /* from 1, in the decoded text; columns in Unicode code points */
    uint64_t offset;       /* bytes from the start of the decoded text */
    const char *view;
    const char *context; /* NULL unless mailspill_options.context asks for it */
    bool is_quoted;
    const char *const *also; /* paths of the same text in other parts of one multipart/alternative */
    const struct mailspill_part *parts; /* of a pair, the secret first; ended by a NULL role */
    const char *const *also_rules;      /* ids of other rules that matched here */
    const char *service, *host, *user, *account;
    const char *expires; /* ISO 8601, UTC */
    const char *rotate;
    const struct mailspill_message *message; /* NULL outside a message */
};

/* Something that was not, or not wholly, looked at. */
struct mailspill_gap {
    const char *gap_id;     /* 32 hex digits */
    const char *kind;       /* "encrypted", "limit" … */
    const char *stands_for; /* "leaf": all of it was refused; "rest": a part of it was */
    const char *path, *reason;
    uint64_t bytes; /* not looked at, or MAILSPILL_BYTES_UNKNOWN */
    const char *limit;
    const char *custodian;
    const struct mailspill_message *message; /* NULL outside a message */
};

/* The sums: leaves = scanned + partial + refused. */
struct mailspill_summary {
    uint64_t inputs, bytes, messages;
    uint64_t leaves, scanned, partial, refused;
    uint64_t findings, secrets; /* places, and different secrets in them */
    uint64_t gaps, pictures;    /* but pictures, and those */
    bool is_complete;           /* no gap but pictures */
    bool is_interrupted;        /* by SIGINT or SIGTERM, or a failure */
    double seconds;
    int exit_status; /* 0, 1, 4 or 5, as `mailspill scan` would have it */
};

#endif
