/* database.h - the serialised form of a Hyperscan database with the rules it was made of; inside match/ only.
 *
 * A database may hold more rules than a set (one selected with --only): each rule is known in it by a fingerprint of what was
 * compiled. Layout, little-endian: magic (8), count (4), a fingerprint (16) for each of Hyperscan's ids; then what hs_serialize_database
 * made of the rules of each part (enum engine_part), after its length (8). Ids are the same in all parts.
 */
#ifndef MAILSPILL_MATCH_DATABASE_H
#define MAILSPILL_MATCH_DATABASE_H

#include "match/engine_parts.h"

struct fingerprint {
    unsigned char bytes[16];
};

struct fingerprint rule_fingerprint(const struct rule *rule);

/* Fill engine->databases, gate_reach, rule_of and id_count. ERROR_FORMAT where BYTES are damaged, of another Hyperscan, or lack a rule. */
int database_read(struct engine *engine, struct slice bytes, struct error *err);

#endif
