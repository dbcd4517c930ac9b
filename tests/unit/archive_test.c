/* archive_test.c - archives made here with libarchive's writer, and what a walk makes of them. */
#include "unit/archive_kit.h"

#include <dirent.h>
#include <fcntl.h>

static void every_format_opens(void **state)
{
    (void)state;
    static const char *const formats[] = { "zip",  "7zip", "ustar", "pax",    "v7tar",
                                           "cpio", "newc", "xar",   "iso9660" };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct made made;
        print_message("    %s\n", formats[i]);
        make_begin(&made, formats[i], NULL, NULL);
        make_add(&made, "a.txt", hello);
        make_add(&made, "b.txt", slice_sub(hello, 0, 5));
        struct slice bytes = make_end(&made);
        /* An iso also has its root. */
        bool is_iso = strcmp(formats[i], "iso9660") == 0;
        check_walk("x", bytes,
                   is_iso ? "x!/a.txt 13\nx!/b.txt 5\nx!/NAMES 14\n"
                          : "x!/a.txt 13\nx!/b.txt 5\nx!/NAMES 12\n");
        buffer_release(&made.bytes);
    }
}

static void every_filter_opens(void **state)
{
    (void)state;
    static const char *const filters[] = { "gzip", "bzip2", "xz", "lzma", "lzip", "zstd", "lz4", "compress" };
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        struct made made;
        print_message("    %s\n", filters[i]);
        make_begin(&made, "ustar", filters[i], NULL);
        make_add(&made, "a.txt", hello);
        struct slice bytes = make_end(&made);
        check_walk("x.tar.lzma", bytes, "x.tar.lzma!/a.txt 13\nx.tar.lzma!/NAMES 6\n");
        buffer_release(&made.bytes);
        make_begin(&made, "raw", filters[i], NULL);
        make_add(&made, "a.txt", hello);
        bytes = make_end(&made);
        check_walk("d/x.mbox.gz", bytes, "d/x.mbox.gz!/x.mbox 13\n");
        buffer_release(&made.bytes);
    }
}

static void archives_nest(void **state)
{
    (void)state;
    struct made inner, middle, outer;
    make_begin(&inner, "zip", NULL, NULL);
    make_add(&inner, "a.txt", hello);
    make_begin(&middle, "zip", NULL, NULL);
    make_add(&middle, "in.zip", make_end(&inner));
    make_begin(&outer, "pax", "gzip", NULL);
    make_add(&outer, "d/mid.zip", make_end(&middle));
    check_walk("x.tgz", make_end(&outer),
               "x.tgz!/d/mid.zip\n"
               "x.tgz!/d/mid.zip!/in.zip\n"
               "x.tgz!/d/mid.zip!/in.zip!/a.txt 13\n"
               "x.tgz!/d/mid.zip!/in.zip!/NAMES 6\n"
               "x.tgz!/d/mid.zip!/NAMES 7\n"
               "x.tgz!/NAMES 10\n");
    buffer_release(&inner.bytes);
    buffer_release(&middle.bytes);
    buffer_release(&outer.bytes);
}

static void encrypted_members_are_refused(void **state)
{
    (void)state;
    static const char *const options[] = { "zip:encryption=aes256", "zip:encryption=zipcrypt" };
    for (size_t i = 0; i < 2; i++) {
        struct made made;
        make_begin(&made, "zip", NULL, options[i]);
        make_add(&made, "a.txt", hello);
        check_walk("x.zip", make_end(&made), "x.zip!/a.txt encrypted -\nx.zip!/NAMES 6\n");
        buffer_release(&made.bytes);
    }
}

static void links_and_names_are_in_a_text_of_their_own(void **state)
{
    (void)state;
    struct made made;
    make_begin(&made, "pax", NULL, NULL);
    make_link(&made, "link", "target");
    check_walk("x", make_end(&made), "x!/NAMES 12\n");
    buffer_release(&made.bytes);
}

