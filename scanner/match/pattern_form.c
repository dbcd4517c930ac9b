/* pattern_form.c - what is asked of a pattern: may it be used, how wide is it, and how does each engine get it. */
#include <unicode/uchar.h>

#include "base/utf8.h"
#include "match/pattern.h"

/* What stands just before a token. */
#define BESIDE_WORD 1    /* \b \B \w \W */
#define BESIDE_FOREIGN 2 /* a character beyond ASCII */

struct neighbour {
    unsigned beside[PATTERN_DEPTH_MAX + 1]; /* what stood before each open group */
    unsigned ends[PATTERN_DEPTH_MAX + 1];   /* what its alternatives end with */
    unsigned depth;
    unsigned before, now; /* before the last token, and after it */
};

static bool is_foreign(const struct token *token)
{
    return token->kind == TOKEN_ATOM && token->atom == ATOM_LITERAL && token->text.ptr[0] >= 0x80;
}

static bool is_escape(const struct token *token, const char *letters)
{
    return token->text.len >= 2 && token->text.ptr[0] == '\\' && token->text.ptr[1] != 0 &&
           strchr(letters, token->text.ptr[1]);
}

static void step_group(struct neighbour *near, const struct token *token)
{
    if (token->kind == TOKEN_OPEN && near->depth < PATTERN_DEPTH_MAX) {
        near->depth++;
        near->beside[near->depth] = near->now;
        near->ends[near->depth] = 0;
    } else if (token->kind == TOKEN_BAR) {
        near->ends[near->depth] |= near->now;
        near->now = near->beside[near->depth];
    } else if (token->kind == TOKEN_CLOSE && near->depth > 0) {
        near->now |= near->ends[near->depth];
        near->before = near->beside[near->depth];
        near->depth--;
    }
}

/* Follow what stands beside what, through groups and optional atoms. */
static void step(struct neighbour *near, const struct token *token, unsigned is_now)
{
    if (token->kind == TOKEN_ATOM || token->kind == TOKEN_ANCHOR) {
        near->before = near->now;
        near->now = is_now;
    } else if (token->kind == TOKEN_REPEAT) {
        near->now |= token->min == 0 ? near->before : 0;
    } else {
        step_group(near, token);
    }
}

static int check_beside(const struct neighbour *near, const struct token *token, unsigned is_now,
                        struct error *err)
{
    if (!(is_now == BESIDE_WORD && near->now & BESIDE_FOREIGN) &&
        !(is_now == BESIDE_FOREIGN && near->now & BESIDE_WORD))
        return 0;
    return error_set(err, ERROR_FORMAT,
                     "at offset %zu \\b or \\w stands beside a character beyond ASCII, but knows ASCII "
                     "letters only: leave it out there",
                     token->at);
}

static bool has_foreign(struct slice text)
{
    return !utf8_is_ascii(text);
}

static int check_token(const struct token *token, struct error *err)
{
    if (token->kind == TOKEN_VERB)
        return error_set(err, ERROR_FORMAT, "'%.*s' at offset %zu is not allowed: patterns are byte patterns",
                         (int)token->text.len, (const char *)token->text.ptr, token->at);
    if (!token->is_quoted && is_escape(token, "GKRXCpP"))
        return error_set(err, ERROR_FORMAT,
                         "'%.*s' at offset %zu is not allowed: spell out what it stands for",
                         (int)token->text.len, (const char *)token->text.ptr, token->at);
    if (token->kind == TOKEN_ATOM && token->atom == ATOM_CLASS && has_foreign(token->text))
        return error_set(err, ERROR_FORMAT,
                         "the class at offset %zu holds a character beyond ASCII, and would mean its bytes: "
                         "write (?:a|b) instead",
                         token->at);
    return 0;
}

