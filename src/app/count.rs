//! Counting the drawer: the opening float, and the blind count at the end.

use zeroize::Zeroizing;

use crate::app::drawer::DrawerTalk;
use crate::app::event::CountTouch;
use crate::app::place::{ApproveWhy, CountKind, CountTalk, Place};
use crate::app::{App, Turn};
use crate::domain::cash::{Count, CountNote, CountedPiece, Foreign, PIECES_MAX, denominations};
use crate::domain::fact::{ApprovalReason, Fact, ManagedAct};
use crate::domain::ids::{DayId, DrawerId, PersonId};
use crate::domain::ledger::{Drawer, DrawerCount};
use crate::domain::money::{Currency, Money};
use crate::settings::DrawerFor;

/// The most digits of a number of pieces: what [`PIECES_MAX`] has.
const PIECES_DIGITS_MAX: usize = 4;

impl CountTalk {
    fn new(
        kind: CountKind,
        shop: Currency,
        foreign: Option<Foreign>,
        session: Option<DrawerId>,
        name: Option<String>,
    ) -> Self {
        let code = foreign.map_or(shop, |foreign| foreign.currency).code();
        let rows = denominations(code).iter().map(|piece| (*piece, Zeroizing::new(String::new()))).collect();
        Self {
            kind,
            session,
            name,
            foreign,
            rows,
            selected: 0,
            note: None,
            empty_asked: false,
            too_many: false,
            committed: false,
        }
    }

    /// The page of a count that is stored already, to be explained or counted again.
    fn committed(mut self, stored: &Count) -> Self {
        self.committed = true;
        for (piece_minor, digits) in &mut self.rows {
            if let Some(counted) = stored.0.iter().find(|counted| counted.piece_minor == *piece_minor) {
                **digits = counted.pieces.to_string();
            }
        }
        self
    }

    /// What was typed, as a count; empty rows are left out.
    #[must_use]
    pub fn count(&self) -> Count {
        let typed = self.rows.iter().filter_map(|(piece_minor, digits)| {
            let pieces: u32 = digits.parse().ok().filter(|pieces| *pieces > 0)?;
            Some(CountedPiece { piece_minor: *piece_minor, pieces: pieces.min(PIECES_MAX) })
        });
        Count(typed.collect())
    }
}

impl App {
    /// The float of the first drawer, with which a day begins.
    pub(super) fn opening_float(&self) -> Place {
        let name = self.settings.cash.drawers.first().map(|first| first.name.clone());
        self.float_of(name)
    }

    /// The float of a drawer that is about to be opened.
    pub(super) fn float_of(&self, name: Option<String>) -> Place {
        Place::Count(CountTalk::new(CountKind::OpeningFloat, self.settings.currency, None, None, name))
    }

    /// The float of the box of another currency.
    pub(super) fn float_of_box(&self, foreign: Foreign) -> Place {
        Place::Count(CountTalk::new(CountKind::OpeningFloat, self.settings.currency, Some(foreign), None, None))
    }

    /// A box whose float was counted stands beside the drawer; one that was opened by a sale changes no page.
    pub(super) fn box_is_opened(&mut self) {
        if matches!(self.place, Place::Count(_)) {
            self.place = Place::Drawer(DrawerTalk::default());
        }
    }

    /// A new count of a drawer; or what it came to, where somebody has seen that it differs and nothing has changed since.
    /// Leaving the page does not make another count blind again.
    pub(super) fn count(&mut self, kind: CountKind, session: DrawerId) {
        let talk = self.new_count(kind, session);
        let last = self.ledger.drawer_session(session).and_then(|drawer| {
            let expected = self.ledger.figures_of(drawer).expected();
            let is_told = |count: &&DrawerCount| count.counted_minor != expected || drawer.first.is_some();
            drawer.counted.as_ref().filter(|count| count.expected_minor == expected).filter(is_told)
        });
        self.place = Place::Count(match last {
            Some(stored) => talk.committed(&stored.count),
            None => talk,
        });
    }

    fn new_count(&self, kind: CountKind, session: DrawerId) -> CountTalk {
        let counted = self.ledger.drawer_session(session);
        let name = counted.and_then(|drawer| drawer.name.clone());
        let foreign = counted.and_then(|drawer| drawer.foreign);
        CountTalk::new(kind, self.settings.currency, foreign, Some(session), name)
    }

