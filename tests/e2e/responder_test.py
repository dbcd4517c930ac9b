#!/usr/bin/env python3
"""What a responder does with a case: lists, marks, differences, access logs, samples, one secret shown. The expected rows are written by hand."""
import base64
import csv
import fcntl
import hashlib
import io
import json
import os
import pathlib
import pty
import sqlite3
import struct
import subprocess
import sys
import tempfile
import termios
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import PROGRAM, STATE, Tap, github_token  # noqa: E402

ENV = dict(os.environ, XDG_STATE_HOME=str(STATE))
tap = Tap()


def check(passed, name, detail=""):
    tap.ok(name, passed, detail)


def run(*arguments, text=None):
    done = subprocess.run([PROGRAM, *map(str, arguments)], input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENV)
    return done.returncode, done.stdout, done.stderr


def rows(case, name, *options):
    code, out, err = run("report", "--case", case, "--list", name, "-f", "jsonl", *options)
    if code:
        raise SystemExit(err)
    return [json.loads(line) for line in out.splitlines()]


def mail(number, sender, to, subject, body, day):
    return (f"From x@y Fri Jan 12 09:30:00 2024\nFrom: {sender}\nTo: {to}\nSubject: {subject}\nMessage-ID: <{number}@mail.example>\n"
            f"Date: {day} Jan 2024 09:30:00 +0000\n\n{body}\n\n")


# Three secrets: A went to a customer and was quoted back, B stayed inside, C came from a customer.
A, B, C = (github_token(f"responder {name}") for name in "ABC")
ALICE = "".join([
    mail(1, "alice@own.example", "ops@customer.example", "key for you", f"here it is: {A}", 1),
    mail(2, "ops@customer.example", "alice@own.example", "Re: key for you", f"> here it is: {A}\n\nthank you", 2),
    mail(3, "bob@own.example", "alice@own.example", "deploy", f"deploy with {B}", 3),
    mail(4, "alice@own.example", "bob@own.example", "lunch", "at noon?", 4),
])
BOB = "".join([
    mail(3, "bob@own.example", "alice@own.example", "deploy", f"deploy with {B}", 3),
    mail(5, "it@partner.example", "bob@own.example", "legal: access", f"use {C} please", 5),
])


def on_terminal(columns, case, name="rotation"):
    """The list NAME, as a terminal of that width shows it."""
    leader, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    env = {k: v for k, v in ENV.items() if k != "COLUMNS"}
    subprocess.run([PROGRAM, "report", "--case", str(case), "--list", name], stdout=terminal, env=env, check=True)
    os.close(terminal)
    shown = b""
    try:
        while part := os.read(leader, 65536):
            shown += part
    except OSError:
        pass
    os.close(leader)
    return shown.decode()


def names(case):
    """A, B or C by secret_id."""
    first = {"<1@mail.example>": "A", "<3@mail.example>": "B", "<5@mail.example>": "C"}
    return {r["secret_id"]: first[r["message"]["id"]] for r in records(case) if r["message"]["id"] in first}


def records(case):
    _, out, _ = run("report", "--case", case, "-f", "jsonl")
    return [r for r in map(json.loads, out.splitlines()) if r["type"] == "finding"]


