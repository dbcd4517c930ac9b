/* mbox_test.c - where mailboxes are cut into messages, and where not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <time.h>

#include "walk/mbox.h"

#define DATE "Mon Jan  1 10:00:00 2024"
#define SEP "From a@example.org " DATE "\n"

struct mbox_case {
    const char *name;
    const char *text;
    const char *children[8]; /* the bytes of each child, in order; NULL ends */
};

/* A source that shows as little as it may. */
struct drip {
    struct source source;
    struct slice all;
};

static int drip_fill(struct source *source, size_t want, struct error *err)
{
    struct drip *drip = (struct drip *)source;
    (void)err;
    source->ready = slice_sub(drip->all, (size_t)source->offset, want);
    return source->ready.len == want ? 1 : 0;
}

static const struct source_class drip_class = { .fill = drip_fill };

static struct source *drip_source(struct arena *arena, struct slice all)
{
    struct drip *drip = arena_alloc(arena, sizeof *drip);
    drip->source = (struct source){ .class = &drip_class, .size = SOURCE_SIZE_UNKNOWN };
    drip->source.ready = slice_of(all.ptr, 0);
    drip->all = all;
    return &drip->source;
}

static const struct mbox_case cases[] = {
    { "one message", SEP "Subject: a\n\nbody\n", { SEP "Subject: a\n\nbody\n" } },
    { "two messages",
      SEP "Subject: a\n\nbody\n\n" SEP "Subject: b\n\nmore\n",
      { SEP "Subject: a\n\nbody\n\n", SEP "Subject: b\n\nmore\n" } },
    { "no final newline",
      SEP "Subject: a\n\nbo\n\n" SEP "X-A: b\n\nend",
      { SEP "Subject: a\n\nbo\n\n", SEP "X-A: b\n\nend" } },
    { "a sentence is no separator",
      SEP "Subject: a\n\nx\n\nFrom here on, password=x\nNote: y\n",
      { SEP "Subject: a\n\nx\n\nFrom here on, password=x\nNote: y\n" } },
    { "a sentence with a date is none",
      SEP "A: b\n\nx\n\nFrom Monday Jan 15 10:00:00 2024 on we will all use the new key\nA: b\n",
      { SEP "A: b\n\nx\n\nFrom Monday Jan 15 10:00:00 2024 on we will all use the new key\nA: b\n" } },
    { "a date in the middle of a paragraph is none",
      SEP "A: b\n\nx\n" SEP "text\n",
      { SEP "A: b\n\nx\n" SEP "text\n" } },
    { "a missing blank line is forgiven before fields",
      SEP "A: b\n\nx\n" SEP "Subject: c\n\ny\n",
      { SEP "A: b\n\nx\n", SEP "Subject: c\n\ny\n" } },
    { "after a closing boundary",
      SEP "A: b\n\nx\n--cut--\n" SEP "\ny\n",
      { SEP "A: b\n\nx\n--cut--\n", SEP "\ny\n" } },
    { "quoted lines stay as they are",
      SEP "A: b\n\n>" SEP "A: b\n\n>>From x\n",
      { SEP "A: b\n\n>" SEP "A: b\n\n>>From x\n" } },
    { "CRLF",
      "From a@b " DATE "\r\nA: b\r\n\r\nx\r\n\r\nFrom c@d " DATE "\r\nA: c\r\n\r\n",
      { "From a@b " DATE "\r\nA: b\r\n\r\nx\r\n\r\n", "From c@d " DATE "\r\nA: c\r\n\r\n" } },
    { "CR",
      "From a@b " DATE "\rA: b\r\rx\r\rFrom c@d " DATE "\rA: c\r\r",
      { "From a@b " DATE "\rA: b\r\rx\r\r", "From c@d " DATE "\rA: c\r\r" } },
    { "mixed line ends",
      SEP "A: b\r\n\r\nx\n\r\nFrom c@d " DATE "\rA: c\n\r\n",
      { SEP "A: b\r\n\r\nx\n\r\n", "From c@d " DATE "\rA: c\n\r\n" } },
    { "Thunderbird, Eudora, bare, pipermail",
      "From - " DATE "\nX-Mozilla-Status: 1\n\n\nFrom ???@??? " DATE
      "\nA: b\n\n\nFrom \nSubject: c\n\n\nFrom u at h.org  " DATE "\nA: d\n\n",
      { "From - " DATE "\nX-Mozilla-Status: 1\n\n\n", "From ???@??? " DATE "\nA: b\n\n\n",
        "From \nSubject: c\n\n\n", "From u at h.org  " DATE "\nA: d\n\n" } },
    { "other dates",
      "From a Mon, 1 Jan 2024 10:00:00 +0100\nA: b\n\n\nFrom a Mon Jan  1 10:00 MET DST 2024 remote from "
      "x\nA: b\n\n\nFrom a 2024-01-01T10:00:00Z\nA: b\n\n",
      { "From a Mon, 1 Jan 2024 10:00:00 +0100\nA: b\n\n\n",
        "From a Mon Jan  1 10:00 MET DST 2024 remote from x\nA: b\n\n\n",
        "From a 2024-01-01T10:00:00Z\nA: b\n\n" } },
    { "a byte order mark", "\xEF\xBB\xBF" SEP "A: b\n\n", { "\xEF\xBB\xBF", SEP "A: b\n\n" } },
    { "Thunderbird's line needs no blank line",
      "From - \nFrom: a\n\nx\nFrom -\nFrom: b\n\ny\nFrom - \ntext\n",
      { "From - \nFrom: a\n\nx\n", "From -\nFrom: b\n\ny\nFrom - \ntext\n" } },
    { "a time cut short", SEP "A: b\n\nFrom x Mon Jan 1 10:0", { SEP "A: b\n\nFrom x Mon Jan 1 10:0" } },
    { "junk before the first", "half a line\n\n" SEP "A: b\n\n", { "half a line\n\n", SEP "A: b\n\n" } },
    { "junk alone", "half a line\n", { "half a line\n" } },
    { "empty", "", { NULL } },
    { "separators alone", SEP "\n" SEP, { SEP "\n", SEP } },
    { NULL, NULL, { NULL } },
};

