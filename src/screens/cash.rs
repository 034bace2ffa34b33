//! A payment in cash; see `ui/api/cash_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::app::cash::ChangePieces;
use crate::domain::cash::{TenderError, change, quick_tenders};
use crate::domain::money::Money;

/// The cash page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CashView {
    /// What is to be paid in cash.
    pub amount: String,
    /// Where cash is rounded: the amount before, and what rounding did to it.
    pub rounded: Option<Rounded>,
    /// What was handed over, as typed.
    pub given: String,
    /// What is to be handed back.
    pub change: String,
    /// The notes and coins to hand back, largest first, such as `10` or `2 × 0.20`.
    pub breakdown: Vec<String>,
    /// The drawer may not have these pieces.
    pub change_doubtful: bool,
    /// Keys that fill in a round sum.
    pub quick_sums: Vec<QuickSum>,
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
}

/// The cash page.
pub(super) fn view(app: &App, typed: Option<i64>) -> CashView {
    let cash = app.cash_due();
    let due = cash.due;
    let given = Money::new(typed.unwrap_or(due.minor), due.currency);
    let result = change(due, given);
    let error = match result {
        Ok(_) => None,
        Err(TenderError::TooLittle { .. }) => {
            Some(CashError::TooLittle(Money::new(due.minor - given.minor, due.currency).shown()))
        }
        Err(TenderError::TooMuch { limit, .. }) => Some(CashError::TooMuch(limit.shown())),
    };
    let back = result.unwrap_or(Money::zero(due.currency));
    let pieces = app.change_pieces(back, None);
    let quick_sums = quick_tenders(due).into_iter().map(|sum| QuickSum {
        id: sum.minor.to_string(),
        label: without_zero_cents(sum),
        exact: sum == due,
        selected: typed == Some(sum.minor),
    });
    CashView {
        amount: due.shown(),
        rounded: (cash.exact != due)
            .then(|| Rounded { exact: cash.exact.shown(), rounding: cash.rounding().shown_signed() }),
        given: given.shown(),
        change: back.shown(),
        change_doubtful: pieces.is_doubtful,
        breakdown: breakdown(&pieces),
        quick_sums: quick_sums.collect(),
        error,
        can_finish: result.is_ok() && !app.is_busy(),
        can_take_part: app.is_cash_part(given) && !app.is_busy(),
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
fn without_zero_cents(sum: Money) -> String {
    let shown = sum.shown();
    match shown.split_once('.') {
        Some((whole, cents)) if cents.bytes().all(|digit| digit == b'0') => whole.to_owned(),
        Some(_) | None => shown,
    }
}
