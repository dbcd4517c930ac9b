"""pst_writer.py - writes PST files (MS-PST), ANSI and Unicode: enough of the node and table layers to plant text in every property that is read.

    with Pst(path) as pst:
        inbox = pst.folder(pst.subtree, "Inbox")
        pst.message(inbox, {SUBJECT: "hello", named("note"): "text"}, recipients=[{...}], attachments=[Attachment({...}, b"data")])

Blocks are written as they come, so that a file of gigabytes costs little memory. Values: str is text, bytes are binary, bool, int, a float is a
time (seconds since 1970), a list of str or bytes is several values.
"""
import dataclasses
import pathlib
import re
import struct
import tempfile
import uuid
import zlib

import msg_writer

MESSAGE_CLASS, SUBJECT, HEADERS, BODY, RTF, HTML = 0x001A, 0x0037, 0x007D, 0x1000, 0x1009, 0x1013
MESSAGE_ID, DISPLAY_NAME, ADDRESS_TYPE, ADDRESS, SMTP = 0x1035, 0x3001, 0x3002, 0x3003, 0x39FE
SUBMITTED, DELIVERED, RECIPIENT_TYPE = 0x0039, 0x0E06, 0x0C15
DATA, METHOD, LONG_NAME, MIME_TYPE = 0x3701, 0x3705, 0x3707, 0x370E

BLOCK = 8192
IN_HEAP = 3580          # a larger value lies in a node of its own
AMAP_FIRST, AMAP_EVERY, AMAP_ROOM = 0x4400, 253952, 2048


@dataclasses.dataclass(frozen=True)
class Named:
    name: object         # str or int
    guid: str = "00020329-0000-0000-c000-000000000046"


def named(name):
    return Named(name)


@dataclasses.dataclass
class Attachment:
    properties: dict
    data: bytes = None
    message: tuple = None   # (properties, recipients, attachments): embedded
    method: int = 1


def crc(data):
    return zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


def signature(offset, block_id):
    value = offset ^ block_id
    return (value >> 16 ^ value) & 0xFFFF


class Heap:
    """A heap on a node (section 2.3.1) of one block."""

    def __init__(self, client):
        self.client, self.items = client, []

    def add(self, data):
        self.items.append(data)
        return len(self.items) << 5

    def room(self):
        return BLOCK - 64 - 12 - sum(map(len, self.items)) - 2 * (len(self.items) + 3)

    def bytes(self, root):
        out, starts = bytearray(12), []
        for item in self.items:
            starts.append(len(out))
            out += item
        starts.append(len(out))
        out += b"\0" * (len(out) % 2)
        out[0:12] = struct.pack("<HBBII", len(out), 0xEC, self.client, root, 0)
        out += struct.pack("<HH", len(self.items), 0) + b"".join(struct.pack("<H", start) for start in starts)
        return bytes(out)


