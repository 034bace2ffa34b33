//! What the server takes, what it refuses, and how it ends.

use proptest::prelude::*;

use super::request::{HEAD_BYTES_MAX, HEADERS_MAX};
use super::*;

struct Echo;

impl HttpHandler for Echo {
    fn answer(&self, request: HttpRequest) -> HttpReply {
        match request.path.as_str() {
            "/drop" => HttpReply::Drop,
            "/off" => HttpReply::PowerOff,
            _ => HttpReply::Answer { status: 200, body: String::from_utf8(request.body).unwrap() },
        }
    }
}

fn place(port: u16) -> HttpPlace {
    HttpPlace { address: ([127, 0, 0, 1], port).into(), tls: None, idle_max: CLIENT_PATIENCE }
}

fn server() -> HttpServer {
    let server = HttpServer::reserve(place(0), Arc::new(Echo)).unwrap();
    server.open().unwrap();
    server
}

fn exchange(server: &HttpServer, request: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(server.address())?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn requests_are_read_whole_or_refused_with_their_status() {
    let server = server();
    let long = format!("GET / HTTP/1.1\r\nA: {}\r\n\r\n", "a".repeat(HEAD_BYTES_MAX + 1));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(HEADERS_MAX + 1));
    for (request, status, body) in [
        ("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"),
        ("POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nhello, world", 200, "hello"),
        ("GET / HTTP/1.1\r\n\r\n", 200, ""),
        ("POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", 400, ""),
        ("\u{1}\r\n\r\n", 400, ""),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n2;a=b\r\n, \r\n0\r\n\r\n", 200, "hello, "),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200, ""),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nhello\r\n", 400, ""),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400, ""),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n", 413, ""),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", 413, ""),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400, ""),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 411, ""),
        ("POST / HTTP/1.1\r\nContent-Length: 65537\r\n\r\n", 413, ""),
        (&many, 431, ""),
    ] {
        let answer = exchange(&server, request).unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request}: {answer}");
        assert_eq!(answer.split_once("\r\n\r\n").unwrap().1, body, "{request}");
    }
    // The rest of a head that is too long is left unread, so the connection may be reset before the status is read.
    assert!(exchange(&server, &long).map_or(true, |answer| answer.starts_with("HTTP/1.1 431 ")));
}

#[test]
fn a_closed_server_refuses_drops_what_is_open_and_opens_again_on_its_port() {
    let server = server();
    let mut waiting = TcpStream::connect(server.address()).unwrap();
    // An answer to a later connection shows that the earlier one was taken from the queue.
    exchange(&server, "GET / HTTP/1.1\r\n\r\n").unwrap();
    server.close();
    assert_eq!(TcpStream::connect(server.address()).unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
    waiting.set_read_timeout(Some(CLIENT_PATIENCE / 5)).unwrap();
    let ended = waiting.read(&mut [0]).or_else(|error| match error.kind() {
        io::ErrorKind::ConnectionReset => Ok(0),
        _ => Err(error),
    });
    assert_eq!(ended.unwrap(), 0);
    for _ in 0..20 {
        server.open().unwrap();
        assert!(exchange(&server, "GET / HTTP/1.1\r\n\r\n").is_ok());
        server.close();
        assert!(TcpStream::connect(server.address()).is_err());
    }
}

#[test]
fn a_dropped_request_has_no_answer_and_a_lost_power_refuses_the_next() {
    let server = server();
    assert_eq!(exchange(&server, "GET /drop HTTP/1.1\r\n\r\n").unwrap(), "");
    assert_eq!(exchange(&server, "GET /off HTTP/1.1\r\n\r\n").unwrap(), "");
    assert!(TcpStream::connect(server.address()).is_err());
}

#[test]
fn a_port_in_use_is_an_error() {
    let server = server();
    let second = HttpServer::reserve(place(server.address().port()), Arc::new(Echo));
    assert!(second.and_then(|second| second.open()).is_err());
}

#[test]
fn connections_beyond_the_bound_are_dropped() {
    let server = server();
    let held: Vec<TcpStream> = (0..CONNECTIONS_MAX).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
    let mut late = TcpStream::connect(server.address()).unwrap();
    late.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    assert!(matches!(late.read(&mut [0]), Ok(0)));
    drop(held);
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic_and_chunks_are_put_together(
        noise in proptest::collection::vec(any::<u8>(), 0..300),
        pieces in proptest::collection::vec("[a-z]{1,20}", 0..8),
    ) {
        let _ = read_request(&mut noise.as_slice());
        let chunks: Vec<String> = pieces.iter().map(|piece| format!("{:x}\r\n{piece}\r\n", piece.len())).collect();
        let request = format!("POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n", chunks.concat());
        let read = read_request(&mut request.as_bytes()).ok();
        let expected = HttpRequest { method: "POST".into(), path: "/a".into(), body: pieces.concat().into() };
        prop_assert_eq!(read, Some(expected));
    }
}
