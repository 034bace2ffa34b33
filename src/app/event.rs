//! Everything that can happen to the app, one closed enum.

use chrono::{DateTime, FixedOffset, NaiveDate};

pub use crate::app::refund::BackWay;
pub use crate::app::touch::*;
use crate::domain::batch::BatchAnswer;
use crate::domain::card::CardEntry;
use crate::domain::contact::Telephone;
use crate::domain::handover::OutcomeFile;
use crate::domain::host::{AdviceAnswer, HostAnswer, HostEcho, LineReport, ReversalAnswer};
use crate::domain::ids::{LineId, PaymentId, PersonId, ReceiptId, SaleId, SaleReference, SaveId};
use crate::domain::keys::{KeyDescription, KeyRingError};
use crate::domain::ladder::Step;
use crate::domain::money::Money;
use crate::domain::printer::{PrintResult, PrinterTrouble};
use crate::domain::reader::{ReaderNews, ReaderOutcome, ReaderReport, ReaderReversal};
pub use crate::domain::receipt::Language;
use crate::domain::reconcile::{StatementLines, StatementNotes, UnknownWhy};
use crate::domain::sale::{Payment, Sale};
use crate::domain::service::{Attachment, PaperRefused};
use crate::seal::{KeyError, SealedCard};
use crate::statement::{Draft, Said};

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
    /// The reader, or its service, said something without being asked.
    ReaderNews(ReaderNews),
    /// The host ended the connection that was held to it.
    HostNews,
    /// The till's network link came or went.
    LinkChanged { is_up: bool },
    /// A rung of the diagnosis ladder was tried.
    RungTried(Step),
    /// The reader answered a payment, or did not.
    ReaderPaid { payment: PaymentId, outcome: ReaderOutcome },
    /// The reader was asked what became of a payment.
    ReaderTold { payment: PaymentId, outcome: ReaderOutcome },
    /// The reader was asked to take a charge back.
    ReaderReversed { payment: PaymentId, reversal: ReaderReversal },
    /// A worker of the till ended in a defect; what it was at is not known.
    WorkerFailed(&'static str),
    /// The line was probed.
    LineProbed(LineReport),
    /// The host was asked for an echo.
    HostEchoed(HostEcho),
    /// The host answered a purchase, or did not.
    HostAnswered { payment: PaymentId, answer: HostAnswer },
    /// The host answered a reversal, or did not.
    HostReversed { payment: PaymentId, answer: ReversalAnswer },
    /// The host was asked to take an approval back.
    HostVoided { payment: PaymentId, answer: ReversalAnswer },
    /// The host was told of an approval on the telephone.
    HostAdvised { payment: PaymentId, answer: AdviceAnswer },

    /// The host answered a message about a batch; nothing when it did not, and it has to be sent again.
    BatchAnswered { number: u32, answer: Option<BatchAnswer> },

    /// The typed card was sealed and the buffer wiped, or could not be.
    CardSealed { payment: PaymentId, sealed: Result<SealedCard, SealFailure> },
    /// The store was looked through for a sale; nothing where no sale has this number.
    SaleFound { reference: SaleReference, found: Result<Option<FoundSale>, String> },
    /// How the customer of a card can be called; nothing where it is not kept any more.
    ContactRead { payment: PaymentId, telephone: Option<Telephone> },
    /// The file with a key of the acquirer was read, or the key refused with a reason.
    KeyRead(Result<KeyFile, KeyRefusal>),
    /// The file of a handover was written, or files of outcomes were read.
    Handover(HandoverNews),
    /// A PIN was compared with its hash.
    PinChecked { person: PersonId, right: bool },

    /// The statement folder was looked through.
    StatementsFound(Vec<StatementFile>),
    /// How far reading a statement is: lines read, of about so many.
    StatementProgress { lines: u32, about: u32 },
    /// A statement file was read, whole or not at all.
    StatementRead { file: String, result: Result<StatementContent, StatementRefusal> },
    /// The day's report was written.
    ReportWritten(Result<Vec<String>, String>),
    /// A copy of the ledger was made and read back: how many entries it has.
    BackedUp(Result<u64, String>),
    /// Pictures were kept, those that had been kept before among them, or none was: why.
    PicturesTaken(Result<Vec<Attachment>, PaperRefused>),
    /// A text was printed or written, or could not be; the receipt of this sale, where it is one.
    Printed { sale: Option<SaleId>, result: Result<(), String> },
    /// The printer is done with one of the papers of a sale, or failed.
    ReceiptSent { sale: SaleId, receipt: ReceiptId, result: PrintResult },
    /// The printer was asked how it is.
    PrinterTold(Result<(), PrinterTrouble>),
    /// The drawer was to be opened.
    DrawerKicked(Result<(), PrinterTrouble>),
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

/// A key of the acquirer as a file has it; it can be sealed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFile {
    /// What is known of it.
    pub key: KeyDescription,
    /// The text of the file: a JWK.
    pub jwk: String,
}

/// Why the file of a key is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyRefusal {
    /// The shop has no host that it would be for.
    NoHost,
    /// It could not be read.
    NotRead(String),
    /// It holds no key that a card can be sealed to.
    Key(KeyError),
    /// The till's keys have no place for it.
    Ring(KeyRingError),
}

/// What came of a file of a handover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandoverNews {
    /// Its file was written, or could not be.
    Written(Result<String, String>),
    /// The files of outcomes in the folder, or why one of them cannot be read.
    Outcomes(Result<Vec<OutcomeFile>, String>),
}

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
    /// Its lines that no earlier statement had.
    pub lines: StatementLines,
    /// How many of its lines were there already.
    pub known: u32,
    /// What is known of it beside them.
    pub notes: StatementNotes,
    /// What needs nobody's judgement: lines, those of earlier statements too, and the payments they are.
    pub matches: Vec<(LineId, PaymentId)>,
    /// Credits that no sale explains, and why; those of earlier statements too.
    pub unknown: Vec<(LineId, UnknownWhy)>,
    /// Credits for payments that have their money already; those of earlier statements too.
    pub twice: Vec<(LineId, PaymentId)>,
    /// Typed cards that its lines settle, by reference and amount; those of closed days too.
    pub settled: Vec<(LineId, PaymentId)>,
    /// It was read as a person once said for files with its header.
    pub is_mapped: bool,
}

/// What is wrong with a statement file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFault {
    /// Which file of an archive it is in; empty where there is no archive.
    pub file: String,
    /// What is wrong.
    pub said: Said,
    /// It was read as a person once said for files with its header.
    pub is_mapped: bool,
}

/// Why a statement file was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementRefusal {
    /// It cannot be opened.
    NotFound(String),
    /// It is no format that is known.
    UnknownFormat(String),
    /// It breaks its own format.
    Bad(Box<FileFault>),
    /// Its totals do not agree with its lines. A manager may take it all the same.
    Totals(Box<FileFault>),
    /// It is a CSV file that nobody has said yet how to read.
    NeedsMapping(Box<Draft>),
    /// A line of it, the first, is in another currency than the till's.
    OtherCurrency {
        /// When it was booked.
        booked_on: NaiveDate,
        /// How much it is.
        amount: Money,
    },
}

/// A sale that the till had forgotten, as the store has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundSale {
    /// The sale.
    pub sale: Box<Sale>,
    /// Its payments.
    pub payments: Vec<Payment>,
}
