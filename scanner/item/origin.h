/* origin.h - the mail folder and its owner that a path tells: on a disk, or in an archive. Names alone are looked at. */
#ifndef MAILSPILL_ITEM_ORIGIN_H
#define MAILSPILL_ITEM_ORIGIN_H

#include "base/buffer.h"
#include "base/slice.h"

/* The mail folder and its owner that a file's path tells: Maildir and Maildir++ (cur, new, tmp; ".Sent.2024"), MH, Thunderbird (.sbd), plain trees.
 * ROOT: the input folder as typed, or a name in place of an archive; BELOW: the path below it. Appended to FOLDER and CUSTODIAN (UTF-8 or bytes as they stand). */
void origin_describe(struct slice root, struct slice below, struct buffer *folder, struct buffer *custodian);

/* "c" and "a/b" of "a/b/c". */
struct slice origin_last_name(struct slice path);
struct slice origin_parent(struct slice path);

/* Is NAME one of a Maildir's three folders; does PATH lead to a file of a dbox? Then the path tells the owner, and a file's own name does not. */
bool origin_is_maildir_box(struct slice name);
bool origin_is_dbox_file(struct slice path);

#endif
