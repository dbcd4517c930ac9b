/* reporters.h - the reporters there are, and what they share. */
#ifndef MAILSPILL_REPORT_REPORTERS_H
#define MAILSPILL_REPORT_REPORTERS_H

#include "report/report.h"

extern const struct reporter reporter_text;     /* text.c */
extern const struct reporter reporter_jsonl;    /* jsonl.c */
extern const struct reporter reporter_json;     /* json.c */
extern const struct reporter reporter_csv;      /* csv.c */
extern const struct reporter reporter_sarif;    /* sarif.c */
extern const struct reporter reporter_gitlab;   /* gitlab.c */
extern const struct reporter reporter_junit;    /* junit.c */
extern const struct reporter reporter_markdown; /* markdown.c */
extern const struct reporter reporter_summary;  /* summary.c */
extern const struct reporter reporter_html;     /* html.c */

/* Remember ERR, unless something failed before. Nothing more is written then. */
void report_fail(struct report *report, const struct error *err);

#endif
