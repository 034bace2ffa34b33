//! One case: its life cycle, and the history it is folded from.
//!
//! ```text
//! Opened ─► Diagnosed ─► Reported ─┬─► Visited ──────────────┬─► Back ─► UnderTest ─┬─► Accepted ─► Closed
//!    │          │            ▲     └─► Away ─► InRepair ─────┘                      └─► Rejected ─┐
//!    │          └─► Closed   └────────────────────────────────────────────────────────────────────┘
//!    └──────────────► Back        tried here, and it helped
//! ```
//!
//! What a case can say of itself is in [`known`]; whether its reader may be used, and what keeps it in the shop, in
//! [`trust`].

mod known;
mod trust;

use std::collections::BTreeMap;

pub use self::trust::{BeforeSending, Trust};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::ids::{CaseId, PersonId};
use crate::domain::ladder::Kind;
use crate::domain::service::check::Check;
use crate::domain::service::step::{CallOutcome, CaseStep, Ending, Help, Mended, Proof};

/// The most moments of one case up to which anything is noted; after that only steps that lead on are taken ...
pub const MOMENTS_MAX: usize = 400;
/// ... and no more than this in all.
pub const STEPS_MAX: usize = 1_000;

/// One case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// Its running number at this till, as people call it.
    pub number: u32,
    /// The reader, as it names itself or people call it.
    pub reader: String,
    /// Where it stands.
    pub state: CaseState,
    /// Everything that happened, oldest first.
    pub history: Vec<Moment>,
}

/// One thing that happened, when, and by whom; nobody where the till did it by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// When.
    pub at: DateTime<FixedOffset>,
    /// By whom.
    pub by: Option<PersonId>,
    /// What.
    pub step: CaseStep,
}

/// Where a case stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields have the names of the types they hold, which are documented")]
pub enum CaseState {
    /// The cause is being looked for.
    Opened { since: DateTime<FixedOffset> },
    /// The cause is confirmed; nobody was reached yet.
    Diagnosed { since: DateTime<FixedOffset>, kind: Kind, percent: u8 },
    /// A provider helps.
    Reported { since: DateTime<FixedOffset>, kind: Kind, order: Order },
    /// A technician is in the shop.
    Visited { since: DateTime<FixedOffset>, kind: Kind, order: Order },
    /// The reader is on its way.
    Away { since: DateTime<FixedOffset>, kind: Kind, order: Order },
    /// The provider has it.
    InRepair { since: DateTime<FixedOffset>, kind: Kind, order: Order },
    /// It is to be used again, and is not trusted yet.
    Back { since: DateTime<FixedOffset>, kind: Kind, how: Mended },
    /// The acceptance test is being made.
    UnderTest { since: DateTime<FixedOffset>, kind: Kind, how: Mended, held: BTreeMap<Check, Proof> },
    /// A manager signed for it.
    Accepted { since: DateTime<FixedOffset> },
    /// A manager refused it.
    Rejected { since: DateTime<FixedOffset>, kind: Kind, check: Check },
    /// Nothing is left to do.
    Closed { since: DateTime<FixedOffset>, ending: Ending },
}

/// What a provider agreed to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Who.
    pub provider: String,
    /// How.
    pub help: Help,
    /// Their number for it.
    pub ticket: Option<String>,
    /// Who comes, when they said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technician: Option<String>,
    /// When they said that it will be done.
    pub promised: Option<DateTime<FixedOffset>>,
}

/// What has still to be told of a repair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untold {
    /// What was done.
    Work,
    /// The serial number of what stands there now.
    Serial,
}

impl Case {
    /// A case that begins now.
    ///
    /// # Errors
    ///
    /// The step is not the opening of a case.
    pub fn open(id: CaseId, at: DateTime<FixedOffset>, by: Option<PersonId>, step: &CaseStep) -> Result<Self, String> {
        let CaseStep::Opened { number, reader, .. } = step else {
            return Err(format!("a case begins by being opened, not by “{step:?}”"));
        };
        Ok(Self {
            id,
            number: *number,
            reader: reader.clone(),
            state: CaseState::Opened { since: at },
            history: vec![Moment { at, by, step: step.clone() }],
        })
    }

