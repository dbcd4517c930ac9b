/* records.h - records as JSON objects: the machine form that jsonl and json share (docs/output.schema.json). */
#ifndef MAILSPILL_REPORT_RECORDS_H
#define MAILSPILL_REPORT_RECORDS_H

#include "base/json.h"
#include "report/report.h"

void records_put_run(struct json *json, const char *key, const struct report_run *run);
void records_put_finding(struct json *json, const char *key, const struct report *report,
                         const struct report_finding *finding);
void records_put_gap(struct json *json, const char *key, const struct report_gap *gap);
void records_put_summary(struct json *json, const char *key, const struct report_summary *summary);

/* The context of FINDING as the options want it, with the mask where the secret stood; appended to OUT. */
void records_put_context(struct buffer *out, const struct report_options *options,
                         const struct finding *finding);

/* The other halves of a pair: "user bob at mail.mbox!#3!/1:2:7; host …". */
void records_put_parts(struct buffer *out, const struct finding *finding);

#endif
