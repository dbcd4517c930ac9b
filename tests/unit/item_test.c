/* item_test.c - paths of items: one step a kind, names that cannot be taken for steps or steer a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "item/item.h"

static void assert_put(int (*put)(struct buffer *, const struct item *), const struct item *item,
                       const char *want)
{
    struct buffer out;
    buffer_init(&out, 16 * 1024);
    assert_int_equal(put(&out, item), 0);
    buffer_put_byte(&out, '\0');
    assert_string_equal((char *)out.ptr, want);
    buffer_release(&out);
}

static const struct {
    const char *name, *step;
} names[] = {
    { "prod.env", "prod.env" },
    { "dir/prod env", "dir/prod%20env" },
    { "100%!#", "100%25%21%23" },
    { "a!/b", "a%21/b" },
    { "Grüße 日本", "Grüße%20日本" },
    { "\x1b[2J\a\n", "%1B[2J%07%0A" },
    { "\x7f", "%7F" },
    { "bad \xff\xc3", "bad%20%FF%C3" },
    { "\xE2\x80\xAEgpj.exe", "%E2%80%AEgpj.exe" }, /* bidirectional override */
    { "\xE2\x80\x8B", "%E2%80%8B" },               /* zero width */
    { "", "" },
};

static void names_are_made_harmless(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct buffer out;
        buffer_init(&out, 4096);
        item_put_name(&out, slice_str(names[i].name));
        buffer_put_byte(&out, '\0');
        assert_string_equal((char *)out.ptr, names[i].step);
        buffer_release(&out);
    }
}

static void each_kind_has_its_step(void **state)
{
    (void)state;
    const struct item file = { .kind = ITEM_FILE, .name = slice_str("my mail/a!b #1.zip") };
    const struct {
        struct item item;
        const char *path;
    } steps[] = {
        { { .kind = ITEM_MEMBER, .name = slice_str("x y") }, "!/x%20y" },
        { { .kind = ITEM_MEMBER }, "!/data" },
        { { .kind = ITEM_BLOB, .name = slice_str("prod.env") }, "!/prod.env" },
        { { .kind = ITEM_BLOB }, "!/block" },
        { { .kind = ITEM_MESSAGE, .ordinal = 1023 }, "!#1023" },
        { { .kind = ITEM_MESSAGE }, "" },
        { { .kind = ITEM_PART, .part = slice_str("2.1") }, "!/2.1" },
        { { .kind = ITEM_PART, .part = slice_str("2.1"), .name = slice_str("a b") }, "!/2.1 a%20b" },
        { { .kind = ITEM_HEADER }, "!/HEADER" },
        { { .kind = ITEM_HEADER, .part = slice_str("2") }, "!/2.HEADER" },
        { { .kind = ITEM_PREAMBLE }, "!/PREAMBLE" },
        { { .kind = ITEM_EPILOGUE, .part = slice_str("1.2") }, "!/1.2.EPILOGUE" },
        { { .kind = ITEM_REST }, "!/REST" },
        { { .kind = ITEM_REST, .name = slice_str("NAMES") }, "!/NAMES" },
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct item item = steps[i].item;
        char want[128];
        item.parent = &file;
        snprintf(want, sizeof want, "my mail/a%%21b #1.zip%s", steps[i].path);
        assert_put(item_put_path, &item, want);
        assert_put(item_put_inner_path, &item, steps[i].path);
    }
}

static void the_inner_path_begins_below_the_outermost_message(void **state)
{
    (void)state;
    const struct item file = { .kind = ITEM_FILE, .name = slice_str("a.zip") };
    const struct item mailbox = { .parent = &file, .kind = ITEM_MEMBER, .name = slice_str("b.mbox") };
    const struct item outer = { .parent = &mailbox, .kind = ITEM_MESSAGE, .ordinal = 3, .is_message = true };
    const struct item inner = {
        .parent = &outer, .kind = ITEM_PART, .part = slice_str("2"), .is_message = true
    };
    const struct item part = {
        .parent = &inner, .kind = ITEM_PART, .part = slice_str("2.1"), .name = slice_str("c.zip")
    };
    const struct item member = { .parent = &part, .kind = ITEM_MEMBER, .name = slice_str("prod.env") };
    struct buffer path;
    assert_put(item_put_inner_path, &mailbox, "!/b.mbox");
    assert_put(item_put_inner_path, &outer, "");
    assert_ptr_equal(item_message(&member), &inner);
    assert_ptr_equal(item_outer_message(&member), &outer);
    assert_null(item_message(&mailbox));
    assert_ptr_equal(item_input(&member), &file);
    /* In any container the same. */
    buffer_init(&path, 4096);
    item_put_inner_path(&path, &member);
    struct item loose = outer;
    struct item inner_loose = inner, part_loose = part, member_loose = member;
    loose.parent = NULL;
    loose.kind = ITEM_FILE;
    inner_loose.parent = &loose;
    part_loose.parent = &inner_loose;
    member_loose.parent = &part_loose;
    buffer_put_byte(&path, '\0');
    assert_put(item_put_inner_path, &member_loose, (char *)path.ptr);
    buffer_release(&path);
}

static void a_path_that_does_not_fit_is_cut_and_told(void **state)
{
    (void)state;
    const struct item file = { .kind = ITEM_FILE, .name = slice_str("0123456789") };
    const struct item member = { .parent = &file, .kind = ITEM_MEMBER, .name = slice_str("abc") };
    struct buffer out;
    buffer_init(&out, 12);
    assert_int_equal(item_put_path(&out, &member), -1);
    assert_true(out.len <= 12);
    buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_made_harmless),
        cmocka_unit_test(each_kind_has_its_step),
        cmocka_unit_test(the_inner_path_begins_below_the_outermost_message),
        cmocka_unit_test(a_path_that_does_not_fit_is_cut_and_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
