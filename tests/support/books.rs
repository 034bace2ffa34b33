//! What must be true of every fact the store was told to keep, and of the books of reader, host and bank beside it.
//!
//! It has a fold of its own over the acknowledged facts, and remembers payments that the ledger has long forgotten.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate};
use stopgap::domain::fact::Fact;
use stopgap::domain::ids::{PaymentId, SaleId, SaleReference};
use stopgap::domain::ledger::Ledger;
use stopgap::domain::qr::QrState;
use stopgap::domain::queue::{CardState, ParkReason, Promise};
use stopgap::domain::reader::ReaderOutcome;
use stopgap::domain::sale::{CashState, Payment, ReaderState, Sale, SaleState, Tender};

use super::bank::FakeBank;
use super::host::FakeHost;
use super::reader::FakeReader;

#[derive(Debug, Default)]
pub struct Books {
    /// The fold of what was acknowledged.
    pub ledger: Ledger,
    /// Every payment there ever was, as it was last.
    pub payments: BTreeMap<PaymentId, Payment>,
    /// Every sale there ever was.
    pub sales: BTreeMap<SaleId, Sale>,
    /// Sales for which a manager parked an attempt that nobody knew the outcome of.
    parked: BTreeSet<SaleId>,
    /// Payments whose reversal the host refused: whether they are charged is for people to find out.
    refused: BTreeSet<PaymentId>,
    references: BTreeSet<SaleReference>,
    stans: BTreeSet<(NaiveDate, u32)>,
    /// How often each kind of fact was stored.
    pub kinds: BTreeMap<&'static str, u32>,
    broken: Option<String>,
}

impl Books {
    /// The first rule that was broken.
    pub fn broken(&self) -> Result<(), String> {
        self.broken.clone().map_or(Ok(()), Err)
    }

    /// Takes facts that were acknowledged.
    pub fn take(&mut self, at: DateTime<FixedOffset>, facts: &[Fact]) {
        for fact in facts {
            *self.kinds.entry(fact.kind()).or_default() += 1;
            self.note_numbers(at, fact);
            if let Err(unfitting) = self.ledger.apply(at, fact) {
                self.note(format!("the store took what does not fit: {unfitting}"));
            }
            self.note_steps(fact);
        }
    }

    fn note(&mut self, what: String) {
        self.broken.get_or_insert(what);
    }

    /// References never repeat; neither does a STAN within a day.
    fn note_numbers(&mut self, at: DateTime<FixedOffset>, fact: &Fact) {
        let fresh = match fact {
            Fact::SaleBegan { reference, .. } | Fact::PayeeTestShown { reference, .. } => {
                self.references.insert(*reference)
            }
            Fact::CardSending { trace, .. } => self.stans.insert((at.date_naive(), trace.stan)),
            Fact::CardVoiceApproved { trace, .. } => self.stans.insert((at.date_naive(), trace.stan)),
            Fact::CardReversing { reversal_stan, .. } => self.stans.insert((at.date_naive(), *reversal_stan)),
            _ => true,
        };
        if !fresh {
            self.note(format!("a number was given twice: {fact:?}"));
        }
        match fact {
            Fact::ReaderParked { payment, .. } => {
                if let Some(known) = self.payments.get(payment) {
                    self.parked.insert(known.sale);
                }
            }
            Fact::CardParked { payment, reason: ParkReason::ReversalRefused { .. } } => {
                self.refused.insert(*payment);
            }
            _ => {}
        }
    }

