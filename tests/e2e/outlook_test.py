#!/usr/bin/env python3
"""MSG, TNEF, RTF and legacy Office documents: a token in every property and carrier is found, with the right message named; the same message
gives one id as EML and as MSG; damaged files lose nothing but themselves."""
import base64
import io
import pathlib
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import ole_writer  # noqa: E402
import office_damage  # noqa: E402
from cfb_writer import Storage, write_cfb  # noqa: E402
from harness import CORPORA, Tap, b64lines, github_token, of_type, scan, summary  # noqa: E402
from msg_writer import Ansi, Message, Time, attachment, compressed_rtf, recipient, write_msg  # noqa: E402
from tnef_writer import write_tnef  # noqa: E402

tap = Tap()
WHEN = Time(1705051800)


def token(name):
    return github_token(f"outlook {name}")


def base(number, **more):
    return {0x001A: "IPM.Note", 0x0037: "note", 0x0039: WHEN, 0x1035: f"<o{number}@corp.example>", 0x0042: "Alice", 0x0064: "EX",
            0x0065: "/o=Corp/cn=Recipients/cn=alice", 0x5D02: "alice@corp.example", **more}


def rtf(text):
    return compressed_rtf(text.encode())


def wrapped(text):
    return rtf("{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <p>}%s{\\*\\htmltag84 <b>}%s{\\*\\htmltag84 </b>}}" % (text[:9], text[9:]))


