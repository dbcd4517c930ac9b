/* held.h - who holds which secret, in numbers: every finding that counts, read once from a case; for held_*.c and list_*.c alone.
 *
 * Lists that look at each finding work on this and lay their sums into temporary tables, or ask it message by message through functions of SQL. In
 * memory are 16 bytes for each finding, 24 for each message and some 150 for each secret; all texts of mail stay in the case.
 */
#ifndef MAILSPILL_REPORT_HELD_H
#define MAILSPILL_REPORT_HELD_H

#include "base/arena.h"
#include "report/held_words.h"
#include "report/list_parts.h"

/* A finding. secret: its place in `secrets`. message: its row; 0: a loose file. owner: its custodian, a word of `owners`. */
struct held_place {
    uint32_t secret, message, owner;
    uint8_t severity, verdict;
    bool is_quoted;
};

struct held_message {
    int64_t date;
    uint32_t month; /* since the year 0, from 1; 0: it has no date */
    uint8_t level;  /* of `reach` */
    bool has_date, has_sender;
    bool is_held;     /* a finding that counts lies in it */
    uint8_t severity; /* the worst of those */
};

/* What a secret opens: of each text the greatest. */
enum held_text { HELD_SERVICE, HELD_HOST, HELD_USER, HELD_ACCOUNT, HELD_EXPIRES, HELD_TEXTS };

struct held_secret {
    int64_t row;
    struct record_id id;
    uint32_t name, category, kind; /* words; kind: both in one */
    uint32_t state;                /* the judgement that holds, or "open" */
    uint32_t first, count;         /* its places */
    struct slice redacted, texts[HELD_TEXTS];
};

struct held {
    struct arena *arena;
    struct held_place *places;     /* by secret */
    struct held_secret *secrets;   /* by id, so that no order depends on which was found first */
    struct held_message *messages; /* by row; 0 is none */
    size_t place_count, secret_count, message_count;
    struct held_words owners, names, categories, kinds, states;
    uint32_t *message_first, *message_places; /* held_messages.c: places by message; NULL until asked for */
    struct held_orgs *orgs;                   /* held_orgs.c; NULL until asked for */
    bool has_secrets, has_organisations, has_kinds; /* which tables are laid */
};

/* Read the case, once. NULL with lists->failure set. */
struct held *held_of(struct lists *lists);

/* -1, with lists->failure set by what went wrong in the case. */
int held_fail(struct lists *lists);

/* The places of SECRET. */
const struct held_place *held_places(const struct held *held, const struct held_secret *secret);

/* Outside organisations (all that are not inside), as messages name them: held_orgs.c. */
struct held_way {
    uint32_t org;
    uint8_t way; /* 1: it sent the message; 0: it got it; 2: it got what another outside sent, or itself */
};

struct held_orgs {
    size_t count;
    bool *is_outside; /* else nobody said who is inside */
    struct held_way *ways;
    uint32_t *first;  /* by message, and one more: its ways */
    uint32_t *org_of; /* by person; 0: inside; else 1 + the org */
    uint8_t *did;     /* by person: bits of 1 << way */
    size_t person_count;
};

const struct held_orgs *held_orgs_of(struct lists *lists, struct held *held);

#endif
