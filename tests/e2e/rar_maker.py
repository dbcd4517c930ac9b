"""rar_maker.py - RAR archives under a password, in volumes, for tests: no program of a bare Debian writes them. Members are stored as they are; a
member's bytes are enciphered as one, and go on in the next volume."""
import binascii
import hashlib
import struct

from archive_writer import u16, u32, vint
from lock_maker import aes_cbc

SALT, IV, POWER = bytes(range(16)), bytes(range(16, 32)), 10
MARK5, MARK4 = b"Rar!\x1a\x07\x01\0", b"Rar!\x1a\x07\0"


def padded(data):
    return data + bytes(-len(data) % 16)


class Five:
    """Format 5: what its volumes are made of."""
    mark, room = MARK5, 300

    def __init__(self, password, hides_names):
        def derive(more):
            return hashlib.pbkdf2_hmac("sha256", password.encode(), SALT, (1 << POWER) + more, 32)
        folded = bytearray(8)
        for i, byte in enumerate(derive(32)):
            folded[i % 8] ^= byte
        self.key, self.hides_names = derive(0), hides_names
        self.check = bytes(folded) + hashlib.sha256(bytes(folded)).digest()[:4]

    def encipher(self, data):
        return aes_cbc(self.key, IV, data)

    def block(self, body, extra=b""):
        sized = vint(len(body) + len(extra)) + body + extra
        head = u32(binascii.crc32(sized)) + sized
        return IV + self.encipher(padded(head)) if self.hides_names else head

    def begin(self, number):
        main = self.block(vint(1) + vint(0) + (vint(3) + vint(number) if number else vint(1)))
        if not self.hides_names:
            return MARK5 + main
        body = vint(4) + vint(0) + vint(0) + vint(1) + bytes([POWER]) + SALT + self.check
        sized = vint(len(body)) + body
        return MARK5 + u32(binascii.crc32(sized)) + sized + main

    def member(self, name, text, piece, is_first, is_last):
        record = vint(1) + vint(0) + vint(1) + bytes([POWER]) + SALT + IV + self.check
        extra = vint(len(record)) + record
        flags = 1 | 2 | (0 if is_first else 8) | (0 if is_last else 16)
        body = (vint(2) + vint(flags) + vint(len(extra)) + vint(len(piece)) + vint(2 | 4) + vint(len(text)) + vint(0o100644) + u32(1705051800) +
                u32(binascii.crc32(text if is_last else piece)) + vint(0) + vint(1) + vint(len(name)) + name.encode())
        return self.block(body, extra) + piece

    def end(self, has_more):
        return self.block(vint(5) + vint(0) + vint(1 if has_more else 0))


class Four:
    """Format 4."""
    mark, room = MARK4, 300

    def __init__(self, password, hides_names):
        wide, state, iv = password.encode("utf-16-le") + SALT[:8], hashlib.sha1(), bytearray()
        for i in range(1 << 18):
            state.update(wide + struct.pack("<I", i)[:3])
            if i % (1 << 14) == 0:
                iv.append(state.digest()[19])
        self.key = struct.pack("<4I", *struct.unpack(">4I", state.digest()[:16]))
        self.iv, self.hides_names = bytes(iv), hides_names

    def encipher(self, data):
        return aes_cbc(self.key, self.iv, data)

    def block(self, body):
        head = u16(binascii.crc32(body) & 0xFFFF) + body
        return SALT[:8] + self.encipher(padded(head)) if self.hides_names else head

    def begin(self, number):
        body = b"\x73" + u16(1 | 16 | (0 if number else 0x100) | (0x80 if self.hides_names else 0)) + u16(13) + bytes(6)
        return MARK4 + u16(binascii.crc32(body) & 0xFFFF) + body

    def member(self, name, text, piece, is_first, is_last):
        fields = (u32(len(piece)) + u32(len(text)) + b"\x03" + u32(binascii.crc32(text if is_last else piece)) + u32(0x582C4BC0) +
                  bytes([29, 0x30]) + u16(len(name)) + u32(0o100644) + name.encode() + SALT[:8])
        return self.block(b"\x74" + u16(0x8404 | (0 if is_first else 1) | (0 if is_last else 2)) + u16(7 + len(fields)) + fields) + piece

    def end(self, has_more):
        return self.block(b"\x7b" + u16(0x4000 | (1 if has_more else 0)) + u16(7))


def rar_volumes(members, size, password, form=Five, hides_names=False):
    """In volumes of SIZE bytes, filled with zeros as WinRAR does."""
    made = form(password, hides_names)
    volumes, out = [], made.begin(0)
    for name, text in members:
        data, at = made.encipher(padded(text)), 0
        while at == 0 or at < len(data):
            room = size - len(out) - made.room
            if room < 1000:
                volumes.append((out + made.end(True)).ljust(size, b"\0"))
                out = made.begin(len(volumes))
                continue
            piece = data[at:at + room]
            out += made.member(name, text, piece, at == 0, at + len(piece) >= len(data))
            at += len(piece)
    return [*volumes, out + made.end(False)]
