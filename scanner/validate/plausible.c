/* plausible.c - validators: how random or how made-up a value looks. */
#include "validate/codec.h"
#include "validate/placeholder.h"
#include "validate/plausible.h"
#include "validate/tables.h"

static uint64_t number_or(struct slice argument, uint64_t standard)
{
    uint64_t value;
    return slice_to_u64(argument, &value) == 0 ? value : standard;
}

/* Base-2 logarithm of a number from 1 on, to 16 bits behind the point, without the mathematics library. */
static double log2_of(double x)
{
    double result = 0, bit = 0.5;
    for (; x >= 2; x /= 2)
        result += 1;
    for (int i = 0; i < 16; i++, bit /= 2) {
        x *= x;
        if (x >= 2) {
            x /= 2;
            result += bit;
        }
    }
    return result;
}

unsigned plausible_entropy(struct slice value)
{
    unsigned counts[256] = { 0 };
    double sum = 0;
    if (!value.len)
        return 0;
    for (size_t i = 0; i < value.len; i++)
        counts[value.ptr[i]]++;
    for (size_t i = 0; i < 256; i++)
        if (counts[i])
            sum += counts[i] * log2_of(counts[i]);
    return (unsigned)((log2_of((double)value.len) - sum / (double)value.len) * 100 + 0.5);
}

/* "3.5" in hundredths. */
static unsigned hundredths(struct slice text)
{
    size_t dot = slice_find_byte(text, 0, '.');
    uint64_t whole = number_or(slice_sub(text, 0, dot), 0), part = 0;
    struct slice rest = dot == SLICE_NONE ? slice_sub(text, text.len, 0) : slice_sub(text, dot + 1, 2);
    if (rest.len)
        part = number_or(rest, 0) * (rest.len == 1 ? 10 : 1);
    return (unsigned)(whole * 100 + part);
}

/* Hex of one case, digits and letters: so much less can be asked of it, or a short key of random bytes would be lost every other time. */
static bool is_hex_run(struct slice value)
{
    size_t digits = 0, small = 0, large = 0;
    for (size_t i = 0; i < value.len; i++) {
        digits += slice_is_digit(value.ptr[i]);
        small += value.ptr[i] >= 'a' && value.ptr[i] <= 'f';
        large += value.ptr[i] >= 'A' && value.ptr[i] <= 'F';
    }
    return value.len >= 16 && digits >= 2 && small + large >= 2 && !(small && large) &&
           digits + small + large == value.len;
}

unsigned plausible_least(struct slice value, unsigned least)
{
    if (!is_hex_run(value))
        return least;
    /* one in 200 of random hex of 16, 20 and 28 digits has less */
    unsigned chance = value.len < 20 ? 255 : value.len < 28 ? 280 : 310;
    return chance < least ? chance : least;
}

static void judge_entropy(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned least = plausible_least(c->secret, hundredths(argument)), got = plausible_entropy(c->secret);
    if (got < least)
        judgement_say(judgement, JUDGED_REJECT, "entropy of %u.%02u bits a character, less than %u.%02u",
                      got / 100, got % 100, least / 100, least % 100);
}

struct plausible_classes plausible_classes(struct slice value)
{
    struct plausible_classes n = { 0 };
    for (size_t i = 0; i < value.len; i++) {
        unsigned char ch = value.ptr[i];
        n.lower += ch >= 'a' && ch <= 'z';
        n.upper += ch >= 'A' && ch <= 'Z';
        n.digit += ch >= '0' && ch <= '9';
    }
    n.other = (unsigned)value.len - n.lower - n.upper - n.digit;
    return n;
}

static void judge_charset_mix(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    struct plausible_classes n = plausible_classes(c->secret);
    unsigned kinds = !!n.lower + !!n.upper + !!n.digit + !!n.other;
    if (kinds < number_or(argument, 2))
        judgement_say(judgement, JUDGED_REJECT, "only %u of small letters, capitals, digits and signs",
                      kinds);
}

