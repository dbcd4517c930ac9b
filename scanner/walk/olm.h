/* olm.h - inside format_olm: an archive of Outlook for Mac, a zip of XML files that hold items.
 *
 * No specification is published; what stands here is what its writers do. The members are named `Local/…` or `Accounts/ADDRESS/…`, then
 * `com.microsoft.__Messages/FOLDER/message_00000.xml` with what is attached in `com.microsoft.__Attachments/`, and calendars, address
 * books, tasks and notes as one file each. An XML file's root holds items (`email`, `appointment`, `contact`, `task`, `note`), an item holds
 * fields named OPF…; an attachment is told by the member that holds it (OPFAttachmentURL).
 *
 * Children, in the zip's order: each item, opened by format_olm_item; other members as they are; members of attachments that no item names;
 * `NAMES`, the names of folders and of what else has one, and
 * what stands in the XML outside of items; `FRONT`, bytes before
 * the zip; `REST`, bytes after it.
 */
#ifndef MAILSPILL_WALK_OLM_H
#define MAILSPILL_WALK_OLM_H

#include "decode/xml.h"
#include "walk/format.h"
#include "walk/mapi_message.h"
#include "walk/zip.h"

/* Text of one item, bytes; names of its elements, which are cut to that. */
#define OLM_ITEM_MAX ((size_t)64 * 1024 * 1024)
#define OLM_NAME_MAX 64
#define OLM_STRAY_MAX ((size_t)5 * 1024 * 1024)

struct olm;

struct olm_person {
    struct olm_person *next;
    struct slice name, address;
    uint8_t type; /* as MAPI numbers recipients: 1 to, 2 cc, 3 bcc */
};

struct olm_attachment {
    struct olm_attachment *next;
    struct slice name, type, id, url;
};

/* An item as its XML tells it. All slices live in the arena it was read with. */
struct olm_item {
    struct olm *olm;
    struct mapi_bag bag; /* UTF-8 in 8-bit strings; fields that are nothing else as named properties */
    struct olm_person *people, *last_person;
    struct olm_attachment *attachments, *last_attachment;
    struct slice plain, html;
    bool is_over;           /* longer than OLM_ITEM_MAX: what came then is left out */
    bool is_cut;            /* the XML broke in it: */
    const char *why;        /* how, */
    enum xml_fault fault;   /* of which kind, */
    uint64_t rest_at;       /* and from where on the member was not read */
    struct zip_entry entry; /* the member it stands in */
};

/* olm_item.c: items out of one XML file, one at a time. */
struct olm_reader {
    struct xml xml;
    struct xml_sink sink;
    struct arena *arena; /* of the item at work; emptied before each */
    struct arena_mark empty;
    struct source *source;
    struct olm_item item;
    struct buffer text;  /* of the element at work */
    struct buffer stray; /* what stood outside of items, a line each; for the caller to take */
    char field[OLM_NAME_MAX], element[OLM_NAME_MAX];
    bool is_items, is_open, is_ready, is_at_end, is_paused;
    uint64_t items;
    uint64_t item_at; /* where the item at work begins */
};

void olm_reader_init(struct olm_reader *reader);
void olm_reader_release(struct olm_reader *reader);

/* Begin with SOURCE, which must outlive the reading. */
void olm_reader_open(struct olm_reader *reader, struct source *source);

/* The next item into reader->item, whole or cut. 1; 0 at the end; -1 where the file breaks off outside an item, or holds none. */
int olm_reader_next(struct olm_reader *reader, struct error *err);

/* Where a member of this name lies in the zip, and that it was asked for. False: nowhere. */
bool olm_find(struct olm *olm, struct slice name, struct arena *arena, struct zip_entry *entry);
struct source *olm_source(struct olm *olm, const struct zip_entry *entry, struct arena *arena);

extern const struct format format_olm_item; /* olm_message.c: one item; its node is a struct olm_item */

#endif
