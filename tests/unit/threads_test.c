/* threads_test.c - halves in different messages: held, put together in the end, in any order of coming. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "record/id.h"
#include "work/threads.h"

static struct rule rules[] = {
    { .id = "password",
      .family = "password",
      .pair = { .kind = "login", .role = PAIR_SECRET, .needs = 1u << PAIR_USER, .within = PAIR_THREAD } },
    { .id = "user",
      .family = "user",
      .pair = { .kind = "login", .role = PAIR_USER, .within = PAIR_THREAD, .is_untold = true } },
    { .id = "key-id", .family = "key-id", .pair = { .kind = "key", .role = PAIR_ID, .within = PAIR_THREAD } },
    { .id = "key",
      .family = "key",
      .pair = { .kind = "key", .role = PAIR_SECRET, .needs = 1u << PAIR_ID, .within = PAIR_THREAD } },
    { .id = "near",
      .family = "near",
      .pair = { .kind = "login", .role = PAIR_SECRET, .needs = 1u << PAIR_USER, .within = PAIR_MESSAGE } },
};
static const struct ruleset ruleset = { .rules = rules, .count = 5 };

/* A half in a message: "p" a password, "u" a user, "i" the id of a key (a finding of its own), "k" its key. */
struct half {
    char sign;
    const char *shown;
    const char *id, *thread; /* of the message; a thread that begins with ? is guessed */
    int64_t date;
};

static struct envelope envelope_of(const struct half *half)
{
    bool is_guessed = half->thread[0] == '?';
    return (struct envelope){ .id = slice_str(half->id),
                              .thread = slice_str(half->thread),
                              .is_thread_guessed = is_guessed,
                              .date = half->date };
}

static uint32_t rule_of(char sign)
{
    return sign == 'p' ? 0 : sign == 'u' ? 1 : sign == 'i' ? 2 : 3;
}

static bool hold(struct threads *threads, const struct half *half)
{
    struct message_record message = { .envelope = envelope_of(half) };
    struct thread_keys keys = thread_keys_of(&message.envelope);
    struct record_id value = id_of_thread(slice_str(half->shown));
    if (half->sign == 'u') {
        struct half_record record = { .rule = rule_of('u'),
                                      .part = { .role = PAIR_USER,
                                                .path = slice_str(half->id),
                                                .line = 1,
                                                .column = 1,
                                                .shown = slice_str(half->shown) } };
        return threads_hold_half(threads, &keys, &record, &value);
    }
    struct finding finding = { .rule = rule_of(half->sign),
                               .path = slice_str(half->id),
                               .line = 1,
                               .column = 1,
                               .why = slice_str("why") };
    assert_true(threads_is_waiting(threads, &finding));
    struct report_finding shown = { .rule = &rules[finding.rule],
                                    .finding = &finding,
                                    .message = &message,
                                    .redacted = slice_str(half->shown) };
    return threads_hold_finding(threads, &keys, &shown, &value);
}

/* "password=user" for each finding, in the order told. */
static void tell(void *ctx, struct report_finding *shown, enum thread_fate fate)
{
    struct buffer *out = ctx;
    const struct finding *finding = shown->finding;
    if (fate == THREAD_MERGED)
        return;
    assert_int_equal(fate, finding->part_count > 1 ? THREAD_PAIRED : THREAD_ALONE);
    buffer_put_str(out, out->len ? " " : "");
    buffer_put(out, shown->redacted);
    buffer_put_byte(out, '=');
    if (finding->part_count > 1) {
        buffer_put(out, finding->parts[1].shown);
        assert_true(slice_is_equal(finding->parts[0].shown, shown->redacted));
    }
    if (slice_find(finding->why, 0, slice_str("seems")) != SLICE_NONE)
        buffer_put_str(out, "?");
}

#define MANY 8

