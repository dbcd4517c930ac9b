#!/usr/bin/env python3
"""S/MIME and PGP: what opaque signed and compressed mail holds is found as if it were not wrapped, in DER and in BER of any length, directly, in an mbox and in a
zip; openssl takes the same content out; what is encrypted is a gap that names who could open it; damaged ones lose nothing but themselves.
`smime_test.py damage [COUNT [FIRST]]` harms COUNT variants (1000) by hand."""
import base64
import io
import json
import mailbox
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import damage  # noqa: E402
from cms_writer import compressed, in_pieces, tlv  # noqa: E402
from harness import CORPORA, PROGRAM, Tap, b64lines, github_token, of_type, scan, summary  # noqa: E402

tap = Tap()
KEYS = pathlib.Path(tempfile.mkdtemp(prefix="mailspill-test-smime-"))


def token(name):
    return github_token(f"smime {name}")


def openssl(*arguments, data=None):
    done = subprocess.run(["openssl", *map(str, arguments)], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    return done.stdout


def make_keys():
    for name, kind in (("alice", ["rsa:2048"]), ("bob", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"])):
        openssl("req", "-x509", "-newkey", *kind, "-nodes", "-keyout", KEYS / f"{name}.key", "-out", KEYS / f"{name}.pem", "-subj", f"/O=Corp/CN={name} ca",
                "-days", "30", "-set_serial", "0x1234ABCD")


def cms(*arguments, data):
    return openssl("cms", "-binary", "-outform", "DER", *arguments, data=data)


def sign(data, *more):
    return cms("-sign", "-nodetach", "-signer", KEYS / "alice.pem", "-inkey", KEYS / "alice.key", *more, data=data)


def entity(t, place):
    """A MIME entity with the token in it."""
    if place == "header":
        return f"Content-Type: text/plain\r\nX-Key: {t}\r\n\r\nbody\r\n".encode()
    if place == "attachment":
        return (f"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nsee\r\n--x\r\nContent-Type: text/plain; name=prod.env\r\n"
                f"Content-Disposition: attachment; filename=prod.env\r\nContent-Transfer-Encoding: base64\r\n\r\n{b64lines(b'T=' + t.encode())}--x--\r\n").encode()
    return f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nkey {t[:9]}=\r\n{t[9:]}\r\n".encode()


def mail(number, data, name="smime.p7m", kind="application/pkcs7-mime; smime-type=signed-data"):
    return (f"From: alice@corp.example\r\nTo: bob@corp.example\r\nDate: Fri, 12 Jan 2024 09:30:00 +0000\r\nSubject: x\r\nMessage-ID: <s{number}@corp.example>\r\nMIME-Version: 1.0\r\n"
            f"Content-Type: {kind}; name={name}\r\nContent-Disposition: attachment; filename={name}\r\nContent-Transfer-Encoding: base64\r\n\r\n").encode() + b64lines(data).encode()


def plain(number, data):
    return (f"From: alice@corp.example\r\nTo: bob@corp.example\r\nDate: Fri, 12 Jan 2024 09:30:00 +0000\r\nSubject: x\r\nMessage-ID: <s{number}@corp.example>\r\n"
            "MIME-Version: 1.0\r\n").encode() + data


# Wrapper: entity to CMS.
WRAPPERS = {
    "signed": sign,
    "signed, no length told": lambda data: sign(data, "-indef", "-stream"),
    "signed by key id": lambda data: sign(data, "-keyid"),
    "pieces of 7 bytes": lambda data: in_pieces(data, 7),
    "pieces in pieces": lambda data: in_pieces(data, 100, 3),
    "compressed": compressed,
    "signed, then compressed": lambda data: compressed(mail_of(sign(data))),
    "signed twice": lambda data: sign(mail_of(sign(data))),
}


def mail_of(data):
    return b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64lines(data).encode()


def cases():
    for wrapper, wrap in WRAPPERS.items():
        for place in ("body", "header", "attachment"):
            yield f"{wrapper}/{place}", wrap, place


def carriers():
    mails = [mail(number, wrap(entity(token(name), place))) for number, (name, wrap, place) in enumerate(cases())]
    as_plain = {token(name): plain(number, entity(token(name), place)) for number, (name, _, place) in enumerate(cases())}
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(as_plain.values()):
            (pathlib.Path(folder) / f"{number}.eml").write_bytes(data)
        _, records, _ = scan("--reveal", folder)
        plain_ids = {finding["secret"]: finding["finding_id"] for finding in of_type(records, "finding")}
    for form in ("EML", "mbox", "zip"):
        with tempfile.TemporaryDirectory() as folder:
            where = pathlib.Path(folder)
            if form == "EML":
                for number, data in enumerate(mails):
                    (where / f"{number}.eml").write_bytes(data)
            elif form == "mbox":
                box = mailbox.mbox(where / "a.mbox")
                for data in mails:
                    box.add(data)
                box.close()
            else:
                with zipfile.ZipFile(where / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                    for number, data in enumerate(mails):
                        archive.writestr(f"{number}.eml", data)
            status, records, errors = scan("--reveal", "--jobs", 1, folder)
        found = {}
        for finding in of_type(records, "finding"):
            found.setdefault(finding["secret"], []).append(finding)
        for number, (name, _, place) in enumerate(cases()):
            hits = found.get(token(name), [])
            tap.ok(f"{form}/{name}", len(hits) == 1 and hits[0]["message"]["id"] == f"<s{number}@corp.example>", f"{[hit['path'] for hit in hits]}\n{errors}")
            tap.ok(f"{form}/{name}: the id is that of the plain mail", hits and hits[0]["finding_id"] == plain_ids.get(token(name)), [hit["path"] for hit in hits])
        total = summary(records)
        tap.ok(f"{form}/leaves add up", total["leaves"] == total["scanned"] + total["partial"] + total["refused"], total)
        tap.ok(f"{form}/wrappers are no messages and no gaps", total["messages"] == len(mails) and total["complete"], total)


def files():
    """What is signed and no MIME entity; a signature by itself; a p7m that lies in a folder."""
    secret = token("signed file")
    with tempfile.TemporaryDirectory() as folder:
        where = pathlib.Path(folder)
        (where / "a.eml").write_bytes(mail(0, sign(f"T={secret}\n".encode()), "prod.env.p7m", "application/octet-stream"))
        (where / "b.p7m").write_bytes(sign(entity(token("loose"), "body")))
        detached = cms("-sign", "-signer", KEYS / "alice.pem", "-inkey", KEYS / "alice.key", data=b"x")
        (where / "c.eml").write_bytes(mail(1, detached, "smime.p7s", "application/pkcs7-signature"))
        _, records, _ = scan("--reveal", folder)
    hits = {finding["secret"]: finding["path"] for finding in of_type(records, "finding")}
    tap.ok("files/a signed file has its name", hits.get(secret, "").endswith("prod.env.p7m!/prod.env"), hits)
    tap.ok("files/a loose p7m is read", token("loose") in hits, hits)
    tap.ok("files/a detached signature is no gap", not of_type(records, "gap"), of_type(records, "gap"))


def around():
    """What stands among the algorithms before the content, short or long, and behind the end of what is compressed."""
    def signed(name, behind=b""):
        oid, inner = tlv(0x06, bytes.fromhex("2a864886f70d010702")), tlv(0x30, tlv(0x06, bytes.fromhex("2a864886f70d010701")), tlv(0xA0, tlv(0x04, entity("x", "body"))))
        return tlv(0x30, oid, tlv(0xA0, tlv(0x30, tlv(0x02, b"\1"), tlv(0x31, tlv(0x04, f"T={token(name)}\n".encode())), inner, tlv(0x31, behind))))

    packed = compressed(b"x", f"T={token('behind zlib')}\n".encode())
    for name, data, view in (("before", signed("before"), "SIGNATURE"), ("long", signed("long", b"x\n" * 100000), "HEAD"), ("behind zlib", packed, "PACKED")):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "a.p7m").write_bytes(data)
            _, records, _ = scan("--reveal", folder)
        hits = {finding["secret"]: finding["path"] for finding in of_type(records, "finding")}
        tap.ok(f"around/{name}", hits.get(token(name), "").endswith(f"a.p7m!/{view}"), hits)


def packet(tag, body):
    return bytes([0xC0 | tag, len(body)]) + body


def pgp(*recipients, old=False):
    session = b""
    for recipient in recipients:
        body = b"\3" + recipient + b"\1" + b"\x01\x00" + bytes(range(32)) if recipient else b"\4\7\3\10" + bytes(9)
        tag = 1 if recipient else 3
        session += bytes([0x80 | tag << 2 | 1]) + struct.pack(">H", len(body)) + body if old else packet(tag, body)
    return session + packet(18, b"\1" + bytes(range(100)))


def armoured(data, quote=""):
    return "".join(f"{quote}{line}\n" for line in ["-----BEGIN PGP MESSAGE-----", "Version: x", "", *b64lines(data, 64).split("\r\n")[:-1], "=abcd", "-----END PGP MESSAGE-----"])


def locked():
    one, other = bytes.fromhex("0123456789abcdef"), bytes.fromhex("fedcba9876543210")
    encrypt = [cms("-encrypt", "-aes256", *more, KEYS / "alice.pem", data=entity("x", "body")) for more in ((), ("-keyid",), ("-stream", "-indef"))]
    agreed = cms("-encrypt", "-aes256", KEYS / "bob.pem", data=entity("x", "body"))
    by_password = cms("-encrypt", "-aes256", "-pwri_password", "correct horse", data=entity("x", "body"))
    multipart = ("Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=x\r\n\r\n--x\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
                 f"--x\r\nContent-Type: application/octet-stream; name=encrypted.asc\r\n\r\n{armoured(pgp(one, other))}\r\n--x--\r\n").encode()
    head = b"Content-Type: text/plain\r\n\r\n"
    wanted = {
        "a certificate": (mail(0, encrypt[0], kind="application/pkcs7-mime; smime-type=enveloped-data"), "for certificate 1234ABCD of 'alice ca'"),
        "a key id": (mail(0, encrypt[1]), "for key "),
        "no length told": (mail(0, encrypt[2]), "for certificate 1234ABCD of 'alice ca'"),
        "an agreement": (mail(0, agreed), "for certificate 1234ABCD of 'bob ca'"),
        "a password": (mail(0, by_password), "a password"),
        "PGP/MIME": (plain(0, multipart), "for key 0123456789ABCDEF, key FEDCBA9876543210"),
        "inline PGP": (plain(0, head + b"hello\r\n\r\n" + armoured(pgp(other)).encode()), "PGP message inside the text for key FEDCBA9876543210"),
        "quoted PGP": (plain(0, head + b"you wrote:\r\n" + armoured(pgp(one), "> ").encode()), "for key 0123456789ABCDEF"),
        "a passphrase": (plain(0, head + armoured(pgp(None)).encode()), "for whoever has its passphrase"),
        "hidden": (plain(0, head + armoured(pgp(bytes(8))).encode()), "for a recipient that is not named"),
        "many": (plain(0, head + armoured(pgp(*[one] * 12)).encode()), "and 8 more"),
        "old packets": (mail(0, pgp(one, other, old=True), "a.pgp", "application/octet-stream"), "for key 0123456789ABCDEF, key FEDCBA9876543210"),
        "version 6": (mail(0, packet(1, b"\6\x15\4" + bytes(range(20)) + b"\x19" + bytes(40)) + packet(18, b"\1" + bytes(100)), "a.pgp", "application/pgp-encrypted"), "key 000102030405"),
    }
    for name, (data, reason) in wanted.items():
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "a.eml").write_bytes(data)
            status, records, _ = scan(folder)
        gaps = [(gap["kind"], gap["reason"]) for gap in of_type(records, "gap")]
        tap.ok(f"locked/{name}", [kind for kind, _ in gaps] == ["encrypted"] and reason in gaps[0][1] and status & 4, gaps)
    with tempfile.TemporaryDirectory() as folder:
        mails = pathlib.Path(folder) / "mails"
        mails.mkdir()
        for number, (data, _) in enumerate(wanted.values()):
            (mails / f"{number:02}.eml").write_bytes(data)
        scan("--case", f"{folder}/case", mails)
        out = subprocess.run([PROGRAM, "report", "--case", f"{folder}/case", "--list", "gaps", "-f", "jsonl"], stdout=subprocess.PIPE).stdout
    told = {r["first"][-6:] if ".eml" not in r["first"] else r["first"].split(".eml")[0][-2:]: r["remedy"] for r in map(json.loads, out.splitlines())}
    tap.ok("locked/what-to-do-fits", "private key of that certificate" in told["00"] and "openssl cms" in told["04"] and "gpg" in told["06"] and
           not any("unlock" in words for words in told.values()), told)


def samples():
    """Real p7m files: openssl gives the same content."""
    paths = sorted((CORPORA / "documents").glob("*signed_data*.p7m")) + sorted((CORPORA / "documents").glob("test.xml.p7m"))
    if not paths:
        tap.skip("samples/signed", "no corpora")
        return
    for path in paths:
        content = openssl("cms", "-verify", "-noverify", "-nosigs", "-inform", "DER", "-in", path)
        words = [word for word in content.decode("latin-1").split() if len(word) >= 8 and word.isascii() and word.isalnum()][:1]
        with tempfile.TemporaryDirectory() as folder:
            known = pathlib.Path(folder) / "known"
            known.write_text("\n".join(words or ["never in there"]) + "\n")
            known.chmod(0o600)
            _, records, errors = scan("--reveal", "--known", known, path)
        total = summary(records)
        views = {finding["path"] for finding in of_type(records, "finding")}
        tap.ok(f"samples/{path.name} is read", total["complete"] and total["leaves"] == 2 and (not words or views) and all("!/" in view for view in views), f"{total} {words} {views} {errors}")
    for path in sorted((CORPORA / "documents").glob("*enveloped*.p7m")):
        status, records, _ = scan(path)
        reasons = [gap["reason"] for gap in of_type(records, "gap")]
        printed = openssl("cms", "-cmsout", "-print", "-inform", "DER", "-in", path).decode()
        serials = [line.split("(0x")[-1].rstrip(")").upper() if "(0x" in line else f"{int(line.split(':')[1]):02X}" for line in printed.splitlines() if "serialNumber:" in line]
        tap.ok(f"samples/{path.name} names its recipients", reasons and serials and all(serial in reasons[0] for serial in serials), f"{reasons} {serials}")


def samples_to_harm():
    data = entity(token("x"), "attachment")
    yield "signed.p7m", sign(data)
    yield "open.p7m", sign(data, "-indef", "-stream")
    yield "pieces.p7m", in_pieces(data, 7, 3)
    yield "compressed.p7m", compressed(data * 40)
    yield "encrypted.p7m", cms("-encrypt", "-aes256", KEYS / "alice.pem", KEYS / "bob.pem", data=data)
    yield "a.pgp", pgp(bytes(range(8)), None, bytes(8))
    yield "b.asc", armoured(pgp(bytes(range(8)), None, bytes(8))).encode()
    yield "a.eml", mail(0, sign(data))


make_keys()
if len(sys.argv) > 1 and sys.argv[1] == "damage":
    sys.exit(damage.main("smime damage", list(samples_to_harm()), sys.argv[2:]))
carriers()
files()
around()
locked()
samples()
failed, deaths, lost = damage.run("smime damage", list(samples_to_harm()), 50)
tap.ok("damaged/50 variants are sound", not failed, failed)
tap.ok("damaged/no worker died", deaths == 0 and not lost, f"{deaths} {lost}")
shutil.rmtree(KEYS, ignore_errors=True)
tap.done()
