//! Everything a person can touch, named like the callbacks of the pages in `ui/api/`.

mod cash;
mod queue;
mod service;

use crate::domain::access::{Pin, PinDigit};
use crate::domain::contact::TelephoneDigit;
use crate::domain::ids::{PaymentId, PersonId};
use crate::domain::keys::Fingerprint;
use crate::domain::receipt::Language;

pub use self::cash::{CashTouch, CountTouch, DrawerTouch, RefundTouch};
pub use self::queue::{DeskTouch, HandoverTouch, QueueTouch};
pub use self::service::{CareTouch, CaseTouch, DeviceTouch, LearnTouch};

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
    /// The drawer page.
    Drawer(DrawerTouch),
    /// Giving money back.
    Refund(RefundTouch),
    /// The sign for customers.
    Sign(SignTouch),
    /// The queue page.
    Queue(QueueTouch),
    /// The decline desk.
    Desk(DeskTouch),
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
    /// The page of payment codes.
    Payees(PayeesTouch),
    /// The report page.
    Report(ReportTouch),
    /// The sheet on which a manager approves.
    Approve(ApproveTouch),
    /// The menu sheet.
    Menu(MenuTouch),
    /// Stored payments that another till has.
    Handover(HandoverTouch),
    /// The acquirer's keys.
    Keys(KeysTouch),
    /// The case of the reader.
    Case(CaseTouch),
    /// Upkeep and readiness.
    Care(CareTouch),
    /// The device register.
    Device(DeviceTouch),
    /// The knowledge base.
    Learn(LearnTouch),
}

/// See `ui/api/app_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum AppTouch {
    ChooseLanguage(Language),
    SignOut,
    OpenMenu,
    OpenQueue,
    OpenDrawerPage,
    OpenOutage,
    OpenCase,
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
    TerminalCharged,
    TerminalNotCharged,
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
    Choose(String),
    Leave,
    Confirm,
    Announce,
    AcceptUnseen,
    Withdraw,
    WithdrawSurely,
    Keep,
}

/// See `ui/api/card_api.slint`. Digits go into the card buffer and come back as [`Event::CardTyped`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum CardTouch {
    ToggleConsent,
    AddTelephone,
    TelephoneDigit(TelephoneDigit),
    EraseTelephone,
    ToggleCall,
    Next,
    Previous,
    Cancel,
    AnotherCard,
    OtherWay,
}

/// See `ui/api/done_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum DoneTouch {
    NextSale,
    PrintAgain,
    ReceiptIsWhole,
}

/// See `ui/api/sign_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum SignTouch {
    Print,
    Back,
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
    AskClose,
    NotYet,
    CloseDay,
    ToggleCharts,
    EntriesSeen,
}

/// See `ui/api/statement_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum StatementTouch {
    LookAgain,
    Choose(String),
    TakeAnyway,
    Cancel,
    NextColumn(crate::statement::MappedAs),
    SwapDateFormat,
    SwapDecimal,
    ReadAsMapped,
    CorrectMapping,
    ForgetMapping,
    ChooseAnother,
    Finish,
}

/// See `ui/api/decide_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum DecideTouch {
    Choose(Choice),
    PickSale(PaymentId),
    ChooseReason(crate::domain::fact::LossReason),
    ChooseLineReason(crate::domain::reconcile::LineReason),
    ChooseCarryReason(crate::domain::day::CarryReason),
    ChooseCarryDays(u8),
    Confirm,
    Cancel,
}

/// What can be done with an open item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the choices are described in ui/api/decide_api.slint")]
pub enum Choice {
    Retry,
    ConfirmMatched,
    /// The credit is not this payment, whatever speaks for it.
    RefuseMatched,
    /// The credit is one of the sales that are waited for; a person knows which.
    PickSale,
    ConfirmCharged,
    NotCharged,
    PaidOtherWay,
    /// The shop itself sent the money back.
    OwnRefund,
    /// The shop has seen the money itself, on its phone or its account.
    ConfirmSeen,
    Explain,
    GaveBackCash,
    GaveBackOnReader,
    GaveBackOtherWay,
    WriteOff,
    CarryOver,
    RefundSent,
    LeaveOpen,
}

/// See `ui/api/payees_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum PayeesTouch {
    Choose(String),
    Test,
    Arrived,
    NotArrived,
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
    OpenPayees,
    OpenDrawer,
    OpenKeys,
    OpenDrawerPage,
    OpenRefund,
    ShowSign,
}

/// See `ui/api/keys_api.slint`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum KeysTouch {
    Choose(Fingerprint),
    ReadFile,
    Confirm,
    Retire,
}

/// A PIN on its way to be checked; only [`crate::app::effect::Effect`] carries one out of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinCheck {
    /// Whose.
    pub person: PersonId,
    /// The digits, wiped when this goes.
    pub pin: Pin,
}
