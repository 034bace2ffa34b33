//! The report of a period, of an outage or of a case as one page of HTML: what stands in `templates/report/period.html`,
//! said in the page's language.

use askama::Template;

use super::charts::Chart;
use super::costs::{AdjustmentRow, CostRow, adjustments, costs};
use super::outages::{OutageRow, outages};
use super::page::{self, Head, Tile, Voice, day, minute};
use super::period::{PeriodDay, PeriodReport, Scope};
use super::rows::{SaleRow, sales};
use super::settled::{Settled, settled};
use super::words::Said;
use crate::domain::receipt::Language;

/// The page.
#[derive(Template)]
#[template(path = "report/period.html", whitespace = "minimize")]
struct PeriodPage<'a> {
    voice: Voice,
    head: Head<'a>,
    tiles: Vec<Tile>,
    columns: Option<Chart>,
    lines: Option<Chart>,
    days: Vec<DayRow>,
    costs: Vec<CostRow>,
    outages: Vec<OutageRow>,
    adjustments: Vec<AdjustmentRow>,
    sales: Vec<SaleRow>,
}

impl PeriodPage<'_> {
    fn say(&self, english: &'static str, chinese: &'static str) -> &'static str {
        self.voice.say((english, chinese))
    }
}

/// A business day of it.
struct DayRow {
    date: String,
    close: String,
    sales: u32,
    kept: u32,
    taken: String,
    received: String,
    open: String,
    lost: String,
}

/// The report as a page that needs nothing else.
#[must_use]
pub fn period_html(report: &PeriodReport, language: Language) -> String {
    let voice = Voice { language, currency: report.currency };
    let is_open = report.days.iter().any(|day| day.close.is_none());
    let state =
        if is_open { ("a day is not closed", "有营业日尚未日结") } else { ("all days closed", "均已日结") };
    let by_day = || Chart::of(voice, ("Taken by day, as closed", "每日收款（日结时）"), &report.bars(), String::clone);
    let by_time = ("Transfers and typed cards, by when they were settled", "转账与手输卡：到账所需时间");
    let page = PeriodPage {
        voice,
        head: Head {
            state: Some(voice.say(state).to_owned()),
            ..Head::new(language, &report.heading, title(voice, report), report.made_at)
        },
        tiles: tiles(voice, report),
        columns: (report.days.len() > 1).then(by_day).flatten(),
        lines: Chart::of(voice, by_time, &settled(report), |time| settled_text(voice, *time)),
        days: report.days.iter().map(|one| day_row(voice, one)).collect(),
        costs: costs(voice, &report.costs, report.is_blind()),
        outages: outages(voice, &report.outages, &report.sales, report.made_at),
        adjustments: adjustments(voice, &report.adjustments),
        sales: sales(voice, &report.sales),
    };
    page::written(&page)
}

/// What the page is, and of what.
fn title(voice: Voice, report: &PeriodReport) -> (&'static str, String) {
    let (title, of): (Said, String) = match report.scope {
        Scope::Days { from, to } => (("Report", "报表"), format!("{} – {}", day(from), day(to))),
        Scope::Case { number, opened, ended } => {
            let ended = ended.map_or_else(|| "…".to_owned(), minute);
            (("Case of the reader", "读卡器维修单"), format!("{number} · {} – {ended}", minute(opened)))
        }
        Scope::Outage(_) => {
            (("Outage", "故障"), report.outages.first().map(|outage| minute(outage.began)).unwrap_or_default())
        }
    };
    (voice.say(title), of)
}

fn settled_text(voice: Voice, time: Settled) -> String {
    match time {
        Settled::After(0) => voice.say(("same day", "当日")).to_owned(),
        Settled::After(days) => format!("+{days} {}", voice.say(("days", "天"))),
        Settled::Later => voice.say(("a week or more", "一周以上")).to_owned(),
        Settled::Not => voice.say(("not settled", "未到账")).to_owned(),
    }
}

fn tiles(voice: Voice, report: &PeriodReport) -> Vec<Tile> {
    let (parts, is_blind) = (report.parts(), report.is_blind());
    let tile = |name, said, figure, caption| {
        let label = voice.say(said).to_owned();
        Tile { class: "", name, label, figure, caption }
    };
    let [taken, received] =
        [parts.taken_minor(), parts.received_minor].map(|minor| voice.money_with_cash(minor, is_blind));
    let sales = format!("{} {}", report.sales_done(), voice.say(("sales", "笔销售")));
    vec![
        tile("taken", ("Taken or promised", "已收或承诺合计"), taken, sales),
        tile("received", ("Of it received", "其中已到账"), received, String::new()),
        tile("open", ("Still open at the close", "日结时未决"), voice.money(parts.open_minor), String::new()),
        tile("lost", ("Lost", "损失"), voice.money(parts.lost_minor), String::new()),
    ]
}

fn day_row(voice: Voice, one: &PeriodDay) -> DayRow {
    let (open, parts) = (voice.say(("not closed", "未日结")), one.parts);
    DayRow {
        date: day(one.date),
        close: one.close.map_or_else(|| open.to_owned(), |number| number.to_string()),
        sales: one.sales,
        kept: one.contingency,
        taken: voice.money_with_cash(parts.taken_minor(), one.is_blind),
        received: voice.money_with_cash(parts.received_minor, one.is_blind),
        open: voice.money(parts.open_minor),
        lost: voice.money(parts.lost_minor),
    }
}
