//! Everything the app can ask of the world, one closed enum. Each effect comes back as at most one event.

use chrono::{DateTime, FixedOffset};

use crate::app::event::PinCheck;
use crate::domain::batch::BatchAsk;
use crate::domain::contact::ContactText;
use crate::domain::fact::Fact;
use crate::domain::host::{ApprovalCode, HostTrace, ReversalRequest};
use crate::domain::ids::{ContactId, HandoverId, PaymentId, PersonId, ReceiptId, SaleId, SaleReference, SaveId};
use crate::domain::ladder::Rung;
use crate::domain::ledger::LedgerLines;
use crate::domain::limits::CardSpend;
use crate::domain::money::Money;
use crate::domain::reader::ReaderPayment;
use crate::domain::receipt::{Heading, Language};
use crate::domain::reconcile::{Claim, Refused};
use crate::domain::service::{Attachment, AttachmentKind};
use crate::escpos::DrawerPin;
use crate::repair::Letter;
use crate::screens::support::SupportPage;
use crate::seal::SealedCard;
use crate::statement::{Draft, Mapping};

/// Something to be done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Store facts, all of them or none. Comes back as `Stored` or `NotStored`.
    Save(Save),

    /// Ask the reader for its health. Comes back as `ReaderProbed`.
    ProbeReader,
    /// Try a rung of the diagnosis ladder. Comes back as `RungTried`.
    TryRung(Rung),
    /// Ask the reader to take a payment. Comes back as `ReaderPaid`.
    PayOnReader(ReaderPayment),
    /// Ask the reader what became of a payment. Comes back as `ReaderTold`.
    AskReader(ReaderPayment),
    /// Ask the reader to take a charge back. Comes back as `ReaderReversed`.
    ReverseOnReader {
        /// The request as it was made.
        request: ReaderPayment,
        /// What the reader approved it under.
        transaction: String,
    },
    /// Tell the reader to give a payment up; its `ReaderPaid` still comes.
    AbortReader(ReaderPayment),

    /// Probe the line. Comes back as `LineProbed`.
    ProbeLine,
    /// Ask the host for an echo. Comes back as `HostEchoed`.
    EchoHost {
        /// DE 11.
        stan: u32,
    },
    /// Ask the host for money. Comes back as `HostAnswered`.
    AskHost(HostAsk),
    /// Undo a request whose answer never came. Comes back as `HostReversed`.
    ReverseAtHost(HostUndo),
    /// Take an approval back on its day. Comes back as `HostVoided`.
    VoidAtHost(HostUndo),
    /// Tell the host what the bank approved on the telephone. Comes back as `HostAdvised`.
    AdviseHost(HostAdvice),

    /// Send one message of the closing of a batch. Comes back as `BatchAnswered`.
    AskBatch(Box<BatchAsk>),

    /// Seal the card in the buffer and wipe the buffer. Comes back as `CardSealed`.
    SealCard {
        /// The payment it is bound to.
        payment: PaymentId,
        /// The amount it is bound to.
        amount: Money,
        /// The acquirer's key that is sealed to now: a JWK.
        jwk: String,
    },
    /// Look for a sale of any day by the number on its receipt. Comes back as `SaleFound`.
    FindSale {
        /// The number.
        reference: SaleReference,
    },
    /// Read how the customer of a card can be called. Comes back as `ContactRead`.
    ReadContact {
        /// The card.
        payment: PaymentId,
        /// What is kept of it.
        contact: ContactId,
    },
    /// Read the file that the acquirer's keys are brought in with. Comes back as `KeyRead`.
    ReadKeyFile,
    /// Write the file of a handover. Comes back as `Handover`.
    WriteHandover {
        /// Which.
        handover: HandoverId,
    },
    /// Read the files of outcomes in the handover folder. Comes back as `Handover`.
    ReadOutcomes,
    /// Wipe the card buffer. Comes back as nothing.
    ForgetCard,
    /// Compare a PIN with its hash. Comes back as `PinChecked`.
    CheckPin(PinCheck),

    /// Look through the statement folder. Comes back as `StatementsFound`.
    LookForStatements,
    /// Read a statement file. Comes back as `StatementRead`.
    ReadStatement(Box<StatementAsk>),
    /// Say how far reading a statement is. Comes back as `StatementProgress`.
    AskStatementProgress,
    /// Nobody waits for the statement any more. Comes back as nothing.
    CancelStatement,
    /// Files with the header of this one are asked about again. Comes back as nothing.
    ForgetMapping(Box<Draft>),
    /// Write the day's report. Comes back as `ReportWritten`.
    WriteReport {
        /// File names and contents.
        files: Vec<(String, String)>,
    },
    /// Write what a case cost beside the reports, from the journal. Comes back as `ReportWritten`.
    WriteCaseReport {
        /// The number of the case.
        number: u32,
        /// The top of the page.
        heading: Heading,
        /// The language of the page.
        language: Language,
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// Write a repair request beside the reports, with pictures in it. Comes back as `ReportWritten`.
    WriteRequest {
        /// The name of the file.
        name: String,
        /// The page, which names each picture by the file that it is kept in.
        page: String,
        /// The papers among which the pictures are.
        papers: Vec<Attachment>,
    },
    /// Print one of the papers of a sale on the printer, once. Comes back as `ReceiptSent`.
    PrintReceipt {
        /// The sale.
        sale: SaleId,
        /// The paper.
        receipt: ReceiptId,
        /// Its text.
        text: String,
        /// What the QR code below it says.
        code: String,
    },
    /// Ask the printer how it is. Comes back as `PrinterTold`.
    AskPrinter,
    /// Print a text that is no receipt, or write one of either kind into a file where there is no printer. Comes back as
    /// `Printed`.
    Print {
        /// Whose receipt it is.
        sale: Option<SaleId>,
        /// A name for the file, unique at this till.
        name: String,
        /// Its text.
        text: String,
    },
    /// Copy the ledger to a new file and read that back. Comes back as `BackedUp`.
    BackUp {
        /// Now; the file is named by it.
        at: DateTime<FixedOffset>,
    },
    /// Make room for practice: the till comes back afterwards.
    Practise {
        /// Who asked for it; an outage that was played counts for them.
        by: PersonId,
    },
    /// Start the program again: the till was switched over to another reader.
    StartAgain,
    /// Keep the pictures that lie in the folder for papers. Comes back as `PicturesTaken`.
    TakePictures {
        /// What they show.
        kind: AttachmentKind,
        /// Who keeps them.
        by: PersonId,
        /// Now.
        at: DateTime<FixedOffset>,
    },
    /// Write the support pack, and the draft of a mail with it. Comes back as `ReportWritten`.
    WriteSupportPack {
        /// Now; the files are named by it.
        at: DateTime<FixedOffset>,
        /// The pages to draw.
        pages: Vec<SupportPage>,
        /// What the mail says.
        letter: Letter,
    },
    /// Open the drawer at this pin, or at that of the settings. Comes back as `DrawerKicked` where it hangs on a printer.
    KickDrawer(Option<DrawerPin>),
}

