/* builtin.c - the rules and database that `make` compiled into this program.
 *
 * An object of its own: programs that name none of this (rulec, the unit tests) link without builtin.S.
 */
#include "match/engine.h"

/* Defined by builtin.S, which rulec writes. */
extern const unsigned char mailspill_builtin_rules[], mailspill_builtin_rules_end[];
extern const unsigned char mailspill_builtin_database[], mailspill_builtin_database_end[];

struct slice engine_builtin_rules(void)
{
    return slice_of(mailspill_builtin_rules, (size_t)(mailspill_builtin_rules_end - mailspill_builtin_rules));
}

struct slice engine_builtin_database(void)
{
    return slice_of(mailspill_builtin_database,
                    (size_t)(mailspill_builtin_database_end - mailspill_builtin_database));
}
