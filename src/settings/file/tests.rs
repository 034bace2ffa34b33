//! Tables of broken files: what is changed in a good one, and the whole sentence that follows.

mod cash;
mod dialect;
mod limits;
mod mutations;
mod retry;
mod service;

use chrono::TimeDelta;

use super::*;
use crate::domain::access::PinDigit;
use crate::domain::card::Brand;
use crate::domain::limits::{CardLimit, Limits, Steps, StoredLimits};
use crate::escpos::DrawerPin;
use crate::settings::{MerchantCopy, SecondPerson, pin};

pub(super) fn sample(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)).unwrap()
}

pub(super) fn read(text: &str) -> Result<Settings, String> {
    parse(text, Path::new("stopgap.toml"), Path::new("/data")).map_err(|error| error.to_string())
}

/// The euro sample with one thing replaced, and the line on which the replacement stands.
fn changed(from: &str, to: &str) -> (String, usize) {
    let text = sample("eu.toml");
    let place = text.find(from).unwrap_or_else(|| panic!("the sample has no “{from}”"));
    let line = 1 + text[..place].matches('\n').count();
    (text.replacen(from, to, 1), line)
}

/// For each `(from, to, message)`: the changed sample is refused with exactly this message, at the line of the change.
fn assert_refused(cases: &[(&str, &str, &str)]) {
    for (from, to, message) in cases {
        let (text, line) = changed(from, to);
        assert_eq!(read(&text).unwrap_err(), format!("stopgap.toml line {line}: {message}"), "{to}");
    }
}

#[test]
fn every_sample_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut read_count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let settings = load(&path, Path::new("/data")).unwrap();
        assert!(settings.people.iter().all(|person| pin::pepper_fits(&person.pin_hash, None)));
        read_count += 1;
    }
    assert!(read_count >= 2, "samples are missing");
}

#[test]
fn the_euro_sample_says_what_it_means() {
    let settings = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/eu.toml"), Path::new("/data")).unwrap();
    assert_eq!((settings.till, settings.currency, settings.language), (10, Currency::EUR, Language::English));
    assert_eq!(settings.line_anchors.len(), 2);
    assert_eq!(settings.card_brands, [Brand::Visa, Brand::Mastercard]);
    assert!(settings.card_holder.is_empty(), "nothing is asked that the acquirer does not want");
    assert_eq!((settings.send_within_hours, settings.expected_loss_basis_points), (24, 250));
    assert_eq!((settings.statement_due_days, settings.drawer_note_above_minor), (3, 200));
    assert_eq!(settings.second_person, SecondPerson::Required);
    assert_eq!(settings.statement_inbox, Path::new("/data/statements"));
    let host = settings.host.unwrap();
    assert!(host.key_file.ends_with("samples/acquirer.jwk"), "{}", host.key_file.display());
    assert_eq!(
        settings.limits,
        Limits {
            sale_max_minor: 500_000,
            stored: StoredLimits {
                sale: Steps::new(Some(10_000), Some(15_000), Some(50_000)).unwrap(),
                card: CardLimit::new(None, Some(30_000), 3).unwrap(),
                cashier: Steps::new(None, Some(100_000), None).unwrap(),
                total: Steps::new(Some(120_000), None, Some(150_000)).unwrap(),
                count: Steps::new(Some(40), None, Some(50)).unwrap(),
                oldest: Steps::new(Some(TimeDelta::hours(12)), Some(TimeDelta::hours(20)), None).unwrap(),
            },
        }
    );
    let ids: Vec<&str> = settings.people.iter().map(|person| person.id.0.as_str()).collect();
    assert_eq!(ids, ["manager-1", "manager-2", "cashier-1"]);
    for (person, digits) in settings.people.iter().zip(["2718", "1618", "3141"]) {
        let mut typed = crate::domain::access::Pin::default();
        digits.chars().for_each(|digit| typed.push(PinDigit(digit)));
        assert!(pin::check_pin(&typed, &person.pin_hash, None), "{}", person.id);
    }
}

