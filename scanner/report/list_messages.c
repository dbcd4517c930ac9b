/* list_messages.c - lists by message: which ones hold a secret, what to look for in other logs, when it happened, what to remove. */
#include "report/list_parts.h"

/* Folder and custodian of each copy; a loose file has no message and is not here. What decides the order is sorted alone (the LIMIT keeps SQLite
 * from sorting whole rows instead), the rest is looked up row by row: copies in the order of their index. */
static const char messages_sql[] =
    "SELECT m.id, lower(hex(m.edrm)), m.date, m.sender,"
    " (SELECT json_group_array(address) FROM (SELECT DISTINCT q.person FROM message_people q"
    "  WHERE q.message = k.message AND q.role <> 'from') JOIN people USING(person)),"
    " m.subject, c.custodian, c.folder, c.path, held_count(k.message), held_severity(k.message), "
    "held_verdict(k.message), held_kinds(k.message), held_ids(k.message), " LIST_ACCESS_OF_ROW ","
    " k.message IN (SELECT message FROM private_messages)"
    " FROM (SELECT m.message FROM messages m NOT INDEXED WHERE held_count(m.message) > 0"
    "  ORDER BY m.date, m.id, m.key LIMIT -1) k CROSS JOIN messages m ON m.message = k.message"
    " LEFT JOIN copies c ON c.message = k.message LEFT JOIN reach r ON r.message = k.message";

const struct list list_messages = {
    .name = "messages",
    .lay = held_lay_messages,
    .title = "every message that holds a secret, in every mailbox that it lies in",
    .sql = messages_sql,
    .columns = { { "message_id", LIST_TEXT, LIST_OF_MAIL, 0 },
                 { "edrm_hash", LIST_TEXT, 0, 1 },
                 { "date", LIST_TIME, 0, 0 },
                 { "from", LIST_TEXT, 1, 0 },
                 { "to", LIST_TEXTS, 1, 1 },
                 { "subject", LIST_TEXT, 1, 0 },
                 { "custodian", LIST_TEXT, LIST_OF_CUSTODIAN, 0 },
                 { "folder", LIST_PATH, 1, 0 },
                 { "path", LIST_PATH, 1, 1 },
                 { "secrets", LIST_NUMBER, 0, 0 },
                 { "severity", LIST_SEVERITY, 0, 0 },
                 { "verdict", LIST_VERDICT, 0, 1 },
                 { "kinds", LIST_TEXTS, 0, 1 },
                 { "secret_ids", LIST_IDS, 0, 0 },
                 { "access", LIST_TEXT, 0, 0 } },
    .says =
        "`access` is of the message, not of the copy: a record in one mailbox counts for all that hold it. "
        "edrm_hash is the EDRM message identification hash: other tools give the same one.",
};

/* What the secrets open, and as whom: to be looked for in sign-in, token and access logs from the day it was first mailed. */
static const char hunt_sql[] =
    "WITH told AS (SELECT l.*, m.date FROM live l LEFT JOIN messages m USING(message)), marks AS ("
    " SELECT 'host' AS kind, host AS value, service, name, date, secret FROM told WHERE host IS NOT NULL"
    " UNION ALL SELECT 'user', user, service, name, date, secret FROM told WHERE user IS NOT NULL"
    " UNION ALL SELECT 'account', account, service, name, date, secret FROM told WHERE account IS NOT NULL"
    " UNION ALL SELECT 'ip', ip, NULL, 'address of the reader in an access log', at, NULL FROM access WHERE "
    "ip IS NOT NULL"
    " UNION ALL SELECT 'session', session, NULL, 'session of the reader in an access log', at, NULL FROM "
    "access WHERE session IS NOT NULL"
    " UNION ALL SELECT 'app', app, NULL, 'application of the reader in an access log', at, NULL FROM access "
    "WHERE app IS NOT NULL)"
    " SELECT CASE WHEN kind = 'host' AND value GLOB '[0-9]*.[0-9]*.[0-9]*.[0-9]*' AND value NOT GLOB "
    "'*[^0-9.]*' THEN 'ip' ELSE kind END AS kind,"
    " value, max(service), json_group_array(DISTINCT name), count(DISTINCT secret), min(date), max(date)"
    " FROM marks GROUP BY 1, value ORDER BY 1, value";

const struct list list_hunt = {
    .name = "hunt",
    .title = "hosts, users, accounts and addresses to look for in other logs",
    .sql = hunt_sql,
    .columns = { { "kind", LIST_TEXT, 0, 0 },
                 { "value", LIST_TEXT, 1, 0 },
                 { "service", LIST_TEXT, 0, 0 },
                 { "of", LIST_TEXTS, 0, 0 },
                 { "secrets", LIST_NUMBER, 0, 0 },
                 { "first_seen", LIST_TIME, 0, 0 },
                 { "last_seen", LIST_TIME, 0, 0 } },
    .says = "Look from first_seen on: a secret can be used from the moment it was mailed, by anyone who "
            "could read it.",
};

