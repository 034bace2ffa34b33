//! What a reader's answer about a payment means: pure, so that every case can be tried without a reader.
//!
//! One rule decides all doubtful cases: only an answer that surely speaks of this payment may say "charged" or "not
//! charged"; anything else is an error here and leaves the payment unknown. The error conditions are sorted by their
//! meaning in nexo Sale-to-POI protocol 3.0, `ErrorCondition`.

use super::nexo_answer::{AnswerError, open, same_header};
use super::nexo_message::{ErrorCondition, MessageCategory, MessageHeader, ResultWord};
use super::nexo_payment_message::{CardData, PaymentResponse, TransactionStatusResponse};
use super::nexo_reversal::transaction_text;
use crate::domain::card::Brand;
use crate::domain::money::Money;
use crate::domain::reader::{CardSeen, DeclineReason, EntryMode, ReaderFault, ReaderOutcome, ReaderPayment};

/// What the answer to a payment means.
pub(super) fn of_payment(
    text: &str,
    header: &MessageHeader,
    request: &ReaderPayment,
) -> Result<ReaderOutcome, AnswerError> {
    let answer = open(text, header)?.payment_response.ok_or(AnswerError::Missing("PaymentResponse"))?;
    read_payment(&answer, request)
}

/// What the answer to the question for a payment's status means.
pub(super) fn of_status(
    text: &str,
    header: &MessageHeader,
    request: &ReaderPayment,
) -> Result<ReaderOutcome, AnswerError> {
    let answer = open(text, header)?;
    let answer = answer.transaction_status_response.ok_or(AnswerError::Missing("TransactionStatusResponse"))?;
    match answer.response.result {
        ResultWord::Success => read_repeated(answer, header, request),
        ResultWord::Partial => Err(AnswerError::Partial),
        ResultWord::Failure => status_refused(answer.response.error_condition),
    }
}

fn read_payment(answer: &PaymentResponse, request: &ReaderPayment) -> Result<ReaderOutcome, AnswerError> {
    let sale = answer.sale_data.as_ref().map(|sale| sale.sale_transaction_id.transaction_id.as_str());
    if sale.is_some_and(|reference| reference != request.reference) {
        return Err(AnswerError::OtherSale);
    }
    match answer.response.result {
        ResultWord::Success => read_approval(answer, request.amount),
        ResultWord::Partial => Err(AnswerError::Partial),
        ResultWord::Failure => payment_refused(answer.response.error_condition, card_seen(answer)),
    }
}

fn read_approval(answer: &PaymentResponse, asked: Money) -> Result<ReaderOutcome, AnswerError> {
    let result = answer.payment_result.as_ref().ok_or(AnswerError::Missing("PaymentResult"))?;
    let amounts = result.amounts_resp.as_ref().ok_or(AnswerError::Missing("AmountsResp"))?;
    let number = amounts.authorized_amount.as_ref().ok_or(AnswerError::Missing("AuthorizedAmount"))?;
    let authorised = number.money(amounts.currency.unwrap_or(asked.currency))?;
    if authorised != asked {
        return Err(AnswerError::OtherAmount { asked, authorised });
    }
    let card = card_data(answer);
    let seen = card_seen(answer);
    let acquirer = result.payment_acquirer_data.as_ref();
    let transaction = answer.poi_data.as_ref().map(|poi| transaction_text(&poi.poi_transaction_id));
    Ok(ReaderOutcome::Approved {
        approval_code: acquirer.and_then(|acquirer| acquirer.approval_code.clone()).unwrap_or_default(),
        brand: seen.brand,
        last4: card.and_then(|card| card.last4.digits()).map(str::to_owned),
        transaction: transaction.unwrap_or_default(),
        entry: seen.entry,
    })
}

/// What the answer says of the card, whatever became of the payment.
fn card_data(answer: &PaymentResponse) -> Option<&CardData> {
    answer.payment_result.as_ref()?.payment_instrument_data.as_ref()?.card_data.as_ref()
}

