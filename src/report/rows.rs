//! The tables of the page.

use super::page::{NOT_BEFORE_COUNT, Page, day, minute};
use super::words::{self, Said};
use super::{LossCause, Outcome, ReportDrawer, ReportPayment, ReportSale};
use crate::domain::day::{ItemId, OpenItem};
use crate::domain::ids::PersonId;
use crate::domain::money::{Currency, Money};
use crate::domain::queue::CardState;
use crate::domain::reader::ReaderOutcome;
use crate::domain::reconcile::LineState;
use crate::domain::sale::{ReaderState, Tender};

const TIME: (Said, &str) = (("Time", "时间"), "tight");
const AMOUNT: (Said, &str) = (("Amount", "金额"), "number");

/// What is open or carried over.
pub fn items(page: &mut Page<'_>) {
    page.heading(("Open and carried over", "未决与结转"));
    let report = page.report;
    if report.items.is_empty() {
        return page.nothing(("Nothing is open.", "无未决事项。"));
    }
    page.table(&[(("What", "事项"), ""), (("About", "关于"), ""), (("At the close", "日结时"), "tight"), AMOUNT]);
    for item in &report.items {
        let what = page.say(words::item(item));
        let amount = item.amount().map(|amount| amount.to_string()).unwrap_or_default();
        let carried = page.say(("carried over", "结转"));
        let (close, class) = match item {
            OpenItem::CarriedOver { until, reason, .. } => {
                (format!("{carried} → {} · {}", day(*until), page.say(words::carry(*reason))), "wait")
            }
            item if item.blocks() => (page.say(("must be decided", "须先处理")).to_owned(), "bad tight"),
            _ => (carried.to_owned(), "wait tight"),
        };
        page.row("", &[(what, ""), (&about(item), ""), (&close, class), (&amount, "number")]);
    }
    page.end_table();
}

/// Whom or what an item is about.
fn about(item: &OpenItem) -> String {
    let joined = |parts: [Option<String>; 3]| parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    match item {
        OpenItem::SaleOpen { reference, began, .. } => {
            joined([Some(reference.to_string()), Some(minute(*began)), None])
        }
        OpenItem::SaleOverpaid { reference, .. } => reference.to_string(),
        OpenItem::RefundToSend { reference, at, .. } => joined([Some(reference.to_string()), Some(minute(*at)), None]),
        OpenItem::ReaderUnanswered { about } | OpenItem::TransferShown { about } => {
            joined([about.reference.map(|one| one.to_string()), Some(minute(about.began)), None])
        }
        OpenItem::CardUnanswered { about, card }
        | OpenItem::CardDeclined { about, card, .. }
        | OpenItem::CardParked { about, card, .. } => {
            let card = format!("{} •••• {}", card.brand.label(), card.last4);
            joined([about.reference.map(|one| one.to_string()), Some(card), Some(minute(about.began))])
        }
        OpenItem::CardWaiting { about, card, send_by, .. } => {
            let card = format!("{} •••• {}", card.brand.label(), card.last4);
            joined([about.reference.map(|one| one.to_string()), Some(card), Some(format!("→ {}", minute(*send_by)))])
        }
        OpenItem::TransferMissing { about, due_on, .. } => {
            let due = format!("→ {}", day(*due_on));
            joined([about.reference.map(|one| one.to_string()), Some(minute(about.began)), Some(due)])
        }
        OpenItem::TransferUnder { about, credits, .. } | OpenItem::TransferOver { about, credits, .. } => {
            let last = credits.last().map(|credit| day(credit.booked_on));
            let payer = credits.first().and_then(|credit| credit.payer.clone());
            joined([about.reference.map(|one| one.to_string()), payer, last])
        }
        OpenItem::TransferFound { about, credit } | OpenItem::TransferSuggested { about, credit, .. } => {
            joined([about.reference.map(|one| one.to_string()), credit.payer.clone(), Some(day(credit.booked_on))])
        }
        OpenItem::TransferInParts { about, credits } => {
            joined([about.reference.map(|one| one.to_string()), Some(format!("{} ×", credits.len())), None])
        }
        OpenItem::PayoutFound { credit, payments, .. } => {
            joined([credit.payer.clone(), Some(format!("{} ×", payments.len())), Some(day(credit.booked_on))])
        }
        OpenItem::TransferTwice { credit, .. }
        | OpenItem::TransferTakenBack { credit, .. }
        | OpenItem::CreditUnknown { credit, .. } => {
            joined([credit.payer.clone(), credit.text.clone(), Some(day(credit.booked_on))])
        }
        OpenItem::DrawerNotCounted { .. } | OpenItem::DrawerDiffers { .. } => String::new(),
        OpenItem::EntriesUnconfirmed { count } => count.to_string(),
        OpenItem::CarriedOver { item, .. } => about(item),
    }
}

