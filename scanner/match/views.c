/* views.c - the joined view: tokens that a line end cut, put together again. */
#include "match/views.h"

#include <stdlib.h>

void joined_init(struct joined *joined, size_t reach)
{
    *joined = (struct joined){ .reach = reach };
    buffer_init(&joined->text, SIZE_MAX / 2);
}

void joined_release(struct joined *joined)
{
    buffer_release(&joined->text);
    free(joined->pairs);
    free(joined->regions);
    cuts_release(&joined->cuts);
}

struct text_view joined_view(const struct joined *joined)
{
    return (struct text_view){ VIEW_JOINED, buffer_slice(&joined->text), { joined->pairs, joined->count } };
}

/* The last pair at or before the view's AT. */
static size_t pair_of(const struct joined *joined, size_t at)
{
    size_t low = 0, high = joined->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (joined->pairs[middle].view_at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? low - 1 : 0;
}

bool joined_is_crossing(const struct joined *joined, size_t start, size_t end)
{
    if (joined->count == 0 || end <= start)
        return false;
    size_t first = pair_of(joined, start), last = pair_of(joined, end - 1);
    return first != last && joined->regions[first] == joined->regions[last];
}

void joined_keep_region(const struct joined *joined, size_t at, size_t *from, size_t *to)
{
    size_t first = pair_of(joined, at), next = first + 1;
    uint32_t region = joined->regions[first];
    while (first > 0 && joined->regions[first - 1] == region && joined->pairs[first].view_at > *from)
        first--;
    while (next < joined->count && joined->regions[next] == region && joined->pairs[next].view_at < *to)
        next++;
    if (*from < joined->pairs[first].view_at)
        *from = joined->pairs[first].view_at;
    if (next<joined->count && * to> joined->pairs[next].view_at)
        *to = joined->pairs[next].view_at;
}

static void add_pair(struct joined *joined, size_t text_at)
{
    if (joined->count == joined->capacity) {
        joined->capacity = joined->capacity ? joined->capacity * 2 : 64;
        joined->pairs = realloc(joined->pairs, joined->capacity * sizeof *joined->pairs);
        joined->regions = realloc(joined->regions, joined->capacity * sizeof *joined->regions);
        if (!joined->pairs || !joined->regions)
            abort();
    }
    joined->pairs[joined->count] = (struct text_map_pair){ joined->text.len, text_at };
    joined->regions[joined->count++] = joined->region;
}

/* Copying. `at` is where copying stands in the text: just after the last cut. */

struct copying {
    struct joined *joined;
    struct slice text;
    size_t at;
};

/* The start of the line before the one that FROM stands in, at least FLOOR. */
static size_t lines_before(struct slice text, size_t from, size_t floor)
{
    for (int line = 0; line < 2; line++) {
        const unsigned char *lf = from > floor ? memrchr(text.ptr + floor, '\n', from - floor) : NULL;
        if (!lf)
            return floor;
        from = (size_t)(lf - text.ptr);
    }
    return from + 1;
}

/* The end of the line that FROM stands in, at most CEILING. */
static size_t line_end(struct slice text, size_t from, size_t ceiling)
{
    size_t lf = slice_find_byte(slice_sub(text, 0, ceiling), from, '\n');
    return lf == SLICE_NONE ? ceiling : lf;
}

static void copy(struct copying *copying, size_t to)
{
    buffer_put(&copying->joined->text, slice_sub(copying->text, copying->at, to - copying->at));
    copying->at = to;
}

/* Copy what follows the last cut, up to LIMIT, as far as it matters. */
static void finish_region(struct copying *copying, size_t limit)
{
    size_t reach = copying->joined->reach;
    size_t ceiling = limit - copying->at > reach ? copying->at + reach : limit;
    copy(copying, line_end(copying->text, copying->at, ceiling));
}

static void begin_region(struct copying *copying, size_t from)
{
    struct joined *joined = copying->joined;
    /* A line end between regions, so that nothing runs on; a match across it is dropped. */
    if (joined->text.len > 0)
        buffer_put_byte(&joined->text, '\n');
    joined->region++;
    copying->at = from;
    add_pair(joined, from);
}

static void make_cut(struct copying *copying, const struct cut *cut)
{
    struct joined *joined = copying->joined;
    size_t last = copying->at, floor = last;
    if (cut->from - floor > joined->reach)
        floor = cut->from - joined->reach;
    size_t from = lines_before(copying->text, cut->from, floor);
    if (joined->count > 0)
        finish_region(copying, cut->from);
    /* From the last cut's region to this one's there may be nothing between: then they are one. */
    if (joined->count == 0 || copying->at < from)
        begin_region(copying, from);
    copy(copying, cut->from);
    copying->at = cut->to;
    add_pair(joined, cut->to);
}

bool joined_make(struct joined *joined, struct slice text)
{
    struct copying copying = { joined, text, 0 };
    buffer_clear(&joined->text);
    joined->count = 0;
    joined->region = 0;
    cuts_find(&joined->cuts, text);
    for (size_t i = 0; i < joined->cuts.count; i++)
        make_cut(&copying, &joined->cuts.at[i]);
    if (joined->count > 0)
        finish_region(&copying, text.len);
    return joined->count > 0;
}
