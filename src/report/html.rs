//! The report of a day as one page of HTML: what stands in `templates/report/day.html`, said in the page's language.

use askama::Template;

use super::charts::Chart;
use super::costs::{AdjustmentRow, CostRow, adjustments, costs};
use super::drawer_table::{DrawerTable, Times, drawer_tables};
use super::outages::{OutageRow, Span, outages};
use super::page::{Head, Tile, Voice, day, minute};
use super::refunds::{BackRow, back_rows, given_out_of_drawer_minor};
use super::rows::{AloneRow, ItemRow, LossRow, SaleRow, alone, items, losses, sales};
use super::statement::StatementTable;
use super::words::tender;
use super::{DayReport, page};
use crate::domain::day::{OpenItem, TenderFigures};
use crate::domain::receipt::{DayClose, Language};
use crate::domain::sale::TenderKind;

/// The page.
#[derive(Template)]
#[template(path = "report/day.html", whitespace = "minimize")]
struct DayPage<'a> {
    voice: Voice,
    head: Head<'a>,
    tiles: Vec<Tile>,
    columns: Option<Chart>,
    lines: Option<Chart>,
    span: Span,
    outages: Vec<OutageRow>,
    costs: Vec<CostRow>,
    items: Vec<ItemRow>,
    sales: Vec<SaleRow>,
    backs: Vec<BackRow<'a>>,
    losses: Vec<LossRow>,
    statement: StatementTable<'a>,
    drawers: Vec<DrawerTable<'a>>,
    times: Times,
    adjustments: Vec<AdjustmentRow>,
    alone: Vec<AloneRow<'a>>,
    checkpoint: Option<Signed<'a>>,
}

/// The signed checkpoint of the journal.
struct Signed<'a> {
    entry: &'a str,
    signature: &'a str,
}

impl DayPage<'_> {
    fn say(&self, english: &'static str, chinese: &'static str) -> &'static str {
        self.voice.say((english, chinese))
    }
}

/// The report as a page that needs nothing else: no script, no font, no picture from anywhere.
#[must_use]
pub fn html(report: &DayReport, language: Language) -> String {
    let voice = Voice { language, currency: report.currency };
    let title = (voice.say(("Day report", "日报")), day(report.date));
    let end = report.close.as_ref().map_or(report.made_at, |close| close.at);
    let kept_blind = report.sales.iter().any(|sale| sale.is_contingency && sale.is_blind);
    let page = DayPage {
        voice,
        head: Head {
            state: Some(close_text(voice, report.close.as_ref())),
            ..Head::new(language, &report.heading, title, report.made_at)
        },
        tiles: tiles(voice, report),
        columns: Chart::by_hour(voice, report),
        lines: Chart::by_outage(voice, report),
        span: Span::of(report, end),
        outages: outages(voice, &report.outages, &report.sales, end),
        costs: costs(voice, &report.costs, kept_blind),
        items: items(voice, &report.items),
        sales: sales(voice, &report.sales),
        backs: back_rows(voice, report),
        losses: losses(voice, report),
        statement: StatementTable::of(voice, report),
        drawers: drawer_tables(voice, report),
        times: Times::of(report),
        adjustments: adjustments(voice, &report.adjustments),
        alone: alone(voice, report),
        checkpoint: report.close.as_ref().and_then(signed),
    };
    page::written(&page)
}

fn close_text(voice: Voice, close: Option<&DayClose>) -> String {
    let Some(close) = close else { return voice.say(("Not closed", "尚未日结")).to_owned() };
    let number = close.number.map(|number| format!(" {number}")).unwrap_or_default();
    format!("{}{number} · {} · {}", voice.say(("Close", "日结")), close.by, minute(close.at))
}

fn signed(close: &DayClose) -> Option<Signed<'_>> {
    let checkpoint = close.checkpoint.as_deref()?;
    let (entry, signature) = checkpoint.split_once('\n').unwrap_or((checkpoint, ""));
    Some(Signed { entry, signature })
}

