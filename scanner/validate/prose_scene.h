/* prose_scene.h - what the judge of prose looks at: a trigger ("password"), what stands around it, and the values in reach.
 *
 * The surroundings are copied once in small letters (folded): ASCII, Latin and Cyrillic, byte for byte, so that an offset means the
 * same in both. All offsets count from the scene's first byte.
 */
#ifndef MAILSPILL_VALIDATE_PROSE_SCENE_H
#define MAILSPILL_VALIDATE_PROSE_SCENE_H

#include "validate/plausible.h"
#include "validate/prose_words.h"
#include "validate/validator.h"

/* What a rule's trigger is. */
enum prose_kind {
    PROSE_WORD, /* a word for passwords or codes: its value stands near */
    PROSE_OPENER, /* what is opened, or the opening of it ("safe", "unlock"): only codes and values of a secret's shape count */
    PROSE_NAME, /* of a network or service: only values of a secret's shape that something joins to it count */
    PROSE_LOGIN,  /* a word for access: only the second of "user / password" counts */
    PROSE_SHAPED, /* none: the match is the value */
    PROSE_ACCOUNT, /* a user's name and what joins it to the password ("ann / "): only what follows at once counts */
};

#define PROSE_SCENE_MAX 640
#define PROSE_VALUES_MAX 24

/* One value that may be the secret. */
struct prose_value {
    size_t from, to;
    bool is_quoted;
    bool is_before; /* it stands before the trigger */
    bool is_alone;  /* it is all of its line, and that is the next to the trigger's */
    bool is_phrase; /* several words, all between a mark behind a word for a phrase and the clause's end */
    bool is_second; /* "user / value" */
    bool
        is_native; /* in a script without spaces: all that stands between mark, "is" or quotation marks and the clause's end */
    struct slice between; /* from trigger to value, or from value to the trigger's end; folded */
    struct slice raw;     /* the value's bytes */
    struct slice folded;
    struct plausible_classes classes;
};

struct prose_scene {
    enum prose_kind kind;
    bool takes_words; /* the rule's first language is not English: a plain word after "is" may be a value */
    const struct prose_words *words; /* NULL until the language is known */
    unsigned char raw_bytes[PROSE_SCENE_MAX], folded_bytes[PROSE_SCENE_MAX];
    struct slice raw, folded;
    size_t from, to;           /* the trigger, with the rest of its word */
    struct slice trigger;      /* folded */
    size_t line_from, line_to; /* the line that it stands in */
    size_t match_from;         /* where the rule's match begins: before it lies candidate->before */
    size_t match_len;
    const struct candidate *candidate;
    struct prose_value values[PROSE_VALUES_MAX];
    size_t value_count;
};

/* Copy and fold the surroundings of the candidate, whose match is the trigger. The scene points into itself: don't copy it. */
void prose_scene_init(struct prose_scene *scene, const struct candidate *candidate, enum prose_kind kind);

/* The candidate's own bytes from FROM to TO. */
struct slice prose_scene_origin(const struct prose_scene *scene, size_t from, size_t to);

/* Is what stands nearest to the trigger text? Pictures and programs hold "pw" by chance. */
bool prose_scene_is_text(const struct prose_scene *scene);

/* The sentence around [FROM, TO), folded: between line ends, full stops, and the scene's ends. */
struct slice prose_scene_sentence(const struct prose_scene *scene, size_t from, size_t to);

#endif
