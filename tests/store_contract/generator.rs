//! Random trading days: facts are proposed at random, and those that the ledger takes are saved.

#[path = "generator/shopkeeping.rs"]
mod shopkeeping;

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use ring::digest;
use stopgap::domain::access::PinRecord;
use stopgap::domain::card::Brand;
use stopgap::domain::cash::Count;
use stopgap::domain::day::DayFigures;
use stopgap::domain::fact::{ApprovalReason, Fact, FinalAnswer, LossReason, ManagedAct};
use stopgap::domain::host::HostTrace;
use stopgap::domain::ids::{
    DayId, DrawerId, IdSource, LineId, OutageId, PaymentId, PersonId, SaleId, SaleReference, SaveId, StatementId,
};
use stopgap::domain::ledger::{KeptLine, Ledger};
use stopgap::domain::money::{Currency, Money};
use stopgap::domain::outage::{HostCause, LineCause, OutageCause, ReaderCause};
use stopgap::domain::qr::QrState;
use stopgap::domain::queue::{ParkReason, Promise};
use stopgap::domain::reader::{CardSeen, DeclineReason, ReaderFault, ReaderOutcome, ServiceId};
use stopgap::domain::reconcile::{LineState, MatchHow, StatementLine, StatementNotes};
use stopgap::domain::sale::{Payment, SaleState, Tender};

pub const TILL: u8 = 23;

/// One save, ready to be made.
#[derive(Clone, Debug)]
pub struct Planned {
    pub at: DateTime<FixedOffset>,
    pub save: SaveId,
    pub facts: Vec<Fact>,
    pub sealed: Vec<(PaymentId, String)>,
}

/// A shop that goes on by chance.
pub struct Generator {
    pub ledger: Ledger,
    at: DateTime<FixedOffset>,
    random: u64,
}

impl Generator {
    pub fn new(seed: u64) -> Self {
        let at = DateTime::parse_from_rfc3339("2026-11-24T08:00:00+01:00").unwrap();
        Self { ledger: Ledger::default(), at, random: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 }
    }

