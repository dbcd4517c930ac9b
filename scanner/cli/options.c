/* options.c - the option table and the parser of command lines. */
#include "cli/options.h"

#include <stdio.h>

#include "cli/options_set.h"

#define NAME_LONGEST 64 /* bytes of an option's name that a typing mistake is looked for in */

const struct option_row option_table[] = {
    { "files-from", 0, "FILE", "scan the paths in FILE, one a line (- is standard input)", GROUP_READ,
      COMMAND_SCAN, set_files_from },
    { "null", '0', NULL, "paths in --files-from end with a NUL, not with a line", GROUP_READ, COMMAND_SCAN,
      set_null },
    { "include", 0, "GLOB", "scan only files whose path or name fits", GROUP_READ, COMMAND_SCAN,
      set_include },
    { "exclude", 0, "GLOB", "leave out files whose path or name fits", GROUP_READ, COMMAND_SCAN,
      set_exclude },
    { "folder", 0, "GLOB", "scan only messages in mail folders that fit", GROUP_READ, COMMAND_SCAN,
      set_folder },
    { "custodian", 0, "NAME", "whose mail the inputs after it are", GROUP_READ, COMMAND_SCAN, set_custodian },
    { "since", 0, "DAY", "leave out messages before DAY (YYYY-MM-DD, UTC)", GROUP_READ, COMMAND_SCAN,
      set_since },
    { "until", 0, "DAY", "leave out messages after DAY; undated ones stay in", GROUP_READ, COMMAND_SCAN,
      set_until },
    { "since", 0, "DAY", "only records of accesses from DAY on (YYYY-MM-DD, UTC)", GROUP_READ, COMMAND_ACCESS,
      set_since },
    { "until", 0, "DAY", "only records of accesses up to DAY; undated ones stay in", GROUP_READ,
      COMMAND_ACCESS, set_until },
    { "as-of", 0, "DAY", "what ended before DAY has expired; today by default", GROUP_HOW, COMMAND_SCAN,
      set_as_of },
    { "rules", 0, "PATH", "rules from PATH, a file or folder, instead of the built-in ones ('builtin')",
      GROUP_HOW, COMMAND_SCAN | COMMAND_RULES | COMMAND_REVEAL | COMMAND_UNLOCK, set_rules },
    { "only", 0, "RULE,…", "only these rules: ids, families, categories or globs", GROUP_HOW,
      COMMAND_SCAN | COMMAND_RULES, set_only },
    { "skip", 0, "RULE,…", "all but these rules", GROUP_HOW, COMMAND_SCAN | COMMAND_RULES, set_skip },
    { "known", 0, "FILE",
      "find the secrets in FILE too (0600; one a line, or JSON Lines), or in a descriptor: fd:3", GROUP_HOW,
      COMMAND_SCAN, set_known },
    { "ocr", 0, NULL, "read text in pictures, too: slow (needs mailspill-picture with tesseract)", GROUP_HOW,
      COMMAND_SCAN | COMMAND_REVEAL, set_ocr },
    { "ocr-languages", 0, "LANGUAGES", "languages of that text, as tesseract names them: eng+deu (eng)",
      GROUP_HOW, COMMAND_SCAN | COMMAND_REVEAL, set_ocr_languages },
    { "password-file", 0, "FILE",
      "try the passwords in FILE (0600; one a line) on what is locked, or in a descriptor: fd:3", GROUP_HOW,
      COMMAND_SCAN | COMMAND_UNLOCK, set_password_file },
    { "limit", 0, "NAME=VALUE", "change a limit (see `mailspill doctor`)", GROUP_HOW,
      COMMAND_SCAN | COMMAND_DOCTOR | COMMAND_UNLOCK, set_limit },
    { "jobs", 'j', "N", "workers (one a core)", GROUP_HOW, COMMAND_SCAN, set_jobs },
    { "sandbox", 0, "MODE", "require (stop where it can't be had), auto or off", GROUP_HOW,
      COMMAND_SCAN | COMMAND_RULES | COMMAND_REVEAL | COMMAND_UNLOCK, set_sandbox },
    { "spool-dir", 0, "DIR", "folder for what memory can't hold ($TMPDIR, /var/tmp)", GROUP_HOW,
      COMMAND_SCAN | COMMAND_DOCTOR, set_spool_dir },
    { "key-file", 0, "FILE", "key that makes secret_id ($MAILSPILL_KEY_FILE, else one of the user's)",
      GROUP_HOW, COMMAND_SCAN | COMMAND_DOCTOR, set_key_file },
    { "config", 0, "FILE", "read options from FILE first, `name: value` a line", GROUP_HOW, COMMAND_ALL,
      set_config },
    { "format", 'f', "FORMAT", "to standard output: text, summary, html, jsonl … (see the manual)", GROUP_OUT,
      COMMAND_SCAN | COMMAND_REPORT, set_format },
    { "format", 'f', "FORMAT", "to standard output: text, csv or jsonl", GROUP_OUT, COMMAND_DIFF,
      set_format },
    { "format", 'f', "FORMAT", "of runs and reveals, to standard output: text, csv or jsonl", GROUP_OUT,
      COMMAND_CASE, set_format },
    { "output", 'o', "FORMAT=FILE", "a report to FILE too, 0600, in place when whole", GROUP_OUT,
      COMMAND_SCAN, set_output },
    { "output", 'o', "FORMAT=FILE", "to FILE, 0600, in place when whole; to standard output only with -f",
      GROUP_OUT, COMMAND_REPORT, set_output },
    { "output", 'o', "FILE", "where imported rules go (standard output)", GROUP_OUT, COMMAND_RULES,
      set_rules_output },
    { "case", 0, "DIR", "add to the case in DIR, made where it is missing", GROUP_OUT, COMMAND_SCAN,
      set_case },
    { "case", 0, "DIR", "the case in DIR, as a scan made it", GROUP_OUT, COMMAND_CASES, set_case },
    { "list", 0, "NAME",
      "one list: rotation, notify, exposure, messages, hunt, timeline, gaps, unlocked, hashes, purge, "
      "unresolved, marks",
      GROUP_OUT, COMMAND_REPORT, set_list },
    { "internal", 0, "DOMAIN", "a domain of your own organisation; may be given often", GROUP_OUT,
      COMMAND_LISTS | COMMAND_SCAN, set_internal },
    { "people", 0, "FILE", "CSV of who is who: address, name, organisation, side, alias_of", GROUP_OUT,
      COMMAND_LISTS | COMMAND_SCAN, set_people },
    { "custodians", 0, "FILE", "CSV of whose mailbox is whose: custodian, name, address", GROUP_OUT,
      COMMAND_LISTS, set_custodians },
    { "privileged", 0, "FILE", "addresses, domains and words whose messages show no people and no words",
      GROUP_OUT, COMMAND_LISTS, set_privileged },
    { "no-people", 0, NULL, "leave out names, addresses and subjects", GROUP_OUT, COMMAND_LISTS,
      set_no_people },
    { "yes", 0, NULL, "show the secret though standard output is no terminal", GROUP_OUT, COMMAND_REVEAL,
      set_yes },
    { "source", 0, "OLD=NEW", "the inputs whose path began with OLD lie under NEW now", GROUP_READ,
      COMMAND_REVEAL, set_source },
    { "note", 0, "WORDS", "why", GROUP_OUT, COMMAND_MARK, set_note },
    { "by", 0, "NAME", "who says so (your login name)", GROUP_OUT, COMMAND_MARK | COMMAND_REVEAL, set_by },
    { "where", 0, "EXPRESSION", "all findings that fit: 'rule = github-* and custodian = alice'", GROUP_OUT,
      COMMAND_MARK, set_where },
    { "import", 0, "FILE", "take the marks in FILE (JSON Lines; - is standard input)", GROUP_OUT,
      COMMAND_MARK, set_import },
    { "export", 0, NULL, "write all marks to standard output, for another case", GROUP_OUT, COMMAND_MARK,
      set_export },
    { "since-run", 0, "N", "what came after run N (see `mailspill case runs`)", GROUP_OUT, COMMAND_DIFF,
      set_since_run },
    { "n", 'n', "N", "draw about N messages", GROUP_OUT, COMMAND_CASE, set_sample_size },
    { "seed", 0, "S", "the same messages for the same S (0)", GROUP_OUT, COMMAND_CASE, set_seed },
    { "result", 0, "FILE", "the drawn list with its column `missed` filled in: the rate of misses", GROUP_OUT,
      COMMAND_CASE, set_result },
    { "ip", 0, "ADDRESS", "only records of this client address", GROUP_READ, COMMAND_ACCESS, set_ip },
    { "session", 0, "ID", "only records of this session", GROUP_READ, COMMAND_ACCESS, set_session },
    { "app", 0, "ID", "only records of this application", GROUP_READ, COMMAND_ACCESS, set_app },
    { "user", 0, "NAME", "only records of this user or mailbox", GROUP_READ, COMMAND_ACCESS, set_user },
    { "min-verdict", 0, "VERDICT", "show from: prose, contextual, structural, proven", GROUP_OUT,
      COMMAND_SCAN | COMMAND_REPORT, set_min_verdict },
    { "min-severity", 0, "SEVERITY", "show from: info, low, medium, high, critical", GROUP_OUT,
      COMMAND_SCAN | COMMAND_REPORT, set_min_severity },
    { "context", 0, "N", "bytes of text around a secret (80)", GROUP_OUT, COMMAND_SCAN | COMMAND_REPORT,
      set_context },
    { "reveal", 0, NULL, "put the secrets themselves into the reports", GROUP_OUT, COMMAND_SCAN, set_reveal },
    { "explain", 0, NULL, "say what was turned down, and why, on standard error", GROUP_OUT, COMMAND_SCAN,
      set_explain },
    { "progress", 0, "WHEN", "auto, always, never or json", GROUP_OUT, COMMAND_SCAN, set_progress },
    { "quiet", 'q', NULL, "no messages but errors", GROUP_OUT, COMMAND_ALL, set_quiet },
    { "verbose", 'v', NULL, "more messages", GROUP_OUT, COMMAND_ALL, set_verbose },
    { "color", 0, "WHEN", "auto, always or never (auto heeds NO_COLOR)", GROUP_OUT, COMMAND_ALL, set_color },
    { "fail-on", 0, "SEVERITY[,VERDICT]", "findings from here on make the exit status (low,contextual)",
      GROUP_END, COMMAND_SCAN, set_fail_on },
    { "baseline", 0, "FILE", "what an earlier jsonl report holds does not count", GROUP_END, COMMAND_SCAN,
      set_baseline },
    { "ignore", 0, "FILE", "what FILE names, with a reason, does not count", GROUP_END, COMMAND_SCAN,
      set_ignore },
    { "accept-gaps", 0, "KIND,…", "gaps of these kinds do not count", GROUP_END, COMMAND_SCAN,
      set_accept_gaps },
    { "exit-zero", 0, NULL, "exit status 0 whatever was found", GROUP_END, COMMAND_SCAN, set_exit_zero },
    { "help", 'h', NULL, "show the options", GROUP_ANY, COMMAND_ALL, set_help },
    { "version", 0, NULL, "show the version", GROUP_ANY, COMMAND_ALL, set_version },
    { NULL, 0, NULL, NULL, 0, 0, NULL },
};

