/* database.c - rules to a serialised Hyperscan database, and back. */
#include "match/database.h"

#include <openssl/sha.h>

#include "base/sort.h"
#include "match/foreign.h"
#include "match/gate.h"
#include "match/known.h"
#include "match/pattern.h"
#include "match/rule_draft.h"
#include "match/shaped.h"

#define DATABASE_FLAGS HS_FLAG_MULTILINE
#define FIND_MAX ((size_t)128 * 1024)

static const unsigned char magic[8] = "MSPHSDB3";

/* What Hyperscan is given for a rule: its pattern made cheaper, and the flags under which it takes it. */
struct expression {
    struct buffer text; /* NUL-terminated */
    unsigned flags;
};

static bool is_taken(const char *text, unsigned flags, char words[200])
{
    hs_expr_info_t *info = NULL;
    hs_compile_error_t *error = NULL;
    bool is_read = hs_expression_info(text, flags, &info, &error) == HS_SUCCESS;
    bool is_good = is_read && info->min_width > 0;
    if (!is_good && words)
        snprintf(words, 200, "%s",
                 is_read ? "It matches nothing at all"
                 : error ? error->message
                         : "out of memory");
    hs_free_compile_error(error);
    free(info);
    return is_good;
}

/* Look-around and the like: Hyperscan then finds a superset, which PCRE2 confirms. */
static int choose_flags(struct expression *expression, struct error *err)
{
    char words[200];
    const char *text = (const char *)expression->text.ptr;
    expression->flags = DATABASE_FLAGS;
    if (is_taken(text, DATABASE_FLAGS, NULL))
        return 0;
    expression->flags = DATABASE_FLAGS | HS_FLAG_PREFILTER;
    if (is_taken(text, expression->flags, words))
        return 0;
    return error_set(err, ERROR_FORMAT,
                     "Hyperscan says '%s': write it otherwise, or give a `find:` without it", words);
}

static int expression_init(struct expression *expression, const struct rule *rule, struct error *err)
{
    buffer_init(&expression->text, FIND_MAX);
    pattern_put_find(rule->find ? rule->find : rule->pattern, &expression->text);
    if (buffer_put_byte(&expression->text, 0) < 0)
        return error_set(err, ERROR_FORMAT, "longer than %zu bytes: give a shorter `find:`", FIND_MAX);
    return choose_flags(expression, err);
}

int database_check(const struct rule *rule, struct error *err)
{
    struct expression expression;
    int result = expression_init(&expression, rule, err);
    buffer_release(&expression.text);
    return result;
}

/* Where RULE is looked for, but for what of it needs bytes beyond ASCII. */
static enum engine_part part_of(const struct rule *rule)
{
    if (gate_holds(rule))
        return ENGINE_GATED;
    return rule->verdict == VERDICT_PROSE ? ENGINE_PROSE : ENGINE_OPEN;
}

/* Leave of RULE's expression what belongs to PART. False: nothing does. */
static bool expression_cut(struct expression *expression, const struct rule *rule, enum engine_part part)
{
    struct buffer plain, foreign;
    struct error ignored;
    if (part_of(rule) == ENGINE_GATED)
        return part == ENGINE_GATED;
    if (part != part_of(rule) && part != ENGINE_FOREIGN)
        return false;
    buffer_init(&plain, FIND_MAX + 16);
    buffer_init(&foreign, FIND_MAX + 16);
    foreign_split((const char *)expression->text.ptr, &plain, &foreign);
    buffer_release(&expression->text);
    expression->text = part == ENGINE_FOREIGN ? foreign : plain;
    buffer_release(part == ENGINE_FOREIGN ? &plain : &foreign);
    bool has_any = expression->text.len > 0;
    buffer_put_byte(&expression->text, 0);
    return has_any && choose_flags(expression, &ignored) == 0;
}

