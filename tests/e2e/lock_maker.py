"""lock_maker.py - locked files that no program of Debian writes today, made here for tests: RAR 5, Office, KeePass 3.1."""
import base64
import ctypes
import gzip
import hashlib
import io
import struct
import subprocess
import zipfile
import zlib

from cfb_writer import Storage, write_cfb


def run(*command, stdin=b"", cwd=None):
    done = subprocess.run([str(c) for c in command], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd, timeout=300)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr.decode(errors='replace')[-300:]}")
    return done.stdout


def rar5_block(kind, flags, fields, extra=b"", data=b""):
    def vint(value):
        out = b""
        while value > 127:
            out, value = out + bytes([value & 127 | 128]), value >> 7
        return out + bytes([value])
    body = vint(kind) + vint(flags | bool(extra) | 2 * bool(data)) + (vint(len(extra)) if extra else b"") + (vint(len(data)) if data else b"") + fields + extra
    body = vint(len(body)) + body
    return struct.pack("<I", zlib.crc32(body)) + body + data


def rar5(member, text, password):
    """An archive of one stored file, with a check value."""
    salt, iv, power = bytes(range(16)), bytes(range(16, 32)), 10

    def derive(more):
        return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, (1 << power) + more, 32)
    folded = bytearray(8)
    for i, byte in enumerate(derive(32)):
        folded[i % 8] ^= byte
    check_value = bytes(folded) + hashlib.sha256(bytes(folded)).digest()[:4]
    padded = text + bytes(-len(text) % 16)
    data = run("openssl", "enc", "-aes-256-cbc", "-nopad", "-K", derive(0).hex(), "-iv", iv.hex(), stdin=padded)
    record = bytes([1, 0, 1, power]) + salt + iv + check_value
    fields = bytes([4, len(text), 32]) + struct.pack("<I", zlib.crc32(text)) + bytes([0, 1, len(member)]) + member.encode()
    return b"Rar!\x1a\x07\x01\x00" + rar5_block(1, 0, b"\0") + rar5_block(2, 0, fields, bytes([len(record)]) + record, data) + rar5_block(5, 0, b"\0")


def aes_cbc(key, iv, data):
    return run("openssl", "enc", f"-aes-{len(key) * 8}-cbc", "-nopad", "-K", key.hex(), "-iv", iv.hex(), stdin=data + bytes(-len(data) % 16))


def agile(package, password, rounds=1000):
    """Agile encryption (MS-OFFCRYPTO 2.3.4.10), written here; another tool reads it in the test."""
    salt, data_salt, verifier, secret = (bytes([i]) * 16 for i in (1, 2, 3, 4))
    secret += secret

    def sha(*parts):
        return hashlib.sha512(b"".join(parts)).digest()
    made = sha(salt, password.encode("utf-16-le"))
    for i in range(rounds):
        made = sha(struct.pack("<I", i), made)

    def lock(block, data):
        return base64.b64encode(aes_cbc(sha(made, bytes.fromhex(block))[:32], salt, data)).decode()
    shape = 'saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512"'
    xml = (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" '
           f'xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><keyData {shape} saltValue="{base64.b64encode(data_salt).decode()}"/>'
           '<dataIntegrity encryptedHmacKey="" encryptedHmacValue=""/><keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password">'
           f'<p:encryptedKey spinCount="{rounds}" {shape} saltValue="{base64.b64encode(salt).decode()}" encryptedVerifierHashInput="{lock("fea7d2763b4b9e79", verifier)}" '
           f'encryptedVerifierHashValue="{lock("d7aa0f6d3061344e", sha(verifier))}" encryptedKeyValue="{lock("146e0be7abacd0d6", secret)}"/>'
           '</keyEncryptor></keyEncryptors></encryption>')
    body = struct.pack("<Q", len(package))
    for number, at in enumerate(range(0, len(package), 4096)):
        body += aes_cbc(secret, sha(data_salt, struct.pack("<I", number))[:16], package[at:at + 4096])
    return write_cfb(Storage({"EncryptionInfo": struct.pack("<HHI", 4, 4, 0x40) + xml.encode(), "EncryptedPackage": body}))