static const struct option_row *row_named(struct slice name, enum command_bit command)
{
    for (const struct option_row *row = option_table; row->name; row++)
        if ((row->commands & command) && slice_is_equal(name, slice_str(row->name)))
            return row;
    return NULL;
}

static const struct option_row *row_lettered(char letter, enum command_bit command)
{
    for (const struct option_row *row = option_table; row->name; row++)
        if ((row->commands & command) && row->letter == letter)
            return row;
    return NULL;
}

/* Edits that make A of B (Levenshtein). Both at most NAME_LONGEST bytes. */
static size_t edits_between(struct slice a, struct slice b)
{
    size_t line[NAME_LONGEST + 1];
    for (size_t i = 0; i <= b.len; i++)
        line[i] = i;
    for (size_t i = 0; i < a.len; i++) {
        size_t corner = line[0];
        line[0] = i + 1;
        for (size_t k = 0; k < b.len; k++) {
            size_t change = corner + (a.ptr[i] != b.ptr[k]);
            size_t drop = line[k + 1] + 1, add = line[k] + 1;
            corner = line[k + 1];
            line[k + 1] = change < drop ? change : drop;
            if (add < line[k + 1])
                line[k + 1] = add;
        }
    }
    return line[b.len];
}

const char *options_closest(const char *name, enum command_bit command)
{
    struct slice wanted = slice_sub(slice_str(name), 0, NAME_LONGEST);
    size_t least = wanted.len / 2 + 1;
    const char *closest = NULL;
    for (const struct option_row *row = option_table; row->name; row++) {
        if (!(row->commands & command))
            continue;
        bool is_start = wanted.len > 1 && slice_starts_with(slice_str(row->name), name);
        size_t edits = is_start ? 0 : edits_between(wanted, slice_str(row->name));
        if (edits >= least)
            continue;
        least = edits;
        closest = row->name;
    }
    return closest;
}

