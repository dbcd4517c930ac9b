/* tnef_props.h - inside the TNEF reader: attributes, and the blocks of MAPI properties in them (MS-OXTNEF section 2.1.3.4). */
#ifndef MAILSPILL_WALK_TNEF_PROPS_H
#define MAILSPILL_WALK_TNEF_PROPS_H

#include "walk/mapi.h"

#define TNEF_PROPERTIES_MAX 20000

enum tnef_attribute {
    TNEF_OWNER = 0x0000,
    TNEF_SENT_FOR = 0x0001,
    TNEF_FROM = 0x8000,
    TNEF_SUBJECT = 0x8004,
    TNEF_DATE_SENT = 0x8005,
    TNEF_DATE_RECEIVED = 0x8006,
    TNEF_MESSAGE_CLASS = 0x8008,
    TNEF_MESSAGE_ID = 0x8009,
    TNEF_BODY = 0x800C,
    TNEF_ATTACH_DATA = 0x800F,
    TNEF_ATTACH_TITLE = 0x8010,
    TNEF_ATTACH_META_FILE = 0x8011,
    TNEF_ATTACH_TRANSPORT_NAME = 0x9001,
    TNEF_ATTACH_START = 0x9002, /* attAttachRendData: a new attachment begins */
    TNEF_MESSAGE_PROPERTIES = 0x9003,
    TNEF_RECIPIENTS = 0x9004,
    TNEF_ATTACH_PROPERTIES = 0x9005,
    TNEF_VERSION = 0x9006,
    TNEF_CODEPAGE = 0x9007,
};

/* Take a block of properties from the front of *REST into BAG. 0; -1 where it is damaged: what came before is kept, and all of *REST that
 * could not be read is one property of bytes without a number. */
int tnef_take_properties(struct slice *rest, struct mapi_bag *bag);

/* Add what an attribute of old says (MS-OXTNEF section 2.1.3.3), unless the bag has it already: then it is kept under its own name. */
void tnef_take_attribute(enum tnef_attribute attribute, struct slice data, struct mapi_bag *bag);

#endif
