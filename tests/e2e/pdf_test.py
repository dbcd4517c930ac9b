#!/usr/bin/env python3
"""PDF by its helper: every place a token may lie in, other programs' PDFs, locks, limits, a helper that is not there or goes wrong."""
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import CORPORA, PROGRAM, Tap, b64lines, github_token, of_type, scan, summary  # noqa: E402
from helper_probe import Helper, path_of  # noqa: E402
from pdf_damage import damaged  # noqa: E402
from pdf_writer import Pdf  # noqa: E402

HELPER = "mailspill-pdf"
ONLY = ["--reveal", "--only", "github-token", "--jobs", 1]
TOKENS = {name: github_token(f"pdf {name}") for name in
          ("page", "second", "cell", "field", "choice", "note", "reply", "link", "title", "keywords", "xmp", "outline", "script", "file", "inner",
           "left", "hex")}


def planted(compress=True):
    """A document with a token in every place that is read."""
    inner = Pdf()
    inner.page("inner " + TOKENS["inner"])
    pdf = Pdf(compress)
    columns = f"BT /F 10 Tf 40 500 Td (Token) Tj 60 0 Td ({TOKENS['cell']}) Tj ET".encode()
    pdf.page("first page", "the token is " + TOKENS["page"], operators=columns)
    marks = [pdf.note(TOKENS["note"]), pdf.note("see", b"FreeText", b"/Subj(" + TOKENS["reply"].encode() + b")/DA(/F 9 Tf)"),
             pdf.link("https://example.org/?token=" + TOKENS["link"]), pdf.field("API key", TOKENS["field"]),
             pdf.choice("which", [TOKENS["choice"], "none"]),
             pdf.field("computed", "1", b"/AA<</C<</S/JavaScript/JS(var t = '" + TOKENS["script"].encode() + b"';)>>>>")]
    pdf.page("second page", TOKENS["second"], annotations=marks)
    pdf.bookmark("chapter " + TOKENS["outline"])
    pdf.attach("notes.txt", b"see " + TOKENS["file"].encode() + b"\n")
    pdf.attach("inner.pdf", inner.bytes())
    pdf.metadata(xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + TOKENS["xmp"].encode() + b"</x:xmpmeta>", Title=TOKENS["title"],
                 Keywords="k " + TOKENS["keywords"])
    pdf.add(b"(nothing names this: " + TOKENS["left"].encode() + b")")
    return pdf.bytes()


WHERE = {"page": "PAGE-1", "cell": "PAGE-1", "second": "PAGE-2", "field": "PAGE-2", "choice": "PAGE-2", "note": "PAGE-2", "reply": "PAGE-2",
         "link": "PAGE-2", "script": "PAGE-2", "title": "METADATA", "keywords": "METADATA", "xmp": "METADATA", "outline": "OUTLINE",
         "file": "notes.txt", "inner": "inner.pdf!/PAGE-1", "left": "REST"}


def found(records):
    """{secret: [path]} of the findings."""
    places = {}
    for finding in of_type(records, "finding"):
        places.setdefault(finding["secret"], []).append(finding["path"])
    return places


def adds_up(total):
    return total["leaves"] == total["scanned"] + total["partial"] + total["refused"]


def write(folder, name, data):
    path = pathlib.Path(folder) / name
    path.write_bytes(data)
    return path


def every_place(tap, folder):
    for name, compress in (("compressed", True), ("plain", False)):
        status, records, errors = scan(*ONLY, write(folder, "a.pdf", planted(compress)))
        places = found(records)
        for place, inside in WHERE.items():
            got = places.get(TOKENS[place], [])
            tap.ok(f"pdf/{name}/{place}", [path.split("a.pdf!/")[-1] for path in got] == [inside], got)
        total = summary(records)
        tap.ok(f"pdf/{name}/complete", status == 1 and total["complete"] and adds_up(total) and total["partial"] == 0, (total, errors))
        tap.ok(f"pdf/{name}/bytes", total["bytes"] == (pathlib.Path(folder) / "a.pdf").stat().st_size, total["bytes"])


