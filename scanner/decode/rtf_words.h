/* rtf_words.h - the control words of RTF that matter to its text. */
#ifndef MAILSPILL_DECODE_RTF_WORDS_H
#define MAILSPILL_DECODE_RTF_WORDS_H

#include "base/slice.h"

enum rtf_action {
    RTF_PLACE,     /* the group's text belongs to `value`, an enum rtf_place */
    RTF_CHARACTER, /* stands for the character `value` */
    RTF_CODEPAGE,  /* \ansi \mac \pc \pca: the document's code page is `value` */
    RTF_ANSICPG,
    RTF_DEFAULT_FONT,
    RTF_FONT,
    RTF_FONT_CHARSET,
    RTF_FONT_CODEPAGE,
    RTF_PLAIN,
    RTF_SKIP_COUNT,
    RTF_UNICODE,
    RTF_BINARY,
    RTF_REPLACED, /* \htmlrtf */
    RTF_WRAPPED,  /* \fromhtml, \fromtext: `value` is an enum rtf_wraps */
};

enum rtf_place {
    RTF_IN_BODY,
    RTF_IN_TAG,
    RTF_IN_NOTE, /* shown, on lines of its own: notes, comments, headers, footers */
    RTF_IN_OTHER,
    RTF_IN_FIELD, /* instructions: groups in it are runs of one text */
    RTF_IN_FONTS,
    RTF_IN_DATA,
    RTF_IN_OBJECT,
    RTF_IN_PICTURE,
};

struct rtf_word {
    const char *name;
    enum rtf_action action;
    unsigned value;
};

/* The word NAME, or NULL if it changes nothing. */
const struct rtf_word *rtf_word_find(struct slice name);

/* The code page of a font's \fcharset; 0 where it says none. */
unsigned rtf_charset_codepage(int charset);

#endif
