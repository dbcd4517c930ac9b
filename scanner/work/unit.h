/* unit.h - the records of one unit: held as they come over the wire, taken apart, freed of secrets. */
#ifndef MAILSPILL_WORK_UNIT_H
#define MAILSPILL_WORK_UNIT_H

#include "record/mask.h"

/* The records of one unit, held until its end. */
struct unit_buffer {
    struct buffer records; /* type (4 bytes), length (4), bytes */
};

#define UNIT_BUFFER_MAX ((size_t)64 * 1024 * 1024)

void unit_buffer_init(struct unit_buffer *unit);
void unit_buffer_release(struct unit_buffer *unit); /* wipes */
void unit_buffer_wipe(struct unit_buffer *unit);    /* it is empty again */

/* Hold a record of a unit: any frame from FRAME_MESSAGE to FRAME_OPENED but its end. 0, or -1: more than a unit may hold. */
int unit_buffer_put(struct unit_buffer *unit, uint32_t type, struct slice record);

/* Take one record from the front of *RECORDS. 1, or 0 at their end. */
int unit_eat_record(struct slice *records, uint32_t *type, struct slice *record);

/* A unit, taken apart. Its strings lie in the records. */
struct unit {
    struct message_record *messages;
    struct finding *findings;
    struct gap_record *gaps;
    struct half_record *halves;
    struct promise_record *promises;
    struct tally_record *tallies;
    struct locked_record *locked;
    struct opened_record *opened;
    struct message_keys lead;
    size_t message_count, finding_count, gap_count, half_count, locked_count, opened_count;
    size_t promise_count, tally_count, hidden_count, rejected_count;
    bool is_lead;
};

/* RULES: how many there are. Lists are made in ARENA. 0, or -1 with ERROR_FORMAT: a record is malformed. */
int unit_decode(struct unit *unit, struct slice records, struct arena *arena, uint32_t rules,
                struct error *err);

/* The message that findings and gaps call NUMBER, or NULL. */
const struct message_record *unit_message(const struct unit *unit, uint32_t number);

/* The secrets of the unit into MASK, which is cleared first; then every string of it that came out of mail is masked. RULES: those of its findings. */
void unit_mask(struct unit *unit, struct slice records, const struct ruleset *rules, struct mask *mask,
               struct arena *arena);
void unit_mask_gap(struct gap_record *gap, const struct mask *mask, struct arena *arena);

#endif
