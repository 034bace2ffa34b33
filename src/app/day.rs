//! The manager's day: what is open, and closing it.

use crate::app::effect::Effect;
use crate::app::event::DayTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::{ApproveWhy, CountKind, Overlay, Place, StatementTalk};
use crate::app::{App, Turn};
use crate::domain::day::{
    Action, CloseTerms, DayFigures, DayRules, Decided, Findings, ItemId, OpenItem, OpenList, decided, figures,
    may_close, open_list,
};
use crate::domain::fact::{ApprovalReason, Fact, ManagedAct};
use crate::domain::ids::PersonId;

/// What the names of decisions begin with on a screen: a line may be open and decided about at the same time.
pub(crate) const DECIDED: &str = "decided:";

impl App {
    pub(super) fn touch_day(&mut self, touch: DayTouch, turn: &mut Turn) {
        if !self.is_manager() {
            self.tell(NoticeKind::NotAllowed);
            return;
        }
        match touch {
            DayTouch::Act(id) => self.act_on(&id, turn),
            DayTouch::BringInStatement => {
                self.place = Place::Statement(StatementTalk::Choose(Vec::new()));
                turn.ask(Effect::LookForStatements);
            }
            DayTouch::OpenReports => self.place = Place::Report { files: Vec::new() },
            DayTouch::OpenDay => {
                if !self.day_is_open() {
                    self.place = self.opening_float();
                }
            }
            DayTouch::AskClose => self.ask_close(),
            DayTouch::NotYet => self.overlay = None,
            DayTouch::CloseDay => self.close_day(turn),
            DayTouch::ToggleCharts => self.shows_charts = !self.shows_charts,
            DayTouch::EntriesSeen => self.entries_were_read(turn),
        }
    }

    /// What the settings say about closing; of a closed day, what they said then.
    pub(crate) fn day_rules(&self) -> DayRules {
        if let Some(terms) = self.close_terms() {
            return terms.rules;
        }
        DayRules {
            currency: self.settings.currency,
            due_days: u16::from(self.settings.statement_due_days),
            drawer_note_above_minor: self.settings.drawer_note_above_minor,
            expected_loss_basis_points: self.settings.expected_loss_basis_points,
        }
    }

    /// What was so when the day was closed; none while it is open.
    pub(super) fn close_terms(&self) -> Option<&CloseTerms> {
        self.ledger.day.as_ref().and_then(|day| day.terms.as_ref())
    }

    /// What the statements say now. It is worked out when somebody looks, and again after something of it has changed.
    pub(crate) fn findings(&self) -> &Findings {
        self.findings.get_or_init(|| Findings::of(&self.ledger, self.now, &self.day_rules()))
    }

    /// What is open now, as much of it as a person can read.
    pub(crate) fn open_list(&self) -> OpenList {
        open_list(&self.ledger, self.findings(), self.now, &self.day_rules(), self.unconfirmed_count())
    }

    /// The figures of the day, as they are now.
    pub(crate) fn day_figures(&self) -> DayFigures {
        figures(&self.ledger, self.findings(), self.now, &self.day_rules())
    }

    pub(crate) fn open_item(&self, id: &str) -> Option<OpenItem> {
        let id: ItemId = id.parse().ok()?;
        self.open_list().items.into_iter().find(|item| item.id() == id)
    }

    fn act_on(&mut self, id: &str, turn: &mut Turn) {
        if let Some(decided) = id.strip_prefix(DECIDED) {
            return self.undo(decided, turn);
        }
        let Some(item) = self.open_item(id) else { return };
        match item.actions().first() {
            Some(Action::FinishSale) => self.go_selling(),
            Some(Action::Count) => {
                if let ItemId::Drawer(session) = item.id() {
                    self.count(CountKind::Blind, session);
                }
            }
            Some(Action::NoteDifference) => {
                if let ItemId::Drawer(session) = item.id() {
                    self.explain_count(session);
                }
            }
            Some(Action::LookAtEntries) => self.open_entries(),
            Some(Action::BringInStatement) if item.actions() == [Action::BringInStatement] => {
                self.touch_day(DayTouch::BringInStatement, turn);
            }
            Some(
                Action::AskReader
                | Action::SayCharged
                | Action::SayNotCharged
                | Action::Send
                | Action::ConfirmSeen
                | Action::BringInStatement
                | Action::MatchThis
                | Action::RefuseThis
                | Action::PickSale
                | Action::Explain
                | Action::GiveBack
                | Action::SayPaidOtherWay
                | Action::SayOwnRefund
                | Action::SayRefundSent
                | Action::WriteOff,
            ) => self.open_decide(id.to_owned()),
            None => {}
        }
    }

    fn decision(&self, item: ItemId) -> Option<Decided> {
        decided(&self.ledger).into_iter().find(|one| one.item == item).filter(|_| self.day_is_open())
    }

    /// Takes back what a person decided. It is open again, and can be decided again. A loss needs two people, as it did
    /// when it was taken.
    fn undo(&mut self, id: &str, turn: &mut Turn) {
        let Some(one) = id.parse().ok().and_then(|item| self.decision(item)).filter(|_| !self.is_busy()) else {
            return;
        };
        match (one.loss, self.person.clone()) {
            (Some(amount), _) => self.ask_manager(ApproveWhy::UndoLoss { item: one.item, amount }),
            (None, Some(by)) => self.save(one.undone(by).into_iter().collect(), turn),
            (None, None) => {}
        }
    }

    /// A second person has seen that a loss is taken back.
    pub(super) fn undo_approved(&mut self, item: ItemId, manager: PersonId, turn: &mut Turn) {
        let (Some(one), Some(by)) = (self.decision(item), self.person.clone()) else { return };
        let (Some(payment), Some(amount)) = (one.payment(&self.ledger), one.loss) else { return };
        let act = ManagedAct::LossUndone { payment, amount };
        let approved = self.approval(manager, act, ApprovalReason::Other);
        self.save([approved].into_iter().chain(one.undone(by)).collect(), turn);
    }

    /// Closing is for good: what the day comes to is shown once more before.
    fn ask_close(&mut self) {
        if self.may_close_now() {
            self.overlay = Some(Overlay::CloseDay);
        }
    }

    fn may_close_now(&self) -> bool {
        let may_close =
            || may_close(&self.ledger, self.findings(), self.now, &self.day_rules(), self.unconfirmed_count());
        self.day_is_open() && may_close().is_ok()
    }

    fn close_day(&mut self, turn: &mut Turn) {
        let (Some(day), false) = (self.ledger.day.as_ref().map(|day| day.id), self.is_busy()) else { return };
        if let Some(Overlay::CloseDay) = self.overlay {
            self.overlay = None;
        }
        if self.may_close_now() {
            let (figures, rules) = (self.day_figures(), self.day_rules());
            let terms = CloseTerms { heading: self.heading(false), rules, closed_by: self.own_name() };
            let terms = Some(Box::new(terms));
            self.save(vec![Fact::DayClosed { day, figures, terms }], turn);
        }
    }

    pub(super) fn day_is_closed(&mut self, turn: &mut Turn) {
        self.place = Place::Report { files: Vec::new() };
        self.write_report(turn);
        self.print_day_slip(turn);
    }
}
