#!/usr/bin/env python3
"""Split archives are put together wherever their parts lie: in one message, in several, side by side; what is missing is a gap that names it."""
import io
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import archive_writer  # noqa: E402
from case_dump import same_key  # noqa: E402
from harness import PROGRAM, STATE, Tap, github_token, of_type, scan, summary  # noqa: E402
from lock_mail import ANN, BOB, EVE, adds_up, mbox, message, password, tree  # noqa: E402
from rar_maker import Five, Four, rar_volumes  # noqa: E402

tap = Tap()


def noise(seed, size):
    return random.Random(seed).randbytes(size)


def content(seed, size=150000):
    """Files between which a token lies, in bytes that do not pack."""
    return [("a.bin", noise(f"{seed} a", size)), ("prod.env", f"TOKEN={github_token(seed)}\n".encode()), ("b.bin", noise(f"{seed} b", size))]


def pieces(data, size, names):
    parts = [data[i:i + size] for i in range(0, len(data), size)]
    return [(names(i), part) for i, part in enumerate(parts)]


def tar_gz(files):
    import gzip
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return gzip.compress(out.getvalue(), mtime=0)


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 12, 9, 30, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def by_tool(tmp, seed, command, pattern):
    """What COMMAND makes of the files in a folder: its parts, in order of names, the ".zip" last."""
    if not shutil.which(command[0]):
        return None
    work = pathlib.Path(tempfile.mkdtemp(dir=tmp))
    for name, data in content(seed):
        (work / name).write_bytes(data)
    subprocess.run(command, cwd=work, stdout=subprocess.DEVNULL, check=True)
    return [(p.name, p.read_bytes()) for p in sorted(work.glob(pattern), key=lambda p: (p.suffix == ".zip", p.suffix != ".rar", p.name))]


def made(tmp, kind, seed):
    files = content(seed)
    if kind == "7z.001":
        return by_tool(tmp, seed, ["7z", "a", "-v100k", "plan.7z", "a.bin", "prod.env", "b.bin"], "plan.7z.*")
    if kind == "zip.001":
        return by_tool(tmp, seed, ["7z", "a", "-tzip", "-v100k", "plan.zip", "a.bin", "prod.env", "b.bin"], "plan.zip.*")
    if kind == "z01":
        return by_tool(tmp, seed, ["zip", "-q", "-s", "100k", "plan.zip", "a.bin", "prod.env", "b.bin"], "plan.z*")
    if kind == "tar.gz.001":
        return pieces(tar_gz(files), 100000, lambda i: f"plan.tar.gz.{i + 1:03}")
    if kind == "tar.gz.aa":
        return pieces(tar_gz(files), 100000, lambda i: f"plan.tar.gz.{chr(97 + i // 26)}{chr(97 + i % 26)}")
    if kind == "zip.partaa":
        return pieces(zipped(files), 100000, lambda i: f"plan.zip.part{chr(97 + i // 26)}{chr(97 + i % 26)}")
    if kind == "part1.rar":
        return [(f"plan.part{i + 1}.rar", part) for i, part in enumerate(archive_writer.rar5_volumes(files, 100000))]
    if kind == "r00":
        return [("plan.rar" if i == 0 else f"plan.r{i - 1:02}", part) for i, part in enumerate(archive_writer.rar5_volumes(files, 100000))]
    raise ValueError(kind)


KINDS = ["7z.001", "zip.001", "z01", "tar.gz.001", "tar.gz.aa", "zip.partaa", "part1.rar", "r00"]


def found(records, seed):
    return sum(r["rule"] == "github-token" and r["secret"] == github_token(seed) for r in of_type(records, "finding"))


def gaps_of(records):
    return [(g["kind"], g["reason"]) for g in of_type(records, "gap")]


