/* list_case.c - lists about the case itself: what was not seen, what was read, what was opened, what was decided. */
#include "report/list_parts.h"

/* A password opens no mail that was sealed for somebody's key. */
#define REMEDY_OF_LOCKED                                                                               \
    "CASE WHEN g.reason LIKE '%application/pkcs7-mime%for a password%' THEN"                           \
    " 'it needs its password: decrypt it with openssl cms, and scan that'"                             \
    " WHEN g.reason LIKE '%application/pkcs7-mime%' THEN"                                              \
    " 'it needs the private key of that certificate: decrypt it with the mail program or openssl cms," \
    " and scan that'"                                                                                  \
    " WHEN g.reason LIKE '%PGP message%' OR g.reason LIKE '%application/pgp-encrypted%' THEN"          \
    " 'it needs the private key, or its password: decrypt it with the mail program or gpg, and scan"   \
    " that'"                                                                                           \
    " WHEN g.reason LIKE 'rights-protected%' THEN"                                                     \
    " 'collect it decrypted: an eDiscovery export, or an account with the super user right'"           \
    " ELSE 'get its password: mailspill unlock --case DIR --password-file FILE, or scan it again with" \
    " --password-file FILE' END"

/* What was cut before it came into the mailbox is as short in the next export. */
#define REMEDY_OF_CUT                                                                      \
    "CASE WHEN g.reason LIKE '%sent in pieces%' THEN"                                      \
    " 'the other parts came as messages of their own: look for them, or ask the sender'"   \
    " WHEN g.reason LIKE '%no closing delimiter%' THEN"                                    \
    " 'the message was cut where it came from: ask the sender, or look at its raw source'" \
    " ELSE 'export it again, whole' END"

/* A row is gaps of one kind, reason and judgement. Its gap_id is that of its first path: SQLite takes it from the row of min(). */
static const char gaps_sql[] =
    "SELECT id, kind, custodian, gaps, bytes, state, note, reason, first, remedy, ids, is_private FROM ("
    "SELECT g.id, g.kind, g.custodian, count(*) AS gaps, sum(g.bytes) AS bytes, ifnull(j.judgement, 'open') "
    "AS "
    "state, j.note, g.reason, min(g.path) AS first, CASE g.kind"
    " WHEN 'encrypted' THEN " REMEDY_OF_LOCKED
    " WHEN 'limit' THEN 'scan it again with the limit raised: --limit ' || ifnull(g.limit_name, 'NAME') || "
    "'=VALUE'"
    " WHEN 'truncated' THEN " REMEDY_OF_CUT " WHEN 'damaged' THEN 'export it again; else read it by hand'"
    " WHEN 'unsupported' THEN 'its raw bytes were searched; open it by hand'"
    " WHEN 'crashed' THEN 'scan it alone, and look at it by hand'"
    " WHEN 'timeout' THEN 'scan it alone, with --limit hang and --limit item-cpu raised'"
    " WHEN 'unreadable' THEN iif(g.reason LIKE 'a symbolic link%', 'scan what the link points to', "
    "'mend its permissions or its disk and scan it again')"
    " WHEN 'missing' THEN 'the export promised it: ask who made the export'"
    " WHEN 'not-in-export' THEN 'collect it where it lies: the export holds only a link or a stub'"
    " WHEN 'picture' THEN 'scan it again with --ocr, or look at it' END AS remedy,"
    " iif(count(*) <= 1000, json_group_array(lower(hex(g.id))), NULL) AS ids, sum(g.message IN (SELECT "
    "message FROM private_messages)) > 0 AS is_private,"
    " ifnull(j.judgement, '') IN ('accepted', 'false') AS place FROM gaps g LEFT JOIN judged j ON j.target = "
    "g.id"
    " GROUP BY g.kind, g.custodian, g.reason, g.limit_name, j.judgement, j.note"
    " UNION ALL SELECT c.id, c.kind, c.custodian, count(*), NULL, 'read in run ' || c.closed_run, NULL, '', "
    "min(i.path), '', iif(count(*) <= 1000, json_group_array(lower(hex(c.id))), NULL), 0, 2 FROM closed c"
    " JOIN inputs i USING(input) GROUP BY c.kind, c.custodian, c.closed_run, c.input)"
    " ORDER BY place, kind = 'picture', kind, custodian, reason, state, note, first";

/* What was read again, and told it no more. */
static int lay_closed(struct lists *lists)
{
    if (!case_has_closed(lists->store))
        return lists_run(lists,
                         "CREATE TEMP VIEW IF NOT EXISTS closed AS SELECT NULL AS id, NULL AS kind, NULL AS "
                         "custodian, NULL AS input, NULL AS closed_run WHERE 0");
    return lists_run(lists, "CREATE TEMP VIEW IF NOT EXISTS closed AS SELECT * FROM closed_gaps");
}

