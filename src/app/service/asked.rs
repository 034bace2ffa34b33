//! What the case page asks, and what can be answered to it.

use crate::app::App;
use crate::app::place::Place;
use crate::domain::ladder::Kind;
use crate::domain::service::{
    Ask, AttachmentKind, BeforeSending, Case, CaseState, Check, Device, Ending, Finding, Guide, Help, Mended, Pattern,
    Provider, Work, ask, finding, guide, provider,
};

/// The kinds of trouble, in the order in which a person may name one.
const KINDS: [Kind; 5] = [Kind::Hardware, Kind::Software, Kind::Network, Kind::Card, Kind::Host];
/// The promises that can be noted with one tap, in hours from now.
const PROMISES: [u16; 4] = [2, 4, 24, 72];

/// The guide of a shop whose every guide is for other readers.
static NO_GUIDE: Guide = Guide { models: Vec::new(), questions: Vec::new(), remedies: Vec::new() };

/// What is asked now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked<'a> {
    /// No case is open.
    NoCase,
    /// What the case asks.
    Case(Ask<'a>),
    /// They answered the phone: how they help.
    Help,
    /// By when.
    Promise,
    /// Their number for it.
    Ticket,
}

/// One answer that can be tapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CaseChoice {
    Open,
    /// The short name of an answer of the guide.
    Answer(String),
    BeginTry,
    SkipTry,
    ForbidRestart,
    AllowRestart,
    Helped(bool),
    Cause(Kind),
    Reached,
    NoAnswer,
    WrongNumber,
    OtherProvider,
    DoNotCall,
    Help(Help),
    /// In this many hours; nothing was promised.
    Promise(Option<u16>),
    CallDone,
    CallAgain,
    MakeBackup,
    HeldSaid,
    HeldSigned,
    SendAway,
    Arrived,
    TechnicianHere,
    VisitorRefused,
    /// Pictures of this lie in the folder for papers.
    TakePictures(AttachmentKind),
    /// Whether seals and housing are whole.
    Whole(bool),
    Mended(Mended),
    Worked(Work),
    WorkTold,
    /// The number that was typed; that of the register.
    SerialTyped,
    SerialKnown,
    Holds(Check),
    Fails(Check),
    Sign,
    Close(Ending),
}

impl CaseChoice {
    /// Its short name: rows carry ids, never indexes.
    pub(crate) fn id(&self) -> String {
        let named = |what: &str, which: &dyn std::fmt::Debug| format!("{what}-{which:?}").to_lowercase();
        match self {
            Self::Open => "open".to_owned(),
            Self::Answer(answer) => format!("answer-{answer}"),
            Self::BeginTry => "begin-try".to_owned(),
            Self::SkipTry => "skip-try".to_owned(),
            Self::ForbidRestart => "forbid-restart".to_owned(),
            Self::AllowRestart => "allow-restart".to_owned(),
            Self::Helped(true) => "helped".to_owned(),
            Self::Helped(false) => "helped-not".to_owned(),
            Self::Cause(kind) => named("cause", kind),
            Self::Reached => "reached".to_owned(),
            Self::NoAnswer => "no-answer".to_owned(),
            Self::WrongNumber => "wrong-number".to_owned(),
            Self::OtherProvider => "other-provider".to_owned(),
            Self::DoNotCall => "do-not-call".to_owned(),
            Self::Help(help) => named("help", help),
            Self::Promise(Some(hours)) => format!("promise-{hours}"),
            Self::Promise(None) => "promise-none".to_owned(),
            Self::CallDone => "call-done".to_owned(),
            Self::CallAgain => "call-again".to_owned(),
            Self::MakeBackup => "backup".to_owned(),
            Self::HeldSaid => "held-said".to_owned(),
            Self::HeldSigned => "held-signed".to_owned(),
            Self::SendAway => "send-away".to_owned(),
            Self::Arrived => "arrived".to_owned(),
            Self::TechnicianHere => "technician-here".to_owned(),
            Self::VisitorRefused => "visitor-refused".to_owned(),
            Self::TakePictures(_) => "take-pictures".to_owned(),
            Self::Whole(true) => "whole".to_owned(),
            Self::Whole(false) => "not-whole".to_owned(),
            Self::Mended(how) => named("mended", how),
            Self::Worked(work) => named("work", work),
            Self::WorkTold => "work-told".to_owned(),
            Self::SerialTyped => "serial-typed".to_owned(),
            Self::SerialKnown => "serial-known".to_owned(),
            Self::Holds(_) => "holds".to_owned(),
            Self::Fails(_) => "fails".to_owned(),
            Self::Sign => "sign".to_owned(),
            Self::Close(ending) => named("close", ending),
        }
    }