/* Timesketch reads message, datetime and timestamp_desc from CSV and JSON Lines. */
static const char timeline_sql[] =
    "WITH events AS ("
    " SELECT m.date AS at, 'Secret mailed' AS what, l.name || ' ' || l.redacted || ifnull(' for ' || "
    "l.service, '') AS words,"
    "  m.id AS id, l.custodian, m.sender AS person, lower(hex(l.secret_id)) AS secret_id, m.message"
    "  FROM live l JOIN messages m USING(message)"
    " UNION ALL SELECT a.at, CASE a.level WHEN 'bind' THEN 'Message read' WHEN 'folder' THEN 'Folder "
    "synchronised' ELSE 'Access log throttled' END,"
    "  iif(" LIST_IS_WITHOUT_PEOPLE " OR h.message IN (SELECT message FROM private_messages), 'as an access "
    "log says',"
    "  ifnull(a.owner, '') || ifnull(' ' || a.folder, '') || ifnull(' from ' || a.ip, '')), h.id, a.owner, "
    "a.actor, NULL, h.message"
    "  FROM access a LEFT JOIN (SELECT trim(m.id, '<> ') AS told, m.id, min(m.message) AS message FROM live "
    "JOIN messages m USING(message) GROUP BY 1) h ON h.told = a.id AND a.level = 'bind'"
    "  WHERE a.level <> 'bind' OR h.message IS NOT NULL"
    " UNION ALL SELECT k.at, 'Judged ' || k.judgement, coalesce(" LIST_NAME_OF_MARK
    ", lower(hex(k.target))) || "
    "ifnull(' ' || " LIST_OF_MARK("redacted") ", '') || iif(" LIST_IS_WITHOUT_PEOPLE
                                              ", '', ifnull(': ' || k.note, '')), NULL,"
                                              "  NULL, k.author, lower(hex(" LIST_OF_MARK(
                                                  "id") ")), NULL FROM marks k)"
                                                        " SELECT words, strftime('%Y-%m-%dT%H:%M:%S+00:00', "
                                                        "at, 'unixepoch'), what, id, custodian, person, "
                                                        "secret_id,"
                                                        " message IN (SELECT message FROM private_messages)"
                                                        " FROM events WHERE at IS NOT NULL ORDER BY at, "
                                                        "what, words, id, custodian, secret_id";

const struct list list_timeline = {
    .name = "timeline",
    .title = "what happened when, in the form that Timesketch reads",
    .sql = timeline_sql,
    .columns = { { "message", LIST_TEXT, 0, 0 },
                 { "datetime", LIST_TEXT, 0, 0 },
                 { "timestamp_desc", LIST_TEXT, 0, 0 },
                 { "message_id", LIST_TEXT, LIST_OF_MAIL, 0 },
                 { "custodian", LIST_TEXT, LIST_OF_CUSTODIAN, 0 },
                 { "person", LIST_TEXT, 1, 0 },
                 { "secret_id", LIST_TEXT, 0, 1 } },
    .says = "Times are UTC; those of messages are what their senders wrote. Undated messages are in the list "
            "`messages` alone.",
};

/* Live copies to remove once the secret is rotated. */
static const char purge_sql[] =
    "WITH told AS MATERIALIZED (SELECT m.message, row_number() OVER (ORDER BY m.date, m.id, m.key) AS place"
    "  FROM messages m NOT INDEXED WHERE held_count(m.message) > 0),"
    " placed AS (SELECT c.copy, row_number() OVER (ORDER BY c.custodian, c.folder, t.place) AS place"
    "  FROM told t CROSS JOIN copies c USING(message) ORDER BY 2 LIMIT -1)"
    " SELECT 1 + (k.place - 1) / 100, c.custodian, m.id, c.folder, m.date, held_ids(c.message), "
    "held_are_rotated(c.message) FROM placed k CROSS JOIN copies c ON c.copy = k.copy"
    " CROSS JOIN messages m ON m.message = c.message";

const struct list list_purge = {
    .name = "purge",
    .lay = held_lay_messages,
    .title = "live copies to remove, in batches of 100: after rotation, and never while a legal hold stands",
    .sql = purge_sql,
    .columns = { { "batch", LIST_NUMBER, 0, 0 },
                 { "mailbox", LIST_TEXT, LIST_OF_CUSTODIAN, 0 },
                 { "message_id", LIST_TEXT, LIST_OF_MAIL, 0 },
                 { "folder", LIST_PATH, 1, 0 },
                 { "date", LIST_TIME, 0, 0 },
                 { "secret_ids", LIST_IDS, 0, 1 },
                 { "all_rotated", LIST_YES, 0, 0 } },
    .says = "Nothing is removed by mailspill. Ask whether a legal hold stands before anything is; a removed "
            "mail does not un-leak its secret: rotate first.",
};
