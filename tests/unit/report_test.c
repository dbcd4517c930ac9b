/* report_test.c - every report: its shape, hostile strings, and writing that fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <jansson.h>
#include <sys/stat.h>

#include "base/utf8.h"
#include "record/mask.h"
#include "report/report.h"

#define S(text)                                         \
    {                                                   \
        (const unsigned char *)(text), sizeof(text) - 1 \
    }

/* All that a terminal, a spreadsheet or a parser could trip over. */
#define HOSTILE                                                                                          \
    "=cmd|' /C calc'!A0\x1b[2J\x1b]0;t\x07\r\n\"<b>&,;\xff\xfe\xC3\x28 \xE2\x80\xAE\xEF\xBB\xBF\xC2\x9B" \
    "31m\xF3\xA0\x80\x81\xE2\x80\xA8\x7f\x00\\u0041\\"

static struct rule rules[] = {
    { .id = "github-token",
      .family = "github-token",
      .name = "GitHub personal access token",
      .category = "source-code",
      .severity = SEVERITY_CRITICAL,
      .service = "GitHub",
      .rotate = "https://docs.example.org/rotate",
      .reference = "https://docs.example.org/tokens" },
    { .id = "prose-password",
      .family = "prose-password",
      .name = "password in a sentence",
      .category = "prose",
      .severity = SEVERITY_MEDIUM },
};
static struct ruleset ruleset = { .rules = rules, .count = 2 };
static const char *const arguments[] = { "mailspill", "scan", HOSTILE, NULL };
static const struct report_run run = { .version = "0.1.0",
                                       .arguments = (char *const *)arguments,
                                       .rules = "00ff",
                                       .sandbox = "seccomp",
                                       .key = "630dcd2966c43366",
                                       .started = 1705051800,
                                       .ruleset = &ruleset };

static struct slice hostile = S(HOSTILE);
static struct slice people[] = { S("bob@example.org"), S(HOSTILE), S(""), S("a@x"), S("b@x"), S("c@x") };

static struct message_record message_of(struct slice text)
{
    struct message_record message = { .number = 0 };
    struct envelope *e = &message.envelope;
    e->id = e->from = e->subject = e->folder = e->thread = e->custodian = text;
    e->date = 1705051800;
    e->to = (struct address_list){ people, 6 };
    e->labels = (struct address_list){ people, 2 };
    return message;
}

static struct finding finding_of(uint32_t rule, struct slice text)
{
    struct finding f = { .rule = rule, .message = 0, .verdict = rule ? VERDICT_PROSE : VERDICT_PROVEN };
    f.severity = rule ? SEVERITY_MEDIUM : SEVERITY_CRITICAL;
    f.id.bytes[0] = 0x58;
    f.why = f.before = f.after = text;
    f.path = text;
    f.leaf_key = slice_str("body");
    f.line = 12;
    f.column = 7;
    f.offset = 10231;
    f.also = people;
    f.also_count = 2;
    snprintf(f.opens.host, sizeof f.opens.host, "%s", (const char *)HOSTILE);
    return f;
}

struct sample {
    struct message_record message;
    struct finding finding;
    struct gap_record gap;
    struct report_finding reported;
    struct report_gap reported_gap;
};

static void sample_init(struct sample *s, uint32_t rule, struct slice text)
{
    *s = (struct sample){ .message = message_of(text), .finding = finding_of(rule, text) };
    s->gap =
        (struct gap_record){ .gap = { GAP_ENCRYPTED, GAP_STANDS_FOR_LEAF, text, 1234, NULL }, .path = text };
    s->reported = (struct report_finding){ .rule = &rules[rule],
                                           .finding = &s->finding,
                                           .message = &s->message,
                                           .redacted = slice_str("ghp_\xE2\x80\xA6"
                                                                 "sIZ8") };
    s->reported.secret_id.bytes[0] = (unsigned char)(0x70 + rule);
    s->reported_gap = (struct report_gap){ .gap = &s->gap };
}

static const struct report_summary summary = {
    .inputs = 1,
    .counts = { 34100000, 1023, 2, 4096, 4000, 90, 6, 3 },
    .findings = 12,
    .secrets = 3,
    .gaps = 96,
    .seconds = 3.25,
    .exit_status = 5,
    .findings_counting = 11,
};

