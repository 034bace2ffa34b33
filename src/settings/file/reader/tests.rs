//! What the table `[reader]` refuses: what would be unsafe, and what would be ignored.

use crate::settings::ReaderSettings;
use crate::settings::file::tests::{HOST_ROOT, read, sample};

#[test]
fn a_reader_over_a_network_is_never_talked_to_in_the_open() {
    let without = |keys: &[&str]| {
        let tunnel = sample("eu.toml").replace(HOST_ROOT, "encryption = \"tunnel\"");
        let kept = |line: &&str| !keys.iter().any(|key| line.starts_with(&format!("{key} =")));
        tunnel.lines().filter(kept).collect::<Vec<_>>().join("\n")
    };
    let certificate = ["root_certificate", "certificate_suffix", "certificate_legacy"];
    let error = read(&without(&certificate)).unwrap_err();
    assert!(error.contains("reader.root_certificate is missing"), "{error}");
    let here = without(&certificate).replace("192.0.2.20:8443", "127.0.0.1:8443");
    assert!(matches!(read(&here).unwrap().reader, ReaderSettings::Nexo { root: None, .. }));
    let secrets = ["passphrase_file", "key_identifier", "key_version"];
    let error = read(&without(&secrets)).unwrap_err();
    assert!(error.contains("reader.passphrase_file is missing"), "{error}");
    let off = without(&secrets).replace("stores = false", "stores = false\nencryption = \"off\"");
    assert!(matches!(read(&off).unwrap().reader, ReaderSettings::Nexo { encryption: None, .. }));
    let error = read(&sample("zvt.toml").replace("config_byte = 8", "poi_id = \"X\"")).unwrap_err();
    assert!(error.contains("reader.poi_id is not known"), "{error}");
}

/// The euro sample on a reader of this machine, where nothing has to be encrypted: without the lines that begin with
/// any of the keys, and with other lines in the table.
fn here(without: &[&str], lines: &str) -> Result<ReaderSettings, String> {
    let kept = |line: &&str| !without.iter().any(|key| line.starts_with(&format!("{key} =")));
    let text = sample("eu.toml").replace(HOST_ROOT, "encryption = \"tunnel\"").replace("192.0.2.20", "127.0.0.1");
    let text = text.lines().filter(kept).collect::<Vec<_>>().join("\n");
    read(&text.replace("stores = false", &format!("stores = false\n{lines}"))).map(|settings| settings.reader)
}

#[test]
fn what_would_be_ignored_is_refused_with_the_reason() {
    let no_root = "without a root_certificate no certificate is checked: add it or leave this out";
    let no_key = "with encryption = \"off\" there is no key: leave one of the two out";
    let no_events = "without an events_address no event is listened for: add it or leave this out";
    let certificate = ["root_certificate", "certificate_suffix", "certificate_legacy"];
    let key = ["passphrase_file", "key_identifier", "key_version"];
    for (without, lines, name, why) in [
        (&certificate[..], "certificate_suffix = \"test\"", "certificate_suffix", no_root),
        (&certificate, "certificate_legacy = false", "certificate_legacy", no_root),
        (&key, "encryption = \"off\"\nkey_version = 1\nkey_identifier = \"k\"", "key_version", no_key),
        (&key, "encryption = \"off\"\nkey_identifier = \"k\"", "key_identifier", no_key),
        (&key, "key_version = \"one\"\nencryption = \"off\"", "key_version", no_key),
        (&[], "encryption = \"off\"", "passphrase_file", no_key),
        (&[], "events_certificate = \"c.pem\"\nevents_key = \"k.pem\"", "events_certificate", no_events),
        (&[], "events_key = \"k.pem\"", "events_key", no_events),
        (
            &[],
            "events_address = \"192.0.2.5:8080\"\nevents_key = \"k.pem\"",
            "events_key",
            "a key needs its events_certificate: add it or leave this out",
        ),
    ] {
        let error = here(without, lines).unwrap_err();
        assert!(error.ends_with(&format!(": reader.{name}: {why}")), "{lines}: {error}");
    }
    assert!(here(&certificate, "").is_ok());
    assert!(here(&key, "encryption = \"off\"").is_ok());
    let https = "events_certificate = \"c.pem\"\nevents_key = \"k.pem\"";
    assert!(here(&[], &format!("events_address = \"192.0.2.5:8080\"\n{https}")).is_ok());
    let error = here(&[], "events_address = \"192.0.2.5:0\"").unwrap_err();
    assert!(error.ends_with(": reader.events_address is “192.0.2.5:0”: expected a port from 1 to 65535"), "{error}");
}