/// Every contingency sale with what became of it.
pub fn sales<R>(page: &mut Page<'_, R>, sales: &[ReportSale]) {
    page.heading(("Contingency sales", "应急销售"));
    let contingency: Vec<&ReportSale> = sales.iter().filter(|sale| sale.is_contingency).collect();
    if contingency.is_empty() {
        return page.nothing(("No contingency sale.", "无应急销售。"));
    }
    page.table(&[
        TIME,
        (("Reference", "参考号"), "tight"),
        (("POS ticket", "POS 单号"), ""),
        (("Paid by", "付款方式"), ""),
        (("Detail", "详情"), ""),
        (("Outcome", "结果"), ""),
        AMOUNT,
    ]);
    for sale in contingency {
        sale_rows(page, sale);
    }
    page.end_table();
}

/// One row for each payment; what belongs to the sale stands in the first one only.
fn sale_rows<R>(page: &mut Page<'_, R>, of: &ReportSale) {
    let ReportSale { sale, payments, .. } = of;
    let (time, reference) = (minute(sale.began), sale.reference.to_string());
    let ticket = sale.ticket.as_ref().map(ToString::to_string).unwrap_or_default();
    if payments.is_empty() {
        let (nothing, amount) = (page.say(words::outcome(Outcome::NothingTaken)), sale.amount.to_string());
        page.row(
            "",
            &[
                (&time, "tight"),
                (&reference, "tight"),
                (&ticket, ""),
                ("", ""),
                ("", ""),
                (nothing, "quiet"),
                (&amount, "number"),
            ],
        );
    }
    for (place, one) in payments.iter().enumerate() {
        let first = |text| if place == 0 { text } else { "" };
        let tender = page.say(words::tender(one.payment.tender.kind()));
        let (outcome, class) = (page.say(words::outcome(one.outcome)), outcome_class(one.outcome));
        let (detail, amount) = if of.hides(one) {
            (String::new(), NOT_BEFORE_COUNT.to_owned())
        } else {
            (detail(page, one), one.payment.amount.to_string())
        };
        let row_class = if place + 1 < payments.len() { "more" } else { "" };
        page.row(
            row_class,
            &[
                (first(&time), "tight"),
                (first(&reference), "tight"),
                (first(&ticket), ""),
                (tender, ""),
                (&detail, "quiet"),
                (outcome, class),
                (&amount, "number"),
            ],
        );
    }
}

fn outcome_class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::SettledAtAcquirer | Outcome::OnStatement | Outcome::InDrawer => "good",
        Outcome::NotYetDue => "wait",
        Outcome::WrittenOff | Outcome::Open => "bad",
        Outcome::NothingTaken => "quiet",
    }
}

fn detail<R>(page: &Page<'_, R>, one: &ReportPayment) -> String {
    match &one.payment.tender {
        Tender::Cash { given, change, foreign: Some(foreign), .. } => {
            format!("{} × {} = {} − {}", foreign.given, foreign.rate, given.shown(), change.shown())
        }
        Tender::Cash { given, change, foreign: None, .. } => format!("{} − {}", given.shown(), change.shown()),
        Tender::Qr { qr, .. } => page.say(words::transfer(qr)).to_owned(),
        Tender::Reader { reader, .. } => match reader {
            ReaderState::Answered { outcome: ReaderOutcome::Approved { approval_code, last4, .. }, .. } => {
                let digits = last4.as_ref().map(|last4| format!("•••• {last4} · ")).unwrap_or_default();
                format!("{digits}{approval_code}")
            }
            other => page.say(words::reader(other)).to_owned(),
        },
        Tender::Card { brand, last4, card, .. } => {
            let answer = match card {
                CardState::Approved { approval_code, .. }
                | CardState::Voiding { approval_code, .. }
                | CardState::Voided { approval_code, .. } => format!(" · {approval_code}"),
                CardState::Settled { approval_code, settlement, .. } => {
                    let code = approval_code.as_ref().map(|code| format!(" · {code}")).unwrap_or_default();
                    format!("{code} · {} · {}", settlement.on, settlement.net.shown())
                }
                CardState::Advising { approval_code, .. } => format!(" · {approval_code}"),
                CardState::PartlyApproved { approved, .. } => format!(" · DE 39 10 · {}", approved.shown()),
                CardState::Declined { code, .. } => format!(" · DE 39 {code}"),
                CardState::WrittenOff { .. } => String::new(),
                CardState::Stored { .. }
                | CardState::Sending { .. }
                | CardState::Unknown { .. }
                | CardState::Reversing { .. }
                | CardState::HandedOver { .. }
                | CardState::Undone { .. }
                | CardState::Replaced { .. }
                | CardState::Parked { .. } => String::new(),
            };
            format!("{} •••• {last4}{answer}", brand.label())
        }
    }
}

