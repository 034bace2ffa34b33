//! Facts about typed cards; the diagram of their states is in [`crate::domain::queue`].

mod approval;

use chrono::{DateTime, FixedOffset};

use crate::domain::contact::KeptContact;
use crate::domain::fact::{Fact, FinalAnswer};
use crate::domain::handover::STANS_KEPT;
use crate::domain::host::HostTrace;
use crate::domain::ids::PaymentId;
use crate::domain::ledger::{Ledger, Row, handover, stan_after};
use crate::domain::money::Money;
use crate::domain::qr::QrState;
use crate::domain::queue::{CardState, ParkReason, Promise, Refusals};
use crate::domain::sale::{Payment, Sale, Tender};

/// DE 39 of an approval in part (ISO 8583:1987).
const IN_PART: &str = "10";

impl Ledger {
    pub(super) fn apply_card(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        let id = fact.payment().ok_or("it names no payment")?;
        if let Fact::CardReplacedAgain { with, .. } = fact {
            self.may_replace_again(id, *with)?;
        }
        let payment = self.payments.get_mut(&id).ok_or("no such payment")?;
        let Tender::Card { card, promise, refusals, contact, .. } = &mut payment.tender else {
            return Err("the payment is no typed card".to_owned());
        };
        if let Fact::ContactKept { contact: kept, .. } = fact {
            if contact.is_some() || !matches!(card, CardState::Stored { .. }) {
                return Err("a contact comes with its card, and once".to_owned());
            }
            *contact = Some(kept.clone());
            return Ok(vec![Row::Payment(id)]);
        }
        if let (
            Promise::AnsweredNow,
            CardState::Declined { .. },
            Fact::CardUnparked { .. }
            | Fact::CardReplaced { .. }
            | Fact::CardTriesEnded { .. }
            | Fact::CardVoiceApproved { .. },
        ) = (*promise, &*card, fact)
        {
            return Err("a refused payment that was to be answered now is over".to_owned());
        }
        let was_refused = matches!(card, CardState::Declined { .. });
        let was_approved = matches!(card, CardState::Approved { .. } | CardState::Voiding { .. });
        let had_numbers = has_shared_identity(card);
        *card = next_card_state(card, payment.amount, at, fact)?;
        if let Promise::SentLater { send_by } = promise {
            if let CardState::Declined { code, .. } = &*card
                && matches!(fact, Fact::CardAnswered { .. } | Fact::CardReversed { .. } | Fact::CardForwarded { .. })
            {
                *refusals = Some(Refusals::and_one(refusals.as_ref(), code, at));
            }
            // A try after a refusal is no deferred authorisation any more: the schemes' days count, not the host's window.
            let leave = refusals.as_ref().filter(|_| was_refused).and_then(Refusals::leave);
            if let (CardState::Stored { .. }, Some(leave)) = (&*card, leave) {
                *send_by = leave.until.max(*send_by);
            }
        }
        let mut rows = vec![Row::Payment(id)];
        let is_new_approval = matches!(card, CardState::Approved { .. }) && !was_approved;
        let is_taken_back = matches!(card, CardState::Voided { .. });
        let stan = used_stan(card, had_numbers);
        if let Some(stan) = stan {
            self.last_stan = stan;
            rows.push(Row::Counters);
        }
        rows.extend(is_new_approval.then(|| self.note_approved(id)).flatten());
        rows.extend(is_taken_back.then(|| self.note_voided(id)).flatten());
        Ok(rows)
    }

    /// The card that a payment was asked for in place of.
    #[must_use]
    pub fn card_replaced_by(&self, with: PaymentId) -> Option<PaymentId> {
        let sale = self.payments.get(&with)?.sale;
        self.payments.of_sale(sale).find_map(|payment| match &payment.tender {
            Tender::Card { card: CardState::Replaced { payment: its, .. }, .. } if *its == with => Some(payment.id),
            Tender::Card { .. } | Tender::Reader { .. } | Tender::Qr { .. } | Tender::Cash { .. } => None,
        })
    }

    /// The card that a withdrawn code was shown in place of, and that is not paid otherwise: money for that code pays it.
    #[must_use]
    pub fn card_to_replace_again(&self, with: PaymentId) -> Option<PaymentId> {
        let kept = self.payments.get(&with)?;
        self.payments.of_sale(kept.sale).map(|card| card.id).find(|card| self.may_replace_again(*card, with).is_ok())
    }

