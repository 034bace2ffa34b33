//! The fold of the facts: what the till knows now.
//!
//! The app, the store and `stopgap ledger verify` all use this one fold, so that memory, tables and journal cannot come
//! to different opinions. It keeps what the running day and the open payments need; when a day is closed, what is final
//! leaves memory (the store keeps every row).

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::access::PinRecord;
use crate::domain::cash::{Count, CountNote};
use crate::domain::fact::{Fact, FinalAnswer};
use crate::domain::ids::{DayId, DrawerId, LineId, OutageId, PaymentId, PersonId, SaleId, StatementId};
use crate::domain::limits::Exposure;
use crate::domain::money::{Currency, Money};
use crate::domain::outage::Outage;
use crate::domain::qr::QrState;
use crate::domain::queue::{CardState, Promise};
use crate::domain::reader::ReaderOutcome;
use crate::domain::reconcile::{LineState, StatementLine};
use crate::domain::sale::{Payment, ReaderState, Sale, SaleState, Standing, Tender};

/// A business day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Its id.
    pub id: DayId,
    /// Its date, by the till's local time when it was opened.
    pub date: NaiveDate,
    /// When it was opened.
    pub opened: DateTime<FixedOffset>,
    /// When it was closed.
    pub closed: Option<DateTime<FixedOffset>>,
}

/// A drawer session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawer {
    /// Its id.
    pub id: DrawerId,
    /// What was in it at the start, in minor units.
    pub float_minor: i64,
    /// When it was opened.
    pub opened: DateTime<FixedOffset>,
    /// The blind count that ended it.
    pub counted: Option<DrawerCount>,
}

/// A blind count and what it was compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawerCount {
    /// The pieces.
    pub count: Count,
    /// What they add up to, in minor units.
    pub counted_minor: i64,
    /// Float and cash sales, in minor units.
    pub expected_minor: i64,
    /// How a difference was explained.
    pub note: Option<CountNote>,
}

/// A statement line and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// The line.
    pub line: StatementLine,
    /// The file it came in.
    pub statement: StatementId,
    /// What is known of it.
    pub state: LineState,
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
    /// How many lines it had.
    pub lines: u32,
}

/// What the till knows.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Ledger {
    /// The open day, if one is open.
    pub day: Option<Day>,
    /// The drawer session of the open day.
    pub drawer: Option<Drawer>,
    /// Sales of the open day, and older ones with an open payment.
    pub sales: BTreeMap<SaleId, Sale>,
    /// Their payments.
    pub payments: BTreeMap<PaymentId, Payment>,
    /// Outages of the open day, and one that still lasts.
    pub outages: BTreeMap<OutageId, Outage>,
    /// People with wrong PINs behind them.
    pub pins: BTreeMap<PersonId, PinRecord>,
    /// Files brought in, all of them: a file from last week must be known too.
    pub statements: BTreeMap<StatementId, ImportedStatement>,
    /// Lines of the open day's files, and older ones that nobody explained.
    pub lines: BTreeMap<LineId, LedgerLine>,
    /// The sequence of the last sale reference.
    pub last_sequence: u32,
    /// The last STAN (ISO 8583 DE 11).
    pub last_stan: u32,
}

