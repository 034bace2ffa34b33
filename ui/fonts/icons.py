"""The icons of the screen, drawn on a grid of 24 and made into a font.

A font rather than pictures: the software renderer then draws them sharp at every size and in every colour of the theme.
Each icon is a list of (path, stroke width); width 0 fills the path.
"""

from pathlib import Path

import pathops
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.svgLib.path import parse_path

GRID = 24
UNITS = 1200
FIRST = 0xE001
LINE = 1.9


def circle(x: float, y: float, r: float) -> str:
    return f"M{x - r} {y} A{r} {r} 0 0 1 {x + r} {y} A{r} {r} 0 0 1 {x - r} {y} Z"


def box(x: float, y: float, w: float, h: float, r: float) -> str:
    return (
        f"M{x + r} {y} H{x + w - r} A{r} {r} 0 0 1 {x + w} {y + r} V{y + h - r} A{r} {r} 0 0 1 {x + w - r} {y + h}"
        f" H{x + r} A{r} {r} 0 0 1 {x} {y + h - r} V{y + r} A{r} {r} 0 0 1 {x + r} {y} Z"
    )


def squares(*corners: tuple[float, float], side: float = 2.2) -> str:
    return " ".join(f"M{x} {y} h{side} v{side} h-{side} Z" for x, y in corners)


