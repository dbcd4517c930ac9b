#!/usr/bin/env python3
"""One message, one finding_id, in whatever it lies; gap_id the same; and no secret in any report, wherever in the mail it stood."""
import base64
import email.utils
import gzip
import hashlib
import io
import json
import os
import pathlib
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import PROGRAM, STATE, Tap, github_token, of_type, scan  # noqa: E402
from recipe import Recipe, b64lines  # noqa: E402

FAMILY = "github-token"
TOKENS = {name: github_token(f"ids {name}") for name in ("subject", "body", "body2", "attachment", "zip", "comment", "name", "member")}
tap = Tap()


def finding_id(message_key, leaf_key, ordinal=1):
    """As docs/output.md says."""
    digest = hashlib.sha256()
    for text in ("finding", FAMILY, message_key, leaf_key):
        digest.update(struct.pack(">Q", len(text.encode())) + text.encode())
    digest.update(struct.pack(">Q", ordinal))
    return digest.hexdigest()[:32]


def gap_id(kind, message_key, path, reason):
    digest = hashlib.sha256()
    for text in ("gap", kind, message_key, path, reason):
        digest.update(struct.pack(">Q", len(text.encode())) + text.encode())
    return digest.hexdigest()[:32]


def zipped(*members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def tarred(name, data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


LOCKED = base64.b64encode(Recipe("@zip sesame\n@member prod.env\nlocked\n@end\n", "ids").files[0][1]).decode()


def message(headers=()):
    """Secrets in the subject, twice in the body, in an attachment and in a zip; a locked zip. Its From line in the body is to be quoted."""
    return "\n".join([
        "From: Alice Smith <alice@corp.example>", "To: bob@partner.example", "Date: Fri, 12 Jan 2024 09:30:00 +0000",
        "Message-ID: <ids-1@corp.example>", f"Subject: key {TOKENS['subject']}", *headers,
        'Content-Type: multipart/mixed; boundary="b"', "",
        "--b", "Content-Type: text/plain", "", f"it is {TOKENS['body']}", "", "From the office: the other one", TOKENS["body2"],
        "--b", 'Content-Type: text/plain; name="notes.txt"', "Content-Disposition: attachment", "", f"TOKEN={TOKENS['attachment']}",
        "--b", 'Content-Type: application/zip; name="creds.zip"', "Content-Transfer-Encoding: base64", "",
        b64lines(zipped(("dir/prod.env", f"TOKEN={TOKENS['zip']}\n"))).replace("\r\n", "\n").strip(),
        "--b", 'Content-Type: application/zip; name="locked.zip"', "Content-Transfer-Encoding: base64", "", LOCKED, "--b--", ""])


ID = "<ids-1@corp.example>"
WANTED = {
    TOKENS["subject"]: finding_id(ID, "header:subject"), TOKENS["body"]: finding_id(ID, "body"),
    TOKENS["body2"]: finding_id(ID, "body", 2), TOKENS["attachment"]: finding_id(ID, "attachment:notes.txt"),
    TOKENS["zip"]: finding_id(ID, "attachment:creds.zip!/dir/prod.env"),
}
GAP = gap_id("encrypted", ID, "!/4 locked.zip!/prod.env", "zip member needs a password")


def lf(text):
    return text.encode()


def crlf(text):
    return text.replace("\n", "\r\n").encode()


def mbox(*texts, eol=b"\n"):
    out = ""
    for text in texts:
        out += "From alice@corp.example Fri Jan 12 09:30:00 2024\n" + text.replace("\nFrom ", "\n>From ") + "\n"
    return out.encode().replace(b"\n", eol)


OTHER = "From: eve@x.example\nMessage-ID: <other@x.example>\nSubject: other\n\nnothing\n"
WITH_STATUS = message(["Status: RO", "X-Status: A", "X-Mozilla-Status: 0001"])
CASES = {
    "eml": {"a.eml": lf(message())},
    "eml-crlf": {"a.eml": crlf(message())},
    "other-name": {"deep/in/folders/something else.txt": lf(message())},
    "mbox": {"all.mbox": mbox(message())},
    "mbox-crlf": {"all.mbox": mbox(message(), eol=b"\r\n")},
    "mbox-second-with-status": {"other.mbox": mbox(OTHER, WITH_STATUS, OTHER)},
    "mbox-gz": {"all.mbox.gz": gzip.compress(mbox(OTHER, message()))},
    "maildir-new": {"alice/Maildir/new/1705051800.M1P1.host": lf(message())},
    "maildir-cur-seen": {"alice/Maildir/cur/1705051800.M1P1.host:2,S": crlf(message())},
    "maildir-folder": {"x/.Archive/cur/7.host:2,RS": lf(WITH_STATUS)},
    "mh": {"Mail/inbox/7": lf(message())},
    "zip": {"a.zip": zipped(("mail/one.eml", crlf(message())))},
    "tar-gz": {"a.tar.gz": tarred("./mail/one.eml", lf(message()))},
    "takeout": {"takeout.zip": zipped(("Takeout/Mail/All mail.mbox", mbox(OTHER, message(["X-GM-THRID: 17", "X-Gmail-Labels: Sent"]))))},
    "zip-in-zip": {"a.zip": zipped(("b.zip", zipped(("c.mbox", mbox(message())))))},
}


def write(folder, files):
    for name, data in files.items():
        path = pathlib.Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def check_ids(name, files):
    with tempfile.TemporaryDirectory() as folder:
        write(folder, files)
        _, records, _ = scan("--reveal", "--only", FAMILY, "--jobs", 1, ".", cwd=folder)
    got = {f["secret"]: f["finding_id"] for f in of_type(records, "finding")}
    named = {secret: key for key, secret in TOKENS.items()}
    wrong = [f"{named.get(s)}: {got.get(s)}, wanted {WANTED.get(s)}" for s in WANTED.keys() | got.keys() if got.get(s) != WANTED.get(s)]
    tap.ok(f"ids/{name}/finding-ids", not wrong and len(of_type(records, "finding")) == len(WANTED), "\n".join(wrong))
    gaps = [(g["gap_id"], g["path"], g["reason"]) for g in of_type(records, "gap")]
    tap.ok(f"ids/{name}/gap-id", [g[0] for g in gaps] == [GAP], f"{gaps} wanted {GAP}")


def check_secret_ids():
    """One key, one secret_id, in any place; another key, another."""
    with tempfile.TemporaryDirectory() as folder:
        write(folder, {"a.txt": TOKENS["body"].encode(), "b/c.txt": b"x " + TOKENS["body"].encode(), "key": bytes(range(32)), "other": bytes(32)})
        for name in ("key", "other"):
            os.chmod(pathlib.Path(folder) / name, 0o600)
        ids = {}
        for name in ("key", "other"):
            _, records, _ = scan("--key-file", name, "a.txt", "b", cwd=folder)
            ids[name] = {f["secret_id"] for f in of_type(records, "finding")}
            ids[name + " name"] = records[0]["key"]
    tap.ok("ids/secret-id-is-one-for-one-key", len(ids["key"]) == 1 and len(ids["other"]) == 1 and ids["key"] != ids["other"], ids)
    tap.ok("ids/key-is-named", ids["key name"] == "630dcd2966c43366" and ids["other name"] != ids["key name"], ids)


def check_no_id_no_date():
    """Without a Message-ID: sender, date and first Received; without these the path below the container."""
    text = "From: alice@corp.example\nReceived: from b by c; Fri, 12 Jan 2024 09:30:09 +0000\nReceived: from a by b; Fri, 12 Jan 2024 09:30:01 +0000\n" \
           f"Date: Fri, 12 Jan 2024 09:30:00 +0000\nSubject: x\n\n{TOKENS['body']}\n"
    key = f"alice@corp.example\n{int(email.utils.parsedate_to_datetime('Fri, 12 Jan 2024 09:30:00 +0000').timestamp())}\n" \
          "from a by b; Fri, 12 Jan 2024 09:30:01 +0000"
    for name, files in {"eml": {"x.eml": lf(text)}, "mbox": {"y.mbox": mbox(text)}}.items():
        with tempfile.TemporaryDirectory() as folder:
            write(folder, files)
            _, records, _ = scan("--only", FAMILY, ".", cwd=folder)
        got = [f["finding_id"] for f in of_type(records, "finding")]
        tap.ok(f"ids/no-message-id/{name}", got == [finding_id(key, "body")], f"{got} wanted {finding_id(key, 'body')}")
    with tempfile.TemporaryDirectory() as folder:
        write(folder, {"deploy/prod.env": TOKENS["body"].encode(), "a.zip": zipped(("deploy/prod.env", TOKENS["body"]))})
        _, records, _ = scan("--only", FAMILY, ".", cwd=folder)
    got = {f["path"]: f["finding_id"] for f in of_type(records, "finding")}
    tap.ok("ids/loose-file-by-its-path", got == {"./deploy/prod.env": finding_id("deploy/prod.env", "body"),
                                                  "./a.zip!/deploy/prod.env": got.get("./a.zip!/deploy/prod.env")}, f"{got}")


MASKED = "\n".join([
    f'From: "deploy ({TOKENS["comment"]})" <alice@corp.example>', f"To: bob@partner.example ({TOKENS['comment']})",
    "Date: Fri, 12 Jan 2024 09:30:00 +0000", "Message-ID: <mask-1@corp.example>",
    f"Subject: =?utf-8?B?{base64.b64encode(('key ' + TOKENS['subject']).encode()).decode()}?=",
    'Content-Type: multipart/mixed; boundary="b"', "",
    "--b", "Content-Type: text/plain", "", f"one {TOKENS['body']} beside {TOKENS['body2']}", f"x{TOKENS['comment']}y %s" % TOKENS["subject"],
    "--b", f"Content-Type: text/plain; name=\"{TOKENS['name']}.txt\"", "Content-Disposition: attachment", "", f"TOKEN={TOKENS['attachment']}",
    "--b", "Content-Type: application/zip; name=creds.zip", "Content-Transfer-Encoding: base64", "",
    b64lines(zipped((f"{TOKENS['member']}/prod.env", f"TOKEN={TOKENS['zip']}\n"))).replace("\r\n", "\n").strip(), "--b--", ""])


def check_masking():
    forms = ("text", "jsonl", "json", "csv", "sarif")
    with tempfile.TemporaryDirectory() as folder:
        write(folder, {"m/a.eml": lf(MASKED), f"m/{TOKENS['name']}.txt": TOKENS["attachment"].encode(),
                       "m/b.zip": zipped((f"{TOKENS['member']}.env", "TOKEN=" + TOKENS["zip"]), ("locked", b"x"))})
        outputs = [word for form in forms for word in ("-o", f"{form}={folder}/out.{form}")]
        done = subprocess.run([PROGRAM, "scan", "--progress", "never", "-f", "text", *outputs, "m"], cwd=folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=dict(os.environ, XDG_STATE_HOME=STATE))
        texts = {form: (pathlib.Path(folder) / f"out.{form}").read_text() for form in forms}
        texts["standard output"], texts["standard error"] = done.stdout.decode(), done.stderr.decode()
        _, records, _ = scan("--reveal", "m", cwd=folder)
        csv = subprocess.run([PROGRAM, "scan", "--progress", "never", "-f", "sarif", "--reveal", "m"], cwd=folder, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, env=dict(os.environ, XDG_STATE_HOME=STATE)).stdout.decode()
    for form, text in texts.items():
        shown = [name for name, token in TOKENS.items() if token[6:-6] in text]
        tap.ok(f"masking/{form}-shows-none", not shown, shown)
    found = {f["secret"] for f in of_type(records, "finding")}
    tap.ok("masking/all-were-found", found >= set(TOKENS.values()), [name for name, token in TOKENS.items() if token not in found])
    leaks = [(f["path"], key) for f in records for key, value in f.items()
             if key != "secret" and any(token in json.dumps(value) for token in TOKENS.values())]
    tap.ok("masking/reveal-shows-in-secret-alone", not leaks, leaks)
    tap.ok("masking/reveal-leaves-sarif-alone", not any(token in csv for token in TOKENS.values()))


for case, content in CASES.items():
    check_ids(case, content)
check_secret_ids()
check_no_id_no_date()
check_masking()
tap.done()
