#!/usr/bin/env python3
"""A whole breach, from the export to the lists: what breach.py planted is what every list says. The rows here are written by hand from its plan."""
import base64
import bz2
import gzip
import json
import lzma
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import breach  # noqa: E402
from case_dump import same_key, told  # noqa: E402
from harness import PROGRAM, STATE, Tap  # noqa: E402

KILLS = int(os.environ.get("CASE_KILLS", "3"))
ENV = dict(os.environ, XDG_STATE_HOME=str(STATE))
INSIDE = ["--internal", breach.OWN]
tap = Tap()


def check(passed, name, detail=""):
    tap.ok(name, passed, detail)


def run(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENV)
    return done.returncode, done.stdout, done.stderr


def rows(case, name, *options):
    code, out, err = run("report", "--case", case, "--list", name, "-f", "jsonl", *options)
    if code:
        raise SystemExit(err)
    return [json.loads(line) for line in out.splitlines()]


def compare(name, got, wanted):
    got, wanted = sorted(got), sorted(wanted)
    missing, extra = [r for r in wanted if r not in got], [r for r in got if r not in wanted]
    check(got == wanted, name, "\n".join([f"missing {r}" for r in missing] + [f"not in the plan {r}" for r in extra]))


# name: access, findings, messages, custodians, organisations outside, first and last day, who mailed it first
ROTATION = {
    "github-eve": ("accessed", 2, 1, "dev eve", 0, 2, 2, "dev"),
    "password-vpn": ("accessed", 2, 1, "eve sam", 0, 20, 20, "sam"),
    "github-shared": ("folder-synced", 6, 3, "dev eve sam", 1, 3, 5, "sam"),
    "github-old": ("folder-synced", 2, 1, "dev sam", 0, 1, 1, "dev"),
    "aws-secret": ("folder-synced", 2, 1, "dev sam", 0, 10, 10, "dev"),
    "slack": ("folder-synced", 2, 1, "dev hr", 0, 11, 11, "dev"),
    "google": ("folder-synced", 2, 1, "dev sam", 0, 13, 13, "dev"),
    "sendgrid": ("folder-synced", 2, 1, "dev eve", 0, 15, 15, "dev"),
    "mysql": ("folder-synced", 2, 1, "dev hr", 0, 18, 18, "dev"),
    "digitalocean": ("folder-synced", 2, 1, "dev sam", 0, 22, 22, "dev"),
    "npm-basic": ("folder-synced", 1, 1, "dev", 1, 23, 23, "dev"),
    "github-customer": ("window-throttled", 3, 2, "dev sam", 1, 6, 7, "ops"),
    "pem": ("window-throttled", 2, 1, "dev sam", 0, 16, 16, "sam"),
    "postgres": ("window-throttled", 1, 1, "sam", 1, 17, 17, "ops"),
    "github-draft": ("no-record", 1, 1, "lea", 1, 8, 8, "lea"),
    "github-zip": ("no-record", 1, 1, "lea", 1, 9, 9, "ops"),
    "stripe": ("no-record", 1, 1, "hr", 1, 12, 12, "hr"),
    "gitlab": ("no-record", 1, 1, "dev", 1, 14, 14, "ops"),
    "password-de": ("no-record", 2, 1, "hr lea", 0, 21, 21, "hr"),
}
# What fabrikam's ops mailed to sam with its own cto in copy (customer-1) is nothing that we sent: received are shared-3 and basic. The worst access to any
# of the secrets, wherever they lie: sam's mailbox was throttled (github-customer, postgres), dev's Sent synchronised (github-shared, basic).
NOTIFY = [
    ("fabrikam.example", "sent", 3, 3, ["ops@fabrikam.example"], "window-throttled"),
    ("northwind.example", "sent", 1, 1, ["ops@northwind.example"], "no-record"),
    ("fabrikam.example", "received", 2, 2, ["cto@fabrikam.example", "ops@fabrikam.example"], "folder-synced"),
    ("northwind.example", "received", 2, 2, ["ops@northwind.example"], "no-record"),
]
# custodian: how many secrets, how many findings
EXPOSURE = {"eve": (4, 5), "sam": (9, 11), "lea": (3, 3), "dev": (13, 14), "hr": (4, 4)}
# Of the cut mailbox two: the message at whose bytes it ends, and the mailbox, for what came after it.
GAPS = [("damaged", "broken", 1), ("encrypted", "hr", 1), ("encrypted", "lea", 1), ("truncated", "cut", 2)]
HUNT = [("host", "db7.fabrikam.example"), ("host", "feed.contoso.example"), ("host", "hr-db.contoso.example"), ("ip", "203.0.113.77"),
        ("session", "attack"), ("user", "billing"), ("user", "eve.adams"), ("user", "hr"), ("user", "reader"),
        ("user", breach.SECRETS["aws-id"])]  # the name of a key, by which CloudTrail is searched
