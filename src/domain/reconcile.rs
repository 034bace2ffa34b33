//! Statement lines against sales: every line and every payment ends in exactly one class, with a reason.
//!
//! [`classify`] sorts both sides and merges them, so that a month of a chain takes no longer per line than a quiet day.
//! It decides nothing that a person should: only [`LineClass::Matched`] may be booked by itself.

mod claim;
mod find;
mod pair;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{LineId, PaymentId, PersonId, SaleReference};
use crate::domain::money::Money;

pub use self::claim::{Awaits, Claim, claims, unexplained};
pub use self::pair::classify;

/// One credit or debit of a bank or provider file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementLine {
    /// Ours; made when the file is brought in.
    pub id: LineId,
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

/// What is known of a statement line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum LineState {
    /// Nothing yet.
    Unexplained,
    /// It is this payment.
    Matched {
        /// Which.
        payment: PaymentId,
        /// How that was found.
        how: MatchHow,
    },
    /// A person says what it is; no payment of ours.
    Explained {
        /// Who.
        by: PersonId,
    },
}

/// How a line was found to be a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchHow {
    /// Reference and amount agree.
    ReferenceAndAmount,
    /// A person said so.
    ByHand,
}

/// What a statement line is. Credits that carry the reference of a transfer of ours come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineClass {
    /// Reference and amount agree.
    Matched {
        /// The payment.
        payment: PaymentId,
    },
    /// The reference agrees, and less came than was asked for.
    Under {
        /// The payment.
        payment: PaymentId,
        /// How much is missing.
        by: Money,
    },
    /// The reference agrees, and more came than was asked for.
    Over {
        /// The payment.
        payment: PaymentId,
        /// How much is too much.
        by: Money,
    },
    /// Money for a payment that has its money already.
    Duplicate {
        /// The payment.
        payment: PaymentId,
    },
    /// It may well be this payment; a person has to say so.
    Suggested {
        /// The payment.
        payment: PaymentId,
        /// What speaks for it.
        why: Likeness,
    },
    /// A credit that no sale explains.
    Unknown {
        /// What was looked for and not found.
        why: UnknownWhy,
    },
    /// A debit that carries the reference of a payment: the money went back.
    TakenBack {
        /// The payment.
        payment: PaymentId,
    },
    /// Any other debit, or nothing: none of the till's business.
    Outgoing,
}

/// What a transfer is, seen from the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentClass {
    /// This line is it.
    Matched {
        /// The line.
        line: LineId,
    },
    /// This line is it, and says less.
    Under {
        /// The line.
        line: LineId,
        /// How much is missing.
        by: Money,
    },
    /// This line is it, and says more.
    Over {
        /// The line.
        line: LineId,
        /// How much is too much.
        by: Money,
    },
    /// This line may be it.
    Suggested {
        /// The line.
        line: LineId,
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
        line: LineId,
    },
    /// No money is expected: withdrawn or written off.
    NotExpected,
}

/// What speaks for a line and a payment belonging together. The amount is the same in each case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// The reference with one wrong digit.
    OneDigitOff,
    /// The reference inside a longer number.
    InLongerNumber,
    /// No reference, but no other open transfer has this amount in these days, and no other line.
    AmountAndDay,
}

/// Why a credit is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownWhy {
    /// It carries no sale reference.
    NoReference,
    /// It carries something that has the form of a sale reference, but no open transfer has it.
    NoSuchSale(SaleReference),
    /// It carries several references of ours, and the amount fits none of them or more than one.
    SeveralReferences,
    /// The amount fits several open transfers, or several lines fit the one.
    Ambiguous,
    /// The code was withdrawn from the screen, and paid all the same.
    Withdrawn(PaymentId),
    /// It was written off, and came all the same.
    WrittenOff(PaymentId),
    /// The reference agrees, but the currency does not.
    OtherCurrency(PaymentId),
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

    /// The class of a payment, if it was among those classified.
    #[must_use]
    pub fn payment(&self, id: PaymentId) -> Option<PaymentClass> {
        let place = self.payments.binary_search_by_key(&id, |(payment, _)| *payment).ok()?;
        Some(self.payments[place].1)
    }

    /// The pairs that may be booked without asking anybody ([`MatchHow::ReferenceAndAmount`]).
    pub fn certain(&self) -> impl Iterator<Item = (LineId, PaymentId)> + '_ {
        self.lines.iter().filter_map(|(line, class)| match class {
            LineClass::Matched { payment } => Some((*line, *payment)),
            LineClass::Under { .. }
            | LineClass::Over { .. }
            | LineClass::Duplicate { .. }
            | LineClass::Suggested { .. }
            | LineClass::Unknown { .. }
            | LineClass::TakenBack { .. }
            | LineClass::Outgoing => None,
        })
    }
}
