//! A card typed in by hand: what is asked, step by step, until it is sealed and on disk.
//!
//! The digits are in one wiped buffer outside the app; only [`CardEntry`] comes in.

use chrono::TimeDelta;

use crate::app::effect::{Effect, Kept};
use crate::app::event::{CardTouch, SealFailure};
use crate::app::notice::NoticeKind;
use crate::app::place::{ApproveWhy, CardStep, CardTalk, Place};
use crate::app::{App, Turn};
use crate::domain::card::{CardEntry, ExpiryState, NumberState};
use crate::domain::contact::{ContactText, KeptContact, Telephone, TelephoneDigit};
use crate::domain::fact::{ApprovalReason, Fact, ManagedAct};
use crate::domain::ids::{ContactId, PaymentId, PersonId};
use crate::domain::limits::{CardSpend, KnownCard, Limits, Proposed, Verdict};
use crate::domain::money::Money;
use crate::domain::queue::Promise;
use crate::seal::SealedCard;

impl CardTalk {
    /// Whether the customer agrees to everything that is to be kept.
    #[must_use]
    pub fn consents(&self) -> bool {
        self.consent && (self.telephone.is_empty() || self.may_call)
    }
}

impl App {
    pub(super) fn begin_card(&mut self, stored: bool) {
        self.place = Place::Card(Box::new(CardTalk {
            step: CardStep::Number,
            entry: None,
            consent: false,
            telephone: Telephone::default(),
            may_call: false,
            stored,
            approval: None,
            payment: None,
            since: self.now,
            declined_code: None,
        }));
    }

    pub(super) fn card_typed(&mut self, entry: CardEntry) {
        if let Place::Card(talk) = &mut self.place {
            talk.entry = Some(entry);
        }
    }

    pub(super) fn touch_card(&mut self, touch: CardTouch, turn: &mut Turn) {
        let asked = self.settings.card_holder.clone();
        let Place::Card(talk) = &mut self.place else { return };
        let typing = match talk.step {
            CardStep::Number | CardStep::Expiry | CardStep::Holder(_) | CardStep::Confirm | CardStep::Telephone => true,
            CardStep::Sealing | CardStep::AskingBank | CardStep::Declined | CardStep::Reversing => false,
        };
        match touch {
            CardTouch::ToggleConsent => talk.consent = !talk.consent,
            CardTouch::ToggleCall => talk.may_call = !talk.may_call,
            CardTouch::AddTelephone if talk.step == CardStep::Confirm && talk.stored => talk.step = CardStep::Telephone,
            CardTouch::TelephoneDigit(TelephoneDigit(digit)) if talk.step == CardStep::Telephone => {
                talk.telephone.push(digit);
            }
            CardTouch::EraseTelephone if talk.step == CardStep::Telephone => talk.telephone.erase(),
            CardTouch::Next if typing => self.next_card_step(turn),
            CardTouch::Previous if typing => match talk.step {
                CardStep::Expiry => talk.step = CardStep::Number,
                // To what was typed last.
                CardStep::Confirm if !talk.telephone.is_empty() => talk.step = CardStep::Telephone,
                CardStep::Confirm => talk.step = asked.last().map_or(CardStep::Expiry, |part| CardStep::Holder(*part)),
                CardStep::Holder(part) => {
                    let before = asked.iter().take_while(|one| **one != part).last();
                    talk.step = before.map_or(CardStep::Expiry, |part| CardStep::Holder(*part));
                }
                // One step back from a number that is not wanted after all.
                CardStep::Telephone => (talk.step, talk.telephone) = (CardStep::Confirm, Telephone::default()),
                CardStep::Number
                | CardStep::Sealing
                | CardStep::AskingBank
                | CardStep::Declined
                | CardStep::Reversing => {}
            },
            CardTouch::Cancel | CardTouch::OtherWay if typing => self.place = Place::Tenders,
            CardTouch::AnotherCard if talk.step == CardStep::Declined => {
                let stored = talk.stored;
                turn.ask(Effect::ForgetCard);
                self.begin_card(stored);
            }
            // The reversal is repeated until the host has answered it, so the sale need not wait for it.
            CardTouch::OtherWay if matches!(talk.step, CardStep::Declined | CardStep::Reversing) => {
                self.place = Place::Tenders;
            }
            CardTouch::Next
            | CardTouch::Previous
            | CardTouch::AddTelephone
            | CardTouch::TelephoneDigit(_)
            | CardTouch::EraseTelephone
            | CardTouch::Cancel
            | CardTouch::AnotherCard
            | CardTouch::OtherWay => {}
        }
    }

