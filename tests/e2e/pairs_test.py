#!/usr/bin/env python3
"""Halves of pairs in one mailbox: the right ones go together, in any order of messages and with any number of workers; ids stay; nothing shows."""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import PROGRAM, STATE, Tap, of_type, scan, summary  # noqa: E402

tap = Tap()
dice = random.Random("pairs")


def password():
    return "".join(dice.choices("abcdefghkmnpqrstwxyz23456789", k=14)) + "-7x"


def message(name, subject, body, root=None, minute=0, to="bob@corp.example", attached=None):
    head = [f"From: alice@corp.example", f"To: {to}", f"Subject: {subject}", f"Message-ID: <{name}@corp.example>",
            f"Date: Mon, 1 Jan 2024 10:{minute:02}:00 +0000"]
    if root:
        head += [f"In-Reply-To: <{root}@corp.example>", f"References: <{root}@corp.example>"]
    if not attached:
        return "\n".join(head) + f"\n\n{body}\n"
    head += ["MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=m"]
    parts = f"\n\n--m\nContent-Type: text/plain\n\n{body}\n--m\nContent-Type: {attached[0]}\n\n{attached[1]}\n--m--\n"
    return "\n".join(head) + parts


def mbox(path, messages):
    path.write_text("".join(f"From alice@corp.example Mon Jan  1 10:00:00 2024\n{text}\n" for text in messages))
    return path


def told(records):
    """(Message-ID, user, host, verdict, where the other halves' messages lie is left out): what any order must give."""
    return sorted((f["message"]["id"], f["rule"], f["opens"]["user"], f["opens"]["host"], f["verdict"], f["finding_id"], f["why"],
                   tuple((part["role"], part["line"], part["column"], part["redacted"]) for part in f["parts"]))
                  for f in of_type(records, "finding"))


