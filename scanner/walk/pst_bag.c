/* pst_bag.c - an item's properties out of libpff: into memory where they are small, as sources where they are not. */
#include "walk/pst.h"

#include <stdlib.h>

/* All values of one bag that are held, in bytes. */
#define BAG_MAX ((size_t)16 * 1024 * 1024)

/* A larger value is read in such pieces. */
#define PIECE ((size_t)256 * 1024)

#define NAME_MAX_BYTES ((size_t)1024)

int pst_set_count(libpff_item_t *item)
{
    int count = 0;
    return libpff_item_get_number_of_record_sets(item, &count, NULL) == 1 ? count : -1;
}

/* Names. */

static struct slice string_name(struct arena *arena, libpff_name_to_id_map_entry_t *entry)
{
    size_t size = 0;
    if (libpff_name_to_id_map_entry_get_utf8_string_size(entry, &size, NULL) != 1 || size == 0 ||
        size > NAME_MAX_BYTES)
        return slice_of(NULL, 0);
    uint8_t *text = arena_alloc(arena, size);
    if (libpff_name_to_id_map_entry_get_utf8_string(entry, text, size, NULL) != 1)
        return slice_of(NULL, 0);
    return slice_of(text, size - 1);
}

static struct slice property_name(struct arena *arena, libpff_record_entry_t *entry)
{
    libpff_name_to_id_map_entry_t *name = NULL;
    uint8_t type = 0;
    uint32_t number = 0;
    if (libpff_record_entry_get_name_to_id_map_entry(entry, &name, NULL) != 1 || !name ||
        libpff_name_to_id_map_entry_get_type(name, &type, NULL) != 1)
        return slice_of(NULL, 0);
    if (type == LIBPFF_NAME_TO_ID_MAP_ENTRY_TYPE_STRING)
        return string_name(arena, name);
    if (libpff_name_to_id_map_entry_get_number(name, &number, NULL) != 1)
        return slice_of(NULL, 0);
    return arena_printf(arena, "0x%04X", number);
}

/* Values. */

static bool is_held(uint32_t id, uint32_t type, size_t size, size_t held)
{
    return id != MAPI_ATTACH_DATA && type != MAPI_OBJECT && size <= PST_VALUE_MAX && size <= BAG_MAX - held;
}

/* MS-PST section 2.3.3.4.2: a count, as many offsets from the start, the values. One property for each. */
static void add_values(struct mapi_bag *bag, uint16_t id, uint16_t type, struct slice name,
                       struct slice value)
{
    struct slice offsets = value;
    uint32_t count, at = 0, next = 0;
    if (slice_eat_u32le(&offsets, &count) < 0 || slice_eat_u32le(&offsets, &at) < 0)
        return;
    for (uint32_t i = 0; i < count && at < value.len; i++, at = next) {
        if (i + 1 == count || slice_eat_u32le(&offsets, &next) < 0 || next < at || next > value.len)
            next = (uint32_t)value.len;
        struct slice part = slice_sub(value, at, next - at);
        mapi_bag_add(bag, id, type, name, part, part.len);
    }
}

static bool is_list_of_strings(uint32_t type)
{
    uint32_t single = type & ~(uint32_t)MAPI_MULTIPLE;
    return single != type && (single == MAPI_STRING8 || single == MAPI_UNICODE || single == MAPI_BINARY);
}

static int add_value(struct mapi_bag *bag, libpff_record_entry_t *entry, uint32_t id, uint32_t type,
                     size_t size)
{
    struct slice name = id >= MAPI_NAMED ? property_name(bag->arena, entry) : slice_of(NULL, 0);
    unsigned char *bytes = arena_room(bag->arena, size);
    if (size > 0 && libpff_record_entry_get_data(entry, bytes, size, NULL) != 1)
        return -1;
    struct slice value = slice_of(bytes, size);
    if (is_list_of_strings(type))
        add_values(bag, (uint16_t)id, (uint16_t)(type & ~(uint32_t)MAPI_MULTIPLE), name, value);
    else
        mapi_bag_add(bag, (uint16_t)id, (uint16_t)type, name, value, size);
    return 0;
}

static int read_property(struct mapi_bag *bag, libpff_record_entry_t *entry, size_t *held)
{
    uint32_t id = 0, type = 0;
    size_t size = 0;
    if (libpff_record_entry_get_entry_type(entry, &id, NULL) != 1 ||
        libpff_record_entry_get_value_type(entry, &type, NULL) != 1)
        return -1;
    /* libpff has no size of an object to tell; whoever opens the attachment finds out. */
    if (libpff_record_entry_get_data_size(entry, &size, NULL) != 1 && type != MAPI_OBJECT)
        return -1;
    if (is_held(id, type, size, *held)) {
        *held += size;
        return add_value(bag, entry, id, type, size);
    }
    struct slice name = id >= MAPI_NAMED ? property_name(bag->arena, entry) : slice_of(NULL, 0);
    mapi_bag_add(bag, (uint16_t)id, (uint16_t)type, name, slice_of(NULL, 0), size);
    return 0;
}

