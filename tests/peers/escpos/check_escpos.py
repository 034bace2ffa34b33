#!/usr/bin/env python3
"""Has stopgap print on emupos, an emulator of receipt printers that shares no code with it: over the network and over a
serial line. What came out is compared as text and looked at as a picture, its QR codes are read by ZXing, the drawer is
opened, and the printer is made to run out of paper, to stand open and to be off line. Lines in Arabic and Hebrew are held
against what FriBidi and HarfBuzz draw.

Then papers as the till makes them are printed and read back line by line: the slips and papers that the stories of
tests/stories keep (movements, rounding, two drawers, dollars, a refund, a copy, the sign on the counter, in English and in
Chinese) and, if a folder is named, the receipts of a demo day in it. A line that no code page has comes out as a picture
as wide as its words reach.

Arguments: the stopgap program, and a folder of papers. Exit: 0 all as it should be, 1 otherwise. Needs Python 3.13, for
emupos.

    python3.13 -m venv peers && peers/bin/pip install -r tests/peers/escpos/requirements.txt
"""

import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

import zxingcpp
from PIL import Image, ImageDraw, ImageFont, ImageOps, features

HERE = Path(__file__).parent
REFERENCE = "2300310428"
LEFT, CELL, COLUMNS = 36, 12, 42
DRAWN = re.compile(r"\[image \d+x32\]")
PAGES = ["--page", "WPC1252", "--page", "WPC1250", "--page", "WPC1251", "--page", "WPC1253"]

# Each line, and what the emulator has to make of it: the same text, or a picture of these dots.
RECEIPT = [
    ("Bakery Café", "Bakery Café"),
    ("Łódź, Žluťoučký kůň", "Łódź, Žluťoučký kůň"),
    ("Цена", "Цена"),
    ("Τιμή 2,50 €", "Τιμή 2,50 €"),
    ("应付                             48.90 EUR", "[image 504x32]"),
    ("السعر                            48.90 EUR", "[image 504x32]"),
    ("#$@[\\]^`{|}~", "#$@[\\]^`{|}~"),
    ("Total                            48.90 EUR", "Total                            48.90 EUR"),
]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Emulator:
    def __init__(self, folder):
        self.receipts = folder / "receipts"
        self.address, self.api = (f"127.0.0.1:{free_port()}" for _ in range(2))
        self.log = folder / "log.txt"
        config = folder / "emupos.yaml"
        port, api_port = self.address.split(":")[1], self.api.split(":")[1]
        config.write_text(f"""
schema: 1
api: {{ host: 127.0.0.1, port: {api_port} }}
devices:
  - id: front
    type: printer
    profile: {HERE / "printer.yaml"}
    connections: [{{ tcp: {{ port: {port} }} }}, {{ serial: {{ pty: true }} }}]
    receipts_dir: {self.receipts}
""")
        self.program = str(Path(sys.executable).parent / "emupos")
        with self.log.open("w") as out:
            self.process = subprocess.Popen([self.program, "run", "--config", str(config)], stdout=out, stderr=out)
        self.wait(lambda: "serial" in self.log.read_text() and "Showing events" in self.log.read_text(), "start")
        words = self.log.read_text().split()
        self.device = words[words.index("->") - 1]

    def wait(self, holds, what):
        until = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < until and self.process.poll() is None, f"{what}:\n{self.log.read_text()}"
            time.sleep(0.05)

    def fault(self, act, fault):
        subprocess.run([self.program, "--api", f"http://{self.api}", "fault", act, "front", fault], check=True,
                       stdout=subprocess.DEVNULL)

    def next_receipt(self, known):
        """Text and picture of the one receipt that is not known yet."""
        self.wait(lambda: len(self.texts()) > len(known), "a receipt")
        (new,) = self.texts() - known
        return new.read_text().splitlines(), Image.open(new.with_suffix(".png")).convert("L")

    def texts(self):
        # The JSON file is written last.
        return {path.with_suffix(".txt") for path in self.receipts.glob("*.json")}