def test_lists(case, ids, folder):
    inside = ["--internal", "own.example"]
    check([ids[r["secret_id"]] for r in rows(case, "rotation", *inside)][0] in "AC", "secrets that went outside stand first",
          str(rows(case, "rotation", *inside)))
    found = {ids[r["secret_id"]]: r for r in rows(case, "rotation", *inside)}
    check((found["A"]["findings"], found["A"]["outside_organisations"], found["A"]["first_seen"], found["A"]["last_seen"], found["A"]["owner_guess"]) ==
          (2, 1, "2024-01-01T09:30:00Z", "2024-01-02T09:30:00Z", "alice@own.example"), "a secret's row sums its findings up", str(found["A"]))
    check(sorted(found["B"]["custodians"]) == ["alice", "bob"] and found["B"]["messages"] == 1, "one message in two mailboxes is one message", str(found["B"]))
    told = {name: r["theirs"] for name, r in found.items()}
    check(told == {"A": None, "B": None, "C": "partner.example"}, "what another organisation mailed first is marked as theirs", str(told))
    for name in ("rotation", "messages"):
        out = run("report", "--case", case, "--list", name, "-f", "text")[1]
        check(all(f" {secret[:12]}" in out and secret not in out for secret in ids), f"{name} as text has the ids that mark takes", out)
    told = [(r["organisation"], r["way"], r["side"], r["secrets"], r["messages"], r["addresses"]) for r in rows(case, "notify", *inside)]
    check(told == [("customer.example", "sent", "outside", 1, 1, ["ops@customer.example"]),
                   ("partner.example", "sent", "outside", 1, 1, ["it@partner.example"]),
                   ("customer.example", "received", "outside", 1, 1, ["ops@customer.example"])], "whom to notify, which way", str(told))
    told = [(r["message_id"], r["custodian"], r["date"][:10]) for r in rows(case, "messages")]
    check(told == [("<1@mail.example>", "alice", "2024-01-01"), ("<2@mail.example>", "alice", "2024-01-02"), ("<3@mail.example>", "alice", "2024-01-03"),
                   ("<3@mail.example>", "bob", "2024-01-03"), ("<5@mail.example>", "bob", "2024-01-05")], "every copy of every message", str(told))
    check(rows(case, "messages")[0]["edrm_hash"] == hashlib.md5(b"1@mail.example").hexdigest(), "with its EDRM hash")
    told = [(r["custodian"], r["month"], r["secrets"], r["findings"]) for r in rows(case, "exposure")]
    check(told == [("alice", "2024-01", 2, 3), ("bob", "2024-01", 2, 2)], "what was exposed, by custodian and month", str(told))
    told = [(r["datetime"][:10], r["timestamp_desc"]) for r in rows(case, "timeline")]
    check(told == [("2024-01-01", "Secret mailed"), ("2024-01-02", "Secret mailed"), ("2024-01-03", "Secret mailed"), ("2024-01-03", "Secret mailed"),
                   ("2024-01-05", "Secret mailed")], "a timeline", str(told))
    told = [(pathlib.Path(r["path"]).name, r["state"], len(r["sha256"]), r["messages"]) for r in rows(case, "hashes")]
    check(told == [("alice.mbox", "done", 64, 4), ("bob.mbox", "done", 64, 2)], "what was read, with hashes", str(told))
    told = [(r["batch"], r["mailbox"], r["message_id"]) for r in rows(case, "purge")]
    check(told == [(1, "alice", f"<{n}@mail.example>") for n in (1, 2, 3)] + [(1, "bob", f"<{n}@mail.example>") for n in (3, 5)], "what to remove", str(told))
    check(rows(case, "gaps") == [], "no gaps, no rows")
    code, out, _ = run("report", "--case", case, "--list", "rotation", "-f", "csv")
    check(code == 0 and len(list(csv.reader(io.StringIO(out)))) == 4, "a list as CSV")
    code, out, err = run("report", "--case", case, "--list", "nothing")
    check(code == 2 and "rotation, notify" in err, "an unknown list names those that there are", err)

    whole, table = folder / "whole.html", folder / "notify.csv"
    code, out, err = run("report", "--case", case, "--list", "notify", *inside, "-o", f"csv={table}")
    check(code == 0 and out == "" and len(list(csv.reader(table.open()))) == 4 and table.stat().st_mode & 0o777 == 0o600, "a list into a file", out + err)
    code, out, err = run("report", "--case", case, "--list", "notify", *inside, "-o", f"csv={table}", "-f", "jsonl")
    check(code == 0 and len(out.splitlines()) == 3, "and to standard output where -f says so", out + err)
    code, out, err = run("report", "--case", case, "--list", "notify", "-o", f"html={whole}")
    check(code == 2 and "text, csv or jsonl" in err and not whole.exists(), "a list is no page", err)
    code, out, err = run("report", "--case", case, "--no-people", "-o", f"html={whole}")
    check(code == 0 and out == "" and whole.stat().st_size > 10000, "with -o alone nothing goes to standard output", out + err)
    code, out, err = run("report", "--case", case, "-f", "summary", *inside)
    check(out.count("--internal own.example") == 2, "what is to be typed next has the words on people", out)
    code, out, err = run("report", "--case", case, "notify")
    check(code == 2 and "--list notify" in err, "the name of a list is no path", err)

    wide, narrow = on_terminal(400, case), on_terminal(60, case)
    check("access token" in wide and "\u2026  ghp_" not in wide, "a wide terminal shows whole cells", wide)
    check("access token" not in narrow and "\u2026" in narrow, "a narrow one shows what fits", narrow)
    _, out, _ = run("report", "--case", case, "--list", "rotation")
    check("access token" in out, "no cell is cut where no terminal is", out)

    people = folder / "people.csv"
    people.write_text("address,name,organisation,side,alias_of\nops@customer.example,,Customer Ltd,outside,\nit@partner.example,,Us,inside,\n")
    told = [(r["organisation"], r["way"]) for r in rows(case, "notify", *inside, "--people", people)]
    check(told == [("Customer Ltd", "sent"), ("Customer Ltd", "received")], "--people says who is who", str(told))
    people.write_text("address,side\na@b,sideways\n")
    code, _, err = run("report", "--case", case, "--list", "notify", "--people", people)
    check(code == 2 and "line 2" in err and "inside nor outside" in err, "a mistake in --people is named with its line", err)
    private = folder / "privileged"
    private.write_text("# ours\nlegal:\n@customer.example\n")
    told = {r["message_id"]: (r["subject"], r["from"]) for r in rows(case, "messages", "--privileged", private)}
    check(told["<5@mail.example>"] == ("(withheld)", "(withheld)") and told["<1@mail.example>"][0] == "(withheld)" and told["<3@mail.example>"][0] == "deploy",
          "--privileged withholds people and subject of those messages alone", str(told))
    _, out, _ = run("report", "--case", case, "--list", "messages", "-f", "jsonl", "--no-people")
    check("own.example" not in out and "lunch" not in out and "deploy" not in out, "--no-people leaves nobody's name", out)


