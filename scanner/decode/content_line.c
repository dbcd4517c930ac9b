/* content_line.c - the lines of iCalendar and vCard: a property each, folded over several. */
#include "decode/content_line.h"

#include "base/utf8.h"

#define HEAD_LOOK ((size_t)512)

/* A head longer than this ends at its first colon. */
#define HEAD_MOST ((size_t)16 * 1024)

bool content_line_begins(struct slice text)
{
    text = slice_trim(utf8_skip_mark(slice_sub(text, 0, HEAD_LOOK)));
    return slice_starts_with_nocase(text, "BEGIN:VCALENDAR") || slice_starts_with_nocase(text, "BEGIN:VCARD");
}

/* The colon that ends a head, looked for as its lines come. */
struct colon {
    size_t at; /* where the search goes on */
    bool is_quoted, is_found;
};

/* Not one between double quotes. */
static void find_colon(struct colon *colon, struct slice text)
{
    for (; colon->at < text.len && !colon->is_found; colon->at += !colon->is_found) {
        unsigned char c = text.ptr[colon->at];
        colon->is_quoted ^= c == '"';
        colon->is_found = c == ':' && !colon->is_quoted;
    }
}

static bool has_word(struct slice head, const char *word)
{
    return slice_find_nocase(head, 0, slice_str(word)) != SLICE_NONE;
}

/* vCard 2.1 folds base64 without white space, up to a blank line. */
static bool is_base64_line(struct slice line)
{
    line = slice_trim(line);
    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = slice_lower_byte(line.ptr[i]);
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !memchr("+/=", c, 3))
            return false;
    }
    return line.len > 0;
}

static bool is_soft(struct slice line)
{
    line = slice_chomp(line);
    return line.len > 0 && line.ptr[line.len - 1] == '=';
}

static void read_head(struct content_line *line, struct slice first, const struct colon *found)
{
    /* A quote that is not closed does not count. */
    size_t colon = found->is_found ? found->at : slice_find_byte(first, 0, ':');
    line->head = slice_sub(first, 0, colon == SLICE_NONE ? first.len : colon);
    line->is_quoted_printable = has_word(line->head, "QUOTED-PRINTABLE");
    line->is_base64 = has_word(line->head, "ENCODING=B") || has_word(line->head, ";BASE64") ||
                      has_word(line->head, "VALUE=BINARY");
}

static void find_data_uri(struct content_line *line)
{
    static const struct slice mark = { (const unsigned char *)";base64,", 8 };
    struct slice start = slice_sub(line->value, 0, HEAD_LOOK);
    size_t at = slice_starts_with_nocase(start, "data:") ? slice_find_nocase(start, 0, mark) : SLICE_NONE;
    if (line->is_base64 || at == SLICE_NONE)
        return;
    line->is_base64 = true;
    line->base64 = at + mark.len;
}

int content_line_eat(struct slice *rest, struct content_line *line)
{
    struct slice all = *rest, next;
    *line = (struct content_line){ .has_end = false };
    if (slice_eat_line(rest, &next) == 0)
        return 0;
    struct colon colon = { 0 };
    bool is_read = false, is_over = false;
    struct slice last = next;
    while (!is_over) {
        struct slice ahead = *rest;
        /* The head may be folded too: it is read once its colon is there. */
        struct slice so_far = slice_sub(all, 0, all.len - rest->len);
        find_colon(&colon, so_far);
        if (!is_read && (colon.is_found || so_far.len > HEAD_MOST)) {
            read_head(line, so_far, &colon);
            is_read = true;
        }
        if (slice_eat_line(&ahead, &next) == 0)
            break;
        bool is_folded = memchr(" \t", next.ptr[0], 2) && slice_trim(next).len > 0;
        bool is_on = is_folded || (is_read && line->is_quoted_printable && is_soft(last)) ||
                     (is_read && line->is_base64 && is_base64_line(next));
        is_over = !is_on;
        if (is_on) {
            *rest = ahead;
            last = next;
        }
    }
    struct slice whole = slice_sub(all, 0, all.len - rest->len), bare = slice_chomp(whole);
    if (!is_read)
        read_head(line, bare, &colon);
    line->has_end = bare.len < whole.len;
    line->value = slice_skip(bare, line->head.len + 1);
    find_data_uri(line);
    return 1;
}

struct slice content_line_param(struct slice head, const char *name)
{
    size_t len = strlen(name);
    for (size_t at = 0; (at = slice_find_byte(head, at, ';')) != SLICE_NONE;) {
        struct slice param = slice_skip(head, ++at);
        if (param.len <= len || !slice_starts_with_nocase(param, name) || param.ptr[len] != '=')
            continue;
        struct slice value = slice_skip(param, len + 1);
        bool is_quoted = value.len > 0 && value.ptr[0] == '"';
        size_t end = slice_find_byte(value, is_quoted, is_quoted ? '"' : ';');
        return slice_sub(value, is_quoted, (end == SLICE_NONE ? value.len : end) - is_quoted);
    }
    return slice_of(NULL, 0);
}
