//! Messages in a stream: what stands before each, and how they are put together again.

/// The longest message, in bytes without what stands before it: far above any of the profile, far below what would hurt.
pub const MESSAGE_LENGTH_MAX: usize = 8_192;

/// The bytes of a TPDU.
const TPDU_LENGTH: usize = 5;

/// The first byte of a TPDU: a message of the till's to its host and back.
const TPDU_KIND: u8 = 0x60;

/// Why bytes of a stream are not a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The length is zero or too large.
    #[error("a message of {length} bytes; 1 to {MESSAGE_LENGTH_MAX} are possible")]
    Length {
        /// What was found or asked for, without the TPDU.
        length: usize,
    },
    /// The length is not written as it should be.
    #[error("the length before the message must be four digits")]
    LengthDigits,
    /// The length leaves no room for the TPDU.
    #[error("{length} bytes; the TPDU alone has {TPDU_LENGTH}")]
    NoTpdu {
        /// How many there are.
        length: usize,
    },
    /// The TPDU is not one, or not to us.
    #[error("the TPDU is not addressed to {address:04X}")]
    Tpdu {
        /// Where a message to us goes.
        address: u16,
    },
}

/// How the length before each message is written. It counts what follows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LengthHeader {
    /// Two bytes, big endian.
    #[default]
    TwoBytes,
    /// Four bytes, big endian.
    FourBytes,
    /// Four ASCII digits.
    FourDigits,
}

impl LengthHeader {
    /// The bytes of the length itself.
    const fn size(self) -> usize {
        match self {
            Self::TwoBytes => 2,
            Self::FourBytes | Self::FourDigits => 4,
        }
    }

    fn write(self, length: usize, to: &mut Vec<u8>) {
        // A message has at most 8,192 bytes and a TPDU five, so every way of writing has room for the length.
        let number = u32::try_from(length).unwrap_or(u32::MAX);
        match self {
            Self::TwoBytes => to.extend_from_slice(&number.to_be_bytes()[2..]),
            Self::FourBytes => to.extend_from_slice(&number.to_be_bytes()),
            Self::FourDigits => to.extend_from_slice(format!("{length:04}").as_bytes()),
        }
    }

    /// The length, once there are enough bytes for it.
    fn read(self, bytes: &[u8]) -> Result<Option<usize>, FrameError> {
        let Some(header) = bytes.get(..self.size()) else { return Ok(None) };
        let base = match self {
            Self::TwoBytes | Self::FourBytes => 256,
            Self::FourDigits if header.iter().all(u8::is_ascii_digit) => 10,
            Self::FourDigits => return Err(FrameError::LengthDigits),
        };
        let value = |byte: u8| usize::from(if base == 10 { byte - b'0' } else { byte });
        let length = header.iter().fold(0_usize, |sofar, &byte| sofar.saturating_mul(base).saturating_add(value(byte)));
        Ok(Some(length))
    }
}

/// The transport header of hosts behind a network access controller: 60, then destination and source. An answer has the
/// two the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tpdu {
    /// The host, as the acquirer tells: often the network id (NII) of DE 24, in packed digits.
    pub destination: u16,
    /// The till; most hosts ignore it.
    pub source: u16,
}

impl Tpdu {
    fn bytes(self) -> [u8; TPDU_LENGTH] {
        let [to, to_low] = self.destination.to_be_bytes();
        let [from, from_low] = self.source.to_be_bytes();
        [TPDU_KIND, to, to_low, from, from_low]
    }
}

/// What stands before each message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// The length of all that follows.
    pub length: LengthHeader,
    /// The transport header, where the host wants one.
    pub tpdu: Option<Tpdu>,
}

impl Envelope {
    /// The envelope as the other side writes it.
    #[must_use]
    pub fn of_peer(self) -> Self {
        let tpdu = self.tpdu.map(|Tpdu { destination, source }| Tpdu { destination: source, source: destination });
        Self { tpdu, ..self }
    }

