"""places_wire.py - places of packet captures, transcripts and SQLite files where a secret may lie: each a function of the token."""
import base64
import os
import sqlite3
import tempfile

from capture_writer import cooked, cooked2, ethernet, fragments4, fragments6, ip4, ip6, packet, packet6, parts, pcap, pcapng, tcp


def b64(text):
    return base64.b64encode(text.encode()).decode()


def request(t, field="Authorization: Bearer {}"):
    return f"GET / HTTP/1.1\r\nHost: api.corp.example\r\n{field.format(t)}\r\n\r\n".encode()


def chat(*lines, port=25):
    """What a client sends, a packet a line."""
    out, at = [], 1000
    for line in lines:
        data = line.encode() + b"\r\n"
        out.append(packet(data, at, (40000, port)))
        at += len(data)
    return pcap(*out)


def transcript(*lines):
    return "\r\n".join(["220 mail.corp.example ESMTP", "EHLO pc.corp.example", "250-mail.corp.example", "250 AUTH PLAIN LOGIN", *lines, ""]).encode()


def sqlite(*statements, keep=(), raw=None):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.db")
        db = sqlite3.connect(path, isolation_level=None)
        for statement in statements:
            db.execute(*statement) if isinstance(statement, tuple) else db.execute(statement)
        if keep:
            files = {name: open(path + name, "rb").read() for name in keep}
        db.close()
        data = open(path, "rb").read()
    return files if keep else data


def deleted(t):
    return sqlite("PRAGMA secure_delete=OFF", "CREATE TABLE a(x)", *[("INSERT INTO a VALUES(?)", (f"row {i} " + "x" * 50,)) for i in range(20)],
                  ("INSERT INTO a VALUES(?)", ("key " + t,)), "INSERT INTO a VALUES('behind')", "DELETE FROM a WHERE x LIKE 'key%'")


def freed(t):
    return sqlite("PRAGMA secure_delete=OFF", "CREATE TABLE a(x)", "CREATE TABLE b(x)", *[("INSERT INTO a VALUES(?)", ("filler " * 300 + (t if i == 5 else ""),)) for i in range(9)], "DROP TABLE a")


def logged(t):
    """The file without, and its log with the rows."""
    return sqlite("PRAGMA journal_mode=WAL", "CREATE TABLE a(x)", ("INSERT INTO a VALUES(?)", ("key " + t,)), keep=("", "-wal"))


