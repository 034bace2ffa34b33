//! Random days of cash: whatever is sold, split, rounded and given back, drawer and sales add up to the minor unit.

use chrono::{DateTime, FixedOffset, NaiveDate};
use proptest::prelude::*;
use uuid::Uuid;

use super::Ledger;
use crate::domain::cash::{Count, cash_rounding, change, rounding_of};
use crate::domain::fact::Fact;
use crate::domain::ids::{DayId, DrawerId, PaymentId, PersonId, SaleId, SaleReference};
use crate::domain::money::{Currency, Money};
use crate::domain::qr::QrState;
use crate::domain::reader::{ReaderFault, ReaderOutcome, ServiceId};
use crate::domain::sale::{GiveBackWay, Standing, Tender};

/// What happens in one sale; shares are in hundredths of what remains.
#[derive(Clone, Debug)]
enum Course {
    /// Paid in cash, with this much more handed over than due.
    Cash { beyond: i64 },
    /// A part in cash, the rest by transfer.
    Split { share: i64, beyond: i64 },
    /// A part in cash, then given up: that part stays in the drawer until it is given back.
    CodeWithdrawn { share: i64, beyond: i64 },
    /// The reader did not answer, cash was taken, the reader had charged after all, and it went back out of the drawer.
    LateApproval { back_share: i64 },
}

fn course() -> impl Strategy<Value = Course> {
    let beyond = || 0_i64..30_000;
    prop_oneof![
        beyond().prop_map(|beyond| Course::Cash { beyond }),
        (1_i64..100, beyond()).prop_map(|(share, beyond)| Course::Split { share, beyond }),
        (1_i64..100, beyond()).prop_map(|(share, beyond)| Course::CodeWithdrawn { share, beyond }),
        (1_i64..=100).prop_map(|back_share| Course::LateApproval { back_share }),
    ]
}

fn at() -> DateTime<FixedOffset> {
    DateTime::from_timestamp(1_791_000_000, 0).unwrap().fixed_offset()
}

/// A day that is being played, with a book of its own.
struct Day {
    ledger: Ledger,
    currency: Currency,
    drawer: DrawerId,
    next: u128,
    /// Every amount that went into the drawer or, negative, out of it.
    entries: Vec<i64>,
    roundings: i64,
}

impl Day {
    fn open(currency: Currency, float_minor: i64) -> Self {
        let drawer = DrawerId(Uuid::from_u128(2));
        let mut day =
            Self { ledger: Ledger::default(), currency, drawer, next: 10, entries: vec![float_minor], roundings: 0 };
        day.apply(Fact::DayOpened { day: DayId(Uuid::from_u128(1)), date: NaiveDate::default() });
        day.apply(Fact::DrawerOpened { drawer, float: Count::default(), float_minor });
        day
    }

    fn apply(&mut self, fact: Fact) {
        self.ledger.apply(at(), &fact).unwrap();
    }

    fn id(&mut self) -> Uuid {
        self.next += 1;
        Uuid::from_u128(self.next)
    }

    fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    fn begin(&mut self, minor: i64) -> SaleId {
        let sale = SaleId(self.id());
        let reference = SaleReference::new(23, u32::try_from(self.next).unwrap()).unwrap();
        let (amount, cashier) = (self.money(minor), PersonId("cashier-3".into()));
        let day = DayId(Uuid::from_u128(1));
        self.apply(Fact::SaleBegan { sale, till: 23, day, reference, amount, ticket: None, cashier, outage: None });
        sale
    }

    /// Takes a part of a sale in cash, rounded by the rule of Finland for the euro and of the currency otherwise.
    fn take_cash(&mut self, sale: SaleId, minor: i64, beyond: i64, is_whole: bool) {
        let amount = self.money(minor);
        let rule = cash_rounding(self.currency, "FI".parse().ok());
        let due = rule.map_or(amount, |rule| rule.round(amount, is_whole).due);
        let given = self.money(due.minor + beyond);
        let Ok(change) = change(due, given) else { return self.take_cash(sale, minor, 0, is_whole) };
        let (payment, drawer) = (PaymentId(self.id()), self.drawer);
        self.entries.extend([given.minor, -change.minor]);
        self.roundings += rounding_of(amount, given, change).unwrap().minor;
        self.apply(Fact::CashTaken { payment, sale, amount, given, change, drawer });
    }

