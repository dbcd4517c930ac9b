/* options_set.c - what each option does to the options: one function a row of the table. */
#include "cli/options_set.h"

#include <stdio.h>

#include "ask/settings.h"

#define CONTEXT_MAX 4096
#define JOBS_MAX 256
#define SECONDS_A_DAY 86400

static int bad(struct error *err, const char *option, const char *value, const char *want)
{
    return error_set(err, ERROR_USAGE, "bad value '%s' for --%s: want %s", value, option, want);
}

void text_list_add(struct text_list *list, const char *text)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 8;
        list->at = reallocarray(list->at, list->capacity, sizeof *list->at);
        if (!list->at)
            abort();
    }
    list->at[list->count++] = text;
}

/* "a,b" as two. */
static void list_add_parts(struct scan_options *options, struct text_list *list, const char *value)
{
    struct slice rest = slice_str(value);
    while (rest.len > 0) {
        size_t comma = slice_find_byte(rest, 0, ',');
        struct slice part = slice_trim(slice_sub(rest, 0, comma == SLICE_NONE ? rest.len : comma));
        if (part.len > 0)
            text_list_add(list, arena_string(options->arena, part));
        rest = slice_skip(rest, comma == SLICE_NONE ? rest.len : comma + 1);
    }
}

/* The place of VALUE among NAMES (ended by NULL), or -1. */
static int choice_of(const char *value, const char *const *names)
{
    for (int i = 0; names[i]; i++)
        if (strcmp(value, names[i]) == 0)
            return i;
    return -1;
}

static void input_add(struct scan_options *options, const char *path, bool is_list)
{
    struct input_list *list = &options->inputs;
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 16;
        list->at = reallocarray(list->at, list->capacity, sizeof *list->at);
        if (!list->at)
            abort();
    }
    list->at[list->count++] = (struct input_option){ { path, options->custodian }, is_list };
    options->idle_custodian = NULL;
}

int set_input(struct scan_options *options, const char *value, struct error *err)
{
    if (!*value)
        return error_set(err, ERROR_USAGE, "an input has an empty name");
    input_add(options, value, false);
    return 0;
}

/* What is read. */

int set_files_from(struct scan_options *options, const char *value, struct error *err)
{
    (void)err;
    input_add(options, value, true);
    return 0;
}

int set_null(struct scan_options *options, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    options->has_nul_lists = true;
    return 0;
}

int set_include(struct scan_options *options, const char *value, struct error *err)
{
    (void)err;
    text_list_add(&options->includes, value);
    return 0;
}

int set_exclude(struct scan_options *options, const char *value, struct error *err)
{
    (void)err;
    text_list_add(&options->excludes, value);
    return 0;
}

int set_folder(struct scan_options *options, const char *value, struct error *err)
{
    (void)err;
    text_list_add(&options->folders, value);
    return 0;
}

int set_custodian(struct scan_options *options, const char *value, struct error *err)
{
    (void)err;
    options->custodian = options->idle_custodian = *value ? value : NULL;
    return 0;
}

/* "2024-01-31" as seconds at its start, UTC. */
static int parse_day(const char *value, int64_t *seconds)
{
    struct slice text = slice_str(value);
    uint64_t year, month, day;
    if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-' ||
        slice_to_u64(slice_sub(text, 0, 4), &year) < 0 || slice_to_u64(slice_sub(text, 5, 2), &month) < 0 ||
        slice_to_u64(slice_sub(text, 8, 2), &day) < 0)
        return -1;
    struct tm tm = { .tm_year = (int)year - 1900, .tm_mon = (int)month - 1, .tm_mday = (int)day };
    struct tm asked = tm;
    *seconds = (int64_t)timegm(&tm);
    /* timegm mends the 31st of April into May: that is no day. */
    bool is_day = tm.tm_year == asked.tm_year && tm.tm_mon == asked.tm_mon && tm.tm_mday == asked.tm_mday;
    return is_day ? 0 : -1;
}

int set_since(struct scan_options *options, const char *value, struct error *err)
{
    return parse_day(value, &options->settings.since) < 0 ? bad(err, "since", value, "a day, YYYY-MM-DD") : 0;
}

int set_as_of(struct scan_options *options, const char *value, struct error *err)
{
    return parse_day(value, &options->settings.as_of) < 0 ? bad(err, "as-of", value, "a day, YYYY-MM-DD") : 0;
}

