/* pdf_rest.c - the bytes of a PDF without what its helper gave: no secret is found twice, and none that only lies in the bytes is lost. */
#include "walk/pdf_rest.h"

#include <sys/random.h>

#include "walk/pdf_syntax.h"

#define WORDS_MOST ((size_t)1 << 20)
#define STRING_MOST ((size_t)64 * 1024) /* bytes of one string (ISO 32000-1, 7.3.4) that is looked at */
#define STREAM_HEAD ((size_t)512)       /* bytes that tell whether a stream is text */

void pdf_words_init(struct pdf_words *words, struct arena *arena)
{
    *words = (struct pdf_words){ .arena = arena, .room = 1024 };
    words->table = arena_alloc_array(arena, words->room, sizeof *words->table);
    if (getrandom(words->key, sizeof words->key, 0) != (ssize_t)sizeof words->key)
        abort();
    words->key[1] |= 1;
    for (unsigned c = 0; c < 256; c++)
        words->is_word[c] = (c >= '0' && c <= '9') || (slice_lower_byte((unsigned char)c) >= 'a' &&
                                                       slice_lower_byte((unsigned char)c) <= 'z');
}

static uint64_t *slot_of(const struct pdf_words *words, uint64_t hash)
{
    size_t at = (size_t)(hash & (words->room - 1));
    while (words->table[at] && words->table[at] != hash)
        at = (at + 1) & (words->room - 1);
    return &words->table[at];
}

static void grow(struct pdf_words *words)
{
    struct pdf_words larger = *words;
    larger.room = 2 * words->room;
    larger.table = arena_alloc_array(words->arena, larger.room, sizeof *larger.table);
    for (size_t i = 0; i < words->room; i++)
        if (words->table[i])
            *slot_of(&larger, words->table[i]) = words->table[i];
    *words = larger;
}

/* The two halves of a product of 128 bits: neither can be steered without the key. Never 0. */
static uint64_t step(const struct pdf_words *words, uint64_t hash, uint64_t eight)
{
    unsigned __int128 product = (unsigned __int128)((hash ? hash : words->key[0]) ^ eight) * words->key[1];
    hash = (uint64_t)product ^ (uint64_t)(product >> 64);
    return hash ? hash : 1;
}

static void word_put(const struct pdf_words *words, struct pdf_word *word, unsigned char c)
{
    word->rest |= (uint64_t)c << 8 * word->rest_len;
    if (++word->rest_len < 8)
        return;
    word->hash = step(words, word->hash, word->rest);
    word->rest = word->rest_len = 0;
}

/* The whole word's hash; 0: there was none. */
static uint64_t word_end(const struct pdf_words *words, struct pdf_word *word)
{
    uint64_t hash = word->rest_len > 0 ? step(words, word->hash, word->rest) : word->hash;
    *word = (struct pdf_word){ 0 };
    return hash;
}

/* The same of LEN bytes at AT in TEXT, at once. */
static uint64_t hash_of(const struct pdf_words *words, struct slice text, size_t at, size_t len)
{
    struct pdf_word word = { 0 };
    uint64_t eight;
    for (; len > 0 && text.len - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, text.ptr + at, sizeof eight);
        eight = le64toh(eight);
        if (len < sizeof eight)
            return step(words, word.hash, eight & (((uint64_t)1 << 8 * len) - 1));
        word.hash = step(words, word.hash, eight);
        len -= sizeof eight;
    }
    for (; len > 0; len--)
        word_put(words, &word, text.ptr[at++]);
    return word_end(words, &word);
}

/* Where the run of word bytes that AT stands in ends. */
static size_t run_end(const struct pdf_words *words, struct slice text, size_t at)
{
    while (at < text.len && words->is_word[text.ptr[at]])
        at++;
    return at;
}

static void note(struct pdf_words *words, uint64_t hash)
{
    if (words->count >= WORDS_MOST)
        return;
    uint64_t *slot = slot_of(words, hash);
    words->count += *slot == 0;
    *slot = hash;
    if (words->count > words->room / 2)
        grow(words);
}

void pdf_words_end(struct pdf_words *words)
{
    uint64_t hash = word_end(words, &words->word);
    if (hash)
        note(words, hash);
}

void pdf_words_note(struct pdf_words *words, struct slice text)
{
    size_t at = 0, end = run_end(words, text, 0);
    bool is_begun = words->word.hash || words->word.rest_len > 0;
    for (; is_begun && at < end; at++)
        word_put(words, &words->word, text.ptr[at]);
    if (at < text.len && is_begun)
        pdf_words_end(words);
    for (; at < text.len; at = end + 1) {
        end = run_end(words, text, at);
        if (end == text.len)
            break;
        if (end > at)
            note(words, hash_of(words, text, at, end - at));
    }
    for (; at < text.len; at++)
        word_put(words, &words->word, text.ptr[at]);
}

bool pdf_words_cover(const struct pdf_words *words, struct slice text)
{
    for (size_t at = 0, end; at < text.len; at = end + 1) {
        end = run_end(words, text, at);
        if (end > at && *slot_of(words, hash_of(words, text, at, end - at)) == 0)
            return false;
    }
    return true;
}

