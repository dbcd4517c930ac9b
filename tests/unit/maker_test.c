/* maker_test.c - templates: what they make, that the same seed makes the same, and what mistakes are told. */
#include "unit/judging.h"

static const struct {
    const char *template_text, *text;
} fixed[] = {
    { "", "" },
    { "plain", "plain" },
    { "a{{b}}c", "a{b}c" },
    { "{[x]:5}", "xxxxx" },
    { "{[}]:2}", "}}" },
    { "{base64:user:pass}", "dXNlcjpwYXNz" },
    { "{base64:{hexof:A}}", "NDE=" },
    { "{hexof:AB}", "4142" },
    { "{percent:a b@c}", "a%20b%40c" },
    { "{{\"k\":\"{hexof:A}\"}}", "{\"k\":\"41\"}" },
    { "{base64:{{}}}", "e30=" },
};

static void templates_expand(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        struct slice got = judging_make(fixed[i].template_text, "s");
        if (!slice_is_equal(got, slice_str(fixed[i].text)))
            fail_msg("'%s' makes '%.*s'", fixed[i].template_text, (int)got.len, (const char *)got.ptr);
    }
}

static void counts_are_kept(void **state)
{
    size_t least = SIZE_MAX, most = 0;
    (void)state;
    for (int i = 0; i < 300; i++) {
        char seed[16];
        snprintf(seed, sizeof seed, "%d", i);
        size_t len = judging_make("{hex:8-12}", seed).len;
        least = len < least ? len : least;
        most = len > most ? len : most;
    }
    assert_int_equal(least, 8);
    assert_int_equal(most, 12);
    assert_int_equal(judging_make("{alnum:40}", "x").len, 40);
}

static void mistakes_are_told(void **state)
{
    static const char *const bad[] = { "{",
                                       "}",
                                       "{x",
                                       "{nosuch:1}",
                                       "{hex:}",
                                       "{hex:a}",
                                       "{hex:5-3}",
                                       "{[ab:3}",
                                       "{hex:99999999}",
                                       "{pem:nosuch}",
                                       "{bip39:13}",
                                       "{azure-key:nope}",
                                       "{totp:5}",
                                       "{base64:{base64:{base64:{base64:{base64:x}}}}}",
                                       "{password-hash:rot13}" };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buffer out;
        struct prng prng;
        struct error err = { ERROR_NONE, "" };
        buffer_init(&out, 4096);
        prng_init(&prng, slice_str("x"));
        if (maker_expand(slice_str(bad[i]), &prng, &out, &err) == 0)
            fail_msg("'%s' is not refused", bad[i]);
        assert_true(err.message[0]);
        buffer_release(&out);
    }
}

/* All makers, without argument: they make something, and the same for the same seed only. */
static void makers_are_deterministic(void **state)
{
    (void)state;
    for (size_t t = 0; maker_tables[t]; t++)
        for (const struct maker *m = maker_tables[t]; m->name; m++) {
            char text[64];
            snprintf(text, sizeof text, "{%s}", m->name);
            struct slice a = judging_make(text, "one"), b = judging_make(text, "one"),
                         c = judging_make(text, "two");
            bool takes_text = strncmp(m->name, "base64", 6) == 0 || strcmp(m->name, "hexof") == 0 ||
                              strcmp(m->name, "percent") == 0;
            if (!slice_is_equal(a, b) || (!takes_text && (!a.len || slice_is_equal(a, c))))
                fail_msg("%s", text);
        }
}

static void generator_is_even(void **state)
{
    struct prng prng;
    unsigned counts[10] = { 0 };
    (void)state;
    prng_init(&prng, slice_str("even"));
    for (int i = 0; i < 10000; i++)
        counts[prng_below(&prng, 10)]++;
    for (int i = 0; i < 10; i++)
        assert_in_range(counts[i], 850, 1150);
    assert_int_equal(prng_below(&prng, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(templates_expand),  cmocka_unit_test(counts_are_kept),
        cmocka_unit_test(mistakes_are_told), cmocka_unit_test(makers_are_deterministic),
        cmocka_unit_test(generator_is_even),
    };
    return cmocka_run_group_tests_name("maker", tests, NULL, NULL);
}