/// What was written off, by whom and why.
pub fn losses(page: &mut Page<'_>) {
    let report = page.report;
    if report.losses.is_empty() {
        return;
    }
    page.heading(("Written off", "核销"));
    page.table(&[
        (("Reference", "参考号"), "tight"),
        (("By", "经手人"), ""),
        (("Second person", "第二人"), ""),
        (("Reason", "理由"), ""),
        AMOUNT,
    ]);
    for loss in &report.losses {
        let sale = report.sales.iter().find(|sale| sale.payments.iter().any(|one| one.payment.id == loss.payment));
        let reference =
            sale.map_or_else(|| ItemId::Payment(loss.payment).to_string(), |sale| sale.sale.reference.to_string());
        let (by, seen_by, reason) = match &loss.cause {
            LossCause::WrittenOff { by, seen_by, reason } => (Some(by), seen_by.as_ref(), words::loss(*reason)),
            LossCause::Missing { seen_by } => (None, seen_by.as_ref(), ("less came, or it went back", "少收或被退回")),
        };
        let name = |person: Option<&PersonId>, without| match person {
            Some(person) => report.name(person).to_owned(),
            None => page.say(without).to_owned(),
        };
        let (by, seen_by) = (name(by, ("–", "–")), name(seen_by, ("nobody", "无")));
        let reason = page.say(reason);
        page.row(
            "",
            &[(&reference, "tight"), (&by, ""), (&seen_by, ""), (reason, ""), (&loss.amount.to_string(), "number")],
        );
    }
    page.end_table();
}

/// The files brought in and their lines.
pub fn statements(page: &mut Page<'_>) {
    page.heading(("Bank statement", "银行对账单"));
    let report = page.report;
    if report.lines.is_empty() {
        return page.nothing(("No statement was brought in.", "未导入对账单。"));
    }
    let files: Vec<String> = report.statements.iter().map(|file| format!("{} ({})", file.name, file.lines)).collect();
    if !files.is_empty() {
        let files = quick_xml::escape::escape(files.join(", ")).into_owned();
        page.put(&format!("<p class=\"quiet\">{files}</p>\n"));
    }
    for file in &report.statements {
        for fault in &file.overruled {
            let (name, fault) = (quick_xml::escape::escape(&file.name), quick_xml::escape::escape(fault));
            let said = page.say(("taken although", "仍予采用，尽管"));
            page.put(&format!("<p class=\"quiet\">{name}: {said} {fault}</p>\n"));
        }
    }
    page.table(&[
        (("Booked", "入账日"), "tight"),
        (("Payer", "付款人"), ""),
        (("Text", "附言"), ""),
        (("What it is", "说明"), ""),
        AMOUNT,
    ]);
    for one in &report.lines {
        let line = &one.line;
        let class = match one.state {
            LineState::Matched { .. } | LineState::PaidOut { .. } => "good",
            LineState::Explained { .. } | LineState::Returned { .. } => "quiet",
            LineState::Unexplained => "",
        };
        let texts = [line.reference.as_deref(), line.description.as_deref()];
        let text = texts.into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<&str>>().join(" · ");
        let known = page.say(words::line(&one.state, one.class));
        let known = match &one.state {
            LineState::Explained { by, .. } | LineState::Returned { by, .. } => {
                format!("{known} · {}", report.name(by))
            }
            LineState::Matched { .. } | LineState::PaidOut { .. } | LineState::Unexplained => known.to_owned(),
        };
        page.row(
            "",
            &[
                (&day(line.booked_on), "tight"),
                (line.counterparty_name.as_deref().unwrap_or_default(), ""),
                (&text, ""),
                (&known, class),
                (&line.amount.to_string(), "number"),
            ],
        );
    }
    page.end_table();
}

