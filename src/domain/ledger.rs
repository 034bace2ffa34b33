//! The fold of the facts: what the till knows now.
//!
//! The app, the store and `stopgap ledger verify` all use this one fold, so that memory, tables and journal cannot come
//! to different opinions. It keeps what the running day and the open payments need; when a day is closed, what is final
//! leaves memory (the store keeps every row).

mod adjust;
mod batch;
mod book;
mod card;
mod drawer;
#[cfg(test)]
mod drawer_days;
#[cfg(test)]
mod drawer_rules;
mod exposure;
mod handover;
mod keys;
mod lines;
mod loss;
mod payees;
mod payments;
mod recall;
mod receipts;
mod refunds;
mod row;
mod service;
mod shop;
mod statement;

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

pub use self::book::Payments;
pub use self::drawer::{Drawer, DrawerCount, DrawerFigures, DrawerMove, HandedOut, Handover};
pub use self::lines::{KeptLine, LedgerLine, LedgerLines};
pub use self::loss::LossDecided;
pub use self::receipts::RECEIPTS_MAX;
pub use self::row::Row;
pub use self::shop::ApprovedAlone;
use crate::domain::access::PinRecord;
use crate::domain::batch::OpenBatch;
use crate::domain::day::{Adjustment, Carried, CloseTerms};
use crate::domain::fact::Fact;
use crate::domain::handover::TakenOver;
use crate::domain::ids::{CaseId, DayId, DrawerId, HandoverId, OutageId, PaymentId, PersonId, SaleId, StatementId};
use crate::domain::keys::KeyRing;
use crate::domain::money::{Currency, Money};
use crate::domain::outage::Outage;
use crate::domain::payee::{KnownPayee, PayeeKey};
use crate::domain::qr::QrState;
use crate::domain::sale::{Overpaid, Payment, Refund, Sale, SaleState, Standing, Tender};
use crate::domain::service::{Case, DeviceRecord, Misread, Upkeep, UpkeepDone};

/// A business day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Its id.
    pub id: DayId,
    /// Its date, by the till's local time when it was opened.
    pub date: NaiveDate,
    /// Whether it is traded on the built-in simulators.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_demo: bool,
    /// When it was opened.
    pub opened: DateTime<FixedOffset>,
    /// When it was closed.
    pub closed: Option<DateTime<FixedOffset>>,
    /// How many days were opened at this till up to this one: the running number of its close.
    #[serde(default)]
    pub number: u32,
    /// What one person approved without a second one; it is printed on the slip of the day.
    #[serde(default)]
    pub alone: Vec<ApprovedAlone>,
    /// Who saw the losses of the day as the second person, where the journal does not say who took them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen_losses: Vec<(PaymentId, PersonId)>,
    /// Who decided about the losses of the day; the last decision about a payment counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub losses_decided: Vec<LossDecided>,
    /// What became known of payments of days that were closed before: what is sealed never changes, so it stands here.
    #[serde(default)]
    pub adjustments: Vec<Adjustment>,
    /// What a person carries over, by name and with a reason.
    #[serde(default)]
    pub carried: Vec<Carried>,
    /// What the settings said when it was closed; not known of days that were closed before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<CloseTerms>,
}

/// An imported file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedStatement {
    /// Its id.
    pub id: StatementId,
    /// The file's name.
    pub name: String,
    /// SHA-256 of the file, in hex: the same file a second time changes nothing.
    pub sha256: String,
    /// How many lines it had that no earlier file had.
    pub lines: u32,
    /// Totals of it that a manager overruled, a sentence each.
    #[serde(default)]
    pub overruled: Vec<String>,
}