int pattern_check(const char *pattern, struct error *err)
{
    struct pattern_reader reader;
    struct token token;
    struct neighbour near = { 0 };
    pattern_reader_init(&reader, pattern);
    while (pattern_next(&reader, &token) == 1) {
        unsigned is_now = is_foreign(&token)                              ? BESIDE_FOREIGN
                          : !token.is_quoted && is_escape(&token, "bBwW") ? BESIDE_WORD
                                                                          : 0;
        if (check_token(&token, err) < 0 || check_beside(&near, &token, is_now, err) < 0)
            return -1;
        step(&near, &token, is_now);
    }
    if (reader.is_too_deep)
        return error_set(err, ERROR_FORMAT, "groups lie more than %d deep", PATTERN_DEPTH_MAX);
    return 0;
}

/* Spelling out. */

static bool is_repeat_next(const struct pattern_reader *reader)
{
    struct pattern_reader ahead = *reader;
    struct token token;
    return !reader->is_quoted && pattern_next(&ahead, &token) == 1 && token.kind == TOKEN_REPEAT;
}

static void put_foreign(const struct pattern_reader *reader, const struct token *token, struct buffer *out)
{
    struct slice rest = token->text;
    uint32_t code;
    utf8_eat(&rest, &code);
    uint32_t lower = (uint32_t)u_tolower((UChar32)code), upper = (uint32_t)u_toupper((UChar32)code);
    bool has_cases = token->is_caseless && lower != upper;
    if (!has_cases && !is_repeat_next(reader)) {
        buffer_put(out, token->text);
        return;
    }
    buffer_put_str(out, token->is_quoted ? "\\E(?:" : "(?:");
    if (has_cases) {
        utf8_put(out, lower);
        buffer_put_byte(out, '|');
        utf8_put(out, upper);
    } else {
        buffer_put(out, token->text);
    }
    buffer_put_str(out, token->is_quoted ? ")\\Q" : ")");
}

void pattern_spell_out(const char *pattern, struct buffer *out)
{
    struct pattern_reader reader;
    struct token token;
    pattern_reader_init(&reader, pattern);
    while (pattern_next(&reader, &token) == 1) {
        if (is_foreign(&token))
            put_foreign(&reader, &token, out);
        else
            buffer_put(out, token.text);
    }
}

/* Width. */

#define WIDTH_CEILING ((uint64_t)1 << 40)

struct width {
    uint64_t sum;    /* of the alternative at work */
    uint64_t widest; /* of those before it */
    uint64_t last;   /* of the last atom or group */
};

static uint64_t times(uint64_t width, uint64_t count)
{
    return width != 0 && count > WIDTH_CEILING / width ? WIDTH_CEILING : width * count;
}

static void add(struct width *width, uint64_t bytes)
{
    width->last = bytes;
    width->sum = bytes > WIDTH_CEILING - width->sum ? WIDTH_CEILING : width->sum + bytes;
}

static uint64_t widest_of(const struct width *width)
{
    return width->sum > width->widest ? width->sum : width->widest;
}

static uint64_t atom_width(const struct token *token)
{
    return token->atom == ATOM_LITERAL ? token->text.len : 1;
}

static int width_token(struct width *levels, size_t *depth, const struct token *token, struct error *err)
{
    struct width *here = &levels[*depth];
    if (token->kind == TOKEN_ATOM && token->atom == ATOM_REFERENCE)
        return error_set(err, ERROR_FORMAT,
                         "the reference at offset %zu hides how wide a match can be: say `width:`",
                         token->at);
    if (token->kind == TOKEN_REPEAT && token->max == PATTERN_UNBOUNDED && here->last > 0)
        return error_set(
            err, ERROR_FORMAT, "'%.*s' at offset %zu has no upper bound: write {%llu,N} (or say `width:`)",
            (int)token->text.len, (const char *)token->text.ptr, token->at, (unsigned long long)token->min);
    if (token->kind == TOKEN_ATOM) {
        add(here, atom_width(token));
    } else if (token->kind == TOKEN_REPEAT) {
        uint64_t all = times(here->last, token->max);
        here->sum -= here->last < here->sum ? here->last : here->sum;
        add(here, all);
    } else if (token->kind == TOKEN_BAR) {
        here->widest = widest_of(here);
        here->sum = 0;
    } else if (token->kind == TOKEN_OPEN && *depth < PATTERN_DEPTH_MAX) {
        levels[++*depth] = (struct width){ 0 };
    } else if (token->kind == TOKEN_CLOSE && *depth > 0) {
        (*depth)--;
        add(&levels[*depth], widest_of(here));
    }
    return 0;
}

