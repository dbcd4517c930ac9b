/* archive_kind.c - which archive or compression the first bytes are, by signatures of ours. */
#include "walk/archive_kind.h"

#include <stdio.h>

#define TAR_BLOCK 512
#define ISO_DESCRIPTOR 32768

static bool has_bytes(struct slice head, size_t at, const char *bytes, size_t len)
{
    return head.len >= len && at <= head.len - len && memcmp(head.ptr + at, bytes, len) == 0;
}

#define HAS(head, at, bytes) has_bytes(head, at, bytes, sizeof(bytes) - 1)

static unsigned byte_at(struct slice head, size_t at)
{
    return at < head.len ? head.ptr[at] : 0;
}

/* Formats. */

/* Whether a local file header that makes sense is at AT (APPNOTE 4.3.7). */
static bool is_zip_member(struct slice head, size_t at)
{
    struct slice rest = slice_skip(head, at + 4), skipped;
    uint16_t version, flags, method, name;
    if (slice_eat_u16le(&rest, &version) < 0 || slice_eat_u16le(&rest, &flags) < 0 ||
        slice_eat_u16le(&rest, &method) < 0 || slice_eat(&rest, 16, &skipped) < 0 ||
        slice_eat_u16le(&rest, &name) < 0)
        return false;
    return (version & 0xFF) <= 63 && method <= 99 && name > 0 && name <= 4096;
}

size_t archive_zip_start(struct slice head)
{
    static const struct slice mark = { (const unsigned char *)"PK\3\4", 4 };
    if (HAS(head, 0, "PK"))
        return 0;
    for (size_t at = 0; (at = slice_find(head, at, mark)) != SLICE_NONE; at++)
        if (is_zip_member(head, at))
            return at;
    return SLICE_NONE;
}

/* Bytes may stand before the first member: what looks like a program, or is called a zip, is searched for it. */
static bool is_zip(struct slice head, struct slice name)
{
    if (HAS(head, 0, "PK\3\4") || HAS(head, 0, "PK\5\6") || HAS(head, 0, "PK\7\10PK\3\4") ||
        HAS(head, 0, "PK00PK\3\4"))
        return true;
    if (!HAS(head, 0, "MZ") &&
        !HAS(head, 0,
             "\x7F"
             "ELF") &&
        !slice_ends_with_nocase(name, ".zip"))
        return false;
    return archive_zip_start(head) != SLICE_NONE;
}

static bool is_7zip(struct slice head, struct slice name)
{
    (void)name;
    return HAS(head, 0, "7z\xBC\xAF\x27\x1C");
}

static bool is_rar4(struct slice head, struct slice name)
{
    (void)name;
    return HAS(head, 0, "Rar!\x1A\x07\x00");
}

static bool is_rar5(struct slice head, struct slice name)
{
    (void)name;
    return HAS(head, 0, "Rar!\x1A\x07\x01\x00");
}

static bool is_cab(struct slice head, struct slice name)
{
    (void)name;
    return HAS(head, 0, "MSCF\0\0\0\0");
}

/* An octal field as tar writes it: spaces, digits, then a NUL or a space. */
static bool tar_octal(struct slice field, uint64_t *value)
{
    size_t at = 0, digits = 0;
    *value = 0;
    while (at < field.len && field.ptr[at] == ' ')
        at++;
    for (; at < field.len && field.ptr[at] >= '0' && field.ptr[at] <= '7'; at++, digits++)
        *value = *value << 3 | (field.ptr[at] & 7u);
    return digits > 0 && (at == field.len || field.ptr[at] == 0 || field.ptr[at] == ' ');
}

/* The checksum of the first header (POSIX 1003.1 pax, ustar Interchange Format): v7 tar has nothing else. */
static bool is_tar(struct slice head, struct slice name)
{
    uint64_t declared, sum = 0;
    int64_t signed_sum = 0;
    (void)name;
    if (head.len < TAR_BLOCK || !tar_octal(slice_sub(head, 148, 8), &declared))
        return false;
    for (size_t i = 0; i < TAR_BLOCK; i++) {
        unsigned char c = i >= 148 && i < 156 ? ' ' : head.ptr[i];
        sum += c;
        signed_sum += (signed char)c;
    }
    return sum == declared || signed_sum == (int64_t)declared;
}