static int unknown_option(const char *name, enum command_bit command, struct error *err)
{
    const char *closest = options_closest(name, command);
    if (closest)
        return error_set(err, ERROR_USAGE, "no option is named '--%s': did you mean '--%s'?", name, closest);
    return error_set(err, ERROR_USAGE, "no option is named '--%s'", name);
}

/* The arguments that are left. */
struct parsing {
    struct scan_options *options;
    enum command_bit command;
    char *const *rest;
    struct error *err;
};

static int take_value(struct parsing *parsing, const struct option_row *row)
{
    const char *value = *parsing->rest;
    if (!value)
        return error_set(parsing->err, ERROR_USAGE, "--%s wants %s after it", row->name, row->argument);
    parsing->rest++;
    return row->set(parsing->options, value, parsing->err);
}

static int parse_long(struct parsing *parsing, const char *argument)
{
    const char *equals = strchr(argument, '=');
    struct slice name = slice_of(argument, equals ? (size_t)(equals - argument) : strlen(argument));
    const struct option_row *row = row_named(name, parsing->command);
    if (!row)
        return unknown_option(arena_string(parsing->options->arena, name), parsing->command, parsing->err);
    if (equals && !row->argument)
        return error_set(parsing->err, ERROR_USAGE, "--%s takes no value", row->name);
    if (equals)
        return row->set(parsing->options, equals + 1, parsing->err);
    return row->argument ? take_value(parsing, row) : row->set(parsing->options, NULL, parsing->err);
}

