#!/usr/bin/env python3
"""Archives of Outlook for Mac: a token in every property and carrier is found with the right message named, directly and in a zip; the same message
gives one id as EML and as OLM; a real sample has the counts that Python's zip and XML give; damaged archives lose nothing but themselves.
`olm_test.py damage [COUNT [FIRST]]` harms COUNT variants (1000) by hand."""
import io
import pathlib
import sys
import tempfile
import xml.etree.ElementTree
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import damage  # noqa: E402
from harness import CORPORA, Tap, github_token, of_type, scan, summary  # noqa: E402
from olm_writer import Item, Raw, categories, mail, people, write_olm  # noqa: E402

tap = Tap()


def token(name):
    return github_token(f"olm {name}")


def text(t):
    return ("key.txt", b"x\nT=" + t.encode() + b"\n", "text/plain")


def zipped(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def stored(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


def inner(t):
    return f"From: bob@corp.example\r\nMessage-ID: <inner@corp.example>\r\nSubject: x\r\n\r\nkey {t}\r\n".encode()


# Carrier: a function of number and token that gives the Item of the message <oN@corp.example>.
CARRIERS = {
    "subject": lambda n, t: Item(mail(n, OPFMessageCopySubject=t)),
    "subject with references": lambda n, t: Item(mail(n, OPFMessageCopySubject=Raw("&lt;" + "".join(f"&#{ord(c)};" for c in t) + "&gt;"))),
    "plain body": lambda n, t: Item(mail(n, OPFMessageCopyBody="see\r\n" + t)),
    "plain and HTML": lambda n, t: Item(mail(n, OPFMessageCopyBody="see", OPFMessageCopyHTMLBody=f"<html><p>{t[:9]}<b>{t[9:]}</b></html>")),
    "HTML twice": lambda n, t: Item(mail(n, OPFMessageCopyBody=f"<html><p>{t[:9]}<b>{t[9:]}</b></html>",
                                         OPFMessageCopyHTMLBody=f"<html><p>{t[:9]}<b>{t[9:]}</b></html>")),
    "HTML as the only body": lambda n, t: Item(mail(n, OPFMessageCopyBody=f"<html><p>{t[:9]}<b>{t[9:]}</b></html>")),
    "long body": lambda n, t: Item(mail(n, OPFMessageCopyBody="x <y> & z\n" * 200000 + t)),
    "sender's name": lambda n, t: Item({**mail(n), "OPFMessageCopyFromAddresses": people(("alice@corp.example", t))}),
    "sender": lambda n, t: Item(mail(n, OPFMessageCopySenderAddress=people(("mallory@corp.example", t)))),
    "recipient's name": lambda n, t: Item(mail(n, OPFMessageCopyToAddresses=people(("bob@corp.example", t)))),
    "copied": lambda n, t: Item(mail(n, OPFMessageCopyCCAddresses=people(("bob@corp.example", t)))),
    "blind copied": lambda n, t: Item(mail(n, OPFMessageCopyBCCAddresses=people(("bob@corp.example", t)))),
    "reply to": lambda n, t: Item(mail(n, OPFMessageCopyReplyToAddresses=people(("bob@corp.example", t)))),
    "topic": lambda n, t: Item(mail(n, OPFMessageCopyThreadTopic=t)),
    "category": lambda n, t: Item(mail(n, OPFMessageCopyCategoryList=categories("red", t))),
    "unknown field": lambda n, t: Item(mail(n, OPFMessageCopyNewThing=t)),
    "unknown field in a field": lambda n, t: Item(mail(n, OPFMessageCopyNewThing=Raw(f"<a><b>{t}</b></a>"))),
    "unknown attribute": lambda n, t: Item(mail(n, OPFMessageCopyNewThing=Raw(f'<a b="{t}"/>'))),
    "field with another name": lambda n, t: Item(mail(n, headers="X-Key: " + t)),
    "attachment": lambda n, t: Item(mail(n), [text(t)]),
    "second attachment": lambda n, t: Item(mail(n), [("a", b"x", "text/plain"), text(t)]),
    "attachment's name": lambda n, t: Item(mail(n), [(t + ".txt", b"x", "text/plain")]),
    "attachment that is missing": lambda n, t: Item(mail(n), [(t + ".txt", None, "text/plain")]),
    "zip in an attachment": lambda n, t: Item(mail(n), [("a.zip", zipped("k", t.encode()), "application/zip")]),
    "long attachment": lambda n, t: Item(mail(n), [("a.txt", b"x\n" * 300000 + t.encode(), "text/plain")]),
    "message attached": lambda n, t: Item({**mail(n), "OPFMessageCopyMessageID": "outer@corp.example"},
                                          [("a.eml", inner(t).replace(b"inner@", b"o%d@" % n), "message/rfc822")]),
    "in an account's folder": lambda n, t: ("Accounts/alice@corp.example/com.microsoft.__Messages/Inbox/Ops/", Item(mail(n, OPFMessageCopyBody=t))),
}

# Items that are no mail: file, kind, fields; the token stands in the field.
OTHERS = {
    "appointment's summary": ("Local/Calendar/Calendar.xml", "appointment", lambda t: {"OPFCalendarEventCopySummary": t}),
    "appointment's text": ("Local/Calendar/Other.xml", "appointment", lambda t: {"OPFCalendarEventCopySummary": "x", "OPFCalendarEventCopyDescriptionPlain": "dial in " + t}),
    "appointment's HTML": ("Local/Calendar/More.xml", "appointment", lambda t: {"OPFCalendarEventCopyDescription": f"<html>{t[:9]}<b>{t[9:]}</b></html>"}),
    "attendee": ("Local/Calendar/People.xml", "appointment", lambda t: {"OPFCalendarEventCopyAttendeeList": Raw(
        f'<appointmentAttendee OPFCalendarAttendeeAddress="bob@corp.example" OPFCalendarAttendeeName="{t}"/>')}),
    "location": ("Local/Calendar/Place.xml", "appointment", lambda t: {"OPFCalendarEventCopyLocation": t}),
    "contact's notes": ("Local/Address Book/Contacts.xml", "contact", lambda t: {"OPFContactCopyDisplayName": "Bob", "OPFContactCopyNotesPlain": t}),
    "contact's field": ("Local/Address Book/A/Contacts.xml", "contact", lambda t: {"OPFContactCopyDisplayName": "Bob", "OPFContactCopyCustom1": t}),
    "task": ("Local/Tasks/Tasks.xml", "task", lambda t: {"OPFTaskCopyName": "do it", "OPFTaskCopyNotePlain": t}),
    "note": ("Local/Notes/Notes.xml", "note", lambda t: {"OPFNoteCopyTitle": "keys", "OPFNoteCopyText": "<html>see " + t}),
}


def archive_of_all():
    mails = [make(number, token(name)) for number, (name, make) in enumerate(CARRIERS.items())]
    others = [(where, [Item({"OPFNoteCopyTitle": "first"}, [], kind), Item(fields(token(name)), [], kind)]) for name, (where, kind, fields) in OTHERS.items()]
    first = [("Local/com.microsoft.__Messages/Inbox/com.microsoft.__Attachments/nobody_0000", token("loose attachment").encode()),
             ("Local/readme.txt", token("loose member").encode()), ("Local/" + token("name of a member") + ".bin", b"x")]
    return write_olm(mails, others, first)


def carriers():
    data = archive_of_all()
    count = len(CARRIERS) + 2 * len(OTHERS) + 1
    for form, name, bytes_ in (("OLM", "a.olm", data), ("OLM in a zip", "a.zip", zipped("export.olm", data)), ("OLM without its name", "a.bin", data)):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / name).write_bytes(bytes_)
            status, records, errors = scan("--reveal", "--jobs", 1, folder)
        found = {}
        for finding in of_type(records, "finding"):
            found.setdefault(finding["secret"], []).append(finding)
        for number, carrier in enumerate(CARRIERS):
            ids = {(hit["message"] or {}).get("id") for hit in found.get(token(carrier), [])}
            tap.ok(f"{form}/{carrier}", ids == {f"<o{number}@corp.example>"}, f"ids {ids}\n{errors}")
        for carrier, (where, _, _) in OTHERS.items():
            hits = found.get(token(carrier), [])
            tap.ok(f"{form}/{carrier}", len(hits) >= 1 and all(f"{where.replace(' ', '%20')}%202!/" in hit["path"] for hit in hits), [hit["path"] for hit in hits])
        for place in ("loose attachment", "loose member", "name of a member"):
            tap.ok(f"{form}/{place}", token(place) in found, "")
        total = summary(records)
        tap.ok(f"{form}/leaves add up", total["leaves"] == total["scanned"] + total["partial"] + total["refused"], total)
        tap.ok(f"{form}/items are counted", total["messages"] == count, f"{total['messages']} is not {count}")
        kinds = [(gap["kind"], gap["path"].split(" ")[-1]) for gap in of_type(records, "gap")]
        missing = token("attachment that is missing")
        tap.ok(f"{form}/what is not there is a gap", [kind for kind, _ in kinds] == ["missing"] and missing not in str(kinds), kinds)
        account = [hit["message"] for hit in found.get(token("in an account's folder"), [])]
        tap.ok(f"{form}/folder and custodian", account and (account[0]["folder"], account[0]["folder_role"], account[0]["custodian"])
               == ("Inbox/Ops", "inbox", "alice@corp.example"), account)


def one_id():
    """The same message as EML and in an archive."""
    secrets = {place: token(f"id {place}") for place in ("subject", "body", "html", "attachment")}
    html = f"<html><p>{secrets['html']}</p></html>"
    eml = (f"From: Alice <alice@corp.example>\nTo: Bob <bob@corp.example>\nSubject: {secrets['subject']}\nDate: Fri, 12 Jan 2024 09:30:00 +0000\n"
           "Message-ID: <same@corp.example>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/alternative; boundary=y\n\n"
           f"--y\nContent-Type: text/plain\n\nkey {secrets['body']}\n--y\nContent-Type: text/html\n\n{html}\n--y--\n--x\n"
           f"Content-Type: text/plain; name=prod.env\nContent-Disposition: attachment; filename=prod.env\n\nT={secrets['attachment']}\n--x--\n")
    olm = write_olm([Item(mail(0, OPFMessageCopyMessageID="same@corp.example", OPFMessageCopySubject=secrets["subject"], OPFMessageCopyBody=f"key {secrets['body']}\r\n",
                               OPFMessageCopyHTMLBody=html, OPFMessageCopyToAddresses=people(("bob@corp.example", "Bob"))),
                          [("prod.env", f"T={secrets['attachment']}\n".encode(), "text/plain")])])
    results = {}
    for name, data in (("a.eml", eml.encode()), ("a.olm", olm)):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / name).write_bytes(data)
            _, records, _ = scan("--reveal", folder)
        found = of_type(records, "finding")
        results[name] = ({(f["secret"], f["finding_id"]) for f in found}, found[0]["message"])
    (as_eml, eml_message), (as_olm, olm_message) = results.values()
    tap.ok("ids/EML and OLM give the same", as_eml == as_olm and len(as_eml) == 4, f"{as_eml ^ as_olm}")
    for key in ("id", "date", "from", "to", "subject"):
        tap.ok(f"envelope/{key} is the same", eml_message[key] == olm_message[key], (eml_message[key], olm_message[key]))


