/* validator.h - the validator table: pure functions that say how sure a match is, and why.
 *
 * A validator sees the candidate and its surroundings, and nothing else: no I/O, no state, no allocation.
 * Rules name validators: `validate: [github-crc32]`, with an argument after a colon: `validate: ["entropy:3.5"]`.
 */
#ifndef MAILSPILL_VALIDATE_VALIDATOR_H
#define MAILSPILL_VALIDATE_VALIDATOR_H

#include "base/buffer.h"
#include "base/slice.h"

/* How sure, from weakest. */
enum verdict { VERDICT_PROSE, VERDICT_CONTEXTUAL, VERDICT_STRUCTURAL, VERDICT_PROVEN, VERDICTS };

const char *verdict_name(enum verdict verdict);
int verdict_from_name(struct slice name); /* the verdict, or -1 */

#define CANDIDATE_CAPTURES_MAX 8

/* A named group of the rule other than `secret`: user, host, account, id … */
struct capture {
    const char *name;
    struct slice value;
};

struct candidate {
    struct slice secret; /* bytes as they stand in the view */
    struct slice match;  /* the whole match; holds `secret` */
    struct slice before; /* up to 256 bytes before the match, same view */
    struct slice after;  /* up to 256 bytes after the match */
    struct capture captures[CANDIDATE_CAPTURES_MAX];
    size_t capture_count;
};

enum judged {
    JUDGED_NOTHING, /* no opinion: the rule's own verdict stands */
    JUDGED_PROVEN,  /* a checksum, parse or decryption succeeded */
    JUDGED_WEAKER,  /* one step down from the rule's verdict */
    JUDGED_REJECT,  /* not a secret: placeholder, wrong checksum of a family that always carries one … */
};

/* What a secret opens; text is UTF-8 in fixed arrays, cut where too long; "" is unknown. */
struct opens {
    char service[64];
    char host[256];
    char user[256];
    char account[128];
    char expires[32]; /* ISO 8601 UTC, "2024-01-12T09:30:00Z" */
};

#define JUDGEMENT_VALUES_MAX 16

struct judgement {
    enum judged judged;
    char why[160];      /* words for a person: "CRC-32 in the last six characters matches" */
    struct opens opens; /* what the secret itself or its surroundings tell */
    /* Where the rule's match only says where to look: the secrets, as slices of before, match and after,
     * which stand behind each other. None: candidate->secret. */
    struct slice values[JUDGEMENT_VALUES_MAX];
    size_t value_count;
};

struct validator {
    const char *name;
    const char *meaning; /* for `mailspill rules show` and the manual */
    bool is_escaped;     /* a backslash in the secret is no part of it where it stands before a sign */
    bool is_of_keyfiles; /* judges the line that stands for a file, which nothing in mail may forge */
    /* ARGUMENT: what follows the colon, empty if none. *JUDGEMENT comes zeroed. */
    void (*judge)(const struct candidate *candidate, struct slice argument, struct judgement *judgement);
};

extern const struct validator
    *const validator_tables[]; /* arrays, each ended by a NULL name; the list by NULL */
const struct validator *validator_find(struct slice name);

/* Set judged and why. */
void judgement_say(struct judgement *judgement, enum judged judged, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Is PASSWORD a placeholder? Then it is rejected, and why is said. A sequence is a bad password, but it is one. */
bool judgement_rejects_password(struct judgement *judgement, struct slice password);

#endif
