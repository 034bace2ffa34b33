//! JSON as the commands read it: a key that stands twice is refused, and what does not fit is named with what would.

use std::fmt::{self, Write};
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// What is wrong with a member, in one sentence that names it. It is shown on one line, whatever was given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) struct FieldError(pub(crate) String);

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().flat_map(spelled).try_for_each(|char| f.write_char(char))
    }
}

/// A character as an error may repeat it: one that would break or turn the line is spelled out.
pub(crate) fn spelled(char: char) -> impl Iterator<Item = char> {
    let printable = !char.is_control() && !matches!(char, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}');
    let escaped = (!printable).then(|| char.escape_unicode());
    printable.then_some(char).into_iter().chain(escaped.into_iter().flatten())
}

impl FieldError {
    pub(crate) fn of(why: impl fmt::Display) -> Self {
        Self(why.to_string())
    }
}

/// Reads text as JSON.
pub(crate) fn parse(text: &str) -> Result<Value, FieldError> {
    let read: Result<Strict, _> = serde_json::from_str(text);
    read.map(|Strict(value)| value)
        .map_err(|error| FieldError(format!("standard input is not the JSON asked for: {error}")))
}

/// An object whose members are taken out one by one; what is left over at the end is unknown.
#[derive(Default)]
pub(crate) struct Fields {
    /// The way to it, such as `merchant.`; empty for the outermost.
    path: String,
    object: Map<String, Value>,
}

impl Fields {
    /// The members of the outermost object.
    pub(crate) fn of(value: Value) -> Result<Self, FieldError> {
        match value {
            Value::Object(object) => Ok(Self { path: String::new(), object }),
            other => Err(FieldError(format!("the input is {}: a JSON object is expected", kind(&other)))),
        }
    }

    /// A member that has to be text.
    pub(crate) fn text(&mut self, name: &str) -> Result<String, FieldError> {
        self.optional_text(name)?.ok_or_else(|| self.missing(name, "text"))
    }

    /// A member that is text, or null, or not there.
    pub(crate) fn optional_text(&mut self, name: &str) -> Result<Option<String>, FieldError> {
        match self.object.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(name, &other, "text")),
        }
    }

    /// A member whose text has to be of a certain form.
    pub(crate) fn parsed<T: FromStr<Err: fmt::Display>>(&mut self, name: &str) -> Result<T, FieldError> {
        self.optional_parsed(name)?.ok_or_else(|| self.missing(name, "text"))
    }

    /// A member whose text has to be of a certain form, or null, or not there.
    pub(crate) fn optional_parsed<T: FromStr<Err: fmt::Display>>(
        &mut self,
        name: &str,
    ) -> Result<Option<T>, FieldError> {
        let Some(text) = self.optional_text(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|error| FieldError(format!("{}: {error}", self.name(name))))
    }

    /// A member that is a whole number, or null, or not there.
    pub(crate) fn optional_whole_number(&mut self, name: &str) -> Result<Option<i64>, FieldError> {
        match self.object.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_i64() {
                Some(number) => Ok(Some(number)),
                None if value.is_u64() => Err(self.wrong(name, &value, "one up to 9,223,372,036,854,775,807")),
                None => Err(self.wrong(name, &value, "a whole number")),
            },
        }
    }

    /// A member that is true or false, or null, or not there.
    pub(crate) fn optional_flag(&mut self, name: &str) -> Result<Option<bool>, FieldError> {
        match self.object.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(other) => Err(self.wrong(name, &other, "true or false")),
        }
    }

    /// A member that has to be a number of at most two digits, as a number or as text.
    pub(crate) fn two_digits(&mut self, name: &str) -> Result<u8, FieldError> {
        let expected = "a number of two digits";
        let number = match self.object.remove(name) {
            None | Some(Value::Null) => return Err(self.missing(name, expected)),
            Some(Value::String(text)) => two_digits(&text),
            Some(value) => value.as_u64().and_then(|number| u8::try_from(number).ok()).filter(|number| *number < 100),
        };
        number.ok_or_else(|| FieldError(format!("{} is not {expected}", self.name(name))))
    }

    /// A member that has to be an object.
    pub(crate) fn object(&mut self, name: &str) -> Result<Self, FieldError> {
        self.optional_object(name)?.ok_or_else(|| self.missing(name, "an object"))
    }

    /// A member that is an object, or null, or not there.
    pub(crate) fn optional_object(&mut self, name: &str) -> Result<Option<Self>, FieldError> {
        match self.object.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(object)) => Ok(Some(Self { path: format!("{}{name}.", self.path), object })),
            Some(other) => Err(self.wrong(name, &other, "an object")),
        }
    }

    /// All members that are left, each of which has to be text.
    pub(crate) fn texts(mut self) -> Result<Vec<(String, String)>, FieldError> {
        self.object.retain(|_, value| !value.is_null());
        let names: Vec<String> = self.object.keys().cloned().collect();
        names.into_iter().map(|name| self.text(&name).map(|text| (name, text))).collect()
    }

    /// Refuses what was not asked for. A null is nothing, whatever its name.
    pub(crate) fn end(self) -> Result<(), FieldError> {
        match self.object.iter().find(|(_, value)| !value.is_null()) {
            None => Ok(()),
            Some((name, _)) => Err(FieldError(format!("“{}{}” is not known here", self.path, shortened(name)))),
        }
    }

    /// The name of a member with the way to it.
    fn name(&self, name: &str) -> String {
        format!("“{}{}”", self.path, shortened(name))
    }

    fn missing(&self, name: &str, expected: &str) -> FieldError {
        FieldError(format!("{} is missing: {expected} is expected", self.name(name)))
    }

    fn wrong(&self, name: &str, found: &Value, expected: &str) -> FieldError {
        FieldError(format!("{} is {}: {expected} is expected", self.name(name), kind(found)))
    }
}

