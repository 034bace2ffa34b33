//! Taking a payment back: how it is named, and what the reader's answer means. Pure, like [`super::nexo_payment`].
//!
//! A payment must never be taken back twice. So the reversal of a payment always bears the same service id, made from
//! the payment's: a reader refuses an id it has seen (nexo Sale-to-POI protocol 3.0, `MessageHeader`), and before a
//! reversal is sent it is asked for by that id.

use super::nexo_answer::{AnswerError, open, same_header};
use super::nexo_message::{ErrorCondition, MessageCategory, MessageHeader, Response, ResultWord};
use super::nexo_payment_message::TransactionId;
use super::nexo_session_message::ReversalResponse;
use crate::domain::money::Money;
use crate::domain::reader::{ReaderFault, ReaderReversal, SERVICE_ID_LENGTH_MAX, ServiceId};

/// The first letter of a reversal's service id: payments' ids have no L, and the driver's own questions begin with U.
const REVERSAL_PREFIX: char = 'L';
/// Stands between id and time in the text that a payment is remembered by.
const TIME_SEPARATOR: char = '@';

/// A payment as it is remembered for a later reversal: the reader's id of it and, after an @, its time, for the
/// protocol wants both.
pub(super) fn transaction_text(id: &TransactionId) -> String {
    format!("{}{TIME_SEPARATOR}{}", id.transaction_id, id.time_stamp)
}

/// The two parts of such a text; `None` when it names no payment. A text without a time gets `otherwise`.
pub(super) fn transaction_of(text: &str, otherwise: String) -> Option<TransactionId> {
    let (id, time) = text.rsplit_once(TIME_SEPARATOR).unwrap_or((text, ""));
    let time_stamp = if time.is_empty() { otherwise } else { time.to_owned() };
    (!id.is_empty()).then(|| TransactionId { transaction_id: id.to_owned(), time_stamp })
}

/// The service id of the reversal of a payment: always the same for the same payment.
pub(super) fn reversal_id(payment: &ServiceId) -> String {
    let skipped = (payment.0.chars().count() + 1).saturating_sub(SERVICE_ID_LENGTH_MAX);
    std::iter::once(REVERSAL_PREFIX).chain(payment.0.chars().skip(skipped)).collect()
}

/// What the answer to a reversal means.
pub(super) fn of_reversal(text: &str, header: &MessageHeader, amount: Money) -> Result<ReaderReversal, AnswerError> {
    let answer = open(text, header)?.reversal_response.ok_or(AnswerError::Missing("ReversalResponse"))?;
    read_reversal(&answer, amount)
}

/// What the answer to the question for a reversal's status means; `None` when the reader cannot say, so that only
/// sending the reversal tells.
pub(super) fn of_reversal_status(
    text: &str,
    header: &MessageHeader,
    id: &str,
    amount: Money,
) -> Result<Option<ReaderReversal>, AnswerError> {
    let answer = open(text, header)?.transaction_status_response;
    let answer = answer.ok_or(AnswerError::Missing("TransactionStatusResponse"))?;
    if answer.response.result != ResultWord::Success {
        return Ok(status_refused(&answer.response));
    }
    let repeated = answer.repeated_message_response.ok_or(AnswerError::Missing("RepeatedMessageResponse"))?;
    let asked = MessageHeader {
        message_category: MessageCategory::Reversal,
        service_id: Some(id.to_owned()),
        ..header.clone()
    };
    same_header(&repeated.message_header, &asked)?;
    let reversal = repeated.repeated_response_message_body.reversal_response;
    read_reversal(&reversal.ok_or(AnswerError::Missing("repeated ReversalResponse"))?, amount).map(Some)
}

fn read_reversal(answer: &ReversalResponse, amount: Money) -> Result<ReaderReversal, AnswerError> {
    match answer.response.result {
        ResultWord::Success => {
            let reversed = answer.reversed_amount.as_ref().map(|number| number.money(amount.currency)).transpose()?;
            match reversed {
                Some(reversed) if reversed != amount => {
                    Err(AnswerError::OtherAmount { asked: amount, authorised: reversed })
                }
                Some(_) | None => Ok(ReaderReversal::Reversed),
            }
        }
        ResultWord::Partial => Err(AnswerError::Partial),
        ResultWord::Failure => reversal_refused(answer.response.error_condition),
    }
}

