#!/usr/bin/env python3
"""Hostile input and hostile surroundings: whatever is not read is a gap, and what can be read beside it is."""
import bz2
import gzip
import io
import json
import lzma
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import PROGRAM, STATE, Tap, b64lines, github_token, of_type, scan, summary  # noqa: E402

ENV = dict(os.environ, XDG_STATE_HOME=STATE, LC_ALL="C.UTF-8")


def key(seed):
    return b"key " + github_token(seed).encode() + b"\n"


def mail(body, number=1, head=""):
    return (f"From: a@x.example\nTo: b@y.example\nDate: Fri, 12 Jan 2024 09:30:00 +0000\nMessage-ID: <h{number}@x.example>\n"
            f"Subject: t\n{head}\n").encode() + body


def mbox(messages):
    return b"".join(b"From a@x.example Fri Jan 12 09:30:00 2024\n" + message + b"\n" for message in messages)


def tar(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def make_zip(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def noise(size, seed=1):
    """Bytes that do not compress."""
    return random.Random(seed).randbytes(size)


def words(size, seed=1):
    """Text that hardly compresses."""
    letters = "bcdfghjklmnpqrstvwxz    \n"
    return "".join(random.Random(seed).choices(letters, k=size)).encode()


def agree(records, status):
    """What records, sums and exit status say of one scan must be the same."""
    total, gaps, findings = summary(records), of_type(records, "gap"), of_type(records, "finding")
    counted = [gap for gap in gaps if gap["kind"] != "picture"]
    counts = [f for f in findings if f["verdict"] != "prose" and f["severity"] != "info"]
    wanted = (1 if counts else 0) | (4 if counted else 0)
    if total["bytes"] == 0 and not gaps:
        wanted = 2  # nothing was read
    return (total["leaves"] == total["scanned"] + total["partial"] + total["refused"] and total["gaps"] == len(counted)
            and total["findings"] == len(findings) and total["complete"] == (not counted) and status == wanted)


class Case:
    def __init__(self, tap, folder):
        self.tap, self.folder, self.number = tap, folder, 0

    def file(self, name, data):
        self.number += 1
        folder = self.folder / f"{self.number}"
        folder.mkdir()
        path = folder / name
        path.write_bytes(data)
        return path

    def check(self, name, path, found=(), gaps=(), options=(), jobs=1, **more):
        """FOUND: seeds of the tokens, all of them; GAPS: kinds, or kind=limit, that must be among the gaps, none for a complete scan."""
        status, records, errors = scan("--reveal", "--jobs", jobs, *options, path, **more)
        values = sorted({f["secret"] for f in of_type(records, "finding")})
        wanted = sorted(github_token(seed) for seed in found)
        told = [gap["kind"] + (f"={gap['limit']}" if gap["limit"] else "") for gap in of_type(records, "gap")]
        ok = values == wanted and set(gaps) <= set(told) and bool(told) == bool(gaps) and agree(records, status)
        self.tap.ok(f"hostile/{name}", ok, f"status {status}\nfound {values}\nwanted {wanted}\ngaps {of_type(records, 'gap')}\n"
                                           f"{summary(records)}\n{errors}")
        return records


def compressed(case):
    plain = b"line of text\n" * 2000 + key("inside")
    for name, pack in (("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)):
        packed = pack(plain + words(200000) + b"\n" + key("late"))
        case.check(f"{name}/two-members", case.file("a.txt." + name, packed + pack(key("second"))), ["inside", "late", "second"])
        # liblzma takes what follows for a damaged stream, and libarchive then gives up its last block: told.
        rest, gaps = (["late"], []) if name != "xz" else ([], ["damaged"])
        case.check(f"{name}/text-after-the-end", case.file("a.txt." + name, packed + b"\n" + key("after")), ["inside", "after"] + rest, gaps)
        status, records, _ = scan("--reveal", case.file("a.txt." + name, packed[:-300]))
        found = [f["secret"] for f in of_type(records, "finding")]
        # bzip2 is one block of 900 kB here, and gives nothing of it.
        ok = status & 4 and agree(records, status) and (name == "bz2" or github_token("inside") in found)
        case.tap.ok(f"hostile/{name}/cut", ok, records)
        status, records, _ = scan(case.file("a.txt." + name, pack(key("small"))[:-10]))
        case.tap.ok(f"hostile/{name}/small-and-cut", status & 4 and agree(records, status), records)
    case.check("gz/empty-file", case.file("empty.gz", b""))
    case.check("gz/of-nothing", case.file("nothing.gz", gzip.compress(b"")))
    case.check("gz/header-only", case.file("cut.gz", gzip.compress(plain)[:12]), gaps=["truncated"])


def archives(case):
    members = [("one.txt", key("one")), ("empty.txt", b""), ("same.txt", key("two")), ("same.txt", key("three")),
               ("big.bin", words(100000) + b"\n" + key("four"))]
    found = ["one", "two", "three", "four"]
    as_tar = tar(members)
    case.check("tar/twins-and-empty", case.file("a.tar", as_tar), found)
    case.check("tar/text-after-the-end", case.file("a.tar", as_tar + b"x\n" + key("after")), found + ["after"], ["unsupported"])
    case.check("tar/two-in-one", case.file("a.tar", as_tar + tar([("next.txt", key("next"))])), found + ["next"], ["unsupported"])
    case.check("tar/cut-in-data", case.file("a.tar", as_tar[:5 * 512 + 50000]), ["one", "two", "three"], ["truncated"])
    case.check("tar/cut-in-header", case.file("a.tar", as_tar[:2 * 512 + 100]), ["one"], ["truncated"])
    case.check("tar/gz-cut", case.file("a.tar.gz", gzip.compress(as_tar)[:-1000]), ["one", "two", "three"], ["truncated"])
    import warnings
    warnings.simplefilter("ignore")
    for word, method in (("stored", zipfile.ZIP_STORED), ("deflated", zipfile.ZIP_DEFLATED)):
        as_zip = make_zip(members, method)
        case.check(f"zip/{word}/twins-and-empty", case.file("a.zip", as_zip), found)
        case.check(f"zip/{word}/text-after-the-end", case.file("a.zip", as_zip + b"\n" + key("after")), found + ["after"])
        case.check(f"zip/{word}/text-before", case.file("a.zip", key("before") + as_zip), found + ["before"])
        records = scan("--reveal", case.file("a.zip", as_zip[:len(as_zip) - 600]))[1]
        case.tap.ok(f"hostile/zip/{word}/no-directory", len(of_type(records, "gap")) > 0 or
                    len({f["secret"] for f in of_type(records, "finding")}) == 4, records)
        case.check(f"zip/{word}/cut-in-data", case.file("a.zip", as_zip[:50000]), ["one", "two", "three"], ["truncated"])
    if shutil.which("7z"):
        folder = case.folder / "seven"
        folder.mkdir()
        for number, (_, data) in enumerate(members):
            (folder / f"{number}.txt").write_bytes(data)
        subprocess.run(["7z", "a", "-bd", str(case.folder / "a.7z"), "."], cwd=folder, stdout=subprocess.DEVNULL, check=True)
        data = (case.folder / "a.7z").read_bytes()
        case.check("7z/whole", case.file("a.7z", data), found)
        status, records, _ = scan(case.file("a.7z", data[:-200]))
        case.tap.ok("hostile/7z/cut", status & 4 and agree(records, status), records)


def masked_names(case):
    """A secret in the name of a member shows in no path, whichever unit tells it."""
    name = "login-" + github_token("name") + ".txt"
    for form, data in (("tar", tar([(name, key("body")), ("b/" + name, b"\x89PNG\r\n\x1a\n" + noise(99)), ("last.txt", key("last"))])),
                       ("zip", make_zip([(name, key("body")), ("last.txt", key("last"))]))):
        path = case.file("names." + form, data)
        done = subprocess.run([PROGRAM, "scan", "--explain", "--format", "jsonl", "--progress", "never", path], env=ENV, capture_output=True)
        text = (done.stdout + done.stderr).decode()
        case.tap.ok(f"hostile/masked-names/{form}", github_token("name") not in text and done.returncode & 1, text)


def mailboxes(case):
    part = ('--b\nContent-Type: text/plain\n\n' + key("part").decode() + '\n--b\nContent-Type: application/octet-stream\n'
            'Content-Transfer-Encoding: base64\n\n' + b64lines(key("attached") + words(3000)) + '--b--\n').encode()
    whole = mbox([mail(key("first"), 1), mail(part, 2, 'Content-Type: multipart/mixed; boundary="b"\n')])
    case.check("mbox/whole", case.file("a.mbox", whole), ["first", "part", "attached"])
    case.check("mbox/cut-in-base64", case.file("a.mbox", whole[:-500]), ["first", "part", "attached"], ["truncated"])
    case.check("mbox/cut-in-header", case.file("a.mbox", whole + b"From a@x.example Fri Jan 12 09:30:00 2024\nSubject: " + key("head")[:-1]),
               ["first", "part", "attached", "head"])
    case.check("mbox/nul-bytes", case.file("a.mbox", whole + b"\0" * 100000 + b"\n" + mbox([mail(key("after"), 3)])),
               ["first", "part", "attached", "after"])


def long_leaves(case):
    """A leaf of several blocks: tokens at their cuts, and at the end."""
    block = 16 * 1024 * 1024
    text = bytearray(b"some words of an ordinary text that goes on and on\n" * (40 * 1024 * 1024 // 51))
    seeds = []
    for at in (block - 20, 2 * block - 1, block // 2, len(text) - 60):
        seeds.append(f"cut{at}")
        token = b" " + key(seeds[-1])[4:-1] + b" "
        text[at:at + len(token)] = token
    case.check("leaf/tokens-at-cuts", case.file("long.txt", bytes(text)), seeds)
    case.check("leaf/tokens-at-cuts/one-line", case.file("long.txt", bytes(text).replace(b"\n", b" ")), seeds)
    case.check("leaf/tokens-at-cuts/in-mail", case.file("long.mbox", mbox([mail(bytes(text)), mail(key("next"), 2)])), seeds + ["next"], jobs=3)
    sparse = case.file("sparse.bin", key("start"))
    with sparse.open("r+b") as file:
        file.seek(300 * 1024 * 1024)
        file.write(b"\n" + key("end"))
    case.check("leaf/sparse-file", sparse, ["start", "end"], ["unsupported"])


def limits(case):
    """Each limit, when it is hit, is a gap with its name."""
    deep = key("deep")
    for level in range(6):
        deep = make_zip([(f"{level}.zip" if level else "a.txt", deep)])
    case.check("limit/container-depth", case.file("a.zip", deep), gaps=["limit=container-depth"], options=["--limit", "container-depth=3"])
    nested = mail(key("nested"), 9)
    for level in range(8):
        nested = mail(nested, level, "Content-Type: message/rfc822\n")
    case.check("limit/mime-depth", case.file("a.eml", nested), gaps=["limit=mime-depth"], found=["nested"], options=["--limit", "mime-depth=4"])
    packed = key("packed")
    for _ in range(4):
        packed = gzip.compress(packed)
    case.check("limit/filters", case.file("a.gz", packed), gaps=["limit=filters"], options=["--limit", "filters=2"])
    parts = b"".join(b"--b\n\n" + key(f"p{i}") for i in range(10)) + b"--b--\n"
    records = scan("--reveal", "--limit", "parts=4", case.file("a.eml", mail(parts, 1, 'Content-Type: multipart/mixed; boundary="b"\n')))[1]
    case.tap.ok("hostile/limit/parts", "parts" in {g["limit"] for g in of_type(records, "gap")}, records)
    head = "".join(f"X-Field-{i}: {'word ' * 12}\n" for i in range(100))
    for name, value in (("header-bytes", 2048), ("header-fields", 20)):
        records = scan("--reveal", "--limit", f"{name}={value}", case.file("a.eml", mail(key("body"), 1, head)))[1]
        ok = name in {g["limit"] for g in of_type(records, "gap")} and github_token("body") in {f["secret"] for f in of_type(records, "finding")}
        case.tap.ok(f"hostile/limit/{name}", ok, records)
    params = "Content-Type: text/plain" + "".join(f"; a{i}=b" for i in range(50)) + "\n"
    case.check("limit/header-params", case.file("a.eml", mail(key("body"), 1, params)), ["body"], ["limit=header-params"], ["--limit", "header-params=8"])
    members = [(f"{i}.txt", key(f"m{i}")) for i in range(9)]
    case.check("limit/outer-entries/mbox", case.file("a.mbox", mbox([mail(key(f"m{i}"), i) for i in range(9)])), [f"m{i}" for i in range(9)],
               ["limit=outer-entries"], ["--limit", "outer-entries=3"])
    for form, data in (("tar", tar(members)), ("zip", make_zip(members))):
        case.check(f"limit/outer-entries/{form}", case.file("a." + form, data), ["m0", "m1", "m2"], ["limit=outer-entries"], ["--limit", "outer-entries=3"])
    attached = ('--b\nContent-Type: application/zip\nContent-Disposition: attachment; filename=a.zip\nContent-Transfer-Encoding: base64\n\n'
                + b64lines(make_zip(members)) + '--b--\n').encode()
    case.check("limit/inner-entries", case.file("a.eml", mail(attached, 1, 'Content-Type: multipart/mixed; boundary="b"\n')),
               ["m0", "m1", "m2"], ["limit=inner-entries"], ["--limit", "inner-entries=3"])
    if shutil.which("7z"):
        (case.folder / "held.txt").write_bytes(key("held") + words(3 * 1024 * 1024))
        subprocess.run(["7z", "a", "-bd", str(case.folder / "held.7z"), str(case.folder / "held.txt")], stdout=subprocess.DEVNULL, check=True)
        packed = gzip.compress((case.folder / "held.7z").read_bytes())
        case.check("limit/held-bytes", case.file("a.7z.gz", packed), gaps=["limit=held-bytes"], options=["--limit", "held-bytes=1M"])
    bomb = key("early") + b"\0" * (20 * 1024 * 1024) + key("late")
    for form, data in (("gz", gzip.compress(bomb)), ("zip", make_zip([("bomb.bin", bomb), ("next.txt", key("next"))]))):
        records = scan("--reveal", "--limit", "ratio-free=1M", case.file("bomb." + form, data))[1]
        found = {f["secret"] for f in of_type(records, "finding")}
        ok = "ratio" in {g["limit"] for g in of_type(records, "gap")} and github_token("early") in found
        case.tap.ok(f"hostile/limit/ratio/{form}", ok, records)
    many = b"".join(key(f"f{i}") for i in range(30))
    case.check("limit/findings", case.file("a.txt", many), [f"f{i}" for i in range(5)], ["limit=findings"], ["--limit", "findings=5"])


def folders(case):
    root = case.folder / "tree"
    (root / "deep").mkdir(parents=True)
    (root / "good.txt").write_bytes(key("good"))
    os.symlink("good.txt", root / "link.txt")
    os.symlink("..", root / "deep" / "loop")
    os.symlink("/nowhere/at/all", root / "broken")
    os.mkfifo(root / "fifo")
    (root / "new\nline.txt").write_bytes(key("newline"))
    (root / os.fsdecode(b"\xff\xfe.txt")).write_bytes(key("bytes"))
    status, records, _ = scan("--reveal", root)
    gaps = of_type(records, "gap")
    found = sorted(f["secret"] for f in of_type(records, "finding"))
    case.tap.ok("hostile/folder/found", found == sorted(map(github_token, ("good", "newline", "bytes"))), found)
    case.tap.ok("hostile/folder/all-else-is-a-gap", len(gaps) == 4 and {g["kind"] for g in gaps} == {"unreadable"} and agree(records, status), gaps)
    case.tap.ok("hostile/folder/paths-differ", len({g["gap_id"] for g in gaps}) == 4 and not any("\n" in str(r.get("path")) for r in records), gaps)
    here = os.getcwd()
    deep = case.folder / "chain"
    deep.mkdir()
    os.chdir(deep)
    for _ in range(300):
        os.mkdir("d")
        os.chdir("d")
    pathlib.Path("leaf.txt").write_bytes(key("leaf"))
    os.chdir(here)
    status, records, _ = scan("--reveal", deep)
    case.tap.ok("hostile/folder/300-deep", status & 4 and "deep" in str(of_type(records, "gap")) and agree(records, status), records)
    # pathlib and shutil recurse too deep for it
    subprocess.run(["rm", "-rf", str(deep)], check=True)


def unreadable(case):
    """As a user who may not read all of it."""
    if os.getuid() != 0:
        case.tap.skip("hostile/unreadable", "wants root, to become nobody")
        return
    root = pathlib.Path(tempfile.mkdtemp(prefix="mailspill-nobody-"))
    os.chmod(root, 0o755)
    program = root / "mailspill"
    shutil.copy(PROGRAM, program)
    (root / "in" / "closed").mkdir(parents=True)
    (root / "in" / "closed" / "a.txt").write_bytes(key("closed"))
    (root / "in" / "private.txt").write_bytes(key("private"))
    (root / "in" / "open.txt").write_bytes(key("open"))
    os.chmod(root / "in" / "closed", 0o700)
    os.chmod(root / "in" / "private.txt", 0o600)
    state = root / "state"
    state.mkdir()
    os.chown(state, 65534, 65534)
    env = dict(ENV, XDG_STATE_HOME=str(state), HOME=str(state))
    done = subprocess.run([program, "scan", "--format", "jsonl", "--progress", "never", root / "in"], env=env, user=65534, group=65534,
                          extra_groups=[], capture_output=True)
    text = done.stdout.decode()
    case.tap.ok("hostile/unreadable/gaps", text.count('"type":"gap"') == 2 and text.count('"kind":"unreadable"') == 2 and done.returncode == 5,
                text + done.stderr.decode())
    with (root / "in" / "open.txt").open("rb") as file:
        done = subprocess.run([program, "scan", "--format", "jsonl", "--progress", "never", "/dev/stdin"], env=env, user=65534, group=65534,
                              extra_groups=[], capture_output=True, stdin=file)
    case.tap.ok("hostile/unreadable/dev-stdin", done.returncode == 1, done.stdout.decode() + done.stderr.decode())
    shutil.rmtree(root)


def odd_files(case):
    path = pathlib.Path("/proc/cpuinfo")
    if path.is_file():
        wanted = len(path.read_bytes())
        _, records, _ = scan(path)
        case.tap.ok("hostile/proc-file-is-read-whole", abs(summary(records)["bytes"] - wanted) < wanted / 10, f"{wanted} {summary(records)}")
    status, records, errors = scan("--custodian", "c" * 100000, case.file("a.txt", key("named")), timeout=60)
    case.tap.ok("hostile/names-too-long", status & 4 and agree(records, status), f"{status} {errors[:200]}")


def slow_pipe(case):
    """A pipe that gives nothing for longer than a hang is no hang."""
    read, write = os.pipe()

    def feed():
        os.write(write, key("soon"))
        time.sleep(4)
        os.write(write, key("late"))
        os.close(write)
    thread = threading.Thread(target=feed)
    thread.start()
    case.check("pipe/slow", "-", ["soon", "late"], options=["--limit", "hang=1"], stdin=read)
    thread.join()
    os.close(read)


def stopped(case):
    """The supervisor stands still (Ctrl-Z, a slow reader of the report): its workers are not to blame."""
    path = case.file("a.mbox", mbox([mail(key(f"s{i}") + b"text\n" * 3000, i) for i in range(3000)]))
    wanted = summary(scan("--jobs", 2, path)[1])
    child = subprocess.Popen([PROGRAM, "scan", "--format", "jsonl", "--progress", "never", "--jobs", "2", "--limit", "hang=1", path], env=ENV,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(0.15)
    child.send_signal(signal.SIGSTOP)
    time.sleep(4)
    child.send_signal(signal.SIGCONT)
    text = child.communicate(timeout=120)[0].decode().splitlines()[-1]
    case.tap.ok("hostile/stopped-and-continued", f'"leaves":{wanted["leaves"]},' in text and '"gaps":0' in text, text)


def children_of(pid):
    path = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in path.read_text().split()] if path.exists() else []


def alone(case):
    """A worker has nothing of the supervisor's: no key, no environment, no open report, no other worker's page."""
    keyfile = case.file("key", noise(32, 5).hex().encode())
    os.chmod(keyfile, 0o600)
    fifo = case.folder / "alone"
    os.mkfifo(fifo)
    child = subprocess.Popen([PROGRAM, "scan", "--jobs", "2", "--key-file", keyfile, "-o", f"json={case.folder / 'alone.json'}", fifo],
                             env=dict(ENV, BUILD_TOKEN="mark-of-" + "the-environment"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with fifo.open("wb") as feed:
        deadline, workers = time.time() + 20, []
        while not workers and time.time() < deadline:
            time.sleep(0.2)
            workers = [worker for zygote in children_of(child.pid) for worker in children_of(zygote)]
        time.sleep(0.5)
        for worker in workers:
            open_now = sorted(os.readlink(f"/proc/{worker}/fd/{fd}") for fd in os.listdir(f"/proc/{worker}/fd"))
            open_now = [name for name in open_now if name != os.environ.get("MAILSPILL_SANITIZER_LOG")]
            others = [name for name in open_now if name not in ("/dev/null", str(fifo)) and not name.startswith("socket:")]
            # Its sockets: to the supervisor, and to the programs that read PDFs and pictures.
            case.tap.ok("hostile/alone/descriptors", others == [] and len(open_now) <= 7, open_now)
            seen = memory_holds(worker, [noise(32, 5), noise(32, 5).hex().encode(), b"mark-of-" + b"the-environment"])
            if "ASAN_OPTIONS" in os.environ:
                case.tap.skip("hostile/alone/key-and-environment", "a sanitized build keeps what was freed")
            else:
                case.tap.ok("hostile/alone/key-and-environment", seen == [], seen)
        feed.write(key("alone"))
    child.wait(60)
    case.tap.ok("hostile/alone/ends", child.returncode == 1 and workers, child.returncode)


def no_seccomp(case):
    """A container that forbids filters: required, the scan does not start; else every report says that there is no sandbox."""
    helper = case.folder / "noseccomp.py"
    helper.write_text(
        "import ctypes, os, struct, sys\n"
        "deny = 0x00050000 | 22\n"
        "code = [(0x20, 0, 0, 0), (0x15, 3, 0, 317), (0x15, 0, 3, 157), (0x20, 0, 0, 16), (0x15, 0, 1, 22), (0x06, 0, 0, deny), (0x06, 0, 0, 0x7fff0000)]\n"
        "raw = b''.join(struct.pack('HBBI', *c) for c in code)\n"
        "buf = ctypes.create_string_buffer(raw)\n"
        "prog = ctypes.create_string_buffer(struct.pack('HxxxxxxQ', len(code), ctypes.addressof(buf)))\n"
        "libc = ctypes.CDLL(None)\n"
        "assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, prog, 0, 0) == 0\n"
        "os.execv(sys.argv[1], sys.argv[1:])\n")
    path = case.file("t.txt", key("box"))
    for mode, wanted in (("require", 2), ("auto", 1), ("off", 1)):
        done = subprocess.run([sys.executable, helper, PROGRAM, "scan", "--format", "jsonl", "--sandbox", mode, path], capture_output=True, env=ENV, text=True)
        said = '"sandbox":"off"' in done.stdout and "without a sandbox" in done.stderr
        ok = done.returncode == wanted and (said if wanted == 1 else "seccomp" in done.stderr and '"finding"' not in done.stdout)
        case.tap.ok(f"hostile/no-seccomp/{mode}", ok, f"{done.returncode} {done.stdout[:300]} {done.stderr}")


def many_findings(case):
    """Ten thousand findings in one message: masking them all stays quick."""
    lines = b"".join(key(f"n{i}") for i in range(10000))
    started = time.time()
    status, records, _ = scan(case.file("a.eml", mail(lines)))
    case.tap.ok("hostile/many-findings", status == 1 and summary(records)["findings"] == 10000 and time.time() - started < 30, time.time() - started)


def memory_holds(pid, wanted):
    seen = []
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            place, rights = line.split()[:2]
            start, end = (int(number, 16) for number in place.split("-"))
            if "w" not in rights or end - start > 1 << 30:  # so large is only the shadow of a sanitized build
                continue
            try:
                memory.seek(start)
                data = memory.read(end - start)
            except OSError:
                continue
            seen += [line.strip() for each in wanted if each in data]
    return seen


def killed(case):
    """Workers killed at random: only what they were at is lost, and named."""
    members = [(f"{i}.txt", b"words of text\n" * 4000 + key(f"k{i}")) for i in range(400)]
    folder = case.folder / "killed"
    folder.mkdir()
    (folder / "a.tar").write_bytes(tar(members[:200]))
    (folder / "b.mbox").write_bytes(mbox([mail(data, i) for i, (_, data) in enumerate(members[200:])]))
    for i in range(200):
        (folder / f"{i}.eml").write_bytes(mail(b"text\n" * 2000 + key(f"e{i}"), 1000 + i))
    seeds = [f"k{i}" for i in range(400)] + [f"e{i}" for i in range(200)]
    for turn in range(4):
        choose = random.Random(turn)
        out = (case.folder / "killed.jsonl").open("wb")
        child = subprocess.Popen([PROGRAM, "scan", "--format", "jsonl", "--reveal", "--progress", "never", "--jobs", "3", folder], env=ENV, stdout=out,
                                 stderr=subprocess.DEVNULL)
        kills = 0
        while child.poll() is None:
            time.sleep(0.01)
            workers = [worker for zygote in children_of(child.pid) for worker in children_of(zygote)]
            if workers and kills < 3 and choose.random() < 0.3:
                try:
                    os.kill(choose.choice(workers), signal.SIGKILL)
                    kills += 1
                except OSError:
                    pass
        out.close()
        records = [json.loads(line) for line in (case.folder / "killed.jsonl").read_text().splitlines()]
        found = [f["secret"] for f in of_type(records, "finding")]
        gaps = of_type(records, "gap")
        missing = len(seeds) - len(found)
        whole = len(found) == len(set(found)) and {g["kind"] for g in gaps} <= {"crashed"} and agree(records, child.returncode)
        rest = any(g["stands_for"] == "rest" for g in gaps)
        case.tap.ok(f"hostile/killed/{turn}", whole and (missing <= len(gaps) <= kills or rest), f"{kills} {missing} {gaps}")


def main():
    tap = Tap()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mailspill-hostile-"))
    case = Case(tap, folder)
    try:
        for test in (compressed, archives, masked_names, mailboxes, long_leaves, limits, folders, unreadable, odd_files, slow_pipe, stopped, alone, no_seccomp, many_findings, killed):
            started = time.time()
            test(case)
            print(f"# {test.__name__}: {time.time() - started:.1f} s", flush=True)
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=False)
    tap.done()


if __name__ == "__main__":
    main()
