/* http.c - what was sent over HTTP/1 in one direction of a connection.
 *
 * Children: `BODY-1` and so on, each body that was sent in chunks, compressed or as a file, as it was meant; then the stream's bytes without these.
 */
#include "walk/http.h"

#include "walk/inflate.h"
#include "walk/type.h"

#define HEAD_MOST ((size_t)64 * 1024) /* bytes of a message's header */
#define BODIES_MOST 10000
#define SIGNATURE_HEAD ((size_t)512)

enum coding { CODING_NONE, CODING_GZIP, CODING_DEFLATE, CODING_UNKNOWN };

/* One message, in a stream. */
struct message {
    struct slice body; /* as it was sent */
    bool is_chunked;
    enum coding coding;
};

struct http {
    struct slice stream;
    unsigned char *left; /* a copy, in which what was given is blank */
    size_t at, count;
    unsigned unknown;
    bool is_done;
};

/* The value of the field NAME in HEAD, or empty. */
static struct slice field_of(struct slice head, const char *name)
{
    struct slice line;
    while (slice_eat_line(&head, &line) == 1) {
        size_t colon = slice_find_byte(line, 0, ':');
        if (colon != SLICE_NONE && slice_is_equal_nocase(slice_sub(line, 0, colon), slice_str(name)))
            return slice_trim(slice_skip(line, colon + 1));
    }
    return slice_of(NULL, 0);
}

static enum coding coding_of(struct slice name)
{
    if (name.len == 0 || slice_is_equal_nocase(name, slice_str("identity")))
        return CODING_NONE;
    if (slice_is_equal_nocase(name, slice_str("gzip")) || slice_is_equal_nocase(name, slice_str("x-gzip")))
        return CODING_GZIP;
    return slice_is_equal_nocase(name, slice_str("deflate")) ? CODING_DEFLATE : CODING_UNKNOWN;
}

/* The size line at the front of *REST. 0, or -1: it is none. */
static int eat_chunk_size(struct slice *rest, size_t *size)
{
    struct slice line;
    size_t digits = 0;
    *size = 0;
    if (slice_eat_line(rest, &line) != 1)
        return -1;
    for (; digits < line.len && digits < 8 && slice_hex_digit(line.ptr[digits]) >= 0; digits++)
        *size = *size * 16 + (size_t)slice_hex_digit(line.ptr[digits]);
    return digits > 0 ? 0 : -1;
}

/* The chunks at the front of BODY, into OUT (may be NULL). The bytes they take. */
static size_t read_chunks(struct slice body, struct buffer *out)
{
    struct slice rest = body;
    size_t size;
    while (eat_chunk_size(&rest, &size) == 0 && size > 0) {
        struct slice chunk = slice_sub(rest, 0, size);
        if (out)
            buffer_put(out, chunk);
        rest = slice_skip(rest, chunk.len);
        rest = slice_skip(rest, slice_starts_with(rest, "\r\n") ? 2 : slice_starts_with(rest, "\n"));
    }
    return body.len - rest.len;
}

/* The message after *AT in STREAM; *AT becomes where the next may begin. False: there is none. */
static bool next_message(struct slice stream, size_t *at, struct message *message)
{
    size_t start = slice_find(stream, *at, slice_str("HTTP/1."));
    if (start == SLICE_NONE)
        return false;
    struct slice head = slice_sub(stream, start, HEAD_MOST);
    size_t end = slice_find(head, 0, slice_str("\r\n\r\n"));
    *at = start + 7;
    *message = (struct message){ .body = slice_of(NULL, 0) };
    if (end == SLICE_NONE)
        return true;
    head = slice_sub(head, 0, end);
    struct slice body = slice_skip(stream, start + end + 4);
    uint64_t len;
    message->coding = coding_of(field_of(head, "Content-Encoding"));
    message->is_chunked = slice_is_equal_nocase(field_of(head, "Transfer-Encoding"), slice_str("chunked"));
    if (message->is_chunked)
        message->body = slice_sub(body, 0, read_chunks(body, NULL));
    else if (slice_to_u64(field_of(head, "Content-Length"), &len) == 0)
        message->body = slice_sub(body, 0, len < body.len ? (size_t)len : body.len);
    else if (message->coding != CODING_NONE)
        message->body = body; /* up to the connection's end (6.3) */
    *at = start + end + 4 + message->body.len;
    return true;
}

