#!/usr/bin/env python3
"""What a worker does wrong costs one item, named as a gap: crashes, hangs, memory, floods, forbidden calls; and nothing stays behind."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import STATE, Tap, github_token, of_type, scan, summary  # noqa: E402

PROGRAM = os.path.abspath(os.environ.get("MISBEHAVING", "build-misbehave/mailspill"))
SIGN = b"MAILSPILL-" + b"MISBEHAVE "
VERBS = {"crash": "crashed", "abort": "crashed", "memory": "crashed", "flood": "crashed", "exec": "crashed",
         "socket": "crashed", "exit": "crashed", "linger": "crashed", "hang": "timeout"}


def mail(number, body, attachment=None):
    head = f"From: a@x.example\nTo: b@y.example\nDate: Fri, 12 Jan 2024 09:{number % 60:02}:00 +0000\nMessage-ID: <m{number}@x.example>\n"
    if attachment is None:
        return head.encode() + b"Subject: t\n\n" + body + b"\n"
    return (head.encode() + b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\n' + body +
            b"\n--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=x.bin\n\n" + attachment + b"\n--b--\n")


def mbox(messages):
    return b"".join(b"From a@x.example Fri Jan 12 09:30:00 2024\n" + m + b"\n" for m in messages)


def tokens(records):
    return sorted(f["secret"] for f in of_type(records, "finding"))


def accounts(tap, name, records):
    total = summary(records)
    tap.ok(name + "/every-leaf-counted", total["leaves"] == total["scanned"] + total["partial"] + total["refused"], total)


def verb(tap, folder, name, kind):
    """One bad message among good ones, in an mbox, for 1 and 3 workers."""
    wanted = sorted(github_token(f"{name}{i}") for i in range(6))
    messages = [mail(i, b"key " + github_token(f"{name}{i}").encode()) for i in range(6)]
    messages.insert(3, mail(60, b"text", SIGN + name.encode()))
    path = folder / f"{name}.mbox"
    path.write_bytes(mbox(messages))
    for jobs in (1, 3):
        status, records, errors = scan("--reveal", "--jobs", jobs, "--limit", "hang=3" if name == "hang" else "hang=30", path, program=PROGRAM)
        gaps = of_type(records, "gap")
        tap.ok(f"processes/{name}/jobs-{jobs}/nothing-else-lost", tokens(records) == wanted, f"{tokens(records)} {errors}")
        tap.ok(f"processes/{name}/jobs-{jobs}/one-gap", [g["kind"] for g in gaps] == [kind] and "!#4" in gaps[0]["path"], gaps)
        tap.ok(f"processes/{name}/jobs-{jobs}/exit-status", status == 5, status)
        accounts(tap, f"processes/{name}/jobs-{jobs}", records)


def refused_open(tap, folder):
    path = folder / "open.bin"
    path.write_bytes(SIGN + b"open")
    _, records, _ = scan(path, program=PROGRAM)
    tap.ok("processes/open-is-refused", [g["reason"] for g in of_type(records, "gap")] == ["open was refused"], records)


def three_deaths(tap, folder):
    """After three deaths in one container the rest of it is one gap; what came before is kept."""
    path = folder / "deaths.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("0-good.txt", "key " + github_token("before"))
        for i in range(1, 6):
            archive.writestr(f"{i}-bad.bin", SIGN + b"crash")
        archive.writestr("9-good.txt", "key " + github_token("after"))
    (folder / "other.txt").write_text("key " + github_token("other"))
    status, records, _ = scan("--reveal", path, folder / "other.txt", program=PROGRAM)
    gaps = of_type(records, "gap")
    found = tokens(records)
    tap.ok("processes/three-deaths/before-and-beside-kept", github_token("before") in found and github_token("other") in found, found)
    tap.ok("processes/three-deaths/rest-is-a-gap", any(g["stands_for"] == "rest" and g["kind"] == "crashed" for g in gaps), gaps)
    tap.ok("processes/three-deaths/incomplete", status == 5 and summary(records)["complete"] is False, status)


def children_of(pid):
    done = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], stdout=subprocess.PIPE, text=True, check=True)
    tree = {}
    for line in done.stdout.splitlines():
        child, parent = map(int, line.split())
        tree.setdefault(parent, []).append(child)
    found, todo = [], [pid]
    while todo:
        more = tree.get(todo.pop(), [])
        found += more
        todo += more
    return found


def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except OSError:
        return False


def stopped(tap, folder, name, number):
    """A signal while a worker hangs: no process stays, and the report ends validly."""
    path = folder / "hang.bin"
    path.write_bytes(SIGN + b"hang")
    out = folder / f"{name}.jsonl"
    child = subprocess.Popen([PROGRAM, "scan", "--format", "jsonl", "--progress", "never", path], stdout=out.open("wb"),
                             stderr=subprocess.DEVNULL, env=dict(os.environ, XDG_STATE_HOME=STATE))
    time.sleep(1)
    workers = children_of(child.pid)
    child.send_signal(number)
    status = child.wait(20)
    time.sleep(0.5)
    tap.ok(f"processes/{name}/no-process-left", len(workers) >= 2 and not any(map(is_alive, workers)), workers)
    if number != signal.SIGKILL:
        last = out.read_text().splitlines()[-1]
        tap.ok(f"processes/{name}/report-ends", '"interrupted":true' in last.replace(" ", ""), last)
        tap.ok(f"processes/{name}/exit-status", status == 128 + number, status)


def no_landlock(tap, folder):
    """A kernel without Landlock: the filter that a small helper puts on makes its system calls unknown."""
    helper = folder / "nolandlock.py"
    helper.write_text(
        "import ctypes, os, struct, sys\n"
        "code = [(0x20, 0, 0, 0), (0x15, 0, 1, 444), (0x06, 0, 0, 0x00050000 | 38), (0x06, 0, 0, 0x7fff0000)]\n"
        "raw = b''.join(struct.pack('HBBI', *c) for c in code)\n"
        "buf = ctypes.create_string_buffer(raw)\n"
        "prog = ctypes.create_string_buffer(struct.pack('HxxxxxxQ', len(code), ctypes.addressof(buf)))\n"
        "libc = ctypes.CDLL(None)\n"
        "assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, prog, 0, 0) == 0\n"
        "os.execv(sys.argv[1], sys.argv[1:])\n")
    (folder / "t.txt").write_text("key " + github_token("landlock"))
    done = subprocess.run([sys.executable, helper, PROGRAM, "scan", "--format", "jsonl", folder / "t.txt"], capture_output=True,
                          env=dict(os.environ, XDG_STATE_HOME=STATE), text=True)
    tap.ok("processes/no-landlock", '"sandbox":"seccomp"' in done.stdout.replace(" ", "") and done.returncode == 1, done.stdout + done.stderr)


def sandbox_off(tap, folder):
    _, records, errors = scan("--sandbox", "off", folder / "t.txt", program=PROGRAM)
    tap.ok("processes/sandbox-off-says-so", of_type(records, "run")[0]["sandbox"] == "off" and "sandbox" in errors, errors)


def main():
    tap = Tap()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mailspill-processes-"))
    try:
        for name, kind in VERBS.items():
            verb(tap, folder, name, kind)
        refused_open(tap, folder)
        three_deaths(tap, folder)
        for name, number in (("sigint", signal.SIGINT), ("sigterm", signal.SIGTERM), ("sigkill", signal.SIGKILL)):
            stopped(tap, folder, name, number)
        no_landlock(tap, folder)
        sandbox_off(tap, folder)
    finally:
        shutil.rmtree(folder)
    tap.done()


if __name__ == "__main__":
    main()
