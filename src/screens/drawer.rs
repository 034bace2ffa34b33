//! The drawer beside the sales; see `ui/api/drawer_api.slint`.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};
use serde::{Serialize, Serializer};

use crate::app::App;
use crate::app::drawer::{DrawerTalk, MoveTalk, reasons};
use crate::domain::cash::{CashMovement, MovementKind};
use crate::domain::ids::{PersonId, SaleId};
use crate::domain::ledger::Drawer;
use crate::domain::money::{Currency, Money};
use crate::domain::printer::PrinterTrouble;
use crate::domain::receipt::ReceiptState;
use crate::screens::{clock, spoken_reference};

/// The most entries that are shown, the newest first.
const ENTRIES_SHOWN_MAX: usize = 60;

/// The drawer page. What should be in the drawer is nowhere on it: it is counted blind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DrawerView {
    /// The drawers to choose from, where there are several, and the boxes of other currencies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drawers: Vec<DrawerChoice>,
    /// Money that goes in or out now.
    pub moving: Option<MovingView>,
    /// What went in and out without a sale, the newest first.
    pub entries: Vec<DrawerEntry>,
    /// Whether there is a printer at all.
    pub has_printer: bool,
    /// Why the printer does not print.
    pub trouble: Option<PrinterTrouble>,
    /// How many receipts wait for it.
    pub waiting: u32,
    /// Receipts that a person has to look at.
    pub doubtful: Vec<DoubtfulReceipt>,
    /// Whether the buttons can be pressed.
    pub can_act: bool,
    /// Whether there is anybody else to hand it over to.
    pub can_hand_over: bool,
    /// Whose it is, where the person who is signed in may not move its money: they take it over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stands_with: Option<String>,
}

/// One of several drawers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DrawerChoice {
    /// What the shop calls it; of a box the code of its currency.
    pub name: String,
    /// How far it is.
    pub state: DrawerUse,
}

/// How far a drawer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/drawer_api.slint")]
pub enum DrawerUse {
    InUse,
    Waits,
    NotOpened,
    BoxNotOpened,
    BoxOpen,
    BoxCounted,
}

/// Money that goes in or out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MovingView {
    /// Which way.
    pub kind: MovementWay,
    /// The reasons there are.
    pub reasons: Vec<CashMovement>,
    /// The reason that was chosen.
    pub reason: Option<CashMovement>,
    /// Its currency.
    pub currency: String,
    /// The shop's currency and those of the boxes, where notes of them can go this way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub currencies: Vec<String>,
    /// How much.
    pub amount: String,
    /// The drawer should not hold so much.
    pub too_much: bool,
    /// Whether it can be written down.
    pub can_write: bool,
}

/// Which way money goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/drawer_api.slint")]
pub enum MovementWay {
    PaidIn,
    PaidOut,
    SafeDrop,
}

/// Something that happened to the drawer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DrawerEntry {
    /// What.
    pub what: EntryWhat,
    /// When.
    pub time_text: String,
    /// How much, with its sign and currency; of a handover what the count found too much or too little.
    pub amount: String,
    /// Who.
    pub person: String,
}

/// What happened to the drawer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryWhat {
    /// Money went in or out.
    Moved(CashMovement),
    /// Another person took it over.
    HandedOver,
}

impl Serialize for EntryWhat {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Moved(movement) => movement.serialize(serializer),
            Self::HandedOver => serializer.serialize_str("handed_over"),
        }
    }
}

/// A receipt of which some may be on paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DoubtfulReceipt {
    /// Its sale.
    pub sale: SaleId,
    /// The sale's number as people read it.
    pub reference: String,
    /// How many lines are surely on paper, of how many; `None` where nobody knows.
    pub lines: Option<String>,
}

/// The drawer page.
pub(super) fn view(app: &App, talk: &DrawerTalk) -> DrawerView {
    let waits = app.open_receipts().filter(|(_, job)| job.state == ReceiptState::Waits).count();
    DrawerView {
        drawers: drawers(app),
        moving: talk.moving.as_ref().map(|moving| moving_view(app, moving)),
        entries: entries(app),
        has_printer: app.settings.printer.is_some(),
        trouble: app.printing.trouble,
        waiting: u32::try_from(waits).unwrap_or(u32::MAX),
        doubtful: app.open_receipts().filter_map(|(sale, job)| doubtful(app, sale, job.state)).collect(),
        can_act: app.day_is_open() && !app.is_busy(),
        can_hand_over: app.settings.people.len() > 1,
        stands_with: app.drawer_of_another().map(|id| named(app, id)),
    }
}

