/* wire_test.c - records survive the wire; what no writer sends is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/limits.h"
#include "record/wire.h"

#define S(text)                                         \
    {                                                   \
        (const unsigned char *)(text), sizeof(text) - 1 \
    }

static struct slice people[] = { S("bob@example.org"), S(""), S("carol@example.org") };

static struct message_record message_sample(void)
{
    struct message_record message = { .number = 3 };
    struct envelope *e = &message.envelope;
    e->id = slice_str("<1@example.org>");
    e->date = -5;
    e->from = slice_str("alice@example.org");
    e->to = (struct address_list){ people, 3 };
    e->labels = (struct address_list){ people, 1 };
    e->subject = slice_of("sub\0ject\xff", 9);
    e->is_thread_guessed = true;
    e->custodian = slice_str("alice");
    return message;
}

static struct finding_part parts[] = {
    { PAIR_SECRET, S("a.mbox!#3!/2"), 12, 7, 99, S("se\xE2\x80\xA6t") },
    { PAIR_USER, S("a.mbox!#2!/1"), 1, 2, UINT64_MAX, S("bob") },
};

static struct finding finding_sample(void)
{
    struct finding f = { .rule = 6, .message = 3, .verdict = VERDICT_PROVEN, .view = VIEW_HTML };
    memset(f.id.bytes, 0xA5, sizeof f.id.bytes);
    f.why = slice_str("because");
    f.severity = SEVERITY_LOW;
    f.secret = slice_of("se\0cret", 7);
    f.path = slice_str("a.mbox!#3!/2");
    f.leaf_key = slice_str("body");
    f.before = slice_str("before ");
    f.after = slice_str(" after");
    f.line = 12;
    f.column = 7;
    f.offset = UINT64_MAX - 1;
    f.is_quoted = true;
    snprintf(f.opens.host, sizeof f.opens.host, "db.example.org");
    f.also = people;
    f.also_count = 2;
    f.also_rules = people;
    f.also_rule_count = 3;
    f.parts = parts;
    f.part_count = 2;
    return f;
}

static void assert_slice(struct slice got, struct slice want)
{
    assert_true(slice_is_equal(got, want));
}

static void messages_survive(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct buffer out;
    struct message_record sent = message_sample(), got;
    buffer_init(&out, WIRE_RECORD_MAX);
    wire_put_message(&out, &sent);
    assert_int_equal(wire_get_message(buffer_slice(&out), arena, &got, NULL), 0);
    assert_int_equal(got.number, 3);
    assert_int_equal(got.envelope.date, -5);
    assert_slice(got.envelope.subject, sent.envelope.subject);
    assert_int_equal(got.envelope.to.count, 3);
    assert_slice(got.envelope.to.at[2], people[2]);
    assert_int_equal(got.envelope.cc.count, 0);
    assert_true(got.envelope.is_thread_guessed);
    assert_slice(got.envelope.custodian, sent.envelope.custodian);
    buffer_release(&out);
    arena_free(arena);
}

static void messages_of_no_interest_survive(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct buffer out, place;
    struct message_record sent = message_sample(), got;
    struct seen_record seen;
    sent.is_bare = true;
    sent.path = slice_str("a.mbox!#3");
    memset(sent.key.bytes, 0xA5, sizeof sent.key.bytes);
    sent.envelope.folder = slice_str("Inbox/Ops");
    buffer_init(&out, WIRE_RECORD_MAX);
    buffer_init(&place, WIRE_RECORD_MAX);
    wire_put_seen(&out, &sent);
    wire_put_place(&place, &sent.envelope);
    assert_int_equal(wire_get_seen(buffer_slice(&out), &seen, NULL), 0);
    assert_true(seen.number == 3 && seen.date == -5);
    assert_slice(seen.id, sent.envelope.id);
    assert_slice(seen.path, sent.path);
    assert_slice(seen.place, buffer_slice(&place));
    assert_int_equal(wire_get_bare(buffer_slice(&out), arena, &got, NULL), 0);
    assert_true(got.is_bare && !got.is_file && got.envelope.date == -5);
    assert_memory_equal(got.key.bytes, sent.key.bytes, sizeof got.key.bytes);
    assert_slice(got.envelope.folder, sent.envelope.folder);
    assert_slice(got.envelope.custodian, sent.envelope.custodian);
    assert_int_equal(got.envelope.labels.count, 1);
    assert_int_equal(got.envelope.to.count, 0); /* people are left out */
    for (size_t len = 0; len < out.len; len++)
        assert_int_equal(wire_get_bare(slice_sub(buffer_slice(&out), 0, len), arena, &got, NULL), -1);
    buffer_put_byte(&out, 0);
    assert_int_equal(wire_get_bare(buffer_slice(&out), arena, &got, NULL), -1);
    memset(out.ptr, 0xFF, 4);
    assert_int_equal(wire_get_seen(buffer_slice(&out), &seen, NULL), -1); /* no number */
    buffer_release(&place);
    buffer_release(&out);
    arena_free(arena);
}

