//! Several lines or several sales with one reference.
//!
//! Equal amounts find each other first. What is left of the lines is more or less than a sale, several parts of one, a
//! payout for many, or paid twice. Sorted and merged, so that a million lines with one reference take no longer than a
//! million with a million.

use chrono::NaiveDate;

use crate::domain::money::Currency;
use crate::domain::reconcile::Likeness;
use crate::domain::reconcile::books::{Books, LineVerdict, SaleVerdict, refusal};
use crate::domain::reconcile::sales::Standing;

/// The largest part of a payout that is taken for fees, in percent: card fees with a fixed part on small sales stay below.
pub const FEE_PERCENT_MAX: i128 = 5;
/// The same where the line lists every sale: a platform that delivers or finds customers keeps up to a third.
pub const COMMISSION_PERCENT_MAX: i128 = 35;

/// A sale or a line of a group, in the order in which they are looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Member {
    /// What has to agree beside the amount: currency, and whether it is a debit.
    side: (Currency, bool),
    minor: i64,
    age: Age,
    place: u32,
}

/// What comes first: money that is waited for, the earlier day, then whatever tells two apart but their order.
type Age = (Standing, NaiveDate, u32, u32);

impl Books {
    /// The sales with the reference of `first`, and the lines that carry it.
    pub(super) fn pair_group(&mut self, first: u32, lines: impl Iterator<Item = u32>) {
        let mut sales: Vec<Member> = self.sales.group(first).map(|sale| self.sale_member(sale)).collect();
        let mut lines: Vec<Member> = lines.map(|line| self.line_member(line)).collect();
        sales.sort_unstable();
        lines.sort_unstable();
        for equal in lines.chunk_by(|one, next| (one.side, one.minor) == (next.side, next.minor)) {
            self.pair_equal(&sales, equal);
        }
        for of_side in lines.chunk_by(|one, next| one.side == next.side) {
            self.pair_rest(&sales, of_side);
        }
    }

    fn sale_member(&self, sale: u32) -> Member {
        let row = &self.sales.rows[sale as usize];
        let age = (row.standing, row.taken_on, 0, 0);
        Member { side: (row.currency, row.minor < 0), minor: row.minor, age, place: sale }
    }

    fn line_member(&self, line: u32) -> Member {
        let row = &self.lines.rows[line as usize];
        let age = (Standing::Open, row.booked_on, row.fingerprint, row.payer);
        Member { side: (row.currency, row.minor < 0), minor: row.minor, age, place: line }
    }

    /// What puts lines into an order that does not depend on the order of the file.
    pub(super) fn line_age(&self, line: u32) -> (NaiveDate, u32, u32, i64, u32) {
        let row = &self.lines.rows[line as usize];
        (row.booked_on, row.fingerprint, row.payer, row.minor, line)
    }

    /// Equal amounts: as many lines as there are sales of it, and the others are paid twice. Fewer lines than sales of
    /// one amount say that money came, but not for which.
    fn pair_equal(&mut self, sales: &[Member], lines: &[Member]) {
        let (side, minor) = (lines[0].side, lines[0].minor);
        let start = sales.partition_point(|sale| (sale.side, sale.minor) < (side, minor));
        let end = sales.partition_point(|sale| (sale.side, sale.minor) <= (side, minor));
        let open: Vec<u32> = sales[start..end].iter().map(|sale| sale.place).filter(|sale| self.takes(*sale)).collect();
        if lines.len() < open.len() {
            return self.suggest_equal(open, lines);
        }
        for (sale, line) in open.iter().zip(lines) {
            self.pair(*sale, line.place);
        }
        if let Some(paid) = open.last() {
            for line in lines.iter().skip(open.len()) {
                self.line_verdicts[line.place as usize] = LineVerdict::Duplicate(*paid);
            }
        }
    }

