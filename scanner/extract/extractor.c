/* extractor.c - the extractor table, and what every extractor uses: names of views, maps, gaps. */
#include "extract/extractor.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

/* Equal bids go to the earlier line, so what knows more stands first. */
const struct extractor *const extractor_table[] = {
    &extractor_office,   &extractor_biff12, &extractor_xfa,     &extractor_card,
    &extractor_notebook, &extractor_vault,  &extractor_rows,    &extractor_html,
    &extractor_rtf,      &extractor_plain,  &extractor_strings, NULL,
};

const char *view_name(enum view view)
{
    static const char *const names[VIEWS] = {
        [VIEW_TEXT] = "text",       [VIEW_JOINED] = "joined",   [VIEW_FLOWED] = "flowed",
        [VIEW_HTML] = "html",       [VIEW_MARKUP] = "markup",   [VIEW_CHARSET] = "charset",
        [VIEW_BYTES] = "bytes",     [VIEW_UTF16LE] = "utf16le", [VIEW_UTF16BE] = "utf16be",
        [VIEW_DECODED] = "decoded", [VIEW_RTF] = "rtf",         [VIEW_DOCUMENT] = "document",
    };
    return (unsigned)view < VIEWS ? names[view] : "unknown";
}

/* The pair that VIEW_AT belongs to, by its number from 1; 0 where it stands before all. */
static size_t pair_of(const struct text_map *map, size_t view_at)
{
    size_t low = 0, high = map->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (map->pairs[middle].view_at <= view_at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t text_of(const struct text_map_pair *pair)
{
    return pair->text_at & ~TEXT_MAP_SHOWN;
}

size_t text_map_find(const struct text_map *map, size_t view_at)
{
    size_t next = pair_of(map, view_at);
    if (next == 0)
        return map->count == 0 ? view_at : text_of(&map->pairs[0]);
    const struct text_map_pair *pair = &map->pairs[next - 1];
    if (pair->text_at & TEXT_MAP_SHOWN)
        return text_of(pair);
    size_t at = pair->text_at + (view_at - pair->view_at);
    /* What was decoded may be longer than its source: it never maps past what follows it. */
    return next < map->count && at > text_of(&map->pairs[next]) ? text_of(&map->pairs[next]) : at;
}

bool text_map_is_shown(const struct text_map *map, size_t view_at, size_t *from)
{
    size_t next = pair_of(map, view_at);
    if (next == 0 || !(map->pairs[next - 1].text_at & TEXT_MAP_SHOWN))
        return false;
    *from = map->pairs[next - 1].view_at;
    return true;
}

const struct text_cell *text_cells_find(const struct text_cells *cells, uint64_t at)
{
    size_t low = 0, high = cells->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cells->list[middle].at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && cells->list[low - 1].row > 0 ? &cells->list[low - 1] : NULL;
}

const struct extractor *extractor_find(const struct item *item)
{
    const struct extractor *best = NULL;
    enum bid highest = BID_NONE;
    source_fill(item->source, FORMAT_HEAD, NULL);
    struct slice head = slice_sub(item->source->ready, 0, FORMAT_HEAD);
    /* Whoever knows the shape of a text is not outbid by those below it: looking at the bytes again would cost as much as reading them. */
    for (const struct extractor *const *at = extractor_table; *at && highest < BID_SHAPE; at++) {
        enum bid bid = (*at)->probe(item, head);
        if (bid <= highest)
            continue;
        highest = bid;
        best = *at;
    }
    return best;
}

void extract_gap(struct extract *extract, enum gap_kind kind, const char *limit, const char *format, ...)
{
    char reason[240];
    va_list list;
    va_start(list, format);
    int len = vsnprintf(reason, sizeof reason, format, list);
    va_end(list);
    size_t used = len < 0 ? 0 : (size_t)len < sizeof reason ? (size_t)len : sizeof reason - 1;
    struct gap gap = {
        .kind = kind,
        .stands_for = GAP_STANDS_FOR_REST,
        .reason = slice_of(reason, utf8_cut(slice_of(reason, used), used)),
        .bytes = GAP_BYTES_UNKNOWN,
        .limit = limit,
    };
    extract->gaps->put(extract->gaps->ctx, extract->item, &gap);
}
