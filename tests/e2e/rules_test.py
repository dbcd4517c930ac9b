#!/usr/bin/env python3
"""`mailspill rules`: explaining a text, testing a rule file, importing other scanners' rules."""
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import PROGRAM, STATE, Tap, github_token, of_type, scan  # noqa: E402

tap = Tap()
FOLDER = tempfile.TemporaryDirectory(prefix="mailspill-rules-")
HERE = pathlib.Path(FOLDER.name)


def rules(*arguments, stdin=None):
    done = subprocess.run([PROGRAM, "rules", *map(str, arguments)], cwd=HERE, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=dict(os.environ, XDG_STATE_HOME=STATE, XDG_CACHE_HOME=STATE))
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def put(name, text):
    (HERE / name).write_text(text)
    return name


# What is there.
status, out, err = rules("noise")
tap.ok("noise/table-says-what-and-why", status == 0 and "dkim-signature" in out and "because" in out, out)
status, out, err = rules("validators")
tap.ok("validators/are-listed", status == 0 and "github-crc32" in out, out)

# Explaining a text.
TOKEN = github_token("rules")
BROKEN = TOKEN[:-1] + ("A" if TOKEN[-1] != "A" else "B")
put("mine.yaml", """
rules:
  - {id: any-hex, name: hex, category: key, severity: low, verdict: contextual, pattern: '\\b(?<secret>[0-9a-f]{40})\\b'}
  - {id: never, name: never, category: key, severity: low, find: 'token', pattern: 'token(?<secret>[0-9]{9})'}
""")
put("mail.eml", f"From: a@example.org\nSubject: x\n\ntoken {TOKEN}\ntoken {BROKEN}\ncommit {'0123456789' * 4}\n")
status, out, err = rules("explain", "--rules", "builtin", "--rules", "mine.yaml", "mail.eml")
lines = {tuple(line.split()[:3]): line for line in out.splitlines()}
tap.ok("explain/says-what-was-found", status == 0 and "proven" in lines.get(("1", "finding", "github-token"), ""), out + err)
tap.ok("explain/says-what-a-validator-turned-down", ("2", "rejected", "github-token") in lines, out)
tap.ok("explain/names-the-suppressor", "(commit-id)" in lines.get(("3", "noise", "any-hex"), ""), out)
tap.ok("explain/says-which-rules-only-looked", "looked at 2 places of the text view: no match" in lines.get(("looked", "never", "looked"), ""), out)
tap.ok("explain/holds-no-secret", TOKEN not in out and BROKEN not in out, out)
status, out, err = rules("explain", "-", stdin=f"token {TOKEN}\n".encode())
tap.ok("explain/reads-standard-input", status == 0 and "github-token" in out, out + err)
status, out, err = rules("explain")
tap.ok("explain/wants-a-path", status == 2 and "wants a file" in err, err)

# Names.
status, out, err = rules("show", "stripe")
tap.ok("show/names-what-begins-so", status == 2 and "rules begin with 'stripe'" in err and err.count("stripe-") > 1 and err.count("(see") <= 1, err)
status, out, err = rules("show", "no-such-rule")
tap.ok("show/one-hint", status == 2 and err.count("(see") == 1, err)
status, out, err = rules("check", "nofile.yaml")
tap.ok("check/no-line-of-a-missing-file", status == 2 and ":0:" not in err, err)

