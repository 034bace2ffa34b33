//! The decline desk: stored cards that the bank refused, or that cannot go on by themselves, and what may still be done
//! about each: ask the bank again on a day, ask the customer for a transfer in its place, or take the loss.

use chrono::{DateTime, Days, FixedOffset, NaiveTime};

use crate::app::approval::VoiceKey;
use crate::app::effect::Effect;
use crate::app::event::{Choice, DeskTouch};
use crate::app::notice::NoticeKind;
use crate::app::place::{DeskTalk, Overlay, Place};
use crate::app::{App, Turn};
use crate::domain::contact::Telephone;
use crate::domain::fact::Fact;
use crate::domain::ids::PaymentId;
use crate::domain::qr::QrState;
use crate::domain::queue::{CardState, ParkReason, Promise, Refusals};
use crate::domain::sale::{Payment, SaleState, Standing, Tender};

/// On which days after the first one that is allowed the bank can be asked again. A week and two reach the next wages.
const LATER_DAYS: [u64; 5] = [0, 1, 3, 7, 14];
/// The time of day at which it is asked on a later day: before the shop is busy, after the banks' night runs.
const ASKED_AT: NaiveTime = match NaiveTime::from_hms_opt(9, 0, 0) {
    Some(nine) => nine,
    None => NaiveTime::MIN,
};

/// What may still be done about a stored card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StillPossible {
    /// When the bank may be asked again, the earliest first; none when it never may.
    pub(crate) tries: Vec<DateTime<FixedOffset>>,
    /// Another payment may be asked for in its place.
    pub(crate) other_tender: bool,
    /// A person may take the loss.
    pub(crate) write_off: bool,
}

impl App {
    pub(super) fn open_desk(&mut self) {
        self.visit(Place::Desk(DeskTalk::default()));
    }

    pub(super) fn touch_desk(&mut self, touch: DeskTouch, turn: &mut Turn) {
        // Everybody may look, so that a customer who comes back can be asked for another way to pay; a manager decides.
        // The bank says its code to whoever calls it.
        let looks = match touch {
            DeskTouch::ByAge
            | DeskTouch::ByAmount
            | DeskTouch::Choose(_)
            | DeskTouch::BeginVoiceCode
            | DeskTouch::VoiceCodeKey(_)
            | DeskTouch::EraseVoiceCode
            | DeskTouch::LeaveVoiceCode
            | DeskTouch::ConfirmVoiceCode => true,
            DeskTouch::ChooseDay(_)
            | DeskTouch::TryAgain
            | DeskTouch::AskTransfer
            | DeskTouch::ShowCode
            | DeskTouch::ShowTelephone
            | DeskTouch::WriteOff => false,
        };
        if !looks && !self.is_manager() {
            return self.tell(NoticeKind::NotAllowed);
        }
        let busy = self.is_busy();
        let shown = self.desk_shown();
        let Place::Desk(talk) = &mut self.place else { return };
        match (touch, shown) {
            (DeskTouch::ByAge, _) => talk.by_amount = false,
            (DeskTouch::ByAmount, _) => talk.by_amount = true,
            (DeskTouch::Choose(payment), _) => {
                (talk.chosen, talk.day, talk.voice_code) = (Some(payment), None, None);
            }
            (DeskTouch::ChooseDay(day), _) => talk.day = Some(day),
            (DeskTouch::TryAgain, Some(payment)) if !busy => self.try_again(payment, turn),
            (DeskTouch::AskTransfer, Some(payment)) if !busy => self.ask_transfer(payment, turn),
            (DeskTouch::ShowCode, Some(payment)) => self.show_code_again(payment),
            (DeskTouch::ShowTelephone, Some(payment)) => self.ask_contact(payment, turn),
            (DeskTouch::WriteOff, Some(payment)) if !busy => self.begin_write_off(payment),
            (DeskTouch::BeginVoiceCode, Some(payment)) => self.begin_voice_code(payment),
            (DeskTouch::VoiceCodeKey(key), _) => self.type_voice_code(VoiceKey::Key(key)),
            (DeskTouch::EraseVoiceCode, _) => self.type_voice_code(VoiceKey::Erase),
            (DeskTouch::LeaveVoiceCode, _) => talk.voice_code = None,
            (DeskTouch::ConfirmVoiceCode, _) if !busy => self.confirm_voice_code(turn),
            (
                DeskTouch::TryAgain
                | DeskTouch::AskTransfer
                | DeskTouch::ShowCode
                | DeskTouch::ShowTelephone
                | DeskTouch::WriteOff
                | DeskTouch::BeginVoiceCode
                | DeskTouch::ConfirmVoiceCode,
                _,
            ) => {}
        }
    }

