"""lock_mail.py - mail around something locked, for tests, and what a scan told of it."""
import base64
import random
import time

from harness import of_type, summary

ANN, BOB, EVE = "ann@north.example", "bob@south.example", "eve@east.example"


def password(seed):
    """Made here, so that no file holds one."""
    draw = random.Random(f"unlock {seed}")
    return draw.choice("BDFGKMPRTW") + "".join(draw.choice("aeioumnrst") for _ in range(6)) + draw.choice("!#%") + "".join(draw.choice("23456789") for _ in range(4))


def message(name, sender, to, text, day=12, subject="payroll", refs=None, files=()):
    head = (f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{name}@unlock.example>\r\n"
            f"Date: {time.strftime('%a, %d %b %Y %H:%M:%S +0000', time.gmtime(1704067200 + 86400 * (day - 1) + 34200))}\r\n")
    if refs:
        head += f"References: <{refs}@unlock.example>\r\nIn-Reply-To: <{refs}@unlock.example>\r\n"
    if not files:
        return f"{head}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()
    body = f"{head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\nContent-Type: text/plain\r\n\r\n{text}\r\n"
    for file, data in files:
        body += (f"--cut\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{file}\"\r\n"
                 f"Content-Transfer-Encoding: base64\r\n\r\n{base64.encodebytes(data).decode()}")
    return (body + "--cut--\r\n").encode()


def tree(folder, messages):
    folder.mkdir(parents=True, exist_ok=True)
    for i, text in enumerate(messages):
        (folder / f"{i:03}.eml").write_bytes(text)
    return folder


def mbox(messages):
    return b"".join(b"From a@b Fri Jan 12 09:30:00 2024\n" + text.replace(b"\r\n", b"\n") + b"\n" for text in messages)


def adds_up(records):
    total = summary(records)
    return total["leaves"] == total["scanned"] + total["partial"] + total["refused"]


def rules_of(records):
    return sorted(r["rule"] for r in of_type(records, "finding"))


def is_open(records, token):
    """The token inside was found, and the password that opened it is a finding."""
    found = of_type(records, "finding")
    return any(r["rule"] == "github-token" and r["secret"] == token for r in found) and any(r["rule"] == "attachment-password" for r in found)
