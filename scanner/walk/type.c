/* type.c - what bytes are: signatures, then a test for text, then libmagic for what is left. */
#include "walk/type.h"

#include <magic.h>

#include "base/utf8.h"
#include "base/vector.h"
#include "decode/charset.h"

/* libmagic needs no more to know what it knows, and its cost grows with the bytes. */
#define MAGIC_HEAD ((size_t)4096)
#define TEXT_HEAD ((size_t)512)

#define LEAST_UNITS 4

struct signature {
    unsigned at;
    const char *bytes;
    size_t len;
    enum type_class class;
    const char *media;
};

#define SIGN(at, bytes, class, media)              \
    {                                              \
        at, bytes, sizeof(bytes) - 1, class, media \
    }

/* The first that fits. Text formats stand here only where their text is hidden or locked. */
static const struct signature signatures[] = {
    SIGN(0, "%PDF-", TYPE_DOCUMENT, "application/pdf"),
    SIGN(0, "\x89PNG\r\n\x1a\n", TYPE_PICTURE, "image/png"),
    SIGN(0, "\xff\xd8\xff", TYPE_PICTURE, "image/jpeg"),
    SIGN(0, "GIF87a", TYPE_PICTURE, "image/gif"),
    SIGN(0, "GIF89a", TYPE_PICTURE, "image/gif"),
    SIGN(0, "II*\0", TYPE_PICTURE, "image/tiff"),
    SIGN(0, "MM\0*", TYPE_PICTURE, "image/tiff"),
    SIGN(8, "WEBPVP8", TYPE_PICTURE, "image/webp"),
    SIGN(0, "8BPS\0\x01", TYPE_PICTURE, "image/vnd.adobe.photoshop"),
    SIGN(0, "\0\0\0\x0cjP  \r\n", TYPE_PICTURE, "image/jp2"),
    SIGN(4, "ftyphei", TYPE_PICTURE, "image/heic"),
    SIGN(4, "ftypmif1", TYPE_PICTURE, "image/heif"),
    SIGN(4, "ftypavif", TYPE_PICTURE, "image/avif"),
    SIGN(40, " EMF", TYPE_PICTURE, "image/emf"),
    SIGN(0, "\xd7\xcd\xc6\x9a", TYPE_PICTURE, "image/wmf"),
    SIGN(0, "VCLMTF", TYPE_PICTURE, "image/x-svm"), /* LibreOffice's own drawings */
    SIGN(4, "ftyp", TYPE_DOCUMENT, "video/mp4"),
    SIGN(0, "ID3", TYPE_DOCUMENT, "audio/mpeg"),
    SIGN(0, "OggS", TYPE_DOCUMENT, "application/ogg"),
    SIGN(0, "fLaC", TYPE_DOCUMENT, "audio/flac"),
    SIGN(8, "WAVEfmt", TYPE_DOCUMENT, "audio/x-wav"),
    SIGN(8, "AVI LIST", TYPE_DOCUMENT, "video/x-msvideo"),
    SIGN(0, "\x1a\x45\xdf\xa3", TYPE_DOCUMENT, "video/x-matroska"),
    SIGN(0, "PK\x03\x04", TYPE_DOCUMENT, "application/zip"),
    SIGN(0, "PK\x05\x06", TYPE_DOCUMENT, "application/zip"),
    SIGN(0, "\x1f\x8b\x08", TYPE_DOCUMENT, "application/gzip"),
    SIGN(0, "BZh", TYPE_DOCUMENT, "application/x-bzip2"),
    SIGN(0,
         "\xfd"
         "7zXZ\0",
         TYPE_DOCUMENT, "application/x-xz"),
    SIGN(0, "\x28\xb5\x2f\xfd", TYPE_DOCUMENT, "application/zstd"),
    SIGN(0, "7z\xbc\xaf\x27\x1c", TYPE_DOCUMENT, "application/x-7z-compressed"),
    SIGN(0, "Rar!\x1a\x07", TYPE_DOCUMENT, "application/x-rar"),
    SIGN(0, "MSCF\0\0\0\0", TYPE_DOCUMENT, "application/vnd.ms-cab-compressed"),
    SIGN(0, "{\\rtf", TYPE_DOCUMENT, "application/rtf"),
    SIGN(0, "!BDN", TYPE_DOCUMENT, "application/vnd.ms-outlook-pst"),
    SIGN(0, "\x78\x9f\x3e\x22", TYPE_DOCUMENT, "application/vnd.ms-tnef"),
    SIGN(0, "SQLite format 3\0", TYPE_DOCUMENT, "application/vnd.sqlite3"),
    SIGN(0,
         "\0\x01\0\0"
         "Standard ",
         TYPE_DOCUMENT, "application/x-msaccess"),
    SIGN(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", TYPE_DOCUMENT, "application/x-ole-storage"),
    SIGN(0,
         "\x7f"
         "ELF",
         TYPE_PROGRAM, "application/x-elf"),
    SIGN(0, "\xca\xfe\xba\xbe", TYPE_PROGRAM, "application/java-vm"),
    SIGN(0, "\xcf\xfa\xed\xfe", TYPE_PROGRAM, "application/x-mach-binary"),
    SIGN(0, "\xce\xfa\xed\xfe", TYPE_PROGRAM, "application/x-mach-binary"),
    SIGN(0, "\0asm\x01\0\0\0", TYPE_PROGRAM, "application/wasm"),
    SIGN(0, "dex\n03", TYPE_PROGRAM, "application/vnd.android.dex"),
    SIGN(0, "!<arch>\n", TYPE_PROGRAM, "application/x-archive"),
    SIGN(0, "\xd4\xc3\xb2\xa1", TYPE_PROGRAM, "application/vnd.tcpdump.pcap"),
    SIGN(0, "\xa1\xb2\xc3\xd4", TYPE_PROGRAM, "application/vnd.tcpdump.pcap"),
    SIGN(0, "\x4d\x3c\xb2\xa1", TYPE_PROGRAM, "application/vnd.tcpdump.pcap"),
    SIGN(8, "\x4d\x3c\x2b\x1a", TYPE_PROGRAM, "application/x-pcapng"),
    SIGN(8, "\x1a\x2b\x3c\x4d", TYPE_PROGRAM, "application/x-pcapng"),
    SIGN(0, "wOFF", TYPE_PROGRAM, "font/woff"),
    SIGN(0, "wOF2", TYPE_PROGRAM, "font/woff2"),
    SIGN(0, "OTTO\0", TYPE_PROGRAM, "font/otf"),
    SIGN(0, "\0\x01\0\0\0", TYPE_PROGRAM, "font/ttf"),
    SIGN(0, "\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", TYPE_ENCRYPTED, "application/x-keepass2"),
    SIGN(0, "\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5", TYPE_ENCRYPTED, "application/x-keepass"),
    SIGN(0, "\x76\xe8\x04\x60\xc4\x11\xe3\x86", TYPE_ENCRYPTED, TYPE_RIGHTS_PROTECTED),
    SIGN(0, "LUKS\xba\xbe", TYPE_ENCRYPTED, "application/x-luks"),
    SIGN(0, "Salted__", TYPE_ENCRYPTED, "application/x-openssl-salted"),
    SIGN(0, "age-encryption.org/v1\n", TYPE_ENCRYPTED, "application/x-age"),
    SIGN(0, "-----BEGIN AGE ENCRYPTED FILE-----", TYPE_ENCRYPTED, "application/x-age"),
    SIGN(0, "-----BEGIN PGP MESSAGE-----", TYPE_ENCRYPTED, "application/pgp-encrypted"),
    SIGN(0, "$ANSIBLE_VAULT;", TYPE_ENCRYPTED, "application/x-ansible-vault"),
};

static magic_t magic;

int type_init(struct error *err)
{
    if (magic)
        return 0;
    magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR);
    if (!magic)
        return error_set(err, ERROR_SYSTEM, "cannot start libmagic");
    if (magic_load(magic, NULL) == 0)
        return 0;
    error_set(err, ERROR_SYSTEM, "cannot load libmagic's database: %s", magic_error(magic));
    type_release();
    return -1;
}

