//! The messages of the nexo Sale-to-POI protocol 3.0 that are neither about the reader's health nor about one payment
//! under way: Login, Logout, Reversal, and the events that a reader sends by itself.

use serde::{Deserialize, Serialize};

use super::nexo_amount::AmountNumber;
use super::nexo_message::{MessageHeader, Response};
use super::nexo_payment_message::{PoiData, TransactionId};

/// Begins to work with a reader; needed where a reader asks for it, as after it was exchanged or set up anew.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LoginRequest {
    /// ISO 8601 with the offset to UTC.
    pub date_time: String,
    /// Who we are.
    pub sale_software: SaleSoftware,
    /// ISO 639-1, of the person at the till.
    pub operator_language: String,
}

/// The program that logs in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SaleSoftware {
    /// Who makes it.
    #[serde(rename = "ManufacturerID")]
    pub manufacturer_id: String,
    /// Its name.
    pub application_name: String,
    /// Its version.
    pub software_version: String,
    /// The number of its certification; it has none.
    pub certification_code: String,
}

/// Ends the work with a reader.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogoutRequest {
    /// Whether the reader may be updated or switched off until the next login.
    #[serde(rename = "MaintenanceAllowed", default, skip_serializing_if = "Option::is_none")]
    pub maintenance_allowed: Option<bool>,
}

/// The answer to a Login or a Logout, as far as it is read.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SessionResponse {
    /// Success or not.
    pub response: Response,
}

/// Takes a payment back, the whole of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReversalRequest {
    /// Which.
    #[serde(rename = "OriginalPOITransaction")]
    pub original_poi_transaction: OriginalPoiTransaction,
    /// Why, in the protocol's word.
    pub reversal_reason: String,
}

/// A payment by the reader's own id of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct OriginalPoiTransaction {
    /// Id and time, as the reader gave them in the answer to the payment.
    #[serde(rename = "POITransactionID")]
    pub poi_transaction_id: TransactionId,
}

/// What became of taking a payment back.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReversalResponse {
    /// Success or not.
    pub response: Response,
    /// The reader's own id of the reversal.
    #[serde(rename = "POIData", default, skip_serializing_if = "Option::is_none")]
    pub poi_data: Option<PoiData>,
    /// What was taken back, in major units; the whole when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversed_amount: Option<AmountNumber>,
}

/// What a reader sends by itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EventEnvelope {
    /// The one member. It is a request by its name and wants no answer.
    #[serde(rename = "SaleToPOIRequest")]
    pub request: EventMessage,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventMessage {
    /// Class and category are `Event`; there is no service id.
    pub message_header: MessageHeader,
    /// What.
    pub event_notification: EventNotification,
}

/// What happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventNotification {
    /// ISO 8601 with the offset to UTC.
    pub time_stamp: String,
    /// The word for it.
    pub event_to_notify: EventWord,
    /// More about it, form-encoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_details: Option<String>,
}

/// The events the protocol has, as far as they say something about the reader's health or a card in its slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventWord {
    /// A card was put in.
    CardInserted,
    /// The card was taken out.
    CardRemoved,
    /// Its network is there.
    NetworkConnected,
    /// Its network is gone.
    NetworkDisconnected,
    /// It cannot work.
    OutOfOrder,
    /// It is about to switch itself off or to restart.
    Shutdown,
    /// It has started.
    Initialised,
    /// It is being updated.
    BeginMaintenance,
    /// The update has ended.
    EndMaintenance,
    /// Somebody tampered with it.
    SecurityAlarm,
    /// It does not accept a message of ours.
    Reject,
    /// Any other: keys, displays, wake-ups.
    #[serde(other)]
    Other,
}
