//! PINs at rest: argon2id over the PIN, or over its HMAC with a pepper that lies somewhere else.
//!
//! A PIN has few digits. Whoever steals a hash with its salt can try every six-digit PIN within hours, however slow the
//! hash is. So NIST SP 800-63B-4, section 3.1.1.2, wants a further secret that is kept apart from the hashes: the
//! pepper. The hashes are in the configuration file, which is copied, mailed and put under version control; the pepper is
//! in the data folder, `keys/pepper.key`, beside the till's other keys, and never in a configuration or a report.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use argon2::password_hash::phc::{PasswordHash, Salt};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, KeyId, Params, ParamsBuilder, Version};
use ring::rand::{SecureRandom, SystemRandom};
use ring::{digest, hmac};
use zeroize::Zeroizing;

use crate::domain::access::{PIN_LENGTH_MIN, Pin};

/// The memory of one hash, in KiB (OWASP, Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane).
pub const MEMORY_KIB: u32 = 19_456;
/// The passes of one hash.
pub const PASSES: u32 = 2;
/// The most memory a hash of the configuration may ask for, in KiB: a till has other things to do.
pub const MEMORY_KIB_MAX: u32 = 262_144;
/// The most passes a hash of the configuration may ask for.
pub const PASSES_MAX: u32 = 16;
/// The length of a pepper, in bytes.
pub const PEPPER_LENGTH: usize = 32;

const LANES: u32 = 1;
const HASH_LENGTH: usize = 32;
/// How much of the pepper's SHA-256 stands in a hash as its `keyid`, to tell a lost pepper from a wrong PIN.
const PEPPER_NAME_LENGTH: usize = 4;

/// Why a new PIN is refused or cannot be hashed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Too short.
    #[error("the PIN has {digits} digits: at least {PIN_LENGTH_MIN}")]
    TooShort {
        /// How many it has.
        digits: usize,
    },
    /// Like 1111.
    #[error("the PIN is one digit again and again: choose one that nobody tries first")]
    OneDigit,
    /// Like 1234, 8765 or 7890.
    #[error("the PIN is digits in a row: choose one that nobody tries first")]
    Run,
    /// The salt has a length that argon2 or the PHC format does not take.
    #[error("the salt has {bytes} bytes: {} to {}", Salt::MIN_LENGTH, Salt::MAX_LENGTH)]
    Salt {
        /// How many it has.
        bytes: usize,
    },
    /// argon2 gave up; the parameters are fixed, so this means that there was no memory.
    #[error("the PIN cannot be hashed: {0}")]
    Hash(String),
}

/// Why a text of the configuration is not the hash of a PIN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashFormError {
    /// Not PHC, or of another kind.
    #[error("expected an argon2id hash in PHC form, $argon2id$v=19$m=19456,t=2,p=1$salt$hash")]
    NotArgon2id,
    /// Too fast to protect a PIN.
    #[error("the hash is too weak: m times t is {given}, at least {}", MEMORY_KIB * PASSES)]
    TooWeak {
        /// Its memory in KiB times its passes.
        given: u64,
    },
    /// So slow that nobody could sign in.
    #[error("the hash is too slow for a till: m at most {MEMORY_KIB_MAX} and t at most {PASSES_MAX}")]
    TooSlow,
}

/// Why a pepper file is not usable. The file is never made anew when it is damaged: no PIN would be right any more.
#[derive(Debug, thiserror::Error)]
pub enum PepperError {
    /// The operating system refuses.
    #[error("{path}: {error}", path = .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Another length.
    #[error("{path} has {bytes} bytes, a pepper has {PEPPER_LENGTH}: bring it back from a backup", path = .path.display())]
    Length {
        /// Which file.
        path: PathBuf,
        /// How many it has.
        bytes: usize,
    },
    /// No random numbers.
    #[error("the system gives no random numbers to make a pepper from")]
    Random,
}

/// The hash of a new PIN in PHC form. The salt is 16 random bytes of the caller's.
///
/// # Errors
///
/// The PIN is too short or one of those that are tried first, or the salt has the wrong length.
pub fn hash_pin(pin: &Pin, salt: &[u8], pepper: Option<&[u8]>) -> Result<String, PinError> {
    check_strength(pin)?;
    if !(Salt::MIN_LENGTH..=Salt::MAX_LENGTH).contains(&salt.len()) {
        return Err(PinError::Salt { bytes: salt.len() });
    }
    let failed = |error: &dyn std::fmt::Display| PinError::Hash(error.to_string());
    let mut params = ParamsBuilder::new();
    params.m_cost(MEMORY_KIB).t_cost(PASSES).p_cost(LANES).output_len(HASH_LENGTH);
    if let Some(pepper) = pepper {
        let name = KeyId::new(&pepper_name(pepper)).map_err(|error| failed(&error))?;
        params.keyid(name);
    }
    let params = params.build().map_err(|error| failed(&error))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2.hash_password_with_salt(&secret(pin, pepper), salt).map_err(|error| failed(&error))?;
    Ok(hash.to_string())
}