void type_release(void)
{
    if (magic)
        magic_close(magic);
    magic = NULL;
}

static bool has_bytes(struct slice head, size_t at, const char *bytes, size_t len)
{
    return slice_is_equal(slice_sub(head, at, len), slice_of(bytes, len));
}

#define HAS(head, at, bytes) has_bytes(head, at, bytes, sizeof(bytes) - 1)

static struct slice after_white(struct slice head)
{
    size_t at = 0;
    head = utf8_skip_mark(head);
    while (at < head.len && at < TEXT_HEAD && memchr(" \t\r\n", head.ptr[at], 4))
        at++;
    return slice_skip(head, at);
}

/* CMS content types (RFC 5652, RFC 5083) stand within the first bytes of the DER or BER. */
static struct type cms_type(struct slice head)
{
    static const char pkcs7[] = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07";
    static const char auth_enveloped[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17";
    static const struct type none = { TYPE_BINARY, NULL };
    struct slice front = slice_sub(head, 0, 32);
    if (front.len < 16 || front.ptr[0] != 0x30)
        return none;
    if (slice_find(front, 0, slice_str(auth_enveloped)) != SLICE_NONE)
        return (struct type){ TYPE_ENCRYPTED, "application/pkcs7-mime" };
    size_t at = slice_find(front, 0, slice_str(pkcs7));
    if (at == SLICE_NONE || at + sizeof pkcs7 > front.len)
        return none;
    bool is_encrypted = front.ptr[at + sizeof pkcs7 - 1] == 3 || front.ptr[at + sizeof pkcs7 - 1] == 6;
    return (struct type){ is_encrypted ? TYPE_ENCRYPTED : TYPE_DOCUMENT, "application/pkcs7-mime" };
}

/* Encrypted session key packets (RFC 9580 sections 5.1, 5.3), which begin every encrypted OpenPGP message. */
static bool is_pgp_message(struct slice head)
{
    static const unsigned char versions_public[] = { 3, 6 };
    if (head.len < 16)
        return false;
    const unsigned char *at = head.ptr;
    if (at[0] == 0x85 && at[1] <= 8) /* old form, two length bytes: RSA or ElGamal */
        return at[3] == 3 && at[12] >= 1 && at[12] <= 16;
    if (at[0] == 0x84) /* one length byte: elliptic curves */
        return at[2] == 3 && at[11] >= 18 && at[11] <= 26;
    if (at[0] == 0xC1)
        return memchr(versions_public, at[at[1] >= 192 ? 3 : 2], 2) && at[1] < 224;
    if (at[0] == 0x8C || at[0] == 0xC3) /* a pass phrase's: version, cipher, S2K kind */
        return at[1] < 64 && at[2] >= 4 && at[2] <= 6 && at[3] <= 10 && at[4] <= 10;
    return false;
}

/* Office documents with a password are an OLE file around a stream of this name ([MS-OFFCRYPTO] 2.3.4). */
static bool is_encrypted_ole(struct slice head)
{
    static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";
    return slice_find(head, 0, slice_of(name, sizeof name - 1)) != SLICE_NONE;
}

/* DOS header whose e_lfanew points to a PE, NE or LE header, where the head holds it. */
static bool is_dos_program(struct slice head)
{
    uint32_t at;
    struct slice rest = slice_skip(head, 0x3C);
    if (!HAS(head, 0, "MZ") || slice_eat_u32le(&rest, &at) < 0)
        return false;
    return at >= head.len || HAS(head, at, "PE\0\0") || HAS(head, at, "NE") || HAS(head, at, "LE");
}

/* Bitmaps and icons have short signatures, so their reserved fields must fit too. */
static const char *weak_picture(struct slice head)
{
    if (HAS(head, 0, "BM") && HAS(head, 6, "\0\0\0\0") && head.len > 18 && head.ptr[14] <= 124 &&
        HAS(head, 15, "\0\0\0"))
        return "image/bmp";
    if ((HAS(head, 0, "\0\0\x01\0") || HAS(head, 0, "\0\0\x02\0")) && head.len >= 22 && head.ptr[4] != 0 &&
        head.ptr[5] == 0 && head.ptr[9] == 0)
        return "image/x-icon";
    return NULL;
}

static struct type signature_special(struct slice head)
{
    struct type type = cms_type(head);
    if (type.media)
        return type;
    if (is_pgp_message(head) && !type_is_text(head))
        return (struct type){ TYPE_ENCRYPTED, "application/pgp-encrypted" };
    if (is_dos_program(head))
        return (struct type){ TYPE_PROGRAM, "application/vnd.microsoft.portable-executable" };
    return (struct type){ TYPE_PICTURE, weak_picture(head) };
}

/* A short signature of letters begins some texts too ("ID3 tags are …"). */
static bool is_word(const struct signature *signature)
{
    for (size_t i = 0; i < signature->len; i++)
        if (signature->bytes[i] < 0x20 || signature->bytes[i] > 0x7E)
            return false;
    return signature->len < 8 && !memchr("%{", signature->bytes[0], 2);
}

struct type type_from_signature(struct slice head)
{
    struct slice trimmed = after_white(head);
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        const struct signature *signature = &signatures[i];
        struct slice from = signature->bytes[0] == '-' ? trimmed : head;
        if (signature->at >= from.len || from.ptr[signature->at] != (unsigned char)signature->bytes[0] ||
            !has_bytes(from, signature->at, signature->bytes, signature->len))
            continue;
        if (is_word(signature) && type_is_text(head))
            continue;
        struct type type = { signature->class, signature->media };
        if (signature->bytes[0] == '\xd0' && is_encrypted_ole(head))
            type = (struct type){ TYPE_ENCRYPTED, "application/encrypted" };
        return type;
    }
    return signature_special(head);
}

