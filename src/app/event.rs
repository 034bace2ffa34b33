//! Everything that can happen to the app, one closed enum.

use chrono::{DateTime, FixedOffset};

use crate::domain::access::{Pin, PinDigit};
use crate::domain::card::CardEntry;
use crate::domain::cash::CountNote;
use crate::domain::host::{HostAnswer, HostEcho, LineReport, ReversalAnswer};
use crate::domain::ids::{PaymentId, PersonId, SaveId};
use crate::domain::reader::{ReaderOutcome, ReaderReport};
pub use crate::domain::receipt::Language;
use crate::domain::reconcile::StatementLine;
use crate::seal::SealedCard;

/// An event with the time and the entropy it came in with: the app reads no clock and draws no random number.
#[derive(Clone, Debug)]
pub struct Input {
    /// Now, in the till's local time.
    pub at: DateTime<FixedOffset>,
    /// Sixty-four random bits for the ids that this event makes.
    pub entropy: u64,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields have the names of the types they hold, which are documented")]
pub enum Event {
    /// Time passed; nothing else happened.
    Clock,
    /// A person touched the screen.
    Touch(Touch),
    /// The digits in the card buffer changed; this is all that may be known of them.
    CardTyped(CardEntry),

    /// A save is on disk, twice.
    Stored(SaveId, StoredExtra),
    /// A save failed; nothing of it will ever count.
    NotStored(SaveId, NotStored),

    /// The reader was asked for its health.
    ReaderProbed(ReaderReport),
    /// The reader answered a payment, or did not.
    ReaderPaid { payment: PaymentId, outcome: ReaderOutcome },
    /// The reader was asked what became of a payment.
    ReaderTold { payment: PaymentId, outcome: ReaderOutcome },
    /// The line was probed.
    LineProbed(LineReport),
    /// The host was asked for an echo.
    HostEchoed(HostEcho),
    /// The host answered a purchase, or did not.
    HostAnswered { payment: PaymentId, answer: HostAnswer },
    /// The host answered a reversal, or did not.
    HostReversed { payment: PaymentId, answer: ReversalAnswer },

    /// The typed card was sealed and the buffer wiped, or could not be.
    CardSealed { payment: PaymentId, sealed: Result<SealedCard, SealFailure> },
    /// A PIN was compared with its hash.
    PinChecked { person: PersonId, right: bool },

    /// The statement folder was looked through.
    StatementsFound(Vec<StatementFile>),
    /// A statement file was read, whole or not at all.
    StatementRead { file: String, result: Result<StatementContent, StatementRefusal> },
    /// The day's report was written.
    ReportWritten(Result<Vec<String>, String>),
    /// The receipt printer is done with a receipt.
    Printed(Result<(), String>),
}

/// What the store says beside "stored".
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct StoredExtra {
    /// The signed checkpoint, when the save closed a day: short text for the slip.
    pub checkpoint: Option<String>,
}

/// Why a save failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotStored {
    /// This save failed; the store goes on.
    Refused(String),
    /// The store cannot promise anything any more: the program stops taking money.
    Halt(String),
}

/// Why a card could not be sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealFailure(pub String);

/// A file that may be a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementFile {
    /// Its path.
    pub path: String,
    /// Its name.
    pub name: String,
    /// When it was last changed.
    pub changed: DateTime<FixedOffset>,
}

/// What a statement file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementContent {
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// Its lines.
    pub lines: Vec<StatementLine>,
}

/// Why a statement file was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementRefusal {
    /// It cannot be opened.
    NotFound(String),
    /// It is no format that is known.
    UnknownFormat(String),
    /// It breaks its own format.
    Bad(String),
    /// It is an account in another currency than the till's.
    OtherCurrency(String),
}

