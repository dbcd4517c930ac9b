#!/usr/bin/env python3
"""SQLite files: a token in each place of a file is found once, where it stands; password tables are read; damaged files lose nothing but themselves.
`sqlite_test.py COUNT` damages as many copies (60)."""
import io
import pathlib
import random
import sqlite3
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import Tap, b64lines, github_token, of_type, scan, summary  # noqa: E402
from lock_mail import message  # noqa: E402
import office_damage  # noqa: E402

tap = Tap()


def made(folder, *statements, script=None):
    """The bytes of a new file after STATEMENTS: SQL, or (SQL, values)."""
    path = folder / "made.db"
    for name in ("made.db", "made.db-wal", "made.db-shm"):
        (folder / name).unlink(missing_ok=True)
    db = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        db.execute(*([statement] if isinstance(statement, str) else statement))
    db.close()
    return path.read_bytes()


def rows(t, count=400):
    return ["create table a(n integer primary key, name text, value text)",
            *[("insert into a(name, value) values(?, ?)", (f"row {i}", "x" * 50)) for i in range(count)],
            ("insert into a(name, value) values(?, ?)", ("k", t))]


# Place: a function of the token that gives statements; the path that names it.
PLACES = {
    "a row": lambda t: (rows(t), "!/a"),
    "a row of a file in WAL mode": lambda t: (["pragma journal_mode=wal", *rows(t)], "!/a"),
    "a row of a file in UTF-16": lambda t: (["pragma encoding='UTF-16le'", *rows(t)], "!/a"),
    "a row of a table without row ids": lambda t: (["create table b(k text primary key, v text) without rowid", ("insert into b values('k', ?)", (t,))], "!/b"),
    "a long value": lambda t: (["create table a(v text)", ("insert into a values(?)", (t + " " + "y " * 9000,))], "!/a"),
    "a blob": lambda t: (["create table a(v blob)", ("insert into a values(?)", (b"\0\1\xff" + t.encode() + b"\0",))], "!/a"),
    "UTF-16 in a blob": lambda t: (["create table a(v blob)", ("insert into a values(?)", (b"\1\2" + t.encode("utf-16-le"),))], "!/a"),
    "a table with an odd name": lambda t: (['create table "a ""b!"(v)', ("insert into \"a \"\"b!\" values(?)", (t,))], "!/a%20\"b%21"),
    "a default in the schema": lambda t: ([f"create table a(v text default '{t}')"], "!/SCHEMA"),
    "a view": lambda t: ([f"create view a as select '{t}' as v"], "!/SCHEMA"),
    "a deleted row": lambda t: (["create table a(v)", *[("insert into a values(?)", (v,)) for v in ("x", t, "y")], "delete from a where v > 'gh' and v < 'gi'"], "!/REST"),
    "a dropped table": lambda t: (["create table a(v)", ("insert into a values(?)", (t,)), "drop table a"], "!/REST"),
    "a full-text index": lambda t: (["create virtual table a using fts4(v)", ("insert into a values(?)", (t,))], "!/a_content"),
}


def test_places(folder):
    for place, make in PLACES.items():
        token = github_token(f"sqlite {place}")
        statements, path = make(token)
        data = made(folder, "pragma secure_delete=off", *statements)
        mail = ("From: a@corp.example\r\nMessage-ID: <s@corp.example>\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=a.db\r\n"
                "Content-Transfer-Encoding: base64\r\n\r\n" + b64lines(data)).encode()
        for name, bytes_ in {"a.db": data, "m.eml": mail}.items():
            (folder / name).write_bytes(bytes_)
            _, records, err = scan("--reveal", folder / name)
            hits = [f for f in of_type(records, "finding") if f["secret"] == token]
            gaps = of_type(records, "gap")
            tap.ok(f"sqlite/{place} in {name}", hits and all(path in h["path"] for h in hits) and len(hits) == 1 and not gaps,
                   f"{[h['path'] for h in hits]} {gaps} {err}")


