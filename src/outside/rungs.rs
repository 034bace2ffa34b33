//! Trying the rungs of the diagnosis ladder. What they mean is in [`crate::domain::ladder`].
//!
//! Every rung returns within its own bound, whatever the other end does. Names and routers are asked here and nowhere
//! else: selling goes by addresses.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset};

use crate::domain::host::{HostEcho, HostFault};
use crate::domain::ladder::{Evidence, Found, NotTried, Rung, Step};
use crate::domain::reader::ReaderReport;
use crate::outside::host::Host;
use crate::outside::network;
use crate::outside::own::OwnHealth;
use crate::outside::reader::Reader;
use crate::settings::Settings;

/// What the ladder is climbed with; a part that the shop does not have is `None`.
pub struct Rungs {
    /// The till's own disk, clock and workers.
    pub own: OwnHealth,
    /// The reader, when it can be asked.
    pub reader: Option<Arc<dyn Reader>>,
    /// Where it is.
    pub reader_address: Option<SocketAddr>,
    /// Anchors of the line.
    pub anchors: Vec<SocketAddr>,
    /// The acquirer's host.
    pub host: Option<Arc<dyn Host>>,
    /// Where it is.
    pub host_address: Option<SocketAddr>,
    /// The longest that any rung is given, where that is less than its bound.
    pub patience: Duration,
    /// A name that is looked up to see whether names can be.
    pub name: Option<String>,
    /// A look-up that has not returned yet: there is never more than one.
    looking_up: Arc<AtomicBool>,
}

/// The patience with real parts: more than any bound.
const PATIENCE: Duration = Duration::from_mins(1);
/// DE 11 of the echoes that a diagnosis sends; a number of its own, so that it is never taken for a payment's.
const DIAGNOSIS_STAN: u32 = 999_999;

impl Rungs {
    /// The rungs of a till whose data are in `data`, with no part yet.
    #[must_use]
    pub fn new(data: PathBuf) -> Self {
        Self {
            own: OwnHealth::new(data),
            reader: None,
            reader_address: None,
            anchors: Vec::new(),
            host: None,
            host_address: None,
            patience: PATIENCE,
            name: None,
            looking_up: Arc::new(AtomicBool::new(false)),
        }
    }

    /// The rungs of a shop with these settings, its driver and its host.
    #[must_use]
    pub fn of_shop(
        settings: &Settings,
        data: PathBuf,
        reader: Option<Arc<dyn Reader>>,
        host: Option<Arc<dyn Host>>,
    ) -> Self {
        Self {
            reader,
            reader_address: settings.reader.address(),
            anchors: settings.line_anchors.clone(),
            host,
            host_address: settings.host.as_ref().map(|host| host.address),
            name: settings.line_name.clone(),
            ..Self::new(data)
        }
    }

    /// Tries one rung and returns within its bound ([`Rung::bound_ms`]).
    #[must_use]
    pub fn climb(&self, rung: Rung, at: DateTime<FixedOffset>) -> Step {
        let bound = Duration::from_millis(rung.bound_ms()).min(self.patience);
        let found = match rung {
            Rung::Till => self.own.look(bound),
            // Only PC/SC has a service, and its news say how that is.
            Rung::ReaderService => Found::NotTried(NotTried::NoSuchPart),
            Rung::ReaderPresent => port(self.reader_address, bound),
            Rung::ReaderHealthy => self.reader_healthy(at),
            // The app knows these by itself; whoever climbs without an app has seen no card and no answer.
            Rung::Card | Rung::Issuer => Found::NotTried(NotTried::NotKnownHere),
            Rung::Carrier => self.over_the_network(network::carrier),
            Rung::Address => self.over_the_network(network::address),
            Rung::Gateway => self.over_the_network(|_| network::gateway(bound)),
            Rung::Name => self.name_found(bound),
            Rung::Anchor => self.anchor(bound),
            Rung::HostPort => port(self.host_address, bound),
            Rung::Tls => self.host.as_ref().map_or(Found::NotTried(NotTried::NoSuchPart), |host| host.tls(bound)),
            Rung::HostApplication => self.host_answers(at),
        };
        Step { rung, found }
    }