    /// Takes one more step. On an error nothing has changed.
    ///
    /// # Errors
    ///
    /// The state does not allow it.
    pub fn take(&mut self, at: DateTime<FixedOffset>, by: Option<PersonId>, step: &CaseStep) -> Result<(), String> {
        let next = self.next(at, step)?;
        if self.history.len() >= STEPS_MAX || (next == self.state && !self.has_room()) {
            return Err(format!("case {} has {} moments: close it and open another", self.number, self.history.len()));
        }
        self.state = next;
        self.history.push(Moment { at, by, step: step.clone() });
        Ok(())
    }

    /// Whether anything may still be noted that does not lead on.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.history.len() < MOMENTS_MAX
    }

    /// Where the step leads from where the case stands.
    fn next(&self, at: DateTime<FixedOffset>, step: &CaseStep) -> Result<CaseState, String> {
        let state = &self.state;
        let next = match step {
            _ if self.is_closed() => None,
            CaseStep::Opened { .. } => None,
            // What was seen, answered and tried is kept wherever the case stands.
            CaseStep::Joined { .. }
            | CaseStep::Seen { .. }
            | CaseStep::CardFailed { .. }
            | CaseStep::Answered { .. }
            | CaseStep::Warned { .. }
            | CaseStep::TryBegan { .. }
            | CaseStep::TryEnded { .. }
            | CaseStep::VisitorRefused { .. }
            | CaseStep::Inspected { .. }
            | CaseStep::BackedUp { .. }
            | CaseStep::HeldAsked { .. } => Some(state.clone()),
            CaseStep::Diagnosed { kind, percent } => {
                let is_open = matches!(state, CaseState::Opened { .. } | CaseState::Diagnosed { .. });
                is_open.then_some(CaseState::Diagnosed { since: at, kind: *kind, percent: *percent })
            }
            CaseStep::Called { outcome: CallOutcome::NoAnswer | CallOutcome::WrongNumber, .. } => Some(state.clone()),
            CaseStep::Called { provider, outcome: CallOutcome::Agreed { help, ticket, promised, technician } } => {
                let (provider, ticket, technician) = (provider.clone(), ticket.clone(), technician.clone());
                self.ordered(at, Order { provider, help: *help, ticket, promised: *promised, technician })
            }
            CaseStep::VisitorDoubted { .. } => matches!(state, CaseState::Reported { .. }).then(|| state.clone()),
            CaseStep::VisitBegan { .. } | CaseStep::Sent {} | CaseStep::Received {} => self.handed_over(at, step),
            CaseStep::Mended { how } => {
                self.may_be_mended(*how).then_some(CaseState::Back { since: at, kind: self.kind(), how: *how })
            }
            CaseStep::Worked { .. } | CaseStep::WorkTold {} | CaseStep::SerialRead { .. } => {
                let is_back = matches!(state, CaseState::Back { .. } | CaseState::UnderTest { .. });
                is_back.then(|| state.clone())
            }
            CaseStep::SerialConfirmed { serial } => {
                (self.serial_of_another() == Some(serial.as_str())).then(|| state.clone())
            }
            CaseStep::Checked { check, proof } => self.checked(at, *check, *proof),
            CaseStep::Accepted {} => {
                let holds = self.missing().is_some_and(|missing| missing.is_empty());
                holds.then_some(CaseState::Accepted { since: at })
            }
            CaseStep::Rejected { check } => {
                let is_tested = matches!(state, CaseState::Back { .. } | CaseState::UnderTest { .. });
                is_tested.then_some(CaseState::Rejected { since: at, kind: self.kind(), check: *check })
            }
            CaseStep::Closed { ending } => {
                let fits = match ending {
                    Ending::Accepted => matches!(state, CaseState::Accepted { .. }),
                    Ending::OnlyTheCard | Ending::OnlyTheHost => matches!(state, CaseState::Diagnosed { .. }),
                    // Broken seals are no mistake that a tap undoes.
                    Ending::Mistake => {
                        matches!(state, CaseState::Opened { .. } | CaseState::Diagnosed { .. }) && !self.is_suspect()
                    }
                    Ending::GivenBack => self.may_go_back() && self.before_leaving().is_none(),
                };
                fits.then_some(CaseState::Closed { since: at, ending: *ending })
            }
        };
        next.ok_or_else(|| format!("case {} is {}, which allows no step “{step:?}”", self.number, state.word()))
    }

    /// A provider agreed: a first order, another one for a promise that was not kept, or one after a reader that was
    /// refused. A new promise brings no reader back that is away.
    fn ordered(&self, at: DateTime<FixedOffset>, order: Order) -> Option<CaseState> {
        let kind = self.kind();
        match &self.state {
            CaseState::Opened { .. }
            | CaseState::Diagnosed { .. }
            | CaseState::Reported { .. }
            | CaseState::Visited { .. }
            | CaseState::Rejected { .. } => Some(CaseState::Reported { since: at, kind, order }),
            CaseState::Away { since, .. } => Some(CaseState::Away { since: *since, kind, order }),
            CaseState::InRepair { since, .. } => Some(CaseState::InRepair { since: *since, kind, order }),
            CaseState::Back { .. }
            | CaseState::UnderTest { .. }
            | CaseState::Accepted { .. }
            | CaseState::Closed { .. } => None,
        }
    }

    /// The reader comes into other hands: a technician's, the carrier's, the provider's.
    fn handed_over(&self, at: DateTime<FixedOffset>, step: &CaseStep) -> Option<CaseState> {
        let (kind, order) = (self.kind(), self.state.order()?.clone());
        match (step, &self.state) {
            // Once somebody did not fit, no name alone leads to the reader: it may be the same person with a better one.
            (CaseStep::VisitBegan { asked_back, .. }, CaseState::Reported { .. }) => {
                (*asked_back || !self.was_doubted()).then_some(CaseState::Visited { since: at, kind, order })
            }
            (CaseStep::Sent {}, CaseState::Reported { .. } | CaseState::Visited { .. }) => {
                self.before_leaving().is_none().then_some(CaseState::Away { since: at, kind, order })
            }
            (CaseStep::Received {}, CaseState::Away { .. }) => Some(CaseState::InRepair { since: at, kind, order }),
            (_, _) => None,
        }
    }

    /// A check of the acceptance test holds.
    fn checked(&self, at: DateTime<FixedOffset>, check: Check, proof: Proof) -> Option<CaseState> {
        let (since, how, mut held) = match &self.state {
            CaseState::Back { how, .. } => (at, *how, BTreeMap::new()),
            CaseState::UnderTest { since, how, held, .. } => (*since, *how, held.clone()),
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
        // What the till saw itself is worth more than what a person says, whichever came first.
        if proof == Proof::Till || held.get(&check) != Some(&Proof::Till) {
            held.insert(check, proof);
        }
        Some(CaseState::UnderTest { since, kind: self.kind(), how, held })
    }
}

