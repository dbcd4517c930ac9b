/* reveal.h - with --reveal, the values of secrets by secret_id: in memory alone, wiped at the end. */
#ifndef MAILSPILL_REPORT_REVEAL_H
#define MAILSPILL_REPORT_REVEAL_H

#include "record/record.h"

struct revealed;

struct revealed *revealed_new(void);
void revealed_free(struct revealed *revealed); /* wipes */
void revealed_add(struct revealed *revealed, const struct record_id *secret, struct slice value);
struct slice revealed_find(const struct revealed *revealed, const struct record_id *secret); /* or empty */

#endif
