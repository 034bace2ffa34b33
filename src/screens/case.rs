//! The case of the reader: what is asked, what can be answered, and what happened so far; see `ui/api/case_api.slint`.

mod asked;
mod history;
mod labels;

use serde::Serialize;

pub use self::asked::{CaseAsk, CaseSentence};
pub use self::history::{CaseRow, CaseSaid};
pub use self::labels::{CaseLabel, CaseOption};
use crate::app::App;
use crate::app::place::CaseTalk;
use crate::app::service::asked::Asked;
use crate::domain::ladder::Kind;
use crate::domain::service::{Answering, Ask, Case, CaseState, Hours, PaperRefused, Pattern, Provider};
use crate::screens::{day_and_clock, lasted};

/// The case page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseView {
    /// The case that is open, or else the last one.
    pub case: Option<CaseHead>,
    /// What is asked.
    pub ask: CaseSentence,
    /// The answer that leads on, where there is one.
    pub main: Option<CaseOption>,
    /// What else can be answered.
    pub options: Vec<CaseOption>,
    /// The line as it is typed: their number for the call, a name, or the number on the reader.
    pub typed: Option<String>,
    /// Why the last pictures were not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<PaperRefused>,
    /// How many other cases are open.
    #[serde(skip_serializing_if = "is_none")]
    pub other_cases: u32,
    /// Who is called, while somebody is.
    pub provider: Option<ProviderView>,
    /// What failed reads have in common.
    pub patterns: Vec<Pattern>,
    /// How many reads failed.
    pub misread_count: u32,
    /// Everything that happened, the latest first.
    pub rows: Vec<CaseRow>,
}

/// What a case is, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseHead {
    /// Its number.
    pub number: u32,
    /// The reader.
    pub reader: String,
    /// Where it stands.
    pub stage: CaseStage,
    /// When it was opened.
    pub opened_text: String,
    /// How old it is, such as `2:05` hours.
    pub age_text: String,
    /// The cause that was confirmed, or else what is probably the cause; with the confidence in per cent, which is 0 of a
    /// cause that a person named against it.
    pub finding: Option<(Kind, u8)>,
    /// Their number for it.
    pub ticket: Option<String>,
    /// When it was promised.
    pub promised_text: Option<String>,
    /// How long a promise is overdue.
    pub overdue_text: Option<String>,
    /// How many outages belong to it.
    pub outage_count: u32,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/case_api.slint")]
pub enum CaseStage {
    Opened,
    Diagnosed,
    Reported,
    Visited,
    Away,
    InRepair,
    Back,
    UnderTest,
    Accepted,
    Rejected,
    Closed,
}

/// Who is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProviderView {
    /// The name.
    pub name: String,
    /// The number that stands in the contract.
    pub phone: Option<String>,
    /// The address for mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// When somebody answers.
    pub hours: Option<String>,
    /// The shop's number of contract or customer.
    pub contract: Option<String>,
    /// What makes it a proper provider.
    pub licence: Option<String>,
    /// The contract promises an answer within so many hours ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_hours: Option<u16>,
    /// ... which is by then, if they are called now.
    pub answers_by: Option<String>,
    /// The contract promises another reader within so many hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swap_hours: Option<u16>,
    /// When somebody answers again, where nobody does now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_until: Option<String>,
    /// Whether its number is known to be theirs.
    pub number: NumberIs,
    /// Whether the contract has a loaner.
    pub loaner: bool,
}

/// Whether the number of a provider is known to be theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/case_api.slint")]
pub enum NumberIs {
    Compared,
    NotCompared,
    Wrong,
}

/// Fields of no case leave the picture of a page as it was.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_none(count: &u32) -> bool {
    *count == 0
}

