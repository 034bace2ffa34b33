//! The bars of the page: taken by hour, and by outage.

use super::DayReport;
use super::page::{Page, clock, minute};
use super::words::Said;
use crate::domain::day::{Bar, Parts};

/// By hour and by outage; nothing where nothing was taken.
pub fn charts(page: &mut Page<'_, DayReport>) {
    let report = page.report;
    let hours: Vec<(String, Bar<()>)> = report.charts.hours.iter().map(|bar| (clock(bar.of), without(bar))).collect();
    columns(page, ("Taken by hour", "每小时收款"), &hours);
    let outage = |bar: &Bar<crate::domain::ids::OutageId>| {
        let began = report.outages.iter().find(|outage| outage.id == bar.of).map(|outage| minute(outage.began));
        (began.unwrap_or_default(), without(bar))
    };
    let outages: Vec<(String, Bar<()>)> = report.charts.outages.iter().map(outage).collect();
    lines(page, ("Taken during outages", "故障期间收款"), &outages);
}

fn without<T>(bar: &Bar<T>) -> Bar<()> {
    Bar { of: (), count: bar.count, parts: bar.parts }
}

/// Columns beside each other. The largest one is as high as the chart.
pub fn columns<R>(page: &mut Page<'_, R>, title: Said, bars: &[(String, Bar<()>)]) {
    let Some(most) = bars.iter().map(|(_, bar)| bar.parts.taken_minor()).max().filter(|most| *most > 0) else { return };
    page.heading(title);
    page.put("<div class=\"keep\">\n<div class=\"columns\">");
    for (label, bar) in bars {
        let title = format!("{label} · {} × · {}", bar.count, page.money(bar.parts.taken_minor()));
        page.put(&format!("<div title=\"{}\">", quick_xml::escape::escape(title)));
        for (class, minor) in parts(bar.parts) {
            page.put(&format!("<i class=\"{class}\" style=\"height:{}\"></i>", percent(minor, most)));
        }
        page.put(&format!("<span>{}</span></div>", quick_xml::escape::escape(label.as_str())));
    }
    page.put("</div>\n");
    legend(page);
    page.put("</div>\n");
}

/// Bars below each other, with their sums.
fn lines<R>(page: &mut Page<'_, R>, title: Said, bars: &[(String, Bar<()>)]) {
    let Some(most) = bars.iter().map(|(_, bar)| bar.parts.taken_minor()).max().filter(|most| *most > 0) else { return };
    page.heading(title);
    page.put("<div class=\"keep\">\n");
    for (label, bar) in bars {
        let (label, sum) = (quick_xml::escape::escape(label.as_str()), page.money(bar.parts.taken_minor()));
        page.put(&format!("<div class=\"bar\"><span>{label}</span><div>"));
        for (class, minor) in parts(bar.parts).into_iter().rev() {
            page.put(&format!("<i class=\"{class}\" style=\"width:{}\"></i>", percent(minor, most)));
        }
        page.put(&format!("</div><span class=\"number\">{} × · {sum}</span></div>\n", bar.count));
    }
    legend(page);
    page.put("</div>\n");
}

fn legend<R>(page: &mut Page<'_, R>) {
    page.put("<p class=\"legend\">");
    for (class, said) in [("good", ("received", "已到账")), ("wait", ("still open", "未决")), ("bad", ("lost", "损失"))]
    {
        let words = page.say(said);
        page.put(&format!("<i class=\"{class}\"></i>{words} "));
    }
    page.put("</p>\n");
}

/// From the top to the bottom of a column.
fn parts(parts: Parts) -> [(&'static str, i64); 3] {
    [("bad", parts.lost_minor), ("wait", parts.open_minor), ("good", parts.received_minor)]
}

fn percent(minor: i64, most: i64) -> String {
    let per_mille = i128::from(minor.max(0)) * 1_000 / i128::from(most.max(1));
    format!("{}.{}%", per_mille / 10, per_mille % 10)
}
