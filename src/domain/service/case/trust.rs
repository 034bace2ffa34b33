//! Whether the reader of a case may be used, and what keeps it in the shop: one rule for every way out.

use super::{Case, CaseState};
use crate::domain::service::check::Check;
use crate::domain::service::step::{CallOutcome, CaseStep, Help, Mended, Outstanding};

/// Whether a reader may be used while its case is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// As far as the case goes: what its machine says counts.
    Trusted,
    /// It was in other hands and nobody has accepted it: a manager makes the payments of its test, and nobody else any.
    OnTrial,
    /// It is away or in a technician's hands, or was refused.
    NotAccepted,
    /// Something about its seals or its housing is not as it was: it is not to be used at all.
    Suspect,
}

/// What has to be done before a reader may leave the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeforeSending {
    /// A copy of the ledger that was read back.
    Backup,
    /// The reader is asked for payments that it still holds.
    Held,
    /// It holds some: they have to be sent first. How many, where the reader says it.
    HoldsSome(Option<u32>),
}

impl Case {
    /// Whether its reader may be used.
    #[must_use]
    pub fn trust(&self) -> Trust {
        if self.is_suspect() {
            return Trust::Suspect;
        }
        match &self.state {
            CaseState::Away { .. } | CaseState::InRepair { .. } | CaseState::Rejected { .. } => Trust::NotAccepted,
            CaseState::Back { how, .. } | CaseState::UnderTest { how, .. } if how.was_in_other_hands() => {
                Trust::OnTrial
            }
            // Half a reader is better than none, until it was in other hands or was refused. That a technician came is
            // enough: no later call undoes it.
            CaseState::Reported { .. } | CaseState::Visited { .. } if self.awaits_acceptance() => Trust::NotAccepted,
            CaseState::Opened { .. }
            | CaseState::Diagnosed { .. }
            | CaseState::Reported { .. }
            | CaseState::Visited { .. }
            | CaseState::Back { .. }
            | CaseState::UnderTest { .. }
            | CaseState::Accepted { .. }
            | CaseState::Closed { .. } => Trust::Trusted,
        }
    }

    /// Whether its reader was in other hands, or a manager refused it: nothing but the signed test makes up for that.
    fn awaits_acceptance(&self) -> bool {
        let is_out = |step: &CaseStep| {
            let mended = if let CaseStep::Mended { how } = step { how.was_in_other_hands() } else { false };
            mended || matches!(step, CaseStep::VisitBegan { .. } | CaseStep::Sent {} | CaseStep::Rejected { .. })
        };
        self.history.iter().any(|moment| is_out(&moment.step))
    }

    /// Whether seals or housing were found broken, and nobody has found them whole since.
    #[must_use]
    pub fn is_suspect(&self) -> bool {
        // Another device stands there, or its seals were compared.
        let is_cleared = |step: &CaseStep| {
            matches!(
                step,
                CaseStep::Inspected { whole: true }
                    | CaseStep::Checked { check: Check::Seals, .. }
                    | CaseStep::Mended { how: Mended::Replaced }
            )
        };
        self.last(
            |moment| {
                if is_found_broken(&moment.step) { Some(true) } else { is_cleared(&moment.step).then_some(false) }
            },
        )
        .unwrap_or(false)
    }

    /// Whether whoever has to know of broken seals was reached since they were found.
    #[must_use]
    pub fn is_suspicion_reported(&self) -> bool {
        let is_agreed = |step: &CaseStep| matches!(step, CaseStep::Called { outcome: CallOutcome::Agreed { .. }, .. });
        self.last(
            |moment| {
                if is_found_broken(&moment.step) { Some(false) } else { is_agreed(&moment.step).then_some(true) }
            },
        )
        .unwrap_or(false)
    }

    /// Whether nothing is wrong with the reader: it goes back to whoever lent it.
    #[must_use]
    pub fn gives_back(&self) -> bool {
        matches!(self.history.first().map(|first| &first.step), Some(CaseStep::Opened { gives_back: true, .. }))
    }

