/* address.c - addresses of From, To, Cc … (RFC 5322 sections 3.4 and 4.4), one pass, no recursion. */
#include "decode/header.h"

#include "base/buffer.h"
#include "item/envelope.h"

struct addresses {
    struct arena *arena;
    struct slice rest;
    uint64_t depth_limit;
    uint64_t groups;     /* open, as far as they are counted */
    struct buffer plain; /* of the mailbox being read: words outside angles, comments gone */
    bool has_angle;      /* an address in angles was found for it */
    bool is_in_literal;  /* after the '[' of a domain literal, where colons are no groups */
    bool has_open_comment, has_open_quote; /* one never closes: those that follow are bytes of text */
    struct address_list *list;
    size_t room;
};

static void list_add(struct addresses *work, struct slice address)
{
    struct address_list *list = work->list;
    if (list->count == work->room) {
        size_t room = work->room ? work->room * 2 : 4;
        struct slice *at = arena_alloc_array(work->arena, room, sizeof *at);
        if (list->count > 0)
            memcpy(at, list->at, list->count * sizeof *at);
        list->at = at;
        work->room = room;
    }
    list->at[list->count++] = address;
}

static bool is_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Index of the last '@' outside quotes, or SLICE_NONE. */
static size_t find_at_sign(struct slice s)
{
    size_t found = SLICE_NONE;
    bool is_quoted = false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\\')
            i++;
        else if (s.ptr[i] == '"')
            is_quoted = !is_quoted;
        else if (s.ptr[i] == '@' && !is_quoted)
            found = i;
    }
    return found;
}

/* Without quotes of either kind around all of it. */
static struct slice unwrap(struct slice s)
{
    for (s = slice_trim(s); s.len > 1; s = slice_trim(slice_sub(s, 1, s.len - 2))) {
        unsigned char first = s.ptr[0];
        if ((first != '"' && first != '\'') || s.ptr[s.len - 1] != first)
            break;
    }
    return s;
}

/* The route of an obsolete address, "@a,@b:user@host". */
static struct slice skip_route(struct slice s)
{
    size_t colon = s.len > 0 && s.ptr[0] == '@' ? slice_find_byte(s, 0, ':') : SLICE_NONE;
    return colon == SLICE_NONE ? s : slice_trim(slice_skip(s, colon + 1));
}

/* S with its host, all after SIGN, in lower case. */
static void add_address(struct addresses *work, struct slice s, size_t sign)
{
    unsigned char *copy = arena_alloc(work->arena, s.len);
    for (size_t i = 0; i < s.len; i++)
        copy[i] = i > sign ? slice_lower_byte(s.ptr[i]) : s.ptr[i];
    list_add(work, slice_of(copy, s.len));
}

/* S is an address if it has an '@' with something on both sides. Adds it with its host in lower case. */
static bool add_if_address(struct addresses *work, struct slice s)
{
    s = skip_route(slice_trim(s));
    if (slice_starts_with_nocase(s, "mailto:"))
        s = slice_skip(s, 7);
    size_t sign = find_at_sign(s);
    if (sign == SLICE_NONE) {
        s = unwrap(s);
        sign = find_at_sign(s);
    }
    if (sign == SLICE_NONE && s.len > 0) { /* a quote that never closes hides it */
        const unsigned char *last = memrchr(s.ptr, '@', s.len);
        sign = last ? (size_t)(last - s.ptr) : SLICE_NONE;
    }
    if (sign == SLICE_NONE || sign == 0 || sign + 1 == s.len)
        return false;
    add_address(work, s, sign);
    return true;
}

/* Drop the white space that obsolete syntax allows around '@', and around '.' where it stands on both sides. */
static size_t pack_plain(unsigned char *text, size_t len)
{
    size_t to = 0;
    bool is_joint = false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == ' ' && is_joint)
            continue;
        is_joint = text[i] == '@' || (text[i] == '.' && to > 0 && text[to - 1] == ' ');
        while (is_joint && to > 0 && text[to - 1] == ' ')
            to--;
        text[to++] = text[i];
    }
    return to;
}

/* Where the local part begins that ends at SIGN. */
static size_t local_part(struct slice plain, size_t sign)
{
    bool is_quoted = sign > 1 && plain.ptr[sign - 1] == '"';
    size_t from = is_quoted ? sign - 1 : sign;
    while (from > 0 && (is_quoted ? plain.ptr[from - 1] != '"' : !is_space(plain.ptr[from - 1])))
        from--;
    return from - (is_quoted && from > 0);
}

/* A mailbox ends. Without angles its address is the word with an '@', wherever it stands: names came without quotes. */
static void end_mailbox(struct addresses *work)
{
    struct slice plain = slice_of(work->plain.ptr, pack_plain(work->plain.ptr, work->plain.len));
    plain = slice_trim(plain);
    if (!work->has_angle && plain.len > 0 && find_at_sign(plain) == SLICE_NONE)
        add_if_address(work, plain);
    else if (!work->has_angle && plain.len > 0) {
        size_t sign = find_at_sign(plain), from = local_part(plain, sign), to = sign;
        while (to < plain.len && !is_space(plain.ptr[to]))
            to++;
        add_if_address(work, unwrap(slice_sub(plain, from, to - from)));
    }
    buffer_clear(&work->plain);
    work->has_angle = work->is_in_literal = false;
}

