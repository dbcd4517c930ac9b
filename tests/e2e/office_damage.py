#!/usr/bin/env python3
"""Damaged MSG, TNEF, RTF, doc, xls and ppt: bit flips, cuts, extreme lengths, swapped blocks, by a fixed seed. `office_damage.py [COUNT [FIRST]]` runs COUNT
variants (1000). Says how many workers died, and fails where the program crashed or hung, or where leaves do not add up."""
import pathlib
import random
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import ole_writer  # noqa: E402
from cfb_writer import Storage  # noqa: E402
from harness import CORPORA, of_type, scan, summary  # noqa: E402
from msg_writer import Message, attachment, compressed_rtf, recipient, write_msg  # noqa: E402
from tnef_writer import write_tnef  # noqa: E402

EXTREMES = [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", b"\x01\0\0\0", b"\0\0\0\x80", b"\xfe\xff\xff\xff"]
BATCH = 50  # variants in one scan


def flip(data, rnd):
    for _ in range(rnd.choice([1, 20, 300])):
        data[rnd.randrange(len(data))] ^= 1 << rnd.randrange(8)
    return data


def cut(data, rnd):
    return data[:rnd.randrange(len(data))]


def extremes(data, rnd):
    for _ in range(rnd.choice([1, 20, 100])):
        at = rnd.randrange(max(1, len(data) - 4)) & ~3
        data[at:at + 4] = rnd.choice(EXTREMES)
    return data


def swap(data, rnd):
    for _ in range(5):
        a, b = (rnd.randrange(max(1, len(data) // 512)) * 512 for _ in range(2))
        one, other = data[a:a + 512], data[b:b + 512]
        if len(one) == len(other):
            data[a:a + 512], data[b:b + 512] = other, one
    return data


def head(data, rnd):
    """The header and what comes next, where everything hangs."""
    for _ in range(rnd.choice([1, 3, 10])):
        data[rnd.randrange(8, min(700, len(data)))] = rnd.randrange(256)
    return data


def repeat(data, rnd):
    """A part stands twice."""
    at, len_ = rnd.randrange(len(data)), rnd.choice([4, 64, 512, 4096])
    return data[:at] + data[at:at + len_] * 2 + data[at + len_:]


def own_samples():
    rtf = b"{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <p>}text \\'e4\\u8364?{\\object{\\*\\objdata 0102}}{\\pict 00ff}}" * 20
    message = Message({0x1A: "IPM.Note", 0x37: "s", 0x1000: "body " * 2000, 0x1009: compressed_rtf(rtf), ("name", "Keywords"): ["a", "b"]},
                      [recipient(f"r{i}", f"r{i}@x.example") for i in range(30)],
                      [attachment("a.bin", bytes(range(256)) * 40), {0x3705: 5, 0x3701: Message({0x37: "inner"}, [], [attachment("b", b"x" * 5000)])},
                       {0x3705: 6, 0x3701: Storage(ole_writer.word([("text", False)]))}])
    yield "a.msg", write_msg(message)
    yield "b.msg", write_msg(message, 4)
    yield "winmail.dat", write_tnef(message)
    yield "a.rtf", rtf
    doc = ole_writer.word([("one two three\r" * 50, False), ("four\r" * 50, True)])
    yield "a.doc", ole_writer.document(doc, **{"\5SummaryInformation": ole_writer.properties({2: "t"}), "Macros": ole_writer.macros("x = 1\r\n" * 900),
                                               "ObjectPool": Storage({"_1": ole_writer.package("k.txt", b"data" * 99)})})
    yield "a.xls", ole_writer.document(ole_writer.sheets([[f"cell {i}", i * 1.5] for i in range(300)], cut=3, comments=["c"]))
    yield "a.ppt", ole_writer.document(ole_writer.slides([("text" * 30, False), ("wide" * 30, True)], [write_msg(message)]))


def bases():
    paths = [p for d, ends in (("msg", ".msg"), ("tnef", ".dat"), ("documents", (".doc", ".xls", ".ppt", ".rtf", ".msg")))
             for p in sorted((CORPORA / d).rglob("*")) if p.name.endswith(ends) and p.stat().st_size < 300000]
    return list(own_samples()) + [(p.name, p.read_bytes()) for p in paths]


def variant(number, samples):
    rnd = random.Random(f"office damage {number}")
    name, data = samples[number % len(samples)]
    harm = [flip, cut, extremes, swap, head, repeat][number // len(samples) % 6]
    return f"{number:06d} {name}", bytes(harm(bytearray(data), rnd))


def run(count, first=0):
    """Batches that failed, workers that died, gaps that this left."""
    samples, failed, deaths, lost = bases(), [], 0, []
    for start in range(first, first + count, BATCH):
        with tempfile.TemporaryDirectory() as name:
            for number in range(start, min(start + BATCH, first + count)):
                path, data = variant(number, samples)
                (pathlib.Path(name) / path).write_bytes(data)
            status, records, errors = scan("--jobs", 1, "--limit", "hang=20", "--limit", "item-cpu=10", name, timeout=900)
        total = summary(records) if of_type(records, "summary") else None
        bad = [gap["path"].split("/", 3)[-1] for gap in of_type(records, "gap") if gap["kind"] in ("crashed", "timeout")]
        if status not in (0, 1, 4, 5) or not total or total["leaves"] != total["scanned"] + total["partial"] + total["refused"]:
            failed.append(start)
        deaths += errors.count("worker ended")
        lost += bad
    return failed, deaths, lost


if __name__ == "__main__":
    COUNT, FIRST = (int(sys.argv[i]) if len(sys.argv) > i else default for i, default in ((1, 1000), (2, 0)))
    FAILED, DEATHS, LOST = run(COUNT, FIRST)
    print(f"{COUNT} variants: {len(FAILED)} batches failed {FAILED[:20]}; {DEATHS} workers died; gaps of these: {LOST[:20]}")
    sys.exit(bool(FAILED))
