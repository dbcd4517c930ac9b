#!/usr/bin/env python3
"""A case of an older version is brought up to this one: every list says what it said, and it grows as if it had always been of this version.

cases/N.sql is a case that a mailspill of schema N wrote (`.dump`), cases/N.expected what its reports told. The mail it was made of is made here again.
"""
import csv
import io
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from case_dump import leads, opened  # noqa: E402
from harness import PROGRAM, STATE, Tap, github_token  # noqa: E402

CASES = pathlib.Path(__file__).parent / "cases"
tap = Tap()


def check(passed, name, detail=""):
    tap.ok(name, passed, str(detail))


def run(folder, *arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=dict(os.environ, XDG_STATE_HOME=str(STATE)))
    return done.returncode, done.stdout, done.stderr


def message(i, who, to, text, more=""):
    return f"From: {who}\nTo: {to}\nSubject: note {i}\n{more}Message-ID: <{i}@mail.example>\nDate: Fri, 12 Jan 2024 09:{i:02}:00 +0000\n\n{text}\n"


def mailbox(*messages):
    return "".join(f"From a@b Fri Jan 12 09:30:00 2024\n{m}\n" for m in messages)


def restored(folder, version):
    case = folder / "case"
    case.mkdir(mode=0o700)
    base = sqlite3.connect(case / "case.db")
    base.executescript((CASES / f"{version}.sql").read_text())
    base.executescript(f"PRAGMA application_id={0x6D73706C}; PRAGMA user_version={version}")
    base.close()
    for name, text in ("key", "ab" * 32 + "\n"), ("case.lock", ""), ("case.db", None):
        if text is not None:
            (case / name).write_text(text)
        (case / name).chmod(0o600)
    return case


def expected(version):
    lists = {}
    for line in (CASES / f"{version}.expected").read_text().splitlines():
        if line.startswith("# "):
            lists[line[2:]] = []
        else:
            lists[next(reversed(lists))].append(json.loads(line))
    return lists


def rows(folder, *arguments):
    code, out, err = run(folder, *arguments)
    return [json.loads(line) for line in out.splitlines()] if code == 0 else err


def version_of(case):
    return sqlite3.connect(f"file:{case}/case.db?mode=ro", uri=True).execute("PRAGMA user_version").fetchone()[0]


def test_lists(folder, case, version):
    for name, wanted in expected(version).items():
        if name == "report":
            told = [r for r in rows(folder, "report", "--case", case, "-f", "jsonl") if r["type"] != "run"]
        else:
            told = rows(folder, "report", "--case", case, "--list", name, "--internal", "own.example", "-f", "jsonl")
        told = [{key: row.get(key) for key in old} for row, old in zip(told, wanted)] + told[len(wanted):]  # it may say more
        check(told == wanted, f"{version}: {name} is as it was", f"{told}\n{wanted}")
    code, out, err = run(folder, "case", "check", "--case", case)
    check(code == 0, f"{version}: the case is whole", out + err)
    drawn = list(csv.DictReader(io.StringIO(run(folder, "case", "sample", "--case", case, "-n", "5", "--seed", "3")[1])))
    check(sorted((r["custodian"], r["message_id"], r["folder"], r["path"]) for r in drawn) == [
        ("alice", "", "", "mail/alice.mbox!#6"), ("alice", "<1@mail.example>", "", "mail/alice.mbox!#1"),
        ("alice", "<5@mail.example>", "Inbox", "mail/alice.mbox!#5"), ("bob", "<1@mail.example>", "", "mail/bob.mbox!#1"),
        ("bob", "<7@mail.example>", "", "mail/bob.mbox!#3")], f"{version}: messages without a finding are where they were", drawn)


def test_leads(folder, version):
    """What may tell a password stands as it stood, one of version 5 and before in a row of its own."""
    case = restored(folder, version)
    sql = "SELECT input, offset, length, first, ordinal, keys FROM leads ORDER BY input, offset, ordinal"
    has_them = sqlite3.connect(case / "case.db").execute("SELECT 1 FROM sqlite_master WHERE name = 'leads'").fetchone()
    before = sqlite3.connect(case / "case.db").execute(sql).fetchall() if has_them else []
    run(folder, "case", "check", "--case", case)
    now = leads(opened(case))
    check(now == before and (version != 5 or len(now) == 3), f"{version}: places of passwords are as they were", f"{now}\n{before}")


def test_growth(folder, case, version):
    """A later export of alice's mailbox: its messages are those of the old case."""
    first, second = github_token("old a"), github_token("old b")
    (folder / "mail").mkdir()
    (folder / "mail/alice.mbox").write_text(mailbox(
        message(2, "alice@own.example", "buyer@customer.example", f"token: {first}"),
        message(3, "buyer@customer.example", "alice@own.example", f"> token: {first}\nthanks", "In-Reply-To: <2@mail.example>\n"),
        message(4, "carol@own.example", "alice@own.example, Bob <bob@own.example>", f"one more: {second}"),
        message(8, "carol@own.example", "alice@own.example", f"and again: {second}")))
    run(folder, "scan", "-q", "--case", case, "mail/alice.mbox")
    told = [r[0] for r in opened(case).execute("SELECT id FROM messages ORDER BY 1")]
    check(told == [f"<{i}@mail.example>" for i in (2, 3, 4, 8)], f"{version}: a later export adds what is new to it", told)


def schema_of(case):
    return sqlite3.connect(f"file:{case}/case.db?mode=ro", uri=True).execute("SELECT name, sql FROM sqlite_master ORDER BY 1").fetchall()


def test_killed(folder, version):
    """What stands in the way of a step leaves all as it was."""
    case = restored(folder, version)
    base = sqlite3.connect(case / "case.db")
    base.execute(f"DROP TABLE {'copies' if version == 1 else 'leads'}")
    base.close()
    before = schema_of(case)
    code, _, err = run(folder, "report", "--case", case, "--list", "rotation")
    check(code == 2 and "cannot upgrade the case" in err and version_of(case) == version and schema_of(case) == before, f"{version}: all of it, or nothing", err)


newest = None
for sql in sorted(CASES.glob("*.sql")):
    number = int(sql.stem)
    with tempfile.TemporaryDirectory() as work:
        place = pathlib.Path(work)
        old = restored(place, number)
        code, out, err = run(place, "report", "--case", "case", "--list", "rotation")
        newest = version_of(old)
        check(code == 0 and newest > number and "an older mailspill can't open it" in err, f"{number}: a reader brings it up, and says so", err)
        code, out, err = run(place, "report", "--case", "case", "--list", "rotation")
        check(code == 0 and err == "", f"{number}: once", err)
        test_lists(place, "case", number)
        test_growth(place, old, number)
    with tempfile.TemporaryDirectory() as work:
        test_killed(pathlib.Path(work), number)
    with tempfile.TemporaryDirectory() as work:
        test_leads(pathlib.Path(work), number)
with tempfile.TemporaryDirectory() as work:
    run(pathlib.Path(work), "scan", "-q", "--case", "case", os.devnull)
    check(newest == version_of(pathlib.Path(work) / "case"), "a new case is of the version that old ones come to")
tap.done()