fn card_seen(answer: &PaymentResponse) -> CardSeen {
    let card = card_data(answer);
    CardSeen {
        brand: card.and_then(|card| card.payment_brand.as_deref()).and_then(brand),
        // The last word is the way that was tried last.
        entry: card.and_then(|card| card.entry_mode.iter().rev().find_map(|word| entry(word))),
    }
}

/// The way a card was presented, by the words of nexo Sale-to-POI protocol 3.0, `EntryMode`. The others are no cards
/// that were read: keyed, scanned, from a file.
fn entry(word: &str) -> Option<EntryMode> {
    match word {
        "ICC" | "SynchronousICC" => Some(EntryMode::Contact),
        "Contactless" | "Tapped" | "RFID" | "Mobile" => Some(EntryMode::Contactless),
        "MagStripe" => Some(EntryMode::Stripe),
        _ => None,
    }
}

/// The brand by the names that readers use, which are those of the makers' gateways.
fn brand(name: &str) -> Option<Brand> {
    match name.to_ascii_lowercase().as_str() {
        "visa" | "visadebit" | "visacredit" | "electron" | "vpay" => Some(Brand::Visa),
        "mc" | "mastercard" | "mcdebit" | "mccredit" => Some(Brand::Mastercard),
        "amex" | "americanexpress" => Some(Brand::Amex),
        "discover" => Some(Brand::Discover),
        "diners" => Some(Brand::Diners),
        "jcb" => Some(Brand::Jcb),
        "cup" | "unionpay" | "cupdebit" | "cupcredit" => Some(Brand::UnionPay),
        "maestro" => Some(Brand::Maestro),
        "mir" => Some(Brand::Mir),
        "rupay" => Some(Brand::Rupay),
        "elo" | "elodebit" => Some(Brand::Elo),
        "hipercard" => Some(Brand::Hipercard),
        "hiper" => Some(Brand::Hiper),
        "troy" => Some(Brand::Troy),
        _ => None,
    }
}

/// A payment that ended with Failure: the reader says that nothing was charged, and why.
fn payment_refused(condition: Option<ErrorCondition>, card: CardSeen) -> Result<ReaderOutcome, AnswerError> {
    let declined = |reason| Ok(ReaderOutcome::Declined { reason, card });
    let not_charged = |fault| Ok(ReaderOutcome::NotCharged { fault });
    match condition {
        Some(ErrorCondition::Refusal | ErrorCondition::PaymentRestriction) => declined(DeclineReason::Bank),
        Some(ErrorCondition::InvalidCard) => declined(DeclineReason::Unreadable),
        Some(ErrorCondition::WrongPin) => declined(DeclineReason::Card),
        Some(ErrorCondition::Cancel | ErrorCondition::Aborted) => declined(DeclineReason::Cancelled),
        Some(ErrorCondition::UnreachableHost) => not_charged(ReaderFault::HostUnreachable),
        Some(ErrorCondition::UnavailableDevice | ErrorCondition::DeviceOut) => not_charged(ReaderFault::Broken),
        Some(ErrorCondition::Busy | ErrorCondition::InProgress | ErrorCondition::InsertedCard) => {
            not_charged(ReaderFault::Busy)
        }
        Some(
            ErrorCondition::LoggedOut
            | ErrorCondition::NotAllowed
            | ErrorCondition::MessageFormat
            | ErrorCondition::NotFound
            | ErrorCondition::UnavailableService,
        ) => not_charged(ReaderFault::Protocol),
        Some(ErrorCondition::Unrecognised) | None => Err(AnswerError::NoReason),
    }
}

