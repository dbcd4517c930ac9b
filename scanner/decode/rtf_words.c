/* rtf_words.c - the control words of RTF that matter to its text. */
#include "decode/rtf_words.h"

#include "decode/rtf.h"

/* Sorted by the bytes of their names. */
static const struct rtf_word words[] = {
    { "aftnsep", RTF_PLACE, RTF_IN_OTHER },
    { "aftnsepc", RTF_PLACE, RTF_IN_OTHER },
    { "annotation", RTF_PLACE, RTF_IN_NOTE },
    { "ansi", RTF_CODEPAGE, 1252 },
    { "ansicpg", RTF_ANSICPG, 0 },
    { "atnauthor", RTF_PLACE, RTF_IN_OTHER },
    { "atndate", RTF_PLACE, RTF_IN_OTHER },
    { "atnid", RTF_PLACE, RTF_IN_OTHER },
    { "atnparent", RTF_PLACE, RTF_IN_OTHER },
    { "atnref", RTF_PLACE, RTF_IN_OTHER },
    { "atrfend", RTF_PLACE, RTF_IN_OTHER },
    { "atrfstart", RTF_PLACE, RTF_IN_OTHER },
    { "author", RTF_PLACE, RTF_IN_OTHER },
    { "bin", RTF_BINARY, 0 },
    { "bkmkend", RTF_PLACE, RTF_IN_OTHER },
    { "bkmkstart", RTF_PLACE, RTF_IN_OTHER },
    { "bliptag", RTF_PLACE, RTF_IN_DATA },
    { "blipuid", RTF_PLACE, RTF_IN_DATA },
    { "bullet", RTF_CHARACTER, 0x2022 },
    { "buptim", RTF_PLACE, RTF_IN_OTHER },
    { "category", RTF_PLACE, RTF_IN_OTHER },
    { "cell", RTF_CHARACTER, 9 },
    { "colorschememapping", RTF_PLACE, RTF_IN_DATA },
    { "colortbl", RTF_PLACE, RTF_IN_OTHER },
    { "column", RTF_CHARACTER, 10 },
    { "comment", RTF_PLACE, RTF_IN_OTHER },
    { "company", RTF_PLACE, RTF_IN_OTHER },
    { "cpg", RTF_FONT_CODEPAGE, 0 },
    { "creatim", RTF_PLACE, RTF_IN_OTHER },
    { "datafield", RTF_PLACE, RTF_IN_DATA },
    { "datastore", RTF_PLACE, RTF_IN_DATA },
    { "defchp", RTF_PLACE, RTF_IN_OTHER },
    { "deff", RTF_DEFAULT_FONT, 0 },
    { "defpap", RTF_PLACE, RTF_IN_OTHER },
    { "do", RTF_PLACE, RTF_IN_BODY },
    { "doccomm", RTF_PLACE, RTF_IN_OTHER },
    { "docvar", RTF_PLACE, RTF_IN_OTHER },
    { "dptxbxtext", RTF_PLACE, RTF_IN_BODY },
    { "emdash", RTF_CHARACTER, 0x2014 },
    { "emspace", RTF_CHARACTER, 0x2003 },
    { "endash", RTF_CHARACTER, 0x2013 },
    { "enspace", RTF_CHARACTER, 0x2002 },
    { "f", RTF_FONT, 0 },
    { "falt", RTF_PLACE, RTF_IN_OTHER },
    { "fcharset", RTF_FONT_CHARSET, 0 },
    { "ffdeftext", RTF_PLACE, RTF_IN_OTHER },
    { "ffentrymcr", RTF_PLACE, RTF_IN_OTHER },
    { "ffexitmcr", RTF_PLACE, RTF_IN_OTHER },
    { "ffformat", RTF_PLACE, RTF_IN_OTHER },
    { "ffhelptext", RTF_PLACE, RTF_IN_OTHER },
    { "ffl", RTF_PLACE, RTF_IN_OTHER },
    { "ffname", RTF_PLACE, RTF_IN_OTHER },
    { "ffstattext", RTF_PLACE, RTF_IN_OTHER },
    { "field", RTF_PLACE, RTF_IN_BODY },
    { "filetbl", RTF_PLACE, RTF_IN_OTHER },
    { "fldinst", RTF_PLACE, RTF_IN_FIELD },
    { "fldrslt", RTF_PLACE, RTF_IN_BODY },
    { "fname", RTF_PLACE, RTF_IN_OTHER },
    { "fontemb", RTF_PLACE, RTF_IN_DATA },
    { "fontfile", RTF_PLACE, RTF_IN_DATA },
    { "fonttbl", RTF_PLACE, RTF_IN_FONTS },
    { "footer", RTF_PLACE, RTF_IN_NOTE },
    { "footerf", RTF_PLACE, RTF_IN_NOTE },
    { "footerl", RTF_PLACE, RTF_IN_NOTE },
    { "footerr", RTF_PLACE, RTF_IN_NOTE },
    { "footnote", RTF_PLACE, RTF_IN_NOTE },
    { "formfield", RTF_PLACE, RTF_IN_OTHER },
    { "fromhtml", RTF_WRAPPED, RTF_WRAPS_HTML },
    { "fromtext", RTF_WRAPPED, RTF_WRAPS_TEXT },
    { "ftnsep", RTF_PLACE, RTF_IN_OTHER },
    { "ftnsepc", RTF_PLACE, RTF_IN_OTHER },
    { "generator", RTF_PLACE, RTF_IN_OTHER },
    { "header", RTF_PLACE, RTF_IN_NOTE },
    { "headerf", RTF_PLACE, RTF_IN_NOTE },
    { "headerl", RTF_PLACE, RTF_IN_NOTE },
    { "headerr", RTF_PLACE, RTF_IN_NOTE },
    { "hlinkbase", RTF_PLACE, RTF_IN_OTHER },
    { "htmlrtf", RTF_REPLACED, 0 },
    { "htmltag", RTF_PLACE, RTF_IN_TAG },
    { "info", RTF_PLACE, RTF_IN_OTHER },
    { "keywords", RTF_PLACE, RTF_IN_OTHER },
    { "latentstyles", RTF_PLACE, RTF_IN_OTHER },
    { "ldblquote", RTF_CHARACTER, 0x201c },
    { "levelnumbers", RTF_PLACE, RTF_IN_OTHER },
    { "leveltext", RTF_PLACE, RTF_IN_OTHER },
    { "line", RTF_CHARACTER, 10 },
    { "linkval", RTF_PLACE, RTF_IN_OTHER },
    { "listname", RTF_PLACE, RTF_IN_OTHER },
    { "listoverridetable", RTF_PLACE, RTF_IN_OTHER },
    { "listtable", RTF_PLACE, RTF_IN_OTHER },
    { "listtext", RTF_PLACE, RTF_IN_BODY },
    { "lquote", RTF_CHARACTER, 0x2018 },
    { "mac", RTF_CODEPAGE, 10000 },
    { "mailmerge", RTF_PLACE, RTF_IN_OTHER },
    { "manager", RTF_PLACE, RTF_IN_OTHER },
    { "mgsig", RTF_PLACE, RTF_IN_DATA },
    { "mhtmltag", RTF_PLACE, RTF_IN_OTHER },
    { "mmathPr", RTF_PLACE, RTF_IN_OTHER },
    { "moMath", RTF_PLACE, RTF_IN_BODY },
    { "mr", RTF_PLACE, RTF_IN_BODY },
    { "mt", RTF_PLACE, RTF_IN_BODY },
    { "nestcell", RTF_CHARACTER, 9 },
    { "nestrow", RTF_CHARACTER, 10 },
    { "nesttableprops", RTF_PLACE, RTF_IN_BODY },
    { "nextfile", RTF_PLACE, RTF_IN_OTHER },
    { "nonesttables", RTF_PLACE, RTF_IN_BODY },
    { "nonshppict", RTF_PLACE, RTF_IN_BODY },
    { "objalias", RTF_PLACE, RTF_IN_OTHER },
    { "objclass", RTF_PLACE, RTF_IN_OTHER },
    { "objdata", RTF_PLACE, RTF_IN_OBJECT },
    { "objname", RTF_PLACE, RTF_IN_OTHER },
    { "objsect", RTF_PLACE, RTF_IN_OTHER },
    { "operator", RTF_PLACE, RTF_IN_OTHER },
    { "page", RTF_CHARACTER, 10 },
    { "panose", RTF_PLACE, RTF_IN_OTHER },
    { "par", RTF_CHARACTER, 10 },
    { "passwordhash", RTF_PLACE, RTF_IN_OTHER },
    { "pc", RTF_CODEPAGE, 437 },
    { "pca", RTF_CODEPAGE, 850 },
    { "pgptbl", RTF_PLACE, RTF_IN_OTHER },
    { "pict", RTF_PLACE, RTF_IN_PICTURE },
    { "plain", RTF_PLAIN, 0 },
    { "pnseclvl", RTF_PLACE, RTF_IN_OTHER },
    { "pntext", RTF_PLACE, RTF_IN_BODY },
    { "printim", RTF_PLACE, RTF_IN_OTHER },
    { "private", RTF_PLACE, RTF_IN_OTHER },
    { "propname", RTF_PLACE, RTF_IN_OTHER },
    { "protusertbl", RTF_PLACE, RTF_IN_OTHER },
    { "qmspace", RTF_CHARACTER, 0x2005 },
    { "rdblquote", RTF_CHARACTER, 0x201d },
    { "result", RTF_PLACE, RTF_IN_BODY },
    { "revtbl", RTF_PLACE, RTF_IN_OTHER },
    { "revtim", RTF_PLACE, RTF_IN_OTHER },
    { "row", RTF_CHARACTER, 10 },
    { "rquote", RTF_CHARACTER, 0x2019 },
    { "rsidtbl", RTF_PLACE, RTF_IN_OTHER },
    { "sect", RTF_CHARACTER, 10 },
    { "shp", RTF_PLACE, RTF_IN_BODY },
    { "shpgrp", RTF_PLACE, RTF_IN_BODY },
    { "shpinst", RTF_PLACE, RTF_IN_BODY },
    { "shppict", RTF_PLACE, RTF_IN_BODY },
    { "shprslt", RTF_PLACE, RTF_IN_BODY },
    { "shptxt", RTF_PLACE, RTF_IN_BODY },
    { "sn", RTF_PLACE, RTF_IN_OTHER },
    { "softline", RTF_CHARACTER, 10 },
    { "softpage", RTF_CHARACTER, 10 },
    { "staticval", RTF_PLACE, RTF_IN_OTHER },
    { "stylesheet", RTF_PLACE, RTF_IN_OTHER },
    { "subject", RTF_PLACE, RTF_IN_OTHER },
    { "sv", RTF_PLACE, RTF_IN_OTHER },
    { "svb", RTF_PLACE, RTF_IN_DATA },
    { "tab", RTF_CHARACTER, 9 },
    { "tc", RTF_PLACE, RTF_IN_OTHER },
    { "template", RTF_PLACE, RTF_IN_OTHER },
    { "themedata", RTF_PLACE, RTF_IN_DATA },
    { "title", RTF_PLACE, RTF_IN_OTHER },
    { "u", RTF_UNICODE, 0 },
    { "uc", RTF_SKIP_COUNT, 0 },
    { "ud", RTF_PLACE, RTF_IN_BODY },
    { "userprops", RTF_PLACE, RTF_IN_OTHER },
    { "wgrffmtfilter", RTF_PLACE, RTF_IN_OTHER },
    { "writereservation", RTF_PLACE, RTF_IN_OTHER },
    { "writereservhash", RTF_PLACE, RTF_IN_OTHER },
    { "xe", RTF_PLACE, RTF_IN_OTHER },
    { "xmlattrname", RTF_PLACE, RTF_IN_OTHER },
    { "xmlattrvalue", RTF_PLACE, RTF_IN_OTHER },
    { "xmlname", RTF_PLACE, RTF_IN_OTHER },
    { "xmlnstbl", RTF_PLACE, RTF_IN_OTHER },
    { "xmlopen", RTF_PLACE, RTF_IN_OTHER },
    { "zwj", RTF_CHARACTER, 0x200d },
    { "zwnj", RTF_CHARACTER, 0x200c },
};

