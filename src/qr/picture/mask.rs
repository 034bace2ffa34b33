//! Which of the eight masks a symbol gets (ISO/IEC 18004, 7.8): the one with the fewest features that mislead a reader.
//!
//! The encoder's own choice looks at one module after the other and takes most of the time of drawing; here 64 of them
//! are looked at in one step.

use qrcode::canvas::{Canvas, MaskPattern, Module};

/// The masks by their numbers (table 10); [`inverts`] has their conditions.
const PATTERNS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];
/// The masks repeat after this many rows and columns.
const PERIOD: usize = 12;
/// Words for a line of 177 modules.
const WORDS: usize = 3;
/// Points for a run of five modules of one colour; each further one is another point.
const RUN_POINTS: u32 = 3;
/// Points for a block of two by two modules of one colour.
const BLOCK_POINTS: u32 = 3;
/// Points for what looks like a finder pattern beside four light modules.
const FINDER_POINTS: u32 = 40;
/// Points for each full 5 % by which the share of dark modules is away from half.
const BALANCE_POINTS: u32 = 10;

/// One row or column of modules: bit `n` is module `n`, and is set where it is dark.
#[derive(Clone, Copy, Default)]
struct Line([u64; WORDS]);

impl Line {
    fn set(&mut self, place: usize) {
        if let Some(word) = self.0.get_mut(place / 64) {
            *word |= 1 << (place % 64);
        }
    }

    fn with(self, other: Self, join: impl Fn(u64, u64) -> u64) -> Self {
        Self(std::array::from_fn(|word| join(self.0[word], other.0[word])))
    }

    fn and(self, other: Self) -> Self {
        self.with(other, |a, b| a & b)
    }

    fn and_not(self, other: Self) -> Self {
        self.with(other, |a, b| a & !b)
    }

    fn xor(self, other: Self) -> Self {
        self.with(other, |a, b| a ^ b)
    }

    fn or(self, other: Self) -> Self {
        self.with(other, |a, b| a | b)
    }

    /// Each module's bit moved to where the module `by` places before it stands; `by` is 1 to 63.
    fn ahead(self, by: u32) -> Self {
        let [a, b, c] = self.0;
        Self([a >> by | b << (64 - by), b >> by | c << (64 - by), c >> by])
    }

    /// Each module's bit moved to where the module `by` places behind it stands; `by` is 1 to 63.
    fn behind(self, by: u32) -> Self {
        let [a, b, c] = self.0;
        Self([a << by, b << by | a >> (64 - by), c << by | b >> (64 - by)])
    }

    fn count(self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }
}

/// The lines of a symbol in one direction: what is drawn before the mask, and which modules the mask may invert.
struct Lines {
    dark: Vec<Line>,
    data: Vec<Line>,
}

/// The mask with the fewest points. The 30 modules of the format information are counted as light with every mask.
pub(super) fn best(canvas: &Canvas, width: i16) -> MaskPattern {
    let rows = lines(width, |line, place| canvas.get(place, line));
    let columns = lines(width, |line, place| canvas.get(line, place));
    let full = full_line(width);
    let points = |number: usize| {
        let (rows, columns) = (masked(&rows, number, false), masked(&columns, number, true));
        points_of_lines(&rows, full) + points_of_lines(&columns, full) + points_of_area(&rows, full)
    };
    let best = (0..PATTERNS.len()).min_by_key(|number| points(*number)).unwrap_or(0);
    PATTERNS[best]
}

fn lines(width: i16, module: impl Fn(i16, i16) -> Module) -> Lines {
    let count = usize::from(width.unsigned_abs());
    let mut lines = Lines { dark: vec![Line::default(); count], data: vec![Line::default(); count] };
    for (number, line) in (0..width).enumerate() {
        for (place, along) in (0..width).enumerate() {
            let (is_dark, is_data) = match module(line, along) {
                Module::Empty => (false, true),
                Module::Masked(color) => (color == qrcode::Color::Dark, false),
                Module::Unmasked(color) => (color == qrcode::Color::Dark, true),
            };
            if is_dark {
                lines.dark[number].set(place);
            }
            if is_data {
                lines.data[number].set(place);
            }
        }
    }
    lines
}

fn full_line(width: i16) -> Line {
    let mut full = Line::default();
    (0..usize::from(width.unsigned_abs())).for_each(|place| full.set(place));
    full
}

/// Whether a mask inverts the module in this row and column (table 10).
fn inverts(number: usize, row: usize, column: usize) -> bool {
    match number {
        0 => (row + column).is_multiple_of(2),
        1 => row.is_multiple_of(2),
        2 => column.is_multiple_of(3),
        3 => (row + column).is_multiple_of(3),
        4 => (row / 2 + column / 3).is_multiple_of(2),
        5 => (row * column % 2 + row * column % 3) == 0,
        6 => (row * column % 2 + row * column % 3).is_multiple_of(2),
        _ => ((row + column) % 2 + row * column % 3).is_multiple_of(2),
    }
}

/// The lines with a mask; columns are its transposed rows.
fn masked(lines: &Lines, number: usize, transposed: bool) -> Vec<Line> {
    let mut pattern = [Line::default(); PERIOD];
    for (line, bits) in pattern.iter_mut().enumerate() {
        for place in 0..PERIOD {
            let inverted = if transposed { inverts(number, place, line) } else { inverts(number, line, place) };
            if inverted {
                (place..WORDS * 64).step_by(PERIOD).for_each(|place| bits.set(place));
            }
        }
    }
    let both = lines.dark.iter().zip(&lines.data).zip(pattern.iter().cycle());
    both.map(|((dark, data), pattern)| dark.xor(data.and(*pattern))).collect()
}

