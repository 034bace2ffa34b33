//! Statement lines against sales: every line and every sale ends in exactly one class, with a reason.
//!
//! One engine for the till's ledger ([`classify`]) and for files of a million sales ([`Books`]). Sales are indexed by
//! their reference ([`Sales`]), each line is looked up once ([`Lines`]), and what names the same reference is sorted and
//! merged, so that a month of a chain takes no longer per line than a quiet day. It decides nothing that a person should:
//! only [`LineClass::Matched`] may be booked by itself.
//!
//! | a line | is |
//! |---|---|
//! | carries the reference of one open sale, same currency, same sign, same amount | matched |
//! | the same, but another amount | over or under |
//! | carries the reference of a sale that has its money, or is a booking that was there before | duplicate |
//! | is a credit with the amount of exactly one open sale, and something else speaks for it | suggested |
//! | shares its reference with other lines that make up one sale, or with many sales that it pays less fees | suggested |
//! | is any other credit | unknown |
//! | takes an earlier debit back, with the reference of a sale | unknown: nobody paid |
//! | is a debit: with the reference of a sale, taken back; without, outgoing | not the till's money |
//!
//! A sale that no line is, is missing, and overdue when the days are over in which money is booked. The whole of the
//! rules is in `docs/reconciliation.md`.

mod asked;
mod booking;
mod books;
mod group;
mod index;
mod ledger;
mod likeness;
mod lines;
mod reference;
mod sales;
mod state;
mod statement_lines;
mod suggest;
mod tally;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{LineId, PaymentId, SaleReference};
use crate::domain::money::Money;

pub use self::asked::Candidates;
pub use self::booking::news;
pub use self::books::{Books, Rules};
pub use self::group::{COMMISSION_PERCENT_MAX, FEE_PERCENT_MAX};
pub use self::index::{Both, InTurn, Sales};
pub use self::ledger::{
    Awaits, Claim, EARLIER_DAYS_MAX, Refused, claimed, claims, classify, classify_without, earlier, reconciled,
    refused, refused_places,
};
pub use self::lines::{LineTexts, Lines, LinesBuilder, Texts, TooManyLines};
pub use self::reference::{REFERENCE_BYTES_MAX, Words};
pub use self::sales::{NONE, ROWS_MAX, SaleFault, SalesBuilder, Standing};
pub use self::state::{LineReason, LineState, MatchHow, PaidOut, StatementNotes};
pub use self::statement_lines::StatementLines;
pub use self::suggest::PAYER_DAYS_MAX;
pub use self::tally::Tally;

/// One credit or debit of a bank or provider file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementLine {
    /// Ours; made when the file is brought in.
    pub id: LineId,
    /// The account of ours that it stands on, as its file calls it; where the file says none, nobody can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The booking date.
    pub booked_on: NaiveDate,
    /// The value date.
    pub valued_on: Option<NaiveDate>,
    /// Credits positive, debits negative.
    pub amount: Money,
    /// The remittance reference: structured if there is one, else none.
    pub reference: Option<String>,
    /// The end-to-end id.
    pub end_to_end_id: Option<String>,
    /// Who paid or was paid.
    pub counterparty_name: Option<String>,
    /// Their account.
    pub counterparty_account: Option<String>,
    /// Unstructured remittance text.
    pub description: Option<String>,
    /// The bank's own reference of the entry.
    pub bank_reference: Option<String>,
    /// Whether the entry takes an earlier one back.
    pub reversal: bool,
}