    /// Back to the result of the count that is stored. Beginning a new one here would be a recount without end.
    pub(super) fn explain_count(&mut self, session: DrawerId) {
        let talk = self.new_count(CountKind::Blind, session);
        let counted = self.ledger.drawer_session(session).and_then(|drawer| drawer.counted.as_ref());
        self.place = Place::Count(match counted {
            Some(stored) => talk.committed(&stored.count),
            None => talk,
        });
    }

    /// The session that the page counts.
    pub(crate) fn counted_session(&self) -> Option<&Drawer> {
        let Place::Count(CountTalk { session: Some(session), .. }) = &self.place else { return None };
        self.ledger.drawer_session(*session)
    }

    /// Leaves a count; what was typed is forgotten and nothing is committed. Without an open day a cashier has no other
    /// page to go to.
    pub(super) fn leave_count(&mut self, turn: &mut Turn) {
        let Place::Count(talk) = &self.place else { return };
        match talk.kind {
            CountKind::OpeningFloat if self.day_is_open() => self.place = Place::Drawer(DrawerTalk::default()),
            CountKind::OpeningFloat if !self.is_manager() => self.sign_out(turn),
            CountKind::OpeningFloat => self.place = Place::Day,
            CountKind::Blind | CountKind::Handover | CountKind::TakeOver => self.leave_drawer_count(),
        }
    }

    /// A manager counts for the close of the day, a cashier on the drawer page.
    fn leave_drawer_count(&mut self) {
        self.place = if self.is_manager() { Place::Day } else { Place::Drawer(DrawerTalk::default()) };
    }

    /// Whether the count that was made differs so much that the drawer is counted once more. Until then nobody sees what
    /// is expected, or by how much it differs: the second count is as blind as the first.
    pub(crate) fn is_counted_again(&self) -> bool {
        let Place::Count(CountTalk { committed: true, .. }) = &self.place else { return false };
        self.counted_session().is_some_and(Drawer::is_counted_again)
    }

    pub(super) fn touch_count(&mut self, touch: CountTouch, turn: &mut Turn) {
        let busy = self.is_busy();
        let Place::Count(talk) = &mut self.place else { return };
        let selected = talk.selected;
        match touch {
            CountTouch::Choose(id) => {
                let found = talk.rows.iter().position(|(piece, _)| piece.to_string() == id);
                talk.selected = found.unwrap_or(selected);
                talk.too_many = false;
            }
            CountTouch::Digits(digits) if !talk.committed => {
                let typed = &mut talk.rows[selected].1;
                if digits.bytes().all(|byte| byte.is_ascii_digit()) {
                    talk.too_many = typed.len() + digits.len() > PIECES_DIGITS_MAX;
                    if !talk.too_many {
                        typed.push_str(&digits);
                    }
                    talk.empty_asked = false;
                }
            }
            CountTouch::Erase if !talk.committed => {
                talk.rows[selected].1.pop();
                talk.too_many = false;
            }
            CountTouch::NextRow => (talk.selected, talk.too_many) = ((selected + 1) % talk.rows.len(), false),
            CountTouch::Commit if !busy && !talk.committed => self.commit_count(turn),
            CountTouch::ChooseNote(note) => talk.note = Some(note),
            CountTouch::Accept if !busy && talk.committed => self.accept_count(turn),
            CountTouch::Recount if talk.committed => {
                let (kind, session) = (talk.kind, talk.session);
                if let Some(session) = session.filter(|_| self.is_counted_again()) {
                    self.count(kind, session);
                }
            }
            CountTouch::Digits(_)
            | CountTouch::Erase
            | CountTouch::Commit
            | CountTouch::Accept
            | CountTouch::Recount => {}
        }
    }

    fn commit_count(&mut self, turn: &mut Turn) {
        let Place::Count(talk) = &mut self.place else { return };
        let (count, kind, session, name) = (talk.count(), talk.kind, talk.session, talk.name.clone());
        let foreign = talk.foreign;
        let counted_minor = count.sum_minor();
        if counted_minor == 0 && !talk.empty_asked {
            // An empty drawer is rare and an empty page is easy: it has to be said twice.
            talk.empty_asked = true;
            return;
        }
        let facts = match kind {
            CountKind::OpeningFloat => {
                let (day, drawer) = (DayId(turn.ids.next_uuid()), DrawerId(turn.ids.next_uuid()));
                let opened = (!self.day_is_open()).then(|| Fact::DayOpened {
                    day,
                    date: self.now.date_naive(),
                    is_demo: self.demo,
                });
                // Who opens one of several drawers, or one that is for one person, has it to themselves.
                let is_theirs =
                    name.is_some() || foreign.is_some() || self.settings.cash.drawer_for == DrawerFor::OnePerson;
                let by = self.person.clone().filter(|_| is_theirs);
                let float = Fact::DrawerOpened { drawer, float: count, float_minor: counted_minor, name, by, foreign };
                opened.into_iter().chain([float]).collect()
            }
            CountKind::Handover | CountKind::Blind if self.drawer_of_another().is_some() => return,
            CountKind::Handover | CountKind::Blind | CountKind::TakeOver => {
                let Some(drawer) = session.and_then(|session| self.ledger.drawer_session(session)) else { return };
                let expected_minor = self.ledger.figures_of(drawer).expected();
                let is_large = self.needs_word(counted_minor.saturating_sub(expected_minor));
                let again = is_large && !drawer.is_counted_again();
                vec![Fact::DrawerCounted { drawer: drawer.id, counted: count, counted_minor, expected_minor, again }]
            }
        };
        self.save(facts, turn);
    }

