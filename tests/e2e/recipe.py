"""recipe.py - from a template of tests/golden to the bytes of an input; its secrets are made on the way, so that no file of the tree holds one.

Lines are copied, `{github:ghp_}` made as in rule examples (validate/maker.h), `{github:ghp_ 2}` a second token, `{github:ghp_ 2 :20}` its
first 20 characters, `{password 3}` a password (P3). A line that begins with `@` steers:

    @file NAME          what follows is the file NAME of the input folder (`@file a.mbox`); without one it is the file `input`
    @link NAME TARGET   a symbolic link;  @mkdir NAME  an empty folder
    @eol lf|crlf|cr     ends of the lines that follow;  @chop  takes away the last line's
    @scan PATH…         what is scanned (the file, or `.` with several);  @stdin  gives the file as standard input
    @args OPTION…       for the scan
    @hex 00 FF …        bytes;  @repeat N TEXT  the text N times on one line

Blocks, which may lie in one another, end with `@end`: the text in them is encoded and then stands in the text around them.

    @base64 @qp @uu NAME @yenc NAME @hqx @utf-16 @utf-16le @latin-1 … (any charset Python knows)
    @gzip @bz2 @xz @lzma @zstd @lz4 @compress
    @zip [PASSWORD] @tar @7z [PASSWORD] @cab @lha @rar @rar5 @cpio @ar @iso @xar @ustar …: members begin with `@member NAME`
    @cut N              without its last N bytes
    @doc @xls @ppt      a legacy Office document: lines are pieces of the text, `W …` wide or `N …` narrow; rows of cells; texts
    @sqlite [wal]       lines of SQL as the file they make, or the log beside it
    @dbox WORD…         a message of Dovecot's dbox files, each WORD a line of its metadata (`@dbox Garden BOps/Keys`)
    @cms [compressed]   signed data, its content in pieces of 7 bytes, or compressed data
    @msg @tnef          lines of properties (msg_writer.parsed) as an Outlook message, as winmail.dat
    @pst [ansi]         folders and items (pst_writer.from_text) as an Outlook mailbox
"""
import base64
import bz2
import codecs
import gzip
import io
import lzma
import pathlib
import quopri
import random
import re
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import archive_writer  # noqa: E402
import cms_writer  # noqa: E402
import msg_writer  # noqa: E402
import ole_writer  # noqa: E402
import pst_writer  # noqa: E402
import tnef_writer  # noqa: E402
from harness import b64lines, github_token  # noqa: E402

WHEN = (2024, 1, 12, 9, 30, 0)
EOLS = {"lf": b"\n", "crlf": b"\r\n", "cr": b"\r"}
COMPRESSORS = {"zstd": ["zstd", "-q", "-c"], "lz4": ["lz4", "-q", "-c"], "compress": ["compress", "-c", "-f"]}
BSDTAR_FORMATS = {"cpio": "newc", "ar": "arbsd", "iso": "iso9660", "xar": "xar", "pax": "pax", "shar": "shar"}


def uuencoded(data, name):
    import binascii
    lines = [binascii.b2a_uu(data[i:i + 45]) for i in range(0, len(data), 45)]
    return b"begin 644 " + name.encode() + b"\n" + b"".join(lines) + b"`\nend\n"