def test_passwords(folder):
    secret = "Kx7" + "plum-Orbit-29"
    (folder / "p.db").write_bytes(made(folder, "create table logins(origin_url text, username text, password text)",
                                       ("insert into logins values('https://git.corp.example', 'alice', ?)", (secret,))))
    _, records, _ = scan("--reveal", folder / "p.db")
    tap.ok("sqlite/a password's column", secret in [f["secret"] for f in of_type(records, "finding")], records)


def logged(folder, before, *statements):
    """A file in WAL mode, and its log after STATEMENTS, as a copy of both finds them while the program runs."""
    for name in ("made.db", "made.db-wal", "made.db-shm"):
        (folder / name).unlink(missing_ok=True)
    db = sqlite3.connect(folder / "made.db", isolation_level=None)
    db.execute("pragma journal_mode=wal")
    db.execute("pragma wal_autocheckpoint=0")
    for statement in before:
        db.execute(*([statement] if isinstance(statement, str) else statement))
    db.execute("pragma wal_checkpoint(truncate)")
    for statement in statements:
        db.execute(*([statement] if isinstance(statement, str) else statement))
    both = (folder / "made.db").read_bytes(), (folder / "made.db-wal").read_bytes()
    db.close()
    return both


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


# Place: statements before the log begins, those in it, where it is found.
LOGGED = {
    "a row": lambda t: (rows("x"), [("insert into a(name, value) values('k', ?)", (t,))], "ROWS"),
    "a row beside others that change it": lambda t: (rows("x"), [("insert into a(name, value) values('k', ?)", (t,)), *["insert into a(name, value) values('n', 'v')"] * 30], "ROWS"),
    "a row that was changed again": lambda t: (rows("x"), [("insert into a(name, value) values('k', ?)", (t,)), ("update a set value = 'gone' where name = 'k'")], "ROWS"),
    "between values": lambda t: (["create table b(a, t, z)"], [("insert into b values('user', ?, 'abcd')", (t,))], "ROWS"),
    "a long value": lambda t: (["create table b(v)"], [("insert into b values(?)", ("y " * 9000 + t + " " + "z " * 9000,))], "ROWS"),
    "a table without row ids": lambda t: (["create table b(k text primary key, v text) without rowid"], [("insert into b values('k', ?)", (t,))], "ROWS"),
    "the schema": lambda t: ([], [f"create table b(v text default '{t}')"], "ROWS"),
    "a blob": lambda t: (["create table b(v)"], [("insert into b values(?)", (b"\0\1\xff" + t.encode() + b"\0",))], "ROWS"),
    "UTF-16 in a blob": lambda t: (["create table b(v)"], [("insert into b values(?)", (b"\1\2" + t.encode("utf-16-le"),))], "ROWS"),
    "a file in UTF-16": lambda t: (["pragma encoding='UTF-16le'", "create table b(v)"], [("insert into b values(?)", (t,))], "ROWS"),
    "a zip in a blob": lambda t: (["create table b(v)"], [("insert into b values(?)", (zipped({"prod.env": "key " + t + " x" * 900}),))], "BLOB-1!/prod.env"),
}


def test_logs(folder):
    """What stands in the log alone, beside its file in a folder, in a zip, and in a message."""
    for place, make in LOGGED.items():
        token = github_token(f"sqlite log {place}")
        before, after, path = make(token)
        db, log = logged(folder, before if "UTF-16" in place and before[0].startswith("pragma") else ["create table zero(x)", *before], *after)
        beside = folder / "beside"
        beside.mkdir(exist_ok=True)
        (beside / "a.db").write_bytes(db)
        (beside / "a.db-wal").write_bytes(log)
        (folder / "a.zip").write_bytes(zipped({"a.db": db, "a.db-wal": log}))
        (folder / "m.eml").write_bytes(message("s", "a@corp.example", "b@corp.example", "both", files=[("a.db", db), ("a.db-wal", log)]))
        for where in ("beside", "a.zip", "m.eml"):
            _, records, err = scan("--reveal", "--only", "github-token", folder / where)
            hits, gaps, end = [f["path"] for f in of_type(records, "finding") if f["secret"] == token], of_type(records, "gap"), summary(records)
            tap.ok(f"sqlite/log/{place} in {where}", len(hits) == 1 and hits[0].endswith("a.db-wal!/" + path) and not gaps
                   and end["leaves"] == end["scanned"] + end["partial"] + end["refused"], f"{hits} {gaps} {err}")


