//! A card reader in memory, with a book of its own.

use std::cell::Cell;
use std::collections::BTreeMap;

use stopgap::domain::ids::PaymentId;
use stopgap::domain::outage::ReaderCause;
use stopgap::domain::reader::{
    CardSeen, DeclineReason, ReaderFault, ReaderOutcome, ReaderPayment, ReaderReport, ReaderReversal, ServiceId,
};

/// What the reader does with the next payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReaderMood {
    Well,
    Declines,
    BadCard,
    /// Its way to the host is gone; it says so before anything is charged.
    HostAway,
    /// Nothing answers at its address.
    Unplugged,
    /// It says nothing any more; what it was asked meanwhile it may have done all the same.
    Frozen {
        books: bool,
    },
    /// It goes dark in the middle of the next payment, before or after the card was charged.
    DiesMidPayment {
        booked: bool,
    },
    Broken,
    /// It is doing something else: what became of a payment has to be asked later.
    InUse,
}

#[derive(Clone, Debug)]
struct Charge {
    payment: PaymentId,
    amount_minor: i64,
    outcome: ReaderOutcome,
    is_reversed: bool,
}

#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each defect comes by itself")]
pub struct FakeReader {
    pub mood: ReaderMood,
    /// A reader with a defect: it takes a repeated request for a new one, and its status knows nothing.
    pub is_forgetful: bool,
    /// How many reversals are done without an answer coming back.
    pub loses_reversals: u32,
    /// It refuses every reversal.
    pub refuses_reversals: bool,
    /// Asked for a payment that it does not know, it tells of the last one that it took: another customer's.
    pub mixes_up: bool,
    /// It has answered so once: whose charge a transaction is only a person can tell then.
    pub has_mixed_up: Cell<bool>,
    /// How often it was asked to take a charge back, by service id.
    pub reversals: BTreeMap<ServiceId, u32>,
    /// What it says of the cards that are put in or held to it.
    pub card: CardSeen,
    /// Whether it says how many payments it holds.
    pub tells_held: bool,
    /// How many of its payments came before another device took its place, which counts from the beginning.
    pub counts_from: usize,
    book: Vec<(ServiceId, Charge)>,
}

impl FakeReader {
    pub fn new() -> Self {
        Self {
            mood: ReaderMood::Well,
            is_forgetful: false,
            loses_reversals: 0,
            refuses_reversals: false,
            mixes_up: false,
            has_mixed_up: Cell::new(false),
            reversals: BTreeMap::new(),
            card: CardSeen::NOTHING,
            tells_held: true,
            counts_from: 0,
            book: Vec::new(),
        }
    }

    /// What was charged for each payment, once for every time it was charged.
    pub fn charges(&self) -> BTreeMap<PaymentId, Vec<i64>> {
        let mut charges: BTreeMap<PaymentId, Vec<i64>> = BTreeMap::new();
        for (_, charge) in &self.book {
            if matches!(charge.outcome, ReaderOutcome::Approved { .. }) && !charge.is_reversed {
                charges.entry(charge.payment).or_default().push(charge.amount_minor);
            }
        }
        charges
    }

    pub fn is_frozen(&self) -> bool {
        matches!(self.mood, ReaderMood::Frozen { .. })
    }

    /// Another device stands there: it counts its transactions from the beginning.
    pub fn is_exchanged(&mut self) {
        self.counts_from = self.book.len();
    }

    pub fn probe(&self) -> ReaderReport {
        let stored_in_reader = self.tells_held.then_some(0);
        match self.mood {
            ReaderMood::Well | ReaderMood::Declines | ReaderMood::BadCard | ReaderMood::DiesMidPayment { .. } => {
                ReaderReport::Healthy { host_reachable: Some(true), stored_in_reader }
            }
            ReaderMood::HostAway => ReaderReport::Healthy { host_reachable: Some(false), stored_in_reader },
            ReaderMood::Unplugged => ReaderReport::Faulty { cause: ReaderCause::NotConnected, hard: true },
            ReaderMood::Frozen { .. } => ReaderReport::Faulty { cause: ReaderCause::NoAnswer, hard: false },
            ReaderMood::Broken => ReaderReport::Faulty { cause: ReaderCause::OutOfOrder, hard: true },
            ReaderMood::InUse => ReaderReport::Busy,
        }
    }

