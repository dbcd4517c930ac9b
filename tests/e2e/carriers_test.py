#!/usr/bin/env python3
"""One token of 40 characters in every carrier that mail has, found with the right Message-ID in every container."""
import base64
import binascii
import bz2
import email.utils
import gzip
import io
import lzma
import pathlib
import quopri
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.parse
import zipfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import Tap, b64lines, github_token, of_type, scan, summary  # noqa: E402


def message(number, headers, body):
    """A message with an id that tells its carrier."""
    head = [f"From: Alice Smith <alice@corp.example>", "To: bob@partner.example", f"Date: {email.utils.formatdate(1705051800 + number)}",
            f"Message-ID: <carrier-{number}@corp.example>", "MIME-Version: 1.0"]
    if not any(h.lower().startswith("subject:") for h in headers):
        head.append("Subject: note")
    return "\r\n".join(head + headers).encode() + b"\r\n\r\n" + body


def text(kind, encoding, body, more=""):
    return [f"Content-Type: {kind}{more}", f"Content-Transfer-Encoding: {encoding}"], body


def multipart(parts, preamble=b"", epilogue=b""):
    boundary = "=_b0undary_42"
    body = preamble
    for headers, content in parts:
        body += b"--" + boundary.encode() + b"\r\n" + "\r\n".join(headers).encode() + b"\r\n\r\n" + content + b"\r\n"
    body += b"--" + boundary.encode() + b"--\r\n" + epilogue
    return [f'Content-Type: multipart/mixed; boundary="{boundary}"'], body


def attachment(name, data, kind="application/octet-stream"):
    return multipart([(["Content-Type: text/plain"], b"see attachment"),
                      ([f"Content-Type: {kind}", f'Content-Disposition: attachment; filename="{name}"',
                        "Content-Transfer-Encoding: base64"], b64lines(data).encode())])


def word(charset, data, encoding="B"):
    return f"=?{charset}?B?{binascii.b2a_base64(data, newline=False).decode()}?="


def uuencode(data, name):
    lines = [binascii.b2a_uu(data[i:i + 45]).decode().rstrip("\n") for i in range(0, len(data), 45)]
    return "\r\n".join([f"begin 644 {name}", *lines, "`", "end", ""]).encode()


def yenc(data, name):
    out = bytearray()
    line = 0
    for byte in data:
        byte = (byte + 42) & 255
        if byte in (0, 10, 13, 61):
            out += b"="
            byte = (byte + 64) & 255
        out.append(byte)
        line += 1
        if line % 128 == 0:
            out += b"\r\n"
    return f"=ybegin line=128 size={len(data)} name={name}\r\n".encode() + bytes(out) + f"\r\n=yend size={len(data)}\r\n".encode()


