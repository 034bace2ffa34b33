//! The manager's day: what was taken, what is explained, what is open; see `ui/api/day_api.slint`.

mod charts;
mod items;

use std::collections::BTreeSet;

use serde::Serialize;

pub use self::charts::{ChartBar, ChartsView};
pub(super) use self::items::row;
use crate::app::App;
use crate::domain::day::{CarryReason, DayFigures, ForeignFigures, OpenItem as Known, OpenList, decided};
use crate::domain::money::Money;
use crate::domain::reconcile::Likeness;
use crate::screens::clock;

use crate::domain::sale::{Sale, TenderKind};
use crate::screens::queue::QueueReason;
use crate::screens::types::PerMille;

/// The day page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DayView {
    /// The state of the business day.
    pub state: DayState,
    /// Its date.
    pub date_text: String,
    /// How many outages there were.
    pub outage_count: u32,
    /// How long they lasted together.
    pub outage_duration: String,
    /// How many sales were kept during them.
    pub sales_kept: u32,
    /// What was taken, by tender.
    pub tiles: Vec<TenderTile>,
    /// How many items keep the day from being closed.
    pub open_count: u32,
    /// What those come to.
    pub open_amount: String,
    /// How many items do not: they are carried over to the next day by themselves.
    pub carried_count: u32,
    /// The first of them, how many there are beside those, and after them what was decided by hand today.
    pub items: Vec<OpenItem>,
    /// The line of the day.
    pub span: DaySpan,
    /// Why the day cannot be closed.
    pub close_block: Option<CloseBlock>,
    /// The day as bars, while they are looked at in place of the items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charts: Option<ChartsView>,
}

/// The state of the business day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the states are described in ui/api/day_api.slint")]
pub enum DayState {
    NotOpen,
    Open,
    Closing,
    Closed,
}

/// One tender of the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TenderTile {
    /// Which.
    pub tender: TenderKind,
    /// What was taken.
    pub amount: String,
    /// How much of it is explained.
    pub explained_ratio: PerMille,
    /// How much of it went wrong.
    pub bad_ratio: PerMille,
    /// What stands under the sum.
    pub caption: Option<TileCaption>,
    /// Of cash: what was counted in the boxes of other currencies, and what differs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub boxes: Vec<String>,
}

/// What stands under the sum of a tender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the captions and their numbers are described in ui/api/day_api.slint")]
pub enum TileCaption {
    OnStatement { seen: u32, all: u32 },
    ApprovedDeclined { approved: u32, declined: u32 },
    ApprovedWaiting { approved: u32, waiting: u32 },
    DrawerNotCounted,
    DrawerExact,
    DrawerOver { difference: String },
    DrawerShort { difference: String },
    NoSales,
}

/// One thing to explain before the day can close.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenItem {
    /// What comes back when its button is pressed.
    pub id: String,
    /// Why it is open.
    pub kind: OpenKind,
    /// What its button does, if it has one.
    pub action: Option<OpenAction>,
    /// How much.
    pub amount: String,
    /// Whom or what it is about; what that is depends on the kind.
    pub subject: String,
    /// When it happened.
    pub time_text: String,
    /// What else is known; what that is depends on the kind.
    pub detail: String,
    /// Why a stored payment is in its state.
    pub reason: Option<QueueReason>,
    /// What speaks for a suggestion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likely: Option<Likely>,
    /// A person carries it over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carried: Option<CarriedRow>,
}

/// How an item is carried over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CarriedRow {
    /// The last day on which it may stay open.
    pub until: String,
    /// Why.
    pub reason: CarryReason,
}

/// Why an item is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the kinds are described in ui/api/day_api.slint")]
pub enum OpenKind {
    TransferSuggested,
    TransferNotSeen,
    TransferSeenByShop,
    TransferAmountDiffers,
    TransferTwice,
    TransferTakenBack,
    SaleOverpaid,
    RefundToSend,
    RefundDue,
    TooMuchCame,
    CreditAfterLoss,
    CreditAfterWithdrawal,
    SaleOpen,
    CreditWithoutSale,
    CardDeclined,
    CardParked,
    CardWaiting,
    CardUnknown,
    ReaderUnknown,
    ReaderStored,
    TerminalUnconfirmed,
    DrawerNotCounted,
    DrawerDiffers,
    IncidentOpen,
    EntryUnconfirmed,
    TransferInParts,
    PayoutFound,
    DecidedTransfer,
    DecidedPayout,
    DecidedExplained,
    DecidedRefused,
    DecidedLoss,
    MoreOpen,
}

