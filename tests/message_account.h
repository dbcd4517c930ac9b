/* message_account.h - for tests: walks a message and accounts for each of its bytes.
 *
 * What no leaf holds may only be white space around delimiters, blank lines, and `--boundary` with a boundary that the text before it
 * names. Nested messages are accounted for in the same way, over a copy of their bytes.
 */
#ifndef MAILSPILL_TESTS_MESSAGE_ACCOUNT_H
#define MAILSPILL_TESTS_MESSAGE_ACCOUNT_H

#include "base/buffer.h"
#include "base/utf8.h"
#include "decode/transfer.h"
#include "item/source.h"
#include "walk/format.h"

#define ACCOUNT_DEPTH 8

struct account {
    struct limits limits;
    struct walk_env env;
    struct gap_sink sink;
    struct buffer transcript; /* one line a child: path, type, length, a hash of its bytes */
    size_t gaps, leaves;
    const char *failure; /* what the walk lost, or NULL */
    char lost[1000];     /* where, fit for a terminal */
};

static void account_gap(void *ctx, const struct item *item, const struct gap *gap)
{
    struct account *account = ctx;
    account->gaps++;
    buffer_put_str(&account->transcript, "gap ");
    buffer_put_str(&account->transcript, gap_kind_name(gap->kind));
    buffer_put_str(&account->transcript, " ");
    item_put_path(&account->transcript, item);
    buffer_put_str(&account->transcript, "\n");
}

static void account_init(struct account *account)
{
    *account = (struct account){ 0 };
    limits_init(&account->limits);
    account->sink = (struct gap_sink){ account_gap, account };
    account->env = (struct walk_env){ .limits = &account->limits, .gaps = &account->sink };
    buffer_init(&account->transcript, 64 * 1024 * 1024);
}

static void account_release(struct account *account)
{
    buffer_release(&account->transcript);
}

static void account_fail(struct account *account, const char *failure, struct slice where)
{
    if (account->failure)
        return;
    account->failure = failure;
    utf8_escape_into(account->lost, sizeof account->lost, where);
}

static bool account_is_break(unsigned char c)
{
    return c == '\n' || c == '\r';
}

