#!/usr/bin/env python3
"""A small fixed part of `make quality` that must not get worse: prose by language, and clean mail where it is present."""
import collections
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import CORPORA, PROGRAM, ROOT, Tap, of_type, scan  # noqa: E402

PROSE = pathlib.Path(PROGRAM).parent / "tests/unit/prose_set_test"
FLOORS = ROOT / "tests/quality/floors.tsv"
CLEAN = CORPORA / "ham/spamassassin-easy-ham-2"
CLEAN_MOST = {"proven": 0, "structural": 0, "contextual": 1, "prose": 3}
tap = Tap()


def floors():
    """Language: found in half A and raised, found in half B and raised."""
    lines = FLOORS.read_text().splitlines()
    return {f[0]: tuple(map(int, f[1:])) for f in (line.split("\t") for line in lines if not line.startswith("#"))}


def figures():
    out = subprocess.run([str(PROSE)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout.decode("utf-8", "replace")
    rows = re.findall(r"^# (..) +A: found (\d+)/\d+ \(exactly \d+\) raised (\d+)/\d+ +B: found (\d+)/\d+ \(exactly \d+\) raised (\d+)", out, re.M)
    return {row[0]: tuple(map(int, row[1:])) for row in rows}


def prose():
    if not PROSE.is_file():
        tap.skip("quality/prose", "tests/unit/prose_set_test is not built")
        return
    got = figures()
    for language, (a_found, a_raised, b_found, b_raised) in sorted(floors().items()):
        now = got.get(language)
        fine = now and now[0] >= a_found and now[1] <= a_raised and now[2] >= b_found and now[3] <= b_raised
        tap.ok(f"quality/prose/{language}", fine, f"A found, raised, B found, raised: {now}; the floors are {a_found, a_raised, b_found, b_raised}")


def clean_mail():
    if not CLEAN.is_dir():
        tap.skip("quality/clean-mail", "../shared/corpora is not there")
        return
    _, records, _ = scan(CLEAN)
    counts = collections.Counter(r["verdict"] for r in of_type(records, "finding"))
    told = "\n".join(f"{r['verdict']} {r['rule']} {os.path.basename(r['path'])}" for r in of_type(records, "finding"))
    for verdict, most in CLEAN_MOST.items():
        tap.ok(f"quality/clean-mail/{verdict}", counts[verdict] <= most, told)


prose()
clean_mail()
tap.done()
