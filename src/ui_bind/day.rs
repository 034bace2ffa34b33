//! The manager's day.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, DayApi};
use super::rows;
use super::wish::Wishes;
use super::words::{count, queue_reason, ratio, same_words};
use crate::app::event::{DayTouch, Touch};
use crate::domain::reconcile::Likeness;
use crate::domain::sale::TenderKind;
use crate::screens::day::{
    ChartBar, ChartsView, CloseBlock, DayState, DayView, OpenAction, OpenItem, OpenKind, OutageSpan, TenderTile,
    TileCaption,
};

same_words! {
    DayState => DayState { NotOpen, Open, Closing, Closed }
    OpenKind => OpenKind {
        TransferSuggested, TransferNotSeen, TransferSeenByShop, TransferAmountDiffers, TransferTwice, TransferTakenBack,
        SaleOverpaid, RefundDue, TooMuchCame, CreditAfterLoss, CreditAfterWithdrawal, RefundToSend, SaleOpen, CreditWithoutSale, CardDeclined,
        CardParked, CardWaiting, CardUnknown, ReaderUnknown, ReaderStored, TerminalUnconfirmed, DrawerNotCounted,
        DrawerDiffers, IncidentOpen, EntryUnconfirmed, TransferInParts, PayoutFound, DecidedTransfer, DecidedPayout,
        DecidedExplained, DecidedRefused, DecidedLoss, MoreOpen,
    }
    Likeness => Likely {
        SeveralLines, Payout, PayoutLessCommission, SameReference, InLongerNumber, Edited, Truncated, PayerKnown,
        AmountAndDay,
    }
    OpenAction => OpenAction { Decide, Count, MatchThis, WriteOff, Confirm, Look, Undo }
}

impl From<&TenderTile> for generated::TenderTile {
    fn from(tile: &TenderTile) -> Self {
        let (caption, first, second) = caption(tile.caption.as_ref());
        Self {
            // The last part of the tile's accessible id: the tests and the demo look for `day-tile-cash`.
            id: match tile.tender {
                TenderKind::Reader => "reader",
                TenderKind::Qr => "qr",
                TenderKind::Card => "card",
                TenderKind::Cash => "cash",
            }
            .into(),
            tender: tile.tender.into(),
            amount: (&tile.amount).into(),
            explained_ratio: ratio(tile.explained_ratio),
            bad_ratio: ratio(tile.bad_ratio),
            caption,
            first,
            second,
            boxes: tile.boxes.join("\n").into(),
        }
    }
}

fn caption(caption: Option<&TileCaption>) -> (generated::TileCaption, SharedString, SharedString) {
    use generated::TileCaption as Word;
    let empty = SharedString::default();
    let text = |number: &u32| SharedString::from(number.to_string());
    match caption {
        None => (Word::None, empty.clone(), empty),
        Some(TileCaption::OnStatement { seen, all }) => (Word::OnStatement, text(seen), text(all)),
        Some(TileCaption::ApprovedDeclined { approved, declined }) => {
            (Word::ApprovedDeclined, text(approved), text(declined))
        }
        Some(TileCaption::ApprovedWaiting { approved, waiting }) => {
            (Word::ApprovedWaiting, text(approved), text(waiting))
        }
        Some(TileCaption::ApprovedUnanswered { approved, unanswered: 0 }) => (Word::Approved, text(approved), empty),
        Some(TileCaption::ApprovedUnanswered { approved, unanswered }) => {
            (Word::ApprovedUnanswered, text(approved), text(unanswered))
        }
        Some(TileCaption::DrawerNotCounted) => (Word::DrawerNotCounted, empty.clone(), empty),
        Some(TileCaption::DrawerExact) => (Word::DrawerExact, empty.clone(), empty),
        Some(TileCaption::DrawerOver { difference }) => (Word::DrawerOver, difference.into(), empty),
        Some(TileCaption::DrawerShort { difference }) => (Word::DrawerShort, difference.into(), empty),
        Some(TileCaption::NoSales) => (Word::NoSales, empty.clone(), empty),
    }
}

