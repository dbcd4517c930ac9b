#!/usr/bin/env python3
"""Locks: for each kind, files made by real software (at test time, where Debian has it) open with their password and show what is in them, stay locked with
any other, and damaged copies of them end in an answer. The program that holds passwords against files is build/tests/lock_probe (tests/lock/probe.c)."""
import base64
import io
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import CORPORA, ROOT, Tap, github_token  # noqa: E402
from lock_maker import agile, kdb, kdbx3, odf, odf_package, rar5, run, xor_workbook  # noqa: E402

tap = Tap()
PROBE = os.path.abspath(os.environ.get("LOCK_PROBE", str(ROOT / "build/tests/lock_probe")))
SAMPLES = ROOT / "tests/e2e/samples/lock"  # written by LibreOffice 25.2 for these tests
PYTHON = "/usr/bin/python3"  # Debian's own: its modules are the packages'
PASSWORD = "sesame"
TOKEN = github_token("locks")
DAMAGED = int(os.environ.get("DAMAGED", "120"))


def probe(path, *passwords):
    """The kind, the scheme, and for each password its answer and the content (None where it did not open)."""
    lines = run(PROBE, path, *passwords).decode().splitlines()
    kind, scheme, rest = lines[0][5:], lines[1][7:], lines[2:]
    answers = []
    while rest:
        answer, *words = rest.pop(0).split(" ", 2)
        content = None
        if answer == "open" and words[0] != "none":
            content = base64.b64decode(rest.pop(0))
        answers.append((answer, content))
    return kind, scheme, answers


def check(name, path, is_right, kind, password=PASSWORD, slow=False):
    """Wrong and empty passwords do not open, the right one does, and IS_RIGHT says so of the content; damaged copies end."""
    got, scheme, answers = probe(path, "wrong", "", password)
    verdicts = [answer for answer, _ in answers]
    tap.ok(f"lock/{name}/only its password opens it", got == kind and verdicts == ["wrong", "wrong", "open"], f"{got} {scheme} {verdicts}")
    tap.ok(f"lock/{name}/what is in it is shown", bool(answers) and answers[-1][1] is not None and is_right(answers[-1][1]), scheme)
    count = DAMAGED // 10 if slow else DAMAGED
    counts = run(PROBE, "--damage", count, path, password).decode()
    tap.ok(f"lock/{name}/{count} damaged copies end", sum(map(int, counts.split()[1::2])) == count, counts)


def have(name, *programs):
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        tap.skip(f"lock/{name}", f"no {', '.join(missing)}")
    return not missing


def has_module(name, module):
    if subprocess.run([PYTHON, "-c", f"import {module}"], capture_output=True).returncode == 0:
        return True
    tap.skip(f"lock/{name}", f"no Python module {module}")
    return False


def holds(text):
    return lambda content: text.encode() in content


# Archives: the unlocked one is read by libarchive and by the program that made it.

