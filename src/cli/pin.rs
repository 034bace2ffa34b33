//! `stopgap pin`: hashes a PIN for the configuration file, so that no PIN is ever written into it.

use ring::rand::{SecureRandom, SystemRandom};

use crate::cli::{Failure, print_line, read_input};
use crate::domain::access::{PIN_LENGTH_MAX, PIN_LENGTH_MIN, Pin};
use crate::settings::pin::hash_pin;

pub(super) fn pin() -> Result<(), Failure> {
    let typed = zeroize::Zeroizing::new(read_input()?);
    let digits = typed.trim();
    let form =
        (PIN_LENGTH_MIN..=PIN_LENGTH_MAX).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !form {
        return Err(Failure::Input(format!("the PIN is not {PIN_LENGTH_MIN} to {PIN_LENGTH_MAX} digits")));
    }
    let mut pin = Pin::default();
    digits.chars().for_each(|digit| pin.push(digit));
    let mut salt = [0_u8; 16];
    SystemRandom::new().fill(&mut salt).map_err(|_| Failure::Input("the system gives no random numbers".to_owned()))?;
    print_line(&hash_pin(&pin, &salt, None).map_err(Failure::input)?)
}