# The order is the order of the code points; add new ones at the end, and to theme/icons.slint.
ICONS: dict[str, list[tuple[str, float]]] = {
    "check": [("M4.5 12.8 L9.8 18 L19.8 6.6", 2.4)],
    "cross": [("M6 6 L18 18 M18 6 L6 18", 2.4)],
    "alert": [("M12 4.5 V13.4", 3), (circle(12, 19, 1.8), 0)],
    "question": [("M8.4 8.8 A3.7 3.7 0 1 1 13.4 12.3 C12.4 12.8 12 13.4 12 14.8", 2.4), (circle(12, 19, 1.6), 0)],
    "backspace": [
        ("M8.6 5 H19.5 A2 2 0 0 1 21.5 7 V17 A2 2 0 0 1 19.5 19 H8.6 L2.4 12 Z", LINE),
        ("M12 9.2 L17.4 14.8 M17.4 9.2 L12 14.8", LINE),
    ],
    "qr": [
        (box(3, 3, 7, 7, 1), LINE),
        (box(14, 3, 7, 7, 1), LINE),
        (box(3, 14, 7, 7, 1), LINE),
        (squares((5.4, 5.4), (16.4, 5.4), (5.4, 16.4)), 0),
        (squares((13.2, 13.2), (19.6, 13.2), (16.4, 16.4), (13.2, 19.6), (19.6, 19.6)), 0),
    ],
    "card": [(box(2, 5, 20, 14, 2.4), LINE), ("M2 9.8 H22", 2.4), ("M5.8 15 H10", LINE)],
    "cash": [
        (box(2, 6, 20, 12, 2), LINE),
        (circle(12, 12, 2.8), LINE),
        (circle(5.9, 12, 1.1), 0),
        (circle(18.1, 12, 1.1), 0),
    ],
    "reader": [
        (box(5.5, 2, 13, 20, 2.4), LINE),
        (box(8.8, 5.2, 6.4, 4.2, 0.6), LINE),
        (circle(9.4, 13.2, 1.05), 0),
        (circle(12, 13.2, 1.05), 0),
        (circle(14.6, 13.2, 1.05), 0),
        (circle(9.4, 17.2, 1.05), 0),
        (circle(12, 17.2, 1.05), 0),
        (circle(14.6, 17.2, 1.05), 0),
    ],
    "line": [
        (circle(12, 12, 9.4), LINE),
        ("M2.8 12 H21.2", LINE),
        ("M12 2.6 C8 6.4 8 17.6 12 21.4 C16 17.6 16 6.4 12 2.6 Z", LINE),
    ],
    "bank": [("M3 9.4 L12 3.6 L21 9.4 Z", LINE), ("M6 12.4 V17 M12 12.4 V17 M18 12.4 V17", LINE), ("M3 20.4 H21", 2.2)],
    "clock": [(circle(12, 12, 9.4), LINE), ("M12 6.6 V12 L15.8 14.4", LINE)],
    "printer": [
        ("M7 8.4 V3 H17 V8.4", LINE),
        ("M7 17.4 H4.6 A2 2 0 0 1 2.6 15.4 V10.4 A2 2 0 0 1 4.6 8.4 H19.4 A2 2 0 0 1 21.4 10.4 V15.4 A2 2 0 0 1 19.4 17.4 H17", LINE),
        ("M7 14 H17 V21 H7 Z", LINE),
    ],
    "lock": [(box(4.4, 10.4, 15.2, 11, 2), LINE), ("M7.6 10.2 V7.2 A4.4 4.4 0 0 1 16.4 7.2 V10.2", LINE), (circle(12, 15.8, 1.5), 0)],
    "person": [(circle(12, 7.6, 4.2), LINE), ("M3.8 21 C4.4 16.4 7.6 14.6 12 14.6 C16.4 14.6 19.6 16.4 20.2 21", LINE)],
    "ticket": [
        ("M5 2.6 H19 V21.4 L16.7 19.7 L14.3 21.4 L12 19.7 L9.7 21.4 L7.3 19.7 L5 21.4 Z", LINE),
        ("M8.6 8 H15.4 M8.6 12.4 H15.4", LINE),
    ],
    "drawer": [("M3 12 L5.6 4 H18.4 L21 12", LINE), (box(3, 12, 18, 8.4, 1.4), LINE), ("M9.6 16.2 H14.4", LINE)],
    "back": [("M14.8 4.8 L7.6 12 L14.8 19.2", 2.4)],
    "forward": [("M9.2 4.8 L16.4 12 L9.2 19.2", 2.4)],
    "refresh": [("M20 12 A8 8 0 1 1 17.4 6.1", 2.1), ("M18 2.2 V6.8 H13.4", 2.1)],
    "unplug": [
        ("M8.2 8.2 L15.8 15.8 L14 17.6 A5.4 5.4 0 0 1 6.4 10 Z", LINE),
        ("M6.2 17.8 L2.8 21.2", LINE),
        ("M13 9.2 L15.8 6.4 M15.4 11.6 L18.2 8.8", LINE),
        ("M17.4 17.4 L21 21 M21 17.4 L17.4 21", LINE),
    ],
    "freeze": [
        ("M12 2.4 V21.6 M3.7 7.2 L20.3 16.8 M20.3 7.2 L3.7 16.8", LINE),
        ("M9.2 3.9 L12 6.5 L14.8 3.9 M9.2 20.1 L12 17.5 L14.8 20.1", LINE),
    ],
    "file": [("M5 2.6 H13.6 L19 8 V21.4 H5 Z", LINE), ("M13.4 2.8 V8.2 H18.8", LINE), ("M8.6 13 H15.4 M8.6 17 H15.4", LINE)],
    "drive": [(box(6.6, 9, 10.8, 12.4, 2), LINE), ("M9 9 V2.8 H15 V9", LINE), ("M12 13.2 V17", LINE)],
    "send": [("M3 13.4 V18.6 A2.4 2.4 0 0 0 5.4 21 H18.6 A2.4 2.4 0 0 0 21 18.6 V13.4", LINE), ("M12 16 V3.4 M7 8 L12 3 L17 8", LINE)],
    "wrench": [("M14.4 6.2 A5 5 0 0 1 20.8 3.8 L17.4 7.2 L17.9 9 L19.8 9.6 L21.4 6.6 A5.2 5.2 0 0 1 15 12.4 L7.2 20.4 A2.3 2.3 0 0 1 3.8 17 L11.8 9.2 A5 5 0 0 1 14.4 6.2 Z", LINE)],
    "lost": [("M3 4 H21 V16.6 H11.6 L7 20.8 V16.6 H3 Z", LINE), ("M9.2 7.4 L14.8 13 M14.8 7.4 L9.2 13", LINE)],
    "calendar": [(box(3, 4.6, 18, 16.4, 2), LINE), ("M3 9.8 H21 M8 2.6 V6.4 M16 2.6 V6.4", LINE), ("M8.4 15.2 L11 17.6 L15.8 12.8", LINE)],
    "phone": [(box(6, 2, 12, 20, 2.4), LINE), (circle(12, 18.4, 1.2), 0)],
    "undo": [("M8 4.4 L3.4 9 L8 13.6", 2.1), ("M3.8 9 H14.6 A5.4 5.4 0 0 1 14.6 19.8 H8.4", 2.1)],
    "pause": [("M8.4 5 V19 M15.6 5 V19", 3)],
    "tap": [
        ("M7 21 C4.8 18 3.8 16 3.2 14.4 C2.8 13 4.8 12.2 5.8 13.4 L7.6 15.6 V6.2 A1.7 1.7 0 0 1 11 6.2 V11.6 L17.4 12.8 A2.6 2.6 0 0 1 19.4 15.6 L18.4 21 Z", LINE),
        ("M14.2 3.2 A6 6 0 0 1 15.6 7.4 M17.6 2 A9.6 9.6 0 0 1 19 8.2", LINE),
    ],
    "shield": [("M12 2.4 L20 5.4 V11.4 C20 16.4 16.8 19.8 12 21.8 C7.2 19.8 4 16.4 4 11.4 V5.4 Z", LINE), ("M8.4 12 L11 14.6 L15.8 9.6", LINE)],
    "scissors": [(circle(6, 6.4, 3), LINE), (circle(6, 17.6, 3), LINE), ("M8.6 8 L20.4 17.6 M8.6 16 L20.4 6.4", LINE)],
}


