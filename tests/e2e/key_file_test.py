#!/usr/bin/env python3
"""A KeePass safe and its key file that lie apart: loose in one folder, in one zip, in one message or thread. The file alone opens it, or with a password of theirs;
what stays locked says what is needed."""
import io
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import Tap, github_token, of_type, scan, summary  # noqa: E402
from lock_mail import ANN, BOB, EVE, adds_up, message, password, tree  # noqa: E402
from lock_maker import key_file  # noqa: E402

PYTHON = "/usr/bin/python3"
MAKE = ("import pykeepass, sys\nkp = pykeepass.create_database(sys.argv[1], password=sys.argv[2] or None, keyfile=sys.argv[3])\n"
        "kdf = kp.kdbx.header.value.dynamic_header.kdf_parameters.data.dict\nkdf.M.value, kdf.I.value = 1 << 20, 2\ndel kp.kdbx.header['data']\n"
        "kp.add_entry(kp.root_group, 'deploy', 'bob', sys.argv[4])\nkp.save()")
tap = Tap()


def safe(folder, word, key, token):
    """By pykeepass, with a fast Argon2."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "made.key").write_bytes(key)
    subprocess.run([PYTHON, "-c", MAKE, folder / "made.kdbx", word, folder / "made.key", token], check=True)
    return (folder / "made.kdbx").read_bytes()


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def write(folder, files):
    for name, data in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def places(folder, files, word):
    """Where the safe and its key file lie, and what tells the password beside them."""
    says = f"The password is {word}\r\n" if word else "as agreed\r\n"
    note = [("notes.txt", says.encode())]
    first, rest = files[:1], files[1:]
    return {
        "loose in a folder": write(folder / "loose", files + note),
        "in a zip": write(folder / "zip", [("both.zip", zipped([(f"safes/{name}", data) for name, data in files + note]))]),
        "in a message": tree(folder / "message", [message("a", ANN, BOB, says, files=files)]),
        "in a zip in a message": tree(folder / "zip-in-message", [message("a", ANN, BOB, says, files=[("both.zip", zipped(files))])]),
        "in a thread": tree(folder / "thread", [message("a", ANN, BOB, "the safe", files=first), message("b", EVE, "carl@west.example", says, 80, "Re: payroll", "a", files=rest)]),
        "in a later message": tree(folder / "later", [message("a", ANN, BOB, "the safe", files=first), message("b", ANN, BOB, says, 14, "as promised", files=rest)]),
    }


def shown(records, errors):
    return "\n".join(f"{r['type']} {r.get('rule')} {r['path'][-50:]!r} {r.get('kind')} {r.get('reason')} {r.get('why')}" for r in records if r["type"] in ("finding", "gap")) + errors


def is_open(records, token, word, name):
    opened = [(r["secret"], f"with the key file '{name}'" in r["why"]) for r in of_type(records, "finding") if r["rule"] == "attachment-password"]
    return token in [r["secret"] for r in of_type(records, "finding")] and opened == ([(word, True)] if word else []) \
        and not [g for g in of_type(records, "gap") if g["kind"] == "encrypted"] and adds_up(records)


def test_places(folder):
    """What is called a key, or was made to be one, is looked for outside the safe's own message too."""
    for form, name in (("xml 2", "main.keyx"), ("32 bytes", "blob"), ("64 digits", "digits.txt"), ("any", "boat.key")):
        for way, word in (("with a password", password(form)), ("alone", "")):
            token = github_token(f"{form} {way}")
            key = key_file(form, bytes((i * 37 + len(form)) % 256 for i in range(32)))
            here = folder / form.replace(" ", "-") / way.replace(" ", "-")
            files = [("main.kdbx", safe(here, word, key, token)), (name, key)]
            for place, path in places(here, files, word).items():
                _, records, errors = scan("--reveal", "--jobs", 2, path)
                tap.ok(f"{form}, {way}: both {place}", is_open(records, token, word, name), shown(records, errors))


def test_list(folder):
    """The password comes by hand, the key file lies beside the safe."""
    word, token, key = password("list"), github_token("list"), key_file("xml 1", bytes(range(32)))
    mail = write(folder / "list" / "mail", [("main.kdbx", safe(folder / "list", word, key, token)), ("main.key", key)])
    told = folder / "list" / "told.txt"
    told.write_text(word + "\n")
    told.chmod(0o600)
    _, records, errors = scan("--reveal", "--password-file", told, mail)
    tap.ok("a password of a list, with the key file in the folder", token in [r["secret"] for r in of_type(records, "finding")] and summary(records)["unlocked"] == 1
           and not of_type(records, "gap") and adds_up(records), shown(records, errors))


def test_locked(folder):
    """Elsewhere: neither the key file nor the password of another folder is taken."""
    word, token, key = password("locked"), github_token("locked"), key_file("xml 2", bytes(range(32)))
    data, note = safe(folder / "locked", word, key, token), ("notes.txt", f"The password is {word}\r\n".encode())
    for name, files, says in (("no key file", [("main.kdbx", data), note], "its password, its key file or both are needed"),
                              ("another key file", [("main.kdbx", data), note, ("other.keyx", key_file("xml 2", bytes(32)))],
                               "nor with the key file 'other.keyx' beside it: the right password, key file or both are needed"),
                              ("in another folder", [("main.kdbx", data), note, ("else/main.keyx", key)], "and no key file is beside it: its password, its key file or both are needed")):
        _, records, errors = scan("--reveal", write(folder / name.replace(" ", "-"), files))
        reasons = [g["reason"] for g in of_type(records, "gap") if g["kind"] == "encrypted"]
        tap.ok(f"{name}: stays locked, and says what is needed", len(reasons) == 1 and reasons[0].endswith(says) and adds_up(records), shown(records, errors))


def test_notes(folder):
    """A password in a text beside something locked opens it, as in a message."""
    word, token = password("notes"), github_token("notes")
    if not shutil.which("7z"):
        tap.skip("a zip beside its password", "no 7z")
        return
    here = write(folder / "notes", [("made/prod.env", f"TOKEN={token}\n".encode()), ("notes.txt", f"The password is {word}\r\n".encode())])
    subprocess.run(["7z", "a", "-tzip", "-mem=AES256", f"-p{word}", here / "locked.zip", here / "made/prod.env"], check=True, capture_output=True)
    shutil.rmtree(here / "made")
    _, records, errors = scan("--reveal", here)
    found = [r for r in of_type(records, "finding") if r["rule"] in ("github-token", "attachment-password")]
    tap.ok("a zip beside its password", sorted(r["secret"] for r in found) == sorted([token, word]) and not of_type(records, "gap") and adds_up(records), shown(records, errors))


with tempfile.TemporaryDirectory() as name:
    root = pathlib.Path(name)
    if subprocess.run([PYTHON, "-c", "import pykeepass"], capture_output=True).returncode == 0:
        test_places(root)
        test_list(root)
        test_locked(root)
    else:
        tap.skip("key files", "no pykeepass")
    test_notes(root)
tap.done()
