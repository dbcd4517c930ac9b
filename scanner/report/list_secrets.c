/* list_secrets.c - lists by secret: what to rotate first, whom to tell, what was exposed when. */
#include "report/list_parts.h"

/* What a person said of the secret; else `accepted` where each of its places is. */
#define STATE                                                                                              \
    "ifnull(j.judgement, iif(EXISTS(SELECT 1 FROM findings f LEFT JOIN judged k ON k.target = f.id WHERE " \
    "f.secret = x.secret AND ifnull(k.judgement, '') NOT IN ('accepted', 'false')), 'open', 'accepted'))"

/* The order: what is still open before what is done, what an attacker read before what he may not have, severity, verdict, then how many outside the
 * organisation have it and how often it lies about. Expired and rotated ones stand last: they are shown, since a clock may be wrong. */
static const char rotation_sql[] =
    "SELECT row_number() OVER (ORDER BY " STATE " IN ('rotated', 'accepted'),"
    "  ifnull(x.expires < strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 0), x.level DESC, x.severity DESC,"
    "  x.verdict DESC, x.organisations DESC, x.findings DESC, s.rule, s.redacted, s.id),"
    " s.id, s.name, s.redacted, s.category, x.service, x.host, x.user, x.account, x.severity, x.verdict,"
    " " STATE ", " LIST_ACCESS(
        "x.level") ","
                   " x.findings, x.messages, x.custodians, x.organisations, x.first_seen, x.last_seen, "
                   "x.expires,"
                   " x.owner, iif(w.side = 'outside', w.organisation, NULL), s.rotate"
                   " FROM held_secrets x JOIN secrets s USING(secret) LEFT JOIN judged j ON j.target = s.id"
                   " LEFT JOIN people p ON p.address = x.owner LEFT JOIN who w ON w.person = p.person"
                   " ORDER BY 1";

const struct list list_rotation = {
    .name = "rotation",
    .lay = held_lay_secrets,
    .title = "secrets in the order to rotate them",
    .sql = rotation_sql,
    .columns = { { "rank", LIST_NUMBER, 0, 0 },
                 { "secret_id", LIST_ID, 0, 0 },
                 { "name", LIST_TEXT, 0, 0 },
                 { "redacted", LIST_TEXT, 0, 0 },
                 { "category", LIST_TEXT, 0, 1 },
                 { "service", LIST_TEXT, 0, 1 },
                 { "host", LIST_TEXT, 0, 0 },
                 { "user", LIST_TEXT, 1, 0 },
                 { "account", LIST_TEXT, 1, 1 },
                 { "severity", LIST_SEVERITY, 0, 0 },
                 { "verdict", LIST_VERDICT, 0, 0 },
                 { "state", LIST_TEXT, 0, 0 },
                 { "access", LIST_TEXT, 0, 0 },
                 { "findings", LIST_NUMBER, 0, 0 },
                 { "messages", LIST_NUMBER, 0, 1 },
                 { "custodians", LIST_TEXTS, LIST_OF_CUSTODIAN, 1 },
                 { "outside_organisations", LIST_NUMBER, 0, 1 },
                 { "first_seen", LIST_TIME, 0, 1 },
                 { "last_seen", LIST_TIME, 0, 0 },
                 { "expires", LIST_TEXT, 0, 1 },
                 { "owner_guess", LIST_TEXT, 1, 0 },
                 { "theirs", LIST_TEXT, 0, 0 },
                 { "rotate", LIST_TEXT, 0, 0 } },
    .says = "A row is one secret, however often it was mailed; `mailspill mark` takes its id. `theirs`: this "
            "organisation outside mailed it first, so it is probably theirs, and theirs to rotate: tell them "
            "(list notify). What was revoked meanwhile is not known: "
            "nothing here asks a service.",
};

/* `access` is the worst to any of the secrets, in any message of the case: one that was forwarded inside and read there is as lost. */
static const char notify_sql[] =
    "SELECT organisation, side, iif(way = 1, 'sent', 'received'), secrets, messages, addresses, names, ids, "
    "previews, severity, " LIST_ACCESS_OF_LEVEL ", state, first_seen, last_seen FROM held_orgs"
    " ORDER BY way DESC, level DESC, severity DESC, organisation, side";

const struct list list_notify = {
    .name = "notify",
    .lay = held_lay_organisations,
    .title = "who outside sent or received a secret, those first that shared one with us",
    .sql = notify_sql,
    .columns = { { "organisation", LIST_TEXT, 0, 0 },
                 { "side", LIST_TEXT, 0, 0 },
                 { "way", LIST_TEXT, 0, 0 },
                 { "secrets", LIST_NUMBER, 0, 0 },
                 { "messages", LIST_NUMBER, 0, 0 },
                 { "addresses", LIST_TEXTS, 1, 0 },
                 { "kinds", LIST_TEXTS, 0, 0 },
                 { "secret_ids", LIST_IDS, 0, 1 },
                 { "redacted", LIST_TEXTS, 0, 0 },
                 { "severity", LIST_SEVERITY, 0, 0 },
                 { "access", LIST_TEXT, 0, 0 },
                 { "state", LIST_TEXT, 0, 0 },
                 { "first_seen", LIST_TIME, 0, 0 },
                 { "last_seen", LIST_TIME, 0, 0 } },
    .says =
        "`sent`: secrets shared with us by mail. `received`: secrets that we mailed out; what one outside "
        "mailed to another is none. `access` is the worst recorded of any of these secrets in any message "
        "of the case. Who is inside comes from --internal and --people; without them every side is "
        "unknown.",
};

static const char exposure_sql[] =
    "SELECT custodian, name, category, month, secrets, findings, severity, verdict, " LIST_ACCESS_OF_LEVEL
    " FROM held_kinds ORDER BY custodian, severity DESC, name, month, category";

const struct list list_exposure = {
    .name = "exposure",
    .lay = held_lay_kinds,
    .title = "custodian by kind of secret by month",
    .sql = exposure_sql,
    .columns = { { "custodian", LIST_TEXT, LIST_OF_CUSTODIAN, 0 },
                 { "kind", LIST_TEXT, 0, 0 },
                 { "category", LIST_TEXT, 0, 0 },
                 { "month", LIST_TEXT, 0, 0 },
                 { "secrets", LIST_NUMBER, 0, 0 },
                 { "findings", LIST_NUMBER, 0, 0 },
                 { "severity", LIST_SEVERITY, 0, 0 },
                 { "verdict", LIST_VERDICT, 0, 0 },
                 { "access", LIST_TEXT, 0, 0 } },
    .says = "Months are those of the messages' own dates, in UTC; undated ones have none.",
};
