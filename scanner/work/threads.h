/* threads.h - halves of pairs whose other half may stand in another message of the thread: held until all messages were seen.
 *
 * What is held is masked: places, ids, what is shown of a user or a host, and findings as they would be told (with --reveal, their values; wiped).
 * Nothing is lost where the limit is passed: what is not held is told at once, as half a pair.
 */
#ifndef MAILSPILL_WORK_THREADS_H
#define MAILSPILL_WORK_THREADS_H

#include "report/report.h"

struct threads;

/* What ties a message to others: fingerprints of its Message-ID and of its thread. Made before they are masked. */
struct thread_keys {
    struct record_id id, thread;
    bool has_id, has_thread, is_guessed;
    int64_t date;
};

struct thread_keys thread_keys_of(const struct envelope *envelope);

/* Whether there is anything to tie by: a loose file has nothing. */
static inline bool thread_keys_tie(const struct thread_keys *keys)
{
    return keys->has_id || keys->has_thread;
}

/* At most MOST halves. */
struct threads *threads_new(const struct ruleset *rules, uint64_t most);
void threads_free(struct threads *threads); /* wipes */

/* Would FINDING wait? A secret that lacks a half which may stand in another message, or a half that is told alone. */
bool threads_is_waiting(const struct threads *threads, const struct finding *finding);

/* Hold it. VALUE: a fingerprint of what it is, where it is no secret (equal ones are one user). False: over the limit, tell it now. */
bool threads_hold_finding(struct threads *threads, const struct thread_keys *keys,
                          const struct report_finding *finding, const struct record_id *value);
bool threads_hold_half(struct threads *threads, const struct thread_keys *keys,
                       const struct half_record *half, const struct record_id *value);

/* What became of a held finding. */
enum thread_fate {
    THREAD_ALONE,  /* it is as it was */
    THREAD_PAIRED, /* it has parts in other messages now */
    THREAD_MERGED, /* it is a part of another, and not to be told */
};

/* All was seen: put together what goes together, and give each held finding to TELL. The order does not depend on the order in which they came.
 * Holds nothing afterwards. */
void threads_settle(struct threads *threads,
                    void (*tell)(void *ctx, struct report_finding *finding, enum thread_fate fate),
                    void *ctx);

/* How many could not be held. */
uint64_t threads_over_limit(const struct threads *threads);

#endif