fn tiles(voice: Voice, report: &DayReport) -> Vec<Tile> {
    let mut tiles: Vec<Tile> = [TenderKind::Reader, TenderKind::Qr, TenderKind::Card, TenderKind::Cash]
        .map(|kind| tender_tile(voice, report, kind))
        .into();
    let (figures, is_blind) = (&report.figures, report.is_blind);
    let tile = |name, said, figure: String, caption: String| {
        let label = voice.say(said).to_owned();
        Tile { class: "", name, label, figure, caption }
    };
    let (sales, kept) = (voice.say(("sales", "笔销售")), voice.say(("of them contingency sales", "笔为应急销售")));
    let (open, lost) = (voice.say(("still open", "未决")), voice.say(("lost", "损失")));
    tiles.extend([
        tile(
            "taken",
            ("Taken or promised", "已收或承诺合计"),
            voice.money_with_cash(figures.taken_minor(), is_blind),
            format!("{} {sales}, {} {kept}", figures.sales, figures.contingency),
        ),
        tile(
            "received",
            ("Of it received", "其中已到账"),
            voice.money_with_cash(figures.received_minor, is_blind),
            format!("{} {open} · {} {lost}", voice.money(figures.open_minor), voice.money(figures.lost_minor)),
        ),
        open_tile(voice, report),
        tile(
            "carried",
            ("Carried over", "结转"),
            voice.money(figures.carried_minor),
            voice.say(("not yet due", "尚未到期")).to_owned(),
        ),
        tile(
            "refunded",
            ("Refunded", "已退款"),
            voice.money(figures.refunded.amount_minor),
            format!("{} × · {}", figures.refunded.count, voice.say(("not taken off the sales", "未从销售额中扣除"))),
        ),
        tile("written-off", ("Written off", "已核销"), voice.money(figures.written_off_minor), String::new()),
    ]);
    tiles.extend((figures.given_back.count > 0).then(|| {
        let out_of_drawer = voice.money(given_out_of_drawer_minor(report));
        let caption = format!("{} × · {out_of_drawer} {}", figures.given_back.count, voice.say(("in cash", "为现金")));
        tile(
            "given-back",
            ("Paid too much, given back", "多付款已退还"),
            voice.money(figures.given_back.amount_minor),
            caption,
        )
    }));
    tiles
}

fn tender_tile(voice: Voice, report: &DayReport, kind: TenderKind) -> Tile {
    let figures = &report.figures;
    let caption = match kind {
        TenderKind::Reader | TenderKind::Cash => String::new(),
        TenderKind::Qr => {
            format!("{} {}", figures.statement_matched, voice.say(("on the statement", "在对账单上")))
        }
        TenderKind::Card => {
            let (approved, declined) = (voice.say(("approved", "已批准")), voice.say(("declined", "被拒绝")));
            format!("{} {approved} · {} {declined}", figures.approved, figures.declined)
        }
    };
    let TenderFigures { count, amount_minor } = figures.tender(kind);
    Tile {
        class: "",
        name: match kind {
            TenderKind::Reader => "reader",
            TenderKind::Qr => "qr",
            TenderKind::Card => "card",
            TenderKind::Cash => "cash",
        },
        label: format!("{count} × {}", voice.say(tender(kind))),
        figure: voice.money_with_cash(amount_minor, report.is_blind && kind == TenderKind::Cash),
        caption,
    }
}

/// What must be decided before the day can be closed.
fn open_tile(voice: Voice, report: &DayReport) -> Tile {
    let open: Vec<&OpenItem> = report.items.iter().filter(|item| item.blocks()).collect();
    let amounts = open.iter().filter_map(|item| item.amount());
    let sum = amounts.fold(0_i64, |sum, one| sum.saturating_add(one.minor.saturating_abs()));
    Tile {
        class: if open.is_empty() { "" } else { "wait" },
        name: "open",
        label: voice.say(("Open before closing", "日结前未决")).to_owned(),
        figure: open.len().to_string(),
        caption: format!("{} {}", voice.money(sum), voice.say(("not explained", "未说明"))),
    }
}
