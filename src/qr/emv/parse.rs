//! A payload taken apart. Nothing is repaired or guessed: what does not hold by the standard is damage.

use std::fmt;

use super::amount::AMOUNT_CHARS_MAX;
use super::object::CRC_HEADER;
use super::{Object, PAYLOAD_CHARS_MAX, Value, crc};

/// How deep templates are: the root, a template, and a template in it.
const DEPTH_MAX: usize = 3;
/// The GUID of `VietQR`, whose object 01 is a template in a template (NAPAS 1.5.2).
const VIETQR_GUID: &str = "A000000727";

/// Why a text is not a payload of EMV QRCPS, or no longer the one it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// Longer than any payload.
    #[error("it has more than {PAYLOAD_CHARS_MAX} characters, the most that a payload has (EMV QRCPS v1.1, 4.1)")]
    TooLong,
    /// Another kind of text.
    #[error("it is no payload of EMV QRCPS: it does not begin with object 00 and version 01 or 02")]
    NotEmv,
    /// The end comes in the middle of an ID or a length.
    #[error("it is truncated: {spot} there are only {left} characters, and ID and length of an object are four")]
    Truncated {
        /// Where.
        spot: Spot,
        /// How many characters are left.
        left: usize,
    },
    /// An ID or a length that is not two digits.
    #[error("{spot} “{found}” stands where two digits of ID and two of length are expected")]
    Header {
        /// Where.
        spot: Spot,
        /// What stands there.
        found: String,
    },
    /// The value would go on behind the end.
    #[error("{place} says it has {length} characters, and only {left} are left")]
    PastEnd {
        /// Which object.
        place: Place,
        /// What it says.
        length: usize,
        /// What there is.
        left: usize,
    },
    /// A length of 00.
    #[error("{place} is empty, and empty objects do not exist")]
    Empty {
        /// Which object.
        place: Place,
    },
    /// The same ID a second time in one place.
    #[error("{place} stands twice")]
    Duplicate {
        /// Which object.
        place: Place,
    },
    /// An object 54 that is no amount, or nothing.
    #[error(
        "object 54 is “{found}”, and an amount is 1 to 13 digits with at most one point, and not zero (EMV QRCPS v1.1, \
         object 54)"
    )]
    Amount {
        /// What stands there.
        found: String,
    },
    /// No object 63 at the end.
    #[error("object 63 with the check sum is not at the end")]
    NoCheckSum,
    /// The check sum is that of another text.
    #[error("the check sum is {stated} where {computed} is right: at least one character is wrong")]
    CheckSum {
        /// What stands there.
        stated: String,
        /// What should.
        computed: String,
    },
}

/// Where an object should begin and does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// At the beginning of a template, or of the payload.
    In(Place),
    /// Behind an object.
    After(Place),
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::In(place) => write!(f, "in {place}"),
            Self::After(place) => write!(f, "after {place}"),
        }
    }
}

/// An object of a payload: the IDs from the root down, such as `object 26.01`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Place(Vec<u8>);

impl Place {
    fn in_template(&self, id: u8) -> Self {
        Self(self.0.iter().copied().chain([id]).collect())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_first() {
            None => f.write_str("the payload"),
            Some((first, others)) => {
                write!(f, "object {first:02}")?;
                others.iter().try_for_each(|id| write!(f, ".{id:02}"))
            }
        }
    }
}

/// The objects of a payload, the check sum in 63 among them.
///
/// Templates are taken apart: 26 to 51, 62 and 64 have to be templates. 80 to 99, and 50 to 99 within 62, belong to
/// their owners; they are taken apart where they hold objects, and are text where they do not (`DuitNow` keeps a hash in
/// 82).
///
/// # Errors
///
/// [`Damage`]. A text that was changed anywhere does not get through: the check sum is compared last.
pub fn parse(payload: &str) -> Result<Vec<Object>, Damage> {
    if payload.chars().nth(PAYLOAD_CHARS_MAX).is_some() {
        return Err(Damage::TooLong);
    }
    if !["000201", "000202"].iter().any(|begin| payload.starts_with(begin)) {
        return Err(Damage::NotEmv);
    }
    let flat = run(payload, &Place::default())?;
    let Some((63, stated)) = flat.last().copied().filter(|(_, value)| value.chars().count() == 4) else {
        return Err(Damage::NoCheckSum);
    };
    let covered = payload.strip_suffix(stated).filter(|covered| covered.ends_with(CRC_HEADER));
    let computed = crc::check_characters(covered.ok_or(Damage::NoCheckSum)?);
    if computed != stated {
        return Err(Damage::CheckSum { stated: stated.to_owned(), computed });
    }
    if let Some((_, amount)) = flat.iter().find(|(id, amount)| *id == 54 && !is_amount(amount)) {
        return Err(Damage::Amount { found: super::text::shown(amount) });
    }
    let root = Place::default();
    flat.into_iter().map(|(id, value)| object(id, value, &root, false)).collect()
}

