/* mapi.c - MAPI properties: bags of them, and what their values say. */
#include "walk/mapi.h"

#include <stdio.h>

#include "base/utf8.h"

/* More properties than any item has; the rest of a hostile list is dropped by whoever reads it, with a gap. */
#define FIRST_CAPACITY 64

#define EPOCH_1601 INT64_C(11644473600) /* seconds from 1601 to 1970 */

void mapi_bag_init(struct mapi_bag *bag, struct arena *arena, unsigned codepage)
{
    *bag = (struct mapi_bag){ .arena = arena, .codepage = codepage ? codepage : CODEPAGE_WESTERN };
}

void mapi_bag_add(struct mapi_bag *bag, uint16_t id, uint16_t type, struct slice name, struct slice value,
                  uint64_t size)
{
    if (bag->count == bag->capacity) {
        size_t capacity = bag->capacity ? 2 * bag->capacity : FIRST_CAPACITY;
        struct mapi_property *list = arena_alloc_array(bag->arena, capacity, sizeof *list);
        if (bag->count > 0)
            memcpy(list, bag->list, bag->count * sizeof *list);
        bag->list = list;
        bag->capacity = capacity;
    }
    bag->list[bag->count++] = (struct mapi_property){ id, type, name, value, size };
}

void mapi_bag_take_codepage(struct mapi_bag *bag)
{
    int64_t number = mapi_get_int(bag, MAPI_MESSAGE_CODEPAGE, 0);
    int64_t locale = mapi_get_int(bag, MAPI_MESSAGE_LOCALE, 0);
    /* UTF-16 can't be the code page of 8-bit strings: it says that there are none. */
    bool is_told = number > 0 && number <= 0xFFFF && number != CODEPAGE_UTF16;
    if (is_told && codepage_is_known((unsigned)number))
        bag->codepage = (unsigned)number;
    else if (locale > 0 && codepage_of_locale((unsigned)locale) != 0)
        bag->codepage = codepage_of_locale((unsigned)locale);
}

const struct mapi_property *mapi_find(const struct mapi_bag *bag, uint16_t id)
{
    for (size_t i = 0; i < bag->count; i++)
        if (bag->list[i].id == id)
            return &bag->list[i];
    return NULL;
}

bool mapi_is_text(const struct mapi_property *property)
{
    return property->type == MAPI_STRING8 || property->type == MAPI_UNICODE;
}

static struct slice without_nul(struct slice text)
{
    while (text.len > 0 && text.ptr[text.len - 1] == 0)
        text.len--;
    return text;
}

static int put_string8(struct buffer *out, unsigned codepage, struct slice bytes)
{
    struct codepages pages = { 0 };
    int result = codepages_put(&pages, codepage, bytes, out);
    codepages_release(&pages);
    return result;
}

struct slice mapi_text(const struct mapi_bag *bag, const struct mapi_property *property)
{
    struct buffer out;
    if (!property || !mapi_is_text(property) || property->value.len == 0)
        return slice_of(NULL, 0);
    struct slice value = property->value;
    if (property->type == MAPI_STRING8 && utf8_is_ascii(value))
        return without_nul(value);
    buffer_init(&out, 4 * value.len + 16);
    if (property->type == MAPI_STRING8)
        put_string8(&out, bag->codepage, without_nul(value));
    else
        codepage_put_utf16(&out, value);
    struct slice text = arena_copy(bag->arena, without_nul(buffer_slice(&out)));
    buffer_release(&out);
    return text;
}

struct slice mapi_get_text(const struct mapi_bag *bag, uint16_t id)
{
    return mapi_text(bag, mapi_find(bag, id));
}

static uint64_t number_of(struct slice value)
{
    uint64_t number = 0;
    for (size_t i = 0; i < value.len && i < sizeof number; i++)
        number |= (uint64_t)value.ptr[i] << (8 * i);
    return number;
}

int64_t mapi_get_int(const struct mapi_bag *bag, uint16_t id, int64_t fallback)
{
    const struct mapi_property *property = mapi_find(bag, id);
    if (!property || property->value.len == 0)
        return fallback;
    uint64_t number = number_of(property->value);
    switch (property->type) {
    case MAPI_INT16:
        return (int16_t)number;
    case MAPI_INT32:
        return (int32_t)number;
    case MAPI_BOOLEAN:
        return (number & 0xFF) != 0;
    case MAPI_INT64:
        return (int64_t)number;
    default:
        return fallback;
    }
}

