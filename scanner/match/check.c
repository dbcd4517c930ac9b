/* check.c - do rules find their examples, spare their negatives, and cost little? */
#include "match/check.h"

#include <stdarg.h>

#include "match/matcher.h"
#include "match/rule_draft.h"
#include "validate/maker.h"

#define DATABASE_MAX ((size_t)256 * 1024 * 1024)
#define EXAMPLE_MAX ((size_t)256 * 1024)
#define CLEAN_TEXT ((size_t)1024 * 1024)
#define ROUNDS 3

/* What a scan gave of one rule. */
struct tally {
    const struct rule *rule;
    size_t found, rejected;
    char why[160]; /* of a rejection */
};

static void tally_match(void *ctx, const struct match *match)
{
    struct tally *tally = ctx;
    tally->found += match->rule == tally->rule;
}

static void tally_rejected(void *ctx, const struct match_rejected *rejected)
{
    struct tally *tally = ctx;
    if (rejected->rule != tally->rule)
        return;
    tally->rejected++;
    snprintf(tally->why, sizeof tally->why, "%s", rejected->why);
}

static void scan_text(struct matcher *matcher, struct slice text, struct tally *tally)
{
    const struct match_sink sink = { tally_match, tally_rejected, tally };
    const struct text_view view = { VIEW_TEXT, text, { NULL, 0 } };
    const struct text_block block = { text, 0, 0, true, &view, 1 };
    matcher_begin(matcher, &sink);
    matcher_block(matcher, &block);
}

/* Rules, engine and matcher together. */
struct bench {
    struct engine *engine;
    struct matcher *matcher;
};

static void bench_release(struct bench *bench)
{
    matcher_free(bench->matcher);
    engine_free(bench->engine);
}

static int bench_init(struct bench *bench, const struct ruleset *set, const struct rule_report *report,
                      struct error *err)
{
    struct buffer database;
    *bench = (struct bench){ NULL, NULL };
    buffer_init(&database, DATABASE_MAX);
    if (engine_compile_within(ENGINE_COMPILE_SECONDS, set, ENGINE_THIS_HOST, &database, report, err) == 0)
        bench->engine = engine_new(set, buffer_slice(&database), err);
    buffer_release(&database);
    if (bench->engine)
        bench->matcher = matcher_new(bench->engine, 0, err);
    if (bench->matcher)
        return 0;
    bench_release(bench);
    return -1;
}

/* Examples. */

enum sample_kind { SAMPLE_EXAMPLE, SAMPLE_NEGATIVE };

struct examination {
    struct matcher *matcher;
    struct check_result *result;
    const struct rule_report *report;
    struct buffer text;
};

static int make_sample(struct examination *exam, const struct rule *rule, enum sample_kind kind, size_t index,
                       struct error *err)
{
    char seed[128];
    struct prng prng;
    const char *const *samples = kind == SAMPLE_EXAMPLE ? rule->examples : rule->negatives;
    snprintf(seed, sizeof seed, "%s %s %zu", rule->id, kind == SAMPLE_EXAMPLE ? "example" : "negative",
             index);
    prng_init(&prng, slice_str(seed));
    buffer_wipe(&exam->text);
    return maker_expand(slice_str(samples[index]), &prng, &exam->text, err);
}

static void examine(struct examination *exam, const struct rule *rule, enum sample_kind kind, size_t index)
{
    const char *name = kind == SAMPLE_EXAMPLE ? "example" : "negative";
    struct mistakes mistakes = { exam->report, rule->file, 0 };
    struct tally tally = { .rule = rule };
    struct error err;
    if (make_sample(exam, rule, kind, index, &err) < 0) {
        mistakes_put(&mistakes, rule->line, "%s: %s %zu: %s", rule->id, name, index + 1, err.message);
    } else {
        scan_text(exam->matcher, buffer_slice(&exam->text), &tally);
        if (kind == SAMPLE_EXAMPLE && tally.found == 0)
            mistakes_put(&mistakes, rule->line, "%s: example %zu is not found%s%s: %s", rule->id, index + 1,
                         tally.rejected ? ": rejected, " : "", tally.why, rule->examples[index]);
        if (kind == SAMPLE_NEGATIVE && tally.found > 0)
            mistakes_put(&mistakes, rule->line, "%s: negative %zu is found: %s", rule->id, index + 1,
                         rule->negatives[index]);
    }
    exam->result->failed += mistakes.count > 0;
}

