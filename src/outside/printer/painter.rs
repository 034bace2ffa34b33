//! Draws the lines of a receipt that a printer has no characters for, with the fonts of the screen and, for scripts they
//! lack, those of the system. Letters are joined and put in order as their script wants it.

use std::sync::{Arc, Mutex, PoisonError};

use parley::fontique::{Blob, Collection, CollectionOptions};
use parley::{FontContext, FontFamily, Layout, LayoutContext, PositionedLayoutItem, StyleProperty};
use swash::FontRef;
use swash::scale::image::Image;
use swash::scale::{Render, ScaleContext, Source};
use swash::zeno::{Format, Vector};
use unicode_width::UnicodeWidthStr;

use crate::escpos::{Cell, PaintLine, Raster};

/// The receipt's font: a Chinese character is exactly two columns wide.
const MONO: &[u8] = include_bytes!("../../../ui/fonts/StopgapMono-Regular.ttf");
/// Its family.
const MONO_FAMILY: &str = "Stopgap Mono";
/// From this coverage on, of 255, a dot is printed. Below one half, for thin strokes have to survive.
const DARK_FROM: u8 = 104;
/// Spaces that part two columns of a line rather than two words.
const GAP: &str = "  ";
/// A mark that has no width and makes a line run from left to right, so that its columns stay where they are and only the
/// words of a right-to-left script are turned.
const LEFT_TO_RIGHT: char = '\u{200e}';

/// Draws lines; one for all printers, since the fonts are large.
pub struct Painter(Mutex<Tools>);

struct Tools {
    fonts: FontContext,
    layouts: LayoutContext<()>,
    scales: ScaleContext,
}

impl Default for Painter {
    fn default() -> Self {
        Self::new(true)
    }
}

impl Painter {
    /// With the fonts of the system or, for the same picture on every machine, without.
    #[must_use]
    pub fn new(with_system_fonts: bool) -> Self {
        let options = CollectionOptions { shared: false, system_fonts: with_system_fonts };
        let mut collection = Collection::new(options);
        collection.register_fonts(Blob::new(Arc::new(MONO)), None);
        let fonts = FontContext { collection, source_cache: parley::fontique::SourceCache::default() };
        Self(Mutex::new(Tools { fonts, layouts: LayoutContext::new(), scales: ScaleContext::new() }))
    }
}

impl PaintLine for Painter {
    fn paint(&self, line: &str, columns: usize, cell: Cell) -> Raster {
        let em = 2 * cell.width;
        // A third more than the em holds what Thai puts above and Arabic below a letter.
        let mut raster = Raster::new(columns * cell.width, em + em / 3);
        let mut tools = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let parts = parts(line);
        let several = parts.len() > 1;
        for (place, (column, part)) in parts.iter().enumerate() {
            let layout = tools.lay_out(part, em);
            let is_value = several && place + 1 == parts.len();
            let (from, to) = (column * cell.width, (column + part.width()) * cell.width);
            tools.draw(&layout, left(from, to, dots(layout.width()), is_value), em + em / 24, &mut raster);
        }
        raster
    }
}

/// Where a part begins, in dots, whose columns go from one place to another: a value at the right edge ends there,
/// however wide a font of the system makes it; all else begins in its column.
fn left(from: usize, to: usize, width: usize, is_value: bool) -> usize {
    if is_value { to.saturating_sub(width) } else { from }
}

/// The parts of a line between gaps, each with the column it begins in.
fn parts(line: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let (mut column, mut rest) = (0, line);
    while !rest.is_empty() {
        let text = rest.trim_start_matches(' ');
        column += rest.len() - text.len();
        let end = text.find(GAP).unwrap_or(text.len());
        let (part, after) = text.split_at(end);
        if !part.is_empty() {
            parts.push((column, part.trim_end_matches(' ')));
        }
        column += part.width();
        rest = after;
    }
    parts
}

