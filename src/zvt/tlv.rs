//! The TLV container of BMP 06: data objects with tags of one to four bytes, lengths in three forms, nested.
//!
//! PA00P015 13.13, chapter 9. What nobody asks for is never looked into, so unknown tags, and unknown containers whose
//! inside is broken, do no harm.

use super::error::{Part, ZvtError};

/// How deep containers may be nested; the specification's own examples need four.
pub const TLV_DEPTH_MAX: usize = 8;

/// The tags that Stopgap writes or reads.
pub mod tags {
    /// A line of text.
    pub const TEXT_LINE: u32 = 0x07;
    /// The kind of diagnosis.
    pub const DIAGNOSIS_TYPE: u32 = 0x1b;
    /// Texts to print.
    pub const PRINT_TEXTS: u32 = 0x25;
    /// The terminal's date and time.
    pub const TERMINAL_TIME: u32 = 0x34;
    /// A card type by the protocol's own list, also above 255.
    pub const CARD_TYPE: u32 = 0x41;
    /// Container for a reference number.
    pub const REFERENCE: u32 = 0xe9;
    /// Date, YYYYMMDD.
    pub const DATE: u32 = 0x1f0e;
    /// Time, hhmmss.
    pub const TIME: u32 = 0x1f0f;
    /// Which field of the host's protocol the reference number goes into.
    pub const REFERENCE_FIELD: u32 = 0x1f62;
    /// The till's own reference number.
    pub const REFERENCE_NUMBER: u32 = 0x1f63;
}

/// Tags whose values are card data and are never shown: the tracks, the number, the holder's account, EMV's own tags.
pub const CARD_DATA_TAGS: [u32; 11] = [0x1f08, 0x1f09, 0x1f0a, 0x1f14, 0x1f1a, 0x1f5e, 0x4c, 0x56, 0x57, 0x5a, 0x5f24];

/// One data object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// Its tag.
    pub tag: u32,
    /// Its value; of a container, the data objects in it.
    pub value: &'a [u8],
}

/// Whether the objects of this tag hold objects: bit 6 of the first byte.
#[must_use]
pub fn is_container(tag: u32) -> bool {
    let first = tag.to_be_bytes().into_iter().find(|byte| *byte != 0).unwrap_or(0);
    first & 0x20 != 0
}

/// The data objects of one level.
///
/// # Errors
///
/// A tag of more than four bytes, a length in none of the three forms, or one that goes past the end.
pub fn objects(bytes: &[u8]) -> Result<Vec<Tlv<'_>>, ZvtError> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let at = bytes.len() - rest.len();
        let (tag, after) = read_tag(rest, at)?;
        let (value, after) = read_value(after, tag, bytes.len())?;
        found.push(Tlv { tag, value });
        rest = after;
    }
    Ok(found)
}

/// The value of the first object along a path of tags, each within the one before it.
///
/// # Errors
///
/// A level on the way cannot be read, or the path is longer than [`TLV_DEPTH_MAX`].
pub fn find<'a>(bytes: &'a [u8], path: &[u32]) -> Result<Option<&'a [u8]>, ZvtError> {
    if path.len() > TLV_DEPTH_MAX {
        return Err(ZvtError::TlvDepth);
    }
    let mut value = bytes;
    for tag in path {
        match objects(value)?.into_iter().find(|object| object.tag == *tag) {
            Some(object) => value = object.value,
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

/// Appends a data object.
///
/// # Errors
///
/// A value that is too long for any length.
pub fn push(bytes: &mut Vec<u8>, tag: u32, value: &[u8]) -> Result<(), ZvtError> {
    let significant = tag.to_be_bytes();
    let from = significant.iter().position(|byte| *byte != 0).unwrap_or(3);
    bytes.extend_from_slice(&significant[from..]);
    push_length(bytes, value.len(), Part::Tlv(tag))?;
    bytes.extend_from_slice(value);
    Ok(())
}

/// Appends a length: one byte, or 81 and one, or 82 and two, the higher one first.
pub(super) fn push_length(bytes: &mut Vec<u8>, length: usize, part: Part) -> Result<(), ZvtError> {
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ ..=0x7f), _) => bytes.push(short),
        (Ok(byte), _) => bytes.extend_from_slice(&[0x81, byte]),
        (Err(_), Ok(wide)) => {
            bytes.push(0x82);
            bytes.extend_from_slice(&wide.to_be_bytes());
        }
        (Err(_), Err(_)) => return Err(ZvtError::Length { part, length, limit: "at most 65535" }),
    }
    Ok(())
}

