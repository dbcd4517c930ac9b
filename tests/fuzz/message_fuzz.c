/* message_fuzz.c - messages of any shape: walked from memory and through a stingy source, with every byte accounted for. */
#include <assert.h>

#include "message_account.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte chooses how much the stingy source shows; small limits make it likely that they are met. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice message = slice_of(data, size);
    uint8_t choice;
    if (slice_eat_u8(&message, &choice) < 0)
        return 0;
    struct account whole, pieces;
    account_init(&whole);
    account_init(&pieces);
    if (choice & 1) {
        whole.limits.parts = pieces.limits.parts = 3;
        whole.limits.mime_depth = pieces.limits.mime_depth = 3;
        whole.limits.header_bytes = pieces.limits.header_bytes = 64;
    }
    account_message(&whole, message, 0);
    account_message(&pieces, message, (size_t)1 + choice / 2);
    assert(!whole.failure);
    assert(!pieces.failure);
    assert(slice_is_equal(buffer_slice(&whole.transcript), buffer_slice(&pieces.transcript)));
    account_release(&whole);
    account_release(&pieces);
    return 0;
}
