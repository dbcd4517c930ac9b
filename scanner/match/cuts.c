/* cuts.c - where a text's long tokens were cut. */
#include "match/cuts.h"

#include <assert.h>
#include <stdlib.h>

#include "base/sort.h"
#include "match/bytes64.h"

#define RUN_MAX ((size_t)256)  /* token bytes looked at on each side */
#define RUN_LONG ((size_t)16)  /* a run of this length is no word */
#define RUNS_LONG ((size_t)20) /* nor are two of this length together, with a digit */
#define WRAP_COLUMN ((size_t)60)
#define PREFIX_MAX ((size_t)64)
#define SHORT_PREFIX ((size_t)8) /* most are no longer */

void cuts_release(struct cuts *cuts)
{
    free(cuts->at);
    *cuts = (struct cuts){ 0 };
}

static void cuts_add(struct cuts *cuts, size_t from, size_t to)
{
    if (cuts->count == cuts->capacity) {
        cuts->capacity = cuts->capacity ? cuts->capacity * 2 : 64;
        cuts->at = realloc(cuts->at, cuts->capacity * sizeof *cuts->at);
        if (!cuts->at)
            abort();
    }
    cuts->at[cuts->count++] = (struct cut){ (uint32_t)from, (uint32_t)to };
}

/* Runs of token bytes. */

enum byte_kind { BYTE_OTHER, BYTE_TOKEN, BYTE_PREFIX };

static const unsigned char kinds[256] = {
    ['0' ... '9'] = BYTE_TOKEN, ['A' ... 'Z'] = BYTE_TOKEN, ['a' ... 'z'] = BYTE_TOKEN, ['+'] = BYTE_TOKEN,
    ['/'] = BYTE_TOKEN,         ['='] = BYTE_TOKEN,         ['_'] = BYTE_TOKEN,         ['-'] = BYTE_TOKEN,
    ['.'] = BYTE_TOKEN,         ['~'] = BYTE_TOKEN,         ['%'] = BYTE_TOKEN,         [':'] = BYTE_TOKEN,
    ['@'] = BYTE_TOKEN,         ['&'] = BYTE_TOKEN,         ['?'] = BYTE_TOKEN,         ['#'] = BYTE_TOKEN,
    ['$'] = BYTE_TOKEN,         ['!'] = BYTE_TOKEN,         [' '] = BYTE_PREFIX,        ['\t'] = BYTE_PREFIX,
    ['>'] = BYTE_PREFIX,        ['|'] = BYTE_PREFIX,
};

/* The run that ends just before AT. */
static struct slice run_before(struct slice text, size_t at)
{
    size_t from = at;
    while (from > 0 && at - from < RUN_MAX && kinds[text.ptr[from - 1]] == BYTE_TOKEN)
        from--;
    return slice_sub(text, from, at - from);
}

static struct slice run_after(struct slice text, size_t at)
{
    size_t to = at;
    while (to < text.len && to - at < RUN_MAX && kinds[text.ptr[to]] == BYTE_TOKEN)
        to++;
    return slice_sub(text, at, to - at);
}

static bool has_digit(struct slice run)
{
    for (size_t i = 0; i < run.len; i++)
        if (slice_is_digit(run.ptr[i]))
            return true;
    return false;
}

/* A line of dashes is no part of a token. */
static bool has_alnum(struct slice run)
{
    for (size_t i = 0; i < run.len; i++)
        if (slice_is_digit(run.ptr[i]) || slice_is_lower(run.ptr[i]) || slice_is_upper(run.ptr[i]))
            return true;
    return false;
}

static bool is_prose_mark(unsigned char c)
{
    return c == '.' || c == ':' || c == '!' || c == '?';
}

/* A word of prose begins the next line: "Thanks", "please". Shorter than three letters it says nothing. */
static bool is_word(struct slice run)
{
    size_t at = 1;
    while (run.len > 3 && is_prose_mark(run.ptr[run.len - 1]))
        run.len--;
    if (run.len < 3 || run.len > 15)
        return false;
    while (at < run.len && slice_is_lower(run.ptr[at]))
        at++;
    return at == run.len && (slice_is_lower(run.ptr[0]) || slice_is_upper(run.ptr[0]));
}

/* What begins something of its own: an address, "Label:". */
static bool is_beginning(struct slice run)
{
    return is_word(run) || run.ptr[run.len - 1] == ':' || slice_starts_with_nocase(run, "http") ||
           slice_starts_with_nocase(run, "www.");
}

static bool is_long(struct slice before, struct slice after, bool is_marked)
{
    if (before.len >= RUN_LONG || after.len >= RUN_LONG)
        return true;
    if (before.len + after.len < RUNS_LONG && !is_marked)
        return false;
    return has_digit(before) || has_digit(after);
}

