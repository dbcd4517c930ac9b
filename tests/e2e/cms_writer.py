"""cms_writer.py - CMS (RFC 5652) by our own hand: signed without a signature, and compressed."""
import struct
import zlib


def tlv(tag, *parts):
    body = b"".join(parts)
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else b"\x84" + struct.pack(">I", len(body))) + body


def open_ended(tag, *parts):
    return bytes([tag, 0x80]) + b"".join(parts) + b"\0\0"


def in_pieces(data, size, depth=1):
    """Signed data by our own hand: content in pieces of SIZE bytes, nested DEPTH deep, no length told."""
    pieces = b"".join(tlv(0x04, data[at:at + size]) for at in range(0, len(data), size))
    for _ in range(depth):
        pieces = open_ended(0x24, pieces)
    oid = tlv(0x06, bytes.fromhex("2a864886f70d010702"))
    inner = open_ended(0x30, tlv(0x06, bytes.fromhex("2a864886f70d010701")), open_ended(0xA0, pieces))
    return open_ended(0x30, oid, open_ended(0xA0, open_ended(0x30, tlv(0x02, b"\1"), tlv(0x31), inner, tlv(0x31))))


def compressed(data, behind=b""):
    oid, algorithm = tlv(0x06, bytes.fromhex("2a864886f70d0109100109")), tlv(0x30, tlv(0x06, bytes.fromhex("2a864886f70d0109100308")))
    inner = tlv(0x30, tlv(0x06, bytes.fromhex("2a864886f70d010701")), tlv(0xA0, tlv(0x04, zlib.compress(data) + behind)))
    return tlv(0x30, oid, tlv(0xA0, tlv(0x30, tlv(0x02, b"\0"), algorithm, inner)))
