//! A card typed in by hand: the digits while they are typed, what may be shown of them, and the card they make.
//!
//! Only this module and [`crate::seal`] ever see a card number. The digits lie in one buffer that is wiped, no type
//! that holds one can be cloned, serialised or printed, and what leaves for screens and events is a [`CardEntry`].

mod brand;
mod error;
mod holder;
mod lookalike;
mod parsed;
mod ranges;
mod stop_list;

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

pub use self::brand::{Brand, NUMBER_DIGITS_MAX, NUMBER_DIGITS_MIN};
use self::brand::{FOURS, check_digit_holds};
pub use self::error::CardError;
use self::holder::HolderDraft;
pub use self::holder::{HOLDER_NAME_MAX, Holder, HolderPart, POSTCODE_MAX};
pub use self::lookalike::looks_like_card_number;
pub use self::parsed::{Card, CardNumber, Expiry};
use self::ranges::{Identified, PREFIX_DIGITS, identify};
pub use self::stop_list::{STOP_ENTRIES_MAX, STOP_PREFIX_DIGITS_MAX, STOP_PREFIX_DIGITS_MIN, StopList, StopListError};
use crate::domain::limits::KnownCard;

/// Digits of an expiry date: MMYY.
pub const EXPIRY_DIGITS: usize = 4;

/// How far ahead an expiry date may lie, in years: ours, a longer one is a slip of the finger.
pub const EXPIRY_YEARS_MAX: u16 = 20;

/// A month of a year, as cards are dated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct YearMonth {
    /// The full year, such as 2026.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
}

/// How far the number is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberState {
    /// More digits are needed.
    Incomplete,
    /// A number this shop may take.
    Valid,
    /// It cannot become or is not a number this shop may take.
    Error(CardError),
}

/// How far the expiry date is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpiryState {
    /// More digits are needed.
    Incomplete,
    /// A month that is not over.
    Valid,
    /// Not a date, or over.
    Error(CardError),
}

/// What may leave the card page's buffer: for the screen, for events, for the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardEntry {
    /// The brand, once the digits tell it.
    pub brand: Option<Brand>,
    /// How many digits of the number are typed.
    pub number_length: usize,
    /// The last four digits, only of a number that is complete and valid.
    pub last4: Option<String>,
    /// How far the number is.
    pub number: NumberState,
    /// Bullets in the card's own groups, and the last four once they may be shown: `•••• •••• •••• 1111`.
    pub number_text: String,
    /// How far the expiry date is.
    pub expiry: ExpiryState,
    /// The expiry date as typed, with a line for each missing digit: `12/2_`.
    pub expiry_text: String,
    /// The holder's name and postcode as far as they are typed.
    pub holder: Holder,
    /// Of a complete card, by what it is known again and whether the shop stops it; the draft itself knows neither.
    pub known: Option<KnownCard>,
}

impl CardEntry {
    /// Whether number and expiry date make a card.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.number == NumberState::Valid && self.expiry == ExpiryState::Valid
    }
}

/// The digits of one card while they are typed: one buffer, wiped when it is cleared or dropped.
#[derive(Default, Zeroize, ZeroizeOnDrop)]
pub struct CardDraft {
    number: [u8; NUMBER_DIGITS_MAX],
    number_length: usize,
    expiry: [u8; EXPIRY_DIGITS],
    expiry_length: usize,
    holder: HolderDraft,
}

impl CardDraft {
    /// An empty draft.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one more digit (0 to 9) of the number; says whether there was room for it.
    pub fn push_number(&mut self, digit: u8) -> bool {
        push(&mut self.number, &mut self.number_length, digit)
    }

    /// Takes one more digit (0 to 9) of the expiry date; says whether there was room for it.
    pub fn push_expiry(&mut self, digit: u8) -> bool {
        push(&mut self.expiry, &mut self.expiry_length, digit)
    }

    /// Takes one more letter of the holder's name or postcode; says whether it may stand there.
    pub fn push_holder(&mut self, part: HolderPart, letter: char) -> bool {
        self.holder.push(part, letter)
    }

    /// Wipes the last letter of it.
    pub fn erase_holder(&mut self, part: HolderPart) {
        self.holder.erase(part);
    }

    /// Wipes the last digit of the number.
    pub fn erase_number(&mut self) {
        erase(&mut self.number, &mut self.number_length);
    }

    /// Wipes the last digit of the expiry date.
    pub fn erase_expiry(&mut self) {
        erase(&mut self.expiry, &mut self.expiry_length);
    }

    /// Wipes everything.
    pub fn clear(&mut self) {
        self.zeroize();
    }

