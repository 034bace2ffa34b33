//! The check sum of a payload: ISO/IEC 13239 with the polynomial 1021 and the start FFFF, neither reflected nor inverted
//! at the end (EMV QRCPS v1.1, 4.7.3; elsewhere called CRC-16/CCITT-FALSE or CRC-16/IBM-3740).

const POLYNOMIAL: u16 = 0x1021;

/// The check sum over the UTF-8 bytes of a text.
pub(super) fn crc(text: &str) -> u16 {
    text.bytes().fold(0xFFFF, |crc, byte| {
        (0..8).fold(
            crc ^ (u16::from(byte) << 8),
            |crc, _| {
                if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ POLYNOMIAL }
            },
        )
    })
}

/// The four characters of object 63: upper case, zeros in front kept.
pub(super) fn check_characters(text_with_header: &str) -> String {
    format!("{:04X}", crc(text_with_header))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_values_that_are_published_come_out() {
        // The check value of the CRC catalogue, and that of no bytes at all.
        assert_eq!(crc("123456789"), 0x29B1);
        assert_eq!(crc(""), 0xFFFF);
    }

    #[test]
    fn zeros_in_front_are_kept() {
        let short = (0_u32..100_000).map(|number| number.to_string()).find(|text| crc(text) < 0x10).unwrap();
        let characters = check_characters(&short);
        assert_eq!(characters.len(), 4);
        assert!(characters.starts_with("000"), "{characters}");
    }
}
