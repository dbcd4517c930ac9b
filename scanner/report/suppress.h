/* suppress.h - baselines and ignore files: findings and gaps that are known.
 *
 * A baseline is a JSON Lines report of an earlier run (or lines with finding_id, secret_id and key, or gap_id). An ignore file is YAML or
 * lines `ID reason=… until=YYYY-MM-DD owner=…`; its YAML form also holds allow rules, by rule, sender, header, path and value: see
 * docs/suppression.md. Nothing inside the scanned mail can silence a proven finding that no person named.
 */
#ifndef MAILSPILL_REPORT_SUPPRESS_H
#define MAILSPILL_REPORT_SUPPRESS_H

#include "report/report.h"

struct suppressions;

struct suppressions *suppressions_new(void);
void suppressions_free(struct suppressions *known);

/* Read FILE. 0, or -1 with file, line and what to do. TODAY: "2026-11-22", for expiry. */
int suppressions_add_baseline(struct suppressions *known, const char *file, struct error *err);
int suppressions_add_ignore(struct suppressions *known, const char *file, const char *today,
                            struct error *err);

/* A finding, as far as entries ask about it. */
struct suppress_question {
    const struct record_id *finding_id, *secret_id;
    const char *key_name; /* of the key that made secret_id */
    const char *rule, *family;
    enum verdict verdict;
    struct slice sender, path, leaf_key;
};

/* How a finding stands. Where the baseline's line was made with KEY_NAME, its secret_id must agree too, so that a new secret in an edited
 * file is raised again. *REASON is set for ignored ones. */
enum report_standing suppressions_find(struct suppressions *known, const struct suppress_question *question,
                                       struct slice *reason);
enum report_standing suppressions_find_gap(struct suppressions *known, const struct record_id *gap_id,
                                           struct slice *reason);

/* Call WARN for each ignore entry that matched nothing or has expired: "ignore.yaml:12: …". */
void suppressions_tell_unused(const struct suppressions *known, void (*warn)(void *ctx, const char *text),
                              void *ctx);

#endif
