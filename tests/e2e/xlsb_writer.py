"""xlsb_writer.py - binary workbooks (MS-XLSB) by our own hand, as small as LibreOffice reads them."""
import struct

from office_writer import SCHEMAS, XML, zipped

RELATION = f"{SCHEMAS}/officeDocument/2006/relationships"
KIND = "application/vnd.ms-excel"


def number(value):
    """Seven bits a byte, least first."""
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def record(kind, data=b""):
    return number(kind) + number(len(data)) + data


def text(value):
    units = value.encode("utf-16-le")
    return struct.pack("<I", len(units) // 2) + units


def rich(value):
    return b"\0" + text(value)


def literal(value):
    """A formula's string (PtgStr)."""
    units = value.encode("utf-16-le")
    return b"\x17" + struct.pack("<H", len(units) // 2) + units


def cell(kind, column, value):
    return record(kind, struct.pack("<II", column, 0) + value)


def formula(column, shown, tokens):
    return cell(8, column, text(shown) + struct.pack("<HI", 0, len(tokens)) + tokens + struct.pack("<I", 0))


def sheet(rows, more=b""):
    """ROWS of cells: text (shared), or bytes (records as they are); None: no cell. MORE: records behind the cells."""
    strings, data = [], []
    for y, row in enumerate(rows):
        data.append(record(0, struct.pack("<IIHHBI", y, 0, 300, 0, 0, 0)))
        for x, value in enumerate(row):
            if isinstance(value, bytes):
                data.append(value)
            elif value is not None:
                data.append(cell(7, x, struct.pack("<I", len(strings))))
                strings.append(value)
    size = record(148, struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, 25))
    return record(129) + size + record(145) + b"".join(data) + record(146) + more + record(130), strings


def xlsb(rows, name="Sheet1", more=b"", **parts):
    body, strings = sheet(rows, more)
    table = record(159, struct.pack("<II", len(strings), len(strings))) + b"".join(record(19, rich(one)) for one in strings) + record(160)
    book = record(131) + record(143) + record(156, struct.pack("<II", 0, 1) + text("rId1") + text(name)) + record(144) + record(132)
    types = "".join(f'<Override PartName="/xl/{part}.bin" ContentType="{KIND}.{kind}"/>' for part, kind in
                    (("workbook", "sheet.binary.macroEnabled.main"), ("worksheets/sheet1", "worksheet"), ("sharedStrings", "sharedStrings")))
    relations = "".join(f'<Relationship Id="rId{i}" Type="{RELATION}/{kind}" Target="{target}.bin"/>' for i, (kind, target) in
                        enumerate((("worksheet", "worksheets/sheet1"), ("sharedStrings", "sharedStrings")), 1))
    packages = f"{SCHEMAS}/package/2006"
    return zipped({
        "[Content_Types].xml": f'{XML}<Types xmlns="{packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        "_rels/.rels": f'{XML}<Relationships xmlns="{packages}/relationships"><Relationship Id="rId1" Type="{RELATION}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": f'{XML}<Relationships xmlns="{packages}/relationships">{relations}</Relationships>',
        "xl/worksheets/sheet1.bin": body, "xl/sharedStrings.bin": table, **parts})
