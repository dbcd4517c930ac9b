#!/usr/bin/env python3
"""Locked files that were made to harm: keys that cost hours are refused at once, what a wrong password fits by chance is not called open, and nothing that stands
around what is locked is lost when it opens."""
import pathlib
import struct
import sys
import tempfile
import time
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from cfb_writer import Storage, write_cfb  # noqa: E402
from harness import Tap, github_token, of_type, scan  # noqa: E402
from lock_mail import ANN, BOB, adds_up, message, password, tree  # noqa: E402
from lock_maker import der, der_number, der_oid, kdbx4_header  # noqa: E402
from lock_writer import ZipCrypto, locked_zip, made_by  # noqa: E402

tap = Tap()
HOUR = 20_000_000  # rounds that take hours


def argon2_ppk(memory, passes):
    """A key of PuTTY's version 3, as far as its derivation."""
    line = "A" * 64
    return (f"PuTTY-User-Key-File-3: ssh-rsa\r\nEncryption: aes256-cbc\r\nComment: x\r\nPublic-Lines: 1\r\n{line}\r\nKey-Derivation: Argon2id\r\n"
            f"Argon2-Memory: {memory}\r\nArgon2-Passes: {passes}\r\nArgon2-Parallelism: 1\r\nArgon2-Salt: {'00' * 16}\r\nPrivate-Lines: 1\r\n{line}\r\n"
            f"Private-MAC: {'00' * 32}\r\n").encode()


def many_safes(count, rounds):
    """A PKCS #12 store without a MAC, each of whose safes wants a key of its own."""
    algorithm = der(0x30, der_oid("1.2.840.113549.1.12.1.3") + der(0x30, der(4, bytes(8)) + der_number(rounds)))
    content = der(0x30, der_number(0) + der(0x30, der_oid("1.2.840.113549.1.7.1") + algorithm + der(0x80, bytes(8))))
    safe = der(0x30, der_oid("1.2.840.113549.1.7.6") + der(0xA0, content))
    return der(0x30, der_number(3) + der(0x30, der_oid("1.2.840.113549.1.7.1") + der(0xA0, der(4, der(0x30, safe * count)))))


def test_cost(folder):
    """Each would keep a worker at work for hours, and the message with it."""
    token = github_token("beside a costly lock")
    files = {"no memory.kdbx": kdbx4_header(0, HOUR, 1), "many lanes.kdbx": kdbx4_header(8192, 390_000, 64),
             "no memory.ppk": argon2_ppk(0, HOUR), "many safes.p12": many_safes(4000, 2_400_000)}
    for name, data in files.items():
        mail = tree(folder / name.replace(" ", "-"), [message("a", ANN, BOB, f"The password is {password(name)}\r\nkey {token}", files=[(name, data)])])
        began = time.monotonic()
        _, records, errors = scan("--reveal", "--limit", "unlock-cpu=5", mail)
        took, kinds = time.monotonic() - began, [g["kind"] for g in of_type(records, "gap")]
        found = [r["rule"] for r in of_type(records, "finding") if r["rule"] == "github-token"]
        tap.ok(f"cost/{name}: a limit, not a hang", set(kinds) <= {"limit", "encrypted"} and "limit" in kinds and found and adds_up(records) and took < 60,
               f"{took:.0f} s {kinds} {found} {errors}")


def stored_zip(name, data, word):
    """ZipCrypto without compression."""
    crc = zlib.crc32(data)
    body = ZipCrypto(word.encode()).encrypt(bytes(range(11)) + bytes([crc >> 24]) + data)
    fields = struct.pack("<HHHHHIIIHH", 20, 1, 0, 0, 0x5821, crc, len(body), len(data), len(name), 0)
    directory = b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    start = 30 + len(name) + len(body)
    return b"PK\x03\x04" + fields + name + body + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(directory), start, 0)


def joined(first, second):
    """The members of two archives of one member each, in one."""
    a, b = first.index(b"PK\x01\x02"), second.index(b"PK\x01\x02")
    c, d = first.rindex(b"PK\x05\x06"), second.rindex(b"PK\x05\x06")
    moved = bytearray(second[b:d])
    moved[42:46] = struct.pack("<I", a)
    directory = first[a:c] + bytes(moved)
    return first[:a] + second[:b] + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 2, 2, len(directory), a + b, 0)


def fits_by_chance(archive):
    """A word whose key fits the one byte that the archive holds."""
    head = archive[30 + 1:30 + 1 + 13]
    crc = struct.unpack("<I", archive[14:18])[0]
    for i in range(1 << 22):
        word = f"chance{i}x"
        cipher = ZipCrypto(word.encode())
        plain = bytearray()
        for byte in head:
            t = cipher.keys[2] | 2
            plain.append(byte ^ (t * (t ^ 1) >> 8 & 0xFF))
            cipher.update(plain[-1])
        if plain[11] == crc >> 24 and zlib.crc32(plain[12:]) == crc:
            return word
    return None


