/* bare_pst.c - libpff's own bare read: every property of every item, recipient and attachment of a PST, and nothing done with it.
 *
 * usage: bare_pst FILE NODES, which are how many node numbers may be in use. Prints items, bytes, and CPU seconds for opening the file and for reading its items.
 */
#include <libpff.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define FIRST_NODE 0x400

struct count {
    unsigned long long bytes, items;
    unsigned char buffer[1 << 20];
};

static double cpu(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void read_entry(struct count *count, libpff_record_set_t *set, int number)
{
    libpff_record_entry_t *entry = NULL;
    size_t size = 0;
    if (libpff_record_set_get_entry_by_index(set, number, &entry, NULL) != 1)
        return;
    if (libpff_record_entry_get_data_size(entry, &size, NULL) == 1 && size > 0 &&
        size <= sizeof count->buffer && libpff_record_entry_get_data(entry, count->buffer, size, NULL) == 1)
        count->bytes += size;
    libpff_record_entry_free(&entry, NULL);
}

static void read_sets(struct count *count, libpff_item_t *item)
{
    int sets = 0;
    (void)libpff_item_get_number_of_record_sets(item, &sets, NULL);
    for (int i = 0; i < sets; i++) {
        libpff_record_set_t *set = NULL;
        int entries = 0;
        if (libpff_item_get_record_set_by_index(item, i, &set, NULL) != 1)
            continue;
        (void)libpff_record_set_get_number_of_entries(set, &entries, NULL);
        for (int n = 0; n < entries; n++)
            read_entry(count, set, n);
        libpff_record_set_free(&set, NULL);
    }
}

static void read_attachment(struct count *count, libpff_item_t *message, int number)
{
    libpff_item_t *attachment = NULL;
    size64_t size = 0;
    if (libpff_message_get_attachment(message, number, &attachment, NULL) != 1)
        return;
    read_sets(count, attachment);
    if (libpff_attachment_get_data_size(attachment, &size, NULL) == 1)
        for (ssize_t got = 1; got > 0; count->bytes += got > 0 ? (size_t)got : 0)
            got = libpff_attachment_data_read_buffer(attachment, count->buffer, sizeof count->buffer, NULL);
    libpff_item_free(&attachment, NULL);
}

static void read_message(struct count *count, libpff_item_t *message)
{
    libpff_item_t *recipients = NULL;
    int attachments = 0;
    count->items++;
    read_sets(count, message);
    if (libpff_message_get_recipients(message, &recipients, NULL) == 1) {
        read_sets(count, recipients);
        libpff_item_free(&recipients, NULL);
    }
    (void)libpff_message_get_number_of_attachments(message, &attachments, NULL);
    for (int i = 0; i < attachments; i++)
        read_attachment(count, message, i);
}

/* Items by their node ids: the writer of the tests makes no folder tables that libpff would find them through. */
static void read_items(struct count *count, libpff_file_t *file, unsigned first, unsigned last)
{
    for (unsigned number = first; number < last; number++) {
        libpff_item_t *item = NULL;
        if (libpff_file_get_item_by_identifier(file, number << 5 | 4, &item, NULL) == 1)
            read_message(count, item);
        if (item)
            libpff_item_free(&item, NULL);
    }
}

int main(int argc, char **argv)
{
    static struct count count;
    libpff_file_t *file = NULL;
    if (argc != 3 || libpff_file_initialize(&file, NULL) != 1 ||
        libpff_file_open(file, argv[1], LIBPFF_OPEN_READ, NULL) != 1)
        return 1;
    double opened = cpu();
    read_items(&count, file, FIRST_NODE, FIRST_NODE + (unsigned)strtoul(argv[2], NULL, 10));
    printf("%llu %llu %.3f %.3f\n", count.items, count.bytes, opened, cpu() - opened);
    return 0;
}