/// Points for long runs and for what looks like a finder pattern, in one direction.
fn points_of_lines(lines: &[Line], full: Line) -> u32 {
    let pairs = full.ahead(1);
    lines
        .iter()
        .map(|line| {
            // A bit for each pair of equal neighbours; four in a row are a run of five.
            let equal = pairs.and_not(line.xor(line.ahead(1)));
            let four = equal.and(equal.ahead(1)).and(equal.ahead(2)).and(equal.ahead(3));
            let runs = four.and_not(four.behind(1)).count();
            four.count() + runs * (RUN_POINTS - 1) + finders(*line) * FINDER_POINTS
        })
        .sum()
}

/// How often dark and light alternate as 1:1:3:1:1 with four light modules before or behind; the quiet zone is light.
fn finders(line: Line) -> u32 {
    let dark = line.and(line.ahead(2)).and(line.ahead(3)).and(line.ahead(4)).and(line.ahead(6));
    let core = dark.and_not(line.ahead(1)).and_not(line.ahead(5));
    let dark_before = line.behind(1).or(line.behind(2)).or(line.behind(3)).or(line.behind(4));
    let dark_behind = line.ahead(7).or(line.ahead(8)).or(line.ahead(9)).or(line.ahead(10));
    core.and_not(dark_before).count() + core.and_not(dark_behind).count()
}

/// Points for blocks of one colour and for an uneven share of dark modules.
fn points_of_area(rows: &[Line], full: Line) -> u32 {
    let pairs = full.ahead(1);
    let blocks: u32 = rows
        .windows(2)
        .map(|two| {
            let (upper, differ) = (two[0], two[0].xor(two[1]));
            pairs.and_not(upper.xor(upper.ahead(1))).and_not(differ).and_not(differ.ahead(1)).count()
        })
        .sum();
    let dark: u32 = rows.iter().map(|row| row.count()).sum();
    let total = full.count() * full.count();
    let away = (dark * 20).abs_diff(total * 10) / total.max(1);
    blocks * BLOCK_POINTS + away * BALANCE_POINTS
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(text: &str) -> Line {
        let mut line = Line::default();
        text.char_indices().filter(|(_, char)| *char == '#').for_each(|(place, _)| line.set(place));
        line
    }

    #[test]
    fn what_misleads_a_reader_is_counted() {
        let full = |text: &str| line(&"#".repeat(text.len()));
        for (text, points) in [("#.#.#.#.", 0), ("####.###", 0), ("#####.#.", 3), ("........", 6), (".#######", 5)] {
            assert_eq!(points_of_lines(&[line(text)], full(text)), points, "{text}");
        }
        // Both sides of the first are the quiet zone; the third has something dark on either side.
        for (text, count) in [("#.###.#", 2), ("...#.###.#...", 2), ("#..#.###.#..#", 0), ("#.#.###.#....#", 1)] {
            assert_eq!(finders(line(text)), count, "{text}");
        }
        let even = [line("##.."), line("##.."), line("..##"), line("..##")];
        assert_eq!(points_of_area(&even, full("####")), 4 * BLOCK_POINTS, "half of it is dark");
        let dark = [line("####"), line("##.."), line("..##"), line("..##")];
        assert_eq!(points_of_area(&dark, full("####")), 3 * BLOCK_POINTS + 2 * BALANCE_POINTS, "62.5 % are dark");
    }

    proptest! {
        /// The steps of 64 modules find what a walk over single modules finds, beyond the edges of the words too.
        #[test]
        fn counting_by_words_is_counting_by_modules(modules in proptest::collection::vec(any::<bool>(), 21..178)) {
            let mut bits = Line::default();
            modules.iter().enumerate().filter(|(_, dark)| **dark).for_each(|(place, _)| bits.set(place));
            let mut runs = 0_usize;
            for run in modules.chunk_by(|a, b| a == b) {
                runs += if run.len() >= 5 { run.len() - 2 } else { 0 };
            }
            let at = |place: isize| usize::try_from(place).ok().and_then(|place| modules.get(place)).copied().unwrap_or(false);
            let mut finder = 0_usize;
            for start in 0..modules.len().cast_signed() {
                let core = (0..7).map(|step| at(start + step)).eq([true, false, true, true, true, false, true]);
                let light = |mut places: std::ops::Range<isize>| places.all(|place| !at(place));
                finder += usize::from(core && light(start - 4..start)) + usize::from(core && light(start + 7..start + 11));
            }
            let full = full_line(i16::try_from(modules.len()).unwrap());
            let expected = u32::try_from(runs + finder * 40).unwrap();
            prop_assert_eq!(points_of_lines(&[bits], full), expected);
        }
    }

    /// The conditions here and the encoder's are the same, or the choice would be made for another mask.
    #[test]
    fn the_masks_are_those_of_the_encoder() {
        let width = 45;
        let mut plain = Canvas::new(qrcode::Version::Normal(7), qrcode::EcLevel::M);
        plain.draw_all_functional_patterns();
        let before = lines(width, |line, place| plain.get(place, line));
        for (number, pattern) in PATTERNS.iter().enumerate() {
            let mut canvas = plain.clone();
            canvas.apply_mask(*pattern);
            let after = lines(width, |line, place| canvas.get(place, line));
            let expected = masked(&before, number, false);
            for (row, line) in after.dark.iter().enumerate() {
                let in_data = |line: Line| line.and(before.data[row]).0;
                assert_eq!(in_data(*line), in_data(expected[row]), "mask {number}, row {row}");
            }
        }
    }
}