struct fingerprint rule_fingerprint(const struct rule *rule)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    struct fingerprint print;
    struct buffer text;
    if (rule->fingerprint) {
        memcpy(print.bytes, rule->fingerprint, sizeof print.bytes);
        return print;
    }
    buffer_init(&text, FIND_MAX);
    buffer_put(&text, slice_of(rule->id, strlen(rule->id) + 1));
    buffer_put_str(&text, rule->find ? rule->find : rule->pattern);
    SHA256(text.ptr, text.len, digest);
    buffer_release(&text);
    memcpy(print.bytes, digest, sizeof print.bytes);
    return print;
}

/* Compiling. */

struct compilation {
    const struct ruleset *set;
    struct expression *expressions;
    const char **texts;
    unsigned *flags, *ids;
    size_t count; /* that Hyperscan has not refused */
};

static struct mistakes mistakes_of(const struct rule_report *report, const struct rule *rule)
{
    return (struct mistakes){ report, rule->file, 0 };
}

static void compilation_add(struct compilation *work, size_t index)
{
    work->texts[work->count] = (const char *)work->expressions[index].text.ptr;
    work->flags[work->count] = work->expressions[index].flags;
    work->ids[work->count++] = (unsigned)index;
}

/* The mistakes told. */
static size_t compilation_init(struct compilation *work, const struct ruleset *set, enum engine_part part,
                               const struct rule_report *report)
{
    size_t wrong = 0, room = set->count + 1;
    *work = (struct compilation){ .set = set };
    work->expressions = calloc(room, sizeof *work->expressions);
    work->texts = calloc(room, sizeof *work->texts);
    work->flags = calloc(room, sizeof *work->flags);
    work->ids = calloc(room, sizeof *work->ids);
    if (!work->expressions || !work->texts || !work->flags || !work->ids)
        abort();
    for (size_t i = 0; i < set->count; i++) {
        struct error err;
        struct mistakes mistakes = mistakes_of(report, &set->rules[i]);
        if (set->rules[i].run || shaped_holds(&set->rules[i]))
            continue;
        bool is_good = expression_init(&work->expressions[i], &set->rules[i], &err) == 0;
        if (is_good && expression_cut(&work->expressions[i], &set->rules[i], part))
            compilation_add(work, i);
        else if (!is_good && part == part_of(&set->rules[i]))
            mistakes_put(&mistakes, set->rules[i].line, "%s: %s", set->rules[i].id, err.message);
        wrong += mistakes.count;
    }
    return wrong;
}

static void compilation_release(struct compilation *work)
{
    for (size_t i = 0; i < work->set->count; i++)
        buffer_release(&work->expressions[i].text);
    free(work->expressions);
    free(work->texts);
    free(work->flags);
    free(work->ids);
}

/* Tell what Hyperscan has against the expression at AT, and leave that out. */
static void compilation_drop(struct compilation *work, size_t at, const char *words,
                             const struct rule_report *report)
{
    const struct rule *rule = &work->set->rules[work->ids[at]];
    struct mistakes mistakes = mistakes_of(report, rule);
    mistakes_put(&mistakes, rule->line, "%s: Hyperscan says '%s'%s", rule->id, words,
                 strstr(words, "too large") ? ": give a shorter `find:`" : "");
    size_t after = work->count - at - 1;
    memmove(&work->texts[at], &work->texts[at + 1], after * sizeof *work->texts);
    memmove(&work->flags[at], &work->flags[at + 1], after * sizeof *work->flags);
    memmove(&work->ids[at], &work->ids[at + 1], after * sizeof *work->ids);
    work->count--;
}

