//! Facts about the day, outages, sales and statements.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::domain::fact::Fact;
use crate::domain::ids::SaleId;
use crate::domain::ledger::{Day, ImportedStatement, Ledger, LedgerLine, Row};
use crate::domain::outage::Outage;
use crate::domain::qr::QrState;
use crate::domain::reconcile::LineState;
use crate::domain::sale::{GivenBack, Payment, Refund, Sale, SaleState, Standing, Tender};

/// How long a withdrawn code is remembered after it was shown, so that money which comes all the same is recognised.
/// Instant transfers take seconds; one that waits in a bank's approval, or that a customer sends from a kept picture of
/// the code, comes within days.
const WITHDRAWN_KEPT_FOR: TimeDelta = TimeDelta::days(30);

impl Ledger {
    pub(super) fn apply_day(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        match fact {
            Fact::DayOpened { day, date } => {
                if let Some(open) = self.day.as_ref().filter(|open| open.closed.is_none()) {
                    return Err(format!("day {} is still open", open.date));
                }
                self.forget_what_is_final(at);
                self.forget_old_misreads(at);
                let number = self.day.as_ref().map_or(0, |last| last.number) + 1;
                self.day = Some(Day { id: *day, date: *date, opened: at, closed: None, number, alone: Vec::new() });
                Ok(vec![Row::Day(*day)])
            }
            Fact::DayClosed { day, .. } => {
                let open = self.day.as_mut().filter(|open| open.id == *day).ok_or("no such day is open")?;
                open.closed = Some(at);
                Ok(vec![Row::Day(*day)])
            }
            other => Err(format!("{} is no fact of a day", other.kind())),
        }
    }

    /// Drops what neither a new day nor an open payment needs. The store keeps all of it.
    fn forget_what_is_final(&mut self, at: DateTime<FixedOffset>) {
        self.drawer = None;
        // A sale stays whole while one of its payments is open: what is still to be paid, or was paid too much, can only
        // be told from all of them. One whose code was withdrawn stays for a while: its money may come all the same.
        let may_still_come = |payment: &Payment| {
            matches!(payment.tender, Tender::Qr { qr: QrState::Withdrawn, .. })
                && at - payment.began <= WITHDRAWN_KEPT_FOR
        };
        let is_needed = |payment: &&Payment| {
            let owes = || self.sales.get(&payment.sale).is_some_and(|sale| self.overpaid(sale).minor > 0);
            let refunds =
                || self.sales.get(&payment.sale).is_some_and(|sale| sale.refunds.iter().any(Refund::is_to_be_sent));
            payment.is_open() || may_still_come(payment) || owes() || refunds()
        };
        let open: BTreeSet<SaleId> = self.payments.values().filter(is_needed).map(|payment| payment.sale).collect();
        self.payments.retain(|payment| open.contains(&payment.sale));
        let payments = &self.payments;
        self.sales.retain(|id, _| payments.of_sale(*id).next().is_some());
        self.outages.retain(|_, outage| outage.ended.is_none());
        self.lines.retain(|_, line| matches!(line.state, LineState::Unexplained));
    }

    pub(super) fn apply_outage(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        match fact {
            Fact::OutageBegan { outage, cause } => {
                if let Some(open) = self.open_outage() {
                    return Err(format!("outage {} still lasts", open.id));
                }
                let causes = vec![(at, *cause)];
                self.outages.insert(*outage, Outage { id: *outage, began: at, cause: *cause, causes, ended: None });
                Ok(vec![Row::Outage(*outage)])
            }
            Fact::OutageChanged { outage, cause } => {
                let open = self.outages.get_mut(outage).ok_or("no such outage")?;
                open.cause = *cause;
                open.causes.push((at, *cause));
                Ok(vec![Row::Outage(*outage)])
            }
            Fact::OutageEnded { outage } => {
                self.outages.get_mut(outage).ok_or("no such outage")?.ended = Some(at);
                Ok(vec![Row::Outage(*outage)])
            }
            other => Err(format!("{} is no fact of an outage", other.kind())),
        }
    }

