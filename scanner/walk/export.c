/* export.c - the lists of an export: which file is one, and its bytes read beside the scan. */
#include "walk/export_lists.h"

static const char *const what_names[PROMISE_WHATS] = { "messages", "items", "file", "md5", "failed" };

const char *promise_what_name(enum promise_what what)
{
    return what_names[what];
}

static struct slice last_step(struct slice path)
{
    size_t start = path.len;
    while (start > 0 && path.ptr[start - 1] != '/' && path.ptr[start - 1] != '\\')
        start--;
    return slice_skip(path, start);
}

static bool is_failures(struct slice name)
{
    static const char *const ends[] = { "account-exceptions.csv", "failed-group-membership-lookups.csv" };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (slice_ends_with_nocase(name, ends[i]))
            return true;
    return slice_is_equal_nocase(name, slice_str("error.csv")) || slice_ends_with_nocase(name, "-error.csv");
}

/* "Items.csv", "Items_0.csv", "Unindexed items.csv", "Results.csv". */
static bool is_items(struct slice name)
{
    if (!slice_ends_with_nocase(name, ".csv"))
        return false;
    name.len -= 4;
    while (name.len > 0 && ((name.ptr[name.len - 1] >= '0' && name.ptr[name.len - 1] <= '9') ||
                            name.ptr[name.len - 1] == '_' || name.ptr[name.len - 1] == '-'))
        name.len--;
    return slice_ends_with_nocase(name, "items") || slice_is_equal_nocase(name, slice_str("results"));
}

bool export_is_checksums(struct slice name)
{
    name = last_step(name);
    return slice_ends_with_nocase(name, ".md5") || slice_ends_with_nocase(name, "checksums") ||
           slice_ends_with_nocase(name, "checksums.txt") || slice_ends_with_nocase(name, "checksums.csv") ||
           slice_ends_with_nocase(name, "md5sums") || slice_ends_with_nocase(name, "md5sums.txt");
}

static bool is_errors_xml(struct slice name)
{
    return slice_is_equal_nocase(name, slice_str("errors.xml")) ||
           slice_ends_with_nocase(name, "-errors.xml");
}

static enum export_list list_of(struct slice name)
{
    name = last_step(name);
    if (slice_ends_with_nocase(name, "results-count.csv"))
        return EXPORT_COUNTS;
    if (slice_ends_with_nocase(name, "metadata.xml"))
        return EXPORT_METADATA;
    if (is_failures(name))
        return EXPORT_FAILURES;
    if (is_errors_xml(name))
        return EXPORT_ERRORS;
    if (is_items(name))
        return EXPORT_ITEMS;
    if (slice_ends_with_nocase(name, "summary.csv"))
        return EXPORT_SUMMARY;
    return export_is_checksums(name) ? EXPORT_CHECKSUMS : EXPORT_NONE;
}

bool export_is_list(struct slice name)
{
    return list_of(name) != EXPORT_NONE;
}

struct export_reader *export_reader_new(struct arena *arena, const struct item *item)
{
    struct export_reader *reader;
    enum export_list list = list_of(item->name);
    bool is_file = item->kind == ITEM_FILE || item->kind == ITEM_MEMBER;
    if (list == EXPORT_NONE || !is_file || !item->source || item_message(item))
        return NULL;
    reader = arena_alloc(arena, sizeof *reader);
    reader->arena = arena;
    reader->list = list;
    export_lists_begin(reader);
    return reader;
}

/* The source that is watched. Its reader consumes; what it was shown was fed. */
struct watch {
    struct source source;
    struct source *from;
    struct export_reader *reader;
    uint64_t fed; /* bytes, from the start of `source` */
};

static void feed_new(struct watch *watch)
{
    struct source *source = &watch->source;
    uint64_t end = source->offset + source->ready.len;
    if (end > watch->fed)
        export_lists_feed(watch->reader, slice_skip(source->ready, (size_t)(watch->fed - source->offset)));
    if (end > watch->fed)
        watch->fed = end;
}

static int watch_fill(struct source *source, size_t want, struct error *err)
{
    struct watch *watch = (struct watch *)source;
    source_consume(watch->from, watch->from->ready.len - source->ready.len);
    int got = source_fill(watch->from, want, err);
    source->ready = watch->from->ready;
    feed_new(watch);
    return got;
}

static const struct source_class watch_class = { .fill = watch_fill };

struct source *export_reader_watch(struct arena *arena, struct export_reader *reader, struct source *source)
{
    struct watch *watch = arena_alloc(arena, sizeof *watch);
    *watch = (struct watch){ .from = source, .reader = reader };
    watch->source =
        (struct source){ .class = &watch_class, .ready = source->ready, .size = SOURCE_SIZE_UNKNOWN };
    watch->source.is_at_end = source->is_at_end;
    feed_new(watch);
    return &watch->source;
}

int export_reader_end(struct export_reader *reader, const struct promise_sink *sink, struct error *err)
{
    int result = export_lists_end(reader, sink, err);
    export_lists_release(reader);
    return result;
}
