//! The reports as JSON, for scripts: amounts are whole minor units, times are RFC 3339, words are fixed and English.

use chrono::{DateTime, FixedOffset, SecondsFormat};
use serde_json::{Value, json};

use super::drawers::{drawers_json, figures_json, is_counted};
use super::period::{PeriodReport, Scope};
use super::refunds::{given_back_json, refunds_json};
use super::table::{came, detail, outcome, part_of, sale_state, tender};
use super::words::{self, say};
use super::{DayReport, Loss, LossCause, ReportLine, ReportSale};
use crate::domain::day::{Adjustment, Costs, OpenItem, Parts, owed, segments};
use crate::domain::outage::Outage;
use crate::domain::receipt::{Heading, Language};

/// The report of a day.
#[must_use]
pub fn json(report: &DayReport) -> Value {
    let figures = &report.figures;
    let close = report.close.as_ref().map(|close| {
        json!({ "at": moment(close.at), "by": close.by, "number": close.number, "checkpoint": close.checkpoint })
    });
    json!({
        "report": "day",
        "shop": shop(&report.heading),
        "currency": report.currency.code(),
        "business_day": report.date.to_string(),
        "opened": moment(report.opened),
        "close": close,
        "taken_minor": with_cash(figures.taken_minor(), report.is_blind),
        "received_minor": with_cash(figures.received_minor, report.is_blind),
        "open_minor": figures.open_minor,
        "lost_minor": figures.lost_minor,
        "owed_minor": owed(&report.items, report.currency).amount_minor,
        "cash_difference_minor": is_counted(report).then(|| figures.cash_difference_minor()),
        "figures": figures_json(report),
        "refunded_minor": figures.refunded.amount_minor,
        "refunds": refunds_json(report),
        "given_back_minor": figures.given_back.amount_minor,
        "given_back": given_back_json(report),
        "drawers": drawers_json(report),
        "costs": costs(&report.costs, report.sales.iter().any(|sale| sale.is_contingency && sale.is_blind)),
        "sales": report.sales.iter().map(sale).collect::<Vec<Value>>(),
        "outages": report.outages.iter().map(outage).collect::<Vec<Value>>(),
        "open_items": report.items.iter().map(item).collect::<Vec<Value>>(),
        "adjustments": report.adjustments.iter().map(adjustment).collect::<Vec<Value>>(),
        "losses": report.losses.iter().map(|loss| taken_loss(report, loss)).collect::<Vec<Value>>(),
        "statements": report.statements,
        "lines": report.lines.iter().map(line).collect::<Vec<Value>>(),
    })
}

/// The report of a period, of an outage or of a case.
#[must_use]
pub fn period_json(report: &PeriodReport) -> Value {
    let scope = match report.scope {
        Scope::Days { from, to } => json!({ "from": from.to_string(), "to": to.to_string() }),
        Scope::Outage(outage) => json!({ "outage": outage.to_string() }),
        Scope::Case { number, opened, ended } => {
            json!({ "case": number, "opened": moment(opened), "ended": ended.map(moment) })
        }
    };
    let days = report.days.iter().map(|day| {
        let (date, taken_minor) = (day.date.to_string(), with_cash(day.parts.taken_minor(), day.is_blind));
        let Parts { received_minor, open_minor, lost_minor } = day.parts;
        let received_minor = with_cash(received_minor, day.is_blind);
        json!({
            "business_day": date, "close": day.close, "sales": day.sales, "contingency": day.contingency,
            "taken_minor": taken_minor, "received_minor": received_minor, "open_minor": open_minor,
            "lost_minor": lost_minor,
        })
    });
    let parts = report.parts();
    json!({
        "report": match report.scope {
            Scope::Days { .. } => "period",
            Scope::Outage(_) => "outage",
            Scope::Case { .. } => "case",
        },
        "scope": scope,
        "shop": shop(&report.heading),
        "currency": report.currency.code(),
        "taken_minor": with_cash(parts.taken_minor(), report.is_blind()),
        "received_minor": with_cash(parts.received_minor, report.is_blind()),
        "open_minor": parts.open_minor,
        "lost_minor": parts.lost_minor,
        "adjusted_minor": report.adjusted_minor(),
        "lost_after_adjustments_minor": parts.lost_minor.saturating_sub(report.adjusted_minor()),
        "sales_done": report.sales_done(),
        "days": days.collect::<Vec<Value>>(),
        "costs": costs(&report.costs, report.is_blind()),
        "outages": report.outages.iter().map(outage).collect::<Vec<Value>>(),
        "adjustments": report.adjustments.iter().map(adjustment).collect::<Vec<Value>>(),
        "sales": report.sales.iter().map(sale).collect::<Vec<Value>>(),
    })
}

