//! What every page shares; see `ui/api/app_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::app::forward::cards;
use crate::app::notice::NoticeKind;
use crate::domain::access::Role;
use crate::domain::day::segments;
use crate::domain::money::Money;
use crate::domain::outage::OutageCause;
use crate::domain::printer::PrinterTrouble;
use crate::domain::receipt::ReceiptState;
use crate::screens::clock;

use crate::app::event::Language;
use crate::screens::types::PersonRole;
use crate::settings::SecondPerson;

/// Who is there, how late it is, and what is being said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppView {
    /// The language of the screen.
    pub language: Language,
    /// Whether one person is the whole shop, and confirms again where elsewhere a second one does.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub alone: bool,
    /// Whether the built-in simulators stand in for the world.
    pub demo: bool,
    /// The time of day, such as `12:02`.
    pub clock_text: String,
    /// Who is signed in.
    pub person: Option<SignedIn>,
    /// How many payments wait in the queue, and a batch that the bank does not close.
    pub queued_count: u32,
    /// How many receipts wait for the printer or have to be looked at.
    #[serde(skip_serializing_if = "is_none_open")]
    pub open_receipts: u32,
    /// Why the receipt printer does not print.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printer_trouble: Option<PrinterTrouble>,
    /// Whether a wish is being saved; the main acts wait.
    pub busy: bool,
    /// A short notice that goes away by itself or by a tap.
    pub message: Option<Message>,
}

/// The person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignedIn {
    /// The name on the screen.
    pub name: String,
    /// What they may do.
    pub role: PersonRole,
}

/// A short notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the messages are described in ui/api/app_api.slint")]
pub enum Message {
    SaveFailed,
    /// The amount.
    PaymentSent(String),
    /// The amount.
    PaymentParked(String),
    ContactsSuspect,
    /// The amount.
    ChargedAfterAll(String),
    /// The amount.
    ChargeTakenBack(String),
    /// The amount.
    BatchRefused,
    TakenBack(String),
    NotTakenBack(String),
    GiveBack(String),
    ReaderBack,
    ReaderStillDown,
    LineBack,
    HostBack,
    /// More than one part had failed.
    CardsBack,
    ReaderIsTested,
    AmountFirst,
    PersonUnlocked,
    /// The file.
    PaperWritten(String),
    PaperNotWritten(String),
    /// Why.
    BackupFailed(String),
    /// How many.
    PicturesKept(u32),
    /// Why.
    PicturesNotKept,
    PrinterFailed,
    DrawerFailed,
    DrawerOpened,
    FinishSaleFirst,
    NoCardNumberHere,
    DrawerIsCounted,
    /// Whose it is.
    DrawerOfAnother(String),
    SaleOfAnother(String),
    FieldIsFull,
    /// The smallest coin, with its currency.
    NoSuchCoin(String),
    DrawerHandedOverExact,
    /// The difference, with its sign; with boxes beside the drawer one after the other.
    DrawerHandedOver(String),
    /// Why it does not print.
    PrinterTrouble(PrinterTrouble),
    ReceiptDoubtful,
    CopyPrinted,
    /// The amount.
    CodeRefused(String),
    /// The amount.
    NotInDrawer(String),
    SaleCancelled,
    NotAllowed,
    DayOpened,
    MirrorMissing,
    /// The time.
    StoreRepaired(String),
    /// How many entries.
    EntryUnconfirmed(u32),
    ClockWrong,
    StatementRead,
}

/// What every page shares.
pub(super) fn view(app: &App) -> AppView {
    let person = app.person.as_ref().and_then(|id| app.person(id));
    let refused = usize::from(app.ledger.batch.as_ref().is_some_and(|batch| batch.refused().is_some()));
    let waiting = cards(&app.ledger.payments).filter(|(_, _, card)| card.is_open()).count() + refused;
    AppView {
        language: app.language,
        alone: app.settings.second_person == SecondPerson::Off,
        demo: app.demo,
        clock_text: clock(app.now),
        person: person.map(|person| SignedIn { name: person.name.clone(), role: role(person.role) }),
        queued_count: u32::try_from(waiting).unwrap_or(u32::MAX),
        open_receipts: receipts_to_look_at(app),
        printer_trouble: app.printing.trouble.filter(|_| app.person.is_some()),
        busy: app.is_busy(),
        message: app.notice.as_ref().and_then(|notice| message(app, &notice.kind)),
    }
}

/// The role as the screen names it.
pub(super) fn role(role: Role) -> PersonRole {
    match role {
        Role::Cashier => PersonRole::Cashier,
        Role::Manager => PersonRole::Manager,
    }
}

/// The folder and the name of a file: all of a path that fits into the bar.
fn last_parts(file: &str) -> String {
    let mut parts: Vec<&str> = file.rsplitn(3, ['/', '\\']).take(2).collect();
    parts.reverse();
    parts.join("/")
}

