/* rules_import_command.c - `mailspill rules import FILE…`: the rules to a file, what was lost to standard error. */
#include <fcntl.h>
#include <stdio.h>

#include "base/utf8.h"
#include "cli/rules_commands.h"
#include "cli/rules_import.h"

/* Ids and words may come from the file that is read. */
static void tell_line(void *ctx, const char *file, unsigned line, const char *id, const char *words)
{
    struct buffer safe;
    (void)ctx;
    buffer_init(&safe, 4096);
    utf8_put_escaped(&safe, slice_str(id));
    buffer_put_str(&safe, ": ");
    utf8_put_escaped(&safe, slice_str(words));
    fprintf(stderr, "%s:%u: %.*s\n", file, line, (int)safe.len, (const char *)safe.ptr);
    buffer_release(&safe);
}

static int write_rules(const struct scan_options *options, struct slice rules, struct error *err)
{
    const char *file = options->rules_output;
    FILE *out = stdout;
    if (file) {
        int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        out = fd < 0 ? NULL : fdopen(fd, "w");
    }
    if (!out)
        return error_set_errno(err, "cannot write '%s'", file);
    size_t wrote = fwrite(rules.ptr, 1, rules.len, out);
    int closed = file ? fclose(out) : fflush(out);
    if (wrote != rules.len || closed != 0)
        return error_set_errno(err, "cannot write '%s'", file ? file : "standard output");
    return 0;
}

static void tell_sum(const struct import_sum *sum)
{
    fprintf(stderr, "%zu %s read, %zu imported, %zu left out\n", sum->rules,
            sum->rules == 1 ? "rule" : "rules", sum->imported, sum->dropped);
    if (sum->clamped > 0)
        fprintf(stderr,
                "%zu had repeats without bound, which were clamped: a longer secret is found in part\n",
                sum->clamped);
    if (sum->without_examples > 0)
        fprintf(stderr,
                "%zu %s fewer than two examples or negatives: `mailspill rules check` asks for them\n",
                sum->without_examples, sum->without_examples == 1 ? "has" : "have");
    if (sum->imported > 0)
        fprintf(stderr, "severity is medium and category saas%s: the other scanner does not tell\n",
                sum->imported == 1 ? "" : " for all of them");
}

int rules_import(struct scan_options *options, const char *const *operands, size_t count, struct error *err)
{
    const struct import_report report = { tell_line, NULL };
    if (count == 0)
        return error_set(err, ERROR_USAGE,
                         "rules import wants FILE: .toml of gitleaks, .yaml of Nosey Parker or Kingfisher");
    struct import *import = import_new(&report);
    int result = 0;
    for (size_t i = 0; i < count && result == 0; i++)
        result = import_add_file(import, operands[i], err);
    if (result == 0 && import_sum(import)->imported == 0)
        result = error_set(err, ERROR_FORMAT, "no rule could be imported");
    if (result == 0)
        result = write_rules(options, import_rules(import), err);
    if (result == 0 && !options->is_quiet)
        tell_sum(import_sum(import));
    import_free(import);
    return result;
}
