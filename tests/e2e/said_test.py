#!/usr/bin/env python3
"""What reports say of themselves: all that was not seen is named, nothing read is no success, each thing is counted once, and one thing is counted alike."""
import csv
import io
import json
import os
import pathlib
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import PROGRAM, STATE, Tap, b64lines, github_token  # noqa: E402

ENV = dict(os.environ, XDG_STATE_HOME=str(STATE), LC_ALL="C.UTF-8")
tap = Tap()


def run(*arguments, text=None, cwd=None):
    done = subprocess.run([PROGRAM, *map(str, arguments)], input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENV, cwd=cwd)
    return done.returncode, done.stdout, done.stderr


def png(shade):
    """A picture of 40 times 40 grey pixels with a dark square in it: no text, no code."""
    rows = b"".join(b"\0" + bytes(shade if 10 < x < 30 and 10 < y < 30 else 255 for x in range(40)) for y in range(40))

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 40, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def mail(number, body, *pictures, who="alice"):
    parts = "".join(f"--b\nContent-Type: image/png; name=p{i}.png\nContent-Transfer-Encoding: base64\n\n{b64lines(picture)}\n".replace("\r\n", "\n")
                    for i, picture in enumerate(pictures))
    return (f"From {who}@own.example Fri Jan 12 09:30:00 2024\nFrom: {who}@own.example\nTo: bob@own.example\nSubject: note {number}\n"
            f"Message-ID: <said-{number}@own.example>\nDate: Fri, 12 Jan 2024 09:30:00 +0000\nMIME-Version: 1.0\n"
            f"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n{body}\n{parts}--b--\n\n")


def words(text):
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def reports(command, *options):
    """By format: what it says."""
    told = {}
    for form in ("text", "summary", "html", "markdown"):
        told[form] = run(*command, *options, "-f", form)[1]
    return told


def test_pictures(folder):
    mbox = folder / "pictures.mbox"
    mbox.write_text(mail(1, "look", png(0), png(20)) + mail(2, "look again", png(40), png(60)))
    case = folder / "pictures-case"
    run("scan", "-q", "--case", case, mbox)
    for name, told in (("scan", reports(("scan", "-q", mbox))), ("case", reports(("report", "--case", case)))):
        for form, text in told.items():
            said = words(text)
            tap.ok(f"pictures/{name}/{form} names what was not looked at",
                   ("4 pictures" in said or "pictures not read | 4" in said) and not re.search("(?<!Not )all was looked at(?! but)", said) and
                   "Complete: all that was given" not in said and "nothing: all" not in said, said[:1500])
    tap.ok("pictures/summary says how", re.search(r"Not seen +4 pictures \(--ocr reads text in them\)", reports(("scan", "-q", mbox))["summary"]),
           reports(("scan", "-q", mbox))["summary"])
    tap.ok("pictures/the first one's path", "!/2 p0.png" in run("scan", "-q", mbox)[1], run("scan", "-q", mbox)[1])
    tap.ok("pictures/the exit status does not change", run("scan", "-q", mbox)[0] == 0)
    clean = folder / "clean.mbox"
    clean.write_text(mail(3, "hello"))
    told = reports(("scan", "-q", clean))
    tap.ok("complete/summary", "nothing: all was looked at" in told["summary"], told["summary"])
    tap.ok("complete/html", "Complete: all that was given was looked at." in told["html"])
    tap.ok("complete/text", told["text"].endswith("exit status 0: no finding counts, and all was looked at\n"), told["text"])


def test_nothing(folder):
    empty, zero = folder / "empty", folder / "zero.mbox"
    empty.mkdir()
    zero.write_text("")
    some = folder / "some"
    some.mkdir()
    (some / "a.eml").write_text("Subject: a\n\nhello\n")
    for name, given in (("an empty folder", [empty]), ("a pattern that fits nothing", ["--include", "*.xyz", some]), ("an empty file", [zero]),
                        ("empty standard input", ["-"]), ("two empty things", [empty, zero]), ("with --exit-zero", ["--exit-zero", zero])):
        code, out, err = run("scan", "-q", *given, text="")
        tap.ok(f"nothing/{name} is exit status 2", code == 2 and "nothing was read" in err and out.endswith("exit status 2: nothing was read\n"), (code, out, err))
    (some / "zero.eml").write_text("")
    code, out, err = run("scan", "-q", some)
    tap.ok("nothing/an empty file among others is fine", code == 0 and err == "", (code, out, err))
    code, out, err = run("scan", "-q", "-f", "jsonl", zero)
    tap.ok("nothing/the report is whole all the same", code == 2 and json.loads(out.splitlines()[-1])["type"] == "summary", out)
    tap.ok("nothing/markdown", "## mailspill: nothing was read" in run("scan", "-q", "-f", "markdown", zero)[1])
    case = folder / "again-case"
    run("scan", "-q", "--case", case, some)
    for form in ("text", "summary"):
        code, out, err = run("scan", "-q", "--case", case, "-f", form, some)
        tap.ok(f"nothing/new/{form} says that all was in the case", code == 0 and "nothing new: 2 of 2 inputs were in the case already" in out, (code, out, err))


