//! Credits that name no sale: what a person may look at, and why.
//!
//! Always the same amount and currency, and never one of two that are equally likely.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::{Days, NaiveDate};

use crate::domain::money::Currency;
use crate::domain::reconcile::Likeness;
use crate::domain::reconcile::books::{Books, LineVerdict};
use crate::domain::reconcile::likeness::Written;
use crate::domain::reconcile::sales::Standing;

/// How many sales of a line's amount have their references compared with its texts.
pub const COMPARED_MAX: usize = 32;
/// How long a payer who has paid here before may take, in days.
pub const PAYER_DAYS_MAX: u16 = 30;

/// An amount on a day, with the place of the sale or line behind it.
pub(super) type Entry = (Currency, i64, NaiveDate, u32);

impl Books {
    /// The likenesses, the stronger evidence first.
    pub(super) fn suggest(&mut self) {
        let mut lines = self.open_lines();
        if lines.is_empty() {
            return;
        }
        let mut sales = self.open_sales();
        self.suggest_by_reference(&lines, &sales);
        lines.retain(|(_, _, _, line)| self.line_verdicts[*line as usize] == LineVerdict::Open);
        sales.retain(|(_, _, _, sale)| self.takes(*sale));
        self.suggest_by_amount(&lines, &sales);
    }

    /// Sales that are waited for, by amount and day.
    pub(super) fn open_sales(&self) -> Vec<Entry> {
        let mut sales: Vec<Entry> = (0_u32..)
            .zip(&self.sales.rows)
            .filter(|(sale, row)| row.standing == Standing::Open && row.minor > 0 && self.takes(*sale))
            .map(|(sale, row)| (row.currency, row.minor, row.taken_on, sale))
            .collect();
        sales.sort_unstable();
        sales
    }

    /// Credits of which nothing is known yet, by amount and day. Money that comes back to us is no sale.
    fn open_lines(&self) -> Vec<Entry> {
        let mut lines: Vec<Entry> = (0_u32..)
            .zip(&self.lines.rows)
            .filter(|(line, row)| {
                self.line_verdicts[*line as usize] == LineVerdict::Open && row.minor > 0 && !row.is_returned()
            })
            .map(|(line, row)| (row.currency, row.minor, row.booked_on, line))
            .collect();
        lines.sort_by_cached_key(|(currency, minor, _, line)| (*currency, *minor, self.line_age(*line)));
        lines
    }

    /// References that a payer or a bank has edited.
    fn suggest_by_reference(&mut self, lines: &[Entry], sales: &[Entry]) {
        for (currency, minor, booked_on, line) in lines {
            let mut range = of_amount(sales, *currency, *minor);
            if range.len() > COMPARED_MAX {
                range = within(sales, (*currency, *minor), self.days_before(*booked_on), *booked_on);
            }
            if range.is_empty() || range.len() > COMPARED_MAX {
                continue;
            }
            let Some(texts) = self.lines.texts(*line) else { continue };
            let written = Written::of(texts.said);
            let open = sales[range].iter().map(|(_, _, _, sale)| *sale);
            let open = open.filter(|sale| self.takes(*sale) && !self.is_refused(*sale, *line));
            let mut likes: Vec<(Likeness, u32)> =
                open.filter_map(|sale| written.likeness(self.sales.reference(sale)).map(|like| (like, sale))).collect();
            likes.sort_unstable_by_key(|(like, sale)| (std::cmp::Reverse(like.score()), *sale));
            match likes[..] {
                [] => {}
                [(one, _), (next, _), ..] if one.score() == next.score() => {
                    self.line_verdicts[*line as usize] = LineVerdict::Ambiguous;
                }
                [(why, sale), ..] => self.suggest_pair(sale, *line, why),
            }
        }
    }

    /// Credits that fit exactly one open sale by amount and days, which fits no other credit.
    fn suggest_by_amount(&mut self, lines: &[Entry], sales: &[Entry]) {
        let known = self.known_payers(lines);
        for (currency, minor, booked_on, line) in lines {
            let key = (*currency, *minor);
            let payer = self.lines.rows[*line as usize].payer;
            let is_known = payer != 0 && known.contains(&payer);
            let due = self.rules.due_days;
            let mut days = due;
            let mut fitting = within(sales, key, back(*booked_on, due), *booked_on);
            if fitting.is_empty() && is_known && PAYER_DAYS_MAX > due {
                days = PAYER_DAYS_MAX;
                fitting = within(sales, key, back(*booked_on, days), *booked_on);
            }
            if fitting.is_empty() {
                continue;
            }
            let (_, _, taken_on, sale) = sales[fitting.start];
            let latest = taken_on.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX);
            if fitting.len() == 1 && self.is_refused(sale, *line) {
                continue;
            }
            if fitting.len() == 1 && within(lines, key, taken_on, latest).len() == 1 && self.takes(sale) {
                let why = if is_known { Likeness::PayerKnown } else { Likeness::AmountAndDay };
                self.suggest_pair(sale, *line, why);
            } else {
                self.line_verdicts[*line as usize] = LineVerdict::Ambiguous;
            }
        }
    }

    /// Those payers of the open lines who also paid a sale whose reference they gave.
    fn known_payers(&self, lines: &[Entry]) -> BTreeSet<u32> {
        let mut asked: Vec<u32> = lines.iter().map(|(_, _, _, line)| self.lines.rows[*line as usize].payer).collect();
        asked.sort_unstable();
        asked.dedup();
        // How many are not found yet, by half of their hash: nearly every line is told by this alone.
        let mut wanted = vec![0_u32; 1 << u16::BITS];
        let half = |payer: u32| (payer & u32::from(u16::MAX)) as usize;
        for payer in &asked {
            wanted[half(*payer)] += 1;
        }
        let mut known = BTreeSet::new();
        for (row, verdict) in self.lines.rows.iter().zip(&self.line_verdicts) {
            let is_paired = matches!(verdict, LineVerdict::Matched(_) | LineVerdict::Differs(_));
            let may_be = wanted[half(row.payer)] > 0 && is_paired && row.payer != 0;
            if may_be && asked.binary_search(&row.payer).is_ok() && known.insert(row.payer) {
                wanted[half(row.payer)] -= 1;
            }
        }
        known
    }

    pub(super) fn days_before(&self, day: NaiveDate) -> NaiveDate {
        back(day, self.rules.due_days)
    }
}

fn back(day: NaiveDate, days: u16) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MIN)
}

/// The entries of an amount.
fn of_amount(side: &[Entry], currency: Currency, minor: i64) -> Range<usize> {
    within(side, (currency, minor), NaiveDate::MIN, NaiveDate::MAX)
}

/// The entries of an amount from one day to another.
pub(super) fn within(
    side: &[Entry],
    (currency, minor): (Currency, i64),
    first: NaiveDate,
    last: NaiveDate,
) -> Range<usize> {
    let before = |(c, m, day, _): &Entry, key: (Currency, i64, NaiveDate)| (*c, *m, *day) < key;
    let until = |(c, m, day, _): &Entry, key: (Currency, i64, NaiveDate)| (*c, *m, *day) <= key;
    let start = side.partition_point(|entry| before(entry, (currency, minor, first)));
    start..side.partition_point(|entry| until(entry, (currency, minor, last))).max(start)
}
