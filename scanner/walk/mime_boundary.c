/* mime_boundary.c - the delimiter lines of multiparts, and the bytes between them as sources. */
#include "walk/mime_boundary.h"

#include "base/buffer.h"
#include "base/vector.h"

/* How far a window is searched at once: what was searched is still in the cache when the reader comes to it. */
#define CUTTER_CHUNK ((size_t)128 * 1024)

/* The shortest a delimiter and its line break can begin with: "\n--". */
#define DASHES_LEN ((size_t)3)

void cutter_init(struct cutter *cutter, struct source *source)
{
    *cutter = (struct cutter){ .source = source, .is_line_start = true, .searched = source->offset };
}

void cutter_push(struct cutter *cutter, struct boundary *boundary)
{
    boundary->outer = cutter->innermost;
    cutter->innermost = boundary;
    cutter->has_found = false;
    cutter->is_line_start = true;
    cutter->searched = cutter->source->offset;
}

void cutter_pop(struct cutter *cutter)
{
    cutter->innermost = cutter->innermost->outer;
}

static vector16 dashes_at(const unsigned char *ptr)
{
    return (vector16)((vector_load(ptr) == '-') & (vector_load(ptr + 1) == '-'));
}

/* The index of the first "--" at or after AT in W (or a little before it), or W.len. */
static size_t skip_to_dashes(struct slice w, size_t at)
{
    while (w.len - at > 64) {
        const unsigned char *ptr = w.ptr + at;
        vector16 low = dashes_at(ptr) | dashes_at(ptr + 16);
        vector16 high = dashes_at(ptr + 32) | dashes_at(ptr + 48);
        if (vector_has_any(low | high))
            return vector_has_any(low) ? at : at + 32;
        at += 64;
    }
    return at;
}

static bool is_break(unsigned char c)
{
    return c == '\n' || c == '\r';
}

/* The first line break at or after AT with "--" right after it, or SLICE_NONE. */
static size_t find_dash_line(struct slice w, size_t at)
{
    while (at < w.len && w.len - at >= DASHES_LEN) {
        /* The break stands one byte before the dashes. */
        size_t dashes = skip_to_dashes(w, at + 1);
        size_t stop = dashes + 32;
        if (dashes - 1 > at)
            at = dashes - 1;
        for (; at < stop && w.len - at >= DASHES_LEN; at++)
            if (w.ptr[at + 1] == '-' && w.ptr[at + 2] == '-' && is_break(w.ptr[at]))
                return at;
    }
    return SLICE_NONE;
}

enum match { MATCH_NO, MATCH_YES, MATCH_MORE };

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f' || is_break(c);
}

/* May TAIL, which ends where the window ends, stand after a boundary? */
static enum match match_tail(struct slice tail, bool is_end)
{
    size_t dashes = slice_starts_with(tail, "--") ? 2 : 0;
    struct slice after = slice_skip(tail, dashes);
    if (after.len > 0 && is_blank(after.ptr[0]))
        return MATCH_YES;
    if (after.len == 0 || (after.len == 1 && dashes == 0 && after.ptr[0] == '-'))
        return !is_end ? MATCH_MORE : after.len == 0 ? MATCH_YES : MATCH_NO;
    return MATCH_NO;
}

static enum match match_boundary(const struct boundary *boundary, struct slice text, bool is_end)
{
    if (text.len < boundary->text.len)
        return !is_end && slice_is_equal(text, slice_sub(boundary->text, 0, text.len)) ? MATCH_MORE
                                                                                       : MATCH_NO;
    if (!slice_is_equal(slice_sub(text, 0, boundary->text.len), boundary->text))
        return MATCH_NO;
    return boundary->is_cut ? MATCH_YES : match_tail(slice_skip(text, boundary->text.len), is_end);
}

static bool is_better(const struct boundary *candidate, const struct boundary *best)
{
    if (!best || candidate->text.len != best->text.len)
        return !best || candidate->text.len > best->text.len;
    return best->is_closed && !candidate->is_closed;
}

/* The boundary that TEXT, a line without its first two dashes and all after it, begins with. */
static enum match match_any(struct boundary *innermost, struct slice text, bool is_end,
                            struct boundary **best)
{
    bool needs_more = false;
    *best = NULL;
    for (struct boundary *boundary = innermost; boundary; boundary = boundary->outer) {
        enum match match = match_boundary(boundary, text, is_end);
        needs_more |= match == MATCH_MORE;
        if (match == MATCH_YES && is_better(boundary, *best))
            *best = boundary;
    }
    return needs_more ? MATCH_MORE : *best ? MATCH_YES : MATCH_NO;
}

