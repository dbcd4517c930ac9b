/* archive_test.c - archives made here with libarchive's writer, and what a walk makes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>

#include <archive.h>
#include <archive_entry.h>
#include <time.h>

#include "item/gap.h"
#include "walk/format.h"

#define MIB ((size_t)1024 * 1024)

/* Writing. */

struct made {
    struct buffer bytes;
    struct archive *archive;
};

static la_ssize_t made_write(struct archive *archive, void *ctx, const void *bytes, size_t len)
{
    struct made *made = ctx;
    (void)archive;
    return buffer_put(&made->bytes, slice_of(bytes, len)) < 0 ? -1 : (la_ssize_t)len;
}

static void make_begin(struct made *made, const char *format, const char *filter, const char *options)
{
    made->archive = archive_write_new();
    buffer_init(&made->bytes, 512 * MIB);
    assert_int_equal(archive_write_set_format_by_name(made->archive, format), ARCHIVE_OK);
    if (filter)
        assert_int_equal(archive_write_add_filter_by_name(made->archive, filter), ARCHIVE_OK);
    if (options) {
        assert_int_equal(archive_write_set_options(made->archive, options), ARCHIVE_OK);
        archive_write_set_passphrase(made->archive, "x");
    }
    archive_write_set_bytes_in_last_block(made->archive, 1);
    assert_int_equal(archive_write_open(made->archive, made, NULL, made_write, NULL), ARCHIVE_OK);
}

static void make_add(struct made *made, const char *name, struct slice bytes)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, (la_int64_t)bytes.len);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    assert_int_equal(archive_write_header(made->archive, entry), ARCHIVE_OK);
    if (bytes.len)
        assert_int_equal(archive_write_data(made->archive, bytes.ptr, bytes.len), bytes.len);
    archive_entry_free(entry);
}

static void make_link(struct made *made, const char *name, const char *target)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFLNK);
    archive_entry_set_symlink(entry, target);
    assert_int_equal(archive_write_header(made->archive, entry), ARCHIVE_OK);
    archive_entry_free(entry);
}

static struct slice make_end(struct made *made)
{
    assert_int_equal(archive_write_close(made->archive), ARCHIVE_OK);
    archive_write_free(made->archive);
    return buffer_slice(&made->bytes);
}

/* Walking. One line a child: its path's last steps, its length or why it is refused. */

struct log {
    struct buffer text;
    struct limits limits;
    struct gap_sink gaps;
    struct walk_env env;
    enum nesting { FLAT, NESTED } nesting;
};

static void log_gap(void *ctx, const struct item *item, const struct gap *gap)
{
    struct log *log = ctx;
    (void)item;
    buffer_printf(&log->text, "gap %s %s\n", gap_kind_name(gap->kind), gap->limit ? gap->limit : "-");
}

static void log_begin(struct log *log)
{
    *log = (struct log){ .nesting = NESTED };
    buffer_init(&log->text, 64 * MIB);
    limits_init(&log->limits);
    log->gaps = (struct gap_sink){ log_gap, log };
    log->env = (struct walk_env){ .limits = &log->limits, .gaps = &log->gaps };
}

static void log_walk(struct log *log, struct item *item);

static void log_child(struct log *log, struct item *child)
{
    item_put_path(&log->text, child);
    if (child->refused) {
        buffer_printf(&log->text, " %s %s\n", gap_kind_name(child->refused->kind),
                      child->refused->limit ? child->refused->limit : "-");
        return;
    }
    (void)source_fill(child->source, FORMAT_HEAD, NULL);
    struct slice head = slice_sub(child->source->ready, 0, FORMAT_HEAD);
    if (log->nesting == NESTED && child->content == CONTENT_ANY && child->container_depth < 8 &&
        format_archive.probe(child, head) != BID_NONE) {
        buffer_put_str(&log->text, "\n");
        log_walk(log, child);
        return;
    }
    uint64_t len = source_drain(child->source);
    buffer_printf(
        &log->text, " %llu%s%s\n", (unsigned long long)len, child->source->has_failed ? " failed " : "",
        child->source->has_failed ? gap_kind_name(gap_kind_of_error(child->source->failure.kind)) : "");
}

