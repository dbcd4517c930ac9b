/* plausible.h - measures of how random a value looks, for validators. */
#ifndef MAILSPILL_VALIDATE_PLAUSIBLE_H
#define MAILSPILL_VALIDATE_PLAUSIBLE_H

#include "base/slice.h"

/* Shannon entropy in hundredths of a bit a byte. */
unsigned plausible_entropy(struct slice value);

/* LEAST hundredths of a bit, or less where VALUE is hex and so short that chance often gives less. */
unsigned plausible_least(struct slice value, unsigned least);

struct plausible_classes {
    unsigned lower, upper, digit, other;
};

struct plausible_classes plausible_classes(struct slice value);

/* Sayable words, joined by case, underscores, dashes or dots, with at most two digits after each. */
bool plausible_is_word(struct slice value);

#endif
