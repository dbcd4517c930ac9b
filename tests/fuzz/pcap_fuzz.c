/* pcap_fuzz.c - any bytes as a packet capture: bounded, and no byte given twice. */
#include "walk_check.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* What a stream had is blank in the rest, and a line may end at each segment. */
    for (size_t i = 0; i < 2; i++)
        assert(walk_bytes(&format_pcap, data, size, i == 1) <= (uint64_t)3 * size);
    return 0;
}
