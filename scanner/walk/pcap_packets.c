/* pcap_packets.c - the TCP segments of a pcap or pcapng file: Ethernet, Wi-Fi, PPP, raw IP, BSD loopback, Linux "cooked"; IPv4 and IPv6; tunnels. */
#include <stdlib.h>

#include "walk/pcap.h"

#define INTERFACES_MOST 64
#define VLANS_MOST 3
#define EXTENSIONS_MOST 8
#define TUNNELS_MOST 4
#define LABELS_MOST 8

#define SECTION 0x0A0D0D0Au
#define HASH_START UINT64_C(0xCBF29CE484222325)

enum { TCP = 6, UDP = 17, FRAGMENT = 44, GRE = 47, AUTHENTICATION = 51 };

struct reader {
    struct slice file;
    struct pcap_segments *segments;
    bool is_big; /* its numbers are big-endian */
    uint32_t links[INTERFACES_MOST];
    size_t link_count;
    struct pcap_losses *losses;
    struct pcap_fragment *fragments; /* malloc'ed */
    size_t fragment_count, fragment_room;
    uint64_t packets;
    unsigned tunnels; /* around what is read now */
};

static uint32_t number_at(const struct reader *reader, size_t at, unsigned len)
{
    struct slice bytes = slice_sub(reader->file, at, len);
    uint32_t value = 0;
    for (size_t i = 0; i < bytes.len; i++)
        value |= (uint32_t)bytes.ptr[i] << 8 * (reader->is_big ? bytes.len - 1 - i : i);
    return value;
}

/* TCP. */

uint64_t pcap_mix(uint64_t hash, struct slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        hash = (hash ^ bytes.ptr[i]) * UINT64_C(0x100000001B3);
    return hash;
}

void pcap_add(struct pcap_segments *segments, const struct pcap_segment *segment)
{
    if (segments->count == segments->capacity) {
        segments->capacity = segments->capacity ? 2 * segments->capacity : 256;
        segments->list = realloc(segments->list, segments->capacity * sizeof *segments->list);
        if (!segments->list)
            abort();
    }
    segments->list[segments->count++] = *segment;
}

/* TEXT begins with a TCP header; ADDRESSES are those of the IP header at IP. */
static void read_tcp(struct reader *reader, struct slice text, struct slice addresses, size_t ip)
{
    if (text.len < 20)
        return;
    size_t header = (size_t)(text.ptr[12] >> 4) * 4;
    if (header < 20 || header >= text.len)
        return;
    uint64_t hash = pcap_mix(pcap_mix(HASH_START, addresses), slice_sub(text, 0, 4));
    const struct pcap_segment segment = { .flow = hash,
                                          .order = reader->packets,
                                          .sequence = slice_u32be(text, 4),
                                          .ports = slice_u32be(text, 0),
                                          .protocol = TCP,
                                          .ip = ip,
                                          .offset = (size_t)(text.ptr - reader->file.ptr) + header,
                                          .len = text.len - header };
    pcap_add(reader->segments, &segment);
}

/* TEXT is a piece of a packet, from AT of its payload on; IDENTITY tells the packets between two addresses apart. */
static void add_fragment(struct reader *reader, struct slice text, struct slice addresses,
                         struct slice identity, const struct pcap_fragment *facts)
{
    struct pcap_fragment fragment = *facts;
    unsigned char protocol = (unsigned char)facts->protocol;
    fragment.flow = pcap_mix(HASH_START, addresses);
    fragment.packet = pcap_mix(pcap_mix(fragment.flow, identity), slice_of(&protocol, 1));
    fragment.order = reader->packets;
    fragment.offset = (size_t)(text.ptr - reader->file.ptr);
    fragment.len = text.len;
    if (reader->fragment_count == reader->fragment_room) {
        reader->fragment_room = reader->fragment_room ? 2 * reader->fragment_room : 64;
        reader->fragments = reallocarray(reader->fragments, reader->fragment_room, sizeof *reader->fragments);
        if (!reader->fragments)
            abort();
    }
    reader->fragments[reader->fragment_count++] = fragment;
}

/* IP. */

static void read_ip(struct reader *reader, struct slice text);

