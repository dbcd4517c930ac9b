/* charset_names.c - what mail calls charsets, and what ICU calls them. */
#include "decode/charset_names.h"

#include <stdio.h>
#include <unicode/ucnv.h>

/* Names that ICU lacks or reads too narrowly: the larger set that writers mean (WHATWG Encoding), Microsoft's and Apple's
 * habits, slips of old mailers. Letters and digits only, lower case. */
static const struct {
    const char *name, *meant;
} aliases[] = {
    { "usascii", "windows-1252" },
    { "ascii", "windows-1252" },
    { "ansix341968", "windows-1252" },
    { "ansix341986", "windows-1252" },
    { "iso646us", "windows-1252" },
    { "iso88591", "windows-1252" },
    { "latin1", "windows-1252" },
    { "l1", "windows-1252" },
    { "cp819", "windows-1252" },
    { "ibm819", "windows-1252" },
    { "ansi", "windows-1252" },
    { "iso88599", "windows-1254" },
    { "latin5", "windows-1254" },
    { "iso885911", "windows-874" },
    { "tis620", "windows-874" },
    { "tis6202533", "windows-874" },
    { "gb2312", "gb18030" },
    { "gb231280", "gb18030" },
    { "euccn", "gb18030" },
    { "gbk", "gb18030" },
    { "gb18030", "gb18030" },
    { "cp936", "gb18030" },
    { "ms936", "gb18030" },
    { "windows936", "gb18030" },
    { "chinese", "gb18030" },
    { "csgb2312", "gb18030" },
    { "isoir58", "gb18030" },
    { "ksc5601", "windows-949" },
    { "ksc56011987", "windows-949" },
    { "ksc56011989", "windows-949" },
    { "ksc5601992", "windows-949" },
    { "euckr", "windows-949" },
    { "uhc", "windows-949" },
    { "cp949", "windows-949" },
    { "ms949", "windows-949" },
    { "korean", "windows-949" },
    { "xunified", "windows-949" },
    { "shiftjis", "ibm-943_P15A-2003" },
    { "sjis", "ibm-943_P15A-2003" },
    { "mskanji", "ibm-943_P15A-2003" },
    { "ms932", "ibm-943_P15A-2003" },
    { "cp932", "ibm-943_P15A-2003" },
    { "windows932", "ibm-943_P15A-2003" },
    { "windows31j", "ibm-943_P15A-2003" },
    { "iso2022jp", "ISO_2022,locale=ja,version=3" },
    { "iso2022jp1", "ISO_2022,locale=ja,version=3" },
    { "iso2022jp2", "ISO_2022,locale=ja,version=3" },
    { "iso2022jp3", "ISO_2022,locale=ja,version=3" },
    { "iso2022jpms", "ISO_2022,locale=ja,version=3" },
    { "csiso2022jp", "ISO_2022,locale=ja,version=3" },
    { "cp50220", "ISO_2022,locale=ja,version=3" },
    { "cp50221", "ISO_2022,locale=ja,version=3" },
    { "jis", "ISO_2022,locale=ja,version=3" },
    { "cp51932", "euc-jp" },
    { "cp51949", "windows-949" },
    { "cp950", "windows-950" },
    { "ms950", "windows-950" },
    { "cnbig5", "windows-950" },
    { "hz", "HZ" },
    { "cp20866", "koi8-r" },
    { "cp21866", "koi8-u" },
    { "koi8", "koi8-r" },
    { "koi8ru", "koi8-u" },
    { "macroman", "macintosh" },
    { "mac", "macintosh" },
    { "macce", "macos-29-10.2" },
    { "unicode11utf7", "UTF-7" },
    { "unicode20utf7", "UTF-7" },
    { "unicode11utf8", "UTF-8" },
    { "unicode20utf8", "UTF-8" },
    { "utf8mb4", "UTF-8" },
    { "utf8n", "UTF-8" },
    { "cp65000", "UTF-7" },
    { "cp65001", "UTF-8" },
    { "windows65001", "UTF-8" },
    { "cp1200", "UTF-16LE" },
    { "cp1201", "UTF-16BE" },
    { "ucs2le", "UTF-16LE" },
    { "ucs2be", "UTF-16BE" },
    { "ucs4", "UTF-32" },
    { "ucs4le", "UTF-32LE" },
    { "ucs4be", "UTF-32BE" },
    { "iso10646ucs2", "UTF-16" },
    { "iso10646ucs4", "UTF-32" },
    { "iso10646utf8", "UTF-8" },
    { "ebcdiccpus", "IBM037" },
    { "ebcdicuscp037", "IBM037" },
    { "ebcdicinternational", "IBM500" },
};

