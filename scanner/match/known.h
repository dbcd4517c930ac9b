/* known.h - a list of secrets that somebody knows already (--known), and where they stand in a text: exact bytes, nothing else.
 *
 * The values are held in memory alone, never in a rule, a database or a cache, and are wiped with the list. Reading, `cli` and the supervisor;
 * searching, the workers, which have the list by fork.
 */
#ifndef MAILSPILL_MATCH_KNOWN_H
#define MAILSPILL_MATCH_KNOWN_H

#include "base/error.h"
#include "base/slice.h"
#include "match/rule.h"

#define KNOWN_VALUES_MAX ((size_t)100000)
#define KNOWN_VALUE_LEAST ((size_t)8)
#define KNOWN_VALUE_MOST ((size_t)16 * 1024)
#define KNOWN_LABEL_MOST ((size_t)200)

/* The rule that these findings are told under; it has no pattern. */
#define KNOWN_RULE "known"

struct known_list;

struct known_value {
    struct slice value;
    struct slice label; /* may be empty */
    uint64_t line;      /* of the file, from 1 */
    bool is_there;
};

/* Read FILE: its mode must keep others out. "fd:3" and "/dev/fd/3" are a descriptor that is open already. One value a line, white space at its ends left
 * off; a line that begins with `{` is a JSON object with `value`, and `name` or `id` as its label. NULL on error, which never names a value. */
struct known_list *known_read(const char *file, struct error *err);
void known_free(struct known_list *list); /* wipes */

/* Add the rule for LIST to SET. 0, or -1 where a rule of that name is there. */
int known_add_rule(const struct known_list *list, struct ruleset *set, struct error *err);

static inline bool known_is_rule(const struct rule *rule)
{
    return rule->is_known;
}

/* For known_read and tests: add one, then all are added. LABEL that holds the value is left out. 0 or -1. */
struct known_list *known_new(void);
int known_add(struct known_list *list, struct slice value, struct slice label, uint64_t line,
              struct error *err);
void known_finish(struct known_list *list);

/* The values, sorted; equal ones stand together. */
size_t known_count(const struct known_list *list);
const struct known_value *known_at(const struct known_list *list, size_t index);

/* The next place from *AT on where a value stands: the longest that begins there, its index in *INDEX, *AT past its start. Of overlapping places of one
 * value only the first is given. False: there is none. */
struct known_search {
    size_t at;        /* where to go on */
    size_t last, end; /* the value found last, and where it ended */
};
bool known_find(const struct known_list *list, struct slice text, struct known_search *search, size_t *start,
                size_t *index);

/* TEXT was found: all values in it are there. */
void known_mark(struct known_list *list, struct slice text);

#endif
