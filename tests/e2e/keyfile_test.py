#!/usr/bin/env python3
"""Files that are a secret by themselves: known by content under any name, in mail and in archives; told with what locks them and whether an empty password
opens them; what only looks like one is not told."""
import io
import os
import pathlib
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import Tap, b64lines, of_type, scan, summary  # noqa: E402

tap = Tap()
PYTHON = "/usr/bin/python3"
PASSWORD = "sesame"


def run(*command, stdin=b"", env=None):
    done = subprocess.run([str(c) for c in command], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300, env=env)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr.decode(errors='replace')[-300:]}")
    return done.stdout


def key_findings(path):
    _, records, _ = scan(path)
    return [f for f in of_type(records, "finding") if f["rule"].startswith("keyfile-")], records


def check(folder, name, data, rule, words, severity):
    """DATA under a name that says nothing is one finding of RULE, whose reason holds WORDS."""
    path = folder / "attachment.dat"
    path.write_bytes(data)
    found, records = key_findings(path)
    end = summary(records)
    detail = [(f["rule"], f["severity"], f["why"]) for f in found]
    tap.ok(f"keyfile/{name}", [f["rule"] for f in found] == [rule] and words in found[0]["why"] and found[0]["severity"] == severity, detail)
    tap.ok(f"keyfile/{name}/leaves add up", end["leaves"] == end["scanned"] + end["partial"] + end["refused"], end)
    return found


def missing(name, *programs):
    gone = [program for program in programs if not shutil.which(program)]
    if gone:
        tap.skip(f"keyfile/{name}", f"no {', '.join(gone)}")
    return bool(gone)


def sqlite(folder, *statements):
    path = folder / "made.sqlite"
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()
    return path.read_bytes()


def keytab():
    def counted(text):
        return struct.pack(">H", len(text)) + text
    entry = struct.pack(">H", 2) + counted(b"ACME.EXAMPLE") + counted(b"HTTP") + counted(b"www.acme.example")
    entry += struct.pack(">IIB", 1, 1700000000, 2) + struct.pack(">H", 18) + counted(bytes(range(32)))
    return b"\x05\x02" + struct.pack(">i", len(entry)) + entry


def hive(*names):
    return b"regf" + bytes(4092) + b"hbin" + bytes(28) + b"".join(struct.pack("<i", -32) + b"nk" + name + bytes(20) for name in names) + bytes(4096)


def berkeley(*records):
    return bytes(12) + struct.pack("<I", 0x00053162) + bytes(4096) + b"\x09bestblock" + b"".join(records) + bytes(512)


def test_openssl(folder):
    if missing("openssl", "openssl"):
        return
    key = folder / "key.pem"
    run("openssl", "genrsa", "-out", key, "2048")
    run("openssl", "req", "-x509", "-key", key, "-subj", "/CN=x", "-days", "30", "-out", folder / "c.pem")
    plain = run("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", key, "-outform", "DER")
    locked = run("openssl", "pkcs8", "-topk8", "-in", key, "-outform", "DER", "-passout", f"pass:{PASSWORD}")
    store = ["openssl", "pkcs12", "-export", "-inkey", key, "-in", folder / "c.pem", "-passout"]
    found = check(folder, "DER, not encrypted", plain, "keyfile-der-open", "not encrypted (RSA)", "critical")
    tap.ok("keyfile/DER, not encrypted/no reader is missing", not of_type(key_findings(folder / "attachment.dat")[1], "gap") and found[0]["verdict"] == "proven")
    check(folder, "DER, encrypted", locked, "keyfile-der", "an empty password does not open it (AES-256, PBKDF2", "high")
    check(folder, "PKCS#12", run(*store, f"pass:{PASSWORD}"), "keyfile-pkcs12", "an empty password does not open it", "high")
    check(folder, "PKCS#12, empty password", run(*store, "pass:"), "keyfile-pkcs12-open", "an empty password opens it", "critical")
    certificate = run("openssl", "x509", "-in", folder / "c.pem", "-outform", "DER")
    (folder / "attachment.dat").write_bytes(certificate)
    tap.ok("keyfile/a certificate is none", not key_findings(folder / "attachment.dat")[0])
    test_mail(folder, plain)


