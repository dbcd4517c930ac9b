#!/usr/bin/env python3
"""Exports as a whole: each layout with planted tokens, its promises kept and broken, its lists damaged; leaves always add up.

DAMAGED=1000 makes that many damaged variants of each layout (default 40); --only-damaged runs these alone.
"""
import base64
import gzip
import hashlib
import io
import json
import os
import pathlib
import random
import subprocess
import sys
import tarfile
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import CORPORA, Tap, github_token, of_type, scan, summary  # noqa: E402
from recipe import dbox_message  # noqa: E402

DAMAGED = int(os.environ.get("DAMAGED", "40"))
tap = Tap()


def token(name):
    return github_token(f"exports {name}")


def mail(name, who="alice@corp.example", headers=()):
    lines = ["From: bob@partner.example", f"To: {who}", f"Message-ID: <{name}@x.example>", f"Subject: {name}", *headers, "",
             f"the key is {token(name)}", ""]
    return "\n".join(lines)


def mbox(names, who="alice@corp.example", headers=()):
    return "".join(f"From 1@xxx Fri Jan 12 09:30:00 +0000 2024\n{mail(name, who, headers)}\n" for name in names)


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 12, 9, 30, 0)), data)
    return out.getvalue()


def counts_csv(**accounts):
    return "Account,Success Count,Error Count\n" + "".join(f"{name}@corp.example,{count},0\n" for name, count in accounts.items())


def metadata_xml(count):
    document = '<Document DocID="{0}"><Tags><Tag TagName="#From" TagDataType="Text" TagValue="b@x.example"/></Tags></Document>'
    return "<?xml version='1.0' encoding='UTF-8'?><Root><Batch><Documents>" + \
        "".join(document.format(i) for i in range(count)) + "</Documents></Batch></Root>"


def items_csv(rows, failed=0, path="Exchange\\alice@corp.example.pst\\Inbox\\"):
    lines = ["Item ID,Original path,Target path,Export status"]
    lines += [f"{i},Inbox,{path}{i}.msg,{'Failed' if i < failed else 'Success'}" for i in range(rows)]
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


def proton(name, labels, bcc=()):
    payload = {"ID": name, "LabelIDs": labels, "Time": 1705050000, "BCCList": [{"Name": "", "Address": address} for address in bcc]}
    return json.dumps({"Version": 1, "Payload": payload})


def vault():
    members = {"plan-alice@corp.example-abc.mbox": mbox(["v1", "v2", "v3"]),
               "plan-bob@corp.example-def.mbox": mbox(["v4", "v5"], "bob@corp.example")}
    files = {"plan-1.zip": zipped(members), "plan-results-count.csv": counts_csv(alice=3, bob=2), "plan-metadata.xml": metadata_xml(5)}
    sums = "".join(f"{hashlib.md5(data if isinstance(data, bytes) else data.encode()).hexdigest()}  {name}\n" for name, data in files.items())
    return {**files, "plan-checksums.txt": sums}


def vault_in_one():
    inside = vault()
    return {"vault.zip": zipped({"vault/" + name: data for name, data in inside.items() if "checksums" not in name})}


def takeout():
    headers = ["X-GM-THRID: 17", "X-Gmail-Labels: Inbox,Opened", "Delivered-To: alice@corp.example"]
    return {"takeout-20240112T093000Z-001.zip": zipped({"Takeout/Mail/All mail Including Spam and Trash.mbox": mbox(["t1", "t2"], headers=headers)}),
            "takeout-20240112T093000Z-002.zip": zipped({"Takeout/Mail/Filters.json": json.dumps({"from": token("t3")})})}


def purview():
    return {"Export/Exchange/1.eml": mail("p1"), "Export/Exchange/2.eml": mail("p2"), "Export/Sites/notes.txt": token("p3"),
            "Items.csv": items_csv(3, path="Export\\"), "Summary.csv": "Name,Value\nItems exported,3\n"}