    /// The cards on the desk, in the order of the page: those that need a person first.
    pub(crate) fn desk_cards(&self) -> Vec<&Payment> {
        let by_amount = matches!(&self.place, Place::Desk(DeskTalk { by_amount: true, .. }));
        let mut cards: Vec<&Payment> = self.ledger.payments.values().filter(|one| is_on_desk(one)).collect();
        cards.sort_by_key(|one| (!needs_person(one), if by_amount { -one.amount.minor } else { 0 }, one.began, one.id));
        cards
    }

    /// How many cards on the desk need a person.
    pub(crate) fn desk_count(&self) -> u32 {
        let open = self.ledger.payments.values().filter(|one| needs_person(one)).count();
        u32::try_from(open).unwrap_or(u32::MAX)
    }

    /// The card that the page shows: the chosen one, or the first.
    pub(crate) fn desk_shown(&self) -> Option<PaymentId> {
        let Place::Desk(talk) = &self.place else { return None };
        let cards = self.desk_cards();
        let chosen = talk.chosen.filter(|chosen| cards.iter().any(|card| card.id == *chosen));
        chosen.or_else(|| cards.first().map(|card| card.id))
    }

    /// What may still be done about a card of the desk.
    pub(crate) fn still_possible(&self, payment: &Payment) -> StillPossible {
        let nothing = StillPossible { tries: Vec::new(), other_tender: false, write_off: false };
        let Tender::Card { card, refusals, .. } = &payment.tender else { return nothing };
        let decided_by_person = StillPossible { other_tender: true, write_off: true, ..nothing.clone() };
        match card {
            CardState::Declined { hard: false, code, at } => {
                // A ledger from before refusals were counted knows the last one only.
                let first = || Refusals::and_one(None, code, *at);
                let leave = refusals.clone().unwrap_or_else(first).leave();
                let tries = leave.map(|leave| tries_between(leave.from.max(self.now), leave.until)).unwrap_or_default();
                StillPossible { tries, ..decided_by_person }
            }
            CardState::Declined { hard: true, .. } => decided_by_person,
            CardState::Parked { reason, trace, .. } => {
                let tries = match reason {
                    // Another till may have sent it: that is undone first.
                    ParkReason::TooLate if trace.is_some() => vec![self.now],
                    ParkReason::TooLate
                    | ParkReason::OtherWayWithdrawn
                    | ParkReason::UndoneElsewhere
                    | ParkReason::LossUndone => Vec::new(),
                    // What the bank said on the telephone was not taken: the card itself can be asked for once more.
                    ParkReason::AdviceRefused { .. }
                    | ParkReason::AttemptsUsedUp
                    | ParkReason::Unanswered
                    | ParkReason::Misunderstood { .. }
                    | ParkReason::ReversalRefused { .. } => vec![self.now],
                };
                // While a request is in question the card may have been charged: the money could come twice.
                StillPossible { tries, other_tender: trace.is_none(), write_off: true }
            }
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
            | CardState::Undone { .. }
            | CardState::WrittenOff { .. }
            | CardState::Replaced { .. } => nothing,
        }
    }

