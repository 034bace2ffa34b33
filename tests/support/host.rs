//! The acquirer's host in memory. Its book is keyed by the identity of the request: the same request gets the same answer.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use stopgap::app::effect::{HostAdvice, HostAsk};
use stopgap::domain::batch::{BatchAnswer, BatchAsk, ClosingStep};
use stopgap::domain::host::{
    AdviceAnswer, HostAnswer, HostEcho, HostFault, HostTrace, ReversalAnswer, ReversalRequest,
};
use stopgap::domain::ids::PaymentId;
use stopgap::domain::money::Money;

use crate::support::wire::Wire;

/// What the host does with the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostMood {
    Well,
    /// DE 39 = 51.
    DeclinesSoft,
    /// DE 39 = 41.
    DeclinesHard,
    /// DE 39 = 10: it would pay half.
    ApprovesInPart,
    /// DE 39 = 01: the bank wants to be called.
    WantsCall,
    /// DE 39 = 91.
    NotNow,
    /// DE 39 = 30.
    Misunderstands,
    /// Its program does not run.
    Refused,
    /// The answer to the next request or reversal is lost, after it was booked or before it came; then it is well again.
    LosesAnswer {
        booked: bool,
    },
    /// It refuses to undo anything, and to take anything back (DE 39 = 12).
    RefusesReversals,
    /// It books, and nothing that it says but its echo arrives, until the mood is another one.
    Mute,
}

/// DE 11 and DE 37.
type Identity = (u32, String);

#[derive(Clone, Debug)]
struct Booking {
    payment: PaymentId,
    amount_minor: i64,
    answer: HostAnswer,
    is_undone: bool,
}

#[derive(Debug)]
pub struct FakeHost {
    pub mood: HostMood,
    /// What it does with the next requests, one after the other, before its mood counts.
    pub next_moods: VecDeque<HostMood>,
    /// A host with a defect: it books every request twice.
    pub books_twice: bool,
    /// The code with which it refuses to close batches.
    pub refuses_batches: Option<String>,
    /// Payments whose batch it has closed.
    pub settled: BTreeSet<PaymentId>,
    /// The codes by voice that it was told of, and whether each message said that it was a repeat.
    pub advices: Vec<(String, bool)>,
    /// The host books this payment, and answers nothing about it.
    pub silent_about: Option<PaymentId>,
    /// Messages that get lost, late, doubled and out of order on their way, where a test wants that.
    pub wire: Option<Wire>,
    book: BTreeMap<Identity, Vec<Booking>>,
    /// Undone before the request was ever seen: should it come after all, it is refused.
    undone_unseen: BTreeSet<Identity>,
}

impl FakeHost {
    pub fn new() -> Self {
        Self {
            mood: HostMood::Well,
            next_moods: VecDeque::new(),
            books_twice: false,
            refuses_batches: None,
            settled: BTreeSet::new(),
            advices: Vec::new(),
            silent_about: None,
            wire: None,
            book: BTreeMap::new(),
            undone_unseen: BTreeSet::new(),
        }
    }

    /// What stands in the book for each payment and is not undone, once for every booking.
    pub fn charges(&self) -> BTreeMap<PaymentId, Vec<i64>> {
        let mut charges: BTreeMap<PaymentId, Vec<i64>> = BTreeMap::new();
        for booking in self.book.values().flatten() {
            if matches!(booking.answer, HostAnswer::Approved { .. } | HostAnswer::ApprovedInPart { .. })
                && !booking.is_undone
            {
                charges.entry(booking.payment).or_default().push(booking.amount_minor);
            }
        }
        charges
    }

    pub fn echo(&self) -> HostEcho {
        match self.mood {
            HostMood::Refused => HostEcho::Failed { fault: HostFault::Refused },
            HostMood::Well
            | HostMood::DeclinesSoft
            | HostMood::DeclinesHard
            | HostMood::ApprovesInPart
            | HostMood::WantsCall
            | HostMood::NotNow
            | HostMood::Misunderstands
            | HostMood::LosesAnswer { .. }
            | HostMood::Mute
            | HostMood::RefusesReversals => HostEcho::Alive,
        }
    }

    pub fn authorise(&mut self, ask: &HostAsk) -> HostAnswer {
        let answer = self.decide(ask);
        match &mut self.wire {
            Some(wire) => wire.carry(ask, answer),
            None => answer,
        }
    }

    fn decide(&mut self, ask: &HostAsk) -> HostAnswer {
        let lost = HostAnswer::Unknown { fault: HostFault::TimedOut };
        if self.silent_about == Some(ask.payment) {
            self.book(ask, approved());
            return lost;
        }
        self.mood = self.next_moods.pop_front().unwrap_or(self.mood);
        match self.mood {
            HostMood::Refused => HostAnswer::NotSent { fault: HostFault::Refused },
            HostMood::NotNow => HostAnswer::NotNow { code: "91".to_owned() },
            HostMood::Misunderstands => HostAnswer::Misunderstood { code: "30".to_owned() },
            HostMood::DeclinesSoft => self.book(ask, HostAnswer::DeclinedSoft { code: "51".to_owned() }),
            HostMood::WantsCall => self.book(ask, HostAnswer::DeclinedSoft { code: "01".to_owned() }),
            HostMood::ApprovesInPart => {
                let part = Money::new(ask.amount.minor / 2, ask.amount.currency);
                self.book(ask, HostAnswer::ApprovedInPart { part })
            }
            HostMood::DeclinesHard => self.book(ask, HostAnswer::DeclinedHard { code: "41".to_owned() }),
            HostMood::LosesAnswer { booked } => {
                self.mood = HostMood::Well;
                if booked {
                    self.book(ask, approved());
                }
                lost
            }
            HostMood::Mute => {
                self.book(ask, approved());
                lost
            }
            HostMood::Well | HostMood::RefusesReversals => self.book(ask, approved()),
        }
    }