int set_ocr(struct scan_options *options, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    if (!options->settings.languages)
        options->settings.languages = "eng";
    return 0;
}

/* Names go to tesseract, which makes names of files of them. */
int set_ocr_languages(struct scan_options *options, const char *value, struct error *err)
{
    size_t len = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+");
    if (len == 0 || value[len] || len >= HELPER_LANGUAGES_MOST)
        return bad(err, "ocr-languages", value, "names like eng+deu");
    options->settings.languages = value;
    return 0;
}

int set_until(struct scan_options *options, const char *value, struct error *err)
{
    int64_t start;
    if (parse_day(value, &start) < 0)
        return bad(err, "until", value, "a day, YYYY-MM-DD");
    options->settings.until = start + SECONDS_A_DAY;
    return 0;
}

/* How. */

int set_rules(struct scan_options *options, const char *value, struct error *err)
{
    (void)err;
    text_list_add(&options->rules, value);
    return 0;
}

int set_only(struct scan_options *options, const char *value, struct error *err)
{
    (void)err;
    list_add_parts(options, &options->only, value);
    return 0;
}

int set_skip(struct scan_options *options, const char *value, struct error *err)
{
    (void)err;
    list_add_parts(options, &options->skip, value);
    return 0;
}

int set_limit(struct scan_options *options, const char *value, struct error *err)
{
    return limits_set(&options->settings.limits, value, err);
}

int set_jobs(struct scan_options *options, const char *value, struct error *err)
{
    uint64_t jobs;
    if (slice_to_u64(slice_str(value), &jobs) < 0 || jobs < 1 || jobs > JOBS_MAX)
        return bad(err, "jobs", value, "a number from 1 to 256");
    options->jobs = (unsigned)jobs;
    return 0;
}

int set_sandbox(struct scan_options *options, const char *value, struct error *err)
{
    static const char *const names[] = { "require", "auto", "off", NULL };
    int choice = choice_of(value, names);
    if (choice < 0)
        return bad(err, "sandbox", value, "require, auto or off");
    options->sandbox = (enum sandbox_mode)choice;
    return 0;
}

int set_spool_dir(struct scan_options *options, const char *value, struct error *err)
{
    (void)err;
    options->spool_dir = value;
    return 0;
}

int set_known(struct scan_options *options, const char *value, struct error *err)
{
    (void)err;
    options->known = value;
    return 0;
}

int set_password_file(struct scan_options *options, const char *value, struct error *err)
{
    (void)err;
    options->password_file = value;
    return 0;
}

int set_key_file(struct scan_options *options, const char *value, struct error *err)
{
    (void)err;
    options->key_file = value;
    return 0;
}

int set_config(struct scan_options *options, const char *value, struct error *err)
{
    if (options->config && strcmp(options->config, value) != 0)
        return error_set(err, ERROR_USAGE, "--config was given twice");
    options->config = value;
    return 0;
}

/* What comes out. */

static const struct reporter *reporter_named(struct slice name, const char *option, const char *value,
                                             struct error *err)
{
    const struct reporter *reporter = reporter_find(name);
    char names[256] = "";
    for (size_t i = 0, len = 0; reporter_table[i] && len < sizeof names; i++)
        len +=
            (size_t)snprintf(names + len, sizeof names - len, "%s%s", i ? ", " : "", reporter_table[i]->name);
    if (!reporter)
        bad(err, option, value, names);
    return reporter;
}

int set_format(struct scan_options *options, const char *value, struct error *err)
{
    const struct reporter *reporter = reporter_named(slice_str(value), "format", value, err);
    if (!reporter)
        return -1;
    options->format = reporter;
    options->has_format = true;
    return 0;
}

int set_output(struct scan_options *options, const char *value, struct error *err)
{
    const char *equals = strchr(value, '=');
    struct output_list *list = &options->outputs;
    if (!equals || !equals[1])
        return bad(err, "output", value, "FORMAT=FILE, as in -o sarif=scan.sarif");
    const struct reporter *reporter =
        reporter_named(slice_of(value, (size_t)(equals - value)), "output", value, err);
    if (!reporter)
        return -1;
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 4;
        list->at = reallocarray(list->at, list->capacity, sizeof *list->at);
        if (!list->at)
            abort();
    }
    list->at[list->count++] = (struct output_option){ reporter, equals + 1 };
    return 0;
}

