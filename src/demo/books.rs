//! The ledger against the simulators' own books: was anything lost, was anything charged twice?

use std::collections::BTreeMap;

use crate::domain::ids::{PaymentId, SaleReference};
use crate::domain::qr::QrState;
use crate::domain::queue::CardState;
use crate::domain::reader::ReaderOutcome;
use crate::domain::sale::{Payment, ReaderState, Sale, Standing, Tender};
use crate::simulator::bank::BankBooking;
use crate::simulator::host::HostBooking;
use crate::simulator::reader::ReaderBooking;

/// What is in the books of the others.
#[derive(Clone, Debug, Default)]
pub struct Books {
    /// The acquirer's host.
    pub host: Vec<HostBooking>,
    /// The reader.
    pub reader: Vec<ReaderBooking>,
    /// The bank.
    pub bank: Vec<BankBooking>,
}

/// One way in which the books disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disagreement {
    /// Money moved that the ledger does not know, or the ledger counts money that never moved.
    Lost(String),
    /// A customer paid more than once for one sale.
    Duplicated(String),
}

/// Compares every payment with what the other side booked for it.
#[must_use]
pub fn compare(sales: &[Sale], payments: &[Payment], books: &Books) -> Vec<Disagreement> {
    let mut found = Vec::new();
    for payment in payments {
        let Some(sale) = sales.iter().find(|sale| sale.id == payment.sale) else {
            found.push(Disagreement::Lost(format!("payment {} has no sale", payment.id)));
            continue;
        };
        found.extend(match &payment.tender {
            Tender::Card { card, .. } => card_disagreement(payment, card, books),
            Tender::Reader { service_id, reader } => {
                let charged = books.reader.iter().filter(|one| one.service_id == *service_id && one.approved);
                let ours = matches!(
                    reader,
                    ReaderState::Decided { charged: true, .. }
                        | ReaderState::Kept { .. }
                        | ReaderState::Answered { outcome: ReaderOutcome::Approved { .. }, .. }
                );
                count(payment.id, ours, charged.count(), "the reader")
            }
            Tender::Qr { qr, .. } => {
                let reference = sale.reference.to_string();
                let credits = books
                    .bank
                    .iter()
                    .filter(|one| one.intended_reference == reference && one.amount_minor == payment.amount.minor);
                let ours = matches!(qr, QrState::SeenOnStatement { .. } | QrState::ConfirmedByShop { .. });
                count(payment.id, ours, credits.count(), "the bank")
            }
            Tender::Cash { .. } => None,
        });
    }
    found.extend(unknown_bookings(sales, payments, books));
    found.extend(sales.iter().filter_map(|sale| paid_twice(sale, payments, books)));
    found
}

fn card_disagreement(payment: &Payment, card: &CardState, books: &Books) -> Option<Disagreement> {
    let id = payment.id.to_string();
    let charged = books.host.iter().filter(|one| one.payment == id && one.is_charged());
    let ours = matches!(card, CardState::Approved { .. } | CardState::Settled { .. } | CardState::Voiding { .. });
    count(payment.id, ours, charged.count(), "the host")
}

fn count(payment: PaymentId, ours: bool, theirs: usize, who: &str) -> Option<Disagreement> {
    match (ours, theirs) {
        (true, 1) | (false, 0) => None,
        (true, 0) => Some(Disagreement::Lost(format!("payment {payment} is taken, but {who} does not have it"))),
        (false, 1) => Some(Disagreement::Lost(format!("{who} charged payment {payment}, which is not taken"))),
        (_, times) => Some(Disagreement::Duplicated(format!("{who} charged payment {payment} {times} times"))),
    }
}

/// Bookings of the others that belong to no payment of ours.
fn unknown_bookings(sales: &[Sale], payments: &[Payment], books: &Books) -> Vec<Disagreement> {
    let host = books
        .host
        .iter()
        .filter(|one| one.is_charged())
        .filter(|one| !payments.iter().any(|payment| payment.id.to_string() == one.payment));
    let reader = books.reader.iter().filter(|one| one.approved).filter(|one| {
        !payments.iter().any(
            |payment| matches!(&payment.tender, Tender::Reader { service_id, .. } if *service_id == one.service_id),
        )
    });
    let ours = |reference: &str| {
        let parsed: Option<SaleReference> = reference.parse().ok();
        sales.iter().any(|sale| Some(sale.reference) == parsed)
    };
    // A stray credit that was never meant for a sale is no loss of ours; it is for the manager to explain.
    let bank = books.bank.iter().filter(|one| !one.intended_reference.is_empty() && !ours(&one.intended_reference));
    host.map(|one| Disagreement::Lost(format!("the host charged {}, which nobody sold", one.rrn)))
        .chain(reader.map(|one| Disagreement::Lost(format!("the reader charged {}, which nobody sold", one.reference))))
        .chain(
            bank.map(|one| Disagreement::Lost(format!("the bank has {}, which nobody sold", one.intended_reference))),
        )
        .collect()
}

