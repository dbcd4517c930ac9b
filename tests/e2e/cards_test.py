#!/usr/bin/env python3
"""iCalendar and vCard: a token in every property and carrier is found across folds, escapes and encodings, once, as a file, a mail's alternative and attachment, in a
zip and an mbox; files in base64 are opened; damaged ones lose nothing but themselves. `cards_test.py damage [COUNT [FIRST]]` harms COUNT variants (1000) by hand."""
import base64
import io
import mailbox
import pathlib
import quopri
import random
import struct
import sys
import tempfile
import zipfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import damage  # noqa: E402
from harness import CORPORA, Tap, b64lines, github_token, of_type, scan, summary  # noqa: E402

tap = Tap()


def token(name):
    return github_token(f"cards {name}")


def fold(line, width=75, eol="\r\n"):
    parts = [line[:width]]
    line = line[width:]
    while line:
        parts.append(line[:width - 1])
        line = line[width - 1:]
    return (eol + " ").join(parts) + eol


def calendar(*lines, width=75, eol="\r\n"):
    return "".join(fold(line, width, eol) for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:1@corp.example", "SUMMARY:meeting", *lines,
                                                        "END:VEVENT", "END:VCALENDAR"]).encode()


def card(*lines, version="3.0", width=75):
    return "".join(fold(line, width) for line in ["BEGIN:VCARD", f"VERSION:{version}", "FN:Bob", *lines, "END:VCARD"]).encode()


def zipped(data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("k", data)
    return out.getvalue()


def b64(data):
    return base64.b64encode(data).decode()


def quoted(text):
    return quopri.encodestring(text.encode(), quotetabs=True).decode().replace("\n", "\r\n")


CARRIERS = {
    "description": lambda t: calendar("DESCRIPTION:see " + t),
    "description, folded anywhere": lambda t: calendar("DESCRIPTION:" + "x" * 40 + " key " + t, width=20),
    "description, line feeds": lambda t: calendar("DESCRIPTION:" + "x" * 40 + " key " + t, width=30, eol="\n"),
    "description, escapes": lambda t: calendar("DESCRIPTION:one\\, two\\; key:\\n" + t + "\\nend"),
    "a fold in an escape": lambda t: calendar("DESCRIPTION:" + "y" * 7 + "\\nkey " + t, width=21),
    "summary": lambda t: calendar("SUMMARY:" + t),
    "location": lambda t: calendar("LOCATION;LANGUAGE=en:room\\, " + t),
    "x-property": lambda t: calendar("X-MY-KEY;X=1:" + "z" * 50 + " " + t),
    "parameter": lambda t: calendar('ATTENDEE;CN="' + "n" * 50 + " " + t + '":mailto:bob@corp.example'),
    "alternative text": lambda t: calendar('DESCRIPTION;ALTREP="data:text/html,%3Cb%3E' + "w" * 40 + "%20" + t + '%3C/b%3E":see'),
    "html": lambda t: calendar("X-ALT-DESC;FMTTYPE=text/html:<html><p>" + "q" * 30 + " " + t + "</p></html>"),
    "alarm": lambda t: calendar("BEGIN:VALARM", "DESCRIPTION:" + "v" * 45 + " " + t, "END:VALARM"),
    "attached text": lambda t: calendar("ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=k.txt:" + b64(b"T=" + t.encode())),
    "attached zip": lambda t: calendar("ATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME=k.zip:" + b64(zipped(t.encode()))),
    "attached by data": lambda t: calendar("ATTACH:data:application/zip;base64," + b64(zipped(t.encode()))),
    "text after an attachment": lambda t: calendar("ATTACH;ENCODING=BASE64;VALUE=BINARY:" + b64(b"x" * 300), "COMMENT:" + "u" * 50 + " " + t),
    "long": lambda t: calendar(*["COMMENT:" + "x y " * 30] * 20000, "COMMENT:" + "u" * 50 + " " + t),
    "note of a card": lambda t: card("NOTE:" + "a" * 50 + " key " + t),
    "note, quoted-printable": lambda t: card("NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:key=20" + t[:9] + "=\r\n" + t[9:], version="2.1", width=500),
    "note, every byte quoted": lambda t: card("NOTE;QUOTED-PRINTABLE:" + "".join(f"={ord(c):02X}" for c in "key " + t), version="2.1", width=500),
    "key of a card": lambda t: card("KEY;ENCODING=b;TYPE=X:" + b64(b"T=" + t.encode())),
    "key without white space": lambda t: card("KEY;ENCODING=BASE64:\r\n" + "\r\n".join(b64(b"T=" + t.encode())[i:i + 20] for i in range(0, 60, 20)) + "\r\n", version="2.1", width=500),
    "photo by data": lambda t: card("PHOTO:data:text/plain;base64," + b64(b"T=" + t.encode()), version="4.0"),
    "x-property of a card": lambda t: card("item1.X-PASSWORD;TYPE=pref:" + "b" * 60 + " " + t),
}


def suffix(name):
    return "vcf" if "card" in name or "note" in name or "photo" in name or "key" in name else "ics"


def mail(number, name, data, is_body):
    kind = "text/calendar; method=REQUEST" if suffix(name) == "ics" else "text/vcard"
    head = f"From: a@corp.example\r\nDate: Fri, 12 Jan 2024 09:30:00 +0000\r\nMessage-ID: <c{number}@corp.example>\r\nMIME-Version: 1.0\r\n"
    part = f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
    if is_body:
        head += "Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\ncome\r\n--x\r\n" + part + "\r\n" + b64lines(data) + "--x--\r\n"
    else:
        head += part + f"Content-Disposition: attachment; filename=a.{suffix(name)}\r\n\r\n" + b64lines(data)
    return head.encode()


def carriers():
    made = {name: make(token(name)) for name, make in CARRIERS.items()}
    for form in ("file", "alternative", "attachment", "mbox", "zip"):
        with tempfile.TemporaryDirectory() as folder:
            where = pathlib.Path(folder)
            box = mailbox.mbox(where / "a.mbox") if form == "mbox" else None
            archive = zipfile.ZipFile(where / "a.zip", "w", zipfile.ZIP_DEFLATED) if form == "zip" else None
            for number, (name, data) in enumerate(made.items()):
                if form == "file":
                    (where / f"{number}.{suffix(name)}").write_bytes(data)
                elif form == "zip":
                    archive.writestr(f"{number}.eml", mail(number, name, data, True))
                elif form == "mbox":
                    box.add(mail(number, name, data, True))
                else:
                    (where / f"{number}.eml").write_bytes(mail(number, name, data, form == "alternative"))
            for one in (box, archive):
                if one is not None:
                    one.close()
            status, records, errors = scan("--reveal", "--jobs", 1, folder)
        found = {}
        for finding in of_type(records, "finding"):
            found.setdefault(finding["secret"], []).append(finding)
        for number, name in enumerate(made):
            hits = found.get(token(name), [])
            ids = {(hit["message"] or {}).get("id") for hit in hits}
            tap.ok(f"{form}/{name}", len(hits) == 1 and (form == "file" or ids == {f"<c{number}@corp.example>"}), [(hit["path"], hit["view"], hit["line"]) for hit in hits])
        strange = set(found) - {token(name) for name in made}
        tap.ok(f"{form}/nothing else is found", not strange, strange)
        total = summary(records)
        tap.ok(f"{form}/leaves add up", total["leaves"] == total["scanned"] + total["partial"] + total["refused"] and total["complete"], total)


def words():
    """A meeting's password in its description, cut by a fold."""
    secret = "".join(random.Random("cards words").choices("abcdefghkmnpqrstwxyz23456789", k=9)) + "X7"
    data = calendar("DESCRIPTION:Join the meeting\\nhttps://meet.corp.example/j/123\\n\\nPassword: " + secret + "\\n\\nMeeting ID: 123")
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "a.ics").write_bytes(data)
        _, records, _ = scan("--reveal", folder)
    tap.ok("words/a meeting's password", [f["secret"] for f in of_type(records, "finding")] == [secret], [(f["rule"], f["secret"]) for f in of_type(records, "finding")])