#define WORDS (sizeof words / sizeof *words)

static int compare_name(struct slice name, const char *word)
{
    size_t len = strlen(word), least = name.len < len ? name.len : len;
    int order = memcmp(name.ptr, word, least);
    return order ? order : (name.len > len) - (name.len < len);
}

/* Where each first letter's words begin: most control words are no word of ours, and few share a letter. */
static const unsigned char *letter_starts(void)
{
    static unsigned char starts[129];
    if (starts[128] == 0)
        for (size_t letter = 0, at = 0; letter <= 128; letter++) {
            while (at < WORDS && (unsigned char)words[at].name[0] < letter)
                at++;
            starts[letter] = (unsigned char)at;
        }
    return starts;
}

const struct rtf_word *rtf_word_find(struct slice name)
{
    const unsigned char *starts = letter_starts();
    if (name.len == 0 || name.ptr[0] >= 128)
        return NULL;
    size_t low = starts[name.ptr[0]], end = starts[name.ptr[0] + 1], high = end;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_name(name, words[middle].name) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < end && compare_name(name, words[low].name) == 0 ? &words[low] : NULL;
}

unsigned rtf_charset_codepage(int charset)
{
    static const struct {
        int charset;
        unsigned codepage;
    } pages[] = {
        { 0, 1252 },   { 77, 10000 }, { 78, 932 },   { 79, 949 },   { 80, 936 },   { 81, 950 },
        { 128, 932 },  { 129, 949 },  { 130, 1361 }, { 134, 936 },  { 136, 950 },  { 161, 1253 },
        { 162, 1254 }, { 163, 1258 }, { 177, 1255 }, { 178, 1256 }, { 186, 1257 }, { 204, 1251 },
        { 222, 874 },  { 238, 1250 }, { 254, 437 },  { 255, 850 },
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (pages[i].charset == charset)
            return pages[i].codepage;
    return 0;
}