/* The whole report of COUNT findings and gaps of TEXT, NUL-terminated. */
static struct buffer make_report(const char *format, struct report_options *options, struct slice text,
                                 size_t count)
{
    char path[] = "/tmp/mailspill-report-XXXXXX";
    int fd = mkstemp(path);
    struct buffer out;
    struct stat info;
    struct sample s;
    assert_true(fd >= 0);
    unlink(path);
    struct report *report = report_new(reporter_find(slice_str(format)), fd, options, &run, NULL);
    assert_non_null(report);
    for (size_t i = 0; i < count; i++) {
        sample_init(&s, i % 2, text);
        report_finding_put(report, &s.reported);
        report_gap_put(report, &s.reported_gap);
    }
    assert_int_equal(report_finish(report, &summary, NULL), 0);
    report_free(report);
    assert_int_equal(fstat(fd, &info), 0);
    buffer_init(&out, SIZE_MAX / 2);
    assert_int_equal(pread(fd, buffer_reserve(&out, (size_t)info.st_size + 1), (size_t)info.st_size, 0),
                     info.st_size);
    close(fd);
    out.len = (size_t)info.st_size;
    out.ptr[out.len] = '\0';
    return out;
}

static struct report_options plain = { .context = 80 };

static void no_hostile_byte_reaches_any_report(void **state)
{
    (void)state;
    for (size_t i = 0; reporter_table[i]; i++) {
        struct buffer out = make_report(reporter_table[i]->name, &plain, hostile, 3);
        struct slice rest = buffer_slice(&out);
        bool is_csv = strcmp(reporter_table[i]->name, "csv") == 0;
        uint32_t code;
        int got;
        assert_true(out.len > 100);
        while ((got = utf8_eat(&rest, &code)) == 1)
            assert_true(!utf8_is_unsafe(code) || code == '\n' || (is_csv && (code == '\r' || code == '\t')));
        assert_int_equal(got, 0);
        buffer_release(&out);
    }
}

static json_t *parse_line(struct slice *rest)
{
    struct slice line;
    json_error_t error;
    assert_int_equal(slice_eat_line(rest, &line), 1);
    json_t *value = json_loadb((const char *)line.ptr, line.len, JSON_ALLOW_NUL, &error);
    assert_non_null(value);
    return value;
}

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void json_lines_have_the_contract_keys(void **state)
{
    (void)state;
    static const char *const keys[] = { "type",     "rule",       "family",  "name",       "category",
                                        "severity", "verdict",    "why",     "finding_id", "secret_id",
                                        "redacted", "secret",     "path",    "line",       "column",
                                        "offset",   "view",       "context", "quoted",     "parts",
                                        "also",     "also_rules", "message", "opens",      "rotate" };
    struct buffer out = make_report("jsonl", &plain, slice_str("plain"), 1);
    struct slice rest = buffer_slice(&out);
    json_t *first = parse_line(&rest), *finding = parse_line(&rest), *gap = parse_line(&rest),
           *last = parse_line(&rest);
    assert_int_equal(rest.len, 0);
    assert_string_equal(text_at(first, "started"), "2024-01-12T09:30:00Z");
    assert_int_equal(json_object_size(finding), sizeof keys / sizeof *keys);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_non_null(json_object_get(finding, keys[i]));
    assert_string_equal(text_at(finding, "context"), "plain" MASK_TEXT "plain");
    assert_true(json_is_null(json_object_get(finding, "secret")));
    assert_string_equal(text_at(finding, "finding_id"), "58000000000000000000000000000000");
    assert_int_equal(json_object_size(json_object_get(finding, "message")), 13);
    assert_string_equal(text_at(json_object_get(finding, "opens"), "service"), "GitHub");
    assert_int_equal(json_object_size(gap), 10);
    assert_int_equal(json_integer_value(json_object_get(gap, "bytes")), 1234);
    assert_int_equal(json_object_size(last), 23);
    json_decref(first);
    json_decref(finding);
    json_decref(gap);
    json_decref(last);
    buffer_release(&out);
}

static void hostile_text_survives_json(void **state)
{
    (void)state;
    struct buffer out = make_report("jsonl", &plain, hostile, 1), want;
    struct slice rest = buffer_slice(&out);
    json_error_t error;
    json_decref(parse_line(&rest));
    struct slice line;
    assert_int_equal(slice_eat_line(&rest, &line), 1);
    json_t *finding = json_loadb((const char *)line.ptr, line.len, JSON_ALLOW_NUL, &error);
    assert_non_null(finding);
    buffer_init(&want, 4096);
    utf8_put_repaired(&want, hostile);
    json_t *path = json_object_get(finding, "path");
    assert_int_equal(json_string_length(path), want.len);
    assert_memory_equal(json_string_value(path), want.ptr, want.len);
    json_decref(finding);
    buffer_release(&want);
    buffer_release(&out);
}