def xor_workbook(text, password):
    """Excel's obfuscation (MS-OFFCRYPTO 2.3.7), written here: nothing in Debian writes it."""
    initial = [0xE1F0, 0x1D0F, 0xCC9C, 0x84C0, 0x110C, 0x0E10, 0xF1CE, 0x313E, 0x1872, 0xE139, 0xD40F, 0x84F9, 0x280C, 0xA96A, 0x4EC3]
    starts = [0xAEFC, 0x7B61, 0x4563, 0x0375, 0xD849, 0x6F45, 0xEB23, 0x47D3, 0xB861, 0x45A0, 0xAA51, 0x76B4, 0x3730, 0x3331, 0x1021]
    pad = bytes.fromhex("bbffffbaffffb98000be0f00bf0f00")
    matrix = []
    for start in starts:
        for _ in range(7):
            matrix.append(start)
            start = (start << 1 & 0xFFFF) ^ (0x1021 if start & 0x8000 else 0)
    raw = password.encode()
    key, element = initial[len(raw) - 1], 0x68
    for char in reversed(raw):
        for _ in range(7):
            if char & 0x40:
                key ^= matrix[element]
            char, element = char << 1, element - 1
    verifier = 0
    for byte in reversed(bytes([len(raw)]) + raw):
        verifier = ((verifier >> 14 & 1) | (verifier << 1 & 0x7FFF)) ^ byte
    verifier ^= 0xCE4B

    def ror(byte, by):
        return (byte >> by | byte << (8 - by)) & 0xFF
    plain = (raw + pad)[:16]
    array = [ror(plain[i] ^ (key >> 8 if i % 2 else key & 0xFF), 1) for i in range(16)]
    records = [(0x0809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6)), (0x002F, struct.pack("<HHH", 0, key, verifier)), (0x0042, struct.pack("<H", 1200)),
               (0x0022, b"\0\0"), (0x0204, struct.pack("<HHHHB", 0, 0, 0, len(text), 0) + text.encode()), (0x000A, b"")]
    stream = b""
    for kind, data in records:
        at = len(stream) + 4
        if kind not in (0x0809, 0x002F):
            data = bytes(ror(byte, 3) ^ array[(at + i + len(data)) % 16] for i, byte in enumerate(data))
        stream += struct.pack("<HH", kind, len(data)) + data
    return write_cfb(Storage({"Workbook": stream + bytes(4096)}))


def key_file(form, key):
    """KEY (32 bytes) as a key file of KeePass's; of the form `any` the key is made of the file."""
    if form == "xml 1":
        return (f'<?xml version="1.0" encoding="utf-8"?>\n<KeyFile>\n\t<Meta>\n\t\t<Version>1.00</Version>\n\t</Meta>\n\t<Key>\n\t\t<Data>'
                f'{base64.b64encode(key).decode()}</Data>\n\t</Key>\n</KeyFile>').encode()
    if form == "xml 2":
        digits = key.hex().upper()
        lines = "\n\t\t\t".join(" ".join(digits[at + i:at + i + 8] for i in range(0, 32, 8)) for at in (0, 32))
        return (f'<?xml version="1.0" encoding="utf-8"?>\n<KeyFile>\n\t<Meta>\n\t\t<Version>2.0</Version>\n\t</Meta>\n\t<Key>\n\t\t<Data Hash="'
                f'{hashlib.sha256(key).hexdigest()[:8].upper()}">\n\t\t\t{lines}\n\t\t</Data>\n\t</Key>\n</KeyFile>\n').encode()
    return {"32 bytes": key, "64 digits": key.hex().encode(), "any": b"a picture of a boat\n" * 40}[form]


