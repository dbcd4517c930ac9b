/* views.c - the joined view: tokens that a line end cut, put together again.
 *
 * A cut is a line end, with what a mailer put around it (CR, a soft hyphen, the `=` of quoted-printable, quote prefixes, indentation), or a
 * zero-width character. Whether it cut a token is a guess from what stands on both sides, made so that prose costs next to nothing.
 */
#include "match/views.h"

#include <stdlib.h>

#define RUN_MAX ((size_t)256)  /* token bytes looked at on each side */
#define RUN_LONG ((size_t)16)  /* a run of this length is no word */
#define RUNS_LONG ((size_t)20) /* nor are two of this length together, with a digit */
#define WRAP_COLUMN ((size_t)60)
#define PREFIX_MAX ((size_t)64)

/* Bytes to leave out. */
struct cut {
    size_t from, to;
};

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

/* The end of the line after the one that FROM stands in, at most CEILING. */
static size_t lines_after(struct slice text, size_t from, size_t ceiling)
{
    for (int line = 0; line < 2; line++) {
        const unsigned char *lf = from < ceiling ? memchr(text.ptr + from, '\n', ceiling - from) : NULL;
        if (!lf)
            return ceiling;
        from = (size_t)(lf - text.ptr) + 1;
    }
    return from - 1;
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
    copy(copying, lines_after(copying->text, copying->at, ceiling));
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

/* Tokens. */

static const unsigned char token_bytes[256] = {
    ['0' ... '9'] = 1, ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1, ['+'] = 1, ['/'] = 1, ['='] = 1,
    ['_'] = 1,         ['-'] = 1,         ['.'] = 1,         ['~'] = 1, ['%'] = 1, [':'] = 1,
    ['@'] = 1,         ['&'] = 1,         ['?'] = 1,         ['#'] = 1, ['$'] = 1, ['!'] = 1,
};

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static bool is_lower(unsigned char c)
{
    return c >= 'a' && c <= 'z';
}

/* The run of token bytes that ends just before AT, in the same line. */
static struct slice run_before(struct slice text, size_t at)
{
    size_t from = at;
    while (from > 0 && at - from < RUN_MAX && token_bytes[text.ptr[from - 1]])
        from--;
    return slice_sub(text, from, at - from);
}

static struct slice run_after(struct slice text, size_t at)
{
    size_t to = at;
    while (to < text.len && to - at < RUN_MAX && token_bytes[text.ptr[to]])
        to++;
    return slice_sub(text, at, to - at);
}

static bool has_digit(struct slice run)
{
    for (size_t i = 0; i < run.len; i++)
        if (is_digit(run.ptr[i]))
            return true;
    return false;
}

/* A word of prose begins the next line: "Thanks", "please". Shorter than three letters it says nothing. */
static bool is_word(struct slice run)
{
    size_t at = 1;
    while (run.len > 3 && (run.ptr[run.len - 1] == '.' || run.ptr[run.len - 1] == ':' ||
                           run.ptr[run.len - 1] == '!' || run.ptr[run.len - 1] == '?'))
        run.len--;
    if (run.len < 3 || run.len > 15)
        return false;
    while (at < run.len && is_lower(run.ptr[at]))
        at++;
    unsigned char first = run.ptr[0];
    return at == run.len && (is_lower(first) || (first >= 'A' && first <= 'Z'));
}

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

/* Past quote prefixes and indentation. */
static size_t skip_prefix(struct slice text, size_t at)
{
    for (size_t i = 0; i < PREFIX_MAX && at < text.len; i++, at++)
        if (!is_blank(text.ptr[at]) && text.ptr[at] != '>' && text.ptr[at] != '|')
            break;
    return at;
}

/* Seven bytes of prose nearly always hold a space. */
static bool has_space_near(const unsigned char *ptr)
{
    uint64_t word;
    memcpy(&word, ptr, sizeof word);
    uint64_t below = word - UINT64_C(0x2121212121212121);
    return (below & ~word & UINT64_C(0x8080808080808080)) != 0;
}

/* What a line end looks like from close by. */
struct line_end {
    size_t line; /* start of the line that ends */
    size_t lf;
    size_t from;    /* end of the text before: before CR, soft hyphen … */
    size_t to;      /* start of the text after */
    bool is_marked; /* a soft hyphen or soft break says that it goes on */
};

static bool ends_with(struct slice text, size_t at, const char *mark)
{
    size_t len = strlen(mark);
    return at >= len && memcmp(text.ptr + at - len, mark, len) == 0;
}

/* Step back over a mark that says that the token goes on. An ASCII hyphen is one only where the token has no other. */
static void step_over_mark(struct slice text, struct line_end *end)
{
    static const char *const marks[] = { "\xC2\xAD", "\xE2\x80\x90" };
    for (size_t i = 0; i < 2; i++)
        if (ends_with(text, end->from, marks[i])) {
            end->from -= strlen(marks[i]);
            end->is_marked = true;
            return;
        }
    if (end->from == 0 || end->from - end->line < 2)
        return;
    unsigned char last = text.ptr[end->from - 1], before = text.ptr[end->from - 2];
    if (last == '=' && before != '=' && token_bytes[before] && end->from - end->line >= WRAP_COLUMN) {
        end->from--;
        end->is_marked = true;
    } else if (last == '-') {
        struct slice run = run_before(text, end->from - 1);
        bool has_other = run.len == 0 || memchr(run.ptr, '-', run.len) || memchr(run.ptr, '_', run.len);
        end->from -= has_other ? 0 : 1;
    }
}

static bool is_long(struct slice before, struct slice after, bool is_marked)
{
    if (before.len >= RUN_LONG || after.len >= RUN_LONG)
        return true;
    if (before.len + after.len < RUNS_LONG && !is_marked)
        return false;
    return has_digit(before) || has_digit(after);
}

/* A line that was cut is full, or holds nothing but the token. */
static bool is_wrapped(struct slice text, const struct line_end *end, struct slice before)
{
    if (end->is_marked || end->from - end->line >= WRAP_COLUMN)
        return true;
    return before.len >= RUN_LONG && skip_prefix(text, end->line) + before.len >= end->from;
}

static bool is_token_cut(struct slice text, const struct line_end *end)
{
    struct slice before = run_before(text, end->from), after = run_after(text, end->to);
    if (before.len == 0 || after.len == 0 || !is_long(before, after, end->is_marked))
        return false;
    unsigned char last = before.ptr[before.len - 1];
    if (memchr(".:!?", last, 4) && before.len < RUNS_LONG)
        return false;
    if (is_word(after) && !end->is_marked)
        return false;
    return is_wrapped(text, end, before);
}

/* Does the line end at LF cut a token? LINE is where its line starts. */
static bool find_cut(struct slice text, size_t line, size_t lf, struct cut *cut)
{
    struct line_end end = { .line = line, .lf = lf, .from = lf };
    if (end.from > line && text.ptr[end.from - 1] == '\r')
        end.from--;
    if (end.from == line || text.len - lf < 2)
        return false;
    end.to = skip_prefix(text, lf + 1);
    if (end.to >= text.len || !token_bytes[text.ptr[end.to]] ||
        (!token_bytes[text.ptr[end.from - 1]] && text.ptr[end.from - 1] < 0x80))
        return false;
    if (end.from - line >= 8 && text.len - end.to >= 8 && has_space_near(text.ptr + end.from - 8) &&
        has_space_near(text.ptr + end.to))
        return false;
    step_over_mark(text, &end);
    *cut = (struct cut){ end.from, end.to };
    return is_token_cut(text, &end);
}

/* Zero-width characters. */

struct zero_widths {
    struct slice text;
    size_t next[3]; /* of each lead byte; SLICE_NONE: no more */
};

static const struct zero_width {
    unsigned char lead;
    const char *forms[3];
} zero_widths[3] = {
    { 0xE2, { "\xE2\x80\x8B", "\xE2\x81\xA0", NULL } },
    { 0xEF, { "\xEF\xBB\xBF", NULL } },
    { 0xC2, { "\xC2\xAD", NULL } },
};

static size_t zero_width_len(struct slice text, size_t at, const struct zero_width *kind)
{
    for (size_t i = 0; kind->forms[i]; i++) {
        size_t len = strlen(kind->forms[i]);
        if (text.len - at >= len && memcmp(text.ptr + at, kind->forms[i], len) == 0)
            return len;
    }
    return 0;
}

static bool is_in_token(struct slice text, size_t at, size_t len)
{
    struct slice before = run_before(text, at), after = run_after(text, at + len);
    return before.len > 0 && after.len > 0 && before.len + after.len >= 8 && is_long(before, after, true);
}

/* The first of KIND inside a token at or after AT. */
static size_t next_of_kind(struct slice text, size_t at, const struct zero_width *kind, size_t *len)
{
    while ((at = slice_find_byte(text, at, kind->lead)) != SLICE_NONE) {
        *len = zero_width_len(text, at, kind);
        if (*len > 0 && is_in_token(text, at, *len))
            return at;
        at++;
    }
    return SLICE_NONE;
}

/* The next zero-width character inside a token, before LIMIT. */
static bool next_zero_width(struct zero_widths *zeros, size_t at, size_t limit, struct cut *cut)
{
    size_t best = limit, best_len = 0, len = 0;
    for (size_t i = 0; i < 3; i++) {
        if (zeros->next[i] != SLICE_NONE && zeros->next[i] < at)
            zeros->next[i] = next_of_kind(zeros->text, at, &zero_widths[i], &len);
        if (zeros->next[i] >= best)
            continue;
        best = zeros->next[i];
        best_len = zero_width_len(zeros->text, best, &zero_widths[i]);
    }
    *cut = (struct cut){ best, best + best_len };
    return best_len > 0;
}

static void cut_zero_widths(struct copying *copying, struct zero_widths *zeros, size_t from, size_t limit)
{
    struct cut cut;
    while (next_zero_width(zeros, from, limit, &cut)) {
        make_cut(copying, &cut);
        from = cut.to;
    }
}

/* Line ends. */

typedef unsigned char bytes16 __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint64_t words2 __attribute__((vector_size(16)));

/* What one pass over 16 bytes tells: a byte of ones for each LF. */
static words2 newlines_of(const unsigned char *ptr)
{
    bytes16 bytes = *(const bytes16 *)ptr;
    return (words2)(bytes == '\n');
}

static size_t first_one(uint64_t word)
{
    return (size_t)__builtin_ctzll(word) / 8;
}

/* The next LF at or after AT, or the text's length. As memchr, but cheaper for short lines. */
static size_t next_newline(struct slice text, size_t at)
{
    for (; text.len - at >= 16; at += 16) {
        words2 found = newlines_of(text.ptr + at);
        if (found[0])
            return at + first_one(found[0]);
        if (found[1])
            return at + 8 + first_one(found[1]);
    }
    while (at < text.len && text.ptr[at] != '\n')
        at++;
    return at;
}

static void cut_lines(struct copying *copying, struct zero_widths *zeros)
{
    struct slice text = copying->text;
    struct cut cut;
    size_t done = 0; /* just after the last cut */
    for (size_t line = 0, lf; (lf = next_newline(text, line)) < text.len; line = lf + 1) {
        if (!find_cut(text, line, lf, &cut) || cut.from < done)
            continue;
        if (zeros)
            cut_zero_widths(copying, zeros, done, cut.from);
        make_cut(copying, &cut);
        done = cut.to;
    }
    if (zeros)
        cut_zero_widths(copying, zeros, done, text.len);
}

static bool is_ascii(struct slice text)
{
    words2 all = { 0, 0 };
    size_t at = 0;
    for (; text.len - at >= 16; at += 16)
        all |= (words2)(*(const bytes16 *)(text.ptr + at));
    for (; at < text.len; at++)
        all[0] |= text.ptr[at];
    return ((all[0] | all[1]) & UINT64_C(0x8080808080808080)) == 0;
}

bool joined_make(struct joined *joined, struct slice text)
{
    struct copying copying = { joined, text, 0 };
    struct zero_widths zeros = { .text = text };
    size_t len = 0;
    buffer_clear(&joined->text);
    joined->count = 0;
    joined->region = 0;
    if (is_ascii(text)) {
        cut_lines(&copying, NULL);
    } else {
        for (size_t i = 0; i < 3; i++)
            zeros.next[i] = next_of_kind(text, 0, &zero_widths[i], &len);
        cut_lines(&copying, &zeros);
    }
    if (joined->count > 0)
        finish_region(&copying, text.len);
    return joined->count > 0;
}
