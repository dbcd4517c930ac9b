/* pdf_encodings.c - the tables of East Asian encodings (poppler-data), which poppler opens when a font names one: in the box nothing can be opened, so
 * they are mapped before, and poppler's fopen is answered from there. */
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helpers/pdf.h"

#define POPPLER_DATA "/usr/share/poppler" /* where poppler is built to look */
#define FILES_MOST 1024
#define FOLDERS_DEEP 2

struct table {
    char *path;
    void *bytes;
    size_t len;
};

static struct table tables[FILES_MOST];
static size_t table_count;
static unsigned missed;

static void keep(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0 && st.st_size > 0 && table_count < FILES_MOST) {
        void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (bytes != MAP_FAILED)
            tables[table_count++] = (struct table){ g_strdup(path), bytes, (size_t)st.st_size };
    }
    close(fd);
}

static void keep_folder(const char *path, unsigned deep)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        char *below = g_strdup_printf("%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.' && entry->d_type == DT_DIR && deep < FOLDERS_DEEP)
            keep_folder(below, deep + 1);
        else if (entry->d_name[0] != '.')
            keep(below);
        g_free(below);
    }
    if (folder)
        closedir(folder);
}

void pdf_encodings_load(void)
{
    keep_folder(POPPLER_DATA, 0);
}

/* Stands before the C library's for poppler and its libraries. */
FILE *fopen(const char *restrict path, const char *restrict mode)
{
    static FILE *(*of_libc)(const char *, const char *);
    for (size_t i = 0; i < table_count; i++)
        if (strcmp(tables[i].path, path) == 0)
            return fmemopen(tables[i].bytes, tables[i].len, "r");
    missed += strncmp(path, POPPLER_DATA "/", sizeof POPPLER_DATA) == 0;
    if (!of_libc)
        *(void **)&of_libc = dlsym(RTLD_NEXT, "fopen");
    return of_libc ? of_libc(path, mode) : NULL;
}

static bool is_composite(PopplerFontType type)
{
    return type == POPPLER_FONT_TYPE_CID_TYPE0 || type == POPPLER_FONT_TYPE_CID_TYPE0C ||
           type == POPPLER_FONT_TYPE_CID_TYPE0COT || type == POPPLER_FONT_TYPE_CID_TYPE2 ||
           type == POPPLER_FONT_TYPE_CID_TYPE2OT;
}

/* Whether a font of DOCUMENT needs one of the tables. */
static bool needs_tables(PopplerDocument *document)
{
    PopplerFontInfo *info = poppler_font_info_new(document);
    PopplerFontsIter *iter = NULL;
    bool needs = false;
    poppler_font_info_scan(info, poppler_document_get_n_pages(document), &iter);
    if (iter) {
        do {
            const char *encoding = poppler_fonts_iter_get_encoding(iter);
            needs |= is_composite(poppler_fonts_iter_get_font_type(iter)) && encoding &&
                     strncmp(encoding, "Identity", 8) != 0;
        } while (!needs && poppler_fonts_iter_next(iter));
        poppler_fonts_iter_free(iter);
    }
    g_object_unref(info);
    return needs;
}

void pdf_tell_encodings(struct pdf_reading *reading)
{
    if (table_count == 0 && needs_tables(reading->document))
        helper_put_gap(reading->job, HELPER_GAP_UNSUPPORTED,
                       "text in an East Asian encoding was not read: poppler-data is not installed");
    else if (missed > 0)
        helper_put_gap(reading->job, HELPER_GAP_UNSUPPORTED,
                       "text in an encoding that poppler-data does not know was not read");
}
