#!/usr/bin/env python3
"""Locked attachments are opened with what the mail tells; nothing of a password comes to rest; a case goes on with it, whatever happened."""
import base64
import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from case_dump import same_key, told  # noqa: E402
from harness import PROGRAM, STATE, Tap, github_token, of_type, scan, summary  # noqa: E402
from lock_mail import ANN, BOB, EVE, adds_up, is_open, mbox, message, password, rules_of, tree  # noqa: E402
from lock_writer import locked, locked_zip  # noqa: E402

KILLS = int(os.environ.get("CASE_KILLS", "6"))
STATE_ENV = dict(os.environ, XDG_STATE_HOME=str(STATE))
tap = Tap()


def comparable(records):
    return sorted(json.dumps({k: v for k, v in r.items() if k != "seconds"}) for r in records if r["type"] != "run")


def test_places(folder, kind):
    """Where the password may stand, and where it is not looked for."""
    token, word = github_token(f"unlock {kind}"), password(kind)
    data = locked(kind, "prod.env", f"TOKEN={token}\n".encode(), word)
    if data is None:
        tap.skip(f"{kind}: opened", "nothing here makes one")
        return
    file = ("secrets." + kind.split("-")[0], data)
    says = f"The password is {word}\r\n"
    cases = {
        "the same message": ([message("a", ANN, BOB, says, files=[file])], True),
        "the thread": ([message("a", ANN, BOB, "see below", files=[file]), message("b", EVE, "carl@west.example", says, 80, "Re: payroll", "a")], True),
        "a later message between the same two": ([message("a", ANN, BOB, "comes later", files=[file]), message("b", ANN, BOB, says, 14, "as promised")], True),
        "the answer of the other": ([message("a", ANN, BOB, "which one?", files=[file]), message("b", BOB, ANN, says, 14, "that one")], True),
        "two others": ([message("a", ANN, BOB, "comes later", files=[file]), message("b", ANN, EVE, says, 14, "hello")], False),
        "twenty days later": ([message("a", ANN, BOB, "comes later", files=[file]), message("b", ANN, BOB, says, 32, "hello")], False),
    }
    for name, (messages, wanted) in cases.items():
        mail = tree(folder / kind / name.replace(" ", "-"), messages)
        status, records, errors = scan("--reveal", "--jobs", 2, mail)
        gaps = of_type(records, "gap")
        if wanted:
            tap.ok(f"{kind}: opened with a password in {name}", is_open(records, token) and not gaps and adds_up(records), f"{rules_of(records)} {gaps} {errors}")
        else:
            tap.ok(f"{kind}: not opened with that of {name}", not is_open(records, token) and len(gaps) == 1 and gaps[0]["kind"] == "encrypted"
                   and "did not open it" in gaps[0]["reason"] and adds_up(records), f"{rules_of(records)} {gaps} {errors}")
    mail = folder / kind / "two-others"
    list_file = folder / f"{kind}.txt"
    list_file.touch(mode=0o600)
    list_file.write_text(f"not this\n{word}\n")
    _, records, _ = scan("--password-file", list_file, "-", stdin=data)
    reasons = [gap["reason"] for gap in of_type(records, "gap")]
    tap.ok(f"{kind}: on standard input it says to scan the file", len(reasons) == 1 and "by its name" in reasons[0], reasons)
    status, records, errors = scan("--reveal", "--password-file", list_file, mail)
    found = of_type(records, "finding")
    tap.ok(f"{kind}: opened with --password-file, which is no finding", any(r["secret"] == token for r in found) and not of_type(records, "gap")
           and not any(r["rule"] == "attachment-password" for r in found), f"{rules_of(records)} {errors}")


