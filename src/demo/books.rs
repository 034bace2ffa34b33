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
                        | ReaderState::Answered { outcome: ReaderOutcome::Approved { .. }, .. }
                );
                count(payment.id, ours, charged.count(), "the reader")
            }
            Tender::Qr { qr } => {
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
    let ours = matches!(card, CardState::Approved { .. });
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
