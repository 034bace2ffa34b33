//! How a by square code packs its content (specification 1.2.0, sections 3.3 to 3.16): a CRC-32 in front, LZMA1 without
//! its header, a header of its own, base32hex.

use data_encoding::BASE32HEX_NOPAD;
use lzma_rs::compress::{self, UnpackedSize};
use lzma_rs::decompress;

use crate::qr::unreadable::Unreadable;

/// The first two bytes of what is written: type 0 (PAY), version 2 (1.2.0), document type 0, reserved 0.
const HEADER: [u8; 2] = [0x02, 0x00];
/// The names of the versions, by their number in the header.
const VERSIONS: [&str; 3] = ["1.0.0", "1.1.0", "1.2.0"];
/// Header and length of the content.
const PREFIX_BYTES: usize = 4;
/// The CRC-32 in front of the content.
const CHECKSUM_BYTES: usize = 4;
/// What an LZMA file begins with and a by square code leaves out: properties 1, dictionary 4, length 8.
const LZMA_HEADER_BYTES: usize = 13;
/// lc 3, lp 0, pb 2, and a dictionary of 128 KiB (3.11).
const LZMA_PROPERTIES: [u8; 5] = [0x5d, 0x00, 0x00, 0x02, 0x00];
/// The most characters that are unpacked: what the largest QR code holds in alphanumeric mode.
const TEXT_CHARS_MAX: usize = 4_296;
/// The most memory for unpacking: that of the dictionary.
const MEMORY_BYTES_MAX: usize = 128 * 1024;

/// Packs a content.
///
/// The packer looks for no repetitions, and so takes a few microseconds; in a text this short they would save about a
/// tenth. It writes an end mark. Readers that go by the length in the prefix pass over it, those built on a raw LZMA
/// stream need it.
pub(super) fn pack(content: &str) -> String {
    let mut plain = crc32fast::hash(content.as_bytes()).to_le_bytes().to_vec();
    plain.extend(content.as_bytes());
    pack_plain(&plain)
}

fn pack_plain(plain: &[u8]) -> String {
    let mut packed = Vec::with_capacity(plain.len() + LZMA_HEADER_BYTES);
    let options = compress::Options { unpacked_size: UnpackedSize::WriteToHeader(None) };
    // Reading from and writing to memory cannot fail.
    let mut rest = plain;
    let _ = lzma_rs::lzma_compress_with_options(&mut rest, &mut packed, &options);
    let length = u16::try_from(plain.len()).unwrap_or(u16::MAX);
    let mut bytes = HEADER.to_vec();
    bytes.extend(length.to_le_bytes());
    bytes.extend(packed.iter().skip(LZMA_HEADER_BYTES));
    BASE32HEX_NOPAD.encode(&bytes)
}

/// The version and the content.
pub(super) fn unpack(text: &str) -> Result<(&'static str, String), Unreadable> {
    let other = |expected| Unreadable::Other { standard: "PAY by square", expected };
    if text.len() > TEXT_CHARS_MAX {
        return Err(other("it is longer than a QR code can be"));
    }
    let decoded = BASE32HEX_NOPAD.decode(text.trim_end_matches('=').as_bytes());
    let bytes = decoded.map_err(|_| other("it is not written in base32hex, digits and the letters A to V"))?;
    let Some((prefix, packed)) = bytes.split_at_checked(PREFIX_BYTES) else {
        return Err(other("it has no header of four bytes"));
    };
    if prefix[0] >> 4 != 0 || prefix[1] != 0 {
        return Err(other("the header is not that of a payment order"));
    }
    let version = VERSIONS.get(usize::from(prefix[0] & 15)).ok_or_else(|| other("its version is above 1.2.0"))?;
    let length = usize::from(u16::from_le_bytes([prefix[2], prefix[3]]));
    let plain = unpack_lzma(packed, length)?;
    let Some((checksum, content)) = plain.split_first_chunk::<CHECKSUM_BYTES>() else {
        return Err(Unreadable::Packed("it is shorter than its check sum"));
    };
    let (found, right) = (u32::from_le_bytes(*checksum), crc32fast::hash(content));
    if found != right {
        return Err(Unreadable::Checksum { found: format!("{found:08X}"), right: format!("{right:08X}") });
    }
    let content = String::from_utf8(content.to_vec()).map_err(|_| Unreadable::Packed("it is no text in UTF-8"))?;
    Ok((version, content))
}

/// Unpacks a stream that ends with its mark or, as some makers write it, after the length in the prefix.
fn unpack_lzma(packed: &[u8], length: usize) -> Result<Vec<u8>, Unreadable> {
    let wrong = || Unreadable::Packed("the LZMA stream is damaged or has another length than the header says");
    for unpacked_size in [Some(length as u64), None] {
        let mut stream = LZMA_PROPERTIES.to_vec();
        stream.extend(packed);
        let options = decompress::Options {
            unpacked_size: decompress::UnpackedSize::UseProvided(unpacked_size),
            memlimit: Some(MEMORY_BYTES_MAX),
            allow_incomplete: false,
        };
        let mut plain = Vec::new();
        let read = lzma_rs::lzma_decompress_with_options(&mut stream.as_slice(), &mut plain, &options);
        if read.is_ok() && plain.len() == length {
            return Ok(plain);
        }
    }
    Err(wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last characters are the end mark: a raw LZMA reader, which knows no length, takes this text and refuses it
    /// without them.
    #[test]
    fn a_stream_has_its_end_mark() {
        let content = "\t1\t1\t15.50\tEUR\tŽilina";
        assert_eq!(pack(content), "0801K0005KRGRIH09C84TOHPQQ0O5D0U2EKUGME5NSKERDCHSMDSRVJVBRVVVU3OO000");
        assert_eq!(unpack(&pack(content)), Ok(("1.2.0", content.to_owned())));
    }

    #[test]
    fn a_wrong_check_sum_is_refused() {
        let packed = pack_plain(b"\x01\x02\x03\x04\t1\t1");
        let refused = unpack(&packed).unwrap_err();
        assert!(matches!(&refused, Unreadable::Checksum { found, .. } if found == "04030201"), "{refused}");
        assert_eq!(unpack(&pack_plain(b"\x01\x02")), Err(Unreadable::Packed("it is shorter than its check sum")));
    }
}