    /// The earliest moment at which a card may be sent again; now, where nothing says otherwise.
    pub(super) fn earliest_try(&self, payment: PaymentId) -> DateTime<FixedOffset> {
        let kept = self.ledger.payments.get(&payment);
        kept.and_then(|kept| self.still_possible(kept).tries.first().copied()).unwrap_or(self.now)
    }

    /// The try on the chosen day, or the only one there is.
    pub(crate) fn chosen_try(&self, possible: &StillPossible) -> Option<DateTime<FixedOffset>> {
        let Place::Desk(talk) = &self.place else { return None };
        match (possible.tries.as_slice(), talk.day) {
            ([only], _) => Some(*only),
            (tries, Some(day)) => tries.iter().copied().find(|at| self.days_until(*at) == day),
            (_, None) => None,
        }
    }

    /// How many days from today a moment is.
    pub(crate) fn days_until(&self, at: DateTime<FixedOffset>) -> u32 {
        let days = (at.date_naive() - self.now.date_naive()).num_days();
        u32::try_from(days).unwrap_or(0)
    }

    fn try_again(&mut self, id: PaymentId, turn: &mut Turn) {
        let (Some(payment), Some(by)) = (self.ledger.payments.get(&id), self.person.clone()) else { return };
        if let Some(next_try) = self.chosen_try(&self.still_possible(payment)) {
            self.save(vec![Fact::CardUnparked { payment: id, by, next_try }], turn);
        }
    }

    fn ask_transfer(&mut self, id: PaymentId, turn: &mut Turn) {
        let possible = self.ledger.payments.get(&id).map(|payment| self.still_possible(payment));
        // A code on the screen belongs to the sale that is being paid, as long as one is.
        if possible.is_some_and(|possible| possible.other_tender) && self.open_sale().is_none() {
            self.begin_qr_for(Some(id), turn);
        }
    }

    /// The page of the code that is shown in place of a card.
    fn show_code_again(&mut self, id: PaymentId) {
        let Some(replaced_by) = self.ledger.payments.get(&id).and_then(|card| self.code_in_place_of(card)) else {
            return;
        };
        let payment = replaced_by.id;
        self.place = Place::Qr { payment, withdraw_asked: false };
    }

    /// The transfer in place of a card, while it is not known to be paid.
    pub(crate) fn code_in_place_of(&self, card: &Payment) -> Option<&Payment> {
        self.payment_in_place_of(card).filter(|with| {
            matches!(with.tender, Tender::Qr { qr: QrState::Shown | QrState::CustomerSaysPaid { .. }, .. })
        })
    }

    /// The payment in place of a card.
    pub(crate) fn payment_in_place_of(&self, card: &Payment) -> Option<&Payment> {
        let Tender::Card { card: CardState::Replaced { payment, .. }, .. } = &card.tender else { return None };
        self.ledger.payments.get(payment)
    }

    /// The number is read when somebody wants to call, and not before.
    fn ask_contact(&mut self, id: PaymentId, turn: &mut Turn) {
        let contact = self.ledger.payments.get(&id).and_then(|payment| self.ledger.contact_of(payment));
        if let Some(contact) = contact {
            turn.ask(Effect::ReadContact { payment: id, contact: contact.id });
        }
    }

    pub(super) fn contact_read(&mut self, payment: PaymentId, telephone: Option<Telephone>) {
        if let Place::Desk(talk) = &mut self.place {
            talk.telephone = Some((payment, telephone));
        }
    }

    /// The sheet of open items, with the loss chosen: its reasons and its second person are the same everywhere.
    fn begin_write_off(&mut self, id: PaymentId) {
        let possible = self.ledger.payments.get(&id).map(|payment| self.still_possible(payment));
        if !possible.is_some_and(|possible| possible.write_off) {
            return;
        }
        self.open_decide(id.to_string());
        if let Some(Overlay::Decide(talk)) = &mut self.overlay {
            talk.choice = Some(Choice::WriteOff);
        }
    }