# Carrier: a function of the number and the token that gives a Message.
CARRIERS = {
    "subject": lambda n, t: Message({**base(n), 0x0037: t}),
    "subject in 8 bits": lambda n, t: Message({**base(n), 0x0037: Ansi(t)}),
    "plain body": lambda n, t: Message({**base(n), 0x1000: "see " + t}),
    "plain body in 8 bits": lambda n, t: Message({**base(n), 0x1000: Ansi("über " + t)}),
    "long plain body": lambda n, t: Message({**base(n), 0x1000: "x \r\n" * 40000 + t}),
    "HTML body as bytes": lambda n, t: Message({**base(n), 0x1013: f"<p>{t[:9]}<b>{t[9:]}</b></p>".encode()}),
    "HTML body as text": lambda n, t: Message({**base(n), 0x1013: f"<p>{t[:9]}<b>{t[9:]}</b></p>"}),
    "RTF body": lambda n, t: Message({**base(n), 0x1009: rtf("{\\rtf1\\ansi %s{\\b %s}}" % (t[:9], t[9:]))}),
    "RTF body not compressed": lambda n, t: Message({**base(n), 0x1009: compressed_rtf(("{\\rtf1 %s}" % t).encode(), b"MELA")}),
    "HTML in RTF": lambda n, t: Message({**base(n), 0x1009: wrapped(t)}),
    "hidden text in RTF": lambda n, t: Message({**base(n), 0x1009: rtf("{\\rtf1\\ansi a {\\v %s}}" % t)}),
    "transport header": lambda n, t: Message({**base(n), 0x007D: f"Message-ID: <o{n}@corp.example>\r\nX-Note: {t}\r\n"}),
    "sender's name": lambda n, t: Message({**base(n), 0x0C1A: t, 0x0C1F: "mallory@corp.example"}),
    "recipient's name": lambda n, t: Message(base(n), [recipient(t, "bob@corp.example")]),
    "recipient's own property": lambda n, t: Message(base(n), [{**recipient("Bob", "bob@corp.example"), 0x3A00: t}]),
    "unknown property": lambda n, t: Message({**base(n), 0x6123: t}),
    "unknown property in 8 bits": lambda n, t: Message({**base(n), 0x6124: Ansi(t)}),
    "long unknown property": lambda n, t: Message({**base(n), 0x6125: "y " * 40000 + t}),
    "bytes of a property": lambda n, t: Message({**base(n), 0x6126: b"\1\2\3" + t.encode() + b"\0"}),
    "bytes of a long property": lambda n, t: Message({**base(n), 0x6127: bytes(70000) + t.encode()}),
    "wide text in bytes": lambda n, t: Message({**base(n), 0x6128: b"\1\2" + t.encode("utf-16-le")}),
    "list of texts": lambda n, t: Message({**base(n), 0x6129: ["one", t]}),
    "named property": lambda n, t: Message({**base(n), ("name", "Password"): t}),
    "name of a property": lambda n, t: Message({**base(n), ("name", t): "x"}),
    "contact": lambda n, t: Message({**base(n), 0x001A: "IPM.Contact", 0x3A4F: t}),
    "task": lambda n, t: Message({**base(n), 0x001A: "IPM.Task", ("name", "Owner"): t}),
    "note": lambda n, t: Message({**base(n), 0x001A: "IPM.StickyNote", 0x1000: t}),
    "attachment": lambda n, t: Message(base(n), [], [attachment("prod.env", b"T=" + t.encode())]),
    "attachment's name": lambda n, t: Message(base(n), [], [attachment(t + ".txt", b"x")]),
    "attachment's property": lambda n, t: Message(base(n), [], [{**attachment("a.txt", b"x"), 0x6123: t}]),
    "attachment elsewhere": lambda n, t: Message(base(n), [], [{0x3705: 4, 0x3707: "a", 0x370D: "\\\\server\\" + t}]),
    "long attachment": lambda n, t: Message(base(n), [], [attachment("a.txt", b"x\n" * 100000 + t.encode())]),
    "zip in an attachment": lambda n, t: Message(base(n), [], [attachment("a.zip", zipped("k", t.encode()))]),
    "message in a message": lambda n, t: Message({**base(n), 0x1035: "<outer@corp.example>"}, [],
                                                 [{0x3705: 5, 0x3701: Message({**base(n), 0x1000: t})}]),
    "attachment of a message in one": lambda n, t: Message({**base(n), 0x1035: "<outer@corp.example>"}, [],
                                                           [{0x3705: 5, 0x3701: Message(base(n), [], [attachment("k", t.encode())])}]),
    "OLE object": lambda n, t: Message(base(n), [], [{0x3705: 6, 0x3701: Storage({"CONTENTS": b"x " * 40 + t.encode()})}]),
    "document in an OLE object": lambda n, t: Message(base(n), [], [{0x3705: 6, 0x3701: Storage(ole_writer.word([(t[:9], False), (t[9:], True)]))}]),
    "document": lambda n, t: Message(base(n), [], [attachment("a.doc", ole_writer.document(ole_writer.word([(t[:9], True), (t[9:], False)])))]),
}
NOT_IN_TNEF = {"list of texts"}


