//! `[host.dialect]`: how the acquirer's host speaks ISO 8583:1987, where it differs from what most do.

use super::section::{Item, Section};
use super::{Problem, SettingsError};
use crate::iso8583::{
    Bytes, Dialect, LengthHeader, Numbers, OddDigit, PrivateUse, Terminal, TerminalError, Tpdu, VoidForm, de,
};

/// The longest text that marks a deferred authorisation, in characters: it fills its field.
const MARK_CHARS_MAX: usize = 999;

/// What the table says.
pub(super) struct Spoken {
    pub(super) terminal: Terminal,
    pub(super) dialect: Dialect,
    pub(super) sign_on: bool,
}

/// The dialect of the settings; without the table that of [`Dialect::ASCII_1987`].
pub(super) fn spoken(item: Option<Item<'_>>, terminal: Terminal) -> Result<Spoken, SettingsError> {
    let mut spoken = Spoken { terminal, dialect: Dialect::ASCII_1987, sign_on: false };
    let Some(item) = item else { return Ok(spoken) };
    let mut table = item.section(&[
        "length_header",
        "tpdu_destination",
        "tpdu_source",
        "bitmap",
        "binary",
        "numbers",
        "sealed_card_field",
        "batch_field",
        "deferred_field",
        "deferred_mark",
        "network_id",
        "merchant_category",
        "condition",
        "void",
        "sign_on",
    ])?;
    if let Some(header) = table.take("length_header") {
        let rule = "two_bytes, four_bytes or four_digits";
        spoken.dialect.envelope.length = one_of(
            &header,
            rule,
            &[
                ("two_bytes", LengthHeader::TwoBytes),
                ("four_bytes", LengthHeader::FourBytes),
                ("four_digits", LengthHeader::FourDigits),
            ],
        )?;
    }
    spoken.dialect.envelope.tpdu = tpdu(&mut table)?;
    for (key, place) in [("bitmap", &mut spoken.dialect.bitmap), ("binary", &mut spoken.dialect.binary)] {
        if let Some(bytes) = table.take(key) {
            *place = one_of(&bytes, "raw or hex", &[("raw", Bytes::Raw), ("hex", Bytes::Hex)])?;
        }
    }
    if let Some(numbers) = table.take("numbers") {
        let packed = |odd| Numbers::Bcd { odd };
        spoken.dialect.numbers = one_of(
            &numbers,
            "ascii, bcd_zero_before, bcd_zero_after or bcd_f_after",
            &[
                ("ascii", Numbers::Ascii),
                ("bcd_zero_before", packed(OddDigit::ZeroBefore)),
                ("bcd_zero_after", packed(OddDigit::ZeroAfter)),
                ("bcd_f_after", packed(OddDigit::FAfter)),
            ],
        )?;
    }
    spoken.dialect.private = private(&mut table)?;
    if let Some(form) = table.take("void") {
        let words = [("request", VoidForm::Request), ("reversal", VoidForm::Reversal)];
        spoken.dialect.void = one_of(&form, "request or reversal", &words)?;
    }
    for (key, set) in [
        ("network_id", Terminal::with_network_id as fn(Terminal, &str) -> Result<Terminal, TerminalError>),
        ("merchant_category", Terminal::with_merchant_category),
        ("condition", Terminal::with_condition),
    ] {
        if let Some(digits) = table.take(key) {
            let text = digits.text("digits in quotes")?;
            spoken.terminal = set(spoken.terminal, text)
                .map_err(|error| digits.wrong(format!("expected {} (ISO 8583 DE {})", error.rule, error.field)))?;
        }
    }
    spoken.sign_on = table.take("sign_on").map(|flag| flag.flag()).transpose()?.unwrap_or(false);
    Ok(spoken)
}

/// The transport header; the source is nearly always 0000.
fn tpdu(table: &mut Section<'_>) -> Result<Option<Tpdu>, SettingsError> {
    let address = |item: &Item<'_>| {
        let rule = "four hexadecimal digits in quotes, such as 0001";
        let text = item.text(rule)?;
        let parsed = (text.len() == 4).then(|| u16::from_str_radix(text, 16).ok()).flatten();
        // from_str_radix takes a sign.
        parsed.filter(|_| !text.starts_with('+')).ok_or_else(|| item.wrong(format!("expected {rule}")))
    };
    let Some(destination) = table.take("tpdu_destination") else {
        table.none_of(&["tpdu_source"], "without a tpdu_destination there is no TPDU that it would stand in")?;
        return Ok(None);
    };
    let source = table.take("tpdu_source").map_or(Ok(0), |source| address(&source))?;
    Ok(Some(Tpdu { destination: address(&destination)?, source }))
}

fn private(table: &mut Section<'_>) -> Result<PrivateUse, SettingsError> {
    let mut field = |key, usual| table.take(key).map_or(Ok(usual), |item| item.number(&(1..=128)));
    let sealed_card = field("sealed_card_field", de::SEALED_CARD)?;
    let batch = field("batch_field", de::BATCH)?;
    let deferred = field("deferred_field", de::ADDITIONAL_DATA)?;
    // An empty mark is how an acquirer's wish for none is written.
    let mark = match table.take("deferred_mark") {
        Some(mark) if mark.text("text in quotes")?.is_empty() => None,
        Some(mark) => Some(mark.line_of_text(MARK_CHARS_MAX)?),
        None => Some("DEFERRED".to_owned()),
    };
    let private = PrivateUse::new(sealed_card, batch, mark.as_deref().map(|mark| (deferred, mark)));
    private.map_err(|error| table.wrong(Problem::Rule { key: "host.dialect".to_owned(), rule: error.to_string() }))
}

/// The value that one of these words stands for.
fn one_of<T: Copy>(item: &Item<'_>, rule: &str, words: &[(&str, T)]) -> Result<T, SettingsError> {
    let text = item.text(rule)?;
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    found.ok_or_else(|| item.wrong(format!("expected {rule}")))
}
