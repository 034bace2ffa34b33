//! The matching itself: three passes, from what is certain to what a person must look at.

use std::ops::Range;

use chrono::{Days, NaiveDate};

use crate::domain::money::Money;
use crate::domain::reconcile::{
    Awaits, Claim, Likeness, LineClass, PaymentClass, Reconciliation, StatementLine, UnknownWhy, find,
};

/// Puts every line and every claim into its class. `on` is today; a transfer may take `due_days` to be booked.
#[must_use]
pub fn classify<'a>(
    lines: impl IntoIterator<Item = &'a StatementLine>,
    claims: &[Claim],
    on: NaiveDate,
    due_days: u16,
) -> Reconciliation {
    let mut books = Books::new(lines, claims, due_days);
    books.pair_by_reference();
    books.suggest_by_reference();
    books.suggest_by_amount();
    books.finish(on)
}

/// A claim with its reference as a number and what was found for it.
struct Expected {
    claim: Claim,
    number: u64,
    class: Option<PaymentClass>,
}

/// A line and what was found for it.
struct Booked<'a> {
    line: &'a StatementLine,
    class: Option<LineClass>,
    /// What to say if nothing is found.
    unknown: UnknownWhy,
}

/// Both sides, sorted: claims by reference, lines by day, so that the first of two equal credits is the payment.
struct Books<'a> {
    expected: Vec<Expected>,
    booked: Vec<Booked<'a>>,
    due_days: u16,
}

impl<'a> Books<'a> {
    fn new(lines: impl IntoIterator<Item = &'a StatementLine>, claims: &[Claim], due_days: u16) -> Self {
        let expect = |claim: &Claim| {
            let class = match claim.awaits {
                Awaits::Money => None,
                Awaits::NothingSeen(line) => Some(PaymentClass::Settled { line }),
                Awaits::NothingWrittenOff | Awaits::NothingWithdrawn => Some(PaymentClass::NotExpected),
            };
            // A reference is ten digits, so it always is a number.
            let number = claim.reference.to_string().parse().unwrap_or(0);
            Expected { claim: *claim, number, class }
        };
        let book = |line| Booked { line, class: None, unknown: UnknownWhy::NoReference };
        let mut expected: Vec<Expected> = claims.iter().map(expect).collect();
        expected.sort_by_key(|one| (one.number, one.claim.asked_on, one.claim.payment));
        let mut booked: Vec<Booked<'_>> = lines.into_iter().map(book).collect();
        booked.sort_by_key(|one| (one.line.booked_on, one.line.id));
        Self { expected, booked, due_days }
    }

    /// First pass: lines that carry a reference of ours.
    fn pair_by_reference(&mut self) {
        let mut carried: Vec<(usize, usize)> = Vec::new();
        for place in 0..self.booked.len() {
            match self.reference_of(place) {
                Ok(Some(first_claim)) => carried.push((first_claim, place)),
                Ok(None) => {}
                Err(why) => self.booked[place].unknown = why,
            }
        }
        carried.sort_unstable();
        for group in carried.chunk_by(|one, next| one.0 == next.0) {
            let claims = self.claims_from(group[0].0);
            let lines: Vec<usize> = group.iter().map(|(_, line)| *line).collect();
            self.pair_group(&lines, claims);
        }
    }

    /// The first claim of the one reference of ours that a line carries.
    fn reference_of(&self, place: usize) -> Result<Option<usize>, UnknownWhy> {
        let line = self.booked[place].line;
        for text in find::texts(line) {
            let mut groups: Vec<usize> =
                find::whole_numbers(text).into_iter().filter_map(|number| self.first_claim(number)).collect();
            groups.sort_unstable();
            groups.dedup();
            if groups.len() > 1 {
                // A payer of two sales may have kept both codes' text: the amount says which one this is.
                groups.retain(|first| {
                    let open = |one: &Expected| one.class.is_none() && one.claim.amount == line.amount;
                    self.expected[self.claims_from(*first)].iter().any(open)
                });
                return match groups.as_slice() {
                    [only] => Ok(Some(*only)),
                    _ => Err(UnknownWhy::SeveralReferences),
                };
            }
            if let [only] = groups.as_slice() {
                return Ok(Some(*only));
            }
        }
        find::first_reference(line).map_or(Ok(None), |reference| Err(UnknownWhy::NoSuchSale(reference)))
    }

