/* uri.h - paths of findings as URIs (RFC 3986), for SARIF. */
#ifndef MAILSPILL_REPORT_URI_H
#define MAILSPILL_REPORT_URI_H

#include "base/buffer.h"

/* PATH as in a finding, cut at its first step: the file on disk, and the steps inside it (empty if none). */
void uri_split(struct slice path, struct slice *outer, struct slice *inner);

/* Append the URI of OUTER, whose path-encoding is taken off: relative to FOLDER (absolute, no slash at its end) where it lies below, else
 * file:///…. Dots are resolved by words alone. True if it is relative. */
bool uri_put_file(struct buffer *out, struct slice outer, const char *folder);

/* The same as a plain path, not encoded: relative to FOLDER where it lies below, else as it was given. */
void uri_put_path(struct buffer *out, struct slice outer, const char *folder);

#endif
