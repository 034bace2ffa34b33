//! What the app can say of itself: questions that the conversations and the screens ask, none of which changes anything.

use chrono::{NaiveDate, TimeDelta};

use crate::app::App;
use crate::app::printing::is_of_printer;
use crate::domain::access::{Person, Role};
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::ladder::Ladder;
use crate::domain::outage::{CardEntryPolicy, Offers, PayeePolicy, ReaderKind, offers};
use crate::domain::sale::{Sale, SaleState};

/// No till that runs this program lives before the year in which it was written.
const MADE_ON: NaiveDate = match NaiveDate::from_ymd_opt(2026, 1, 1) {
    Some(date) => date,
    None => NaiveDate::MIN,
};
/// How far the clock may be behind what the books know: time services slew it by less.
const CLOCK_SLACK: TimeDelta = TimeDelta::seconds(2);

impl App {
    /// Whether a save is on its way: acts that make facts wait for it. What the printer does is no act of anybody's.
    pub(crate) fn is_busy(&self) -> bool {
        self.saving.values().any(|facts| !facts.iter().all(is_of_printer))
    }

    /// Whether such a fact is on its way to the store.
    pub(crate) fn is_saving(&self, fact: impl Fn(&Fact) -> bool) -> bool {
        self.saving.values().flatten().any(fact)
    }

    /// The sale being paid. There is at most one: a sale is begun only when none is open.
    pub(crate) fn open_sale(&self) -> Option<&Sale> {
        self.ledger.sales.values().find(|sale| sale.state == SaleState::Open)
    }

    pub(crate) fn day_is_open(&self) -> bool {
        self.ledger.day.as_ref().is_some_and(|day| day.closed.is_none())
    }

    pub(crate) fn person(&self, id: &PersonId) -> Option<&Person> {
        self.settings.people.iter().find(|person| person.id == *id)
    }

    /// The name of the person who is signed in; empty while nobody is.
    pub(crate) fn own_name(&self) -> String {
        let person = self.person.as_ref().and_then(|id| self.person(id));
        person.map(|person| person.name.clone()).unwrap_or_default()
    }

    pub(crate) fn is_manager(&self) -> bool {
        let role = self.person.as_ref().and_then(|id| self.person(id)).map(|person| person.role);
        role == Some(Role::Manager)
    }

    pub(crate) fn reader_kind(&self) -> ReaderKind {
        self.settings.reader.kind()
    }

    pub(crate) fn card_policy(&self) -> CardEntryPolicy {
        match (self.ledger.keys.sealing_at(self.now.timestamp()), self.settings.card_brands.is_empty()) {
            (Err(why), _) => CardEntryPolicy::NoKey(why),
            (Ok(_), true) => CardEntryPolicy::NoBrand,
            (Ok(_), false) => CardEntryPolicy::Allowed,
        }
    }

    pub(crate) fn offers(&self) -> Offers {
        let payees = match (self.settings.qr.payees.is_empty(), self.payees_in_use().next()) {
            (true, _) => PayeePolicy::NoPayee,
            (false, None) => PayeePolicy::NotTested,
            (false, Some(_)) => PayeePolicy::Allowed,
        };
        let rules = self.settings.offer_rules;
        offers(&self.healths(), self.reader_kind(), self.card_policy(), payees, rules, self.basket.reader_failed)
    }

    /// Whether no card can be taken on the reader now. While it is on trial, cards can be taken.
    pub(crate) fn reader_is_blocked(&self) -> bool {
        self.healths().blocked_by(self.reader_stores()).is_some()
    }

    /// Whether the reader takes payments without the host and sends them later by itself.
    pub(crate) fn reader_stores(&self) -> bool {
        match self.reader_kind() {
            ReaderKind::Connected { stores } => stores,
            ReaderKind::Standalone => false,
        }
    }

    /// Whether the till's clock cannot be right: it shows a time before this program was made, the books know a later time
    /// than it shows, or it was seen to jump when the till last looked at itself.
    pub(crate) fn clock_is_doubtful(&self) -> bool {
        let day = self.ledger.day.iter().flat_map(|day| [Some(day.opened), day.closed]).flatten();
        let known = day.chain(self.ledger.sales.values().map(|sale| sale.began)).max();
        let jumped = self.climb.ladder.as_ref().is_some_and(Ladder::saw_clock_jump);
        // A board whose battery is empty wakes up years ago, before there is any book to compare it with.
        let is_before_us = self.now.date_naive() < MADE_ON;
        jumped || is_before_us || known.is_some_and(|known| known > self.now + CLOCK_SLACK)
    }
}
