//! Looking through the ledger for what is open.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};

use crate::domain::day::{About, CardShown, Credit, DayRules, Findings, OpenItem};
use crate::domain::ids::LineId;
use crate::domain::ledger::{Drawer, Ledger};
use crate::domain::money::Money;
use crate::domain::qr::QrState;
use crate::domain::queue::{CardState, Promise};
use crate::domain::reconcile::{Likeness, LineClass, PaymentClass, StatementLine, UnknownWhy};
use crate::domain::sale::{Payment, ReaderState, Sale, SaleState, Tender};

/// How many statement lines that are open by themselves a list has: more are read by nobody, and the next come up as
/// these are explained.
const LINES_LISTED_MAX: usize = 200;

/// What is open, as much of it as a person can read.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct OpenList {
    /// The items: sales, payments and statement lines in the order of their ids, then the drawers and the journal.
    pub items: Vec<OpenItem>,
    /// How many statement lines are open beside those; each of them blocks.
    pub others: u32,
    /// What those come to in minor units, without their signs.
    pub others_minor: i64,
}

/// Everything that is open at `now`: sales, payments and statement lines in the order of their ids, then the drawer and
/// the journal. A payment or a line stands in one item only.
#[must_use]
pub fn open_items(
    ledger: &Ledger,
    findings: &Findings,
    now: DateTime<FixedOffset>,
    rules: &DayRules,
    unconfirmed_entries: u32,
) -> Vec<OpenItem> {
    listed(ledger, findings, now, rules, (unconfirmed_entries, usize::MAX)).items
}

/// The same for a page: of statement lines that are open by themselves only the first, and all that are carried over.
#[must_use]
pub fn open_list(
    ledger: &Ledger,
    findings: &Findings,
    now: DateTime<FixedOffset>,
    rules: &DayRules,
    unconfirmed_entries: u32,
) -> OpenList {
    listed(ledger, findings, now, rules, (unconfirmed_entries, LINES_LISTED_MAX))
}

fn listed(
    ledger: &Ledger,
    findings: &Findings,
    now: DateTime<FixedOffset>,
    rules: &DayRules,
    (unconfirmed_entries, lines_max): (u32, usize),
) -> OpenList {
    let sales = ledger.sales.values().flat_map(|sale| sale_item(ledger, sale).into_iter().chain(refund_items(sale)));
    let payments = ledger.payments.values().filter_map(|payment| match &payment.tender {
        Tender::Cash { .. } => None,
        Tender::Reader { .. } => {
            payment.is_open().then(|| OpenItem::ReaderUnanswered { about: about(ledger, payment) })
        }
        Tender::Qr { qr, .. } => transfer(ledger, payment, qr, findings),
        Tender::Card { brand, last4, promise, card, .. } => {
            let shown = CardShown { brand: *brand, last4: last4.clone() };
            card_item(about(ledger, payment), shown, *promise, card, now)
        }
    });
    let alone = findings.alone(ledger, now, lines_max);
    let lines: BTreeSet<LineId> = findings.payouts().chain(alone.listed).collect();
    let lines = lines.into_iter().filter_map(|line| line_item(ledger, ledger.lines.get(line)?.line, findings));
    let drawer = ledger.drawer_sessions().filter_map(|drawer| drawer_item(ledger, drawer, rules));
    let journal = (unconfirmed_entries > 0).then_some(OpenItem::EntriesUnconfirmed { count: unconfirmed_entries });
    let day = ledger.day.as_ref();
    let carried = |item: OpenItem| {
        let carried = day.and_then(|day| day.carried_on(now.date_naive(), item.id()));
        match carried.filter(|_| item.blocks() && item.may_be_carried()) {
            Some(carried) => {
                let (until, reason, by) = (carried.until, carried.reason, carried.by.clone());
                OpenItem::CarriedOver { until, reason, by, item: Box::new(item) }
            }
            None => item,
        }
    };
    let items = sales.chain(payments).chain(lines).chain(drawer).chain(journal).map(carried).collect();
    OpenList { items, others: alone.others, others_minor: alone.others_minor }
}

