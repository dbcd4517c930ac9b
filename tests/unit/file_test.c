/* file_test.c - a file is read whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"

/* A file of SIZE bytes; its name in NAME. */
static void make(char name[32], size_t size)
{
    snprintf(name, 32, "/tmp/file_test.XXXXXX");
    int fd = mkstemp(name);
    assert_true(fd >= 0);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(write(fd, &"abcdefg"[i % 7], 1), 1);
    close(fd);
}

static int read_up_to(const char *name, size_t most, size_t *len, struct error *err)
{
    struct buffer text;
    buffer_init(&text, most);
    int result = file_read(name, &text, err);
    *len = text.len;
    buffer_release(&text);
    return result;
}

static void up_to_its_limit_it_is_read_whole(void **state)
{
    char name[32];
    size_t len;
    struct error err;
    (void)state;
    make(name, 1000);
    assert_int_equal(read_up_to(name, 1000, &len, &err), 0);
    assert_int_equal(len, 1000);
    assert_int_equal(read_up_to(name, 5000, &len, &err), 0);
    assert_int_equal(len, 1000);
    unlink(name);
}

static void a_byte_more_is_an_error(void **state)
{
    char name[32];
    size_t len;
    struct error err;
    (void)state;
    make(name, 1001);
    assert_int_equal(read_up_to(name, 1000, &len, &err), -1);
    assert_int_equal(err.kind, ERROR_LIMIT);
    assert_non_null(strstr(err.message, name));
    unlink(name);
}

static void what_is_not_there_is_named(void **state)
{
    size_t len;
    struct error err;
    (void)state;
    assert_int_equal(read_up_to("/nowhere/at-all", 1000, &len, &err), -1);
    assert_non_null(strstr(err.message, "cannot read '/nowhere/at-all'"));
    assert_int_equal(read_up_to("/tmp", 1000, &len, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(up_to_its_limit_it_is_read_whole),
        cmocka_unit_test(a_byte_more_is_an_error),
        cmocka_unit_test(what_is_not_there_is_named),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
