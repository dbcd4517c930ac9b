#!/usr/bin/env python3
"""Every place of a document, capture or database where a secret may lie, in a list: found, once; else a gap that names it. `places_test.py probe` only counts;
`places_test.py damage [COUNT [FIRST]]` harms COUNT variants (1000)."""
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import damage  # noqa: E402
import places_office  # noqa: E402
import places_text  # noqa: E402
import places_wire  # noqa: E402
from harness import Tap, github_token, of_type, scan, summary  # noqa: E402

LISTS = (places_office, places_text, places_wire)
SECRETS = places_wire.SECRETS


def token(name):
    return github_token(f"place {name}")


def secret(place):
    return SECRETS.get(place, lambda text: text)(token(place))


def look(makers):
    """For each place: its findings, and its gaps."""
    with tempfile.TemporaryDirectory() as folder:
        for number, (place, make) in enumerate(makers.items()):
            name, data = make(token(place))
            where = pathlib.Path(folder, f"{number:03}")
            where.mkdir()
            (where / name).write_bytes(data)
        status, records, errors = scan("--reveal", "--only", "github-token", "--only", "mail-auth-plain", "--jobs", 2, folder)
    found, gaps = {}, {}
    for finding in of_type(records, "finding"):
        found.setdefault(finding["secret"], []).append(finding)
    for gap in of_type(records, "gap"):
        parts = str(gap.get("path", "")).replace("!", "/").split("/")
        number = next((int(part) for part in parts if len(part) == 3 and part.isdigit()), None)
        gaps.setdefault(number, []).append(gap)
    out = {place: (found.get(secret(place), []), gaps.get(number, [])) for number, place in enumerate(makers)}
    return out, summary(records), errors


def probe():
    total = {"found": 0, "twice": 0, "gap": 0, "silent": 0}
    for module in LISTS:
        makers = {**module.PLACES, **{place: make for place, (_, make) in module.GAPS.items()}}
        for place, (hits, gaps) in look(makers)[0].items():
            kind = "found" if len(hits) == 1 else "twice" if hits else "gap" if gaps else "silent"
            total[kind] += 1
            if kind != "found":
                print(f"{kind:7} {place}: {[(h['view'], h['path'].split('/')[-1]) for h in hits]} {[(g['kind'], g['reason']) for g in gaps]}")
    print(total)


def check(tap, module):
    label = module.__name__.removeprefix("places_")
    results, total, errors = look(module.PLACES)
    for place, (hits, gaps) in results.items():
        if place in module.SILENT:
            tap.ok(f"{label}/{place}: not read yet", not hits, "it is read now: take it out of SILENT")
        else:
            tap.ok(f"{label}/{place}", len(hits) == 1, f"{[(h['view'], h['path']) for h in hits]} {gaps} {errors}")
    tap.ok(f"{label}/leaves add up", total["leaves"] == total["scanned"] + total["partial"] + total["refused"], total)
    results, total, errors = look({place: make for place, (_, make) in module.GAPS.items()})
    for place, (hits, gaps) in results.items():
        tap.ok(f"{label}/{place}: a gap", module.GAPS[place][0] in {gap["kind"] for gap in gaps}, gaps)


if sys.argv[1:] == ["probe"]:
    probe()
    sys.exit(0)
def samples_to_harm():
    for module in LISTS:
        for place, make in module.PLACES.items():
            if "far down" not in place:
                yield make(token(place))


if sys.argv[1:2] == ["damage"]:
    sys.exit(damage.main("places damage", list(samples_to_harm()), sys.argv[2:]))
tap = Tap()
for module in LISTS:
    check(tap, module)
failed, deaths, lost = damage.run("places damage", list(samples_to_harm()), 100)
tap.ok("damaged/100 variants are sound", not failed, failed)
tap.ok("damaged/no worker died", deaths == 0 and not lost, f"{deaths} {lost}")
tap.done()
