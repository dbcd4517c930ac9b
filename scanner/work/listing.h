/* listing.h - from the paths of the command line to files: folders walked, names sorted, mail folders recognised.
 *
 * Names and kinds of files alone are looked at, never content. Below a folder symbolic links are not followed, and what is no regular file is
 * told as a gap.
 */
#ifndef MAILSPILL_WORK_LISTING_H
#define MAILSPILL_WORK_LISTING_H

#include "base/arena.h"
#include "item/gap.h"
#include "work/supervisor.h"

struct listing;

/* One file, or one gap. Strings live until the next call. */
struct listed {
    int fd;                /* open for reading, the caller closes it; -1 for a gap */
    uint64_t size;         /* bytes; 0 where unknown (a pipe) */
    bool is_stream;        /* a pipe: read once, in order */
    struct slice path;     /* as typed, and below */
    struct slice file;     /* the same as the file system has it: with a Maildir's flags */
    struct slice key_path; /* below the input folder; the last name for a file */
    struct slice custodian, folder;
    bool is_labelled;
    bool is_export,
        has_checksums;   /* its folder, or one around it, has lists of what there should be; with checksums */
    const char *missing; /* what belongs to it and is not there; NULL */
    struct slice sidecar; /* bytes of the file beside it that tells of it (walk/sidecar.h) */
    struct slice failure; /* why it can't be read */
};

struct listing *listing_new(const struct scan_request *request);
void listing_free(struct listing *listing);

/* The next one. 1, or 0 at the end. */
int listing_next(struct listing *listing, struct listed *listed);

/* Inputs that could be opened so far; folders that held no file are named in a warning. */
uint64_t listing_opened(const struct listing *listing);

/* Where the flags of a Maildir message's name begin, or SLICE_NONE. Some systems cannot write ':'. */
size_t listing_flags_at(struct slice name);

/* The file whose listed path is PATH, as the file system has it now: a Maildir's message may have other flags than when it was read. Into FOUND,
 * ended by NUL; PATH itself where there is none. 0, or -1: too long for FOUND. */
int listing_find_file(struct slice path, struct buffer *found);

#endif
