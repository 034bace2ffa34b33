//! The answers of the case page, and who may give them.

use crate::domain::ladder::Kind;
use crate::domain::service::{AttachmentKind, Check, Ending, Help, Mended, Work};

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
    /// Whom they send, as it is typed; they named nobody.
    TechnicianNamed,
    NoTechnician,
    CallDone,
    CallAgain,
    MakeBackup,
    HeldSaid,
    HeldSigned,
    HeldKnown,
    /// It is about to be exchanged or taken along.
    Exchange,
    SendAway,
    GiveBack,
    Arrived,
    /// Somebody is here for the reader.
    TechnicianHere,
    VisitorNamed,
    /// Company and number of the order are right, too; or one of them is not.
    VisitorRight,
    OrderDiffers,
    /// The provider was asked on the telephone, and knows the visitor.
    AskedBack,
    VisitorRefused,
    NotNow,
    /// Pictures of this lie in the folder for papers.
    TakePictures(AttachmentKind),
    /// Whether seals and housing are whole.
    Whole(bool),
    Mended(Mended),
    Worked(Work),
    WorkTold,
    /// The provider sent the device that is not the one of the register.
    SentByProvider,
    /// To the question that was answered last, and to those before it.
    QuestionBack,
    /// The number that was typed; that of the register.
    SerialTyped,
    SerialKnown,
    Holds(Check),
    /// The reader has no part for this check.
    Absent(Check),
    /// The reader is to be refused for this check, or for one that held before: it is asked once more.
    Refuse(Option<Check>),
    Fails(Check),
    /// To the page on which the till can see this.
    GoThere(Check),
    /// To the register, where the till is switched over to this reader for its test.
    SwitchTo,
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
            Self::TechnicianNamed => "technician-named".to_owned(),
            Self::NoTechnician => "technician-none".to_owned(),
            Self::CallDone => "call-done".to_owned(),
            Self::CallAgain => "call-again".to_owned(),
            Self::MakeBackup => "backup".to_owned(),
            Self::HeldSaid => "held-said".to_owned(),
            Self::HeldSigned => "held-signed".to_owned(),
            Self::HeldKnown => "held-known".to_owned(),
            Self::Exchange => "exchange".to_owned(),
            Self::GiveBack => "give-back".to_owned(),
            Self::SendAway => "send-away".to_owned(),
            Self::Arrived => "arrived".to_owned(),
            Self::TechnicianHere => "technician-here".to_owned(),
            Self::VisitorNamed => "visitor-named".to_owned(),
            Self::VisitorRight => "visitor-right".to_owned(),
            Self::OrderDiffers => "order-differs".to_owned(),
            Self::SentByProvider => "sent-by-provider".to_owned(),
            Self::QuestionBack => "question-back".to_owned(),
            Self::AskedBack => "asked-back".to_owned(),
            Self::NotNow => "not-now".to_owned(),
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
            Self::Absent(_) => "absent".to_owned(),
            Self::Refuse(_) => "fails".to_owned(),
            Self::Fails(check) => named("refuse", check),
            Self::GoThere(_) => "go-there".to_owned(),
            Self::SwitchTo => "switch-to".to_owned(),
            Self::Sign => "sign".to_owned(),
            Self::Close(ending) => named("close", ending),
        }
    }

    /// Whether only a manager may say so: what the shop is bound by, or what a reader is trusted for. The test is signed
    /// with a manager's PIN, whoever taps on it.
    pub(crate) fn needs_manager(&self) -> bool {
        match self {
            Self::Cause(_)
            | Self::AllowRestart
            | Self::HeldSigned
            | Self::SendAway
            | Self::GiveBack
            | Self::AskedBack
            | Self::VisitorRefused
            | Self::SentByProvider
            | Self::Mended(Mended::Replaced)
            | Self::Holds(_)
            | Self::Absent(_)
            | Self::Refuse(_)
            | Self::Fails(_)
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
            | Self::OrderDiffers
            | Self::QuestionBack
            | Self::TakePictures(_)
            | Self::Whole(_)
            | Self::Mended(Mended::Here | Mended::ByProvider | Mended::Repaired | Mended::Lent)
            | Self::Worked(_)
            | Self::WorkTold
            | Self::SerialTyped
            | Self::SerialKnown
            | Self::TechnicianNamed
            | Self::NoTechnician
            | Self::HeldKnown
            | Self::Exchange
            | Self::VisitorNamed
            | Self::VisitorRight
            | Self::NotNow
            | Self::GoThere(_)
            | Self::SwitchTo
            | Self::Sign => false,
        }
    }
}
