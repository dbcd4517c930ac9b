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
#include "walk/export.h"

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

/* A message that is_bare, as it comes and goes: nearly all are. */
struct seen_record {
    uint32_t number;
    struct record_id key;
    int64_t date;       /* or ENVELOPE_NO_DATE */
    struct slice place; /* wire_put_place: the same bytes for all that lie in one folder */
    struct slice id, path;
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

/* What ties a message to others, as fingerprints: of its Message-ID, its thread (0: none), and its people, the sender first. */
#define RECORD_PEOPLE_MAX ((size_t)16)
#define RECORD_VOLUMES_MAX ((size_t)8)

struct message_keys {
    uint64_t id, thread;
    bool is_thread_guessed;
    bool is_sentence; /* a rule found a password that a person wrote down */
    int64_t date;     /* or ENVELOPE_NO_DATE */
    uint64_t people[RECORD_PEOPLE_MAX];
    size_t people_count;
    uint64_t volumes
        [RECORD_VOLUMES_MAX]; /* split archives of which it has parts, by name and place; the folder of what lies in no message */
    size_t volume_count;
};

/* A locked item, or a part of a split archive, that was left until all was read: the gap that it is if nothing opens it. It counts as a refused leaf. */
struct locked_record {
    struct gap_record gap;
    struct message_keys keys; /* of the outermost message around it; zero without one */
};

/* Where a password was found. */
enum password_from {
    PASSWORD_FROM_MAIL,
    PASSWORD_FROM_LIST, /* --password-file */
    PASSWORD_FROM_NAME, /* a subject, a file name */
    PASSWORD_COMMON,    /* none, or one that everybody knows */
    PASSWORD_FROMS,
};

const char *password_from_name(enum password_from from);

/* A password opened a locked item. What lies below the item is told as if it had not been locked. */
struct opened_record {
    uint32_t message;    /* of the item: number, or RECORD_NO_MESSAGE */
    struct record_id id; /* of the gap that the item would have been */
    struct slice path;   /* of the item */
    struct slice kind;   /* "zip archive (AES-256)" */
    struct slice custodian;
    enum password_from from;
    struct slice place;    /* path of the leaf in which it was found; empty if in none */
    uint64_t line, column; /* in it; of the list; 0: unknown */
    struct slice secret;
};

/* What a list of an export promises, and where it stands. */
struct promise_record {
    struct promise promise;
    struct slice path, key, custodian; /* of the list; KEY: what its gaps' ids are made of */
};

/* A container that lies in no message, or an input that is a message: how many messages it has that lie in no other one. */
struct tally_record {
    struct slice path;
    uint64_t messages;
    bool is_over; /* there were more containers than are told */
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
    void (*promise)(void *ctx, const struct promise_record *promise); /* or NULL */
    void (*tally)(void *ctx, const struct tally_record *tally); /* or NULL; before the last unit of a task */
    void *ctx;
    /* The unit that follows may tell a password: what ties its message to others. Or NULL. */
    void (*lead)(void *ctx, const struct message_keys *keys);
    void (*locked)(void *ctx, const struct locked_record *locked);
    void (*opened)(void *ctx, const struct opened_record *opened);
};

#endif