/* UTF-16 or UTF-32 without a mark: most units are ASCII or Latin, so one byte column is nearly all NUL and another has none. */
static bool has_wide_shape(struct slice head)
{
    size_t zeros[4] = { 0 }, rows = head.len / 4;
    for (size_t i = 0; i < rows * 4; i++)
        zeros[i % 4] += head.ptr[i] == 0;
    if (rows * 2 < LEAST_UNITS)
        return false;
    size_t even = zeros[0] + zeros[2], odd = zeros[1] + zeros[3], most = rows * 2 - rows / 2;
    bool is_utf16 = (odd >= most && even <= rows / 16) || (even >= most && odd <= rows / 16);
    bool is_utf32 = (zeros[0] == 0 && zeros[3] == rows && zeros[2] == rows) ||
                    (zeros[3] == 0 && zeros[0] == rows && zeros[1] == rows);
    return is_utf16 || is_utf32;
}

static bool has_wide_mark(struct slice head)
{
    return HAS(head, 0, "\xff\xfe") || HAS(head, 0, "\xfe\xff") || HAS(head, 0, "\0\0\xfe\xff");
}

/* Bytes that no text has, but for back space, bell, form feed, end-of-file, and what ISO-2022 and EBCDIC need (escape, shifts, NEL). */
static bool is_odd_control(unsigned char c)
{
    return (c < 0x20 && !memchr("\a\b\t\n\v\f\r\x0e\x0f\x15\x1a\x1b", c, 12)) || c == 0x7F;
}

