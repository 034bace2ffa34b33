//! A payment terminal that speaks ZVT on a socket of its own, with a cable that can be pulled, parts that can break,
//! and a book of its own of what it charged.
//!
//! It is the other side of [`crate::outside::reader::ZvtReader`] and knows nothing of the till. Its faults have the
//! names of those of [`crate::simulator::reader::ReaderSimulator`] and do the same.

mod device;
mod server;
mod session;
mod words;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDateTime;

use self::device::{Device, State};
use self::server::Server;
use crate::domain::money::Currency;
use crate::simulator::reader::ReaderBooking;

/// The password of the simulated terminal.
pub const SIMULATED_PASSWORD: &str = "123456";

/// The simulated terminal. All methods may be called from any thread; dropping it unplugs it.
pub struct ZvtSimulator {
    server: Server,
    device: Arc<Device>,
}

impl ZvtSimulator {
    /// Starts it, plugged in, on 127.0.0.1 at `port`; 0 takes any free one.
    ///
    /// # Errors
    ///
    /// The port is in use or may not be used.
    pub fn start(port: u16) -> io::Result<Self> {
        let device = Arc::new(Device::new(Currency::EUR));
        let server = Server::reserve(port, Arc::clone(&device))?;
        server.open()?;
        Ok(Self { server, device })
    }

    /// Where it is; stays the same when it is unplugged and plugged in again.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Pulls the plug: connections are refused, the open one breaks, a payment under way is forgotten.
    pub fn unplug(&self) {
        self.device.change(State::lose_power);
        self.server.close();
    }

    /// Puts the plug back. What the terminal had booked it still knows; the till has to register again.
    ///
    /// # Errors
    ///
    /// Another program has taken the port.
    pub fn plug(&self) -> io::Result<()> {
        self.server.open()
    }

    /// From now on takes connections and never answers. A command that comes meanwhile is lost, also after the thaw; a
    /// payment already under way goes on, only its answer is lost.
    pub fn freeze(&self) {
        self.device.change(|state| state.frozen = true);
    }

    /// Answers again.
    pub fn thaw(&self) {
        self.device.change(|state| state.frozen = false);
    }

    /// Its card reader breaks: its status says so (E2), payments end with the same code.
    pub fn break_card_reader(&self) {
        self.device.change(|state| state.card_reader_ok = false);
    }

    /// Its card reader works again.
    pub fn mend(&self) {
        self.device.change(|state| state.card_reader_ok = true);
    }

    /// Whether it can reach its acquirer.
    pub fn set_host_reachable(&self, reachable: bool) {
        self.device.change(|state| state.host_reachable = reachable);
    }

    /// How long its customers take to present a card: none at first, 1.5 seconds feels like a person.
    pub fn set_customer_time(&self, time: Duration) {
        self.device.change(|state| state.customer_time = time);
    }

    /// How long it takes to begin with an answer: none at first.
    pub fn set_answer_delay(&self, delay: Duration) {
        self.device.change(|state| state.answer_delay = delay);
    }

    /// Sets its clock, a local time; at first it goes by this machine's.
    pub fn set_clock(&self, now: NaiveDateTime) {
        self.device.change(|state| state.set_clock(now));
    }

    /// Whether it repeats the till's reference number in its results; at first it does, as terminals of today do.
    pub fn set_repeats_reference(&self, repeats: bool) {
        self.device.change(|state| state.repeats_reference = repeats);
    }

    /// Forgets that the till has registered, as after a restart of its program that keeps the connection.
    pub fn forget_registration(&self) {
        self.device.change(|state| state.registered = false);
    }

    /// What happens to the next payment that gets as far as a customer.
    pub fn next_payment(&self, course: NextZvtPayment) {
        self.device.change(|state| state.next = course);
    }

    /// The next card cannot be read.
    pub fn bad_card_next(&self) {
        self.next_payment(NextZvtPayment::BadCard);
    }

    /// The next card is refused by its bank.
    pub fn decline_next(&self) {
        self.next_payment(NextZvtPayment::Declined);
    }

    /// In the middle of the next payment the terminal loses its power; `book` says whether the card was charged by
    /// then.
    pub fn fail_mid_payment_next(&self, book: bool) {
        self.next_payment(if book { NextZvtPayment::DiesAfterBooking } else { NextZvtPayment::DiesBeforeBooking });
    }

    /// All payments it finished, oldest first. One that was reversed counts as not charged.
    ///
    /// ZVT knows no sale of the till's: `reference` is empty, and `service_id` is the reference number that came with
    /// the payment, or the trace number where none came.
    #[must_use]
    pub fn bookings(&self) -> Vec<ReaderBooking> {
        self.device.state().bookings()
    }
}

impl Drop for ZvtSimulator {
    fn drop(&mut self) {
        self.unplug();
    }
}

/// The course of one payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NextZvtPayment {
    /// The card is charged and the answer says so.
    #[default]
    Approved,
    /// The card cannot be read.
    BadCard,
    /// The bank refuses.
    Declined,
    /// The terminal loses its power before the card is charged.
    DiesBeforeBooking,
    /// The terminal loses its power after the card was charged.
    DiesAfterBooking,
    /// One minor unit less than asked for is charged, and the answer says so.
    ChargedLess,
    /// The card is charged; the connection breaks before the answer, and the terminal lives on.
    AnswerLost,
}

#[cfg(test)]
mod tests;
