/* placeholder.h - values that stand where a secret would: examples, blanks, masks, template fields, variables. */
#ifndef MAILSPILL_VALIDATE_PLACEHOLDER_H
#define MAILSPILL_VALIDATE_PLACEHOLDER_H

#include "base/slice.h"

enum placeholder {
    PLACEHOLDER_NONE,
    PLACEHOLDER_EMPTY,    /* nothing, or only punctuation */
    PLACEHOLDER_REPEATED, /* one sign or group again and again */
    PLACEHOLDER_MASKED,   /* ****, xxxx, ●●● inside */
    PLACEHOLDER_TEMPLATE, /* <…>, {{…}}, [your key] */
    PLACEHOLDER_VARIABLE, /* ${VAR}, %VAR%, process.env.X */
    PLACEHOLDER_WORD,     /* changeme, your_api_key, EXAMPLE */
    PLACEHOLDER_SEQUENCE, /* 1234567890, abcdef, qwertyui */
    PLACEHOLDER_KNOWN,    /* published in documentation */
    PLACEHOLDER_LABEL,    /* what a form calls the field: "Passwort vergessen?" */
};

enum placeholder placeholder_of(struct slice value);

/* Does VALUE only speak of passwords, in any of some 25 languages, or list what a field must be? The password row of placeholder_of. */
bool placeholder_is_label(struct slice value);

/* "is a mask", "is a variable" … */
const char *placeholder_why(enum placeholder placeholder);

#endif
