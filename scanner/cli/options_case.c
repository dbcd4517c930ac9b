/* options_case.c - the setters of options that concern a case. */
#include "cli/options.h"
#include "cli/options_set.h"
#include "cli/sources.h"

/* An option that names something, kept as it was typed. */
#define SETTER_OF_TEXT(name, field)                                              \
    int name(struct scan_options *options, const char *value, struct error *err) \
    {                                                                            \
        (void)err;                                                               \
        options->field = value;                                                  \
        return 0;                                                                \
    }

SETTER_OF_TEXT(set_case, case_dir)
SETTER_OF_TEXT(set_people, lists.people)
SETTER_OF_TEXT(set_custodians, lists.custodians)
SETTER_OF_TEXT(set_privileged, lists.privileged)
SETTER_OF_TEXT(set_note, mark.note)
SETTER_OF_TEXT(set_by, mark.by)
SETTER_OF_TEXT(set_where, mark.where)
SETTER_OF_TEXT(set_import, mark.import)
SETTER_OF_TEXT(set_result, sample.result)
SETTER_OF_TEXT(set_ip, access.ip)
SETTER_OF_TEXT(set_session, access.session)
SETTER_OF_TEXT(set_app, access.app)
SETTER_OF_TEXT(set_user, access.user)

static int take_number(const char *value, const char *option, uint64_t least, uint64_t *number,
                       struct error *err)
{
    if (slice_to_u64(slice_str(value), number) < 0 || *number < least || *number > INT64_MAX)
        return error_set(err, ERROR_USAGE, "bad value '%s' for --%s: want a number from %llu", value, option,
                         (unsigned long long)least);
    return 0;
}

int set_since_run(struct scan_options *options, const char *value, struct error *err)
{
    uint64_t number;
    if (take_number(value, "since-run", 1, &number, err) < 0)
        return -1;
    options->since_run = (int64_t)number;
    return 0;
}

int set_sample_size(struct scan_options *options, const char *value, struct error *err)
{
    return take_number(value, "n", 1, &options->sample.size, err);
}

int set_seed(struct scan_options *options, const char *value, struct error *err)
{
    return take_number(value, "seed", 0, &options->sample.seed, err);
}

int set_yes(struct scan_options *options, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    options->is_sure = true;
    return 0;
}

int set_export(struct scan_options *options, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    options->mark.is_export = true;
    return 0;
}

int set_list(struct scan_options *options, const char *value, struct error *err)
{
    struct buffer names;
    options->list = list_find(slice_str(value));
    if (options->list)
        return 0;
    buffer_init(&names, 4096);
    for (size_t i = 0; list_table[i]; i++)
        buffer_printf(&names, "%s%s", i ? ", " : "", list_table[i]->name);
    error_set(err, ERROR_USAGE, "no list is named '%s'; there are %.*s", value, (int)names.len, names.ptr);
    buffer_release(&names);
    return -1;
}

int set_internal(struct scan_options *options, const char *value, struct error *err)
{
    (void)err;
    text_list_add(&options->internal, value);
    return 0;
}

int set_source(struct scan_options *options, const char *value, struct error *err)
{
    text_list_add(&options->sources, value);
    return sources_check(value, err);
}

int set_no_people(struct scan_options *options, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    options->lists.is_without_people = true;
    return 0;
}
