//! A bank's file as statement lines: recognised by what is in it, taken whole or not at all. Pure.
//!
//! One file per format. Each reader streams over the text once, keeps named bounds, and checks the file's own balances
//! before anything of it counts.

mod camt;
mod entry;
mod error;
mod transaction;
mod value;
mod xml;

use crate::domain::ids::{IdSource, LineId};
use crate::domain::money::{Currency, Money};
use crate::domain::reconcile::StatementLine;

pub use self::error::{Fault, StatementError};

/// The largest file that is read, in bytes. A busy shop's year is a tenth of it.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The most entries of one file.
pub const LINES_MAX: usize = 200_000;

/// A format of statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// ISO 20022 camt.053, `BankToCustomerStatement`, versions 001.02 to 001.13.
    Camt053,
}

/// The content of a file, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The format it came in.
    pub format: Format,
    /// The account: an IBAN, or what the bank uses instead.
    pub account: String,
    /// The currency of the account and of every line.
    pub currency: Currency,
    /// The balance before the first line, where the file has it.
    pub opening: Option<Money>,
    /// The balance after the last line, where the file has it.
    pub closing: Option<Money>,
    /// Its lines, in the order of the file.
    pub lines: Vec<StatementLine>,
}

/// The format of a file by its content, whatever its name is.
#[must_use]
pub fn detect(bytes: &[u8]) -> Option<Format> {
    let text = std::str::from_utf8(bytes).ok()?;
    match xml::document_kind(text).as_deref() {
        Some("BkToCstmrStmt") => Some(Format::Camt053),
        Some(_) | None => None,
    }
}

/// Reads a file. The ids of its lines follow from `ids`, so that the same event always makes the same ids.
///
/// # Errors
///
/// Says what the file is instead, or the line and what is wrong in it; nothing of a file is taken then.
pub fn read(bytes: &[u8], ids: &mut IdSource) -> Result<Statement, StatementError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(StatementError::TooLarge { bytes: bytes.len(), limit: FILE_BYTES_MAX });
    }
    match detect(bytes) {
        Some(Format::Camt053) => {
            let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
            camt::read(text, LineIds::new(ids))
        }
        None => Err(refuse(bytes)),
    }
}

/// Says what a file is that is no statement.
fn refuse(bytes: &[u8]) -> StatementError {
    let unknown = |found: &str| StatementError::UnknownFormat(found.to_owned());
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return unknown("an empty file");
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => match xml::document_kind(text) {
            Some(kind) => unknown(&format!("an XML document “{}”", shortened(&kind))),
            None if text.contains('\0') => unknown("a file that is not text"),
            None => unknown("text that is not XML"),
        },
        Err(error) if bytes.trim_ascii_start().starts_with(b"<") => not_utf8(bytes, error.valid_up_to()),
        Err(_) => unknown("a file that is not text in UTF-8"),
    }
}

fn not_utf8(bytes: &[u8], valid_up_to: usize) -> StatementError {
    StatementError::Bad { line: xml::line_at(&bytes[..valid_up_to]), fault: Fault::NotUtf8 }
}

/// The first characters of a text that a stranger wrote, for a message.
fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Ids for the lines of one file.
///
/// An [`IdSource`] makes only as many ids as twelve bits count before they repeat, and a file may have more lines. So
/// one id is drawn for the file, and the lines count in the last 32 bits of it: the ids keep their order and the 30
/// random bits before them.
struct LineIds {
    first: u128,
    made: u32,
}

impl LineIds {
    fn new(ids: &mut IdSource) -> Self {
        Self { first: ids.next_uuid().as_u128() & !u128::from(u32::MAX), made: 0 }
    }

    fn next_id(&mut self) -> LineId {
        let id = LineId(uuid::Uuid::from_u128(self.first | u128::from(self.made)));
        // A file has at most `LINES_MAX` lines, far fewer than this counts.
        self.made = self.made.wrapping_add(1);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ids() -> IdSource {
        IdSource::new(1_764_000_000_000, 7)
    }

    #[test]
    fn a_file_is_known_by_its_content() {
        let camt =
            "\u{feff}<?xml version='1.0'?>\n<!-- bank --><d:Document xmlns:d='x'><d:BkToCstmrStmt/></d:Document>";
        assert_eq!(detect(camt.as_bytes()), Some(Format::Camt053));
        for (bytes, found) in [
            (&b" \n"[..], "an empty file"),
            (b"<Document><BkToCstmrAcctRpt/></Document>", "an XML document “BkToCstmrAcctRpt”"),
            (b"<html><body/></html>", "an XML document “html”"),
            (b":20:STARTUMS\n:25:1/2\n", "text that is not XML"),
            (b"PK\x03\x04\0\0", "a file that is not text"),
            (b"\xff\xfe<\0D\0", "a file that is not text in UTF-8"),
        ] {
            let refused = read(bytes, &mut ids());
            assert_eq!(refused, Err(StatementError::UnknownFormat(found.to_owned())));
        }
        let latin = b"<Document>\n<BkToCstmrStmt>M\xfcller";
        assert_eq!(read(latin, &mut ids()), Err(StatementError::Bad { line: 2, fault: Fault::NotUtf8 }));
    }

    #[test]
    fn ids_of_lines_differ_beyond_twelve_bits_and_keep_their_order() {
        let mut ids = ids();
        let mut lines = LineIds::new(&mut ids);
        let made: Vec<LineId> = (0..10_000).map(|_| lines.next_id()).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(made.iter().all(|id| id.0.get_version_num() == 7));
        assert_ne!(made[1].0, ids.next_uuid());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes, &mut ids());
        }

        /// Pieces of real files in any order and number.
        #[test]
        fn no_document_makes_it_panic(pieces in proptest::collection::vec(0..PIECES.len(), 0..40)) {
            let inner: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
            let text = format!("<Document><BkToCstmrStmt><Stmt>{inner}</Stmt></BkToCstmrStmt></Document>");
            let _ = read(text.as_bytes(), &mut ids());
        }
    }

    const PIECES: [&str; 16] = [
        "<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>",
        "<Ntry>",
        "</Ntry>",
        "<Amt Ccy='EUR'>1.50</Amt>",
        "<Amt Ccy='XYZ'>",
        "</Amt>",
        "<CdtDbtInd>CRDT</CdtDbtInd>",
        "<Sts><Cd>BOOK</Cd></Sts>",
        "<BookgDt><Dt>2026-11-22</Dt></BookgDt>",
        "<NtryDtls><TxDtls>",
        "</TxDtls></NtryDtls>",
        "<RmtInf><Ustrd>a&amp;&#x41;&lt;</Ustrd></RmtInf>",
        "&foo;",
        "<![CDATA[]]>",
        "<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>",
        "</Bal>",
    ];
}
