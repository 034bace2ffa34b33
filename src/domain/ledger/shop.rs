//! Facts about the day, outages and sales.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::domain::day::{Carried, ItemId};
use crate::domain::fact::{ApprovalReason, Fact, ManagedAct};
use crate::domain::ids::{PersonId, SaleId};
use crate::domain::ledger::{Day, Ledger, Row};
use crate::domain::outage::Outage;
use crate::domain::qr::QrState;
use crate::domain::queue::CardState;
use crate::domain::sale::{GivenBack, Payment, Refund, Sale, SaleState, Standing, Tender};

/// How long what was given up is remembered: a withdrawn code, so that money which comes all the same is recognised, and
/// a loss, so that it can be taken back when the customer comes after all. Instant transfers take seconds; one that waits
/// in a bank's approval, or that a customer sends from a kept picture of the code, comes within days.
const GIVEN_UP_KEPT_FOR: TimeDelta = TimeDelta::days(30);

/// An act that needs two people, done by one, as a shop of one may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovedAlone {
    /// When.
    pub at: DateTime<FixedOffset>,
    /// By whom.
    pub by: PersonId,
    /// What.
    pub act: ManagedAct,
    /// Why.
    pub reason: ApprovalReason,
}

impl Ledger {
    pub(super) fn apply_day(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        match fact {
            Fact::DayOpened { day, date, is_demo } => {
                if let Some(open) = self.day.as_ref().filter(|open| open.closed.is_none()) {
                    return Err(format!("day {} is still open", open.date));
                }
                self.forget_what_is_final(at);
                self.forget_old_misreads(at);
                let number = self.day.as_ref().map_or(0, |last| last.number) + 1;
                let adjustments = self.adjustments_since_the_close();
                let carried = self.day.as_ref().map(|last| last.carried.clone()).unwrap_or_default();
                let carried = carried.into_iter().filter(|one| one.until >= *date && self.has_item(one.item)).collect();
                self.day = Some(Day {
                    id: *day,
                    date: *date,
                    is_demo: *is_demo,
                    opened: at,
                    closed: None,
                    number,
                    alone: Vec::new(),
                    seen_losses: Vec::new(),
                    losses_decided: Vec::new(),
                    adjustments,
                    carried,
                    terms: None,
                });
                Ok(vec![Row::Day(*day)])
            }
            Fact::DayClosed { day, terms, .. } => {
                let open = self.day.as_mut().filter(|open| open.id == *day).ok_or("no such day is open")?;
                (open.closed, open.terms) = (Some(at), terms.as_deref().cloned());
                let batch = self.batch.as_mut().map(|batch| {
                    batch.begin_anew();
                    Row::Batch
                });
                Ok([Row::Day(*day)].into_iter().chain(batch).collect())
            }
            Fact::ItemCarried { item, until, reason, by } => {
                if !self.has_item(*item) {
                    return Err("there is nothing of that name to carry over".to_owned());
                }
                let open = self.day.as_mut().filter(|open| open.closed.is_none()).ok_or("no day is open")?;
                open.carried.retain(|one| one.item != *item);
                open.carried.push(Carried { item: *item, until: *until, reason: *reason, by: by.clone(), at });
                Ok(vec![Row::Day(open.id)])
            }
            other => Err(format!("{} is no fact of a day", other.kind())),
        }
    }

    /// Whether what may be carried over is still in memory.
    fn has_item(&self, item: ItemId) -> bool {
        match item {
            ItemId::Payment(payment) => self.payments.contains_key(&payment),
            ItemId::Line(line) => self.lines.contains(line),
            ItemId::Sale(sale) => self.sales.contains_key(&sale),
            ItemId::Refund(refund) => self.sales.values().any(|sale| sale.refunds.iter().any(|one| one.id == refund)),
            ItemId::Drawer(_) | ItemId::Journal => false,
        }
    }

    /// Drops what neither a new day nor an open payment needs. The store keeps all of it.
    fn forget_what_is_final(&mut self, at: DateTime<FixedOffset>) {
        self.drawer = None;
        self.drawers_aside.clear();
        self.boxes.clear();
        // A sale stays whole while one of its payments is open: what is still to be paid, or was paid too much, can only
        // be told from all of them. One that was given up stays for a while: its money may come all the same.
        let may_still_come = |payment: &Payment| {
            let is_withdrawn = matches!(payment.tender, Tender::Qr { qr: QrState::Withdrawn, .. });
            let may_be_charged = matches!(
                payment.tender,
                Tender::Card {
                    card: CardState::Undone { shared: Some(_), .. } | CardState::Replaced { trace: Some(_), .. },
                    ..
                }
            );
            (is_withdrawn || may_be_charged || payment.is_loss()) && at - payment.began <= GIVEN_UP_KEPT_FOR
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
        self.lines.forget_explained();
    }

    pub(super) fn apply_outage(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        match fact {
            Fact::OutageBegan { outage, cause, beside } => {
                if let Some(open) = self.open_outage() {
                    return Err(format!("outage {} still lasts", open.id));
                }
                self.outages.insert(*outage, Outage::began(*outage, at, *cause, *beside));
                Ok(vec![Row::Outage(*outage)])
            }
            Fact::OutageChanged { outage, cause, beside } => {
                self.outages.get_mut(outage).ok_or("no such outage")?.change(at, *cause, *beside);
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
}