int check_examples(const struct ruleset *set, struct check_result *result, const struct rule_report *report,
                   struct error *err)
{
    struct bench bench;
    struct examination exam = { .result = result, .report = report };
    if (bench_init(&bench, set, report, err) < 0)
        return -1;
    exam.matcher = bench.matcher;
    buffer_init(&exam.text, EXAMPLE_MAX);
    for (size_t r = 0; r < set->count; r++) {
        const struct rule *rule = &set->rules[r];
        for (size_t i = 0; i < rule->example_count; i++)
            examine(&exam, rule, SAMPLE_EXAMPLE, i);
        for (size_t i = 0; i < rule->negative_count; i++)
            examine(&exam, rule, SAMPLE_NEGATIVE, i);
        result->examples += rule->example_count;
        result->negatives += rule->negative_count;
    }
    result->rules = set->count;
    buffer_release(&exam.text);
    bench_release(&bench);
    return 0;
}

/* Costs. */

static const char *const words[] = {
    "the",     "and",      "to",       "please",  "we",       "meeting", "key",     "password", "token",
    "account", "server",   "attached", "report",  "Monday",   "2024",    "invoice", "customer", "access",
    "is",      "for",      "of",       "release", "secret",   "with",    "on",      "you",      "team",
    "review",  "database", "not",      "10:30",   "project",  "this",    "update",  "from",     "login",
    "version", "1.2.3",    "all",      "call",    "deadline", "thanks",  "file",    "system",   "user",
};

static void put_word(struct prng *prng, struct buffer *out)
{
    size_t pick = prng_below(prng, 200);
    if (pick < 190) {
        buffer_put_str(out, words[prng_below(prng, sizeof words / sizeof *words)]);
    } else if (pick < 194) {
        buffer_put_str(out, "https://www.example.com/");
        prng_text(prng, out, "abcdefghijklmnopqrstuvwxyz0123456789/-", 10 + prng_below(prng, 40));
    } else if (pick < 197) {
        prng_text(prng, out, "abcdefghijklmnopqrstuvwxyz.", 4 + prng_below(prng, 8));
        buffer_put_str(out, "@example.org");
    } else {
        prng_text(prng, out, "0123456789abcdef", 8 + prng_below(prng, 33));
    }
}

/* Words, wrapped and quoted like mail, with addresses, links and numbers; some lines of base64. */
static void make_clean_text(struct buffer *out)
{
    struct prng prng;
    size_t column = 0;
    prng_init(&prng, slice_str("clean text"));
    while (out->len < CLEAN_TEXT) {
        size_t before = out->len;
        put_word(&prng, out);
        buffer_put_str(out, prng_below(&prng, 12) == 0 ? ", " : " ");
        column += out->len - before;
        if (column < 66)
            continue;
        buffer_put_str(out, prng_below(&prng, 5) == 0 ? "\n> " : "\n");
        column = 0;
        if (prng_below(&prng, 50) != 0)
            continue;
        prng_text(&prng, out, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 76);
        buffer_put_byte(out, '\n');
    }
}

static double cpu_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* The least of some rounds, nanoseconds a byte: noise only adds. */
static double measure(struct matcher *matcher, struct slice text, struct tally *tally)
{
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        tally->found = tally->rejected = 0;
        double start = cpu_now();
        scan_text(matcher, text, tally);
        double took = cpu_now() - start;
        if (round == 0 || took < best)
            best = took;
    }
    return best / (double)text.len;
}

static int cost_of(const struct rule *rule, struct slice text, struct rule_cost *cost, struct error *err)
{
    struct rule one = *rule;
    struct ruleset set = { NULL, &one, 1, rule->width };
    struct tally tally = { .rule = &one };
    struct bench bench;
    if (bench_init(&bench, &set, NULL, err) < 0)
        return -1;
    cost->rule = rule;
    cost->nanoseconds = measure(bench.matcher, text, &tally);
    cost->hits = matcher_windows(bench.matcher);
    cost->matches = tally.found;
    bench_release(&bench);
    return 0;
}