static void log_walk(struct log *log, struct item *item)
{
    struct walk walk;
    struct item child;
    struct error err = { 0 };
    int got = -1;
    if (walk_open(&walk, &format_archive, item, &log->env, &err) == 0)
        while ((got = walk_next(&walk, &child, &err)) == 1)
            log_child(log, &child);
    if (got < 0)
        buffer_printf(&log->text, "ended %s %s\n", gap_kind_name(gap_kind_of_error(err.kind)),
                      err.limit ? err.limit : "-");
    walk_close(&walk);
}

enum access { SEEKABLE, IN_ORDER };

static void log_bytes(struct log *log, const char *name, struct slice bytes, enum access access)
{
    struct arena *arena = arena_new(0);
    struct item item = { .kind = ITEM_FILE, .name = slice_str(name), .arena = arena };
    item.source = source_from_memory(arena, bytes);
    if (access == IN_ORDER)
        item.source = source_from_range(arena, item.source, UINT64_MAX);
    log_walk(log, &item);
    if (source_fill(item.source, 1, NULL) == 1)
        buffer_put_str(&log->text, "unread\n");
    arena_free(arena);
}

static void log_expect(struct log *log, const char *want)
{
    buffer_put_byte(&log->text, 0);
    assert_string_equal((const char *)log->text.ptr, want);
    buffer_release(&log->text);
}

static void check_walk(const char *name, struct slice bytes, const char *want)
{
    for (int access = SEEKABLE; access <= IN_ORDER; access++) {
        struct log log;
        log_begin(&log);
        log_bytes(&log, name, bytes, (enum access)access);
        log_expect(&log, want);
    }
}

static const struct slice hello = { (const unsigned char *)"hello, world\n", 13 };

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

/* Bombs. */

static void bombs_are_cut_at_the_ratio(void **state)
{
    (void)state;
    struct made made;
    struct log log;
    size_t len = 64 * MIB;
    unsigned char *zeros = calloc(1, len);
    assert_non_null(zeros);
    make_begin(&made, "zip", NULL, NULL);
    make_add(&made, "a", slice_of(zeros, len));
    make_add(&made, "b.txt", hello);
    (void)make_end(&made);
    log_begin(&log);
    log_bytes(&log, "x", buffer_slice(&made.bytes), SEEKABLE);
    struct slice text = buffer_slice(&log.text);
    assert_true(slice_find(text, 0, slice_str(" failed limit\n")) != SLICE_NONE);
    buffer_release(&log.text);
    buffer_release(&made.bytes);
    make_begin(&made, "raw", "gzip", NULL);
    make_add(&made, "a", slice_of(zeros, len));
    (void)make_end(&made);
    log_begin(&log);
    log_bytes(&log, "x.gz", buffer_slice(&made.bytes), SEEKABLE);
    assert_true(slice_find(buffer_slice(&log.text), 0, slice_str(" failed limit\n")) != SLICE_NONE);
    buffer_release(&log.text);
    buffer_release(&made.bytes);
    free(zeros);
}

static void filters_are_counted(void **state)
{
    (void)state;
    struct made made[6];
    make_begin(&made[0], "raw", "gzip", NULL);
    make_add(&made[0], "a", hello);
    struct slice bytes = make_end(&made[0]);
    for (size_t i = 1; i < 6; i++) {
        if (i == 4)
            check_walk("x.gz", bytes, "x.gz!/x 13\n");
        make_begin(&made[i], "raw", "gzip", NULL);
        make_add(&made[i], "a", bytes);
        bytes = make_end(&made[i]);
    }
    struct log log;
    log_begin(&log);
    log_bytes(&log, "x.gz", bytes, SEEKABLE);
    log_expect(&log, "x.gz!/data limit filters\nunread\n");
    for (size_t i = 0; i < 6; i++)
        buffer_release(&made[i].bytes);
}

