/* blobs.c - layers of decoded regions: their text, the way back to where it stood, limits. */
#include "match/blobs.h"

#include <stdlib.h>

#include "match/blobs_parts.h"

/* Text for which a grant of bytes and blobs is made. */
#define GRANT_FOR ((uint64_t)16 * 1024 * 1024)

void blobs_init(struct blobs *blobs)
{
    *blobs = (struct blobs){ .depth_max = 0 };
    for (size_t i = 0; i < BLOBS_DEPTH_MAX; i++)
        buffer_init(&blobs->layers[i].text, UINT32_MAX / 2);
    buffer_init(&blobs->bytes, UINT32_MAX / 2);
    buffer_init(&blobs->other, UINT32_MAX / 2);
}

void blobs_release(struct blobs *blobs)
{
    for (size_t i = 0; i < BLOBS_DEPTH_MAX; i++) {
        struct blobs_layer *layer = &blobs->layers[i];
        buffer_release(&layer->text);
        free(layer->pairs);
        free(layer->regions);
    }
    buffer_release(&blobs->bytes);
    buffer_release(&blobs->other);
    free(blobs->pairs);
}

void blobs_begin(struct blobs *blobs, const struct limits *limits)
{
    struct limits standard;
    if (!limits)
        limits_init(&standard);
    const struct limits *used = limits ? limits : &standard;
    blobs->depth_max = used->decoded_depth < BLOBS_DEPTH_MAX ? (size_t)used->decoded_depth : BLOBS_DEPTH_MAX;
    blobs->bytes_each = used->decoded_bytes;
    blobs->blobs_each = used->decoded_blobs;
    blobs->bytes_left = blobs->blobs_left = blobs->granted = 0;
    blobs->limit = NULL;
    blobs->is_cut = false;
}

static uint64_t add(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

void blobs_block(struct blobs *blobs, const struct text_block *block)
{
    blobs->block = block;
    while (blobs->granted <= block->offset + block->text.len) {
        blobs->bytes_left = add(blobs->bytes_left, blobs->bytes_each);
        blobs->blobs_left = add(blobs->blobs_left, blobs->blobs_each);
        blobs->granted += GRANT_FOR;
    }
}

bool blobs_grant(struct finder *finder, enum blobs_form form, uint64_t cost)
{
    struct blobs *blobs = finder->blobs;
    const char *limit = NULL;
    if (!finder->out)
        limit = form == BLOBS_ESCAPED ? NULL : "decoded-depth";
    else if (blobs->blobs_left == 0)
        limit = "decoded-blobs";
    else if (blobs->bytes_left < cost)
        limit = "decoded-bytes";
    if (limit)
        blobs->limit = limit;
    if (limit || !finder->out)
        return false;
    blobs->blobs_left--;
    return true;
}

void blobs_spend(struct blobs *blobs, uint64_t cost)
{
    blobs->bytes_left -= cost < blobs->bytes_left ? cost : blobs->bytes_left;
}

/* Pairs and regions. */

/* The last pair at or before AT. */
static size_t pair_of(const struct blobs_pair *pairs, size_t count, size_t at)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pairs[middle].at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? low - 1 : 0;
}

size_t blobs_pairs_find(const struct blobs_pair *pairs, size_t count, size_t at,
                        const struct blobs_pair **pair)
{
    static const unsigned char rates[BLOBS_RATES][2] = {
        [BLOBS_1_TO_1] = { 1, 1 }, [BLOBS_4_TO_3] = { 4, 3 }, [BLOBS_8_TO_5] = { 8, 5 },
        [BLOBS_2_TO_1] = { 2, 1 }, [BLOBS_8_TO_3] = { 8, 3 }, [BLOBS_16_TO_5] = { 16, 5 },
        [BLOBS_4_TO_1] = { 4, 1 },
    };
    size_t index = pair_of(pairs, count, at);
    const struct blobs_pair *found = &pairs[index], *next = index + 1 < count ? found + 1 : NULL;
    size_t from = found->from + (at - found->at) * rates[found->rate][0] / rates[found->rate][1];
    if (pair)
        *pair = found;
    /* One character may stand for more bytes than it is long. */
    return next && next->region == found->region && from > next->from ? next->from : from;
}

static const struct blobs_region *region_of(const struct blobs_layer *layer, size_t at)
{
    return &layer->regions[layer->pairs[pair_of(layer->pairs, layer->count, at)].region];
}

