/* mbox_from.c - is this the "From " line that starts a message in a mailbox, or a sentence? */
#include "walk/mbox_from.h"

#include "base/utf8.h"

#define TOKENS_MAX 24
#define SENDER_TOKENS_MAX 8
#define FIELD_NAME_MAX 76

struct tokens {
    struct slice at[TOKENS_MAX];
    size_t count;
    bool is_over;
};

size_t mbox_line_length(struct slice text)
{
    size_t lf = slice_find_byte(text, 0, '\n');
    size_t stop = lf == SLICE_NONE ? text.len : lf + 1;
    size_t cr = slice_find_byte(slice_sub(text, 0, stop), 0, '\r');
    if (cr == SLICE_NONE || (cr + 2 == stop && lf != SLICE_NONE))
        return stop;
    return cr + 1;
}

static bool is_blank_byte(unsigned char c)
{
    return c == ' ' || c == '\t' || c == ',';
}

static void tokens_split(struct tokens *tokens, struct slice line)
{
    tokens->count = 0;
    tokens->is_over = false;
    for (size_t at = 0; at < line.len;) {
        while (at < line.len && is_blank_byte(line.ptr[at]))
            at++;
        size_t start = at;
        while (at < line.len && !is_blank_byte(line.ptr[at]))
            at++;
        if (at == start)
            return;
        if (tokens->count == TOKENS_MAX) {
            tokens->is_over = true;
            return;
        }
        tokens->at[tokens->count++] = slice_sub(line, start, at - start);
    }
}

/* Whether TOKEN is one of the three-letter words in LIST, which are written one after another. */
static bool is_word_of(struct slice token, const char *list)
{
    if (token.len != 3)
        return false;
    for (; *list; list += 3)
        if (slice_is_equal_nocase(token, slice_of(list, 3)))
            return true;
    return false;
}

static bool is_month(struct slice token)
{
    return is_word_of(token, "janfebmaraprmayjunjulaugsepoctnovdec");
}

static bool is_weekday(struct slice token)
{
    return is_word_of(token, "sunmontuewedthufrisat");
}

static bool is_number(struct slice token, uint64_t least, uint64_t most)
{
    uint64_t value;
    return token.len <= 4 && slice_to_u64(token, &value) == 0 && value >= least && value <= most;
}

static bool is_day(struct slice token)
{
    return token.len <= 2 && is_number(token, 1, 31);
}

static bool is_year(struct slice token)
{
    return token.len == 4 && is_number(token, 1969, 2199);
}

/* H:MM, HH:MM, HH:MM:SS, maybe with a fraction. */
static bool is_time(struct slice token)
{
    size_t colon = slice_find_byte(token, 0, ':');
    if (colon == SLICE_NONE || colon == 0 || colon > 2 || token.len < colon + 3 || token.len > 16)
        return false;
    return is_number(slice_sub(token, 0, colon), 0, 24) && is_number(slice_sub(token, colon + 1, 2), 0, 59) &&
           (token.len == colon + 3 || token.ptr[colon + 3] == ':');
}

static bool is_iso_day(struct slice token)
{
    return token.len >= 10 && token.len <= 40 && token.ptr[4] == '-' && token.ptr[7] == '-' &&
           is_year(slice_sub(token, 0, 4)) && is_number(slice_sub(token, 5, 2), 1, 12) &&
           is_day(slice_sub(token, 8, 2));
}

/* The first token in [FROM, FROM + REACH) for which IS holds, or SLICE_NONE. */
static size_t find_token(const struct tokens *tokens, size_t from, size_t reach, bool (*is)(struct slice))
{
    for (size_t i = from; i < tokens->count && i - from < reach; i++)
        if (is(tokens->at[i]))
            return i;
    return SLICE_NONE;
}

/* What may follow a date: a zone or two, UUCP's "remote from host". More is a sentence. */
static bool is_date_tail(const struct tokens *tokens, size_t last)
{
    size_t after = tokens->count - 1 - last;
    for (size_t i = last + 1; i < tokens->count; i++)
        if (tokens->at[i].len > 64)
            return false;
    return !tokens->is_over && after <= 3;
}

/* A date around the month at MONTH, in the order of asctime or of RFC 5322; *LAST is its last token. */
static bool is_date_at(const struct tokens *tokens, size_t month, size_t *first, size_t *last)
{
    size_t time = find_token(tokens, month + 1, 5, is_time);
    size_t year = find_token(tokens, month + 1, 5, is_year);
    if (time == SLICE_NONE || year == SLICE_NONE)
        return false;
    *last = time > year ? time : year;
    *first = month - 1;
    if (is_weekday(tokens->at[month - 1]))
        return month + 1 < tokens->count && is_day(tokens->at[month + 1]);
    if (!is_day(tokens->at[month - 1]))
        return false;
    if (month >= 2 && is_weekday(tokens->at[month - 2]))
        *first = month - 2;
    return true;
}

/* Whether the tokens after "From" are a sender and a date; *FIRST is where the date begins. */
static bool has_date(const struct tokens *tokens, size_t *first)
{
    size_t last;
    for (size_t i = 0; i < tokens->count && i <= SENDER_TOKENS_MAX + 2; i++) {
        if (is_iso_day(tokens->at[i])) {
            *first = i;
            return is_date_tail(tokens, i);
        }
        if (i > 0 && is_month(tokens->at[i]) && is_date_at(tokens, i, first, &last))
            return is_date_tail(tokens, last);
    }
    return false;
}

