"""lock_writer.py - locked files for tests: zip with ZipCrypto, made here; other kinds by their own programs, where those are."""
import io
import pathlib
import random
import shutil
import struct
import subprocess
import tempfile
import zipfile
import zlib

from lock_maker import agile, kdb, kdbx3, odf, odf_package, rar5, xor_workbook

TABLE = [0] * 256
for i in range(256):
    c = i
    for _ in range(8):
        c = c >> 1 ^ (0xEDB88320 if c & 1 else 0)
    TABLE[i] = c


class ZipCrypto:
    """PKWARE's old cipher (APPNOTE 6.1)."""

    def __init__(self, password):
        self.keys = [0x12345678, 0x23456789, 0x34567890]
        for byte in password:
            self.update(byte)

    def update(self, byte):
        k0, k1, k2 = self.keys
        k0 = TABLE[(k0 ^ byte) & 0xFF] ^ k0 >> 8
        k1 = (k1 + (k0 & 0xFF)) * 134775813 + 1 & 0xFFFFFFFF
        k2 = TABLE[(k2 ^ k1 >> 24) & 0xFF] ^ k2 >> 8
        self.keys = [k0, k1, k2]

    def encrypt(self, data):
        out = bytearray()
        for byte in data:
            t = self.keys[2] | 2
            out.append(byte ^ (t * (t ^ 1) >> 8 & 0xFF))
            self.update(byte)
        return bytes(out)


def locked_zip(members, password, seed="zip"):
    """MEMBERS: name to bytes; PASSWORD: text, or name to text; None: that member is not locked."""
    draw = random.Random(seed)
    out, directory = io.BytesIO(), b""
    for name, data in members.items():
        word = password.get(name) if isinstance(password, dict) else password
        packed = zlib.compressobj(9, zlib.DEFLATED, -15)
        body = packed.compress(data) + packed.flush()
        crc, flags = zlib.crc32(data), 0
        if word is not None:
            head = bytes(draw.randrange(256) for _ in range(11)) + bytes([crc >> 24])
            body, flags = ZipCrypto(word.encode()).encrypt(head + body), 1
        fields = struct.pack("<HHHHHIIIHH", 20, flags, 8, 0, 0x5821, crc, len(body), len(data), len(name), 0)
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, out.tell()) + name.encode()
        out.write(b"PK\x03\x04" + fields + name.encode() + body)
    start = out.tell()
    out.write(directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), start, 0))
    return out.getvalue()


def pdf(text):
    """A document of one page with one line."""
    stream = f"BT /F1 9 Tf 40 700 Td ({text.strip()}) Tj ET"
    parts = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
             "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
             f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream", "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"]
    out, places = "%PDF-1.5\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{part}\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n" + "".join(f"{at:010} 00000 n \n" for at in places)
    return (out + f"trailer\n<< /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").encode()


def made_by(command, name, suffix):
    """What a program makes of a file NAME; {in}, {out} and words of COMMAND. None where it is not there. MEMBERS: one, name and bytes."""
    if not shutil.which(command[0]):
        return None
    member, data = name
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder) / member, pathlib.Path(folder) / ("out" + suffix)
        source.write_bytes(data)
        words = [word.replace("{in}", str(source)).replace("{out}", str(target)) for word in command]
        done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        return target.read_bytes() if done.returncode == 0 and target.exists() else None


def docx(text):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                         '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
        archive.writestr("word/document.xml", '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
                         f"<w:p><w:r><w:t>{text.strip()}</w:t></w:r></w:p></w:body></w:document>")
    return out.getvalue()


def putty_key(password, version):
    """The program asks for a file with the passphrase."""
    return made_by(["puttygen", "-q", "-t", "rsa", "-b", "1024", "--ppk-param", f"version={version}", "--new-passphrase", "{in}", "-o", "{out}",
                    "--random-device", "/dev/urandom"], ("passphrase", password.encode()), ".ppk")


