//! How fast a payment code is made, as a table. `cargo bench --bench qr` prints it; no test asserts any of it, because
//! machines are noisy.
//!
//! For each scheme the median time of the payload, with 20 µs as its limit, and of payload and symbol together, with 1 ms:
//! the code is there in the frame after the touch.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use stopgap::domain::money::Money;
use stopgap::qr::bysquare::BySquarePayee;
use stopgap::qr::epc::EpcPayee;
use stopgap::qr::spayd::SpaydPayee;
use stopgap::qr::swiss::{Address, SwissPayee};
use stopgap::qr::upi::UpiPayee;
use stopgap::qr::{Bill, Refusal, Symbol, picture};

/// How often each is timed.
const ROUNDS: usize = 1_001;
/// The longest a payload may take.
const PAYLOAD_MAX: Duration = Duration::from_micros(20);
/// The longest payload and symbol may take.
const SYMBOL_MAX: Duration = Duration::from_millis(1);

type Outcome<T> = Result<T, Box<dyn Error>>;
type Payload = Box<dyn Fn() -> Result<String, Refusal>>;

fn main() -> Outcome<()> {
    println!(
        "{:<24} {:>8} {:>14} {:>14} {:>18} {:>14}",
        "scheme", "bytes", "payload µs", "of 20 µs in %", "with symbol µs", "of 1 ms in %"
    );
    for (name, symbol, payload) in schemes()? {
        let text = payload()?;
        let alone = median(|| payload().map(drop).map_err(Into::into))?;
        let drawn = median(|| {
            black_box(picture(&payload()?, symbol)?);
            Ok(())
        })?;
        println!(
            "{name:<24} {:>8} {:>14} {:>14} {:>18} {:>14}",
            text.len(),
            tenths(alone),
            percent(alone, PAYLOAD_MAX),
            tenths(drawn),
            percent(drawn, SYMBOL_MAX),
        );
    }
    Ok(())
}

/// One typical sale of each scheme, and the largest where a standard allows one that is much larger.
fn schemes() -> Outcome<Vec<(&'static str, Symbol, Payload)>> {
    let reference = "2300310425";
    let epc = EpcPayee::new("Blumen Schmidt GmbH", "DE89370400440532013000".parse()?, None);
    let epc_bill = bill(4_890, "EUR", reference, None)?;
    let full_epc = EpcPayee { name: "x".repeat(70), ..epc.clone() };
    let full_epc_bill = bill(99_999_999_999, "EUR", reference, Some(&"x".repeat(120)))?;
    let address = |name: &str, city: &str| Address {
        name: name.to_owned(),
        street: Some("Rue du Lac".to_owned()),
        house_no: Some("1268".to_owned()),
        postal_code: "2501".to_owned(),
        city: city.to_owned(),
        country: "CH".to_owned(),
    };
    let iban = "CH4431999123000889012".parse()?;
    let swiss = SwissPayee { creditor: address("Robert Schneider AG", "Biel"), iban, debtor: None, bill_info: None };
    let swiss_bill = bill(194_975, "CHF", "210000000003139471430009017", Some("Order dated 18.06.2020"))?;
    let wide = address(&"é".repeat(70), &"ü".repeat(35));
    let full_swiss = SwissPayee { creditor: wide.clone(), debtor: Some(wide), ..swiss.clone() };
    let full_swiss_bill = bill(99_999_999_999, "CHF", "210000000003139471430009017", Some(&"é".repeat(140)))?;
    let spayd = SpaydPayee {
        iban: "CZ5855000000001265098001".parse()?,
        bic: None,
        name: Some("Květiny Novák".to_owned()),
        variable_symbol: None,
        specific_symbol: None,
        constant_symbol: None,
        instant: true,
    };
    let spayd_bill = bill(48_050, "CZK", reference, Some("PLATBA ZA ZBOZI"))?;
    let bysquare = BySquarePayee {
        iban: "SK9611000000002918599669".parse()?,
        bic: Some("TATRSKBX".parse()?),
        name: "Kvety Žilina s.r.o.".to_owned(),
        variable_symbol: None,
        specific_symbol: None,
        constant_symbol: None,
    };
    let bysquare_bill = bill(1_550, "EUR", reference, Some("Nákup v predajni"))?;
    let upi =
        UpiPayee { vpa: "asha.flowers@okhdfcbank".parse()?, name: "Asha Flowers".to_owned(), mcc: Some("5992".into()) };
    let upi_bill = bill(49_900, "INR", reference, Some("Flowers"))?;
    Ok(vec![
        ("epc", Symbol::Epc, Box::new(move || epc.payload(black_box(&epc_bill)))),
        ("epc, fields full", Symbol::Epc, Box::new(move || full_epc.payload(black_box(&full_epc_bill)))),
        ("swiss", Symbol::Swiss, Box::new(move || swiss.payload(black_box(&swiss_bill)))),
        ("swiss, fields full", Symbol::Swiss, Box::new(move || full_swiss.payload(black_box(&full_swiss_bill)))),
        ("spayd", Symbol::Spayd, Box::new(move || spayd.payload(black_box(&spayd_bill)))),
        ("bysquare", Symbol::BySquare, Box::new(move || bysquare.payload(black_box(&bysquare_bill)))),
        ("upi", Symbol::Link, Box::new(move || upi.payload(black_box(&upi_bill)))),
    ])
}

fn bill(minor: i64, currency: &str, reference: &str, message: Option<&str>) -> Outcome<Bill> {
    let currency = currency.parse()?;
    Ok(Bill {
        currency,
        amount: Some(Money::new(minor, currency)),
        reference: Some(reference.to_owned()),
        message: message.map(str::to_owned),
        made_at: None,
        expires_at: None,
    })
}

fn median(mut work: impl FnMut() -> Outcome<()>) -> Outcome<Duration> {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let before = Instant::now();
        work()?;
        times.push(before.elapsed());
    }
    times.sort_unstable();
    times.get(ROUNDS / 2).copied().ok_or_else(|| "nothing was timed".into())
}

/// Microseconds with one decimal.
fn tenths(time: Duration) -> String {
    format!("{}.{}", time.as_micros(), time.as_nanos() / 100 % 10)
}

fn percent(time: Duration, limit: Duration) -> u128 {
    time.as_nanos() * 100 / limit.as_nanos().max(1)
}
