//! What a case can say of itself, read off its history; none of it changes anything.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, TimeDelta};

use super::{Case, CaseState, Moment, Untold};
use crate::domain::ids::OutageId;
use crate::domain::ladder::{Kind, Rung};
use crate::domain::service::check::Check;
use crate::domain::service::misread::Misread;
use crate::domain::service::step::{CallOutcome, CaseStep, Doubt, Mended, Proof, Work};

impl Case {
    /// The last moment of which `pick` takes something, and that.
    pub(super) fn last<'a, T>(&'a self, pick: impl Fn(&'a Moment) -> Option<T>) -> Option<T> {
        self.history.iter().rev().find_map(pick)
    }

    /// Whether nothing is left to do.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self.state, CaseState::Closed { .. })
    }

    /// When it was opened.
    #[must_use]
    pub fn opened(&self) -> DateTime<FixedOffset> {
        self.history.first().map_or(DateTime::UNIX_EPOCH.fixed_offset(), |first| first.at)
    }

    /// The outages that belong to it.
    pub fn outages(&self) -> impl Iterator<Item = OutageId> {
        self.history.iter().filter_map(|moment| {
            if let CaseStep::Opened { outage: Some(outage), .. } | CaseStep::Joined { outage } = &moment.step {
                Some(*outage)
            } else {
                None
            }
        })
    }

    /// What the ladder found last: the kind of trouble and the rung; `None` while it was not climbed for this case.
    #[must_use]
    pub fn seen(&self) -> Option<(Option<Kind>, Option<Rung>)> {
        self.last(|moment| if let CaseStep::Seen { kind, rung } = &moment.step { Some((*kind, *rung)) } else { None })
    }

    /// The trouble that the ladder found, even if it is gone by now.
    #[must_use]
    pub fn seen_kind(&self) -> Option<Kind> {
        self.last(|moment| if let CaseStep::Seen { kind, .. } = &moment.step { *kind } else { None })
    }

    /// The cards that its reader did not read, oldest first.
    pub fn misreads(&self) -> impl Iterator<Item = &Misread> {
        self.history
            .iter()
            .filter_map(|moment| if let CaseStep::CardFailed { misread } = &moment.step { Some(misread) } else { None })
    }

    /// The checks of the last test, in their order, with what each was taken to hold by.
    #[must_use]
    pub fn tested(&self) -> BTreeMap<Check, Proof> {
        let mut held = BTreeMap::new();
        for step in self.since_back() {
            // The latest first: what the till saw is worth more than what a person said, and the last word more than the
            // first.
            if let CaseStep::Checked { check, proof } = step
                && (*proof == Proof::Till || !held.contains_key(check))
            {
                held.insert(*check, *proof);
            }
        }
        held
    }

    /// The last answer to each question.
    #[must_use]
    pub fn answers(&self) -> BTreeMap<&str, &str> {
        let mut answers = BTreeMap::new();
        for moment in &self.history {
            if let CaseStep::Answered { question, answer, .. } = &moment.step {
                answers.insert(question.as_str(), answer.as_str());
            }
        }
        answers
    }

    /// What was tried, with whether it helped.
    pub fn tried(&self) -> impl Iterator<Item = (&str, bool)> {
        self.history.iter().filter_map(|moment| {
            if let CaseStep::TryEnded { remedy, helped } = &moment.step {
                Some((remedy.as_str(), *helped))
            } else {
                None
            }
        })
    }

    /// Whether anybody began to try this: what is not possible in a shop is passed over, and helped nobody.
    #[must_use]
    pub fn was_begun(&self, remedy: &str) -> bool {
        self.history
            .iter()
            .any(|moment| matches!(&moment.step, CaseStep::TryBegan { remedy: begun } if begun == remedy))
    }

    /// What is being tried, and since when.
    #[must_use]
    pub fn trying(&self) -> Option<(&str, DateTime<FixedOffset>)> {
        let is_ended = |moment: &Moment| matches!(moment.step, CaseStep::TryEnded { .. });
        let after = self.history.iter().rposition(is_ended).map_or(0, |last| last + 1);
        self.history[after..].iter().rev().find_map(|moment| {
            if let CaseStep::TryBegan { remedy } = &moment.step { Some((remedy.as_str(), moment.at)) } else { None }
        })
    }

    /// Whether the supplier's notice says that the reader is not to be restarted, or its alarm went off: what set it off
    /// is to be found by whoever may open it.
    #[must_use]
    pub fn must_not_restart(&self) -> bool {
        let said = |moment: &Moment| match moment.step {
            CaseStep::Warned { do_not_restart } => Some(do_not_restart),
            CaseStep::Answered { suspect: true, .. } => Some(true),
            _ => None,
        };
        self.last(said).unwrap_or(false)
    }

    /// The cause that a manager confirmed, with how sure the till was of it: 0 per cent of one that was named against it.
    #[must_use]
    pub fn confirmed(&self) -> Option<(Kind, u8)> {
        self.last(
            |moment| {
                if let CaseStep::Diagnosed { kind, percent } = moment.step { Some((kind, percent)) } else { None }
            },
        )
    }

    /// The cause that a manager confirmed; without one, what the ladder found, and else a part of the reader.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.confirmed().map(|(kind, _)| kind).or_else(|| self.seen_kind()).unwrap_or(Kind::Hardware)
    }

    /// The steps since a provider agreed to help, the latest first.
    pub(super) fn since_order(&self) -> impl Iterator<Item = &CaseStep> {
        let is_order =
            |moment: &Moment| matches!(&moment.step, CaseStep::Called { outcome: CallOutcome::Agreed { .. }, .. });
        let begin = self.history.iter().rposition(is_order).unwrap_or(0);
        self.history[begin..].iter().rev().map(|moment| &moment.step)
    }

    /// The steps of the order that stands while the reader is where it is now, the latest first.
    pub(super) fn since_here(&self) -> impl Iterator<Item = &CaseStep> {
        let has_moved = |step: &&CaseStep| matches!(step, CaseStep::Sent {} | CaseStep::Mended { .. });
        self.since_order().take_while(move |step| !has_moved(step))
    }

    /// Whether seals and housing were whole before this repair; `None` while nobody looked.
    #[must_use]
    pub fn was_whole(&self) -> Option<bool> {
        self.since_order().find_map(|step| if let CaseStep::Inspected { whole } = step { Some(*whole) } else { None })
    }

    /// The steps since the reader came back the last time, the latest first; none while it is not back.
    pub(super) fn since_back(&self) -> impl Iterator<Item = &CaseStep> {
        let is_back = |moment: &Moment| matches!(moment.step, CaseStep::Mended { .. });
        let begin = self.history.iter().rposition(is_back).unwrap_or(self.history.len());
        self.history[begin..].iter().rev().map(|moment| &moment.step)
    }

    /// What was done to the reader before it came back the last time, the latest first.
    pub fn works(&self) -> impl Iterator<Item = Work> {
        self.since_back().filter_map(|step| if let CaseStep::Worked { work } = step { Some(*work) } else { None })
    }

    /// What whoever took the reader back has still to tell of the repair, before it is tested. One that never left the
    /// shop's hands was seen all the time, and one that was mended from afar still has its number.
    #[must_use]
    pub fn untold(&self) -> Option<Untold> {
        let how =
            self.since_back().find_map(|step| if let CaseStep::Mended { how } = step { Some(*how) } else { None })?;
        // Since it came back the time before, whatever was agreed on the telephone meanwhile.
        let is_back = |moment: &&Moment| matches!(moment.step, CaseStep::Mended { .. });
        let before = self.history.iter().rev().skip_while(|moment| !is_back(moment)).skip(1);
        let mut before = before.take_while(|moment| !is_back(moment)).map(|moment| &moment.step);
        let was_handed_over = before.any(|step| matches!(step, CaseStep::VisitBegan { .. } | CaseStep::Sent {}));
        let (work, serial) = match how {
            Mended::Here => (false, false),
            Mended::ByProvider => (true, was_handed_over || self.serial_of_another().is_some()),
            Mended::Lent => (false, true),
            Mended::Repaired | Mended::Replaced => (true, true),
        };
        if work && !self.since_back().any(|step| matches!(step, CaseStep::WorkTold {})) {
            return Some(Untold::Work);
        }
        let is_read = self.since_back().any(|step| matches!(step, CaseStep::SerialRead { .. }));
        (serial && !is_read).then_some(Untold::Serial)
    }

    /// The serial number that was read off the reader when it came back the last time.
    #[must_use]
    pub fn serial_read(&self) -> Option<&str> {
        self.since_back()
            .find_map(|step| if let CaseStep::SerialRead { serial, .. } = step { Some(serial.as_str()) } else { None })
    }

    /// The serial number that was read off the reader last, where it is not that of the register. No repair settles that:
    /// it stays open until another number is read, or the provider confirms that it sent this one.
    #[must_use]
    pub fn serial_of_another(&self) -> Option<&str> {
        let read = self.last(|moment| match &moment.step {
            CaseStep::SerialRead { serial, fits } => Some((serial.as_str(), *fits)),
            CaseStep::SerialConfirmed { serial } => Some((serial.as_str(), None)),
            _ => None,
        });
        read.filter(|(_, fits)| *fits == Some(false)).map(|(serial, _)| serial)
    }

    /// When a manager signed for its reader, or the case was closed in another way: what happens later is no part of it.
    #[must_use]
    pub fn settled(&self) -> Option<DateTime<FixedOffset>> {
        let is_end = |moment: &&Moment| matches!(moment.step, CaseStep::Accepted {} | CaseStep::Closed { .. });
        self.history.iter().find(is_end).map(|moment| moment.at)
    }

    /// Whether its reader was on trial at this moment: it was in other hands, was back, and nobody had signed for it.
    #[must_use]
    pub fn was_on_trial(&self, at: DateTime<FixedOffset>) -> bool {
        let turned = self.history.iter().rev().filter(|moment| moment.at <= at).find_map(|moment| match moment.step {
            CaseStep::Mended { how } => Some(how.was_in_other_hands()),
            CaseStep::Accepted {} | CaseStep::Rejected { .. } => Some(false),
            _ => None,
        });
        turned.unwrap_or(false)
    }

    /// The checks that still have to hold, in their order; `None` when no test is due.
    #[must_use]
    pub fn missing(&self) -> Option<Vec<Check>> {
        let (kind, how, held) = match &self.state {
            CaseState::Back { kind, how, .. } => (*kind, *how, None),
            CaseState::UnderTest { kind, how, held, .. } => (*kind, *how, Some(held)),
            CaseState::Opened { .. }
            | CaseState::Diagnosed { .. }
            | CaseState::Reported { .. }
            | CaseState::Visited { .. }
            | CaseState::Away { .. }
            | CaseState::InRepair { .. }
            | CaseState::Accepted { .. }
            | CaseState::Rejected { .. }
            | CaseState::Closed { .. } => return None,
        };
        let needed = Check::ALL.into_iter().filter(|check| check.is_needed(kind, how));
        Some(needed.filter(|check| held.is_none_or(|held| !held.contains_key(check))).collect())
    }

    /// The checks that its test has, whether they hold or not; none while no test is due.
    #[must_use]
    pub fn checks(&self) -> Vec<Check> {
        let (CaseState::Back { kind, how, .. } | CaseState::UnderTest { kind, how, .. }) = &self.state else {
            return Vec::new();
        };
        Check::ALL.into_iter().filter(|check| check.is_needed(*kind, *how)).collect()
    }

    /// Who came for the reader and did not fit the order, until a manager has decided about them.
    #[must_use]
    pub fn doubted(&self) -> Option<(&str, Doubt)> {
        let last = self.last(|moment| match &moment.step {
            CaseStep::VisitorDoubted { visitor, why } => Some(Some((visitor.as_str(), *why))),
            CaseStep::VisitorRefused { .. } | CaseStep::VisitBegan { .. } => Some(None),
            _ => None,
        });
        last.flatten()
    }

    /// Whether somebody who did not fit came since the last visit: from then on a manager asks the provider back, whoever
    /// comes.
    #[must_use]
    pub fn was_doubted(&self) -> bool {
        let since = self.history.iter().rev().take_while(|moment| !matches!(moment.step, CaseStep::VisitBegan { .. }));
        since.into_iter().any(|moment| matches!(moment.step, CaseStep::VisitorDoubted { .. }))
    }

    /// The questions that were answered, in the order of their first answers.
    #[must_use]
    pub fn asked_before(&self) -> Vec<&str> {
        let mut asked = Vec::new();
        for moment in &self.history {
            if let CaseStep::Answered { question, .. } = &moment.step
                && !asked.contains(&question.as_str())
            {
                asked.push(question.as_str());
            }
        }
        asked
    }

    /// Whether its reader was lent, and is tested before it is used for the first time.
    #[must_use]
    pub fn is_lent(&self) -> bool {
        self.history.iter().any(|moment| moment.step == CaseStep::Mended { how: Mended::Lent })
    }

    /// How long a promise is overdue; `None` while none is.
    #[must_use]
    pub fn overdue(&self, now: DateTime<FixedOffset>) -> Option<TimeDelta> {
        let promised = self.state.order()?.promised?;
        (now > promised).then(|| now - promised)
    }
}
