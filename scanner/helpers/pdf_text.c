/* pdf_text.c - the text of a PDF's page. poppler puts what stands in neighbouring columns together without a sign between: their places tell. */
#include "helpers/pdf.h"

#include "base/utf8.h"

/* A gap of so much of a character's height, or a step back, is no gap within a word. */
#define GAP_OF_HEIGHT 0.15
#define BACK_OF_HEIGHT 0.3

static bool is_apart(const PopplerRectangle *before, const PopplerRectangle *after)
{
    double height = before->y2 - before->y1;
    double gap = after->x1 - before->x2;
    double rise = after->y1 - before->y1;
    return (gap > GAP_OF_HEIGHT * height) | (gap < -BACK_OF_HEIGHT * height) | (rise > height) |
           (-rise > height);
}

/* What stands for an ASCII character in the tables of East Asian encodings, and in fonts of TeX: its full-width form, a line below, a small tilde. 0: none. */
static unsigned char plain_of(const char *at)
{
    gunichar c = (unsigned char)*at >= 0xCB ? g_utf8_get_char(at) : 0;
    if (c >= 0xFF01 && c <= 0xFF5E)
        return (unsigned char)(c - 0xFF01 + '!');
    return c == 0x0332 ? '_' : c == 0x02DC ? '~' : 0;
}

/* WORDS with a tab where two characters that are no space stand apart. PLACES may be NULL. */
static void put_apart(struct buffer *text, struct slice words, const PopplerRectangle *places)
{
    bool was_space = true;
    size_t start = 0; /* of what was not put yet */
    for (size_t at = 0, i = 0, next; at < words.len; at = next, i++) {
        unsigned char c = words.ptr[at];
        bool is_space = c == ' ' || c == '\n' || c == '\t' || c == '\f';
        unsigned char plain = c < 0x80 ? 0 : plain_of((const char *)words.ptr + at);
        bool is_cut = places && !is_space && !was_space && is_apart(&places[i - 1], &places[i]);
        next = at + (c < 0x80 ? 1 : (size_t)g_utf8_skip[c]);
        was_space = is_space;
        if (!is_cut && !plain)
            continue;
        buffer_put(text, slice_sub(words, start, at - start));
        if (is_cut)
            buffer_put_byte(text, '\t');
        if (plain)
            buffer_put_byte(text, plain);
        start = plain ? next : at;
    }
    buffer_put(text, slice_skip(words, start));
}

/* Its characters; SIZE_MAX where it is no valid UTF-8. */
static size_t length_of(struct slice words)
{
    if (utf8_is_ascii(words))
        return words.len;
    return utf8_is_valid(words) ? utf8_count(words) : SIZE_MAX;
}

static void put_piece(void *ctx, const char *bytes, size_t len)
{
    buffer_put(ctx, slice_of(bytes, len));
}

/* The same in two steps. */
static void put_by_glib(struct pdf_reading *reading, PopplerPage *page)
{
    PopplerRectangle *places = NULL;
    guint count = 0;
    char *got = poppler_page_get_text(page);
    struct slice words = slice_str(got);
    size_t length = length_of(words);
    bool has_places =
        got && length != SIZE_MAX && poppler_page_get_text_layout(page, &places, &count) && count == length;
    if (length != SIZE_MAX)
        put_apart(&reading->text, words, has_places ? places : NULL);
    else
        buffer_put(&reading->text, words);
    g_free(places);
    g_free(got);
}

void pdf_put_text(struct pdf_reading *reading, PopplerPage *page, unsigned number)
{
    reading->seen = (struct pdf_flow_seen){ .is_known = false };
    if (!reading->flow || !pdf_flow_page(reading->flow, number, put_piece, &reading->text, &reading->seen))
        put_by_glib(reading, page);
    buffer_put_byte(&reading->text, '\n');
}
