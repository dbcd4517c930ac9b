/* archive_open.c - opening an archive: layer over layer, compressions first, then a hold, then the format. */
#include "walk/archive.h"

#include <archive_entry.h>

#include "walk/hold.h"
#include "walk/inflate.h"
#include "walk/part.h"

static void archive_undo(void *archive)
{
    archive_read_free(archive);
}

/* Opening: layer over layer. */

static struct archive_layer *layer_new(struct walk *walk, struct archive_walk *state)
{
    struct archive_layer *layer = &state->layers[state->layer_count++];
    layer->input = archive_input_new(walk->arena, state->in);
    layer->ratio.limits = walk->env->limits;
    return layer;
}

static struct archive_layer *layer_push(struct walk *walk, struct archive_walk *state)
{
    struct archive_layer *layer = layer_new(walk, state);
    layer->archive = archive_read_new();
    if (!layer->archive)
        abort();
    arena_defer(walk->arena, archive_undo, layer->archive);
    return layer;
}

struct archive_layer *archive_layer_top(struct archive_walk *state)
{
    return &state->layers[state->layer_count - 1];
}

static void refuse_all(struct archive_walk *state, enum gap_kind kind, const char *limit, struct slice reason)
{
    state->refusal = (struct gap){ .kind = kind,
                                   .stands_for = GAP_STANDS_FOR_LEAF,
                                   .reason = reason,
                                   .bytes = GAP_BYTES_UNKNOWN,
                                   .limit = limit };
}

/* Why the top layer failed: its input, or what libarchive says. */
void archive_note_failure(struct archive_walk *state)
{
    const struct error *broken = archive_input_failure(archive_layer_top(state)->input);
    if (broken)
        state->failure = *broken;
    else
        (void)archive_error_from(archive_layer_top(state)->archive, &state->failure);
}

static struct slice head_of(struct archive_walk *state)
{
    (void)source_fill(state->in, FORMAT_HEAD, NULL);
    return slice_sub(state->in->ready, 0, FORMAT_HEAD);
}

/* gzip is unpacked here: of a stream that is cut short libarchive drops the last block. */
static bool push_gzip(struct walk *walk, struct archive_walk *state)
{
    struct archive_layer *layer = layer_new(walk, state);
    struct source *in = state->in;
    layer->packed = source_is_seekable(in) ? part_source(walk->arena, in, 0, in->size) : in;
    state->in = inflate_source(walk->arena, layer->packed, INFLATE_GZIP, walk->env->limits, NULL);
    if (!state->in)
        abort(); /* no memory */
    return true;
}

/* Put FILTER's output in place of state->in. False where it does not open. */
static bool push_filter(struct walk *walk, struct archive_walk *state, const struct archive_kind *filter)
{
    if (filter->filter == ARCHIVE_FILTER_GZIP)
        return push_gzip(walk, state);
    struct archive_layer *layer = layer_push(walk, state);
    struct archive_entry *entry;
    /* Switched on rather than bid for: bidding takes off 25 of them at once, with no limit on what they unpack to. */
    if (filter->filter)
        archive_read_append_filter(layer->archive, filter->filter);
    else
        filter->support(layer->archive);
    archive_read_support_format_raw(layer->archive);
    archive_read_support_format_empty(layer->archive);
    int result = archive_input_open(layer->input, layer->archive);
    /* A filter that fails before its first byte looks empty to the formats, and its failure is told only until the next call. */
    if (archive_errno(layer->archive) != 0)
        result = ARCHIVE_FATAL;
    if (result == ARCHIVE_OK || result == ARCHIVE_WARN)
        result = archive_read_next_header(layer->archive, &entry);
    if (result == ARCHIVE_EOF)
        state->in = source_from_memory(walk->arena, slice_of(NULL, 0));
    else if (result == ARCHIVE_OK || result == ARCHIVE_WARN)
        state->in = archive_stream_new(walk->arena, layer->archive, &layer->ratio, true);
    else
        archive_note_failure(state);
    return state->failure.kind == ERROR_NONE;
}

/* Take off the compressions, outermost first. */
static void open_filters(struct walk *walk, struct archive_walk *state)
{
    struct slice name = walk->item->name;
    uint64_t depth = 0, most = walk->env->limits->filters;
    const struct archive_kind *filter;
    while ((filter = archive_filter_find(head_of(state), name)) != NULL) {
        if (!filter->support && !filter->filter) {
            refuse_all(state, GAP_UNSUPPORTED, NULL,
                       arena_printf(walk->arena, "%s compression cannot be read", filter->name));
            return;
        }
        if (depth < most && state->layer_count < ARCHIVE_LAYERS - 1 && !push_filter(walk, state, filter))
            return;
        struct archive *unpacking = state->layer_count ? archive_layer_top(state)->archive : NULL;
        depth += depth < most && unpacking ? (uint64_t)archive_filter_count(unpacking) - 1 : 1;
        if (depth > most || state->layer_count == ARCHIVE_LAYERS - 1) {
            refuse_all(state, GAP_LIMIT, "filters", slice_str("too many compressions around one another"));
            return;
        }
        name = slice_of(NULL, 0);
    }
}

/* Make the input one that can be sought in, where the format needs it. */
static void hold_input(struct walk *walk, struct archive_walk *state)
{
    struct error err = { 0 };
    if (state->kind->need == NEED_STREAM)
        return;
    state->in = hold_source(walk->arena, state->in, walk->env, &err);
    if (state->kind->need != NEED_SEEK || source_is_seekable(state->in))
        return;
    enum gap_kind kind = err.kind == ERROR_LIMIT ? GAP_LIMIT : GAP_UNREADABLE;
    refuse_all(state, kind, err.limit, arena_copy(walk->arena, slice_str(err.message)));
}

static void open_format(struct walk *walk, struct archive_walk *state)
{
    struct slice name = state->layer_count ? slice_of(NULL, 0) : walk->item->name;
    state->kind = archive_format_find(head_of(state), name);
    if (!state->kind)
        return;
    if (!state->kind->support) {
        refuse_all(state, GAP_UNSUPPORTED, NULL,
                   arena_printf(walk->arena, "%s archives cannot be read", state->kind->name));
        return;
    }
    if (state->kind->id == ARCHIVE_ZIP)
        state->stub =
            arena_copy(walk->arena, slice_sub(head_of(state), 0, archive_zip_start(head_of(state))));
    hold_input(walk, state);
    if (state->refusal.reason.len)
        return;
    archive_facts_find(walk->arena, state->kind, state->in, walk->env->limits, &state->facts);
    if (state->facts.is_header_encrypted) {
        refuse_all(state, GAP_ENCRYPTED, NULL, slice_str("the archive's directory is encrypted"));
        return;
    }
    struct archive_layer *layer = layer_push(walk, state);
    state->kind->support(layer->archive);
    int result = archive_input_open(layer->input, layer->archive);
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
        archive_note_failure(state);
}

void archive_open_layers(struct walk *walk, struct archive_walk *state)
{
    open_filters(walk, state);
    if (!state->refusal.reason.len && state->failure.kind == ERROR_NONE)
        open_format(walk, state);
}
