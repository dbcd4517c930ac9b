/* codepage.h - Windows code pages by number (as MAPI, RTF and Office write them), and the charsets they are. */
#ifndef MAILSPILL_DECODE_CODEPAGE_H
#define MAILSPILL_DECODE_CODEPAGE_H

#include "base/buffer.h"
#include "base/slice.h"
#include "decode/charset.h"

#define CODEPAGE_UTF16 1200u
#define CODEPAGE_UTF8 65001u
#define CODEPAGE_WESTERN 1252u

/* The charset's name as charset_open takes it, in ROOM or static; an unknown number gives windows-1252. */
#define CODEPAGE_NAME_MAX 24
struct slice codepage_charset(unsigned codepage, char room[CODEPAGE_NAME_MAX]);

/* Whether NUMBER is one that codepage_charset knows. */
bool codepage_is_known(unsigned codepage);

/* The ANSI code page of a Windows locale (LCID), or 0 where it has none of its own. */
unsigned codepage_of_locale(unsigned locale);

/* Whether BYTE starts a character of two bytes. */
bool codepage_is_lead(unsigned codepage, unsigned char byte);

/* Converters that stay open between texts. Zeroed to begin with; codepages_release closes them. */
struct codepages {
    struct {
        unsigned number;
        struct charset *charset;
    } open[4];
    size_t next;
};

/* Append BYTES, which are all of a text, as UTF-8 to OUT. 0, or -1 past OUT's ceiling. */
int codepages_put(struct codepages *pages, unsigned codepage, struct slice bytes, struct buffer *out);
void codepages_release(struct codepages *pages);

/* Append UTF-16LE as UTF-8; a NUL at its end is left out, half a unit too. 0, or -1 past OUT's ceiling. */
int codepage_put_utf16(struct buffer *out, struct slice units);

#endif
