/* placeholder.c - tells examples and blanks from secrets. Each rule must let what a password generator makes pass. */
#include "validate/placeholder.h"

#include "base/utf8.h"
#include "validate/codec.h"
#include "validate/digest.h"

#define VALUE_MAX 512 /* longer values are looked at in this much of their beginning */

static bool is_alpha(unsigned char c)
{
    return slice_lower_byte(c) >= 'a' && slice_lower_byte(c) <= 'z';
}

static bool is_alnum(unsigned char c)
{
    return is_alpha(c) || slice_is_digit(c);
}

static bool is_empty(struct slice value)
{
    for (size_t i = 0; i < value.len; i++)
        if (is_alnum(value.ptr[i]) || value.ptr[i] >= 0x80)
            return false;
    /* four and more signs of two kinds and more may be a password */
    for (size_t i = 1; i < value.len; i++)
        if (value.len >= 6 && value.ptr[i] != value.ptr[0] && !strchr("-_. \t*#", value.ptr[i]))
            return false;
    return true;
}

/* One character again and again, separators aside: xxxx-xxxx, 0000 0000, ●●●●. */
static bool is_one_sign(struct slice value)
{
    uint32_t code, first = 0;
    size_t count = 0;
    while (utf8_eat(&value, &code) == 1) {
        if (strchr("-_. :/", (int)(code < 0x80 ? code : 'a')))
            continue;
        if (code < 0x80)
            code = slice_lower_byte((unsigned char)code);
        if (count++ && code != first)
            return false;
        first = code;
    }
    return count >= 3;
}

/* A group of up to eight bytes three times and more, or a longer one twice. */
static bool is_repeated_group(struct slice value)
{
    for (size_t unit = 1; unit <= value.len / 2 && unit <= 32; unit++) {
        size_t least = unit <= 8 ? 3 : 2;
        if (value.len / unit < least || value.len < 9)
            continue;
        if (memcmp(value.ptr, value.ptr + unit, value.len - unit) == 0)
            return true;
    }
    return false;
}

static bool has_few_signs(struct slice value)
{
    bool seen[256] = { false };
    unsigned count = 0;
    for (size_t i = 0; i < value.len; i++) {
        count += !seen[value.ptr[i]];
        seen[value.ptr[i]] = true;
    }
    return (value.len >= 12 && count <= 3) || (value.len >= 24 && count <= 5);
}

/* A run of * or bullets (3), of x (5), of dots (4) or of # (4): that a part is hidden. */
static bool is_masked(struct slice value)
{
    uint32_t code, last = 0;
    size_t run = 0, whole = value.len;
    while (utf8_eat(&value, &code) == 1) {
        run = code == last ? run + 1 : 1;
        last = code;
        bool is_bullet =
            code == 0x25CF || code == 0x2022 || code == 0x2588 || code == 0x00B7 || code == 0x2217;
        if (code == 0x2026 || (is_bullet && run >= 3) || (code == '*' && run >= (whole < 12 ? 3u : 4u)) ||
            ((code == 'x' || code == 'X') && run >= 5) || ((code == '.' || code == '#') && run >= 4))
            return true;
    }
    return false;
}

static bool is_wrapped(struct slice value, const char *open, const char *close)
{
    size_t open_len = strlen(open), close_len = strlen(close);
    return value.len > open_len + close_len && slice_starts_with(value, open) &&
           memcmp(value.ptr + value.len - close_len, close, close_len) == 0;
}

/* WRAPPED, without what it begins and ends in, is words and not signs. */
static bool has_words_inside(struct slice wrapped)
{
    size_t letters = 0, digits = 0;
    for (size_t i = 1; i + 1 < wrapped.len; i++) {
        unsigned char c = wrapped.ptr[i];
        letters += is_alpha(c) || c >= 0x80;
        digits += slice_is_digit(c);
        if (!is_alnum(c) && c < 0x80 && !strchr(" _-./:|,;&", c))
            return false;
    }
    return letters >= 2 && letters >= 4 * digits;
}