/// Whether a text can stand in 54: `98.73`, `98` and `98.` can.
fn is_amount(text: &str) -> bool {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let mut digits = whole.bytes().chain(decimals.bytes());
    text.len() <= AMOUNT_CHARS_MAX
        && !whole.is_empty()
        && digits.clone().all(|byte| byte.is_ascii_digit())
        && digits.any(|byte| byte != b'0')
}

/// One object, taken apart if it is a template.
fn object(id: u8, value: &str, within: &Place, in_vietqr: bool) -> Result<Object, Damage> {
    let place = within.in_template(id);
    let objects = match kind(within, id, in_vietqr) {
        Kind::Text => None,
        Kind::Template => Some(template(value, &place)?),
        Kind::Owners => template(value, &place).ok(),
    };
    Ok(Object { id, value: objects.map_or_else(|| Value::Text(value.to_owned()), Value::Template) })
}

fn template(value: &str, place: &Place) -> Result<Vec<Object>, Damage> {
    let flat = run(value, place)?;
    let is_vietqr = flat.first() == Some(&(0, VIETQR_GUID));
    flat.into_iter().map(|(id, value)| object(id, value, place, is_vietqr)).collect()
}

/// What an object is by its place.
enum Kind {
    Text,
    Template,
    /// Either, as its owner likes.
    Owners,
}

fn kind(within: &Place, id: u8, in_vietqr: bool) -> Kind {
    match (within.0.as_slice(), id) {
        _ if within.0.len() + 1 >= DEPTH_MAX => Kind::Text,
        ([], 26..=51 | 62 | 64) => Kind::Template,
        ([], 80..=99) | ([62], 50..=99) => Kind::Owners,
        ([_], 1) if in_vietqr => Kind::Template,
        _ => Kind::Text,
    }
}

/// The objects of one level, each with its value.
fn run<'a>(text: &'a str, within: &Place) -> Result<Vec<(u8, &'a str)>, Damage> {
    let mut objects: Vec<(u8, &str)> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let spot = || match objects.last() {
            Some((id, _)) => Spot::After(within.in_template(*id)),
            None => Spot::In(within.clone()),
        };
        let header = split(rest, 4).ok_or_else(|| Damage::Truncated { spot: spot(), left: rest.chars().count() })?;
        let numbers = two_digits(header.0, 0).zip(two_digits(header.0, 2));
        let (id, length) =
            numbers.ok_or_else(|| Damage::Header { spot: spot(), found: super::text::shown(header.0) })?;
        let (place, length) = (within.in_template(id), usize::from(length));
        if length == 0 {
            return Err(Damage::Empty { place });
        }
        let Some((value, behind)) = split(header.1, length) else {
            return Err(Damage::PastEnd { place, length, left: header.1.chars().count() });
        };
        if objects.iter().any(|(known, _)| *known == id) {
            return Err(Damage::Duplicate { place });
        }
        objects.push((id, value));
        rest = behind;
    }
    Ok(objects)
}

/// A text cut after so many characters; none if it is shorter.
fn split(text: &str, characters: usize) -> Option<(&str, &str)> {
    let mut ends = text.char_indices().map(|(place, _)| place).chain([text.len()]);
    text.split_at_checked(ends.nth(characters)?)
}

fn two_digits(header: &str, place: usize) -> Option<u8> {
    let digits = header.get(place..place + 2)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}
