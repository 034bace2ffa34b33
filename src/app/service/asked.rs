//! What the case page asks, and what can be answered to it.

use crate::app::App;
use crate::app::place::{CaseTalk, Place, Refusing};
use crate::app::service::accept::ShownBy;
use crate::app::service::choice::CaseChoice;
use crate::domain::ladder::Kind;
use crate::domain::service::{
    Ask, AttachmentKind, BeforeSending, Case, CaseState, Check, Device, Ending, Finding, Guide, Help, Mended, Pattern,
    Provider, Question, Work, ask, finding, guide, provider,
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
    /// Who comes.
    Technician,
    /// Their number for it.
    Ticket,
    /// The name of whoever is here for the reader.
    VisitorName,
    /// Whether company and order are right as well: the name is.
    VisitorFits,
    /// Whether the reader is really to be refused.
    Refuse(Refusing),
}

impl App {
    /// What the case page asks now.
    pub(crate) fn asked(&self) -> Asked<'_> {
        let Some(case) = self.open_case() else { return Asked::NoCase };
        if let Place::Case(talk) = &self.place
            && let Some(asked) = self.asked_beside(talk, case)
        {
            return asked;
        }
        Asked::Case(ask(case, self.guide_of(case), &self.patterns_of(case), self.notice_forbids_restart()))
    }

    /// What is asked because somebody calls, came, or is about to exchange the reader.
    fn asked_beside(&self, talk: &CaseTalk, case: &Case) -> Option<Asked<'_>> {
        if let Some(draft) = &talk.draft {
            return Some(match (draft.help.or_else(|| self.order_help()), draft.promised) {
                (None, _) => Asked::Help,
                (Some(_), None) => Asked::Promise,
                (Some(_), Some(_)) if draft.asks_technician() => Asked::Technician,
                (Some(_), Some(_)) => Asked::Ticket,
            });
        }
        if talk.calling {
            return Some(Asked::Case(Ask::Call(case.kind())));
        }
        if let Some(visitor) = &talk.visitor {
            return Some(if visitor.fits { Asked::VisitorFits } else { Asked::VisitorName });
        }
        if let Some(refusing) = talk.refusing {
            return Some(Asked::Refuse(refusing));
        }
        if let Some(question) = self.question_back(talk.questions_back, case) {
            return Some(Asked::Case(Ask::Question(question)));
        }
        talk.leaving.then(|| case.before_leaving()).flatten().map(|before| Asked::Case(Ask::Before(before)))
    }

    /// What can be answered.
    pub(crate) fn case_choices(&self) -> Vec<CaseChoice> {
        match self.asked() {
            Asked::NoCase => std::iter::once(CaseChoice::Open).chain(self.other_provider()).collect(),
            Asked::Case(ask) => {
                let is_leaving = matches!((&ask, &self.place), (Ask::Before(_), Place::Case(talk)) if talk.leaving);
                let mut choices = self.choices_of(&ask);
                choices.extend(is_leaving.then_some(CaseChoice::NotNow));
                choices
            }
            Asked::Help => [Help::Visit, Help::SendIn, Help::Swap, Help::Remote].map(CaseChoice::Help).to_vec(),
            Asked::Promise => {
                let hours = PROMISES.into_iter().map(Some).chain([None]);
                hours.map(CaseChoice::Promise).collect()
            }
            Asked::Technician => vec![CaseChoice::TechnicianNamed, CaseChoice::NoTechnician],
            Asked::Ticket => vec![CaseChoice::CallDone],
            Asked::VisitorName => vec![CaseChoice::VisitorNamed, CaseChoice::NotNow],
            Asked::VisitorFits => vec![CaseChoice::VisitorRight, CaseChoice::OrderDiffers, CaseChoice::NotNow],
            Asked::Refuse(Refusing::This(check)) => vec![CaseChoice::Fails(check), CaseChoice::NotNow],
            Asked::Refuse(Refusing::Which) => {
                let checks = self.open_case().map(Case::checks).unwrap_or_default();
                checks.into_iter().map(CaseChoice::Fails).chain([CaseChoice::NotNow]).collect()
            }
        }
    }

    #[allow(clippy::too_many_lines, reason = "one arm for each thing that is asked")]
    fn choices_of(&self, ask: &Ask<'_>) -> Vec<CaseChoice> {
        match ask {
            Ask::Question(question) => {
                let answers = question.answers.iter().map(|answer| CaseChoice::Answer(answer.id.clone()));
                answers.chain(self.question_before()).chain(self.mistake()).collect()
            }
            Ask::Try(remedy) => {
                let forbid = remedy.restarts.then_some(CaseChoice::ForbidRestart);
                let begin = [CaseChoice::BeginTry, CaseChoice::SkipTry].into_iter();
                begin.chain(forbid).chain(self.question_before()).collect()
            }
            Ask::Helped { .. } => vec![CaseChoice::Helped(true), CaseChoice::Helped(false)],
            Ask::Confirm(found) => {
                let first = found.map(|found| found.kind);
                let others = KINDS.into_iter().filter(|kind| Some(*kind) != first);
                let forbidden = self.open_case().is_some_and(Case::must_not_restart);
                let allow = forbidden.then_some(CaseChoice::AllowRestart);
                let causes = first.into_iter().chain(others).map(CaseChoice::Cause).chain(allow);
                causes.chain(self.question_before()).chain([CaseChoice::Close(Ending::Mistake)]).collect()
            }
            Ask::NotTheReader(ending) => {
                let others = [Kind::Hardware, Kind::Software].map(CaseChoice::Cause);
                std::iter::once(CaseChoice::Close(*ending)).chain(others).collect()
            }
            Ask::Call(_) => {
                let others = self.other_provider();
                let back = matches!(&self.place, Place::Case(talk) if talk.calling).then_some(CaseChoice::DoNotCall);
                let said = [CaseChoice::Reached, CaseChoice::NoAnswer, CaseChoice::WrongNumber];
                said.into_iter().chain(others).chain(back).collect()
            }
            Ask::Promise(order) => match order.help {
                Help::Visit => vec![CaseChoice::TechnicianHere, CaseChoice::CallAgain],
                Help::Swap => vec![self.exchange(), CaseChoice::TechnicianHere, CaseChoice::CallAgain],
                Help::Remote | Help::SendIn => {
                    vec![CaseChoice::Mended(Mended::ByProvider), CaseChoice::CallAgain]
                }
            },
            Ask::Before(BeforeSending::Backup) => vec![CaseChoice::MakeBackup, CaseChoice::CallAgain],
            // A reader that can be asked is asked; a signature stands only where it cannot.
            Ask::Before(BeforeSending::Held | BeforeSending::HoldsSome(_)) if self.held_said().is_some() => {
                vec![CaseChoice::HeldSaid, CaseChoice::CallAgain]
            }
            Ask::Before(BeforeSending::Held) => {
                vec![CaseChoice::HeldSigned, CaseChoice::HeldKnown, CaseChoice::CallAgain]
            }
            Ask::Before(BeforeSending::HoldsSome(_)) => vec![CaseChoice::HeldSigned, CaseChoice::CallAgain],
            Ask::Send(_) => vec![CaseChoice::SendAway, CaseChoice::CallAgain],
            Ask::GiveBack => {
                let stays = self.open_case().is_some_and(Case::gives_back);
                let stays = stays.then_some(CaseChoice::Close(Ending::Mistake));
                std::iter::once(CaseChoice::GiveBack).chain(stays).collect()
            }
            Ask::Doubted { .. } => vec![CaseChoice::VisitorRefused, CaseChoice::AskedBack],
            Ask::Suspect => {
                let others = self.other_provider();
                let said = [CaseChoice::Reached, CaseChoice::NoAnswer, CaseChoice::WrongNumber];
                said.into_iter().chain(others).collect()
            }
            Ask::Inspect(_) => vec![
                CaseChoice::Whole(true),
                CaseChoice::Whole(false),
                CaseChoice::TakePictures(AttachmentKind::SealsBefore),
                CaseChoice::CallAgain,
            ],
            Ask::Work => {
                let told: Vec<Work> = self.open_case().map(|case| case.works().collect()).unwrap_or_default();
                let others = Work::ALL.into_iter().filter(|work| !told.contains(work)).map(CaseChoice::Worked);
                std::iter::once(CaseChoice::WorkTold).chain(others).collect()
            }
            Ask::Serial => {
                let known = self.register_serial().is_some().then_some(CaseChoice::SerialKnown);
                std::iter::once(CaseChoice::SerialTyped).chain(known).collect()
            }
            Ask::Visit(_) => {
                let exchange = self.exchange();
                let along = matches!(exchange, CaseChoice::Mended(_)).then_some(CaseChoice::SendAway);
                let mended = CaseChoice::Mended(Mended::ByProvider);
                [mended, exchange].into_iter().chain(along).chain([CaseChoice::CallAgain]).collect()
            }
            Ask::Away(_) => {
                let is_on_its_way = matches!(self.open_case().map(|case| &case.state), Some(CaseState::Away { .. }));
                let arrived = is_on_its_way.then_some(CaseChoice::Arrived);
                let back = [Mended::Repaired, Mended::Replaced].map(CaseChoice::Mended);
                arrived.into_iter().chain(back).chain([CaseChoice::CallAgain]).collect()
            }
            Ask::Check { check: Check::Seals, .. } => self.choices_of_seals(),
            Ask::Check { check, .. } => match self.open_case().map(|case| self.shown_by(case, *check)) {
                Some(ShownBy::AnotherReader) => vec![CaseChoice::SwitchTo, CaseChoice::Refuse(Some(*check))],
                Some(ShownBy::Till) => {
                    // Many readers have no head for stripes, and the till cannot know.
                    let absent = (*check == Check::Stripe).then_some(CaseChoice::Absent(*check));
                    let first = [CaseChoice::GoThere(*check), CaseChoice::Refuse(Some(*check))].into_iter();
                    first.chain(absent).collect()
                }
                Some(ShownBy::Pictures | ShownBy::Manager) | None => {
                    let absent = (*check == Check::Stripe).then_some(CaseChoice::Absent(*check));
                    let first = [CaseChoice::Holds(*check), CaseChoice::Refuse(Some(*check))].into_iter();
                    first.chain(absent).collect()
                }
            },
            Ask::Sign => vec![CaseChoice::Sign, CaseChoice::Refuse(None)],
            Ask::Close => vec![CaseChoice::Close(Ending::Accepted)],
            Ask::Nothing => Vec::new(),
        }
    }

    /// What can be said of seals and number; the first leads on.
    fn choices_of_seals(&self) -> Vec<CaseChoice> {
        let take = CaseChoice::TakePictures(AttachmentKind::SealsAfter);
        let (holds, fails) = (CaseChoice::Holds(Check::Seals), CaseChoice::Refuse(Some(Check::Seals)));
        let Some(case) = self.open_case() else { return Vec::new() };
        match self.shown_by(case, Check::Seals) {
            // What stands there is not what the register has: to refuse it is what leads on.
            _ if case.serial_of_another().is_some() => vec![fails, CaseChoice::SentByProvider, take],
            ShownBy::Pictures => vec![holds, fails, take],
            ShownBy::Till | ShownBy::Manager | ShownBy::AnotherReader => vec![take, fails, holds],
        }
    }

    /// Somebody else of the directory, where there is one.
    fn other_provider(&self) -> Option<CaseChoice> {
        (self.directory().len() > 1).then_some(CaseChoice::OtherProvider)
    }

    /// A case that was opened by mistake is closed before anything is answered, or when the cause is to be named.
    fn mistake(&self) -> Option<CaseChoice> {
        let is_new = self.open_case().is_some_and(|case| case.asked_before().is_empty());
        is_new.then_some(CaseChoice::Close(Ending::Mistake))
    }

    /// The way to the question before the one that is asked: a slip of the finger is no answer. What was answered first
    /// stays in the history, and the last answer counts.
    fn question_before(&self) -> Option<CaseChoice> {
        let back = if let Place::Case(talk) = &self.place { talk.questions_back } else { 0 };
        self.question_back(back + 1, self.open_case()?).map(|_| CaseChoice::QuestionBack)
    }

    /// The question that was asked so many answers ago.
    fn question_back(&self, back: usize, case: &Case) -> Option<&Question> {
        let asked = case.asked_before();
        let place = asked.len().checked_sub(back).filter(|_| back > 0)?;
        self.guide_of(case).question(asked.get(place)?)
    }

    /// Another device takes its place: first what has to be done before the old one leaves.
    fn exchange(&self) -> CaseChoice {
        match self.open_case().and_then(Case::before_leaving) {
            Some(_) => CaseChoice::Exchange,
            None => CaseChoice::Mended(Mended::Replaced),
        }
    }

    /// The serial number that is known of the reader of the open case: as it was read off it when it was accepted last,
    /// or else as the register has it.
    pub(crate) fn register_serial(&self) -> Option<&str> {
        let reader = &self.open_case()?.reader;
        let read = self.device_record(reader).and_then(|record| record.serial.as_deref());
        read.or_else(|| self.case_device()?.serial.as_deref())
    }

    /// The reader of the open case in the register.
    fn case_device(&self) -> Option<&Device> {
        let reader = &self.open_case()?.reader;
        self.devices().iter().map(|one| &one.device).find(|device| device.name == *reader)
    }

    /// The guide for the reader of a case.
    pub(crate) fn guide_of(&self, case: &Case) -> &Guide {
        guide::for_reader(&self.settings.service.guides, &case.reader).unwrap_or(&NO_GUIDE)
    }

    /// What the failed reads of a case have in common.
    pub(crate) fn patterns_of(&self, case: &Case) -> Vec<Pattern> {
        self.ledger.patterns_of(case, self.settings.is_main_reader(&case.reader))
    }

    pub(crate) fn finding_of(&self, case: &Case) -> Option<Finding> {
        finding(case, self.guide_of(case), &self.patterns_of(case))
    }

    /// Whether the standing notice of a supplier of readers forbids a restart.
    pub(crate) fn notice_forbids_restart(&self) -> bool {
        self.settings.service.providers.iter().any(|provider| provider.do_not_restart)
    }

    /// Whom to call, the best for the trouble first. Of broken seals the acquirer has to know before anybody.
    pub(crate) fn directory(&self) -> Vec<&Provider> {
        let kind = match self.open_case() {
            Some(case) if case.is_suspect() && !case.is_suspicion_reported() => Kind::Host,
            Some(case) => case.kind(),
            None => Kind::Hardware,
        };
        provider::for_kind(&self.settings.service.providers, kind)
    }

    /// Whether a provider is proper, and nobody has found its number wrong since it was compared with the contract.
    pub(crate) fn number_is_proper(&self, provider: &Provider) -> bool {
        provider.is_proper(self.now.date_naive()) && !self.number_was_wrong(provider)
    }

    /// Whether somebody called this number in vain since it was compared with the contract: it is not theirs.
    pub(crate) fn number_was_wrong(&self, provider: &Provider) -> bool {
        let wrong = self.ledger.number_was_wrong(&provider.name).map(|at| at.date_naive());
        wrong.is_some_and(|wrong| provider.checked.is_none_or(|checked| checked <= wrong))
    }

    /// The provider whose number is shown; none where the shop has no directory.
    pub(crate) fn called_provider(&self) -> Option<&Provider> {
        let turn = if let Place::Case(talk) = &self.place { talk.provider } else { 0 };
        let directory = self.directory();
        let length = directory.len();
        if length == 0 { None } else { directory.get(turn % length).copied() }
    }

    /// The number of the contract of whoever has the order: to ask back whom they sent.
    pub(crate) fn number_of_order(&self) -> String {
        let order = self.open_case().and_then(|case| case.state.order());
        let named = |one: &&Provider| order.is_some_and(|order| order.provider == one.name);
        let known = self.settings.service.providers.iter().find(named);
        known.map_or_else(|| self.settings.shop.service_contact.clone(), |one| one.phone.clone())
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
        self.open_case()?.state.order().map(|order| order.help)
    }
}
