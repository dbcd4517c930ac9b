/* access_parts.h - what the readers of access logs have in common; for case_access.c and access_json.c alone. */
#ifndef MAILSPILL_RECORD_ACCESS_PARTS_H
#define MAILSPILL_RECORD_ACCESS_PARTS_H

#include "record/case_access.h"

#define ACCESS_NO_TIME INT64_MIN
#define ACCESS_THROTTLED_SECONDS 86400 /* after throttling nothing is recorded for so long */
#define ACCESS_ID_MOST 1000

struct access_import {
    struct case_store *store;
    const char *file;
    const struct access_filter *filter;
    struct access_counts *counts;
    int64_t log;
};

/* Who read, from where. */
struct access_record {
    int64_t at;
    struct slice owner, ip, session, app, actor;
};

int64_t access_time(struct slice text);
struct slice access_normal_id(struct slice id, char room[ACCESS_ID_MOST]);
bool access_fits(const struct access_import *import, const struct access_record *record);

/* LEVEL: bind, folder or throttled. Failures stay with the case. */
void access_put(struct access_import *import, const struct access_record *record, const char *level,
                struct slice id, struct slice folder);

/* One JSON value: an audit record, one that holds it in AuditData, or an array of them. 0, or -1: it is not JSON. */
int access_import_json(struct access_import *import, struct slice text);

#endif
