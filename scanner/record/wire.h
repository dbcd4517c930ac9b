/* wire.h - records as bytes between worker and supervisor.
 *
 * The reader trusts nothing: every length, enum, count and string is checked, and a record with anything over is refused. Numbers are
 * little-endian; a string is its length in 4 bytes and its bytes.
 */
#ifndef MAILSPILL_RECORD_WIRE_H
#define MAILSPILL_RECORD_WIRE_H

#include "record/record.h"

/* The most one record may take, in bytes. Longer strings are cut by the writer (context, subject, lists), never the secret. */
#define WIRE_RECORD_MAX ((size_t)2 * 1024 * 1024)

void wire_put_message(struct buffer *out, const struct message_record *message); /* not is_bare */
void wire_put_seen(struct buffer *out, const struct message_record *message);    /* is_bare */
void wire_put_place(struct buffer *out,
                    const struct envelope *envelope); /* custodian, folder, its role, labels */
void wire_put_finding(struct buffer *out, const struct finding *finding);
void wire_put_gap(struct buffer *out, const struct gap_record *gap);
void wire_put_half(struct buffer *out, const struct half_record *half);
void wire_put_keys(struct buffer *out, const struct message_keys *keys);
void wire_put_locked(struct buffer *out, const struct locked_record *locked);
void wire_put_opened(struct buffer *out, const struct opened_record *opened);
void wire_put_promise(struct buffer *out, const struct promise_record *promise);
void wire_put_tally(struct buffer *out, const struct tally_record *tally);
void wire_put_unit(struct buffer *out, const struct unit_record *unit);

/* 0, or -1 with ERROR_FORMAT. Strings point into BYTES; lists are in ARENA. RULE_COUNT bounds finding->rule. */
int wire_get_message(struct slice bytes, struct arena *arena, struct message_record *message,
                     struct error *err);
/* What its place holds is not looked at: that is for wire_get_place. */
int wire_get_seen(struct slice bytes, struct seen_record *seen, struct error *err);
int wire_get_place(struct slice bytes, struct arena *arena, struct envelope *envelope, struct error *err);
/* The same as a message that is_bare. */
int wire_get_bare(struct slice bytes, struct arena *arena, struct message_record *message, struct error *err);
int wire_get_finding(struct slice bytes, struct arena *arena, uint32_t rule_count, struct finding *finding,
                     struct error *err);
int wire_get_gap(struct slice bytes, struct arena *arena, struct gap_record *gap, struct error *err);
int wire_get_half(struct slice bytes, uint32_t rule_count, struct half_record *half, struct error *err);
int wire_get_keys(struct slice bytes, struct message_keys *keys, struct error *err);
int wire_get_locked(struct slice bytes, struct arena *arena, struct locked_record *locked, struct error *err);
int wire_get_opened(struct slice bytes, struct opened_record *opened, struct error *err);
int wire_get_promise(struct slice bytes, struct promise_record *promise, struct error *err);
int wire_get_tally(struct slice bytes, struct tally_record *tally, struct error *err);
int wire_get_unit(struct slice bytes, struct unit_record *unit, struct error *err);

#endif
