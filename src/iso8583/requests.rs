//! The requests Stopgap sends.

use chrono::{DateTime, FixedOffset, Utc};

use super::de;
use super::dialect::{Dialect, VoidForm};
use super::message::{Message, MessageError, Mti};
use super::terminal::Terminal;
use crate::domain::host::{CardRequest, HostTrace, ReversalRequest};
use crate::domain::money::{AMOUNT_MINOR_MAX, Money};

/// DE 3: goods and services, no account type named.
const PURCHASE_CODE: &str = "000000";

/// DE 22: number typed in (01), no PIN can be entered here (2).
const TYPED_WITHOUT_PIN: &str = "012";

/// DE 39 of a reversal: the answer came too late or not at all.
const ANSWER_TOO_LATE: &str = "68";

/// DE 39 of a void: the customer, or the shop, takes the purchase back (code 17, customer cancellation).
const TAKEN_BACK: &str = "17";

/// DE 70: sign-on.
const SIGN_ON_CODE: &str = "001";

/// DE 70: echo test.
const ECHO_CODE: &str = "301";

/// The largest STAN: DE 11 is `n6`.
const STAN_MAX: u32 = 999_999;

/// Why a request cannot be put together. All of these are faults of the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// DE 11 out of range.
    #[error("trace number {0} must be 1 to {STAN_MAX} (ISO 8583 DE 11)")]
    Stan(u32),
    /// DE 4 out of range.
    #[error("amount {0} must be 1 to {AMOUNT_MINOR_MAX} minor units (ISO 8583 DE 4)")]
    Amount(Money),
    /// DE 37 not as long as it must be.
    #[error("reference “{0}” must be 12 letters and digits (ISO 8583 DE 37)")]
    Rrn(String),
    /// The number of a batch out of range.
    #[error("batch number {0} must be 1 to {STAN_MAX}")]
    BatchNumber(u32),
    /// The totals of a batch out of range.
    #[error(
        "totals must be 0 to 9,999,999,999 payments and 0 to 9,999,999,999,999,999 minor units (ISO 8583 DE 74 to 97)"
    )]
    Totals,
    /// A field was refused.
    #[error(transparent)]
    Message(#[from] MessageError),
}

/// A purchase, at once or deferred (0200).
///
/// # Errors
///
/// The request does not fit the fields.
pub fn purchase(request: &CardRequest, terminal: &Terminal, dialect: &Dialect) -> Result<Message, RequestError> {
    let mut message = Message::new(Mti::PURCHASE);
    set_sale(&mut message, &request.trace, request.amount, terminal)?;
    // An approved card is known by its number; the sealed card is gone by then.
    if !request.sealed.is_empty() {
        message.set(dialect.private.sealed_card(), &request.sealed)?;
    }
    set_sending(&mut message, request.trace.stan, &request.trace.sent_at)?;
    if let Some((field, mark)) = dialect.private.deferred().filter(|_| request.deferred) {
        message.set(field, mark)?;
    }
    Ok(message)
}

/// The undoing of a purchase whose answer never came (0420, repeated as 0421). It has a trace number of its own; the
/// original's stands in DE 90.
///
/// # Errors
///
/// The request does not fit the fields.
pub fn reversal(request: &ReversalRequest, terminal: &Terminal, dialect: &Dialect) -> Result<Message, RequestError> {
    let mti = if request.repeat { Mti::REVERSAL_REPEAT } else { Mti::REVERSAL };
    undo(mti, ANSWER_TOO_LATE, request, terminal, dialect)
}

/// The taking back of a purchase that was approved, on the same day: as a request that the host may refuse (0400, repeated
/// as 0401), or as a reversal with another reason (0420, repeated as 0421), as the dialect says.
///
/// # Errors
///
/// The request does not fit the fields.
pub fn void(request: &ReversalRequest, terminal: &Terminal, dialect: &Dialect) -> Result<Message, RequestError> {
    let mti = match (dialect.void, request.repeat) {
        (VoidForm::Request, false) => Mti::VOID,
        (VoidForm::Request, true) => Mti::VOID_REPEAT,
        (VoidForm::Reversal, false) => Mti::REVERSAL,
        (VoidForm::Reversal, true) => Mti::REVERSAL_REPEAT,
    };
    undo(mti, TAKEN_BACK, request, terminal, dialect)
}