    /// A message in its envelope, ready for the wire.
    ///
    /// # Errors
    ///
    /// The message is empty or longer than [`MESSAGE_LENGTH_MAX`].
    pub fn frame(self, message: &[u8]) -> Result<Vec<u8>, FrameError> {
        let length = message.len();
        if !(1..=MESSAGE_LENGTH_MAX).contains(&length) {
            return Err(FrameError::Length { length });
        }
        let tpdu = self.tpdu.map(Tpdu::bytes);
        let tpdu = tpdu.as_ref().map_or(&[][..], |bytes| bytes.as_slice());
        let mut framed = Vec::with_capacity(self.length.size() + tpdu.len() + length);
        self.length.write(tpdu.len() + length, &mut framed);
        framed.extend_from_slice(tpdu);
        framed.extend_from_slice(message);
        Ok(framed)
    }
}

/// A message with a length of two bytes before it, ready for the wire.
///
/// # Errors
///
/// The message is empty or longer than [`MESSAGE_LENGTH_MAX`].
pub fn frame(message: &[u8]) -> Result<Vec<u8>, FrameError> {
    Envelope::default().frame(message)
}

/// Puts messages together from the pieces in which a stream delivers them.
#[derive(Debug, Default)]
pub struct FrameReader {
    envelope: Envelope,
    received: Vec<u8>,
}

impl FrameReader {
    /// For messages of the other side to one that sends with this envelope.
    #[must_use]
    pub fn new(envelope: Envelope) -> Self {
        Self { envelope: envelope.of_peer(), received: Vec::new() }
    }

    /// Takes the next piece.
    pub fn push(&mut self, piece: &[u8]) {
        self.received.extend_from_slice(piece);
    }

