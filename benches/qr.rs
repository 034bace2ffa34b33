//! How fast a payment code is made, as a table. `cargo bench --bench qr` prints it; no test asserts any of it, because
//! machines are noisy.
//!
//! For each scheme the median time of the payload, with 20 µs as its limit, and of payload and symbol together, with 1 ms:
//! the code is there in the frame after the touch.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::DateTime;
use stopgap::domain::money::Money;
use stopgap::qr::bysquare::BySquarePayee;
use stopgap::qr::duitnow::DuitNowPayee;
use stopgap::qr::emv::{City, Language, Name};
use stopgap::qr::emvco::{AccountTemplate, EmvcoPayee};
use stopgap::qr::epc::EpcPayee;
use stopgap::qr::fps::{FpsPayee, FpsProxy};
use stopgap::qr::inject::{OwnCode, OwnCodeScheme};
use stopgap::qr::khqr::{KhqrKind, KhqrPayee};
use stopgap::qr::paynow::{PayNowPayee, PayNowProxy};
use stopgap::qr::pix::PixPayee;
use stopgap::qr::promptpay::{PromptPayBiller, PromptPayProxy, PromptPayTransfer};
use stopgap::qr::spayd::SpaydPayee;
use stopgap::qr::swiss::{Address, SwissPayee};
use stopgap::qr::upi::UpiPayee;
use stopgap::qr::vietqr::{VietQrPayee, VietQrService};
use stopgap::qr::{Bill, Payee, picture};