def zipped(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


def eml_around(number, name, kind, data):
    return (f"From: alice@corp.example\nMessage-ID: <o{number}@corp.example>\nMIME-Version: 1.0\nContent-Type: {kind}; name={name}\n"
            f"Content-Transfer-Encoding: base64\n\n").encode() + b64lines(data).encode()


def look(folder, form, suffix, is_in_eml=False):
    """Scan all carriers at once; each token must be found, and the message named."""
    status, records, errors = scan("--reveal", "--jobs", 1, folder)
    found = {}
    for finding in of_type(records, "finding"):
        found.setdefault(finding["secret"], []).append(finding)
    for number, name in enumerate(CARRIERS):
        if form == "TNEF" and name in NOT_IN_TNEF:
            continue
        hits = found.get(token(name), [])
        ids = {(hit["message"] or {}).get("id") for hit in hits}
        tap.ok(f"{form}/{name}", hits and ids == {f"<o{number}@corp.example>"}, f"{len(hits)} findings, ids {ids}\n{errors}")
    total = summary(records)
    tap.ok(f"{form}/leaves add up", total["leaves"] == total["scanned"] + total["partial"] + total["refused"], total)


def carriers():
    for form, suffix, write in (("MSG", ".msg", write_msg), ("MSG of version 4", ".msg", lambda m: write_msg(m, 4)), ("TNEF", ".dat", write_tnef)):
        with tempfile.TemporaryDirectory() as folder:
            for number, (name, make) in enumerate(CARRIERS.items()):
                (pathlib.Path(folder) / f"{number}{suffix}").write_bytes(write(make(number, token(name))))
            look(folder, form, suffix)
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(pathlib.Path(folder) / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for number, (name, make) in enumerate(CARRIERS.items()):
                archive.writestr(f"{number}.msg", write_msg(make(number, token(name))))
        look(folder, "MSG in a zip", ".msg")
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, make) in enumerate(CARRIERS.items()):
            data = write_tnef(make(number, token(name)))
            (pathlib.Path(folder) / f"{number}.eml").write_bytes(eml_around(number, "winmail.dat", "application/ms-tnef", data))
        look(folder, "TNEF in a mail", ".eml")


def one_id():
    """The same message as EML and as MSG."""
    secrets = {place: token(f"id {place}") for place in ("subject", "body", "attachment", "header")}
    eml = (f"Received: from a by b; Fri, 12 Jan 2024 09:30:00 +0000\nFrom: Alice <alice@corp.example>\nTo: bob@corp.example\nSubject: {secrets['subject']}\n"
           f"Date: Fri, 12 Jan 2024 09:30:00 +0000\nMessage-ID: <same@corp.example>\nX-Key: {secrets['header']}\nMIME-Version: 1.0\n"
           f"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nkey {secrets['body']}\n--x\nContent-Type: text/plain; name=prod.env\n"
           f"Content-Disposition: attachment; filename=prod.env\n\nT={secrets['attachment']}\n--x--\n")
    header = eml.split("\n\n")[0].replace("\n", "\r\n") + "\r\n"
    properties = {**base(1), 0x1035: "<same@corp.example>", 0x0037: secrets["subject"], 0x1000: f"key {secrets['body']}\r\n"}
    parts = [recipient("bob", "bob@corp.example")], [attachment("prod.env", f"T={secrets['attachment']}\n".encode(), "text/plain")]
    with_header = Message({**properties, 0x007D: header}, *parts)
    without = Message(properties, *parts)

    def ids(data, name):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / name).write_bytes(data)
            _, records, _ = scan("--reveal", folder)
            return {(f["secret"], f["finding_id"]) for f in of_type(records, "finding")}, of_type(records, "finding")[0]["message"]

    as_eml, eml_message = ids(eml.encode(), "a.eml")
    as_msg, msg_message = ids(write_msg(with_header), "a.msg")
    as_draft, draft_message = ids(write_msg(without), "a.msg")
    tap.ok("ids/EML and MSG give the same", as_eml == as_msg and len(as_eml) == 4, f"{as_eml ^ as_msg}")
    tap.ok("ids/a header made of properties gives the same", {i for i in as_eml if i[0] != secrets["header"]} == as_draft, f"{as_eml ^ as_draft}")
    for key in ("id", "date", "from", "to", "subject"):
        tap.ok(f"envelope/{key} is the same", eml_message[key] == msg_message[key] == draft_message[key], (eml_message[key], msg_message[key], draft_message[key]))


