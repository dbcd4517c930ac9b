/* lock_kdbx_header.c - the header of a KeePass safe (kdbx 3.1 and 4): ciphers, salts, the way to the key. */
#include "walk/lock_kdbx.h"

enum header_id {
    H_END = 0,
    H_CIPHER = 2,
    H_COMPRESSION = 3,
    H_SEED = 4,
    H_TRANSFORM_SEED = 5,
    H_ROUNDS = 6,
    H_IV = 7,
    H_STREAM_KEY = 8,
    H_START = 9,
    H_STREAM = 10,
    H_KDF = 11,
};

uint64_t lock_kdbx_number(struct slice value)
{
    uint64_t number = 0;
    for (size_t i = value.len < 8 ? value.len : 8; i-- > 0;)
        number = number << 8 | value.ptr[i];
    return number;
}

static int read_cipher(struct kdbx *kdbx, struct slice id)
{
    static const struct {
        unsigned char id[16];
        int cipher, mode;
    } ciphers[] = {
        { { 0x31, 0xC1, 0xF2, 0xE6, 0xBF, 0x71, 0x43, 0x50, 0xBE, 0x58, 0x05, 0x21, 0x6A, 0xFC, 0x5A, 0xFF },
          GCRY_CIPHER_AES256,
          GCRY_CIPHER_MODE_CBC },
        { { 0xAD, 0x68, 0xF2, 0x9F, 0x57, 0x6F, 0x4B, 0xB9, 0xA3, 0x6A, 0xD4, 0x7A, 0xF9, 0x65, 0x34, 0x6C },
          GCRY_CIPHER_TWOFISH,
          GCRY_CIPHER_MODE_CBC },
        { { 0xD6, 0x03, 0x8A, 0x2B, 0x8B, 0x6F, 0x4C, 0xB5, 0xA5, 0x24, 0x33, 0x9A, 0x31, 0xDB, 0xB5, 0x9A },
          GCRY_CIPHER_CHACHA20,
          GCRY_CIPHER_MODE_STREAM },
    };
    for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++)
        if (slice_is_equal(id, slice_of(ciphers[i].id, 16))) {
            kdbx->cipher = ciphers[i].cipher;
            kdbx->mode = ciphers[i].mode;
            return 0;
        }
    return -1;
}

/* Which way to the key an id names: 0 AES, 1 Argon2d, 2 Argon2id; -1. */
static int kdf_of(struct slice id)
{
    static const unsigned char ids[][16] = {
        { 0xC9, 0xD9, 0xF3, 0x9A, 0x62, 0x8A, 0x44, 0x60, 0xBF, 0x74, 0x0D, 0x08, 0xC1, 0x8A, 0x4F, 0xEA },
        { 0xEF, 0x63, 0x6D, 0xDF, 0x8C, 0x29, 0x44, 0x4B, 0x91, 0xF7, 0xA9, 0xA4, 0x03, 0xE3, 0x0A, 0x0C },
        { 0x9E, 0x29, 0x8B, 0x19, 0x56, 0xDB, 0x47, 0x73, 0xB2, 0x3D, 0xFC, 0x3E, 0xC6, 0xF0, 0xA1, 0xE6 },
        { 0x7C, 0x02, 0xBB, 0x82, 0x79, 0xA7, 0x4A, 0xC0, 0x92, 0x7D, 0x11, 0x4A, 0x00, 0x64, 0x82, 0x38 },
    };
    for (int i = 0; i < 4; i++)
        if (slice_is_equal(id, slice_of(ids[i], 16)))
            return i % 3;
    return -1;
}

/* A VariantDictionary: typed values by name. */
static int read_kdf(struct kdbx_kdf *kdf, struct slice rest)
{
    uint16_t version;
    uint8_t type;
    int kind = -1;
    if (slice_eat_u16le(&rest, &version) < 0)
        return -1;
    while (slice_eat_u8(&rest, &type) == 0 && type != 0) {
        uint32_t name_len, len;
        struct slice name, value;
        if (slice_eat_u32le(&rest, &name_len) < 0 || slice_eat(&rest, name_len, &name) < 0 ||
            slice_eat_u32le(&rest, &len) < 0 || slice_eat(&rest, len, &value) < 0)
            return -1;
        if (slice_is_equal(name, slice_str("$UUID")))
            kind = kdf_of(value);
        else if (slice_is_equal(name, slice_str("S")))
            kdf->salt = value;
        else if (slice_is_equal(name, slice_str("R")) || slice_is_equal(name, slice_str("I")))
            kdf->rounds = lock_kdbx_number(value);
        else if (slice_is_equal(name, slice_str("M")))
            kdf->memory = lock_kdbx_number(value);
        else if (slice_is_equal(name, slice_str("P")))
            kdf->lanes = lock_kdbx_number(value);
        else if (slice_is_equal(name, slice_str("V")))
            kdf->version = lock_kdbx_number(value);
    }
    kdf->is_argon2 = kind > 0;
    kdf->variant = kind == 1 ? GCRY_KDF_ARGON2D : GCRY_KDF_ARGON2ID;
    return kind < 0 ? -1 : 0;
}

