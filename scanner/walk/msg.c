/* msg.c - Outlook's messages: a compound file of MAPI properties (MS-OXMSG). */
#include "decode/decoder.h"
#include "walk/mapi_message.h"
#include "walk/ole.h"

/* Values larger than this are not held with their bag. */
#define VALUE_MAX ((uint64_t)64 * 1024)
#define PROPERTIES_MAX 20000

#define TOP_HEADER 32      /* bytes before the first property of the outermost message, */
#define EMBEDDED_HEADER 24 /* of one in it, */
#define OTHER_HEADER 8     /* of a recipient or attachment */
#define PROPERTY_LEN 16

static const char properties_name[] = "__properties_version1.0";
static const char names_name[] = "__nameid_version1.0";
static const char recipient_prefix[] = "__recip_version1.0_#";
static const char attachment_prefix[] = "__attach_version1.0_#";
static const char value_prefix[] = "__substg1.0_";

/* The table of names (MS-OXMSG section 2.2.3): streams as they stand. */
struct msg_names {
    struct slice entries, strings;
};

/* A list of storages that is asked for by number, in order. */
struct msg_list {
    const char *prefix;
    uint32_t at; /* the one with number `index` */
    size_t index;
};

struct msg {
    struct mapi_message message;
    struct ole_node *node;
    const struct msg_names *names;
    struct msg_list recipients, attachments;
    struct arena *arena;
    uint32_t next_rest;
    bool is_other; /* no message after all */
};

/* Properties. */

/* "__substg1.0_3001001F", "__substg1.0_8005101F-00000002". */
struct value_name {
    uint16_t id, type;
    bool is_element;
};

static bool parse_hex(struct slice digits, uint32_t *value)
{
    *value = 0;
    for (size_t i = 0; i < digits.len; i++) {
        int digit = qp_hex_value(digits.ptr[i]);
        if (digit < 0)
            return false;
        *value = *value << 4 | (unsigned)digit;
    }
    return true;
}

static bool parse_value_name(struct slice name, struct value_name *parsed)
{
    const size_t prefix = sizeof value_prefix - 1;
    uint32_t tag;
    if (!slice_starts_with_nocase(name, value_prefix) || name.len < prefix + 8 ||
        !parse_hex(slice_sub(name, prefix, 8), &tag))
        return false;
    *parsed = (struct value_name){ (uint16_t)(tag >> 16), (uint16_t)tag, name.len > prefix + 8 };
    return true;
}

/* What the table of names says about property ID. In ARENA, or empty. */
static struct slice name_of(const struct msg_names *names, struct arena *arena, uint16_t id)
{
    struct slice entry = slice_sub(names->entries, (size_t)(id - MAPI_NAMED) * 8, 8);
    uint32_t number, len;
    uint16_t kind;
    if (slice_eat_u32le(&entry, &number) < 0 || slice_eat_u16le(&entry, &kind) < 0)
        return slice_of(NULL, 0);
    if ((kind & 1) == 0)
        return arena_printf(arena, "0x%04X", number);
    struct slice string = slice_skip(names->strings, number);
    if (slice_eat_u32le(&string, &len) < 0)
        return slice_of(NULL, 0);
    struct buffer out;
    buffer_init(&out, 1024);
    codepage_put_utf16(&out, slice_sub(string, 0, len));
    struct slice name = arena_copy(arena, buffer_slice(&out));
    buffer_release(&out);
    return name;
}

static bool is_sized(uint16_t type)
{
    return type == MAPI_STRING8 || type == MAPI_UNICODE || type == MAPI_BINARY || type == MAPI_GUID;
}

