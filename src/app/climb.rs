//! The diagnosis ladder as the app climbs it: by itself when something is doubtful, and when a person asks.
//!
//! One rung of each side is under way at a time; the outage page shows each as it comes back. What the app knows by
//! itself (the last cards, the banks' answers, a reader that is busy with a customer) is not asked outside.

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::app::effect::Effect;
use crate::app::{App, Turn};
use crate::domain::contacts::ContactsVerdict;
use crate::domain::ladder::{Evidence, Found, Ladder, NotTried, Rung, Step};

/// The shortest time between two climbs: a part that flaps is not diagnosed all the time.
const CLIMB_EVERY: TimeDelta = TimeDelta::seconds(10);
/// How often it is climbed again while an outage lasts.
const CLIMB_AGAIN: TimeDelta = TimeDelta::seconds(60);

/// The last climb and the next.
#[derive(Debug, Default)]
pub(crate) struct Climb {
    /// The one that is shown: under way, or the last one.
    pub(crate) ladder: Option<Ladder>,
    /// When the next one begins.
    next: Option<DateTime<FixedOffset>>,
}

impl Climb {
    pub(super) fn clock_went_back(&mut self, by: TimeDelta) {
        self.next = self.next.map(|at| at - by);
        if let Some(ladder) = &mut self.ladder {
            ladder.began -= by;
        }
    }
}

impl App {
    /// A climb as soon as the last one allows it.
    pub(super) fn climb_soon(&mut self) {
        let earliest = self.climb.ladder.as_ref().map_or(self.now, |last| last.began + CLIMB_EVERY);
        let at = earliest.max(self.now);
        self.climb.next = Some(self.climb.next.map_or(at, |next| next.min(at)));
    }

    /// A person wants to know now.
    pub(super) fn climb_now(&mut self) {
        self.climb.next = Some(self.now);
    }

    pub(super) fn next_climb_at(&self) -> Option<DateTime<FixedOffset>> {
        self.climb.next
    }

    /// Begins the climb that is due. One that is still under way is finished first.
    pub(super) fn climb_what_is_due(&mut self, turn: &mut Turn) {
        let is_under_way = self.climb.ladder.as_ref().is_some_and(|ladder| !ladder.is_done());
        if is_under_way || self.climb.next.is_none_or(|at| at > self.now) {
            return;
        }
        let lasts = !self.watch.healths.is_trusted();
        self.climb.next = lasts.then(|| self.now + CLIMB_AGAIN);
        let ladder = Ladder::begin(self.now);
        let first: Vec<Rung> = ladder.next().collect();
        self.climb.ladder = Some(ladder);
        for rung in first {
            self.try_rung(rung, turn);
        }
    }

    pub(super) fn rung_tried(&mut self, step: Step, turn: &mut Turn) {
        let rung = step.rung;
        let Some(ladder) = &mut self.climb.ladder else { return };
        ladder.take(step);
        if let Some(next) = ladder.next_beside(rung) {
            self.try_rung(next, turn);
        }
    }

    fn try_rung(&mut self, rung: Rung, turn: &mut Turn) {
        match self.known(rung) {
            Some(found) => self.rung_tried(Step { rung, found }, turn),
            None => turn.ask(Effect::TryRung(rung)),
        }
    }

    /// What the app can say of a rung without asking.
    fn known(&self, rung: Rung) -> Option<Found> {
        match rung {
            Rung::Card => {
                let verdict = self.watch.contacts.verdict();
                let evidence = Evidence::Cards(verdict);
                Some(match verdict {
                    ContactsVerdict::Fine => Found::Unclear(evidence),
                    // The customer has gone, and the card with them: it is the cause of nothing that fails now.
                    ContactsVerdict::TryAnotherCard if self.open_sale().is_none() => Found::Unclear(evidence),
                    ContactsVerdict::TryAnotherCard | ContactsVerdict::SuspectReader => Found::Bad(evidence),
                })
            }
            Rung::Issuer => {
                let share = self.watch.issuers.share();
                let evidence = Evidence::Issuers(share);
                Some(match (share.answers, share.is_failing()) {
                    (0, _) => Found::Unclear(evidence),
                    (_, true) => Found::Bad(evidence),
                    (_, false) => Found::Good(evidence),
                })
            }
            Rung::ReaderHealthy if self.watch.reader_busy() => Some(Found::NotTried(NotTried::ReaderBusy)),
            Rung::Till
            | Rung::ReaderService
            | Rung::ReaderPresent
            | Rung::ReaderHealthy
            | Rung::Carrier
            | Rung::Address
            | Rung::Gateway
            | Rung::Name
            | Rung::Anchor
            | Rung::HostPort
            | Rung::Tls
            | Rung::HostApplication => None,
        }
    }
}