/// The drawers. Before the count of one nothing says what should be in it.
pub fn drawers(page: &mut Page<'_>) {
    let report = page.report;
    report.drawers.iter().for_each(|one| drawer(page, one));
    let refused = report.drawers.iter().fold(0_u32, |sum, one| sum.saturating_add(one.session.refusals));
    let opened = report.figures.drawer_openings;
    if refused == 0 && opened == 0 {
        return;
    }
    // What the manager asks about stands here as it stands on the slip, whether the drawers are counted or not.
    page.table(&[(("Drawer", "钱箱"), ""), (("Times", "次数"), "number")]);
    for (said, times) in [
        (("Refused: more than it holds", "超出钱箱余额被拒次数"), refused),
        (("Opened without a sale", "无交易开箱次数"), opened),
    ] {
        if times > 0 {
            let label = page.say(said);
            page.row("", &[(label, ""), (&times.to_string(), "number")]);
        }
    }
    page.end_table();
}

fn drawer(page: &mut Page<'_>, one: &ReportDrawer) {
    let drawer = &one.session;
    let currency = drawer.foreign.map(|foreign| foreign.currency);
    page.heading_of(("Drawer", "钱箱"), drawer.name.as_deref().or(currency.map(Currency::code)));
    let Some(count) = one.count(page.report.close.is_some()) else {
        return page.nothing(("Not counted yet.", "尚未清点。"));
    };
    let difference = count.difference_minor();
    page.table(&[(("Cash", "现金"), ""), AMOUNT]);
    // A day that was closed by an older version has its sum and no lines.
    let lines = one.figures;
    let has_lines = lines.expected() == count.expected_minor;
    let shown = |page: &Page<'_>, minor| match currency {
        Some(currency) => Money::new(minor, currency).to_string(),
        None => page.money(minor),
    };
    let mut line = |said, minor: i64, always: bool| {
        if always || (has_lines && minor != 0) {
            let (label, amount) = (page.say(said), shown(page, minor));
            page.row("", &[(label, ""), (&amount, "number")]);
        }
    };
    line(("Float", "备用金"), drawer.float_minor, true);
    line(("Cash sales", "现金销售"), lines.sales, false);
    line(("Rounding", "舍入"), lines.rounding, false);
    let exchanged =
        if currency.is_some() { ("Taken", "收取") } else { ("Taken in another currency", "以外币收取") };
    line(exchanged, lines.exchanged, false);
    line(("Paid in", "存入"), lines.paid_in, false);
    line(("Found at handovers", "交接差额"), lines.handed_over, false);
    line(("Given back", "退还现金"), -lines.given_back, false);
    line(("Refunded", "退款"), -lines.refunded, false);
    line(("Paid out", "支出"), -lines.paid_out, false);
    line(("Into the safe", "入保险柜"), -lines.dropped, false);
    for (said, minor, class) in [
        (("Expected", "应有"), count.expected_minor, "number"),
        (("Counted without seeing it", "盲点"), count.counted_minor, "number"),
        (("Difference", "差额"), difference, if difference == 0 { "number good" } else { "number bad" }),
    ] {
        let (label, amount) = (page.say(said), shown(page, minor));
        page.row("", &[(label, ""), (&amount, class)]);
    }
    if let Some(first) = &drawer.first {
        for (said, minor) in [
            (("First counted without seeing it", "首次盲点"), first.counted_minor),
            (("Difference of the first count", "首次清点差额"), first.difference_minor()),
        ] {
            let (label, amount) = (page.say(said), shown(page, minor));
            page.row("", &[(label, "quiet"), (&amount, "number")]);
        }
    }
    page.end_table();
}

/// What one person approved without a second one.
pub fn alone(page: &mut Page<'_>) {
    let report = page.report;
    if report.alone.is_empty() {
        return;
    }
    page.heading(("Approved without a second person", "无第二人在场的批准"));
    page.table(&[TIME, (("By", "经手人"), ""), (("What", "事项"), ""), (("Reason", "理由"), "")]);
    for act in &report.alone {
        let (what, why) = (page.say(words::act(act.act)), page.say(words::approval(act.reason)));
        page.row("", &[(&minute(act.at), "tight"), (&act.by, ""), (what, ""), (why, "")]);
    }
    page.end_table();
}