    /// Payments go only along the edges of their diagrams.
    fn note_steps(&mut self, fact: &Fact) {
        let ledger = std::mem::take(&mut self.ledger);
        for payment in ledger.payments.values() {
            let id = &payment.id;
            let before = self.payments.get(id);
            if before == Some(payment) {
                continue;
            }
            let (from, to) = (before.map_or("nothing", step), step(payment));
            // What a person decided about a statement line goes back to where it came from.
            let is_undone = matches!(fact, Fact::DecisionUndone { .. }) && may_follow(to, from);
            // So does a loss: to a transfer that nobody has seen, or a card that waits for a person.
            let is_undone = is_undone || matches!(fact, Fact::LossUndone { .. }) && LOSS_UNDONE.contains(&(from, to));
            if !may_follow(from, to) && !is_undone {
                self.note(format!("payment {id} went from {from} to {to} with {}", fact.kind()));
            }
            self.payments.insert(*id, payment.clone());
        }
        self.sales.extend(ledger.sales.iter().map(|(id, sale)| (*id, sale.clone())));
        self.ledger = ledger;
    }

    /// No sale is charged more than its amount, unless a manager parked an attempt or a reversal is on its way; and no
    /// payment twice. `is_shown` says whether the till shows a sale among the things that are open.
    pub fn charged(
        &self,
        reader: &FakeReader,
        host: &FakeHost,
        bank: &FakeBank,
        is_shown: impl Fn(SaleId) -> bool,
    ) -> Result<(), String> {
        let (on_reader, at_host) = (reader.charges(), host.charges());
        let mut charged: BTreeMap<SaleId, i64> = BTreeMap::new();
        for (payment, amounts) in on_reader.iter().chain(&at_host) {
            let known = self.payments.get(payment).ok_or_else(|| format!("{payment} is charged and unknown here"))?;
            if amounts.len() > 1 {
                return Err(format!("payment {payment} is charged {} times", amounts.len()));
            }
            if amounts[0] != known.amount.minor {
                return Err(format!("payment {payment} is charged {} instead of {}", amounts[0], known.amount.minor));
            }
            *charged.entry(known.sale).or_default() += amounts[0];
        }
        for payment in self.payments.values() {
            if matches!(payment.tender, Tender::Cash { cash: CashState::Taken, .. }) {
                *charged.entry(payment.sale).or_default() += payment.amount.minor;
            }
        }
        for (sale, charged_minor) in charged {
            let kept = &self.sales[&sale];
            let given_back: i64 = kept.given_back.iter().map(|back| back.amount.minor).sum();
            let refunded: i64 = kept.refunds.iter().map(|refund| refund.amount.minor).sum();
            let given_back = given_back + refunded;
            let total = charged_minor + bank.received(&kept.reference.to_string()) - given_back;
            let owed_minor = match kept.state {
                SaleState::Open | SaleState::Done { .. } => kept.amount.minor,
                SaleState::Abandoned { .. } => 0,
            };
            if total <= owed_minor {
                continue;
            }
            let of_sale = || self.payments.values().filter(|payment| payment.sale == sale);
            if of_sale().any(|payment| self.refused.contains(&payment.id) && step(payment) == "written off") {
                continue;
            }
            if !of_sale().any(is_being_undone) && !self.parked.contains(&sale) {
                return Err(format!("sale {} of {owed_minor} is charged {total}", kept.reference));
            }
            if self.ledger.sales.contains_key(&sale) && !is_shown(sale) {
                return Err(format!("sale {} of {owed_minor} is charged {total}, silently", kept.reference));
            }
        }
        Ok(())
    }

    /// With nothing under way any more: the till and the books of reader and host say the same of every payment.
    pub fn agree(&self, reader: &FakeReader, host: &FakeHost) -> Result<(), String> {
        let (on_reader, at_host) = (reader.charges(), host.charges());
        for (id, payment) in &self.payments {
            let (believed, times) = match &payment.tender {
                Tender::Reader { reader, .. } => (takes_on_reader(reader), on_reader.get(id).map_or(0, Vec::len)),
                Tender::Card { card, .. } => (takes_at_host(card), at_host.get(id).map_or(0, Vec::len)),
                Tender::Qr { .. } | Tender::Cash { .. } => continue,
            };
            let agrees = match believed {
                Some(charged) => times == usize::from(charged),
                None => times <= 1,
            };
            let refused_once = self.refused.contains(id) && times <= 1;
            if !agrees && !refused_once {
                return Err(format!("payment {id} is {}, and the books have it {times} times", step(payment)));
            }
        }
        Ok(())
    }

