/* transfer_test.c - transfer decoders: what they give, what they keep, and that windows of any size make no difference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "decode/transfer.h"

/* A source that shows STEP bytes more each time it is asked, as a network would. */
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
        size_t more = drip->all.len - drip->shown < drip->step ? drip->all.len - drip->shown : drip->step;
        drip->shown += more;
        source->ready = slice_sub(drip->all, (size_t)source->offset, drip->shown - (size_t)source->offset);
    }
    return source->ready.len >= want;
}

static const struct source_class drip_class = { .fill = drip_fill };

static struct source *drip_new(struct arena *arena, struct slice all, size_t step)
{
    struct drip *drip = arena_alloc(arena, sizeof *drip);
    *drip = (struct drip){ .all = all, .step = step };
    drip->source =
        (struct source){ .class = &drip_class, .ready = { all.ptr, 0 }, .size = SOURCE_SIZE_UNKNOWN };
    return &drip->source;
}

struct result {
    struct buffer text, undecoded;
    struct transfer_state state;
};

/* Read all of SOURCE in pieces of WANT bytes. */
static void read_all(struct source *source, size_t want, struct buffer *out)
{
    while (source_fill(source, want, NULL) == 1 || source->ready.len > 0) {
        size_t n = source->ready.len < want ? source->ready.len : want;
        buffer_put(out, slice_sub(source->ready, 0, n));
        source_consume(source, n);
    }
}

static void decode(struct result *result, enum transfer_encoding encoding, struct slice in, size_t step,
                   size_t want)
{
    struct arena *arena = arena_new(0);
    *result = (struct result){ .state.undecoded = &result->undecoded };
    buffer_init(&result->text, SIZE_MAX);
    buffer_init(&result->undecoded, 1024 * 1024);
    struct source *parent = step ? drip_new(arena, in, step) : source_from_memory(arena, in);
    struct source *source = transfer_decode(arena, parent, encoding, &result->state);
    read_all(source, want, &result->text);
    source_close(source);
    arena_free(arena);
}

static void release(struct result *result)
{
    buffer_release(&result->text);
    buffer_release(&result->undecoded);
}

static void assert_slice(struct slice got, const char *expected)
{
    if (!slice_is_equal(got, slice_str(expected)))
        fail_msg("got '%.*s', expected '%s'", (int)got.len, (const char *)got.ptr, expected);
}

struct transfer_case {
    enum transfer_encoding encoding;
    const char *in, *out, *undecoded;
    uint64_t bad;
    bool is_cut;
};

#define B64 TRANSFER_BASE64
#define QP TRANSFER_QUOTED_PRINTABLE
#define UU TRANSFER_UUENCODE
#define YENC TRANSFER_YENC