/// What the till knows.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Ledger {
    /// The open day, if one is open.
    pub day: Option<Day>,
    /// The drawer session of the open day that is in use.
    pub drawer: Option<Drawer>,
    /// Sessions of other drawers of the open day, which wait until somebody takes them into use.
    pub drawers_aside: BTreeMap<DrawerId, Drawer>,
    /// Boxes of other currencies of the open day, which stand beside the drawer in use.
    pub boxes: BTreeMap<Currency, Drawer>,
    /// Sales of the open day, and older ones with an open payment.
    pub sales: BTreeMap<SaleId, Sale>,
    /// Their payments.
    pub payments: Payments,
    /// Outages of the open day, and one that still lasts.
    pub outages: BTreeMap<OutageId, Outage>,
    /// People with wrong PINs behind them.
    pub pins: BTreeMap<PersonId, PinRecord>,
    /// Accounts that transfers go to, all that a manager ever approved.
    pub payees: BTreeMap<PayeeKey, KnownPayee>,
    /// Files brought in, all of them: a file from last week must be known too.
    pub statements: BTreeMap<StatementId, ImportedStatement>,
    /// Lines of the open day's files, and older ones that nobody explained.
    pub lines: LedgerLines,
    /// The acquirer's keys.
    pub keys: KeyRing,
    /// The cases of the reader, all of them: how often it fails is known from old ones.
    pub cases: BTreeMap<CaseId, Case>,
    /// When work that comes back was last done.
    pub upkeep: BTreeMap<Upkeep, UpkeepDone>,
    /// The papers and hands of devices, by their names.
    pub devices: BTreeMap<String, DeviceRecord>,
    /// Failed reads of the last days.
    pub misreads: BTreeMap<PaymentId, Misread>,
    /// Payments of other tills that were taken over, all of them: none is ever sent by mistake once more.
    pub taken: BTreeMap<HandoverId, TakenOver>,
    /// The batch of approved typed cards that is open, where the shop settles by batches.
    pub batch: Option<OpenBatch>,
    /// The sequence of the last sale reference.
    pub last_sequence: u32,
    /// The last STAN (ISO 8583 DE 11).
    pub last_stan: u32,
}

/// A fact that does not fit what the ledger knows: the journal is damaged or the program is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("fact “{kind}” does not fit the ledger: {why}")]
pub struct Unfitting {
    /// The fact's kind.
    pub kind: &'static str,
    /// What is missing or different.
    pub why: String,
}

/// The largest STAN (DE 11 is `n6`); after it the numbers begin again at 1.
pub const STAN_MAX: u32 = 999_999;