    pub(super) fn apply_sale(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        match fact {
            Fact::SaleBegan { sale, till, day, reference, amount, ticket, cashier, outage } => {
                if self.sales.contains_key(sale) {
                    return Err(format!("sale {sale} exists already"));
                }
                self.last_sequence = reference.sequence();
                let begun = Sale {
                    id: *sale,
                    till: *till,
                    day: *day,
                    reference: *reference,
                    amount: *amount,
                    ticket: ticket.clone(),
                    cashier: cashier.clone(),
                    began: at,
                    outage: *outage,
                    state: SaleState::Open,
                    given_back: Vec::new(),
                    refunds: Vec::new(),
                    receipts: Vec::new(),
                };
                self.sales.insert(*sale, begun);
                Ok(vec![Row::Sale(*sale), Row::Counters])
            }
            Fact::SaleDone { sale } => {
                self.sales.get_mut(sale).ok_or("no such sale")?.state = SaleState::Done { at };
                Ok(vec![Row::Sale(*sale)])
            }
            Fact::SaleAbandoned { sale } => {
                if self.payments.of_sale(*sale).any(|payment| payment.standing() != Standing::Void) {
                    return Err("a payment of the sale is taken or pending".to_owned());
                }
                self.sales.get_mut(sale).ok_or("no such sale")?.state = SaleState::Abandoned { at };
                Ok(vec![Row::Sale(*sale)])
            }
            Fact::GivenBack { sale, amount, way, by } => {
                let kept = self.sales.get(sale).ok_or("no such sale")?;
                if amount.minor <= 0 || amount.minor > self.overpaid(kept).minor {
                    return Err(format!("{amount} is more than was taken too much"));
                }
                let back = GivenBack { amount: *amount, way: *way, by: by.clone(), at };
                self.sales.get_mut(sale).ok_or("no such sale")?.given_back.push(back);
                Ok(vec![Row::Sale(*sale)])
            }
            other => Err(format!("{} is no fact of a sale", other.kind())),
        }
    }

    pub(super) fn apply_statement(&mut self, fact: &Fact) -> Result<Vec<Row>, String> {
        match fact {
            Fact::StatementImported { statement, name, sha256, lines } => {
                let count = u32::try_from(lines.len()).map_err(|_| "too many lines")?;
                let imported =
                    ImportedStatement { id: *statement, name: name.clone(), sha256: sha256.clone(), lines: count };
                self.statements.insert(*statement, imported);
                let mut rows = vec![Row::Statement(*statement)];
                for line in lines {
                    let kept = LedgerLine { line: line.clone(), statement: *statement, state: LineState::Unexplained };
                    self.lines.insert(line.id, kept);
                    rows.push(Row::Line(line.id));
                }
                Ok(rows)
            }
            Fact::LineMatched { line, payment, how } => {
                let kept = self.lines.get_mut(line).ok_or("no such statement line")?;
                let matched = self.payments.get_mut(payment).ok_or("no such payment")?;
                let is_open = self.sales.get(&matched.sale).is_some_and(|sale| sale.state == SaleState::Open);
                let came = kept.line.amount;
                let Tender::Qr { qr, .. } = &mut matched.tender else {
                    return Err("the payment is no transfer".to_owned());
                };
                let is_withdrawn = *qr == QrState::Withdrawn;
                if is_withdrawn && is_open {
                    return Err("the code was withdrawn and its sale is still being paid".to_owned());
                }
                *qr = if is_withdrawn {
                    QrState::RefundDue { line: *line, came }
                } else if came == matched.amount {
                    QrState::SeenOnStatement { line: *line }
                } else {
                    QrState::ShortOrOver { line: *line, came }
                };
                kept.state = LineState::Matched { payment: *payment, how: *how };
                Ok(vec![Row::Line(*line), Row::Payment(*payment)])
            }
            Fact::LineExplained { line, by } => {
                let kept = self.lines.get_mut(line).ok_or("no such statement line")?;
                if !matches!(kept.state, LineState::Unexplained) {
                    return Err("the line is explained already".to_owned());
                }
                kept.state = LineState::Explained { by: by.clone() };
                Ok(vec![Row::Line(*line)])
            }
            other => Err(format!("{} is no fact of a statement", other.kind())),
        }
    }
}