static const struct transfer_case transfer_cases[] = {
    { B64, "", "", "", 0, false },
    { B64, "VklSVVM=", "VIRUS", "", 0, false },
    { B64, "VklS\r\nVVM=\r\n", "VIRUS", "", 0, false },
    { B64, "VklSVQ==\nUyEh", "VIRUS!!", "UyEh", 0, false }, /* chunked: a short rest may be text too */
    { B64, "VklSVQ==UyEh", "VIRUS!!", "", 0, false },
    { B64, "VklSV", "VIR", "", 0, true },
    { B64, "VklSVV", "VIRU", "", 0, true },
    { B64, "VklSVVM", "VIRUS", "", 0, true },
    { B64, "V\nk\nl\nS\nVVM=", "VIRUS", "", 0, false },
    { B64, "  VklS\t\n\t VVM= \n", "VIRUS", "", 0, false },
    { B64, "Vk!lSVVM=", "VIRUS", "Vk!lSVVM=", 1, false },
    { B64, "VklSVVM=\n\n--\nToken: a_b\n", "VIRUS\x4e\x89\x1e\x9d\xa6", "--\nToken: a_b\n", 4, false },
    { B64, "a list says hi\n\nVklSVVM=\n", NULL, "a list says hi\nVklSVVM=\n", 0, false },
    { QP, "plain\r\ntext", "plain\r\ntext", "", 0, false },
    { QP, "a=3D=62c", "a=bc", "", 0, false },
    { QP, "a=\r\nb=\nc=\rd", "abcd", "", 0, false },
    { QP, "a= \t\r\nb=   \nc", "abc", "", 0, false },
    { QP, "=C3=A9=c3=a9", "\xC3\xA9\xC3\xA9", "", 0, false },
    { QP, "a=4Xb=ZZ==41", "a=4Xb=ZZ=A", "", 3, false },
    { QP, "end=", "end", "", 0, true },
    { QP, "end=4", "end=4", "", 1, true },
    { QP, "end=  ", "end", "", 0, false },
    { QP, "x=y\r\n=\r\n=41", "x=y\r\nA", "", 1, false },
    { UU, "begin 644 a.txt\n%5DE256\\\n`\nend\n", NULL, "begin 644 a.txt\nend\n", 0, false },
    { UU, "begin 644 v\r\n%5DE255,`\r\n`\r\nend\r\n", "VIRUS", "begin 644 v\r\nend\r\n", 0, false },
    { UU, "text\nbegin 644 v\n%5DE255,\n \nend\nmore\n", "VIRUS", "text\nbegin 644 v\nend\nmore\n", 0,
      false },
    { UU, "begin 644 v\n%5DE255,\n", "VIRUS", "begin 644 v\n", 0, true },
    { UU, "begin 644 v\n%5DE255,\nwho was here\nend\n", "VIRUS", "begin 644 v\nwho was here\nend\n", 12,
      false },
    { UU, "begin-base64 644 v\nVklS\nVVM=\n====\n", "VIRUS", "begin-base64 644 v\n====\n", 0, false },
    { UU, "begin the day\nnot data\n", "", "begin the day\nnot data\n", 0, false },
    { YENC, "=ybegin line=128 size=5 name=v\r\n\x80s|\x7f}\r\n=yend size=5\r\n", "VIRUS",
      "=ybegin line=128 size=5 name=v\r\n=yend size=5\r\n", 0, false },
    { YENC, "hi\n=ybegin line=2 size=5 name=v\n\x80s\n|\x7f\n}\n=yend size=5\nbye\n", "VIRUS",
      "hi\n=ybegin line=2 size=5 name=v\n=yend size=5\nbye\n", 0, false },
    { YENC, "=ybegin line=128 size=2 name=v\n=}k=\xab\n=yend\n",
      "\x13"
      "AA",
      "=ybegin line=128 size=2 name=v\n=yend\n", 0, false },
    { YENC, "=ybegin line=128 size=9 name=v\n\x80s", "VI", "=ybegin line=128 size=9 name=v\n", 0, true },
};

static void test_each_case_by_any_window(void **state)
{
    static const size_t steps[] = { 0, 1, 2, 3, 7 }, wants[] = { 1, 5, 100000 };
    (void)state;
    for (size_t i = 0; i < sizeof transfer_cases / sizeof *transfer_cases; i++) {
        const struct transfer_case *test = &transfer_cases[i];
        for (size_t k = 0; k < 15; k++) {
            struct result result;
            decode(&result, test->encoding, slice_str(test->in), steps[k % 5], wants[k / 5]);
            if (test->out)
                assert_slice(buffer_slice(&result.text), test->out);
            assert_slice(buffer_slice(&result.undecoded), test->undecoded);
            if (test->out && result.state.bad_bytes != test->bad)
                fail_msg("'%s': %d bad", test->in, (int)result.state.bad_bytes);
            if (result.state.is_cut != test->is_cut)
                fail_msg("'%s': is_cut is %d", test->in, result.state.is_cut);
            release(&result);
        }
    }
}

static void put_base64(struct buffer *out, struct slice bytes, size_t line)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t column = 0;
    for (size_t i = 0; i < bytes.len; i += 3) {
        unsigned bits = (unsigned)bytes.ptr[i] << 16;
        bits |= i + 1 < bytes.len ? (unsigned)bytes.ptr[i + 1] << 8 : 0;
        bits |= i + 2 < bytes.len ? bytes.ptr[i + 2] : 0;
        for (size_t k = 0; k < 4; k++)
            buffer_put_byte(out,
                            i + k > bytes.len ? '=' : (unsigned char)alphabet[bits >> (18 - 6 * k) & 63]);
        if ((column += 4) >= line)
            column = 0, buffer_put_str(out, "\r\n");
    }
}