static int take_field(struct kdbx *kdbx, unsigned id, struct slice value, struct error *err)
{
    switch (id) {
    case H_CIPHER:
        return read_cipher(kdbx, value) < 0 ? error_set(err, ERROR_UNSUPPORTED, "a cipher that is not known")
                                            : 0;
    case H_COMPRESSION:
        kdbx->is_gzip = lock_kdbx_number(value) == 1;
        return 0;
    case H_SEED:
        kdbx->seed = value;
        return 0;
    case H_TRANSFORM_SEED:
        kdbx->kdf.salt = value;
        return 0;
    case H_ROUNDS:
        kdbx->kdf.rounds = lock_kdbx_number(value);
        return 0;
    case H_IV:
        kdbx->iv = value;
        return 0;
    case H_STREAM_KEY:
        kdbx->stream_key = value;
        return 0;
    case H_START:
        kdbx->start = value;
        return 0;
    case H_STREAM:
        kdbx->stream = (uint32_t)lock_kdbx_number(value);
        return 0;
    case H_KDF:
        return read_kdf(&kdbx->kdf, value) < 0
                   ? error_set(err, ERROR_UNSUPPORTED, "a way to the key that is not known")
                   : 0;
    default:
        return 0;
    }
}

static int read_header(struct kdbx *kdbx, struct slice file, struct error *err)
{
    struct slice rest = slice_skip(file, 8), value;
    uint16_t minor, major, short_len = 0;
    uint32_t len = 0;
    uint8_t id;
    if (slice_eat_u16le(&rest, &minor) < 0 || slice_eat_u16le(&rest, &major) < 0)
        return error_set(err, ERROR_FORMAT, "the safe is cut short");
    if (major != 3 && major != 4)
        return error_set(err, ERROR_UNSUPPORTED, "version %u of the format is not known", (unsigned)major);
    kdbx->is_fourth = major == 4;
    do {
        if (slice_eat_u8(&rest, &id) < 0)
            return error_set(err, ERROR_FORMAT, "the safe is cut short");
        if (kdbx->is_fourth ? slice_eat_u32le(&rest, &len) < 0 : slice_eat_u16le(&rest, &short_len) < 0)
            return error_set(err, ERROR_FORMAT, "the safe is cut short");
        if (slice_eat(&rest, kdbx->is_fourth ? len : short_len, &value) < 0)
            return error_set(err, ERROR_FORMAT, "the safe is cut short");
        if (take_field(kdbx, id, value, err) < 0)
            return -1;
    } while (id != H_END);
    kdbx->header = slice_sub(file, 0, file.len - rest.len);
    if (kdbx->is_fourth && slice_eat(&rest, 64, &kdbx->sums) < 0)
        return error_set(err, ERROR_FORMAT, "the safe is cut short");
    kdbx->body = rest;
    return 0;
}

static int check_header(const struct kdbx *kdbx, struct error *err)
{
    size_t iv_len = kdbx->cipher == GCRY_CIPHER_CHACHA20 ? 12 : 16;
    bool is_sound =
        kdbx->cipher && kdbx->seed.len == 32 && kdbx->iv.len == iv_len &&
        (kdbx->is_fourth || kdbx->start.len == 32) &&
        (kdbx->kdf.is_argon2 ? kdbx->kdf.salt.len >= 8 && kdbx->kdf.lanes > 0 && kdbx->kdf.rounds > 0
                             : kdbx->kdf.salt.len == 32);
    if (!is_sound)
        return error_set(err, ERROR_FORMAT, "the safe's header is damaged");
    if (kdbx->kdf.is_argon2 && kdbx->kdf.version != 0x13)
        return error_set(err, ERROR_UNSUPPORTED, "a way to the key that is not known");
    return 0;
}

int lock_kdbx_read(struct kdbx *kdbx, struct slice file, struct error *err)
{
    return read_header(kdbx, file, err) < 0 || check_header(kdbx, err) < 0 ? -1 : 0;
}
