//! Where support packs go and who opens them, and what a test is paid with.

use std::fs;
use std::path::Path;

use super::{parse, sample};
use crate::domain::money::Currency;
use crate::settings::{PackSettings, ServiceSettings};

/// The sample's section `[service]` with these lines in it, read from `folder`.
fn service(folder: &Path, lines: &str) -> Result<ServiceSettings, String> {
    let text = sample("eu.toml").replacen("[service]\n", &format!("[service]\n{lines}\n"), 1);
    let read = parse(&text, &folder.join("stopgap.toml"), Path::new("/data"));
    read.map(|settings| settings.service).map_err(|error| error.to_string())
}

fn pack(folder: &Path, lines: &str) -> Result<PackSettings, String> {
    service(folder, lines).map(|service| service.pack)
}

#[test]
fn a_key_that_nothing_can_be_sealed_to_is_refused_at_the_start_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let key = r#"{"kty":"OKP","crv":"X25519","kid":"support-1","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#;
    fs::write(folder.path().join("support.jwk"), key).unwrap();
    fs::write(folder.path().join("private.jwk"), key.replace("\"x\"", "\"d\":\"AA\",\"x\"")).unwrap();
    let read = pack(folder.path(), "pack_key = \"support.jwk\"\npack_folder = \"/media/stick\"").unwrap();
    assert_eq!(read.key.map(|key| key.kid().to_owned()).as_deref(), Some("support-1"));
    assert_eq!(read.folder.as_deref(), Some(Path::new("/media/stick")));
    let read = pack(folder.path(), "pack_folder = \"packs\"").unwrap();
    assert_eq!((read.key, read.folder.as_deref()), (None, Some(Path::new("/data/packs"))));
    for (file, why) in [("gone.jwk", "gone.jwk"), ("private.jwk", "private or secret key (“d”)")] {
        let error = pack(folder.path(), &format!("pack_key = \"{file}\"")).unwrap_err();
        assert!(error.contains(why) && error.contains("line ") && error.lines().count() == 1, "{error}");
    }
}

#[test]
fn the_payment_of_a_test_is_a_unit_of_the_currency_or_what_the_acquirer_takes_at_least() {
    let folder = tempfile::tempdir().unwrap();
    let of = |text: &str, currency| service(folder.path(), text).map(|read| read.test_payment(currency).minor);
    assert_eq!(of("", Currency::EUR).unwrap(), 100);
    assert_eq!(of("", "JPY".parse().unwrap()).unwrap(), 100);
    assert_eq!(of("", "KWD".parse().unwrap()).unwrap(), 1_000);
    assert_eq!(of("test_payment = \"0.50\"", Currency::EUR).unwrap(), 50);
    assert!(of("test_payment = \"0.005\"", Currency::EUR).unwrap_err().contains("test_payment"));
}
