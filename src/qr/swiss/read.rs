//! Reading a Swiss QR Code.

use crate::qr::reference::{is_creditor_reference, is_qr_reference};
use crate::qr::swiss::{CURRENCIES, SwissIban, is_taken};
use crate::qr::unreadable::{ReadFields, Unreadable, expect, is_amount, push};

/// Lines up to `EPD`.
const LINES_MIN: usize = 31;
/// Lines with billing information and two alternative schemes.
const LINES_MAX: usize = 34;
/// The lines of an address, below its type.
const ADDRESS: [&str; 6] = ["name", "street", "house_no", "postal_code", "city", "country"];

/// Reads a payload of version 2. Addresses of the former type K are read as they stand.
///
/// # Errors
///
/// It is no Swiss payload, has too few or too many lines, or a line has what cannot stand there.
pub fn decode(payload: &str) -> Result<ReadFields, Unreadable> {
    let lines: Vec<&str> = payload.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    if lines.first() != Some(&"SPC") {
        return Err(Unreadable::Other { standard: "Swiss QR-bill", expected: "the first line is not SPC" });
    }
    // A line break at the end is not allowed, but some makers have one.
    let found = if lines.last() == Some(&"") && lines.len() == LINES_MAX + 1 { LINES_MAX } else { lines.len() };
    if !(LINES_MIN..=LINES_MAX).contains(&found) {
        return Err(Unreadable::Count { found, parts: "lines", expected: "31 to 34 are expected" });
    }
    let line = |place: usize| lines.get(place).copied().unwrap_or("");
    let is = |field: &'static str, value: &str, holds: bool, expected| {
        if holds { Ok(()) } else { Err(Unreadable::form(field, value, expected)) }
    };
    let version = line(1);
    let is_version_2 =
        version.len() == 4 && version.starts_with("02") && version.bytes().all(|byte| byte.is_ascii_digit());
    is("version", version, is_version_2, "0200 is expected")?;
    is("character_set", line(2), line(2) == "1", "1 is expected")?;
    let is_account = line(3).parse::<SwissIban>().is_ok_and(|account| account.iban().electronic() == line(3));
    is("iban", line(3), is_account, "an IBAN of CH or LI with the right check digits is expected")?;
    is("ultimate_creditor", line(11), (11..18).all(|place| line(place).is_empty()), "it is reserved and stays empty")?;
    expect("amount", line(18), is_amount, "an amount such as 12.30 is expected")?;
    is("currency", line(19), CURRENCIES.contains(&line(19)), "CHF or EUR is expected")?;
    reference(line(3), line(27), line(28))?;
    is("trailer", line(30), line(30) == "EPD", "EPD is expected")?;
    if let Some(wrong) = lines.iter().find(|line| !line.chars().all(is_taken)) {
        return Err(Unreadable::form("text", wrong, "only Latin letters, digits and common signs are taken"));
    }
    let mut fields = ReadFields::new();
    push(&mut fields, "version", version);
    push(&mut fields, "character_set", line(2));
    push(&mut fields, "iban", line(3));
    address(&mut fields, &lines, 4, "")?;
    push(&mut fields, "amount", line(18));
    push(&mut fields, "currency", line(19));
    if (20..27).any(|place| !line(place).is_empty()) {
        address(&mut fields, &lines, 20, "debtor.")?;
    }
    push(&mut fields, "reference_type", line(27));
    push(&mut fields, "reference", line(28));
    push(&mut fields, "message", line(29));
    push(&mut fields, "bill_info", line(31));
    push(&mut fields, "alternative_scheme_1", line(32));
    push(&mut fields, "alternative_scheme_2", line(33));
    Ok(fields)
}

fn address(fields: &mut ReadFields, lines: &[&str], first: usize, of: &str) -> Result<(), Unreadable> {
    let line = |place: usize| lines.get(first + place).copied().unwrap_or("");
    let kind = line(0);
    if kind != "S" && kind != "K" {
        return Err(Unreadable::form(format!("{of}address_type"), kind, "S is expected"));
    }
    for place in [1, 6] {
        if line(place).is_empty() {
            return Err(Unreadable::form(
                format!("{of}{}", ADDRESS[place - 1]),
                "",
                "an address has a name and a country",
            ));
        }
    }
    push(fields, &format!("{of}address_type"), kind);
    for (place, name) in ADDRESS.iter().enumerate() {
        push(fields, &format!("{of}{name}"), line(place + 1));
    }
    Ok(())
}

fn reference(iban: &str, kind: &str, reference: &str) -> Result<(), Unreadable> {
    let is_qr = iban.parse::<SwissIban>().is_ok_and(|iban| iban.is_qr());
    let wrong = |expected| Err(Unreadable::form("reference", reference, expected));
    match kind {
        "QRR" if !is_qr => Err(Unreadable::form("reference_type", kind, "QRR goes with a QR-IBAN only")),
        "SCOR" | "NON" if is_qr => Err(Unreadable::form("reference_type", kind, "QRR is expected with a QR-IBAN")),
        "QRR" if !is_qr_reference(reference) => wrong("27 digits with a right check digit are expected"),
        "SCOR" if !is_creditor_reference(reference) => {
            wrong("a creditor reference with right check digits is expected")
        }
        "NON" if !reference.is_empty() => wrong("nothing is expected with the type NON"),
        "QRR" | "SCOR" | "NON" => Ok(()),
        _ => Err(Unreadable::form("reference_type", kind, "QRR, SCOR or NON is expected")),
    }
}
