/* outputs.c - where reports go: standard output, and files that appear under their name when they are whole. */
#include "cli/outputs.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

struct output {
    const struct reporter *reporter;
    const char *file;     /* NULL: standard output */
    char fresh[PATH_MAX]; /* the temporary name, "" where there is none */
    int fd;
};

struct outputs {
    struct output *at;
    struct report **reports; /* NULL until they are open */
    size_t count;
    struct report_options options;
};

static bool has_color(const struct scan_options *options)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    if (options->color != COLOR_AUTO)
        return options->color == COLOR_ALWAYS;
    return isatty(STDOUT_FILENO) && !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);
}

/* "dir/.name.XXXXXX", in the same folder, so that the renaming is one step. */
static int name_fresh(struct output *output, struct error *err)
{
    const char *slash = strrchr(output->file, '/');
    int folder_len = slash ? (int)(slash + 1 - output->file) : 0;
    int len = snprintf(output->fresh, sizeof output->fresh, "%.*s.%s.XXXXXX", folder_len, output->file,
                       output->file + folder_len);
    if (len < 0 || (size_t)len >= sizeof output->fresh)
        return error_set(err, ERROR_USAGE, "the name of report '%s' is too long", output->file);
    return 0;
}

static int output_open(struct output *output, struct error *err)
{
    struct stat info;
    /* A device or a pipe is written to as it is; a folder is not. */
    if (stat(output->file, &info) == 0 && !S_ISREG(info.st_mode)) {
        output->fd = open(output->file, O_WRONLY | O_CLOEXEC | O_NOCTTY);
        return output->fd < 0 ? error_set_errno(err, "cannot write report '%s'", output->file) : 0;
    }
    if (name_fresh(output, err) < 0)
        return -1;
    output->fd = mkostemp(output->fresh, O_CLOEXEC);
    if (output->fd >= 0)
        return 0;
    output->fresh[0] = '\0';
    return error_set_errno(err, "cannot write report '%s'", output->file);
}

struct outputs *outputs_new(const struct scan_options *options, struct error *err)
{
    struct outputs *outputs = calloc(1, sizeof *outputs);
    if (!outputs || !(outputs->at = calloc(options->outputs.count + 1, sizeof *outputs->at)))
        abort();
    outputs->options = options->report;
    outputs->options.spool_dir = options->spool_dir;
    outputs->options.color = has_color(options) ? REPORT_COLORED : REPORT_PLAIN;
    if (options->format)
        outputs->at[outputs->count++] = (struct output){ .reporter = options->format, .fd = STDOUT_FILENO };
    for (size_t i = 0; i < options->outputs.count; i++) {
        const struct output_option *option = &options->outputs.at[i];
        struct output *output = &outputs->at[outputs->count++];
        *output = (struct output){ .reporter = option->reporter, .file = option->file, .fd = -1 };
        if (output_open(output, err) < 0) {
            outputs_free(outputs);
            return NULL;
        }
    }
    return outputs;
}

int outputs_open_reports(void *ctx, const struct report_run *run, struct report ***reports, size_t *count,
                         struct error *err)
{
    struct outputs *outputs = ctx;
    outputs->reports = calloc(outputs->count, sizeof(struct report *));
    if (!outputs->reports)
        abort();
    for (size_t i = 0; i < outputs->count; i++) {
        struct report_options options = outputs->options;
        if (outputs->at[i].file)
            options.color = REPORT_PLAIN;
        outputs->reports[i] = report_new(outputs->at[i].reporter, outputs->at[i].fd, &options, run, err);
        if (!outputs->reports[i])
            return -1;
    }
    *reports = outputs->reports;
    *count = outputs->count;
    return 0;
}

static int output_finish(struct output *output, struct error *err)
{
    bool is_held = output->fresh[0] != '\0';
    int result = 0;
    if (is_held && fsync(output->fd) < 0)
        result = -1;
    if (close(output->fd) < 0)
        result = -1;
    output->fd = -1;
    if (result == 0 && is_held && rename(output->fresh, output->file) < 0)
        result = -1;
    if (result < 0)
        return error_set_errno(err, "cannot write report '%s'", output->file);
    output->fresh[0] = '\0';
    return 0;
}

int outputs_finish(struct outputs *outputs, struct error *err)
{
    int result = 0;
    for (size_t i = 0; i < outputs->count; i++) {
        struct output *output = &outputs->at[i];
        bool is_whole = outputs->reports && outputs->reports[i] && !outputs->reports[i]->has_failed;
        if (output->file && is_whole && output_finish(output, err) < 0)
            result = -1;
    }
    return result;
}

int list_form_of(const struct reporter *reporter, enum list_form *form, struct error *err)
{
    static const char *const names[] = {
        [LIST_AS_TEXT] = "text", [LIST_AS_CSV] = "csv", [LIST_AS_JSONL] = "jsonl"
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(reporter->name, names[i]) == 0) {
            *form = (enum list_form)i;
            return 0;
        }
    return error_set(err, ERROR_USAGE, "a list comes as text, csv or jsonl, not as %s", reporter->name);
}

int outputs_write_list(struct outputs *outputs, struct lists *lists, const struct list *list,
                       struct error *err)
{
    enum list_form form = LIST_AS_TEXT;
    for (size_t i = 0; i < outputs->count; i++)
        if (list_form_of(outputs->at[i].reporter, &form, err) < 0)
            return -1;
    for (size_t i = 0; i < outputs->count; i++) {
        struct output *output = &outputs->at[i];
        if (list_form_of(output->reporter, &form, err) < 0 ||
            lists_write(lists, list, form, output->fd, err) < 0 ||
            (output->file && output_finish(output, err) < 0))
            return -1;
    }
    return 0;
}

void outputs_free(struct outputs *outputs)
{
    if (!outputs)
        return;
    for (size_t i = 0; i < outputs->count; i++) {
        struct output *output = &outputs->at[i];
        if (outputs->reports)
            report_free(outputs->reports[i]);
        if (output->file && output->fd >= 0)
            close(output->fd);
        if (output->fresh[0])
            unlink(output->fresh);
    }
    free(outputs->reports);
    free(outputs->at);
    free(outputs);
}
