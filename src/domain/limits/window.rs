//! What each card came to within the last days, without knowing the card.
//!
//! A card is known by 16 bits of a keyed hash of its number. Some 65,000 tags for all the cards there are: a tag says
//! of no card that it was here, and whoever has the till and its key can make no number of it. The table has no sale,
//! no last four digits and no time finer than the day, and a row goes with its day.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::Step;

/// The most days that are added up: what a till need not know it does not keep.
pub const CARD_WINDOW_DAYS_MAX: u8 = 31;

/// 16 bits of a keyed hash of a card number. Two cards may have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CardTag(pub u16);

/// What is known of a card whose digits are complete, before it is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownCard {
    /// By what it is known again.
    pub tag: CardTag,
    /// What the stop list says of it.
    pub stopped: Option<Step>,
}

/// What one stored card adds to the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardSpend {
    /// The day it was stored on.
    pub day: NaiveDate,
    /// By what the card is known again.
    pub tag: CardTag,
    /// How much, in minor units.
    pub minor: i64,
    /// The first day that the window still needs; what is older goes.
    pub keep_from: NaiveDate,
}

/// The sums of the last days by tag, in minor units of the till's currency. At most 65,536 rows a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardWindow {
    rows: BTreeMap<(NaiveDate, CardTag), i64>,
}

impl CardWindow {
    /// A table without rows.
    #[must_use]
    pub const fn new() -> Self {
        Self { rows: BTreeMap::new() }
    }

    /// Adds what a card paid on a day.
    pub fn add(&mut self, day: NaiveDate, tag: CardTag, minor: i64) {
        let sum = self.rows.entry((day, tag)).or_insert(0);
        *sum = sum.saturating_add(minor);
    }

    /// What a card came to on `today` and the days before it, `days` in all.
    #[must_use]
    pub fn sum(&self, today: NaiveDate, tag: CardTag, days: u8) -> i64 {
        let first = first_day(today, days);
        let of_card = self.rows.iter().filter(|((day, row), _)| *row == tag && *day >= first && *day <= today);
        of_card.fold(0, |sum, (_, minor)| sum.saturating_add(*minor))
    }

    /// Drops the rows of the days before.
    pub fn forget_before(&mut self, first: NaiveDate) {
        self.rows = self.rows.split_off(&(first, CardTag(0)));
    }

    /// Takes in what a stored card adds, and drops what is too old.
    pub fn count(&mut self, spend: &CardSpend) {
        self.forget_before(spend.keep_from);
        self.add(spend.day, spend.tag, spend.minor);
    }

    /// The rows, to be stored, oldest first.
    pub fn rows(&self) -> impl Iterator<Item = (NaiveDate, CardTag, i64)> {
        self.rows.iter().map(|((day, tag), minor)| (*day, *tag, *minor))
    }
}

/// The first of `days` days up to today.
pub(super) fn first_day(today: NaiveDate, days: u8) -> NaiveDate {
    let before = u64::from(days.clamp(1, CARD_WINDOW_DAYS_MAX) - 1);
    today.checked_sub_days(Days::new(before)).unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(of_month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, of_month).unwrap()
    }

    #[test]
    fn the_window_rolls_with_the_days_and_forgets_what_left_it() {
        let mut window = CardWindow::new();
        let (card, other) = (CardTag(7), CardTag(0));
        for (of_month, tag, minor) in [(1, card, 100), (2, card, 20), (2, card, 3), (2, other, 5_000), (4, card, 4)] {
            window.add(day(of_month), tag, minor);
        }
        let sums = |window: &CardWindow| [1, 2, 3, 4].map(|days| window.sum(day(4), card, days));
        assert_eq!(sums(&window), [4, 4, 27, 127]);
        assert_eq!(window.sum(day(3), card, 3), 123, "what is later is not in it");
        assert_eq!(window.sum(day(4), CardTag(9), 31), 0);
        window.forget_before(day(2));
        assert_eq!(sums(&window), [4, 4, 27, 27]);
        assert_eq!(window.rows().next(), Some((day(2), other, 5_000)), "two days before the last are kept whole");
        window.forget_before(day(30));
        assert_eq!(window, CardWindow::new());
    }

    #[test]
    fn a_sum_beyond_all_bounds_stays_at_the_bound() {
        let mut window = CardWindow::new();
        window.add(day(1), CardTag(1), i64::MAX);
        window.add(day(1), CardTag(1), 1);
        window.add(day(2), CardTag(1), 1);
        assert_eq!(window.sum(day(2), CardTag(1), 2), i64::MAX);
    }
}
