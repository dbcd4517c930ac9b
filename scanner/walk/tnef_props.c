/* tnef_props.c - what a TNEF attribute says, as MAPI properties. */
#include "walk/tnef_props.h"

#include <stdio.h>
#include <time.h>

#define GUID_LEN 16

/* Values are filled up to four bytes. */
static int eat_padded(struct slice *rest, size_t len, struct slice *taken)
{
    if (slice_eat(rest, len, taken) < 0)
        return -1;
    *rest = slice_skip(*rest, (4 - len % 4) % 4);
    return 0;
}

static int eat_name(struct slice *rest, struct arena *arena, struct slice *name)
{
    struct slice guid, wide;
    uint32_t kind, number;
    if (slice_eat(rest, GUID_LEN, &guid) < 0 || slice_eat_u32le(rest, &kind) < 0 ||
        slice_eat_u32le(rest, &number) < 0)
        return -1;
    if (kind == 0) {
        *name = arena_printf(arena, "0x%04X", number);
        return 0;
    }
    if (eat_padded(rest, number, &wide) < 0)
        return -1;
    struct buffer out;
    buffer_init(&out, 1024);
    codepage_put_utf16(&out, wide);
    *name = arena_copy(arena, buffer_slice(&out));
    buffer_release(&out);
    return 0;
}

/* Bytes of one value of TYPE; 0 where it says its length itself, -1 where no such type is known. */
static int fixed_len(uint16_t type)
{
    switch (type) {
    case MAPI_INT16:
    case MAPI_BOOLEAN:
    case MAPI_INT32:
    case 0x0004: /* floating point */
    case 0x000A: /* an error */
        return 4;
    case 0x0005: /* floating point, money, time of old */
    case 0x0006:
    case 0x0007:
    case MAPI_INT64:
    case MAPI_TIME:
        return 8;
    case MAPI_GUID:
        return GUID_LEN;
    case MAPI_STRING8:
    case MAPI_UNICODE:
    case MAPI_BINARY:
    case MAPI_OBJECT:
        return 0;
    default:
        return -1;
    }
}

static int take_value(struct slice *rest, struct mapi_bag *bag, uint16_t id, uint16_t type, struct slice name)
{
    uint32_t len = (uint32_t)fixed_len(type);
    struct slice value;
    if (len == 0 && slice_eat_u32le(rest, &len) < 0)
        return -1;
    bool is_cut = eat_padded(rest, len, &value) < 0;
    if (is_cut) {
        value = *rest;
        *rest = slice_skip(*rest, rest->len);
    }
    if (bag->count < TNEF_PROPERTIES_MAX)
        mapi_bag_add(bag, id, type, name, value, value.len);
    return is_cut ? -1 : 0;
}

static int take_property(struct slice *rest, struct mapi_bag *bag)
{
    uint16_t type, id;
    uint32_t count = 1;
    struct slice name = slice_of(NULL, 0);
    if (slice_eat_u16le(rest, &type) < 0 || slice_eat_u16le(rest, &id) < 0)
        return -1;
    if (id >= MAPI_NAMED && eat_name(rest, bag->arena, &name) < 0)
        return -1;
    bool is_list = (type & MAPI_MULTIPLE) != 0;
    type &= (uint16_t)~MAPI_MULTIPLE;
    if (type == 0x0001)
        return 0; /* no value */
    if (fixed_len(type) < 0)
        return -1;
    if ((is_list || fixed_len(type) == 0) && slice_eat_u32le(rest, &count) < 0)
        return -1;
    for (; count > 0; count--)
        if (take_value(rest, bag, id, type, name) < 0)
            return -1;
    return 0;
}

int tnef_take_properties(struct slice *rest, struct mapi_bag *bag)
{
    uint32_t count;
    int result = slice_eat_u32le(rest, &count);
    /* Each takes four bytes at least, so that the loop ends with the bytes. */
    for (; result == 0 && count > 0; count--)
        result = take_property(rest, bag);
    if (result == 0)
        return 0;
    /* What could not be read is kept as bytes. */
    if (rest->len > 0)
        mapi_bag_add(bag, 0, MAPI_BINARY, slice_str("damaged"), *rest, rest->len);
    *rest = slice_skip(*rest, rest->len);
    return -1;
}

