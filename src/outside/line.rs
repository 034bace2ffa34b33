//! Is there a way out of the shop? Asked of anchors: addresses out there that take TCP connections.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::domain::host::LineReport;

/// The most anchors of one line: each costs a connection per probe.
pub const ANCHORS_MAX: usize = 4;

/// A line that can be asked whether it works. Blocks, and returns within the bound its settings name.
pub trait Line: Send + Sync {
    /// Asks it.
    fn probe(&self) -> LineReport;
}

/// A line that is probed by TCP connections to anchors.
///
/// Addresses and not names: a name that cannot be looked up says nothing of the way to the acquirer, whose address is
/// known.
#[derive(Clone, Debug)]
pub struct TcpLine {
    anchors: Vec<SocketAddr>,
    timeout: Duration,
}

/// There is nothing to probe, or too much.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} anchors for the line: there must be 1 to {ANCHORS_MAX}")]
pub struct AnchorCount(pub usize);

impl TcpLine {
    /// A line with these anchors, of which one that can be reached within `timeout` is enough.
    ///
    /// # Errors
    ///
    /// There is no anchor or there are more than [`ANCHORS_MAX`].
    pub fn new(anchors: Vec<SocketAddr>, timeout: Duration) -> Result<Self, AnchorCount> {
        if anchors.is_empty() || anchors.len() > ANCHORS_MAX {
            return Err(AnchorCount(anchors.len()));
        }
        Ok(Self { anchors, timeout })
    }
}

impl Line for TcpLine {
    /// Asks all anchors at once, so that a dead one costs no time while another is reached, and returns with the first
    /// that is; otherwise within the time-out. Down for certain only when no anchor leaves a doubt.
    fn probe(&self) -> LineReport {
        let (sender, reports) = mpsc::channel();
        for anchor in self.anchors.clone() {
            let (sender, timeout) = (sender.clone(), self.timeout);
            // The receiver is gone when another anchor was faster.
            thread::spawn(move || sender.send(report(TcpStream::connect_timeout(&anchor, timeout))));
        }
        drop(sender);
        let mut all_hard = true;
        for report in reports {
            match report {
                LineReport::Up => return LineReport::Up,
                LineReport::Down { hard } => all_hard &= hard,
            }
        }
        LineReport::Down { hard: all_hard }
    }
}

/// What one attempt says of the line.
///
/// Whoever refuses a connection has answered, so the line works. "No route" and "no address" come from the till's own
/// network stack and are certain; silence, and whatever else may go wrong, is not.
fn report(attempt: io::Result<TcpStream>) -> LineReport {
    let Err(error) = attempt else { return LineReport::Up };
    match error.kind() {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => LineReport::Up,
        io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::NetworkDown
        | io::ErrorKind::AddrNotAvailable => LineReport::Down { hard: true },
        _ => LineReport::Down { hard: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::line::LineSimulator;

    const TIMEOUT: Duration = Duration::from_millis(100);

    fn line(anchors: &[SocketAddr]) -> TcpLine {
        TcpLine::new(anchors.to_vec(), TIMEOUT).unwrap()
    }

    #[test]
    fn a_line_goes_down_with_a_cut_and_up_when_mended() {
        let simulator = LineSimulator::start(0).unwrap();
        let line = line(&[simulator.address()]);
        assert_eq!(line.probe(), LineReport::Up);
        for _ in 0..3 {
            simulator.cut().unwrap();
            simulator.cut().unwrap();
            assert_eq!(line.probe(), LineReport::Down { hard: false });
            assert_eq!(line.probe(), LineReport::Down { hard: false });
            simulator.mend().unwrap();
            assert_eq!(line.probe(), LineReport::Up);
            assert_eq!(line.probe(), LineReport::Up);
        }
    }

    #[test]
    fn a_refused_connection_proves_that_the_line_works() {
        let simulator = LineSimulator::start(0).unwrap();
        let address = simulator.address();
        drop(simulator);
        assert_eq!(report(TcpStream::connect_timeout(&address, TIMEOUT)), LineReport::Up);
    }

    #[test]
    fn one_anchor_that_answers_is_enough_and_nobody_waits_for_the_others() {
        let (dead, alive) = (LineSimulator::start(0).unwrap(), LineSimulator::start(0).unwrap());
        dead.cut().unwrap();
        let line = TcpLine::new(vec![dead.address(), alive.address()], Duration::from_secs(20)).unwrap();
        let began = std::time::Instant::now();
        assert_eq!(line.probe(), LineReport::Up);
        assert!(began.elapsed() < Duration::from_secs(5));
        alive.cut().unwrap();
        let line = self::line(&[dead.address(), alive.address()]);
        assert_eq!(line.probe(), LineReport::Down { hard: false });
    }

    #[test]
    fn errors_of_the_own_network_stack_are_certain_and_others_are_not() {
        for (kind, expected) in [
            (io::ErrorKind::ConnectionRefused, LineReport::Up),
            (io::ErrorKind::ConnectionReset, LineReport::Up),
            (io::ErrorKind::NetworkUnreachable, LineReport::Down { hard: true }),
            (io::ErrorKind::HostUnreachable, LineReport::Down { hard: true }),
            (io::ErrorKind::AddrNotAvailable, LineReport::Down { hard: true }),
            (io::ErrorKind::TimedOut, LineReport::Down { hard: false }),
            (io::ErrorKind::InvalidInput, LineReport::Down { hard: false }),
        ] {
            assert_eq!(report(Err(kind.into())), expected, "{kind}");
        }
    }

    #[test]
    fn a_line_without_anchors_or_with_too_many_is_refused() {
        let anchor = SocketAddr::from(([127, 0, 0, 1], 9));
        assert_eq!(TcpLine::new(Vec::new(), TIMEOUT).unwrap_err(), AnchorCount(0));
        assert_eq!(TcpLine::new(vec![anchor; ANCHORS_MAX + 1], TIMEOUT).unwrap_err(), AnchorCount(5));
    }
}
