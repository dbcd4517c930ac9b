/* collect_test.c - the findings of one message: overlaps, twins, ordinals, the limit; what goes out and in which order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "record/collect.h"
#include "record/id.h"

static struct rule rules[] = {
    { .id = "a-token", .family = "token", .severity = SEVERITY_HIGH },
    { .id = "b-token", .family = "token", .severity = SEVERITY_HIGH },
    { .id = "c-other", .family = "other", .severity = SEVERITY_CRITICAL },
};
static const struct ruleset ruleset = { .rules = rules, .count = 3 };

/* What was told, a line each: "rule offset id path also… /also-rules…". */
struct told {
    struct buffer lines;
    struct record_id ids[16];
    size_t findings, messages, gaps;
    char limit[32];
};

static void tell_message(void *ctx, const struct message_record *message)
{
    struct told *told = ctx;
    assert_int_equal(message->number, told->messages);
    told->messages++;
}

static void tell_finding(void *ctx, const struct finding *finding)
{
    struct told *told = ctx;
    buffer_printf(&told->lines, "%s@%llu %.*s", rules[finding->rule].id, (unsigned long long)finding->offset,
                  (int)finding->path.len, (const char *)finding->path.ptr);
    for (size_t i = 0; i < finding->also_count; i++)
        buffer_printf(&told->lines, " also %.*s", (int)finding->also[i].len,
                      (const char *)finding->also[i].ptr);
    for (size_t i = 0; i < finding->also_rule_count; i++)
        buffer_printf(&told->lines, " rule %.*s", (int)finding->also_rules[i].len,
                      (const char *)finding->also_rules[i].ptr);
    buffer_put_byte(&told->lines, '\n');
    assert_true(told->findings < sizeof told->ids / sizeof *told->ids);
    told->ids[told->findings++] = finding->id;
}

static void tell_gap(void *ctx, const struct gap_record *gap)
{
    struct told *told = ctx;
    told->gaps++;
    snprintf(told->limit, sizeof told->limit, "%s", gap->gap.limit ? gap->gap.limit : "");
}

static void tell_hidden(void *ctx, struct slice secret)
{
    struct told *told = ctx;
    buffer_printf(&told->lines, "hidden %.*s\n", (int)secret.len, (const char *)secret.ptr);
}

struct world {
    struct told told;
    struct limits limits;
    struct record_output output;
    struct collector *collector;
    struct envelope envelope;
    struct item file, message, header, plain, html, attachment;
};

static int world_make(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    buffer_init(&w->told.lines, 64 * 1024);
    limits_init(&w->limits);
    w->output = (struct record_output){
        .message = tell_message,
        .finding = tell_finding,
        .gap = tell_gap,
        .hidden = tell_hidden,
        .ctx = &w->told,
    };
    w->collector = collector_new(&ruleset, &w->limits, &w->output);
    w->envelope = (struct envelope){ .id = slice_str("<1@x>"), .date = ENVELOPE_NO_DATE };
    w->file = (struct item){ .kind = ITEM_FILE, .name = slice_str("a.eml"), .envelope = &w->envelope };
    w->message = w->file;
    w->message.is_message = true;
    w->header = (struct item){ .parent = &w->message, .kind = ITEM_HEADER, .envelope = &w->envelope };
    w->plain = (struct item){ .parent = &w->message,
                              .kind = ITEM_PART,
                              .part = slice_str("1.1"),
                              .envelope = &w->envelope,
                              .is_alternative = true,
                              .alternative = slice_str("1") };
    w->html = w->plain;
    w->html.part = slice_str("1.2");
    w->attachment = (struct item){ .parent = &w->message,
                                   .kind = ITEM_PART,
                                   .part = slice_str("2"),
                                   .envelope = &w->envelope,
                                   .name = slice_str("n.txt"),
                                   .is_attachment = true };
    *state = w;
    return 0;
}

static int world_free(void **state)
{
    struct world *w = *state;
    collector_free(w->collector);
    buffer_release(&w->told.lines);
    free(w);
    return 0;
}

