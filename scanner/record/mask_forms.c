/* mask_forms.c - the forms in which a text may hold a secret: as it stands, percent-encoded, HTML-escaped. */
#include "record/mask_forms.h"

#include "base/utf8.h"

#define REFERENCE_MAX 12 /* bytes of the longest character reference that is read: "&#x0010FFFF;" */

struct reference {
    const char *name;
    unsigned char byte;
};

static const struct reference references[] = {
    { "&amp;", '&' },    { "&lt;", '<' },     { "&gt;", '>' },    { "&quot;", '"' },   { "&apos;", '\'' },
    { "&nbsp;", ' ' },   { "&excl;", '!' },   { "&num;", '#' },   { "&dollar;", '$' }, { "&percnt;", '%' },
    { "&lpar;", '(' },   { "&rpar;", ')' },   { "&ast;", '*' },   { "&plus;", '+' },   { "&comma;", ',' },
    { "&period;", '.' }, { "&sol;", '/' },    { "&colon;", ':' }, { "&semi;", ';' },   { "&equals;", '=' },
    { "&quest;", '?' },  { "&commat;", '@' }, { "&lsqb;", '[' },  { "&bsol;", '\\' },  { "&rsqb;", ']' },
    { "&Hat;", '^' },    { "&lowbar;", '_' }, { "&grave;", '`' }, { "&lcub;", '{' },   { "&verbar;", '|' },
    { "&rcub;", '}' },
};

/* Decode what REST begins with into OUT. The bytes taken, or 0 if it is no escape. */
static size_t eat_percent(struct slice rest, unsigned char out[4], size_t *put)
{
    if (rest.len < 3 || rest.ptr[0] != '%')
        return 0;
    int high = slice_hex_digit(rest.ptr[1]), low = slice_hex_digit(rest.ptr[2]);
    if (high < 0 || low < 0)
        return 0;
    out[0] = (unsigned char)(high << 4 | low);
    *put = 1;
    return 3;
}

static size_t eat_number(struct slice rest, unsigned char out[4], size_t *put)
{
    bool is_hex = rest.len > 2 && slice_lower_byte(rest.ptr[2]) == 'x';
    uint32_t code = 0, base = is_hex ? 16 : 10;
    size_t start = is_hex ? 3 : 2, at = start;
    for (; at < rest.len && at < REFERENCE_MAX; at++) {
        int digit = slice_hex_digit(rest.ptr[at]);
        if (digit < 0 || (uint32_t)digit >= base)
            break;
        code = code > 0x10FFFF ? code : code * base + (uint32_t)digit;
    }
    if (at == start)
        return 0;
    *put = utf8_write(out, code);
    return at < rest.len && rest.ptr[at] == ';' ? at + 1 : at;
}

static size_t eat_reference(struct slice rest, unsigned char out[4], size_t *put)
{
    if (rest.len < 3 || rest.ptr[0] != '&')
        return 0;
    if (rest.ptr[1] == '#')
        return eat_number(rest, out, put);
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        if (!slice_starts_with(rest, references[i].name))
            continue;
        out[0] = references[i].byte;
        *put = 1;
        return strlen(references[i].name);
    }
    return 0;
}

/* Escapes are never shorter than what they stand for, so the decoded text fits the room of the text. */
static void decode_into(struct mask_decoded *decoded, struct slice text, enum mask_form form)
{
    size_t len = 0, at = 0;
    while (at < text.len) {
        unsigned char piece[4];
        struct slice rest = slice_skip(text, at);
        size_t put = 1;
        size_t taken =
            form == MASK_FORM_PERCENT ? eat_percent(rest, piece, &put) : eat_reference(rest, piece, &put);
        if (taken == 0) {
            piece[0] = text.ptr[at];
            taken = put = 1;
        }
        for (size_t i = 0; i < put; i++, len++) {
            decoded->bytes[len] = piece[i];
            decoded->from[len] = at;
        }
        at += taken;
    }
    decoded->from[len] = at;
    decoded->text = slice_of(decoded->bytes, len);
}

void mask_decode(struct mask_decoded *decoded, struct slice text, enum mask_form form)
{
    unsigned char sign = form == MASK_FORM_PERCENT ? '%' : '&';
    *decoded = (struct mask_decoded){ .text = text };
    if (form == MASK_FORM_PLAIN || slice_find_byte(text, 0, sign) == SLICE_NONE)
        return;
    decoded->bytes = malloc(text.len);
    decoded->from = reallocarray(NULL, text.len + 1, sizeof *decoded->from);
    if (!decoded->bytes || !decoded->from)
        abort();
    decode_into(decoded, text, form);
}

void mask_decoded_release(struct mask_decoded *decoded)
{
    if (decoded->bytes)
        explicit_bzero(decoded->bytes, decoded->text.len);
    free(decoded->bytes);
    free(decoded->from);
}

size_t mask_decoded_start(const struct mask_decoded *decoded, size_t at)
{
    return decoded->from ? decoded->from[at] : at;
}

size_t mask_decoded_end(const struct mask_decoded *decoded, size_t at)
{
    /* One reference may stand for several bytes: half of it is covered whole. */
    if (decoded->from)
        while (at > 0 && at < decoded->text.len && decoded->from[at] == decoded->from[at - 1])
            at++;
    return mask_decoded_start(decoded, at);
}
