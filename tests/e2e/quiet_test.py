#!/usr/bin/env python3
"""What is silent, and why: mail's own noise, ignore files and allow rules; and what nobody can silence by writing mail."""
import base64
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import PROGRAM, ROOT, Tap, github_token, of_type, scan  # noqa: E402

tap = Tap()
FOLDER = tempfile.TemporaryDirectory(prefix="mailspill-quiet-")
HERE = pathlib.Path(FOLDER.name)
RANDOM = random.Random("quiet")

# A rule that knows nothing of mail: any 40 hex digits, and any long run of base64.
RULES = r"""
rules:
  - id: any-hex
    name: forty hex digits
    category: key
    severity: high
    verdict: contextual
    pattern: '\b(?<secret>[0-9a-f]{40})\b'
  - id: any-base64
    name: a long run of base64
    category: key
    severity: high
    verdict: contextual
    pattern: '(?<secret>[A-Za-z0-9+/]{40,90})={0,2}'
"""
(HERE / "rules.yaml").write_text(RULES)


def hexes(count):
    return "".join(RANDOM.choices("0123456789abcdef", k=count))


def b64(count):
    return base64.b64encode(RANDOM.randbytes(count)).decode()


def run(text, *arguments):
    (HERE / "mail.eml").write_text(text)
    return scan("--jobs", 1, "--explain", *arguments, "mail.eml", cwd=HERE)


def found(records):
    return [f["rule"] for f in of_type(records, "finding")]


HEAD = "From: a@example.org\nMessage-ID: <q@example.org>\nSubject: x\n"
BLOCK = "\n".join(b64(48) for _ in range(4))
NOISE = {
    "message-id": f"From: a@example.org\nMessage-ID: <{hexes(40)}@example.org>\n\ntext\n",
    "dkim-signature": f"{HEAD}DKIM-Signature: v=1; d=example.org;\n\tb={b64(64)}\n\ntext\n",
    "pgp-block": f"{HEAD}\n-----BEGIN PGP SIGNATURE-----\n\niQEz{b64(45)}\n{BLOCK}\n=abcd\n-----END PGP SIGNATURE-----\n",
    "lock-file": f'{HEAD}\n+      "integrity": "sha512-{b64(64)}",\n',
    "commit-id": f"{HEAD}\ncommit {hexes(40)}\nAuthor: Bob\n",
    "unsubscribe": f"{HEAD}\nhttps://news.example.org/unsubscribe?u={hexes(40)}\n",
}
for name, text in NOISE.items():
    status, records, said = run(text, "--rules", HERE / "rules.yaml")
    tap.ok(f"noise/{name}-is-silent-and-explained", found(records) == [] and f"own noise ({name})" in said, (found(records), said))

TOKEN = github_token("quiet")
KEY = "AKIA" + "".join(RANDOM.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16))
DISGUISES = {
    "dkim-field": f"{HEAD}DKIM-Signature: v=1; d=example.org; b=%s\n\ntext\n",
    "dkim-field-within-base64": f"{HEAD}ARC-Seal: i=1; b={b64(60)}\n %s\n {b64(60)}\n\ntext\n",
    "message-id": "From: a@example.org\nMessage-ID: <%s@example.org>\n\ntext\n",
    "thread-index": f"{HEAD}Thread-Index: %s\n\ntext\n",
    "spam-field": f"{HEAD}X-Spam-Report: %s\n\ntext\n",
    "boundary": "From: a@example.org\nContent-Type: multipart/mixed; boundary=\"%s\"\n\ntext\n",
    "pgp-signature": f"{HEAD}\n-----BEGIN PGP SIGNATURE-----\n\niQEz{b64(45)}\n%s\n{BLOCK}\n-----END PGP SIGNATURE-----\n",
    "certificate": f"{HEAD}\n-----BEGIN CERTIFICATE-----\nMIID{b64(45)}\n%s\n-----END CERTIFICATE-----\n",
    "lock-file": f'{HEAD}\n+  "integrity": "sha512-%s",\n',
    "cargo-lock": f'{HEAD}\n+checksum = "%s"\n',
    "commit": f"{HEAD}\ncommit %s\n",
    "uuid-label": f"{HEAD}\nrequest id: %s\n",
    "calendar": f"{HEAD}Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:%s\nEND:VEVENT\nEND:VCALENDAR\n",
    "unsubscribe-link": f"{HEAD}\nhttps://news.example.org/unsubscribe?t=%s\n",
    "tracking-link": f"{HEAD}\nhttps://click.example.org/?t=%s\n",
    "image": f"{HEAD}\niVBORw0KGgoAAAANSUhEUg{b64(300)}\n%s\n",
}
for name, text in DISGUISES.items():
    status, records, said = run(text % TOKEN)
    tap.ok(f"attack/github-token-in-{name}-is-told", "github-token" in found(records) and status == 1, (found(records), said))
    status, records, said = run(text % KEY)
    tap.ok(f"attack/aws-key-id-in-{name}-is-told", any("aws" in rule for rule in found(records)), (found(records), said))