/* The property that stream ENTRY holds. */
static void add_stream(struct msg *msg, struct mapi_bag *bag, struct cfb_entry *entry)
{
    struct value_name parsed;
    struct slice value = slice_of(NULL, 0), name = slice_of(NULL, 0);
    if (!parse_value_name(entry->name, &parsed) || bag->count >= PROPERTIES_MAX)
        return;
    uint16_t type = parsed.type & (uint16_t)~MAPI_MULTIPLE;
    if ((parsed.type & MAPI_MULTIPLE) && !parsed.is_element) {
        entry->is_taken = is_sized(type); /* lengths of the elements */
        return;
    }
    if (!is_sized(type))
        return;
    if (entry->size <= VALUE_MAX)
        value = cfb_read(msg->node->cfb, bag->arena, entry, (size_t)VALUE_MAX);
    else if (entry->usable == 0)
        return;
    entry->is_taken = true;
    if (parsed.id >= MAPI_NAMED)
        name = name_of(msg->names, bag->arena, parsed.id);
    uint64_t size = entry->size <= VALUE_MAX ? value.len : entry->size;
    mapi_bag_add(bag, parsed.id, type, name, value, size);
}

/* The values that stand in the list of properties itself. Returns how many it names that should have a stream of their own and have none. */
static size_t add_fixed(struct mapi_bag *bag, struct slice list)
{
    uint16_t type, id;
    struct slice one, value;
    size_t missing = 0;
    while (slice_eat(&list, PROPERTY_LEN, &one) == 0 && bag->count < PROPERTIES_MAX) {
        value = slice_skip(one, 8);
        (void)slice_eat_u16le(&one, &type);
        (void)slice_eat_u16le(&one, &id);
        if (is_sized(type) || type == MAPI_OBJECT || (type & MAPI_MULTIPLE))
            missing += (type == MAPI_STRING8 || type == MAPI_UNICODE) && !mapi_find(bag, id);
        else if (id != 0 && type != 0)
            mapi_bag_add(bag, id, type, slice_of(NULL, 0), value, value.len);
    }
    return missing;
}

/* The properties of STORAGE, whose list has HEADER bytes before its first. Returns as add_fixed. */
static size_t read_bag(struct msg *msg, uint32_t storage, size_t header, struct mapi_bag *bag)
{
    struct cfb *cfb = msg->node->cfb;
    struct slice list = slice_of(NULL, 0);
    for (uint32_t at = cfb->entries[storage].child; at != CFB_NONE; at = cfb->entries[at].next) {
        struct cfb_entry *entry = &cfb->entries[at];
        if (entry->kind != CFB_STREAM)
            continue;
        if (slice_is_equal_nocase(entry->name, slice_str(properties_name)))
            list = cfb_read(cfb, bag->arena, entry, (size_t)VALUE_MAX * 4);
        else
            add_stream(msg, bag, entry);
    }
    size_t missing = add_fixed(bag, slice_skip(list, header));
    mapi_bag_take_codepage(bag);
    return missing;
}

/* Recipients and attachments. */

static bool is_in_list(const struct cfb_entry *entry, const char *prefix)
{
    return entry->kind == CFB_STORAGE && slice_starts_with_nocase(entry->name, prefix);
}

/* The storage with number INDEX of LIST, which is asked for in order; CFB_NONE past the last. */
static uint32_t find_in_list(const struct msg *msg, struct msg_list *list, size_t index)
{
    const struct cfb *cfb = msg->node->cfb;
    if (list->at != CFB_NONE && list->index == index)
        return list->at;
    uint32_t at = list->at == CFB_NONE ? cfb->entries[msg->node->storage].child : cfb->entries[list->at].next;
    while (at != CFB_NONE && !is_in_list(&cfb->entries[at], list->prefix))
        at = cfb->entries[at].next;
    if (at != CFB_NONE) {
        list->at = at;
        list->index = index;
    }
    return at;
}

static int give_recipient(void *ctx, size_t index, struct mapi_bag *bag, struct error *err)
{
    struct msg *msg = ctx;
    (void)err;
    uint32_t storage = find_in_list(msg, &msg->recipients, index);
    if (storage == CFB_NONE)
        return 0;
    (void)read_bag(msg, storage, OTHER_HEADER, bag);
    return 1;
}

static int give_attachment(void *ctx, size_t index, struct mapi_bag *bag, struct error *err)
{
    struct msg *msg = ctx;
    uint32_t storage = find_in_list(msg, &msg->attachments, index);
    if (storage == CFB_NONE)
        return 0;
    (void)read_bag(msg, storage, OTHER_HEADER, bag);
    if (bag->count == 0 && msg->node->cfb->entries[storage].child == CFB_NONE)
        return error_set(err, ERROR_FORMAT, "the attachment has no properties");
    return 1;
}

