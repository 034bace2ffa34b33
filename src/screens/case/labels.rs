//! The answers of the case page as buttons.

use serde::Serialize;

use super::asked::{has_told_work, other_serial};
use crate::app::App;
use crate::app::place::Refusing;
use crate::app::service::accept::ShownBy;
use crate::app::service::asked::Asked;
use crate::app::service::choice::CaseChoice;
use crate::domain::ladder::Kind;
use crate::domain::service::{Ask, BeforeSending, Check, Ending, Help, Mended, Work};

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseOption {
    /// Its short name.
    pub id: String,
    /// What stands on its button.
    pub label: CaseLabel,
}

/// What stands on the button of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/case_api.slint")]
pub enum CaseLabel {
    /// A sentence of the guide, in the language of the screen.
    Text(String),
    OpenCase,
    BeginTry,
    SkipTry,
    ForbidRestart,
    AllowRestart,
    Helped,
    HelpedNot,
    Cause(Kind),
    Reached,
    NoAnswer,
    WrongNumber,
    OtherProvider,
    DoNotCall,
    HelpVisit,
    HelpSendIn,
    HelpSwap,
    HelpRemote,
    /// How many hours.
    InHours(u16),
    /// How many days.
    InDays(u16),
    NoPromise,
    NameTyped,
    NoTechnician,
    CallDone,
    CallAgain,
    MakeBackup,
    HeldSaid,
    HeldSigned,
    HeldSent,
    HeldKnown,
    Exchange,
    GiveBack,
    SendAway,
    Arrived,
    TechnicianHere,
    VisitorRight,
    OrderDiffers,
    AskedBack,
    VisitorRefused,
    NotNow,
    TakePictures,
    Whole,
    NotWhole,
    Worked(Work),
    NothingDone,
    WorkTold,
    SerialTyped,
    SerialKnown,
    MendedHere,
    MendedByProvider,
    MendedRepaired,
    MendedReplaced,
    Holds,
    OnMyWord,
    SentByProvider,
    Absent,
    Fails,
    /// At the signature: one of the checks that held before does not.
    OneFails,
    RefuseIt,
    Refuse,
    RefuseFor(Check),
    QuestionBack,
    GoToReader,
    GoToSale,
    SwitchTo,
    Sign,
    CloseAccepted,
    CloseAsCard,
    CloseAsHost,
    CloseAsMistake,
    ItStays,
}

/// The answers as buttons.
pub(super) fn options(app: &App, asked: &Asked<'_>) -> Vec<CaseOption> {
    let option = |choice: &CaseChoice| CaseOption { id: choice.id(), label: label(app, asked, choice) };
    app.case_choices().iter().map(option).collect()
}