/* Nearly all text has no odd control at all. */
static bool has_no_control(struct slice head)
{
    size_t at = 0;
    vector16 odd = { 0 };
    for (; head.len - at >= VECTOR_LEN; at += VECTOR_LEN) {
        vector16 bytes = vector_load(head.ptr + at);
        vector16 is_control = (vector16)(bytes < 0x20) & ~vector_within(bytes, '\a', 0x0f);
        odd |= is_control | (vector16)(bytes == 0x7F);
    }
    for (; at < head.len; at++)
        if (is_odd_control(head.ptr[at]))
            return false;
    return !vector_has_any(odd);
}

bool type_is_text(struct slice head)
{
    head = slice_sub(head, 0, TEXT_HEAD);
    size_t controls = 0, zeros = 0;
    if (has_no_control(head))
        return true;
    if (has_wide_mark(head))
        return true;
    for (size_t i = 0; i < head.len; i++) {
        controls += is_odd_control(head.ptr[i]);
        zeros += head.ptr[i] == 0;
    }
    if (controls <= head.len / 32 + (head.len >= 8) && zeros <= head.len / 128 + 1)
        return true;
    /* What has the shape and cannot be read so is a binary with text in it. */
    const char *guess = zeros > 0 && has_wide_shape(head) ? charset_guess(head) : NULL;
    return guess && (strncmp(guess, "UTF-16", 6) == 0 || strncmp(guess, "UTF-32", 6) == 0);
}

