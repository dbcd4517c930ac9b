/* pair_test.c - which halves go together within a leaf and a message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <cmocka.h>

#include "record/pair.h"

static const struct rule_pair secret = {
    .kind = "login", .role = PAIR_SECRET, .needs = 1u << PAIR_USER, .within = PAIR_MESSAGE
};
static const struct rule_pair user = { .kind = "login", .role = PAIR_USER, .within = PAIR_MESSAGE };
static const struct rule_pair host = { .kind = "login", .role = PAIR_HOST, .within = PAIR_MESSAGE };
static const struct rule_pair near_secret = {
    .kind = "login", .role = PAIR_SECRET, .needs = 1u << PAIR_USER, .within = PAIR_LEAF
};
static const struct rule_pair key = { .kind = "aws-key", .role = PAIR_SECRET, .within = PAIR_MESSAGE };
static const struct rule_pair key_id = { .kind = "aws-key", .role = PAIR_ID, .within = PAIR_MESSAGE };

#define HALVES_MAX 32

/* A text: "u" user, "p" password, "q" one that stays in its leaf, "h" host, "k" and "i" a key and its id, each with a name of one letter; line ends, and
 * "|" between leaves. What comes out: "pa=ub" for each secret, by name. */
struct example {
    const char *text, *wanted;
};

static const struct rule_pair *pair_of(char sign)
{
    static const char signs[] = "upqhki";
    static const struct rule_pair *const pairs[] = { &user, &secret, &near_secret, &host, &key, &key_id };
    const char *at = strchr(signs, sign);
    assert_non_null(at);
    return pairs[at - signs];
}

static size_t read_halves(const char *text, struct pair_half halves[HALVES_MAX])
{
    size_t count = 0;
    uint64_t line = 1;
    uint32_t leaf = 1;
    for (const char *c = text; *c; c++) {
        if (*c == '\n')
            line++;
        if (*c == '|') {
            leaf++;
            line = 1;
        }
        if (*c < 'a' || *c > 'z')
            continue;
        assert_true(count < HALVES_MAX);
        halves[count++] = (struct pair_half){ .pair = pair_of(*c),
                                              .value = slice_of(c + 1, 1),
                                              .leaf = leaf,
                                              .line = line,
                                              .offset = (uint64_t)(c - text),
                                              .owner = (void *)(uintptr_t)c };
        c++;
    }
    return count;
}

static void put_joined(char *out, size_t size, const struct pair_half *halves, size_t count)
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        const char *name = halves[i].owner;
        if (halves[i].pair->role != PAIR_SECRET)
            continue;
        len += (size_t)snprintf(out + len, size - len, "%s%.2s=", len ? " " : "", name);
        for (int role = PAIR_ID; role < PAIR_ROLES; role++)
            if (halves[i].partners[role])
                len += (size_t)snprintf(out + len, size - len, "%.2s",
                                        (const char *)halves[i].partners[role]->owner);
    }
}

static void check(const struct example *examples, size_t count, enum pair_span span)
{
    struct arena *arena = arena_new(0);
    for (size_t i = 0; i < count; i++) {
        struct pair_half halves[HALVES_MAX];
        char got[256];
        size_t many = read_halves(examples[i].text, halves);
        pair_join(halves, many, span, arena);
        put_joined(got, sizeof got, halves, many);
        if (strcmp(got, examples[i].wanted) != 0)
            print_error("%s\n", examples[i].text);
        assert_string_equal(got, examples[i].wanted);
    }
    arena_free(arena);
}

#define CHECK(examples, span) check(examples, sizeof(examples) / sizeof *(examples), span)

static void in_a_leaf_the_nearest_go_together(void **state)
{
    (void)state;
    static const struct example examples[] = {
        { "ua px", "px=ua" },
        { "px\nua", "px=ua" },
        { "ua\npx\n\nub\npy", "px=ua py=ub" },
        { "px\nua\n\npy\nub", "px=ua py=ub" },
        { "px\nua\npy\nub", "px=ua py=ub" },               /* the first tells which comes first */
        { "uz\n\n\n\n\npx\nua\n\npy\nub", "px=ua py=ub" }, /* a user of something else, far above */
        { "ua px\nub py\nuc pz", "px=ua py=ub pz=uc" },
        { "px ua\npy ub\npz uc", "px=ua py=ub pz=uc" },
        { "ua hb\npx", "px=uahb" },
        { "px", "px=" },
        { "ua", "" },
    };
    CHECK(examples, PAIR_SPAN_LEAF);
}

static void blocks_go_together_in_their_order(void **state)
{
    (void)state;
    static const struct example examples[] = {
        { "ua\nub\nuc\n\npx\npy\npz", "px=ua py=ub pz=uc" },
        { "px\npy\n\nua\nub", "px=ua py=ub" },
    };
    CHECK(examples, PAIR_SPAN_LEAF);
}

static void one_user_may_have_two_passwords(void **state)
{
    (void)state;
    static const struct example examples[] = {
        { "ua\npx\npy", "px=ua py=ua" },
        { "ua\npx\n\n\n\n\n\n\n\n\n\n\n\npy", "px=ua py=" }, /* not so far away */
    };
    CHECK(examples, PAIR_SPAN_LEAF);
}