/// The ten digits of a sale.
const REFERENCE: &str = "2300310425";
/// How often each is timed.
const ROUNDS: usize = 1_001;
/// The longest a payload may take.
const PAYLOAD_MAX: Duration = Duration::from_micros(20);
/// The longest payload and symbol may take.
const SYMBOL_MAX: Duration = Duration::from_millis(1);

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    println!(
        "{:<24} {:>8} {:>14} {:>14} {:>18} {:>14}",
        "scheme", "bytes", "payload µs", "of 20 µs in %", "with symbol µs", "of 1 ms in %"
    );
    for (name, payee, bill) in schemes()? {
        let text = payee.payload(&bill)?;
        let alone = median(|| {
            black_box(payee.payload(black_box(&bill))?);
            Ok(())
        })?;
        let drawn = median(|| {
            black_box(picture(&payee.payload(black_box(&bill))?, payee.symbol())?);
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
fn schemes() -> Outcome<Vec<(&'static str, Payee, Bill)>> {
    let mut all = emv_family()?;
    all.extend(others()?);
    Ok(all)
}

fn emv_family() -> Outcome<Vec<(&'static str, Payee, Bill)>> {
    let name = Name::fit("Flower Shop")?;
    let pix = PixPayee::new("+5511987654321".parse()?, "Padaria São João", "São Paulo")?;
    let paynow = PayNowPayee {
        proxy: PayNowProxy::uen("201403121W")?,
        name: name.clone(),
        city: City::fit("Singapore")?,
        amount_editable: false,
        last_day: None,
    };
    let promptpay = PromptPayTransfer { proxy: PromptPayProxy::mobile("0812345678")?, name: None };
    let biller = PromptPayBiller::new("099400015930301", Some("SHOP1"), None)?;
    let vietqr = VietQrPayee::new("970416", "257678859", VietQrService::Account)?;
    let khqr = KhqrPayee {
        account: "shop_one@devb".parse()?,
        kind: KhqrKind::Individual { information: None, bank: None },
        unionpay: None,
        category: "5999".parse()?,
        name: name.clone(),
        city: City::fit("Phnom Penh")?,
        mobile: None,
        store_label: None,
        terminal_label: None,
        language: Language::read(Some("km"), Some("ហាងផ្កា"), Some("ភ្នំពេញ"))?,
    };
    let made_at = DateTime::from_timestamp_millis(1_791_000_000_000).map(|time| time.fixed_offset());
    let expires_at = DateTime::from_timestamp_millis(1_791_000_600_000).map(|time| time.fixed_offset());
    let khqr_bill = Bill { made_at, expires_at, ..bill(1_250, "USD", REFERENCE, None)? };
    let fps = FpsPayee::new(FpsProxy::id("1234567")?, None, name.clone(), City::fit("HK")?)?;
    let duitnow = DuitNowPayee::new("501664", "123456789", name.clone(), City::fit("Kuala Lumpur")?)?;
    let emvco = EmvcoPayee {
        account: AccountTemplate::new(27, "org.example.pay", &[(1, "SHOP42".to_owned())])?,
        category: "5992".parse()?,
        name,
        city: City::fit("Lisbon")?,
        country: "PT".parse()?,
        postal_code: None,
        terminal: None,
        language: None,
        bill_number: None,
    };
    let duitnow_bill = bill(4_890, "MYR", REFERENCE, None)?;
    let own = OwnCode::read(OwnCodeScheme::DuitNow, &duitnow.payload(&Bill::open(duitnow_bill.currency))?)?;
    Ok(vec![
        ("pix", Payee::Pix(pix), bill(4_890, "BRL", REFERENCE, Some("Pedido 7"))?),
        ("paynow", Payee::PayNow(paynow), bill(1_050, "SGD", REFERENCE, None)?),
        ("promptpay", Payee::PromptPay(promptpay), Bill { reference: None, ..bill(4_890, "THB", REFERENCE, None)? }),
        ("promptpay_bill", Payee::PromptPayBill(biller), bill(4_890, "THB", REFERENCE, None)?),
        ("vietqr", Payee::VietQr(vietqr), bill(180_000, "VND", REFERENCE, None)?),
        ("khqr, with Khmer", Payee::Khqr(khqr), khqr_bill),
        ("fps", Payee::Fps(fps), bill(2_530, "HKD", REFERENCE, None)?),
        ("duitnow", Payee::DuitNow(duitnow), duitnow_bill.clone()),
        ("duitnow, own code", Payee::Own(own), duitnow_bill),
        ("emvco", Payee::Emvco(emvco), bill(2_530, "EUR", REFERENCE, None)?),
    ])
}

fn others() -> Outcome<Vec<(&'static str, Payee, Bill)>> {
    let epc = EpcPayee::new("Blumen Schmidt GmbH", "DE89370400440532013000".parse()?, None);
    let epc_bill = bill(4_890, "EUR", REFERENCE, None)?;
    let full_epc = EpcPayee { name: "x".repeat(70), ..epc.clone() };
    let full_epc_bill = bill(99_999_999_999, "EUR", REFERENCE, Some(&"x".repeat(120)))?;
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
    let spayd_bill = bill(48_050, "CZK", REFERENCE, Some("PLATBA ZA ZBOZI"))?;
    let bysquare = BySquarePayee {
        iban: "SK9611000000002918599669".parse()?,
        bic: Some("TATRSKBX".parse()?),
        name: "Kvety Žilina s.r.o.".to_owned(),
        variable_symbol: None,
        specific_symbol: None,
        constant_symbol: None,
    };
    let bysquare_bill = bill(1_550, "EUR", REFERENCE, Some("Nákup v predajni"))?;
    let upi =
        UpiPayee { vpa: "asha.flowers@okhdfcbank".parse()?, name: "Asha Flowers".to_owned(), mcc: Some("5992".into()) };
    let upi_bill = bill(49_900, "INR", REFERENCE, Some("Flowers"))?;
    Ok(vec![
        ("epc", Payee::Epc(epc), epc_bill),
        ("epc, fields full", Payee::Epc(full_epc), full_epc_bill),
        ("swiss", Payee::Swiss(Box::new(swiss)), swiss_bill),
        ("swiss, fields full", Payee::Swiss(Box::new(full_swiss)), full_swiss_bill),
        ("spayd", Payee::Spayd(spayd), spayd_bill),
        ("bysquare", Payee::BySquare(bysquare), bysquare_bill),
        ("upi", Payee::Upi(upi), upi_bill),
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