static bool is_worth_it(const struct message *message)
{
    if (message->body.len == 0)
        return false;
    return message->is_chunked || message->coding != CODING_NONE ||
           type_from_signature(slice_sub(message->body, 0, SIGNATURE_HEAD)).media;
}

bool http_has_bodies(struct slice stream)
{
    struct message message;
    size_t at = 0;
    while (next_message(stream, &at, &message))
        if (is_worth_it(&message))
            return true;
    return false;
}

static int http_open(struct walk *walk, struct error *err)
{
    struct http *http = arena_alloc(walk->arena, sizeof *http);
    struct source *in = walk->item->source;
    (void)err;
    http->stream = in->ready; /* in memory: all of it */
    struct slice copy = arena_copy(walk->arena, http->stream);
    http->left = (unsigned char *)(uintptr_t)copy.ptr;
    walk->state = http;
    return 0;
}

/* Deflate was meant to be with a header of zlib; some send it without. */
static enum inflate_form form_of(enum coding coding, struct slice packed)
{
    bool has_header =
        packed.len > 1 && (packed.ptr[0] & 15) == 8 && (packed.ptr[0] << 8 | packed.ptr[1]) % 31 == 0;
    if (coding == CODING_GZIP)
        return INFLATE_GZIP;
    return has_header ? INFLATE_ZLIB : INFLATE_RAW;
}

static void give_body(struct walk *walk, struct http *http, const struct message *message, struct item *child)
{
    struct slice body = message->body;
    if (message->is_chunked) {
        struct buffer whole;
        buffer_init(&whole, body.len);
        read_chunks(body, &whole);
        body = arena_copy(child->arena, buffer_slice(&whole));
        buffer_release(&whole);
    }
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = arena_printf(child->arena, "BODY-%zu", ++http->count);
    child->source = source_from_memory(child->arena, body);
    if (message->coding == CODING_GZIP || message->coding == CODING_DEFLATE)
        child->source = inflate_source(child->arena, child->source, form_of(message->coding, body),
                                       walk->env->limits, NULL);
    http->unknown += message->coding == CODING_UNKNOWN;
    memset(http->left + (message->body.ptr - http->stream.ptr), '\n', message->body.len);
}

static int http_next(struct walk *walk, struct item *child, struct error *err)
{
    struct http *http = walk->state;
    struct message message;
    (void)err;
    while (http->count < BODIES_MOST && next_message(http->stream, &http->at, &message)) {
        if (!is_worth_it(&message))
            continue;
        give_body(walk, http, &message, child);
        if (child->source)
            return 1;
    }
    if (http->is_done)
        return 0;
    http->is_done = true;
    if (http->unknown > 0)
        walk_gap(walk, walk->item, GAP_UNSUPPORTED, GAP_STANDS_FOR_REST, NULL,
                 "%u bod%s in a compression that is not read (br, zstd …)", http->unknown,
                 http->unknown == 1 ? "y" : "ies");
    child->kind = ITEM_REST;
    child->content = CONTENT_BYTES;
    child->source = source_from_memory(child->arena, slice_of(http->left, http->stream.len));
    source_drain(walk->item->source);
    return 1;
}

static enum bid http_probe(const struct item *item, struct slice head)
{
    (void)item;
    (void)head;
    return BID_NONE;
}

const struct format format_http = {
    .name = "http",
    .title = "HTTP/1 in packet captures: bodies out of chunks and compression",
    .probe = http_probe,
    .open = http_open,
    .next = http_next,
};