def stopgap(program, *arguments, text=None):
    done = subprocess.run([program, "print", *arguments], input=text, capture_output=True, text=True, timeout=90)
    return done.returncode, done.stdout and json.loads(done.stdout), done.stderr.strip()


def ink(picture, left, top, right, bottom):
    """The first and the last column of dots in a part of a picture that has ink."""
    part = picture.crop((left, top, right, bottom)).point(lambda level: 255 if level < 128 else 0)
    box = part.getbbox()
    return (left + box[0], left + box[2]) if box else None


def check_receipt(program, emulator, place, draw_code):
    known = emulator.texts()
    text = "".join(line + "\n" for line, _ in RECEIPT)
    extra = ["--draw-code"] if draw_code else []
    code, said, why = stopgap(program, *place, *PAGES, *extra, "--code", REFERENCE, text=text)
    assert (code, said) == (0, {"delivery": "printed", "lines": len(RECEIPT) + 1}), (code, said, why)
    lines, picture = emulator.next_receipt(known)
    expected = [printed for _, printed in RECEIPT]
    assert lines[:len(expected)] == expected, lines
    assert [one.text for one in zxingcpp.read_barcodes(picture)] == [REFERENCE]
    # The lines of text are 30 dots high, the two pictures 32; both have words at the left and a sum at the right edge.
    for row in range(2):
        top = 4 * 30 + row * 32
        word = ink(picture, LEFT, top, LEFT + 20 * CELL, top + 32)
        assert word and word[0] <= LEFT + 6, word
        total = ink(picture, LEFT + 30 * CELL, top, 576, top + 32)
        assert total and abs(total[1] - (LEFT + COLUMNS * CELL)) <= 4, total
        assert abs(total[0] - (LEFT + 33 * CELL)) <= 4, total
    assert ink(picture, 0, 0, LEFT - 1, picture.height) is None


# Words that run from right to left, with the language whose fonts have them.
TURNED = [("ar", "السعر الإجمالي"), ("he", "מחיר כולל")]


def shape(picture):
    """What a picture's ink looks like, whatever its size: 24 rows of 120 shades."""
    dark = ImageOps.invert(picture.convert("L"))
    return dark.crop(dark.point(lambda level: 255 if level > 127 else 0).getbbox()).resize((120, 24)).tobytes()


def likeness(one, other):
    """The correlation of two shapes: 1 is the same."""
    mean_one, mean_other = sum(one) / len(one), sum(other) / len(other)
    both = sum((a - mean_one) * (b - mean_other) for a, b in zip(one, other))
    alone = [sum((a - mean) ** 2 for a in shades) for shades, mean in ((one, mean_one), (other, mean_other))]
    return both / (alone[0] * alone[1]) ** 0.5


def drawn(text, font):
    """The text drawn by FriBidi and HarfBuzz, which turn and join it on their own."""
    picture = Image.new("L", (900, 120), 255)
    face = ImageFont.truetype(font, 48, layout_engine=ImageFont.Layout.RAQM)
    ImageDraw.Draw(picture).text((20, 20), text, font=face, fill=0)
    return shape(picture)


def check_turned(program, emulator, place):
    """A line that runs from right to left is like the one that independent libraries draw, and unlike the unturned one."""
    count = 0
    for language, words in TURNED:
        listed = subprocess.run(["fc-list", f":lang={language}", "file"], capture_output=True, text=True).stdout
        fonts = [line.rstrip(": ") for line in listed.splitlines() if line.rstrip(": ").endswith((".ttf", ".otf"))]
        if not fonts or not features.check("raqm"):
            print(f"LEFT OUT: nothing here draws the language {language}")
            continue
        known = emulator.texts()
        code, _, why = stopgap(program, *place, *PAGES, text=f"{words:33}48.90 EUR\n")
        assert code == 0, why
        _, picture = emulator.next_receipt(known)
        printed = shape(picture.crop((LEFT, 0, LEFT + 24 * CELL, 32)))
        turned = max(likeness(printed, drawn(words, font)) for font in fonts)
        # U+202D keeps the letters in the order in which they are stored.
        unturned = max(likeness(printed, drawn("\u202d" + words, font)) for font in fonts)
        assert turned > 0.5 and turned > unturned + 0.3, (language, turned, unturned)
        count += 1
    return count


