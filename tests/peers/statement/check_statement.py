#!/usr/bin/env python3
"""Reads the samples with parsers that share no code with Stopgap, and compares entry by entry with `stopgap statement`.

Argument: the stopgap program. Exit: 0 they agree but for the peers' known faults, 1 otherwise.

    pip install mt-940==5.1.1 ofxtools==1.1.1 ofxparse==0.21 bankstatementparser==0.0.29
"""

import io
import json
import logging
import subprocess
import sys
import tempfile
import warnings
from decimal import Decimal
from pathlib import Path

import mt940
import ofxparse
from bankstatementparser import CamtParser
from ofxtools.Parser import OFXTree

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "statements"
DECIMALS = {"JPY": 0}

# What a peer gets wrong, by sample and place of the entry, with the reason. A fault that is no longer there fails too,
# so that this list cannot outlive it.
KNOWN = {
    ("mt-940", "pages.mt940", 2): "RC takes a credit back and is a debit; the peer makes it a credit, and the balances show it",
}


def minor(amount, currency):
    return int(Decimal(str(amount)).scaleb(DECIMALS.get(currency, 2)))


def ours(program, file):
    done = subprocess.run([program, "statement", str(file)], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def by_mt940(file):
    # The peer knows no expected entries (EC, ED), which are no money yet.
    text = file.read_bytes().decode()
    lines, skipped = [], False
    for line in text.splitlines(keepends=True):
        skipped = line[:4] == ":61:" and ("EC" in line[10:16] or "ED" in line[10:16]) or skipped and line[:4] == ":86:"
        lines += [] if skipped else [line]
    for one in mt940.parse("".join(lines)):
        amount = one.data["amount"]
        yield {
            "booked_on": str(one.data.get("entry_date") or one.data["date"]),
            "valued_on": str(one.data["date"]),
            "amount_minor": minor(amount.amount, amount.currency),
            "currency": amount.currency,
            "bank_reference": one.data.get("bank_reference") or None,
        }


def by_ofxtools(file):
    tree = OFXTree()
    tree.parse(str(file))
    for statement in tree.convert().statements:
        for one in statement.transactions:
            yield {
                "amount_minor": minor(one.trnamt, statement.curdef),
                "currency": statement.curdef,
                "bank_reference": one.fitid,
                "counterparty_name": one.name,
                "description": one.memo,
            }


def by_ofxparse(file):
    for account in ofxparse.OfxParser.parse(io.BytesIO(file.read_bytes())).accounts:
        for one in account.statement.transactions:
            yield {
                "booked_on": str(one.date.date()),
                "amount_minor": minor(one.amount, account.curdef),
                "currency": account.curdef,
                "bank_reference": one.id,
            }


def by_camt(file):
    # The peer knows camt.053 only, and takes pending entries for money: it gets the same elements under the names that
    # camt.053 has for them, without pending ones.
    text = file.read_text()
    for name, other in [("BkToCstmrAcctRpt", "Rpt"), ("BkToCstmrDbtCdtNtfctn", "Ntfctn")]:
        if name in text:
            text = text.replace(name, "BkToCstmrStmt").replace(f"<{other}>", "<Stmt>").replace(f"</{other}>", "</Stmt>")
            text = text.replace("camt.052", "camt.053").replace("camt.054", "camt.053")
    prefix = "ns:" if "<ns:Ntry>" in text else ""
    head, *entries = text.split(f"<{prefix}Ntry>")
    last = f"</{prefix}Ntry>"
    tail = entries[-1].split(last, 1)[1]
    entries = [entry.split(last, 1)[0] for entry in entries if "PDNG" not in entry]
    text = head + "".join(f"<{prefix}Ntry>{entry}{last}" for entry in entries) + tail
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "statement.xml")
        copy.write_text(text)
        for one in CamtParser(str(copy)).parse().to_dict("records"):
            yield {
                "booked_on": str(one["BookgDt"])[:10],
                "amount_minor": minor(one["Amount"], one["Currency"]),
                "currency": one["Currency"],
            }


PEERS = [
    ("mt-940", by_mt940, ["pages.mt940", "interim.mt942"]),
    ("ofxtools", by_ofxtools, ["bank.ofx1"]),
    ("ofxparse", by_ofxparse, ["bank.ofx1", "card.ofx2"]),
    ("bankstatementparser", by_camt, ["camt052.xml", "camt053-02.xml", "camt053-13.xml", "camt054.xml"]),
]


def main():
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    failed = 0
    for peer, read, names in PEERS:
        for name in names:
            mine = ours(sys.argv[1], SAMPLES / name)
            theirs = list(read(SAMPLES / name))
            compared = 0
            if len(mine) != len(theirs):
                print(f"{name}: {len(mine)} entries here, {len(theirs)} by {peer}", file=sys.stderr)
                failed += 1
            for place, (our, their) in enumerate(zip(mine, theirs)):
                differing = {key: (our[key], value) for key, value in their.items() if our[key] != value}
                known = (peer, name, place) in KNOWN
                if bool(differing) != known:
                    print(f"{name}, entry {place}, {peer}: {differing or 'the known fault is gone'}", file=sys.stderr)
                    failed += 1
                compared += len(their)
            print(f"{name}: {len(theirs)} entries, {compared} values as {peer} reads them")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