    fn reader_healthy(&self, at: DateTime<FixedOffset>) -> Found {
        let Some(reader) = &self.reader else { return Found::NotTried(NotTried::NoSuchPart) };
        match reader.probe(at) {
            ReaderReport::Healthy { stored_in_reader, .. } => {
                Found::Good(Evidence::ReaderSaysWell { stored: stored_in_reader })
            }
            ReaderReport::Busy => Found::Unclear(Evidence::ReaderSaysBusy),
            ReaderReport::Faulty { cause, .. } => Found::Bad(Evidence::ReaderFault(cause)),
        }
    }

    /// Where the way out is judged by: the host, or else an anchor.
    fn far_end(&self) -> Option<IpAddr> {
        self.host_address.or_else(|| self.anchors.first().copied()).map(|address| address.ip())
    }

    /// A rung of the till's own network, which does not exist on the way to a host on this machine.
    fn over_the_network(&self, look: impl FnOnce(IpAddr) -> Found) -> Found {
        match self.far_end() {
            None => Found::NotTried(NotTried::NoSuchPart),
            Some(address) if address.is_loopback() => Found::NotTried(NotTried::SameMachine),
            Some(address) => look(address),
        }
    }

    fn anchor(&self, bound: Duration) -> Found {
        let (sender, reports) = mpsc::channel();
        for anchor in self.anchors.clone() {
            let sender = sender.clone();
            // The receiver is gone when another anchor was faster.
            thread::spawn(move || sender.send(port(Some(anchor), bound)));
        }
        drop(sender);
        let mut last = Found::NotTried(NotTried::NoSuchPart);
        for found in reports {
            match found {
                Found::Good(_) => return found,
                // Whoever refuses is out there and has answered.
                Found::Bad(Evidence::Refused { by }) => return Found::Good(Evidence::Refused { by }),
                Found::Bad(_) | Found::Unclear(_) | Found::NotTried(_) => last = found,
            }
        }
        last
    }

    fn host_answers(&self, at: DateTime<FixedOffset>) -> Found {
        let Some(host) = &self.host else { return Found::NotTried(NotTried::NoSuchPart) };
        let began = Instant::now();
        match host.echo(DIAGNOSIS_STAN, &at) {
            HostEcho::Alive => Found::Good(Evidence::EchoAnswered { ms: milliseconds(began.elapsed()) }),
            HostEcho::Failed { fault } => Found::Bad(Evidence::EchoFailed { why: fault_word(fault) }),
        }
    }

    /// Looks the name up on a thread of its own: the system gives no bound for it.
    fn name_found(&self, bound: Duration) -> Found {
        let Some(name) = self.name.clone() else { return Found::NotTried(NotTried::NoSuchPart) };
        // Never bad: selling goes by addresses, so names that are not found are no cause of an outage.
        let not_found = || Found::Unclear(Evidence::NameNotFound { name: name.clone() });
        if self.looking_up.swap(true, Ordering::SeqCst) {
            // The last look-up still hangs, and so would this one.
            return not_found();
        }
        let (sender, answers) = mpsc::channel();
        let (looking_up, asked) = (Arc::clone(&self.looking_up), name.clone());
        thread::spawn(move || {
            let found = (asked.as_str(), 0).to_socket_addrs().is_ok_and(|mut addresses| addresses.next().is_some());
            looking_up.store(false, Ordering::SeqCst);
            let _ = sender.send(found);
        });
        match answers.recv_timeout(bound) {
            Ok(true) => Found::Good(Evidence::NameFound { name }),
            Ok(false) | Err(_) => not_found(),
        }
    }
}

