/* prose.c - validators: the judge of sentences in which a person wrote a password down. */
#include "validate/tables.h"

const struct validator validators_prose[] = {
    { .name = "prose",
      .meaning = "a sentence that gives a password away, told from one that only speaks of passwords "
                 "(prose:en; en by default)",
      .judge = validator_pending },
    { .name = NULL },
};