def in_mail(tap, folder):
    body = b64lines(planted())
    mail = ("From: alice@example.org\nTo: bob@example.org\nMessage-ID: <pdf@example.org>\nMIME-Version: 1.0\n"
            'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nsee the file\n--b\n'
            'Content-Type: application/pdf; name="a.pdf"\nContent-Transfer-Encoding: base64\n\n' + body + "\n--b--\n")
    for name, data in (("mail.eml", mail), ("mail.mbox", f"From alice@example.org Mon Jan  1 00:00:00 2024\n{mail}\n")):
        _, records, errors = scan(*ONLY, write(folder, name, data.encode()))
        places = found(records)
        tap.ok(f"pdf/in-{name}", all(len(places.get(TOKENS[place], [])) == 1 for place in WHERE) and
               all(f["message"]["id"] == "<pdf@example.org>" for f in of_type(records, "finding")), errors)
    subprocess.run(["bsdtar", "-caf", f"{folder}/mail.zip", "-C", folder, "a.pdf"], check=True)
    _, records, _ = scan(*ONLY, f"{folder}/mail.zip")
    tap.ok("pdf/in-zip", all(len(found(records).get(TOKENS[place], [])) == 1 for place in WHERE))


def other_writers(tap, folder):
    """Programs that make PDFs, from one that has a token on its page."""
    source = write(folder, "a.pdf", planted())
    out = f"{folder}/made.pdf"
    commands = {"qpdf-object-streams": ["qpdf", "--object-streams=generate", source, out],
                "qpdf-linearized": ["qpdf", "--linearize", "--compress-streams=n", source, out],
                "ghostscript": ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", "-o", out, source],
                "pdftocairo": ["pdftocairo", "-pdf", source, out]}
    for name, command in commands.items():
        if not shutil.which(command[0]):
            tap.skip(f"pdf/made-by-{name}", f"no {command[0]}")
            continue
        subprocess.run(command, check=True, capture_output=True)
        _, records, errors = scan(*ONLY, out)
        places = found(records)
        tap.ok(f"pdf/made-by-{name}", all("made.pdf!/PAGE" in places.get(TOKENS[place], [""])[0] for place in ("page", "second", "cell")),
               (places, errors))


def by_reportlab(tap, folder):
    try:
        from reportlab.pdfgen import canvas
        from reportlab.platypus import Paragraph, SimpleDocTemplate, Table
        from reportlab.lib.styles import getSampleStyleSheet
    except ImportError:
        tap.skip("pdf/made-by-reportlab", "no reportlab")
        return
    sheet = getSampleStyleSheet()["Normal"]
    document = SimpleDocTemplate(f"{folder}/report.pdf", title=TOKENS["title"])
    document.build([Paragraph("see <b>" + TOKENS["page"][:12] + "</b>" + TOKENS["page"][12:], sheet),
                    Table([["user", "token"], ["alice", TOKENS["cell"]]])])
    drawing = canvas.Canvas(f"{folder}/drawn.pdf", encrypt="opensesame")
    drawing.drawString(100, 700, TOKENS["second"])
    drawing.save()
    _, records, _ = scan(*ONLY, f"{folder}/report.pdf")
    places = found(records)
    tap.ok("pdf/made-by-reportlab", all(places.get(TOKENS[place]) for place in ("page", "cell", "title")), places)
    told = Helper(HELPER)
    opened = told.read((pathlib.Path(folder) / "drawn.pdf").read_bytes(), [b"wrong", b"opensesame"])
    told.close()
    tap.ok("pdf/made-by-reportlab-locked", opened["opened"] == 1 and TOKENS["second"] in str(opened["items"]), opened)