def test_told(folder):
    """What is told of a password, and that what lay in the lock has the ids that it would have without one."""
    token, word = github_token("unlock told"), password("told")
    inside = {"prod.env": f"TOKEN={token}\n".encode(), "readme.txt": b"nothing here\n"}
    messages = [message("a", ANN, BOB, "comes later", files=[("x.zip", locked_zip(inside, word))]), message("b", ANN, BOB, f"The password is {word}", 13, "as promised")]
    status, records, errors = scan("--jobs", 1, tree(folder / "told", messages))
    mine = [r for r in of_type(records, "finding") if r["name"] == "Password of a locked attachment"][0]
    said = [r for r in of_type(records, "finding") if r["rule"] == "password-en"][0]
    tap.ok("the finding names the attachment, and where the password was found", mine["path"].endswith("000.eml!/2 x.zip") and mine["verdict"] == "proven"
           and [p["path"][-12:] for p in mine["parts"]] == ["001.eml!/1"[-12:].rjust(12)[-12:]] or mine["parts"][0]["path"].endswith("001.eml!/1"), json.dumps(mine))
    tap.ok("it is the same secret as the one in the sentence", mine["secret_id"] == said["secret_id"] and mine["finding_id"] != said["finding_id"])
    plain = [message("a", ANN, BOB, "comes later", files=[("x.zip", locked_zip(inside, None))]), messages[1]]
    _, others, _ = scan("--jobs", 1, tree(folder / "plain", plain))
    ids = [sorted(r["finding_id"] for r in of_type(some, "finding") if r["rule"] == "github-token") for some in (records, others)]
    tap.ok("what lies in it has the ids that it has without a lock", ids[0] == ids[1] and len(ids[0]) == 1, str(ids))
    sums = [{k: summary(some)[k] for k in ("messages", "leaves", "scanned", "partial", "refused", "gaps")} for some in (records, others)]
    tap.ok("and the counts", sums[0] == sums[1], str(sums))


def test_words(folder):
    """Passwords that no rule finds."""
    token = github_token("unlock words")
    for name, word, text, subject in (("digits alone", "4711", "zip pw: 4711", "x"), ("a word that is turned down", "changeme", "The password is changeme", "x"),
                                      ("without a word for it", "Vq7-rumt-22", "here you are:\r\n\r\nVq7-rumt-22\r\n", "x"), ("a subject", "sunflower", "see subject", "sunflower"),
                                      ("in quotes", "Tulpe-77x", "use “Tulpe-77x”, please", "x"), ("what all know", "infected", "a sample", "x")):
        data = locked_zip({"prod.env": f"TOKEN={token}\n".encode()}, word)
        mail = tree(folder / ("words-" + name.replace(" ", "-")), [message("a", ANN, BOB, text, subject=subject, files=[("x.zip", data)])])
        _, records, errors = scan("--reveal", mail)
        tap.ok(f"opened with {name}", any(r["secret"] == token for r in of_type(records, "finding")) and not of_type(records, "gap"), f"{records} {errors}")


