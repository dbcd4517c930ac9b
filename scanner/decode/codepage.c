/* codepage.c - Windows code pages by number, and the charsets they are. */
#include "decode/codepage.h"

#include <stdio.h>

#include "base/utf8.h"

static const struct {
    unsigned number;
    const char *name;
} pages[] = {
    { 437, "ibm437" },
    { 737, "ibm737" },
    { 775, "ibm775" },
    { 850, "ibm850" },
    { 852, "ibm852" },
    { 855, "ibm855" },
    { 857, "ibm857" },
    { 858, "ibm858" },
    { 860, "ibm860" },
    { 861, "ibm861" },
    { 862, "ibm862" },
    { 863, "ibm863" },
    { 864, "ibm864" },
    { 865, "ibm865" },
    { 866, "ibm866" },
    { 869, "ibm869" },
    { 874, "windows-874" },
    { 932, "windows-31j" },
    { 936, "gb18030" },
    { 949, "windows-949" },
    { 950, "big5" },
    { 1200, "utf-16le" },
    { 1201, "utf-16be" },
    { 1250, "windows-1250" },
    { 1251, "windows-1251" },
    { 1252, "windows-1252" },
    { 1253, "windows-1253" },
    { 1254, "windows-1254" },
    { 1255, "windows-1255" },
    { 1256, "windows-1256" },
    { 1257, "windows-1257" },
    { 1258, "windows-1258" },
    { 1361, "johab" },
    { 10000, "macintosh" },
    { 10001, "windows-31j" },
    { 10006, "x-mac-greek" },
    { 10007, "x-mac-cyrillic" },
    { 10029, "x-mac-centraleurroman" },
    { 10081, "x-mac-turkish" },
    { 20127, "us-ascii" },
    { 20866, "koi8-r" },
    { 20932, "euc-jp" },
    { 20936, "gb18030" },
    { 20949, "windows-949" },
    { 21866, "koi8-u" },
    { 28591, "iso-8859-1" },
    { 28592, "iso-8859-2" },
    { 28593, "iso-8859-3" },
    { 28594, "iso-8859-4" },
    { 28595, "iso-8859-5" },
    { 28596, "iso-8859-6" },
    { 28597, "iso-8859-7" },
    { 28598, "iso-8859-8" },
    { 28599, "iso-8859-9" },
    { 28603, "iso-8859-13" },
    { 28605, "iso-8859-15" },
    { 38598, "iso-8859-8" },
    { 50220, "iso-2022-jp" },
    { 50221, "iso-2022-jp" },
    { 50222, "iso-2022-jp" },
    { 50225, "iso-2022-kr" },
    { 51932, "euc-jp" },
    { 51936, "gb18030" },
    { 51949, "windows-949" },
    { 52936, "hz-gb-2312" },
    { 54936, "gb18030" },
    { 65000, "utf-7" },
    { 65001, "utf-8" },
};

