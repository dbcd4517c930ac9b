#!/usr/bin/env python3
"""What each option of `mailspill scan` does, seen from outside."""
import base64
import gzip
import io
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import PROGRAM, STATE, Tap, github_token, of_type, scan, summary  # noqa: E402
from recipe import archived  # noqa: E402

tap = Tap()
FOLDER = tempfile.TemporaryDirectory(prefix="mailspill-options-")
HERE = pathlib.Path(FOLDER.name)
A, B, C = (github_token(f"options {i}") for i in range(3))


def put(name, data):
    path = HERE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return name


def run(*arguments, stdin=None, **more):
    return scan("--jobs", 1, *arguments, stdin=stdin, cwd=HERE, **more)


def program(*arguments, stdin=None):
    """Exit status, standard output and standard error."""
    done = subprocess.run([PROGRAM, "scan", "--progress", "never", *map(str, arguments)], cwd=HERE, input=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=dict(os.environ, XDG_STATE_HOME=STATE))
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def paths(records):
    return sorted(f["path"] for f in of_type(records, "finding"))


def message(number, date, token, more=""):
    head = f"From: alice@corp.example\nMessage-ID: <o-{number}@corp.example>\nSubject: {number}\n{more}"
    return head + (f"Date: {date}\n" if date else "") + f"\nTOKEN={token}\n"


def mbox(*texts):
    return "".join("From alice@corp.example Fri Jan 12 09:30:00 2024\n" + text + "\n" for text in texts)


DATES = ["Thu, 11 Jan 2024 23:59:59 +0000", "Fri, 12 Jan 2024 00:00:00 +0000", "Fri, 12 Jan 2024 23:59:59 +0000",
         "Sat, 13 Jan 2024 00:30:00 +0100", "Sat, 13 Jan 2024 00:00:00 +0000", None]
put("dates.mbox", mbox(*(message(i, date, github_token(f"date {i}")) for i, date in enumerate(DATES, 1))))
for name, arguments, kept in [("since", ["--since", "2024-01-12"], [2, 3, 4, 5, 6]), ("until", ["--until", "2024-01-12"], [1, 2, 3, 4, 6]),
                              ("both", ["--since", "2024-01-12", "--until", "2024-01-12"], [2, 3, 4, 6]),
                              ("neither", [], [1, 2, 3, 4, 5, 6]), ("nothing-left", ["--since", "2030-01-01"], [6])]:
    status, records, _ = run("--only", "github-token", *arguments, "dates.mbox")
    total = summary(records)
    got = sorted(int(f["message"]["id"][3]) for f in of_type(records, "finding"))
    tap.ok(f"options/{name}", got == kept and total["excluded"] == 6 - len(kept) and total["messages"] == 6, f"{got} {total}")
    tap.ok(f"options/{name}-is-complete", total["complete"] and status == (1 if kept else 0), f"{status} {total}")
tap.ok("options/since-wants-a-day", program("--since", "yesterday", "dates.mbox")[0] == 2)
tap.ok("options/since-wants-a-day-that-is", program("--since", "2024-02-30", "dates.mbox")[0] == 2)

for place in ("alice/.Sent/cur/1.h:2,S", "alice/cur/2.h:2,S", "alice/.Sent.2024/cur/3.h:2,S"):
    put(place, message(place.split("/")[-1][0], None, A))
for name, globs, kept in [("folder", ["Sent"], ["1"]), ("folder-glob", ["sent*"], ["1", "3"]), ("folder-slash", ["Sent/*"], ["3"]),
                          ("folder-twice", ["Inbox", "Sent"], ["1", "2"]), ("folder-none", ["Kunden"], [])]:
    _, records, _ = run("--only", "github-token", *(word for glob in globs for word in ("--folder", glob)), "alice")
    got = sorted(f["message"]["id"][3] for f in of_type(records, "finding"))
    tap.ok(f"options/{name}", got == kept and summary(records)["excluded"] == 3 - len(kept), f"{got} {summary(records)}")

for name in ("t/a.txt", "t/b.log", "t/deep/c.txt", "t/deep/d.log"):
    put(name, f"TOKEN={A}\n")