def papers(folders):
    """Name and lines of each paper: the slips of the stories without the head of their file, and what the folders hold."""
    kept = HERE.parent.parent / "stories" / "snapshots"
    slips = sorted([*kept.glob("*__the_slip_of_*.snap"), *kept.glob("*__the_paper_of_*.snap")])
    for what in ("slip_of", "dollars_in_english", "copy_in_english", "refund_in_english", "dollars_in_chinese", "sign"):
        assert any(what in slip.name for slip in slips), what
    for slip in slips:
        yield slip.name, slip.read_text().split("---\n", 2)[2].splitlines()
    for folder in folders:
        found = sorted(Path(folder).glob("*.txt"))
        assert found, folder
        for paper in found:
            yield paper.name, paper.read_text().splitlines()


def check_papers(program, emulator, place, folders):
    count = 0
    for name, lines in papers(folders):
        known = emulator.texts()
        code, said, why = stopgap(program, *place, *PAGES, text="".join(line + "\n" for line in lines))
        assert (code, said["delivery"]) == (0, "printed"), (name, said, why)
        printed, _ = emulator.next_receipt(known)
        wanted = [line.rstrip() for line in lines if line.strip()]
        printed = [line.rstrip() for line in printed if line.strip()]
        assert len(printed) == len(wanted), (name, printed)
        for line, came in zip(wanted, printed):
            is_drawn = any(unicodedata.east_asian_width(letter) in "WF" for letter in line)
            assert DRAWN.fullmatch(came) if is_drawn else came == line, (name, line, came)
        count += 1
    return count


def main():
    program, folders = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        emulator = Emulator(Path(folder))
        try:
            network = ["--address", emulator.address]
            for place in (network, ["--device", emulator.device]):
                for draw_code in (False, True):
                    check_receipt(program, emulator, place, draw_code)
            turned = check_turned(program, emulator, network)
            papers_read = check_papers(program, emulator, network, folders)

            known = emulator.texts()
            assert stopgap(program, *network, "--kick", "2")[:2] == (0, {"kicked": True})
            emulator.wait(lambda: "drawer opened (pin 2)" in emulator.log.read_text(), "the drawer")
            for fault, trouble in (("paper-out", "the printer has no paper"),
                                   ("cover-open", "the printer's cover is open"),
                                   ("offline", "the printer is off line")):
                emulator.fault("set", fault)
                code, status, why = stopgap(program, *network, "--status")
                assert code == 0 and status["trouble"] == trouble, (status, why)
                refused = (1, "", f"stopgap: {trouble}; nothing was printed")
                assert stopgap(program, *network, text="a\n") == refused, stopgap(program, *network, text="a\n")
                assert stopgap(program, *network, "--kick", "5") == refused
                emulator.fault("clear", fault)
            emulator.fault("set", "paper-near-end")
            assert stopgap(program, *network, "--status")[1]["paper"] == "near_end"
            emulator.fault("clear", "paper-near-end")
            assert emulator.texts() == known, "something was printed that should not have been"

            # ESC R, the national characters, is all that the emulator does not know. It decodes every page, but draws
            # the letters of some only, which it says of pages it does not draw.
            unknown = [line for line in emulator.log.read_text().splitlines() if "unknown" in line]
            assert all(line.endswith("unknown bytes 1b 52 00") for line in unknown), unknown
        finally:
            emulator.process.terminate()
            emulator.process.wait(timeout=20)
    print(f"escpos: 4 receipts, {turned} lines from right to left, {papers_read} papers, 4 QR codes, a drawer and 4 faults as they should be")


if __name__ == "__main__":
    main()
