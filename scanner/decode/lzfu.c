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

struct lzfu {
    struct slice rest; /* of the compressed bytes */
    struct buffer *out;
    unsigned char window[WINDOW];
    size_t at; /* where the window is written next */
};

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

static int put(struct lzfu *lzfu, unsigned char byte)
{
    lzfu->window[lzfu->at] = byte;
    lzfu->at = (lzfu->at + 1) % WINDOW;
    return buffer_put_byte(lzfu->out, byte);
}

/* One step that BITS' lowest bit describes. 1 to go on, 0 at the end mark or of the bytes, -1 past the ceiling. */
static int take(struct lzfu *lzfu, unsigned bits, bool *is_cut)
{
    uint16_t reference;
    uint8_t byte;
    if ((bits & 1) == 0) {
        *is_cut = slice_eat_u8(&lzfu->rest, &byte) < 0;
        return *is_cut ? 0 : put(lzfu, byte) < 0 ? -1 : 1;
    }
    *is_cut = slice_eat_u16be(&lzfu->rest, &reference) < 0;
    size_t from = reference >> 4;
    if (*is_cut || from == lzfu->at)
        return 0;
    for (unsigned left = (reference & 15u) + LEAST_RUN; left > 0; left--, from = (from + 1) % WINDOW)
        if (put(lzfu, lzfu->window[from]) < 0)
            return -1;
    return 1;
}

static int expand(struct slice in, struct buffer *out, bool *is_cut)
{
    struct lzfu lzfu = { .rest = in, .out = out, .at = sizeof dictionary - 1 };
    uint8_t bits;
    memcpy(lzfu.window, dictionary, sizeof dictionary - 1);
    while (slice_eat_u8(&lzfu.rest, &bits) == 0)
        for (unsigned i = 0; i < 8; i++) {
            int got = take(&lzfu, (unsigned)bits >> i, is_cut);
            if (got <= 0)
                return got;
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
