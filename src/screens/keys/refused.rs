//! Why a key is not taken, in the words of the page: the screen says them in the person's language.

use chrono::DateTime;
use serde::Serialize;

use crate::app::event::KeyRefusal;
use crate::domain::keys::KeyRingError;
use crate::seal::KeyError;

/// Why a key is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/keys_api.slint")]
pub enum KeyRefused {
    NoHost,
    /// What the system says.
    NotRead(String),
    NotJwk,
    Pem,
    KeySet,
    /// The member.
    Missing(String),
    PrivatePart,
    /// The kind.
    OtherKind(String),
    /// What it is for.
    OtherUse(String),
    Name,
    NameIsCardNumber,
    /// The member.
    Damaged(String),
    /// How many it has.
    RsaBits(String),
    /// How long a sealed card could become.
    TooLong(String),
    /// From when on.
    TooEarly(String),
    /// Since when.
    Expired(String),
    NeverValid,
    /// What it is called here.
    Known(String),
    /// The name.
    NameTaken(String),
    TooManyInUse,
    TooMany,
}

impl KeyRefused {
    /// In the words of the page.
    pub(super) fn of(refusal: &KeyRefusal) -> Self {
        match refusal {
            KeyRefusal::NoHost => Self::NoHost,
            KeyRefusal::NotRead(why) => Self::NotRead(why.clone()),
            KeyRefusal::Key(error) => Self::of_key(error),
            KeyRefusal::Ring(error) => Self::of_ring(error),
        }
    }

    fn of_key(error: &KeyError) -> Self {
        match error {
            KeyError::NotJwk(_) | KeyError::TooLong { .. } => Self::NotJwk,
            KeyError::Pem => Self::Pem,
            KeyError::KeySet => Self::KeySet,
            KeyError::Missing(member) => Self::Missing((*member).to_owned()),
            KeyError::Private(_) => Self::PrivatePart,
            KeyError::Kind { kty, crv } => {
                Self::OtherKind(crv.as_ref().map_or_else(|| kty.clone(), |crv| format!("{kty}/{crv}")))
            }
            KeyError::Use(given) | KeyError::Algorithm { given, .. } => Self::OtherUse(given.clone()),
            KeyError::Kid { .. } => Self::Name,
            KeyError::KidIsCardNumber => Self::NameIsCardNumber,
            KeyError::Coordinate { name, .. } | KeyError::Number { name, .. } => Self::Damaged((*name).to_owned()),
            KeyError::UnsafePoint => Self::Damaged("x".to_owned()),
            KeyError::ModulusFactor { .. } => Self::Damaged("n".to_owned()),
            KeyError::Exponent => Self::Damaged("e".to_owned()),
            KeyError::Trial { kid } => Self::Damaged(kid.clone()),
            KeyError::ModulusBits { bits } => Self::RsaBits(bits.to_string()),
            KeyError::DoesNotFit { bytes, .. } => Self::TooLong(bytes.to_string()),
            KeyError::NotYetValid { not_before, .. } => Self::TooEarly(day(*not_before)),
            KeyError::Expired { expires, .. } => Self::Expired(day(*expires)),
            KeyError::NeverValid { .. } => Self::NeverValid,
        }
    }

    fn of_ring(error: &KeyRingError) -> Self {
        match error {
            KeyRingError::Known { kid } => Self::Known(kid.clone()),
            KeyRingError::NameTaken(kid) => Self::NameTaken(kid.clone()),
            KeyRingError::Expired { expires, .. } => Self::Expired(day(*expires)),
            KeyRingError::InUseFull => Self::TooManyInUse,
            // What is left is about keys that the till holds already, and none of them is brought in.
            KeyRingError::Full | KeyRingError::Unknown | KeyRingError::SamePerson(_) | KeyRingError::State { .. } => {
                Self::TooMany
            }
        }
    }
}

fn day(unix: i64) -> String {
    DateTime::from_timestamp(unix, 0).map_or_else(|| unix.to_string(), |at| at.format("%Y-%m-%d").to_string())
}
