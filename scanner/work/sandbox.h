/* sandbox.h - the box a worker parses input in: no files, no network, no programs, bounded memory. */
#ifndef MAILSPILL_WORK_SANDBOX_H
#define MAILSPILL_WORK_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* What the machine offers and what was put on. */
struct sandbox_state {
    bool has_seccomp;
    int landlock; /* ABI version, 0 where the kernel has none */
    bool has_dropped_root;
};

/* Enter the box for good: root and capabilities dropped, no new privileges, rlimits (MEMORY bytes beyond what is mapped now, 0: unlimited), no core
 * dumps, Landlock where the kernel has it, seccomp last. Afterwards only descriptors that are open already can be used. 0, or -1 with what is
 * missing; STATE says what is on in either case. */
int sandbox_enter(uint64_t memory, struct sandbox_state *state, struct error *err);

/* What this machine offers, without entering. */
void sandbox_probe(struct sandbox_state *state);

/* "seccomp+landlock7", "seccomp", "off": for reports. */
void sandbox_describe(const struct sandbox_state *state, char *text, size_t size);

#endif