    fn may_replace_again(&self, card: PaymentId, with: PaymentId) -> Result<(), String> {
        let (card, with) = self.payments.get(&card).zip(self.payments.get(&with)).ok_or("no such payment")?;
        let was_withdrawn = matches!(with.tender, Tender::Qr { qr: QrState::Withdrawn, .. });
        let is_unpaid = match &card.tender {
            Tender::Card { promise: Promise::SentLater { .. }, card, .. } => matches!(
                card,
                CardState::Parked { reason: ParkReason::OtherWayWithdrawn, .. } | CardState::WrittenOff { .. }
            ),
            Tender::Card { .. } | Tender::Reader { .. } | Tender::Qr { .. } | Tender::Cash { .. } => false,
        };
        // A part of a sale may have been paid another way from the beginning: the code has to be the one of this card.
        let is_its = card.sale == with.sale && card.amount == with.amount && card.began <= with.began;
        let fits = was_withdrawn && is_unpaid && is_its && self.sales.get(&card.sale).is_some_and(Sale::is_done);
        fits.then_some(()).ok_or_else(|| "no withdrawn code was shown in place of this card".to_owned())
    }

    /// Whether the loss of the card in whose place a payment stands had been taken before.
    pub(super) fn was_loss_before(&self, with: PaymentId) -> bool {
        let card = self.card_replaced_by(with).and_then(|card| self.payments.get(&card)).map(|card| &card.tender);
        matches!(card, Some(Tender::Card { card: CardState::Replaced { after_loss: true, .. }, .. }))
    }

    /// What was asked for in place of a card was withdrawn: the card is a person's to decide about again.
    pub(super) fn card_is_back(&mut self, replaced: PaymentId) {
        if let Some(Tender::Card { card, .. }) = self.payments.get_mut(&replaced).map(|payment| &mut payment.tender)
            && let CardState::Replaced { trace, then, .. } = card
        {
            let (trace, then) = (trace.take(), then.take());
            *card = CardState::Parked { reason: ParkReason::OtherWayWithdrawn, attempts: 0, trace, then };
        }
    }

    /// How the customer of a card can be called, while somebody may have to: the payment is open, or what was asked for
    /// in its place is not known to be paid.
    #[must_use]
    pub fn contact_of<'a>(&self, payment: &'a Payment) -> Option<&'a KeptContact> {
        let Tender::Card { card, contact, .. } = &payment.tender else { return None };
        let is_asked_for = |with: &PaymentId| {
            let with = self.payments.get(with).map(|with| &with.tender);
            matches!(with, Some(Tender::Qr { qr: QrState::Shown | QrState::CustomerSaysPaid { .. }, .. }))
        };
        let may_be_called = match card {
            CardState::Replaced { payment: with, .. } => is_asked_for(with),
            CardState::Stored { .. }
            | CardState::Sending { .. }
            | CardState::Unknown { .. }
            | CardState::Reversing { .. }
            | CardState::PartlyApproved { .. }
            | CardState::HandedOver { .. }
            | CardState::Approved { .. }
            | CardState::Settled { .. }
            | CardState::Advising { .. }
            | CardState::Voiding { .. }
            | CardState::Voided { .. }
            | CardState::Declined { .. }
            | CardState::Undone { .. }
            | CardState::Parked { .. }
            | CardState::WrittenOff { .. } => payment.is_open(),
        };
        contact.as_ref().filter(|_| may_be_called)
    }
}

/// Whether another till may have sent a request of it, whose numbers are used up already.
fn has_shared_identity(card: &CardState) -> bool {
    match card {
        CardState::Stored { shared, .. } => shared.is_some(),
        CardState::Unknown { then, .. } | CardState::Reversing { then, .. } => then.is_some(),
        CardState::Sending { is_shared, .. } => *is_shared,
        CardState::HandedOver { .. } => true,
        CardState::PartlyApproved { .. }
        | CardState::Approved { .. }
        | CardState::Settled { .. }
        | CardState::Advising { .. }
        | CardState::Voiding { .. }
        | CardState::Voided { .. }
        | CardState::Declined { .. }
        | CardState::Undone { .. }
        | CardState::Parked { .. }
        | CardState::WrittenOff { .. }
        | CardState::Replaced { .. } => false,
    }
}