fn sale_item(ledger: &Ledger, sale: &Sale) -> Option<OpenItem> {
    if sale.state == SaleState::Open {
        let (remaining, began) = (ledger.remaining(sale), sale.began);
        return Some(OpenItem::SaleOpen { sale: sale.id, reference: sale.reference, remaining, began });
    }
    // One that is being taken back by itself is shown as the payment it is.
    let is_going_back = ledger
        .payments
        .of_sale(sale.id)
        .any(|payment| matches!(&payment.tender, Tender::Reader { reader: ReaderState::Reversing { .. }, .. }));
    let by = if is_going_back { Money::new(0, sale.amount.currency) } else { ledger.overpaid(sale) };
    let because = ledger.overpaid_because(sale.id);
    (by.minor > 0).then_some(OpenItem::SaleOverpaid { sale: sale.id, reference: sale.reference, by, because })
}

/// The refunds of a sale that a manager still has to transfer.
fn refund_items(sale: &Sale) -> impl Iterator<Item = OpenItem> {
    sale.refunds.iter().filter(|refund| refund.is_to_be_sent()).map(|refund| OpenItem::RefundToSend {
        refund: refund.id,
        sale: sale.id,
        reference: sale.reference,
        amount: refund.amount,
        at: refund.at,
    })
}

/// A count that is missing, older than the last cash, or so different that the manager has to say why.
fn drawer_item(ledger: &Ledger, drawer: &Drawer, rules: &DayRules) -> Option<OpenItem> {
    let expected_minor = ledger.figures_of(drawer).expected();
    let counted = drawer.counted.as_ref().filter(|count| count.expected_minor == expected_minor);
    let Some(count) = counted else { return Some(OpenItem::DrawerNotCounted { drawer: drawer.id }) };
    let difference = count.counted_minor.saturating_sub(expected_minor);
    let worth_minor = drawer.worth_minor(difference, rules.currency).saturating_abs();
    let is_explained = count.note.is_some() || worth_minor <= rules.drawer_note_above_minor;
    let by = drawer.money(difference, rules.currency);
    (!is_explained).then_some(OpenItem::DrawerDiffers { drawer: drawer.id, by })
}

pub(super) fn about(ledger: &Ledger, payment: &Payment) -> About {
    About {
        payment: payment.id,
        sale: payment.sale,
        reference: ledger.sales.get(&payment.sale).map(|sale| sale.reference),
        amount: payment.amount,
        began: payment.began,
    }
}

fn card_item(
    about: About,
    card: CardShown,
    promise: Promise,
    state: &CardState,
    now: DateTime<FixedOffset>,
) -> Option<OpenItem> {
    match (state, promise) {
        (
            CardState::Approved { .. }
            | CardState::Settled { .. }
            | CardState::Undone { .. }
            | CardState::Voided { .. }
            | CardState::WrittenOff { .. }
            | CardState::Replaced { .. },
            _,
        )
        | (CardState::Declined { .. }, Promise::AnsweredNow) => None,
        (CardState::Parked { reason, .. }, _) => Some(OpenItem::CardParked { about, card, reason: reason.clone() }),
        (CardState::Declined { code, hard, .. }, Promise::SentLater { .. }) => {
            Some(OpenItem::CardDeclined { about, card, code: code.clone(), is_hard: *hard })
        }
        (
            CardState::Stored { .. }
            | CardState::Sending { .. }
            | CardState::Unknown { .. }
            | CardState::Reversing { .. }
            | CardState::PartlyApproved { .. }
            | CardState::HandedOver { .. }
            | CardState::Advising { .. }
            | CardState::Voiding { .. },
            promise,
        ) => Some(match promise {
            Promise::AnsweredNow => OpenItem::CardUnanswered { about, card },
            Promise::SentLater { send_by } => OpenItem::CardWaiting { about, card, send_by, is_overdue: now > send_by },
        }),
    }
}

