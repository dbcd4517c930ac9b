/* mapi_text.h - inside mapi_message.c: the text of properties that have no leaf of their own, gathered. */
#ifndef MAILSPILL_WALK_MAPI_TEXT_H
#define MAILSPILL_WALK_MAPI_TEXT_H

#include "walk/mapi_message.h"

/* Bytes of PROPERTIES, and of BINARY. */
#define MAPI_TEXT_MAX ((size_t)16 * 1024 * 1024)

/* Append to MESSAGE's `text` and `bytes` what the bag holds that is not given elsewhere. */
void mapi_text_message(struct mapi_message *message); /* its header is made */
void mapi_text_recipient(struct mapi_message *message, const struct mapi_bag *recipient);
void mapi_text_attachment(struct mapi_message *message, const struct mapi_bag *attachment);

#endif
