//! The answers of the simulated reader, as messages.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::{SecondsFormat, Utc};

use super::book::ReaderBooking;
use crate::domain::money::Money;
use crate::outside::http::HttpReply;
use crate::outside::reader::AmountNumber;
use crate::outside::reader::nexo_message::{
    DiagnosisResponse, ErrorCondition, GlobalStatus, HostStatus, MessageHeader, MessageType, PROTOCOL_VERSION,
    PoiStatus, Response, ResponseEnvelope, ResultWord, SaleToPoiResponse,
};
use crate::outside::reader::nexo_payment_message::{
    AmountsResp, CardData, LastFour, PaymentAcquirerData, PaymentInstrumentData, PaymentRequest, PaymentResponse,
    PaymentResult, PoiData, TransactionId,
};
use crate::simulator::reader::SIMULATED_POI_ID;

/// A card that a customer of the simulated reader holds.
#[derive(Clone, Copy)]
pub(super) struct SimulatedCard {
    brand: &'static str,
    /// The last four digits of a public test card.
    pub(super) last4: &'static str,
    /// How it is presented, in nexo's word.
    entry: &'static str,
}

/// The cards in turn.
const CARDS: [SimulatedCard; 3] = [
    SimulatedCard { brand: "visa", last4: "1111", entry: "Contactless" },
    SimulatedCard { brand: "mc", last4: "4444", entry: "ICC" },
    SimulatedCard { brand: "amex", last4: "0005", entry: "MagStripe" },
];

/// The customer's card of the `turn`-th payment.
pub(super) fn card(turn: usize) -> SimulatedCard {
    CARDS[turn % CARDS.len()]
}

fn card_data(card: SimulatedCard) -> CardData {
    CardData {
        payment_brand: Some(card.brand.to_owned()),
        entry_mode: vec![card.entry.to_owned()],
        last4: LastFour::of(card.last4),
    }
}

/// What the reader says of itself.
pub(super) struct Condition {
    pub(super) busy: bool,
    pub(super) card_reader_ok: bool,
    pub(super) host_reachable: bool,
    pub(super) stored_payments: u32,
}

/// The answer to a diagnosis; `with_host` when it was asked to try its acquirer.
pub(super) fn diagnosis(condition: &Condition, with_host: bool) -> DiagnosisResponse {
    let mut response = success();
    response.additional_response = Some(format!(
        "batteryLevel=87&firmwareVersion=simulated_1&networkProfile=Simulated+network&terminalId={SIMULATED_POI_ID}\
         &unconfirmedBatchCount={}",
        condition.stored_payments
    ));
    let host =
        HostStatus { acquirer_id: Some("SimulatedAcquirer".to_owned()), is_reachable_flag: condition.host_reachable };
    DiagnosisResponse {
        response,
        poi_status: Some(PoiStatus {
            global_status: if condition.busy { GlobalStatus::Busy } else { GlobalStatus::Ready },
            security_ok: Some(true),
            pin_pad_ok: Some(true),
            card_reader_ok: Some(condition.card_reader_ok),
            communication_ok: Some(true),
            printer_status: Some("OK".to_owned()),
        }),
        host_status: if with_host { vec![host] } else { Vec::new() },
    }
}

/// The answer that says what was booked.
pub(super) fn approval(
    request: &PaymentRequest,
    booking: &ReaderBooking,
    card: SimulatedCard,
    number: AmountNumber,
) -> PaymentResponse {
    let sale = &request.sale_data.sale_transaction_id;
    PaymentResponse {
        response: success(),
        sale_data: Some(request.sale_data.clone()),
        poi_data: Some(PoiData {
            poi_transaction_id: TransactionId {
                transaction_id: booking.transaction.clone(),
                time_stamp: sale.time_stamp.clone(),
            },
        }),
        payment_result: Some(PaymentResult {
            payment_instrument_data: Some(PaymentInstrumentData { card_data: Some(card_data(card)) }),
            amounts_resp: Some(AmountsResp { currency: Some(booking.currency), authorized_amount: Some(number) }),
            payment_acquirer_data: Some(PaymentAcquirerData { approval_code: Some(booking.approval_code.clone()) }),
        }),
    }
}

/// The answer that says that nothing was charged.
pub(super) fn refusal(request: &PaymentRequest, condition: ErrorCondition) -> PaymentResponse {
    PaymentResponse {
        response: failure(condition),
        sale_data: Some(request.sale_data.clone()),
        poi_data: None,
        payment_result: None,
    }
}

/// The amount a request asks for, where it can be read.
pub(super) fn asked(request: &PaymentRequest) -> Option<Money> {
    let amounts = &request.payment_transaction.amounts_req;
    amounts.requested_amount.money(amounts.currency).ok()
}

pub(super) fn success() -> Response {
    Response { result: ResultWord::Success, error_condition: None, additional_response: None }
}

pub(super) fn failure(condition: ErrorCondition) -> Response {
    Response { result: ResultWord::Failure, error_condition: Some(condition), additional_response: None }
}

/// The header of the answer to a request.
pub(super) fn answering(header: &MessageHeader) -> MessageHeader {
    MessageHeader { message_type: MessageType::Response, ..header.clone() }
}

/// What a reader sends when it does not accept a message: an event that holds the message instead of an answer to it.
pub(super) fn rejection(header: &MessageHeader, message: &[u8], why: &str) -> HttpReply {
    let details = format!("message={}", why.replace(' ', "+"));
    let event = event(&header.sale_id, "Reject", &details, Some(message));
    HttpReply::Answer { status: 200, body: event }
}

/// Something the reader says without being asked, as a message.
pub(super) fn event(sale_id: &str, word: &str, details: &str, rejected: Option<&[u8]>) -> String {
    serde_json::json!({
        "SaleToPOIRequest": {
            "MessageHeader": {
                "ProtocolVersion": PROTOCOL_VERSION,
                "MessageClass": "Event",
                "MessageCategory": "Event",
                "MessageType": "Notification",
                "SaleID": sale_id,
                "POIID": SIMULATED_POI_ID,
            },
            "EventNotification": {
                "TimeStamp": Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true),
                "EventToNotify": word,
                "EventDetails": details,
                "RejectedMessage": rejected.map(|message| BASE64_STANDARD.encode(message)),
            },
        },
    })
    .to_string()
}

/// The answer as it goes over the wire.
pub(super) fn reply(response: SaleToPoiResponse) -> HttpReply {
    match serde_json::to_string(&ResponseEnvelope { response }) {
        Ok(body) => HttpReply::Answer { status: 200, body },
        Err(_) => HttpReply::Answer { status: 500, body: String::new() },
    }
}