TREE = [("include", ["--include", "*.txt"], ["t/a.txt", "t/deep/c.txt"]), ("exclude", ["--exclude", "*.log"], ["t/a.txt", "t/deep/c.txt"]),
        ("include-path", ["--include", "t/deep/*"], ["t/deep/c.txt", "t/deep/d.log"]),
        ("include-and-exclude", ["--include", "*.txt", "--exclude", "*/deep/*"], ["t/a.txt"]),
        ("include-twice", ["--include", "a.*", "--include", "d.*"], ["t/a.txt", "t/deep/d.log"])]
for name, arguments, kept in TREE:
    _, records, _ = run(*arguments, "t")
    tap.ok(f"options/{name}", paths(records) == kept and summary(records)["inputs"] == len(kept), f"{paths(records)}")
_, records, _ = run("--exclude", "*", "t/a.txt")
tap.ok("options/exclude-leaves-named-files", paths(records) == ["t/a.txt"], paths(records))

put("odd\nname.txt", f"TOKEN={A}\n")
put("list", "t/a.txt\nt/deep/c.txt\n")
_, records, _ = run("--files-from", "list")
tap.ok("options/files-from", paths(records) == ["t/a.txt", "t/deep/c.txt"], paths(records))
_, records, _ = run("--files-from", "-", stdin=b"t/b.log\n\nt/a.txt")
tap.ok("options/files-from-standard-input", paths(records) == ["t/a.txt", "t/b.log"], paths(records))
_, records, _ = run("-0", "--files-from", "-", stdin=b"odd\nname.txt\0t/a.txt\0")
tap.ok("options/files-from-nul", paths(records) == ["odd%0Aname.txt", "t/a.txt"], paths(records))
_, records, _ = run("--custodian", "bob", "--files-from", "list", "--custodian", "carol", "dates.mbox", "--only", "github-token")
tap.ok("options/custodian-is-of-what-follows", {f["message"]["custodian"] for f in of_type(records, "finding") if f["path"].startswith("dates")} == {"carol"})
status, _, errors = run("dates.mbox", "--custodian", "carol")
tap.ok("options/custodian-after-all-inputs-is-usage", status == 2 and "put it first" in errors, errors)
tap.ok("options/files-from-missing-is-usage", program("--files-from", "nowhere")[0] == 2)

AWS = "AK" + "IA" + "QYLPMN5HHHFPZAM2"
put("two.txt", f"TOKEN={A}\naws_access_key_id = {AWS}\naws_secret_access_key = {'wJalrXUt' + 'nFEMI/K7MDENG+bPxRfiCYzqKvLm4p8Q'}\n")
_, everything, _ = run("two.txt")
rules = {f["rule"] for f in of_type(everything, "finding")}
tap.ok("options/two-rules-match", "github-token" in rules and len(rules) > 1, rules)
for name, arguments, kept in [("only", ["--only", "github-token"], {"github-token"}), ("only-glob", ["--only", "github-*"], {"github-token"}),
                              ("only-category", ["--only", "source-code"], {"github-token"})]:
    _, records, errors = run(*arguments, "two.txt")
    tap.ok(f"options/{name}", {f["rule"] for f in of_type(records, "finding")} == kept, f"{ {f['rule'] for f in of_type(records, 'finding')} } {errors}")
for name, arguments in [("skip", ["--skip", "github-token"]), ("only-and-skip", ["--only", "*", "--skip", "github-*"])]:
    _, records, _ = run(*arguments, "two.txt")
    got = {f["rule"] for f in of_type(records, "finding")}
    tap.ok(f"options/{name}", "github-token" not in got and rules - {"github-token"} <= got, got)
put("beside.txt", f"postgres://app:{'Zk7-vb' + '2wQx91'}@db.corp.internal/app {github_token('beside')}\n")
_, records, _ = run("--only", "postgres-url", "beside.txt")
tap.ok("options/only-still-masks-the-rest", len(of_type(records, "finding")) == 1 and github_token("beside") not in json.dumps(records), records)
tap.ok("options/only-unknown-is-usage", program("--only", "no-such-rule", "two.txt")[0] == 2)

