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
    unsigned protocol;  /* of IP: 6 is TCP; of others only what came in fragments is here */
    size_t ip;          /* where the packet's IP header stands */
    size_t offset, len; /* of the data, in the file */
};

struct pcap_segments {
    struct pcap_segment *list; /* malloc'ed */
    size_t count, capacity;
};

/* Is this the beginning of a pcap or pcapng file? */
bool pcap_is(struct slice head);

void pcap_add(struct pcap_segments *segments, const struct pcap_segment *segment);

/* A piece of a fragmented IP packet. */
struct pcap_fragment {
    uint64_t packet; /* hash of addresses, protocol and identification */
    uint64_t order;  /* of captured packets */
    uint64_t flow;   /* hash of the addresses alone */
    size_t ip, offset, len;
    uint32_t at; /* of its first byte in the packet's payload */
    unsigned protocol;
    bool has_more;
};

/* What could not be put together. */
struct pcap_losses {
    uint64_t packets; /* that lack fragments */
    uint32_t link;    /* the first type of link that nothing reads, or UINT32_MAX */
};

/* All segments with data in FILE, in order; a fragment is one. What is no TCP over IP is left out, unless it came in fragments; so is what follows damage. */
void pcap_read(struct slice file, struct pcap_segments *segments, struct pcap_losses *losses);

/* Turn the FRAGMENTS of FILE into segments. Returns how many packets lack some. pcap_fragments.c */
uint64_t pcap_join_fragments(struct slice file, struct pcap_fragment *fragments, size_t count,
                             struct pcap_segments *segments);

uint64_t pcap_mix(uint64_t hash, struct slice bytes);

#endif
