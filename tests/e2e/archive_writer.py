"""archive_writer.py - archives of kinds that no program of the test machine writes: cab, lha, rar and rar5, their members stored as they are.

Layouts: MS-CAB, the LHA level 1 header, and what RARLAB says of its formats 4 and 5.
"""
import binascii
import struct

DOS_TIME, DOS_DATE = 0x4BC0, 0x582C  # 2024-01-12 09:30:00


def u16(value):
    return struct.pack("<H", value)


def u32(value):
    return struct.pack("<I", value)


def cab(members):
    """One folder without compression; a block of data for each 32 KiB."""
    data = b"".join(text for _, text in members)
    blocks = [data[at:at + 32768] for at in range(0, len(data), 32768)]
    files, start = b"", 0
    for name, text in members:
        files += u32(len(text)) + u32(start) + u16(0) + u16(DOS_DATE) + u16(DOS_TIME) + u16(0x20) + name.encode() + b"\0"
        start += len(text)
    header, folder = 36, 8
    stored = b"".join(u32(0) + u16(len(block)) * 2 + block for block in blocks)
    size = header + folder + len(files) + len(stored)
    return (b"MSCF" + u32(0) + u32(size) + u32(0) + u32(header + folder) + u32(0) + bytes([3, 1]) + u16(1) + u16(len(members)) +
            u16(0) + u16(0) + u16(0) + u32(header + folder + len(files)) + u16(len(blocks)) + u16(0) + files + stored)


def crc16(data):
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value


def lha(members):
    out = b""
    for name, text in members:
        body = (b"-lh0-" + u32(len(text)) + u32(len(text)) + u16(DOS_TIME) + u16(DOS_DATE) + b"\x20\x01" + bytes([len(name)]) +
                name.encode() + u16(crc16(text)) + b"U" + u16(0))
        out += bytes([len(body), sum(body) & 255]) + body + text
    return out + b"\0"


def rar(members):
    """Format 4."""
    def block(body):
        return u16(binascii.crc32(body) & 0xFFFF) + body

    out = b"Rar!\x1a\x07\0" + block(b"\x73" + u16(0) + u16(13) + bytes(6))
    for name, text in members:
        fields = (u32(len(text)) + u32(len(text)) + b"\x03" + u32(binascii.crc32(text)) + u16(DOS_TIME) + u16(DOS_DATE) +
                  bytes([20, 0x30]) + u16(len(name)) + u32(0o100644) + name.encode())
        out += block(b"\x74" + u16(0x8000) + u16(7 + len(fields)) + fields) + text
    return out + block(b"\x7b" + u16(0x4000) + u16(7))


def vint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def rar5(members):
    def block(body):
        sized = vint(len(body)) + body
        return u32(binascii.crc32(sized)) + sized

    out = b"Rar!\x1a\x07\x01\0" + block(vint(1) + vint(0) + vint(0))
    for name, text in members:
        # Type 2 (a file), with data after it; flags: time of Unix and checksum are there; stored; written on Unix.
        out += block(vint(2) + vint(2) + vint(len(text)) + vint(2 | 4) + vint(len(text)) + vint(0o100644) + u32(1705051800) +
                     u32(binascii.crc32(text)) + vint(0) + vint(1) + vint(len(name)) + name.encode()) + text
    return out + block(vint(5) + vint(0) + vint(0))


def rar5_volumes(members, size):
    """Stored, in volumes of SIZE bytes, filled with zeros as WinRAR does; a member goes on in the next one (block flags 8: from the one before, 16: into the
    next)."""
    def block(body):
        sized = vint(len(body)) + body
        return u32(binascii.crc32(sized)) + sized

    def begin():
        number = len(volumes)
        return b"Rar!\x1a\x07\x01\0" + block(vint(1) + vint(0) + (vint(3) + vint(number) if number else vint(1)))

    volumes = []
    out = begin()
    for name, text in members:
        at = 0
        while at == 0 or at < len(text):
            room = size - len(out) - 100
            if room < 1000:
                volumes.append((out + block(vint(5) + vint(0) + vint(1))).ljust(size, b"\0"))
                out = begin()
                continue
            piece = text[at:at + room]
            flags = 2 | (8 if at else 0) | (16 if at + len(piece) < len(text) else 0)
            out += block(vint(2) + vint(flags) + vint(len(piece)) + vint(2 | 4) + vint(len(text)) + vint(0o100644) + u32(1705051800) +
                         u32(binascii.crc32(text if not flags & 16 else piece)) + vint(0) + vint(1) + vint(len(name)) + name.encode()) + piece
            at += len(piece)
    return [*volumes, out + block(vint(5) + vint(0) + vint(0))]


WRITERS = {"cab": cab, "lha": lha, "rar": rar, "rar5": rar5}
