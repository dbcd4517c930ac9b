#!/usr/bin/env python3
"""Jupyter notebooks, HAR captures and packet captures: a token in every place is found, once, as a file, in a mail, an mbox and a zip; damaged ones lose nothing
but themselves. `notebook_test.py damage [COUNT [FIRST]]` harms COUNT variants (1000) by hand."""
import base64
import gzip
import io
import json
import mailbox
import pathlib
import struct
import sys
import tempfile
import zipfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import damage  # noqa: E402
from capture_writer import cooked, packet, packet6, parts, pcap, pcapng  # noqa: E402
from harness import Tap, b64lines, github_token, of_type, scan, summary  # noqa: E402

tap = Tap()


def token(name):
    return github_token(f"notebook {name}")


def notebook(*cells, indent=1):
    return json.dumps({"cells": list(cells), "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}, indent=indent).encode()


def code(source, outputs=()):
    return {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": source, "outputs": list(outputs)}


def har(request=None, response=None):
    entry = {"startedDateTime": "2024-01-12T09:30:00Z", "request": {"method": "GET", "url": "https://api.corp.example/", "headers": [], "cookies": [], **(request or {})},
             "response": {"status": 200, "headers": [], "cookies": [], "content": {"mimeType": "text/plain", "text": ""}, **(response or {})}}
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [entry]}}).encode()


def answer(body, field):
    return f"HTTP/1.1 200 OK\r\n{field}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def chunks(body, size, field=""):
    pieces = [body[i:i + size] for i in range(0, len(body), size)]
    return f"HTTP/1.1 200 OK\r\n{field}Transfer-Encoding: chunked\r\n\r\n".encode() + b"".join(
        b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])


