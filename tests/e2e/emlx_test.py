#!/usr/bin/env python3
"""Apple Mail: a token in every place of an .emlx is found with the right message named, in a folder and in a zip; flags are labels; a partial message says which of its
attachments is not beside it; real samples; damaged ones lose nothing but themselves. `emlx_test.py damage [COUNT [FIRST]]` harms COUNT variants (1000) by hand."""
import pathlib
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import damage  # noqa: E402
from harness import CORPORA, Tap, b64lines, github_token, of_type, scan, summary  # noqa: E402

tap = Tap()
PLIST = ('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0">\n<dict>\n'
         "\t<key>flags</key>\n\t<integer>{flags}</integer>\n\t<key>subject</key>\n\t<string>{subject}</string>\n</dict>\n</plist>\n")


def token(name):
    return github_token(f"emlx {name}")


def emlx(message, flags=8590195713, subject="x", count=None):
    return f"{len(message) if count is None else count:<10}\n".encode() + message + PLIST.format(flags=flags, subject=subject).encode()


def mail(number, body, head=""):
    return (f"From: alice@corp.example\nDate: Fri, 12 Jan 2024 09:30:00 +0000\nMessage-ID: <e{number}@corp.example>\nSubject: x\n{head}MIME-Version: 1.0\n").encode() + body


def text(t):
    return f"Content-Type: text/plain\n\nkey {t}\n".encode()


def mixed(attachment):
    return (b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nsee\n--x\nContent-Type: text/plain; name=prod.env\n"
            b"Content-Disposition: attachment; filename=prod.env\nContent-Transfer-Encoding: base64\n" + attachment + b"--x--\n")


CARRIERS = {
    "body": lambda n, t: emlx(mail(n, text(t))),
    "header": lambda n, t: emlx(mail(n, text("x"), f"X-Key: {t}\n")),
    "attachment": lambda n, t: emlx(mail(n, mixed(b"\n" + b64lines(b"T=" + t.encode()).encode()))),
    "list after it": lambda n, t: emlx(mail(n, text("x")), subject=t),
    "count too small": lambda n, t: emlx(mail(n, text(t)), count=40),
    "count too large": lambda n, t: emlx(mail(n, text(t)), count=99999999),
    "no count": lambda n, t: mail(n, text(t)),
}


def carriers():
    for form in ("folder", "zip"):
        with tempfile.TemporaryDirectory() as folder:
            where = pathlib.Path(folder)
            made = {name: make(number, token(name)) for number, (name, make) in enumerate(CARRIERS.items())}
            with zipfile.ZipFile(where / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                for number, data in enumerate(made.values()):
                    archive.writestr(f"{number}.emlx", data)
            if form == "folder":
                (where / "a.zip").unlink()
                for number, data in enumerate(made.values()):
                    (where / f"{number}.emlx").write_bytes(data)
            _, records, errors = scan("--reveal", "--jobs", 1, folder)
        found = {}
        for finding in of_type(records, "finding"):
            found.setdefault(finding["secret"], []).append(finding["message"]["id"])
        for number, name in enumerate(CARRIERS):
            tap.ok(f"{form}/{name}", found.get(token(name)) == [f"<e{number}@corp.example>"], f"{found.get(token(name))}\n{errors}")
        total = summary(records)
        tap.ok(f"{form}/leaves add up", total["leaves"] == total["scanned"] + total["partial"] + total["refused"] and total["messages"] == len(CARRIERS), total)


def flags():
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "1.emlx").write_bytes(emlx(mail(0, text(token("flags"))), flags=1 | 1 << 2 | 1 << 4))
        _, records, _ = scan(folder)
    labels = [finding["message"]["labels"] for finding in of_type(records, "finding")]
    tap.ok("flags/are labels", labels == [["answered", "flagged"]], labels)


def partial():
    """Two attachments: one is beside the message, the other is not."""
    empty = b"X-Apple-Content-Length: 40\n\n\n"
    message = mail(0, mixed(empty + b"--x\nContent-Type: text/plain; name=gone.env\nContent-Transfer-Encoding: base64\n" + empty))
    with tempfile.TemporaryDirectory() as folder:
        where = pathlib.Path(folder) / "INBOX.mbox"
        (where / "Attachments" / "7" / "2").mkdir(parents=True)
        (where / "Messages").mkdir()
        (where / "Messages" / "7.partial.emlx").write_bytes(emlx(message))
        (where / "Attachments" / "7" / "2" / "prod.env").write_text("T=" + token("beside"))
        _, records, _ = scan("--reveal", folder)
        _, alone, _ = scan("--reveal", where / "Messages")
    gaps = [(gap["kind"], gap["path"].rsplit("!/", 1)[-1], gap["message"]["id"]) for gap in of_type(records, "gap")]
    tap.ok("partial/what lies beside is found", [f["secret"] for f in of_type(records, "finding")] == [token("beside")], of_type(records, "finding"))
    tap.ok("partial/what does not is a gap", gaps == [("not-in-export", "3 gone.env", "<e0@corp.example>")], gaps)
    tap.ok("partial/without its folder both are", [gap["kind"] for gap in of_type(alone, "gap")] == ["not-in-export"] * 2, of_type(alone, "gap"))


def samples():
    paths = sorted((CORPORA / "emlx").rglob("*.emlx"))
    if not paths:
        tap.skip("samples/emlx", "no corpora")
        return
    status, records, _ = scan(*paths)
    total = summary(records)
    tap.ok("samples/emlx", status == 0 and total["messages"] == len(paths) and total["leaves"] == 3 * len(paths), total)


def samples_to_harm():
    for number, (name, make) in enumerate(CARRIERS.items()):
        yield f"{number}.emlx", make(number, token(name))


if len(sys.argv) > 1 and sys.argv[1] == "damage":
    sys.exit(damage.main("emlx damage", list(samples_to_harm()), sys.argv[2:]))
carriers()
flags()
partial()
samples()
failed, deaths, lost = damage.run("emlx damage", list(samples_to_harm()), 50)
tap.ok("damaged/50 variants are sound", not failed, failed)
tap.ok("damaged/no worker died", deaths == 0 and not lost, f"{deaths} {lost}")
tap.done()
