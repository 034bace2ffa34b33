//! Percent encoding (RFC 3986, section 2.1), as links and the payment codes of the Czech Republic use it.

/// Text in which every byte of UTF-8 that is not `kept` is written as `%` and two upper-case hexadecimal digits.
pub(super) fn encode(text: &str, kept: impl Fn(u8) -> bool) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii() && kept(byte) {
            encoded.push(char::from(byte));
        } else {
            let digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
            encoded.push('%');
            encoded.extend(digits.map(char::from));
        }
    }
    encoded
}

/// The text that was encoded; none where a `%` has no two hexadecimal digits or the bytes are no UTF-8.
pub(super) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_damaged_is_not_guessed() {
        assert_eq!(decode("50%25 off").as_deref(), Some("50% off"));
        for text in ["50% off", "%", "%2", "%C3", "%+1"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_reads_back(text in "\\PC{0,40}") {
            let encoded = encode(&text, |byte| byte.is_ascii_alphanumeric());
            prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'%'));
            prop_assert_eq!(decode(&encoded), Some(text));
        }
    }
}
