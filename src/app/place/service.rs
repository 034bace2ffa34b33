//! The pages around the reader's case: what is not in the ledger yet.

use chrono::{DateTime, FixedOffset};

use crate::domain::ids::CaseId;
use crate::domain::service::{Check, Help, Holder, PaperRefused};

/// The case of the reader: what is not in the ledger yet.
#[derive(Clone, Debug, Default)]
pub struct CaseTalk {
    /// Which case is looked at; the one of the reader in use until somebody chooses.
    pub case: Option<CaseId>,
    /// Which of the providers is shown, counted from the best.
    pub provider: usize,
    /// Somebody wants to call although the case asks something else.
    pub calling: bool,
    /// The reader is about to be exchanged or taken along: what has to be done before it leaves is asked.
    pub leaving: bool,
    /// The call that is being noted.
    pub draft: Option<CallDraft>,
    /// Somebody came for the reader.
    pub visitor: Option<VisitorDraft>,
    /// The serial number as it is typed.
    pub serial: String,
    /// Why the last pictures were not kept.
    pub refused: Option<PaperRefused>,
    /// The reader is about to be refused.
    pub refusing: Option<Refusing>,
    /// So many answers back: the question that is asked once more.
    pub questions_back: usize,
}

impl CaseTalk {
    /// What the keys write into: a name or their number for a call that is being noted, the name of a visitor, else the
    /// serial number.
    pub fn typed_mut(&mut self) -> &mut String {
        match (self.draft.as_mut(), self.visitor.as_mut()) {
            (Some(draft), _) if draft.asks_technician() => &mut draft.typed_technician,
            (Some(draft), _) => &mut draft.ticket,
            (None, Some(visitor)) => &mut visitor.name,
            (None, None) => &mut self.serial,
        }
    }
}

/// A reader that is about to be refused: nothing is noted before it was asked once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusing {
    /// For this check.
    This(Check),
    /// For one of the checks that held before.
    Which,
}

/// A call that was answered, as far as it is noted.
#[derive(Clone, Debug, Default)]
pub struct CallDraft {
    /// How they help.
    pub help: Option<Help>,
    /// By when, when they said.
    pub promised: Option<Option<DateTime<FixedOffset>>>,
    /// Who comes, when they named somebody.
    pub technician: Option<Option<String>>,
    /// That name as it is typed.
    pub typed_technician: String,
    /// Their number for it, as it is typed.
    pub ticket: String,
}

impl CallDraft {
    /// Whether it is asked who comes.
    #[must_use]
    pub fn asks_technician(&self) -> bool {
        self.help == Some(Help::Visit) && self.promised.is_some() && self.technician.is_none()
    }
}

/// Somebody who came for the reader, before it is handed over.
#[derive(Clone, Debug, Default)]
pub struct VisitorDraft {
    /// The name that they say, as it is typed.
    pub name: String,
    /// It is typed, and is the one that was announced.
    pub fits: bool,
}

/// Looking at the device register.
#[derive(Debug, Default)]
pub struct DeviceTalk {
    /// The chosen device; the one in use until somebody chooses.
    pub chosen: Option<String>,
    /// Into whose hands it goes, while it is asked when it is due back.
    pub handing: Option<Holder>,
}
