//! The matching itself, from what is certain to what a person must look at. The table of the rules is in
//! `docs/reconciliation.md`.
//!
//! Sales and lines are numbers here: places in the order in which they were pushed. The order decides nothing but which
//! of two that are alike in everything is named.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use crate::domain::ids::SaleReference;
use crate::domain::money::Money;
use crate::domain::reconcile::index::{Sales, hash};
use crate::domain::reconcile::lines::{LineRow, Lines};
use crate::domain::reconcile::reference::sale_references;
use crate::domain::reconcile::sales::{NONE, SaleRow, Standing};
use crate::domain::reconcile::{Likeness, LineClass, PaymentClass, UnknownWhy};

/// What the rules depend on beside the two sides.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The day on which it is judged what is overdue.
    pub on: NaiveDate,
    /// How many days money may take to be booked.
    pub due_days: u16,
}

/// How many lines are asked for together: they lie anywhere in the memory, and one by one each would be waited for.
const WARM: usize = 128;
/// More than one line. No line has this number: there are at most `ROWS_MAX`.
const SEVERAL: u32 = NONE - 1;

/// What was found for a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SaleVerdict {
    Open,
    Matched(u32),
    Differs(u32),
    Suggested(u32, Likeness),
}

/// What was found for a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineVerdict {
    Open,
    Matched(u32),
    Differs(u32),
    Suggested(u32, Likeness),
    Duplicate(u32),
    BookedBefore(u32),
    TakenBack(u32),
    Outgoing,
    Refused(u32),
    OtherCurrency(u32),
    OtherSign(u32),
    Returned(u32),
    Several,
    Ambiguous,
}

/// Both sides, and what each sale and each line is.
#[derive(Debug)]
pub struct Books {
    pub(super) sales: Sales,
    pub(super) lines: Lines,
    pub(super) rules: Rules,
    pub(super) sale_verdicts: Vec<SaleVerdict>,
    pub(super) line_verdicts: Vec<LineVerdict>,
    /// What several lines of one sale come to together, where that is not what the sale is.
    pub(super) together: BTreeMap<u32, i64>,
    /// Sale and line of suggestions that a person has refused: they are not made again.
    refused: BTreeSet<(u32, u32)>,
}

impl Books {
    /// Puts every sale and every line into its class.
    #[must_use]
    pub fn close(sales: Sales, lines: Lines, rules: Rules) -> Self {
        Self::close_without(sales, lines, rules, BTreeSet::new())
    }

    /// The same, without the suggestions of these sales and lines, which a person has refused. What is exact is not
    /// suggested and stays.
    #[must_use]
    pub fn close_without(sales: Sales, lines: Lines, rules: Rules, refused: BTreeSet<(u32, u32)>) -> Self {
        let sale_verdicts = vec![SaleVerdict::Open; sales.len()];
        let line_verdicts = vec![LineVerdict::Open; lines.len()];
        let together = BTreeMap::new();
        let mut books = Self { sales, lines, rules, sale_verdicts, line_verdicts, together, refused };
        books.find_repeats();
        books.pair_by_reference();
        books.share_out_payouts();
        books.suggest();
        books
    }

    /// The sales.
    #[must_use]
    pub fn sales(&self) -> &Sales {
        &self.sales
    }

    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// The class of a sale; `None` when there is no such sale. One that an earlier statement had is settled by
    /// [`NONE`]: only the caller knows that line.
    #[must_use]
    pub fn sale(&self, sale: u32) -> Option<PaymentClass<u32>> {
        let row = self.sales.rows.get(sale as usize)?;
        Some(match self.sale_verdicts.get(sale as usize)? {
            SaleVerdict::Matched(line) => PaymentClass::Matched { line: *line },
            SaleVerdict::Differs(line) => {
                let (line, by) = (*line, self.difference(sale, *line)?);
                if self.is_over(sale, line)? {
                    PaymentClass::Over { line, by }
                } else {
                    PaymentClass::Under { line, by }
                }
            }
            SaleVerdict::Suggested(line, why) => PaymentClass::Suggested { line: *line, why: *why },
            SaleVerdict::Open => match row.standing {
                Standing::Open => {
                    let days = Days::new(u64::from(self.rules.due_days));
                    let due_on = row.taken_on.checked_add_days(days).unwrap_or(NaiveDate::MAX);
                    PaymentClass::Missing { due_on, is_overdue: self.rules.on > due_on }
                }
                Standing::Seen => PaymentClass::Settled { line: NONE },
                Standing::Cash | Standing::WrittenOff | Standing::Withdrawn | Standing::Nothing => {
                    PaymentClass::NotExpected
                }
            },
        })
    }

