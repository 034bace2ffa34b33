//! The driver for readers that speak nexo Sale-to-POI protocol 3.0 in the Terminal API's JSON form.
//!
//! One HTTP POST per question. The messages are in [`super::nexo_message`], what an answer means in
//! [`super::nexo_payment`] and [`super::nexo_diagnosis`], and the transport in [`super::nexo_post`]: here they meet.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};

use super::nexo_answer::AnswerError;
use super::nexo_message::{
    DiagnosisRequest, MessageCategory, MessageClass, MessageHeader, MessageType, PROTOCOL_VERSION, RequestEnvelope,
    SaleToPoiRequest,
};
use super::nexo_payment_message::{
    AbortRequest, AmountsReq, MessageReference, PaymentRequest, PaymentTransaction, SaleData, TransactionId,
    TransactionStatusRequest,
};
use super::nexo_post::{PostError, post};
use super::{AmountNumber, Reader, nexo_diagnosis, nexo_payment};
use crate::domain::outage::ReaderCause;
use crate::domain::reader::{ReaderFault, ReaderOutcome, ReaderPayment, ReaderReport, SERVICE_ID_LENGTH_MAX};

/// The first letter of the service ids the driver makes for its own questions. Those of payments come from the app and
/// never begin with it: they are written in an alphabet without I, L, O and U.
pub const OWN_SERVICE_ID_PREFIX: char = 'U';

/// Where the reader is and how long to wait for it.
#[derive(Clone, Debug)]
pub struct NexoSettings {
    /// The reader's address; an address and not a name, for a name needs a network that may be down.
    pub address: SocketAddr,
    /// `SaleID`: the name of this till in the messages.
    pub sale_id: String,
    /// `POIID`: the reader's model and serial number.
    pub poi_id: String,
    /// How long to wait.
    pub timeouts: NexoTimeouts,
}

/// The bounds of the four methods of [`Reader`].
#[derive(Clone, Copy, Debug)]
pub struct NexoTimeouts {
    /// For the connection, in every method; a reader is in the same room, so a second is long.
    pub connect: Duration,
    /// For a whole probe. The reader asks its acquirers meanwhile, which may take it a few seconds.
    pub probe: Duration,
    /// For a whole payment: the customer's time, which the Terminal API ends after 120 seconds, and the host's.
    pub payment: Duration,
    /// For a whole question for the status, and for an abort.
    pub status: Duration,
}

impl Default for NexoTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(1),
            probe: Duration::from_secs(3),
            payment: Duration::from_secs(130),
            status: Duration::from_secs(5),
        }
    }
}

/// A reader that speaks nexo.
#[derive(Debug)]
pub struct NexoReader {
    settings: NexoSettings,
    own_ids: OwnServiceIds,
}

impl NexoReader {
    /// A driver for the reader at the settings' address. Sends nothing yet.
    #[must_use]
    pub fn new(settings: NexoSettings) -> Self {
        Self { settings, own_ids: OwnServiceIds(AtomicU64::new(0)) }
    }

    fn header(&self, message_category: MessageCategory, service_id: String) -> MessageHeader {
        MessageHeader {
            protocol_version: Some(PROTOCOL_VERSION.to_owned()),
            message_class: MessageClass::Service,
            message_category,
            message_type: MessageType::Request,
            service_id: Some(service_id),
            sale_id: self.settings.sale_id.clone(),
            poi_id: self.settings.poi_id.clone(),
        }
    }

    fn reference(&self, request: &ReaderPayment) -> MessageReference {
        MessageReference {
            message_category: MessageCategory::Payment,
            service_id: request.service_id.0.clone(),
            sale_id: self.settings.sale_id.clone(),
        }
    }

    fn ask(&self, request: SaleToPoiRequest, bound: Duration) -> Result<String, Failure> {
        let body = serde_json::to_string(&RequestEnvelope { request }).map_err(|_| Failure::NotWritable)?;
        post(self.settings.address, &body, self.settings.timeouts.connect, bound).map_err(Failure::Post)
    }
}

impl Reader for NexoReader {
    fn probe(&self, at: DateTime<FixedOffset>) -> ReaderReport {
        let header = self.header(MessageCategory::Diagnosis, self.own_ids.next(at.to_utc()));
        let mut request = empty(header.clone());
        request.diagnosis_request = Some(DiagnosisRequest { host_diagnosis_flag: true });
        self.ask(request, self.settings.timeouts.probe)
            .and_then(|text| nexo_diagnosis::of_diagnosis(&text, &header).map_err(Failure::Answer))
            .unwrap_or_else(|failure| probe_failed(&failure))
    }

    fn pay(&self, request: &ReaderPayment) -> ReaderOutcome {
        let Ok(requested_amount) = AmountNumber::new(request.amount) else {
            return ReaderOutcome::NotCharged { fault: ReaderFault::Protocol };
        };
        let header = self.header(MessageCategory::Payment, request.service_id.0.clone());
        let mut message = empty(header.clone());
        message.payment_request = Some(PaymentRequest {
            sale_data: SaleData {
                sale_transaction_id: TransactionId {
                    transaction_id: request.reference.clone(),
                    time_stamp: request.at.to_rfc3339_opts(SecondsFormat::Millis, false),
                },
            },
            payment_transaction: PaymentTransaction {
                amounts_req: AmountsReq { currency: request.amount.currency, requested_amount },
            },
        });
        self.ask(message, self.settings.timeouts.payment)
            .and_then(|text| nexo_payment::of_payment(&text, &header, request).map_err(Failure::Answer))
            .unwrap_or_else(|failure| payment_failed(&failure))
    }

