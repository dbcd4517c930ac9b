/* case_schema.c - the tables of a case. */
#include "record/case_schema.h"

#define SEEN_TABLES                                                                                          \
    "CREATE TABLE places("                                                                                   \
    " place INTEGER PRIMARY KEY, custodian TEXT NOT NULL, folder TEXT NOT NULL, folder_role TEXT NOT NULL, " \
    "labels "                                                                                                \
    "TEXT NOT NULL,"                                                                                         \
    " UNIQUE(custodian, folder, folder_role, labels));"                                                      \
    "CREATE TABLE seen("                                                                                     \
    " block INTEGER PRIMARY KEY, input INTEGER NOT NULL REFERENCES inputs, run INTEGER NOT NULL REFERENCES " \
    "runs,"                                                                                                  \
    " base TEXT NOT NULL, messages BLOB NOT NULL);"

/* How an input is opened again to try passwords: its name as the file system has it; bytes. */
#define LOCK_INPUTS                                                                                          \
    "CREATE TABLE lock_inputs(input INTEGER PRIMARY KEY REFERENCES inputs, file BLOB NOT NULL, is_labelled " \
    "INTEGER NOT NULL);"

/* Units (as in progress) that may tell a password, many of one piece in a row. units: one behind the other, each its ordinal and keys as case_leads.c
 * writes them. keys: fingerprints of id, thread, people, and the date. */
#define LEADS                                                                                                \
    "CREATE TABLE leads("                                                                                    \
    " block INTEGER PRIMARY KEY, input INTEGER NOT NULL REFERENCES inputs, offset INTEGER NOT NULL, length " \
    "INTEGER NOT NULL,"                                                                                      \
    " first INTEGER NOT NULL, units BLOB NOT NULL);"

/* One to a row, before version 6. */
#define LEADS_OF_3                                                                                        \
    "CREATE TABLE leads("                                                                                 \
    " input INTEGER NOT NULL REFERENCES inputs, offset INTEGER NOT NULL, length INTEGER NOT NULL, first " \
    "INTEGER NOT NULL, ordinal INTEGER NOT NULL,"                                                         \
    " keys BLOB NOT NULL, PRIMARY KEY(input, offset, ordinal)) WITHOUT ROWID;"

/* Units in which something is locked. gaps: the gaps that stand for it now, masked, as the supervisor writes them. counts: what was counted of it.
 * tried: fingerprint of what was tried; NULL: nothing yet. */
#define LOCKED                                                                                               \
    "CREATE TABLE locked("                                                                                   \
    " input INTEGER NOT NULL REFERENCES inputs, offset INTEGER NOT NULL, length INTEGER NOT NULL, first "    \
    "INTEGER NOT NULL, ordinal INTEGER NOT NULL,"                                                            \
    " keys BLOB NOT NULL, gaps BLOB NOT NULL, counts BLOB NOT NULL, tried BLOB, PRIMARY KEY(input, offset, " \
    "ordinal)) WITHOUT ROWID;"

/* What a password opened. id: of the gap that it was. found: mail list name common (record.h). place: where in the mail, masked. secret: its
 * secret_id, where it is one of the mail. */
#define UNLOCKED                                                                                         \
    "CREATE TABLE unlocked("                                                                             \
    " unlocked INTEGER PRIMARY KEY, id BLOB NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL, message "  \
    "INTEGER REFERENCES messages,"                                                                       \
    " custodian TEXT NOT NULL, found TEXT NOT NULL, place TEXT, line INTEGER, col INTEGER, secret BLOB," \
    " input INTEGER NOT NULL REFERENCES inputs, run INTEGER NOT NULL REFERENCES runs, UNIQUE(id, "       \
    "custodian, kind));"

