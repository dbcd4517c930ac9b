/* privkey.c - private keys in DER and in OpenSSH's own form. */
#include "validate/privkey.h"

#include "validate/codec.h"
#include "validate/der.h"

static unsigned bits_of(struct slice number)
{
    unsigned bits = (unsigned)number.len * 8;
    if (number.len)
        for (unsigned char top = number.ptr[0]; bits && !(top & 0x80); top = (unsigned char)(top << 1))
            bits--;
    return bits;
}

/* The lowest 64 bits of a big-endian number. */
static uint64_t low64(struct slice number)
{
    uint64_t value = 0;
    size_t from = number.len > 8 ? number.len - 8 : 0;
    for (size_t i = from; i < number.len; i++)
        value = value << 8 | number.ptr[i];
    return value;
}

static int eat_numbers(struct slice *rest, struct slice *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (der_eat_number(rest, &numbers[i]) < 0)
            return -1;
    return 0;
}

/* n = p·q, looked at in its lowest 64 bits: enough to tell a key from bytes that only look like one. */
static enum privkey_state rsa_state(struct slice n, struct slice p, struct slice q)
{
    bool fits = low64(p) * low64(q) == low64(n) && n.len && n.ptr[n.len - 1] & 1;
    return fits ? PRIVKEY_PARSES : PRIVKEY_UNFIT;
}

enum { RSA_VERSION, RSA_N, RSA_E, RSA_D, RSA_P, RSA_Q, RSA_DP, RSA_DQ, RSA_QINV, RSA_NUMBERS };

static void read_pkcs1(struct slice body, struct privkey *key)
{
    struct slice numbers[RSA_NUMBERS];
    if (eat_numbers(&body, numbers, RSA_NUMBERS) < 0 || bits_of(numbers[RSA_N]) < 256)
        return;
    key->kind = "RSA";
    key->bits = bits_of(numbers[RSA_N]);
    key->state = rsa_state(numbers[RSA_N], numbers[RSA_P], numbers[RSA_Q]);
}

/* version, p, q, g, y, x */
static void read_dsa(struct slice body, struct privkey *key)
{
    struct slice numbers[6];
    if (eat_numbers(&body, numbers, 6) < 0 || body.len || bits_of(numbers[1]) < 256)
        return;
    key->kind = "DSA";
    key->bits = bits_of(numbers[1]);
    key->state = bits_of(numbers[5]) <= bits_of(numbers[2]) ? PRIVKEY_PARSES : PRIVKEY_UNFIT;
}

/* SEC 1: version 1, octet string, then curve and public key in context tags. */
static void read_sec1(struct slice body, struct privkey *key)
{
    struct slice version, number, part;
    unsigned tag;
    if (der_eat_number(&body, &version) < 0 || der_eat(&body, DER_OCTETS, &number) < 0 || number.len < 14 ||
        number.len > 66)
        return;
    while (body.len)
        if (der_eat_any(&body, &tag, &part) < 0 || (tag != 0xA0 && tag != 0xA1))
            return;
    key->kind = "EC";
    key->bits = number.len == 66 ? 521 : (unsigned)number.len * 8;
    key->state = PRIVKEY_PARSES;
}

static const struct {
    const char *kind;
    unsigned len;
    unsigned char oid[9];
} algorithms[] = {
    { "RSA", 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01 } },
    { "RSA-PSS", 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a } },
    { "EC", 7, { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 } },
    { "DSA", 7, { 0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01 } },
    { "DH", 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x03, 0x01 } },
    { "X25519", 3, { 0x2b, 0x65, 0x6e } },
    { "X448", 3, { 0x2b, 0x65, 0x6f } },
    { "Ed25519", 3, { 0x2b, 0x65, 0x70 } },
    { "Ed448", 3, { 0x2b, 0x65, 0x71 } },
};

static const char *algorithm_kind(struct slice oid)
{
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (slice_is_equal(oid, slice_of(algorithms[i].oid, algorithms[i].len)))
            return algorithms[i].kind;
    return "unnamed";
}