/// Whether a PIN is the one of a hash. Takes as long as the hash's own parameters say, about 25 ms with ours.
#[must_use]
pub fn check_pin(pin: &Pin, phc: &str, pepper: Option<&[u8]>) -> bool {
    if check_hash_form(phc).is_err() {
        return false;
    }
    let Ok(hash) = PasswordHash::new(phc) else { return false };
    // The crate compares the two hashes in constant time.
    Argon2::default().verify_password(&secret(pin, pepper), &hash).is_ok()
}

/// Whether a text is a hash that [`check_pin`] can work with and that protects a PIN.
///
/// # Errors
///
/// Says what it is instead; never repeats the hash.
pub fn check_hash_form(phc: &str) -> Result<(), HashFormError> {
    let hash = PasswordHash::new(phc).map_err(|_| HashFormError::NotArgon2id)?;
    let params = Params::try_from(&hash).map_err(|_| HashFormError::NotArgon2id)?;
    let whole = hash.version == Some(Version::V0x13.into()) && hash.salt.is_some() && hash.hash.is_some();
    if hash.algorithm.as_str() != Algorithm::Argon2id.as_str() || !whole {
        return Err(HashFormError::NotArgon2id);
    }
    if params.m_cost() > MEMORY_KIB_MAX || params.t_cost() > PASSES_MAX {
        return Err(HashFormError::TooSlow);
    }
    let given = u64::from(params.m_cost()) * u64::from(params.t_cost());
    if given < u64::from(MEMORY_KIB * PASSES) { Err(HashFormError::TooWeak { given }) } else { Ok(()) }
}

/// Whether a hash was made with this pepper, or with none where there is none: no PIN is right for any other.
#[must_use]
pub fn pepper_fits(phc: &str, pepper: Option<&[u8]>) -> bool {
    let params = PasswordHash::new(phc).ok().and_then(|hash| Params::try_from(&hash).ok());
    let name = pepper.map(pepper_name).unwrap_or_default();
    params.is_some_and(|params| params.keyid() == name)
}

/// Where the pepper of a data folder is.
#[must_use]
pub fn pepper_file(data: &Path) -> PathBuf {
    data.join("keys").join("pepper.key")
}

/// The pepper of a data folder; none where none was ever made.
///
/// # Errors
///
/// There is a file, but it cannot be read or is no pepper.
pub fn read_pepper(data: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, PepperError> {
    let path = pepper_file(data);
    let bytes = match fs::read(&path) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(PepperError::File { path, error }),
    };
    if bytes.len() == PEPPER_LENGTH { Ok(Some(bytes)) } else { Err(PepperError::Length { path, bytes: bytes.len() }) }
}

/// Makes the pepper of a data folder, flushed to disk, and never over one that is there.
///
/// # Errors
///
/// There is one already, the folder cannot be written, or the system has no random numbers.
pub fn make_pepper(data: &Path) -> Result<Zeroizing<Vec<u8>>, PepperError> {
    let path = pepper_file(data);
    let mut pepper = Zeroizing::new(vec![0_u8; PEPPER_LENGTH]);
    SystemRandom::new().fill(&mut pepper).map_err(|_| PepperError::Random)?;
    let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| {
        let mut file = private_file(&path)?;
        file.write_all(&pepper)?;
        file.sync_all()
    });
    made.map(|()| pepper).map_err(|error| PepperError::File { path, error })
}

/// What goes into argon2. The PIN's own bytes without a pepper, so that such a hash can be made by any argon2 tool.
fn secret(pin: &Pin, pepper: Option<&[u8]>) -> Zeroizing<Vec<u8>> {
    let digits = pin.expose().as_bytes();
    let bytes = pepper.map_or_else(
        || digits.to_vec(),
        |pepper| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, pepper), digits).as_ref().to_vec(),
    );
    Zeroizing::new(bytes)
}

fn check_strength(pin: &Pin) -> Result<(), PinError> {
    let digits = pin.expose().as_bytes();
    if digits.len() < PIN_LENGTH_MIN {
        return Err(PinError::TooShort { digits: digits.len() });
    }
    // 9 and 0 are neighbours too: 7890 and 3210 are as easy to think of as 1234.
    let all_steps = |step: u8| digits.windows(2).all(|pair| (pair[1] + 10 - pair[0]) % 10 == step);
    match (all_steps(0), all_steps(1) || all_steps(9)) {
        (true, _) => Err(PinError::OneDigit),
        (false, true) => Err(PinError::Run),
        (false, false) => Ok(()),
    }
}