/* GRE (RFC 2784, RFC 2890), and IP in IP. */
static void read_tunnel(struct reader *reader, unsigned protocol, struct slice text)
{
    if (reader->tunnels >= TUNNELS_MOST)
        return;
    if (protocol == GRE) {
        unsigned flags = slice_u16be(text, 0), type = slice_u16be(text, 2);
        if (type != 0x0800 && type != 0x86DD)
            return;
        text = slice_skip(text,
                          4 + (flags & 0x8000 ? 4 : 0) + (flags & 0x2000 ? 4 : 0) + (flags & 0x1000 ? 4 : 0));
    }
    reader->tunnels++;
    read_ip(reader, text);
    reader->tunnels--;
}

static bool is_tunnel(unsigned protocol)
{
    return protocol == 4 || protocol == 41 || protocol == GRE;
}

static void read_ethernet(struct reader *reader, struct slice text);

/* VXLAN (RFC 7348) and Geneve (RFC 8926): Ethernet in UDP. */
static void read_udp(struct reader *reader, struct slice text)
{
    unsigned port = slice_u16be(text, 2);
    if (reader->tunnels >= TUNNELS_MOST || text.len < 16 + 14 || (port != 4789 && port != 6081))
        return;
    if (port == 6081 && slice_u16be(text, 10) != 0x6558)
        return;
    size_t options = port == 6081 ? (size_t)(text.ptr[8] & 0x3F) * 4 : 0;
    reader->tunnels++;
    read_ethernet(reader, slice_skip(text, 16 + options));
    reader->tunnels--;
}

/* What IP carries; IP is the place of its header. */
static void read_payload(struct reader *reader, unsigned protocol, struct slice text, struct slice addresses,
                         size_t ip)
{
    if (is_tunnel(protocol))
        read_tunnel(reader, protocol, text);
    else if (protocol == TCP)
        read_tcp(reader, text, addresses, ip);
    else if (protocol == UDP)
        read_udp(reader, text);
}

/* RFC 4302. */
static size_t authentication_len(struct slice text)
{
    return text.len < 12 ? text.len : ((size_t)text.ptr[1] + 2) * 4;
}

static void read_ip4(struct reader *reader, struct slice text)
{
    size_t header = (size_t)(text.ptr[0] & 15) * 4, total = slice_u16be(text, 2);
    size_t ip = (size_t)(text.ptr - reader->file.ptr);
    unsigned protocol = text.ptr[9], fragment = slice_u16be(text, 6);
    struct slice addresses = slice_sub(text, 12, 8);
    if (header < 20 || header > text.len)
        return;
    /* 0: the length was left to the network card. */
    if (total >= header && total < text.len)
        text = slice_sub(text, 0, total);
    struct slice identity = slice_sub(text, 4, 2);
    text = slice_skip(text, header);
    if (fragment & 0x3FFF) {
        add_fragment(reader, text, addresses, identity,
                     &(struct pcap_fragment){ .at = (fragment & 0x1FFF) * 8u,
                                              .has_more = fragment & 0x2000,
                                              .protocol = protocol,
                                              .ip = ip });
        return;
    }
    if (protocol == AUTHENTICATION && text.len > 0) {
        protocol = text.ptr[0];
        text = slice_skip(text, authentication_len(text));
    }
    read_payload(reader, protocol, text, addresses, ip);
}

/* Headers that say their own length in units of eight bytes: options, routing, mobility, HIP, shim6. */
static bool is_extension(unsigned next)
{
    return next == 0 || next == 43 || next == 60 || next == 135 || next == 139 || next == 140;
}