size_t blobs_text_at(const struct blobs_layer *layer, size_t at)
{
    for (;; layer = layer->source) {
        const struct blobs_pair *pair;
        at = blobs_pairs_find(layer->pairs, layer->count, at, &pair);
        if (layer->regions[pair->region].is_packed)
            return layer->regions[pair->region].from;
        if (!layer->source)
            return text_map_find(layer->map, at);
    }
}

bool blobs_touch(const struct blobs_layer *layer, size_t start, size_t end)
{
    if (layer->count == 0 || end <= start)
        return false;
    size_t first = pair_of(layer->pairs, layer->count, start),
           last = pair_of(layer->pairs, layer->count, end - 1);
    if (layer->pairs[first].region != layer->pairs[last].region)
        return false;
    for (size_t i = first; i <= last; i++)
        if (layer->pairs[i].is_decoded)
            return true;
    return false;
}

bool blobs_is_decoded(const struct blobs_layer *source, size_t at)
{
    return source->count > 0 && source->pairs[pair_of(source->pairs, source->count, at)].is_decoded;
}

void blobs_keep_region(const struct blobs_layer *layer, size_t at, size_t *from, size_t *to)
{
    const struct blobs_region *region = region_of(layer, at), *next = region + 1;
    if (*from < region->view_at)
        *from = region->view_at;
    if (next<layer->regions + layer->region_count && * to> next->view_at)
        *to = next->view_at;
}

struct match_blob blobs_place(const struct blobs *blobs, const struct blobs_layer *layer, size_t start)
{
    const struct blobs_region *region = region_of(layer, start);
    uint64_t offset = blobs->block->offset;
    return (struct match_blob){ .from = offset + region->from,
                                .to = offset + region->to,
                                .at = region->is_packed ? region->base + (start - region->view_at) : 0,
                                .is_packed = region->is_packed,
                                .is_escaped = region->is_escaped };
}

static struct blobs_region *last_region(struct blobs_layer *layer)
{
    return &layer->regions[layer->region_count - 1];
}

/* Make room for one more pair. */
static struct blobs_pair *pairs_add(struct blobs_pair **pairs, size_t *count, size_t *capacity)
{
    if (*count == *capacity) {
        *capacity = *capacity ? *capacity * 2 : 64;
        *pairs = realloc(*pairs, *capacity * sizeof **pairs);
        if (!*pairs)
            abort();
    }
    return &(*pairs)[(*count)++];
}

/* What is appended to LAYER from here on comes from FROM of its source. */
static void add_pair(struct blobs_layer *layer, size_t from, enum blobs_rate rate, bool is_decoded)
{
    struct blobs_pair *pair = pairs_add(&layer->pairs, &layer->count, &layer->capacity);
    *pair = (struct blobs_pair){ .at = layer->text.len,
                                 .from = from,
                                 .region = (uint32_t)(layer->region_count - 1),
                                 .rate = (unsigned char)rate,
                                 .is_decoded = is_decoded };
}

void blobs_pair(struct blobs *blobs, size_t at, size_t from, enum blobs_rate rate)
{
    struct blobs_pair *pair = pairs_add(&blobs->pairs, &blobs->count, &blobs->capacity);
    *pair = (struct blobs_pair){ .at = at, .from = from, .rate = (unsigned char)rate };
}

/* In the block's text. */
static size_t text_at_of(const struct finder *finder, size_t at)
{
    return finder->source ? blobs_text_at(finder->source, at) : text_map_find(finder->map, at);
}

static struct blobs_region make_region(const struct finder *finder, enum blobs_form form, size_t from,
                                       size_t to)
{
    struct blobs_region region = { .view_at = finder->out->text.len,
                                   .is_packed = form == BLOBS_PACKED,
                                   .is_escaped = form == BLOBS_ESCAPED };
    region.from = text_at_of(finder, from);
    region.to = to > from ? text_at_of(finder, to - 1) + 1 : region.from;
    const struct blobs_region *outer = finder->source ? region_of(finder->source, from) : NULL;
    if (outer && outer->is_packed) {
        region.from = outer->from;
        region.to = outer->to;
        region.base = outer->base + (from - outer->view_at);
        region.is_packed = true;
    }
    if (outer && !outer->is_escaped)
        region.is_escaped = false;
    return region;
}

void blobs_region_begin(struct finder *finder, enum blobs_form form, size_t from, size_t to)
{
    struct blobs_layer *out = finder->out;
    if (out->region_count == out->region_capacity) {
        out->region_capacity = out->region_capacity ? out->region_capacity * 2 : 16;
        out->regions = realloc(out->regions, out->region_capacity * sizeof *out->regions);
        if (!out->regions)
            abort();
    }
    out->regions[out->region_count] = make_region(finder, form, from, to);
    out->region_count++;
}