def test_marks(case, ids, folder):
    by_name = {name: secret for secret, name in ids.items()}
    code, out, err = run("mark", "--case", case, by_name["A"][:10], "rotated", "--by", "kim", "--note", "ticket 1")
    check(code == 0 and out == "1 marked rotated\n", "a secret is marked by the start of its id", err)
    last = rows(case, "rotation")[-1]
    check((ids[last["secret_id"]], last["state"]) == ("A", "rotated"), "what is rotated stands last", str(last))
    code, out, _ = run("mark", "--case", case, "--where", 'sender = *@partner.example and severity >= high', "false", "--by", "kim")
    check(code == 0 and out == "1 marked false\n" and "C" not in [ids[r["secret_id"]] for r in rows(case, "rotation")], "--where marks all that fit", out)
    table = csv.DictReader(io.StringIO(run("report", "--case", case, "-f", "csv")[1]))
    standings = [(row["standing"], row["standing_reason"]) for row in table if row["standing_reason"]]
    check(standings == [("ignored", "marked false")], "a report tells what was marked false as ignored", str(standings))
    for form in ("jsonl", "sarif", "text"):
        code, _, err = run("report", "--case", case, "--no-people", "-f", form)
        check(code == 2 and "tells of people" in err, f"--no-people refuses {form}, which shows them", err)
    code, out, _ = run("mark", "--case", case, "--export")
    exported = [json.loads(line) for line in out.splitlines()]
    check(sorted((m["of"], m["judgement"], m["by"], m["note"] or "") for m in exported) ==
          [("finding", "false", "kim", ""), ("secret", "rotated", "kim", "ticket 1")], "marks are exported", out)
    marks = folder / "marks.jsonl"
    marks.write_text(out)
    code, told, _ = run("mark", "--case", case, "--import", marks)
    check(told == "0 marks added, 2 were there\n", "the same marks again add nothing", told)
    run("scan", "--case", case, "-q", folder / "alice.mbox")
    check([ids[r["secret_id"]] for r in rows(case, "rotation")] == ["B", "A"], "marks survive a scan")
    told = [(r["organisation"], r["way"], r["state"]) for r in rows(case, "notify", "--internal", "own.example")]
    check(told == [("customer.example", "sent", "rotated"), ("customer.example", "received", "rotated")], "notify tells what was decided", str(told))
    code, _, _ = run("mark", "--case", case, by_name["A"], "undo", "--by", "lee")
    check(code == 0 and {r["state"] for r in rows(case, "rotation")} == {"open"}, "a mark is taken back")
    told = [(r["judgement"], r["taken_back"]) for r in rows(case, "marks")]
    check(told == [("rotated", 1), ("false", 0), ("undo", 0)], "and its history stays", str(told))
    for words, wanted in ((("zz", "true"), "is no id"), (("00000000", "true"), "has the id"), ((by_name["A"], "wrong"), "no judgement"),
                          (("--where", "colour = red", "true"), "no field"), (("--where", "severity >= dire", "true"), "no severity")):
        code, _, err = run("mark", "--case", case, *words)
        check(code == 2 and wanted in err, f"mark {' '.join(words)[:30]}: {wanted}", err)
    code, out, err = run("mark", "--case", case, "--where", "rule = nosuch*", "false")
    check(code == 2 and out == "" and "nothing was marked" in err, "--where that fits nothing is an error", out + err)
    run("mark", "--case", case, by_name["C"], "rotated")
    other = folder / "more.mbox"
    other.write_text(mail(9, "it@partner.example", "bob@own.example", "again", f"still {C}", 6).replace(" Jan 2024", " Jan 2099"))
    run("scan", "--case", case, "-q", other)
    told = [(r["change"], r["message_id"]) for r in map(json.loads, run("diff", "--case", case, "--since-run", "1", "-f", "jsonl")[1].splitlines())]
    check(("mailed again", "<9@mail.example>") in told and ("new", "<9@mail.example>") in told, "what was rotated and is mailed again is told", str(told))


