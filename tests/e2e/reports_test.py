#!/usr/bin/env python3
"""Reports of real scans: the JSON Schema, SARIF's structure, even CSV, no secret and no escape byte in any of them."""
import csv
import io
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unicodedata
from xml.etree import ElementTree

import jsonschema

from harness import PROGRAM, ROOT, STATE, Tap, github_token, scan

TOKEN = github_token("reports")
HOSTILE = "=1+1\x1b[2J\x07 \u202egpj\u200b\u2028"
MAIL = f"""From: =?utf-8?Q?=3DHYPERLINK=28=1B=5B2J?= <alice@example.org>
To: bob@example.org, "x\x1b]0;t\x07" <carol@example.org>
Subject: {HOSTILE} {TOKEN}
Date: Fri, 12 Jan 2024 09:30:00 +0000
Message-ID: <20240112093000.1@example.org>
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

{HOSTILE} TOKEN={TOKEN} &{TOKEN}%
--b
Content-Type: application/octet-stream; name="{TOKEN}.bin"
Content-Transfer-Encoding: base64

AAECAwQFBgcICQ==
--b--
""".encode()
SCHEMA = json.loads((ROOT / "docs" / "output.schema.json").read_text())
tap = Tap()


def valid(instance, schema):
    try:
        jsonschema.Draft202012Validator(schema).validate(instance)
        return ""
    except jsonschema.ValidationError as error:
        return f"{list(error.absolute_path)}: {error.message[:200]}"


def sarif_faults(log):
    """What SARIF 2.1.0 and code hosts ask of a log, as far as it can be told without the official schema."""
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    if log["version"] != "2.1.0" or not log["$schema"].endswith("sarif-2.1.0.json"):
        yield "version"
    if len({rule["id"] for rule in rules}) != len(rules):
        yield "a rule id stands twice"
    for rule in rules:
        if not 0 < float(rule["properties"]["security-severity"]) <= 10 or not rule["shortDescription"]["text"]:
            yield rule["id"]
    notes = run["invocations"][0]["toolExecutionNotifications"]
    kinds = [kind["id"] for kind in run["tool"]["driver"]["notifications"]]
    for note in notes:
        if kinds[note["descriptor"]["index"]] != note["descriptor"]["id"] or note["level"] not in ("note", "warning", "error"):
            yield f"notification {note}"
    for result in run["results"]:
        if rules[result["ruleIndex"]]["id"] != result["ruleId"] or result["level"] not in ("note", "warning", "error"):
            yield f"result {result}"
        if "suppressions" not in result or not result["message"]["text"] or len(result["partialFingerprints"]) != 2:
            yield f"result {result}"
        if any(location["physicalLocation"]["region"]["startLine"] < 1 for location in result["locations"]):
            yield f"no line {result}"
    for thing in run["results"] + notes:
        for location in thing["locations"]:
            artifact = location["physicalLocation"]["artifactLocation"]
            if not re.fullmatch(r"(file://)?[A-Za-z0-9._~/%-]+", artifact["uri"]):
                yield f"uri {artifact}"


def gitlab_faults(log):
    """What security-report-schemas 15.0.4 asks, as far as it can be told without the official schema (GITLAB_SCHEMA)."""
    scan = log["scan"]
    if scan["type"] != "secret_detection" or scan["status"] not in ("success", "failure") or not re.fullmatch(r"\d+\.\d+\.\d+", log["version"]):
        yield f"scan {scan}"
    for key in ("start_time", "end_time"):
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", scan[key]):
            yield key
    for tool in (scan["analyzer"], scan["scanner"]):
        if not (tool["id"] and tool["name"] and tool["version"] and tool["vendor"]["name"]):
            yield f"tool {tool}"
    for message in scan["messages"]:
        if message["level"] not in ("info", "warn", "fatal") or not message["value"]:
            yield f"message {message}"
    for one in log["vulnerabilities"]:
        if one["severity"] not in ("Info", "Unknown", "Low", "Medium", "High", "Critical") or not one["id"] or len(one["name"]) > 255:
            yield f"vulnerability {one}"
        if not one["identifiers"] or not all(i["type"] and i["name"] and i["value"] for i in one["identifiers"]):
            yield f"identifiers {one}"
        if not one["location"]["commit"]["sha"] or one["location"]["start_line"] < 1 or one["location"]["file"].startswith("/"):
            yield f"location {one}"


