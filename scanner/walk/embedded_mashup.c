/* embedded_mashup.c - Power Query's part of a workbook (MS-QDEFF): lengths, each before what it counts. */
#include "base/buffer.h"
#include "decode/transfer.h"
#include "walk/embedded.h"

static void put(struct embedded *embedded, const char *name, struct slice bytes)
{
    if (bytes.len > 0)
        embedded_add(embedded, slice_str(name), bytes, false);
}

static bool eat_counted(struct slice *rest, struct slice *part)
{
    struct slice left = *rest;
    uint32_t len;
    if (slice_eat_u32le(&left, &len) < 0 || slice_eat(&left, len, part) < 0)
        return false;
    *rest = left;
    return true;
}

/* A value begins with a letter that says what it is (section 2.5.3); a token behind an "s" would be none. */
static struct slice without_kinds(struct arena *arena, struct slice xml)
{
    static const char value[] = " Value=\"";
    struct slice copy = arena_copy(arena, xml);
    unsigned char *bytes = (unsigned char *)(uintptr_t)copy.ptr;
    for (size_t at = 0; (at = slice_find(copy, at, slice_str(value))) != SLICE_NONE;) {
        at += sizeof value - 1;
        if (at < copy.len && bytes[at] == 's')
            bytes[at] = ' ';
    }
    return copy;
}

/* Version, metadata as XML, its content. */
static void read_metadata(struct embedded *embedded, struct slice metadata)
{
    struct slice rest = metadata, xml, content;
    uint32_t version;
    if (slice_eat_u32le(&rest, &version) < 0 || !eat_counted(&rest, &xml)) {
        put(embedded, "METADATA", metadata);
        return;
    }
    put(embedded, "METADATA", without_kinds(embedded->arena, xml));
    if (eat_counted(&rest, &content))
        put(embedded, "METADATA-CONTENT", content);
    put(embedded, "METADATA-REST", rest);
}

void embedded_read_mashup(struct embedded *embedded, struct slice encoded)
{
    struct buffer bytes;
    buffer_init(&bytes, embedded->most);
    (void)transfer_decode_base64(encoded, &bytes, NULL);
    struct slice all = arena_copy(embedded->arena, buffer_slice(&bytes)), rest = all, package, permissions,
                 metadata;
    buffer_release(&bytes);
    uint32_t version;
    if (slice_eat_u32le(&rest, &version) < 0 || version != 0 || !eat_counted(&rest, &package)) {
        put(embedded, "DataMashup", all);
        return;
    }
    put(embedded, "DataMashup.zip", package);
    if (eat_counted(&rest, &permissions))
        put(embedded, "PERMISSIONS", permissions);
    if (eat_counted(&rest, &metadata))
        read_metadata(embedded, metadata);
    /* What is left binds permissions to a user: bytes under the system's own encryption, which hold no text. */
    if (rest.len > 0)
        put(embedded, "BINDING", rest);
}
