/* mask_test.c - what is shown of a secret, and that nothing else shows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "record/mask.h"
#include "validate/maker.h"

#define M MASK_TEXT

static void preview_is(const char *secret, const char *want)
{
    struct buffer out;
    buffer_init(&out, 4096);
    mask_put_preview(&out, slice_str(secret));
    buffer_put_byte(&out, 0);
    assert_string_equal((char *)out.ptr, want);
    buffer_release(&out);
}

static void preview_shows_a_third_at_most(void **state)
{
    (void)state;
    preview_is("", M);
    preview_is("-----BEGIN RSA PRIVATE "
               "KEY-----\nMIIEabcdefghijklmnopqrstuvwxyz0123==\n-----END RSA PRIVATE "
               "KEY-----",
               "MIIE\xE2\x80\xA6"
               "23==");
    preview_is("-----BEGIN nothing", "---\xE2\x80\xA6"
                                     "ing");
    preview_is("12345678901", M);
    preview_is("123456789012", "12\xE2\x80\xA6"
                               "12");
    preview_is("abcdefghijklmnopqr", "abc\xE2\x80\xA6pqr");
    preview_is("abcdefghijklmnopqrstuvwxyz0123", "abcd\xE2\x80\xA6"
                                                 "0123");
    preview_is("\n\x1b[31m567890123456\x9b", "\\x0a\\x1b[\xE2\x80\xA6"
                                             "56\\x9b");
    preview_is("\xC3\xA4\xC3\xB6"
               "34567890\xC3\xA4\xC3\xB6",
               "\xC3\xA4\xC3\xB6\xE2\x80\xA6\xC3\xA4\xC3\xB6");
}

struct mask_case {
    const char *secrets[3];
    const char *text, *want;
};

static const struct mask_case cases[] = {
    { { "hunter22" }, "the word is hunter22, ok", "the word is " M ", ok" },
    { { "hunter22" }, "hunter22hunter22", M },
    { { "hunter22" }, "nothing here", "nothing here" },
    { { "hunter22", "22zebra" }, "x hunter22zebra y", "x " M " y" },
    { { "ab12cd34", "ab12" }, "ab12cd34 ab12cd3x", M " " M "cd3x" },
    /* cut off at the ends */
    { { "hunter22" }, "it is hunt", "it is " M },
    { { "hunter22" }, "it is hun", "it is hun" },
    { { "hunter22" }, "er22 it is", M " it is" },
    { { "hunter22" }, "r22 it is", "r22 it is" },
    { { "hunter22longer" }, "er22lo", M },
    /* short ones as whole words only */
    { { "123" }, "pin 123, not 1234 or a123", "pin " M ", not 1234 or a123" },
    { { "123" }, "123", M },
    { { "1" }, "1 12 1", M " 12 " M },
    /* other forms */
    { { "p@ss!w#rd" }, "u:p%40ss%21w%23rd@h", "u:" M "@h" },
    { { "p@ss!w#rd" }, "p%40ss!w%23rd and p%40SS", M " and p%40SS" },
    { { "p%40ss%21w" }, "p@ss!w", M },
    { { "a<b>&\"c'd" }, "is a&lt;b&gt;&amp;&quot;c&#39;d ok", "is " M " ok" },
    { { "a<b>&\"c'd" }, "is a&#x3C;b&#62;&amp;&#034;c&apos;d ok", "is " M " ok" },
    { { "a&amp;b%25c" }, "a&b%25c or a&amp;b%c", M " or " M },
    /* lines of a long one */
    { { "first line\nsecond line\nthird" }, "> second line", "> " M },
    { { "first line\r\nsecond line" }, "first linesecond line!", M "!" },
    /* hostile bytes come out valid */
    { { "hunter22" }, "\xff\xfehunter22\xC3", "\xEF\xBF\xBD\xEF\xBF\xBD" M "\xEF\xBF\xBD" },
    { { "p\xffssword" }, "my p\xffssword p%FFssword", "my " M " " M },
    { { NULL }, "as it stands", "as it stands" },
};

static void secrets_are_covered(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct mask *mask = mask_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        mask_clear(mask);
        for (size_t s = 0; s < 3 && cases[i].secrets[s]; s++)
            mask_add(mask, slice_str(cases[i].secrets[s]));
        struct slice got = mask_text(mask, arena, slice_str(cases[i].text));
        assert_string_equal((const char *)got.ptr, cases[i].want);
    }
    mask_free(mask);
    arena_free(arena);
}

