/* shared_strings.c - a workbook's strings, which its sheets' cells name by number (ECMA-376 part 1, 18.4). */
#include "decode/shared_strings.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "decode/biff12.h"
#include "decode/xml.h"

#define STRINGS_MAX ((size_t)4 * 1024 * 1024)

struct reading {
    struct xml xml;
    struct shared_strings *strings;
    struct arena *arena;
    struct buffer text; /* of the string at work */
    size_t room, at;    /* of the list; number of the string at work, while blanking */
    unsigned text_depth, aside_depth;
    bool is_sst;
    unsigned char *blank; /* where the part is copied to, while blanking */
};

static bool is_named(const char *name, const char *wanted)
{
    return strcmp(xml_local(name), wanted) == 0;
}

static void read_start(void *ctx, const char *name, const char **attributes)
{
    struct reading *reading = ctx;
    (void)attributes;
    if (reading->xml.depth == 1)
        reading->is_sst = is_named(name, "sst");
    if (is_named(name, "si"))
        buffer_clear(&reading->text);
    else if (is_named(name, "t") && !reading->text_depth)
        reading->text_depth = reading->xml.depth;
    else if (is_named(name, "rPh") && !reading->aside_depth)
        reading->aside_depth = reading->xml.depth;
}

static void keep_string(struct reading *reading)
{
    struct shared_strings *strings = reading->strings;
    if (strings->count == STRINGS_MAX)
        return;
    if (strings->count == reading->room) {
        size_t room = reading->room ? 2 * reading->room : 256;
        struct shared_string *more = arena_alloc_array(reading->arena, room, sizeof *more);
        if (strings->count)
            memcpy(more, strings->list, strings->count * sizeof *more);
        strings->list = more;
        reading->room = room;
    }
    strings->list[strings->count++].text = arena_copy(reading->arena, buffer_slice(&reading->text));
}

static void read_end(void *ctx, const char *name)
{
    struct reading *reading = ctx;
    if (reading->text_depth == reading->xml.depth)
        reading->text_depth = 0;
    if (reading->aside_depth == reading->xml.depth)
        reading->aside_depth = 0;
    if (!is_named(name, "si"))
        return;
    reading->at++;
    if (!reading->blank)
        keep_string(reading);
}

static void read_text(void *ctx, struct slice text)
{
    struct reading *reading = ctx;
    if (!reading->text_depth || reading->aside_depth)
        return;
    if (!reading->blank) {
        buffer_put(&reading->text, text);
        return;
    }
    const struct shared_strings *strings = reading->strings;
    uint64_t at = xml_at(&reading->xml);
    size_t len = xml_len(&reading->xml);
    if (reading->at < strings->count && strings->list[reading->at].is_shown && at < strings->xml.len &&
        len <= strings->xml.len - at)
        memset(reading->blank + at, ' ', len);
}

/* True where all of the part was read. */
static bool run(struct reading *reading, struct slice xml)
{
    const struct xml_sink sink = { read_start, read_end, read_text, reading };
    buffer_init(&reading->text, (size_t)4 * 1024 * 1024);
    xml_init(&reading->xml, &sink);
    int result = xml_feed(&reading->xml, xml, true);
    xml_release(&reading->xml);
    buffer_release(&reading->text);
    return result == 0 && reading->is_sst;
}

/* Binary workbooks. */

static void put_units(struct buffer *out, struct slice units)
{
    for (size_t i = 0; i + 1 < units.len; i += 2) {
        unsigned char bytes[4];
        uint32_t code = (uint32_t)units.ptr[i] | (uint32_t)units.ptr[i + 1] << 8;
        bool is_half = code >= 0xD800 && code < 0xE000;
        buffer_put(out, slice_of(bytes, utf8_write(bytes, is_half ? 0xFFFD : code)));
    }
}

static void blank_units(struct reading *reading, struct slice units)
{
    const struct shared_strings *strings = reading->strings;
    if (reading->at >= strings->count || !strings->list[reading->at].is_shown)
        return;
    for (size_t i = 0; i + 1 < units.len; i += 2)
        memcpy(reading->blank + (units.ptr - strings->xml.ptr) + i, " ", 2);
}

/* True where all of the part was read. */
static bool run_records(struct reading *reading, struct slice rest)
{
    struct biff12_record record;
    struct slice fields, units;
    buffer_init(&reading->text, (size_t)4 * 1024 * 1024);
    while (biff12_eat_header(&rest, &record) == 1 && slice_eat(&rest, record.size, &fields) == 0) {
        reading->is_sst |= record.type == BIFF12_BEGIN_SST;
        if (record.type != BIFF12_SST_ITEM)
            continue;
        fields = slice_skip(fields, 1); /* is it rich text? */
        bool has_text = biff12_eat_string(&fields, &units) == 0;
        if (reading->blank && has_text)
            blank_units(reading, units);
        buffer_clear(&reading->text);
        if (!reading->blank && has_text)
            put_units(&reading->text, units);
        if (!reading->blank)
            keep_string(reading);
        reading->at++;
    }
    buffer_release(&reading->text);
    return rest.len == 0 && reading->is_sst;
}

struct shared_strings *shared_strings_read(struct arena *arena, struct slice part)
{
    struct shared_strings *strings = arena_alloc(arena, sizeof *strings);
    struct reading reading = { .strings = strings, .arena = arena };
    strings->xml = part;
    strings->is_binary = part.len > 0 && part.ptr[0] >= 0x80 && part.ptr[0] < 0xE0;
    bool is_read = strings->is_binary ? run_records(&reading, part) : run(&reading, part);
    return is_read ? strings : NULL;
}

struct slice shared_strings_show(struct shared_strings *strings, struct slice digits)
{
    uint64_t number;
    if (slice_to_u64(slice_trim(digits), &number) < 0 || number >= strings->count)
        return slice_of(NULL, 0);
    struct shared_string *string = &strings->list[number];
    if (string->text.len > SHARED_STRINGS_BUDGET - strings->shown) {
        strings->is_over = true;
        return slice_of(NULL, 0);
    }
    strings->shown += string->text.len;
    string->is_shown = true;
    return string->text;
}

struct slice shared_strings_rest(struct shared_strings *strings, struct arena *arena)
{
    unsigned char *copy = arena_room(arena, strings->xml.len + 1);
    struct reading reading = { .strings = strings, .arena = arena, .blank = copy };
    if (strings->xml.len > 0)
        memcpy(copy, strings->xml.ptr, strings->xml.len);
    if (strings->is_binary)
        (void)run_records(&reading, strings->xml);
    else
        (void)run(&reading, strings->xml);
    strings->xml = slice_of(copy, strings->xml.len);
    return strings->xml;
}