static bool is_template(struct slice value)
{
    static const char *const pairs[][2] = { { "<", ">" }, { "[", "]" }, { "{", "}" }, { "&lt;", "&gt;" } };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (is_wrapped(value, pairs[i][0], pairs[i][1]) && has_words_inside(value))
            return true;
    bool is_braced = slice_find(value, 0, slice_str("{{")) != SLICE_NONE &&
                     slice_find(value, 0, slice_str("}}")) != SLICE_NONE;
    if (is_braced || slice_starts_with(value, "{{") || slice_starts_with(value, "<%"))
        return true;
    static const char *const marks[] = { "<your", "<insert", "<enter", "<password", "<token" };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (slice_find_nocase(value, 0, slice_str(marks[i])) != SLICE_NONE)
            return true;
    return false;
}

static const char *const secret_words[] = { "pass", "pwd",  "secret", "key", "token",
                                            "auth", "cred", "user",   NULL };

/* Which bytes a value has, letters as small ones: most words need not be looked for in it. */
struct bytes_met {
    uint64_t bits[4];
};

static struct bytes_met bytes_of(struct slice value)
{
    struct bytes_met met = { { 0 } };
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = slice_lower_byte(value.ptr[i]);
        met.bits[c >> 6] |= (uint64_t)1 << (c & 63);
    }
    return met;
}

/* Whether all bytes of WORD are among MET. */
static bool may_hold(const struct bytes_met *met, const char *word)
{
    for (; *word; word++) {
        unsigned char c = slice_lower_byte((unsigned char)*word);
        if (!(met->bits[c >> 6] >> (c & 63) & 1))
            return false;
    }
    return true;
}

static bool has_any(struct slice value, const char *const *words)
{
    struct bytes_met met = bytes_of(value);
    for (; *words; words++)
        if (may_hold(&met, *words) && slice_find_nocase(value, 0, slice_str(*words)) != SLICE_NONE)
            return true;
    return false;
}

/* Only capitals, digits and underscores, as variables of the environment are. */
static bool is_shouted_name(struct slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] != '_' && !(name.ptr[i] >= 'A' && name.ptr[i] <= 'Z') &&
            !(i && slice_is_digit(name.ptr[i])))
            return false;
    return name.len >= 3 && (has_any(name, secret_words) || slice_find_byte(name, 1, '_') != SLICE_NONE);
}

static bool is_plain_name(struct slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!is_alnum(name.ptr[i]) && name.ptr[i] != '_' && name.ptr[i] != '.' && name.ptr[i] != '-')
            return false;
    return name.len >= 3 && (is_alpha(name.ptr[0]) || name.ptr[0] == '_');
}

/* "builder.Configuration[" and "[SSKeychain", where a quote or a space cut an index or a message off. VALUE has no digit. */
static bool is_subscript(struct slice value)
{
    size_t last = value.len - 1;
    if (value.len < 6)
        return false;
    if (value.ptr[last] == '[')
        return is_plain_name(slice_sub(value, 0, last)) && slice_find_byte(value, 0, '-') == SLICE_NONE;
    return value.ptr[0] == '[' && value.ptr[1] >= 'A' && value.ptr[1] <= 'Z' &&
           is_plain_name(slice_skip(value, 1)) && slice_find_byte(value, 0, '-') == SLICE_NONE;
}

/* "textField.text", "txtPwd.Text", "input.value". */
static bool is_content_of_field(struct slice value)
{
    static const char *const ends[] = { ".text", ".value", ".stringvalue", ".gettext()", ".val()" };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t len = strlen(ends[i]);
        if (value.len > len + 2 && slice_ends_with_nocase(value, ends[i]) &&
            is_plain_name(slice_sub(value, 0, value.len - len)))
            return true;
    }
    return false;
}

