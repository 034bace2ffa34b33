//! How fast a card is sealed, as a table. `cargo bench --bench seal` prints it; no test asserts any of it, because
//! machines are noisy.
//!
//! For each kind of key the median and the 99th percentile of one seal, and the median of reading the key. X25519, the
//! kind that acquirers are asked for, has a limit of 75 µs; the others are there to be known.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use ring::rand::SystemRandom;
use stopgap::domain::card::{Brand, Card, CardDraft, YearMonth};
use stopgap::domain::ids::PaymentId;
use stopgap::domain::money::{Currency, Money};
use stopgap::seal::{AcquirerKey, Binding, seal};
use uuid::Uuid;

/// The public key of RFC 8037 appendix A.6.
const X25519: &str = r#"{"kty":"OKP","crv":"X25519","kid":"bench","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#;
/// The public key of RFC 7518 appendix C (Bob's).
const P256: &str = r#"{"kty":"EC","crv":"P-256","kid":"bench","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
    "y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck"}"#;
/// The public key of RFC 7516 appendix A.1.
const RSA_2048: &str = r#"{"kty":"RSA","kid":"bench","e":"AQAB","n":"
oahUIoWw0K0usKNuOR6H4wkf4oBUXHTxRvgb48E-BVvxkeDNjbC4he8rUWcJoZmds2h7M70imEVhRU5djINXtqllXI4DFqcI1Dgj
T9LewND8MW2Krf3Spsk_ZkoFnilakGygTwpZ3uesH-PFABNIUYpOiN15dsQRkgr0vEhxN92i2asbOenSZeyaxziK72UwxrrKoExv
6kc5twXTq4h-QChLOln0_mtUZwfsRaMStPs6mS6XrgxnxbWhojf663tuEQueGC-FCMfra36C9knDFGzKsNa7LZK2djYgyD3JR_MB
_4NUJW_TqOQtwHYbxevoJArm-L5StowjzGy-_bq6Gw"}"#;

/// How often each is timed.
const ROUNDS: usize = 2_001;
/// The longest a seal to an X25519 key may take.
const SEAL_MAX: Duration = Duration::from_micros(75);

fn main() -> Result<(), Box<dyn Error>> {
    let card = test_card()?;
    let binding = Binding {
        payment: PaymentId(Uuid::nil()),
        terminal: "TILL0010".to_owned(),
        amount: Money::new(4_890, Currency::EUR),
    };
    let random = SystemRandom::new();
    println!("{:<12} {:>12} {:>12} {:>12}", "key", "seal p50", "seal p99", "read p50");
    for (name, jwk) in [("X25519", X25519), ("P-256", P256), ("RSA 2048", &RSA_2048.replace('\n', ""))] {
        let key = AcquirerKey::from_jwk_json(jwk)?;
        let sealed = times(|| seal(&card, &binding, &key, &random).map(black_box).map(drop))?;
        let read = times(|| AcquirerKey::from_jwk_json(black_box(jwk)).map(black_box).map(drop))?;
        let median = sealed[ROUNDS / 2];
        println!("{name:<12} {median:>12.1?} {:>12.1?} {:>12.1?}", sealed[ROUNDS * 99 / 100], read[ROUNDS / 2]);
        if name == "X25519" && median > SEAL_MAX {
            println!("{name}: the limit is {SEAL_MAX:?}");
        }
    }
    Ok(())
}

/// The public test card, as a cashier would type it.
fn test_card() -> Result<Card, Box<dyn Error>> {
    let mut draft = CardDraft::new();
    "4111111111111111".bytes().for_each(|digit| {
        draft.push_number(digit - b'0');
    });
    "1299".bytes().for_each(|digit| {
        draft.push_expiry(digit - b'0');
    });
    Ok(draft.parse(&[Brand::Visa], YearMonth { year: 2090, month: 1 })?)
}

/// How long each round takes, in ascending order.
fn times<E>(mut round: impl FnMut() -> Result<(), E>) -> Result<Vec<Duration>, E> {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        round()?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    Ok(times)
}