static void test_base64_round_trip_of_any_length(void **state)
{
    unsigned char bytes[70000];
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 7 + i / 256);
    static const size_t lengths[] = { 1, 2, 3, 4, 5, 6, 7, 8, 57, 58, 59, 60, 61, 1000, 49152, 69999, 70000 };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct buffer text;
        struct result result;
        buffer_init(&text, SIZE_MAX);
        put_base64(&text, slice_of(bytes, lengths[i]), 76);
        decode(&result, TRANSFER_BASE64, buffer_slice(&text), i % 2 ? 1013 : 0, i % 3 ? 4096 : 1);
        assert_true(slice_is_equal(buffer_slice(&result.text), slice_of(bytes, lengths[i])));
        assert_int_equal(result.undecoded.len, 0);
        assert_false(result.state.is_cut);
        release(&result);
        buffer_release(&text);
    }
}

/* Whole, sixteen characters are decoded at once; byte by byte, each alone. */
static void test_base64_is_the_same_in_any_steps(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++)
        for (size_t place = 0; place < 34; place++) {
            unsigned char text[64];
            struct result whole, single;
            for (size_t i = 0; i < sizeof text; i++)
                text[i] = (unsigned char)"Aa0+Zz9/KkPpOo19"[(i * 7 + byte) % 16];
            text[place] = (unsigned char)byte;
            decode(&whole, TRANSFER_BASE64, slice_of(text, sizeof text), 0, 4096);
            decode(&single, TRANSFER_BASE64, slice_of(text, sizeof text), 1, 4096);
            assert_true(slice_is_equal(buffer_slice(&whole.text), buffer_slice(&single.text)));
            assert_true(slice_is_equal(buffer_slice(&whole.undecoded), buffer_slice(&single.undecoded)));
            assert_int_equal(whole.state.bad_bytes, single.state.bad_bytes);
            release(&whole);
            release(&single);
        }
}

static void test_base64_text_around_long_lines_is_kept_near_the_foreign_bytes(void **state)
{
    struct buffer in;
    struct result result;
    (void)state;
    buffer_init(&in, SIZE_MAX);
    for (size_t i = 0; i < 30000; i++)
        buffer_put_byte(&in, i == 20000 ? '!' : 'A');
    for (size_t step = 0; step < 3; step++) {
        decode(&result, TRANSFER_BASE64, buffer_slice(&in), step * 997, 8192);
        assert_int_equal(result.undecoded.len, 2001);
        assert_int_equal(result.undecoded.ptr[1000], '!');
        assert_int_equal(result.state.bad_bytes, 1);
        release(&result);
    }
    buffer_release(&in);
}

static void test_identity_is_the_parent_itself(void **state)
{
    struct arena *arena = arena_new(0);
    struct source *parent = source_from_memory(arena, slice_str("abc"));
    (void)state;
    assert_ptr_equal(transfer_decode(arena, parent, TRANSFER_IDENTITY, NULL), parent);
    assert_ptr_equal(transfer_decode(arena, parent, TRANSFER_UNKNOWN, NULL), parent);
    arena_free(arena);
}

static void test_large_wants_grow_the_window(void **state)
{
    struct arena *arena = arena_new(0);
    struct buffer in;
    (void)state;
    buffer_init(&in, SIZE_MAX);
    for (size_t i = 0; i < 3000000; i++)
        buffer_put_byte(&in, (unsigned char)('a' + i % 26));
    struct source *source =
        transfer_decode(arena, drip_new(arena, buffer_slice(&in), 100000), TRANSFER_QUOTED_PRINTABLE, NULL);
    for (size_t want = 1; want <= SOURCE_WANT_MAX; want *= 4)
        assert_int_equal(source_fill(source, want, NULL), 1);
    assert_int_equal(source_fill(source, SOURCE_WANT_MAX, NULL), 1);
    assert_memory_equal(source->ready.ptr, in.ptr, SOURCE_WANT_MAX);
    source_consume(source, 1000001);
    assert_int_equal(source_fill(source, SOURCE_WANT_MAX, NULL), 1);
    assert_memory_equal(source->ready.ptr, in.ptr + 1000001, SOURCE_WANT_MAX);
    assert_int_equal(source_drain(source), 3000000 - 1000001);
    buffer_release(&in);
    arena_free(arena);
}

