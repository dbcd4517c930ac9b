/* record.h - what a scan produces: messages, findings, gaps, counts. One shape from the worker to the reports.
 *
 * In a worker the strings point into what is being scanned. In the supervisor they point into a received frame (record/wire.h), and
 * after mask_unit every string but `secret` is free of secrets. Strings are UTF-8 after masking; before, they may be any bytes.
 */
#ifndef MAILSPILL_RECORD_RECORD_H
#define MAILSPILL_RECORD_RECORD_H

#include "extract/extractor.h"
#include "item/envelope.h"
#include "item/gap.h"
#include "match/matcher.h"

#define RECORD_ID_SIZE 16 /* bytes of finding_id, secret_id and gap_id */
#define RECORD_NO_MESSAGE UINT32_MAX

struct record_id {
    unsigned char bytes[RECORD_ID_SIZE];
};

/* 32 lower-case hex digits and a NUL. */
void record_id_hex(const struct record_id *id, char hex[2 * RECORD_ID_SIZE + 1]);

/* The message that findings and gaps refer to by number, from 0 within a unit. */
struct message_record {
    uint32_t number;
    struct envelope envelope;
    struct record_id key; /* of the message key: the same for each copy of it */
    struct slice path;
    bool is_file; /* no message: a loose file, of which only folder and custodian are known */
    bool
        is_bare; /* told for the case alone: nothing of the unit refers to it, and its people and subject are left out */
};

/* A half of a pair, in its place. */
struct finding_part {
    enum pair_role role;
    struct slice path;
    uint64_t line, column, offset;
    struct slice
        shown; /* a preview of what is a secret of its own; else the value, escaped: a user, a host */
};

#define FINDING_PARTS_MAX ((size_t)PAIR_ROLES)

/* One secret in one place. */
struct finding {
    uint32_t rule;    /* index in the ruleset, which worker and supervisor share */
    uint32_t message; /* number, or RECORD_NO_MESSAGE */
    enum verdict verdict;
    enum severity severity; /* may differ from its rule's: record/severity.h */
    struct record_id id;
    struct slice why;
    struct slice secret; /* the value. Wiped by the supervisor once it is keyed, kept only for --reveal */
    struct slice path;
    struct slice leaf_key;      /* "body", "header:subject", "attachment:plan.docx!/word/document.xml" */
    struct slice before, after; /* context on the same view */
    enum view view;
    uint64_t line, column, offset;
    bool is_quoted;
    struct opens opens;
    struct slice *also; /* paths of twins in other parts of one multipart/alternative */
    size_t also_count;
    struct slice *also_rules; /* ids of other rules that matched the same span */
    size_t also_rule_count;
    struct finding_part *parts; /* of a pair, the secret first; none where it stands alone */
    size_t part_count;
};

/* A half that is no finding alone, for a secret in another message of the thread. */
struct half_record {
    uint32_t rule;
    uint32_t message; /* number; never RECORD_NO_MESSAGE */
    struct finding_part part;
};

struct gap_record {
    struct gap gap;
    uint32_t message; /* number, or RECORD_NO_MESSAGE */
    struct record_id id;
    struct slice path;
    struct slice custodian;
};

/* Sums; those of a unit are added up by the supervisor. */
struct counts {
    uint64_t bytes;    /* of input, read from files */
    uint64_t messages; /* nested ones too */
    uint64_t excluded; /* messages left out by --since, --until, --folder */
    uint64_t leaves, scanned, partial, refused;
    uint64_t pictures; /* gaps `picture` */
};

void counts_add(struct counts *sum, const struct counts *more);

/* The end of a unit: one message of a mailbox, one member of an archive, one file. All records since the unit before count from here on. */
struct unit_record {
    uint64_t ordinal;     /* of the unit's item among those that lie in no unit, containers too; from 0 */
    struct counts counts; /* of this unit alone */
};

/* Where records go: frames to the supervisor, or a test. Borrowed for the call. */
struct record_output {
    void (*message)(void *ctx, const struct message_record *message);
    void (*finding)(void *ctx, const struct finding *finding);
    void (*gap)(void *ctx, const struct gap_record *gap);
    void (*half)(void *ctx, const struct half_record *half); /* or NULL */
    void (*rejected)(void *ctx, struct slice path,
                     const struct match_rejected *rejected); /* --explain, or NULL */
    void (*unit)(void *ctx, const struct unit_record *unit);
    void (*hidden)(void *ctx,
                   struct slice secret); /* stands in a path of this unit: masked there, and no finding */
    void *ctx;
};

#endif