struct walked {
    struct arena *arena;
    struct item item;
    struct limits limits;
    struct walk_env env;
    struct walk walk;
};

static void begin(struct walked *walked, struct source *source, struct arena *arena)
{
    struct error err = { 0 };
    *walked = (struct walked){ .arena = arena };
    limits_init(&walked->limits);
    walked->env.limits = &walked->limits;
    walked->item.kind = ITEM_FILE;
    walked->item.name = slice_str("a.mbox");
    walked->item.source = source;
    assert_int_equal(walk_open(&walked->walk, &format_mbox, &walked->item, &walked->env, &err), 0);
}

/* All of a child, by small bites. */
static struct slice read_all(struct arena *arena, struct source *source)
{
    struct buffer all;
    char bite[7];
    int64_t got;
    buffer_init(&all, 64 * 1024 * 1024);
    while ((got = source_read(source, bite, sizeof bite, NULL)) > 0)
        buffer_put(&all, slice_of(bite, (size_t)got));
    struct slice copy = arena_copy(arena, buffer_slice(&all));
    buffer_release(&all);
    return copy;
}

enum reading { READ_WHOLE, READ_NOTHING, READ_FROM_DRIP };

static void check_children(struct slice text, const char *const children[], enum reading reading)
{
    struct arena *arena = arena_new(0);
    struct walked walked;
    struct item child;
    struct error err = { 0 };
    size_t count = 0;
    begin(&walked, reading == READ_FROM_DRIP ? drip_source(arena, text) : source_from_memory(arena, text),
          arena);
    while (walk_next(&walked.walk, &child, &err) == 1) {
        if (!children[count])
            fail_msg("a child too many at '%.60s'", (const char *)child.source->ready.ptr);
        if (reading != READ_NOTHING) {
            struct slice all = read_all(arena, child.source);
            if (!slice_is_equal(all, slice_str(children[count])))
                fail_msg("child %zu is '%.*s'", count, (int)all.len, (const char *)all.ptr);
        }
        count++;
    }
    if (children[count])
        fail_msg("no child '%.60s'", children[count]);
    assert_int_equal(err.kind, ERROR_NONE);
    walk_close(&walked.walk);
    arena_free(arena);
}