impl CaseState {
    /// When it began.
    #[must_use]
    pub fn since(&self) -> DateTime<FixedOffset> {
        match self {
            Self::Opened { since }
            | Self::Diagnosed { since, .. }
            | Self::Reported { since, .. }
            | Self::Visited { since, .. }
            | Self::Away { since, .. }
            | Self::InRepair { since, .. }
            | Self::Back { since, .. }
            | Self::UnderTest { since, .. }
            | Self::Accepted { since }
            | Self::Rejected { since, .. }
            | Self::Closed { since, .. } => *since,
        }
    }

    /// What a provider agreed to do, while it is being done.
    #[must_use]
    pub fn order(&self) -> Option<&Order> {
        match self {
            Self::Reported { order, .. }
            | Self::Visited { order, .. }
            | Self::Away { order, .. }
            | Self::InRepair { order, .. } => Some(order),
            Self::Opened { .. }
            | Self::Diagnosed { .. }
            | Self::Back { .. }
            | Self::UnderTest { .. }
            | Self::Accepted { .. }
            | Self::Rejected { .. }
            | Self::Closed { .. } => None,
        }
    }

    /// The state in one word, as files have it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Diagnosed { .. } => "diagnosed",
            Self::Reported { .. } => "reported",
            Self::Visited { .. } => "visited",
            Self::Away { .. } => "away",
            Self::InRepair { .. } => "in_repair",
            Self::Back { .. } => "back",
            Self::UnderTest { .. } => "under_test",
            Self::Accepted { .. } => "accepted",
            Self::Rejected { .. } => "rejected",
            Self::Closed { .. } => "closed",
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
