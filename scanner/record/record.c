/* record.c - what a scan produces: ids in hex, sums of counts. */
#include "record/record.h"

void record_id_hex(const struct record_id *id, char hex[2 * RECORD_ID_SIZE + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < RECORD_ID_SIZE; i++) {
        hex[2 * i] = digits[id->bytes[i] >> 4];
        hex[2 * i + 1] = digits[id->bytes[i] & 15];
    }
    hex[2 * RECORD_ID_SIZE] = '\0';
}

const char *password_from_name(enum password_from from)
{
    static const char *const names[PASSWORD_FROMS] = {
        [PASSWORD_FROM_MAIL] = "mail",
        [PASSWORD_FROM_LIST] = "list",
        [PASSWORD_FROM_NAME] = "name",
        [PASSWORD_COMMON] = "common",
    };
    return names[from];
}

void counts_add(struct counts *sum, const struct counts *more)
{
    sum->bytes += more->bytes;
    sum->messages += more->messages;
    sum->excluded += more->excluded;
    sum->leaves += more->leaves;
    sum->scanned += more->scanned;
    sum->partial += more->partial;
    sum->refused += more->refused;
    sum->pictures += more->pictures;
}
