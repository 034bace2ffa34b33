//! Bytes as text: which encoding a file is in, and that it is text at all.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::error::{Fault, StatementError};
use super::xml::line_at;

/// How much of a file is looked at to tell its encoding.
const LOOK_BYTES: usize = 4 * 1024;

/// The text of a file in the encoding that is told, or else the one that its beginning shows.
///
/// A byte order mark is believed before anything else. Then come UTF-16 without a mark (every other byte of plain text
/// is zero), UTF-8, what an XML declaration says, GB18030 where the beginning is Chinese in it or the first letters beyond
/// ASCII are, and Windows-1252, of which Latin-1 is a part.
///
/// Where nothing but a carriage return breaks lines, it is a line break like any other.
pub fn decode<'a>(bytes: &'a [u8], told: Option<&'static Encoding>) -> Result<Cow<'a, str>, StatementError> {
    let text = decoded(bytes, told)?;
    let is_without_line_feed = memchr::memchr(b'\n', text.as_bytes()).is_none();
    let has_return = || memchr::memchr(b'\r', text.as_bytes()).is_some();
    Ok(if is_without_line_feed && has_return() { Cow::Owned(text.replace('\r', "\n")) } else { text })
}

fn decoded<'a>(bytes: &'a [u8], told: Option<&'static Encoding>) -> Result<Cow<'a, str>, StatementError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decode_as(encoding, bytes, mark);
    }
    if let Some(encoding) = told {
        return decode_as(encoding, bytes, 0);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return decode_as(encoding, bytes, 0);
    }
    let valid_up_to = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => error.valid_up_to(),
    };
    if bytes.trim_ascii_start().starts_with(b"<?xml") {
        return match declared(bytes) {
            Some(encoding) if encoding != UTF_8 => decode_as(encoding, bytes, 0),
            Some(_) | None => Err(not_encoded(UTF_8, bytes, valid_up_to)),
        };
    }
    let is_chinese = is_chinese(bytes) || reads_as_chinese(&bytes[valid_up_to..]);
    decode_as(if is_chinese { GB18030 } else { WINDOWS_1252 }, bytes, 0)
}

/// The encoding of this name: as the Encoding Standard knows it, so that every common spelling is right.
pub fn encoding(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label(name.trim().as_bytes())
}

/// Refuses a text that is none.
pub fn check(text: &str) -> Result<(), StatementError> {
    match text.find('\0') {
        None => Ok(()),
        Some(place) => {
            let line = line_at(&text.as_bytes()[..place]);
            Err(StatementError::Bad { line, fault: Fault::Nul })
        }
    }
}

fn decode_as<'a>(encoding: &'static Encoding, bytes: &'a [u8], mark: usize) -> Result<Cow<'a, str>, StatementError> {
    let content = &bytes[mark..];
    if encoding == UTF_8 {
        let wrong = |error: std::str::Utf8Error| not_encoded(UTF_8, bytes, mark + error.valid_up_to());
        return std::str::from_utf8(content).map(Cow::Borrowed).map_err(wrong);
    }
    let decoded = encoding.decode_without_bom_handling_and_without_replacement(content);
    decoded.ok_or_else(|| not_encoded(encoding, bytes, mark))
}

/// The line is the one of the first wrong byte, where that is known.
fn not_encoded(encoding: &'static Encoding, bytes: &[u8], valid_up_to: usize) -> StatementError {
    let line = line_at(&bytes[..valid_up_to.min(bytes.len())]);
    StatementError::Bad { line, fault: Fault::NotEncoded(encoding.name()) }
}

fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let look = &bytes[..bytes.len().min(LOOK_BYTES)];
    let zeros = |from: usize| look.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = look.len() * 2 / 5;
    if look.len() < 4 || !bytes.len().is_multiple_of(2) {
        None
    } else if odd >= most && even == 0 {
        Some(UTF_16LE)
    } else if even >= most && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// What the XML declaration says.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let look = &bytes[..bytes.len().min(LOOK_BYTES)];
    let end = look.iter().position(|byte| *byte == b'>')?;
    let declaration = std::str::from_utf8(&look[..end]).ok()?;
    let after = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|char| matches!(char, '"' | '\''))?;
    encoding(after[1..].split(quote).next()?)
}

