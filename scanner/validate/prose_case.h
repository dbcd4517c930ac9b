/* prose_case.h - one value under one trigger, and the questions that the judge of prose asks about it. */
#ifndef MAILSPILL_VALIDATE_PROSE_CASE_H
#define MAILSPILL_VALIDATE_PROSE_CASE_H

#include "validate/prose_scene.h"

struct prose_case {
    const struct prose_scene *scene;
    const struct prose_words *words;
    const struct prose_value *value;
    struct slice join;     /* what stands between, without spaces, quotes and brackets at its end */
    struct slice sentence; /* around trigger and value, the value cut out: what stands before */
    struct slice rest;     /* and after it */
};

/* What is asked: does it hold? The value's own shape needs no words. */
struct prose_feature {
    int weight;
    bool (*holds)(const struct prose_case *c);
    const char *why;
    bool is_dear; /* only asked of a value that would be taken for a secret else */
};

extern const struct prose_feature prose_shape_features[],
    prose_word_features[]; /* each ended by .holds NULL */

/* All but the sentence and the words, which only prose_word_features ask for. */
void prose_case_begin(struct prose_case *c, const struct prose_scene *scene, const struct prose_value *value);
void prose_case_widen(struct prose_case *c);

/* Does a colon, an equals sign or an arrow stand directly before the value? */
bool prose_joined_by_mark(const struct prose_case *c);

/* "poka-syro", "socorro.agora": two words joined by a sign that joins words in ordinary sentences too? */
bool prose_is_loose_pair(const struct prose_case *c);

/* Does VALUE have the shape of a secret, by itself: no word, count, number of a document, date? */
bool prose_has_shape(const struct prose_case *c);

/* "password<tab>value", or the label alone on its line and the value on the next. */
bool prose_joined_by_layout(const struct prose_case *c);

#endif
