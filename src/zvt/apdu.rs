//! An APDU: a control field, a length and data, and how APDUs lie in a stream.

use std::fmt;

use zeroize::Zeroizing;

use super::error::ZvtError;

/// The most bytes of data: what the three-byte length can say.
pub const APDU_DATA_MAX: usize = 0xffff;

/// The length byte that says that two more follow, the lower one first.
const LONG_LENGTH: u8 = 0xff;

/// Class and instruction: what a message is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Control(pub u8, pub u8);

impl Control {
    /// The terminal's result of a transaction (3.1).
    pub const STATUS_INFORMATION: Self = Self(0x04, 0x0f);
    /// What the terminal is doing (3.2).
    pub const INTERMEDIATE_STATUS: Self = Self(0x04, 0xff);
    /// How are you? (2.55)
    pub const STATUS_ENQUIRY: Self = Self(0x05, 0x01);
    /// The till makes itself known (2.1).
    pub const REGISTRATION: Self = Self(0x06, 0x00);
    /// A payment (2.2).
    pub const AUTHORISATION: Self = Self(0x06, 0x01);
    /// The till says goodbye.
    pub const LOG_OFF: Self = Self(0x06, 0x02);
    /// A command ended well (3.3).
    pub const COMPLETION: Self = Self(0x06, 0x0f);
    /// A command ended otherwise (3.4); sent by the terminal.
    pub const ABORT: Self = Self(0x06, 0x1e);
    /// The last transaction once more (2.20).
    pub const REPEAT_RECEIPT: Self = Self(0x06, 0x20);
    /// A payment is taken back (2.9).
    pub const REVERSAL: Self = Self(0x06, 0x30);
    /// Money back without a payment (2.14).
    pub const REFUND: Self = Self(0x06, 0x31);
    /// The terminal sends its day to the host (2.16).
    pub const END_OF_DAY: Self = Self(0x06, 0x50);
    /// The terminal asks its host (2.17).
    pub const DIAGNOSIS: Self = Self(0x06, 0x70);
    /// The terminal is set up anew by its host (2.18).
    pub const INITIALISATION: Self = Self(0x06, 0x93);
    /// The till wants the running command to end; sent by the till.
    pub const STOP: Self = Self(0x06, 0xb0);
    /// A line to print.
    pub const PRINT_LINE: Self = Self(0x06, 0xd1);
    /// A block to print.
    pub const PRINT_TEXT_BLOCK: Self = Self(0x06, 0xd3);
    /// Understood.
    pub const ACKNOWLEDGED: Self = Self(0x80, 0x00);
    /// The class of every refusal; the instruction says why.
    pub const REFUSED_CLASS: u8 = 0x84;

    /// Every control field of this list, with the name of the specification.
    const NAMES: [(Self, &'static str); 18] = [
        (Self::STATUS_INFORMATION, "Status-Information"),
        (Self::INTERMEDIATE_STATUS, "Intermediate Status-Information"),
        (Self::STATUS_ENQUIRY, "Status-Enquiry"),
        (Self::REGISTRATION, "Registration"),
        (Self::AUTHORISATION, "Authorisation"),
        (Self::LOG_OFF, "Log-Off"),
        (Self::COMPLETION, "Completion"),
        (Self::ABORT, "Abort"),
        (Self::REPEAT_RECEIPT, "Repeat Receipt"),
        (Self::REVERSAL, "Reversal"),
        (Self::REFUND, "Refund"),
        (Self::END_OF_DAY, "End-of-Day"),
        (Self::DIAGNOSIS, "Diagnosis"),
        (Self::INITIALISATION, "Initialisation"),
        (Self::STOP, "Abort by the till"),
        (Self::PRINT_LINE, "Print Line"),
        (Self::PRINT_TEXT_BLOCK, "Print Text-Block"),
        (Self::ACKNOWLEDGED, "Acknowledgement"),
    ];

    /// The name in the specification, where the message is one that Stopgap knows.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        if self.refusal().is_some() {
            return Some("Negative acknowledgement");
        }
        Self::NAMES.iter().find(|(control, _)| *control == self).map(|(_, name)| *name)
    }

    /// Why a message was refused, when this is a refusal (84 xx; 84 00 is an acknowledgement of old terminals).
    #[must_use]
    pub const fn refusal(self) -> Option<u8> {
        if self.0 == Self::REFUSED_CLASS && self.1 != 0 { Some(self.1) } else { None }
    }

    /// Whether this is an acknowledgement.
    #[must_use]
    pub fn is_acknowledgement(self) -> bool {
        self == Self::ACKNOWLEDGED || self == Self(Self::REFUSED_CLASS, 0)
    }
}