    fn next_card_step(&mut self, turn: &mut Turn) {
        let asked = self.settings.card_holder.clone();
        let Place::Card(talk) = &mut self.place else { return };
        let Some(entry) = &talk.entry else { return };
        match talk.step {
            CardStep::Number if entry.number == NumberState::Valid => talk.step = CardStep::Expiry,
            CardStep::Expiry if entry.expiry == ExpiryState::Valid => {
                talk.step = asked.first().map_or(CardStep::Confirm, |part| CardStep::Holder(*part));
            }
            // Nobody has to give it.
            CardStep::Holder(part) => {
                let next = asked.iter().skip_while(|one| **one != part).nth(1);
                talk.step = next.map_or(CardStep::Confirm, |part| CardStep::Holder(*part));
            }
            CardStep::Confirm if entry.is_complete() && talk.consents() => self.seal_typed_card(turn),
            CardStep::Telephone if talk.telephone.looks_like_card_number() => {
                talk.telephone = Telephone::default();
                self.tell(NoticeKind::NoCardNumberHere);
            }
            CardStep::Telephone if talk.telephone.is_empty() || talk.telephone.is_complete() => {
                talk.step = CardStep::Confirm;
            }
            CardStep::Number
            | CardStep::Expiry
            | CardStep::Confirm
            | CardStep::Telephone
            | CardStep::Sealing
            | CardStep::AskingBank
            | CardStep::Declined
            | CardStep::Reversing => {}
        }
    }

    /// Asks the limits, then a manager if they say so, then has the card sealed to the key that is in use now.
    fn seal_typed_card(&mut self, turn: &mut Turn) {
        if self.is_busy() {
            return;
        }
        let amount = self.due();
        let key = self.ledger.keys.sealing_at(self.now.timestamp());
        let jwk = key.map(|held| held.jwk.clone());
        let Place::Card(talk) = &self.place else { return };
        let (Ok(jwk), verdict) = (jwk, self.card_verdict(talk)) else { return };
        let approved = talk.approval.is_some();
        match verdict {
            Verdict::NeedsManager(limit) if !approved => self.ask_manager(ApproveWhy::StoredCard { amount, limit }),
            // The page says so, and has no key that could be pressed.
            Verdict::Refused(_) => {}
            Verdict::Free | Verdict::Warns(_) | Verdict::NeedsManager(_) => {
                let (payment, since) = (PaymentId(turn.ids.next_uuid()), self.now);
                if let Place::Card(talk) = &mut self.place {
                    (talk.step, talk.payment, talk.since) = (CardStep::Sealing, Some(payment), since);
                }
                turn.ask(Effect::SealCard { payment, amount, jwk });
            }
        }
    }

    /// What the limits say of the card that is typed.
    pub(crate) fn card_verdict(&self, talk: &CardTalk) -> Verdict {
        let known = talk.entry.as_ref().and_then(|entry| entry.known);
        let proposed = self.proposed_card(self.due(), known);
        if talk.stored { self.settings.limits.judge_stored(&proposed) } else { Limits::judge_answered_now(&proposed) }
    }