const char case_schema[] =
    /* What was done. `arguments` is a JSON array, masked. state: running, done, interrupted. A run that was killed stays `running`. folder: in which
     * it was typed, so that a relative path can be found again; NULL: an older mailspill did not say. */
    "CREATE TABLE runs("
    " run INTEGER PRIMARY KEY, command TEXT NOT NULL, version TEXT NOT NULL, rules TEXT, sandbox TEXT, "
    "arguments TEXT,"
    " started INTEGER NOT NULL, ended INTEGER, state TEXT NOT NULL, exit_status INTEGER, counts TEXT, folder "
    "TEXT);"

    /* What was read: one row for each file, however often it was given. sha256 is of all its bytes. state: open, done. waiting_run: it told
     * something that may yet find its other half in another message, to a run that has not come to its end; else NULL. */
    "CREATE TABLE inputs("
    " input INTEGER PRIMARY KEY, path TEXT NOT NULL, key_path TEXT NOT NULL, custodian TEXT NOT NULL, folder "
    "TEXT NOT NULL,"
    " size INTEGER NOT NULL, mtime INTEGER NOT NULL, sha256 BLOB, rules TEXT NOT NULL, settings TEXT NOT "
    "NULL,"
    " run INTEGER NOT NULL REFERENCES runs, state TEXT NOT NULL, waiting_run INTEGER);"
    "CREATE INDEX inputs_by_size ON inputs(size);"

    /* How far each piece of an input is told, and what was counted in it: a scan that goes on skips that many units of the piece. offset -1: the
     * whole input, in which what its ranges hold is not counted. */
    "CREATE TABLE progress("
    " input INTEGER NOT NULL REFERENCES inputs, offset INTEGER NOT NULL, length INTEGER NOT NULL,"
    " units INTEGER NOT NULL, is_done INTEGER NOT NULL,"
    " bytes INTEGER NOT NULL, messages INTEGER NOT NULL, excluded INTEGER NOT NULL, leaves INTEGER NOT NULL,"
    " scanned INTEGER NOT NULL, partial INTEGER NOT NULL, refused INTEGER NOT NULL, pictures INTEGER NOT "
    "NULL,"
    " PRIMARY KEY(input, offset)) WITHOUT ROWID;"

    /* A message that holds a secret, or of which a part was not read; once, however many mailboxes hold it. Where copies differ, the least of each
     * text. key: 16 bytes of the SHA-256 of its Message-ID, date and sender (record/id.h). edrm: the EDRM message identification hash, MD5 of the id without brackets. */
    "CREATE TABLE messages("
    " message INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, id TEXT, edrm BLOB, date INTEGER,"
    " sender TEXT, subject TEXT, thread TEXT, is_thread_guessed INTEGER NOT NULL DEFAULT 0);"

    /* All other messages, up to a thousand of one input in a row, as they were read: no more of them than is needed to find one again, and the
     * same one in another mailbox. messages: one behind the other, each a key (16 bytes), id, date, place and the rest of the path after `base`, as
     * case_seen.c writes them; or a JSON array of arrays with just these, which seen_list() makes of it. A message that is in two inputs stands here
     * twice: by its key it is one. */
    SEEN_TABLES LOCK_INPUTS LEADS LOCKED UNLOCKED

    /* Who sent or got a message that holds a secret. role: from to cc bcc. */
    "CREATE TABLE people(person INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE);"
    "CREATE TABLE message_people("
    " message INTEGER NOT NULL REFERENCES messages, role TEXT NOT NULL, person INTEGER NOT NULL REFERENCES "
    "people,"
    " PRIMARY KEY(message, role, person)) WITHOUT ROWID;"
    "CREATE INDEX message_people_by_person ON message_people(person);"

    /* Where one of `messages` lies: in whose mailbox, in which folder. The same mailbox exported twice, in any form, gives one row. */
    "CREATE TABLE copies("
    " copy INTEGER PRIMARY KEY, message INTEGER NOT NULL REFERENCES messages, custodian TEXT NOT NULL, "
    "folder TEXT NOT NULL,"
    " folder_role TEXT, labels TEXT, path TEXT NOT NULL, input INTEGER NOT NULL REFERENCES inputs, run "
    "INTEGER NOT NULL REFERENCES runs,"
    " UNIQUE(message, custodian, folder));"
    "CREATE INDEX copies_by_custodian ON copies(custodian);"

    /* One secret: a family and a value, of which only the keyed fingerprint and the preview are here. */
    "CREATE TABLE secrets("
    " secret INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, family TEXT NOT NULL, rule TEXT NOT NULL, name "
    "TEXT NOT NULL,"
    " category TEXT NOT NULL, redacted TEXT NOT NULL, length INTEGER NOT NULL, rotate TEXT);"

    /* The rules that found something, as they were when they last did. */
    "CREATE TABLE rules("
    " rule TEXT PRIMARY KEY, family TEXT NOT NULL, name TEXT NOT NULL, category TEXT NOT NULL, severity "
    "INTEGER NOT NULL,"
    " service TEXT, rotate TEXT, reference TEXT) WITHOUT ROWID;"

    /* One secret in one place of one message of one custodian (or of a loose file: message NULL). parts, also, also_rules: JSON arrays. The
     * folders in which that message lies are its copies; input and path are the first of them (lowest input, then path, whatever came in first). */
    "CREATE TABLE findings("
    " finding INTEGER PRIMARY KEY, id BLOB NOT NULL, secret INTEGER NOT NULL REFERENCES secrets, message "
    "INTEGER REFERENCES messages,"
    " rule TEXT NOT NULL, severity INTEGER NOT NULL, verdict INTEGER NOT NULL, why TEXT NOT NULL,"
    " leaf_key TEXT NOT NULL, path TEXT NOT NULL, view TEXT NOT NULL, line INTEGER NOT NULL, col INTEGER NOT "
    "NULL, offset INTEGER NOT NULL,"
    " before TEXT, after TEXT, is_quoted INTEGER NOT NULL,"
    " service TEXT, host TEXT, user TEXT, account TEXT, expires TEXT, parts TEXT, also TEXT, also_rules TEXT,"
    " custodian TEXT NOT NULL, input INTEGER NOT NULL REFERENCES inputs, run INTEGER NOT NULL REFERENCES "
    "runs,"
    " UNIQUE(id, secret, custodian));"
    "CREATE INDEX findings_by_secret ON findings(secret);"
    "CREATE INDEX findings_by_message ON findings(message);"

    /* Kinds and stands_for by name. */
    "CREATE TABLE gaps("
    " gap INTEGER PRIMARY KEY, id BLOB NOT NULL, kind TEXT NOT NULL, stands_for TEXT NOT NULL, reason TEXT "
    "NOT NULL, bytes INTEGER,"
    " limit_name TEXT, path TEXT NOT NULL, custodian TEXT NOT NULL, message INTEGER REFERENCES messages,"
    " input INTEGER REFERENCES inputs, run INTEGER NOT NULL REFERENCES runs, UNIQUE(id, custodian));"

    /* What people decided. Never changed: an undo is a row that names the one it takes back. target: a secret_id, finding_id or gap_id.
     * judgement: false true rotated notified accepted undo. */
    "CREATE TABLE marks("
    " mark INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, at INTEGER NOT NULL, author TEXT NOT NULL, "
    "target_kind TEXT NOT NULL, target BLOB NOT NULL,"
    " judgement TEXT NOT NULL, note TEXT, undoes BLOB);"
    "CREATE INDEX marks_by_target ON marks(target);"

    /* What an access log says of messages: level is bind, folder, throttled. id is normalised (no brackets, no folding); owner a mailbox. */
    "CREATE TABLE access_logs("
    " log INTEGER PRIMARY KEY, path TEXT NOT NULL, sha256 BLOB NOT NULL, kind TEXT NOT NULL, filter TEXT NOT "
    "NULL, at INTEGER NOT NULL,"
    " records INTEGER NOT NULL, kept INTEGER NOT NULL, UNIQUE(sha256, filter));"
    "CREATE TABLE access("
    " access INTEGER PRIMARY KEY, log INTEGER NOT NULL REFERENCES access_logs, at INTEGER, until INTEGER, "
    "owner TEXT, level TEXT NOT NULL,"
    " id TEXT, folder TEXT, ip TEXT, session TEXT, app TEXT, actor TEXT);"
    "CREATE INDEX access_by_id ON access(id);"
    "CREATE INDEX access_by_owner ON access(owner, level);"

    /* Each use of `reveal`, and each attachment that a password opened: who, when, which. */
    "CREATE TABLE reveals(reveal INTEGER PRIMARY KEY, at INTEGER NOT NULL, author TEXT NOT NULL, secret BLOB "
    "NOT NULL, path TEXT NOT NULL);"
    "CREATE TABLE samples(sample INTEGER PRIMARY KEY, at INTEGER NOT NULL, seed INTEGER NOT NULL, size "
    "INTEGER NOT NULL, drawn TEXT NOT NULL);";

