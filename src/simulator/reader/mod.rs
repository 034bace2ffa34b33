//! A card reader that speaks nexo on a socket of its own, over HTTP or TLS, in the clear or sealed, with a cable that can
//! be pulled, parts that can break, and a book of its own of what it charged.
//!
//! It is the other side of [`crate::outside::reader::NexoReader`] and knows nothing of the till. Its faults are those
//! a till cannot tell from real ones: a refused connection, a connection that breaks, silence, an answer that says no.

mod answer;
mod book;
mod device;
mod door;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

pub use self::book::ReaderBooking;
use self::device::{Device, Login, State};
use self::door::Door;
use crate::outside::http::{HttpPlace, HttpServer};
use crate::outside::reader::{NexoKey, NexoTls};
use crate::simulator::certificate::SimulatedCertificate;

/// `POIID` of the simulated reader, in the form of the Terminal API: model and serial number.
pub const SIMULATED_POI_ID: &str = "SIM100-000000001";
/// How long somebody may hold an idle connection to it.
const IDLE_MAX: Duration = Duration::from_mins(10);

/// How the simulated reader is talked to.
#[derive(Clone, Default)]
pub struct ReaderWays {
    /// The port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// TLS with this certificate; plain HTTP without.
    pub certificate: Option<SimulatedCertificate>,
    /// The key that messages are sealed with; in the clear without.
    pub key: Option<Arc<NexoKey>>,
    /// Where it sends what it says without being asked.
    pub events: Option<SocketAddr>,
    /// How it believes the till there: the till's certificate. Plain HTTP without.
    pub events_tls: Option<NexoTls>,
}

/// The simulated reader. All methods may be called from any thread; dropping it unplugs it.
pub struct ReaderSimulator {
    server: HttpServer,
    device: Arc<Device>,
    door: Arc<Door>,
}

impl ReaderSimulator {
    /// Starts it, plugged in, on 127.0.0.1 at `port`, over plain HTTP in the clear; 0 takes any free port.
    ///
    /// # Errors
    ///
    /// The port is in use or may not be used.
    pub fn start(port: u16) -> io::Result<Self> {
        Self::start_with(ReaderWays { port, ..ReaderWays::default() })
    }

    /// Starts it, plugged in, to be talked to in these ways.
    ///
    /// # Errors
    ///
    /// The port is in use or may not be used.
    pub fn start_with(ways: ReaderWays) -> io::Result<Self> {
        let device = Arc::new(Device::default());
        let door = Arc::new(Door::new(Arc::clone(&device), ways.key, ways.events, ways.events_tls));
        let place = HttpPlace {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, ways.port)),
            tls: ways.certificate.map(|certificate| certificate.server_config()),
            idle_max: IDLE_MAX,
        };
        let server = HttpServer::reserve(place, Arc::<Door>::clone(&door))?;
        server.open()?;
        Ok(Self { server, device, door })
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

    /// Whether its messages are sealed.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.door.is_sealed()
    }

    /// What happens to the next answer, whatever was asked.
    pub fn next_answer(&self, fate: NextAnswer) {
        self.device.change(|state| state.next_answer = fate);
    }

    /// From now on tills have to log in, again after each loss of power.
    pub fn require_login(&self) {
        self.device.change(|state| state.login = Login::Required);
    }

    /// Says something without being asked, to the address it was given.
    ///
    /// # Errors
    ///
    /// It was given none, or nobody there takes it.
    pub fn say(&self, event: &str, details: &str) -> io::Result<()> {
        self.door.say(event, details)
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
    /// The card is charged, but the answer speaks of another sale.
    OtherSalesAnswer,
}

/// What becomes of one answer on its way to the till.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NextAnswer {
    /// It arrives.
    #[default]
    Whole,
    /// It arrives twice on the same connection.
    Twice,
    /// Instead of it comes, byte for byte, the answer before it.
    TheOneBefore,
    /// It comes after this time.
    Late(Duration),
    /// Half of it comes, then the connection ends.
    Cut,
    /// Something that is no JSON comes instead.
    Garbage,
    /// More comes than any answer may have.
    Flood,
    /// One byte a second comes.
    Trickle,
    /// It is changed on its way: one character of its sealed part, or of its text when it is not sealed.
    Changed,
    /// Its HMAC is another one. Only where messages are sealed.
    OtherHmac,
}

#[cfg(test)]
mod tests;