def proton_folder():
    labels = {"Version": 1, "Payload": [{"ID": "abc==", "Name": "Keys", "Path": "Ops/Keys", "Type": 3}, {"ID": "t==", "Name": "red", "Type": 1}]}
    return {"mail/labels.json": json.dumps(labels), "mail/m1.eml": mail("q1"), "mail/m1.metadata.json": proton("1", ["5", "abc==", "t=="], ["eve@rival.example"]),
            "mail/m2.eml": mail("q2"), "mail/m2.metadata.json": proton("2", ["5", "0"])}


def dovecot():
    head = b"2 M1e C65a10f00\n"
    return {"alice/mdbox/storage/m.1": head + dbox_message(mail("d1").encode(), ["Ga1", "BOps"]) + dbox_message(gzip.compress(mail("d2").encode(), mtime=0), ["Ga2", "BINBOX"]),
            "bob/sdbox/mailboxes/Sent/dbox-Mails/u.1": head + dbox_message(mail("d3").encode(), ["Ga3"])}


def dovecot_lines():
    """Lines of metadata that are not known: behind a message of some length, and too far behind it to be read with it."""
    head, long = b"2 M1e C65a10f00\n", mail("d1").encode() + b"a line of text\n" * 80000
    line = f"Yx {token('d5')}"
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        data = head + dbox_message(long, ["Ga1", "X0 100 B ref", line])
        member = tarfile.TarInfo("m.1")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    wanted = {"d1", "d5"}
    for name, files, gap in (("behind a bare CR", {"m.1": head + dbox_message(mail("d1").encode(), ["Ga1", "\r\r" + line])}, 0), ("far behind", {"a.tar.gz": out.getvalue()}, 1)):
        _, records, errors = run(files)
        found = {finding["secret"] for finding in of_type(records, "finding")}
        tap.ok(f"exports/dovecot: metadata {name}", found == {token(t) for t in wanted}, show(records) + errors)
        tap.ok(f"exports/dovecot: metadata {name}: gaps", [g["kind"] for g in gaps(records)] == ["not-in-export"] * gap, show(records))


def thunderbird():
    return {"Mail/Local Folders/Archive.sbd/2024": mbox(["b1"], headers=["X-Mozilla-Status: 0009"]), "Mail/Local Folders/Inbox": mbox(["b2"]),
            "Mail/Local Folders/Inbox.msf": "// <!-- <mdb:mork:z v=\"1.4\"/> -->\n"}


def pipermail():
    text = "".join(f"From alice at corp.example  Fri Jan 12 09:30:00 2024\nFrom: alice at corp.example (Alice)\nDate: Fri, 12 Jan 2024 09:30:00 +0000\n"
                   f"Subject: {name}\nMessage-ID: <{name}@x.example>\n\n{token(name)}\n\n" for name in ("l1", "l2"))
    return {"2024-January.txt.gz": gzip.compress(text.encode(), mtime=0)}


def journal():
    report = "\n".join(["From: Exchange <journal@corp.example>", "To: archive@corp.example", "Message-ID: <j0@x.example>", "X-MS-Journal-Report:", "MIME-Version: 1.0",
                        'Content-Type: multipart/mixed; boundary="b"', "", "--b", "Content-Type: text/plain", "", "Sender: bob@partner.example", "Message-Id: <j1@x.example>",
                        "To: alice@corp.example", "Bcc: eve@rival.example", "--b", "Content-Type: message/rfc822", "", mail("j1"), "--b--", ""])
    return {"journal/1.eml": report}


# Layout: files, tokens, messages.
LAYOUTS = {
    "vault": (vault, "v1 v2 v3 v4 v5", 5),
    "vault-in-one-zip": (vault_in_one, "v1 v2 v3 v4 v5", 5),
    "takeout": (takeout, "t1 t2 t3", 2),
    "purview": (purview, "p1 p2 p3", 2),
    "proton": (proton_folder, "q1 q2", 2),
    "dovecot": (dovecot, "d1 d2 d3", 3),
    "thunderbird": (thunderbird, "b1 b2", 2),
    "pipermail": (pipermail, "l1 l2", 2),
    "journal": (journal, "j1", 2),
}


