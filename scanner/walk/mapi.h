/* mapi.h - MAPI properties in the terms of MS-OXPROPS: what MSG, TNEF and PST files have in common.
 *
 * A container reads the properties of a message, a recipient or an attachment into a bag; what they mean is said here, whatever they
 * came from. Strings come out as UTF-8.
 */
#ifndef MAILSPILL_WALK_MAPI_H
#define MAILSPILL_WALK_MAPI_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "decode/codepage.h"
#include "item/envelope.h"

/* Types (MS-OXCDATA section 2.11.1). */
enum mapi_type {
    MAPI_INT16 = 0x0002,
    MAPI_INT32 = 0x0003,
    MAPI_BOOLEAN = 0x000B,
    MAPI_OBJECT = 0x000D,
    MAPI_INT64 = 0x0014,
    MAPI_STRING8 = 0x001E,
    MAPI_UNICODE = 0x001F,
    MAPI_TIME = 0x0040,
    MAPI_GUID = 0x0048,
    MAPI_BINARY = 0x0102,
    MAPI_MULTIPLE = 0x1000, /* added to another: a list of values */
};

/* Properties that are asked for by name (PidTag… of MS-OXPROPS). */
enum mapi_id {
    MAPI_MESSAGE_CLASS = 0x001A,
    MAPI_SUBJECT = 0x0037,
    MAPI_SUBMIT_TIME = 0x0039,
    MAPI_SENT_SEARCH_KEY = 0x003B,
    MAPI_SUBJECT_PREFIX = 0x003D,
    MAPI_SENT_NAME = 0x0042,
    MAPI_SENT_ADDRESS_TYPE = 0x0064,
    MAPI_SENT_ADDRESS = 0x0065,
    MAPI_TOPIC = 0x0070,
    MAPI_CONVERSATION_INDEX = 0x0071,
    MAPI_TRANSPORT_HEADERS = 0x007D,
    MAPI_RECIPIENT_TYPE = 0x0C15,
    MAPI_SENDER_NAME = 0x0C1A,
    MAPI_SENDER_SEARCH_KEY = 0x0C1D,
    MAPI_SENDER_ADDRESS_TYPE = 0x0C1E,
    MAPI_SENDER_ADDRESS = 0x0C1F,
    MAPI_DISPLAY_BCC = 0x0E02,
    MAPI_DISPLAY_CC = 0x0E03,
    MAPI_DISPLAY_TO = 0x0E04,
    MAPI_DELIVERY_TIME = 0x0E06,
    MAPI_MESSAGE_FLAGS = 0x0E07,
    MAPI_NORMALIZED_SUBJECT = 0x0E1D,
    MAPI_ATTACH_SIZE = 0x0E20,
    MAPI_BODY = 0x1000,
    MAPI_RTF_COMPRESSED = 0x1009,
    MAPI_HTML = 0x1013,
    MAPI_INTERNET_MESSAGE_ID = 0x1035,
    MAPI_REFERENCES = 0x1039,
    MAPI_IN_REPLY_TO = 0x1042,
    MAPI_DISPLAY_NAME = 0x3001,
    MAPI_ADDRESS_TYPE = 0x3002,
    MAPI_ADDRESS = 0x3003,
    MAPI_CREATION_TIME = 0x3007,
    MAPI_MODIFICATION_TIME = 0x3008,
    MAPI_SEARCH_KEY = 0x300B,
    MAPI_ATTACH_DATA = 0x3701,
    MAPI_ATTACH_EXTENSION = 0x3703,
    MAPI_ATTACH_NAME = 0x3704,
    MAPI_ATTACH_METHOD = 0x3705,
    MAPI_ATTACH_LONG_NAME = 0x3707,
    MAPI_ATTACH_PATH = 0x3708,
    MAPI_ATTACH_LONG_PATH = 0x370D,
    MAPI_ATTACH_TYPE = 0x370E,
    MAPI_ATTACH_CONTENT_ID = 0x3712,
    MAPI_SMTP_ADDRESS = 0x39FE,
    MAPI_INTERNET_CODEPAGE = 0x3FDE,
    MAPI_MESSAGE_LOCALE = 0x3FF1,
    MAPI_MESSAGE_CODEPAGE = 0x3FFD,
    MAPI_SENDER_SMTP = 0x5D01,
    MAPI_SENT_SMTP = 0x5D02,
};

#define MAPI_NAMED 0x8000u /* from here on, what a property means stands in the container's table of names */

enum mapi_method {
    MAPI_ATTACH_NOTHING = 0,
    MAPI_ATTACH_BY_VALUE = 1,
    MAPI_ATTACH_BY_REFERENCE = 2,
    MAPI_ATTACH_BY_REFERENCE_RESOLVED = 3,
    MAPI_ATTACH_BY_REFERENCE_ONLY = 4,
    MAPI_ATTACH_EMBEDDED = 5,
    MAPI_ATTACH_OLE = 6,
    MAPI_ATTACH_WEB = 7, /* in a cloud store */
};

struct mapi_property {
    uint16_t id, type;  /* TYPE: of one value; a list is several properties of one id */
    struct slice name;  /* of a named property: its name, or "0x8503" for a number; UTF-8; else empty */
    struct slice value; /* as stored, little-endian; empty where it is too large to be held */
    uint64_t size;      /* of the value, bytes; more than value.len where it is not held */
};

/* The properties of one thing. Lives in `arena`, with all it points to. */
struct mapi_bag {
    struct arena *arena;
    struct mapi_property *list;
    size_t count, capacity;
    unsigned codepage; /* of its 8-bit strings */
};

void mapi_bag_init(struct mapi_bag *bag, struct arena *arena, unsigned codepage);

/* VALUE must live as long as the arena. SIZE is value.len, or more for one that is not held. */
void mapi_bag_add(struct mapi_bag *bag, uint16_t id, uint16_t type, struct slice name, struct slice value,
                  uint64_t size);

/* Set the code page from the properties that tell it (PidTagMessageCodepage, else the one of PidTagMessageLocaleId), else leave it.
 * PidTagInternetCodepage is that of the HTML body alone. */
void mapi_bag_take_codepage(struct mapi_bag *bag);

/* The first property ID, or NULL. */
const struct mapi_property *mapi_find(const struct mapi_bag *bag, uint16_t id);

bool mapi_is_text(const struct mapi_property *property);

/* Its text as UTF-8, in the bag's arena or where it stands; empty if there is none that is held. No NUL at its end. */
struct slice mapi_text(const struct mapi_bag *bag, const struct mapi_property *property);
struct slice mapi_get_text(const struct mapi_bag *bag, uint16_t id);

/* A number or truth value, or FALLBACK. */
int64_t mapi_get_int(const struct mapi_bag *bag, uint16_t id, int64_t fallback);

/* A time (100 ns since 1601) as seconds since 1970 UTC, or ENVELOPE_NO_DATE. */
int64_t mapi_get_time(const struct mapi_bag *bag, uint16_t id);
int64_t mapi_seconds(uint64_t filetime);

/* Whether the message class of BAG is CLASS or below it ("IPM.Note" is, for "IPM.Note.SMIME"). */
bool mapi_is_class(const struct mapi_bag *bag, const char *class);

/* What a person calls PROPERTY: "Business telephone", its own name, or its number; in ROOM or static. */
#define MAPI_LABEL_MAX 64
struct slice mapi_label(const struct mapi_property *property, char room[MAPI_LABEL_MAX]);

#endif