/// Two digits as a number.
pub(crate) fn two_digits(text: &str) -> Option<u8> {
    let is_form = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_form)
}

/// What a value is. Not the value itself: it may be a card number that somebody pasted.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_i64() || number.is_u64() => "a whole number",
        Value::Number(_) => "a number with decimals",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The most characters of a stranger's name that a message repeats.
const NAME_SHOWN_MAX: usize = 40;

fn shortened(name: &str) -> String {
    name.chars().filter(|char| !char.is_control()).take(NAME_SHOWN_MAX).collect()
}

/// A value in which no object has a key twice. RFC 8259, section 4, leaves to the reader what becomes of the first; a
/// message that is sealed or sent must not depend on that.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Strict, E> {
        Ok(Strict(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Strict, E> {
        Ok(Strict(Value::Number(value.into())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Strict, E> {
        Ok(Strict(Value::Number(value.into())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Strict, E> {
        Ok(Strict(Number::from_f64(value).map_or(Value::Null, Value::Number)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Strict, E> {
        Ok(Strict(Value::String(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Strict, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Strict(Value::Array(values)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Strict, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let Strict(value) = members.next_value()?;
            if object.contains_key(&name) {
                return Err(A::Error::custom(format!("“{}” stands twice", shortened(&name))));
            }
            object.insert(name, value);
        }
        Ok(Strict(Value::Object(object)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused<T>(result: Result<T, FieldError>) -> String {
        match result {
            Ok(_) => panic!("it was taken"),
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn what_does_not_fit_is_named_with_what_would() {
        let fields = |text: &str| Fields::of(parse(text).unwrap());
        assert!(refused(fields("[]")).contains("a list: a JSON object"));
        assert!(refused(fields("\"x\"")).contains("text: a JSON object"));
        let mut inner = fields(r#"{"a":{"b":1,"c":"x","d":null,"e":1.5}}"#).unwrap().object("a").unwrap();
        assert_eq!(inner.optional_whole_number("b").unwrap(), Some(1));
        assert_eq!(inner.text("c").unwrap(), "x");
        assert_eq!(inner.optional_text("d").unwrap(), None);
        assert!(refused(inner.optional_whole_number("e")).contains("“a.e” is a number with decimals: a whole number"));
        assert!(refused(inner.text("f")).contains("“a.f” is missing: text"));
        inner.end().unwrap();
        let mut optional = fields(r#"{"n":null,"i":-7,"b":true,"s":"07","t":26,"big":18446744073709551615}"#).unwrap();
        assert_eq!(optional.optional_whole_number("n").unwrap(), None);
        assert_eq!(optional.optional_whole_number("i").unwrap(), Some(-7));
        assert!(refused(optional.optional_whole_number("big")).contains("up to 9,223"));
        assert_eq!(optional.optional_flag("b").unwrap(), Some(true));
        assert_eq!((optional.two_digits("s").unwrap(), optional.two_digits("t").unwrap()), (7, 26));
        assert!(refused(optional.two_digits("x")).contains("“x” is missing"));
        assert!(refused(fields(r#"{"a":"007"}"#).unwrap().two_digits("a")).contains("two digits"));
        assert!(refused(fields(r#"{"a":100}"#).unwrap().two_digits("a")).contains("two digits"));
        assert!(optional.optional_object("o").unwrap().is_none());
        fields(r#"{"unknown":null}"#).unwrap().end().unwrap();
        assert!(refused(fields(r#"{"a":1}"#).unwrap().object("a")).contains("“a” is a whole number: an object"));
        assert!(refused(fields(r#"{"x":1}"#).unwrap().end()).contains("“x” is not known"));
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_at_every_depth() {
        for text in [r#"{"a":1,"a":2}"#, r#"{"a":{"b":1,"b":1}}"#, r#"[{"a":1,"a":2}]"#] {
            assert!(refused(parse(text)).contains("stands twice"), "{text}");
        }
        assert!(parse(r#"{"a":{"b":1},"b":[1,-1,2.5,true,null]}"#).is_ok());
        assert!(refused(parse("{")).lines().count() == 1);
    }
}