/* "model.Password", "this.form.value", "req.body.password": members of what programs call these things. */
static bool is_member(struct slice value)
{
    static const char *const owners[] = { "this.",          "self.",          "config.",      "conf.",
                                          "cfg.",           "settings.",      "options.",     "opts.",
                                          "params",         "args.",          "request.",     "req.",
                                          "model.",         "form.",          "environ",      "argv",
                                          "data.",          "props.",         "context.",     "ctx.",
                                          "input.",         "credentials.",   "BuildConfig.", "import.meta.",
                                          "Configuration[", "self.",          "$request",     "$this",
                                          "user.",          "server.",        "Read-Host",    "var.",
                                          "local.",         "!vault",         "!Ref",         "!Sub",
                                          "!env",           "configuration.", "builder.",     "project.",
                                          "Environment.",   "xstrdup(",       "strdup(",      NULL };
    bool is_escaped = value.len > 2 && value.ptr[0] == '\\' && value.ptr[1] == '$';
    if (is_escaped)
        return is_plain_name(slice_sub(value, 2, 4));
    for (size_t i = 0; i < value.len; i++)
        if (slice_is_digit(value.ptr[i]))
            return false;
    if (is_subscript(value) || is_content_of_field(value))
        return true;
    for (size_t i = 0; owners[i]; i++) {
        size_t len = strlen(owners[i]);
        if (slice_starts_with(value, owners[i]) &&
            (value.len == len || is_alpha(value.ptr[len]) || strchr("_[-(\"'", value.ptr[len])))
            return true;
    }
    return false;
}

static bool is_variable(struct slice value)
{
    static const char *const marks[] = {
        "${",    "$(",          "#{",         "%(",      "%{",
        "$env:", "process.env", "os.environ", "getenv(", "System.getProperty",
        "env(",  "ENV[",        "secrets.",   "$_",      "config.get",
        NULL
    };
    if (slice_is_equal(value, slice_str("%s")) || slice_is_equal(value, slice_str("%d")))
        return true;
    struct bytes_met met = bytes_of(value);
    for (size_t i = 0; marks[i]; i++) {
        if (!may_hold(&met, marks[i]))
            continue;
        size_t at = slice_find(value, 0, slice_str(marks[i]));
        /* in the middle of random signs it is chance */
        if (at == 0 && value.len > 4 && is_plain_name(slice_sub(value, strlen(marks[i]), 3)))
            return true;
        if (at != SLICE_NONE && strlen(marks[i]) > 4)
            return true;
    }
    if (is_member(value))
        return true;
    if (is_wrapped(value, "%", "%"))
        return is_shouted_name(slice_sub(value, 1, value.len - 2));
    if (value.len > 3 && (value.ptr[0] == '$' || value.ptr[0] == ':' || value.ptr[0] == '@')) {
        struct slice name = slice_skip(value, 1);
        return is_shouted_name(name) ||
               (is_plain_name(name) && has_words_inside(value) && has_any(name, secret_words));
    }
    return false;
}

/* Nowhere by chance: six letters and more. */
static const char *const dummy_parts[] = {
    "changeme",       "change_me",   "change-me",    "changethis", "change_this", "yourpass",
    "your_",          "your-",       "yourkey",      "yourtoken",  "yoursecret",  "yourapi",
    "placeholder",    "redacted",    "censored",     "replaceme",  "replace_",    "replace-",
    "insert_",        "insert-",     "notreal",      "not_real",   "not-real",    "mysecret",
    "my_secret",      "my-secret",   "mypassword",   "my_pass",    "my-pass",     "my_token",
    "secret_here",    "key_here",    "keyhere",      "token_here", "tokenhere",   "goes_here",
    "goes-here",      "some_secret", "somepassword", "EXAMPLE",    "dummykey",    "dummypass",
    "dummytoken",     "fakekey",     "fakepass",     "faketoken",  "_example",    "example_",
    "-example",       "example-",    "testpassword", "xxxxxxxx",   "[hidden]",    "[removed]",
    "secretpassword", "enter_your",  "use_your",     "****",       NULL,
};

