/* foreign.c - what of an expression can only be found in a text with bytes beyond ASCII. */
#include "match/foreign.h"

#include "match/pattern.h"

/* One level of groups: what is asked is whether all alternatives need such a byte. */
struct level {
    bool needs;    /* the alternative at hand does */
    bool last;     /* so does its last element, unless a repeat that may be none follows */
    bool all;      /* the alternatives before do */
    bool is_plain; /* not a look-around, nor anything else */
};

struct levels {
    struct level at[PATTERN_DEPTH_MAX + 1];
    size_t depth;
};

static void end_element(struct level *level)
{
    level->needs |= level->last;
    level->last = false;
}

static void end_alternative(struct level *level)
{
    end_element(level);
    level->all &= level->needs;
    level->needs = false;
}

static bool is_foreign(const struct token *token)
{
    struct slice text = token->text;
    if (token->atom == ATOM_LITERAL)
        return text.ptr[0] >= 0x80;
    return token->atom == ATOM_ESCAPE && text.len == 4 && text.ptr[1] == 'x' &&
           strchr("89abcdefABCDEF", text.ptr[2]) != NULL;
}

static void take_token(struct levels *levels, const struct token *token)
{
    struct level *level = &levels->at[levels->depth];
    switch (token->kind) {
    case TOKEN_ATOM:
        end_element(level);
        level->last = is_foreign(token);
        break;
    case TOKEN_REPEAT:
        level->last &= token->min > 0;
        break;
    case TOKEN_BAR:
        end_alternative(level);
        break;
    case TOKEN_OPEN:
        end_element(level);
        levels->at[++levels->depth] = (struct level){ .all = true, .is_plain = token->group == GROUP_PLAIN };
        break;
    case TOKEN_CLOSE:
        end_alternative(level);
        levels->depth--;
        levels->at[levels->depth].last = level->all && level->is_plain;
        break;
    default:
        break;
    }
}

/* Where the alternatives of EXPRESSION lie: in the one group that it is, after its flags. */
struct span {
    size_t from, to;
};

/* False where it is built otherwise, or flags change inside. */
static bool find_group(const char *expression, struct span *group)
{
    struct pattern_reader reader;
    struct token token;
    size_t depth = 0;
    bool is_open = false, is_over = false;
    pattern_reader_init(&reader, expression);
    while (pattern_next(&reader, &token)) {
        bool is_flags = token.kind == TOKEN_NOTHING && !is_open;
        if (is_over || token.kind == TOKEN_VERB || token.is_quoted ||
            (token.kind == TOKEN_NOTHING && is_open))
            return false;
        if (is_flags)
            continue;
        if (!is_open && (token.kind != TOKEN_OPEN || !slice_is_equal(token.text, slice_str("(?:"))))
            return false;
        if (!is_open)
            group->from = token.at + token.text.len;
        is_open = true;
        depth += token.kind == TOKEN_OPEN;
        depth -= token.kind == TOKEN_CLOSE;
        is_over = depth == 0;
        group->to = token.at;
    }
    return is_over && !reader.is_too_deep;
}

struct splitting {
    const char *expression;
    struct span group;
    struct buffer *plain, *foreign;
};

static void put_alternative(const struct splitting *work, size_t from, size_t to, bool needs)
{
    struct buffer *out = needs ? work->foreign : work->plain;
    if (out->len == 0)
        buffer_put(out, slice_of(work->expression, work->group.from));
    else
        buffer_put_byte(out, '|');
    buffer_put(out, slice_of(work->expression + from, to - from));
}

static void split(const struct splitting *work)
{
    struct pattern_reader reader;
    struct token token;
    struct levels levels = { .depth = 0 };
    size_t from = work->group.from;
    pattern_reader_init(&reader, work->expression);
    while (pattern_next(&reader, &token)) {
        bool is_end =
            token.at >= from && levels.depth == 1 && (token.kind == TOKEN_BAR || token.kind == TOKEN_CLOSE);
        if (is_end) {
            end_element(&levels.at[1]);
            put_alternative(work, from, token.at, levels.at[1].needs);
            from = token.at + token.text.len;
        }
        take_token(&levels, &token);
    }
    if (work->plain->len)
        buffer_put_byte(work->plain, ')');
    if (work->foreign->len)
        buffer_put_byte(work->foreign, ')');
}

void foreign_split(const char *expression, struct buffer *plain, struct buffer *foreign)
{
    struct splitting work = { .expression = expression, .plain = plain, .foreign = foreign };
    if (find_group(expression, &work.group))
        split(&work);
    else
        buffer_put_str(plain, expression);
}