const char case_seen_view[] =
    "CREATE TEMP VIEW IF NOT EXISTS seen_messages AS SELECT s.input, s.run, m.value->>0 AS key,"
    " m.value->>1 AS id, m.value->>2 AS date, p.custodian, p.folder, p.folder_role, p.labels,"
    " s.base || (m.value->>4) AS path"
    " FROM seen s JOIN json_each(seen_list(s.messages)) m JOIN places p ON p.place = m.value->>3;";

/* 1 to 2: messages in which nothing was found go to `seen`, and a message is named by its date and sender too. What is not told in `messages` has no
 * sender there: another export may bring it again, under its whole name. */
static const char to_2[] = SEEN_TABLES
    "INSERT INTO places(custodian, folder, folder_role, labels) SELECT DISTINCT c.custodian, c.folder,"
    " ifnull(c.folder_role, ''), ifnull(c.labels, '') FROM copies c JOIN messages m USING(message) WHERE NOT "
    "m.is_told;"
    "INSERT INTO seen(input, run, base, messages) SELECT input, min(run), '', "
    "json_group_array(json_array(key, id, date, place, path))"
    " FROM (SELECT c.input, c.run, m.id, m.date, p.place, c.path,"
    "  lower(hex(CASE WHEN m.id IS NULL THEN m.key ELSE origin_of(m.key, m.date, NULL) END)) AS key,"
    "  row_number() OVER (PARTITION BY c.input ORDER BY c.copy) / 1000 AS block"
    "  FROM copies c JOIN messages m USING(message) JOIN places p ON p.custodian = c.custodian AND p.folder "
    "= c.folder"
    "  AND p.folder_role = ifnull(c.folder_role, '') AND p.labels = ifnull(c.labels, '')"
    "  WHERE NOT m.is_told ORDER BY c.input, c.copy)"
    " GROUP BY input, block;"
    "DELETE FROM copies WHERE message IN (SELECT message FROM messages WHERE NOT is_told);"
    "DELETE FROM messages WHERE NOT is_told;"
    "UPDATE messages SET key = origin_of(key, date, sender) WHERE id IS NOT NULL;"
    "DROP INDEX messages_by_id;"
    "DROP INDEX messages_by_thread;"
    "ALTER TABLE messages DROP COLUMN is_told;";

/* 2 to 3: what is locked. */
static const char to_3[] = LOCK_INPUTS LEADS_OF_3 LOCKED UNLOCKED;

/* 3 to 4: where a relative path began. */
static const char to_4[] = "ALTER TABLE runs ADD COLUMN folder TEXT;";

/* 4 to 5: what waits for the other half of a pair. */
static const char to_5[] = "ALTER TABLE inputs ADD COLUMN waiting_run INTEGER;";

/* 5 to 6: what may tell a password stands together too; rows of `seen` are read as they are. */
static const char to_6[] = "ALTER TABLE leads RENAME TO leads_of_3;" LEADS
                           "INSERT INTO leads(input, offset, length, first, units) SELECT input, offset, "
                           "length, first, leads_row(ordinal, keys) FROM leads_of_3 ORDER BY input, offset, "
                           "ordinal;"
                           "DROP TABLE leads_of_3;";

const char *const case_steps[CASE_VERSION] = { [1] = to_2, [2] = to_3, [3] = to_4, [4] = to_5, [5] = to_6 };
