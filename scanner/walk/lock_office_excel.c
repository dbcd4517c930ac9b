/* lock_office_excel.c - Excel files under a password (MS-XLS section 2.2.10): records whose headers stay clear; RC4 or an obfuscation. */
#include "walk/lock_office.h"

#include <stdio.h>

#define BLOCK ((size_t)1024)
#define FILE_PASS_WITHIN 16 /* records */

enum record {
    R_BOF = 0x0809,
    R_FILE_PASS = 0x002F,
    R_USER_EXCLUSIVE = 0x0194,
    R_FILE_LOCK = 0x0195,
    R_INTERFACE = 0x00E1,
    R_REVISION_INFO = 0x0196,
    R_REVISION_HEAD = 0x0138,
    R_SHEET = 0x0085,
    R_CODEPAGE = 0x0042,
    R_COUNTRY = 0x008C,
    R_DATE_MODE = 0x0022,
};

struct record_at {
    uint16_t kind;
    size_t at; /* of its data */
    struct slice data;
};

static int next_record(struct slice stream, size_t *at, struct record_at *record)
{
    struct slice rest = slice_skip(stream, *at);
    uint16_t len;
    if (slice_eat_u16le(&rest, &record->kind) < 0 || slice_eat_u16le(&rest, &len) < 0)
        return 0;
    record->at = *at + 4;
    record->data = slice_sub(rest, 0, len);
    *at = record->at + record->data.len;
    return 1;
}

/* Bytes of a record that are never encrypted. */
static size_t clear_len(const struct record_at *record)
{
    switch (record->kind) {
    case R_BOF:
    case R_FILE_PASS:
    case R_USER_EXCLUSIVE:
    case R_FILE_LOCK:
    case R_INTERFACE:
    case R_REVISION_INFO:
    case R_REVISION_HEAD:
        return record->data.len;
    case R_SHEET:
        return record->data.len < 4 ? record->data.len : 4;
    default:
        return 0;
    }
}

static int read_file_pass(struct lock *lock, struct office *office, struct slice data, struct error *err)
{
    uint16_t kind = 0;
    /* Before Excel 97 there is only the obfuscation, without a number that says so. */
    if (data.len > 4 && slice_eat_u16le(&data, &kind) == 0 && kind == 1)
        return offcrypto_read(data, &office->crypto, lock->scheme, sizeof lock->scheme, err);
    if (kind != 0 || slice_eat_u16le(&data, &office->xor_key) < 0 ||
        slice_eat_u16le(&data, &office->xor_verifier) < 0)
        return error_set(err, ERROR_UNSUPPORTED, "an encryption that is not known");
    office->is_xor = true;
    snprintf(lock->scheme, sizeof lock->scheme, "XOR obfuscation");
    return 0;
}

static int excel_open(struct lock *lock, struct office *office, struct error *err)
{
    struct record_at record;
    size_t at = 0;
    for (unsigned i = 0; i < FILE_PASS_WITHIN && next_record(office->bytes, &at, &record); i++) {
        if (record.kind != R_FILE_PASS)
            continue;
        office->header_at = record.at - 4;
        return read_file_pass(lock, office, record.data, err) < 0 ? -1 : 1;
    }
    return 0;
}

/* The obfuscation. */

/* 15 numbers, by the password's length. */
static const uint16_t initial_codes[15] = { 0xE1F0, 0x1D0F, 0xCC9C, 0x84C0, 0x110C, 0x0E10, 0xF1CE, 0x313E,
                                            0x1872, 0xE139, 0xD40F, 0x84F9, 0x280C, 0xA96A, 0x4EC3 };

/* The first of seven numbers for each place in a password; each further one is the one before, doubled in the field of 0x1021. */
static const uint16_t matrix_starts[15] = { 0xAEFC, 0x7B61, 0x4563, 0x0375, 0xD849, 0x6F45, 0xEB23, 0x47D3,
                                            0xB861, 0x45A0, 0xAA51, 0x76B4, 0x3730, 0x3331, 0x1021 };

static const unsigned char padding[15] = { 0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80,
                                           0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00 };

static uint16_t xor_verifier(struct slice password)
{
    unsigned value = 0;
    for (size_t i = password.len; i-- > 0;)
        value = ((value >> 14 & 1) | (value << 1 & 0x7FFF)) ^ password.ptr[i];
    value = ((value >> 14 & 1) | (value << 1 & 0x7FFF)) ^ (unsigned)password.len;
    return (uint16_t)(value ^ 0xCE4B);
}