fn drawers(app: &App) -> Vec<DrawerChoice> {
    let choice = |name: &String| {
        let open = app.ledger.drawers().find(|drawer| drawer.name.as_ref() == Some(name));
        let state = match open.map(|drawer| drawer.is_aside) {
            Some(false) => DrawerUse::InUse,
            Some(true) => DrawerUse::Waits,
            None => DrawerUse::NotOpened,
        };
        DrawerChoice { name: name.clone(), state }
    };
    let places = app.settings.cash.drawers.iter().map(|place| choice(&place.name));
    let places = places.filter(|_| app.settings.cash.drawers.len() > 1);
    places.chain(boxes(app)).collect()
}

/// The boxes of the currencies that the shop takes, and of one that it took before the settings changed.
fn boxes(app: &App) -> impl Iterator<Item = DrawerChoice> {
    let taken = app.settings.cash.foreign.iter().map(|taken| taken.foreign.currency);
    let currencies: BTreeSet<Currency> = taken.chain(app.ledger.boxes.keys().copied()).collect();
    currencies.into_iter().map(|currency| {
        let session = app.ledger.boxes.get(&currency);
        let counted = session.and_then(|session| session.counted.as_ref().map(|count| (session, count)));
        let state = match (session, counted) {
            (None, _) => DrawerUse::BoxNotOpened,
            (_, Some((session, count))) if app.ledger.figures_of(session).expected() == count.expected_minor => {
                DrawerUse::BoxCounted
            }
            (Some(_), _) => DrawerUse::BoxOpen,
        };
        DrawerChoice { name: currency.to_string(), state }
    })
}

fn moving_view(app: &App, moving: &MoveTalk) -> MovingView {
    let shop = app.settings.currency;
    let currency = moving.foreign.unwrap_or(shop);
    let boxes = app.ledger.boxes.keys().filter(|_| moving.has_boxes()).map(ToString::to_string);
    let currencies: Vec<String> = std::iter::once(shop.to_string()).chain(boxes).collect();
    MovingView {
        kind: match moving.kind {
            MovementKind::PaidIn => MovementWay::PaidIn,
            MovementKind::PaidOut => MovementWay::PaidOut,
            MovementKind::SafeDrop => MovementWay::SafeDrop,
        },
        reasons: reasons(moving.kind, moving.foreign).collect(),
        reason: moving.movement,
        currency: currency.to_string(),
        currencies: if currencies.len() > 1 { currencies } else { Vec::new() },
        amount: Money::new(moving.minor, currency).shown(),
        too_much: moving.is_too_much,
        can_write: moving.minor > 0 && moving.movement.is_some() && !app.is_busy(),
    }
}

fn entries(app: &App) -> Vec<DrawerEntry> {
    let mut all: Vec<_> = app.ledger.sessions_in_hand().flat_map(|session| entries_of(app, session)).collect();
    all.sort_by_key(|(at, _)| *at);
    all.reverse();
    all.into_iter().map(|(_, entry)| entry).take(ENTRIES_SHOWN_MAX).collect()
}

/// What happened to one of them, and when.
fn entries_of(app: &App, session: &Drawer) -> Vec<(DateTime<FixedOffset>, DrawerEntry)> {
    let named = |id: &PersonId| named(app, id);
    let shown = |amount: Money| format!("{} {}", amount.shown_signed(), amount.currency);
    let moves = session.moves.iter().map(|one| {
        let signed = Money::new(one.movement.signed(one.amount.minor), one.amount.currency);
        let (time_text, amount, person) = (clock(one.at), shown(signed), named(&one.by));
        (one.at, DrawerEntry { what: EntryWhat::Moved(one.movement), time_text, amount, person })
    });
    let handovers = session.handovers.iter().map(|one| {
        let by = one.counted_minor.saturating_sub(one.expected_minor);
        let person = format!("{} → {}", named(&one.from), named(&one.to));
        let (time_text, amount) = (clock(one.at), shown(session.money(by, app.settings.currency)));
        (one.at, DrawerEntry { what: EntryWhat::HandedOver, time_text, amount, person })
    });
    moves.chain(handovers).collect()
}

fn named(app: &App, id: &PersonId) -> String {
    app.person(id).map_or_else(|| id.to_string(), |person| person.name.clone())
}

fn doubtful(app: &App, sale: SaleId, state: ReceiptState) -> Option<DoubtfulReceipt> {
    let ReceiptState::Doubtful { surely, of, .. } = state else { return None };
    let reference = spoken_reference(app.ledger.sales.get(&sale)?.reference);
    Some(DoubtfulReceipt { sale, reference, lines: (of > 0).then(|| format!("{surely} / {of}")) })
}
