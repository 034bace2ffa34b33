//! One HTTP request to a reader and one answer, with the one thing the caller has to know about a failure: whether
//! anything can have reached the reader.
//!
//! Below the messages lies TLS where the settings have it ([`super::nexo_tls_transport`], one more link in the chain of
//! [`post`], before [`NoteConnected`]); the protocol's own message encryption has wrapped the text before [`post`] sees
//! it. Plain HTTP is for this machine only; [`super::NexoSettings::check`] refuses it elsewhere.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ureq::Agent;
use ureq::config::Config;
use ureq::http::{StatusCode, Uri};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{ConnectionDetails, Connector, NextTimeout, TcpConnector, Transport};

use super::nexo_tls::NexoTls;
use super::nexo_tls_transport::{Handshake, HandshakeNote, TlsConnector};
use crate::outside::tls::TlsFault;

/// The path of the Terminal API.
const PATH: &str = "/nexo";
/// The longest answer that is read. A payment answer with two receipts has about 20 kB.
const ANSWER_BYTES_MAX: u64 = 256 * 1024;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PostError {
    /// Nothing was sent: the reader's machine refused the connection, or there is no way to it.
    #[error("the reader cannot be connected to")]
    NotConnected,
    /// Nothing was sent: the connection was not made in time.
    #[error("the reader did not take the connection in time")]
    ConnectTimedOut,
    /// Nothing was sent: the connection broke while TLS was agreed on.
    #[error("the connection broke while TLS was agreed on")]
    HandshakeLost,
    /// Nothing was sent: the other end is not believed to be the reader, or does not speak TLS.
    #[error(transparent)]
    Tls(TlsFault),
    /// Connected, then the connection broke before the answer was complete.
    #[error("the connection broke before the reader answered")]
    ConnectionLost,
    /// Connected, then nothing came in time.
    #[error("the reader did not answer in time")]
    AnswerTimedOut,
    /// What came is not an answer of HTTP with status 200.
    #[error("the reader's answer is not one of HTTP with status 200")]
    NotHttp,
}

impl PostError {
    /// Whether it is certain that not a byte reached the reader.
    pub(super) const fn nothing_was_sent(&self) -> bool {
        match self {
            Self::NotConnected | Self::ConnectTimedOut | Self::HandshakeLost | Self::Tls(_) => true,
            Self::ConnectionLost | Self::AnswerTimedOut | Self::NotHttp => false,
        }
    }
}

/// Where a message goes.
#[derive(Clone, Debug)]
pub(crate) struct PostTarget {
    /// The address.
    pub(crate) address: SocketAddr,
    /// TLS, unless plain HTTP is wanted.
    pub(crate) tls: Option<NexoTls>,
}

/// Sends `body` to the reader and returns the text of its answer. Returns within `answer`, or within `connect` when
/// there is no connection; TLS has to be agreed on within `connect`, too.
///
/// Each request has a connection of its own. On one that was kept open, a request written at the moment the reader
/// closes it is lost in a way that cannot be told from one the reader read.
pub(crate) fn post(target: &PostTarget, body: &str, connect: Duration, answer: Duration) -> Result<String, PostError> {
    let address = target.address;
    let handshake = HandshakeNote::default();
    let connected = Arc::new(AtomicBool::new(false));
    let config = Agent::config_builder()
        .timeout_connect(Some(connect))
        .timeout_global(Some(answer))
        .proxy(None)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .max_idle_connections(0)
        .build();
    let tls = TlsConnector { tls: target.tls.clone(), note: handshake.clone() };
    let connector = ().chain(TcpConnector::default()).chain(tls).chain(NoteConnected(Arc::clone(&connected)));
    let agent = Agent::with_parts(config, connector, FixedAddress(address));
    let exchange = || -> Result<(StatusCode, String), ureq::Error> {
        let mut answer =
            agent.post(format!("http://{address}{PATH}")).content_type("application/json; charset=utf-8").send(body)?;
        let text = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string()?;
        Ok((answer.status(), text))
    };
    match exchange() {
        Ok((StatusCode::OK, text)) => Ok(text),
        Ok(_) => Err(PostError::NotHttp),
        Err(error) => Err(classify(&error, connected.load(Ordering::SeqCst), handshake.read())),
    }
}

