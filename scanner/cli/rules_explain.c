/* rules_explain.c - `mailspill rules explain PATH…`: which rules looked at a text, and what each decided and why. */
#include <stdio.h>

#include "base/utf8.h"
#include "base/sort.h"
#include "cli/rules_commands.h"
#include "work/sandbox.h"

#define DATABASE_MAX ((size_t)1024 * 1024 * 1024)
#define ENTRIES_MAX ((size_t)200000)

/* What one rule decided in one place. */
struct entry {
    struct slice path, rule, words;
    uint64_t line; /* 0: it only looked */
    const char *decision;
};

struct explaining {
    struct arena *arena;
    struct entry *entries;
    size_t count, capacity;
    bool is_full;
    struct scan_request request;
    struct buffer database;
    struct report *report;
    struct id_key key; /* of zeros: no secret_id is shown */
};

static void add_entry(struct explaining *explaining, const struct entry *entry)
{
    if (explaining->count == ENTRIES_MAX) {
        explaining->is_full = true;
        return;
    }
    if (explaining->count == explaining->capacity) {
        explaining->capacity = explaining->capacity ? 2 * explaining->capacity : 256;
        explaining->entries =
            reallocarray(explaining->entries, explaining->capacity, sizeof *explaining->entries);
        if (!explaining->entries)
            abort();
    }
    explaining->entries[explaining->count++] = *entry;
}

static const char *decision_of(uint64_t line, struct slice why)
{
    if (line == 0)
        return "looked";
    return slice_starts_with(why, "mail's own noise") ? "noise" : "rejected";
}

static void on_explained(void *ctx, struct slice path, uint64_t line, struct slice rule, struct slice why)
{
    struct explaining *explaining = ctx;
    struct arena *arena = explaining->arena;
    const struct entry entry = { arena_copy(arena, path), arena_copy(arena, rule), arena_copy(arena, why),
                                 line, decision_of(line, why) };
    add_entry(explaining, &entry);
}

/* The reporter. */

static void add_finding(struct explaining *explaining, const struct report_finding *shown)
{
    const struct finding *finding = shown->finding;
    struct arena *arena = explaining->arena;
    struct buffer words;
    buffer_init(&words, 64 * 1024);
    buffer_printf(&words, "%s, %s: %.*s (%.*s, in the %s view)", verdict_name(finding->verdict),
                  severity_name(finding->severity), (int)finding->why.len, (const char *)finding->why.ptr,
                  (int)shown->redacted.len, (const char *)shown->redacted.ptr, view_name(finding->view));
    const struct entry entry = { arena_copy(arena, finding->path), slice_str(shown->rule->id),
                                 arena_copy(arena, buffer_slice(&words)), finding->line, "finding" };
    add_entry(explaining, &entry);
    for (size_t i = 0; i < finding->also_rule_count; i++) {
        struct entry other = entry;
        other.rule = arena_copy(arena, finding->also_rules[i]);
        other.words = arena_printf(arena, "matched here too; %s is the surer one", shown->rule->id);
        other.decision = "also";
        add_entry(explaining, &other);
    }
    buffer_release(&words);
}

static void on_finding(struct report *report, const struct report_finding *shown)
{
    add_finding(report->state, shown);
}

static void on_gap(struct report *report, const struct report_gap *shown)
{
    struct explaining *explaining = report->state;
    const struct gap_record *gap = shown->gap;
    const struct entry entry = { arena_copy(explaining->arena, gap->path),
                                 slice_str(gap_kind_name(gap->gap.kind)),
                                 arena_copy(explaining->arena, gap->gap.reason), 0, "gap" };
    add_entry(explaining, &entry);
}

static const struct reporter reporter_explain = {
    .name = "explain",
    .title = "what each rule decided",
    .finding = on_finding,
    .gap = on_gap,
};

static int open_reports(void *ctx, const struct report_run *run, struct report ***reports, size_t *count,
                        struct error *err)
{
    struct explaining *explaining = ctx;
    explaining->report = report_new_calling(&reporter_explain, explaining, 0, run, err);
    *reports = &explaining->report;
    *count = 1;
    return explaining->report ? 0 : -1;
}

/* Printing: by text, findings and rejections by line, then the rules that only looked. */

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = slice_compare(x->path, y->path);
    uint64_t left = x->line ? x->line : UINT64_MAX, right = y->line ? y->line : UINT64_MAX;
    if (order == 0 && left != right)
        order = left < right ? -1 : 1;
    if (order == 0)
        order = slice_compare(x->rule, y->rule);
    return order != 0 ? order : slice_compare(x->words, y->words);
}

