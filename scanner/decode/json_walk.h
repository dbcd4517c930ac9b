/* json_walk.h - JSON (RFC 8259) told from front to back, with where everything stands; any number of documents after each other.
 *
 * Tolerant: what is no JSON ends it. Nothing is allocated but decoded strings.
 */
#ifndef MAILSPILL_DECODE_JSON_WALK_H
#define MAILSPILL_DECODE_JSON_WALK_H

#include "base/arena.h"
#include "base/slice.h"

#define JSON_WALK_DEPTH 64

enum json_event { JSON_OPEN_OBJECT, JSON_OPEN_ARRAY, JSON_CLOSE, JSON_STRING, JSON_OTHER };

struct json_token {
    enum json_event event;
    struct slice
        key; /* the member's, without quotes, escapes as they stand; empty in arrays and at the top */
    struct slice text; /* of a string what stands between its quotes, raw; of another value all of it */
    size_t at;         /* of TEXT, in what is walked */
    unsigned depth;    /* brackets around it; of a bracket those outside it */
    bool has_escapes;
    bool is_in_array;
};

struct json_sink {
    void (*token)(void *ctx, const struct json_token *token);
    void *ctx;
};

/* Walk TEXT. The bytes that were JSON: text.len where all was. */
size_t json_walk(struct slice text, const struct json_sink *sink);

/* What TOKEN's string says, in ARENA where it has escapes, else where it stands. Invalid escapes stay as they are. */
struct slice json_walk_string(struct arena *arena, const struct json_token *token);

#endif