def run(files, *arguments, jobs=2):
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            path = pathlib.Path(folder) / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data if isinstance(data, bytes) else data.encode())
        status, records, errors = scan("--reveal", "--only", "github-token", "--jobs", jobs, *arguments, "in", cwd=folder)
    return status, records, errors


def adds_up(records):
    total = summary(records)
    return total["leaves"] == total["scanned"] + total["partial"] + total["refused"]


def gaps(records):
    return [gap for gap in of_type(records, "gap") if gap["kind"] not in ("picture",)]


def show(records):
    return "\n".join(json.dumps(record) for record in records if record["type"] in ("gap", "summary"))


def whole():
    for name, (make, tokens, messages) in LAYOUTS.items():
        _, records, errors = run(make())
        found = {finding["secret"] for finding in of_type(records, "finding")}
        tap.ok(f"exports/{name}: each token is found", found == {token(t) for t in tokens.split()}, show(records) + errors)
        tap.ok(f"exports/{name}: each message is counted, and nothing is missing",
               summary(records)["messages"] == messages and not gaps(records) and adds_up(records), show(records))
        for jobs in (1,):
            _, again, _ = run(make(), jobs=jobs)
            key = [sorted(json.dumps({k: v for k, v in r.items() if k != "seconds"}, sort_keys=True) for r in rs if r["type"] != "run") for rs in (records, again)]
            tap.ok(f"exports/{name}: one job tells the same", key[0] == key[1])


def has_gap(records, kind, *words):
    return any(gap["kind"] == kind and all(word in gap["reason"] + gap["path"] for word in words) for gap in gaps(records))


def broken(name, files, kind, *words, promises=None):
    status, records, errors = run(files)
    tap.ok(f"exports/{name}", has_gap(records, kind, *words) and status & 4 and adds_up(records), show(records) + errors)
    if promises is not None:
        told = summary(records)["exports"]
        tap.ok(f"exports/{name}: the summary says so", told and told["different"] >= promises and any(p["kept"] == "no" for p in told["list"]), json.dumps(told))


def promises():
    good = vault()
    broken("vault: an account has fewer messages than promised", {**good, "plan-results-count.csv": counts_csv(alice=3, bob=7), "plan-checksums.txt": ""},
           "missing", "7 messages of bob@corp.example", "holds 2", "5 are not here", promises=1)
    broken("vault: the metadata promise more", {**good, "plan-metadata.xml": metadata_xml(9), "plan-checksums.txt": ""}, "missing", "9 messages", "metadata.xml", promises=1)
    broken("vault: a changed file", {**good, "plan-metadata.xml": good["plan-metadata.xml"] + " "}, "damaged", "plan-metadata.xml", "MD5", promises=1)
    broken("vault: a file of the checksums is not there", {name: data for name, data in good.items() if not name.endswith(".xml")}, "missing", "plan-metadata.xml", promises=1)
    broken("vault: an account without a mailbox", {**good, "plan-results-count.csv": counts_csv(alice=3, bob=2, carol=4), "plan-checksums.txt": ""},
           "missing", "4 messages of carol@corp.example", "holds 0")
    broken("vault: errors of the export", {**good, "error.csv": "Document ID,Account,Error\n1,bob@corp.example,timeout\n2,bob@corp.example,timeout\n"}, "missing", "2 could not be exported")
    inside = {"v/" + name: data for name, data in {**good, "plan-results-count.csv": counts_csv(alice=30, bob=2)}.items() if "checksums" not in name}
    broken("vault: in one zip", {"vault.zip": zipped(inside)}, "missing", "30 messages of alice@corp.example", "vault.zip!/v/plan-results-count.csv", promises=1)
    one = {"all.mbox": mbox(["v1", "v2"]), "plan-results-count.csv": counts_csv(alice=2, bob=1)}
    broken("vault: no mailbox is called after an account: the sum is compared", one, "missing", "3 messages", "holds 2", promises=1)
    tap.ok("exports/vault: the sum is kept", not gaps(run({**one, "plan-results-count.csv": counts_csv(alice=1, bob=1)})[1]))
    broken("takeout: a part is not there", {name.replace("-002", "-003"): data for name, data in takeout().items()}, "missing", "-002.zip")
    broken("purview: fewer items than listed", {**purview(), "Items.csv": items_csv(5, path="Export\\")}, "missing", "5 items", "holds 3", promises=1)
    broken("purview: items that were not exported", {**purview(), "Items.csv": items_csv(5, failed=2, path="Export\\")}, "missing", "2 could not be exported", promises=1)
    broken("purview: a mailbox that is not there", {**purview(), "Items.csv": items_csv(3)}, "missing", "alice@corp.example.pst", promises=1)
    half = proton_folder()
    broken("proton: a message is not there", {name: data for name, data in half.items() if name != "mail/m2.eml"}, "missing", "m2.eml")
    broken("proton: metadata are not there", {name: data for name, data in half.items() if name != "mail/m2.metadata.json"}, "missing", "m2.metadata.json")
    broken("vault: a list that breaks off", {**good, "plan-metadata.xml": metadata_xml(5)[:-40], "plan-checksums.txt": ""}, "damaged", "plan-metadata.xml")