/// What a statement line is. Credits that carry the reference of a sale come first.
///
/// `P` and `L` say how the caller calls a sale and a line: the ledger by ids, [`Books`] by places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineClass<P = PaymentId, L = LineId> {
    /// Reference and amount agree.
    Matched {
        /// The payment.
        payment: P,
    },
    /// The reference agrees, and less came than was asked for.
    Under {
        /// The payment.
        payment: P,
        /// How much is missing.
        by: Money,
    },
    /// The reference agrees, and more came than was asked for.
    Over {
        /// The payment.
        payment: P,
        /// How much is too much.
        by: Money,
    },
    /// Money for a payment that has its money already.
    Duplicate {
        /// The payment.
        payment: P,
    },
    /// The same booking as an earlier line.
    BookedBefore {
        /// That line.
        line: L,
    },
    /// It may well be this payment; a person has to say so.
    Suggested {
        /// The payment; the first one where it is many.
        payment: P,
        /// What speaks for it.
        why: Likeness,
    },
    /// A credit that no sale explains.
    Unknown {
        /// What was looked for and not found.
        why: UnknownWhy<P>,
    },
    /// A debit that carries the reference of a payment: the money went back.
    TakenBack {
        /// The payment.
        payment: P,
    },
    /// Any other debit, or nothing: none of the till's business.
    Outgoing,
}

/// What a transfer is, seen from the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentClass<L = LineId> {
    /// This line is it.
    Matched {
        /// The line.
        line: L,
    },
    /// This line is it, and says less.
    Under {
        /// The line.
        line: L,
        /// How much is missing.
        by: Money,
    },
    /// This line is it, and says more.
    Over {
        /// The line.
        line: L,
        /// How much is too much.
        by: Money,
    },
    /// This line may be it.
    Suggested {
        /// The line; the first one where several make it up.
        line: L,
        /// What speaks for it.
        why: Likeness,
    },
    /// No line yet.
    Missing {
        /// The last day on which nobody needs to worry.
        due_on: NaiveDate,
        /// Whether that day has passed.
        is_overdue: bool,
    },
    /// An earlier statement had it.
    Settled {
        /// The line.
        line: L,
    },
    /// No money is expected on a statement: withdrawn, written off, cash, or nothing to pay.
    NotExpected,
}

/// What speaks for a line and a sale belonging together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// The reference is exact, and so are the amounts of several lines together.
    SeveralLines,
    /// The references are exact, and the line is what the sales come to, or up to [`FEE_PERCENT_MAX`] percent less.
    Payout,
    /// The references are exact, all of them listed, and the line is between [`FEE_PERCENT_MAX`] and
    /// [`COMMISSION_PERCENT_MAX`] percent less than the sales.
    PayoutLessCommission,
    /// Reference and amount agree, but more sales have them than lines.
    SameReference,
    /// The same amount, and the reference inside something longer.
    InLongerNumber,
    /// The same amount, and the reference with one character wrong, missing, too many, or two that changed places.
    Edited,
    /// The same amount, and a part of the reference.
    Truncated,
    /// No reference, but the amount, and somebody who has paid here before with a reference.
    PayerKnown,
    /// No reference, but no other open sale has this amount in these days, and no other line.
    AmountAndDay,
}

impl Likeness {
    /// How sure it is, from 0 to 100. It puts suggestions into an order and is no probability.
    #[must_use]
    pub fn score(self) -> u8 {
        match self {
            Self::SeveralLines => 95,
            Self::Payout => 90,
            Self::PayoutLessCommission => 65,
            Self::SameReference => 85,
            Self::InLongerNumber => 80,
            Self::Edited => 75,
            Self::Truncated => 70,
            Self::PayerKnown => 60,
            Self::AmountAndDay => 50,
        }
    }
}

/// Why a credit is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownWhy<P = PaymentId> {
    /// It carries no sale reference.
    NoReference,
    /// It carries something that has the form of a sale reference, but no open transfer has it.
    NoSuchSale(SaleReference),
    /// It carries several references of ours, and the amount fits none of them or more than one.
    SeveralReferences,
    /// The amount fits several open transfers, or several lines fit the one.
    Ambiguous,
    /// The code was withdrawn from the screen, and paid all the same.
    Withdrawn(P),
    /// It was written off, and came all the same.
    WrittenOff(P),
    /// The reference agrees, but the currency does not.
    OtherCurrency(P),
    /// The reference is that of a refund, and money came in.
    OtherSign(P),
    /// It takes a debit with this reference back: money that the shop had sent returned.
    Returned(P),
}

