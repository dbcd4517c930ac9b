/* blobs_bounds_test.c - encoded texts at the cuts of blocks, too deep and too many: all is found once, at a bounded cost. */
#include <time.h>

#include "unit/blobs_kit.h"

static void deeper_is_a_limit(void **state)
{
    (void)state;
    struct buffer in;
    buffer_init(&in, SIZE_MAX / 2);
    buffer_put_str(&in, WORDS);
    for (int depth = 0; depth < 4; depth++) {
        buffer_clear(&text);
        put_base64(&text, buffer_slice(&in));
        buffer_clear(&in);
        buffer_put(&in, buffer_slice(&text));
    }
    kit_scan(&kit, buffer_slice(&text));
    assert_int_equal(kit.count, 0);
    assert_string_equal(matcher_decoding_limit(kit.matcher), "decoded-depth");
    buffer_release(&in);
}

/* Blobs over the ends of blocks of any size: each token once. */
static void no_match_is_lost_or_told_twice_at_a_cut(void **state)
{
    (void)state;
    struct buffer in;
    size_t least = 2 * matcher_overlap(kit.matcher) + 64;
    buffer_init(&in, SIZE_MAX / 2);
    for (int i = 0; i < 200; i++)
        buffer_printf(&in, "line %d of many words, tok_%08d, and so on\n", i, i);
    for (size_t e = 0; e < ENCODINGS; e++) {
        if (encodings[e].put == put_gzip || encodings[e].put == put_zlib)
            continue;
        encode(&encodings[e], buffer_slice(&in));
        for (size_t block = least; block < least + 97; block += 7) {
            bool seen[200] = { false };
            kit_scan_blocks(&kit, buffer_slice(&text), block);
            for (size_t i = 0; i < kit.count; i++) {
                unsigned long number = strtoul(kit.matches[i].secret + 4, NULL, 10);
                assert_true(number < 200);
                if (seen[number])
                    fail_msg("%s, block %zu: %lu told twice", encodings[e].name, block, number);
                seen[number] = true;
            }
            for (size_t i = 0; i < 200; i++)
                if (!seen[i])
                    fail_msg("%s, block %zu: %zu lost", encodings[e].name, block, i);
        }
    }
    buffer_release(&in);
}

/* Compressed blobs of a few hundred bytes, wherever the cut falls. */
static void compressed_blobs_at_a_cut_come_once(void **state)
{
    (void)state;
    size_t least = 2 * matcher_overlap(kit.matcher) + 64;
    for (size_t block = least; block < least + 400; block += 13) {
        buffer_clear(&text);
        for (int i = 0; i < 40; i++) {
            char value[64];
            snprintf(value, sizeof value, "number %d is tok_%08d and no more", i, i);
            put_gzip(&text, slice_str(value));
            buffer_put_str(&text, "\nbetween them a line of words\n");
        }
        kit_scan_blocks(&kit, buffer_slice(&text), block);
        if (kit.count != 40)
            fail_msg("block %zu: %zu of 40", block, kit.count);
    }
}

/* Hostile texts. */

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#define MIB ((size_t)1024 * 1024)
#define SLOW 20.0 /* CPU seconds that no text of 16 MiB may take, sanitizers included */

static void assert_quick(const char *name)
{
    double start = seconds();
    kit_scan(&kit, buffer_slice(&text));
    if (seconds() - start > SLOW)
        fail_msg("%s took %.1f s", name, seconds() - start);
}

static void base64_of_base64_takes_no_longer(void **state)
{
    (void)state;
    struct buffer in;
    buffer_init(&in, SIZE_MAX / 2);
    while (in.len < 5 * MIB)
        buffer_put_str(&in, WORDS "\n");
    for (int depth = 0; depth < 4; depth++) {
        buffer_clear(&text);
        put_lines(&text, buffer_slice(&in));
        buffer_clear(&in);
        buffer_put(&in, buffer_slice(&text));
    }
    text.len = text.len > 16 * MIB ? 16 * MIB : text.len;
    assert_quick("base64 of base64");
    assert_string_equal(matcher_decoding_limit(kit.matcher), "decoded-depth");
    buffer_release(&in);
}

static void a_bomb_ends_at_a_limit(void **state)
{
    (void)state;
    struct buffer in;
    buffer_init(&in, SIZE_MAX / 2);
    while (in.len < 100 * MIB)
        buffer_put_str(&in, "nothing but the same words over and over again, a hundred megabytes of them\n");
    buffer_clear(&text);
    put_zlib(&text, buffer_slice(&in));
    buffer_release(&in);
    assert_true(text.len < MIB);
    assert_quick("a bomb");
    assert_string_equal(matcher_decoding_limit(kit.matcher), "decoded-bytes");
}

static void a_million_blobs_end_at_a_limit(void **state)
{
    (void)state;
    buffer_clear(&text);
    for (int i = 0; i < 1000000; i++)
        buffer_put_str(&text, "aGVsbG8gd29ybGQhIQ\n\n");
    assert_quick("a million blobs");
    assert_string_equal(matcher_decoding_limit(kit.matcher), "decoded-blobs");
}

/* Near misses of every kind. */
static void hostile_runs_take_no_longer(void **state)
{
    (void)state;
    static const char *const units[] = { "aGVsbG8gd29ybGQh/",
                                         "68656c6c6f20776f726c6420",
                                         "GEZDGNBVGY3TQOJQ",
                                         "%4",
                                         "%41%4",
                                         "\\u00",
                                         "\"\\n",
                                         "&amp",
                                         "=3D=",
                                         "0x41,",
                                         "aaaa: bbbbbbbb\n",
                                         "https://l.facebook.com/l.php?u=",
                                         "aGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsb\n",
                                         "H4sIAAAAAAAA",
                                         "eJwD",
                                         "://",
                                         "x=",
                                         "_-/+" };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        buffer_clear(&text);
        while (text.len < 2 * MIB)
            buffer_put_str(&text, units[i]);
        assert_quick(units[i]);
    }
}

static void nothing_is_decoded_at_depth_0(void **state)
{
    (void)state;
    struct limits limits;
    limits_init(&limits);
    limits.decoded_depth = 0;
    encode(&encodings[0], slice_str(WORDS));
    matcher_set_limits(kit.matcher, &limits);
    kit_scan(&kit, buffer_slice(&text));
    matcher_set_limits(kit.matcher, NULL);
    assert_int_equal(kit.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deeper_is_a_limit),
        cmocka_unit_test(no_match_is_lost_or_told_twice_at_a_cut),
        cmocka_unit_test(compressed_blobs_at_a_cut_come_once),
        cmocka_unit_test(base64_of_base64_takes_no_longer),
        cmocka_unit_test(a_bomb_ends_at_a_limit),
        cmocka_unit_test(a_million_blobs_end_at_a_limit),
        cmocka_unit_test(hostile_runs_take_no_longer),
        cmocka_unit_test(nothing_is_decoded_at_depth_0),
    };
    return cmocka_run_group_tests_name("blobs", tests, make_kit, drop_kit);
}
