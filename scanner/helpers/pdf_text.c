/* pdf_text.c - the text of a PDF's page. poppler puts what stands in neighbouring columns together without a sign between: their places tell. */
#include "helpers/pdf.h"

/* A gap of so much of a character's height, or a step back, is no gap within a word. */
#define GAP_OF_HEIGHT 0.15
#define BACK_OF_HEIGHT 0.3

static bool is_apart(const PopplerRectangle *before, const PopplerRectangle *after)
{
    double height = before->y2 - before->y1;
    double gap = after->x1 - before->x2;
    double rise = after->y1 - before->y1;
    return gap > GAP_OF_HEIGHT * height || gap < -BACK_OF_HEIGHT * height || rise > height || -rise > height;
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
static void put_apart(struct buffer *text, const char *words, const PopplerRectangle *places)
{
    bool was_space = true;
    const char *start = words; /* of what was not put yet */
    size_t i = 0;
    for (const char *at = words; *at; at = g_utf8_next_char(at), i++) {
        bool is_space = *at == ' ' || *at == '\n' || *at == '\t' || *at == '\f';
        unsigned char plain = plain_of(at);
        bool is_cut = places && !is_space && !was_space && is_apart(&places[i - 1], &places[i]);
        was_space = is_space;
        if (!is_cut && !plain)
            continue;
        buffer_put(text, slice_of(start, (size_t)(at - start)));
        if (is_cut)
            buffer_put_byte(text, '\t');
        if (plain)
            buffer_put_byte(text, plain);
        start = plain ? g_utf8_next_char(at) : at;
    }
    buffer_put_str(text, start);
}

void pdf_put_text(struct pdf_reading *reading, PopplerPage *page)
{
    PopplerRectangle *places = NULL;
    guint count = 0;
    char *words = poppler_page_get_text(page);
    bool is_valid = words && g_utf8_validate(words, -1, NULL);
    bool has_places = is_valid && poppler_page_get_text_layout(page, &places, &count) &&
                      count == (guint)g_utf8_strlen(words, -1);
    if (is_valid)
        put_apart(&reading->text, words, has_places ? places : NULL);
    else if (words)
        buffer_put_str(&reading->text, words);
    buffer_put_byte(&reading->text, '\n');
    g_free(places);
    g_free(words);
}
