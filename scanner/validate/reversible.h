/* reversible.h - published keys and tables of passwords that anybody can read back, for those who read and those who make them. */
#ifndef MAILSPILL_VALIDATE_REVERSIBLE_H
#define MAILSPILL_VALIDATE_REVERSIBLE_H

#include "base/slice.h"

/* MS-GPPREF section 2.2.1.1.4. */
extern const unsigned char reversible_gpp_key[32];

/* What a type 7 password is XORed with, from the salt on, round and round. */
extern const char reversible_cisco7_key[];

/* $9$: four families of letters, and weights by position. A salt of family N is followed by 3 − N random letters. */
#define REVERSIBLE_JUNIPER_LETTERS 65
#define REVERSIBLE_JUNIPER_ROUNDS 7
extern const char *const reversible_juniper_families[4];
extern const unsigned char reversible_juniper_weights[REVERSIBLE_JUNIPER_ROUNDS][4]; /* 0 ends a row */

int reversible_juniper_index(unsigned char letter); /* or -1 */
unsigned reversible_juniper_extra(unsigned char letter);
char reversible_juniper_letter(unsigned index);

/* The DES key of VNC, its bits in the order that DES wants them. */
extern const unsigned char reversible_vnc_key[8];

#endif