static bool is_lha(struct slice head, struct slice name)
{
    (void)name;
    if (head.len < 22 || head.ptr[2] != '-' || head.ptr[3] != 'l' || head.ptr[6] != '-' || head.ptr[20] > 3)
        return false;
    unsigned char family = head.ptr[4], method = head.ptr[5];
    bool is_lh = family == 'h' && ((method >= '0' && method <= '9') || method == 'd' || method == 'x');
    return is_lh || (family == 'z' && (method == 's' || method == '4' || method == '5'));
}

static bool is_iso(struct slice head, struct slice name)
{
    (void)name;
    return HAS(head, ISO_DESCRIPTOR + 1, "CD001");
}

static bool are_digits(struct slice digits, unsigned base)
{
    for (size_t i = 0; i < digits.len; i++) {
        unsigned char c = slice_lower_byte(digits.ptr[i]);
        if (!(c >= '0' && c <= (base == 8 ? '7' : '9')) && !(base == 16 && c >= 'a' && c <= 'f'))
            return false;
    }
    return digits.len > 0;
}

/* The old binary cpio has a signature of two bytes only; its name's length and its name must fit too. */
static bool is_binary_cpio(struct slice head)
{
    bool is_little = HAS(head, 0, "\xC7\x71");
    if (head.len < 28 || (!is_little && !HAS(head, 0, "\x71\xC7")))
        return false;
    size_t name = head.ptr[20] | (size_t)head.ptr[21] << 8;
    if (!is_little)
        name = head.ptr[21] | (size_t)head.ptr[20] << 8;
    return name >= 2 && name <= 1024 && name <= head.len - 26 && head.ptr[26 + name - 1] == 0 &&
           head.ptr[26] >= ' ';
}

static bool is_cpio(struct slice head, struct slice name)
{
    (void)name;
    if (HAS(head, 0, "070701") || HAS(head, 0, "070702"))
        return head.len >= 110 && are_digits(slice_sub(head, 6, 104), 16);
    if (HAS(head, 0, "070707"))
        return head.len >= 76 && are_digits(slice_sub(head, 6, 70), 8);
    return (HAS(head, 0, "070727") && head.len >= 116) || is_binary_cpio(head);
}

static bool is_ar(struct slice head, struct slice name)
{
    (void)name;
    return HAS(head, 0, "!<arch>\n");
}

static bool is_xar(struct slice head, struct slice name)
{
    (void)name;
    return HAS(head, 0, "xar!\0");
}

static bool is_arj(struct slice head, struct slice name)
{
    (void)name;
    return HAS(head, 0, "\x60\xEA") && byte_at(head, 10) == 2 && slice_ends_with_nocase(name, ".arj");
}

static bool is_ace(struct slice head, struct slice name)
{
    (void)name;
    return HAS(head, 7, "**ACE**");
}

static bool is_stuffit(struct slice head, struct slice name)
{
    (void)name;
    return (HAS(head, 0, "SIT!") && HAS(head, 10, "rLau")) || HAS(head, 0, "StuffIt (c)");
}