/* Length of the line at the front of TEXT with its end; SLICE_NONE if the end does not show. */
static size_t line_length(struct slice text, bool is_end)
{
    for (size_t i = 0; i < text.len && i < BOUNDARY_LINE_MAX; i++) {
        if (text.ptr[i] == '\n')
            return i + 1;
        if (text.ptr[i] == '\r' && i + 1 < text.len)
            return text.ptr[i + 1] == '\n' ? i + 2 : i + 1;
    }
    return is_end && text.len <= BOUNDARY_LINE_MAX ? text.len : SLICE_NONE;
}

/* Is the line at the front of TEXT a delimiter? Fills all but start and break_len. */
static enum match match_line(const struct cutter *cutter, struct slice text, bool is_end,
                             struct delimiter *found)
{
    struct boundary *boundary;
    if (!slice_starts_with(text, "--"))
        return text.len < 2 && !is_end && (text.len == 0 || text.ptr[0] == '-') ? MATCH_MORE : MATCH_NO;
    enum match match = match_any(cutter->innermost, slice_skip(text, 2), is_end, &boundary);
    if (match != MATCH_YES)
        return match;
    size_t line = line_length(text, is_end);
    if (line == SLICE_NONE)
        return is_end || text.len > BOUNDARY_LINE_MAX ? MATCH_NO : MATCH_MORE;
    size_t known = 2 + boundary->text.len;
    struct slice tail = slice_sub(text, known, line - known);
    found->boundary = boundary;
    found->is_closing = slice_starts_with(tail, "--");
    if (found->is_closing)
        tail = slice_skip(tail, 2);
    found->known_len = line - tail.len;
    found->line_len = line;
    found->has_text = slice_trim(tail).len > 0;
    return MATCH_YES;
}

static size_t content_found(const struct cutter *cutter)
{
    uint64_t end = cutter->found.start - cutter->found.break_len;
    return end > cutter->source->offset ? (size_t)(end - cutter->source->offset) : 0;
}

/* Is the line at index AT of the window, after a break of BREAK_LEN, a delimiter? Then it is found. */
static enum match try_line(struct cutter *cutter, size_t at, size_t break_len, bool is_end)
{
    struct slice window = cutter->source->ready;
    enum match match = match_line(cutter, slice_skip(window, at), is_end, &cutter->found);
    if (match == MATCH_YES) {
        cutter->found.start = cutter->source->offset + at;
        cutter->found.break_len = break_len;
        cutter->has_found = true;
    }
    return match;
}

static size_t break_length(struct slice window, size_t at)
{
    return window.ptr[at] == '\n' && at > 0 && window.ptr[at - 1] == '\r' ? 2 : 1;
}

/* Search the first STOP bytes of the window from index AT. The bytes at its front that are content for certain. */
static size_t search_lines(struct cutter *cutter, size_t at, size_t stop, bool is_end)
{
    struct slice window = cutter->source->ready;
    struct slice searched = slice_sub(window, 0, stop);
    bool is_all = is_end && stop == window.len;
    while ((at = find_dash_line(searched, at)) != SLICE_NONE) {
        size_t break_len = break_length(window, at);
        enum match match = try_line(cutter, at + 1, break_len, is_end);
        if (match == MATCH_YES)
            return content_found(cutter);
        cutter->searched = cutter->source->offset + at;
        if (match == MATCH_MORE)
            return at + 1 - break_len;
        at++;
    }
    if (is_all)
        return stop;
    /* The last bytes may be the start of a delimiter and its line break. */
    if (stop < DASHES_LEN)
        return 0;
    uint64_t next = cutter->source->offset + stop - DASHES_LEN + 1;
    if (next > cutter->searched)
        cutter->searched = next;
    return stop - DASHES_LEN;
}

