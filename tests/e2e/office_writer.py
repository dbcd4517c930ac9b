"""office_writer.py - Office Open XML and OpenDocument files made by our own hand, as small as they can be: parts in a zip, by name."""
import io
import zipfile

WHEN = (2024, 1, 12, 9, 30, 0)
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SCHEMAS = "http://schemas.openxmlformats.org"
WORD = f'xmlns:w="{SCHEMAS}/wordprocessingml/2006/main"'
SHEET = f'xmlns="{SCHEMAS}/spreadsheetml/2006/main"'
SLIDE = f'xmlns:p="{SCHEMAS}/presentationml/2006/main" xmlns:a="{SCHEMAS}/drawingml/2006/main"'
TYPES = f'{XML}<Types xmlns="{SCHEMAS}/package/2006/content-types"/>'
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
ODF = " ".join(f'xmlns:{name}="{OASIS}:{name}:1.0"' for name in ("office", "text", "table", "meta")) + \
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'


def zipped(parts):
    """PARTS: name → text or bytes, in order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, WHEN), data if isinstance(data, bytes) else data.encode(), kind)
    return out.getvalue()


def runs(*texts):
    return "".join(f'<w:r w:rsidR="00A77B3E"><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>' for text in texts)


def word_part(root, inner):
    return f"{XML}<w:{root} {WORD}>{inner}</w:{root}>"


def docx(body="<w:p/>", **parts):
    """PARTS: name in word/ without its ending → the whole part; names with a dot or a slash as they are."""
    more = {name if "." in name or "/" in name else f"word/{name}.xml": data for name, data in parts.items()}
    return zipped({"[Content_Types].xml": TYPES, "word/document.xml": word_part("document", f"<w:body>{body}</w:body>"), **more})


def table(rows):
    cell = "<w:tc><w:tcPr/><w:p>%s</w:p></w:tc>"
    return "<w:tbl>" + "".join("<w:tr>" + "".join(cell % runs(*c) for c in row) + "</w:tr>" for row in rows) + "</w:tbl>"


def xlsx(rows, is_inline=False, state="visible", sheet_first=True, **parts):
    """ROWS of texts (a tuple: runs of one text; None: no cell). PARTS: whole parts, by name in the zip."""
    strings, cells = [], ""
    for y, row in enumerate(rows, 1):
        cells += f'<row r="{y}">'
        for x, cell in enumerate(row):
            if cell is None:
                continue
            texts = cell if isinstance(cell, tuple) else (cell,)
            rich = "".join(f"<r><rPr><b/></rPr><t>{text}</t></r>" for text in texts)
            at = f'r="{chr(65 + x)}{y}"'
            if is_inline:
                cells += f'<c {at} t="inlineStr"><is>{rich}</is></c>'
            else:
                cells += f'<c {at} t="s"><v>{len(strings)}</v></c>'
                strings.append(f"<si>{rich}</si>")
        cells += "</row>"
    book = f'{XML}<workbook {SHEET}><sheets><sheet name="S" sheetId="1" state="{state}"/></sheets></workbook>'
    sheet = {"xl/worksheets/sheet1.xml": f"{XML}<worksheet {SHEET}><sheetData>{cells}</sheetData></worksheet>"}
    table_ = {"xl/sharedStrings.xml": f"{XML}<sst {SHEET}>{''.join(strings)}</sst>"} if strings else {}
    both = {**sheet, **table_} if sheet_first else {**table_, **sheet}
    return zipped({"[Content_Types].xml": TYPES, "xl/workbook.xml": book, **both, **parts})


def slide(inner, root="sld"):
    return f"{XML}<p:{root} {SLIDE}><p:cSld><p:spTree><p:sp><p:txBody>{inner}</p:txBody></p:sp></p:spTree></p:cSld></p:{root}>"


def paragraph(*texts):
    return "<a:p>" + "".join(f'<a:r><a:rPr lang="en"/><a:t>{text}</a:t></a:r>' for text in texts) + "</a:p>"


def pptx(inner="<a:p/>", **parts):
    return zipped({"[Content_Types].xml": TYPES, "ppt/slides/slide1.xml": slide(inner), **parts})


def odf_part(root, inner):
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<office:{root} {ODF} office:version="1.2">{inner}</office:{root}>'


def odf(kind="text", body="", meta="", styles="", **parts):
    """KIND: text, spreadsheet or presentation; BODY stands in it."""
    media = f"application/vnd.oasis.opendocument.{kind}"
    content = odf_part("document-content", f"<office:body><office:{kind}>{body}</office:{kind}></office:body>")
    manifest = f'<manifest:manifest xmlns:manifest="{OASIS}:manifest:1.0">%s</manifest:manifest>'
    return zipped({"mimetype": media, "content.xml": content, "styles.xml": odf_part("document-styles", styles),
                   "meta.xml": odf_part("document-meta", f"<office:meta>{meta}</office:meta>"), **parts,
                   "META-INF/manifest.xml": manifest % ""})


def odf_encrypted():
    """As an office suite leaves it: parts of random bytes, which the manifest calls encrypted."""
    import random
    entry = '<manifest:file-entry manifest:full-path="%s" manifest:media-type="text/xml"><manifest:encryption-data/></manifest:file-entry>'
    names = ["content.xml", "styles.xml", "meta.xml"]
    noise = {name: random.Random(name).randbytes(2000) for name in names}
    manifest = f'<manifest:manifest xmlns:manifest="{OASIS}:manifest:1.0">{"".join(entry % name for name in names)}</manifest:manifest>'
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", **noise, "META-INF/manifest.xml": manifest})


def cells(rows):
    cell = '<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>'
    return "<table:table>" + "".join("<table:table-row>" + "".join(cell % text for text in row) + "</table:table-row>"
                                     for row in rows) + "</table:table>"
