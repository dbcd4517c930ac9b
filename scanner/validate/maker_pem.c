/* maker_pem.c - makers of private key blocks. */
#include "validate/maker_pem.h"

#include "validate/codec.h"
#include "validate/der.h"
#include "validate/digest.h"

#define RSA_PRIME 128 /* bytes */

static void put_element(struct buffer *out, unsigned tag, struct slice value)
{
    buffer_put_byte(out, (unsigned char)tag);
    if (value.len < 0x80) {
        buffer_put_byte(out, (unsigned char)value.len);
    } else {
        buffer_put_byte(out, value.len < 0x100 ? 0x81 : 0x82);
        if (value.len >= 0x100)
            buffer_put_byte(out, (unsigned char)(value.len >> 8));
        buffer_put_byte(out, (unsigned char)value.len);
    }
    buffer_put(out, value);
}

/* Big-endian, with a zero before a set top bit. */
static void put_integer(struct buffer *out, const unsigned char *bytes, size_t len)
{
    unsigned char padded[2 * RSA_PRIME + 1] = { 0 };
    size_t zero = bytes[0] & 0x80 ? 1 : 0;
    memcpy(padded + zero, bytes, len);
    put_element(out, DER_INTEGER, slice_of(padded, len + zero));
}

static void put_small(struct buffer *out, unsigned char value)
{
    put_element(out, DER_INTEGER, slice_of(&value, 1));
}

/* LEN random bytes as an INTEGER whose top bit is as HIGH says. */
static void put_random_integer(struct buffer *out, struct prng *prng, size_t len, bool high)
{
    unsigned char bytes[2 * RSA_PRIME];
    prng_bytes(prng, bytes, len);
    bytes[0] = high ? bytes[0] | 0x80 : (bytes[0] & 0x7F) | 0x40;
    put_integer(out, bytes, len);
}

static void multiply(const unsigned char *p, const unsigned char *q, unsigned char *n)
{
    memset(n, 0, 2 * RSA_PRIME);
    for (size_t i = RSA_PRIME; i-- > 0;) {
        unsigned carry = 0;
        for (size_t k = RSA_PRIME; k-- > 0;) {
            carry += n[i + k + 1] + (unsigned)p[i] * q[k];
            n[i + k + 1] = (unsigned char)carry;
            carry >>= 8;
        }
        n[i] = (unsigned char)(n[i] + carry);
    }
}

static void put_sequence(struct buffer *out, const struct buffer *body)
{
    put_element(out, DER_SEQUENCE, buffer_slice(body));
}

static void rsa_body(struct prng *prng, struct buffer *body)
{
    unsigned char p[RSA_PRIME], q[RSA_PRIME], n[2 * RSA_PRIME];
    prng_bytes(prng, p, sizeof p);
    prng_bytes(prng, q, sizeof q);
    p[0] = q[0] = 0xF1;
    p[RSA_PRIME - 1] |= 1;
    q[RSA_PRIME - 1] |= 1;
    multiply(p, q, n);
    put_small(body, 0);
    put_integer(body, n, sizeof n);
    put_element(body, DER_INTEGER, slice_of("\x01\x00\x01", 3));
    put_random_integer(body, prng, sizeof n, false);
    put_integer(body, p, sizeof p);
    put_integer(body, q, sizeof q);
    for (int i = 0; i < 3; i++)
        put_random_integer(body, prng, RSA_PRIME, false);
}

static const unsigned char oid_p256[] = { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };

static void ec_body(struct prng *prng, struct buffer *body)
{
    unsigned char bytes[32], point[66] = { 0, 4 };
    struct buffer tagged;
    prng_bytes(prng, bytes, sizeof bytes);
    prng_bytes(prng, point + 2, 64);
    put_small(body, 1);
    put_element(body, DER_OCTETS, slice_of(bytes, sizeof bytes));
    put_element(body, 0xA0, slice_of(oid_p256, sizeof oid_p256));
    buffer_init(&tagged, 128);
    put_element(&tagged, 0x03, slice_of(point, sizeof point));
    put_element(body, 0xA1, buffer_slice(&tagged));
    buffer_release(&tagged);
}

static void dsa_body(struct prng *prng, struct buffer *body)
{
    put_small(body, 0);
    put_random_integer(body, prng, 128, true);
    put_random_integer(body, prng, 20, true);
    put_random_integer(body, prng, 128, false);
    put_random_integer(body, prng, 128, false);
    put_random_integer(body, prng, 20, false);
}

