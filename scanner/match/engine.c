/* engine.c - an engine: the database for finding, the programs for confirming. */
#include "match/engine.h"

#include <openssl/evp.h>

#include "match/database.h"
#include "match/known.h"
#include "match/rule_vendor.h"

int engine_check_cpu(struct error *err)
{
    if (hs_valid_platform() == HS_SUCCESS)
        return 0;
    return error_set(err, ERROR_UNSUPPORTED, "this CPU cannot run Hyperscan: it lacks SSSE3");
}

/* Rules that name only their vendor are hundreds, and few of them ever match: making machine code of all would take longer than
 * reading a small mailbox. So does that of the others, where there is nothing but a small mailbox to read. */
static bool is_late(const struct rule *rule, enum engine_use use)
{
    return rule->vendor || rule->vendor_word || (use == ENGINE_FOR_LITTLE && rule->groups > 0);
}

const struct program *engine_program(const struct engine *engine, uint32_t rule)
{
    struct program *program = &engine->programs[rule];
    struct error err;
    if (program->code)
        return program;
    /* It was compiled once when the rule was checked: only memory can be lacking. */
    if (program_init_plain(program, engine->set->rules[rule].pattern, &err) < 0 ||
        program->groups > engine->groups_max)
        abort();
    return program;
}

static void note_groups(struct engine *engine, uint32_t groups)
{
    engine->groups_max = groups > engine->groups_max ? groups : engine->groups_max;
}

static int compile_programs(struct engine *engine, enum engine_use use, struct error *err)
{
    struct error why;
    for (size_t i = 0; i < engine->set->count; i++) {
        const struct rule *rule = &engine->set->rules[i];
        note_groups(engine, rule->groups);
        if (is_late(rule, use) || known_is_rule(rule) || rule->is_opened)
            continue;
        if (program_init(&engine->programs[i], rule->pattern, &why) < 0)
            return error_set(err, why.kind, "%s:%u: %s: %s", rule->file, rule->line, rule->id, why.message);
        note_groups(engine, engine->programs[i].groups);
    }
    return 0;
}

struct engine *engine_new_for(enum engine_use use, const struct ruleset *set, struct slice database,
                              struct error *err)
{
    if (engine_check_cpu(err) < 0)
        return NULL;
    struct engine *engine = calloc(1, sizeof *engine);
    if (!engine)
        abort();
    engine->set = set;
    engine->groups_max = VENDOR_GROUPS;
    engine->programs = calloc(set->count + 1, sizeof *engine->programs);
    if (!engine->programs)
        abort();
    if (database_read(engine, database, err) == 0 && compile_programs(engine, use, err) == 0)
        return engine;
    engine_free(engine);
    return NULL;
}

struct engine *engine_new(const struct ruleset *set, struct slice database, struct error *err)
{
    return engine_new_for(ENGINE_FOR_MUCH, set, database, err);
}

void engine_free(struct engine *engine)
{
    if (!engine)
        return;
    for (size_t i = 0; i < engine->set->count; i++)
        program_release(&engine->programs[i]);
    for (enum engine_part part = ENGINE_OPEN; part < ENGINE_PARTS; part++)
        hs_free_database(engine->databases[part]);
    free(engine->rule_of);
    free(engine->programs);
    free(engine);
}

const struct ruleset *engine_rules(const struct engine *engine)
{
    return engine->set;
}

/* The key. Each text is told apart from the next by the NUL after it, and an absent one from an empty one. */

static void key_text(EVP_MD_CTX *digest, const char *text)
{
    EVP_DigestUpdate(digest, text ? "=" : "-", 1);
    if (text)
        EVP_DigestUpdate(digest, text, strlen(text) + 1);
}

static void key_slice(EVP_MD_CTX *digest, struct slice text)
{
    uint64_t len = text.len;
    EVP_DigestUpdate(digest, &len, sizeof len);
    if (text.len)
        EVP_DigestUpdate(digest, text.ptr, text.len);
}

static void key_number(EVP_MD_CTX *digest, uint64_t value)
{
    EVP_DigestUpdate(digest, &value, sizeof value);
}

static void key_rule(EVP_MD_CTX *digest, const struct rule *rule)
{
    const char *const texts[] = { rule->id,   rule->family,  rule->name,   rule->category, rule->pattern,
                                  rule->find, rule->service, rule->rotate, rule->reference };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        key_text(digest, texts[i]);
    key_number(digest, rule->severity);
    key_number(digest, rule->verdict);
    key_number(digest, rule->width);
    key_number(digest, rule->lead);
    key_number(digest, rule->validator_count);
    for (size_t i = 0; i < rule->validator_count; i++) {
        key_text(digest, rule->validators[i].validator->name);
        key_slice(digest, rule->validators[i].argument);
    }
}

static void key_platform(EVP_MD_CTX *digest, enum engine_target target)
{
    hs_platform_info_t platform = { 0 };
    if (target == ENGINE_THIS_HOST)
        hs_populate_platform(&platform);
    key_number(digest, target);
    key_number(digest, platform.tune);
    key_number(digest, platform.cpu_features);
}

void engine_key(const struct ruleset *set, enum engine_target target, char key[65])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    if (!digest || EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1)
        abort();
    key_text(digest, "mailspill-engine-2");
    key_text(digest, hs_version());
    key_platform(digest, target);
    for (size_t i = 0; i < set->count; i++)
        key_rule(digest, &set->rules[i]);
    EVP_DigestFinal_ex(digest, bytes, &len);
    EVP_MD_CTX_free(digest);
    for (size_t i = 0; i < 32; i++)
        snprintf(key + 2 * i, 3, "%02x", bytes[i]);
}
