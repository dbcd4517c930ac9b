#!/usr/bin/env python3
"""Bad input: each kind has a clear message, the right exit status, and nothing lost that was already found."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import PROGRAM, STATE, Tap, github_token, of_type, scan, summary  # noqa: E402

ENV = dict(os.environ, XDG_STATE_HOME=STATE, LC_ALL="C.UTF-8")


def run(*arguments, **more):
    return subprocess.run([PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENV, timeout=120, **more)


def usage(tap, name, words, *arguments):
    done = run(*arguments)
    text = done.stderr.decode()
    tap.ok(f"bad-input/{name}", done.returncode == 2 and words in text and text.count("\n") <= 4, f"{done.returncode} {text}")


def hostile_names(folder):
    """Names and subjects that would act on a terminal, a spreadsheet or a page."""
    bad = "\x1b[31m=cmd|' /C calc'!A0\u202e<script>alert(1)</script>"
    body = ("From: =?utf-8?Q?=1B[31m?= <a@x.example>\nSubject: =?utf-8?Q?=1B]0;x=07_=E2=80=AE?=\nMessage-ID: <h\x1b[0m@x.example>\n"
            "Content-Type: text/plain\n\nkey " + github_token("hostile") + " \x1b[2J\n")
    path = folder / (bad.replace("/", "_") + ".eml")
    path.write_text(body)
    (folder / os.fsdecode(b"bad-\xff\xfe-name.txt")).write_text("key " + github_token("hostile2"))
    return path


def outputs(tap, folder):
    """Every format: no raw control byte, valid where it has a grammar."""
    sub = folder / "hostile"
    sub.mkdir()
    hostile_names(sub)
    for form in ("text", "jsonl", "json", "csv", "sarif"):
        done = run("scan", "--format", form, "--color", "never", sub)
        text = done.stdout.decode("utf-8", "strict")
        raw = [c for c in text if (ord(c) < 32 and c not in "\n\r\t") or ord(c) in (0x7F, 0x202E, 0x9B)]
        tap.ok(f"bad-input/no-raw-control/{form}", not raw and done.returncode == 1, f"{raw[:5]} {done.returncode} {done.stderr.decode()}")
        tap.ok(f"bad-input/no-secret/{form}", github_token("hostile") not in text and github_token("hostile2") not in text)
        if form in ("json", "sarif"):
            tap.ok(f"bad-input/parses/{form}", isinstance(json.loads(text), dict))
    tap.ok("bad-input/no-secret/stderr", github_token("hostile") not in done.stderr.decode())


def partly_unreadable(tap, folder):
    good = folder / "good.txt"
    good.write_text("key " + github_token("good"))
    status, records, errors = scan("--reveal", folder / "missing.mbox", good)
    gaps = of_type(records, "gap")
    tap.ok("bad-input/one-of-two-missing", status == 5 and [g["kind"] for g in gaps] == ["unreadable"] and len(of_type(records, "finding")) == 1,
           f"{status} {gaps}")
    tap.ok("bad-input/missing-says-why", "missing.mbox" in errors, errors)
    usage(tap, "all-missing", "missing.mbox", "scan", folder / "missing.mbox")
    if os.getuid() == 0 and shutil.which("setpriv"):
        secret = folder / "locked.txt"
        secret.write_text("x")
        secret.chmod(0)
        folder.chmod(0o755)
        nobody = folder / "state"
        nobody.mkdir()
        nobody.chmod(0o777)
        done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", PROGRAM, "scan", "--format", "jsonl", str(secret), str(good)],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(ENV, XDG_STATE_HOME=str(nobody)), timeout=60)
        tap.ok("bad-input/unreadable-file", done.returncode == 5 and b"ermission denied" in done.stdout + done.stderr, done.stdout + done.stderr)
    else:
        tap.skip("bad-input/unreadable-file", "not root")


def empty(tap, folder):
    sub = folder / "empty"
    sub.mkdir()
    status, records, errors = scan(sub)
    tap.ok("bad-input/empty-folder", status == 2 and "no file" in errors and "nothing was read" in errors and summary(records)["complete"], f"{status} {errors}")
    (folder / "zero.eml").write_bytes(b"")
    status, records, errors = scan(folder / "zero.eml")
    tap.ok("bad-input/empty-file", status == 2 and "nothing was read" in errors and summary(records)["complete"], records)


def full_disk(tap, folder):
    """/dev/full says ENOSPC on every write."""
    path = folder / "good.txt"
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, "scan", "--format", "jsonl", path], stdout=full, stderr=subprocess.PIPE, env=ENV, timeout=60)
    tap.ok("bad-input/full-disk", done.returncode == 2 and b"o space left" in done.stderr, f"{done.returncode} {done.stderr}")
    out = folder / "kept.jsonl"
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, "scan", "--format", "text", "-o", f"jsonl={out}", path], stdout=full, stderr=subprocess.PIPE, env=ENV, timeout=60)
    lines = out.read_text().splitlines() if out.exists() else []
    tap.ok("bad-input/full-disk-other-report-whole", done.returncode == 2 and '"summary"' in (lines or [""])[-1], f"{done.returncode} {lines[-1:]}")


def closed_pipe(tap, folder):
    big = folder / "many"
    big.mkdir()
    for i in range(300):
        (big / f"{i}.txt").write_text("key " + github_token(f"pipe{i}") + "\n")
    child = subprocess.Popen([PROGRAM, "scan", "--format", "jsonl", str(big)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENV)
    child.stdout.readline()
    child.stdout.close()
    errors = child.stderr.read().decode()
    tap.ok("bad-input/closed-pipe", child.wait(60) == 2 and "pipe" in errors.lower(), errors)


def standard_input(tap):
    status, records, _ = scan("--reveal", "-", stdin=b"key " + github_token("stdin").encode())
    tap.ok("bad-input/standard-input", status == 1 and of_type(records, "finding")[0]["path"].startswith("-"), records)


def broken_rules(tap, folder):
    rules = folder / "broken.yaml"
    rules.write_text("rules:\n  - id: Bad_Id\n    name: x\n    patern: 'a+'\n")
    done = run("scan", "--rules", rules, folder / "good.txt")
    text = done.stderr.decode()
    tap.ok("bad-input/broken-rule", done.returncode == 2 and "broken.yaml:" in text and "patern" in text, text)


def leftovers(tap, folder):
    temporary = folder / "tmp"
    temporary.mkdir()
    done = subprocess.run([PROGRAM, "scan", "--format", "text", "--spool-dir", temporary, folder / "good.txt"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=dict(ENV, TMPDIR=str(temporary)), timeout=60)
    tap.ok("bad-input/nothing-left-in-temporary-folders", done.returncode == 1 and list(temporary.iterdir()) == [], list(temporary.iterdir()))


def main():
    tap = Tap()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mailspill-bad-"))
    try:
        usage(tap, "unknown-option", "--formt", "scan", "--formt", "jsonl", folder)
        usage(tap, "unknown-command", "scna", "scna", folder)
        usage(tap, "no-input", "path", "scan")
        usage(tap, "bad-limit", "parts", "scan", "--limit", "parts=many", folder)
        usage(tap, "unknown-limit", "nosuch", "scan", "--limit", "nosuch=1", folder)
        usage(tap, "bad-format", "xml", "scan", "--format", "xml", folder)
        usage(tap, "bad-day", "--since", "scan", "--since", "yesterday", folder)
        partly_unreadable(tap, folder)
        empty(tap, folder)
        outputs(tap, folder)
        full_disk(tap, folder)
        closed_pipe(tap, folder)
        standard_input(tap)
        broken_rules(tap, folder)
        leftovers(tap, folder)
    finally:
        shutil.rmtree(folder)
    tap.done()


if __name__ == "__main__":
    main()
