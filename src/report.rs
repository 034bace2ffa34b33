//! The day on paper and as a table, made of domain values. Pure: it returns text, and others write the files.
//!
//! [`html()`] is for people: one file without scripts, fonts or pictures from elsewhere, that prints well. [`csv()`] is
//! for spreadsheets and scripts: one row for each payment of every sale, so that it adds up to the day; [`outages_csv()`]
//! has the outages, one row for each cause, [`drawers_csv()`] the drawers, [`handovers_csv()`] who gave them to whom, and
//! [`refunds_csv()`] what went back to customers. [`json()`] is for programs, [`hledger()`] and [`beancount()`] for the books. A [`PeriodReport`] is several days
//! together, or one outage.

mod accounts;
mod accounts_text;
mod charts;
mod costs;
mod drawer_table;
mod drawers;
mod handovers;
mod html;
mod json;
mod outages;
pub(crate) mod page;
mod period;
mod period_html;
mod refunds;
mod rows;
mod settled;
mod statement;
mod table;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::domain::day::{
    Adjustment, AdjustmentKind, Charts, Costs, DayFigures, DayRules, Findings, OpenItem, Outcome, charts, costs,
    figures, is_contingency, missing, open_items, outage_of, outcome,
};
use crate::domain::fact::LossReason;
use crate::domain::ids::{OutageId, PaymentId, PersonId, SaleReference, StatementId};
use crate::domain::ledger::{Day, Drawer, DrawerCount, DrawerFigures, ImportedStatement, KeptLine, Ledger};
use crate::domain::money::{Currency, Money};
use crate::domain::outage::Outage;
use crate::domain::qr::QrState;
use crate::domain::queue::CardState;
use crate::domain::receipt::{AloneAct, DayClose, Heading};
use crate::domain::reconcile::{LineClass, LineState, StatementLine};
use crate::domain::sale::{Payment, Sale, Standing, Tender, TenderKind};

pub use self::accounts::{Account, Entry, accounts};
pub use self::accounts_text::{beancount, hledger};
pub use self::drawers::drawers_csv;
pub use self::handovers::handovers_csv;
pub use self::html::html;
pub use self::json::{json, period_json};
pub use self::period::{PeriodDay, PeriodReport, Scope};
pub use self::period_html::period_html;
pub use self::refunds::refunds_csv;
pub use self::table::{csv, lines_csv, outages_csv};

/// Everything the report of a day says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayReport {
    /// Shop and till.
    pub heading: Heading,
    /// The till's currency.
    pub currency: Currency,
    /// The business day.
    pub date: NaiveDate,
    /// When it was opened.
    pub opened: DateTime<FixedOffset>,
    /// How it was closed; without it the report says that it is not.
    pub close: Option<DayClose>,
    /// Whether a drawer or a box of this open day is still to be counted: no sum with cash in it is told, for with the
    /// float it would say what to count.
    pub is_blind: bool,
    /// When the report was made.
    pub made_at: DateTime<FixedOffset>,
    /// The figures.
    pub figures: DayFigures,
    /// Every sale of the day, and earlier ones that were still open when it began.
    pub sales: Vec<ReportSale>,
    /// The outages.
    pub outages: Vec<Outage>,
    /// What is open or carried over.
    pub items: Vec<OpenItem>,
    /// What was written off.
    pub losses: Vec<Loss>,
    /// The files brought in.
    pub statements: Vec<ImportedStatement>,
    /// Their lines.
    pub lines: Vec<ReportLine>,
    /// The drawers, and the boxes of other currencies.
    pub drawers: Vec<ReportDrawer>,
    /// What one person approved without a second one.
    pub alone: Vec<AloneAct>,
    /// The names of the people; who is not among them stands with their id.
    pub people: BTreeMap<PersonId, String>,
    /// What it cost.
    pub costs: Costs,
    /// The day as bars.
    pub charts: Charts,
    /// What became known of closed days.
    pub adjustments: Vec<Adjustment>,
}

/// A sale with its payments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportSale {
    /// The sale.
    pub sale: Sale,
    /// Whether it was taken in spite of a failure ([`is_contingency`]).
    pub is_contingency: bool,
    /// The outage it belongs to ([`outage_of`]).
    pub outage: Option<OutageId>,
    /// Cash of it lies in a drawer that is still to be counted: neither that sum nor the sale's is told.
    pub is_blind: bool,
    /// Its payments, in the order in which they began.
    pub payments: Vec<ReportPayment>,
}

/// A payment with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportPayment {
    /// The payment.
    pub payment: Payment,
    /// What became of it.
    pub outcome: Outcome,
    /// Its part of what the day took or was promised; 0 of a payment that takes nothing or is of an earlier day.
    pub taken: Money,
}

