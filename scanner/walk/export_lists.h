/* export_lists.h - inside export.c: how each list is read. */
#ifndef MAILSPILL_WALK_EXPORT_LISTS_H
#define MAILSPILL_WALK_EXPORT_LISTS_H

#include "base/buffer.h"
#include "decode/xml.h"
#include "walk/export.h"

/* Bytes of a table that are held to be counted; promises of one list. */
#define EXPORT_TABLE_MAX ((size_t)64 * 1024 * 1024)
#define EXPORT_PROMISES_MAX ((size_t)10000)

enum export_list {
    EXPORT_NONE,
    EXPORT_COUNTS,    /* Vault: accounts and their messages */
    EXPORT_METADATA,  /* Vault: one Document a message (EDRM XML) */
    EXPORT_FAILURES,  /* Vault: a row for what could not be exported */
    EXPORT_ERRORS,    /* the same as XML */
    EXPORT_ITEMS,     /* Purview: a row an item */
    EXPORT_SUMMARY,   /* Purview: names and numbers */
    EXPORT_CHECKSUMS, /* lines of MD5 and name */
};

struct export_reader {
    struct arena *arena;
    enum export_list list;
    struct buffer table; /* of CSV and checksums */
    struct xml xml;
    struct xml_sink xml_sink;
    uint64_t documents, failures;
    bool has_xml;
    bool has_sender; /* the document at hand is mail */
    bool is_own;     /* it has elements that only such a list has */
    size_t promises;
};

void export_lists_begin(struct export_reader *reader);
void export_lists_feed(struct export_reader *reader, struct slice bytes);
int export_lists_end(struct export_reader *reader, const struct promise_sink *sink, struct error *err);
void export_lists_release(struct export_reader *reader);

#endif
