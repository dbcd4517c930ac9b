/* reading.c - in which charset bytes are read: what was declared, or what they look like. */
#include "extract/reading.h"

#include "base/utf8.h"
#include "base/vector.h"

/* Enough to tell, little enough to convert twice. */
#define SAMPLE ((size_t)2048)

static bool is_name(struct slice name, const char *wanted)
{
    return slice_is_equal_nocase(name, slice_str(wanted));
}

static bool is_utf8_name(struct slice name)
{
    return is_name(name, "utf-8") || is_name(name, "utf8");
}

static bool is_ascii_name(struct slice name)
{
    return name.len == 0 || is_name(name, "us-ascii") || is_name(name, "ascii");
}

static struct slice without_quotes(struct slice name)
{
    name = slice_trim(name);
    while (name.len > 0 && (name.ptr[0] == '"' || name.ptr[0] == '\''))
        name = slice_skip(name, 1);
    while (name.len > 0 && (name.ptr[name.len - 1] == '"' || name.ptr[name.len - 1] == '\''))
        name.len--;
    return slice_trim(name);
}

/* Does CHARSET read TEXT as itself? Leaves the converter as new. */
static bool keeps(struct charset *charset, const char *text)
{
    struct buffer out;
    uint64_t bad = 0;
    struct slice in = slice_str(text);
    buffer_init(&out, 1024);
    charset_convert(charset, &in, true, &out, &bad);
    charset_reset(charset);
    bool is_kept = slice_is_equal(buffer_slice(&out), slice_str(text));
    buffer_release(&out);
    return is_kept;
}

/* "+-" and "~~" are what UTF-7 and HZ read otherwise. */
static bool has_all_ascii(struct charset *charset)
{
    return keeps(charset, "Az09 \t\r\n!\"#$%&'()*,./:;<=>?@[]^_`{|} + +- +AGE- ~~ ~{\n");
}

static bool has_letters(struct charset *charset)
{
    return keeps(charset, "Az09 .\n");
}

void reading_init(struct reading *reading, struct slice charset)
{
    *reading = (struct reading){ .is_transparent = true, .is_exact = true };
    charset = without_quotes(charset);
    reading->is_declared_utf8 = is_utf8_name(charset);
    reading->is_declared = charset.len > 0;
    if (reading->is_declared_utf8 || is_ascii_name(charset))
        return;
    reading->declared = charset_open(charset);
    reading->is_unknown = !reading->declared;
    if (!reading->declared)
        return;
    reading->is_transparent = has_all_ascii(reading->declared);
}

void reading_release(struct reading *reading)
{
    charset_close(reading->declared);
    charset_close(reading->guessed);
    *reading = (struct reading){ 0 };
}

static uint64_t count_bad(struct charset *charset, struct slice sample)
{
    struct buffer out;
    uint64_t bad = 0;
    buffer_init(&out, 16 * SAMPLE);
    reading_convert(charset, &sample, false, &out, &bad);
    if (charset)
        charset_reset(charset);
    buffer_release(&out);
    return bad;
}

/* More good sequences than bad bytes: damaged UTF-8 rather than something else. */
static bool is_mostly_utf8(struct slice sample, uint64_t bad)
{
    uint64_t sequences = 0;
    for (size_t i = 0; i < sample.len; i++)
        sequences += sample.ptr[i] >= 0xC2 && sample.ptr[i] <= 0xF4;
    return sequences > 2 * bad;
}

static struct charset *open_named(struct reading *reading, const char *name)
{
    if (!reading->guessed)
        reading->guessed = charset_open(slice_str(name));
    return reading->guessed;
}

/* No charset declared, or one that is UTF-8 or a part of it, or one that nobody knows. */
static void choose_for_utf8(struct reading *reading, struct slice sample, const char *guess)
{
    uint64_t bad = count_bad(NULL, sample);
    bool is_other_guess = guess && !is_utf8_name(slice_str(guess));
    if ((bad == 0 && !is_other_guess) || (bad > 0 && is_mostly_utf8(sample, bad)))
        return;
    if (is_other_guess)
        reading->text = open_named(reading, guess);
    else if (!reading->is_declared_utf8)
        reading->text = open_named(reading, "windows-1252");
    bool is_doubtful =
        reading->is_declared_utf8 || (reading->is_declared && reading->text && !has_all_ascii(reading->text));
    if (reading->text && is_doubtful && !reading->is_unknown)
        reading->other = reading->declared = charset_open(slice_str("utf-8"));
}

static void choose_guess(struct reading *reading, struct charset *guess)
{
    reading->text = guess;
    reading->other = reading->declared;
}

/* Three of four bytes print as ASCII: no EBCDIC and no UTF-16 looks like that. */
static bool is_mostly_ascii(struct slice sample)
{
    size_t count = 0;
    for (size_t i = 0; i < sample.len; i++)
        count += (sample.ptr[i] >= 0x20 && sample.ptr[i] < 0x7F) || sample.ptr[i] == '\n';
    return count >= sample.len - sample.len / 4;
}