def locks(tap, folder):
    source = write(folder, "open.pdf", planted())
    if not shutil.which("qpdf"):
        tap.skip("pdf/locked", "no qpdf")
        return
    for bits, more in (("40", ["--allow-weak-crypto"]), ("128", ["--allow-weak-crypto"]), ("256", [])):
        for user in ("", "opensesame"):
            locked = f"{folder}/locked-{bits}-{user or 'empty'}.pdf"
            subprocess.run(["qpdf", *more, "--encrypt", user, "owner", bits, "--", source, locked], check=True, capture_output=True)
            _, records, errors = scan(*ONLY, locked)
            kinds = [gap["kind"] for gap in of_type(records, "gap")]
            total = summary(records)
            if user:
                tap.ok(f"pdf/locked-{bits}-is-a-gap", kinds == ["encrypted"] and total["partial"] == 1 and adds_up(total), (kinds, total))
                helper = Helper(HELPER)
                data = pathlib.Path(locked).read_bytes()
                tap.ok(f"pdf/locked-{bits}-opens", helper.read(data, [b"no", b"opensesame", b"x"])["opened"] == 1)
                tap.ok(f"pdf/locked-{bits}-stays", helper.read(data, [b"no", b"x"])["opened"] is None)
                helper.close()
            else:
                tap.ok(f"pdf/locked-{bits}-with-nothing", kinds == [] and all(len(found(records).get(TOKENS[place], [])) == 1
                                                                              for place in ("page", "field", "xmp", "inner")), (kinds, errors))


def opened(tap, folder):
    """With a password of the same message, and none of another."""
    if not shutil.which("qpdf"):
        tap.skip("pdf/opened-with-what-the-mail-tells", "no qpdf")
        return
    password, locked = "Rogito" + "4410x", f"{folder}/mailed.pdf"
    subprocess.run(["qpdf", "--encrypt", password, "owner", "256", "--", write(folder, "a.pdf", planted()), locked], check=True)
    body = b64lines(pathlib.Path(locked).read_bytes())
    for told in (password, "nothing"):
        mail = ("From: alice@example.org\nTo: bob@example.org\nMessage-ID: <locked@example.org>\nMIME-Version: 1.0\n"
                f'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nThe password is {told}\n--b\n'
                'Content-Type: application/pdf; name="a.pdf"\nContent-Transfer-Encoding: base64\n\n' + body + "\n--b--\n")
        _, records, errors = scan("--reveal", "--jobs", 1, write(folder, "locked.eml", mail.encode()))
        places, kinds = found(records), [g["kind"] for g in of_type(records, "gap")]
        if told == password:
            tap.ok("pdf/opened-with-what-the-mail-tells", all(len(places.get(TOKENS[place], [])) == 1 for place in WHERE if place != "left") and
                   "encrypted" not in kinds, (kinds, errors, places))
        else:
            tap.ok("pdf/stays-locked", kinds == ["encrypted"] and TOKENS["page"] not in places, (kinds, errors))


def words_of_pdftotext(tap):
    """Each word that pdftotext gives is in what the helper gives; it joins words that were hyphenated, which ours leaves to the matcher."""
    samples = sorted(CORPORA.glob("documents/*.pdf")) + sorted(CORPORA.glob("mail/**/*.pdf"))
    if not samples or not shutil.which("pdftotext"):
        tap.skip("pdf/words-of-pdftotext", "no samples or no pdftotext")
        return
    helper = Helper(HELPER)
    for sample in samples:
        told = helper.read(sample.read_bytes())
        ours = b" ".join(data for _, data in told["items"]).split()
        joined = b" ".join(ours).replace(b"- ", b"").replace(b"\xe2\x80\x90 ", b"")
        theirs = subprocess.run(["pdftotext", str(sample), "-"], capture_output=True).stdout.split()
        unhyphenated = joined.replace(b"-", b"").replace(b" ", b"")
        missing = [word for word in set(theirs) if word not in joined and word.replace(b"-", b"") not in unhyphenated]
        tap.ok(f"pdf/words-of-pdftotext/{sample.name}", told["ended"] and not missing, missing[:20])
    helper.close()


