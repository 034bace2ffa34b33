//! Random days of cash: whatever is sold, split, rounded, refunded, given up, paid in and out, dropped and handed over,
//! and in whatever order: drawer and sales add up to the minor unit.

mod foreign;

use chrono::{DateTime, FixedOffset, NaiveDate};
use proptest::prelude::*;
use uuid::Uuid;

use super::{DrawerFigures, Ledger};
use crate::domain::card::Brand;
use crate::domain::cash::{CashMovement, Count, cash_rounding, change, rounding_of};
use crate::domain::fact::Fact;
use crate::domain::ids::{DayId, DrawerId, PaymentId, PersonId, RefundId, SaleId, SaleReference};
use crate::domain::money::{Currency, Money};
use crate::domain::qr::QrState;
use crate::domain::queue::Promise;
use crate::domain::reader::{ReaderFault, ReaderOutcome, ServiceId};
use crate::domain::sale::{GiveBackWay, RefundWay, Standing, Tender, TenderKind};

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
    /// Paid with dollars, this much more than due, with the change in the shop's currency.
    Foreign { beyond: i64 },
    /// A part in dollars, then the sale is given up and they go back.
    ForeignGivenUp { share: i64 },
    /// A part in cash, then the sale is given up and the cash goes back.
    GivenUp { share: i64, beyond: i64 },
    /// Paid in cash, and a part of it refunded in two steps, the second of which may be more than is left.
    Refunded { first_share: i64, second_share: i64 },
    /// Stored as a card, and let go before it was sent.
    CardLetGo,
    /// Paid by transfer, and a part of it promised back.
    TransferBack { share: i64 },
    /// No sale: money in or out, of one reason.
    Moved { movement: usize },
    /// No sale: another person counts, finds so much too much or too little, and takes over.
    HandedOver { differs: i64 },
    /// No sale: the other one of two drawers is used from now on.
    OtherDrawer,
}

fn course() -> impl Strategy<Value = Course> {
    let beyond = || 0_i64..30_000;
    prop_oneof![
        beyond().prop_map(|beyond| Course::Cash { beyond }),
        (1_i64..100, beyond()).prop_map(|(share, beyond)| Course::Split { share, beyond }),
        (1_i64..100, beyond()).prop_map(|(share, beyond)| Course::CodeWithdrawn { share, beyond }),
        (1_i64..=100).prop_map(|back_share| Course::LateApproval { back_share }),
        beyond().prop_map(|beyond| Course::Foreign { beyond }),
        (1_i64..100).prop_map(|share| Course::ForeignGivenUp { share }),
        (1_i64..100, beyond()).prop_map(|(share, beyond)| Course::GivenUp { share, beyond }),
        (1_i64..=100, 1_i64..=100)
            .prop_map(|(first_share, second_share)| Course::Refunded { first_share, second_share }),
        Just(Course::CardLetGo),
        (1_i64..=100).prop_map(|share| Course::TransferBack { share }),
        (0_usize..CashMovement::ALL.len()).prop_map(|movement| Course::Moved { movement }),
        (-5_000_i64..5_000).prop_map(|differs| Course::HandedOver { differs }),
        Just(Course::OtherDrawer),
    ]
}

fn person(number: u8) -> PersonId {
    PersonId(format!("cashier-{number}"))
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
    person: u8,
    /// Every amount that went into the drawer or, negative, out of it.
    entries: Vec<(DrawerId, i64)>,
    roundings: i64,
    /// What the dollars in the box were worth.
    exchanged: i64,
}