    /// Whether only a manager may say so: what the shop is bound by, or what a reader is trusted for.
    pub(crate) fn needs_manager(&self) -> bool {
        match self {
            Self::Cause(_)
            | Self::AllowRestart
            | Self::HeldSigned
            | Self::SendAway
            | Self::Fails(_)
            | Self::Sign
            | Self::Close(_) => true,
            Self::Open
            | Self::Answer(_)
            | Self::BeginTry
            | Self::SkipTry
            | Self::ForbidRestart
            | Self::Helped(_)
            | Self::Reached
            | Self::NoAnswer
            | Self::WrongNumber
            | Self::OtherProvider
            | Self::DoNotCall
            | Self::Help(_)
            | Self::Promise(_)
            | Self::CallDone
            | Self::CallAgain
            | Self::MakeBackup
            | Self::HeldSaid
            | Self::Arrived
            | Self::TechnicianHere
            | Self::VisitorRefused
            | Self::TakePictures(_)
            | Self::Whole(_)
            | Self::Mended(_)
            | Self::Worked(_)
            | Self::WorkTold
            | Self::SerialTyped
            | Self::SerialKnown
            | Self::Holds(_) => false,
        }
    }
}

impl App {
    /// What the case page asks now.
    pub(crate) fn asked(&self) -> Asked<'_> {
        let Some(case) = self.ledger.open_case() else { return Asked::NoCase };
        if let Place::Case(talk) = &self.place {
            if let Some(draft) = &talk.draft {
                return match (draft.help.or_else(|| self.order_help()), draft.promised) {
                    (None, _) => Asked::Help,
                    (Some(_), None) => Asked::Promise,
                    (Some(_), Some(_)) => Asked::Ticket,
                };
            }
            if talk.calling {
                return Asked::Case(Ask::Call(case.kind()));
            }
        }
        Asked::Case(ask(case, self.guide_of(case), &self.patterns(), self.notice_forbids_restart()))
    }

    /// What can be answered.
    pub(crate) fn case_choices(&self) -> Vec<CaseChoice> {
        match self.asked() {
            Asked::NoCase => vec![CaseChoice::Open],
            Asked::Case(ask) => self.choices_of(&ask),
            Asked::Help => [Help::Visit, Help::SendIn, Help::Swap, Help::Remote].map(CaseChoice::Help).to_vec(),
            Asked::Promise => {
                let hours = PROMISES.into_iter().map(Some).chain([None]);
                hours.map(CaseChoice::Promise).collect()
            }
            Asked::Ticket => vec![CaseChoice::CallDone],
        }
    }

    #[allow(clippy::too_many_lines, reason = "one arm for each thing that is asked")]
    fn choices_of(&self, ask: &Ask<'_>) -> Vec<CaseChoice> {
        match ask {
            Ask::Question(question) => {
                question.answers.iter().map(|answer| CaseChoice::Answer(answer.id.clone())).collect()
            }
            Ask::Try(remedy) => {
                let forbid = remedy.restarts.then_some(CaseChoice::ForbidRestart);
                [CaseChoice::BeginTry, CaseChoice::SkipTry].into_iter().chain(forbid).collect()
            }
            Ask::Helped { .. } => vec![CaseChoice::Helped(true), CaseChoice::Helped(false)],
            Ask::Confirm(found) => {
                let first = found.map(|found| found.kind);
                let others = KINDS.into_iter().filter(|kind| Some(*kind) != first);
                let forbidden = self.ledger.open_case().is_some_and(Case::must_not_restart);
                let allow = forbidden.then_some(CaseChoice::AllowRestart);
                first.into_iter().chain(others).map(CaseChoice::Cause).chain(allow).collect()
            }
            Ask::NotTheReader(ending) => {
                let others = [Kind::Hardware, Kind::Software].map(CaseChoice::Cause);
                std::iter::once(CaseChoice::Close(*ending)).chain(others).collect()
            }
            Ask::Call(_) => {
                let others = (self.directory().len() > 1).then_some(CaseChoice::OtherProvider);
                let back = matches!(&self.place, Place::Case(talk) if talk.calling).then_some(CaseChoice::DoNotCall);
                let said = [CaseChoice::Reached, CaseChoice::NoAnswer, CaseChoice::WrongNumber];
                said.into_iter().chain(others).chain(back).collect()
            }
            Ask::Promise(order) => match order.help {
                Help::Visit => {
                    vec![
                        CaseChoice::TechnicianHere,
                        CaseChoice::VisitorRefused,
                        CaseChoice::Mended(Mended::ByProvider),
                        CaseChoice::CallAgain,
                    ]
                }
                Help::Swap => vec![CaseChoice::Mended(Mended::Replaced), CaseChoice::CallAgain],
                Help::Remote | Help::SendIn => {
                    vec![CaseChoice::Mended(Mended::ByProvider), CaseChoice::CallAgain]
                }
            },
            Ask::Before(BeforeSending::Backup) => vec![CaseChoice::MakeBackup, CaseChoice::CallAgain],
            Ask::Before(BeforeSending::Held | BeforeSending::HoldsSome(_)) => {
                // A reader that can be asked is asked; a signature stands only where it cannot.
                let held = if self.reader_says_what_it_holds() { CaseChoice::HeldSaid } else { CaseChoice::HeldSigned };
                vec![held, CaseChoice::CallAgain]
            }
            Ask::Send(_) => vec![CaseChoice::SendAway, CaseChoice::CallAgain],
            Ask::Inspect(_) => vec![
                CaseChoice::Whole(true),
                CaseChoice::Whole(false),
                CaseChoice::TakePictures(AttachmentKind::SealsBefore),
                CaseChoice::CallAgain,
            ],
            Ask::Work => {
                let told: Vec<Work> = self.ledger.open_case().map(|case| case.works().collect()).unwrap_or_default();
                let others = Work::ALL.into_iter().filter(|work| !told.contains(work)).map(CaseChoice::Worked);
                std::iter::once(CaseChoice::WorkTold).chain(others).collect()
            }
            Ask::Serial => {
                let known = self.register_serial().is_some().then_some(CaseChoice::SerialKnown);
                std::iter::once(CaseChoice::SerialTyped).chain(known).collect()
            }
            Ask::Visit(_) => vec![
                CaseChoice::Mended(Mended::ByProvider),
                CaseChoice::Mended(Mended::Replaced),
                CaseChoice::CallAgain,
            ],
            Ask::Away(_) => {
                let is_on_its_way =
                    matches!(self.ledger.open_case().map(|case| &case.state), Some(CaseState::Away { .. }));
                let arrived = is_on_its_way.then_some(CaseChoice::Arrived);
                let back = [Mended::Repaired, Mended::Replaced].map(CaseChoice::Mended);
                arrived.into_iter().chain(back).chain([CaseChoice::CallAgain]).collect()
            }
            Ask::Check { check: Check::Seals, .. } => vec![
                CaseChoice::Holds(Check::Seals),
                CaseChoice::Fails(Check::Seals),
                CaseChoice::TakePictures(AttachmentKind::SealsAfter),
            ],
            Ask::Check { check, .. } => vec![CaseChoice::Holds(*check), CaseChoice::Fails(*check)],
            Ask::Sign => vec![CaseChoice::Sign, CaseChoice::Fails(Check::Diagnosis)],
            Ask::Close => vec![CaseChoice::Close(Ending::Accepted)],
            Ask::Nothing => Vec::new(),
        }
    }

    /// The serial number that the register has of the reader of the open case.
    pub(crate) fn register_serial(&self) -> Option<&str> {
        self.case_device().and_then(|device| device.serial.as_deref())
    }

    /// The reader of the open case in the register.
    pub(crate) fn case_device(&self) -> Option<&Device> {
        let reader = &self.ledger.open_case()?.reader;
        self.devices().iter().map(|one| &one.device).find(|device| device.name == *reader)
    }

    /// The guide for the reader of a case.
    pub(crate) fn guide_of(&self, case: &Case) -> &Guide {
        guide::for_reader(&self.settings.service.guides, &case.reader).unwrap_or(&NO_GUIDE)
    }

    /// What the failed reads of the last days have in common.
    pub(crate) fn patterns(&self) -> Vec<Pattern> {
        self.ledger.misread_patterns()
    }

    pub(crate) fn finding_of(&self, case: &Case) -> Option<Finding> {
        finding(case, self.guide_of(case), &self.patterns())
    }

    /// Whether the standing notice of a supplier of readers forbids a restart.
    pub(crate) fn notice_forbids_restart(&self) -> bool {
        self.settings.service.providers.iter().any(|provider| provider.do_not_restart)
    }

    /// Whom to call, the best for the trouble first.
    pub(crate) fn directory(&self) -> Vec<&Provider> {
        let kind = self.ledger.open_case().map_or(Kind::Hardware, Case::kind);
        provider::for_kind(&self.settings.service.providers, kind)
    }

    /// The provider whose number is shown; none where the shop has no directory.
    pub(crate) fn called_provider(&self) -> Option<&Provider> {
        let turn = if let Place::Case(talk) = &self.place { talk.provider } else { 0 };
        let directory = self.directory();
        let length = directory.len();
        if length == 0 { None } else { directory.get(turn % length).copied() }
    }

    /// The name of whoever is called: without a directory, the contact that the settings name for everything.
    pub(crate) fn called_name(&self) -> String {
        self.called_provider().map_or_else(|| self.settings.shop.service_contact.clone(), |one| one.name.clone())
    }

    /// How a provider helps already, where a new promise changes nothing about that: the reader is with them.
    pub(crate) fn order_help(&self) -> Option<Help> {
        if !self.reader_is_away() {
            return None;
        }
        self.ledger.open_case()?.state.order().map(|order| order.help)
    }
}
