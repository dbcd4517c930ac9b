/* pcap.c - packet captures: each TCP stream put together from its segments, then the bytes of the file that no stream had.
 *
 * A stream of one segment alone stands whole in the file's bytes, and is left there unless a body in it is packed (http.c). Segments are ordered by their sequence numbers; what came twice counts once, and
 * where one is missing a line ends, so that nothing is joined that was apart. The file is held in memory: a longer one has only its bytes.
 */
#include "walk/pcap.h"

#include <stdlib.h>

#include "walk/hold.h"
#include "walk/http.h"

#define FILE_MOST (32 * 1024 * 1024)
#define NAME_MOST 128

struct pcap {
    struct pcap_segments segments;
    unsigned char *bytes; /* of the file, a copy: what a stream had is blanked */
    size_t len, next;
    bool is_done;
};

static int compare(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static int by_flow(const void *left, const void *right)
{
    const struct pcap_segment *a = left, *b = right;
    int order = compare(a->flow, b->flow);
    return order ? order : compare(a->order, b->order);
}

/* `flow` is the first segment's sequence number by now, and `order` its place. */
static int by_sequence(const void *left, const void *right)
{
    const struct pcap_segment *a = left, *b = right;
    int order = compare(a->order, b->order);
    int32_t from = (int32_t)(a->sequence - (uint32_t)a->flow),
            to = (int32_t)(b->sequence - (uint32_t)b->flow);
    if (order == 0)
        order = from < to ? -1 : from > to;
    return order ? order : compare(a->offset, b->offset);
}

/* Can SEGMENT, a stream by itself, be read where it stands in the file? */
static bool is_plain(const struct pcap *pcap, const struct pcap_segment *segment)
{
    return !http_has_bodies(slice_of(pcap->bytes + segment->offset, segment->len));
}

/* Flows in order of their first packets, each in order of its sequence numbers; those of one plain segment are left out. */
static void sort_flows(const struct pcap *pcap, struct pcap_segments *segments)
{
    struct pcap_segment *list = segments->list;
    size_t kept = 0;
    if (segments->count == 0)
        return;
    qsort(list, segments->count, sizeof *list, by_flow);
    for (size_t start = 0, end; start < segments->count; start = end) {
        const struct pcap_segment first = list[start];
        for (end = start; end < segments->count && list[end].flow == first.flow; end++)
            ;
        if (end - start == 1 && is_plain(pcap, &first))
            continue;
        for (size_t i = start; i < end; i++) {
            list[kept] = list[i];
            list[kept].flow = first.sequence;
            list[kept++].order = first.order;
        }
    }
    segments->count = kept;
    if (kept > 0)
        qsort(list, kept, sizeof *list, by_sequence);
}

static struct slice name_of(struct arena *arena, const struct pcap *pcap, const struct pcap_segment *segment)
{
    const unsigned char *ip = pcap->bytes + segment->ip;
    unsigned from = segment->ports >> 16, to = segment->ports & 0xFFFF;
    const char *protocol = segment->protocol == 6 ? "TCP" : segment->protocol == 17 ? "UDP" : "IP";
    if (ip[0] >> 4 == 4)
        return arena_printf(arena, "%s-%u.%u.%u.%u.%u-%u.%u.%u.%u.%u", protocol, ip[12], ip[13], ip[14],
                            ip[15], from, ip[16], ip[17], ip[18], ip[19], to);
    char text[NAME_MOST];
    size_t len = 0;
    for (size_t i = 8; i < 40; i += 2)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%x",
                                i == 8    ? ""
                                : i == 24 ? "-"
                                          : ":",
                                ip[i] << 8 | ip[i + 1]);
    return arena_printf(arena, "%s-%s-%u-%u", protocol, text, from, to);
}