# Testing a rule file.
GOOD = """
rules:
  - id: acme
    name: Acme token
    category: saas
    severity: high
    pattern: '\\bacme_(?<secret>[a-z0-9]{16})\\b'
    examples: ['acme_{hex:16}', 'x acme_{lower:16}']
    negatives: ['acme_{hex:15}', 'acme {hex:16}']
"""
status, out, err = rules("test", put("good.yaml", GOOD))
tap.ok("test/good-rule-passes", status == 0 and "ok     acme" in out and "1 passed, 0 failed" in out, out + err)
status, out, err = rules("test", put("bad.yaml", GOOD.replace("'x acme_{lower:16}'", "'x acme_{lower:9}'")))
tap.ok("test/missed-example-fails-with-its-line", status == 2 and "not ok acme" in out and "bad.yaml:3: acme: example 2 is not found: x acme_{lower:9}" in err, out + err)
status, out, err = rules("test", put("bad.yaml", GOOD.replace("'acme_{hex:15}'", "'acme_{hex:16}'")))
tap.ok("test/found-negative-fails", status == 2 and "negative 1 is found" in err, err)
status, out, err = rules("test", put("bad.yaml", GOOD.replace("severity: high", "severity: huge")))
tap.ok("test/mistakes-are-told", status == 2 and "unknown severity" in err, err)
DEAR = GOOD.replace("\\bacme_(?<secret>[a-z0-9]{16})\\b", "[\\w.-]{0,50}?(?:key|the|is|of)[\\s\\w]{0,40}(?<secret>[a-z0-9]{2,150})")
status, out, err = rules("test", put("dear.yaml", DEAR))
tap.ok("test/dear-rule-fails", status == 2 and "too dear" in out, out)

# Importing. The rules are our own, in the other scanners' forms.
TOML = r"""
title = "ours"
[allowlist]
paths = ['''node_modules''']
[[rules]]
id = "acme-token"
description = "Acme token"
regex = '''(?i)\b(acme_[a-z0-9]{32})(?:['|\"|\n|\r|\s|\x60|;]|$)'''
entropy = 3
keywords = ["acme_"]
[[rules]]
id = "Loose Thing"
description = "A thing"
regex = '''(kind|sort)=[ \t]*["']([^"']+)["']'''
secretGroup = 2
keywords = ["widget"]
[[rules.allowlists]]
regexes = ['''^test''']
stopwords = ["example", "dummy"]
[[rules]]
id = "path-only"
path = '''\.p12$'''
[[rules]]
id = "greek"
regex = '''key\p{Greek}[a-z]{10}'''
"""
YAML = r"""
rules:
- name: Free spacing
  id: np.own.1
  pattern: |
    (?x)(?i)
    \b acmex_? (?: secret )? _?   (?# a comment )
    \s{0,30} (?: :|=>|=) \s*
    ([a-z0-9/+=]{40})   # the secret
    \b
  examples: ['acmex_secret:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', "acmex => aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n{x}"]
  negative_examples: ['no', 'neither']
- {name: Look around, id: np.own.2, pattern: '(?<![a-z])wtok-([a-z0-9]{10,})(?!z)'}
- {name: Look behind of variable length, id: np.own.3, pattern: '(?<=key\s{0,5})([a-z0-9]{20})'}
- {name: Back reference, id: np.own.4, pattern: 'pwx=(["''])([^"''\s]{8,40})\1'}
- name: Requirements
  id: kingfisher.own.1
  pattern: '(?xi) own \b (?:.|[\n\r]){0,32}? (?P<TOKEN> [A-Z0-9]+\.v1\.[a-f0-9 ]{10} )'
  pattern_requirements: {min_digits: 2, min_uppercase: 1}
  min_entropy: 2.5
  examples: ["own XYZ123ABC.v1.abcdef1234"]
  validation: {type: Http}
"""
put("own.toml", TOML)
put("own.yml", YAML)
status, out, err = rules("import", "own.toml", "-o", "toml.yaml")
if "built without toml++" in err:
    for name in ("rules-run", "loss", "clamped", "keywords", "groups"):
        tap.skip("import/toml-" + name, "no toml++")
