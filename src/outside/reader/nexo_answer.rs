//! Is this text an answer to what was asked? The checks that come before any meaning.

use super::nexo_message::{MessageHeader, MessageType, ResponseEnvelope, SaleToPoiResponse};
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