/* The stream of the segments [START, END); what it takes of the file is blank from now on. */
static struct slice join(struct arena *arena, struct pcap *pcap, size_t start, size_t end)
{
    struct buffer out;
    int64_t next = INT64_MIN;
    buffer_init(&out, FILE_MOST + end - start);
    for (size_t i = start; i < end; i++) {
        const struct pcap_segment *segment = &pcap->segments.list[i];
        int64_t at = (int32_t)(segment->sequence - (uint32_t)segment->flow);
        size_t skip = next > at ? (size_t)(next - at) : 0;
        if (skip >= segment->len)
            continue;
        if (i > start && at > next)
            buffer_put_byte(&out, '\n');
        unsigned char *data = pcap->bytes + segment->offset + skip;
        buffer_put(&out, slice_of(data, segment->len - skip));
        memset(data, '\n', segment->len - skip);
        next = at + (int64_t)segment->len;
    }
    struct slice stream = arena_copy(arena, buffer_slice(&out));
    buffer_release(&out);
    return stream;
}

/* The format. */

static enum bid pcap_probe(const struct item *item, struct slice head)
{
    (void)item;
    return pcap_is(head) ? BID_SIGNATURE : BID_NONE;
}

static void pcap_undo(void *ctx)
{
    struct pcap *pcap = ctx;
    free(pcap->segments.list);
    pcap->segments.list = NULL;
}

static bool read_file(struct walk *walk, struct pcap *pcap)
{
    struct error err;
    struct source *in = walk->item->source;
    if (!source_is_seekable(in))
        in = walk->item->source = hold_source(walk->item->arena, in, walk->env, &err);
    if (!source_is_seekable(in) || in->size > FILE_MOST) {
        walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
                 "the capture is longer than %d MiB: its TCP streams were not put together", FILE_MOST >> 20);
        return false;
    }
    pcap->bytes = arena_room(walk->arena, (size_t)in->size + 1);
    while (pcap->len < in->size) {
        int64_t got =
            source_read_at(in, pcap->len, pcap->bytes + pcap->len, (size_t)in->size - pcap->len, &err);
        if (got <= 0)
            return false;
        pcap->len += (size_t)got;
    }
    return true;
}

static void tell_losses(struct walk *walk, const struct pcap_losses *losses)
{
    if (losses->packets > 0)
        walk_gap(walk, walk->item, GAP_TRUNCATED, GAP_STANDS_FOR_REST, NULL,
                 "%llu IP packets in the capture lack fragments: what there is of them was not joined",
                 (unsigned long long)losses->packets);
    if (losses->link != UINT32_MAX)
        walk_gap(walk, walk->item, GAP_UNSUPPORTED, GAP_STANDS_FOR_REST, NULL,
                 "no reader for packets of link type %u: only their bytes were read", (unsigned)losses->link);
}

static int pcap_open(struct walk *walk, struct error *err)
{
    struct pcap *pcap = arena_alloc(walk->arena, sizeof *pcap);
    walk->state = pcap;
    *err = (struct error){ 0 };
    arena_defer(walk->arena, pcap_undo, pcap);
    if (!read_file(walk, pcap))
        return -1; /* a leaf after all */
    struct pcap_losses losses;
    pcap_read(slice_of(pcap->bytes, pcap->len), &pcap->segments, &losses);
    tell_losses(walk, &losses);
    sort_flows(pcap, &pcap->segments);
    return pcap->segments.count > 0 ? 0 : -1;
}

static int pcap_next(struct walk *walk, struct item *child, struct error *err)
{
    struct pcap *pcap = walk->state;
    const struct pcap_segment *list = pcap->segments.list;
    size_t start = pcap->next, end = start;
    (void)err;
    if (pcap->is_done)
        return 0;
    child->content = CONTENT_BYTES;
    child->kind = ITEM_REST;
    if (start < pcap->segments.count) {
        while (end < pcap->segments.count && list[end].order == list[start].order)
            end++;
        child->name = name_of(child->arena, pcap, &list[start]);
        struct slice stream = join(child->arena, pcap, start, end);
        child->source = source_from_memory(child->arena, stream);
        if (http_has_bodies(stream)) {
            child->content = CONTENT_ANY;
            child->opener = &format_http;
        }
        pcap->next = end;
        return 1;
    }
    pcap->is_done = true;
    child->name = slice_str("PACKETS");
    child->source = source_from_memory(child->arena, slice_of(pcap->bytes, pcap->len));
    source_drain(walk->item->source);
    return 1;
}

const struct format format_pcap = {
    .name = "pcap",
    .title = "packet captures (pcap, pcapng): TCP streams put together",
    .probe = pcap_probe,
    .open = pcap_open,
    .next = pcap_next,
};
