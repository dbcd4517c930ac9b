/* pcap.h - packet captures: the TCP segments in them (pcap_packets.c), and their streams (pcap.c). */
#ifndef MAILSPILL_WALK_PCAP_H
#define MAILSPILL_WALK_PCAP_H

#include "walk/format.h"

/* Data of one packet. */
struct pcap_segment {
    uint64_t flow;  /* hash of addresses and ports, in this direction */
    uint64_t order; /* of packets; later: of flows */
    uint32_t sequence;
    uint32_t ports;     /* source, destination */
    size_t ip;          /* where the packet's IP header stands */
    size_t offset, len; /* of the data, in the file */
};

struct pcap_segments {
    struct pcap_segment *list; /* malloc'ed */
    size_t count, capacity;
};

/* Is this the beginning of a pcap or pcapng file? */
bool pcap_is(struct slice head);

/* All segments with data in FILE, in order. What is no TCP over IP, or a later fragment, is left out; so is what follows damage. */
void pcap_read(struct slice file, struct pcap_segments *segments);

#endif
