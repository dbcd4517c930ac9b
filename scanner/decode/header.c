/* header.c - the header block of a message or part: its lines, its end, its fields. */
#include "decode/header.h"

#include "base/buffer.h"
#include "base/vector.h"

/* A field's name is not longer than this, or the line is no field. */
#define NAME_MAX_LEN ((size_t)256)

/* Text behind a line that is no field without which nothing is decided about it, unless there is no more. */
#define UNDECIDED ((size_t)8 * 1024)

/* Folds that a line which is no field may have and still be taken for a broken one. */
#define FOLDS_AFTER_JUNK 4

/* CRs before one LF that still count as one line end: files that went through text mode too often. */
#define CR_RUN ((size_t)4)

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

static bool is_blank_or_break(unsigned char c)
{
    return is_blank(c) || c == '\r' || c == '\n';
}

static bool is_name_byte(unsigned char c)
{
    return c > ' ' && c < 0x7F && c != ':';
}

static size_t name_length(struct slice line)
{
    size_t len = 0;
    line = slice_sub(line, 0, NAME_MAX_LEN);
    for (; line.len - len >= VECTOR_LEN; len += VECTOR_LEN) {
        vector16 bytes = vector_load(line.ptr + len);
        unsigned others = vector_bits((vector16)((bytes <= ' ') | (bytes >= 0x7F) | (bytes == ':')));
        if (others)
            return len + vector_first(others);
    }
    while (len < line.len && is_name_byte(line.ptr[len]))
        len++;
    return len;
}

/* Length of NAME and white space and colon at the front of LINE, 0 if it is no field. *NAME is the name. */
static size_t field_name(struct slice line, struct slice *name)
{
    size_t len = name_length(line), at = len;
    while (at < line.len && at < NAME_MAX_LEN && is_blank(line.ptr[at]))
        at++;
    if (len == 0 || at >= line.len || line.ptr[at] != ':' || slice_starts_with(line, "--"))
        return 0;
    *name = slice_sub(line, 0, len);
    return at + 1;
}

/* Length of the line end at AT, where CR or LF stands; 0 for a CR that is just a byte of a value. */
static size_t line_end_length(struct slice text, size_t at)
{
    size_t run = 0;
    struct slice name;
    while (run < CR_RUN && at + run < text.len && text.ptr[at + run] == '\r')
        run++;
    if (at + run < text.len && text.ptr[at + run] == '\n')
        return run + 1;
    struct slice next = slice_skip(text, at + 1);
    bool ends = next.len == 0 || is_blank_or_break(next.ptr[0]) || field_name(next, &name) > 0;
    return ends ? 1 : 0;
}

/* Index of the first CR or LF at or after AT, or the length. */
static size_t find_break(struct slice text, size_t at)
{
    for (; text.len - at >= VECTOR_LEN; at += VECTOR_LEN) {
        vector16 bytes = vector_load(text.ptr + at);
        unsigned breaks = vector_bits((vector16)((bytes == '\n') | (bytes == '\r')));
        if (breaks)
            return at + vector_first(breaks);
    }
    while (at < text.len && text.ptr[at] != '\n' && text.ptr[at] != '\r')
        at++;
    return at;
}

/* The line that starts at AT: where it stops, and *END behind its line end. */
static size_t line_stop(struct slice text, size_t at, size_t *end)
{
    size_t stop = find_break(text, at), len = 0;
    if (stop < text.len && text.ptr[stop] == '\n') {
        *end = stop + 1;
        return stop;
    }
    while (stop < text.len && (len = line_end_length(text, stop)) == 0 && stop > at)
        stop = find_break(text, stop + 1);
    if (stop == at && stop < text.len && len == 0)
        len = 1; /* a bare CR at the start of a line ends it: nothing is there that it could be a byte of */
    *end = stop + len;
    return stop;
}

static bool is_fold(struct slice text, size_t at)
{
    return at < text.len && is_blank(text.ptr[at]);
}