fn undo(
    mti: Mti,
    reason: &str,
    request: &ReversalRequest,
    terminal: &Terminal,
    dialect: &Dialect,
) -> Result<Message, RequestError> {
    let mut message = Message::new(mti);
    set_sale(&mut message, &request.original, request.amount, terminal)?;
    if !request.sealed.is_empty() {
        message.set(dialect.private.sealed_card(), &request.sealed)?;
    }
    set_sending(&mut message, request.stan, &request.sent_at)?;
    message.set(de::RESPONSE_CODE, reason)?;
    let original = &request.original;
    // MTI, STAN and DE 7 of the original, then acquirer and forwarder, which a till does not know.
    let data = format!(
        "{}{}{}{:022}",
        original_type(request.by_voice),
        stan(original.stan)?,
        sending_time(&original.sent_at),
        0
    );
    message.set(de::ORIGINAL_DATA, data)?;
    Ok(message)
}

/// The message that the host approved, or was told by: so the originals are named in DE 90 and in an upload.
pub(super) const fn original_type(by_voice: bool) -> Mti {
    if by_voice { Mti::ADVICE } else { Mti::PURCHASE }
}

/// The question whether the host is there (0800 with DE 70 = 301).
///
/// # Errors
///
/// The trace number is out of range.
pub fn echo(number: u32, at: &DateTime<FixedOffset>, terminal: &Terminal) -> Result<Message, RequestError> {
    network(ECHO_CODE, number, at, terminal)
}

/// The first message after connecting, where a host wants one (0800 with DE 70 = 001). Its answer is read like an echo's.
///
/// # Errors
///
/// The trace number is out of range.
pub fn sign_on(number: u32, at: &DateTime<FixedOffset>, terminal: &Terminal) -> Result<Message, RequestError> {
    network(SIGN_ON_CODE, number, at, terminal)
}

fn network(code: &str, number: u32, at: &DateTime<FixedOffset>, terminal: &Terminal) -> Result<Message, RequestError> {
    let mut message = Message::new(Mti::NETWORK);
    set_sending(&mut message, number, at)?;
    set_local_time(&mut message, at)?;
    if let Some(network_id) = terminal.network_id() {
        message.set(de::NETWORK_ID, network_id)?;
    }
    message.set(de::TERMINAL, terminal.padded_id())?;
    message.set(de::NETWORK_CODE, code)?;
    Ok(message)
}

/// The fields that a purchase and its reversal share. There is no DE 2 and no DE 14: number and expiry
/// are in the sealed card.
pub(super) fn set_sale(
    message: &mut Message,
    trace: &HostTrace,
    amount: Money,
    terminal: &Terminal,
) -> Result<(), RequestError> {
    message.set(de::PROCESSING_CODE, PURCHASE_CODE)?;
    message.set(de::AMOUNT, amount_field(amount)?)?;
    set_local_time(message, &trace.sold_at)?;
    if let Some(category) = terminal.merchant_category() {
        message.set(de::MERCHANT_CATEGORY, category)?;
    }
    message.set(de::ENTRY_MODE, TYPED_WITHOUT_PIN)?;
    if let Some(network_id) = terminal.network_id() {
        message.set(de::NETWORK_ID, network_id)?;
    }
    message.set(de::CONDITION, terminal.condition())?;
    if trace.rrn.len() != 12 || !trace.rrn.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(RequestError::Rrn(trace.rrn.clone()));
    }
    message.set(de::RRN, &trace.rrn)?;
    message.set(de::TERMINAL, terminal.padded_id())?;
    message.set(de::MERCHANT, terminal.padded_merchant())?;
    message.set(de::CURRENCY, currency_field(amount))?;
    Ok(())
}

pub(super) fn set_sending(message: &mut Message, number: u32, at: &DateTime<FixedOffset>) -> Result<(), RequestError> {
    message.set(de::TRANSMISSION_TIME, sending_time(at))?;
    message.set(de::STAN, stan(number)?)?;
    Ok(())
}

/// DE 12 and 13 are the shop's local time; DE 7 is UTC.
pub(super) fn set_local_time(message: &mut Message, at: &DateTime<FixedOffset>) -> Result<(), RequestError> {
    message.set(de::LOCAL_TIME, at.format("%H%M%S").to_string())?;
    message.set(de::LOCAL_DATE, at.format("%m%d").to_string())?;
    Ok(())
}

fn sending_time(at: &DateTime<FixedOffset>) -> String {
    at.with_timezone(&Utc).format("%m%d%H%M%S").to_string()
}

/// DE 11 as text.
pub(super) fn stan(number: u32) -> Result<String, RequestError> {
    if (1..=STAN_MAX).contains(&number) { Ok(format!("{number:06}")) } else { Err(RequestError::Stan(number)) }
}

/// DE 4 as text.
pub(super) fn amount_field(amount: Money) -> Result<String, RequestError> {
    if (1..=AMOUNT_MINOR_MAX).contains(&amount.minor) {
        Ok(format!("{:012}", amount.minor))
    } else {
        Err(RequestError::Amount(amount))
    }
}

