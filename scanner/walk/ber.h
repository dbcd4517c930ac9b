/* ber.h - ASN.1 in BER (X.690), definite and indefinite lengths, as CMS writes it: eaten from slices. */
#ifndef MAILSPILL_WALK_BER_H
#define MAILSPILL_WALK_BER_H

#include "base/slice.h"

enum ber_tag {
    BER_INTEGER = 0x02,
    BER_OCTETS = 0x04,
    BER_OID = 0x06,
    BER_OCTETS_IN_PIECES = 0x24,
    BER_SEQUENCE = 0x30,
    BER_SET = 0x31,
    BER_CONTEXT = 0xA0, /* constructed; plus its number */
};

#define BER_INDEFINITE UINT64_MAX

/* Take tag and length from the front; LEN is BER_INDEFINITE where an end mark (two zero bytes) ends it. 0, or -1: no such thing there, or
 * a tag of more than one byte. */
int ber_eat_head(struct slice *rest, unsigned *tag, uint64_t *len);

/* Take the element at the front, VALUE what it holds without an end mark. One that is longer than what is there is taken as far as it
 * goes. 0, or -1. Nested deeper than 32: -1. */
int ber_eat(struct slice *rest, unsigned *tag, struct slice *value);

/* The same if it is a TAG; else -1, and nothing is taken. */
int ber_eat_tag(struct slice *rest, unsigned tag, struct slice *value);

#endif