static void read_ip6(struct reader *reader, struct slice text)
{
    size_t len = slice_u16be(text, 4), at = 40, ip = (size_t)(text.ptr - reader->file.ptr);
    unsigned next = text.len > 40 ? text.ptr[6] : 59;
    struct slice addresses = slice_sub(text, 8, 32);
    if (len > 0 && len < text.len - (text.len < 40 ? text.len : 40))
        text = slice_sub(text, 0, 40 + len);
    for (unsigned i = 0; i < EXTENSIONS_MOST; i++) {
        if (!is_extension(next) && next != AUTHENTICATION && next != FRAGMENT)
            break;
        if (text.len < at + 8)
            return;
        unsigned field = next == FRAGMENT ? slice_u16be(text, at + 2) : 0, after = text.ptr[at];
        if (field & 0xFFF9) {
            add_fragment(reader, slice_skip(text, at + 8), addresses, slice_sub(text, at + 4, 4),
                         &(struct pcap_fragment){
                             .at = field & 0xFFF8, .has_more = field & 1, .protocol = after, .ip = ip });
            return;
        }
        at += next == FRAGMENT         ? 8
              : next == AUTHENTICATION ? authentication_len(slice_skip(text, at))
                                       : ((size_t)text.ptr[at + 1] + 1) * 8;
        next = after;
    }
    read_payload(reader, next, slice_skip(text, at), addresses, ip);
}

static void read_ip(struct reader *reader, struct slice text)
{
    if (text.len >= 20 && text.ptr[0] >> 4 == 4)
        read_ip4(reader, text);
    else if (text.len >= 40 && text.ptr[0] >> 4 == 6)
        read_ip6(reader, text);
}

/* Links (the registry of LINKTYPE values). */

/* The stack of labels, up to the one that says it is the last. */
static size_t labels_len(struct slice text)
{
    size_t at = 0;
    for (unsigned i = 0; i < LABELS_MOST && at + 4 <= text.len; i++, at += 4)
        if (text.ptr[at + 2] & 1)
            return at + 4;
    return text.len;
}

static void read_ethernet(struct reader *reader, struct slice text)
{
    size_t at = 12;
    for (unsigned i = 0;
         i < VLANS_MOST && (slice_u16be(text, at) == 0x8100 || slice_u16be(text, at) == 0x88A8); i++)
        at += 4;
    unsigned type = slice_u16be(text, at);
    if (type == 0x0800 || type == 0x86DD)
        read_ip(reader, slice_skip(text, at + 2));
    else if (type == 0x8864) /* PPPoE (RFC 2516) */
        read_ip(reader, slice_skip(text, at + 10));
    else if (type == 0x8847) /* MPLS (RFC 3032) */
        read_ip(reader, slice_skip(text, at + 2 + labels_len(slice_skip(text, at + 2))));
}

/* PPP (RFC 1662), with or without address and control, and the protocol in one byte or two. */
static void read_ppp(struct reader *reader, struct slice text)
{
    if (slice_starts_with(text, "\xff\x03"))
        text = slice_skip(text, 2);
    bool is_short = text.len > 0 && (text.ptr[0] & 1);
    unsigned protocol = is_short ? text.ptr[0] : slice_u16be(text, 0);
    if (protocol == 0x21 || protocol == 0x57)
        read_ip(reader, slice_skip(text, is_short ? 1 : 2));
}

/* IEEE 802.11: data that is not enciphered, behind LLC and SNAP. */
static void read_wifi(struct reader *reader, struct slice text)
{
    if (text.len < 24 || (text.ptr[0] & 0x0C) != 0x08 || (text.ptr[1] & 0x40))
        return;
    bool has_fourth = (text.ptr[1] & 3) == 3, has_quality = text.ptr[0] & 0x80;
    text = slice_skip(text, 24 + (has_fourth ? 6 : 0) + (has_quality ? 2 : 0));
    unsigned type = slice_u16be(text, 6);
    if (slice_starts_with(text, "\xaa\xaa\x03") && (type == 0x0800 || type == 0x86DD))
        read_ip(reader, slice_skip(text, 8));
}

static void read_packet(struct reader *reader, uint32_t link, size_t at, size_t len)
{
    struct slice text = slice_sub(reader->file, at, len);
    reader->packets++;
    switch (link & 0xFFFF) {
    case 1: /* Ethernet */
        read_ethernet(reader, text);
        break;
    case 0: /* BSD loopback */
    case 108:
        read_ip(reader, slice_skip(text, 4));
        break;
    case 113: /* Linux cooked */
        read_ip(reader, slice_skip(text, 16));
        break;
    case 276: /* its second version */
        read_ip(reader, slice_skip(text, 20));
        break;
    case 12: /* IP */
    case 14:
    case 101:
    case 228:
    case 229:
        read_ip(reader, text);
        break;
    case 9: /* PPP */
    case 50:
        read_ppp(reader, text);
        break;
    case 105: /* Wi-Fi */
        read_wifi(reader, text);
        break;
    case 127: /* behind what a radio says, whose length is little-endian */
        read_wifi(reader, text.len < 4 ? slice_of(NULL, 0)
                                       : slice_skip(text, (size_t)(text.ptr[2] | text.ptr[3] << 8)));
        break;
    default:
        if (reader->losses->link == UINT32_MAX)
            reader->losses->link = link & 0xFFFF;
        break;
    }
}