bool mbox_is_field(struct slice text)
{
    size_t at = 0;
    while (at < text.len && at < FIELD_NAME_MAX && text.ptr[at] > 32 && text.ptr[at] < 127 &&
           text.ptr[at] != ':')
        at++;
    while (at > 0 && at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t') && at < FIELD_NAME_MAX)
        at++;
    return at > 0 && at < text.len && text.ptr[at] == ':';
}

bool mbox_is_known_field(struct slice text)
{
    static const char *const names[] = {
        "received:",
        "return-path:",
        "delivered-to:",
        "x-",
        "from:",
        "to:",
        "cc:",
        "bcc:",
        "date:",
        "subject:",
        "message-id",
        "mime-version",
        "content-",
        "status:",
        "sender:",
        "reply-to:",
        "dkim-",
        "arc-",
        "authentication-results",
        "envelope-to:",
        "in-reply-to:",
        "references:",
        "list-",
        "resent-",
        "errors-to:",
        "precedence:",
        "apparently-",
        "user-agent:",
        "organization:",
        "lines:",
        "domainkey-",
        "thread-",
        "importance:",
        "priority:",
    };
    if (!mbox_is_field(text))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_starts_with_nocase(text, names[i]))
            return true;
    return false;
}

static bool is_hex(struct slice token)
{
    for (size_t i = 0; i < token.len; i++) {
        unsigned char c = slice_lower_byte(token.ptr[i]);
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
            return false;
    }
    return true;
}

bool mbox_from_is_git(struct slice line)
{
    struct tokens tokens;
    tokens_split(&tokens, slice_chomp(slice_skip(line, 5)));
    return tokens.count == 6 && (tokens.at[0].len == 40 || tokens.at[0].len == 64) && is_hex(tokens.at[0]) &&
           slice_ends_with_nocase(slice_chomp(line), "Mon Sep 17 00:00:00 2001");
}

/* The last line of BEFORE, without its end; BEFORE loses it. */
static struct slice last_line(struct slice before)
{
    before = before.len && before.ptr[before.len - 1] == '\n' ? slice_sub(before, 0, before.len - 1) : before;
    before = before.len && before.ptr[before.len - 1] == '\r' ? slice_sub(before, 0, before.len - 1) : before;
    size_t at = before.len;
    while (at > 0 && before.ptr[at - 1] != '\n' && before.ptr[at - 1] != '\r')
        at--;
    return slice_skip(before, at);
}

/* Whether what stands before may end a message: nothing, a blank line, a closing MIME boundary. */
static bool is_after_end(struct slice before)
{
    if (before.len == 0 || slice_is_equal(before, slice_str(UTF8_MARK)))
        return true;
    struct slice line = slice_trim(
        last_line(slice_skip(before, before.len > MBOX_FROM_BEFORE ? before.len - MBOX_FROM_BEFORE : 0)));
    return line.len == 0 ||
           (line.len > 4 && slice_starts_with(line, "--") && slice_ends_with_nocase(line, "--"));
}

/* Without a date: what exporters that know no envelope write (nothing, a hyphen, one address). */
static bool is_bare_sender(const struct tokens *tokens)
{
    if (tokens->count == 0)
        return true;
    if (tokens->count != 1)
        return tokens->count == 3 && slice_is_equal_nocase(tokens->at[1], slice_str("at"));
    return slice_is_equal(tokens->at[0], slice_str("-")) ||
           slice_find_byte(tokens->at[0], 1, '@') != SLICE_NONE ||
           slice_is_equal_nocase(tokens->at[0], slice_str("mailer-daemon"));
}

static enum mbox_from judge_line(const struct mbox_look *look, struct slice line, struct slice next)
{
    struct tokens tokens;
    size_t first;
    tokens_split(&tokens, slice_chomp(slice_skip(line, 5)));
    bool is_dated = has_date(&tokens, &first);
    if (is_dated && !look->takes_git && mbox_from_is_git(line))
        return MBOX_FROM_NO;
    if (!is_after_end(look->before)) {
        bool is_hyphen = slice_is_equal(slice_trim(line), slice_str("From -"));
        return (is_dated || is_hyphen) && mbox_is_known_field(next) ? MBOX_FROM_STRONG : MBOX_FROM_NO;
    }
    if (is_dated)
        return mbox_is_field(next) ? MBOX_FROM_STRONG : MBOX_FROM_YES;
    return is_bare_sender(&tokens) && mbox_is_known_field(next) ? MBOX_FROM_YES : MBOX_FROM_NO;
}

enum mbox_from mbox_from_judge(const struct mbox_look *look)
{
    struct slice text = slice_sub(look->text, 0, MBOX_FROM_AHEAD);
    if (text.len < MBOX_FROM_AHEAD && !look->is_all)
        return MBOX_FROM_MORE;
    if (!slice_starts_with(text, "From "))
        return MBOX_FROM_NO;
    size_t len = mbox_line_length(text);
    if (len > MBOX_FROM_LINE)
        return MBOX_FROM_NO;
    return judge_line(look, slice_sub(text, 0, len), slice_skip(text, len));
}
