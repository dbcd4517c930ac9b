/* prose_join.h - the judge of prose: what joins trigger and value, and questions that several of its files ask. */
#ifndef MAILSPILL_VALIDATE_PROSE_JOIN_H
#define MAILSPILL_VALIDATE_PROSE_JOIN_H

#include "validate/prose_case.h"

bool prose_ends_with(struct slice text, const char *suffix);

/* What LEN bytes are in letters of the case's script: Cyrillic ones take two each. */
size_t prose_reach(const struct prose_case *c, size_t len);

/* Is the sentence English, whose plain words after "password" say little? */
bool prose_is_english(const struct prose_case *c);

/* Does a word of LIST, in the case's language, stand in TEXT, or in the sentence? */
bool prose_in(const struct prose_case *c, const char *list, struct slice text);
bool prose_in_sentence(const struct prose_case *c, const char *list);

/* The trigger names what is opened; the value is digits as codes are; the trigger means other things too; what the code opens is named. */
bool prose_is_opener(const struct prose_case *c);
bool prose_is_code(const struct prose_case *c);
bool prose_is_weak(const struct prose_case *c);
bool prose_is_place(const struct prose_case *c);

/* "PIN 4821", "code for the gate 4821" */
bool prose_is_adjacent_code(const struct prose_case *c);

/* Does a sentence end in TEXT? */
bool prose_sentence_ends_in(struct slice text);

/* The features of prose_word_features; those of marks and layout are in prose_case.h. */
bool prose_joined_by_word(const struct prose_case *c);
bool prose_joined_by_as(const struct prose_case *c);
bool prose_is_adjacent(const struct prose_case *c);
bool prose_joined_by_typing(const struct prose_case *c);
bool prose_joined_by_nothing(const struct prose_case *c);
bool prose_is_lost_between_words(const struct prose_case *c);
bool prose_stands_far_before(const struct prose_case *c);
bool prose_stands_loose_before(const struct prose_case *c);
bool prose_joined_from_afar(const struct prose_case *c);
bool prose_joined_by_program(const struct prose_case *c);
bool prose_joined_across_paragraphs(const struct prose_case *c);
bool prose_joined_across_lines(const struct prose_case *c);
bool prose_joined_across_sentences(const struct prose_case *c);
bool prose_joined_to_next_sentence(const struct prose_case *c);
bool prose_is_labelled_otherwise(const struct prose_case *c);
bool prose_is_introduced(const struct prose_case *c);

#endif