    /// A transfer moved on that was asked for in place of a card: the person goes back to where that was done.
    pub(super) fn leave_code_of_desk(&mut self, payment: PaymentId) {
        let shown = matches!(&self.place, Place::Qr { payment: shown, .. } if *shown == payment);
        if shown && self.is_beside_selling(payment) {
            let sale = self.sale_of(payment).map(|sale| sale.id);
            let chosen = self.desk_cards().into_iter().find(|card| Some(card.sale) == sale).map(|card| card.id);
            self.place = Place::Desk(DeskTalk { chosen, ..DeskTalk::default() });
        }
    }

    /// Whether a payment is none of a sale that is being paid: it was asked for in place of a card.
    pub(super) fn is_beside_selling(&self, payment: PaymentId) -> bool {
        let is_void = self.ledger.payments.get(&payment).is_some_and(|kept| kept.standing() == Standing::Void);
        let is_done = self.sale_of(payment).is_some_and(|sale| sale.state != SaleState::Open);
        self.ledger.card_replaced_by(payment).is_some() || (is_void && is_done)
    }
}

/// The moments at which the bank can be asked again: the first that is allowed, and mornings of later days.
fn tries_between(from: DateTime<FixedOffset>, until: DateTime<FixedOffset>) -> Vec<DateTime<FixedOffset>> {
    let later = |days: &u64| {
        let morning = from.date_naive().checked_add_days(Days::new(*days))?.and_time(ASKED_AT);
        let morning = morning.and_local_timezone(*from.offset()).single()?;
        Some(morning.max(from)).filter(|at| *at < until)
    };
    LATER_DAYS.iter().filter_map(later).collect()
}

/// Whether a person has to decide about it.
fn needs_person(payment: &Payment) -> bool {
    match &payment.tender {
        Tender::Card { promise: Promise::SentLater { .. }, card, .. } => {
            matches!(card, CardState::Declined { .. } | CardState::Parked { .. })
        }
        Tender::Card { promise: Promise::AnsweredNow, .. }
        | Tender::Reader { .. }
        | Tender::Qr { .. }
        | Tender::Cash { .. } => false,
    }
}

/// Whether the desk shows it: refused or parked, or what became of one that was.
fn is_on_desk(payment: &Payment) -> bool {
    match &payment.tender {
        Tender::Card { promise: Promise::SentLater { .. }, card, refusals, .. } => match card {
            CardState::Declined { .. }
            | CardState::Parked { .. }
            | CardState::WrittenOff { .. }
            | CardState::Replaced { .. } => true,
            CardState::Stored { .. }
            | CardState::Sending { .. }
            | CardState::Unknown { .. }
            | CardState::Reversing { .. }
            | CardState::PartlyApproved { .. }
            | CardState::HandedOver { .. }
            | CardState::Advising { .. }
            | CardState::Voiding { .. }
            | CardState::Approved { .. }
            | CardState::Settled { .. } => refusals.is_some(),
            CardState::Undone { .. } | CardState::Voided { .. } => false,
        },
        Tender::Card { promise: Promise::AnsweredNow, .. }
        | Tender::Reader { .. }
        | Tender::Qr { .. }
        | Tender::Cash { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(text: &str) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(text).unwrap()
    }

    #[test]
    fn the_bank_is_asked_at_the_first_moment_allowed_or_on_a_later_morning() {
        let from = at("2026-11-28T14:05:00+01:00");
        let tries = tries_between(from, from + TimeDelta::days(29));
        let said: Vec<String> = tries.iter().map(|at| at.format("%d %H:%M").to_string()).collect();
        assert_eq!(said, ["28 14:05", "29 09:00", "01 09:00", "05 09:00", "12 09:00"]);
        assert_eq!(tries_between(from, at("2026-12-01T09:00:00+01:00")).len(), 2, "none at the end or after it");
        let night = at("2026-11-28T02:00:00+01:00");
        assert_eq!(tries_between(night, night + TimeDelta::days(1)).len(), 1);
        assert!(tries_between(from, from).is_empty());
    }
}
