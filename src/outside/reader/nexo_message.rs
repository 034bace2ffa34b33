//! The messages of the nexo Sale-to-POI protocol 3.0 in their JSON form (the Terminal API profile), as far as we use
//! them: envelope, header, Diagnosis here; Payment, `TransactionStatus` and Abort in [`super::nexo_payment_message`];
//! Login, Logout, Reversal and events in [`super::nexo_session_message`].
//!
//! Fields we do not read are left out: the protocol allows receivers to ignore what they do not know.

use serde::{Deserialize, Serialize};

use super::nexo_payment_message::{
    AbortRequest, PaymentRequest, PaymentResponse, TransactionStatusRequest, TransactionStatusResponse,
};
pub use super::nexo_response::{ErrorCondition, Response, ResultWord};
use super::nexo_session_message::{LoginRequest, LogoutRequest, ReversalRequest, ReversalResponse, SessionResponse};

/// The version of the protocol these messages follow.
pub const PROTOCOL_VERSION: &str = "3.0";

/// What goes to the reader.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestEnvelope {
    /// The one member.
    #[serde(rename = "SaleToPOIRequest")]
    pub request: SaleToPoiRequest,
}

/// What comes from the reader.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResponseEnvelope {
    /// The one member.
    #[serde(rename = "SaleToPOIResponse")]
    pub response: SaleToPoiResponse,
}

/// Who asks whom for what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MessageHeader {
    /// [`PROTOCOL_VERSION`]; some readers leave it out of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol_version: Option<String>,
    /// `Service` for everything here.
    pub message_class: MessageClass,
    /// Which request or response the body is.
    pub message_category: MessageCategory,
    /// Request or response.
    pub message_type: MessageType,
    /// The id of the pair of request and response, at most ten characters.
    #[serde(rename = "ServiceID", default, skip_serializing_if = "Option::is_none")]
    pub service_id: Option<String>,
    /// The till.
    #[serde(rename = "SaleID")]
    pub sale_id: String,
    /// The reader: model and serial number.
    #[serde(rename = "POIID")]
    pub poi_id: String,
}

/// The classes of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessageClass {
    /// A request for a service.
    Service,
    /// Something for a device.
    Device,
    /// Something that happened.
    Event,
}

/// The kinds of messages we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessageCategory {
    /// How is the reader.
    Diagnosis,
    /// Take a payment.
    Payment,
    /// What became of a payment.
    TransactionStatus,
    /// Give up a payment; has no response.
    Abort,
    /// Take a payment back.
    Reversal,
    /// Begin to work together.
    Login,
    /// End it.
    Logout,
    /// Something happened; only from the reader.
    Event,
    /// Any other.
    #[serde(other)]
    Other,
}

/// The direction of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessageType {
    /// To be answered.
    Request,
    /// The answer.
    Response,
    /// Not to be answered.
    Notification,
}

/// A request: the header and exactly one body.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SaleToPoiRequest {
    /// Who asks whom.
    pub message_header: MessageHeader,
    /// How is the reader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diagnosis_request: Option<DiagnosisRequest>,
    /// Take a payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_request: Option<PaymentRequest>,
    /// What became of a payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_status_request: Option<TransactionStatusRequest>,
    /// Give up a payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abort_request: Option<AbortRequest>,
    /// Take a payment back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversal_request: Option<ReversalRequest>,
    /// Begin to work together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_request: Option<LoginRequest>,
    /// End it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logout_request: Option<LogoutRequest>,
}

impl SaleToPoiRequest {
    /// A request with no body yet.
    #[must_use]
    pub fn new(message_header: MessageHeader) -> Self {
        Self {
            message_header,
            diagnosis_request: None,
            payment_request: None,
            transaction_status_request: None,
            abort_request: None,
            reversal_request: None,
            login_request: None,
            logout_request: None,
        }
    }
}

/// A response: the header of the request, and one body.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SaleToPoiResponse {
    /// The request's, turned into a response.
    pub message_header: MessageHeader,
    /// How the reader is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diagnosis_response: Option<DiagnosisResponse>,
    /// What became of the payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_response: Option<PaymentResponse>,
    /// What became of an earlier payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_status_response: Option<TransactionStatusResponse>,
    /// What became of taking a payment back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversal_response: Option<ReversalResponse>,
    /// Whether we work together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_response: Option<SessionResponse>,
    /// Whether that has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logout_response: Option<SessionResponse>,
}

impl SaleToPoiResponse {
    /// A response with no body yet.
    #[must_use]
    pub fn new(message_header: MessageHeader) -> Self {
        Self {
            message_header,
            diagnosis_response: None,
            payment_response: None,
            transaction_status_response: None,
            reversal_response: None,
            login_response: None,
            logout_response: None,
        }
    }
}