static void mailboxes_are_cut_at_their_separators(void **state)
{
    (void)state;
    for (const struct mbox_case *test = cases; test->name; test++) {
        print_message("    %s\n", test->name);
        for (int reading = READ_WHOLE; reading <= READ_FROM_DRIP; reading++)
            check_children(slice_str(test->text), test->children, (enum reading)reading);
    }
}

#define INNER "x\n\nFrom a@example.org " DATE "\ntext, no field\n\n"
#define INNER_MAIL "x\n\n" SEP "Subject: inner\n\ninner\n\n"
#define COUNTED SEP "Content-Length: %zu\n\n"
#define NEXT_COUNTED SEP "Content-Length: 3\n\nend"
#define NEXT_PLAIN SEP "Subject: x\n\nend"

/* BODY is counted; what follows is AFTER. Whole: the body is not cut. */
static void check_counted(const char *body, size_t counted, const char *after, bool is_whole)
{
    struct arena *arena = arena_new(0);
    struct walked walked;
    struct item child;
    size_t count = 0;
    struct slice text = arena_printf(arena, COUNTED "%s%s", counted, body, after);
    begin(&walked, source_from_memory(arena, text), arena);
    while (walk_next(&walked.walk, &child, NULL) == 1)
        count++;
    assert_int_equal(count, (is_whole ? 1 : 2) + (*after ? 1 : 0));
    walk_close(&walked.walk);
    arena_free(arena);
}

static void content_length_counts_where_it_ends_at_a_separator(void **state)
{
    (void)state;
    size_t inner = strlen(INNER), mail = strlen(INNER_MAIL);
    check_counted(INNER, inner, "", true);
    check_counted(INNER, inner, NEXT_PLAIN, true);
    check_counted(INNER, inner, NEXT_COUNTED, true);
    check_counted(INNER, inner - 1, NEXT_COUNTED, true); /* without the blank line */
    check_counted(INNER, inner - 5, NEXT_COUNTED, false);
    check_counted(INNER, inner + 5, NEXT_COUNTED, false);
    check_counted(INNER, SIZE_MAX, NEXT_COUNTED, false);
    check_counted(INNER, SIZE_MAX / 2, NEXT_COUNTED, false);
    check_counted(INNER_MAIL, mail, NEXT_COUNTED, true);
}

/* A forged length must not hide a message that anyone would recognise. */
static void forged_content_length_hides_no_message(void **state)
{
    (void)state;
    check_counted(INNER_MAIL, strlen(INNER_MAIL), NEXT_PLAIN, false);
}

static void content_length_beyond_the_window_is_looked_up(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct buffer text;
    buffer_init(&text, 64 * 1024 * 1024);
    size_t body = strlen(INNER) + 20 * 1024 * 1024;
    buffer_printf(&text, COUNTED INNER, body);
    memset(buffer_reserve(&text, body - strlen(INNER)), 'a', body - strlen(INNER));
    text.len += body - strlen(INNER);
    buffer_put_str(&text, "\n\n" NEXT_COUNTED);
    char path[] = "/tmp/mailspill-mbox-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    for (size_t at = 0; at < text.len;) {
        ssize_t put = write(fd, text.ptr + at, text.len - at);
        assert_true(put > 0);
        at += (size_t)put;
    }
    struct walked walked;
    struct item child;
    uint64_t sizes = 0, count = 0;
    struct source *source = source_from_fd(arena, fd, 0, UINT64_MAX);
    begin(&walked, source, arena);
    for (; walk_next(&walked.walk, &child, NULL) == 1; count++)
        sizes += source_drain(child.source);
    assert_int_equal(count, 2);
    assert_int_equal(sizes, text.len);
    walk_close(&walked.walk);
    source_close(source);
    close(fd);
    buffer_release(&text);
    arena_free(arena);
}

