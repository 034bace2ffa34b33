//! What the till notes in the case by itself: that an outage goes on, what the ladder found, and which checks of the
//! acceptance test it saw hold.

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::ladder::{Found, Kind, Rung};
use crate::domain::outage::{Outage, OutageCause, ReaderCause};
use crate::domain::reader::ReaderOutcome;
use crate::domain::sale::{ReaderState, Tender};
use crate::domain::service::{Case, CaseState, CaseStep, Check, Proof};

/// An outage that lasts this long is a case. A plug that was pulled, or a line that comes and goes, is none.
const CASE_AFTER: TimeDelta = TimeDelta::minutes(10);
/// How often the ladder's changing mind is noted in one case.
const SEEN_MAX: usize = 40;

impl App {
    /// Opens the case that is due, and notes in the open one what the till sees.
    pub(in crate::app) fn note_case(&mut self, turn: &mut Turn) {
        if self.is_saving(|fact| matches!(fact, Fact::ServiceCase { .. })) {
            return;
        }
        let Some(case) = self.ledger.open_case() else {
            let is_due = |outage: &Outage| is_a_case(outage) && self.now - outage.began >= CASE_AFTER;
            if self.ledger.open_outage().is_some_and(is_due) {
                self.open_case(None, turn);
            }
            return;
        };
        // What another reader does, while it stands in, says nothing of the one that the case is about.
        if !case.has_room() || self.another_stands_in_for(case) {
            return;
        }
        let steps = match &case.state {
            CaseState::Back { since, .. } | CaseState::UnderTest { since, .. } => self.checks_seen(case, *since),
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
        let id = case.id;
        if !steps.is_empty() {
            self.save(steps.into_iter().map(|step| Fact::ServiceCase { case: id, by: None, step }).collect(), turn);
        }
    }

    /// Another outage, and another cause that the ladder found.
    fn trouble_seen(&self, case: &Case) -> Vec<CaseStep> {
        let joins = |outage: &&Outage| is_a_case(outage) && !case.outages().any(|known| known == outage.id);
        let outage = self.ledger.open_outage().filter(joins).map(|outage| CaseStep::Joined { outage: outage.id });
        let often = case.history.iter().filter(|moment| matches!(moment.step, CaseStep::Seen { .. })).count();
        let looks = matches!(case.state, CaseState::Opened { .. }) && often < SEEN_MAX;
        let news = self.ladder_says().filter(|said| looks && case.seen() != Some(*said));
        let seen = news.map(|(kind, rung)| CaseStep::Seen { kind, rung });
        outage.into_iter().chain(seen).collect()
    }

    /// What the last whole climb of the ladder found; `None` while there was none.
    pub(super) fn ladder_says(&self) -> Option<(Option<Kind>, Option<Rung>)> {
        let ladder = self.climb.ladder.as_ref().filter(|ladder| ladder.is_done())?;
        let cause = ladder.conclusion().cause;
        Some((cause.as_ref().map(|cause| cause.kind), cause.map(|cause| cause.rung)))
    }

    /// The checks that the till saw hold since the reader is to be used again.
    fn checks_seen(&self, case: &Case, since: DateTime<FixedOffset>) -> Vec<CaseStep> {
        let missing = case.missing().unwrap_or_default();
        let seen = |check: &Check| match check {
            // Nobody but a person sees a seal.
            Check::Seals => false,
            Check::Diagnosis => self.diagnosis_was_clean(since),
            Check::Contact | Check::Contactless | Check::Stripe => {
                self.payments_since(since).any(|outcome| is_entry(outcome, *check))
            }
            Check::Payment => self.payments_since(since).next().is_some(),
            Check::Reversal => self.was_reversed_since(since),
            Check::Receipt => self.printed_at.is_some_and(|at| at >= since),
            Check::PowerCut => self.came_back_since(since),
        };
        missing.into_iter().filter(seen).map(|check| CaseStep::Checked { check, proof: Proof::Till }).collect()
    }

    /// A whole climb since then that found nothing, and on which the reader said that it is well.
    fn diagnosis_was_clean(&self, since: DateTime<FixedOffset>) -> bool {
        let Some(ladder) = self.climb.ladder.as_ref().filter(|one| one.is_done() && one.began >= since) else {
            return false;
        };
        let well =
            ladder.steps().iter().any(|step| step.rung == Rung::ReaderHealthy && matches!(step.found, Found::Good(_)));
        well && ladder.conclusion().cause.is_none()
    }

    /// Approvals of the reader since then.
    fn payments_since(&self, since: DateTime<FixedOffset>) -> impl Iterator<Item = &ReaderOutcome> {
        self.ledger.payments.values().filter_map(move |payment| {
            let Tender::Reader { reader, .. } = &payment.tender else { return None };
            match reader {
                ReaderState::Answered { outcome: outcome @ ReaderOutcome::Approved { .. }, .. }
                | ReaderState::Reversing { outcome, .. }
                | ReaderState::Reversed { outcome, .. }
                | ReaderState::Kept { outcome, .. }
                    if payment.began >= since =>
                {
                    Some(outcome)
                }
                ReaderState::Asked
                | ReaderState::Unknown { .. }
                | ReaderState::Parked { .. }
                | ReaderState::Answered { .. }
                | ReaderState::Reversing { .. }
                | ReaderState::Reversed { .. }
                | ReaderState::Kept { .. }
                | ReaderState::Decided { .. } => None,
            }
        })
    }

    fn was_reversed_since(&self, since: DateTime<FixedOffset>) -> bool {
        self.ledger.payments.values().any(|payment| {
            matches!(&payment.tender, Tender::Reader { reader: ReaderState::Reversed { at, .. }, .. } if *at >= since)
        })
    }

    /// An outage since then in which the reader was gone, and which is over.
    fn came_back_since(&self, since: DateTime<FixedOffset>) -> bool {
        let gone = |cause: &OutageCause| {
            matches!(cause, OutageCause::Reader(ReaderCause::NotConnected | ReaderCause::NoAnswer))
        };
        self.ledger.outages.values().any(|outage| {
            outage.began >= since && outage.ended.is_some() && outage.causes.iter().any(|(_, cause)| gone(cause))
        })
    }
}

/// Whether an outage that goes on is a case: nothing in the shop mends the acquirer's host.
fn is_a_case(outage: &Outage) -> bool {
    match outage.cause {
        OutageCause::Reader(_) | OutageCause::Line(_) => true,
        OutageCause::Host(_) => false,
    }
}

fn is_entry(outcome: &ReaderOutcome, check: Check) -> bool {
    match outcome {
        ReaderOutcome::Approved { entry, .. } => entry.is_some_and(|entry| Check::of_entry(entry) == check),
        ReaderOutcome::Declined { .. } | ReaderOutcome::NotCharged { .. } | ReaderOutcome::Unknown { .. } => false,
    }
}
