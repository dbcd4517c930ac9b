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

/* WORDS with a tab where two characters that are no space stand apart. */
static void put_apart(struct buffer *text, const char *words, const PopplerRectangle *places)
{
    bool was_space = true;
    const char *start = words; /* of what was not put yet */
    size_t i = 0;
    for (const char *at = words; *at; at = g_utf8_next_char(at), i++) {
        bool is_space = *at == ' ' || *at == '\n' || *at == '\t' || *at == '\f';
        if (!is_space && !was_space && is_apart(&places[i - 1], &places[i])) {
            buffer_put(text, slice_of(start, (size_t)(at - start)));
            buffer_put_byte(text, '\t');
            start = at;
        }
        was_space = is_space;
    }
    buffer_put_str(text, start);
}

void pdf_put_text(struct pdf_reading *reading, PopplerPage *page)
{
    PopplerRectangle *places = NULL;
    guint count = 0;
    char *words = poppler_page_get_text(page);
    bool is_valid = words && g_utf8_validate(words, -1, NULL);
    bool has_places = is_valid && poppler_page_get_text_layout(page, &places, &count);
    if (has_places && count == (guint)g_utf8_strlen(words, -1))
        put_apart(&reading->text, words, places);
    else if (words)
        buffer_put_str(&reading->text, words);
    buffer_put_byte(&reading->text, '\n');
    g_free(places);
    g_free(words);
}
