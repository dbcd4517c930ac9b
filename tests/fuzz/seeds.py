#!/usr/bin/env python3
"""seeds.py FOLDER - small whole files for the fuzz targets that read them, by the writers of the tests: FOLDER/TARGET/NAME. They hold no secrets."""
import pathlib
import re
import sqlite3
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import office_damage  # noqa: E402
import places_office  # noqa: E402
import places_text  # noqa: E402
from msg_writer import Message, attachment, compressed_rtf, recipient, write_msg  # noqa: E402
import xlsb_writer  # noqa: E402
from pst_writer import BODY, HEADERS, LONG_NAME, SUBJECT, Attachment, Pst  # noqa: E402

WORD = "a-word-that-opens-nothing"
MOST = 512 * 1024  # bytes that a target takes


def sqlite_files(folder):
    for encoding in ("UTF-8", "UTF-16le"):
        path = folder / f"{encoding}.db"
        db = sqlite3.connect(path, isolation_level=None)
        for statement in (f"pragma encoding='{encoding}'", "pragma page_size=512", "pragma journal_mode=wal", "create table a(n integer primary key, k text, v)",
                          "create table b(k text primary key, v) without rowid", "create index i on a(k)", "create virtual table f using fts4(content='', v)",
                          "insert into a(k, v) values('user', 1), ('x', 2.5), ('z', null)", "insert into b values('k', 'v')"):
            db.execute(statement)
        db.execute("insert into a(k, v) values('long', ?)", ("y " * 900,))
        db.execute("insert into a(k, v) values('wide', ?)", (WORD.encode("utf-16-le"),))
        log = (folder / f"{encoding}.db-wal").read_bytes()
        db.execute("delete from a where n = 1")
        db.execute("pragma wal_checkpoint(truncate)")
        whole = path.read_bytes()
        db.close()
        yield f"{encoding}.db", whole
        yield f"{encoding}.db-wal", log


def psts(folder):
    for ansi in (False, True):
        path = folder / f"{ansi}.pst"
        with Pst(path, ansi=ansi) as pst:
            inbox = pst.folder(pst.subtree, "Inbox")
            pst.message(inbox, {SUBJECT: "one", BODY: WORD, HEADERS: "Subject: one\r\n"}, [], [Attachment({LONG_NAME: "a.txt"}, b"data")])
        yield path.name, path.read_bytes()


def messages():
    message = Message({0x1A: "IPM.Note", 0x37: "s", 0x1000: WORD, 0x1009: compressed_rtf(b"{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <p>}text}"), ("name", "Keywords"): ["a", "b"]},
                      [recipient("r", "r@x.example")], [attachment("a.bin", b"data" * 9), {0x3705: 5, 0x3701: Message({0x37: "inner"}, [], [])}])
    yield "small.msg", write_msg(message)


def documents():
    """What has files in its text: XML, JSON, RTF, HTML."""
    for module in (places_office, places_text):
        for place, make in module.PLACES.items():
            if "far down" in place:
                continue
            name, data = make(WORD * 2)
            kind = pathlib.Path(name).suffix
            if kind in (".xml", ".fodt", ".fods", ".ipynb", ".har", ".rtf") or "data: URI" in place:
                yield re.sub("[^a-zA-Z0-9]+", "-", place) + kind, data


def main(target):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        samples = list(office_damage.own_samples())
        made = {
            "sqlite_fuzz": list(sqlite_files(folder)),
            "pst_fuzz": list(psts(folder)),
            "msg_fuzz": list(messages()) + [(name, data) for name, data in samples if name.endswith((".msg", ".doc", ".xls", ".ppt"))],
            "tnef_fuzz": [(name, data) for name, data in samples if name.endswith(".dat")],
            "rtf_fuzz": [(name, data) for name, data in samples if name.endswith(".rtf")],
            "office_fuzz": [("sheet.bin", b"xx" + xlsb_writer.sheet([["a", xlsb_writer.cell(6, 1, xlsb_writer.text(WORD)), xlsb_writer.formula(2, "x", xlsb_writer.literal(WORD))]])[0]),
                            ("strings.bin", b"xx" + xlsb_writer.record(159, bytes(8)) + xlsb_writer.record(19, xlsb_writer.rich(WORD)))],
            "embedded_fuzz": list(documents()),
        }
    for fuzz, files in made.items():
        place = target / fuzz
        place.mkdir(parents=True, exist_ok=True)
        for name, data in files:
            if len(data) <= MOST:
                (place / name).write_bytes(data)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