/* version, algorithm, and INNER in an octet string. ALGORITHM is the content of its sequence. */
static void pkcs8_body(struct buffer *body, struct slice algorithm, struct slice inner)
{
    put_small(body, 0);
    put_element(body, DER_SEQUENCE, algorithm);
    put_element(body, DER_OCTETS, inner);
}

static const unsigned char rsa_algorithm[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7,
                                               0x0d, 0x01, 0x01, 0x01, 0x05, 0x00 };
static const unsigned char ec_algorithm[] = { 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
                                              0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };
static const unsigned char ed25519_algorithm[] = { 0x06, 0x03, 0x2b, 0x65, 0x70 };
static const unsigned char pbes2_algorithm[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7,
                                                 0x0d, 0x01, 0x05, 0x0d, 0x30, 0x00 };

static void wrapped_body(struct prng *prng, struct buffer *body,
                         void (*inner_body)(struct prng *, struct buffer *), struct slice algorithm)
{
    struct buffer inner, sequence;
    buffer_init(&inner, 4096);
    buffer_init(&sequence, 4096);
    inner_body(prng, &inner);
    put_sequence(&sequence, &inner);
    pkcs8_body(body, algorithm, buffer_slice(&sequence));
    buffer_release(&inner);
    buffer_release(&sequence);
}

static void rsa_pkcs8_body(struct prng *prng, struct buffer *body)
{
    wrapped_body(prng, body, rsa_body, slice_of(rsa_algorithm, sizeof rsa_algorithm));
}

static void ec_pkcs8_body(struct prng *prng, struct buffer *body)
{
    wrapped_body(prng, body, ec_body, slice_of(ec_algorithm, sizeof ec_algorithm));
}

static void ed25519_body(struct prng *prng, struct buffer *body)
{
    unsigned char inner[34] = { DER_OCTETS, 32 };
    prng_bytes(prng, inner + 2, 32);
    pkcs8_body(body, slice_of(ed25519_algorithm, sizeof ed25519_algorithm), slice_of(inner, sizeof inner));
}

static void put_random_octets(struct buffer *out, struct prng *prng, size_t len)
{
    unsigned char bytes[1200];
    prng_bytes(prng, bytes, len);
    put_element(out, DER_OCTETS, slice_of(bytes, len));
}

static void encrypted_body(struct prng *prng, struct buffer *body)
{
    put_element(body, DER_SEQUENCE, slice_of(pbes2_algorithm, sizeof pbes2_algorithm));
    put_random_octets(body, prng, 1200);
}

static void put_be32(struct buffer *out, size_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buffer_put_byte(out, (unsigned char)(value >> shift));
}

static void put_ssh(struct buffer *out, struct slice value)
{
    put_be32(out, value.len);
    buffer_put(out, value);
}

static void put_ssh_str(struct buffer *out, const char *text)
{
    put_ssh(out, slice_str(text));
}

/* The check numbers, the key, its comment, and padding that counts up. */
static void openssh_private(struct prng *prng, struct slice public, struct buffer *out)
{
    unsigned char key[64];
    size_t check = (size_t)(prng_next(prng) & 0xFFFFFFFF);
    prng_bytes(prng, key, 32);
    memcpy(key + 32, public.ptr, 32);
    put_be32(out, check);
    put_be32(out, check);
    put_ssh_str(out, "ssh-ed25519");
    put_ssh(out, public);
    put_ssh(out, slice_of(key, sizeof key));
    put_ssh_str(out, "deploy@build");
    for (unsigned char i = 1; out->len % 8; i++)
        buffer_put_byte(out, i);
}

static void openssh_bytes(struct prng *prng, struct buffer *out, bool is_encrypted)
{
    unsigned char key[32], random[160];
    struct buffer public, private;
    prng_bytes(prng, key, sizeof key);
    prng_bytes(prng, random, sizeof random);
    buffer_init(&public, 256);
    buffer_init(&private, 512);
    put_ssh_str(&public, "ssh-ed25519");
    put_ssh(&public, slice_of(key, sizeof key));
    openssh_private(prng, slice_of(key, sizeof key), &private);
    buffer_put(out, slice_of("openssh-key-v1", 15));
    put_ssh_str(out, is_encrypted ? "aes256-ctr" : "none");
    put_ssh_str(out, is_encrypted ? "bcrypt" : "none");
    put_ssh(out, is_encrypted ? slice_of(random, 24) : slice_str(""));
    put_be32(out, 1);
    put_ssh(out, buffer_slice(&public));
    put_ssh(out, is_encrypted ? slice_of(random, sizeof random) : buffer_slice(&private));
    buffer_release(&public);
    buffer_release(&private);
}

