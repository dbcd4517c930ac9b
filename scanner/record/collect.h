/* collect.h - the findings of one message, held to its end: twins merged, overlaps judged, ids given.
 *
 * A scope is an outermost message with all that lies in it, or a leaf that lies in no message. Within a scope the collector holds at
 * most limits->findings findings; more are counted in one gap `limit`.
 */
#ifndef MAILSPILL_RECORD_COLLECT_H
#define MAILSPILL_RECORD_COLLECT_H

#include "record/record.h"

struct collector;

/* One a worker. All three must outlive it. */
struct collector *collector_new(const struct ruleset *rules, const struct limits *limits,
                                const struct record_output *output);
void collector_free(struct collector *collector);

/* Secrets that ended before DAY (seconds since 1970 UTC) have expired. Without it none has. */
void collector_set_day(struct collector *collector, int64_t day);

/* Forget messages told so far: numbers begin again at 0. At the start of each unit. */
void collector_begin_unit(struct collector *collector);

/* Matches from here on stand in the leaf ITEM, which must live until the next call. */
void collector_begin_leaf(struct collector *collector, const struct item *item);

/* HEADER: lower-case name of the field that the match stands in, for a header leaf; else empty. */
void collector_match(struct collector *collector, const struct match *match, struct slice header);

/* ITEM is a message: tell of it for the case's sake, unless something of the unit named it before. */
void collector_message(struct collector *collector, const struct item *item);

/* A gap goes out at once. */
void collector_gap(struct collector *collector, const struct item *item, const struct gap *gap);

/* ITEM is locked and left for later: its gap, if nothing opens it. */
void collector_locked(struct collector *collector, const struct item *item, const struct gap *gap,
                      const struct message_keys *keys);

/* A password opened ITEM, which would have been GAP. Of *OPENED the password, where it was found and the kind of lock are given. One that
 * was found in the mail is a finding too. */
void collector_opened(struct collector *collector, const struct item *item, const struct gap *gap,
                      const struct opened_record *opened);

/* The end of the scope: judge, give ids, send, wipe. ITEM is the message or leaf. */
void collector_end_scope(struct collector *collector, const struct item *item);

#endif
