/* uri.c - paths of findings as URIs (RFC 3986), for SARIF. */
#include "report/uri.h"

#include <limits.h>

void uri_split(struct slice path, struct slice *outer, struct slice *inner)
{
    size_t at = slice_find_byte(path, 0, '!');
    *outer = at == SLICE_NONE ? path : slice_sub(path, 0, at);
    *inner = at == SLICE_NONE ? slice_of(NULL, 0) : slice_skip(path, at);
}

static void put_unencoded(struct buffer *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        int high = -1, low = -1;
        if (text.ptr[i] == '%' && text.len - i > 2) {
            high = slice_hex_digit(text.ptr[i + 1]);
            low = slice_hex_digit(text.ptr[i + 2]);
        }
        bool is_encoded = high >= 0 && low >= 0;
        buffer_put_byte(out, is_encoded ? (unsigned char)(high << 4 | low) : text.ptr[i]);
        i += is_encoded ? 2 : 0;
    }
}

static bool is_plain(unsigned char c)
{
    unsigned char lower = slice_lower_byte(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || (c && strchr("-._~/", c));
}

static void put_encoded(struct buffer *out, struct slice path)
{
    for (size_t i = 0; i < path.len; i++)
        if (is_plain(path.ptr[i]))
            buffer_put_byte(out, path.ptr[i]);
        else
            buffer_printf(out, "%%%02X", path.ptr[i]);
}

/* Append the segments of PATH to the absolute path in OUT, "." and ".." resolved. */
static void put_segments(struct buffer *out, struct slice path)
{
    while (path.len > 0) {
        size_t slash = slice_find_byte(path, 0, '/');
        struct slice segment = slice_sub(path, 0, slash == SLICE_NONE ? path.len : slash);
        path = slice_skip(path, slash == SLICE_NONE ? path.len : slash + 1);
        if (segment.len == 0 || slice_is_equal(segment, slice_str(".")))
            continue;
        if (slice_is_equal(segment, slice_str(".."))) {
            while (out->len > 0 && out->ptr[--out->len] != '/')
                continue;
            continue;
        }
        buffer_put_byte(out, '/');
        buffer_put(out, segment);
    }
}

/* The absolute path of OUTER into PATH. Its length below FOLDER's, or 0: it lies elsewhere. */
static size_t put_absolute(struct buffer *path, struct slice outer, const char *folder)
{
    struct buffer plain;
    size_t root = strlen(folder);
    buffer_init(&plain, (size_t)1024 * 1024);
    put_unencoded(&plain, outer);
    if (!slice_starts_with(buffer_slice(&plain), "/"))
        put_segments(path, slice_str(folder));
    put_segments(path, buffer_slice(&plain));
    buffer_release(&plain);
    struct slice absolute = buffer_slice(path);
    bool is_below = slice_starts_with(absolute, folder) && absolute.len > root && absolute.ptr[root] == '/';
    return is_below ? root + 1 : 0;
}

bool uri_put_file(struct buffer *out, struct slice outer, const char *folder)
{
    struct buffer path;
    buffer_init(&path, (size_t)1024 * 1024);
    size_t root = put_absolute(&path, outer, folder);
    if (root == 0)
        buffer_put_str(out, "file://");
    put_encoded(out, slice_skip(buffer_slice(&path), root));
    if (root == 0 && path.len == 0)
        buffer_put_byte(out, '/');
    buffer_release(&path);
    return root > 0;
}

void uri_put_path(struct buffer *out, struct slice outer, const char *folder)
{
    struct buffer path;
    buffer_init(&path, (size_t)1024 * 1024);
    size_t root = put_absolute(&path, outer, folder);
    if (root > 0)
        buffer_put(out, slice_skip(buffer_slice(&path), root));
    else
        put_unencoded(out, outer);
    buffer_release(&path);
}
