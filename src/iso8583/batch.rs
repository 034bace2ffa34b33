//! The end of a batch: its totals (0500), and where the host counts otherwise, each purchase once more (0320).

use chrono::{DateTime, FixedOffset};

use super::answers::{asked_fields, code_of};
use super::codes::{ResponseClass, response_class};
use super::de;
use super::dialect::Dialect;
use super::message::{Message, Mti};
use super::requests::{RequestError, original_type, purchase, set_local_time, set_sending, stan};
use super::terminal::Terminal;
use crate::domain::host::{CardRequest, HostFault};
use crate::domain::money::Currency;

/// The most a number of DE 74 to 77 (`n10`) and an amount of DE 86 to 89 and 97 (`n16`) can say.
const COUNT_MAX: u64 = 9_999_999_999;
const TOTAL_MAX: u64 = 9_999_999_999_999_999;

/// The largest number of a batch: six digits.
const BATCH_NUMBER_MAX: u32 = 999_999;

/// DE 66 of an answer: the host counts what we count, or it does not.
const IN_BALANCE: &str = "1";
const OUT_OF_BALANCE: &str = "2";

/// How many there are of one kind and what they come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many.
    pub count: u64,
    /// Their amounts in minor units.
    pub minor: u64,
}

/// What a batch comes to: only what was delivered **and** approved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchTotals {
    /// Refunds.
    pub credits: Counted,
    /// Refunds taken back.
    pub credit_reversals: Counted,
    /// Purchases.
    pub debits: Counted,
    /// Purchases taken back.
    pub debit_reversals: Counted,
}

impl BatchTotals {
    /// DE 97: debits less what was taken back of them, less credits and what was taken back of those; D when the shop
    /// gets money or nothing is due, C when it owes some.
    fn net(&self) -> Result<String, RequestError> {
        let sum = |one: Counted, other: Counted| one.minor.checked_add(other.minor).ok_or(RequestError::Totals);
        let gets = sum(self.debits, self.credit_reversals)?;
        let owes = sum(self.debit_reversals, self.credits)?;
        let (sign, net) = if gets >= owes { ('D', gets - owes) } else { ('C', owes - gets) };
        if net > TOTAL_MAX { Err(RequestError::Totals) } else { Ok(format!("{sign}{net:016}")) }
    }
}

/// When the totals are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchStep {
    /// To compare them.
    Compare,
    /// Once more, after every purchase was uploaded: this closes the batch.
    CloseAfterUpload,
}

impl BatchStep {
    /// DE 3, as hosts for terminals have it; the standard has no code for it.
    const fn processing_code(self) -> &'static str {
        match self {
            Self::Compare => "920000",
            Self::CloseAfterUpload => "960000",
        }
    }
}

/// One message with the totals of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its number, 1 to 999999.
    pub number: u32,
    /// DE 11 of the message.
    pub stan: u32,
    /// When it is sent; its local date is the settlement date.
    pub sent_at: DateTime<FixedOffset>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// What it comes to.
    pub totals: BatchTotals,
    /// When in the closing it is sent.
    pub step: BatchStep,
}

/// What the host said to the totals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TotalsAnswer {
    /// It counts the same; the batch is closed.
    InBalance,
    /// It counts otherwise: every purchase is uploaded.
    OutOfBalance,
    /// It does not close the batch: a person must look.
    Refused {
        /// DE 39.
        code: String,
    },
    /// Not known; the totals have to be sent again with the same trace number.
    NoAnswer {
        /// Why.
        fault: HostFault,
    },
}

/// What the host said to one uploaded purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadAnswer {
    /// It has it, now or from before (94).
    Taken,
    /// It will not take it: a person must look.
    Refused {
        /// DE 39.
        code: String,
    },
    /// Not known; it has to be sent again.
    NoAnswer {
        /// Why.
        fault: HostFault,
    },
}

/// The totals of a batch (0500).
///
/// # Errors
///
/// The trace number, the number of the batch or a total is out of range.
pub fn batch_totals(batch: &Batch, terminal: &Terminal, dialect: &Dialect) -> Result<Message, RequestError> {
    let mut message = Message::new(Mti::TOTALS);
    message.set(de::PROCESSING_CODE, batch.step.processing_code())?;
    set_sending(&mut message, batch.stan, &batch.sent_at)?;
    set_local_time(&mut message, &batch.sent_at)?;
    message.set(de::SETTLEMENT_DATE, batch.sent_at.format("%m%d").to_string())?;
    if let Some(network_id) = terminal.network_id() {
        message.set(de::NETWORK_ID, network_id)?;
    }
    message.set(de::TERMINAL, terminal.padded_id())?;
    message.set(de::MERCHANT, terminal.padded_merchant())?;
    message.set(de::SETTLEMENT_CURRENCY, format!("{:03}", batch.currency.numeric()))?;
    message.set(dialect.private.batch(), batch_number(batch.number)?)?;
    let BatchTotals { credits, credit_reversals, debits, debit_reversals } = batch.totals;
    let counts = de::COUNTS_FROM..;
    let amounts = de::AMOUNTS_FROM..;
    for ((one, count), amount) in [credits, credit_reversals, debits, debit_reversals].iter().zip(counts).zip(amounts) {
        if one.count > COUNT_MAX || one.minor > TOTAL_MAX {
            return Err(RequestError::Totals);
        }
        message.set(count, format!("{:010}", one.count))?;
        message.set(amount, format!("{:016}", one.minor))?;
    }
    message.set(de::NET_AMOUNT, batch.totals.net()?)?;
    Ok(message)
}

