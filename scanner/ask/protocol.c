/* protocol.c - what a worker and a helper say to each other: reading and writing it, for both. */
#include "ask/protocol.h"

#include "base/utf8.h"

struct helper_words {
    const char *name, *subject, *lack;
};

static const struct helper_words words[HELPER_KINDS] = {
    [HELPER_PDF] = { "mailspill-pdf", "PDF",
                     "mailspill-pdf is not installed: only bytes are read (build it with "
                     "libpoppler-glib-dev)" },
    [HELPER_PICTURE] = { "mailspill-picture", "pictures",
                         "mailspill-picture is not installed: only bytes are read (build it with "
                         "libleptonica-dev and libzbar-dev)" },
};

const char *helper_name(enum helper_kind kind)
{
    return words[kind].name;
}

const char *helper_subject(enum helper_kind kind)
{
    return words[kind].subject;
}

const char *helper_lack(enum helper_kind kind)
{
    return words[kind].lack;
}

static void put_u32(unsigned char *out, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        out[i] = (unsigned char)(value >> 8 * i);
}

void helper_frame_head(unsigned char *head, enum helper_frame_type type, unsigned detail, size_t len)
{
    head[0] = (unsigned char)type;
    head[1] = (unsigned char)detail;
    head[2] = head[3] = 0;
    put_u32(head + 4, (uint32_t)len);
}

void helper_request_head(unsigned char *head, size_t passwords, uint64_t document)
{
    put_u32(head, HELPER_MAGIC);
    put_u32(head + 4, (uint32_t)passwords);
    put_u32(head + 8, (uint32_t)document);
    put_u32(head + 12, (uint32_t)(document >> 32));
}

int helper_request_read(struct slice head, uint64_t document_most, size_t *passwords, uint64_t *document)
{
    uint32_t magic, count;
    if (slice_eat_u32le(&head, &magic) < 0 || slice_eat_u32le(&head, &count) < 0 ||
        slice_eat_u64le(&head, document) < 0)
        return -1;
    *passwords = count;
    return magic == HELPER_MAGIC && count <= HELPER_PASSWORDS && *document <= document_most ? 0 : -1;
}

/* What one type of frame may hold. */
struct shape {
    unsigned details;
    size_t least, most; /* bytes */
    bool is_words;
};

static const struct shape shapes[HELPER_FRAME_TYPES] = {
    [HELPER_OPENED] = { 1, 4, 4, false },
    [HELPER_ITEM] = { HELPER_ITEMS, 0, HELPER_NAME_MOST, true },
    [HELPER_BYTES] = { 1, 1, HELPER_FRAME_MOST, false },
    [HELPER_GAP] = { HELPER_GAPS, 1, HELPER_REASON_MOST, true },
    [HELPER_END] = { 1, 0, 0, false },
};

int helper_frame_eat(struct slice *rest, struct helper_frame *frame, struct error *err)
{
    struct slice left = *rest;
    uint8_t type, detail;
    uint16_t zero;
    uint32_t len;
    if (slice_eat_u8(&left, &type) < 0 || slice_eat_u8(&left, &detail) < 0 ||
        slice_eat_u16le(&left, &zero) < 0 || slice_eat_u32le(&left, &len) < 0)
        return 0;
    if (type == HELPER_NOTHING || type >= HELPER_FRAME_TYPES || zero != 0)
        return error_set(err, ERROR_CRASHED, "the helper sent what is no frame");
    const struct shape *shape = &shapes[type];
    if (detail >= shape->details || len < shape->least || len > shape->most)
        return error_set(err, ERROR_CRASHED, "the helper sent a frame that breaks its bounds");
    *frame = (struct helper_frame){ .type = (enum helper_frame_type)type, .detail = detail };
    if (slice_eat(&left, len, &frame->bytes) < 0)
        return 0;
    if (shape->is_words && !utf8_is_valid(frame->bytes))
        return error_set(err, ERROR_CRASHED, "the helper sent a name that is no UTF-8");
    *rest = left;
    return 1;
}
