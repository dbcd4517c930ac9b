/* archive_kit.h - for the tests of archives: libarchive's writer, and a line for each thing that a walk gives. */
#ifndef ARCHIVE_KIT_H
#define ARCHIVE_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <archive.h>
#include <archive_entry.h>

#include "item/gap.h"
#include "walk/format.h"

#define MIB ((size_t)1024 * 1024)

/* Writing. */

struct made {
    struct buffer bytes;
    struct archive *archive;
};

static inline la_ssize_t made_write(struct archive *archive, void *ctx, const void *bytes, size_t len)
{
    struct made *made = ctx;
    (void)archive;
    return buffer_put(&made->bytes, slice_of(bytes, len)) < 0 ? -1 : (la_ssize_t)len;
}

static inline void make_begin(struct made *made, const char *format, const char *filter, const char *options)
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

static inline void make_add(struct made *made, const char *name, struct slice bytes)
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

static inline void make_link(struct made *made, const char *name, const char *target)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFLNK);
    archive_entry_set_symlink(entry, target);
    assert_int_equal(archive_write_header(made->archive, entry), ARCHIVE_OK);
    archive_entry_free(entry);
}

static inline struct slice make_end(struct made *made)
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

static inline void log_gap(void *ctx, const struct item *item, const struct gap *gap)
{
    struct log *log = ctx;
    (void)item;
    buffer_printf(&log->text, "gap %s %s\n", gap_kind_name(gap->kind), gap->limit ? gap->limit : "-");
}

static inline void log_begin(struct log *log)
{
    *log = (struct log){ .nesting = NESTED };
    buffer_init(&log->text, 64 * MIB);
    limits_init(&log->limits);
    log->gaps = (struct gap_sink){ log_gap, log };
    log->env = (struct walk_env){ .limits = &log->limits, .gaps = &log->gaps };
}

static inline void log_walk(struct log *log, struct item *item);

static inline void log_child(struct log *log, struct item *child)
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

static inline void log_walk(struct log *log, struct item *item)
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

static inline void log_bytes(struct log *log, const char *name, struct slice bytes, enum access access)
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

static inline void log_expect(struct log *log, const char *want)
{
    buffer_put_byte(&log->text, 0);
    assert_string_equal((const char *)log->text.ptr, want);
    buffer_release(&log->text);
}

static inline void check_walk(const char *name, struct slice bytes, const char *want)
{
    for (int access = SEEKABLE; access <= IN_ORDER; access++) {
        struct log log;
        log_begin(&log);
        log_bytes(&log, name, bytes, (enum access)access);
        log_expect(&log, want);
    }
}

static const struct slice hello = { (const unsigned char *)"hello, world\n", 13 };

#endif
