/* case_access.h - access logs: what an attacker is recorded to have read, as Microsoft 365 and Google Workspace write it down.
 *
 * MailItemsAccessed (Microsoft 365 audit record 50): Bind names messages, Sync a folder; a record with IsThrottled means that for 24 hours nothing
 * was recorded, so everything may have been read. Forms: Purview's CSV (column AuditData), JSON or JSON Lines of Search-UnifiedAuditLog, an array of
 * the Management API, the CSV of Microsoft-Extractor-Suite, Gmail log events (CSV or JSON), a plain list of Message-IDs.
 */
#ifndef MAILSPILL_RECORD_CASE_ACCESS_H
#define MAILSPILL_RECORD_CASE_ACCESS_H

#include "record/case.h"

/* Only records that fit all that are given; NULL, or INT64_MIN and INT64_MAX, where not. */
struct access_filter {
    const char *ip, *session, *app, *user;
    int64_t since, until; /* seconds since 1970 UTC; until is exclusive */
};

/* What a filter can ask for. */
enum access_field { ACCESS_IP, ACCESS_SESSION, ACCESS_APP, ACCESS_USER, ACCESS_FIELDS };

#define ACCESS_SEEN_MOST 5
#define ACCESS_SEEN_LEN 80

/* The first few values that a field has in the records that do not fit; untrusted text. */
struct access_seen {
    char at[ACCESS_SEEN_MOST][ACCESS_SEEN_LEN];
    size_t count;
    bool has_more;
};

struct access_counts {
    uint64_t records, kept;                /* read, and fitting the filter */
    uint64_t messages, folders, throttled; /* rows made of them */
    uint64_t odd;        /* records that say nothing of an access: not MailItemsAccessed, no id, no folder */
    uint64_t understood; /* records of an access, whether they fit or not */
    uint64_t again;      /* rows that this or another log of the case had told: not added */
    struct access_seen seen[ACCESS_FIELDS]; /* values that the filter turned down */
    bool has_fit[ACCESS_FIELDS];            /* a record fits what is asked of this field */
    uint64_t owners,
        stranger_count;           /* mailboxes with a folder or throttling; of them no custodian's by name */
    struct access_seen strangers; /* the first few */
    bool is_known; /* the same file was imported before, with the same filter: nothing was added */
};

/* Add FILE to the case. 0; or -1: it can't be read, or no record of it is one of an access: then nothing was added. */
int case_import_access(struct case_store *store, const char *file, const struct access_filter *filter,
                       struct access_counts *counts, struct error *err);

#endif