def test_mail(folder, data):
    """In mail, and in a zip in mail: one secret, the message named."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("x.bin", data)
    parts = "".join(f"--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename={name}\r\n"
                    f"Content-Transfer-Encoding: base64\r\n\r\n{b64lines(part)}\r\n" for name, part in (("notes.txt", data), ("p.zip", archive.getvalue())))
    (folder / "mail.eml").write_bytes(("From: a@x.example\r\nTo: b@x.example\r\nMessage-ID: <k@x.example>\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
                                       f"Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n").encode())
    found, _ = key_findings(folder / "mail.eml")
    tap.ok("keyfile/in mail and in a zip in mail", len(found) == 2 and len({f["secret_id"] for f in found}) == 1 and len({f["finding_id"] for f in found}) == 2
           and all(f["message"]["id"] == "<k@x.example>" for f in found), [(f["path"], f["rule"]) for f in found])


def test_java(folder):
    if missing("Java key store", "keytool"):
        return
    path = folder / "a.jks"
    run("keytool", "-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=x", "-storetype", "JKS", "-keystore", path, "-storepass", PASSWORD,
        "-keypass", PASSWORD, "-validity", "10")
    check(folder, "Java key store", path.read_bytes(), "keyfile-jks", "an empty password does not open it (JKS", "high")


def test_kdbx(folder):
    if subprocess.run([PYTHON, "-c", "import pykeepass"], capture_output=True).returncode:
        tap.skip("keyfile/KeePass", "no Python module pykeepass")
        return
    path = folder / "made.kdbx"
    for name, password, rule, words, severity in (("KeePass", PASSWORD, "keyfile-kdbx", "does not open it (AES-256, Argon2d", "high"),
                                                  ("KeePass, empty password", "", "keyfile-kdbx-open", "an empty password opens it", "critical")):
        run(PYTHON, "-c", "import pykeepass, sys\npykeepass.create_database(sys.argv[1], password=sys.argv[2]).save()", path, password)
        check(folder, name, path.read_bytes(), rule, words, severity)
        path.unlink()


def test_gnupg(folder):
    if missing("OpenPGP", "gpg"):
        return
    home = tempfile.mkdtemp(prefix="gpg", dir="/tmp")
    env = dict(os.environ, GNUPGHOME=home)
    for name, passphrase, suffix, words, severity in (("not encrypted", "", "-open", "not encrypted", "critical"), ("encrypted", PASSWORD, "", "encrypted", "high")):
        user = f"{'locked' if passphrase else 'plain'}@acme.example"
        run("gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", passphrase, "--quick-gen-key", user, "ed25519", env=env)
        ring = run("gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", passphrase, "--export-secret-keys", user, env=env)
        found = check(folder, f"OpenPGP ring, {name}", ring, f"keyfile-pgp{suffix}", words, severity)
        tap.ok(f"keyfile/OpenPGP ring, {name}/says whose", found and found[0]["opens"]["user"] == user, found and found[0]["opens"])
    files = sorted(pathlib.Path(home, "private-keys-v1.d").iterdir(), key=lambda path: path.stat().st_mtime)
    check(folder, "GnuPG key file, not encrypted", files[0].read_bytes(), "keyfile-gnupg-open", "not encrypted", "critical")
    check(folder, "GnuPG key file, encrypted", files[-1].read_bytes(), "keyfile-gnupg", "encrypted", "high")
    subprocess.run(["gpgconf", "--kill", "all"], env=env, capture_output=True)
    shutil.rmtree(home, ignore_errors=True)


def test_made(folder):
    """Made here, after the formats' descriptions."""
    check(folder, "keytab", keytab(), "keyfile-keytab", "not encrypted (encryption type 18)", "critical")
    chrome = "CREATE TABLE logins (origin_url VARCHAR NOT NULL, username_value VARCHAR, password_value BLOB)"
    check(folder, "Chromium logins", sqlite(folder, chrome), "keyfile-browser-logins", "encrypted (Chromium", "high")
    nss = ("CREATE TABLE metaData (id PRIMARY KEY UNIQUE ON CONFLICT REPLACE, item1, item2)", "CREATE TABLE nssPrivate (id PRIMARY KEY UNIQUE ON CONFLICT ABORT, a0)")
    check(folder, "key4.db", sqlite(folder, *nss), "keyfile-nss-keys", "encrypted (NSS", "high")
    check(folder, "Firefox cookies", sqlite(folder, "CREATE TABLE moz_cookies (id INTEGER PRIMARY KEY, value TEXT)"), "keyfile-browser-cookies", "not encrypted", "high")
    table = "CREATE TABLE main(key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL)"
    mark = f"PRAGMA application_id = {struct.unpack('>i', bytes.fromhex('f9beb4d9'))[0]}"
    check(folder, "Bitcoin wallet in SQLite", sqlite(folder, mark, table), "keyfile-bitcoin-wallet-open", "not encrypted", "critical")
    locked = (mark, table, "INSERT INTO main VALUES (CAST('walletdescriptorckey' AS BLOB), x'00')")
    check(folder, "Bitcoin wallet in SQLite, encrypted", sqlite(folder, *locked), "keyfile-bitcoin-wallet", "encrypted", "high")
    check(folder, "wallet.dat", berkeley(b"\x03key!abc"), "keyfile-bitcoin-wallet-open", "not encrypted", "critical")
    check(folder, "wallet.dat, encrypted", berkeley(b"\x04mkey", b"\x04ckey"), "keyfile-bitcoin-wallet", "encrypted", "high")
    check(folder, "SAM hive", hive(b"SAM", b"Domains", b"Builtin", b"Account"), "keyfile-registry-hive", "SAM", "critical")
    check(folder, "SYSTEM hive", hive(b"ControlSet001", b"Control", b"Lsa"), "keyfile-registry-hive", "SYSTEM", "critical")
    check(folder, "NTDS.dit", bytes(4) + b"\xef\xcd\xab\x89" + bytes(8192) + b"datatable" + bytes(99) + b"link_table" + bytes(99) + b"sd_table" + bytes(4096),
          "keyfile-ntds", "not encrypted", "critical")
    check(folder, "keychain", b"kych\0\x01\0\0" + bytes(200), "keyfile-keychain", "encrypted", "high")