else:
    text = (HERE / "toml.yaml").read_text()
    secret = "acme_" + "a1b2c3d4" * 4
    put("a.eml", f"From: a@example.org\n\nthe {secret}\nwidget kind= 'kT7wqLm2xZ9r'\n")
    code, records, said = scan("--rules", "toml.yaml", "--reveal", "a.eml", cwd=HERE)
    found = {f["rule"]: f["secret"] for f in of_type(records, "finding")}
    tap.ok("import/toml-rules-run", status == 0 and found.get("gitleaks-acme-token") == secret, (found, err))
    tap.ok("import/toml-loss", "path-only: LEFT OUT: looks at paths only" in err and "greek: LEFT OUT" in err and
           "1 patterns, 2 stopwords" in err and "(whole file): allowlist" in err and "4 rules read, 2 imported, 2 left out" in err, err)
    tap.ok("import/toml-clamped", "2 repeats without bound clamped to 256" in err and "{1,256}" in text, err + text)
    tap.ok("import/toml-keywords", "near:widget" in text and "keywords: wanted within 256 bytes" in text and "near:acme" not in text, text)
    tap.ok("import/toml-groups", found.get("gitleaks-loose-thing") == "kT7wqLm2xZ9r", found)
status, out, err = rules("import", "own.yml")
put("yaml.yaml", out)
tap.ok("import/yaml-loss-is-named", status == 0 and "np-own-3: LEFT OUT: pattern: PCRE2 says" in err and "min_uppercase: not carried over" in err and
       "validation: not carried over" in err and "refers back" in err and "5 rules read, 4 imported, 1 left out" in err, err)
put("b.eml", "From: a@example.org\n\nacmex_secret => " + "ab1" * 13 + "c\nwtok-abcdefghij0, yes\npwx='Sesam7oeffne'\nown Q12.v1.abcdef1234\n")
code, records, said = scan("--rules", "yaml.yaml", "--reveal", "b.eml", cwd=HERE)
found = {f["rule"]: f["secret"] for f in of_type(records, "finding")}
tap.ok("import/yaml-rules-run", found == {"np-own-1": "ab1" * 13 + "c", "np-own-2": "abcdefghij0", "np-own-4": "Sesam7oeffne",
                                          "kingfisher-own-1": "Q12.v1.abcdef1234"}, (found, said))
status, out, err = rules("test", "yaml.yaml")
tap.ok("import/examples-come-along", status == 0 and "2 examples, 2 negatives" in out and "wants two examples" in out, out + err)
status, out, err = rules("check", "yaml.yaml")
tap.ok("import/check-asks-for-examples", status == 2 and "fewer than two `examples`" in err, err)
for name, text, want in [("not-yaml.yml", "rules: [", "not YAML"), ("no-rules.yml", "a: b\n", "no list of rules"), ("aliases.yml", "rules: &a\n- *a\n", "aliases"),
                         ("deep.yml", "rules: " + "[" * 100 + "]" * 100, "too deep"), ("ours.yml", GOOD, "rule of mailspill"),
                         ("empty.yml", "", "empty"), ("none.yml", "rules: []\n", "no rule could be imported")]:
    status, out, err = rules("import", put(name, text))
    tap.ok(f"import/{name}-is-refused", status == 2 and want in err and out == "", (status, err))
status, out, err = rules("import", put("bad.toml", "[[rules]\n"))
tap.ok("import/bad.toml-is-refused", status == 2 and ("not TOML" in err or "toml++" in err), err)
status, out, err = rules("import", put("deep.toml", "a = " + "[" * 5000 + "]" * 5000))
tap.ok("import/deep.toml-is-refused", status == 2, err[-300:])
status, out, err = rules("import", put("redos.yml", "rules:\n- {id: x, name: x, pattern: '(a+)+(b*)*c{5,}([^d]+d+)+e'}\n"))
tap.ok("import/nested-repeats-are-bounded-or-refused", status in (0, 2) and ("clamped" in err or "LEFT OUT" in err), err)
status, out, err = rules("import", put("wild.yml", "rules:\n- {id: \"a\\nb: c # d\", name: \"x' \\e[31m\\n- id: y\", pattern: 'wild(x{20})', references: [\"a\\nb\"]}\n"))
put("wild.yaml", out)
tap.ok("import/foreign-text-cannot-break-the-file", status == 0 and rules("test", "wild.yaml")[0] == 0 and "\x1b" not in out + err, out + err)

tap.done()