def sums(case):
    """The last record of a case, and what other forms say."""
    record = json.loads(run("report", "--case", case, "-f", "jsonl")[1].splitlines()[-1])
    return record


def test_counts(folder):
    mailbox = folder / "mail"
    mailbox.mkdir()
    (mailbox / "alice.mbox").write_text(mail(1, f"the key is {github_token('said 1')}", png(0)) + mail(2, f"and {github_token('said 2')}"))
    (mailbox / "bob.mbox").write_text(mail(1, f"the key is {github_token('said 1')}", png(0), who="alice") + mail(3, "nothing"))
    case = folder / "counts-case"
    run("scan", "-q", "--case", case, mailbox)
    before = sums(case)
    known = folder / "known.txt"
    known.write_text("label,a-known-value-that-is-nowhere-77\n")
    known.chmod(0o600)
    for options in (["--known", known], ["--limit", "decoded-depth=2"], ["--skip", "jwt"]):
        run("scan", "-q", "--case", case, *options, mailbox)
    after = sums(case)
    same = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    tap.ok("counts/a case scanned again with other options counts each thing once", not same, same)
    hashes = run("report", "--case", case, "--list", "hashes", "-f", "jsonl")[1].splitlines()
    tap.ok("counts/an input has one row of hashes", len(hashes) == 2, hashes)
    gaps = [json.loads(line) for line in run("report", "--case", case, "--list", "gaps", "-f", "jsonl")[1].splitlines()]
    ids = {i for g in gaps for i in g["gap_ids"]}
    tap.ok("counts/pictures are the gaps in the list", after["pictures"] == len(ids) == 1, (after, gaps))
    head = {name: run(*command, "-f", "summary")[1].splitlines()[0] for name, command in
            (("scan", ("scan", "-q", mailbox)), ("case", ("report", "--case", case)))}
    tap.ok("counts/a summary's first line is the same of a scan and its case",
           head["scan"] == head["case"] == "2 inputs, 4 messages: 2 secrets in 3 places of 2 mailboxes (2 critical, 0 high)", head)
    secret = json.loads(run("report", "--case", case, "--list", "rotation", "-f", "jsonl")[1].splitlines()[0])
    run("mark", "--case", case, secret["secret_id"], "false")
    told, record = reports(("report", "--case", case)), sums(case)
    tap.ok("counts/false/json", (record["secrets"], record["findings"], record["secrets_false"], record["findings_false"]) == (1, 1, 1, 2), record)
    tap.ok("counts/false/text", "1 secret in 1 place;" in told["text"] and "not counted, since marked false: 1 secret in 2 places" in told["text"], told["text"][-600:])
    tap.ok("counts/false/summary", "1 secret in 1 place of" in told["summary"] and "marked false: 1 secret in 2 places" in told["summary"], told["summary"])
    tap.ok("counts/false/markdown", "| secrets | 1 |" in told["markdown"] and "| places | 1 |" in told["markdown"] and
           "| places marked false, not counted | 2 |" in told["markdown"], told["markdown"])


def test_words(folder):
    mbox, case = folder / "words.mbox", folder / "words-case"
    mbox.write_text(mail(1, f"the key is {github_token('said 10')}"))
    run("scan", "-q", "--case", case, mbox)
    tap.ok("words/an empty list says so", "\nnothing\n" in run("report", "--case", case, "--list", "gaps")[1], run("report", "--case", case, "--list", "gaps")[1])
    tap.ok("words/yes and no for a person", re.search(r" no *\n", run("report", "--case", case, "--list", "purge")[1]), run("report", "--case", case, "--list", "purge")[1])
    tap.ok("words/numbers for a machine", json.loads(run("report", "--case", case, "--list", "purge", "-f", "jsonl")[1])["all_rotated"] == 0)