def unrelated():
    """Files that are only called like a list."""
    files = {"shop/items.csv": "sku,price\n1,2\n", "app/metadata.xml": "<package><name>x</name></package>", "app/errors.xml": "<errors><error>x</error></errors>",
             "app/error.csv": "time,text\n1,boom\n", "app/summary.csv": "a,b\n1,2\n", "results.csv": "name,score\nx,1\n", "app/bad/metadata.xml": "<a><b>", "a.eml": mail("u1")}
    status, records, errors = run(files)
    tap.ok("exports/files that are only called like lists promise nothing", not gaps(records) and summary(records)["exports"] is None, show(records) + errors)


def people():
    _, records, _ = run(journal())
    message = of_type(records, "finding")[0]["message"]
    tap.ok("exports/journal: hidden recipients are those of the message", message["bcc"] == ["eve@rival.example"] and message["to"] == ["alice@corp.example"], message)
    _, records, _ = run(proton_folder())
    messages = {finding["secret"]: finding["message"] for finding in of_type(records, "finding")}
    first, second = messages[token("q1")], messages[token("q2")]
    tap.ok("exports/proton: folder, labels, date and hidden recipients come from beside",
           (first["folder"], first["labels"], first["bcc"], first["date"]) == ("Ops/Keys", ["Keys", "red"], ["eve@rival.example"], "2024-01-12T09:00:00Z") and
           second["folder_role"] == "inbox", json.dumps([first, second]))
    _, records, _ = run(takeout())
    message = of_type(records, "finding")[0]["message"]
    tap.ok("exports/takeout: the account is the custodian", message["custodian"] == "alice@corp.example" and message["folder_role"] == "inbox", message)
    _, records, _ = run(dovecot())
    told = sorted((m["folder"] or "", m["custodian"] or "") for m in (finding["message"] for finding in of_type(records, "finding")))
    tap.ok("exports/dovecot: folders and owners", told == [("INBOX", "alice"), ("Ops", "alice"), ("Sent", "bob")], told)


def interrupted_case():
    """Promises are not compared with a part of the export: what an earlier run told is not counted again."""
    files = {**vault(), "plan-checksums.txt": ""}
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            path = pathlib.Path(folder) / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data if isinstance(data, bytes) else data.encode())
        _, first, _ = scan("--case", "case", "--include", "*.zip", "in", cwd=folder)
        _, second, errors = scan("--case", "case", "in", cwd=folder)
    told = summary(second)["exports"]
    tap.ok("exports/case: what an earlier run read is not missed", not gaps(second) and told and told["unchecked"] > 0, show(second) + errors)