/// Asks how the reader is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DiagnosisRequest {
    /// Whether it shall also try to reach its acquirers; not when it is left out.
    #[serde(default)]
    pub host_diagnosis_flag: bool,
}

/// How the reader is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DiagnosisResponse {
    /// Whether the diagnosis could be made.
    pub response: Response,
    /// The parts of the reader.
    #[serde(rename = "POIStatus", default, skip_serializing_if = "Option::is_none")]
    pub poi_status: Option<PoiStatus>,
    /// The acquirers it was asked to reach.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub host_status: Vec<HostStatus>,
}

/// The parts of the reader. A flag that is left out says nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PoiStatus {
    /// The whole.
    pub global_status: GlobalStatus,
    /// The security module raised no alarm.
    #[serde(rename = "SecurityOKFlag", default, skip_serializing_if = "Option::is_none")]
    pub security_ok: Option<bool>,
    /// The PIN pad works.
    #[serde(rename = "PEDOKFlag", default, skip_serializing_if = "Option::is_none")]
    pub pin_pad_ok: Option<bool>,
    /// The card reader works.
    #[serde(rename = "CardReaderOKFlag", default, skip_serializing_if = "Option::is_none")]
    pub card_reader_ok: Option<bool>,
    /// The way from the reader to its acquirers works.
    #[serde(rename = "CommunicationOKFlag", default, skip_serializing_if = "Option::is_none")]
    pub communication_ok: Option<bool>,
    /// The printer, in the protocol's word: `OK`, `PaperLow`, `NoPaper`, `PaperJam` or `OutOfOrder`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printer_status: Option<String>,
}

/// The state of the whole reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum GlobalStatus {
    /// Ready for a payment.
    #[default]
    #[serde(rename = "OK")]
    Ready,
    /// Doing something else.
    Busy,
    /// Being updated or set up.
    Maintenance,
    /// Said by something between us and the reader.
    Unreachable,
    /// A word the protocol does not have.
    #[serde(other)]
    Unrecognised,
}

/// Whether one acquirer could be reached.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct HostStatus {
    /// Which.
    #[serde(rename = "AcquirerID", default, skip_serializing_if = "Option::is_none")]
    pub acquirer_id: Option<String>,
    /// Whether it could; true when left out.
    #[serde(default = "reachable_unless_said")]
    pub is_reachable_flag: bool,
}

const fn reachable_unless_said() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_the_protocol_does_not_have_are_read_as_such() {
        assert_eq!(serde_json::from_str::<ErrorCondition>("\"WrongPIN\"").unwrap(), ErrorCondition::WrongPin);
        assert_eq!(serde_json::from_str::<ErrorCondition>("\"Eaten\"").unwrap(), ErrorCondition::Unrecognised);
        assert_eq!(serde_json::from_str::<GlobalStatus>("\"OK\"").unwrap(), GlobalStatus::Ready);
        assert_eq!(serde_json::from_str::<GlobalStatus>("\"Asleep\"").unwrap(), GlobalStatus::Unrecognised);
        assert_eq!(serde_json::from_str::<MessageCategory>("\"GetTotals\"").unwrap(), MessageCategory::Other);
    }

    #[test]
    fn a_result_the_protocol_does_not_have_is_no_answer() {
        assert!(serde_json::from_str::<Response>(r#"{"Result":"Success"}"#).is_ok());
        assert!(serde_json::from_str::<Response>(r#"{"Result":"Perhaps"}"#).is_err());
    }

    #[test]
    fn a_diagnosis_is_read_by_the_field_names_of_the_protocol() {
        let json = r#"{
            "Response": {"Result": "Success", "AdditionalResponse": "unconfirmedBatchCount=3"},
            "POIStatus": {
                "GlobalStatus": "Maintenance", "SecurityOKFlag": true, "PEDOKFlag": false, "CardReaderOKFlag": false,
                "PrinterStatus": "OK", "CommunicationOKFlag": true, "FraudPreventionFlag": true
            },
            "HostStatus": [{"AcquirerID": "A", "IsReachableFlag": false}, {"AcquirerID": "B"}]
        }"#;
        let read: DiagnosisResponse = serde_json::from_str(json).unwrap();
        let status = read.poi_status.unwrap();
        assert_eq!(status.global_status, GlobalStatus::Maintenance);
        assert_eq!((status.security_ok, status.communication_ok), (Some(true), Some(true)));
        assert_eq!((status.pin_pad_ok, status.card_reader_ok), (Some(false), Some(false)));
        let reachable: Vec<bool> = read.host_status.iter().map(|host| host.is_reachable_flag).collect();
        assert_eq!(reachable, [false, true]);
    }
}