int pattern_width(const char *pattern, size_t *width, struct error *err)
{
    struct width levels[PATTERN_DEPTH_MAX + 1] = { { 0 } };
    struct pattern_reader reader;
    struct token token;
    size_t depth = 0;
    pattern_reader_init(&reader, pattern);
    while (pattern_next(&reader, &token) == 1)
        if (width_token(levels, &depth, &token, err) < 0)
            return -1;
    /* \b, ^ and $ look at one byte on either side. */
    *width = (size_t)widest_of(&levels[0]) + 2;
    return 0;
}

bool pattern_begins_with(const char *pattern, const char *beginning)
{
    struct pattern_reader reader;
    struct token token;
    size_t len = strlen(beginning), depth = 0;
    bool is_past = false;
    if (strncmp(pattern, beginning, len) != 0)
        return false;
    pattern_reader_init(&reader, pattern);
    while (pattern_next(&reader, &token) == 1) {
        bool is_next = !is_past && token.at >= len;
        if (is_next && (token.at != len || depth > 0 || token.kind == TOKEN_REPEAT))
            return false;
        is_past |= is_next;
        if (is_past && depth == 0 && token.kind == TOKEN_BAR)
            return false;
        depth += token.kind == TOKEN_OPEN;
        depth -= token.kind == TOKEN_CLOSE && depth > 0;
    }
    return is_past && !reader.is_too_deep;
}

/* The form for Hyperscan. */

/* A repeat of a single atom that may be cut to its least count: where its atom and itself stand. */
struct edge {
    size_t atom_at, atom_len;
    size_t repeat_at, repeat_len;
    uint64_t min;
    bool is_found;
};

static bool is_single(const struct token *token)
{
    return token->kind == TOKEN_ATOM && token->atom != ATOM_REFERENCE && token->text.len > 0 &&
           (token->atom != ATOM_LITERAL || token->text.ptr[0] < 0x80) && !token->is_quoted;
}

static struct edge edge_of(const struct token *atom, const struct token *repeat)
{
    return (struct edge){ .atom_at = atom->at,
                          .atom_len = atom->text.len,
                          .repeat_at = repeat->at,
                          .repeat_len = repeat->text.len,
                          .min = repeat->min,
                          .is_found = repeat->min != repeat->max };
}

/* The repeat that begins the pattern, or its first alternative, if no group around it is itself repeated. */
static struct edge leading_edge(const char *pattern)
{
    struct pattern_reader reader;
    struct token token, atom = { 0 };
    struct edge edge = { 0 };
    unsigned around = 0; /* groups that the pattern begins with, still open */
    bool is_begun = false, has_closed = false;
    pattern_reader_init(&reader, pattern);
    while (pattern_next(&reader, &token) == 1) {
        if (token.kind == TOKEN_NOTHING)
            continue;
        if (token.kind == TOKEN_REPEAT && has_closed)
            return (struct edge){ 0 };
        has_closed = token.kind == TOKEN_CLOSE && reader.depth < around;
        around = has_closed ? reader.depth : around;
        if (is_begun && !edge.is_found && token.kind == TOKEN_REPEAT && token.at == atom.at + atom.text.len)
            edge = edge_of(&atom, &token);
        if (is_begun && !edge.is_found && token.at > atom.at)
            return edge;
        if (is_begun)
            continue;
        if (token.kind == TOKEN_OPEN && token.group == GROUP_PLAIN) {
            around = reader.depth;
        } else if (is_single(&token)) {
            atom = token;
            is_begun = true;
        } else {
            return edge;
        }
    }
    return edge;
}

