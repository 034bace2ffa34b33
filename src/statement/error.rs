//! Why a file is not taken: always the whole file, always with the line and the reason, and never with more of the file
//! than a few characters.

use super::Format;
use crate::domain::money::{AmountError, Currency, Money};

/// Why a file is no statement. Nothing of it is taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// It is no format that is read, but looks like this.
    #[error(
        "this is {0}, not a statement that can be read (camt.052, .053 or .054, MT940, MT942, OFX, CSV with a mapping, \
         a bill of WeChat Pay or Alipay)"
    )]
    UnknownFormat(String),
    /// It is another format than the one asked for.
    #[error("the file is {found}, not {asked}")]
    OtherFormat {
        /// What was asked for.
        asked: Format,
        /// What it is.
        found: Format,
    },
    /// It is larger than any shop's statement.
    #[error("the file has {bytes} bytes, the limit is {limit}")]
    TooLarge {
        /// How many it has.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// Something in it breaks the format.
    #[error("line {line}: {fault}")]
    Bad {
        /// Where, counted from 1.
        line: usize,
        /// What.
        fault: Fault,
    },
}

/// What breaks the format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Bytes that are not text in the encoding that is told or tried.
    #[error("the text is not {0}; save the file in that encoding or ask the bank for it")]
    NotEncoded(&'static str),
    /// A NUL, which no text has.
    #[error("there is a NUL in the text")]
    Nul,
    /// The XML is not well formed.
    #[error("the XML is not well formed: {0}")]
    Xml(String),
    /// A document type declaration, which can make a small file huge or fetch other files.
    #[error("a DOCTYPE is not allowed")]
    Doctype,
    /// An entity other than the five of XML.
    #[error("the entity “&{0};” is not one of the five that XML has")]
    Entity(String),
    /// Elements in elements in elements.
    #[error("elements lie more than {limit} deep")]
    TooDeep {
        /// How deep they may.
        limit: usize,
    },
    /// A text, a tag or a list without end.
    #[error("{what} is longer than the limit of {limit}")]
    TooLong {
        /// What.
        what: &'static str,
        /// The limit, in bytes or, for entries, in entries.
        limit: usize,
    },
    /// Something every entry or statement must have.
    #[error("{what} is missing")]
    Missing {
        /// What.
        what: &'static str,
    },
    /// Something that may be there once is there twice.
    #[error("{what} is there twice")]
    Repeated {
        /// What.
        what: &'static str,
    },
    /// Something where nothing of it may be.
    #[error("{what} stands where none may be")]
    Misplaced {
        /// What.
        what: &'static str,
    },
    /// A word that is not one of those allowed.
    #[error("{what} is “{found}”, which is none of {allowed}")]
    Code {
        /// Where.
        what: &'static str,
        /// What stands there.
        found: String,
        /// What may stand there.
        allowed: &'static str,
    },
    /// No date.
    #[error("{what} “{found}” is not a date such as 2026-11-22")]
    Date {
        /// Which date.
        what: &'static str,
        /// What stands there.
        found: String,
    },
    /// Not a date in the form that the mapping says.
    #[error("{what} “{found}” is not a date of the form {form}")]
    DateForm {
        /// Which date.
        what: &'static str,
        /// What stands there.
        found: String,
        /// The form, as in `strftime`.
        form: String,
    },
    /// No amount.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// A number of minor units that is none.
    #[error("{what} “{found}” is not a whole number up to {limit}")]
    Whole {
        /// Which number.
        what: &'static str,
        /// What stands there.
        found: String,
        /// The largest allowed.
        limit: i64,
    },
    /// An amount below zero: the sign of an entry is its indicator.
    #[error("the amount “{0}” has a sign")]
    Signed(String),
    /// A sign of another currency than the one the row is in.
    #[error("the amount has the sign {symbol}, which is not of {currency}")]
    Symbol {
        /// The sign.
        symbol: &'static str,
        /// The currency of the row.
        currency: Currency,
    },
    /// Not a currency.
    #[error("“{0}” is not an ISO 4217 currency code")]
    Currency(String),
    /// An amount that is not in the currency of the account.
    #[error("an amount is in {found}, the account is in {account}")]
    OtherCurrency {
        /// The amount's.
        found: Currency,
        /// The account's.
        account: Currency,
    },
    /// A `:61:` of SWIFT that is not as SWIFT says.
    #[error("the statement line “{found}” is not date, mark, amount and reference (:61:): {why}")]
    StatementLine {
        /// How it begins.
        found: String,
        /// What is wrong.
        why: &'static str,
    },
    /// A quotation mark that nothing closes.
    #[error("a quotation mark is opened and never closed")]
    UnclosedQuote,
    /// A row with another number of fields than the header.
    #[error("the row has {found} fields, the header has {expected}")]
    Fields {
        /// How many there are.
        found: usize,
        /// How many there have to be.
        expected: usize,
    },
    /// A column that the mapping names and the file does not have.
    #[error("there is no column “{0}”")]
    NoColumn(String),
    /// A column that the mapping names and the file has twice.
    #[error("there are two columns “{0}”")]
    TwoColumns(String),
    /// Both of the two amount columns are filled, or none.
    #[error("credit and debit columns are {0}; exactly one of them has to hold an amount")]
    CreditAndDebit(&'static str),
    /// The transactions of an entry and the entry itself disagree.
    #[error("the entry is {entry}, its transactions make {transactions} and its charges {charges}")]
    EntryParts {
        /// The entry's amount.
        entry: Money,
        /// The sum of its transactions.
        transactions: Money,
        /// Its charges.
        charges: Money,
    },
    /// The statement's own balances do not agree with its entries.
    #[error("it does not add up: opening balance and entries make {computed}, the closing balance says {closing}")]
    Balance {
        /// Opening balance and entries.
        computed: Money,
        /// The closing balance as the file has it.
        closing: Money,
    },
    /// A total in the file does not agree with its lines.
    #[error("it does not add up: {what} is {stated} in the file, its lines make {found}")]
    Total {
        /// Which total.
        what: &'static str,
        /// As the file has it.
        stated: String,
        /// As its lines make it.
        found: String,
    },
    /// Nobody waits for it any more.
    #[error("reading was stopped")]
    Cancelled,
    /// A sum beyond all money.
    #[error("the amounts add up to more than can be counted")]
    Overflow,
}

impl Fault {
    /// Whether the file contradicts itself although every line of it can be read: only that may be overruled.
    #[must_use]
    pub fn is_of_totals(&self) -> bool {
        matches!(self, Self::EntryParts { .. } | Self::Balance { .. } | Self::Total { .. })
    }
}