static const char *name_of(unsigned number)
{
    size_t low = 0, high = sizeof pages / sizeof *pages;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pages[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sizeof pages / sizeof *pages && pages[low].number == number ? pages[low].name : NULL;
}

bool codepage_is_known(unsigned codepage)
{
    return name_of(codepage) != NULL;
}

struct slice codepage_charset(unsigned codepage, char room[CODEPAGE_NAME_MAX])
{
    const char *name = name_of(codepage);
    if (!name)
        name = "windows-1252";
    snprintf(room, CODEPAGE_NAME_MAX, "%s", name);
    return slice_str(room);
}

unsigned codepage_of_locale(unsigned locale)
{
    /* By language, the lower ten bits; those that are not here are western, or have no 8-bit text. */
    static const struct {
        unsigned language, codepage;
    } languages[] = {
        { 0x01, 1256 }, { 0x02, 1251 }, { 0x03, 1252 }, { 0x05, 1250 }, { 0x06, 1252 }, { 0x07, 1252 },
        { 0x08, 1253 }, { 0x09, 1252 }, { 0x0A, 1252 }, { 0x0B, 1252 }, { 0x0C, 1252 }, { 0x0D, 1255 },
        { 0x0E, 1250 }, { 0x0F, 1252 }, { 0x10, 1252 }, { 0x11, 932 },  { 0x12, 949 },  { 0x13, 1252 },
        { 0x14, 1252 }, { 0x15, 1250 }, { 0x16, 1252 }, { 0x18, 1250 }, { 0x19, 1251 }, { 0x1A, 1250 },
        { 0x1B, 1250 }, { 0x1C, 1250 }, { 0x1D, 1252 }, { 0x1E, 874 },  { 0x1F, 1254 }, { 0x20, 1256 },
        { 0x21, 1252 }, { 0x22, 1251 }, { 0x23, 1251 }, { 0x24, 1250 }, { 0x25, 1257 }, { 0x26, 1257 },
        { 0x27, 1257 }, { 0x29, 1256 }, { 0x2A, 1258 }, { 0x2C, 1254 }, { 0x2D, 1252 }, { 0x2F, 1251 },
        { 0x3F, 1251 }, { 0x40, 1251 }, { 0x43, 1254 }, { 0x44, 1251 }, { 0x50, 1251 }, { 0x56, 1252 },
    };
    unsigned language = locale & 0x3FF, region = locale >> 10 & 0x3F;
    if (language == 0x04)
        return region == 1 || region == 3 || region == 5 ? 950 : 936;
    if (language == 0x1A && (region == 3 || region == 7 || region == 8 || region == 10))
        return 1251; /* Serbian and Bosnian in Cyrillic letters */
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
        if (languages[i].language == language)
            return languages[i].codepage;
    return 0;
}

bool codepage_is_lead(unsigned codepage, unsigned char byte)
{
    switch (codepage) {
    case 932:
    case 10001:
        return (byte >= 0x81 && byte <= 0x9F) || (byte >= 0xE0 && byte <= 0xFC);
    case 936:
    case 949:
    case 950:
    case 1361:
        return byte >= 0x81 && byte <= 0xFE;
    default:
        return false;
    }
}

static struct charset *open_page(struct codepages *codepages, unsigned number)
{
    const size_t count = sizeof codepages->open / sizeof *codepages->open;
    char room[CODEPAGE_NAME_MAX];
    for (size_t i = 0; i < count; i++)
        if (codepages->open[i].charset && codepages->open[i].number == number)
            return codepages->open[i].charset;
    struct charset *charset = charset_open(codepage_charset(number, room));
    if (!charset)
        return NULL;
    size_t slot = codepages->next++ % count;
    charset_close(codepages->open[slot].charset);
    codepages->open[slot].number = number;
    codepages->open[slot].charset = charset;
    return charset;
}

int codepages_put(struct codepages *codepages, unsigned codepage, struct slice bytes, struct buffer *out)
{
    uint64_t bad = 0;
    if (utf8_is_ascii(bytes) && codepage != CODEPAGE_UTF16 && codepage != CODEPAGE_UTF16 + 1)
        return buffer_put(out, bytes);
    struct charset *charset = open_page(codepages, codepage);
    if (!charset)
        return utf8_put_repaired(out, bytes);
    charset_reset(charset);
    return charset_convert(charset, &bytes, true, out, &bad);
}

void codepages_release(struct codepages *codepages)
{
    for (size_t i = 0; i < sizeof codepages->open / sizeof *codepages->open; i++)
        charset_close(codepages->open[i].charset);
    *codepages = (struct codepages){ 0 };
}

/* The code point at the front of *UNITS. */
static uint32_t eat_utf16(struct slice *units)
{
    uint16_t high = 0, low = 0;
    (void)slice_eat_u16le(units, &high);
    if (high < 0xD800 || high > 0xDFFF)
        return high;
    struct slice rest = *units;
    if (high > 0xDBFF || slice_eat_u16le(&rest, &low) < 0 || low < 0xDC00 || low > 0xDFFF)
        return UTF8_REPLACEMENT;
    *units = rest;
    return 0x10000u + ((uint32_t)(high - 0xD800) << 10) + (low - 0xDC00u);
}

int codepage_put_utf16(struct buffer *out, struct slice units)
{
    units.len &= ~(size_t)1;
    if (units.len >= 2 && units.ptr[units.len - 1] == 0 && units.ptr[units.len - 2] == 0)
        units.len -= 2;
    while (units.len > 0) {
        uint32_t code = eat_utf16(&units);
        if ((code < 0x80 ? buffer_put_byte(out, (unsigned char)code) : utf8_put(out, code)) < 0)
            return -1;
    }
    return 0;
}
