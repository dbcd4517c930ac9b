/* reading.h - in which charset bytes are read: what was declared, or what they look like. */
#ifndef MAILSPILL_EXTRACT_READING_H
#define MAILSPILL_EXTRACT_READING_H

#include "decode/charset.h"

struct reading {
    struct charset *declared; /* NULL for UTF-8, US-ASCII, none and unknown */
    bool is_declared_utf8;
    bool is_declared;    /* some charset was, known or not */
    bool is_unknown;     /* a name that no converter has */
    bool is_transparent; /* bytes of plain ASCII (see reading_plain) mean themselves as declared */

    /* Set by reading_choose. */
    struct charset *text;  /* NULL: UTF-8 */
    struct charset *other; /* the other reading, or NULL */
    struct charset *guessed;
    bool is_exact; /* both readings have ASCII in them, so ASCII runs map byte for byte */
};

/* CHARSET as declared, may be empty. Release with reading_release. */
void reading_init(struct reading *reading, struct slice charset);
void reading_release(struct reading *reading);

/* Choose text and other from SAMPLE, the first bytes that are not plain. */
void reading_choose(struct reading *reading, struct slice sample);

/* Convert as charset_convert does, CHARSET NULL for UTF-8. */
int reading_convert(struct charset *charset, struct slice *in, bool is_last, struct buffer *out,
                    uint64_t *bad);

/* Length of the longest prefix of BYTES that is ASCII without NUL, escape and shifts: the same text in every charset that has ASCII in it. */
size_t reading_plain(struct slice bytes);

#endif