    /// xorshift64*, as in Vigna, “An experimental exploration of Marsaglia's xorshift generators” (2016).
    pub fn below(&mut self, limit: u64) -> u64 {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        (self.random.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit
    }

    /// The next save, already part of [`Self::ledger`].
    pub fn next(&mut self) -> Planned {
        loop {
            let (facts, sealed) = self.propose();
            let mut tried = self.ledger.clone();
            if !facts.is_empty() && facts.iter().all(|fact| tried.apply(self.at, fact).is_ok()) {
                self.ledger = tried;
                let planned = self.plan(facts, sealed);
                // Clocks of tills jump back now and then.
                if self.below(40) == 0 {
                    self.at -= TimeDelta::hours(1);
                }
                return planned;
            }
        }
    }

    /// These facts as a save, applied; for tests that want certain ones.
    pub fn certain(&mut self, facts: Vec<Fact>, sealed: Vec<(PaymentId, String)>) -> Planned {
        for fact in &facts {
            self.ledger.apply(self.at, fact).unwrap();
        }
        self.plan(facts, sealed)
    }

    /// A day and a drawer.
    pub fn open_day(&mut self) -> Planned {
        let facts = self.day_facts();
        self.certain(facts, Vec::new())
    }

    /// One whole sale in cash.
    pub fn cash_sale(&mut self) -> Planned {
        let (sale, began) = self.sale_began();
        let amount = amount_of(&began);
        let payment = PaymentId(self.uuid());
        let drawer = self.ledger.drawer.as_ref().unwrap().id;
        let taken = Fact::CashTaken { payment, sale, amount, given: amount, change: euro(0), drawer, foreign: None };
        self.certain(vec![began, taken, Fact::SaleDone { sale }], Vec::new())
    }

    /// A sale with one sealed card, promised for later.
    pub fn sealed_sale(&mut self) -> (PaymentId, Planned) {
        let (sale, began) = self.sale_began();
        let payment = PaymentId(self.uuid());
        let (fact, jwe) = self.card_sealed(payment, sale, amount_of(&began), false);
        (payment, self.certain(vec![began, fact, Fact::SaleDone { sale }], vec![(payment, jwe)]))
    }

    pub fn trace(&mut self) -> HostTrace {
        let stan = self.ledger.next_stan();
        HostTrace { stan, rrn: format!("{stan:012}"), sold_at: self.at, sent_at: self.at }
    }

    pub fn now(&self) -> DateTime<FixedOffset> {
        self.at
    }

    fn plan(&mut self, facts: Vec<Fact>, sealed: Vec<(PaymentId, String)>) -> Planned {
        let at = self.at;
        let save = SaveId(self.uuid());
        let seconds = i64::try_from(self.below(90)).unwrap();
        self.at += TimeDelta::seconds(seconds);
        Planned { at, save, facts, sealed }
    }

    fn uuid(&mut self) -> uuid::Uuid {
        let entropy = self.below(u64::MAX) << 32 | self.below(u64::MAX);
        IdSource::new(u64::try_from(self.at.timestamp_millis()).unwrap(), entropy).next_uuid()
    }

    fn propose(&mut self) -> (Vec<Fact>, Vec<(PaymentId, String)>) {
        let day_open = self.ledger.day.as_ref().is_some_and(|day| day.closed.is_none());
        if !day_open {
            return (self.day_facts(), Vec::new());
        }
        match self.below(100) {
            0..4 => (vec![self.day_closed()], Vec::new()),
            4..14 => (self.people_and_drawer(), Vec::new()),
            14..22 => (vec![self.outage_fact()], Vec::new()),
            22..32 => (self.statement_fact(), Vec::new()),
            32..52 => self.begin_payment(),
            52..84 => (self.move_payment(), Vec::new()),
            84..88 => (self.end_sale(), Vec::new()),
            88..96 => (self.shopkeeping(), Vec::new()),
            _ => (vec![self.sale_began().1], Vec::new()),
        }
    }

    fn day_facts(&mut self) -> Vec<Fact> {
        let day = DayId(self.uuid());
        let drawer = DrawerId(self.uuid());
        vec![
            Fact::DayOpened { day, date: self.at.date_naive(), is_demo: false },
            Fact::DrawerOpened {
                drawer,
                float: Count::default(),
                float_minor: 10_000,
                name: None,
                by: None,
                foreign: None,
            },
        ]
    }

    /// A third drawer is not opened; one that waits is taken into use.
    fn another_drawer(&mut self, by: PersonId) -> Fact {
        let waiting: Vec<DrawerId> = self.ledger.drawers_aside.keys().copied().collect();
        if let Some(drawer) = self.pick(&waiting).filter(|_| waiting.len() > 1) {
            return Fact::DrawerChosen { drawer, by };
        }
        let drawer = DrawerId(self.uuid());
        let name = Some(drawer.to_string());
        Fact::DrawerOpened { drawer, float: Count::default(), float_minor: 5_000, name, by: Some(by), foreign: None }
    }

    pub fn day_closed(&self) -> Fact {
        Fact::DayClosed { day: self.ledger.day.as_ref().unwrap().id, figures: DayFigures::default(), terms: None }
    }

    fn people_and_drawer(&mut self) -> Vec<Fact> {
        let person = PersonId(format!("cashier-{}", self.below(3)));
        vec![match self.below(7) {
            0 => Fact::SignedIn { person },
            1 => Fact::SignedOut { person },
            2 | 3 => {
                let record = self.ledger.pins.get(&person).copied().unwrap_or(PinRecord::CLEAN).after_wrong(self.at);
                Fact::PinRefused { person, record }
            }
            4 => Fact::DrawerKicked {},
            5 => self.another_drawer(person),
            _ => match self.ledger.drawer.as_ref().map(|drawer| drawer.id) {
                Some(drawer) => {
                    let (counted, expected_minor) = (Count::default(), self.ledger.drawer_expected_minor());
                    Fact::DrawerCounted { drawer, counted, counted_minor: 0, expected_minor, again: false }
                }
                None => Fact::DrawerKicked {},
            },
        }]
    }

    fn outage_fact(&mut self) -> Fact {
        if self.below(3) == 0 {
            return self.case_fact();
        }
        let cause = match self.below(3) {
            0 => OutageCause::Reader(ReaderCause::NoAnswer),
            1 => OutageCause::Line(LineCause::NoConnection),
            _ => OutageCause::Host(HostCause::Refused),
        };
        let is_reader = matches!(cause, OutageCause::Reader(_)) && self.below(2) == 0;
        let beside = is_reader.then_some(OutageCause::Line(LineCause::NoAnswer));
        match self.ledger.open_outage().map(|outage| outage.id) {
            None => Fact::OutageBegan { outage: OutageId(self.uuid()), cause, beside },
            Some(outage) if self.below(2) == 0 => Fact::OutageChanged { outage, cause, beside },
            Some(outage) => Fact::OutageEnded { outage },
        }
    }

    fn statement_fact(&mut self) -> Vec<Fact> {
        let is_open = |kept: &KeptLine<'_>| matches!(kept.state, LineState::Unexplained);
        let lines: Vec<LineId> = self.ledger.lines.iter().filter(is_open).map(|kept| kept.line.id).collect();
        let decided = self.ledger.lines.iter().find(|kept| kept.state.is_by_hand()).map(|kept| kept.line.id);
        let transfers: Vec<PaymentId> = self.payments(|payment| matches!(payment.tender, Tender::Qr { .. }));
        let by = PersonId("manager-1".to_owned());
        if let (0, Some(line)) = (self.below(4), decided) {
            return vec![Fact::DecisionUndone { line, by }];
        }
        match (self.below(3), self.pick(&lines), self.pick(&transfers)) {
            (0, Some(line), Some(payment)) => {
                let how = if self.below(2) == 0 { MatchHow::ByHand } else { MatchHow::ReferenceAndAmount };
                vec![Fact::LineMatched { line, payment, how }]
            }
            (1, Some(line), payment) => {
                vec![Fact::LineExplained { line, by, payment, own_refund: self.below(2) == 0, why: None }]
            }
            _ => {
                let statement = StatementId(self.uuid());
                let lines = (0..self.below(4)).map(|number| self.statement_line(number)).collect();
                let (name, sha256, notes) = ("camt.xml".to_owned(), "00".repeat(32), StatementNotes::default());
                vec![Fact::StatementImported { statement, name, sha256, lines, notes }]
            }
        }
    }

    fn statement_line(&mut self, number: u64) -> StatementLine {
        StatementLine {
            id: LineId(self.uuid()),
            account: None,
            booked_on: NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
            valued_on: None,
            amount: euro(i64::try_from(self.below(9_000)).unwrap() - 1_000),
            reference: Some(format!("23{number:08}")),
            end_to_end_id: None,
            counterparty_name: Some("Ängström & Søn ‘A’\t\"B\"".to_owned()),
            counterparty_account: None,
            description: Some("line\nbreak".to_owned()),
            bank_reference: None,
            reversal: false,
        }
    }

    fn sale_began(&mut self) -> (SaleId, Fact) {
        let sale = SaleId(self.uuid());
        let fact = Fact::SaleBegan {
            sale,
            till: TILL,
            day: self.ledger.day.as_ref().unwrap().id,
            reference: SaleReference::new(TILL, self.ledger.last_sequence + 1).unwrap(),
            amount: euro(100 + i64::try_from(self.below(20_000)).unwrap()),
            ticket: None,
            cashier: PersonId("cashier-1".to_owned()),
            outage: self.ledger.open_outage().map(|outage| outage.id),
        };
        (sale, fact)
    }

    fn begin_payment(&mut self) -> (Vec<Fact>, Vec<(PaymentId, String)>) {
        let open: Vec<SaleId> =
            self.ledger.sales.values().filter(|sale| sale.state == SaleState::Open).map(|sale| sale.id).collect();
        let Some(sale) = self.pick(&open) else { return (Vec::new(), Vec::new()) };
        let remaining = self.ledger.remaining(&self.ledger.sales[&sale]);
        let amount = if self.below(3) == 0 { euro(remaining.minor / 2) } else { remaining };
        let payment = PaymentId(self.uuid());
        match (self.below(5), self.ledger.drawer.as_ref().map(|drawer| drawer.id)) {
            (0, Some(drawer)) => (self.cash_taken(payment, sale, amount, drawer), Vec::new()),
            (1, _) => (vec![Fact::QrShown { payment, sale, amount, code: None }], Vec::new()),
            (2, _) => {
                let service_id = ServiceId(format!("{}", self.below(1_000_000)));
                (vec![Fact::ReaderAsked { payment, sale, amount, service_id }], Vec::new())
            }
            _ => {
                let now = self.below(2) == 0;
                let (fact, jwe) = self.card_sealed(payment, sale, amount, now);
                (vec![fact], vec![(payment, jwe)])
            }
        }
    }

    fn card_sealed(&mut self, payment: PaymentId, sale: SaleId, amount: Money, now: bool) -> (Fact, String) {
        let jwe = format!("eyJhbGciOiJFQ0RILUVTIn0..{}.{}", payment.0.simple(), "A".repeat(300));
        let promise =
            if now { Promise::AnsweredNow } else { Promise::SentLater { send_by: self.at + TimeDelta::days(3) } };
        let sealed_sha256 = sha256_hex(&jwe);
        let (brand, last4) = (Brand::Visa, "1111".to_owned());
        (Fact::CardSealed { payment, sale, amount, brand, last4, sealed_sha256, promise }, jwe)
    }

    fn move_payment(&mut self) -> Vec<Fact> {
        let open = self.payments(Payment::is_open);
        let Some(payment) = self.pick(&open) else { return Vec::new() };
        let by = PersonId("manager-1".to_owned());
        match self.ledger.payments[&payment].tender.clone() {
            Tender::Cash { .. } => Vec::new(),
            Tender::Qr { .. } => vec![match self.below(4) {
                0 => Fact::QrMoved { payment, qr: QrState::Withdrawn },
                1 => Fact::QrWrittenOff { payment, by, reason: LossReason::CustomerUnknown },
                2 => Fact::QrMoved { payment, qr: QrState::ConfirmedByShop { at: self.at } },
                _ => Fact::QrMoved { payment, qr: QrState::CustomerSaysPaid { at: self.at } },
            }],
            Tender::Reader { .. } => vec![match self.below(5) {
                4 => Fact::ReaderParked { payment, by },
                0 => Fact::ReaderUnanswered { payment, fault: ReaderFault::TimedOut },
                1 => Fact::ReaderDecided { payment, charged: self.below(2) == 0, by },
                2 => {
                    let outcome = ReaderOutcome::Declined { reason: DeclineReason::Bank, card: CardSeen::NOTHING };
                    Fact::ReaderAnswered { payment, outcome }
                }
                _ => {
                    let (approval_code, transaction) = ("A1B2C3".to_owned(), "T-1".to_owned());
                    let outcome =
                        ReaderOutcome::Approved { approval_code, brand: None, last4: None, transaction, entry: None };
                    Fact::ReaderAnswered { payment, outcome }
                }
            }],
            Tender::Card { .. } => vec![self.card_fact(payment)],
        }
    }

    fn card_fact(&mut self, payment: PaymentId) -> Fact {
        let by = PersonId("manager-1".to_owned());
        let next_try = self.at + TimeDelta::seconds(5);
        let code = "51".to_owned();
        match self.below(14) {
            0..4 => Fact::CardSending { payment, trace: self.trace() },
            4 => Fact::CardAnswered { payment, answer: FinalAnswer::Approved { approval_code: "123456".to_owned() } },
            5 => Fact::CardAnswered { payment, answer: FinalAnswer::Declined { code, hard: false } },
            6 => Fact::CardAnswered { payment, answer: FinalAnswer::Declined { code, hard: true } },
            7 => Fact::CardNotTaken { payment, next_try },
            8 => Fact::CardUnanswered { payment },
            9 => Fact::CardReversing { payment, reversal_stan: self.ledger.next_stan(), next_try },
            10 => Fact::CardReversed { payment, next_try },
            11 => Fact::CardParked { payment, reason: ParkReason::TooLate },
            12 => Fact::CardUnparked { payment, by, next_try },
            _ => match self.below(2) {
                0 => Fact::CardUndone { payment },
                _ => Fact::CardWrittenOff { payment, by, reason: LossReason::Goodwill },
            },
        }
    }

    fn end_sale(&mut self) -> Vec<Fact> {
        let sales: Vec<SaleId> = self.ledger.sales.keys().copied().collect();
        let Some(sale) = self.pick(&sales) else { return Vec::new() };
        match self.below(3) {
            0 => vec![Fact::SaleAbandoned { sale }],
            1 => {
                let act = ManagedAct::StoredCardAboveLimit { sale, amount: euro(50_000), limit: None };
                let manager = PersonId("manager-1".to_owned());
                vec![
                    Fact::ManagerApproved { manager, act, reason: ApprovalReason::KnownCard, alone: false, by: None },
                    Fact::SaleDone { sale },
                ]
            }
            _ => vec![Fact::SaleDone { sale }],
        }
    }

    fn payments(&self, wanted: impl Fn(&Payment) -> bool) -> Vec<PaymentId> {
        self.ledger.payments.values().filter(|payment| wanted(payment)).map(|payment| payment.id).collect()
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let place = self.below(u64::try_from(from.len()).unwrap().max(1));
        from.get(usize::try_from(place).unwrap()).copied()
    }
}

pub fn sha256_hex(text: &str) -> String {
    stopgap::iso8583::encode_hex(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
}

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn amount_of(began: &Fact) -> Money {
    match began {
        Fact::SaleBegan { amount, .. } => *amount,
        other => panic!("{} begins no sale", other.kind()),
    }
}
