/* archive_kind.h - which archive or compression the first bytes are, by signatures of ours.
 *
 * libarchive's own bidding takes an all-zero stream for an empty tar, and text for mtree; so it is only ever asked to read
 * what was recognised here, with the one format or filter switched on.
 */
#ifndef MAILSPILL_WALK_ARCHIVE_KIND_H
#define MAILSPILL_WALK_ARCHIVE_KIND_H

#include <archive.h>

#include "base/slice.h"

enum archive_need {
    NEED_STREAM,     /* read in order */
    NEED_SEEK,       /* cannot be read in order */
    NEED_SEEK_OR_SO, /* better with seeking: zip has its index at the end */
};

enum archive_id {
    ARCHIVE_OTHER,
    ARCHIVE_ZIP,
    ARCHIVE_7ZIP,
    ARCHIVE_RAR4,
    ARCHIVE_RAR5,
    ARCHIVE_CAB,
    ARCHIVE_TAR,
    ARCHIVE_ISO,
    ARCHIVE_XAR,
};

struct archive_kind {
    const char *name; /* "zip", for reasons */
    bool (*is)(struct slice head, struct slice name);
    int (*support)(struct archive *); /* NULL, and no filter: we can only name it: gap `unsupported` */
    enum archive_need need;
    enum archive_id id;
    int filter;   /* of a compression: libarchive's code, or 0 where only its own bidding works (compress) */
    bool is_each; /* a member's bytes come from its own input alone, so that its ratio can be told */
};

/* What HEAD (up to FORMAT_HEAD bytes; all, where the item is short) is; NAME only breaks ties. NULL if nothing known. */
const struct archive_kind *archive_format_find(struct slice head, struct slice name);
const struct archive_kind *archive_filter_find(struct slice head, struct slice name);

/* Bytes of HEAD, which is a zip's, before its first member: a program that unpacks it, or padding. */
size_t archive_zip_start(struct slice head);

/* NAME as it is once the compression is off: without ".gz", ".tgz" as ".tar". A part of NAME, or in *ROOM. */
struct slice archive_bare_name(struct slice name, char *room, size_t size);

#endif
