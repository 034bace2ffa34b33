//! The driver for readers that speak nexo Sale-to-POI protocol 3.0 in the Terminal API's JSON form.
//!
//! One HTTP POST per question. The messages are in [`super::nexo_message`], what an answer means in
//! [`super::nexo_payment`], [`super::nexo_reversal`] and [`super::nexo_diagnosis`], their encryption in
//! [`super::nexo_secure`] and the transport in [`super::nexo_post`]: here they meet.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use ring::rand::SystemRandom;

use super::nexo_answer::{is_logged_out, of_session, rejection};
use super::nexo_failure::{Failure, payment_failed, probe_failed};
use super::nexo_ids::OwnServiceIds;
use super::nexo_message::{
    DiagnosisRequest, MessageCategory, MessageClass, MessageHeader, MessageType, PROTOCOL_VERSION, RequestEnvelope,
    SaleToPoiRequest,
};
use super::nexo_payment_message::{
    AbortRequest, AmountsReq, MessageReference, PaymentRequest, PaymentTransaction, SaleData, TransactionId,
    TransactionStatusRequest,
};
use super::nexo_post::{PostTarget, post};
use super::nexo_reversal::{of_reversal, of_reversal_status, reversal_id, transaction_of};
use super::nexo_secure::{open, seal};
use super::nexo_session_message::{LoginRequest, LogoutRequest, OriginalPoiTransaction, ReversalRequest, SaleSoftware};
use super::nexo_settings::NexoSettings;
use super::{AmountNumber, Reader, ReaderDiagnosis, nexo_diagnosis, nexo_payment};
use crate::domain::reader::{HoldEnd, ReaderFault, ReaderOutcome, ReaderPayment, ReaderReport, ReaderReversal};
use crate::outside::hold::hold;

/// A reader that speaks nexo.
#[derive(Debug)]
pub struct NexoReader {
    settings: NexoSettings,
    target: PostTarget,
    own_ids: OwnServiceIds,
    /// Why the last question had no answer, in a sentence for whoever installs the reader.
    last_failure: Mutex<Option<String>>,
}

impl NexoReader {
    /// A driver for the reader at the settings' address. Sends nothing yet.
    #[must_use]
    pub fn new(settings: NexoSettings) -> Self {
        let target = PostTarget { address: settings.address, tls: settings.tls.clone() };
        Self { settings, target, own_ids: OwnServiceIds::default(), last_failure: Mutex::new(None) }
    }

    /// Logs the till in, as a reader may ask for after it was exchanged. The driver does so by itself when the reader
    /// says that it must.
    ///
    /// # Errors
    ///
    /// The reader did not answer, or refuses.
    pub fn login(&self) -> Result<(), ReaderFault> {
        self.log_in(self.settings.timeouts.status).map_err(|failure| self.noted(&failure))
    }

    /// Logs the till out, before the reader is taken away for repair.
    ///
    /// # Errors
    ///
    /// The reader did not answer, or refuses.
    pub fn logout(&self) -> Result<(), ReaderFault> {
        let mut message = SaleToPoiRequest::new(self.own_header(MessageCategory::Logout, Utc::now()));
        message.logout_request = Some(LogoutRequest { maintenance_allowed: Some(true) });
        self.session(message, self.settings.timeouts.status).map_err(|failure| self.noted(&failure))
    }

