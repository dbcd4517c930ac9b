/* options_set.h - what each option does to the options: one function a row of the table. */
#ifndef MAILSPILL_CLI_OPTIONS_SET_H
#define MAILSPILL_CLI_OPTIONS_SET_H

#include "cli/scan_options.h"

typedef int option_setter(struct scan_options *options, const char *value, struct error *err);

option_setter set_files_from, set_null, set_include, set_exclude, set_folder, set_custodian, set_since,
    set_as_of, set_until, set_ocr, set_ocr_languages;
option_setter set_rules, set_only, set_skip, set_limit, set_jobs, set_sandbox, set_spool_dir, set_known,
    set_password_file, set_key_file, set_case, set_config;
option_setter set_format, set_output, set_min_verdict, set_min_severity, set_context, set_reveal, set_explain,
    set_rules_output;
option_setter set_yes, set_note, set_by, set_where, set_import, set_export, set_since_run, set_sample_size,
    set_seed, set_result, set_source;
option_setter set_ip, set_session, set_app, set_user;
/* Add to a list of texts, which are borrowed. */
void text_list_add(struct text_list *list, const char *text);

option_setter set_list, set_internal, set_people, set_custodians, set_privileged, set_no_people;
option_setter set_progress, set_quiet, set_verbose, set_color;
option_setter set_fail_on, set_baseline, set_ignore, set_accept_gaps, set_exit_zero, set_help, set_version;

/* An operand. */
option_setter set_input;

#endif