/// A sum with cash in it: null while a drawer of its day is still to be counted.
fn with_cash(minor: i64, is_blind: bool) -> Option<i64> {
    (!is_blind).then_some(minor)
}

fn costs(costs: &Costs, is_blind: bool) -> Value {
    let mut value = json!(costs);
    if let Some(kept) = value.get_mut("kept_minor").filter(|_| is_blind) {
        *kept = Value::Null;
    }
    value
}

fn taken_loss(report: &DayReport, loss: &Loss) -> Value {
    let (cause, by, seen_by, reason) = match &loss.cause {
        LossCause::WrittenOff { by, seen_by, reason } => ("written_off", Some(by), seen_by.as_ref(), Some(*reason)),
        LossCause::Missing { by, seen_by, reason } => ("missing", by.as_ref(), seen_by.as_ref(), *reason),
    };
    json!({
        "payment": loss.payment,
        "amount_minor": loss.amount.minor,
        "cause": cause,
        "by": by.map(|person| report.name(person)),
        "seen_by": seen_by.map(|person| report.name(person)),
        "reason": reason,
    })
}

fn moment(at: DateTime<FixedOffset>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, false)
}

fn shop(heading: &Heading) -> Value {
    // An open day that is read without the settings may not know them.
    let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let (name, address) = (known(&heading.shop), known(&heading.address));
    let till = (heading.till > 0).then_some(heading.till);
    json!({ "name": name, "address": address, "till": till, "demo": heading.is_demo })
}

fn sale(one: &ReportSale) -> Value {
    let ReportSale { sale, is_contingency, outage, is_blind, payments } = one;
    let of = one;
    let payments = payments.iter().map(|one| {
        json!({
            "payment": one.payment.id,
            "began": moment(one.payment.began),
            "tender": tender(one.payment.tender.kind()),
            "amount_minor": with_cash(one.payment.amount.minor, of.hides(one)),
            "taken_minor": with_cash(one.taken.minor, of.hides(one)),
            "came_minor": came(&one.payment).map(|came| came.minor),
            "outcome": outcome(one.outcome),
            "detail": detail(&one.payment),
        })
    });
    json!({
        "reference": sale.reference.to_string(),
        "pos_ticket": sale.ticket.as_ref().map(ToString::to_string),
        "cashier": sale.cashier,
        "began": moment(sale.began),
        "amount_minor": with_cash(sale.amount.minor, *is_blind),
        "state": sale_state(sale.state),
        "contingency": is_contingency,
        "outage": outage,
        "payments": payments.collect::<Vec<Value>>(),
    })
}

fn outage(one: &Outage) -> Value {
    let segments = segments(one).into_iter().map(|segment| {
        json!({
            "part": part_of(segment.cause),
            "cause": Language::English.cause(segment.cause),
            "beside": segment.beside.map(|beside| {
                json!({ "part": part_of(beside), "cause": Language::English.cause(beside) })
            }),
            "from": moment(segment.from),
            "to": segment.to.map(moment),
        })
    });
    json!({
        "outage": one.id,
        "began": moment(one.began),
        "ended": one.ended.map(moment),
        "causes": segments.collect::<Vec<Value>>(),
    })
}

fn item(item: &OpenItem) -> Value {
    let carried = if let OpenItem::CarriedOver { until, reason, by, .. } = item {
        json!({ "until": until.to_string(), "reason": reason, "by": by })
    } else {
        Value::Null
    };
    json!({
        "item": item.id().to_string(),
        "what": say(Language::English, words::item(item)),
        "amount_minor": item.amount().map(|amount| amount.minor),
        "blocks": item.blocks(),
        "carried": carried,
    })
}

fn adjustment(one: &Adjustment) -> Value {
    json!({
        "at": moment(one.at),
        "kind": one.kind,
        "payment": one.payment,
        "reference": one.reference.to_string(),
        "sold_on": one.sold_on.to_string(),
        "tender": tender(one.tender),
        "amount_minor": one.amount.minor,
        "adjusts_minor": one.kind.sign().saturating_mul(one.amount.minor),
        "after_close": one.after_close,
    })
}

fn line(one: &ReportLine) -> Value {
    json!({
        "booked_on": one.line.booked_on.to_string(),
        "amount_minor": one.line.amount.minor,
        "currency": one.line.amount.currency,
        "fee_minor": one.fee.map(|fee| fee.minor),
        "counterparty_name": one.line.counterparty_name,
        "reference": one.line.reference,
        "description": one.line.description,
        "state": one.state,
        "sales": one.sales.iter().map(ToString::to_string).collect::<Vec<String>>(),
        "what": say(Language::English, words::line(&one.state, one.class)),
    })
}
