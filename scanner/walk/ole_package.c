/* ole_package.c - files and objects in documents, as OLE 1 writes them. */
#include "walk/ole_package.h"

#define EMBEDDED 2

static struct slice eat_cstring(struct slice *rest)
{
    size_t end = slice_find_byte(*rest, 0, 0);
    struct slice text = slice_sub(*rest, 0, end);
    *rest = slice_skip(*rest, end == SLICE_NONE ? rest->len : end + 1);
    return text;
}

bool ole_package_read(struct slice native, bool has_length, struct ole_package *package)
{
    struct slice rest = slice_skip(native, has_length ? 4 : 0), path;
    uint16_t kind;
    uint32_t len;
    if (slice_eat_u16le(&rest, &kind) < 0 || kind != EMBEDDED)
        return false;
    package->label = eat_cstring(&rest);
    (void)eat_cstring(&rest); /* where it came from */
    rest = slice_skip(rest, 4);
    if (slice_eat_u32le(&rest, &len) < 0 || slice_eat(&rest, len, &path) < 0 ||
        slice_eat_u32le(&rest, &package->len) < 0)
        return false;
    package->at = native.len - rest.len;
    return package->len > 0;
}

/* A text with its length before it and a NUL at its end. */
static bool eat_text(struct slice *rest, struct slice *text)
{
    uint32_t len;
    if (slice_eat_u32le(rest, &len) < 0 || slice_eat(rest, len, text) < 0)
        return false;
    while (text->len > 0 && text->ptr[text->len - 1] == 0)
        text->len--;
    return true;
}

bool ole_object1_read(struct slice bytes, struct ole_object1 *object)
{
    struct slice rest = bytes, topic, item;
    uint32_t version, kind, len;
    if (slice_eat_u32le(&rest, &version) < 0 || slice_eat_u32le(&rest, &kind) < 0 || kind != EMBEDDED ||
        !eat_text(&rest, &object->class) || !eat_text(&rest, &topic) || !eat_text(&rest, &item) ||
        slice_eat_u32le(&rest, &len) < 0)
        return false;
    object->native_at = bytes.len - rest.len;
    object->native = slice_sub(rest, 0, len);
    return object->native.len > 0;
}