/// A loss somebody took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The payment.
    pub payment: PaymentId,
    /// How much.
    pub amount: Money,
    /// How it was lost.
    pub cause: LossCause,
}

/// How money was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LossCause {
    /// A person wrote it off.
    WrittenOff {
        /// Who took the loss.
        by: PersonId,
        /// Who saw it as the second person; nobody where one person approved it alone.
        seen_by: Option<PersonId>,
        /// Why.
        reason: LossReason,
    },
    /// Less came of a transfer than was asked for, or some of it went back.
    Missing {
        /// Who took it for paid all the same; nobody where nobody decided anything.
        by: Option<PersonId>,
        /// Who saw it as the second person; nobody where one person approved it alone.
        seen_by: Option<PersonId>,
        /// Why it was taken for paid.
        reason: Option<LossReason>,
    },
}

/// A statement line with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportLine {
    /// The line.
    pub line: StatementLine,
    /// The file it came in.
    pub statement: StatementId,
    /// What is known.
    pub state: LineState,
    /// What it looks like, while nothing is known.
    pub class: Option<LineClass>,
    /// What was kept of it, where its file says it.
    pub fee: Option<Money>,
    /// The sales it has to do with.
    pub sales: Vec<SaleReference>,
}

impl ReportPayment {
    /// Whether it is cash.
    pub(crate) fn is_cash(&self) -> bool {
        self.payment.tender.kind() == TenderKind::Cash
    }
}

impl ReportSale {
    /// Whether nothing is told of the sum of one of its payments.
    pub(crate) fn hides(&self, one: &ReportPayment) -> bool {
        self.is_blind && one.is_cash()
    }
}

impl DayReport {
    /// The report of the ledger's day at `now`; `None` when the ledger has no day. `close` says how it was closed.
    ///
    /// People have names in the settings only: the caller adds them as [`Self::people`], and their acts to
    /// [`Self::alone`].
    #[must_use]
    pub fn of_ledger(
        heading: Heading,
        ledger: &Ledger,
        close: Option<DayClose>,
        now: DateTime<FixedOffset>,
        rules: &DayRules,
        unconfirmed_entries: u32,
    ) -> Option<Self> {
        let day = ledger.day.as_ref()?;
        let findings = Findings::of(ledger, now, rules);
        let found = &findings.found;
        let drawers: Vec<ReportDrawer> =
            ledger.drawer_sessions().map(|drawer| ReportDrawer::of(ledger, drawer)).collect();
        let is_blind = close.is_none() && drawers.iter().any(|one| one.count(false).is_none());
        let report_sale = |sale: &Sale| {
            let payments: Vec<ReportPayment> = ledger
                .payments
                .of_sale(sale.id)
                .map(|payment| ReportPayment {
                    payment: payment.clone(),
                    outcome: outcome(payment, found.payment(payment.id), now, rules),
                    taken: if payment.day == day.id && payment.standing() == Standing::Takes {
                        payment.amount
                    } else {
                        Money::zero(payment.amount.currency)
                    },
                })
                .collect();
            let is_contingency = is_contingency(sale, ledger.payments.of_sale(sale.id));
            let outage = outage_of(sale, ledger.payments.of_sale(sale.id), ledger.outages.values());
            let is_cash = |one: &ReportPayment| one.is_cash() && one.payment.day == day.id;
            let is_blind = is_blind && payments.iter().any(is_cash);
            ReportSale { sale: sale.clone(), is_contingency, outage, is_blind, payments }
        };
        let report_line = |kept: KeptLine<'_>| ReportLine {
            line: kept.line.clone(),
            statement: kept.statement,
            state: kept.state.clone(),
            class: matches!(kept.state, LineState::Unexplained).then(|| found.class_of(kept.line)),
            fee: kept.fee,
            sales: kept.state.payments().filter_map(|payment| sale_of(ledger, payment)).collect(),
        };
        let figures = figures(ledger, &findings, now, rules);
        let mut lines: Vec<ReportLine> = ledger.lines.iter().map(report_line).collect();
        lines.sort_unstable_by_key(|one| one.line.id);
        let named: BTreeSet<StatementId> = ledger.lines.statements().collect();
        let is_named = |statement: &&ImportedStatement| named.contains(&statement.id);
        Some(Self {
            heading,
            currency: rules.currency,
            date: day.date,
            opened: day.opened,
            close,
            made_at: now,
            costs: costs(ledger, &figures, rules),
            charts: charts(ledger, found, now, rules, is_blind),
            is_blind,
            figures,
            adjustments: day.adjustments.clone(),
            sales: ledger.sales.values().filter(|sale| is_reported(ledger, day, sale)).map(report_sale).collect(),
            outages: ledger.outages.values().cloned().collect(),
            items: open_items(ledger, &findings, now, rules, unconfirmed_entries),
            losses: losses(ledger, day),
            statements: ledger.statements.values().filter(is_named).cloned().collect(),
            lines,
            drawers,
            alone: Vec::new(),
            people: BTreeMap::new(),
        })
    }
}