PLACES = {
    "pcap: AUTH PLAIN": lambda t: ("a.pcap", chat("EHLO x", "AUTH PLAIN " + b64(f"\0bob@corp.example\0{t}"))),
    "pcap: AUTH PLAIN in two steps": lambda t: ("a.pcap", chat("EHLO x", "AUTH PLAIN", b64(f"\0bob\0{t}"))),
    "pcap: AUTH LOGIN": lambda t: ("a.pcap", chat("EHLO x", "AUTH LOGIN", b64("bob@corp.example"), b64(t))),
    "pcap: IMAP LOGIN": lambda t: ("a.pcap", chat(f'a1 LOGIN bob "{t}"', port=143)),
    "pcap: IMAP AUTHENTICATE PLAIN": lambda t: ("a.pcap", chat("a1 AUTHENTICATE PLAIN", b64(f"\0bob\0{t}"), port=143)),
    "pcap: POP3": lambda t: ("a.pcap", chat("USER bob", f"PASS {t}", port=110)),
    "pcap: FTP": lambda t: ("a.pcap", chat("USER bob", f"PASS {t}", port=21)),
    "pcap: HTTP Basic": lambda t: ("a.pcap", pcap(*parts(request(b64(f"bob:{t}"), "Authorization: Basic {}"), 4))),
    "pcap: Proxy-Authorization": lambda t: ("a.pcap", pcap(packet(request(b64(f"bob:{t}"), "Proxy-Authorization: Basic {}")))),
    "pcap: telnet, a character a packet": lambda t: ("a.pcap", pcap(*parts(("login " + t + "\r\n").encode(), 48))),
    "pcap: IPv4 fragments": lambda t: ("a.pcap", pcap(*fragments4(tcp(request(t)), 64))),
    "pcap: IPv4 fragments in no order": lambda t: ("a.pcap", pcap(*fragments4(tcp(request(t)), 40)[::-1])),
    "pcap: IPv6 fragments": lambda t: ("a.pcap", pcap(*fragments6(tcp(request(t)), 64))),
    "pcap: fragments between others": lambda t: ("a.pcap", pcap(*(p for pair in zip(fragments4(tcp(request(t)), 40), fragments4(tcp(b"x" * 150, 9, (1, 2)), 40, mark=8)) for p in pair))),
    "pcap: UDP": lambda t: ("a.pcap", pcap(ethernet(ip4(b"\x02\2\0\xa1\0\x50\0\0" + b"k=" + t.encode(), 17)))),
    "pcap: UDP in fragments": lambda t: ("a.pcap", pcap(*fragments4(b"\x02\2\x02\2\0\x80\0\0" + b"<13>app: token=" + t.encode() + b" end of the line", 24, protocol=17))),
    "pcap: UDP in a packet of IPv6": lambda t: ("a.pcap", pcap(ethernet(ip6(b"\x02\2\0\xa1\0\x50\0\0" + b"k=" + t.encode(), 17)))),
    "pcap: ping": lambda t: ("a.pcap", pcap(ethernet(ip4(b"\x08\0\0\0\0\0\0\0" + t.encode(), 1)))),
    "pcap: cooked": lambda t: ("a.pcap", pcap(*parts(request(t), 5, cooked), link=113)),
    "pcap: cooked, version 2": lambda t: ("a.pcap", pcap(*parts(request(t), 5, cooked2), link=276)),
    "pcap: IPv6 on a VLAN": lambda t: ("a.pcap", pcap(*parts(request(t), 5, packet6))),
    "pcap: two VLANs": lambda t: ("a.pcap", pcap(*(ethernet(b"\0\1\x81\0\0\2" + b"\x08\0" + p[14:], b"\x88\xa8") for p in parts(request(t), 5)))),
    "pcap: IPv6 with an authentication header": lambda t: ("a.pcap", pcap(*(ethernet(ip6(bytes([6, 4]) + bytes(22) + tcp(p, n), 51)) for p, n in pieces(request(t), 5)))),
    "pcap: IPv6 with routing and mobility": lambda t: ("a.pcap", pcap(*(ethernet(ip6(bytes([135, 0]) + bytes(6) + bytes([6, 0]) + bytes(6) + tcp(p, n), 43)) for p, n in pieces(request(t), 5)))),
    "pcapng: two interfaces": lambda t: ("a.pcapng", pcapng(packet(b"x" * 9), *parts(request(t), 5, cooked), links=(1, 113), interfaces=[0, 1, 1, 1, 1, 1, 1])),
    "pcapng: comment": lambda t: ("a.pcapng", pcapng(packet(b"x" * 9)) + comment(t)),
    "pcap: Wi-Fi": lambda t: ("a.pcap", pcap(*(b"\x08\1" + bytes(22) + b"\xaa\xaa\3\0\0\0\x08\0" + p[14:] for p in parts(request(t), 5)), link=105)),
    "pcap: PPP": lambda t: ("a.pcap", pcap(*(b"\xff\3\0\x21" + p[14:] for p in parts(request(t), 5)), link=9)),
    "pcap: loopback of OpenBSD": lambda t: ("a.pcap", pcap(*(b"\0\0\0\2" + p[14:] for p in parts(request(t), 5)), link=108)),
    "pcap: VXLAN": lambda t: ("a.pcap", pcap(*(ethernet(ip4(b"\xc0\0\x12\xb5\0\0\0\0" + b"\x08\0\0\0\0\0\1\0" + p, 17)) for p in parts(request(t), 5)))),
    "transcript: AUTH PLAIN": lambda t: ("a.txt", transcript("AUTH PLAIN " + b64(f"\0bob@corp.example\0{t}"), "235 ok")),
    "transcript: AUTH LOGIN": lambda t: ("a.txt", transcript("AUTH LOGIN", "334 VXNlcm5hbWU6", b64("bob@corp.example"), "334 UGFzc3dvcmQ6", b64(t), "235 ok")),
    "sqlite: table": lambda t: ("a.db", sqlite("CREATE TABLE a(x)", ("INSERT INTO a VALUES(?)", (t,)))),
    "sqlite: table without row ids": lambda t: ("a.db", sqlite("CREATE TABLE a(x PRIMARY KEY, y) WITHOUT ROWID", ("INSERT INTO a VALUES(1,?)", (t,)))),
    "sqlite: view": lambda t: ("a.db", sqlite(f"CREATE VIEW v AS SELECT '{t}' AS k")),
    "sqlite: trigger": lambda t: ("a.db", sqlite("CREATE TABLE a(x)", f"CREATE TRIGGER g AFTER INSERT ON a BEGIN SELECT '{t}'; END")),
    "sqlite: default": lambda t: ("a.db", sqlite(f"CREATE TABLE a(x DEFAULT '{t}')")),
    "sqlite: UTF-16": lambda t: ("a.db", sqlite("PRAGMA encoding='UTF-16le'", "CREATE TABLE a(x)", ("INSERT INTO a VALUES(?)", (t,)))),
    "sqlite: deleted row": lambda t: ("a.db", deleted(t)),
    "sqlite: deleted row in UTF-16": lambda t: ("a.db", sqlite("PRAGMA encoding='UTF-16le'", "PRAGMA secure_delete=OFF", "CREATE TABLE a(x)", *[("INSERT INTO a VALUES(?)", (f"row {i}",)) for i in range(9)], ("INSERT INTO a VALUES(?)", ("key " + t + " .",)), "DELETE FROM a WHERE x LIKE 'key%'")),
    "sqlite: free page": lambda t: ("a.db", freed(t)),
    "sqlite: long value": lambda t: ("a.db", sqlite("CREATE TABLE a(x)", ("INSERT INTO a VALUES(?)", ("x " * 4075 + t + " y" * 4000,)))),
    "sqlite: deleted long value": lambda t: ("a.db", sqlite("PRAGMA secure_delete=OFF", "CREATE TABLE a(x)", ("INSERT INTO a VALUES(?)", ("x " * 4075 + t + " y" * 4000,)), "DELETE FROM a")),
    "sqlite: full text": lambda t: ("a.db", sqlite("CREATE VIRTUAL TABLE f USING fts5(x)", ("INSERT INTO f VALUES(?)", ("the key is " + t,)))),
    "sqlite: blob": lambda t: ("a.db", sqlite("CREATE TABLE a(x)", ("INSERT INTO a VALUES(?)", (b"\0\1" + t.encode("utf-16-le"),)))),
    "sqlite: expression of an index": lambda t: ("a.db", sqlite("CREATE TABLE a(x)", f"CREATE INDEX i ON a(x || '{t}')")),
    "sqlite: generated column": lambda t: ("a.db", sqlite(f"CREATE TABLE a(x, y AS ('{t}' || x) STORED)", "INSERT INTO a VALUES(1)")),
    "sqlite: virtual column": lambda t: ("a.db", sqlite("CREATE TABLE a(x, y, z AS (x || y))", ("INSERT INTO a VALUES(?,?)", (t[:9], t[9:])))),
    "sqlite: log": lambda t: ("a.db-wal", logged(t)["-wal"]),
}


