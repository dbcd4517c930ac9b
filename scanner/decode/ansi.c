/* ansi.c - the escape sequences that colour a terminal's text. */
#include "decode/ansi.h"

#define SEQUENCE_MOST ((size_t)256)

/* A control sequence: parameters and intermediate bytes, then a final one. */
static size_t control_len(struct slice text)
{
    size_t i = 2;
    while (i < text.len && text.ptr[i] >= 0x20 && text.ptr[i] <= 0x3F)
        i++;
    return i < text.len && text.ptr[i] >= 0x40 && text.ptr[i] <= 0x7E ? i + 1 : 0;
}

/* A command to the terminal (a title, a link), up to BEL or ESC \. */
static size_t command_len(struct slice text)
{
    for (size_t i = 2; i < text.len && text.ptr[i] != '\n'; i++) {
        if (text.ptr[i] == '\a')
            return i + 1;
        if (text.ptr[i] == ANSI_ESCAPE)
            return i + 1 < text.len && text.ptr[i + 1] == '\\' ? i + 2 : 0;
    }
    return 0;
}

size_t ansi_len(struct slice text)
{
    text = slice_sub(text, 0, SEQUENCE_MOST);
    if (text.len < 2 || text.ptr[0] != ANSI_ESCAPE)
        return 0;
    if (text.ptr[1] == '[')
        return control_len(text);
    if (text.ptr[1] == ']')
        return command_len(text);
    return text.ptr[1] == '(' && text.len > 2 ? 3 : 0;
}