void blobs_region_drop(struct finder *finder)
{
    struct blobs_layer *out = finder->out;
    out->text.len = last_region(out)->view_at;
    out->region_count--;
    while (out->count > 0 && out->pairs[out->count - 1].region == out->region_count)
        out->count--;
}

/* Filling. */

void blobs_put_literal(struct finder *finder, size_t from, size_t to)
{
    if (from >= to)
        return;
    add_pair(finder->out, from, BLOBS_1_TO_1, false);
    buffer_put(&finder->out->text, slice_sub(finder->text, from, to - from));
}

void blobs_put_decoded(struct finder *finder, struct slice bytes, size_t from)
{
    add_pair(finder->out, from, BLOBS_1_TO_1, true);
    buffer_put(&finder->out->text, bytes);
}

void blobs_put_blob(struct finder *finder, struct slice bytes)
{
    struct blobs *blobs = finder->blobs;
    size_t count = last_region(finder->out)->is_packed ? 1 : blobs->count;
    for (size_t i = 0; i < count; i++) {
        const struct blobs_pair *pair = &blobs->pairs[i];
        size_t to = i + 1 < count ? pair[1].at : bytes.len;
        add_pair(finder->out, pair->from, pair->rate, true);
        buffer_put(&finder->out->text, slice_sub(bytes, pair->at, to - pair->at));
    }
}

size_t blobs_start_of_line(const struct finder *finder, size_t at, size_t most)
{
    size_t floor = at > most ? at - most : 0;
    const unsigned char *lf = at > floor ? memrchr(finder->text.ptr + floor, '\n', at - floor) : NULL;
    return lf ? (size_t)(lf - finder->text.ptr) + 1 : floor;
}

size_t blobs_end_of_line(const struct finder *finder, size_t at, size_t most)
{
    size_t room = finder->text.len - at, reach = room < most ? room : most;
    const unsigned char *lf = reach ? memchr(finder->text.ptr + at, '\n', reach) : NULL;
    return lf ? (size_t)(lf - finder->text.ptr) : at + reach;
}

/* Scanning what was gathered, and looking through it in turn. */

static void layer_clear(struct blobs_layer *layer)
{
    buffer_clear(&layer->text);
    layer->count = layer->region_count = 0;
}

static void flush(struct blobs *blobs, size_t depth);

/* Look through the layer before DEPTH. */
static void look_inside(struct blobs *blobs, size_t depth)
{
    const struct blobs_layer *source = &blobs->layers[depth - 1];
    struct finder finder = { .blobs = blobs,
                             .text = buffer_slice(&source->text),
                             .source = source,
                             .out = depth < blobs->depth_max ? &blobs->layers[depth] : NULL,
                             .depth = depth };
    if (finder.out)
        finder.out->source = source;
    blobs_find(&finder);
    if (finder.out)
        flush(blobs, depth);
}

static void flush(struct blobs *blobs, size_t depth)
{
    struct blobs_layer *layer = &blobs->layers[depth];
    if (layer->text.len == 0)
        return;
    struct text_view view = { VIEW_DECODED, buffer_slice(&layer->text), { NULL, 0 } };
    blobs->scan(blobs->ctx, &view, layer);
    look_inside(blobs, depth + 1);
    layer_clear(layer);
}

/* An empty line between regions: nothing runs on from one to the next. */
void blobs_region_end(struct finder *finder, size_t end)
{
    struct blobs_layer *out = finder->out;
    struct blobs_region *region = last_region(out);
    if (region->is_escaped && !region->is_packed)
        region->to = text_at_of(finder, end);
    blobs_spend(finder->blobs, out->text.len - region->view_at);
    buffer_put_str(&out->text, "\n\n");
    if (out->text.len >= BLOBS_FLUSH)
        flush(finder->blobs, finder->depth);
}

void blobs_view(struct blobs *blobs, const struct text_view *view, enum blobs_view kind)
{
    struct finder finder = { .blobs = blobs,
                             .text = view->text,
                             .map = &view->map,
                             .out = &blobs->layers[0],
                             .kind = kind,
                             .is_cut_front = blobs->block->repeated > 0 };
    if (blobs->depth_max == 0)
        return;
    finder.out->map = &view->map;
    blobs_find(&finder);
    flush(blobs, 0);
}
