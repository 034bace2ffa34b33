//! The marks of XML 1.0 in a text that is whole in memory, without a copy of anything.
//!
//! A statement is read at the pace of the disk, and most of that time goes here: an event of the general reader that
//! the rest of Stopgap uses costs more than the whole of what is done with it. Only what a document of values needs is
//! known; a document type is refused by who asks.

use memchr::{memchr, memchr2, memmem};

use super::TAG_BYTES_MAX;
use crate::statement::error::Fault;
use crate::statement::shortened;

/// How many bytes a reference may have between `&` and `;`.
const REFERENCE_BYTES_MAX: usize = 12;

/// One mark, or the text between two.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text as it stands there.
    Text(&'a str),
    /// What stands between `&` and `;`.
    Reference(&'a str),
    /// The beginning of an element.
    Begin {
        /// Its name.
        name: Name<'a>,
        /// What stands behind the name.
        attributes: &'a str,
        /// Whether it ends at once.
        is_empty: bool,
    },
    /// The end of an element.
    End(Name<'a>),
    /// A document type declaration.
    Doctype,
    /// A comment, a declaration or an instruction.
    Other,
}

/// The name of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    /// With its prefix.
    pub whole: &'a str,
    /// Without.
    pub local: &'a str,
}

/// Goes over a text.
pub struct Scanner<'a> {
    text: &'a str,
    /// Where the next piece begins, in bytes.
    pub place: usize,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Self {
        let mark = text.len() - text.trim_start_matches('\u{feff}').len();
        Self { text, place: mark }
    }

    /// The next piece; `None` at the end.
    #[inline]
    pub fn next(&mut self) -> Result<Option<Piece<'a>>, Fault> {
        let rest = &self.text[self.place..];
        match rest.as_bytes() {
            [] => Ok(None),
            [b'<', b'/', ..] => self.end(rest).map(Some),
            [b'<', b'!' | b'?', ..] => self.other(rest).map(Some),
            [b'<', ..] => self.begin(rest).map(Some),
            [b'&', ..] => self.reference(rest).map(Some),
            bytes => {
                let length = memchr2(b'<', b'&', bytes).unwrap_or(bytes.len());
                self.place += length;
                Ok(Some(Piece::Text(&rest[..length])))
            }
        }
    }

    #[inline]
    fn end(&mut self, rest: &'a str) -> Result<Piece<'a>, Fault> {
        let (name, behind) = name(&rest[2..])?;
        let length = behind.len() - behind.trim_ascii_start().len();
        if behind.as_bytes().get(length) != Some(&b'>') {
            return Err(no_tag(rest));
        }
        self.place += 2 + name.whole.len() + length + 1;
        Ok(Piece::End(name))
    }

    #[inline]
    fn begin(&mut self, rest: &'a str) -> Result<Piece<'a>, Fault> {
        let (name, behind) = name(&rest[1..])?;
        // Nearly every tag is a name and nothing else.
        let length = if behind.starts_with('>') { 0 } else { tag_length(behind)? };
        self.place += 1 + name.whole.len() + length + 1;
        let inside = &behind[..length];
        let (attributes, is_empty) = inside.strip_suffix('/').map_or((inside, false), |inside| (inside, true));
        Ok(Piece::Begin { name, attributes, is_empty })
    }

    fn reference(&mut self, rest: &'a str) -> Result<Piece<'a>, Fault> {
        let window = &rest.as_bytes()[1..rest.len().min(REFERENCE_BYTES_MAX + 2)];
        let unknown = || Fault::Entity(shortened(rest[1..].split(['<', ' ', ';']).next().unwrap_or_default()));
        let length = memchr(b';', window).ok_or_else(unknown)?;
        self.place += length + 2;
        Ok(Piece::Reference(&rest[1..=length]))
    }

    fn other(&mut self, rest: &'a str) -> Result<Piece<'a>, Fault> {
        let bytes = rest.as_bytes();
        let mut until = |begin: &str, end: &str, what: &str| {
            let found = memmem::find(&bytes[begin.len()..], end.as_bytes());
            let length = found.ok_or_else(|| Fault::Xml(format!("{what} is opened and never closed")))?;
            self.place += begin.len() + length + end.len();
            Ok(&rest[begin.len()..begin.len() + length])
        };
        if rest.starts_with("<!--") {
            until("<!--", "-->", "a comment").map(|_| Piece::Other)
        } else if rest.starts_with("<?") {
            until("<?", "?>", "an instruction").map(|_| Piece::Other)
        } else if rest.starts_with("<![CDATA[") {
            until("<![CDATA[", "]]>", "a CDATA section").map(Piece::Text)
        } else if bytes.get(..9).is_some_and(|start| start.eq_ignore_ascii_case(b"<!doctype")) {
            Ok(Piece::Doctype)
        } else {
            Err(no_tag(rest))
        }
    }
}

/// The value of an attribute; all of them have to be well formed.
pub fn attribute<'a>(attributes: &'a str, wanted: &str) -> Result<Option<&'a str>, Fault> {
    let broken = || Fault::Xml("an attribute is not of the form name=\"value\"".to_owned());
    let mut found = None;
    let mut rest = attributes;
    loop {
        let inside = rest.trim_ascii_start();
        if inside.is_empty() {
            return Ok(found);
        }
        if inside.len() == rest.len() {
            return Err(broken());
        }
        let (key, behind) = inside.split_once('=').ok_or_else(broken)?;
        let (key, behind) = (key.trim_ascii_end(), behind.trim_ascii_start());
        let is_name = !key.is_empty() && key.bytes().all(|byte| NAME_BYTES[usize::from(byte)]);
        let quote = behind.chars().next().filter(|char| is_name && matches!(char, '"' | '\'')).ok_or_else(broken)?;
        let (value, behind) = behind[1..].split_once(quote).ok_or_else(broken)?;
        if value.contains('<') {
            return Err(broken());
        }
        if key == wanted && found.replace(value.trim_ascii()).is_some() {
            return Err(Fault::Xml("an attribute is there twice".to_owned()));
        }
        rest = behind;
    }
}

/// How long a tag is up to its `>`, which may also stand in quotation marks.
fn tag_length(inside: &str) -> Result<usize, Fault> {
    let window = &inside.as_bytes()[..inside.len().min(TAG_BYTES_MAX)];
    let mut quote = None;
    for (place, byte) in window.iter().enumerate() {
        match (quote, *byte) {
            (None, b'>') => return Ok(place),
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == byte => quote = None,
            (Some(_) | None, _) => {}
        }
    }
    Err(without_end(window.len()))
}

fn without_end(looked_at: usize) -> Fault {
    if looked_at < TAG_BYTES_MAX {
        return Fault::Xml("a tag is opened and never closed".to_owned());
    }
    Fault::TooLong { what: "a tag", limit: TAG_BYTES_MAX }
}

/// The name that a tag begins with and what follows it.
#[inline]
fn name(tag: &str) -> Result<(Name<'_>, &str), Fault> {
    let bytes = tag.as_bytes();
    let mut local = 0;
    let mut end = 0;
    while let Some(byte) = bytes.get(end).copied().filter(|byte| NAME_BYTES[usize::from(*byte)]) {
        end += 1;
        if byte == b':' {
            local = end;
        }
    }
    if end > TAG_BYTES_MAX {
        return Err(without_end(end));
    }
    let begins_well = local < end && !matches!(bytes[local], b'0'..=b'9' | b'-' | b'.');
    let ends_well = bytes.get(end).is_none_or(|byte| matches!(byte, b'>' | b'/') || byte.is_ascii_whitespace());
    if !begins_well || !ends_well {
        return Err(no_tag(tag));
    }
    Ok((Name { whole: &tag[..end], local: &tag[local..end] }, &tag[end..]))
}

/// Which bytes a name has; of those beyond ASCII all (XML 1.0, 2.3, allows nearly all).
const NAME_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        #[allow(clippy::cast_possible_truncation, reason = "the loop ends at 255")]
        let ascii = byte as u8;
        table[byte] = ascii.is_ascii_alphanumeric() || matches!(ascii, b'_' | b'-' | b'.' | b':') || byte >= 0x80;
        byte += 1;
    }
    table
};

fn no_tag(rest: &str) -> Fault {
    Fault::Xml(format!("“{}” is not a tag", shortened(rest)))
}
