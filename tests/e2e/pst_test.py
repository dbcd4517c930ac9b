#!/usr/bin/env python3
"""PST and OST: a token in every property that is read is found under the right message, ANSI and Unicode, bare and in other containers; counts hold."""
import base64
import email.message
import os
import pathlib
import struct
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import pst_damage  # noqa: E402
from harness import CORPORA, Tap, github_token, of_type, scan, summary  # noqa: E402
from pst_writer import (ADDRESS, ADDRESS_TYPE, BODY, DELIVERED, DISPLAY_NAME, HEADERS, HTML, LONG_NAME, MESSAGE_CLASS, MESSAGE_ID,  # noqa: E402
                        MIME_TYPE, RECIPIENT_TYPE, RTF, SMTP, SUBJECT, SUBMITTED, Attachment, Named, Pst, crc, named)

WHEN = 1700000000.0
CLASSES = ["IPM.Note", "IPM.Schedule.Meeting.Request", "IPM.Appointment", "IPM.Contact", "IPM.Task", "IPM.StickyNote", "IPM.Activity",
           "REPORT.IPM.Note.NDR", "IPM.SkypeTeams.Message", "IPM.DistList", "IPM.Note.SMIME.MultipartSigned", "IPM.Post.RSS",
           "IPM.Configuration.Autocomplete", "Our.Own.Class"]
BINARY_TAGS = (0x0041, 0x0C19)


def rtf(text):
    """Compressed RTF (MS-OXRTFCP) that is not compressed, and RTF around TEXT."""
    raw = b"{\\rtf1\\ansi\\deff0 {\\fonttbl{\\f0 Arial;}}\\f0 " + text.encode() + b"\\par}"
    return struct.pack("<IIII", len(raw) + 12, len(raw), 0x414C454D, 0) + raw