/* A secret of any kind: letters, signs that are escaped somewhere, bytes that are no UTF-8, line ends. */
static size_t random_secret(struct prng *prng, unsigned char out[64])
{
    static const char signs[] = "&<>\"'%#!@/:+ =\n";
    size_t len = 4 + prng_below(prng, 40);
    for (size_t i = 0; i < len; i++)
        switch (prng_below(prng, 4)) {
        case 0:
            out[i] = (unsigned char)signs[prng_below(prng, sizeof signs - 1)];
            break;
        case 1:
            out[i] = (unsigned char)('0' + prng_below(prng, 10));
            break;
        case 2:
            out[i] = (unsigned char)prng_next(prng);
            break;
        default:
            out[i] = (unsigned char)('a' + prng_below(prng, 26));
        }
    return len;
}

static void put_form(struct prng *prng, struct buffer *out, struct slice secret, size_t form)
{
    for (size_t i = 0; i < secret.len; i++) {
        unsigned char c = secret.ptr[i];
        bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
        if (form == 1 && (!is_plain || prng_below(prng, 8) == 0))
            buffer_printf(out, prng_below(prng, 2) ? "%%%02X" : "%%%02x", c);
        else if (form == 2 && strchr("&<>\"'", c) && c)
            buffer_printf(out, prng_below(prng, 2) ? "&#%u;" : "&#x%x;", c);
        else
            buffer_put_byte(out, c);
    }
}

static void no_form_of_a_secret_survives(void **state)
{
    (void)state;
    struct prng prng;
    struct buffer text;
    struct mask *mask = mask_new();
    struct arena *arena = arena_new(0);
    prng_init(&prng, slice_str("mask"));
    buffer_init(&text, 65536);
    for (int round = 0; round < 3000; round++) {
        unsigned char bytes[5][64];
        struct slice secrets[5];
        mask_clear(mask);
        buffer_clear(&text);
        for (size_t i = 0; i < 5; i++) {
            secrets[i] = slice_of(bytes[i], random_secret(&prng, bytes[i]));
            mask_add(mask, secrets[i]);
            buffer_put_str(&text, "words = ");
            put_form(&prng, &text, secrets[i], prng_below(&prng, 3));
            buffer_put_str(&text, " \xC3\xA4 ");
        }
        struct slice got = mask_text(mask, arena, buffer_slice(&text));
        assert_true(utf8_is_valid(got));
        struct slice clear = got;
        for (size_t i = 0; i < 5; i++) {
            size_t at = slice_find(clear, 0, slice_str("words = " M));
            assert_int_not_equal(at, SLICE_NONE);
            clear = slice_skip(clear, at + 8);
            if (utf8_is_valid(secrets[i]))
                assert_int_equal(slice_find(got, 0, secrets[i]), SLICE_NONE);
        }
    }
    buffer_release(&text);
    mask_free(mask);
    arena_free(arena);
}

/* Secrets and a text that agree over long stretches: bounded work, and what was not looked at is covered. */
static void a_text_made_to_be_slow_is_covered(void **state)
{
    (void)state;
    size_t size = 512 * 1024;
    char *text = malloc(size);
    struct mask *mask = mask_new();
    struct arena *arena = arena_new(0);
    memset(text, 'a', size);
    for (size_t len = 30000; len < 30200; len++) {
        char *secret = malloc(len);
        memset(secret, 'a', len);
        secret[len - 1] = 'b';
        mask_add(mask, slice_of(secret, len));
        free(secret);
    }
    clock_t start = clock();
    struct slice got = mask_text(mask, arena, slice_of(text, size));
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5);
    assert_true(got.len < size);
    mask_free(mask);
    arena_free(arena);
    free(text);
}

static void many_secrets_of_one_shape_stay_fast(void **state)
{
    (void)state;
    struct prng prng;
    struct buffer secret;
    struct mask *mask = mask_new();
    struct arena *arena = arena_new(0);
    prng_init(&prng, slice_str("many"));
    buffer_init(&secret, 4096);
    for (int i = 0; i < 10000; i++) {
        buffer_clear(&secret);
        buffer_put_str(&secret, "ghp_");
        prng_text(&prng, &secret, "0123456789abcdefghijklmnop", 36);
        mask_add(mask, buffer_slice(&secret));
    }
    clock_t start = clock();
    for (int i = 0; i < 20000; i++) {
        struct slice got =
            mask_text(mask, arena, slice_str("token ghp_ ghp_ ghp_ghp_ghp_0123 is an example"));
        assert_int_equal(got.len, 46);
    }
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5);
    buffer_release(&secret);
    mask_free(mask);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(preview_shows_a_third_at_most),
        cmocka_unit_test(secrets_are_covered),
        cmocka_unit_test(no_form_of_a_secret_survives),
        cmocka_unit_test(a_text_made_to_be_slow_is_covered),
        cmocka_unit_test(many_secrets_of_one_shape_stay_fast),
    };
    return cmocka_run_group_tests_name("mask", tests, NULL, NULL);
}