impl DayReport {
    /// What a person is called.
    pub(crate) fn name<'a>(&'a self, person: &'a PersonId) -> &'a str {
        self.people.get(person).unwrap_or(&person.0)
    }

    /// Whether a payment of an earlier day is here for nothing but a refund of its sale: its own day has booked it.
    pub(crate) fn is_only_refunded(&self, payment: &Payment) -> bool {
        if payment.began >= self.opened || payment.is_open() {
            return false;
        }
        let Some(sale) = self.sales.iter().find(|sale| sale.sale.id == payment.sale) else { return false };
        let is_refund = |it: &Adjustment| it.kind == AdjustmentKind::Refunded;
        let of_sale = |it: &Adjustment| sale.payments.iter().any(|one| one.payment.id == it.payment);
        self.adjustments.iter().any(|it| is_refund(it) && of_sale(it))
            && !self.adjustments.iter().any(|it| it.payment == payment.id && !is_refund(it))
    }
}

/// A drawer session and what should be in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportDrawer {
    /// The session.
    pub session: Drawer,
    /// What should be in it, line by line.
    pub figures: DrawerFigures,
}

impl ReportDrawer {
    fn of(ledger: &Ledger, session: &Drawer) -> Self {
        Self { session: session.clone(), figures: ledger.figures_of(session) }
    }

    /// The count of it. One after which something went in or out is one of an earlier moment: it has to be counted again, as
    /// blind as before.
    pub(crate) fn count(&self, is_closed: bool) -> Option<&DrawerCount> {
        let is_of_now = |count: &&DrawerCount| is_closed || count.expected_minor == self.figures.expected();
        self.session.counted.as_ref().filter(is_of_now)
    }
}

/// Whether a sale belongs into the report of the day. A loss of an earlier day that the till only remembers stands in the
/// report of its own day; in this one where something became known of it.
fn is_reported(ledger: &Ledger, day: &Day, sale: &Sale) -> bool {
    let is_remembered = |payment: &Payment| payment.is_loss() && !is_todays(day, payment);
    let goes_on = |payment: &Payment| payment.is_open() || is_todays(day, payment);
    !ledger.payments.of_sale(sale.id).any(is_remembered) || ledger.payments.of_sale(sale.id).any(goes_on)
}

/// Whether a payment is the day's own, or something became known of it today.
fn is_todays(day: &Day, payment: &Payment) -> bool {
    payment.day == day.id || day.adjustments.iter().any(|one| one.payment == payment.id)
}

fn sale_of(ledger: &Ledger, payment: PaymentId) -> Option<SaleReference> {
    ledger.payments.get(&payment).and_then(|payment| ledger.sales.get(&payment.sale)).map(|sale| sale.reference)
}

/// What was written off, then what is missing of transfers.
fn losses(ledger: &Ledger, day: &Day) -> Vec<Loss> {
    let written_off =
        ledger.payments.values().filter(|payment| is_todays(day, payment)).filter_map(|payment| loss(day, payment));
    let missing = missing(ledger).into_iter().filter_map(|(payment, minor)| {
        let currency = ledger.payments.get(&payment)?.amount.currency;
        let decided = day.loss_decided(payment);
        let (by, seen_by, reason) = decided.map_or((None, None, None), |one| (one.by, one.seen_by, one.reason));
        Some(Loss { payment, amount: Money::new(minor, currency), cause: LossCause::Missing { by, seen_by, reason } })
    });
    written_off.chain(missing).collect()
}

fn loss(day: &Day, payment: &Payment) -> Option<Loss> {
    match &payment.tender {
        Tender::Qr { qr: QrState::NeverArrived { by, reason }, .. }
        | Tender::Card { card: CardState::WrittenOff { by, reason, .. }, .. } => {
            let seen_by = day.loss_decided(payment.id).and_then(|one| one.seen_by);
            let cause = LossCause::WrittenOff { by: by.clone(), seen_by, reason: *reason };
            Some(Loss { payment: payment.id, amount: payment.amount, cause })
        }
        Tender::Qr { .. } | Tender::Card { .. } | Tender::Reader { .. } | Tender::Cash { .. } => None,
    }
}

#[cfg(test)]
mod tests;
