/* mapi_stub.h - messages that stand for one that lies elsewhere, or that only its readers can open. */
#ifndef MAILSPILL_WALK_MAPI_STUB_H
#define MAILSPILL_WALK_MAPI_STUB_H

#include "walk/format.h"
#include "walk/mapi.h"

/* A gap of walk->item where BAG, a message's, is such a one by its class (PidTagMessageClass). */
void mapi_stub_tell(struct walk *walk, const struct mapi_bag *bag);

#endif
