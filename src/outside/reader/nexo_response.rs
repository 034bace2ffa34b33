//! Success or failure of a request in the nexo Sale-to-POI protocol 3.0, and the words for the reason: a part of every
//! response.

use serde::{Deserialize, Serialize};

/// Success or not.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Response {
    /// The word itself.
    pub result: ResultWord,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_condition: Option<ErrorCondition>,
    /// Pairs of name and value, form-encoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_response: Option<String>,
}

/// The outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResultWord {
    /// Done; for a payment: the card was charged.
    Success,
    /// Not done.
    Failure,
    /// Done in part; for a payment: a smaller amount was authorised.
    Partial,
}

/// Why a request was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ErrorCondition {
    /// Given up because the till asked for it.
    Aborted,
    /// Doing something else.
    Busy,
    /// The customer pressed cancel.
    Cancel,
    /// A device is out of order.
    DeviceOut,
    /// The transaction is still under way.
    InProgress,
    /// A card is still in the slot.
    InsertedCard,
    /// The card cannot be read or used.
    InvalidCard,
    /// The till is not logged in.
    LoggedOut,
    /// The request is wrong.
    MessageFormat,
    /// The request is not allowed here.
    NotAllowed,
    /// The transaction is not known.
    NotFound,
    /// This card cannot pay for this.
    PaymentRestriction,
    /// The acquirer or issuer refuses.
    Refusal,
    /// A part of the reader is not available.
    UnavailableDevice,
    /// The service is not available.
    UnavailableService,
    /// The acquirer cannot be reached.
    UnreachableHost,
    /// The PIN was wrong too often.
    #[serde(rename = "WrongPIN")]
    WrongPin,
    /// A word the protocol does not have.
    #[serde(other)]
    Unrecognised,
}