    /// The class of a line; `None` when there is no such line.
    #[must_use]
    pub fn line(&self, line: u32) -> Option<LineClass<u32, u32>> {
        let amount = self.lines.amount(line)?;
        Some(match self.line_verdicts.get(line as usize)? {
            LineVerdict::Matched(sale) => LineClass::Matched { payment: *sale },
            LineVerdict::Differs(sale) => {
                let (payment, by) = (*sale, self.difference(*sale, line)?);
                if self.is_over(payment, line)? {
                    LineClass::Over { payment, by }
                } else {
                    LineClass::Under { payment, by }
                }
            }
            LineVerdict::Suggested(sale, why) => LineClass::Suggested { payment: *sale, why: *why },
            LineVerdict::Duplicate(sale) => LineClass::Duplicate { payment: *sale },
            LineVerdict::BookedBefore(first) => LineClass::BookedBefore { line: *first },
            LineVerdict::TakenBack(sale) => LineClass::TakenBack { payment: *sale },
            LineVerdict::Outgoing => LineClass::Outgoing,
            LineVerdict::Refused(sale) => match self.sales.standing(*sale)? {
                Standing::WrittenOff => LineClass::Unknown { why: UnknownWhy::WrittenOff(*sale) },
                Standing::Withdrawn => LineClass::Unknown { why: UnknownWhy::Withdrawn(*sale) },
                Standing::Open | Standing::Cash | Standing::Seen | Standing::Nothing => {
                    LineClass::Duplicate { payment: *sale }
                }
            },
            LineVerdict::OtherCurrency(sale) => LineClass::Unknown { why: UnknownWhy::OtherCurrency(*sale) },
            LineVerdict::OtherSign(sale) => LineClass::Unknown { why: UnknownWhy::OtherSign(*sale) },
            LineVerdict::Returned(sale) => LineClass::Unknown { why: UnknownWhy::Returned(*sale) },
            LineVerdict::Several => LineClass::Unknown { why: UnknownWhy::SeveralReferences },
            LineVerdict::Ambiguous => LineClass::Unknown { why: UnknownWhy::Ambiguous },
            LineVerdict::Open if amount.minor <= 0 => LineClass::Outgoing,
            LineVerdict::Open => LineClass::Unknown {
                why: self.checked_reference(line).map_or(UnknownWhy::NoReference, UnknownWhy::NoSuchSale),
            },
        })
    }

    /// What came for a sale: by this line, or by several together.
    pub(super) fn came_minor(&self, sale: u32, line: u32) -> i64 {
        self.together.get(&sale).copied().unwrap_or(self.lines.rows[line as usize].minor)
    }

    /// Whether more came than the sale is, or more was taken back.
    pub(super) fn is_over(&self, sale: u32, line: u32) -> Option<bool> {
        let asked = self.sales.amount(sale)?;
        Some(self.came_minor(sale, line).unsigned_abs() > asked.minor.unsigned_abs())
    }

    /// By how much more or less came than the sale is, never negative.
    fn difference(&self, sale: u32, line: u32) -> Option<Money> {
        let asked = self.sales.amount(sale)?;
        let by = self.came_minor(sale, line).unsigned_abs().abs_diff(asked.minor.unsigned_abs());
        Some(Money::new(i64::try_from(by).unwrap_or(i64::MAX), asked.currency))
    }

    /// The first number in a line's texts that has the form and the check digit of a sale reference of ours.
    fn checked_reference(&self, line: u32) -> Option<SaleReference> {
        self.lines.texts(line)?.said.into_iter().flat_map(sale_references).next()
    }

