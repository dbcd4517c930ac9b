/* walk.c - the format table, and what every walk does alike: choose a format, set up children, say gaps. */
#include "walk/format.h"

#include <stdarg.h>
#include <stdio.h>

#include "item/source.h"

const struct format *const format_table[] = {
    &format_misbehave, &format_olm,     &format_cms,    &format_inline,     &format_embedded, &format_archive,
    &format_pst,       &format_dbox,    &format_mbox,   &format_message,    &format_msg,      &format_ole,
    &format_tnef,      &format_rtf,     &format_sqlite, &format_sqlite_wal, &format_pdf,      &format_picture,
    &format_pcap,      &format_encoded, NULL,
};

const struct format *format_by_name(const char *name)
{
    for (size_t i = 0; format_table[i]; i++)
        if (strcmp(format_table[i]->name, name) == 0)
            return format_table[i];
    return NULL;
}

static const struct format *find_best(const struct item *item, struct slice head)
{
    const struct format *best = NULL;
    enum bid highest = BID_NONE;
    for (size_t i = 0; format_table[i]; i++) {
        enum bid bid = format_table[i]->probe(item, head);
        if (bid > highest) {
            highest = bid;
            best = format_table[i];
        }
    }
    return best;
}

const struct format *format_find(const struct item *item)
{
    if (!item->source)
        return NULL;
    switch (item->content) {
    case CONTENT_TEXT:
    case CONTENT_BYTES:
        return NULL;
    case CONTENT_MESSAGE:
        return format_by_name("message");
    case CONTENT_ANY:
        break;
    }
    /* A failure shows when the item is read; what came before it still tells the format. */
    (void)source_fill(item->source, FORMAT_HEAD, NULL);
    return find_best(item, slice_sub(item->source->ready, 0, FORMAT_HEAD));
}

int walk_open(struct walk *walk, const struct format *format, struct item *item, const struct walk_env *env,
              struct error *err)
{
    uint64_t first = walk->first_ordinal ? walk->first_ordinal : 1;
    struct walk_share share = walk->share;
    *walk =
        (struct walk){ .format = format, .item = item, .env = env, .first_ordinal = first, .share = share };
    walk->arena = arena_new(env->limits->worker_memory);
    walk->child_arena = arena_new(env->limits->worker_memory);
    /* The mark lies past a first byte, so that emptying the arena keeps its first block. */
    arena_alloc(walk->child_arena, 1);
    walk->child_mark = arena_mark(walk->child_arena);
    item->is_document = format->is_document;
    return format->open(walk, err);
}

static void finish_child(struct walk *walk)
{
    if (walk->child_source) {
        source_drain(walk->child_source);
        source_close(walk->child_source);
        walk->child_source = NULL;
    }
}

int walk_next(struct walk *walk, struct item *child, struct error *err)
{
    const struct item *item = walk->item;
    finish_child(walk);
    arena_rewind(walk->child_arena, walk->child_mark);
    *child = (struct item){
        .parent = item,
        .envelope = item->envelope,
        .container_depth = item->container_depth + 1,
        .mime_depth = item->mime_depth,
        .is_quoted_message = item->is_quoted_message,
        .arena = walk->child_arena,
    };
    int got = walk->format->next(walk, child, err);
    if (got == 1)
        walk->child_source = child->source;
    return got;
}

void walk_close(struct walk *walk)
{
    if (walk->child_source)
        source_close(walk->child_source);
    walk->child_source = NULL;
    if (walk->format && walk->format->close)
        walk->format->close(walk);
    arena_free(walk->child_arena);
    arena_free(walk->arena);
    walk->child_arena = walk->arena = NULL;
    walk->format = NULL;
}

void walk_gap(struct walk *walk, const struct item *item, enum gap_kind kind, enum gap_stands_for stands_for,
              const char *limit, const char *format, ...)
{
    char reason[512];
    va_list list;
    if (!walk->env->gaps)
        return;
    va_start(list, format);
    vsnprintf(reason, sizeof reason, format, list);
    va_end(list);
    const struct gap gap = {
        .kind = kind,
        .stands_for = stands_for,
        .reason = slice_str(reason),
        .bytes = GAP_BYTES_UNKNOWN,
        .limit = limit,
    };
    walk->env->gaps->put(walk->env->gaps->ctx, item, &gap);
}