def test_chance(folder):
    """A member of one byte proves nothing beside one of many."""
    small = stored_zip(b"1", b"x", password("small"))
    word = fits_by_chance(small)
    mail = tree(folder / "chance", [message("a", ANN, BOB, f"The password is {word}\r\n",
                                            files=[("two.zip", joined(small, stored_zip(b"2", b"TOKEN=" * 30, password("small"))))])])
    _, records, errors = scan("--reveal", mail)
    opened = [r for r in of_type(records, "finding") if r["rule"] == "attachment-password"]
    tap.ok("chance/zip: a word that fits one byte opens nothing", word and not opened and [g["kind"] for g in of_type(records, "gap")] == ["encrypted"] * 2,
           f"{word} {opened} {errors}")


def test_no_sum(folder):
    """A 7z whose directory has no CRC: any password fits what was only stored."""
    data = made_by(["7z", "a", "-t7z", "-mhc=off", "-m0=Copy", f"-p{password('7z')}", "{out}", "{in}"], ("a.txt", b"sixteen bytes !!" * 4), ".7z")
    if data is None:
        tap.skip("chance/7z", "no 7z")
        return
    at = data.index(b"\x08\x0a\x01" + struct.pack("<I", zlib.crc32(b"sixteen bytes !!" * 4)))
    data = data[:at] + b"\x08\x00" + data[at + 8:]
    start = 32 + struct.unpack("<Q", data[12:20])[0]
    head = data[12:20] + struct.pack("<QI", len(data) - start, zlib.crc32(data[start:]))
    data = data[:8] + struct.pack("<I", zlib.crc32(head)) + head + data[32:]
    mail = tree(folder / "no-sum", [message("a", ANN, BOB, f"The password is {password('another')}\r\n", files=[("a.7z", data)])])
    _, records, errors = scan("--reveal", mail)
    gaps = of_type(records, "gap")
    tap.ok("chance/7z: what proves no password is not opened", [g["kind"] for g in gaps] == ["encrypted"] and "proves" in gaps[0]["reason"]
           and not [r for r in of_type(records, "finding") if r["rule"] == "attachment-password"], f"{gaps} {errors}")


def with_words(archive, entry, comment, tail):
    """The same with a comment of its member, one of the archive, and bytes behind it."""
    end, central = archive.rindex(b"PK\x05\x06"), archive.index(b"PK\x01\x02")
    directory = archive[central:central + 32] + struct.pack("<H", len(entry)) + archive[central + 34:end] + entry
    return (archive[:central] + directory + archive[end:end + 12] + struct.pack("<IIH", len(directory), central, len(comment)) + comment + tail)


def test_around(folder):
    """What stands around the members is read, whether they open or not."""
    inside, words, word = github_token("inside"), [github_token(f"around {i}") for i in range(3)], password("around")
    archives = {"zip": with_words(locked_zip({"a.env": f"TOKEN={inside}\n".encode()}, word), *(f"x {token} ".encode() for token in words))}
    made = made_by(["7z", "a", "-t7z", f"-p{word}", "{out}", "{in}"], ("a.env", f"TOKEN={inside}\n".encode()), ".7z")
    if made:
        archives["7z"] = made + "".join(f"behind {token}\n" for token in words).encode()
    for kind, data in archives.items():
        for name, says, expected in (("open", f"The password is {word}", words + [inside]), ("locked", "no word", words)):
            mail = tree(folder / f"{kind}-{name}", [message("a", ANN, BOB, says, files=[("s." + kind, data)])])
            _, records, errors = scan("--reveal", mail)
            found = {r["secret"] for r in of_type(records, "finding") if r["rule"] == "github-token"}
            tap.ok(f"around/{kind}, {name}: comments and what is behind are read", found == set(expected) and adds_up(records), f"{found} {errors}")


def test_named(folder):
    """What nothing here opens is named."""
    strong = bytearray(stored_zip(b"plan.txt", b"nothing" * 5, password("strong")))
    for at in (6, strong.index(b"PK\x01\x02") + 8):
        strong[at] |= 0x40
    word = bytearray(4096)
    word[0:2], word[10:12] = b"\xec\xa5", struct.pack("<H", 0x8100)
    obfuscated = write_cfb(Storage({"WordDocument": bytes(word), "0Table": bytes(4096)}))
    for name, data, says in (("strong.zip", bytes(strong), "PKWARE's strong encryption"), ("old.doc", obfuscated, "XOR obfuscation")):
        mail = tree(folder / name, [message("a", ANN, BOB, f"The password is {password('named')}\r\n", files=[(name, data)])])
        _, records, errors = scan("--reveal", mail)
        reasons = [g["reason"] for g in of_type(records, "gap") if g["kind"] == "encrypted"]
        tap.ok(f"named/{name}: {says}", len(reasons) == 1 and says in reasons[0] and adds_up(records), f"{of_type(records, 'gap')} {errors}")


with tempfile.TemporaryDirectory() as temporary:
    root = pathlib.Path(temporary)
    test_cost(root)
    test_chance(root)
    test_no_sum(root)
    test_around(root)
    test_named(root)
tap.done()
