"""ole_writer.py - legacy Office documents (MS-DOC, MS-XLS, MS-PPT) made by our own hand, as small as they can be."""
import struct
import zlib

from cfb_writer import Storage, write_cfb


def word(pieces, flags=0):
    """PIECES: (text, is it wide?). WordDocument and 1Table."""
    header = bytearray(struct.pack("<HHHHHHH", 0xA5EC, 0xC1, 0, 0x409, 0, flags | 0x0200, 0xBF).ljust(32, b"\0"))
    header += struct.pack("<H", 14) + bytes(28) + struct.pack("<H", 22) + bytes(88) + struct.pack("<H", 93)
    pairs = len(header)
    header += bytes(93 * 8)
    body, positions, list_ = b"", [0], b""
    start = (len(header) + 511) // 512 * 512
    for text, is_wide in pieces:
        data = text.encode("utf-16-le" if is_wide else "cp1252")
        at = start + len(body)
        list_ += struct.pack("<HIH", 0, at if is_wide else at * 2 | 0x40000000, 0)
        positions.append(positions[-1] + len(text))
        body += data + bytes(len(data) % 2)
    plc = struct.pack(f"<{len(positions)}I", *positions) + list_
    clx = struct.pack("<BH4s", 1, 4, b"\1\2\3\4") + struct.pack("<BI", 2, len(plc)) + plc
    struct.pack_into("<II", header, pairs + 33 * 8, 64, len(clx))
    return {"WordDocument": bytes(header).ljust(start, b"\0") + body, "1Table": bytes(64) + clx}


def record(kind, data):
    return struct.pack("<HH", kind, len(data)) + data


def unicode_string(text, is_wide):
    return struct.pack("<HB", len(text), is_wide) + text.encode("utf-16-le" if is_wide else "latin-1")


def sheets(rows, cut=None, names=("Sheet1",), comments=(), is_locked=False, header=None):
    """ROWS of strings and numbers; CUT: after so many characters of the last string the table of strings goes on in a record of its own, in the other width."""
    strings = [cell for row in rows for cell in row if isinstance(cell, str)]
    bof = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6))
    table = struct.pack("<II", len(strings), len(strings)) + b"".join(unicode_string(text, False) for text in strings[:-1])
    last = strings[-1]
    more = b""
    if cut:
        table += struct.pack("<HB", len(last), 0) + last[:cut].encode("latin-1")
        more = record(0x3C, b"\1" + last[cut:].encode("utf-16-le"))
    else:
        table += unicode_string(last, True)
    out = bof + (record(0x2F, bytes(54)) if is_locked else b"")
    for name in names:
        out += record(0x85, struct.pack("<IHBB", 0, 0, len(name), 0) + name.encode())
    out += record(0xFC, table) + more + record(0x0A, b"") + bof
    index = 0
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            place = struct.pack("<HHH", y, x, 0)
            if isinstance(cell, str):
                out += record(0xFD, place + struct.pack("<I", index))
                index += 1
            else:
                out += record(0x203, place + struct.pack("<d", cell))
    if header:
        out += record(0x14, struct.pack("<HB", len(header), 0) + header.encode())
    for text in comments:
        out += record(0x1B6, struct.pack("<10xHHI", len(text), 16, 0)) + record(0x3C, b"\0" + text.encode()) + record(0x3C, bytes(16))
    return {"Workbook": out + record(0x0A, b"")}


def atom(kind, data, version=0, instance=0):
    return struct.pack("<HHI", version | instance << 4, kind, len(data)) + data


def slides(texts, objects=(), is_locked=False):
    """TEXTS: (text, is it wide?); OBJECTS: compound files."""
    inner = b"".join(atom(0xFA0, text.encode("utf-16-le")) if is_wide else atom(0xFA8, text.encode("latin-1")) for text, is_wide in texts)
    inner += b"".join(atom(0x1011, struct.pack("<I", len(data)) + zlib.compress(data), instance=1) for data in objects)
    user = struct.pack("<HHIII", 0, 0xFF6, 20, 20, 0xF3D1C4DF if is_locked else 0xE391C05F)
    return {"PowerPoint Document": atom(1000, inner, 0xF), "Current User": user + bytes(12)}


def properties(values, codepage=1252):
    """The property set SummaryInformation; VALUES: number to text."""
    encoded = [(1, struct.pack("<IHH", 2, codepage, 0))]
    for number, text in values.items():
        data = text.encode({1252: "cp1252", 65001: "utf-8"}[codepage]) + b"\0"
        encoded.append((number, struct.pack("<II", 0x1E, len(data)) + data + bytes(-len(data) % 4)))
    at = 8 + 8 * len(encoded)
    table, body = b"", b""
    for number, data in encoded:
        table += struct.pack("<II", number, at + len(body))
        body += data
    section = struct.pack("<II", at + len(body), len(encoded)) + table + body
    fmtid = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
    return struct.pack("<HHI16sI", 0xFFFE, 0, 0x20005, bytes(16), 1) + fmtid + struct.pack("<I", 48) + section


def packed_macro(source):
    """MS-OVBA compression without a copy."""
    out = b"\1"
    for at in range(0, len(source), 3640):
        part = source[at:at + 3640]
        chunk = b"".join(b"\0" + part[i:i + 8] for i in range(0, len(part), 8))
        out += struct.pack("<H", 0xB000 | len(chunk) - 1) + chunk
    return out


def macros(source):
    text = ("Attribute VB_Name = \"Module1\"\r\n" + source).encode()
    return Storage({"VBA": Storage({"Module1": b"\x01\x16\x01pcode" * 20 + packed_macro(text), "dir": packed_macro(b"directory"), "_VBA_PROJECT": bytes(64)})})


def package(name, data):
    """A file in a document, as Ole10Native."""
    path = b"C:\\" + name.encode() + b"\0"
    body = struct.pack("<H", 2) + name.encode() + b"\0" + path + struct.pack("<HH", 0, 3) + struct.pack("<I", len(path)) + path
    body += struct.pack("<I", len(data)) + data
    return Storage({"\1Ole10Native": struct.pack("<I", len(body)) + body})


def rtf_object(name, data):
    """A package in RTF, as \\objdata."""
    native = package(name, data)["\1Ole10Native"][4:]
    head = struct.pack("<II", 0x501, 2) + struct.pack("<I", 8) + b"Package\0" + struct.pack("<II", 0, 0) + struct.pack("<I", len(native))
    return "{\\object\\objemb{\\*\\objclass Package}{\\*\\objdata " + (head + native).hex() + "}{\\result x}}"


def document(streams, **more):
    return write_cfb(Storage({**streams, **more}))
