/* embedded_json.c - files in base64 inside JSON: outputs and attachments of notebooks, bodies of HAR captures. */
#include "base/buffer.h"
#include "base/utf8.h"
#include "decode/json_walk.h"
#include "decode/transfer.h"
#include "walk/embedded.h"
#include "walk/type.h"

/* Base64 that tells what it is. */
#define HEAD ((size_t)400)
#define PIECES_MOST ((size_t)100000)

struct reading {
    struct embedded *embedded;
    struct slice key;     /* of the array at work */
    unsigned depth;       /* inside it; 0: in none */
    struct buffer pieces; /* struct slice: raw strings of it */
    struct buffer value;  /* what they say */
    uint64_t count;
};

/* A file of a kind that holds no text as it stands. */
static bool is_file(struct slice value)
{
    struct buffer head;
    if (!embedded_is_base64(value))
        return false;
    buffer_init(&head, HEAD);
    (void)transfer_decode_base64(slice_sub(value, 0, HEAD), &head, NULL);
    struct type type = type_from_signature(buffer_slice(&head));
    bool is_known = type.media && type.class != TYPE_TEXT && type.class != TYPE_HTML;
    buffer_release(&head);
    return is_known;
}

/* "OUTPUT-3.png" of a value of image/png. */
static struct slice name_of(struct reading *reading, struct slice key)
{
    size_t slash = slice_find_byte(key, 0, '/');
    struct slice kind = slash == SLICE_NONE ? slice_of(NULL, 0) : slice_sub(key, slash + 1, 40);
    return arena_printf(reading->embedded->arena, "OUTPUT-%llu%s%.*s", (unsigned long long)++reading->count,
                        kind.len > 0 ? "." : "", (int)kind.len, (const char *)kind.ptr);
}

static void end_value(struct reading *reading)
{
    struct slice value = buffer_slice(&reading->value), list = buffer_slice(&reading->pieces), piece;
    struct embedded *embedded = reading->embedded;
    if (value.len > 0 && !reading->value.is_overfull && !reading->pieces.is_overfull && is_file(value)) {
        embedded_add(embedded, name_of(reading, reading->key), arena_copy(embedded->arena, value), true);
        for (; list.len >= sizeof piece; list = slice_skip(list, sizeof piece)) {
            memcpy(&piece, list.ptr, sizeof piece);
            embedded_cut(embedded, piece);
        }
    }
    buffer_clear(&reading->value);
    buffer_clear(&reading->pieces);
}

static void put_string(struct reading *reading, const struct json_token *token)
{
    struct arena_mark mark = arena_mark(reading->embedded->arena);
    buffer_put(&reading->value, json_walk_string(reading->embedded->arena, token));
    arena_rewind(reading->embedded->arena, mark);
    buffer_put(&reading->pieces, slice_of(&token->text, sizeof token->text));
}

static void on_token(void *ctx, const struct json_token *token)
{
    struct reading *reading = ctx;
    if (token->event == JSON_OPEN_ARRAY) {
        reading->key = token->key;
        reading->depth = token->depth + 1;
        end_value(reading);
    } else if (token->event == JSON_STRING && token->is_in_array && token->depth == reading->depth) {
        put_string(reading, token);
    } else if (token->event == JSON_STRING) {
        reading->key = token->key;
        reading->depth = 0;
        put_string(reading, token);
        end_value(reading);
    } else {
        end_value(reading);
        reading->depth = 0;
    }
}

void embedded_read_json(struct embedded *embedded)
{
    struct reading reading = { .embedded = embedded };
    const struct json_sink sink = { on_token, &reading };
    buffer_init(&reading.value, embedded->most);
    buffer_init(&reading.pieces, PIECES_MOST * sizeof(struct slice));
    (void)json_walk(utf8_skip_mark(embedded->text), &sink);
    buffer_release(&reading.value);
    buffer_release(&reading.pieces);
}