/* "-q0", "-j4", "-j 4". */
static int parse_letters(struct parsing *parsing, const char *letters)
{
    for (; *letters; letters++) {
        const struct option_row *row = row_lettered(*letters, parsing->command);
        if (!row)
            return error_set(parsing->err, ERROR_USAGE, "no option is named '-%c'", *letters);
        if (row->argument)
            return letters[1] ? row->set(parsing->options, letters + 1, parsing->err)
                              : take_value(parsing, row);
        if (row->set(parsing->options, NULL, parsing->err) < 0)
            return -1;
    }
    return 0;
}

/* The configuration comes before all else, wherever it was named. */
static int parse_config(struct parsing *parsing, char *const *arguments)
{
    const char *file = NULL;
    for (; *arguments && strcmp(*arguments, "--") != 0; arguments++) {
        if (slice_starts_with(slice_str(*arguments), "--config="))
            file = *arguments + strlen("--config=");
        else if (strcmp(*arguments, "--config") == 0 && arguments[1])
            file = arguments[1];
    }
    return file ? options_read_config(parsing->options, parsing->command, file, parsing->err) : 0;
}

int options_parse(struct scan_options *options, enum command_bit command, char *const *arguments,
                  struct error *err)
{
    struct parsing parsing = { options, command, arguments, err };
    bool has_ended = false;
    int result = parse_config(&parsing, arguments);
    while (result == 0 && *parsing.rest) {
        const char *argument = *parsing.rest++;
        bool is_option = !has_ended && argument[0] == '-' && argument[1];
        if (!is_option)
            result = set_input(options, argument, err);
        else if (strcmp(argument, "--") == 0)
            has_ended = true;
        else if (argument[1] == '-')
            result = parse_long(&parsing, argument + 2);
        else
            result = parse_letters(&parsing, argument + 1);
    }
    return result;
}

static void print_row(const struct option_row *row)
{
    char left[64], letter[5] = "    ";
    if (row->letter)
        snprintf(letter, sizeof letter, "-%c, ", row->letter);
    snprintf(left, sizeof left, "%s--%s%s%s", letter, row->name, row->argument ? " " : "",
             row->argument ? row->argument : "");
    /* A character of three bytes stands in some arguments. */
    int width = 34 + (strstr(left, "\xE2\x80\xA6") ? 2 : 0);
    printf("  %-*s %s\n", width, left, row->help);
}

void options_print(enum command_bit command)
{
    static const char *const titles[GROUPS] = { "What is read", "How", "What comes out", "How it ends",
                                                "Anywhere" };
    for (int group = 0; group < GROUPS; group++) {
        bool has_title = false;
        for (const struct option_row *row = option_table; row->name; row++) {
            if (row->group != (enum option_group)group || !(row->commands & command))
                continue;
            if (!has_title)
                printf("\n%s:\n", titles[group]);
            has_title = true;
            print_row(row);
        }
    }
}
