/* error.h - why something failed: a kind that decides what follows, and words for a person. */
#ifndef MAILSPILL_BASE_ERROR_H
#define MAILSPILL_BASE_ERROR_H

enum error_kind {
    ERROR_NONE,
    ERROR_USAGE,       /* the caller asked for something impossible */
    ERROR_SYSTEM,      /* the machine said no: a file, memory, a descriptor */
    ERROR_FORMAT,      /* the input breaks its own format: gap `damaged` */
    ERROR_TRUNCATED,   /* the input stops too early: gap `truncated` */
    ERROR_LIMIT,       /* one of our limits was hit: gap `limit` */
    ERROR_ENCRYPTED,   /* gap `encrypted` */
    ERROR_UNSUPPORTED, /* gap `unsupported` */
    ERROR_TIMEOUT,     /* gap `timeout` */
    ERROR_CRASHED,     /* a helper died of the input: gap `crashed` */
};

struct error {
    enum error_kind kind;
    char message[240]; /* NUL-terminated UTF-8; control bytes from input are escaped */
    const char *limit; /* of ERROR_LIMIT: its name in limit_names, where it is known, else NULL */
};

/* Set ERR (which may be NULL) and return -1, so that failing is one line:
 *     return error_set(err, ERROR_LIMIT, "header longer than %zu bytes", max);
 * Messages are lower case, without a full stop, what is wrong first, names in quotes. */
int error_set(struct error *err, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for ERROR_LIMIT, with the name of the limit that was hit (a string constant). */
int error_set_limit(struct error *err, const char *limit, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a failed system call: adds ": " and the text of errno. Kind is ERROR_SYSTEM. */
int error_set_errno(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
