//! Giving the stored payments to another till, and bringing back what became of them.

use crate::app::effect::Effect;
use crate::app::event::{HandoverNews, HandoverTouch};
use crate::app::notice::NoticeKind;
use crate::app::place::{ApproveWhy, Place};
use crate::app::{App, Turn};
use crate::domain::fact::{ApprovalReason, Fact, ManagedAct};
use crate::domain::ids::{HandoverId, PersonId};
use crate::domain::money::Money;

/// The page of handovers: what is not in the ledger.
#[derive(Clone, Debug, Default)]
pub struct HandoverTalk {
    /// The chosen handover; without one the first.
    pub chosen: Option<HandoverId>,
    /// The handover whose file is to be written as soon as it is stored.
    pub to_write: Option<HandoverId>,
    /// A file is being written or read.
    pub working: bool,
    /// Why the last file was not written or read.
    pub failed: Option<String>,
    /// How many outcomes the last look into the folder brought.
    pub brought: Option<u32>,
}

impl App {
    /// The manager's page of handovers.
    pub(super) fn open_handovers(&mut self) {
        if self.is_manager() {
            self.visit(Place::Handover(HandoverTalk::default()));
        } else {
            self.tell(NoticeKind::NotAllowed);
        }
    }

    pub(super) fn touch_handover(&mut self, touch: HandoverTouch, turn: &mut Turn) {
        if !self.is_manager() {
            return self.tell(NoticeKind::NotAllowed);
        }
        let busy = self.is_busy();
        let shown = self.shown_handover();
        let Place::Handover(talk) = &mut self.place else { return };
        if talk.working || busy {
            return;
        }
        match (touch, shown) {
            (HandoverTouch::Choose(handover), _) => talk.chosen = Some(handover),
            (HandoverTouch::HandOver, _) => self.hand_cards_over(turn),
            (HandoverTouch::WriteAgain, Some(handover)) => self.write_handover(handover, turn),
            (HandoverTouch::BringIn, _) if self.settings.host.is_some() => {
                (talk.working, talk.failed, talk.brought) = (true, None, None);
                turn.ask(Effect::ReadOutcomes);
            }
            (HandoverTouch::TakeBack, Some(handover)) => {
                let amount = self.handover_amount(handover);
                self.ask_manager(ApproveWhy::TakeHandoverBack { handover, amount });
            }
            (HandoverTouch::WriteAgain | HandoverTouch::BringIn | HandoverTouch::TakeBack, _) => {}
        }
    }

    /// The handover that the page shows: the chosen one, or the first that payments are still in.
    pub(crate) fn shown_handover(&self) -> Option<HandoverId> {
        let Place::Handover(talk) = &self.place else { return None };
        let handovers = self.ledger.handovers();
        talk.chosen.filter(|chosen| handovers.contains(chosen)).or_else(|| handovers.first().copied())
    }

    /// What is still out in a handover.
    pub(crate) fn handover_amount(&self, handover: HandoverId) -> Money {
        let handed = self.ledger.handed_over(handover);
        let minor = handed.iter().fold(0_i64, |sum, (_, card)| sum.saturating_add(card.amount.minor));
        Money::new(minor, self.settings.currency)
    }

    /// The facts that hand over what waits here now, under a handover of this id.
    pub(crate) fn cards_to_hand_over(&self, handover: HandoverId) -> Vec<Fact> {
        let by = self.person.as_ref();
        let in_flight = |payment| self.forward.is_in_flight(payment);
        self.ledger.hand_cards_over(handover, self.settings.till, by, self.now, in_flight)
    }

    fn hand_cards_over(&mut self, turn: &mut Turn) {
        let handover = HandoverId(turn.ids.next_uuid());
        let facts = self.cards_to_hand_over(handover);
        let has_host = self.settings.host.is_some();
        let Place::Handover(talk) = &mut self.place else { return };
        if facts.is_empty() || !has_host {
            return;
        }
        (talk.chosen, talk.to_write, talk.failed, talk.brought) = (Some(handover), Some(handover), None, None);
        self.save(facts, turn);
    }

    /// The payments are out: from now on this till sends them no more, and their file is written.
    pub(super) fn cards_are_handed_over(&mut self, turn: &mut Turn) {
        if let Place::Handover(talk) = &mut self.place
            && let Some(handover) = talk.to_write.take()
        {
            self.write_handover(handover, turn);
        }
    }

    fn write_handover(&mut self, handover: HandoverId, turn: &mut Turn) {
        if let Place::Handover(talk) = &mut self.place {
            (talk.working, talk.failed) = (true, None);
            turn.ask(Effect::WriteHandover { handover });
        }
    }

    pub(super) fn handover_news(&mut self, news: HandoverNews, turn: &mut Turn) {
        let manager = self.person.clone().filter(|_| self.is_manager());
        let Place::Handover(talk) = &mut self.place else { return };
        talk.working = false;
        match news {
            HandoverNews::Written(Ok(file)) => self.tell(NoticeKind::PaperWritten(file)),
            HandoverNews::Written(Err(why)) | HandoverNews::Outcomes(Err(why)) => talk.failed = Some(why),
            HandoverNews::Outcomes(Ok(files)) => {
                let Some(by) = manager else { return };
                let of = |file: &crate::domain::handover::OutcomeFile| {
                    self.ledger.forwarded(file.handover, &file.cards, &by)
                };
                // Of two files about one payment the first counts; the next look finds what is left of the other.
                let facts = files.iter().map(of).find(|facts| !facts.is_empty()).unwrap_or_default();
                let brought = facts.iter().filter(|fact| matches!(fact, Fact::CardForwarded { .. })).count();
                talk.brought = Some(u32::try_from(brought).unwrap_or(u32::MAX));
                if !facts.is_empty() {
                    self.save(facts, turn);
                }
            }
        }
    }

    /// A second person has agreed: the other till's payments are this one's again.
    pub(super) fn take_handover_back(&mut self, handover: HandoverId, manager: PersonId, turn: &mut Turn) {
        let Some(by) = self.person.clone() else { return };
        let facts = self.ledger.take_back(handover, &by, self.now);
        if facts.is_empty() {
            return;
        }
        let act = ManagedAct::HandoverTakenBack { amount: self.handover_amount(handover) };
        let approved = self.approval(manager, act, ApprovalReason::Other);
        self.save([approved].into_iter().chain(facts).collect(), turn);
    }
}
