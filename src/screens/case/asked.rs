//! What the case page asks, as one sentence with what stands in it.

use serde::Serialize;

use crate::app::App;
use crate::app::place::Refusing;
use crate::app::service::accept::ShownBy;
use crate::app::service::asked::Asked;
use crate::domain::ladder::Kind;
use crate::domain::service::{Ask, BeforeSending, Check, Doubt, Ending, Help};
use crate::screens::{day_and_clock, lasted};

/// What is asked, with what stands in its sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseSentence {
    /// Which sentence.
    pub ask: CaseAsk,
    /// The first thing in it, or the whole of a question of the guide.
    pub first: String,
    /// The second.
    pub second: String,
    /// The kind of trouble it speaks of.
    pub kind: Option<Kind>,
    /// The check it speaks of.
    pub check: Option<Check>,
}

/// The sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/case_api.slint")]
pub enum CaseAsk {
    NoCase,
    Question,
    TryThis,
    DidItHelp,
    Confirm,
    NameTheCause,
    OnlyTheCard,
    OnlyTheHost,
    Call,
    HowTheyHelp,
    Promised,
    Technician,
    Ticket,
    VisitorName,
    VisitorFits,
    VisitorDiffers,
    VisitorUnknown,
    VisitorAgain,
    OrderDiffers,
    Refuse,
    RefuseWhich,
    AwaitVisit,
    AwaitSwap,
    AwaitRemote,
    MakeBackup,
    AskHeld,
    SignHeld,
    HoldsSome,
    HoldsKnown,
    SendAway,
    GiveBack,
    Suspect,
    Inspect,
    VisitIsHere,
    IsAway,
    Work,
    Serial,
    SerialKnown,
    CheckSeen,
    CheckPayment,
    CheckWithPictures,
    CheckOnWord,
    CheckElsewhere,
    SealsOfAnother,
    Sign,
    Close,
}

impl CaseAsk {
    /// Whether the sentence has the name of somebody who came for the reader.
    pub(in crate::screens) fn names_visitor(self) -> bool {
        matches!(self, Self::VisitorDiffers | Self::VisitorUnknown | Self::VisitorAgain | Self::OrderDiffers)
    }
}

/// The sentence of what is asked.
#[allow(clippy::too_many_lines, reason = "one arm for each thing that is asked")]
pub(super) fn sentence(app: &App, asked: &Asked<'_>) -> CaseSentence {
    let plain = |ask| CaseSentence { ask, first: String::new(), second: String::new(), kind: None, check: None };
    let with = |ask, first: &str| CaseSentence { first: first.to_owned(), ..plain(ask) };
    let promised = |ask, order: &crate::domain::service::Order| CaseSentence {
        second: order.promised.map_or_else(String::new, |at| day_and_clock(app, at)),
        ..with(ask, &order.provider)
    };
    match asked {
        Asked::NoCase | Asked::Case(Ask::Nothing) => with(CaseAsk::NoCase, app.settings.reader.device_name()),
        Asked::Help => with(CaseAsk::HowTheyHelp, &app.called_name()),
        Asked::Promise => with(CaseAsk::Promised, &app.called_name()),
        Asked::Technician => with(CaseAsk::Technician, &app.called_name()),
        Asked::Ticket => with(CaseAsk::Ticket, &app.called_name()),
        Asked::VisitorName => plain(CaseAsk::VisitorName),
        Asked::VisitorFits => {
            let order = app.open_case().and_then(|case| case.state.order());
            let ticket = order.and_then(|order| order.ticket.clone()).unwrap_or_default();
            let provider = order.map(|order| order.provider.as_str()).unwrap_or_default();
            CaseSentence { second: ticket, ..with(CaseAsk::VisitorFits, provider) }
        }
        // The name that was announced stays off the screen: whoever stands before it could read it there.
        Asked::Case(Ask::Doubted { visitor, why }) => {
            let ask = match why {
                Doubt::Name => CaseAsk::VisitorDiffers,
                Doubt::Unannounced => CaseAsk::VisitorUnknown,
                Doubt::Before => CaseAsk::VisitorAgain,
                Doubt::Order => CaseAsk::OrderDiffers,
            };
            CaseSentence { second: app.number_of_order(), ..with(ask, visitor) }
        }
        Asked::Refuse(Refusing::This(check)) => CaseSentence { check: Some(*check), ..plain(CaseAsk::Refuse) },
        Asked::Refuse(Refusing::Which) => plain(CaseAsk::RefuseWhich),
        Asked::Case(Ask::Question(question)) => with(CaseAsk::Question, question.text.of(app.language)),
        Asked::Case(Ask::Try(remedy)) => {
            CaseSentence { second: remedy.minutes.to_string(), ..with(CaseAsk::TryThis, remedy.text.of(app.language)) }
        }
        Asked::Case(Ask::Helped { remedy, since }) => {
            CaseSentence { second: lasted(app.now - *since), ..with(CaseAsk::DidItHelp, remedy.text.of(app.language)) }
        }
        Asked::Case(Ask::Confirm(Some(found))) => {
            CaseSentence { kind: Some(found.kind), ..with(CaseAsk::Confirm, &found.percent.to_string()) }
        }
        Asked::Case(Ask::Confirm(None)) => plain(CaseAsk::NameTheCause),
        Asked::Case(Ask::NotTheReader(Ending::OnlyTheHost)) => plain(CaseAsk::OnlyTheHost),
        Asked::Case(Ask::NotTheReader(
            Ending::OnlyTheCard | Ending::Accepted | Ending::Mistake | Ending::GivenBack,
        )) => plain(CaseAsk::OnlyTheCard),
        Asked::Case(Ask::Call(kind)) => CaseSentence { kind: Some(*kind), ..with(CaseAsk::Call, &app.called_name()) },
        Asked::Case(Ask::Promise(order)) => match order.help {
            Help::Visit => promised(CaseAsk::AwaitVisit, order),
            Help::Swap => promised(CaseAsk::AwaitSwap, order),
            Help::Remote | Help::SendIn => promised(CaseAsk::AwaitRemote, order),
        },
        Asked::Case(Ask::Before(BeforeSending::Backup)) => plain(CaseAsk::MakeBackup),
        Asked::Case(Ask::Before(BeforeSending::Held)) if app.held_said().is_some() => plain(CaseAsk::AskHeld),
        Asked::Case(Ask::Before(BeforeSending::Held)) => plain(CaseAsk::SignHeld),
        Asked::Case(Ask::Before(BeforeSending::HoldsSome(Some(count)))) => with(CaseAsk::HoldsSome, &count.to_string()),
        Asked::Case(Ask::Before(BeforeSending::HoldsSome(None))) => plain(CaseAsk::HoldsKnown),
        Asked::Case(Ask::Send(order)) => promised(CaseAsk::SendAway, order),
        Asked::Case(Ask::GiveBack) => with(CaseAsk::GiveBack, app.open_case().map_or("", |case| case.reader.as_str())),
        Asked::Case(Ask::Suspect) => with(CaseAsk::Suspect, &app.called_name()),
        Asked::Case(Ask::Inspect(order)) => CaseSentence {
            second: app.register_serial().unwrap_or_default().to_owned(),
            ..promised(CaseAsk::Inspect, order)
        },
        Asked::Case(Ask::Work) => plain(CaseAsk::Work),
        Asked::Case(Ask::Serial) => match app.register_serial() {
            Some(serial) => with(CaseAsk::SerialKnown, serial),
            None => plain(CaseAsk::Serial),
        },
        Asked::Case(Ask::Visit(order)) => promised(CaseAsk::VisitIsHere, order),
        Asked::Case(Ask::Away(order)) => promised(CaseAsk::IsAway, order),
        // What stands there is not what the register has: nobody signs for that by looking at its seals alone.
        Asked::Case(Ask::Check { check, left }) => match other_serial(app).filter(|_| *check == Check::Seals) {
            Some((read, own)) => CaseSentence { second: own, ..with(CaseAsk::SealsOfAnother, &read) },
            None => tested(app, *check, *left),
        },
        Asked::Case(Ask::Sign) => plain(CaseAsk::Sign),
        Asked::Case(Ask::Close) => plain(CaseAsk::Close),
    }
}