def split_archive(kind):
    """The volumes that 7z makes of an archive with a token in it."""
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        (place / "prod.env").write_text(token("volume"))
        (place / "noise.txt").write_bytes(bytes(random.Random("noise").choices(range(32, 127), k=40000)))
        subprocess.run(["7z", "a", "-bd", f"-t{kind}", "-v10k", f"plan.{kind}", "noise.txt", "prod.env"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return {path.name: path.read_bytes() for path in sorted(place.glob(f"plan.{kind}.*"))}


def with_attachments(files):
    lines = ["From: bob@partner.example", "Message-ID: <s1@x.example>", "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="b"', ""]
    for name, data in files:
        lines += ["--b", f'Content-Type: application/octet-stream; name="{name}"', f'Content-Disposition: attachment; filename="{name}"',
                  "Content-Transfer-Encoding: base64", "", base64.encodebytes(data).decode()]
    return "\n".join(lines + ["--b--", ""])


def volumes():
    for kind in ("7z", "zip"):
        pieces = list(split_archive(kind).items())
        for how, given in (("in order", pieces), ("in any order", pieces[::-1])):
            _, records, errors = run({"a.eml": with_attachments(given)})
            tap.ok(f"exports/volumes of a {kind} in one message, {how}: put together", [f["secret"] for f in of_type(records, "finding")] == [token("volume")] and not gaps(records) and
                   adds_up(records), show(records) + errors)
        status, records, errors = run({"a.eml": with_attachments(pieces[:-1])})
        tap.ok(f"exports/volumes of a {kind}: the last is not there", status & 4 and gaps(records) and adds_up(records), show(records) + errors)
    status, records, errors = run({"a.eml": with_attachments(pieces[1:2])})
    tap.ok("exports/volumes: one alone is named as one", has_gap(records, "not-in-export", "here is part 2; missing: 1") and adds_up(records), show(records) + errors)


def damage(data, rng):
    data = bytearray(data)
    how = rng.randrange(5)
    if not data:
        return bytes(data)
    at = rng.randrange(len(data))
    if how == 0:
        for _ in range(rng.randrange(1, 20)):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif how == 1:
        del data[at:]
    elif how == 2:
        data[at:at + 8] = rng.choice([b"\xff" * 8, b"\x00" * 8, b"99999999", b"<" * 8, b'"' * 8])
    elif how == 3:
        piece = data[at:at + rng.randrange(1, 200)]
        data[rng.randrange(len(data)):0] = piece
    else:
        del data[at:at + rng.randrange(1, 64)]
    return bytes(data)


def damaged():
    for name, (make, _, _) in LAYOUTS.items():
        files = {key: data if isinstance(data, bytes) else data.encode() for key, data in make().items()}
        rng, bad, deaths = random.Random(f"exports {name}"), [], 0
        # Many variants a run, each in a folder of its own: one scan of them all.
        for start in range(0, DAMAGED, 20):
            batch = {}
            for i in range(start, min(start + 20, DAMAGED)):
                victim = rng.choice(sorted(files))
                for key, data in files.items():
                    batch[f"{i:04}/{key}"] = damage(data, rng) if key == victim else data
            status, records, errors = run(batch)
            deaths += sum(gap["kind"] in ("crashed", "timeout") for gap in of_type(records, "gap"))
            if status not in (0, 1, 4, 5) or not records or records[-1]["type"] != "summary" or not adds_up(records):
                bad.append((start, status, errors[-500:]))
        tap.ok(f"exports/{name}: {DAMAGED} damaged variants: all told, leaves add up, no worker dies", not bad and deaths == 0, f"{bad} {deaths}")


if "--only-damaged" not in sys.argv:
    whole()
    promises()
    unrelated()
    dovecot_lines()
    people()
    interrupted_case()
    volumes()
damaged()
tap.done()
