//! The acquirer's keys that a till holds: one is sealed to, its successor waits, those before it are kept by name.
//!
//! A key comes in as pending and seals nothing until a second person has compared its fingerprint with the acquirer's.
//! Keys overlap: the one that became valid last is sealed to, and the older one takes over again if that is retired. A
//! retired key never comes back. A key is public, so its text stands beside what is known of it: whoever seals reads it
//! anew, and no second copy can be another one.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::ids::PersonId;

/// How many keys that are pending or active a till holds: one in use, its successor, and one of each to spare.
pub const KEYS_IN_USE_MAX: usize = 4;
/// How many keys a till knows of in all; with one key a quarter, retired ones fill it in fifteen years.
pub const KEYS_MAX: usize = 64;
/// The characters of a fingerprint that stand together when a person reads it.
const GROUP_CHARS: usize = 4;

/// The SHA-256 thumbprint of a key (RFC 7638), in base64url without padding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint that a thumbprint in base64url is.
    #[must_use]
    pub const fn of_thumbprint(thumbprint: String) -> Self {
        Self(thumbprint)
    }

    /// The thumbprint in one piece, as the acquirer's tools print it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// In groups of four, to be read aloud: `giQq igT_ IKcu …`.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, letter) in self.0.chars().enumerate() {
            if place > 0 && place.is_multiple_of(GROUP_CHARS) {
                f.write_str(" ")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

/// When a key may be used, in seconds since 1970: from the first moment up to, not including, the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    not_before: Option<i64>,
    expires: Option<i64>,
}

impl Validity {
    /// The time between two moments, either of which may be open. Nothing where it is empty.
    #[must_use]
    pub fn between(not_before: Option<i64>, expires: Option<i64>) -> Option<Self> {
        let empty = not_before.zip(expires).is_some_and(|(not_before, expires)| not_before >= expires);
        (!empty).then_some(Self { not_before, expires })
    }

    /// The first second, if there is one.
    #[must_use]
    pub const fn not_before(self) -> Option<i64> {
        self.not_before
    }

    /// The second at which it is over, if there is one.
    #[must_use]
    pub const fn expires(self) -> Option<i64> {
        self.expires
    }

    /// Whether a moment is in it.
    #[must_use]
    pub fn contains(self, unix: i64) -> bool {
        self.not_before.is_none_or(|not_before| unix >= not_before) && self.expires.is_none_or(|expires| unix < expires)
    }
}

/// How far a key is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// Imported; nobody has confirmed its fingerprint yet.
    Pending,
    /// Confirmed; it is sealed to while it is valid.
    Active {
        /// Who confirmed it.
        confirmed: Confirmation,
    },
    /// Never sealed to again.
    Retired {
        /// Who retired it.
        by: PersonId,
        /// When, in seconds since 1970.
        at: i64,
    },
}

/// Who confirmed a fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// A second person.
    ByAnother(PersonId),
    /// The person who imported the key, in a shop of one (`second_person = "off"`).
    Alone,
}

/// What is known of a key when it is imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyDescription {
    /// The acquirer's name of the key.
    pub kid: String,
    /// The kind, such as `OKP/X25519`.
    pub kind: String,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// When it may be used.
    pub valid: Validity,
}

/// A key that the till holds or has held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldKey {
    /// What is known of it.
    pub key: KeyDescription,
    /// The text it came as: a JWK.
    pub jwk: String,
    /// Who imported it.
    pub imported_by: PersonId,
    /// How far it is.
    pub state: KeyState,
}

impl HeldKey {
    /// Whether a card may be sealed to it at a moment (seconds since 1970).
    #[must_use]
    pub fn seals_at(&self, unix: i64) -> bool {
        match &self.state {
            KeyState::Active { .. } => self.key.valid.contains(unix),
            KeyState::Pending | KeyState::Retired { .. } => false,
        }
    }
}

/// Why a key cannot be imported, confirmed or retired.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingError {
    /// The same key, whatever it is called.
    #[error("the key with this fingerprint was imported before as “{kid}”")]
    Known {
        /// What it is called here.
        kid: String,
    },
    /// Another key of the same name: the acquirer could not tell which of them a card is sealed to.
    #[error("another key is called “{0}” already; ask the acquirer for a kid of its own")]
    NameTaken(String),
    /// Over before it was imported.
    #[error("the key “{kid}” expired at {expires} (seconds since 1970); ask the acquirer for the new one")]
    Expired {
        /// The key's name.
        kid: String,
        /// When it expired.
        expires: i64,
    },
    /// No room for one more that is in use.
    #[error("the till holds {KEYS_IN_USE_MAX} keys that are pending or active; retire one first")]
    InUseFull,
    /// No room at all.
    #[error("the till knows {KEYS_MAX} keys, retired ones among them, which is the most")]
    Full,
    /// No such key.
    #[error("the till holds no key with this fingerprint")]
    Unknown,
    /// The same person twice.
    #[error("{0} imported the key, so another person has to confirm its fingerprint")]
    SamePerson(PersonId),
    /// The state does not allow it.
    #[error("the key “{kid}” is {is}")]
    State {
        /// The key's name.
        kid: String,
        /// What it is.
        is: &'static str,
    },
}

/// Why nothing can be sealed: a typed card is not asked for then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSealingKey {
    /// No key at all, or only retired ones.
    NoKey,
    /// One waits for its fingerprint to be confirmed.
    Unconfirmed,
    /// One that is confirmed becomes valid later.
    NotYetValid {
        /// When, in seconds since 1970.
        not_before: i64,
    },
    /// All that are confirmed have expired.
    Expired {
        /// When the last of them did, in seconds since 1970.
        expires: i64,
    },
}

