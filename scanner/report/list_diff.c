/* list_diff.c - what came, went and changed between two cases, or since a run of one. */
#include "report/list_parts.h"

#define DIFF_COLUMNS                                                                                    \
    {                                                                                                   \
        { "change", LIST_TEXT, 0, 0 }, { "finding_id", LIST_ID, 0, 1 }, { "secret_id", LIST_ID, 0, 1 }, \
            { "name", LIST_TEXT, 0, 0 }, { "redacted", LIST_TEXT, 0, 0 },                               \
            { "severity", LIST_SEVERITY, 0, 0 }, { "verdict", LIST_VERDICT, 0, 0 },                     \
            { "custodian", LIST_TEXT, LIST_OF_CUSTODIAN, 0 }, { "path", LIST_PATH, 1, 1 },              \
            { "message_id", LIST_TEXT, LIST_OF_MAIL, 0 }, { "date", LIST_TIME, 0, 0 },                  \
            { "detail", LIST_TEXT, 0, 0 },                                                              \
    }

/* The other case is attached as `before`. Keys differ, so a secret is the same where its finding, preview and length are. */
static const char between_sql[] =
    "WITH a AS (SELECT f.*, s.id AS secret_id, s.name AS name, s.redacted AS redacted, s.length AS length, "
    "m.id AS message_id, m.date AS date"
    "  FROM before.findings f JOIN before.secrets s USING(secret) LEFT JOIN before.messages m "
    "USING(message)),"
    " b AS (SELECT f.*, s.id AS secret_id, s.name AS name, s.redacted AS redacted, s.length AS length, m.id "
    "AS message_id, m.date AS date"
    "  FROM main.findings f JOIN main.secrets s USING(secret) LEFT JOIN main.messages m USING(message))"
    " SELECT 'new', id, secret_id, name, redacted, severity, verdict, custodian, path, message_id, date, "
    "NULL FROM b"
    "  WHERE NOT EXISTS(SELECT 1 FROM before.findings x WHERE x.id = b.id AND x.custodian = b.custodian)"
    " UNION ALL SELECT 'gone', id, secret_id, name, redacted, severity, verdict, custodian, path, "
    "message_id, date, NULL FROM a"
    "  WHERE NOT EXISTS(SELECT 1 FROM main.findings x WHERE x.id = a.id AND x.custodian = a.custodian)"
    " UNION ALL SELECT 'changed', b.id, b.secret_id, b.name, b.redacted, b.severity, b.verdict, b.custodian, "
    "b.path, b.message_id, b.date,"
    "  trim(CASE WHEN a.redacted <> b.redacted OR a.length <> b.length THEN 'another secret; ' ELSE '' END"
    "  || CASE WHEN a.verdict <> b.verdict THEN 'verdict; ' ELSE '' END || CASE WHEN a.severity <> "
    "b.severity THEN 'severity; ' ELSE '' END, '; ')"
    "  FROM a JOIN b ON a.id = b.id AND a.custodian = b.custodian"
    "  WHERE a.redacted <> b.redacted OR a.length <> b.length OR a.verdict <> b.verdict OR a.severity <> "
    "b.severity"
    " ORDER BY 1, 6 DESC, 8, 9, 2";

const struct list list_between = {
    .name = "diff",
    .title = "what came, went and changed from one case to the other",
    .sql = between_sql,
    .columns = DIFF_COLUMNS,
    .says = "A place is the same where its finding_id and custodian are.",
};

/* `since` is a table of one row. */
static const char since_sql[] =
    "SELECT 'new' AS change, l.id, l.secret_id, l.name, l.redacted, l.severity, l.verdict, l.custodian, "
    "l.path, m.id, m.date,"
    " CASE WHEN EXISTS(SELECT 1 FROM findings o WHERE o.secret = l.secret AND o.run <= (SELECT run FROM "
    "since)) THEN 'a secret known before'"
    " ELSE 'a new secret' END FROM live l LEFT JOIN messages m USING(message) WHERE l.run > (SELECT run FROM "
    "since)"
    " UNION ALL SELECT 'marked ' || k.judgement, NULL, s.id, s.name, s.redacted, (SELECT max(severity) FROM "
    "findings f WHERE f.secret = s.secret),"
    "  (SELECT max(verdict) FROM findings f WHERE f.secret = s.secret), NULL, NULL, NULL, k.at, "
    "iif(" LIST_IS_WITHOUT_PEOPLE ", NULL, k.note) FROM "
    "marks k JOIN secrets s ON s.id = k.target"
    "  WHERE k.at >= (SELECT started FROM runs WHERE run = (SELECT run FROM since))"
    /* A finding or a gap may be in several mailboxes: of one mark, one row. */
    " UNION ALL SELECT 'marked ' || k.judgement, f.id, s.id, s.name, s.redacted, f.severity, f.verdict, "
    "min(f.custodian), f.path, NULL, k.at, iif(" LIST_IS_WITHOUT_PEOPLE ", NULL, k.note) FROM marks k JOIN "
    "findings f ON f.id = k.target JOIN secrets s USING(secret)"
    "  WHERE k.at >= (SELECT started FROM runs WHERE run = (SELECT run FROM since)) GROUP BY k.mark"
    " UNION ALL SELECT 'marked ' || k.judgement, NULL, NULL, 'gap: ' || g.kind, NULL, NULL, NULL, "
    "min(g.custodian), g.path, NULL, k.at, g.reason || iif(" LIST_IS_WITHOUT_PEOPLE
    ", '', ifnull(': ' || k.note, '')) FROM marks k JOIN gaps g ON g.id = k.target"
    "  WHERE k.at >= (SELECT started FROM runs WHERE run = (SELECT run FROM since)) GROUP BY k.mark"
    " UNION ALL SELECT 'mailed again', l.id, l.secret_id, l.name, l.redacted, l.severity, l.verdict, "
    "l.custodian, l.path, m.id, m.date,"
    "  'rotated on ' || date(j.at, 'unixepoch') FROM live l JOIN judged j ON j.target = l.secret_id JOIN "
    "messages m USING(message)"
    "  WHERE j.judgement = 'rotated' AND m.date > j.at"
    " ORDER BY 1, 6 DESC, 8, 9, 2, 3";

const struct list list_since = {
    .name = "diff",
    .title = "what came and was decided since a run, and what was mailed again after it was rotated",
    .sql = since_sql,
    .columns = DIFF_COLUMNS,
    .says = "Runs are numbered from 1, as `mailspill case runs` shows them.",
};