class Pst:
    """Everything but the blocks is kept until close. TABLES: folders get their contents tables."""

    def __init__(self, path, ansi=False, store=None, display_name="Outlook Data File"):
        self.ansi, self.file = ansi, open(path, "wb")
        self.file.write(b"\0" * AMAP_FIRST)
        self.at = AMAP_FIRST
        self.next_block, self.next_node, self.next_local = 4, 0x400, 0x800
        self.blocks, self.nodes = [], []
        self.guids, self.names, self.strings, self.entries = [], {}, bytearray(), bytearray()
        self.folders = {}
        self.store = {DISPLAY_NAME: display_name} | (store or {})
        self.id_of(named("Keywords"))   # libpff takes an empty list of names for a broken one
        self.root = 0x122
        self.folders[self.root] = [self.root, {DISPLAY_NAME: ""}, 0, 0]
        self.subtree = self.folder(self.root, "Top of Personal Folders")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    # Node layer.

    def place(self, size):
        """Where SIZE bytes go: past the allocation maps, which lie at fixed places."""
        while True:
            before = (self.at - AMAP_FIRST) // AMAP_EVERY * AMAP_EVERY + AMAP_FIRST
            if self.at < before + AMAP_ROOM:
                self.skip_to(before + AMAP_ROOM)
            if self.at + size <= before + AMAP_EVERY:
                return self.at
            self.skip_to(before + AMAP_EVERY)

    def skip_to(self, offset):
        self.file.seek(offset)
        self.at = offset

    def block(self, data, internal=False):
        block_id = self.next_block | (2 if internal else 0)
        self.next_block += 4
        trailer = 12 if self.ansi else 16
        padded = (len(data) + trailer + 63) // 64 * 64
        offset = self.place(padded)
        head = data + b"\0" * (padded - trailer - len(data))
        sign = signature(offset, block_id)
        tail = struct.pack("<HHII", len(data), sign, block_id, crc(data)) if self.ansi else \
            struct.pack("<HHIQ", len(data), sign, crc(data), block_id)
        self.file.write(head + tail)
        self.skip_to(offset + padded)
        self.blocks.append((block_id, offset, len(data)))
        return block_id

    def word(self, value):
        return struct.pack("<I" if self.ansi else "<Q", value)

    def data(self, data):
        """The block that holds DATA, through a tree where it is long (section 2.2.2.8.3)."""
        most = BLOCK - 16
        if not data:
            return 0
        if len(data) <= most:
            return self.block(data)
        level, width = 0, (most - 8) // len(self.word(0))
        parts = [(self.block(data[i:i + most]), len(data[i:i + most])) for i in range(0, len(data), most)]
        while len(parts) > 1:
            level += 1
            groups = [parts[i:i + width] for i in range(0, len(parts), width)]
            sizes = [sum(size for _, size in group) for group in groups]
            parts = [(self.block(struct.pack("<BBHI", 1, level, len(group), size) + b"".join(self.word(part) for part, _ in group),
                                 internal=True), size) for group, size in zip(groups, sizes)]
        return parts[0][0]

    def subnodes(self, entries):
        """The block of a node's own nodes: (id, data block, subnode block)."""
        if not entries:
            return 0
        assert len(entries) <= 300
        body = struct.pack("<BBH", 2, 0, len(entries)) + (b"" if self.ansi else b"\0" * 4)
        return self.block(body + b"".join(self.word(x) for entry in sorted(entries) for x in entry), internal=True)

    def local(self, kind=0x1F):
        self.next_local += 1
        return self.next_local << 5 | kind

    # Tables.

    def string(self, text):
        return text.encode("cp1252", "replace") if self.ansi else text.encode("utf-16-le")

    def encode(self, value):
        """Type and bytes of a value."""
        if isinstance(value, bool):
            return 0x000B, struct.pack("<B", value)
        if isinstance(value, int):
            return 0x0003, struct.pack("<I", value & 0xFFFFFFFF)
        if isinstance(value, float):
            return 0x0040, struct.pack("<Q", int((value + 11644473600) * 10000000))
        if isinstance(value, bytes):
            return 0x0102, value
        if isinstance(value, str):
            return (0x001E if self.ansi else 0x001F), self.string(value)
        kind, parts = self.encode(value[0])[0], [self.encode(part)[1] for part in value]
        offsets, at = [], 4 + 4 * len(parts)
        for part in parts:
            offsets.append(at)
            at += len(part)
        return kind | 0x1000, struct.pack(f"<I{len(parts)}I", len(parts), *offsets) + b"".join(parts)

    def id_of(self, key):
        if isinstance(key, int):
            return key
        if key in self.names:
            return self.names[key]
        index = len(self.names)
        if key.guid not in self.guids:
            self.guids.append(key.guid)
        guid = self.guids.index(key.guid) + 3
        if isinstance(key.name, str):
            text = key.name.encode("utf-16-le")
            self.entries += struct.pack("<IHH", len(self.strings), guid << 1 | 1, index)
            self.strings += struct.pack("<I", len(text)) + text + b"\0" * (-len(text) % 4)
        else:
            self.entries += struct.pack("<IHH", key.name, guid << 1, index)
        self.names[key] = 0x8000 + index
        return 0x8000 + index

    def context(self, properties, extra=()):
        """A property context (section 2.3.3): its data block and its subnodes. EXTRA: more subnodes."""
        heap, records, nodes = Heap(0xBC), [], list(extra)
        items = []
        for key, value in properties.items():
            kind, data = value if isinstance(value, tuple) else self.encode(value)
            items.append((self.id_of(key), kind, data))
        header = heap.add(b"")
        root = heap.add(b"\0" * 8 * len(items))
        for number, kind, data in sorted(items):
            if kind in (0x0003, 0x000B, 0x0002):
                reference = int.from_bytes(data, "little")
            elif not data:
                reference = 0
            elif len(data) <= IN_HEAP and len(data) + 64 < heap.room():
                reference = heap.add(data)
            else:
                reference = self.local()
                nodes.append((reference, self.data(data), 0))
            records.append(struct.pack("<HHI", number, kind, reference))
        heap.items[0] = struct.pack("<BBBBI", 0xB5, 2, 6, 0, root if records else 0)
        heap.items[1] = b"".join(records)
        return self.data(heap.bytes(header)), self.subnodes(nodes)

    def table(self, rows):
        """A table context (section 2.3.4) of rows (dicts). Its data block and subnodes."""
        heap, nodes = Heap(0x7C), []
        columns = {0x67F2: 0x0003, 0x67F3: 0x0003}
        encoded = []
        for row in rows:
            cells = {self.id_of(key): self.encode(value) for key, value in row.items()}
            encoded.append(cells)
            for number, (kind, _) in cells.items():
                columns[number] = kind
        ones = [n for n, kind in columns.items() if kind == 0x000B]
        fours = [n for n, kind in columns.items() if kind != 0x000B and kind != 0x0040]
        eights = [n for n, kind in columns.items() if kind == 0x0040]
        order, at, places = fours + eights + ones, 0, {}
        for number in order:
            size = 1 if number in ones else 8 if number in eights else 4
            places[number] = (at, size)
            at += size
        end4, end1 = sum(8 if n in eights else 4 for n in fours + eights), at
        bitmap = (len(order) + 7) // 8
        info = heap.add(b"")
        index_header = heap.add(b"")
        index = heap.add(b"")
        matrix = bytearray()
        per_block, width = (BLOCK - 16) // (end1 + bitmap), end1 + bitmap
        for i, cells in enumerate(encoded):
            line, bits = bytearray(width), bytearray(bitmap)
            cells = dict(cells)
            cells[0x67F2], cells[0x67F3] = (3, struct.pack("<I", i)), (3, struct.pack("<I", 1))
            for number, (kind, data) in cells.items():
                place, size = places[number]
                bit = order.index(number)
                bits[bit // 8] |= 0x80 >> bit % 8
                if kind in (0x0003, 0x000B, 0x0040):
                    line[place:place + size] = data
                elif data:
                    if len(data) <= IN_HEAP and len(data) + 512 < heap.room():
                        reference = heap.add(data)
                    else:
                        reference = self.local()
                        nodes.append((reference, self.data(data), 0))
                    line[place:place + 4] = struct.pack("<I", reference)
            line[end1:] = bits
            if i and i % per_block == 0:
                matrix += b"\0" * (-len(matrix) % (BLOCK - 16))
            matrix += line
        rows_node = 0
        if matrix:
            rows_node = self.local()
            nodes.append((rows_node, self.data(bytes(matrix)), 0))
        descriptions = b"".join(struct.pack("<HHHBB", columns[n], n, places[n][0], places[n][1], order.index(n))
                                for n in sorted(order))
        heap.items[0] = struct.pack("<BB4HIII", 0x7C, len(order), end4, end4, end1, width, index_header, rows_node, 0) + \
            descriptions
        wide = "<IH" if self.ansi else "<II"
        heap.items[1] = struct.pack("<BBBBI", 0xB5, 4, 2 if self.ansi else 4, 0, index if encoded else 0)
        heap.items[2] = b"".join(struct.pack(wide, i, i) for i in range(len(encoded)))
        return self.data(heap.bytes(info)), self.subnodes(nodes)

    # What is in the mailbox.

    def folder(self, parent, name, properties=None, search=False):
        nid = self.next_node << 5 | (3 if search else 2)
        self.next_node += 1
        self.folders[nid] = [parent, {DISPLAY_NAME: name} | (properties or {}), 0, 0]
        return nid

    def attachment(self, attachment):
        properties = dict(attachment.properties)
        properties.setdefault(METHOD, attachment.method)
        nodes = []
        if attachment.message is not None:
            properties[METHOD] = 5
            nid = self.local(0x04)
            data, sub = self.body(*attachment.message)
            nodes.append((nid, data, sub))
            properties[DATA] = (0x000D, struct.pack("<II", nid, 1000))
        elif attachment.method == 6:
            nid = self.local()
            nodes.append((nid, self.data(attachment.data), 0))
            properties[DATA] = (0x000D, struct.pack("<II", nid, len(attachment.data)))
        elif attachment.data is not None:
            properties[DATA] = attachment.data
        return self.context(properties, nodes)

    def body(self, properties, recipients=(), attachments=()):
        nodes = []
        if recipients:
            nodes.append((0x692, *self.table(recipients)))
        if attachments:
            rows = []
            for attachment in attachments:
                nid = self.local(0x05)
                nodes.append((nid, *self.attachment(attachment)))
                rows.append((nid, {METHOD: attachment.method}))
            nodes.append((0x671, *self.attachment_table(rows)))
        return self.context({MESSAGE_CLASS: "IPM.Note"} | properties, nodes)

    def attachment_table(self, rows):
        """As table, but a row's id is the attachment's node."""
        heap = Heap(0x7C)
        info, header, index = heap.add(b""), heap.add(b""), heap.add(b"")
        matrix = b"".join(struct.pack("<IIIB", nid, 1, row[METHOD], 0xE0) for nid, row in rows)
        node = self.local()
        columns = [(0x3705, 8, 2), (0x67F2, 0, 0), (0x67F3, 4, 1)]
        heap.items[0] = struct.pack("<BB4HIII", 0x7C, 3, 12, 12, 12, 13, header, node, 0) + \
            b"".join(struct.pack("<HHHBB", 3, number, at, 4, bit) for number, at, bit in columns)
        heap.items[1] = struct.pack("<BBBBI", 0xB5, 4, 2 if self.ansi else 4, 0, index)
        heap.items[2] = b"".join(struct.pack("<IH" if self.ansi else "<II", nid, i)
                                 for i, (nid, _) in sorted(enumerate(rows), key=lambda x: x[1][0])
                                 for nid in [nid])
        return self.data(heap.bytes(info)), self.subnodes([(node, self.data(matrix), 0)])

    def message(self, folder, properties, recipients=(), attachments=(), hidden=False, parent=None):
        """PARENT: another parent node than the folder, for an orphan."""
        nid = self.next_node << 5 | (8 if hidden else 4)
        self.next_node += 1
        data, sub = self.body(properties, recipients, attachments)
        self.nodes.append((nid, data, sub, folder if parent is None else parent))
        if folder in self.folders:
            self.folders[folder][3 if hidden else 2] += 1
        return nid

    # The end.

    def pages(self, kind, entries, entry_size):
        """A B-tree of ENTRIES (key, bytes): the reference to its root page."""
        room = 496 if self.ansi else 488
        level, items = 0, sorted(entries)
        while True:
            most, pointers = room // entry_size, []
            for i in range(0, max(len(items), 1), most):
                group = items[i:i + most]
                body = b"".join(data for _, data in group).ljust(room, b"\0")
                body += struct.pack("<BBBB", len(group), most, entry_size, level) + (b"" if self.ansi else b"\0" * 4)
                page_id = self.next_block
                self.next_block += 4
                self.skip_to((self.at + 511) // 512 * 512)
                offset = self.place(512)
                sign = signature(offset, page_id)
                tail = struct.pack("<BBHII", kind, kind, sign, page_id, crc(body)) if self.ansi else \
                    struct.pack("<BBHIQ", kind, kind, sign, crc(body), page_id)
                self.file.write(body + tail)
                self.skip_to(offset + 512)
                pointers.append((group[0][0] if group else 0, page_id, offset))
            if len(pointers) == 1:
                return pointers[0][1:]
            level, entry_size = level + 1, 12 if self.ansi else 24
            items = [(key, b"".join(map(self.word, (key, page_id, offset)))) for key, page_id, offset in pointers]

    def entry_id(self, nid):
        return b"\0" * 4 + uuid.UUID(int=1).bytes + struct.pack("<I", nid)

    def close(self):
        self.store[0x35E0] = self.entry_id(self.subtree)
        self.nodes.append((0x21, *self.context(self.store), 0))
        for nid, (parent, properties, count, hidden) in self.folders.items():
            data, sub = self.context({0x3602: count, 0x3617: hidden} | properties)
            self.nodes.append((nid, data, sub, parent))
        guids = b"".join(uuid.UUID(guid).bytes_le for guid in self.guids)
        names = {1: 251, 2: guids, 3: bytes(self.entries), 4: bytes(self.strings)}
        self.nodes.append((0x61, *self.context(names), 0))
        self.close_file()

    def close_file(self):
        if self.ansi:
            nodes = [(n, struct.pack("<IIII", *(n, data, sub, parent))) for n, data, sub, parent in self.nodes]
            blocks = [(b, struct.pack("<IIHH", b, offset, size, 2)) for b, offset, size in self.blocks]
        else:
            nodes = [(n, struct.pack("<QQQII", n, data, sub, parent, 0)) for n, data, sub, parent in self.nodes]
            blocks = [(b, struct.pack("<QQHHI", b, offset, size, 2, 0)) for b, offset, size in self.blocks]
        node_root = self.pages(0x81, nodes, 16 if self.ansi else 32)
        block_root = self.pages(0x80, blocks, 12 if self.ansi else 24)
        end = (self.at - AMAP_FIRST + AMAP_EVERY - 1) // AMAP_EVERY * AMAP_EVERY + AMAP_FIRST
        self.write_maps(end)
        self.file.truncate(end)
        self.file.seek(0)
        self.file.write(self.header(end, node_root, block_root))
        self.file.close()

    def write_maps(self, end):
        """All is allocated, but for the end. An allocation map every AMAP_EVERY bytes, and after every eighth a page map."""
        for i, offset in enumerate(range(AMAP_FIRST, end, AMAP_EVERY)):
            is_last = offset + AMAP_EVERY >= end
            self.write_map(offset, 0x84, b"\xff" * (480 if is_last else 496))
            if i % 8 == 0:
                self.write_map(offset + 512, 0x83, b"\xff" * 496)

    def write_map(self, offset, kind, bits):
        body = (b"\0" * 4 if self.ansi else b"") + bits.ljust(496, b"\0")
        tail = struct.pack("<BBHII", kind, kind, 0, offset, crc(body)) if self.ansi else \
            struct.pack("<BBHIQ", kind, kind, 0, crc(body), offset)
        self.file.seek(offset)
        self.file.write(body + tail)

    def header(self, end, node_root, block_root):
        word = self.word
        root = b"\0" * 4 + word(end) + word(end - AMAP_EVERY) + word(0) + word(0) + \
            b"".join(map(word, node_root)) + b"".join(map(word, block_root)) + b"\x02\0\0\0"
        ids = struct.pack("<32I", *[0x400] * 32)
        start = b"SM" + struct.pack("<HHBBII", 15 if self.ansi else 23, 19, 1, 1, 0, 0)
        maps = b"\xff" * 256
        if self.ansi:
            body = start + word(self.next_block) + word(self.next_block) + struct.pack("<I", 1) + ids + root + maps + \
                b"\x80\0\0\0" + b"\0" * 48
            return (b"!BDN" + struct.pack("<I", crc(body[:471])) + body).ljust(512, b"\0")
        body = start + b"\0" * 8 + word(self.next_block) + struct.pack("<I", 1) + ids + b"\0" * 8 + root + b"\0" * 4 + maps + \
            b"\x80\0\0\0" + word(self.next_block)
        full = body + struct.pack("<I", crc(body[:516]))
        return (b"!BDN" + struct.pack("<I", crc(body[:471])) + full).ljust(564, b"\0")


def of_msg(message):
    """What Pst.message takes, of a msg_writer.Message."""
    def value_of(value):
        return float(value.seconds) if isinstance(value, msg_writer.Time) else value.text if isinstance(value, msg_writer.Ansi) else value

    def properties_of(properties):
        return {named(key[1]) if isinstance(key, tuple) else key: value_of(value) for key, value in properties.items()}

    attachments = []
    for properties in message.attachments:
        data = properties.get(DATA)
        rest = properties_of({key: value for key, value in properties.items() if key != DATA})
        is_message = isinstance(data, msg_writer.Message)
        attachments.append(Attachment(rest, None if is_message else data, of_msg(data) if is_message else None))
    return properties_of(message.properties), [properties_of(one) for one in message.recipients], attachments


def from_text(text, ansi=False):
    """The bytes of a mailbox, for tests/golden: `[folder NAME]` and `[item]` sections, the latter of msg_writer.parsed's lines; [hidden] is an
    item that no view of the folder shows."""
    with tempfile.TemporaryDirectory() as place:
        path = pathlib.Path(place) / "made.pst"
        with Pst(path, ansi) as pst:
            folder = pst.subtree
            for section in re.split(r"^(?=\[(?:folder |item\]|hidden\]))", text, flags=re.M)[1:]:
                head, _, lines = section.partition("\n")
                if head.startswith("[folder "):
                    folder = pst.folder(pst.subtree, head[8:-1])
                else:
                    pst.message(folder, *of_msg(msg_writer.parsed(lines)), hidden=head == "[hidden]")
        return path.read_bytes()
