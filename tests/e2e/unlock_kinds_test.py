#!/usr/bin/env python3
"""Each kind of lock is opened by a scan with a password of the same message, the thread and a later message; a wrong one leaves a gap; damaged
copies are looked at to the end."""
import hashlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import CORPORA, PROGRAM, Tap, github_token, of_type, scan, summary  # noqa: E402
from lock_mail import ANN, BOB, EVE, adds_up, mbox, message, password, tree  # noqa: E402
from lock_maker import kdbx3, key_file  # noqa: E402
from lock_writer import MAKERS, locked  # noqa: E402

DAMAGED = int(os.environ.get("DAMAGED", "30"))
TEXT_KEYS = {"ssh", "pem", "pem-8", "ppk", "ppk-3"}  # are read as they are, and told as keys under a passphrase
KEYS = TEXT_KEYS | {"p12"}  # hold a key and no token
tap = Tap()


def places(file, says):
    """The messages, for each place of the password."""
    return {
        "the same message": [message("a", ANN, BOB, says, files=[file])],
        "the thread": [message("a", ANN, BOB, "see below", files=[file]), message("b", EVE, "carl@west.example", says, 80, "Re: payroll", "a")],
        "a later message": [message("a", ANN, BOB, "comes later", files=[file]), message("b", ANN, BOB, says, 14, "as promised")],
    }


def told_of(records, path):
    return [r for r in of_type(records, "finding") if path in r["path"]]


def is_right(records, kind, file, token, word, teller):
    """What is in it was found there; its password is told, with the place where it stood; no gap is left."""
    inside = [r for r in told_of(records, file) if r["rule"] != "attachment-password"]
    opened = [r for r in told_of(records, file) if r["rule"] == "attachment-password"]
    if kind in KEYS:
        is_found = [r["verdict"] for r in inside if "private-key" in r["rule"]] == ["proven"]
    else:
        is_found = [r["secret"] for r in inside if r["rule"] == "github-token"] == [token]
    is_told = [(r["secret"], r["verdict"], r["message"]["id"]) for r in opened] == [(word, "proven", "<a@unlock.example>")]
    is_told = is_told and [p["path"].rsplit("/", 1)[0].endswith(f"{teller}.eml!") for p in opened[0]["parts"]] == [True]
    is_there = all("000.eml!/2 " + file in r["path"] and r["message"]["id"] == "<a@unlock.example>" for r in inside)
    return is_found and is_told and is_there and not of_type(records, "gap") and adds_up(records)


def shown(records, errors):
    return "\n".join(f"{r['type']} {r.get('rule')} {r.get('verdict')} {r['path'][-40:]!r} {r.get('kind')} {r.get('reason')} {r.get('why')} {str(r.get('secret'))[:60]!r}"
                     for r in records if r["type"] in ("finding", "gap")) + errors


def run_case(case, *arguments):
    return subprocess.run([PROGRAM, *map(str, arguments), "--case", str(case)], capture_output=True, text=True)


def rows(case, name):
    return [json.loads(line) for line in run_case(case, "report", "--list", name, "-f", "jsonl").stdout.splitlines()]


def test_by_hand(folder, kind, mail, word):
    """A password that somebody tells later opens the key, and its gap is none any more."""
    case, told = folder / "case", folder / "told.txt"
    told.write_text(word + "\n")
    told.chmod(0o600)
    run_case(case, "scan", mail)
    before = rows(case, "gaps")
    done = run_case(case, "unlock", "--password-file", told)
    after = rows(case, "gaps")
    opened = rows(case, "unlocked")
    tap.ok(f"{kind}: opened by hand, later", len(before) == 1 and done.returncode == 0 and not after and len(opened) == 1,
           f"{before} {done} {after} {opened}")