    /// Whether its reader goes back to whoever lent it: nothing is wrong with it, or it did not pass its first test.
    #[must_use]
    pub fn may_go_back(&self) -> bool {
        match &self.state {
            CaseState::Opened { .. } => self.gives_back(),
            CaseState::Rejected { .. } => self.is_lent(),
            // Of broken seals somebody has to be told first; that makes it no reader to be mended here.
            CaseState::Reported { .. } => {
                self.is_lent() && self.since_back().any(|step| matches!(step, CaseStep::Rejected { .. }))
            }
            CaseState::Diagnosed { .. }
            | CaseState::Visited { .. }
            | CaseState::Away { .. }
            | CaseState::InRepair { .. }
            | CaseState::Back { .. }
            | CaseState::UnderTest { .. }
            | CaseState::Accepted { .. }
            | CaseState::Closed { .. } => false,
        }
    }

    /// Whether its reader has left the shop and has not come back.
    #[must_use]
    pub fn has_left(&self) -> bool {
        match &self.state {
            CaseState::Away { .. } | CaseState::InRepair { .. } => true,
            CaseState::Opened { .. }
            | CaseState::Diagnosed { .. }
            | CaseState::Reported { .. }
            | CaseState::Visited { .. }
            | CaseState::Back { .. }
            | CaseState::UnderTest { .. }
            | CaseState::Accepted { .. }
            | CaseState::Rejected { .. }
            | CaseState::Closed { .. } => false,
        }
    }

    /// What still has to be done before the reader may leave the shop, whichever way: sent in, exchanged, taken along by a
    /// technician, or given back; `None` when it may.
    ///
    /// The backup and the question have to be of this order, and younger than the last time that the reader left or came
    /// back: those of an earlier way out say nothing of what it took since.
    #[must_use]
    pub fn before_leaving(&self) -> Option<BeforeSending> {
        if !self.since_here().any(|step| matches!(step, CaseStep::BackedUp { .. })) {
            return Some(BeforeSending::Backup);
        }
        let held =
            self.since_here().find_map(|step| if let CaseStep::HeldAsked { held } = step { Some(*held) } else { None });
        match held {
            None => Some(BeforeSending::Held),
            Some(Outstanding::Said { count: 0 } | Outstanding::Signed) => None,
            Some(Outstanding::Said { count }) => Some(BeforeSending::HoldsSome(Some(count))),
            Some(Outstanding::Known) => Some(BeforeSending::HoldsSome(None)),
        }
    }

    /// Whether it may have been mended this way, from where the case stands. Whoever exchanges a reader takes the old one
    /// along, so that is a way out of the shop as well.
    #[must_use]
    pub fn may_be_mended(&self, how: Mended) -> bool {
        match (how, &self.state) {
            (Mended::Here, CaseState::Opened { .. } | CaseState::Diagnosed { .. }) => !self.is_suspect(),
            (Mended::ByProvider, CaseState::Visited { .. }) => true,
            (Mended::ByProvider, CaseState::Reported { order, .. }) => order.help == Help::Remote,
            (Mended::Replaced, CaseState::Visited { .. }) => self.before_leaving().is_none(),
            (Mended::Replaced, CaseState::Reported { order, .. }) => {
                order.help == Help::Swap && self.before_leaving().is_none()
            }
            (Mended::Repaired | Mended::Replaced, CaseState::Away { .. } | CaseState::InRepair { .. }) => true,
            // A loaner's first case begins with its coming.
            (Mended::Lent, CaseState::Opened { .. }) => self.history.len() == 1 && !self.gives_back(),
            (Mended::Here | Mended::ByProvider | Mended::Repaired | Mended::Replaced | Mended::Lent, _) => false,
        }
    }
}

/// Whether a person found seals or housing broken, or read off the reader that its alarm went off.
fn is_found_broken(step: &CaseStep) -> bool {
    matches!(
        step,
        CaseStep::Inspected { whole: false }
            | CaseStep::Rejected { check: Check::Seals }
            | CaseStep::Answered { suspect: true, .. }
    )
}