def pieces(data, count):
    size = -(-len(data) // count)
    return [(data[i:i + size], 1000 + i) for i in range(0, len(data), size)]


def comment(t):
    from capture_writer import block
    import struct
    data = packet(b"y" * 9)
    option = struct.pack("<HH", 1, len(t)) + t.encode() + bytes(-len(t) % 4) + struct.pack("<HH", 0, 0)
    return block(6, struct.pack("<IIIII", 0, 0, 0, len(data), len(data)) + data + bytes(-len(data) % 4) + option)


def contentless(version, more=""):
    def make(t):
        return ("a.db", sqlite(f"CREATE VIRTUAL TABLE f USING {version}(x, content=''{more})", ("INSERT INTO f(rowid, x) VALUES(1,?)", ("the key is " + t.replace("_", " "),))))
    return make


SILENT = set()

# The secret is what was sent: user and password, encoded.
SECRETS = {"pcap: AUTH PLAIN": lambda t: b64(f"\0bob@corp.example\0{t}"), "pcap: AUTH PLAIN in two steps": lambda t: b64(f"\0bob\0{t}"),
           "pcap: IMAP AUTHENTICATE PLAIN": lambda t: b64(f"\0bob\0{t}"), "transcript: AUTH PLAIN": lambda t: b64(f"\0bob@corp.example\0{t}")}

# What no reader shows: a gap of this kind says so.
GAPS = {
    "pcap: an unknown link": ("unsupported", lambda t: ("a.pcap", pcap(*parts(request(t), 5), link=147))),
    "pcap: a missing fragment": ("truncated", lambda t: ("a.pcap", pcap(*fragments4(tcp(request(t)), 40)[:2], *fragments4(tcp(request(t)), 40)[3:]))),
    "sqlite: full text without its content": ("unsupported", contentless("fts5")),
    "sqlite: full text 4 without its content": ("unsupported", lambda t: ("a.db", sqlite('CREATE VIRTUAL TABLE f USING fts4(x, content="")', ("INSERT INTO f(docid, x) VALUES(1,?)", ("the key is " + t,))))),
}
