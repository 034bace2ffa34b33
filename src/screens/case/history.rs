//! What happened in a case, row by row.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use crate::app::App;
use crate::domain::ladder::Kind;
use crate::domain::reader::EntryMode;
use crate::domain::service::{
    CallOutcome, Case, CaseStep, Check, Doubt, Ending, Guide, Help, Mended, MisreadCause, Moment, Outstanding, Proof,
    Work,
};
use crate::screens::day_and_clock;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseRow {
    /// When.
    pub time_text: String,
    /// Who; `None` where the till did it by itself.
    pub who: Option<String>,
    /// What, as a sentence.
    pub said: CaseSaid,
    /// The first thing in it.
    pub first: String,
    /// The second.
    pub second: String,
    /// The kind of trouble it speaks of.
    pub kind: Option<Kind>,
    /// The check it speaks of.
    pub check: Option<Check>,
    /// The work it speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work: Option<Work>,
    /// Why a card was not read, and how it was presented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub misread: Option<(MisreadCause, Option<EntryMode>)>,
}

/// The sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/case_api.slint")]
pub enum CaseSaid {
    Opened,
    OpenedToGiveBack,
    CardFailed,
    OutageJoined,
    LadderFound,
    LadderFoundNothing,
    Answered,
    RestartForbidden,
    RestartAllowed,
    TryBegan,
    TryHelped,
    TryHelpedNot,
    TrySkipped,
    Diagnosed,
    CauseNamed,
    NobodyAnswered,
    WrongNumber,
    AgreedVisit,
    AgreedSendIn,
    AgreedSwap,
    AgreedRemote,
    BackedUp,
    HeldNone,
    HeldSome,
    HeldSigned,
    HeldKnown,
    Sent,
    Received,
    VisitBegan,
    VisitorFits,
    VisitorAskedBack,
    DoubtedName,
    DoubtedUnannounced,
    DoubtedBefore,
    DoubtedOrder,
    VisitorRefused,
    WasWhole,
    WasNotWhole,
    Worked,
    WorkTold,
    SerialFits,
    SerialDiffers,
    SerialNoted,
    SerialConfirmed,
    MendedHere,
    MendedByProvider,
    Repaired,
    Replaced,
    Lent,
    CheckSeen,
    CheckWithPictures,
    CheckSaid,
    CheckAbsent,
    Accepted,
    Rejected,
    ClosedAccepted,
    ClosedAsCard,
    ClosedAsHost,
    ClosedAsMistake,
    ClosedGivenBack,
}

impl CaseSaid {
    /// Whether the sentence has the name of somebody who came for the reader.
    pub(in crate::screens) fn names_visitor(self) -> bool {
        matches!(
            self,
            Self::VisitorFits
                | Self::VisitorAskedBack
                | Self::DoubtedName
                | Self::DoubtedUnannounced
                | Self::DoubtedBefore
                | Self::DoubtedOrder
                | Self::VisitorRefused
        )
    }
}

/// Everything that happened, the latest first.
pub(super) fn rows(app: &App, case: &Case) -> Vec<CaseRow> {
    let guide = app.guide_of(case);
    // A card that was not read stands where it happened: it may have come onto the case later.
    let mut moments: Vec<&Moment> = case.history.iter().rev().collect();
    moments.sort_by_key(|moment| std::cmp::Reverse(happened(moment)));
    moments.into_iter().map(|moment| row(app, case, guide, moment)).collect()
}

fn happened(moment: &Moment) -> DateTime<FixedOffset> {
    if let CaseStep::CardFailed { misread } = &moment.step { misread.at } else { moment.at }
}

