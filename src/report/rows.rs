//! The rows of a page's tables: sales, open items, losses, and what one person approved alone.

use super::page::{NOT_TOLD, Voice, day, minute};
use super::{DayReport, LossCause, Outcome, ReportPayment, ReportSale, words};
use crate::domain::day::{ItemId, OpenItem};
use crate::domain::ids::PersonId;
use crate::domain::queue::CardState;
use crate::domain::reader::ReaderOutcome;
use crate::domain::sale::{ReaderState, Tender};

/// Something that is open or carried over.
pub struct ItemRow {
    /// What.
    pub what: &'static str,
    /// About whom or what.
    pub about: String,
    /// How its cell of the close looks.
    pub class: &'static str,
    /// What the close does with it.
    pub close: String,
    /// How much.
    pub amount: String,
}

/// What is open or carried over.
pub fn items(voice: Voice, items: &[OpenItem]) -> Vec<ItemRow> {
    let row = |item: &OpenItem| {
        let carried = voice.say(("carried over", "结转"));
        let (close, class) = match item {
            OpenItem::CarriedOver { until, reason, .. } => {
                (format!("{carried} → {} · {}", day(*until), voice.say(words::carry(*reason))), "wait")
            }
            item if item.blocks() => (voice.say(("must be decided", "须先处理")).to_owned(), "bad tight"),
            _ => (carried.to_owned(), "wait tight"),
        };
        let amount = item.amount().map(|amount| amount.to_string()).unwrap_or_default();
        ItemRow { what: voice.say(words::item(item)), about: about(item), class, close, amount }
    };
    items.iter().map(row).collect()
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

/// A payment of a contingency sale.
pub struct SaleRow {
    /// Whether more of the same sale follows.
    pub class: &'static str,
    /// When the sale began; this, its reference and its ticket stand in the first row of a sale only.
    pub time: String,
    /// The ten digits.
    pub reference: String,
    /// The number at the shop's POS.
    pub ticket: String,
    /// How it was paid; nothing where nothing was taken.
    pub tender: &'static str,
    /// What else is known of the payment.
    pub detail: String,
    /// What became of it.
    pub outcome: &'static str,
    /// How that looks.
    pub outcome_class: &'static str,
    /// How much.
    pub amount: String,
}

/// Every contingency sale with what became of it.
pub fn sales(voice: Voice, sales: &[ReportSale]) -> Vec<SaleRow> {
    sales.iter().filter(|sale| sale.is_contingency).flat_map(|sale| sale_rows(voice, sale)).collect()
}

/// One row for each payment; a sale without one has a row that says so.
fn sale_rows(voice: Voice, of: &ReportSale) -> Vec<SaleRow> {
    let ReportSale { sale, payments, .. } = of;
    let nothing_taken = SaleRow {
        class: "",
        time: minute(sale.began),
        reference: sale.reference.to_string(),
        ticket: sale.ticket.as_ref().map(ToString::to_string).unwrap_or_default(),
        tender: "",
        detail: String::new(),
        outcome: voice.say(words::outcome(Outcome::NothingTaken)),
        outcome_class: outcome_class(Outcome::NothingTaken),
        amount: sale.amount.to_string(),
    };
    let payment_row = |(place, one): (usize, &ReportPayment)| {
        let first = |text: &String| if place == 0 { text.clone() } else { String::new() };
        let (detail, amount) = if of.hides(one) {
            (String::new(), NOT_TOLD.to_owned())
        } else {
            (detail(voice, one), one.payment.amount.to_string())
        };
        SaleRow {
            class: if place + 1 < payments.len() { "more" } else { "" },
            time: first(&nothing_taken.time),
            reference: first(&nothing_taken.reference),
            ticket: first(&nothing_taken.ticket),
            tender: voice.say(words::tender(one.payment.tender.kind())),
            detail,
            outcome: voice.say(words::outcome(one.outcome)),
            outcome_class: outcome_class(one.outcome),
            amount,
        }
    };
    let rows: Vec<SaleRow> = payments.iter().enumerate().map(payment_row).collect();
    if rows.is_empty() { vec![nothing_taken] } else { rows }
}

fn outcome_class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::SettledAtAcquirer | Outcome::OnStatement | Outcome::InDrawer => "good",
        Outcome::NotYetDue => "wait",
        Outcome::WrittenOff | Outcome::Open => "bad",
        Outcome::NothingTaken => "quiet",
    }
}

fn detail(voice: Voice, one: &ReportPayment) -> String {
    match &one.payment.tender {
        Tender::Cash { given, change, foreign: Some(foreign), .. } => {
            format!("{} × {} = {} − {}", foreign.given, foreign.rate, given.shown(), change.shown())
        }
        Tender::Cash { given, change, foreign: None, .. } => format!("{} − {}", given.shown(), change.shown()),
        Tender::Qr { qr, .. } => voice.say(words::transfer(qr)).to_owned(),
        Tender::Reader { reader, .. } => match reader {
            ReaderState::Answered { outcome: ReaderOutcome::Approved { approval_code, last4, .. }, .. } => {
                let digits = last4.as_ref().map(|last4| format!("•••• {last4} · ")).unwrap_or_default();
                format!("{digits}{approval_code}")
            }
            other => voice.say(words::reader(other)).to_owned(),
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

/// A loss.
pub struct LossRow {
    /// The sale.
    pub reference: String,
    /// Who took it.
    pub by: String,
    /// The second person.
    pub seen_by: String,
    /// Why.
    pub reason: String,
    /// How much.
    pub amount: String,
}

/// What was lost, who took it and why.
pub fn losses(voice: Voice, report: &DayReport) -> Vec<LossRow> {
    let row = |loss: &super::Loss| {
        let sale = report.sales.iter().find(|sale| sale.payments.iter().any(|one| one.payment.id == loss.payment));
        let unknown = || ItemId::Payment(loss.payment).to_string();
        let (by, seen_by, reason) = match &loss.cause {
            LossCause::WrittenOff { by, seen_by, reason } => {
                (Some(by), seen_by.as_ref(), voice.say(words::loss(*reason)).to_owned())
            }
            LossCause::Missing { by, seen_by, reason } => {
                let missing = voice.say(("less came, or it went back", "少收或被退回"));
                let why = reason.map(|reason| format!("{missing} · {}", voice.say(words::loss(reason))));
                (by.as_ref(), seen_by.as_ref(), why.unwrap_or_else(|| missing.to_owned()))
            }
        };
        let name = |person: Option<&PersonId>, without| match person {
            Some(person) => report.name(person).to_owned(),
            None => voice.say(without).to_owned(),
        };
        LossRow {
            reference: sale.map_or_else(unknown, |sale| sale.sale.reference.to_string()),
            by: name(by, (NOT_TOLD, NOT_TOLD)),
            seen_by: name(seen_by, ("nobody", "无")),
            reason,
            amount: loss.amount.to_string(),
        }
    };
    report.losses.iter().map(row).collect()
}

/// What one person approved without a second one.
pub struct AloneRow<'a> {
    /// When.
    pub time: String,
    /// Who.
    pub by: &'a str,
    /// What.
    pub what: &'static str,
    /// Why.
    pub why: &'static str,
}

/// What one person approved without a second one.
pub fn alone(voice: Voice, report: &DayReport) -> Vec<AloneRow<'_>> {
    let acts = report.alone.iter().map(|act| AloneRow {
        time: minute(act.at),
        by: &act.by,
        what: voice.say(words::act(act.act)),
        why: voice.say(words::approval(act.reason)),
    });
    acts.collect()
}
