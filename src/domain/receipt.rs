//! What the customer and the manager take home on paper: the receipt of a sale and the slip of a closed day.
//!
//! A receipt never says more than is known. A stored card is not authorised, and a transfer that only the customer
//! speaks of is not confirmed; both are said in words and not in a footnote.

mod how;
mod job;
mod notice;
mod paper;
mod slip;
mod words;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::card::Brand;
use crate::domain::cash::{ForeignCash, rounding_of};
use crate::domain::ids::SaleReference;
use crate::domain::money::Money;
use crate::domain::sale::{Payment, Refund, RefundWay, Sale};
use crate::domain::ticket::TicketNumber;

use self::how::how;
pub use self::job::{PrintJob, ReceiptPaper, ReceiptState};
pub use self::notice::{NoticeCard, NoticeWay};
pub use self::paper::COLUMNS;
use self::paper::Paper;
pub use self::slip::{AloneAct, CarriedByHand, DayClose, DaySlip, SlipDrawer, SlipHandover};
use self::words::Words;

/// The language of the screen and of paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Chinese,
}

/// What stands at the top of every paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// The shop's name.
    pub shop: String,
    /// Its address, one line.
    pub address: String,
    /// The till's number.
    pub till: u8,
    /// On the built-in simulators: says so in large letters.
    pub is_demo: bool,
    /// A second print: says so.
    pub is_copy: bool,
}

/// The receipt of a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The top.
    pub heading: Heading,
    /// The ten digits.
    pub reference: SaleReference,
    /// The number at the shop's POS.
    pub ticket: Option<TicketNumber>,
    /// Who sold, as receipts name them.
    pub cashier: String,
    /// When the sale began.
    pub sold_at: DateTime<FixedOffset>,
    /// What was to be paid.
    pub amount: Money,
    /// How it was paid.
    pub parts: Vec<Part>,
    /// What went back of it since.
    pub refunds: Vec<Refund>,
    /// Who keeps it.
    pub keeper: Keeper,
}

/// Who keeps a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeper {
    /// The customer.
    Customer,
    /// The shop, as its proof when a payment is disputed.
    Shop {
        /// With a line for the customer's signature.
        signed: bool,
    },
}

/// One payment of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// How much.
    pub amount: Money,
    /// How, and how far that is.
    pub how: How,
}

/// How a part was paid, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// The reader approved it.
    Reader {
        /// The issuer's approval code.
        approval_code: String,
        /// The brand, where the reader says it.
        brand: Option<Brand>,
        /// The last four digits, where the reader says them.
        last4: Option<String>,
    },
    /// A person said that the reader had charged it.
    ReaderByWord,
    /// A card typed in by hand.
    Card {
        /// The brand.
        brand: Brand,
        /// The last four digits: never more of the number.
        last4: String,
        /// How far it is.
        state: CardPart,
    },
    /// A QR transfer.
    Transfer(TransferPart),
    /// Cash.
    Cash {
        /// What was handed over.
        given: Money,
        /// What was given back.
        change: Money,
        /// What was handed over, where it was another currency; `given` is what that was worth.
        foreign: Option<ForeignCash>,
    },
}

/// What is known of a typed card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardPart {
    /// The bank approved it.
    Approved {
        /// DE 38.
        approval_code: String,
    },
    /// The bank is asked later.
    NotYetAuthorised {
        /// At the latest then.
        send_by: DateTime<FixedOffset>,
    },
    /// The bank refused it after the customer had gone.
    Refused,
}

/// What is known of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferPart {
    /// The customer says it is on its way.
    Announced,
    /// The shop saw the money.
    Seen,
    /// The bank's statement has it.
    OnStatement,
    /// It never came.
    NotReceived,
}

impl Receipt {
    /// The receipt of a sale with those of its payments that pay for it; others are left out.
    #[must_use]
    pub fn of<'a>(
        heading: Heading,
        sale: &Sale,
        payments: impl IntoIterator<Item = &'a Payment>,
        cashier: &str,
    ) -> Self {
        let parts = payments
            .into_iter()
            .filter(|payment| payment.sale == sale.id)
            .filter_map(|payment| Some(Part { amount: payment.amount, how: how(&payment.tender)? }))
            .collect();
        Self {
            heading,
            reference: sale.reference,
            ticket: sale.ticket.clone(),
            cashier: cashier.to_owned(),
            sold_at: sale.began,
            amount: sale.amount,
            parts,
            refunds: sale.refunds.clone(),
            keeper: Keeper::Customer,
        }
    }

    /// The same for the shop to keep, with a line to sign on where `signed`.
    #[must_use]
    pub fn for_shop(self, signed: bool) -> Self {
        Self { keeper: Keeper::Shop { signed }, ..self }
    }

    /// The receipt as text of [`COLUMNS`] columns, lines ending in LF.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let words = language.words();
        let mut paper = Paper::headed(&self.heading, words);
        if let Keeper::Shop { .. } = self.keeper {
            paper.centred(words.shop_copy);
        }
        paper.row(words.reference, &self.reference.to_string());
        if let Some(ticket) = &self.ticket {
            paper.row(words.ticket, &ticket.to_string());
        }
        paper.row(&format!("{} {}", words.till, self.heading.till), &minute(self.sold_at));
        paper.row(words.cashier, &self.cashier);
        paper.rule();
        paper.row(words.to_pay, &self.amount.to_string());
        paper.rule();
        for part in &self.parts {
            print_part(&mut paper, part, words);
            paper.rule();
        }
        for refund in &self.refunds {
            print_refund(&mut paper, refund, words);
            paper.rule();
        }
        paper.wrapped(words.no_tax_receipt);
        match self.keeper {
            Keeper::Customer if self.parts.iter().any(Part::is_to_be_kept) => paper.wrapped(words.keep),
            Keeper::Shop { signed: true } => paper.signature_line(words.customer_signs),
            Keeper::Customer | Keeper::Shop { signed: false } => {}
        }
        paper.finish()
    }
}

