#!/usr/bin/env python3
"""Rules of the house that a program can hold: layers, lone headers, first lines, format, names, manuals."""
import pathlib
import re
import shutil
import subprocess
import sys

LAYERS = "base item ask decode validate walk extract match record scan report work cli helpers".split()
ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = sorted(p for p in (ROOT / "scanner").rglob("*.[ch]"))
TESTS = sorted(p for p in (ROOT / "tests").rglob("*.[ch]"))
TOP = {"scanner", "patterns", "include", "tests", "docs", "Makefile", "README.md", "LICENSE"}
FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-DMAILSPILL_VERSION=\"0\"", "-DMAILSPILL_LIBEXECDIR=\"/\"", "-Iscanner", "-Iinclude",
         "-include", "base/banned.h"]
# Helper programs are compiled with what their libraries want; without these they are not.
HELPER_PACKAGES = {"pdf": ["poppler-glib", "gio-2.0"], "picture": ["lept", "zbar", "tesseract"]}


def layer_of(path):
    parts = path.relative_to(ROOT / "scanner").parts
    return parts[0] if len(parts) > 1 else "scan"


def layers():
    """A folder includes only what is to its left."""
    bad = []
    for path in SOURCES:
        mine = LAYERS.index(layer_of(path))
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = re.match(r'#include "([^"]+)"', line)
            if not match:
                continue
            name = match[1].split("/")[0] if "/" in match[1] else "scan"
            if name in LAYERS and LAYERS.index(name) > mine:
                bad.append(f"{path}:{number}: {layer_of(path)}/ may not include {match[1]}")
    return bad


def helper_packages(path):
    """Of a helper's source: what pkg-config says, [] for all other sources, None where the library is not there."""
    packages = HELPER_PACKAGES.get(path.stem.split("_")[0], []) if path.parent.name == "helpers" else []
    if not packages:
        return []
    done = subprocess.run(["pkg-config", "--cflags", *packages], capture_output=True, text=True)
    return None if done.returncode else ["-DMAILSPILL_BASE_BANNED_H", *done.stdout.split()]


def folders_are_layers():
    """Each folder under scanner/ is a layer."""
    return [str(p) for p in (ROOT / "scanner").iterdir() if p.is_dir() and p.name not in LAYERS]


def headers_compile_alone():
    """With gcc and with clang."""
    bad = []
    flags = subprocess.run(["pkg-config", "--cflags", "libhs", "libarchive", "icu-uc", "libcrypto"], capture_output=True,
                           text=True).stdout.split()
    for compiler in ("gcc", "clang"):
        if not shutil.which(compiler):
            bad.append(f"no {compiler}")
            continue
        for path in SOURCES:
            more = helper_packages(path)
            if path.suffix == ".h" and more is not None:
                done = subprocess.run([compiler, *FLAGS, *flags, *more, "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-fsyntax-only", "-x", "c",
                                       str(path)], cwd=ROOT, capture_output=True, text=True)
                if done.returncode:
                    bad.append(done.stderr)
    return bad


def clang_warns_of_nothing():
    """Every source, warnings as errors (gcc's are errors in the build that the tests use)."""
    packages = "libhs libarchive libpcre2-8 icu-uc icu-i18n libcrypto sqlite3 yaml-0.1 jansson libseccomp zlib".split()
    flags = subprocess.run(["pkg-config", "--cflags", *packages], capture_output=True, text=True).stdout.split()
    warnings = "-Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 " \
               "-Wno-format-nonliteral -Wno-missing-field-initializers -Wwrite-strings -Wundef -Werror".split()
    bad = []
    for more in sorted({tuple(helper_packages(p) or []) for p in SOURCES}):
        sources = [str(p) for p in SOURCES if p.suffix == ".c" and helper_packages(p) == list(more)]
        done = subprocess.run(["clang", *FLAGS, *flags, *more, *warnings, "-fsyntax-only", *sources], cwd=ROOT, capture_output=True,
                              text=True)
        bad += [done.stderr] if done.returncode else []
    return bad


def first_lines_say_the_purpose():
    """`/* name.c - what it is for */`."""
    return [str(p) for p in SOURCES + TESTS
            if not re.match(r"/\* " + re.escape(p.name) + r" - \S", p.read_text())]


def format_is_kept():
    """clang-format with the tree's own file."""
    files = [str(p) for p in SOURCES + TESTS]
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", *files], cwd=ROOT, capture_output=True, text=True)
    return [done.stderr[:3000]] if done.returncode else []


def no_conditions_inside_functions():
    """An optional library gets a twin file, never an #if."""
    bad = []
    for path in SOURCES:
        if path.suffix == ".c":
            bad += [f"{path}:{n}: {line}" for n, line in enumerate(path.read_text().splitlines(), 1)
                    if re.match(r"\s*#\s*(if|ifdef|ifndef)\b", line)]
    return bad


def top_level_is_fixed():
    """Nothing beside the agreed folders and files."""
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        return None
    names = {line.split("/")[0] for line in done.stdout.splitlines()}
    return [name for name in sorted(names) if name not in TOP and not name.startswith(".")]


def manuals_are_clean():
    """mandoc finds no error or warning."""
    bad = []
    for path in sorted((ROOT / "docs").glob("*.1")):
        done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", str(path)], capture_output=True, text=True)
        if done.returncode:
            bad.append(done.stdout + done.stderr)
    return bad


def every_command_has_a_manual():
    names = [p.stem[len("cmd_"):] for p in (ROOT / "scanner/cli").glob("cmd_*.c")]
    return [name for name in names if not (ROOT / f"docs/mailspill-{name}.1").exists()]


def main():
    checks = [layers, folders_are_layers, headers_compile_alone, clang_warns_of_nothing, first_lines_say_the_purpose,
              format_is_kept, no_conditions_inside_functions, top_level_is_fixed, manuals_are_clean,
              every_command_has_a_manual]
    failed = 0
    for number, check in enumerate(checks, 1):
        bad = check()
        name = "lint/" + check.__name__.replace("_", "-")
        if bad is None:
            print(f"ok {number} - {name} # skip")
            continue
        for line in bad:
            print(f"# {line}")
        print(f"{'not ok' if bad else 'ok'} {number} - {name}")
        failed += bool(bad)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
