/* filters.h - the options that leave messages out: whether they can fit anything, and what they are in words. */
#ifndef MAILSPILL_CLI_FILTERS_H
#define MAILSPILL_CLI_FILTERS_H

#include "cli/scan_options.h"

/* 0, or -1: --since comes after --until, so that no day is between them. */
int filters_check(const struct scan_options *options, struct error *err);

/* Live as long as OPTIONS; NULL where no such option was given. */
struct report_filters filters_words(const struct scan_options *options);

#endif
