/* pgp.c - OpenPGP packets. */
#include "validate/pgp.h"

#include "validate/codec.h"

#define PACKETS_MAX 256

enum { TAG_SECRET_KEY = 5, TAG_SECRET_SUBKEY = 7, TAG_USER_ID = 13 };

/* RFC 9580 section 4.2. Partial lengths and indeterminate ones do not occur in keys. */
static int eat_packet(struct slice *rest, unsigned *tag, struct slice *body)
{
    uint8_t first, one, two = 0;
    uint16_t u16;
    uint32_t u32;
    if (slice_eat_u8(rest, &first) < 0 || !(first & 0x80))
        return -1;
    if (!(first & 0x40)) {
        *tag = first >> 2 & 15;
        if ((first & 3) == 0)
            return slice_eat_u8(rest, &one) < 0 ? -1 : slice_eat(rest, one, body);
        if ((first & 3) == 1)
            return slice_eat_u16be(rest, &u16) < 0 ? -1 : slice_eat(rest, u16, body);
        return (first & 3) == 3 || slice_eat_u32be(rest, &u32) < 0 ? -1 : slice_eat(rest, u32, body);
    }
    *tag = first & 63;
    if (slice_eat_u8(rest, &one) < 0)
        return -1;
    if (one < 192)
        return slice_eat(rest, one, body);
    if (one < 224)
        return slice_eat_u8(rest, &two) < 0 ? -1 : slice_eat(rest, (one - 192u) * 256 + two + 192, body);
    return one != 255 || slice_eat_u32be(rest, &u32) < 0 ? -1 : slice_eat(rest, u32, body);
}

static int eat_mpi(struct slice *rest)
{
    uint16_t bits;
    struct slice value;
    return slice_eat_u16be(rest, &bits) < 0 ? -1 : slice_eat(rest, ((size_t)bits + 7) / 8, &value);
}

static int eat_octets(struct slice *rest) /* one byte of length, then so many */
{
    uint8_t len;
    struct slice value;
    return slice_eat_u8(rest, &len) < 0 ? -1 : slice_eat(rest, len, &value);
}

/* What the public half of each algorithm holds. */
static const struct {
    unsigned char algorithm, mpis, fixed;
    bool has_curve, has_kdf;
} layouts[] = {
    { 1, 2, 0, false, false },   { 2, 2, 0, false, false },   { 3, 2, 0, false, false },
    { 16, 3, 0, false, false },  { 17, 4, 0, false, false },  { 18, 1, 0, true, true },
    { 19, 1, 0, true, false },   { 22, 1, 0, true, false },   { 25, 0, 32, false, false },
    { 26, 0, 56, false, false }, { 27, 0, 32, false, false }, { 28, 0, 57, false, false },
};

static int eat_public(struct slice *rest, unsigned algorithm)
{
    struct slice fixed;
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        if (layouts[i].algorithm != algorithm)
            continue;
        if (layouts[i].has_curve && eat_octets(rest) < 0)
            return -1;
        for (unsigned k = 0; k < layouts[i].mpis; k++)
            if (eat_mpi(rest) < 0)
                return -1;
        if (layouts[i].has_kdf && eat_octets(rest) < 0)
            return -1;
        return slice_eat(rest, layouts[i].fixed, &fixed);
    }
    return -1;
}

static void read_secret(struct slice body, struct pgp_key *key)
{
    uint8_t version, algorithm, usage;
    uint32_t created, public_len;
    if (slice_eat_u8(&body, &version) < 0 || (version != 4 && version != 5 && version != 6) ||
        slice_eat_u32be(&body, &created) < 0 || slice_eat_u8(&body, &algorithm) < 0)
        return;
    if (version > 4 && slice_eat_u32be(&body, &public_len) < 0)
        return;
    if (eat_public(&body, algorithm) < 0 || slice_eat_u8(&body, &usage) < 0 || body.len < 16)
        return;
    key->secrets++;
    key->open_secrets += usage == 0;
}

void pgp_read(struct slice bytes, struct pgp_key *key)
{
    struct slice body;
    unsigned tag;
    *key = (struct pgp_key){ 0 };
    for (int i = 0; i < PACKETS_MAX && bytes.len && eat_packet(&bytes, &tag, &body) == 0; i++) {
        if (tag == TAG_SECRET_KEY || tag == TAG_SECRET_SUBKEY)
            read_secret(body, key);
        else if (tag == TAG_USER_ID && !key->user[0])
            codec_show(key->user, sizeof key->user, body);
    }
}