    pub fn pay(&mut self, request: &ReaderPayment) -> ReaderOutcome {
        if let Some(known) = self.find(request).filter(|_| !self.is_forgetful) {
            return known;
        }
        match self.mood {
            ReaderMood::Well => self.approve(request),
            ReaderMood::Declines => {
                self.keep(request, ReaderOutcome::Declined { reason: DeclineReason::Bank, card: CardSeen::NOTHING })
            }
            ReaderMood::BadCard => {
                self.keep(request, ReaderOutcome::Declined { reason: DeclineReason::Unreadable, card: self.card })
            }
            ReaderMood::HostAway => ReaderOutcome::NotCharged { fault: ReaderFault::HostUnreachable },
            ReaderMood::Unplugged => ReaderOutcome::NotCharged { fault: ReaderFault::Unreachable },
            ReaderMood::Broken => ReaderOutcome::NotCharged { fault: ReaderFault::Broken },
            ReaderMood::InUse => ReaderOutcome::NotCharged { fault: ReaderFault::Busy },
            ReaderMood::Frozen { books } => {
                if books {
                    self.approve(request);
                }
                ReaderOutcome::Unknown { fault: ReaderFault::TimedOut }
            }
            ReaderMood::DiesMidPayment { booked } => {
                if booked {
                    self.approve(request);
                }
                self.mood = ReaderMood::Unplugged;
                ReaderOutcome::Unknown { fault: ReaderFault::ConnectionLost }
            }
        }
    }

    pub fn status(&self, request: &ReaderPayment) -> ReaderOutcome {
        match self.mood {
            ReaderMood::Unplugged => ReaderOutcome::Unknown { fault: ReaderFault::Unreachable },
            ReaderMood::Frozen { .. } => ReaderOutcome::Unknown { fault: ReaderFault::TimedOut },
            ReaderMood::InUse => ReaderOutcome::Unknown { fault: ReaderFault::Busy },
            ReaderMood::Well
            | ReaderMood::Declines
            | ReaderMood::BadCard
            | ReaderMood::HostAway
            | ReaderMood::DiesMidPayment { .. }
            | ReaderMood::Broken => {
                let not_found = ReaderOutcome::NotCharged { fault: ReaderFault::ConnectionLost };
                let anothers = self.book.last().map(|(_, charge)| charge.outcome.clone()).filter(|_| self.mixes_up);
                let known = self.find(request).filter(|_| !self.is_forgetful);
                self.has_mixed_up.set(self.has_mixed_up.get() || (known.is_none() && anothers.is_some()));
                known.or(anothers).unwrap_or(not_found)
            }
        }
    }

    /// Takes a charge back; the same one twice changes nothing.
    pub fn reverse(&mut self, request: &ReaderPayment) -> ReaderReversal {
        *self.reversals.entry(request.service_id.clone()).or_default() += 1;
        match self.mood {
            ReaderMood::Unplugged => ReaderReversal::Unknown { fault: ReaderFault::Unreachable },
            ReaderMood::Frozen { .. } => ReaderReversal::Unknown { fault: ReaderFault::TimedOut },
            ReaderMood::InUse => ReaderReversal::Unknown { fault: ReaderFault::Busy },
            ReaderMood::Broken | ReaderMood::HostAway => ReaderReversal::Refused,
            ReaderMood::Well | ReaderMood::Declines | ReaderMood::BadCard | ReaderMood::DiesMidPayment { .. } => {
                let kept = self.book.iter_mut().find(|(service_id, _)| *service_id == request.service_id);
                let Some((_, charge)) = kept.filter(|_| !self.is_forgetful) else { return ReaderReversal::Refused };
                if self.refuses_reversals {
                    return ReaderReversal::Refused;
                }
                charge.is_reversed = true;
                if self.loses_reversals > 0 {
                    self.loses_reversals -= 1;
                    return ReaderReversal::Unknown { fault: ReaderFault::TimedOut };
                }
                ReaderReversal::Reversed
            }
        }
    }

    fn approve(&mut self, request: &ReaderPayment) -> ReaderOutcome {
        let transaction = format!("T-{}", self.book.len() + 1 - self.counts_from);
        self.keep(request, approved(transaction, self.card))
    }

    fn find(&self, request: &ReaderPayment) -> Option<ReaderOutcome> {
        let kept = self.book.iter().find(|(service_id, _)| *service_id == request.service_id);
        kept.map(|(_, charge)| charge.outcome.clone())
    }

    fn keep(&mut self, request: &ReaderPayment, outcome: ReaderOutcome) -> ReaderOutcome {
        let (payment, amount_minor) = (request.payment, request.amount.minor);
        self.book.push((
            request.service_id.clone(),
            Charge { payment, amount_minor, outcome: outcome.clone(), is_reversed: false },
        ));
        outcome
    }
}

fn approved(transaction: String, card: CardSeen) -> ReaderOutcome {
    ReaderOutcome::Approved {
        approval_code: "A1B2C3".to_owned(),
        brand: card.brand,
        last4: Some("0119".to_owned()),
        transaction,
        entry: card.entry,
    }
}