def kdbx3(text, password, rounds, key=b""):
    """Version 3.1, written here: today's software writes version 4. PASSWORD None: there is none; KEY: that of a key file."""
    seed, transform_seed, iv, stream_key, start = (bytes([i]) * n for i, n in ((1, 32), (2, 32), (3, 16), (4, 32), (5, 32)))

    def field(kind, value):
        return struct.pack("<BH", kind, len(value)) + value
    header = b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5" + struct.pack("<HH", 1, 3)
    for kind, value in ((2, bytes.fromhex("31c1f2e6bf714350be5805216afc5aff")), (3, struct.pack("<I", 1)), (4, seed), (5, transform_seed),
                        (6, struct.pack("<Q", rounds)), (7, iv), (8, stream_key), (9, start), (10, struct.pack("<I", 2)), (0, b"\r\n\r\n")):
        header += field(kind, value)
    word = b"" if password is None else hashlib.sha256(password.encode()).digest()
    key = hashlib.sha256(word + key).digest()
    for _ in range(rounds):
        key = run("openssl", "enc", "-aes-256-ecb", "-nopad", "-K", transform_seed.hex(), stdin=key)
    key = hashlib.sha256(seed + hashlib.sha256(key).digest()).digest()
    xml = gzip.compress(f"<KeePassFile><Root><Group><Entry><String><Key>Password</Key><Value>{text}</Value></String></Entry></Group></Root></KeePassFile>".encode())
    blocks = struct.pack("<I", 0) + hashlib.sha256(xml).digest() + struct.pack("<I", len(xml)) + xml + struct.pack("<I", 1) + bytes(32) + bytes(4)
    return header + run("openssl", "enc", "-aes-256-cbc", "-K", key.hex(), "-iv", iv.hex(), stdin=start + blocks)


def gcrypt(cipher, mode, key, iv, data):
    """DATA enciphered by libgcrypt: Python has no Twofish, and openssl is a process for each round."""
    library, handle = ctypes.CDLL("libgcrypt.so.20"), ctypes.c_void_p()
    library.gcry_check_version(None)
    out = ctypes.create_string_buffer(bytes(data), len(data))
    if library.gcry_cipher_open(ctypes.byref(handle), {"aes": 9, "twofish": 10}[cipher], {"ecb": 1, "cbc": 3}[mode], 0) \
            or library.gcry_cipher_setkey(handle, key, ctypes.c_size_t(len(key))) or (iv and library.gcry_cipher_setiv(handle, iv, ctypes.c_size_t(len(iv)))) \
            or library.gcry_cipher_encrypt(handle, out, ctypes.c_size_t(len(data)), None, ctypes.c_size_t(0)):
        raise RuntimeError(cipher)
    library.gcry_cipher_close(handle)
    return out.raw


def kdb(text, password, rounds=3, cipher="aes", key=b"", has_more=True):
    """KeePass 1, with TEXT as a password, and, unless not HAS_MORE, attached and in a field of no known type. PASSWORD: as bytes, or as text that is written as UTF-8; KEY: that of a key file."""
    word = password if isinstance(password, bytes) else password.encode()

    def field(kind, value):
        return struct.pack("<HI", kind, len(value)) + value
    end, text = field(0xFFFF, b""), text.encode()
    group = field(1, struct.pack("<I", 1)) + field(2, b"Servers\0") + field(3, bytes(5)) + field(8, struct.pack("<H", 0)) + end
    entry = ((field(0, b"extra " + text) if has_more else b"") + field(1, bytes(16)) + field(2, struct.pack("<I", 1)) + field(4, b"deploy\0") + field(5, b"https://x.example\0")
             + field(6, b"bob\0") + field(7, text + b"\0") + field(8, b"a <note> & more\0") + (field(13, b"a.txt\0") + field(14, b"attached " + text) if has_more else b"") + end)
    content = group + entry
    seed, salt, iv = bytes(range(16)), bytes(range(32)), bytes(range(16, 32))
    hashed = hashlib.sha256(word).digest()
    turned = hashlib.sha256(hashed + key).digest() if key and word else key or hashed
    for _ in range(rounds):
        turned = gcrypt("aes", "ecb", salt, b"", turned)
    final = hashlib.sha256(seed + hashlib.sha256(turned).digest()).digest()
    pad = 16 - len(content) % 16
    header = (b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5" + struct.pack("<II", 1 | {"aes": 2, "twofish": 8}[cipher], 0x30002) + seed + iv + struct.pack("<II", 1, 1)
              + hashlib.sha256(content).digest() + salt + struct.pack("<I", rounds))
    return header + gcrypt(cipher, "cbc", final, iv, content + bytes([pad]) * pad)


def kdbx4_field(kind, value):
    return struct.pack("<BI", kind, len(value)) + value


