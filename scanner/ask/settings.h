/* settings.h - what a helper is told when it is started: bounds, and what it shall do. */
#ifndef MAILSPILL_ASK_SETTINGS_H
#define MAILSPILL_ASK_SETTINGS_H

#include "base/error.h"
#include "base/slice.h"

#define HELPER_LANGUAGES_MOST 128

/* Numbers, each an argument of the helper's in this order; then the languages. */
struct helper_settings {
    uint64_t
        needs_box; /* 1: no document without the sandbox; 0: do without where it can't be had; 2: do without */
    uint64_t cpu;  /* seconds, for one document */
    uint64_t memory;                       /* bytes, beyond the helper's start */
    uint64_t document;                     /* bytes of a document, at most */
    uint64_t pages;                        /* of a document */
    uint64_t text;                         /* bytes out of a document */
    uint64_t pixels;                       /* of a picture */
    char languages[HELPER_LANGUAGES_MOST]; /* for reading pictures, "eng+deu"; empty: do not read them */
};

#define HELPER_NUMBERS 7

enum { HELPER_BOX_AUTO, HELPER_BOX_REQUIRE, HELPER_BOX_OFF };

/* Write NUMBERS into ARGUMENTS, each decimal with a NUL. */
void helper_settings_write(const struct helper_settings *settings, char arguments[HELPER_NUMBERS][24]);

/* ARGUMENTS: HELPER_NUMBERS numbers and the languages, ended by NULL. 0 or -1. */
int helper_settings_read(struct helper_settings *settings, char *const *arguments);

#endif
