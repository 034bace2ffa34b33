//! The end of a sale; see `ui/api/done_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::app::place::PrintState as Printer;
use crate::domain::card::Brand;
use crate::domain::ids::SaleId;
use crate::domain::ledger::HandedOut;
use crate::domain::outage::ReaderKind;
use crate::domain::printer::PrinterTrouble;
use crate::domain::qr::QrState;
use crate::domain::queue::{CardState, Promise};
use crate::domain::reader::ReaderOutcome;
use crate::domain::receipt::ReceiptState;
use crate::domain::sale::{Payment, ReaderState, Standing, Tender};
use crate::qr::{Symbol, picture};
use crate::screens::cash::breakdown;
use crate::screens::qr::QrPicture;
use crate::screens::{day_and_clock, spoken_reference};

/// The done page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DoneView {
    /// What happened to the sale.
    pub outcome: DoneOutcome,
    /// What was paid.
    pub amount: String,
    /// Its currency.
    pub currency: String,
    /// The sale's number as people read it.
    pub sale_reference: String,
    /// What was taken too much and has to go back.
    pub overpaid: Option<String>,
    /// The receipt as it is printed, one line of text per line of paper.
    pub receipt_text: String,
    /// The sale's number as a code, as it stands below the receipt.
    #[serde(skip)]
    pub code: Option<QrPicture>,
    /// What the printer did with it.
    pub print_state: PrintState,
    /// Why the printer does not print, while the receipt waits for it.
    pub printer_trouble: Option<PrinterTrouble>,
}

/// What happened to the sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DoneOutcome {
    /// Approved on the reader.
    ReaderApproved {
        /// The bank's approval code, if the reader told it.
        approval_code: Option<String>,
        /// The card as people read it, if the reader told it.
        card_text: Option<String>,
    },
    /// The reader stored the payment by itself.
    ReaderStored {
        /// The card as people read it, if the reader told it.
        card_text: Option<String>,
    },
    /// The cashier read "approved" on a standalone terminal.
    TerminalApproved,
    /// A typed card, approved by the bank.
    CardApproved {
        /// The bank's approval code.
        approval_code: String,
        /// The card as people read it, such as `Visa •••• 1111`.
        card_text: String,
    },
    /// A typed card, sealed and waiting.
    CardStored {
        /// The card as people read it.
        card_text: String,
        /// The time by which it will be sent to the bank.
        send_by_text: String,
    },
    /// The customer says it is paid; the shop has not seen it.
    TransferAnnounced,
    /// The shop has seen the money.
    TransferSeen,
    /// Cash.
    Cash {
        /// What was handed back.
        change: String,
        /// The notes and coins of the change, largest first.
        breakdown: Vec<String>,
    },
}

/// What the printer did with the receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the states are described in ui/api/done_api.slint")]
pub enum PrintState {
    Off,
    Waiting,
    Printing,
    Printed,
    Doubtful,
    Failed,
}

/// The done page.
pub(super) fn view(app: &App, sale: SaleId, print: Printer) -> DoneView {
    let kept = app.ledger.sales.get(&sale);
    let last = app.ledger.payments.of_sale(sale).rfind(|payment| payment.standing() == Standing::Takes);
    DoneView {
        outcome: last.map_or(DoneOutcome::TerminalApproved, |payment| outcome(app, payment)),
        amount: kept.map(|sale| sale.amount.shown()).unwrap_or_default(),
        currency: app.settings.currency.to_string(),
        sale_reference: kept.map(|sale| spoken_reference(sale.reference)).unwrap_or_default(),
        overpaid: kept
            .map(|sale| app.ledger.overpaid(sale))
            .filter(|too_much| too_much.minor > 0)
            .map(|too_much| too_much.to_string()),
        receipt_text: app.receipt_text(sale, false).unwrap_or_default(),
        code: kept.and_then(|sale| picture(&sale.reference.to_string(), Symbol::AsIssued).ok()).and_then(QrPicture::of),
        print_state: print_state(app, sale, print),
        printer_trouble: app.printing.trouble,
    }
}