def test_gaps(folder):
    """Gaps as a person meets them: what to do fits the reason, a path keeps its end, a mark on one is told as later."""
    inside = folder / "a-folder-with-a-name-that-is-long" / "and-another-one"
    inside.mkdir(parents=True)
    part = 'Content-Type: message/partial; id="x@y"; number=2\n'
    cut = 'Content-Type: multipart/mixed; boundary="b"\n'
    (inside / "dave.mbox").write_text(
        mail(21, "dave@own.example", "ops@customer.example", "key", f"here: {A}", 1) +
        mail(22, "dave@own.example", "ops@customer.example", "p", "rest", 2).replace("Message-ID", part + "Message-ID") +
        mail(23, "dave@own.example", "ops@customer.example", "c", "--b\n\ntext", 3).replace("Message-ID", cut + "Message-ID"))
    case = folder / "gaps-case"
    run("scan", "-q", "--case", case, inside)
    found = rows(case, "gaps")
    told = {r["reason"]: r["remedy"] for r in found}
    check(any("in pieces" in r and "other parts" in t for r, t in told.items()) and any("no closing delimiter" in r and "raw source" in t for r, t in told.items()),
          "what was cut before it came is not to be exported again", str(told))
    narrow = on_terminal(80, case, "gaps")
    check("and-another-one/dave.mbox" not in narrow and "dave.mbox!#" in narrow, "a narrow terminal keeps the end of paths", narrow)
    run("mark", "--case", case, found[0]["gap_id"], "accepted", "--note", "seen")
    told = [(r["change"], r["name"], r["detail"]) for r in map(json.loads, run("diff", "--case", case, "--since-run", "1", "-f", "jsonl")[1].splitlines())]
    check(told == [("marked accepted", f"gap: {found[0]['kind']}", f"{found[0]['reason']}: seen")], "diff tells of a mark on a gap", str(told))
    _, _, err = run("report", "--case", case, "--list", "notify", "--internal", "own.example", "--internal", "nordlich.example")
    check("--internal nordlich.example: none of the 2 people" in err and "--internal own.example" not in err, "a domain that fits nobody is warned of", err)
    _, out, _ = run("access", "--help")
    check("only records of accesses from DAY on" in out and "leave out messages" not in out, "help of access tells its own --since", out)
    for words in ("case", "diff"):
        _, out, _ = run(words, "--help")
        check("text, csv or jsonl" in out and "html" not in out, f"help of {words} names the formats it takes", out)


def test_diff(folder):
    one, two = folder / "diff-one", folder / "diff-two"
    box = folder / "diff.mbox"
    box.write_text(mail(1, "a@own.example", "b@own.example", "s", f"key {A}", 1) + mail(2, "a@own.example", "b@own.example", "s", f"key {B}", 2))
    run("scan", "-q", "--case", one, box)
    box.write_text(mail(2, "a@own.example", "b@own.example", "s", f"key {C}", 2) + mail(3, "a@own.example", "b@own.example", "s", f"key {A}", 3))
    run("scan", "-q", "--case", two, box)
    code, out, err = run("diff", one, two, "-f", "jsonl")
    told = [(r["change"], r["message_id"]) for r in map(json.loads, out.splitlines())]
    check(told == [("changed", "<2@mail.example>"), ("gone", "<1@mail.example>"), ("new", "<3@mail.example>")], "new, gone and changed between two cases",
          str(told) + err)


def bind(number, **more):
    return {"Operation": "MailItemsAccessed", "RecordType": 50, "CreationTime": "2024-01-10T08:00:00", "UserId": "alice@own.example",
            "MailboxOwnerUPN": "alice@own.example", "ClientIPAddress": "203.0.113.9:4711", "SessionId": "s1",
            "OperationProperties": [{"Name": "MailAccessType", "Value": "Bind"}, {"Name": "IsThrottled", "Value": "False"}],
            "Folders": [{"Path": "\\Inbox", "FolderItems": [{"InternetMessageId": f"<{number}@mail.example>"}]}], **more}


def levels(case, custodians=None):
    options = ["--custodians", custodians] if custodians else []
    return {(r["message_id"][1:-1].split("@")[0], r["custodian"]): r["access"] for r in rows(case, "messages", *options)}