/// A statement file to read, and what its lines are matched with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementAsk {
    /// Its path.
    pub path: String,
    /// Whether it is taken although its totals do not agree with its lines.
    pub despite_totals: bool,
    /// A person is asked how a CSV file is to be read, although that is remembered.
    pub ask_again: bool,
    /// How a person says that a CSV file is to be read. It is remembered for files with the same header.
    pub mapping: Option<Mapping>,
    /// What the till waits for.
    pub claims: Vec<Claim>,
    /// Lines of earlier statements.
    pub lines: LedgerLines,
    /// What a person has refused of what was suggested for them.
    pub refused: Refused,
    /// Days that money may take to be booked.
    pub due_days: u16,
}

/// Facts to be stored together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Save {
    /// Made before the save; the same save twice changes nothing.
    pub id: SaveId,
    /// Who: a person's id, or `till`.
    pub actor: String,
    /// What.
    pub facts: Vec<Fact>,
    /// What to keep beside them.
    pub kept: Kept,
}

/// What is kept beside the journal, because it has to be forgotten one day.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Kept {
    /// A sealed card.
    pub sealed: Option<(PaymentId, SealedCard)>,
    /// How its customer can be called.
    pub contact: Option<(ContactId, ContactText)>,
    /// What the window of the per-card limit counts of it.
    pub spent: Option<CardSpend>,
}

impl Kept {
    /// The texts of the sealed card and the contact, each with the name of its row.
    #[must_use]
    pub fn texts(&self) -> Vec<(PaymentId, String)> {
        let card = self.sealed.iter().map(|(payment, card)| (*payment, card.compact.clone()));
        let contact = self.contact.iter().map(|(id, text)| (PaymentId(id.0), text.text().to_owned()));
        card.chain(contact).collect()
    }
}

/// A purchase to ask of the host; the sealed card is added from the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostAsk {
    /// Ours.
    pub payment: PaymentId,
    /// The identity of the request.
    pub trace: HostTrace,
    /// How much.
    pub amount: Money,
    /// Whether the sale was made earlier without the host.
    pub deferred: bool,
}

/// A purchase that the bank approved on the telephone; the sealed card is added from the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostAdvice {
    /// Ours.
    pub payment: PaymentId,
    /// The identity of the message.
    pub trace: HostTrace,
    /// How much.
    pub amount: Money,
    /// The code that the bank said.
    pub code: ApprovalCode,
    /// Whether it was sent before.
    pub repeat: bool,
}

/// A request to undo; the sealed card is added from the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostUndo(pub ReversalRequest);
