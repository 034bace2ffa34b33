//! What each tender took, how much of it is explained, and why the rest is not.

use serde::Serialize;

use crate::app::App;
use crate::domain::day::{DayFigures, ForeignFigures, OpenItem};
use crate::domain::money::Money;
use crate::domain::sale::TenderKind;
use crate::screens::NOT_BEFORE_COUNT;
use crate::screens::types::PerMille;

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
    ApprovedUnanswered { approved: u32, unanswered: u32 },
    DrawerNotCounted,
    DrawerExact,
    DrawerOver { difference: String },
    DrawerShort { difference: String },
    NoSales,
}

/// The tiles, in the order of the tenders.
pub(super) fn tiles(app: &App, figures: &DayFigures, known: &[OpenItem]) -> Vec<TenderTile> {
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
    let unanswered = known.iter().filter(|item| matches!(item, OpenItem::ReaderUnanswered { .. })).count();
    let unanswered = u32::try_from(unanswered).unwrap_or(u32::MAX);
    let asked = figures.reader.count.saturating_add(unanswered);
    vec![
        TenderTile {
            tender: TenderKind::Reader,
            amount: shown(figures.reader.amount_minor),
            explained_ratio: ratio(figures.reader.count, asked),
            bad_ratio: ratio(unanswered, asked),
            caption: Some(if asked == 0 {
                TileCaption::NoSales
            } else {
                TileCaption::ApprovedUnanswered { approved: figures.reader.count, unanswered }
            }),
            boxes: Vec::new(),
        },
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
            // The count is blind: with the float this sum would say what should be there.
            amount: if counted { shown(figures.cash.amount_minor) } else { NOT_BEFORE_COUNT.to_owned() },
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