def zip_of(data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", data)
    return out.getvalue()


def with_link(capture, link):
    return capture[:20] + struct.pack("<I", link) + capture[24:]


def request(t):
    return b"GET / HTTP/1.1\r\nHost: api.corp.example\r\nAuthorization: Bearer " + t.encode() + b"\r\n\r\n"


CARRIERS = {
    "source.ipynb": lambda t: notebook(code(["import os\n", f"KEY = '{t}'\n", "print(KEY)"])),
    "source as one string.ipynb": lambda t: notebook(code(f"import os\nKEY = \"{t}\"\n")),
    "source, compact.ipynb": lambda t: notebook(code([f"KEY = \"{t}\""]), indent=None),
    "a line in two strings.ipynb": lambda t: notebook(code(["x = 1\n", "KEY = '" + t[:12], t[12:] + "'\n"])),
    "escapes.ipynb": lambda t: notebook(code(["KEY = '"])).replace(b"KEY = '", b"KEY = '" + "".join(f"\\u{ord(c):04x}" for c in t).encode()),
    "output.ipynb": lambda t: notebook(code(["x"], [{"output_type": "stream", "name": "stdout", "text": ["one\n", f"token: {t}\n"]}])),
    "result.ipynb": lambda t: notebook(code(["x"], [{"output_type": "execute_result", "data": {"text/plain": [f"'{t}'"], "text/html": [f"<b>{t[:1]}</b>"]}, "metadata": {}}])),
    "base64 output.ipynb": lambda t: notebook(code(["x"], [{"output_type": "display_data", "data": {"application/x": base64.b64encode(b"the key is T=" + t.encode()).decode()}}])),
    "traceback.ipynb": lambda t: notebook(code(["x"], [{"output_type": "error", "ename": "E", "evalue": t, "traceback": ["\u001b[0;31mE\u001b[0m"]}])),
    "text.ipynb": lambda t: notebook({"cell_type": "markdown", "metadata": {}, "source": ["# keys\n", f"see {t}\n"]}),
    "header.har": lambda t: har({"headers": [{"name": "Authorization", "value": "Bearer " + t}]}),
    "cookie.har": lambda t: har({"cookies": [{"name": "session", "value": t}]}),
    "posted.har": lambda t: har({"postData": {"mimeType": "application/json", "text": json.dumps({"user": "a", "token": t})}}),
    "parameter.har": lambda t: har({"queryString": [{"name": "token", "value": t}]}),
    "address.har": lambda t: har({"url": "https://api.corp.example/?token=" + t}),
    "answer.har": lambda t: har(response={"content": {"mimeType": "application/json", "text": json.dumps({"a\"b": {"token": t}})}}),
    "answer in base64.har": lambda t: har(response={"content": {"mimeType": "x", "encoding": "base64", "text": base64.b64encode(b"token = " + t.encode()).decode()}}),
    "a.pcap": lambda t: pcap(packet(request(t))),
    "b.pcap": lambda t: pcap(packet(request(t)), order=">"),
    "a.pcapng": lambda t: pcapng(packet(request(t))),
    "a token in seven packets.pcap": lambda t: pcap(*parts(request(t), 7)),
    "in no order.pcapng": lambda t: pcapng(*parts(request(t), 6)[::-1]),
    "sent twice.pcap": lambda t: pcap(*(p for pair in zip(parts(request(t), 5), parts(request(t), 5)) for p in pair)),
    "numbers that begin anew.pcap": lambda t: pcap(*parts(request(t), 5, first=0xFFFFFFFF - 60)),
    "IPv6.pcap": lambda t: pcap(*parts(request(t), 5, packet6), order=">"),
    "cooked.pcap": lambda t: with_link(pcap(*parts(request(t), 5, cooked)), 113),
    "raw IP.pcap": lambda t: with_link(pcap(*(p[14:] for p in parts(request(t), 5))), 101),
    "answer in gzip.pcap": lambda t: pcap(packet(answer(gzip.compress(request(t)), "Content-Encoding: gzip"))),
    "answer in deflate.pcap": lambda t: pcap(packet(answer(zlib.compress(request(t)), "Content-Encoding: deflate"))),
    "answer in chunks.pcapng": lambda t: pcapng(*parts(chunks(request(t), 60), 5)),
    "answer in chunks of gzip.pcap": lambda t: pcap(*parts(chunks(gzip.compress(request(t)), 50, "Content-Encoding: gzip\r\n"), 3)),
    "a file that is sent.pcap": lambda t: pcap(packet(answer(zip_of(request(t)), "Content-Type: x"))),
    "in a tunnel.pcap": lambda t: pcap(*(p[:14] + struct.pack(">BBHHHBBH4s4s", 0x45, 0, len(p) + 10, 1, 0, 64, 47, 0, b"\x0a\0\0\1", b"\x0a\0\0\2") +
                                         b"\0\0\x08\0" + p[14:] for p in parts(request(t), 5))),
    "colours.log": lambda t: b"step 1: \x1b[32mtoken \x1b[1;31m" + t.encode() + b"\x1b[0m done\n",
    "traceback.ipynb": lambda t: notebook({"cell_type": "code", "source": [], "outputs": [{"output_type": "error", "traceback": ["\x1b[0;31mKey\x1b[0m \x1b[32m" + t + "\x1b[0m"]}]}),
    "between others.pcapng": lambda t: pcapng(*(p for pair in zip(parts(request(t), 5), parts(b"HTTP/1.1 200 OK\r\n\r\nnothing of note at all", 5, packet6)) for p in pair)),
}


def mail(number, name, data):
    return (f"From: a@corp.example\r\nDate: Fri, 12 Jan 2024 09:30:00 +0000\r\nMessage-ID: <n{number}@corp.example>\r\nMIME-Version: 1.0\r\n"
            f"Content-Type: application/octet-stream; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n").encode() \
        + b64lines(data).encode()


def carriers():
    made = {name: make(token(name)) for name, make in CARRIERS.items()}
    for form in ("file", "mbox", "zip"):
        with tempfile.TemporaryDirectory() as folder:
            where = pathlib.Path(folder)
            box = mailbox.mbox(where / "a.mbox") if form == "mbox" else None
            archive = zipfile.ZipFile(where / "a.zip", "w", zipfile.ZIP_DEFLATED) if form == "zip" else None
            for number, (name, data) in enumerate(made.items()):
                if form == "file":
                    (where / name).write_bytes(data)
                elif form == "mbox":
                    box.add(mail(number, name, data))
                else:
                    archive.writestr(f"{number}.eml", mail(number, name, data))
            for one in (box, archive):
                if one is not None:
                    one.close()
            status, records, errors = scan("--reveal", "--jobs", 1, folder)
        found = {}
        for finding in of_type(records, "finding"):
            found.setdefault(finding["secret"], []).append(finding)
        for number, name in enumerate(made):
            hits = found.get(token(name), [])
            ids = {(hit["message"] or {}).get("id") for hit in hits}
            tap.ok(f"{form}/{name}", len(hits) == 1 and (form == "file" or ids == {f"<n{number}@corp.example>"}), [(hit["rule"], hit["path"], hit["view"], hit["line"]) for hit in hits])
        strange = {secret: [f["rule"] for f in found[secret]] for secret in set(found) - {token(name) for name in made}}
        tap.ok(f"{form}/nothing else is found", not strange, strange)
        total = summary(records)
        tap.ok(f"{form}/leaves add up", total["leaves"] == total["scanned"] + total["partial"] + total["refused"] and total["complete"], (total, of_type(records, "gap")[:3]))


def samples_to_harm():
    for name, make in CARRIERS.items():
        yield name, make(token(name))


if len(sys.argv) > 1 and sys.argv[1] == "damage":
    sys.exit(damage.main("notebook damage", list(samples_to_harm()), sys.argv[2:]))
def apart():
    """Where a packet is missing nothing is joined."""
    key = token("apart")
    with tempfile.TemporaryDirectory() as folder:
        packets = parts(request(key), 9)
        pathlib.Path(folder, "a.pcap").write_bytes(pcap(*packets[:6], *packets[7:]))
        status, records, errors = scan("--reveal", folder)
    tap.ok("a missing packet joins nothing", not any(f["secret"] == key for f in of_type(records, "finding")) and summary(records)["complete"], of_type(records, "finding"))


carriers()
apart()
failed, deaths, lost = damage.run("notebook damage", list(samples_to_harm()), 50)
tap.ok("damaged/50 variants are sound", not failed, failed)
tap.ok("damaged/no worker died", deaths == 0 and not lost, f"{deaths} {lost}")
tap.done()