    pub fn reverse(&mut self, undo: &ReversalRequest) -> ReversalAnswer {
        if self.silent_about == Some(undo.payment) {
            return ReversalAnswer::NoAnswer { fault: HostFault::TimedOut };
        }
        match self.mood {
            HostMood::Refused => ReversalAnswer::NoAnswer { fault: HostFault::Refused },
            HostMood::Mute => ReversalAnswer::NoAnswer { fault: HostFault::TimedOut },
            HostMood::RefusesReversals => ReversalAnswer::Refused { code: "12".to_owned() },
            HostMood::LosesAnswer { booked } => {
                self.mood = HostMood::Well;
                if booked {
                    self.undo(undo);
                }
                ReversalAnswer::NoAnswer { fault: HostFault::TimedOut }
            }
            HostMood::Well
            | HostMood::DeclinesSoft
            | HostMood::DeclinesHard
            | HostMood::ApprovesInPart
            | HostMood::WantsCall
            | HostMood::NotNow
            | HostMood::Misunderstands => {
                self.undo(undo);
                ReversalAnswer::Reversed
            }
        }
    }

    /// Takes an approval back: what it does not have, it refuses.
    pub fn void(&mut self, undo: &ReversalRequest) -> ReversalAnswer {
        if !self.book.contains_key(&identity(&undo.original)) {
            return ReversalAnswer::Refused { code: "25".to_owned() };
        }
        self.reverse(undo)
    }

    /// Is told of an approval by voice, and books it once.
    pub fn advise(&mut self, advice: &HostAdvice) -> AdviceAnswer {
        let HostAdvice { payment, trace, amount, code, .. } = advice.clone();
        let approved = HostAnswer::Approved { approval_code: code.to_string() };
        let ask = HostAsk { payment, trace, amount, deferred: false };
        self.advices.push((code.to_string(), advice.repeat));
        match self.mood {
            HostMood::Refused => AdviceAnswer::NotYet { fault: HostFault::Refused },
            HostMood::LosesAnswer { booked } => {
                self.mood = HostMood::Well;
                if booked {
                    self.book(&ask, approved);
                }
                AdviceAnswer::NotYet { fault: HostFault::TimedOut }
            }
            HostMood::NotNow => AdviceAnswer::NotYet { fault: HostFault::Unwilling },
            HostMood::Mute => AdviceAnswer::NotYet { fault: HostFault::TimedOut },
            HostMood::Misunderstands => AdviceAnswer::Refused { code: "30".to_owned() },
            HostMood::Well
            | HostMood::DeclinesSoft
            | HostMood::DeclinesHard
            | HostMood::ApprovesInPart
            | HostMood::WantsCall
            | HostMood::RefusesReversals => {
                self.book(&ask, approved);
                AdviceAnswer::Delivered
            }
        }
    }

    /// Compares the totals of a batch with what it has booked and not settled.
    pub fn close_batch(&mut self, ask: &BatchAsk) -> BatchAnswer {
        if let Some(code) = &self.refuses_batches {
            return BatchAnswer::Refused { code: code.clone() };
        }
        let claimed: i64 = ask.cards.iter().map(|card| card.amount.minor).sum();
        let booked: i64 =
            self.charges().into_iter().filter(|(id, _)| !self.settled.contains(id)).flat_map(|(_, of)| of).sum();
        match ask.step {
            ClosingStep::Compare if claimed != booked => BatchAnswer::OutOfBalance,
            ClosingStep::Upload { .. } => BatchAnswer::Taken,
            ClosingStep::Compare | ClosingStep::Close => {
                self.settled.extend(ask.cards.iter().map(|card| card.payment));
                BatchAnswer::InBalance
            }
        }
    }

    fn book(&mut self, ask: &HostAsk, answer: HostAnswer) -> HostAnswer {
        let key = identity(&ask.trace);
        if self.undone_unseen.contains(&key) {
            return HostAnswer::DeclinedHard { code: "94".to_owned() };
        }
        if let Some(known) = self.book.get(&key).and_then(|bookings| bookings.first()) {
            return known.answer.clone();
        }
        let (payment, amount_minor) = (ask.payment, ask.amount.minor);
        let booking = Booking { payment, amount_minor, answer: answer.clone(), is_undone: false };
        let times = if self.books_twice { 2 } else { 1 };
        self.book.insert(key, vec![booking; times]);
        answer
    }

    fn undo(&mut self, undo: &ReversalRequest) {
        let key = identity(&undo.original);
        match self.book.get_mut(&key) {
            Some(bookings) => bookings.iter_mut().for_each(|booking| booking.is_undone = true),
            None => {
                self.undone_unseen.insert(key);
            }
        }
    }
}

fn identity(trace: &HostTrace) -> Identity {
    (trace.stan, trace.rrn.clone())
}

fn approved() -> HostAnswer {
    HostAnswer::Approved { approval_code: "H7K2Q9".to_owned() }
}
