/* ole_props.c - the properties of a document: title, author, and those that users make (MS-OLEPS). */
#include "walk/ole_text.h"

#define SECTIONS_MAX 8
#define PROPERTIES_MAX 4096
#define CODEPAGE_ID 1

enum variant { VARIANT_STRING8 = 0x1E, VARIANT_UNICODE = 0x1F };

static const char *label_of(uint32_t id, bool is_summary)
{
    static const char *const summary[] = {
        [2] = "Title",    [3] = "Subject",  [4] = "Author",   [5] = "Keywords", [6] = "Comments",
        [7] = "Template", [8] = "Saved by", [9] = "Revision", [18] = "Program"
    };
    static const char *const document[] = {
        [2] = "Category", [3] = "Format", [14] = "Manager", [15] = "Company"
    };
    const char *label = NULL;
    if (is_summary && id < sizeof summary / sizeof *summary)
        label = summary[id];
    else if (!is_summary && id < sizeof document / sizeof *document)
        label = document[id];
    return label ? label : "Property";
}

struct section {
    struct ole_text *text;
    struct slice bytes;
    size_t at; /* of the section in the stream */
    unsigned codepage;
    bool is_summary;
    struct codepages pages;
    size_t budget; /* bytes of text that may still come: values may overlap */
};

static void put_value(struct section *section, uint32_t id, uint32_t offset)
{
    struct slice value = slice_skip(section->bytes, offset);
    uint32_t type, len;
    if (slice_eat_u32le(&value, &type) < 0 || slice_eat_u32le(&value, &len) < 0)
        return;
    if (type != VARIANT_STRING8 && type != VARIANT_UNICODE)
        return;
    size_t bytes = type == VARIANT_UNICODE ? 2 * (size_t)len : len;
    value = slice_sub(value, 0, bytes);
    if (value.len > section->budget)
        return;
    section->budget -= value.len;
    buffer_printf(&section->text->out, "%s: ", label_of(id, section->is_summary));
    if (type == VARIANT_UNICODE || section->codepage == CODEPAGE_UTF16) {
        codepage_put_utf16(&section->text->out, value);
    } else {
        size_t end = slice_find_byte(value, 0, 0);
        codepages_put(&section->pages, section->codepage, slice_sub(value, 0, end), &section->text->out);
    }
    buffer_put_byte(&section->text->out, '\n');
    ole_text_blank(section->text, section->at + offset + 8, value.len);
}

static void read_codepage(struct section *section, uint32_t offset)
{
    struct slice value = slice_skip(section->bytes, offset + (size_t)4);
    uint16_t number;
    if (slice_eat_u16le(&value, &number) == 0 && codepage_is_known(number))
        section->codepage = number;
}

static void read_section(struct section *section)
{
    struct slice rest = section->bytes;
    uint32_t size, count, id, offset;
    if (slice_eat_u32le(&rest, &size) < 0 || slice_eat_u32le(&rest, &count) < 0)
        return;
    struct slice list = rest;
    for (uint32_t i = 0; i < count && i < PROPERTIES_MAX; i++)
        if (slice_eat_u32le(&list, &id) == 0 && slice_eat_u32le(&list, &offset) == 0 && id == CODEPAGE_ID)
            read_codepage(section, offset);
    for (uint32_t i = 0; i < count && i < PROPERTIES_MAX; i++)
        if (slice_eat_u32le(&rest, &id) == 0 && slice_eat_u32le(&rest, &offset) == 0 && id > CODEPAGE_ID)
            put_value(section, id, offset);
}

void ole_read_properties(struct ole_text *text, struct slice stream)
{
    static const unsigned char summary_id[] = { 0xE0, 0x85, 0x9F, 0xF2 };
    struct slice rest = slice_skip(stream, 24), id;
    uint32_t count, offset;
    if (slice_eat_u32le(&rest, &count) < 0)
        return;
    size_t budget = stream.len;
    for (uint32_t i = 0; i < count && i < SECTIONS_MAX; i++) {
        if (slice_eat(&rest, 16, &id) < 0 || slice_eat_u32le(&rest, &offset) < 0)
            return;
        struct section section = { .text = text,
                                   .bytes = slice_skip(stream, offset),
                                   .at = offset,
                                   .codepage = CODEPAGE_WESTERN,
                                   .budget = budget };
        section.is_summary = memcmp(id.ptr, summary_id, sizeof summary_id) == 0;
        read_section(&section);
        codepages_release(&section.pages);
        budget = section.budget;
    }
}
