//! Is this text an answer to what was asked? The checks that come before any meaning.

use super::nexo_details::plain_text;
use super::nexo_message::{
    ErrorCondition, MessageHeader, MessageType, ResponseEnvelope, ResultWord, SaleToPoiResponse,
};
use super::nexo_session_message::{EventEnvelope, EventWord};
use crate::domain::money::{AmountError, Money};

/// Why an answer does not count as one. Names fields and ids, never the content of an answer: that may hold card data.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum AnswerError {
    #[error("the answer is not a SaleToPOIResponse in JSON (line {line}, column {column})")]
    NotAResponse { line: usize, column: usize },
    #[error("the answer's MessageHeader has another {0} than the request: it answers something else")]
    OtherHeader(&'static str),
    #[error("the answer has no {0}")]
    Missing(&'static str),
    #[error("the answer speaks of another sale than the one asked about")]
    OtherSale,
    #[error("the authorised amount cannot be read: {0}")]
    Amount(#[from] AmountError),
    #[error("{authorised} was authorised, {asked} was asked for")]
    OtherAmount { asked: Money, authorised: Money },
    #[error("the answer's result is Partial, which was not asked for")]
    Partial,
    #[error("the reader refuses the login or logout ({0:?})")]
    Refused(Option<ErrorCondition>),
    #[error("the answer's result is Failure with no ErrorCondition that the protocol has")]
    NoReason,
}

/// Reads the envelope and checks that it answers the request with this header.
pub(super) fn open(text: &str, asked: &MessageHeader) -> Result<SaleToPoiResponse, AnswerError> {
    let envelope: ResponseEnvelope = serde_json::from_str(text)
        .map_err(|error| AnswerError::NotAResponse { line: error.line(), column: error.column() })?;
    same_header(&envelope.response.message_header, asked)?;
    Ok(envelope.response)
}

pub(super) fn same_header(answered: &MessageHeader, asked: &MessageHeader) -> Result<(), AnswerError> {
    for (same, field) in [
        (answered.message_type == MessageType::Response, "MessageType"),
        (answered.message_category == asked.message_category, "MessageCategory"),
        (answered.service_id == asked.service_id, "ServiceID"),
        (answered.sale_id == asked.sale_id, "SaleID"),
        (answered.poi_id == asked.poi_id, "POIID"),
    ] {
        if !same {
            return Err(AnswerError::OtherHeader(field));
        }
    }
    Ok(())
}

/// Whether the answer to the request with this header says that the till has to log in first. Nothing was done then.
pub(super) fn is_logged_out(text: &str, asked: &MessageHeader) -> bool {
    open(text, asked).is_ok_and(|answer| {
        [
            answer.diagnosis_response.map(|body| body.response),
            answer.payment_response.map(|body| body.response),
            answer.transaction_status_response.map(|body| body.response),
            answer.reversal_response.map(|body| body.response),
        ]
        .into_iter()
        .flatten()
        .any(|response| response.error_condition == Some(ErrorCondition::LoggedOut))
    })
}

/// Whether a login or logout was accepted.
pub(super) fn of_session(text: &str, asked: &MessageHeader) -> Result<(), AnswerError> {
    let answer = open(text, asked)?;
    let session = answer.login_response.or(answer.logout_response).ok_or(AnswerError::Missing("LoginResponse"))?;
    match session.response.result {
        ResultWord::Success | ResultWord::Partial => Ok(()),
        ResultWord::Failure => Err(AnswerError::Refused(session.response.error_condition)),
    }
}

/// The reason in the event that a reader sends instead of an answer to a message that it does not accept.
pub(super) fn rejection(text: &str) -> Option<String> {
    let event: EventEnvelope = serde_json::from_str(text).ok()?;
    let event = event.request.event_notification;
    (event.event_to_notify == EventWord::Reject).then(|| without_numbers(&event.event_details.unwrap_or_default()))
}

/// The most digits that a reason may have: an error code has a few, a card number has twelve or more.
const REASON_DIGITS_MAX: usize = 8;

/// A reason that is safe to show: a reader may quote the message it rejects.
fn without_numbers(details: &str) -> String {
    let digits = details.bytes().filter(u8::is_ascii_digit).count();
    if digits > REASON_DIGITS_MAX { "for a reason that holds numbers".to_owned() } else { plain_text(details) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::outside::reader::nexo_message::{MessageCategory, MessageClass};

    fn rejected(details: &str) -> Option<String> {
        let header = serde_json::json!({
            "MessageClass": "Event", "MessageCategory": "Event", "MessageType": "Notification",
            "SaleID": "till-23", "POIID": "V400m-1"
        });
        let event = serde_json::json!({"TimeStamp": "t", "EventToNotify": "Reject", "EventDetails": details});
        let message = serde_json::json!({"MessageHeader": header, "EventNotification": event});
        rejection(&serde_json::json!({ "SaleToPOIRequest": message }).to_string())
    }

    #[test]
    fn the_reason_of_a_rejection_is_shown_without_numbers_of_cards() {
        assert_eq!(rejected("message=Wrong+key+version").as_deref(), Some("message=Wrong key version"));
        let number = rejected("message=4111+1111%201111-1111").unwrap();
        assert!(!number.contains("1111"), "{number}");
        for text in ["", "{}", "[]", "{\"SaleToPOIRequest\":{}}"] {
            assert_eq!(rejection(text), None);
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic(text in ".{0,200}", cut in 0_usize..200) {
            let asked = MessageHeader {
                protocol_version: None,
                message_class: MessageClass::Service,
                message_category: MessageCategory::Payment,
                message_type: MessageType::Request,
                service_id: Some("P1".to_owned()),
                sale_id: "till-23".to_owned(),
                poi_id: "V400m-1".to_owned(),
            };
            prop_assert!(open(&text, &asked).is_err());
            let answered = MessageHeader { message_type: MessageType::Response, ..asked.clone() };
            let whole = serde_json::json!({"SaleToPOIResponse": {"MessageHeader": answered}}).to_string();
            prop_assert!(open(&whole, &asked).is_ok());
            prop_assert!(open(&whole[..cut % whole.len()], &asked).is_err(), "a cut answer is none");
        }
    }
}