def test_access(folder):
    forms = {
        "ual.jsonl": json.dumps({"AuditData": json.dumps(bind(1))}) + "\n",
        "api.json": json.dumps([bind(1), {"Operation": "New-InboxRule"}]),
        "purview.csv": "RecordId,CreationDate,AuditData\r\n1,2024-01-10T08:00:00Z," + '"' + json.dumps(bind(1)).replace('"', '""') + '"\r\n',
        "suite.csv": "Timestamp,User,IPaddress,SessionID,MailAccessType,FolderPath,InternetMessageId,SizeInBytes\n"
                     "2024-01-10T08:00:00Z,alice@own.example,203.0.113.9,s1,Bind,\\Inbox,<1@mail.example>,100\n",
        "gmail.json": json.dumps({"id": {"time": "2024-01-10T08:00:00.000Z"}, "actor": {"email": "alice@own.example"}, "ipAddress": "203.0.113.9",
                                  "events": [{"name": "view", "parameters": [{"name": "message_id", "value": "<1@mail.example>"}]}]}),
        "ids.txt": "# read by the attacker\n1@mail.example\n",
    }
    for name, text in forms.items():
        case = folder / f"access-{name}"
        run("scan", "-q", "--case", case, folder / "alice.mbox")
        (folder / name).write_text(text)
        code, out, err = run("access", "import", "--case", case, folder / name)
        told = levels(case)
        check(code == 0 and told[("1", "alice")] == "accessed" and told[("2", "alice")] == "no-record", f"access log {name}: the message that was read",
              f"{out}{err}{told}")
    case = folder / "access-ual.jsonl"
    told = {r["way"]: r["access"] for r in rows(case, "notify", "--internal", "own.example")}
    check(told == {"sent": "accessed", "received": "accessed"}, "whose secret was read in another message has it read", str(told))
    for name in ("purview.csv", "suite.csv"):
        code, out, err = run("access", "import", "--case", case, folder / name)
        check(code == 0 and "1 record, 1 kept: 1 message read" in out and "were told before" in out, f"the same event again, in {name}", out + err)
    told = [r for r in rows(case, "timeline") if r["timestamp_desc"] == "Message read"]
    check(len(told) == 1, "stands in the timeline once", str(told))
    (folder / "any.json").write_text(json.dumps({"hello": "world"}))
    fresh = folder / "access-nothing"
    run("scan", "-q", "--case", fresh, folder / "alice.mbox")
    code, out, err = run("access", "import", "--case", fresh, folder / "any.json")
    check(code == 2 and "none of its 1 record tells what was read" in err and levels(fresh)[("2", "alice")] is None,
          "what is no access log is an error, and adds nothing", out + err + str(levels(fresh)))
    (folder / "broken.jsonl").write_text(json.dumps(bind(1)) + "\nno json\n")
    code, out, err = run("access", "import", "--case", fresh, folder / "broken.jsonl")
    check(code == 2 and "line 2" in err and levels(fresh)[("1", "alice")] is None, "of a log with a bad line nothing is added", out + err)
    check("imported before" in run("access", "import", "--case", case, folder / "ual.jsonl")[1], "the same log again adds nothing")
    (folder / "other.json").write_text(json.dumps([bind(2, ClientIPAddress="198.51.100.1")]))
    run("access", "import", "--case", case, "--ip", "203.0.113.9", folder / "other.json")
    check(levels(case)[("2", "alice")] == "no-record", "records that do not fit the filter are left out")
    (folder / "six.json").write_text(json.dumps([bind(2, ClientIPAddress=f"198.51.100.{n}") for n in range(6)]))
    code, out, err = run("access", "import", "--case", folder / "access-ids.txt", "--ip", "203.0.113.1", "--user", "Alice@own.example", folder / "six.json")
    check(code == 0 and " 0 kept" in out and "no record has --ip 203.0.113.1; there are 198.51.100.0, " in err and "198.51.100.4 and more" in err
          and "--user" not in err, "a filter that keeps nothing names what there is", out + err)
    code, out, err = run("access", "import", "--case", folder / "access-ids.txt", "--session", "nope", folder / "six.json")
    check(code == 0 and "--session nope; " in err, "and so does one of a session", out + err)
    run("scan", "-q", "--case", case, folder / "bob.mbox")
    (folder / "throttled.json").write_text(json.dumps([bind(77, MailboxOwnerUPN="b.smith@own.example", UserId="b.smith@own.example", OperationProperties=[
        {"Name": "MailAccessType", "Value": "Bind"}, {"Name": "IsThrottled", "Value": "True"}])]))
    run("access", "import", "--case", case, folder / "throttled.json")
    check(levels(case)[("5", "bob")] == "no-record", "throttling of a mailbox that nobody named")
    (folder / "custodians.csv").write_text("custodian,name,address\nbob,Bob Smith,b.smith@own.example\n")
    check(levels(case, folder / "custodians.csv")[("5", "bob")] == "window-throttled", "--custodians says whose it is: all of it may have been read")