fn pepper_name(pepper: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, pepper).as_ref().iter().take(PEPPER_NAME_LENGTH).copied().collect()
}

#[cfg(unix)]
fn private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::PinDigit;

    fn pin(digits: &str) -> Pin {
        let mut pin = Pin::default();
        digits.chars().for_each(|digit| pin.push(PinDigit(digit)));
        pin
    }

    const SALT: &[u8; 16] = b"sixteen bytes ok";

    #[test]
    fn a_pin_is_right_only_with_its_own_digits_and_pepper() {
        let pepper = [7_u8; PEPPER_LENGTH];
        let plain = hash_pin(&pin("3141"), SALT, None).unwrap();
        let peppered = hash_pin(&pin("3141"), SALT, Some(&pepper)).unwrap();
        assert!(plain.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{plain}");
        for (digits, phc, pepper, right) in [
            ("3141", &plain, None, true),
            ("3142", &plain, None, false),
            ("31415", &plain, None, false),
            ("3141", &plain, Some(pepper.as_slice()), false),
            ("3141", &peppered, Some(pepper.as_slice()), true),
            ("3142", &peppered, Some(pepper.as_slice()), false),
            ("3141", &peppered, None, false),
            ("3141", &peppered, Some([8_u8; PEPPER_LENGTH].as_slice()), false),
        ] {
            assert_eq!(check_pin(&pin(digits), phc, pepper), right, "{digits} {phc}");
        }
        assert!(pepper_fits(&plain, None) && pepper_fits(&peppered, Some(&pepper)));
        assert!(!pepper_fits(&plain, Some(&pepper)) && !pepper_fits(&peppered, None));
        assert!(!pepper_fits(&peppered, Some(&[8; PEPPER_LENGTH])));
    }

    #[test]
    fn weak_pins_are_refused_when_they_are_new() {
        let refused = |digits| hash_pin(&pin(digits), SALT, None).unwrap_err();
        assert_eq!(refused("314"), PinError::TooShort { digits: 3 });
        for one in ["0000", "777777"] {
            assert_eq!(refused(one), PinError::OneDigit, "{one}");
        }
        for run in ["1234", "7890", "4321", "3210", "01234567", "10987"] {
            assert_eq!(refused(run), PinError::Run, "{run}");
        }
        assert_eq!(hash_pin(&pin("1235"), b"short", None), Err(PinError::Salt { bytes: 5 }));
    }

    #[test]
    fn only_argon2id_of_enough_strength_is_a_hash() {
        let form = |head: &str| check_hash_form(&format!("{head}$c2l4dGVlbiBieXRlcyBvaw${}", "A".repeat(43)));
        assert_eq!(form("$argon2id$v=19$m=19456,t=2,p=1"), Ok(()));
        assert_eq!(form("$argon2id$v=19$m=47104,t=1,p=1"), Ok(()));
        assert_eq!(form("$argon2id$v=19$m=19456,t=1,p=1"), Err(HashFormError::TooWeak { given: 19_456 }));
        assert_eq!(form("$argon2id$v=19$m=1048576,t=2,p=1"), Err(HashFormError::TooSlow));
        assert_eq!(form("$argon2id$v=19$m=19456,t=99,p=1"), Err(HashFormError::TooSlow));
        for other in ["$argon2i$v=19$m=19456,t=2,p=1", "$argon2id$v=16$m=19456,t=2,p=1", "$2b$12", "3141", ""] {
            assert_eq!(form(other), Err(HashFormError::NotArgon2id), "{other}");
        }
        for cut in ["$argon2id$v=19$m=19456,t=2,p=1", "$argon2id$v=19$m=19456,t=2,p=1$c2l4dGVlbiBieXRlcyBvaw"] {
            assert_eq!(check_hash_form(cut), Err(HashFormError::NotArgon2id), "{cut}");
        }
    }

    #[test]
    fn a_pepper_is_made_once_and_a_damaged_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read_pepper(folder.path()).unwrap().is_none());
        let made = make_pepper(folder.path()).unwrap();
        assert_eq!(read_pepper(folder.path()).unwrap(), Some(made));
        assert!(matches!(make_pepper(folder.path()), Err(PepperError::File { .. })));
        fs::write(pepper_file(folder.path()), b"cut off").unwrap();
        assert!(matches!(read_pepper(folder.path()), Err(PepperError::Length { bytes: 7, .. })));
    }
}