def mailbox(count, word, token, who=ANN):
    """Filler, something locked, and its password two days later."""
    draw = random.Random(7)
    words = "meeting budget project server deploy review customer invoice schedule release".split()
    made = []
    for i in range(count):
        text = "\r\n".join(" ".join(draw.choice(words) for _ in range(12)) for _ in range(20))
        if i % 9 == 0:
            text += f"\r\ntoken: {github_token(f'unlock filler {who} {i}')}"
        files = [("x.zip", locked_zip({"prod.env": f"TOKEN={token}\nTOKEN={github_token(f'in {who} {i}')}\n".encode()}, f"{word}{i}", str(i)))] if i % 10 == 3 else ()
        if i % 10 == 7:
            text += f"\r\nThe password is {word}{i - 4}\r\n"
        made.append(message(f"{who[:3]}{i}", who, BOB, text, 1 + i % 10 // 4 + i % 200 / 10, f"note {i}", files=files))
    return made


def test_containers(folder):
    token, word = github_token("unlock boxes"), password("boxes")
    messages = mailbox(60, word, token)
    (folder / "box.mbox").write_bytes(mbox(messages))
    with zipfile.ZipFile(folder / "box.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mail/box.mbox", mbox(messages))
    (folder / "locked.zip").write_bytes(locked_zip({"box.mbox": mbox(messages)}, word))
    list_file = folder / "list.txt"
    list_file.touch(mode=0o600)
    list_file.write_text(word + "\n")
    tree(folder / "box", messages)
    ids = {}
    for name in ("box.mbox", "box.zip", "box", "locked.zip"):
        runs = [scan("--jobs", jobs, "--password-file", list_file, folder / name) for jobs in (1, 4)]
        records = runs[0][1]
        ids[name] = sorted(r["finding_id"] for r in of_type(records, "finding"))
        tap.ok(f"{name}: all six are opened", rules_of(records).count("attachment-password") == 6 and not of_type(records, "gap") and adds_up(records), f"{summary(records)} {runs[0][2]} {of_type(records, 'gap')[:3]}")
        tap.ok(f"{name}: one worker and four tell the same", comparable(records) == comparable(runs[1][1]))
    tap.ok("the same ids in each", len(set(map(tuple, ids.values()))) == 1, str({k: len(v) for k, v in ids.items()}))
    with open(folder / "box.mbox", "rb") as stream:
        _, records, _ = scan("-", stdin=stream.read())
    tap.ok("what comes from a pipe is not read again: gaps", len([g for g in of_type(records, "gap") if g["kind"] == "encrypted"]) == 6 and adds_up(records))
    _, records, _ = scan("--limit", "unlock-tries=0", folder / "box.mbox")
    tap.ok("unlock-tries=0 tries none", len(of_type(records, "gap")) == 6 and "did not" not in of_type(records, "gap")[0]["reason"])
    _, records, _ = scan("--limit", "unlock-tries=1", folder / "box.mbox")
    tap.ok("unlock-tries is a limit", all(g["kind"] in ("encrypted", "limit") for g in of_type(records, "gap")) and adds_up(records)
           and any(g["limit"] == "unlock-tries" for g in of_type(records, "gap")), str(of_type(records, "gap")[:3]))
    _, records, _ = scan("--limit", "unlock-items=2", folder / "box.mbox")
    tap.ok("unlock-items is a limit", len([g for g in of_type(records, "gap") if g["limit"] == "unlock-items"]) == 4 and adds_up(records), str(of_type(records, "gap")[:3]))


def test_nested(folder):
    token, word, other = github_token("unlock nested"), password("nested"), password("inner")
    inner = locked_zip({"prod.env": f"TOKEN={token}\n".encode()}, other)
    outer = locked_zip({"inner.zip": inner, "note.txt": f"The password is {other}\n".encode()}, word)
    mail = tree(folder / "nested", [message("a", ANN, BOB, f"The password is {word}\r\nand then the password is {other}", files=[("x.zip", outer)])])
    _, records, errors = scan("--reveal", mail)
    tap.ok("a lock in a lock", any(r["secret"] == token for r in of_type(records, "finding")) and rules_of(records).count("attachment-password") == 2, f"{rules_of(records)} {errors}")
    both = locked_zip({"a.env": f"TOKEN={token}\n".encode(), "b.txt": b"x" * 30}, {"a.env": word, "b.txt": other})
    mail = tree(folder / "both", [message("a", ANN, BOB, f"The password is {word}\r\nThe password is {other}", files=[("x.zip", both)])])
    _, records, errors = scan("--reveal", mail)
    tap.ok("members with passwords of their own", is_open(records, token) and not of_type(records, "gap") and adds_up(records), f"{rules_of(records)} {of_type(records, 'gap')} {errors}")


def run_case(case, *paths, options=()):
    return subprocess.run([PROGRAM, "scan", "--case", str(case), "--progress", "never", "-q", "-f", "jsonl", *options, *map(str, paths)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=STATE_ENV)


def rows(case, sql):
    return sqlite3.connect(f"file:{case}/case.db?mode=ro", uri=True).execute(sql).fetchall()


UNLOCKED = "SELECT hex(id), kind, path, custodian, found, place, line, col, hex(secret) FROM unlocked ORDER BY 1, 2, 4"


def test_chosen(folder):
    """Passwords are collected for what is locked whatever rules are chosen; they are told where theirs is."""
    token, word = github_token("chosen"), password("chosen")
    data = locked("zip", "prod.env", f"TOKEN={token}\n".encode(), word)
    mail = tree(folder / "chosen", [message("a", ANN, BOB, f"The password is {word}", files=[("s.zip", data)])])
    for options, wanted in ((["--only", "github-token"], ["github-token"]), (["--only", "attachment-password"], ["attachment-password"]),
                            (["--skip", "attachment-password,password-en,shaped-in-access"], ["github-token"]), (["--only", "github-token,attachment-password"], ["attachment-password", "github-token"])):
        _, records, errors = scan("--reveal", *options, mail)
        tap.ok(f"chosen/{' '.join(options)}", rules_of(records) == wanted and not of_type(records, "gap") and summary(records)["unlocked"] == 1 and adds_up(records),
               f"{rules_of(records)} {of_type(records, 'gap')} {errors}")
        _, records, errors = scan(*options, mail)
        tap.ok(f"chosen/{' '.join(options)}: the password does not show", word not in json.dumps(records), records)


def test_case(folder):
    token, word = github_token("unlock case"), password("case")
    mail = folder / "case-mail"
    mail.mkdir()
    (mail / "ann.mbox").write_bytes(mbox(mailbox(400, word, token)))
    tree(mail / "tree", mailbox(60, word, token, EVE))
    model = folder / "model"
    first = run_case(model, mail, options=["--jobs", "2"])
    records = [json.loads(line) for line in first.stdout.splitlines()]
    tap.ok("a case opens them too", rules_of(records).count("attachment-password") == 46 and len(rows(model, UNLOCKED)) == 46 and not rows(model, "SELECT * FROM gaps"),
           f"{rules_of(records).count('attachment-password')} {len(rows(model, UNLOCKED))} {first.stderr}")
    shown = subprocess.run([PROGRAM, "report", "--case", str(model), "-f", "jsonl"], stdout=subprocess.PIPE, env=STATE_ENV).stdout
    replayed = [json.loads(line) for line in shown.splitlines()]
    tap.ok("its report has the sums of the scan", {k: v for k, v in summary(records).items() if k != "seconds"} == {k: v for k, v in summary(replayed).items() if k != "seconds"},
           f"{summary(records)} {summary(replayed)}")
    words = subprocess.run([PROGRAM, "report", "--case", str(model), "--list", "rotation", "-f", "jsonl"], stdout=subprocess.PIPE, env=STATE_ENV).stdout
    words = [r["rotate"] for r in map(json.loads, words.splitlines()) if r["name"] == "Password of a locked attachment"]
    tap.ok("what to rotate is told", words and all("can open the attachment" in w for w in words), str(words))
    before = told(model), rows(model, UNLOCKED)
    run_case(model, mail)
    tap.ok("again: nothing is added", (told(model), rows(model, UNLOCKED)) == before)
    done = subprocess.run([PROGRAM, "case", "--case", str(model), "check"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=STATE_ENV)
    tap.ok("the case is sound", done.returncode == 0, done.stdout)
    secrets = [word.encode(), token.encode()] + [github_token(f"in {ANN} {i}").encode() for i in range(3, 400, 10)]
    blob = b"".join(p.read_bytes() for p in model.iterdir())
    tap.ok("no password and nothing of what they opened is in its files", not any(s in blob for s in secrets))
    return mail, model, before


def test_kills(folder, mail, model, before):
    draw = random.Random(20240112)
    started = time.monotonic()
    run_case(same_key(folder / "timed", model), mail, options=["--jobs", "1"])
    length = time.monotonic() - started
    for i in range(KILLS):
        case = same_key(folder / f"killed-{i}", model)
        for _ in range(3):
            child = subprocess.Popen([PROGRAM, "scan", "--case", str(case), "--progress", "never", "-q", "--jobs", str(1 + i % 2), str(mail)],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=STATE_ENV)
            time.sleep(draw.uniform(0, length))
            child.send_signal(signal.SIGKILL)
            child.wait()
        run_case(case, mail)
        tap.ok(f"killed three times: the same case ({i})", (told(case), rows(case, UNLOCKED)) == before,
               f"{[len(a) - len(b) for a, b in zip(told(case), before[0])]} {len(rows(case, UNLOCKED))} {rows(case, 'SELECT kind, reason, path FROM gaps')[:4]}")


def test_later(folder):
    """The password comes in a mailbox that comes later."""
    token, word = github_token("unlock later"), password("later")
    data = locked_zip({"prod.env": f"TOKEN={token}\n".encode()}, word)
    (folder / "one.mbox").write_bytes(mbox([message("a", ANN, BOB, "comes later", files=[("x.zip", data)])]))
    (folder / "two.mbox").write_bytes(mbox([message("b", ANN, BOB, f"The password is {word}", 14, "as promised")]))
    case, other = folder / "later", folder / "other"
    first = run_case(case, folder / "one.mbox")
    tap.ok("locked at first", first.returncode == 4 and len(rows(case, "SELECT * FROM gaps")) == 1, first.stderr)
    second = run_case(case, folder / "two.mbox")
    tap.ok("opened when its password comes", len(rows(case, UNLOCKED)) == 1 and not rows(case, "SELECT * FROM gaps") and b"attachment-password" in second.stdout, second.stderr)
    same_key(other, case)
    run_case(other, folder / "two.mbox")
    run_case(other, folder / "one.mbox")
    tap.ok("in any order", sorted(map(str, told(case)[2:])) == sorted(map(str, told(other)[2:])) and rows(case, UNLOCKED) == rows(other, UNLOCKED))


def test_command(folder):
    """`mailspill unlock`, and the list of what was opened."""
    token, word, other = github_token("unlock command"), password("command"), password("other")
    files = [("x.zip", locked_zip({"prod.env": f"TOKEN={token}\n".encode()}, word)), ("y.zip", locked_zip({"plan.txt": b"nothing"}, other))]
    mail = tree(folder / "command", [message(f"a{i}", ANN, BOB, f"by phone {github_token('beside')}", files=[file]) for i, file in enumerate(files)])
    case, list_file = folder / "command-case", folder / "command.txt"
    run_case(case, mail)
    list_file.touch(mode=0o600)
    list_file.write_text("wrong\n")

    def unlock(*more):
        return subprocess.run([PROGRAM, "unlock", "--case", str(case), "--password-file", str(list_file), *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=STATE_ENV)

    gaps = rows(case, "SELECT lower(hex(id)), path FROM gaps ORDER BY path")
    done = unlock()
    tap.ok("unlock with a wrong password opens nothing", done.returncode == 1 and len(rows(case, "SELECT * FROM gaps")) == 2 and len(gaps) == 2, done.stderr)
    seen = rows(case, "SELECT DISTINCT run FROM gaps")
    runs = subprocess.run([PROGRAM, "case", "--case", str(case), "runs", "-f", "jsonl"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=STATE_ENV).stdout
    new = [r["new_gaps"] for r in map(json.loads, runs.splitlines()) if "new_gaps" in r]
    tap.ok("what stays locked is no new gap", seen == [(1,)] and new == [2, 0], f"{seen} {runs}")
    secret = rows(case, "SELECT lower(hex(id)) FROM secrets")
    tap.ok("an id of no locked item is said to be none", not secret or (unlock(secret[0][0]).returncode == 2 and b"no locked item" in unlock(secret[0][0]).stderr))
    tap.ok("and says so, with its own exit status", b"exit status 1: nothing was opened" in done.stdout and b"read 0" not in done.stdout, done.stdout)
    list_file.write_text(f"wrong\n{word}\n{other}\n")
    done = unlock(gaps[1][0])
    tap.ok("unlock ID opens the one", done.returncode == 0 and [r[0] for r in rows(case, "SELECT path FROM gaps")] == [gaps[0][1]] and done.stderr == b"1 opened\n", done.stderr + str(rows(case, "SELECT path FROM gaps")).encode())
    done = unlock(gaps[0][1])
    tap.ok("unlock PATH opens the other", done.returncode == 0 and b"exit status 0: 1 locked item was opened" in done.stdout and not rows(case, "SELECT * FROM gaps") and len(rows(case, UNLOCKED)) == 2 and b"GitHub" in done.stdout, done.stderr)
    sums = rows(case, "SELECT sum(leaves), sum(scanned), sum(partial), sum(refused) FROM progress")[0]
    tap.ok("leaves add up", sums[0] == sum(sums[1:]) and sums[3] == 0, str(sums))
    shown = subprocess.run([PROGRAM, "report", "--case", str(case), "--list", "unlocked", "-f", "jsonl"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=STATE_ENV)
    told_rows = [r for r in map(json.loads, shown.stdout.splitlines()) if "attachment" in r]
    tap.ok("the list has them", [(pathlib.Path(r["attachment"]).name, r["lock"][:11], r["found"], r["findings"]) for r in told_rows] ==
           [("2 x.zip", "zip archive", "list", 1), ("2 y.zip", "zip archive", "list", 0)], shown.stdout + shown.stderr)
    blob = b"".join(p.read_bytes() for p in case.iterdir()) + done.stdout + shown.stdout
    tap.ok("no password is in its files or reports", word.encode() not in blob and other.encode() not in blob and token.encode() not in blob)
    done = subprocess.run([PROGRAM, "case", "--case", str(case), "check"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=STATE_ENV)
    tap.ok("the case is sound after it", done.returncode == 0, done.stdout)


with tempfile.TemporaryDirectory() as name:
    root = pathlib.Path(name)
    for kind in ("zip", "zip-aes", "7z", "7z-names", "pdf"):
        test_places(root, kind)
    test_told(root)
    test_words(root)
    test_containers(root)
    test_nested(root)
    test_chosen(root)
    test_later(root)
    test_command(root)
    test_kills(root, *test_case(root))
tap.done()
