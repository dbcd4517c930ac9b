/* bip39_words.h - the English word list of BIP-39. */
#ifndef MAILSPILL_VALIDATE_BIP39_WORDS_H
#define MAILSPILL_VALIDATE_BIP39_WORDS_H

#include "base/slice.h"

#define BIP39_WORDS 2048

extern const char bip39_words[BIP39_WORDS][9]; /* NUL-terminated */

/* Index of WORD, any case, or -1. */
int bip39_index(struct slice word);

#endif
