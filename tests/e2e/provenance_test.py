#!/usr/bin/env python3
"""Where a finding stands: folder, its role, custodian, labels, thread, and what was quoted from an earlier message."""
import base64
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import Tap, github_token, of_type, scan  # noqa: E402

T, U = github_token("provenance 1"), github_token("provenance 2")
tap = Tap()


def findings(files, *arguments):
    """The findings of FILES (name: text), in order of path and place."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data if isinstance(data, bytes) else data.encode())
        _, records, errors = scan("--reveal", "--only", "github-token", *(arguments or ["."]), cwd=folder)
    return sorted(of_type(records, "finding"), key=lambda f: (f["path"], f["offset"]))


def message(*headers, body=f"it is {T}\n"):
    return "\n".join(["From: Alice <alice@corp.example>", "To: bob@partner.example", "Message-ID: <p@corp.example>", *headers, "", body])


def mbox(text):
    return "From alice@corp.example Fri Jan 12 09:30:00 2024\n" + text + "\n"


# Folder, role and custodian: where the file lies, then arguments, then what must come out.
PLACES = [
    ("maildir", "alice/Maildir/cur/1.h:2,S", ["alice"], ("Inbox", "inbox", "alice")),
    ("maildir-below-homes", "home/bob/Maildir/.Junk/new/1.h", ["home"], ("Junk", "junk", "bob")),
    ("maildir-plus-plus-deep", "alice/.Archive.2024.Q1/cur/1.h:2,", ["alice"], ("Archive/2024/Q1", "archive", "alice")),
    ("maildir-labelled", "alice/cur/1.h:2,S", ["--custodian", "carol", "alice"], ("Inbox", "inbox", "carol")),
    ("mh", "Mail/drafts/3", ["Mail"], ("drafts", "drafts", "Mail")),
    ("tree-german", "alice/Gesendete Elemente/a.eml", ["alice"], ("Gesendete Elemente", "sent", "alice")),
    ("tree-other", "alice/Kunden/a.eml", ["alice"], ("Kunden", None, "alice")),
    ("single-file", "a.eml", ["a.eml"], (None, None, None)),
    ("mbox-stem", "exports/alice.mbox", ["exports"], (None, None, "alice")),
    ("mbox-called-sent", "alice/Sent.mbox", ["alice"], ("Sent", "sent", "alice")),
    ("mbox-labelled", "alice.mbox", ["--custodian", "carol", "alice.mbox"], (None, None, "carol")),
    ("mbox-stdin-like-path", "./x/dave.mbox", ["x/dave.mbox"], (None, None, "dave")),
]
for name, place, arguments, wanted in PLACES:
    content = mbox(message()) if place.endswith(".mbox") else message()
    got = [(f["message"]["folder"], f["message"]["folder_role"], f["message"]["custodian"]) for f in findings({place: content}, *arguments)]
    tap.ok(f"provenance/place/{name}", got == [wanted], f"{got} wanted {wanted}")

with tempfile.TemporaryDirectory() as folder:
    for name in ("a.mbox", "b.mbox", "c.mbox"):
        (pathlib.Path(folder) / name).write_text(mbox(message()))
    _, records, _ = scan("--only", "github-token", "a.mbox", "--custodian", "bob", "b.mbox", "--custodian", "carol", "c.mbox", cwd=folder)
got = sorted((f["path"].split("!")[0], f["message"]["custodian"]) for f in of_type(records, "finding"))
tap.ok("provenance/custodian-labels-what-follows-it", got == [("a.mbox", "a"), ("b.mbox", "bob"), ("c.mbox", "carol")], got)

# A folder with one folder for each person: the places, and whose mail the findings are, by path.
COLLECTIONS = [
    ("folders-of-eml", ["carol/1.eml", "dave/1.eml"], ["carol", "dave"]),
    ("folders-of-mailboxes", ["carol/Inbox/1.eml", "dave/Sent Items/2024/1.eml"], ["carol", "dave"]),
    ("beside-a-mailbox-and-a-maildir", ["alice.mbox", "bob/new/1.h", "carol/1.eml"], ["alice", "bob", "carol"]),
    ("one-mailbox-by-its-folders", ["Inbox/1.eml", "Kunden/1.eml"], ["x", "x"]),
    ("one-mailbox-by-its-messages", ["1.eml", "Kunden/1.eml", "Projekte/1.eml"], ["x", "x", "x"]),
    ("one-mailbox-by-its-years", ["2023/1.eml", "2024/1.eml"], ["x", "x"]),
    ("one-folder-alone", ["Kunden/1.eml", "notes.txt"], ["x", "x"]),
    ("folders-without-mail", ["Kunden/1.eml", "Projekte/1.eml", "scripts/deploy.sh"], ["x", "x", "x"]),
    ("thunderbird", ["Kunden/1.eml", "Kunden.sbd/Acme", "Projekte/1.eml"], ["x", "x", "x"]),
    ("apple-mail", ["Inbox.mbox/Messages/1.eml", "Kunden.mbox/Messages/1.eml"], ["x", "x"]),
]
for name, places, wanted in COLLECTIONS:
    tree = {f"x/{place}": mbox(message()) if place.endswith((".mbox", "Acme")) else message() for place in places}
    told = {f["path"].split("!")[0]: f["message"] for f in findings(tree, "x")}
    got = [told[f"x/{place}"]["custodian"] if f"x/{place}" in told else "not told" for place in places]
    tap.ok(f"provenance/collection/{name}", got == wanted, f"{got} wanted {wanted}")
    if name == "folders-of-mailboxes":
        got = [(m["folder"], m["folder_role"]) for m in told.values()]
        tap.ok("provenance/collection/folders-begin-below-the-owner", got == [("Inbox", "inbox"), ("Sent Items/2024", "sent")], got)
        told = findings(tree, "--custodian", "erin", "x")
        tap.ok("provenance/collection/a-label-is-for-all", {f["message"]["custodian"] for f in told} == {"erin"}, told)

LABELS = [
    ("gmail", "X-Gmail-Labels: Inbox,Important,Kunden/Acme", ["Inbox", "Important", "Kunden/Acme"], ("Inbox", "inbox")),
    ("gmail-encoded", "X-Gmail-Labels: =?UTF-8?Q?Posteingang,Gr=C3=B6=C3=9Fe,=22a,_b=22?=", ["Posteingang", "Größe", "a, b"], ("Posteingang", "inbox")),
    ("gmail-encoded-folded", "X-Gmail-Labels: =?UTF-8?Q?Gesendet,Gr=C3=B6?=\n =?UTF-8?Q?=C3=9Fe?=", ["Gesendet", "Größe"], ("Gesendet", "sent")),
    ("keywords", "X-Keywords: $Forwarded work", ["$Forwarded", "work"], (None, None)),
    ("mozilla", "X-Mozilla-Keys: $label1 todo", ["$label1", "todo"], (None, None)),
]
for name, header, labels, (folder, role) in LABELS:
    got = findings({"a.eml": message(header)}, "a.eml")
    told = [(f["message"]["labels"], f["message"]["folder"], f["message"]["folder_role"]) for f in got]
    tap.ok(f"provenance/labels/{name}", told == [(labels, folder, role)], told)

INDEX = base64.b64encode(bytes([1]) + bytes(range(21)) + bytes(5)).decode()
ROOT = (bytes([1]) + bytes(range(21))).hex()
THREADS = [
    ("references", ["References: <root@x> <second@x>", "In-Reply-To: <second@x>", f"Thread-Index: {INDEX}"], "<root@x>", False),
    ("references-folded", ["References:", "\t<root@x>\n <second@x>"], "<root@x>", False),
    ("in-reply-to", ["In-Reply-To: <second@x>"], "<second@x>", False),
    ("in-reply-to-in-words", ["In-Reply-To: Your message of Friday <second@x>"], "<second@x>", False),
    ("thread-index", [f"Thread-Index: {INDEX}"], ROOT, False),
    ("gmail", ["X-GM-THRID: 1787777777777777777"], "1787777777777777777", False),
]
for name, headers, thread, guessed in THREADS:
    got = [(f["message"]["thread"], f["message"]["thread_guessed"]) for f in findings({"a.eml": message("Subject: x", *headers)}, "a.eml")]
    tap.ok(f"provenance/thread/{name}", got == [(thread, guessed)], got)
answer = f"From: bob@partner.example\nTo: alice@corp.example\nSubject: AW: Re: the key\n\n{T}\n"
got = [(f["message"]["thread"], f["message"]["thread_guessed"]) for f in findings({"a.eml": message("Subject: the key"), "b.eml": answer})]
tap.ok("provenance/thread/guessed-says-so-and-is-one", len(got) == 2 and got[0] == got[1] and got[0][1] is True, got)

OUTLOOK = "From: Bob <bob@x.example>\nSent: Friday, January 12, 2024 9:30 AM\nTo: Alice\nSubject: RE: key\n"
# Bodies in which U, where it stands, is the sender's own, and T was quoted.
QUOTED = [
    ("prefix", f"own {U}\n> it was {T}\n"),
    ("prefix-twice", f"own {U}\n> > it was {T}\n"),
    ("prefix-indented", f"own {U}\n  > it was {T}\n"),
    ("prefix-then-own", f"> it was {T}\nown {U}\n"),
    ("attribution-then-prefix-then-own", f"On Fri, Jan 12, 2024 at 9:30 AM Bob <bob@x.example> wrote:\n> it was {T}\n\nown {U}\n"),
    ("original-message", f"own {U}\n\n-----Original Message-----\n{OUTLOOK}\nit was {T}\n"),
    ("original-message-german", f"own {U}\n\n-----Ursprüngliche Nachricht-----\nVon: Bob\nGesendet: Freitag\n\nit was {T}\n"),
    ("outlook-line", f"own {U}\n\n________________________________\n{OUTLOOK}\nit was {T}\n"),
    ("outlook-bare-header", f"own {U}\n\n{OUTLOOK}\nit was {T}\n"),
    ("outlook-french", f"own {U}\n\nDe : Bob\nEnvoyé : vendredi 12 janvier 2024 09:30\nÀ : Alice\nObjet : clé\n\nit was {T}\n"),
    ("attribution", f"own {U}\n\nOn Fri, Jan 12, 2024 at 9:30 AM Bob <bob@x.example> wrote:\n\nit was {T}\n"),
    ("attribution-folded", f"own {U}\n\nOn Fri, Jan 12, 2024 at 9:30 AM Bob Smith of the office\n<bob@x.example> wrote:\n\nit was {T}\n"),
    ("attribution-german", f"own {U}\n\nAm 12.01.2024 um 09:30 schrieb Bob:\n\nit was {T}\n"),
    ("attribution-spanish", f"own {U}\n\nEl vie, 12 ene 2024 a las 9:30, Bob escribió:\n\nit was {T}\n"),
    ("gmail-forward", f"own {U}\n\n---------- Forwarded message ---------\nFrom: Bob <bob@x.example>\nDate: Fri\nSubject: key\n\nit was {T}\n"),
    ("apple-forward", f"own {U}\n\nBegin forwarded message:\n\nFrom: Bob\n\nit was {T}\n"),
    ("crlf", f"own {U}\n\n-----Original Message-----\n{OUTLOOK}\nit was {T}\n".replace("\n", "\r\n")),
]
for name, body in QUOTED:
    got = {f["secret"]: f["quoted"] for f in findings({"a.eml": message("Content-Type: text/plain; charset=utf-8", body=body)}, "a.eml")}
    tap.ok(f"provenance/quoted/{name}", got == {T: True, U: False}, f"quoted {got.get(T)}, own {got.get(U)}")

# Nothing here is quoted.
OWN = [
    ("header-first", f"From: the deploy system\nDate: today\n\n{T}\n"),
    ("armour", f"-----BEGIN MESSAGE-----\n{T}\n-----END MESSAGE-----\n"),
    ("sentence", f"On 12 January Bob wrote to us\nand then:\n\n\n{T}\n"),
    ("mailbox-quoting", f">From the office: {T}\n"),
    ("drawn-line", f"-------------------------\n{T}\n"),
    ("signature", f"hi\n-- \nAlice {T}\n"),
]
for name, body in OWN:
    got = [f["quoted"] for f in findings({"a.eml": message(body=body)}, "a.eml")]
    tap.ok(f"provenance/not-quoted/{name}", got == [False], got)

HTML = [
    ("gmail", f'<div>own {U}</div><div class="gmail_quote"><div class="gmail_attr">On … wrote:</div><blockquote>{T}</blockquote></div>'),
    ("outlook-web", f'<p>own {U}</p><hr><div id="divRplyFwdMsg"><b>From:</b> Bob</div><p>{T}</p>'),
    ("outlook", f'<p>own {U}</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p><b>From:</b> Bob</p></div><p>{T}</p>'),
    ("cite", f'<p>own {U}</p><blockquote type="cite" cite="mid:x">{T}</blockquote>'),
]
for name, body in HTML:
    got = {f["secret"]: f["quoted"] for f in findings({"a.eml": message("Content-Type: text/html; charset=utf-8", body=f"<html><body>{body}</body></html>")})}
    tap.ok(f"provenance/quoted-html/{name}", got == {T: True, U: False}, f"quoted {got.get(T)}, own {got.get(U)}")

forward = message('Content-Type: multipart/mixed; boundary="b"', body=f"--b\n\nown {U}\n--b\nContent-Type: message/rfc822\n\n"
                  f"From: bob@x.example\nMessage-ID: <inner@x.example>\nSubject: key\n\n{T}\n--b--\n")
got = {f["secret"]: (f["quoted"], f["message"]["id"]) for f in findings({"a.eml": forward})}
tap.ok("provenance/quoted/forwarded-message", got == {T: (True, "<inner@x.example>"), U: (False, "<p@corp.example>")}, got)
attached = message('Content-Type: multipart/mixed; boundary="b"', body=f"--b\n\nx\n--b\nContent-Type: text/plain; name=log.txt\n"
                   f"Content-Disposition: attachment\n\nOn 12 Jan Bob wrote:\n\n{T}\n--b--\n")
tap.ok("provenance/not-quoted/attached-text", [f["quoted"] for f in findings({"a.eml": attached})] == [False])

# Names around an attachment called "Password.txt" are no password: nothing of them is masked.
for attachment in ("Kennwort.txt", "WLAN.txt", "PIN.txt", "Password list 2024.txt"):
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "w6").mkdir()
        (pathlib.Path(folder) / "w6/tom2024.mbox").write_text(mbox(message('Content-Type: multipart/mixed; boundary="b"', body=f"--b\n\nx\n--b\n"
                                                                f'Content-Disposition: attachment; filename="{attachment}"\n\n{T}\n--b--\n')))
        _, records, _ = scan("w6/tom2024.mbox", cwd=folder)
    got = [(f["path"], f["message"]["custodian"]) for f in of_type(records, "finding")]
    wanted = [("w6/tom2024.mbox!#1!/2 " + attachment.replace(" ", "%20"), "tom2024")]
    tap.ok(f"provenance/names-as-they-are/{attachment}", got == wanted, f"{got} wanted {wanted}")

# A mailbox that is split between the workers is told as if one had read it.
filler = mbox(message(body="the printer on the second floor works again\n" * 2000)) * 600
with tempfile.TemporaryDirectory() as folder:
    (pathlib.Path(folder) / "alice.mbox").write_text(mbox(message()) + filler + mbox(message(body=f"it is {U}\n")))
    told = {}
    for jobs in ("1", "2"):
        _, records, _ = scan("--reveal", "--only", "github-token", "--jobs", jobs, "alice.mbox", cwd=folder)
        told[jobs] = sorted(of_type(records, "finding"), key=lambda f: f["secret"])
tap.ok("provenance/split/whose-it-is", [f["message"]["custodian"] for f in told["2"]] == ["alice", "alice"], told["2"])
tap.ok("provenance/split/as-one-worker-tells-it", told["1"] == told["2"])
tap.done()