    fn remaining(&self, sale: SaleId) -> i64 {
        self.ledger.remaining(&self.ledger.sales[&sale]).minor
    }

    fn transfer(&mut self, sale: SaleId, qr: QrState) {
        let rest = self.remaining(sale);
        if rest > 0 {
            let (payment, amount) = (PaymentId(self.id()), self.money(rest));
            self.apply(Fact::QrShown { payment, sale, amount, code: None });
            self.apply(Fact::QrMoved { payment, qr });
        }
    }

    fn play(&mut self, minor: i64, course: &Course) {
        let sale = self.begin(minor);
        let part = |share: i64| (minor * share / 100).max(1);
        match *course {
            Course::Cash { beyond } => self.take_cash(sale, minor, beyond, true),
            Course::Split { share, beyond } => {
                self.take_cash(sale, part(share), beyond, false);
                self.transfer(sale, QrState::ConfirmedByShop { at: at() });
            }
            Course::CodeWithdrawn { share, beyond } => {
                self.take_cash(sale, part(share), beyond, false);
                self.transfer(sale, QrState::Withdrawn);
                let rest = self.remaining(sale);
                if rest > 0 {
                    self.take_cash(sale, rest, 0, false);
                }
            }
            Course::LateApproval { back_share } => self.charge_twice(sale, minor, back_share),
        }
        self.apply(Fact::SaleDone { sale });
    }

    fn charge_twice(&mut self, sale: SaleId, minor: i64, back_share: i64) {
        let (payment, amount, by) = (PaymentId(self.id()), self.money(minor), PersonId("manager-1".into()));
        let outcome =
            ReaderOutcome::Approved { approval_code: "A1".into(), brand: None, last4: None, transaction: "t".into() };
        self.apply(Fact::ReaderAsked { payment, sale, amount, service_id: ServiceId("1".into()) });
        self.apply(Fact::ReaderUnanswered { payment, fault: ReaderFault::TimedOut });
        self.apply(Fact::ReaderParked { payment, by: by.clone() });
        self.take_cash(sale, minor, 0, true);
        self.apply(Fact::ReaderAnswered { payment, outcome });
        let back = (minor * back_share / 100).max(1);
        let way = GiveBackWay::Cash { drawer: self.drawer };
        self.apply(Fact::GivenBack { sale, amount: self.money(back), way, by });
        self.entries.push(-back);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_drawer_is_the_sum_of_its_entries_and_the_sales_of_their_payments(
        code in proptest::sample::select(&["JPY", "EUR", "KWD", "HUF", "SEK", "DKK"][..]),
        float_minor in 0_i64..1_000_000,
        sales in prop::collection::vec((1_i64..500_000, course()), 0..30),
    ) {
        let mut day = Day::open(code.parse().unwrap(), float_minor);
        for (minor, course) in &sales {
            day.play(*minor, course);
            // At every moment of the day, not only in the evening.
            prop_assert_eq!(day.ledger.drawer_expected_minor(), day.entries.iter().sum::<i64>());
        }
        let cash: i64 = day
            .ledger
            .payments
            .values()
            .filter(|payment| matches!(payment.tender, Tender::Cash { .. }))
            .map(|payment| payment.amount.minor)
            .sum();
        let back: i64 = day.ledger.sales.values().flat_map(|sale| &sale.given_back).map(|back| back.amount.minor).sum();
        // The sales and the drawer differ by the rounding and by nothing else.
        let drawer = day.ledger.drawer_expected_minor();
        prop_assert_eq!(drawer, float_minor + cash + day.roundings - back);
        for sale in day.ledger.sales.values() {
            let takes = day.ledger.payments.of_sale(sale.id).filter(|payment| payment.standing() == Standing::Takes);
            let taken: i64 = takes.map(|payment| payment.amount.minor).sum();
            let back: i64 = sale.given_back.iter().map(|back| back.amount.minor).sum();
            prop_assert_eq!(taken, sale.amount.minor + day.ledger.overpaid(sale).minor + back);
        }
    }
}
