/* wire_fuzz.c - records from a worker that lies: whatever comes is read safely, and what is read can be written again. */
#include "record/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice bytes = slice_of(data, size);
    struct arena *arena = arena_new((size_t)64 * 1024 * 1024);
    struct buffer out;
    struct message_record message;
    struct finding finding;
    struct gap_record gap;
    struct unit_record unit;
    struct promise_record promise;
    struct tally_record tally;
    uint8_t which;
    buffer_init(&out, (size_t)16 * 1024 * 1024);
    if (slice_eat_u8(&bytes, &which) == 0) {
        if (which % 7 == 0 && wire_get_message(bytes, arena, &message, NULL) == 0)
            wire_put_message(&out, &message);
        else if (which % 7 == 1 && wire_get_finding(bytes, arena, 200, &finding, NULL) == 0)
            wire_put_finding(&out, &finding);
        else if (which % 7 == 2 && wire_get_gap(bytes, arena, &gap, NULL) == 0)
            wire_put_gap(&out, &gap);
        else if (which % 7 == 3 && wire_get_unit(bytes, &unit, NULL) == 0)
            wire_put_unit(&out, &unit);
        else if (which % 7 == 4 && wire_get_promise(bytes, &promise, NULL) == 0)
            wire_put_promise(&out, &promise);
        else if (which % 7 == 5 && wire_get_tally(bytes, &tally, NULL) == 0)
            wire_put_tally(&out, &tally);
        else if (which % 7 == 6 && wire_get_bare(bytes, arena, &message, NULL) == 0)
            wire_put_seen(&out, &message);
        /* One record has one form. */
        if (out.len > 0 && !slice_is_equal(buffer_slice(&out), bytes))
            abort();
    }
    buffer_release(&out);
    arena_free(arena);
    return 0;
}
