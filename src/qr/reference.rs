//! Structured references and their check digits: the creditor reference of ISO 11649 and the QR reference of Switzerland.

/// The characters of a QR reference: 26 and a check digit.
pub const QR_REFERENCE_DIGITS: usize = 27;

/// Whether this is a creditor reference of ISO 11649: `RF`, two check digits, 1 to 21 letters or digits.
///
/// Moved behind the rest and with letters as numbers from 10 to 35 the whole is 1 modulo 97 (ISO/IEC 7064, MOD 97-10).
#[must_use]
pub fn is_creditor_reference(text: &str) -> bool {
    let form = (5..=25).contains(&text.len())
        && text.starts_with("RF")
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && text[2..4].bytes().all(|byte| byte.is_ascii_digit());
    let moved = || text[4..].chars().chain(text[..4].chars());
    form && moved()
        .filter_map(|char| char.to_digit(36))
        .fold(0, |rest, value| if value < 10 { (rest * 10 + value) % 97 } else { (rest * 100 + value) % 97 })
        == 1
}

/// Whether this is a QR reference: 27 digits, the last one a check digit by modulo 10, recursive (Swiss Implementation
/// Guidelines for the QR-bill v2.3, annex B).
#[must_use]
pub fn is_qr_reference(text: &str) -> bool {
    let form = text.len() == QR_REFERENCE_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    form && check_digit(&text[..QR_REFERENCE_DIGITS - 1]) == text[QR_REFERENCE_DIGITS - 1..].parse().ok()
}

/// The QR reference that carries a shorter number: zeros in front, the check digit behind. None when the number has
/// more than 26 digits, or something else than digits.
#[must_use]
pub fn qr_reference_of(number: &str) -> Option<String> {
    let stem = format!("{number:0>26}");
    (stem.len() == QR_REFERENCE_DIGITS - 1).then(|| check_digit(&stem).map(|check| format!("{stem}{check}")))?
}

/// Modulo 10, recursive; none when there is something else than digits.
fn check_digit(stem: &str) -> Option<u8> {
    const NEXT: [u8; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];
    let step = |carry: u8, byte: u8| byte.is_ascii_digit().then(|| NEXT[usize::from(carry + byte - b'0') % NEXT.len()]);
    stem.bytes().try_fold(0, step).map(|carry| (10 - carry) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_references_are_right_and_every_mistyped_digit_is_noticed() {
        // ISO 11649 and the samples of the Swiss guidelines.
        for (text, holds) in [
            ("RF18539007547034", is_creditor_reference as fn(&str) -> bool),
            ("RF45G72UUR", is_creditor_reference),
            ("210000000003139471430009017", is_qr_reference),
            ("000008207791225857421286694", is_qr_reference),
        ] {
            assert!(holds(text), "{text}");
            for place in 2..text.len() {
                for digit in b'0'..=b'9' {
                    let mut bytes = text.as_bytes().to_vec();
                    if bytes[place].is_ascii_digit() && bytes[place] != digit {
                        bytes[place] = digit;
                        assert!(!holds(std::str::from_utf8(&bytes).unwrap()), "{text} {place} {digit}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_reference_of_another_form_is_none() {
        for text in ["", "RF18", "rf18539007547034", "RF1853900754703é", "RFA8539007547034"] {
            assert!(!is_creditor_reference(text), "{text}");
        }
        for text in ["", "21000000000313947143000901", "21000000000313947143000901A", "２10000000003139471430009"] {
            assert!(!is_qr_reference(text), "{text}");
        }
    }

    #[test]
    fn the_number_of_a_sale_becomes_a_qr_reference() {
        assert_eq!(qr_reference_of("21000000000313947143000901").as_deref(), Some("210000000003139471430009017"));
        assert!(is_qr_reference(&qr_reference_of("2300310425").unwrap()));
        assert_eq!(qr_reference_of("210000000003139471430009017"), None);
        assert_eq!(qr_reference_of("12a"), None);
        assert_eq!(qr_reference_of("é"), None);
    }
}