fn row(app: &App, case: &Case, guide: &Guide, moment: &Moment) -> CaseRow {
    let (said, first, second) = said(app, case, guide, &moment.step);
    let (kind, check) = match &moment.step {
        CaseStep::Seen { kind, .. } => (*kind, None),
        CaseStep::Diagnosed { kind, .. } => (Some(*kind), None),
        CaseStep::Checked { check, .. } | CaseStep::Rejected { check } => (None, Some(*check)),
        CaseStep::Opened { .. }
        | CaseStep::Worked { .. }
        | CaseStep::CardFailed { .. }
        | CaseStep::Joined { .. }
        | CaseStep::Answered { .. }
        | CaseStep::Warned { .. }
        | CaseStep::TryBegan { .. }
        | CaseStep::TryEnded { .. }
        | CaseStep::Called { .. }
        | CaseStep::BackedUp { .. }
        | CaseStep::HeldAsked { .. }
        | CaseStep::Sent {}
        | CaseStep::Received {}
        | CaseStep::VisitBegan { .. }
        | CaseStep::VisitorDoubted { .. }
        | CaseStep::VisitorRefused { .. }
        | CaseStep::Inspected { .. }
        | CaseStep::WorkTold {}
        | CaseStep::SerialRead { .. }
        | CaseStep::SerialConfirmed { .. }
        | CaseStep::Mended { .. }
        | CaseStep::Accepted {}
        | CaseStep::Closed { .. } => (None, None),
    };
    let name =
        |id: &crate::domain::ids::PersonId| app.person(id).map_or_else(|| id.0.clone(), |person| person.name.clone());
    let work = if let CaseStep::Worked { work } = &moment.step { Some(*work) } else { None };
    let misread = if let CaseStep::CardFailed { misread } = &moment.step { Some(misread) } else { None };
    CaseRow {
        time_text: day_and_clock(app, happened(moment)),
        who: moment.by.as_ref().map(name),
        said,
        first,
        second,
        kind,
        check,
        work,
        misread: misread.map(|misread| (misread.cause, misread.card.entry)),
    }
}

