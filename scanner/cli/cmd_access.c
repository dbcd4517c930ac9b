/* cmd_access.c - `mailspill access import`: what an attacker is recorded to have read. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "cli/command.h"
#include "cli/filters.h"
#include "record/case_access.h"

/* A filter that nothing fits is mistyped more often than not, and then every message says `no-record`. */
static void warn_of_filter(const char *file, const struct access_filter *filter,
                           const struct access_counts *counts)
{
    const char *const names[] = { "--ip", "--session", "--app", "--user" };
    const char *const wanted[] = { filter->ip, filter->session, filter->app, filter->user };
    bool is_told = false;
    for (int field = 0; field < ACCESS_FIELDS; field++) {
        const struct access_seen *seen = &counts->seen[field];
        char values[ACCESS_SEEN_MOST * (ACCESS_SEEN_LEN + 2)] = "";
        if (!wanted[field] || counts->has_fit[field])
            continue;
        for (size_t i = 0, used = 0; i < seen->count; i++)
            used += (size_t)snprintf(values + used, sizeof values - used, "%s%s", i ? ", " : "", seen->at[i]);
        log_warn("%s: nothing kept: no record has %s %s; %s%s%s", file, names[field], wanted[field],
                 seen->count > 0 ? "there are " : "none names any", values,
                 seen->has_more ? " and more" : "");
        is_told = true;
    }
    if (!is_told)
        log_warn("%s: nothing kept: no record of an access fits all the filters", file);
}

/* A mailbox of the log is a custodian's by its name: what nobody has is in no list, and its messages say `no-record`. */
static void warn_of_strangers(const char *file, const struct access_counts *counts)
{
    char values[ACCESS_SEEN_MOST * (ACCESS_SEEN_LEN + 2)] = "";
    if (counts->stranger_count == 0)
        return;
    for (size_t i = 0, used = 0; i < counts->strangers.count; i++)
        used += (size_t)snprintf(values + used, sizeof values - used, "%s%s", i ? ", " : "",
                                 counts->strangers.at[i]);
    bool is_all = counts->stranger_count == counts->owners;
    log_warn(
        "%s: %s%llu of its %llu mailboxes %s no custodian of the case: %s%s; what was synchronised there "
        "counts only where report gets --custodians FILE (columns custodian, name, address)",
        file, is_all ? "no mailbox is known: " : "", (unsigned long long)counts->stranger_count,
        (unsigned long long)counts->owners, counts->stranger_count == 1 ? "is" : "are", values,
        counts->strangers.has_more ? " and more" : "");
}

static void put_count(uint64_t count, const char *one, const char *many)
{
    printf("%llu %s", (unsigned long long)count, count == 1 ? one : many);
}

static void tell_counts(const char *file, const struct access_counts *counts)
{
    printf("%s: ", file);
    put_count(counts->records, "record, ", "records, ");
    put_count(counts->kept, "kept: ", "kept: ");
    put_count(counts->messages, "message read, ", "messages read, ");
    put_count(counts->folders, "folder synchronised, ", "folders synchronised, ");
    put_count(counts->throttled, "time throttled; ", "times throttled; ");
    put_count(counts->odd, "said nothing of a message", "said nothing of a message");
    if (counts->again > 0)
        printf("; %llu of these accesses were told before, by this log or another, and count once",
               (unsigned long long)counts->again);
    putchar('\n');
}

static int import_one(struct case_store *store, const struct scan_options *options, const char *file,
                      struct error *err)
{
    struct access_filter filter = options->access;
    struct access_counts counts;
    filter.since = options->settings.since;
    filter.until = options->settings.until;
    if (case_import_access(store, file, &filter, &counts, err) < 0)
        return -1;
    if (counts.is_known) {
        printf("%s: imported before with these filters; nothing added\n", file);
        return 0;
    }
    tell_counts(file, &counts);
    if (counts.records == 0)
        log_warn("%s: nothing kept: there is no record in it", file);
    else if (counts.kept == 0)
        warn_of_filter(file, &filter, &counts);
    warn_of_strangers(file, &counts);
    return 0;
}

static int access_run(struct scan_options *options, char *const *argv)
{
    struct error err = { 0 };
    struct case_store *store = NULL;
    const struct input_list *words = &options->inputs;
    (void)argv;
    if (words->count < 2 || strcmp(words->at[0].input.path, "import") != 0 || !options->case_dir)
        error_set(&err, ERROR_USAGE, "want: mailspill access import --case DIR FILE…");
    else if (filters_check(options, &err) == 0)
        store = case_open(options->case_dir, CASE_WRITE, &err);
    int result = store ? 0 : -1;
    for (size_t i = 1; result == 0 && i < words->count; i++)
        result = import_one(store, options, words->at[i].input.path, &err);
    case_close(store);
    return result < 0 ? command_fail(&command_access, &err) : 0;
}

const struct command command_access = {
    .name = "access",
    .operands = "import --case DIR FILE…",
    .summary = "add an access log to a case: which messages an attacker is recorded to have read",
    .bit = COMMAND_ACCESS,
    .run = access_run,
};