/// Whether what is beyond ASCII stands in pairs of bytes, most of which are common characters: GB 2312 has its first level
/// of 3,755 of them in the rows 0xB0 to 0xD7. Letters of Europe stand alone, or in words of any length.
fn reads_as_chinese(bytes: &[u8]) -> bool {
    let look = &bytes[..bytes.len().min(LOOK_BYTES)];
    let mut whole: Vec<&[u8]> = look.split(u8::is_ascii).filter(|run| !run.is_empty()).collect();
    if look.len() < bytes.len() && look.last().is_some_and(|last| !last.is_ascii()) {
        // It was cut off.
        whole.pop();
    }
    let pairs = whole.iter().map(|run| run.len() / 2).sum::<usize>();
    let common =
        whole.iter().flat_map(|run| run.chunks_exact(2)).filter(|pair| (0xb0..=0xd7).contains(&pair[0])).count();
    let are_pairs = whole.iter().all(|run| run.len() % 2 == 0) && whole.iter().any(|run| run.len() >= 4);
    are_pairs && common * 10 >= pairs * 7
}

/// Whether the beginning reads as a bill of a Chinese provider.
fn is_chinese(bytes: &[u8]) -> bool {
    let (text, _) = GB18030.decode_without_bom_handling(&bytes[..bytes.len().min(LOOK_BYTES)]);
    ["支付宝", "交易时间", "交易", "日期", "金额"].iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "Zahlung von Müller;12,50\n";
        let latin: Vec<u8> = text.chars().map(|char| u8::try_from(u32::from(char)).unwrap()).collect();
        let marked = |mark: &[u8], rest: Vec<u8>| [mark, &rest].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            marked(b"\xef\xbb\xbf", text.as_bytes().to_vec()),
            marked(b"\xff\xfe", utf16(text, false)),
            marked(b"\xfe\xff", utf16(text, true)),
            utf16(text, false),
            utf16(text, true),
            latin,
        ] {
            assert_eq!(decode(&bytes, None).unwrap(), text);
        }
        let chinese = "#支付宝账务明细查询\n";
        let (bytes, _, _) = GB18030.encode(chinese);
        assert_eq!(decode(&bytes, None).unwrap(), chinese);
        // Chinese names under an English header are Chinese, and two letters of Europe beside each other are not.
        let (bytes, _, _) = GB18030.encode("date,payer\n2026-11-28,张三\n2026-11-28,上海市贸易有限公司\n");
        assert!(decode(&bytes, None).unwrap().contains("上海市贸易有限公司"));
        for latin in ["Zoë, Müller, ÄÖ, naïve, Ångström, ß", "Łódź", "déjà vu", "señor ñandú", "¡Olé! — 5 €"]
        {
            let (bytes, _, _) = WINDOWS_1252.encode(latin);
            assert_eq!(decode(&bytes, None).unwrap(), WINDOWS_1252.decode(&bytes).0, "{latin}");
        }
        assert_eq!(decode("é".as_bytes(), Some(WINDOWS_1252)).unwrap(), "Ã©");
        assert_eq!(decode(b"a\rb\r", None).unwrap(), "a\nb\n");
        assert_eq!(decode(b"a\rb\r\n", None).unwrap(), "a\rb\r\n");
        assert_eq!(encoding("gbk").map(Encoding::name), Some("GBK"));
        assert!(encoding("klingon").is_none());
    }

    #[test]
    fn a_declaration_is_believed_and_a_false_one_refused_with_its_line() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>M\xfcller</a>";
        assert!(decode(latin, None).unwrap().contains("Müller"));
        let refused = decode(b"<?xml version='1.0'?>\n<a>M\xfcller</a>", None).unwrap_err();
        assert_eq!(refused, StatementError::Bad { line: 2, fault: Fault::NotEncoded("UTF-8") });
        assert!(decode(b"\xff\xfe\x00\xd8", None).is_err());
        assert_eq!(check("a\nb\0").unwrap_err(), StatementError::Bad { line: 2, fault: Fault::Nul });
    }
}