def zip_holds(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.testzip() is None and TOKEN in archive.read("a.txt").decode() and archive.read("b.txt").startswith(b"1\n")


def tool_holds(suffix):
    def is_right(content):
        path = pathlib.Path(tempfile.mkstemp(suffix=suffix)[1])
        path.write_bytes(content)
        try:
            text = run("bsdtar", "xOf", path, "a.txt")
        finally:
            path.unlink()
        return TOKEN.encode() in text
    return is_right


def test_archives(folder):
    (folder / "a.txt").write_text(f"hello\ntoken {TOKEN}\n")
    (folder / "b.txt").write_text("".join(f"{i}\n" for i in range(1, 3001)))
    (folder / "empty").write_text("")
    if not have("7z archives", "7z", "bsdtar"):
        return
    for method in ("ZipCrypto", "AES128", "AES192", "AES256"):
        run("7z", "a", "-tzip", f"-mem={method}", f"-p{PASSWORD}", f"{method}.zip", "a.txt", "b.txt", "empty", cwd=folder)
        check(f"zip/{method}", folder / f"{method}.zip", zip_holds, "zip")
    for method in ("BZip2", "LZMA"):
        run("7z", "a", "-tzip", f"-mm={method}", "-mem=ZipCrypto", f"-p{PASSWORD}", f"{method}.zip", "a.txt", "b.txt", cwd=folder)
        check(f"zip/{method}", folder / f"{method}.zip", zip_holds, "zip")
    run("7z", "a", "-tzip", "-mx=0", "-mem=ZipCrypto", f"-p{PASSWORD}", "stored.zip", "a.txt", "b.txt", cwd=folder)
    check("zip/stored", folder / "stored.zip", zip_holds, "zip")
    if have("zip/Info-ZIP", "zip"):
        run("zip", "-q", "-P", PASSWORD, "info.zip", "a.txt", "b.txt", cwd=folder)
        check("zip/Info-ZIP", folder / "info.zip", zip_holds, "zip")
    forms = {"solid": ["a.txt", "b.txt", "empty"], "encrypted directory": ["-mhe", "a.txt", "b.txt"], "stored": ["-mx=0", "a.txt", "b.txt"],
             "PPMd": ["-m0=PPMd", "a.txt", "b.txt"], "not solid": ["-ms=off", "a.txt", "b.txt"],
             "BCJ2": ["-m0=BCJ2", "-m1=LZMA:d=20", "-m2=LZMA:d=18", "-m3=LZMA:d=18", "-mb0:1", "-mb0s1:2", "-mb0s2:3", "a.txt"]}
    for name, arguments in forms.items():
        path = folder / f"{name.replace(' ', '-')}.7z"
        run("7z", "a", f"-p{PASSWORD}", path, *arguments, cwd=folder)
        check(f"7z/{name}", path, tool_holds(".7z"), "7z", slow=True)


def test_mixed(folder):
    """Members of other passwords stay in the archive, locked."""
    if not have("mixed archives", "7z"):
        return
    for suffix, kind in (("zip", "-tzip"), ("7z", "-t7z")):
        path = folder / f"mixed.{suffix}"
        run("7z", "a", kind, "-pother", path, "b.txt", cwd=folder)
        run("7z", "a", kind, f"-p{PASSWORD}", path, "a.txt", cwd=folder)
        _, _, ((answer, content),) = probe(path, PASSWORD)
        is_open = tool_holds("." + suffix)(content) if content else False
        (folder / f"again.{suffix}").write_bytes(content or b"")
        _, _, again = probe(folder / f"again.{suffix}", PASSWORD, "other")
        tap.ok(f"lock/{suffix}/members of other passwords stay locked", answer == "open" and is_open and [a for a, _ in again] == ["wrong", "open"], again)


def test_rar():
    """Real archives, where they are at hand: nothing in Debian writes RAR."""
    folder = CORPORA / "archives/libarchive"
    names = {"rar4_encrypted": ("rar", "password", b"This is from a.txt"), "rar4_encrypted_filenames": ("rar", "password", b"This is from a.txt"),
             "rar4_solid_encrypted": ("rar", "password", b"This is from a.txt"), "rar_encryption_data": ("rar", "12345678", b"data of foo.txt"),
             "rar_encryption_header": ("rar", "12345678", b"data of foo.txt"), "rar5_encrypted": ("rar5", "password", b"This is from b.txt"),
             "rar5_encrypted_filenames": ("rar5", "password", b"This is from d.txt"), "rar5_solid_encrypted": ("rar5", "password", b"This is from d.txt")}
    for name, (kind, password, text) in names.items():
        path = folder / f"test_read_format_{name}.rar"
        if not path.exists():
            tap.skip(f"lock/{kind}/{name}", "no corpora")
            continue

        def is_right(content, text=text):
            done = subprocess.run(["bsdtar", "xOf", "-"], input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            return text in done.stdout
        check(f"{kind}/{name}", path, is_right, kind, password, slow=True)


def test_rar5_written(folder):
    """An archive written here, stored, with a check value."""
    if not have("rar5/written", "openssl"):
        return
    path = folder / "written.rar"
    path.write_bytes(rar5("a.txt", f"token {TOKEN}\n".encode(), PASSWORD))
    check("rar5/written", path, tool_holds(".rar"), "rar5")


# Documents.

def test_ooxml(folder):
    plain, path = io.BytesIO(), folder / "agile.docx"
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("word/document.xml", f"<w>{TOKEN}</w>" + "x" * 9000)
    if have("ooxml/agile", "openssl"):
        path.write_bytes(agile(plain.getvalue(), PASSWORD))
        check("ooxml/agile", path, lambda content: content == plain.getvalue(), "ooxml")
        if has_module("ooxml/agile is what others read", "msoffcrypto"):
            code = "import msoffcrypto, sys\nf = msoffcrypto.OfficeFile(open(sys.argv[1], 'rb'))\nf.load_key(password=sys.argv[2])\nf.decrypt(sys.stdout.buffer)"
            tap.ok("lock/ooxml/agile is what others read", run(PYTHON, "-c", code, path, PASSWORD) == plain.getvalue())
    for name in ("testEXCEL_protected_passtika.xlsx", "testEXCEL_protected_passtika_2.xlsx", "testWORD_protected_passtika.docx"):
        path = CORPORA / "documents" / name
        if path.exists():
            check(f"ooxml/{name}", path, lambda content: zipfile.ZipFile(io.BytesIO(content)).testzip() is None, "ooxml", "tika", slow=True)
        else:
            tap.skip(f"lock/ooxml/{name}", "no corpora")


def test_odf(folder):
    for form in ("AES", "Blowfish"):
        if have(f"odf/{form}", "openssl"):
            path = folder / f"{form}.odt"
            path.write_bytes(odf(TOKEN, PASSWORD, form))
            check(f"odf/{form}", path, lambda content: TOKEN.encode() in zipfile.ZipFile(io.BytesIO(content)).read("content.xml")
                  and zipfile.ZipFile(io.BytesIO(content)).testzip() is None, "odf")


def with_memory(data, kib):
    """The zip with another memory in its manifest."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb'argon2-memory="\d+"', b'argon2-memory="%d"' % kib, old.read(name)))
    return out.getvalue()


def test_odf_package(folder):
    """The whole document as one member: by a writer of ours, and by LibreOffice 25.2 (samples/lock)."""
    def shows(content):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return TOKEN.encode() in archive.read("content.xml") and archive.testzip() is None
    for name, options in (("package", {}), ("package, names of ODF 1.5", {"is_standard": True, "lanes": 2})):
        path = folder / "package.odt"
        path.write_bytes(odf_package(TOKEN, PASSWORD, **options))
        check(f"odf/{name}", path, shows, "odf")
    for path in sorted(SAMPLES.glob("*.od?")):
        check(f"odf/{path.name}", path, shows, "odf", slow=True)
    path = folder / "more.odt"
    path.write_bytes(odf_package(TOKEN, PASSWORD, more=[("hidden.txt", b"beside")]))
    content = probe(path, PASSWORD)[2][0][1]
    with zipfile.ZipFile(io.BytesIO(content or b"")) as archive:
        tap.ok("lock/odf/package/what lies beside it stays", archive.namelist() == ["mimetype", "encrypted-package", "hidden.txt", "META-INF/manifest.xml"]
               and shows(archive.read("encrypted-package")) and archive.read("hidden.txt") == b"beside", archive.namelist())
    for name, options, expected in (("much memory", {"kib": 64}, "limit"), ("a way to the key that is not known", {"derivation": "urn:x:argon3"}, "unsupported")):
        data = odf_package(TOKEN, PASSWORD, **options)
        path.write_bytes(with_memory(data, 99999999) if expected == "limit" else data)
        answers = [answer for answer, _ in probe(path, PASSWORD)[2]]
        tap.ok(f"lock/odf/package/{name}", answers == [expected], answers)


def same_streams(path):
    """Another tool's deciphered copy: as much of its streams as that tool keeps."""
    code = "import msoffcrypto, sys\nf = msoffcrypto.OfficeFile(open(sys.argv[1], 'rb'))\nf.load_key(password='tika')\nf.decrypt(sys.stdout.buffer)"
    expected = run(PYTHON, "-c", code, path)

    def is_right(content):
        same = sum(a == b for a, b in zip(content, expected))
        return len(content) == len(expected) and same > 0.98 * len(content)
    return is_right


def test_legacy_office():
    for name in ("testWORD_protected_passtika.doc", "testEXCEL_protected_passtika.xls", "testPPT_protected_passtika.ppt"):
        path = CORPORA / "documents" / name
        if not path.exists():
            tap.skip(f"lock/office/{name}", "no corpora")
        elif has_module(f"office/{name}", "msoffcrypto"):
            check(f"office/{name}", path, same_streams(path), "office", "tika")


def test_xor(folder):
    path = folder / "xor.xls"
    path.write_bytes(xor_workbook(TOKEN, PASSWORD))
    check("office/xor", path, holds(TOKEN), "office")


# Keys.

def is_key(content):
    return subprocess.run(["openssl", "pkey", "-noout", "-check"], input=content, capture_output=True).returncode == 0


def test_openssl(folder):
    if not have("pem, pkcs8, pkcs12", "openssl"):
        return
    key, p = folder / "rsa.pem", f"pass:{PASSWORD}"
    run("openssl", "genrsa", "-out", key, "2048")
    run("openssl", "req", "-x509", "-key", key, "-subj", "/CN=x", "-days", "30", "-out", folder / "c.pem")
    run("openssl", "ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", folder / "ec.pem")
    legacy = ["-provider", "legacy", "-provider", "default"]
    pem = {"pem/AES-128": ["rsa", "-traditional", "-aes128"], "pem/3DES": ["rsa", "-traditional", "-des3"],
           "pem/Camellia": ["rsa", "-traditional", "-camellia256"], "pkcs8/AES": ["pkcs8", "-topk8"], "pkcs8/scrypt": ["pkcs8", "-topk8", "-scrypt"],
           "pkcs8/3DES": ["pkcs8", "-topk8", "-v2", "des3"], "pkcs8/SHA1-3DES": ["pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES"],
           "pkcs8/MD5-DES": ["pkcs8", "-topk8", "-v1", "PBE-MD5-DES", *legacy], "pkcs8/RC2-40": ["pkcs8", "-topk8", "-v1", "PBE-SHA1-RC2-40", *legacy],
           "pkcs8/RC4": ["pkcs8", "-topk8", "-v1", "PBE-SHA1-RC4-128", *legacy], "pkcs8/DER": ["pkcs8", "-topk8", "-outform", "DER"]}
    for name, arguments in pem.items():
        path = folder / (name.replace("/", "-") + ".pem")
        run("openssl", *arguments, "-in", key, "-passout", p, "-out", path)
        check(name, path, is_key, "pem", slow="scrypt" in name)
    stores = {"AES": [], "legacy": ["-legacy"], "no MAC": ["-nomac"], "SHA-512": ["-macalg", "sha512"]}
    for name, arguments in stores.items():
        path = folder / f"{name.replace(' ', '')}.p12"
        run("openssl", "pkcs12", "-export", "-inkey", key, "-in", folder / "c.pem", "-passout", p, *arguments, "-out", path)
        check(f"pkcs12/{name}", path, is_key, "pkcs12")
    body = folder / "body.txt"
    body.write_bytes(b"Hi, my key:\n" + (folder / "pem-AES-128.pem").read_bytes() + f"and {TOKEN}\n".encode())
    check("pem/in a body", body, lambda content: content.startswith(b"Hi") and TOKEN.encode() in content and b"ENCRYPTED" not in content, "pem")


def test_java(folder):
    if not have("jks", "keytool"):
        return
    for kind in ("JKS", "JCEKS", "PKCS12"):
        path = folder / f"{kind}.store"
        run("keytool", "-genkeypair", "-alias", "a", "-keyalg", "RSA", "-keysize", "2048", "-dname", "CN=x", "-storetype", kind, "-keystore", path,
            "-storepass", PASSWORD, "-keypass", PASSWORD, "-validity", "10")
        check(f"jks/{kind}", path, lambda content: is_key(content[content.index(b"-----BEGIN"):]), "pkcs12" if kind == "PKCS12" else "jks")


def test_openssh(folder):
    if not have("openssh", "ssh-keygen"):
        return

    def reads(content):
        path = folder / "unlocked"
        path.write_bytes(content)
        path.chmod(0o600)
        return run("ssh-keygen", "-y", "-P", "", "-f", path).startswith(b"ssh-")
    for cipher in ("aes256-ctr", "aes256-cbc", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com", "3des-cbc"):
        path = folder / f"ssh-{cipher}"
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", PASSWORD, "-Z", cipher, "-a", "2", "-C", "me@x", "-f", path)
        check(f"openssh/{cipher}", path, reads, "openssh", slow=True)
    run("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", PASSWORD, "-f", folder / "ssh-rsa")
    check("openssh/RSA", folder / "ssh-rsa", reads, "openssh", slow=True)
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "ssh-open")
    both = folder / "ssh-both"
    both.write_bytes((folder / "ssh-open").read_bytes() + (folder / "ssh-aes256-ctr").read_bytes())
    kind, _, answers = probe(both, "wrong", PASSWORD)
    tap.ok("lock/openssh/a locked key behind an open one", kind == "openssh" and [a for a, _ in answers] == ["wrong", "open"], answers)


def test_putty(folder):
    if not have("ppk", "puttygen"):
        return
    secret, nothing = folder / "passphrase", folder / "nothing"
    secret.write_text(PASSWORD)
    nothing.write_text("")

    def reads(content):
        path = folder / "unlocked.ppk"
        path.write_bytes(content)
        return run("puttygen", "-L", "--old-passphrase", nothing, path).startswith(b"ssh-")
    for version in ("2", "3"):
        path = folder / f"v{version}.ppk"
        run("puttygen", "-q", "-t", "rsa", "-b", "1024", "--ppk-param", f"version={version}", "--new-passphrase", secret, "-o", path,
            "--random-device", "/dev/urandom")
        check(f"ppk/version {version}", path, reads, "ppk", slow=version == "3")


def test_kdbx(folder):
    if have("kdbx/keepassxc", "keepassxc-cli"):
        path, p = folder / "xc.kdbx", PASSWORD.encode() + b"\n"
        run("keepassxc-cli", "db-create", "-q", "-p", "-t", "100", path, stdin=p + p)
        run("keepassxc-cli", "add", "-q", "-u", "bob", "-p", path, "entry", stdin=p + TOKEN.encode() + b"\n")
        check("kdbx/keepassxc", path, holds(TOKEN), "kdbx", slow=True)
    if has_module("kdbx/pykeepass", "pykeepass"):
        path = folder / "py.kdbx"
        code = ("import pykeepass, sys\nkp = pykeepass.create_database(sys.argv[1], password=sys.argv[2])\n"
                "e = kp.add_entry(kp.root_group, 't', 'bob', sys.argv[3])\ne.add_attachment(kp.add_binary(b'attached'), 'a.txt')\nkp.save()")
        run(PYTHON, "-c", code, path, PASSWORD, TOKEN)
        attached = base64.b64encode(b"attached")
        check("kdbx/Argon2", path, lambda content: TOKEN.encode() in content and attached in content, "kdbx", slow=True)


def test_kdbx3(folder):
    if have("kdbx/version 3.1", "openssl"):
        path = folder / "three.kdbx"
        path.write_bytes(kdbx3(TOKEN, PASSWORD, 3))
        check("kdbx/version 3.1", path, holds(TOKEN), "kdbx")


def test_kdb(folder):
    """KeePass 1: by Perl's File::KeePass, and both ciphers by a writer of ours."""
    def shows(content):
        text = content.decode()
        return f"<title>deploy</title><url>https://x.example</url><username>bob</username><password>{TOKEN}</password>" in text and base64.b64encode(f"attached {TOKEN}".encode()).decode() in text
    for cipher in ("aes", "twofish"):
        path = folder / f"{cipher}.kdb"
        path.write_bytes(kdb(TOKEN, PASSWORD, 3, cipher))
        check(f"kdb/{cipher}", path, shows, "kdb")
    path = folder / "old.kdb"
    path.write_bytes(kdb(TOKEN, "z\u00fcrich".encode("latin-1")))
    tap.ok("lock/kdb/a password in Latin-1", [answer for answer, _ in probe(path, "zurich", "z\u00fcrich")[2]] == ["wrong", "open"], probe(path, "z\u00fcrich"))
    path.write_bytes(kdb(TOKEN, PASSWORD)[:-3])
    tap.ok("lock/kdb/cut short is damaged", [answer for answer, _ in probe(path, PASSWORD)[2]] == ["damaged"], probe(path, PASSWORD))
    if have("kdb/File::KeePass", "perl") and subprocess.run(["perl", "-MFile::KeePass", "-e", "1"], capture_output=True).returncode == 0:
        path = folder / "perl.kdb"
        code = ("use File::KeePass; my $k = File::KeePass->new; my $g = $k->add_group({title => 'Servers'}); $k->add_entry({title => 'deploy', username => 'bob', "
                "url => 'https://x.example', password => $ARGV[2], group => $g->{id}, binary => {'a.txt' => \"attached $ARGV[2]\"}}); $k->save_db($ARGV[0], $ARGV[1], {version => 1});")
        run("perl", "-e", code, path, PASSWORD, TOKEN)
        check("kdb/File::KeePass", path, shows, "kdb", slow=True)


def test_limits(folder):
    """What would cost too much says so, soon."""
    import time
    path = folder / "slow.kdbx"
    if not have("limits", "openssl"):
        return
    data = bytearray(kdbx3(TOKEN, PASSWORD, 3))
    at = data.index(struct.pack("<BHQ", 6, 8, 3)) + 3
    data[at:at + 8] = struct.pack("<Q", 1 << 40)
    path.write_bytes(data)
    began = time.monotonic()
    _, _, answers = probe(path, "wrong")
    tap.ok("lock/limit/a key of 2^40 rounds is not derived", answers[0][0] == "limit" and time.monotonic() - began < 60, answers)


with tempfile.TemporaryDirectory() as name:
    place = pathlib.Path(name)
    if not os.path.exists(PROBE):
        tap.skip("lock", "no lock_probe: make build/tests/lock_probe")
        tap.done()
    test_archives(place)
    test_mixed(place)
    test_rar()
    test_rar5_written(place)
    test_ooxml(place)
    test_odf(place)
    test_odf_package(place)
    test_legacy_office()
    test_xor(place)
    test_openssl(place)
    test_java(place)
    test_openssh(place)
    test_putty(place)
    test_kdbx(place)
    test_kdbx3(place)
    test_kdb(place)
    test_limits(place)
tap.done()
