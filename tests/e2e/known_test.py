#!/usr/bin/env python3
"""--known: values from a list are found wherever they stand, the report says which are not there, and none of them comes to rest."""
import base64
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import PROGRAM, Tap, github_token, of_type, scan, summary  # noqa: E402


def value(seed):
    return "".join(random.Random(f"known {seed}").choices("abcdefghijklmnopqrstuvwxyz-_!23456789", k=18))


def write_list(path, lines, mode=0o600):
    path.write_text("".join(line + "\n" for line in lines))
    path.chmod(mode)
    return path


def check_findings(tap, folder):
    plain, coded, absent, labelled = (value(n) for n in range(4))
    known = write_list(folder / "list", [plain, coded, absent, json.dumps({"name": "db of sales", "value": labelled})])
    mail = folder / "a.eml"
    mail.write_text(f"From: a@corp.example\nTo: b@corp.example\nSubject: notes {labelled}\nMessage-ID: <k@corp.example>\n\nold: {plain}\n"
                    f"new: {base64.b64encode(('new ' + coded + ' ok').encode()).decode()}\n")
    status, records, errors = scan("--known", known, mail)
    found = {f["why"]: f for f in of_type(records, "finding") if f["rule"] == "known"}
    tap.ok("known/each-is-a-finding", len(found) == 3 and status == 1, f"{status} {errors} {found}")
    tap.ok("known/proven", all(f["verdict"] == "proven" and f["severity"] == "critical" for f in found.values()), found)
    tap.ok("known/label-and-line", any("'db of sales'" in why for why in found) and any("line 1" in why for why in found), list(found))
    tap.ok("known/decoded", [f["view"] for why, f in found.items() if "line 2" in why] == ["decoded"], found)
    told = summary(records)["known"]
    tap.ok("known/absent", told["values"] == 4 and told["found"] == 3 and [a["line"] for a in told["absent"]] == [3], told)
    text = json.dumps(records)
    tap.ok("known/no-value-shown", not any(v in text + errors for v in (plain, coded, absent, labelled)) and
           base64.b64encode(coded.encode()).decode()[2:-2] not in text, text)
    _, without, _ = scan(mail)
    tap.ok("known/null-without-a-list", summary(without)["known"] is None, summary(without))
    done = subprocess.run([PROGRAM, "scan", "--known", known, mail], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    tap.ok("known/text-report", "known secrets: 3 of 4 are there; these are not:\n   line 3, secret " in done.stdout, done.stdout)


def check_beside_rules(tap, folder):
    token = github_token("known")
    known = write_list(folder / "tokens", [json.dumps({"id": "vault/7", "value": token}), token[:20], token[10:30]])
    mail = folder / "b.txt"
    mail.write_text(f"TOKEN={token}\n")
    _, records, _ = scan("--known", known, mail)
    findings = of_type(records, "finding")
    tap.ok("known/parts-of-it-are-there", summary(records)["known"]["found"] == 3, summary(records))
    _, without, _ = scan(mail)
    alone = of_type(without, "finding")
    tap.ok("known/is-the-rules-own-secret", [(f["rule"], f["finding_id"], f["secret_id"]) for f in findings] ==
           [(f["rule"], f["finding_id"], f["secret_id"]) for f in alone] and findings[0]["rule"] == "github-token", (findings, alone))
    tap.ok("known/proves-what-a-rule-finds", [(f["also_rules"], f["verdict"], f["severity"]) for f in findings] == [(alone[0]["also_rules"] + ["known"], "proven", "critical")] and
           "vault/7" in findings[0]["why"], findings)
    mail.write_text(f"TOKEN={token} in full\n")
    longer = write_list(folder / "longer", [token + " in full"])
    _, records, _ = scan("--known", longer, mail)
    tap.ok("known/wins-over-a-rules-other-value", [f["rule"] for f in of_type(records, "finding")] == ["known"], records)


def check_refusals(tap, folder):
    mail = folder / "c.txt"
    mail.write_text("nothing\n")
    open_to_all = write_list(folder / "open", [value(5)], 0o644)
    status, _, errors = scan("--known", open_to_all, mail)
    tap.ok("known/others-can-read-it", status == 2 and "chmod 600" in errors, f"{status} {errors}")
    status, records, errors = scan("--known", write_list(folder / "short", [value(5), "1234567", value(6), '{"value": "12345"}']), mail)
    tap.ok("known/too-short-is-left-out", status == 0 and "2 values of fewer than 8 bytes left out" in errors and "lines 2, 4" in errors and
           "12345" not in errors and summary(records)["known"]["values"] == 2, f"{status} {errors}")
    status, _, errors = scan("--known", write_list(folder / "all-short", ["1234567"] * 500), mail)
    tap.ok("known/all-too-short", status == 2 and "shorter than 8 bytes" in errors, f"{status} {errors}")


def check_case(tap, folder):
    """A case keeps what was found as any secret; what is not in it stays named, whichever run found the others."""
    there, absent, later = (value(n) for n in (7, 8, 9))
    mail = folder / "case.mbox"
    mail.write_text(f"From a@b Fri Jan 12 09:30:00 2024\nFrom: a@corp.example\nTo: b@corp.example\nMessage-ID: <c@corp.example>\n\nold: {there}\n\n"
                    f"From a@b Fri Jan 12 09:30:00 2024\nFrom: a@corp.example\nTo: b@corp.example\nMessage-ID: <d@corp.example>\n\nand {later}\n\n")
    known, case = write_list(folder / "case-list", [there, absent]), folder / "case"
    status, records, errors = scan("--known", known, "--case", case, mail)
    told = summary(records)["known"]
    tap.ok("known/case", status == 1 and told["found"] == 1 and [a["line"] for a in told["absent"]] == [2], f"{status} {errors} {told}")
    _, records, errors = scan("--known", known, "--case", case, mail)
    told = summary(records)["known"]
    tap.ok("known/case-again", "in the case already" in errors and told["found"] == 1 and [a["line"] for a in told["absent"]] == [2], f"{errors} {told}")
    scan("--known", write_list(folder / "case-more", [there, absent, later]), "--case", case, mail)
    done = subprocess.run([PROGRAM, "report", "--case", case, "--list", "rotation", "-f", "jsonl"], stdout=subprocess.PIPE, text=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    tap.ok("known/case-of-another-list", len(rows) == 2 and all(row["severity"] == "critical" for row in rows), rows)
    rest = b"".join(p.read_bytes() for p in case.iterdir())
    tap.ok("known/case-holds-no-value", not any(v.encode() in rest for v in (there, absent, later)))


def check_rescan(tap, folder):
    """Scanned again with a list, what a rule found stays one secret in one place; and what is there in the case is not absent."""
    token, case = github_token("rescan"), folder / "rescan"
    mail = folder / "rescan.mbox"
    mail.write_text(f"From a@b Fri Jan 12 09:30:00 2024\nFrom: a@corp.example\nTo: b@corp.example\nMessage-ID: <r@corp.example>\n\nuse {token}\n\n")
    known = write_list(folder / "rescan-list", [token])
    scan("--case", case, mail)
    _, records, _ = scan("--known", known, "--case", case, mail)
    first = summary(records)["known"]
    _, records, errors = scan("--known", known, "--case", case, mail)
    again = summary(records)["known"]
    tap.ok("known/rescan-finds-it", first["found"] == again["found"] == 1 and "in the case already" in errors, f"{first} {again} {errors}")
    done = subprocess.run([PROGRAM, "report", "--case", case, "-f", "jsonl"], stdout=subprocess.PIPE, text=True)
    kept = [json.loads(line) for line in done.stdout.splitlines()]
    kept = [f for f in kept if f["type"] == "finding"]
    tap.ok("known/rescan-one-secret", len({f["secret_id"] for f in kept}) == 1 and len({f["finding_id"] for f in kept}) == 1, kept)


def check_descriptor(tap, folder):
    mail = folder / "d.txt"
    mail.write_text(f"x {value(6)} y\n")
    ends = os.pipe()
    os.write(ends[1], f"{value(6)}\n".encode())
    os.close(ends[1])
    done = subprocess.run([PROGRAM, "scan", "-f", "jsonl", "--known", f"/dev/fd/{ends[0]}", mail], pass_fds=[ends[0]], stdout=subprocess.PIPE)
    os.close(ends[0])
    records = [json.loads(line) for line in done.stdout.splitlines()]
    tap.ok("known/descriptor", [f["rule"] for f in of_type(records, "finding")] == ["known"], records)


def check_nothing_at_rest(tap, folder):
    """With rules of a user's own the database is cached: it holds none of the values, and neither do the state or the temporary folder."""
    home, secret = folder / "home", value(7)
    for name in ("cache", "state", "tmp"):
        (home / name).mkdir(parents=True)
    rules = folder / "own.yaml"
    rules.write_text("rules:\n  - {id: own, name: n, category: key, severity: low, pattern: 'own_[a-z]{8}'}\n")
    mail = folder / "e.txt"
    mail.write_text(f"x {secret} own_abcdefgh\n")
    env = {"XDG_CACHE_HOME": str(home / "cache"), "XDG_STATE_HOME": str(home / "state"), "TMPDIR": str(home / "tmp"), "HOME": str(home)}
    known = write_list(folder / "own-list", [secret])
    first = scan("--known", known, "--rules", rules, mail, env=env)
    again = scan("--known", known, "--rules", rules, mail, env=env)
    tap.ok("known/with-own-rules", all(sorted(f["rule"] for f in of_type(r, "finding")) == ["known", "own"] for _, r, _ in (first, again)), first)
    kept = [str(p) for p in home.rglob("*") if p.is_file() and secret.encode() in p.read_bytes()]
    tap.ok("known/nothing-at-rest", kept == [] and any(p.is_file() for p in (home / "cache").rglob("*")), kept)


def check_many(tap, folder):
    known = write_list(folder / "many", [f"prefix-they-share-{value(n)}" for n in range(100000)])
    mail = folder / "f.txt"
    mail.write_text("".join(f"a line with prefix-they-share-{value(n)} in it\n" for n in range(0, 100000, 1000)))
    _, records, errors = scan("--known", known, mail)
    told = summary(records)["known"]
    tap.ok("known/a-hundred-thousand", told["values"] == 100000 and told["found"] == 100 and len(told["absent"]) == 99900 and
           summary(records)["findings"] == 100, f"{errors} {summary(records)['findings']}")
    (folder / "many").open("a").write(value("more") + "\n")
    status, _, errors = scan("--known", known, mail)
    tap.ok("known/more-are-refused", status == 2 and "more than 100000 values" in errors, errors)


def main():
    tap = Tap()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mailspill-known-"))
    try:
        for check in (check_findings, check_beside_rules, check_refusals, check_case, check_rescan, check_descriptor, check_nothing_at_rest, check_many):
            check(tap, folder)
    finally:
        shutil.rmtree(folder)
    tap.done()


if __name__ == "__main__":
    main()