KEY_ID = "AK" + "IA" + "".join(dice.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16))
KEY = "".join(dice.choices("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=38)) + "/+"
WANTED = {"vpn-2": "bobby", "other-1": None, "wrong-2": None, "guess-2": "gus", "forward-2": "fay", "inline-1": "ida", "attached-1": "abe",
          "rows-1": ["ann", "ben", "cat"], "mixed-2": None, "again-3": "new-name", "answer-2": "dan"}
MESSAGES = [
    message("vpn-1", "VPN access", "Your user name is bobby.\nThe password comes in a second mail."),
    message("vpn-2", "Re: VPN access", f"Here it is: the password is {password()}", root="vpn-1", minute=1),
    message("other-1", "something else", f"Password: {password()}", minute=2),
    message("wrong-1", "first thread", "user: zoe", minute=3, to="eve@corp.example"),
    message("wrong-2", "Re: second thread", f"The password is {password()}", root="elsewhere", minute=4, to="eve@corp.example"),
    message("guess-1", "Access to the wiki", "Login: gus", minute=5, to="gus@corp.example"),
    message("guess-2", "AW: Access to the wiki", f"Password: {password()}", minute=6, to="gus@corp.example"),
    message("forward-1", "Fwd: new account", "see below", minute=7,
            attached=("message/rfc822", message("inner-1", "new account", "user: fay", to="fay@corp.example"))),
    message("forward-2", "Re: Fwd: new account", f"and the password is {password()}", root="forward-1", minute=8),
    message("inline-1", "Fwd: access", f"Password: {password()}\n\n-------- Original Message --------\nSubject: access\n\nuser: ida", minute=9),
    message("attached-1", "access", "Benutzername: abe", minute=10, attached=("text/plain; name=pw.txt", f"Kennwort: {password()}")),
    message("rows-1", "accounts", "\n".join(f"user: {user} password: {password()}" for user in ("ann", "ben", "cat")), minute=11),
    message("mixed-1", "two of them", "user: one\nuser: two", minute=12),
    message("mixed-2", "Re: two of them", f"The password is {password()}", root="mixed-1", minute=13),
    message("again-1", "server", "user: old-name", minute=14),
    message("again-2", "Re: server", "no: user: new-name", root="again-1", minute=15),
    message("again-3", "Re: server", f"The password is {password()}", root="again-1", minute=16),
    message("answer-1", "who am I", "what is my login?", minute=17),
    message("answer-2", "Re: who am I", f"password: {password()}", root="answer-1", minute=18),
    message("answer-3", "Re: who am I", "and user: dan", root="answer-1", minute=19),
    message("key-1", "the bucket", f"Access key id: {KEY_ID}", minute=20),
    message("key-2", "Re: the bucket", f"Secret access key: {KEY}", root="key-1", minute=21),
]

with tempfile.TemporaryDirectory(prefix="mailspill-pairs-") as name:
    folder = pathlib.Path(name)
    status, records, errors = scan("--jobs", 1, mbox(folder / "a.mbox", MESSAGES))
    findings = of_type(records, "finding")
    for key, wanted in WANTED.items():
        users = [f["opens"]["user"] for f in sorted(findings, key=lambda f: f["line"]) if f["message"]["id"] == f"<{key}@corp.example>"]
        tap.ok(f"pairs/{key}", users == (wanted if isinstance(wanted, list) else [wanted]), f"{users}\n{errors}")
    keys = [f for f in findings if f["rule"].startswith("aws")]
    tap.ok("pairs/a-key-and-its-id-are-one-finding", len(keys) == 1 and keys[0]["verdict"] == "structural" and len(keys[0]["parts"]) == 2, keys)
    tap.ok("pairs/a-guess-is-said", all(("seems" in f["why"]) == (f["message"]["id"] == "<guess-2@corp.example>") for f in findings),
           [f["why"] for f in findings])
    tap.ok("pairs/nothing-is-in-the-clear", KEY not in json.dumps(records))
    tap.ok("pairs/the-name-of-a-key-is-shown-whole", [k["opens"]["user"] for k in keys] == [KEY_ID] == [k["parts"][1]["redacted"] for k in keys], keys)
    tap.ok("pairs/sums-hold", summary(records)["findings"] == len(findings) and status == 1 and summary(records)["complete"], summary(records))

    whole = told(records)
    for round_number in range(4):
        shuffled = random.Random(round_number).sample(MESSAGES, len(MESSAGES))
        for jobs in (1, 4):
            _, again, _ = scan("--jobs", jobs, mbox(folder / "a.mbox", shuffled))
            tap.ok(f"pairs/order-{round_number}-with-{jobs}-jobs", told(again) == whole,
                   "\n".join(str(line) for line in set(told(again)) ^ set(whole)))
    many = folder / "many"
    many.mkdir()
    for number, text in enumerate(MESSAGES):
        (many / f"{number}.eml").write_text(text)
    runs = [sorted(json.dumps(f, sort_keys=True) for f in of_type(scan("--jobs", jobs, many)[1], "finding")) for jobs in (1, 4)]
    tap.ok("pairs/files-give-the-same-with-any-jobs", runs[0] == runs[1] and told([json.loads(line) for line in runs[0]]) == whole)

    # A baseline of the secret alone still holds when its partner is known.
    alone = folder / "alone.eml"
    alone.write_text(MESSAGES[1])
    _, before, _ = scan(alone)
    baseline = folder / "baseline.jsonl"
    baseline.write_text("".join(json.dumps(record) + "\n" for record in before))
    both = mbox(folder / "both.mbox", MESSAGES[:2])
    status, after, _ = scan("--fail-on", "info,prose", "--baseline", baseline, both)
    tap.ok("pairs/the-id-is-the-secrets-own", [f["finding_id"] for f in of_type(before, "finding")] == [f["finding_id"] for f in of_type(after, "finding")]
           and status == 0 and of_type(after, "finding")[0]["opens"]["user"] == "bobby", after)

    # The limit: nothing is lost, and it is said.
    status, records, _ = scan("--limit", "thread-halves=1", folder / "a.mbox")
    gaps = of_type(records, "gap")
    tap.ok("pairs/past-the-limit-all-is-told", len(of_type(records, "finding")) >= len(findings) and [g["limit"] for g in gaps] == ["thread-halves"]
           and status & 4, gaps)

    for form, wanted in (("text", "with user bobby at"), ("csv", "user bobby at"), ("sarif", '"relatedLocations"')):
        done = subprocess.run([PROGRAM, "scan", "--format", form, "--progress", "never", str(both)], capture_output=True, text=True,
                              env={"XDG_STATE_HOME": STATE, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"})
        tap.ok(f"pairs/{form}-names-the-other-half", wanted in done.stdout, done.stdout[-3000:])

    only = of_type(scan("--only", "password-en", both)[1], "finding")
    tap.ok("pairs/only-keeps-the-halves-that-serve", [f["opens"]["user"] for f in only] == ["bobby"], only)

    # Users in the languages that passwords are found in, in configuration and in tables.
    texts = {"en": "login bobby pw {}", "de": "Benutzername: bobby, Passwort: {}", "fr": "Nom d'utilisateur : bobby\nMot de passe : {}",
             "es": "Usuario: bobby\nContraseña: {}", "pt": "Usuário: bobby\nSenha: {}", "it": "Nome utente: bobby\nPassword: {}",
             "nl": "Gebruikersnaam: bobby\nWachtwoord: {}", "pl": "Użytkownik: bobby\nHasło: {}", "cs": "Uživatelské jméno: bobby\nHeslo: {}",
             "ru": "Логин: bobby\nПароль: {}", "uk": "Логін: bobby\nПароль: {}", "tr": "Kullanıcı adı: bobby\nŞifre: {}",
             "zh": "用户名：bobby\n密码：{}", "ja": "ユーザー名: bobby\nパスワード: {}", "ko": "아이디: bobby\n비밀번호: {}",
             "sv": "Användarnamn: bobby\nLösenord: {}", "ini": "[smtp]\nusername = bobby\npassword = {}", "yaml": "db:\n  username: bobby\n  password: {}",
             "table": "| User | Password |\n|------|------|\n| bobby | {} |", "tabs": "user\tpassword\nbobby\t{}"}
    for language, text in texts.items():
        mail = message(language, "access", text.format(password())).replace("\n\n", "\nContent-Type: text/plain; charset=utf-8\n\n", 1)
        users = [f["opens"]["user"] for f in of_type(scan("-", stdin=mail.encode())[1], "finding")]
        tap.ok(f"pairs/user-{language}", users == ["bobby"], users)

    # What programs write into a header opens nothing; what a person writes there does.
    for name, line, wanted in (("received", "Received: from server: mail.corp.example\n\tserver: mail.corp.example", None),
                               ("subject", "Comments: user: bobby", "bobby")):
        mail = message(name, "access", f"The password is {password()}").replace("\n\n", f"\n{line}\n\n", 1)
        opens = [f["opens"]["user"] or f["opens"]["host"] for f in of_type(scan("-", stdin=mail.encode())[1], "finding")]
        tap.ok(f"pairs/header-{name}", opens == [wanted], opens)

tap.done()
