/* literals.c - string literals that a program or a formula joins. */
#include "extract/literals.h"

#include "base/vector.h"

/* Bytes between two literals, of one of them, and that the parts of a token have together. */
#define BETWEEN_MOST ((size_t)256)
#define LITERAL_MOST ((size_t)4096)
#define JOINED_LEAST ((size_t)16)

struct joining {
    struct slice text;
    struct track *out;
    const struct track *view; /* or NULL: the text is the leaf's */
    size_t next;              /* pair of the view */
};

static size_t skip_white(struct slice text, size_t at, size_t end)
{
    while (at < end && memchr(" \t\r\n", text.ptr[at], 4))
        at++;
    return at;
}

/* The quote that closes a literal stands at AT: that which opens the one it is joined with, or SLICE_NONE. IS_LIST: by a comma. */
static size_t joint_at(struct slice text, size_t at, bool is_list)
{
    size_t end = text.len - at < BETWEEN_MOST ? text.len : at + BETWEEN_MOST;
    unsigned char quote = text.ptr[at];
    size_t sign = skip_white(text, at + 1, end);
    if (sign == end || !memchr(is_list ? "&+.,;" : "&+.", text.ptr[sign], is_list ? 5 : 3))
        return SLICE_NONE;
    size_t open = skip_white(text, sign + 1, end);
    /* A line that goes on, in Basic. */
    if (open < end && text.ptr[open] == '_')
        open = skip_white(text, open + 1, end);
    return open < end && text.ptr[open] == quote ? open : SLICE_NONE;
}

/* Where the literal that opens at OPEN closes, or SLICE_NONE where it cannot be a part of a token. */
static size_t close_of(struct slice text, size_t open)
{
    size_t end = text.len - open < LITERAL_MOST ? text.len : open + LITERAL_MOST;
    unsigned char quote = text.ptr[open];
    for (size_t at = open + 1; at < end; at++) {
        if (text.ptr[at] == quote)
            return at;
        if (text.ptr[at] <= ' ')
            break;
    }
    return SLICE_NONE;
}

/* Do the arguments of a call that joins them begin at AT? */
static bool is_call(struct slice text, size_t at)
{
    while (at > 0 && memchr(" \t", text.ptr[at - 1], 2))
        at--;
    if (at == 0 || text.ptr[at - 1] != '(')
        return false;
    struct slice before = slice_sub(text, at > 14 ? at - 14 : 0, at > 14 ? 13 : at - 1);
    return slice_ends_with_nocase(before, "concat") || slice_ends_with_nocase(before, "concatenate");
}

static void put(struct joining *joining, size_t from, size_t to)
{
    struct slice part = slice_sub(joining->text, from, to - from);
    if (joining->view)
        track_put_view(joining->out, part, joining->view, from, &joining->next);
    else
        track_put(joining->out, part, from);
}

/* The literal at OPEN, and all that are joined with it. Where to go on. */
static size_t take_chain(struct joining *joining, size_t open)
{
    struct slice text = joining->text;
    struct track *out = joining->out;
    bool is_list = is_call(text, open);
    size_t close = close_of(text, open), start = out->text.len, start_pairs = out->count, parts = 0,
           last = open + 1;
    while (close != SLICE_NONE) {
        size_t next = joint_at(text, close, is_list);
        if (next == SLICE_NONE && parts == 0)
            return close;
        put(joining, open + 1, close);
        parts++;
        last = close + 1;
        if (next == SLICE_NONE)
            break;
        open = next;
        close = close_of(text, open);
    }
    if (parts < 2 || out->text.len - start < JOINED_LEAST) {
        track_cut(out, start);
        out->count = start_pairs;
        out->shift = TEXT_MAP_SHOWN; /* of nothing that may come next */
        return last;
    }
    track_put_made(out, slice_str("\n"),
                   text_map_find(&(struct text_map){ out->pairs, out->count }, out->text.len - 1));
    return last;
}

/* Does the sign at AT stand between two quotes, or the bracket behind the name of a call that joins? */
static bool is_joint(struct slice text, size_t at)
{
    if (text.ptr[at] == '(')
        return is_call(text, at + 1);
    size_t quote = at, least = at > BETWEEN_MOST ? at - BETWEEN_MOST : 0;
    while (quote > least && memchr(" \t\r\n", text.ptr[quote - 1], 4))
        quote--;
    return quote > 0 && memchr("\"'", text.ptr[quote - 1], 2) &&
           joint_at(text, quote - 1, false) != SLICE_NONE;
}

/* Which of the sixteen bytes at PTR may be such a sign or bracket, by the byte before it. */
static unsigned signs_at(const unsigned char *ptr)
{
    vector16 bytes = vector_load(ptr), before = vector_load(ptr - 1), lower = before | 0x20;
    vector16 sign = (vector16)((bytes == '&') | (bytes == '+') | (bytes == '.'));
    vector16 quote =
        (vector16)((before == '"') | (before == '\'') | (before == ' ')) | vector_within(before, '\t', '\r');
    vector16 call = (vector16)((lower == 't') | (lower == 'e') | (before == ' ') | (before == '\t'));
    return vector_bits((sign & quote) | ((vector16)(bytes == '(') & call));
}

/* Is anything joined in TEXT? In most texts nothing is, and this is quicker than to look at each literal. */
static bool may_join(struct slice text)
{
    size_t at = 1;
    for (; at + VECTOR_LEN <= text.len; at += VECTOR_LEN)
        for (unsigned bits = signs_at(text.ptr + at); bits; bits &= bits - 1)
            if (is_joint(text, at + vector_first(bits)))
                return true;
    for (; at < text.len; at++)
        if (memchr("&+.(", text.ptr[at], 4) && is_joint(text, at))
            return true;
    return false;
}

static void join_all(struct joining *joining)
{
    struct slice text = joining->text;
    track_clear(joining->out);
    if (!may_join(text))
        return;
    size_t open = slice_find_byte(text, 0, '"'), other = slice_find_byte(text, 0, '\'');
    while (open != SLICE_NONE || other != SLICE_NONE) {
        size_t at = take_chain(joining, open < other ? open : other);
        if (open < at)
            open = slice_find_byte(text, at, '"');
        if (other < at)
            other = slice_find_byte(text, at, '\'');
    }
}

void literals_join(struct track *out, const struct track *view)
{
    join_all(&(struct joining){ buffer_slice(&view->text), out, view, 0 });
}

void literals_join_text(struct track *out, struct slice text)
{
    join_all(&(struct joining){ text, out, NULL, 0 });
}
