/* volume.h - the parts of a split archive: what their names tell, and several as one source. */
#ifndef MAILSPILL_WALK_VOLUME_H
#define MAILSPILL_WALK_VOLUME_H

#include "item/source.h"

#define VOLUME_LAST UINT32_MAX /* the content tells which: volume_zip_end */

/* One part. Names are slices of the file's. */
struct volume_name {
    struct slice
        stem; /* what all parts of one archive have in common: "plan" of "plan.7z.002", "plan.z01" and "plan.zip" */
    const char *suffix; /* with it, the name of the whole: ".7z"; "" where the stem has it */
    uint32_t number;    /* from 1; VOLUME_LAST of the ".zip" after ".z01" … */
    bool is_end;        /* for the caller: nothing follows it */
};

/* Is NAME that of a part? 7z, zip and HJSplit ("plan.7z.001"), split ("a.tar.gz.aa", "a.tar.gz.part-ab"), RAR ("plan.part1.rar"; "plan.rar", "plan.r00"),
 * zip ("plan.z01", "plan.zip"). Of "plan.rar" and "plan.zip", which most archives are called, HEAD, the first bytes, decides. */
bool volume_name_of(struct slice name, struct slice head, struct volume_name *volume);

/* The number of the part that ends a zip, by the end record of IN, which is seekable; 0: it is none, or the only one. */
uint32_t volume_zip_end(struct source *in);

/* PARTS, all of them seekable, one after the other: a seekable source in ARENA. The list is borrowed, too. */
struct source *volume_join(struct arena *arena, struct source *const *parts, size_t count);

#endif
