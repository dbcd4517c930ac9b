"""case_dump.py - what a case says, for tests that compare two of them."""
import json
import shutil
import sqlite3

# What a case says, whatever its row numbers and runs.
QUERIES = [
    "SELECT path, key_path, custodian, folder, size, hex(sha256), state FROM inputs ORDER BY 1, 2, 3, 6",
    "SELECT path, sum(p.messages), sum(leaves), sum(scanned), sum(partial), sum(refused) FROM progress p JOIN inputs USING(input)"
    " GROUP BY input ORDER BY 1",
    "SELECT hex(key), id, hex(edrm), date, sender, subject, thread, is_thread_guessed FROM messages ORDER BY 1",
    "SELECT DISTINCT key, id, date, custodian, folder, folder_role, labels FROM seen_messages ORDER BY 1, 4, 5, 7",
    "SELECT DISTINCT key, s.path, i.path FROM seen_messages s JOIN inputs i USING(input) ORDER BY 1, 2, 3",
    "SELECT id, role, address FROM message_people JOIN messages USING(message) JOIN people USING(person) ORDER BY 1, 2, 3",
    "SELECT id, c.custodian, c.folder, folder_role, labels, c.path, i.path FROM copies c JOIN messages USING(message) JOIN inputs i USING(input)"
    " ORDER BY 1, 2, 3",
    "SELECT hex(s.id), family, rule, name, category, redacted, length, rotate FROM secrets s ORDER BY 1",
    "SELECT hex(f.id), hex(s.id), m.id, f.rule, severity, verdict, why, leaf_key, f.path, view, line, col, offset, before, after, is_quoted,"
    " service, host, user, account, expires, parts, also, also_rules, f.custodian FROM findings f JOIN secrets s USING(secret)"
    " LEFT JOIN messages m USING(message) ORDER BY 1, 2, 25",
    "SELECT hex(g.id), kind, stands_for, reason, bytes, limit_name, g.path, custodian, m.id FROM gaps g LEFT JOIN messages m USING(message)"
    " ORDER BY 1, 8",
]


# Messages in which nothing was found, as they stand in the rows of `seen`.
SEEN = "CREATE TEMP VIEW seen_messages AS SELECT s.input, m.value->>0 AS key, m.value->>1 AS id, m.value->>2 AS date, custodian, folder," \
    " folder_role, labels, s.base || (m.value->>4) AS path FROM seen s, json_each(seen_list(s.messages)) m JOIN places p ON p.place = m.value->>3"


def number(data, at):
    """Seven bits a byte, the lowest first: the number, and where the next thing stands."""
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 0x80:
            return value, at


def text(data, at):
    size, at = number(data, at)
    assert at + size <= len(data)
    return data[at:at + size], at + size


def seen_list(messages):
    """A row of `seen` as JSON: [key, id, date, place, path] of each message."""
    if not isinstance(messages, bytes):
        return messages
    told, at, date = [], 0, 0
    while at < len(messages):
        place, at = number(messages, at)
        if place & 1:
            more, at = number(messages, at)
            date += -(more >> 1) - 1 if more & 1 else more >> 1
        key, at = messages[at:at + 16].hex(), at + 16
        name, at = text(messages, at)
        path, at = text(messages, at)
        told.append([key, name.decode() or None, date if place & 1 else None, place >> 1, path.decode()])
    return json.dumps(told)


def leads(base):
    """Units that may tell a password: input, offset, length, first ordinal, ordinal, keys."""
    told = []
    for *piece, units in base.execute("SELECT input, offset, length, first, units FROM leads ORDER BY input, offset, block"):
        at = ordinal = 0
        while at < len(units):
            more, at = number(units, at)
            keys, at = text(units, at)
            ordinal += more
            told.append((*piece, ordinal, keys))
    return told


def opened(case):
    base = sqlite3.connect(f"file:{case}/case.db?mode=ro", uri=True)
    base.create_function("seen_list", 1, seen_list, deterministic=True)
    base.execute(SEEN)
    return base


def told(case):
    base = opened(case)
    return [base.execute(sql).fetchall() for sql in QUERIES]


def same_key(case, model):
    """The case CASE, still to be made, with the key of MODEL: so that secret_ids can be compared."""
    case.mkdir(mode=0o700)
    shutil.copy(model / "key", case / "key")
    (case / "case.lock").touch(mode=0o600)
    return case