/// A row that a fact changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Row {
    /// A business day.
    Day(DayId),
    /// A drawer session.
    Drawer(DrawerId),
    /// A sale.
    Sale(SaleId),
    /// A payment.
    Payment(PaymentId),
    /// An outage.
    Outage(OutageId),
    /// A person's wrong PINs.
    Person(PersonId),
    /// An imported file.
    Statement(StatementId),
    /// A statement line.
    Line(LineId),
    /// The two counters.
    Counters,
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
        let unfitting = |why: String| Unfitting { kind: fact.kind(), why };
        match fact {
            Fact::SignedIn { person } => {
                self.pins.insert(person.clone(), PinRecord::CLEAN);
                Ok(vec![Row::Person(person.clone())])
            }
            Fact::PinRefused { person, record } => {
                self.pins.insert(person.clone(), *record);
                Ok(vec![Row::Person(person.clone())])
            }
            Fact::ManagerApproved { manager, .. } => {
                self.pins.insert(manager.clone(), PinRecord::CLEAN);
                Ok(vec![Row::Person(manager.clone())])
            }
            Fact::SignedOut { .. } | Fact::DrawerKicked {} => Ok(Vec::new()),
            Fact::DayOpened { .. }
            | Fact::DrawerOpened { .. }
            | Fact::DrawerCounted { .. }
            | Fact::DrawerExplained { .. }
            | Fact::DayClosed { .. } => self.apply_day(at, fact).map_err(unfitting),
            Fact::OutageBegan { .. } | Fact::OutageChanged { .. } | Fact::OutageEnded { .. } => {
                self.apply_outage(at, fact).map_err(unfitting)
            }
            Fact::SaleBegan { .. } | Fact::SaleDone { .. } | Fact::SaleAbandoned { .. } => {
                self.apply_sale(at, fact).map_err(unfitting)
            }
            Fact::ReaderAsked { .. } | Fact::QrShown { .. } | Fact::CardSealed { .. } | Fact::CashTaken { .. } => {
                self.begin_payment(at, fact).map_err(unfitting)
            }
            Fact::ReaderUnanswered { .. }
            | Fact::ReaderAnswered { .. }
            | Fact::ReaderParked { .. }
            | Fact::ReaderDecided { .. } => self.apply_reader(at, fact).map_err(unfitting),
            Fact::QrMoved { .. } | Fact::QrWrittenOff { .. } => self.apply_qr(fact).map_err(unfitting),
            Fact::CardSending { .. }
            | Fact::CardAnswered { .. }
            | Fact::CardNotTaken { .. }
            | Fact::CardUnanswered { .. }
            | Fact::CardReversing { .. }
            | Fact::CardReversed { .. }
            | Fact::CardUndone { .. }
            | Fact::CardParked { .. }
            | Fact::CardUnparked { .. }
            | Fact::CardWrittenOff { .. } => self.apply_card(at, fact).map_err(unfitting),
            Fact::StatementImported { .. } | Fact::LineMatched { .. } | Fact::LineExplained { .. } => {
                self.apply_statement(fact).map_err(unfitting)
            }
        }
    }

    /// The sum and number of stored cards that no bank has answered yet.
    #[must_use]
    pub fn exposure(&self, currency: Currency) -> Exposure {
        let stored = self.payments.values().filter(|payment| match &payment.tender {
            Tender::Card { promise: Promise::SentLater { .. }, card, .. } => card.is_open(),
            Tender::Card { promise: Promise::AnsweredNow, .. }
            | Tender::Reader { .. }
            | Tender::Qr { .. }
            | Tender::Cash { .. } => false,
        });
        let (minor, count) = stored.fold((0_i64, 0_u32), |(minor, count), payment| {
            (minor.saturating_add(payment.amount.minor), count.saturating_add(1))
        });
        Exposure { total: Money::new(minor, currency), count }
    }

    /// What is still to be paid of a sale, counting what is taken or pending.
    #[must_use]
    pub fn remaining(&self, sale: &Sale) -> Money {
        let counted = |payment: &&Payment| payment.sale == sale.id && payment.standing() != Standing::Void;
        let paid: i64 = self.payments.values().filter(counted).map(|payment| payment.amount.minor).sum();
        Money::new(sale.amount.minor.saturating_sub(paid), sale.amount.currency)
    }

    /// Whether a payment of this sale is not decided yet.
    #[must_use]
    pub fn has_pending(&self, sale: SaleId) -> bool {
        self.payments.values().any(|payment| payment.sale == sale && payment.standing() == Standing::Pending)
    }

    /// The outage that lasts, if one does.
    #[must_use]
    pub fn open_outage(&self) -> Option<&Outage> {
        self.outages.values().find(|outage| outage.ended.is_none())
    }

    /// Float and cash sales of the open drawer, in minor units.
    #[must_use]
    pub fn drawer_expected_minor(&self) -> i64 {
        let Some(drawer) = &self.drawer else { return 0 };
        let taken: i64 = self
            .payments
            .values()
            .filter(|payment| matches!(payment.tender, Tender::Cash { drawer: one, .. } if one == drawer.id))
            .map(|payment| payment.amount.minor)
            .sum();
        drawer.float_minor.saturating_add(taken)
    }

    /// The next STAN.
    #[must_use]
    pub fn next_stan(&self) -> u32 {
        if self.last_stan >= STAN_MAX { 1 } else { self.last_stan + 1 }
    }

    fn apply_day(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        match fact {
            Fact::DayOpened { day, date } => {
                if let Some(open) = self.day.as_ref().filter(|open| open.closed.is_none()) {
                    return Err(format!("day {} is still open", open.date));
                }
                self.forget_what_is_final();
                self.day = Some(Day { id: *day, date: *date, opened: at, closed: None });
                Ok(vec![Row::Day(*day)])
            }
            Fact::DrawerOpened { drawer, float_minor, .. } => {
                self.drawer = Some(Drawer { id: *drawer, float_minor: *float_minor, opened: at, counted: None });
                Ok(vec![Row::Drawer(*drawer)])
            }
            Fact::DrawerCounted { drawer, counted, counted_minor, expected_minor } => {
                let open = self.drawer.as_mut().filter(|open| open.id == *drawer).ok_or("no such drawer session")?;
                open.counted = Some(DrawerCount {
                    count: counted.clone(),
                    counted_minor: *counted_minor,
                    expected_minor: *expected_minor,
                    note: None,
                });
                Ok(vec![Row::Drawer(*drawer)])
            }
            Fact::DrawerExplained { drawer, note, .. } => {
                let open = self.drawer.as_mut().filter(|open| open.id == *drawer).ok_or("no such drawer session")?;
                open.counted.as_mut().ok_or("the drawer is not counted")?.note = Some(*note);
                Ok(vec![Row::Drawer(*drawer)])
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
    fn forget_what_is_final(&mut self) {
        self.drawer = None;
        self.payments.retain(|_, payment| payment.is_open());
        let needed: Vec<SaleId> = self.payments.values().map(|payment| payment.sale).collect();
        self.sales.retain(|id, _| needed.contains(id));
        self.outages.retain(|_, outage| outage.ended.is_none());
        self.lines.retain(|_, line| matches!(line.state, LineState::Unexplained));
    }

    fn apply_outage(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        match fact {
            Fact::OutageBegan { outage, cause } => {
                if let Some(open) = self.open_outage() {
                    return Err(format!("outage {} still lasts", open.id));
                }
                self.outages.insert(*outage, Outage { id: *outage, began: at, cause: *cause, ended: None });
                Ok(vec![Row::Outage(*outage)])
            }
            Fact::OutageChanged { outage, cause } => {
                self.outages.get_mut(outage).ok_or("no such outage")?.cause = *cause;
                Ok(vec![Row::Outage(*outage)])
            }
            Fact::OutageEnded { outage } => {
                self.outages.get_mut(outage).ok_or("no such outage")?.ended = Some(at);
                Ok(vec![Row::Outage(*outage)])
            }
            other => Err(format!("{} is no fact of an outage", other.kind())),
        }
    }

    fn apply_sale(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
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
                };
                self.sales.insert(*sale, begun);
                Ok(vec![Row::Sale(*sale), Row::Counters])
            }
            Fact::SaleDone { sale } => {
                self.sales.get_mut(sale).ok_or("no such sale")?.state = SaleState::Done { at };
                Ok(vec![Row::Sale(*sale)])
            }
            Fact::SaleAbandoned { sale } => {
                let taken = |payment: &Payment| payment.sale == *sale && payment.standing() != Standing::Void;
                if self.payments.values().any(taken) {
                    return Err("a payment of the sale is taken or pending".to_owned());
                }
                self.sales.get_mut(sale).ok_or("no such sale")?.state = SaleState::Abandoned { at };
                Ok(vec![Row::Sale(*sale)])
            }
            other => Err(format!("{} is no fact of a sale", other.kind())),
        }
    }

    fn begin_payment(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        let (id, sale_id, amount, tender) = match fact {
            Fact::ReaderAsked { payment, sale, amount, service_id } => {
                let tender = Tender::Reader { service_id: service_id.clone(), reader: ReaderState::Asked };
                (*payment, *sale, *amount, tender)
            }
            Fact::QrShown { payment, sale, amount } => (*payment, *sale, *amount, Tender::Qr { qr: QrState::Shown }),
            Fact::CardSealed { payment, sale, amount, brand, last4, sealed_sha256, promise } => {
                let tender = Tender::Card {
                    brand: *brand,
                    last4: last4.clone(),
                    sealed_sha256: sealed_sha256.clone(),
                    promise: *promise,
                    card: CardState::Stored { attempts: 0, next_try: at },
                };
                (*payment, *sale, *amount, tender)
            }
            Fact::CashTaken { payment, sale, amount, given, change, drawer } => {
                (*payment, *sale, *amount, Tender::Cash { given: *given, change: *change, drawer: *drawer })
            }
            other => return Err(format!("{} begins no payment", other.kind())),
        };
        let sale = self.sales.get(&sale_id).ok_or("no such sale")?;
        // The one rule that keeps a sale from being charged twice: what is taken and pending never exceeds the sale.
        if amount.minor <= 0 || amount.minor > self.remaining(sale).minor {
            return Err(format!("{amount} is more than what remains of the sale"));
        }
        let payment = Payment { id, sale: sale_id, till: sale.till, day: sale.day, amount, began: at, tender };
        if self.payments.contains_key(&id) {
            return Err(format!("payment {id} existed already"));
        }
        self.payments.insert(id, payment);
        Ok(vec![Row::Payment(id)])
    }

    fn apply_reader(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        let (id, next) = match fact {
            Fact::ReaderUnanswered { payment, fault } => (payment, ReaderState::Unknown { fault: *fault }),
            Fact::ReaderAnswered { outcome: ReaderOutcome::Unknown { .. }, .. } => {
                return Err("an unknown outcome is no answer".to_owned());
            }
            Fact::ReaderAnswered { payment, outcome } => {
                (payment, ReaderState::Answered { outcome: outcome.clone(), at })
            }
            Fact::ReaderParked { payment, by } => (payment, ReaderState::Parked { by: by.clone() }),
            Fact::ReaderDecided { payment, charged, by } => {
                (payment, ReaderState::Decided { charged: *charged, by: by.clone() })
            }
            other => return Err(format!("{} is no fact of the reader", other.kind())),
        };
        let payment = self.payments.get_mut(id).ok_or("no such payment")?;
        let Tender::Reader { reader, .. } = &mut payment.tender else {
            return Err("the payment is not on the reader".to_owned());
        };
        match reader {
            ReaderState::Asked | ReaderState::Unknown { .. } | ReaderState::Parked { .. } => *reader = next,
            ReaderState::Answered { .. } | ReaderState::Decided { .. } => {
                return Err("the payment has its answer already".to_owned());
            }
        }
        Ok(vec![Row::Payment(*id)])
    }

    fn apply_qr(&mut self, fact: &Fact) -> Result<Vec<Row>, String> {
        let (id, next) = match fact {
            Fact::QrMoved { payment, qr } => (payment, qr.clone()),
            Fact::QrWrittenOff { payment, by, reason } => {
                (payment, QrState::NeverArrived { by: by.clone(), reason: *reason })
            }
            other => return Err(format!("{} is no fact of a transfer", other.kind())),
        };
        let payment = self.payments.get_mut(id).ok_or("no such payment")?;
        let Tender::Qr { qr } = &mut payment.tender else {
            return Err("the payment is no transfer".to_owned());
        };
        *qr = next;
        Ok(vec![Row::Payment(*id)])
    }

    fn apply_card(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        let id = card_payment_of(fact).ok_or("it names no card payment")?;
        let payment = self.payments.get_mut(&id).ok_or("no such payment")?;
        let Tender::Card { card, .. } = &mut payment.tender else {
            return Err("the payment is no typed card".to_owned());
        };
        *card = next_card_state(card, at, fact)?;
        let mut rows = vec![Row::Payment(id)];
        match fact {
            Fact::CardSending { trace, .. } => {
                self.last_stan = trace.stan;
                rows.push(Row::Counters);
            }
            Fact::CardReversing { reversal_stan, .. } => {
                self.last_stan = *reversal_stan;
                rows.push(Row::Counters);
            }
            _ => {}
        }
        Ok(rows)
    }

    fn apply_statement(&mut self, fact: &Fact) -> Result<Vec<Row>, String> {
        match fact {
            Fact::StatementImported { statement, name, sha256, lines } => {
                let count = u32::try_from(lines.len()).map_err(|_| "too many lines")?;
                let imported =
                    ImportedStatement { id: *statement, name: name.clone(), sha256: sha256.clone(), lines: count };
                self.statements.insert(*statement, imported);
                let mut rows = vec![Row::Statement(*statement)];
                for line in lines {
                    let kept =
                        LedgerLine { line: line.clone(), statement: *statement, state: LineState::Unexplained };
                    self.lines.insert(line.id, kept);
                    rows.push(Row::Line(line.id));
                }
                Ok(rows)
            }
            Fact::LineMatched { line, payment, how } => {
                let kept = self.lines.get_mut(line).ok_or("no such statement line")?;
                let matched = self.payments.get_mut(payment).ok_or("no such payment")?;
                let Tender::Qr { qr } = &mut matched.tender else {
                    return Err("the payment is no transfer".to_owned());
                };
                kept.state = LineState::Matched { payment: *payment, how: *how };
                *qr = QrState::SeenOnStatement { line: *line };
                Ok(vec![Row::Line(*line), Row::Payment(*payment)])
            }
            Fact::LineExplained { line, by } => {
                self.lines.get_mut(line).ok_or("no such statement line")?.state =
                    LineState::Explained { by: by.clone() };
                Ok(vec![Row::Line(*line)])
            }
            other => Err(format!("{} is no fact of a statement", other.kind())),
        }
    }
}

