/* lock_7z.h - inside the locks: the directory of a 7z archive (7zFormat.txt), read into memory, changed and written again. */
#ifndef MAILSPILL_WALK_LOCK_7Z_H
#define MAILSPILL_WALK_LOCK_7Z_H

#include "walk/lock_parts.h"

#define SEVEN_SIGNATURE "7z\xBC\xAF\x27\x1C"
#define SEVEN_SIGNATURE_LEN 6
#define SEVEN_HEAD 32 /* bytes before the first packed stream */
#define SEVEN_CODERS_MAX 16
#define SEVEN_STREAMS_MAX 32

struct seven_coder {
    struct slice id, props;
    unsigned ins, outs;
};

struct seven_bind {
    unsigned in, out;
};

struct seven_folder {
    struct seven_coder coders[SEVEN_CODERS_MAX];
    unsigned coder_count, ins, outs;
    struct seven_bind binds[SEVEN_STREAMS_MAX];
    unsigned bind_count;
    unsigned packed[SEVEN_STREAMS_MAX]; /* which in-streams are packed streams of the archive */
    unsigned packed_count;
    uint64_t sizes[SEVEN_STREAMS_MAX]; /* of out-streams */
    size_t first_pack;                 /* index of its first packed stream */
    bool has_crc;
    uint32_t crc;
};

/* What is in a StreamsInfo. */
struct seven_streams {
    uint64_t pack_at; /* offset of the packed streams behind the head */
    uint64_t *starts; /* where each begins, behind pack_at; UINT64_MAX where that is nowhere */
    uint64_t *packs;  /* their sizes */
    size_t pack_count;
    struct seven_folder *folders;
    size_t folder_count;
    struct slice sub; /* SubStreamsInfo as it stands, with its marks */
    /* The first file of each folder: its size and, where it is there, its CRC. */
    uint64_t *first_sizes;
    uint32_t *first_crcs;
    bool *has_first_crc;
};

/* Where the directory stands in FILE, and its bytes; 0 or -1. */
int seven_find(struct slice file, struct slice *directory);

/* Take a StreamsInfo from the front of *REST. MOST: folders, and packed streams, at most. 0 or -1. */
int seven_eat_streams(struct slice *rest, struct arena *arena, size_t most, struct seven_streams *streams);

bool seven_is_aes(const struct seven_coder *coder);

/* The coder of the folder that deciphers packed stream number INDEX of it, or NULL. */
struct seven_coder *seven_aes_of(struct seven_folder *folder, unsigned index, uint64_t *size);

/* Take all deciphering out of a folder: its packed streams are then what the next coders read. 0 or -1. */
int seven_drop_aes(struct seven_folder *folder);

/* Append a StreamsInfo: its mark (ID_MAIN or ID_ENCODED) is the caller's. */
void seven_put_streams(struct buffer *out, const struct seven_streams *streams);

/* FOLDER alone, as an archive of one file around PACKED (its packed streams, one after another, with sizes PACKS). */
void seven_put_single(struct buffer *out, const struct seven_folder *folder, const uint64_t *packs,
                      struct slice packed, uint64_t size);

/* The head of an archive whose packed streams and directory are in OUT from START on. */
void seven_put_head(struct buffer *out, size_t start, size_t directory_at);

enum seven_id {
    ID_END = 0x00,
    ID_HEADER = 0x01,
    ID_PROPERTIES = 0x02,
    ID_ADDITIONAL = 0x03,
    ID_MAIN = 0x04,
    ID_FILES = 0x05,
    ID_PACK = 0x06,
    ID_UNPACK = 0x07,
    ID_SUB = 0x08,
    ID_SIZE = 0x09,
    ID_CRC = 0x0A,
    ID_FOLDER = 0x0B,
    ID_CODERS_SIZE = 0x0C,
    ID_COUNTS = 0x0D,
    ID_NAMES = 0x11,
    ID_ENCODED = 0x17,
};

#endif