static void keep_worst(struct check_result *result, const struct rule_cost *cost)
{
    size_t at = result->worst_count;
    while (at > 0 && result->worst[at - 1].nanoseconds < cost->nanoseconds)
        at--;
    if (at == CHECK_WORST)
        return;
    size_t kept = result->worst_count < CHECK_WORST ? result->worst_count : CHECK_WORST - 1;
    memmove(&result->worst[at + 1], &result->worst[at], (kept - at) * sizeof *cost);
    result->worst[at] = *cost;
    result->worst_count = kept + 1;
}

/* What scanning costs whatever the rule: views, and a literal that never stands there. */
static int base_cost(struct slice text, double *nanoseconds, struct error *err)
{
    struct rule never = { .id = "never", .pattern = "\\x00\\x01never\\x01\\x00", .width = 16, .file = "" };
    struct rule_cost cost;
    if (cost_of(&never, text, &cost, err) < 0)
        return -1;
    *nanoseconds = cost.nanoseconds;
    return 0;
}

int check_costs(const struct ruleset *set, struct check_result *result, struct error *err)
{
    struct buffer text;
    double base = 0;
    buffer_init(&text, 2 * CLEAN_TEXT);
    make_clean_text(&text);
    int status = base_cost(buffer_slice(&text), &base, err);
    for (size_t i = 0; i < set->count && status == 0; i++) {
        struct rule_cost cost;
        status = cost_of(&set->rules[i], buffer_slice(&text), &cost, err);
        if (status < 0)
            break;
        cost.nanoseconds = cost.nanoseconds > base ? cost.nanoseconds - base : 0;
        keep_worst(result, &cost);
    }
    result->rules = set->count;
    buffer_release(&text);
    return status;
}

static int check_one(const struct rule *rule, const struct rule_report *report, struct slice text,
                     struct rule_cost *cost, size_t *failed, struct error *err)
{
    struct rule one = *rule;
    struct ruleset set = { NULL, &one, 1, rule->width };
    struct check_result result = { 0 };
    if (check_examples(&set, &result, report, err) < 0)
        return -1;
    *failed = result.failed;
    return cost_of(rule, text, cost, err);
}

int check_each(const struct ruleset *set, const struct rule_report *report,
               void (*told)(void *ctx, const struct rule_cost *cost, size_t failed), void *ctx,
               struct error *err)
{
    struct buffer text;
    double base = 0;
    buffer_init(&text, 2 * CLEAN_TEXT);
    make_clean_text(&text);
    int status = base_cost(buffer_slice(&text), &base, err);
    for (size_t i = 0; i < set->count && status == 0; i++) {
        struct rule_cost cost;
        size_t failed = 0;
        status = check_one(&set->rules[i], report, buffer_slice(&text), &cost, &failed, err);
        if (status < 0)
            break;
        cost.nanoseconds = cost.nanoseconds > base ? cost.nanoseconds - base : 0;
        told(ctx, &cost, failed);
    }
    buffer_release(&text);
    return status;
}

static void print(const struct check_printer *printer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void print(const struct check_printer *printer, const char *format, ...)
{
    char text[512];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    printer->line(printer->ctx, text);
}

void check_print(const struct check_result *result, const struct check_printer *printer)
{
    print(printer, "%zu rules, %zu examples, %zu negatives, %zu failed", result->rules, result->examples,
          result->negatives, result->failed);
    if (result->worst_count > 0)
        print(printer, "the dearest rules, CPU by the byte of clean text:");
    for (size_t i = 0; i < result->worst_count; i++) {
        const struct rule_cost *cost = &result->worst[i];
        print(printer, "  %6.3f ns  %-40s %llu looks, %llu found", cost->nanoseconds, cost->rule->id,
              (unsigned long long)cost->hits, (unsigned long long)cost->matches);
    }
}