/* A match of RULE for SECRET at OFFSET of the leaf begun last. */
static void match(struct world *w, size_t rule, enum verdict verdict, uint64_t offset, const char *secret)
{
    struct match match = { .rule = &rules[rule],
                           .verdict = verdict,
                           .why = "",
                           .secret = slice_str(secret),
                           .offset = offset,
                           .end = offset + strlen(secret),
                           .line = 1,
                           .column = 1 };
    collector_match(w->collector, &match, slice_of(NULL, 0));
}

static void end(struct world *w, const char *wanted)
{
    collector_end_scope(w->collector, &w->message);
    buffer_put_byte(&w->told.lines, '\0');
    assert_string_equal((char *)w->told.lines.ptr, wanted);
    buffer_clear(&w->told.lines);
}

static void of_one_span_the_surer_is_shown(void **state)
{
    struct world *w = *state;
    collector_begin_leaf(w->collector, &w->attachment);
    match(w, 2, VERDICT_CONTEXTUAL, 10, "0123456789");
    match(w, 0, VERDICT_PROVEN, 12, "234");
    match(w, 1, VERDICT_CONTEXTUAL, 40, "alone");
    end(w, "hidden 0123456789\na-token@12 a.eml!/2 n.txt rule c-other\nb-token@40 a.eml!/2 n.txt\n");
}

static void of_equally_sure_ones_severity_then_length_then_name(void **state)
{
    struct world *w = *state;
    collector_begin_leaf(w->collector, &w->attachment);
    match(w, 0, VERDICT_PROVEN, 10, "0123456789");
    match(w, 2, VERDICT_PROVEN, 12, "23"); /* more severe */
    match(w, 1, VERDICT_PROVEN, 30, "0123456789");
    match(w, 0, VERDICT_PROVEN, 31, "1234"); /* shorter */
    match(w, 1, VERDICT_PROVEN, 50, "same");
    match(w, 0, VERDICT_PROVEN, 50, "same");
    end(w, "hidden 0123456789\nhidden 1234\nc-other@12 a.eml!/2 n.txt rule a-token\nb-token@30 a.eml!/2 "
           "n.txt rule a-token\n"
           "a-token@50 a.eml!/2 n.txt rule b-token\n");
}

static void spans_that_touch_do_not_overlap(void **state)
{
    struct world *w = *state;
    collector_begin_leaf(w->collector, &w->attachment);
    match(w, 0, VERDICT_PROVEN, 10, "0123");
    match(w, 0, VERDICT_PROVEN, 14, "4567");
    end(w, "a-token@10 a.eml!/2 n.txt\na-token@14 a.eml!/2 n.txt\n");
}

static void the_same_place_in_another_leaf_is_another_place(void **state)
{
    struct world *w = *state;
    collector_begin_leaf(w->collector, &w->header);
    match(w, 0, VERDICT_PROVEN, 10, "0123");
    collector_begin_leaf(w->collector, &w->attachment);
    match(w, 0, VERDICT_PROVEN, 10, "0123");
    end(w, "a-token@10 a.eml!/HEADER\na-token@10 a.eml!/2 n.txt\n");
}

static void twins_of_an_alternative_are_one_finding(void **state)
{
    struct world *w = *state;
    collector_begin_leaf(w->collector, &w->plain);
    match(w, 0, VERDICT_PROVEN, 10, "twin");
    collector_begin_leaf(w->collector, &w->html);
    match(w, 0, VERDICT_PROVEN, 33, "twin");
    match(w, 0, VERDICT_PROVEN, 90, "only here");
    collector_begin_leaf(w->collector, &w->attachment);
    match(w, 0, VERDICT_PROVEN, 0, "twin");
    end(w, "a-token@10 a.eml!/1.1 also a.eml!/1.2\na-token@90 a.eml!/1.2\na-token@0 a.eml!/2 n.txt\n");
}