static void print_safe(struct slice text)
{
    struct buffer safe;
    buffer_init(&safe, (size_t)1024 * 1024);
    utf8_put_escaped(&safe, text);
    fwrite(safe.ptr, 1, safe.len, stdout);
    buffer_release(&safe);
}

static void print_entry(const struct entry *entry)
{
    char line[24] = "";
    if (entry->line > 0)
        snprintf(line, sizeof line, "%llu", (unsigned long long)entry->line);
    printf("  %6s  %-9s %-32.*s ", line, entry->decision, (int)entry->rule.len,
           (const char *)entry->rule.ptr);
    print_safe(entry->words);
    putchar('\n');
}

static void print_entries(struct explaining *explaining)
{
    size_t findings = 0, turned_down = 0, looked = 0;
    sort_items(explaining->entries, explaining->count, sizeof *explaining->entries, compare_entries);
    for (size_t i = 0; i < explaining->count; i++) {
        const struct entry *entry = &explaining->entries[i];
        if (i == 0 || !slice_is_equal(entry->path, entry[-1].path)) {
            print_safe(entry->path);
            putchar('\n');
        }
        print_entry(entry);
        findings += strcmp(entry->decision, "finding") == 0;
        looked += strcmp(entry->decision, "looked") == 0;
        turned_down += strcmp(entry->decision, "rejected") == 0 || strcmp(entry->decision, "noise") == 0;
    }
    printf("%zu finding%s, %zu turned down, %zu rule%s looked and matched nothing\n", findings,
           findings == 1 ? "" : "s", turned_down, looked, looked == 1 ? "" : "s");
    if (explaining->is_full)
        printf("only the first %zu decisions are shown\n", ENTRIES_MAX);
}

static int load_rules(struct explaining *explaining, const struct scan_options *options,
                      const struct ruleset *set, struct error *err)
{
    explaining->request.ruleset = set;
    explaining->request.database = engine_builtin_database();
    if (engine_check_cpu(err) < 0)
        return -1;
    if (command_rules_are_builtin(options))
        return 0;
    if (engine_load_cached(set, &explaining->database, &command_rule_report, err) < 0)
        return -1;
    explaining->request.database = buffer_slice(&explaining->database);
    return 0;
}

static void fill_request(struct explaining *explaining, struct scan_options *options,
                         const struct scan_input *inputs, size_t count)
{
    struct scan_request *request = &explaining->request;
    const char *folder = getenv("TMPDIR");
    request->inputs = inputs;
    request->input_count = count;
    request->settings = options->settings;
    request->settings.is_explaining = request->settings.is_telling_looks = true;
    request->jobs = 1;
    request->sandbox = options->sandbox;
    request->spool_dir = folder && *folder ? folder : "/var/tmp";
    request->progress = PROGRESS_NEVER;
    request->key = &explaining->key;
    request->run.version = MAILSPILL_VERSION;
    request->run.key = explaining->key.name;
    request->run.rules = "";
    request->run.ruleset = request->ruleset;
    request->open_reports = open_reports;
    request->explained = on_explained;
    request->ctx = explaining;
}

int rules_explain(struct scan_options *options, const char *const *operands, size_t count, struct error *err)
{
    static char *const no_arguments[] = { NULL };
    struct explaining explaining = { .arena = options->arena };
    struct report_summary summary = { 0 };
    int signal = 0;
    if (count == 0)
        return error_set(err, ERROR_USAGE, "rules explain wants a file or folder (- is standard input)");
    sandbox_hide();
    struct ruleset *set = command_rules_load(options, RULES_WITHOUT_EXAMPLES, RULES_DROPPED, err);
    if (!set)
        return -1;
    struct scan_input *inputs = arena_alloc_array(options->arena, count, sizeof *inputs);
    for (size_t i = 0; i < count; i++)
        inputs[i].path = operands[i];
    buffer_init(&explaining.database, DATABASE_MAX);
    int result = load_rules(&explaining, options, set, err);
    fill_request(&explaining, options, inputs, count);
    explaining.request.run.arguments = no_arguments;
    if (result == 0)
        result = supervisor_run(&explaining.request, &summary, &signal, err);
    if (result == 0)
        print_entries(&explaining);
    report_free(explaining.report);
    buffer_release(&explaining.database);
    free(explaining.entries);
    ruleset_free(set);
    return result;
}