def limits(tap, folder):
    pdf = Pdf()
    for i in range(6):
        pdf.page(f"page {i}", "x" * 60 + " " + (TOKENS["page"] if i == 5 else ""))
    path = write(folder, "long.pdf", pdf.bytes())
    _, records, _ = scan(*ONLY, "--limit", "pages=5", path)
    tap.ok("pdf/limit-pages", [(g["kind"], g["limit"]) for g in of_type(records, "gap")] == [("limit", "pages")] and not of_type(records, "finding"))
    pdf = Pdf()
    pdf.page(*["word " * 20] * 40)
    path = write(folder, "text.pdf", pdf.bytes())
    _, records, _ = scan(*ONLY, "--limit", "document-text=1024", path)
    tap.ok("pdf/limit-text", [(g["kind"], g["limit"]) for g in of_type(records, "gap")] == [("limit", "document-text")])
    slow = Pdf()
    slow.page(*["many words on this line " * 8] * 200)
    slow.pages += [slow.add(slow.objects[slow.pages[0] - 1]) for _ in range(1900)]
    path = write(folder, "slow.pdf", slow.bytes())
    _, records, _ = scan(*ONLY, "--limit", "item-cpu=1", path)
    total = summary(records)
    tap.ok("pdf/limit-cpu", "timeout" in [g["kind"] for g in of_type(records, "gap")] and adds_up(total) and total["partial"] > 0,
           (of_type(records, "gap"), total))
    none = Pdf()
    none.page("x")
    none.pages *= 2000
    _, records, _ = scan(*ONLY, write(folder, "none.pdf", none.bytes()))
    tap.ok("pdf/no-page-is-a-gap", [g["kind"] for g in of_type(records, "gap")] == ["damaged"], of_type(records, "gap"))
    scanned = Pdf()
    picture = scanned.add(b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\nx\nendstream")
    scanned.page(operators=b"q 500 0 0 500 0 0 cm /I Do Q")
    scanned.objects[scanned.pages[0] - 1] = scanned.objects[scanned.pages[0] - 1].replace(b"/Font", b"/XObject<</I %d 0 R>>/Font" % picture)
    _, records, _ = scan(*ONLY, write(folder, "scan.pdf", scanned.bytes()))
    tap.ok("pdf/page-of-pictures-is-a-gap", [g["kind"] for g in of_type(records, "gap")] == ["picture"] and summary(records)["complete"],
           of_type(records, "gap"))


# A helper that goes wrong: what it does with the stream of its one document.
FAKE = """#!/usr/bin/env python3
import array, os, socket, struct, sys, time
control = socket.socket(fileno=3)
def frame(kind, detail, data): return struct.pack("<BBHI", kind, detail, 0, len(data)) + data
while True:
    order = control.recv(1)
    if not order: sys.exit(0)
    if order == b"h":
        control.send(b"h" + struct.pack("<I", %(status)d))
        continue
    ours, theirs = socket.socketpair()
    control.sendmsg([b"b"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [theirs.fileno()]))])
    theirs.close()
    head = ours.recv(16, socket.MSG_WAITALL)
    ours.recv(struct.unpack("<Q", head[8:])[0], socket.MSG_WAITALL)
    %(act)s
    ours.close()
"""
TEXT = 'frame(2, 0, b"PAGE-1") + frame(3, 0, b"some text ")'
FAKES = {
    "dies-at-once": ("pass", 11, "crashed"),
    "dies-in-text": (f"ours.send({TEXT})", 11, "crashed"),
    "takes-too-long": (f"ours.send({TEXT})", 24, "timeout"),
    "is-silent": (f"ours.send({TEXT}); time.sleep(60)", 9, "timeout"),
    "sends-nonsense": ('ours.send(b"x" * 4000)', 0, "crashed"),
    "sends-too-long-a-frame": ('ours.send(struct.pack("<BBHI", 3, 0, 0, 1 << 30) + b"x" * 4000)', 0, "crashed"),
    "sends-a-bad-name": ('ours.send(frame(2, 0, b"\\xff\\xfe") + frame(3, 0, b"text") + frame(5, 0, b""))', 0, "crashed"),
    "sends-bytes-without-an-item": ('ours.send(frame(3, 0, b"text") + frame(5, 0, b""))', 0, None),
    "cannot-begin": ("control.close(); sys.exit(1)", 0, "crashed"),
}


def gone_wrong(tap, folder):
    """The bytes are read all the same, and the next document too."""
    away = pathlib.Path(folder) / "away"
    away.mkdir()
    program = away / "mailspill"
    shutil.copy(PROGRAM, program)
    data = Pdf(compress=False)
    data.page(TOKENS["page"])
    path = write(folder, "b.pdf", data.bytes())
    status, records, _ = scan(*ONLY, path, program=program)
    if not os.path.exists("/usr/local/libexec/mailspill/" + HELPER):
        gaps = of_type(records, "gap")
        tap.ok("pdf/without-a-helper", [g["kind"] for g in gaps] == ["unsupported"] and "libpoppler" in gaps[0]["reason"] and status == 5 and
               list(found(records)) == [TOKENS["page"]] and summary(records)["partial"] == 1, (gaps, status))
    helper = away / HELPER
    for name, (act, how, kind) in FAKES.items():
        helper.write_text(FAKE % {"act": act, "status": how})
        helper.chmod(helper.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        status, records, errors = scan(*ONLY, "--limit", "hang=8", path, path, program=program, timeout=60)
        kinds = [g["kind"] for g in of_type(records, "gap")]
        total = summary(records)
        tap.ok(f"pdf/helper-{name}", (not kinds if kind is None else kinds and set(kinds) <= {kind, "crashed"}) and adds_up(total) and
               list(found(records)) == [TOKENS["page"]] and len(of_type(records, "finding")) == 2, (kinds, total, errors, found(records)))
    helper.write_text("#!/bin/sh\nexit 1\n")
    status, records, _ = scan(*ONLY, path, program=program)
    tap.ok("pdf/helper-does-not-start", [g["kind"] for g in of_type(records, "gap")] == ["crashed"] and len(of_type(records, "finding")) == 1)
    status, records, _ = scan(*ONLY, "--jobs", 1, path, write(folder, "c.pdf", data.bytes()), program=program)
    gaps = of_type(records, "gap")
    tap.ok("pdf/helper-that-is-gone-is-not-called-missing", [g["kind"] for g in gaps] == ["crashed"] * 2 and not any("installed" in g["reason"] for g in gaps), gaps)


def damage(tap, folder):
    """A few here; tests/e2e/pdf_damage.py by hand makes a thousand."""
    for i, data in enumerate(damaged(planted(), 40)):
        write(folder, f"damaged-{i:04}.pdf", data)
    names = sorted(pathlib.Path(folder).glob("damaged-*.pdf"))
    status, records, errors = scan(*ONLY, "--limit", "item-cpu=10", *names)
    total = summary(records)
    tap.ok("pdf/damaged", status in (1, 5) and adds_up(total) and not errors and total["inputs"] == len(names), (status, total, errors))


def box(tap):
    """A child can open nothing: seen from a document that would have it read a file."""
    helper = Helper(HELPER)
    away = Pdf()
    away.catalog = b"/OpenAction<</S/Launch/F(/etc/passwd)>>"
    away.page("x")
    told = helper.read(away.bytes().replace(b"/Length ", b"/F(/etc/passwd)/Length "))
    tap.ok("pdf/opens-no-file", told["ended"] and "root:" not in str(told), told)
    helper.close()


def east_asian(tap, folder):
    """Fonts that are not in the file, in encodings whose tables lie in poppler-data; and one that no table describes, which is a gap."""
    for encoding, ordering, codec in (("UniGB-UCS2-H", "GB1", "utf-16-be"), ("GBK-EUC-H", "GB1", "gbk"), ("90ms-RKSJ-H", "Japan1", "cp932"),
                                      ("UniJIS-UCS2-H", "Japan1", "utf-16-be"), ("KSCms-UHC-H", "Korea1", "cp949"), ("ETen-B5-H", "CNS1", "big5"),
                                      ("NoSuch-UCS2-H", "GB1", "utf-16-be")):
        token, pdf = github_token(f"pdf {encoding}"), Pdf()
        details = pdf.add(b"<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>")
        font = pdf.add((f"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/{encoding}/DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/X/DW 500"
                        f"/CIDSystemInfo<</Registry(Adobe)/Ordering({ordering})/Supplement 0>>/FontDescriptor {details} 0 R>>]>>").encode())
        pdf.page(operators=b"BT /E 10 Tf 40 500 Td <%s> Tj ET" % f"\u5bc6 {token}".encode(codec, "replace").hex().encode())
        pdf.objects[pdf.pages[0] - 1] = pdf.objects[pdf.pages[0] - 1].replace(b"/F 3 0 R", b"/F 3 0 R/E %d 0 R" % font)
        _, records, errors = scan(*ONLY, write(folder, "east.pdf", pdf.bytes()))
        gaps = of_type(records, "gap")
        if not gaps or encoding.startswith("NoSuch"):
            tap.ok(f"pdf/encoding-{encoding}", ([g["kind"] for g in gaps] == ["unsupported"]) if encoding.startswith("NoSuch") else
                   [f["path"].split("!/")[1:] for f in of_type(records, "finding") if f["secret"] == token] == [["PAGE-1"]], (records[1:-1], errors))
        elif "not installed" in gaps[0]["reason"]:
            tap.skip(f"pdf/encoding-{encoding}", "no poppler-data")
        else:
            tap.ok(f"pdf/encoding-{encoding}", False, gaps)


def portfolio(tap, folder):
    """A PDF in a PDF, and after it more than a socket holds: the helper that reads the outer one is the inner one's too."""
    inner, outer = Pdf(), Pdf()
    inner.page("inner " + TOKENS["inner"])
    outer.page("a cover")
    outer.attach("a.pdf", inner.bytes())
    outer.attach("b.pdf", inner.bytes() + b"% filler\n" * 250000)
    outer.attach("c.txt", b"see " + TOKENS["file"].encode() + b"\n")
    _, records, errors = scan(*ONLY, write(folder, "portfolio.pdf", outer.bytes()))
    total, places = summary(records), found(records)
    tap.ok("pdf/portfolio", total["complete"] and adds_up(total) and len(places.get(TOKENS["file"], [])) == 1 and
           [path.split("portfolio.pdf!/")[1] for path in sorted(places.get(TOKENS["inner"], []))] == ["a.pdf!/PAGE-1", "b.pdf!/PAGE-1"],
           (places, errors))


def main():
    tap = Tap()
    if not path_of(HELPER):
        tap.skip("pdf", f"{HELPER} was not built")
        tap.done()
    with tempfile.TemporaryDirectory(prefix="mailspill-pdf-") as folder:
        every_place(tap, folder)
        in_mail(tap, folder)
        portfolio(tap, folder)
        east_asian(tap, folder)
        other_writers(tap, folder)
        by_reportlab(tap, folder)
        locks(tap, folder)
        opened(tap, folder)
        words_of_pdftotext(tap)
        limits(tap, folder)
        gone_wrong(tap, folder)
        damage(tap, folder)
        box(tap)
    tap.done()


if __name__ == "__main__":
    main()
