/* pcap_fuzz.c - any bytes as a packet capture, and as one direction of HTTP: all bodies unpacked to their ends. */
#include "walk_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < 2; i++)
        (void)walk_bytes(&format_pcap, data, size, i == 1);
    (void)walk_bytes(&format_http, data, size, false);
    return 0;
}
