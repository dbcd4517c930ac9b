#!/usr/bin/env python3
"""Damaged PSTs: bit flips, cuts, extreme lengths, swapped blocks, by a fixed seed. `pst_damage.py [COUNT [FIRST]]` runs COUNT variants (1000).

Says how many workers died, and fails where the program crashed or hung, or where leaves do not add up."""
import os
import pathlib
import random
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import CORPORA, of_type, scan, summary  # noqa: E402
from pst_writer import BODY, LONG_NAME, SUBJECT, Attachment, Pst  # noqa: E402

EXTREMES = [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", b"\x01\0\0\0", b"\0\0\0\x80"]


def flip(data, rnd):
    for _ in range(rnd.choice([1, 20, 300])):
        data[rnd.randrange(len(data))] ^= 1 << rnd.randrange(8)
    return data


def cut(data, rnd):
    return data[:rnd.randrange(16, len(data))]


def extremes(data, rnd):
    for _ in range(rnd.choice([1, 20, 100])):
        at = rnd.randrange(len(data) - 4) & ~3
        data[at:at + 4] = rnd.choice(EXTREMES)
    return data


def swap(data, rnd):
    for _ in range(5):
        a, b = (rnd.randrange(len(data) // 512) * 512 for _ in range(2))
        data[a:a + 512], data[b:b + 512] = data[b:b + 512], data[a:a + 512]
    return data


def head(data, rnd):
    """The header and the first pages, where everything hangs."""
    for _ in range(rnd.choice([1, 3, 10])):
        data[rnd.randrange(8, 700)] = rnd.randrange(256)
    return data


def own_samples(folder):
    for ansi in (False, True):
        path = folder / f"own-{ansi}.pst"
        with Pst(path, ansi=ansi) as pst:
            inbox = pst.folder(pst.subtree, "Inbox")
            for i in range(40):
                pst.message(inbox, {SUBJECT: f"number {i}", BODY: "text " * (i * 50)}, [], [Attachment({LONG_NAME: "a"}, b"data" * i * 99)])
        yield path


def one(number, bases, folder):
    rnd = random.Random(f"pst damage {number}")
    base = bases[number % len(bases)]
    harm = [flip, cut, extremes, swap, head][number // len(bases) % 5]
    path = folder / "damaged.pst"
    path.write_bytes(harm(bytearray(base), rnd))
    status, records, errors = scan("--jobs", 1, "--limit", "hang=20", "--limit", "item-cpu=10", path, timeout=200)
    total = summary(records)
    lost = [gap["kind"] for gap in of_type(records, "gap") if gap["kind"] in ("crashed", "timeout")]
    is_sound = status in (0, 1, 4, 5) and total["leaves"] == total["scanned"] + total["partial"] + total["refused"]
    return is_sound, errors.count("worker ended"), lost


def run(count, first=0):
    """Variants that failed, workers that died, gaps that this left."""
    failed, deaths, lost = [], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        paths = list(own_samples(folder)) + sorted(p for p in (CORPORA / "pst").glob("*") if p.stat().st_size < 3000000)
        bases = [path.read_bytes() for path in paths]
        for number in range(first, first + count):
            is_sound, died, gaps = one(number, bases, folder)
            failed += [] if is_sound else [number]
            deaths += [number] * died
            lost += gaps
    return failed, deaths, lost


if __name__ == "__main__":
    COUNT, FIRST = (int(sys.argv[i]) if len(sys.argv) > i else default for i, default in ((1, 1000), (2, 0)))
    FAILED, DEATHS, LOST = run(COUNT, FIRST)
    print(f"{COUNT} variants: {len(FAILED)} failed {FAILED[:20]}; {len(DEATHS)} workers died, in {sorted(set(DEATHS))[:40]}; gaps of these: {LOST[:20]}")
    sys.exit(bool(FAILED))
