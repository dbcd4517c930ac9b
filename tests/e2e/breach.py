"""breach.py - a breach made up: five mailboxes in five forms, twenty secrets in known places, clean filler, an access log.

The plan is in SECRETS and PLAN; what must come out is written by hand in breach_test.py, from the plan and not from the program."""
import email.message
import gzip
import io
import json
import pathlib
import random
import string
import subprocess
import sys
import zipfile

from harness import github_token
from pst_writer import BODY, HEADERS, MESSAGE_ID, SUBJECT, Pst

OWN, FIRST, SECOND = "contoso.example", "fabrikam.example", "northwind.example"
FILLER = 590  # clean messages of each custodian
SEED = 20240112
WORDS = ("agenda review of the quarterly budget with the team please find the notes from our meeting attached we should talk about hiring plans and the "
         "travel policy before the next release thanks for the update see you on monday the customer asked for an invoice copy and a new delivery date "
         "lunch is at noon the train was late the weather stays fine the printer on the second floor works again").split()


def letters(seed, count, alphabet=string.ascii_letters + string.digits):
    return "".join(random.Random(f"breach {seed}").choices(alphabet, k=count))


def pem():
    return subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519"], stdout=subprocess.PIPE, check=True).stdout.decode()


HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + "234567"
SECRETS = {
    "github-eve": github_token("breach eve"),
    "github-shared": github_token("breach shared"),
    "github-customer": github_token("breach customer"),
    "github-old": github_token("breach old"),
    "github-draft": github_token("breach draft"),
    "github-zip": github_token("breach zip"),
    "aws-id": "AK" + "IA" + letters("aws", 16, UPPER),
    "aws-secret": letters("aws secret", 40),
    "slack": "xo" + "xb-" + letters("slack a", 12, string.digits) + "-" + letters("slack b", 13, string.digits) + "-" + letters("slack c", 24),
    "stripe": "sk_" + "live_" + letters("stripe", 24),
    "google": "AI" + "za" + letters("google", 35),
    "gitlab": "glp" + "at-" + letters("gitlab", 20),
    "sendgrid": "S" + "G." + letters("sendgrid a", 22) + "." + letters("sendgrid b", 43),
    "pem": pem(),
    "postgres": "qT7" + letters("postgres", 9),
    "mysql": "zR4" + letters("mysql", 9),
    "password-vpn": "Wm" + letters("vpn", 6) + "!7",
    "password-de": "Kx" + letters("de", 7) + "#4",
    "digitalocean": "dop" + "_v1_" + letters("do", 64, HEX),
    "npm-basic": "Nq" + letters("basic", 12),
}


class Mail:
    """One message of the plan: HOLDS maps custodians to folders."""

    def __init__(self, name, day, sender, to, subject, text, holds, cc="", reply=None, attachment=None):
        self.id, self.day, self.sender, self.to, self.cc = f"<{name}@plan.example>", day, sender, to, cc
        self.subject, self.text, self.holds, self.reply, self.attachment = subject, text, holds, reply, attachment

    def bytes(self):
        made = email.message.EmailMessage()
        made["From"], made["To"], made["Subject"], made["Message-ID"] = self.sender, self.to, self.subject, self.id
        if self.cc:
            made["Cc"] = self.cc
        if self.reply:
            made["In-Reply-To"] = made["References"] = f"<{self.reply}@plan.example>"
        made["Date"] = f"{self.day:02} Jan 2024 10:00:00 +0000"
        made.set_content(self.text.format(**SECRETS), cte="8bit")
        if self.attachment:
            name, data = self.attachment
            made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
        return made.as_bytes()


def person(name, domain=OWN):
    return f"{name}@{domain}"