put("prose.eml", message(7, None, "x") + "the password is Tr0ub4dor&3x and the pin for the door is 4711\n")
_, records, _ = run("prose.eml", "two.txt")
verdicts = {f["verdict"] for f in of_type(records, "finding")}
tap.ok("options/verdicts-at-hand", {"proven", "prose"} <= verdicts or len(verdicts) > 1, verdicts)
_, strong, _ = run("--min-verdict", "proven", "prose.eml", "two.txt")
tap.ok("options/min-verdict-hides-and-counts", {f["verdict"] for f in of_type(strong, "finding")} == {"proven"}
       and summary(strong)["findings"] == summary(records)["findings"], summary(strong))
severities = {f["severity"] for f in of_type(records, "finding")}
_, critical, _ = run("--min-severity", "critical", "prose.eml", "two.txt")
tap.ok("options/min-severity-hides-and-counts", {f["severity"] for f in of_type(critical, "finding")} == {"critical"}
       and summary(critical)["findings"] == summary(records)["findings"], f"{severities}")

put("one.txt", f"TOKEN={A}\n")
for name, value, status in [("default", None, 1), ("critical", "critical", 1), ("critical-proven", "critical,proven", 1), ("info", "info,prose", 1)]:
    got = run(*(["--fail-on", value] if value else []), "one.txt")[0]
    tap.ok(f"options/fail-on-{name}", got == status, got)
put("weak.eml", message(8, None, "x") + "Hi Bob, the password is Tr0ub4dor&3x\n")
_, records, _ = run("weak.eml")
weak = of_type(records, "finding")
tap.ok("options/prose-does-not-fail-alone", weak and {f["verdict"] for f in weak} == {"prose"} and run("weak.eml")[0] == 0, weak)
tap.ok("options/fail-on-prose", run("--fail-on", "info,prose", "weak.eml")[0] == 1)
tap.ok("options/fail-on-wrong-is-usage", program("--fail-on", "terrible", "one.txt")[0] == 2)

# Baseline: what was known does not count; a new secret in its place does.
put("conf/prod.env", f"TOKEN={A}\n")
put("conf/bad.pst", b"!BDN" + bytes(600))
_, before, _ = run("conf")
put("baseline.jsonl", "".join(json.dumps(record) + "\n" for record in before))
tap.ok("options/baseline-all-known", run("conf")[0] == 5 and run("--baseline", "baseline.jsonl", "conf")[0] == 0)
_, records, _ = run("--baseline", "baseline.jsonl", "conf")
tap.ok("options/baseline-still-shows", len(of_type(records, "finding")) == 1 and len(of_type(records, "gap")) == 1)
put("conf/prod.env", f"TOKEN={B}\n")
status, records, _ = run("--baseline", "baseline.jsonl", "conf")
tap.ok("options/baseline-raises-a-changed-secret", status == 1, status)
put("ids.jsonl", json.dumps({"finding_id": of_type(before, "finding")[0]["finding_id"]}) + "\n")
tap.ok("options/baseline-of-ids-alone", run("--baseline", "ids.jsonl", "conf")[0] == 4)
put("conf/prod.env", f"TOKEN={A}\nTOKEN={C}\n")
tap.ok("options/baseline-new-beside-known", run("--baseline", "baseline.jsonl", "conf")[0] == 1)
tap.ok("options/baseline-missing-is-usage", program("--baseline", "nowhere", "conf")[0] == 2)

put("conf/prod.env", f"TOKEN={A}\n")
finding, gap = of_type(before, "finding")[0]["finding_id"], of_type(before, "gap")[0]["gap_id"]
put("ignore", f"{finding[:12]} reason=revoked\n{gap} reason=no-reader by=sam\n")
status, _, errors = run("--ignore", "ignore", "conf")
tap.ok("options/ignore-with-reason", status == 0 and errors == "", f"{status} {errors}")
put("ignore", f"- id: {finding}\n  reason: revoked\n  until: 2020-01-01\n- {{id: 'deadbeefdeadbeef', reason: gone}}\n")
status, _, errors = run("--ignore", "ignore", "conf")
tap.ok("options/ignore-expired-counts", status == 5 and "expired" in errors, f"{status} {errors}")
tap.ok("options/ignore-unused-is-named", "deadbeefdeadbeef" in errors, errors)
put("ignore", f"{finding}\n")
tap.ok("options/ignore-wants-a-reason", program("--ignore", "ignore", "conf")[0] == 2)