int header_eat(struct slice *rest, struct header_field *field)
{
    if (rest->len == 0)
        return 0;
    size_t end, stop = line_stop(*rest, 0, &end);
    while (end > stop && is_fold(*rest, end))
        stop = line_stop(*rest, end, &end);
    *field = (struct header_field){ .name = slice_sub(*rest, 0, 0) };
    size_t skip = field_name(slice_sub(*rest, 0, stop), &field->name);
    field->value = slice_sub(*rest, skip, stop - skip);
    field->raw = slice_sub(*rest, 0, end);
    *rest = slice_skip(*rest, end);
    return 1;
}

/* Fields by which a header goes on after a line that is none. */
static bool is_known_field(struct slice line)
{
    static const char *const known[] = { "received",     "from",        "to",           "cc",
                                         "bcc",          "subject",     "date",         "message-id",
                                         "mime-version", "reply-to",    "sender",       "return-path",
                                         "references",   "in-reply-to", "delivered-to", "dkim-signature",
                                         "status",       "list-id" };
    struct slice name;
    if (field_name(line, &name) == 0)
        return false;
    if (slice_starts_with_nocase(name, "x-") || slice_starts_with_nocase(name, "content-"))
        return true;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (slice_is_equal_nocase(name, slice_str(known[i])))
            return true;
    return false;
}

/* A line inside the block that is no field: a stray mbox separator, or a line that lost its indent. The latter has its folds, then a
 * known field, or the end of the block if it looks like the rest of an address: a body may lack its blank line, too. */
static bool is_tolerated(struct slice text, size_t at, size_t end)
{
    struct slice line = slice_sub(text, at, end - at), name;
    if (slice_starts_with(line, "From ") || slice_starts_with(line, ">From "))
        return at > 0 || field_name(slice_skip(text, end), &name) > 0;
    if (at == 0 || slice_starts_with(line, "--"))
        return false;
    for (size_t folds = 0; folds < FOLDS_AFTER_JUNK && is_fold(text, end); folds++)
        line_stop(text, end, &end);
    bool is_blank_next = end < text.len && (text.ptr[end] == '\r' || text.ptr[end] == '\n');
    return is_known_field(slice_skip(text, end)) ||
           (is_blank_next && slice_find_byte(line, 0, '>') != SLICE_NONE);
}

/* Whether more text could change what the line that stops at STOP is: it has no end yet, or one that may get an LF. */
static bool is_undecided(struct slice text, size_t stop)
{
    size_t run = 0;
    while (run < CR_RUN && stop + run < text.len && text.ptr[stop + run] == '\r')
        run++;
    return stop + run == text.len;
}

size_t header_block_length(struct slice text, bool text_is_all, size_t *blank, bool *is_complete)
{
    size_t at = 0, end, stop;
    struct slice name;
    *blank = 0;
    *is_complete = text_is_all;
    for (; at < text.len; at = end) {
        stop = line_stop(text, at, &end);
        if (!text_is_all && is_undecided(text, stop))
            return text.len;
        if (stop == at) {
            *blank = end - at;
            *is_complete = true;
            return end;
        }
        if (field_name(slice_sub(text, at, stop - at), &name) > 0 || (at > 0 && is_fold(text, at)))
            continue;
        if (!text_is_all && text.len - end < UNDECIDED)
            return text.len; /* the lines that follow decide */
        if (!is_tolerated(text, at, end)) {
            *is_complete = true;
            return at;
        }
    }
    return at;
}

static bool is_blank_line(struct slice text, size_t at, size_t *len)
{
    *len = at < text.len && text.ptr[at] == '\r' ? 2 : 1;
    return text.len - at >= *len && text.ptr[at + *len - 1] == '\n';
}

/* Which of the sixteen bytes at PTR are LF with a line end right after it. */
static vector16 blank_lines_at(const unsigned char *ptr)
{
    vector16 next = vector_load(ptr + 1);
    return (vector16)((vector_load(ptr) == '\n') & ((next == '\n') | (next == '\r')));
}

