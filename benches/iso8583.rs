//! How fast messages to and from the acquirer's host are written and read, as a table. `cargo bench --bench iso8583`
//! prints it; no test asserts any of it, because machines are noisy.
//!
//! Each act makes all checks of the field table. The aim is three million messages a second, on one core, for each
//! message in each dialect; a purchase carries some four hundred characters of sealed card.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use stopgap::iso8583::{Dialect, Message, Numbers, OddDigit};

/// How many messages are timed at a time, and how often; the median of the times counts. A round is shorter than the
/// kernel's time slice, so that most are not interrupted.
const MESSAGES: u32 = 2_000;
const ROUNDS: usize = 301;
/// The messages a second that are aimed at.
const AIM: u128 = 3_000_000;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    println!(
        "{:<18} {:<14} {:>6} {:>16} {:>10} {:>16} {:>10}",
        "message", "dialect", "bytes", "written a second", "of aim %", "read a second", "of aim %"
    );
    for (name, message) in messages()? {
        for (dialect_name, dialect) in dialects() {
            let bytes = message.encode(&dialect)?;
            if Message::decode(&bytes, &dialect)? != message {
                return Err(format!("{name} in {dialect_name} is not read back").into());
            }
            let written = rate(|| {
                black_box(black_box(&message).encode(black_box(&dialect))?);
                Ok(())
            })?;
            let read = rate(|| {
                black_box(Message::decode(black_box(&bytes), black_box(&dialect))?);
                Ok(())
            })?;
            println!(
                "{name:<18} {dialect_name:<14} {:>6} {written:>16} {:>10} {read:>16} {:>10}",
                bytes.len(),
                written * 100 / AIM,
                read * 100 / AIM
            );
        }
    }
    Ok(())
}

fn dialects() -> [(&'static str, Dialect); 3] {
    let packed = Dialect { numbers: Numbers::Bcd { odd: OddDigit::FAfter }, ..Dialect::ASCII_1987 };
    [("binary bitmap", Dialect::ASCII_1987), ("hex bitmap", Dialect::ASCII_1987_HEX), ("packed digits", packed)]
}

fn messages() -> Outcome<Vec<(&'static str, Message)>> {
    let sealed = "eyJhbGciOiJFQ0RILUVTIiwi".repeat(17);
    let answer = [
        (3, "000000"),
        (4, "000000004890"),
        (7, "1127093000"),
        (11, "000042"),
        (12, "003015"),
        (13, "1127"),
        (24, "001"),
        (25, "71"),
        (37, "633100000042"),
        (38, "700001"),
        (39, "00"),
        (41, "TILL0010"),
        (42, "SHOP-4711      "),
        (49, "978"),
    ];
    let more = [(18, "5411"), (22, "012"), (63, sealed.as_str())];
    let asked: Vec<(u8, &str)> =
        answer.iter().filter(|(field, _)| !matches!(field, 38 | 39)).chain(&more).copied().collect();
    let echo = [(7, "1127093000"), (11, "000001"), (12, "103000"), (13, "1127"), (41, "TILL0010"), (70, "301")];
    Ok(vec![
        ("echo", message("0800", &echo)?),
        ("purchase's answer", message("0210", &answer)?),
        ("purchase, sealed", message("0200", &asked)?),
    ])
}

fn message(mti: &str, fields: &[(u8, &str)]) -> Outcome<Message> {
    let mut message = Message::new(mti.parse()?);
    for (number, text) in fields {
        message.set(*number, text)?;
    }
    Ok(message)
}

/// Messages a second, in the median round.
fn rate(mut work: impl FnMut() -> Outcome<()>) -> Outcome<u128> {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let before = Instant::now();
        for _ in 0..MESSAGES {
            work()?;
        }
        times.push(before.elapsed());
    }
    times.sort_unstable();
    let median: Duration = times.get(ROUNDS / 2).copied().ok_or("nothing was timed")?;
    Ok(u128::from(MESSAGES) * 1_000_000_000 / median.as_nanos().max(1))
}
