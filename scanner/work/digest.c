/* digest.c - the SHA-256 or MD5 of a file, worked out beside the scan by a process of its own. */
#include "work/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define AT_ONCE \
    ((uint64_t)4 * 1024 * 1024)    /* a file up to this many bytes is hashed sooner than a process is made */
#define PIECE ((size_t)128 * 1024) /* stays in the second cache between the copy and the hash */
#define WINDOW ((uint64_t)8 * 1024 * 1024) /* shown at once of a file that is not copied */

static bool hash_pieces(EVP_MD_CTX *hash, int fd, uint64_t at, uint64_t size)
{
    unsigned char *piece = malloc(PIECE);
    if (!piece)
        abort();
    while (at < size) {
        size_t want = size - at < PIECE ? (size_t)(size - at) : PIECE;
        ssize_t got = pread(fd, piece, want, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        EVP_DigestUpdate(hash, piece, (size_t)got);
        at += (uint64_t)got;
    }
    explicit_bzero(piece, size < PIECE ? (size_t)size : PIECE);
    free(piece);
    return at == size;
}

/* Hash from AT on what can be seen of the file where it lies: that spares the copy. The first byte that could not. */
static uint64_t hash_windows(EVP_MD_CTX *hash, int fd, uint64_t at, uint64_t size)
{
    while (at < size) {
        size_t len = size - at < WINDOW ? (size_t)(size - at) : (size_t)WINDOW;
        void *window = mmap(NULL, len, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, (off_t)at);
        if (window == MAP_FAILED)
            break;
        EVP_DigestUpdate(hash, window, len);
        munmap(window, len);
        at += len;
    }
    return at;
}

/* IS_SHOWN: a file that becomes shorter meanwhile ends the process. */
static int hash_file(int fd, uint64_t size, enum digest_kind kind, bool is_shown,
                     unsigned char bytes[DIGEST_SIZE])
{
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    if (!hash || EVP_DigestInit_ex(hash, kind == DIGEST_MD5 ? EVP_md5() : EVP_sha256(), NULL) != 1)
        abort();
    uint64_t at = is_shown ? hash_windows(hash, fd, 0, size) : 0;
    bool is_read = hash_pieces(hash, fd, at, size);
    EVP_DigestFinal_ex(hash, bytes, NULL);
    EVP_MD_CTX_free(hash);
    return is_read ? 0 : -1;
}

int digest_now(int fd, uint64_t size, enum digest_kind kind, unsigned char bytes[DIGEST_SIZE])
{
    return hash_file(fd, size, kind, false, bytes);
}

_Noreturn static void give_up(int signal_number)
{
    (void)signal_number;
    _exit(1);
}

/* The child: nothing but reading, hashing and one write. */
_Noreturn static void hash_aside(int fd, uint64_t size, enum digest_kind kind, int out)
{
    unsigned char bytes[DIGEST_SIZE] = { 0 };
    signal(SIGPIPE, SIG_DFL);
    signal(SIGBUS, give_up);
    if (hash_file(fd, size, kind, true, bytes) < 0 ||
        write(out, bytes, sizeof bytes) != (ssize_t)sizeof bytes)
        _exit(1);
    _exit(0);
}

void digest_begin(struct digest *digest, int fd, uint64_t size, enum digest_kind kind)
{
    int ends[2];
    *digest = (struct digest){ .pipe = -1, .kind = kind };
    if (size <= AT_ONCE || pipe2(ends, O_CLOEXEC) < 0) {
        digest->is_known = digest_now(fd, size, kind, digest->bytes) == 0;
        return;
    }
    digest->pid = fork();
    if (digest->pid == 0)
        hash_aside(fd, size, kind, ends[1]);
    close(ends[1]);
    digest->pipe = ends[0];
    if (digest->pid < 0)
        digest_end(digest);
}

static bool read_whole(int fd, unsigned char *bytes, size_t size)
{
    for (size_t got = 0; got < size;) {
        ssize_t more = read(fd, bytes + got, size - got);
        if (more < 0 && errno == EINTR)
            continue;
        if (more <= 0)
            return false;
        got += (size_t)more;
    }
    return true;
}

bool digest_wait(struct digest *digest)
{
    if (digest->pid > 0) {
        digest->is_known = read_whole(digest->pipe, digest->bytes, sizeof digest->bytes);
        digest_end(digest);
    }
    return digest->is_known;
}

void digest_end(struct digest *digest)
{
    if (digest->pid > 0) {
        kill(digest->pid, SIGKILL);
        while (waitpid(digest->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    if (digest->pipe >= 0)
        close(digest->pipe);
    digest->pid = 0;
    digest->pipe = -1;
}