/* Letters change their case as often as chance has it, which no name in CamelCase does: then one digit is enough. */
static bool changes_case_by_chance(struct slice value)
{
    size_t pairs = 0, changes = 0;
    for (size_t i = 1; i < value.len; i++) {
        bool was_small = value.ptr[i - 1] >= 'a' && value.ptr[i - 1] <= 'z';
        bool is_small = value.ptr[i] >= 'a' && value.ptr[i] <= 'z';
        bool was_large = value.ptr[i - 1] >= 'A' && value.ptr[i - 1] <= 'Z';
        bool is_large = value.ptr[i] >= 'A' && value.ptr[i] <= 'Z';
        pairs += (was_small || was_large) && (is_small || is_large);
        changes += (was_small && is_large) || (was_large && is_small);
    }
    return value.len >= 20 && changes * 5 >= pairs * 2;
}

static void judge_min_digits(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned digits = plausible_classes(c->secret).digit;
    if (digits < number_or(argument, 1) && !(digits && changes_case_by_chance(c->secret)))
        judgement_say(judgement, JUDGED_REJECT, "only %u digits", digits);
}

static void judge_min_length(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    if (c->secret.len < number_or(argument, 1))
        judgement_say(judgement, JUDGED_REJECT, "only %zu characters", c->secret.len);
}

static void judge_placeholder(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    (void)argument;
    enum placeholder placeholder = placeholder_of(c->secret);
    if (placeholder != PLACEHOLDER_NONE)
        judgement_say(judgement, JUDGED_REJECT, "%s", placeholder_why(placeholder));
}

static unsigned distinct_bytes(struct slice value)
{
    bool seen[256] = { false };
    unsigned count = 0;
    for (size_t i = 0; i < value.len; i++) {
        count += !seen[value.ptr[i]];
        seen[value.ptr[i]] = true;
    }
    return count;
}

/* "1234567890" again and again behind a prefix: twenty digits in a row of which each follows the one before. */
static bool counts_up(struct slice value)
{
    size_t run = 0;
    for (size_t i = 1; i < value.len; i++) {
        unsigned char a = value.ptr[i - 1], b = value.ptr[i];
        bool is_next = slice_is_digit(a) && slice_is_digit(b) && (b == a + 1 || (a == '9' && b == '0'));
        run = is_next ? run + 1 : 0;
        if (run >= 20)
            return true;
    }
    return false;
}

/* "a1b2c3d4e5": two counts that take turns, eight bytes and more of them. */
static bool counts_in_turns(struct slice value)
{
    size_t run = 0;
    for (size_t i = 2; i < value.len; i++) {
        run = value.ptr[i] == value.ptr[i - 2] + 1 ? run + 1 : 0;
        if (run >= 6)
            return true;
    }
    return false;
}

/* Beside a vendor's name, in the vendor's own length: people do type such keys, so only a value that says that it is none rejects. */
static void judge_blank(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    (void)argument;
    enum placeholder placeholder = placeholder_of(c->secret);
    bool is_typed = (placeholder == PLACEHOLDER_SEQUENCE && !counts_up(c->secret)) ||
                    (placeholder == PLACEHOLDER_REPEATED && distinct_bytes(c->secret) >= 4);
    if (placeholder != PLACEHOLDER_NONE)
        judgement_say(judgement, is_typed ? JUDGED_WEAKER : JUDGED_REJECT, "%s%s",
                      placeholder_why(placeholder), is_typed ? ": typed by hand, or an example" : "");
    else if (counts_in_turns(c->secret))
        judgement_say(judgement, JUDGED_WEAKER, "counts up: typed by hand, or an example");
}

static bool is_alpha(unsigned char c)
{
    return slice_lower_byte(c) >= 'a' && slice_lower_byte(c) <= 'z';
}

static bool is_vowel(unsigned char c)
{
    return strchr("aeiouy", slice_lower_byte(c)) && c;
}

/* Letters that could be said: vowels, and no five consonants in a row. */
static bool is_sayable(struct slice word)
{
    size_t vowels = 0, run = 0;
    for (size_t i = 0; i < word.len; i++) {
        run = is_vowel(word.ptr[i]) ? 0 : run + 1;
        vowels += is_vowel(word.ptr[i]);
        if (run >= 5)
            return false;
    }
    return word.len <= 3 || (vowels * 6 >= word.len && vowels * 4 <= word.len * 3);
}

/* Longer than any language's compounds in a name. */
#define WORD_MAX ((size_t)28)

