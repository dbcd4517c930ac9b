/* charset_names.h - what mail calls charsets, and what ICU calls them. Not for other layers. */
#ifndef MAILSPILL_DECODE_CHARSET_NAMES_H
#define MAILSPILL_DECODE_CHARSET_NAMES_H

#include "base/slice.h"

#define CHARSET_NAME_MAX 64

/* ICU's name for the converter that NAME, as declared, means. 0, or -1 for a name that nobody knows. */
int charset_canonical_name(struct slice name, char canonical[CHARSET_NAME_MAX]);

/* The name that MIME prefers for ICU's converter, or ICU's own. */
const char *charset_common_name(const char *canonical);

#endif