def test_closed(folder):
    """A gap that a later run of the same bytes does not tell any more is closed; what such a run left out is not."""
    mbox, case = folder / "closed.mbox", folder / "closed-case"
    deep = b64lines(b64lines(b64lines(f"token: {github_token('said 9')} and some more words".encode()).encode()).encode())
    mbox.write_text(mail(1, f"here:\n{deep}\n".replace("\r", "")))
    run("scan", "-q", "--case", case, "--limit", "decoded-depth=1", mbox)

    def gaps():
        return [(json.loads(line)["kind"], json.loads(line)["state"]) for line in
                run("report", "--case", case, "--list", "gaps", "-f", "jsonl")[1].splitlines()]
    before = gaps()
    run("scan", "-q", "--case", case, "--limit", "decoded-depth=1", "--until", "2023-01-01", mbox)
    tap.ok("closed/not by a scan that leaves it out", before == gaps() == [("limit", "open")], (before, gaps()))
    run("scan", "-q", "--case", case, mbox)
    total = sums(case)
    tap.ok("closed/by a scan that reads it", gaps() == [("limit", "read in run 3")] and total["gaps"] == 0 and total["complete"], (gaps(), total))
    tap.ok("closed/the summary knows", "nothing: all was looked at" in run("report", "--case", case, "-f", "summary")[1])
    run("scan", "-q", "--case", case, "--limit", "decoded-depth=1", "--limit", "pages=7", mbox)
    tap.ok("closed/open again where a later scan does not read it", gaps() == [("limit", "open")], gaps())


def test_gaps(folder):
    """One gap_id is one gap, in each form."""
    broken = "--x\n\nContent-Transfer-Encoding: base64\n"
    mailbox = folder / "gaps"
    mailbox.mkdir()
    body = mail(9, broken).replace("--b--", "--b\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n" +
                                   b64lines(b"PK\x03\x04" + bytes(40)).replace("\r\n", "\n") + "--b--")
    (mailbox / "alice.mbox").write_text(body)
    (mailbox / "bob.mbox").write_text(body)
    records = [json.loads(line) for line in run("scan", "-q", "-f", "jsonl", mailbox)[1].splitlines()]
    ids = {r["gap_id"] for r in records if r["type"] == "gap"}
    told = reports(("scan", "-q", mailbox))
    tap.ok("gaps/there are twins", ids and len([r for r in records if r["type"] == "gap"]) == 2 * len(ids), records)
    tap.ok("gaps/json", records[-1]["gaps"] == len(ids), (records[-1], ids))
    tap.ok("gaps/text", f"; {len(ids)} gap" in told["text"], told["text"])
    tap.ok("gaps/summary", f"Not seen          {len(ids)} thing" in told["summary"], told["summary"])
    tap.ok("gaps/html", f"Not complete: {len(ids)} thing" in words(told["html"]))
    tap.ok("gaps/markdown", f"wholly | {len(ids)} |" in told["markdown"], told["markdown"])
    case = folder / "gaps-case"
    run("scan", "-q", "--case", case, mailbox)
    tap.ok("gaps/case", sums(case)["gaps"] == len(ids), sums(case))


def test_reasons(folder):
    """More reasons than are shown: the rest is counted."""
    mailbox = folder / "reasons"
    mailbox.mkdir()
    for i in range(9):
        (mailbox / f"{i}.zip").write_bytes(b"")
    for i in range(9):
        (mailbox / f"m{i}.eml").write_text(f"Subject: {i}\nContent-Type: text/plain; charset=x-none-{i}\n\nhello\n")
    out = run("scan", "-q", mailbox)[1]
    tap.ok("reasons/the others are counted", "     and 5 more, for other reasons: -f csv has all\n" in out, out)


