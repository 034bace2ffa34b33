//! The fields of a message as text, without a word on what they may hold.

use std::fmt;

/// Where the text of a field stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    number: u8,
    start: usize,
    end: usize,
}

/// Fields in the order of their numbers.
///
/// All texts stand in one piece of memory, so that a message costs two allocations and not one for each field. May hold
/// card data, so it is neither printed nor serialised as a whole.
#[derive(Clone, Default)]
pub struct FieldSet {
    places: Vec<Place>,
    text: String,
}

impl FieldSet {
    /// No fields.
    #[must_use]
    pub const fn new() -> Self {
        Self { places: Vec::new(), text: String::new() }
    }

    /// The text of a field, where there is one.
    #[must_use]
    pub fn get(&self, number: u8) -> Option<&str> {
        let place = self.places.iter().find(|place| place.number == number)?;
        self.text.get(place.start..place.end)
    }

    /// All fields, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (u8, &str)> {
        let text = |place: &Place| self.text.get(place.start..place.end).unwrap_or_default();
        self.places.iter().map(move |place| (place.number, text(place)))
    }

    /// The highest number.
    #[must_use]
    pub fn last(&self) -> Option<u8> {
        self.places.last().map(|place| place.number)
    }

    /// Sets a field. The text it had before is left in memory until the whole goes.
    pub fn set(&mut self, number: u8, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        let place = Place { number, start, end: self.text.len() };
        match self.places.binary_search_by_key(&number, |place| place.number) {
            Ok(found) => self.places[found] = place,
            Err(gap) => self.places.insert(gap, place),
        }
    }
}

impl PartialEq for FieldSet {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for FieldSet {}

/// Says which fields there are and nothing of their content.
impl fmt::Debug for FieldSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.places.iter().map(|place| place.number)).finish()
    }
}

/// Puts the fields of a message together while it is read, in ascending order.
pub(super) struct FieldSetBuilder {
    places: Vec<Place>,
    text: Vec<u8>,
}

impl FieldSetBuilder {
    /// With room for so many fields and so many characters.
    pub(super) fn with_capacity(fields: usize, characters: usize) -> Self {
        Self { places: Vec::with_capacity(fields), text: Vec::with_capacity(characters) }
    }

    /// Adds a field with a higher number than all before; `write` appends its text. What it returns is passed on.
    #[inline]
    pub(super) fn push<E>(&mut self, number: u8, write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Result<(), E> {
        let start = self.text.len();
        write(&mut self.text)?;
        self.places.push(Place { number, start, end: self.text.len() });
        Ok(())
    }

    /// Puts a star for each character of the field that was added last.
    pub(super) fn mask_last(&mut self) {
        if let Some(place) = self.places.last() {
            self.text[place.start..].fill(b'*');
        }
    }

    /// The fields; nothing when their text is not UTF-8, which the checks of the fields leave no room for.
    pub(super) fn finish(self) -> Option<FieldSet> {
        Some(FieldSet { places: self.places, text: String::from_utf8(self.text).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_sorted_and_the_last_text_of_each_counts() {
        let mut fields = FieldSet::new();
        for (number, text) in [(70, "301"), (11, "000001"), (4, "x"), (11, "000002")] {
            fields.set(number, text);
        }
        assert_eq!(fields.iter().collect::<Vec<_>>(), [(4, "x"), (11, "000002"), (70, "301")]);
        assert_eq!((fields.get(11), fields.get(12), fields.last()), (Some("000002"), None, Some(70)));
        let mut other = FieldSet::new();
        for (number, text) in [(4, "x"), (11, "000002"), (70, "301")] {
            other.set(number, text);
        }
        assert_eq!(fields, other);
        other.set(4, "y");
        assert_ne!(fields, other);
        assert_eq!(format!("{fields:?}"), "[4, 11, 70]");
    }
}
