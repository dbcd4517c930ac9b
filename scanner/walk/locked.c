/* locked.c - for whom something is encrypted: recipients of CMS and OpenPGP messages. */
#include "walk/locked.h"

#include "base/utf8.h"
#include "decode/transfer.h"
#include "walk/ber.h"

/* Named; the others are counted. */
#define NAMED_MAX 4u
#define COUNTED_MAX 1000u
#define NAME_MOST 48
#define SERIAL_MOST 20
#define ARMOUR_MAX ((size_t)16 * 1024)

static void put_hex(struct buffer *out, struct slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        buffer_printf(out, "%02X", bytes.ptr[i]);
}

/* Before each recipient; false where it is only counted. */
static bool begin(struct buffer *out, unsigned *count)
{
    if (++*count > NAMED_MAX)
        return false;
    buffer_put_str(out, *count == 1 ? " for " : ", ");
    return true;
}

static void put_more(struct buffer *out, unsigned count)
{
    if (count > NAMED_MAX)
        buffer_printf(out, " and %u more", count - NAMED_MAX);
    if (out->is_overfull)
        out->len = utf8_cut(buffer_slice(out), out->len);
}

/* CMS. */

/* The common name in NAME (X.501), else the last value; printable characters only. */
static void put_name(struct buffer *out, struct slice name)
{
    struct slice set, pair, oid, value = slice_of(NULL, 0), best = value;
    unsigned tag;
    while (ber_eat_tag(&name, BER_SET, &set) == 0) {
        if (ber_eat_tag(&set, BER_SEQUENCE, &pair) < 0 || ber_eat_tag(&pair, BER_OID, &oid) < 0 ||
            ber_eat(&pair, &tag, &value) < 0)
            continue;
        bool is_common = slice_is_equal(oid, slice_str("\x55\x04\x03"));
        if (is_common || best.len == 0)
            best = value;
        if (is_common)
            break;
    }
    best = slice_sub(best, 0, NAME_MOST);
    buffer_put_byte(out, '\'');
    if (utf8_is_valid(best))
        for (size_t i = 0; i < best.len; i++)
            buffer_put_byte(out, best.ptr[i] < 0x20 || best.ptr[i] == 0x7F ? '?' : best.ptr[i]);
    buffer_put_byte(out, '\'');
}

/* RID is at the front of REST: issuer and serial number, or a key identifier. */
static void put_rid(struct buffer *out, struct slice rest, unsigned *count)
{
    struct slice value, issuer, serial;
    unsigned tag;
    if (ber_eat(&rest, &tag, &value) < 0 || !begin(out, count))
        return;
    if (tag == BER_SEQUENCE && ber_eat_tag(&value, BER_SEQUENCE, &issuer) == 0 &&
        ber_eat_tag(&value, BER_INTEGER, &serial) == 0) {
        buffer_put_str(out, "certificate ");
        put_hex(out, slice_sub(serial, 0, SERIAL_MOST));
        buffer_put_str(out, " of ");
        put_name(out, issuer);
    } else {
        struct slice inner = value;
        if (tag == BER_CONTEXT && ber_eat_tag(&inner, BER_OCTETS, &serial) == 0)
            value = serial;
        buffer_put_str(out, "key ");
        put_hex(out, slice_sub(value, 0, SERIAL_MOST));
    }
}

/* KeyAgreeRecipientInfo (RFC 5652 section 6.2.2): several recipients of one agreement. */
static void put_agreed(struct buffer *out, struct slice info, unsigned *count)
{
    struct slice value, one, last = slice_of(NULL, 0);
    unsigned tag;
    while (ber_eat(&info, &tag, &value) == 0)
        if (tag == BER_SEQUENCE)
            last = value; /* the algorithm, then the keys */
    while (*count < COUNTED_MAX && ber_eat_tag(&last, BER_SEQUENCE, &one) == 0)
        put_rid(out, one, count);
}

static void put_recipient(struct buffer *out, unsigned tag, struct slice info, unsigned *count)
{
    struct slice version;
    switch (tag) {
    case BER_SEQUENCE:
        if (ber_eat_tag(&info, BER_INTEGER, &version) == 0)
            put_rid(out, info, count);
        break;
    case BER_CONTEXT + 1:
        put_agreed(out, info, count);
        break;
    case BER_CONTEXT + 2:
        if (begin(out, count))
            buffer_put_str(out, "a shared key");
        break;
    case BER_CONTEXT + 3:
        if (begin(out, count))
            buffer_put_str(out, "a password");
        break;
    default:
        break;
    }
}