int64_t mapi_seconds(uint64_t filetime)
{
    return filetime == 0 || filetime > INT64_MAX ? ENVELOPE_NO_DATE
                                                 : (int64_t)(filetime / 10000000) - EPOCH_1601;
}

int64_t mapi_get_time(const struct mapi_bag *bag, uint16_t id)
{
    const struct mapi_property *property = mapi_find(bag, id);
    if (!property || property->type != MAPI_TIME || property->value.len < 8)
        return ENVELOPE_NO_DATE;
    return mapi_seconds(number_of(property->value));
}

bool mapi_is_class(const struct mapi_bag *bag, const char *class)
{
    struct slice name = mapi_get_text(bag, MAPI_MESSAGE_CLASS);
    size_t len = strlen(class);
    return slice_starts_with_nocase(name, class) && (name.len == len || name.ptr[len] == '.');
}

/* What a rule may take for a key word, and a person would want to read beside a value. */
static const struct {
    uint16_t id;
    const char *label;
} labels[] = {
    { 0x0037, "Subject" },
    { 0x0042, "From" },
    { 0x0065, "From address" },
    { 0x0070, "Topic" },
    { 0x0C1A, "Sender" },
    { 0x0C1F, "Sender address" },
    { 0x0E02, "Bcc" },
    { 0x0E03, "Cc" },
    { 0x0E04, "To" },
    { 0x1000, "Body" },
    { 0x1001, "Report text" },
    { 0x3001, "Name" },
    { 0x3003, "Address" },
    { 0x3004, "Comment" },
    { 0x3703, "Extension" },
    { 0x3704, "File" },
    { 0x3707, "File" },
    { 0x3708, "Path" },
    { 0x370D, "Path" },
    { 0x370E, "Type" },
    { 0x39FE, "SMTP address" },
    { 0x3A00, "Account" },
    { 0x3A02, "Callback telephone" },
    { 0x3A05, "Generation" },
    { 0x3A06, "Given name" },
    { 0x3A07, "Government id" },
    { 0x3A08, "Business telephone" },
    { 0x3A09, "Home telephone" },
    { 0x3A0A, "Initials" },
    { 0x3A0B, "Keyword" },
    { 0x3A0C, "Language" },
    { 0x3A0D, "Location" },
    { 0x3A11, "Surname" },
    { 0x3A15, "Postal address" },
    { 0x3A16, "Company" },
    { 0x3A17, "Title" },
    { 0x3A18, "Department" },
    { 0x3A19, "Office" },
    { 0x3A1A, "Telephone" },
    { 0x3A1B, "Business telephone 2" },
    { 0x3A1C, "Mobile telephone" },
    { 0x3A1D, "Radio telephone" },
    { 0x3A1E, "Car telephone" },
    { 0x3A1F, "Other telephone" },
    { 0x3A21, "Pager" },
    { 0x3A23, "Primary fax" },
    { 0x3A24, "Business fax" },
    { 0x3A25, "Home fax" },
    { 0x3A26, "Country" },
    { 0x3A27, "Locality" },
    { 0x3A28, "State" },
    { 0x3A29, "Street" },
    { 0x3A2A, "Postal code" },
    { 0x3A44, "Middle name" },
    { 0x3A45, "Prefix" },
    { 0x3A46, "Profession" },
    { 0x3A48, "Spouse" },
    { 0x3A4C, "FTP site" },
    { 0x3A4E, "Manager" },
    { 0x3A4F, "Nickname" },
    { 0x3A50, "Personal home page" },
    { 0x3A51, "Business home page" },
};

struct slice mapi_label(const struct mapi_property *property, char room[MAPI_LABEL_MAX])
{
    if (property->name.len > 0)
        return property->name;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (labels[i].id == property->id)
            return slice_str(labels[i].label);
    snprintf(room, MAPI_LABEL_MAX, "0x%04X", property->id);
    return slice_str(room);
}