impl From<&OpenItem> for generated::OpenItem {
    fn from(item: &OpenItem) -> Self {
        let (reason, reason_argument) = queue_reason(item.reason.as_ref());
        Self {
            id: (&item.id).into(),
            kind: item.kind.into(),
            action: item.action.map_or(generated::OpenAction::None, Into::into),
            amount: (&item.amount).into(),
            subject: (&item.subject).into(),
            time_text: (&item.time_text).into(),
            detail: (&item.detail).into(),
            reason,
            reason_argument,
            likely: item.likely.map_or(generated::Likely::None, |likely| likely.why.into()),
            likely_score: item.likely.map_or(0, |likely| i32::from(likely.score)),
            carried_until: item.carried.as_ref().map(|carried| (&carried.until).into()).unwrap_or_default(),
            carry_reason: item.carried.as_ref().map_or(generated::CarryReason::None, |carried| carried.reason.into()),
        }
    }
}

impl From<&OutageSpan> for generated::OutageSpan {
    fn from(span: &OutageSpan) -> Self {
        Self { start_ratio: ratio(span.start_ratio), width_ratio: ratio(span.width_ratio) }
    }
}

impl From<&ChartBar> for generated::ChartBar {
    fn from(bar: &ChartBar) -> Self {
        Self {
            // Only the bars of tenders are named by it.
            tender: bar.tender.unwrap_or(TenderKind::Cash).into(),
            label: (&bar.label).into(),
            count: count(bar.count),
            amount: (&bar.amount).into(),
            received: (&bar.received).into(),
            open: (&bar.open).into(),
            lost: (&bar.lost).into(),
            received_ratio: ratio(bar.received_ratio),
            open_ratio: ratio(bar.open_ratio),
            lost_ratio: ratio(bar.lost_ratio),
        }
    }
}

/// The bars stay as they were while they are not shown.
fn show_charts(api: &DayApi<'_>, charts: Option<&ChartsView>) {
    api.set_shows_charts(charts.is_some());
    let Some(charts) = charts else { return };
    rows::put(&api.get_tender_bars(), charts.tenders.iter().map(Into::into), |list| api.set_tender_bars(list));
    rows::put(&api.get_hour_bars(), charts.hours.iter().map(Into::into), |list| api.set_hour_bars(list));
    rows::put(&api.get_outage_bars(), charts.outages.iter().map(Into::into), |list| api.set_outage_bars(list));
}

pub(super) fn show(window: &AppWindow, view: &DayView) {
    let api = window.global::<DayApi>();
    let (close_block, close_block_count) = close_block(view.close_block);
    api.set_state(view.state.into());
    api.set_date_text((&view.date_text).into());
    api.set_outage_count(count(view.outage_count));
    api.set_outage_duration((&view.outage_duration).into());
    api.set_sales_kept(count(view.sales_kept));
    rows::put(&api.get_tiles(), view.tiles.iter().map(Into::into), |list| api.set_tiles(list));
    api.set_open_count(count(view.open_count));
    api.set_carried_count(count(view.carried_count));
    api.set_open_amount((&view.open_amount).into());
    rows::put(&api.get_items(), view.items.iter().map(Into::into), |list| api.set_items(list));
    rows::put(&api.get_outages(), view.span.outages.iter().map(Into::into), |list| api.set_outages(list));
    rows::put(&api.get_kept(), view.span.sales.iter().map(|place| ratio(*place)), |list| api.set_kept(list));
    api.set_span_from((&view.span.from).into());
    api.set_span_to((&view.span.to).into());
    show_charts(&api, view.charts.as_ref());
    api.set_close_block(close_block);
    api.set_close_block_count(close_block_count);
}

fn close_block(block: Option<CloseBlock>) -> (generated::CloseBlock, i32) {
    use generated::CloseBlock as Word;
    match block {
        None => (Word::None, 0),
        Some(CloseBlock::ItemsOpen(items)) => (Word::ItemsOpen, count(items)),
        Some(CloseBlock::PaymentsWaiting(payments)) => (Word::PaymentsWaiting, count(payments)),
        Some(CloseBlock::DrawerNotCounted) => (Word::DrawerNotCounted, 0),
        Some(CloseBlock::SaleOpen) => (Word::SaleOpen, 0),
        Some(CloseBlock::NotManager) => (Word::NotManager, 0),
        Some(CloseBlock::DayNotOpen) => (Word::DayNotOpen, 0),
    }
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<DayApi>();
    let touch = |touch| wishes.touch(Touch::Day(touch));
    api.on_act(wishes.touch_with(|id: SharedString| Touch::Day(DayTouch::Act(id.into()))));
    api.on_bring_in_statement(touch(DayTouch::BringInStatement));
    api.on_open_reports(touch(DayTouch::OpenReports));
    api.on_open_day(touch(DayTouch::OpenDay));
    api.on_toggle_charts(touch(DayTouch::ToggleCharts));
    api.on_ask_close(touch(DayTouch::AskClose));
}
