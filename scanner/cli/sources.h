/* sources.h - where the inputs of a case lie now: the files as they were scanned, found again from any folder. */
#ifndef MAILSPILL_CLI_SOURCES_H
#define MAILSPILL_CLI_SOURCES_H

#include "base/buffer.h"
#include "cli/scan_options.h"
#include "work/digest.h"

/* An input of a case. */
struct source_input {
    struct slice path;           /* as it was listed */
    struct slice folder;         /* in which it was typed; or empty */
    const unsigned char *sha256; /* DIGEST_SIZE bytes */
};

/* Is VALUE of --source OLD=NEW? 0 or -1. */
int sources_check(const char *value, struct error *err);

/* The file that hashes to the same: where MOVES (values of --source) say that its path's front went, else under its own path, from the folder in
 * which it was typed, else from the one at hand. Into FILE, ended by NUL. 0 or -1. */
int sources_find(const struct text_list *moves, const struct source_input *input, struct buffer *file,
                 struct error *err);

#endif
