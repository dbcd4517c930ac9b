/* pdf_filters.c - the streams of a PDF, unpacked (ISO 32000-1, 7.4): Flate, LZW, ASCII85, ASCIIHex, RunLength, and what predictors did. */
#include "walk/inflate.h"
#include "walk/pdf_objects.h"

#define FILTERS_MOST 4
#define HELD_MOST ((size_t)64 * 1024 * 1024) /* of a stream that no filter here gives piece by piece */
#define LZW_CODES 4096

int pdf_read_all(struct source *source, size_t most, struct buffer *out)
{
    int got;
    while ((got = source_fill(source, 1, NULL)) == 1) {
        struct slice piece = source->ready;
        if (piece.len > most - out->len)
            return buffer_put(out, slice_sub(piece, 0, most - out->len)), -1;
        buffer_put(out, piece);
        source_consume(source, piece.len);
    }
    return got;
}

/* Filters that are given their bytes at once. */

static void put_ascii_hex(struct slice in, struct buffer *out)
{
    size_t end = slice_find_byte(in, 0, '>');
    pdf_put_bytes(out, &(struct pdf_token){ PDF_HEX, slice_sub(in, 0, end == SLICE_NONE ? in.len : end) });
}

static void put_group(struct buffer *out, uint32_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        buffer_put_byte(out, (unsigned char)(value >> (24 - 8 * i)));
}

static void put_ascii_85(struct slice in, struct buffer *out)
{
    uint32_t value = 0;
    size_t count = 0;
    for (size_t i = 0; i < in.len && in.ptr[i] != '~'; i++) {
        unsigned char c = in.ptr[i];
        if (c == 'z' && count == 0)
            put_group(out, 0, 4);
        if (c < '!' || c > 'u')
            continue;
        value = value * 85 + (c - '!');
        if (++count == 5) {
            put_group(out, value, 4);
            value = 0;
            count = 0;
        }
    }
    for (size_t i = count; count > 1 && i < 5; i++)
        value = value * 85 + 84;
    if (count > 1)
        put_group(out, value, count - 1);
}

static void put_run_length(struct slice in, struct buffer *out)
{
    size_t i = 0;
    while (i < in.len && in.ptr[i] != 128) {
        size_t n = in.ptr[i++];
        if (n < 128) {
            buffer_put(out, slice_sub(in, i, n + 1));
            i += n + 1;
        } else {
            for (size_t k = 0; i < in.len && k < 257 - n; k++)
                buffer_put_byte(out, in.ptr[i]);
            i++;
        }
    }
}

/* Codes of 9 to 12 bits, highest bit first (7.4.4). */
struct lzw {
    struct slice in;
    size_t bit;
    size_t start[LZW_CODES]; /* where each code's bytes stand in the output */
    uint16_t len[LZW_CODES];
};

static unsigned lzw_code(struct lzw *lzw, unsigned width)
{
    unsigned code = 0;
    if (lzw->bit + width > 8 * lzw->in.len)
        return 257;
    for (unsigned i = 0; i < width; i++, lzw->bit++)
        code = code << 1 | (lzw->in.ptr[lzw->bit / 8] >> (7 - lzw->bit % 8) & 1);
    return code;
}

/* The bytes of CODE, whose entry may be the one that ends with what comes now. False: there is no such code. */
static bool lzw_put(struct lzw *lzw, unsigned code, unsigned next, struct buffer *out)
{
    if (code < 256)
        return buffer_put_byte(out, (unsigned char)code) == 0;
    if (code < 258 || code >= next)
        return false;
    for (size_t i = 0; i < lzw->len[code]; i++)
        if (buffer_put_byte(out, out->ptr[lzw->start[code] + i]) < 0)
            return false;
    return true;
}