    /// Fewer lines than open sales of one reference and amount: each line may be the first that nobody said it is not.
    fn suggest_equal(&mut self, mut open: Vec<u32>, lines: &[Member]) {
        for line in lines {
            match open.iter().position(|sale| !self.is_refused(*sale, line.place)) {
                Some(place) => self.suggest_pair(open.remove(place), line.place, Likeness::SameReference),
                None => self.line_verdicts[line.place as usize] = LineVerdict::Ambiguous,
            }
        }
    }

    /// The lines of one currency and sign, of which no open sale of the reference has the amount.
    fn pair_rest(&mut self, sales: &[Member], lines: &[Member]) {
        let side = lines[0].side;
        let start = sales.partition_point(|sale| sale.side < side);
        let end = sales.partition_point(|sale| sale.side <= side);
        let of_side = &sales[start..end];
        let is_open = |line: &&Member| self.line_verdicts[line.place as usize] == LineVerdict::Open;
        let (lines, nothing): (Vec<&Member>, Vec<&Member>) =
            lines.iter().filter(is_open).partition(|line| line.minor != 0);
        for line in nothing {
            self.line_verdicts[line.place as usize] = LineVerdict::Outgoing;
        }
        let mut lines: Vec<(Age, i64, u32)> =
            lines.into_iter().map(|line| (line.age, line.minor, line.place)).collect();
        let open = of_side.iter().filter(|sale| self.takes(sale.place));
        let mut open: Vec<(Age, i64, u32)> = open.map(|sale| (sale.age, sale.minor, sale.place)).collect();
        lines.sort_unstable();
        open.sort_unstable();
        let places = |side: &[(Age, i64, u32)]| side.iter().map(|(_, _, place)| *place).collect::<Vec<u32>>();
        let (lines, open) = (places(&lines), places(&open));
        if self.suggest_batch(&open, &lines) || self.pair_parts(&open, &lines) {
            return;
        }
        for (sale, line) in open.iter().zip(&lines) {
            self.pair(*sale, *line);
        }
        // The likeliest for what is left: of the same currency and sign before another.
        let likeliest =
            |sales: &[Member]| sales.iter().min_by_key(|sale| (sale.age, sale.place)).map(|sale| sale.place);
        let Some(nearest) = likeliest(of_side).or_else(|| likeliest(sales)) else { return };
        for line in lines.iter().skip(open.len()) {
            // One that never had money is named only where no other of the reference had any.
            let had_none = |sale: u32| self.sales.rows[sale as usize].standing > Standing::Seen;
            let equal = self.equal_sale(sales, *line).filter(|sale| !had_none(*sale) || had_none(nearest));
            let sale = equal.unwrap_or(nearest);
            let verdict = refusal(sale, &self.sales.rows[sale as usize], &self.lines.rows[*line as usize]);
            self.line_verdicts[*line as usize] = verdict;
        }
    }

    /// The sale of the very amount, also the one that a debit takes back.
    fn equal_sale(&self, sales: &[Member], line: u32) -> Option<u32> {
        let row = &self.lines.rows[line as usize];
        [row.minor, row.minor.saturating_neg()].into_iter().find_map(|minor| {
            let wanted = ((row.currency, minor < 0), minor);
            let place = sales.partition_point(|sale| (sale.side, sale.minor) < wanted);
            sales.get(place).filter(|sale| (sale.side, sale.minor) == wanted).map(|sale| sale.place)
        })
    }

    /// Several lines that make up one sale to the minor unit, or one line for many sales, less fees. Only by the
    /// reference that all of them have, never by trying sums.
    fn suggest_batch(&mut self, sales: &[u32], lines: &[u32]) -> bool {
        match (sales, lines) {
            ([sale], lines) if lines.iter().any(|line| self.is_refused(*sale, *line)) => false,
            (sales, [line]) if sales.iter().any(|sale| self.is_refused(*sale, *line)) => false,
            ([sale], [_, _, ..]) if self.sum_of_lines(lines) == i128::from(self.sales.rows[*sale as usize].minor) => {
                for line in lines {
                    self.line_verdicts[*line as usize] = LineVerdict::Suggested(*sale, Likeness::SeveralLines);
                }
                self.sale_verdicts[*sale as usize] = SaleVerdict::Suggested(lines[0], Likeness::SeveralLines);
                true
            }
            ([_, _, ..], [line]) if self.is_payout(sales, *line, FEE_PERCENT_MAX) => {
                self.suggest_payout(sales, *line, Likeness::Payout);
                true
            }
            (_, _) => false,
        }
    }