def zipped(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def tarred(name, data, mode="w:gz"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def seven_zipped(name, data):
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / name).write_bytes(data)
        subprocess.run(["7z", "a", "-bd", "out.7z", name], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return (pathlib.Path(folder) / "out.7z").read_bytes()


FILLER = "Here is what you asked for, please keep it to yourself and tell me when it works. "


def wrapped(data, width=64, mark="\n"):
    encoded = base64.b64encode(data).decode()
    return mark.join(encoded[i:i + width] for i in range(0, len(encoded), width)).encode()


def encoded_in_text(token):
    """Bodies in which the token stands encoded, as people paste it."""
    t = token.encode()
    some = b"# the settings\nTOKEN=" + t + b"\nHOST=db.example\n"
    link = urllib.parse.quote(f"https://h.example/?access_token={token}", safe="")
    return {
        "pasted-base64": b"here: " + base64.b64encode(some) + b" ok\r\n",
        "pasted-base64-lines": b"here:\r\n\r\n" + wrapped(some, 64, "\r\n") + b"\r\n\r\nbye\r\n",
        "pasted-base64-quoted": b"> " + wrapped(some, 60, "\r\n> ") + b"\r\nthanks\r\n",
        "pasted-base64-json": b'{"data":"' + wrapped(some, 64, "\\n") + b'"}\r\n',
        "pasted-base64url": b"https://h.example/?d=" + base64.urlsafe_b64encode(some).rstrip(b"=") + b"\r\n",
        "pasted-base32": base64.b32encode(some) + b"\r\n",
        "pasted-hex": b"dump: " + some.hex().encode() + b"\r\n",
        "pasted-c-escapes": b'char *s = "' + "".join(f"\\x{c:02x}" for c in t).encode() + b'";\r\n',
        "pasted-bytes": b"{ " + ", ".join(f"0x{c:02x}" for c in t).encode() + b" };\r\n",
        "pasted-json-escapes": b'{"token":"' + "".join(f"\\u{c:04x}" for c in t).encode() + b'"}\r\n',
        "pasted-percent": b"https://h.example/?q=" + "".join(f"%{c:02X}" for c in t).encode() + b"\r\n",
        "pasted-references": "".join(f"&#{c};" for c in t).encode() + b"\r\n",
        "pasted-quoted-printable": b"token=3D " + "".join(f"={c:02X}" for c in t).encode() + b"\r\n",
        "pasted-powershell": b"powershell -EncodedCommand " + base64.b64encode(f"$t = '{token}'".encode("utf-16-le")) + b"\r\n",
        "pasted-gzip": base64.b64encode(gzip.compress(some, mtime=0)) + b"\r\n",
        "pasted-zlib": base64.b64encode(zlib.compress(some)) + b"\r\n",
        "pasted-jwt": b"Bearer " + base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=") + b"." +
                      base64.urlsafe_b64encode(b'{"sub":"1","key":"' + t + b'"}').rstrip(b"=") + b".\r\n",
        "pasted-kubernetes-secret": b"kind: Secret\r\ndata:\r\n  token: " + base64.b64encode(t) + b"\r\n",
        "pasted-data-uri": b"url(data:text/plain;base64," + base64.b64encode(some) + b")\r\n",
        "pasted-three-deep": wrapped(base64.b64encode(wrapped(some)), 76, "\r\n") + b"\r\n",
        "safelinks": f"<https://nam02.safelinks.protection.outlook.com/?url={link}&data=05%7C01&reserved=0>\r\n".encode(),
        "proofpoint-2": b"https://urldefense.proofpoint.com/v2/url?u=" +
                        urllib.parse.quote(f"https://h.example/?access_token={token}", safe="/").replace("_", "%5F").replace("%", "-").replace("/", "_").encode() +
                        b"&d=DwMF&c=x\r\n",
        "barracuda": f"https://linkprotect.cudasvc.com/url?a={link}&c=E,1,x\r\n".encode(),
        "cisco": f"https://secure-web.cisco.com/1abcDEF/{link}\r\n".encode(),
        "google-redirect": f"https://www.google.com/url?q={link}&sa=D\r\n".encode(),
    }


def carriers(token):
    """Name, and a function of the token that gives headers and body."""
    t = token.encode()
    cut_qp = FILLER.encode() * 2 + b"the key is " + t[:23] + b"=\r\n" + t[23:] + b" and thanks\r\n"
    uni = ("Grüße, der Schlüssel: " + token + " – danke\r\n").encode()
    html = b"<html><body><p>Hello&nbsp;there</p><p>key: " + t[:9] + b"<wbr>" + t[9:17] + b"<b>" + t[17:30] + b"</b>" + t[30:] + b"</p></body></html>"
    inner = message(990, ["Subject: inner"], b"forwarded " + t + b"\r\n").replace(b"<carrier-990@corp.example>", b"<inner@corp.example>")
    deep = tarred("b.zip", zipped("a.zip", zipped("prod.env", b"TOKEN=" + t + b"\n")))
    name_half = [f"filename*0*=utf-8''report%20{token[:14]}", f"filename*1*={token[14:]}.txt"]
    return {
        "7bit-body": text("text/plain; charset=us-ascii", "7bit", b"key " + t + b"\r\n"),
        "qp-cut-by-soft-break": text("text/plain; charset=utf-8", "quoted-printable", cut_qp),
        "qp-encoded": text("text/plain; charset=utf-8", "quoted-printable", quopri.encodestring(uni)),
        "base64-body": text("text/plain; charset=utf-8", "base64", b64lines(uni * 3).encode()),
        "html-split-by-tags": text("text/html; charset=utf-8", "7bit", html),
        "html-attribute": text("text/html", "7bit", b'<p>x <a title="k" href="https://api.example/?access_token=' + t + b'&amp;x=1">here</a></p>'),
        "html-comment": text("text/html", "7bit", b"<p>x<!-- debug: " + t + b" --></p>"),
        "html-entity": text("text/html", "7bit", b"<p>&#103;h" + t[2:].replace(b"p_", b"p&#x5F;", 1) + b"</p>"),
        "utf-16-text": text("text/plain; charset=utf-16", "base64", b64lines(("key " + token + " end").encode("utf-16")).encode()),
        "utf-16le-undeclared": attachment("notes.txt", ("key " + token + " end\r\n").encode("utf-16-le"), "text/plain"),
        "rfc2047-subject": ([f"Subject: {word('utf-8', ('key ' + token[:20]).encode())}\r\n {word('utf-8', token[20:].encode())}",
                             "Content-Type: text/plain"], b"see subject\r\n"),
        "rfc2231-file-name": multipart([(["Content-Type: text/plain"], b"hi"),
                                        (["Content-Type: application/octet-stream",
                                          "Content-Disposition: attachment; " + ";\r\n ".join(name_half)], b"nothing here")]),
        "flowed-delsp": text("text/plain", "7bit", FILLER.encode() + b"\r\nkey " + t[:21] + b" \r\n" + t[21:] + b"\r\n", "; format=flowed; delsp=yes"),
        "quoted-twice": text("text/plain", "7bit", b"> > it was " + t + b"\r\n> ok\r\nthanks\r\n"),
        "quoted-and-cut": text("text/plain", "7bit", b"> > " + FILLER.encode()[:44] + b": " + t[:26] + b"\r\n> > " + t[26:] + b" yes\r\n"),
        "uuencode": text("text/plain", "7bit", b"file:\r\n\r\n" + uuencode(b"a line\nTOKEN=" + t + b"\n", "prod.env") + b"\r\nbye\r\n"),
        "yenc": text("text/plain", "8bit", b"file:\r\n\r\n" + yenc(b"a line\nTOKEN=" + t + b"\n", "prod.env") + b"\r\nbye\r\n"),
        "zip-in-zip-in-tar-gz": attachment("backup.tar.gz", deep),
        "7z": attachment("backup.7z", seven_zipped("prod.env", b"TOKEN=" + t + b"\n")),
        "gz-attachment": attachment("app.log.gz", gzip.compress(b"start\nTOKEN=" + t + b"\n")),
        "xz-attachment": attachment("app.log.xz", lzma.compress(b"start\nTOKEN=" + t + b"\n")),
        "bz2-attachment": attachment("app.log.bz2", bz2.compress(b"start\nTOKEN=" + t + b"\n")),
        "nested-rfc822": multipart([(["Content-Type: text/plain"], b"fwd"), (["Content-Type: message/rfc822"], inner)]),
        "nested-rfc822-base64": multipart([(["Content-Type: text/plain"], b"fwd"),
                                           (["Content-Type: message/rfc822", "Content-Transfer-Encoding: base64"], b64lines(inner).encode())]),
        "preamble": multipart([(["Content-Type: text/plain"], b"hi")], preamble=b"preamble " + t + b"\r\n"),
        "epilogue": multipart([(["Content-Type: text/plain"], b"hi")], epilogue=b"epilogue " + t + b"\r\n"),
        "lying-type": attachment("photo.jpg", zipped("prod.env", b"TOKEN=" + t + b"\n"), "image/jpeg"),
        "lying-text-type": multipart([(["Content-Type: text/plain"], b"hi"),
                                      (["Content-Type: image/png", "Content-Transfer-Encoding: base64",
                                        'Content-Disposition: inline; filename="logo.png"'], b64lines(b"TOKEN=" + t + b"\n").encode())]),
        "odd-header": (["X-Debug-Token: " + token, "Content-Type: text/plain"], b"hi\r\n"),
        "address-comment": (["Reply-To: ops (" + token + ") <ops@corp.example>", "Content-Type: text/plain"], b"hi\r\n"),
        "part-header": multipart([(["Content-Type: text/plain", "Content-Description: " + token], b"hi")]),
        "boundary-line": ([f'Content-Type: multipart/mixed; boundary="zz"'], b"--zz " + t + b"\r\n\r\nhi\r\n--zz--\r\n"),
        "latin1-umlauts": text("text/plain; charset=iso-8859-1", "8bit", "für dich: ".encode("latin-1") + t + b"\r\n"),
        "cut-by-line-end": text("text/plain", "7bit", FILLER.encode()[:54] + b": " + t[:17] + b"\r\n" + t[17:] + b"\r\n"),
        "soft-hyphen": text("text/plain; charset=utf-8", "8bit", b"key " + t[:15] + b"\xc2\xad" + t[15:] + b"\r\n"),
        "zero-width": text("text/plain; charset=utf-8", "8bit", b"key " + t[:15] + b"\xe2\x80\x8b" + t[15:] + b"\r\n"),
        "direction-mark": text("text/plain; charset=utf-8", "8bit", b"key " + t[:15] + b"\xe2\x80\x8e" + t[15:] + b"\r\n"),
        "markdown-escaped": text("text/plain", "7bit", b"key " + t.replace(b"_", b"\\_") + b"\r\n"),
        "cut-base64": multipart([(["Content-Type: text/plain", "Content-Transfer-Encoding: base64"],
                                  b64lines(b"key " + t + b" and more text follows here").encode()[:-7])]),
        "no-blank-line": (["Content-Type: text/plain", "Not a header line but " + token], b""),
        "data-uri": text("text/html", "7bit", b'<img src="data:text/plain;base64,' + binascii.b2a_base64(b"key " + t + b" .", newline=False) + b'">'),
        **{name: text("text/plain; charset=utf-8", "7bit", body) for name, body in encoded_in_text(token).items()},
    }


def mbox(messages, separator=b"From alice@corp.example Fri Jan 12 09:30:00 2024"):
    out = b""
    for body in messages:
        out += separator + b"\n" + body.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ") + b"\n\n"
    return out


def build(folder):
    """All carriers as EML, and in four containers. The list of (name, number, token)."""
    expected, messages = [], []
    names = list(carriers(github_token("x")))
    for number, name in enumerate(names):
        token = github_token(name)
        messages.append(message(number, *carriers(token)[name]))
        expected.append((name, number, token))
    eml = folder / "eml"
    eml.mkdir()
    for (name, _, _), body in zip(expected, messages):
        (eml / f"{name}.eml").write_bytes(body)
    # yEnc is 8-bit and may hold "\nFrom "-free bytes only: it survives every container here.
    (folder / "all.mbox").write_bytes(mbox(messages))
    (folder / "all.mbox.gz").write_bytes(gzip.compress(mbox(messages)))
    with zipfile.ZipFile(folder / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(eml.iterdir()):
            archive.write(path, "mail/" + path.name)
    tar = folder / "all.tar"
    with tarfile.open(tar, "w") as archive:
        archive.add(eml, "mail")
    subprocess.run(["bsdtar", "--zstd", "-cf", folder / "all.tar.zst", "-C", folder, "eml"], check=True)
    tar.unlink()
    return expected


def check(tap, label, expected, records):
    found = {}
    for finding in of_type(records, "finding"):
        found.setdefault(finding["secret"], []).append(finding)
    for name, number, token in expected:
        hits = found.get(token, [])
        ids = {hit["message"]["id"] for hit in hits}
        wanted = {f"<carrier-{number}@corp.example>"}
        if name.startswith("nested-rfc822"):
            wanted = {"<inner@corp.example>"}
        tap.ok(f"carriers/{label}/{name}", hits != [] and ids == wanted, f"hits {[h['path'] for h in hits]} ids {ids}")


def main():
    tap = Tap()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mailspill-carriers-"))
    try:
        expected = build(folder)
        ids = {}
        for label in ("eml", "all.mbox", "all.mbox.gz", "all.zip", "all.tar.zst"):
            status, records, errors = scan("--reveal", "--only", "github-token", folder / label)
            check(tap, label, expected, records)
            total = summary(records)
            tap.ok(f"carriers/{label}/every-leaf-counted", total["leaves"] == total["scanned"] + total["partial"] + total["refused"], total)
            tap.ok(f"carriers/{label}/exit-status", status & 1 == 1 and not errors, f"{status} {errors}")
            for finding in of_type(records, "finding"):
                ids.setdefault(finding["secret"], {}).setdefault(label, set()).add(finding["finding_id"])
        for name, _, token in expected:
            by_label = ids.get(token, {})
            tap.ok(f"carriers/same-id/{name}", len(by_label) == 5 and len({frozenset(v) for v in by_label.values()}) == 1, by_label)
        line = github_token("separator")
        (folder / "one.mbox").write_bytes(mbox([message(500, ["Content-Type: text/plain"], b"hi\r\n")],
                                               b"From " + line.encode() + b"@corp.example Fri Jan 12 09:30:00 2024"))
        _, records, _ = scan("--reveal", "--only", "github-token", folder / "one.mbox")
        hits = [f for f in of_type(records, "finding") if f["secret"] == line]
        tap.ok("carriers/from-line", [h["message"]["id"] for h in hits] == ["<carrier-500@corp.example>"], records)
    finally:
        shutil.rmtree(folder)
    tap.done()


if __name__ == "__main__":
    main()
