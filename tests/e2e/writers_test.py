#!/usr/bin/env python3
"""Documents by a real writer: LibreOffice 25.2 wrote samples/documents (samples/make_documents.py says what), with a token in each place that a format has. places.tsv names
the places that a file has one in; each is found, and nothing else."""
import gzip
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import ROOT, Tap, github_token, of_type, scan, summary  # noqa: E402
from lock_mail import adds_up  # noqa: E402

SAMPLES = ROOT / "tests/e2e/samples/documents"
tap = Tap()


def test_samples(folder):
    expected = dict(line.split("\t") for line in (SAMPLES / "places.tsv").read_text().splitlines())
    for path in sorted(SAMPLES.glob("*.gz")):
        name = path.name[:-3]
        (folder / name).write_bytes(gzip.decompress(path.read_bytes()))
    _, records, errors = scan("--reveal", folder)
    found = {}
    for record in of_type(records, "finding"):
        if record["rule"] == "github-token":
            found.setdefault(pathlib.Path(record["path"].split("!/")[0]).name, set()).add(record["secret"])
    for name, places in expected.items():
        tokens = {github_token(f"real {name.rsplit('.', 1)[0]} {place}"): place for place in places.split(", ")}
        missing = [place for token, place in tokens.items() if token not in found.get(name, ())]
        more = found.get(name, set()) - set(tokens)
        if name.endswith(".pdf") and any(gap["kind"] == "unsupported" for gap in of_type(records, "gap")):
            tap.skip(f"writers/{name}", "no helper for PDF")
        else:
            tap.ok(f"writers/{name}: {len(tokens)} places", not missing and not more, f"missing {missing}, more {len(more)} {errors}")
    tap.ok("writers: leaves add up, every sample is named", adds_up(records) and sorted(expected) == sorted(p.name[:-3] for p in SAMPLES.glob("*.gz")), summary(records))


with tempfile.TemporaryDirectory() as name:
    test_samples(pathlib.Path(name))
tap.done()