def test_sync(folder):
    tree = folder / "exported"
    for sub in ("cur", "new", "tmp", ".Ops/cur", ".Ops/new", ".Ops/tmp"):
        (tree / "carol" / sub).mkdir(parents=True)
    for number, sub in ((11, "cur"), (12, ".Ops/cur")):
        text = mail(number, "a@own.example", "carol@own.example", "s", f"key {A}", 1).split("\n", 1)[1]
        (tree / "carol" / sub / f"{number}.x:2,S").write_text(text)
    case = folder / "sync"
    run("scan", "-q", "--case", case, tree)
    sync = bind(0, MailboxOwnerUPN="carol@own.example", OperationProperties=[{"Name": "MailAccessType", "Value": "Sync"}],
                Folders=[{"Path": "\\Ops"}])
    (folder / "sync.json").write_text(json.dumps(sync))
    run("access", "import", "--case", case, folder / "sync.json")
    told = levels(case)
    check(told == {("11", "carol"): "no-record", ("12", "carol"): "folder-synced"}, "a folder that was synchronised", str(told))


def test_sample(case):
    draws = [run("case", "sample", "--case", case, "-n", "2", "--seed", "7")[1] for _ in range(2)]
    drawn = list(csv.DictReader(io.StringIO(draws[0])))
    check(draws[0] == draws[1] and [r["message_id"] for r in drawn] == ["<4@mail.example>"], "a sample is of messages without findings, the same for a seed",
          draws[0])
    answers = case.parent / "answers.csv"
    answers.write_text("message_id,missed\n" + "".join(f"{i},{'yes' if i < 3 else 'no'}\n" for i in range(100)))
    code, out, _ = run("case", "sample", "--case", case, "--result", answers)
    check(code == 0 and "3 of 100" in out and "0.62 to 8.52 %" in out, "its result is a rate with the interval of Clopper and Pearson", out)


def test_reveal(case, ids, folder):
    secret = next(s for s, name in ids.items() if name == "A")
    code, out, err = run("reveal", "--case", case, secret)
    check(code == 2 and "no terminal" in err and A not in out, "a secret is not shown into a file unasked", err)
    code, out, err = run("reveal", "--case", case, "--yes", "--by", "kim", secret)
    check(code == 0 and out == A + "\n", "reveal shows the one secret", err)
    shown = sqlite3.connect(f"file:{case}/case.db?mode=ro", uri=True).execute("SELECT author, hex(secret) FROM reveals").fetchall()
    check(shown == [("kim", secret.upper())], "and writes down that it did", str(shown))
    with open(folder / "alice.mbox", "a") as box:
        box.write("\n")
    code, out, err = run("reveal", "--case", case, "--yes", secret)
    check(code == 2 and "SHA-256 differs" in err, "a source that changed is refused", err)


def test_reveal_of_a_maildir(base):
    token, mail = github_token("responder maildir"), base / "box" / "cur" / "1.a.host:2,"
    mail.parent.mkdir(parents=True)
    mail.write_text(f"Message-ID: <1@box.example>\nFrom: a@b.example\nSubject: x\n\nTOKEN={token}\n")
    run("scan", "--case", base / "box-case", base / "box")
    mail.rename(mail.with_name("1.a.host:2,RS"))
    found = sqlite3.connect(f"file:{base / 'box-case' / 'case.db'}?mode=ro", uri=True).execute("SELECT hex(id) FROM secrets").fetchone()[0]
    code, out, err = run("reveal", "--case", base / "box-case", "--yes", found.lower())
    check(code == 0 and out == token + "\n", "a message of a Maildir is found again under other flags", err)


def found_in(case):
    return sqlite3.connect(f"file:{case}/case.db?mode=ro", uri=True).execute("SELECT lower(hex(id)) FROM secrets").fetchone()[0]


def test_reveal_from_elsewhere(base):
    """The scan was given a relative path: it is found from any folder, and where it was moved to when that is said."""
    work, moved = base / "work", base / "moved"
    (work / "mail").mkdir(parents=True)
    (work / "mail/my box.mbox").write_text(mail(1, "a@b.example", "c@d.example", "x", f"key: {A}", 1))
    subprocess.run([PROGRAM, "scan", "-q", "--case", "case", "mail"], cwd=work, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENV)
    secret = found_in(work / "case")
    code, out, err = run("reveal", "--case", work / "case", "--yes", secret)
    check(code == 0 and out == A + "\n", "reveal finds a relative path from any folder", err)
    (work / "mail").rename(moved)
    code, out, err = run("reveal", "--case", work / "case", "--yes", secret)
    check(code == 2 and "cannot open the source" in err and str(work / "mail/my box.mbox") in err and "--source OLD=NEW" in err, "what moved is named, with what to do", err)
    for old in "mail", "mail/", "mail/my box.mbox", work / "mail", work:
        new = moved / "my box.mbox" if str(old).endswith("mbox") else moved
        code, out, err = run("reveal", "--case", work / "case", "--yes", "--source", f"{old}={new}", secret)
        wanted = old != work  # below it lies "mail", which is gone
        check((code == 0 and out == A + "\n") == wanted, f"reveal --source {str(old).replace(str(work), 'WORK')}=NEW", err)
    code, out, err = run("reveal", "--case", work / "case", "--yes", "--source", f"mai={moved}", secret)
    check(code == 2 and A not in out, "half a name is no front of a path", err)
    code, out, err = run("reveal", "--case", work / "case", "--yes", "--source", "mail", secret)
    check(code == 2 and "want OLD=NEW" in err, "a --source without a new place is refused", err)


