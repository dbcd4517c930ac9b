/* digest.h - the SHA-256 or MD5 of a file, worked out beside the scan by a process of its own. */
#ifndef MAILSPILL_WORK_DIGEST_H
#define MAILSPILL_WORK_DIGEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define DIGEST_SIZE 32 /* of SHA-256; MD5 takes the first 16 */

enum digest_kind { DIGEST_SHA256, DIGEST_MD5 };

struct digest {
    pid_t pid; /* 0: known, or failed */
    int pipe;
    enum digest_kind kind;
    bool is_known;
    unsigned char bytes[DIGEST_SIZE];
};

/* Hash the first SIZE bytes of FD here and now. 0, or -1: it could not be read so far. */
int digest_now(int fd, uint64_t size, enum digest_kind kind, unsigned char bytes[DIGEST_SIZE]);

/* Begin; small files are hashed at once. FD may be closed afterwards. */
void digest_begin(struct digest *digest, int fd, uint64_t size, enum digest_kind kind);

/* Wait for it. True where it is known then. */
bool digest_wait(struct digest *digest);

/* Give it up. */
void digest_end(struct digest *digest);

#endif
