//! The lines of one file, shared by everybody who reads them.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::ids::{LineId, SaleReference};
use crate::domain::reconcile::reference::sale_references;
use crate::domain::reconcile::{Awaits, Claim, LineClass, StatementLine, UnknownWhy};

/// The lines of one file, by id.
///
/// What a bank says never changes and may be a million lines, so they are shared and not copied, and what may be told of
/// them without knowing any sale is told once.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct StatementLines(Arc<Content>);

#[derive(Debug, PartialEq, Eq, Default)]
struct Content {
    lines: Vec<StatementLine>,
    /// Places of the lines that may be about a sale.
    about_sales: Vec<u32>,
    /// The sale references that lines carry, with the places of those lines, sorted.
    references: Vec<(SaleReference, u32)>,
    /// The amounts of credits with their places, sorted.
    amounts: Vec<(i64, u32)>,
    credits_minor: i64,
}

impl StatementLines {
    /// The lines that may be about a sale: every credit, and the debits that carry a number of the form of a sale's. The
    /// others are none of the till's business, whatever it sells.
    pub fn about_sales(&self) -> impl Iterator<Item = &StatementLine> {
        self.at(self.0.about_sales.iter().copied())
    }

    /// The lines that carry the reference of one of these claims, and the credits of the amount of one that waits for
    /// money. No other line can be one of them, or be taken for one ([`LineClass::of_stray`]).
    pub fn touching(&self, claims: &[Claim]) -> impl Iterator<Item = &StatementLine> {
        let mut places = BTreeSet::new();
        for claim in claims {
            places.extend(of_key(&self.0.references, claim.reference));
            if claim.awaits == Awaits::Money {
                places.extend(of_key(&self.0.amounts, claim.amount.minor));
            }
        }
        self.at(places.into_iter())
    }

    /// How many credits there are, and what they come to in minor units.
    #[must_use]
    pub fn credits(&self) -> (usize, i64) {
        (self.0.amounts.len(), self.0.credits_minor)
    }

    fn at(&self, places: impl Iterator<Item = u32>) -> impl Iterator<Item = &StatementLine> {
        places.filter_map(|place| self.0.lines.get(place as usize))
    }

    /// Whether all of them may be about a sale.
    #[must_use]
    pub fn are_about_sales(&self) -> bool {
        self.0.about_sales.len() == self.0.lines.len()
    }

    /// One of them.
    #[must_use]
    pub fn of_id(&self, id: LineId) -> Option<&StatementLine> {
        let place = self.0.lines.binary_search_by_key(&id, |line| line.id).ok()?;
        self.0.lines.get(place)
    }
}

impl From<Vec<StatementLine>> for StatementLines {
    fn from(mut lines: Vec<StatementLine>) -> Self {
        if !lines.is_sorted_by_key(|line| line.id) {
            lines.sort_unstable_by_key(|line| line.id);
        }
        let (mut about_sales, mut references, mut amounts) = (Vec::new(), Vec::new(), Vec::new());
        for (place, line) in (0_u32..).zip(&lines) {
            let before = references.len();
            references.extend(line.references().map(|reference| (reference, place)));
            if line.amount.minor > 0 {
                amounts.push((line.amount.minor, place));
            }
            if line.amount.minor > 0 || references.len() > before {
                about_sales.push(place);
            }
        }
        references.sort_unstable();
        amounts.sort_unstable();
        let credits_minor = amounts.iter().fold(0, |sum: i64, (minor, _)| sum.saturating_add(*minor));
        Self(Arc::new(Content { lines, about_sales, references, amounts, credits_minor }))
    }
}

impl StatementLine {
    /// The numbers in its texts that have the form and the check digit of a sale reference of ours, the strictest text
    /// first.
    fn references(&self) -> impl Iterator<Item = SaleReference> + '_ {
        let texts = [&self.reference, &self.end_to_end_id, &self.description];
        texts.into_iter().flatten().flat_map(|text| sale_references(text))
    }
}

