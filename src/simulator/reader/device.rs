//! The inside of the simulated reader: what it answers to each message, and the course of a payment.

use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::answer::{
    Condition, answering, approval, asked, card, diagnosis, failure, refusal, rejection, reply, success,
};
use super::book::{Attempt, Book, ReaderBooking};
use crate::domain::money::Money;
use crate::domain::reader::ServiceId;
use crate::outside::http::HttpReply;
use crate::outside::reader::AmountNumber;
use crate::outside::reader::nexo_message::{
    DiagnosisRequest, ErrorCondition, MessageCategory, MessageHeader, RequestEnvelope, SaleToPoiRequest,
    SaleToPoiResponse,
};
use crate::outside::reader::nexo_payment_message::{
    AbortRequest, MessageReference, PaymentRequest, PaymentResponse, RepeatedMessageResponse,
    RepeatedResponseMessageBody, TransactionStatusRequest, TransactionStatusResponse,
};
use crate::outside::reader::nexo_session_message::{ReversalRequest, ReversalResponse, SessionResponse};
use crate::simulator::reader::{NextAnswer, NextPayment, SIMULATED_POI_ID};

/// The device: one lock around everything it knows, and a bell for whatever waits.
#[derive(Debug, Default)]
pub(super) struct Device {
    state: Mutex<State>,
    changed: Condvar,
}

/// Whether tills have to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Login {
    /// They need not.
    NotWanted,
    /// One has to, before anything else.
    Required,
    /// One has.
    Done,
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
    pub(super) next_answer: NextAnswer,
    pub(super) login: Login,
    /// The till that spoke last, for the events it gets.
    pub(super) sale_id: String,
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
            next_answer: NextAnswer::Whole,
            login: Login::NotWanted,
            sale_id: String::new(),
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
        if self.login == Login::Done {
            self.login = Login::Required;
        }
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

    fn reverse(&mut self, service_id: &str, request: &ReversalRequest, logged_out: bool) -> ReversalResponse {
        let transaction = &request.original_poi_transaction.poi_transaction_id;
        let answered = |response| ReversalResponse { response, poi_data: None, reversed_amount: None };
        if logged_out || !self.host_reachable {
            let why = if logged_out { ErrorCondition::LoggedOut } else { ErrorCondition::UnreachableHost };
            return answered(failure(why));
        }
        let success = answered(success());
        if self.book.reverse(service_id, &transaction.transaction_id, success.clone()) {
            success
        } else {
            answered(failure(ErrorCondition::NotFound))
        }
    }

    fn look_up(&self, header: &MessageHeader, reference: &MessageReference) -> TransactionStatusResponse {
        let answered = |response, repeated| TransactionStatusResponse {
            response,
            message_reference: Some(reference.clone()),
            repeated_message_response: repeated,
        };
        let repeat = |payment_response, reversal_response| {
            let message_header = MessageHeader {
                message_category: reference.message_category,
                service_id: Some(reference.service_id.clone()),
                ..answering(header)
            };
            let body = RepeatedResponseMessageBody { payment_response, reversal_response };
            Some(RepeatedMessageResponse { message_header, repeated_response_message_body: body })
        };
        if reference.message_category == MessageCategory::Reversal {
            return match self.book.reversal(&reference.service_id) {
                None => answered(failure(ErrorCondition::NotFound), None),
                Some(reversal) => answered(success(), repeat(None, Some(reversal.clone()))),
            };
        }
        match self.book.attempt(&reference.service_id) {
            None => answered(failure(ErrorCondition::NotFound), None),
            Some(Attempt::InProgress) => answered(failure(ErrorCondition::InProgress), None),
            Some(Attempt::Finished(answer)) => answered(success(), repeat(Some((**answer).clone()), None)),
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
        let (mut answering, mut answer) = (answering(header), answer);
        if course == NextPayment::MislabelledAnswer {
            answering.service_id = Some("MISLABEL".to_owned());
        }
        if course == NextPayment::OtherSalesAnswer
            && let Some(sale) = &mut answer.sale_data
        {
            "0000000000".clone_into(&mut sale.sale_transaction_id.transaction_id);
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
        | NextPayment::MislabelledAnswer
        | NextPayment::OtherSalesAnswer => host,
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
        let card = card(turn);
        let booking = ReaderBooking {
            service_id: ServiceId(service_id.to_owned()),
            reference: request.sale_data.sale_transaction_id.transaction_id.clone(),
            amount_minor: charged.minor,
            currency: charged.currency,
            approved: true,
            last4: card.last4.to_owned(),
            approval_code: format!("{:06}", turn + 1),
            transaction: format!("SIM{service_id}.{:06}", turn + 1),
            reversed: false,
        };
        let answer = approval(request, &booking, card, number);
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
            transaction: String::new(),
            reversed: false,
        };
        self.book.finish(booking, answer.clone());
        answer
    }
}

