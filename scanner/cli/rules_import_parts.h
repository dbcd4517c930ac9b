/* rules_import_parts.h - inside the import of rules: a rule on its way, and how it is written. */
#ifndef MAILSPILL_CLI_RULES_IMPORT_PARTS_H
#define MAILSPILL_CLI_RULES_IMPORT_PARTS_H

#include "cli/rules_import.h"
#include "match/rule.h"

#define IMPORT_NOTES_MOST 24
#define IMPORT_REFERENCE_WIDTH 2048U /* of a pattern that refers back, whose width nobody can work out */

/* One rule on its way: where it stands, and what was said of it. */
struct import_draft {
    struct import *import;
    const struct import_node *node;
    struct slice id;
    struct buffer notes[IMPORT_NOTES_MOST];
    size_t note_count;
    struct buffer validators;
    struct import_pattern pattern;
};

/* How a rule is tried: repeats without bound clamped to MOST, with or without a pattern of its own for Hyperscan. */
struct import_attempt {
    unsigned most;
    bool has_find;
};

/* rules_import_write.c: append it to OUT, as YAML. */
void import_put_rule(struct import_draft *draft, const struct import_attempt *attempt, struct buffer *out);

/* A scalar between quotes; braces doubled where it is a TEMPLATE. */
enum import_scalar { IMPORT_SCALAR_TEXT, IMPORT_SCALAR_TEMPLATE };
void import_put_scalar(struct buffer *out, struct slice text, enum import_scalar kind);

/* A comment of one line; nothing in a foreign file may end it. */
void import_put_comment(struct buffer *out, const struct buffer *words);

#endif
