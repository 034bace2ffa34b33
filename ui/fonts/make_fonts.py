#!/usr/bin/env python3
"""Make the fonts of the screen from their published sources.

Run: make_fonts.py SOURCES OUT, where SOURCES holds the files named in README.md. Needs fonttools and skia-pathops.
The result is kept in the repository, so that a build needs neither this script nor a network.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

from icons import build_icon_font

UNITS_PER_EM = 1000

# Latin with its extensions, Greek and Cyrillic for names, punctuation, currencies, arrows and the marks the pages use.
LATIN = (
    list(range(0x20, 0x7F))
    + list(range(0xA0, 0x250))
    + list(range(0x370, 0x400))
    + list(range(0x400, 0x460))
    + list(range(0x1E00, 0x1F00))
    + list(range(0x2010, 0x2040))
    + list(range(0x20A0, 0x20C1))
    + list(range(0x2190, 0x21AA))
    + [0x0E3F, 0x2116, 0x2122, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x25CF, 0x25CB, 0x2713]
)

# Characters of Chinese names that GB 2312 lacks.
NAME_CHARACTERS = "喆堃玥珺頔祎璟琰翀旻焱犇昇淼鑫骁晞煊垚赟瑀珩玹睿甯翊昶昉暐曌劼嫄媗婳滢滟漪濛煜烜燚琛璇瓅祺稷筱翃翾芃芊茜菀萱蒨蓁蕙薇謇貤轩迦逯邈鋆钰锴霈靓颀颢骞鹍黛镕堯郃彧淏珈玙玚栩槿橦樾"


def gb2312(first_row: int, last_row: int) -> list[int]:
    """The characters of the rows of GB 2312, as code points."""
    found = []
    for row in range(first_row, last_row + 1):
        for cell in range(1, 95):
            try:
                found.append(ord(bytes([0xA0 + row, 0xA0 + cell]).decode("gb2312")))
            except UnicodeDecodeError:
                pass
    return found


def cut(path: Path, characters: list[int], features: list[str]) -> TTFont:
    """Open a font and keep only these characters and features."""
    font = TTFont(path)
    options = subset.Options()
    options.layout_features = features
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.drop_tables += ["DSIG", "MVAR", "STAT", "vhea", "vmtx", "VORG", "BASE", "meta", "GDEF"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    return font


def freeze_tabular_digits(font: TTFont) -> None:
    """Point the digits at their tabular forms, because Slint cannot switch a font feature on."""
    substitutes = {}
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[index].SubTable:
                    substitutes.update(getattr(part, "mapping", None) or part.ExtSubTable.mapping)
    for cmap in font["cmap"].tables:
        for digit in range(0x30, 0x3A):
            if cmap.cmap.get(digit) in substitutes:
                cmap.cmap[digit] = substitutes[cmap.cmap[digit]]


def shrink(font: TTFont, factor: float) -> None:
    """Make every glyph smaller while the em stays."""
    units = font["head"].unitsPerEm
    scale_upem(font, round(units * factor))
    font["head"].unitsPerEm = units


def name(font: TTFont, family: str, style: str, weight: int, owners: list[str]) -> None:
    """Give the font the name the theme asks for, and no other."""
    table = font["name"]
    table.names = []
    plain = style in ("Regular", "Bold")
    values = {
        0: "; ".join(owners),
        1: family if plain else f"{family} {style}",
        2: style if plain else "Regular",
        3: f"{family} {style}",
        4: f"{family} {style}",
        5: "Version 1.000",
        6: f"{family} {style}".replace(" ", "-"),
        13: LICENCE,
    }
    if not plain:
        values |= {16: family, 17: style}
    for identifier, text in values.items():
        table.setName(text, identifier, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font["OS/2"].fsSelection = 0x40 if weight < 600 else 0x20
    font["head"].macStyle = 0 if weight < 600 else 1


def join(latin: TTFont, chinese: TTFont, scratch: Path) -> TTFont:
    """One font of both; the Latin one gives the metrics and wins where both have a character."""
    for font in (latin, chinese):
        if font["head"].unitsPerEm != UNITS_PER_EM:
            scale_upem(font, UNITS_PER_EM)
    known = set(latin.getBestCmap())
    for cmap in chinese["cmap"].tables:
        for character in [c for c in cmap.cmap if c in known]:
            del cmap.cmap[character]
    for tag in ("GSUB", "GPOS", "GDEF"):
        if tag in chinese:
            del chinese[tag]
    paths = [scratch / "latin.ttf", scratch / "chinese.ttf"]
    latin.save(paths[0])
    chinese.save(paths[1])
    metrics = {tag: {f: getattr(latin[tag], f) for f in fields} for tag, fields in METRICS.items()}
    joined = Merger().merge([str(path) for path in paths])
    for tag, fields in metrics.items():
        for field, value in fields.items():
            setattr(joined[tag], field, value)
    for path in paths:
        path.unlink()
    return joined


METRICS = {
    "hhea": ["ascent", "descent", "lineGap"],
    "OS/2": ["sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent", "sxHeight", "sCapHeight"],
}

LICENCE = "SIL Open Font License, Version 1.1"
INTER = "Copyright 2020 The Inter Project Authors"
NOTO = "Copyright 2014-2021 Adobe, with Reserved Font Name 'Source'"
JETBRAINS = "Copyright 2020 The JetBrains Mono Project Authors"


def main() -> None:
    sources, out = Path(sys.argv[1]), Path(sys.argv[2])
    chinese = sorted(set(gb2312(1, 87)) | {ord(c) for c in NAME_CHARACTERS} | set(range(0xFF01, 0xFF5F)))
    frequent = sorted(set(gb2312(1, 3)) | set(gb2312(16, 55)) | set(range(0xFF01, 0xFF5F)))

    for style, weight in (("Regular", 400), ("SemiBold", 600)):
        latin = cut(sources / f"Inter_{weight}{style}.ttf", LATIN, ["kern", "ccmp", "tnum"])
        freeze_tabular_digits(latin)
        latin.save(out / "step.ttf")
        latin = cut(out / "step.ttf", LATIN, ["kern", "ccmp"])
        font = join(latin, cut(sources / f"NotoSansSC_{weight}{style}.ttf", chinese, []), out)
        name(font, "Stopgap Sans", style, weight, [INTER, NOTO])
        font.save(out / f"StopgapSans-{style}.ttf")

    for style, weight in (("Medium", 500), ("Bold", 700)):
        latin = cut(sources / f"Inter_{weight}{style}.ttf", LATIN, ["kern", "ccmp", "tnum"])
        freeze_tabular_digits(latin)
        latin.save(out / "step.ttf")
        latin = cut(out / "step.ttf", LATIN, ["kern", "ccmp"])
        name(latin, "Stopgap Figures", style, weight, [INTER])
        latin.save(out / f"StopgapFigures-{style}.ttf")

    # Two Latin columns take exactly the width of one Chinese character, as on the paper.
    mono = cut(sources / "JetBrainsMono_400Regular.ttf", LATIN, ["ccmp"])
    shrink(mono, 500 / 600)
    font = join(mono, cut(sources / "NotoSansSC_400Regular.ttf", frequent, []), out)
    name(font, "Stopgap Mono", "Regular", 400, [JETBRAINS, NOTO])
    font.save(out / "StopgapMono-Regular.ttf")

    build_icon_font(out / "StopgapIcons-Regular.ttf")
    (out / "step.ttf").unlink()


if __name__ == "__main__":
    main()
