//! Which format a file is in, by its content and whatever its name is.

use std::fmt;
use std::str::FromStr;

use super::{csv, mt, ofx, shortened, text, xml};

/// A format of statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// ISO 20022 camt.052, `BankToCustomerAccountReport`: what was booked so far today.
    Camt052,
    /// ISO 20022 camt.053, `BankToCustomerStatement`.
    Camt053,
    /// ISO 20022 camt.054, `BankToCustomerDebitCreditNotification`.
    Camt054,
    /// SWIFT MT940, customer statement message.
    Mt940,
    /// SWIFT MT942, interim transaction report.
    Mt942,
    /// Open Financial Exchange, 1.x in SGML or 2.x in XML.
    Ofx,
    /// Comma separated values: with Stopgap's own header, or by a mapping.
    Csv,
    /// The trade bill of a merchant of WeChat Pay.
    Wechat,
    /// The bill of a merchant of Alipay, by trades or by account.
    Alipay,
}

/// A name that is none of a format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is none of camt.052, camt.053, camt.054, mt940, mt942, ofx, csv, wechat, alipay")]
pub struct UnknownFormatName(String);

impl Format {
    const ALL: [Self; 9] = [
        Self::Camt052,
        Self::Camt053,
        Self::Camt054,
        Self::Mt940,
        Self::Mt942,
        Self::Ofx,
        Self::Csv,
        Self::Wechat,
        Self::Alipay,
    ];

    /// The name on the command line and in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Camt052 => "camt.052",
            Self::Camt053 => "camt.053",
            Self::Camt054 => "camt.054",
            Self::Mt940 => "mt940",
            Self::Mt942 => "mt942",
            Self::Ofx => "ofx",
            Self::Csv => "csv",
            Self::Wechat => "wechat",
            Self::Alipay => "alipay",
        }
    }

    /// Whether a file that looks like `found` may be read as this one. The two messages of SWIFT differ in nothing but
    /// which fields are there.
    pub(super) fn takes(self, found: Self) -> bool {
        let is_mt = |format| matches!(format, Self::Mt940 | Self::Mt942);
        self == found || (is_mt(self) && is_mt(found))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = UnknownFormatName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let plain = |name: &str| name.replace(['.', '-', '_', ' '], "").to_ascii_lowercase();
        let found = Self::ALL.into_iter().find(|format| plain(format.name()) == plain(name));
        found.ok_or_else(|| UnknownFormatName(shortened(name)))
    }
}

/// The format of a file that says what it is; `None` for any other, also for a CSV file that needs a mapping.
#[must_use]
pub fn detect(bytes: &[u8]) -> Option<Format> {
    of_text(&text::decode(bytes, None).ok()?)
}

/// The format of a text.
pub fn of_text(text: &str) -> Option<Format> {
    if let Some(kind) = xml::document_kind(text) {
        return match kind.as_str() {
            "BkToCstmrAcctRpt" => Some(Format::Camt052),
            "BkToCstmrStmt" => Some(Format::Camt053),
            "BkToCstmrDbtCdtNtfctn" => Some(Format::Camt054),
            "OFX" => Some(Format::Ofx),
            _ => None,
        };
    }
    if ofx::is_ofx(text) {
        return Some(Format::Ofx);
    }
    csv::kind(text).or_else(|| mt::kind(text))
}

/// Says what a text is that is no statement.
pub fn described(text: &str) -> String {
    let inside = text.trim_start_matches('\u{feff}').trim_ascii();
    if inside.is_empty() {
        return "an empty file".to_owned();
    }
    if inside.contains('\0') {
        return "a file that is not text".to_owned();
    }
    match xml::document_kind(text) {
        Some(kind) => format!("an XML document “{}”", shortened(&kind)),
        None if inside.starts_with('<') => "a document that is not well formed XML".to_owned(),
        None => "text of an unknown layout".to_owned(),
    }
}
