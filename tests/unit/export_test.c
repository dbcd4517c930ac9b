/* export_test.c - what the lists of exports promise, by list; which files are lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "walk/export.h"

struct told {
    char text[1024];
    size_t len;
};

static void note(void *ctx, const struct promise *promise)
{
    struct told *told = ctx;
    told->len += (size_t)snprintf(
        told->text + told->len, sizeof told->text - told->len, "%s%s %.*s %llu", told->len ? "; " : "",
        promise_what_name(promise->what), (int)promise->name.len,
        promise->name.ptr ? (const char *)promise->name.ptr : "", (unsigned long long)promise->count);
}

#define DOCUMENT(tag) "<Document><Tags><Tag TagName='" tag "'/></Tags></Document>"
#define MD5 "0123456789abcdef0123456789ABCDEF"

static const struct {
    const char *name, *text, *promised;
} lists[] = {
    { "x-results-count.csv", "Account,Count\na@x.example,3\nb@x.example,0\n",
      "messages a@x.example 3; messages b@x.example 0" },
    { "x-results-count.csv", "Email;Messages;Errors\r\na@x.example;3;1\r\nTotal;3;1\r\n",
      "messages a@x.example 3; failed  1" },
    { "x-results-count.csv", "a,b\n\"a@x.example\",\"12\"\n", "messages a@x.example 12" },
    { "x-results-count.csv", "", "" },
    { "x-results-count.csv", "Account,Count\na@x.example,-3\n", "" },
    { "x-results-count.csv", "Account,Count\na@x.example,99999999999999999999999\n", "" },
    { "x-metadata.xml", "<Root>" DOCUMENT("#From") DOCUMENT("RoomID") DOCUMENT("#From") "</Root>",
      "messages  2" },
    { "x-metadata.xml", "<Root><a/></Root>", "" },
    { "errors.xml", "<Errors><Error DocID='1'/><Error DocID='2'/></Errors>", "failed  2" },
    { "errors.xml", "<errors><error>boom</error></errors>", "" },
    { "error.csv", "Document ID,Reason\n1,x\n2,y\n", "failed  2" },
    { "error.csv", "time,text\n1,x\n", "" },
    { "x-account-exceptions.csv", "Account,Reason\na@x.example,held\n", "failed  1" },
    { "Items.csv", "Item ID,Original path,Export status\n1,a,Success\n2,b,Failed\n", "items  1; failed  1" },
    { "Items_0.csv", "\xEF\xBB\xBFItem ID,Custodian,Error code\n1,a,0\n2,b,None\n", "items  2" },
    { "Items.csv", "Item ID,Target path\n1,x\\a.pst\\b\n2,x\\A.PST\\c\n", "file a.pst 0; items  2" },
    { "items.csv", "sku,price\n1,2\n", "" },
    { "Summary.csv", "What,Value\nItems exported,17\n", "items  17" },
    { "Export Summary.csv", "a,b\nTotal,17\n", "" },
    { "x-checksums.txt", MD5 "  a b.zip\n" MD5 " *c.zip\n# none\n", "md5 a b.zip 0; md5 c.zip 0" },
    { "x.md5", "MD5 (d.zip) = " MD5 "\n\"e.zip\",\"" MD5 "\"\n", "md5 d.zip 0; md5 e.zip 0" },
    { "x.md5", MD5 "0 f.zip\n" MD5 "\n", "" },
};

static void promised_by(const char *name, struct slice text, struct told *told)
{
    struct arena *arena = arena_new(0);
    struct item item = { .kind = ITEM_FILE, .name = slice_str(name), .arena = arena };
    const struct promise_sink sink = { note, told };
    struct error err = { 0 };
    item.source = source_from_memory(arena, text);
    struct export_reader *reader = export_reader_new(arena, &item);
    assert_non_null(reader);
    assert_int_equal(source_drain(export_reader_watch(arena, reader, item.source)), text.len);
    (void)export_reader_end(reader, &sink, &err);
    arena_free(arena);
}

static void each_list_tells_what_it_promises(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct told told = { { 0 }, 0 };
        promised_by(lists[i].name, slice_str(lists[i].text), &told);
        if (strcmp(told.text, lists[i].promised) != 0)
            print_error("%s %s\n", lists[i].name, lists[i].text);
        assert_string_equal(told.text, lists[i].promised);
    }
}

static void files_are_lists_by_their_names(void **state)
{
    static const char *const yes[] = { "plan-results-count.csv",
                                       "a/b/Plan-Metadata.XML",
                                       "error.csv",
                                       "Unindexed items.csv",
                                       "Results.csv",
                                       "x.md5",
                                       "MD5SUMS",
                                       "a\\Items_12.csv" };
    static const char *const no[] = {
        "results-count.txt", "metadata.json", "errors.csv.gz", "myresults.csv", "a.mbox", "", "md5"
    };
    (void)state;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(export_is_list(slice_str(yes[i])));
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(export_is_list(slice_str(no[i])));
}

static void nothing_in_a_message_is_a_list(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct item message = { .kind = ITEM_FILE, .is_message = true, .arena = arena };
    struct item item = {
        .parent = &message, .kind = ITEM_MEMBER, .name = slice_str("error.csv"), .arena = arena
    };
    item.source = source_from_memory(arena, slice_str("x"));
    assert_null(export_reader_new(arena, &item));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_list_tells_what_it_promises),
        cmocka_unit_test(files_are_lists_by_their_names),
        cmocka_unit_test(nothing_in_a_message_is_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
