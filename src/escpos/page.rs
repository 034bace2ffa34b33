//! Code pages: the characters above ASCII that a printer has, under the numbers of `ESC t n`.

use std::fmt;
use std::str::FromStr;

use encoding_rs::{
    Encoding, GB18030, IBM866, ISO_8859_2, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254,
    WINDOWS_1257, WINDOWS_1258,
};

/// A code page by Epson's name for it. Pages for text that runs from right to left are not among them: the printer puts
/// characters down in the order they come, and joins none, so such lines are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodePage {
    /// Western European, with the euro.
    Wpc1252,
    /// Cyrillic, as DOS had it.
    Pc866,
    /// Central European, ISO 8859-2; it has no euro.
    Iso8859_2,
    /// Central European, with the euro.
    Wpc1250,
    /// Cyrillic, with the euro.
    Wpc1251,
    /// Greek, with the euro.
    Wpc1253,
    /// Turkish, with the euro.
    Wpc1254,
    /// Baltic, with the euro.
    Wpc1257,
    /// Vietnamese, with the euro.
    Wpc1258,
}

/// The name is no code page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not one of the code pages {names}", names = names())]
pub struct CodePageError(pub String);

impl CodePage {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Wpc1252,
        Self::Pc866,
        Self::Iso8859_2,
        Self::Wpc1250,
        Self::Wpc1251,
        Self::Wpc1253,
        Self::Wpc1254,
        Self::Wpc1257,
        Self::Wpc1258,
    ];

    /// Epson's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wpc1252 => "WPC1252",
            Self::Pc866 => "PC866",
            Self::Iso8859_2 => "ISO8859-2",
            Self::Wpc1250 => "WPC1250",
            Self::Wpc1251 => "WPC1251",
            Self::Wpc1253 => "WPC1253",
            Self::Wpc1254 => "WPC1254",
            Self::Wpc1257 => "WPC1257",
            Self::Wpc1258 => "WPC1258",
        }
    }

    /// The parameter of `ESC t`.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Wpc1252 => 16,
            Self::Pc866 => 17,
            Self::Iso8859_2 => 39,
            Self::Wpc1250 => 45,
            Self::Wpc1251 => 46,
            Self::Wpc1253 => 47,
            Self::Wpc1254 => 48,
            Self::Wpc1257 => 51,
            Self::Wpc1258 => 52,
        }
    }

    /// The line in this page, or `None` when the page lacks a character of it.
    pub(super) fn encode(self, line: &str) -> Option<Vec<u8>> {
        let bytes = encode(self.encoding(), line)?;
        // One column for each character: a page has no wide ones, and a mark without a width would shift the rest.
        (bytes.len() == line.chars().count()).then_some(bytes)
    }

    fn encoding(self) -> &'static Encoding {
        match self {
            Self::Wpc1252 => WINDOWS_1252,
            Self::Pc866 => IBM866,
            Self::Iso8859_2 => ISO_8859_2,
            Self::Wpc1250 => WINDOWS_1250,
            Self::Wpc1251 => WINDOWS_1251,
            Self::Wpc1253 => WINDOWS_1253,
            Self::Wpc1254 => WINDOWS_1254,
            Self::Wpc1257 => WINDOWS_1257,
            Self::Wpc1258 => WINDOWS_1258,
        }
    }
}

/// A line in the double-byte characters of a printer with a Chinese font; `None` when it has not all of them. The
/// four-byte characters of GB 18030 are left out: few printers have them.
pub(super) fn encode_chinese(line: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(line.len());
    for char in line.chars() {
        let one = encode(GB18030, char.encode_utf8(&mut [0; 4]))?;
        match one.len() {
            1 => bytes.extend(one),
            2 if unicode_width::UnicodeWidthChar::width(char) == Some(2) => bytes.extend(one),
            _ => return None,
        }
    }
    Some(bytes)
}

fn encode(encoding: &'static Encoding, text: &str) -> Option<Vec<u8>> {
    let (bytes, _, has_unmappable) = encoding.encode(text);
    // Control characters were taken out before; a page that made one of a letter would be obeyed.
    let is_printable = bytes.iter().all(|byte| *byte >= b' ' && *byte != 0x7f);
    (!has_unmappable && is_printable).then(|| bytes.into_owned())
}

fn names() -> String {
    CodePage::ALL.map(CodePage::name).join(", ")
}

impl FromStr for CodePage {
    type Err = CodePageError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|page| page.name() == name).ok_or_else(|| CodePageError(name.to_owned()))
    }
}

impl fmt::Display for CodePage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