HOLDERS = {("eve.pst", "eve"), ("sam.mbox", "sam"), ("lea.zip", "lea"), ("hr.mbox.gz", "hr"), ("cut.mbox.gz", "cut"), ("broken.zip", "broken")}
HASHED = 4 + 2  # files that are not of the Maildir: eve, sam, lea, hr, and two broken ones
ORDER = ["accessed", "folder-synced", "window-throttled", "no-record"]
WORST = ["critical", "high", "medium", "low", "info"]


def names_of(case, mail):
    """The plan's name of each secret_id: one more scan with the case's key, revealing."""
    _, out, _ = run("scan", "-f", "jsonl", "--progress", "never", "--key-file", case / "key", "--reveal", mail)
    found = [r for r in map(json.loads, out.splitlines()) if r["type"] == "finding"]
    by_value = {value.strip(): name for name, value in breach.SECRETS.items()}
    return {r["secret_id"]: next((name for value, name in by_value.items() if r["secret"].strip() in value), r["secret"]) for r in found}


def test_lists(case, names):
    got = rows(case, "rotation", *INSIDE)
    told_rows = [(names.get(r["secret_id"], "?"), r["access"], r["findings"], r["messages"], " ".join(sorted(r["custodians"])), r["outside_organisations"],
                  int(r["first_seen"][8:10]), int(r["last_seen"][8:10]), r["owner_guess"].split("@")[0]) for r in got]
    compare("rotation: every secret with its reach, its holders and its days", told_rows, [(name, *row) for name, row in ROTATION.items()])
    order = [(ORDER.index(r["access"]), WORST.index(r["severity"])) for r in got]
    check(order == sorted(order), "rotation: what was read first, then the worst", str(order))
    compare("notify: the customers, what they sent us first", [(r["organisation"], r["way"], r["secrets"], r["messages"], r["addresses"],
                                                                r["access"])
                                                               for r in rows(case, "notify", *INSIDE)], NOTIFY)
    check([r["way"] for r in rows(case, "notify", *INSIDE)] == ["sent", "sent", "received", "received"], "notify: who shared with us comes first")
    sums = {}
    for row in rows(case, "exposure"):
        secrets, findings = sums.get(row["custodian"], (0, 0))
        sums[row["custodian"]] = (secrets + row["secrets"], findings + row["findings"])
    compare("exposure: by custodian", sums.items(), EXPOSURE.items())
    got = [(r["message_id"], r["custodian"]) for r in rows(case, "messages")]
    wanted = [(mail.id, custodian) for mail in breach.PLAN if "{" in mail.text or mail.id == "<zip@plan.example>" for custodian in mail.holds]
    compare("messages: every copy of every message that holds one", got, wanted)
    compare("gaps", [(r["kind"], r["custodian"], r["gaps"]) for r in rows(case, "gaps")], GAPS)
    timeline = rows(case, "timeline")
    kinds = {}
    for row in timeline:
        kinds[row["timestamp_desc"]] = kinds.get(row["timestamp_desc"], 0) + 1
    compare("timeline: what was mailed, and what the attacker did", kinds.items(),
            {"Secret mailed": 37, "Message read": 2, "Folder synchronised": 1, "Access log throttled": 1}.items())
    check([r["datetime"] for r in timeline] == sorted(r["datetime"] for r in timeline), "timeline: in order")
    compare("hunt: hosts, users, and where the attacker came from", [(r["kind"], r["value"]) for r in rows(case, "hunt") if "\N{HORIZONTAL ELLIPSIS}" not in r["value"]
                                                                     and r["kind"] != "account"], HUNT)
    compare("hashes: what was read", [r["state"] for r in rows(case, "hashes") if "/dev/" not in r["path"]], ["done"] * HASHED)
    compare("hashes: whose mail lies in it", {(r["path"].rsplit("/", 1)[-1], r["custodian"]) for r in rows(case, "hashes") if "/dev/" not in r["path"]}, HOLDERS)