static void findings_survive(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct buffer out;
    struct finding sent = finding_sample(), got;
    buffer_init(&out, WIRE_RECORD_MAX);
    wire_put_finding(&out, &sent);
    assert_int_equal(wire_get_finding(buffer_slice(&out), arena, 7, &got, NULL), 0);
    assert_memory_equal(&got.id, &sent.id, sizeof got.id);
    assert_slice(got.secret, sent.secret);
    assert_slice(got.before, sent.before);
    assert_slice(got.after, sent.after);
    assert_int_equal(got.verdict, VERDICT_PROVEN);
    assert_int_equal(got.severity, SEVERITY_LOW);
    assert_int_equal(got.view, VIEW_HTML);
    assert_true(got.offset == sent.offset);
    assert_string_equal(got.opens.host, "db.example.org");
    assert_int_equal(got.also_rule_count, 3);
    assert_int_equal(got.part_count, 2);
    assert_int_equal(got.parts[1].role, PAIR_USER);
    assert_slice(got.parts[1].path, parts[1].path);
    assert_slice(got.parts[1].shown, parts[1].shown);
    assert_true(got.parts[1].offset == UINT64_MAX);
    struct error err;
    assert_int_equal(wire_get_finding(buffer_slice(&out), arena, 6, &got, &err), -1);
    assert_int_equal(err.kind, ERROR_FORMAT);
    buffer_release(&out);
    arena_free(arena);
}

static void promises_and_tallies_survive(void **state)
{
    (void)state;
    struct buffer out;
    struct promise_record sent = { { PROMISE_MD5, slice_str("a.mbox"), 7, { 1, 2, 3 } },
                                   slice_str("x/sums"),
                                   slice_str("sums"),
                                   slice_str("alice") },
                          got;
    struct tally_record tally = { slice_str("x/a.mbox"), 12, true }, back;
    buffer_init(&out, WIRE_RECORD_MAX);
    wire_put_promise(&out, &sent);
    assert_int_equal(wire_get_promise(buffer_slice(&out), &got, NULL), 0);
    assert_int_equal(got.promise.what, PROMISE_MD5);
    assert_slice(got.promise.name, sent.promise.name);
    assert_slice(got.path, sent.path);
    assert_slice(got.custodian, sent.custodian);
    assert_memory_equal(got.promise.md5, sent.promise.md5, sizeof got.promise.md5);
    for (size_t len = 0; len < out.len; len++)
        assert_int_equal(wire_get_promise(slice_sub(buffer_slice(&out), 0, len), &got, NULL), -1);
    out.ptr[0] = PROMISE_WHATS;
    assert_int_equal(wire_get_promise(buffer_slice(&out), &got, NULL), -1);
    buffer_clear(&out);
    wire_put_tally(&out, &tally);
    assert_int_equal(wire_get_tally(buffer_slice(&out), &back, NULL), 0);
    assert_slice(back.path, tally.path);
    assert_true(back.messages == 12 && back.is_over);
    buffer_release(&out);
}

static void gaps_and_units_survive(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct buffer out;
    struct gap_record sent = { .gap = { GAP_LIMIT, GAP_STANDS_FOR_REST, slice_str("too deep"),
                                        GAP_BYTES_UNKNOWN, limit_names[0].name },
                               .message = RECORD_NO_MESSAGE },
                      got;
    struct unit_record unit = { 1, { 3, 4, 5, 6, 7, 8, 9, 10 } }, back;
    buffer_init(&out, WIRE_RECORD_MAX);
    wire_put_gap(&out, &sent);
    assert_int_equal(wire_get_gap(buffer_slice(&out), arena, &got, NULL), 0);
    assert_int_equal(got.gap.kind, GAP_LIMIT);
    assert_string_equal(got.gap.limit, limit_names[0].name);
    assert_true(got.gap.bytes == GAP_BYTES_UNKNOWN);
    buffer_clear(&out);
    wire_put_unit(&out, &unit);
    assert_int_equal(wire_get_unit(buffer_slice(&out), &back, NULL), 0);
    assert_memory_equal(&unit, &back, sizeof unit);
    buffer_release(&out);
    arena_free(arena);
}

static void halves_survive(void **state)
{
    (void)state;
    struct buffer out;
    struct half_record sent = { .rule = 2, .message = 5, .part = parts[1] }, got;
    buffer_init(&out, WIRE_RECORD_MAX);
    wire_put_half(&out, &sent);
    assert_int_equal(wire_get_half(buffer_slice(&out), 3, &got, NULL), 0);
    assert_int_equal(got.message, 5);
    assert_slice(got.part.shown, sent.part.shown);
    assert_int_equal(wire_get_half(buffer_slice(&out), 2, &got, NULL), -1);
    for (size_t len = 0; len < out.len; len++)
        assert_int_equal(wire_get_half(slice_sub(buffer_slice(&out), 0, len), 3, &got, NULL), -1);
    out.ptr[8] = PAIR_ROLES;
    assert_int_equal(wire_get_half(buffer_slice(&out), 3, &got, NULL), -1);
    buffer_release(&out);
}