fn classify(error: &ureq::Error, connected: bool, handshake: Handshake) -> PostError {
    match (connected, error) {
        (false, ureq::Error::Timeout(_)) => PostError::ConnectTimedOut,
        (false, _) => match handshake {
            Handshake::NotBegun => PostError::NotConnected,
            Handshake::Begun | Handshake::Done => PostError::HandshakeLost,
            Handshake::Failed(fault) => PostError::Tls(fault),
        },
        (true, ureq::Error::Timeout(_)) => PostError::AnswerTimedOut,
        (true, ureq::Error::Io(error)) if error.kind() == io::ErrorKind::InvalidData => PostError::NotHttp,
        (true, ureq::Error::Io(_)) => PostError::ConnectionLost,
        (true, _) => PostError::NotHttp,
    }
}

/// The last connector of the chain: notes that there is a connection, over which from now on bytes may go.
///
/// Only this tells a request that was surely not sent from one that may have been. The kind of the error cannot: the
/// kernel reports "no route" for a connection that broke later, too.
#[derive(Debug)]
struct NoteConnected(Arc<AtomicBool>);

impl<In: Transport> Connector<In> for NoteConnected {
    type Out = In;

    fn connect(&self, _: &ConnectionDetails, chained: Option<In>) -> Result<Option<In>, ureq::Error> {
        self.0.store(chained.is_some(), Ordering::SeqCst);
        Ok(chained)
    }
}

/// The address from the settings, so that no name is ever looked up: name service is the first thing an outage takes.
#[derive(Debug)]
struct FixedAddress(SocketAddr);

impl Resolver for FixedAddress {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut addresses = self.empty();
        addresses.push(self.0);
        Ok(addresses)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;
    use std::time::Instant;

    use super::*;
    use crate::simulator::line::LineSimulator;

    const CONNECT: Duration = Duration::from_millis(100);
    const ANSWER: Duration = Duration::from_millis(600);

    fn plain(address: SocketAddr) -> PostTarget {
        PostTarget { address, tls: None }
    }

    /// Sends a request to a server that says `answer` to it and closes the connection.
    fn answered(answer: &str) -> Result<String, PostError> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answer = answer.to_owned();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"question") {
                let mut piece = [0; 1024];
                let length = stream.read(&mut piece).unwrap();
                request.extend_from_slice(&piece[..length]);
            }
            // The client hangs up in the middle of an answer that is too long.
            let _ = stream.write_all(answer.as_bytes());
            String::from_utf8(request).unwrap()
        });
        let result = post(&plain(address), "question", CONNECT, ANSWER);
        let request = server.join().unwrap().to_ascii_lowercase();
        assert!(request.starts_with("post /nexo http/1.1\r\n") && request.contains("\r\ncontent-length: 8\r\n"));
        result
    }

    #[test]
    fn only_a_whole_answer_with_status_200_counts() {
        for (answer, expected) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", Ok("ok")),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", Ok("ok")),
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Ok("")),
            ("HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno", Err(PostError::NotHttp)),
            ("HTTP/1.1 303 Go\r\nLocation: /else\r\nContent-Length: 0\r\n\r\n", Err(PostError::NotHttp)),
            ("HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\nok", Err(PostError::ConnectionLost)),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", Err(PostError::ConnectionLost)),
            ("HTTP/1.1 2", Err(PostError::ConnectionLost)),
            ("", Err(PostError::ConnectionLost)),
            ("SSH-2.0-OpenSSH_9.2\r\n\r\n", Err(PostError::NotHttp)),
        ] {
            assert_eq!(answered(answer), expected.map(str::to_owned), "{answer}");
        }
        let flood = "a".repeat(300_000);
        let flood = format!("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n{flood}");
        assert_eq!(answered(&flood), Err(PostError::NotHttp));
    }

    #[test]
    fn a_failure_tells_whether_anything_was_sent() {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let began = Instant::now();
        let error = post(&plain(silent.local_addr().unwrap()), "question", CONNECT, ANSWER).unwrap_err();
        assert_eq!((error.clone(), error.nothing_was_sent()), (PostError::AnswerTimedOut, false));
        assert!(began.elapsed() >= ANSWER && began.elapsed() < ANSWER * 3, "{:?}", began.elapsed());

        let line = LineSimulator::start(0).unwrap();
        line.cut().unwrap();
        let began = Instant::now();
        let error = post(&plain(line.address()), "question", CONNECT, ANSWER).unwrap_err();
        assert_eq!((error.clone(), error.nothing_was_sent()), (PostError::ConnectTimedOut, true));
        assert!(began.elapsed() < CONNECT * 4, "{:?}", began.elapsed());

        let address = line.address();
        drop(line);
        let error = post(&plain(address), "question", CONNECT, ANSWER).unwrap_err();
        assert_eq!((error.clone(), error.nothing_was_sent()), (PostError::NotConnected, true));
    }
}