impl fmt::Display for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X} {:02X}", self.0, self.1)
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One message. The data may hold a password, so it is wiped when it is dropped and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Apdu {
    /// What it is.
    pub control: Control,
    /// What it says.
    pub data: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Apdu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Apdu({}, {} bytes)", self.control, self.data.len())
    }
}

impl Apdu {
    /// A message with this data.
    #[must_use]
    pub fn new(control: Control, data: Vec<u8>) -> Self {
        Self { control, data: Zeroizing::new(data) }
    }

    /// The acknowledgement, `80 00 00`.
    #[must_use]
    pub fn acknowledgement() -> Self {
        Self::new(Control::ACKNOWLEDGED, Vec::new())
    }

    /// The refusal of a message, `84 xx 00`.
    #[must_use]
    pub fn refusal(why: u8) -> Self {
        Self::new(Control(Control::REFUSED_CLASS, why), Vec::new())
    }

    /// The bytes for the wire.
    ///
    /// # Errors
    ///
    /// More data than [`APDU_DATA_MAX`].
    pub fn encode(&self) -> Result<Zeroizing<Vec<u8>>, ZvtError> {
        let length = self.data.len();
        let wide = u16::try_from(length).map_err(|_| ZvtError::TooLong { length })?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(length + 5));
        bytes.extend_from_slice(&[self.control.0, self.control.1]);
        match u8::try_from(length) {
            Ok(short) if short != LONG_LENGTH => bytes.push(short),
            Ok(_) | Err(_) => {
                bytes.push(LONG_LENGTH);
                bytes.extend_from_slice(&wide.to_le_bytes());
            }
        }
        bytes.extend_from_slice(&self.data);
        Ok(bytes)
    }
}

/// Puts APDUs together from the pieces in which a stream delivers them.
///
/// Every length is possible, so nothing can be wrong with the framing; what is kept never exceeds the longest APDU and
/// one piece, when [`ApduReader::next_apdu`] is called after each piece until it gives none.
#[derive(Default)]
pub struct ApduReader {
    received: Zeroizing<Vec<u8>>,
}

impl ApduReader {
    /// Takes the next piece.
    pub fn push(&mut self, piece: &[u8]) {
        self.received.extend_from_slice(piece);
    }

