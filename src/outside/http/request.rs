//! Reading one request of HTTP/1.1 (RFC 9112), whole or not at all.

use std::io::{self, Read};

/// The longest head of a request.
pub(super) const HEAD_BYTES_MAX: usize = 8 * 1024;
/// The most header fields in it.
pub(super) const HEADERS_MAX: usize = 32;
/// The longest body of a request.
pub(super) const BODY_BYTES_MAX: usize = 64 * 1024;
/// The longest line before a chunk of a body.
const CHUNK_HEAD_BYTES_MAX: usize = 256;

/// A request, as far as it is looked at here.
#[derive(Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// `POST`.
    pub method: String,
    /// `/nexo`.
    pub path: String,
    /// The body.
    pub body: Vec<u8>,
}

pub(super) enum RequestError {
    /// Not a request we take; this is the status to say so with.
    Refused(u16),
    /// The client closed the connection or sends nothing.
    Gone,
}

impl From<io::Error> for RequestError {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

/// Reads a request with its body.
pub(super) fn read_request(stream: &mut impl Read) -> Result<HttpRequest, RequestError> {
    let mut bytes = Vec::new();
    let (mut request, head_length, length) = loop {
        if let Some(head) = parse_head(&bytes)? {
            break head;
        }
        read_some(stream, &mut bytes)?;
    };
    bytes.drain(..head_length);
    request.body = match length {
        BodyLength::Known(length) => {
            while bytes.len() < length {
                read_some(stream, &mut bytes)?;
            }
            bytes.truncate(length);
            bytes
        }
        BodyLength::Chunked => read_chunks(stream, bytes)?,
    };
    Ok(request)
}

/// How the end of a body is found.
enum BodyLength {
    /// After so many bytes.
    Known(usize),
    /// By an empty chunk (RFC 9112 section 7.1).
    Chunked,
}

/// Reads a body in chunks; `bytes` is what came behind the head. Trailers are not taken.
fn read_chunks(stream: &mut impl Read, mut bytes: Vec<u8>) -> Result<Vec<u8>, RequestError> {
    let mut body = Vec::new();
    loop {
        let (head, length) = loop {
            match httparse::parse_chunk_size(&bytes) {
                Ok(httparse::Status::Complete((head, length))) => break (head, length),
                Ok(httparse::Status::Partial) if bytes.len() <= CHUNK_HEAD_BYTES_MAX => read_some(stream, &mut bytes)?,
                Ok(httparse::Status::Partial) | Err(_) => return Err(RequestError::Refused(400)),
            }
        };
        let rest = BODY_BYTES_MAX - body.len();
        let fits = usize::try_from(length).ok().filter(|length| *length <= rest);
        let end = head + fits.ok_or(RequestError::Refused(413))?;
        while bytes.len() < end + 2 {
            read_some(stream, &mut bytes)?;
        }
        if &bytes[end..end + 2] != b"\r\n" {
            return Err(RequestError::Refused(400));
        }
        if length == 0 {
            return Ok(body);
        }
        body.extend_from_slice(&bytes[head..end]);
        bytes.drain(..end + 2);
    }
}

fn read_some(stream: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    let mut piece = [0_u8; 4096];
    let length = stream.read(&mut piece)?;
    if length == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    bytes.extend_from_slice(&piece[..length]);
    Ok(())
}

/// The request without its body, the length of its head and that of its body; `None` while the head is not complete.
fn parse_head(bytes: &[u8]) -> Result<Option<(HttpRequest, usize, BodyLength)>, RequestError> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut head = httparse::Request::new(&mut headers);
    let length = match head.parse(bytes) {
        Ok(httparse::Status::Complete(length)) if length <= HEAD_BYTES_MAX => length,
        Ok(httparse::Status::Partial) if bytes.len() <= HEAD_BYTES_MAX => return Ok(None),
        Ok(_) | Err(httparse::Error::TooManyHeaders) => return Err(RequestError::Refused(431)),
        Err(_) => return Err(RequestError::Refused(400)),
    };
    let header = |name: &str| head.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    let coding = header("Transfer-Encoding").map(|coding| coding.value.eq_ignore_ascii_case(b"chunked"));
    let body_length = match (coding, header("Content-Length")) {
        (Some(false), _) => return Err(RequestError::Refused(411)),
        // Two ends for one body are how requests are smuggled (RFC 9112 section 6.1).
        (Some(true), Some(_)) => return Err(RequestError::Refused(400)),
        (Some(true), None) => BodyLength::Chunked,
        (None, None) => BodyLength::Known(0),
        (None, Some(length)) => {
            let digits = std::str::from_utf8(length.value).ok();
            let length = digits.and_then(|digits| digits.parse::<usize>().ok()).ok_or(RequestError::Refused(400))?;
            if length > BODY_BYTES_MAX {
                return Err(RequestError::Refused(413));
            }
            BodyLength::Known(length)
        }
    };
    let text = |part: Option<&str>| part.unwrap_or_default().to_owned();
    let request = HttpRequest { method: text(head.method), path: text(head.path), body: Vec::new() };
    Ok(Some((request, length, body_length)))
}