def documents():
    keys = {place: token(f"document {place}") for place in
            ("pieces", "wide", "old title", "macro", "package", "cell", "cut", "row", "comment", "header of a sheet", "atom", "wide atom", "object", "stream", "embedded", "RTF", "RTF object", "zip in RTF")}
    half = keys["cut"]
    inner = write_cfb(Storage({"CONTENTS": keys["object"].encode()}))
    files = {
        "a.doc": ole_writer.document(ole_writer.word([("one " + keys["pieces"][:20], False), (keys["pieces"][20:] + "\r" + keys["wide"] + "\r", True)]),
                                     **{"\5SummaryInformation": ole_writer.properties({2: keys["old title"]}), "Macros": ole_writer.macros(f'k = "{keys["macro"]}"'),
                                        "ObjectPool": Storage({"_1": ole_writer.package("k.txt", keys["package"].encode()),
                                                               "_2": Storage(ole_writer.sheets([[keys["embedded"]]]))}),
                                        "Other": keys["stream"].encode()}),
        "b.xls": ole_writer.document(ole_writer.sheets([["user", keys["cell"]], ["x", 42.5], [keys["row"]], ["y", half]], cut=20, comments=["see " + keys["comment"]],
                                                  header="&L&\"Arial,Bold\"&10" + keys["header of a sheet"])),
        "d.rtf": ("{\\rtf1\\ansi %s{\\b %s}\\par " % (keys["RTF"][:9], keys["RTF"][9:]) + ole_writer.rtf_object("r.txt", keys["RTF object"].encode())
                  + ole_writer.rtf_object("z.zip", zipped("k", keys["zip in RTF"].encode())) + "}").encode(),
        "c.ppt": ole_writer.document(ole_writer.slides([(keys["atom"], False), (keys["wide atom"], True)], [inner])),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            (pathlib.Path(folder) / name).write_bytes(data)
        _, records, _ = scan("--reveal", "--jobs", 1, folder)
    found = {}
    for finding in of_type(records, "finding"):
        found.setdefault(finding["secret"], []).append(finding["path"].split("/")[-1])
    for place, key in keys.items():
        tap.ok(f"documents/{place}", len(found.get(key, [])) == 1, f"{found.get(key)}")
    names = [f["path"] for f in of_type(records, "finding") if f["secret"] == keys["package"]]
    tap.ok("documents/a package has its name", names and names[0].endswith("k.txt"), names)


def locked():
    files = {
        "a.doc": ole_writer.document(ole_writer.word([("text", False)], 0x0100)),
        "b.xls": ole_writer.document(ole_writer.sheets([["text"]], is_locked=True)),
        "c.ppt": ole_writer.document(ole_writer.slides([("text", False)], is_locked=True)),
        "d.docx": write_cfb(Storage({"EncryptedPackage": b"\1" * 5000, "EncryptionInfo": b"<encryption/>" * 20})),
        "message.rpmsg": bytes.fromhex("76e80460c411e386") + bytes(range(256)) * 4,
    }
    for name, data in files.items():
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / name).write_bytes(data)
            status, records, _ = scan(folder)
        kinds = [gap["kind"] for gap in of_type(records, "gap")]
        tap.ok(f"locked/{name} is a gap", "encrypted" in kinds and status & 4, kinds)


def samples():
    """Counts of real samples, as other readers give them (docs/mail-in-the-wild.md)."""
    expected = [("msg", {"messages": 122}), ("tnef", {"messages": 6})]
    for name, counts in expected:
        if not (CORPORA / name).is_dir():
            tap.skip(f"samples/{name}", "no corpora")
            continue
        status, records, errors = scan("--jobs", 1, CORPORA / name)
        total = summary(records)
        lost = [gap for gap in of_type(records, "gap") if gap["kind"] in ("crashed", "timeout")]
        tap.ok(f"samples/{name} are read", not lost and total["leaves"] == total["scanned"] + total["partial"] + total["refused"], f"{total}\n{lost}\n{errors}")
        for key, count in counts.items():
            tap.ok(f"samples/{name} {key}", total[key] == count, f"{total[key]} is not {count}")


def damaged():
    failed, deaths, lost = office_damage.run(100)
    tap.ok("damaged/100 variants are sound", not failed, failed)
    tap.ok("damaged/no worker died", deaths == 0 and not lost, f"{deaths} {lost}")


carriers()
one_id()
documents()
locked()
samples()
damaged()
tap.done()