/* Words of letters, joined by case, underscores, dashes or dots, with at most two digits at the end of each. */
static bool is_joined_words(struct slice value)
{
    size_t longest = 0;
    for (size_t i = 0; i < value.len;) {
        size_t len = 0, digits = 0;
        while (len < value.len - i && is_alpha(value.ptr[i + len]) &&
               !(len > 1 && value.ptr[i + len] < 'a' && value.ptr[i + len - 1] >= 'a'))
            len++;
        struct slice word = slice_sub(value, i, len);
        while (i + len + digits < value.len && value.ptr[i + len + digits] >= '0' &&
               value.ptr[i + len + digits] <= '9')
            digits++;
        if (digits > 2 || (digits && !len && !i) || len > WORD_MAX || !is_sayable(word))
            return false;
        longest = len > longest ? len : longest;
        i += len + digits;
        if (i < value.len && strchr("_-. ", value.ptr[i]) && value.ptr[i])
            i++;
        else if (i < value.len && (!is_alpha(value.ptr[i]) || digits))
            return false;
    }
    return longest >= 3;
}

static bool is_path(struct slice value)
{
    static const char *const begins[] = { "/", "./", "../", "~/", "\\\\", "file:", "http:", "https:" };
    static const char *const ends[] = { ".pem",  ".key", ".txt", ".json", ".yml", ".yaml", ".conf",
                                        ".cfg",  ".xml", ".php", ".js",   ".py",  ".rb",   ".java",
                                        ".html", ".pdf", ".zip", ".com",  ".exe" };
    size_t separators = 0;
    for (size_t i = 0; i < value.len; i++)
        separators += value.ptr[i] == '/' || value.ptr[i] == '\\';
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (slice_starts_with_nocase(value, begins[i]) && separators >= 2)
            return true;
    if (value.len > 3 && is_alpha(value.ptr[0]) && value.ptr[1] == ':' && value.ptr[2] == '\\')
        return true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (slice_ends_with_nocase(value, ends[i]))
            return true;
    return false;
}

static bool is_call(struct slice value)
{
    size_t open = slice_find_byte(value, 0, '(');
    if (open == SLICE_NONE || open == 0)
        return slice_find(value, 0, slice_str("->")) != SLICE_NONE ||
               slice_find(value, 0, slice_str("::")) != SLICE_NONE;
    return is_joined_words(slice_sub(value, 0, open));
}

bool plausible_is_word(struct slice value)
{
    return is_joined_words(value);
}

static void judge_word(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    struct slice value = slice_trim(c->secret);
    (void)argument;
    if (placeholder_of(value) == PLACEHOLDER_VARIABLE)
        judgement_say(judgement, JUDGED_REJECT, "is a variable");
    else if (placeholder_is_label(value))
        judgement_say(judgement, JUDGED_REJECT, "is the label of a field or the rules for it");
    else if (is_path(value))
        judgement_say(judgement, JUDGED_REJECT, "is a path or a file name");
    else if (is_call(value))
        judgement_say(judgement, JUDGED_REJECT, "is a call in a program");
    else if (is_joined_words(value))
        judgement_say(judgement, JUDGED_REJECT, "is made of words");
}

static bool is_uuid(struct slice value)
{
    if (value.len != 36)
        return false;
    for (size_t i = 0; i < 36; i++) {
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        unsigned char byte, pair[2] = { '0', value.ptr[i] };
        if (is_dash ? value.ptr[i] != '-' : codec_hex(slice_of(pair, 2), &byte, 1) != 1)
            return false;
    }
    return true;
}

static void judge_uuid(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    (void)argument;
    if (is_uuid(c->secret))
        judgement_say(judgement, JUDGED_REJECT, "is a UUID");
}

static void judge_digest(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[64];
    (void)argument;
    size_t len = codec_hex(c->secret, bytes, sizeof bytes);
    if (len == 16 || len == 20 || len == 28 || len == 32 || len == 48 || len == 64)
        judgement_say(judgement, JUDGED_REJECT, "is hex of the length of a digest");
}

static void judge_base64(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[4096];
    size_t len = codec_base64(c->secret, bytes, sizeof bytes);
    if (len == SLICE_NONE || (argument.len && len != number_or(argument, 0)))
        judgement_say(judgement, JUDGED_REJECT, "does not decode to the bytes it should");
}