def test_cut_log(folder):
    """A value that goes on in the file, and logs that are cut."""
    token = github_token("sqlite log cut")
    db, log = logged(folder, ["create table b(v)", ("insert into b values(?)", ("y " * 9000,))], ("insert into b values(?)", (token,)))
    (folder / "c.db-wal").write_bytes(log)
    _, records, err = scan("--reveal", folder / "c.db-wal")
    tap.ok("sqlite/log/a value that goes on in the file is a gap", [g["kind"] for g in of_type(records, "gap")] == ["truncated"]
           and [f["secret"] for f in of_type(records, "finding")] == [token], f"{records} {err}")
    (folder / "c.db-wal").write_bytes(log[:20])
    _, records, err = scan(folder / "c.db-wal")
    tap.ok("sqlite/log/a head alone is damaged", [g["kind"] for g in of_type(records, "gap")] == ["damaged"], f"{records} {err}")


def test_hostile(folder):
    cases = {
        "a query without end": ["create table a(v)", "create view b as with recursive c(x) as (select 1 union all select x + 1 from c) select x from c"],
        "a generated column": ["create table a(n, v as (hex(zeroblob(n))))", "insert into a(n) values(7000000)", "insert into a(n) values(90000000)"],
    }
    for name, statements in cases.items():
        (folder / "h.db").write_bytes(made(folder, *statements))
        _, records, err = scan(folder / "h.db")
        end = summary(records)
        kinds = {g["kind"] for g in of_type(records, "gap")}
        tap.ok(f"sqlite/hostile/{name}", end["leaves"] == end["scanned"] + end["partial"] + end["refused"] and not kinds & {"crashed", "timeout"}, f"{kinds} {err}")


def test_damaged(folder, count):
    rnd = random.Random(20240112)
    token = github_token("sqlite damaged")
    _, log = logged(folder, rows("x"), ("insert into a(name, value) values('k', ?)", (token,)), *["insert into a(name, value) values('n', 'v')"] * 20,
                    ("insert into a(value) values(?)", ("z" * 9000,)))
    whole = made(folder, *rows(token), "create index i on a(name)", "create table b(k text primary key, v text) without rowid",
                 ("insert into b values('k', ?)", ("z" * 9000,)))
    damages = [office_damage.flip, office_damage.cut, office_damage.extremes, office_damage.swap, office_damage.head]
    place = folder / "damaged"
    place.mkdir()
    for i in range(count):
        (place / f"{i}.db").write_bytes(bytes(rnd.choice(damages)(bytearray(log if i % 3 == 2 else whole), rnd)) or b"x")
    status, records, err = scan(place)
    end = summary(records)
    died = [g for g in of_type(records, "gap") if g["kind"] in ("crashed", "timeout")]
    found = {f["path"].split("!")[0] for f in of_type(records, "finding")}
    print(f"# {count} damaged: the token in {len(found)}, {len(died)} workers died, {end['gaps']} gaps")
    tap.ok("sqlite/damaged", not died and end["leaves"] == end["scanned"] + end["partial"] + end["refused"] and len(found) > count // 4, f"{died} {err}")


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    test_places(folder)
    test_logs(folder)
    test_cut_log(folder)
    test_passwords(folder)
    test_hostile(folder)
    test_damaged(folder, int(sys.argv[1]) if len(sys.argv) > 1 else 60)
tap.done()
