/* flowed.h - format=flowed text (RFC 3676): paragraphs whose lines were broken on the way are made whole. */
#ifndef MAILSPILL_DECODE_FLOWED_H
#define MAILSPILL_DECODE_FLOWED_H

#include "base/buffer.h"

/* Called for each run of the view: its bytes from VIEW_AT on stand at TEXT_AT, one for one, until the next call. In order. */
struct flowed_map {
    void (*pair)(void *ctx, size_t view_at, size_t text_at);
    void *ctx;
};

/* Append TEXT to VIEW with flowed lines joined: the line end and the next line's quote marks and stuffed space go; with IS_DELSP
 * the space before the line end too. Quote depth must agree; "-- " ends a paragraph. Fixed lines stay, line end and all, without
 * a stuffed space. VIEW_AT counts from where VIEW began. MAP may be NULL. 0, or -1 past VIEW's ceiling. */
int flowed_join(struct slice text, bool is_delsp, struct buffer *view, const struct flowed_map *map);

#endif