    /// Whether nothing is left over: a stream that ends now ends between two messages.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.received.is_empty()
    }

    /// The next whole message, once it is there. Call it until it gives none after each piece: then what is kept never
    /// exceeds one message.
    ///
    /// # Errors
    ///
    /// The announced length is impossible or the message is not to us; the stream cannot be read any further.
    pub fn next_message(&mut self) -> Result<Option<Vec<u8>>, FrameError> {
        let Some(whole) = self.envelope.length.read(&self.received)? else { return Ok(None) };
        let before = self.envelope.tpdu.map_or(0, |_| TPDU_LENGTH);
        let length = whole.checked_sub(before).ok_or(FrameError::NoTpdu { length: whole })?;
        if !(1..=MESSAGE_LENGTH_MAX).contains(&length) {
            return Err(FrameError::Length { length });
        }
        let start = self.envelope.length.size();
        let end = start + whole;
        let Some(bytes) = self.received.get(start..end) else { return Ok(None) };
        let (tpdu, message) = bytes.split_at_checked(before).ok_or(FrameError::NoTpdu { length: whole })?;
        if let Some(expected) = self.envelope.tpdu {
            // The source is whatever route the answer took; the destination has to be us.
            if tpdu.get(..3) != expected.bytes().get(..3) {
                return Err(FrameError::Tpdu { address: expected.destination });
            }
        }
        let message = message.to_vec();
        self.received.drain(..end);
        Ok(Some(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADERS: [LengthHeader; 3] = [LengthHeader::TwoBytes, LengthHeader::FourBytes, LengthHeader::FourDigits];
    const TPDU: Tpdu = Tpdu { destination: 0x0003, source: 0x1234 };

    fn envelopes() -> impl Iterator<Item = Envelope> {
        HEADERS.into_iter().flat_map(|length| [None, Some(TPDU)].map(|tpdu| Envelope { length, tpdu }))
    }

    #[test]
    fn each_envelope_is_these_bytes() {
        let framed: Vec<Vec<u8>> = envelopes().map(|envelope| envelope.frame(b"ab").unwrap()).collect();
        let expected: [&[u8]; 6] = [
            b"\0\x02ab",
            b"\0\x07\x60\0\x03\x12\x34ab",
            b"\0\0\0\x02ab",
            b"\0\0\0\x07\x60\0\x03\x12\x34ab",
            b"0002ab",
            b"0007\x60\0\x03\x12\x34ab",
        ];
        assert_eq!(framed, expected);
    }

    #[test]
    fn messages_come_whole_out_of_any_pieces() {
        for envelope in envelopes() {
            let answers = envelope.of_peer();
            let stream = [answers.frame(b"one").unwrap(), answers.frame(b"second").unwrap()].concat();
            for size in 1..=stream.len() {
                let mut reader = FrameReader::new(envelope);
                let mut messages = Vec::new();
                for piece in stream.chunks(size) {
                    reader.push(piece);
                    while let Some(message) = reader.next_message().unwrap() {
                        messages.push(message);
                    }
                }
                assert_eq!(messages, [b"one".to_vec(), b"second".to_vec()], "{envelope:?}, pieces of {size}");
                assert!(reader.is_empty());
            }
            let mut half = FrameReader::new(envelope);
            half.push(&stream[..stream.len() - 1]);
            assert!(half.next_message().unwrap().is_some() && half.next_message().unwrap().is_none());
            assert!(!half.is_empty());
        }
    }

    #[test]
    fn impossible_lengths_are_refused() {
        assert_eq!(frame(b""), Err(FrameError::Length { length: 0 }));
        for length in [MESSAGE_LENGTH_MAX + 1, 65_536, 70_000] {
            assert_eq!(frame(&vec![0; length]), Err(FrameError::Length { length }));
        }
        let read = |length, tpdu, bytes: &[u8]| {
            let mut reader = FrameReader::new(Envelope { length, tpdu });
            reader.push(bytes);
            reader.next_message()
        };
        for (header, bytes, length) in [
            (LengthHeader::TwoBytes, [0, 0].as_slice(), 0),
            (LengthHeader::TwoBytes, &[0xff, 0xff], 65_535),
            (LengthHeader::FourBytes, &[0, 0, 0, 0], 0),
            (LengthHeader::FourBytes, &[0, 1, 0, 0], 65_536),
            (LengthHeader::FourBytes, &[0xff; 4], 4_294_967_295),
            (LengthHeader::FourDigits, b"0000", 0),
            (LengthHeader::FourDigits, b"9999", 9_999),
        ] {
            assert_eq!(read(header, None, bytes), Err(FrameError::Length { length }), "{header:?}");
        }
        assert_eq!(read(LengthHeader::FourDigits, None, b"00a1"), Err(FrameError::LengthDigits));
        assert_eq!(read(LengthHeader::TwoBytes, Some(TPDU), &[0, 4]), Err(FrameError::NoTpdu { length: 4 }));
        assert_eq!(read(LengthHeader::TwoBytes, Some(TPDU), &[0, 5]), Err(FrameError::Length { length: 0 }));
    }

    #[test]
    fn a_message_to_someone_else_is_refused() {
        let envelope = Envelope { length: LengthHeader::TwoBytes, tpdu: Some(TPDU) };
        for (tpdu, good) in [
            ([0x60, 0x12, 0x34, 0, 3], true),
            ([0x60, 0x12, 0x34, 0, 9], true),
            ([0x60, 0x12, 0x35, 0, 3], false),
            ([0x68, 0x12, 0x34, 0, 3], false),
            ([0x60, 0, 3, 0x12, 0x34], false),
        ] {
            let mut reader = FrameReader::new(envelope);
            reader.push(&[&[0, 6][..], &tpdu, b"x"].concat());
            let read = reader.next_message();
            assert_eq!(read, if good { Ok(Some(b"x".to_vec())) } else { Err(FrameError::Tpdu { address: 0x1234 }) });
        }
    }
}