/* Files. */

static void read_pcap(struct reader *reader)
{
    size_t at = 24, size = reader->file.len;
    uint32_t link = number_at(reader, 20, 4);
    while (at < size && size - at >= 16) {
        size_t len = number_at(reader, at + 8, 4);
        at += 16;
        if (len > size - at)
            len = size - at; /* cut short */
        read_packet(reader, link, at, len);
        at += len;
    }
}

static void note_link(struct reader *reader, uint32_t link)
{
    if (reader->link_count < INTERFACES_MOST)
        reader->links[reader->link_count++] = link;
}

static uint32_t link_of(const struct reader *reader, uint32_t interface)
{
    return interface < reader->link_count ? reader->links[interface] : UINT32_MAX;
}

/* A block of LEN bytes (pcapng, section 4). */
static void read_block(struct reader *reader, uint32_t type, size_t at, size_t len)
{
    size_t most = len > 32 ? len - 32 : 0, captured = number_at(reader, at + 20, 4);
    switch (type) {
    case 1: /* an interface */
        note_link(reader, number_at(reader, at + 8, 2));
        break;
    case 2: /* a packet, as it was written once */
        read_packet(reader, link_of(reader, number_at(reader, at + 8, 2)), at + 28,
                    captured < most ? captured : most);
        break;
    case 3: /* a simple packet */
        captured = number_at(reader, at + 8, 4);
        read_packet(reader, link_of(reader, 0), at + 12, captured < len - 16 ? captured : len - 16);
        break;
    case 6: /* a packet */
        read_packet(reader, link_of(reader, number_at(reader, at + 8, 4)), at + 28,
                    captured < most ? captured : most);
        break;
    default:
        break;
    }
}

static void read_pcapng(struct reader *reader)
{
    size_t at = 0, size = reader->file.len;
    while (size - at >= 16) {
        uint32_t type = number_at(reader, at, 4);
        if (type == SECTION) {
            reader->is_big = reader->file.ptr[at + 8] == 0x1A;
            reader->link_count = 0;
        }
        size_t len = number_at(reader, at + 4, 4);
        if (len < 16 || len % 4 != 0 || len > size - at)
            return;
        read_block(reader, type, at, len);
        at += len;
    }
}

static bool is_pcapng(struct slice head)
{
    return head.len >= 28 && slice_starts_with(head, "\n\r\r\n") &&
           (memcmp(head.ptr + 8, "\x1A\x2B\x3C\x4D", 4) == 0 ||
            memcmp(head.ptr + 8, "\x4D\x3C\x2B\x1A", 4) == 0);
}

static bool is_big_pcap(struct slice head)
{
    return slice_starts_with(head, "\xA1\xB2\xC3\xD4") || slice_starts_with(head, "\xA1\xB2\x3C\x4D");
}

bool pcap_is(struct slice head)
{
    return is_pcapng(head) ||
           (head.len >= 24 && (is_big_pcap(head) || slice_starts_with(head, "\xD4\xC3\xB2\xA1") ||
                               slice_starts_with(head, "\x4D\x3C\xB2\xA1")));
}

void pcap_read(struct slice file, struct pcap_segments *segments, struct pcap_losses *losses)
{
    struct reader reader = { .file = file, .segments = segments, .losses = losses };
    *losses = (struct pcap_losses){ .link = UINT32_MAX };
    if (is_pcapng(file)) {
        read_pcapng(&reader);
    } else {
        reader.is_big = is_big_pcap(file);
        read_pcap(&reader);
    }
    losses->packets = pcap_join_fragments(file, reader.fragments, reader.fragment_count, segments);
    free(reader.fragments);
}
