/* listing_owners.h - is a folder one mailbox, or a collection of them, one a person? */
#ifndef MAILSPILL_WORK_LISTING_OWNERS_H
#define MAILSPILL_WORK_LISTING_OWNERS_H

#include <stdbool.h>
#include <stddef.h>

/* Does each folder in the folder FD, which holds NAMES, hold the mail of an owner of its own? Where it holds no message itself, no folder or mailbox
 * that is called as one mailbox's parts are ("Inbox", "Archive.sbd", ".Sent", "2024"), all folders with anything in them hold mail, and owners are
 * two or more, mailbox files counted. Looks at names alone. */
bool listing_is_collection(int fd, char *const *names, size_t count);

#endif
