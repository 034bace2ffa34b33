//! Why a bank's file is not taken: always the whole file, always with the line and the reason.

use crate::domain::money::{AmountError, Currency, Money};

/// Why a file is no statement. Nothing of it is taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// It is no format that is read, but looks like this.
    #[error("this is {0}, not a statement that can be read (camt.053, versions 001.02 to 001.13)")]
    UnknownFormat(String),
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
    /// Bytes that are no UTF-8.
    #[error("the text is not UTF-8; save the file as UTF-8 or ask the bank for it")]
    NotUtf8,
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
    /// No amount.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// An amount below zero: the sign of an entry is its indicator.
    #[error("the amount “{0}” has a sign")]
    Signed(String),
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
    /// A statement of another account than the first one of the file.
    #[error("the file has statements of two accounts, {first} and {other}")]
    TwoAccounts {
        /// The first.
        first: String,
        /// Another.
        other: String,
    },
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
    /// A sum beyond all money.
    #[error("the amounts add up to more than can be counted")]
    Overflow,
}
