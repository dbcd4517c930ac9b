/* rtf.h - RTF taken apart (Rich Text Format 1.9.1): what it shows, the HTML it wraps (MS-OXRTFEX), all else that is text, and its data.
 *
 * Linear, without recursion; groups deeper than RTF_DEPTH are read as their parent is. Text comes as UTF-8, in the order of the source.
 */
#ifndef MAILSPILL_DECODE_RTF_H
#define MAILSPILL_DECODE_RTF_H

#include "decode/codepage.h"

#define RTF_DEPTH 128
#define RTF_FONTS 256
#define RTF_PENDING 256

enum rtf_kind {
    RTF_BODY,  /* what is shown: text, notes, headers, hidden text too; line ends as "\n" */
    RTF_TAG,   /* HTML markup that the RTF wraps (\htmltag) */
    RTF_OTHER, /* text that is not shown: field instructions, document info, names of fonts and styles */
    RTF_DATA, /* bytes: of pictures, objects, and what else stands in hexadecimal; an empty piece ends one run of them */
};

struct rtf_piece {
    enum rtf_kind kind;
    bool is_replaced; /* of RTF_BODY: HTML says this otherwise (\htmlrtf) */
    bool is_object;   /* of RTF_DATA: of an embedded object (\objdata) */
    bool is_picture;  /* of RTF_DATA: of a picture (\pict) */
    bool is_as_is;    /* the bytes stand so in the source */
    struct slice bytes;
    size_t at; /* where in the text they come from */
};

struct rtf_sink {
    void (*put)(void *ctx, const struct rtf_piece *piece);
    void *ctx;
};

enum rtf_wraps { RTF_WRAPS_NOTHING, RTF_WRAPS_TEXT, RTF_WRAPS_HTML };

struct rtf_group {
    unsigned char place; /* enum rtf_place, in rtf.c */
    unsigned char skip;  /* characters after \u that stand for it (\uc) */
    bool is_replaced;
    uint16_t codepage;
};

/* Where reading stands, between two tokens. */
struct rtf_state {
    struct rtf_group groups[RTF_DEPTH];
    size_t depth, over; /* groups open; those past RTF_DEPTH */
    size_t bin;         /* bytes of \bin still to come */
    size_t skip;        /* characters still to be passed over after \u */
    size_t gone;        /* bytes that the token before has taken already */
    unsigned high;      /* hexadecimal: 16 + the first digit, or 0 */
    uint16_t surrogate; /* the first half of a pair, or 0 */
    bool is_ignorable;  /* \* came just before */
    bool has_ended;     /* what follows stands behind the document */
    int font;           /* being described in the font table */
};

struct rtf {
    struct rtf_sink sink;
    struct rtf_state state;
    enum rtf_wraps wraps;
    bool is_utf8;      /* the text is UTF-8 already; else bytes above 0x7F are of the code page */
    unsigned codepage; /* of the document */
    struct {
        int number;
        uint16_t codepage;
    } fonts[RTF_FONTS];
    size_t font_count;
    int default_font;
    struct codepages pages;

    struct slice text; /* the block */
    size_t at;
    unsigned char pending[RTF_PENDING]; /* bytes of a code page that may go on */
    size_t pending_len, pending_at;
    bool is_half; /* the last of them is the first of two */
    bool is_last;
    struct buffer made; /* for a piece in the making */
};

/* Storage is the caller's. IS_UTF8: what will be read was decoded. */
void rtf_init(struct rtf *rtf, const struct rtf_sink *sink, bool is_utf8);
void rtf_release(struct rtf *rtf);

/* Read TEXT. The next call's text begins at NEXT of this one's, in the state that reading has there. */
void rtf_block(struct rtf *rtf, struct slice text, size_t next, bool is_last);

/* Does TEXT begin as RTF does? */
bool rtf_is_rtf(struct slice text);

/* Do the first BYTES of a picture say a kind that is a file by itself (PNG, JPEG)? */
bool rtf_is_picture(struct slice bytes);

/* Append what a mail program wrapped in the RTF SOURCE: HTML or plain text, in UTF-8. Returns which; RTF_WRAPS_NOTHING where it is RTF in its
 * own right, and then nothing is appended. What OUT cannot take is left out (see is_overfull). */
enum rtf_wraps rtf_unwrap(struct slice source, struct buffer *out);

#endif
