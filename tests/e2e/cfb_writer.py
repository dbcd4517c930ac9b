"""cfb_writer.py - compound files (MS-CFB) made by our own hand: storages are dicts of bytes and dicts."""
import struct

FREE, END, FAT, DIFAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
MINI_CUTOFF = 4096


class Storage(dict):
    """Name to bytes or Storage."""

    def __init__(self, items=(), clsid=bytes(16)):
        super().__init__(items)
        self.clsid = clsid


def name_key(name):
    return len(name.encode("utf-16-le")), name.upper()


def flatten(root):
    """Entries [name, kind, left, right, child, clsid, data] in the order of the directory; siblings are a list to the right."""
    entries = [["Root Entry", 5, FREE, FREE, FREE, root.clsid, b""]]
    todo = [(0, root)]
    while todo:
        index, storage = todo.pop(0)
        before = None
        for name in sorted(storage, key=name_key):
            value = storage[name]
            is_storage = isinstance(value, Storage)
            entries.append([name, 1 if is_storage else 2, FREE, FREE, FREE, value.clsid if is_storage else bytes(16), b"" if is_storage else value])
            me = len(entries) - 1
            if before is None:
                entries[index][4] = me
            else:
                entries[before][3] = me
            before = me
            if is_storage:
                todo.append((me, value))
    return entries


class File:
    def __init__(self, shift):
        self.shift, self.size = shift, 1 << shift
        self.sectors, self.fat = [], []

    def add(self, data, mark=END):
        """Append DATA as a chain; its first sector."""
        if not data:
            return END
        first = len(self.sectors)
        for at in range(0, len(data), self.size):
            self.sectors.append(data[at:at + self.size].ljust(self.size, b"\0"))
            self.fat.append(len(self.sectors))
        self.fat[-1] = mark
        return first


def write_cfb(root, version=3):
    file = File(9 if version == 3 else 12)
    entries = flatten(root)
    mini, mini_fat, starts = bytearray(), [], []
    for entry in entries:
        data = entry[6]
        if entry[1] != 2 or not data:
            starts.append(END)
        elif len(data) < MINI_CUTOFF:
            starts.append(len(mini_fat))
            count = (len(data) + 63) // 64
            mini += data.ljust(count * 64, b"\0")
            mini_fat += [len(mini_fat) + i + 1 for i in range(count)]
            mini_fat[-1] = END
        else:
            starts.append(file.add(data))
    starts[0] = file.add(bytes(mini))
    sizes = [len(entry[6]) for entry in entries]
    sizes[0] = len(mini)
    mini_fat += [FREE] * (-len(mini_fat) % (file.size // 4))
    mini_fat_start = file.add(struct.pack(f"<{len(mini_fat)}I", *mini_fat))
    directory = b""
    for (name, kind, left, right, child, clsid, _), start, size in zip(entries, starts, sizes):
        wide = (name + "\0").encode("utf-16-le")
        directory += wide.ljust(64, b"\0") + struct.pack("<HBB3I16sIQQIQ", len(wide), kind, 1, left, right, child, clsid, 0, 0, 0,
                                                         start if size else 0 if kind == 1 else END, size)
    directory += bytes(-len(directory) % file.size)
    directory_start = file.add(directory)
    per = file.size // 4
    count = 1
    while True:  # the table covers itself and the chain that lists it
        difats = max(0, -(-(count - 109) // (per - 1)))
        if count * per >= len(file.sectors) + count + difats:
            break
        count += 1
    fat_sectors = list(range(len(file.sectors), len(file.sectors) + count))
    difat_sectors = list(range(fat_sectors[-1] + 1, fat_sectors[-1] + 1 + difats))
    fat = file.fat + [FAT] * count + [DIFAT] * difats
    fat += [FREE] * (count * per - len(fat))
    body = b"".join(file.sectors) + struct.pack(f"<{len(fat)}I", *fat)
    more = fat_sectors[109:]
    for i, sector in enumerate(difat_sectors):
        part = more[i * (per - 1):(i + 1) * (per - 1)]
        part += [FREE] * (per - 1 - len(part))
        body += struct.pack(f"<{per}I", *part, difat_sectors[i + 1] if i + 1 < difats else END)
    first = (fat_sectors + [FREE] * 109)[:109]
    header = struct.pack("<8s16sHHHHH6xIIIIIIIII109I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, version, 0xFFFE, file.shift, 6,
                         len(directory) // file.size if version == 4 else 0, count, directory_start, 0, MINI_CUTOFF, mini_fat_start,
                         len(mini_fat) // per, difat_sectors[0] if difats else END, difats, *first)
    return header.ljust(file.size, b"\0") + body
