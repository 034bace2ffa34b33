//! Commands follow the reader that the till was switched over to.

use stopgap::domain::fact::Fact;
use stopgap::domain::ids::{PersonId, SaveId};
use stopgap::store::{Options, Store};
use uuid::Uuid;

use super::diagnose::Simulator;
use super::*;

const SECOND: &str = "\n[[service.devices]]\nname = \"Second reader\"\nrole = \"second\"\n\n\
                      [service.devices.reader]\nkind = \"standalone\"\nname = \"Second reader\"\n";

#[test]
fn diagnosis_and_support_pack_are_of_the_reader_that_the_till_was_switched_over_to() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let host = Simulator::start(&["host", "--tls", "--name", "host.acquirer.example"]);
    let anchor = Simulator::start(&["reader", "--protocol", "zvt"]);
    let sample = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/zvt.toml")).unwrap();
    // Nothing listens where the first reader should be.
    let sample = sample
        .replace("192.0.2.20:20007", "127.0.0.1:9")
        .replace("198.51.100.10:8583", &host.address())
        .replace("[\"198.51.100.53:53\", \"203.0.113.53:53\"]", &format!("[\"{}\"]", anchor.address()));
    let (config, data) = (place("stopgap.toml"), place("data"));
    fs::write(&config, sample + SECOND).unwrap();
    fs::write(place("acquirer.jwk"), host.place["key"].to_string()).unwrap();
    fs::write(place("acquirer-root.pem"), host.place["root_pem"].as_str().unwrap()).unwrap();
    fs::write(place("terminal-password.txt"), "123456\n").unwrap();

    let till = serde_json::from_str::<u8>(&till_of(&config)).unwrap();
    let mut store = Store::open(&data, till, Options::default()).unwrap().store;
    let mut switch = |save: u128, device: &str| {
        let by = PersonId("manager-1".to_owned());
        let fact = Fact::ReaderSwitched { device: device.to_owned(), by };
        let now = chrono::Local::now().fixed_offset();
        store.save(now, "manager-1", SaveId(Uuid::from_u128(save)), &[fact], &[]).unwrap();
    };
    let at = ["--config", text(&config), "--data", text(&data)];
    let kind = |name: &str| {
        let out = place(name);
        let made = run(&[&["support-pack", "--out", text(&out)], &at[..]].concat());
        assert!(made.status.success(), "{made:?}");
        let mut archive = zip::ZipArchive::new(fs::File::open(&out).unwrap()).unwrap();
        let settings: Value = serde_json::from_reader(archive.by_name("settings.json").unwrap()).unwrap();
        settings["reader"]["kind"].as_str().unwrap().to_owned()
    };
    switch(1, "the one of [reader]");
    let found = run(&[&["diagnose"], &at[..]].concat());
    assert_eq!(found.status.code(), Some(1), "{found:?}");
    assert_eq!(kind("before.zip"), "zvt");

    switch(2, "Second reader");
    let found = run(&[&["diagnose"], &at[..]].concat());
    assert_eq!(found.status.code(), Some(0), "{found:?}");
    assert_eq!(kind("after.zip"), "standalone");
}

/// The number of the till in a configuration.
fn till_of(config: &Path) -> String {
    let settings = fs::read_to_string(config).unwrap();
    let line = settings.lines().find_map(|line| line.strip_prefix("till = ")).unwrap();
    line.trim().to_owned()
}