def test_reveal_of_two_inputs(base):
    """An attachment that was opened with a password from another mailbox: it takes both to read it again."""
    work, password = base / "two", "Gnu7Haus!Wolke"
    work.mkdir()
    if subprocess.run(["sh", "-c", "command -v bsdtar"], stdout=subprocess.DEVNULL).returncode:
        return tap.skip("reveal reads two inputs where it takes them", "no bsdtar")
    (work / "prod.env").write_text(f"TOKEN={B}\n")
    subprocess.run(["bsdtar", "-cf", "locked.zip", "--format", "zip", "--options", "zip:encryption=aes256", "--passphrase", password, "prod.env"], cwd=work, check=True)
    packed = base64.encodebytes((work / "locked.zip").read_bytes()).decode()
    (work / "prod.env").unlink()
    head = "MIME-Version: 1.0\nContent-Type: application/zip; name=locked.zip\nContent-Transfer-Encoding: base64\n"
    (work / "alice.mbox").write_text(f"From x@y Fri Jan 12 09:30:00 2024\nFrom: a@b.example\nTo: c@b.example\nSubject: file\nMessage-ID: <1@t>\n"
                                     f"Date: Fri, 12 Jan 2024 09:30:00 +0000\n{head}\n{packed}\n")
    (work / "bob.mbox").write_text(f"From x@y Fri Jan 12 09:40:00 2024\nFrom: a@b.example\nTo: c@b.example\nSubject: Re: file\nMessage-ID: <2@t>\nIn-Reply-To: <1@t>\n"
                                   f"Date: Fri, 12 Jan 2024 09:40:00 +0000\n\nThe password is: {password}\n\n")
    run("scan", "-q", "--case", work / "case", work / "alice.mbox", work / "bob.mbox")
    token = [r for r in sqlite3.connect(f"file:{work / 'case'}/case.db?mode=ro", uri=True).execute("SELECT lower(hex(id)) FROM secrets WHERE rule LIKE 'github%'")]
    code, out, err = run("reveal", "--case", work / "case", "--yes", token[0][0]) if token else (None, "", "the zip was not opened")
    check(code == 0 and out == B + "\n" and "all 2 inputs" in err, "reveal reads two inputs where it takes them", err)


def test_check(case):
    code, out, _ = run("case", "check", "--case", case)
    check(code == 0 and "is whole" in out, "the case is whole", out)
    base = sqlite3.connect(case / "case.db")
    base.execute("DELETE FROM secrets WHERE secret = 1")
    base.commit()
    base.close()
    code, out, _ = run("case", "check", "--case", case)
    check(code == 1 and "a secret that is not there" in out, "one that lost a row is not", out)


LISTS = ["rotation", "notify", "exposure", "messages", "hunt", "timeline", "gaps", "unlocked", "hashes", "purge", "unresolved", "marks"]


