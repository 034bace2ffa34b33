//! Digits two in a byte (BCD), as some dialects write them.

use super::super::dialect::OddDigit;

/// Appends characters whose low half is the digit: 0 to 9, and for tracks `:;<=>?` as A to F. A `D` is a track's `=`.
#[inline]
pub(super) fn pack(text: &[u8], odd: OddDigit, to: &mut Vec<u8>) {
    let nibble = |byte: u8| if byte == b'D' { 0x0d } else { byte & 0x0f };
    let join = |high: u8, low: u8| high << 4 | low;
    let leads_with_zero = odd == OddDigit::ZeroBefore && !text.len().is_multiple_of(2);
    let (first, rest) = text.split_at_checked(usize::from(leads_with_zero)).unwrap_or((&[], text));
    to.extend(first.iter().copied().map(nibble));
    let filler = if odd == OddDigit::FAfter { 0x0f } else { 0 };
    let mut pairs = rest.chunks_exact(2);
    to.extend(pairs.by_ref().map(|pair| join(nibble(pair[0]), nibble(pair[1]))));
    to.extend(pairs.remainder().iter().map(|last| join(nibble(*last), filler)));
}

/// The bytes that so many packed digits take.
pub(super) const fn packed_length(digits: usize) -> usize {
    digits.div_ceil(2)
}

/// Appends the characters of so many packed digits; whether the filler of an odd number is the one expected.
#[inline]
pub(super) fn unpack(bytes: &[u8], digits: usize, odd: OddDigit, to: &mut Vec<u8>) -> bool {
    let is_odd = !digits.is_multiple_of(2);
    let leads_with_zero = is_odd && odd == OddDigit::ZeroBefore;
    let (first, rest) = bytes.split_at_checked(usize::from(leads_with_zero)).unwrap_or((&[], bytes));
    to.extend(first.iter().map(|byte| b'0' + (byte & 0x0f)));
    for byte in rest {
        to.extend_from_slice(&digits_of(*byte));
    }
    match odd {
        OddDigit::ZeroBefore => first.iter().all(|byte| byte >> 4 == 0),
        OddDigit::ZeroAfter if is_odd => to.pop() == Some(b'0'),
        OddDigit::FAfter if is_odd => to.pop() == Some(b'?'),
        OddDigit::ZeroAfter | OddDigit::FAfter => true,
    }
}

/// The characters of two packed digits.
pub(super) const fn digits_of(byte: u8) -> [u8; 2] {
    [b'0' + (byte >> 4), b'0' + (byte & 0x0f)]
}

/// A number of packed digits as a number, unless a digit is none.
pub(super) fn packed_number(bytes: &[u8]) -> Option<usize> {
    bytes.iter().try_fold(0_usize, |sofar, byte| {
        let (high, low) = (usize::from(byte >> 4), usize::from(byte & 0x0f));
        (high < 10 && low < 10).then(|| sofar * 100 + high * 10 + low)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_packed_with_the_filler_of_the_dialect() {
        for (text, odd, bytes) in [
            (b"1234".as_slice(), OddDigit::FAfter, [0x12, 0x34].as_slice()),
            (b"123", OddDigit::ZeroBefore, &[0x01, 0x23]),
            (b"123", OddDigit::ZeroAfter, &[0x12, 0x30]),
            (b"123", OddDigit::FAfter, &[0x12, 0x3f]),
            (b"12=4", OddDigit::FAfter, &[0x12, 0xd4]),
            (b"7", OddDigit::ZeroBefore, &[0x07]),
            (b"", OddDigit::ZeroBefore, &[]),
        ] {
            let mut packed = Vec::new();
            pack(text, odd, &mut packed);
            assert_eq!((packed.as_slice(), packed_length(text.len())), (bytes, bytes.len()));
            let mut unpacked = Vec::new();
            assert!(unpack(&packed, text.len(), odd, &mut unpacked));
            assert_eq!(unpacked, text);
        }
        let mut packed = Vec::new();
        pack(b"1D2", OddDigit::FAfter, &mut packed);
        assert_eq!(packed, [0x1d, 0x2f]);
        for (bytes, odd) in [([0x11], OddDigit::ZeroBefore), ([0x11], OddDigit::ZeroAfter), ([0x10], OddDigit::FAfter)]
        {
            assert!(!unpack(&bytes, 1, odd, &mut Vec::new()), "another filler");
        }
        assert_eq!((packed_number(&[0x09, 0x99]), packed_number(&[0x0a])), (Some(999), None));
    }
}
