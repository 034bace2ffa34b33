//! The marks of OFX, in SGML (1.x, where a value has no end tag) and XML (2.x) alike.

use crate::statement::error::Fault;
use crate::statement::shortened;

/// How many bytes a tag may have.
const TAG_BYTES_MAX: usize = 256;
/// How many bytes the text of one element may have; OFX itself allows 255 characters.
const TEXT_BYTES_MAX: usize = 8 * 1024;

/// One tag with the text behind it.
#[derive(Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// Its name in capitals, without a prefix.
    pub name: String,
    /// Whether it ends an element.
    pub is_end: bool,
    /// The text up to the next tag, as it stands there.
    pub text: &'a str,
    /// Where it begins, in bytes.
    pub place: usize,
}

/// Goes over the tags of a text.
pub struct Tokens<'a> {
    text: &'a str,
    /// Where the next tag begins.
    place: usize,
}

impl<'a> Tokens<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, place: text.find('<').unwrap_or(text.len()) }
    }

    /// The next tag; `None` at the end. An error comes with its place.
    pub fn next(&mut self) -> Result<Option<Token<'a>>, (usize, Fault)> {
        while let Some(rest) = self.text.get(self.place..).filter(|rest| !rest.is_empty()) {
            let place = self.place;
            let wrong = |fault| (place, fault);
            let open = |what: &str| Fault::Xml(format!("{what} is opened and never closed"));
            if rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype")) {
                return Err(wrong(Fault::Doctype));
            }
            if rest.starts_with("<?") || rest.starts_with("<!--") {
                let end = if rest.starts_with("<?") { "?>" } else { "-->" };
                let length = rest.find(end).ok_or_else(|| wrong(open("a comment or declaration")))?;
                self.place = self.next_tag(place + length + end.len());
                continue;
            }
            let end = rest.bytes().take(TAG_BYTES_MAX).position(|byte| byte == b'>');
            let end = end.ok_or_else(|| wrong(open("a tag")))?;
            let tag = &rest[1..end];
            let is_end = tag.starts_with('/');
            let tag = tag.trim_start_matches('/').trim_end_matches('/').split_ascii_whitespace().next();
            let name = tag.map(|tag| tag.rsplit(':').next().unwrap_or(tag)).unwrap_or_default();
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) {
                return Err(wrong(Fault::Xml(format!("“{}” is not a tag", shortened(rest)))));
            }
            let begin = place + end + 1;
            let next = self.next_tag(begin);
            if next - begin > TEXT_BYTES_MAX {
                return Err(wrong(Fault::TooLong { what: "the text of an element", limit: TEXT_BYTES_MAX }));
            }
            self.place = next;
            let text = self.text[begin..next].trim();
            return Ok(Some(Token { name: name.to_ascii_uppercase(), is_end, text, place }));
        }
        Ok(None)
    }

    /// Where the next tag begins from here on; a `CDATA` section is text and may hold what looks like one.
    fn next_tag(&self, from: usize) -> usize {
        let mut place = from;
        loop {
            let Some(found) = self.text[place..].find('<').map(|found| place + found) else { return self.text.len() };
            let Some(inside) = self.text[found..].strip_prefix("<![CDATA[") else { return found };
            let Some(length) = inside.find("]]>") else { return self.text.len() };
            place = found + "<![CDATA[".len() + length + "]]>".len();
        }
    }
}

/// A text without its entities. OFX 1.x of many banks has ampersands that begin none: they stay what they are.
pub fn plain(text: &str) -> String {
    if let Some(inside) = text.strip_prefix("<![CDATA[").and_then(|rest| rest.strip_suffix("]]>")) {
        return inside.trim().to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('&') {
        plain.push_str(&rest[..place]);
        rest = &rest[place..];
        let entity = rest.bytes().take(10).position(|byte| byte == b';').map(|end| &rest[1..end]);
        if let Some((entity, char)) = entity.and_then(|entity| Some((entity, resolved(entity)?))) {
            plain.push(char);
            rest = &rest[entity.len() + 2..];
        } else {
            plain.push('&');
            rest = &rest[1..];
        }
    }
    plain.push_str(rest);
    plain.trim().to_owned()
}

fn resolved(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|char| !char.is_control())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_with_and_without_end_tags() {
        let mut tokens = Tokens::new("OFXHEADER:100\n<OFX>\n<NAME>A &amp; B&B\n<memo><![CDATA[x <y>]]></memo></OFX>");
        let mut seen = Vec::new();
        while let Some(token) = tokens.next().unwrap() {
            seen.push((token.name, token.is_end, plain(token.text)));
        }
        let expected = [
            ("OFX", false, ""),
            ("NAME", false, "A & B&B"),
            ("MEMO", false, "x <y>"),
            ("MEMO", true, ""),
            ("OFX", true, ""),
        ];
        assert_eq!(seen, expected.map(|(name, is_end, text)| (name.to_owned(), is_end, text.to_owned())));
    }

    #[test]
    fn what_has_no_end_is_refused() {
        let fault = |text: &str| {
            let mut tokens = Tokens::new(text);
            loop {
                match tokens.next() {
                    Ok(Some(_)) => {}
                    Ok(None) => panic!("{text}"),
                    Err((_, fault)) => return fault,
                }
            }
        };
        assert_eq!(fault("<OFX><!DOCTYPE a>"), Fault::Doctype);
        for text in ["<OFX", "<OFX><!--", "<>", "<a&b>", &format!("<{}>", "x".repeat(300))] {
            assert!(matches!(fault(text), Fault::Xml(_)), "{text}");
        }
        let text = format!("<MEMO>{}", "x".repeat(TEXT_BYTES_MAX + 1));
        assert!(matches!(fault(&text), Fault::TooLong { .. }));
    }
}
