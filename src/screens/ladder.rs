//! The diagnosis ladder as the outage page shows it, rung by rung; see `ui/api/ladder_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::domain::contacts::ContactsVerdict;
use crate::domain::ladder::{Cause, Evidence, Found, Kind, Ladder, NotTried, Rung, Step, TlsTrouble};
use crate::domain::outage::ReaderCause;
use crate::screens::clock;

/// The last climb, or the one that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LadderView {
    /// When it began, such as `12:03`.
    pub time_text: String,
    /// Whether rungs are still being tried.
    pub running: bool,
    /// What it amounts to so far; `None` while nothing is wrong.
    pub verdict: Option<LadderVerdict>,
    /// The rungs that say something, bottom-up.
    pub rows: Vec<RungRow>,
}

/// The cause in the merchant's words, with the rung that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LadderVerdict {
    /// The kind of trouble.
    pub kind: Kind,
    /// The rung that failed.
    pub rung: Rung,
}

/// One rung.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RungRow {
    /// Which.
    pub rung: Rung,
    /// How it stands.
    pub mark: RungMark,
    /// What was seen; `None` while it is being tried, and where a rung below it failed.
    pub seen: Option<RungWords>,
}

/// How a rung stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/ladder_api.slint")]
pub enum RungMark {
    Trying,
    Good,
    Bad,
    Unclear,
    Skipped,
}

/// A sentence of `ui/words/ladder_words.slint` and what stands in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RungWords {
    /// The sentence.
    pub said: RungSaid,
    /// The first thing in it.
    pub first: String,
    /// The second.
    pub second: String,
}

/// The sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/ladder_api.slint")]
pub enum RungSaid {
    TillWell,
    WorkerStuck,
    DiskRefuses,
    ClockJumped,
    ServiceRuns,
    ServiceStopped,
    ServiceHung,
    ServiceMissing,
    Connected,
    Refused,
    Silent,
    NoRoute,
    ReaderListed,
    ReaderNotListed,
    ReaderWell,
    ReaderStores,
    ReaderBusy,
    ReaderMute,
    CardReaderBroken,
    PinPadBroken,
    OutOfOrder,
    Tampered,
    ReaderSoftware,
    ReaderUpdating,
    ReaderGone,
    CashierSaysBroken,
    CardsRead,
    OneCardMute,
    TwoCardsMute,
    LinkUp,
    NoLink,
    HasAddress,
    NoAddress,
    GatewayAnswers,
    GatewaySilent,
    NoGateway,
    NameFound,
    NameNotFound,
    TlsStands,
    TlsOtherRoot,
    TlsExpired,
    TlsNotYetValid,
    TlsOtherName,
    TlsUnusable,
    TlsNotSpoken,
    TlsNoAnswer,
    HostAnswers,
    HostSilent,
    BanksAnswer,
    BanksFail,
    NoAnswersYet,
}

/// The ladder, once it was climbed.
pub(super) fn view(app: &App) -> Option<LadderView> {
    let ladder = app.climb.ladder.as_ref()?;
    let tried = ladder.steps().into_iter().filter_map(row);
    let trying = ladder.next().map(|rung| RungRow { rung, mark: RungMark::Trying, seen: None });
    let mut rows: Vec<RungRow> = tried.chain(trying).collect();
    rows.sort_by_key(|row| row.rung);
    Some(LadderView { time_text: clock(ladder.began), running: !ladder.is_done(), verdict: verdict(ladder), rows })
}

fn verdict(ladder: &Ladder) -> Option<LadderVerdict> {
    ladder.conclusion().cause.map(|Cause { kind, rung, .. }| LadderVerdict { kind, rung })
}

/// A rung that the shop does not have is not shown.
fn row(step: &Step) -> Option<RungRow> {
    let (mark, seen) = match &step.found {
        Found::Good(evidence) => (RungMark::Good, Some(words(evidence))),
        Found::Bad(evidence) => (RungMark::Bad, Some(words(evidence))),
        Found::Unclear(evidence) => (RungMark::Unclear, Some(words(evidence))),
        Found::NotTried(NotTried::BelowFailed | NotTried::ReaderBusy) => (RungMark::Skipped, None),
        Found::NotTried(NotTried::NoSuchPart | NotTried::SameMachine | NotTried::NotKnownHere) => return None,
    };
    Some(RungRow { rung: step.rung, mark, seen })
}