/* Compile until nothing is left to complain of; WRONG mistakes were told before. */
static hs_database_t *compile_all(struct compilation *work, const hs_platform_info_t *platform, size_t wrong,
                                  const struct rule_report *report, struct error *err)
{
    hs_database_t *database = NULL;
    while (work->count > 0) {
        hs_compile_error_t *error = NULL;
        hs_error_t result = hs_compile_multi(work->texts, work->flags, work->ids, (unsigned)work->count,
                                             HS_MODE_BLOCK, platform, &database, &error);
        if (result == HS_SUCCESS)
            break;
        if (!error || error->expression < 0 || (size_t)error->expression >= work->count) {
            error_set(err, ERROR_FORMAT, "Hyperscan says '%s'", error ? error->message : "out of memory");
            hs_free_compile_error(error);
            return NULL;
        }
        compilation_drop(work, (size_t)error->expression, error->message, report);
        hs_free_compile_error(error);
        wrong++;
    }
    if (wrong == 0)
        return database;
    hs_free_database(database);
    error_set(err, ERROR_FORMAT, "%zu rules cannot be used", wrong);
    return NULL;
}

static int write_head(const struct ruleset *set, struct buffer *out)
{
    buffer_put(out, slice_of(magic, sizeof magic));
    buffer_put_u32le(out, (uint32_t)set->count);
    for (size_t i = 0; i < set->count; i++) {
        struct fingerprint print = rule_fingerprint(&set->rules[i]);
        buffer_put(out, slice_of(print.bytes, sizeof print.bytes));
    }
    return out->is_overfull ? -1 : 0;
}

static int write_part(const hs_database_t *database, struct buffer *out, struct error *err)
{
    char *bytes = NULL;
    size_t len = 0;
    if (database && hs_serialize_database(database, &bytes, &len) != HS_SUCCESS)
        return error_set(err, ERROR_SYSTEM, "cannot serialise the compiled rules");
    buffer_put_u64le(out, len);
    buffer_put(out, slice_of(bytes, len));
    free(bytes);
    return out->is_overfull
               ? error_set(err, ERROR_LIMIT, "the compiled rules are larger than %zu bytes", out->ceiling)
               : 0;
}

static int choose_platform(enum engine_target target, hs_platform_info_t *platform, struct error *err)
{
    *platform = (hs_platform_info_t){ .tune = HS_TUNE_FAMILY_GENERIC };
    if (target == ENGINE_THIS_HOST && hs_populate_platform(platform) != HS_SUCCESS)
        return error_set(err, ERROR_SYSTEM, "Hyperscan cannot tell this CPU");
    return 0;
}

static int compile_part(const struct ruleset *set, enum engine_part part, const hs_platform_info_t *platform,
                        struct buffer *out, const struct rule_report *report, struct error *err)
{
    struct compilation work;
    err->kind = ERROR_NONE;
    size_t wrong = compilation_init(&work, set, part, report);
    hs_database_t *database = compile_all(&work, platform, wrong, report, err);
    int result = err->kind == ERROR_NONE ? write_part(database, out, err) : -1;
    hs_free_database(database);
    compilation_release(&work);
    return result;
}

int engine_compile(const struct ruleset *set, enum engine_target target, struct buffer *out,
                   const struct rule_report *report, struct error *err)
{
    hs_platform_info_t platform;
    struct error ignored;
    if (!err)
        err = &ignored;
    if (engine_check_cpu(err) < 0 || choose_platform(target, &platform, err) < 0)
        return -1;
    int result = write_head(set, out);
    if (result < 0)
        error_set(err, ERROR_LIMIT, "the compiled rules are larger than %zu bytes", out->ceiling);
    for (enum engine_part part = ENGINE_OPEN; part < ENGINE_PARTS; part++)
        if (compile_part(set, part, &platform, out, report, err) < 0)
            result = -1;
    return result;
}

/* Reading. */

/* Indices of the set's rules, sorted by fingerprint. */
struct print_of {
    struct fingerprint print;
    uint32_t rule;
};

static int by_print(const void *a, const void *b)
{
    return memcmp(((const struct print_of *)a)->print.bytes, ((const struct print_of *)b)->print.bytes,
                  sizeof(struct fingerprint));
}

