//! Facts about stored payments in other hands: at the till that gives them away, and at the one that takes them over.

use chrono::{DateTime, FixedOffset};

use crate::domain::fact::Fact;
use crate::domain::handover::{CardOutcome, HandedCard, HandoverOutcome, TakenOver};
use crate::domain::host::HostTrace;
use crate::domain::ids::{HandoverId, PaymentId, PersonId};
use crate::domain::ledger::{Ledger, Row, stan_after};
use crate::domain::queue::{CardState, ParkReason, Promise};
use crate::domain::sale::{Payment, Tender};

/// How many numbers one handed-over payment uses up: its request's, and those kept for what has to be undone.
const STANS_USED: u32 = 1 + crate::domain::handover::STANS_KEPT;

impl Ledger {
    /// The facts that hand over every stored payment that nobody is asking the host about right now.
    #[must_use]
    pub fn hand_cards_over(
        &self,
        handover: HandoverId,
        till: u8,
        by: Option<&PersonId>,
        now: DateTime<FixedOffset>,
        is_in_flight: impl Fn(PaymentId) -> bool,
    ) -> Vec<Fact> {
        let mut next = self.next_stan();
        let waiting = self.payments.values().filter(|payment| !is_in_flight(payment.id));
        let handed = waiting.filter_map(|payment| {
            let trace = known_identity(payment)?.unwrap_or_else(|| {
                let fresh = HostTrace::new(next, till, payment.began, now);
                next = stan_after(next, STANS_USED);
                fresh
            });
            Some(Fact::CardHandedOver { payment: payment.id, handover, trace, by: by.cloned() })
        });
        handed.collect()
    }

    /// The payments that are in a handover now.
    #[must_use]
    pub fn handed_over(&self, handover: HandoverId) -> Vec<(&Payment, HandedCard)> {
        self.payments.values().filter_map(|payment| Some((payment, self.handed_card(payment, handover)?))).collect()
    }

    fn handed_card(&self, payment: &Payment, wanted: HandoverId) -> Option<HandedCard> {
        let Tender::Card { brand, last4, sealed_sha256, promise: Promise::SentLater { send_by }, card, .. } =
            &payment.tender
        else {
            return None;
        };
        let CardState::HandedOver { handover, trace, undo, .. } = card else { return None };
        let reference = self.sales.get(&payment.sale)?.reference;
        (*handover == wanted).then(|| HandedCard {
            payment: payment.id,
            reference,
            amount: payment.amount,
            brand: *brand,
            last4: last4.clone(),
            sealed_sha256: sealed_sha256.clone(),
            trace: trace.clone(),
            undo: undo.clone(),
            send_by: *send_by,
        })
    }