def odd():
    """XML that breaks, a directory that is gone, an encrypted member, bytes after the end."""
    data = write_olm([Item(mail(0, OPFMessageCopyBody="a & b " + token("before")))])
    xml = zipfile.ZipFile(io.BytesIO(data)).read("Local/com.microsoft.__Messages/Inbox/message_00000.xml")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("Local/com.microsoft.__Messages/Inbox/message_00000.xml", xml.replace(b"</email>", b"<bad </email>" + token("after the fault").encode()))
        archive.writestr("Local/com.microsoft.__Messages/Inbox/message_00001.xml", b"no XML " + token("no XML").encode())
    places = ["root", "comment", "stray", "instruction", "inner comment", "no attachment", "second name", "trailing"]
    marks = {place: f"T={token(place)} ." for place in places}
    loose = (f'<?xml version="1.0"?><emails a="{marks["root"]}"><!-- {marks["comment"]} --> {marks["stray"]} <?x {marks["instruction"]} ?><email><!-- {marks["inner comment"]} -->'
             f'<OPFMessageCopySubject>hello there</OPFMessageCopySubject><at OPFAttachmentName="{marks["no attachment"]}"/><OPFMessageCopyToAddresses><emailAddress '
             f'OPFContactEmailAddressAddress="bob@corp.example" OPFContactEmailAddressName="Bob" OPFOtherName="{marks["second name"]}"/></OPFMessageCopyToAddresses></email>'
             f'</emails><!-- {marks["trailing"]} -->')
    cases = {"outside of what is told": (stored("Local/com.microsoft.__Messages/Inbox/message_00000.xml", loose.encode()), set(places), set()),
             "broken XML": (out.getvalue(), {"before", "after the fault", "no XML"}, {"damaged"}),
             "no directory": (write_olm([Item(mail(0, OPFMessageCopyBody=token("before")))], method=zipfile.ZIP_STORED)[:-22], {"before"}, None),
             "a zip before it": (stored("hid.txt", token("in front").encode()) + data, {"before", "in front"}, set()),
             "bytes after the end": (data + b"tail " + token("tail").encode(), {"before", "tail"}, set())}
    for name, (archive, wanted, kinds) in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "a.olm").write_bytes(archive)
            _, records, _ = scan("--reveal", folder)
        found = {finding["secret"] for finding in of_type(records, "finding")}
        tap.ok(f"odd/{name}", {token(place) for place in wanted} <= found, f"{len(found)}")
        got = {gap["kind"] for gap in of_type(records, "gap")}
        tap.ok(f"odd/{name}: gaps", kinds is None or got == kinds, got)