impl Ledger {
    /// The ledger after one more fact, and the rows it changed. On an error nothing has changed.
    ///
    /// # Errors
    ///
    /// The fact names something that is not there, or a step that its state does not allow.
    pub fn apply(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, Unfitting> {
        let mut rows = self.apply_alone(at, fact)?;
        // What is only taken up again has not become anything.
        if matches!(fact, Fact::SaleRecalled { .. }) {
            return Ok(rows);
        }
        rows.extend(self.note_adjustments(at, &rows));
        Ok(rows)
    }

    /// A fact by itself, without what follows from it for days that are closed.
    #[allow(clippy::too_many_lines, reason = "one arm for each kind of fact")]
    fn apply_alone(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, Unfitting> {
        let unfitting = |why: String| Unfitting { kind: fact.kind(), why };
        match fact {
            Fact::SignedIn { person } => {
                self.pins.insert(person.clone(), PinRecord::CLEAN);
                Ok([Row::Person(person.clone())].into_iter().chain(self.take_drawer_of(person)).collect())
            }
            Fact::PinRefused { person, record } => {
                self.pins.insert(person.clone(), *record);
                Ok(vec![Row::Person(person.clone())])
            }
            Fact::ManagerApproved { manager, act, reason, alone, by } => {
                self.pins.insert(manager.clone(), PinRecord::CLEAN);
                let mut rows = vec![Row::Person(manager.clone())];
                let Some(day) = self.day.as_mut() else { return Ok(rows) };
                if *alone {
                    day.alone.push(ApprovedAlone { at, by: manager.clone(), act: *act, reason: *reason });
                }
                let is_loss = day.note_loss(*act, manager, *alone, by.as_ref());
                if *alone || is_loss {
                    rows.push(Row::Day(day.id));
                }
                Ok(rows)
            }
            Fact::SignedOut { .. } => Ok(Vec::new()),
            Fact::KeyImported { .. } | Fact::KeyConfirmed { .. } | Fact::KeyRetired { .. } => {
                self.apply_key(at, fact).map_err(unfitting)
            }
            Fact::DayOpened { .. } | Fact::ItemCarried { .. } | Fact::DayClosed { .. } => {
                self.apply_day(at, fact).map_err(unfitting)
            }
            Fact::DrawerOpened { .. }
            | Fact::DrawerCounted { .. }
            | Fact::DrawerExplained { .. }
            | Fact::DrawerKicked {}
            | Fact::DrawerMoved { .. }
            | Fact::DrawerRefused { .. }
            | Fact::DrawerHandedOver { .. }
            | Fact::DrawerChosen { .. }
            | Fact::CashReturned { .. } => self.apply_drawer(at, fact).map_err(unfitting),
            Fact::OutageBegan { .. } | Fact::OutageChanged { .. } | Fact::OutageEnded { .. } => {
                self.apply_outage(at, fact).map_err(unfitting)
            }
            Fact::UpkeepDone { done } => {
                self.upkeep.insert(done.work, done.clone());
                Ok(vec![Row::Upkeep(done.work)])
            }
            Fact::DeviceAttached { .. } | Fact::DeviceHanded { .. } | Fact::ReaderSwitched { .. } => {
                self.apply_device(at, fact).map_err(unfitting)
            }
            Fact::ServiceCase { case, by, step } => self.apply_case(at, *case, by.clone(), step).map_err(unfitting),
            Fact::SaleBegan { .. } | Fact::SaleDone { .. } | Fact::SaleAbandoned { .. } | Fact::GivenBack { .. } => {
                self.apply_sale(at, fact).map_err(unfitting)
            }
            Fact::SaleRecalled { sale, payments } => self.recall(sale, payments).map_err(unfitting),
            Fact::Refunded { .. } | Fact::RefundSent { .. } => self.apply_refund(at, fact).map_err(unfitting),
            Fact::ReceiptQueued { .. } | Fact::ReceiptMoved { .. } => self.apply_receipt(fact).map_err(unfitting),
            Fact::ReaderAsked { .. } | Fact::QrShown { .. } | Fact::CardSealed { .. } | Fact::CashTaken { .. } => {
                self.begin_payment(at, fact).map_err(unfitting)
            }
            Fact::ReaderUnanswered { .. }
            | Fact::ReaderAnswered { .. }
            | Fact::ReaderParked { .. }
            | Fact::ReaderDecided { .. }
            | Fact::ReaderReversing { .. }
            | Fact::ReaderReversed { .. }
            | Fact::ReaderKept { .. } => {
                let mut rows = self.apply_reader(at, fact).map_err(unfitting)?;
                rows.extend(self.note_misread(at, fact));
                Ok(rows)
            }
            Fact::QrMoved { .. } | Fact::QrWrittenOff { .. } => self.apply_qr(fact).map_err(unfitting),
            Fact::LossUndone { payment, .. } => self.undo_loss(at, *payment).map_err(unfitting),
            Fact::ContactKept { .. }
            | Fact::CardSending { .. }
            | Fact::CardAnswered { .. }
            | Fact::CardNotTaken { .. }
            | Fact::CardUnanswered { .. }
            | Fact::CardApprovedInPart { .. }
            | Fact::CardReversing { .. }
            | Fact::CardReversed { .. }
            | Fact::CardVoiceApproved { .. }
            | Fact::CardAdvising { .. }
            | Fact::CardVoiding { .. }
            | Fact::CardVoided { .. }
            | Fact::CardVoidRefused { .. }
            | Fact::CardUndone { .. }
            | Fact::CardParked { .. }
            | Fact::CardUnparked { .. }
            | Fact::CardTriesEnded { .. }
            | Fact::CardReplaced { .. }
            | Fact::CardReplacedAgain { .. }
            | Fact::CardHandedOver { .. }
            | Fact::CardTakenBack { .. }
            | Fact::CardForwarded { .. }
            | Fact::CardWrittenOff { .. } => self.apply_card(at, fact).map_err(unfitting),
            Fact::BatchOpened { .. }
            | Fact::BatchSending { .. }
            | Fact::BatchAnswered { .. }
            | Fact::BatchTriedAgain { .. } => self.apply_batch(at, fact).map_err(unfitting),
            Fact::HandoverTaken { .. } | Fact::TakenCardMoved { .. } => self.apply_taken(at, fact).map_err(unfitting),
            Fact::PayeeApproved { .. }
            | Fact::PayeeTestShown { .. }
            | Fact::PayeeTested { .. }
            | Fact::PayeeRetired { .. } => self.apply_payee(at, fact).map_err(unfitting),
            Fact::StatementImported { .. }
            | Fact::LineMatched { .. }
            | Fact::CardSettled { .. }
            | Fact::PayoutMatched { .. }
            | Fact::LineExplained { .. }
            | Fact::CreditReturned { .. }
            | Fact::SuggestionRefused { .. }
            | Fact::DecisionUndone { .. } => self.apply_statement(at, fact).map_err(unfitting),
        }
    }

    /// What is still to be paid of a sale, counting what is taken or pending.
    #[must_use]
    pub fn remaining(&self, sale: &Sale) -> Money {
        let counted = self.payments.of_sale(sale.id).filter(|payment| payment.standing() != Standing::Void);
        let paid: i64 = counted.map(|payment| payment.amount.minor).sum();
        Money::new(sale.charged_minor().saturating_sub(paid), sale.amount.currency)
    }

    /// What was taken for a sale beyond what it cost, less what went back already; never negative. For a sale that was
    /// given up nothing is owed: an attempt that went through after all has to go back whole.
    #[must_use]
    pub fn overpaid(&self, sale: &Sale) -> Money {
        // A transfer that only the customer speaks of, or that never came, is no money that could go back.
        let is_there = |payment: &&Payment| payment.is_certain() || payment.not_ours_minor() > 0;
        let came = self.payments.of_sale(sale.id).filter(is_there);
        let taken = came.fold(0_i64, |sum, payment| sum.saturating_add(payment.came().minor));
        let returned = sale.given_back.iter().fold(0_i64, |sum, back| sum.saturating_add(back.amount.minor));
        Money::new(taken.saturating_sub(sale.owed().minor).saturating_sub(returned).max(0), sale.amount.currency)
    }

    /// Why a sale that was overpaid was.
    #[must_use]
    pub fn overpaid_because(&self, sale: SaleId) -> Overpaid {
        let late = |payment: &Payment| matches!(payment.tender, Tender::Qr { qr: QrState::RefundDue { .. }, .. });
        let over = |payment: &Payment| payment.not_ours_minor() > 0;
        let was_let_go = |kept: &Sale| {
            let card_came = |refund: &Refund| {
                let card = refund.way.let_go().and_then(|card| self.payments.get(&card));
                card.is_some_and(Payment::is_certain)
            };
            matches!(kept.state, SaleState::Abandoned { .. }) || kept.refunds.iter().any(card_came)
        };
        if self.payments.of_sale(sale).any(late) {
            Overpaid::AfterWithdrawal
        } else if self.payments.of_sale(sale).any(over) {
            Overpaid::TooMuchCame
        } else if self.sales.get(&sale).is_some_and(was_let_go) {
            Overpaid::ChargedAfterAll
        } else {
            Overpaid::TakenTwice
        }
    }

    /// Whether a sale is paid in full by other payments than this one, none of which rests on a customer's word.
    #[must_use]
    pub fn is_paid_without(&self, payment: &Payment) -> bool {
        let Some(sale) = self.sales.get(&payment.sale) else { return false };
        let others = self.payments.of_sale(sale.id).filter(|other| other.id != payment.id && other.is_certain());
        let paid = others.fold(0_i64, |sum, other| sum.saturating_add(other.amount.minor));
        paid >= sale.charged_minor()
    }

    /// Whether a payment of this sale is not decided yet.
    #[must_use]
    pub fn has_pending(&self, sale: SaleId) -> bool {
        self.payments.of_sale(sale).any(|payment| payment.standing() == Standing::Pending)
    }

    /// The outage that lasts, if one does.
    #[must_use]
    pub fn open_outage(&self) -> Option<&Outage> {
        self.outages.values().find(|outage| outage.ended.is_none())
    }

    /// The next STAN.
    #[must_use]
    pub fn next_stan(&self) -> u32 {
        stan_after(self.last_stan, 1)
    }
}

/// The STAN that comes so many after another.
#[must_use]
pub fn stan_after(stan: u32, by: u32) -> u32 {
    (0..by).fold(stan, |stan, _| if stan >= STAN_MAX { 1 } else { stan + 1 })
}