#[allow(clippy::too_many_lines, reason = "one arm for each answer")]
fn label(app: &App, asked: &Asked<'_>, choice: &CaseChoice) -> CaseLabel {
    match choice {
        CaseChoice::Open => CaseLabel::OpenCase,
        CaseChoice::Answer(id) => {
            let Asked::Case(Ask::Question(question)) = asked else { return CaseLabel::Text(id.clone()) };
            let known = question.answers.iter().find(|answer| answer.id == *id);
            CaseLabel::Text(known.map_or(id.as_str(), |answer| answer.text.of(app.language)).to_owned())
        }
        CaseChoice::BeginTry => CaseLabel::BeginTry,
        CaseChoice::SkipTry => CaseLabel::SkipTry,
        CaseChoice::ForbidRestart => CaseLabel::ForbidRestart,
        CaseChoice::AllowRestart => CaseLabel::AllowRestart,
        CaseChoice::Helped(true) => CaseLabel::Helped,
        CaseChoice::Helped(false) => CaseLabel::HelpedNot,
        CaseChoice::Cause(kind) => CaseLabel::Cause(*kind),
        CaseChoice::Reached => CaseLabel::Reached,
        CaseChoice::NoAnswer => CaseLabel::NoAnswer,
        CaseChoice::WrongNumber => CaseLabel::WrongNumber,
        CaseChoice::OtherProvider => CaseLabel::OtherProvider,
        CaseChoice::DoNotCall => CaseLabel::DoNotCall,
        CaseChoice::Help(Help::Visit) => CaseLabel::HelpVisit,
        CaseChoice::Help(Help::SendIn) => CaseLabel::HelpSendIn,
        CaseChoice::Help(Help::Swap) => CaseLabel::HelpSwap,
        CaseChoice::Help(Help::Remote) => CaseLabel::HelpRemote,
        CaseChoice::Promise(Some(hours)) if *hours >= 48 => CaseLabel::InDays(hours / 24),
        CaseChoice::Promise(Some(hours)) => CaseLabel::InHours(*hours),
        CaseChoice::Promise(None) => CaseLabel::NoPromise,
        CaseChoice::CallDone => CaseLabel::CallDone,
        CaseChoice::CallAgain => CaseLabel::CallAgain,
        CaseChoice::MakeBackup => CaseLabel::MakeBackup,
        CaseChoice::HeldSaid => CaseLabel::HeldSaid,
        CaseChoice::HeldSigned if matches!(asked, Asked::Case(Ask::Before(BeforeSending::HoldsSome(_)))) => {
            CaseLabel::HeldSent
        }
        CaseChoice::HeldSigned => CaseLabel::HeldSigned,
        CaseChoice::HeldKnown => CaseLabel::HeldKnown,
        CaseChoice::Exchange => CaseLabel::Exchange,
        CaseChoice::GiveBack => CaseLabel::GiveBack,
        CaseChoice::TechnicianNamed | CaseChoice::VisitorNamed => CaseLabel::NameTyped,
        CaseChoice::NoTechnician => CaseLabel::NoTechnician,
        CaseChoice::VisitorRight => CaseLabel::VisitorRight,
        CaseChoice::OrderDiffers => CaseLabel::OrderDiffers,
        CaseChoice::SentByProvider => CaseLabel::SentByProvider,
        CaseChoice::QuestionBack => CaseLabel::QuestionBack,
        CaseChoice::Absent(_) => CaseLabel::Absent,
        CaseChoice::AskedBack => CaseLabel::AskedBack,
        CaseChoice::NotNow => CaseLabel::NotNow,
        CaseChoice::SendAway => CaseLabel::SendAway,
        CaseChoice::Arrived => CaseLabel::Arrived,
        CaseChoice::TechnicianHere => CaseLabel::TechnicianHere,
        CaseChoice::TakePictures(_) => CaseLabel::TakePictures,
        CaseChoice::Whole(true) => CaseLabel::Whole,
        CaseChoice::Whole(false) => CaseLabel::NotWhole,
        CaseChoice::Worked(work) => CaseLabel::Worked(*work),
        CaseChoice::WorkTold if !has_told_work(app) => CaseLabel::NothingDone,
        CaseChoice::WorkTold => CaseLabel::WorkTold,
        CaseChoice::SerialTyped => CaseLabel::SerialTyped,
        CaseChoice::SerialKnown => CaseLabel::SerialKnown,
        CaseChoice::VisitorRefused => CaseLabel::VisitorRefused,
        CaseChoice::Mended(Mended::Here) => CaseLabel::MendedHere,
        CaseChoice::Mended(Mended::ByProvider) => CaseLabel::MendedByProvider,
        CaseChoice::Mended(Mended::Repaired) => CaseLabel::MendedRepaired,
        CaseChoice::Mended(Mended::Replaced | Mended::Lent) => CaseLabel::MendedReplaced,
        CaseChoice::Holds(check) => holds(app, *check),
        CaseChoice::Refuse(Some(Check::Seals)) if other_serial(app).is_some() => CaseLabel::RefuseIt,
        CaseChoice::Refuse(Some(_)) => CaseLabel::Fails,
        CaseChoice::Refuse(None) => CaseLabel::OneFails,
        CaseChoice::Fails(check) if *asked == Asked::Refuse(Refusing::Which) => CaseLabel::RefuseFor(*check),
        CaseChoice::Fails(_) => CaseLabel::Refuse,
        CaseChoice::GoThere(Check::Diagnosis) => CaseLabel::GoToReader,
        CaseChoice::GoThere(_) => CaseLabel::GoToSale,
        CaseChoice::SwitchTo => CaseLabel::SwitchTo,
        CaseChoice::Sign => CaseLabel::Sign,
        CaseChoice::Close(Ending::Accepted) => CaseLabel::CloseAccepted,
        CaseChoice::Close(Ending::OnlyTheCard) => CaseLabel::CloseAsCard,
        CaseChoice::Close(Ending::OnlyTheHost) => CaseLabel::CloseAsHost,
        CaseChoice::Close(Ending::Mistake | Ending::GivenBack) if *asked == Asked::Case(Ask::GiveBack) => {
            CaseLabel::ItStays
        }
        CaseChoice::Close(Ending::Mistake | Ending::GivenBack) => CaseLabel::CloseAsMistake,
    }
}

/// What a manager says with a check that the till does not tick itself.
fn holds(app: &App, check: Check) -> CaseLabel {
    let shown = app.open_case().map(|case| app.shown_by(case, check));
    if shown == Some(ShownBy::Pictures) { CaseLabel::Holds } else { CaseLabel::OnMyWord }
}
