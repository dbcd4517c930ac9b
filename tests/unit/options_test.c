/* options_test.c - command lines and configuration files: what is taken, and what is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>

#include "cli/options.h"

static char path[] = "/tmp/mailspill-options-XXXXXX";

static int parse(struct scan_options *options, struct error *err, const char *const *arguments)
{
    scan_options_init(options);
    return options_parse(options, COMMAND_SCAN, (char *const *)arguments, err);
}

#define PARSE(options, err, ...) parse(options, err, (const char *const[]){ __VA_ARGS__, NULL })

static void options_and_inputs_mix(void **state)
{
    (void)state;
    struct scan_options o;
    struct error err;
    assert_int_equal(PARSE(&o, &err, "a.mbox", "--custodian", "bob", "-qj3", "b.mbox", "--limit=mime-depth=7",
                           "--until", "2024-02-29", "--since=2024-01-01", "--fail-on", "high,proven",
                           "--accept-gaps", "encrypted,limit", "-o", "sarif=x.sarif", "--", "-c.mbox"),
                     0);
    assert_int_equal(o.inputs.count, 3);
    assert_null(o.inputs.at[0].input.custodian);
    assert_string_equal(o.inputs.at[1].input.custodian, "bob");
    assert_string_equal(o.inputs.at[2].input.path, "-c.mbox");
    assert_int_equal(o.jobs, 3);
    assert_true(o.is_quiet);
    assert_int_equal(o.settings.limits.mime_depth, 7);
    assert_int_equal(o.settings.since, 1704067200);
    assert_int_equal(o.settings.until, 1709251200);
    assert_int_equal(o.fail_severity, SEVERITY_HIGH);
    assert_int_equal(o.fail_verdict, VERDICT_PROVEN);
    assert_int_equal(o.accepted_gaps, 1u << GAP_ENCRYPTED | 1u << GAP_LIMIT);
    assert_string_equal(o.outputs.at[0].file, "x.sarif");
    scan_options_release(&o);
}

struct wrong {
    const char *arguments[4];
    const char *said;
};

static const struct wrong wrongs[] = {
    { { "--limt", "a=1" }, "no option is named '--limt': did you mean '--limit'?" },
    { { "--baselin=x" }, "did you mean '--baseline'?" },
    { { "--zzzzzzzz" }, "no option is named '--zzzzzzzz'" },
    { { "-z" }, "no option is named '-z'" },
    { { "--format", "xml" }, "want text, summary, html, jsonl, json, csv, sarif" },
    { { "--format" }, "--format wants FORMAT after it" },
    { { "--quiet=yes" }, "--quiet takes no value" },
    { { "-o", "sarif" }, "want FORMAT=FILE" },
    { { "-o", "sarif=" }, "want FORMAT=FILE" },
    { { "--since", "2024-02-30" }, "want a day" },
    { { "--since", "yesterday" }, "want a day" },
    { { "--jobs", "0" }, "want a number from 1 to 256" },
    { { "--limit", "mime-depth=0" }, "the least is 1" },
    { { "--limit", "nothing=1" }, "no limit is named 'nothing'" },
    { { "--fail-on", "high,sure" }, "want a verdict" },
    { { "--fail-on", "loud" }, "want a severity" },
    { { "--accept-gaps", "encrypted,holes" }, "bad value 'holes'" },
    { { "--accept-gaps", "," }, "want kinds of gaps" },
    { { "--sandbox", "maybe" }, "want require, auto or off" },
    { { "--context", "99999" }, "from 0 to 4096" },
    { { "" }, "an input has an empty name" },
    { { "--config", "/nonexistent" }, "cannot open configuration" },
};

static void mistakes_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        struct scan_options o;
        struct error err = { 0 };
        assert_int_equal(parse(&o, &err, wrongs[i].arguments), -1);
        if (!strstr(err.message, wrongs[i].said))
            fail_msg("'%s' lacks '%s'", err.message, wrongs[i].said);
        scan_options_release(&o);
    }
}

static void write_text(const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void command_line_wins_over_configuration(void **state)
{
    (void)state;
    struct scan_options o;
    struct error err = { 0 };
    write_text("# mine\n---\nformat: jsonl\njobs = 2   # two\nexclude:\n  - '*.iso'\n  - "
               "\"*.img\"\nexit-zero: true\n"
               "reveal: no\nlimit: ratio=300\n");
    assert_int_equal(PARSE(&o, &err, "--jobs", "5", "a", "--config", path), 0);
    assert_string_equal(o.format->name, "jsonl");
    assert_int_equal(o.jobs, 5);
    assert_int_equal(o.excludes.count, 2);
    assert_string_equal(o.excludes.at[1], "*.img");
    assert_true(o.is_exit_zero);
    assert_false(o.is_revealing);
    assert_int_equal(o.settings.limits.ratio, 300);
    scan_options_release(&o);
}

static const struct {
    const char *text, *said;
} bad_configs[] = {
    { "formt: json\n", ":1: no option is named 'formt'; did you mean format" },
    { "\njobs: many\n", ":2: bad value 'many'" },
    { "- x\n", ":1: a list stands below no option" },
    { "quiet: maybe\n", ":1: this option is true or false" },
    { "config: other\n", ":1: a configuration names no other" },
};

static void bad_configurations_are_named_with_their_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_configs / sizeof *bad_configs; i++) {
        struct scan_options o;
        struct error err = { 0 };
        write_text(bad_configs[i].text);
        assert_int_equal(PARSE(&o, &err, "--config", path), -1);
        if (!strstr(err.message, bad_configs[i].said))
            fail_msg("'%s' lacks '%s'", err.message, bad_configs[i].said);
        scan_options_release(&o);
    }
}

static void a_configuration_inside_an_input_is_refused(void **state)
{
    (void)state;
    struct scan_options o;
    struct error err = { 0 };
    size_t count;
    write_text("jobs: 1\n");
    assert_int_equal(PARSE(&o, &err, "--config", path, "/tmp"), 0);
    struct scan_input *inputs = scan_options_inputs(&o, &count, &err);
    assert_int_equal(scan_options_check_config(&o, inputs, count, &err), -1);
    assert_non_null(strstr(err.message, "lies inside"));
    scan_options_release(&o);
    assert_int_equal(PARSE(&o, &err, "--config", path, "/usr"), 0);
    inputs = scan_options_inputs(&o, &count, &err);
    assert_int_equal(scan_options_check_config(&o, inputs, count, &err), 0);
    scan_options_release(&o);
}

static void lists_of_inputs_are_read(void **state)
{
    (void)state;
    struct scan_options o;
    struct error err = { 0 };
    size_t count = 0;
    write_text("a b.mbox\n\nc.mbox");
    assert_int_equal(PARSE(&o, &err, "x", "--custodian=eve", "--files-from", path), 0);
    struct scan_input *inputs = scan_options_inputs(&o, &count, &err);
    assert_int_equal(count, 3);
    assert_string_equal(inputs[1].path, "a b.mbox");
    assert_string_equal(inputs[2].path, "c.mbox");
    assert_string_equal(inputs[2].custodian, "eve");
    scan_options_release(&o);
    assert_int_equal(PARSE(&o, &err, "--files-from", path, "-0"), 0);
    inputs = scan_options_inputs(&o, &count, &err);
    assert_int_equal(count, 1);
    assert_string_equal(inputs[0].path, "a b.mbox\n\nc.mbox");
    scan_options_release(&o);
    assert_int_equal(PARSE(&o, &err, "-", "--files-from", "/nonexistent"), 0);
    assert_null(scan_options_inputs(&o, &count, &err));
    scan_options_release(&o);
    assert_int_equal(PARSE(&o, &err, "-q"), 0);
    assert_null(scan_options_inputs(&o, &count, &err));
    assert_non_null(strstr(err.message, "no path"));
    scan_options_release(&o);
}

static void every_row_is_whole(void **state)
{
    (void)state;
    for (const struct option_row *row = option_table; row->name; row++) {
        assert_non_null(row->help);
        assert_non_null(row->set);
        assert_true(row->commands != 0);
        for (const struct option_row *other = row + 1; other->name; other++) {
            if (!(row->commands & other->commands))
                continue;
            assert_string_not_equal(row->name, other->name);
            assert_true(!row->letter || row->letter != other->letter);
        }
    }
}

/* The manual names every option; the tests run in the checkout. */
static void every_option_stands_in_the_manual(void **state)
{
    (void)state;
    char text[65536], wanted[64];
    FILE *file = fopen("docs/mailspill-scan.1", "r");
    if (!file)
        skip();
    size_t len = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[len] = '\0';
    for (const struct option_row *row = option_table; row->name; row++) {
        if (!(row->commands & COMMAND_SCAN) || row->group == GROUP_ANY)
            continue;
        snprintf(wanted, sizeof wanted, "Fl -%s", row->name);
        if (!strstr(text, wanted))
            fail_msg("no --%s in docs/mailspill-scan.1", row->name);
    }
}

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int drop_file(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_inputs_mix),
        cmocka_unit_test(mistakes_are_told),
        cmocka_unit_test(command_line_wins_over_configuration),
        cmocka_unit_test(bad_configurations_are_named_with_their_line),
        cmocka_unit_test(a_configuration_inside_an_input_is_refused),
        cmocka_unit_test(lists_of_inputs_are_read),
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(every_option_stands_in_the_manual),
    };
    return cmocka_run_group_tests_name("options", tests, make_file, drop_file);
}