/// A check of the acceptance test, with what would show that it holds.
fn tested(app: &App, check: Check, left: usize) -> CaseSentence {
    let case = app.open_case();
    let ask = match case.map(|case| app.shown_by(case, check)) {
        Some(ShownBy::Till) => CaseAsk::CheckSeen,
        Some(ShownBy::Pictures) => CaseAsk::CheckWithPictures,
        Some(ShownBy::AnotherReader) => CaseAsk::CheckElsewhere,
        Some(ShownBy::Manager) | None => CaseAsk::CheckOnWord,
    };
    let reader = case.map(|case| case.reader.clone()).unwrap_or_default();
    let (ask, second) = match (ask, check) {
        (CaseAsk::CheckSeen, Check::Payment) => {
            (CaseAsk::CheckPayment, app.settings.service.test_payment(app.settings.currency).to_string())
        }
        (_, _) => (ask, reader),
    };
    CaseSentence { ask, first: left.to_string(), second, kind: None, check: Some(check) }
}

/// Whether something that was done to the reader is told already.
pub(super) fn has_told_work(app: &App) -> bool {
    app.open_case().is_some_and(|case| case.works().next().is_some())
}

/// The serial number that was read off the reader, and that of the register, where they differ.
pub(super) fn other_serial(app: &App) -> Option<(String, String)> {
    let read = app.open_case()?.serial_of_another()?;
    Some((read.to_owned(), app.register_serial()?.to_owned()))
}

/// Whether the first answer leads on, and the others are for when it does not.
pub(super) fn has_main(app: &App, asked: &Asked<'_>) -> bool {
    match asked {
        Asked::NoCase
        | Asked::Technician
        | Asked::Ticket
        | Asked::VisitorName
        | Asked::VisitorFits
        | Asked::Refuse(Refusing::This(_)) => true,
        Asked::Help | Asked::Promise | Asked::Refuse(Refusing::Which) => false,
        Asked::Case(ask) => match ask {
            Ask::Question(_)
            | Ask::Helped { .. }
            | Ask::Confirm(None)
            | Ask::Nothing
            | Ask::Inspect(_)
            | Ask::Visit(_)
            | Ask::Away(_) => false,
            // “Nothing was done” is one answer among others, “that is all” leads on.
            Ask::Work => has_told_work(app),
            Ask::Try(_)
            | Ask::Confirm(Some(_))
            | Ask::NotTheReader(_)
            | Ask::Call(_)
            | Ask::Promise(_)
            | Ask::Before(_)
            | Ask::Send(_)
            | Ask::GiveBack
            | Ask::Doubted { .. }
            | Ask::Suspect
            | Ask::Serial
            | Ask::Check { .. }
            | Ask::Sign
            | Ask::Close => true,
        },
    }
}
