//! The report of a period, of an outage or of a case as one page of HTML.

use super::charts::{columns, lines};
use super::costs::{adjustments, costs};
use super::html::outage_table;
use super::page::{Head, Page, day, minute};
use super::period::{PeriodReport, Scope};
use super::rows;
use super::settled::{Settled, settled};
use super::words::Said;
use crate::domain::day::Bar;
use crate::domain::receipt::Language;

/// The report as a page that needs nothing else.
#[must_use]
pub fn period_html(report: &PeriodReport, language: Language) -> String {
    let mut page = Page::new(report, language, report.currency);
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
    let state = state(&page);
    page.head(&Head { title, of, heading: &report.heading, state, made_at: report.made_at });
    tiles(&mut page);
    if report.days.len() > 1 {
        columns(&mut page, ("Taken by day, as closed", "每日收款（日结时）"), &report.bars());
    }
    let bars: Vec<(String, Bar<()>)> = settled(report).iter().map(|bar| settled_bar(&page, bar)).collect();
    lines(&mut page, ("Transfers and typed cards, by when they were settled", "转账与手输卡：到账所需时间"), &bars);
    days(&mut page);
    costs(&mut page, &report.costs, report.is_blind());
    page.heading(("Outages", "故障"));
    if report.outages.is_empty() {
        page.nothing(("No outage.", "无故障。"));
    } else {
        outage_table(&mut page, &report.outages, &report.sales, report.made_at);
    }
    adjustments(&mut page, &report.adjustments);
    rows::sales(&mut page, &report.sales);
    page.finish()
}

fn settled_bar(page: &Page<'_, PeriodReport>, bar: &Bar<Settled>) -> (String, Bar<()>) {
    let label = match bar.of {
        Settled::After(0) => page.say(("same day", "当日")).to_owned(),
        Settled::After(days) => format!("+{days} {}", page.say(("days", "天"))),
        Settled::Later => page.say(("a week or more", "一周以上")).to_owned(),
        Settled::Not => page.say(("not settled", "未到账")).to_owned(),
    };
    (label, Bar { of: (), count: bar.count, parts: bar.parts })
}

fn state(page: &Page<'_, PeriodReport>) -> String {
    let open = page.report.days.iter().filter(|day| day.close.is_none()).count();
    if open > 0 {
        page.say(("a day is not closed", "有营业日尚未日结"))
    } else {
        page.say(("all days closed", "均已日结"))
    }
    .to_owned()
}

fn tiles(page: &mut Page<'_, PeriodReport>) {
    let report = page.report;
    let parts = report.parts();
    page.put("<section class=\"tiles\">\n");
    let sales = format!("{} {}", report.sales_done(), page.say(("sales", "笔销售")));
    let is_blind = report.is_blind();
    for (name, said, minor, caption, is_blind) in [
        ("taken", ("Taken or promised", "已收或承诺合计"), parts.taken_minor(), sales.as_str(), is_blind),
        ("received", ("Of it received", "其中已到账"), parts.received_minor, "", is_blind),
        ("open", ("Still open at the close", "日结时未决"), parts.open_minor, "", false),
        ("lost", ("Lost", "损失"), parts.lost_minor, "", false),
    ] {
        let (label, figure) = (page.say(said), page.money_with_cash(minor, is_blind));
        page.tile("", name, label, &figure, caption);
    }
    page.put("</section>\n");
}

fn days(page: &mut Page<'_, PeriodReport>) {
    let report = page.report;
    page.heading(("Days", "营业日"));
    page.table(&[
        (("Day", "日期"), "tight"),
        (("Close", "日结"), "tight"),
        (("Sales", "销售"), "number"),
        (("Of them kept", "其中应急"), "number"),
        (("Taken", "收款"), "number"),
        (("Received", "到账"), "number"),
        (("Open", "未决"), "number"),
        (("Lost", "损失"), "number"),
    ]);
    for one in &report.days {
        let open = page.say(("not closed", "未日结"));
        let close = one.close.map_or_else(|| open.to_owned(), |number| number.to_string());
        let parts = one.parts;
        let [taken, received] =
            [parts.taken_minor(), parts.received_minor].map(|minor| page.money_with_cash(minor, one.is_blind));
        let [still, lost] = [parts.open_minor, parts.lost_minor].map(|minor| page.money(minor));
        page.row(
            "",
            &[
                (&day(one.date), "tight"),
                (&close, "tight"),
                (&one.sales.to_string(), "number"),
                (&one.contingency.to_string(), "number"),
                (&taken, "number"),
                (&received, "number"),
                (&still, "number"),
                (&lost, "number"),
            ],
        );
    }
    page.end_table();
}