def test_kind(folder, kind):
    token, word = github_token(f"unlock kinds {kind}"), password(f"kinds {kind}")
    data = locked(kind, "prod.env", f"TOKEN={token}\n".encode(), word)
    if data is None:
        tap.skip(f"{kind}: opened", "nothing here makes one")
        return
    file = "secrets." + kind.split("-")[0]
    for name, messages in places((file, data), f"The password is {word}\r\n").items():
        mail = tree(folder / kind / name.replace(" ", "-"), messages)
        _, records, errors = scan("--reveal", "--jobs", 2, mail)
        tap.ok(f"{kind}: opened with the password of {name}", is_right(records, kind, file, token, word, f"{len(messages) - 1:03}"), shown(records, errors))
    wrong = "".join(f"The password is {password(f'wrong {i}')}\r\n" for i in range(5))
    mail = tree(folder / kind / "wrong", [message("a", ANN, BOB, wrong, files=[(file, data)])])
    began = time.monotonic()
    _, records, errors = scan("--reveal", mail)
    took, gaps = time.monotonic() - began, of_type(records, "gap")
    inside = told_of(records, file)
    if kind in TEXT_KEYS:
        tap.ok(f"{kind}: with wrong passwords the key is told as one under a passphrase, and is a gap", [r["verdict"] for r in inside] == ["contextual"]
               and "under a passphrase" in inside[0]["why"] and [g["kind"] for g in gaps] == ["encrypted"] and "needs a password" in gaps[0]["reason"]
               and "did not open it" in gaps[0]["reason"] and adds_up(records), shown(records, errors))
        test_by_hand(folder / kind, kind, mail, word)
    else:
        members = 2 if kind in ("odt", "odt-1") else 1
        tap.ok(f"{kind}: wrong passwords leave a gap", [g["kind"] for g in gaps] == ["encrypted"] * members and "did not open it" in gaps[0]["reason"]
               and not any(r["rule"] in ("attachment-password", "github-token", "private-key-pem") for r in inside)
               and adds_up(records), shown(records, errors))
    tap.ok(f"{kind}: each costs less than 2 s", took < 2 * 30, f"{took:.1f} s")
    return file, data, word


