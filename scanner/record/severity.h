/* severity.h - how bad a finding is: its rule's severity, moved by what the secret itself and its surroundings tell (docs/verdicts.md). */
#ifndef MAILSPILL_RECORD_SEVERITY_H
#define MAILSPILL_RECORD_SEVERITY_H

#include "record/record.h"

/* The severity of FINDING, a match of RULE, as of AS_OF (seconds since 1970 UTC). *WHY: words for a person where it is not the rule's, else NULL. */
enum severity severity_of_finding(const struct rule *rule, const struct finding *finding, int64_t as_of,
                                  const char **why);

#endif
