#!/usr/bin/env python3
"""Office Open XML and OpenDocument: a token in every carrier is found, though its runs cut it; tables stand as rows; nothing of a sound document is a
gap; encrypted ones are named; damaged ones lose nothing but themselves."""
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import ole_writer  # noqa: E402
from cfb_writer import write_cfb  # noqa: E402
from harness import CORPORA, Tap, b64lines, github_token, of_type, scan, summary  # noqa: E402
from office_writer import (ODF, SCHEMAS, SHEET, TYPES, XML, cells, docx, odf, odf_encrypted, odf_part, paragraph, pptx, runs, slide,  # noqa: E402
                           table, word_part, xlsx, zipped)
from pdf_writer import Pdf  # noqa: E402
from xlsb_writer import cell as xlsb_cell, text as xlsb_text, xlsb  # noqa: E402

tap = Tap()


def p(*texts):
    return f"<w:p>{runs(*texts)}</w:p>"


def span(t):
    return f"<text:p>{t[:9]}<text:span text:style-name=\"T1\">{t[9:]}</text:span></text:p>"


def deleted(t):
    return (f"<w:p>{runs(t[:9])}<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>{runs(t[9:20])}<w:proofErr w:type=\"spellStart\"/>"
            f"<w:ins w:id=\"1\">{runs(t[20:])}</w:ins></w:p>")