impl Part {
    /// Whether it is a card that the bank has not seen yet.
    #[must_use]
    pub fn is_not_authorised(&self) -> bool {
        matches!(self.how, How::Card { state: CardPart::NotYetAuthorised { .. }, .. })
    }

    /// Whether the customer may need the receipt again.
    fn is_to_be_kept(&self) -> bool {
        match &self.how {
            How::Card { state, .. } => match state {
                CardPart::NotYetAuthorised { .. } => true,
                CardPart::Approved { .. } | CardPart::Refused => false,
            },
            How::Transfer(part) => match part {
                TransferPart::Announced => true,
                TransferPart::Seen | TransferPart::OnStatement | TransferPart::NotReceived => false,
            },
            How::Reader { .. } | How::ReaderByWord | How::Cash { .. } => false,
        }
    }
}

fn print_part(paper: &mut Paper, part: &Part, words: &Words) {
    let amount = part.amount.to_string();
    let card = |brand: Option<Brand>, last4: Option<&str>| {
        let digits = last4.map(|last4| format!("**** {last4}"));
        [brand.map(|brand| brand.label().to_owned()), digits].into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    match &part.how {
        How::Reader { approval_code, brand, last4 } => {
            paper.row(words.by_reader, &amount);
            paper.row(&card(*brand, last4.as_deref()), "");
            print_approval(paper, approval_code, words);
        }
        How::ReaderByWord => {
            paper.row(words.by_reader, &amount);
            paper.wrapped(words.reader_by_word);
        }
        How::Card { brand, last4, state } => {
            paper.row(words.by_card, &amount);
            paper.row(&card(Some(*brand), Some(last4)), "");
            match state {
                CardPart::Approved { approval_code } => print_approval(paper, approval_code, words),
                CardPart::NotYetAuthorised { send_by } => {
                    paper.wrapped(words.not_yet_authorised);
                    paper.wrapped(&words.card_will_be_sent.replace("{}", &minute(*send_by)));
                }
                CardPart::Refused => paper.wrapped(words.card_refused),
            }
        }
        How::Transfer(state) => {
            paper.row(words.by_transfer, &amount);
            paper.wrapped(match state {
                TransferPart::Announced => words.transfer_announced,
                TransferPart::Seen => words.transfer_seen,
                TransferPart::OnStatement => words.transfer_on_statement,
                TransferPart::NotReceived => words.transfer_not_received,
            });
        }
        How::Cash { given, change, foreign } => {
            paper.row(words.by_cash, &amount);
            // Both sums stand there, as Belgium asks for (Code of Economic Law, art. VI.7/1 and following).
            if let Some(rounding) = rounding_of(part.amount, *given, *change).filter(|rounding| !rounding.is_zero()) {
                paper.row(words.rounding, &format!("{} {}", rounding.shown_signed(), rounding.currency));
                paper.row(words.due_in_cash, &Money::new(given.minor - change.minor, given.currency).to_string());
            }
            if let Some(foreign) = foreign {
                paper.row(words.given, &foreign.given.to_string());
                let rate = format!("1 {} = {} {}", foreign.given.currency, foreign.rate, given.currency);
                paper.row(words.rate, &rate);
                paper.row(words.worth, &given.to_string());
            } else {
                paper.row(words.given, &given.to_string());
            }
            paper.row(words.change, &change.to_string());
        }
    }
}

/// A terminal that cannot be asked tells no code.
fn print_approval(paper: &mut Paper, code: &str, words: &Words) {
    if code.is_empty() { paper.row(words.bank_approved, "") } else { paper.row(words.approval_code, code) }
}

fn print_refund(paper: &mut Paper, refund: &Refund, words: &Words) {
    paper.row(words.refunded, &Money::new(-refund.amount.minor, refund.amount.currency).to_string());
    match refund.way {
        RefundWay::Cash { paid, .. } => {
            let rounding = Money::new(refund.amount.minor.saturating_sub(paid.minor), paid.currency);
            if !rounding.is_zero() {
                paper.row(words.rounding, &format!("{} {}", rounding.shown_signed(), rounding.currency));
            }
            paper.row(words.refund_in_cash, &paid.to_string());
        }
        RefundWay::Transfer if refund.sent_by.is_some() => paper.wrapped(words.refund_was_sent),
        RefundWay::Transfer => paper.wrapped(words.refund_to_send),
        RefundWay::CardNotSent { .. } => paper.wrapped(words.refund_not_sent),
        RefundWay::CardTakenBack { .. } => paper.wrapped(words.refund_taken_back),
    }
}

/// A moment as it stands on paper, the same in every language: ISO 8601 without the zone, since the shop has one.
fn minute(at: DateTime<FixedOffset>) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests;
