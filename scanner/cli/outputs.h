/* outputs.h - where reports go: standard output, and files that appear under their name when they are whole. */
#ifndef MAILSPILL_CLI_OUTPUTS_H
#define MAILSPILL_CLI_OUTPUTS_H

#include "cli/scan_options.h"

struct outputs;

/* The form of a list that REPORTER names. 0, or -1: lists come in no other. */
int list_form_of(const struct reporter *reporter, enum list_form *form, struct error *err);

/* Open all files of OPTIONS (0600, under a temporary name beside their own), before anything is scanned. NULL on error. */
struct outputs *outputs_new(const struct scan_options *options, struct error *err);

/* As scan_request.open_reports; CTX is the outputs. */
int outputs_open_reports(void *ctx, const struct report_run *run, struct report ***reports, size_t *count,
                         struct error *err);

/* After the scan: whole files take their name, others are removed. 0, or -1 where one could not be. */
int outputs_finish(struct outputs *outputs, struct error *err);

/* In place of reports: LIST, in the form of each output (text, csv or jsonl), files under their name. 0 or -1. */
int outputs_write_list(struct outputs *outputs, struct lists *lists, const struct list *list,
                       struct error *err);

/* Frees the reports; files that outputs_finish did not see are removed. */
void outputs_free(struct outputs *outputs);

#endif
