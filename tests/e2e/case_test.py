#!/usr/bin/env python3
"""A case: each thing once, however often and in whatever form it is scanned; killed at any moment, out of room, written by two: the same case."""
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from case_dump import opened, same_key, told  # noqa: E402
from harness import PROGRAM, STATE, Tap, github_token  # noqa: E402

KILLS = int(os.environ.get("CASE_KILLS", "6"))
COUNT = 1500  # messages of a mailbox
tap = Tap()


def check(passed, name, detail=b""):
    tap.ok(name, passed, detail.decode("utf-8", "replace") if isinstance(detail, bytes) else detail)


STATE_ENV = dict(os.environ, XDG_STATE_HOME=str(STATE))


def message(who, i, text):
    return (f"From: {who}@example.org\nTo: team@example.org, buyer{i % 3}@customer.example\nSubject: note {i}\n"
            f"Message-ID: <{who}-{i}@example.org>\nDate: Fri, 12 Jan 2024 09:{i % 60:02}:00 +0000\n\n{text}\n")


def mbox(messages):
    return "".join(f"From a@b Fri Jan 12 09:30:00 2024\n{m}\n" for m in messages)


def mailbox(who, count, seed):
    draw = random.Random(seed)
    words = "meeting budget project server deploy review customer invoice schedule release".split()
    made = []
    for i in range(count):
        text = "\n".join(" ".join(draw.choice(words) for _ in range(12)) for _ in range(30))
        if i % 7 == 0:
            text += f"\ntoken: {github_token(f'case {who} {i}')}\n"
        if i % 11 == 0:
            text += f"\nshared: {github_token('case shared')}\n"
        made.append(message(who, i, text))
    return made