/* Past a comment that begins at the front of *REST; one that never closes is no comment. */
static void skip_comment(struct addresses *work)
{
    uint64_t depth = 0; /* what nests deeper closes early, and its rest is text */
    for (size_t i = 0; i < work->rest.len; i++) {
        unsigned char c = work->rest.ptr[i];
        if (c == '(' && depth < work->depth_limit)
            depth++;
        else if (c == ')')
            depth--;
        else if (c == '\\')
            i++;
        if (depth == 0) {
            work->rest = slice_skip(work->rest, i + 1);
            return;
        }
    }
    work->has_open_comment = true;
}

/* Past the string's closing quote, kept with its quotes; without one, past the quote alone. */
static void eat_quoted(struct addresses *work)
{
    size_t i = 1;
    while (i < work->rest.len && work->rest.ptr[i] != '"')
        i += work->rest.ptr[i] == '\\' ? 2 : 1;
    size_t len = i < work->rest.len ? i + 1 : 1;
    work->has_open_quote = len == 1;
    if (len > 1)
        buffer_put(&work->plain, slice_sub(work->rest, 0, len));
    work->rest = slice_skip(work->rest, len);
}

static void eat_angle(struct addresses *work)
{
    size_t stop = 1;
    bool is_quoted = false, is_route = false, is_blank = true;
    for (; stop < work->rest.len; stop++) {
        unsigned char c = work->rest.ptr[stop];
        is_route |= c == '@' && is_blank;
        is_blank &= is_space(c);
        if (c == '"')
            is_quoted = !is_quoted;
        if (!is_quoted && (c == '>' || c == '<' || (c == ',' && !is_route)))
            break;
    }
    work->has_angle |= add_if_address(work, slice_sub(work->rest, 1, stop - 1));
    bool is_closed = stop < work->rest.len && work->rest.ptr[stop] == '>';
    work->rest = slice_skip(work->rest, stop + is_closed);
}

/* "name:" opens a group: what was read is its name. Beyond the limit a colon is a byte of text. */
static bool eat_colon(struct addresses *work)
{
    if (work->groups >= work->depth_limit || work->has_angle || work->is_in_literal)
        return false;
    work->groups++;
    buffer_clear(&work->plain);
    return true;
}

static void eat_piece(struct addresses *work)
{
    unsigned char c = work->rest.ptr[0];
    if (c == '(' && work->depth_limit > 0 && !work->has_open_comment) {
        skip_comment(work);
        return;
    }
    if (c == '"' && !work->has_open_quote) {
        eat_quoted(work);
        return;
    }
    if (c == '<') {
        eat_angle(work);
        return;
    }
    work->rest = slice_skip(work->rest, 1);
    work->is_in_literal = c == '[' || (work->is_in_literal && c != ']');
    if (c == ',' || c == ';')
        end_mailbox(work);
    if (c == ';')
        work->groups -= work->groups > 0;
    else if (c != ',' && (c != ':' || !eat_colon(work)))
        buffer_put_byte(&work->plain, is_space(c) ? ' ' : c);
}

/* Bytes that mean something, or may: the rest of ASCII is text. */
static const bool is_special[128] = {
    ['('] = true, [')'] = true, ['<'] = true, ['>'] = true,  ['['] = true, [']'] = true,
    [':'] = true, [';'] = true, [','] = true, ['\\'] = true, ['"'] = true, [0x7F] = true,
};

static bool is_text(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && !is_special[c];
}

/* Where the one '@' of TEXT stands, in which no byte needs a second look; else SLICE_NONE. */
static size_t plain_sign(struct slice text)
{
    size_t sign = SLICE_NONE;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = text.ptr[i];
        if (!is_text(c) || c == ' ' || c == '\'' || (c == '@' && sign != SLICE_NONE))
            return SLICE_NONE;
        if (c == '@')
            sign = i;
    }
    return sign;
}

/* Where a name ends that stands at the front of VALUE, maybe in quotes, or SLICE_NONE. */
static size_t plain_name(struct slice value)
{
    size_t at = 0;
    if (value.len > 0 && value.ptr[0] == '"') {
        for (at = 1; at < value.len && value.ptr[at] != '"' && value.ptr[at] != '\\';)
            at++;
        if (at == value.len || value.ptr[at] != '"')
            return SLICE_NONE;
        at++;
    }
    while (at < value.len && is_text(value.ptr[at]))
        at++;
    return at;
}

/* "user@host" or "A Name <user@host>", which most values are: the address, *SIGN where its '@' is. Empty: it needs to be read as a whole. */
static struct slice plain_address(struct slice value, size_t *sign)
{
    struct slice none = { NULL, 0 };
    value = slice_trim(value);
    if (value.len > 0 && value.ptr[value.len - 1] == '>') {
        size_t open = plain_name(value);
        if (open == SLICE_NONE || value.ptr[open] != '<')
            return none;
        value = slice_sub(value, open + 1, value.len - open - 2);
    }
    *sign = plain_sign(value);
    return *sign == SLICE_NONE || *sign == 0 || *sign + 1 == value.len ? none : value;
}

void header_parse_addresses(struct arena *arena, struct slice value, const struct limits *limits,
                            struct address_list *list)
{
    *list = (struct address_list){ 0 };
    struct addresses work = { .arena = arena, .depth_limit = limits->address_depth, .list = list };
    size_t sign;
    struct slice plain = plain_address(value, &sign);
    if (plain.len > 0) {
        add_address(&work, plain, sign);
        return;
    }
    work.rest = header_unfold(arena, value);
    buffer_init(&work.plain, work.rest.len);
    while (work.rest.len > 0)
        eat_piece(&work);
    end_mailbox(&work);
    buffer_release(&work.plain);
    struct slice text = list->count > 0 ? slice_of(NULL, 0) : header_decode_text(arena, value);
    if (text.len > 0)
        list_add(&work, text);
}
