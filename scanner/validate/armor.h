/* armor.h - the base64 between BEGIN and END lines, however mail has mangled it: quoted with "> ", indented, in a diff, in source
 * code between quotes, with \n written out, with CRLF, or all on one line. */
#ifndef MAILSPILL_VALIDATE_ARMOR_H
#define MAILSPILL_VALIDATE_ARMOR_H

#include "base/slice.h"

#define ARMOR_BYTES_MAX ((size_t)16 * 1024)

struct armor {
    unsigned char bytes[ARMOR_BYTES_MAX];
    size_t len;
    bool is_cut;       /* no END line, or more than fits */
    bool has_dots;     /* "..." or another elision stands in the body */
    bool is_encrypted; /* a header says so (RFC 1421: Proc-Type: 4,ENCRYPTED) */
    char label[48];    /* what stands after BEGIN, without dashes */
    bool has_crc;      /* a line "=XXXX" (RFC 9580 section 6.1) */
    uint32_t crc;
};

/* Read the block in TEXT, which begins at its BEGIN line; BEFORE is what precedes it. 0, or -1 if there is no BEGIN line. */
int armor_read(struct armor *armor, struct slice before, struct slice text);

#endif