/// A reversal that ended with Failure. What is in the way only now leaves it open; a no of the host, or a payment the
/// reader does not know, is for a person.
fn reversal_refused(condition: Option<ErrorCondition>) -> Result<ReaderReversal, AnswerError> {
    let unknown = |fault| Ok(ReaderReversal::Unknown { fault });
    match condition {
        Some(
            ErrorCondition::Refusal
            | ErrorCondition::NotAllowed
            | ErrorCondition::NotFound
            | ErrorCondition::PaymentRestriction
            | ErrorCondition::InvalidCard
            | ErrorCondition::WrongPin
            | ErrorCondition::Cancel
            | ErrorCondition::Aborted
            | ErrorCondition::MessageFormat
            | ErrorCondition::UnavailableService,
        ) => Ok(ReaderReversal::Refused),
        Some(ErrorCondition::Busy | ErrorCondition::InProgress | ErrorCondition::InsertedCard) => {
            unknown(ReaderFault::Busy)
        }
        Some(ErrorCondition::UnreachableHost) => unknown(ReaderFault::HostUnreachable),
        Some(ErrorCondition::UnavailableDevice | ErrorCondition::DeviceOut) => unknown(ReaderFault::Broken),
        Some(ErrorCondition::LoggedOut) => unknown(ReaderFault::Protocol),
        Some(ErrorCondition::Unrecognised) | None => Err(AnswerError::NoReason),
    }
}

