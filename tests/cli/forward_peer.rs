//! `stopgap forward` against a host that nobody here wrote: the mock host of `PyPI`'s iso8583sim, a process of its own.
//!
//! It is installed by `.ci/run`, which also says that it has to be there (`STOPGAP_PEERS=required`); elsewhere the test is
//! left out with a line that says so. It takes only letters and digits in DE 42, so the merchant id has to fill the field.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::forward::{ledger_with, local_zvt_sample, states};
use super::*;

/// The public key of RFC 8037, appendix A.6: this host opens nothing.
const JWK: &str = r#"{"kty":"OKP","crv":"X25519","kid":"Bob","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#;
/// The second card is refused for now, the third for good; the rest is approved.
const RULES: &str = r#"{"rules":[
    {"match":{"mti":["0200"],"fields":{"4":"000000000102"}},"respond":"51"},
    {"match":{"mti":["0200"],"fields":{"4":"000000000103"}},"respond":"41"},
    {"match":{},"respond":"00"}]}"#;

struct Peer(Child);

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The mock host in one of its formats and headers, on a free port; `None` where it is not installed and need not be.
#[allow(clippy::print_stderr, reason = "whoever runs the tests has to see what was left out")]
fn peer(folder: &Path, format: &str, header: &str, tpdu: &[&str]) -> Option<(Peer, String)> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers/bin/iso8583sim");
    if !program.exists() {
        assert!(std::env::var_os("STOPGAP_PEERS").is_none(), "{} is not there", program.display());
        eprintln!("LEFT OUT: {} is not installed", program.display());
        return None;
    }
    let rules = folder.join("rules.json");
    fs::write(&rules, RULES).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let mut command = Command::new(program);
    command.args(["serve", "--port", &port, "--rules", text(&rules), "--format", format, "--header", header]);
    let process = command.args(tpdu).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let (peer, address) = (Peer(process), format!("127.0.0.1:{port}"));
    let until = Instant::now() + Duration::from_mins(1);
    while TcpStream::connect(&address).is_err() {
        assert!(Instant::now() < until, "the mock host does not listen");
        thread::sleep(Duration::from_millis(50));
    }
    Some((peer, address))
}

#[test]
fn a_host_that_somebody_else_wrote_answers_in_each_of_its_dialects() {
    let cards = ["4111111111111111", "4000000000009995", "4111111111111111", "4111111111111111"];
    for (format, header, tpdu, dialect) in [
        ("ascii-binary", "2b", &[][..], ""),
        ("ascii-hex", "4a", &[], "length_header = \"four_digits\"\nbitmap = \"hex\"\nbinary = \"hex\"\n"),
        // Its packed digits are not tried: it packs DE 39 too, which is two characters in the standard (an 2).
        (
            "ascii-binary",
            "4a",
            &["--tpdu", "6000010000"],
            "length_header = \"four_digits\"\ntpdu_destination = \"0001\"\nsign_on = true\n",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let Some((_peer, address)) = peer(folder.path(), format, header, tpdu) else { return };
        let data = folder.path().join("data");
        let anchor = TcpListener::bind("127.0.0.1:0").unwrap();
        let config = folder.path().join("stopgap.toml");
        let sample = local_zvt_sample(&anchor, dialect)
            .replace("198.51.100.10:8583", &address)
            .replace("root_certificate = \"acquirer-root.pem\"\ncertificate_name = \"host.acquirer.example\"\n", "");
        fs::write(&config, sample).unwrap();
        fs::write(folder.path().join("terminal-password.txt"), "123456\n").unwrap();
        ledger_with(&data, &cards, JWK);
        let output = run(&["forward", "--config", text(&config), "--data", text(&data), "--patience", "60"]);
        let error = String::from_utf8(output.stderr.clone()).unwrap();
        assert_eq!(states(&output), ["approved", "declined", "declined", "approved"], "{format}: {error}");
    }
}
