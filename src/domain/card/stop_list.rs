//! Cards that are not taken on trust: by the beginning of the number, and where one card is meant also by its last digits.
//!
//! The list holds no card number. The first eight digits and the last four are what PCI DSS lets be kept of one
//! (requirement 3.5.1, truncation), so an entry may meet another card as well, and each says how far it goes.

use super::parsed::Card;
use crate::domain::limits::Step;

/// The most entries of a stop list.
pub const STOP_ENTRIES_MAX: usize = 10_000;
/// The fewest digits an entry begins with: an issuer number is at least this long (ISO/IEC 7812-1).
pub const STOP_PREFIX_DIGITS_MIN: usize = 4;
/// The most digits an entry begins with.
pub const STOP_PREFIX_DIGITS_MAX: usize = 8;
/// The digits after the star.
const LAST_DIGITS: usize = 4;

/// Why an entry of a stop list is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StopListError {
    /// Not of the form.
    #[error(
        "a stop list entry is the first {STOP_PREFIX_DIGITS_MIN} to {STOP_PREFIX_DIGITS_MAX} digits of a card number, \
         or those, a star and the last {LAST_DIGITS}, such as 411111*1111; more of a number must not be kept"
    )]
    Form,
    /// Too many.
    #[error("a stop list takes at most {STOP_ENTRIES_MAX} entries")]
    Full,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
struct StopEntry {
    first: String,
    last: Option<String>,
    step: Step,
}

/// The shop's stop list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StopList {
    entries: Vec<StopEntry>,
}

impl StopList {
    /// A list that stops nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Adds an entry: `411111` for all cards that begin so, `411111*1111` for those that also end so.
    ///
    /// # Errors
    ///
    /// Not of this form, or too many.
    pub fn add(&mut self, text: &str, step: Step) -> Result<(), StopListError> {
        let (first, last) = text.split_once('*').map_or((text, None), |(first, last)| (first, Some(last)));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let has_form = (STOP_PREFIX_DIGITS_MIN..=STOP_PREFIX_DIGITS_MAX).contains(&first.len())
            && digits(first)
            && last.is_none_or(|last| last.len() == LAST_DIGITS && digits(last));
        if !has_form {
            return Err(StopListError::Form);
        }
        if self.entries.len() >= STOP_ENTRIES_MAX {
            return Err(StopListError::Full);
        }
        self.entries.push(StopEntry { first: first.to_owned(), last: last.map(str::to_owned), step });
        Ok(())
    }

    /// What the list says of a card, the worst of the entries that meet it. The number does not leave this call.
    #[must_use]
    pub fn judge(&self, card: &Card) -> Option<Step> {
        card.with_secret(|number, _| {
            let meets = |entry: &&StopEntry| {
                number.starts_with(&entry.first)
                    && entry.last.as_ref().is_none_or(|last| number.ends_with(last.as_str()))
            };
            self.entries.iter().filter(meets).map(|entry| entry.step).max()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::draft;
    use super::super::{Brand, YearMonth};
    use super::*;

    fn judged(entries: &[(&str, Step)]) -> Option<Step> {
        let mut list = StopList::new();
        for (text, step) in entries {
            list.add(text, *step).unwrap();
        }
        let card = draft("4111111111111111", "1129").parse(&[Brand::Visa], YearMonth { year: 2026, month: 11 });
        list.judge(&card.unwrap())
    }

    #[test]
    fn a_card_is_met_by_its_beginning_and_its_end() {
        assert_eq!(judged(&[]), None);
        assert_eq!(judged(&[("4111", Step::Warn)]), Some(Step::Warn));
        assert_eq!(judged(&[("41111111", Step::Refuse)]), Some(Step::Refuse));
        assert_eq!(judged(&[("411111*1111", Step::NeedsManager)]), Some(Step::NeedsManager));
        assert_eq!(judged(&[("411111*1112", Step::Refuse), ("411112", Step::Refuse)]), None);
        let several = [("4111", Step::Warn), ("411111*1111", Step::Refuse), ("41111", Step::NeedsManager)];
        assert_eq!(judged(&several), Some(Step::Refuse));
    }

    #[test]
    fn more_of_a_number_than_may_be_kept_is_refused() {
        let mut list = StopList::new();
        for text in
            ["", "411", "411111111", "4111111111111111", "4111*111", "4111*11111", "4111**111", "41x1", "４１１１"]
        {
            assert_eq!(list.add(text, Step::Warn), Err(StopListError::Form), "{text}");
        }
        for _ in 0..STOP_ENTRIES_MAX {
            list.add("4111", Step::Warn).unwrap();
        }
        assert_eq!(list.add("4111", Step::Warn), Err(StopListError::Full));
    }
}
