//! Counting the drawer; see `ui/api/count_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::app::place::{CountKind as Kind, CountTalk};
use crate::domain::cash::{Foreign, PIECES_MAX};
use crate::domain::money::Money;
use crate::screens::cash::without_zero_cents;

use crate::domain::cash::CountNote;

/// The count page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each button is on or off, independent of the others")]
pub struct CountView {
    /// What is counted.
    pub kind: CountKind,
    /// The drawer's name.
    pub drawer: String,
    /// Its currency.
    pub currency: String,
    /// The notes and coins.
    pub rows: Vec<CountRow>,
    /// What was counted so far.
    pub total: String,
    /// Whether the count can be committed.
    pub can_commit: bool,
    /// Nothing was typed and it was to be committed: the next press says that the drawer is empty.
    pub empty_asked: bool,
    /// The most pieces of one kind, where more were to be typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<String>,
    /// What the count showed. It is not there before the count is committed, so that nobody counts towards it.
    pub result: Option<CountResult>,
    /// Whether a difference has to be explained.
    pub note_needed: bool,
    /// Whether a manager has to accept it as well.
    pub manager_needed: bool,
    /// How it is explained.
    pub note: Option<CountNote>,
    /// Whether the result can be accepted.
    pub can_accept: bool,
    /// Whether the drawer is counted once more before anything is told.
    pub can_recount: bool,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/count_api.slint")]
pub enum CountKind {
    OpeningFloat,
    BoxFloat,
    BlindCount,
    Handover,
}

/// One note or coin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CountRow {
    /// What comes back when it is chosen.
    pub id: String,
    /// The face value, such as `20.00`.
    pub label: String,
    /// How many, as typed.
    pub count: String,
    /// What they come to.
    pub sum: String,
    /// Whether the keypad types here.
    pub selected: bool,
}

/// What a committed count showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/count_api.slint")]
pub enum CountResult {
    Differs,
    Exact { expected: String, difference: String },
    Over { expected: String, difference: String },
    Short { expected: String, difference: String },
}

/// What a drawer is called: by its name, the code of its currency, or the till's number.
pub(super) fn drawer_title(app: &App, name: Option<&String>, foreign: Option<Foreign>) -> String {
    let code = foreign.map(|foreign| foreign.currency.to_string());
    name.cloned().or(code).unwrap_or_else(|| app.settings.till.to_string())
}

/// The count page. Before the count is committed nothing here depends on the expected sum.
pub(super) fn view(app: &App, talk: &CountTalk) -> CountView {
    let currency = talk.foreign.map_or(app.settings.currency, |foreign| foreign.currency);
    let money = |minor| Money::new(minor, currency).shown();
    // Where no piece has cents, none are shown: a row has room for the sum then.
    let scale = 10_i64.saturating_pow(currency.exponent());
    let is_whole = talk.rows.iter().all(|(piece, _)| piece % scale == 0);
    let in_row = |minor| {
        let sum = Money::new(minor, currency);
        if is_whole { without_zero_cents(sum) } else { sum.shown() }
    };
    let rows = talk.rows.iter().enumerate().map(|(index, (piece, typed))| {
        let pieces = typed.parse().unwrap_or(0_u32).min(PIECES_MAX);
        CountRow {
            id: piece.to_string(),
            label: in_row(*piece),
            count: typed.to_string(),
            sum: in_row(piece * i64::from(pieces)),
            selected: index == talk.selected,
        }
    });
    let committed = app.count_difference().filter(|_| talk.committed && talk.kind != Kind::OpeningFloat);
    let expected = money(
        app.counted_session().and_then(|drawer| drawer.counted.as_ref()).map_or(0, |counted| counted.expected_minor),
    );
    let told = committed.map(|(difference, _)| match difference {
        0 => CountResult::Exact { expected, difference: money(0) },
        over if over > 0 => CountResult::Over { expected, difference: money(over) },
        short => CountResult::Short { expected, difference: money(-short) },
    });
    let is_counted_again = app.is_counted_again();
    let manager_needed = committed.is_some() && app.count_needs_manager();
    let note_needed = manager_needed || committed.is_some_and(|(_, needed)| needed);
    CountView {
        kind: match talk.kind {
            Kind::OpeningFloat if talk.foreign.is_some() => CountKind::BoxFloat,
            Kind::OpeningFloat => CountKind::OpeningFloat,
            Kind::Blind => CountKind::BlindCount,
            Kind::Handover | Kind::TakeOver => CountKind::Handover,
        },
        drawer: drawer_title(app, talk.name.as_ref(), talk.foreign),
        currency: currency.to_string(),
        rows: rows.collect(),
        total: money(talk.count().sum_minor()),
        can_commit: !talk.committed && !app.is_busy(),
        empty_asked: talk.empty_asked,
        at_most: talk.too_many.then(|| PIECES_MAX.to_string()),
        can_recount: is_counted_again && !app.is_busy(),
        can_accept: told.is_some() && (!note_needed || talk.note.is_some()) && !app.is_busy(),
        result: if is_counted_again { Some(CountResult::Differs) } else { told },
        note_needed,
        manager_needed,
        note: talk.note,
    }
}