tap.ok("options/accept-gaps", run("--accept-gaps", "unsupported", "conf")[0] == 1 and run("--accept-gaps", "encrypted", "conf")[0] == 5)
tap.ok("options/accept-gaps-several", run("--accept-gaps", "encrypted,unsupported", "conf")[0] == 1)
tap.ok("options/accept-gaps-unknown-is-usage", program("--accept-gaps", "nonsense", "conf")[0] == 2)
tap.ok("options/exit-zero", run("--exit-zero", "conf")[0] == 0)
tap.ok("options/exit-zero-not-of-failures", program("--exit-zero", "nowhere")[0] == 2)

# Several reports at once.
status, out, errors = program("-f", "text", "-o", "jsonl=r.jsonl", "-o", "csv=r.csv", "-o", "jsonl=again.jsonl", "-o", "sarif=r.sarif", "conf")
sizes = {name: (HERE / name).stat().st_size for name in ("r.jsonl", "r.csv", "again.jsonl", "r.sarif")}
tap.ok("options/several-outputs", status == 5 and out and min(sizes.values()) > 200, f"{sizes} {errors}")
tap.ok("options/outputs-are-the-users-alone", {(HERE / name).stat().st_mode & 0o777 for name in sizes} == {0o600})
tap.ok("options/output-unknown-is-usage", program("-o", "docx=r.docx", "conf")[0] == 2)
status, _, errors = program("-o", "csv=nowhere/r.csv", "conf")
tap.ok("options/output-that-cannot-be-written", status == 2 and "nowhere/r.csv" in errors, f"{status} {errors}")

put("outside/config", "only: github-token\naccept-gaps: unsupported\nexit-zero:\n")
status, records, errors = run("--config", "outside/config", "conf")
if status == 2:
    put("outside/config", "only: github-token\naccept-gaps: unsupported\n")
    status, records, errors = run("--config", "outside/config", "--exit-zero", "conf")
tap.ok("options/config", status == 0 and records[0]["type"] == "run", f"{status} {errors}")
put("t/config", "only: github-token\n")
tap.ok("options/config-inside-the-input-is-refused", program("--config", "t/config", "t")[0] == 2)
put("outside/bad", "no-such-option: 1\n")
tap.ok("options/config-unknown-option-is-named", "no-such-option" in program("--config", "outside/bad", "one.txt")[2])

# Each limit once: a gap that names it.


