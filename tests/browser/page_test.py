#!/usr/bin/env python3
"""The HTML report in headless Chromium: it loads, filters, sorts, groups, is judged by keyboard; nothing from mail is ever more than text."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from harness import PROGRAM, STATE, Tap, github_token  # noqa: E402

tap = Tap()
if "AXE" not in os.environ:  # make browser sets it, empty or not
    tap.skip("browser/page", "make browser-check runs it")
    tap.done()
try:
    from selenium import webdriver
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import Select
except ImportError:
    tap.skip("browser/page", "python3-selenium is not installed: make browser-check")
    tap.done()

ENV = dict(os.environ, XDG_STATE_HOME=STATE, LC_ALL="C.UTF-8")
AXE = os.environ.get("AXE")  # axe.min.js of axe-core, for `browser/no-barrier`
MESSAGES = 400
EVIL = [
    "<script>document.title='owned'</script>",
    "</script><script>document.title='owned'</script>",
    "\"><img src=x onerror=\"document.title='owned'\">",
    "' onmouseover='document.title=1' x='",
    "</style><style>*{display:none}</style>",
    "<!--<script>",
    "]]><svg onload=document.title='owned'>",
    "\u202eevil\u2066bidi\u2069 \u200bzero \u2028line\u2029",
    "&lt;b&gt; &amp; &#60;script&#62;",
    "javascript:document.title='owned'",
    "{{7*7}} ${7*7} __proto__ constructor",
    "expression(alert(1)); background:url(https://evil.example/x)",
    "A" * 60000,
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u05e2\u05d1\u05e8\u05d9\u05ea",
]


def message(i):
    evil = EVIL[i % len(EVIL)]
    folded = evil if len(evil) < 900 else "\n ".join(evil[k:k + 900] for k in range(0, len(evil), 900))
    secret = github_token(f"browser {i // 4}")
    return (f"From a@b Fri Jan 12 09:30:00 2024\nFrom: \"{'x' if i % 3 else '<b>'}\" <sender{i % 9}@contoso.example>\n"
            f"To: buyer{i % 5}@fabrikam.example, carol@contoso.example\nSubject: {i} {folded}\n"
            f"Message-ID: <{i}.&x@contoso.example>\nDate: {1 + i % 27} {'Jan Feb Mar Apr'.split()[i % 4]} 202{i % 4} 09:{i % 60:02}:00 +0000\n"
            f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{EVIL[(i + 1) % len(EVIL)][:200]} token {secret} {EVIL[(i + 2) % len(EVIL)][:200]}\n\n")


def run(*arguments, **more):
    return subprocess.run([PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENV, **more)


def browser(folder):
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--disable-gpu", "--window-size=1400,1000", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.binary_location = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    options.add_experimental_option("prefs", {"download.default_directory": folder})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options)


def wait(condition, seconds=10):
    end = time.time() + seconds
    while time.time() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


class Page:
    def __init__(self, driver, path):
        self.driver = driver
        began = time.time()
        driver.get(f"file://{path}")
        wait(lambda: driver.execute_script("return document.documentElement.dataset.ready"))
        self.seconds = time.time() - began

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def at(self, name):
        return self.driver.find_element(By.ID, name)

    def settle(self):
        self.driver.execute_async_script("const done = arguments[0]; setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 250)")

    def status(self):
        self.settle()
        return self.at("status").text

    def column(self, number):
        """The texts of a column that are drawn, in order."""
        self.settle()
        return self.script("return [...document.querySelectorAll('#body .row:not(.group)')].sort((a, b) => a.dataset.index - b.dataset.index)"
                           ".map(row => row.children[arguments[0]].textContent)", number)

    def choose(self, name, value):
        Select(self.at(name)).select_by_value(value)
        self.settle()

    def press(self, *keys):
        self.at("grid").send_keys(*keys)
        self.settle()

    def faults(self):
        return [entry for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]

    def requests(self):
        urls = []
        for entry in self.driver.get_log("performance"):
            event = json.loads(entry["message"])["message"]
            if event["method"] == "Network.requestWillBeSent":
                urls.append(event["params"]["request"]["url"])
        return urls


def test_loading(page, text):
    tap.ok("browser/loads", page.script("return document.documentElement.dataset.ready") == "1", page.faults())
    tap.ok("browser/console-is-silent", not page.faults(), page.faults())
    outside = [url for url in page.requests() if not url.startswith(("file:", "data:", "chrome:", "blob:"))]
    tap.ok("browser/asks-no-network", not outside, outside)
    tap.ok("browser/title-stands", page.driver.title.startswith("mailspill:"), page.driver.title)
    tap.ok("browser/policy", "default-src 'none'" in text and "unsafe" not in text.split("</head>")[0])
    tap.ok("browser/only-our-scripts", page.script("return document.querySelectorAll('script').length") == 2)
    tap.ok("browser/no-foreign-element", page.script("return document.querySelectorAll('img, iframe, object, embed, link, base, [onerror], [onload], [onmouseover]').length") == 0)
    tap.ok("browser/no-style-attribute-of-mail", page.script("return [...document.querySelectorAll('[style]')].every(e => e.id === 'body' || e.closest('#body'))"))
    shown = page.script("return document.body.textContent")
    tap.ok("browser/bidi-is-visible-text", "\u202e" not in shown and "\\u{202e}" in text)
    tap.ok("browser/no-secret", not any(github_token(f"browser {k}") in text for k in range(MESSAGES // 4)))
    tap.ok("browser/huge-strings-are-cut", "A" * 1000 not in text)


def test_widths(page):
    """The page never scrolls sideways; on a desk the whole list of what to rotate is in sight."""
    over = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    tap.ok("browser/no-sideways-scroll-at-1400", page.script(over) <= 0, page.script(over))
    inside = "const e = document.querySelector('#list-rotation .wide'); return e.scrollWidth - e.clientWidth"
    tap.ok("browser/rotation-fits", page.script(inside) <= 0, page.script(inside))
    page.driver.set_window_size(500, 1000)
    page.settle()
    tap.ok("browser/no-sideways-scroll-at-500", page.script(over) <= 0, page.script(over))
    page.driver.set_window_size(1400, 1000)
    page.settle()


def test_table(page):
    tap.ok("browser/all-rows", page.status().startswith(f"{MESSAGES} rows"), page.status())
    tap.ok("browser/few-rows-are-drawn", 0 < page.script("return document.querySelectorAll('#body .row').length") < 80)
    tap.ok("browser/counts-for-readers", page.script("const g = document.getElementById('grid'); return [g.getAttribute('aria-rowcount'), g.getAttribute('aria-colcount')]")
           == [str(MESSAGES + 1), "11"])
    page.at("filter").send_keys("sender3@ fabrikam")
    want = sum(1 for i in range(MESSAGES) if i % 9 == 3)
    tap.ok("browser/filter", page.status().startswith(f"{want} of {MESSAGES} rows"), page.status())
    page.at("filter").clear()
    page.at("filter").send_keys("<script>document")
    tap.ok("browser/filter-takes-markup-as-text", 0 < int(page.status().split()[0]) < MESSAGES / 2, page.status())
    page.script("const f = document.getElementById('filter'); f.value = ''; f.dispatchEvent(new Event('input'))")
    header = "return document.querySelectorAll('#head [role=columnheader]')[arguments[0]].getAttribute('aria-sort')"
    button = "document.querySelectorAll('#head button')[arguments[0]].click()"
    page.script(button, 5)
    dates = page.column(6)
    tap.ok("browser/sort-up", dates == sorted(dates) and page.script(header, 6) == "ascending", dates[:5])
    page.script(button, 5)
    dates = page.column(6)
    tap.ok("browser/sort-down", dates == sorted(dates, reverse=True) and page.script(header, 6) == "descending", dates[:5])
    page.script(button, 5)
    tap.ok("browser/sort-off", page.script(header, 6) == "none")
    page.script("document.getElementById('grid').scrollTop = 1e9")
    page.settle()
    last = page.script("return Math.max(...[...document.querySelectorAll('#body .row')].map(r => Number(r.getAttribute('aria-rowindex'))))")
    tap.ok("browser/scrolls-to-the-last", last == MESSAGES + 1, last)
    page.choose("group", "secret")
    rows = page.script("return document.getElementById('grid').getAttribute('aria-rowcount')")
    tap.ok("browser/group-by-secret", rows == str(MESSAGES + MESSAGES // 4 + 1), rows)
    page.press(Keys.HOME)
    page.press(Keys.ARROW_LEFT)
    rows = page.script("return document.getElementById('grid').getAttribute('aria-rowcount')")
    tap.ok("browser/group-closes", rows == str(MESSAGES + MESSAGES // 4 - 3), rows)
    page.press(Keys.ARROW_RIGHT)
    page.choose("group", "message")
    page.choose("group", "custodian")
    page.choose("group", "")
    Select(page.at("least")).select_by_visible_text("critical")
    tap.ok("browser/least-severity", page.status().startswith(f"{MESSAGES} rows"), page.status())
    Select(page.at("least")).select_by_visible_text("info")


def test_keyboard(page):
    page.press(Keys.HOME)
    page.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    tap.ok("browser/keys-move", page.script("return document.getElementById('grid').getAttribute('aria-activedescendant')") == "row-2")
    page.press(Keys.ENTER)
    tap.ok("browser/enter-opens", page.script("return document.getElementById('detail').open"))
    detail = page.at("detail").text
    tap.ok("browser/detail-has-context", "Context, the secret masked" in detail and "\u25cf\u25cf\u25cf" in detail, detail)
    tap.ok("browser/detail-is-text", page.script("return document.getElementById('detail').querySelectorAll('script, img, svg, style, b').length") == 0)
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    page.settle()
    tap.ok("browser/escape-closes", not page.script("return document.getElementById('detail').open"))
    tap.ok("browser/focus-comes-back", page.script("return document.activeElement.id") == "grid")
    page.press("/")
    tap.ok("browser/slash-goes-to-the-filter", page.script("return document.activeElement.id") == "filter")
    page.at("filter").clear()
    page.press(Keys.END)
    tap.ok("browser/end", page.script("return document.getElementById('grid').getAttribute('aria-activedescendant')") == f"row-{MESSAGES - 1}")
    page.press(Keys.HOME)
    page.press(Keys.SPACE)
    page.press(Keys.SHIFT, Keys.ARROW_DOWN)
    page.press(Keys.NULL)
    tap.ok("browser/space-selects", "2 selected" in page.status(), page.status())


def test_marks(page, case, folder):
    """Two rows of one secret and two places are judged, saved, imported."""
    page.at("mark").click()
    tap.ok("browser/judging-wants-a-name", "MARK" not in page.at("marks").text and page.script("return document.querySelectorAll('#by:invalid').length") == 1)
    page.at("by").send_keys("eve </script> \u00e9")
    page.at("note").send_keys("said \"so\"; <b>")
    page.choose("word", "rotated")
    page.at("mark").click()
    page.settle()
    tap.ok("browser/marks-are-counted", page.at("marks").text.startswith("1 mark, not saved"), page.at("marks").text)
    tap.ok("browser/marks-show", "rotated" in page.column(10)[0], page.column(10)[:3])
    page.press(Keys.END)
    page.press(Keys.SPACE)
    page.choose("word", "false")
    page.choose("of", "finding")
    page.at("mark").click()
    page.at("undo").click()
    page.settle()
    tap.ok("browser/taken-back", page.at("marks").text.startswith("1 mark, not saved"), page.at("marks").text)
    page.press(Keys.END)
    page.press(Keys.SPACE)
    page.at("mark").click()
    page.at("save").click()
    file = pathlib.Path(folder) / "marks.jsonl"
    tap.ok("browser/saves-the-file", wait(file.exists), page.faults())
    marks = [json.loads(line) for line in file.read_text().splitlines()]
    tap.ok("browser/two-marks", [m["judgement"] for m in marks] == ["rotated", "false"] and len({m["uid"] for m in marks}) == 2, marks)
    done = run("mark", "--case", case, "--import", file)
    tap.ok("browser/mark-import-takes-it", done.returncode == 0, done.stderr.decode())
    exported = [json.loads(line) for line in run("mark", "--case", case, "--export").stdout.splitlines()]
    tap.ok("browser/round-trip", sorted(json.dumps(m, sort_keys=True) for m in exported) == sorted(json.dumps(m, sort_keys=True) for m in marks), exported)


def test_axe(page):
    if not AXE:
        tap.skip("browser/no-barrier", "AXE names no axe.min.js")
        return
    page.driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    page.driver.refresh()
    page.settle()
    page.script("for (const d of document.querySelectorAll('details')) d.open = true")
    page.driver.execute_script(pathlib.Path(AXE).read_text())
    for scheme in ("light", "dark"):
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        page.settle()
        found = page.driver.execute_async_script("const done = arguments[0]; axe.run().then(r => done(r.violations.map(v => [v.impact, v.id, v.nodes.length, v.nodes[0].html.slice(0, 150)])))")
        tap.ok(f"browser/no-barrier-{scheme}", not found, "\n".join(map(str, found)))


def test_without_script(driver, path):
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    driver.get(f"file://{path}")
    text = driver.find_element(By.TAG_NAME, "body").text
    tap.ok("browser/readable-without-script", "How complete this is" in text and "GitHub" in text and "needs JavaScript" in text)
    tap.ok("browser/no-dead-table", not driver.find_element(By.ID, "app").is_displayed())
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


with tempfile.TemporaryDirectory() as work:
    mail = pathlib.Path(work) / "</title><img src=x>.mbox".replace("/", "_")
    mail.write_text("".join(message(i) for i in range(MESSAGES)), encoding="utf-8")
    case, html = f"{work}/case", f"{work}/report.html"
    run("scan", "--case", case, "-q", "-f", "jsonl", mail)
    done = run("report", "--case", case, "-f", "html", "--internal", "contoso.example")
    pathlib.Path(html).write_bytes(done.stdout)
    scanned = f"{work}/scan.html"
    run("scan", "-q", "-f", "jsonl", "-o", f"html={scanned}", mail)
    text = done.stdout.decode("utf-8", "strict")
    tap.ok("browser/made", done.returncode == 0 and len(text) > 10000, done.stderr.decode())
    tap.ok("browser/no-people", not re.search(r"sender\d|buyer\d|carol", run("report", "--case", case, "-f", "html", "--no-people").stdout.decode()))
    driver = browser(work)
    try:
        page = Page(driver, html)
        test_loading(page, text)
        test_widths(page)
        test_table(page)
        test_keyboard(page)
        if os.environ.get("SCREENSHOT"):
            driver.save_screenshot(os.environ["SCREENSHOT"])
        test_marks(page, case, work)
        test_axe(page)
        page = Page(driver, scanned)
        tap.ok("browser/of-a-scan", page.status().startswith(f"{MESSAGES} rows") and not page.faults(), page.status())
        test_without_script(driver, html)
    finally:
        driver.quit()
tap.done()
