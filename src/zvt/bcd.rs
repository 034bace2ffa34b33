//! Numbers as the protocol writes them: two decimal digits in each byte, leading zeros first.

use super::error::{Part, ZvtError};

/// A number in `bytes` bytes.
///
/// # Errors
///
/// It has more digits than the bytes have room for.
pub fn bcd(number: u64, bytes: usize, part: Part) -> Result<Vec<u8>, ZvtError> {
    let mut rest = number;
    let mut written = vec![0_u8; bytes];
    for byte in written.iter_mut().rev() {
        let pair = u8::try_from(rest % 100).unwrap_or(0);
        *byte = ((pair / 10) << 4) | (pair % 10);
        rest /= 100;
    }
    if rest == 0 { Ok(written) } else { Err(ZvtError::TooLarge { part, digits: bytes * 2 }) }
}

/// The number that bytes hold.
///
/// # Errors
///
/// A half byte above 9, or more than 18 digits.
pub fn bcd_number(bytes: &[u8], part: Part) -> Result<u64, ZvtError> {
    let mut number = 0_u64;
    for byte in bytes {
        let (tens, ones) = (byte >> 4, byte & 0x0f);
        if tens > 9 || ones > 9 {
            return Err(ZvtError::Digits { part });
        }
        let pair = u64::from(tens) * 10 + u64::from(ones);
        number = number
            .checked_mul(100)
            .and_then(|hundreds| hundreds.checked_add(pair))
            .ok_or(ZvtError::TooLarge { part, digits: 18 })?;
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: Part = Part::Bmp(4);

    #[test]
    fn numbers_are_written_in_pairs_of_digits_and_back() {
        for (number, bytes, written) in [
            (0, 1, vec![0x00]),
            (978, 2, vec![0x09, 0x78]),
            (4_890, 6, vec![0, 0, 0, 0, 0x48, 0x90]),
            (999_999_999_999, 6, vec![0x99; 6]),
        ] {
            assert_eq!(bcd(number, bytes, PART).unwrap(), written);
            assert_eq!(bcd_number(&written, PART), Ok(number));
        }
        assert_eq!(bcd(1_000_000_000_000, 6, PART), Err(ZvtError::TooLarge { part: PART, digits: 12 }));
        assert_eq!(bcd_number(&[0x1a], PART), Err(ZvtError::Digits { part: PART }));
        assert_eq!(bcd_number(&[0xa1], PART), Err(ZvtError::Digits { part: PART }));
        assert_eq!(bcd_number(&[0x99; 12], PART), Err(ZvtError::TooLarge { part: PART, digits: 18 }));
    }
}