fn card_payment_of(fact: &Fact) -> Option<PaymentId> {
    match fact {
        Fact::CardSending { payment, .. }
        | Fact::CardAnswered { payment, .. }
        | Fact::CardNotTaken { payment, .. }
        | Fact::CardUnanswered { payment }
        | Fact::CardReversing { payment, .. }
        | Fact::CardReversed { payment, .. }
        | Fact::CardUndone { payment }
        | Fact::CardParked { payment, .. }
        | Fact::CardUnparked { payment, .. }
        | Fact::CardWrittenOff { payment, .. } => Some(*payment),
        _ => None,
    }
}

/// The state table of a typed card; the diagram is in [`crate::domain::queue`].
fn next_card_state(card: &CardState, at: DateTime<FixedOffset>, fact: &Fact) -> Result<CardState, String> {
    Ok(match (card, fact) {
        (CardState::Stored { attempts, .. }, Fact::CardSending { trace, .. }) => {
            CardState::Sending { trace: trace.clone(), attempts: *attempts }
        }
        (CardState::Sending { trace, .. }, Fact::CardAnswered { answer, .. }) => match answer {
            FinalAnswer::Approved { approval_code } => {
                CardState::Approved { approval_code: approval_code.clone(), trace: trace.clone(), at }
            }
            FinalAnswer::Declined { code, hard } => CardState::Declined { code: code.clone(), hard: *hard, at },
        },
        (CardState::Sending { attempts, .. }, Fact::CardNotTaken { next_try, .. }) => {
            CardState::Stored { attempts: attempts + 1, next_try: *next_try }
        }
        (CardState::Sending { trace, attempts }, Fact::CardUnanswered { .. }) => {
            CardState::Unknown { trace: trace.clone(), attempts: attempts + 1, since: at }
        }
        (CardState::Unknown { trace, attempts, .. }, Fact::CardReversing { reversal_stan, next_try, .. }) => {
            let (trace, attempts) = (trace.clone(), *attempts);
            CardState::Reversing { trace, attempts, reversals: 1, reversal_stan: *reversal_stan, next_try: *next_try }
        }
        (
            CardState::Reversing { trace, attempts, reversals, .. },
            Fact::CardReversing { reversal_stan, next_try, .. },
        ) => CardState::Reversing {
            trace: trace.clone(),
            attempts: *attempts,
            reversals: reversals + 1,
            reversal_stan: *reversal_stan,
            next_try: *next_try,
        },
        (CardState::Reversing { attempts, .. }, Fact::CardReversed { next_try, .. }) => {
            CardState::Stored { attempts: *attempts, next_try: *next_try }
        }
        (CardState::Stored { .. }, Fact::CardUndone { .. }) => CardState::Undone { at },
        (CardState::Stored { attempts, .. }, Fact::CardParked { reason, .. }) => {
            CardState::Parked { reason: reason.clone(), attempts: *attempts, trace: None }
        }
        (
            CardState::Sending { trace, attempts } | CardState::Reversing { trace, attempts, .. },
            Fact::CardParked { reason, .. },
        ) => CardState::Parked { reason: reason.clone(), attempts: *attempts, trace: Some(trace.clone()) },
        (CardState::Parked { trace: None, .. }, Fact::CardUnparked { next_try, .. }) => {
            CardState::Stored { attempts: 0, next_try: *next_try }
        }
        (CardState::Parked { trace: Some(trace), attempts, .. }, Fact::CardUnparked { .. }) => {
            CardState::Unknown { trace: trace.clone(), attempts: *attempts, since: at }
        }
        (CardState::Declined { hard: false, .. }, Fact::CardUnparked { next_try, .. }) => {
            CardState::Stored { attempts: 0, next_try: *next_try }
        }
        (CardState::Parked { .. } | CardState::Declined { .. }, Fact::CardWrittenOff { by, reason, .. }) => {
            CardState::WrittenOff { by: by.clone(), reason: *reason }
        }
        (state, fact) => return Err(format!("a card in state {state:?} does not take {}", fact.kind())),
    })
}