/// A question for the status that was not answered with one. A reader that does not know the reversal, or never answers
/// such a question, is sent it; one that is at it, or cannot say now, is asked again later.
fn status_refused(response: &Response) -> Option<ReaderReversal> {
    let unknown = |fault| Some(ReaderReversal::Unknown { fault });
    match response.error_condition {
        Some(
            ErrorCondition::NotFound
            | ErrorCondition::NotAllowed
            | ErrorCondition::MessageFormat
            | ErrorCondition::UnavailableService,
        ) => None,
        Some(ErrorCondition::Busy | ErrorCondition::InProgress | ErrorCondition::InsertedCard) => {
            unknown(ReaderFault::Busy)
        }
        Some(ErrorCondition::UnreachableHost) => unknown(ReaderFault::HostUnreachable),
        Some(ErrorCondition::UnavailableDevice | ErrorCondition::DeviceOut) => unknown(ReaderFault::Broken),
        Some(
            ErrorCondition::Aborted
            | ErrorCondition::Cancel
            | ErrorCondition::InvalidCard
            | ErrorCondition::LoggedOut
            | ErrorCondition::PaymentRestriction
            | ErrorCondition::Refusal
            | ErrorCondition::WrongPin
            | ErrorCondition::Unrecognised,
        )
        | None => unknown(ReaderFault::Protocol),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::money::Currency;
    use crate::outside::reader::nexo_message::{MessageClass, MessageType};

    fn header(message_category: MessageCategory, service_id: &str) -> MessageHeader {
        MessageHeader {
            protocol_version: Some("3.0".to_owned()),
            message_class: MessageClass::Service,
            message_category,
            message_type: MessageType::Request,
            service_id: Some(service_id.to_owned()),
            sale_id: "till-23".to_owned(),
            poi_id: "V400m-1".to_owned(),
        }
    }

    fn answering(header: &MessageHeader) -> MessageHeader {
        MessageHeader { message_type: MessageType::Response, ..header.clone() }
    }

    fn amount() -> Money {
        Money::new(4_890, Currency::EUR)
    }

    fn read(reversal: &Value) -> Result<ReaderReversal, AnswerError> {
        let asked = header(MessageCategory::Reversal, "LP1");
        let message = json!({"MessageHeader": answering(&asked), "ReversalResponse": reversal});
        of_reversal(&json!({"SaleToPOIResponse": message}).to_string(), &asked, amount())
    }

    fn read_status(status: &Value) -> Result<Option<ReaderReversal>, AnswerError> {
        let asked = header(MessageCategory::TransactionStatus, "U1");
        let message = json!({"MessageHeader": answering(&asked), "TransactionStatusResponse": status});
        of_reversal_status(&json!({"SaleToPOIResponse": message}).to_string(), &asked, "LP1", amount())
    }

    #[test]
    fn only_the_whole_amount_counts_as_reversed() {
        let success = json!({"Result": "Success"});
        assert_eq!(read(&json!({"Response": success})), Ok(ReaderReversal::Reversed));
        assert_eq!(read(&json!({"Response": success, "ReversedAmount": 48.9})), Ok(ReaderReversal::Reversed));
        let less = read(&json!({"Response": success, "ReversedAmount": 48.8}));
        assert!(matches!(less, Err(AnswerError::OtherAmount { .. })));
        assert_eq!(read(&json!({"Response": {"Result": "Partial"}})), Err(AnswerError::Partial));
    }

    #[test]
    fn a_no_is_for_a_person_and_a_hindrance_is_asked_again() {
        let refused = || Ok(ReaderReversal::Refused);
        let unknown = |fault| Ok(ReaderReversal::Unknown { fault });
        let again = |fault| Ok(Some(ReaderReversal::Unknown { fault }));
        for (condition, as_reversal, as_status) in [
            ("Refusal", refused(), again(ReaderFault::Protocol)),
            ("NotAllowed", refused(), Ok(None)),
            ("NotFound", refused(), Ok(None)),
            ("UnavailableService", refused(), Ok(None)),
            ("Busy", unknown(ReaderFault::Busy), again(ReaderFault::Busy)),
            ("InProgress", unknown(ReaderFault::Busy), again(ReaderFault::Busy)),
            ("UnreachableHost", unknown(ReaderFault::HostUnreachable), again(ReaderFault::HostUnreachable)),
            ("DeviceOut", unknown(ReaderFault::Broken), again(ReaderFault::Broken)),
            ("LoggedOut", unknown(ReaderFault::Protocol), again(ReaderFault::Protocol)),
            ("Meltdown", Err(AnswerError::NoReason), again(ReaderFault::Protocol)),
        ] {
            let response = json!({"Response": {"Result": "Failure", "ErrorCondition": condition}});
            assert_eq!(read(&response), as_reversal, "{condition}");
            assert_eq!(read_status(&response), as_status, "{condition}");
        }
    }

    #[test]
    fn the_status_is_that_of_this_reversal() {
        let repeated = |id: &str| {
            json!({
                "Response": {"Result": "Success"},
                "RepeatedMessageResponse": {
                    "MessageHeader": answering(&header(MessageCategory::Reversal, id)),
                    "RepeatedResponseMessageBody": {"ReversalResponse": {"Response": {"Result": "Success"}}}
                }
            })
        };
        assert_eq!(read_status(&repeated("LP1")), Ok(Some(ReaderReversal::Reversed)));
        assert_eq!(read_status(&repeated("LP2")), Err(AnswerError::OtherHeader("ServiceID")));
    }

    #[test]
    fn a_payment_is_remembered_by_id_and_time() {
        let read = |text: &str| transaction_of(text, "now".to_owned()).map(|id| (id.transaction_id, id.time_stamp));
        let parts = |id: &str, time: &str| Some((id.to_owned(), time.to_owned()));
        assert_eq!(read("T1.X@2026-11-20T13:00:01Z"), parts("T1.X", "2026-11-20T13:00:01Z"));
        assert_eq!(read("a@b@t"), parts("a@b", "t"));
        assert_eq!(read("T1.X"), parts("T1.X", "now"));
        assert_eq!(read("T1.X@"), parts("T1.X", "now"));
        assert_eq!((read(""), read("@t")), (None, None));
    }

    #[test]
    fn the_id_of_a_reversal_follows_from_that_of_its_payment() {
        let id = |payment: &str| reversal_id(&ServiceId(payment.to_owned()));
        assert_eq!(id("0123456789"), "L123456789");
        assert_eq!(id("P1"), "LP1");
        assert_eq!(id("0123456789").len(), SERVICE_ID_LENGTH_MAX);
    }

    proptest! {
        #[test]
        fn id_and_time_survive_the_way_there_and_back(id in "[^@]{1,40}", time in "[0-9TZ:.+-]{1,30}") {
            let there = transaction_text(&TransactionId { transaction_id: id.clone(), time_stamp: time.clone() });
            let back = transaction_of(&there, String::new()).unwrap();
            prop_assert_eq!((back.transaction_id, back.time_stamp), (id, time));
        }
    }
}