    /// The difference of the stored count, and whether it is large enough to need a note. The shop's limits are in its
    /// own currency, so another one is held against them at its worth.
    pub(crate) fn count_difference(&self) -> Option<(i64, bool)> {
        let counted = self.counted_session()?.counted.as_ref()?;
        let difference = counted.counted_minor.saturating_sub(counted.expected_minor);
        Some((difference, self.is_above(difference, self.settings.drawer_note_above_minor)))
    }

    /// Whether the difference of the count needs a manager.
    pub(crate) fn count_needs_manager(&self) -> bool {
        let above = self.settings.cash.drawer_manager_above_minor;
        self.count_difference().zip(above).is_some_and(|((difference, _), above)| self.is_above(difference, above))
    }

    /// Whether somebody has to say a word about a difference.
    fn needs_word(&self, difference: i64) -> bool {
        let manager = self.settings.cash.drawer_manager_above_minor;
        let limits = std::iter::once(self.settings.drawer_note_above_minor).chain(manager);
        limits.min().is_some_and(|limit| self.is_above(difference, limit))
    }

    fn is_above(&self, difference: i64, limit_minor: i64) -> bool {
        let worth = |drawer: &Drawer| drawer.worth_minor(difference, self.settings.currency);
        self.counted_session().map_or(difference, worth).saturating_abs() > limit_minor
    }

    /// The ladder of a difference: a small one is accepted as it is, a larger one with a note, and one above the shop's
    /// limit by a manager as well.
    fn accept_count(&mut self, turn: &mut Turn) {
        let Place::Count(talk) = &self.place else { return };
        let Some((difference, needs_note)) = self.count_difference() else { return };
        let needs_manager = self.count_needs_manager();
        let shop = self.settings.currency;
        match talk.note {
            Some(note) if needs_manager => {
                let by = self.counted_session().map_or(Money::new(difference, shop), |it| it.money(difference, shop));
                self.ask_manager(ApproveWhy::Difference { by, note });
            }
            Some(note) => self.explain(note, None, turn),
            None if needs_note || needs_manager => {}
            None => self.count_is_accepted(turn),
        }
    }

    pub(super) fn difference_approved(
        &mut self,
        manager: PersonId,
        by: Money,
        note: CountNote,
        reason: ApprovalReason,
        turn: &mut Turn,
    ) {
        let approval = self.approval(manager, ManagedAct::DrawerDifference { by }, reason);
        self.explain(note, Some(approval), turn);
    }

    fn explain(&mut self, note: CountNote, approval: Option<Fact>, turn: &mut Turn) {
        let session = self.counted_session().map(|drawer| drawer.id);
        let (Some(drawer), Some(by)) = (session, self.person.clone()) else { return };
        let explained = Fact::DrawerExplained { drawer, note, by };
        self.save(approval.into_iter().chain([explained]).collect(), turn);
    }

    /// A difference is explained: the count is over.
    pub(super) fn difference_is_explained(&mut self, turn: &mut Turn) {
        if matches!(self.place, Place::Count(_)) {
            self.count_is_accepted(turn);
        }
    }

    /// What the count found is accepted: the day's end goes on, or the other person takes over.
    fn count_is_accepted(&mut self, turn: &mut Turn) {
        let Place::Count(talk) = &self.place else { return };
        match talk.kind {
            CountKind::OpeningFloat | CountKind::Blind => self.leave_drawer_count(),
            kind @ (CountKind::Handover | CountKind::TakeOver) => self.handover_is_counted(kind, turn),
        }
    }

    pub(super) fn count_is_stored(&mut self) {
        if let Place::Count(talk) = &mut self.place {
            talk.committed = true;
        }
    }
}