def placed(where, parts):
    """A way in which PARTS come, as a folder's files."""
    if where == "one message":
        return {"a.eml": message("one", ANN, BOB, "all of it", files=parts)}
    if where == "messages of one thread":
        return {f"{i}.eml": message(f"t{i}", [ANN, BOB, EVE][i % 3], "list@north.example", "next", 12 + i, refs="t0" if i else None, files=[part]) for i, part in enumerate(parts)}
    if where == "messages between the same two":
        return {"a.mbox": mbox([message(f"p{i}", ANN, BOB, f"part {i + 1}", 12 + i // 2, f"plan {i}", files=[part]) for i, part in enumerate(parts)])}
    if where == "one folder":
        return dict(parts) | {"notes.txt": b"nothing\n"}
    if where == "one archive":
        return {"export.zip": zipped([("docs/" + name, data) for name, data in parts])}
    raise ValueError(where)


WHERE = ["one message", "messages of one thread", "messages between the same two", "one folder", "one archive"]


def put(folder, files):
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def comparable(records):
    return sorted(json.dumps({k: v for k, v in r.items() if k != "seconds"}) for r in records if r["type"] != "run")


def test_put_together(tmp, kind):
    seed = f"volumes {kind}"
    parts = made(tmp, kind, seed)
    if parts is None:
        return tap.skip(f"{kind}: put together", "nothing here makes one")
    assert len(parts) >= 3, (kind, [n for n, _ in parts])
    for where in WHERE:
        folder = put(tmp / kind / where.replace(" ", "-"), placed(where, parts))
        runs = [scan("--reveal", "--jobs", jobs, folder)[1] for jobs in (1, 2)]
        gaps = [g for g in gaps_of(runs[0]) if g[0] != "unsupported"]   # noise inside the archive
        tap.ok(f"{kind}: put together in {where}", found(runs[0], seed) >= 1 and not gaps and adds_up(runs[0]), f"{found(runs[0], seed)} {gaps} {summary(runs[0])}")
        tap.ok(f"{kind}: the same with two workers, in {where}", comparable(runs[0]) == comparable(runs[1]),
               set(comparable(runs[0])) ^ set(comparable(runs[1])))
        for missing in (0, 1, len(parts) - 1):
            some = put(tmp / kind / f"{where.replace(' ', '-')}-without-{missing}", placed(where, parts[:missing] + parts[missing + 1:]))
            records = scan("--jobs", 2, some)[1]
            told = [reason for gap, reason in gaps_of(records) if gap == "not-in-export"]
            number = "the last (.zip)" if kind == "z01" and missing == len(parts) - 1 else f"what follows {missing}" if missing == len(parts) - 1 else str(missing + 1)
            tap.ok(f"{kind}: part {missing + 1} is missing in {where}", told and all(f"missing: {number}" in reason for reason in told) and adds_up(records), gaps_of(records))


def test_apart(tmp):
    """What does not belong together is not put together."""
    seed = "volumes apart"
    parts = made(tmp, "tar.gz.001", seed)
    others = [("carl@west.example", "dora@west.example"), (ANN, BOB)]
    mail = [message(f"x{i}", *others[i % 2], f"part {i + 1}", 12 + i, f"plan {i}", files=[part]) for i, part in enumerate(parts)]
    records = scan("--reveal", tree(tmp / "apart", mail))[1]
    tap.ok("parts of strangers are not put together", not found(records, seed) and any(k == "not-in-export" for k, _ in gaps_of(records)) and adds_up(records), gaps_of(records))
    late = [message(f"l{i}", ANN, BOB, f"part {i + 1}", 1 + 25 * i, f"plan {i}", files=[part]) for i, part in enumerate(parts[:2])]
    records = scan("--reveal", tree(tmp / "late", late))[1]
    tap.ok("parts mailed weeks apart are not put together", all("here is part" in r for k, r in gaps_of(records) if k == "not-in-export"), gaps_of(records))
    two = put(tmp / "folders", {})
    for i, (name, data) in enumerate(parts):
        put(two / f"f{i}", {name: data})
    records = scan("--reveal", two)[1]
    tap.ok("parts in different folders are not put together", not found(records, seed) and adds_up(records), gaps_of(records))


def test_in_one(tmp):
    """All of an archive in one part, and names that only look like parts."""
    seed = "volumes single"
    files = content(seed, 1000)
    records = scan("--reveal", put(tmp / "single", {"plan.zip.001": zipped(files), "plan.tar.gz": tar_gz(files), "notes.txt.001": b"text\n"}))[1]
    tap.ok("one part that is all is no gap", found(records, seed) >= 1 and not [g for g in gaps_of(records) if g[0] != "unsupported"], gaps_of(records))


def test_split_between(tmp):
    """Two parts in one message, the third in another."""
    seed = "volumes between"
    parts = made(tmp, "tar.gz.001", seed)
    mail = [message("b1", ANN, BOB, "two", files=parts[:2]), message("b2", ANN, BOB, "the rest", 13, files=parts[2:])]
    records = scan("--reveal", tree(tmp / "between", mail))[1]
    tap.ok("two parts in one message, the rest in another", found(records, seed) == 1 and not [g for g in gaps_of(records) if g[0] != "unsupported"], gaps_of(records))


def test_copies(tmp):
    """Both have it: in what one sent, and in what the other got."""
    seed = "volumes copies"
    parts = made(tmp, "tar.gz.001", seed)
    mail = [message(f"c{i}", ANN, BOB, f"part {i + 1}", 12, f"plan {i}", files=[part]) for i, part in enumerate(parts)]
    folder = put(tmp / "copies", {"ann.mbox": mbox(mail), "bob.mbox": mbox(list(reversed(mail)))})
    records = scan("--reveal", folder)[1]
    ids = {r["finding_id"] for r in of_type(records, "finding") if r["rule"] == "github-token"}
    tap.ok("in two mailboxes: found in both, with one id", found(records, seed) == 2 and len(ids) == 1 and not [g for g in gaps_of(records) if g[0] != "unsupported"], gaps_of(records))


def of_rar(form, hides_names):
    def make(tmp, seed, word):
        if not shutil.which("openssl"):
            return None
        return [(f"plan.part{i + 1}.rar", part) for i, part in enumerate(rar_volumes(content(seed), 100000, word, form, hides_names))]
    return make


def of_tool(pattern, *command):
    """By a program, where it is there; PASSWORD stands for the password."""
    def make(tmp, seed, word):
        return by_tool(tmp, seed, [part.replace("PASSWORD", word) for part in command] + ["a.bin", "prod.env", "b.bin"], pattern)
    return make


RAR, RAR_PARTS = ["rar", "a", "-inul", "-v100k"], "plan*rar"
LOCKED = {
    "7z.001": of_tool("plan.7z.*", "7z", "a", "-pPASSWORD", "-v100k", "plan.7z"),
    "7z.001, names too": of_tool("plan.7z.*", "7z", "a", "-pPASSWORD", "-mhe=on", "-v100k", "plan.7z"),
    "zip.001": of_tool("plan.zip.*", "7z", "a", "-tzip", "-pPASSWORD", "-v100k", "plan.zip"),
    "zip.001 with AES": of_tool("plan.zip.*", "7z", "a", "-tzip", "-mem=AES256", "-pPASSWORD", "-v100k", "plan.zip"),
    "z01": of_tool("plan.z*", "zip", "-q", "-s", "100k", "-P", "PASSWORD", "plan.zip"),
    "RAR 5": of_rar(Five, False), "RAR 5, names too": of_rar(Five, True), "RAR 4": of_rar(Four, False), "RAR 4, names too": of_rar(Four, True),
    "rar -p": of_tool(RAR_PARTS, *RAR, "-pPASSWORD", "plan.rar"), "rar -hp": of_tool(RAR_PARTS, *RAR, "-hpPASSWORD", "plan.rar"),
    "rar -p, stored": of_tool(RAR_PARTS, *RAR, "-m0", "-pPASSWORD", "plan.rar"), "rar -hp, solid": of_tool(RAR_PARTS, *RAR, "-s", "-hpPASSWORD", "plan.rar"),
}


def not_unsupported(records):
    return [g for g in gaps_of(records) if g[0] != "unsupported"]   # noise inside the archive


def test_locked(tmp, kind):
    """Split, and under a password that stands beside it, or in a further message."""
    seed, word = f"volumes locked {kind}", password(f"volumes {kind}")
    parts = LOCKED[kind](tmp, seed, word)
    if parts is None:
        return tap.skip(f"{kind}: split and locked", "nothing here makes one")
    told = f"The password is {word}"
    thread = [message(f"k{i}", ANN, BOB, f"part {i + 1}", 12, f"plan {i}", files=[part]) for i, part in enumerate(parts)]
    thread.append(message("k9", ANN, BOB, told, 13, "as promised"))
    folder = tmp / "locked" / kind.replace(" ", "-")
    for where, mail in (("one message", [message("a", ANN, BOB, told, files=parts)]), ("several messages", thread)):
        records = scan("--reveal", tree(folder / where.replace(" ", "-"), mail))[1]
        is_told = [r["secret"] for r in of_type(records, "finding") if r["rule"] == "attachment-password"] == [word]
        tap.ok(f"{kind}: split and locked, in {where}", found(records, seed) == 1 and is_told and not not_unsupported(records) and adds_up(records), gaps_of(records))
    records = scan("--reveal", tree(folder / "shut", [message("a", ANN, BOB, "call me", files=parts)]))[1]
    tap.ok(f"{kind}: without the password it is a gap", any(k == "encrypted" for k, _ in gaps_of(records)) and not found(records, seed) and adds_up(records), gaps_of(records))
    if kind.startswith("RAR"):
        some = [message("a", ANN, BOB, told, files=parts[:-1])]
        records = scan("--reveal", tree(folder / "cut", some))[1]
        reasons = [r for k, r in gaps_of(records) if k == "not-in-export"]
        tap.ok(f"{kind}: split and locked, the last part is missing", found(records, seed) == 1 and len(reasons) == 1 and f"missing: what follows {len(parts) - 1}" in reasons[0] and
               adds_up(records), gaps_of(records))


def test_many(tmp):
    """As many parts as people make: of one message and of one thread all are put together, more than that is a gap that says what to do."""
    seed, word = "volumes many", password("volumes many")
    data = tar_gz(content(seed, 600000))
    shut = None
    if shutil.which("7z"):
        shut = by_tool(tmp, seed, ["7z", "a", f"-p{word}", "-v2k", "plan.7z", "a.bin", "prod.env", "b.bin"], "plan.7z.*")
        assert 140 < len(shut) < 190, len(shut)

    for count, what in ((180, "read"), (300, "a limit")):
        parts = pieces(data, len(data) // count + 1, lambda i: f"plan.tar.gz.{i + 1:03}")
        for where in ("one message", "one folder", "messages of one thread"):
            records = scan("--reveal", put(tmp / "many" / f"{count}-{where.replace(' ', '-')}", placed(where, parts)))[1]
            gaps = not_unsupported(records)
            gaps = [g for g in gaps if what == "read" or g[0] not in ("truncated", "damaged")]
            if what == "read" or where == "one message":
                tap.ok(f"{count} parts in {where}: read", found(records, seed) == 1 and not gaps and adds_up(records), gaps)
            else:
                is_named = any(k == "limit" and "join all of them by hand" in r for k, r in gaps)
                tap.ok(f"{count} parts in {where}: a gap says that there are more", is_named and not any(k == "not-in-export" for k, _ in gaps) and adds_up(records), gaps[:3])
    many = pieces(data[:110000], 100, lambda i: f"plan-{i // 900}.tar.gz.{i % 900 + 1:03}")
    records = scan(put(tmp / "many" / "too-many", {"a.eml": message("a", ANN, BOB, "all", files=many)}))[1]
    tap.ok("more parts than are put together in one message: a gap", any(k == "limit" and "join them by hand" in r for k, r in gaps_of(records)) and adds_up(records), sorted(set(gaps_of(records)))[:5])
    if shut:
        thread = [message(f"s{i}", ANN, BOB, f"part {i + 1}", 12, f"plan {i}", files=[part]) for i, part in enumerate(shut)]
        thread.append(message("s999", ANN, BOB, f"The password is {word}", 13, "as promised"))
        records = scan("--reveal", tree(tmp / "many" / "shut", thread))[1]
        tap.ok(f"{len(shut)} parts in as many messages, locked: opened", found(records, seed) == 1 and not not_unsupported(records) and adds_up(records), not_unsupported(records)[:3])


def test_case(tmp):
    """With a case: the missing part comes with a later mailbox."""
    seed = "volumes case"
    parts = made(tmp, "tar.gz.001", seed)
    mail = [message(f"d{i}", ANN, BOB, f"part {i + 1}", 12, f"plan {i}", files=[part]) for i, part in enumerate(parts)]
    first, second = put(tmp / "case-1", {"ann.mbox": mbox(mail[:2])}), put(tmp / "case-2", {"bob.mbox": mbox(mail[2:])})
    case = tmp / "case"
    before = scan("--case", case, first)[1]
    after = scan("--case", case, second)[1]
    report = subprocess.run([PROGRAM, "report", "--format", "jsonl", "--case", str(case)], stdout=subprocess.PIPE, text=True)
    rows = [json.loads(line) for line in report.stdout.splitlines()]
    tap.ok("a case: missing at first", any(k == "not-in-export" for k, _ in gaps_of(before)), gaps_of(before))
    tap.ok("a case: found once the rest came", any(r["rule"] == "github-token" for r in of_type(rows, "finding")) and not any(k == "not-in-export" for k, _ in gaps_of(rows)),
           f"{gaps_of(rows)} {[r['rule'] for r in of_type(after, 'finding')]}")


def told(case):
    """What the lists of a case are made of, without how it came there."""
    report = subprocess.run([PROGRAM, "report", "--format", "jsonl", "--case", str(case)], stdout=subprocess.PIPE, text=True)
    rows = [json.loads(line) for line in report.stdout.splitlines()]
    return sorted(json.dumps(r, sort_keys=True) for r in rows if r["type"] in ("finding", "gap"))


def test_kills(tmp):
    """Killed at any moment, with one worker or two, and gone on with: the same case."""
    files = {}
    for kind in ("tar.gz.001", "part1.rar", "zip.partaa"):
        parts = made(tmp, kind, f"volumes kills {kind}")
        files[f"{kind}.mbox"] = mbox([message(f"{kind}{i}", ANN, BOB, f"part {i + 1}", 12, f"plan {i}", files=[part]) for i, part in enumerate(parts[:3] if kind == "zip.partaa" else parts)])
    mail = put(tmp / "kills", files)
    options = ["--progress", "never", "-q", "--format", "jsonl"]
    environment = dict(os.environ, XDG_STATE_HOME=str(STATE))

    def command(case, jobs):
        return [PROGRAM, "scan", "--case", str(case), *options, "--jobs", str(jobs), str(mail)]
    started = time.monotonic()
    subprocess.run(command(tmp / "whole", 1), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    length, wanted = time.monotonic() - started, told(tmp / "whole")
    draw = random.Random(20240112)
    for i in range(6):
        case = same_key(tmp / f"killed-{i}", tmp / "whole")
        for _ in range(3):
            child = subprocess.Popen(command(case, 1 + i % 2), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
            time.sleep(draw.uniform(0, length))
            child.send_signal(signal.SIGKILL)
            child.wait()
        subprocess.run(command(case, 1 + i % 2), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        tap.ok(f"killed three times: the same case ({i})", wanted and told(case) == wanted, f"{len(wanted)} {set(told(case)) ^ set(wanted)}")


def test_stream(tmp):
    """Standard input is read once: told at once."""
    parts = made(tmp, "tar.gz.001", "volumes stream")
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in parts[:2]:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    records = scan("-", stdin=out.getvalue())[1]
    tap.ok("standard input: parts are told", any(k == "not-in-export" for k, _ in gaps_of(records)) and adds_up(records), gaps_of(records))


def main():
    with tempfile.TemporaryDirectory(prefix="mailspill-volumes-") as tmp:
        folder = pathlib.Path(tmp)
        for kind in KINDS:
            test_put_together(folder, kind)
        for kind in LOCKED:
            test_locked(folder, kind)
        for test in (test_apart, test_in_one, test_split_between, test_copies, test_many, test_case, test_kills, test_stream):
            test(folder)
    tap.done()


main()
