//! XML from outside, read once and within bounds: no DOCTYPE, no entities but XML's own five, nothing without end.

mod scan;

use std::borrow::Cow;

use self::scan::{Name, Piece, Scanner, attribute};
use super::error::{Fault, StatementError};

/// How deep elements may lie; camt.053 itself needs about 15.
pub const DEPTH_MAX: usize = 48;
/// How many bytes the text of one element may have; the longest of camt.053 is 500 characters.
pub const TEXT_BYTES_MAX: usize = 8 * 1024;
/// How many bytes a tag with its attributes may have.
pub const TAG_BYTES_MAX: usize = 8 * 1024;

/// What an element is, known by the elements it lies in.
///
/// So one of the same name in another place is another one, and no path has to be built or compared.
pub trait Place: Copy {
    /// Outside the outermost element.
    const OUTSIDE: Self;

    /// The element of this local name in this one.
    fn child(self, name: &str) -> Self;
}

/// One end of an element.
pub enum Step<'a> {
    /// It begins.
    Open,
    /// It ends; the text is its own, without that of elements in it and without spaces around it.
    Close {
        /// Its text.
        text: &'a str,
        /// Its attribute `Ccy`.
        currency: Option<&'a str>,
    },
}

/// Walks through a document and tells each element's beginning and end with its place.
///
/// # Errors
///
/// The document is not well formed or breaks a bound, or `visit` refuses; with the line where that is.
pub fn walk<P: Place>(
    text: &str,
    mut visit: impl FnMut(P, Step<'_>) -> Result<(), Fault>,
) -> Result<(), StatementError> {
    let mut scanner = Scanner::new(text);
    let mut walk = Walk::<P>::new();
    loop {
        let begin = scanner.place;
        let stepped = match scanner.next() {
            Ok(Some(piece)) => walk.step(&piece, &mut visit),
            Ok(None) => walk.finish(),
            Err(fault) => Err(fault),
        };
        if let Err(fault) = stepped {
            return Err(StatementError::Bad { line: line_at(&text.as_bytes()[..begin]), fault });
        }
        if begin == text.len() {
            return Ok(());
        }
    }
}

/// The number of the line that begins behind these bytes' last line break, counted from 1.
pub fn line_at(before: &[u8]) -> usize {
    before.split(|byte| *byte == b'\n').count()
}

/// How many declarations of a DOCTYPE are stepped over.
const DECLARATIONS_MAX: u8 = 64;

/// What a document is: the element inside `Document` for ISO 20022, else the outermost one. `None` when it is no XML.
pub fn document_kind(text: &str) -> Option<String> {
    if !text.trim_start_matches('\u{feff}').trim_ascii_start().starts_with('<') {
        return None;
    }
    let mut scanner = Scanner::new(text);
    let mut is_inside_document = false;
    // A DOCTYPE may hold declarations, which are no pieces of a document. They are stepped over, so that what is refused
    // is the DOCTYPE.
    let mut declarations_left = 0_u8;
    loop {
        let Ok(piece) = scanner.next() else {
            declarations_left = declarations_left.checked_sub(1)?;
            // It begins with a “<” or a “&”.
            scanner.place += 1;
            continue;
        };
        match piece {
            Some(Piece::Begin { name, .. }) if is_inside_document || name.local != "Document" => {
                return Some(name.local.to_owned());
            }
            Some(Piece::Begin { .. }) => is_inside_document = true,
            Some(Piece::End(_)) | None => return is_inside_document.then(|| "Document".to_owned()),
            // Refused when it is read; until then the document is what it says it is.
            Some(Piece::Doctype) => {
                declarations_left = DECLARATIONS_MAX;
                scanner.place += 1;
            }
            Some(Piece::Text(_) | Piece::Reference(_) | Piece::Other) => {}
        }
    }
}

/// Where the walk is.
struct Walk<'a, P> {
    /// The open elements, outermost first: the name of each and what it lies in.
    open: Vec<(&'a str, P)>,
    /// What the innermost of them is.
    here: P,
    /// Text of the innermost element so far: a piece of the document, and a copy only where it is broken into several.
    text: Cow<'a, str>,
    /// `Ccy` of the innermost element.
    currency: Option<&'a str>,
    /// Whether the outermost element has ended.
    done: bool,
}

impl<'a, P: Place> Walk<'a, P> {
    fn new() -> Self {
        let open = Vec::with_capacity(DEPTH_MAX);
        Self { open, here: P::OUTSIDE, text: Cow::Borrowed(""), currency: None, done: false }
    }

    #[inline]
    fn step(
        &mut self,
        piece: &Piece<'a>,
        visit: &mut impl FnMut(P, Step<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        match piece {
            // Most text is the space between elements.
            Piece::Text(text) if self.text.is_empty() && !self.open.is_empty() && text.trim_ascii().is_empty() => {
                if text.len() <= TEXT_BYTES_MAX {
                    Ok(())
                } else {
                    self.add(Cow::Borrowed(text))
                }
            }
            Piece::Text(text) if text.contains('\r') => {
                self.add(Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")))
            }
            Piece::Text(text) => self.add(Cow::Borrowed(text)),
            Piece::Reference(name) => self.add_reference(name),
            Piece::Begin { name, attributes, is_empty } => {
                self.begin(name, attributes)?;
                visit(self.here, Step::Open)?;
                if *is_empty { self.end(name, visit) } else { Ok(()) }
            }
            Piece::End(name) => self.end(name, visit),
            Piece::Doctype => Err(Fault::Doctype),
            Piece::Other => Ok(()),
        }
    }

    fn begin(&mut self, name: &Name<'a>, attributes: &'a str) -> Result<(), Fault> {
        if self.open.len() >= DEPTH_MAX {
            return Err(Fault::TooDeep { limit: DEPTH_MAX });
        }
        if self.done {
            return Err(Fault::Xml("something follows the outermost element".to_owned()));
        }
        self.currency = if attributes.is_empty() { None } else { attribute(attributes, "Ccy")? };
        self.text = Cow::Borrowed("");
        self.open.push((name.whole, self.here));
        self.here = self.here.child(name.local);
        Ok(())
    }

    fn end(&mut self, name: &Name<'a>, visit: &mut impl FnMut(P, Step<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
        let (begun, outer) = self.open.pop().ok_or_else(|| Fault::Xml("an end tag ends no element".to_owned()))?;
        if begun != name.whole {
            return Err(Fault::Xml("an end tag does not fit the element that it ends".to_owned()));
        }
        visit(self.here, Step::Close { text: self.text.trim_ascii(), currency: self.currency })?;
        self.here = outer;
        self.done = self.open.is_empty();
        self.text = Cow::Borrowed("");
        self.currency = None;
        Ok(())
    }

    fn add(&mut self, more: Cow<'a, str>) -> Result<(), Fault> {
        if self.open.is_empty() {
            let blank = more.trim_start_matches('\u{feff}').trim_ascii().is_empty();
            return if blank {
                Ok(())
            } else {
                Err(Fault::Xml("text stands outside the outermost element".to_owned()))
            };
        }
        if self.text.len() + more.len() > TEXT_BYTES_MAX {
            return Err(Fault::TooLong { what: "the text of an element", limit: TEXT_BYTES_MAX });
        }
        if self.text.is_empty() {
            self.text = more;
        } else {
            self.text.to_mut().push_str(&more);
        }
        Ok(())
    }

    fn add_reference(&mut self, name: &str) -> Result<(), Fault> {
        let unknown = || Fault::Entity(super::shortened(name));
        let char = match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => numbered(name).ok_or_else(unknown)?,
        };
        self.add(Cow::Owned(char.to_string()))
    }

    fn finish(&self) -> Result<(), Fault> {
        if self.open.is_empty() && self.done {
            return Ok(());
        }
        Err(Fault::Xml("the file ends inside an element".to_owned()))
    }
}

/// The character of a reference by number, which has to be one that XML allows (XML 1.0, 2.2).
fn numbered(name: &str) -> Option<char> {
    let number = name.strip_prefix('#')?;
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |hex| (hex, 16));
    if digits.starts_with('+') {
        return None;
    }
    let char = char::from_u32(u32::from_str_radix(digits, radix).ok()?)?;
    let is_allowed = matches!(char, '\t' | '\n' | '\r') || (char >= ' ' && !matches!(char, '\u{fffe}' | '\u{ffff}'));
    is_allowed.then_some(char)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a`, and `b` in it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Letter {
        Outside,
        A,
        B,
        Other,
    }

    impl Place for Letter {
        const OUTSIDE: Self = Self::Outside;

        fn child(self, name: &str) -> Self {
            match (self, name) {
                (Self::Outside, "a") => Self::A,
                (Self::A, "b") => Self::B,
                (Self::Outside | Self::A | Self::B | Self::Other, _) => Self::Other,
            }
        }
    }

    /// Every text with its place.
    fn texts(document: &str) -> Result<Vec<(Letter, String)>, StatementError> {
        let mut texts = Vec::new();
        walk(document, |place, step| {
            if let Step::Close { text, .. } = step
                && !text.is_empty()
            {
                texts.push((place, text.to_owned()));
            }
            Ok(())
        })?;
        Ok(texts)
    }

    fn fault(document: &str) -> (usize, Fault) {
        match texts(document) {
            Err(StatementError::Bad { line, fault }) => (line, fault),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn text_is_joined_across_entities_comments_and_cdata() {
        let read = texts("<a xmlns:x='y'><x:b> A&amp;B &#67;&#x44;<!-- no --> <![CDATA[<E>]]> </x:b><c/></a>").unwrap();
        assert_eq!(read, [(Letter::B, "A&B CD <E>".to_owned())]);
    }

    #[test]
    fn what_could_be_an_attack_or_an_accident_is_refused_with_its_line() {
        assert_eq!(fault("<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]>\n<a/>"), (2, Fault::Doctype));
        assert_eq!(fault("<a>\n\n&b;</a>"), (3, Fault::Entity("b".into())));
        assert_eq!(fault("<a>&#0;</a>").1, Fault::Entity("#0".into()));
        assert_eq!(fault(&"<a>".repeat(DEPTH_MAX + 1)), (1, Fault::TooDeep { limit: DEPTH_MAX }));
        let text = format!("<a>\n{}</a>", "x".repeat(TEXT_BYTES_MAX));
        assert_eq!(fault(&text).1, Fault::TooLong { what: "the text of an element", limit: TEXT_BYTES_MAX });
        let tag = format!("<a\n b='{}'/>", "x".repeat(TAG_BYTES_MAX));
        assert_eq!(fault(&tag).1, Fault::TooLong { what: "a tag", limit: TAG_BYTES_MAX });
        for broken in ["", "x", "<a>", "<a></b>", "<a/><b/>", "<a/>x", "<a", "<a b=c/>", "<a>\n<b></a>", "</a>"] {
            assert!(matches!(fault(broken), (_, Fault::Xml(_))), "{broken}");
        }
        assert_eq!(fault("<a>\n<b></a>").0, 2);
    }

    #[test]
    fn a_document_behind_a_doctype_is_still_known() {
        let declared = "<!DOCTYPE Document [<!ENTITY a \"b\"><!ELEMENT c (d)>]>\n";
        assert_eq!(
            document_kind(&format!("{declared}<Document><BkToCstmrStmt/></Document>")).unwrap(),
            "BkToCstmrStmt"
        );
        assert_eq!(document_kind("<!doctype html><html lang=\"en\">").unwrap(), "html");
        assert_eq!(document_kind(&format!("<!DOCTYPE a [{}", "<!-- ".repeat(1_000))), None);
        assert_eq!(document_kind("<!ENTITY a \"b\"><Document><BkToCstmrStmt/></Document>"), None);
    }

    #[test]
    fn the_deepest_document_allowed_is_read() {
        let deep = format!("{}x{}", "<a>".repeat(DEPTH_MAX), "</a>".repeat(DEPTH_MAX));
        assert_eq!(texts(&deep).unwrap().len(), 1);
    }
}
