/* wire_bounds.h - how long the strings of a record may be: the writer cuts to it, the reader refuses more. In bytes. */
#ifndef MAILSPILL_RECORD_WIRE_BOUNDS_H
#define MAILSPILL_RECORD_WIRE_BOUNDS_H

#include <stddef.h>

#define WIRE_NAME_MAX ((size_t)1024)          /* a sender, a custodian, words for a person */
#define WIRE_TEXT_MAX ((size_t)8 * 1024)      /* a subject, a Message-ID, a folder, an item of a list */
#define WIRE_PATH_MAX ((size_t)32 * 1024)     /* a path; context on one side */
#define WIRE_LIST_MAX ((size_t)256 * 1024)    /* all strings of a list, with their lengths */
#define WIRE_SHOWN_MAX ((size_t)512)          /* what is shown of a half */
#define WIRE_SECRET_MAX ((size_t)1024 * 1024) /* a secret: far more than a rule can match */

#endif
