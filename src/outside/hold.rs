//! Holding an idle connection to a reader or a host, to hear at once when it ends.
//!
//! A program that dies closes its connections, and a device that starts again answers the next keepalive with a reset.
//! A pulled cable says nothing by itself: then the kernel's keepalive gives up, after [`KEEPALIVE_IDLE`] and
//! [`KEEPALIVE_PROBES_MAX`] questions [`KEEPALIVE_INTERVAL`] apart.

use std::io::{ErrorKind, Read};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use socket2::{SockRef, TcpKeepalive};

use crate::domain::reader::HoldEnd;

/// The silence after which the kernel asks whether the other end is still there.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(1);
/// The time between two such questions.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(1);
/// The questions without an answer after which the connection is lost.
const KEEPALIVE_PROBES_MAX: u32 = 3;
/// The bytes that an idle peer may say before it counts as something else.
const IDLE_BYTES_MAX: usize = 4_096;

/// Connects within `connect` and holds the connection until it ends or `bound` is over. Only TCP is spoken, no TLS and
/// no HTTP: nothing that the other end would have to answer.
#[must_use]
pub fn hold(address: SocketAddr, connect: Duration, bound: Duration) -> HoldEnd {
    let until = Instant::now() + bound;
    match TcpStream::connect_timeout(&address, connect) {
        Ok(stream) => hold_open(stream, until),
        Err(_) => HoldEnd::NotConnected,
    }
}

/// Holds a connection that stands until it ends or `until` is over. What the other end says is not answered.
#[must_use]
pub fn hold_open(mut stream: TcpStream, until: Instant) -> HoldEnd {
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE_IDLE).with_interval(KEEPALIVE_INTERVAL);
    let keepalive = keepalive.with_retries(KEEPALIVE_PROBES_MAX);
    if SockRef::from(&stream).set_tcp_keepalive(&keepalive).is_err() {
        return HoldEnd::NotConnected;
    }
    let mut heard = 0;
    loop {
        let rest = until.saturating_duration_since(Instant::now());
        if rest.is_zero() {
            return HoldEnd::StillThere;
        }
        if stream.set_read_timeout(Some(rest)).is_err() {
            return HoldEnd::Lost;
        }
        let mut piece = [0_u8; 64];
        match stream.read(&mut piece) {
            Ok(0) => return HoldEnd::Lost,
            Ok(length) => heard += length,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            // A read time-out of ours and a keepalive that gave up bear the same kind; the clock tells them apart.
            Err(error) if error.kind() == ErrorKind::TimedOut && Instant::now() >= until => {}
            Err(_) => return HoldEnd::Lost,
        }
        if heard > IDLE_BYTES_MAX {
            return HoldEnd::Lost;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    const CONNECT: Duration = Duration::from_millis(200);

    /// Holds a connection for a second to a listener that does `act` with it, and says how it ended and how soon.
    fn held(act: fn(TcpStream)) -> (HoldEnd, Duration) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || act(listener.accept().unwrap().0));
        let began = Instant::now();
        let end = hold(address, CONNECT, Duration::from_secs(1));
        let took = began.elapsed();
        server.join().unwrap();
        (end, took)
    }

    #[test]
    fn a_closed_or_reset_connection_is_noticed_at_once() {
        let acts: [fn(TcpStream); 3] = [
            |stream| {
                thread::sleep(Duration::from_millis(200));
                drop(stream);
            },
            |stream| {
                thread::sleep(Duration::from_millis(200));
                SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
                drop(stream);
            },
            |mut stream| {
                stream.write_all(&[b'x'; IDLE_BYTES_MAX + 1]).unwrap();
                let _ = stream.read(&mut [0]);
            },
        ];
        for act in acts {
            let (end, took) = held(act);
            assert_eq!(end, HoldEnd::Lost);
            assert!(took < Duration::from_millis(600), "{took:?}");
        }
    }

    #[test]
    fn a_connection_that_stays_is_held_for_the_bound() {
        let (end, took) = held(|mut stream| {
            stream.write_all(b"hello").unwrap();
            let _ = stream.read(&mut [0]);
        });
        assert_eq!(end, HoldEnd::StillThere);
        assert!(took >= Duration::from_secs(1) && took < Duration::from_secs(2), "{took:?}");
    }

    #[test]
    fn nobody_there_is_no_connection() {
        let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert_eq!(hold(gone, CONNECT, Duration::from_secs(1)), HoldEnd::NotConnected);
    }
}
