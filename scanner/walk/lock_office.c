/* lock_office.c - Word, Excel and PowerPoint files from 97 to 2003 under a password (MS-OFFCRYPTO sections 2.3.5 to 2.3.7): deciphered
 * where they stand, in a copy of the compound file. */
#include "walk/lock_office.h"

#define WORD_CLEAR 68
#define WORD_FLAGS 10
#define WORD_HEADER_LEN 14
#define WORD_ENCRYPTED 0x0100u
#define WORD_OTHER_TABLE 0x0200u
#define WORD_OBFUSCATED 0x8000u
#define WORD_BLOCK 512

static const struct office_program *const programs[] = { &lock_office_word, &lock_office_excel,
                                                         &lock_office_excel5, &lock_office_powerpoint };

static bool office_probe(struct slice file)
{
    return cfb_is_cfb(file);
}

static int office_open(struct lock *lock, struct error *err)
{
    struct office *office = arena_alloc(lock->arena, sizeof *office);
    struct source *source = source_from_memory(lock->arena, lock->file);
    lock->state = office;
    if (cfb_open(&office->cfb, lock->arena, source, lock->limits, NULL) < 0)
        return 0;
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        office->stream = cfb_find(&office->cfb, CFB_ROOT, programs[i]->stream);
        if (!office->stream || office->stream->kind != CFB_STREAM)
            continue;
        office->program = programs[i];
        office->bytes = cfb_read(&office->cfb, lock->arena, office->stream, lock->file.len);
        return programs[i]->open(lock, office, err);
    }
    return 0;
}

static enum lock_answer try_password(struct lock *lock, struct slice password, struct error *err)
{
    struct office *office = lock->state;
    unsigned char bytes[2 * LOCK_PASSWORD_MAX];
    if (office->is_xor)
        return office_xor_try(office, password) ? LOCK_OPEN : LOCK_WRONG;
    size_t len = lock_utf16(password, bytes);
    enum lock_answer answer = offcrypto_try(lock, &office->crypto, slice_of(bytes, len), err);
    explicit_bzero(bytes, sizeof bytes);
    return answer;
}

static enum lock_answer office_try(struct lock *lock, struct slice password, struct error *err)
{
    enum lock_answer answer = try_password(lock, password, err);
    if (answer == LOCK_WRONG && password.len == 0)
        answer = try_password(lock, slice_str(OFFCRYPTO_DEFAULT_PASSWORD), err);
    return answer;
}

static int office_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    struct office *office = lock->state;
    unsigned char *room = buffer_reserve(content->out, lock->file.len);
    content->name = "unlocked.doc";
    if (!room)
        return error_set_limit(err, "whole-bytes", "the document is larger than may be held in memory");
    memcpy(room, lock->file.ptr, lock->file.len);
    content->out->len = lock->file.len;
    office->program->decipher(lock, office, room);
    return 1;
}

const struct lock_kind lock_office = {
    .name = "office",
    .title = "Office 97-2003 document",
    .probe = office_probe,
    .open = office_open,
    .try = office_try,
    .content = office_content,
};

/* Word (MS-DOC section 2.2.6): the header says that it is encrypted; how stands at the front of the table stream. */

static int word_open(struct lock *lock, struct office *office, struct error *err)
{
    if (office->bytes.len < WORD_CLEAR)
        return 0;
    unsigned flags = slice_u16le(office->bytes, WORD_FLAGS);
    if (!(flags & WORD_ENCRYPTED))
        return 0;
    if (flags & WORD_OBFUSCATED)
        return error_set(err, ERROR_UNSUPPORTED, "Word's XOR obfuscation is not known");
    office->table = cfb_find(&office->cfb, CFB_ROOT, flags & WORD_OTHER_TABLE ? "1Table" : "0Table");
    if (!office->table)
        return error_set(err, ERROR_FORMAT, "the document's table is not there");
    office->header_at = slice_u16le(office->bytes, WORD_HEADER_LEN);
    struct slice header = cfb_read(&office->cfb, lock->arena, office->table, 4096);
    return offcrypto_read(header, &office->crypto, lock->scheme, sizeof lock->scheme, err) < 0 ? -1 : 1;
}

/* Decipher a stream but for its first CLEAR bytes, and write it back. */
static void decipher_stream(struct lock *lock, struct office *office, struct cfb_entry *entry, size_t clear,
                            unsigned char *file)
{
    struct arena_mark mark = arena_mark(lock->arena);
    struct slice was = cfb_read(&office->cfb, lock->arena, entry, lock->file.len);
    unsigned char *plain = arena_alloc(lock->arena, was.len ? was.len : 1);
    if (was.len)
        memcpy(plain, was.ptr, was.len);
    offcrypto_rc4(&office->crypto, 0, WORD_BLOCK, plain, was.len);
    if (was.len)
        memcpy(plain, was.ptr, clear < was.len ? clear : was.len);
    cfb_overwrite(&office->cfb, entry, slice_of(plain, was.len), file);
    arena_rewind(lock->arena, mark);
}

static void word_decipher(struct lock *lock, struct office *office, unsigned char *file)
{
    unsigned char head[16];
    struct cfb_entry *data = cfb_find(&office->cfb, CFB_ROOT, "Data");
    decipher_stream(lock, office, office->stream, WORD_CLEAR, file);
    decipher_stream(lock, office, office->table, office->header_at, file);
    if (data && data->kind == CFB_STREAM)
        decipher_stream(lock, office, data, 0, file);
    memcpy(head, office->bytes.ptr, sizeof head);
    head[WORD_FLAGS + 1] &= (unsigned char)~((WORD_ENCRYPTED | WORD_OBFUSCATED) >> 8);
    head[WORD_HEADER_LEN] = head[WORD_HEADER_LEN + 1] = 0;
    cfb_overwrite(&office->cfb, office->stream, slice_of(head, sizeof head), file);
}

const struct office_program lock_office_word = { "WordDocument", word_open, word_decipher };