def kdbx4_header(memory, rounds, lanes):
    """Version 4 under Argon2d, with nothing behind its header."""
    values = ((0x42, b"$UUID", bytes.fromhex("ef636ddf8c29444b91f7a9a403e30a0c")), (0x42, b"S", bytes(range(32))), (4, b"P", struct.pack("<I", lanes)),
              (5, b"M", struct.pack("<Q", memory)), (5, b"I", struct.pack("<Q", rounds)), (4, b"V", struct.pack("<I", 0x13)))
    kdf = struct.pack("<H", 0x100) + b"".join(bytes([kind]) + struct.pack("<I", len(name)) + name + struct.pack("<I", len(value)) + value
                                              for kind, name, value in values) + b"\0"
    fields = ((2, bytes.fromhex("31c1f2e6bf714350be5805216afc5aff")), (3, struct.pack("<I", 1)), (4, bytes(32)), (7, bytes(16)), (11, kdf), (0, b"\r\n\r\n"))
    return b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5" + struct.pack("<HH", 0, 4) + b"".join(kdbx4_field(*field) for field in fields) + bytes(100)


def der(tag, content):
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x84" + struct.pack(">I", size)
    return bytes([tag]) + length + content


def der_number(value):
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def der_oid(text):
    first, second, *arcs = map(int, text.split("."))
    out = bytes([40 * first + second])
    for arc in arcs:
        septets = [arc & 127]
        while arc := arc >> 7:
            septets.append(arc & 127 | 128)
        out += bytes(reversed(septets))
    return der(6, out)


def argon2id(password, salt, rounds, kib, lanes, size=32):
    """By libgcrypt: 64 is its number for Argon2, 2 the variant's."""
    library, handle, out = ctypes.CDLL("libgcrypt.so.20"), ctypes.c_void_p(), ctypes.create_string_buffer(size)
    library.gcry_check_version(None)
    params = (ctypes.c_ulong * 4)(size, rounds, kib, lanes)
    if library.gcry_kdf_open(ctypes.byref(handle), 64, 2, params, 4, password, ctypes.c_size_t(len(password)), salt, ctypes.c_size_t(len(salt)), None, ctypes.c_size_t(0),
                             None, ctypes.c_size_t(0)) or library.gcry_kdf_compute(handle, None) or library.gcry_kdf_final(handle, ctypes.c_size_t(size), out):
        raise RuntimeError("argon2")
    library.gcry_kdf_close(handle)
    return out.raw


def gcm(key, iv, data):
    """DATA enciphered by libgcrypt in GCM, with its tag."""
    library, handle, tag = ctypes.CDLL("libgcrypt.so.20"), ctypes.c_void_p(), ctypes.create_string_buffer(16)
    out = ctypes.create_string_buffer(data, len(data))
    if library.gcry_cipher_open(ctypes.byref(handle), 9, 9, 0) or library.gcry_cipher_setkey(handle, key, ctypes.c_size_t(32)) \
            or library.gcry_cipher_setiv(handle, iv, ctypes.c_size_t(12)) or library.gcry_cipher_encrypt(handle, out, ctypes.c_size_t(len(data)), None, ctypes.c_size_t(0)) \
            or library.gcry_cipher_gettag(handle, tag, ctypes.c_size_t(16)):
        raise RuntimeError("gcm")
    library.gcry_cipher_close(handle)
    return out.raw + tag.raw


