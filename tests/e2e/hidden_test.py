#!/usr/bin/env python3
"""No secret in a report or a case: values that stand beside each other, encoded and not, in every report and with contexts of any width."""
import base64
import json
import pathlib
import quopri
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import ALPHABET, PROGRAM, STATE, Tap, github_token, of_type, scan  # noqa: E402

RANDOM = random.Random("hidden")
PIECE = 9  # characters in a row that give a value away; a preview shows four
WIDTHS = (20, 80, 300, 4000)
FORMS = ("text", "json", "csv", "sarif", "html", "markdown", "junit", "gitlab", "summary")


def letters(count, alphabet=ALPHABET):
    return "".join(RANDOM.choices(alphabet, k=count))


def b64(text):
    return base64.b64encode(text.encode()).decode()


def url64(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def private_key():
    done = subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout"], stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()


def jwt():
    return ".".join([url64({"alg": "RS256", "kid": "x"}), url64({"iss": "kubernetes/serviceaccount", "sub": "system:serviceaccount:prod:admin"}), letters(60)])


GITHUB, STRIPE, SLACK = github_token("hidden"), "sk" + "_live_" + letters(24), "xox" + "b-" + letters(12, "0123456789") + "-" + letters(13, "0123456789") + "-" + letters(24)
PASSWORD, KEY, TOKEN = "Winter-" + letters(6) + "-88x", private_key(), jwt()

# What each text plants: in the clear, or as it is encoded there.
TEXTS = {
    "kubernetes": ([PASSWORD, STRIPE], f"apiVersion: v1\nkind: Secret\nmetadata: {{name: prod}}\ndata:\n  password: {b64(PASSWORD)}\n  stripe: {b64(STRIPE)}\n"),
    "lines of base64": ([GITHUB, STRIPE, SLACK], f"github: {b64(GITHUB)}\nstripe: {b64(STRIPE)}\nslack: {b64(SLACK)}\n"),
    "base64 in sentences": ([GITHUB, PASSWORD], f"the token is {b64(GITHUB)} and the password: {b64(PASSWORD)} as ever\n"),
    "kubeconfig": ([KEY, TOKEN, PASSWORD], f"users:\n- name: admin\n  user:\n    client-key-data: {b64(KEY)}\n- name: sa\n  user:\n    token: {TOKEN}\n"
                   f"- name: basic\n  user:\n    username: kubeadmin\n    password: {PASSWORD}\n"),
    "hex": ([GITHUB, STRIPE], f"a={GITHUB.encode().hex()}\nb={STRIPE.encode().hex()}\n"),
    "percent": ([GITHUB, STRIPE], "https://x.example/?a=" + "".join(f"%{ord(c):02x}" for c in GITHUB) + "&b=" + "".join(f"%{ord(c):02x}" for c in STRIPE) + "\n"),
    "dotenv": ([GITHUB, STRIPE, PASSWORD], f"GITHUB_TOKEN={GITHUB}\nSTRIPE_KEY={STRIPE}\nDB_PASSWORD={PASSWORD}\n"),
}


def message(name, text, encoding):
    body = {"7bit": text.encode(), "base64": base64.encodebytes(text.encode()), "quoted-printable": quopri.encodestring(text.encode())}[encoding]
    return (f"From: a@corp.example\r\nTo: b@corp.example\r\nSubject: {name}\r\nMessage-ID: <{name.replace(' ', '-')}.{encoding}@corp.example>\r\n"
            f"Date: Mon, 04 Mar 2024 09:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n").encode() + body


def forms(value):
    """What gives VALUE away: the secret part of each of its lines (a JWT's payload and a chat token's workspace may be told), and what encodes it."""
    lines = [line for line in value.splitlines() if "-----" not in line]
    parts = [line.split(".")[-1].rsplit("-", 1 if line == SLACK else 0)[-1] for line in lines]
    return parts + [b64(value).rstrip("="), value.encode().hex()]


def pieces(values):
    for value in values:
        for form in forms(value):
            for at in range(0, len(form) - PIECE + 1):
                yield form[at:at + PIECE]


def shown(values, output):
    return sorted({piece for piece in pieces(values) if piece in output})


def check_message(tap, folder, name, encoding):
    values, text = TEXTS[name]
    mail = folder / f"{name}-{encoding}.eml"
    mail.write_bytes(message(name, text, encoding))
    for width in WIDTHS:
        _, records, errors = scan("--context", width, mail)
        found = of_type(records, "finding")
        seen = shown(values, json.dumps(records) + errors)
        tap.ok(f"hidden/{name}/{encoding}/context-{width}", len(found) > 0 and seen == [], f"{len(found)} findings, {len(seen)} pieces: {seen[:3]}")


def check_reports(tap, folder):
    everything = [value for values, _ in TEXTS.values() for value in values]
    for form in FORMS:
        done = subprocess.run([PROGRAM, "scan", "--format", form, "--context", "300", "--progress", "never", folder], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env={"XDG_STATE_HOME": STATE, "PATH": "/usr/bin:/bin"}, check=False)
        seen = shown(everything, done.stdout.decode())
        tap.ok(f"hidden/report/{form}", len(done.stdout) > 100 and seen == [], seen[:3])


def check_case(tap, folder):
    everything = [value for values, _ in TEXTS.values() for value in values]
    with tempfile.TemporaryDirectory(prefix="mailspill-hidden-case-") as case:
        scan("--context", 300, "--case", f"{case}/c", folder)
        for file in sorted(pathlib.Path(case, "c").iterdir()):
            seen = shown(everything, file.read_bytes().decode("latin-1")) if file.is_file() else []
            tap.ok(f"hidden/case/{file.name}", seen == [], seen[:3])


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="mailspill-hidden-") as name:
        folder = pathlib.Path(name)
        for text in TEXTS:
            for encoding in ("7bit", "quoted-printable", "base64"):
                check_message(tap, folder, text, encoding)
        check_reports(tap, folder)
        check_case(tap, folder)
    tap.done()


if __name__ == "__main__":
    main()
