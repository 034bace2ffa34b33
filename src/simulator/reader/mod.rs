//! A card reader that speaks nexo over HTTP on a socket of its own, with a cable that can be pulled, parts that can
//! break, and a book of its own of what it charged.
//!
//! It is the other side of [`crate::outside::reader::NexoReader`] and knows nothing of the till. Its faults are those
//! a till cannot tell from real ones: a refused connection, a connection that breaks, silence, an answer that says no.

mod answer;
mod book;
mod device;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

pub use self::book::ReaderBooking;
use self::device::{Device, State};
use crate::simulator::http::{HttpHandler, HttpServer};

/// `POIID` of the simulated reader, in the form of the Terminal API: model and serial number.
pub const SIMULATED_POI_ID: &str = "SIM100-000000001";

/// The simulated reader. All methods may be called from any thread; dropping it unplugs it.
pub struct ReaderSimulator {
    server: HttpServer,
    device: Arc<Device>,
}

impl ReaderSimulator {
    /// Starts it, plugged in, on 127.0.0.1 at `port`; 0 takes any free one.
    ///
    /// # Errors
    ///
    /// The port is in use or may not be used.
    pub fn start(port: u16) -> io::Result<Self> {
        let device = Arc::new(Device::default());
        let handler: Arc<dyn HttpHandler> = Arc::<Device>::clone(&device);
        let server = HttpServer::reserve(port, handler)?;
        server.open()?;
        Ok(Self { server, device })
    }

    /// Where it is; stays the same when it is unplugged and plugged in again.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Pulls the plug: connections are refused, open ones break, a payment under way is forgotten.
    pub fn unplug(&self) {
        self.device.change(State::lose_power);
        self.server.close();
    }

    /// Puts the plug back. What the reader had booked it still knows.
    ///
    /// # Errors
    ///
    /// Another program has taken the port.
    pub fn plug(&self) -> io::Result<()> {
        self.server.open()
    }

    /// From now on takes connections and never answers. A request that comes meanwhile is lost, also after the thaw;
    /// a payment already under way goes on, only its answer is lost.
    pub fn freeze(&self) {
        self.device.change(|state| state.frozen = true);
    }

    /// Answers again.
    pub fn thaw(&self) {
        self.device.change(|state| state.frozen = false);
    }

    /// Its card reader breaks: the diagnosis says so, payments end with `UnavailableDevice`.
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

    /// How many payments it says it has stored by itself and not sent yet.
    pub fn set_stored_payments(&self, count: u32) {
        self.device.change(|state| state.stored_payments = count);
    }

    /// How long its customers take to present a card: none at first, 1.5 seconds feels like a person.
    pub fn set_customer_time(&self, time: Duration) {
        self.device.change(|state| state.customer_time = time);
    }

    /// What happens to the next payment that gets as far as a customer.
    pub fn next_payment(&self, course: NextPayment) {
        self.device.change(|state| state.next = course);
    }

    /// The next card cannot be read.
    pub fn bad_card_next(&self) {
        self.next_payment(NextPayment::BadCard);
    }

    /// The next card is refused by its bank.
    pub fn decline_next(&self) {
        self.next_payment(NextPayment::Declined);
    }

    /// In the middle of the next payment the reader loses its power; `book` says whether the card was charged by then.
    pub fn fail_mid_payment_next(&self, book: bool) {
        self.next_payment(if book { NextPayment::DiesAfterBooking } else { NextPayment::DiesBeforeBooking });
    }

    /// All payments it finished, oldest first.
    #[must_use]
    pub fn bookings(&self) -> Vec<ReaderBooking> {
        self.device.state().book.bookings().to_vec()
    }
}

impl Drop for ReaderSimulator {
    fn drop(&mut self) {
        self.unplug();
    }
}