    fn status(&self, request: &ReaderPayment) -> ReaderOutcome {
        let header = self.header(MessageCategory::TransactionStatus, self.own_ids.next(Utc::now()));
        let mut message = empty(header.clone());
        message.transaction_status_request =
            Some(TransactionStatusRequest { message_reference: self.reference(request) });
        self.ask(message, self.settings.timeouts.status)
            .and_then(|text| nexo_payment::of_status(&text, &header, request).map_err(Failure::Answer))
            .unwrap_or_else(|failure| ReaderOutcome::Unknown { fault: noted(&failure) })
    }

    fn abort(&self, request: &ReaderPayment) {
        let mut message = empty(self.header(MessageCategory::Abort, self.own_ids.next(Utc::now())));
        message.abort_request =
            Some(AbortRequest { message_reference: self.reference(request), abort_reason: "MerchantAbort".to_owned() });
        // The protocol has no answer to an abort; that the reader took the request is all there is to learn.
        if let Err(failure) = self.ask(message, self.settings.timeouts.status) {
            noted(&failure);
        }
    }
}

fn empty(message_header: MessageHeader) -> SaleToPoiRequest {
    SaleToPoiRequest {
        message_header,
        diagnosis_request: None,
        payment_request: None,
        transaction_status_request: None,
        abort_request: None,
    }
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the request cannot be written as JSON")]
    NotWritable,
    #[error(transparent)]
    Post(PostError),
    #[error(transparent)]
    Answer(AnswerError),
}

impl Failure {
    fn nothing_was_sent(&self) -> bool {
        match self {
            Self::NotWritable => true,
            Self::Post(error) => error.nothing_was_sent(),
            Self::Answer(_) => false,
        }
    }
}

/// The failure in the domain's words, its reason in the log for whoever installs the reader.
fn noted(failure: &Failure) -> ReaderFault {
    tracing::debug!(%failure, "reader");
    match failure {
        Failure::Post(PostError::NotConnected | PostError::ConnectTimedOut) => ReaderFault::Unreachable,
        Failure::Post(PostError::ConnectionLost) => ReaderFault::ConnectionLost,
        Failure::Post(PostError::AnswerTimedOut) => ReaderFault::TimedOut,
        Failure::Post(PostError::NotHttp) | Failure::NotWritable | Failure::Answer(_) => ReaderFault::Protocol,
    }
}

fn payment_failed(failure: &Failure) -> ReaderOutcome {
    let fault = noted(failure);
    if failure.nothing_was_sent() { ReaderOutcome::NotCharged { fault } } else { ReaderOutcome::Unknown { fault } }
}

/// What a probe without an answer says.
///
/// A refused connection is certain: nothing runs at the reader's address. A connection that breaks is not, although
/// it is an event and no silence: the reader's program ended just then, and whether it is gone or only restarting is
/// what the next probe finds out, by a refusal or an answer. So one broken connection alone closes nothing, and a
/// reader that is really gone costs one more probe.
fn probe_failed(failure: &Failure) -> ReaderReport {
    noted(failure);
    let (cause, hard) = match failure {
        Failure::Post(PostError::NotConnected) => (ReaderCause::NotConnected, true),
        Failure::Post(PostError::ConnectTimedOut | PostError::ConnectionLost | PostError::AnswerTimedOut) => {
            (ReaderCause::NoAnswer, false)
        }
        Failure::Post(PostError::NotHttp) | Failure::NotWritable | Failure::Answer(_) => {
            (ReaderCause::SoftwareFault, false)
        }
    };
    ReaderReport::Faulty { cause, hard }
}

/// Makes the service ids of the driver's own questions: the prefix and nine digits of base 36 that count milliseconds.
///
/// They must not repeat within 48 hours, also across a restart of the program, so they follow the clock; two in one
/// millisecond, or after a step back of the clock, go on counting instead.
#[derive(Debug)]
struct OwnServiceIds(AtomicU64);

impl OwnServiceIds {
    fn next(&self, now: DateTime<Utc>) -> String {
        let now_ms = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        let after = |last: u64| now_ms.max(last + 1);
        let last = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(after(last)));
        let mut rest = after(last.unwrap_or(0));
        let mut digits = [b'0'; SERVICE_ID_LENGTH_MAX - 1];
        for digit in digits.iter_mut().rev() {
            let value = u8::try_from(rest % 36).unwrap_or(0);
            *digit = if value < 10 { b'0' + value } else { b'A' + value - 10 };
            rest /= 36;
        }
        std::iter::once(OWN_SERVICE_ID_PREFIX).chain(digits.map(char::from)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_service_ids_never_repeat_also_when_the_clock_steps_back() {
        let ids = OwnServiceIds(AtomicU64::new(0));
        let moment = |ms| DateTime::from_timestamp_millis(ms).unwrap();
        let now = 1_795_180_000_000;
        let made: Vec<String> = [now, now, now + 5, now - 1_000, now].map(|ms| ids.next(moment(ms))).into();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]), "{made:?}");
        assert!(made.iter().all(|id| id.len() == SERVICE_ID_LENGTH_MAX && id.starts_with(OWN_SERVICE_ID_PREFIX)));
        assert!(made.iter().all(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric())));
        assert_eq!(u64::from_str_radix(&made[0][1..], 36), Ok(now.unsigned_abs()));
    }
}