static void entries_are_counted(void **state)
{
    (void)state;
    struct made made;
    struct log log;
    make_begin(&made, "ustar", NULL, NULL);
    for (int i = 0; i < 3; i++)
        make_add(&made, "a", hello);
    (void)make_end(&made);
    log_begin(&log);
    log.limits.outer_entries = 2;
    log_bytes(&log, "x", buffer_slice(&made.bytes), SEEKABLE);
    log_expect(&log, "x!/a 13\nx!/a 13\nx!/NAMES 4\nended limit outer-entries\n");
    buffer_release(&made.bytes);
}

static void what_cannot_be_held_is_a_gap(void **state)
{
    (void)state;
    struct made made;
    struct log log;
    unsigned char noise[4096];
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (unsigned char)(i * 2654435761u >> 13);
    make_begin(&made, "7zip", NULL, NULL);
    make_add(&made, "a", slice_of(noise, sizeof noise));
    (void)make_end(&made);
    log_begin(&log);
    log.limits.held_bytes = 100;
    log_bytes(&log, "x", buffer_slice(&made.bytes), IN_ORDER);
    assert_true(slice_starts_with(buffer_slice(&log.text), "x!/data limit held-bytes\n"));
    buffer_release(&log.text);
    buffer_release(&made.bytes);
    /* A zip is read in order instead. */
    make_begin(&made, "zip", NULL, NULL);
    make_add(&made, "a", hello);
    (void)make_end(&made);
    log_begin(&log);
    log.limits.held_bytes = 10;
    log_bytes(&log, "x", buffer_slice(&made.bytes), IN_ORDER);
    assert_true(slice_starts_with(buffer_slice(&log.text), "x!/a 13\nx!/NAMES 2\n"));
    buffer_release(&log.text);
    buffer_release(&made.bytes);
}

static void many_members_pass(void **state)
{
    (void)state;
    struct made made;
    struct log log;
    struct timespec from, to;
    char name[32];
    const size_t count = 200000;
    make_begin(&made, "ustar", NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "m/%zu.eml", i);
        make_add(&made, name, hello);
    }
    (void)make_end(&made);
    log_begin(&log);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    log_bytes(&log, "x", buffer_slice(&made.bytes), SEEKABLE);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    double seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    print_message("    %.2f us a member\n", seconds / (double)count * 1e6);
    size_t lines = 0;
    for (size_t at = 0; (at = slice_find_byte(buffer_slice(&log.text), at, '\n')) != SLICE_NONE; at++)
        lines++;
    assert_int_equal(lines, count + 1);
    buffer_release(&log.text);
    buffer_release(&made.bytes);
}

static void stored_members_are_fast(void **state)
{
    (void)state;
    struct made made;
    struct log log;
    struct timespec from, to;
    size_t len = 16 * MIB;
    unsigned char *bytes = malloc(len);
    assert_non_null(bytes);
    memset(bytes, 'a', len);
    make_begin(&made, "ustar", NULL, NULL);
    for (int i = 0; i < 12; i++)
        make_add(&made, "a", slice_of(bytes, len));
    (void)make_end(&made);
    for (int access = SEEKABLE; access <= IN_ORDER; access++) {
        log_begin(&log);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
        log_bytes(&log, "x", buffer_slice(&made.bytes), (enum access)access);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
        double seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
        print_message("    %.1f GB/s\n", (double)made.bytes.len / seconds / 1e9);
        buffer_release(&log.text);
    }
    buffer_release(&made.bytes);
    free(bytes);
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
        cmocka_unit_test(bombs_are_cut_at_the_ratio),
        cmocka_unit_test(filters_are_counted),
        cmocka_unit_test(entries_are_counted),
        cmocka_unit_test(what_cannot_be_held_is_a_gap),
        cmocka_unit_test(many_members_pass),
        cmocka_unit_test(stored_members_are_fast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