/// With a printer, the worst of the sale's papers; without one, what became of the file.
fn print_state(app: &App, sale: SaleId, print: Printer) -> PrintState {
    if app.settings.printer.is_none() {
        return match print {
            Printer::Printing => PrintState::Printing,
            Printer::Printed => PrintState::Printed,
            Printer::Failed => PrintState::Failed,
        };
    }
    let jobs = app.ledger.sales.get(&sale).map_or(&[][..], |sale| &sale.receipts);
    let has = |state: fn(&ReceiptState) -> bool| jobs.iter().any(|job| state(&job.state));
    match () {
        () if has(|state| matches!(state, ReceiptState::Doubtful { .. })) => PrintState::Doubtful,
        () if has(|state| matches!(state, ReceiptState::Printing)) => PrintState::Printing,
        () if has(|state| matches!(state, ReceiptState::Waits)) => PrintState::Waiting,
        () if jobs.is_empty() => PrintState::Printing,
        () => PrintState::Printed,
    }
}

fn outcome(app: &App, payment: &Payment) -> DoneOutcome {
    match &payment.tender {
        Tender::Cash { change, .. } => DoneOutcome::Cash {
            change: change.shown(),
            breakdown: breakdown(&app.change_pieces(*change, Some(HandedOut::Change(payment.id)))),
        },
        Tender::Qr { qr, .. } => match qr {
            QrState::ConfirmedByShop { .. } | QrState::SeenOnStatement { .. } | QrState::ShortOrOver { .. } => {
                DoneOutcome::TransferSeen
            }
            QrState::CustomerSaysPaid { .. }
            | QrState::NeverArrived { .. }
            | QrState::Shown
            | QrState::RefundDue { .. }
            | QrState::Withdrawn => DoneOutcome::TransferAnnounced,
        },
        Tender::Reader { .. } if app.reader_kind() == ReaderKind::Standalone => DoneOutcome::TerminalApproved,
        Tender::Reader { reader, .. } => match reader {
            ReaderState::Answered { outcome: ReaderOutcome::Approved { approval_code, brand, last4, .. }, .. }
            | ReaderState::Kept { outcome: ReaderOutcome::Approved { approval_code, brand, last4, .. }, .. } => {
                let card_text = last4.as_ref().map(|last4| {
                    let brand = brand.map(Brand::label).unwrap_or_default();
                    format!("{brand} •••• {last4}").trim_start().to_owned()
                });
                DoneOutcome::ReaderApproved { approval_code: Some(approval_code.clone()), card_text }
            }
            ReaderState::Answered { .. }
            | ReaderState::Kept { .. }
            | ReaderState::Asked
            | ReaderState::Unknown { .. }
            | ReaderState::Parked { .. }
            | ReaderState::Reversing { .. }
            | ReaderState::Reversed { .. }
            | ReaderState::Decided { .. } => DoneOutcome::ReaderApproved { approval_code: None, card_text: None },
        },
        Tender::Card { brand, last4, promise, card, .. } => {
            let card_text = format!("{} •••• {last4}", brand.label());
            match (card, promise) {
                (CardState::Approved { approval_code, .. }, _) => {
                    DoneOutcome::CardApproved { approval_code: approval_code.clone(), card_text }
                }
                (CardState::Settled { approval_code, .. }, _) => {
                    let approval_code = approval_code.clone().unwrap_or_default();
                    DoneOutcome::CardApproved { approval_code, card_text }
                }
                (_, Promise::SentLater { send_by }) => {
                    DoneOutcome::CardStored { card_text, send_by_text: day_and_clock(app, *send_by) }
                }
                (_, Promise::AnsweredNow) => DoneOutcome::CardStored { card_text, send_by_text: String::new() },
            }
        }
    }
}