void locked_put_cms(struct buffer *out, struct slice head)
{
    struct slice value, infos, info;
    unsigned count = 0, tag;
    uint64_t len;
    if (ber_eat_head(&head, &tag, &len) < 0 || ber_eat_tag(&head, BER_OID, &value) < 0 ||
        ber_eat_head(&head, &tag, &len) < 0 || ber_eat_head(&head, &tag, &len) < 0 ||
        ber_eat_tag(&head, BER_INTEGER, &value) < 0)
        return;
    (void)ber_eat_tag(&head, BER_CONTEXT, &value); /* certificates of the sender */
    if (ber_eat_tag(&head, BER_SET, &infos) < 0)
        return;
    while (count < COUNTED_MAX && ber_eat(&infos, &tag, &info) == 0)
        put_recipient(out, tag, info, &count);
    put_more(out, count);
}

/* OpenPGP. */

enum { PACKET_PUBLIC_KEY_SESSION = 1, PACKET_PASSPHRASE_SESSION = 3, PACKET_MARKER = 10 };

/* RFC 9580 section 4.2; packets before the data never come in parts. */
static int eat_packet(struct slice *rest, unsigned *tag, struct slice *body)
{
    uint8_t first, one, two;
    uint32_t len = 0;
    if (slice_eat_u8(rest, &first) < 0 || !(first & 0x80) || slice_eat_u8(rest, &one) < 0)
        return -1;
    len = one;
    if (!(first & 0x40)) {
        uint16_t rest_of_u32;
        *tag = first >> 2 & 15;
        if ((first & 3) >= 1 && slice_eat_u8(rest, &two) < 0)
            return -1;
        if ((first & 3) >= 1)
            len = len << 8 | two;
        if ((first & 3) == 2 && slice_eat_u16be(rest, &rest_of_u32) < 0)
            return -1;
        if ((first & 3) == 2)
            len = len << 16 | rest_of_u32;
        return (first & 3) == 3 ? -1 : slice_eat(rest, len, body);
    }
    *tag = first & 63;
    if (one >= 224 && one < 255)
        return -1;
    if (one == 255)
        return slice_eat_u32be(rest, &len) < 0 ? -1 : slice_eat(rest, len, body);
    if (one >= 192) {
        if (slice_eat_u8(rest, &two) < 0)
            return -1;
        len = ((uint32_t)one - 192) * 256 + two + 192;
    }
    return slice_eat(rest, len, body);
}

/* Sections 5.1.1 and 5.1.2. */
static void put_key(struct buffer *out, struct slice body, unsigned *count)
{
    static const unsigned char hidden[8] = { 0 };
    uint8_t version, len = 8, key_version;
    struct slice id;
    if (slice_eat_u8(&body, &version) < 0 || (version != 3 && version != 6) ||
        (version == 6 && slice_eat_u8(&body, &len) < 0))
        return;
    if (version == 6 && len > 0 && slice_eat_u8(&body, &key_version) == 0)
        len--;
    if (slice_eat(&body, len, &id) < 0 || !begin(out, count))
        return;
    if (len == 0 || slice_is_equal(id, slice_of(hidden, sizeof hidden))) {
        buffer_put_str(out, "a recipient that is not named");
        return;
    }
    buffer_put_str(out, "key ");
    put_hex(out, id);
}

static void put_packets(struct buffer *out, struct slice packets)
{
    struct slice body;
    unsigned tag, count = 0;
    while (count < COUNTED_MAX && eat_packet(&packets, &tag, &body) == 0) {
        if (tag == PACKET_PUBLIC_KEY_SESSION)
            put_key(out, body, &count);
        else if (tag == PACKET_PASSPHRASE_SESSION && begin(out, &count))
            buffer_put_str(out, "whoever has its passphrase");
        else if (tag != PACKET_PASSPHRASE_SESSION && tag != PACKET_MARKER)
            break;
    }
    put_more(out, count);
}

/* The lines after the blank one that ends the armour's header, without what quotes them. */
static void put_armoured(struct buffer *out, struct slice text)
{
    struct buffer base64, packets;
    struct slice line;
    bool is_body = false;
    buffer_init(&base64, ARMOUR_MAX);
    buffer_init(&packets, ARMOUR_MAX);
    text = slice_sub(text, 0, ARMOUR_MAX);
    (void)slice_eat_line(&text, &line); /* BEGIN */
    while (slice_eat_line(&text, &line)) {
        while (line.len > 0 && memchr("> \t|", line.ptr[0], 4))
            line = slice_skip(line, 1);
        line = slice_trim(line);
        if (is_body && (line.len == 0 || line.ptr[0] == '=' || line.ptr[0] == '-'))
            break;
        if (is_body)
            buffer_put(&base64, line);
        is_body |= line.len == 0;
    }
    base64.len -= base64.len % 4;
    (void)transfer_decode_base64(buffer_slice(&base64), &packets, NULL);
    put_packets(out, buffer_slice(&packets));
    buffer_release(&packets);
    buffer_release(&base64);
}

void locked_put_pgp(struct buffer *out, struct slice head)
{
    size_t at = slice_find(slice_sub(head, 0, 512), 0, slice_str("-----BEGIN PGP MESSAGE"));
    if (at != SLICE_NONE)
        put_armoured(out, slice_skip(head, at));
    else
        put_packets(out, head);
}
