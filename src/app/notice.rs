//! Short messages that go away by themselves.

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::app::App;
use crate::domain::money::Money;
use crate::domain::printer::PrinterTrouble;

/// A short message that goes away by itself.
#[derive(Clone, Debug)]
pub struct Notice {
    /// What it says.
    pub kind: NoticeKind,
    /// Until when it stays.
    pub until: DateTime<FixedOffset>,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// A charge that was thought lost had gone through; the sale is still being paid.
    ChargedAfterAll(Money),
    /// Such a charge was taken back by itself.
    ChargeTakenBack(Money),
    /// The bank does not close the batch of approved cards.
    BatchRefused,
    /// The bank took back what it had approved: the refund is made.
    TakenBack(Money),
    /// The bank refuses to take back what it approved: a refund was not made.
    NotTakenBack(Money),
    /// Such a charge cannot be taken back by itself: a person has to give the money back.
    GiveBack(Money),
    /// Two different cards in a row could not be read: it is probably the reader.
    ContactsSuspect,
    /// Nothing was done, because it could not be saved.
    SaveFailed,
    /// A stored payment was approved.
    PaymentSent(Money),
    /// A stored payment was refused and waits for a person.
    PaymentParked(Money),
    /// The reader works again.
    ReaderBack,
    /// Cards were said not to work before there was an amount: the reader is being tested.
    ReaderIsTested,
    /// Cards were said not to work before there was an amount, on a terminal that cannot be tested from here.
    AmountFirst,
    /// A manager let a locked person try again.
    PersonUnlocked,
    /// No payment code can be made for this amount.
    CodeRefused(Money),
    /// The drawer should not hold as much as was to go out of it.
    NotInDrawer(Money),
    /// The sale was given up.
    SaleCancelled,
    /// What was typed could be the number of a card, and is not kept in the clear.
    NoCardNumberHere,
    /// This person may not do that.
    NotAllowed,
    /// A day was opened.
    DayOpened,
    /// A paper was written: where it is.
    PaperWritten(String),
    /// A paper could not be written: why.
    PaperNotWritten(String),
    /// The copy of the ledger could not be made, or not be read back.
    BackupFailed(String),
    /// So many new pictures were kept.
    PicturesKept(u32),
    /// A person says that cards are read again, and the till still sees that none can be.
    ReaderStillDown,
    /// No picture could be kept; the page says why.
    PicturesNotKept,
    /// The receipt could not be printed.
    PrinterFailed,
    /// A copy was printed.
    CopyPrinted,
    /// A split sale has to be finished or given up first.
    FinishSaleFirst,
    /// The drawer in use is this person's: it is taken over first.
    DrawerOfAnother(String),
    /// Cash of the open sale lies in this person's drawer: they or a manager give it up.
    SaleOfAnother(String),
    /// Not a digit, or one more than an amount has.
    FieldIsFull,
    /// No coin makes up the sum: the smallest there is.
    NoSuchCoin(Money),
    /// The drawer was counted and differs: a manager writes down what goes in or out of it now.
    DrawerIsCounted,
    /// Another person took the drawer over; by so much the counts of drawer and boxes differed.
    DrawerHandedOver(Vec<Money>),
    /// The printer stopped.
    PrinterTrouble(PrinterTrouble),
    /// Some of a receipt may be on paper.
    ReceiptDoubtful,
    /// The drawer did not open.
    DrawerFailed,
    /// The drawer was opened.
    DrawerOpened,
    /// A copy of the journal was repaired from the other.
    StoreRepaired,
    /// Entries at the end of one copy were never confirmed.
    EntryUnconfirmed(u32),
}

/// How long a notice stays when nobody taps it away.
const NOTICE_TIME: TimeDelta = TimeDelta::seconds(6);

impl App {
    pub(super) fn tell(&mut self, kind: NoticeKind) {
        self.notice = Some(Notice { kind, until: self.now + NOTICE_TIME });
    }
}
