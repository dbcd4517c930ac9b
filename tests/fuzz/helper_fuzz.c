/* helper_fuzz.c - any bytes as a helper's answer and as a worker's request: no frame past its bounds, and each byte is taken once. */
#include "ask/client.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_frame(const struct helper_frame *frame, struct slice all)
{
    unsigned char head[HELPER_FRAME_HEAD];
    bool is_inside =
        frame->bytes.len == 0 ||
        (frame->bytes.ptr >= all.ptr && frame->bytes.len <= all.len - (size_t)(frame->bytes.ptr - all.ptr));
    if (!is_inside || frame->bytes.len > HELPER_FRAME_MOST)
        __builtin_trap();
    if ((frame->type == HELPER_ITEM || frame->type == HELPER_GAP) && !utf8_is_valid(frame->bytes))
        __builtin_trap();
    if (frame->type == HELPER_GAP)
        (void)helper_gap_limit((enum helper_gap)frame->detail);
    /* What was read is written the same. */
    helper_frame_head(head, frame->type, frame->detail, frame->bytes.len);
    if (frame->bytes.len > 0 && memcmp(head, frame->bytes.ptr - HELPER_FRAME_HEAD, sizeof head) != 0)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice all = slice_of(data, size), rest = all;
    struct helper_frame frame;
    struct error err;
    size_t passwords, before = rest.len;
    uint64_t document;
    while (helper_frame_eat(&rest, &frame, &err) == 1) {
        if (before - rest.len != HELPER_FRAME_HEAD + frame.bytes.len)
            __builtin_trap();
        before = rest.len;
        check_frame(&frame, all);
    }
    if (helper_request_read(all, 1000, &passwords, &document) == 0 &&
        (passwords > HELPER_PASSWORDS || document > 1000))
        __builtin_trap();
    return 0;
}