/// The trace number (DE 11) that a card's new state used up.
fn used_stan(card: &CardState, had_numbers: bool) -> Option<u32> {
    match card {
        // The numbers of an identity that another till knows were used up when it was handed over.
        CardState::Sending { is_shared: true, .. } => None,
        CardState::HandedOver { .. } if had_numbers => None,
        CardState::HandedOver { trace, .. } => Some(stan_after(trace.stan, STANS_KEPT)),
        CardState::Sending { trace, .. } => Some(trace.stan),
        CardState::Reversing { reversal_stan, .. } => Some(*reversal_stan),
        CardState::PartlyApproved { reversal_stan, .. } => *reversal_stan,
        // A repeat of these has the number of the first.
        CardState::Voiding { void_stan, times: 1, .. } => Some(*void_stan),
        CardState::Advising { trace, times: 1, .. } => Some(trace.stan),
        CardState::Voiding { .. }
        | CardState::Advising { .. }
        | CardState::Voided { .. }
        | CardState::Stored { .. }
        | CardState::Unknown { .. }
        | CardState::Approved { .. }
        | CardState::Settled { .. }
        | CardState::Declined { .. }
        | CardState::Undone { .. }
        | CardState::Parked { .. }
        | CardState::WrittenOff { .. }
        | CardState::Replaced { .. } => None,
    }
}

/// The state table of a typed card; the diagram is in [`crate::domain::queue`].
#[allow(clippy::too_many_lines, reason = "one arm for each arrow of the diagram")]
fn next_card_state(
    card: &CardState,
    amount: Money,
    at: DateTime<FixedOffset>,
    fact: &Fact,
) -> Result<CardState, String> {
    Ok(match (card, fact) {
        (CardState::Stored { shared: Some(shared), .. }, Fact::CardSending { trace, .. }) if trace != shared => {
            return Err("it may be sent under the identity only that another till knows".to_owned());
        }
        (CardState::Stored { attempts, shared, .. }, Fact::CardSending { trace, .. }) => {
            CardState::Sending { trace: trace.clone(), attempts: *attempts, is_shared: shared.is_some() }
        }
        (CardState::Sending { trace, .. }, Fact::CardAnswered { answer, .. }) => match answer {
            FinalAnswer::Approved { approval_code } => approved(approval_code, trace, at, false),
            FinalAnswer::Declined { code, hard } => CardState::Declined { code: code.clone(), hard: *hard, at },
        },
        (
            CardState::Advising { approval_code, trace, .. },
            Fact::CardAnswered { answer: FinalAnswer::Approved { approval_code: its }, .. },
        ) if approval_code.to_string() == *its => approved(its, trace, at, true),
        (CardState::Sending { attempts, trace, is_shared }, Fact::CardNotTaken { next_try, .. }) => {
            let shared = is_shared.then(|| trace.clone());
            CardState::Stored { attempts: attempts + 1, next_try: *next_try, shared }
        }
        (CardState::Sending { trace, attempts, .. }, Fact::CardUnanswered { .. }) => {
            CardState::Unknown { trace: trace.clone(), attempts: attempts + 1, since: at, then: None }
        }
        (CardState::Sending { trace, attempts, .. }, Fact::CardApprovedInPart { part, .. }) => {
            CardState::PartlyApproved {
                trace: trace.clone(),
                attempts: attempts + 1,
                approved: *part,
                left: Money::new(amount.minor.saturating_sub(part.minor).max(0), amount.currency),
                reversals: 0,
                reversal_stan: None,
                next_try: at,
            }
        }
        (
            CardState::PartlyApproved { trace, attempts, approved, left, reversals, .. },
            Fact::CardReversing { reversal_stan, next_try, .. },
        ) => CardState::PartlyApproved {
            trace: trace.clone(),
            attempts: *attempts,
            approved: *approved,
            left: *left,
            reversals: reversals + 1,
            reversal_stan: Some(*reversal_stan),
            next_try: *next_try,
        },
        (CardState::Unknown { trace, attempts, then, .. }, Fact::CardReversing { reversal_stan, next_try, .. }) => {
            CardState::Reversing {
                trace: trace.clone(),
                attempts: *attempts,
                reversals: 1,
                reversal_stan: *reversal_stan,
                next_try: *next_try,
                then: then.clone(),
            }
        }
        (
            CardState::Reversing { trace, attempts, reversals, then, .. },
            Fact::CardReversing { reversal_stan, next_try, .. },
        ) => CardState::Reversing {
            trace: trace.clone(),
            attempts: *attempts,
            reversals: reversals + 1,
            reversal_stan: *reversal_stan,
            next_try: *next_try,
            then: then.clone(),
        },
        (CardState::PartlyApproved { .. }, Fact::CardReversed { .. }) => {
            CardState::Declined { code: IN_PART.to_owned(), hard: false, at }
        }
        (CardState::Reversing { attempts, then, .. }, Fact::CardReversed { next_try, .. }) => {
            CardState::Stored { attempts: *attempts, next_try: *next_try, shared: then.clone() }
        }
        (CardState::Stored { shared, .. }, Fact::CardUndone { .. }) => CardState::Undone { at, shared: shared.clone() },
        (CardState::Stored { attempts, shared, .. }, Fact::CardParked { reason, .. }) => {
            CardState::Parked { reason: reason.clone(), attempts: *attempts, trace: shared.clone(), then: None }
        }
        (
            CardState::Sending { trace, attempts, .. } | CardState::PartlyApproved { trace, attempts, .. },
            Fact::CardParked { reason, .. },
        ) => parked(reason, *attempts, trace, None),
        // What another till may have sent is not forgotten: the next request is that one, never a new one beside it.
        (CardState::Reversing { trace, attempts, then, .. }, Fact::CardParked { reason, .. }) => {
            parked(reason, *attempts, trace, then.as_ref())
        }
        (state, Fact::CardHandedOver { .. } | Fact::CardTakenBack { .. } | Fact::CardForwarded { .. }) => {
            return handover::next_state(state, at, fact);
        }
        (
            CardState::Advising { .. } | CardState::Voiding { .. } | CardState::Approved { .. },
            Fact::CardAdvising { .. }
            | Fact::CardVoiding { .. }
            | Fact::CardVoided { .. }
            | Fact::CardVoidRefused { .. }
            | Fact::CardParked { .. },
        ) => return approval::next_state(card, at, fact),
        (state, fact) => return decided_state(state, at, fact),
    })
}

