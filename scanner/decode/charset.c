/* charset.c - text of any charset to UTF-8: ASCII and UTF-8 by ourselves, tables for single bytes, ICU for the rest. */
#include "decode/charset.h"

#include <assert.h>
#include <stdlib.h>
#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/utf16.h>

#include "base/sort.h"
#include "base/utf8.h"
#include "decode/charset_names.h"

/* UTF-16 units between ICU and UTF-8. */
#define PIVOT ((size_t)8 * 1024)

/* Bytes given to ICU at once where ASCII may follow, and the run of ASCII from which copying pays. */
#define MIXED ((size_t)1024)
#define ASCII_RUN ((size_t)32)

/* Single bytes that are looked up before ASCII is looked for again. */
#define TABLE_RUN ((size_t)256)

/* Bytes of UTF-16 or UTF-32 without a byte order mark that are looked at to tell the order. */
#define ORDER_LOOK ((size_t)512)

enum charset_kind {
    KIND_UTF8,
    KIND_TABLE,    /* one byte, one character */
    KIND_ASCII,    /* ICU; bytes below 0x80 at a character's start are ASCII */
    KIND_STATEFUL, /* ICU */
    KIND_WIDE,     /* ICU; UTF-16 or UTF-32, byte order yet to be told */
};

struct converter {
    const char *name;
    enum charset_kind kind;
    UConverter *icu; /* never converts: it is cloned */
    struct charset_table *table;
    unsigned char
        ascii[128]; /* KIND_ASCII: the byte that ICU reads as this character; IBM swapped some controls */
};

struct charset_table {
    unsigned char length[256]; /* of the UTF-8 */
    unsigned char utf8[256][4];
    bool is_bad[256]; /* the byte means nothing; its UTF-8 is that of U+FFFD */
    bool has_ascii;   /* the lower half is ASCII */
};

struct charset {
    const struct converter *converter;
    UConverter *icu;     /* own, or NULL */
    unsigned unit;       /* KIND_WIDE: 2 or 4 bytes */
    bool is_order_known; /* KIND_WIDE */
    bool is_started;     /* a byte order mark can come no more */
    UChar lead;          /* a surrogate whose other half ICU has not given yet, or 0 */
    uint64_t bad;        /* counted by the callback */
};

/* All that ICU has, sorted by name. Filled once by charset_init, then only read. */
static struct {
    struct converter *list;
    size_t count;
    bool is_ready;
} cache;

static int compare_converters(const void *a, const void *b)
{
    return strcmp(((const struct converter *)a)->name, ((const struct converter *)b)->name);
}

/* What does not decode becomes U+FFFD, one for each sequence that ICU finds fault with. */
static void put_replacement(const void *ctx, UConverterToUnicodeArgs *args, const char *units, int32_t len,
                            UConverterCallbackReason reason, UErrorCode *status)
{
    static const UChar replacement = UTF8_REPLACEMENT;
    (void)units, (void)len;
    if (reason > UCNV_IRREGULAR)
        return;
    *status = U_ZERO_ERROR;
    ((struct charset *)(uintptr_t)ctx)->bad++;
    ucnv_cbToUWriteUChars(args, &replacement, 1, 0, status);
}

/* EBCDIC's new line is a line end to a reader of text. */
static uint32_t plain_code(UChar32 code, bool has_ascii)
{
    return !has_ascii && code == 0x85 ? '\n' : (uint32_t)code;
}

static UChar32 code_of_byte(UConverter *icu, int byte)
{
    UErrorCode status = U_ZERO_ERROR;
    char bytes[1] = { (char)byte };
    const char *from = bytes;
    UChar32 code = ucnv_getNextUChar(icu, &from, from + 1, &status);
    ucnv_resetToUnicode(icu);
    return U_FAILURE(status) ? (UChar32)UTF8_REPLACEMENT : code;
}

/* Whether the lower half is ASCII in ICU's eyes, from any place where a character starts. IBM's tables swap three controls,
 * which means nothing in mail. */
static bool has_ascii(UConverter *icu)
{
    for (int i = 0; i < 128; i++) {
        UChar32 code = code_of_byte(icu, i);
        if (code != i && (code >= 128 || (i >= ' ' && i != 0x7F) || (i >= '\t' && i <= '\r')))
            return false;
    }
    return true;
}