/* The repeat that ends the pattern, likewise: EDGE is what would be it, dropped when anything but a `)` follows. */
static struct edge trailing_edge(const char *pattern)
{
    struct pattern_reader reader;
    struct token token, before = { 0 };
    struct edge edge = { 0 };
    bool is_barred[PATTERN_DEPTH_MAX + 1] = { false }; /* inside look-around and the like */
    pattern_reader_init(&reader, pattern);
    while (pattern_next(&reader, &token) == 1) {
        if (token.kind == TOKEN_NOTHING)
            continue;
        if (token.kind == TOKEN_OPEN && reader.depth > 0)
            is_barred[reader.depth] = is_barred[reader.depth - 1] || token.group != GROUP_PLAIN;
        if (token.kind == TOKEN_REPEAT && is_single(&before) && !is_barred[reader.depth] &&
            token.at == before.at + before.text.len)
            edge = edge_of(&before, &token);
        else if (token.kind != TOKEN_CLOSE)
            edge = (struct edge){ 0 };
        before = token;
    }
    return edge;
}

static void put_without(const char *pattern, const struct edge *edge, struct buffer *out)
{
    struct slice all = slice_str(pattern);
    buffer_put(out, slice_sub(all, 0, edge->atom_at));
    if (edge->min > 0) {
        buffer_put(out, slice_sub(all, edge->atom_at, edge->atom_len));
        buffer_printf(out, "{%llu}", (unsigned long long)edge->min);
    }
    buffer_put(out, slice_skip(all, edge->repeat_at + edge->repeat_len));
}

/* "(?:ж|Ж)" at the front of READER's text: the two letters, of as many bytes each. */
static bool eat_cases(struct pattern_reader *reader, struct slice cases[2])
{
    static const enum token_kind kinds[] = { TOKEN_OPEN, TOKEN_ATOM, TOKEN_BAR, TOKEN_ATOM, TOKEN_CLOSE };
    struct pattern_reader ahead = *reader;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct token token;
        if (pattern_next(&ahead, &token) != 1 || token.kind != kinds[i] || token.is_quoted ||
            (i == 0 && token.group != GROUP_PLAIN) || (token.kind == TOKEN_ATOM && !is_foreign(&token)))
            return false;
        if (token.kind == TOKEN_ATOM)
            cases[i / 2] = token.text;
    }
    if (cases[0].len != cases[1].len)
        return false;
    *reader = ahead;
    return true;
}

/* The two cases of a letter as classes, a byte each: of a word with many, Hyperscan makes fewer literals so. A few other letters fit them too,
 * which costs a look of PCRE2's. */
static void put_cases(const struct slice cases[2], struct buffer *out)
{
    buffer_put_str(out, "(?:");
    for (size_t i = 0; i < cases[0].len; i++) {
        const unsigned char class[] = { '[', cases[0].ptr[i], cases[1].ptr[i], ']' };
        bool is_same = class[1] == class[2];
        buffer_put(out, slice_of(class + is_same, is_same ? 1 : sizeof class));
    }
    buffer_put_str(out, ")");
}

static void put_with_classes(const char *pattern, struct buffer *out)
{
    struct pattern_reader reader;
    struct slice cases[2];
    struct token token;
    pattern_reader_init(&reader, pattern);
    for (size_t at = 0;; at = reader.at) {
        if (eat_cases(&reader, cases)) {
            put_cases(cases, out);
        } else if (pattern_next(&reader, &token) == 1) {
            buffer_put(out, slice_sub(reader.text, at, reader.at - at));
        } else {
            buffer_put(out, slice_skip(reader.text, at)); /* what lies too deep */
            return;
        }
    }
}

void pattern_put_find(const char *pattern, struct buffer *out)
{
    struct edge (*const edges[])(const char *) = { leading_edge, trailing_edge };
    struct buffer now, next;
    buffer_init(&now, out->ceiling);
    buffer_init(&next, out->ceiling);
    buffer_put(&now, slice_of(pattern, strlen(pattern) + 1));
    for (size_t i = 0; i < 2; i++) {
        struct edge edge;
        while ((edge = edges[i]((const char *)now.ptr)).is_found) {
            buffer_clear(&next);
            put_without((const char *)now.ptr, &edge, &next);
            buffer_put_byte(&next, 0);
            struct buffer swap = now;
            now = next;
            next = swap;
        }
    }
    put_with_classes((const char *)now.ptr, out);
    buffer_release(&now);
    buffer_release(&next);
}