def lzfu(text):
    """Compressed RTF of literals alone."""
    raw = b"{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag <p>}" + text.encode() + b"}"
    body = b"".join(b"\0" + raw[i:i + 8] for i in range(0, len(raw) // 8 * 8, 8))
    rest = raw[len(raw) // 8 * 8:]
    at = (207 + len(raw)) % 4096
    body += bytes([1 << len(rest)]) + rest + struct.pack(">H", at << 4)
    return struct.pack("<IIII", len(body) + 12, len(raw), 0x75465A4C, crc(body)) + body


class Planted:
    """Messages with one token each. CASES: token's seed to the Message-ID that must be named."""

    def __init__(self, pst):
        self.pst, self.cases = pst, {}
        self.folder = pst.folder(pst.folder(pst.subtree, "Inbox"), "Ops")

    def token(self, case, message_id=True):
        self.cases[case] = f"<{case}@pst.example>" if message_id else None
        return github_token("pst " + case)

    def message(self, case, properties=None, recipients=(), attachments=(), **more):
        base = {MESSAGE_ID: f"<{case}@pst.example>", SUBJECT: "a subject", SUBMITTED: WHEN}
        self.pst.message(more.pop("folder", self.folder), base | (properties or {}), recipients, attachments, **more)

    def properties(self):
        for case, number in [("subject", SUBJECT), ("body", BODY), ("topic", 0x0070), ("comment", 0x3004), ("sender-name", 0x0C1A),
                             ("sent-name", 0x0042), ("reply-names", 0x0050), ("report-text", 0x1001), ("display-bcc", 0x0E02),
                             ("telephone", 0x3A08), ("company", 0x3A16), ("unknown-tag", 0x6699), ("preview", 0x3FD9)]:
            self.message(case, {number: f"before {self.token(case)} after"})
        self.message("html", {HTML: f"<p>x <b>{self.token('html')}</b></p>".encode(), 0x3FDE: 65001})
        self.message("html-text", {HTML: f"<p>{self.token('html-text')}</p>"})
        self.message("rtf", {RTF: rtf(self.token("rtf"))})
        self.message("rtf-html", {RTF: lzfu(self.token("rtf-html"))})
        self.message("binary-utf8", {0x7C08: f"<xml>{self.token('binary-utf8')}</xml>".encode()})
        self.message("binary-utf16", {0x6698: f"text {self.token('binary-utf16')} text".encode("utf-16-le")})
        self.message("many-texts", {0x6697: ["one", self.token("many-texts"), "three"]})
        self.message("many-bytes", {0x6696: [b"one", self.token("many-bytes").encode()]})
        self.message("named-text", {named("our note"): self.token("named-text")})
        self.message("named-number", {Named(0x8503): self.token("named-number")})
        self.message("named-own-set", {Named("key", "00062008-0000-0000-c000-000000000046"): self.token("named-own-set")})
        self.message("long-body", {BODY: "filler line\r\n" * 40000 + self.token("long-body")})
        self.message("long-html", {HTML: b"<p>filler</p>\r\n" * 40000 + self.token("long-html").encode()})
        self.message("long-property", {0x6695: "filler " * 40000 + self.token("long-property")})
        self.message("long-binary", {0x6694: b"filler " * 40000 + self.token("long-binary").encode()})
        self.message("utf16-body", {BODY: f"Schlüssel “{self.token('utf16-body')}” – fertig"})
        headers = f"Received: from a\r\nMessage-ID: <headers@pst.example>\r\nX-Key: {self.token('headers')}\r\nSubject: s\r\n"
        self.message("headers", {HEADERS: headers})

    def people(self):
        person = {RECIPIENT_TYPE: 1, DISPLAY_NAME: "Bob", ADDRESS_TYPE: "SMTP", ADDRESS: "bob@x.example", SMTP: "bob@x.example"}
        for case, number in [("recipient-name", DISPLAY_NAME), ("recipient-address", ADDRESS), ("recipient-smtp", SMTP),
                             ("recipient-account", 0x3A00), ("recipient-named", named("memo"))]:
            self.message(case, {}, [person, person | {number: self.token(case)}])
        self.message("recipient-bcc-after-headers", {HEADERS: "Message-ID: <recipient-bcc-after-headers@pst.example>\r\nTo: bob@x.example\r\n"},
                     [person | {RECIPIENT_TYPE: 3, DISPLAY_NAME: self.token("recipient-bcc-after-headers")}])

    def attachments(self):
        for case, number in [("attachment-name", LONG_NAME), ("attachment-short-name", 0x3704), ("attachment-title", DISPLAY_NAME),
                             ("attachment-type", MIME_TYPE), ("attachment-path", 0x370D), ("attachment-content-id", 0x3712),
                             ("attachment-named", named("caption"))]:
            self.message(case, {}, [], [Attachment({number: self.token(case)}, b"data")])
        self.message("attachment", {}, [], [Attachment({LONG_NAME: "a.txt"}, self.token("attachment").encode())])
        self.message("attachment-large", {}, [],
                     [Attachment({LONG_NAME: "l.txt"}, b"filler line\r\n" * 800000 + self.token("attachment-large").encode())])
        self.message("attachment-ole", {}, [], [Attachment({LONG_NAME: "o.txt"}, b"ole " + self.token("attachment-ole").encode(), method=6)])
        self.message("attachment-second", {}, [], [Attachment({LONG_NAME: "1"}, b"one"),
                                                   Attachment({LONG_NAME: "2"}, self.token("attachment-second").encode())])
        self.message("attachment-reference", {}, [], [Attachment({0x370D: "\\\\server\\" + self.token("attachment-reference")}, method=4)])
        inner = {MESSAGE_ID: "<embedded@pst.example>", SUBJECT: "inner", BODY: self.token("embedded")}
        self.message("outer", {}, [], [Attachment({}, message=(inner, [], []))])
        deep = {MESSAGE_ID: "<embedded-attachment@pst.example>"}
        file = Attachment({LONG_NAME: "d.txt"}, self.token("embedded-attachment").encode())
        self.message("outer-2", {}, [], [Attachment({}, message=({}, [], [Attachment({}, message=(deep, [], [file]))]))])
        archive = pathlib.Path(tempfile.mkdtemp()) / "z.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
            out.writestr("key.txt", self.token("attachment-zip"))
        self.message("attachment-zip", {}, [], [Attachment({LONG_NAME: "z.zip"}, archive.read_bytes())])
        mail = f"Message-ID: <attachment-eml@pst.example>\r\nSubject: x\r\n\r\n{self.token('attachment-eml')}\r\n"
        self.message("eml-around", {}, [], [Attachment({LONG_NAME: "m.eml", MIME_TYPE: "message/rfc822"}, mail.encode())])

    def places(self):
        for name in CLASSES:
            case = "class-" + name.lower().replace(".", "-")
            self.message(case, {MESSAGE_CLASS: name, BODY: "body", 0x6600: self.token(case)})
        self.message("hidden-item", {BODY: self.token("hidden-item")}, hidden=True)
        beside = self.pst.folder(self.pst.root, "Recoverable Items")
        self.message("folder-beside", {BODY: self.token("folder-beside")}, folder=self.pst.folder(beside, "Purges"))
        self.message("search-folder", {BODY: self.token("search-folder")}, folder=self.pst.folder(self.pst.root, "Finder", search=True))
        self.message("orphan", {BODY: self.token("orphan")}, folder=0, parent=0x77722)
        self.pst.folder(self.pst.subtree, "name " + self.token("folder-name", False))
        self.pst.folder(self.pst.subtree, "with a comment", {0x3004: self.token("folder-comment", False)})
        self.pst.store[0x3004] = self.token("store-comment", False)

    def all(self):
        self.properties()
        self.people()
        self.attachments()
        self.places()
        return self.cases


def found_under(records):
    """Token to the set of Message-IDs it was found under."""
    found = {}
    for record in of_type(records, "finding"):
        found.setdefault(record["secret"], set()).add((record["message"] or {}).get("id"))
    return found


def check_planted(tap, name, cases, path, *options, outer=None):
    """OUTER: the message that the file is attached to, which is named where no message in the file is."""
    _, records, errors = scan("--reveal", *options, path)
    found, total = found_under(records), summary(records)
    for case, message_id in cases.items():
        ids = found.get(github_token("pst " + case))
        tap.ok(f"pst/{name}/{case}", ids is not None and (message_id or outer) in ids, ids)
    tap.ok(f"pst/{name}/no-worker-ended", "worker ended" not in errors, errors)
    tap.ok(f"pst/{name}/leaves", total["leaves"] == total["scanned"] + total["partial"] + total["refused"], total)
    return records


def planted(tap, folder):
    for kind in ("unicode", "ansi"):
        path = folder / f"{kind}.pst"
        with Pst(path, ansi=kind == "ansi", display_name="Alice Example") as pst:
            cases = Planted(pst).all()
        records = check_planted(tap, kind, cases, path, "--jobs", 1)
        gaps = [gap for gap in of_type(records, "gap") if gap["kind"] != "not-in-export"]
        tap.ok(f"pst/{kind}/no-gap-but-the-reference", gaps == [] and len(of_type(records, "gap")) == 1, gaps)
        finding = next(f for f in of_type(records, "finding") if f["secret"] == github_token("pst body"))
        message = finding["message"]
        tap.ok(f"pst/{kind}/folder", message["folder"] == "Inbox/Ops" and message["folder_role"] == "inbox", message)
        tap.ok(f"pst/{kind}/custodian", message["custodian"] == "Alice Example", message)
        tap.ok(f"pst/{kind}/date", message["date"] == "2023-11-14T22:13:20Z", message)
        if kind == "ansi":
            continue
        packed = folder / "packed.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
            out.write(path, "box.pst")
        check_planted(tap, "inside-zip", cases, packed, "--jobs", 1)
        parts = email.message.EmailMessage()
        parts["Message-ID"], parts["Subject"] = "<carrier@x.example>", "s"
        parts.set_content("see the file")
        parts.add_attachment(path.read_bytes(), maintype="application", subtype="vnd.ms-outlook", filename="box.pst")
        (folder / "mail.eml").write_bytes(parts.as_bytes())
        check_planted(tap, "attached", cases, folder / "mail.eml", "--jobs", 1, outer="<carrier@x.example>")


def same_ids(tap, folder):
    """One message as EML and in a PST: one finding_id for what stands in the same place."""
    tokens = {case: github_token("pst same " + case) for case in ("body", "subject", "attachment")}
    mail = email.message.EmailMessage()
    mail["Message-ID"], mail["From"], mail["To"] = "<same@x.example>", "a@x.example", "b@x.example"
    mail["Subject"], mail["Date"] = "key " + tokens["subject"], "Tue, 14 Nov 2023 22:13:20 +0000"
    mail.set_content("the body " + tokens["body"])
    mail.add_attachment(tokens["attachment"].encode(), maintype="application", subtype="octet-stream", filename="key.txt")
    (folder / "same.eml").write_bytes(mail.as_bytes())
    heads = "".join(f"{name}: {value}\r\n" for name, value in mail.items() if name.lower() not in ("mime-version", "content-type"))
    base = {MESSAGE_ID: "<same@x.example>", SUBJECT: "key " + tokens["subject"], SUBMITTED: WHEN, BODY: "the body " + tokens["body"]}
    file = [Attachment({LONG_NAME: "key.txt"}, tokens["attachment"].encode())]
    for name, more in (("transport", {HEADERS: heads}), ("made", {})):
        with Pst(folder / f"{name}.pst") as pst:
            pst.message(pst.folder(pst.subtree, "Inbox"), base | more, [], file)

    def ids(path):
        _, records, _ = scan("--reveal", path)
        return sorted((f["secret"], f["finding_id"]) for f in of_type(records, "finding"))
    expected = ids(folder / "same.eml")
    tap.ok("pst/same-ids/all-found", len(expected) == 3, expected)
    for name in ("transport", "made"):
        got = ids(folder / f"{name}.pst")
        tap.ok(f"pst/same-ids/{name}", got == expected, f"{got}\n{expected}")


def provenance(tap, folder):
    dn = "/O=EXAMPLE/OU=EXCHANGE/CN=RECIPIENTS/CN="
    index = bytes(range(22))
    base = {BODY: github_token("pst provenance"), SUBJECT: "\x01\x05Re: topic", SUBMITTED: WHEN, DELIVERED: WHEN + 5, 0x0071: index,
            0x0C1A: "Ann", 0x0C1E: "EX", 0x0C1F: dn + "ANN", 0x0042: "Ann", 0x0064: "EX", 0x0065: dn + "ANN"}
    people = [{RECIPIENT_TYPE: 1, DISPLAY_NAME: "Bob", ADDRESS_TYPE: "EX", ADDRESS: dn + "BOB", SMTP: "bob@x.example"},
              {RECIPIENT_TYPE: 2, DISPLAY_NAME: "Cid", ADDRESS_TYPE: "SMTP", ADDRESS: "cid@x.example"},
              {RECIPIENT_TYPE: 3, DISPLAY_NAME: "Eve", ADDRESS_TYPE: "SMTP", ADDRESS: "eve@x.example"}]
    with Pst(folder / "people.pst") as pst:
        inbox = pst.folder(pst.subtree, "Sent Items")
        pst.message(inbox, base | {MESSAGE_ID: "<smtp@x>", 0x5D01: "ann@x.example", 0x5D02: "ann@x.example"}, people)
        pst.message(inbox, base | {MESSAGE_ID: "<heads@x>", HEADERS: "From: Ann <ann@heads.example>\r\nTo: bob@heads.example\r\n"}, people)
        pst.message(inbox, base | {MESSAGE_ID: "<none@x>"}, people)
    status, records, _ = scan("--reveal", folder / "people.pst")
    by_id = {f["message"]["id"]: f["message"] for f in of_type(records, "finding")}
    smtp, heads = by_id.get("<smtp@x>", {}), by_id.get("<heads@x>", {})
    tap.ok("pst/provenance/smtp-properties", smtp.get("from") == "ann@x.example" and smtp.get("to") == ["bob@x.example"], smtp)
    tap.ok("pst/provenance/cc-and-bcc", smtp.get("cc") == ["cid@x.example"] and smtp.get("bcc") == ["eve@x.example"], smtp)
    tap.ok("pst/provenance/transport-headers", heads.get("from") == "ann@heads.example" and heads.get("to") == ["bob@heads.example"], heads)
    tap.ok("pst/provenance/bcc-beside-headers", heads.get("bcc") == ["eve@x.example"], heads)
    tap.ok("pst/provenance/exchange-name-alone", "ANN" in (by_id.get("<none@x>", {}).get("from") or "").upper(), by_id.get("<none@x>"))
    tap.ok("pst/provenance/subject", smtp.get("subject") == "Re: topic", smtp)
    tap.ok("pst/provenance/thread", smtp.get("thread") == index.hex() and not smtp.get("thread_guessed"), smtp)
    tap.ok("pst/provenance/role", smtp.get("folder_role") == "sent", smtp)
    tap.ok("pst/provenance/default-name-is-no-custodian", smtp.get("custodian") == "people", smtp)
    _, records, _ = scan("--custodian", "bert", folder / "people.pst")
    tap.ok("pst/provenance/label-wins", {f["message"]["custodian"] for f in of_type(records, "finding")} == {"bert"})


def split(tap, folder):
    """A large file goes to several workers in shares: nothing is told twice, or not at all."""
    filler = b"filler line\r\n" * 12000
    with Pst(folder / "large.pst") as pst:
        cases = Planted(pst).all()
        inbox = pst.folder(pst.subtree, "Many", {0x3602: 400})
        for i in range(300):
            pst.message(inbox, {MESSAGE_ID: f"<{i}@split.example>", BODY: f"message {i} " + github_token(f"pst split {i}")}, [],
                        [Attachment({LONG_NAME: "f.txt"}, filler)])
    one, many = (scan("--reveal", "--jobs", jobs, folder / "large.pst")[1] for jobs in (1, 4))
    found = [sorted((f["secret"], f["finding_id"], f["path"], f["message"]["folder"]) for f in of_type(records, "finding")) for records in (one, many)]
    tap.ok("pst/split/all-are-found", len(found[0]) >= 300 + len(cases), len(found[0]))
    tap.ok("pst/split/same-findings", found[0] == found[1], sorted(set(found[0]) ^ set(found[1]))[:3])
    gaps = [sorted(gap["gap_id"] for gap in of_type(records, "gap")) for records in (one, many)]
    tap.ok("pst/split/same-gaps", gaps[0] == gaps[1] and len(gaps[0]) == 2, gaps)
    totals = [{key: value for key, value in summary(records).items() if key != "seconds"} for records in (one, many)]
    tap.ok("pst/split/same-summary", totals[0] == totals[1], f"{totals[0]}\n{totals[1]}")


def counts(tap, folder):
    with Pst(folder / "short.pst") as pst:
        inbox = pst.folder(pst.subtree, "Inbox", {0x3602: 5, 0x67FF: 1})
        pst.message(inbox, {SUBJECT: "one of five"})
        pst.store[0x67FF] = 0x12345
    status, records, _ = scan(folder / "short.pst")
    gaps = of_type(records, "gap")
    tap.ok("pst/counts/missing-items-are-a-gap", len(gaps) == 1 and gaps[0]["kind"] == "missing" and "5 items; 1" in gaps[0]["reason"], gaps)
    tap.ok("pst/counts/gap-names-the-folder", gaps and gaps[0]["message"]["folder"] == "Inbox", gaps)
    tap.ok("pst/counts/password-is-no-encryption", summary(records)["messages"] == 1 and status == 4, summary(records))


# Items of the samples: what libpff's own tool exports (see docs/mail-in-the-wild.md), embedded messages, hidden items, and recovered ones.
SAMPLES = {
    "32-bit.pst": 1, "Empty.pst": 0, "Outlook.pst": 32, "SampleOstFile.ost": 118, "dist-list.pst": 12,
    "outlook2019_MSO_16.0.10377.20023_64-bit.pst": 2, "passworded.pst": 16, "passwordprotectedPST.pst": 25, "support.pst": 17,
    "testPST_variousBodyTypes.pst": 4, "tomes-sample.pst": 3, "unicode-4k-page.ost": 179,
}


def samples(tap):
    for name, messages in SAMPLES.items():
        path = CORPORA / "pst" / name
        if not path.exists():
            tap.skip(f"pst/samples/{name}", "no corpora beside this checkout")
            continue
        _, records, errors = scan("--jobs", 1, path)
        total = summary(records)
        tap.ok(f"pst/samples/{name}/messages", total["messages"] == messages, total)
        tap.ok(f"pst/samples/{name}/leaves", total["leaves"] == total["scanned"] + total["partial"] + total["refused"] and
               "worker ended" not in errors, f"{total} {errors}")


def main():
    tap = Tap()
    if b"pst " not in os.popen(f"{os.environ.get('MAILSPILL', 'build/mailspill')} formats").read().encode():
        tap.skip("pst", "built without libpff")
        tap.done()
    with tempfile.TemporaryDirectory() as folder:
        planted(tap, pathlib.Path(folder))
        same_ids(tap, pathlib.Path(folder))
        provenance(tap, pathlib.Path(folder))
        counts(tap, pathlib.Path(folder))
        split(tap, pathlib.Path(folder))
    failed, deaths, lost = pst_damage.run(40)
    tap.ok("pst/damage/leaves-add-up-and-nothing-hangs", failed == [] and lost == [], f"{failed} {deaths} {lost}")
    samples(tap)
    tap.done()


if __name__ == "__main__":
    main()
