/* uri_test.c - paths of findings as URIs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/uri.h"

struct uri_case {
    const char *path, *uri, *inner;
    bool is_relative;
};

static const struct uri_case cases[] = {
    { "a.mbox!#3!/2", "a.mbox", "!#3!/2", true },
    { "./x/../mail/a b.eml", "mail/a%20b.eml", "", true },
    { "/repo/mail/a.eml", "mail/a.eml", "", true },
    { "odd%21%23%25 name", "odd%21%23%25%20name", "", true },
    { "a:b", "a%3Ab", "", true },
    { "\xC3\xA4%ff%E2%80%AE", "%C3%A4%FF%E2%80%AE", "", true },
    { "%zz%4", "%25zz%254", "", true },
    { "../other/a.eml", "file:///other/a.eml", "", false },
    { "../../../../../etc/x", "file:///etc/x", "", false },
    { "/repository/x", "file:///repository/x", "", false },
    { "/repo", "file:///repo", "", false },
    { "/..", "file:///", "", false },
    { "-", "-", "", true },
};

static void paths_become_uris(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct slice outer, inner;
        struct buffer out;
        buffer_init(&out, 4096);
        uri_split(slice_str(cases[i].path), &outer, &inner);
        assert_int_equal(uri_put_file(&out, outer, "/repo"), cases[i].is_relative);
        buffer_put_byte(&out, 0);
        assert_string_equal((char *)out.ptr, cases[i].uri);
        assert_true(slice_is_equal(inner, slice_str(cases[i].inner)));
        buffer_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_become_uris),
    };
    return cmocka_run_group_tests_name("uri", tests, NULL, NULL);
}