static void check_in_order(const struct half *halves, const size_t *order, size_t count, const char *wanted)
{
    struct buffer out;
    struct threads *threads = threads_new(&ruleset, 100);
    buffer_init(&out, 4096);
    for (size_t i = 0; i < count; i++)
        assert_true(hold(threads, &halves[order[i]]));
    threads_settle(threads, tell, &out);
    buffer_put_byte(&out, '\0');
    assert_string_equal((char *)out.ptr, wanted);
    buffer_release(&out);
    threads_free(threads);
}

/* In the order given, in reverse, and in many others: the same comes out. */
static void check(const struct half *halves, size_t count, const char *wanted)
{
    size_t order[MANY];
    uint32_t seed = 1;
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    check_in_order(halves, order, count, wanted);
    for (int round = 0; round < 50; round++) {
        for (size_t i = count - 1; i > 0; i--) {
            seed = seed * 1103515245 + 12345;
            size_t other = (seed >> 16) % (i + 1), kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        check_in_order(halves, order, count, wanted);
    }
}

#define CHECK(wanted, ...)                                     \
    do {                                                       \
        const struct half halves[] = { __VA_ARGS__ };          \
        check(halves, sizeof halves / sizeof *halves, wanted); \
    } while (0)

static void one_thread_goes_together(void **state)
{
    (void)state;
    CHECK("P=ann", { 'u', "ann", "<1>", "?s", 1 }, { 'p', "P", "<2>", "<1>", 2 });
    CHECK("P=ann", { 'u', "ann", "<1>", "<0>", 1 }, { 'p', "P", "<2>", "<0>", 2 });
    /* Two messages without any reference, of one subject and the same people. */
    CHECK("P=ann?", { 'u', "ann", "<1>", "?s", 1 }, { 'p', "P", "<2>", "?s", 2 });
    /* No id at all: the thread alone ties them. */
    CHECK("P=ann", { 'u', "ann", "", "t", 1 }, { 'p', "P", "<2>", "t", 2 });
}

static void other_threads_do_not(void **state)
{
    (void)state;
    CHECK("P=", { 'u', "ann", "<1>", "?s", 1 }, { 'p', "P", "<2>", "?other", 2 });
    CHECK("P=", { 'u', "ann", "<1>", "<0>", 1 }, { 'p', "P", "<2>", "<9>", 2 });
    CHECK("P=", { 'u', "ann", "", "", 1 }, { 'p', "P", "", "", 2 });
}

static void the_nearest_message_before_is_asked_first(void **state)
{
    (void)state;
    CHECK("P=ben", { 'u', "ann", "<1>", "<0>", 1 }, { 'u', "ben", "<2>", "<0>", 2 },
          { 'p', "P", "<3>", "<0>", 3 }, { 'u', "cat", "<4>", "<0>", 4 });
    CHECK("P=cat", { 'p', "P", "<3>", "<0>", 3 }, { 'u', "cat", "<4>", "<0>", 4 });
    /* Its own message names two: that is in doubt, and no other message clears it. */
    CHECK("P=", { 'u', "ann", "<1>", "<0>", 1 }, { 'p', "P", "<3>", "<0>", 3 },
          { 'u', "ben", "<3>", "<0>", 3 }, { 'u', "cat", "<3>", "<0>", 3 });
}

static void two_users_are_a_doubt_and_two_of_each_are_not(void **state)
{
    (void)state;
    CHECK("P=", { 'u', "ann", "<1>", "<0>", 1 }, { 'u', "ben", "<1>", "<0>", 1 },
          { 'p', "P", "<2>", "<0>", 2 });
    CHECK("P=ann", { 'u', "ann", "<1>", "<0>", 1 }, { 'u', "ann", "<1>", "<0>", 1 },
          { 'p', "P", "<2>", "<0>", 2 });
}

/* A hundred mails may be called "note". */
static void a_guess_is_careful(void **state)
{
    (void)state;
    const int64_t week = INT64_C(7) * 24 * 3600;
    CHECK("P=ann?", { 'u', "ann", "<1>", "?s", 1 }, { 'p', "P", "<2>", "?s", 1 + week });
    CHECK("P=", { 'u', "ann", "<1>", "?s", 1 }, { 'p', "P", "<2>", "?s", 2 + week });
    CHECK("P=", { 'u', "ann", "<1>", "?s", 1 }, { 'p', "P", "<2>", "?s", 2 }, { 'u', "ben", "<3>", "?s", 3 });
    CHECK("AK= K=", { 'i', "AK", "<1>", "?s", 1 }, { 'k', "K", "<2>", "?s", 2 });
    CHECK("P=", { 'u', "ann", "<1>", "?s", INT64_MIN }, { 'p', "P", "<2>", "?s", 2 });
}

static void a_told_half_is_told_once(void **state)
{
    (void)state;
    CHECK("K=AK", { 'i', "AK", "<1>", "<0>", 1 }, { 'k', "K", "<2>", "<0>", 2 });
    CHECK("AK= K=", { 'i', "AK", "<1>", "<7>", 1 }, { 'k', "K", "<2>", "<0>", 2 });
    CHECK("AK=", { 'i', "AK", "<1>", "<0>", 1 }, { 'u', "ann", "<2>", "<0>", 2 });
}

static void only_what_may_gain_waits(void **state)
{
    (void)state;
    struct threads *threads = threads_new(&ruleset, 10);
    struct finding complete = { .rule = 0, .opens.user = "ann" }, near = { .rule = 4 };
    struct finding outside = { .rule = 0, .message = RECORD_NO_MESSAGE };
    assert_false(threads_is_waiting(threads, &complete));
    assert_false(threads_is_waiting(threads, &near));
    assert_false(threads_is_waiting(threads, &outside));
    threads_free(threads);
}

static void past_the_limit_nothing_is_held(void **state)
{
    (void)state;
    struct threads *threads = threads_new(&ruleset, 1);
    struct half first = { 'p', "P", "<1>", "<0>", 1 }, second = { 'u', "ann", "<2>", "<0>", 1 };
    struct buffer out;
    buffer_init(&out, 100);
    assert_true(hold(threads, &first));
    assert_false(hold(threads, &second));
    assert_int_equal(threads_over_limit(threads), 1);
    threads_settle(threads, tell, &out);
    assert_true(slice_is_equal(buffer_slice(&out), slice_str("P=")));
    buffer_release(&out);
    threads_free(threads);
}

static void count_told(void *ctx, struct report_finding *shown, enum thread_fate fate)
{
    (void)fate;
    *(size_t *)ctx += shown->finding->part_count == 2;
}

/* Ten thousand of each, in one thread: each message its own, and all in one message. */
static void a_large_thread_takes_no_long_time(void **state)
{
    (void)state;
    for (int shape = 0; shape < 2; shape++) {
        struct threads *threads = threads_new(&ruleset, 30000);
        char id[32];
        size_t told = 0;
        clock_t start = clock();
        for (int i = 0; i < 20000; i++) {
            snprintf(id, sizeof id, "<%d>", shape ? i % 2 : i);
            struct half half = { i % 2 ? 'p' : 'u', "ann", id, "<0>", shape ? i % 2 : i };
            assert_true(hold(threads, &half));
        }
        threads_settle(threads, count_told, &told);
        assert_int_equal(told, 10000);
        assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5);
        threads_free(threads);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thread_goes_together),
        cmocka_unit_test(other_threads_do_not),
        cmocka_unit_test(the_nearest_message_before_is_asked_first),
        cmocka_unit_test(two_users_are_a_doubt_and_two_of_each_are_not),
        cmocka_unit_test(a_guess_is_careful),
        cmocka_unit_test(a_told_half_is_told_once),
        cmocka_unit_test(only_what_may_gain_waits),
        cmocka_unit_test(past_the_limit_nothing_is_held),
        cmocka_unit_test(a_large_thread_takes_no_long_time),
    };
    return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