/* More parts than a finding can have are refused before anything is allocated. */
static void too_many_parts_are_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct buffer out;
    struct finding sent = finding_sample(), got;
    sent.part_count = 0;
    buffer_init(&out, WIRE_RECORD_MAX);
    wire_put_finding(&out, &sent);
    out.ptr[out.len - 4] = (unsigned char)FINDING_PARTS_MAX + 1;
    assert_int_equal(wire_get_finding(buffer_slice(&out), arena, 7, &got, NULL), -1);
    buffer_release(&out);
    arena_free(arena);
}

/* Each record with its end missing, or with a byte more, is refused. */
static void cut_and_padded_records_are_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct buffer out;
    struct finding sent = finding_sample(), got;
    struct message_record message = message_sample(), back;
    buffer_init(&out, WIRE_RECORD_MAX);
    wire_put_finding(&out, &sent);
    for (size_t len = 0; len < out.len; len++)
        assert_int_equal(wire_get_finding(slice_sub(buffer_slice(&out), 0, len), arena, 7, &got, NULL), -1);
    buffer_put_byte(&out, 0);
    assert_int_equal(wire_get_finding(buffer_slice(&out), arena, 7, &got, NULL), -1);
    buffer_clear(&out);
    wire_put_message(&out, &message);
    for (size_t len = 0; len < out.len; len++)
        assert_int_equal(wire_get_message(slice_sub(buffer_slice(&out), 0, len), arena, &back, NULL), -1);
    buffer_release(&out);
    arena_free(arena);
}

/* A gap's bytes: kind, stands_for, reason, bytes, limit … with one of them made wrong. */
struct bad_gap {
    const char *what;
    size_t at;
    unsigned char byte;
};

static const struct bad_gap bad_gaps[] = {
    { "choice", 0, GAP_KINDS }, { "choice", 1, 2 },      { "too long", 4, 1 },
    { "cut short", 2, 60 },     { "no limit", 18, 'X' },
};

static void bad_gaps_are_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct gap_record gap = { .gap = { GAP_LIMIT, 0, { NULL, 0 }, 0, "ratio" } }, got;
    struct error err;
    for (size_t i = 0; i < sizeof bad_gaps / sizeof *bad_gaps; i++) {
        struct buffer out;
        buffer_init(&out, WIRE_RECORD_MAX);
        wire_put_gap(&out, &gap);
        out.ptr[bad_gaps[i].at] = bad_gaps[i].byte;
        assert_int_equal(wire_get_gap(buffer_slice(&out), arena, &got, &err), -1);
        assert_non_null(strstr(err.message, bad_gaps[i].what));
        buffer_release(&out);
    }
    arena_free(arena);
}

static void long_strings_are_cut_and_the_secret_is_not(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct buffer out;
    struct finding sent = finding_sample(), got;
    size_t size = 300000;
    char *text = malloc(size);
    struct slice *list = calloc(100000, sizeof *list);
    memset(text, 'x', size);
    text[size - 1] = 'y';
    sent.secret = slice_of(text, 65536);
    sent.path = sent.before = sent.after = sent.why = slice_of(text, size);
    for (size_t i = 0; i < 100000; i++)
        list[i] = people[0];
    sent.also = sent.also_rules = list;
    sent.also_count = sent.also_rule_count = 100000;
    buffer_init(&out, SIZE_MAX);
    wire_put_finding(&out, &sent);
    assert_true(out.len <= WIRE_RECORD_MAX);
    assert_int_equal(wire_get_finding(buffer_slice(&out), arena, 7, &got, NULL), 0);
    assert_int_equal(got.secret.len, 65536);
    assert_int_equal(got.before.ptr[got.before.len - 1], 'y');
    assert_int_equal(got.after.ptr[got.after.len - 1], 'x');
    assert_true(got.also_count > 1000 && got.also_count < 100000);
    free(list);
    free(text);
    buffer_release(&out);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_survive),
        cmocka_unit_test(messages_of_no_interest_survive),
        cmocka_unit_test(findings_survive),
        cmocka_unit_test(promises_and_tallies_survive),
        cmocka_unit_test(gaps_and_units_survive),
        cmocka_unit_test(halves_survive),
        cmocka_unit_test(too_many_parts_are_refused),
        cmocka_unit_test(cut_and_padded_records_are_refused),
        cmocka_unit_test(bad_gaps_are_refused),
        cmocka_unit_test(long_strings_are_cut_and_the_secret_is_not),
    };
    return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
