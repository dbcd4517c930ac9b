/* shared_strings.h - a workbook's strings, which its sheets' cells name by number (ECMA-376 part 1, 18.4).
 *
 * What a sheet has shown is not to be found a second time where it is stored: shared_strings_rest gives the part without it.
 */
#ifndef MAILSPILL_DECODE_SHARED_STRINGS_H
#define MAILSPILL_DECODE_SHARED_STRINGS_H

#include "base/arena.h"

/* Bytes that cells may show in all: one long string in each of a million cells is not told a million times. */
#define SHARED_STRINGS_BUDGET ((uint64_t)64 * 1024 * 1024)

struct shared_string {
    struct slice text;
    bool is_shown;
};

struct shared_strings {
    struct slice xml; /* the part, in the arena */
    bool is_binary;   /* its records (MS-XLSB), no XML */
    struct shared_string *list;
    size_t count;
    uint64_t shown; /* bytes */
    bool is_over;   /* the budget was used up */
};

/* The strings in PART, which must stay: XML, or the records of a binary workbook. NULL where it is no part of this kind, or damaged. */
struct shared_strings *shared_strings_read(struct arena *arena, struct slice part);

/* The string that DIGITS name, which counts as shown; empty if there is none, or the budget is used up. */
struct slice shared_strings_show(struct shared_strings *strings, struct slice digits);

/* The part, with spaces in the place of the text that was shown. Changes strings->xml. */
struct slice shared_strings_rest(struct shared_strings *strings, struct arena *arena);

#endif
