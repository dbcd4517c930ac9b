/* lock_zip.h - inside the lock of zip archives: its directory (lock_zip.c), a member deciphered piece by piece (lock_zip_member.c), the archive written anew
 * (lock_zip_write.c). */
#ifndef MAILSPILL_WALK_LOCK_ZIP_H
#define MAILSPILL_WALK_LOCK_ZIP_H

#include "walk/lock_parts.h"

#define ZIP_LOCAL 0x04034B50u
#define ZIP_CENTRAL 0x02014B50u
#define ZIP_END 0x06054B50u
#define ZIP_EXTRA_AES 0x9901
#define ZIP_METHOD_STORED 0
#define ZIP_METHOD_DEFLATED 8
#define ZIP_METHOD_AES 99

/* Seconds that reading through one member for its proof may take. */
#define ZIP_PROOF_SECONDS 10

enum lock_zip_flag { ZIP_LOCKED = 1, ZIP_HAS_DESCRIPTOR = 8, ZIP_STRONG = 64, ZIP_UTF8 = 2048 };

struct lock_zip_entry {
    uint16_t flags, method, time, date;
    uint32_t crc;
    uint64_t packed, size;
    uint64_t offset;            /* of the local header */
    struct slice name, comment; /* in the file */
    struct slice data;          /* in the file: with the header and MAC of its encryption */
    uint16_t aes_version;       /* 0: ZipCrypto */
    uint8_t aes_strength;       /* 1 to 3 */
    uint32_t attributes;
};

/* What of the file is no member, nor tells of one: text may stand there. */
struct lock_zip_around {
    struct slice front, comment, tail; /* bytes before the archive; its comment; bytes behind it */
};

/* All members that the directory names, in its order. */
struct lock_zip_list {
    struct lock_zip_entry *entries;
    size_t count;
    struct lock_zip_around around;
    bool is_cut; /* the directory holds more, or its end makes no sense */
};

/* Read the directory of lock->file, in the lock's arena. 0, or -1 where there is none. */
int lock_zip_read_list(const struct lock *lock, struct lock_zip_list *list);

/* LIST holds not all members: ERR says so. */
void lock_zip_say_cut(const struct lock *lock, const struct lock_zip_list *list, struct error *err);

/* Is it locked in a way that a password can be held against? */
bool lock_zip_can_be_tried(const struct lock_zip_entry *entry);

/* Bytes that the encryption adds before and after a member's own. */
size_t lock_zip_head(const struct lock_zip_entry *entry);
size_t lock_zip_tail(const struct lock_zip_entry *entry);

/* One member, decrypted piece by piece. */
struct lock_zip_reader {
    struct slice left;    /* encrypted bytes */
    uint32_t keys[3];     /* ZipCrypto */
    gcry_cipher_hd_t aes; /* else */
    gcry_md_hd_t mac;
    unsigned char stream[4096];
    size_t stream_at;
    uint64_t block;
    const unsigned char *given_mac;
};

/* Does PASSWORD pass the weak check of ENTRY? Then READER gives its bytes. lock_zip_end in both cases. */
bool lock_zip_begin(struct lock_zip_reader *reader, const struct lock_zip_entry *entry,
                    struct slice password);

/* Up to LEN plain bytes; 0 at the end. */
size_t lock_zip_read(struct lock_zip_reader *reader, unsigned char *out, size_t len);
void lock_zip_end(struct lock_zip_reader *reader);

/* Does PASSWORD open ENTRY for certain? */
bool lock_zip_prove(const struct lock *lock, const struct lock_zip_entry *entry, struct slice password);

/* The archive without encryption, but for members that PASSWORD does not open. CENTRAL_MOST: bytes that its directory may take. 0 or -1. */
int lock_zip_put(const struct lock *lock, struct buffer *out, const struct lock_zip_list *list,
                 struct slice password, size_t central_most);

#endif