/// What speaks for a suggestion, and how sure it is, from 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Likely {
    /// What.
    pub why: Likeness,
    /// How sure.
    pub score: u8,
}

impl From<Likeness> for Likely {
    fn from(why: Likeness) -> Self {
        Self { why, score: why.score() }
    }
}

/// What the button of an open item does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the acts are described in ui/api/day_api.slint")]
pub enum OpenAction {
    Decide,
    Count,
    MatchThis,
    WriteOff,
    Confirm,
    Look,
    Undo,
}

/// The line of the day with its outages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DaySpan {
    /// The time at its left end.
    pub from: String,
    /// The time at its right end.
    pub to: String,
    /// The outages on it.
    pub outages: Vec<OutageSpan>,
    /// Where on it sales were kept in spite of them; those of one moment are one mark.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sales: Vec<PerMille>,
}

/// One outage on the line of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OutageSpan {
    /// Where it begins.
    pub start_ratio: PerMille,
    /// How long it is.
    pub width_ratio: PerMille,
}

/// Why the day cannot be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/day_api.slint")]
pub enum CloseBlock {
    /// How many.
    ItemsOpen(u32),
    /// How many.
    PaymentsWaiting(u32),
    DrawerNotCounted,
    SaleOpen,
    NotManager,
    DayNotOpen,
}

/// How many items a list has: nobody reads more, and a page has to be drawn while a customer waits.
const ROWS_MAX: usize = 300;

/// The day page.
pub(super) fn view(app: &App) -> DayView {
    let figures = app.day_figures();
    let OpenList { items: known, others, others_minor } = app.open_list();
    // What waits for a person stands above what waits by itself.
    let (blocking, waiting): (Vec<&Known>, Vec<&Known>) = known.iter().partition(|item| item.blocks());
    let amounts = blocking.iter().filter_map(|item| item.amount()).map(|amount| amount.minor.saturating_abs());
    let open = amounts.fold(others_minor, i64::saturating_add);
    let blocking_count = count(blocking.len()).saturating_add(others);
    let unlisted = count(known.len().saturating_sub(ROWS_MAX)).saturating_add(others);
    let decided = decided(&app.ledger);
    let decided = decided.iter().map(|one| items::decided_row(app, one));
    let day = app.ledger.day.as_ref();
    DayView {
        state: match day {
            None => DayState::NotOpen,
            Some(day) if day.closed.is_some() => DayState::Closed,
            Some(_) => DayState::Open,
        },
        date_text: day.map_or_else(|| app.now.date_naive(), |day| day.date).format("%Y-%m-%d").to_string(),
        outage_count: figures.outages,
        outage_duration: duration(figures.outage_seconds),
        sales_kept: figures.contingency,
        tiles: tiles(app, &figures),
        open_count: blocking_count,
        open_amount: Money::new(open, app.settings.currency).shown(),
        carried_count: count(waiting.len()),
        items: blocking
            .iter()
            .chain(&waiting)
            .take(ROWS_MAX)
            .map(|item| items::row(app, item))
            .chain((unlisted > 0).then(|| items::more_row(unlisted)))
            .chain(decided.take(ROWS_MAX))
            .collect(),
        span: span(app),
        close_block: block(app, &known, blocking_count),
        charts: app.shows_charts.then(|| charts::view(app)),
    }
}

