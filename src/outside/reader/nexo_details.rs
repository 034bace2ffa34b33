//! What a diagnosis says of a reader beside whether it works: for the diagnosis ladder and the case file.
//!
//! `AdditionalResponse` is a form-encoded text of pairs (WHATWG URL standard, application/x-www-form-urlencoded). All
//! of it is the reader's own word: each value is cut to a bound and taken only where it makes sense.

use serde::{Deserialize, Serialize};

use super::nexo_message::{DiagnosisResponse, HostStatus};

/// The most pairs that are looked at.
const PAIRS_MAX: usize = 64;
/// The longest value that is kept, in characters.
pub const DETAIL_LENGTH_MAX: usize = 80;
/// The most acquirers that are kept.
pub const ACQUIRERS_MAX: usize = 16;

/// What a reader says of itself; `None` where it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReaderDetails {
    /// The state of its printer.
    pub printer: Option<PrinterState>,
    /// The charge of its battery, 0 to 100 per cent.
    pub battery_percent: Option<u8>,
    /// The version of its program.
    pub firmware: Option<String>,
    /// The name of the network it is in.
    pub network: Option<String>,
    /// The number its maker knows it by.
    pub terminal: Option<String>,
    /// Payments it stored by itself and has not sent yet.
    pub stored_in_reader: Option<u32>,
    /// Each acquirer it was asked to reach, and whether it could.
    pub acquirers: Vec<(String, bool)>,
}

/// The state of a reader's printer (nexo Sale-to-POI protocol 3.0, `PrinterStatus`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrinterState {
    /// It prints.
    Ready,
    /// The roll is nearly used up.
    PaperLow,
    /// There is no roll.
    NoPaper,
    /// The paper is jammed.
    PaperJam,
    /// It is broken.
    OutOfOrder,
}

impl ReaderDetails {
    /// The details of a diagnosis.
    pub(super) fn of(answer: &DiagnosisResponse) -> Self {
        let printer = answer.poi_status.as_ref().and_then(|status| status.printer_status.as_deref());
        let mut details = Self {
            printer: printer.and_then(printer_state),
            acquirers: answer.host_status.iter().take(ACQUIRERS_MAX).map(acquirer).collect(),
            ..Self::default()
        };
        let pairs = answer.response.additional_response.as_deref().unwrap_or_default();
        for (name, value) in pairs.split('&').take(PAIRS_MAX).filter_map(|pair| pair.split_once('=')) {
            details.take(name, &plain_text(value));
        }
        details
    }

    fn take(&mut self, name: &str, value: &str) {
        let text = || (!value.is_empty()).then(|| value.to_owned());
        match name {
            "batteryLevel" => self.battery_percent = percent(value),
            "firmwareVersion" => self.firmware = text(),
            "networkProfile" => self.network = text(),
            "terminalId" => self.terminal = text(),
            "unconfirmedBatchCount" => self.stored_in_reader = value.parse().ok(),
            // Readers say more than is of use here, and each version something new.
            _ => {}
        }
    }
}

fn acquirer(host: &HostStatus) -> (String, bool) {
    (cut(host.acquirer_id.as_deref().unwrap_or_default()), host.is_reachable_flag)
}

fn printer_state(word: &str) -> Option<PrinterState> {
    match word {
        "OK" => Some(PrinterState::Ready),
        "PaperLow" => Some(PrinterState::PaperLow),
        "NoPaper" => Some(PrinterState::NoPaper),
        "PaperJam" => Some(PrinterState::PaperJam),
        "OutOfOrder" => Some(PrinterState::OutOfOrder),
        _ => None,
    }
}

/// `87`, `87%` and `87.5` as 87; nothing above a hundred.
fn percent(value: &str) -> Option<u8> {
    let whole = value.trim_end_matches('%').split('.').next().unwrap_or_default();
    whole.parse().ok().filter(|percent| *percent <= 100)
}

/// A form-encoded value as text, without what would break a line or a terminal.
pub(super) fn plain_text(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = hex.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let escaped = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let (byte, after) = match (first, escaped) {
            (b'%', Some(byte)) => (byte, after.get(2..).unwrap_or_default()),
            (b'+', _) => (b' ', after),
            (other, _) => (*other, after),
        };
        bytes.push(byte);
        rest = after;
    }
    cut(&String::from_utf8_lossy(&bytes))
}

fn cut(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(DETAIL_LENGTH_MAX).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(pairs: &str) -> ReaderDetails {
        let answer = serde_json::json!({"Response": {"Result": "Success", "AdditionalResponse": pairs}});
        ReaderDetails::of(&serde_json::from_value(answer).unwrap())
    }

    #[test]
    fn what_a_reader_says_of_itself_is_read_where_it_makes_sense() {
        let text = |text: &str| Some(text.to_owned());
        for (pairs, expected) in [
            ("", ReaderDetails::default()),
            ("unconfirmedBatchCount=3", ReaderDetails { stored_in_reader: Some(3), ..ReaderDetails::default() }),
            ("xunconfirmedBatchCount=3&unconfirmedBatchCount", ReaderDetails::default()),
            ("unconfirmedBatchCount=-3&batteryLevel=101", ReaderDetails::default()),
            ("batteryLevel=50%25", ReaderDetails { battery_percent: Some(50), ..ReaderDetails::default() }),
            (
                "firmwareVersion=adyen_v1_90p7&networkProfile=Shop+Wi%2dFi%0A&terminalId=V400m-1&batteryLevel=87",
                ReaderDetails {
                    firmware: text("adyen_v1_90p7"),
                    network: text("Shop Wi-Fi"),
                    terminal: text("V400m-1"),
                    battery_percent: Some(87),
                    ..ReaderDetails::default()
                },
            ),
            ("networkProfile=%zz%2", ReaderDetails { network: text("%zz%2"), ..ReaderDetails::default() }),
        ] {
            assert_eq!(of(pairs), expected, "{pairs}");
        }
        let long = of(&format!("terminalId={}", "x".repeat(5_000)));
        assert_eq!(long.terminal.map(|text| text.len()), Some(DETAIL_LENGTH_MAX));
    }

    #[test]
    fn the_printer_and_each_acquirer_are_named() {
        let hosts: Vec<_> = (0..40).map(|number| serde_json::json!({"AcquirerID": format!("A{number}")})).collect();
        let answer = serde_json::json!({
            "Response": {"Result": "Success"},
            "POIStatus": {"GlobalStatus": "OK", "PrinterStatus": "PaperLow"},
            "HostStatus": hosts,
        });
        let details = ReaderDetails::of(&serde_json::from_value(answer).unwrap());
        assert_eq!(details.printer, Some(PrinterState::PaperLow));
        assert_eq!(details.acquirers.first(), Some(&("A0".to_owned(), true)));
        assert_eq!(details.acquirers.len(), ACQUIRERS_MAX);
        assert_eq!(printer_state("Ablaze"), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_or_grow(pairs in "(batteryLevel|networkProfile|[a-z%&=+]{0,4}|.){0,60}") {
            let details = of(&pairs);
            let longest = [details.firmware, details.network, details.terminal].into_iter().flatten();
            prop_assert!(longest.into_iter().all(|text| text.chars().count() <= DETAIL_LENGTH_MAX));
        }

        #[test]
        fn what_is_form_encoded_is_read_as_it_was(text in "[a-zA-Z0-9 .:/äß€-]{1,40}") {
            let encoded: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
            prop_assert_eq!(plain_text(&encoded.concat()), text);
        }
    }
}