impl Day {
    fn open(currency: Currency, float_minor: i64) -> Self {
        let drawer = DrawerId(Uuid::from_u128(2));
        let mut day = Self {
            ledger: Ledger::default(),
            currency,
            drawer,
            next: 10,
            person: 0,
            entries: vec![(drawer, float_minor)],
            roundings: 0,
            exchanged: 0,
        };
        day.apply(Fact::DayOpened { day: DayId(Uuid::from_u128(1)), date: NaiveDate::default(), is_demo: false });
        day.apply(Fact::DrawerOpened {
            drawer,
            float: Count::default(),
            float_minor,
            name: None,
            by: None,
            foreign: None,
        });
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
        self.entries.extend([(self.drawer, given.minor), (self.drawer, -change.minor)]);
        self.roundings += rounding_of(amount, given, change).unwrap().minor;
        self.apply(Fact::CashTaken { payment, sale, amount, given, change, drawer, foreign: None });
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
        match *course {
            Course::Moved { movement } => return self.move_cash(minor, CashMovement::ALL[movement]),
            Course::HandedOver { differs } => return self.hand_over(differs),
            Course::OtherDrawer => return self.use_other_drawer(),
            Course::Cash { .. }
            | Course::Split { .. }
            | Course::CodeWithdrawn { .. }
            | Course::LateApproval { .. }
            | Course::Foreign { .. }
            | Course::ForeignGivenUp { .. }
            | Course::GivenUp { .. }
            | Course::Refunded { .. }
            | Course::CardLetGo
            | Course::TransferBack { .. } => {}
        }
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
            Course::Foreign { beyond } => self.take_dollars(sale, minor, beyond),
            Course::ForeignGivenUp { share } => return self.give_dollars_up(sale, part(share)),
            Course::GivenUp { share, beyond } => return self.give_up(sale, part(share), beyond),
            Course::Refunded { first_share, second_share } => {
                self.take_cash(sale, minor, 0, true);
                self.apply(Fact::SaleDone { sale });
                self.refund_cash(sale, part(first_share));
                return self.refund_cash(sale, part(second_share));
            }
            Course::CardLetGo => return self.let_card_go(sale, minor),
            Course::TransferBack { share } => {
                self.transfer(sale, QrState::ConfirmedByShop { at: at() });
                self.apply(Fact::SaleDone { sale });
                let (refund, amount, by) = (RefundId(self.id()), self.money(part(share)), person(0));
                return self.apply(Fact::Refunded { refund, sale, amount, way: RefundWay::Transfer, by });
            }
            Course::Moved { .. } | Course::HandedOver { .. } | Course::OtherDrawer => {}
        }
        self.apply(Fact::SaleDone { sale });
    }

    /// A part in cash that goes back with the sale; what comes out is what had come in.
    fn give_up(&mut self, sale: SaleId, minor: i64, beyond: i64) {
        self.take_cash(sale, minor, beyond, false);
        let taken = self.ledger.payments.of_sale(sale).next().cloned().unwrap();
        let Tender::Cash { given, change, .. } = taken.tender else { panic!("it was cash") };
        let drawer = self.drawer;
        self.apply(Fact::CashReturned { payment: taken.id, drawer });
        self.apply(Fact::SaleAbandoned { sale });
        self.entries.push((self.drawer, change.minor - given.minor));
        self.roundings -= given.minor - change.minor - taken.amount.minor;
    }

    /// As much as the ledger allows: what is more is refused, and changes nothing.
    fn refund_cash(&mut self, sale: SaleId, minor: i64) {
        let (refund, amount, by) = (RefundId(self.id()), self.money(minor), person(0));
        let rule = cash_rounding(self.currency, "FI".parse().ok());
        let round = |exact| rule.map_or(exact, |rule| rule.round(exact, true).due);
        let paid = self.ledger.refund_in_cash(&self.ledger.sales[&sale], amount, round);
        let way = RefundWay::Cash { drawer: self.drawer, paid };
        let most = self.ledger.refundable_minor(&self.ledger.sales[&sale], TenderKind::Cash);
        let before = self.ledger.clone();
        let refunded = self.ledger.apply(at(), &Fact::Refunded { refund, sale, amount, way, by });
        assert_eq!(refunded.is_ok(), minor <= most, "{minor} of at most {most}");
        if refunded.is_ok() {
            self.entries.push((self.drawer, -paid.minor));
            self.roundings += minor - paid.minor;
        } else {
            assert!(self.ledger == before, "a refused refund changed something");
        }
    }

    fn let_card_go(&mut self, sale: SaleId, minor: i64) {
        let (payment, amount) = (PaymentId(self.id()), self.money(minor));
        let (brand, last4, sealed_sha256) = (Brand::Visa, "1111".to_owned(), String::new());
        let promise = Promise::SentLater { send_by: at() };
        self.apply(Fact::CardSealed { payment, sale, amount, brand, last4, sealed_sha256, promise });
        self.apply(Fact::SaleDone { sale });
        let (refund, way) = (RefundId(self.id()), RefundWay::CardNotSent { payment });
        self.apply(Fact::CardUndone { payment });
        self.apply(Fact::Refunded { refund, sale, amount, way, by: person(0) });
        let again = Fact::Refunded { refund: RefundId(self.id()), sale, amount, way, by: person(0) };
        assert!(self.ledger.apply(at(), &again).is_err(), "a card is let go once");
    }

    /// Money in or out; more than should be there does not come out.
    fn move_cash(&mut self, minor: i64, movement: CashMovement) {
        let (drawer, amount, by) = (self.drawer, self.money(minor), person(0));
        let fits = self.ledger.drawer_expected_minor() + movement.signed(minor) >= 0;
        let moved = self.ledger.apply(at(), &Fact::DrawerMoved { drawer, movement, amount, by });
        assert_eq!(moved.is_ok(), fits);
        if moved.is_ok() {
            self.entries.push((self.drawer, movement.signed(minor)));
        }
    }

    fn hand_over(&mut self, differs: i64) {
        // Of the boxes beside the drawer a note more or less is found.
        let in_hand: Vec<(DrawerId, i64)> =
            self.ledger.sessions_in_hand().map(|one| (one.id, self.ledger.figures_of(one).expected())).collect();
        for (drawer, expected_minor) in in_hand {
            let differs = if drawer == self.drawer { differs } else { differs.signum() * 500 };
            self.hand_session_over(drawer, expected_minor, differs);
        }
        self.person += 1;
    }

    fn hand_session_over(&mut self, drawer: DrawerId, expected_minor: i64, differs: i64) {
        let (from, to) = (person(self.person), person(self.person + 1));
        let counted_minor = (expected_minor + differs).max(0);
        let counted = Count::default();
        let to_oneself = Fact::DrawerHandedOver {
            drawer,
            counted: counted.clone(),
            counted_minor,
            expected_minor,
            from: from.clone(),
            to: from.clone(),
        };
        assert!(self.ledger.apply(at(), &to_oneself).is_err());
        self.apply(Fact::DrawerHandedOver { drawer, counted, counted_minor, expected_minor, from, to });
        self.entries.push((drawer, counted_minor - expected_minor));
    }

    fn use_other_drawer(&mut self) {
        let by = person(self.person);
        if let Some(drawer) = self.ledger.drawers_aside.keys().next().copied() {
            self.drawer = drawer;
            self.apply(Fact::DrawerChosen { drawer, by });
            return;
        }
        self.drawer = DrawerId(self.id());
        let (drawer, name, float) = (self.drawer, Some("second".to_owned()), Count::default());
        self.apply(Fact::DrawerOpened { drawer, float, float_minor: 700, name, by: Some(by), foreign: None });
        self.entries.push((self.drawer, 700));
    }

    fn charge_twice(&mut self, sale: SaleId, minor: i64, back_share: i64) {
        let (payment, amount, by) = (PaymentId(self.id()), self.money(minor), PersonId("manager-1".into()));
        let outcome = ReaderOutcome::Approved {
            approval_code: "A1".into(),
            brand: None,
            last4: None,
            transaction: "t".into(),
            entry: None,
        };
        self.apply(Fact::ReaderAsked { payment, sale, amount, service_id: ServiceId("1".into()) });
        self.apply(Fact::ReaderUnanswered { payment, fault: ReaderFault::TimedOut });
        self.apply(Fact::ReaderParked { payment, by: by.clone() });
        self.take_cash(sale, minor, 0, true);
        self.apply(Fact::ReaderAnswered { payment, outcome });
        let back = (minor * back_share / 100).max(1);
        let amount = self.money(back);
        let rule = cash_rounding(self.currency, "FI".parse().ok());
        let paid = rule.map_or(amount, |rule| rule.round(amount, true).due);
        let way = GiveBackWay::Cash { drawer: self.drawer, paid: Some(paid) };
        self.apply(Fact::GivenBack { sale, amount, way, by });
        self.entries.push((self.drawer, -paid.minor));
        self.roundings += back - paid.minor;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_drawer_is_the_sum_of_its_entries_and_the_sales_of_their_payments(
        code in proptest::sample::select(&["JPY", "EUR", "KWD", "HUF", "SEK", "DKK"][..]),
        float_minor in 0_i64..1_000_000,
        sales in prop::collection::vec((1_i64..500_000, course()), 0..40),
    ) {
        let mut day = Day::open(code.parse().unwrap(), float_minor);
        for (minor, course) in &sales {
            day.play(*minor, course);
            // At every moment of the day, not only in the evening.
            for drawer in day.ledger.drawer_sessions() {
                let entries = day.entries.iter().filter(|(of, _)| *of == drawer.id).map(|(_, minor)| minor);
                prop_assert_eq!(day.ledger.figures_of(drawer).expected(), entries.sum::<i64>());
            }
        }
        // The lines of the slip add up, and its rounding is what the sales and refunds were rounded by.
        let all = day.ledger.drawers().map(|drawer| day.ledger.figures_of(drawer));
        let lines = all.fold(DrawerFigures::default(), |sum, one| sum.with(&one));
        let is_own = |drawer: &DrawerId| day.ledger.drawers().any(|one| one.id == *drawer);
        let own = day.entries.iter().filter(|(drawer, _)| is_own(drawer)).map(|(_, minor)| minor);
        prop_assert_eq!(lines.expected(), own.sum::<i64>());
        prop_assert_eq!(lines.exchanged, -day.exchanged);
        let floats = day.ledger.drawers().map(|drawer| drawer.float_minor);
        prop_assert_eq!(lines.float, floats.sum::<i64>());
        prop_assert_eq!(lines.rounding, day.roundings);
        for sale in day.ledger.sales.values() {
            let takes = day.ledger.payments.of_sale(sale.id).filter(|payment| payment.standing() == Standing::Takes);
            let taken: i64 = takes.map(|payment| payment.amount.minor).sum();
            let back: i64 = sale.given_back.iter().map(|back| back.amount.minor).sum();
            prop_assert_eq!(taken, sale.owed().minor + day.ledger.overpaid(sale).minor + back);
            prop_assert!(sale.refunded().minor <= sale.amount.minor);
            // Not a cent more leaves the drawer than came in, however a refund is divided and rounded.
            let out = sale.refunds.iter().filter_map(|refund| match refund.way {
                RefundWay::Cash { paid, .. } => Some(paid.minor),
                RefundWay::Transfer | RefundWay::CardNotSent { .. } | RefundWay::CardTakenBack { .. } => None,
            });
            let came_in = day.ledger.payments.of_sale(sale.id).filter_map(|payment| match &payment.tender {
                Tender::Cash { given, change, .. } if payment.standing() == Standing::Takes => {
                    Some(given.minor - change.minor)
                }
                Tender::Cash { .. } | Tender::Card { .. } | Tender::Reader { .. } | Tender::Qr { .. } => None,
            });
            prop_assert!(out.sum::<i64>() <= came_in.sum::<i64>());
        }
    }
}
