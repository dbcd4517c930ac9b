/* serve.h - what every helper program is made of: a parent that never reads input, and one child in a box for each document. */
#ifndef MAILSPILL_HELPERS_SERVE_H
#define MAILSPILL_HELPERS_SERVE_H

#include "ask/protocol.h"
#include "ask/settings.h"

/* What a child was given, and where it answers. */
struct helper_job {
    const struct helper_settings *settings;
    struct slice document;         /* its own memory */
    const struct slice *passwords; /* each followed by a NUL that is not counted */
    size_t password_count;
    int fd;
    struct buffer out; /* frames not sent yet */
    uint64_t told;     /* bytes of text, for settings->text */
    bool is_text_cut;  /* there was more, and a gap says so */
};

struct helper_program {
    void (*load)(const struct helper_settings *settings); /* in the parent: all that needs files */
    void (*read)(struct helper_job *job);                 /* in the child, in its box */
};

/* Serve over HELPER_CONTROL_FD until its other end is closed. The exit status. */
int helper_serve(char *const *argv, const struct helper_program *program);

/* Frames. What cannot be sent ends the child: nobody listens. Names and reasons are cut and repaired. */
void helper_put_item(struct helper_job *job, enum helper_item item, struct slice name);
void helper_put_bytes(struct helper_job *job, struct slice bytes);
void helper_put_gap(struct helper_job *job, enum helper_gap gap, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void helper_put_opened(struct helper_job *job, size_t password);

/* How much of LEN bytes of text may still be told; less than LEN the first time is a gap. */
size_t helper_text_room(struct helper_job *job, size_t len);

#endif