def zipped(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


def locked_zip():
    """A zip whose one member says that it is encrypted."""
    data = bytearray(zipped("payroll.csv", b"\x55" * 40))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


EVE, SAM, LEA, DEV, HR = (person(n) for n in ("eve", "sam", "lea", "dev", "hr"))
OPS1, CTO1, OPS2 = person("ops", FIRST), person("cto", FIRST), person("ops", SECOND)

PLAN = [
    Mail("eve-key", 2, DEV, EVE, "board demo", "The demo repository opens with {github-eve} as you asked.", {"eve": "Inbox", "dev": ".Sent"}),
    Mail("shared-1", 3, SAM, f"{DEV}, {EVE}", "scanner access", "CI uses {github-shared} for now.", {"sam": "", "dev": "", "eve": "Inbox"}),
    Mail("shared-2", 4, DEV, SAM, "Re: scanner access", "works, thanks\n\n> CI uses {github-shared} for now.", {"sam": "", "dev": ".Sent"}, reply="shared-1"),
    Mail("shared-3", 5, EVE, CTO1, "Fwd: scanner access", "as promised\n\n> CI uses {github-shared} for now.", {"eve": "Sent"}),
    Mail("customer-1", 6, OPS1, SAM, "our token", "To reproduce it use {github-customer} on our side.", {"sam": ""}, cc=CTO1),
    Mail("customer-2", 7, SAM, DEV, "Fwd: our token", "please look\n\n> To reproduce it use {github-customer} on our side.", {"sam": "", "dev": ""}),
    Mail("old", 1, DEV, SAM, "last year", "The former runner had {github-old} in its settings.", {"sam": "", "dev": ".Sent"}),
    Mail("draft", 8, LEA, OPS2, "settlement annex", "Annex: access {github-draft} for the audit.", {"lea": ""}),
    Mail("zip", 9, OPS2, LEA, "evidence", "see attachment", {"lea": ""}, attachment=("evidence.zip", zipped("notes.txt", SECRETS["github-zip"].encode()))),
    Mail("aws", 10, DEV, SAM, "prod settings", "aws_access_key_id = {aws-id}\naws_secret_access_key = {aws-secret}\n", {"sam": "", "dev": ".Sent"}),
    Mail("slack", 11, DEV, HR, "bot for onboarding", "SLACK_BOT_TOKEN={slack}", {"hr": "", "dev": ".Sent"}),
    Mail("stripe", 12, HR, OPS2, "payment test", "STRIPE_KEY={stripe}", {"hr": ""}),
    Mail("google", 13, DEV, SAM, "maps", "GOOGLE_API_KEY={google}", {"sam": "", "dev": ".Sent"}),
    Mail("gitlab", 14, OPS1, DEV, "mirror", "mirror it with {gitlab} until friday", {"dev": ""}),
    Mail("sendgrid", 15, DEV, EVE, "newsletter", "key: {sendgrid}", {"eve": "Inbox", "dev": ".Sent"}),
    Mail("pem", 16, SAM, DEV, "signing key", "{pem}", {"sam": "", "dev": ""}),
    Mail("postgres", 17, OPS1, SAM, "staging database", "postgres://billing:{postgres}@db7.fabrikam.example:5432/billing", {"sam": ""}),
    Mail("mysql", 18, DEV, HR, "hr database", "mysql://hr:{mysql}@hr-db.contoso.example/people", {"hr": "", "dev": ".Sent"}),
    Mail("vpn-user", 19, SAM, EVE, "VPN access", "Your user name is eve.adams, the password follows.", {"eve": "Inbox", "sam": ""}),
    Mail("vpn-password", 20, SAM, EVE, "Re: VPN access", "The password is {password-vpn}", {"eve": "Inbox", "sam": ""}, reply="vpn-user"),
    Mail("password-de", 21, HR, LEA, "Reisekosten", "Das Kennwort lautet {password-de}", {"lea": "", "hr": ""}),
    Mail("digitalocean", 22, DEV, SAM, "droplets", "DIGITALOCEAN_TOKEN={digitalocean}", {"sam": "", "dev": ".Sent"}),
    Mail("basic", 23, DEV, OPS1, "package feed", "https://reader:{npm-basic}@feed.contoso.example/npm/", {"dev": ".Sent"}),
    Mail("locked", 24, HR, LEA, "payroll", "the password comes separately", {"lea": "", "hr": ""}, attachment=("payroll.zip", locked_zip())),
]


def filler(custodian, number):
    draw = random.Random(f"{SEED} {custodian} {number}")
    text = "\n".join(" ".join(draw.choice(WORDS) for _ in range(11)) for _ in range(draw.randint(4, 20)))
    other = draw.choice([EVE, SAM, LEA, DEV, HR, OPS1, OPS2])
    return Mail(f"filler-{custodian}-{number}", 1 + number % 28, other, person(custodian), " ".join(draw.choice(WORDS) for _ in range(3)), text, {})


def messages(custodian):
    planned = [(mail.holds[custodian], mail) for mail in PLAN if custodian in mail.holds]
    clean = [("Inbox" if custodian == "eve" else "", filler(custodian, n)) for n in range(FILLER)]
    random.Random(f"{SEED} {custodian}").shuffle(clean)
    for index, one in enumerate(planned):
        clean.insert((index + 1) * 20, one)
    return clean


def write_pst(path, mails):
    with Pst(path) as pst:
        folders = {}
        for folder, mail in mails:
            if folder not in folders:
                folders[folder] = pst.folder(pst.subtree, folder)
            raw = mail.bytes().decode()
            head, body = raw.split("\n\n", 1)
            pst.message(folders[folder], {SUBJECT: mail.subject, MESSAGE_ID: mail.id, HEADERS: head + "\r\n\r\n", BODY: body}, recipients=[], attachments=[])


def write_mbox(out, mails):
    for _, mail in mails:
        out.write(b"From x@y Fri Jan 12 10:00:00 2024\n" + mail.bytes().replace(b"\nFrom ", b"\n>From ") + b"\n")


def write_maildir(folder, mails):
    for number, (name, mail) in enumerate(mails):
        place = folder / name / "cur"
        place.mkdir(parents=True, exist_ok=True)
        (folder / name / "new").mkdir(exist_ok=True)
        (folder / name / "tmp").mkdir(exist_ok=True)
        (place / f"{1704067200 + number}.{number}.host:2,S").write_bytes(mail.bytes())


def write(folder):
    """All five mailboxes and two broken files below FOLDER."""
    write_pst(str(folder / "eve.pst"), messages("eve"))
    with open(folder / "sam.mbox", "wb") as out:
        write_mbox(out, messages("sam"))
    with zipfile.ZipFile(folder / "lea.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (_, mail) in enumerate(messages("lea")):
            archive.writestr(f"{number:05}.eml", mail.bytes())
    write_maildir(folder / "dev", messages("dev"))
    with gzip.open(folder / "hr.mbox.gz", "wb") as out:
        write_mbox(out, messages("hr"))
    broken = (folder / "hr.mbox.gz").read_bytes()
    (folder / "cut.mbox.gz").write_bytes(broken[:3000])
    (folder / "broken.zip").write_bytes(b"PK\x03\x04" + b"\0" * 60)


def record(at, owner, kind, throttled, folders):
    return {"Operation": "MailItemsAccessed", "RecordType": 50, "CreationTime": f"2024-01-{at:02}T03:00:00", "UserId": owner, "MailboxOwnerUPN": owner,
            "ClientIPAddress": "203.0.113.77", "SessionId": "attack", "Folders": folders,
            "OperationProperties": [{"Name": "MailAccessType", "Value": kind}, {"Name": "IsThrottled", "Value": str(throttled)}]}


def access_log():
    """What Microsoft would write down: two messages of eve read, dev's Sent folder synchronised, sam's mailbox throttled; and one of our own people."""
    item = [{"Path": "\\Inbox", "FolderItems": [{"InternetMessageId": f"<{n}@plan.example>"} for n in ("eve-key", "vpn-password")]}]
    records = [record(26, EVE, "Bind", False, item), record(26, DEV, "Sync", False, [{"Path": "\\Sent"}]), record(27, SAM, "Bind", True, [])]
    records.append(dict(record(27, LEA, "Bind", False, [{"Path": "\\Inbox", "FolderItems": [{"InternetMessageId": "<draft@plan.example>"}]}]),
                        ClientIPAddress="192.0.2.4", SessionId="office"))
    return "\n".join(json.dumps({"AuditData": json.dumps(r)}) for r in records) + "\n"


if __name__ == "__main__":  # python3 tests/e2e/breach.py FOLDER: to try things on
    write(pathlib.Path(sys.argv[1]))