/// The keys that a till holds and has held, in the order in which they were imported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyRing {
    keys: Vec<HeldKey>,
}

impl KeyRing {
    /// A ring without keys.
    #[must_use]
    pub const fn new() -> Self {
        Self { keys: Vec::new() }
    }

    /// All keys, retired ones too.
    #[must_use]
    pub fn keys(&self) -> &[HeldKey] {
        &self.keys
    }

    /// Takes a key in as pending.
    ///
    /// # Errors
    ///
    /// It is known, its name is taken, it has expired at `unix` (seconds since 1970), or there is no room.
    pub fn import(&mut self, key: KeyDescription, jwk: String, by: PersonId, unix: i64) -> Result<(), KeyRingError> {
        if let Some(known) = self.keys.iter().find(|held| held.key.fingerprint == key.fingerprint) {
            return Err(KeyRingError::Known { kid: known.key.kid.clone() });
        }
        if self.keys.iter().any(|held| held.key.kid == key.kid) {
            return Err(KeyRingError::NameTaken(key.kid));
        }
        if let Some(expires) = key.valid.expires().filter(|expires| unix >= *expires) {
            return Err(KeyRingError::Expired { kid: key.kid, expires });
        }
        if self.keys.len() >= KEYS_MAX {
            return Err(KeyRingError::Full);
        }
        let in_use = self.keys.iter().filter(|held| !matches!(held.state, KeyState::Retired { .. })).count();
        if in_use >= KEYS_IN_USE_MAX {
            return Err(KeyRingError::InUseFull);
        }
        self.keys.push(HeldKey { key, jwk, imported_by: by, state: KeyState::Pending });
        Ok(())
    }

    /// Makes a pending key active, once its fingerprint was compared with the acquirer's.
    ///
    /// # Errors
    ///
    /// No such key, not pending, or confirmed as another's by the person who imported it.
    pub fn confirm(&mut self, fingerprint: &Fingerprint, confirmed: Confirmation) -> Result<(), KeyRingError> {
        let held = self.held(fingerprint)?;
        let state = |is| KeyRingError::State { kid: held.key.kid.clone(), is };
        match held.state {
            KeyState::Pending => {}
            KeyState::Active { .. } => return Err(state("confirmed already")),
            KeyState::Retired { .. } => return Err(state("retired, and a retired key never comes back")),
        }
        if matches!(&confirmed, Confirmation::ByAnother(person) if *person == held.imported_by) {
            return Err(KeyRingError::SamePerson(held.imported_by.clone()));
        }
        held.state = KeyState::Active { confirmed };
        Ok(())
    }

    /// Retires a key for good, whether it was confirmed or not.
    ///
    /// # Errors
    ///
    /// No such key, or retired before.
    pub fn retire(&mut self, fingerprint: &Fingerprint, by: PersonId, unix: i64) -> Result<(), KeyRingError> {
        let held = self.held(fingerprint)?;
        match held.state {
            KeyState::Pending | KeyState::Active { .. } => {
                held.state = KeyState::Retired { by, at: unix };
                Ok(())
            }
            KeyState::Retired { .. } => Err(KeyRingError::State { kid: held.key.kid.clone(), is: "retired already" }),
        }
    }

    /// The key that a card is sealed to at a moment (seconds since 1970): of those that seal then the one that became
    /// valid last, and of two alike the one that was imported last.
    ///
    /// # Errors
    ///
    /// None seals then; says what is missing.
    pub fn sealing_at(&self, unix: i64) -> Result<&HeldKey, NoSealingKey> {
        let newest = self.keys.iter().filter(|held| held.seals_at(unix)).max_by_key(|held| held.key.valid.not_before());
        newest.ok_or_else(|| self.missing_at(unix))
    }

    /// Until when a card can be sealed without a gap, from a moment on (seconds since 1970): nothing where no key ends,
    /// the moment itself where none seals. What a warning is made of.
    #[must_use]
    pub fn seals_until(&self, unix: i64) -> Option<i64> {
        let mut until = unix;
        // Each turn takes a key that ends later than the one before, so there are no more turns than keys.
        for _ in 0..self.keys.len() {
            let sealing = self.keys.iter().filter(|held| held.seals_at(until)).map(|held| held.key.valid.expires());
            match sealing.max_by_key(|expires| expires.unwrap_or(i64::MAX)) {
                Some(ends) => until = ends?,
                None => break,
            }
        }
        Some(until)
    }

    fn held(&mut self, fingerprint: &Fingerprint) -> Result<&mut HeldKey, KeyRingError> {
        self.keys.iter_mut().find(|held| held.key.fingerprint == *fingerprint).ok_or(KeyRingError::Unknown)
    }

    fn missing_at(&self, unix: i64) -> NoSealingKey {
        let active = || self.keys.iter().filter(|held| matches!(held.state, KeyState::Active { .. }));
        let starts = active().filter_map(|held| held.key.valid.not_before()).filter(|starts| *starts > unix).min();
        if let Some(not_before) = starts {
            return NoSealingKey::NotYetValid { not_before };
        }
        if self.keys.iter().any(|held| held.state == KeyState::Pending) {
            return NoSealingKey::Unconfirmed;
        }
        let ended = active().filter_map(|held| held.key.valid.expires()).max();
        ended.map_or(NoSealingKey::NoKey, |expires| NoSealingKey::Expired { expires })
    }
}

#[cfg(test)]
mod tests;
