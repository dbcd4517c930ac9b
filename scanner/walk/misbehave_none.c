/* misbehave_none.c - the builds that people use: no input misbehaves on demand. */
#include "walk/format.h"

static enum bid misbehave_probe(const struct item *item, struct slice head)
{
    (void)item, (void)head;
    return BID_NONE;
}

const struct format format_misbehave = { .name = "misbehave", .probe = misbehave_probe };
