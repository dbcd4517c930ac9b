/* sqlite_rest.h - what an SQLite file holds beside the rows of its tables: deleted records, free pages, indexes. */
#ifndef MAILSPILL_WALK_SQLITE_REST_H
#define MAILSPILL_WALK_SQLITE_REST_H

#include "base/arena.h"

/* Overwrite with zeros the records in the b-tree below page ROOT of the file (SQLite file format, 1.6), so that what was read as rows is not
 * found again. What hangs on overflow pages stays. Bounded: each page is looked at once for all calls with the same DONE. */
void sqlite_blank(unsigned char *file, size_t len, uint32_t root, unsigned char *done, struct arena *arena);

/* Bytes of DONE, all zero at first. */
size_t sqlite_done_size(const unsigned char *file, size_t len);

#endif