def test_not(folder):
    """What only begins like one."""
    looks = {"another database": sqlite(folder, "CREATE TABLE orders (id)"), "another hive": hive(b"Software", b"Microsoft"),
             "another ESE database": bytes(4) + b"\xef\xcd\xab\x89" + bytes(8192), "another Berkeley database": bytes(12) + struct.pack("<I", 0x00053162) + bytes(4096),
             "a keytab cut short": keytab()[:40], "DER that is no key": b"\x30\x82\x01\x00" + bytes(256), "a text about one": b"keyfile kind=kdbx locked=yes\n" * 9,
             "the line that is made of one": b'mailspill:keyfile kind=kdbx locked=no empty=yes checked=yes how="x" of="" id=' + b"ab" * 32 + b"\n",
             "a packet that is none": b"\x95" + bytes(300)}
    for name, data in looks.items():
        (folder / "attachment.dat").write_bytes(data)
        found, _ = key_findings(folder / "attachment.dat")
        tap.ok(f"keyfile/not/{name}", not found, [f["rule"] for f in found])


def test_damaged(folder):
    """Cut at many places: always an answer, and the leaves add up."""
    data, wrong = keytab() + hive(b"SAM"), []
    for source in (keytab(), hive(b"SAM", b"Domains", b"Builtin", b"Account"), berkeley(b"\x03key!")):
        for cut in range(1, len(source), max(1, len(source) // 12)):
            (folder / f"cut-{len(wrong)}-{cut}-{len(source)}").write_bytes(source[:cut])
    status, records, errors = scan(folder)
    end = summary(records)
    tap.ok("keyfile/cut files", status in (0, 1, 4, 5) and "died" not in errors and end["leaves"] == end["scanned"] + end["partial"] + end["refused"], (status, errors, len(data)))


with tempfile.TemporaryDirectory() as made:
    place = pathlib.Path(made)
    test_made(place)
    test_not(place)
    test_openssl(place)
    test_java(place)
    test_kdbx(place)
    test_gnupg(place)
with tempfile.TemporaryDirectory() as made:
    test_damaged(pathlib.Path(made))
tap.done()