static void one_more_in_a_later_twin_is_a_finding(void **state)
{
    struct world *w = *state;
    collector_begin_leaf(w->collector, &w->plain);
    match(w, 0, VERDICT_PROVEN, 10, "twin");
    collector_begin_leaf(w->collector, &w->html);
    match(w, 0, VERDICT_PROVEN, 33, "twin");
    match(w, 0, VERDICT_PROVEN, 66, "twin");
    end(w, "a-token@10 a.eml!/1.1 also a.eml!/1.2\na-token@66 a.eml!/1.2\n");
}

static void assert_id(const struct world *w, size_t at, const char *family, const char *leaf,
                      uint64_t ordinal)
{
    struct record_id id = id_of_finding(slice_str(family), slice_str("<1@x>"), slice_str(leaf), ordinal);
    assert_memory_equal(w->told.ids[at].bytes, id.bytes, sizeof id.bytes);
}

static void ordinals_count_a_family_under_a_leaf_key(void **state)
{
    struct world *w = *state;
    collector_begin_leaf(w->collector, &w->plain);
    match(w, 1, VERDICT_PROVEN, 50, "later");
    match(w, 0, VERDICT_PROVEN, 10, "sooner");
    match(w, 2, VERDICT_PROVEN, 30, "other");
    collector_begin_leaf(w->collector, &w->html);
    match(w, 0, VERDICT_PROVEN, 0, "body too");
    collector_begin_leaf(w->collector, &w->attachment);
    match(w, 0, VERDICT_PROVEN, 0, "elsewhere");
    collector_end_scope(w->collector, &w->message);
    assert_int_equal(w->told.findings, 5);
    assert_id(w, 0, "token", "body", 1);
    assert_id(w, 1, "other", "body", 1);
    assert_id(w, 2, "token", "body", 2);
    assert_id(w, 3, "token", "body", 3);
    assert_id(w, 4, "token", "attachment:n.txt", 1);
}

static void a_scope_begins_with_nothing(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 2; i++) {
        collector_begin_unit(w->collector);
        w->told.messages = w->told.findings = 0;
        collector_begin_leaf(w->collector, &w->attachment);
        match(w, 0, VERDICT_PROVEN, 5, "again");
        end(w, "a-token@5 a.eml!/2 n.txt\n");
        assert_int_equal(w->told.messages, 1);
        assert_id(w, 0, "token", "attachment:n.txt", 1);
    }
    end(w, "");
}

static void what_is_over_the_limit_is_one_gap(void **state)
{
    struct world *w = *state;
    w->limits.findings = 2;
    collector_begin_leaf(w->collector, &w->attachment);
    for (uint64_t i = 0; i < 5; i++)
        match(w, 0, VERDICT_PROVEN, 100 * i, "many");
    end(w, "a-token@0 a.eml!/2 n.txt\na-token@100 a.eml!/2 n.txt\n");
    assert_int_equal(w->told.gaps, 1);
    assert_string_equal(w->told.limit, "findings");
    end(w, "");
    assert_int_equal(w->told.gaps, 1);
}

static void a_message_is_told_once_before_what_stands_in_it(void **state)
{
    struct world *w = *state;
    struct gap gap = { .kind = GAP_ENCRYPTED, .reason = slice_str("x") };
    collector_gap(w->collector, &w->attachment, &gap);
    assert_int_equal(w->told.messages, 1);
    assert_int_equal(w->told.gaps, 1);
    collector_begin_leaf(w->collector, &w->plain);
    match(w, 0, VERDICT_PROVEN, 5, "x");
    assert_int_equal(w->told.messages, 1);
    end(w, "a-token@5 a.eml!/1.1\n");
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(of_one_span_the_surer_is_shown),
        IN_WORLD(of_equally_sure_ones_severity_then_length_then_name),
        IN_WORLD(spans_that_touch_do_not_overlap),
        IN_WORLD(the_same_place_in_another_leaf_is_another_place),
        IN_WORLD(twins_of_an_alternative_are_one_finding),
        IN_WORLD(one_more_in_a_later_twin_is_a_finding),
        IN_WORLD(ordinals_count_a_family_under_a_leaf_key),
        IN_WORLD(a_scope_begins_with_nothing),
        IN_WORLD(what_is_over_the_limit_is_one_gap),
        IN_WORLD(a_message_is_told_once_before_what_stands_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
