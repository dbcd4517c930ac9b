"""pdf_writer.py - a small writer of PDF (ISO 32000-1): pages, form fields, notes, links, scripts, files, metadata, each with a text of one's own."""
import zlib


def literal(text):
    return b"(" + text.encode("latin-1").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"


def utf16(text):
    return b"<" + (b"\xfe\xff" + text.encode("utf-16-be")).hex().encode() + b">"


class Pdf:
    """Objects are numbered from 1; number 1 is the catalog, 2 the pages, 3 the font."""

    def __init__(self, compress=True, pack=False):
        self.objects = [b"", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"]
        self.compress, self.pack = compress, pack
        self.pages, self.fields, self.outline, self.files = [], [], [], []
        self.info = None
        self.catalog = b""

    def add(self, body):
        self.objects.append(body)
        return len(self.objects)

    def stream(self, data, entries=b"", compress=None):
        if self.compress if compress is None else compress:
            data, entries = zlib.compress(data), entries + b"/Filter/FlateDecode"
        return self.add(b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data))

    def page(self, *lines, annotations=(), operators=b""):
        shown = b"BT /F 10 Tf 12 TL 40 700 Td " + b" ".join(literal(line) + b" Tj T*" for line in lines) + b" ET " + operators
        content = self.stream(shown)
        marks = b" ".join(b"%d 0 R" % number for number in annotations)
        self.pages.append(self.add(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>"
                                   b"/Contents %d 0 R/Annots[%s]>>" % (content, marks)))

    def note(self, text, kind=b"Text", more=b""):
        return self.add(b"<</Type/Annot/Subtype/%s/Rect[10 10 20 20]/Contents%s%s>>" % (kind, literal(text), more))

    def link(self, uri):
        return self.add(b"<</Type/Annot/Subtype/Link/Rect[10 30 20 40]/A<</S/URI/URI%s>>>>" % literal(uri))

    def field(self, name, value, more=b""):
        number = self.add(b"<</Type/Annot/Subtype/Widget/FT/Tx/Rect[10 50 90 60]/T%s/V%s/DA(/F 0 Tf)%s>>" %
                          (literal(name), literal(value), more))
        self.fields.append(number)
        return number

    def choice(self, name, values):
        number = self.add(b"<</Type/Annot/Subtype/Widget/FT/Ch/Ff 131072/Rect[10 70 90 80]/T%s/V%s/DA(/F 0 Tf)/Opt[%s]>>" %
                          (literal(name), literal(values[0]), b"".join(literal(value) for value in values)))
        self.fields.append(number)
        return number

    def attach(self, name, data):
        kept = self.stream(data, b"/Type/EmbeddedFile")
        self.files.append((name, self.add(b"<</Type/Filespec/F%s/UF%s/EF<</F %d 0 R>>>>" % (literal(name), utf16(name), kept))))

    def bookmark(self, title):
        self.outline.append(title)

    def metadata(self, xmp=None, **info):
        self.info = self.add(b"<<" + b"".join(b"/%s%s" % (key.encode(), literal(value)) for key, value in info.items()) + b">>")
        if xmp:
            self.catalog += b"/Metadata %d 0 R" % self.stream(xmp, b"/Type/Metadata/Subtype/XML", compress=False)

    def put_outline(self):
        root = len(self.objects) + len(self.outline) + 1
        first = len(self.objects) + 1
        for i, title in enumerate(self.outline):
            following = b"/Next %d 0 R" % (first + i + 1) if i + 1 < len(self.outline) else b""
            self.add(b"<</Title%s/Parent %d 0 R%s/Dest[%d 0 R/Fit]>>" % (literal(title), root, following, self.pages[0]))
        self.catalog += b"/Outlines %d 0 R" % self.add(b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>" %
                                                       (first, root - 1, len(self.outline)))

    def bytes(self):
        if self.outline:
            self.put_outline()
        if self.fields:
            self.catalog += b"/AcroForm<</Fields[%s]/DR<</Font<</F 3 0 R>>>>>>" % b" ".join(b"%d 0 R" % f for f in self.fields)
        if self.files:
            names = b"".join(literal(name) + b"%d 0 R" % number for name, number in sorted(self.files))
            self.catalog += b"/Names<</EmbeddedFiles<</Names[%s]>>>>" % names
        self.objects[0] = b"<</Type/Catalog/Pages 2 0 R%s>>" % self.catalog
        self.objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % p for p in self.pages), len(self.pages))
        return self.packed() if self.pack else self.plain()

    def plain(self):
        out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
        for number, body in enumerate(self.objects, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
        info = b"/Info %d 0 R" % self.info if self.info else b""
        return bytes(out) + b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, info, start)

    def packed(self):
        """The same with an object stream (7.5.7) for all that is no stream, and a stream of cross references (7.5.8)."""
        out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {}
        held = len(self.objects) + 1
        inside = [(number, body) for number, body in enumerate(self.objects, 1) if b"stream\n" not in body]
        bodies = b"\n".join(body for _, body in inside)
        at, head = 0, b""
        for index, (number, body) in enumerate(inside):
            head += b"%d %d " % (number, at)
            at += len(body) + 1
            places[number] = (2, held, index)
        kept = zlib.compress(head + bodies)
        more = [(held, b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(inside), len(head), len(kept), kept))]
        for number, body in [(n, b) for n, b in enumerate(self.objects, 1) if n not in places] + more:
            places[number] = (1, len(out), 0)
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        start = len(out)
        places[held + 1] = (1, start, 0)
        rows = b"\0\0\0\0\0\0\0\0" + b"".join(b"%c%s%s" % (kind, where.to_bytes(4, "big"), index.to_bytes(3, "big"))
                                                for _, (kind, where, index) in sorted(places.items()))
        rows = zlib.compress(rows)
        info = b"/Info %d 0 R" % self.info if self.info else b""
        out += b"%d 0 obj\n<</Type/XRef/W[1 4 3]/Size %d/Root 1 0 R%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream\nendobj\n" % (
            held + 1, held + 2, info, len(rows), rows)
        return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start
