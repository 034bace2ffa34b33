//! `stopgap pin`: hashes a PIN for the configuration file, so that no PIN is ever written into it.

use ring::rand::{SecureRandom, SystemRandom};

use crate::cli::{Failure, Place, print_line, read_input};
use crate::domain::access::{PIN_LENGTH_MAX, PIN_LENGTH_MIN, Pin, PinDigit};
use crate::settings::pin::{hash_pin, make_pepper, read_pepper};

pub(super) fn pin(place: &Place) -> Result<(), Failure> {
    let typed = zeroize::Zeroizing::new(read_input()?);
    let digits = typed.trim();
    let form =
        (PIN_LENGTH_MIN..=PIN_LENGTH_MAX).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !form {
        return Err(Failure::Input(format!("the PIN is not {PIN_LENGTH_MIN} to {PIN_LENGTH_MAX} digits")));
    }
    let mut pin = Pin::default();
    digits.chars().for_each(|digit| pin.push(PinDigit(digit)));
    let mut salt = [0_u8; 16];
    SystemRandom::new().fill(&mut salt).map_err(|_| Failure::Input("the system gives no random numbers".to_owned()))?;
    // With a data folder the PIN is peppered with that folder's key: a stolen configuration alone tells no PIN then.
    let pepper = match &place.data {
        Some(data) => Some(match read_pepper(data).map_err(Failure::input)? {
            Some(pepper) => pepper,
            None => make_pepper(data).map_err(Failure::input)?,
        }),
        None => None,
    };
    let bytes = pepper.as_ref().map(|pepper| pepper.as_slice());
    print_line(&hash_pin(&pin, &salt, bytes).map_err(Failure::input)?)
}
