/* pattern.c - reads the text of a rule's pattern, token by token. */
#include "match/pattern.h"

#include "base/utf8.h"

#define FLAG_CASELESS 1
#define FLAG_EXTENDED 2

void pattern_reader_init(struct pattern_reader *reader, const char *pattern)
{
    *reader = (struct pattern_reader){ .text = slice_str(pattern) };
}

static unsigned char byte_at(const struct pattern_reader *reader, size_t at)
{
    return at < reader->text.len ? reader->text.ptr[at] : 0;
}

/* The offset just after the next BYTE at or after AT, or the end of the pattern. */
static size_t after_byte(const struct pattern_reader *reader, size_t at, unsigned char byte)
{
    size_t found = slice_find_byte(reader->text, at, byte);
    return found == SLICE_NONE ? reader->text.len : found + 1;
}

static bool is_hex(unsigned char c)
{
    return slice_is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* The escape that starts at AT, outside classes: where it ends. */
static size_t escape_end(const struct pattern_reader *reader, size_t at)
{
    unsigned char c = byte_at(reader, at + 1), next = byte_at(reader, at + 2);
    size_t end = at + 2;
    if (c != 0 && next == '{' && strchr("xopPgkN", c))
        return after_byte(reader, end, '}');
    if (c == 'k' && next == '<')
        return after_byte(reader, end, '>');
    if (c == 'x')
        for (int i = 0; i < 2 && is_hex(byte_at(reader, end)); i++)
            end++;
    else if (slice_is_digit(c) || c == 'g')
        while (slice_is_digit(byte_at(reader, end)) && end - at < 4)
            end++;
    else if (c == 'c' || c == 'p' || c == 'P')
        end++;
    return end < reader->text.len ? end : reader->text.len;
}

static size_t class_end(const struct pattern_reader *reader, size_t at)
{
    size_t here = at + 1;
    if (byte_at(reader, here) == '^')
        here++;
    if (byte_at(reader, here) == ']')
        here++;
    while (here < reader->text.len && byte_at(reader, here) != ']') {
        unsigned char kind = byte_at(reader, here + 1);
        if (byte_at(reader, here) == '\\') {
            here += 2;
        } else if (byte_at(reader, here) == '[' && (kind == ':' || kind == '.' || kind == '=')) {
            size_t close = after_byte(reader, here + 2, ']');
            here = byte_at(reader, close - 2) == kind ? close : here + 1;
        } else {
            here++;
        }
    }
    return here < reader->text.len ? here + 1 : reader->text.len;
}

static void set_kind(struct token *token, enum token_kind kind, const struct pattern_reader *reader,
                     size_t end)
{
    token->kind = kind;
    token->text = slice_sub(reader->text, token->at, end - token->at);
}

static void set_atom(struct token *token, enum atom atom, const struct pattern_reader *reader, size_t end)
{
    token->atom = atom;
    set_kind(token, TOKEN_ATOM, reader, end);
}

/* One character: a whole UTF-8 sequence, so that what follows it can be told to mean all of it. */
static void read_literal(struct pattern_reader *reader, struct token *token)
{
    struct slice rest = slice_skip(reader->text, token->at);
    uint32_t code;
    utf8_eat(&rest, &code);
    set_atom(token, ATOM_LITERAL, reader, reader->text.len - rest.len);
}

static bool is_octal(unsigned char c)
{
    return c >= '0' && c <= '7';
}

/* \N, \g and \k; three octal digits are a byte. */
static bool is_back_reference(const struct pattern_reader *reader, size_t at)
{
    unsigned char c = byte_at(reader, at);
    if (is_octal(c) && is_octal(byte_at(reader, at + 1)) && is_octal(byte_at(reader, at + 2)))
        return false;
    return (c >= '1' && c <= '9') || c == 'g' || c == 'k';
}

static void read_escape(struct pattern_reader *reader, struct token *token)
{
    unsigned char c = byte_at(reader, token->at + 1);
    if (c == 'Q' || c == 'E') {
        reader->is_quoted = c == 'Q';
        set_kind(token, TOKEN_NOTHING, reader, token->at + 2);
    } else if (c != 0 && strchr("bBAzZGK", c)) {
        set_kind(token, TOKEN_ANCHOR, reader, token->at + 2);
    } else {
        bool is_back = is_back_reference(reader, token->at + 1);
        set_atom(token, is_back ? ATOM_REFERENCE : ATOM_ESCAPE, reader, escape_end(reader, token->at));
    }
}

static uint64_t read_number(const struct pattern_reader *reader, size_t *at)
{
    uint64_t value = 0;
    while (slice_is_digit(byte_at(reader, *at))) {
        if (value < 1000000)
            value = value * 10 + (byte_at(reader, *at) - '0');
        (*at)++;
    }
    return value;
}

/* `{n}`, `{n,}` or `{n,m}` at token->at; anything else is a literal brace. */
static bool read_braces(const struct pattern_reader *reader, struct token *token, size_t *end)
{
    size_t at = token->at + 1;
    if (!slice_is_digit(byte_at(reader, at)))
        return false;
    token->min = token->max = read_number(reader, &at);
    if (byte_at(reader, at) == ',') {
        at++;
        token->max = slice_is_digit(byte_at(reader, at)) ? read_number(reader, &at) : PATTERN_UNBOUNDED;
    }
    *end = at + 1;
    return byte_at(reader, at) == '}';
}

static bool read_repeat(struct pattern_reader *reader, struct token *token)
{
    unsigned char c = byte_at(reader, token->at);
    size_t end = token->at + 1;
    if (c == '{') {
        if (!read_braces(reader, token, &end))
            return false;
    } else {
        token->min = c == '+';
        token->max = c == '?' ? 1 : PATTERN_UNBOUNDED;
    }
    if (byte_at(reader, end) == '?' || byte_at(reader, end) == '+')
        end++;
    set_kind(token, TOKEN_REPEAT, reader, end);
    return true;
}

static void open_group(struct pattern_reader *reader, struct token *token, enum group group, size_t end)
{
    token->group = group;
    set_kind(token, TOKEN_OPEN, reader, end);
    if (reader->depth == PATTERN_DEPTH_MAX) {
        reader->is_too_deep = true;
        return;
    }
    reader->flags[reader->depth + 1] = reader->flags[reader->depth];
    reader->depth++;
}

/* Letters of (?imsx-imsx) that matter here. Returns the offset after them. */
static size_t read_flags(const struct pattern_reader *reader, size_t at, unsigned char *flags)
{
    bool is_on = true;
    for (;; at++) {
        unsigned char c = byte_at(reader, at);
        unsigned char flag = c == 'i' ? FLAG_CASELESS : c == 'x' ? FLAG_EXTENDED : 0;
        if (c == '^')
            *flags = 0;
        else if (c == '-')
            is_on = false;
        else if (c == 0 || !strchr("imsxnJU", c))
            return at;
        *flags = (unsigned char)(is_on ? *flags | flag : *flags & ~flag);
    }
}

static void open_flags(struct pattern_reader *reader, struct token *token)
{
    unsigned char flags = reader->flags[reader->depth];
    size_t end = read_flags(reader, token->at + 2, &flags);
    unsigned char stop = byte_at(reader, end);
    if (stop == ')') {
        reader->flags[reader->depth] = flags;
        set_kind(token, TOKEN_NOTHING, reader, end + 1);
    } else if (stop == ':') {
        open_group(reader, token, GROUP_PLAIN, end + 1);
        reader->flags[reader->depth] = flags;
    } else {
        open_group(reader, token, GROUP_OTHER, token->at + 2);
    }
}

/* Recursion and (?P=name): they take an unknown number of bytes. */
static bool is_reference(const struct pattern_reader *reader, size_t at)
{
    unsigned char c = byte_at(reader, at), next = byte_at(reader, at + 1);
    return c == 'R' || c == '&' || slice_is_digit(c) || ((c == '+' || c == '-') && slice_is_digit(next)) ||
           (c == 'P' && (next == '=' || next == '>'));
}

static void read_group(struct pattern_reader *reader, struct token *token)
{
    size_t at = token->at;
    unsigned char c = byte_at(reader, at + 2), next = byte_at(reader, at + 3);
    if (byte_at(reader, at + 1) == '*')
        set_kind(token, TOKEN_VERB, reader, after_byte(reader, at, ')'));
    else if (byte_at(reader, at + 1) != '?')
        open_group(reader, token, GROUP_PLAIN, at + 1);
    else if (c == '#')
        set_kind(token, TOKEN_NOTHING, reader, after_byte(reader, at, ')'));
    else if (is_reference(reader, at + 2))
        set_atom(token, ATOM_REFERENCE, reader, after_byte(reader, at, ')'));
    else if (c == '=' || c == '!')
        open_group(reader, token, GROUP_LOOK, at + 3);
    else if (c == '<' && (next == '=' || next == '!'))
        open_group(reader, token, GROUP_LOOK, at + 4);
    else if (c == '<' || (c == 'P' && next == '<'))
        open_group(reader, token, GROUP_PLAIN, after_byte(reader, at, '>'));
    else if (c == '\'')
        open_group(reader, token, GROUP_PLAIN, after_byte(reader, at + 3, '\''));
    else if (c == '|' || c == '>')
        open_group(reader, token, GROUP_OTHER, at + 3);
    else
        open_flags(reader, token);
}

static void close_group(struct pattern_reader *reader, struct token *token)
{
    set_kind(token, TOKEN_CLOSE, reader, token->at + 1);
    if (reader->depth > 0)
        reader->depth--;
}

static bool is_blank(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void read_quoted(struct pattern_reader *reader, struct token *token)
{
    bool is_end = byte_at(reader, token->at) == '\\' && byte_at(reader, token->at + 1) == 'E';
    if (is_end)
        read_escape(reader, token);
    else
        read_literal(reader, token);
}

static void read_token(struct pattern_reader *reader, struct token *token)
{
    unsigned char c = byte_at(reader, token->at);
    bool is_extended = reader->flags[reader->depth] & FLAG_EXTENDED;
    if (reader->is_quoted)
        read_quoted(reader, token);
    else if (is_extended && is_blank(c))
        set_kind(token, TOKEN_NOTHING, reader, token->at + 1);
    else if (is_extended && c == '#')
        set_kind(token, TOKEN_NOTHING, reader, after_byte(reader, token->at, '\n'));
    else if (c == '\\')
        read_escape(reader, token);
    else if (c == '[')
        set_atom(token, ATOM_CLASS, reader, class_end(reader, token->at));
    else if (c == '(')
        read_group(reader, token);
    else if (c == ')')
        close_group(reader, token);
    else if (c == '|')
        set_kind(token, TOKEN_BAR, reader, token->at + 1);
    else if (c == '^' || c == '$')
        set_kind(token, TOKEN_ANCHOR, reader, token->at + 1);
    else if (!strchr("?*+{", c) || !read_repeat(reader, token))
        read_literal(reader, token);
}

int pattern_next(struct pattern_reader *reader, struct token *token)
{
    if (reader->at >= reader->text.len || reader->is_too_deep)
        return 0;
    *token = (struct token){ .at = reader->at, .is_quoted = reader->is_quoted };
    token->is_caseless = reader->flags[reader->depth] & FLAG_CASELESS;
    read_token(reader, token);
    /* A token that a broken pattern left empty must not stop the reader. */
    reader->at += token->text.len ? token->text.len : 1;
    return 1;
}
