//! `stopgap key check FILE`: reads an acquirer's public key and seals the public test card with it.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Args, Subcommand};
use ring::rand::SystemRandom;
use uuid::Uuid;

use crate::cli::{Failure, print_line, read_file};
use crate::domain::card::{Brand, CardDraft, YearMonth};
use crate::domain::ids::PaymentId;
use crate::domain::money::{Currency, Money};
use crate::seal::{AcquirerKey, Binding, KeyError, seal};

/// The most bytes of a key file that are read; a JWK has a few hundred.
pub(super) const KEY_BYTES_MAX: u64 = 64 * 1024;

/// The public test card that proves a key.
const TEST_CARD: &str = "4111111111111111";
/// Its expiry date, MMYY.
const TEST_EXPIRY: &str = "1299";

/// Look at an acquirer's key: exit code 1 when it has expired or is not valid yet.
#[derive(Debug, Args)]
pub(super) struct KeyArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Read a JWK, seal the public test card, print the JWE alone on a line; kind and fingerprint go to standard error
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
    let text = String::from_utf8(read_file(file, KEY_BYTES_MAX)?).map_err(|_| named(&"it is not text in UTF-8"))?;
    let key = AcquirerKey::from_jwk_json(&text).map_err(|error| named(&error))?;
    key.valid_at(Utc::now().timestamp())
        .map_err(|error| Failure::DoesNotHold(format!("{}: {}", file.display(), dated(&error))))?;
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
    print_line(&sealed.compact)?;
    // What a person compares with the acquirer. When standard error is gone, nobody is there to compare.
    let _ = writeln!(io::stderr(), "key “{}”, {}, fingerprint {}", key.kid(), key.kind(), key.fingerprint());
    Ok(())
}

/// What is wrong with a key, with moments as people read them.
fn dated(error: &KeyError) -> String {
    let moment = |unix: i64| {
        DateTime::from_timestamp(unix, 0)
            .map_or_else(|| unix.to_string(), |at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
    };
    match error {
        KeyError::Expired { kid, expires } => {
            format!("the key “{kid}” expired at {}; ask the acquirer for the new one", moment(*expires))
        }
        KeyError::NotYetValid { kid, not_before } => {
            format!("the key “{kid}” is not valid before {}", moment(*not_before))
        }
        other => other.to_string(),
    }
}
