//! Messages in a stream: two bytes of length, big endian, before each.

/// The longest message, in bytes without its length: far above any of the profile, far below what would hurt.
pub const MESSAGE_LENGTH_MAX: usize = 8_192;

/// The bytes of the length itself.
const HEADER_LENGTH: usize = 2;

/// Why bytes of a stream are not a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The length is zero or too large.
    #[error("a message of {length} bytes; 1 to {MESSAGE_LENGTH_MAX} are possible")]
    Length {
        /// What was found or asked for.
        length: usize,
    },
}

/// A message with its length before it, ready for the wire.
///
/// # Errors
///
/// The message is empty or longer than [`MESSAGE_LENGTH_MAX`].
pub fn frame(message: &[u8]) -> Result<Vec<u8>, FrameError> {
    let length = message.len();
    let header = u16::try_from(length)
        .ok()
        .filter(|_| (1..=MESSAGE_LENGTH_MAX).contains(&length))
        .ok_or(FrameError::Length { length })?;
    let mut framed = Vec::with_capacity(HEADER_LENGTH + length);
    framed.extend_from_slice(&header.to_be_bytes());
    framed.extend_from_slice(message);
    Ok(framed)
}

/// Puts messages together from the pieces in which a stream delivers them.
#[derive(Debug, Default)]
pub struct FrameReader {
    received: Vec<u8>,
}

impl FrameReader {
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
    /// The announced length is impossible; the stream cannot be read any further.
    pub fn next_message(&mut self) -> Result<Option<Vec<u8>>, FrameError> {
        let Some((header, rest)) = self.received.split_first_chunk::<HEADER_LENGTH>() else { return Ok(None) };
        let length = usize::from(u16::from_be_bytes(*header));
        if !(1..=MESSAGE_LENGTH_MAX).contains(&length) {
            return Err(FrameError::Length { length });
        }
        let Some(message) = rest.get(..length).map(<[u8]>::to_vec) else { return Ok(None) };
        self.received.drain(..HEADER_LENGTH + length);
        Ok(Some(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_whole_out_of_any_pieces() {
        let stream = [frame(b"one").unwrap(), frame(b"second").unwrap()].concat();
        for size in 1..=stream.len() {
            let mut reader = FrameReader::default();
            let mut messages = Vec::new();
            for piece in stream.chunks(size) {
                reader.push(piece);
                while let Some(message) = reader.next_message().unwrap() {
                    messages.push(message);
                }
            }
            assert_eq!(messages, [b"one".to_vec(), b"second".to_vec()], "pieces of {size}");
            assert!(reader.is_empty());
        }
    }

    #[test]
    fn impossible_lengths_are_refused() {
        assert_eq!(frame(b""), Err(FrameError::Length { length: 0 }));
        let length = MESSAGE_LENGTH_MAX + 1;
        assert_eq!(frame(&vec![0; length]), Err(FrameError::Length { length }));
        assert_eq!(frame(&vec![0; 70_000]), Err(FrameError::Length { length: 70_000 }));
        for header in [[0, 0], [0xff, 0xff]] {
            let mut reader = FrameReader::default();
            reader.push(&header);
            assert!(reader.next_message().is_err());
        }
    }
}
