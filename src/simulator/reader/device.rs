//! The inside of the simulated reader: what it answers to each message, and the course of a payment.

use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::answer::{
    Condition, answering, approval, asked, card, diagnosis, failure, refusal, rejection, reply, response, success,
};
use super::book::{Attempt, Book, ReaderBooking};
use crate::domain::money::Money;
use crate::domain::reader::ServiceId;
use crate::outside::reader::AmountNumber;
use crate::outside::reader::nexo_message::{
    ErrorCondition, MessageCategory, MessageHeader, RequestEnvelope, SaleToPoiRequest,
};
use crate::outside::reader::nexo_payment_message::{
    AbortRequest, MessageReference, PaymentRequest, PaymentResponse, RepeatedMessageResponse,
    RepeatedResponseMessageBody, TransactionStatusRequest, TransactionStatusResponse,
};
use crate::simulator::http::{HttpHandler, HttpReply, HttpRequest};
use crate::simulator::reader::{NextPayment, SIMULATED_POI_ID};

/// The device: one lock around everything it knows, and a bell for whatever waits.
#[derive(Debug, Default)]
pub(super) struct Device {
    state: Mutex<State>,
    changed: Condvar,
}

/// Everything the device knows.
#[derive(Debug)]
pub(super) struct State {
    pub(super) frozen: bool,
    pub(super) card_reader_ok: bool,
    pub(super) host_reachable: bool,
    pub(super) stored_payments: u32,
    pub(super) customer_time: Duration,
    pub(super) next: NextPayment,
    pub(super) book: Book,
    /// The payment the till asked to give up.
    aborted: Option<String>,
    /// Counts the losses of power: whatever waits since before the last one has ended.
    power_cycle: u64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            frozen: false,
            card_reader_ok: true,
            host_reachable: true,
            stored_payments: 0,
            customer_time: Duration::ZERO,
            next: NextPayment::Approved,
            book: Book::default(),
            aborted: None,
            power_cycle: 0,
        }
    }
}

impl State {
    /// Forgets what was under way; the book stays.
    pub(super) fn lose_power(&mut self) {
        self.power_cycle += 1;
        self.aborted = None;
        self.book.forget_current();
    }

    fn condition(&self) -> Condition {
        Condition {
            busy: self.book.is_busy(),
            card_reader_ok: self.card_reader_ok,
            host_reachable: self.host_reachable,
            stored_payments: self.stored_payments,
        }
    }

    fn look_up(&self, header: &MessageHeader, reference: &MessageReference) -> TransactionStatusResponse {
        let answered = |response, repeated| TransactionStatusResponse {
            response,
            message_reference: Some(reference.clone()),
            repeated_message_response: repeated,
        };
        match self.book.attempt(&reference.service_id) {
            None => answered(failure(ErrorCondition::NotFound), None),
            Some(Attempt::InProgress) => answered(failure(ErrorCondition::InProgress), None),
            Some(Attempt::Finished(answer)) => {
                let message_header = MessageHeader {
                    message_category: MessageCategory::Payment,
                    service_id: Some(reference.service_id.clone()),
                    ..answering(header)
                };
                let body = RepeatedResponseMessageBody { payment_response: Some((**answer).clone()) };
                let repeated = RepeatedMessageResponse { message_header, repeated_response_message_body: body };
                answered(success(), Some(repeated))
            }
        }
    }
}

impl Device {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // No thread leaves the state half changed, and one that panicked has already failed its test.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes whatever waits for a change.
    pub(super) fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.changed.notify_all();
    }

    /// The state when the reader is awake; `None` after it was frozen, when nobody hears an answer any more.
    fn awake<'a>(&self, state: MutexGuard<'a, State>) -> Option<MutexGuard<'a, State>> {
        if !state.frozen {
            return Some(state);
        }
        let cycle = state.power_cycle;
        let asleep = |state: &mut State| state.frozen && state.power_cycle == cycle;
        drop(self.changed.wait_while(state, asleep).unwrap_or_else(PoisonError::into_inner));
        None
    }

    /// Takes a payment: waits for the customer, then asks the simulated host.
    fn pay(
        &self,
        mut state: MutexGuard<'_, State>,
        header: &MessageHeader,
        service_id: &str,
        request: &PaymentRequest,
    ) -> HttpReply {
        let refuse_at_once = |condition| answer_payment(answering(header), refusal(request, condition));
        let Some(amount) = asked(request) else { return refuse_at_once(ErrorCondition::MessageFormat) };
        if !state.card_reader_ok {
            return refuse_at_once(ErrorCondition::UnavailableDevice);
        }
        if state.book.is_busy() {
            return refuse_at_once(ErrorCondition::Busy);
        }
        if !state.book.begin(service_id) {
            return refuse_at_once(ErrorCondition::UnavailableService);
        }
        let course = mem::take(&mut state.next);
        let (cycle, time) = (state.power_cycle, state.customer_time);
        let at_the_card =
            |state: &mut State| state.power_cycle == cycle && state.aborted.as_deref() != Some(service_id);
        let (mut state, _) =
            self.changed.wait_timeout_while(state, time, at_the_card).unwrap_or_else(PoisonError::into_inner);
        if state.power_cycle != cycle {
            return HttpReply::Drop;
        }
        let answer = match refused(&state, service_id, course) {
            Some(condition) => state.refuse(service_id, request, amount, condition),
            None if course == NextPayment::DiesBeforeBooking => return self.die(state),
            None => match state.charge(service_id, request, amount, course) {
                Some(answer) => answer,
                None => state.refuse(service_id, request, amount, ErrorCondition::MessageFormat),
            },
        };
        if course == NextPayment::DiesAfterBooking {
            return self.die(state);
        }
        if self.awake(state).is_none() {
            return HttpReply::Drop;
        }
        let mut answering = answering(header);
        if course == NextPayment::MislabelledAnswer {
            answering.service_id = Some("MISLABEL".to_owned());
        }
        answer_payment(answering, answer)
    }

    fn die(&self, mut state: MutexGuard<'_, State>) -> HttpReply {
        state.lose_power();
        self.changed.notify_all();
        HttpReply::PowerOff
    }
}