static int read_entry(struct mapi_bag *bag, libpff_record_set_t *set, int index, size_t *held)
{
    libpff_record_entry_t *entry = NULL;
    if (libpff_record_set_get_entry_by_index(set, index, &entry, NULL) != 1)
        return -1;
    int result = read_property(bag, entry, held);
    libpff_record_entry_free(&entry, NULL);
    return result;
}

int pst_read_bag(libpff_item_t *item, int set, struct mapi_bag *bag, unsigned *failed)
{
    libpff_record_set_t *records = NULL;
    int count = 0;
    size_t held = 0;
    if (libpff_item_get_record_set_by_index(item, set, &records, NULL) != 1)
        return -1;
    if (libpff_record_set_get_number_of_entries(records, &count, NULL) != 1)
        count = 0;
    for (int i = 0; i < count; i++)
        *failed += read_entry(bag, records, i, &held) < 0;
    libpff_record_set_free(&records, NULL);
    return 0;
}

/* Sources. */

struct value_source {
    struct source source;
    libpff_record_set_t *set;     /* of a property, */
    libpff_record_entry_t *entry; /* or */
    libpff_item_t *attachment;    /* of an attachment's data; borrowed */
    struct buffer window;
    uint64_t got;
};

static ssize_t read_piece(struct value_source *value, unsigned char *into, size_t len)
{
    if (value->attachment)
        return libpff_attachment_data_read_buffer(value->attachment, into, len, NULL);
    return libpff_record_entry_read_buffer(value->entry, into, len, NULL);
}

static int value_fill(struct source *source, size_t want, struct error *err)
{
    struct value_source *value = (struct value_source *)source;
    buffer_drop(&value->window, value->window.len - source->ready.len);
    int result = 1;
    while (result == 1 && value->window.len < want) {
        uint64_t left = source->size - value->got;
        size_t ask = left < PIECE ? (size_t)left : PIECE;
        ssize_t got = ask ? read_piece(value, buffer_reserve(&value->window, ask), ask) : 0;
        if (got > 0 && (size_t)got <= ask) {
            value->window.len += (size_t)got;
            value->got += (uint64_t)got;
        } else {
            result = ask == 0 ? 0
                              : error_set(err, ERROR_FORMAT, "cut short: %llu of %llu bytes can be read",
                                          (unsigned long long)value->got, (unsigned long long)source->size);
        }
    }
    source->ready = buffer_slice(&value->window);
    return result;
}

static void value_close(struct source *source)
{
    struct value_source *value = (struct value_source *)source;
    buffer_release(&value->window);
    if (value->entry)
        libpff_record_entry_free(&value->entry, NULL);
    if (value->set)
        libpff_record_set_free(&value->set, NULL);
    source->ready = slice_of(NULL, 0);
    source->is_at_end = true;
}

static void value_undo(void *value)
{
    value_close(value);
}

static const struct source_class value_class = { .fill = value_fill, .close = value_close };

static struct value_source *value_new(struct arena *arena)
{
    struct value_source *value = arena_alloc(arena, sizeof *value);
    value->source.class = &value_class;
    buffer_init(&value->window, SOURCE_WANT_MAX + 2 * PIECE);
    arena_defer(arena, value_undo, value);
    return value;
}

struct source *pst_value_source(struct arena *arena, libpff_item_t *item, uint16_t id)
{
    struct value_source *value = value_new(arena);
    size_t size = 0;
    if (libpff_item_get_record_set_by_index(item, 0, &value->set, NULL) != 1 ||
        libpff_record_set_get_entry_by_type(value->set, id, 0, &value->entry,
                                            LIBPFF_ENTRY_VALUE_FLAG_MATCH_ANY_VALUE_TYPE |
                                                LIBPFF_ENTRY_VALUE_FLAG_IGNORE_NAME_TO_ID_MAP,
                                            NULL) != 1 ||
        libpff_record_entry_get_data_size(value->entry, &size, NULL) != 1)
        return NULL;
    value->source.size = size;
    return &value->source;
}

struct source *pst_attachment_source(struct arena *arena, libpff_item_t *attachment)
{
    struct value_source *value = value_new(arena);
    size64_t size = 0;
    if (libpff_attachment_get_data_size(attachment, &size, NULL) != 1 ||
        libpff_attachment_data_seek_offset(attachment, 0, SEEK_SET, NULL) < 0)
        return NULL;
    value->attachment = attachment;
    value->source.size = size;
    return &value->source;
}
