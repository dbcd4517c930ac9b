#!/usr/bin/env python3
"""Real files, harmed: corpora_damage.py archives|mail|mbox|xlsb|keys [COUNT [FIRST]]. Run by hand; tests/e2e/damage.py says what is done to them."""
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import damage  # noqa: E402
from harness import CORPORA  # noqa: E402

# libarchive 3.6.2 itself never ends on one, and takes all memory on the other (honesty_test.py).
LIBRARY_FAULTS = ("test_read_format_xar_doublelink.xar", "test_read_format_iso_rockridge_ce_loop.iso.Z")
MOST = 128 * 1024  # bytes of a sample


def files(*patterns):
    found = sorted(path for pattern in patterns for path in CORPORA.glob(pattern) if path.is_file())
    return [(path.name, path.read_bytes()) for path in found if path.stat().st_size <= MOST and path.name not in LIBRARY_FAULTS]


def mbox():
    """Mailboxes of twenty messages each, of real ones."""
    mails = [data for _, data in files("mail/**/*.eml", "ham/**/*")][:200]
    return [(f"{at}.mbox", b"".join(b"From a@b.example Mon Mar  4 09:00:00 2024\n" + mail.replace(b"\nFrom ", b"\n>From ") + b"\n" for mail in mails[at:at + 20]))
            for at in range(0, len(mails), 20)]


def keys():
    """Key files as real programs write them."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        commands = ["openssl genrsa -out rsa.pem 2048", "openssl ecparam -name prime256v1 -genkey -noout -out ec.pem",
                    "openssl pkcs8 -topk8 -in rsa.pem -out locked.pem -passout pass:harmed", "openssl pkcs8 -topk8 -nocrypt -in ec.pem -outform DER -out ec.der",
                    "openssl req -x509 -new -key rsa.pem -subj /CN=x -out cert.pem",
                    "openssl pkcs12 -export -inkey rsa.pem -in cert.pem -out store.p12 -passout pass:harmed"]
        for command in commands:
            subprocess.run(command.split(), cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return [(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]


GROUPS = {
    "archives": lambda: files("archives/**/*"),
    "mail": lambda: files("mail/**/*.eml", "mail/**/*.txt"),
    "mbox": mbox,
    "xlsb": lambda: files("documents/*.xlsb"),
    "keys": keys,
}


if __name__ == "__main__":
    sys.exit(damage.main(f"corpora {sys.argv[1]}", GROUPS[sys.argv[1]](), sys.argv[2:]))