const struct list list_gaps = {
    .name = "gaps",
    .lay = lay_closed,
    .title = "what could not be looked at, and how to close it",
    .sql = gaps_sql,
    .columns = { { "gap_id", LIST_ID, 0, 0 },
                 { "kind", LIST_TEXT, 0, 0 },
                 { "custodian", LIST_TEXT, LIST_OF_CUSTODIAN, 0 },
                 { "gaps", LIST_NUMBER, 0, 0 },
                 { "bytes", LIST_NUMBER, 0, 0 },
                 { "state", LIST_TEXT, 0, 0 },
                 { "note", LIST_TEXT, LIST_OF_MAIL, 0 },
                 { "reason", LIST_TEXT, 0, 0 },
                 { "first", LIST_PATH, 1, 0 },
                 { "remedy", LIST_TEXT, 0, 0 },
                 { "gap_ids", LIST_TEXTS, 0, 1 } },
    .says = "What is not in this list was looked at; what was accepted stays in it, and so does what a later "
            "scan of the same bytes read (`read in run N`). gap_id is of the gap at "
            "`first`, for `mailspill mark`; gap_ids (CSV, JSON Lines) are of all, of up to 1,000. Bytes are "
            "known for some only.",
};

static const char unlocked_sql[] =
    "SELECT u.path, u.kind, u.custodian, m.id, m.date, m.sender, u.found, u.place, u.line, u.col, "
    "lower(hex(u.secret)), s.redacted,"
    " (SELECT count(*) FROM findings f WHERE substr(f.path, 1, length(u.path) + 2) = u.path || '!/' OR"
    " (f.path = u.path AND f.rule <> 'attachment-password' AND substr(f.rule, 1, 8) <> 'keyfile-')),"
    " lower(hex(u.id)), r.started, u.message IN (SELECT message FROM private_messages)"
    " FROM unlocked u LEFT JOIN messages m USING(message) LEFT JOIN secrets s ON s.id = u.secret"
    " JOIN runs r ON r.run = u.run ORDER BY u.path, u.kind, u.custodian";

const struct list list_unlocked = {
    .name = "unlocked",
    .title = "what was locked, and opened with a password",
    .sql = unlocked_sql,
    .columns = { { "attachment", LIST_PATH, 1, 0 },
                 { "lock", LIST_TEXT, 0, 0 },
                 { "custodian", LIST_TEXT, LIST_OF_CUSTODIAN, 0 },
                 { "message_id", LIST_TEXT, 1, 1 },
                 { "date", LIST_TIME, 0, 0 },
                 { "from", LIST_TEXT, 1, 0 },
                 { "found", LIST_TEXT, 0, 0 },
                 { "place", LIST_PATH, 1, 0 },
                 { "line", LIST_NUMBER, 0, 1 },
                 { "column", LIST_NUMBER, 0, 1 },
                 { "secret_id", LIST_TEXT, 0, 1 },
                 { "redacted", LIST_TEXT, 0, 1 },
                 { "findings", LIST_NUMBER, 0, 0 },
                 { "gap_id", LIST_TEXT, 0, 1 },
                 { "opened", LIST_TIME, 0, 1 } },
    .says = "`found`: mail (at `place`), name (a subject or file name), list (--password-file), common "
            "(none, or one that all know). Who has the "
            "mail at `place` can open it too.",
};

/* Whose mail lies in an input is told by what lies in it: the folder or file that was given may hold many. */
static const char hashes_sql[] =
    "WITH holds AS (SELECT input, custodian FROM copies UNION SELECT input, custodian FROM findings UNION "
    "SELECT input, custodian FROM gaps WHERE input IS NOT NULL UNION SELECT s.input, p.custodian FROM seen s "
    "JOIN json_each(seen_list(s.messages)) m JOIN places p ON p.place = m.value->>3),"
    " whose AS (SELECT key_path, custodian, folder, sha256, group_concat(holder, '; ') AS custodians FROM ("
    "SELECT DISTINCT i.key_path, i.custodian, i.folder, i.sha256, h.custodian AS holder FROM holds h JOIN "
    "inputs i "
    "USING(input) ORDER BY holder) GROUP BY key_path, custodian, folder, sha256)"
    " SELECT i.path, ifnull(w.custodians, i.custodian), i.size, lower(hex(i.sha256)), iif(c.is_whole, "
    "'done', "
    "'open'), (SELECT started FROM runs f WHERE f.run = c.first_run), r.version, i.rules,"
    " (SELECT sum(p.messages) FROM progress p WHERE p.input = i.input)"
    " FROM current_inputs c JOIN inputs i USING(input) JOIN runs r USING(run) LEFT JOIN whose w ON "
    "w.key_path = "
    "i.key_path AND w.custodian = i.custodian AND w.folder = i.folder AND w.sha256 IS i.sha256 ORDER BY "
    "i.path, "
    "i.input";

static int lay_inputs(struct lists *lists)
{
    return case_lay_current(lists->store);
}

