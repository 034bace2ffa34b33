"""Reports of a demo day, read by the programs they are written for: hledger, beancount and a browser.

usage: check_report.py STOPGAP LEDGER_FOLDER BEAN_CHECK

hledger and beancount check that every entry adds up to nothing and that what is left in the clearing accounts is what
is still open. A headless Chromium opens the page in both languages; its sums are read from what it has drawn and held
against the JSON, and it prints the page on A4.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

stopgap, ledger, bean_check = sys.argv[1:4]


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def report(*more):
    return run(stopgap, "report", "--data", ledger, *more)


def plain(minor):
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02}"


day = json.loads(report())
date = day["business_day"]
assert day["received_minor"] + day["open_minor"] + day["lost_minor"] == day["taken_minor"] > 0
folder = pathlib.Path(tempfile.mkdtemp(prefix="stopgap-report-"))

for scope in ([], ["--from", date, "--to", date]):
    journal = folder / "day.journal"
    journal.write_text(report("--format", "hledger", *scope))
    run("hledger", "-f", journal, "check", "balancednoautoconversion", "assertions")
    sales = run("hledger", "-f", journal, "balance", "Income:Sales", "--no-total", "--depth", "2")
    assert plain(-day["taken_minor"]) in sales, (sales, day["taken_minor"])
    books = folder / "day.beancount"
    books.write_text(report("--format", "beancount", *scope))
    run(bean_check, books)
    # A cent that is not there is noticed, so that the checks are known to check.
    broken = books.read_text().replace("balance Assets:Clearing:Cards  ", "balance Assets:Clearing:Cards  1", 1)
    assert broken != books.read_text()
    (folder / "broken.beancount").write_text(broken)
    assert subprocess.run([bean_check, folder / "broken.beancount"], capture_output=True).returncode != 0
print(f"report: hledger and beancount agree that {plain(day['taken_minor'])} {day['currency']} were sold")

browser = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
if browser is None:
    print("LEFT OUT: there is no Chromium")
    sys.exit(0)
# The window of a desktop and the width of a phone; a sandbox needs rights that a container does not give.
chromium = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
SUMS = {"taken": "taken_minor", "received": "received_minor"}
WORDS = {"en": ("Taken or promised", "What it cost"), "zh-CN": ("已收或承诺合计", "代价")}
for language, words in WORDS.items():
    for name, scope in (("day", []), ("period", ["--from", date, "--to", date]), ("outage", ["--outage", "last"])):
        page = folder / f"{name}-{language}.html"
        page.write_text(report("--format", "html", "--language", language, *scope))
        value = json.loads(report(*scope))
        shown = run(*chromium, "--dump-dom", page.as_uri())
        assert f'<html lang="{language}">' in shown
        for word in words:
            assert word in shown, (language, name, word)
        for element, key in SUMS.items():
            told = re.search(rf'<b id="{element}">([^<]*)</b>', shown).group(1)
            assert told.replace(",", "") == f"{plain(value[key])} {value['currency']}", (name, element, told, value[key])
        paper = folder / f"{name}-{language}.pdf"
        run(*chromium, "--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri())
        boxes = set(re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", paper.read_bytes()))
        assert boxes and all(abs(float(w) - 595) < 2 and abs(float(h) - 842) < 2 for w, h in boxes), boxes
print("report: Chromium reads the same sums from the page in both languages, and prints it on A4")
shutil.rmtree(folder)