def test_standing(folder):
    mbox = folder / "standing.mbox"
    mbox.write_text(mail(1, f"the key is {github_token('said 3')}") + mail(2, f"the key is {github_token('said 4')}"))
    weak = ["--fail-on", "critical,proven", "--only", "github-token", "--only", "prose-password"]
    mbox.write_text(mbox.read_text() + mail(3, "the wifi password is Tr0ub4dor-and-9-horses"))
    code, out, _ = run("scan", "-q", "-f", "csv", "--fail-on", "critical,proven", mbox)
    rows = [r for r in csv.DictReader(io.StringIO(out)) if r["type"] == "finding"]
    standing = sorted((r["standing"], r["verdict"]) for r in rows)
    counting = [r for r in rows if r["standing"] == "counts"]
    text = run("scan", "-q", "--fail-on", "critical,proven", mbox)[1]
    tap.ok("standing/csv says what the exit status does", len(counting) == 2 and len(rows) == 3 and {r["standing"] for r in rows} == {"counts", "below"}, standing)
    tap.ok("standing/text says of what they are", "3 secrets in 3 places, 2 of them count for the exit status;" in text, text[-400:])
    del weak, code


def order_of_text(text):
    return [m[1] for m in re.finditer(r"^\d+\. \S+  .*  (\S+)$", text, re.M)]


def test_order(folder):
    mbox = folder / "order.mbox"
    key = "".join(["-----BEGIN ", "PRIVATE KEY-----"])
    del key
    mbox.write_text(mail(1, f"the key is {github_token('said 5')}\n" + "and it is postgres://ops:" + "hK3jd82Lqp@db.own.example/main") +
                    mail(2, f"again {github_token('said 6')}") + mail(3, f"> {github_token('said 6')}").replace("To: bob@own.example", "To: x@other.example") +
                    mail(4, "the wifi password is Tr0ub4dor-and-9-horses"))
    people = ["--internal", "own.example"]
    case = folder / "order-case"
    run("scan", "-q", "--case", case, mbox)
    rotation = [json.loads(line)["redacted"] for line in run("report", "--case", case, "--list", "rotation", "-f", "jsonl", *people)[1].splitlines()]
    text = order_of_text(run("scan", "-q", *people, mbox)[1])
    of_case = order_of_text(run("report", "--case", case, *people)[1])
    summary = run("scan", "-q", *people, "-f", "summary", mbox)[1]
    in_summary = [m[1] for m in re.finditer(r"^ \d\. \S+ .* {2}(\S+)(?: for .*)?, \d+ places?$", summary, re.M)]
    tap.ok("order/text, summary and rotation have one", len(rotation) == 4 and rotation == text == of_case == in_summary, (rotation, text, of_case, in_summary, summary))


def test_ends(folder):
    mbox = folder / "ends.mbox"
    mbox.write_text(mail(1, f"the key is {github_token('said 7')}"))
    case = folder / "ends-case"
    run("scan", "-q", "--case", case, mbox)
    code, out, _ = run("report", "--case", case)
    tap.ok("ends/a report of a case has no exit status of a scan", code == 0 and "exit status" not in out and "sandbox" not in out and
           out.endswith("complete: all that was given was looked at\n"), out[-400:])
    tap.ok("ends/markdown of a case", "exit status" not in run("report", "--case", case, "-f", "markdown")[1])
    other = folder / "ends-case-2"
    out = run("scan", "--case", other, "-f", "summary", mbox)[1]
    tap.ok("ends/what to type next where there is a case", f"mailspill report -o html=report.html --case {other}" in out and "keeps it" not in out, out)
    lone = folder / "lone.mbox"
    lone.write_text(mail(1, "hello"))
    tap.ok("ends/nobody is known", "Whom it concerns  nobody known (give --internal DOMAIN)" in run("scan", "-q", "-f", "summary", lone)[1])
    tap.ok("ends/nobody is outside", "Whom it concerns  nobody outside" in run("scan", "-q", "-f", "summary", "--internal", "own.example", mbox)[1])


def test_stopped(folder):
    """Ctrl-C: the status that is told is the one that comes. A case at work says so."""
    fifo = folder / "pipe"
    os.mkfifo(fifo)
    case = folder / "stopped-case"
    child = subprocess.Popen([PROGRAM, "scan", "-q", "--case", str(case), str(fifo)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENV, text=True)
    with open(fifo, "w") as pipe:
        pipe.write(mail(1, f"the key is {github_token('said 8')}"))
        pipe.flush()
        for _ in range(100):
            if (case / "case.db").exists():
                break
            time.sleep(0.05)
        time.sleep(1)
        told = reports(("report", "--case", case))
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)
    tap.ok("stopped/the status that is told", child.returncode == 130 and "exit status 130: the scan was interrupted" in out, (child.returncode, out[-300:], err))
    for form, text in told.items():
        tap.ok(f"stopped/running/{form}", "a scan is running" in words(text) and "type it again" not in text, words(text)[:800])
    after = run("report", "--case", case, "-f", "summary")[1]
    tap.ok("stopped/then it says that", "a scan was stopped; type it again to go on" in after, after)