/// What all the others together charged for one sale, and what was taken in cash, against what it cost.
fn paid_twice(sale: &Sale, payments: &[Payment], books: &Books) -> Option<Disagreement> {
    let reference = sale.reference.to_string();
    let own: BTreeMap<String, &Payment> = payments
        .iter()
        .filter(|payment| payment.sale == sale.id)
        .map(|payment| (payment.id.to_string(), payment))
        .collect();
    let host = books.host.iter().filter(|one| one.is_charged() && own.contains_key(&one.payment));
    let reader = books.reader.iter().filter(|one| one.approved && one.reference == reference);
    let bank = books.bank.iter().filter(|one| one.intended_reference == reference);
    let cash = own
        .values()
        .filter(|payment| matches!(payment.tender, Tender::Cash { .. }) && payment.standing() == Standing::Takes);
    let charged: i64 = host
        .map(|one| one.amount_minor)
        .chain(reader.map(|one| one.amount_minor))
        .chain(bank.map(|one| one.amount_minor))
        .chain(cash.map(|payment| payment.amount.minor))
        .sum();
    (charged > sale.amount.minor).then(|| {
        Disagreement::Duplicated(format!("sale {reference} cost {} and {charged} was charged", sale.amount.minor))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::card::Brand;
    use crate::domain::host::HostTrace;
    use crate::domain::ids::{DayId, PersonId, SaleId};
    use crate::domain::money::{Currency, Money};
    use crate::domain::queue::Promise;
    use crate::domain::sale::SaleState;
    use chrono::{DateTime, FixedOffset};
    use uuid::Uuid;

    fn at() -> DateTime<FixedOffset> {
        DateTime::from_timestamp(1_791_000_000, 0).unwrap().fixed_offset()
    }

    fn sale() -> Sale {
        Sale {
            id: SaleId(Uuid::from_u128(1)),
            till: 23,
            day: DayId(Uuid::from_u128(2)),
            reference: SaleReference::new(23, 1).unwrap(),
            amount: Money::new(1_000, Currency::EUR),
            ticket: None,
            cashier: PersonId("cashier-3".to_owned()),
            began: at(),
            outage: None,
            state: SaleState::Done { at: at() },
            given_back: Vec::new(),
            refunds: Vec::new(),
            receipts: Vec::new(),
        }
    }

    fn payment(number: u128, tender: Tender) -> Payment {
        let sale = sale();
        let id = PaymentId(Uuid::from_u128(number));
        Payment { id, sale: sale.id, till: 23, day: sale.day, amount: sale.amount, began: at(), tender }
    }

    fn card(approved: bool) -> Payment {
        let trace = HostTrace { stan: 1, rrn: "1".to_owned(), sold_at: at(), sent_at: at() };
        let card = if approved {
            CardState::Approved { approval_code: "700001".to_owned(), trace, at: at(), by_voice: false }
        } else {
            CardState::Undone { at: at(), shared: None }
        };
        payment(
            3,
            Tender::Card {
                brand: Brand::Visa,
                last4: "1111".to_owned(),
                sealed_sha256: String::new(),
                promise: Promise::AnsweredNow,
                card,
                refusals: None,
                contact: None,
            },
        )
    }

    fn host_booking(stan: u32, reversed: bool) -> HostBooking {
        HostBooking {
            terminal: "DEMO0023".to_owned(),
            stan,
            rrn: stan.to_string(),
            amount_minor: 1_000,
            currency: "EUR".to_owned(),
            code: "00".to_owned(),
            approval_code: Some("700001".to_owned()),
            reversed,
            last4: "1111".to_owned(),
            payment: PaymentId(Uuid::from_u128(3)).to_string(),
            batch: None,
        }
    }

    fn bank_booking(intended: &str) -> BankBooking {
        BankBooking {
            number: 1,
            intended_reference: intended.to_owned(),
            amount_minor: 1_000,
            counterparty: "Customer".to_owned(),
            text: intended.to_owned(),
            at: at(),
        }
    }

    fn found(payments: &[Payment], books: &Books) -> (usize, usize) {
        let found = compare(&[sale()], payments, books);
        let lost = found.iter().filter(|one| matches!(one, Disagreement::Lost(_))).count();
        (lost, found.len() - lost)
    }

    #[test]
    fn books_that_agree_raise_nothing() {
        let host = vec![host_booking(1, true), host_booking(2, false)];
        assert_eq!(found(&[card(true)], &Books { host, ..Books::default() }), (0, 0));
        let undone = vec![host_booking(1, true)];
        assert_eq!(found(&[card(false)], &Books { host: undone, ..Books::default() }), (0, 0));
    }

    #[test]
    fn a_card_charged_twice_is_noticed() {
        let host = vec![host_booking(1, false), host_booking(2, false)];
        let (lost, duplicated) = found(&[card(true)], &Books { host, ..Books::default() });
        assert_eq!((lost, duplicated > 0), (0, true));
    }

    #[test]
    fn a_sale_paid_in_two_ways_is_noticed() {
        let reference = sale().reference.to_string();
        let confirmed = Tender::Qr { code: None, qr: QrState::ConfirmedByShop { at: at() } };
        let books =
            Books { host: vec![host_booking(1, false)], bank: vec![bank_booking(&reference)], ..Books::default() };
        let (_, duplicated) = found(&[card(true), payment(4, confirmed)], &books);
        assert_eq!(duplicated, 1);
    }

    #[test]
    fn money_that_only_one_side_knows_is_noticed() {
        assert_eq!(found(&[card(true)], &Books::default()), (1, 0));
        let charged = Books { host: vec![host_booking(1, false)], ..Books::default() };
        assert_eq!(found(&[card(false)], &charged), (1, 0));
        let stranger = Books { bank: vec![bank_booking("9900000015")], ..Books::default() };
        assert_eq!(found(&[], &stranger), (1, 0));
    }
}