WORDS = {
    "dkim-field": f"{HEAD}DKIM-Signature: v=1; d=example.org; password=\"%s\"\n\ntext\n",
    "spam-field": f"{HEAD}X-Spam-Report: db_password = \"%s\"\n\ntext\n",
    "lock-file": f"{HEAD}\ndiff --git a/package-lock.json b/package-lock.json\n+  \"integrity\": \"sha512-x\",\n+  \"db_password\": \"%s\",\n",
    "pgp-comment": f"{HEAD}\n-----BEGIN PGP SIGNATURE-----\nComment: db_password = \"%s\"\n\niQEz{b64(45)}\n-----END PGP SIGNATURE-----\n",
    "unsubscribe-word": f"{HEAD}\ndb_password = \"%s\" # unsubscribe\n",
}
for name, text in WORDS.items():
    status, records, said = run(text % "kT7wq-Lm2xZ9rB")
    tap.ok(f"attack/password-in-{name}-is-told", len(found(records)) > 0, (found(records), said))

# Allow rules.
MAIL = f"From: ci@example.org\nMessage-ID: <allow@example.org>\nX-Build: {TOKEN}\n\nbuild\n"
(HERE / "tree").mkdir()
(HERE / "tree/ci.eml").write_text(MAIL)


def allowed(entry):
    (HERE / "ignore.yaml").write_text(entry)
    return scan("--jobs", 1, "--ignore", HERE / "ignore.yaml", "tree", cwd=HERE)


status, records, said = allowed("- {rule: some-other, reason: x}\n")
SECRET = of_type(records, "finding")[0]["secret_id"]
tap.ok("allow/unused-rule-is-named", status == 1 and "'rule=some-other' matched nothing" in said, said)
for name, entry, want in [("rule", "rule: github-token", 0), ("path", "path: 'tree/*'", 0), ("value", f"value: {SECRET}", 0),
                          ("sender-and-rule", "sender: ci@example.org, rule: github-*", 0),
                          ("header-and-rule", "header: x-build, rule: github-*", 0), ("sender", "sender: ci@example.org", 1),
                          ("header", "header: x-build", 1), ("other-path", "path: 'other/*'", 1)]:
    status, records, said = allowed(f"- {{{entry}, reason: test data, owner: sam}}\n")
    tap.ok(f"allow/by-{name}", status == want, (status, said))
tap.ok("allow/expired-rule-counts-again-and-is-named",
       (lambda r: r[0] == 1 and "has expired and counts again" in r[2])(allowed("- {rule: github-token, reason: x, until: 2020-01-01}\n")))
status, records, said = allowed("- {rule: github-token}\n")
tap.ok("allow/reason-is-needed", status == 2 and "want a reason" in said, said)

# The table for people is the table of the program.
NAMES = [line.split()[0] for line in subprocess.run([PROGRAM, "rules", "noise"], stdout=subprocess.PIPE).stdout.decode().splitlines()[::2]]
PAGE = (ROOT / "docs/suppression.md").read_text()
tap.ok("docs/every-suppressor-is-described", len(NAMES) > 20 and all(f"| `{name}` |" in PAGE for name in NAMES), NAMES)

tap.done()