/* DECLARED is a charset of its own; is GUESS the better reading? */
static bool is_guess_better(const struct reading *reading, struct charset *guess, struct slice sample)
{
    if (!has_all_ascii(guess) || count_bad(reading->declared, sample) > 0)
        return true;
    return !has_letters(reading->declared) && is_mostly_ascii(sample);
}

static void choose_for_declared(struct reading *reading, struct slice sample, const char *guess)
{
    reading->text = reading->declared;
    if (!guess && reading_plain(sample) == sample.len && !has_letters(reading->declared)) {
        choose_guess(reading, NULL);
    } else if (guess && is_utf8_name(slice_str(guess))) {
        choose_guess(reading, NULL);
    } else if (guess) {
        struct charset *guessed = open_named(reading, guess);
        if (guessed && strcmp(charset_name(guessed), charset_name(reading->declared)) != 0 &&
            is_guess_better(reading, guessed, sample))
            choose_guess(reading, guessed);
    }
}

/* The declared charset fits, and nothing in SAMPLE points to another: statistics cost more than all else. */
static bool is_beyond_doubt(const struct reading *reading, struct slice sample)
{
    if (!reading->declared || !has_letters(reading->declared))
        return false;
    bool has_mark = sample.len >= 2 && (sample.ptr[0] >= 0xFE || sample.ptr[0] == 0xEF);
    if (has_mark || slice_find_byte(sample, 0, 0) != SLICE_NONE ||
        slice_find_byte(sample, 0, 033) != SLICE_NONE)
        return false;
    return utf8_valid_prefix(sample) + 4 < sample.len && count_bad(reading->declared, sample) == 0;
}

void reading_choose(struct reading *reading, struct slice sample)
{
    sample = slice_sub(sample, 0, SAMPLE);
    if (is_beyond_doubt(reading, sample)) {
        reading->text = reading->declared;
        return;
    }
    const char *guess = charset_guess(sample);
    if (reading->declared)
        choose_for_declared(reading, sample, guess);
    else
        choose_for_utf8(reading, sample, guess);
    reading->is_exact = (!reading->text || has_all_ascii(reading->text)) &&
                        (!reading->other || has_all_ascii(reading->other));
}

/* Could SEQUENCE, shorter than a character, be the start of one? */
static bool is_unfinished(struct slice sequence)
{
    unsigned char lead = sequence.ptr[0];
    size_t len = lead >= 0xF0 && lead <= 0xF4 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || sequence.len >= len)
        return false;
    for (size_t i = 1; i < sequence.len; i++)
        if ((sequence.ptr[i] & 0xC0) != 0x80)
            return false;
    return true;
}

static int convert_utf8(struct slice *in, bool is_last, struct buffer *out, uint64_t *bad)
{
    while (in->len > 0) {
        size_t room = out->ceiling - out->len;
        size_t good = utf8_valid_prefix(*in);
        size_t taken = good <= room ? good : utf8_cut(*in, room);
        buffer_put(out, slice_sub(*in, 0, taken));
        *in = slice_skip(*in, taken);
        if (taken < good)
            return -1;
        if (in->len == 0 || (!is_last && is_unfinished(*in)))
            return 0;
        if (out->ceiling - out->len < 3)
            return -1;
        utf8_put(out, UTF8_REPLACEMENT);
        *in = slice_skip(*in, 1);
        ++*bad;
    }
    return 0;
}

int reading_convert(struct charset *charset, struct slice *in, bool is_last, struct buffer *out,
                    uint64_t *bad)
{
    return charset ? charset_convert(charset, in, is_last, out, bad) : convert_utf8(in, is_last, out, bad);
}

static bool is_plain_byte(unsigned char c)
{
    return c < 0x80 && c != 0 && c != 0x0E && c != 0x0F && c != 0x1B;
}

/* Which of the sixteen bytes at PTR have to be looked at: all but printable ASCII and the usual white space. */
static vector16 doubtful_at(const unsigned char *ptr)
{
    typedef signed char signed16 __attribute__((vector_size(16)));
    vector16 bytes = vector_load(ptr);
    return ~((vector16)((signed16)bytes > 0x1F) |
             (vector16)((bytes == '\n') | (bytes == '\r') | (bytes == '\t')));
}

size_t reading_plain(struct slice bytes)
{
    size_t at = 0;
    while (at < bytes.len) {
        const unsigned char *ptr = bytes.ptr + at;
        while (bytes.len - at >= 4 * VECTOR_LEN &&
               !vector_has_any(doubtful_at(ptr) | doubtful_at(ptr + 16) | doubtful_at(ptr + 32) |
                               doubtful_at(ptr + 48)))
            ptr = bytes.ptr + (at += 4 * VECTOR_LEN);
        while (bytes.len - at >= VECTOR_LEN && !vector_has_any(doubtful_at(bytes.ptr + at)))
            at += VECTOR_LEN;
        for (size_t stop = bytes.len - at < VECTOR_LEN ? bytes.len : at + VECTOR_LEN; at < stop; at++)
            if (!is_plain_byte(bytes.ptr[at]))
                return at;
    }
    return at;
}
