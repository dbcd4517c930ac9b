/* pst_io.c - libpff over a source: no file is opened by name, and no loop in damaged tables reads for ever. */
#include "walk/pst.h"

#include <libbfio.h>
#include <stdlib.h>
#include <unistd.h>

/* libpff reads blocks of up to 8 KiB (64 KiB in 4k-page files) that mostly lie one after the other. */
#define WINDOW ((size_t)64 * 1024)

/* libpff may read the file so often for one child, and this much besides. */
#define BUDGET_TIMES 4
#define BUDGET_LEAST ((uint64_t)256 * 1024 * 1024)

void pst_file_refresh(struct pst_file *pst)
{
    uint64_t size = pst->in->size;
    pst->budget = BUDGET_LEAST + (size > UINT64_MAX / 8 ? size : BUDGET_TIMES * size);
}

static int io_free(intptr_t **handle, libbfio_error_t **error)
{
    (void)error;
    *handle = NULL;
    return 1;
}

static int io_clone(intptr_t **destination, intptr_t *from, libbfio_error_t **error)
{
    (void)destination, (void)from, (void)error;
    return -1;
}

static int io_open(intptr_t *handle, int flags, libbfio_error_t **error)
{
    (void)handle, (void)error;
    return flags & LIBBFIO_ACCESS_FLAG_WRITE ? -1 : 1;
}

static int io_close(intptr_t *handle, libbfio_error_t **error)
{
    (void)handle, (void)error;
    return 0;
}

/* The window that shows pst->at, or the one that was not used for longest. */
static struct pst_window *find_window(struct pst_file *pst)
{
    struct pst_window *oldest = &pst->windows[0];
    for (size_t i = 0; i < PST_WINDOWS; i++) {
        struct pst_window *window = &pst->windows[i];
        if (pst->at >= window->at && pst->at - window->at < window->len)
            return window;
        if (window->used < oldest->used)
            oldest = window;
    }
    return oldest;
}

/* What is shown of the bytes at pst->at: the view's, or a window's, which is filled anew where none shows them. */
static struct slice bytes_at(struct pst_file *pst)
{
    struct slice shown = pst_index_at(&pst->index, pst->at);
    if (shown.len > 0)
        return shown;
    struct pst_window *window = find_window(pst);
    window->used = ++pst->turns;
    if (pst->at < window->at || pst->at - window->at >= window->len) {
        int64_t got = source_read_at(pst->in, pst->at, window->bytes, WINDOW, NULL);
        window->at = pst->at;
        window->len = got > 0 ? (size_t)got : 0;
    }
    return slice_skip(slice_of(window->bytes, window->len), (size_t)(pst->at - window->at));
}

static ssize_t io_read(intptr_t *handle, uint8_t *buffer, size_t size, libbfio_error_t **error)
{
    struct pst_file *pst = (struct pst_file *)handle;
    size_t done = 0;
    (void)error;
    if (size > pst->budget)
        return -1;
    pst->budget -= size;
    while (done < size) {
        struct slice shown = slice_sub(bytes_at(pst), 0, size - done);
        if (shown.len == 0)
            break;
        memcpy(buffer + done, shown.ptr, shown.len);
        done += shown.len;
        pst->at += shown.len;
    }
    if (pst->hides_leaves && pst_index_is_late_leaf(&pst->index, slice_of(buffer, done)))
        return -1;
    return (ssize_t)done;
}

static ssize_t io_write(intptr_t *handle, const uint8_t *buffer, size_t size, libbfio_error_t **error)
{
    (void)handle, (void)buffer, (void)size, (void)error;
    return -1;
}

static off64_t io_seek(intptr_t *handle, off64_t offset, int whence, libbfio_error_t **error)
{
    struct pst_file *pst = (struct pst_file *)handle;
    off64_t base = whence == SEEK_CUR   ? (off64_t)pst->at
                   : whence == SEEK_END ? (off64_t)pst_index_size(&pst->index)
                                        : 0;
    (void)error;
    if (offset > INT64_MAX - base || base + offset < 0)
        return -1;
    pst->at = (uint64_t)(base + offset);
    return (off64_t)pst->at;
}

static int io_exists(intptr_t *handle, libbfio_error_t **error)
{
    (void)handle, (void)error;
    return 1;
}

static int io_is_open(intptr_t *handle, libbfio_error_t **error)
{
    (void)handle, (void)error;
    return 1;
}

static int io_get_size(intptr_t *handle, size64_t *size, libbfio_error_t **error)
{
    struct pst_file *pst = (struct pst_file *)handle;
    (void)error;
    *size = pst_index_size(&pst->index);
    return 1;
}

int pst_file_open(struct pst_file *pst, struct source *in, struct error *err)
{
    *pst = (struct pst_file){ .in = in, .codepage = CODEPAGE_WESTERN };
    if (pst_index_open(&pst->index, in, err) < 0)
        return -1;
    unsigned char *bytes = malloc(PST_WINDOWS * WINDOW);
    if (!bytes)
        return error_set(err, ERROR_SYSTEM, "no memory");
    for (size_t i = 0; i < PST_WINDOWS; i++)
        pst->windows[i].bytes = bytes + i * WINDOW;
    return 0;
}

static void close_view(struct pst_file *pst)
{
    if (pst->file) {
        libpff_file_close(pst->file, NULL);
        libpff_file_free(&pst->file, NULL);
    }
    if (pst->handle)
        libbfio_handle_free((libbfio_handle_t **)&pst->handle, NULL);
}

static int open_view(struct pst_file *pst)
{
    int codepage = 0;
    pst->at = 0;
    pst_file_refresh(pst);
    if (libbfio_handle_initialize((libbfio_handle_t **)&pst->handle, (intptr_t *)pst, io_free, io_clone,
                                  io_open, io_close, io_read, io_write, io_seek, io_exists, io_is_open,
                                  io_get_size, LIBBFIO_FLAG_IO_HANDLE_NON_MANAGED, NULL) != 1 ||
        libpff_file_initialize(&pst->file, NULL) != 1)
        return -1;
    if (libpff_file_open_file_io_handle(pst->file, (libbfio_handle_t *)pst->handle, LIBPFF_OPEN_READ, NULL) !=
        1)
        return -1;
    if (libpff_file_get_ascii_codepage(pst->file, &codepage, NULL) == 1 && codepage > 0)
        pst->codepage = (unsigned)codepage;
    return 0;
}

int pst_file_show(struct pst_file *pst, const struct pst_entry *entries, size_t count)
{
    close_view(pst);
    if (count > 0)
        pst_index_show(&pst->index, entries, count);
    else
        pst_index_show_all(&pst->index);
    return open_view(pst);
}

/* libpff's tree of all nodes, which takes so long, is not needed to find deleted ones. It leaves out what cannot be read while the file is
 * opened, and asks for that again when it looks for them. Where it does not open so, it sees all at once. */
int pst_file_show_deleted(struct pst_file *pst)
{
    close_view(pst);
    pst_index_show_all(&pst->index);
    pst->hides_leaves = true;
    int opened = open_view(pst);
    pst->hides_leaves = false;
    return opened == 0 ? 0 : pst_file_show(pst, NULL, 0);
}

void pst_file_close(struct pst_file *pst)
{
    close_view(pst);
    pst_index_release(&pst->index);
    free(pst->windows[0].bytes);
    pst->windows[0].bytes = NULL;
}
