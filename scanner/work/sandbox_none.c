/* sandbox_none.c - no sandbox on this system: `--sandbox=require` fails, `auto` and `off` say so in every report. */
#include <stdio.h>

#include "work/sandbox.h"

void sandbox_probe(struct sandbox_state *state)
{
    *state = (struct sandbox_state){ 0 };
}

int sandbox_enter(const struct limits *limits, struct sandbox_state *state, struct error *err)
{
    (void)limits;
    sandbox_probe(state);
    return error_set(err, ERROR_SYSTEM, "this program was built without a sandbox (libseccomp was missing)");
}

int sandbox_enter_tight(uint64_t memory, uint64_t cpu, struct sandbox_state *state, struct error *err)
{
    (void)memory;
    (void)cpu;
    return sandbox_enter(NULL, state, err);
}

int sandbox_drop_root(struct error *err)
{
    return error_set(err, ERROR_SYSTEM, "this program was built without a sandbox (libseccomp was missing)");
}

void sandbox_hide(void)
{
}

bool sandbox_is_instrumented(void)
{
    return false;
}

void sandbox_describe(const struct sandbox_state *state, char *text, size_t size)
{
    (void)state;
    snprintf(text, size, "off");
}
