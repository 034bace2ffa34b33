//! What the simulated reader remembers: the service ids it has seen, the answers it gave, and what it booked.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::domain::money::Currency;
use crate::domain::reader::ServiceId;
use crate::outside::reader::nexo_payment_message::PaymentResponse;
use crate::outside::reader::nexo_session_message::ReversalResponse;

/// The service ids that are remembered; a real reader forgets them after 48 hours.
const SEEN_MAX: usize = 200_000;
/// The payments that are remembered.
const PAYMENTS_MAX: usize = 100_000;

/// One payment the reader finished, as its acquirer would list it: for finding lost and doubled ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderBooking {
    /// The id of the request.
    pub service_id: ServiceId,
    /// The sale it was for.
    pub reference: String,
    /// What was charged, or would have been, in minor units.
    pub amount_minor: i64,
    /// Their currency.
    pub currency: Currency,
    /// Whether the card was charged.
    pub approved: bool,
    /// The card's last four digits; empty when no card was read.
    pub last4: String,
    /// The issuer's code; empty when not approved.
    pub approval_code: String,
    /// The reader's own id of it; empty when not approved.
    pub transaction: String,
    /// Whether it was taken back later.
    pub reversed: bool,
}

/// What is known of one payment.
#[derive(Clone, Debug)]
pub(super) enum Attempt {
    /// The customer is at it.
    InProgress,
    /// It was answered so, or would have been.
    Finished(Box<PaymentResponse>),
}

/// The memory. It survives the loss of power.
#[derive(Debug, Default)]
pub(super) struct Book {
    seen: HashSet<String>,
    seen_order: VecDeque<String>,
    attempts: HashMap<String, Attempt>,
    current: Option<String>,
    bookings: Vec<ReaderBooking>,
    reversals: HashMap<String, ReversalResponse>,
}

impl Book {
    /// Notes the id of a message; false when it was used before.
    pub(super) fn note(&mut self, service_id: &str) -> bool {
        if !self.seen.insert(service_id.to_owned()) {
            return false;
        }
        self.seen_order.push_back(service_id.to_owned());
        if self.seen_order.len() > SEEN_MAX
            && let Some(oldest) = self.seen_order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        true
    }

    /// Begins a payment; false when the memory is full. There is one at a time: the reader has one slot.
    pub(super) fn begin(&mut self, service_id: &str) -> bool {
        if self.attempts.len() >= PAYMENTS_MAX {
            return false;
        }
        self.attempts.insert(service_id.to_owned(), Attempt::InProgress);
        self.current = Some(service_id.to_owned());
        true
    }

    /// Forgets the payment that is under way, if there is one: it ended without a trace.
    pub(super) fn forget_current(&mut self) {
        if let Some(service_id) = self.current.take() {
            self.attempts.remove(&service_id);
        }
    }

    /// Ends a payment.
    pub(super) fn finish(&mut self, booking: ReaderBooking, answer: PaymentResponse) {
        self.current = None;
        self.attempts.insert(booking.service_id.0.clone(), Attempt::Finished(Box::new(answer)));
        self.bookings.push(booking);
    }

    /// What is known of a payment.
    pub(super) fn attempt(&self, service_id: &str) -> Option<&Attempt> {
        self.attempts.get(service_id)
    }

    /// Takes a payment back and remembers the answer under the id of the request. A payment that was taken back already,
    /// was never made, or was refused, cannot be; and the memory may be full.
    pub(super) fn reverse(&mut self, service_id: &str, transaction: &str, answer: ReversalResponse) -> bool {
        let is_it = |one: &&mut ReaderBooking| one.approved && !one.reversed && one.transaction == transaction;
        if self.reversals.len() >= PAYMENTS_MAX {
            return false;
        }
        let Some(booking) = self.bookings.iter_mut().find(is_it) else { return false };
        booking.reversed = true;
        self.reversals.insert(service_id.to_owned(), answer);
        true
    }

    /// The answer a reversal had.
    pub(super) fn reversal(&self, service_id: &str) -> Option<&ReversalResponse> {
        self.reversals.get(service_id)
    }

    /// Whether a customer is at it.
    pub(super) fn is_busy(&self) -> bool {
        self.current.is_some()
    }

    /// All finished payments, oldest first.
    pub(super) fn bookings(&self) -> &[ReaderBooking] {
        &self.bookings
    }
}