impl Tools {
    fn lay_out(&mut self, text: &str, em: usize) -> Layout<()> {
        let text = format!("{LEFT_TO_RIGHT}{text}");
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, &text, 1.0, true);
        builder.push_default(StyleProperty::FontFamily(FontFamily::named(MONO_FAMILY)));
        builder.push_default(StyleProperty::FontSize(float(em)));
        let mut layout = builder.build(&text);
        layout.break_all_lines(None);
        layout
    }

    fn draw(&mut self, layout: &Layout<()>, x: usize, baseline: usize, raster: &mut Raster) {
        // A printout's text has no line ends, so there is one line.
        for item in layout.lines().take(1).flat_map(|line| line.items().collect::<Vec<_>>()) {
            let PositionedLayoutItem::GlyphRun(glyphs) = item else { continue };
            let run = glyphs.run();
            let font = run.font();
            let Some(face) = FontRef::from_index(font.data.as_ref(), font.index as usize) else { continue };
            let coordinates = run.normalized_coords();
            let builder = self.scales.builder(face).size(run.font_size()).hint(true);
            let mut scaler = builder.normalized_coords(coordinates).build();
            let top = glyphs.baseline();
            for glyph in glyphs.positioned_glyphs() {
                let Ok(id) = u16::try_from(glyph.id) else { continue };
                let mut render = Render::new(&[Source::Outline]);
                render.format(Format::Alpha).offset(Vector::new(fraction(glyph.x), 0.0));
                let Some(image) = render.render(&mut scaler, id) else { continue };
                let down = whole(below(glyph.y, top));
                put(&image, raster, signed(x) + whole(glyph.x), signed(baseline) + down);
            }
        }
    }
}

/// Puts a letter's dots into the picture; `x` and `baseline` are those of its origin.
fn put(image: &Image, raster: &mut Raster, x: i64, baseline: i64) {
    let placement = image.placement;
    let width = placement.width as usize;
    for (place, _) in image.data.iter().enumerate().filter(|(_, coverage)| **coverage >= DARK_FROM) {
        let across = x + i64::from(placement.left) + signed(place % width.max(1));
        let down = baseline - i64::from(placement.top) + signed(place / width.max(1));
        if let (Ok(across), Ok(down)) = (usize::try_from(across), usize::try_from(down)) {
            raster.darken(across, down);
        }
    }
}

fn signed(dots: usize) -> i64 {
    i64::try_from(dots).unwrap_or(i64::MAX)
}

#[allow(clippy::cast_precision_loss, reason = "an em of a receipt has two digits")]
fn float(em: usize) -> f32 {
    em as f32
}