struct prefix {
    const char *media;
    enum type_class class;
};

static enum type_class class_of_media(struct slice media)
{
    static const struct prefix prefixes[] = {
        { "image/", TYPE_PICTURE },
        { "text/html", TYPE_HTML },
        { "text/", TYPE_TEXT },
        { "font/", TYPE_PROGRAM },
        { "application/octet-stream", TYPE_BINARY },
        { "application/x-executable", TYPE_PROGRAM },
        { "application/x-pie-executable", TYPE_PROGRAM },
        { "application/x-sharedlib", TYPE_PROGRAM },
        { "application/x-object", TYPE_PROGRAM },
        { "application/x-dosexec", TYPE_PROGRAM },
        { "application/x-mach-binary", TYPE_PROGRAM },
        { "application/x-java-applet", TYPE_PROGRAM },
        { "application/x-bytecode.python", TYPE_PROGRAM },
        { "application/vnd.microsoft.portable-executable", TYPE_PROGRAM },
        { "application/vnd.ms-opentype", TYPE_PROGRAM },
        { "application/pgp-encrypted", TYPE_ENCRYPTED },
        { "application/encrypted", TYPE_ENCRYPTED },
    };
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (slice_starts_with(media, prefixes[i].media))
            return prefixes[i].class;
    return TYPE_DOCUMENT;
}

/* What the name and the declared type add where the bytes tell nothing. */
static struct type unknown_type(struct slice name, struct slice declared)
{
    static const char *const locked[] = { ".gpg", ".pgp", ".asc.bin", ".p7m", ".age", ".enc" };
    static const char *const pictures[] = { ".tga", ".pcx", ".pict", ".xcf", ".cr2", ".nef" };
    for (size_t i = 0; i < sizeof locked / sizeof *locked; i++)
        if (slice_ends_with_nocase(name, locked[i]))
            return (struct type){ TYPE_ENCRYPTED, "application/encrypted" };
    if (slice_is_equal(declared, slice_str("application/pgp-encrypted")))
        return (struct type){ TYPE_ENCRYPTED, "application/pgp-encrypted" };
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++)
        if (slice_ends_with_nocase(name, pictures[i]))
            return (struct type){ TYPE_PICTURE, "image/x-unknown" };
    return (struct type){ TYPE_BINARY, "application/octet-stream" };
}

bool type_is_html(struct slice head)
{
    struct slice start = after_white(head);
    return slice_starts_with_nocase(start, "<!doctype html") || slice_starts_with_nocase(start, "<html");
}

struct type type_of(struct slice head, struct slice name, struct slice declared)
{
    struct type type = type_from_signature(head);
    if (type.media)
        return type;
    if (type_is_text(head))
        return type_is_html(head) ? (struct type){ TYPE_HTML, "text/html" }
                                  : (struct type){ TYPE_TEXT, "text/plain" };
    const char *media =
        magic ? magic_buffer(magic, head.ptr, head.len < MAGIC_HEAD ? head.len : MAGIC_HEAD) : NULL;
    /* libmagic calls anything it can print text; our own test has just said that it is not. */
    if (!media || slice_starts_with(slice_str(media), "text/"))
        return unknown_type(name, declared);
    type = (struct type){ class_of_media(slice_str(media)), media };
    return type.class == TYPE_BINARY ? unknown_type(name, declared) : type;
}
