#!/usr/bin/env python3
"""Pictures in PDFs: each way in which a page may show a code is read, what can't be is a gap; lists that are longer than what is read say so."""
import base64
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import PROGRAM, Tap, github_token, of_type, scan, summary  # noqa: E402
from helper_probe import path_of  # noqa: E402
from pdf_damage import damaged  # noqa: E402
from pdf_writer import Pdf, literal  # noqa: E402

ONLY = ["--reveal", "--only", "github-token", "--jobs", 1]
CODE_SIDE = 4  # pixels of a module


def modules(text):
    """A QR code as rows of 0 and 1, 1 is black."""
    drawn = subprocess.run(["qrencode", "-t", "ASCII", "-m", "4", text], check=True, capture_output=True, text=True).stdout
    return [[int(line[i] == "#") for i in range(0, len(line), 2)] for line in drawn.splitlines()]


def grey(rows):
    """Its pixels, a byte each; and how many a side."""
    lines = [b"".join((b"\0" if dark else b"\xff") * CODE_SIDE for dark in row) for row in rows]
    return b"".join(line * CODE_SIDE for line in lines), len(rows) * CODE_SIDE


def bits(rows):
    """The same, a bit each."""
    out = b""
    for row in rows:
        line = "".join(str(1 - dark) * CODE_SIDE for dark in row)
        line += "0" * (-len(line) % 8)
        out += int(line, 2).to_bytes(len(line) // 8, "big") * CODE_SIDE
    return out


def image(pdf, data, width, height, more=b"/ColorSpace/DeviceGray/BitsPerComponent 8"):
    return pdf.stream(data, b"/Type/XObject/Subtype/Image/Width %d/Height %d%s" % (width, height, more), compress=True)


def shown(pdf, images, text=(), operators=b""):
    """A page that shows IMAGES: [(object, x, y, width, height)]."""
    drawn = b" ".join(b"q %d 0 0 %d %d %d cm /I%d Do Q" % (w, h, x, y, i) for i, (_, x, y, w, h) in enumerate(images))
    names = b"".join(b"/I%d %d 0 R" % (i, number) for i, (number, *_) in enumerate(images))
    pdf.page(*text, operators=drawn + operators)
    pdf.objects[pdf.pages[-1] - 1] = pdf.objects[pdf.pages[-1] - 1].replace(b"/Font", b"/XObject<<%s>>/Font" % names)


def on_a_page(pdf, rows):
    pixels, side = grey(rows)
    shown(pdf, [(image(pdf, pixels, side, side), 100, 300, 200, 200)], ["a page"])
    return "PAGE-1/PICTURE-1/QR-Code-1"


def alone(pdf, rows):
    pixels, side = grey(rows)
    shown(pdf, [(image(pdf, pixels, side, side), 0, 0, 600, 600)])
    return "PAGE-1/QR-Code-1"


def of_bits(pdf, rows):
    side = len(rows) * CODE_SIDE
    shown(pdf, [(image(pdf, bits(rows), side, side, b"/ImageMask true/Decode[1 0]/BitsPerComponent 1"), 100, 300, 200, 200)], ["a mask"])
    return "PAGE-1/PICTURE-1/QR-Code-1"


def inline(pdf, rows):
    side = len(rows) * CODE_SIDE
    drawn = b"q 200 0 0 200 100 300 cm BI /W %d /H %d /CS /G /BPC 1 /F /AHx ID %s> EI Q" % (side, side, bits(rows).hex().encode())
    pdf.page("an inline picture", operators=drawn)
    return "PAGE-1/PICTURE-1/QR-Code-1"


def drawn(pdf, rows):
    squares = b" ".join(b"%d %d 4 4 re" % (100 + 4 * x, 700 - 4 * y) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    pdf.page(operators=squares + b" f")
    return "PAGE-1/QR-Code-1"


def in_strips(pdf, rows):
    """As scanners cut a page: no strip has a code."""
    pixels, side = grey(rows)
    strips = [(image(pdf, pixels[side * y:side * (y + 4)], side, 4), 100, 700 - 2 * y, 2 * side, 9) for y in range(0, side, 4)]
    shown(pdf, strips, [])
    return "PAGE-1/QR-Code-1"


def far_down(pdf, rows):
    for i in range(40):
        pdf.page(f"page {i}")
    pixels, side = grey(rows)
    shown(pdf, [(image(pdf, pixels, side, side), 100, 300, 200, 200)], ["the last"])
    return "PAGE-41/PICTURE-1/QR-Code-1"


def far_inline(pack, name):
    """An inline picture far down, in a file whose pages only list that they may show some, as reportlab's do."""
    def way(pdf, rows):
        for i in range(40):
            pdf.page(f"page {i}")
        inline(pdf, rows)
        number = len(pdf.objects) - 1  # of the page's content
        content = zlib.decompress(pdf.objects[number - 1].split(b"stream\n")[1].split(b"\nendstream")[0])
        data, filters = pack(content)
        pdf.objects[number - 1] = b"<</Length %d%s>>stream\r\n%s\nendstream" % (len(data), filters, data)
        for page in pdf.pages:
            pdf.objects[page - 1] = pdf.objects[page - 1].replace(b"/Font<<", b"/ProcSet[/PDF /Text /ImageB /ImageC]/Font<<")
        return "PAGE-41/PICTURE-1/QR-Code-1"
    way.__name__ = name
    return way


def hexed(data):
    return data.hex().encode() + b">", b"/Filter[/ASCIIHexDecode]"


def ascii85(data):
    return base64.a85encode(zlib.compress(data), wrapcol=70) + b"~>", b"/Filter [ /ASCII85Decode /FlateDecode ]"


WAYS = [on_a_page, alone, of_bits, inline, drawn, in_strips, far_down,
        far_inline(lambda data: (data, b""), "far_inline"), far_inline(lambda data: (zlib.compress(data), b"/Filter/FlateDecode"), "far_inline_deflated"),
        far_inline(ascii85, "far_inline_in_ascii85"), far_inline(hexed, "far_inline_in_hex")]


def write(folder, name, data):
    path = pathlib.Path(folder) / name
    path.write_bytes(data)
    return path


def adds_up(total):
    return total["leaves"] == total["scanned"] + total["partial"] + total["refused"]


def every_way(tap, folder):
    for way in WAYS:
        token, pdf = github_token(f"pdf picture {way.__name__}"), Pdf()
        inside = way(pdf, modules("https://x.example/?token=" + token))
        status, records, errors = scan(*ONLY, write(folder, "a.pdf", pdf.bytes()))
        places = [f["path"].split("a.pdf!/")[1] for f in of_type(records, "finding") if f["secret"] == token]
        gaps, total = of_type(records, "gap"), summary(records)
        tap.ok(f"pdf-pictures/{way.__name__.replace('_', '-')}", places == [inside] and [g["kind"] for g in gaps] == ["picture"] and
               gaps[0]["reason"].startswith("1 picture in it") and total["complete"] and adds_up(total), (places, gaps, total, errors))


LINES = [f"line {i} of a page with text" for i in range(20)]


def of_squares(pdf, rows):
    pdf.page(*LINES, operators=b" ".join(b"%.2f %.2f 1.5 1.5 re f" % (300 + 1.5 * x, 200 - 1.5 * y)
                                         for y, row in enumerate(rows) for x, dark in enumerate(row) if dark))


def runs(row):
    """Where each run of black begins, and how long it is."""
    return [(m.start(), len(m.group())) for m in re.finditer("1+", "".join(map(str, row)))]


def of_one_path(pdf, rows):
    pdf.page(*LINES, operators=b" ".join(b"%d %d %d 2 re" % (300 + 2 * x, 200 - 2 * y, 2 * width)
                                         for y, row in enumerate(rows) for x, width in runs(row)) + b" f*")


def of_strokes(pdf, rows):
    pdf.page(*LINES, operators=b"2 w " + b" ".join(b"%d %d m %d %d l S" % (300 + 2 * x, 200 - 2 * y, 300 + 2 * (x + width), 200 - 2 * y)
                                                   for y, row in enumerate(rows) for x, width in runs(row)))


def of_white_on_black(pdf, rows):
    side = 2 * len(rows)
    pdf.page(*LINES, operators=b"0 g 300 %d %d %d re f 1 g " % (202 - side, side, side) +
             b" ".join(b"%d %d 2 2 re f" % (300 + 2 * x, 200 - 2 * y) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark))


def type_3(pdf, glyphs, entries):
    """A font of one's own, in the resources of all pages that are made next: GLYPHS by their letter."""
    procs = b"".join(b"/%c %d 0 R" % (letter, pdf.stream(b"1000 0 0 -400 1000 1600 d1 " + drawn)) for letter, drawn in glyphs.items())
    return pdf.add(b"<</Type/Font/Subtype/Type3/FontBBox[0 -400 1000 1600]/FontMatrix[.001 0 0 .001 0 0]/CharProcs<<%s>>/FirstChar %d/LastChar %d/Widths[%s]"
                   b"/Encoding<</Type/Encoding/Differences[%s]>>/Resources<<>>%s>>" %
                   (procs, min(glyphs), max(glyphs), b" 1000" * (max(glyphs) - min(glyphs) + 1),
                    b"".join(b"%d/%c " % (letter, letter) for letter in glyphs), entries))


def in_letters(pdf, lines, font, size):
    """LINES in FONT under the text of a page."""
    shown = b" ".join(literal(line) + b" Tj T*" for line in lines)
    pdf.page(*LINES, operators=b"BT /G %d Tf %d TL 300 300 Td %s ET" % (size, 2 * size, shown))
    pdf.objects[pdf.pages[-1] - 1] = pdf.objects[pdf.pages[-1] - 1].replace(b"/Font<<", b"/Font<</G %d 0 R" % font)


def of_blocks(pdf, rows):
    """As a terminal shows it: two squares in each character."""
    glyphs = {ord("a"): b"0 600 1000 1000 re f", ord("b"): b"0 -400 1000 1000 re f", ord("c"): b"0 -400 1000 2000 re f", ord("d"): b""}
    kept = pdf.stream(b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange 4 beginbfchar <61> <2580> <62> <2584> <63> <2588> <64> <0020> endbfchar endcmap")
    rows = rows + [[0] * len(rows)] * (len(rows) % 2)
    lines = ["".join("dabc"[upper + 2 * lower] for upper, lower in zip(*rows[y:y + 2])) for y in range(0, len(rows), 2)]
    in_letters(pdf, lines, type_3(pdf, glyphs, b"/ToUnicode %d 0 R" % kept), 3)


DRAWN = [of_squares, of_one_path, of_strokes, of_white_on_black, of_blocks]


def drawings(tap, folder):
    """Beside text; what is no picture is not counted as one, and its text is not told twice where it is read, too."""
    for way in DRAWN:
        token, pdf = github_token(f"pdf {way.__name__}"), Pdf()
        way(pdf, modules("https://x.example/?token=" + token))
        _, records, errors = scan(*ONLY, write(folder, "v.pdf", pdf.bytes()))
        places = [f["path"].split("v.pdf!/")[1] for f in of_type(records, "finding") if f["secret"] == token]
        gaps = of_type(records, "gap")
        tap.ok(f"pdf-pictures/drawn-{way.__name__.replace('_', '-')}", places == ["PAGE-1/DRAWING/QR-Code-1"] and gaps == [] and
               adds_up(summary(records)), (places, gaps, errors))


BY_REPORTLAB = """
import sys
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode import code128, qr
from reportlab.graphics.shapes import Drawing
from reportlab.pdfgen import canvas
page, (kind, text) = canvas.Canvas(sys.argv[1]), sys.argv[2:]
for i in range(30):
    page.drawString(50, 780 - 16 * i, f"line {i} of a page with text")
if kind == "qr":
    drawing = Drawing(100, 100)
    drawing.add(qr.QrCodeWidget(text))
    renderPDF.draw(drawing, page, 300, 20)
elif kind == "bars":
    code128.Code128(text, barWidth=0.8).drawOn(page, 20, 20)
elif kind == "turned":
    page.translate(400, 60)
    page.rotate(90)
    code128.Code128(text, barWidth=0.8).drawOn(page, 0, 0)
else:
    for i in range(150):
        page.rect(50 + 80 * (i % 6), 20 + 10 * (i // 6), 80, 10)
        page.rect(52 + 80 * (i % 6), 24 + 10 * (i // 6), i % 60, 4, fill=1)
page.save()
"""


def drawings_by_reportlab(tap, folder):
    """Its widgets. Of a table with bars nothing is drawn: it is no code."""
    for kind, inside in (("qr", "QR-Code-1"), ("bars", "CODE-128-1"), ("turned", "CODE-128-1"), ("table", None)):
        token, path = github_token(f"pdf reportlab {kind}"), f"{folder}/w.pdf"
        if not any(subprocess.run([python, "-c", BY_REPORTLAB, path, kind, token], stderr=subprocess.DEVNULL).returncode == 0
                   for python in (sys.executable, "/usr/bin/python3")):
            tap.skip(f"pdf-pictures/reportlab-{kind}", "no reportlab")
            continue
        _, records, errors = scan(*ONLY, path)
        places = [f["path"].split("w.pdf!/")[1] for f in of_type(records, "finding") if f["secret"] == token]
        wanted = [f"PAGE-1/DRAWING/{inside}"] if inside else []
        tap.ok(f"pdf-pictures/reportlab-{kind}", places == wanted and of_type(records, "gap") == [], (places, of_type(records, "gap"), errors))


def without_a_helper(tap, folder):
    """Nothing is read, and the gap says how many there are and what to do."""
    away = pathlib.Path(folder) / "away"
    away.mkdir()
    shutil.copy(PROGRAM, away / "mailspill")
    shutil.copy(path_of("mailspill-pdf"), away / "mailspill-pdf")
    if os.path.exists("/usr/local/libexec/mailspill/mailspill-picture"):
        tap.skip("pdf-pictures/without-a-helper", "one is installed")
        return
    pdf = Pdf()
    for way in (on_a_page, alone):
        way(pdf, modules("nothing"))
    _, records, _ = scan(*ONLY, write(folder, "b.pdf", pdf.bytes()), program=away / "mailspill")
    gaps = of_type(records, "gap")
    tap.ok("pdf-pictures/without-a-helper", [g["kind"] for g in gaps] == ["picture"] and gaps[0]["reason"].startswith("2 pictures in it") and
           "libleptonica" in gaps[0]["reason"] and summary(records)["complete"], gaps)


def limits(tap, folder):
    """Too large, or past the time that pictures may take: a gap that counts them; the text is read all the same."""
    token, pdf = github_token("pdf picture limit"), Pdf()
    shown(pdf, [(image(pdf, bytes(1 << 20), 1 << 10, 1 << 10), 0, 0, 600, 600)], [token])
    for name, option in (("pixels", "pixels=65536"), ("time", "item-cpu=1")):
        if name == "time":
            for i in range(400):
                shown(pdf, [(image(pdf, bytes(1 << 22), 1 << 11, 1 << 11), 0, 0, 600, 600)], [f"page {i}"])
        _, records, errors = scan(*ONLY, "--limit", option, write(folder, "c.pdf", pdf.bytes()), timeout=120)
        reasons = [g["reason"] for g in of_type(records, "gap") if g["kind"] == "picture"]
        tap.ok(f"pdf-pictures/limit-{name}", any("could not be looked at" in r for r in reasons) and summary(records)["complete"] and
               [f["secret"] for f in of_type(records, "finding")] == [token], (reasons, errors, of_type(records, "gap")))


def with_ocr(tap, folder):
    if not shutil.which("pdftoppm"):
        tap.skip("pdf-pictures/ocr", "no pdftoppm")
        return
    made, scanned = Pdf(), Pdf()
    made.page(operators=b"BT /F 28 Tf 40 500 Td (The password is Plum-Orbit-2944) Tj ET")
    write(folder, "made.pdf", made.bytes())
    subprocess.run(["pdftoppm", "-gray", "-r", "150", f"{folder}/made.pdf", f"{folder}/made"], check=True)
    head, pixels = next(pathlib.Path(folder).glob("made-*.pgm")).read_bytes().split(b"\n255\n", 1)
    width, height = map(int, head.split()[1:3])
    shown(scanned, [(image(scanned, pixels, width, height), 0, 0, 600, 800)])
    _, records, errors = scan("--reveal", "--jobs", 1, "--ocr", write(folder, "scanned.pdf", scanned.bytes()))
    if "tesseract" in "".join(g["reason"] for g in of_type(records, "gap")):
        tap.skip("pdf-pictures/ocr", "no tesseract")
        return
    hits = [(f["secret"], f["path"].split("!/")[1:]) for f in of_type(records, "finding")]
    tap.ok("pdf-pictures/ocr", ("Plum-Orbit-2944", ["PAGE-1/OCR"]) in hits and not of_type(records, "gap"), (hits, errors))


def long_lists(tap, folder):
    """More than is read: a gap says of what; and the last that is read is."""
    deep, wide, chosen = Pdf(), Pdf(), Pdf()
    for pdf in (deep, wide, chosen):
        pdf.page("x")
    for i in range(20001):
        wide.bookmark(f"chapter {i}")
    first = len(deep.objects) + 1
    for i in range(20):
        child = b"/First %d 0 R/Last %d 0 R/Count 1" % (first + i + 1, first + i + 1) if i < 19 else b""
        deep.add(b"<</Title%s/Parent %d 0 R%s/Dest[%d 0 R/Fit]>>" % (literal(f"level {i}"), first + i - 1 if i else first + 20, child, deep.pages[0]))
    deep.catalog += b"/Outlines %d 0 R" % deep.add(b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count 1>>" % (first, first))
    mark = chosen.choice("which", [f"choice {i}" for i in range(10001)])
    chosen.objects[chosen.pages[0] - 1] = chosen.objects[chosen.pages[0] - 1].replace(b"/Annots[]", b"/Annots[%d 0 R]" % mark)
    for name, pdf, words in (("bookmarks", wide, "more bookmarks"), ("nested-bookmarks", deep, "bookmarks in one another"),
                             ("choices", chosen, "more choices")):
        _, records, errors = scan(*ONLY, write(folder, "d.pdf", pdf.bytes()))
        gaps = of_type(records, "gap")
        tap.ok(f"pdf-pictures/long-{name}", [(g["kind"], g["limit"]) for g in gaps] == [("limit", "document-text")] and words in gaps[0]["reason"],
               (gaps, errors))


def files(tap, folder):
    """A file that hangs at a note alone, and the description of one."""
    at_note, described, pdf = github_token("pdf note file"), github_token("pdf described"), Pdf()
    kept = pdf.stream(b"see " + at_note.encode(), b"/Type/EmbeddedFile")
    spec = pdf.add(b"<</Type/Filespec/F(clip.txt)/UF(clip.txt)/EF<</F %d 0 R>>>>" % kept)
    pdf.page("x", annotations=[pdf.add(b"<</Type/Annot/Subtype/FileAttachment/Rect[9 9 20 20]/FS %d 0 R/Contents(a file)>>" % spec)])
    pdf.attach("notes.txt", b"nothing")
    pdf.objects[-1] = pdf.objects[-1].replace(b"/EF", b"/Desc%s/EF" % literal(described))
    _, records, errors = scan(*ONLY, write(folder, "e.pdf", pdf.bytes()))
    places = {f["secret"]: f["path"].split("e.pdf!/")[1] for f in of_type(records, "finding")}
    tap.ok("pdf-pictures/file-at-a-note", places.get(at_note) == "clip.txt", (places, errors))
    tap.ok("pdf-pictures/description-of-a-file", places.get(described) == "ATTACHMENTS", places)


def scripts(tap, folder):
    """Of the document as a whole, beside one of a field: both are read, so no gap."""
    for name, tree in (("and-a-field", b"/Names<</JavaScript<</Names[(a) %d 0 R]>>>>"), ("of-a-field-alone", b"")):
        pdf = Pdf()
        more = b"/AA<</C<</S/JavaScript/JS(var t = 1;)>>>>"
        pdf.page("x", annotations=[pdf.field("computed", "1", more)])
        code = pdf.stream(b"var secret = 2;")
        pdf.catalog += tree % pdf.add(b"<</S/JavaScript/JS %d 0 R>>" % code) if tree else b""
        _, records, errors = scan(*ONLY, write(folder, "f.pdf", pdf.bytes()))
        gaps = [g["kind"] for g in of_type(records, "gap")]
        tap.ok(f"pdf-pictures/script-{name}", gaps == [], (gaps, errors))


def damage(tap, folder):
    """A few here; by hand tests/e2e/pdf_damage.py makes a thousand of this document (`pdf_pictures_test.py FILE` writes it)."""
    for i, data in enumerate(damaged(everything(), 40)):
        write(folder, f"damaged-{i:04}.pdf", data)
    names = sorted(pathlib.Path(folder).glob("damaged-*.pdf"))
    status, records, errors = scan(*ONLY, "--limit", "item-cpu=10", *names, timeout=240)
    total = summary(records)
    tap.ok("pdf-pictures/damaged", status in (0, 1, 4, 5) and adds_up(total) and not errors and total["inputs"] == len(names), (status, total, errors))


def everything():
    pdf, rows = Pdf(), modules("https://x.example/?token=" + github_token("pdf damaged"))
    for way in WAYS + DRAWN:
        way(pdf, rows)
    return pdf.bytes()


def main():
    if len(sys.argv) > 1:
        pathlib.Path(sys.argv[1]).write_bytes(everything())
        return
    tap = Tap()
    if not path_of("mailspill-pdf") or not path_of("mailspill-picture") or not shutil.which("qrencode"):
        tap.skip("pdf-pictures", "no helper or no qrencode")
        tap.done()
    with tempfile.TemporaryDirectory(prefix="mailspill-pdf-") as folder:
        for test in (every_way, drawings, drawings_by_reportlab, without_a_helper, limits, with_ocr, long_lists, files, scripts, damage):
            test(tap, folder)
    tap.done()


if __name__ == "__main__":
    main()
