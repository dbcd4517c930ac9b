"""helper_probe.py - a helper without the program: what it says of one document, over the protocol of scanner/ask/protocol.h."""
import array
import os
import pathlib
import socket
import struct
import subprocess

from harness import PROGRAM

OPENED, ITEM, BYTES, GAP, END = 1, 2, 3, 4, 5
GAPS = ["damaged", "encrypted", "unsupported", "picture", "pages", "document-text", "pixels"]
NUMBERS = {"box": 1, "cpu": 30, "memory": 1 << 30, "document": 1 << 28, "pages": 2000, "text": 32 << 20, "pixels": 64 << 20}


def path_of(name):
    """The helper that was built beside the program, or None."""
    path = pathlib.Path(PROGRAM).parent / name
    return path if path.exists() else None


class Helper:
    def __init__(self, name, languages="", **numbers):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        arguments = [str({**NUMBERS, **numbers}[key]) for key in NUMBERS]
        fd = theirs.fileno()
        self.process = subprocess.Popen(["sh", "-c", f'exec "$0" "$@" 3<&{fd}', str(path_of(name)), *arguments, languages], pass_fds=(fd,),
                                        env={"LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1", "PATH": os.environ["PATH"]})
        theirs.close()
        self.control = ours

    def begin(self):
        self.control.send(b"b")
        word, ancillary, _, _ = self.control.recvmsg(5, socket.CMSG_SPACE(4))
        fds = array.array("i", ancillary[0][2])
        return socket.socket(fileno=fds[0])

    def how(self):
        self.control.send(b"h")
        return struct.unpack("<I", self.control.recv(5)[1:])[0]

    def frames(self, stream):
        data = b""
        while True:
            piece = stream.recv(1 << 20)
            data += piece
            while len(data) >= 8 and len(data) >= 8 + struct.unpack_from("<I", data, 4)[0]:
                length = struct.unpack_from("<I", data, 4)[0]
                yield data[0], data[1], data[8:8 + length]
                data = data[8 + length:]
            if not piece:
                return

    def read(self, document, passwords=()):
        """{"items": [(name, bytes)], "gaps": [(kind, words)], "opened": index or None, "status": how the child ended, "ended": it told all}"""
        stream = self.begin()
        told = {"items": [], "gaps": [], "opened": None, "ended": False}
        try:
            stream.sendall(b"MSP1" + struct.pack("<IQ", len(passwords), len(document)) +
                           b"".join(struct.pack("<I", len(p)) + p for p in passwords) + document)
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            for kind, detail, data in self.frames(stream):
                if kind == OPENED:
                    told["opened"] = struct.unpack("<I", data)[0]
                elif kind == ITEM:
                    told["items"].append([data.decode(), b""])
                elif kind == BYTES:
                    told["items"][-1][1] += data
                elif kind == GAP:
                    told["gaps"].append((GAPS[detail], data.decode()))
                elif kind == END:
                    told["ended"] = True
        except ConnectionResetError:
            pass
        stream.close()
        told["status"] = self.how()
        return told

    def close(self):
        self.control.close()
        self.process.wait(20)
