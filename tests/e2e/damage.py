"""damage.py - samples harmed by a fixed seed, scanned, and what came of it; for tests that a format loses nothing but itself."""
import pathlib
import random
import tempfile

from harness import of_type, scan, summary
from office_damage import BATCH, cut, extremes, flip, head, repeat, swap

HARMS = [flip, cut, extremes, swap, head, repeat]


def variant(seed, number, samples):
    rnd = random.Random(f"{seed} {number}")
    name, data = samples[number % len(samples)]
    harm = HARMS[number // len(samples) % len(HARMS)]
    return f"{number:06d} {name}", bytes(harm(bytearray(data), rnd)) if len(data) > 16 else data


def run(seed, samples, count, first=0):
    """COUNT variants of SAMPLES (name, bytes): batches that failed, workers that died, gaps that this left."""
    failed, deaths, lost = [], 0, []
    for start in range(first, first + count, BATCH):
        with tempfile.TemporaryDirectory() as name:
            for number in range(start, min(start + BATCH, first + count)):
                path, data = variant(seed, number, samples)
                (pathlib.Path(name) / path).write_bytes(data)
            status, records, errors = scan("--jobs", 1, "--limit", "hang=20", "--limit", "item-cpu=10", name, timeout=900)
        total = summary(records) if of_type(records, "summary") else None
        lost += [gap["path"].split("/", 3)[-1] for gap in of_type(records, "gap") if gap["kind"] in ("crashed", "timeout")]
        if status not in (0, 1, 4, 5) or not total or total["leaves"] != total["scanned"] + total["partial"] + total["refused"]:
            failed.append(start)
        deaths += errors.count("worker ended")
    return failed, deaths, lost


def main(seed, samples, arguments):
    """As a program: COUNT variants (1000), from FIRST on."""
    count, first = (int(arguments[i]) if len(arguments) > i else default for i, default in ((0, 1000), (1, 0)))
    failed, deaths, lost = run(seed, samples, count, first)
    print(f"{count} variants: {len(failed)} batches failed {failed[:20]}; {deaths} workers died; gaps of these: {lost[:20]}")
    return bool(failed)
