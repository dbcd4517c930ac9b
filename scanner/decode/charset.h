/* charset.h - text of any charset to UTF-8, through ICU, as a stream. */
#ifndef MAILSPILL_DECODE_CHARSET_H
#define MAILSPILL_DECODE_CHARSET_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/slice.h"

struct charset;

/* Open and cache every converter that mail names, before the sandbox closes (ICU's data is linked in; nothing is loaded later). */
void charset_init(void);

/* A converter for NAME as declared ("ISO-8859-1", "x-gbk", "cp-850", quotes and white space around it): our alias table, then ICU's.
 * WHATWG rules for the mislabelled: us-ascii and iso-8859-1 are windows-1252, gb2312 is gb18030, ks_c_5601 is windows-949.
 * NULL if unknown. Not for two threads. charset_close may be given NULL. */
struct charset *charset_open(struct slice name);
void charset_close(struct charset *charset);
const char *charset_name(const struct charset *charset);

/* Append the UTF-8 of *IN to OUT and take from *IN what was used: all of it but the start of an unfinished character (all, if IS_LAST; ICU's
 * converters take that too and remember it). What
 * does not decode becomes U+FFFD; *BAD counts those. 0, or -1 past OUT's ceiling (then *IN holds the rest). */
int charset_convert(struct charset *charset, struct slice *in, bool is_last, struct buffer *out,
                    uint64_t *bad);

/* Forget any state (shift states, byte order). */
void charset_reset(struct charset *charset);

/* What the bytes look like, from a sample: a byte order mark, UTF-16 or UTF-32 without one, ISO-2022 escapes, UTF-7, valid
 * UTF-8, the legal shape of Shift_JIS, EUC, GB18030, KOI8-R …; the name of a charset that charset_open knows, or NULL for "plain ASCII
 * or no idea". Statistics decide only among charsets for which SAMPLE is valid throughout. */
const char *charset_guess(struct slice sample);

#endif
