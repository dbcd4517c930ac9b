/* pair.h - key id and secret, user and password, client, secret and tenant: which halves go together within one message.
 *
 * Halves of one kind (rule.h) are put together in a leaf first: the nearest in lines, one to one; blocks of as many users as passwords and
 * rows of a table in their order. What a secret still wants may then come from another part of the message, but only where it is not in
 * doubt: one value, or as many as there are secrets. Nothing here takes more than n log n of the halves.
 */
#ifndef MAILSPILL_RECORD_PAIR_H
#define MAILSPILL_RECORD_PAIR_H

#include "record/record.h"

struct pair_half {
    const struct rule_pair *pair;
    struct slice value;  /* of what is no secret: a user, a key id */
    struct opens *opens; /* of a secret: what it tells already; or NULL */
    uint32_t leaf;       /* order in the message */
    uint64_t line, offset;
    struct pair_half *partners[PAIR_ROLES]; /* out, of a secret: by role, or NULL */
    bool is_taken;                          /* out: some secret has it as partner */
    void *owner;
};

enum pair_span { PAIR_SPAN_LEAF, PAIR_SPAN_MESSAGE };

/* Sorts HALVES by kind and place, and fills partners. SPAN: leaves are parts of one message, or have nothing to do with each other. */
void pair_join(struct pair_half *halves, size_t count, enum pair_span span, struct arena *arena);

/* The field of OPENS that a half of ROLE tells (id and user: the user; tenant: the account), or NULL. */
char *pair_field(struct opens *opens, enum pair_role role, size_t *size);

/* FINDING has PART now: it is listed, told in opens, and named in `why` (WHERE: "in the same text"); with all that its rule needs, a contextual one
 * becomes structural. The secret itself becomes the first part, shown as REDACTED. Strings are in ARENA. */
void pair_add_part(struct finding *finding, const struct rule_pair *pair, struct slice redacted,
                   const struct finding_part *part, const char *where, struct arena *arena);

/* The roles (bits) that FINDING's rule needs and that neither a part nor opens tells. */
uint32_t pair_lacks(const struct finding *finding, const struct rule_pair *pair);

#endif