static struct charset_table *make_table(UConverter *icu)
{
    struct charset_table *table = calloc(1, sizeof *table);
    assert(table);
    table->has_ascii = has_ascii(icu);
    for (int i = 0; i < 256; i++) {
        UChar32 code = i < 128 && table->has_ascii ? i : code_of_byte(icu, i);
        table->is_bad[i] = code == (UChar32)UTF8_REPLACEMENT;
        table->length[i] = (unsigned char)utf8_write(table->utf8[i], plain_code(code, table->has_ascii));
    }
    return table;
}

static enum charset_kind kind_of(const char *name, UConverterType type)
{
    if (strcmp(name, "UTF-8") == 0 || strcmp(name, "CESU-8") == 0)
        return KIND_UTF8;
    if (strncmp(name, "UTF-16", 6) == 0 || strncmp(name, "UTF-32", 6) == 0)
        return KIND_WIDE;
    if (type == UCNV_SBCS || type == UCNV_LATIN_1 || type == UCNV_US_ASCII)
        return KIND_TABLE;
    return KIND_STATEFUL;
}

static void converter_open(struct converter *converter, const char *name)
{
    UErrorCode status = U_ZERO_ERROR;
    UConverter *icu = ucnv_open(name, &status);
    if (U_FAILURE(status))
        return;
    UConverterType type = ucnv_getType(icu);
    converter->name = name;
    converter->icu = icu;
    converter->kind = kind_of(name, type);
    if (converter->kind == KIND_TABLE) {
        ucnv_setToUCallBack(icu, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
        converter->table = make_table(icu);
    } else if (type == UCNV_MBCS && has_ascii(icu))
        converter->kind = KIND_ASCII;
    for (int i = 0; i < 128; i++)
        converter->ascii[converter->kind == KIND_ASCII ? code_of_byte(icu, i) : i] = (unsigned char)i;
}

void charset_init(void)
{
    if (cache.is_ready)
        return;
    int32_t count = ucnv_countAvailable();
    cache.is_ready = true;
    cache.list = calloc((size_t)count + 1, sizeof *cache.list);
    assert(cache.list);
    for (int32_t i = 0; i < count; i++) {
        converter_open(&cache.list[cache.count], ucnv_getAvailableName(i));
        cache.count += cache.list[cache.count].name != NULL;
    }
    sort_items(cache.list, cache.count, sizeof *cache.list, compare_converters);
}

static const struct converter *find_converter(const char *name)
{
    struct converter wanted = { .name = name };
    return sort_find(&wanted, cache.list, cache.count, sizeof *cache.list, compare_converters);
}

struct charset *charset_open(struct slice name)
{
    char known[CHARSET_NAME_MAX];
    charset_init();
    if (charset_canonical_name(name, known) < 0)
        return NULL;
    const struct converter *converter = find_converter(known);
    if (!converter)
        return NULL;
    struct charset *charset = calloc(1, sizeof *charset);
    assert(charset);
    charset->converter = converter;
    charset->unit = strncmp(converter->name, "UTF-32", 6) == 0 ? 4 : 2;
    return charset;
}

void charset_close(struct charset *charset)
{
    if (charset && charset->icu)
        ucnv_close(charset->icu);
    free(charset);
}

const char *charset_name(const struct charset *charset)
{
    return charset_common_name(charset->converter->name);
}

void charset_reset(struct charset *charset)
{
    if (charset->icu)
        ucnv_close(charset->icu);
    charset->icu = NULL;
    charset->lead = 0;
    charset->is_started = charset->is_order_known = false;
}

/* A clone of what the cache holds: nothing is opened. */
static void start_icu(struct charset *charset, const struct converter *converter)
{
    UErrorCode status = U_ZERO_ERROR;
    if (charset->icu)
        ucnv_close(charset->icu);
    charset->icu = ucnv_clone(converter->icu, &status);
    assert(U_SUCCESS(status));
    ucnv_setToUCallBack(charset->icu, put_replacement, charset, NULL, NULL, &status);
    assert(U_SUCCESS(status));
}

/* UTF-8 that ends in the middle of a character which more bytes could complete: where that character starts. */
static size_t unfinished_at(struct slice s)
{
    for (size_t back = 1; back <= 3 && back <= s.len; back++) {
        unsigned char c = s.ptr[s.len - back];
        if ((c & 0xC0) == 0x80)
            continue;
        size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 1;
        return length > back ? s.len - back : s.len;
    }
    return s.len;
}

/* Copy LEN bytes of valid UTF-8, or as many characters as fit. */
static int copy_valid(struct slice *in, size_t len, struct buffer *out)
{
    size_t room = out->ceiling - out->len;
    size_t most = len <= room ? len : utf8_cut(*in, room);
    buffer_put(out, slice_sub(*in, 0, most));
    *in = slice_skip(*in, most);
    return most < len ? -1 : 0;
}

static int convert_utf8(struct slice *in, bool is_last, struct buffer *out, uint64_t *bad)
{
    size_t held = is_last ? 0 : in->len - unfinished_at(*in);
    while (in->len > held) {
        size_t good = utf8_valid_prefix(slice_sub(*in, 0, in->len - held));
        if (copy_valid(in, good, out) < 0)
            return -1;
        if (in->len == held)
            break;
        if (out->ceiling - out->len < 3)
            return -1;
        utf8_put(out, UTF8_REPLACEMENT);
        *in = slice_skip(*in, 1);
        ++*bad;
    }
    return 0;
}

/* Bytes below 0x80 at the front of S. */
static size_t ascii_prefix(struct slice s)
{
    size_t at = 0;
    uint64_t word;
    for (; s.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, s.ptr + at, sizeof word);
        if (word & 0x8080808080808080u)
            break;
    }
    while (at < s.len && s.ptr[at] < 0x80)
        at++;
    return at;
}

