/* archive_input.h - bytes for libarchive out of a source, and a way back to those that it did not use. */
#ifndef MAILSPILL_WALK_ARCHIVE_INPUT_H
#define MAILSPILL_WALK_ARCHIVE_INPUT_H

#include <archive.h>

#include "item/source.h"

struct archive_input;

/* Reads IN: with seeking where IN is seekable (then from its byte 0, and IN's window stays as it is), else in order. Lives in ARENA. */
struct archive_input *archive_input_new(struct arena *arena, struct source *in);

/* Open ARCHIVE over INPUT. What libarchive says. */
int archive_input_open(struct archive_input *input, struct archive *archive);

/* A source of the bytes from AT on, to the end; in ARENA. AT lies little before what libarchive was given last, or, where the input is
 * seekable, anywhere. *AT becomes the place where it begins, which is later if the bytes before are no longer at hand. */
struct source *archive_input_rest(struct archive_input *input, struct arena *arena, uint64_t *at);

/* The input itself broke off: why. NULL if it did not. */
const struct error *archive_input_failure(const struct archive_input *input);

/* Whether the input has bytes at or after AT that are not zero; may read on to tell. */
bool archive_input_has_more(struct archive_input *input, uint64_t at);

#endif