static uint16_t xor_key(struct slice password)
{
    unsigned key = initial_codes[password.len - 1];
    size_t row = 15;
    for (size_t i = password.len; i-- > 0;) {
        /* The matrix is gone through from its end: the last of a row stands for the highest of seven bits. */
        unsigned numbers[7] = { matrix_starts[--row] };
        for (size_t j = 1; j < 7; j++)
            numbers[j] = (numbers[j - 1] << 1 & 0xFFFF) ^ (numbers[j - 1] & 0x8000 ? 0x1021u : 0u);
        for (size_t bit = 0; bit < 7; bit++)
            if (password.ptr[i] >> bit & 1)
                key ^= numbers[bit];
    }
    return (uint16_t)key;
}

static unsigned char rotate_right(unsigned value, unsigned by)
{
    return (unsigned char)(value >> by | value << (8 - by));
}

static void make_array(struct slice password, uint16_t key, unsigned char array[16])
{
    for (size_t i = 0; i < 16; i++) {
        unsigned plain = i < password.len ? password.ptr[i] : padding[i - password.len];
        array[i] = rotate_right((plain ^ (i % 2 ? key >> 8 : key & 0xFFu)) & 0xFF, 1);
    }
}

static unsigned char xor_byte(const struct office *office, const struct record_at *record, size_t i)
{
    unsigned mixed = record->data.ptr[i] ^ office->xor_array[(record->at + i + record->data.len) % 16];
    return rotate_right(mixed & 0xFF, 5);
}

/* Records at the front of a workbook that hold one of few numbers. */
static bool is_likely(uint16_t kind, unsigned value)
{
    switch (kind) {
    case R_CODEPAGE:
        return value == 1200 || value == 0x8000 || value == 0x8001 || (value >= 437 && value <= 1361) ||
               value == 10000;
    case R_DATE_MODE:
        return value <= 1;
    default:
        return value > 0 && value < 1000;
    }
}

static bool records_fit(const struct office *office)
{
    struct record_at record;
    size_t at = 0;
    unsigned seen = 0;
    for (unsigned i = 0; i < 200 && next_record(office->bytes, &at, &record); i++) {
        if ((record.kind != R_CODEPAGE && record.kind != R_DATE_MODE && record.kind != R_COUNTRY) ||
            record.data.len < 2)
            continue;
        if (!is_likely(record.kind, xor_byte(office, &record, 0) | (unsigned)xor_byte(office, &record, 1)
                                                                       << 8))
            return false;
        seen++;
    }
    return seen > 0;
}

bool office_xor_try(struct office *office, struct slice password)
{
    if (password.len == 0 || password.len > 15 || xor_verifier(password) != office->xor_verifier ||
        xor_key(password) != office->xor_key)
        return false;
    make_array(password, office->xor_key, office->xor_array);
    return records_fit(office);
}

static void excel_decipher(struct lock *lock, struct office *office, unsigned char *file)
{
    struct arena_mark mark = arena_mark(lock->arena);
    struct record_at record;
    size_t at = 0, len = office->bytes.len;
    unsigned char *plain = arena_alloc(lock->arena, len ? len : 1);
    if (len)
        memcpy(plain, office->bytes.ptr, len);
    if (!office->is_xor)
        offcrypto_rc4(&office->crypto, 0, BLOCK, plain, len);
    while (next_record(office->bytes, &at, &record)) {
        size_t clear = clear_len(&record);
        memcpy(plain + record.at - 4, office->bytes.ptr + record.at - 4, 4 + clear);
        for (size_t i = clear; office->is_xor && i < record.data.len; i++)
            plain[record.at + i] = xor_byte(office, &record, i);
    }
    /* A record that nothing knows, so that nothing takes the file for locked. */
    plain[office->header_at] = plain[office->header_at + 1] = 0;
    cfb_overwrite(&office->cfb, office->stream, slice_of(plain, len), file);
    arena_rewind(lock->arena, mark);
}

const struct office_program lock_office_excel = { "Workbook", excel_open, excel_decipher };
const struct office_program lock_office_excel5 = { "Book", excel_open, excel_decipher };