/* A source that fails after its text. */
static int broken_fill(struct source *source, size_t want, struct error *err)
{
    (void)source, (void)want;
    return error_set(err, ERROR_SYSTEM, "cannot read");
}

static void test_failure_of_the_parent_shows_after_its_bytes(void **state)
{
    static const struct source_class broken = { .fill = broken_fill };
    struct source parent = { .class = &broken, .ready = slice_str("VklSVVM="), .size = SOURCE_SIZE_UNKNOWN };
    struct arena *arena = arena_new(0);
    struct error err = { 0 };
    (void)state;
    struct source *source = transfer_decode(arena, &parent, TRANSFER_BASE64, NULL);
    assert_int_equal(source_fill(source, 100, &err), -1);
    assert_int_equal(err.kind, ERROR_SYSTEM);
    assert_slice(source->ready, "VIRUS");
    arena_free(arena);
}

static void test_whole_slices_stop_at_the_ceiling(void **state)
{
    struct buffer out;
    (void)state;
    buffer_init(&out, 4);
    assert_int_equal(transfer_decode_base64(slice_str("VklSVVM="), &out, NULL), -1);
    assert_slice(buffer_slice(&out), "VIRU");
    buffer_clear(&out);
    assert_int_equal(transfer_decode_quoted_printable(slice_str("a=3Db="), &out, NULL), 0);
    assert_slice(buffer_slice(&out), "a=b");
    buffer_release(&out);
}

static void test_undecoded_stays_below_its_ceiling(void **state)
{
    struct buffer undecoded, out;
    struct transfer_state transfer = { .undecoded = &undecoded };
    (void)state;
    buffer_init(&undecoded, 5);
    buffer_init(&out, 1000);
    assert_int_equal(transfer_decode_base64(slice_str("!!!!!!!!!!\n??????"), &out, &transfer), 0);
    assert_int_equal(undecoded.len, 5);
    assert_true(undecoded.is_overfull);
    buffer_release(&undecoded);
    buffer_release(&out);
}

static void test_names(void **state)
{
    static const struct {
        const char *name;
        enum transfer_encoding encoding;
    } cases[] = {
        { "base64", TRANSFER_BASE64 },
        { " BASE64 ; x", TRANSFER_BASE64 },
        { "\"base64\"", TRANSFER_BASE64 },
        { "base64 (comment)", TRANSFER_BASE64 },
        { "(c) Quoted-Printable", TRANSFER_QUOTED_PRINTABLE },
        { "x-uue", TRANSFER_UUENCODE },
        { "x-yencode", TRANSFER_YENC },
        { "8bit", TRANSFER_IDENTITY },
        { "", TRANSFER_IDENTITY },
        { "rot13", TRANSFER_UNKNOWN },
        { "(", TRANSFER_IDENTITY },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(transfer_from_name(slice_str(cases[i].name)), cases[i].encoding);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_case_by_any_window),
        cmocka_unit_test(test_base64_round_trip_of_any_length),
        cmocka_unit_test(test_base64_is_the_same_in_any_steps),
        cmocka_unit_test(test_base64_text_around_long_lines_is_kept_near_the_foreign_bytes),
        cmocka_unit_test(test_identity_is_the_parent_itself),
        cmocka_unit_test(test_large_wants_grow_the_window),
        cmocka_unit_test(test_failure_of_the_parent_shows_after_its_bytes),
        cmocka_unit_test(test_whole_slices_stop_at_the_ceiling),
        cmocka_unit_test(test_undecoded_stays_below_its_ceiling),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests_name("transfer", tests, NULL, NULL);
}
