/* pcap_fragments.c - IP packets in fragments (RFC 791, RFC 8200 section 4.5): each fragment becomes a segment of the stream it belongs to. */
#include <stdlib.h>

#include "walk/pcap.h"

enum { TCP = 6 };

static int by_place(const void *left, const void *right)
{
    const struct pcap_fragment *a = left, *b = right;
    if (a->packet != b->packet)
        return a->packet < b->packet ? -1 : 1;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static bool is_whole(const struct pcap_fragment *list, size_t count)
{
    uint64_t next = 0;
    for (size_t i = 0; i < count; i++) {
        if (list[i].at > next)
            return false;
        uint64_t end = (uint64_t)list[i].at + list[i].len;
        next = end > next ? end : next;
        if (!list[i].has_more && end == next)
            return true;
    }
    return false;
}

/* Bytes of the header before the stream's data; 0 where the first fragment has not all of it. */
static size_t header_of(struct slice first, unsigned protocol)
{
    if (protocol != TCP)
        return first.len >= 8 ? 8 : 0;
    size_t header = first.len >= 20 ? (size_t)(first.ptr[12] >> 4) * 4 : 0;
    return header >= 20 && header <= first.len ? header : 0;
}

/* The fragments of one packet, the first of them at the front. */
static void put_packet(struct slice file, const struct pcap_fragment *list, size_t count,
                       struct pcap_segments *segments)
{
    const struct pcap_fragment *first = list;
    struct slice head = slice_sub(file, first->offset, first->len);
    size_t header = first->at == 0 ? header_of(head, first->protocol) : 0;
    bool is_tcp = first->protocol == TCP;
    if (header == 0)
        return;
    uint64_t flow = is_tcp ? pcap_mix(first->flow, slice_sub(head, 0, 4)) : first->packet;
    uint32_t sequence = is_tcp ? slice_u32be(head, 4) : 0;
    for (size_t i = 0; i < count; i++) {
        size_t skip = list[i].at < header ? header - list[i].at : 0;
        if (skip >= list[i].len)
            continue;
        pcap_add(segments, &(struct pcap_segment){
                               .flow = flow,
                               .order = list[i].order,
                               .sequence = sequence + (uint32_t)(list[i].at + skip - header),
                               .ports = slice_u32be(head, 0),
                               .protocol = first->protocol,
                               .ip = first->ip,
                               .offset = list[i].offset + skip,
                               .len = list[i].len - skip,
                           });
    }
}

uint64_t pcap_join_fragments(struct slice file, struct pcap_fragment *fragments, size_t count,
                             struct pcap_segments *segments)
{
    uint64_t lost = 0;
    if (count > 0)
        qsort(fragments, count, sizeof *fragments, by_place);
    for (size_t start = 0, end; start < count; start = end) {
        for (end = start; end < count && fragments[end].packet == fragments[start].packet; end++)
            ;
        lost += !is_whole(fragments + start, end - start);
        put_packet(file, fragments + start, end - start, segments);
    }
    return lost;
}