/// A touch, named like the callback of the page it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touch {
    /// Anywhere.
    App(AppTouch),
    /// The lock page.
    Lock(LockTouch),
    /// The sell page.
    Sell(SellTouch),
    /// The tenders page.
    Tenders(TendersTouch),
    /// The reader page.
    Reader(ReaderTouch),
    /// The QR page.
    Qr(QrTouch),
    /// The card page, apart from its digits.
    Card(CardTouch),
    /// The cash page.
    Cash(CashTouch),
    /// The done page.
    Done(DoneTouch),
    /// The queue page.
    Queue(QueueTouch),
    /// The outage page.
    Outage(OutageTouch),
    /// The manager's day.
    Day(DayTouch),
    /// Counting the drawer.
    Count(CountTouch),
    /// Bringing in a statement.
    Statement(StatementTouch),
    /// The sheet on which one open item is decided.
    Decide(DecideTouch),
    /// The report page.
    Report(ReportTouch),
    /// The sheet on which a manager approves.
    Approve(ApproveTouch),
    /// The menu sheet.
    Menu(MenuTouch),
}

/// See `ui/api/app_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum AppTouch {
    ChooseLanguage(Language),
    SignOut,
    OpenMenu,
    OpenQueue,
    OpenOutage,
    CloseOverlay,
    Back,
    DismissMessage,
}

/// See `ui/api/lock_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum LockTouch {
    Choose(PersonId),
    Digit(PinDigit),
    Erase,
    Enter,
    Unlock,
}

/// See `ui/api/sell_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum SellTouch {
    Digits(String),
    Erase,
    Clear,
    Cancel,
    PayByCard,
    PayByQr,
    PayByCash,
    TakePayment,
    CardDoesNotWork,
    EditTicket,
    AcceptTicket,
}

/// See `ui/api/tenders_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum TendersTouch {
    Choose(crate::domain::sale::TenderKind),
    ChangeAmount,
    CancelSale,
    AskAgain,
    ParkAttempt,
    FinishCharged,
}

/// See `ui/api/reader_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum ReaderTouch {
    Cancel,
    TryAgain,
    OtherWay,
    TerminalApproved,
    TerminalDeclined,
    TerminalNotWorking,
}

/// See `ui/api/qr_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum QrTouch {
    Confirm,
    Announce,
    Withdraw,
    WithdrawSurely,
    Keep,
}

/// See `ui/api/card_api.slint`. Digits go into the card buffer and come back as [`Event::CardTyped`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum CardTouch {
    ToggleConsent,
    Next,
    Previous,
    Cancel,
    AnotherCard,
    OtherWay,
}

/// See `ui/api/cash_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum CashTouch {
    Digits(String),
    Erase,
    QuickSum(String),
    Finish,
    Cancel,
}

/// See `ui/api/done_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum DoneTouch {
    NextSale,
    PrintAgain,
}

/// See `ui/api/queue_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum QueueTouch {
    SendNow,
    Send(PaymentId),
    Decide(PaymentId),
}

/// See `ui/api/outage_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum OutageTouch {
    TestReader,
    BackToSelling,
}

/// See `ui/api/day_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum DayTouch {
    Act(String),
    BringInStatement,
    OpenReports,
    OpenDay,
    CloseDay,
    EntriesSeen,
}

/// See `ui/api/count_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum CountTouch {
    Choose(String),
    Digits(String),
    Erase,
    NextRow,
    Commit,
    ChooseNote(CountNote),
    Accept,
    Recount,
}

/// See `ui/api/statement_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum StatementTouch {
    LookAgain,
    Choose(String),
    ChooseAnother,
    Finish,
}

/// See `ui/api/decide_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum DecideTouch {
    Choose(Choice),
    ChooseReason(crate::domain::fact::LossReason),
    Confirm,
    Cancel,
}

/// What can be done with an open item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the choices are described in ui/api/decide_api.slint")]
pub enum Choice {
    Retry,
    ConfirmMatched,
    ConfirmCharged,
    NotCharged,
    PaidOtherWay,
    Explain,
    WriteOff,
    LeaveOpen,
}

/// See `ui/api/report_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum ReportTouch {
    WriteFiles,
    Print,
    Finish,
}

/// See `ui/api/approve_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum ApproveTouch {
    Choose(PersonId),
    ChooseReason(crate::domain::fact::ApprovalReason),
    Digit(PinDigit),
    Erase,
    Approve,
    Cancel,
}

/// See `ui/api/menu_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum MenuTouch {
    EditTicket,
    OpenDay,
    OpenDrawer,
}

/// A PIN on its way to be checked; only [`crate::app::effect::Effect`] carries one out of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinCheck {
    /// Whose.
    pub person: PersonId,
    /// The digits, wiped when this goes.
    pub pin: Pin,
}