    /// Lines that say the same as one of an earlier file: the same booking is taken once. Within one file lines that are
    /// alike are several bookings, also with one number of the bank's: it numbers a batch, and two customers may well
    /// pay the same.
    fn find_repeats(&mut self) {
        let files = &self.lines.files;
        if files.len() < 2 {
            return;
        }
        let file_of = |line: u32| files.partition_point(|first| *first <= line);
        // A number of the bank's is enough, and a later file may say more of the payer.
        let payer = |row: &LineRow| if row.is_numbered { 0 } else { row.payer };
        let key =
            |row: &LineRow| (row.booked_on, row.minor, row.currency, row.is_numbered, row.fingerprint, payer(row));
        let mut order: Vec<(_, u32)> = self.lines.rows.iter().map(key).zip(0..).collect();
        order.sort_unstable();
        for alike in order.chunk_by(|(one, _), (next, _)| one == next).filter(|alike| alike.len() > 1) {
            // Lines of two accounts are never one booking, and neither are lines of one number that name two payments: a
            // bank numbers a batch once.
            let lines: Vec<u32> = alike.iter().map(|(_, line)| *line).collect();
            let of_accounts = apart(lines, |line| u64::from(self.lines.rows[line as usize].account));
            let of_one = of_accounts.into_iter().flat_map(|lines| apart(lines, |line| self.named(line)));
            for alike in of_one.collect::<Vec<_>>() {
                let mut most = 0;
                for in_file in alike.chunk_by(|one, next| file_of(*one) == file_of(*next)) {
                    for (line, first) in in_file.iter().zip(&alike[..most]) {
                        self.line_verdicts[*line as usize] = LineVerdict::BookedBefore(*first);
                    }
                    most = most.max(in_file.len());
                }
            }
        }
    }

    /// What a line with a number of the bank's names beside it: a sale, or what else it says; zero where it is nothing.
    fn named(&self, line: u32) -> u64 {
        let row = &self.lines.rows[line as usize];
        if !row.is_numbered {
            return 0;
        }
        if row.sale != NONE {
            return 1 << 32 | u64::from(row.sale);
        }
        let said = self.lines.texts(line).map(|texts| texts.said);
        let said = said.and_then(|[reference, end_to_end_id, _]| {
            [end_to_end_id, reference].into_iter().find(|text| !text.is_empty())
        });
        said.map_or(0, |text| hash(text.as_bytes()) | 1 << 63)
    }

    /// Lines that carry the reference of a sale.
    fn pair_by_reference(&mut self) {
        let mut carried: Vec<u64> = Vec::new();
        let (carriers, returned) = self.carriers();
        for line in returned {
            self.line_verdicts[line as usize] = LineVerdict::Returned(self.lines.rows[line as usize].sale);
        }
        for line in 0..u32::try_from(self.lines.len()).unwrap_or(NONE) {
            let row = &self.lines.rows[line as usize];
            if row.sale == NONE || self.line_verdicts[line as usize] != LineVerdict::Open {
                continue;
            }
            if carriers[row.sale as usize] == line && row.is_exact {
                // Nearly every line: the sale itself, anywhere in the memory, need not be looked at.
                self.sale_verdicts[row.sale as usize] = SaleVerdict::Matched(line);
                self.line_verdicts[line as usize] = LineVerdict::Matched(row.sale);
            } else {
                carried.push(u64::from(row.sale) << 32 | u64::from(line));
            }
        }
        carried.sort_unstable();
        let low = |pair: u64| u32::try_from(pair & u64::from(u32::MAX)).unwrap_or(NONE);
        let (mut place, mut warm) = (0, 0);
        for group in carried.chunk_by(|one, next| one >> 32 == next >> 32) {
            if place >= warm {
                let ahead = carried[place..].iter().take(WARM).map(|pair| &self.lines.rows[low(*pair) as usize]);
                std::hint::black_box(ahead.fold(0, |seen, row| seen ^ row.minor));
                warm = place + WARM;
            }
            place += group.len();
            let first = low(group[0] >> 32);
            match group {
                [only] if self.sales.is_alone(first) => self.pair_one(first, low(*only)),
                _ => self.pair_group(first, group.iter().map(|pair| low(*pair))),
            }
        }
        for place in 0..self.lines.several.len() {
            let line = self.lines.several[place].0 as usize;
            if self.line_verdicts[line] == LineVerdict::Open {
                let is_credit = self.lines.rows[line].minor > 0;
                self.line_verdicts[line] = if is_credit { LineVerdict::Several } else { LineVerdict::Outgoing };
            }
        }
    }