/* Line ends. */

/* Where a line ends and the next begins. */
struct line_end {
    size_t line;    /* start of the line that ends */
    size_t from;    /* end of its text: before CR, soft hyphen … */
    size_t to;      /* start of the next line's text */
    bool is_marked; /* a soft hyphen or soft break says that it goes on */
};

/* Past quote prefixes and indentation. */
static size_t skip_prefix(struct slice text, size_t at)
{
    for (size_t i = 0; i < PREFIX_MAX && at < text.len && kinds[text.ptr[at]] == BYTE_PREFIX; i++)
        at++;
    return at;
}

static uint64_t spaces_in(const unsigned char *ptr)
{
    uint64_t word;
    memcpy(&word, ptr, sizeof word);
    return (word - UINT64_C(0x2121212121212121)) & ~word & UINT64_C(0x8080808080808080);
}

/* Is there a space or control byte among ten? Prose has one nearly always. */
static bool has_space_near(const unsigned char *ptr)
{
    return (spaces_in(ptr) | spaces_in(ptr + 2)) != 0;
}

/* Do the four bytes before END draw a line, "----"? */
static bool is_rule(const unsigned char *end)
{
    uint32_t last, before;
    memcpy(&last, end - 4, sizeof last);
    memcpy(&before, end - 5, sizeof before);
    return last == before && (end[-1] == '-' || end[-1] == '_' || end[-1] == '=') && end[-6] == end[-1];
}

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
    if (end->from - end->line < 2)
        return;
    unsigned char last = text.ptr[end->from - 1], before = text.ptr[end->from - 2];
    if (last == '=' && before != '=' && kinds[before] == BYTE_TOKEN && end->from - end->line >= WRAP_COLUMN) {
        end->from--;
        end->is_marked = true;
    } else if (last == '-') {
        struct slice run = run_before(text, end->from - 1);
        bool has_other = run.len == 0 || memchr(run.ptr, '-', run.len);
        end->from -= has_other ? 0 : 1;
    }
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
    if (!has_alnum(before) || !has_alnum(after) || !is_wrapped(text, end, before))
        return false;
    if (is_prose_mark(before.ptr[before.len - 1]) && before.len < RUNS_LONG)
        return false;
    return end->is_marked || !is_beginning(after);
}

/* The line end at LF, looked at closely. */
static void look_at(struct cuts *cuts, struct slice text, size_t line, size_t lf)
{
    struct line_end end = { .line = line, .from = lf, .to = skip_prefix(text, lf + 1) };
    if (end.from > line && text.ptr[end.from - 1] == '\r')
        end.from--;
    if (end.from == line || end.to >= text.len || kinds[text.ptr[end.to]] != BYTE_TOKEN)
        return;
    unsigned char last = text.ptr[end.from - 1];
    if (kinds[last] != BYTE_TOKEN && last < 0x80)
        return;
    step_over_mark(text, &end);
    if (is_token_cut(text, &end))
        cuts_add(cuts, end.from, end.to);
}

/* The end of a short prefix that begins at AT, at most SHORT_PREFIX bytes on. */
static inline size_t skip_short_prefix(struct slice text, size_t at)
{
    size_t end = at;
    while (end - at < SHORT_PREFIX && kinds[text.ptr[end]] == BYTE_PREFIX)
        end++;
    return end;
}

/* A line that is not full was only cut if it holds nothing but a long run. */
static inline bool is_bare_token(struct slice text, size_t line, size_t from)
{
    if (from - line < RUN_LONG || kinds[text.ptr[from - 1]] != BYTE_TOKEN)
        return false;
    if ((spaces_in(text.ptr + from - 8) | spaces_in(text.ptr + from - 16)) != 0 || is_rule(text.ptr + from))
        return false;
    size_t start = skip_short_prefix(text, line);
    for (size_t at = start; start < line + SHORT_PREFIX && at + 16 < from; at += 8)
        if (spaces_in(text.ptr + at) != 0)
            return false;
    return true;
}

/* Can what stands before FROM and what stands at TO be one token, by their nearest bytes? Two short runs are none, but for a mark at the
 * end of a quoted line. */
static inline bool may_be_joined(struct slice text, size_t from, size_t to, bool is_prefixed)
{
    unsigned char last = text.ptr[from - 1];
    if (kinds[text.ptr[to]] != BYTE_TOKEN || (kinds[last] != BYTE_TOKEN && last < 0x80))
        return false;
    if (!has_space_near(text.ptr + from - 10))
        return !is_rule(text.ptr + from);
    return !has_space_near(text.ptr + to) || (is_prefixed && (last == '=' || last >= 0x80));
}

