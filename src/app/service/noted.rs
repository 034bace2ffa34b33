//! What the till notes in the case by itself: that an outage goes on, which cards were not read, what the ladder found,
//! and which checks of the acceptance test it saw hold.

use chrono::TimeDelta;

use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::ladder::{Kind, Rung};
use crate::domain::outage::{Outage, OutageCause};
use crate::domain::service::{Case, CaseState, CaseStep, Trust};

/// An outage that lasts this long is a case. A plug that was pulled, or a line that comes and goes, is none.
const CASE_AFTER: TimeDelta = TimeDelta::minutes(10);
/// How often the ladder's changing mind is noted in one case.
const SEEN_MAX: usize = 40;

impl App {
    /// Opens the case that is due, and notes in the open one what the till sees. It is that of the reader in use: what this
    /// one does says nothing of another.
    pub(in crate::app) fn note_case(&mut self, turn: &mut Turn) {
        if self.is_saving(|fact| matches!(fact, Fact::ServiceCase { .. })) {
            return;
        }
        let Some(case) = self.case_in_use() else {
            // What a case that was signed or closed has seen of it is settled: another one begins with what comes after it.
            let cases = self.ledger.cases.values().filter(|case| self.is_in_use(case));
            let settled = cases.filter_map(Case::settled).max();
            let since = |outage: &Outage| settled.map_or(outage.began, |settled| settled.max(outage.began));
            let is_due = |outage: &Outage| is_a_case(outage) && self.now - since(outage) >= CASE_AFTER;
            if self.ledger.open_outage().is_some_and(is_due) {
                self.open_case_in_use(None, turn);
            }
            return;
        };
        if !case.has_room() {
            return;
        }
        let mut steps = match &case.state {
            CaseState::Back { .. } | CaseState::UnderTest { .. } => self.checks_seen(case),
            CaseState::Opened { .. }
            | CaseState::Diagnosed { .. }
            | CaseState::Reported { .. }
            | CaseState::Visited { .. }
            | CaseState::Rejected { .. } => self.trouble_seen(case),
            // Whatever fails now is not the reader of this case: it is not here.
            CaseState::Away { .. }
            | CaseState::InRepair { .. }
            | CaseState::Accepted { .. }
            | CaseState::Closed { .. } => Vec::new(),
        };
        let joins = |outage: &&Outage| {
            let known = case.outages().any(|known| known == outage.id);
            !known && is_a_case(outage) && (is_looked_for(case) || case.trust() != Trust::Trusted)
        };
        let outage = self.ledger.open_outage().filter(joins);
        steps.extend(outage.map(|outage| CaseStep::Joined { outage: outage.id }));
        let is_main = self.settings.is_main_reader(&case.reader);
        let misreads = self.ledger.misreads_beside(&case.reader, is_main, Some(case));
        steps.extend(misreads.into_iter().map(|misread| CaseStep::CardFailed { misread }));
        let id = case.id;
        if !steps.is_empty() {
            self.save(steps.into_iter().map(|step| Fact::ServiceCase { case: id, by: None, step }).collect(), turn);
        }
    }

    /// Another cause that the ladder found.
    fn trouble_seen(&self, case: &Case) -> Vec<CaseStep> {
        let often = case.history.iter().filter(|moment| matches!(moment.step, CaseStep::Seen { .. })).count();
        let looks = matches!(case.state, CaseState::Opened { .. }) && often < SEEN_MAX;
        let news = self.ladder_says().filter(|said| looks && case.seen() != Some(*said));
        news.map(|(kind, rung)| CaseStep::Seen { kind, rung }).into_iter().collect()
    }

    /// What the last whole climb of the ladder found; `None` while there was none.
    pub(super) fn ladder_says(&self) -> Option<(Option<Kind>, Option<Rung>)> {
        let ladder = self.climb.ladder.as_ref().filter(|ladder| ladder.is_done())?;
        let cause = ladder.conclusion().cause;
        Some((cause.as_ref().map(|cause| cause.kind), cause.map(|cause| cause.rung)))
    }
}

/// Whether the reader of a case is in the shop and not mended: another outage of it is the same trouble.
fn is_looked_for(case: &Case) -> bool {
    match &case.state {
        CaseState::Opened { .. }
        | CaseState::Diagnosed { .. }
        | CaseState::Reported { .. }
        | CaseState::Visited { .. }
        | CaseState::Rejected { .. } => true,
        CaseState::Away { .. }
        | CaseState::InRepair { .. }
        | CaseState::Back { .. }
        | CaseState::UnderTest { .. }
        | CaseState::Accepted { .. }
        | CaseState::Closed { .. } => false,
    }
}

/// Whether an outage that goes on is a case: nothing in the shop mends the acquirer's host.
fn is_a_case(outage: &Outage) -> bool {
    match outage.cause {
        OutageCause::Reader(_) | OutageCause::Line(_) => true,
        OutageCause::Host(_) => false,
    }
}
