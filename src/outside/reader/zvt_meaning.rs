//! What a terminal's answers mean: pure, so that every case can be tried without a terminal.
//!
//! One rule decides all doubtful cases: only what surely speaks of this payment may say "charged" or "not charged".

use super::zvt_link::LinkError;
use super::zvt_talk::{Ended, Talk};
use crate::domain::card::Brand;
use crate::domain::money::Money;
use crate::domain::outage::ReaderCause;
use crate::domain::reader::{CardSeen, DeclineReason, ReaderFault, ReaderOutcome, ReaderReport, ReaderReversal};
use crate::zvt::{Cause, StatusInformation, TerminalStatus, cause, terminal_cause};

/// The result code of success.
const SUCCESS: u8 = 0;

/// What an Authorisation became.
pub(super) fn of_payment(talk: &Talk, asked: Money) -> ReaderOutcome {
    let unknown = |fault| ReaderOutcome::Unknown { fault };
    let refused_before = talk.status.as_ref().and_then(|status| status.result).filter(|code| *code != SUCCESS);
    match (&talk.ended, &talk.status) {
        (Ended::Broken(error @ (LinkError::NotConnected | LinkError::ConnectTimedOut | LinkError::NotSent)), _) => {
            ReaderOutcome::NotCharged { fault: error.fault() }
        }
        (Ended::Broken(error @ (LinkError::Lost | LinkError::TimedOut | LinkError::Protocol)), _) => {
            unknown(error.fault())
        }
        _ if talk.contradiction => unknown(ReaderFault::Protocol),
        (Ended::Completed(_), Some(status)) => of_result(status, asked),
        (Ended::Completed(_), None) => unknown(ReaderFault::Protocol),
        // A result that says "approved" before an abort: whether it was undone only the terminal knows.
        (Ended::Aborted(_), Some(status)) if status.result == Some(SUCCESS) => unknown(ReaderFault::Protocol),
        (Ended::Aborted(code), status) => {
            let brand = status.as_ref().and_then(|status| status.card_type).and_then(brand);
            with_brand(refused(refused_before.unwrap_or(*code)), brand)
        }
        (Ended::Refused(code), _) => match refused(*code) {
            // Not even taken: whatever the reason is, nothing was charged.
            ReaderOutcome::Unknown { fault } => ReaderOutcome::NotCharged { fault },
            outcome => outcome,
        },
    }
}

/// What the result of a transaction says that is surely this payment's.
pub(super) fn of_result(status: &StatusInformation, asked: Money) -> ReaderOutcome {
    match status.result {
        None => ReaderOutcome::Unknown { fault: ReaderFault::Protocol },
        Some(SUCCESS) if !is_amount(status, asked) => ReaderOutcome::Unknown { fault: ReaderFault::Protocol },
        Some(SUCCESS) => ReaderOutcome::Approved {
            approval_code: status.approval.clone().unwrap_or_default(),
            brand: status.card_type.and_then(brand),
            last4: status.last4.clone(),
            transaction: transaction(status),
            // ZVT's status information does not say how the card was presented.
            entry: None,
        },
        Some(code) => with_brand(refused(code), status.card_type.and_then(brand)),
    }
}

/// A "no" with the brand of the card, where the terminal says it.
fn with_brand(outcome: ReaderOutcome, brand: Option<Brand>) -> ReaderOutcome {
    if let ReaderOutcome::Declined { reason, card } = outcome {
        ReaderOutcome::Declined { reason, card: CardSeen { brand, ..card } }
    } else {
        outcome
    }
}

/// Whether a result is about exactly this amount. A currency that is not said is the one that was registered with.
pub(super) fn is_amount(status: &StatusInformation, asked: Money) -> bool {
    let currency = status.currency.is_none_or(|currency| currency == asked.currency.numeric());
    currency && status.amount_minor.and_then(|minor| i64::try_from(minor).ok()) == Some(asked.minor)
}

/// The terminal's "no" to a payment.
fn refused(code: u8) -> ReaderOutcome {
    let declined = |reason| ReaderOutcome::Declined { reason, card: CardSeen::NOTHING };
    let not_charged = |fault| ReaderOutcome::NotCharged { fault };
    match cause(code) {
        Some(Cause::Bank) => declined(DeclineReason::Bank),
        // Codes of the reading itself: not readable, no data, processing error, chip error.
        Some(Cause::Card) if matches!(code, 0x64 | 0x65 | 0x66 | 0x72) => declined(DeclineReason::Unreadable),
        Some(Cause::Card) => declined(DeclineReason::Card),
        Some(Cause::Cancelled) => declined(DeclineReason::Cancelled),
        Some(Cause::HostUnreachable) => not_charged(ReaderFault::HostUnreachable),
        Some(Cause::CardReader | Cause::PinPad | Cause::Device) => not_charged(ReaderFault::Broken),
        Some(Cause::Busy | Cause::Maintenance) => not_charged(ReaderFault::Busy),
        Some(Cause::NotRegistered | Cause::Setup | Cause::Protocol | Cause::AlreadyReversed | Cause::NotReversible) => {
            not_charged(ReaderFault::Protocol)
        }
        // A "no" with no reason the protocol knows, or with "success" as its reason.
        Some(Cause::Success) | None => ReaderOutcome::Unknown { fault: ReaderFault::Protocol },
    }
}