/// What connecting says of whoever should be at an address.
fn port(address: Option<SocketAddr>, bound: Duration) -> Found {
    let Some(address) = address else { return Found::NotTried(NotTried::NoSuchPart) };
    let began = Instant::now();
    let to = address.to_string();
    match TcpStream::connect_timeout(&address, bound) {
        Ok(_) => Found::Good(Evidence::Connected { to, ms: milliseconds(began.elapsed()) }),
        Err(error) => Found::Bad(match error.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => Evidence::Refused { by: to },
            io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable => Evidence::NoRoute { to },
            _ => Evidence::Silent { from: to, ms: milliseconds(began.elapsed()) },
        }),
    }
}

fn fault_word(fault: HostFault) -> &'static str {
    match fault {
        HostFault::Refused => "refused",
        HostFault::Unreachable => "unreachable",
        HostFault::ConnectionLost => "connection_lost",
        HostFault::TimedOut => "timed_out",
        HostFault::NotTrusted => "not_trusted",
        HostFault::Protocol => "protocol",
        HostFault::Unwilling => "unwilling",
        HostFault::Repeated => "repeated",
    }
}

/// Whole milliseconds.
pub(super) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::line::LineSimulator;
    use crate::simulator::reader::ReaderSimulator;

    fn at() -> DateTime<FixedOffset> {
        DateTime::from_timestamp(1_764_000_000, 0).unwrap().fixed_offset()
    }

    #[test]
    fn a_port_is_open_refused_or_silent() {
        let reader = ReaderSimulator::start(0).unwrap();
        let short = Duration::from_millis(200);
        assert!(matches!(port(Some(reader.address()), short), Found::Good(Evidence::Connected { .. })));
        reader.unplug();
        assert!(matches!(port(Some(reader.address()), short), Found::Bad(Evidence::Refused { .. })));
        let line = LineSimulator::start(0).unwrap();
        line.cut().unwrap();
        let began = Instant::now();
        let found = port(Some(line.address()), short);
        assert!(matches!(found, Found::Bad(Evidence::Silent { .. } | Evidence::NoRoute { .. })), "{found:?}");
        assert!(began.elapsed() < Duration::from_secs(5));
        assert_eq!(port(None, short), Found::NotTried(NotTried::NoSuchPart));
    }

    #[test]
    fn one_anchor_that_answers_or_refuses_is_enough() {
        let (dead, alive) = (LineSimulator::start(0).unwrap(), LineSimulator::start(0).unwrap());
        dead.cut().unwrap();
        let mut rungs = Rungs::new(std::env::temp_dir());
        rungs.anchors = vec![dead.address(), alive.address()];
        let short = Duration::from_millis(300);
        assert!(matches!(rungs.anchor(short), Found::Good(_)));
        drop(alive);
        assert!(matches!(rungs.anchor(short), Found::Good(Evidence::Refused { .. })));
        rungs.anchors = vec![dead.address()];
        assert!(matches!(rungs.anchor(short), Found::Bad(_)));
    }

    #[test]
    fn what_the_shop_does_not_have_is_not_tried() {
        let rungs = Rungs::new(std::env::temp_dir());
        for rung in Rung::ALL {
            let found = rungs.climb(rung, at()).found;
            if rung == Rung::Till {
                assert!(matches!(found, Found::Good(Evidence::TillWell { .. })), "{found:?}");
            } else {
                assert!(matches!(found, Found::NotTried(_)), "{rung:?}: {found:?}");
            }
        }
    }

    #[test]
    fn a_name_is_looked_up_within_the_bound() {
        let mut rungs = Rungs::new(std::env::temp_dir());
        rungs.name = Some("localhost".to_owned());
        let bound = Duration::from_secs(2);
        assert_eq!(rungs.name_found(bound), Found::Good(Evidence::NameFound { name: "localhost".to_owned() }));
        rungs.name = Some("no-such-name.invalid".to_owned());
        let began = Instant::now();
        assert!(matches!(rungs.name_found(bound), Found::Unclear(_)));
        assert!(began.elapsed() < Duration::from_secs(4));
    }
}
