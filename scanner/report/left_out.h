/* left_out.h - what filters left out of a scan or case, in words: no report may look as if that had been read. */
#ifndef MAILSPILL_REPORT_LEFT_OUT_H
#define MAILSPILL_REPORT_LEFT_OUT_H

#include "report/report.h"

/* Was anything left out; were there messages, and all of them left out? Inputs that an earlier run of the case told count too. */
bool left_out_any(const struct report_summary *summary);
bool left_out_all(const struct report_summary *summary);

/* "3 of 42 messages were left out by --folder Inbox". OUT: empty, of 64 KiB at least. */
void left_out_put(struct buffer *out, const struct report_summary *summary, bool is_without_people);

/* The same onto a report; nothing where nothing was left out. BEFORE and AFTER: our words around it. */
void left_out_tell(struct report *report, const struct report_summary *summary, bool is_without_people,
                   const char *before, const char *after);

#endif