RELATION = f'{XML}<Relationships xmlns="{SCHEMAS}/package/2006/relationships"><Relationship Id="r1" TargetMode="External" Target="%s"/></Relationships>'
CORE = (f'{XML}<cp:coreProperties xmlns:cp="{SCHEMAS}/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>%s</dc:title><dc:creator>alice</dc:creator></cp:coreProperties>")
CUSTOM = (f'{XML}<Properties xmlns="{SCHEMAS}/officeDocument/2006/custom-properties" xmlns:vt="{SCHEMAS}/officeDocument/2006/docPropsVTypes">'
          '<property pid="2" name="token"><vt:lpwstr>%s</vt:lpwstr></property></Properties>')
COMMENTS = f'{XML}<comments {SHEET}><authors><author>a</author></authors><commentList><comment ref="A1"><text>%s</text></comment></commentList></comments>'

# Carrier: a function of the token that gives a file's name and bytes.
CARRIERS = {
    "docx: a paragraph": lambda t: ("a.docx", docx(p(t))),
    "docx: runs": lambda t: ("a.docx", docx(p(t[:4], t[4:9], t[9:]))),
    "docx: runs on lines of their own": lambda t: ("a.docx", docx(p(t[:4], t[4:]).replace("><", ">\n  <"))),
    "docx: between deleted and inserted text": lambda t: ("a.docx", docx(deleted(t))),
    "docx: deleted text": lambda t: ("a.docx", docx(f"<w:p><w:del><w:r><w:delText>{t}</w:delText></w:r></w:del></w:p>")),
    "docx: hidden text": lambda t: ("a.docx", docx(f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{t}</w:t></w:r></w:p>")),
    "docx: a field's instruction": lambda t: ("a.docx", docx(f"<w:p><w:r><w:instrText>HYPERLINK \"https://x.example/?t={t}\"</w:instrText></w:r></w:p>")),
    "docx: a table": lambda t: ("a.docx", docx(table([[("user",), ("token",)], [("bob",), (t[:5], t[5:])]]))),
    "docx: a text box": lambda t: ("a.docx", docx(f"<w:p><w:r><w:pict><w:txbxContent>{p(t[:5], t[5:])}</w:txbxContent></w:pict></w:r></w:p>")),
    "docx: header": lambda t: ("a.docx", docx(header1=word_part("hdr", p(t[:5], t[5:])))),
    "docx: footer": lambda t: ("a.docx", docx(footer1=word_part("ftr", p(t[:5], t[5:])))),
    "docx: comment": lambda t: ("a.docx", docx(comments=word_part("comments", f"<w:comment w:id=\"0\">{p(t[:5], t[5:])}</w:comment>"))),
    "docx: comment's author": lambda t: ("a.docx", docx(comments=word_part("comments", f"<w:comment w:author=\"{t}\"/>"))),
    "docx: footnote": lambda t: ("a.docx", docx(footnotes=word_part("footnotes", f"<w:footnote>{p(t[:5], t[5:])}</w:footnote>"))),
    "docx: document variable": lambda t: ("a.docx", docx(settings=word_part("settings", f"<w:docVar w:name=\"k\" w:val=\"{t}\"/>"))),
    "docx: relationship": lambda t: ("a.docx", docx(**{"word/_rels/document.xml.rels": RELATION % f"https://x.example/?a=1&amp;t={t}"})),
    "docx: an attribute with references": lambda t: ("a.docx", docx(f"<w:bookmarkStart w:name=\"{t[:9]}&#{ord(t[9])};{t[10:]}\"/>")),
    "docx: text with references": lambda t: ("a.docx", docx(p(f"{t[:9]}&#x{ord(t[9]):X};{t[10:]}"))),
    "docx: CDATA": lambda t: ("a.docx", docx(p(f"{t[:9]}<![CDATA[{t[9:]}]]>"))),
    "docx: an XML comment": lambda t: ("a.docx", docx(f"<!-- {t} -->")),
    "docx: title": lambda t: ("a.docx", docx(**{"docProps/core.xml": CORE % t})),
    "docx: custom property": lambda t: ("a.docx", docx(**{"docProps/custom.xml": CUSTOM % t})),
    "docx: custom XML": lambda t: ("a.docx", docx(**{"customXml/item1.xml": f"<a><b>{t}</b></a>"})),
    "docx: embedded workbook": lambda t: ("a.docx", docx(**{"word/embeddings/a.xlsx": xlsx([[t]])})),
    "docx: embedded object": lambda t: ("a.docx", docx(**{"word/embeddings/oleObject1.bin": ole_writer.document(ole_writer.word([(t[:9], False), (t[9:], True)]))})),
    "docx: a picture's bytes": lambda t: ("a.docx", docx(**{"word/media/image1.png": b"\x89PNG\r\n\x1a\n" + t.encode()})),
    "docx: UTF-16": lambda t: ("a.docx", zipped({"[Content_Types].xml": TYPES, "word/document.xml": word_part("document", p(t[:5], t[5:])).replace("UTF-8", "UTF-16").encode("utf-16")})),
    "docx: another prefix": lambda t: ("a.docx", zipped({"[Content_Types].xml": TYPES, "word/document.xml": word_part("document", p(t[:5], t[5:])).replace("w:", "ns0:")})),
    "docx: far down": lambda t: ("a.docx", docx(p("word " * 20) * 40000 + p(t[:5], t[5:]))),
    "Word 2003 XML": lambda t: ("a.xml", word_part("wordDocument", p(t[:5], t[5:])).replace(f"{SCHEMAS}/wordprocessingml/2006/main", "http://schemas.microsoft.com/office/word/2003/wordml").encode()),
    "xlsx: shared string": lambda t: ("a.xlsx", xlsx([["user", "token"], ["bob", (t[:5], t[5:])]])),
    "xlsx: strings before the sheet": lambda t: ("a.xlsx", xlsx([["user", "token"], ["bob", (t[:5], t[5:])]], sheet_first=False)),
    "xlsx: inline string": lambda t: ("a.xlsx", xlsx([["bob", (t[:5], t[5:])]], is_inline=True)),
    "xlsx: hidden sheet": lambda t: ("a.xlsx", xlsx([[t]], state="veryHidden")),
    "xlsx: string that no cell names": lambda t: ("a.xlsx", xlsx([["a"]], **{"xl/sharedStrings.xml": f"{XML}<sst {SHEET}><si><t>a</t></si><si><r><t>{t[:9]}</t></r><r><t>{t[9:]}</t></r></si></sst>"})),
    "xlsx: formula": lambda t: ("a.xlsx", xlsx([], **{"xl/worksheets/sheet2.xml": f"{XML}<worksheet {SHEET}><sheetData><row><c><f>A1&amp;\"{t}\"</f></c></row></sheetData></worksheet>"})),
    "xlsx: header of a sheet": lambda t: ("a.xlsx", xlsx([], **{"xl/worksheets/sheet2.xml": f"{XML}<worksheet {SHEET}><headerFooter><oddHeader>&amp;C{t}</oddHeader></headerFooter></worksheet>"})),
    "xlsx: footer of a sheet": lambda t: ("a.xlsx", xlsx([], **{"xl/worksheets/sheet2.xml": f"{XML}<worksheet {SHEET}><headerFooter><firstFooter>&amp;L&amp;\"Arial,Bold\"&amp;KFF0000&amp;10{t}&amp;P</firstFooter></headerFooter></worksheet>"})),
    "xlsx: comment": lambda t: ("a.xlsx", xlsx([["a"]], **{"xl/comments1.xml": COMMENTS % f"<r><t>{t[:9]}</t></r><r><t>{t[9:]}</t></r>"})),
    "xlsx: macros": lambda t: ("a.xlsm", xlsx([["a"]], **{"xl/vbaProject.bin": ole_writer.document({"x": b"A=" + t.encode()})})),
    "xlsx: settings of a printer": lambda t: ("a.xlsx", xlsx([["a"]], **{"xl/printerSettings/printerSettings1.bin": b"\1\2\0" + t.encode("utf-16-le")})),
    "xlsx: defined name": lambda t: ("a.xlsx", xlsx([["a"]], **{"xl/workbook2.xml": f"{XML}<workbook {SHEET}><definedNames><definedName name=\"k\">\"{t}\"</definedName></definedNames></workbook>"})),
    "Excel 2003 XML": lambda t: ("a.xml", f'{XML}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row><Cell><Data>{t[:5]}&#{ord(t[5])};{t[6:]}</Data></Cell></Row></Table></Worksheet></Workbook>'.encode()),
    "pptx: runs": lambda t: ("a.pptx", pptx(paragraph(t[:4], t[4:9], t[9:]))),
    "pptx: hidden slide": lambda t: ("a.pptx", pptx(**{"ppt/slides/slide2.xml": slide(paragraph(t)).replace("<p:sld ", "<p:sld show=\"0\" ")})),
    "pptx: speaker notes": lambda t: ("a.pptx", pptx(**{"ppt/notesSlides/notesSlide1.xml": slide(paragraph(t[:5], t[5:]), "notes")})),
    "pptx: table": lambda t: ("a.pptx", pptx(f"<a:tbl><a:tr><a:tc><a:txBody>{paragraph('a')}</a:txBody></a:tc><a:tc><a:txBody>{paragraph(t[:5], t[5:])}</a:txBody></a:tc></a:tr></a:tbl>")),
    "pptx: comment": lambda t: ("a.pptx", pptx(**{"ppt/comments/comment1.xml": slide("", "cmLst").replace("<p:cSld>", f"<p:cm><p:text>{t}</p:text></p:cm><p:cSld>")})),
    "odt: paragraph": lambda t: ("a.odt", odf(body=span(t))),
    "odt: heading": lambda t: ("a.odt", odf(body=span(t).replace("text:p>", "text:h>"))),
    "odt: hidden section": lambda t: ("a.odt", odf(body=f"<text:section text:display=\"none\">{span(t)}</text:section>")),
    "odt: around an annotation": lambda t: ("a.odt", odf(body=f"<text:p>{t[:9]}<office:annotation><dc:creator>x</dc:creator><text:p>why</text:p></office:annotation>{t[9:]}</text:p>")),
    "odt: annotation": lambda t: ("a.odt", odf(body=f"<text:p>a<office:annotation><dc:creator>x</dc:creator>{span(t)}</office:annotation>b</text:p>")),
    "odt: footnote": lambda t: ("a.odt", odf(body=f"<text:p>a<text:note><text:note-citation>1</text:note-citation><text:note-body>{span(t)}</text:note-body></text:note></text:p>")),
    "odt: link": lambda t: ("a.odt", odf(body=f"<text:p><text:a xlink:href=\"https://x.example/?a=b&amp;t={t}\">here</text:a></text:p>")),
    "odt: header in styles": lambda t: ("a.odt", odf(styles=f"<office:master-styles>{span(t)}</office:master-styles>")),
    "odt: title": lambda t: ("a.odt", odf(meta=f"<dc:title>{t}</dc:title>")),
    "odt: user-defined property": lambda t: ("a.odt", odf(meta=f"<meta:user-defined meta:name=\"k\">{t}</meta:user-defined>")),
    "odt: embedded document": lambda t: ("a.odt", odf(**{"Object 1/content.xml": odf_part("document-content", span(t))})),
    "ods: cell": lambda t: ("a.ods", odf("spreadsheet", cells([["user", "token"], ["bob", t]]))),
    "odp: slide": lambda t: ("a.odp", odf("presentation", span(t))),
    "flat odt": lambda t: ("a.fodt", odf_part("document", f"<office:body><office:text>{span(t)}</office:text></office:body>").encode()),
}


def in_mail(name, data):
    return ("From: alice@corp.example\r\nMessage-ID: <office@corp.example>\r\nMIME-Version: 1.0\r\n"
            f"Content-Type: application/octet-stream; name={name}\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64lines(data)).encode()


def found(records, token):
    return [r for r in of_type(records, "finding") if r["secret"] == token]


def test_carriers(folder):
    for carrier, make in CARRIERS.items():
        token = github_token(f"office {carrier}")
        name, data = make(token)
        for where, (path, bytes_) in {"": (name, data), " in mail": ("m.eml", in_mail(name, data))}.items():
            (folder / path).write_bytes(bytes_)
            status, records, err = scan("--reveal", folder / path)
            hits, gaps = found(records, token), [g for g in of_type(records, "gap") if g["kind"] != "picture"]
            right = not where or all(h["message"] and h["message"]["id"] == "<office@corp.example>" for h in hits)
            tap.ok(f"office/{carrier}{where}", len(hits) == 1 and right and not gaps, f"{hits}\n{gaps}\n{err}")


def findings_in(folder, name, data):
    (folder / name).write_bytes(data)
    _, records, _ = scan("--reveal", folder / name)
    return [(r["secret"], r["rule"], r["view"]) for r in of_type(records, "finding")], of_type(records, "gap")


def test_tables(folder):
    secret = "Kx7" + "plum-Orbit-29"
    other = "Zu4" + "moss-Cabin-83"
    rows = [["user", "password"], ["alice", secret], ["bob", other]]
    makers = {
        "table.docx": docx(table([[(c,) for c in row] for row in rows])), "table.xlsx": xlsx(rows),
        "inline.xlsx": xlsx(rows, is_inline=True), "table.ods": odf("spreadsheet", cells(rows)), "table.xlsb": xlsb(rows), "gap.xlsb": xlsb([[None, "user", None, "password"], [None, "alice", None, secret], [None, "bob", "x", other]]),
        "gap.xlsx": xlsx([[None, "user", None, "password"], [None, "alice", None, secret], [None, "bob", "x", other]]),
    }
    for name, data in makers.items():
        hits, gaps = findings_in(folder, name, data)
        tap.ok(f"office/table/{name}", {secret, other} <= {h[0] for h in hits} and not gaps, f"{hits} {gaps}")


def test_full_cell(folder):
    """A string is stored elsewhere, longer than the cell that names it, and has many secrets; what stands around is found, too."""
    tokens = [github_token(f"cell {i}") for i in range(12)]
    first, second = " and ".join(tokens[:6]), "; ".join(tokens[6:11])
    for name, data in {"full.xlsx": xlsx([[first, second], ["x", tokens[11]]]), "full-twice.xlsx": xlsx([[first, first], [second, tokens[11]]])}.items():
        hits, gaps = findings_in(folder, name, data)
        tap.ok(f"office/{name}: each secret of a cell is found", sorted({h[0] for h in hits if h[1] == "github-token"}) == sorted(tokens) and not gaps, f"{hits} {gaps}")


def test_cells(folder):
    """A finding in a sheet has the row and column of its cell, wherever the string is stored."""
    token = github_token("place of a cell")
    rows_ = [["user", "token"], *[[f"user {i}", None] for i in range(40000)], [None, None, "x", token]]
    ods = "<table:table><table:table-row><table:table-cell/></table:table-row></table:table>" + cells([["user", "token"], *[[f"user {i}"] for i in range(20000)], [token]]).replace(
        "<table:table-row>", '<table:table-row table:number-rows-repeated="20000"><table:table-cell table:number-columns-repeated="70"/></table:table-row><table:table-row>', 1).replace(
            f"<table:table-cell office:value-type=\"string\"><text:p>{token}", f'<table:table-cell table:number-columns-repeated="3"/><table:table-cell><text:p>{token}')
    makers = {"shared.xlsx": xlsx(rows_), "inline.xlsx": xlsx(rows_, is_inline=True), "before.xlsx": xlsx(rows_, sheet_first=False), "shared.xlsb": xlsb(rows_),
              "inline.xlsb": xlsb([*rows_[:-1], [None, None, "x", xlsb_cell(6, 3, xlsb_text(token))]]), "second.ods": odf("spreadsheet", ods)}
    for name, data in makers.items():
        (folder / name).write_bytes(data)
        _, records, _ = scan("--reveal", "--only", "github-token", folder / name)
        places = [(f["line"], f["column"]) for f in of_type(records, "finding")]
        tap.ok(f"office/{name}: row and column of the cell", places == [(40002, 4)], places)


def test_encrypted(folder):
    _, gaps = findings_in(folder, "locked.odt", odf_encrypted())
    tap.ok("office/encrypted OpenDocument", [g["kind"] for g in gaps] == ["encrypted"] * 3, gaps)


def test_hostile(folder):
    bomb = "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\">" + "".join(f"<!ENTITY a{i} \"&a{i - 1 if i else ''};&a{i - 1 if i else ''};\">" for i in range(30)) + "]>"
    token = github_token("office hostile")
    cases = {
        "entities": (zipped({"[Content_Types].xml": TYPES, "word/document.xml": bomb + word_part("document", p("&a29;", token))[len(XML):]}), "damaged"),
        "depth": (docx("<w:x>" * 5000 + p(token)), "limit"),
        "a cut part": (zipped({"[Content_Types].xml": TYPES, "word/document.xml": word_part("document", p(token) + p("x" * 100))[:-60]}), "damaged"),
        "a tag without end": (docx("<w:x a=\"" + "a" * 9_000_000 + " " + token + "\"/>"), "limit"),
        "no XML": (docx("<<<" + token), "damaged"),
    }
    for name, (data, kind) in cases.items():
        hits, gaps = findings_in(folder, "hostile.docx", data)
        tap.ok(f"office/hostile/{name}", [g["kind"] for g in gaps] == [kind] and token in [h[0] for h in hits], f"{hits} {gaps}")
    long = "x" * 30000
    sheet = f"{XML}<worksheet {SHEET}><sheetData>" + '<row><c t="s"><v>0</v></c></row>' * 200000 + "</sheetData></worksheet>"
    data = zipped({"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": f"{XML}<sst {SHEET}><si><t>{long}</t></si></sst>"})
    _, gaps = findings_in(folder, "long.xlsx", data)
    tap.ok("office/hostile/one long string in each cell", [g["kind"] for g in gaps] == ["limit"], gaps)


def test_packaged(folder):
    """A file that begins within a stream is held apart from it, and told once; what it was held in lives as long as the item (seen by `make asan`)."""
    token = github_token("office packaged")
    pdf = Pdf()
    pdf.page("a page that says " + token)
    for name, data in {"a.pdf": pdf.bytes(), "a.rtf": rb"{\rtf1\ansi words " + token.encode() + rb" {\object\objemb{\*\objdata 0105}}}"}.items():
        hits, gaps = findings_in(folder, "package.ole", write_cfb(ole_writer.package(name, data)))
        crashed = [g for g in gaps if g["kind"] == "crashed"]
        tap.ok(f"office/packaged/{name}", [h[0] for h in hits] == [token] and not crashed, f"{hits} {gaps}")


def test_samples():
    samples = {"testWORD.docx": "document", "testEXCEL.xlsx": "document", "testPPT.pptx": "document", "testODTStyles3.odt": "document"}
    for name in samples:
        path = CORPORA / "documents" / name
        if not path.exists():
            tap.skip(f"office/sample/{name}", "no corpora")
            continue
        _, records, _ = scan(path)
        gaps = [g for g in of_type(records, "gap") if g["kind"] != "picture"]
        end = summary(records)
        tap.ok(f"office/sample/{name}", not gaps and end["leaves"] == end["scanned"] + end["partial"] + end["refused"] > 3, gaps)


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    test_carriers(folder)
    test_tables(folder)
    test_full_cell(folder)
    test_cells(folder)
    test_encrypted(folder)
    test_hostile(folder)
    test_packaged(folder)
    test_samples()
tap.done()