static void put_lzw(struct slice in, bool is_early, struct buffer *out)
{
    struct lzw *lzw = &(struct lzw){ .in = in };
    unsigned next = 258, width = 9, code;
    size_t before = 0, before_len = 0;
    while ((code = lzw_code(lzw, width)) != 257) {
        if (code == 256) {
            next = 258;
            width = 9;
            before_len = 0;
            continue;
        }
        size_t at = out->len;
        if (before_len > 0 && next < LZW_CODES) {
            lzw->start[next] = before;
            lzw->len[next] = (uint16_t)(before_len < UINT16_MAX ? before_len + 1 : before_len);
            next++;
        }
        if (!lzw_put(lzw, code, next, out))
            return;
        before = at;
        before_len = out->len - at;
        while (width < 12 && next + is_early >= 1u << width)
            width++;
    }
}

static unsigned char paeth(int a, int b, int c)
{
    int p = a + b - c, pa = p > a ? p - a : a - p, pb = p > b ? p - b : b - p, pc = p > c ? p - c : c - p;
    return (unsigned char)(pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
}

/* PNG's predictors (RFC 2083, 6): a byte before each row of ROW bytes says which. */
static void put_predicted(struct slice in, size_t row, size_t step, struct buffer *out)
{
    while (in.len > 1) {
        unsigned char kind = in.ptr[0];
        struct slice line = slice_sub(in, 1, row);
        size_t start = out->len;
        in = slice_skip(in, 1 + line.len);
        for (size_t i = 0; i < line.len; i++) {
            bool has_up = start >= row;
            int left = i >= step ? out->ptr[start + i - step] : 0;
            int up = has_up ? out->ptr[start - row + i] : 0;
            int corner = has_up && i >= step ? out->ptr[start - row + i - step] : 0;
            int added[] = { 0, left, up, (left + up) / 2, paeth(left, up, corner) };
            int value = line.ptr[i] + (kind < 5 ? added[kind] : 0);
            if (buffer_put_byte(out, (unsigned char)value) < 0)
                return;
        }
    }
}

/* What DecodeParms say of one filter. */
static uint64_t parameter(struct slice parameters, const char *key, uint64_t standard)
{
    uint64_t value;
    return pdf_as_number(pdf_entry(parameters, key), &value) == 0 && value < 65536 ? value : standard;
}

/* SOURCE's bytes through MAKE's filter; all of them at once. */
static struct source *held(struct source *source, struct slice name, struct slice parameters,
                           struct arena *arena)
{
    struct buffer in, out;
    buffer_init(&in, HELD_MOST);
    buffer_init(&out, HELD_MOST);
    (void)pdf_read_all(source, HELD_MOST, &in);
    struct slice bytes = buffer_slice(&in);
    if (slice_starts_with(name, "ASCIIHex") || slice_is_equal(name, slice_str("AHx")))
        put_ascii_hex(bytes, &out);
    else if (slice_starts_with(name, "ASCII85") || slice_is_equal(name, slice_str("A85")))
        put_ascii_85(bytes, &out);
    else if (slice_starts_with(name, "RunLength") || slice_is_equal(name, slice_str("RL")))
        put_run_length(bytes, &out);
    else if (slice_starts_with(name, "LZW"))
        put_lzw(bytes, parameter(parameters, "EarlyChange", 1) != 0, &out);
    else
        buffer_put(&out, bytes);
    if (parameter(parameters, "Predictor", 1) >= 10) {
        size_t bits =
            (size_t)(parameter(parameters, "Colors", 1) * parameter(parameters, "BitsPerComponent", 8));
        size_t row = (bits * (size_t)parameter(parameters, "Columns", 1) + 7) / 8;
        buffer_clear(&in);
        buffer_put(&in, buffer_slice(&out));
        buffer_clear(&out);
        put_predicted(buffer_slice(&in), row ? row : 1, bits > 8 ? bits / 8 : 1, &out);
    }
    struct slice all = arena_copy(arena, buffer_slice(&out));
    buffer_release(&in);
    buffer_release(&out);
    return source_from_memory(arena, all);
}

static bool is_flate(struct slice name)
{
    return slice_is_equal(name, slice_str("FlateDecode")) || slice_is_equal(name, slice_str("Fl"));
}

static bool is_known(struct slice name)
{
    static const char *const names[] = { "FlateDecode", "Fl",  "ASCIIHexDecode", "AHx", "ASCII85Decode",
                                         "A85",         "LZW", "LZWDecode",      "RL",  "RunLengthDecode",
                                         "Crypt" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_is_equal(name, slice_str(names[i])))
            return true;
    return false;
}

/* The one of several dictionaries that VALUE may be an array of. */
static struct slice parameters_at(const struct pdf_objects *objects, struct slice value, unsigned index)
{
    struct pdf_token token;
    value = pdf_resolve(objects, value);
    if (value.len == 0 || value.ptr[0] != '[')
        return index == 0 ? value : slice_of(NULL, 0);
    struct slice rest = slice_skip(value, 1);
    unsigned depth = 0;
    for (struct slice start = rest; pdf_token_next(&rest, &token); start = rest) {
        if (depth == 0 && (token.kind == PDF_OPEN_DICT || token.kind == PDF_WORD) && index-- == 0)
            return slice_trim(start);
        depth += token.kind == PDF_OPEN_DICT;
        depth -= token.kind == PDF_CLOSE_DICT && depth > 0;
    }
    return slice_of(NULL, 0);
}

/* As long as it says it is, where what says so stands elsewhere. */
static struct slice exact(const struct pdf_objects *objects, const struct pdf_object *object)
{
    struct slice stream = object->stream;
    uint64_t len;
    if (pdf_as_number(pdf_resolve(objects, pdf_entry(object->body, "Length")), &len) == 0 &&
        len <= stream.len && stream.len - len <= 2)
        return slice_sub(stream, 0, (size_t)len);
    return stream;
}

/* Was the stream of OBJECT enciphered (7.6.1, 7.6.5)? */
static bool is_enciphered(const struct pdf_objects *objects, const struct pdf_object *object)
{
    struct slice type = pdf_as_name(pdf_entry(object->body, "Type"));
    struct slice filter = pdf_resolve(objects, pdf_entry(object->body, "Filter"));
    if (!objects->is_encrypted || slice_is_equal(type, slice_str("XRef")) ||
        slice_find(filter, 0, slice_str("/Crypt")) != SLICE_NONE)
        return false;
    return !(objects->cipher.has_plain_metadata && slice_is_equal(type, slice_str("Metadata")));
}

static struct slice plain_of(const struct pdf_objects *objects, const struct pdf_object *object,
                             struct arena *arena)
{
    struct slice bytes = exact(objects, object);
    struct buffer out;
    if (!is_enciphered(objects, object))
        return bytes;
    buffer_init(&out, bytes.len);
    pdf_cipher_put(&objects->cipher, objects->cipher.streams, object->number, object->generation, bytes,
                   &out);
    bytes = arena_copy(arena, buffer_slice(&out));
    buffer_release(&out);
    return bytes;
}

struct source *pdf_stream(const struct pdf_objects *objects, const struct pdf_object *object,
                          struct arena *arena, bool *is_plain, struct error *err)
{
    struct source *source = source_from_memory(arena, plain_of(objects, object, arena));
    struct slice filter = pdf_entry(object->body, "Filter");
    struct slice parameters = pdf_entry(object->body, "DecodeParms"), rest;
    struct pdf_token token;
    unsigned count = 0;
    rest = pdf_resolve(objects, filter);
    *is_plain = !is_enciphered(objects, object);
    while (source && pdf_token_next(&rest, &token) && token.kind != PDF_CLOSE_ARRAY) {
        if (token.kind != PDF_NAME)
            continue;
        if (!is_known(token.text) || ++count > FILTERS_MOST) {
            error_set(err, ERROR_UNSUPPORTED, "packed with '%.*s'",
                      (int)(token.text.len < 32 ? token.text.len : 32), (const char *)token.text.ptr);
            return NULL;
        }
        struct slice said = parameters_at(objects, parameters, count - 1);
        *is_plain = false;
        if (is_flate(token.text))
            source = inflate_source(arena, source, INFLATE_ZLIB, objects->limits, NULL);
        if (source && (!is_flate(token.text) || parameter(said, "Predictor", 1) >= 10))
            source = held(source, token.text, said, arena);
    }
    return source;
}
