/* case_schema.c - the tables of a case. */
#include "record/case_schema.h"

const char case_schema[] =
    /* What was done. `arguments` is a JSON array, masked. state: running, done, interrupted. A run that was killed stays `running`. */
    "CREATE TABLE runs("
    " run INTEGER PRIMARY KEY, command TEXT NOT NULL, version TEXT NOT NULL, rules TEXT, sandbox TEXT, "
    "arguments TEXT,"
    " started INTEGER NOT NULL, ended INTEGER, state TEXT NOT NULL, exit_status INTEGER, counts TEXT);"

    /* What was read: one row for each file, however often it was given. sha256 is of all its bytes. state: open, done. */
    "CREATE TABLE inputs("
    " input INTEGER PRIMARY KEY, path TEXT NOT NULL, key_path TEXT NOT NULL, custodian TEXT NOT NULL, folder "
    "TEXT NOT NULL,"
    " size INTEGER NOT NULL, mtime INTEGER NOT NULL, sha256 BLOB, rules TEXT NOT NULL, settings TEXT NOT "
    "NULL,"
    " run INTEGER NOT NULL REFERENCES runs, state TEXT NOT NULL);"
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

    /* A message, once, however many mailboxes hold it; where copies differ, the least of each text. key: SHA-256 of the message key, 16 bytes. edrm: the EDRM message identification hash.
     * sender, subject and thread are filled for messages that hold a secret, and only for them: no more personal data than the case needs. */
    "CREATE TABLE messages("
    " message INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, id TEXT, edrm BLOB, date INTEGER,"
    " sender TEXT, subject TEXT, thread TEXT, is_thread_guessed INTEGER NOT NULL DEFAULT 0, is_told INTEGER "
    "NOT NULL DEFAULT 0);"
    "CREATE INDEX messages_by_id ON messages(id);"
    "CREATE INDEX messages_by_thread ON messages(thread);"

    /* Who sent or got a message that holds a secret. role: from to cc bcc. */
    "CREATE TABLE people(person INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE);"
    "CREATE TABLE message_people("
    " message INTEGER NOT NULL REFERENCES messages, role TEXT NOT NULL, person INTEGER NOT NULL REFERENCES "
    "people,"
    " PRIMARY KEY(message, role, person)) WITHOUT ROWID;"
    "CREATE INDEX message_people_by_person ON message_people(person);"

    /* Where a message lies: in whose mailbox, in which folder. The same mailbox exported twice, in any form, gives one row. */
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