static void json_is_one_document(void **state)
{
    (void)state;
    struct buffer out = make_report("json", &plain, slice_str("x"), 500);
    json_error_t error;
    json_t *document = json_loadb((const char *)out.ptr, out.len, JSON_ALLOW_NUL, &error);
    assert_non_null(document);
    assert_int_equal(json_array_size(json_object_get(document, "findings")), 500);
    assert_int_equal(json_array_size(json_object_get(document, "gaps")), 500);
    assert_string_equal(text_at(json_object_get(document, "run"), "type"), "run");
    assert_string_equal(text_at(json_object_get(document, "summary"), "type"), "summary");
    json_decref(document);
    buffer_release(&out);
    out = make_report("json", &plain, slice_str("x"), 0);
    document = json_loadb((const char *)out.ptr, out.len, JSON_ALLOW_NUL, &error);
    assert_non_null(document);
    json_decref(document);
    buffer_release(&out);
}

/* Cells of a CSV row, unquoted; *COUNT of them. Bounded by what the test writes. */
static size_t count_cells(struct slice *rest, struct slice cells[64])
{
    size_t count = 0;
    while (rest->len > 0 && count < 64) {
        size_t end = 0;
        bool is_quoted = rest->ptr[0] == '"';
        for (bool inside = false; end < rest->len; end++) {
            inside ^= rest->ptr[end] == '"';
            if (!inside && (rest->ptr[end] == ',' || rest->ptr[end] == '\r'))
                break;
        }
        cells[count++] = is_quoted ? slice_sub(*rest, 1, end - 2) : slice_sub(*rest, 0, end);
        bool is_last = slice_starts_with(slice_skip(*rest, end), "\r\n");
        *rest = slice_skip(*rest, end + 1 + is_last);
        if (is_last)
            break;
    }
    return count;
}

static void csv_rows_are_even_and_no_cell_is_a_formula(void **state)
{
    (void)state;
    struct buffer out = make_report("csv", &plain, hostile, 3);
    struct slice rest = buffer_slice(&out), cells[64];
    size_t columns = count_cells(&rest, cells), rows = 0;
    assert_int_equal(columns, 38);
    for (; rest.len > 0; rows++) {
        assert_int_equal(count_cells(&rest, cells), columns);
        for (size_t i = 0; i < columns; i++)
            assert_true(cells[i].len == 0 || !memchr("=+-@\t\r", cells[i].ptr[0], 6));
    }
    assert_int_equal(rows, 6);
    buffer_release(&out);
}

static void sarif_holds_25000_results_and_says_so(void **state)
{
    (void)state;
    struct buffer out = make_report("sarif", &plain, slice_str("x.eml!/1"), 25003);
    json_error_t error;
    json_t *log = json_loadb((const char *)out.ptr, out.len, 0, &error);
    assert_non_null(log);
    json_t *sarif = json_array_get(json_object_get(log, "runs"), 0);
    assert_int_equal(json_array_size(json_object_get(sarif, "results")), 25000);
    json_t *invocation = json_array_get(json_object_get(sarif, "invocations"), 0);
    json_t *notes = json_object_get(invocation, "toolExecutionNotifications");
    assert_int_equal(json_array_size(notes), 25005);
    json_t *last = json_array_get(notes, 25003);
    assert_string_equal(text_at(last, "level"), "error");
    assert_non_null(
        strstr(text_at(json_object_get(last, "message"), "text"), "3 more results were left out"));
    json_decref(log);
    buffer_release(&out);
}

static void text_groups_by_secret_and_worst_first(void **state)
{
    (void)state;
    struct buffer out = make_report("text", &plain, slice_str("some text"), 40);
    const char *text = (const char *)out.ptr;
    const char *first = strstr(text, "1. critical  GitHub personal access token  ghp_");
    const char *second = strstr(text, "2. medium  password in a sentence");
    assert_true(first && second && first < second);
    assert_null(strstr(text, "3. "));
    assert_non_null(strstr(text, "20 places in 1 message"));
    assert_non_null(strstr(text, "and 14 more places"));
    assert_non_null(strstr(text, "https://docs.example.org/rotate"));
    assert_non_null(strstr(text, "2024-01-12 09:30"));
    assert_non_null(strstr(text, "encrypted"));
    assert_non_null(strstr(text, "1,023 messages (2 left out)"));
    assert_non_null(strstr(text, "exit status 5: there are findings, and something could not be looked at"));
    buffer_release(&out);
}

