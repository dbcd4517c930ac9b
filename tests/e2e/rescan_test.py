#!/usr/bin/env python3
"""A case that is scanned again with rules that know more: what stood in the clear beside an older finding is masked, in every file of the case.

The first scan knows tokens alone. In the mails and files stand, beside the token, codes of a house that only the second scan's rules know.
"""
import hashlib
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import PROGRAM, STATE, Tap, github_token  # noqa: E402

tap = Tap()
TOKEN = github_token("rescan")


def code(name):
    return "hx" + hashlib.sha256(f"rescan {name}".encode()).hexdigest()[:22]


RULES = r"""
rules:
  - {id: house-code, name: House code, category: saas, severity: high, verdict: structural, pattern: '\b(?<secret>hx[0-9a-f]{22})\b'}
"""
CODES = {name: code(name) for name in ("body", "subject", "attachment", "folder", "loose", "member", "gap")}


def run(*arguments, **more):
    done = subprocess.run([PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ, XDG_STATE_HOME=str(STATE)), **more)
    return done.returncode, done.stdout, done.stderr


def check(passed, name, detail=""):
    tap.ok(name, passed, str(detail))


def in_clear(case):
    """Which codes stand in any file of the case."""
    found = {}
    for file in sorted(case.iterdir()):
        data = file.read_bytes()
        for name, value in CODES.items():
            if value.encode() in data:
                found.setdefault(name, []).append(file.name)
    return found


def make_mail(work):
    mail = work / "mail"
    mail.mkdir()
    part = f"--b\nContent-Type: text/plain; name=\"{CODES['attachment']}.txt\"\nContent-Disposition: attachment; filename=\"{CODES['attachment']}.txt\"\n\ntoken={TOKEN} of {CODES['attachment']}\n"
    # A message that cannot be read whole: its gap names the attachment.
    broken = f"--b\nContent-Type: application/zip; name=\"{CODES['gap']}.zip\"\nContent-Disposition: attachment; filename=\"{CODES['gap']}.zip\"\nContent-Transfer-Encoding: base64\n\nUEsDBBQAAAAIAAAA\n"
    (mail / "alice.mbox").write_text(
        f"From x@y Fri Jan 12 09:30:00 2024\nFrom: a@own.example\nTo: b@own.example\nSubject: for {CODES['subject']}\nMessage-ID: <1@rescan>\n"
        f"Date: Fri, 12 Jan 2024 09:30:00 +0000\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n"
        f"code {CODES['body']} and token={TOKEN} again {CODES['body']}\nits subject is {CODES['subject']}\nsee {CODES['gap']}\n{part}{broken}--b--\n\n")
    (mail / "notes.env").write_text(f"TOKEN={TOKEN}\nCODE={CODES['loose']}\n")
    with zipfile.ZipFile(mail / "box.zip", "w") as box:
        box.writestr(f"{CODES['member']}/prod.env", f"TOKEN={TOKEN}\nCODE={CODES['member']}\n")
    return mail


def contexts(case):
    base = sqlite3.connect(f"file:{case}/case.db?mode=ro", uri=True)
    return base.execute("SELECT f.path, before, after FROM findings f JOIN secrets s USING(secret) WHERE s.rule LIKE 'github%' ORDER BY 1").fetchall()


with tempfile.TemporaryDirectory() as place:
    work = pathlib.Path(place)
    (work / "house.yaml").write_text(RULES)
    mail, case = make_mail(work), work / "case"
    status, out, err = run("scan", "-q", "--case", case, "mail", cwd=work)
    seen = in_clear(case)
    check(status in (1, 5) and {"body", "subject", "loose", "member"} <= set(seen), "rescan/the first scan does not know them", (status, seen, err))
    status, out, err = run("scan", "-q", "--case", case, "--rules", "builtin", "--rules", "house.yaml", "mail", cwd=work)
    check(in_clear(case) == {}, "rescan/what stands in the clear is masked with the rules of today", in_clear(case))
    told = contexts(case)
    check(len(told) >= 4 and all("●●●" in before + after for _, before, after in told if ".txt" not in _), "rescan/contexts are still there, masked", told)
    check(run("case", "check", "--case", case)[0] == 0, "rescan/the case is whole", run("case", "check", "--case", case))
    status, out, err = run("scan", "-q", "--case", case, "mail", cwd=work)
    check(in_clear(case) == {}, "rescan/the older rules do not bring them back", in_clear(case))
    status, out, err = run("scan", "-q", "--case", case, "--only", "github-token", "mail", cwd=work)
    check(in_clear(case) == {}, "rescan/nor does a scan for one rule", in_clear(case))
    other = work / "other"
    run("scan", "-q", "--case", other, "--rules", "builtin", "--rules", "house.yaml", "mail", cwd=work)
    lists = [sorted((r["from"], r["subject"]) for r in map(json.loads, run("report", "--case", c, "--list", "messages", "-f", "jsonl")[1].splitlines())) for c in (case, other)]
    check(lists[0] == lists[1], "rescan/it says what a new case would", lists)
tap.done()