    /// Whether nothing is left over: a stream that ends now ends between two messages.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.received.is_empty()
    }

    /// The next whole APDU, once it is there.
    pub fn next_apdu(&mut self) -> Option<Apdu> {
        let (control, length, rest) = match self.received.as_slice() {
            [class, instruction, LONG_LENGTH, low, high, rest @ ..] => {
                (Control(*class, *instruction), usize::from(u16::from_le_bytes([*low, *high])), rest)
            }
            [_, _, LONG_LENGTH, ..] => return None,
            [class, instruction, length, rest @ ..] => (Control(*class, *instruction), usize::from(*length), rest),
            [] | [_] | [_, _] => return None,
        };
        let apdu = Apdu::new(control, rest.get(..length)?.to_vec());
        let header = self.received.len() - rest.len();
        self.received.drain(..header + length);
        Some(apdu)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn apdus_come_whole_out_of_any_pieces() {
        let apdus: Vec<Apdu> = [0, 1, 254, 255, 256, 700]
            .into_iter()
            .map(|length| Apdu::new(Control::PRINT_TEXT_BLOCK, vec![7; length]))
            .collect();
        let stream: Vec<u8> = apdus.iter().flat_map(|apdu| apdu.encode().unwrap().to_vec()).collect();
        for size in [1, 2, 3, 4, 5, 300, 4_000] {
            let mut reader = ApduReader::default();
            let mut read = Vec::new();
            for piece in stream.chunks(size) {
                reader.push(piece);
                read.extend(std::iter::from_fn(|| reader.next_apdu()));
            }
            assert_eq!(read, apdus, "pieces of {size}");
            assert!(reader.is_empty());
        }
    }

    #[test]
    fn the_length_has_one_byte_or_three() {
        let head = |length: usize| Apdu::new(Control::COMPLETION, vec![0; length]).encode().unwrap()[..5].to_vec();
        assert_eq!(head(254), [0x06, 0x0f, 0xfe, 0, 0]);
        assert_eq!(head(255), [0x06, 0x0f, 0xff, 0xff, 0]);
        assert_eq!(head(0x035d), [0x06, 0x0f, 0xff, 0x5d, 0x03]);
        let length = APDU_DATA_MAX + 1;
        assert_eq!(Apdu::new(Control::COMPLETION, vec![0; length]).encode(), Err(ZvtError::TooLong { length }));
        assert_eq!(*Apdu::acknowledgement().encode().unwrap(), [0x80, 0, 0]);
        assert_eq!(*Apdu::refusal(0x9c).encode().unwrap(), [0x84, 0x9c, 0]);
    }

    #[test]
    fn neither_password_nor_card_is_in_what_is_shown() {
        let apdu = Apdu::new(Control::REGISTRATION, vec![0x12, 0x34, 0x56]);
        assert_eq!(format!("{apdu:?}"), "Apdu(06 00, 3 bytes)");
        assert_eq!(Control(0x84, 0x83).name(), Some("Negative acknowledgement"));
        assert_eq!((Control(0x84, 0).refusal(), Control(0x84, 0).is_acknowledgement()), (None, true));
    }

    /// A stream in pieces, each as long as the next of `sizes`, and every APDU that the pieces made whole.
    fn read_in_pieces(mut stream: &[u8], sizes: &[usize]) -> (Vec<Apdu>, ApduReader) {
        let mut reader = ApduReader::default();
        let mut read = Vec::new();
        for size in sizes.iter().cycle() {
            let (piece, rest) = stream.split_at(stream.len().min(*size));
            reader.push(piece);
            read.extend(std::iter::from_fn(|| reader.next_apdu()));
            stream = rest;
            if stream.is_empty() {
                break;
            }
        }
        (read, reader)
    }

    proptest! {
        /// Whatever messages were sent, and in whatever pieces the stream brings them.
        #[test]
        fn what_was_written_is_read(
            sent in prop::collection::vec((any::<(u8, u8)>(), prop::collection::vec(any::<u8>(), 0..600)), 0..6),
            sizes in prop::collection::vec(1_usize..700, 1..8),
        ) {
            let sent: Vec<Apdu> = sent.into_iter().map(|((a, b), data)| Apdu::new(Control(a, b), data)).collect();
            let stream: Vec<u8> = sent.iter().flat_map(|apdu| apdu.encode().unwrap().to_vec()).collect();
            let (read, reader) = read_in_pieces(&stream, &sizes);
            prop_assert!(reader.is_empty());
            prop_assert_eq!(read, sent);
        }

        /// Bytes that nobody meant as messages: nothing is lost or made up, and what stays waits for more.
        #[test]
        fn any_stream_is_read(
            stream in prop::collection::vec(prop_oneof![any::<u8>(), 0_u8..4, Just(LONG_LENGTH)], 0..2_000),
            sizes in prop::collection::vec(1_usize..90, 1..8),
        ) {
            let (read, reader) = read_in_pieces(&stream, &sizes);
            let heads_and_data = |apdu: &Apdu| 3 + apdu.data.len();
            let least: usize = read.iter().map(heads_and_data).sum();
            prop_assert!(least + reader.received.len() <= stream.len());
            prop_assert!(stream.ends_with(&reader.received));
            let at_once = read_in_pieces(&stream, &[stream.len().max(1)]).0;
            prop_assert_eq!(read, at_once);
        }
    }
}