/* Name without quotes and what mailers hang on: "charset=", a language, a comment. */
static struct slice bare_name(struct slice name)
{
    name = slice_trim(name);
    if (slice_starts_with_nocase(name, "charset="))
        name = slice_skip(name, 8);
    while (name.len > 0 && (name.ptr[0] == '"' || name.ptr[0] == '\'' || name.ptr[0] == ' '))
        name = slice_skip(name, 1);
    for (size_t i = 0; i < name.len; i++)
        if (memchr("\"'*;, (", name.ptr[i], 7))
            name.len = i;
    return name;
}

static bool is_alphanumeric(unsigned char c)
{
    c = slice_lower_byte(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* NAME in lower case, letters and digits alone, into KEY. -1 for bytes that no name has: ICU reads options after commas. */
static int make_key(struct slice name, char key[CHARSET_NAME_MAX])
{
    size_t len = 0;
    if (name.len == 0 || name.len >= CHARSET_NAME_MAX)
        return -1;
    for (size_t i = 0; i < name.len && name.ptr[i] != ':'; i++) { /* after the colon stands a year */
        if (is_alphanumeric(name.ptr[i]))
            key[len++] = (char)slice_lower_byte(name.ptr[i]);
        else if (!memchr("-_.+", name.ptr[i], 4))
            return -1;
    }
    key[len] = '\0';
    return len > 0 ? 0 : -1;
}

static int copy_name(char canonical[CHARSET_NAME_MAX], const char *name)
{
    int len = name ? snprintf(canonical, CHARSET_NAME_MAX, "%s", name) : -1;
    return len > 0 && len < CHARSET_NAME_MAX ? 0 : -1;
}

/* The first of ICU's aliases is the converter's own name. */
static int ask_icu(const char *name, char canonical[CHARSET_NAME_MAX])
{
    UErrorCode status = U_ZERO_ERROR;
    if (strchr(name, ',')) /* ours, with options: a converter's own name already */
        return copy_name(canonical, name);
    const char *known = ucnv_getAlias(name, 0, &status);
    return U_FAILURE(status) ? -1 : copy_name(canonical, known);
}

static int find_key(const char *key, char canonical[CHARSET_NAME_MAX])
{
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strcmp(key, aliases[i].name) == 0)
            return ask_icu(aliases[i].meant, canonical);
    return ask_icu(key, canonical);
}

/* Code pages by number, under the prefixes that programs give them. */
static int find_page(const char *key, char canonical[CHARSET_NAME_MAX])
{
    static const char *const prefixes[] = { "windows", "win", "microsoftcp", "mscp", "ms", "cp",
                                            "ibm",     "dos", "codepage",    "oem",  "" };
    char page[CHARSET_NAME_MAX];
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t len = strlen(prefixes[i]);
        const char *number = key + len;
        if (strncmp(key, prefixes[i], len) != 0 || *number == '\0' ||
            strspn(number, "0123456789") != strlen(number))
            continue;
        snprintf(page, sizeof page, "cp%.32s", number);
        if (find_key(page, canonical) == 0)
            return 0;
        snprintf(page, sizeof page, "windows%.32s", number);
        return find_key(page, canonical);
    }
    return -1;
}

int charset_canonical_name(struct slice name, char canonical[CHARSET_NAME_MAX])
{
    char key[CHARSET_NAME_MAX], whole[CHARSET_NAME_MAX];
    name = bare_name(name);
    if (make_key(name, key) < 0)
        return -1;
    snprintf(whole, sizeof whole, "%.*s", (int)name.len, (const char *)name.ptr);
    if (find_key(key, canonical) == 0 || ask_icu(whole, canonical) == 0 || find_page(key, canonical) == 0)
        return 0;
    if (key[0] != 'x' && strncmp(key, "cs", 2) != 0)
        return -1;
    const char *rest = key + (key[0] == 'x' ? 1 : 2);
    return find_key(rest, canonical) == 0 ? 0 : find_page(rest, canonical);
}

const char *charset_common_name(const char *canonical)
{
    UErrorCode status = U_ZERO_ERROR;
    const char *name = ucnv_getStandardName(canonical, "MIME", &status);
    if (U_SUCCESS(status) && name)
        return name;
    status = U_ZERO_ERROR;
    name = ucnv_getStandardName(canonical, "IANA", &status);
    return U_SUCCESS(status) && name ? name : canonical;
}
