/* flowed.c - format=flowed text (RFC 3676): paragraphs whose lines were broken on the way are made whole. */
#include "decode/flowed.h"

struct flowed_line {
    size_t depth;   /* quote marks */
    size_t content; /* index where the text begins, after marks and a stuffed space */
    size_t stop;    /* index where it ends, before the line end */
    size_t end;     /* index of the next line */
    bool is_flowed; /* goes on in the next line */
};

/* End of the line that begins at AT; *END is past its CRLF, LF or CR. */
static size_t line_stop(struct slice text, size_t at, size_t *end)
{
    while (at < text.len && text.ptr[at] != '\n' && text.ptr[at] != '\r')
        at++;
    bool is_pair = text.len - at >= 2 && text.ptr[at] == '\r' && text.ptr[at + 1] == '\n';
    *end = at + (at == text.len ? 0 : is_pair ? 2 : 1);
    return at;
}

static struct flowed_line read_line(struct slice text, size_t at)
{
    struct flowed_line line = { .content = at };
    line.stop = line_stop(text, at, &line.end);
    while (line.content < line.stop && text.ptr[line.content] == '>')
        line.content++;
    line.depth = line.content - at;
    if (line.content < line.stop && text.ptr[line.content] == ' ')
        line.content++;
    struct slice content = slice_sub(text, line.content, line.stop - line.content);
    bool is_signature = slice_is_equal(content, slice_str("-- "));
    line.is_flowed = content.len > 0 && content.ptr[content.len - 1] == ' ' && !is_signature;
    return line;
}

struct flowed_work {
    struct slice text;
    struct buffer *view;
    size_t view_from; /* of view->len when it began */
    size_t shift;     /* text index less view index, of the run that goes on */
    bool has_run;
    const struct flowed_map *map;
};

static int put_run(struct flowed_work *work, size_t from, size_t to)
{
    if (from >= to)
        return 0;
    size_t view_at = work->view->len - work->view_from;
    if (work->map && (!work->has_run || from - view_at != work->shift))
        work->map->pair(work->map->ctx, view_at, from);
    work->has_run = true;
    work->shift = from - view_at;
    return buffer_put(work->view, slice_sub(work->text, from, to - from));
}

/* LINE, which begins at AT, as the start or as a later line of a paragraph. */
static int put_line(struct flowed_work *work, const struct flowed_line *line, size_t at, bool is_joined,
                    bool goes_on, bool is_delsp)
{
    size_t stop = goes_on ? line->stop - is_delsp : line->end;
    if (!is_joined && put_run(work, at, at + line->depth) < 0)
        return -1;
    /* The space after quote marks is stuffing as well, but a reader of "> text" expects it. */
    size_t from = !is_joined && line->depth > 0 ? at + line->depth : line->content;
    return put_run(work, from, stop);
}

int flowed_join(struct slice text, bool is_delsp, struct buffer *view, const struct flowed_map *map)
{
    struct flowed_work work = { .text = text, .view = view, .view_from = view->len, .map = map };
    bool is_joined = false;
    if (text.len == 0)
        return 0;
    struct flowed_line line = read_line(text, 0);
    for (size_t at = 0; at < text.len;) {
        struct flowed_line next = { 0 };
        if (line.end < text.len)
            next = read_line(text, line.end);
        struct slice words = slice_sub(text, next.content, next.stop - next.content);
        bool is_signature = slice_is_equal(words, slice_str("-- "));
        bool goes_on = line.is_flowed && line.end < text.len && next.depth == line.depth && !is_signature;
        if (put_line(&work, &line, at, is_joined, goes_on, is_delsp) < 0)
            return -1;
        is_joined = goes_on;
        at = line.end;
        line = next;
    }
    return 0;
}