static struct print_of *prints_new(const struct ruleset *set, size_t *count)
{
    struct print_of *known = calloc(set->count + 1, sizeof *known);
    if (!known)
        abort();
    for (size_t i = 0; i < set->count; i++)
        if (!known_is_rule(&set->rules[i]) && !set->rules[i].is_opened)
            known[(*count)++] = (struct print_of){ rule_fingerprint(&set->rules[i]), (uint32_t)i };
    sort_items(known, *count, sizeof *known, by_print);
    return known;
}

/* Fill rule_of from the fingerprints; each rule of the set must be there. */
static int read_ids(struct engine *engine, struct slice prints, struct error *err)
{
    const struct ruleset *set = engine->set;
    size_t found = 0, count = 0;
    struct print_of *known = prints_new(set, &count);
    for (size_t id = 0; id < engine->id_count; id++) {
        struct print_of wanted = { .rule = 0 };
        memcpy(wanted.print.bytes, prints.ptr + id * sizeof wanted.print, sizeof wanted.print);
        const struct print_of *hit = sort_find(&wanted, known, count, sizeof *known, by_print);
        engine->rule_of[id] = hit ? hit->rule : ENGINE_NO_RULE;
        found += hit != NULL;
    }
    free(known);
    if (found != count)
        return error_set(err, ERROR_FORMAT, "the compiled rules hold %zu of %zu rules", found, count);
    return 0;
}

static int read_part(struct slice *bytes, hs_database_t **database, struct error *err)
{
    uint64_t len;
    struct slice part;
    if (slice_eat_u64le(bytes, &len) < 0 || len > bytes->len || slice_eat(bytes, (size_t)len, &part) < 0)
        return error_set(err, ERROR_FORMAT, "the compiled rules are damaged");
    hs_error_t result =
        len ? hs_deserialize_database((const char *)part.ptr, part.len, database) : HS_SUCCESS;
    if (result == HS_SUCCESS)
        return 0;
    return error_set(err, ERROR_FORMAT, "Hyperscan refuses the compiled rules (error %d)", result);
}

static size_t reach_of(const struct ruleset *set)
{
    size_t reach = 0;
    for (size_t i = 0; i < set->count; i++)
        if (gate_holds(&set->rules[i]) && set->rules[i].width > reach)
            reach = set->rules[i].width;
    return reach;
}

static int take_runs(struct engine *engine, struct error *err)
{
    for (size_t i = 0; i < engine->set->count; i++) {
        if (!engine->set->rules[i].run)
            continue;
        if (engine->run_count == ENGINE_RUNS_MAX)
            return error_set(err, ERROR_LIMIT, "more than %d rules with `run:`", ENGINE_RUNS_MAX);
        engine->runs[engine->run_count].rule = (uint32_t)i;
        engine->runs[engine->run_count++].kind = gate_run_from_name(engine->set->rules[i].run);
    }
    return 0;
}

int database_read(struct engine *engine, struct slice bytes, struct error *err)
{
    struct slice head, prints;
    uint32_t count;
    if (slice_eat(&bytes, sizeof magic, &head) < 0 || memcmp(head.ptr, magic, sizeof magic) != 0 ||
        slice_eat_u32le(&bytes, &count) < 0 || count > RULES_MAX ||
        slice_eat(&bytes, count * sizeof(struct fingerprint), &prints) < 0)
        return error_set(err, ERROR_FORMAT, "the compiled rules are damaged");
    engine->id_count = count;
    engine->rule_of = calloc((size_t)count + 1, sizeof *engine->rule_of);
    if (!engine->rule_of)
        abort();
    engine->gate_reach = reach_of(engine->set);
    if (take_runs(engine, err) < 0 || read_ids(engine, prints, err) < 0)
        return -1;
    for (enum engine_part part = ENGINE_OPEN; part < ENGINE_PARTS; part++)
        if (read_part(&bytes, &engine->databases[part], err) < 0)
            return -1;
    return 0;
}
