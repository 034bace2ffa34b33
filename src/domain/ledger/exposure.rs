//! What is stored and not answered yet: what the limits of stored cards look at.

use super::Ledger;
use crate::domain::ids::PersonId;
use crate::domain::limits::Exposure;
use crate::domain::money::{Currency, Money};
use crate::domain::queue::Promise;
use crate::domain::sale::{Payment, Tender};

impl Ledger {
    /// The sum, number and age of stored cards that no bank has answered yet.
    #[must_use]
    pub fn exposure(&self, currency: Currency) -> Exposure {
        let nothing = Exposure { total: Money::new(0, currency), count: 0, oldest: None };
        self.stored_and_open().fold(nothing, |exposure, payment| Exposure {
            total: Money::new(exposure.total.minor.saturating_add(payment.amount.minor), currency),
            count: exposure.count.saturating_add(1),
            oldest: Some(exposure.oldest.map_or(payment.began, |oldest| oldest.min(payment.began))),
        })
    }

    /// What a cashier's stored cards come to that no bank has answered yet, in minor units.
    #[must_use]
    pub fn exposure_of(&self, cashier: &PersonId) -> i64 {
        let sold = |payment: &&Payment| self.sales.get(&payment.sale).is_some_and(|sale| sale.cashier == *cashier);
        self.stored_and_open().filter(sold).fold(0, |minor, payment| minor.saturating_add(payment.amount.minor))
    }

    fn stored_and_open(&self) -> impl Iterator<Item = &Payment> {
        self.payments.values().filter(|payment| match &payment.tender {
            Tender::Card { promise: Promise::SentLater { .. }, card, .. } => card.is_open(),
            Tender::Card { promise: Promise::AnsweredNow, .. }
            | Tender::Reader { .. }
            | Tender::Qr { .. }
            | Tender::Cash { .. } => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, FixedOffset, TimeDelta};
    use uuid::Uuid;

    use super::*;
    use crate::domain::card::Brand;
    use crate::domain::cash::Count;
    use crate::domain::fact::{Fact, FinalAnswer};
    use crate::domain::host::HostTrace;
    use crate::domain::ids::{DayId, DrawerId, PaymentId, SaleId, SaleReference};

    fn at(hours: i64) -> DateTime<FixedOffset> {
        DateTime::from_timestamp(1_764_000_000, 0).unwrap().fixed_offset() + TimeDelta::hours(hours)
    }

    fn payment(n: u32) -> PaymentId {
        PaymentId(Uuid::from_u128(u128::from(n)))
    }

    /// Sale n of a cashier, with a card as payment n.
    fn card(ledger: &mut Ledger, n: u32, hours: i64, cashier: &str, promise: Promise) {
        let (sale, amount) = (SaleId(Uuid::from_u128(1_000 + u128::from(n))), Money::new(1_000, Currency::EUR));
        let began = Fact::SaleBegan {
            sale,
            till: 23,
            day: DayId(Uuid::nil()),
            reference: SaleReference::new(23, n).unwrap(),
            amount,
            ticket: None,
            cashier: PersonId(cashier.into()),
            outage: None,
        };
        let sealed = Fact::CardSealed {
            payment: payment(n),
            sale,
            amount,
            brand: Brand::Visa,
            last4: "1111".into(),
            sealed_sha256: String::new(),
            promise,
        };
        for fact in [began, sealed, Fact::SaleDone { sale }] {
            ledger.apply(at(hours), &fact).unwrap();
        }
    }

    #[test]
    fn only_stored_cards_without_an_answer_count_each_for_its_cashier() {
        let mut ledger = Ledger::default();
        let nothing = Exposure { total: Money::new(0, Currency::EUR), count: 0, oldest: None };
        assert_eq!(ledger.exposure(Currency::EUR), nothing);
        ledger
            .apply(at(0), &Fact::DayOpened { day: DayId(Uuid::nil()), date: at(0).date_naive(), is_demo: false })
            .unwrap();
        let drawer = DrawerId(Uuid::nil());
        ledger
            .apply(
                at(0),
                &Fact::DrawerOpened {
                    drawer,
                    float: Count::default(),
                    float_minor: 0,
                    name: None,
                    by: None,
                    foreign: None,
                },
            )
            .unwrap();
        let stored = Promise::SentLater { send_by: at(24) };
        for (n, hours, cashier) in [(1, 1, "ana"), (2, 2, "bo"), (3, 3, "ana")] {
            card(&mut ledger, n, hours, cashier, stored);
        }
        let of = |ledger: &Ledger, cashier: &str| ledger.exposure_of(&PersonId(cashier.into()));
        let exposure = Exposure { total: Money::new(3_000, Currency::EUR), count: 3, oldest: Some(at(1)) };
        assert_eq!(ledger.exposure(Currency::EUR), exposure);
        assert_eq!((of(&ledger, "ana"), of(&ledger, "bo"), of(&ledger, "cy")), (2_000, 1_000, 0));

        let trace = HostTrace { stan: 1, rrn: "1".into(), sold_at: at(1), sent_at: at(5) };
        ledger.apply(at(5), &Fact::CardSending { payment: payment(1), trace }).unwrap();
        assert_eq!(ledger.exposure(Currency::EUR), exposure, "sent is not answered");
        let answer = FinalAnswer::Approved { approval_code: "A1".into() };
        ledger.apply(at(5), &Fact::CardAnswered { payment: payment(1), answer }).unwrap();
        let exposure = Exposure { total: Money::new(2_000, Currency::EUR), count: 2, oldest: Some(at(2)) };
        assert_eq!((ledger.exposure(Currency::EUR), of(&ledger, "ana")), (exposure, 1_000));
    }
}