static bool account_is_blank(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Is TOKEN, a line's text after two dashes, a boundary that NAMES holds, or such a one with two more dashes? */
static bool account_is_named(struct slice token, struct slice names)
{
    if (token.len == 0 || slice_find(names, 0, token) != SLICE_NONE)
        return true;
    if (token.len < 2 || token.ptr[token.len - 1] != '-' || token.ptr[token.len - 2] != '-')
        return false;
    return account_is_named(slice_trim(slice_sub(token, 0, token.len - 2)), names);
}

/* Length of the longest plain delimiter at the front of TEXT, which is followed by white space or the end, or as long as a
 * boundary is compared; else 0. */
static size_t account_delimiter(struct slice text, struct slice names)
{
    size_t len = 0;
    if (!slice_starts_with(text, "--"))
        return 0;
    while (len < text.len && len < 4096 && !account_is_break(text.ptr[len]))
        len++;
    for (; len >= 2; len--)
        if ((len == text.len || len == 2 + 512 || account_is_blank(text.ptr[len])) &&
            account_is_named(slice_trim(slice_sub(text, 2, len - 2)), names))
            return len;
    return 0;
}

/* The first byte of TEXT that is neither white space nor part of a plain delimiter, or its end. */
static size_t account_excused(struct slice text, struct slice names)
{
    size_t at = 0;
    while (at < text.len) {
        unsigned char c = text.ptr[at];
        size_t len =
            c == ' ' || (c >= '\t' && c <= '\r') ? 1 : account_delimiter(slice_skip(text, at), names);
        if (len == 0)
            break;
        at += len;
    }
    return at;
}

/* The first line of TEXT, which is in no raw leaf, that is neither excused nor in VIEW, a leaf that was made; empty if none. */
static struct slice account_lost(struct slice text, struct slice names, struct slice view)
{
    struct slice rest = text, line;
    for (;;) {
        rest = slice_skip(rest, account_excused(rest, names));
        if (slice_eat_line(&rest, &line) != 1)
            return slice_of(NULL, 0);
        if (slice_find(view, 0, line) == SLICE_NONE)
            return line;
    }
}

static void account_read(struct source *source, struct buffer *out)
{
    while (source_fill(source, 1, NULL) == 1) {
        buffer_put(out, source->ready);
        source_consume(source, source->ready.len);
    }
}

/* A walk under way: where the bytes end that are accounted for, and a body that was decoded from what follows. */
struct account_state {
    struct slice message;
    size_t done;
    bool is_blind; /* a multipart may be encoded as a whole: its children can't be told by their place */
    bool is_decoded;
    struct buffer decoded;
    struct buffer names; /* the header leaves so far, as they stand and unfolded: they name the boundaries */
};

static size_t account_foreign(struct slice text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += !strchr("+/=\t\n\v\f\r ", text.ptr[i]) && !(text.ptr[i] >= '0' && text.ptr[i] <= '9') &&
                 !((text.ptr[i] | 0x20) >= 'a' && (text.ptr[i] | 0x20) <= 'z');
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == 0;
    return count;
}

/* Is OUT what RAW decodes to, with what is no base64 in REST? */
static bool account_decodes(struct slice raw, struct slice out, struct slice rest)
{
    struct buffer base64, printable;
    buffer_init(&base64, raw.len * 2 + 1024);
    buffer_init(&printable, raw.len * 2 + 1024);
    transfer_decode_base64(raw, &base64, NULL);
    transfer_decode_quoted_printable(raw, &printable, NULL);
    bool is_base64 =
        slice_is_equal(out, buffer_slice(&base64)) && account_foreign(raw) <= account_foreign(rest);
    bool is_decoded = is_base64 || slice_is_equal(out, buffer_slice(&printable)) ||
                      slice_find(raw, 0, slice_str("begin")) != SLICE_NONE;
    buffer_release(&base64);
    buffer_release(&printable);
    return is_decoded;
}

static size_t account_chomps(struct slice raw, size_t chomp)
{
    return raw.len >= chomp && slice_trim(slice_skip(raw, raw.len - chomp)).len == 0;
}

/* Is there an end of the decoded body in TEXT so that all after it is excused? */
static bool account_explains(const struct account_state *state, struct slice text, struct slice view,
                             struct slice rest)
{
    for (size_t at = 0; at <= text.len; at++) {
        if (at > 0 && at < text.len && !account_is_break(text.ptr[at - 1]))
            continue;
        if (account_lost(slice_skip(text, at), buffer_slice(&state->names), view).len > 0)
            continue;
        for (size_t chomp = 0; chomp <= 2; chomp++) {
            struct slice raw = slice_sub(text, 0, at);
            if (account_chomps(raw, chomp) &&
                account_decodes(slice_sub(raw, 0, at - chomp), buffer_slice(&state->decoded), rest))
                return true;
        }
    }
    return false;
}

/* Account for what lies before START. VIEW: a made header leaf at START; REST: what a decoder left over. */
static void account_until(struct account *account, struct account_state *state, size_t start,
                          struct slice view, struct slice rest)
{
    struct slice text = slice_sub(state->message, state->done, start - state->done);
    if (state->is_decoded) {
        if (!state->is_blind && !account_explains(state, text, view, rest))
            account_fail(account, "a body is neither its bytes nor their decoding", text);
        buffer_release(&state->decoded);
        state->is_decoded = false;
    } else {
        struct slice lost = account_lost(text, buffer_slice(&state->names), view);
        if (lost.len > 0 && !state->is_blind)
            account_fail(account, "bytes are in no leaf", lost);
    }
    state->done = start;
}

static void account_tell(struct account *account, const struct item *child, struct slice out)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < out.len; i++)
        hash = (hash ^ out.ptr[i]) * 1099511628211u;
    account->leaves++;
    item_put_path(&account->transcript, child);
    buffer_put_str(&account->transcript, " ");
    buffer_put(&account->transcript, child->type);
    buffer_printf(&account->transcript, " %zu %016llx\n", out.len, (unsigned long long)hash);
}

static void account_walk(struct account *account, const struct item *parent, struct source *source,
                         struct slice message, unsigned depth);

static bool account_has(struct slice text, const char *word)
{
    return slice_find_nocase(text, 0, slice_str(word)) != SLICE_NONE;
}

static void account_name(struct account_state *state, struct slice header)
{
    buffer_put(&state->names, header);
    state->is_blind |=
        account_has(header, "multipart/") && account_has(header, "transfer-encoding") &&
        (account_has(header, "base64") || account_has(header, "quoted") || account_has(header, "uu"));
    for (size_t i = 0; i < header.len; i++) {
        bool is_blank = account_is_blank(header.ptr[i]);
        if (!is_blank || i == 0 || !account_is_blank(header.ptr[i - 1]))
            buffer_put_byte(&state->names, is_blank ? ' ' : header.ptr[i]);
    }
}

/* Does BYTES, a child's, stand in the message at START? A header that was made stands there by chance only, when a body repeats it: it
 * tells what lies before START. */
static bool account_is_raw(const struct account_state *state, const struct item *child, size_t start,
                           struct slice bytes)
{
    struct slice before = slice_sub(state->message, state->done, start - state->done);
    if (!slice_is_equal(slice_sub(state->message, start, bytes.len), bytes))
        return false;
    return child->kind != ITEM_HEADER || state->is_decoded ||
           account_lost(before, buffer_slice(&state->names), slice_of(NULL, 0)).len == 0;
}