    /// Payments that should have got somewhere by now.
    pub fn stuck(&self) -> Vec<String> {
        let is_stuck = |payment: &&Payment| {
            matches!(
                step(payment),
                "asked"
                    | "unknown on the reader"
                    | "parked on the reader"
                    | "going back on the reader"
                    | "stored"
                    | "sending"
                    | "unknown"
                    | "reversing"
            )
        };
        // A card that the bank refused may wait for the day that a person chose for its next try.
        let waits_for_its_day = |payment: &&Payment| {
            matches!(payment.tender, Tender::Card { card: CardState::Stored { .. }, refusals: Some(_), .. })
        };
        let stuck = self.payments.values().filter(is_stuck).filter(|payment| !waits_for_its_day(payment));
        stuck.map(|payment| format!("{} is {}", payment.id, step(payment))).collect()
    }
}

fn is_being_undone(payment: &Payment) -> bool {
    matches!(
        step(payment),
        "sending" | "unknown" | "reversing" | "partly approved" | "parked with a request" | "going back on the reader"
    )
}

/// Whether the till believes that the reader charged the card; `None` while it does not know.
fn takes_on_reader(state: &ReaderState) -> Option<bool> {
    match state {
        ReaderState::Asked | ReaderState::Unknown { .. } | ReaderState::Parked { .. } => None,
        ReaderState::Answered { outcome, .. } => Some(matches!(outcome, ReaderOutcome::Approved { .. })),
        ReaderState::Reversing { .. } => None,
        ReaderState::Kept { .. } => Some(true),
        ReaderState::Reversed { .. } => Some(false),
        ReaderState::Decided { charged, .. } => Some(*charged),
    }
}

/// Whether the till believes that the host booked the card; `None` while it does not know.
fn takes_at_host(state: &CardState) -> Option<bool> {
    match state {
        CardState::Approved { .. } | CardState::Settled { .. } => Some(true),
        CardState::Voided { .. } => Some(false),
        CardState::Advising { .. } | CardState::Voiding { .. } => None,
        CardState::Stored { .. }
        | CardState::Declined { .. }
        | CardState::Undone { .. }
        | CardState::WrittenOff { .. }
        | CardState::Replaced { .. }
        | CardState::Parked { trace: None, .. } => Some(false),
        CardState::Sending { .. }
        | CardState::Unknown { .. }
        | CardState::Reversing { .. }
        | CardState::PartlyApproved { .. }
        | CardState::HandedOver { .. }
        | CardState::Parked { trace: Some(_), .. } => None,
    }
}

/// The step a payment is at, in words.
pub fn step(payment: &Payment) -> &'static str {
    match &payment.tender {
        Tender::Cash { cash: CashState::Taken, .. } => "cash",
        Tender::Cash { cash: CashState::Returned { .. }, .. } => "cash returned",
        Tender::Qr { qr, .. } => match qr {
            QrState::Shown => "shown",
            QrState::CustomerSaysPaid { .. } => "said to be paid",
            QrState::ConfirmedByShop { .. } => "confirmed",
            QrState::SeenOnStatement { .. } => "on the statement",
            QrState::ShortOrOver { .. } => "short or over",
            QrState::RefundDue { .. } => "refund due",
            QrState::NeverArrived { .. } => "never arrived",
            QrState::Withdrawn => "withdrawn",
        },
        Tender::Reader { reader, .. } => match reader {
            ReaderState::Asked => "asked",
            ReaderState::Unknown { .. } => "unknown on the reader",
            ReaderState::Parked { .. } => "parked on the reader",
            ReaderState::Answered { .. } => "answered",
            ReaderState::Reversing { .. } => "going back on the reader",
            ReaderState::Kept { .. } => "kept on the reader",
            ReaderState::Reversed { .. } => "taken back on the reader",
            ReaderState::Decided { .. } => "decided",
        },
        Tender::Card { card, promise, .. } => match (card, promise) {
            (CardState::Stored { .. }, _) => "stored",
            (CardState::Sending { .. }, _) => "sending",
            (CardState::Unknown { .. }, _) => "unknown",
            (CardState::Reversing { .. }, _) => "reversing",
            (CardState::PartlyApproved { .. }, _) => "partly approved",
            (CardState::Approved { .. }, _) => "approved",
            (CardState::Settled { .. }, _) => "settled",
            (CardState::Advising { .. }, _) => "advising",
            (CardState::Voiding { .. }, _) => "voiding",
            (CardState::Voided { .. }, _) => "taken back",
            (CardState::Declined { hard: false, .. }, Promise::SentLater { .. }) => "declined for now",
            (CardState::Declined { .. }, _) => "declined",
            (CardState::Undone { .. }, _) => "undone",
            (CardState::Parked { trace: None, .. }, _) => "parked",
            (CardState::Parked { trace: Some(_), .. }, _) => "parked with a request",
            (CardState::WrittenOff { .. }, _) => "written off",
            (CardState::Replaced { .. }, _) => "replaced",
            (CardState::HandedOver { .. }, _) => "handed over",
        },
    }
}