    /// For each first sale of a reference the only line that carries it; [`NONE`] and [`SEVERAL`] for none and several.
    /// And the lines that name a sale and are nobody's payment: they take a debit back.
    fn carriers(&self) -> (Vec<u32>, Vec<u32>) {
        let mut carriers = vec![NONE; self.sales.len()];
        let mut returned = Vec::new();
        for ((line, row), verdict) in (0_u32..).zip(&self.lines.rows).zip(&self.line_verdicts) {
            if let Some(carrier) = carriers.get_mut(row.sale as usize)
                && *verdict == LineVerdict::Open
            {
                if row.is_returned() {
                    returned.push(line);
                } else {
                    *carrier = if *carrier == NONE { line } else { SEVERAL };
                }
            }
        }
        (carriers, returned)
    }

    /// One sale and one line with its reference: nearly always it is this.
    fn pair_one(&mut self, sale: u32, line: u32) {
        let (asked, came) = (&self.sales.rows[sale as usize], &self.lines.rows[line as usize]);
        if asked.standing.takes() && asked.currency == came.currency && is_same_sign(asked, came) {
            self.pair(sale, line);
        } else {
            let verdict = refusal(sale, asked, came);
            self.line_verdicts[line as usize] = verdict;
        }
    }

    pub(super) fn pair(&mut self, sale: u32, line: u32) {
        let is_equal = self.sales.rows[sale as usize].minor == self.lines.rows[line as usize].minor;
        let (of_sale, of_line) = if is_equal {
            (SaleVerdict::Matched(line), LineVerdict::Matched(sale))
        } else {
            (SaleVerdict::Differs(line), LineVerdict::Differs(sale))
        };
        self.sale_verdicts[sale as usize] = of_sale;
        self.line_verdicts[line as usize] = of_line;
    }

    pub(super) fn suggest_pair(&mut self, sale: u32, line: u32, why: Likeness) {
        self.sale_verdicts[sale as usize] = SaleVerdict::Suggested(line, why);
        self.line_verdicts[line as usize] = LineVerdict::Suggested(sale, why);
    }

    /// Whether a person has said that this line is not this sale.
    pub(super) fn is_refused(&self, sale: u32, line: u32) -> bool {
        !self.refused.is_empty() && self.refused.contains(&(sale, line))
    }

    /// Whether a line may still be this sale.
    pub(super) fn takes(&self, sale: u32) -> bool {
        self.sale_verdicts[sale as usize] == SaleVerdict::Open && self.sales.rows[sale as usize].standing.takes()
    }
}

/// Lines that say different things by themselves. Where only one thing is said, those that say nothing may well mean it.
fn apart(lines: Vec<u32>, said: impl Fn(u32) -> u64) -> Vec<Vec<u32>> {
    let mut parts: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
    for line in &lines {
        parts.entry(said(*line)).or_default().push(*line);
    }
    let said = parts.len() - usize::from(parts.contains_key(&0));
    if said < 2 { vec![lines] } else { parts.into_values().collect() }
}

pub(super) fn is_same_sign(sale: &SaleRow, line: &LineRow) -> bool {
    sale.minor.signum() == line.minor.signum()
}

/// What a line is that carries the reference of a sale and is not its money.
pub(super) fn refusal(sale: u32, asked: &SaleRow, came: &LineRow) -> LineVerdict {
    if came.minor == 0 {
        LineVerdict::Outgoing
    } else if came.minor < 0 && asked.minor >= 0 {
        LineVerdict::TakenBack(sale)
    } else if came.minor > 0 && asked.minor < 0 {
        LineVerdict::OtherSign(sale)
    } else if asked.currency != came.currency {
        LineVerdict::OtherCurrency(sale)
    } else {
        LineVerdict::Refused(sale)
    }
}

#[cfg(test)]
mod tests;
