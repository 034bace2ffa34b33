//! How many finder patterns a picture can have at most: a dark ring around a dark stone that does not touch it, across
//! which dark and light alternate as 1:1:3:1:1 (ISO/IEC 18004, 6.3.3).
//!
//! The search for codes takes each three of them together, and for each looks at the whole picture. A picture made of
//! nothing else would keep it busy for hours; so they are counted first, in one pass, by the search's own tolerances.

use std::collections::BTreeSet;

/// A run of dark pixels in a row.
#[derive(Clone, Copy)]
struct Run {
    from: usize,
    /// The first pixel behind it.
    to: usize,
    /// The first run of the same area that was met; see [`Areas::of`].
    area: usize,
}

/// Connected areas of dark pixels, and how many pixels each has.
#[derive(Default)]
struct Areas {
    /// For each area another one that it is part of, or itself.
    part_of: Vec<usize>,
    pixels: Vec<usize>,
}

impl Areas {
    fn begin(&mut self, pixels: usize) -> usize {
        self.part_of.push(self.part_of.len());
        self.pixels.push(pixels);
        self.part_of.len() - 1
    }

    /// The area that a run is part of.
    fn of(&mut self, mut area: usize) -> usize {
        while self.part_of[area] != area {
            // Each look shortens the way for the next.
            self.part_of[area] = self.part_of[self.part_of[area]];
            area = self.part_of[area];
        }
        area
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.of(one), self.of(other));
        if one != other {
            self.part_of[other] = one;
            self.pixels[one] += self.pixels[other];
        }
    }
}

/// How many rings with a stone there are in a picture of `width` by `height` pixels.
pub(super) fn count(width: usize, height: usize, is_dark: impl Fn(usize, usize) -> bool) -> usize {
    let mut areas = Areas::default();
    let mut rows: Vec<Vec<Run>> = Vec::with_capacity(height);
    for y in 0..height {
        let row = runs(width, |x| is_dark(x, y), &mut areas);
        let mut above = rows.last().map_or(&[][..], Vec::as_slice);
        for run in &row {
            while let [first, rest @ ..] = above {
                if first.from < run.to && run.from < first.to {
                    areas.join(first.area, run.area);
                }
                if first.to > run.to {
                    // It may touch the next run of this row too.
                    break;
                }
                above = rest;
            }
        }
        rows.push(row);
    }
    let mut rings = BTreeSet::new();
    for row in &rows {
        for three in row.windows(3) {
            let [left, stone, right] = [three[0], three[1], three[2]].map(|run| areas.of(run.area));
            // A stone that touches its ring is the same area, and so all of it.
            let share = areas.pixels[stone] * 100 / areas.pixels[left].max(1);
            if left == right && (11..70).contains(&share) && is_alternating(three) {
                rings.insert(left);
            }
        }
    }
    rings.len()
}

fn runs(width: usize, is_dark: impl Fn(usize) -> bool, areas: &mut Areas) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for x in (0..width).filter(|x| is_dark(*x)) {
        match runs.last_mut().filter(|run| run.to == x) {
            Some(run) => run.to += 1,
            None => runs.push(Run { from: x, to: x + 1, area: 0 }),
        }
    }
    for run in &mut runs {
        run.area = areas.begin(run.to - run.from);
    }
    runs
}

/// Whether three dark runs and the light between them are 1:1:3:1:1 long, give or take three quarters of one.
fn is_alternating(three: &[Run]) -> bool {
    let [left, stone, right] = three else { return false };
    let lengths = [
        left.to - left.from,
        stone.from - left.to,
        stone.to - stone.from,
        right.from - stone.to,
        right.to - right.from,
    ];
    let [a, b, _, d, e] = lengths;
    let one = (a + b + d + e) / 4;
    let off = one * 3 / 4;
    lengths.iter().zip([1, 1, 3, 1, 1]).all(|(length, times)| (times * one - off..=times * one + off).contains(length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qr::{Symbol, picture};

    fn count_text(rows: &[&str]) -> usize {
        count(rows[0].len(), rows.len(), |x, y| rows[y].as_bytes()[x] == b'#')
    }

    #[test]
    fn a_ring_around_a_stone_is_counted_once() {
        let finder = ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"];
        assert_eq!(count_text(&finder), 1);
        let open = ["######.", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#.#####"];
        assert_eq!(count_text(&open), 0, "the ring is in two parts");
        let touching = ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#..#..#", "#######"];
        assert_eq!(count_text(&touching), 0, "the stone is part of the ring");
    }

    #[test]
    fn a_symbol_has_three() {
        for text in ["a", "https://qr.alipay.com/fkx12345", &"a long text ".repeat(60)] {
            let modules = picture(text, Symbol::AsIssued).unwrap();
            for pixels in [1, 3, 4] {
                let side = modules.size * pixels;
                let found = count(side, side, |x, y| modules.is_dark(x / pixels, y / pixels));
                // What happens to look like one among the data is counted too.
                assert!((3..=super::super::FINDERS_MAX).contains(&found), "{found} in {} at {pixels}", text.len());
            }
        }
    }
}