    /// The handovers that payments are still in, the oldest first.
    #[must_use]
    pub fn handovers(&self) -> Vec<HandoverId> {
        let mut found: Vec<HandoverId> = self.payments.values().filter_map(handover_of).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The facts that take a handover back.
    #[must_use]
    pub fn take_back(&self, handover: HandoverId, by: &PersonId, now: DateTime<FixedOffset>) -> Vec<Fact> {
        let of_it = self.payments.values().filter(|payment| handover_of(payment) == Some(handover));
        of_it.map(|one| Fact::CardTakenBack { payment: one.id, handover, by: by.clone(), next_try: now }).collect()
    }

    /// The facts that the other till's outcomes make: those that this till does not know yet.
    ///
    /// An approval is never passed over, however the payment ended here meanwhile. A loss that was taken is taken back by
    /// `by` first, who brings in that the money came.
    #[must_use]
    pub fn forwarded(&self, handover: HandoverId, outcomes: &[CardOutcome], by: &PersonId) -> Vec<Fact> {
        let facts = |one: &CardOutcome| {
            let payment = one.payment;
            let Some(Tender::Card { card, .. }) = self.payments.get(&payment).map(|known| &known.tender) else {
                return Vec::new();
            };
            let (trace, outcome) = (one.trace.clone(), one.result.clone());
            let forwarded = Fact::CardForwarded { payment, handover, trace, outcome };
            if is_loss_that_came(card, one) {
                vec![Fact::LossUndone { payment, by: by.clone() }, forwarded]
            } else if forwarded_state(card, DateTime::default(), handover, &one.trace, &one.result).is_some() {
                vec![forwarded]
            } else {
                Vec::new()
            }
        };
        outcomes.iter().flat_map(facts).collect()
    }

    pub(super) fn apply_taken(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        match fact {
            Fact::HandoverTaken { handover, till, sha256, cards } => {
                if self.taken.contains_key(handover) {
                    return Err("it was taken over before".to_owned());
                }
                let (handover, till, sha256) = (*handover, *till, sha256.clone());
                self.taken.insert(handover, TakenOver { handover, till, sha256, at, cards: cards.clone() });
                Ok(vec![Row::Taken(handover)])
            }
            Fact::TakenCardMoved { handover, payment, step } => {
                let taken = self.taken.get_mut(handover).ok_or("no such handover")?;
                let mut cards = taken.cards.iter_mut();
                let card = cards.find(|one| one.card.payment == *payment).ok_or("no such payment in the handover")?;
                card.state = card.after(step, at)?;
                Ok(vec![Row::Taken(*handover)])
            }
            other => Err(format!("{} is no fact of a handover", other.kind())),
        }
    }
}

fn handover_of(payment: &Payment) -> Option<HandoverId> {
    match &payment.tender {
        Tender::Card { card: CardState::HandedOver { handover, .. }, .. } => Some(*handover),
        Tender::Card { .. } | Tender::Reader { .. } | Tender::Qr { .. } | Tender::Cash { .. } => None,
    }
}

/// The identity that a payment which can be handed over has already; `None` when it cannot be.
#[allow(clippy::option_option, reason = "it may be handed over, and may have an identity")]
fn known_identity(payment: &Payment) -> Option<Option<HostTrace>> {
    let Tender::Card { promise: Promise::SentLater { .. }, card, .. } = &payment.tender else { return None };
    match card {
        CardState::Stored { shared: known, .. }
        | CardState::Unknown { then: known, .. }
        | CardState::Reversing { then: known, .. } => Some(known.clone()),
        // What the bank would pay a part of is undone by the till that asked; what is under way has its answer first.
        CardState::PartlyApproved { .. }
        | CardState::Sending { .. }
        | CardState::HandedOver { .. }
        | CardState::Approved { .. }
        | CardState::Settled { .. }
        | CardState::Advising { .. }
        | CardState::Voiding { .. }
        | CardState::Voided { .. }
        | CardState::Declined { .. }
        | CardState::Undone { .. }
        | CardState::Parked { .. }
        | CardState::WrittenOff { .. }
        | CardState::Replaced { .. } => None,
    }
}

/// The state table of a card that goes to another till and comes back.
pub(super) fn next_state(card: &CardState, at: DateTime<FixedOffset>, fact: &Fact) -> Result<CardState, String> {
    let unfitting = || format!("a card in state {card:?} does not take {}", fact.kind());
    Ok(match (card, fact) {
        (
            CardState::Stored { shared: Some(known), .. }
            | CardState::Unknown { then: Some(known), .. }
            | CardState::Reversing { then: Some(known), .. },
            Fact::CardHandedOver { trace, .. },
        ) if known != trace => return Err("another till knows it under another identity".to_owned()),
        (CardState::Stored { .. }, Fact::CardHandedOver { handover, trace, .. }) => {
            CardState::HandedOver { handover: *handover, trace: trace.clone(), undo: None, at }
        }
        (
            CardState::Unknown { trace: undo, .. } | CardState::Reversing { trace: undo, .. },
            Fact::CardHandedOver { handover, trace, .. },
        ) => CardState::HandedOver { handover: *handover, trace: trace.clone(), undo: Some(undo.clone()), at },
        (CardState::HandedOver { handover, trace, undo, .. }, Fact::CardTakenBack { handover: its, next_try, .. })
            if handover == its =>
        {
            match undo {
                None => CardState::Stored { attempts: 0, next_try: *next_try, shared: Some(trace.clone()) },
                Some(undo) => {
                    CardState::Unknown { trace: undo.clone(), attempts: 1, since: at, then: Some(trace.clone()) }
                }
            }
        }
        (card, Fact::CardForwarded { handover, trace, outcome, .. }) => {
            forwarded_state(card, at, *handover, trace, outcome).ok_or_else(unfitting)?
        }
        (_, _) => return Err(unfitting()),
    })
}

/// Whether the loss of a card was taken here, and the bank had approved the other till's request.
fn is_loss_that_came(card: &CardState, outcome: &CardOutcome) -> bool {
    let is_approved = matches!(outcome.result, HandoverOutcome::Approved { .. });
    is_approved && matches!(card, CardState::WrittenOff { .. }) && is_known_as(card, &outcome.trace)
}

/// Whether another till may have sent a card that is over here, or that waits for a person or its undoing, under this
/// identity: the one in question, or the one that would come after it.
fn is_known_as(card: &CardState, identity: &HostTrace) -> bool {
    let is_it = |known: &Option<HostTrace>| known.as_ref() == Some(identity);
    match card {
        CardState::Undone { shared, .. } => is_it(shared),
        CardState::Parked { trace, then, .. }
        | CardState::WrittenOff { trace, then, .. }
        | CardState::Replaced { trace, then, .. } => is_it(trace) || is_it(then),
        // The other till had undone the earlier request before it sent this one.
        CardState::Unknown { then, .. } | CardState::Reversing { then, .. } => is_it(then),
        CardState::Stored { .. }
        | CardState::Sending { .. }
        | CardState::PartlyApproved { .. }
        | CardState::HandedOver { .. }
        | CardState::Approved { .. }
        | CardState::Settled { .. }
        | CardState::Advising { .. }
        | CardState::Voiding { .. }
        | CardState::Voided { .. }
        | CardState::Declined { .. } => false,
    }
}

/// What a card becomes by the other till's outcome; `None` where that tells this till nothing new.
fn forwarded_state(
    card: &CardState,
    at: DateTime<FixedOffset>,
    handover: HandoverId,
    trace: &HostTrace,
    outcome: &HandoverOutcome,
) -> Option<CardState> {
    match (card, outcome) {
        (CardState::HandedOver { handover: its, trace: same, .. }, _) if *its == handover && same == trace => {}
        // It was taken back, and the other till had sent it after all: the same request, so the same answer.
        (CardState::Stored { shared: Some(same), .. }, _) if same == trace => {}
        // It went another way here, and the customer is charged all the same: what is too much goes back, by a person.
        (
            CardState::Undone { .. }
            | CardState::Replaced { .. }
            | CardState::Parked { .. }
            | CardState::Unknown { .. }
            | CardState::Reversing { .. },
            HandoverOutcome::Approved { .. },
        ) if is_known_as(card, trace) => {}
        // This till was told of an approval that the other one undid afterwards.
        (CardState::Approved { trace: same, .. }, HandoverOutcome::NotCharged) if same == trace => {
            return Some(CardState::Parked {
                reason: ParkReason::UndoneElsewhere,
                attempts: 0,
                trace: None,
                then: None,
            });
        }
        (
            CardState::HandedOver { .. }
            | CardState::Stored { .. }
            | CardState::Sending { .. }
            | CardState::Unknown { .. }
            | CardState::Reversing { .. }
            | CardState::PartlyApproved { .. }
            | CardState::Approved { .. }
            | CardState::Settled { .. }
            | CardState::Advising { .. }
            | CardState::Voiding { .. }
            | CardState::Voided { .. }
            | CardState::Declined { .. }
            | CardState::Undone { .. }
            | CardState::Parked { .. }
            | CardState::WrittenOff { .. }
            | CardState::Replaced { .. },
            _,
        ) => return None,
    }
    Some(match outcome {
        HandoverOutcome::Approved { approval_code } => {
            CardState::Approved { approval_code: approval_code.clone(), trace: trace.clone(), at, by_voice: false }
        }
        HandoverOutcome::Declined { code, hard } => CardState::Declined { code: code.clone(), hard: *hard, at },
        HandoverOutcome::NotCharged => CardState::Stored { attempts: 0, next_try: at, shared: None },
        HandoverOutcome::Stuck { code } => {
            let reason = ParkReason::ReversalRefused { code: code.clone() };
            // Which of the two it is stuck with is not said: the earlier request is undone first, and nothing is sent
            // but the one that the other till may have sent.
            let (in_question, then) = if let CardState::HandedOver { undo: Some(undo), .. } = card {
                (undo, Some(trace.clone()))
            } else {
                (trace, None)
            };
            CardState::Parked { reason, attempts: 0, trace: Some(in_question.clone()), then }
        }
    })
}
