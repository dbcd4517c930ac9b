/* office_attributes.h - values of attributes in which characters are written as references. */
#ifndef MAILSPILL_EXTRACT_OFFICE_ATTRIBUTES_H
#define MAILSPILL_EXTRACT_OFFICE_ATTRIBUTES_H

#include "extract/track.h"

/* TAG stands at AT of the text; ATTRIBUTES are what expat says of it. Those that had to be decoded, a line each, into ASIDE; others are in the
 * XML as they are. */
void office_put_attributes(struct track *aside, struct slice tag, size_t at, const char **attributes);

#endif