#[allow(clippy::cast_possible_truncation, reason = "a place on paper has three digits; a float saturates")]
fn whole(place: f32) -> i64 {
    place.floor() as i64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a width on paper; a float saturates")]
fn dots(width: f32) -> usize {
    width.ceil() as usize
}

#[allow(clippy::float_arithmetic, reason = "the place of a letter between two dots is no money")]
fn fraction(place: f32) -> f32 {
    place - place.floor()
}

#[allow(clippy::float_arithmetic, reason = "the place of a letter below the line is no money")]
fn below(place: f32, top: f32) -> f32 {
    place - top
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::receipt::COLUMNS;
    use crate::escpos::PaperWidth;

    fn painted(line: &str) -> Raster {
        Painter::new(false).paint(line, COLUMNS, PaperWidth::Mm80.cell())
    }

    /// The first and the last column of the paper that has a dark dot.
    fn columns(raster: &Raster) -> Option<(usize, usize)> {
        let is_dark = |x: &usize| (0..raster.height()).any(|y| raster.is_dark(*x, y));
        let first = (0..raster.width()).find(is_dark)?;
        let last = (0..raster.width()).rev().find(is_dark)?;
        Some((first / 12, last / 12))
    }

    #[test]
    fn a_line_is_cut_into_parts_with_their_columns() {
        assert_eq!(parts("  应付   48.90 EUR"), [(2, "应付"), (9, "48.90 EUR")]);
        assert_eq!(parts("a b  c"), [(0, "a b"), (5, "c")]);
        assert_eq!(parts("   "), []);
        assert_eq!((left(120, 504, 400, true), left(120, 504, 400, false), left(0, 24, 30, true)), (104, 120, 0));
    }

    #[test]
    fn what_stands_in_a_column_is_painted_there() {
        assert_eq!((painted("应付").width(), painted("应付").height()), (504, 32));
        assert_eq!(columns(&painted("应付")), Some((0, 3)));
        assert_eq!(columns(&painted("          应付")), Some((10, 13)));
        let row = format!("应付{}48.90 EUR", " ".repeat(COLUMNS - 13));
        assert_eq!(columns(&painted(&row)), Some((0, COLUMNS - 1)));
        assert_eq!(columns(&painted("")), None);
        let small = Painter::new(false).paint("应付", COLUMNS, PaperWidth::Mm58.cell());
        assert_eq!((small.width(), small.height()), (378, 24));
    }

    #[test]
    fn a_character_looks_like_itself_and_ends_within_the_picture() {
        let (one, two) = (painted("一"), painted("二"));
        let rows = |raster: &Raster| (0..32).filter(|y| (0..24).any(|x| raster.is_dark(x, *y))).collect::<Vec<_>>();
        // One stroke across, in the middle of the em; two strokes above and below it.
        let (single, double) = (rows(&one), rows(&two));
        assert!(single.len() <= 5 && double.first() < single.first() && double.last() > single.last(), "{single:?}");
        let full = painted("国g");
        assert!(rows(&full).first() > Some(&0) && rows(&full).last() < Some(&31), "{:?}", rows(&full));
    }

    /// The columns of the paper's left half that have a dark dot, from the first to the last.
    fn profile(raster: &Raster) -> Vec<usize> {
        let dots = |x: usize| (0..raster.height()).filter(|y| raster.is_dark(x, *y)).count();
        let all: Vec<usize> = (0..raster.width() / 2).map(dots).collect();
        let (first, last) = (all.iter().position(|dots| *dots > 0), all.iter().rposition(|dots| *dots > 0));
        first.zip(last).map_or_else(Vec::new, |(first, last)| all[first..=last].to_vec())
    }

    /// The font at hand has letters of the script, rather than one sign for all that it lacks.
    fn has(painter: &Painter, one: &str, other: &str) -> bool {
        let painted = |text: &str| profile(&painter.paint(text, COLUMNS, PaperWidth::Mm80.cell()));
        painted(one) != painted(other)
    }

    /// Two marks turn any letters round, so that the order shows also where no font has letters of such a script.
    #[test]
    fn what_runs_from_right_to_left_is_drawn_so_and_its_line_keeps_its_columns() {
        assert_eq!(profile(&painted("\u{202e}AbL\u{202c}")), profile(&painted("LbA")));
        assert_ne!(profile(&painted("AbL")), profile(&painted("LbA")));
        let row = format!("\u{202e}AbL\u{202c}{}48.90 EUR", " ".repeat(COLUMNS - 12));
        assert_eq!(columns(&painted(&row)), Some((0, COLUMNS - 1)), "the word at the left, the sum at the right edge");
    }

    /// With the fonts of the system: Hebrew runs from right to left, numbers in it do not; Arabic letters are joined.
    #[test]
    fn hebrew_is_turned_and_arabic_is_joined_where_a_font_has_them() {
        let painter = Painter::new(true);
        let painted = |text: &str| painter.paint(text, COLUMNS, PaperWidth::Mm80.cell());
        if !has(&painter, "א", "ל") || !has(&painter, "س", "ع") {
            eprintln!("LEFT OUT: no font of this system has Hebrew and Arabic letters");
            return;
        }
        // A letter that stands between two dots of the paper has others than one on a dot: like it is what differs least.
        let differs = |one: &[usize], other: &[usize]| {
            let by = |(one, other): (&usize, &usize)| one.abs_diff(*other);
            one.iter().zip(other).map(by).sum::<usize>()
        };
        // Aleph is the first letter of its alphabet and stands at the right end of what begins with it.
        let (letter, word) = (profile(&painted("א")), profile(&painted("אללל")));
        let (left, right) = (&word[..letter.len()], &word[word.len() - letter.len()..]);
        assert!(differs(right, &letter) * 3 < differs(left, &letter), "{left:?} {right:?} {letter:?}");
        // 12 is 12 in a Hebrew line, too.
        let line = profile(&painted("ל 12"));
        let nearest = |number: &str| {
            let number = profile(&painted(number));
            line.windows(number.len()).map(|part| differs(part, &number)).min()
        };
        assert!(nearest("12") < nearest("21"), "numbers are not turned");
        // Three letters that are joined leave no gap; three of a script that joins none do.
        assert!(!profile(&painted("سسس")).contains(&0), "Arabic letters are joined");
        assert!(profile(&painted("ללל")).contains(&0));
    }
}
