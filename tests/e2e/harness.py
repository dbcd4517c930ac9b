"""harness.py - what the end-to-end tests share: running the program, making tokens, telling TAP."""
import base64
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.path.abspath(os.environ.get("MAILSPILL", str(ROOT / "build/mailspill")))
CORPORA = ROOT.parent / "shared" / "corpora"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def base62(number, width):
    text = ""
    while number:
        number, digit = divmod(number, 62)
        text = ALPHABET[digit] + text
    return text.rjust(width, "0")


def github_token(seed):
    """A fake token of 40 characters with a valid checksum, made here so that no file holds one."""
    body = "".join(random.Random(f"mailspill {seed}").choices(ALPHABET, k=30))
    return "gh" + "p_" + body + base62(zlib.crc32(body.encode()), 6)


def scan(*arguments, stdin=None, program=None, env=None, cwd=None, timeout=300):
    """Exit status, records and standard error of one scan as JSON Lines. The key is the test's own. STDIN: bytes, or a descriptor."""
    state = dict(os.environ, XDG_STATE_HOME=os.environ.get("XDG_STATE_HOME", STATE), LC_ALL="C.UTF-8")
    state.update(env or {})
    given = {"stdin": stdin} if isinstance(stdin, int) else {"input": stdin}
    done = subprocess.run([program or PROGRAM, "scan", "--format", "jsonl", "--progress", "never", *map(str, arguments)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=state, cwd=cwd, timeout=timeout, **given)
    records = [json.loads(line.decode("utf-8", "strict")) for line in done.stdout.splitlines()]
    return done.returncode, records, done.stderr.decode("utf-8", "replace")


def of_type(records, kind):
    return [record for record in records if record["type"] == kind]


def summary(records):
    return of_type(records, "summary")[-1]


STATE = tempfile.mkdtemp(prefix="mailspill-test-state-")


class Tap:
    """Counts and prints tests; `done` ends the program."""

    def __init__(self):
        self.number = self.failed = 0

    def ok(self, name, passed, detail=""):
        self.number += 1
        self.failed += not passed
        if not passed and detail:
            for line in str(detail).splitlines()[:30]:
                print("# " + line)
        print(f"{'ok' if passed else 'not ok'} {self.number} - {name}", flush=True)
        return passed

    def skip(self, name, why):
        self.number += 1
        print(f"ok {self.number} - {name} # skip {why}", flush=True)

    def done(self):
        shutil.rmtree(STATE, ignore_errors=True)
        print(f"1..{self.number}")
        sys.exit(1 if self.failed else 0)


def b64lines(data, width=76):
    text = base64.b64encode(data).decode()
    return "\r\n".join(text[i:i + width] for i in range(0, len(text), width)) + "\r\n"