/// The sentence of a step, and what stands in it.
#[allow(clippy::too_many_lines, reason = "one arm for each step")]
fn said(app: &App, case: &Case, guide: &Guide, step: &CaseStep) -> (CaseSaid, String, String) {
    let plain = |said| (said, String::new(), String::new());
    let with = |said, first: &str| (said, first.to_owned(), String::new());
    let remedy =
        |said, id: &String| with(said, guide.remedy(id).map_or(id.as_str(), |remedy| remedy.text.of(app.language)));
    match step {
        CaseStep::Opened { reader, gives_back: true, .. } => with(CaseSaid::OpenedToGiveBack, reader),
        CaseStep::Opened { reader, gives_back: false, .. } => with(CaseSaid::Opened, reader),
        CaseStep::CardFailed { misread } => {
            with(CaseSaid::CardFailed, misread.card.brand.map_or("", |brand| brand.label()))
        }
        CaseStep::Joined { .. } => plain(CaseSaid::OutageJoined),
        CaseStep::Seen { kind: Some(_), .. } => plain(CaseSaid::LadderFound),
        CaseStep::Seen { kind: None, .. } => plain(CaseSaid::LadderFoundNothing),
        CaseStep::Answered { question, answer, suspect: _ } => {
            let asked = guide.question(question);
            let known = asked.and_then(|asked| asked.answers.iter().find(|one| one.id == *answer));
            let text = asked.map_or(question.as_str(), |asked| asked.text.of(app.language));
            let answer = known.map_or(answer.as_str(), |known| known.text.of(app.language));
            (CaseSaid::Answered, text.to_owned(), answer.to_owned())
        }
        CaseStep::Warned { do_not_restart: true } => plain(CaseSaid::RestartForbidden),
        CaseStep::Warned { do_not_restart: false } => plain(CaseSaid::RestartAllowed),
        CaseStep::TryBegan { remedy: id } => remedy(CaseSaid::TryBegan, id),
        CaseStep::TryEnded { remedy: id, helped: true } => remedy(CaseSaid::TryHelped, id),
        CaseStep::TryEnded { remedy: id, helped: false } if !case.was_begun(id) => remedy(CaseSaid::TrySkipped, id),
        CaseStep::TryEnded { remedy: id, helped: false } => remedy(CaseSaid::TryHelpedNot, id),
        CaseStep::Diagnosed { percent: 0, .. } => plain(CaseSaid::CauseNamed),
        CaseStep::Diagnosed { percent, .. } => with(CaseSaid::Diagnosed, &percent.to_string()),
        CaseStep::Called { provider, outcome } => called(app, provider, outcome),
        CaseStep::BackedUp { entries } => with(CaseSaid::BackedUp, &entries.to_string()),
        CaseStep::HeldAsked { held: Outstanding::Said { count: 0 } } => plain(CaseSaid::HeldNone),
        CaseStep::HeldAsked { held: Outstanding::Said { count } } => with(CaseSaid::HeldSome, &count.to_string()),
        CaseStep::HeldAsked { held: Outstanding::Signed } => plain(CaseSaid::HeldSigned),
        CaseStep::HeldAsked { held: Outstanding::Known } => plain(CaseSaid::HeldKnown),
        CaseStep::Sent {} => plain(CaseSaid::Sent),
        CaseStep::Received {} => plain(CaseSaid::Received),
        CaseStep::VisitBegan { visitor: None, .. } => plain(CaseSaid::VisitBegan),
        CaseStep::VisitBegan { visitor: Some(name), asked_back: false } => with(CaseSaid::VisitorFits, name),
        CaseStep::VisitBegan { visitor: Some(name), asked_back: true } => with(CaseSaid::VisitorAskedBack, name),
        CaseStep::VisitorDoubted { visitor, why } => with(
            match why {
                Doubt::Name => CaseSaid::DoubtedName,
                Doubt::Unannounced => CaseSaid::DoubtedUnannounced,
                Doubt::Before => CaseSaid::DoubtedBefore,
                Doubt::Order => CaseSaid::DoubtedOrder,
            },
            visitor,
        ),
        CaseStep::VisitorRefused { visitor } => with(CaseSaid::VisitorRefused, visitor.as_deref().unwrap_or_default()),
        CaseStep::Inspected { whole: true } => plain(CaseSaid::WasWhole),
        CaseStep::Inspected { whole: false } => plain(CaseSaid::WasNotWhole),
        CaseStep::Worked { .. } => plain(CaseSaid::Worked),
        CaseStep::WorkTold {} => plain(CaseSaid::WorkTold),
        CaseStep::SerialRead { serial, fits: Some(true) } => with(CaseSaid::SerialFits, serial),
        CaseStep::SerialRead { serial, fits: Some(false) } => with(CaseSaid::SerialDiffers, serial),
        CaseStep::SerialRead { serial, fits: None } => with(CaseSaid::SerialNoted, serial),
        CaseStep::SerialConfirmed { serial } => with(CaseSaid::SerialConfirmed, serial),
        CaseStep::Mended { how } => plain(match how {
            Mended::Here => CaseSaid::MendedHere,
            Mended::ByProvider => CaseSaid::MendedByProvider,
            Mended::Repaired => CaseSaid::Repaired,
            Mended::Replaced => CaseSaid::Replaced,
            Mended::Lent => CaseSaid::Lent,
        }),
        CaseStep::Checked { proof: Proof::Till, .. } => plain(CaseSaid::CheckSeen),
        CaseStep::Checked { proof: Proof::Pictures, .. } => plain(CaseSaid::CheckWithPictures),
        CaseStep::Checked { proof: Proof::Manager, .. } => plain(CaseSaid::CheckSaid),
        CaseStep::Checked { proof: Proof::Absent, .. } => plain(CaseSaid::CheckAbsent),
        CaseStep::Accepted {} => plain(CaseSaid::Accepted),
        CaseStep::Rejected { .. } => plain(CaseSaid::Rejected),
        CaseStep::Closed { ending } => plain(match ending {
            Ending::Accepted => CaseSaid::ClosedAccepted,
            Ending::OnlyTheCard => CaseSaid::ClosedAsCard,
            Ending::OnlyTheHost => CaseSaid::ClosedAsHost,
            Ending::Mistake => CaseSaid::ClosedAsMistake,
            Ending::GivenBack => CaseSaid::ClosedGivenBack,
        }),
    }
}

/// A call: whom, and by when, where they said it; the ticket number stands in the head of the page.
fn called(app: &App, provider: &str, outcome: &CallOutcome) -> (CaseSaid, String, String) {
    let (said, promised) = match outcome {
        CallOutcome::NoAnswer => (CaseSaid::NobodyAnswered, None),
        CallOutcome::WrongNumber => (CaseSaid::WrongNumber, None),
        CallOutcome::Agreed { help, promised, .. } => {
            let said = match help {
                Help::Visit => CaseSaid::AgreedVisit,
                Help::SendIn => CaseSaid::AgreedSendIn,
                Help::Swap => CaseSaid::AgreedSwap,
                Help::Remote => CaseSaid::AgreedRemote,
            };
            (said, *promised)
        }
    };
    (said, provider.to_owned(), promised.map(|at| day_and_clock(app, at)).unwrap_or_default())
}