/// Approved, by the host or on the telephone.
fn approved(approval_code: &str, trace: &HostTrace, at: DateTime<FixedOffset>, by_voice: bool) -> CardState {
    CardState::Approved { approval_code: approval_code.to_owned(), trace: trace.clone(), at, by_voice }
}

/// Parked with a request in question.
fn parked(reason: &ParkReason, attempts: u32, trace: &HostTrace, then: Option<&HostTrace>) -> CardState {
    CardState::Parked { reason: reason.clone(), attempts, trace: Some(trace.clone()), then: then.cloned() }
}

/// What a card that waits for a person becomes.
fn decided_state(card: &CardState, at: DateTime<FixedOffset>, fact: &Fact) -> Result<CardState, String> {
    Ok(match (card, fact) {
        (CardState::Parked { reason: ParkReason::OtherWayWithdrawn, .. }, Fact::CardUnparked { .. }) => {
            return Err("another way was asked for in its place, it is never sent again".to_owned());
        }
        (
            CardState::Parked { reason: ParkReason::UndoneElsewhere | ParkReason::LossUndone, .. },
            Fact::CardUnparked { .. },
        ) => {
            return Err("its sealed card is gone, it cannot be sent again".to_owned());
        }
        (CardState::Parked { trace: None, .. }, Fact::CardUnparked { next_try, .. }) => {
            CardState::Stored { attempts: 0, next_try: *next_try, shared: None }
        }
        (CardState::Parked { trace: Some(trace), attempts, then, .. }, Fact::CardUnparked { .. }) => {
            CardState::Unknown { trace: trace.clone(), attempts: *attempts, since: at, then: then.clone() }
        }
        (state, Fact::CardVoiceApproved { approval_code, trace, next_try, .. }) if state.wants_a_call() => {
            CardState::Advising {
                approval_code: approval_code.clone(),
                trace: trace.clone(),
                times: 1,
                next_try: *next_try,
            }
        }
        (CardState::Declined { hard: false, .. }, Fact::CardUnparked { next_try, .. }) => {
            CardState::Stored { attempts: 0, next_try: *next_try, shared: None }
        }
        (CardState::Declined { code, hard: false, at }, Fact::CardTriesEnded { .. }) => {
            CardState::Declined { code: code.clone(), hard: true, at: *at }
        }
        (CardState::Parked { trace: None, .. } | CardState::Declined { .. }, Fact::CardReplaced { with, .. }) => {
            CardState::Replaced { payment: *with, at, after_loss: false, trace: None, then: None }
        }
        (
            CardState::Parked { trace, then, .. } | CardState::WrittenOff { trace, then, .. },
            Fact::CardReplacedAgain { with, .. },
        ) => {
            let after_loss = matches!(card, CardState::WrittenOff { .. });
            CardState::Replaced { payment: *with, at, after_loss, trace: trace.clone(), then: then.clone() }
        }
        (CardState::Parked { trace, then, .. }, Fact::CardWrittenOff { by, reason, .. }) => {
            CardState::WrittenOff { by: by.clone(), reason: *reason, trace: trace.clone(), then: then.clone() }
        }
        (CardState::Declined { .. }, Fact::CardWrittenOff { by, reason, .. }) => {
            CardState::WrittenOff { by: by.clone(), reason: *reason, trace: None, then: None }
        }
        (state, fact) => return Err(format!("a card in state {state:?} does not take {}", fact.kind())),
    })
}
