"""tnef_writer.py - TNEF (MS-OXTNEF) made by our own hand; messages are msg_writer's."""
import struct

import msg_writer
from cfb_writer import Storage, write_cfb

SIGNATURE, KEY = 0x223E9F78, 0x1234
IID_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")
IID_STORAGE = bytes.fromhex("0b00000000000000c000000000000046")
PROPERTY_SET = bytes.fromhex("2903020000000000c000000000000046")
FIXED = {0x0B: 2, 0x03: 4, 0x40: 8}


def attribute(level, number, kind, data, checksum=None):
    total = sum(data) & 0xFFFF if checksum is None else checksum
    return struct.pack("<BHHI", level, number, kind, len(data)) + data + struct.pack("<H", total)


def padded(data):
    return data + bytes(-len(data) % 4)


def prop(key, value):
    """One property; KEY a number or ("name", NAME)."""
    number, name = key, b""
    if isinstance(key, tuple):
        number = 0x8000 + sum(key[1].encode()) % 0x7000
        wide = (key[1] + "\0").encode("utf-16-le")
        name = PROPERTY_SET + struct.pack("<II", 1, len(wide)) + padded(wide)
    if isinstance(value, msg_writer.Message):
        kind, datas = 0x0D, [IID_MESSAGE + write_tnef(value)]
    elif isinstance(value, Storage):
        kind, datas = 0x0D, [IID_STORAGE + write_cfb(value)]
    else:
        values = value if isinstance(value, list) else [value]
        kind = msg_writer.packed(values[0])[0]
        end = {0x1F: b"\0\0", 0x1E: b"\0"}.get(kind, b"")
        datas = [msg_writer.packed(one)[1] + end for one in values]
    head = struct.pack("<HH", kind | (0x1000 if isinstance(value, list) else 0), number) + name
    if kind in FIXED:
        return head + padded(datas[0][:FIXED[kind]])
    return head + struct.pack("<I", len(datas)) + b"".join(struct.pack("<I", len(data)) + padded(data) for data in datas)


def props(properties):
    return struct.pack("<I", len(properties)) + b"".join(prop(key, value) for key, value in properties.items())


def write_tnef(message, legacy=(), checksum=None):
    """LEGACY: attributes of old as (number, kind, data), before the properties."""
    out = struct.pack("<IH", SIGNATURE, KEY)
    out += attribute(1, 0x9006, 0x0008, struct.pack("<I", 0x10000), checksum)
    out += attribute(1, 0x9007, 0x0006, struct.pack("<II", 1252, 0), checksum)
    for number, kind, data in legacy:
        out += attribute(1, number, kind, data, checksum)
    out += attribute(1, 0x9003, 0x0006, props(message.properties), checksum)
    if message.recipients:
        rows = struct.pack("<I", len(message.recipients)) + b"".join(props(row) for row in message.recipients)
        out += attribute(1, 0x9004, 0x0006, rows, checksum)
    for item in message.attachments:
        item = dict(item)
        data = item.get(0x3701)
        out += attribute(2, 0x9002, 0x0006, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0), checksum)
        if isinstance(data, bytes):
            out += attribute(2, 0x800F, 0x0006, item.pop(0x3701), checksum)
        if 0x3707 in item:
            out += attribute(2, 0x8010, 0x0001, item[0x3707].encode("cp1252", "replace") + b"\0", checksum)
        out += attribute(2, 0x9005, 0x0006, props(item), checksum)
    return out