    fn first_claim(&self, number: u64) -> Option<usize> {
        let place = self.expected.partition_point(|one| one.number < number);
        self.expected.get(place).is_some_and(|one| one.number == number).then_some(place)
    }

    /// All claims with the reference of this one.
    fn claims_from(&self, first: usize) -> Range<usize> {
        let same = self.expected[first..].iter().take_while(|one| one.number == self.expected[first].number);
        first..first + same.count()
    }

    /// Lines and claims of one reference: first those whose amounts agree, then what is left, in the order of days.
    fn pair_group(&mut self, lines: &[usize], claims: Range<usize>) {
        for &line in lines {
            let amount = self.booked[line].line.amount;
            if amount.minor <= 0 {
                let payment = self.nearest(claims.clone(), amount.minor.saturating_neg()).claim.payment;
                let back = LineClass::TakenBack { payment };
                self.booked[line].class = Some(if amount.is_zero() { LineClass::Outgoing } else { back });
                continue;
            }
            let exact = |one: &Expected| one.class.is_none() && one.claim.amount == amount;
            if let Some(claim) = claims.clone().find(|place| exact(&self.expected[*place])) {
                self.pair(line, claim);
            }
        }
        for &line in lines {
            if self.booked[line].class.is_some() {
                continue;
            }
            let currency = self.booked[line].line.amount.currency;
            let open = |one: &Expected| one.class.is_none() && one.claim.amount.currency == currency;
            match claims.clone().find(|place| open(&self.expected[*place])) {
                Some(claim) => self.pair(line, claim),
                None => self.refuse_in_group(line, claims.clone()),
            }
        }
    }

    /// Binds a line and an open claim of the same reference and currency.
    fn pair(&mut self, line: usize, claim: usize) {
        let (booked, expected) = (&mut self.booked[line], &mut self.expected[claim]);
        let (payment, id) = (expected.claim.payment, booked.line.id);
        let asked = expected.claim.amount;
        let came = booked.line.amount.minor;
        let by = Money::new(came.saturating_sub(asked.minor).saturating_abs(), asked.currency);
        let (line_class, payment_class) = match came.cmp(&asked.minor) {
            std::cmp::Ordering::Equal => (LineClass::Matched { payment }, PaymentClass::Matched { line: id }),
            std::cmp::Ordering::Less => (LineClass::Under { payment, by }, PaymentClass::Under { line: id, by }),
            std::cmp::Ordering::Greater => (LineClass::Over { payment, by }, PaymentClass::Over { line: id, by }),
        };
        booked.class = Some(line_class);
        expected.class = Some(payment_class);
    }

    /// A credit whose reference has no open claim left.
    fn refuse_in_group(&mut self, line: usize, claims: Range<usize>) {
        let amount = self.booked[line].line.amount;
        let claim = self.nearest(claims, amount.minor).claim;
        let payment = claim.payment;
        let class = if claim.amount.currency == amount.currency {
            match claim.awaits {
                Awaits::Money | Awaits::NothingSeen(_) => LineClass::Duplicate { payment },
                Awaits::NothingWrittenOff => LineClass::Unknown { why: UnknownWhy::WrittenOff(payment) },
                Awaits::NothingWithdrawn => LineClass::Unknown { why: UnknownWhy::Withdrawn(payment) },
            }
        } else {
            LineClass::Unknown { why: UnknownWhy::OtherCurrency(payment) }
        };
        self.booked[line].class = Some(class);
    }

    /// The claim of a reference that an amount belongs to most likely: one that had money before one that never had,
    /// the same amount before another.
    fn nearest(&self, claims: Range<usize>, minor: i64) -> &Expected {
        let first = claims.start;
        let rank = |one: &&Expected| {
            let awaits = match one.claim.awaits {
                Awaits::Money | Awaits::NothingSeen(_) => 0,
                Awaits::NothingWrittenOff => 1,
                Awaits::NothingWithdrawn => 2,
            };
            (awaits, one.claim.amount.minor != minor)
        };
        // A group is never empty: it was found by one of its claims.
        self.expected[claims].iter().min_by_key(rank).unwrap_or(&self.expected[first])
    }