static void text_has_colour_only_when_asked(void **state)
{
    (void)state;
    struct report_options colored = { .context = 80, .color = REPORT_COLORED };
    struct buffer out = make_report("text", &colored, slice_str("x"), 1);
    assert_non_null(strstr((char *)out.ptr, "\x1b[1;31mcritical\x1b[0m"));
    buffer_release(&out);
    out = make_report("text", &plain, slice_str("x"), 1);
    assert_null(strchr((char *)out.ptr, '\x1b'));
    buffer_release(&out);
}

static void weaker_findings_are_not_shown(void **state)
{
    (void)state;
    struct report_options strict = { .context = 80, .least_verdict = VERDICT_STRUCTURAL };
    struct buffer out = make_report("jsonl", &strict, slice_str("x"), 2);
    assert_non_null(strstr((char *)out.ptr, "github-token"));
    assert_null(strstr((char *)out.ptr, "prose-password"));
    buffer_release(&out);
    struct report_options severe = { .least_severity = SEVERITY_HIGH };
    out = make_report("text", &severe, slice_str("x"), 2);
    assert_null(strstr((char *)out.ptr, "password in a sentence"));
    buffer_release(&out);
}

static void revealed_values_are_shown(void **state)
{
    (void)state;
    static const char *const formats[] = { "jsonl", "json", "csv", "text" };
    for (size_t i = 0; i < 4; i++) {
        char path[] = "/tmp/mailspill-report-XXXXXX", got[16384] = "";
        int fd = mkstemp(path);
        struct sample s;
        unlink(path);
        struct report *report = report_new(reporter_find(slice_str(formats[i])), fd, &plain, &run, NULL);
        sample_init(&s, 0, slice_str("x"));
        s.finding.secret = slice_str("the-value");
        report_finding_put(report, &s.reported);
        assert_int_equal(report_finish(report, &summary, NULL), 0);
        report_free(report);
        assert_true(pread(fd, got, sizeof got - 1, 0) > 0);
        assert_non_null(strstr(got, "the-value"));
        close(fd);
    }
}

/* A full disk and a closed pipe: told once, never a signal, never a false success. */
static void writing_that_fails_is_told(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    int full = open("/dev/full", O_WRONLY);
    int fds[] = { ends[1], full };
    static const char *const whys[] = { "Broken pipe", "No space left" };
    for (size_t i = 0; i < 2; i++)
        for (size_t r = 0; reporter_table[r]; r++) {
            struct error err = { 0 };
            struct sample s;
            struct report *report = report_new(reporter_table[r], fds[i], &plain, &run, NULL);
            for (int n = 0; n < 200; n++) {
                sample_init(&s, 0, hostile);
                report_finding_put(report, &s.reported);
                report_gap_put(report, &s.reported_gap);
            }
            assert_int_equal(report_finish(report, &summary, &err), -1);
            assert_non_null(strstr(err.message, whys[i]));
            report_free(report);
        }
    close(ends[1]);
    close(full);
}

static void a_spool_folder_that_is_not_there_is_told(void **state)
{
    (void)state;
    struct report_options options = { .spool_dir = "/nonexistent/mailspill" };
    struct error err = { 0 };
    assert_null(report_new(reporter_find(slice_str("text")), STDOUT_FILENO, &options, &run, &err));
    assert_non_null(strstr(err.message, "/nonexistent/mailspill"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_hostile_byte_reaches_any_report),
        cmocka_unit_test(json_lines_have_the_contract_keys),
        cmocka_unit_test(hostile_text_survives_json),
        cmocka_unit_test(json_is_one_document),
        cmocka_unit_test(csv_rows_are_even_and_no_cell_is_a_formula),
        cmocka_unit_test(sarif_holds_25000_results_and_says_so),
        cmocka_unit_test(text_groups_by_secret_and_worst_first),
        cmocka_unit_test(text_has_colour_only_when_asked),
        cmocka_unit_test(weaker_findings_are_not_shown),
        cmocka_unit_test(revealed_values_are_shown),
        cmocka_unit_test(writing_that_fails_is_told),
        cmocka_unit_test(a_spool_folder_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