/// Why a payment is not charged, if it is not: first the customer, then the card, then the host, then the bank.
fn refused(state: &State, service_id: &str, course: NextPayment) -> Option<ErrorCondition> {
    if state.aborted.as_deref() == Some(service_id) {
        return Some(ErrorCondition::Aborted);
    }
    let host = (!state.host_reachable).then_some(ErrorCondition::UnreachableHost);
    match course {
        NextPayment::DiesBeforeBooking => None,
        NextPayment::BadCard => Some(ErrorCondition::InvalidCard),
        NextPayment::Declined => host.or(Some(ErrorCondition::Refusal)),
        NextPayment::Approved
        | NextPayment::DiesAfterBooking
        | NextPayment::ChargedLess
        | NextPayment::MislabelledAnswer => host,
    }
}

impl State {
    fn charge(
        &mut self,
        service_id: &str,
        request: &PaymentRequest,
        amount: Money,
        course: NextPayment,
    ) -> Option<PaymentResponse> {
        let less = i64::from(course == NextPayment::ChargedLess);
        let charged = Money::new(amount.minor - less, amount.currency);
        let number = AmountNumber::new(charged).ok()?;
        let turn = self.book.bookings().len();
        let (brand, last4) = card(turn);
        let booking = ReaderBooking {
            service_id: ServiceId(service_id.to_owned()),
            reference: request.sale_data.sale_transaction_id.transaction_id.clone(),
            amount_minor: charged.minor,
            currency: charged.currency,
            approved: true,
            last4: last4.to_owned(),
            approval_code: format!("{:06}", turn + 1),
        };
        let answer = approval(request, &booking, brand, number);
        self.book.finish(booking, answer.clone());
        Some(answer)
    }

    fn refuse(
        &mut self,
        service_id: &str,
        request: &PaymentRequest,
        amount: Money,
        condition: ErrorCondition,
    ) -> PaymentResponse {
        let answer = refusal(request, condition);
        let booking = ReaderBooking {
            service_id: ServiceId(service_id.to_owned()),
            reference: request.sale_data.sale_transaction_id.transaction_id.clone(),
            amount_minor: amount.minor,
            currency: amount.currency,
            approved: false,
            last4: String::new(),
            approval_code: String::new(),
        };
        self.book.finish(booking, answer.clone());
        answer
    }
}

fn answer_payment(header: MessageHeader, answer: PaymentResponse) -> HttpReply {
    let mut message = response(header);
    message.payment_response = Some(answer);
    reply(message)
}

impl HttpHandler for Device {
    fn answer(&self, request: HttpRequest) -> HttpReply {
        if (request.method.as_str(), request.path.as_str()) != ("POST", "/nexo") {
            return HttpReply::Answer { status: 404, body: String::new() };
        }
        let Some(mut state) = self.awake(self.state()) else { return HttpReply::Drop };
        let Ok(RequestEnvelope { request: message }) = serde_json::from_slice(&request.body) else {
            return HttpReply::Answer { status: 400, body: String::new() };
        };
        let header = &message.message_header;
        let reject = |why| rejection(header, &request.body, why);
        let Some(service_id) = header.service_id.clone() else { return reject("ServiceID is missing") };
        if header.poi_id != SIMULATED_POI_ID {
            return reject("POIID is not mine");
        }
        if !state.book.note(&service_id) {
            return reject("ServiceID was used before");
        }
        match body(&message) {
            Some(Body::Diagnosis) => {
                let mut answer = response(answering(header));
                answer.diagnosis_response = Some(diagnosis(&state.condition()));
                reply(answer)
            }
            Some(Body::Payment(payment)) => self.pay(state, header, &service_id, payment),
            Some(Body::Status(status)) => {
                let mut answer = response(answering(header));
                answer.transaction_status_response = Some(state.look_up(header, &status.message_reference));
                reply(answer)
            }
            Some(Body::Abort(abort)) => {
                state.aborted = Some(abort.message_reference.service_id.clone());
                self.changed.notify_all();
                HttpReply::Answer { status: 200, body: String::new() }
            }
            None => reject("MessageCategory is not served or its body is missing"),
        }
    }
}

enum Body<'a> {
    Diagnosis,
    Payment(&'a PaymentRequest),
    Status(&'a TransactionStatusRequest),
    Abort(&'a AbortRequest),
}

/// The body that belongs to the message's category.
fn body(message: &SaleToPoiRequest) -> Option<Body<'_>> {
    match message.message_header.message_category {
        MessageCategory::Diagnosis => message.diagnosis_request.as_ref().map(|_| Body::Diagnosis),
        MessageCategory::Payment => message.payment_request.as_ref().map(Body::Payment),
        MessageCategory::TransactionStatus => message.transaction_status_request.as_ref().map(Body::Status),
        MessageCategory::Abort => message.abort_request.as_ref().map(Body::Abort),
        MessageCategory::Event | MessageCategory::Other => None,
    }
}
