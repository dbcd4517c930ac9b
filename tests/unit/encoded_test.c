/* encoded_test.c - encoded blocks in the middle of text, and all that stands around them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "item/gap.h"
#include "walk/encoded.h"
#include "walk/format.h"

#define UU "begin 644 a.txt\n-:&5L;&\\L('=O<FQD\"@  \n`\nend\n"
#define B64 "begin-base64 644 a.txt\naGVsbG8=\n====\n"
#define YENC "=ybegin line=128 size=3 name=a b.bin\n\x92\x93\x94\n=yend size=3\n"
#define BINHEX "(This file must be converted with BinHex 4.0)\n:abc:\n"

struct encoded_case {
    const char *name, *text, *want;
};

/* One line a child: its name, and its bytes with line ends as a bar. */
static const struct encoded_case cases[] = {
    { "uuencode alone", UU, "a.txt=hello, world|\nTEXT=begin 644 a.txt|end|\n" },
    { "uuencode in text", "one\n" UU "two\n",
      "TEXT=one|\na.txt=hello, world|\nTEXT.2=begin 644 a.txt|end|\nTEXT.3=two|\n" },
    { "two blocks", UU UU,
      "a.txt=hello, world|\nTEXT=begin 644 a.txt|end|\na.txt=hello, world|\nTEXT.2=begin 644 a.txt|end|\n" },
    { "begin-base64", B64 "x\n", "a.txt=hello\nTEXT=begin-base64 644 a.txt|====|\nTEXT.2=x|\n" },
    { "yEnc", "x\n" YENC "y",
      "TEXT=x|\na b.bin=hij\nTEXT.2==ybegin line=128 size=3 name=a b.bin|=yend size=3|\nTEXT.3=y\n" },
    { "BinHex", "x\n" BINHEX "y\n",
      "TEXT=x|\n refused unsupported\nTEXT.2=(This file must be converted with BinHex 4.0)|:abc:|y|\n" },
    { "prose is no block", "begin 644 the day with\ncoffee, he said\nend\n",
      "TEXT=begin 644 the day with|coffee, he said|end|\n" },
    { "a block without an end", "begin 644 a.txt\n-:&5L;&\\L('=O<FQD\"@  \n",
      "a.txt=hello, world|\nTEXT=begin 644 a.txt|\n" },
    { "empty", "", "" },
    { NULL, NULL, NULL },
};

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

static void put_child(struct buffer *out, struct item *child)
{
    char bite[5];
    int64_t got;
    buffer_put(out, child->name);
    if (child->refused) {
        buffer_printf(out, " refused %s\n", gap_kind_name(child->refused->kind));
        return;
    }
    buffer_put_byte(out, '=');
    while ((got = source_read(child->source, bite, sizeof bite, NULL)) > 0)
        for (int64_t i = 0; i < got; i++)
            buffer_put_byte(out, bite[i] == '\n' ? '|' : (unsigned char)bite[i]);
    buffer_put_byte(out, '\n');
}

enum access { IN_MEMORY, DRIPPING };

static void check(const struct encoded_case *test, enum access access)
{
    struct arena *arena = arena_new(0);
    struct limits limits;
    struct walk_env env = { .limits = &limits };
    struct item item = { .kind = ITEM_PART, .arena = arena }, child;
    struct walk walk;
    struct error err = { 0 };
    struct buffer out;
    limits_init(&limits);
    buffer_init(&out, 1024 * 1024);
    item.source = access == DRIPPING ? drip_source(arena, slice_str(test->text))
                                     : source_from_memory(arena, slice_str(test->text));
    assert_int_equal(walk_open(&walk, &format_encoded, &item, &env, &err), 0);
    while (walk_next(&walk, &child, &err) == 1)
        put_child(&out, &child);
    walk_close(&walk);
    buffer_put_byte(&out, 0);
    assert_string_equal((const char *)out.ptr, test->want);
    buffer_release(&out);
    arena_free(arena);
}

static void blocks_are_cut_out_and_nothing_is_lost(void **state)
{
    (void)state;
    for (const struct encoded_case *test = cases; test->name; test++) {
        print_message("    %s\n", test->name);
        check(test, IN_MEMORY);
        check(test, DRIPPING);
    }
}

static void blocks_are_found_at_line_starts_only(void **state)
{
    (void)state;
    struct encoded_block block;
    assert_true(encoded_find(slice_str("x\n" UU), 0, &block));
    assert_int_equal(block.at, 2);
    assert_int_equal(block.kind, ENCODED_UU);
    assert_true(slice_is_equal(block.name, slice_str("a.txt")));
    assert_false(encoded_find(slice_str("x " UU), 0, &block));
    assert_false(encoded_find(slice_str(UU), 1, &block));
    assert_true(encoded_find(slice_str(YENC), 0, &block));
    assert_int_equal(block.kind, ENCODED_YENC);
    assert_true(encoded_find(slice_str(BINHEX), 0, &block));
    assert_false(encoded_find(slice_str("=ybegin x\n"), 0, &block));
    assert_false(encoded_find(slice_str(""), 0, &block));
}

static void any_text_with_a_block_is_claimed_weakly(void **state)
{
    (void)state;
    struct item item = { .kind = ITEM_PART, .type = slice_str("text/plain") };
    assert_int_equal(format_encoded.probe(&item, slice_str("x\n" UU)), BID_NAME);
    assert_int_equal(format_encoded.probe(&item, slice_str("begin 644 x\nlower case is no data\n")),
                     BID_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_cut_out_and_nothing_is_lost),
        cmocka_unit_test(blocks_are_found_at_line_starts_only),
        cmocka_unit_test(any_text_with_a_block_is_claimed_weakly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