def zipped(*members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def nested(depth):
    text = f"TOKEN={A}\n"
    for _ in range(depth):
        text = "Content-Type: message/rfc822\n\nFrom: a@x.example\nMessage-ID: <x@y>\n" + text
    return "From: a@x.example\nMessage-ID: <x@y>\n" + text


def multipart(count, attachment=None):
    part = "--b\n\nx\n" if attachment is None else attachment
    return 'From: a@x.example\nMessage-ID: <x@y>\nContent-Type: multipart/mixed; boundary="b"\n\n' + part * count + "--b--\n"


BIG = b"".join(github_token(f"big {i}").encode() + b"\n" for i in range(30000))
INNER = "--b\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n%s\n"
LIMITS = {
    "container-depth": (1, "l.zip", zipped(("m.zip", zipped(("a.txt", "x"))))),
    "mime-depth": (1, "l.eml", nested(4)),
    "filters": (1, "l.gz", gzip.compress(gzip.compress(b"TOKEN"))),
    "parts": (3, "l.eml", multipart(9)),
    "header-bytes": (1024, "l.eml", "From: a@x.example\nMessage-ID: <x@y>\n" + "X-Long: " + "a" * 90 + "\n" + ("X-More: b\n" * 200) + "\nhi\n"),
    "header-fields": (16, "l.eml", "From: a@x.example\nMessage-ID: <x@y>\n" + "X-More: b\n" * 40 + "\nhi\n"),
    "header-params": (4, "l.eml", "From: a@x.example\nMessage-ID: <x@y>\nContent-Type: text/plain; " + "; ".join(f"p{i}=1" for i in range(20)) + "\n\nhi\n"),
    "inner-entries": (1, "l.eml", multipart(1, INNER % base64.b64encode(zipped(("a", "x"), ("b", "y"))).decode())),
    "outer-entries": (1, "l.zip", zipped(("a", "x"), ("b", "y"))),
    "ratio": (2, "l.gz", gzip.compress(bytes(30_000_000))),
    "ratio-free": (1, "l.gz", gzip.compress(bytes(3_000_000))),
    "findings": (2, "l.eml", "From: a@x.example\nMessage-ID: <x@y>\n\n" + "".join(github_token(f"f {i}") + "\n" for i in range(5))),
    "held-bytes": ("1M", "l.7z.gz", gzip.compress(archived("7z", [("a", os.urandom(3_000_000))], None))),
}
for name, (value, file, data) in LIMITS.items():
    put(f"limit-{name}/{file}", data)
    status, records, errors = run("--limit", f"{name}={value}", f"limit-{name}/{file}")
    gaps = [(g["limit"], g["kind"]) for g in of_type(records, "gap")]
    wanted = "ratio" if name == "ratio-free" else name
    tap.ok(f"options/limit-{name}", (wanted, "limit") in gaps and status & 4, f"{status} {gaps} {errors}")
tap.ok("options/limit-unknown-is-usage", program("--limit", "no-such=1", "one.txt")[0] == 2)
tap.ok("options/limit-too-small-is-usage", program("--limit", "parts=0", "one.txt")[0] == 2)

# Progress and SIGUSR1, on an input that takes a while: a pipe that is held open.


def with_pipe(*arguments, act=None, seconds=1.0):
    """Scan a pipe that gives a message now and the end later; standard error."""
    process = subprocess.Popen([PROGRAM, "scan", "--jobs", "1", "-f", "jsonl", *arguments, "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, env=dict(os.environ, XDG_STATE_HOME=STATE), cwd=HERE)
    process.stdin.write(mbox(message(1, None, A)).encode())
    process.stdin.flush()
    time.sleep(seconds)
    if act:
        act(process)
        time.sleep(0.5)
    process.stdin.close()
    errors = process.stderr.read()
    process.stderr.close()
    return process.wait(timeout=60), errors.decode()


status, errors = with_pipe("--progress", "json", seconds=2.5)
lines = [json.loads(line) for line in errors.splitlines() if line.startswith("{")]
tap.ok("options/progress-json-is-json", status == 1 and lines and all(isinstance(line, dict) for line in lines), f"{status} {errors[:500]}")
status, errors = with_pipe("--progress", "never", act=lambda process: process.send_signal(signal.SIGUSR1))
tap.ok("options/sigusr1-says-where", status == 1 and errors.strip() != "", f"{status} {errors[:500]}")
status, errors = with_pipe("--progress", "never", "--quiet")
tap.ok("options/quiet-says-nothing", status == 1 and errors == "", errors)

# A pipe with a name, which nobody writes to yet: signals are heard, and it is read once somebody does.
os.mkfifo(HERE / "pipe")
for name, number in (("sigint", signal.SIGINT), ("sigterm", signal.SIGTERM)):
    child = subprocess.Popen([PROGRAM, "scan", "pipe"], cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ, XDG_STATE_HOME=STATE))
    said = child.stderr.readline().decode()
    child.send_signal(number)
    try:
        child.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
    tap.ok(f"options/named-pipe-without-a-writer/{name}", child.returncode == 128 + number and "'pipe'" in said, f"{child.returncode} {said}")
child = subprocess.Popen([PROGRAM, "scan", "-f", "jsonl", "pipe"], cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=dict(os.environ, XDG_STATE_HOME=STATE))
(HERE / "pipe").write_text(f"TOKEN={A}\n")
told, _ = child.communicate(timeout=60)
tap.ok("options/named-pipe-is-read", child.returncode == 1 and b'"path":"pipe"' in told, told)
tap.done()