def openssl_key(password, form):
    """A key of P-256, as PEM, or with a certificate in a PKCS #12 file."""
    key = made_by(["openssl", "ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", "{out}"], ("none", b""), ".pem")
    if key is None or form == "pem":
        return key and made_by(["openssl", "ec", "-in", "{in}", "-aes256", "-passout", f"pass:{password}", "-out", "{out}"], ("key.pem", key), ".pem")
    if form == "pkcs8":
        return made_by(["openssl", "pkcs8", "-topk8", "-in", "{in}", "-passout", f"pass:{password}", "-out", "{out}"], ("key.pem", key), ".pem")
    certificate = made_by(["openssl", "req", "-x509", "-key", "{in}", "-subj", "/CN=x", "-days", "30", "-out", "{out}"], ("key.pem", key), ".pem")
    return made_by(["openssl", "pkcs12", "-export", "-in", "{in}", "-passout", f"pass:{password}", "-out", "{out}"], ("both.pem", key + certificate), ".p12")


def keepass(text, password):
    """By pykeepass: version 4, Argon2."""
    code = ("import pykeepass, sys\nkp = pykeepass.create_database(sys.argv[1], password=sys.argv[2])\n"
            "kp.add_entry(kp.root_group, 'deploy', 'bob', open(sys.argv[3]).read().strip())\nkp.save()")
    return made_by(["/usr/bin/python3", "-c", code, "{out}", password, "{in}"], ("text", text.encode()), ".kdbx")


def secret_of(data):
    return data.decode().strip().split("=")[-1]


# Kind, what it is called, and a maker of MEMBER with DATA and PASSWORD; None where its program is not there.
MAKERS = {
    "zip": lambda member, data, password: locked_zip({member: data}, password),
    "zip-aes": lambda member, data, password: made_by(["7z", "a", "-tzip", "-mem=AES256", f"-p{password}", "{out}", "{in}"], (member, data), ".zip"),
    "7z": lambda member, data, password: made_by(["7z", "a", "-t7z", f"-p{password}", "{out}", "{in}"], (member, data), ".7z"),
    "7z-names": lambda member, data, password: made_by(["7z", "a", "-t7z", "-mhe=on", f"-p{password}", "{out}", "{in}"], (member, data), ".7z"),
    "rar": lambda member, data, password: shutil.which("openssl") and rar5(member, data, password),
    "pdf": lambda member, data, password: made_by(["qpdf", "--encrypt", password, password + "-owner", "256", "--", "{in}", "{out}"],
                                                  ("plain.pdf", pdf(data.decode())), ".pdf"),
    "docx": lambda member, data, password: shutil.which("openssl") and agile(docx(data.decode()), password),
    "odt": lambda member, data, password: shutil.which("openssl") and odf(data.decode().strip(), password, "AES"),
    "odt-2": lambda member, data, password: odf_package(data.decode().strip(), password),
    "odt-1": lambda member, data, password: shutil.which("openssl") and odf(data.decode().strip(), password, "Blowfish"),
    "xls": lambda member, data, password: xor_workbook(data.decode().strip(), password),
    "p12": lambda member, data, password: openssl_key(password, "p12"),
    "kdbx": lambda member, data, password: keepass(secret_of(data), password),
    "kdb": lambda member, data, password: kdb(secret_of(data), password, has_more=False),
    "kdbx-3": lambda member, data, password: shutil.which("openssl") and kdbx3(secret_of(data), password, 3),
    "ssh": lambda member, data, password: made_by(["ssh-keygen", "-q", "-t", "ed25519", "-N", password, "-a", "4", "-C", "me@x", "-f", "{out}"],
                                                  (member, data), ".key"),
    "pem": lambda member, data, password: openssl_key(password, "pem"),
    "pem-8": lambda member, data, password: openssl_key(password, "pkcs8"),
    "ppk": lambda member, data, password: putty_key(password, 2),
    "ppk-3": lambda member, data, password: putty_key(password, 3),
}


def locked(kind, member, data, password):
    """A locked file of KIND that holds MEMBER (a key holds itself), or None where nothing here can make it."""
    return MAKERS[kind](member, data, password) or None
