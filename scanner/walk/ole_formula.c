/* ole_formula.c - text in what is computed: strings in the formulas of an Excel workbook, the characters of an equation (MTEF). */
#include "walk/ole_text.h"

#define STRING_TOKEN 0x17 /* MS-XLS section 2.5.198.89 */
#define STRING_LEAST 4
#define CHARACTER_RECORD 0x02
#define CHARACTER_BYTES 4

static bool is_shown(unsigned char c)
{
    return c >= ' ' && c != 0x7F;
}

/* The bytes of a string token's characters at AT, of EACH bytes, or 0. */
static size_t string_at(struct slice bytes, size_t at, size_t count, size_t each)
{
    if (count < STRING_LEAST || count * each > bytes.len - at)
        return 0;
    for (size_t i = 0; i < count; i++)
        if (!is_shown(bytes.ptr[at + i * each]) || (each == 2 && bytes.ptr[at + i * each + 1] != 0))
            return 0;
    return count * each;
}

/* Formulas stand in many kinds of records, so their strings are looked for wherever a token of one may be: it begins with two control
 * characters, which text has not. What follows it is the next token, which might pass for one more character. */
void ole_read_formulas(struct ole_text *text, bool is_biff8)
{
    size_t head = is_biff8 ? 3 : 2;
    for (size_t at = 0; at + head < text->raw.len; at++) {
        struct slice bytes = buffer_slice(&text->raw);
        if (bytes.ptr[at] != STRING_TOKEN || (is_biff8 && bytes.ptr[at + 2] > 1))
            continue;
        size_t each = is_biff8 && bytes.ptr[at + 2] ? 2 : 1, from = at + head;
        size_t len = string_at(bytes, from, bytes.ptr[at + 1], each);
        if (len == 0)
            continue;
        buffer_put_byte(&text->out, '\n');
        for (size_t i = 0; i < len; i += each)
            codepage_put_utf16(&text->out, slice_of((unsigned char[]){ bytes.ptr[from + i], 0 }, 2));
        ole_text_blank(text, from, len);
        at = from + len - 1;
    }
}

void ole_read_equation(struct ole_text *text, struct slice stream)
{
    bool is_in_word = false;
    for (size_t at = 0; at + CHARACTER_BYTES <= stream.len;) {
        const unsigned char *record = stream.ptr + at;
        bool is_character =
            record[0] == CHARACTER_RECORD && record[1] & 0x80 && record[3] == 0 && is_shown(record[2]);
        if (is_character) {
            codepage_put_utf16(&text->out, slice_of(record + 2, 2));
            ole_text_blank(text, at, CHARACTER_BYTES);
        } else if (is_in_word) {
            buffer_put_byte(&text->out, '\n');
        }
        is_in_word = is_character;
        at += is_character ? CHARACTER_BYTES : 1;
    }
}
