/* lzfu.c - compressed RTF, as Outlook and Exchange keep message bodies (MS-OXRTFCP). */
#include "decode/lzfu.h"

#define WINDOW ((size_t)4096)
#define LEAST_RUN 2

#define COMPRESSED 0x75465A4Cu   /* "LZFu" */
#define UNCOMPRESSED 0x414C454Du /* "MELA" */

/* What the window holds at the start (section 2.1.2.1): texts that nearly all RTF of the time had. */
static const char dictionary[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    "\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    "\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

uint32_t lzfu_crc(struct slice bytes)
{
    static uint32_t table[256];
    uint32_t crc = 0;
    for (uint32_t i = 0; i < 256 && table[255] == 0; i++) {
        table[i] = i;
        for (int bit = 0; bit < 8; bit++)
            table[i] = (table[i] >> 1) ^ (table[i] & 1 ? 0xEDB88320u : 0);
    }
    for (size_t i = 0; i < bytes.len; i++)
        crc = table[(crc ^ bytes.ptr[i]) & 0xFF] ^ (crc >> 8);
    return crc;
}

/* What stands DISTANCE bytes before AT, where all of OUT was written and the dictionary before it: 0 where nothing was yet. */
static unsigned char byte_before(const unsigned char *out, size_t at, size_t distance)
{
    const size_t known = sizeof dictionary - 1;
    if (distance <= at)
        return out[at - distance];
    return distance - at <= known ? (unsigned char)dictionary[known - (distance - at)] : 0;
}

/* Room for LEN bytes more. False past the ceiling. */
static bool has_room(struct buffer *out, size_t len)
{
    if (len <= out->capacity - out->len)
        return true;
    /* Much at once: growing copies and wipes. */
    if (buffer_reserve(out, len + out->len / 2 + 1024) || buffer_reserve(out, len))
        return true;
    out->is_overfull = true;
    return false;
}

/* Copy LEN bytes from DISTANCE before; they may be among those that are written. START: where the text begins in OUT. */
static void copy_run(struct buffer *out, size_t start, size_t distance, size_t len)
{
    unsigned char *text = out->ptr + start;
    size_t at = out->len - start;
    out->len += len;
    if (distance >= len && distance <= at) {
        memcpy(text + at, text + at - distance, len);
        return;
    }
    for (; len > 0; len--, at++)
        text[at] = byte_before(text, at, distance);
}

/* One step that BITS' lowest bit describes. 1 to go on, 0 at the end mark or of the bytes, -1 past the ceiling. */
static int take(struct slice *rest, struct buffer *out, size_t start, unsigned bits, bool *is_cut)
{
    uint16_t reference;
    *is_cut = rest->len < 1 + (bits & 1);
    if (*is_cut)
        return 0;
    if ((bits & 1) == 0) {
        if (!has_room(out, 1))
            return -1;
        out->ptr[out->len++] = rest->ptr[0];
        *rest = slice_skip(*rest, 1);
        return 1;
    }
    (void)slice_eat_u16be(rest, &reference);
    size_t now = (sizeof dictionary - 1 + out->len - start) % WINDOW, from = reference >> 4;
    size_t len = (reference & 15u) + LEAST_RUN;
    if (from == now)
        return 0;
    if (!has_room(out, len))
        return -1;
    copy_run(out, start, (now + WINDOW - from) % WINDOW, len);
    return 1;
}

static int expand(struct slice rest, struct buffer *out, bool *is_cut)
{
    const size_t start = out->len;
    while (rest.len > 0) {
        unsigned bits = rest.ptr[0];
        rest = slice_skip(rest, 1);
        for (unsigned i = 0; i < 8; i++) {
            int got = take(&rest, out, start, bits >> i, is_cut);
            if (got <= 0)
                return got;
        }
    }
    *is_cut = true;
    return 0;
}

int lzfu_decode(struct slice in, struct buffer *out, struct lzfu_state *state, struct error *err)
{
    uint32_t size, raw_size, kind, crc;
    struct lzfu_state own = { false, false };
    int result = 0;
    if (slice_eat_u32le(&in, &size) < 0 || slice_eat_u32le(&in, &raw_size) < 0 ||
        slice_eat_u32le(&in, &kind) < 0 || slice_eat_u32le(&in, &crc) < 0)
        return error_set(err, ERROR_FORMAT, "compressed RTF is cut short");
    if (kind != COMPRESSED && kind != UNCOMPRESSED)
        return error_set(err, ERROR_FORMAT, "no compressed RTF");
    /* The size counts the header but for itself. Bytes past it are fill. */
    uint32_t body = size > 12 ? size - 12 : 0;
    bool is_short = body > in.len;
    in = slice_sub(in, 0, body);
    if (kind == COMPRESSED) {
        own.is_crc_wrong = lzfu_crc(in) != crc;
        result = expand(in, out, &own.is_cut);
    } else {
        /* Some writers count the header in this size too: then nothing is missing. */
        own.is_cut = raw_size > in.len && raw_size != size;
        result = buffer_put(out, slice_sub(in, 0, raw_size));
    }
    own.is_cut |= is_short;
    if (state)
        *state = own;
    return result < 0 ? error_set(err, ERROR_LIMIT, "compressed RTF is longer than %zu bytes", out->ceiling)
                      : 0;
}
