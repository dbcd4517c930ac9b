/* judging.h - for tests of validators: make a secret from a template, surround it, ask one validator. */
#ifndef MAILSPILL_TESTS_JUDGING_H
#define MAILSPILL_TESTS_JUDGING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "validate/maker.h"
#include "validate/validator.h"

#define JUDGING_MAX 65536

/* Text of TEMPLATE_TEXT, which the caller must not free; four live at a time. */
static inline struct slice judging_make(const char *template_text, const char *seed)
{
    static struct buffer made[4];
    static unsigned next;
    struct buffer *out = &made[next++ % 4];
    struct prng prng;
    struct error err;
    if (!out->ceiling)
        buffer_init(out, JUDGING_MAX);
    buffer_clear(out);
    prng_init(&prng, slice_str(seed));
    if (maker_expand(slice_str(template_text), &prng, out, &err) < 0)
        fail_msg("template '%s': %s", template_text, err.message);
    return buffer_slice(out);
}

/* VALIDATOR may carry an argument: "entropy:3.5". */
static inline void judging_ask_about(const char *validator, const struct candidate *candidate,
                                     struct judgement *judgement)
{
    struct slice name = slice_str(validator), argument = slice_sub(name, name.len, 0);
    size_t colon = slice_find_byte(name, 0, ':');
    if (colon != SLICE_NONE) {
        argument = slice_skip(name, colon + 1);
        name = slice_sub(name, 0, colon);
    }
    const struct validator *found = validator_find(name);
    if (!found)
        fail_msg("no validator '%s'", validator);
    *judgement = (struct judgement){ JUDGED_NOTHING, "", { "", "", "", "", "" } };
    found->judge(candidate, argument, judgement);
}

/* The secret is the whole match. */
static inline struct judgement judging_ask(const char *validator, struct slice secret)
{
    struct judgement judgement;
    struct candidate candidate = { .secret = secret, .match = secret };
    judging_ask_about(validator, &candidate, &judgement);
    return judgement;
}

static inline const char *judging_name(enum judged judged)
{
    static const char *const names[] = { "nothing", "proven", "weaker", "reject" };
    return names[judged];
}

static inline void judging_expect(const char *what, const char *validator, struct judgement got,
                                  enum judged want)
{
    if (got.judged != want)
        fail_msg("%s for '%s': %s (%s), wanted %s", validator, what, judging_name(got.judged), got.why,
                 judging_name(want));
}

#endif