/// The case page.
pub(super) fn view(app: &App, talk: &CaseTalk) -> CaseView {
    let case = app.shown_case();
    let asked = app.asked();
    // Without a case it is a directory to look into.
    let calls = match &asked {
        Asked::NoCase => app.called_provider().is_some(),
        Asked::Case(Ask::Call(_) | Ask::Suspect) => true,
        Asked::Help | Asked::Promise | Asked::Technician | Asked::Ticket => true,
        Asked::Case(_) | Asked::VisitorName | Asked::VisitorFits | Asked::Refuse(_) => false,
    };
    let others = app.ledger.open_cases().iter().filter(|open| case.is_some_and(|case| open.id != case.id)).count();
    let open = case.filter(|case| !case.is_closed());
    let mut options = labels::options(app, &asked);
    // Where one answer leads on, it is the main act; where answers stand side by side, none is louder than another.
    let main = asked::has_main(app, &asked).then(|| options.remove(0));
    CaseView {
        case: case.map(|case| head(app, case)),
        ask: asked::sentence(app, &asked),
        main,
        options,
        typed: match &asked {
            Asked::Ticket => talk.draft.as_ref().map(|draft| draft.ticket.clone()),
            Asked::Technician => talk.draft.as_ref().map(|draft| draft.typed_technician.clone()),
            Asked::VisitorName => talk.visitor.as_ref().map(|visitor| visitor.name.clone()),
            Asked::Case(Ask::Serial) => Some(talk.serial.clone()),
            Asked::NoCase | Asked::Case(_) | Asked::Help | Asked::Promise | Asked::VisitorFits | Asked::Refuse(_) => {
                None
            }
        },
        refused: talk.refused.clone(),
        other_cases: u32::try_from(others).unwrap_or(u32::MAX),
        provider: calls.then(|| provider(app)),
        patterns: open.map_or_else(Vec::new, |case| app.patterns_of(case)),
        misread_count: case.map_or(0, |case| u32::try_from(case.misreads().count()).unwrap_or(u32::MAX)),
        rows: case.map_or_else(Vec::new, |case| history::rows(app, case)),
    }
}

fn head(app: &App, case: &Case) -> CaseHead {
    let order = case.state.order();
    let ended = if case.is_closed() { case.state.since() } else { app.now };
    CaseHead {
        number: case.number,
        reader: case.reader.clone(),
        stage: stage(&case.state),
        opened_text: day_and_clock(app, case.opened()),
        age_text: lasted(ended - case.opened()),
        finding: case.confirmed().or_else(|| app.finding_of(case).map(|found| (found.kind, found.percent))),
        ticket: order.and_then(|order| order.ticket.clone()),
        promised_text: order.and_then(|order| order.promised).map(|at| day_and_clock(app, at)),
        overdue_text: case.overdue(app.now).map(lasted),
        outage_count: u32::try_from(case.outages().count()).unwrap_or(u32::MAX),
    }
}

fn stage(state: &CaseState) -> CaseStage {
    match state {
        CaseState::Opened { .. } => CaseStage::Opened,
        CaseState::Diagnosed { .. } => CaseStage::Diagnosed,
        CaseState::Reported { .. } => CaseStage::Reported,
        CaseState::Visited { .. } => CaseStage::Visited,
        CaseState::Away { .. } => CaseStage::Away,
        CaseState::InRepair { .. } => CaseStage::InRepair,
        CaseState::Back { .. } => CaseStage::Back,
        CaseState::UnderTest { .. } => CaseStage::UnderTest,
        CaseState::Accepted { .. } => CaseStage::Accepted,
        CaseState::Rejected { .. } => CaseStage::Rejected,
        CaseState::Closed { .. } => CaseStage::Closed,
    }
}

fn provider(app: &App) -> ProviderView {
    let closed = |provider: &Provider| match Hours::read(provider.hours.as_deref()?)?.at(app.now) {
        Answering::Now => None,
        Answering::From(at) => Some(day_and_clock(app, at.and_local_timezone(*app.now.offset()).single()?)),
    };
    let number = |provider: &Provider| match (app.number_was_wrong(provider), app.number_is_proper(provider)) {
        (true, _) => NumberIs::Wrong,
        (false, true) => NumberIs::Compared,
        (false, false) => NumberIs::NotCompared,
    };
    let of = |provider: &Provider| ProviderView {
        name: provider.name.clone(),
        phone: Some(provider.phone.clone()),
        mail: provider.mail.clone(),
        hours: provider.hours.clone(),
        contract: provider.contract.clone(),
        licence: provider.licence.clone(),
        response_hours: provider.response_hours,
        answers_by: provider.answers_by(app.now).map(|at| day_and_clock(app, at)),
        swap_hours: provider.swap_hours,
        closed_until: closed(provider),
        number: number(provider),
        loaner: provider.loaner,
    };
    app.called_provider().map_or_else(
        || ProviderView {
            name: app.called_name(),
            phone: None,
            mail: None,
            hours: None,
            contract: None,
            licence: None,
            response_hours: None,
            answers_by: None,
            swap_hours: None,
            closed_until: None,
            number: NumberIs::NotCompared,
            loaner: false,
        },
        of,
    )
}