/// The course of one payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NextPayment {
    /// The card is charged and the answer says so.
    #[default]
    Approved,
    /// The card cannot be read.
    BadCard,
    /// The bank refuses.
    Declined,
    /// The reader loses its power before the card is charged.
    DiesBeforeBooking,
    /// The reader loses its power after the card was charged.
    DiesAfterBooking,
    /// One minor unit less than asked for is charged, and the answer says so.
    ChargedLess,
    /// The card is charged, but the answer bears another service id.
    MislabelledAnswer,
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Instant;

    use chrono::{DateTime, FixedOffset};

    use super::*;
    use crate::domain::ids::PaymentId;
    use crate::domain::money::{Currency, Money};
    use crate::domain::outage::ReaderCause;
    use crate::domain::reader::{DeclineReason, ReaderFault, ReaderOutcome, ReaderPayment, ReaderReport, ServiceId};
    use crate::outside::reader::{NexoReader, NexoSettings, NexoTimeouts, Reader};

    type Fault = fn(&ReaderSimulator);

    fn now() -> DateTime<FixedOffset> {
        "2026-11-20T14:00:00+01:00".parse().unwrap()
    }

    fn pair() -> (ReaderSimulator, NexoReader) {
        let simulator = ReaderSimulator::start(0).unwrap();
        let timeouts = NexoTimeouts {
            connect: Duration::from_millis(200),
            probe: Duration::from_millis(300),
            payment: Duration::from_millis(1_500),
            status: Duration::from_millis(300),
        };
        let (address, sale_id, poi_id) = (simulator.address(), "till-23".to_owned(), SIMULATED_POI_ID.to_owned());
        (simulator, NexoReader::new(NexoSettings { address, sale_id, poi_id, timeouts }))
    }

    fn payment(service_id: &str) -> ReaderPayment {
        ReaderPayment {
            payment: PaymentId(uuid::Uuid::nil()),
            service_id: ServiceId(service_id.to_owned()),
            amount: Money::new(4_890, Currency::EUR),
            reference: "2300310427".to_owned(),
            at: now(),
        }
    }

    fn approved(outcome: &ReaderOutcome) -> bool {
        matches!(outcome, ReaderOutcome::Approved { .. })
    }

    const HEALTHY: ReaderReport = ReaderReport::Healthy { host_reachable: Some(true), stored_in_reader: 0 };
    const NO_ANSWER: ReaderReport = ReaderReport::Faulty { cause: ReaderCause::NoAnswer, hard: false };
    const NOT_CONNECTED: ReaderReport = ReaderReport::Faulty { cause: ReaderCause::NotConnected, hard: true };
    const UNREACHABLE: ReaderOutcome = ReaderOutcome::NotCharged { fault: ReaderFault::Unreachable };

    #[test]
    fn a_payment_is_approved_booked_and_found_again() {
        let (simulator, reader) = pair();
        assert_eq!(reader.probe(now()), HEALTHY);
        let outcome = reader.pay(&payment("P1"));
        let ReaderOutcome::Approved { approval_code, last4, .. } = outcome.clone() else { panic!("{outcome:?}") };
        let booking = ReaderBooking {
            service_id: ServiceId("P1".to_owned()),
            reference: "2300310427".to_owned(),
            amount_minor: 4_890,
            currency: Currency::EUR,
            approved: true,
            last4: last4.unwrap(),
            approval_code,
        };
        assert_eq!(simulator.bookings(), [booking]);
        assert_eq!(reader.status(&payment("P1")), outcome);
    }

    #[test]
    fn what_the_reader_refuses_is_not_charged_and_stays_so() {
        let declined = |reason| ReaderOutcome::Declined { reason };
        let not_charged = |fault| ReaderOutcome::NotCharged { fault };
        let cases: [(Fault, ReaderOutcome); 3] = [
            (ReaderSimulator::decline_next, declined(DeclineReason::Bank)),
            (ReaderSimulator::bad_card_next, declined(DeclineReason::Card)),
            (|simulator| simulator.set_host_reachable(false), not_charged(ReaderFault::HostUnreachable)),
        ];
        for (make_it_so, expected) in cases {
            let (simulator, reader) = pair();
            make_it_so(&simulator);
            assert_eq!(reader.pay(&payment("P1")), expected);
            assert_eq!(reader.status(&payment("P1")), expected);
            assert!(simulator.bookings().iter().all(|booking| !booking.approved));
            simulator.set_host_reachable(true);
            assert!(approved(&reader.pay(&payment("P2"))), "only one payment is hit");
        }
    }

    #[test]
    fn an_unplugged_reader_is_refused_at_once_and_works_when_plugged_in() {
        let (simulator, reader) = pair();
        simulator.unplug();
        let began = Instant::now();
        assert_eq!(reader.probe(now()), NOT_CONNECTED);
        assert_eq!(reader.pay(&payment("P1")), UNREACHABLE);
        assert!(began.elapsed() < Duration::from_millis(150), "{:?}", began.elapsed());
        let unknown = ReaderOutcome::Unknown { fault: ReaderFault::Unreachable };
        assert_eq!(reader.status(&payment("P1")), unknown, "the payment may have been sent before");
        simulator.plug().unwrap();
        assert_eq!(reader.probe(now()), HEALTHY);
        assert!(approved(&reader.pay(&payment("P1"))));
    }

    #[test]
    fn a_frozen_reader_leaves_everything_unknown_within_the_bounds() {
        let (simulator, reader) = pair();
        simulator.freeze();
        let timed_out = ReaderOutcome::Unknown { fault: ReaderFault::TimedOut };
        let began = Instant::now();
        assert_eq!(reader.probe(now()), NO_ANSWER);
        assert_eq!(reader.pay(&payment("P1")), timed_out);
        assert_eq!(reader.status(&payment("P1")), timed_out);
        assert!(began.elapsed() < Duration::from_millis(2_600), "{:?}", began.elapsed());
        simulator.thaw();
        let never_began = ReaderOutcome::NotCharged { fault: ReaderFault::ConnectionLost };
        assert_eq!(reader.status(&payment("P1")), never_began);
        assert_eq!(simulator.bookings(), []);
    }

    #[test]
    fn a_payment_under_way_goes_on_while_the_reader_is_frozen() {
        let (simulator, reader) = pair();
        simulator.set_customer_time(Duration::from_millis(300));
        let outcome = thread::scope(|scope| {
            let paying = scope.spawn(|| reader.pay(&payment("P1")));
            thread::sleep(Duration::from_millis(150));
            simulator.freeze();
            paying.join().unwrap()
        });
        assert_eq!(outcome, ReaderOutcome::Unknown { fault: ReaderFault::TimedOut });
        simulator.thaw();
        assert!(approved(&reader.status(&payment("P1"))));
        assert_eq!(simulator.bookings().len(), 1);
    }

    #[test]
    fn a_reader_that_dies_in_a_payment_tells_afterwards_whether_it_charged() {
        for booked in [false, true] {
            let (simulator, reader) = pair();
            simulator.fail_mid_payment_next(booked);
            let lost = ReaderOutcome::Unknown { fault: ReaderFault::ConnectionLost };
            assert_eq!(reader.pay(&payment("P1")), lost);
            assert_eq!(reader.probe(now()), NOT_CONNECTED);
            simulator.plug().unwrap();
            let found = reader.status(&payment("P1"));
            assert_eq!(approved(&found), booked, "{found:?}");
            let never_began = ReaderOutcome::NotCharged { fault: ReaderFault::ConnectionLost };
            assert!(booked || found == never_began, "{found:?}");
            assert_eq!(simulator.bookings().len(), usize::from(booked));
        }
    }

    #[test]
    fn the_plug_pulled_while_the_customer_pays_charges_nothing() {
        let (simulator, reader) = pair();
        simulator.set_customer_time(Duration::from_secs(1));
        let outcome = thread::scope(|scope| {
            let paying = scope.spawn(|| reader.pay(&payment("P1")));
            thread::sleep(Duration::from_millis(150));
            assert_eq!(reader.probe(now()), ReaderReport::Busy);
            assert_eq!(reader.status(&payment("P1")), ReaderOutcome::Unknown { fault: ReaderFault::Busy });
            let busy = ReaderOutcome::NotCharged { fault: ReaderFault::Busy };
            assert_eq!(reader.pay(&payment("P2")), busy);
            simulator.unplug();
            paying.join().unwrap()
        });
        assert_eq!(outcome, ReaderOutcome::Unknown { fault: ReaderFault::ConnectionLost });
        simulator.plug().unwrap();
        let never_began = ReaderOutcome::NotCharged { fault: ReaderFault::ConnectionLost };
        assert_eq!(reader.status(&payment("P1")), never_began);
        assert_eq!(simulator.bookings(), []);
    }

    #[test]
    fn an_aborted_payment_is_cancelled() {
        let (simulator, reader) = pair();
        simulator.set_customer_time(Duration::from_secs(1));
        let (outcome, waited) = thread::scope(|scope| {
            let paying = scope.spawn(|| {
                let began = Instant::now();
                (reader.pay(&payment("P1")), began.elapsed())
            });
            thread::sleep(Duration::from_millis(150));
            reader.abort(&payment("P1"));
            paying.join().unwrap()
        });
        assert_eq!(outcome, ReaderOutcome::Declined { reason: DeclineReason::Cancelled });
        assert!(waited < Duration::from_millis(900), "{waited:?}");
        assert_eq!(reader.status(&payment("P1")), outcome);
    }

    #[test]
    fn answers_that_do_not_fit_leave_the_payment_unknown() {
        let protocol = ReaderOutcome::Unknown { fault: ReaderFault::Protocol };
        let (simulator, reader) = pair();
        simulator.next_payment(NextPayment::MislabelledAnswer);
        assert_eq!(reader.pay(&payment("P1")), protocol);
        assert!(approved(&reader.status(&payment("P1"))), "it was charged, and the status says so");
        simulator.next_payment(NextPayment::ChargedLess);
        assert_eq!(reader.pay(&payment("P2")), protocol);
        assert_eq!(reader.status(&payment("P2")), protocol, "a person has to look");
        assert_eq!(reader.pay(&payment("P1")), protocol, "a repeated service id is not charged again");
        let charged: Vec<i64> = simulator.bookings().iter().map(|booking| booking.amount_minor).collect();
        assert_eq!(charged, [4_890, 4_889]);
    }

    #[test]
    fn the_diagnosis_tells_what_is_broken() {
        let (simulator, reader) = pair();
        simulator.break_card_reader();
        let broken = ReaderReport::Faulty { cause: ReaderCause::CardReaderFault, hard: true };
        assert_eq!(reader.probe(now()), broken);
        assert_eq!(reader.pay(&payment("P1")), ReaderOutcome::NotCharged { fault: ReaderFault::Broken });
        simulator.mend();
        simulator.set_host_reachable(false);
        simulator.set_stored_payments(2);
        let no_host = ReaderReport::Healthy { host_reachable: Some(false), stored_in_reader: 2 };
        assert_eq!(reader.probe(now()), no_host);
        assert!(approved(&{
            simulator.set_host_reachable(true);
            reader.pay(&payment("P2"))
        }));
    }
}
