/* decode_fuzz.c - decode/ on any bytes: the first picks the function, what must always hold is checked.
 *
 * Build: clang -fsanitize=fuzzer,address,undefined, with the library built the same way.
 */
#include <stdint.h>

#include "base/utf8.h"
#include "decode/charset.h"
#include "decode/flowed.h"
#include "decode/header.h"
#include "decode/transfer.h"
#include "item/envelope.h"

#define CHECK(what)           \
    do {                      \
        if (!(what))          \
            __builtin_trap(); \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A source that shows a few bytes more each time it is asked. */
struct drip {
    struct source source;
    struct slice all;
    size_t shown, step;
};

static int drip_fill(struct source *source, size_t want, struct error *err)
{
    struct drip *drip = (struct drip *)source;
    (void)err;
    while (source->ready.len < want && drip->shown < drip->all.len) {
        size_t left = drip->all.len - drip->shown;
        drip->shown += left < drip->step ? left : drip->step;
        source->ready = slice_sub(drip->all, (size_t)source->offset, drip->shown - (size_t)source->offset);
    }
    return source->ready.len >= want;
}

static const struct source_class drip_class = { .fill = drip_fill };

static void read_decoded(struct arena *arena, struct source *parent, enum transfer_encoding encoding,
                         size_t want, struct buffer *out, struct transfer_state *state)
{
    struct source *source = transfer_decode(arena, parent, encoding, state);
    while (source_fill(source, want, NULL) == 1 || source->ready.len > 0) {
        size_t n = source->ready.len < want ? source->ready.len : want;
        buffer_put(out, slice_sub(source->ready, 0, n));
        source_consume(source, n);
    }
}

/* The size of the pieces makes no difference, and what base64 and quoted-printable drop is little. */
static void try_transfer(struct arena *arena, enum transfer_encoding encoding, struct slice in, size_t step)
{
    struct buffer whole, pieces, kept[2];
    struct transfer_state states[2] = { { .undecoded = &kept[0] }, { .undecoded = &kept[1] } };
    struct drip drip = { .all = in, .step = step % 61 + 1 };
    drip.source =
        (struct source){ .class = &drip_class, .ready = { in.ptr, 0 }, .size = SOURCE_SIZE_UNKNOWN };
    buffer_init(&whole, SIZE_MAX);
    buffer_init(&pieces, SIZE_MAX);
    buffer_init(&kept[0], SIZE_MAX);
    buffer_init(&kept[1], SIZE_MAX);
    read_decoded(arena, source_from_memory(arena, in), encoding, 65536, &whole, &states[0]);
    read_decoded(arena, &drip.source, encoding, step % 7 + 1, &pieces, &states[1]);
    CHECK(slice_is_equal(buffer_slice(&whole), buffer_slice(&pieces)));
    CHECK(slice_is_equal(buffer_slice(&kept[0]), buffer_slice(&kept[1])));
    CHECK(states[0].bad_bytes == states[1].bad_bytes && states[0].is_cut == states[1].is_cut);
    buffer_release(&whole);
    buffer_release(&pieces);
    buffer_release(&kept[0]);
    buffer_release(&kept[1]);
}

static void try_text(struct arena *arena, struct slice in)
{
    struct address_list list;
    struct limits limits;
    limits_init(&limits);
    CHECK(utf8_is_valid(header_decode_text(arena, in)));
    header_unfold(arena, in);
    CHECK(header_strip_comments(arena, in, 3).len <= in.len);
    header_parse_addresses(arena, in, &limits, &list);
    header_parse_date(in);
    header_parse_asctime(in);
    struct slice rest = in, id;
    while (header_eat_message_id(&rest, &id) == 1)
        CHECK(id.len > 2);
}

static void try_params(struct arena *arena, struct slice in)
{
    struct header_params params;
    struct limits limits;
    limits_init(&limits);
    limits.header_params = 8;
    header_parse_params(arena, in, &limits, &params);
    CHECK(params.count <= 8);
    for (size_t i = 0; i < params.count; i++)
        CHECK(utf8_is_valid(params.list[i].value));
}

/* The fields are the block, byte for byte; a complete block stays as it is when more text comes. */
static void try_header(struct slice in, size_t cut)
{
    struct header_field field;
    struct slice rest = in;
    const unsigned char *at = in.ptr;
    size_t blank;
    bool is_complete;
    while (header_eat(&rest, &field) == 1) {
        CHECK(field.raw.ptr == at && field.raw.len > 0);
        at += field.raw.len;
    }
    CHECK(at == in.ptr + in.len);
    size_t length = header_block_length(in, true, &blank, &is_complete);
    CHECK(is_complete && length <= in.len && blank <= length);
    size_t shorter = header_block_length(slice_sub(in, 0, cut), false, &blank, &is_complete);
    CHECK(!is_complete || shorter == length);
}

static const char *const charset_list[] = { "utf-8",       "utf-7",       "utf-16le",    "utf-32be",
                                            "iso-2022-jp", "iso-2022-kr", "iso-2022-cn", "gb18030",
                                            "shift_jis",   "euc-jp",      "euc-tw",      "big5",
                                            "windows-949", "hz",          "koi8-r",      "windows-1255",
                                            "ibm1047",     "big5-hkscs" };

static void try_charset(struct slice in, size_t pick, size_t step)
{
    size_t count = sizeof charset_list / sizeof *charset_list;
    struct charset *charset = charset_open(slice_str(charset_list[pick % count]));
    struct buffer whole, part, pieces;
    struct slice rest = in;
    uint64_t bad[2] = { 0, 0 };
    buffer_init(&whole, SIZE_MAX);
    buffer_init(&pieces, SIZE_MAX);
    buffer_init(&part, step % 100 + 8);
    CHECK(charset_convert(charset, &rest, true, &whole, &bad[0]) == 0 && rest.len == 0);
    CHECK(utf8_is_valid(buffer_slice(&whole)));
    charset_reset(charset);
    rest = slice_sub(in, 0, 0);
    for (bool is_last = false, is_done = false; !is_done;) {
        size_t used = (size_t)(rest.ptr - in.ptr), held = rest.len;
        int result = charset_convert(charset, &rest, is_last, &part, &bad[1]);
        bool is_stuck = held == rest.len && part.len == 0;
        buffer_put(&pieces, buffer_slice(&part));
        buffer_clear(&part);
        is_done = is_last && result == 0;
        used = (size_t)(rest.ptr - in.ptr);
        if (result == 0 || is_stuck)
            rest = slice_sub(in, used, rest.len + step % 13 + 1);
        is_last |= result == 0 && used + rest.len == in.len;
    }
    CHECK(slice_is_equal(buffer_slice(&whole), buffer_slice(&pieces)));
    charset_close(charset);
    buffer_release(&whole);
    buffer_release(&pieces);
    buffer_release(&part);
    charset_guess(in);
    charset_close(charset_open(in));
}

static void try_flowed(struct slice in, bool is_delsp)
{
    struct buffer view;
    buffer_init(&view, in.len);
    CHECK(flowed_join(in, is_delsp, &view, NULL) == 0);
    buffer_release(&view);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    struct slice in = slice_of(data + 3, size - 3);
    struct arena *arena = arena_new(0);
    if (data[0] % 6 == 0)
        try_transfer(arena, TRANSFER_BASE64 + data[1] % 4, in, data[2]);
    else if (data[0] % 6 == 1)
        try_text(arena, in);
    else if (data[0] % 6 == 2)
        try_params(arena, in);
    else if (data[0] % 6 == 3)
        try_header(in, data[1] + 256u * (data[2] % 4));
    else if (data[0] % 6 == 4)
        try_charset(in, data[1], data[2]);
    else
        try_flowed(in, data[1] & 1);
    arena_free(arena);
    return 0;
}
