/* scan_options.c - the options' defaults, and the inputs they name. */
#include "cli/scan_options.h"

#include <limits.h>
#include <stdio.h>
#include <time.h>

#define CONTEXT_STANDARD 80

void scan_options_init(struct scan_options *options)
{
    *options = (struct scan_options){ .arena = arena_new(0),
                                      .format = reporter_find(slice_str("text")),
                                      .fail_severity = SEVERITY_LOW,
                                      .fail_verdict = VERDICT_CONTEXTUAL };
    limits_init(&options->settings.limits);
    options->settings.context = options->report.context = CONTEXT_STANDARD;
    options->settings.since = INT64_MIN;
    options->settings.as_of = (int64_t)time(NULL);
    options->settings.until = INT64_MAX;
}

void scan_options_release(struct scan_options *options)
{
    struct text_list *lists[] = { &options->includes,  &options->excludes, &options->folders,
                                  &options->rules,     &options->only,     &options->skip,
                                  &options->baselines, &options->ignores,  &options->internal,
                                  &options->sources };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        free(lists[i]->at);
    free(options->inputs.at);
    free(options->outputs.at);
    arena_free(options->arena);
}

/* Inputs while they are gathered; the array moves as it grows. */
struct gathering {
    struct scan_options *options;
    struct scan_input *at;
    size_t count, capacity;
};

static void gather(struct gathering *all, const char *path, const char *custodian)
{
    if (all->count == all->capacity) {
        size_t capacity = all->capacity ? 2 * all->capacity : 16;
        struct scan_input *at = arena_alloc_array(all->options->arena, capacity, sizeof *at);
        if (all->count > 0)
            memcpy(at, all->at, all->count * sizeof *at);
        all->at = at;
        all->capacity = capacity;
    }
    all->at[all->count++] = (struct scan_input){ path, custodian };
}

static int gather_lines(struct gathering *all, FILE *in, const struct scan_input *list, struct error *err)
{
    char *line = NULL;
    size_t room = 0;
    int end = all->options->has_nul_lists ? '\0' : '\n', result = 0;
    ssize_t got;
    while ((got = getdelim(&line, &room, end, in)) >= 0) {
        struct slice path = slice_of(line, (size_t)got);
        if (path.len > 0 && path.ptr[path.len - 1] == end)
            path.len--;
        if (path.len == 0)
            continue;
        if (slice_find_byte(path, 0, '\0') != SLICE_NONE) {
            result = error_set(err, ERROR_USAGE, "'%s' has a NUL in a path: -0 is missing", list->path);
            break;
        }
        gather(all, arena_string(all->options->arena, path), list->custodian);
    }
    if (result == 0 && ferror(in))
        result = error_set_errno(err, "cannot read the list of inputs '%s'", list->path);
    free(line);
    return result;
}

static int gather_list(struct gathering *all, const struct scan_input *list, struct error *err)
{
    bool is_standard = strcmp(list->path, "-") == 0;
    FILE *in = is_standard ? stdin : fopen(list->path, "re");
    if (!in)
        return error_set_errno(err, "cannot open the list of inputs '%s'", list->path);
    int result = gather_lines(all, in, list, err);
    if (!is_standard)
        fclose(in);
    return result;
}

struct scan_input *scan_options_inputs(struct scan_options *options, size_t *count, struct error *err)
{
    struct gathering all = { .options = options };
    bool has_list_from_stdin = false, has_stdin = false;
    for (size_t i = 0; i < options->inputs.count; i++) {
        const struct input_option *input = &options->inputs.at[i];
        bool is_standard = strcmp(input->input.path, "-") == 0;
        has_list_from_stdin |= is_standard && input->is_list;
        has_stdin |= is_standard && !input->is_list;
        if (!input->is_list)
            gather(&all, input->input.path, input->input.custodian);
        else if (gather_list(&all, &input->input, err) < 0)
            return NULL;
    }
    *count = all.count;
    if (options->idle_custodian && all.count > 0)
        error_set(err, ERROR_USAGE,
                  "--custodian '%s' is after all inputs: it labels those that come after it, so put it first",
                  options->idle_custodian);
    else if (has_list_from_stdin && has_stdin)
        error_set(err, ERROR_USAGE, "standard input cannot be both a list of inputs and an input");
    else if (all.count == 0)
        error_set(err, ERROR_USAGE,
                  "no path to scan: name a mailbox, a folder or an archive (- is standard input)");
    else
        return all.at;
    return NULL;
}

static bool lies_inside(const char *file, const char *input)
{
    char folder[PATH_MAX];
    if (!realpath(input, folder))
        return false;
    size_t len = strlen(folder);
    if (len == 1)
        return false; /* all files lie below the root: whoever scans that knows it */
    return strncmp(file, folder, len) == 0 && (file[len] == '/' || file[len] == '\0');
}

int scan_options_check_config(const struct scan_options *options, const struct scan_input *inputs,
                              size_t count, struct error *err)
{
    char file[PATH_MAX];
    if (!options->config || !realpath(options->config, file))
        return 0;
    for (size_t i = 0; i < count; i++)
        if (lies_inside(file, inputs[i].path))
            return error_set(err, ERROR_USAGE,
                             "configuration '%s' lies inside the input '%s': copy it out first",
                             options->config, inputs[i].path);
    return 0;
}