/* The stream of PROPERTY in STORAGE. Of a list's elements, the one of that size. */
static struct cfb_entry *find_value(struct cfb *cfb, uint32_t storage, const struct mapi_property *property)
{
    struct value_name parsed;
    for (uint32_t at = cfb->entries[storage].child; at != CFB_NONE; at = cfb->entries[at].next) {
        struct cfb_entry *entry = &cfb->entries[at];
        if (entry->kind == CFB_STREAM && entry->size == property->size &&
            parse_value_name(entry->name, &parsed) && parsed.id == property->id &&
            (parsed.type & (uint16_t)~MAPI_MULTIPLE) == property->type)
            return entry;
    }
    return NULL;
}

static struct source *give_value(void *ctx, struct arena *arena, size_t index,
                                 const struct mapi_property *property)
{
    struct msg *msg = ctx;
    struct cfb *cfb = msg->node->cfb;
    uint32_t storage =
        index == MAPI_THE_MESSAGE ? msg->node->storage : find_in_list(msg, &msg->attachments, index);
    struct cfb_entry *entry = storage == CFB_NONE ? NULL : find_value(cfb, storage, property);
    return entry ? cfb_source(cfb, arena, entry) : NULL;
}

static int give_embedded(void *ctx, size_t index, const struct mapi_bag *bag, struct item *child,
                         struct error *err)
{
    struct msg *msg = ctx;
    struct cfb *cfb = msg->node->cfb;
    uint32_t storage = find_in_list(msg, &msg->attachments, index);
    struct cfb_entry *object = storage == CFB_NONE ? NULL : cfb_find(cfb, storage, "__substg1.0_3701000D");
    const struct mapi_property *data = mapi_find(bag, MAPI_ATTACH_DATA);
    if (object && object->kind == CFB_STORAGE) {
        struct ole_node *node = arena_alloc(child->arena, sizeof *node);
        *node = (struct ole_node){ cfb, cfb_index(cfb, object), (void *)(uintptr_t)msg->names };
        bool is_message = mapi_get_int(bag, MAPI_ATTACH_METHOD, 0) == MAPI_ATTACH_EMBEDDED ||
                          cfb_find(cfb, node->storage, properties_name);
        child->opener = is_message ? &format_msg : &format_ole;
        child->node = node;
        return 0;
    }
    if (object && object->kind == CFB_STREAM)
        child->source = cfb_source(cfb, child->arena, object);
    else if (data && data->size > 0)
        child->source = data->value.len == data->size ? source_from_memory(child->arena, data->value)
                                                      : give_value(ctx, child->arena, index, data);
    return child->source ? 0 : error_set(err, ERROR_FORMAT, "the object that was attached is not there");
}

static const struct mapi_container container = { give_recipient, give_attachment, give_value, give_embedded };

/* The format. */

static const struct msg_names *read_names(struct msg *msg)
{
    struct cfb *cfb = msg->node->cfb;
    struct msg_names *names = arena_alloc(msg->arena, sizeof *names);
    struct cfb_entry *storage = cfb_find(cfb, msg->node->storage, names_name);
    if (!storage || storage->kind != CFB_STORAGE)
        return names;
    uint32_t index = cfb_index(cfb, storage);
    struct cfb_entry *entries = cfb_find(cfb, index, "__substg1.0_00030102");
    struct cfb_entry *strings = cfb_find(cfb, index, "__substg1.0_00040102");
    for (uint32_t at = storage->child; at != CFB_NONE; at = cfb->entries[at].next)
        if (&cfb->entries[at] != strings)
            cfb->entries[at].is_taken |= cfb->entries[at].size <= VALUE_MAX; /* ids, and their hashes */
    if (entries)
        names->entries = cfb_read(cfb, msg->arena, entries, (size_t)VALUE_MAX * 8);
    if (strings)
        names->strings = cfb_read(cfb, msg->arena, strings, (size_t)VALUE_MAX * 64);
    return names;
}

