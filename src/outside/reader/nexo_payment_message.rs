//! The messages about one payment in the nexo Sale-to-POI protocol 3.0: Payment, `TransactionStatus` and Abort.
//!
//! The card number of an answer is cut to its last four digits while it is read, so nothing longer ever gets into a
//! value of ours.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::nexo_amount::AmountNumber;
use super::nexo_message::{MessageCategory, MessageHeader, Response};
use super::nexo_session_message::ReversalResponse;
use crate::domain::money::Currency;

/// Asks for a payment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PaymentRequest {
    /// The sale.
    pub sale_data: SaleData,
    /// The amount.
    pub payment_transaction: PaymentTransaction,
}

/// The sale a payment belongs to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SaleData {
    /// Its id and time.
    #[serde(rename = "SaleTransactionID")]
    pub sale_transaction_id: TransactionId,
}

/// The id of a transaction at one of the two sides.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TransactionId {
    /// The id: our sale reference, or the reader's own id.
    #[serde(rename = "TransactionID")]
    pub transaction_id: String,
    /// ISO 8601 with the offset to UTC.
    pub time_stamp: String,
}

/// What to take.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PaymentTransaction {
    /// The amount.
    pub amounts_req: AmountsReq,
}

/// The amount asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AmountsReq {
    /// ISO 4217.
    pub currency: Currency,
    /// In major units.
    pub requested_amount: AmountNumber,
}

/// What became of a payment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PaymentResponse {
    /// Success or not.
    pub response: Response,
    /// The request's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sale_data: Option<SaleData>,
    /// The reader's own id of the transaction.
    #[serde(rename = "POIData", default, skip_serializing_if = "Option::is_none")]
    pub poi_data: Option<PoiData>,
    /// Card and amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_result: Option<PaymentResult>,
}

/// The reader's side of a transaction.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PoiData {
    /// Its id and time.
    #[serde(rename = "POITransactionID")]
    pub poi_transaction_id: TransactionId,
}

/// Card and amount of a payment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PaymentResult {
    /// The card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_instrument_data: Option<PaymentInstrumentData>,
    /// The amount that was authorised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amounts_resp: Option<AmountsResp>,
    /// What the acquirer said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_acquirer_data: Option<PaymentAcquirerData>,
}

/// The amount that was authorised.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AmountsResp {
    /// ISO 4217; the request's when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// In major units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorized_amount: Option<AmountNumber>,
}

/// What the acquirer said.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PaymentAcquirerData {
    /// The issuer's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_code: Option<String>,
}

/// The means of payment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PaymentInstrumentData {
    /// The card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_data: Option<CardData>,
}

/// What the reader says of the card.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CardData {
    /// The brand in the maker's words, such as `visa` or `mc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_brand: Option<String>,
    /// How the card was presented, in the words of nexo's `EntryMode`; more than one where the reader fell back.
    #[serde(default, deserialize_with = "words", skip_serializing_if = "Vec::is_empty")]
    pub entry_mode: Vec<String>,
    /// The last four digits.
    #[serde(rename = "MaskedPan", default, skip_serializing_if = "LastFour::is_absent")]
    pub last4: LastFour,
}

/// The words of a list. Of anything else there are none: an answer about money is not refused for the way in which a
/// reader names its slot.
fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    let listed = value.as_array().into_iter().flatten().chain(Some(&value));
    let letters = |word: &&str| word.bytes().all(|byte| byte.is_ascii_alphabetic());
    Ok(listed.filter_map(serde_json::Value::as_str).filter(letters).map(str::to_owned).collect())
}

/// The last four digits of a card number; the rest is dropped while the message is read.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LastFour(Option<String>);

impl LastFour {
    /// The last four characters of a masked number, when they are digits.
    #[must_use]
    pub fn of(masked_number: &str) -> Self {
        let from = masked_number.len().checked_sub(4);
        let tail = from.and_then(|from| masked_number.get(from..));
        Self(tail.filter(|tail| tail.bytes().all(|byte| byte.is_ascii_digit())).map(str::to_owned))
    }

    /// The digits, where there are any.
    #[must_use]
    pub fn digits(&self) -> Option<&str> {
        self.0.as_deref()
    }

    fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

impl fmt::Debug for LastFour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LastFour({})", self.0.as_deref().unwrap_or("none"))
    }
}

impl Serialize for LastFour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("************{}", self.0.as_deref().unwrap_or("****")))
    }
}

impl<'de> Deserialize<'de> for LastFour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|masked_number| Self::of(&masked_number))
    }
}

/// Asks what became of a payment or of its reversal, or to give it up: names it by the header of its request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MessageReference {
    /// Payment or Reversal.
    pub message_category: MessageCategory,
    /// The service id of that request.
    #[serde(rename = "ServiceID")]
    pub service_id: String,
    /// The till of that request.
    #[serde(rename = "SaleID")]
    pub sale_id: String,
}

/// Asks what became of a payment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TransactionStatusRequest {
    /// Which.
    pub message_reference: MessageReference,
}

/// What became of an earlier payment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TransactionStatusResponse {
    /// Whether the payment was found and is finished.
    pub response: Response,
    /// Which payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_reference: Option<MessageReference>,
    /// Its answer, once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeated_message_response: Option<RepeatedMessageResponse>,
}

/// An answer that was given before.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RepeatedMessageResponse {
    /// The header of that answer.
    pub message_header: MessageHeader,
    /// Its body.
    pub repeated_response_message_body: RepeatedResponseMessageBody,
}

/// The body of an answer that was given before.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RepeatedResponseMessageBody {
    /// The answer to a payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_response: Option<PaymentResponse>,
    /// The answer to a reversal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversal_response: Option<ReversalResponse>,
}

/// Asks to give up a payment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AbortRequest {
    /// Which.
    pub message_reference: MessageReference,
    /// Free text for the reader's log.
    pub abort_reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Money;

    #[test]
    fn only_the_last_four_digits_of_a_card_are_kept() {
        for (masked_number, digits) in [
            ("476173 **** 0119", Some("0119")),
            ("4761739001010119", Some("0119")),
            ("0119", Some("0119")),
            ("************", None),
            ("4761 73** **** 01 9", None),
            ("119", None),
            ("", None),
            ("ééé", None),
        ] {
            let card: CardData = serde_json::from_value(serde_json::json!({ "MaskedPan": masked_number })).unwrap();
            assert_eq!(card.last4.digits(), digits, "{masked_number}");
            let shown = format!("{card:?}{}", serde_json::to_string(&card).unwrap());
            assert!(!shown.contains("4761"), "{shown}");
        }
    }

    #[test]
    fn a_payment_request_has_the_field_names_of_the_protocol() {
        let request = PaymentRequest {
            sale_data: SaleData {
                sale_transaction_id: TransactionId {
                    transaction_id: "2300310427".to_owned(),
                    time_stamp: "2026-11-20T14:00:00+01:00".to_owned(),
                },
            },
            payment_transaction: PaymentTransaction {
                amounts_req: AmountsReq {
                    currency: Currency::EUR,
                    requested_amount: AmountNumber::new(Money::new(4_890, Currency::EUR)).unwrap(),
                },
            },
        };
        assert_eq!(
            serde_json::to_string(&request).unwrap(),
            concat!(
                r#"{"SaleData":{"SaleTransactionID":{"TransactionID":"2300310427","#,
                r#""TimeStamp":"2026-11-20T14:00:00+01:00"}},"#,
                r#""PaymentTransaction":{"AmountsReq":{"Currency":"EUR","RequestedAmount":48.90}}}"#
            )
        );
    }
}