/* Attributes of old. */

static struct slice to_filetime(struct arena *arena, struct slice date)
{
    uint16_t parts[6];
    struct tm tm = { 0 };
    for (size_t i = 0; i < 6; i++)
        if (slice_eat_u16le(&date, &parts[i]) < 0)
            return slice_of(NULL, 0);
    if (parts[0] < 1970 || parts[0] > 9999 || parts[1] < 1 || parts[1] > 12)
        return slice_of(NULL, 0);
    tm.tm_year = parts[0] - 1900;
    tm.tm_mon = parts[1] - 1;
    tm.tm_mday = parts[2];
    tm.tm_hour = parts[3];
    tm.tm_min = parts[4];
    tm.tm_sec = parts[5];
    uint64_t ticks = ((uint64_t)timegm(&tm) + 11644473600u) * 10000000u;
    unsigned char *bytes = arena_alloc(arena, 8);
    for (size_t i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(ticks >> (8 * i));
    return slice_of(bytes, 8);
}

static void add(struct mapi_bag *bag, uint16_t id, uint16_t type, struct slice value, const char *name)
{
    bool is_there = id == 0 || mapi_find(bag, id);
    if (value.len > 0 && bag->count < TNEF_PROPERTIES_MAX)
        mapi_bag_add(bag, is_there ? 0 : id, type, is_there ? slice_str(name) : slice_of(NULL, 0), value,
                     value.len);
}

/* A TRP structure (section 2.1.3.3.2): four numbers, the name, the address as "SMTP:alice@corp.example". */
static void take_from(struct slice data, struct mapi_bag *bag)
{
    uint16_t kind, all, name_len, address_len;
    struct slice name, address;
    if (slice_eat_u16le(&data, &kind) < 0 || slice_eat_u16le(&data, &all) < 0 ||
        slice_eat_u16le(&data, &name_len) < 0 || slice_eat_u16le(&data, &address_len) < 0 ||
        slice_eat(&data, name_len, &name) < 0) {
        add(bag, 0, MAPI_STRING8, data, "From");
        return;
    }
    address = slice_sub(data, 0, address_len);
    size_t colon = slice_find_byte(address, 0, ':');
    add(bag, MAPI_SENDER_NAME, MAPI_STRING8, name, "From");
    add(bag, MAPI_SENDER_ADDRESS, MAPI_STRING8,
        colon == SLICE_NONE ? address : slice_skip(address, colon + 1), "From address");
}

void tnef_take_attribute(enum tnef_attribute attribute, struct slice data, struct mapi_bag *bag)
{
    char room[24];
    switch (attribute) {
    case TNEF_SUBJECT:
        add(bag, MAPI_SUBJECT, MAPI_STRING8, data, "Subject");
        break;
    case TNEF_BODY:
        add(bag, MAPI_BODY, MAPI_STRING8, data, "Body");
        break;
    case TNEF_MESSAGE_CLASS:
        add(bag, MAPI_MESSAGE_CLASS, MAPI_STRING8, data, "Message class");
        break;
    case TNEF_MESSAGE_ID:
        add(bag, 0, MAPI_STRING8, data, "Message id");
        break;
    case TNEF_FROM:
        take_from(data, bag);
        break;
    case TNEF_DATE_SENT:
        add(bag, MAPI_SUBMIT_TIME, MAPI_TIME, to_filetime(bag->arena, data), "Sent");
        break;
    case TNEF_DATE_RECEIVED:
        add(bag, MAPI_DELIVERY_TIME, MAPI_TIME, to_filetime(bag->arena, data), "Received");
        break;
    case TNEF_ATTACH_TITLE:
        add(bag, MAPI_ATTACH_LONG_NAME, MAPI_STRING8, data, "Title");
        break;
    case TNEF_ATTACH_TRANSPORT_NAME:
        add(bag, MAPI_ATTACH_NAME, MAPI_STRING8, data, "File");
        break;
    default:
        snprintf(room, sizeof room, "attribute 0x%04X", (unsigned)attribute & 0xFFFF);
        add(bag, 0, MAPI_BINARY, data, (const char *)arena_copy(bag->arena, slice_str(room)).ptr);
        break;
    }
}
