//! `stopgap diagnose` against simulators that are processes of their own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::*;

/// A simulator as a process of its own; ends when it is dropped, with its standard input.
pub(crate) struct Simulator {
    process: Child,
    answers: BufReader<std::process::ChildStdout>,
    pub(crate) place: serde_json::Value,
}

impl Simulator {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_stopgap"))
            .arg("simulate")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut answers = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        answers.read_line(&mut line).unwrap();
        Self { process, answers, place: serde_json::from_str(&line).unwrap() }
    }

    /// Obeys one line and gives its answer.
    pub(crate) fn obey(&mut self, line: &str) -> serde_json::Value {
        writeln!(self.process.stdin.as_mut().unwrap(), "{line}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap()
    }

    pub(crate) fn address(&self) -> String {
        self.place["address"].as_str().unwrap().to_owned()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_diagnosis_names_the_rung_that_failed() {
    let folder = tempfile::tempdir().unwrap();
    let reader = Simulator::start(&["reader", "--protocol", "zvt"]);
    let host = Simulator::start(&["host", "--tls", "--name", "host.acquirer.example"]);
    let sample = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/zvt.toml")).unwrap();
    let sample = sample
        .replace("192.0.2.20:20007", &reader.address())
        .replace("198.51.100.10:8583", &host.address())
        .replace("[\"198.51.100.53:53\", \"203.0.113.53:53\"]", &format!("[\"{}\"]", reader.address()));
    let config = folder.path().join("stopgap.toml");
    fs::write(&config, sample).unwrap();
    fs::write(folder.path().join("acquirer.jwk"), host.place["key"].to_string()).unwrap();
    let root = folder.path().join("acquirer-root.pem");
    fs::write(&root, host.place["root_pem"].as_str().unwrap()).unwrap();
    let data = folder.path().to_owned();
    let diagnose = || {
        let output = run(&["diagnose", "--json", "--config", text(&config), "--data", text(&data)]);
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let error = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), found["cause"]["kind"].clone(), found["cause"]["rung"].clone(), error)
    };
    let (code, .., error) = diagnose();
    assert!(code == Some(2) && error.contains("reader.password_file names"), "{code:?} {error}");
    fs::write(folder.path().join("terminal-password.txt"), "123456\n").unwrap();
    let (code, kind, ..) = diagnose();
    assert_eq!((code, kind), (Some(0), serde_json::Value::Null));
    let other = Simulator::start(&["host", "--tls"]);
    fs::write(&root, other.place["root_pem"].as_str().unwrap()).unwrap();
    let (code, kind, rung, error) = diagnose();
    assert_eq!((code, kind.as_str(), rung.as_str()), (Some(1), Some("host"), Some("tls")));
    assert!(error.contains("does not come from host.root_certificate"), "{error}");
    drop(host);
    let (code, kind, rung, error) = diagnose();
    assert_eq!((code, kind.as_str(), rung.as_str()), (Some(1), Some("host"), Some("host_port")));
    assert!(error.starts_with("stopgap: host: host port: ") && error.lines().count() == 1, "{error}");
    drop(reader);
    let (code, kind, rung, _) = diagnose();
    assert_eq!((code, kind.as_str(), rung.as_str()), (Some(1), Some("hardware"), Some("reader_present")));
}

#[test]
fn a_pcsc_library_that_is_missing_is_the_cause_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let sample = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/standalone.toml")).unwrap();
    let config = folder.path().join("stopgap.toml");
    let pcsc = "kind = \"pcsc\"\nlibrary = \"libnope.so\"";
    // Anchors on this machine, which refuse at once.
    let sample = sample.replace("kind = \"standalone\"", pcsc).replace("198.51.100.53", "127.0.0.1");
    fs::write(&config, sample.replace("203.0.113.53", "127.0.0.1")).unwrap();
    let began = Instant::now();
    let output = run(&["diagnose", "--json", "--config", text(&config), "--data", text(folder.path())]);
    let took = began.elapsed();
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{found}");
    let cause = (found["cause"]["kind"].as_str(), found["cause"]["rung"].as_str());
    assert_eq!(cause, (Some("software"), Some("reader_service")), "{found}");
    assert!(took < Duration::from_millis(2_500), "{took:?}: the child names the reason at once");
}