/* Most line ends of prose leave here, after a step or two. */
static inline bool is_worth_a_look(struct slice text, size_t line, size_t lf)
{
    if (lf < 11 || text.len - lf < 12 + SHORT_PREFIX)
        return true;
    size_t from = lf - (text.ptr[lf - 1] == '\r');
    if (from - line < WRAP_COLUMN && text.ptr[from - 1] < 0x80)
        return is_bare_token(text, line, from);
    size_t to = skip_short_prefix(text, lf + 1);
    return kinds[text.ptr[to]] == BYTE_PREFIX || may_be_joined(text, from, to, to > lf + 1);
}

/* Look at each line end. Is any byte beyond ASCII? */
static bool cut_lines(struct cuts *cuts, struct slice text)
{
    size_t at = 0, line = 0;
    uint64_t foreign = 0;
    for (; text.len - at >= 64; at += 64) {
        struct bytes64 found = bytes64_look(text.ptr + at);
        foreign |= found.foreign;
        for (uint64_t newlines = found.newlines; newlines; newlines &= newlines - 1) {
            size_t lf = at + (size_t)__builtin_ctzll(newlines);
            if (is_worth_a_look(text, line, lf))
                look_at(cuts, text, line, lf);
            line = lf + 1;
        }
    }
    for (; at < text.len; at++) {
        foreign |= text.ptr[at] & 0x80;
        if (text.ptr[at] != '\n')
            continue;
        look_at(cuts, text, line, at);
        line = at + 1;
    }
    return foreign != 0;
}

/* Zero-width characters, and the backslash of Markdown. */

/* Length of the zero-width character of Unicode whose first byte stands at AT, or 0: zero-width spaces and joiners, marks and overrides of
 * direction, the byte order mark, the soft hyphen. */
static size_t zero_width_len(struct slice text, size_t at)
{
    const unsigned char *ptr = text.ptr + at;
    if (text.len - at >= 2 && ptr[0] == 0xC2)
        return ptr[1] == 0xAD ? 2 : 0;
    if (text.len - at < 3)
        return 0;
    uint32_t code = (uint32_t)ptr[0] << 16 | (uint32_t)ptr[1] << 8 | ptr[2];
    bool is_zero_width = (code >= 0xE2808B && code <= 0xE2808F) || (code >= 0xE280AA && code <= 0xE280AE) ||
                         (code >= 0xE281A0 && code <= 0xE281A9) || code == 0xEFBBBF;
    return is_zero_width ? 3 : 0;
}

/* Writers of Markdown put a backslash before an underscore or asterisk that means itself. */
static size_t markdown_escape_len(struct slice text, size_t at)
{
    bool is_escape = text.len - at >= 2 && (text.ptr[at + 1] == '_' || text.ptr[at + 1] == '*');
    return is_escape && (at == 0 || text.ptr[at - 1] != '\\') ? 1 : 0;
}

static bool is_in_token(struct slice text, size_t at, size_t len)
{
    struct slice before = run_before(text, at), after = run_after(text, at + len);
    return before.len > 0 && after.len > 0 && before.len + after.len >= 8 && is_long(before, after, true);
}

static void cut_each(struct cuts *cuts, struct slice text, unsigned char lead,
                     size_t (*measure)(struct slice text, size_t at))
{
    size_t at = 0;
    while ((at = slice_find_byte(text, at, lead)) != SLICE_NONE) {
        size_t len = measure(text, at);
        if (len > 0 && is_in_token(text, at, len))
            cuts_add(cuts, at, at + len);
        at += len ? len : 1;
    }
}

static int by_place(const void *a, const void *b)
{
    uint32_t x = ((const struct cut *)a)->from, y = ((const struct cut *)b)->from;
    return x < y ? -1 : x > y;
}

/* A soft hyphen before a line end was taken with it. */
static void drop_overlapping(struct cuts *cuts)
{
    size_t kept = 0;
    for (size_t i = 0; i < cuts->count; i++)
        if (kept == 0 || cuts->at[i].from >= cuts->at[kept - 1].to)
            cuts->at[kept++] = cuts->at[i];
    cuts->count = kept;
}

void cuts_find(struct cuts *cuts, struct slice text)
{
    assert(text.len <= UINT32_MAX);
    cuts->count = 0;
    static const unsigned char zero_width_leads[] = { 0xE2, 0xEF, 0xC2 };
    bool has_foreign = cut_lines(cuts, text);
    size_t lines = cuts->count;
    cut_each(cuts, text, '\\', markdown_escape_len);
    for (size_t i = 0; has_foreign && i < sizeof zero_width_leads; i++)
        cut_each(cuts, text, zero_width_leads[i], zero_width_len);
    if (cuts->count > lines)
        sort_items(cuts->at, cuts->count, sizeof *cuts->at, by_place);
    drop_overlapping(cuts);
}