    /// Why the last question had no answer, in a sentence that says what to do; `None` after an answer. Holds no
    /// content of a message.
    #[must_use]
    pub fn last_failure(&self) -> Option<String> {
        self.last_failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
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

    fn own_header(&self, category: MessageCategory, now: DateTime<Utc>) -> MessageHeader {
        self.header(category, self.own_ids.next(now))
    }

    fn reference(&self, message_category: MessageCategory, service_id: String) -> MessageReference {
        MessageReference { message_category, service_id, sale_id: self.settings.sale_id.clone() }
    }

    /// Sends one message and returns the clear text of the answer, which may be empty.
    fn send(&self, request: SaleToPoiRequest, bound: Duration) -> Result<String, Failure> {
        self.settings.check()?;
        let message = serde_json::to_string(&RequestEnvelope { request }).map_err(|_| Failure::NotWritable)?;
        let random = SystemRandom::new();
        let sealed = self.settings.secure.as_ref().map(|key| seal(&message, key, &random));
        let message = sealed.transpose().map_err(Failure::Seal)?.unwrap_or(message);
        let answer = post(&self.target, &message, self.settings.timeouts.connect, bound)?;
        let answer = match &self.settings.secure {
            Some(key) if !answer.is_empty() => {
                let refused = |error| rejection(&answer).map_or(Failure::Open(error), Failure::Rejected);
                open(&answer, key).map_err(refused)?
            }
            Some(_) | None => answer,
        };
        if let Some(reason) = rejection(&answer) {
            return Err(Failure::Rejected(reason));
        }
        *self.last_failure.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(answer)
    }

    /// Asks a question that may be asked any number of times. A reader that wants a login first gets it and is asked
    /// again, all within `bound`.
    fn ask(
        &self,
        category: MessageCategory,
        body: impl Fn(&mut SaleToPoiRequest),
        now: DateTime<Utc>,
        bound: Duration,
    ) -> Result<(String, MessageHeader), Failure> {
        let until = Instant::now() + bound;
        let once = |bound| {
            let header = self.own_header(category, now);
            let mut message = SaleToPoiRequest::new(header.clone());
            body(&mut message);
            self.send(message, bound).map(|text| (text, header))
        };
        let (text, header) = once(bound)?;
        let rest = || Some(until.saturating_duration_since(Instant::now())).filter(|rest| !rest.is_zero());
        if is_logged_out(&text, &header)
            && let Some(left) = rest()
            && self.log_in(left).map_err(|failure| self.noted(&failure)).is_ok()
            && let Some(left) = rest()
        {
            return once(left);
        }
        Ok((text, header))
    }

    fn ask_diagnosis(&self, at: DateTime<FixedOffset>, host: bool, bound: Duration) -> ReaderDiagnosis {
        let body = |message: &mut SaleToPoiRequest| {
            message.diagnosis_request = Some(DiagnosisRequest { host_diagnosis_flag: host });
        };
        let answer = self.ask(MessageCategory::Diagnosis, body, at.to_utc(), bound);
        match answer.and_then(|(text, header)| Ok(nexo_diagnosis::of_diagnosis(&text, &header)?)) {
            Ok((report, details)) => ReaderDiagnosis { report, details: Some(details) },
            Err(failure) => {
                self.noted(&failure);
                ReaderDiagnosis { report: probe_failed(&failure), details: None }
            }
        }
    }

    fn log_in(&self, bound: Duration) -> Result<(), Failure> {
        let now = Utc::now();
        let mut message = SaleToPoiRequest::new(self.own_header(MessageCategory::Login, now));
        message.login_request = Some(LoginRequest {
            date_time: now.to_rfc3339_opts(SecondsFormat::Millis, true),
            sale_software: SaleSoftware {
                manufacturer_id: "Stopgap".to_owned(),
                application_name: "Stopgap".to_owned(),
                software_version: env!("CARGO_PKG_VERSION").to_owned(),
                certification_code: "none".to_owned(),
            },
            operator_language: "en".to_owned(),
        });
        self.session(message, bound)
    }

    fn session(&self, message: SaleToPoiRequest, bound: Duration) -> Result<(), Failure> {
        let header = message.message_header.clone();
        let text = self.send(message, bound)?;
        Ok(of_session(&text, &header)?)
    }

    fn send_reversal(&self, request: &ReaderPayment, id: TransactionId) -> Result<ReaderReversal, Failure> {
        let header = self.header(MessageCategory::Reversal, reversal_id(&request.service_id));
        let mut message = SaleToPoiRequest::new(header.clone());
        message.reversal_request = Some(ReversalRequest {
            original_poi_transaction: OriginalPoiTransaction { poi_transaction_id: id },
            reversal_reason: "MerchantCancel".to_owned(),
        });
        let text = self.send(message, self.settings.timeouts.reversal)?;
        Ok(of_reversal(&text, &header, request.amount)?)
    }

    /// What the reader says of a reversal that may have been sent before; `None` when it was not, as far as it knows.
    fn reversal_status(&self, request: &ReaderPayment) -> Result<Option<ReaderReversal>, Failure> {
        let id = reversal_id(&request.service_id);
        let body = |message: &mut SaleToPoiRequest| {
            let message_reference = self.reference(MessageCategory::Reversal, id.clone());
            message.transaction_status_request = Some(TransactionStatusRequest { message_reference });
        };
        let bound = self.settings.timeouts.status;
        let (text, header) = self.ask(MessageCategory::TransactionStatus, body, Utc::now(), bound)?;
        Ok(of_reversal_status(&text, &header, &id, request.amount)?)
    }

    /// The failure in the domain's words; its sentence is kept for whoever installs the reader.
    fn noted(&self, failure: &Failure) -> ReaderFault {
        tracing::debug!(%failure, "reader");
        *self.last_failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure.to_string());
        failure.fault()
    }
}