static void put_base64_lines(struct buffer *out, struct slice bytes, size_t width)
{
    struct buffer text;
    buffer_init(&text, 64 * 1024);
    codec_put_base64(&text, bytes, CODEC_STANDARD);
    for (size_t i = 0; i < text.len; i += width) {
        buffer_put(out, slice_sub(buffer_slice(&text), i, width));
        buffer_put_byte(out, '\n');
    }
    buffer_release(&text);
}

static void put_block(struct buffer *out, const char *label, const char *headers, struct slice bytes)
{
    buffer_printf(out, "-----BEGIN %s-----\n%s", label, headers);
    put_base64_lines(out, bytes, 64);
    buffer_printf(out, "-----END %s-----", label);
}

/* The label is put together here, so that no file holds a whole BEGIN line. */
#define LABEL(kind) \
    kind " "        \
         "KEY"

static const struct {
    const char *name, *label;
    void (*body)(struct prng *, struct buffer *);
} ders[] = {
    { "rsa", LABEL("RSA PRIVATE"), rsa_body },
    { "rsa-pkcs8", LABEL("PRIVATE"), rsa_pkcs8_body },
    { "ec", LABEL("EC PRIVATE"), ec_body },
    { "ec-pkcs8", LABEL("PRIVATE"), ec_pkcs8_body },
    { "dsa", LABEL("DSA PRIVATE"), dsa_body },
    { "ed25519", LABEL("PRIVATE"), ed25519_body },
    { "encrypted", LABEL("ENCRYPTED PRIVATE"), encrypted_body },
};

static void put_der(struct prng *prng, size_t which, struct buffer *out)
{
    struct buffer body, der;
    buffer_init(&body, 8192);
    buffer_init(&der, 8192);
    ders[which].body(prng, &body);
    put_sequence(&der, &body);
    put_block(out, ders[which].label, "", buffer_slice(&der));
    buffer_release(&body);
    buffer_release(&der);
}

static void put_rsa_encrypted(struct prng *prng, struct buffer *out)
{
    unsigned char bytes[1200];
    prng_bytes(prng, bytes, sizeof bytes);
    put_block(out, LABEL("RSA PRIVATE"),
              "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n",
              slice_of(bytes, sizeof bytes));
}

int maker_pem(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    struct slice kind = argument.len ? argument : slice_str("rsa");
    bool is_openssh = slice_starts_with(kind, "openssh");
    for (size_t i = 0; i < sizeof ders / sizeof *ders; i++)
        if (slice_is_equal(kind, slice_str(ders[i].name))) {
            put_der(prng, i, out);
            return 0;
        }
    if (is_openssh) {
        struct buffer bytes;
        buffer_init(&bytes, 2048);
        openssh_bytes(prng, &bytes, slice_is_equal(kind, slice_str("openssh-encrypted")));
        put_block(out, LABEL("OPENSSH PRIVATE"), "", buffer_slice(&bytes));
        buffer_release(&bytes);
    } else if (slice_is_equal(kind, slice_str("rsa-encrypted"))) {
        put_rsa_encrypted(prng, out);
    } else {
        return error_set(err, ERROR_FORMAT, "unknown kind of key '%.*s'", (int)kind.len,
                         (const char *)kind.ptr);
    }
    return 0;
}

static const unsigned char oid_ed25519_legacy[] = { 9, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01 };

