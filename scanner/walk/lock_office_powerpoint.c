/* lock_office_powerpoint.c - PowerPoint files under a password (MS-PPT section 2.3.7): each object of the document is enciphered for itself, with its
 * number as the block. */
#include "walk/lock_office.h"

#define TOKEN_AT 12
#define TOKEN_LOCKED 0xF3D1C4DFu
#define USER_EDIT 0x0FF5
#define PERSIST_DIRECTORY 0x1772
#define CRYPT_SESSION 0x2F14
#define EDITS_MAX 256
#define OBJECTS_MAX ((uint32_t)1 << 20)

struct record {
    uint16_t kind;
    struct slice data;
};

static int record_at(struct slice stream, uint32_t at, struct record *record)
{
    struct slice rest = slice_skip(stream, at);
    uint16_t options;
    uint32_t len;
    if (slice_eat_u16le(&rest, &options) < 0 || slice_eat_u16le(&rest, &record->kind) < 0 ||
        slice_eat_u32le(&rest, &len) < 0)
        return -1;
    record->data = slice_sub(rest, 0, len);
    return 0;
}

struct edit {
    uint32_t before, directory, session; /* offsets, and an object's id */
};

static int read_edit(struct slice stream, uint32_t at, struct edit *edit)
{
    struct record record;
    struct slice skipped;
    if (record_at(stream, at, &record) < 0 || record.kind != USER_EDIT ||
        slice_eat(&record.data, 8, &skipped) < 0 || slice_eat_u32le(&record.data, &edit->before) < 0 ||
        slice_eat_u32le(&record.data, &edit->directory) < 0)
        return -1;
    edit->session = 0;
    if (slice_eat(&record.data, 12, &skipped) == 0)
        slice_eat_u32le(&record.data, &edit->session);
    return 0;
}

/* Go through the objects of all edits, newest first: TAKE is told each one once. */
static void each_object(struct lock *lock, const struct office *office,
                        void (*take)(void *ctx, uint32_t id, uint32_t offset), void *ctx)
{
    unsigned char *seen = arena_alloc(lock->arena, OBJECTS_MAX / 8);
    struct edit edit;
    uint32_t at = office->edit_at;
    size_t budget = office->bytes.len / 4;
    for (unsigned edits = 0; edits < EDITS_MAX && read_edit(office->bytes, at, &edit) == 0; edits++) {
        struct record directory;
        uint32_t head, offset;
        if (record_at(office->bytes, edit.directory, &directory) < 0 || directory.kind != PERSIST_DIRECTORY)
            return;
        while (slice_eat_u32le(&directory.data, &head) == 0)
            for (uint32_t i = 0, id = head & 0xFFFFF; i < head >> 20; i++, id++) {
                if (slice_eat_u32le(&directory.data, &offset) < 0 || id >= OBJECTS_MAX || budget-- == 0)
                    return;
                if (!(seen[id / 8] >> id % 8 & 1))
                    take(ctx, id, offset);
                seen[id / 8] |= (unsigned char)(1u << id % 8);
            }
        if (edit.before == 0 || edit.before >= at) /* edits are written one after another */
            return;
        at = edit.before;
    }
}

struct session {
    uint32_t id, offset;
    bool is_found;
};

static void find_session(void *ctx, uint32_t id, uint32_t offset)
{
    struct session *session = ctx;
    if (id != session->id)
        return;
    session->offset = offset;
    session->is_found = true;
}

static int powerpoint_open(struct lock *lock, struct office *office, struct error *err)
{
    struct cfb_entry *user = cfb_find(&office->cfb, CFB_ROOT, "Current User");
    struct slice head = user ? cfb_read(&office->cfb, lock->arena, user, 64) : slice_of(NULL, 0);
    struct slice rest = slice_skip(head, TOKEN_AT);
    struct edit edit;
    struct record record;
    uint32_t token;
    if (slice_eat_u32le(&rest, &token) < 0 || token != TOKEN_LOCKED ||
        slice_eat_u32le(&rest, &office->edit_at) < 0)
        return 0;
    if (read_edit(office->bytes, office->edit_at, &edit) < 0)
        return error_set(err, ERROR_FORMAT, "the presentation's last edit is not there");
    struct session session = { .id = edit.session };
    each_object(lock, office, find_session, &session);
    if (!session.is_found || record_at(office->bytes, session.offset, &record) < 0 ||
        record.kind != CRYPT_SESSION)
        return error_set(err, ERROR_FORMAT, "the presentation's encryption header is not there");
    office->session = edit.session;
    office->header_at = session.offset;
    return offcrypto_read(record.data, &office->crypto, lock->scheme, sizeof lock->scheme, err) < 0 ? -1 : 1;
}

struct deciphering {
    const struct office *office;
    unsigned char *plain;
    size_t len, budget;
};

static void decipher_object(void *ctx, uint32_t id, uint32_t offset)
{
    struct deciphering *work = ctx;
    const struct office *office = work->office;
    if (id == office->session || offset >= work->len || work->len - offset < 8)
        return;
    /* The header is enciphered as well: first it, for the length, then all in one. */
    unsigned char head[8];
    memcpy(head, office->bytes.ptr + offset, 8);
    offcrypto_rc4(&office->crypto, id, 8, head, 8);
    uint32_t len;
    struct slice rest = slice_of(head + 4, 4);
    slice_eat_u32le(&rest, &len);
    size_t all = len < work->len - offset - 8 ? (size_t)len + 8 : work->len - offset;
    if (all > work->budget)
        return;
    work->budget -= all;
    memcpy(work->plain + offset, office->bytes.ptr + offset, all);
    offcrypto_rc4(&office->crypto, id, all, work->plain + offset, all);
}

static void powerpoint_decipher(struct lock *lock, struct office *office, unsigned char *file)
{
    static const unsigned char plain_token[] = { 0x5F, 0xC0, 0x91, 0xE3 };
    struct arena_mark mark = arena_mark(lock->arena);
    size_t len = office->bytes.len;
    struct deciphering work = { office, arena_alloc(lock->arena, len + 8), len, 2 * len };
    memcpy(work.plain, office->bytes.ptr, len);
    each_object(lock, office, decipher_object, &work);
    /* The session's record is no longer one, nor a container. */
    if (office->header_at < len && len - office->header_at >= 4)
        memset(work.plain + office->header_at, 0, 4);
    cfb_overwrite(&office->cfb, office->stream, slice_of(work.plain, len), file);
    struct cfb_entry *user = cfb_find(&office->cfb, CFB_ROOT, "Current User");
    struct slice head = cfb_read(&office->cfb, lock->arena, user, TOKEN_AT + 4);
    if (head.len == TOKEN_AT + 4) {
        unsigned char changed[TOKEN_AT + 4];
        memcpy(changed, head.ptr, sizeof changed);
        memcpy(changed + TOKEN_AT, plain_token, sizeof plain_token);
        cfb_overwrite(&office->cfb, user, slice_of(changed, sizeof changed), file);
    }
    arena_rewind(lock->arena, mark);
}

const struct office_program lock_office_powerpoint = { "PowerPoint Document", powerpoint_open,
                                                       powerpoint_decipher };
