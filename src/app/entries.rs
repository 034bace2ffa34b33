//! Journal entries that were under way when the till died: nobody was told that they are saved, so they do not count.
//! The manager looks at them once, and the journal keeps that somebody did.

use chrono::{DateTime, FixedOffset};

use crate::app::notice::NoticeKind;
use crate::app::place::Overlay;
use crate::app::{App, Turn};
use crate::domain::fact::{ApprovalReason, Fact, ManagedAct};

/// An entry of one copy of the journal that was never confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnconfirmedEntry {
    /// Its number.
    pub seq: u64,
    /// When it was to be stored.
    pub at: DateTime<FixedOffset>,
    /// Who: a person's id, or `till`.
    pub actor: String,
    /// What would have happened.
    pub fact: Fact,
}

impl App {
    /// How many entries nobody has looked at yet.
    pub(crate) fn unconfirmed_count(&self) -> u32 {
        u32::try_from(self.unconfirmed.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn open_entries(&mut self) {
        if !self.unconfirmed.is_empty() {
            self.overlay = Some(Overlay::Entries);
        }
    }

    /// The manager has read the list. The entries never counted and never will; that they were seen is journaled.
    pub(super) fn entries_were_read(&mut self, turn: &mut Turn) {
        let (Some(manager), Some(first), Some(last)) =
            (self.person.clone(), self.unconfirmed.first(), self.unconfirmed.last())
        else {
            return;
        };
        if self.is_busy() {
            return;
        }
        let act = ManagedAct::EntriesSeen { first: first.seq, last: last.seq, count: self.unconfirmed_count() };
        let seen = Fact::ManagerApproved { manager, act, reason: ApprovalReason::Other, alone: false, by: None };
        self.overlay = None;
        self.save(vec![seen], turn);
    }

    /// What a manager's act changes on the screen once it is on disk.
    pub(super) fn act_is_stored(&mut self, fact: &Fact) {
        let Fact::ManagerApproved { act, .. } = fact else { return };
        match act {
            ManagedAct::EntriesSeen { .. } => self.unconfirmed.clear(),
            ManagedAct::PersonUnlocked => self.tell(NoticeKind::PersonUnlocked),
            ManagedAct::StoredCardAboveLimit { .. }
            | ManagedAct::UnknownAttemptParked { .. }
            | ManagedAct::KeyConfirmed
            | ManagedAct::KeyRetired
            | ManagedAct::PayeeTested
            | ManagedAct::CreditReturned { .. }
            | ManagedAct::HandoverTakenBack { .. }
            | ManagedAct::LossTaken { .. }
            | ManagedAct::LossUndone { .. }
            | ManagedAct::TransferAcceptedUnseen { .. }
            | ManagedAct::Refund { .. }
            | ManagedAct::DrawerTakenOver
            | ManagedAct::DrawerDifference { .. } => {}
        }
    }
}