impl Reader for NexoReader {
    fn diagnose(&self, at: DateTime<FixedOffset>) -> ReaderDiagnosis {
        self.ask_diagnosis(at, true, self.settings.timeouts.diagnosis)
    }

    fn probe(&self, at: DateTime<FixedOffset>) -> ReaderReport {
        self.ask_diagnosis(at, false, self.settings.timeouts.probe).report
    }

    fn pay(&self, request: &ReaderPayment) -> ReaderOutcome {
        let Ok(requested_amount) = AmountNumber::new(request.amount) else {
            return ReaderOutcome::NotCharged { fault: ReaderFault::Protocol };
        };
        let header = self.header(MessageCategory::Payment, request.service_id.0.clone());
        let mut message = SaleToPoiRequest::new(header.clone());
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
        let answer = self.send(message, self.settings.timeouts.payment);
        // A payment is not sent twice, so a till that was logged out is logged in for the next one.
        if let Ok(text) = &answer
            && is_logged_out(text, &header)
            && let Err(failure) = self.log_in(self.settings.timeouts.status)
        {
            self.noted(&failure);
        }
        answer.and_then(|text| Ok(nexo_payment::of_payment(&text, &header, request)?)).unwrap_or_else(|failure| {
            let fault = self.noted(&failure);
            payment_failed(&failure, fault)
        })
    }

    fn status(&self, request: &ReaderPayment) -> ReaderOutcome {
        let body = |message: &mut SaleToPoiRequest| {
            let message_reference = self.reference(MessageCategory::Payment, request.service_id.0.clone());
            message.transaction_status_request = Some(TransactionStatusRequest { message_reference });
        };
        self.ask(MessageCategory::TransactionStatus, body, Utc::now(), self.settings.timeouts.status)
            .and_then(|(text, header)| Ok(nexo_payment::of_status(&text, &header, request)?))
            .unwrap_or_else(|failure| ReaderOutcome::Unknown { fault: self.noted(&failure) })
    }

    fn abort(&self, request: &ReaderPayment) {
        let mut message = SaleToPoiRequest::new(self.own_header(MessageCategory::Abort, Utc::now()));
        message.abort_request = Some(AbortRequest {
            message_reference: self.reference(MessageCategory::Payment, request.service_id.0.clone()),
            abort_reason: "MerchantAbort".to_owned(),
        });
        // The protocol has no answer to an abort; that the reader took the request is all there is to learn.
        if let Err(failure) = self.send(message, self.settings.timeouts.status) {
            self.noted(&failure);
        }
    }

    fn reverse(&self, request: &ReaderPayment, transaction: &str) -> ReaderReversal {
        let otherwise = request.at.to_rfc3339_opts(SecondsFormat::Millis, false);
        // The protocol names a payment by the reader's id of it; one that a person decided has none.
        let Some(id) = transaction_of(transaction, otherwise) else { return ReaderReversal::Refused };
        let answer = match self.reversal_status(request) {
            Ok(Some(known)) => Ok(known),
            Ok(None) => self.send_reversal(request, id),
            Err(failure) => Err(failure),
        };
        answer.unwrap_or_else(|failure| ReaderReversal::Unknown { fault: self.noted(&failure) })
    }

    fn hold(&self, bound: Duration) -> HoldEnd {
        hold(self.settings.address, self.settings.timeouts.connect, bound)
    }
}