/* Copy LEN bytes of ASCII, or as many as fit. */
static int copy_plain(struct slice *in, size_t len, struct buffer *out)
{
    size_t room = out->ceiling - out->len;
    size_t most = len < room ? len : room;
    buffer_put(out, slice_sub(*in, 0, most));
    *in = slice_skip(*in, most);
    return most < len ? -1 : 0;
}

/* Runs of ASCII are copied; after one, some bytes go through the table whatever they are. */
static int convert_table(const struct charset_table *table, struct slice *in, struct buffer *out,
                         uint64_t *bad)
{
    while (in->len > 0) {
        size_t plain = table->has_ascii ? ascii_prefix(*in) : 0;
        if (plain > 0 && copy_plain(in, plain, out) < 0)
            return -1;
        size_t room = (out->ceiling - out->len) / 4, count = in->len < TABLE_RUN ? in->len : TABLE_RUN;
        if (room == 0 && count > 0)
            return -1;
        count = count < room ? count : room;
        unsigned char *to = buffer_reserve(out, count * 4);
        size_t len = 0;
        for (size_t i = 0; i < count; i++) {
            unsigned char c = in->ptr[i];
            memcpy(to + len, table->utf8[c], 4);
            len += table->length[c];
            *bad += table->is_bad[c];
        }
        out->len += len;
        *in = slice_skip(*in, count);
    }
    return 0;
}

/* Append UTF-16 units as UTF-8, three bytes for each at most, and four for a LEAD that waits. */
static void put_units(struct charset *charset, const UChar *units, size_t count, struct buffer *out)
{
    unsigned char *to = buffer_reserve(out, count * 3 + 4);
    size_t len = 0;
    for (size_t i = !charset->is_started && count > 0 && units[0] == 0xFEFF; i < count; i++) {
        uint32_t code = units[i];
        if (code < 0x80 && !charset->lead) {
            to[len++] = charset->converter->ascii[code];
            continue;
        }
        bool is_trail = U16_IS_TRAIL(code);
        if (charset->lead)
            len += utf8_write(to + len, is_trail ? (uint32_t)U16_GET_SUPPLEMENTARY(charset->lead, code)
                                                 : UTF8_REPLACEMENT);
        bool is_done = charset->lead && is_trail;
        charset->lead = U16_IS_LEAD(code) ? units[i] : 0;
        if (!is_done && !charset->lead)
            len += utf8_write(to + len, code);
    }
    charset->is_started |= count > 0;
    out->len += len;
}

/* The first LEN bytes of *IN through ICU. Each pivot is as large as what OUT can still take. */
static int convert_icu(struct charset *charset, struct slice *in, size_t len, bool is_last,
                       struct buffer *out)
{
    UChar pivot[PIVOT];
    UErrorCode status = U_ZERO_ERROR;
    do {
        size_t room = out->ceiling - out->len;
        if (room < 7)
            return -1;
        size_t units = (room - 4) / 3 < PIVOT ? (room - 4) / 3 : PIVOT;
        size_t piece = len < PIVOT ? len : PIVOT;
        UChar *to = pivot;
        const char *from = (const char *)in->ptr, *stop = from ? from + piece : "";
        from = from ? from : stop;
        const char *start = from;
        status = U_ZERO_ERROR;
        ucnv_toUnicode(charset->icu, &to, pivot + units, &from, stop, NULL, is_last && piece == in->len,
                       &status);
        size_t used = (size_t)(from - start);
        *in = slice_skip(*in, used);
        len -= used;
        put_units(charset, pivot, (size_t)(to - pivot), out);
    } while (status == U_BUFFER_OVERFLOW_ERROR || (U_SUCCESS(status) && len > 0));
    return 0;
}

