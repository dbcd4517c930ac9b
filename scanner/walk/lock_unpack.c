/* lock_unpack.c - libarchive unpacks what was deciphered, so that its CRC can be held against it. */
#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#include "walk/lock_parts.h"

#define PROOF_SECONDS 10

int lock_unpack(const struct lock *lock, int (*format)(struct archive *), struct slice bytes, uint64_t most,
                struct buffer *out, uint32_t *crc)
{
    unsigned char part[32 * 1024];
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    uint64_t left = most;
    uLong sum = crc32(0, NULL, 0);
    bool is_open = archive && format(archive) == ARCHIVE_OK &&
                   archive_read_open_memory(archive, bytes.ptr, bytes.len) == ARCHIVE_OK &&
                   archive_read_next_header(archive, &entry) == ARCHIVE_OK;
    while (is_open && left && !lock_is_late(lock, PROOF_SECONDS)) {
        la_ssize_t got = archive_read_data(archive, part, left < sizeof part ? (size_t)left : sizeof part);
        if (got <= 0)
            break;
        sum = crc32(sum, part, (uInt)got);
        left -= (uint64_t)got;
        if (out)
            buffer_put(out, slice_of(part, (size_t)got));
    }
    archive_read_free(archive);
    explicit_bzero(part, sizeof part);
    *crc = (uint32_t)sum;
    return is_open && left == 0 ? 0 : -1;
}
