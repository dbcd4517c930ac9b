/* list_secrets.c - lists by secret: what to rotate first, whom to tell, what was exposed when. */
#include "report/list_parts.h"

/* The order: what is still open before what is done, what an attacker read before what he may not have, severity, verdict, then how many outside the
 * organisation have it and how often it lies about. Expired and rotated ones stand last: they are shown, since a clock may be wrong. */
static const char rotation_sql[] =
    "WITH seen AS MATERIALIZED (SELECT t.secret, max(t.service) AS service, max(t.host) AS host, max(t.user) "
    "AS "
    "user, max(t.account) AS account,"
    "  max(t.expires) AS expires, count(*) AS findings, count(DISTINCT nullif(t.message, 0)) AS messages,"
    "  max(t.severity) AS severity, max(t.verdict) AS verdict, min(m.date) AS first_seen, max(m.date) AS "
    "last_seen,"
    "  max(ifnull(r.level, 0)) AS level, json_group_array(DISTINCT t.custodian) AS custodians,"
    /* The first who wrote it down unquoted: the least of a text that begins with what decides. */
    "  substr(min(t.is_quoted || (1000000000000 + ifnull(m.date, 0)) || m.sender), 15) AS owner"
    "  FROM told t LEFT JOIN messages m ON m.message = t.message LEFT JOIN reach r ON r.message = t.message"
    "  GROUP BY t.secret),"
    " outside AS MATERIALIZED (SELECT t.secret, count(DISTINCT h.org) AS organisations FROM told t CROSS "
    "JOIN shared h"
    "  USING(message) WHERE +h.org IN (SELECT org FROM org WHERE side = 'outside') GROUP BY t.secret)"
    " SELECT row_number() OVER (ORDER BY ifnull(j.judgement, '') IN ('rotated', 'accepted'),"
    "  ifnull(expires < strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 0), level DESC, severity DESC,"
    "  verdict DESC, ifnull(outside.organisations, 0) DESC, findings DESC, s.id),"
    " s.id, s.name, s.redacted, s.category, service, host, user, x.account, severity, verdict,"
    " ifnull(j.judgement, 'open'),"
    " " LIST_ACCESS_OF_LEVEL ","
    " findings, messages, custodians, ifnull(outside.organisations, 0), first_seen, "
    "last_seen, expires,"
    " owner, iif(w.side = 'outside', w.organisation, NULL), s.rotate"
    " FROM seen x JOIN secrets s USING(secret) LEFT JOIN outside USING(secret) LEFT JOIN judged j ON "
    "j.target = s.id"
    " LEFT JOIN people p ON p.address = x.owner LEFT JOIN who w ON w.person = p.person"
    " ORDER BY 1";

const struct list list_rotation = {
    .name = "rotation",
    .is_of_each = true,
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

/* By organisation and way: sums over its messages; its secrets with their kinds, marks and the worst access to any of them, in any message of the
 * case: one that was forwarded inside and read there is as lost. Each is sorted before it is summed, so that the texts within a cell stand in one
 * order. */
static const char notify_sql[] =
    "WITH held AS MATERIALIZED (SELECT message, max(severity) AS severity FROM told WHERE message > 0 GROUP "
    "BY "
    "message),"
    " sums AS MATERIALIZED (SELECT sh.org, sh.way, count(*) AS messages, max(h.severity) AS severity,"
    "  min(m.date) AS first, max(m.date) AS last"
    "  FROM held h CROSS JOIN shared sh USING(message) JOIN messages m USING(message) WHERE sh.way < 2 GROUP "
    "BY "
    "1, 2),"
    " pairs AS MATERIALIZED (SELECT DISTINCT sh.org, sh.way, k.rank FROM told t CROSS JOIN shared sh "
    "USING(message)"
    "  JOIN rank_of k ON k.secret = t.secret WHERE sh.way < 2 ORDER BY 1, 2, 3),"
    " reached_rank AS MATERIALIZED (SELECT k.rank, max(r.level) AS level FROM told t JOIN reach r "
    "USING(message)"
    "  JOIN rank_of k ON k.secret = t.secret GROUP BY 1),"
    " secrets_of AS MATERIALIZED (SELECT p.org, p.way, count(*) AS secrets, json_group_array(k.id) AS ids,"
    "  json_group_array(DISTINCT k.name) AS names, json_group_array(k.redacted) FILTER (WHERE k.redacted <> "
    "'') "
    "AS previews, max(ifnull(a.level, 0)) AS level"
    "  FROM pairs p CROSS JOIN ranked k USING(rank) LEFT JOIN reached_rank a USING(rank) GROUP BY p.org, "
    "p.way),"
    " states AS MATERIALIZED (SELECT org, way, iif(count(*) = 1, word, group_concat(word || ' ' || n, ', ')) "
    "AS "
    "state"
    "  FROM (SELECT p.org, p.way, ifnull(j.judgement, 'open') AS word, count(*) AS n FROM pairs p CROSS JOIN "
    "ranked k USING(rank) JOIN secrets s USING(secret)"
    "  LEFT JOIN judged j ON j.target = s.id GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 = 'open' DESC, 3) GROUP BY 1, "
    "2),"
    " people_of AS MATERIALIZED (SELECT org, way, json_group_array(address) AS addresses FROM (SELECT "
    "DISTINCT"
    "  sh.org, sh.way, w.address FROM held h CROSS JOIN message_people mp USING(message)"
    "  JOIN belongs b USING(person) JOIN shared sh ON sh.message = mp.message AND sh.org = b.org AND sh.way "
    "= "
    "(mp.role = 'from')"
    "  JOIN who w USING(person) ORDER BY 1, 2, 3) GROUP BY 1, 2)"
    " SELECT o.organisation, o.side, iif(x.way = 1, 'sent', 'received'), secrets, messages, addresses,"
    " names, ids, previews, severity, " LIST_ACCESS_OF_LEVEL ", state, first, last"
    " FROM sums x JOIN org o USING(org) JOIN secrets_of USING(org, way)"
    " JOIN states USING(org, way) JOIN people_of USING(org, way)"
    " ORDER BY x.way DESC, level DESC, severity DESC, o.organisation, o.side";

const struct list list_notify = {
    .name = "notify",
    .is_of_each = true,
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
    "SELECT l.custodian, l.name, l.category, strftime('%Y-%m', m.date, 'unixepoch') AS month,"
    " count(DISTINCT l.secret), count(*), max(l.severity), max(l.verdict),"
    " " LIST_ACCESS_OF_ALL ""
    " FROM live l LEFT JOIN messages m USING(message) LEFT JOIN "
    "reach r USING(message)"
    " GROUP BY l.custodian, l.name, l.category, month ORDER BY "
    "l.custodian, max(l.severity) DESC, l.name, "
    "month";

const struct list list_exposure = {
    .name = "exposure",
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
