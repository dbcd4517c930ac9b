/* prose_table.c - the judge of prose: rows under a header that names a column of passwords. */
#include "validate/prose_table.h"

#include "validate/prose_values.h"

/* What cuts the cells of a line: a sign, or (' ') two spaces and more. */
struct column {
    char cut;
    size_t index;
};

static bool is_gap(struct slice text, size_t at)
{
    return text.ptr[at] == ' ' && at + 1 < text.len && text.ptr[at + 1] == ' ';
}

/* "User<tab>Initial password": the trigger ends its cell, a word or two stand before it. The sign that cuts, or 0. */
static char cut_of_cell(const struct prose_scene *s, size_t end)
{
    size_t from = s->from;
    if (end < s->line_to && !strchr("\t|;\r", s->raw.ptr[end]))
        return 0;
    while (from > s->line_from && s->from - from < 24 && !strchr("\t|;.:,", s->raw.ptr[from - 1]))
        from--;
    return from > s->line_from && strchr("\t|;", s->raw.ptr[from - 1]) ? (char)s->raw.ptr[from - 1] : 0;
}

/* The sign that stands beside the trigger, or 0. */
static char cut_beside(const struct prose_scene *s)
{
    size_t before = s->from, after = s->to;
    while (before > s->line_from && s->raw.ptr[before - 1] == ' ')
        before--;
    while (after < s->line_to && s->raw.ptr[after] == ' ')
        after++;
    const char *cuts = "\t|;,/";
    if (after < s->line_to && after > s->to && strchr("=:", s->raw.ptr[after])) /* a setting */
        return 0;
    /* the trigger must be all of its cell */
    if (after < s->line_to && !strchr("\t|;,/\r", s->raw.ptr[after]) && after - s->to < 2)
        return 0;
    if (before > s->line_from && strchr(cuts, s->raw.ptr[before - 1]) && s->raw.ptr[before - 1])
        return (char)s->raw.ptr[before - 1];
    if (before > s->line_from && s->from - before < 2)
        return cut_of_cell(s, after);
    if (after < s->line_to && strchr(cuts, s->raw.ptr[after]) && s->raw.ptr[after])
        return (char)s->raw.ptr[after];
    return s->from - before >= 2 && before > s->line_from ? ' ' : 0;
}

/* The start of the cell after the one that begins at AT, or SLICE_NONE. */
static size_t next_cell(struct slice line, size_t at, char cut)
{
    if (cut != ' ') {
        size_t found = slice_find_byte(line, at, (unsigned char)cut);
        return found == SLICE_NONE ? SLICE_NONE : found + 1;
    }
    while (at < line.len && !is_gap(line, at))
        at++;
    while (at < line.len && line.ptr[at] == ' ')
        at++;
    return at < line.len ? at : SLICE_NONE;
}

static bool find_column(const struct prose_scene *s, struct column *column)
{
    struct slice head = slice_sub(s->raw, s->line_from, s->from - s->line_from);
    column->cut = cut_beside(s);
    column->index = 0;
    if (!column->cut)
        return false;
    for (size_t at = 0; (at = next_cell(head, at, column->cut)) != SLICE_NONE; column->index++)
        if (at >= head.len) {
            column->index++;
            break;
        }
    if (column->cut == ' ' && column->index == 0)
        column->index = 1;
    return column->index < 12;
}

/* Cell number INDEX of a line as offsets in it. */
static bool find_cell(struct slice line, const struct column *column, size_t *from, size_t *to)
{
    size_t at = 0;
    for (size_t i = 0; i < column->index; i++)
        if ((at = next_cell(line, at, column->cut)) == SLICE_NONE)
            return false;
    size_t end = at;
    if (column->cut == ' ')
        while (end < line.len && !is_gap(line, end))
            end++;
    else
        end = slice_find_byte(line, at, (unsigned char)column->cut);
    *from = at;
    *to = end == SLICE_NONE || end > line.len ? line.len : end;
    return *from < *to;
}

size_t prose_table_rows(const struct prose_scene *s, struct prose_value values[PROSE_ROWS_MAX])
{
    struct column column;
    size_t count = 0, at = s->line_to + 1;
    if (!find_column(s, &column))
        return 0;
    while (at < s->raw.len && count < PROSE_ROWS_MAX) {
        size_t from, to, end = slice_find_byte(s->raw, at, '\n');
        /* a row that the scene's end may have cut is left out, unless the text ends there */
        bool is_cut = end == SLICE_NONE && s->candidate->after.len >= 256;
        struct slice line = slice_sub(s->raw, at, (end == SLICE_NONE ? s->raw.len : end) - at);
        if (is_cut || !slice_trim(line).len)
            break;
        if (find_cell(line, &column, &from, &to)) {
            struct prose_value v = prose_values_at(s, at + from, at + to);
            if (v.raw.len && slice_find_byte(v.raw, 0, ' ') == SLICE_NONE)
                values[count++] = v;
        } else if (column.cut == ',' || column.cut == '/') { /* a log: what is cut so are lists */
            break;
        }
        at += line.len + 1;
    }
    return count;
}