def outline(parts: list[tuple[str, float]]) -> pathops.Path:
    """All strokes and fills of an icon as one outline."""
    whole = pathops.Path()
    for path_text, width in parts:
        part = pathops.Path()
        parse_path(path_text, part.getPen(glyphSet=None))
        if width:
            part.stroke(width, pathops.LineCap.ROUND_CAP, pathops.LineJoin.ROUND_JOIN, 4)
        part.convertConicsToQuads()
        whole.addPath(part)
    whole.simplify(fix_winding=True, keep_starting_points=False)
    return whole


def build_icon_font(target: Path) -> None:
    scale = UNITS / GRID
    builder = FontBuilder(UNITS, isTTF=True)
    builder.setupGlyphOrder([".notdef", "space", *ICONS])
    builder.setupCharacterMap({0x20: "space"} | {FIRST + index: key for index, key in enumerate(ICONS)})
    glyphs = {".notdef": TTGlyphPen(None).glyph(), "space": TTGlyphPen(None).glyph()}
    for key, parts in ICONS.items():
        pen = TTGlyphPen(None)
        # The grid grows downwards, a font upwards.
        outline(parts).draw(TransformPen(Cu2QuPen(pen, 0.6), (scale, 0, 0, -scale, 0, UNITS)))
        glyphs[key] = pen.glyph()
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({key: (UNITS, glyphs[key].xMin if hasattr(glyphs[key], "xMin") else 0) for key in glyphs})
    builder.setupHorizontalHeader(ascent=UNITS, descent=0)
    builder.setupNameTable({"familyName": "Stopgap Icons", "styleName": "Regular", "fullName": "Stopgap Icons Regular", "psName": "StopgapIcons-Regular"})
    builder.setupOS2(sTypoAscender=UNITS, sTypoDescender=0, usWinAscent=UNITS, usWinDescent=0)
    builder.setupPost()
    builder.save(target)