fn words(evidence: &Evidence) -> RungWords {
    let say = |said, first: String, second: String| RungWords { said, first, second };
    let only = |said| say(said, String::new(), String::new());
    let one = |said, first: &str| say(said, first.to_owned(), String::new());
    match evidence {
        Evidence::TillWell { .. } => only(RungSaid::TillWell),
        Evidence::WorkerStuck { worker, seconds } => {
            say(RungSaid::WorkerStuck, (*worker).to_owned(), seconds.to_string())
        }
        Evidence::DiskRefuses { why } => one(RungSaid::DiskRefuses, why),
        Evidence::ClockJumped { seconds } => one(RungSaid::ClockJumped, &seconds.to_string()),
        Evidence::ServiceRuns => only(RungSaid::ServiceRuns),
        Evidence::ServiceStopped => only(RungSaid::ServiceStopped),
        Evidence::ServiceHung => only(RungSaid::ServiceHung),
        Evidence::ServiceMissing => only(RungSaid::ServiceMissing),
        Evidence::Connected { to, ms } => say(RungSaid::Connected, to.clone(), ms.to_string()),
        Evidence::Refused { by } => one(RungSaid::Refused, by),
        Evidence::Silent { from, .. } => one(RungSaid::Silent, from),
        Evidence::NoRoute { to } => one(RungSaid::NoRoute, to),
        Evidence::ReaderListed => only(RungSaid::ReaderListed),
        Evidence::ReaderNotListed => only(RungSaid::ReaderNotListed),
        Evidence::ReaderSaysWell { stored: None | Some(0) } => only(RungSaid::ReaderWell),
        Evidence::ReaderSaysWell { stored: Some(stored) } => one(RungSaid::ReaderStores, &stored.to_string()),
        Evidence::ReaderSaysBusy => only(RungSaid::ReaderBusy),
        Evidence::ReaderFault(cause) => only(fault(*cause)),
        Evidence::Cards(ContactsVerdict::Fine) => only(RungSaid::CardsRead),
        Evidence::Cards(ContactsVerdict::TryAnotherCard) => only(RungSaid::OneCardMute),
        Evidence::Cards(ContactsVerdict::SuspectReader) => only(RungSaid::TwoCardsMute),
        Evidence::LinkUp { interface } => one(RungSaid::LinkUp, interface),
        Evidence::NoLink => only(RungSaid::NoLink),
        Evidence::HasAddress { address } => one(RungSaid::HasAddress, address),
        Evidence::NoAddress => only(RungSaid::NoAddress),
        Evidence::GatewayAnswers { address } => one(RungSaid::GatewayAnswers, address),
        Evidence::GatewaySilent { address } => one(RungSaid::GatewaySilent, address),
        Evidence::NoGateway => only(RungSaid::NoGateway),
        Evidence::NameFound { name } => one(RungSaid::NameFound, name),
        Evidence::NameNotFound { name } => one(RungSaid::NameNotFound, name),
        Evidence::TlsStands => only(RungSaid::TlsStands),
        Evidence::TlsFails(trouble) => only(tls(*trouble)),
        Evidence::EchoAnswered { ms } => one(RungSaid::HostAnswers, &ms.to_string()),
        Evidence::EchoFailed { .. } => only(RungSaid::HostSilent),
        Evidence::Issuers(share) if share.answers == 0 => only(RungSaid::NoAnswersYet),
        Evidence::Issuers(share) => {
            let said = if share.is_failing() { RungSaid::BanksFail } else { RungSaid::BanksAnswer };
            say(said, share.not_asked.to_string(), share.answers.to_string())
        }
    }
}

fn tls(trouble: TlsTrouble) -> RungSaid {
    match trouble {
        TlsTrouble::OtherRoot => RungSaid::TlsOtherRoot,
        TlsTrouble::Expired => RungSaid::TlsExpired,
        TlsTrouble::NotYetValid => RungSaid::TlsNotYetValid,
        TlsTrouble::OtherName => RungSaid::TlsOtherName,
        TlsTrouble::Unusable => RungSaid::TlsUnusable,
        TlsTrouble::NotTls => RungSaid::TlsNotSpoken,
        TlsTrouble::NoAnswer => RungSaid::TlsNoAnswer,
    }
}

fn fault(cause: ReaderCause) -> RungSaid {
    match cause {
        ReaderCause::NotConnected => RungSaid::ReaderGone,
        ReaderCause::NoAnswer => RungSaid::ReaderMute,
        ReaderCause::CardReaderFault => RungSaid::CardReaderBroken,
        ReaderCause::PinPadFault => RungSaid::PinPadBroken,
        // No rung finds that: a reader that nobody has accepted yet answers like any other.
        ReaderCause::OutOfOrder | ReaderCause::NotAccepted => RungSaid::OutOfOrder,
        ReaderCause::Tampered => RungSaid::Tampered,
        ReaderCause::SoftwareFault => RungSaid::ReaderSoftware,
        ReaderCause::Maintenance => RungSaid::ReaderUpdating,
        ReaderCause::ReportedByHand => RungSaid::CashierSaysBroken,
        ReaderCause::ServiceStopped => RungSaid::ServiceStopped,
        ReaderCause::ServiceHung => RungSaid::ServiceHung,
    }
}