    /// Several lines with the reference of one sale, none of them its amount: each is a part of its money, and together
    /// they are under or over. Lines that are alike in everything may be one booking twice, and so may equal amounts
    /// that would be too much together: those are not added up.
    fn pair_parts(&mut self, sales: &[u32], lines: &[u32]) -> bool {
        let ([sale], [first, _, ..]) = (sales, lines) else { return false };
        let asked = i128::from(self.sales.rows[*sale as usize].minor);
        let sum = self.sum_of_lines(lines);
        let is_over = sum.abs() > asked.abs();
        let alike = |line: &u32| {
            let (booked_on, fingerprint, payer, minor, _) = self.line_age(*line);
            (minor, (!is_over).then_some((booked_on, fingerprint, payer)))
        };
        let mut seen: Vec<_> = lines.iter().map(alike).collect();
        seen.sort_unstable();
        let are_alike = seen.windows(2).any(|pair| pair[0] == pair[1]);
        let (Ok(came), true, false) = (i64::try_from(sum), sum != asked, are_alike) else { return false };
        for line in lines {
            self.line_verdicts[*line as usize] = LineVerdict::Differs(*sale);
        }
        self.sale_verdicts[*sale as usize] = SaleVerdict::Differs(*first);
        self.together.insert(*sale, came);
        true
    }

    fn sum_of_lines(&self, lines: &[u32]) -> i128 {
        lines.iter().map(|line| i128::from(self.lines.rows[*line as usize].minor)).sum()
    }

    /// Whether a line is the sum of sales, or up to so many percent less.
    fn is_payout(&self, sales: &[u32], line: u32, percent_max: i128) -> bool {
        let gross: i128 = sales.iter().map(|sale| i128::from(self.sales.rows[*sale as usize].minor)).sum();
        let net = i128::from(self.lines.rows[line as usize].minor);
        net > 0 && net <= gross && (gross - net) * 100 <= gross * percent_max
    }

    fn suggest_payout(&mut self, sales: &[u32], line: u32, why: Likeness) {
        for sale in sales {
            self.sale_verdicts[*sale as usize] = SaleVerdict::Suggested(line, why);
        }
        self.line_verdicts[line as usize] = LineVerdict::Suggested(sales[0], why);
    }

    /// Lines that list the references of several sales: what they come to, less fees.
    pub(super) fn share_out_payouts(&mut self) {
        let mut several: Vec<usize> = (0..self.lines.several.len()).collect();
        several.sort_unstable_by_key(|place| self.line_age(self.lines.several[*place].0));
        for place in several {
            let (line, firsts) = &self.lines.several[place];
            if self.line_verdicts[*line as usize] != LineVerdict::Several {
                continue;
            }
            let line = *line;
            if self.lines.rows[line as usize].is_returned() {
                continue;
            }
            let side = self.line_member(line).side;
            let members = firsts.iter().flat_map(|first| self.sales.group(*first)).map(|sale| self.sale_member(sale));
            let mut sales: Vec<Member> = members.filter(|sale| sale.side == side).collect();
            sales.sort_unstable();
            let sales: Vec<u32> = sales.into_iter().map(|sale| sale.place).collect();
            let is_free = |sale: &u32| self.takes(*sale) && !self.is_refused(*sale, line);
            if sales.is_empty() || !sales.iter().all(is_free) {
                continue;
            }
            if self.is_payout(&sales, line, FEE_PERCENT_MAX) {
                self.suggest_payout(&sales, line, Likeness::Payout);
            } else if sales.len() > 1 && self.is_payout(&sales, line, COMMISSION_PERCENT_MAX) {
                self.suggest_payout(&sales, line, Likeness::PayoutLessCommission);
            }
        }
    }
}