static void account_child(struct account *account, struct account_state *state, struct item *child,
                          struct source *source, unsigned depth)
{
    struct buffer out;
    struct slice none = slice_of(NULL, 0), bytes;
    size_t start = (size_t)source->offset;
    buffer_init(&out, 4 * state->message.len + 1024 * 1024);
    if (child->source)
        account_read(child->source, &out);
    bytes = buffer_slice(&out);
    bool is_raw = account_is_raw(state, child, start, bytes);
    bool is_rest = child->kind == ITEM_REST && slice_ends_with_nocase(child->name, ".undecoded");
    account_until(account, state, start, child->kind == ITEM_HEADER && !is_raw ? bytes : none,
                  is_rest ? bytes : none);
    if (child->kind == ITEM_HEADER)
        account_name(state, bytes);
    account_tell(account, child, bytes);
    bool is_soft_end =
        child->kind == ITEM_PART && slice_starts_with(slice_skip(state->message, start + bytes.len), "=");
    bool is_nothing = child->kind == ITEM_PART && bytes.len == 0;
    if (is_raw && !is_rest && !is_soft_end && !is_nothing)
        state->done = start + bytes.len;
    else if (child->kind == ITEM_PART) {
        state->is_decoded = true;
        buffer_init(&state->decoded, bytes.len);
        buffer_put(&state->decoded, bytes);
    } else if (child->kind != ITEM_HEADER && !is_rest && !state->is_blind)
        account_fail(account, "a leaf is not its bytes", bytes);
    if (child->content == CONTENT_MESSAGE && depth < ACCOUNT_DEPTH) {
        struct arena *arena = arena_new(0);
        account_walk(account, child, source_from_memory(arena, bytes), bytes, depth + 1);
        arena_free(arena);
    }
    buffer_release(&out);
}

/* SOURCE gives MESSAGE. */
static void account_walk(struct account *account, const struct item *parent, struct source *source,
                         struct slice message, unsigned depth)
{
    struct arena *arena = arena_new(0);
    struct item item = { .parent = parent,
                         .kind = parent ? ITEM_PART : ITEM_MESSAGE,
                         .content = CONTENT_MESSAGE };
    struct walk walk = { 0 };
    struct item child;
    struct error err = { 0 };
    struct account_state state = { .message = message };
    buffer_init(&state.names, 64 * 1024 * 1024);
    if (parent)
        item.part = parent->part;
    item.arena = arena;
    item.source = source;
    if (walk_open(&walk, &format_message, &item, &account->env, &err) == 0)
        while (walk_next(&walk, &child, &err) == 1)
            account_child(account, &state, &child, source, depth);
    if (source->offset != message.len)
        account_fail(account, "the walk ended before the message",
                     slice_skip(message, (size_t)source->offset));
    account_until(account, &state, message.len, slice_of(NULL, 0), slice_of(NULL, 0));
    walk_close(&walk);
    buffer_release(&state.names);
    buffer_release(&state.decoded);
    arena_free(arena);
}

/* A source that shows as little as it may, and moves its window each time. */
struct stingy_source {
    struct source source;
    struct slice all;
    unsigned char *window;
    size_t step;
};

static int stingy_fill(struct source *source, size_t want, struct error *err)
{
    struct stingy_source *stingy = (struct stingy_source *)source;
    (void)err;
    size_t len = want > source->ready.len + stingy->step ? want : source->ready.len + stingy->step;
    struct slice shown = slice_sub(stingy->all, (size_t)source->offset, len);
    unsigned char *window = malloc(shown.len + 1);
    if (shown.len > 0)
        memcpy(window, shown.ptr, shown.len);
    free(stingy->window);
    stingy->window = window;
    source->ready = slice_of(window, shown.len);
    return shown.len >= want;
}

static void stingy_close(struct source *source)
{
    struct stingy_source *stingy = (struct stingy_source *)source;
    free(stingy->window);
    stingy->window = NULL;
    source->ready = slice_of(NULL, 0);
}

static const struct source_class stingy_class = { .fill = stingy_fill, .close = stingy_close };

static struct source *stingy_new(struct arena *arena, struct slice all, size_t step)
{
    struct stingy_source *stingy = arena_alloc(arena, sizeof *stingy);
    stingy->source = (struct source){ .class = &stingy_class, .size = SOURCE_SIZE_UNKNOWN };
    stingy->all = all;
    stingy->step = step;
    return &stingy->source;
}

/* Walk MESSAGE from memory (STEP 0) or through a stingy source. */
static void account_message(struct account *account, struct slice message, size_t step)
{
    struct arena *arena = arena_new(0);
    struct source *source = step ? stingy_new(arena, message, step) : source_from_memory(arena, message);
    account_walk(account, NULL, source, message, 0);
    source_close(source);
    arena_free(arena);
}

#endif
