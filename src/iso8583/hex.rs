//! Bytes as hexadecimal text.

/// Why text is not bytes in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// A character is no hexadecimal digit.
    #[error("character {place} is not a hexadecimal digit (0 to 9, a to f)")]
    Digit {
        /// Which character, counted from 1, blanks included.
        place: usize,
    },
    /// A digit has no partner.
    #[error("there are {digits} hexadecimal digits; two make a byte, so their number must be even")]
    Odd {
        /// How many there are.
        digits: usize,
    },
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn encode_hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0f)]).collect()
}

/// Bytes from hexadecimal digits of either case; blanks and line ends between them are skipped.
///
/// # Errors
///
/// A character that is no digit, or an odd number of digits.
pub fn decode_hex(text: &str) -> Result<Vec<u8>, HexError> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut high: Option<u8> = None;
    for (place, character) in text.chars().enumerate().filter(|(_, character)| !character.is_ascii_whitespace()) {
        let digit = character.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let digit = digit.ok_or(HexError::Digit { place: place + 1 })?;
        high = match high {
            None => Some(digit),
            Some(high) => {
                bytes.push(high << 4 | digit);
                None
            }
        };
    }
    if high.is_some() { Err(HexError::Odd { digits: bytes.len() * 2 + 1 }) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_hexadecimal_and_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(decode_hex(&encode_hex(&bytes)), Ok(bytes));
        assert_eq!(decode_hex("0A fF\n"), Ok(vec![10, 255]));
    }

    #[test]
    fn what_is_not_hexadecimal_is_refused() {
        assert_eq!(decode_hex("00 0g"), Err(HexError::Digit { place: 5 }));
        assert_eq!(decode_hex("000"), Err(HexError::Odd { digits: 3 }));
        assert_eq!(decode_hex("é0"), Err(HexError::Digit { place: 1 }));
    }
}
