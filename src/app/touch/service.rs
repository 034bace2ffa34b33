//! Touches on the pages around the reader's case.

use crate::domain::service::Ready;

/// See `ui/api/case_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum CaseTouch {
    Choose(String),
    Digits(String),
    /// The whole line, as a keyboard or an input method wrote it.
    Line(String),
    Erase,
    NextCase,
    WriteRequest,
    WritePack,
    ToCare,
    ToLearn,
    Leave,
}

/// See `ui/api/care_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum CareTouch {
    Act(Ready),
    ToCase,
    ToDevices,
    Practise,
}

/// See `ui/api/device_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum DeviceTouch {
    Choose(String),
    Use,
    Hand,
    Cancel,
    /// In so many days; nothing was agreed.
    Due(Option<u16>),
    /// The one that stood here before it went away.
    FormerGone,
}

/// See `ui/api/learn_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum LearnTouch {
    Choose(String),
    /// The whole of what is searched for, as a keyboard or an input method wrote it.
    Line(String),
    Letter(String),
    Erase,
    ToCase,
}
