"""msg_writer.py - Outlook messages (MS-OXMSG) made by our own hand, with any property in them.

A message is a Message(properties, recipients, attachments); properties map a number to a value: str is Unicode, Ansi(str, charset) 8-bit,
bytes binary, int, bool, Time(seconds), a list several values. A key ("name", "Password") is a named property.
"""
import dataclasses
import struct
import zlib

from cfb_writer import Storage, write_cfb

PS_PUBLIC_STRINGS = bytes.fromhex("2903020000000000c000000000000046")
MSG_CLASS = bytes.fromhex("0b0d020000000000c000000000000046")


@dataclasses.dataclass
class Ansi:
    text: str
    charset: str = "cp1252"


@dataclasses.dataclass
class Time:
    seconds: int


@dataclasses.dataclass
class Message:
    properties: dict = dataclasses.field(default_factory=dict)
    recipients: list = dataclasses.field(default_factory=list)
    attachments: list = dataclasses.field(default_factory=list)  # dicts; 0x3701 may be bytes, a Message or a Storage


def compressed_rtf(rtf, kind=b"LZFu"):
    """RTF as PidTagRtfCompressed, without a reference but the last."""
    if kind == b"MELA":
        return struct.pack("<II4sI", len(rtf) + 12, len(rtf), kind, 0) + rtf
    position, body = 207, bytearray()
    items = [bytes([c]) for c in rtf] + [None]
    for at in range(0, len(items), 8):
        group = items[at:at + 8]
        body.append(sum(1 << i for i, item in enumerate(group) if item is None))
        for item in group:
            body += item if item is not None else struct.pack(">H", (position % 4096) << 4)
            position += 1
    crc = ~zlib.crc32(bytes(body), 0xFFFFFFFF) & 0xFFFFFFFF
    return struct.pack("<II4sI", len(body) + 12, len(rtf), kind, crc) + bytes(body)


class Names:
    """The table of named properties."""

    def __init__(self):
        self.names = []

    def id(self, key):
        if key not in self.names:
            self.names.append(key)
        return 0x8000 + self.names.index(key)

    def storage(self):
        entries, strings = b"", b""
        for index, (_, name) in enumerate(self.names):
            if isinstance(name, int):
                entries += struct.pack("<IHH", name, 3 << 1, index)
                continue
            wide = name.encode("utf-16-le")
            entries += struct.pack("<IHH", len(strings), 2 << 1 | 1, index)
            strings += struct.pack("<I", len(wide)) + wide
            strings += bytes(-len(strings) % 4)
        return Storage({"__substg1.0_00020102": b"", "__substg1.0_00030102": entries, "__substg1.0_00040102": strings})


def packed(value):
    """Type and bytes of one value."""
    if isinstance(value, bool):
        return 0x0B, struct.pack("<Q", value)
    if isinstance(value, int):
        return 0x03, struct.pack("<q", value)
    if isinstance(value, Time):
        return 0x40, struct.pack("<Q", (value.seconds + 11644473600) * 10000000)
    if isinstance(value, str):
        return 0x1F, value.encode("utf-16-le")
    if isinstance(value, Ansi):
        return 0x1E, value.text.encode(value.charset)
    return 0x102, value


def fill(storage, properties, names, header):
    """Put PROPERTIES into STORAGE."""
    fixed = b""
    for key, value in properties.items():
        number = names.id(key) if isinstance(key, tuple) else key
        if isinstance(value, (Message, Storage)):
            storage[f"__substg1.0_{number:04X}000D"] = message_storage(value, names) if isinstance(value, Message) else value
            fixed += struct.pack("<HHIII", 0x0D, number, 6, 0xFFFFFFFF, 1 if isinstance(value, Message) else 4)
            continue
        if isinstance(value, list):
            kind = packed(value[0])[0] | 0x1000
            datas = [packed(one)[1] + (b"\0\0" if kind == 0x101F else b"\0" if kind == 0x101E else b"") for one in value]
            for i, data in enumerate(datas):
                storage[f"__substg1.0_{number:04X}{kind:04X}-{i:08X}"] = data
            lengths = b"".join(struct.pack("<I", len(data)) + (b"" if kind != 0x1102 else bytes(4)) for data in datas)
            storage[f"__substg1.0_{number:04X}{kind:04X}"] = lengths
            fixed += struct.pack("<HHIII", kind, number, 6, len(lengths), 0)
            continue
        kind, data = packed(value)
        if kind in (0x0B, 0x03, 0x40):
            fixed += struct.pack("<HHI8s", kind, number, 6, data)
        else:
            storage[f"__substg1.0_{number:04X}{kind:04X}"] = data
            fixed += struct.pack("<HHIII", kind, number, 6, len(data) + {0x1F: 2, 0x1E: 1}.get(kind, 0), 0)
    storage["__properties_version1.0"] = header + fixed


def message_storage(message, names=None):
    is_top = names is None
    names = names or Names()
    storage = Storage(clsid=MSG_CLASS if is_top else bytes(16))
    counts = struct.pack("<8xIIII", len(message.recipients), len(message.attachments), len(message.recipients), len(message.attachments))
    fill(storage, message.properties, names, counts + (bytes(8) if is_top else b""))
    for i, recipient in enumerate(message.recipients):
        storage[f"__recip_version1.0_#{i:08X}"] = part = Storage()
        fill(part, recipient, names, bytes(8))
    for i, attachment in enumerate(message.attachments):
        storage[f"__attach_version1.0_#{i:08X}"] = part = Storage()
        fill(part, attachment, names, bytes(8))
    if is_top:
        storage["__nameid_version1.0"] = names.storage()
    return storage


def write_msg(message, version=3):
    return write_cfb(message_storage(message), version)


def recipient(name, address, kind=1, exchange=None):
    """An entry of the recipient table; KIND 1 to, 2 cc, 3 bcc. EXCHANGE: its address there, ADDRESS is then its SMTP one."""
    entry = {0x0C15: kind, 0x3001: name, 0x3002: "EX" if exchange else "SMTP", 0x3003: exchange or address}
    if exchange:
        entry[0x39FE] = address
    return entry


def attachment(name, data, kind="application/octet-stream"):
    return {0x3705: 1, 0x3707: name, 0x370E: kind, 0x3701: data}


def parsed(text):
    """A Message of lines, for tests/golden: `TAG value` (four digits and a type: 1F str, 1E Ansi, 02 bytes, 03 int, 40 time, RTF), `\\n` in values;
    `:NAME value` a named property; sections `[recipient]`, `[attachment]`, `[message]` (an attached one, up to `[end]`)."""
    top = Message()
    stack, target = [top], top.properties
    for line in text.splitlines():
        if line == "[recipient]":
            stack[-1].recipients.append(target := {})
        elif line == "[attachment]":
            stack[-1].attachments.append(target := {0x3705: 1})
        elif line == "[message]":
            stack[-1].attachments.append(target := {0x3705: 5, 0x3701: Message()})
            stack.append(target[0x3701])
            target = stack[-1].properties
        elif line == "[end]":
            stack.pop()
            target = {}
        elif line.startswith(":"):
            name, _, value = line[1:].partition(" ")
            target["name", name] = value.replace("\\n", "\n")
        elif line.strip():
            tag, _, value = line.partition(" ")
            value = value.replace("\\n", "\r\n")
            number, kind = int(tag[:4], 16), tag[4:]
            target[number] = {"1F": lambda: value, "1E": lambda: Ansi(value), "02": value.encode, "03": lambda: int(value),
                              "40": lambda: Time(int(value)), "RTF": lambda: compressed_rtf(value.encode())}[kind]()
    return top