impl LineClass {
    /// What a line is that has neither the reference of anything the till knows, nor the amount of anything it waits for.
    #[must_use]
    pub fn of_stray(line: &StatementLine) -> Self {
        if line.amount.minor <= 0 {
            return Self::Outgoing;
        }
        Self::Unknown { why: line.references().next().map_or(UnknownWhy::NoReference, UnknownWhy::NoSuchSale) }
    }
}

/// The places behind a key.
fn of_key<K: Copy + Ord>(sorted: &[(K, u32)], key: K) -> impl Iterator<Item = u32> + '_ {
    let first = sorted.partition_point(|(one, _)| *one < key);
    sorted[first..].iter().take_while(move |(one, _)| *one == key).map(|(_, place)| *place)
}

impl FromIterator<StatementLine> for StatementLines {
    fn from_iter<T: IntoIterator<Item = StatementLine>>(lines: T) -> Self {
        Self::from(lines.into_iter().collect::<Vec<_>>())
    }
}

impl Deref for StatementLines {
    type Target = [StatementLine];

    fn deref(&self) -> &[StatementLine] {
        &self.0.lines
    }
}

impl Serialize for StatementLines {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.lines.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for StatementLines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use uuid::Uuid;

    use super::*;
    use crate::domain::ids::PaymentId;
    use crate::domain::money::{Currency, Money};
    use crate::domain::reconcile::classify;

    fn line(n: u128, minor: i64, text: &str) -> StatementLine {
        StatementLine {
            id: LineId(Uuid::from_u128(n)),
            account: None,
            booked_on: NaiveDate::from_ymd_opt(2026, 11, 28).unwrap(),
            valued_on: None,
            amount: Money::new(minor, Currency::EUR),
            reference: None,
            end_to_end_id: None,
            counterparty_name: None,
            counterparty_account: None,
            description: (!text.is_empty()).then(|| text.to_owned()),
            bank_reference: None,
            reversal: false,
        }
    }

    #[test]
    fn lines_are_found_by_id_in_whatever_order_they_came() {
        let lines: StatementLines = [line(3, 1, ""), line(1, 2, ""), line(2, 3, "")].into_iter().collect();
        let found = [1, 2, 3, 4].map(|n| lines.of_id(LineId(Uuid::from_u128(n))).map(|line| line.amount.minor));
        assert_eq!(found, [Some(2), Some(3), Some(1), None]);
        let written = serde_json::to_string(&lines).unwrap();
        assert_eq!(serde_json::from_str::<StatementLines>(&written).unwrap(), lines);
    }

    #[test]
    fn a_debit_that_is_not_about_a_sale_is_none_of_the_tills_business() {
        let reference = SaleReference::new(23, 31_042).unwrap();
        let (whole, broken) = (reference.to_string(), format!("23-{}", &reference.to_string()[2..]));
        let texts = ["", "rent 11/2026", "2300310424", &whole, &broken, &format!("back RF{whole}")];
        let debits: StatementLines = (1..).zip(texts).map(|(n, text)| line(n, -1_000, text)).collect();
        let about: Vec<u128> = debits.about_sales().map(|line| line.id.0.as_u128()).collect();
        let payment = PaymentId(Uuid::from_u128(9));
        let (amount, asked_on) = (Money::new(1_000, Currency::EUR), debits[0].booked_on);
        let awaits = Awaits::NothingSeen(LineId(Uuid::from_u128(99)));
        let claim = Claim { payment, reference, amount, asked_on, awaits, carries_reference: true };
        let found = classify(debits.iter(), &[claim], asked_on, 3);
        let taken_back = |id: u128| found.line(LineId(Uuid::from_u128(id))) == Some(LineClass::TakenBack { payment });
        let taken_back: Vec<u128> = (1..=6).filter(|id| taken_back(*id)).collect();
        assert_eq!((about, taken_back), (vec![4, 5, 6], vec![4, 5, 6]));
    }
}