static const struct archive_kind formats[] = {
    { "zip", is_zip, archive_read_support_format_zip, NEED_SEEK_OR_SO, ARCHIVE_ZIP, 0, true },
    { "7z", is_7zip, archive_read_support_format_7zip, NEED_SEEK, ARCHIVE_7ZIP, 0, false },
    { "rar", is_rar4, archive_read_support_format_rar, NEED_SEEK, ARCHIVE_RAR4, 0, false },
    { "rar", is_rar5, archive_read_support_format_rar5, NEED_SEEK, ARCHIVE_RAR5, 0, false },
    { "cab", is_cab, archive_read_support_format_cab, NEED_STREAM, ARCHIVE_CAB, 0, false },
    { "iso", is_iso, archive_read_support_format_iso9660, NEED_SEEK, ARCHIVE_ISO, 0, false },
    { "xar", is_xar, archive_read_support_format_xar, NEED_STREAM, ARCHIVE_XAR, 0, true },
    { "ar", is_ar, archive_read_support_format_ar, NEED_STREAM, ARCHIVE_OTHER, 0, true },
    { "lha", is_lha, archive_read_support_format_lha, NEED_STREAM, ARCHIVE_OTHER, 0, true },
    { "tar", is_tar, archive_read_support_format_tar, NEED_STREAM, ARCHIVE_TAR, 0, true },
    { "cpio", is_cpio, archive_read_support_format_cpio, NEED_STREAM, ARCHIVE_OTHER, 0, true },
    { "ARJ", is_arj, NULL, NEED_STREAM, ARCHIVE_OTHER, 0, false },
    { "ACE", is_ace, NULL, NEED_STREAM, ARCHIVE_OTHER, 0, false },
    { "StuffIt", is_stuffit, NULL, NEED_STREAM, ARCHIVE_OTHER, 0, false },
};

/* Filters. */

static bool is_gzip(struct slice head, struct slice name)
{
    (void)name;
    return HAS(head, 0, "\x1F\x8B\x08") && (byte_at(head, 3) & 0xE0) == 0;
}

static bool is_bzip2(struct slice head, struct slice name)
{
    (void)name;
    return HAS(head, 0, "BZh") && byte_at(head, 3) >= '1' && byte_at(head, 3) <= '9' &&
           (HAS(head, 4, "\x31\x41\x59\x26\x53\x59") || HAS(head, 4, "\x17\x72\x45\x38\x50\x90"));
}

static bool is_xz(struct slice head, struct slice name)
{
    (void)name;
    return HAS(head, 0, "\xFD\x37zXZ\0");
}

static bool is_lzip(struct slice head, struct slice name)
{
    (void)name;
    return HAS(head, 0, "LZIP") && (byte_at(head, 4) == 0 || byte_at(head, 4) == 1);
}

/* A dictionary as encoders choose it: 2^n or 2^n + 2^(n-1). */
static bool is_dictionary(uint64_t size)
{
    for (unsigned n = 12; n < 32; n++)
        if (size == UINT64_C(1) << n || size == (UINT64_C(1) << n) + (UINT64_C(1) << (n - 1)))
            return true;
    return false;
}

/* LZMA alone has no signature: properties, dictionary, size, then a byte that is always 0. */
static bool is_lzma(struct slice head, struct slice name)
{
    uint8_t properties, first;
    uint32_t dictionary;
    uint64_t size;
    if (slice_eat_u8(&head, &properties) < 0 || slice_eat_u32le(&head, &dictionary) < 0 ||
        slice_eat_u64le(&head, &size) < 0 || slice_eat_u8(&head, &first) < 0)
        return false;
    if (properties >= 225 || first != 0 || !is_dictionary(dictionary))
        return false;
    if (slice_ends_with_nocase(name, ".lzma") || slice_ends_with_nocase(name, ".tlz"))
        return size == UINT64_MAX || size < UINT64_C(1) << 48;
    return properties == 0x5D && (size == UINT64_MAX || (size > 0 && size < UINT64_C(1) << 40));
}

/* HEAD after skippable frames, which zstd and lz4 share. */
static struct slice skip_frames(struct slice head)
{
    for (int frames = 0; frames < 8 && (byte_at(head, 0) & 0xF0) == 0x50 && HAS(head, 1, "\x2A\x4D\x18");
         frames++) {
        struct slice rest = slice_skip(head, 4);
        uint32_t size;
        if (slice_eat_u32le(&rest, &size) < 0)
            break;
        head = slice_skip(rest, size);
    }
    return head;
}