const struct list list_hashes = {
    .name = "hashes",
    .lay = lay_inputs,
    .title = "what was read: every input with the SHA-256 of its bytes",
    .sql = hashes_sql,
    .columns = { { "path", LIST_PATH, 1, 0 },
                 { "custodian", LIST_TEXT, LIST_OF_CUSTODIAN, 0 },
                 { "bytes", LIST_NUMBER, 0, 0 },
                 { "sha256", LIST_TEXT, 0, 0 },
                 { "state", LIST_TEXT, 0, 0 },
                 { "first_scanned", LIST_TIME, 0, 0 },
                 { "version", LIST_TEXT, 0, 1 },
                 { "rules", LIST_TEXT, 0, 1 },
                 { "messages", LIST_NUMBER, 0, 0 } },
    .says = "`open`: a scan of it was stopped; scan it again to go on. An input from a pipe has no hash. "
            "What was "
            "scanned again, with other rules or options, is one row; version and rules are those of the last "
            "time.",
};

static const char unresolved_sql[] = "SELECT w.address, w.side, count(DISTINCT mp.message), min(m.date), "
                                     "max(m.date) FROM who w JOIN message_people mp USING(person)"
                                     " JOIN messages m USING(message) WHERE w.organisation = '(unresolved)' "
                                     "OR w.side = 'unknown' GROUP BY w.person ORDER BY 3 DESC, w.address";

const struct list list_unresolved = {
    .name = "unresolved",
    .title = "people whose organisation or side nobody told: for --people and --internal",
    .sql = unresolved_sql,
    .columns = { { "address", LIST_TEXT, 1, 0 },
                 { "side", LIST_TEXT, 0, 0 },
                 { "messages", LIST_NUMBER, 0, 0 },
                 { "first_seen", LIST_TIME, 0, 0 },
                 { "last_seen", LIST_TIME, 0, 0 } },
    .says =
        "Only people of messages that hold a secret, or of which something was not read, are kept in a case.",
};

static const char marks_sql[] =
    "SELECT k.mark, k.at, k.author, k.target_kind, lower(hex(k.target)), "
    "ifnull(" LIST_NAME_OF_MARK ", ''), ifnull(" LIST_OF_MARK(
        "redacted") ", ''), k.judgement, k.note,"
                    " EXISTS(SELECT 1 FROM marks u WHERE u.undoes = k.uid) FROM marks k ORDER BY "
                    "k.mark";

const struct list list_marks = {
    .name = "marks",
    .title = "what people decided, in the order they did",
    .sql = marks_sql,
    .columns = { { "mark", LIST_NUMBER, 0, 0 },
                 { "at", LIST_TIME, 0, 0 },
                 { "by", LIST_TEXT, 1, 0 },
                 { "of", LIST_TEXT, 0, 0 },
                 { "id", LIST_TEXT, 0, 0 },
                 { "name", LIST_TEXT, 0, 0 },
                 { "redacted", LIST_TEXT, 0, 1 },
                 { "judgement", LIST_TEXT, 0, 0 },
                 { "note", LIST_TEXT, LIST_OF_MAIL, 0 },
                 { "taken_back", LIST_YES, 0, 0 } },
    .says = "Nothing here is ever changed; what was taken back is marked so.",
};

static const char runs_sql[] = "SELECT run, command, started, ended, state, version, sandbox, (SELECT "
                               "count(*) FROM inputs i WHERE i.run = r.run),"
                               " (SELECT count(*) FROM findings f WHERE f.run = r.run), (SELECT count(*) "
                               "FROM gaps g WHERE g.run = r.run), arguments FROM runs r ORDER BY run";

const struct list list_runs = {
    .name = "runs",
    .title = "every scan of the case",
    .sql = runs_sql,
    .columns = { { "run", LIST_NUMBER, 0, 0 },
                 { "command", LIST_TEXT, 0, 0 },
                 { "started", LIST_TIME, 0, 0 },
                 { "ended", LIST_TIME, 0, 1 },
                 { "state", LIST_TEXT, 0, 0 },
                 { "version", LIST_TEXT, 0, 1 },
                 { "sandbox", LIST_TEXT, 0, 1 },
                 { "new_inputs", LIST_NUMBER, 0, 0 },
                 { "new_findings", LIST_NUMBER, 0, 0 },
                 { "new_gaps", LIST_NUMBER, 0, 0 },
                 { "arguments", LIST_TEXT, 1, 1 } },
    .says = "`running`: at work now, or killed; its inputs go on when they are scanned again.",
};

static const char reveals_sql[] =
    "SELECT v.reveal, v.at, v.author, lower(hex(v.secret)), s.name, s.redacted, v.path"
    " FROM reveals v LEFT JOIN secrets s ON s.id = v.secret ORDER BY v.reveal";

const struct list list_reveals = {
    .name = "reveals",
    .title = "every use of `mailspill reveal`",
    .sql = reveals_sql,
    .columns = { { "reveal", LIST_NUMBER, 0, 0 },
                 { "at", LIST_TIME, 0, 0 },
                 { "by", LIST_TEXT, 1, 0 },
                 { "secret_id", LIST_TEXT, 0, 0 },
                 { "name", LIST_TEXT, 0, 0 },
                 { "redacted", LIST_TEXT, 0, 0 },
                 { "path", LIST_PATH, 1, 0 } },
    .says = "Written down before anything is shown: that it was then found again is not told. Nothing here "
            "is ever changed.",
};
