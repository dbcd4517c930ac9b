/* sandbox.h - the box a worker parses input in: no files, no network, no programs, bounded memory. */
#ifndef MAILSPILL_WORK_SANDBOX_H
#define MAILSPILL_WORK_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

/* What the machine offers and what was put on. */
struct sandbox_state {
    bool has_seccomp;
    int landlock; /* ABI version, 0 where the kernel has none */
    bool has_dropped_root;
};

/* Enter the box for good: root and capabilities dropped, no new privileges, rlimits (limits->worker_memory beyond what is mapped now; files no larger than
 * limits->held_bytes), no core dumps, Landlock where the kernel has it, seccomp last. Afterwards only descriptors that are open already can be used. 0, or -1 with what is
 * missing; STATE says what is on in either case. */
int sandbox_enter(const struct limits *limits, struct sandbox_state *state, struct error *err);

/* A tighter one, for a process that meets one document and has only a stream to answer on: nothing can be opened or received, no other process be seen;
 * MEMORY bytes beyond what is mapped now, CPU seconds. As sandbox_enter otherwise. */
int sandbox_enter_tight(uint64_t memory, uint64_t cpu, struct sandbox_state *state, struct error *err);

/* Give up root where the process has it: for one that has no input to meet itself. 0 or -1. */
int sandbox_drop_root(struct error *err);

/* For any process that holds secrets, in the box or not: no core dump, and no other process of the user's may look into it. */
void sandbox_hide(void);

/* Whether this is a test build with AddressSanitizer, which wants more memory and says what it finds on standard error. */
bool sandbox_is_instrumented(void);

/* What this machine offers, without entering. */
void sandbox_probe(struct sandbox_state *state);

/* "seccomp+landlock7", "seccomp", "off": for reports. */
void sandbox_describe(const struct sandbox_state *state, char *text, size_t size);

#endif