#[test]
fn cash_is_rounded_as_the_country_does_it_unless_the_shop_says_otherwise() {
    let step = |country: &str, rounding: &str| {
        let text = sample("eu.toml").replace("# country = \"FI\"", country).replace("rounding = \"country\"", rounding);
        read(&text).map(|settings| settings.cash.rounding.map(|rounding| rounding.step_minor))
    };
    let country = "rounding = \"country\"";
    assert_eq!(step("", country), Ok(None));
    assert_eq!(step("country = \"FI\"", country), Ok(Some(5)));
    assert_eq!(step("country = \"FI\"", ""), Ok(Some(5)));
    assert_eq!(step("country = \"FI\"", "rounding = \"off\""), Ok(None));
    assert_eq!(step("", "rounding = \"0.10\""), Ok(Some(10)));
    for (given, wrong) in [("country = \"Finland\"", "country is “Finland”"), ("country = \"fi\"", "country is “fi”")]
    {
        assert!(step(given, country).unwrap_err().contains(wrong));
    }
    let wrong = step("", "rounding = \"0.01\"").unwrap_err();
    assert!(wrong.contains("cash.rounding is “0.01”: expected more than one minor unit"), "{wrong}");
    let defaults = read(&sample("standalone.toml")).unwrap();
    assert_eq!((defaults.cash.refund_manager_above_minor, defaults.cash.drawer_manager_above_minor), (0, None));
}

#[test]
fn a_printer_is_read_with_all_it_can_do() {
    let table = |lines: &str| read(&format!("{}\n[printer]\n{lines}", sample("eu.toml")));
    let printer = table("address = \"192.0.2.30:9100\"").unwrap().printer.unwrap();
    assert!(printer.printer.answers && printer.profile.has_cutter && !printer.profile.has_chinese);
    assert_eq!((printer.drawer_pin, printer.merchant_copy), (Some(DrawerPin::Two), MerchantCopy::Promises));
    let all = "device = \"/dev/usb/lp0\"\nanswers = false\npaper_mm = 58\ncode_pages = [\"WPC1252\"]\nchinese = true\n\
               draws_codes = false\ncutter = false\ndrawer_pin = \"none\"\nmerchant_copy = \"always\"\nsignature = true";
    let printer = table(all).unwrap().printer.unwrap();
    assert_eq!((printer.drawer_pin, printer.merchant_copy, printer.signature), (None, MerchantCopy::Always, true));
    for (lines, wrong) in [
        ("", "printer.address is missing"),
        ("address = \"printer:9100\"", "printer.address is “printer:9100”"),
        ("address = \"192.0.2.30:9100\"\ndevice = \"/dev/usb/lp0\"", "printer.device is “/dev/usb/lp0”: either this"),
        ("address = \"192.0.2.30:9100\"\npaper_mm = 70", "printer.paper_mm is “70”: expected 58 or 80"),
        ("address = \"192.0.2.30:9100\"\ndrawer_pin = \"3\"", "printer.drawer_pin is “3”: expected 2, 5 or none"),
        ("address = \"192.0.2.30:9100\"\ncode_pages = [\"utf8\"]", "printer.code_pages[1] is “utf8”"),
        ("address = \"192.0.2.30:9100\"\nmerchant_copy = \"no\"", "printer.merchant_copy is “no”: expected never"),
    ] {
        let said = table(lines).unwrap_err();
        assert!(said.contains(wrong), "{lines}: {said}");
    }
}

#[test]
fn amounts_are_exact() {
    assert_refused(&[
        ("\"500.00\"", "\"150.000\"", "limits.stored_sale.refuse is “150.000”: at most 2 decimals for EUR"),
        ("\"500.00\"", "\"150.001\"", "limits.stored_sale.refuse is “150.001”: at most 2 decimals for EUR"),
        (
            "\"500.00\"",
            "\"150,00\"",
            "limits.stored_sale.refuse is “150,00”: expected digits and at most one decimal point, such as 150",
        ),
        ("\"500.00\"", "\"-1\"", "limits.stored_sale.refuse is “-1”: expected an amount that is not negative"),
        (
            "\"500.00\"",
            "150.00",
            "limits.stored_sale.refuse is of type float: expected an amount in quotes, such as \"150\"",
        ),
        ("\"2.00\"", "2", "day.drawer_note_above is of type integer: expected an amount in quotes, such as \"150\""),
        ("\"5000.00\"", "\"99999999999\"", "limits.sale_max is “99999999999”: at most 999,999,999,999 minor units"),
        ("\"5000.00\"", "\"0\"", "limits.sale_max is “0”: expected more than nothing, or no sale is possible"),
    ]);
}