/* Version 4, EdDSA: public point, then the secret, open or under a passphrase. */
static void pgp_key(struct prng *prng, bool is_protected, struct buffer *body)
{
    unsigned char random[64];
    prng_bytes(prng, random, sizeof random);
    buffer_put(body, slice_of("\x04\x60\x00\x00\x00\x16", 6));
    buffer_put(body, slice_of(oid_ed25519_legacy, sizeof oid_ed25519_legacy));
    buffer_put(body, slice_of("\x01\x07\x40", 3)); /* 263 bits, the first byte 0x40 */
    buffer_put(body, slice_of(random, 32));
    if (is_protected) { /* SHA-1 check, AES-256, iterated and salted SHA-256 */
        buffer_put(body, slice_of("\xFE\x09\x03\x08", 4));
        buffer_put(body, slice_of(random, 64));
        return;
    }
    buffer_put(body, slice_of("\x00\x01\x00", 3)); /* open; 256 bits */
    random[32] |= 0x80;
    buffer_put(body, slice_of(random + 32, 32));
    unsigned sum = 1;
    for (size_t i = 32; i < 64; i++)
        sum += random[i];
    buffer_put_byte(body, (unsigned char)(sum >> 8));
    buffer_put_byte(body, (unsigned char)sum);
}

int maker_pgp(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    static const char user[] = "Alice <alice@acme.test>";
    struct buffer body, packets;
    (void)err;
    buffer_init(&body, 1024);
    buffer_init(&packets, 1024);
    pgp_key(prng, slice_is_equal(argument, slice_str("protected")), &body);
    buffer_put_byte(&packets, 0xC0 | 5);
    buffer_put_byte(&packets, (unsigned char)body.len);
    buffer_put(&packets, buffer_slice(&body));
    buffer_put_byte(&packets, 0xC0 | 13);
    buffer_put_byte(&packets, sizeof user - 1);
    buffer_put_str(&packets, user);
    uint32_t crc = digest_crc24(buffer_slice(&packets));
    unsigned char sum[3] = { (unsigned char)(crc >> 16), (unsigned char)(crc >> 8), (unsigned char)crc };
    buffer_printf(out, "-----BEGIN %s BLOCK-----\n\n", LABEL("PGP PRIVATE"));
    put_base64_lines(out, buffer_slice(&packets), 64);
    buffer_put_byte(out, '=');
    codec_put_base64(out, slice_of(sum, 3), CODEC_STANDARD);
    buffer_printf(out, "\n-----END %s BLOCK-----", LABEL("PGP PRIVATE"));
    buffer_release(&body);
    buffer_release(&packets);
    return 0;
}

/* HMAC over five SSH strings, as the file's reader makes it. */
static void put_ppk_mac(struct buffer *out, bool is_second, const char *cipher, struct slice public,
                        struct slice private)
{
    unsigned char key[DIGEST_SHA1], mac[DIGEST_SHA256];
    struct buffer text;
    buffer_init(&text, 2048);
    put_ssh_str(&text, "ssh-ed25519");
    put_ssh_str(&text, cipher);
    put_ssh_str(&text, "deploy-key");
    put_ssh(&text, public);
    put_ssh(&text, private);
    struct slice piece = buffer_slice(&text);
    digest_sha1(slice_str("putty-private-key-file-mac-key"), key);
    if (is_second)
        digest_hmac_sha1(slice_of(key, sizeof key), &piece, 1, mac);
    else
        digest_hmac_sha256(slice_str(""), &piece, 1, mac);
    buffer_put_hex(out, slice_of(mac, is_second ? DIGEST_SHA1 : DIGEST_SHA256));
    buffer_release(&text);
}

int maker_ppk(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char random[64];
    struct buffer public, private;
    bool is_second = slice_is_equal(argument, slice_str("2"));
    const char *cipher = slice_is_equal(argument, slice_str("encrypted")) ? "aes256-cbc" : "none";
    (void)err;
    prng_bytes(prng, random, sizeof random);
    buffer_init(&public, 256);
    buffer_init(&private, 256);
    put_ssh_str(&public, "ssh-ed25519");
    put_ssh(&public, slice_of(random, 32));
    put_ssh(&private, slice_of(random + 32, 32));
    buffer_printf(
        out, "PuTTY-User-Key-File-%d: ssh-ed25519\nEncryption: %s\nComment: deploy-key\nPublic-Lines: 2\n",
        is_second ? 2 : 3, cipher);
    put_base64_lines(out, buffer_slice(&public), 64);
    buffer_put_str(out, "Private-Lines: 1\n");
    put_base64_lines(out, buffer_slice(&private), 64);
    buffer_put_str(out, "Private-MAC: ");
    put_ppk_mac(out, is_second, cipher, buffer_slice(&public), buffer_slice(&private));
    buffer_release(&public);
    buffer_release(&private);
    return 0;
}
