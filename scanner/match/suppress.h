/* suppress.h - mail's own noise: values that look like secrets and are public by what they stand in, each kind a named suppressor.
 *
 * A match that the validators let pass is put to the table. Everything here is written by whoever wrote the mail, so a suppressor believes
 * no name alone: it reads the structure around the value (a signature of the right length, a key block that begins as one) and gives way where
 * the words that made the match stand inside of it. Nothing with an issuer's own shape (structural, proven) is ever silenced, but for the
 * families that a row names.
 */
#ifndef MAILSPILL_MATCH_SUPPRESS_H
#define MAILSPILL_MATCH_SUPPRESS_H

#include "match/rule.h"

/* Bytes that all suppressors together may look at around the matches of one leaf: beyond them nothing is silenced. */
#define SUPPRESS_BUDGET ((size_t)16 * 1024 * 1024)

/* A match: offsets in TEXT, a view of the leaf. */
struct suppress_scene {
    struct slice text;
    size_t from, to;             /* the secret */
    size_t match_from, match_to; /* the match; where a validator found the secret, it may stand outside */
    const struct rule *rule;
    enum verdict verdict;
    size_t *budget;
};

/* The noise that a suppressor found around the secret. */
struct suppress_noise {
    size_t from, to;
    bool is_solid; /* it was read and is what it says, byte for byte: no words can stand in it */
};

struct suppressor {
    const char *name;     /* as --explain says it */
    const char *silences; /* what, for a person */
    const char *reason;   /* why it is no secret */
    const char *families; /* also silenced where proven or structural, cut by `|`; NULL: none */
    bool (*finds)(const struct suppress_scene *scene, struct suppress_noise *noise);
};

extern const struct suppressor
    *const suppressor_tables[]; /* arrays, each ended by a NULL name; the list by NULL */

/* The suppressor that silences the match, or NULL: it is told. */
const struct suppressor *suppressor_find(const struct suppress_scene *scene);

/* "mail's own noise (dkim-signature): …". */
void suppressor_put_why(const struct suppressor *suppressor, char *why, size_t size);

#endif