size_t header_find_blank(struct slice text, size_t at, size_t *len)
{
    if (at >= text.len)
        return SLICE_NONE;
    while (text.len - at > VECTOR_LEN) {
        const unsigned char *ptr = text.ptr + at;
        while (text.len - at > 4 * VECTOR_LEN &&
               !vector_has_any(blank_lines_at(ptr) | blank_lines_at(ptr + 16) | blank_lines_at(ptr + 32) |
                               blank_lines_at(ptr + 48)))
            ptr = text.ptr + (at += 4 * VECTOR_LEN);
        if (text.len - at <= VECTOR_LEN)
            break;
        for (unsigned bits = vector_bits(blank_lines_at(ptr)); bits; bits &= bits - 1)
            if (is_blank_line(text, at + vector_first(bits) + 1, len))
                return at + vector_first(bits) + 1;
        at += VECTOR_LEN;
    }
    for (; at < text.len; at++)
        if (text.ptr[at] == '\n' && is_blank_line(text, at + 1, len))
            return at + 1;
    return SLICE_NONE;
}

struct slice header_unfold(struct arena *arena, struct slice value)
{
    value = slice_trim(value);
    size_t at = 0, fold = find_break(value, 0), len = 0;
    if (fold == value.len)
        return value;
    unsigned char *out = arena_alloc(arena, value.len);
    while (at < value.len) {
        memcpy(out + len, value.ptr + at, fold - at);
        len += fold - at;
        at = fold;
        while (at < value.len && is_blank_or_break(value.ptr[at]))
            at++;
        if (at < value.len)
            out[len++] = ' ';
        fold = find_break(value, at);
    }
    return slice_of(out, len);
}

/* Where header_strip_comments stands. */
struct comment_work {
    unsigned depth; /* of comments being dropped */
    unsigned limit; /* of depth */
    size_t excess;  /* parentheses beyond it, which stay */
    bool is_quoted; /* in a quoted string */
    size_t opened;  /* where the outermost open comment began, in the value … */
    size_t kept;    /* … and in the output */
};

/* Follow the parentheses and quotes. Whether the byte stays. */
static bool comment_byte(struct comment_work *work, unsigned char c, size_t at, size_t len)
{
    if (c == '"' && work->depth == 0)
        work->is_quoted = !work->is_quoted;
    if (work->is_quoted || (c != '(' && c != ')'))
        return work->depth == 0 || work->excess > 0;
    if (c == '(' && work->depth == work->limit) {
        work->excess++;
        return true;
    }
    if (work->excess > 0) {
        work->excess -= c == ')';
        work->excess += c == '(';
        return true;
    }
    if (c == ')' && work->depth == 0)
        return true;
    if (c == '(' && work->depth == 0) {
        work->opened = at;
        work->kept = len;
    }
    work->depth += c == '(';
    work->depth -= c == ')';
    return false;
}

struct slice header_strip_comments(struct arena *arena, struct slice value, unsigned depth)
{
    value = header_unfold(arena, value);
    if (slice_find_byte(value, 0, '(') == SLICE_NONE)
        return value;
    struct comment_work work = { .limit = depth };
    unsigned char *out = arena_alloc(arena, value.len + 1);
    size_t len = 0;
    for (size_t at = 0; at < value.len; at++) {
        bool is_pair = value.ptr[at] == '\\' && at + 1 < value.len;
        bool stays =
            is_pair ? work.depth == 0 || work.excess > 0 : comment_byte(&work, value.ptr[at], at, len);
        if (stays)
            out[len++] = value.ptr[at];
        if (is_pair && stays)
            out[len++] = value.ptr[at + 1];
        at += is_pair;
    }
    if (work.depth > 0) { /* it never closed, so it was none */
        len = work.kept + value.len - work.opened;
        memcpy(out + work.kept, value.ptr + work.opened, value.len - work.opened);
    }
    return slice_trim(slice_of(out, len));
}

int header_eat_message_id(struct slice *rest, struct slice *id)
{
    for (;;) {
        size_t close = slice_find_byte(*rest, 0, '>');
        if (close == SLICE_NONE) {
            *rest = slice_skip(*rest, rest->len);
            return 0;
        }
        struct slice head = slice_sub(*rest, 0, close);
        const unsigned char *open = head.len ? memrchr(head.ptr, '<', head.len) : NULL;
        *rest = slice_skip(*rest, close + 1);
        if (!open || open + 1 == head.ptr + head.len)
            continue;
        *id = slice_of(open, (size_t)(head.ptr + head.len - open) + 1);
        return 1;
    }
}
