"""capture_writer.py - packet captures (pcap, pcapng) made by our own hand: TCP over IPv4 and IPv6, links, fragments."""
import struct


def tcp(payload, sequence=1, ports=(40000, 80)):
    return struct.pack(">HHIIBBHHH", *ports, sequence, 0, 0x50, 0x18, 1000, 0, 0) + payload


def ip4(inner, protocol=6, mark=1, at=0, more=False, ends=(1, 2)):
    field = at // 8 | (0x2000 if more else 0)
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(inner), mark, field, 64, protocol, 0, bytes([10, 0, 0, ends[0]]), bytes([10, 0, 0, ends[1]])) + inner


def ip6(inner, following=6):
    return struct.pack(">IHBB", 6 << 28, len(inner), following, 64) + bytes(15) + b"\1" + bytes(15) + b"\2" + inner


def ethernet(inner, kind=None):
    kind = kind or (b"\x86\xdd" if inner[0] >> 4 == 6 else b"\x08\0")
    return b"\xff" * 6 + b"\xee" * 6 + kind + inner


def packet(payload, sequence=1, ports=(40000, 80)):
    return ethernet(ip4(tcp(payload, sequence, ports)))


def packet6(payload, sequence=1):
    """IPv6 with a header of options, on a VLAN."""
    return ethernet(b"\0\1\x86\xdd" + ip6(bytes([6, 0, 1, 4, 0, 0, 0, 0]) + tcp(payload, sequence), 60), b"\x81\0")


def cooked(payload, sequence=1):
    """Linux "cooked"."""
    return bytes(14) + b"\x08\0" + packet(payload, sequence)[14:]


def cooked2(payload, sequence=1):
    """The second version of it."""
    return b"\x08\0" + bytes(18) + packet(payload, sequence)[14:]


def fragments4(inner, size, mark=7, protocol=6):
    """One IPv4 packet in pieces of SIZE bytes (a multiple of 8)."""
    return [ethernet(ip4(inner[at:at + size], protocol, mark, at, at + size < len(inner))) for at in range(0, len(inner), size)]


def fragments6(inner, size, mark=7):
    """The same of IPv6 (RFC 8200, section 4.5)."""
    return [ethernet(ip6(struct.pack(">BBHI", 6, 0, at | (at + size < len(inner)), mark) + inner[at:at + size], 44)) for at in range(0, len(inner), size)]


def pcap(*packets, order="<", link=1):
    return struct.pack(order + "IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link) + b"".join(struct.pack(order + "IIII", 1, 0, len(p), len(p)) + p for p in packets)


def block(kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def pcapng(*packets, links=(1,), interfaces=None):
    """INTERFACES: the number of each packet's."""
    out = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + b"".join(block(1, struct.pack("<HHI", link, 0, 65535)) for link in links)
    return out + b"".join(block(6, struct.pack("<IIIII", (interfaces or [0] * len(packets))[i], 0, 0, len(p), len(p)) + p) for i, p in enumerate(packets))


def parts(data, count, make=packet, first=1000):
    """DATA in COUNT packets."""
    size = -(-len(data) // count)
    return [make(data[i:i + size], (first + i) & 0xFFFFFFFF) for i in range(0, len(data), size)]
