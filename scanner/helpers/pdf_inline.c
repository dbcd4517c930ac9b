/* pdf_inline.c - are there inline pictures (ISO 32000-1, 8.9.7) in a PDF? Asked of its bytes, since poppler would read each page a second time; whatever
 * is not read here for certain may hold one. */
#include <stdio.h>
#include <zlib.h>

#include "helpers/pdf.h"

#define PIECE ((size_t)64 * 1024)
#define KEPT ((size_t)3)                         /* of the piece before: "BI" with what stands around it */
#define TOGETHER_MOST ((size_t)64 * 1024 * 1024) /* bytes of all streams, unpacked */
#define DICTIONARY_MOST ((size_t)4096)
#define FILTERS_MOST ((size_t)256) /* bytes of a list of filters */

struct search {
    size_t unpacked;     /* bytes, of all streams */
    struct buffer plain; /* of a stream in ASCII85 */
    unsigned char piece[KEPT + PIECE];
};

/* The operator that begins an inline picture stands between spaces, or before its first key. */
static bool begins_picture(struct slice content)
{
    struct slice word = slice_str("BI");
    for (size_t at = 0; (at = slice_find(content, at, word)) != SLICE_NONE; at++) {
        unsigned char before = at > 0 ? content.ptr[at - 1] : ' ';
        unsigned char after = at + 2 < content.len ? content.ptr[at + 2] : 'x';
        if (!g_ascii_isalnum(before) && (after <= ' ' || after == '/' || after == '%'))
            return true;
    }
    return false;
}

/* Deflated bytes, piece by piece. */
static bool may_begin_packed(struct search *search, struct slice packed)
{
    z_stream z = { .next_in = (unsigned char *)(uintptr_t)packed.ptr, .avail_in = (unsigned)packed.len };
    size_t kept = 0;
    bool may = packed.len > UINT32_MAX || inflateInit(&z) != Z_OK;
    for (int result = Z_OK; !may && result == Z_OK;) {
        z.next_out = search->piece + kept;
        z.avail_out = PIECE;
        result = inflate(&z, Z_NO_FLUSH);
        size_t len = kept + PIECE - z.avail_out;
        search->unpacked += PIECE - z.avail_out;
        may = (result != Z_OK && result != Z_STREAM_END) || search->unpacked > TOGETHER_MOST ||
              begins_picture(slice_of(search->piece, len));
        kept = len < KEPT ? len : KEPT;
        memmove(search->piece, search->piece + len - kept, kept);
    }
    inflateEnd(&z);
    return may;
}

static void put_group(struct buffer *out, uint32_t group, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        buffer_put_byte(out, (unsigned char)(group >> (24 - 8 * i)));
}

/* ASCII85 (7.4.3) into search->plain. 0, or -1. */
static int decode_ascii85(struct search *search, struct slice text)
{
    struct buffer *out = &search->plain;
    uint32_t group = 0;
    unsigned count = 0;
    buffer_clear(out);
    for (size_t i = 0; i < text.len && text.ptr[i] != '~'; i++) {
        unsigned char c = text.ptr[i];
        if (c <= ' ')
            continue;
        if (c == 'z' && count == 0) {
            put_group(out, 0, 4);
            continue;
        }
        if (c < '!' || c > 'u')
            return -1;
        group = group * 85 + (c - '!');
        if (++count == 5) {
            put_group(out, group, 4);
            group = count = 0;
        }
    }
    for (unsigned i = count; count > 0 && i < 5; i++)
        group = group * 85 + 84;
    put_group(out, group, count > 0 ? count - 1 : 0);
    return out->is_overfull ? -1 : 0;
}