fn message(app: &App, kind: &NoticeKind) -> Option<Message> {
    Some(match kind {
        NoticeKind::SaveFailed => Message::SaveFailed,
        NoticeKind::PaymentSent(amount) => Message::PaymentSent(amount.shown()),
        NoticeKind::ContactsSuspect => Message::ContactsSuspect,
        NoticeKind::ChargedAfterAll(amount) => Message::ChargedAfterAll(amount.shown()),
        NoticeKind::ChargeTakenBack(amount) => Message::ChargeTakenBack(amount.shown()),
        NoticeKind::BatchRefused => Message::BatchRefused,
        NoticeKind::TakenBack(amount) => Message::TakenBack(amount.shown()),
        NoticeKind::NotTakenBack(amount) => Message::NotTakenBack(amount.shown()),
        NoticeKind::GiveBack(amount) => Message::GiveBack(amount.shown()),
        NoticeKind::PaymentParked(amount) => Message::PaymentParked(amount.shown()),
        NoticeKind::ReaderBack => return what_is_back(app),
        NoticeKind::ReaderStillDown => Message::ReaderStillDown,
        NoticeKind::ReaderIsTested => Message::ReaderIsTested,
        NoticeKind::AmountFirst => Message::AmountFirst,
        NoticeKind::PersonUnlocked => Message::PersonUnlocked,
        NoticeKind::CodeRefused(amount) => Message::CodeRefused(amount.shown()),
        NoticeKind::NotInDrawer(amount) => Message::NotInDrawer(amount.shown()),
        NoticeKind::SaleCancelled => Message::SaleCancelled,
        NoticeKind::NotAllowed => Message::NotAllowed,
        NoticeKind::DayOpened => Message::DayOpened,
        NoticeKind::PaperWritten(file) => Message::PaperWritten(last_parts(file)),
        NoticeKind::PaperNotWritten(why) => Message::PaperNotWritten(why.clone()),
        NoticeKind::BackupFailed(why) => Message::BackupFailed(why.clone()),
        NoticeKind::PicturesKept(count) => Message::PicturesKept(*count),
        NoticeKind::PicturesNotKept => Message::PicturesNotKept,
        NoticeKind::PrinterFailed => Message::PrinterFailed,
        NoticeKind::CopyPrinted => Message::CopyPrinted,
        NoticeKind::DrawerOpened => Message::DrawerOpened,
        NoticeKind::DrawerFailed => Message::DrawerFailed,
        // Notes of another currency are named.
        NoticeKind::FinishSaleFirst => Message::FinishSaleFirst,
        NoticeKind::NoCardNumberHere => Message::NoCardNumberHere,
        NoticeKind::DrawerIsCounted => Message::DrawerIsCounted,
        NoticeKind::DrawerOfAnother(name) => Message::DrawerOfAnother(name.clone()),
        NoticeKind::SaleOfAnother(name) => Message::SaleOfAnother(name.clone()),
        NoticeKind::FieldIsFull => Message::FieldIsFull,
        NoticeKind::NoSuchCoin(smallest) => Message::NoSuchCoin(smallest.to_string()),
        // Where all is right there is nothing to be alarmed about.
        NoticeKind::DrawerHandedOver(by) if by.iter().all(|one| one.is_zero()) => Message::DrawerHandedOverExact,
        NoticeKind::DrawerHandedOver(by) => Message::DrawerHandedOver(differences(by)),
        NoticeKind::PrinterTrouble(trouble) => Message::PrinterTrouble(*trouble),
        NoticeKind::ReceiptDoubtful => Message::ReceiptDoubtful,
        NoticeKind::StoreRepaired => Message::StoreRepaired(clock(app.now)),
        NoticeKind::EntryUnconfirmed(count) => Message::EntryUnconfirmed(*count),
    })
}

/// One that is being printed right now is nobody's business yet.
fn receipts_to_look_at(app: &App) -> u32 {
    let open = app.open_receipts().filter(|(_, job)| match job.state {
        ReceiptState::Waits => app.printing.trouble.is_some(),
        ReceiptState::Doubtful { .. } => true,
        ReceiptState::Printing | ReceiptState::Printed | ReceiptState::Taken | ReceiptState::GivenUp => false,
    });
    u32::try_from(open.count()).unwrap_or(u32::MAX)
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_none_open(count: &u32) -> bool {
    *count == 0
}

/// By how much counts differed, with signs; the code only where there are several currencies.
fn differences(by: &[Money]) -> String {
    match by {
        [one] => one.shown_signed(),
        several => {
            let said = several.iter().map(|one| format!("{} {}", one.shown_signed(), one.currency));
            said.collect::<Vec<String>>().join(" · ")
        }
    }
}

/// What works again after the last outage: the part that had failed, or cards altogether when it was more than one.
/// Nothing is said while the next outage has begun already: the bar would say the opposite.
fn what_is_back(app: &App) -> Option<Message> {
    if app.ledger.open_outage().is_some() {
        return None;
    }
    let last = app.ledger.outages.values().filter(|outage| outage.ended.is_some()).max_by_key(|outage| outage.ended)?;
    let out = segments(last).into_iter().flat_map(|segment| [Some(segment.cause), segment.beside]);
    let causes: Vec<OutageCause> = out.flatten().collect();
    let reader = causes.iter().any(|cause| matches!(cause, OutageCause::Reader(_)));
    let line = causes.iter().any(|cause| matches!(cause, OutageCause::Line(_)));
    let host = causes.iter().any(|cause| matches!(cause, OutageCause::Host(_)));
    Some(match (reader, line, host) {
        (true, false, false) => Message::ReaderBack,
        (false, true, false) => Message::LineBack,
        (false, false, true) => Message::HostBack,
        (_, _, _) => Message::CardsBack,
    })
}
