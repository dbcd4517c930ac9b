#!/usr/bin/env python3
"""Each case of tests/golden: NAME.in is made into an input (recipe.py) and scanned; what comes out must be NAME.expected, line by line.

    finding T1 PATH LINE:COLUMN @OFFSET VIEW [key=value…]     T1: `{github:ghp_}` of the template; the value itself is compared with --reveal
    gap KIND STANDS-FOR PATH: REASON [limit=NAME]
    summary …, exit status

UPDATE_GOLDEN=1 rewrites the expected files, to be read before they are kept. GOLDEN=archive/ runs the cases whose name holds that.
"""
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import PROGRAM, ROOT, Tap, of_type, scan, summary  # noqa: E402
from recipe import Recipe  # noqa: E402

GOLDEN = ROOT / "tests" / "golden"
MESSAGE_KEYS = ["id", "from", "bcc", "folder", "folder_role", "custodian", "labels", "thread"]
HELPERS = {"pdf": "mailspill-pdf"}  # folders that are read by a program beside the program
COUNTS = ["inputs", "messages", "excluded", "leaves", "scanned", "partial", "refused", "pictures", "findings", "secrets", "gaps"]


def told_message(message):
    for key in MESSAGE_KEYS:
        value = (message or {}).get(key)
        if value and not (key == "thread" and message["thread_guessed"]):
            yield f"{key}={';'.join(value) if isinstance(value, list) else value}"


def told_finding(finding, secrets):
    secret = finding["secret"]
    preview = f"{secret[:4]}…{secret[-4:]}"
    name = secrets.get(secret, f"unknown {finding['redacted']}") if finding["redacted"] == preview else f"badly redacted {finding['redacted']}"
    words = ["finding", name, finding["path"], f"{finding['line']}:{finding['column']}", f"@{finding['offset']}", finding["view"]]
    words += ["quoted"] if finding["quoted"] else []
    words += [f"also={path}" for path in finding["also"]]
    words += [f"{part['role']}={part['redacted']}@{part['path']}:{part['line']}:{part['column']}" for part in finding["parts"][1:]]
    return " ".join(words + list(told_message(finding["message"])))


def told_gap(gap):
    words = ["gap", gap["kind"], gap["stands_for"], gap["path"] + ":", gap["reason"]]
    words += [f"limit={gap['limit']}"] if gap["limit"] else []
    words += [f"bytes={gap['bytes']}"] if gap["bytes"] is not None and gap["bytes"] < 100000 else []
    message_id = (gap["message"] or {}).get("id")
    words += [f"id={message_id}"] if message_id else []
    words += [f"custodian={gap['custodian']}"] if gap["custodian"] else []
    return " ".join(words)


def told_summary(records, status):
    total = summary(records)
    counts = " ".join(f"{key}={total[key]}" for key in COUNTS if total[key] or key in ("leaves", "findings"))
    return f"summary {counts} {'complete' if total['complete'] else 'incomplete'} exit={status}"


def run(case, seed):
    """What comes out of CASE, as the expected file says it."""
    recipe = Recipe(case.read_text(), seed)
    with tempfile.TemporaryDirectory(prefix="mailspill-golden-") as folder:
        arguments, stdin = recipe.write(folder)
        status, records, errors = scan("--reveal", "--only", "github-token", "--jobs", 1, *arguments, stdin=stdin, cwd=folder)
    if not of_type(records, "summary"):
        return f"no summary: {errors}"
    lines = sorted(told_finding(f, recipe.secrets) for f in of_type(records, "finding"))
    lines += sorted(told_gap(g) for g in of_type(records, "gap"))
    lines += [f"told {line}" for line in errors.splitlines()]
    return "\n".join(lines + [told_summary(records, status)]) + "\n"


def compare(tap, case):
    name = str(case.relative_to(GOLDEN).with_suffix(""))
    expected = case.with_suffix(".expected")
    got = run(case, name)
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text(got)
    want = expected.read_text() if expected.exists() else ""
    differing = [f"- {line}" for line in want.splitlines() if line not in got.splitlines()]
    differing += [f"+ {line}" for line in got.splitlines() if line not in want.splitlines()]
    tap.ok(f"golden/{name}", got == want, "\n".join(differing) or "order or number of lines differs")


def main():
    tap = Tap()
    cases = sorted(GOLDEN.glob("*/*.in"))
    for case in cases:
        helper = HELPERS.get(case.parent.name)
        if os.environ.get("GOLDEN", "") not in str(case.relative_to(GOLDEN)):
            continue
        if helper and not (pathlib.Path(PROGRAM).parent / helper).exists():
            tap.skip(f"golden/{case.parent.name}/{case.stem}", f"{helper} was not built")
        else:
            compare(tap, case)
    orphans = [path.name for path in GOLDEN.glob("*/*.expected") if not path.with_suffix(".in").exists()]
    tap.ok("golden/no-expectation-without-a-case", not orphans, orphans)
    tap.done()


if __name__ == "__main__":
    main()