def pictures():
    """A photo is a gap `picture` and nothing more."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(bytes(9 * 8))) + chunk(b"IEND", b"")
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "a.vcf").write_bytes(card("PHOTO;ENCODING=b;TYPE=PNG:" + b64(png)))
        status, records, _ = scan("--reveal", folder)
    gaps = [(gap["kind"], gap["path"].rsplit("!/", 1)[-1]) for gap in of_type(records, "gap")]
    tap.ok("pictures/a card's photo", gaps == [("picture", "photo")] and status == 0, gaps)


def samples():
    path = CORPORA / "mail" / "postal-mime" / "test" / "fixtures" / "calendar-event.eml"
    if not path.exists():
        tap.skip("samples/calendar", "no corpora")
        return
    status, records, _ = scan(path)
    secrets = {finding["secret_id"] for finding in of_type(records, "finding")}
    tap.ok("samples/a meeting's PIN is one secret", len(secrets) == 1 and not of_type(records, "gap"), records)


def samples_to_harm():
    for number, (name, make) in enumerate(CARRIERS.items()):
        if name != "long":
            yield f"{number}.{suffix(name)}", make(token(name))


if len(sys.argv) > 1 and sys.argv[1] == "damage":
    sys.exit(damage.main("cards damage", list(samples_to_harm()), sys.argv[2:]))
carriers()
words()
pictures()
samples()
failed, deaths, lost = damage.run("cards damage", list(samples_to_harm()), 50)
tap.ok("damaged/50 variants are sound", not failed, failed)
tap.ok("damaged/no worker died", deaths == 0 and not lost, f"{deaths} {lost}")
tap.done()