def safe(text, allowed):
    return not any(unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") and c not in allowed for c in text)


with tempfile.TemporaryDirectory() as folder:
    mail = pathlib.Path(folder) / "odd name #1%.eml"
    mail.write_bytes(MAIL)
    files = {form: f"{folder}/out.{form}" for form in ("text", "jsonl", "json", "csv", "sarif", "gitlab", "junit", "markdown", "summary", "html")}
    environment = dict(os.environ, XDG_STATE_HOME=STATE)
    command = [PROGRAM, "scan", "--progress", "never", str(mail)]
    for form, file in files.items():
        command += ["-o", f"{form}={file}"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=folder)
    tap.ok("reports/status-says-findings", done.returncode in (1, 5), done.stderr.decode())
    texts = {form: open(file, encoding="utf-8", newline="").read() for form, file in files.items()}
    tap.ok("reports/files-are-the-users-alone", all(os.stat(file).st_mode & 0o777 == 0o600 for file in files.values()))
    tap.ok("reports/nothing-else-is-left", sorted(os.listdir(folder)) == sorted([mail.name] + [os.path.basename(f) for f in files.values()]),
           str(os.listdir(folder)))
    for form, text in texts.items():
        tap.ok(f"reports/{form}-holds-no-secret", TOKEN not in text and TOKEN[4:-4] not in text)
        tap.ok(f"reports/{form}-holds-no-escape", safe(text, "\n\r\t" if form == "csv" else "\n"))
    lines = [json.loads(line) for line in texts["jsonl"].splitlines()]
    faults = [fault for fault in (valid(line, SCHEMA) for line in lines) if fault]
    tap.ok("reports/jsonl-fits-its-schema", not faults and len(lines) > 3, "\n".join(faults))
    tap.ok("reports/json-fits-its-schema", not valid(json.loads(texts["json"]), {**SCHEMA["$defs"]["document"], "$defs": SCHEMA["$defs"]}),
           valid(json.loads(texts["json"]), {**SCHEMA["$defs"]["document"], "$defs": SCHEMA["$defs"]}))
    log = json.loads(texts["sarif"])
    tap.ok("reports/sarif-is-well-formed", not list(sarif_faults(log)), "\n".join(sarif_faults(log)))
    tap.ok("reports/sarif-names-no-people", not re.search(r"alice|bob@|carol", json.dumps(log["runs"][0]["results"])))
    tap.ok("reports/sarif-uri-is-relative", log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
           == "odd%20name%20%231%25.eml")
    gitlab = json.loads(texts["gitlab"])
    tap.ok("reports/gitlab-is-well-formed", gitlab["vulnerabilities"] and not list(gitlab_faults(gitlab)), "\n".join(gitlab_faults(gitlab)))
    suite = ElementTree.fromstring(texts["junit"])[0]
    tap.ok("reports/junit-counts-its-cases", int(suite.get("tests")) == len(suite.findall("testcase")) > 0
           and int(suite.get("failures")) == len(suite.findall("testcase/failure")) and int(suite.get("errors")) == len(suite.findall("testcase/error")))
    for form in ("gitlab", "junit", "markdown"):
        tap.ok(f"reports/{form}-names-no-people", not re.search(r"alice|bob@|carol|HYPERLINK", texts[form]))
    tap.ok("reports/markdown-cells-hold-no-markup", all(line.count("|") == 7 for line in texts["markdown"].splitlines() if line.startswith("| critical")))
    tap.ok("reports/summary-is-twenty-lines", 5 < len(texts["summary"].splitlines()) <= 20, texts["summary"])
    rows = list(csv.reader(io.StringIO(texts["csv"])))
    tap.ok("reports/csv-is-even", len({len(row) for row in rows}) == 1 and len(rows) > 2)
    tap.ok("reports/csv-holds-no-formula", not any(cell[:1] in tuple("=+-@\t\r") for row in rows for cell in row if cell))
    tap.ok("reports/one-scan-one-set-of-ids",
           {line["finding_id"] for line in lines if line["type"] == "finding"}
           == {result["partialFingerprints"]["mailspillFindingId/v1"] for result in log["runs"][0]["results"]})

    status, records, _ = scan("--baseline", files["jsonl"], mail)
    tap.ok("baseline/known-findings-do-not-count", status in (0, 4), f"status {status}")
    known = subprocess.run([PROGRAM, "scan", "-q", "-f", "junit", "--baseline", files["jsonl"], str(mail)], stdout=subprocess.PIPE, env=environment)
    suite = ElementTree.fromstring(known.stdout)[0]
    tap.ok("baseline/junit-skips-what-is-known", suite.get("failures") == "0" and int(suite.get("skipped")) > 0, known.stdout.decode())
    case = f"{folder}/case"
    told = subprocess.run([PROGRAM, "scan", "-f", "jsonl", "--progress", "never", "--case", case, str(mail)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=environment)
    tap.ok("case/scan-ends-with-a-summary", b"Rotate now" in told.stderr and len(told.stderr.splitlines()) <= 20, told.stderr.decode())
    of_case = pathlib.Path(folder) / "case.jsonl"
    of_case.write_bytes(subprocess.run([PROGRAM, "report", "--case", case, "-f", "jsonl"], stdout=subprocess.PIPE, env=environment).stdout)
    status, records, _ = scan("--baseline", of_case, mail)
    tap.ok("baseline/made-from-a-case", status in (0, 4), f"status {status}")
    mail.write_bytes(MAIL.replace(b"TOKEN=", b"TOKEN=" + github_token("reports new").encode() + b" "))
    status, records, _ = scan("--baseline", of_case, mail)
    tap.ok("baseline/a-new-secret-counts", status in (1, 5), f"status {status}")
    mail.write_bytes(MAIL)
    ids = sorted({line["finding_id"] for line in lines if line["type"] == "finding"})
    ignore = pathlib.Path(folder) / "ignore.yaml"
    ignore.write_text("".join(f"- id: '{i}'\n  reason: test token\n" for i in ids) + "- {id: 'ffffffffffff', reason: gone}\n")
    status, records, said = scan("--ignore", ignore, mail)
    tap.ok("ignore/named-findings-do-not-count", status in (0, 4), f"status {status}")
    tap.ok("ignore/unused-entry-is-told", "'ffffffffffff' matched nothing" in said, said)
    ignore.write_text("".join(f"- {{id: '{i}', reason: old, until: 2020-01-01}}\n" for i in ids))
    status, records, said = scan("--ignore", ignore, mail)
    tap.ok("ignore/expired-entry-counts-again", status in (1, 5) and "has expired" in said, said)
    status, records, said = scan("--exit-zero", mail)
    tap.ok("exit-zero/gives-zero", status == 0)
    status, records, said = scan("--reveal", mail)
    tap.ok("reveal/value-stands-in-its-key-alone",
           all(r["secret"] == TOKEN and TOKEN not in json.dumps({**r, "secret": None}) for r in records if r["type"] == "finding"))

# The official schema (sarif-schema-2.1.0.json of OASIS) is not ours to ship: name a copy in SARIF_SCHEMA.
if os.environ.get("SARIF_SCHEMA"):
    official = json.loads(pathlib.Path(os.environ["SARIF_SCHEMA"]).read_text())
    faults = [error.message[:200] for error in jsonschema.Draft7Validator(official).iter_errors(log)]
    tap.ok("sarif/official-schema", not faults, faults[:5])
else:
    tap.skip("sarif/official-schema", "SARIF_SCHEMA is not set")

if os.environ.get("GITLAB_SCHEMA"):
    official = json.loads(pathlib.Path(os.environ["GITLAB_SCHEMA"]).read_text())
    faults = [error.message[:200] for error in jsonschema.Draft7Validator(official).iter_errors(gitlab)]
    tap.ok("gitlab/official-schema", not faults, faults[:5])
else:
    tap.skip("gitlab/official-schema", "GITLAB_SCHEMA is not set")

tap.done()