    /// Whether nothing is typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.number_length == 0 && self.expiry_length == 0 && self.holder.is_empty()
    }

    /// What may be shown of the draft, judged for a shop that takes the `allowed` brands in the month `today`.
    #[must_use]
    pub fn entry(&self, allowed: &[Brand], today: YearMonth) -> CardEntry {
        let digits = self.number_digits();
        let brand = match identify(digits) {
            Identified::As(brand) => Some(brand),
            Identified::Undecided | Identified::NoBrand => None,
        };
        let number = self.number_state(allowed);
        let last4 = (number == NumberState::Valid).then(|| last_four(digits));
        CardEntry {
            brand,
            number_length: digits.len(),
            number_text: number_text(brand, digits.len(), last4.as_deref()),
            last4,
            number,
            expiry: self.expiry_state(today),
            expiry_text: self.expiry_text(),
            holder: self.holder.typed(),
            known: None,
        }
    }

    /// The card the digits make. The draft keeps its digits: the caller clears it once the card is sealed.
    ///
    /// # Errors
    ///
    /// Says what keeps the digits from being a card this shop may take today.
    pub fn parse(&self, allowed: &[Brand], today: YearMonth) -> Result<Card, CardError> {
        let digits = self.number_digits();
        let brand = check_number(digits, allowed)?;
        let last = self.check_expiry(today)?;
        Ok(Card::of(digits, last, brand, self.holder.typed()))
    }

    fn number_digits(&self) -> &[u8] {
        &self.number[..self.number_length]
    }

    /// The judgement of the whole number, softened while more digits can still put it right.
    fn number_state(&self, allowed: &[Brand]) -> NumberState {
        match check_number(self.number_digits(), allowed) {
            Ok(_) => NumberState::Valid,
            Err(CardError::TooShort { .. }) => NumberState::Incomplete,
            Err(CardError::Luhn) if self.number_length < self.usual_length() => NumberState::Incomplete,
            Err(error) => NumberState::Error(error),
        }
    }

    fn usual_length(&self) -> usize {
        match identify(self.number_digits()) {
            Identified::As(brand) => brand.usual_length(),
            Identified::Undecided | Identified::NoBrand => NUMBER_DIGITS_MAX,
        }
    }

    fn expiry_state(&self, today: YearMonth) -> ExpiryState {
        let month_possible = match self.expiry[..self.expiry_length] {
            [] => true,
            [tens] => tens <= 1,
            [tens, units, ..] => (1..=12).contains(&(tens * 10 + units)),
        };
        match self.check_expiry(today) {
            Ok(_) => ExpiryState::Valid,
            Err(_) if month_possible && self.expiry_length < EXPIRY_DIGITS => ExpiryState::Incomplete,
            Err(error) => ExpiryState::Error(error),
        }
    }

    fn check_expiry(&self, today: YearMonth) -> Result<YearMonth, CardError> {
        if self.expiry_length < EXPIRY_DIGITS {
            return Err(CardError::ExpiryInvalid);
        }
        let [month_tens, month_units, year_tens, year_units] = self.expiry;
        let month = month_tens * 10 + month_units;
        // Cards carry two digits of the year; all that are in use are of this century.
        let last = YearMonth { year: 2_000 + u16::from(year_tens * 10 + year_units), month };
        if !(1..=12).contains(&month) || last.year > today.year.saturating_add(EXPIRY_YEARS_MAX) {
            return Err(CardError::ExpiryInvalid);
        }
        if last < today {
            return Err(CardError::Expired { month, year: last.year });
        }
        Ok(last)
    }

    fn expiry_text(&self) -> String {
        let mut text = String::with_capacity(EXPIRY_DIGITS + 1);
        for place in 0..EXPIRY_DIGITS {
            if place == 2 {
                text.push('/');
            }
            text.push(if place < self.expiry_length { char::from(b'0' + self.expiry[place]) } else { '_' });
        }
        text
    }
}

/// Nothing of the content, not even how much there is of it.
impl fmt::Debug for CardDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardDraft(redacted)")
    }
}

fn push(buffer: &mut [u8], length: &mut usize, digit: u8) -> bool {
    let room = *length < buffer.len() && digit <= 9;
    if room {
        buffer[*length] = digit;
        *length += 1;
    }
    room
}

fn erase(buffer: &mut [u8], length: &mut usize) {
    if *length > 0 {
        *length -= 1;
        buffer[*length].zeroize();
    }
}

fn check_number(digits: &[u8], allowed: &[Brand]) -> Result<Brand, CardError> {
    let brand = match identify(digits) {
        Identified::As(brand) => brand,
        Identified::Undecided => return Err(CardError::TooShort { digits: digits.len(), brand: None }),
        Identified::NoBrand => return Err(CardError::UnknownBrand),
    };
    // Before the sixth digit a narrower range may still make it another brand, one that is allowed.
    if digits.len() >= PREFIX_DIGITS as usize && !allowed.contains(&brand) {
        return Err(CardError::BrandNotAllowed(brand));
    }
    if !brand.lengths().contains(&digits.len()) {
        let longest = brand.lengths().last().copied().unwrap_or(NUMBER_DIGITS_MAX);
        return Err(if digits.len() > longest {
            CardError::TooLong { digits: digits.len(), brand }
        } else {
            CardError::TooShort { digits: digits.len(), brand: Some(brand) }
        });
    }
    if brand.has_check_digit() && !check_digit_holds(digits) {
        return Err(CardError::Luhn);
    }
    Ok(brand)
}

fn last_four(digits: &[u8]) -> String {
    digits[digits.len().saturating_sub(4)..].iter().map(|&digit| char::from(b'0' + digit)).collect()
}

fn number_text(brand: Option<Brand>, length: usize, last4: Option<&str>) -> String {
    let groups = brand.map_or(FOURS, |brand| brand.groups(length));
    let mut shown = std::iter::repeat_n('•', length - last4.map_or(0, str::len)).chain(last4.unwrap_or("").chars());
    let mut text = String::new();
    let mut left = length;
    for size in groups.iter().copied().chain(std::iter::once(length)) {
        if left == 0 {
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        let size = size.min(left);
        text.extend(shown.by_ref().take(size));
        left -= size;
    }
    text
}

#[cfg(test)]
mod tests;