/// What a loss that is taken back leads to.
const LOSS_UNDONE: [(&str, &str); 3] =
    [("never arrived", "said to be paid"), ("written off", "parked"), ("written off", "parked with a request")];

/// The edges of the diagrams in `domain::queue`, `domain::qr` and `domain::sale`. What has no line here is final.
fn may_follow(from: &str, to: &str) -> bool {
    let next: &[&str] = match from {
        "nothing" => &["asked", "shown", "stored", "cash"],
        "cash" => &["cash returned"],
        "asked" => &["unknown on the reader", "answered"],
        "unknown on the reader" => &["parked on the reader", "answered", "decided"],
        "parked on the reader" => &["answered", "decided"],
        // Once more when the reader itself approves what it had said was not charged.
        "answered" => &["answered", "going back on the reader"],
        "going back on the reader" => &["taken back on the reader", "kept on the reader", "decided"],
        "shown" => &["said to be paid", "confirmed", "on the statement", "short or over", "never arrived", "withdrawn"],
        "said to be paid" => &["confirmed", "on the statement", "short or over", "never arrived", "withdrawn"],
        "confirmed" => &["on the statement", "short or over", "never arrived"],
        // The money came after all.
        "never arrived" => &["on the statement", "short or over"],
        "withdrawn" => &["refund due", "on the statement", "short or over"],
        "stored" => &[
            "sending",
            "undone",
            "parked",
            "parked with a request",
            "handed over",
            "approved",
            "declined",
            "declined for now",
        ],
        "handed over" => &["stored", "unknown", "approved", "declined", "declined for now", "parked with a request"],
        // Another till that had it too undid it.
        "approved" => &["parked", "voiding", "settled"],
        "advising" => &["advising", "approved", "parked"],
        "voiding" => &["voiding", "taken back", "approved"],
        "written off" => &["replaced"],
        "sending" => &[
            "stored",
            "approved",
            "declined",
            "declined for now",
            "unknown",
            "partly approved",
            "parked with a request",
        ],
        "unknown" => &["reversing", "handed over", "approved"],
        // Refused, where the bank would have paid a part only.
        "reversing" => &["reversing", "stored", "parked with a request", "handed over", "approved"],
        "partly approved" => &["partly approved", "declined", "declined for now", "parked with a request"],
        "parked" => &["stored", "written off", "replaced"],
        // Approved at another till that had it too.
        "parked with a request" => &["unknown", "written off", "settled", "approved"],
        "undone" => &["approved"],
        "declined for now" => &["stored", "written off", "declined", "replaced", "advising"],
        "declined" => &["written off", "replaced"],
        "replaced" => &["parked", "parked with a request", "approved"],
        _ => &[],
    };
    next.contains(&to)
}