static bool is_zstd(struct slice head, struct slice name)
{
    (void)name;
    return HAS(skip_frames(head), 0, "\x28\xB5\x2F\xFD");
}

static bool is_lz4(struct slice head, struct slice name)
{
    (void)name;
    head = skip_frames(head);
    return HAS(head, 0, "\x04\x22\x4D\x18") || HAS(head, 0, "\x02\x21\x4C\x18");
}

static bool is_compress(struct slice head, struct slice name)
{
    unsigned bits = byte_at(head, 2) & 0x1F;
    (void)name;
    return HAS(head, 0, "\x1F\x9D") && (byte_at(head, 2) & 0x60) == 0 && bits >= 9 && bits <= 16;
}

static bool is_lzop(struct slice head, struct slice name)
{
    (void)name;
    return HAS(head, 0, "\x89LZO\0\r\n\x1A\n");
}

static bool is_lrzip(struct slice head, struct slice name)
{
    (void)name;
    return HAS(head, 0, "LRZI") && byte_at(head, 4) == 0;
}

static bool is_grzip(struct slice head, struct slice name)
{
    (void)name;
    return HAS(head, 0, "GRZipII\0\2\4:)");
}

static const struct archive_kind filters[] = {
    { .name = "gzip", .is = is_gzip, .filter = ARCHIVE_FILTER_GZIP },
    { .name = "bzip2", .is = is_bzip2, .filter = ARCHIVE_FILTER_BZIP2 },
    { .name = "xz", .is = is_xz, .filter = ARCHIVE_FILTER_XZ },
    { .name = "zstd", .is = is_zstd, .filter = ARCHIVE_FILTER_ZSTD },
    { .name = "lz4", .is = is_lz4, .filter = ARCHIVE_FILTER_LZ4 },
    { .name = "lzip", .is = is_lzip, .filter = ARCHIVE_FILTER_LZIP },
    { .name = "compress", .is = is_compress, .support = archive_read_support_filter_compress },
    { .name = "lzma", .is = is_lzma, .filter = ARCHIVE_FILTER_LZMA },
    /* libarchive would start other programs for these. */
    { .name = "lzop", .is = is_lzop },
    { .name = "lrzip", .is = is_lrzip },
    { .name = "grzip", .is = is_grzip },
};

static const struct archive_kind *find(const struct archive_kind *kinds, size_t count, struct slice head,
                                       struct slice name)
{
    for (size_t i = 0; i < count; i++)
        if (kinds[i].is(head, name))
            return &kinds[i];
    return NULL;
}

const struct archive_kind *archive_format_find(struct slice head, struct slice name)
{
    return find(formats, sizeof formats / sizeof *formats, head, name);
}

const struct archive_kind *archive_filter_find(struct slice head, struct slice name)
{
    return find(filters, sizeof filters / sizeof *filters, head, name);
}

struct slice archive_bare_name(struct slice name, char *room, size_t size)
{
    static const char *const plain[] = { ".gz", ".bz2", ".xz", ".zst", ".lz4", ".lz", ".lzma", ".z", ".bz" };
    static const char *const tars[] = { ".tgz", ".tbz2", ".tbz", ".txz", ".tzst", ".tlz", ".taz" };
    for (size_t at; (at = slice_find_byte(name, 0, '/')) != SLICE_NONE;)
        name = slice_skip(name, at + 1);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (slice_ends_with_nocase(name, plain[i]) && name.len > strlen(plain[i]))
            return slice_sub(name, 0, name.len - strlen(plain[i]));
    for (size_t i = 0; i < sizeof tars / sizeof *tars; i++)
        if (slice_ends_with_nocase(name, tars[i])) {
            int stem = (int)(name.len - strlen(tars[i]));
            int len = stem < 512 ? snprintf(room, size, "%.*s.tar", stem, (const char *)name.ptr) : 0;
            return len > 0 && (size_t)len < size ? slice_of(room, (size_t)len) : name;
        }
    return name;
}
