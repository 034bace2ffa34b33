//! What the simulated terminal knows: its condition, and its book.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{Local, NaiveDateTime, TimeDelta};

use super::NextZvtPayment;
use crate::domain::money::Currency;
use crate::domain::reader::ServiceId;
use crate::simulator::reader::ReaderBooking;

/// The payments that are remembered.
const PAYMENTS_MAX: usize = 9_999;

/// The cards of its customers, in turn: card type by the protocol's list, and last four digits of public test cards.
const CARDS: [(u8, &str); 3] = [(10, "1111"), (6, "4444"), (8, "0005")];

/// One lock around everything the terminal knows, and a bell for whatever waits.
pub(super) struct Device {
    state: Mutex<State>,
    changed: Condvar,
}

/// One payment.
#[derive(Clone, Debug)]
pub(super) struct Payment {
    pub(super) trace: u32,
    pub(super) receipt: u16,
    pub(super) amount_minor: u64,
    pub(super) result: u8,
    pub(super) at: NaiveDateTime,
    pub(super) card_type: u8,
    pub(super) last4: &'static str,
    pub(super) approval: String,
    pub(super) reference: Option<String>,
    pub(super) reversed: bool,
}

impl Payment {
    pub(super) fn is_charged(&self) -> bool {
        self.result == 0 && !self.reversed
    }
}

/// Everything the terminal knows.
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own: parts of a device fail independently")]
pub(super) struct State {
    pub(super) frozen: bool,
    pub(super) card_reader_ok: bool,
    pub(super) host_reachable: bool,
    pub(super) customer_time: Duration,
    pub(super) answer_delay: Duration,
    pub(super) repeats_reference: bool,
    pub(super) registered: bool,
    pub(super) next: NextZvtPayment,
    /// A command with a customer is under way, on whichever connection.
    pub(super) busy: bool,
    /// Counts the losses of power: whatever waits since before the last one has ended.
    pub(super) power_cycle: u64,
    pub(super) currency: Currency,
    pub(super) payments: Vec<Payment>,
    /// Where in the payments the terminal's day began.
    pub(super) day_from: usize,
    /// How much its clock is ahead of this machine's.
    ahead: TimeDelta,
}

impl State {
    /// Forgets what was under way; the book stays.
    pub(super) fn lose_power(&mut self) {
        self.power_cycle += 1;
        self.busy = false;
        self.registered = false;
    }

    pub(super) fn set_clock(&mut self, now: NaiveDateTime) {
        self.ahead = now - Local::now().naive_local();
    }

    pub(super) fn now(&self) -> NaiveDateTime {
        Local::now().naive_local() + self.ahead
    }

    /// Books a payment; `None` when the journal is full.
    pub(super) fn book(&mut self, amount_minor: u64, result: u8, reference: Option<String>) -> Option<Payment> {
        if self.payments.len() >= PAYMENTS_MAX {
            return None;
        }
        let turn = self.payments.len();
        let number = u16::try_from(turn + 1).ok()?;
        let (card_type, last4) = CARDS[turn % CARDS.len()];
        let payment = Payment {
            trace: u32::from(number),
            receipt: number,
            amount_minor,
            result,
            at: self.now(),
            card_type,
            last4,
            approval: if result == 0 { format!("{number:06}") } else { String::new() },
            reference,
            reversed: false,
        };
        self.payments.push(payment.clone());
        Some(payment)
    }

    pub(super) fn bookings(&self) -> Vec<ReaderBooking> {
        let booking = |payment: &Payment| ReaderBooking {
            service_id: ServiceId(payment.reference.clone().unwrap_or_else(|| format!("{:06}", payment.trace))),
            reference: String::new(),
            amount_minor: i64::try_from(payment.amount_minor).unwrap_or(i64::MAX),
            currency: self.currency,
            approved: payment.is_charged(),
            last4: if payment.result == 0 { payment.last4.to_owned() } else { String::new() },
            approval_code: payment.approval.clone(),
            transaction: format!("{:06}", payment.trace),
            reversed: payment.reversed,
        };
        self.payments.iter().map(booking).collect()
    }
}

impl Device {
    pub(super) fn new(currency: Currency) -> Self {
        let state = State {
            frozen: false,
            card_reader_ok: true,
            host_reachable: true,
            customer_time: Duration::ZERO,
            answer_delay: Duration::ZERO,
            repeats_reference: true,
            registered: false,
            next: NextZvtPayment::Approved,
            busy: false,
            power_cycle: 0,
            currency,
            payments: Vec::new(),
            day_from: 0,
            ahead: TimeDelta::zero(),
        };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // No thread leaves the state half changed, and one that panicked has already failed its test.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes whatever waits for a change.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.state());
        self.changed.notify_all();
        changed
    }
}