/// What a Reversal became.
///
/// "Unknown" here also means that nothing was done and it may be asked again: the receipt number makes sure that the
/// same payment is never undone twice.
pub(super) fn of_reversal(talk: &Talk, asked: Money) -> ReaderReversal {
    let unknown = |fault| ReaderReversal::Unknown { fault };
    let code = match (&talk.ended, &talk.status) {
        (Ended::Broken(error), _) => return unknown(error.fault()),
        _ if talk.contradiction => return unknown(ReaderFault::Protocol),
        (Ended::Completed(_), Some(status)) if status.result == Some(SUCCESS) => {
            // Terminals are known that undo their last payment, whatever receipt number they are told. To ask again
            // would undo one more, so a person has to look.
            let right = status.amount_minor.is_none() || is_amount(status, asked);
            if !right {
                tracing::warn!("the terminal undid another amount than it was asked to");
            }
            return if right { ReaderReversal::Reversed } else { ReaderReversal::Refused };
        }
        (Ended::Aborted(_), Some(status)) if status.result == Some(SUCCESS) => return unknown(ReaderFault::Protocol),
        (Ended::Completed(_), status) => match status.as_ref().and_then(|status| status.result) {
            Some(code) => code,
            None => return unknown(ReaderFault::Protocol),
        },
        (Ended::Aborted(code) | Ended::Refused(code), _) => *code,
    };
    match cause(code) {
        Some(Cause::AlreadyReversed) => ReaderReversal::Reversed,
        Some(
            Cause::HostUnreachable
            | Cause::Busy
            | Cause::Maintenance
            | Cause::CardReader
            | Cause::PinPad
            | Cause::Device
            | Cause::NotRegistered
            | Cause::Success,
        )
        | None => unknown(fault_of(code)),
        Some(Cause::Bank | Cause::Card | Cause::Cancelled | Cause::Setup | Cause::Protocol | Cause::NotReversible) => {
            ReaderReversal::Refused
        }
    }
}

/// What the answer to a Status-Enquiry says of the reader. What it says it says for certain, so it is hard.
pub(super) fn of_status(status: &TerminalStatus) -> ReaderReport {
    report(terminal_cause(status.code), None)
}

/// What a cause says of the reader; `host` is what is known of the host when the reader itself is fine.
pub(super) fn report(cause: Option<Cause>, host: Option<bool>) -> ReaderReport {
    let faulty = |cause| ReaderReport::Faulty { cause, hard: true };
    match cause {
        Some(Cause::Success) => ReaderReport::Healthy { host_reachable: host, stored_in_reader: None },
        Some(Cause::HostUnreachable) => ReaderReport::Healthy { host_reachable: Some(false), stored_in_reader: None },
        Some(Cause::Busy) => ReaderReport::Busy,
        Some(Cause::Maintenance) => faulty(ReaderCause::Maintenance),
        Some(Cause::CardReader) => faulty(ReaderCause::CardReaderFault),
        Some(Cause::PinPad) => faulty(ReaderCause::PinPadFault),
        Some(Cause::Device) => faulty(ReaderCause::OutOfOrder),
        Some(
            Cause::Bank
            | Cause::Card
            | Cause::Cancelled
            | Cause::NotRegistered
            | Cause::Setup
            | Cause::Protocol
            | Cause::AlreadyReversed
            | Cause::NotReversible,
        )
        | None => faulty(ReaderCause::SoftwareFault),
    }
}

/// What a probe without an answer says; which failures are certain is said at the nexo driver, and is the same here.
pub(super) fn of_failed_probe(error: LinkError) -> ReaderReport {
    let (cause, hard) = match error {
        LinkError::NotConnected => (ReaderCause::NotConnected, true),
        LinkError::ConnectTimedOut | LinkError::NotSent | LinkError::Lost | LinkError::TimedOut => {
            (ReaderCause::NoAnswer, false)
        }
        LinkError::Protocol => (ReaderCause::SoftwareFault, false),
    };
    ReaderReport::Faulty { cause, hard }
}

/// What a "no" to anything but a payment says went wrong.
pub(super) fn fault_of(code: u8) -> ReaderFault {
    match cause(code) {
        Some(Cause::HostUnreachable) => ReaderFault::HostUnreachable,
        Some(Cause::Busy | Cause::Maintenance) => ReaderFault::Busy,
        Some(Cause::CardReader | Cause::PinPad | Cause::Device) => ReaderFault::Broken,
        Some(
            Cause::Success
            | Cause::Bank
            | Cause::Card
            | Cause::Cancelled
            | Cause::NotRegistered
            | Cause::Setup
            | Cause::Protocol
            | Cause::AlreadyReversed
            | Cause::NotReversible,
        )
        | None => ReaderFault::Protocol,
    }
}

/// The terminal's id of a transaction: trace and receipt number, as they are printed. Empty where it says neither.
pub(super) fn transaction(status: &StatusInformation) -> String {
    let trace = status.trace.map(|trace| format!("{trace:06}")).unwrap_or_default();
    match status.receipt {
        Some(receipt) => format!("{trace}-{receipt:04}"),
        None => trace,
    }
}

/// The receipt number in what [`transaction`] made.
pub(super) fn receipt_of(transaction: &str) -> Option<u16> {
    let (_, receipt) = transaction.split_once('-')?;
    (receipt.len() == 4 && receipt.bytes().all(|byte| byte.is_ascii_digit())).then(|| receipt.parse().ok()).flatten()
}

/// The brand of a card type (13.13, chapter 12). girocard and its like are no brand of ours.
fn brand(card_type: u32) -> Option<Brand> {
    match card_type {
        6 => Some(Brand::Mastercard),
        8 => Some(Brand::Amex),
        10 | 11 | 13 => Some(Brand::Visa),
        12 => Some(Brand::Diners),
        14 => Some(Brand::Jcb),
        46 => Some(Brand::Maestro),
        198 => Some(Brand::UnionPay),
        232 => Some(Brand::Discover),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