def run(case, *paths, options=(), **more):
    return subprocess.run([PROGRAM, "scan", "--case", str(case), "--progress", "never", "-f", "jsonl", *options, *map(str, paths)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=STATE_ENV, **more)


def messages(case):
    """All that were read: in `messages` those that hold something, in `seen` the others."""
    sql = "SELECT count(*) FROM (SELECT lower(hex(key)) FROM messages UNION SELECT key FROM seen_messages)"
    return opened(case).execute(sql).fetchone()[0]


def count(case, table):
    return sqlite3.connect(f"file:{case}/case.db?mode=ro", uri=True).execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def fresh(folder, name):
    path = pathlib.Path(folder) / name
    shutil.rmtree(path, ignore_errors=True)
    return path


def test_case(folder):
    mail = pathlib.Path(folder) / "mail"
    mail.mkdir()
    (mail / "alice.mbox").write_text(mbox(mailbox("alice", COUNT, 1)))
    (mail / "bob.mbox").write_text(mbox(mailbox("bob", COUNT, 2)))
    (mail / "broken.zip").write_bytes(b"PK\x03\x04" + b"\0" * 60)
    model = fresh(folder, "model")
    first = run(model, mail, options=["--jobs", "2"])
    check(first.returncode == 5, "a first scan makes the case", first.stderr)
    check(oct(model.stat().st_mode & 0o777) == "0o700" and oct((model / "key").stat().st_mode & 0o777) == "0o600" and
              oct((model / "case.db").stat().st_mode & 0o777) == "0o600", "nobody else can read it")
    check(messages(model) == 2 * COUNT and count(model, "findings") == 2 * (-(-COUNT // 7) + -(-COUNT // 11)), "all messages and findings stand in it",
              f"{messages(model)} {count(model, 'findings')}")
    reported = [json.loads(line) for line in first.stdout.splitlines()]
    base = sqlite3.connect(f"file:{model}/case.db?mode=ro", uri=True)
    kept = {(row[0].lower(), row[1].lower()) for row in base.execute("SELECT hex(f.id), hex(s.id) FROM findings f JOIN secrets s USING(secret)")}
    check(kept == {(r["finding_id"], r["secret_id"]) for r in reported if r["type"] == "finding"}, "with the ids of the report")
    before = told(model)
    again = run(model, mail)
    check(told(model) == before and b"were in the case already" in again.stderr, "the same inputs again add nothing")
    twice = same_key(fresh(folder, "labelled-twice"), model)
    run(twice, mail)
    other = subprocess.run([PROGRAM, "scan", "--case", str(twice), "-f", "jsonl", "--custodian", "carol", str(mail)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=STATE_ENV)
    check(b"under another custodian than 'carol'" in other.stderr and b"3 inputs are in the case under two custodians" in other.stderr, "the same inputs under another custodian are warned of", other.stderr.decode())
    with zipfile.ZipFile(mail / "alice.zip", "w") as archive:
        archive.writestr("alice.mbox", mbox(mailbox("alice", COUNT + 20, 1)))
    run(model, mail / "alice.zip")
    check(messages(model) == 2 * COUNT + 20, "a later export of the same mailbox, in a zip, adds the new messages alone", str(messages(model)))
    (mail / "alice.zip").unlink()
    secrets = {github_token(f"case {who} {i}") for who in ("alice", "bob") for i in range(0, COUNT, 7)} | {github_token("case shared")}
    blob = b"".join(p.read_bytes() for p in model.iterdir())
    check(not any(s.encode() in blob for s in secrets), "no secret is in any of its files")
    return mail


def test_forged_id(folder):
    """Who writes under a Message-ID that is taken does not become that message; a copy of it does."""
    mail = pathlib.Path(folder) / "forged"
    mail.mkdir()
    real = message("alice", 1, f"token: {github_token('forged')}")
    (mail / "alice.mbox").write_text(mbox([real, message("alice", 2, "nothing")]))
    (mail / "bob.mbox").write_text(mbox([real.replace("alice@", "ALICE@"), message("alice", 2, "nothing")]))
    (mail / "carol.mbox").write_text(mbox([
        real.replace("From: alice@", "From: mallory@").replace("note 1", "payroll"),
        real.replace("09:01:00", "10:01:00").replace("note 1", "sent again by a machine"),
        message("alice", 2, "nothing").replace("From: alice@", "From: mallory@")]))
    case = fresh(folder, "forged-case")
    run(case, mail)
    base = opened(case)
    told = base.execute("SELECT sender, subject, group_concat(custodian, ' ') FROM (SELECT * FROM messages JOIN copies USING(message) ORDER BY custodian)"
                        " GROUP BY message ORDER BY subject").fetchall()
    check([row[1:] for row in told] == [("note 1", "alice bob"), ("payroll", "carol"), ("sent again by a machine", "carol")],
          "one Message-ID with another sender, or another date, is another message; in two mailboxes it is one", str(told))
    clean = base.execute("SELECT count(DISTINCT key), count(DISTINCT id), count(*) FROM seen_messages").fetchone()
    check(clean == (2, 1, 3), "where nothing was found too", str(clean))


def test_jobs(folder, mail):
    one, two = fresh(folder, "one"), fresh(folder, "two")
    run(one, mail, options=["--jobs", "1"])
    same_key(two, one)
    run(two, mail, options=["--jobs", "2"])
    check(told(one) == told(two), "one worker and two make the same case")
    return one


def test_report(folder, mail):
    """What a case tells is what its one scan told."""
    case = fresh(folder, "told")
    scanned = run(case, mail)
    shown = subprocess.run([PROGRAM, "report", "--case", str(case), "-f", "jsonl"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=STATE_ENV)

    def records(text, kinds):
        found = [json.loads(line) for line in text.decode().splitlines()]
        for record in found:
            for people in ("to", "cc", "bcc"):  # a case keeps who, not in which order
                if record.get("message"):
                    record["message"][people].sort()
        return sorted(json.dumps(record) for record in found if record["type"] in kinds)

    check(shown.returncode == 0 and records(scanned.stdout, ("finding", "gap")) == records(shown.stdout, ("finding", "gap")),
          "report --case tells the findings and gaps of the scan, key by key", shown.stderr)
    sums = [json.loads(text.splitlines()[-1]) for text in (scanned.stdout, shown.stdout)]
    for one in sums:
        one.pop("seconds")
    check(sums[0] == sums[1], "and its sums", str(sums))


def test_kills(folder, mail, model):
    draw = random.Random(20240112)
    for i in range(KILLS):
        case = same_key(fresh(folder, "killed"), model)
        deaths = 0
        for _ in range(3):
            child = subprocess.Popen([PROGRAM, "scan", "--case", str(case), "--progress", "never", "-q", "--jobs", str(1 + i % 2), "-f", "jsonl", str(mail)],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=STATE_ENV)
            time.sleep(draw.uniform(0.05, 0.35))
            if child.poll() is None:
                child.send_signal(signal.SIGKILL)
                deaths += 1
            child.wait()
        run(case, mail, options=["--jobs", "2"])
        check(told(case) == told(model), f"killed {deaths} times, the case is the same ({i + 1})")


def test_killed_between_halves(folder, model):
    """A user's name in one mailbox, the password in another: killed when the first was told, it is read again for the pair."""
    place = pathlib.Path(folder) / "halves"
    place.mkdir()
    first, second = place / "a.mbox", place / "b.mbox"
    head = "From: sam@example.org\nTo: eve@example.org\nDate: Fri, 12 Jan 2024 09:{}:00 +0000\nSubject: VPN access\nMessage-ID: <{}@example.org>\n"
    first.write_text(mbox([head.format(10, "user") + "\nYour user name is eve.adams, the password follows.\n"]))
    second.write_text(mbox([head.format(20, "word") + "In-Reply-To: <user@example.org>\n\nThe password is " + "Wm" + "kQxZvT" + "!7\n"]))
    whole = same_key(fresh(folder, "whole-halves"), model)
    run(whole, first, second)
    pairs = sqlite3.connect(f"file:{whole}/case.db?mode=ro", uri=True).execute("SELECT count(*) FROM findings WHERE parts IS NOT NULL").fetchone()[0]
    case = same_key(fresh(folder, "killed-halves"), model)
    child = subprocess.Popen([PROGRAM, "scan", "--case", str(case), "-q", "-f", "jsonl", str(first), "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=STATE_ENV)
    filler, end, is_told = mbox([message("filler", 0, "at noon?")]).encode(), time.time() + 20, 0
    while time.time() < end and not is_told:
        child.stdin.write(filler)  # what is told is committed with what comes later
        child.stdin.flush()
        time.sleep(0.05)
        try:
            is_told = sqlite3.connect(f"file:{case}/case.db?mode=ro", uri=True).execute("SELECT count(*) FROM inputs WHERE path LIKE '%a.mbox' AND state = 'done'").fetchone()[0]
        except sqlite3.OperationalError:
            pass
    child.kill()
    child.communicate()
    if not is_told:
        return tap.skip("a half that was told to a run that was killed", "nothing was committed in time")
    run(case, first, second)
    held = [sorted(sqlite3.connect(f"file:{c}/case.db?mode=ro", uri=True).execute("SELECT id, parts, path FROM findings").fetchall()) for c in (case, whole)]
    check(pairs == 1 and held[0] == held[1], "a half that was told to a run that was killed finds its other half", str(held))
    run(case, first, second)
    waiting = sqlite3.connect(f"file:{case}/case.db?mode=ro", uri=True).execute("SELECT count(*) FROM inputs WHERE waiting_run IS NOT NULL AND path <> '-'").fetchone()[0]
    check(waiting == 0, "and nothing waits any more", str(waiting))


def test_exchange(folder, model):
    exported = subprocess.run([PROGRAM, "case", "export", "--case", str(model)], stdout=subprocess.PIPE, env=STATE_ENV)
    case = fresh(folder, "imported")

    def imported(text):
        return subprocess.run([PROGRAM, "case", "import", "--case", str(case)], input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=STATE_ENV)

    done = imported(exported.stdout)
    check(done.returncode == 0 and told(case) == told(model), "a case exported and imported is the same case", done.stderr)
    check(b"its key is another one" in done.stderr and str(case / "key").encode() in done.stderr, "and says that its key is not the old one", done.stderr)
    secret = sqlite3.connect(f"file:{case}/case.db?mode=ro", uri=True).execute("SELECT lower(hex(id)) FROM secrets").fetchone()[0]
    shown = [subprocess.run([PROGRAM, "reveal", "--yes", "--case", str(case), secret], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=STATE_ENV)]
    shutil.copy(model / "key", case / "key")
    shown.append(subprocess.run([PROGRAM, "reveal", "--yes", "--case", str(case), secret], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=STATE_ENV))
    check(shown[0].returncode == 2 and b"another key" in shown[0].stderr and str(case / "key").encode() in shown[0].stderr, "reveal says so too", shown[0].stderr)
    check(shown[1].returncode == 0 and shown[1].stdout.startswith(b"gh"), "with the old key it shows the secret", shown[1].stderr)
    uses = subprocess.run([PROGRAM, "case", "reveals", "--case", str(case), "-f", "jsonl"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=STATE_ENV)
    uses = [json.loads(line) for line in uses.stdout.splitlines()]
    check([u["secret_id"] for u in uses] == [secret, secret] and all(u["by"] and u["at"] for u in uses), "each use of reveal is listed", str(uses))
    done = imported(exported.stdout)
    check(done.returncode == 2 and b"new folder" in done.stderr, "a case that holds something is not imported into", done.stderr)
    shutil.rmtree(case)
    done = imported(exported.stdout.replace(b'"table":"secrets"', b'"table":"sqlite_master"', 1))
    check(done.returncode == 2 and b"not a row of a case" in done.stderr and count(case, "messages") == 0, "a bad line is named, and nothing is kept",
          done.stderr)


def test_no_room(folder, mail, model):
    case = same_key(fresh(folder, "full"), model)

    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (250_000, 250_000))

    done = run(case, mail, preexec_fn=little_room)
    check(done.returncode == 2 and b"cannot write to the case" in done.stderr, "no room: the scan stops and says so", done.stderr)
    run(case, mail)
    check(told(case) == told(model), "with room again it goes on to the same case")


def test_refusals(folder, mail, model):
    (pathlib.Path(folder) / "full-folder").mkdir(mode=0o700)
    (pathlib.Path(folder) / "full-folder" / "x").touch()
    done = run(pathlib.Path(folder) / "full-folder", mail)
    check(done.returncode == 2 and b"is not empty and no case" in done.stderr, "a folder with other things is refused", done.stderr)
    mailbox_folder = pathlib.Path(folder) / "full-folder"
    mailbox_folder.chmod(0o755)
    for words in (["scan", "--case", str(mailbox_folder), str(mail)], ["report", "--case", str(mailbox_folder)]):
        done = subprocess.run([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=STATE_ENV)
        check(done.returncode == 2 and b"no case" in done.stderr and b"chmod" not in done.stderr, f"{words[0]}: no advice on the rights of evidence", done.stderr)
    if os.geteuid() == 0:  # another user: nobody
        pathlib.Path(folder).chmod(0o755)
        done = subprocess.run([PROGRAM, "report", "--case", str(model)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=STATE_ENV, user=65534, group=65534)
        check(done.returncode == 2 and b"ermission denied" in done.stderr, "a case of someone else's says so", done.stderr)
    model.chmod(0o755)
    done = run(model, mail)
    check(done.returncode == 2 and b"chmod 700" in done.stderr, "one that others can read is refused, with the remedy", done.stderr)
    model.chmod(0o700)
    done = run(model, mail, options=["--key-file", str(model / "key")])
    check(done.returncode == 2 and b"own key" in done.stderr, "a case has its own key", done.stderr)
    holder = subprocess.Popen([PROGRAM, "scan", "--case", str(model), "-q", "-f", "jsonl", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              env=STATE_ENV)
    time.sleep(0.5)
    done = run(model, mail)
    check(done.returncode == 2 and f"process {holder.pid}".encode() in done.stderr, "a second writer is refused and told of the first", done.stderr)
    holder.communicate(b"")
    base = sqlite3.connect(model / "case.db")
    base.execute("PRAGMA user_version=99")
    base.commit()
    base.close()
    done = run(model, mail)
    check(done.returncode == 2 and b"newer mailspill" in done.stderr, "a case of a newer version is refused", done.stderr)


def test_far_disk(folder, mail, model):
    """On a disk where WAL does not hold (here FUSE, through bindfs) the journal is a rollback journal; a killed run goes on all the same."""
    below, above = pathlib.Path(folder) / "below", pathlib.Path(folder) / "above"
    below.mkdir()
    above.mkdir()
    if not shutil.which("bindfs") or subprocess.run(["bindfs", below, above], stderr=subprocess.DEVNULL).returncode != 0:
        tap.skip("a case on another kind of disk", "bindfs is not there, or may not mount")
        return
    try:
        case = same_key(above / "case", model)
        child = subprocess.Popen([PROGRAM, "scan", "--case", str(case), "-q", "-f", "jsonl", str(mail)], stdout=subprocess.DEVNULL, env=STATE_ENV)
        time.sleep(0.3)
        child.kill()
        child.wait()
        run(case, mail)
        names = {p.name for p in case.iterdir()}
        check(names == {"case.db", "case.lock", "key"} and (case / "case.db").read_bytes()[18:20] == b"\1\1", "on FUSE there is no WAL", str(names))
        check(told(case) == told(model), "and the case is the same, a killed run later")
    finally:
        subprocess.run(["fusermount", "-uz", above])


with tempfile.TemporaryDirectory() as work:
    files = test_case(work)
    test_forged_id(work)
    case_of_one = test_jobs(work, files)
    test_report(work, files)
    test_kills(work, files, case_of_one)
    test_killed_between_halves(work, case_of_one)
    test_exchange(work, case_of_one)
    test_no_room(work, files, case_of_one)
    test_far_disk(work, files, case_of_one)
    test_refusals(work, files, case_of_one)
tap.done()