static void far_apart_or_in_other_kinds_nothing_goes_together(void **state)
{
    (void)state;
    char far[128] = "ua";
    struct example examples[] = {
        { far, "px=" }, { "ua kx", "kx=" }, { "ia px", "px=" }, { "ia ub kx py", "kx=ia py=ub" }
    };
    memset(far + 2, '\n', 60);
    memcpy(far + 62, "px", 3);
    CHECK(examples, PAIR_SPAN_LEAF);
}

static void leaves_are_strangers_unless_a_message_holds_them(void **state)
{
    (void)state;
    static const struct example strangers[] = { { "ua|px", "px=" } };
    static const struct example parts[] = {
        { "ua|px", "px=ua" },
        { "px|ua", "px=ua" },
        { "ua|ub|px", "px=" },   /* in doubt */
        { "ua|ua|px", "px=ua" }, /* the same user, said twice */
        { "ua\nub|px\npy", "px=ua py=ub" },
        { "ua\nub\nuc|px\npy", "px= py=" },
        { "ua px|uc py", "px=ua py=uc" },
        { "ua|px|py", "px=ua py=ua" },
        { "ua|qx", "qx=" },
        { "ua|ib|px|ky", "ky=ib px=ua" },
    };
    CHECK(strangers, PAIR_SPAN_LEAF);
    CHECK(parts, PAIR_SPAN_MESSAGE);
}

/* What a secret tells itself is kept: another user beside it is not its own. */
static void known_values_are_not_gainsaid(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct opens opens = { .user = "a" };
    struct pair_half halves[HALVES_MAX];
    size_t count = read_halves("ub px ua", halves);
    halves[1].opens = &opens;
    pair_join(halves, count, PAIR_SPAN_MESSAGE, arena);
    assert_memory_equal(halves[1].partners[PAIR_USER]->value.ptr, "a", 1);
    count = read_halves("ub px", halves);
    halves[1].opens = &opens;
    pair_join(halves, count, PAIR_SPAN_MESSAGE, arena);
    assert_null(halves[1].partners[PAIR_USER]);
    arena_free(arena);
}

static void fifty_rows_and_ten_thousand_halves(void **state)
{
    (void)state;
    const size_t many = 20000;
    struct arena *arena = arena_new(0);
    struct pair_half *halves = calloc(many, sizeof *halves);
    assert_non_null(halves);
    for (size_t i = 0; i < many; i++)
        halves[i] = (struct pair_half){ .pair = i % 2 ? &secret : &user,
                                        .value = slice_of(&i, 0),
                                        .leaf = 1,
                                        .line = 1 + i / 2,
                                        .offset = i * 10 };
    clock_t start = clock();
    pair_join(halves, many, PAIR_SPAN_MESSAGE, arena);
    for (size_t i = 1; i < many; i += 2)
        assert_ptr_equal(halves[i].partners[PAIR_USER], &halves[i - 1]);
    /* All users, then all passwords, on one line. */
    for (size_t i = 0; i < many; i++)
        halves[i] = (struct pair_half){
            .pair = i >= many / 2 + 1 ? &secret : &user, .leaf = 1, .line = 1, .offset = i * 10
        };
    pair_join(halves, many, PAIR_SPAN_MESSAGE, arena);
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 2);
    free(halves);
    arena_free(arena);
}

static void a_part_fills_opens_and_raises_the_verdict(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct rule_pair pair = {
        .kind = "k", .role = PAIR_SECRET, .needs = 1u << PAIR_ID | 1u << PAIR_TENANT, .raises_verdict = true
    };
    struct finding finding = { .verdict = VERDICT_CONTEXTUAL,
                               .why = slice_str("shape"),
                               .path = slice_str("p") };
    struct finding_part id = { .role = PAIR_ID, .path = slice_str("q"), .shown = slice_str("client") };
    struct finding_part tenant = { .role = PAIR_TENANT, .path = slice_str("q"), .shown = slice_str("acme") };
    assert_int_equal(pair_lacks(&finding, &pair), pair.needs);
    pair_add_part(&finding, &pair, slice_str("\xE2\x97\x8F"), &id, "here", arena);
    assert_int_equal(finding.verdict, VERDICT_CONTEXTUAL);
    assert_int_equal(pair_lacks(&finding, &pair), 1u << PAIR_TENANT);
    pair_add_part(&finding, &pair, slice_str("\xE2\x97\x8F"), &tenant, "there", arena);
    assert_int_equal(finding.verdict, VERDICT_STRUCTURAL);
    assert_int_equal(finding.part_count, 3);
    assert_int_equal(finding.parts[0].role, PAIR_SECRET);
    assert_string_equal(finding.opens.user, "client");
    assert_string_equal(finding.opens.account, "acme");
    assert_true(slice_is_equal(finding.why, slice_str("shape; its id stands here; its tenant stands there")));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_a_leaf_the_nearest_go_together),
        cmocka_unit_test(blocks_go_together_in_their_order),
        cmocka_unit_test(one_user_may_have_two_passwords),
        cmocka_unit_test(far_apart_or_in_other_kinds_nothing_goes_together),
        cmocka_unit_test(leaves_are_strangers_unless_a_message_holds_them),
        cmocka_unit_test(known_values_are_not_gainsaid),
        cmocka_unit_test(fifty_rows_and_ten_thousand_halves),
        cmocka_unit_test(a_part_fills_opens_and_raises_the_verdict),
    };
    return cmocka_run_group_tests_name("pair", tests, NULL, NULL);
}
