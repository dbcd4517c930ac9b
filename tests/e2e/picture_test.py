#!/usr/bin/env python3
"""Pictures by their helper: QR and bar codes in every format that is read, text with --ocr, what is too large, damaged, or not read."""
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import PROGRAM, Tap, b64lines, github_token, of_type, scan, summary  # noqa: E402
from helper_probe import Helper, path_of  # noqa: E402
from pdf_damage import cut, damaged, extreme, flip, swap  # noqa: E402
from pdf_writer import Pdf  # noqa: E402

HELPER = "mailspill-picture"
TOKEN = github_token("picture")
ONLY = ["--reveal", "--only", "github-token", "--jobs", 1]


def adds_up(total):
    return total["leaves"] == total["scanned"] + total["partial"] + total["refused"]


def png(rows):
    """Rows of grey bytes."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))) +
            chunk(b"IEND", b""))


def bmp(rows):
    width, height = len(rows[0]), len(rows)
    pad = b"\0" * (-width % 4)
    data = b"".join(bytes(row) + pad for row in reversed(rows))
    palette = b"".join(bytes([i, i, i, 0]) for i in range(256))
    offset = 14 + 40 + len(palette)
    return (b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset) +
            struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 0, len(data), 2835, 2835, 256, 0) + palette + data)


def tiff(*pictures):
    """Uncompressed, a strip each, any number of them."""
    out, entry = bytearray(b"II*\0" + struct.pack("<I", 0)), 4
    for rows in pictures:
        data = b"".join(bytes(row) for row in rows)
        place = len(out)
        out += data + b"\0" * (-len(data) % 2)
        out[entry:entry + 4] = struct.pack("<I", len(out))
        tags = [(256, 4, len(rows[0])), (257, 4, len(rows)), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, place), (277, 3, 1),
                (278, 4, len(rows)), (279, 4, len(data))]
        out += struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
        entry = len(out)
        out += struct.pack("<I", 0)
    return bytes(out)


def gif(rows):
    """Black and white; codes of the table are cleared so often that all stay nine bits wide."""
    bits, place, packed = 0, 0, bytearray()

    def put(code):
        nonlocal bits, place
        bits |= code << place
        place += 9
        while place >= 8:
            packed.append(bits & 255)
            bits, place = bits >> 8, place - 8
    for i, value in enumerate(byte for row in rows for byte in row):
        if i % 200 == 0:
            put(256)
        put(255 if value > 127 else 0)
    put(257)
    packed.append(bits & 255)
    blocks = b"".join(bytes([len(packed[i:i + 255])]) + bytes(packed[i:i + 255]) for i in range(0, len(packed), 255))
    palette = b"".join(bytes([i, i, i]) for i in range(256))
    size = struct.pack("<HH", len(rows[0]), len(rows))
    return b"GIF89a" + size + b"\xf7\0\0" + palette + b"," + b"\0\0\0\0" + size + b"\0" + b"\x08" + blocks + b"\0;"


def code(text, scale=4, margin=4):
    """Rows of a QR code, as qrencode draws it."""
    drawn = subprocess.run(["qrencode", "-t", "ASCII", "-m", str(margin), "-o", "-", text], check=True, capture_output=True).stdout.decode()
    rows = [[0 if line[i] == "#" else 255 for i in range(0, len(line), 2) for _ in range(scale)] for line in drawn.splitlines()]
    return [row for row in rows for _ in range(scale)]


def found(records):
    return {(f["secret"], f["path"].split("!/", 1)[-1]) for f in of_type(records, "finding")}


def write(folder, name, data):
    path = pathlib.Path(folder) / name
    path.write_bytes(data)
    return path


def formats(tap, folder):
    rows = code("https://example.org/join?token=" + TOKEN)
    for name, data in (("a.png", png(rows)), ("a.bmp", bmp(rows)), ("a.gif", gif(rows)), ("a.tif", tiff(rows)),
                       ("no-margin.png", png(code(TOKEN, margin=0))), ("one-pixel.png", png(code(TOKEN, scale=1))),
                       ("inverted.png", png([[255 - value for value in row] for row in rows])),
                       ("second.tif", tiff([[255] * 300] * 300, rows))):
        _, records, errors = scan(*ONLY, write(folder, name, data))
        total = summary(records)
        tap.ok(f"picture/code-in-{name}", found(records) == {(TOKEN, "QR-Code-1")}, (of_type(records, "finding"), errors))
        tap.ok(f"picture/rest-of-{name}", [g["kind"] for g in of_type(records, "gap")] == ["picture"] and total["complete"] and adds_up(total) and
               total["partial"] == 1 and total["bytes"] == len(data), total)
    for tool, name, arguments in (("cwebp", "a.webp", ["-quiet", "-lossless", "a.png", "-o", "a.webp"]),
                                  ("pdftocairo", "page.jpg", None)):
        if not shutil.which(tool):
            tap.skip(f"picture/code-in-{name}", f"no {tool}")
            continue
        if arguments is None:
            page = Pdf()
            image = page.stream(b"".join(bytes(row) for row in rows), b"/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8"
                                b"/Width %d/Height %d" % (len(rows[0]), len(rows)))
            page.page(operators=b"q 400 0 0 400 50 300 cm /I Do Q")
            page.objects[page.pages[0] - 1] = page.objects[page.pages[0] - 1].replace(b"/Font", b"/XObject<</I %d 0 R>>/Font" % image)
            arguments = ["-jpeg", "-singlefile", write(folder, "page.pdf", page.bytes()), "page"]
        subprocess.run([tool, *arguments], check=True, cwd=folder)
        _, records, _ = scan(*ONLY, f"{folder}/{name}")
        tap.ok(f"picture/code-in-{name}", found(records) == {(TOKEN, "QR-Code-1")}, of_type(records, "finding"))


def meaning(tap, folder):
    """What codes are for is known to the rules."""
    password, secret = "Tulpenveld" + "73", "".join(random.Random(7).choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=32))
    for name, text, rule in (("wifi", f"WIFI:T:WPA;S:office;P:{password};;", "wifi-qr"),
                             ("otpauth", f"otpauth://totp/Example:alice?secret={secret}&issuer=Example", "otpauth")):
        _, records, _ = scan("--jobs", 1, write(folder, f"{name}.png", png(code(text))))
        tap.ok(f"picture/{name}", any(rule in f["rule"] for f in of_type(records, "finding")), [f["rule"] for f in of_type(records, "finding")])
    escaped = f"WIFI:S:caf\\;e;T:WPA;P:{password}\\;\\:\\\\x;H:false;;"
    _, records, _ = scan("--jobs", 1, "--reveal", write(folder, "escaped.png", png(code(escaped))))
    told = [(f["secret"], f["opens"]["account"]) for f in of_type(records, "finding") if f["rule"] == "wifi-qr"]
    tap.ok("picture/wifi: the password alone, its escapes undone", told == [(password + ";:\\x", "caf\\;e")] and password not in str([f["context"] for f in of_type(records, "finding")]), told)


def in_mail(tap, folder):
    body = b64lines(png(code(TOKEN)))
    mail = ("From: alice@example.org\nMessage-ID: <picture@example.org>\nMIME-Version: 1.0\nContent-Type: image/png; name=\"code.png\"\n"
            "Content-Transfer-Encoding: base64\n\n" + body + "\n")
    _, records, _ = scan(*ONLY, write(folder, "mail.eml", mail.encode()))
    findings = of_type(records, "finding")
    tap.ok("picture/in-mail", len(findings) == 1 and findings[0]["message"]["id"] == "<picture@example.org>", findings)


def without_codes(tap, folder):
    """A leaf as ever; the second of the same is not read again, and told the same."""
    data = png([[(x * y) % 251 for x in range(64)] for y in range(64)])
    paths = [write(folder, name, data) for name in ("plain1.png", "plain2.png")]
    _, records, _ = scan(*ONLY, *paths)
    total = summary(records)
    tap.ok("picture/without-codes", sorted(g["path"] for g in of_type(records, "gap")) == sorted(map(str, paths)) and total["leaves"] == 2 and
           total["pictures"] == 2 and total["partial"] == 2 and total["complete"], total)
    status, records, _ = scan(*ONLY, write(folder, "large.png", png([[255] * 3000] * 30)), "--limit", "pixels=1024")
    tap.ok("picture/limit-pixels", ("limit", "pixels") in [(g["kind"], g["limit"]) for g in of_type(records, "gap")] and
           adds_up(summary(records)), of_type(records, "gap"))
    bomb = png([[0] * 100] * 100).replace(struct.pack(">II", 100, 100), struct.pack(">II", 60000, 60000))
    _, records, _ = scan(*ONLY, write(folder, "bomb.png", bomb))
    tap.ok("picture/huge-by-its-header", "limit" in [g["kind"] for g in of_type(records, "gap")], of_type(records, "gap"))


def text_of_page(folder, name, text):
    lines = b"BT /F 24 Tf 40 700 Td (" + text.encode() + b") Tj ET"
    page = Pdf()
    page.page(operators=lines)
    subprocess.run(["pdftocairo", "-png", "-r", "110", "-singlefile", write(folder, f"{name}.pdf", page.bytes()), f"{folder}/{name}"], check=True)
    return f"{folder}/{name}.png"


def text(tap, folder):
    if not shutil.which("pdftocairo"):
        tap.skip("picture/ocr", "no pdftocairo")
        return
    helper = Helper(HELPER, languages="eng")
    told = helper.read(png([[255] * 64] * 64))
    helper.close()
    if told["gaps"]:
        tap.skip("picture/ocr", told["gaps"])
        return
    path = text_of_page(folder, "screen", "The password is hunter2Tulip77")
    _, records, _ = scan("--reveal", "--jobs", 1, path)
    tap.ok("picture/no-text-without-ocr", not of_type(records, "finding") and [g["kind"] for g in of_type(records, "gap")] == ["picture"])
    _, records, _ = scan("--reveal", "--ocr", "--jobs", 1, path)
    total = summary(records)
    tap.ok("picture/ocr", [(f["secret"], f["path"].split("!/")[-1]) for f in of_type(records, "finding")] == [("hunter2Tulip77", "OCR")] and
           not of_type(records, "gap") and total["partial"] == 0, (of_type(records, "finding"), total))
    _, records, _ = scan("--ocr", "--ocr-languages", "eng+zzz", "--jobs", 1, path)
    status, _, errors = scan("--ocr-languages", "../eng", path)
    tap.ok("picture/ocr-language-is-a-name", status == 2 and "ocr-languages" in errors, errors)
    _, records, _ = scan("--ocr", "--ocr-languages", "zzz", "--jobs", 1, path)
    tap.ok("picture/ocr-without-its-language", "unsupported" in [g["kind"] for g in of_type(records, "gap")], of_type(records, "gap"))


def without_a_helper(tap, folder):
    away = pathlib.Path(folder) / "away"
    away.mkdir()
    shutil.copy(PROGRAM, away / "mailspill")
    if pathlib.Path("/usr/local/libexec/mailspill", HELPER).exists():
        tap.skip("picture/without-a-helper", "one is installed")
        return
    path = write(folder, "b.png", png(code(TOKEN)))
    status, records, _ = scan(*ONLY, path, program=away / "mailspill")
    tap.ok("picture/without-a-helper", status == 0 and [(g["kind"], g["path"]) for g in of_type(records, "gap")] == [("picture", str(path))])


def damage(tap, folder):
    rows = code(TOKEN, scale=2)
    for kind, data in (("png", png(rows)), ("bmp", bmp(rows)), ("gif", gif(rows)), ("tif", tiff(rows, rows))):
        for i, variant in enumerate(damaged(data, 12, (flip, cut, extreme, swap))):
            write(folder, f"damaged-{i:04}.{kind}", variant)
    names = sorted(pathlib.Path(folder).glob("damaged-*"))
    status, records, errors = scan(*ONLY, "--limit", "item-cpu=10", *names)
    total = summary(records)
    tap.ok("picture/damaged", adds_up(total) and not errors and total["inputs"] == len(names), (status, total, errors))


def main():
    tap = Tap()
    if not path_of(HELPER) or not shutil.which("qrencode"):
        tap.skip("picture", f"{HELPER} was not built, or no qrencode")
        tap.done()
    with tempfile.TemporaryDirectory(prefix="mailspill-picture-") as folder:
        formats(tap, folder)
        meaning(tap, folder)
        in_mail(tap, folder)
        without_codes(tap, folder)
        text(tap, folder)
        without_a_helper(tap, folder)
        damage(tap, folder)
    tap.done()


if __name__ == "__main__":
    main()
