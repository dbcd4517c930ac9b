/* list_secrets.c - lists by secret: what to rotate first, whom to tell, what was exposed when. */
#include "report/list.h"

/* The order: what is still open before what is done, what an attacker read before what he may not have, severity, verdict, then how many outside the
 * organisation have it and how often it lies about. Expired and rotated ones stand last: they are shown, since a clock may be wrong. */
static const char rotation_sql[] =
    "WITH seen AS (SELECT l.secret, max(l.secret_id) AS secret_id, max(l.name) AS name, max(l.redacted) AS "
    "redacted, max(l.category) AS category,"
    "  max(l.service) AS service, max(l.host) AS host, max(l.user) AS user, max(l.account) AS account, "
    "max(l.expires) AS expires, max(l.rotate) AS rotate,"
    "  max(l.secret_mark) AS secret_mark, count(*) AS findings, count(DISTINCT l.message) AS messages, "
    "max(l.severity) AS severity,"
    "  max(l.verdict) AS verdict, min(m.date) AS first_seen, max(m.date) AS last_seen, max(ifnull(r.level, "
    "0)) AS level,"
    "  json_group_array(DISTINCT l.custodian) AS custodians,"
    /* The first who wrote it down unquoted: the least of a text that begins with what decides. */
    "  substr(min(l.is_quoted || (1000000000000 + ifnull(m.date, 0)) || hex(m.key) || m.sender), 47)"
    "   AS owner"
    "  FROM live l LEFT JOIN messages m USING(message) LEFT JOIN reach r USING(message) GROUP BY l.secret),"
    " far AS MATERIALIZED (SELECT DISTINCT mp.message, w.organisation FROM message_people mp JOIN who w "
    "USING(person) "
    "WHERE w.side = 'outside'),"
    " outside AS (SELECT l.secret, count(DISTINCT far.organisation) AS organisations FROM findings l JOIN "
    "far "
    "USING(message) GROUP BY l.secret)"
    " SELECT row_number() OVER (ORDER BY ifnull(secret_mark, '') IN ('rotated', 'accepted'),"
    "  ifnull(expires < strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 0), level DESC, severity DESC,"
    "  verdict DESC, ifnull(outside.organisations, 0) DESC, findings DESC, secret_id),"
    " secret_id, name, redacted, category, service, host, user, account, severity, verdict, "
    "ifnull(secret_mark, 'open'),"
    " CASE level WHEN 3 THEN 'accessed' WHEN 2 THEN 'folder-synced' WHEN 1 THEN 'window-throttled'"
    "  ELSE (SELECT CASE count(*) WHEN 0 THEN NULL ELSE 'no-record' END FROM access_logs) END,"
    " findings, messages, custodians, ifnull(outside.organisations, 0), first_seen, last_seen, expires, "
    "owner, rotate"
    " FROM seen LEFT JOIN outside USING(secret) ORDER BY 1";

const struct list list_rotation = {
    .name = "rotation",
    .title = "secrets in the order to rotate them",
    .sql = rotation_sql,
    .columns = { { "rank", LIST_NUMBER, 0, 0 },
                 { "secret_id", LIST_ID, 0, 1 },
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
                 { "custodians", LIST_TEXTS, 1, 1 },
                 { "outside_organisations", LIST_NUMBER, 0, 1 },
                 { "first_seen", LIST_TIME, 0, 1 },
                 { "last_seen", LIST_TIME, 0, 0 },
                 { "expires", LIST_TEXT, 0, 1 },
                 { "owner_guess", LIST_TEXT, 1, 0 },
                 { "rotate", LIST_TEXT, 0, 1 } },
    .says = "A row is one secret, however often it was mailed. What was revoked meanwhile is not known: "
            "nothing here asks a service.",
};

static const char notify_sql[] =
    "SELECT w.organisation, w.side, CASE WHEN mp.role = 'from' THEN 'sent' ELSE 'received' END AS way,"
    " count(DISTINCT l.secret), count(DISTINCT l.message), json_group_array(DISTINCT w.address),"
    " json_group_array(DISTINCT l.name), json_group_array(DISTINCT lower(hex(l.secret_id))), max(l.severity),"
    " CASE max(ifnull(r.level, 0)) WHEN 3 THEN 'accessed' WHEN 2 THEN 'folder-synced' WHEN 1 THEN "
    "'window-throttled'"
    "  ELSE (SELECT CASE count(*) WHEN 0 THEN NULL ELSE 'no-record' END FROM access_logs) END,"
    " min(m.date), max(m.date)"
    " FROM who w JOIN message_people mp USING(person) JOIN live l USING(message) JOIN messages m "
    "USING(message) LEFT JOIN reach r USING(message)"
    " WHERE w.side <> 'inside' GROUP BY w.organisation, w.side, way"
    " ORDER BY way = 'received', max(ifnull(r.level, 0)) DESC, max(l.severity) DESC, w.organisation";

const struct list list_notify = {
    .name = "notify",
    .title = "who outside sent or received a secret, those first that shared one with us",
    .sql = notify_sql,
    .columns = { { "organisation", LIST_TEXT, 0, 0 },
                 { "side", LIST_TEXT, 0, 0 },
                 { "way", LIST_TEXT, 0, 0 },
                 { "secrets", LIST_NUMBER, 0, 0 },
                 { "messages", LIST_NUMBER, 0, 0 },
                 { "addresses", LIST_TEXTS, 1, 0 },
                 { "kinds", LIST_TEXTS, 0, 0 },
                 { "secret_ids", LIST_TEXTS, 0, 1 },
                 { "severity", LIST_SEVERITY, 0, 0 },
                 { "access", LIST_TEXT, 0, 0 },
                 { "first_seen", LIST_TIME, 0, 1 },
                 { "last_seen", LIST_TIME, 0, 0 } },
    .says = "`sent`: secrets shared with us by mail. `received`: secrets that we mailed out. Who is inside "
            "comes from --internal and --people; "
            "without them every side is unknown.",
};

static const char exposure_sql[] =
    "SELECT l.custodian, l.name, l.category, strftime('%Y-%m', m.date, 'unixepoch') AS month,"
    " count(DISTINCT l.secret), count(*), max(l.severity), max(l.verdict),"
    " CASE max(ifnull(r.level, 0)) WHEN 3 THEN 'accessed' WHEN 2 THEN 'folder-synced' WHEN 1 THEN "
    "'window-throttled'"
    "  ELSE (SELECT CASE count(*) WHEN 0 THEN NULL ELSE 'no-record' END FROM access_logs) END"
    " FROM live l LEFT JOIN messages m USING(message) LEFT JOIN reach r USING(message)"
    " GROUP BY l.custodian, l.name, l.category, month ORDER BY l.custodian, max(l.severity) DESC, l.name, "
    "month";

const struct list list_exposure = {
    .name = "exposure",
    .title = "custodian by kind of secret by month",
    .sql = exposure_sql,
    .columns = { { "custodian", LIST_TEXT, 1, 0 },
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