fn answer_payment(header: MessageHeader, answer: PaymentResponse) -> HttpReply {
    let mut message = SaleToPoiResponse::new(header);
    message.payment_response = Some(answer);
    reply(message)
}

impl Device {
    /// What it answers to a message in the clear.
    pub(super) fn hear(&self, text: &[u8]) -> HttpReply {
        let Some(mut state) = self.awake(self.state()) else { return HttpReply::Drop };
        let Ok(RequestEnvelope { request: message }) = serde_json::from_slice(text) else {
            return HttpReply::Answer { status: 400, body: String::new() };
        };
        let header = &message.message_header;
        let reject = |why| rejection(header, text, why);
        let Some(service_id) = header.service_id.clone() else { return reject("ServiceID is missing") };
        if header.poi_id != SIMULATED_POI_ID {
            return reject("POIID is not mine");
        }
        if !state.book.note(&service_id) {
            return reject("ServiceID was used before");
        }
        let Some(body) = body(&message) else {
            return reject("MessageCategory is not served or its body is missing");
        };
        state.sale_id.clone_from(&header.sale_id);
        let logged_out = state.login == Login::Required;
        let mut answer = SaleToPoiResponse::new(answering(header));
        match body {
            Body::Abort(abort) => {
                state.aborted = Some(abort.message_reference.service_id.clone());
                self.changed.notify_all();
                return HttpReply::Answer { status: 200, body: String::new() };
            }
            Body::Login => {
                state.login = if logged_out { Login::Done } else { state.login };
                answer.login_response = Some(SessionResponse { response: success() });
            }
            Body::Logout => {
                state.login = if state.login == Login::Done { Login::Required } else { state.login };
                answer.logout_response = Some(SessionResponse { response: success() });
            }
            Body::Payment(payment) if logged_out => {
                answer.payment_response = Some(refusal(payment, ErrorCondition::LoggedOut));
            }
            Body::Payment(payment) => return self.pay(state, header, &service_id, payment),
            Body::Diagnosis(diagnose) => {
                let mut diagnosis = diagnosis(&state.condition(), diagnose.host_diagnosis_flag);
                if logged_out {
                    diagnosis.response = failure(ErrorCondition::LoggedOut);
                }
                answer.diagnosis_response = Some(diagnosis);
            }
            Body::Status(status) => {
                let mut found = state.look_up(header, &status.message_reference);
                if logged_out {
                    found = TransactionStatusResponse {
                        response: failure(ErrorCondition::LoggedOut),
                        message_reference: None,
                        repeated_message_response: None,
                    };
                }
                answer.transaction_status_response = Some(found);
            }
            Body::Reversal(reversal) => {
                answer.reversal_response = Some(state.reverse(&service_id, reversal, logged_out));
            }
        }
        reply(answer)
    }
}

enum Body<'a> {
    Diagnosis(&'a DiagnosisRequest),
    Payment(&'a PaymentRequest),
    Status(&'a TransactionStatusRequest),
    Abort(&'a AbortRequest),
    Reversal(&'a ReversalRequest),
    Login,
    Logout,
}

/// The body that belongs to the message's category.
fn body(message: &SaleToPoiRequest) -> Option<Body<'_>> {
    match message.message_header.message_category {
        MessageCategory::Diagnosis => message.diagnosis_request.as_ref().map(Body::Diagnosis),
        MessageCategory::Payment => message.payment_request.as_ref().map(Body::Payment),
        MessageCategory::TransactionStatus => message.transaction_status_request.as_ref().map(Body::Status),
        MessageCategory::Abort => message.abort_request.as_ref().map(Body::Abort),
        MessageCategory::Reversal => message.reversal_request.as_ref().map(Body::Reversal),
        MessageCategory::Login => message.login_request.as_ref().map(|_| Body::Login),
        MessageCategory::Logout => message.logout_request.as_ref().map(|_| Body::Logout),
        MessageCategory::Event | MessageCategory::Other => None,
    }
}
