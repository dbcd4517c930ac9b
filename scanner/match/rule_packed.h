/* rule_packed.h - rules as rulec leaves them in the program: checked, without examples, read without copying. */
#ifndef MAILSPILL_MATCH_RULE_PACKED_H
#define MAILSPILL_MATCH_RULE_PACKED_H

#include "base/buffer.h"
#include "match/engine.h"

/* Append SET, and its engine_key for TARGET. */
void ruleset_pack(const struct ruleset *set, enum engine_target target, struct buffer *out);

/* The key that BYTES were packed with, "" where they are damaged. */
const char *packed_key(struct slice bytes);

/* Add what ruleset_pack wrote. BYTES must outlive SET. FILE is what the rules will say they were read from. 0, or ERROR_FORMAT where BYTES
 * are cut short or of another version. */
int ruleset_add_packed(struct ruleset *set, struct slice bytes, const char *file, struct error *err);

#endif