def store(form, word):
    """A key store of FORM, by OpenSSL or Java; None: it is not there."""
    if form == "p12":
        return locked("p12", "key", b"", word)
    if not shutil.which("keytool"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "a.jks"
        subprocess.run(["keytool", "-genkeypair", "-alias", "web", "-keyalg", "EC", "-dname", "CN=x", "-storetype", form, "-keystore", path, "-storepass", word, "-keypass", word,
                        "-validity", "10"], check=True, capture_output=True)
        return path.read_bytes()


def test_stores(folder):
    """Key stores that nothing, the mail, or what their tools lock them with opens: told as opened, with what they held, in words."""
    word = password("stores")
    for name, form, opener, says in (("p12, mailed", "p12", word, f"The password is {word}"), ("p12, empty", "p12", "", "here"), ("JKS, mailed", "JKS", word, f"The password is {word}"),
                                     ("JKS, as Java's tools are told everywhere", "JKS", "change" + "it", "here")):
        data = store(form, opener)
        if data is None:
            tap.skip(f"store: {name}", "nothing here makes one")
            continue
        place = folder / "stores" / name.replace(" ", "-")
        mail = tree(place, [message("a", ANN, BOB, says, files=[("web.store", data)])])
        _, records, errors = scan("--reveal", "--case", place / "case", mail)
        contexts = {r["rule"]: r["context"] for r in told_of(records, "web.store")}
        keys = [context for rule, context in contexts.items() if "private-key" in rule]
        tap.ok(f"store: {name}: what stands beside the key says where it comes from", len(keys) == 1 and "key store that a" in keys[0] and "password opened" in keys[0], contexts)
        tap.ok(f"store: {name}: what stands beside the file is for people", not any("locked=" in context for context in contexts.values()), contexts)
        opened = rows(place / "case", "unlocked")
        tap.ok(f"store: {name}: told as opened, with what it held", [row["findings"] for row in opened] == [1] and summary(records)["unlocked"] == 1, f"{opened} {errors}")
        text = run_case(place / "case", "report").stdout
        tap.ok(f"store: {name}: the report says so", "1 locked item was opened" in text, text[-400:])


def test_real_rar(folder):
    """Of a version that nothing here writes."""
    path = CORPORA / "archives/libarchive/test_read_format_rar_encryption_data.rar"
    if not path.exists():
        tap.skip("rar 4: opened", "no corpora")
        return
    word = "1234" "5678"
    for name, messages in places(("old.rar", path.read_bytes()), f"The password is {word}\r\n").items():
        mail = tree(folder / "rar-4" / name.replace(" ", "-"), messages)
        _, records, errors = scan("--reveal", mail)
        opened = [r["secret"] for r in told_of(records, "old.rar") if r["rule"] == "attachment-password"]
        tap.ok(f"rar 4: opened with the password of {name}", opened == [word] and not of_type(records, "gap") and adds_up(records), shown(records, errors))


def test_in_body(folder):
    """A key at the front of a mailbox does not make the mailbox a locked file: it is one of a message, which a later one tells the passphrase of."""
    word, token = password("in a body"), github_token("in a body")
    key = locked("pem", "key", b"", word)
    if key is None:
        tap.skip("a key in a body", "no openssl")
        return
    messages = [message("a", ANN, BOB, "the key\r\n" + key.decode().replace("\n", "\r\n")),
                message("b", ANN, BOB, f"The password is {word}\r\nand a token {token}\r\n", 14)]
    folder = folder / "body"
    folder.mkdir()
    (folder / "box.mbox").write_bytes(mbox(messages))
    for name, mail in (("mbox", folder / "box.mbox"), ("eml", tree(folder / "tree", messages))):
        _, records, errors = scan("--reveal", "--jobs", 2, mail)
        keys = [(r["verdict"], r["message"]["id"]) for r in of_type(records, "finding") if "private-key" in r["rule"]]
        opened = [r["message"]["id"] for r in of_type(records, "finding") if r["rule"] == "attachment-password"]
        tap.ok(f"a key in a body, {name}: is its message's", keys == [("proven", "<a@unlock.example>")] and opened == ["<a@unlock.example>"]
               and not of_type(records, "gap") and summary(records)["messages"] == 2 and summary(records)["bytes"] > 800 and adds_up(records), shown(records, errors))


def test_key_file(folder):
    """A safe that wants a file beside the password, which lies in the same message; the file alone; and without it."""
    if not shutil.which("openssl"):
        tap.skip("key files", "no openssl")
        return
    for form in ("xml 1", "xml 2", "32 bytes", "64 digits", "any"):
        key = bytes(random.Random(form).randrange(256) for _ in range(32))
        file, word, text = key_file(form, key), password(form), github_token(form)
        if form == "any":
            key = hashlib.sha256(file).digest()
        name = "boat.jpg" if form == "any" else "main.key"
        for way, told, words in (("with a password", word, f"The password is {word}\r\n"), ("alone", None, "as agreed\r\n")):
            safe, place = kdbx3(text, told, 3, key), folder / form.replace(" ", "-") / way.replace(" ", "-")
            _, records, errors = scan("--reveal", tree(place, [message("a", ANN, BOB, words, files=[("main.kdbx", safe), (name, file)])]))
            opened = [(r["secret"], f"with the key file '{name}'" in r["why"]) for r in of_type(records, "finding") if r["rule"] == "attachment-password"]
            tap.ok(f"key file, {form}, {way}: opens the safe", text in [r["secret"] for r in of_type(records, "finding")] and opened == ([(word, True)] if told else [])
                   and not [g for g in of_type(records, "gap") if g["kind"] == "encrypted"] and summary(records)["unlocked"] == 1 and adds_up(records), shown(records, errors))
    safe = kdbx3(text, word, 3, bytes(32))
    for files, says in (([], "no key file is beside it"), ([("other.keyx", key_file("xml 2", key))], "nor with the key file 'other.keyx' beside it")):
        place = tree(folder / f"key-{len(files)}", [message("a", ANN, BOB, f"The password is {word}\r\n", files=[("main.kdbx", safe), *files])])
        _, records, errors = scan("--reveal", place)
        reasons = [g["reason"] for g in of_type(records, "gap") if g["kind"] == "encrypted"]
        tap.ok(f"key file: {says}", len(reasons) == 1 and says in reasons[0] and adds_up(records), shown(records, errors))


def damaged(data, draw):
    """Bits turned, cut short, or bytes set to an extreme."""
    data, way = bytearray(data), draw.randrange(3)
    if way == 0:
        return bytes(data[:draw.randrange(len(data))])
    for _ in range(draw.randrange(1, 9)):
        at = draw.randrange(min(len(data), draw.choice((64, 512, 1 << 30))))
        data[at] = draw.choice((0, 255)) if way == 1 else data[at] ^ 1 << draw.randrange(8)
    return bytes(data)


def test_damaged(folder, samples):
    """Copies of all kinds in one tree, each with its right password."""
    draw, messages = random.Random("damaged locks"), []
    for i in range(DAMAGED):
        file, data, word = samples[i % len(samples)]
        messages.append(message(f"d{i}", f"{i}@north.example", f"{i}@south.example", f"The password is {word}\r\n", files=[(file, damaged(data, draw))]))
    status, records, errors = scan("--jobs", 2, tree(folder / "damaged", messages))
    total, gaps = summary(records), of_type(records, "gap")
    tap.ok(f"{DAMAGED} damaged copies: no worker dies, leaves add up", status in (0, 1, 3, 4, 5) and adds_up(records) and total["messages"] == DAMAGED
           and not any(g["kind"] in ("crashed", "timeout") for g in gaps), f"{status} {total} {shown(records, errors)}")


with tempfile.TemporaryDirectory() as name:
    root = pathlib.Path(name)
    made = [test_kind(root, kind) for kind in MAKERS]
    test_stores(root)
    test_real_rar(root)
    test_in_body(root)
    test_key_file(root)
    test_damaged(root, [sample for sample in made if sample])
tap.done()
