"""The repair request of the demo's case, opened and printed by a real browser in both languages.

usage: check.py STOPGAP LEDGER
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

program, ledger = sys.argv[1:]
root = pathlib.Path(__file__).resolve().parents[3]
case = json.loads(subprocess.check_output([program, "case", "list", "--data", ledger]).splitlines()[0])
number = str(case["number"])
shown = json.loads(subprocess.check_output([program, "case", "show", number, "--data", ledger]))

with tempfile.TemporaryDirectory() as folder:
    for language, title in (("en", "Repair request"), ("zh-CN", "维修申请")):
        page = pathlib.Path(folder, f"request-{language}.html")
        paper = page.with_suffix(".pdf")
        subprocess.check_call(
            [program, "case", "request", number, "--language", language, "--out", page,
             "--config", root / "samples/eu.toml", "--data", ledger])
        browser = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
        dom = subprocess.check_output(
            [*browser, "--dump-dom", page.as_uri()], stderr=subprocess.DEVNULL, timeout=60).decode()
        assert f"<h1>{title} {number}</h1>" in dom, dom[:2000]
        assert f'lang="{language}"' in dom and "<script" not in dom
        # The table of what happened has one row for each moment of the case.
        history = re.findall(r"<tbody>(.*?)</tbody>", dom, re.S)[2]
        assert history.count("<tr>") == len(shown["history"]), (history.count("<tr>"), len(shown["history"]))
        subprocess.check_call(
            [*browser, "--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri()],
            stderr=subprocess.DEVNULL, timeout=60)
        pages = len(re.findall(rb"/Type\s*/Page[^s]", paper.read_bytes()))
        assert 1 <= pages <= 6, pages
        print(f"repair request ({language}): {history.count('<tr>')} rows, {pages} printed pages")