def test_left_out(folder):
    """A filter that fits nothing is no clean scan, and what one left out is said in every report, also by the second run of a case."""
    mbox = folder / "alice.mbox"
    mbox.write_text(mail(1, "no secret") + mail(2, "none either"))
    status, out, err = run("scan", "--folder", "Nosuch", mbox)
    tap.ok("left-out/all is wrong usage", status == 2 and "all 2 messages were left out by --folder Nosuch" in err, (status, out, err))
    early = mail(3, "early").replace("2024 ", "2023 ", 1).replace("12 Jan 2024", "12 Jan 2023")
    some = folder / "some.mbox"
    some.write_text(mail(1, "no secret") + early)
    case = folder / "left-case"
    for name, given, options, wanted in (("all", (mbox,), ("--folder", "Nosuch"), "all 2 messages were left out by --folder Nosuch"),
                                         ("some", (some,), ("--since", "2024-01-01"), "1 of 2 messages was left out by --since 2024-01-01")):
        for form in ("text", "summary", "html", "markdown", "junit", "sarif", "gitlab"):
            status, out, err = run("scan", *options, *given, "-f", form)
            told = words(re.sub(r"&#(\d+);", lambda hit: chr(int(hit[1])), out.replace('message="', ">")))
            told = told.replace("--folder (withheld)", "--folder Nosuch")
            tap.ok(f"left-out/{name}/{form}", wanted in told and "all was looked at" not in told.replace("Not all was looked at", "") and
                   "all that was given" not in told and status == (2 if name == "all" else 0), (status, told[-600:], err))
        for time_of in ("first", "second"):
            status, out, err = run("scan", "-q", "--case", case, *options, *given)
            tap.ok(f"left-out/{name}/{time_of} run of a case", status == (2 if name == "all" else 0) and wanted in out, (status, out, err))
    status, out, err = run("scan", "--since", "2024-02-02", "--until", "2024-02-01", mbox)
    tap.ok("left-out/since after until", status == 2 and "--since 2024-02-02 comes after --until 2024-02-01" in err, (status, err))
    status, out, err = run("access", "import", "--case", case, "--since", "2024-02-02", "--until", "2024-02-01", mbox)
    tap.ok("left-out/since after until, of a log", status == 2 and "comes after" in err, (status, err))
    for form in ("text", "summary", "html", "markdown"):
        out = words(run("report", "--case", case, "-f", form)[1])
        tap.ok(f"left-out/case/{form}", "3 of 4 messages were left out by --folder Nosuch; --since 2024-01-01" in out, out[:600])


def test_access(folder):
    """What is no access log is refused; mailboxes of a log that nobody of the case has are named."""
    mbox = folder / "alice.mbox"
    mbox.write_text("".join(mail(i, "no secret") for i in range(9)))
    case = folder / "access-case"
    run("scan", "-q", "--case", case, mbox)
    status, out, err = run("access", "import", "--case", case, mbox)
    tap.ok("access/a mailbox is no log", status == 2 and "is no access log" in err and not out, (status, out, err))
    record = {"CreationTime": "2024-03-09T10:00:00", "Operation": "MailItemsAccessed", "SessionId": "s",
              "OperationProperties": [{"Name": "MailAccessType", "Value": "Sync"}], "Folders": [{"Path": "\\Inbox"}]}
    log = folder / "log.jsonl"
    log.write_text("".join(json.dumps(dict(record, MailboxOwnerUPN=who)) + "\n" for who in ("alice@own.example", "zoe@own.example", "zoe@own.example")))
    status, out, err = run("access", "import", "--case", case, log)
    tap.ok("access/strangers are named", status == 0 and "1 of its 2 mailboxes is no custodian of the case: zoe@own.example;" in err and "alice" not in err
           and "--custodians FILE" in err, (status, out, err))
    tap.ok("access/what repeats in one log is said so", "1 of these accesses were told before, by this log or another" in out, out)


with tempfile.TemporaryDirectory() as name:
    for number, test in enumerate((test_pictures, test_nothing, test_counts, test_words, test_closed, test_gaps, test_reasons, test_standing, test_order, test_ends, test_stopped, test_left_out, test_access)):
        place = pathlib.Path(name) / str(number)
        place.mkdir()
        test(place)
tap.done()