static void git_patches_are_messages_only_in_their_own_mailbox(void **state)
{
    (void)state;
#define GIT "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\nFrom: a\n\nx\n\n"
    check_children(slice_str(GIT GIT), (const char *const[]){ GIT, GIT, NULL }, READ_WHOLE);
    check_children(slice_str(SEP "A: b\n\n" GIT), (const char *const[]){ SEP "A: b\n\n" GIT, NULL },
                   READ_WHOLE);
}

/* Ranges. */

struct ranges {
    uint64_t offset[64], len[64], first[64];
    size_t count;
};

static void range_put(void *ctx, uint64_t offset, uint64_t len, uint64_t first_ordinal)
{
    struct ranges *ranges = ctx;
    assert_true(ranges->count < 64);
    ranges->offset[ranges->count] = offset;
    ranges->len[ranges->count] = len;
    ranges->first[ranges->count++] = first_ordinal;
}

static void large_mailbox(struct buffer *text, size_t messages)
{
    for (size_t i = 0; i < messages; i++) {
        buffer_printf(text,
                      "From a%zu@example.org " DATE "\nReceived: from x\nReceived: from y\nSubject: %zu\n\n",
                      i, i);
        for (size_t line = 0; line < 40; line++)
            buffer_put_str(
                text,
                "What people write to one another, line after line, from day to day, is mostly this.\n");
        buffer_put_str(text, "\n");
    }
}

static void ranges_cover_the_mailbox_and_count_its_messages(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct ranges ranges = { .count = 0 };
    struct splitter splitter = { range_put, &ranges, 1024 };
    struct buffer text;
    struct walked walked;
    struct item child;
    const size_t messages = 15000;
    buffer_init(&text, 256 * 1024 * 1024);
    large_mailbox(&text, messages);
    begin(&walked, source_from_memory(arena, buffer_slice(&text)), arena);
    walked.env.splitter = &splitter;
    assert_int_equal(walk_next(&walked.walk, &child, NULL), 0);
    walk_close(&walked.walk);
    assert_true(ranges.count > 2);
    uint64_t offset = 0, ordinal = 1;
    for (size_t i = 0; i < ranges.count; i++) {
        assert_int_equal(ranges.offset[i], offset);
        assert_int_equal(ranges.first[i], ordinal);
        struct slice part = slice_sub(buffer_slice(&text), (size_t)offset, (size_t)ranges.len[i]);
        begin(&walked, source_from_memory(arena, part), arena);
        walked.walk.first_ordinal = ordinal;
        while (walk_next(&walked.walk, &child, NULL) == 1) {
            assert_int_equal(child.kind, ITEM_MESSAGE);
            assert_int_equal(child.ordinal, ordinal++);
        }
        walk_close(&walked.walk);
        offset += ranges.len[i];
    }
    assert_int_equal(offset, text.len);
    assert_int_equal(ordinal, messages + 1);
    buffer_release(&text);
    arena_free(arena);
}

static void splitting_is_fast(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct ranges ranges = { .count = 0 };
    struct splitter splitter = { range_put, &ranges, 1024 };
    struct buffer text;
    struct walked walked;
    struct item child;
    struct timespec from, to;
    buffer_init(&text, 512 * 1024 * 1024);
    large_mailbox(&text, 60000);
    begin(&walked, source_from_memory(arena, buffer_slice(&text)), arena);
    walked.env.splitter = &splitter;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    assert_int_equal(walk_next(&walked.walk, &child, NULL), 0);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    walk_close(&walked.walk);
    double seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    print_message("    %.2f GB/s\n", (double)text.len / seconds / 1e9);
    assert_true((double)text.len / seconds > 50e6); /* under a sanitizer, too */
    buffer_release(&text);
    arena_free(arena);
}