/* ASCII runs are copied where no character is half read. */
static int convert_mixed(struct charset *charset, struct slice *in, bool is_last, struct buffer *out)
{
    int result = 0;
    while (result == 0 && in->len > 0) {
        UErrorCode status = U_ZERO_ERROR;
        size_t plain = ucnv_toUCountPending(charset->icu, &status) > 0 ? 0 : ascii_prefix(*in);
        if (plain >= ASCII_RUN || (plain > 0 && plain == in->len)) {
            charset->is_started = true;
            result = copy_plain(in, plain, out);
            continue;
        }
        size_t len = in->len < MIXED ? in->len : MIXED;
        result = convert_icu(charset, in, len, is_last && len == in->len, out);
    }
    return result == 0 && is_last ? convert_icu(charset, in, 0, true, out) : result;
}

/* Zero bytes tell the byte order of text in UTF-16 or UTF-32, as most of it has some ASCII; else Windows wrote it. */
static bool looks_big_endian(struct slice s, unsigned unit)
{
    size_t first = 0, last = 0;
    s = slice_sub(s, 0, ORDER_LOOK);
    for (size_t i = 0; i + unit <= s.len; i += unit) {
        first += s.ptr[i] == 0;
        last += s.ptr[i + unit - 1] == 0;
    }
    return first > last;
}

/* Which of the converters reads IN: its mark, the declared order, what it looks like. NULL if more must be seen. */
static const struct converter *find_order(const struct charset *charset, struct slice in, bool is_last)
{
    const char *name = charset->converter->name;
    bool is_big = strstr(name, "BE") || (!strstr(name, "LE") && looks_big_endian(in, charset->unit));
    if (in.len < 4 && !is_last)
        return NULL;
    if (charset->unit == 2 && in.len >= 2) {
        is_big |= in.ptr[0] == 0xFE && in.ptr[1] == 0xFF;
        is_big &= !(in.ptr[0] == 0xFF && in.ptr[1] == 0xFE);
    } else if (charset->unit == 4 && in.len >= 4) {
        is_big |= memcmp(in.ptr, "\0\0\xFE\xFF", 4) == 0;
        is_big &= memcmp(in.ptr, "\xFF\xFE\0\0", 4) != 0;
    }
    if (charset->unit == 2)
        return find_converter(is_big ? "UTF-16BE" : "UTF-16LE");
    return find_converter(is_big ? "UTF-32BE" : "UTF-32LE");
}

static int convert_wide(struct charset *charset, struct slice *in, bool is_last, struct buffer *out)
{
    if (!charset->is_order_known) {
        const struct converter *converter = find_order(charset, *in, is_last);
        if (!converter)
            return 0;
        start_icu(charset, converter);
        charset->is_order_known = true;
    }
    return convert_icu(charset, in, in->len, is_last, out);
}

int charset_convert(struct charset *charset, struct slice *in, bool is_last, struct buffer *out,
                    uint64_t *bad)
{
    const struct converter *converter = charset->converter;
    if (converter->kind == KIND_TABLE)
        return convert_table(converter->table, in, out, bad);
    if (converter->kind == KIND_UTF8) {
        if (!charset->is_started && in->len < 3 && !is_last && (in->len == 0 || in->ptr[0] == 0xEF))
            return 0; /* a byte order mark may be coming */
        if (!charset->is_started)
            *in = utf8_skip_mark(*in);
        charset->is_started |= in->len > 0;
        return convert_utf8(in, is_last, out, bad);
    }
    if (!charset->icu && converter->kind != KIND_WIDE)
        start_icu(charset, converter);
    charset->bad = 0;
    int result = converter->kind == KIND_WIDE    ? convert_wide(charset, in, is_last, out)
                 : converter->kind == KIND_ASCII ? convert_mixed(charset, in, is_last, out)
                                                 : convert_icu(charset, in, in->len, is_last, out);
    *bad += charset->bad;
    return result;
}
