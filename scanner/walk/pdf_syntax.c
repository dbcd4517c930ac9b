/* pdf_syntax.c - the signs that a PDF is written in: tokens, strings, entries of dictionaries. */
#include "walk/pdf_syntax.h"

#include "base/utf8.h"
#include "decode/codepage.h"

#define STRING_MOST ((size_t)16 * 1024 * 1024)

static bool is_space(unsigned char c)
{
    return c == ' ' || (c >= 9 && c <= 13 && c != 11) || c == 0;
}

static bool is_sign(unsigned char c)
{
    return c != 0 && strchr("()<>[]{}/%", c) != NULL;
}

static void skip_space(struct slice *rest)
{
    size_t i = 0;
    while (i < rest->len && (is_space(rest->ptr[i]) || rest->ptr[i] == '%')) {
        if (rest->ptr[i] == '%')
            while (i < rest->len && rest->ptr[i] != '\n' && rest->ptr[i] != '\r')
                i++;
        else
            i++;
    }
    *rest = slice_skip(*rest, i);
}

static struct slice eat(struct slice *rest, size_t len)
{
    struct slice taken = slice_sub(*rest, 0, len);
    *rest = slice_skip(*rest, len);
    return taken;
}

static void eat_literal(struct slice *rest, struct pdf_token *token)
{
    struct slice text = slice_sub(*rest, 1, STRING_MOST);
    unsigned depth = 1;
    size_t i = 0;
    for (; i < text.len; i++) {
        unsigned char c = text.ptr[i];
        depth += c == '(';
        if (c == ')' && --depth == 0)
            break;
        i += c == '\\' && i + 1 < text.len;
    }
    *token = (struct pdf_token){ PDF_LITERAL, slice_sub(text, 0, i) };
    *rest = slice_skip(*rest, i + 2);
}

static void eat_hex(struct slice *rest, struct pdf_token *token)
{
    struct slice text = slice_sub(*rest, 1, STRING_MOST);
    size_t i = 0;
    while (i < text.len && (slice_hex_digit(text.ptr[i]) >= 0 || is_space(text.ptr[i])))
        i++;
    *token = (struct pdf_token){ PDF_HEX, slice_sub(text, 0, i) };
    *rest = slice_skip(*rest, i + 1 + (i < text.len && text.ptr[i] == '>'));
}

static void eat_run(struct slice *rest, struct pdf_token *token)
{
    size_t i = 0, digits = 0;
    while (i < rest->len && !is_space(rest->ptr[i]) && !is_sign(rest->ptr[i])) {
        digits += slice_is_digit(rest->ptr[i]) || memchr("+-.", rest->ptr[i], 3) != NULL;
        i++;
    }
    struct slice text = eat(rest, i ? i : 1);
    *token = (struct pdf_token){ i && digits == i ? PDF_NUMBER : PDF_WORD, text };
}

bool pdf_token_next(struct slice *rest, struct pdf_token *token)
{
    skip_space(rest);
    if (rest->len == 0)
        return false;
    unsigned char c = rest->ptr[0], next = rest->len > 1 ? rest->ptr[1] : 0;
    if (c == '(') {
        eat_literal(rest, token);
    } else if (c == '<' && next != '<') {
        eat_hex(rest, token);
    } else if (c == '/') {
        *rest = slice_skip(*rest, 1);
        if (rest->len > 0 && !is_space(rest->ptr[0]) && !is_sign(rest->ptr[0]))
            eat_run(rest, token);
        else
            token->text = slice_sub(*rest, 0, 0);
        token->kind = PDF_NAME;
    } else if ((c == '<' || c == '>') && next == c) {
        *token = (struct pdf_token){ c == '<' ? PDF_OPEN_DICT : PDF_CLOSE_DICT, eat(rest, 2) };
    } else if (c == '[' || c == ']') {
        *token = (struct pdf_token){ c == '[' ? PDF_OPEN_ARRAY : PDF_CLOSE_ARRAY, eat(rest, 1) };
    } else {
        eat_run(rest, token);
    }
    return true;
}

int pdf_unescape(struct slice text, size_t *taken)
{
    static const char letters[] = "n\nr\rt\tb\bf\f";
    unsigned char c = text.len > 0 ? text.ptr[0] : 0;
    int value = 0;
    size_t digits = 0;
    while (digits < 3 && digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '7')
        value = value * 8 + (text.ptr[digits++] - '0');
    *taken = digits ? digits : text.len > 0;
    if (digits)
        return value & 0xFF;
    for (size_t i = 0; letters[i]; i += 2)
        if (c == (unsigned char)letters[i])
            return letters[i + 1];
    return c == '\n' || c == '\r' ? -1 : c;
}

