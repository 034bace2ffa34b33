//! `stopgap key check FILE`: reads an acquirer's public key and seals the public test card with it.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use ring::rand::SystemRandom;
use uuid::Uuid;

use crate::cli::{Failure, print_line};
use crate::domain::card::{Brand, CardDraft, YearMonth};
use crate::domain::ids::PaymentId;
use crate::domain::money::{Currency, Money};
use crate::seal::{AcquirerKey, Binding, seal};

/// The public test card that proves a key.
const TEST_CARD: &str = "4111111111111111";
/// Its expiry date, MMYY.
const TEST_EXPIRY: &str = "1299";

/// Look at an acquirer's key.
#[derive(Debug, Args)]
pub(super) struct KeyArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Read a JWK, seal the public test card, print the JWE alone on a line
    Check {
        /// The file with the JWK
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

pub(super) fn key(args: &KeyArgs) -> Result<(), Failure> {
    match &args.act {
        Act::Check { file } => check(file),
    }
}

fn check(file: &Path) -> Result<(), Failure> {
    let named = |why: &dyn std::fmt::Display| Failure::Input(format!("{}: {why}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| named(&error))?;
    let key = AcquirerKey::from_jwk_json(&text).map_err(|error| named(&error))?;
    let mut draft = CardDraft::new();
    TEST_CARD.bytes().for_each(|digit| {
        draft.push_number(digit - b'0');
    });
    TEST_EXPIRY.bytes().for_each(|digit| {
        draft.push_expiry(digit - b'0');
    });
    let card = draft.parse(&[Brand::Visa], YearMonth { year: 2090, month: 1 }).map_err(|error| named(&error))?;
    let binding = Binding {
        payment: PaymentId(Uuid::nil()),
        terminal: "KEYCHECK".to_owned(),
        amount: Money::new(1, Currency::EUR),
    };
    let sealed = seal(&card, &binding, &key, &SystemRandom::new()).map_err(|error| named(&error))?;
    print_line(&sealed.compact)
}