static void a_walk_can_begin_again_at_a_message(void **state)
{
    (void)state;
    static const char text[] = SEP "A: b\n\nx\n\n" SEP "A: c\n\ny\n";
    struct arena *arena = arena_new(0);
    struct walked walked;
    struct item child;
    begin(&walked, source_from_memory(arena, slice_str(text)), arena);
    assert_int_equal(walk_next(&walked.walk, &child, NULL), 1);
    assert_int_equal(mbox_offset(&walked.walk), 0);
    assert_int_equal(walk_next(&walked.walk, &child, NULL), 1);
    assert_int_equal(mbox_offset(&walked.walk), strlen(SEP "A: b\n\nx\n\n"));
    walk_close(&walked.walk);
    arena_free(arena);
}

static void too_many_messages_are_a_limit(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct walked walked;
    struct item child;
    struct error err = { 0 };
    begin(&walked, source_from_memory(arena, slice_str(SEP "\n" SEP "\n" SEP)), arena);
    walked.limits.outer_entries = 2;
    assert_int_equal(walk_next(&walked.walk, &child, &err), 1);
    assert_int_equal(walk_next(&walked.walk, &child, &err), 1);
    assert_int_equal(walk_next(&walked.walk, &child, &err), -1);
    assert_int_equal(err.kind, ERROR_LIMIT);
    assert_string_equal(err.limit, "outer-entries");
    walk_close(&walked.walk);
    arena_free(arena);
}

struct probe_case {
    const char *name, *type, *head;
    enum item_kind kind;
    enum bid bid;
};

static void probes_bid_by_what_stands_first(void **state)
{
    (void)state;
    static const struct probe_case probes[] = {
        { "x", "", SEP "Subject: a\n\n", ITEM_FILE, BID_SIGNATURE },
        { "x", "", SEP "\ntext\n", ITEM_FILE, BID_SHAPE },
        { "x", "", "From me to you\n", ITEM_FILE, BID_NONE },
        { "x", "text/plain", SEP "Subject: a\n\n", ITEM_PART, BID_NONE },
        { "x.eml", "", "Subject: a\n\nx\n\n" SEP "Subject: b\n\n", ITEM_FILE, BID_NONE },
        { "x.mbox", "", "junk junk\n\n" SEP "\n", ITEM_FILE, BID_SIGNATURE },
        { "x", "", "junk junk\n\n" SEP "A: b\n", ITEM_FILE, BID_SHAPE },
        { "x.mbox", "", "", ITEM_FILE, BID_NONE },
    };
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        struct item item = { .kind = probes[i].kind,
                             .name = slice_str(probes[i].name),
                             .type = slice_str(probes[i].type) };
        assert_int_equal(format_mbox.probe(&item, slice_str(probes[i].head)), probes[i].bid);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mailboxes_are_cut_at_their_separators),
        cmocka_unit_test(content_length_counts_where_it_ends_at_a_separator),
        cmocka_unit_test(forged_content_length_hides_no_message),
        cmocka_unit_test(content_length_beyond_the_window_is_looked_up),
        cmocka_unit_test(git_patches_are_messages_only_in_their_own_mailbox),
        cmocka_unit_test(ranges_cover_the_mailbox_and_count_its_messages),
        cmocka_unit_test(splitting_is_fast),
        cmocka_unit_test(a_walk_can_begin_again_at_a_message),
        cmocka_unit_test(too_many_messages_are_a_limit),
        cmocka_unit_test(probes_bid_by_what_stands_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
