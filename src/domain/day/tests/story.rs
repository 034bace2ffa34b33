//! A ledger that is told facts, with short names for what the tests need.

use super::*;

pub(super) const RULES: DayRules =
    DayRules { currency: Currency::EUR, due_days: 3, drawer_note_above_minor: 200, expected_loss_basis_points: 150 };
pub(super) const FLOAT_MINOR: i64 = 10_000;

/// So many hours after the day was opened.
pub(super) fn at(hours: i64) -> DateTime<FixedOffset> {
    let opened = FixedOffset::east_opt(3_600).unwrap().with_ymd_and_hms(2026, 11, 22, 8, 0, 0).unwrap();
    opened + TimeDelta::hours(hours)
}

pub(super) fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

pub(super) fn payment_id(n: u32) -> PaymentId {
    PaymentId(Uuid::from_u128(u128::from(n)))
}

pub(super) fn sale_id(n: u32) -> SaleId {
    SaleId(Uuid::from_u128(1_000 + u128::from(n)))
}

pub(super) fn line_id(n: u32) -> LineId {
    LineId(Uuid::from_u128(2_000 + u128::from(n)))
}

pub(super) fn drawer_id() -> DrawerId {
    DrawerId(Uuid::from_u128(3_000))
}

pub(super) fn day_id() -> DayId {
    DayId(Uuid::from_u128(4_000))
}

pub(super) fn manager() -> PersonId {
    PersonId("manager-1".into())
}

/// A ledger that is told facts.
pub(super) struct Story(pub(super) Ledger);

impl Story {
    pub(super) fn new() -> Self {
        let mut story = Self(Ledger::default());
        story.tell(0, &Fact::DayOpened { day: day_id(), date: at(0).date_naive(), is_demo: false });
        let float = Count::default();
        story.tell(
            0,
            &Fact::DrawerOpened {
                drawer: drawer_id(),
                float,
                float_minor: FLOAT_MINOR,
                name: None,
                by: None,
                foreign: None,
            },
        );
        story
    }

    pub(super) fn tell(&mut self, hours: i64, fact: &Fact) {
        self.0.apply(at(hours), fact).unwrap();
    }

    /// Begins sale n and its payment n with a fact made of both ids.
    pub(super) fn pay(&mut self, n: u32, minor: i64, begin: impl Fn(PaymentId, SaleId, Money) -> Fact) {
        self.tell(
            1,
            &Fact::SaleBegan {
                sale: sale_id(n),
                till: 23,
                day: day_id(),
                reference: SaleReference::new(23, n).unwrap(),
                amount: euro(minor),
                ticket: None,
                cashier: PersonId("cashier-1".into()),
                outage: None,
            },
        );
        self.tell(1, &begin(payment_id(n), sale_id(n), euro(minor)));
    }

    pub(super) fn done(&mut self, n: u32) {
        self.tell(1, &Fact::SaleDone { sale: sale_id(n) });
    }

    pub(super) fn cash(&mut self, n: u32, minor: i64) {
        self.pay(n, minor, |payment, sale, amount| Fact::CashTaken {
            payment,
            sale,
            amount,
            given: amount,
            change: euro(0),
            drawer: drawer_id(),
            foreign: None,
        });
        self.done(n);
    }

    pub(super) fn transfer(&mut self, n: u32, minor: i64, qr: QrState) {
        self.pay(n, minor, |payment, sale, amount| Fact::QrShown { payment, sale, amount, code: None });
        self.tell(1, &Fact::QrMoved { payment: payment_id(n), qr });
        self.done(n);
    }

    /// A card that is promised to be sent within 24 hours.
    pub(super) fn stored(&mut self, n: u32, minor: i64) {
        self.card(n, minor, Promise::SentLater { send_by: at(24) });
        self.done(n);
    }

    pub(super) fn card(&mut self, n: u32, minor: i64, promise: Promise) {
        self.pay(n, minor, |payment, sale, amount| Fact::CardSealed {
            payment,
            sale,
            amount,
            brand: Brand::Visa,
            last4: "1111".into(),
            sealed_sha256: "00".into(),
            promise,
        });
    }

    pub(super) fn answer(&mut self, n: u32, answer: FinalAnswer) {
        let trace = HostTrace { stan: n, rrn: "1".into(), sold_at: at(1), sent_at: at(2) };
        self.tell(2, &Fact::CardSending { payment: payment_id(n), trace });
        self.tell(2, &Fact::CardAnswered { payment: payment_id(n), answer });
    }

    pub(super) fn count_drawer(&mut self, counted_minor: i64) {
        let expected_minor = self.0.drawer_expected_minor();
        let counted = Count::default();
        self.tell(
            3,
            &Fact::DrawerCounted { drawer: drawer_id(), counted, counted_minor, expected_minor, again: false },
        );
    }

    pub(super) fn statement(&mut self, lines: Vec<StatementLine>) {
        let statement = StatementId(Uuid::from_u128(5_000 + 10 * self.0.statements.len() as u128));
        let (lines, notes) = (lines.into(), StatementNotes::default());
        self.tell(3, &Fact::StatementImported { statement, name: "s".into(), sha256: "0".into(), lines, notes });
    }

    pub(super) fn findings(&self, hours: i64) -> Findings {
        Findings::of(&self.0, at(hours), &RULES)
    }

    pub(super) fn may_close(&self, hours: i64) -> Result<(), Vec<OpenItem>> {
        may_close(&self.0, &self.findings(hours), at(hours), &RULES, 0)
    }

    pub(super) fn open(&self, hours: i64) -> Vec<OpenItem> {
        open_items(&self.0, &self.findings(hours), at(hours), &RULES, 0)
    }

    pub(super) fn figures(&self, hours: i64) -> DayFigures {
        figures(&self.0, &self.findings(hours), at(hours), &RULES)
    }
}

pub(super) fn credit(n: u32, minor: i64, text: &str) -> StatementLine {
    StatementLine {
        id: line_id(n),
        account: None,
        booked_on: at(0).date_naive(),
        valued_on: None,
        amount: euro(minor),
        reference: None,
        end_to_end_id: None,
        counterparty_name: Some("Erika".into()),
        counterparty_account: None,
        description: Some(text.into()),
        bank_reference: None,
        reversal: false,
    }
}

pub(super) fn confirmed() -> QrState {
    QrState::ConfirmedByShop { at: at(1) }
}

pub(super) fn declined(hard: bool) -> FinalAnswer {
    FinalAnswer::Declined { code: "51".into(), hard }
}

pub(super) fn approved() -> FinalAnswer {
    FinalAnswer::Approved { approval_code: "A1".into() }
}

pub(super) fn reference(n: u32) -> String {
    SaleReference::new(23, n).unwrap().to_string()
}
