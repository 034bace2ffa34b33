//! XML from outside, read once and within bounds: no DOCTYPE, no entities but XML's own five, nothing without end.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

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
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut walk = Walk::<P>::new();
    loop {
        let begin = position(&reader);
        // Looked at where it stands: moving each event out of its result costs a quarter of the time.
        let read = reader.read_event();
        let stepped = match &read {
            Ok(Event::Eof) => walk.finish(),
            Ok(event) => walk.step(event, &mut visit),
            Err(error) => {
                let place = usize::try_from(reader.error_position()).unwrap_or(begin).min(text.len());
                let line = line_at(&text.as_bytes()[..place]);
                return Err(StatementError::Bad { line, fault: Fault::Xml(not_well_formed(error)) });
            }
        };
        if let Err(fault) = stepped {
            return Err(StatementError::Bad { line: line_at(&text.as_bytes()[..begin.min(text.len())]), fault });
        }
        if matches!(read, Ok(Event::Eof)) {
            return Ok(());
        }
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// What is wrong, without more of the file than a name.
fn not_well_formed(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    text.chars().take(120).map(|char| if char.is_control() { ' ' } else { char }).collect()
}

/// The number of the line that begins behind these bytes' last line break, counted from 1.
pub fn line_at(before: &[u8]) -> usize {
    before.split(|byte| *byte == b'\n').count()
}

/// What a document is: the element inside `Document` for ISO 20022, else the outermost one. `None` when it is no XML.
pub fn document_kind(text: &str) -> Option<String> {
    if !text.trim_start_matches('\u{feff}').trim_ascii_start().starts_with('<') {
        return None;
    }
    let mut reader = Reader::from_str(text);
    let mut inside_document = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) | Event::Empty(tag) => {
                let name = tag.local_name().as_ref().to_owned();
                if inside_document || name != "Document" {
                    return Some(name);
                }
                inside_document = true;
            }
            Event::End(_) | Event::Eof => return inside_document.then(|| "Document".to_owned()),
            Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {}
        }
    }
}

/// Where the walk is.
struct Walk<'a, P> {
    /// The open elements, outermost first.
    open: Vec<P>,
    /// The innermost of them.
    here: P,
    /// Text of the innermost element so far: a piece of the document, and a copy only where it is broken into several.
    text: Cow<'a, str>,
    /// `Ccy` of the innermost element.
    currency: Option<Cow<'a, str>>,
    /// Whether the outermost element has ended.
    done: bool,
}

impl<'a, P: Place> Walk<'a, P> {
    fn new() -> Self {
        let open = Vec::with_capacity(DEPTH_MAX);
        Self { open, here: P::OUTSIDE, text: Cow::Borrowed(""), currency: None, done: false }
    }

    fn step(
        &mut self,
        event: &Event<'a>,
        visit: &mut impl FnMut(P, Step<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        match event {
            Event::Start(tag) | Event::Empty(tag) => {
                self.open(tag)?;
                visit(self.here, Step::Open)
            }
            Event::End(_) => {
                let step = Step::Close { text: self.text.trim_ascii(), currency: self.currency.as_deref() };
                visit(self.here, step)?;
                self.close();
                Ok(())
            }
            // Most text is the space between elements.
            Event::Text(text) if self.text.is_empty() && !self.open.is_empty() && text.trim_ascii().is_empty() => Ok(()),
            Event::Text(text) => self.add(text.xml10_content()),
            Event::CData(text) => self.add(text.xml10_content()),
            Event::GeneralRef(entity) => self.add_entity(entity),
            Event::DocType(_) => Err(Fault::Doctype),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn open(&mut self, tag: &BytesStart<'a>) -> Result<(), Fault> {
        if tag.len() > TAG_BYTES_MAX {
            return Err(Fault::TooLong { what: "a tag", limit: TAG_BYTES_MAX });
        }
        if self.open.len() >= DEPTH_MAX {
            return Err(Fault::TooDeep { limit: DEPTH_MAX });
        }
        if self.done {
            return Err(Fault::Xml("something follows the outermost element".to_owned()));
        }
        self.currency = None;
        if tag.len() > tag.name().as_ref().len() {
            let found = tag.try_get_attribute("Ccy").map_err(|error| Fault::Xml(not_well_formed(&error)))?;
            self.currency = found.map(|attribute| Cow::Owned(attribute.value.trim().to_owned()));
        }
        self.text = Cow::Borrowed("");
        self.open.push(self.here);
        self.here = self.here.child(tag.local_name().as_ref());
        Ok(())
    }

    fn close(&mut self) {
        // The reader has checked that ends fit beginnings, so there is always one open.
        self.here = self.open.pop().unwrap_or(P::OUTSIDE);
        self.done = self.open.is_empty();
        self.text = Cow::Borrowed("");
        self.currency = None;
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

    fn add_entity(&mut self, entity: &BytesRef<'a>) -> Result<(), Fault> {
        let unknown = || Fault::Entity(super::shortened(&entity.xml10_content()));
        if entity.is_char_ref() {
            let char = entity.resolve_char_ref().ok().flatten().ok_or_else(unknown)?;
            return self.add(Cow::Owned(char.to_string()));
        }
        self.add(Cow::Borrowed(resolve_xml_entity(&entity.xml10_content()).ok_or_else(unknown)?))
    }

    fn finish(&self) -> Result<(), Fault> {
        if self.open.is_empty() && self.done {
            return Ok(());
        }
        Err(Fault::Xml("the file ends inside an element".to_owned()))
    }
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
    fn the_deepest_document_allowed_is_read() {
        let deep = format!("{}x{}", "<a>".repeat(DEPTH_MAX), "</a>".repeat(DEPTH_MAX));
        assert_eq!(texts(&deep).unwrap().len(), 1);
    }
}
