#!/usr/bin/env python3
"""Every place of a document, capture or database where a secret may lie, in a list: found, once; else a gap that names it; and as an attachment in a
mailbox, a zip of messages and a PST, under the message that it came with. `places_test.py probe` only counts;
`places_test.py damage [COUNT [FIRST]]` harms COUNT variants (1000)."""
import base64
import io
import pathlib
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import damage  # noqa: E402
import places_office  # noqa: E402
import places_text  # noqa: E402
import places_wire  # noqa: E402
from harness import Tap, github_token, of_type, scan, summary  # noqa: E402
from pst_writer import BODY, LONG_NAME, MESSAGE_ID, SUBJECT, Attachment, Pst  # noqa: E402

LISTS = (places_office, places_text, places_wire)
SECRETS = places_wire.SECRETS


def token(name):
    return github_token(f"place {name}")


def secret(place):
    return SECRETS.get(place, lambda text: text)(token(place))


def look(makers):
    """For each place: its findings, and its gaps."""
    with tempfile.TemporaryDirectory() as folder:
        for number, (place, make) in enumerate(makers.items()):
            name, data = make(token(place))
            where = pathlib.Path(folder, f"{number:03}")
            where.mkdir()
            (where / name).write_bytes(data)
        status, records, errors = scan("--reveal", "--only", "github-token", "--only", "mail-auth-plain", "--jobs", 2, folder)
    found, gaps = {}, {}
    for finding in of_type(records, "finding"):
        found.setdefault(finding["secret"], []).append(finding)
    for gap in of_type(records, "gap"):
        parts = str(gap.get("path", "")).replace("!", "/").split("/")
        number = next((int(part) for part in parts if len(part) == 3 and part.isdigit()), None)
        gaps.setdefault(number, []).append(gap)
    out = {place: (found.get(secret(place), []), gaps.get(number, [])) for number, place in enumerate(makers)}
    return out, summary(records), errors


# Messages, each with one file.

def id_of(number):
    return f"<place-{number}@corp.example>"


def message(number, name, data):
    return (f"From: a@corp.example\nTo: b@corp.example\nSubject: place {number}\nMessage-ID: {id_of(number)}\nDate: Mon, 04 Mar 2024 09:00:00 +0000\n"
            f"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=cut\n\n--cut\nContent-Type: text/plain\n\nsee the file\n--cut\n"
            f"Content-Type: application/octet-stream; name=\"{name}\"\nContent-Disposition: attachment; filename=\"{name}\"\n"
            f"Content-Transfer-Encoding: base64\n\n").encode() + base64.encodebytes(data) + b"--cut--\n"


def put_mbox(path, files):
    path.write_bytes(b"".join(b"From a@corp.example Mon Mar  4 09:00:00 2024\n" + message(number, *file) + b"\n" for number, file in enumerate(files)))


def put_zip(path, files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, file in enumerate(files):
            archive.writestr(f"{number}.eml", message(number, *file))
    path.write_bytes(packed.getvalue())


def put_pst(path, files):
    with Pst(path) as pst:
        inbox = pst.folder(pst.subtree, "Inbox")
        for number, (name, data) in enumerate(files):
            pst.message(inbox, {SUBJECT: f"place {number}", MESSAGE_ID: id_of(number), BODY: "see the file"}, [], [Attachment({LONG_NAME: name}, data)])


MAILBOXES = {"mbox": put_mbox, "zip": put_zip, "pst": put_pst}
PST_MOST = 6 * 1024 * 1024  # bytes of a file in a PST of this writer


def check_mailbox(tap, kind):
    """All places at once, each found under its message."""
    places = [(place, make(token(place))) for module in LISTS for place, make in module.PLACES.items() if place not in module.SILENT]
    places = [(place, file) for place, file in places if kind != "pst" or len(file[1]) <= PST_MOST]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, f"places.{kind}")
        MAILBOXES[kind](path, [file for _, file in places])
        _, records, errors = scan("--reveal", "--only", "github-token", "--only", "mail-auth-plain", "--jobs", 2, path)
    found = {}
    for finding in of_type(records, "finding"):
        found.setdefault(finding["secret"], []).append(finding)
    wrong = [(place, [(hit["view"], hit["path"], hit["message"]["id"]) for hit in found.get(secret(place), [])])
             for number, (place, _) in enumerate(places)
             if [hit["message"]["id"].strip("<>") for hit in found.get(secret(place), [])] != [id_of(number).strip("<>")]]
    tap.ok(f"in a {kind}/{len(places)} places, each under its message", len(places) > 200 and not wrong, f"{wrong[:12]} {errors[:300]}")


def probe():
    total = {"found": 0, "twice": 0, "gap": 0, "silent": 0}
    for module in LISTS:
        makers = {**module.PLACES, **{place: make for place, (_, make) in module.GAPS.items()}}
        for place, (hits, gaps) in look(makers)[0].items():
            kind = "found" if len(hits) == 1 else "twice" if hits else "gap" if gaps else "silent"
            total[kind] += 1
            if kind != "found":
                print(f"{kind:7} {place}: {[(h['view'], h['path'].split('/')[-1]) for h in hits]} {[(g['kind'], g['reason']) for g in gaps]}")
    print(total)


def check(tap, module):
    label = module.__name__.removeprefix("places_")
    results, total, errors = look(module.PLACES)
    for place, (hits, gaps) in results.items():
        if place in module.SILENT:
            tap.ok(f"{label}/{place}: not read yet", not hits, "it is read now: take it out of SILENT")
        else:
            tap.ok(f"{label}/{place}", len(hits) == 1, f"{[(h['view'], h['path']) for h in hits]} {gaps} {errors}")
    tap.ok(f"{label}/leaves add up", total["leaves"] == total["scanned"] + total["partial"] + total["refused"], total)
    results, total, errors = look({place: make for place, (_, make) in module.GAPS.items()})
    for place, (hits, gaps) in results.items():
        tap.ok(f"{label}/{place}: a gap", module.GAPS[place][0] in {gap["kind"] for gap in gaps}, gaps)


if sys.argv[1:] == ["probe"]:
    probe()
    sys.exit(0)
def samples_to_harm():
    for module in LISTS:
        for place, make in module.PLACES.items():
            if "far down" not in place:
                yield make(token(place))


if sys.argv[1:2] == ["damage"]:
    sys.exit(damage.main("places damage", list(samples_to_harm()), sys.argv[2:]))
tap = Tap()
for module in LISTS:
    check(tap, module)
for kind in MAILBOXES:
    check_mailbox(tap, kind)
failed, deaths, lost = damage.run("places damage", list(samples_to_harm()), 100)
tap.ok("damaged/100 variants are sound", not failed, failed)
tap.ok("damaged/no worker died", deaths == 0 and not lost, f"{deaths} {lost}")
tap.done()