static void judge_hex(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[4096];
    size_t len = codec_hex(c->secret, bytes, sizeof bytes);
    if (len == SLICE_NONE || (argument.len && len != number_or(argument, 0)))
        judgement_say(judgement, JUDGED_REJECT, "is not hex of the length it should be");
}

/* One of the words of WORDS, cut by |, stands in TEXT; words of fewer than LEAST bytes are passed by. */
static bool has_word(struct slice text, struct slice words, size_t least)
{
    while (words.len) {
        size_t bar = slice_find_byte(words, 0, '|');
        struct slice word = slice_sub(words, 0, bar);
        if (word.len >= least && word.len <= 255 && slice_find_nocase(text, 0, word) != SLICE_NONE)
            return true;
        words = bar == SLICE_NONE ? slice_sub(words, words.len, 0) : slice_skip(words, bar + 1);
    }
    return false;
}

static void judge_near(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    if (!has_word(c->before, argument, 1) && !has_word(c->match, argument, 1) &&
        !has_word(c->after, argument, 1))
        judgement_say(judgement, JUDGED_REJECT, "none of the words it needs stands near");
}

/* What is random holds a word shorter than this now and then. */
#define CHANCE_LEAST ((size_t)5)

static void judge_not_near(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    size_t from = c->before.len;
    while (from > 0 && c->before.ptr[from - 1] != '\n')
        from--;
    struct slice tail = slice_sub(c->after, 0, slice_find_byte(c->after, 0, '\n'));
    size_t secret = (size_t)(c->secret.ptr - c->match.ptr);
    if (has_word(slice_skip(c->before, from), argument, 1) ||
        has_word(slice_sub(c->match, 0, secret), argument, 1) ||
        has_word(slice_skip(c->match, secret + c->secret.len), argument, 1) || has_word(tail, argument, 1) ||
        has_word(c->secret, argument, CHANCE_LEAST))
        judgement_say(judgement, JUDGED_REJECT, "a word that speaks against it stands in the same line");
}

const struct validator validators_plausible[] = {
    { .name = "entropy",
      .meaning =
          "rejects under N bits of Shannon entropy a character (entropy:3.5); of hex as much as chance gives "
          "its length",
      .judge = judge_entropy },
    { .name = "charset-mix",
      .meaning = "rejects fewer than N of lower, upper, digit, other (charset-mix:3; 2 by default)",
      .judge = judge_charset_mix },
    { .name = "min-digits",
      .meaning =
          "rejects fewer than N digits (min-digits:2; 1 by default); one is enough where letters change "
          "their case by chance",
      .judge = judge_min_digits },
    { .name = "min-length",
      .meaning = "rejects fewer than N bytes (min-length:8)",
      .judge = judge_min_length },
    { .name = "not-placeholder",
      .meaning = "rejects examples and blanks: xxxx, changeme, <your-key>, ${VAR}, {{…}}, masked, one "
                 "repeated sign, sequences, published example keys",
      .judge = judge_placeholder },
    { .name = "not-blank",
      .meaning = "as not-placeholder, but a sequence or a repeated group is only weaker: for shapes that a "
                 "vendor's name or prefix makes sure of",
      .judge = judge_blank },
    { .name = "not-word",
      .meaning = "rejects identifiers, plain words, file paths, calls and look-ups of variables",
      .judge = judge_word },
    { .name = "not-uuid", .meaning = "rejects UUIDs", .judge = judge_uuid },
    { .name = "not-hex-digest",
      .meaning = "rejects values that are hex of the length of MD5, SHA-1, SHA-2",
      .judge = judge_digest },
    { .name = "base64",
      .meaning = "rejects what is not base64 (either alphabet) of exactly N bytes (base64:32), or of any "
                 "where no N is given",
      .judge = judge_base64 },
    { .name = "hex", .meaning = "rejects what is not hex of exactly N bytes (hex:16)", .judge = judge_hex },
    { .name = "near",
      .meaning = "rejects where none of the words, cut by |, stands within 256 bytes around "
                 "(near:twilio|sms); case does not matter",
      .judge = judge_near },
    { .name = "not-near",
      .meaning = "rejects where one of the words, cut by |, stands in the same line (not-near:sha1|commit)",
      .judge = judge_not_near },
    { .name = NULL },
};