    /// The card that would be stored for an amount, as the limits look at it; without `known` its digits are not
    /// complete yet.
    pub(crate) fn proposed_card(&self, amount: Money, known: Option<KnownCard>) -> Proposed {
        let cashier_minor = self.person.as_ref().map_or(0, |cashier| self.ledger.exposure_of(cashier));
        let (today, days) = (self.now.date_naive(), self.settings.limits.stored.card.days());
        Proposed {
            amount,
            exposure: self.ledger.exposure(self.settings.currency),
            cashier_minor,
            card_minor: known.map_or(0, |known| self.card_window.sum(today, known.tag, days)),
            stopped: known.and_then(|known| known.stopped),
            at: self.now,
        }
    }

    /// What the window of the per-card limit counts of a card that is about to be stored.
    fn card_spend(&self, talk: &CardTalk, amount: Money) -> Option<CardSpend> {
        let known = talk.entry.as_ref().and_then(|entry| entry.known).filter(|_| talk.stored)?;
        let day = self.now.date_naive();
        let keep_from = self.settings.limits.stored.card.first_day(day)?;
        Some(CardSpend { day, tag: known.tag, minor: amount.minor, keep_from })
    }

    /// A manager approved a stored card above the limit.
    pub(super) fn card_approved(&mut self, manager: PersonId, reason: ApprovalReason, turn: &mut Turn) {
        if let Place::Card(talk) = &mut self.place {
            talk.approval = Some((manager, reason));
            self.seal_typed_card(turn);
        }
    }

    /// Stores the sealed card; one that is answered now is stored together with the request that is about to be sent.
    pub(super) fn card_sealed(&mut self, payment: PaymentId, sealed: Result<SealedCard, SealFailure>, turn: &mut Turn) {
        let Place::Card(talk) = &mut self.place else { return };
        if talk.payment != Some(payment) {
            return;
        }
        let Ok(sealed) = sealed else {
            (talk.step, talk.payment, talk.entry) = (CardStep::Number, None, None);
            self.tell(NoticeKind::SaveFailed);
            return;
        };
        let Place::Card(talk) = &self.place else { return };
        let (stored, approval) = (talk.stored, talk.approval.clone());
        let talk_contact = Some(talk.telephone.clone()).filter(|telephone| stored && telephone.is_complete());
        let limit = match self.card_verdict(talk) {
            Verdict::Free => None,
            Verdict::Warns(limit) | Verdict::NeedsManager(limit) | Verdict::Refused(limit) => Some(limit.kind()),
        };
        let spent = self.card_spend(talk, self.due());
        let Some((sale, amount, began)) = self.sale_to_pay(turn) else { return };
        let promise = if stored {
            let window = TimeDelta::hours(i64::from(self.settings.send_within_hours));
            Promise::SentLater { send_by: self.now + window }
        } else {
            Promise::AnsweredNow
        };
        let mut facts: Vec<Fact> = began.into_iter().collect();
        if let Some((manager, reason)) = approval {
            facts.push(self.approval(manager, ManagedAct::StoredCardAboveLimit { sale, amount, limit }, reason));
        }
        let contact = talk_contact.map(|telephone| {
            let text = ContactText::new(&telephone, &sealed.compact);
            (ContactId(turn.ids.next_uuid()), text)
        });
        facts.push(Fact::CardSealed {
            payment,
            sale,
            amount,
            brand: sealed.brand,
            last4: sealed.last4.clone(),
            sealed_sha256: sealed.sha256.clone(),
            promise,
        });
        if let Some((id, text)) = &contact {
            let contact = KeptContact { id: *id, sha256: crate::seal::sha256_hex(text.text()) };
            facts.push(Fact::ContactKept { payment, contact });
        }
        match promise {
            Promise::SentLater { .. } => facts.push(Fact::SaleDone { sale }),
            Promise::AnsweredNow => {
                let trace = self.next_trace(self.now);
                facts.push(Fact::CardSending { payment, trace });
            }
        }
        self.save_with(facts, Kept { sealed: Some((payment, sealed)), contact, spent }, turn);
    }
}