/* What stands behind /Filter in DICTIONARY, with one space between names and no brackets. -1: it cannot be told. */
static int filters_of(struct slice dictionary, struct buffer *filters)
{
    size_t at = slice_find(dictionary, 0, slice_str("/Filter"));
    if (at == SLICE_NONE)
        return 0;
    struct slice value = slice_trim(slice_sub(dictionary, at + 7, FILTERS_MOST));
    bool is_list = slice_starts_with(value, "[");
    value = is_list ? slice_trim(slice_skip(value, 1)) : value;
    do {
        size_t len = 1;
        if (!slice_starts_with(value, "/"))
            return is_list && slice_starts_with(value, "]") ? 0 : -1;
        while (len < value.len && g_ascii_isalnum(value.ptr[len]))
            len++;
        buffer_put(filters, slice_sub(value, 0, len));
        value = slice_trim(slice_skip(value, len));
    } while (is_list);
    return 0;
}

static bool may_begin(struct search *search, struct slice dictionary, struct slice bytes)
{
    char room[FILTERS_MOST + 1];
    struct buffer filters;
    if (slice_find(dictionary, 0, slice_str("/XRef")) != SLICE_NONE)
        return false; /* the file's own tables */
    buffer_init(&filters, FILTERS_MOST);
    int got = filters_of(dictionary, &filters);
    snprintf(room, sizeof room, "%.*s", (int)filters.len, (const char *)buffer_slice(&filters).ptr);
    buffer_release(&filters);
    if (got < 0 || slice_find(dictionary, 0, slice_str("/DecodeParms")) != SLICE_NONE ||
        slice_find_byte(dictionary, 0, '#') != SLICE_NONE)
        return true;
    if (strncmp(room, "/ASCII85Decode", 14) == 0) {
        if (decode_ascii85(search, bytes) < 0)
            return true;
        bytes = buffer_slice(&search->plain);
        memmove(room, room + 14, strlen(room + 14) + 1);
    }
    if (strcmp(room, "/FlateDecode") == 0)
        return may_begin_packed(search, bytes);
    return room[0] || begins_picture(bytes);
}

/* The dictionary between the "obj" before AT and AT; empty where there is none. */
static struct slice dictionary_before(struct slice file, size_t at)
{
    size_t start = at > DICTIONARY_MOST ? at - DICTIONARY_MOST : 0;
    struct slice before = slice_sub(file, 0, at);
    for (size_t next; (next = slice_find(before, start, slice_str("obj"))) != SLICE_NONE;)
        start = next + 3;
    struct slice dictionary = slice_trim(slice_skip(before, start));
    bool is_one = slice_starts_with(dictionary, "<<") && slice_ends_with_nocase(dictionary, ">>");
    return is_one ? dictionary : slice_of(NULL, 0);
}

/* Where the next stream begins (7.3.8), past its word, from AT on. */
static size_t next_stream(struct slice file, size_t at)
{
    while ((at = slice_find(file, at, slice_str("stream"))) != SLICE_NONE) {
        bool is_end = at >= 3 && memcmp(file.ptr + at - 3, "end", 3) == 0;
        unsigned char after = at + 6 < file.len ? file.ptr[at + 6] : 0;
        at += 6;
        if (!is_end && (after == '\r' || after == '\n'))
            return at;
    }
    return SLICE_NONE;
}

/* The stream that begins at START; *AT: where it ends. */
static bool may_begin_in_stream(struct search *search, struct slice file, size_t start, size_t *at)
{
    struct slice dictionary = dictionary_before(file, start - 6);
    start += file.ptr[start] == '\r' && start + 1 < file.len && file.ptr[start + 1] == '\n' ? 2 : 1;
    size_t end = slice_find(file, start, slice_str("endstream"));
    if (end == SLICE_NONE || dictionary.len == 0)
        return true;
    struct slice bytes = slice_sub(file, start, end - start);
    *at = end;
    return next_stream(bytes, 0) != SLICE_NONE || may_begin(search, dictionary, bytes);
}

bool pdf_may_have_inline(struct slice file)
{
    struct search *search = g_new0(struct search, 1);
    bool may = slice_find(file, 0, slice_str("/Encrypt")) != SLICE_NONE;
    buffer_init(&search->plain, TOGETHER_MOST);
    for (size_t at = 0, start; !may && (start = next_stream(file, at)) != SLICE_NONE;)
        may = may_begin_in_stream(search, file, start, &at);
    buffer_release(&search->plain);
    g_free(search);
    return may;
}