def test_without_people(folder):
    """Nothing that --no-people makes tells of a person: every word of people that the case holds is looked for in every list and report."""
    folder = folder / "people"
    folder.mkdir()
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("wages.txt", "x")
    locked = bytearray(zipped.getvalue())
    locked[6] |= 1  # "encrypted", in the local and the central header
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    head = (f"From x@y Fri Jan 12 09:30:00 2024\nFrom: Zoe Quill <zoe.quill@own.example>\nTo: yan.abbot@customer.example\nSubject: merger\n"
            f"Message-ID: <zoe.quill.77@mail.example>\nDate: 1 Jan 2024 09:30:00 +0000\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n")
    parts = (f"--b\nContent-Type: text/plain\n\nthe token is {A}\n--b\nContent-Type: application/zip; name=paychecks.zip\n"
             f"Content-Transfer-Encoding: base64\n\n{base64.b64encode(bytes(locked)).decode()}\n--b--\n\n")
    (folder / "zquill.mbox").write_text(head + parts)
    (folder / "yabbot.mbox").write_text(head + parts)
    kept = folder.parent / "people-case"
    run("scan", "-q", "--case", kept, folder / "zquill.mbox", folder / "yabbot.mbox")
    log = folder / "log.jsonl"
    record = {"CreationTime": "2024-01-15T08:00:00", "Operation": "MailItemsAccessed", "MailboxOwnerUPN": "zquill@own.example", "ClientIPAddress": "203.0.113.77",
              "SessionId": "evilsession", "UserId": "mallory@own.example", "OperationProperties": [{"Name": "MailAccessType", "Value": "Bind"}],
              "Folders": [{"Path": "\\Wedding", "FolderItems": [{"InternetMessageId": "<zoe.quill.77@mail.example>"}]}]}
    sync = dict(record, OperationProperties=[{"Name": "MailAccessType", "Value": "Sync"}], Item={"ParentFolder": {"Path": "\\Wedding"}})
    log.write_text(json.dumps(record) + "\n" + json.dumps(sync) + "\n")
    _, out, err = run("access", "import", "--case", kept, log)
    check("1 message read, 1 folder " in out, "the log of the case without people is read", out + err)
    secret = records(kept)[0]
    gap = rows(kept, "gaps")[0]["gap_id"]
    for target in (secret["secret_id"], secret["finding_id"], gap):
        code, out, err = run("mark", "--case", kept, target, "accepted", "--by", "xavier", "--note", "told walter by phone")
        check(code == 0, "a mark with a note", out + err)
    found = [(r["state"], r["note"], r["gaps"], r["custodian"], gap in r["gap_ids"], r["first"].rsplit("/", 1)[-1]) for r in rows(kept, "gaps")]
    check(found == [("accepted", "told walter by phone", 1, name, True, "wages.txt") for name in ("yabbot", "zquill")],
          "a gap that was accepted stays in the list, with its note", str(found))
    check("Not all was looked at: 1 gap that was accepted." in run("report", "--case", kept, "-f", "html")[1], "so does the page say")
    check("Not seen          1 thing that was accepted" in run("report", "--case", kept, "-f", "summary")[1], "so does the summary")
    names = [(r["of"], r["name"]) for r in rows(kept, "marks")]
    check([of for of, _ in names] == ["secret", "finding", "gap"] and names[0][1] == names[1][1] == secret["name"] and names[2][1].startswith("encrypted: "),
          "a mark of a finding or a gap is named", str(names))
    words = ["quill", "zoe", "abbot", "yan.", "mallory", "xavier", "walter", "by phone", "203.0.113.77", "evilsession", "merger", "wedding", "paychecks", "mail.example"]
    shown = {}
    for name in LISTS:
        for form in ("text", "csv", "jsonl"):
            shown[f"{name} as {form}"] = run("report", "--case", kept, "--list", name, "--no-people", "--internal", "own.example", "-f", form)
    for form in ("html", "summary", "markdown"):
        shown[form] = run("report", "--case", kept, "--no-people", "--internal", "own.example", "-f", form)
    shown["diff"] = run("diff", "--case", kept, "--since-run", "1", "--no-people")
    check(not [name for name, (code, _, _) in shown.items() if code not in (0, 1, 4, 5)], "all lists and reports are made without people", str(shown))
    leaks = [f"{word} in {name}: {line[:200]}" for name, (_, out, _) in shown.items() for word in words for line in out.splitlines()
             if word in line.lower().replace("customer.example", "")]
    check(not leaks, "no word of people, their mail, their notes or the log stands in what is made without people", "\n".join(leaks[:20]))
    whole = "".join(run("report", "--case", kept, "--list", name, "-f", "csv")[1] for name in LISTS).lower()
    check(all(word in whole for word in words), "all of them stand in what is made with people", str([word for word in words if word not in whole]))
    told = {r["custodian"] for name in ("gaps", "hashes", "exposure") for r in rows(kept, name, "--no-people")}
    check({"custodian 1", "custodian 2"} <= told, "a custodian has a number, the same one in all lists", str(told))
    opened = [r for r in rows(kept, "timeline", "--no-people") if r["timestamp_desc"] == "Message read"]
    check([r["custodian"] for r in opened] == ["custodian 2"], "the mailbox of an access log has its custodian's number", str(opened))


with tempfile.TemporaryDirectory() as work:
    base = pathlib.Path(work)
    (base / "alice.mbox").write_text(ALICE)
    (base / "bob.mbox").write_text(BOB)
    breach = base / "case"
    run("scan", "-q", "--case", breach, base / "alice.mbox", base / "bob.mbox")
    secrets = names(breach)
    test_lists(breach, secrets, base)
    test_access(base)
    test_sync(base)
    test_gaps(base)
    test_diff(base)
    test_sample(breach)
    test_marks(breach, secrets, base)
    test_reveal(breach, secrets, base)
    test_reveal_of_a_maildir(base)
    test_reveal_from_elsewhere(base)
    test_reveal_of_two_inputs(base)
    test_check(breach)
    test_without_people(base)
tap.done()
