/* archive_bounds_test.c - bombs, and archives of too many or too large members; what is large and harmless passes. */
#include "unit/archive_kit.h"

#include <time.h>

/* Bombs. */

static void bombs_are_cut_at_the_ratio(void **state)
{
    (void)state;
    struct made made;
    struct log log;
    size_t len = 64 * MIB;
    unsigned char *zeros = calloc(1, len);
    assert_non_null(zeros);
    make_begin(&made, "zip", NULL, NULL);
    make_add(&made, "a", slice_of(zeros, len));
    make_add(&made, "b.txt", hello);
    (void)make_end(&made);
    log_begin(&log);
    log_bytes(&log, "x", buffer_slice(&made.bytes), SEEKABLE);
    struct slice text = buffer_slice(&log.text);
    assert_true(slice_find(text, 0, slice_str(" failed limit\n")) != SLICE_NONE);
    buffer_release(&log.text);
    buffer_release(&made.bytes);
    make_begin(&made, "raw", "gzip", NULL);
    make_add(&made, "a", slice_of(zeros, len));
    (void)make_end(&made);
    log_begin(&log);
    log_bytes(&log, "x.gz", buffer_slice(&made.bytes), SEEKABLE);
    assert_true(slice_find(buffer_slice(&log.text), 0, slice_str(" failed limit\n")) != SLICE_NONE);
    buffer_release(&log.text);
    buffer_release(&made.bytes);
    free(zeros);
}

static void filters_are_counted(void **state)
{
    (void)state;
    struct made made[6];
    make_begin(&made[0], "raw", "gzip", NULL);
    make_add(&made[0], "a", hello);
    struct slice bytes = make_end(&made[0]);
    for (size_t i = 1; i < 6; i++) {
        if (i == 4)
            check_walk("x.gz", bytes, "x.gz!/x 13\n");
        make_begin(&made[i], "raw", "gzip", NULL);
        make_add(&made[i], "a", bytes);
        bytes = make_end(&made[i]);
    }
    struct log log;
    log_begin(&log);
    log_bytes(&log, "x.gz", bytes, SEEKABLE);
    log_expect(&log, "x.gz!/data limit filters\nunread\n");
    for (size_t i = 0; i < 6; i++)
        buffer_release(&made[i].bytes);
}

static void entries_are_counted(void **state)
{
    (void)state;
    struct made made;
    struct log log;
    make_begin(&made, "ustar", NULL, NULL);
    for (int i = 0; i < 3; i++)
        make_add(&made, "a", hello);
    (void)make_end(&made);
    log_begin(&log);
    log.limits.outer_entries = 2;
    log_bytes(&log, "x", buffer_slice(&made.bytes), SEEKABLE);
    log_expect(&log, "x!/a 13\nx!/a 13\nx!/NAMES 4\nended limit outer-entries\n");
    buffer_release(&made.bytes);
}

static void what_cannot_be_held_is_a_gap(void **state)
{
    (void)state;
    struct made made;
    struct log log;
    unsigned char noise[4096];
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (unsigned char)(i * 2654435761u >> 13);
    make_begin(&made, "7zip", NULL, NULL);
    make_add(&made, "a", slice_of(noise, sizeof noise));
    (void)make_end(&made);
    log_begin(&log);
    log.limits.held_bytes = 100;
    log_bytes(&log, "x", buffer_slice(&made.bytes), IN_ORDER);
    assert_true(slice_starts_with(buffer_slice(&log.text), "x!/data limit held-bytes\n"));
    buffer_release(&log.text);
    buffer_release(&made.bytes);
    /* A zip is read in order instead. */
    make_begin(&made, "zip", NULL, NULL);
    make_add(&made, "a", hello);
    (void)make_end(&made);
    log_begin(&log);
    log.limits.held_bytes = 10;
    log_bytes(&log, "x", buffer_slice(&made.bytes), IN_ORDER);
    assert_true(slice_starts_with(buffer_slice(&log.text), "x!/a 13\nx!/NAMES 2\n"));
    buffer_release(&log.text);
    buffer_release(&made.bytes);
}

static void many_members_pass(void **state)
{
    (void)state;
    struct made made;
    struct log log;
    struct timespec from, to;
    char name[32];
    const size_t count = 200000;
    make_begin(&made, "ustar", NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "m/%zu.eml", i);
        make_add(&made, name, hello);
    }
    (void)make_end(&made);
    log_begin(&log);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    log_bytes(&log, "x", buffer_slice(&made.bytes), SEEKABLE);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    double seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    print_message("    %.2f us a member\n", seconds / (double)count * 1e6);
    size_t lines = 0;
    for (size_t at = 0; (at = slice_find_byte(buffer_slice(&log.text), at, '\n')) != SLICE_NONE; at++)
        lines++;
    assert_int_equal(lines, count + 1);
    buffer_release(&log.text);
    buffer_release(&made.bytes);
}

static void stored_members_are_fast(void **state)
{
    (void)state;
    struct made made;
    struct log log;
    struct timespec from, to;
    size_t len = 16 * MIB;
    unsigned char *bytes = malloc(len);
    assert_non_null(bytes);
    memset(bytes, 'a', len);
    make_begin(&made, "ustar", NULL, NULL);
    for (int i = 0; i < 12; i++)
        make_add(&made, "a", slice_of(bytes, len));
    (void)make_end(&made);
    for (int access = SEEKABLE; access <= IN_ORDER; access++) {
        log_begin(&log);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
        log_bytes(&log, "x", buffer_slice(&made.bytes), (enum access)access);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
        double seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
        print_message("    %.1f GB/s\n", (double)made.bytes.len / seconds / 1e9);
        buffer_release(&log.text);
    }
    buffer_release(&made.bytes);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bombs_are_cut_at_the_ratio), cmocka_unit_test(filters_are_counted),
        cmocka_unit_test(entries_are_counted),        cmocka_unit_test(what_cannot_be_held_is_a_gap),
        cmocka_unit_test(many_members_pass),          cmocka_unit_test(stored_members_are_fast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
