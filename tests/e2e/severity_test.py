#!/usr/bin/env python3
"""A finding's severity may differ from its rule's: expired, for tests, production. Every report and --fail-on use the finding's."""
import base64
import json
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import PROGRAM, STATE, Tap, of_type, scan  # noqa: E402

tap = Tap()
dice = random.Random("severity")


def letters(count):
    return "".join(dice.choices("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=count))


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def token(expires):
    return ".".join([part({"alg": "HS256", "typ": "JWT"}), part({"iss": "corp", "sub": "alice", "exp": expires}), letters(43)])


URL = "postgres" + "://app:{}@{}/main"
with tempfile.TemporaryDirectory(prefix="mailspill-severity-") as name:
    folder = pathlib.Path(name)

    def finding(text, *options):
        (folder / "a.txt").write_text(text + "\n")
        status, records, errors = scan(*options, folder / "a.txt")
        found = of_type(records, "finding")
        tap.ok("severity/one-finding", len(found) == 1, f"{found}\n{errors}")
        return found[0] if found else {"severity": None, "why": ""}, status

    expired = "session: " + token(1600000000)  # 2020-09-13
    before, _ = finding(expired, "--as-of", "2020-09-13")
    after, status = finding(expired, "--as-of", "2020-09-14", "--fail-on", "low,prose")
    tap.ok("severity/expired-is-info-and-said", after["severity"] == "info" != before["severity"] and "expired" in after["why"], f"{before}\n{after}")
    tap.ok("severity/fail-on-takes-the-findings", status == 0, status)
    today, _ = finding(expired)
    tap.ok("severity/today-is-the-day-by-default", today["severity"] == "info", today)
    tap.ok("severity/min-severity-takes-the-findings", not of_type(scan("--min-severity", "low", folder / "a.txt")[1], "finding"))
    for form, wanted in (("sarif", '"level":"note"'), ("text", "1. info"), ("csv", '"finding","info"')):
        done = subprocess.run([PROGRAM, "scan", "--format", form, "--progress", "never", str(folder / "a.txt")], capture_output=True, text=True,
                              env={"XDG_STATE_HOME": STATE, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"})
        results = done.stdout.split('"results"')[-1].replace(": ", ":")
        tap.ok(f"severity/{form}-shows-the-findings", wanted in (results if form == "sarif" else done.stdout), done.stdout[-2000:])

    plain, _ = finding(URL.format(letters(16), "db1.corp-net.de"))
    prod, _ = finding(URL.format(letters(16), "db1.prod.corp-net.de"))
    local, _ = finding(URL.format(letters(16), "localhost"))
    order = ["info", "low", "medium", "high", "critical"]
    tap.ok("severity/production-is-not-less", order.index(prod["severity"]) >= order.index(plain["severity"]), (plain, prod))
    tap.ok("severity/this-machine-is-low", local["severity"] in ("info", "low"), local)

    status, records, errors = scan("--as-of", "yesterday", folder / "a.txt")
    tap.ok("severity/a-day-must-be-one", status == 2 and "as-of" in errors, errors)

tap.done()