/* One string or stream: were all its words given? */
struct check {
    const struct pdf_words *words;
    struct pdf_word word;
    size_t count;
    bool is_strange; /* a word was not given */
};

static void check_byte(struct check *check, unsigned char c)
{
    if (check->words->is_word[c]) {
        word_put(check->words, &check->word, c);
        return;
    }
    uint64_t hash = word_end(check->words, &check->word);
    if (!hash)
        return;
    check->is_strange |= *slot_of(check->words, hash) == 0;
    check->count++;
}

static bool check_end(struct check *check)
{
    check_byte(check, ' ');
    return check->count > 0 && !check->is_strange;
}

/* The literal string that starts at AT, past its "(". Its end, past ")", or that of what was looked at; *IS_GIVEN: it may be blanked. Of UTF-16 the
 * zero bytes are passed over. */
static size_t literal_end(const struct pdf_words *words, struct slice file, size_t at, bool *is_given)
{
    struct check check = { .words = words };
    struct slice text = slice_sub(file, at, STRING_MOST);
    unsigned depth = 1;
    size_t i = 0, taken;
    *is_given = false;
    while (i < text.len) {
        int c = text.ptr[i++];
        if (c == '\\') {
            c = pdf_unescape(slice_skip(text, i), &taken);
            i += taken;
        } else if (c == '(') {
            depth++;
        } else if (c == ')' && --depth == 0) {
            *is_given = check_end(&check);
            break;
        }
        if (c > 0)
            check_byte(&check, (unsigned char)c);
    }
    return at + i;
}

/* The same for one in hexadecimal digits, past its "<". */
static size_t hex_end(const struct pdf_words *words, struct slice file, size_t at, bool *is_given)
{
    struct check check = { .words = words };
    struct slice text = slice_sub(file, at, STRING_MOST);
    int high = -1;
    size_t i = 0;
    *is_given = false;
    for (; i < text.len; i++) {
        int digit = slice_hex_digit(text.ptr[i]);
        if (text.ptr[i] == '>') {
            *is_given = check_end(&check);
            break;
        }
        if (digit < 0 && text.ptr[i] > ' ')
            break;
        if (digit >= 0 && high >= 0 && (high * 16 + digit) > 0)
            check_byte(&check, (unsigned char)(high * 16 + digit));
        if (digit >= 0)
            high = high < 0 ? digit : -1;
    }
    return at + i;
}

static void blank(unsigned char *file, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (file[i] != '\n' && file[i] != '\r')
            file[i] = ' ';
}

static bool looks_like_text(struct slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        if (bytes.ptr[i] < ' ' && bytes.ptr[i] != '\n' && bytes.ptr[i] != '\r' && bytes.ptr[i] != '\t')
            return false;
    return true;
}

/* What was found of the stream before: another that begins in it has the same end, and the same word that was not given. */
struct stream_seen {
    size_t end, strange_at;
};

/* The stream (7.3.8) that starts at AT. Where the search for strings goes on: past it, or in it where it is text that was not given whole. */
static size_t pass_stream(const struct pdf_words *words, unsigned char *bytes, struct slice file, size_t at,
                          struct stream_seen *seen)
{
    struct check check = { .words = words };
    if (at >= seen->end)
        *seen = (struct stream_seen){ slice_find(file, at, slice_str("endstream")), 0 };
    size_t end = seen->end;
    if (end == SLICE_NONE)
        return file.len;
    if (at < seen->strange_at)
        return at;
    struct slice stream = slice_sub(file, at, end - at);
    if (!looks_like_text(slice_sub(stream, 0, STREAM_HEAD)))
        return end;
    size_t read = 0;
    while (read < stream.len && !check.is_strange)
        check_byte(&check, stream.ptr[read++]);
    if (!check_end(&check)) {
        seen->strange_at = at + read;
        return at;
    }
    blank(bytes, at, end);
    return end;
}

static bool is_stream_here(struct slice file, size_t at)
{
    bool is_end = at >= 3 && memcmp(file.ptr + at - 3, "end", 3) == 0;
    struct slice rest = slice_skip(file, at);
    return !is_end && (slice_starts_with(rest, "stream\n") || slice_starts_with(rest, "stream\r"));
}

void pdf_blank(struct pdf_words *words, unsigned char *bytes, size_t len)
{
    struct slice file = slice_of(bytes, len);
    struct stream_seen seen = { 0, 0 };
    size_t at = 0;
    while (at < len) {
        bool is_given = false;
        size_t start = at + 1, end = start;
        if (bytes[at] == '(')
            end = literal_end(words, file, start, &is_given);
        else if (bytes[at] == '<' && start < len && bytes[start] != '<')
            end = hex_end(words, file, start, &is_given);
        else if (bytes[at] == 's' && is_stream_here(file, at))
            end = pass_stream(words, bytes, file, at + 7, &seen);
        if (is_given)
            blank(bytes, start, end);
        at = end;
    }
}