def yencoded(data, name):
    out = bytearray()
    for byte in data:
        byte = (byte + 42) & 255
        out += bytes([ord("="), (byte + 64) & 255]) if byte in (0, 10, 13, 61) else bytes([byte])
    return f"=ybegin line=128 size={len(data)} name={name}\n".encode() + bytes(out) + f"\n=yend size={len(data)}\n".encode()


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, WHEN), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def tarred(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def in_folder(members, command, out):
    """Pack MEMBERS with a program that reads files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in members:
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        subprocess.run([*command, *(name for name, _ in members)], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return (pathlib.Path(folder) / out).read_bytes()


def archived(kind, members, password):
    if kind == "zip" and password:
        return in_folder(members, ["7z", "a", "-bd", "-tzip", f"-p{password}", "out.zip"], "out.zip")
    if kind == "zip":
        return zipped(members)
    if kind == "tar":
        return tarred(members)
    if kind in archive_writer.WRITERS:
        return archive_writer.WRITERS[kind](members)
    if kind == "7z":
        options = [f"-p{password.removeprefix('hidden:')}"] if password else []
        options += ["-mhe=on"] if password and password.startswith("hidden:") else []
        return in_folder(members, ["7z", "a", "-bd", *options, "out.7z"], "out.7z")
    return in_folder(members, ["bsdtar", "-c", "--format", BSDTAR_FORMATS[kind], "-f", "out"], "out")


def database(script, is_log):
    """The SQLite file that SCRIPT makes, or the log beside it."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "made.db"
        db = sqlite3.connect(path, isolation_level=None)
        db.executescript(("pragma journal_mode=wal;" if is_log else "") + script)
        log = path.with_name("made.db-wal").read_bytes() if is_log else None
        db.close()
        return log or path.read_bytes()


def dbox_message(data, metadata):
    head = b"\x01\x02N " + b" " * 8 + b" " + f"{len(data):016x}".encode() + b"\n"
    return head + data + b"\n\x01\x03\n" + "".join(line + "\n" for line in metadata).encode() + b"\n"


def encoded(kind, data, words):
    if kind == "base64":
        return b64lines(data).replace("\r\n", "\n").encode()
    if kind == "qp":
        return quopri.encodestring(data)
    if kind == "uu":
        return uuencoded(data, words[0])
    if kind == "yenc":
        return yencoded(data, words[0])
    if kind == "dbox":
        return dbox_message(data, words)
    if kind == "msg":
        return msg_writer.write_msg(msg_writer.parsed(data.decode()))
    if kind == "pst":
        return pst_writer.from_text(data.decode(), "ansi" in words)
    if kind in ("doc", "ppt"):
        lines = [(line[2:], line.startswith("W ")) for line in data.decode().splitlines()]
        return ole_writer.document(ole_writer.word(lines) if kind == "doc" else ole_writer.slides(lines))
    if kind == "xls":
        return ole_writer.document(ole_writer.sheets([line.split("|") for line in data.decode().splitlines()], cut=3))
    if kind == "cms":
        return cms_writer.compressed(data) if words else cms_writer.in_pieces(data, 7, 2)
    if kind == "tnef":
        return tnef_writer.write_tnef(msg_writer.parsed(data.decode()))
    if kind == "sqlite":
        return database(data.decode(), words[:1] == ["wal"])
    if kind == "cut":
        return data[:-int(words[0])]
    if kind == "gzip":
        return gzip.compress(data, mtime=0)
    if kind == "bz2":
        return bz2.compress(data)
    if kind in ("xz", "lzma"):
        return lzma.compress(data, format=lzma.FORMAT_XZ if kind == "xz" else lzma.FORMAT_ALONE)
    if kind in COMPRESSORS:
        return subprocess.run(COMPRESSORS[kind], input=data, stdout=subprocess.PIPE, check=True).stdout
    return codecs.encode(data.decode(), kind)


class Recipe:
    """The files, and how they are scanned."""

    def __init__(self, template, seed):
        self.seed = seed
        self.files, self.links, self.folders = [], [], []
        self.scans, self.arguments, self.is_stdin = [], [], False
        self.secrets = {}
        self.blocks = []  # (kind, words, members or None)
        self.texts = [bytearray()]
        self.eol = b"\n"
        for line in template.splitlines():
            self.take(line)
        if self.blocks:
            raise ValueError(f"{seed}: @{self.blocks[-1][0]} has no @end")
        if not self.files:
            self.files = [("input", self.texts[0])]

    def password(self, match):
        number = int(match.group(1) or 1)
        value = "".join(random.Random(f"{self.seed} password {number}").choices("abcdefghkmnpqrstwxyz23456789-", k=22)) + "x7"
        self.secrets[value] = f"P{number}"
        return value

    def token(self, match):
        number = int(match[1] or 1)
        token = github_token(f"{self.seed} {number}")
        self.secrets[token] = f"T{number}"
        return token[slice(*(int(end) if end else None for end in match[2].split(":")))] if match[2] else token

    def expand(self, text):
        text = re.sub(r"\{password ?(\d*)\}", self.password, text)
        return re.sub(r"\{github:ghp_ ?(\d*)(?: (\d*:\d*))?\}", self.token, text)

    def put(self, data):
        self.texts[-1] += data

    def take(self, line):
        if not line.startswith("@"):
            self.put(self.expand(line).encode() + self.eol)
            return
        verb, _, rest = line[1:].partition(" ")
        words = self.expand(rest).split()
        act = getattr(self, "do_" + verb, None)
        if act:
            act(words)
        else:
            self.begin(verb, words)

    def begin(self, kind, words):
        is_archive = kind in ("zip", "tar", "7z", *archive_writer.WRITERS, *BSDTAR_FORMATS)
        self.blocks.append((kind, words, [] if is_archive else None))
        self.texts.append(bytearray())

    def do_end(self, words):
        kind, options, members = self.blocks.pop()
        data = bytes(self.texts.pop())
        if members is None:
            self.put(encoded(kind, data, options))
            return
        self.put(archived(kind, [(name, bytes(text)) for name, text in members], options[0] if options else None))

    def do_member(self, words):
        text = bytearray()
        self.blocks[-1][2].append((" ".join(words), text))
        self.texts[-1] = text

    def do_file(self, words):
        text = bytearray()
        self.files.append((" ".join(words), text))
        self.texts = [text]
        self.eol = b"\n"

    def do_link(self, words):
        self.links.append(words)

    def do_mkdir(self, words):
        self.folders.append(words[0])

    def do_eol(self, words):
        self.eol = EOLS[words[0]]

    def do_chop(self, words):
        del self.texts[-1][-len(self.eol):]

    def do_scan(self, words):
        self.scans += words

    def do_stdin(self, words):
        self.is_stdin = True

    def do_args(self, words):
        self.arguments += words

    def do_hex(self, words):
        self.put(bytes.fromhex("".join(words)))

    def do_repeat(self, words):
        self.put((" ".join(words[1:]) * int(words[0])).encode() + self.eol)

    def write(self, folder):
        """Write the files below FOLDER; the arguments and the standard input of the scan."""
        folder = pathlib.Path(folder)
        for name, data in self.files:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes(data))
        for name in self.folders:
            (folder / name).mkdir(parents=True)
        for name, target in self.links:
            (folder / name).symlink_to(target)
        if self.is_stdin:
            return [*self.arguments, "-"], bytes(self.files[0][1])
        scans = self.scans or ([self.files[0][0]] if len(self.files) == 1 and not self.links else ["."])
        return [*self.arguments, *scans], None