/* What keys are called: a blank's name, unless something random stands behind it. */
static const char *const named_parts[] = { "secret_key", "access_key", "api_key",       "apikey",
                                           "access-key", "api-key",    "client_secret", NULL };

/* Only as the whole value, whatever signs surround it. */
static const char dummy_words[] =
    "|password|passwd|passphrase|passcode|pass|pwd|secret|token|apitoken|key|changeit|"
    "example|sample|dummy|fake|redacted|removed|hidden|masked|omitted|null|nil|none|"
    "undefined|empty|blank|tbd|tba|todo|fixme|foo|bar|foobar|baz|true|false|string|value|"
    "text|username|user|yourpw|yourpwd|notset|unset|na|unknown|char|void|credentials|xxx|yyy|"
    "abc|mypass|mypw|mytoken|mykey|userpass|somepass|somepwd|deadbeef|env|getenv|inputbox|"
    "getpass|lookup|assecurestring|asplaintext|wrong|invalid|incorrect|newpassword|"
    "oldpassword|currentpassword|wrongpassword|badpassword|invalidpassword|incorrectpassword|"
    "confirmpassword|repeatpassword|invalidtoken|wrongtoken|badtoken|";

/* Twenty letters and digits in a row, with four digits and more: "acme_apikey_…" is a token that says what it is. */
static bool has_random_part(struct slice value)
{
    size_t run = 0, digits = 0;
    for (size_t i = 0; i < value.len; i++) {
        run = is_alnum(value.ptr[i]) ? run + 1 : 0;
        digits = run ? digits + slice_is_digit(value.ptr[i]) : 0;
        if (run >= 20 && digits >= 4)
            return true;
    }
    return false;
}

/* "mozilla@": what programs send as anonymous's password. */
static bool is_guest_address(struct slice value)
{
    for (size_t i = 0; i + 1 < value.len; i++)
        if (value.ptr[i] < 'a' || value.ptr[i] > 'z')
            return false;
    return value.len >= 4 && value.ptr[value.len - 1] == '@';
}

static bool is_dummy_word(struct slice value)
{
    char plain[24] = "|";
    size_t len = 1;
    if (has_any(value, dummy_parts) || is_guest_address(value))
        return true;
    if (has_any(value, named_parts) && !has_random_part(value))
        return true;
    for (size_t i = 0; i < value.len; i++) {
        if (!is_alnum(value.ptr[i]))
            continue;
        if (len == sizeof plain - 2)
            return false;
        plain[len++] = (char)slice_lower_byte(value.ptr[i]);
    }
    plain[len] = '|';
    return len > 1 && strstr(dummy_words, plain);
}

/* "70617373776f7264": a dummy word in hex, as test vectors write it. */
static bool is_dummy_in_hex(struct slice value)
{
    unsigned char bytes[24];
    if (value.len < 8 || value.len > 2 * sizeof bytes)
        return false;
    size_t len = codec_hex(value, bytes, sizeof bytes);
    return len != SLICE_NONE && codec_is_printable(slice_of(bytes, len)) &&
           is_dummy_word(slice_of(bytes, len));
}

static bool follows(unsigned char a, unsigned char b)
{
    static const char *const rows[] = { "qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890" };
    a = slice_lower_byte(a);
    b = slice_lower_byte(b);
    if (is_alnum(a) && (b == a + 1 || (a == '9' && (b == '0' || b == 'a')) ||
                        (a == 'z' && (b == 'a' || b == '0')) || (a == 'f' && b == '0')))
        return true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *at = a ? strchr(rows[i], a) : NULL;
        if (at && at[1] && (unsigned char)at[1] == b)
            return true;
    }
    return false;
}

/* Runs of neighbours in the alphabet, in the digits or on the keyboard: one of six that is most of the value, or one of ten where runs of
 * four and more are the better part of it. What is random may hold a run. */