def test_pairs(case, names):
    """The user of the VPN stands in the message before; the key id beside its secret."""
    found = {names.get(r["secret_id"]): r for r in rows(case, "rotation")}
    check(found["password-vpn"]["user"] == "eve.adams", "the user name of an earlier message is that of the password", str(found["password-vpn"]))
    check("aws-id" not in found and found["aws-secret"], "a key id and its secret are one finding")


def forms_of(secret):
    yield secret
    yield base64.b64encode(secret).rstrip(b"=")[:-1]
    yield secret.hex().encode()
    yield secret.decode().encode("utf-16le")


STREAM_MOST = 64 * 1024 * 1024
ZSTD = shutil.which("zstd")


def inflated(data, at, bits):
    """What a zlib, gzip or raw deflate stream at AT holds, as far as it goes."""
    try:
        return zlib.decompressobj(bits).decompress(data[at:], STREAM_MOST)
    except zlib.error:
        return b""


def streams_of(data):
    """All compressed streams that begin anywhere in DATA: zlib and gzip by their heads, the members of zips, bzip2, xz and zstd."""
    for match in re.finditer(rb"\x1f\x8b\x08|[\x08\x18\x28\x38\x48\x58\x68\x78][\x01\x5e\x9c\xda]|PK\x03\x04|BZh[1-9]1AY|\xfd7zXZ\0|\x28\xb5\x2f\xfd", data):
        at, head = match.start(), match.group()
        if head[:2] == b"\x1f\x8b":
            yield inflated(data, at, 31)
        elif head[:2] == b"PK" and len(data) > at + 30:
            yield inflated(data, at + 30 + int.from_bytes(data[at + 26:at + 28], "little") + int.from_bytes(data[at + 28:at + 30], "little"), -15)
        elif head[:3] == b"BZh" or head[:1] == b"\xfd":
            try:
                yield (bz2.BZ2Decompressor() if head[:3] == b"BZh" else lzma.LZMADecompressor()).decompress(data[at:], STREAM_MOST)
            except (OSError, lzma.LZMAError, EOFError):
                pass
        elif head[:1] == b"\x28" and ZSTD and len(head) == 4:
            yield subprocess.run([ZSTD, "-dcq"], input=data[at:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        elif int.from_bytes(head[:2], "big") % 31 == 0:
            yield inflated(data, at, 15)


def values_of(path):
    """Every value of an SQLite file, whole: a long one lies over several pages, with page numbers between."""
    if not path.read_bytes().startswith(b"SQLite format 3\0"):
        return
    base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    base.text_factory = bytes
    for (table,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for row in base.execute(f'SELECT * FROM "{table.decode()}"'):
            yield from (value for value in row if isinstance(value, bytes))


def layers_of(data, depth=3):
    """DATA, and all that unpacks out of it."""
    yield data
    for stream in streams_of(data) if depth else ():
        if len(stream) >= 8:
            yield from layers_of(stream, depth - 1)


def leaks_in(folder, secrets):
    leaks = []
    for path in (p for p in folder.rglob("*") if p.is_file()):
        texts = [path.read_bytes(), b"\n".join(values_of(path))]
        for data in (layer for text in texts for layer in layers_of(text)):
            leaks += [f"{path.name}: {secret[:4]}" for secret in secrets for form in forms_of(secret) if form in data]
    return leaks


def test_search(folder):
    """The search finds what is there: one secret, packed in each way."""
    secret = b"a planted secret of length"
    data = b"x" * 100 + secret
    packed = {"plain": data, "base64": base64.b64encode(secret), "hex": secret.hex().encode(), "utf16": secret.decode().encode("utf-16le"),
              "zlib": b"##" + zlib.compress(data), "gzip": b"##" + gzip.compress(data), "bz2": b"##" + bz2.compress(data), "xz": b"##" + lzma.compress(data),
              "twice": zlib.compress(gzip.compress(data) + b"tail")}
    if ZSTD:
        packed["zstd"] = b"##" + subprocess.run([ZSTD, "-cq"], input=data, stdout=subprocess.PIPE).stdout
    where = folder / "search"
    where.mkdir()
    with zipfile.ZipFile(where / "zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("member", data)
    for name, text in packed.items():
        (where / name).write_bytes(text)
    base = sqlite3.connect(where / "sqlite")
    base.execute("CREATE TABLE t(v)")
    base.execute("INSERT INTO t VALUES(?)", (zlib.compress(os.urandom(9000) + data),))
    base.commit()
    base.close()
    found = {leak.split(":")[0] for leak in leaks_in(where, [secret])}
    check(found == {*packed, "zip", "sqlite"}, "the search for secrets at rest finds one in every form", str(found))
    shutil.rmtree(where)


def test_no_secret_rests(folder):
    secrets = [value.strip().encode() for value in breach.SECRETS.values() if len(value) >= 12 and not value.startswith("AKI")]
    leaks = leaks_in(folder, secrets)
    check(not leaks, "no secret in any file of the case or of the reports: plain, in base64, hex, UTF-16, or in a compressed stream", "\n".join(leaks))


def test_kills(folder, mail, case):
    draw = random.Random(breach.SEED)
    base = told(case)
    for i in range(KILLS):
        again = folder / "killed"
        shutil.rmtree(again, ignore_errors=True)
        same_key(again, case)
        child = subprocess.Popen([PROGRAM, "scan", "--case", str(again), "-q", "--progress", "never", str(mail)], stdout=subprocess.DEVNULL, env=ENV)
        time.sleep(draw.uniform(0.02, 0.5))
        child.send_signal(signal.SIGKILL)
        child.wait()
        run("scan", "--case", again, "-q", mail)
        check(told(again) == base, f"killed and scanned again, the case is the same ({i + 1})")


with tempfile.TemporaryDirectory() as work:
    base_folder = pathlib.Path(work)
    export, kept = base_folder / "export", base_folder / "kept"
    export.mkdir()
    kept.mkdir()
    breach.write(export)
    status, summary_text, errors = run("scan", "--case", kept / "case", "--progress", "never", "-o", f"jsonl={kept / 'scan.jsonl'}",
                                       "-o", f"csv={kept / 'scan.csv'}", "-o", f"sarif={kept / 'scan.sarif'}", export)
    check(status == 5, "the scan of the export finds secrets and says that there are gaps", errors)
    test_kills(base_folder, export, kept / "case")
    log = base_folder / "access.jsonl"
    log.write_text(breach.access_log())
    status, words, errors = run("access", "import", "--case", kept / "case", "--session", "attack", log)
    check(status == 0 and "4 records, 3 kept" in words, "the attacker's session is taken out of the access log", words + errors)
    planted = names_of(kept / "case", export)
    test_lists(kept / "case", planted)
    test_pairs(kept / "case", planted)
    (kept / "scan.txt").write_text(summary_text)
    for name in ("rotation", "notify", "timeline", "messages", "gaps", "hunt", "exposure", "purge", "hashes"):
        (kept / f"{name}.csv").write_text(run("report", "--case", kept / "case", "--list", name, "-f", "csv")[1])
    test_search(kept)
    test_no_secret_rests(kept)
    status, words, errors = run("case", "check", "--case", kept / "case")
    check(status == 0, "the case is whole", words + errors)
tap.done()
