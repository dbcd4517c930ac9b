/* track.h - a view while it is made: its bytes, and the map back to the text they came from. */
#ifndef MAILSPILL_EXTRACT_TRACK_H
#define MAILSPILL_EXTRACT_TRACK_H

#include "extract/extractor.h"

/* Text positions must never go down from one call to the next. */
struct track {
    struct buffer text;
    struct text_map_pair *pairs;
    size_t count, capacity; /* of pairs */
    size_t used;            /* bytes of the storage that were ever written, but for those in `text` now */
    size_t shift;           /* text position minus view position of what comes next, while one for one */
};

/* Storage is the caller's. CEILING: bytes of the view. track_release wipes, and keeps the memory for the next track_init: fresh memory for
 * each leaf costs more than reading it. Not for two threads. */
void track_init(struct track *track, size_t ceiling);
void track_release(struct track *track);
void track_clear(struct track *track); /* empty; the memory stays */

/* Append BYTES that stand in the text at TEXT_AT and after it, one for one. */
static inline void track_put(struct track *track, struct slice bytes, size_t text_at);
void track_put_slow(struct track *track, struct slice bytes, size_t text_at);

/* Make room for LEN bytes at once, so that the puts need not grow. */
void track_reserve(struct track *track, size_t len);

/* Append BYTES that all come from what stands at TEXT_AT (an entity, a tag). */
void track_put_made(struct track *track, struct slice bytes, size_t text_at);

/* Append BYTES that stand elsewhere, and are named by what stands at TEXT_AT (TEXT_MAP_SHOWN). */
void track_put_shown(struct track *track, struct slice bytes, size_t text_at);

/* Append BYTES that stand at AT of VIEW: they stand in the text where those do. *NEXT: 0, and kept from call to call while AT goes up. */
void track_put_view(struct track *track, struct slice bytes, const struct track *view, size_t at,
                    size_t *next);

/* The bytes from VIEW_AT on, which the caller appends to `text` itself, stand at TEXT_AT. In order. */
void track_pair(struct track *track, size_t view_at, size_t text_at);

/* The last byte, or NUL where there is none. */
unsigned char track_last(const struct track *track);

/* The first position of the view that stands at TEXT_AT or after it. */
size_t track_find(const struct track *track, size_t text_at);

/* Drop what stands before TEXT_AT, but at most MOST bytes, and count positions in the text from TEXT_AT on. The bytes dropped. */
size_t track_drop(struct track *track, size_t text_at, size_t most);

/* Forget bytes, and leave the map to the caller: those from LEN on, or the first LEN. */
void track_cut(struct track *track, size_t len);
void track_drop_bytes(struct track *track, size_t len);

struct text_view track_view(const struct track *track, enum view view);

static inline void track_put(struct track *track, struct slice bytes, size_t text_at)
{
    struct buffer *text = &track->text;
    if (text_at - text->len != track->shift || track->count == 0 || bytes.len > text->capacity - text->len) {
        track_put_slow(track, bytes, text_at);
    } else if (bytes.len > 0) {
        memcpy(text->ptr + text->len, bytes.ptr, bytes.len);
        text->len += bytes.len;
    }
}

#endif