static int parse_verdict(const char *option, struct slice name, const char *value, enum verdict *verdict,
                         struct error *err)
{
    int found = verdict_from_name(name);
    if (found < 0)
        return bad(err, option, value, "a verdict: prose, contextual, structural or proven");
    *verdict = (enum verdict)found;
    return 0;
}

static int parse_severity(const char *option, struct slice name, const char *value, enum severity *severity,
                          struct error *err)
{
    int found = severity_from_name(name);
    if (found < 0)
        return bad(err, option, value, "a severity: info, low, medium, high or critical");
    *severity = (enum severity)found;
    return 0;
}

int set_rules_output(struct scan_options *options, const char *value, struct error *err)
{
    if (!*value)
        return bad(err, "output", value, "a file");
    options->rules_output = value;
    return 0;
}

int set_min_verdict(struct scan_options *options, const char *value, struct error *err)
{
    return parse_verdict("min-verdict", slice_str(value), value, &options->report.least_verdict, err);
}

int set_min_severity(struct scan_options *options, const char *value, struct error *err)
{
    return parse_severity("min-severity", slice_str(value), value, &options->report.least_severity, err);
}

int set_context(struct scan_options *options, const char *value, struct error *err)
{
    uint64_t context;
    if (slice_to_u64(slice_str(value), &context) < 0 || context > CONTEXT_MAX)
        return bad(err, "context", value, "a number of bytes from 0 to 4096");
    options->report.context = options->settings.context = (size_t)context;
    return 0;
}

int set_reveal(struct scan_options *options, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    options->is_revealing = true;
    return 0;
}

int set_explain(struct scan_options *options, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    options->settings.is_explaining = true;
    return 0;
}

int set_progress(struct scan_options *options, const char *value, struct error *err)
{
    static const char *const names[] = { "auto", "always", "never", "json", NULL };
    int choice = choice_of(value, names);
    if (choice < 0)
        return bad(err, "progress", value, "auto, always, never or json");
    options->progress = (enum progress_mode)choice;
    return 0;
}

int set_quiet(struct scan_options *options, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    options->is_quiet = true;
    return 0;
}

int set_verbose(struct scan_options *options, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    options->is_verbose = true;
    return 0;
}

int set_color(struct scan_options *options, const char *value, struct error *err)
{
    static const char *const names[] = { "auto", "always", "never", NULL };
    int choice = choice_of(value, names);
    if (choice < 0)
        return bad(err, "color", value, "auto, always or never");
    options->color = (enum color_mode)choice;
    return 0;
}

/* How it ends. */

int set_fail_on(struct scan_options *options, const char *value, struct error *err)
{
    struct slice text = slice_str(value);
    size_t comma = slice_find_byte(text, 0, ',');
    struct slice severity = slice_sub(text, 0, comma == SLICE_NONE ? text.len : comma);
    if (parse_severity("fail-on", severity, value, &options->fail_severity, err) < 0)
        return -1;
    if (comma == SLICE_NONE)
        return 0;
    return parse_verdict("fail-on", slice_skip(text, comma + 1), value, &options->fail_verdict, err);
}

int set_baseline(struct scan_options *options, const char *value, struct error *err)
{
    (void)err;
    text_list_add(&options->baselines, value);
    return 0;
}

int set_ignore(struct scan_options *options, const char *value, struct error *err)
{
    (void)err;
    text_list_add(&options->ignores, value);
    return 0;
}

int set_accept_gaps(struct scan_options *options, const char *value, struct error *err)
{
    struct text_list kinds = { 0 };
    int result = 0;
    list_add_parts(options, &kinds, value);
    for (size_t i = 0; i < kinds.count && result == 0; i++) {
        int kind = gap_kind_from_name(slice_str(kinds.at[i]));
        if (kind < 0)
            result = bad(err, "accept-gaps", kinds.at[i], "kinds of gaps (see `mailspill formats`)");
        else
            options->accepted_gaps |= UINT32_C(1) << kind;
    }
    if (kinds.count == 0)
        result = bad(err, "accept-gaps", value, "kinds of gaps (see `mailspill formats`)");
    free(kinds.at);
    return result;
}

int set_exit_zero(struct scan_options *options, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    options->is_exit_zero = true;
    return 0;
}

int set_help(struct scan_options *options, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    options->wants_help = true;
    return 0;
}

int set_version(struct scan_options *options, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    options->wants_version = true;
    return 0;
}
