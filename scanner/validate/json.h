/* json.h - the members of one JSON object (RFC 8259), read in place: what decoded tokens hold. */
#ifndef MAILSPILL_VALIDATE_JSON_H
#define MAILSPILL_VALIDATE_JSON_H

#include "base/slice.h"

/* Take the next member of an object. *REST begins as the whole text, and is only the reader's afterwards. KEY and VALUE are
 * raw: KEY without its quotes, VALUE with them. 1; 0 at the closing brace (then REST is what follows it); -1 if it is not JSON. */
int json_member(struct slice *rest, struct slice *key, struct slice *value);

/* TEXT is one object and nothing else but white space. */
bool json_is_object(struct slice text);

/* Member NAME of the object TEXT into OUT, escapes undone, NUL-terminated and fit to show: a string, a number or a literal; of an
 * array the first element. False if there is none (OUT is then ""). */
bool json_get(struct slice text, const char *name, char *out, size_t size);

#endif
