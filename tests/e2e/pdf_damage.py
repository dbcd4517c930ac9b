#!/usr/bin/env python3
"""pdf_damage.py - damaged variants of a document, with a fixed seed; by hand: `pdf_damage.py COUNT [OPTION…] FILE…` scans so many of each and counts.

Every variant must end as scanned, partial or refused leaves; a helper's child may die of one, the program may not.
"""
import pathlib
import random
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import of_type, scan, summary  # noqa: E402

NUMBERS = [b"0", b"-1", b"1", b"65536", b"2147483647", b"2147483648", b"4294967295", b"99999999999999999999"]


def flip(data, rng):
    out = bytearray(data)
    for _ in range(rng.choice([1, 4, 16, 64])):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def cut(data, rng):
    return data[:rng.randrange(1, len(data))]


def number(data, rng):
    """One number of the text becomes an extreme one: lengths, counts, object numbers, offsets."""
    places = [m.span() for m in re.finditer(rb"(?<![\w.])\d+(?![\w.])", data)]
    if not places:
        return flip(data, rng)
    start, end = rng.choice(places)
    return data[:start] + rng.choice(NUMBERS) + data[end:]


def swap(data, rng):
    a, b, c = sorted(rng.randrange(len(data)) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def extreme(data, rng):
    """Four bytes become the largest or the least: for formats with binary lengths."""
    out = bytearray(data)
    at = rng.randrange(max(1, min(len(out) - 4, rng.choice([64, 512, len(out)]))))
    out[at:at + 4] = rng.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f"])
    return bytes(out)


def damaged(data, count, ways=(flip, cut, number, swap)):
    rng = random.Random(20240112)
    for i in range(count):
        yield ways[i % len(ways)](data, rng)


CHUNK = 100  # documents of one scan: of a long run that is stopped, what was counted stands in its last line
TOTALS = ("leaves", "scanned", "partial", "refused")


def scan_chunk(name, chunk, options, kinds, totals):
    """Scan the variants of CHUNK; count gaps and leaves. Whether all adds up, and how long it took."""
    with tempfile.TemporaryDirectory(prefix="mailspill-damage-") as folder:
        for i, variant in enumerate(chunk):
            (pathlib.Path(folder) / f"{i:05}{pathlib.Path(name).suffix}").write_bytes(variant)
        status, records, errors = scan("--jobs", 2, "--limit", "item-cpu=10", *options, folder, timeout=3600)
    for gap in of_type(records, "gap"):
        key = (gap["kind"], gap["reason"] if gap["kind"] in ("crashed", "timeout") else "")
        kinds[key] = kinds.get(key, 0) + 1
    total = summary(records)
    for key in TOTALS:
        totals[key] += total[key]
    whole = total["leaves"] == total["scanned"] + total["partial"] + total["refused"]
    return whole and status in (0, 1, 4, 5) and not errors, total["seconds"]


def measure(name, data, count, options=(), ways=(flip, cut, number, swap, extreme)):
    kinds, totals, seconds, bad = {}, dict.fromkeys(TOTALS, 0), 0, 0
    variants = list(damaged(data, count, ways))
    for start in range(0, count, CHUNK):
        adds_up, took = scan_chunk(name, variants[start:start + CHUNK], options, kinds, totals)
        seconds, bad = seconds + took, bad + (not adds_up)
        print(name, min(start + CHUNK, count), totals, f"{bad} CHUNKS DO NOT ADD UP" if bad else "adds up", kinds, f"{seconds:.0f} s", flush=True)


if __name__ == "__main__":
    options = [word for word in sys.argv[2:] if word.startswith("--")]
    for path in sys.argv[2:]:
        if path not in options:
            measure(path, pathlib.Path(path).read_bytes(), int(sys.argv[1]), options)