fn transfer(ledger: &Ledger, payment: &Payment, qr: &QrState, findings: &Findings) -> Option<OpenItem> {
    let about = about(ledger, payment);
    let is_confirmed = match qr {
        QrState::SeenOnStatement { .. }
        | QrState::ShortOrOver { .. }
        | QrState::RefundDue { .. }
        | QrState::NeverArrived { .. }
        | QrState::Withdrawn => return None,
        QrState::ConfirmedByShop { .. } => true,
        QrState::Shown | QrState::CustomerSaysPaid { .. } => false,
    };
    let credit = |line: LineId| ledger.lines.get(line).map(|kept| credit(kept.line));
    match findings.found.payment(payment.id)? {
        // It stands in the item of its payout.
        PaymentClass::Suggested { why: Likeness::Payout | Likeness::PayoutLessCommission, .. } => None,
        PaymentClass::Suggested { why: Likeness::SeveralLines, .. } => {
            let credits = findings.lines_of(payment.id).filter_map(credit).collect();
            Some(OpenItem::TransferInParts { about, credits })
        }
        PaymentClass::Matched { line } => Some(OpenItem::TransferFound { about, credit: credit(line)? }),
        PaymentClass::Suggested { line, why } => {
            Some(OpenItem::TransferSuggested { about, credit: credit(line)?, why })
        }
        PaymentClass::Under { by, .. } => {
            let credits = findings.lines_of(payment.id).filter_map(credit).collect();
            Some(OpenItem::TransferUnder { about, credits, by })
        }
        PaymentClass::Over { by, .. } => {
            let credits = findings.lines_of(payment.id).filter_map(credit).collect();
            Some(OpenItem::TransferOver { about, credits, by })
        }
        PaymentClass::Missing { .. } if *qr == QrState::Shown => Some(OpenItem::TransferShown { about }),
        PaymentClass::Missing { due_on, is_overdue } => {
            let paid_otherwise = ledger.is_paid_without(payment);
            Some(OpenItem::TransferMissing { about, is_confirmed, paid_otherwise, due_on, is_overdue })
        }
        PaymentClass::Settled { .. } | PaymentClass::NotExpected => None,
    }
}

/// A line that pays many payments out, or is open by itself.
fn line_item(ledger: &Ledger, line: &StatementLine, findings: &Findings) -> Option<OpenItem> {
    let Some((why, payments)) = findings.payout(line.id) else {
        return loose_line(ledger, line, findings.found.class_of(line));
    };
    let payments: Vec<About> =
        payments.iter().filter_map(|payment| Some(about(ledger, ledger.payments.get(payment)?))).collect();
    let gross = payments.iter().fold(0_i64, |sum, one| sum.saturating_add(one.amount.minor));
    let fee = Money::new(gross.saturating_sub(line.amount.minor), line.amount.currency);
    Some(OpenItem::PayoutFound { credit: credit(line), payments, fee, why })
}

/// A line that is not bound to a payment. Those that are stand in the payment's item.
fn loose_line(ledger: &Ledger, line: &StatementLine, class: LineClass) -> Option<OpenItem> {
    let credit = credit(line);
    match class {
        LineClass::Duplicate { payment } => Some(OpenItem::TransferTwice { credit, payment }),
        LineClass::TakenBack { payment } => Some(OpenItem::TransferTakenBack { credit, payment }),
        LineClass::Unknown { why } => {
            let fits_transfer = fits_transfer(ledger, why);
            Some(OpenItem::CreditUnknown { credit, why, fits_transfer })
        }
        LineClass::Matched { .. }
        | LineClass::Under { .. }
        | LineClass::Over { .. }
        | LineClass::Suggested { .. }
        | LineClass::BookedBefore { .. }
        | LineClass::Outgoing => None,
    }
}

/// Whether a credit can still be taken for the transfer that it names.
fn fits_transfer(ledger: &Ledger, why: UnknownWhy) -> bool {
    match why {
        UnknownWhy::Withdrawn(payment) | UnknownWhy::WrittenOff(payment) => {
            let sale = ledger.payments.get(&payment).and_then(|payment| ledger.sales.get(&payment.sale));
            sale.is_some_and(|sale| sale.state != SaleState::Open)
        }
        UnknownWhy::NoReference
        | UnknownWhy::NoSuchSale(_)
        | UnknownWhy::SeveralReferences
        | UnknownWhy::Ambiguous
        | UnknownWhy::OtherCurrency(_)
        | UnknownWhy::OtherSign(_)
        | UnknownWhy::Returned(_) => false,
    }
}

pub(super) fn credit(line: &StatementLine) -> Credit {
    Credit {
        line: line.id,
        amount: line.amount,
        booked_on: line.booked_on,
        payer: line.counterparty_name.clone(),
        text: line.description.clone().or_else(|| line.reference.clone()),
    }
}