/// DE 49 as text.
pub(super) fn currency_field(amount: Money) -> String {
    format!("{:03}", amount.currency.numeric())
}

#[cfg(test)]
mod tests {
    use super::super::answers::tests::{card_request, reversal_request, terminal};
    use super::*;

    fn text(message: &Message) -> Vec<(u8, String)> {
        message.fields().map(|(number, text)| (number, text.to_owned())).collect()
    }

    fn owned(fields: &[(u8, &str)]) -> Vec<(u8, String)> {
        fields.iter().map(|(number, text)| (*number, (*text).to_owned())).collect()
    }

    const SALE: [(u8, &str); 11] = [
        (3, "000000"),
        (4, "000000004890"),
        (12, "003015"),
        (13, "1127"),
        (18, "5411"),
        (22, "012"),
        (24, "001"),
        (25, "71"),
        (37, "633100000042"),
        (41, "TILL0010"),
        (42, "SHOP-4711      "),
    ];

    #[test]
    fn a_purchase_has_these_fields_and_no_card_number() {
        let mut request = card_request();
        let message = purchase(&request, &terminal(), &Dialect::ASCII_1987).unwrap();
        let mut expected = owned(&SALE);
        expected.extend(owned(&[(7, "1127093000"), (11, "000042"), (49, "978"), (63, "a.b.c.d.e")]));
        expected.sort();
        assert_eq!((message.mti(), text(&message)), (Mti::PURCHASE, expected));
        assert!(message.encode(&Dialect::ASCII_1987).is_ok());
        request.deferred = true;
        let deferred = purchase(&request, &terminal(), &Dialect::ASCII_1987).unwrap();
        assert_eq!(deferred.field(48), Some("DEFERRED"));
    }

    #[test]
    fn a_reversal_repeats_the_sale_and_names_the_original() {
        let mut request = reversal_request();
        let message = reversal(&request, &terminal(), &Dialect::ASCII_1987).unwrap();
        let original = "0200000042112709300000000000000000000000000";
        let original = &original[..42];
        let mut expected = owned(&SALE);
        expected.extend(owned(&[
            (7, "1127093100"),
            (11, "000043"),
            (39, "68"),
            (49, "978"),
            (63, "a.b.c.d.e"),
            (90, original),
        ]));
        expected.sort();
        assert_eq!((message.mti(), text(&message)), (Mti::REVERSAL, expected));
        assert!(message.encode(&Dialect::ASCII_1987).is_ok());
        request.repeat = true;
        assert_eq!(reversal(&request, &terminal(), &Dialect::ASCII_1987).unwrap().mti(), Mti::REVERSAL_REPEAT);
    }

    #[test]
    fn a_void_is_a_reversal_that_is_asked_for() {
        let request = reversal_request();
        let void = void(&request, &terminal(), &Dialect::ASCII_1987).unwrap();
        let undone = reversal(&request, &terminal(), &Dialect::ASCII_1987).unwrap();
        assert_eq!((void.mti(), void.field(39)), (Mti::VOID, Some("17")));
        let without_reason = |message: &Message| text(message).into_iter().filter(|field| field.0 != 39).collect();
        let fields: Vec<(u8, String)> = without_reason(&void);
        assert_eq!(fields, without_reason(&undone));
        let of_advice = ReversalRequest { by_voice: true, ..request.clone() };
        let of_advice = super::void(&of_advice, &terminal(), &Dialect::ASCII_1987).unwrap();
        assert!(of_advice.field(90).is_some_and(|original| original.starts_with("0220000042")));
        let at = request.sent_at;
        let (on, echoed) = (sign_on(7, &at, &terminal()).unwrap(), echo(7, &at, &terminal()).unwrap());
        assert_eq!((on.field(70), echoed.field(70)), (Some("001"), Some("301")));
        assert_eq!((on.field(7), on.field(12), on.field(13)), (Some("1127093100"), Some("183100"), Some("1127")));
    }

    #[test]
    fn requests_that_do_not_fit_are_refused() {
        let refused = |change: fn(&mut CardRequest)| {
            let mut request = card_request();
            change(&mut request);
            purchase(&request, &terminal(), &Dialect::ASCII_1987).unwrap_err()
        };
        assert_eq!(refused(|request| request.trace.stan = 0), RequestError::Stan(0));
        assert_eq!(refused(|request| request.trace.stan = 1_000_000), RequestError::Stan(1_000_000));
        assert!(matches!(refused(|request| request.amount.minor = 0), RequestError::Amount(_)));
        assert!(matches!(refused(|request| request.amount.minor = 1_000_000_000_000), RequestError::Amount(_)));
        assert!(matches!(refused(|request| request.trace.rrn.push('1')), RequestError::Rrn(_)));
    }
}