#[test]
fn the_till_and_its_names_are_checked() {
    let long = "x".repeat(71);
    let shown = "x".repeat(60);
    let too_long = format!("shop.name is “{shown}…”: expected 1 to 70 characters on one line, no blanks around them");
    assert_refused(&[
        ("till = 10", "till = 9", "till is “9”: expected a whole number from 10 to 99"),
        ("till = 10", "till = 100", "till is “100”: expected a whole number from 10 to 99"),
        ("till = 10", "till = 0x10", "till is “0x10”: expected a whole number from 10 to 99"),
        ("till = 10", "till = \"10\"", "till is of type string: expected a whole number from 10 to 99"),
        ("\"EUR\"", "\"EURO\"", "currency is “EURO”: expected an ISO 4217 code of three letters, such as EUR"),
        ("\"en\"\n", "\"de\"\n", "language is “de”: expected en or zh-CN"),
        ("\"required\"\n", "\"on\"\n", "second_person is “on”: expected required or off"),
        ("\"Bakery Example\"", &format!("\"{long}\""), &too_long),
        (
            "\"Bakery Example\"",
            "\"Bakery\\nExample\"",
            "shop.name is “Bakery\\u{a}Example”: expected 1 to 70 characters on one line, no blanks around them",
        ),
        (
            "\"Bakery Example\"",
            "\" Bakery\"",
            "shop.name is “ Bakery”: expected 1 to 70 characters on one line, no blanks around them",
        ),
        (
            "\"Bakery Example\"",
            "\"\"",
            "shop.name is “”: expected 1 to 70 characters on one line, no blanks around them",
        ),
    ]);
}

#[test]
fn addresses_and_ids_are_checked() {
    let address =
        "expected an IP address and a port, such as 192.0.2.10:8080 (no name: looking one up needs a network)";
    assert_refused(&[
        ("192.0.2.20:8443", "reader.local:8080", &format!("reader.address is “reader.local:8080”: {address}")),
        ("192.0.2.20:8443", "192.0.2.20", &format!("reader.address is “192.0.2.20”: {address}")),
        ("192.0.2.20:8443", "192.0.2.20:0", "reader.address is “192.0.2.20:0”: expected a port from 1 to 65535"),
        ("198.51.100.10:8583", "[::1]:0", "host.address is “[::1]:0”: expected a port from 1 to 65535"),
        ("203.0.113.53:53", "203.0.113.53:0", "line.anchors[2] is “203.0.113.53:0”: expected a port from 1 to 65535"),
        ("198.51.100.10:8583", "198.51.100.10:99999", &format!("host.address is “198.51.100.10:99999”: {address}")),
        ("[\"198.51.100.53:53\", ", "[\"one.one\", ", &format!("line.anchors[1] is “one.one”: {address}")),
        (
            ", \"203.0.113.53:53\"]",
            ", \"198.51.100.10:8583\"]",
            "line.anchors[2] is “198.51.100.10:8583”: the line is judged by others than the host, \
             or a host that is down looks like a dead line",
        ),
        (
            "[\"198.51.100.53:53\", \"203.0.113.53:53\"]",
            "[]",
            "line.anchors is “0 of them”: expected a list of 1 to 4 addresses",
        ),
        ("\"nexo\"\n", "\"usb\"\n", "reader.kind is “usb”: expected nexo, zvt, pcsc or standalone"),
        ("\"reverse\"\n", "\"refund\"\n", "reader.late_approval is “refund”: expected reverse or keep"),
        (
            "key_version = 1",
            "key_version = -1",
            "reader.key_version is “-1”: expected a whole number from 0 to 4294967295",
        ),
        (
            "idle_connection = true",
            "idle_connection = 1",
            "host.idle_connection is of type integer: expected true or false",
        ),
        ("stores = false", "stores = \"no\"", "reader.stores is of type string: expected true or false"),
        (
            "\"TERM0010\"",
            "\"TERM010\"",
            "host.terminal is “TERM010”: expected exactly 8 letters, digits or signs without blanks (ISO 8583 DE 41)",
        ),
        (
            "\"TERM0010\"",
            "\"TERM 010\"",
            "host.terminal is “TERM 010”: expected exactly 8 letters, digits or signs without blanks (ISO 8583 DE 41)",
        ),
        (
            "\"EXAMPLEBAKERY10\"",
            "\"EXAMPLEBAKERY100\"",
            "host.merchant is “EXAMPLEBAKERY100”: \
             expected 1 to 15 letters, digits or signs without blanks (ISO 8583 DE 42)",
        ),
    ]);
}