    /// Second pass: credits whose text nearly has the reference of an open claim of the same amount.
    fn suggest_by_reference(&mut self) {
        for place in 0..self.booked.len() {
            let booked = &self.booked[place];
            if booked.class.is_some() || booked.line.amount.minor <= 0 {
                continue;
            }
            let texts = || find::texts(booked.line);
            let inner = texts().flat_map(find::inner_numbers).map(|number| (number, Likeness::InLongerNumber));
            let near = texts()
                .flat_map(find::whole_numbers)
                .take(find::NUMBERS_TRIED_MAX)
                .flat_map(find::one_digit_off)
                .map(|number| (number, Likeness::OneDigitOff));
            let amount = booked.line.amount;
            let fits = inner.chain(near).find_map(|(number, why)| {
                let claims = self.claims_from(self.first_claim(number)?);
                let open = |one: &Expected| one.class.is_none() && one.claim.amount == amount;
                claims.clone().find(|claim| open(&self.expected[*claim])).map(|claim| (claim, why))
            });
            if let Some((claim, why)) = fits {
                self.suggest(place, claim, why);
            }
        }
    }

    /// Third pass: credits that fit exactly one open claim by amount and days, which fits no other credit.
    fn suggest_by_amount(&mut self) {
        type Key = (Money, NaiveDate);
        let mut claims: Vec<(Key, usize)> = (0..self.expected.len())
            .filter(|place| self.expected[*place].class.is_none())
            .map(|place| ((self.expected[place].claim.amount, self.expected[place].claim.asked_on), place))
            .collect();
        let mut lines: Vec<(Key, usize)> = (0..self.booked.len())
            .filter(|place| self.booked[*place].class.is_none() && self.booked[*place].line.amount.minor > 0)
            .map(|place| ((self.booked[place].line.amount, self.booked[place].line.booked_on), place))
            .collect();
        claims.sort_unstable();
        lines.sort_unstable();
        let days = Days::new(u64::from(self.due_days));
        let between = |side: &[(Key, usize)], first: Key, last: Key| {
            side.partition_point(|(key, _)| *key < first)..side.partition_point(|(key, _)| *key <= last)
        };
        for ((amount, booked_on), line) in &lines {
            let earliest = booked_on.checked_sub_days(days).unwrap_or(NaiveDate::MIN);
            let fitting = between(&claims, (*amount, earliest), (*amount, *booked_on));
            if fitting.is_empty() {
                continue;
            }
            let ((_, asked_on), claim) = claims[fitting.start];
            let latest = asked_on.checked_add_days(days).unwrap_or(NaiveDate::MAX);
            if fitting.len() == 1 && between(&lines, (*amount, asked_on), (*amount, latest)).len() == 1 {
                self.suggest(*line, claim, Likeness::AmountAndDay);
            } else {
                self.booked[*line].unknown = UnknownWhy::Ambiguous;
            }
        }
    }

    fn suggest(&mut self, line: usize, claim: usize, why: Likeness) {
        let (booked, expected) = (&mut self.booked[line], &mut self.expected[claim]);
        booked.class = Some(LineClass::Suggested { payment: expected.claim.payment, why });
        expected.class = Some(PaymentClass::Suggested { line: booked.line.id, why });
    }

    /// What is left gets its class too: nothing ends without one.
    fn finish(self, on: NaiveDate) -> Reconciliation {
        let days = Days::new(u64::from(self.due_days));
        let rest = |one: &Booked<'_>| {
            if one.line.amount.minor > 0 { LineClass::Unknown { why: one.unknown } } else { LineClass::Outgoing }
        };
        let missing = |claim: &Claim| {
            let due_on = claim.asked_on.checked_add_days(days).unwrap_or(NaiveDate::MAX);
            PaymentClass::Missing { due_on, is_overdue: on > due_on }
        };
        let mut lines: Vec<_> =
            self.booked.iter().map(|one| (one.line.id, one.class.unwrap_or_else(|| rest(one)))).collect();
        let mut payments: Vec<_> = self
            .expected
            .iter()
            .map(|one| (one.claim.payment, one.class.unwrap_or_else(|| missing(&one.claim))))
            .collect();
        lines.sort_unstable_by_key(|(id, _)| *id);
        payments.sort_unstable_by_key(|(id, _)| *id);
        Reconciliation { lines, payments }
    }
}

#[cfg(test)]
mod tests;
