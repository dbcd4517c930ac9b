/* apple_mail.h - a file of Apple Mail (.emlx): the message's length on a line, the message, a list of its properties in XML. */
#ifndef MAILSPILL_WALK_APPLE_MAIL_H
#define MAILSPILL_WALK_APPLE_MAIL_H

#include "walk/format.h"
#include "walk/mime_provenance.h"

/* Is SOURCE, at its start, such a file, and is its list where it should be? LIST_AT: where that begins. */
bool apple_mail_find(struct source *source, uint64_t *list_at);

/* What the flags in the list say are labels. Nothing where SOURCE cannot be sought in. */
void apple_mail_flags(struct source *source, uint64_t list_at, struct provenance *provenance);

/* NAMES as in an envelope's `beside`: is there a file for PART? */
bool apple_mail_lies_beside(struct slice names, struct slice part);

#endif