/// Hours and minutes: `1 h 47 min`.
pub(super) fn duration(seconds: i64) -> String {
    let minutes = seconds.max(0) / 60;
    if minutes < 60 { format!("{minutes} min") } else { format!("{} h {:02} min", minutes / 60, minutes % 60) }
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

fn block(app: &App, known: &[Known], blocking: u32) -> Option<CloseBlock> {
    if !app.is_manager() {
        return Some(CloseBlock::NotManager);
    }
    if !app.day_is_open() {
        return Some(CloseBlock::DayNotOpen);
    }
    if known.iter().any(|item| matches!(item, Known::SaleOpen { .. })) {
        return Some(CloseBlock::SaleOpen);
    }
    let only_the_drawer = blocking == 1 && known.iter().any(|item| matches!(item, Known::DrawerNotCounted { .. }));
    if only_the_drawer {
        return Some(CloseBlock::DrawerNotCounted);
    }
    (blocking > 0).then_some(CloseBlock::ItemsOpen(blocking))
}

fn tiles(app: &App, figures: &DayFigures) -> Vec<TenderTile> {
    let shown = |minor| Money::new(minor, app.settings.currency).shown();
    let ratio = |part: u32, whole: u32| PerMille::of(i64::from(part), i64::from(whole));
    let answered = figures.approved + figures.declined;
    let card_caption = if figures.stored + figures.card.count == 0 {
        TileCaption::NoSales
    } else if figures.declined > 0 || answered >= figures.card.count {
        TileCaption::ApprovedDeclined { approved: figures.approved, declined: figures.declined }
    } else {
        TileCaption::ApprovedWaiting { approved: figures.approved, waiting: figures.card.count - answered }
    };
    let difference = figures.cash_difference_minor();
    let counted = app.ledger.drawers_are_counted();
    let cash_caption = match (counted, difference) {
        (false, _) => TileCaption::DrawerNotCounted,
        (true, 0) => TileCaption::DrawerExact,
        (true, over) if over > 0 => TileCaption::DrawerOver { difference: shown(over) },
        (true, short) => TileCaption::DrawerShort { difference: shown(-short) },
    };
    vec![
        TenderTile {
            tender: TenderKind::Qr,
            amount: shown(figures.qr.amount_minor),
            explained_ratio: ratio(figures.statement_matched, figures.qr.count),
            bad_ratio: PerMille::ZERO,
            caption: Some(if figures.qr.count == 0 {
                TileCaption::NoSales
            } else {
                TileCaption::OnStatement { seen: figures.statement_matched, all: figures.qr.count }
            }),
            boxes: Vec::new(),
        },
        TenderTile {
            tender: TenderKind::Card,
            amount: shown(figures.card.amount_minor),
            explained_ratio: ratio(figures.approved, figures.card.count),
            bad_ratio: ratio(figures.declined, figures.card.count),
            caption: Some(card_caption),
            boxes: Vec::new(),
        },
        TenderTile {
            tender: TenderKind::Cash,
            amount: shown(figures.cash.amount_minor),
            explained_ratio: if counted { PerMille::WHOLE } else { PerMille::ZERO },
            bad_ratio: PerMille::ZERO,
            caption: Some(cash_caption),
            boxes: figures.foreign.iter().filter(|_| counted).map(counted_box).collect(),
        },
    ]
}

/// What was counted in the box of another currency, such as `60.00 USD`, and what differs: `50.00 USD (-10.00)`.
fn counted_box(one: &ForeignFigures) -> String {
    let (counted, by) = (Money::new(one.counted_minor, one.currency), Money::new(one.difference_minor(), one.currency));
    if by.is_zero() { counted.to_string() } else { format!("{counted} ({})", by.shown_signed()) }
}

/// How many marks of sales fit on the line of the day.
const SALE_MARKS: i64 = 200;

fn span(app: &App) -> DaySpan {
    let opened = app.ledger.day.as_ref().map_or(app.now, |day| day.opened);
    let whole = (app.now - opened).num_seconds();
    let outages = app.ledger.outages.values().map(|outage| {
        let start = (outage.began - opened).num_seconds().max(0);
        let end = (outage.ended.unwrap_or(app.now) - opened).num_seconds();
        OutageSpan { start_ratio: PerMille::of(start, whole), width_ratio: PerMille::of(end - start, whole) }
    });
    // The sale's own mark is enough to ask: what else makes a sale one that was kept is in the figures.
    let is_kept = |sale: &&Sale| sale.outage.is_some() && sale.began >= opened;
    let kept = app.ledger.sales.values().filter(is_kept).map(|sale| (sale.began - opened).num_seconds());
    let marks: BTreeSet<i64> = kept.map(|seconds| seconds.saturating_mul(SALE_MARKS) / whole.max(1)).collect();
    let sales = marks.into_iter().map(|mark| PerMille::of(mark, SALE_MARKS)).collect();
    DaySpan { from: clock(opened), to: clock(app.now), outages: outages.collect(), sales }
}