def sample():
    """What Python's zip and XML count in a real archive."""
    path = CORPORA / "olm" / "SampleOLM.olm"
    if not path.exists():
        tap.skip("sample/counts", "no corpora")
        return
    items, attachments, inner_mails = 0, 0, 0
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.endswith(".xml"):
                continue
            root = xml.etree.ElementTree.fromstring(archive.read(name))
            items += 0 if root.tag == "categories" else len(root)
            for link in root.iter("messageAttachment"):
                attachments += 1
                inner_mails += link.get("OPFAttachmentContentType") == "message/rfc822" or link.get("OPFAttachmentName").endswith(".eml")
    status, records, _ = scan("--jobs", 1, path)
    total = summary(records)
    tap.ok("sample/items and the messages attached to them", total["messages"] == items + inner_mails, f"{total['messages']} is not {items} + {inner_mails}")
    pictures = [gap for gap in of_type(records, "gap") if gap["kind"] == "picture"]
    tap.ok("sample/nothing was lost", status == 0 and total["complete"] and total["gaps"] == 0, total)
    tap.ok("sample/attachments lie under their messages", pictures and all(gap["message"]["id"] and "message_" in gap["path"] for gap in pictures), pictures[:2])


def samples_to_harm():
    yield "a.olm", archive_of_all()
    yield "b.olm", write_olm([Item(mail(0, OPFMessageCopyBody="text " * 50), [text(token("x"))])], method=zipfile.ZIP_STORED)
    path = CORPORA / "olm" / "SampleOLM.olm"
    if path.exists():
        yield path.name, path.read_bytes()


if len(sys.argv) > 1 and sys.argv[1] == "damage":
    sys.exit(damage.main("olm damage", list(samples_to_harm()), sys.argv[2:]))
carriers()
one_id()
odd()
sample()
failed, deaths, lost = damage.run("olm damage", list(samples_to_harm()), 50)
tap.ok("damaged/50 variants are sound", not failed, failed)
tap.ok("damaged/no worker died", deaths == 0 and not lost, f"{deaths} {lost}")
tap.done()
