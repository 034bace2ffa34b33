//! The manager's day: what is open, and closing it.

use crate::app::effect::Effect;
use crate::app::event::DayTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::{CountKind, Place, StatementTalk};
use crate::app::{App, Turn};
use crate::domain::day::{Action, DayRules, ItemId, OpenItem, decided, figures, may_close, open_items};
use crate::domain::fact::Fact;

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
            DayTouch::CloseDay => self.close_day(turn),
            DayTouch::ToggleCharts => self.shows_charts = !self.shows_charts,
            DayTouch::EntriesSeen => self.entries_were_read(turn),
        }
    }

    /// What the settings say about closing.
    pub(crate) fn day_rules(&self) -> DayRules {
        DayRules {
            currency: self.settings.currency,
            due_days: u16::from(self.settings.statement_due_days),
            drawer_note_above_minor: self.settings.drawer_note_above_minor,
            expected_loss_basis_points: self.settings.expected_loss_basis_points,
        }
    }

    /// Everything that is open now.
    pub(crate) fn open_items(&self) -> Vec<OpenItem> {
        open_items(&self.ledger, self.now, &self.day_rules(), self.unconfirmed_count())
    }

    pub(crate) fn open_item(&self, id: &str) -> Option<OpenItem> {
        let id: ItemId = id.parse().ok()?;
        self.open_items().into_iter().find(|item| item.id() == id)
    }

    fn act_on(&mut self, id: &str, turn: &mut Turn) {
        let Some(item) = self.open_item(id) else { return self.undo(id, turn) };
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

    /// Takes back what a person decided about a line today. It is open again, and can be decided again.
    fn undo(&mut self, id: &str, turn: &mut Turn) {
        let (Ok(ItemId::Line(line)), Some(by)) = (id.parse(), self.person.clone()) else { return };
        let is_decided = decided(&self.ledger).iter().any(|one| one.line == line);
        if is_decided && self.day_is_open() && !self.is_busy() {
            self.save(vec![Fact::DecisionUndone { line, by }], turn);
        }
    }

    fn close_day(&mut self, turn: &mut Turn) {
        let (Some(day), false) = (self.ledger.day.as_ref().map(|day| day.id), self.is_busy()) else { return };
        let rules = self.day_rules();
        if self.day_is_open() && may_close(&self.ledger, self.now, &rules, self.unconfirmed_count()).is_ok() {
            let figures = figures(&self.ledger, self.now, &rules);
            self.save(vec![Fact::DayClosed { day, figures }], turn);
        }
    }

    pub(super) fn day_is_closed(&mut self, turn: &mut Turn) {
        self.place = Place::Report { files: Vec::new() };
        self.write_report(turn);
        self.print_day_slip(turn);
    }
}