impl UnknownWhy {
    /// The payment it has to do with, where there is one.
    #[must_use]
    pub fn payment(self) -> Option<PaymentId> {
        match self {
            Self::Withdrawn(payment)
            | Self::WrittenOff(payment)
            | Self::OtherCurrency(payment)
            | Self::OtherSign(payment)
            | Self::Returned(payment) => Some(payment),
            Self::NoReference | Self::NoSuchSale(_) | Self::SeveralReferences | Self::Ambiguous => None,
        }
    }
}

/// Every line and every payment with its class, each once, sorted by id.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Reconciliation {
    /// The lines.
    pub lines: Vec<(LineId, LineClass)>,
    /// The payments.
    pub payments: Vec<(PaymentId, PaymentClass)>,
}

impl Reconciliation {
    /// The class of a line, if it was among those classified.
    #[must_use]
    pub fn line(&self, id: LineId) -> Option<LineClass> {
        let place = self.lines.binary_search_by_key(&id, |(line, _)| *line).ok()?;
        Some(self.lines[place].1)
    }

    /// The class of a line that nobody explained, whether it may be about a payment or not.
    #[must_use]
    pub fn class_of(&self, line: &StatementLine) -> LineClass {
        self.line(line.id).unwrap_or_else(|| LineClass::of_stray(line))
    }

    /// The class of a payment, if it was among those classified.
    #[must_use]
    pub fn payment(&self, id: PaymentId) -> Option<PaymentClass> {
        let place = self.payments.binary_search_by_key(&id, |(payment, _)| *payment).ok()?;
        Some(self.payments[place].1)
    }

    /// The credits that no sale explains, with what was looked for.
    pub fn unknown(&self) -> impl Iterator<Item = (LineId, UnknownWhy)> + '_ {
        self.lines.iter().filter_map(|(line, class)| match class {
            LineClass::Unknown { why } => Some((*line, *why)),
            LineClass::Matched { .. }
            | LineClass::Under { .. }
            | LineClass::Over { .. }
            | LineClass::Duplicate { .. }
            | LineClass::BookedBefore { .. }
            | LineClass::Suggested { .. }
            | LineClass::TakenBack { .. }
            | LineClass::Outgoing => None,
        })
    }

    /// The debits that take a payment back.
    pub fn taken_back(&self) -> impl Iterator<Item = LineId> + '_ {
        self.lines.iter().filter_map(|(line, class)| match class {
            LineClass::TakenBack { .. } => Some(*line),
            LineClass::Matched { .. }
            | LineClass::Under { .. }
            | LineClass::Over { .. }
            | LineClass::Duplicate { .. }
            | LineClass::BookedBefore { .. }
            | LineClass::Suggested { .. }
            | LineClass::Unknown { .. }
            | LineClass::Outgoing => None,
        })
    }

    /// The credits for payments that have their money, with those payments.
    pub fn twice(&self) -> impl Iterator<Item = (LineId, PaymentId)> + '_ {
        self.lines.iter().filter_map(|(line, class)| match class {
            LineClass::Duplicate { payment } => Some((*line, *payment)),
            LineClass::Matched { .. }
            | LineClass::Under { .. }
            | LineClass::Over { .. }
            | LineClass::Unknown { .. }
            | LineClass::BookedBefore { .. }
            | LineClass::Suggested { .. }
            | LineClass::TakenBack { .. }
            | LineClass::Outgoing => None,
        })
    }

    /// The pairs that may be booked without asking anybody ([`MatchHow::ReferenceAndAmount`]).
    pub fn certain(&self) -> impl Iterator<Item = (LineId, PaymentId)> + '_ {
        self.lines.iter().filter_map(|(line, class)| match class {
            LineClass::Matched { payment } => Some((*line, *payment)),
            LineClass::Under { .. }
            | LineClass::Over { .. }
            | LineClass::Duplicate { .. }
            | LineClass::BookedBefore { .. }
            | LineClass::Suggested { .. }
            | LineClass::Unknown { .. }
            | LineClass::TakenBack { .. }
            | LineClass::Outgoing => None,
        })
    }
}