def odf_package(text, password, more=(), is_standard=False, kib=64, rounds=3, lanes=1, derivation=None):
    """An OpenDocument text as LibreOffice locks it from 24.2 on: one member, deflated, in GCM under Argon2id. MORE: members that do not belong there; IS_STANDARD: with the
    names that ODF 1.5 is to have."""
    namespace, loext = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0", "urn:org:documentfoundation:names:experimental:office"
    kind = "application/vnd.oasis.opendocument.text"
    inner, out = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), kind)
        archive.writestr("content.xml", '<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
                         f'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text><text:p>{text}</text:p></office:text></office:body></office:document-content>')
        archive.writestr("META-INF/manifest.xml", f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{namespace}"><manifest:file-entry manifest:full-path="/" '
                         f'manifest:media-type="{kind}"/></manifest:manifest>')
    plain, salt, iv = inner.getvalue(), bytes(range(16)), bytes(range(12))
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = iv + gcm(argon2id(hashlib.sha256(password.encode()).digest(), salt, rounds, kib, lanes), iv, packer.compress(plain) + packer.flush())
    name, prefix = ("urn:oasis:names:tc:opendocument:xmlns:manifest:1.5#argon2id", "manifest") if is_standard else (f"{loext}:manifest:argon2id", "loext")
    manifest = (f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest xmlns:manifest="{namespace}" manifest:version="1.4" xmlns:loext="{loext}:xmlns:loext:1.0">\n'
                f' <manifest:file-entry manifest:full-path="encrypted-package" manifest:media-type="{kind}" manifest:size="{len(plain)}">\n  <manifest:encryption-data>\n'
                f'   <manifest:algorithm manifest:algorithm-name="http://www.w3.org/2009/xmlenc11#aes256-gcm" manifest:initialisation-vector="{base64.b64encode(iv).decode()}"/>\n'
                '   <manifest:start-key-generation manifest:start-key-generation-name="http://www.w3.org/2001/04/xmlenc#sha256" manifest:key-size="32"/>\n'
                f'   <manifest:key-derivation manifest:key-derivation-name="{derivation or name}" {prefix}:argon2-iterations="{rounds}" {prefix}:argon2-memory="{kib}" '
                f'{prefix}:argon2-lanes="{lanes}" manifest:salt="{base64.b64encode(salt).decode()}" manifest:key-size="32"/>\n'
                "  </manifest:encryption-data>\n </manifest:file-entry>\n</manifest:manifest>")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("encrypted-package", body)
        for name, data in more:
            archive.writestr(name, data)
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def odf(text, password, form, rounds=1000):
    """An OpenDocument text, FORM "AES" as ODF 1.2 has it or "Blowfish" as 1.1, written here; what LibreOffice writes has the same shape."""
    namespace = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    is_aes = form == "AES"
    content = ('<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
               'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:text>'
               + "".join(f"<text:p>line {i} {hashlib.sha256(bytes([i])).hexdigest()}</text:p>" for i in range(60))
               + f"<text:p>{text}</text:p></office:text></office:body></office:document-content>").encode()
    sha = hashlib.sha256 if is_aes else hashlib.sha1
    entries, out = "", io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        for name, data in (("content.xml", content), ("meta.xml", b"<?xml version='1.0'?><m/>")):
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            packed = packer.compress(data) + packer.flush()
            salt, iv = hashlib.md5(name.encode()).digest(), hashlib.md5(data).digest()[:16 if is_aes else 8]
            key = hashlib.pbkdf2_hmac("sha1", sha(password.encode()).digest(), salt, rounds, 32 if is_aes else 16)
            if is_aes:
                fill = 16 - len(packed) % 16
                body = run("openssl", "enc", "-aes-256-cbc", "-nopad", "-K", key.hex(), "-iv", iv.hex(), stdin=packed + bytes(fill - 1) + bytes([fill]))
                names = (f"{namespace}#sha256-1k", "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
                         '<manifest:start-key-generation manifest:start-key-generation-name="http://www.w3.org/2000/09/xmldsig#sha256" manifest:key-size="32"/>')
            else:
                body = run("openssl", "enc", "-bf-cfb", "-provider", "legacy", "-provider", "default", "-K", key.hex(), "-iv", iv.hex(), stdin=packed)
                names = ("SHA1/1K", "Blowfish CFB", "")
            archive.writestr(name, body)
            entries += (f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml" manifest:size="{len(data)}">'
                        f'<manifest:encryption-data manifest:checksum-type="{names[0]}" manifest:checksum="{base64.b64encode(sha(packed[:1024]).digest()).decode()}">'
                        f'<manifest:algorithm manifest:algorithm-name="{names[1]}" manifest:initialisation-vector="{base64.b64encode(iv).decode()}"/>{names[2]}'
                        f'<manifest:key-derivation manifest:key-derivation-name="PBKDF2" manifest:iteration-count="{rounds}" manifest:salt="{base64.b64encode(salt).decode()}"/>'
                        "</manifest:encryption-data></manifest:file-entry>")
        archive.writestr("META-INF/manifest.xml", f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{namespace}">'
                         f'<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>{entries}</manifest:manifest>')
    return out.getvalue()
