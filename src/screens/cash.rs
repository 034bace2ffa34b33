//! A payment in cash; see `ui/api/cash_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::app::cash::{ChangePieces, HandedOver};
use crate::domain::cash::{Foreign, TenderError, change, smallest_piece};
use crate::domain::money::{Currency, Money};
use crate::settings::ForeignTaken;

/// The cash page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CashView {
    /// The shop's own currency.
    pub currency: String,
    /// What is to be paid in cash, in the currency that is handed over.
    pub amount: String,
    /// Where cash is rounded: the amount before, and what rounding did to it.
    pub rounded: Option<Rounded>,
    /// What was handed over, as typed, in its own currency.
    pub given: String,
    /// What is to be handed back.
    pub change: String,
    /// The notes and coins to hand back, largest first, such as `10` or `2 × 0.20`.
    pub breakdown: Vec<String>,
    /// The drawer may not have these pieces.
    pub change_doubtful: bool,
    /// Keys that fill in a round sum.
    pub quick_sums: Vec<QuickSum>,
    /// The other currencies that the shop takes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub currencies: Vec<CurrencyKey>,
    /// What is to be known while another currency is handed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignView>,
    /// Why the sum given cannot be taken for all of it.
    pub error: Option<CashError>,
    /// Whether the sale can be finished.
    pub can_finish: bool,
    /// Whether the sum given can be taken as a part.
    pub can_take_part: bool,
}

/// An amount that is rounded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rounded {
    /// Before.
    pub exact: String,
    /// What rounding added, or took away when negative.
    pub rounding: String,
}

/// A key that fills in a round sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QuickSum {
    /// What comes back when it is pressed.
    pub id: String,
    /// The sum.
    pub label: String,
    /// The key says "Exact" instead of its label.
    pub exact: bool,
    /// It is the sum that was given.
    pub selected: bool,
}

/// Why the sum given cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CashError {
    /// What is missing.
    TooLittle(String),
    /// The highest sum that makes sense.
    TooMuch(String),
    /// The smallest note or coin: nothing adds up to the sum.
    NoSuchCoin(String),
}

/// Another currency that the shop takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CurrencyKey {
    /// Its code.
    pub code: String,
    /// It is handed over.
    pub selected: bool,
}

/// What is to be known while another currency is handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForeignView {
    /// Its code.
    pub code: String,
    /// What is to be paid, in the shop's currency.
    pub own_amount: String,
    /// What the notes are worth, in the shop's currency.
    pub worth: String,
    /// The rate, such as `1 USD = 0.92 EUR`.
    pub rate: String,
    /// Of when and whom the rate is.
    pub rate_of: Option<String>,
}

/// The cash page.
pub(super) fn view(app: &App, typed: Option<i64>, foreign: Option<Currency>) -> CashView {
    let cash = app.cash_due();
    let (due, handed) = (cash.due, app.handed_over(typed, foreign));
    let result = change(due, handed.given);
    let back = result.unwrap_or(Money::zero(due.currency));
    let pieces = app.change_pieces(back, None);
    let quick_sums = handed.quick_sums().into_iter().map(|sum| QuickSum {
        id: sum.minor.to_string(),
        label: without_zero_cents(sum),
        exact: sum == handed.due,
        selected: typed == Some(sum.minor),
    });
    let can_be_counted = handed.can_be_counted();
    CashView {
        currency: due.currency.to_string(),
        amount: handed.due.shown(),
        rounded: (cash.exact != due)
            .then(|| Rounded { exact: cash.exact.shown(), rounding: cash.rounding().shown_signed() }),
        given: handed.notes.shown(),
        change: back.shown(),
        change_doubtful: pieces.is_doubtful,
        breakdown: breakdown(&pieces),
        quick_sums: quick_sums.collect(),
        currencies: currencies(app, handed.foreign),
        foreign: handed.foreign.map(|foreign| foreign_view(app, foreign, due, handed.given)),
        error: error(result, &handed),
        can_finish: result.is_ok() && can_be_counted && !app.is_busy(),
        can_take_part: app.is_cash_part(handed.given) && can_be_counted && !app.is_busy(),
    }
}

/// Why it cannot be taken, in the currency that is handed over.
fn error(result: Result<Money, TenderError>, handed: &HandedOver) -> Option<CashError> {
    if !handed.can_be_counted() {
        let currency = handed.notes.currency;
        return Some(CashError::NoSuchCoin(Money::new(smallest_piece(currency), currency).shown()));
    }
    match result {
        Ok(_) => None,
        Err(TenderError::TooLittle { .. }) => {
            let missing_minor = handed.due.minor.saturating_sub(handed.notes.minor);
            Some(CashError::TooLittle(Money::new(missing_minor, handed.due.currency).shown()))
        }
        Err(TenderError::TooMuch { limit, .. }) => {
            let limit = handed.foreign.map_or(limit, |foreign| foreign.at_most(limit));
            Some(CashError::TooMuch(limit.shown()))
        }
    }
}

fn currencies(app: &App, chosen: Option<Foreign>) -> Vec<CurrencyKey> {
    let key = |taken: &ForeignTaken| CurrencyKey {
        code: taken.foreign.currency.to_string(),
        selected: chosen.is_some_and(|chosen| chosen.currency == taken.foreign.currency),
    };
    app.settings.cash.foreign.iter().map(key).collect()
}

fn foreign_view(app: &App, foreign: Foreign, due: Money, worth: Money) -> ForeignView {
    ForeignView {
        code: foreign.currency.to_string(),
        own_amount: due.shown(),
        worth: worth.shown(),
        rate: format!("1 {} = {} {}", foreign.currency, foreign.rate, due.currency),
        rate_of: app.settings.cash.foreign(foreign.currency).and_then(|taken| taken.rate_of.clone()),
    }
}

/// The notes and coins of an amount: `10`, `2 × 0.20`.
pub(super) fn breakdown(pieces: &ChangePieces) -> Vec<String> {
    let shown = |(piece, count): &(Money, i64)| match count {
        1 => without_zero_cents(*piece),
        more => format!("{more} × {}", without_zero_cents(*piece)),
    };
    pieces.made.iter().map(shown).collect()
}

/// `50` rather than `50.00`: how people name a note.
pub(super) fn without_zero_cents(sum: Money) -> String {
    let shown = sum.shown();
    match shown.split_once('.') {
        Some((whole, cents)) if cents.bytes().all(|digit| digit == b'0') => whole.to_owned(),
        Some(_) | None => shown,
    }
}
