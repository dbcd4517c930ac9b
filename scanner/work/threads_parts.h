/* threads_parts.h - one held half, and what threads.c and threads_join.c have in common; inside work/ alone. */
#ifndef MAILSPILL_WORK_THREADS_PARTS_H
#define MAILSPILL_WORK_THREADS_PARTS_H

#include "work/threads.h"

struct thread_half {
    const struct rule_pair *pair;
    uint32_t rule;
    struct thread_keys keys;
    struct record_id name;    /* of its message */
    struct record_id value;   /* fingerprint: equal ones are one user */
    struct finding_part part; /* place, and what is shown */
    uint32_t wants;           /* of a secret: the roles (bits) that it would like to know */
    bool is_finding;          /* to be told in the end, unless it is a part of another */
    struct record_id secret_id;
    struct slice record, message; /* of a finding: the wire form */

    uint32_t group;                           /* threads_join: the thread */
    struct thread_half *partners[PAIR_ROLES]; /* out */
    uint32_t guessed;                         /* out: bits of partners whose thread is a guess */
    bool is_taken;                            /* out: a part of another */
    size_t len;
    unsigned char bytes[];
};

/* Fill partners: among messages that their headers tie together first, then where subject and people seem to. Sorts HALVES. */
void threads_join(struct thread_half **halves, size_t count, struct arena *arena);

#endif