fn read_repeated(
    answer: TransactionStatusResponse,
    header: &MessageHeader,
    request: &ReaderPayment,
) -> Result<ReaderOutcome, AnswerError> {
    let repeated = answer.repeated_message_response.ok_or(AnswerError::Missing("RepeatedMessageResponse"))?;
    let asked = MessageHeader {
        message_category: MessageCategory::Payment,
        service_id: Some(request.service_id.0.clone()),
        ..header.clone()
    };
    same_header(&repeated.message_header, &asked)?;
    let payment = repeated.repeated_response_message_body.payment_response;
    read_payment(&payment.ok_or(AnswerError::Missing("repeated PaymentResponse"))?, request)
}

/// A question for the status that ended with Failure. Only `NotFound` speaks of the money: the reader never began.
fn status_refused(condition: Option<ErrorCondition>) -> Result<ReaderOutcome, AnswerError> {
    let unknown = |fault| Ok(ReaderOutcome::Unknown { fault });
    match condition {
        Some(ErrorCondition::NotFound) => Ok(ReaderOutcome::NotCharged { fault: ReaderFault::ConnectionLost }),
        Some(ErrorCondition::InProgress | ErrorCondition::Busy | ErrorCondition::InsertedCard) => {
            unknown(ReaderFault::Busy)
        }
        Some(ErrorCondition::UnreachableHost) => unknown(ReaderFault::HostUnreachable),
        Some(ErrorCondition::UnavailableDevice | ErrorCondition::DeviceOut) => unknown(ReaderFault::Broken),
        Some(
            ErrorCondition::Aborted
            | ErrorCondition::Cancel
            | ErrorCondition::InvalidCard
            | ErrorCondition::LoggedOut
            | ErrorCondition::MessageFormat
            | ErrorCondition::NotAllowed
            | ErrorCondition::PaymentRestriction
            | ErrorCondition::Refusal
            | ErrorCondition::UnavailableService
            | ErrorCondition::WrongPin,
        ) => unknown(ReaderFault::Protocol),
        Some(ErrorCondition::Unrecognised) | None => Err(AnswerError::NoReason),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::ids::PaymentId;
    use crate::domain::money::Currency;
    use crate::domain::reader::ServiceId;
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

    fn request() -> ReaderPayment {
        ReaderPayment {
            payment: PaymentId(uuid::Uuid::nil()),
            service_id: ServiceId("P1".to_owned()),
            amount: Money::new(30, Currency::EUR),
            reference: "2300310427".to_owned(),
            at: "2026-11-20T14:00:00+01:00".parse().unwrap(),
        }
    }

    fn approval() -> Value {
        json!({
            "MessageHeader": {
                "MessageClass": "Service", "MessageCategory": "Payment", "MessageType": "Response",
                "ServiceID": "P1", "SaleID": "till-23", "POIID": "V400m-1", "ProtocolVersion": "3.0"
            },
            "PaymentResponse": {
                "Response": {"Result": "Success", "AdditionalResponse": "a=b"},
                "SaleData": {"SaleTransactionID": {"TransactionID": "2300310427", "TimeStamp": "2026-11-20T13:00:00Z"}},
                "POIData": {"POITransactionID": {"TransactionID": "T1.X", "TimeStamp": "2026-11-20T13:00:01Z"}},
                "PaymentReceipt": [],
                "PaymentResult": {
                    "PaymentInstrumentData": {
                        "CardData": {"PaymentBrand": "mc", "EntryMode": ["MagStripe", "ICC"], "MaskedPan": "541333 **** 9999"},
                        "PaymentInstrumentType": "Card"
                    },
                    "AmountsResp": {"Currency": "EUR", "AuthorizedAmount": 0.3},
                    "PaymentAcquirerData": {"ApprovalCode": "123456", "MerchantID": "M"}
                }
            }
        })
    }

    /// The answer to the payment with the value at `pointer` replaced.
    fn with(pointer: &str, value: Value) -> Value {
        let mut answer = approval();
        *answer.pointer_mut(pointer).unwrap() = value;
        answer
    }

    fn read(response: &Value) -> Result<ReaderOutcome, AnswerError> {
        let text = json!({ "SaleToPOIResponse": response }).to_string();
        of_payment(&text, &header(MessageCategory::Payment, "P1"), &request())
    }

    fn read_status(response: &Value) -> Result<ReaderOutcome, AnswerError> {
        let mut answer = approval();
        answer["MessageHeader"]["ServiceID"] = json!("Q1");
        answer["MessageHeader"]["MessageCategory"] = json!("TransactionStatus");
        answer["TransactionStatusResponse"] = response.clone();
        let text = json!({ "SaleToPOIResponse": answer }).to_string();
        of_status(&text, &header(MessageCategory::TransactionStatus, "Q1"), &request())
    }

    fn approved() -> ReaderOutcome {
        ReaderOutcome::Approved {
            approval_code: "123456".to_owned(),
            brand: Some(Brand::Mastercard),
            last4: Some("9999".to_owned()),
            transaction: "T1.X@2026-11-20T13:00:01Z".to_owned(),
            entry: Some(EntryMode::Contact),
        }
    }

    #[test]
    fn an_approval_is_read_with_what_identifies_it() {
        assert_eq!(read(&approval()), Ok(approved()));
    }

    #[test]
    fn a_refusal_says_which_card_it_was_and_an_odd_word_costs_no_answer() {
        let card = "/PaymentResponse/PaymentResult/PaymentInstrumentData/CardData/EntryMode";
        for (said, entry) in [
            (json!(["Contactless"]), Some(EntryMode::Contactless)),
            (json!("Tapped"), Some(EntryMode::Contactless)),
            (json!(["Keyed"]), None),
            (json!(7), None),
            (json!(["MagStripe", {"a": [1]}]), Some(EntryMode::Stripe)),
        ] {
            let mut answer = with(card, said);
            answer["PaymentResponse"]["Response"] = json!({"Result": "Failure", "ErrorCondition": "InvalidCard"});
            let card = CardSeen { brand: Some(Brand::Mastercard), entry };
            assert_eq!(read(&answer), Ok(ReaderOutcome::Declined { reason: DeclineReason::Unreadable, card }));
        }
    }

    #[test]
    fn an_answer_to_something_else_is_no_answer() {
        for (field, value) in [
            ("MessageType", "Notification"),
            ("MessageCategory", "Reversal"),
            ("ServiceID", "P2"),
            ("SaleID", "till-24"),
            ("POIID", "V400m-2"),
        ] {
            let answer = with(&format!("/MessageHeader/{field}"), json!(value));
            assert_eq!(read(&answer), Err(AnswerError::OtherHeader(field)));
        }
        let reference = "/PaymentResponse/SaleData/SaleTransactionID/TransactionID";
        assert_eq!(read(&with(reference, json!("2300310435"))), Err(AnswerError::OtherSale));
        for text in ["", "{}", "[]", "{\"SaleToPOIRequest\":{}}", "{\"SaleToPOIResponse\":{}}"] {
            let read = of_payment(text, &header(MessageCategory::Payment, "P1"), &request());
            assert!(matches!(read, Err(AnswerError::NotAResponse { .. })), "{text}: {read:?}");
        }
        let mut empty = approval();
        empty.as_object_mut().unwrap().remove("PaymentResponse");
        assert_eq!(read(&empty), Err(AnswerError::Missing("PaymentResponse")));
    }

    #[test]
    fn an_approval_of_another_amount_is_not_ours() {
        let amounts = "/PaymentResponse/PaymentResult/AmountsResp";
        let same = [json!(0.3), json!(0.30)];
        for number in same {
            assert_eq!(read(&with(amounts, json!({ "AuthorizedAmount": number }))), Ok(approved()));
        }
        for amount in [
            json!({"Currency": "EUR", "AuthorizedAmount": 0.29}),
            json!({"Currency": "EUR", "AuthorizedAmount": 30}),
            json!({"Currency": "USD", "AuthorizedAmount": 0.3}),
            json!({"Currency": "EUR", "AuthorizedAmount": -0.3}),
        ] {
            assert!(matches!(read(&with(amounts, amount)), Err(AnswerError::OtherAmount { .. })));
        }
        let sum_of_floats = json!({"AuthorizedAmount": 0.1 + 0.2});
        assert!(matches!(read(&with(amounts, sum_of_floats)), Err(AnswerError::Amount(_))));
        assert_eq!(read(&with(amounts, json!({}))), Err(AnswerError::Missing("AuthorizedAmount")));
        assert_eq!(read(&with(amounts, Value::Null)), Err(AnswerError::Missing("AmountsResp")));
        assert_eq!(read(&with("/PaymentResponse/Response/Result", json!("Partial"))), Err(AnswerError::Partial));
    }

    #[test]
    fn every_error_condition_says_whether_it_was_charged() {
        let card = CardSeen { brand: Some(Brand::Mastercard), entry: Some(EntryMode::Contact) };
        let declined = |reason| Ok(ReaderOutcome::Declined { reason, card });
        let not_charged = |fault| Ok(ReaderOutcome::NotCharged { fault });
        let unknown = |fault| Ok(ReaderOutcome::Unknown { fault });
        let (busy, broken, protocol) = (ReaderFault::Busy, ReaderFault::Broken, ReaderFault::Protocol);
        let host = ReaderFault::HostUnreachable;
        for (condition, as_payment, as_status) in [
            ("Aborted", declined(DeclineReason::Cancelled), unknown(protocol)),
            ("Busy", not_charged(busy), unknown(busy)),
            ("Cancel", declined(DeclineReason::Cancelled), unknown(protocol)),
            ("DeviceOut", not_charged(broken), unknown(broken)),
            ("InProgress", not_charged(busy), unknown(busy)),
            ("InsertedCard", not_charged(busy), unknown(busy)),
            ("InvalidCard", declined(DeclineReason::Unreadable), unknown(protocol)),
            ("LoggedOut", not_charged(protocol), unknown(protocol)),
            ("MessageFormat", not_charged(protocol), unknown(protocol)),
            ("NotAllowed", not_charged(protocol), unknown(protocol)),
            ("NotFound", not_charged(protocol), not_charged(ReaderFault::ConnectionLost)),
            ("PaymentRestriction", declined(DeclineReason::Bank), unknown(protocol)),
            ("Refusal", declined(DeclineReason::Bank), unknown(protocol)),
            ("UnavailableDevice", not_charged(broken), unknown(broken)),
            ("UnavailableService", not_charged(protocol), unknown(protocol)),
            ("UnreachableHost", not_charged(host), unknown(host)),
            ("WrongPIN", declined(DeclineReason::Card), unknown(protocol)),
            ("Meltdown", Err(AnswerError::NoReason), Err(AnswerError::NoReason)),
        ] {
            let response = json!({"Result": "Failure", "ErrorCondition": condition});
            assert_eq!(read(&with("/PaymentResponse/Response", response.clone())), as_payment, "{condition}");
            assert_eq!(read_status(&json!({ "Response": response })), as_status, "{condition}");
        }
    }

    #[test]
    fn the_status_is_the_answer_that_was_given_to_this_payment() {
        let repeated = |header: &Value| {
            json!({
                "Response": {"Result": "Success"},
                "RepeatedMessageResponse": {
                    "MessageHeader": header,
                    "RepeatedResponseMessageBody": {"PaymentResponse": approval()["PaymentResponse"]}
                }
            })
        };
        assert_eq!(read_status(&repeated(&approval()["MessageHeader"])), Ok(approved()));
        let other = with("/MessageHeader/ServiceID", json!("P0"));
        assert_eq!(read_status(&repeated(&other["MessageHeader"])), Err(AnswerError::OtherHeader("ServiceID")));
        let bare = read_status(&json!({"Response": {"Result": "Success"}}));
        assert_eq!(bare, Err(AnswerError::Missing("RepeatedMessageResponse")));
    }
}
