/* blobs_kit.h - for the tests of blobs: encoders of every kind, and what was found in their texts. */
#ifndef BLOBS_KIT_H
#define BLOBS_KIT_H

#define ZLIB_CONST
#include <zlib.h>

#include "unit/match_kit.h"

#include "unit/match_kit.h"

static const char rules[] =
    "rules:\n"
    "- {id: tok, name: n, category: key, severity: low, pattern: '\\btok_[a-z0-9]{8}\\b'}\n"
    "- {id: pass, name: n, category: key, severity: low, verdict: contextual, "
    "pattern: 'password: (?<secret>[a-z0-9]{6,20})\\b'}\n";

#define TOKEN "tok_a1b2c3d4"
#define WORDS "some words that stand before it, and then the value itself: " TOKEN " and what comes after"

/* Encoders: each appends IN to OUT. */

static inline void put_bits(struct buffer *out, struct slice in, unsigned bits, const char *alphabet,
                            size_t group)
{
    uint32_t acc = 0;
    unsigned held = 0;
    size_t count = 0;
    for (size_t i = 0; i < in.len; i++) {
        acc = acc << 8 | in.ptr[i];
        for (held += 8; held >= bits; count++) {
            held -= bits;
            buffer_put_byte(out, (unsigned char)alphabet[acc >> held & ((1u << bits) - 1)]);
        }
        acc &= (1u << held) - 1;
    }
    if (held > 0) {
        buffer_put_byte(out, (unsigned char)alphabet[acc << (bits - held) & ((1u << bits) - 1)]);
        count++;
    }
    while (group && count++ % group)
        buffer_put_byte(out, '=');
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define SMALL "abcdefghijklmnopqrstuvwxyz"

static inline void put_base64(struct buffer *out, struct slice in)
{
    put_bits(out, in, 6, LETTERS SMALL "0123456789+/", 4);
}

static inline void put_base64url(struct buffer *out, struct slice in)
{
    put_bits(out, in, 6, LETTERS SMALL "0123456789-_", 0);
}

static inline void put_base32(struct buffer *out, struct slice in)
{
    put_bits(out, in, 5, LETTERS "234567", 8);
}

static inline void put_hex(struct buffer *out, struct slice in)
{
    put_bits(out, in, 4, "0123456789abcdef", 0);
}

/* Every so many characters MARK, as between lines. */
static inline void put_wrapped(struct buffer *out, struct slice in, size_t width, const char *mark)
{
    struct buffer text;
    buffer_init(&text, SIZE_MAX / 2);
    put_base64(&text, in);
    for (size_t at = 0; at < text.len; at += width) {
        if (at > 0)
            buffer_put_str(out, mark);
        buffer_put(out, slice_sub(buffer_slice(&text), at, width));
    }
    buffer_release(&text);
}

static inline void put_lines(struct buffer *out, struct slice in)
{
    put_wrapped(out, in, 64, "\n");
}

static inline void put_quoted_lines(struct buffer *out, struct slice in)
{
    put_wrapped(out, in, 64, "\r\n> > ");
}

static inline void put_json_lines(struct buffer *out, struct slice in)
{
    put_wrapped(out, in, 64, "\\n");
}

static inline void put_indented(struct buffer *out, struct slice in)
{
    put_wrapped(out, in, 60, "\n    ");
}

static inline void put_each(struct buffer *out, struct slice in, const char *format)
{
    for (size_t i = 0; i < in.len; i++)
        buffer_printf(out, format, in.ptr[i]);
}

static inline void put_percent(struct buffer *out, struct slice in)
{
    put_each(out, in, "%%%02X");
}

static inline void put_c(struct buffer *out, struct slice in)
{
    put_each(out, in, "\\x%02x");
}

static inline void put_octal(struct buffer *out, struct slice in)
{
    put_each(out, in, "\\%03o");
}

static inline void put_json(struct buffer *out, struct slice in)
{
    put_each(out, in, "\\u%04x");
}

static inline void put_references(struct buffer *out, struct slice in)
{
    put_each(out, in, "&#x%x;");
}

static inline void put_list(struct buffer *out, struct slice in)
{
    put_each(out, in, "0x%02x, ");
}

static inline void put_quoted_printable(struct buffer *out, struct slice in)
{
    buffer_put_str(out, "a=3Db ");
    put_each(out, in, "=%02X");
}

static inline void put_utf16(struct buffer *out, struct slice in)
{
    struct buffer wide;
    buffer_init(&wide, SIZE_MAX / 2);
    for (size_t i = 0; i < in.len; i++) {
        buffer_put_byte(&wide, in.ptr[i]);
        buffer_put_byte(&wide, 0);
    }
    put_base64(out, buffer_slice(&wide));
    buffer_release(&wide);
}

static inline void put_packed(struct buffer *out, struct slice in, int window)
{
    z_stream stream = { 0 };
    struct buffer packed;
    buffer_init(&packed, SIZE_MAX / 2);
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t most = deflateBound(&stream, in.len) + 64;
    stream.next_in = in.ptr;
    stream.avail_in = (uInt)in.len;
    stream.next_out = buffer_reserve(&packed, most);
    stream.avail_out = (uInt)most;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    packed.len = most - stream.avail_out;
    deflateEnd(&stream);
    put_base64(out, buffer_slice(&packed));
    buffer_release(&packed);
}

static inline void put_gzip(struct buffer *out, struct slice in)
{
    put_packed(out, in, 15 + 16);
}

static inline void put_zlib(struct buffer *out, struct slice in)
{
    put_packed(out, in, 15);
}

typedef void encoder(struct buffer *out, struct slice in);

static const struct encoding {
    const char *name;
    encoder *put;
    const char *before, *after; /* what stands around it */
} encodings[] = {
    { "base64", put_base64, "see ", " here\n" },
    { "base64 in JSON", put_base64, "{\"data\": \"", "\"}\n" },
    { "base64 in XML", put_base64, "<data>", "</data>\n" },
    { "base64url", put_base64url, "https://h.example/?d=", "\nend\n" },
    { "base64 after a path", put_base64, "https://h.example/reset/", "\n" },
    { "base64 in lines", put_lines, "\n", "\n\nThanks\n" },
    { "base64 in lines, a word after", put_lines, "\n", "\nThanks\n" },
    { "base64 in quoted lines", put_quoted_lines, "> > ", "\r\n> bye\r\n" },
    { "base64 with line ends written out", put_json_lines, "\"", "\"\n" },
    { "base64 in YAML", put_indented, "key: |\n    ", "\nnext: 1\n" },
    { "data URI", put_base64, "url(data:text/plain;base64,", ")\n" },
    { "base32", put_base32, "", "\n" },
    { "hex", put_hex, "dump ", "\n" },
    { "UTF-16 in base64", put_utf16, "powershell -EncodedCommand ", "\n" },
    { "gzip in base64", put_gzip, "H: ", "\n" },
    { "zlib in base64", put_zlib, "\"", "\"\n" },
    { "percent", put_percent, "q=", " \n" },
    { "C", put_c, "s = \"", "\";\n" },
    { "octal", put_octal, "printf '", "'\n" },
    { "JSON", put_json, "{\"a\":\"", "\"}\n" },
    { "references", put_references, "", "\n" },
    { "bytes", put_list, "char k[] = { ", "};\n" },
    { "quoted-printable", put_quoted_printable, "", "\n" },
};

#define ENCODINGS (sizeof encodings / sizeof *encodings)

static struct kit kit;
static struct buffer text;

static inline int make_kit(void **state)
{
    (void)state;
    kit_init(&kit, rules);
    buffer_init(&text, SIZE_MAX / 2);
    return 0;
}

static inline int drop_kit(void **state)
{
    (void)state;
    kit_release(&kit);
    buffer_release(&text);
    return 0;
}

static inline void encode(const struct encoding *encoding, struct slice in)
{
    buffer_clear(&text);
    buffer_put_str(&text, "first line\n");
    buffer_put_str(&text, encoding->before);
    encoding->put(&text, in);
    buffer_put_str(&text, encoding->after);
}

static inline void assert_found_once(const char *name)
{
    if (kit.count != 1)
        fail_msg("%s: %zu found", name, kit.count);
    assert_string_equal(kit.matches[0].secret, TOKEN);
    if (kit.matches[0].view != VIEW_DECODED)
        fail_msg("%s: in view %s", name, view_name(kit.matches[0].view));
}

#endif