static void open_message(struct walk *walk, struct msg *msg)
{
    bool is_whole = ole_is_whole(msg->node);
    msg->recipients = (struct msg_list){ recipient_prefix, CFB_NONE, 0 };
    msg->attachments = (struct msg_list){ attachment_prefix, CFB_NONE, 0 };
    msg->arena = walk->arena;
    msg->names = msg->node->names ? msg->node->names : read_names(msg);
    msg->message = (struct mapi_message){ .container = &container, .ctx = msg };
    mapi_bag_init(&msg->message.bag, walk->arena, 0);
    size_t missing =
        read_bag(msg, msg->node->storage, is_whole ? TOP_HEADER : EMBEDDED_HEADER, &msg->message.bag);
    if (msg->message.bag.count >= PROPERTIES_MAX)
        walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL, "more than %d properties",
                 PROPERTIES_MAX);
    if (missing > 0)
        walk_gap(walk, walk->item, GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL,
                 "%zu texts that the message lists are not there", missing);
    mapi_message_open(walk, &msg->message);
    if (is_whole)
        buffer_put(&msg->message.bytes, msg->names->strings);
}

static int msg_open(struct walk *walk, struct error *err)
{
    struct msg *msg = arena_alloc(walk->arena, sizeof *msg);
    walk->state = msg;
    msg->node = ole_open(walk, err);
    if (!msg->node)
        return -1;
    msg->is_other = !walk->item->node && !cfb_find(msg->node->cfb, CFB_ROOT, properties_name);
    if (!msg->is_other)
        open_message(walk, msg);
    return 0;
}

/* The file is no message: format_ole reads it, as what it is. */
static int give_other(struct walk *walk, struct msg *msg, struct item *child)
{
    if (msg->next_rest++ > 0) {
        ole_leave_source(walk);
        return 0;
    }
    child->kind = ITEM_MESSAGE;
    child->name = walk->item->name;
    child->opener = &format_ole;
    child->node = msg->node;
    return 1;
}

static int msg_next(struct walk *walk, struct item *child, struct error *err)
{
    struct msg *msg = walk->state;
    if (msg->is_other)
        return give_other(walk, msg, child);
    int got = mapi_message_next(walk, &msg->message, child, err);
    if (got != 0 || !ole_is_whole(msg->node))
        return got;
    if (ole_next_rest(msg->node, &msg->next_rest, child)) {
        child->container_depth = walk->item->container_depth;
        child->mime_depth = walk->item->mime_depth + 1;
        return 1;
    }
    ole_leave_source(walk);
    return 0;
}

static void msg_close(struct walk *walk)
{
    struct msg *msg = walk->state;
    if (msg && msg->node && !msg->is_other)
        mapi_message_release(&msg->message);
}

/* Where the directory stands in what is shown, it names the streams of a message. */
static bool shows_message(struct slice shown)
{
    static const char wide[] = "_\0_\0p\0r\0o\0p\0e\0r\0t\0i\0e\0s\0_\0v\0e\0r\0s\0i\0o\0n\0001\0.\0000\0";
    return slice_find(shown, 0, slice_of(wide, sizeof wide - 1)) != SLICE_NONE;
}

static enum bid msg_probe(const struct item *item, struct slice head)
{
    if (!cfb_is_cfb(head))
        return BID_NONE;
    struct slice shown = item->source && item->source->ready.ptr == head.ptr ? item->source->ready : head;
    bool is_named = slice_ends_with_nocase(item->name, ".msg") ||
                    slice_ends_with_nocase(item->name, ".oft") ||
                    slice_is_equal(item->type, slice_str("application/vnd.ms-outlook"));
    return shows_message(shown) || is_named ? BID_SIGNATURE : BID_NONE;
}

const struct format format_msg = {
    .name = "msg",
    .title = "Outlook message (MSG, OFT): mail, meetings, contacts, tasks, notes, messages in messages",
    .is_message = true,
    .probe = msg_probe,
    .open = msg_open,
    .next = msg_next,
    .close = msg_close,
};
