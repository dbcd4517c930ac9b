/* der.h - ASN.1 DER (X.690) and SSH's length-prefixed strings, eaten from slices. */
#ifndef MAILSPILL_VALIDATE_DER_H
#define MAILSPILL_VALIDATE_DER_H

#include "base/slice.h"

enum der_tag {
    DER_INTEGER = 0x02,
    DER_OCTETS = 0x04,
    DER_OID = 0x06,
    DER_SEQUENCE = 0x30,
};

/* Take the element at the front if it is a TAG. 0, or -1 (then nothing is taken). */
int der_eat(struct slice *rest, unsigned tag, struct slice *value);

/* Take any element. */
int der_eat_any(struct slice *rest, unsigned *tag, struct slice *value);

/* Take a positive INTEGER, without its leading zero. */
int der_eat_number(struct slice *rest, struct slice *value);

/* Take an SSH string (RFC 4251 section 5). */
int ssh_eat_string(struct slice *rest, struct slice *value);

#endif