/* version, algorithm, the key of that algorithm in an octet string, attributes. */
static void read_pkcs8(struct slice body, struct privkey *key)
{
    struct slice version, algorithm, oid, inner, sequence;
    if (der_eat_number(&body, &version) < 0 || der_eat(&body, DER_SEQUENCE, &algorithm) < 0 ||
        der_eat(&algorithm, DER_OID, &oid) < 0 || der_eat(&body, DER_OCTETS, &inner) < 0 || inner.len < 16)
        return;
    const char *kind = algorithm_kind(oid);
    key->state = PRIVKEY_PARSES;
    if (der_eat(&inner, DER_SEQUENCE, &sequence) == 0) {
        struct slice copy = sequence;
        key->state = PRIVKEY_BROKEN;
        if (kind[0] == 'R')
            read_pkcs1(copy, key);
        else
            read_sec1(copy, key);
    }
    key->kind = kind;
}

static void read_encrypted(struct slice body, struct privkey *key)
{
    struct slice algorithm, oid, data;
    if (der_eat(&body, DER_SEQUENCE, &algorithm) < 0 || der_eat(&algorithm, DER_OID, &oid) < 0 ||
        der_eat(&body, DER_OCTETS, &data) < 0 || data.len < 16)
        return;
    key->kind = "PKCS #8";
    key->state = PRIVKEY_ENCRYPTED;
}

void privkey_read_der(struct slice der, struct privkey *key)
{
    static void (*const readers[])(struct slice, struct privkey *) = { read_pkcs1, read_pkcs8, read_encrypted,
                                                                       read_sec1, read_dsa };
    struct slice body;
    *key = (struct privkey){ .state = PRIVKEY_BROKEN, .kind = "unknown" };
    if (der_eat(&der, DER_SEQUENCE, &body) < 0)
        return;
    for (size_t i = 0; i < sizeof readers / sizeof *readers && key->state == PRIVKEY_BROKEN; i++)
        readers[i](body, key);
}

/* The private part: two equal numbers, then for each key its strings and, last, its comment. */
static void read_openssh_private(struct slice body, struct privkey *key)
{
    uint32_t one, two;
    struct slice string;
    if (slice_eat_u32be(&body, &one) < 0 || slice_eat_u32be(&body, &two) < 0 ||
        ssh_eat_string(&body, &string) < 0 || string.len > 64)
        return;
    if (one != two) {
        key->state = PRIVKEY_UNFIT;
        return;
    }
    unsigned strings = 0;
    while (ssh_eat_string(&body, &string) == 0)
        strings++;
    if (strings < 3)
        return;
    codec_show(key->comment, sizeof key->comment, string);
    key->state = PRIVKEY_PARSES;
}

void privkey_read_openssh(struct slice bytes, struct privkey *key)
{
    static const char magic[] = "openssh-key-v1"; /* with its NUL */
    struct slice cipher, kdf, options, blob, type;
    uint32_t keys;
    *key = (struct privkey){ .state = PRIVKEY_BROKEN, .kind = "OpenSSH" };
    if (bytes.len < sizeof magic || memcmp(bytes.ptr, magic, sizeof magic) != 0)
        return;
    bytes = slice_skip(bytes, sizeof magic);
    if (ssh_eat_string(&bytes, &cipher) < 0 || ssh_eat_string(&bytes, &kdf) < 0 ||
        ssh_eat_string(&bytes, &options) < 0 || slice_eat_u32be(&bytes, &keys) < 0 || keys != 1 ||
        ssh_eat_string(&bytes, &blob) < 0 || ssh_eat_string(&blob, &type) < 0)
        return;
    static const char *const kinds[][2] = { { "ssh-rsa", "RSA" },
                                            { "ssh-dss", "DSA" },
                                            { "ssh-ed25519", "Ed25519" },
                                            { "ecdsa-sha2-", "EC" },
                                            { "sk-", "security key" } };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (slice_starts_with(type, kinds[i][0]))
            key->kind = kinds[i][1];
    struct slice body;
    if (!slice_is_equal(cipher, slice_str("none"))) {
        codec_show(key->cipher, sizeof key->cipher, cipher);
        key->state = PRIVKEY_ENCRYPTED;
    } else if (ssh_eat_string(&bytes, &body) == 0) {
        read_openssh_private(body, key);
    }
}