static bool is_sequence(struct slice value)
{
    size_t run = 1, longest = 1, within = 0;
    for (size_t i = 1; i < value.len; i++) {
        bool is_next = follows(value.ptr[i - 1], value.ptr[i]) || follows(value.ptr[i], value.ptr[i - 1]);
        run = is_next ? run + 1 : 1;
        within += run == 4 ? 4 : run > 4;
        longest = run > longest ? run : longest;
    }
    return (longest >= 10 && within * 2 >= value.len) || (longest >= 6 && longest * 4 >= value.len * 3);
}

/* First eight bytes of the SHA-256 of keys that documentation and emulators publish. */
static const uint64_t published[] = {
    0x0011cc25eb432071,                                         /* Azure storage emulator */
    0xaa6547439583c3a2,                                         /* Azure Cosmos DB emulator */
    0x2cafc0970149a84f, 0xf2d6ca16515033e5,                     /* Stripe documentation */
    0x731fa294d036e54f,                                         /* Telegram documentation */
    0x8be5d113c0871ce1,                                         /* one-time-password key URI documentation */
    0xcf4d418ed3de92d7,                                         /* RFC 7617 */
    0xb8e148545b13c78b,                                         /* RFC 6750 */
    0xc557eec878dfd852, 0xecb0e7ba498c5920, 0x3a64bcd9cea43c0a, /* BIP-39 test vectors */
    0xf79cd64f9cea2378,                                         /* the test phrase of Ethereum tools */
    0xc4bbcb1fbec99d65, 0xcbe6beb26479b568, /* the passphrase of a well-known comic strip */
};

static bool is_published(struct slice value)
{
    unsigned char hash[DIGEST_SHA256];
    uint64_t first;
    digest_sha256(value, hash);
    struct slice bytes = slice_of(hash, sizeof hash);
    slice_eat_u64be(&bytes, &first);
    for (size_t i = 0; i < sizeof published / sizeof *published; i++)
        if (published[i] == first)
            return true;
    return false;
}

static const struct {
    enum placeholder kind;
    bool (*is)(struct slice value);
} tests[] = {
    { PLACEHOLDER_EMPTY, is_empty },
    { PLACEHOLDER_REPEATED, is_one_sign },
    { PLACEHOLDER_MASKED, is_masked },
    { PLACEHOLDER_REPEATED, is_repeated_group },
    { PLACEHOLDER_TEMPLATE, is_template },
    { PLACEHOLDER_VARIABLE, is_variable },
    { PLACEHOLDER_WORD, is_dummy_word },
    { PLACEHOLDER_SEQUENCE, is_sequence },
    { PLACEHOLDER_REPEATED, has_few_signs },
    { PLACEHOLDER_KNOWN, is_published },
    { PLACEHOLDER_LABEL, placeholder_is_label },
    { PLACEHOLDER_WORD, is_dummy_in_hex },
};

enum placeholder placeholder_of(struct slice value)
{
    value = slice_sub(slice_trim(value), 0, VALUE_MAX);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        if (tests[i].is(value))
            return tests[i].kind;
    return PLACEHOLDER_NONE;
}

const char *placeholder_why(enum placeholder placeholder)
{
    static const char *const words[] = {
        [PLACEHOLDER_NONE] = "is no placeholder",
        [PLACEHOLDER_EMPTY] = "is empty or only punctuation",
        [PLACEHOLDER_REPEATED] = "is one sign or group again and again",
        [PLACEHOLDER_MASKED] = "is masked",
        [PLACEHOLDER_TEMPLATE] = "is a field of a template",
        [PLACEHOLDER_VARIABLE] = "is a variable",
        [PLACEHOLDER_WORD] = "is a word that stands for a secret",
        [PLACEHOLDER_SEQUENCE] = "is a sequence of neighbours",
        [PLACEHOLDER_KNOWN] = "is published in documentation",
        [PLACEHOLDER_LABEL] = "is the label of a field",
    };
    return words[placeholder];
}