pub(super) const HOST_ROOT: &str =
    "root_certificate = \"acquirer-root.pem\"\ncertificate_name = \"host.acquirer.example\"";

#[test]
fn a_host_over_a_network_is_never_talked_to_in_the_open() {
    let with = |lines: &str| read(&sample("eu.toml").replace(HOST_ROOT, lines));
    let encryption = |settings: Settings| settings.host.unwrap().encryption;
    let tls = HostEncryption::Tls {
        root_certificate: PathBuf::from("acquirer-root.pem"),
        name: "host.acquirer.example".to_owned(),
    };
    assert_eq!(encryption(with(HOST_ROOT).unwrap()), tls);
    assert_eq!(encryption(with("encryption = \"tunnel\"").unwrap()), HostEncryption::Tunnel);
    let here = sample("eu.toml").replace(HOST_ROOT, "").replace("198.51.100.10:8583", "127.0.0.1:8583");
    assert_eq!(encryption(read(&here).unwrap()), HostEncryption::Tunnel);
    for (lines, says) in [
        ("", "host.root_certificate is missing: expected the file with the root"),
        ("root_certificate = \"r.pem\"", "host.certificate_name is missing"),
        (
            "encryption = \"tunnel\"\ncertificate_name = \"n\"",
            "host.certificate_name: without a root_certificate no name",
        ),
        ("encryption = \"off\"", "host.encryption is “off”: expected tunnel"),
        ("root_certificate = \"r.pem\"\nencryption = \"tunnel\"", "either this or root_certificate"),
    ] {
        let error = with(lines).unwrap_err();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn cards_are_checked() {
    assert_refused(&[
        (
            "\"mastercard\"]",
            "\"viza\"]",
            "card.brands[2] is “viza”: expected one of visa, mastercard, amex, discover, diners, jcb, union_pay, \
             maestro, mir, rupay, elo, hipercard, hiper, troy",
        ),
        ("\"mastercard\"]", "\"visa\"]", "card.brands[2] is “visa”: each brand only once"),
        (
            "send_within_hours = 24",
            "holder = [\"name\", \"street\"]",
            "card.holder[2] is “street”: expected name or postcode",
        ),
        ("send_within_hours = 24", "holder = [\"name\", \"name\"]", "card.holder[2] is “name”: each part only once"),
        ("= 24", "= 169", "card.send_within_hours is “169”: expected a whole number from 1 to 168"),
        (
            "points = 250",
            "points = 10001",
            "card.expected_loss_basis_points is “10001”: expected a whole number from 0 to 10000",
        ),
        ("due_days = 3", "due_days = 31", "day.statement_due_days is “31”: expected a whole number from 0 to 30"),
    ]);
}

#[test]
fn people_are_checked() {
    let id_rule = "expected 1 to 24 small letters, digits and hyphens";
    assert_refused(&[
        (
            "\"manager-2\"",
            "\"manager-1\"",
            "people[2].id is “manager-1”: each person has an id of their own: the journal knows them by it",
        ),
        ("\"manager-2\"", "\"Manager-2\"", &format!("people[2].id is “Manager-2”: {id_rule}")),
        ("\"manager-2\"", "\"\"", &format!("people[2].id is “”: {id_rule}")),
        (
            "\"manager-2\"",
            "\"abcdefghijklmnopqrstuvwxy\"",
            &format!("people[2].id is “abcdefghijklmnopqrstuvwxy”: {id_rule}"),
        ),
        ("role = \"cashier\"", "role = \"boss\"", "people[3].role is “boss”: expected cashier or manager"),
        (
            "$argon2id$",
            "$argon2i$",
            "people[1].pin_hash: expected an argon2id hash in PHC form, $argon2id$v=19$m=19456,t=2,p=1$salt$hash",
        ),
        (
            "v=19$m=19456,t=2",
            "v=19$m=19456,t=1",
            "people[1].pin_hash: the hash is too weak: m times t is 19456, at least 38912",
        ),
    ]);
    let no_manager = sample("eu.toml").replace("\"manager\"", "\"cashier\"");
    let error = read(&no_manager).unwrap_err();
    assert!(error.ends_with(": people: at least one has the role manager, to approve and to close the day"), "{error}");
}

#[test]
fn four_eyes_need_two_people() {
    let rule = "one person alone cannot be approved by another: add one, or set second_person to off";
    let one = sample("standalone.toml");
    assert_eq!(read(&one).unwrap().second_person, SecondPerson::Off);
    let error = read(&one.replace("\"off\"", "\"required\"")).unwrap_err();
    assert!(error.ends_with(&format!(": second_person is “required”: {rule}")), "{error}");
    let error = read(&one.replace("second_person = \"off\"", "")).unwrap_err();
    assert_eq!(error, format!("stopgap.toml: second_person: {rule}"));
}

#[test]
fn unknown_and_missing_keys_are_named() {
    assert_refused(&[
        (
            "stored_sale = {",
            "stored_sales = {",
            "limits.stored_sales is not known: expected sale_max, stored_sale, stored_card, stored_cashier, \
             stored_total, stored_count, stored_oldest_hours",
        ),
        (
            "poi_id = ",
            "name = \"x\"\npoi_id = ",
            "reader.name is not known: expected kind, address, poi_id, sale_id, stores, late_approval, \
             root_certificate, certificate_suffix, certificate_legacy, encryption, passphrase_file, key_identifier, \
             key_version, events_address, events_certificate, events_key",
        ),
        ("currency = \"EUR\"", "currency \"EUR\"", "not TOML: key with no value, expected ="),
        ("currency = \"EUR\"", "till = 11", "not TOML at “till”: duplicate key"),
        (
            "[day]",
            "[days]",
            "days is not known: expected till, currency, country, language, second_person, shop, reader, line, host, card, payee, qr, offers, limits, \
             stop_list, day, cash, printer, people, service",
        ),
        ("[shop]\n", "[[shop]]\n", "shop is of type array: expected a table of name, address, service_contact"),
    ]);
    let gone = |key: &str| read(&sample("eu.toml").replace(key, "#")).unwrap_err();
    assert_eq!(gone("till = "), "stopgap.toml: till is missing: expected a whole number from 10 to 99");
    // A key that is missing from a table is looked for at the table's head.
    let (_, head) = changed("[host]", "");
    let rule = "expected 1 to 15 letters, digits or signs without blanks (ISO 8583 DE 42)";
    assert_eq!(gone("merchant = "), format!("stopgap.toml line {head}: host.merchant is missing: {rule}"));
    let no_host = sample("standalone.toml") + "\n[card]\nbrands = [\"visa\"]\n";
    let error = read(&no_host).unwrap_err();
    assert!(error.ends_with(": card.brands[1] is “visa”: a typed card needs a [host] that it is sent to"), "{error}");
}

#[test]
fn a_file_that_cannot_be_read_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stopgap.toml");
    let refused = || load(&path, Path::new("/data")).unwrap_err();
    assert!(matches!(refused().problem, Problem::Unreadable(_)), "{}", refused());
    fs::write(&path, "#".repeat(300 * 1024)).unwrap();
    assert_eq!(refused().problem, Problem::TooLong { bytes: 307_200, limit: FILE_BYTES_MAX });
    fs::write(&path, [0xff, 0xfe]).unwrap();
    assert!(matches!(refused().problem, Problem::Unreadable(_)), "{}", refused());
}