/// A length and what comes after it; `tag` is only for the error.
pub(super) fn read_length(bytes: &[u8], tag: u32, at: usize) -> Result<(usize, &[u8]), ZvtError> {
    let part = Part::Tlv(tag);
    match bytes {
        [short @ ..=0x7f, rest @ ..] => Ok((usize::from(*short), rest)),
        [0x81, length, rest @ ..] => Ok((usize::from(*length), rest)),
        [0x82, high, low, rest @ ..] => Ok((usize::from(u16::from_be_bytes([*high, *low])), rest)),
        [] => Err(ZvtError::Truncated { part, at, needed: 1, left: 0 }),
        [0x81] => Err(ZvtError::Truncated { part, at, needed: 2, left: 1 }),
        [0x82] | [0x82, _] => Err(ZvtError::Truncated { part, at, needed: 3, left: bytes.len() }),
        [found, ..] => Err(ZvtError::TlvLength { tag, found: *found }),
    }
}

fn read_tag(bytes: &[u8], at: usize) -> Result<(u32, &[u8]), ZvtError> {
    let mut tag = 0_u32;
    for (place, byte) in bytes.iter().enumerate() {
        if place == 4 {
            return Err(ZvtError::TlvTag { at });
        }
        tag = tag << 8 | u32::from(*byte);
        let more = if place == 0 { byte & 0x1f == 0x1f } else { byte & 0x80 != 0 };
        if !more {
            return Ok((tag, &bytes[place + 1..]));
        }
    }
    if bytes.len() >= 4 {
        return Err(ZvtError::TlvTag { at });
    }
    Err(ZvtError::Truncated { part: Part::TlvTag, at, needed: bytes.len() + 1, left: bytes.len() })
}

fn read_value(bytes: &[u8], tag: u32, total: usize) -> Result<(&[u8], &[u8]), ZvtError> {
    let (needed, rest) = read_length(bytes, tag, total - bytes.len())?;
    let left = rest.len();
    rest.split_at_checked(needed).ok_or(ZvtError::Truncated { part: Part::Tlv(tag), at: total - left, needed, left })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn objects_are_found_along_a_path_and_unknown_ones_skipped() {
        // An unknown container whose inside is broken, then 34 { 1F0E 20261124 }.
        let bytes = [0xe5, 0x02, 0x1f, 0x7f, 0x34, 0x07, 0x1f, 0x0e, 0x04, 0x20, 0x26, 0x11, 0x24];
        assert_eq!(find(&bytes, &[tags::TERMINAL_TIME, tags::DATE]), Ok(Some(&bytes[9..])));
        assert_eq!(find(&bytes, &[tags::TERMINAL_TIME, tags::TIME]), Ok(None));
        assert_eq!(find(&bytes, &[tags::PRINT_TEXTS]), Ok(None));
        assert_eq!(find(&bytes, &[0xe5; TLV_DEPTH_MAX + 1]), Err(ZvtError::TlvDepth));
        assert!(is_container(0x34) && is_container(0xe9) && !is_container(0x1f0e) && !is_container(0x41));
    }

    #[test]
    fn lengths_have_three_forms() {
        for length in [0, 0x7f, 0x80, 0xff, 0x100, 0xffff] {
            let mut bytes = Vec::new();
            push(&mut bytes, tags::DATE, &vec![1; length]).unwrap();
            assert_eq!(objects(&bytes).unwrap()[0].value.len(), length);
        }
        let length = 0x1_0000;
        assert!(matches!(push(&mut Vec::new(), 7, &vec![1; length]), Err(ZvtError::Length { .. })));
    }

    #[test]
    fn broken_objects_are_refused_by_name() {
        for (bytes, says) in [
            (&[0x1f_u8][..], "ends within a TLV tag at byte 0"),
            (&[0x1f, 0x80, 0x80, 0x80, 0x01, 0x00], "more than four bytes"),
            (&[0x07], "ends within TLV tag 07 at byte 1: 1 bytes are needed, 0 are left"),
            (&[0x07, 0x80], "the length 80 of TLV tag 07"),
            (&[0x07, 0x83, 0, 0, 1, 0], "the length 83 of TLV tag 07"),
            (&[0x07, 0x82, 0xff, 0xff, 0], "65535 bytes are needed, 1 are left"),
            (&[0x07, 0x81], "2 bytes are needed, 1 are left"),
        ] {
            let error = objects(bytes).err().unwrap().to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(found) = objects(&bytes) {
                let mut written = Vec::new();
                for object in &found {
                    push(&mut written, object.tag, object.value).unwrap();
                }
                prop_assert!(written.len() <= bytes.len());
                prop_assert!(objects(&written).unwrap() == found);
            }
        }
    }
}
