/* opens_test.c - what secrets open, as far as they or their surroundings tell: a template, the rule, the field, what it holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "match/engine.h"
#include "match/matcher.h"
#include "match/rule_packed.h"
#include "validate/maker.h"

#define TEXT_MAX ((size_t)64 * 1024)

enum field { SERVICE, HOST, USER, ACCOUNT, EXPIRES, WHY };

struct told {
    const char *template, *rule;
    enum field field;
    const char *part; /* stands in the field; "" if it need only hold something */
};

static const struct told table[] = {
    { "key id {aws-key-id:} for you", "aws-access-key-id", ACCOUNT, "" },
    { "keys: {aws-key-id:},{aws-secret:}", "aws-key-pair", USER, "AKIA" },
    { "keys: {aws-key-id:},{aws-secret:}", "aws-key-pair", ACCOUNT, "" },
    { "the key is {azure-cask:AZEG} ok", "azure-cask-key", SERVICE, "AZEG" },
    { "the key is {azure-cask:AZEG} ok", "azure-cask-key", WHY, "made in 20" },
    { "token {jwt:iss=https://idp.acme.test,aud=shop,sub=ann,exp=4102444800}", "jwt", HOST, "idp.acme.test" },
    { "token {jwt:iss=https://idp.acme.test,aud=shop,sub=ann,exp=4102444800}", "jwt", USER, "ann" },
    { "token {jwt:iss=https://idp.acme.test,aud=shop,sub=ann,exp=4102444800}", "jwt", ACCOUNT, "shop" },
    { "token {jwt:iss=https://idp.acme.test,aud=shop,sub=ann,exp=4102444800}", "jwt", EXPIRES, "2100-01-01" },
    { "token {jwt:sub=ann,exp=1600000000}", "jwt", EXPIRES, "2020-09-13" },
    { "token {jwt:sub=ann,exp=1600000000}", "jwt", WHY, "expired" },
    { "https://acme7.blob.core.windows.net/c?{azure-sas:2099-12-31}", "azure-sas", HOST,
      "acme7.blob.core.windows.net" },
    { "https://acme7.blob.core.windows.net/c?{azure-sas:2099-12-31}", "azure-sas", EXPIRES, "2099-12-31" },
    { "https://acme7.blob.core.windows.net/c?{azure-sas:2099-12-31}", "azure-sas", WHY, "permissions r" },
    { "https://acme7.blob.core.windows.net/c?{azure-sas:2020-12-31}", "azure-sas", WHY, "expired" },
    { "token {gitlab-routable:glpat-}", "gitlab-routable-token", ACCOUNT, "" },
    { "token {jfrog:4102444800}", "jfrog-reference-token", EXPIRES, "2100-01-01" },
    { "token {jfrog:1600000000}", "jfrog-reference-token", WHY, "expired" },
    { "clusters:\n- cluster:\n    server: https://k8s.acme.test:6443\n  name: prod\nusers:\n- name: ci\n  "
      "user:\n    token: {alnum:60}\n",
      "kubernetes-token", HOST, "k8s.acme.test:6443" },
    { "clone https://ann:{alnum:14}@git.acme.net/shop.git", "credentials-in-url", HOST, "git.acme.net" },
    { "clone https://ann:{alnum:14}@git.acme.net/shop.git", "credentials-in-url", USER, "ann" },
    { "postgres://app:{alnum:14}@db7.acme.net:5432/shop", "postgres-url", HOST, "db7.acme.net" },
    { "Server=db7.acme.net;Database=shop;User Id=app;Password={alnum:14}4x;", "ado-connection-string", USER,
      "app" },
    { "log in with ann/{lower:6}{digits:3}x as usual", "login-slash-password", USER, "ann" },
    { "Inloggen op het CMS: redactie / {lower:6}{digits:3}x", "login-pair", USER, "redactie" },
    { "db creds - app_ro / Vw{digits:1}-{lower:6}", "login-pair", USER, "app_ro" },
    { "Netflix: anna@acme.test / {lower:6}{digits:3}x", "login-pair", USER, "anna@acme.test" },
    { "logga in med vikarie och {lower:6}{digits:3}x", "login-joined", USER, "vikarie" },
};

struct world {
    struct ruleset *set;
    struct engine *engine;
    struct matcher *matcher;
    const struct told *at;
    bool is_met;
    char got[512];
};

static const char *field_of(const struct match *match, enum field field)
{
    switch (field) {
    case SERVICE:
        return match->opens->service;
    case HOST:
        return match->opens->host;
    case USER:
        return match->opens->user;
    case ACCOUNT:
        return match->opens->account;
    case EXPIRES:
        return match->opens->expires;
    default:
        return match->why;
    }
}

static void take_match(void *ctx, const struct match *match)
{
    struct world *world = ctx;
    size_t len = strlen(world->got);
    const char *value = field_of(match, world->at->field);
    bool is_rule = strcmp(match->rule->id, world->at->rule) == 0;
    snprintf(world->got + len, sizeof world->got - len, " %s:'%s'", match->rule->id, value);
    world->is_met |= is_rule && value[0] && strstr(value, world->at->part);
}

static void take_rejected(void *ctx, const struct match_rejected *rejected)
{
    struct world *world = ctx;
    size_t len = strlen(world->got);
    snprintf(world->got + len, sizeof world->got - len, " (%s %s)", rejected->rule->id, rejected->why);
}

static bool is_told(struct world *world, const struct told *told)
{
    const struct match_sink sink = { take_match, take_rejected, world };
    struct error err = { 0 };
    struct buffer text;
    struct prng prng;
    buffer_init(&text, TEXT_MAX);
    prng_init(&prng, slice_str(told->template));
    assert_int_equal(maker_expand(slice_str(told->template), &prng, &text, &err), 0);
    buffer_put(&text, slice_str("\n"));
    const struct text_view view = { .view = VIEW_TEXT, .text = buffer_slice(&text) };
    const struct text_block block = { .text = view.text, .is_last = true, .views = &view, .view_count = 1 };
    world->at = told;
    world->is_met = false;
    world->got[0] = '\0';
    matcher_begin(world->matcher, &sink);
    matcher_block(world->matcher, &block);
    buffer_release(&text);
    return world->is_met;
}

static void what_it_opens_is_told(void **state)
{
    struct world *world = *state;
    unsigned wrong = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!is_told(world, &table[i])) {
            print_error("%s, field %d, wanted '%s':%s\n", table[i].template, (int)table[i].field,
                        table[i].part, world->got);
            wrong++;
        }
    assert_int_equal(wrong, 0);
}

static int setup(void **state)
{
    static struct world world;
    struct error err = { 0 };
    world.set = ruleset_new();
    if (ruleset_add_packed(world.set, engine_builtin_rules(), "built-in", &err) < 0)
        return -1;
    world.engine = engine_new(world.set, engine_builtin_database(), &err);
    world.matcher = world.engine ? matcher_new(world.engine, 16, &err) : NULL;
    *state = &world;
    return world.matcher ? 0 : -1;
}

static int teardown(void **state)
{
    struct world *world = *state;
    matcher_free(world->matcher);
    engine_free(world->engine);
    ruleset_free(world->set);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(what_it_opens_is_told) };
    return cmocka_run_group_tests_name("opens", tests, setup, teardown);
}