/* Bytes after the end. */
static void what_follows_an_archive_is_given_too(void **state)
{
    (void)state;
    static const struct {
        const char *format, *filter, *want;
    } cases[] = {
        { "ustar", NULL, "x!/a.txt 13\nx!/NAMES 6\nx!/REST 13\n" },
        { "zip", NULL, "x!/a.txt 13\nx!/NAMES 6\nx!/REST 13\n" },
        { "7zip", NULL, "x!/a.txt 13\nx!/NAMES 6\nx!/REST 13\n" },
        { "ustar", "gzip", "x!/a.txt 13\nx!/NAMES 6\nx!/REST 13\n" },
        { "newc", NULL, "x!/a.txt 13\nx!/NAMES 6\nx!/REST 13\n" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made made;
        print_message("    %s %s\n", cases[i].format, cases[i].filter ? cases[i].filter : "");
        make_begin(&made, cases[i].format, cases[i].filter, NULL);
        make_add(&made, "a.txt", hello);
        (void)make_end(&made);
        buffer_put(&made.bytes, hello);
        check_walk("x", buffer_slice(&made.bytes), cases[i].want);
        buffer_release(&made.bytes);
    }
}

static void what_precedes_a_zip_is_given_too(void **state)
{
    (void)state;
    struct made made, whole;
    make_begin(&made, "zip", NULL, NULL);
    make_add(&made, "a.txt", hello);
    (void)make_end(&made);
    buffer_init(&whole.bytes, MIB);
    buffer_put_str(&whole.bytes, "MZ, a program");
    buffer_put(&whole.bytes, buffer_slice(&made.bytes));
    check_walk("x", buffer_slice(&whole.bytes), "x!/STUB 13\nx!/a.txt 13\nx!/NAMES 6\n");
    buffer_release(&whole.bytes);
    buffer_release(&made.bytes);
}

static void zero_padding_is_nothing(void **state)
{
    (void)state;
    struct made made;
    make_begin(&made, "ustar", NULL, NULL);
    make_add(&made, "a.txt", hello);
    (void)make_end(&made);
    size_t pad = MIB;
    memset(buffer_reserve(&made.bytes, pad), 0, pad);
    made.bytes.len += pad;
    check_walk("x", buffer_slice(&made.bytes), "x!/a.txt 13\nx!/NAMES 6\n");
    buffer_release(&made.bytes);
}

static void cut_archives_give_what_they_have(void **state)
{
    (void)state;
    struct made made;
    unsigned char noise[4096];
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (unsigned char)(i * i * 31 >> 3);
    make_begin(&made, "ustar", NULL, NULL);
    make_add(&made, "a.txt", hello);
    make_add(&made, "b.txt", slice_of(noise, sizeof noise));
    struct slice bytes = make_end(&made);
    check_walk("x", slice_sub(bytes, 0, 512 * 3 + 1000),
               "x!/a.txt 13\nx!/b.txt 1000 failed truncated\nx!/NAMES 12\nended truncated -\n");
    buffer_release(&made.bytes);
    make_begin(&made, "zip", NULL, "zip:compression=store");
    make_add(&made, "a.txt", hello);
    make_add(&made, "b.txt", slice_of(noise, sizeof noise));
    bytes = make_end(&made);
    struct log log;
    log_begin(&log);
    log_bytes(&log, "x", slice_sub(bytes, 0, bytes.len / 2), SEEKABLE);
    assert_true(slice_starts_with(buffer_slice(&log.text), "x!/a.txt 13\nx!/b.txt "));
    assert_true(slice_find(buffer_slice(&log.text), 0, slice_str("ended")) != SLICE_NONE);
    buffer_release(&log.text);
    buffer_release(&made.bytes);
}

static void zeros_are_no_archive(void **state)
{
    (void)state;
    static const unsigned char zeros[2048];
    struct item item = { .kind = ITEM_FILE };
    assert_int_equal(format_archive.probe(&item, slice_of(zeros, sizeof zeros)), BID_NONE);
    assert_int_equal(format_archive.probe(&item, slice_str("From here on\n")), BID_NONE);
    assert_int_equal(format_archive.probe(&item, slice_str("")), BID_NONE);
}

static void zeros_in_gzip_are_content(void **state)
{
    (void)state;
    struct made made;
    static const unsigned char zeros[100000];
    make_begin(&made, "raw", "gzip", NULL);
    make_add(&made, "a", slice_of(zeros, sizeof zeros));
    check_walk("x.gz", make_end(&made), "x.gz!/x 100000\n");
    buffer_release(&made.bytes);
}

/* Public archives, where they are at hand: none may crash or hang us. */

#define PUBLIC "../shared/corpora/archives/libarchive/"

/* libarchive 3.6 itself never comes back from these: a continuation and links that loop. The supervisor ends such a worker. */
static bool is_endless(const char *name)
{
    return strstr(name, "rockridge_ce_loop") || strstr(name, "xar_doublelink");
}

static bool walk_file(const char *name)
{
    struct arena *arena = arena_new(0);
    struct slice path = arena_printf(arena, PUBLIC "%s", name);
    struct item item = { .kind = ITEM_FILE, .name = slice_str(name), .arena = arena };
    struct log log;
    int fd = open((const char *)path.ptr, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    log_begin(&log);
    item.source = source_from_fd(arena, fd, 0, UINT64_MAX);
    (void)source_fill(item.source, FORMAT_HEAD, NULL);
    bool is_archive = format_archive.probe(&item, slice_sub(item.source->ready, 0, FORMAT_HEAD)) != BID_NONE;
    if (is_archive)
        log_walk(&log, &item);
    source_close(item.source);
    close(fd);
    buffer_release(&log.text);
    arena_free(arena);
    return is_archive;
}

static void every_public_archive_can_be_walked(void **state)
{
    (void)state;
    DIR *folder = opendir(PUBLIC);
    size_t files = 0, archives = 0;
    if (!folder)
        skip();
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.' || is_endless(entry->d_name))
            continue;
        files++;
        archives += walk_file(entry->d_name);
    }
    closedir(folder);
    print_message("    %zu files, %zu archives\n", files, archives);
    assert_true(archives > files / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_opens),
        cmocka_unit_test(every_filter_opens),
        cmocka_unit_test(archives_nest),
        cmocka_unit_test(encrypted_members_are_refused),
        cmocka_unit_test(links_and_names_are_in_a_text_of_their_own),
        cmocka_unit_test(what_follows_an_archive_is_given_too),
        cmocka_unit_test(what_precedes_a_zip_is_given_too),
        cmocka_unit_test(every_public_archive_can_be_walked),
        cmocka_unit_test(zero_padding_is_nothing),
        cmocka_unit_test(cut_archives_give_what_they_have),
        cmocka_unit_test(zeros_are_no_archive),
        cmocka_unit_test(zeros_in_gzip_are_content),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