static size_t search(struct cutter *cutter, size_t want, bool is_end)
{
    const struct source *source = cutter->source;
    size_t window = source->ready.len;
    if (cutter->has_found)
        return content_found(cutter);
    if (!cutter->innermost)
        return window;
    if (cutter->searched < source->offset)
        cutter->searched = source->offset;
    size_t at = (size_t)(cutter->searched - source->offset);
    if (at > window)
        return window;
    if (cutter->is_line_start) {
        enum match match = try_line(cutter, at, 0, is_end);
        if (match != MATCH_NO)
            return match == MATCH_YES ? content_found(cutter) : at;
        cutter->is_line_start = false;
    }
    size_t ahead = (want > CUTTER_CHUNK ? want : CUTTER_CHUNK) + 2 * DASHES_LEN;
    return search_lines(cutter, at, window < ahead ? window : ahead, is_end);
}

bool cutter_look(struct cutter *cutter, size_t want, struct slice *content)
{
    struct source *source = cutter->source;
    for (;;) {
        bool is_end = source->is_at_end || source->has_failed;
        size_t safe = search(cutter, want, is_end);
        *content = slice_sub(source->ready, 0, safe);
        if (cutter->has_found || (is_end && safe == source->ready.len))
            return true;
        if (safe >= want)
            return false;
        size_t ask = cutter->innermost ? want + BOUNDARY_LINE_MAX + 8 : want;
        if (ask <= source->ready.len && !is_end)
            ask = source->ready.len + 1;
        (void)source_fill(source, ask < SOURCE_WANT_MAX ? ask : SOURCE_WANT_MAX, NULL);
    }
}

size_t cutter_take_delimiter(struct cutter *cutter)
{
    const struct delimiter *found = &cutter->found;
    size_t before = (size_t)(found->start - cutter->source->offset);
    size_t taken = found->has_text ? found->known_len : found->line_len;
    if (found->boundary->is_guessed)
        taken = 0;
    source_consume(cutter->source, before + taken);
    cutter->has_found = false;
    cutter->searched = found->start + found->line_len;
    cutter->is_line_start = true;
    return found->line_len - taken;
}

/* The content as a source. */

struct content_source {
    struct source source;
    struct cutter *cutter;
    uint64_t base; /* offset in the cutter's source of byte 0 */
    struct buffer
        gathered; /* where more is wanted at once than the cutter can show: consumed there, not yet here */
};

/* Tell the cutter's source what was consumed here. */
static void content_give_back(struct content_source *content)
{
    struct source *parent = content->cutter->source;
    uint64_t here = content->base + content->source.offset;
    buffer_drop(&content->gathered,
                content->gathered.len - (content->gathered.len ? content->source.ready.len : 0));
    if (here > parent->offset)
        source_consume(parent, (size_t)(here - parent->offset));
}

static bool content_gather(struct content_source *content, size_t want)
{
    struct buffer *gathered = &content->gathered;
    bool is_all = false;
    while (gathered->len < want && !is_all) {
        struct slice shown;
        is_all = cutter_look(content->cutter, 1, &shown);
        if (shown.len > SOURCE_WANT_MAX)
            shown.len = SOURCE_WANT_MAX, is_all = false;
        buffer_put(gathered, shown);
        source_consume(content->cutter->source, shown.len);
    }
    content->source.ready = buffer_slice(gathered);
    return is_all;
}

static int content_fill(struct source *source, size_t want, struct error *err)
{
    struct content_source *content = (struct content_source *)source;
    const struct source *parent = content->cutter->source;
    bool is_all;
    content_give_back(content);
    if (content->gathered.len > 0 || want > CUTTER_WANT_MAX)
        is_all = content_gather(content, want);
    else
        is_all = cutter_look(content->cutter, want, &source->ready);
    if (!is_all || source->ready.len >= want)
        return 1;
    if (content->cutter->has_found || !parent->has_failed)
        return 0;
    *err = parent->failure;
    return -1;
}

static void content_close(struct source *source)
{
    struct content_source *content = (struct content_source *)source;
    source_drain(source);
    content_give_back(content);
    buffer_release(&content->gathered);
    source->ready = slice_of(NULL, 0);
}

static const struct source_class content_class = { .fill = content_fill, .close = content_close };

struct source *cutter_source(struct arena *arena, struct cutter *cutter)
{
    struct content_source *content = arena_alloc(arena, sizeof *content);
    content->source = (struct source){ .class = &content_class, .size = SOURCE_SIZE_UNKNOWN };
    content->cutter = cutter;
    content->base = cutter->source->offset;
    buffer_init(&content->gathered, 3 * SOURCE_WANT_MAX);
    return &content->source;
}