/// One approved purchase of a batch that is out of balance (0320): as it was sent, with a trace number of its own, the
/// approval code, and the original's type and trace number before the number of the batch in the batch's field: that of an
/// advice (0220) where the code was said by voice.
///
/// # Errors
///
/// A request does not fit the fields.
pub fn batch_upload(
    sold: &CardRequest,
    (approval_code, by_voice): (&str, bool),
    batch: &Batch,
    terminal: &Terminal,
    dialect: &Dialect,
) -> Result<Message, RequestError> {
    let original = purchase(sold, terminal, dialect)?;
    let mut message = Message::new(Mti::UPLOAD);
    for (number, text) in original.fields() {
        message.set(number, text)?;
    }
    set_sending(&mut message, batch.stan, &batch.sent_at)?;
    message.set(de::APPROVAL_CODE, format!("{approval_code:<6}"))?;
    let names = format!("{}{}{}", original_type(by_voice), stan(sold.trace.stan)?, batch_number(batch.number)?);
    message.set(dialect.private.batch(), names)?;
    Ok(message)
}

/// What an answer to the totals of a batch (0510) says. In balance is only what DE 39 **and** DE 66 say is.
#[must_use]
pub fn read_totals_answer(answer: &Message, batch: &Batch, terminal: &Terminal) -> TotalsAnswer {
    let asked = stan(batch.stan).map(|stan| vec![(de::STAN, stan), (de::TERMINAL, terminal.padded_id())]);
    let unclear = TotalsAnswer::NoAnswer { fault: HostFault::Protocol };
    let Some(code) = code_of(answer, &[Mti::TOTALS_ANSWER], asked) else { return unclear };
    match (response_class(code), answer.field(de::SETTLEMENT_CODE)) {
        (ResponseClass::Approved, Some(IN_BALANCE)) => TotalsAnswer::InBalance,
        // After the upload hosts close the batch without comparing again.
        (ResponseClass::Approved, None) if batch.step == BatchStep::CloseAfterUpload => TotalsAnswer::InBalance,
        (ResponseClass::OutOfBalance, Some(OUT_OF_BALANCE) | None) => TotalsAnswer::OutOfBalance,
        (ResponseClass::HostTrouble, _) => TotalsAnswer::NoAnswer { fault: HostFault::Unwilling },
        (ResponseClass::Approved | ResponseClass::OutOfBalance, _) => unclear,
        (
            ResponseClass::ApprovedInPart
            | ResponseClass::DeliveredBefore
            | ResponseClass::Referral
            | ResponseClass::Hard
            | ResponseClass::Soft
            | ResponseClass::Data
            | ResponseClass::Generic
            | ResponseClass::OurFault
            | ResponseClass::NotFound
            | ResponseClass::Unlisted,
            _,
        ) => TotalsAnswer::Refused { code: code.to_owned() },
    }
}

/// What an answer to one uploaded purchase (0330) says.
#[must_use]
pub fn read_upload_answer(answer: &Message, sold: &CardRequest, batch: &Batch, terminal: &Terminal) -> UploadAnswer {
    let asked = asked_fields(&sold.trace.rrn, batch.stan, sold.amount, terminal);
    let Some(code) = code_of(answer, &[Mti::UPLOAD_ANSWER], asked) else {
        return UploadAnswer::NoAnswer { fault: HostFault::Protocol };
    };
    match response_class(code) {
        ResponseClass::Approved | ResponseClass::DeliveredBefore => UploadAnswer::Taken,
        ResponseClass::HostTrouble => UploadAnswer::NoAnswer { fault: HostFault::Unwilling },
        ResponseClass::ApprovedInPart
        | ResponseClass::Referral
        | ResponseClass::Hard
        | ResponseClass::Soft
        | ResponseClass::Data
        | ResponseClass::Generic
        | ResponseClass::OurFault
        | ResponseClass::NotFound
        | ResponseClass::OutOfBalance
        | ResponseClass::Unlisted => UploadAnswer::Refused { code: code.to_owned() },
    }
}

fn batch_number(number: u32) -> Result<String, RequestError> {
    if (1..=BATCH_NUMBER_MAX).contains(&number) {
        Ok(format!("{number:06}"))
    } else {
        Err(RequestError::BatchNumber(number))
    }
}

#[cfg(test)]
mod tests;