static void put_hex(struct buffer *out, struct slice digits)
{
    int high = -1;
    for (size_t i = 0; i < digits.len; i++) {
        int digit = slice_hex_digit(digits.ptr[i]);
        if (digit >= 0 && high >= 0)
            buffer_put_byte(out, (unsigned char)(high * 16 + digit));
        if (digit >= 0)
            high = high < 0 ? digit : -1;
    }
    if (high >= 0)
        buffer_put_byte(out, (unsigned char)(high * 16));
}

void pdf_put_bytes(struct buffer *out, const struct pdf_token *token)
{
    struct slice text = token->text;
    size_t i = 0, taken;
    if (token->kind == PDF_HEX) {
        put_hex(out, text);
        return;
    }
    while (i < text.len) {
        int c = text.ptr[i++];
        if (c == '\\') {
            c = pdf_unescape(slice_skip(text, i), &taken);
            i += taken;
        }
        if (c >= 0)
            buffer_put_byte(out, (unsigned char)c);
    }
}

/* UTF-16, whichever way its bytes stand. */
static void put_utf16(struct buffer *out, struct slice units, bool is_big)
{
    struct buffer little;
    buffer_init(&little, units.len + 2);
    for (size_t i = 0; i + 1 < units.len; i += 2) {
        buffer_put_byte(&little, units.ptr[i + is_big]);
        buffer_put_byte(&little, units.ptr[i + !is_big]);
    }
    (void)codepage_put_utf16(out, buffer_slice(&little));
    buffer_release(&little);
}

void pdf_put_text(struct buffer *out, struct slice bytes)
{
    if (slice_starts_with(bytes, "\xfe\xff") || slice_starts_with(bytes, "\xff\xfe"))
        put_utf16(out, slice_skip(bytes, 2), bytes.ptr[0] == 0xFE);
    else if (slice_starts_with(bytes, "\xef\xbb\xbf"))
        utf8_put_repaired(out, slice_skip(bytes, 3));
    else if (utf8_is_valid(bytes))
        buffer_put(out, bytes);
    else
        for (size_t i = 0; i < bytes.len; i++)
            utf8_put(out, bytes.ptr[i]);
}

/* Past the one value that *REST begins with, of which TOKEN was taken already. */
static void skip_value(struct slice *rest, struct pdf_token token)
{
    unsigned depth = 0;
    do {
        depth += token.kind == PDF_OPEN_DICT || token.kind == PDF_OPEN_ARRAY;
        if (token.kind == PDF_CLOSE_DICT || token.kind == PDF_CLOSE_ARRAY)
            depth -= depth > 0;
    } while (depth > 0 && pdf_token_next(rest, &token));
    struct slice after = *rest;
    struct pdf_token generation, word;
    if (token.kind == PDF_NUMBER && pdf_token_next(&after, &generation) && generation.kind == PDF_NUMBER &&
        pdf_token_next(&after, &word) && word.kind == PDF_WORD && slice_is_equal(word.text, slice_str("R")))
        *rest = after;
}

struct slice pdf_entry(struct slice body, const char *key)
{
    struct slice rest = body, name = slice_str(key);
    struct pdf_token token;
    if (!pdf_token_next(&rest, &token) || token.kind != PDF_OPEN_DICT)
        return slice_of(NULL, 0);
    while (pdf_token_next(&rest, &token) && token.kind == PDF_NAME) {
        bool is_it = slice_is_equal(token.text, name);
        skip_space(&rest);
        struct slice start = rest;
        if (!pdf_token_next(&rest, &token) || token.kind == PDF_CLOSE_DICT)
            break;
        skip_value(&rest, token);
        if (is_it)
            return slice_trim(slice_sub(start, 0, start.len - rest.len));
    }
    return slice_of(NULL, 0);
}

struct slice pdf_as_name(struct slice value)
{
    struct pdf_token token;
    bool is_name = pdf_token_next(&value, &token) && token.kind == PDF_NAME;
    return is_name ? token.text : slice_of(NULL, 0);
}

int pdf_as_number(struct slice value, uint64_t *number)
{
    struct pdf_token token;
    return pdf_token_next(&value, &token) && token.kind == PDF_NUMBER ? slice_to_u64(token.text, number) : -1;
}

bool pdf_reference_next(struct slice *rest, uint32_t *number)
{
    struct pdf_token token;
    uint64_t first = UINT64_MAX, second = UINT64_MAX;
    while (pdf_token_next(rest, &token)) {
        if (token.kind == PDF_WORD && first <= UINT32_MAX && second != UINT64_MAX &&
            slice_is_equal(token.text, slice_str("R"))) {
            *number = (uint32_t)first;
            return true;
        }
        first = second;
        if (token.kind != PDF_NUMBER || slice_to_u64(token.text, &second) < 0)
            second = UINT64_MAX;
    }
    return false;
}

int pdf_as_reference(struct slice value, uint32_t *number)
{
    struct slice head = slice_sub(value, 0, 32);
    return head.len > 0 && slice_is_digit(head.ptr[0]) && pdf_reference_next(&head, number) ? 0 : -1;
}
