//! Days made of facts, as the till makes them, and what is open and summed up in them.

mod adjusted;
mod findings;
mod handed_over;
mod story;

use self::story::*;
use super::*;
use crate::domain::card::Brand;
use crate::domain::cash::{Count, CountNote};
use crate::domain::fact::{Fact, FinalAnswer, LossReason};
use crate::domain::host::HostTrace;
use crate::domain::ids::{DayId, DrawerId, LineId, OutageId, PaymentId, PersonId, SaleId, SaleReference, StatementId};
use crate::domain::ledger::DrawerFigures;
use crate::domain::money::Money;
use crate::domain::outage::{LineCause, OutageCause};
use crate::domain::queue::ParkReason;
use crate::domain::reader::{ReaderFault, ReaderOutcome, ServiceId};
use crate::domain::reconcile::{Likeness, LineReason, MatchHow, StatementLine, StatementNotes};
use crate::domain::sale::GiveBackWay;
use chrono::{TimeDelta, TimeZone};
use proptest::prelude::*;
use uuid::Uuid;

#[test]
fn a_day_of_all_tenders_adds_up() {
    let mut story = Story::new();
    story.cash(1, 1_500);
    story.transfer(2, 2_000, confirmed());
    story.stored(3, 3_000);
    story.stored(4, 4_000);
    story.answer(4, approved());
    story.stored(5, 5_000);
    story.answer(5, declined(false));
    story.tell(4, &Fact::CardWrittenOff { payment: payment_id(5), by: manager(), reason: LossReason::CustomerUnknown });
    story.pay(6, 600, |payment, sale, amount| Fact::ReaderAsked {
        payment,
        sale,
        amount,
        service_id: ServiceId("1".into()),
    });
    let approved = ReaderOutcome::Approved {
        approval_code: "1".into(),
        brand: None,
        last4: None,
        transaction: "1".into(),
        entry: None,
    };
    story.tell(1, &Fact::ReaderAnswered { payment: payment_id(6), outcome: approved });
    story.done(6);
    story.transfer(7, 700, QrState::Withdrawn);
    let outage = OutageId(Uuid::from_u128(9));
    story.tell(2, &Fact::OutageBegan { outage, cause: OutageCause::Line(LineCause::NoAnswer), beside: None });
    story.tell(4, &Fact::OutageEnded { outage });
    story.count_drawer(11_490);
    let figures = story.figures(5);
    let tender = |count, amount_minor| TenderFigures { count, amount_minor };
    let expected = DayFigures {
        sales: 7,
        reader: tender(1, 600),
        qr: tender(1, 2_000),
        card: tender(3, 12_000),
        cash: tender(1, 1_500),
        contingency: 0,
        received_minor: 6_100,
        open_minor: 5_000,
        lost_minor: 5_000,
        outages: 1,
        outage_seconds: 7_200,
        stored: 3,
        approved: 1,
        declined: 1,
        parked: 0,
        statement_matched: 0,
        statement_unmatched: 0,
        statement_tests: 0,
        statement_returned: 0,
        fees_minor: 0,
        adjustments: 0,
        adjusted_minor: 0,
        written_off_minor: 5_000,
        carried_minor: 5_000,
        refunded: tender(0, 0),
        given_back: tender(0, 0),
        drawer_openings: 0,
        drawer_refusals: 0,
        drawer: DrawerFigures { float: 10_000, sales: 1_500, ..DrawerFigures::default() },
        cash_expected_minor: 11_500,
        cash_counted_minor: 11_490,
        foreign: Vec::new(),
    };
    assert_eq!(figures, expected);
    assert_eq!((figures.taken_minor(), figures.cash_difference_minor()), (16_100, -10));
    assert_eq!(figures.received_minor + figures.open_minor + figures.lost_minor, figures.taken_minor());
    assert_eq!(story.may_close(5), Ok(()));
}

#[test]
fn only_the_two_kinds_that_go_on_by_themselves_are_carried_over() {
    let mut story = Story::new();
    story.transfer(1, 100, confirmed());
    story.stored(2, 200);
    story.count_drawer(FLOAT_MINOR);
    let blocking = |hours| story.may_close(hours).err().unwrap_or_default().len();
    assert_eq!(story.open(5).len(), 2);
    assert_eq!(blocking(24), 0);
    assert_eq!(story.figures(24).carried_minor, 300);
    assert_eq!(blocking(25), 1, "the acquirer's window for the card has passed");
    assert_eq!(blocking(3 * 24 + 15), 1);
    assert_eq!(blocking(3 * 24 + 16), 2, "the statement of the transfer is overdue with the fourth day");
    let mut story = Story::new();
    story.transfer(1, 100, QrState::CustomerSaysPaid { at: at(1) });
    story.count_drawer(FLOAT_MINOR);
    let items = story.may_close(5).unwrap_err();
    assert!(matches!(items[..], [OpenItem::TransferMissing { is_confirmed: false, is_overdue: false, .. }]));
    assert_eq!(items[0].actions()[0], Action::ConfirmSeen);
}

#[test]
fn each_thing_that_is_open_is_named_with_what_can_be_done() {
    let mut story = Story::new();
    story.stored(1, 100);
    story.answer(1, declined(false));
    story.stored(2, 200);
    story.answer(2, declined(true));
    story.stored(3, 300);
    story.tell(2, &Fact::CardParked { payment: payment_id(3), reason: ParkReason::TooLate });
    story.pay(4, 400, |payment, sale, amount| Fact::ReaderAsked {
        payment,
        sale,
        amount,
        service_id: ServiceId("1".into()),
    });
    story.tell(2, &Fact::ReaderUnanswered { payment: payment_id(4), fault: ReaderFault::TimedOut });
    story.card(5, 500, Promise::AnsweredNow);
    story.pay(6, 600, |payment, sale, amount| Fact::QrShown { payment, sale, amount, code: None });
    let items = open_items(&story.0, &story.findings(3), at(3), &RULES, 2);
    let seen: Vec<(ItemId, Option<i64>, &[Action])> =
        items.iter().map(|item| (item.id(), item.amount().map(|money| money.minor), item.actions())).collect();
    let (send, write_off) = (Action::Send, Action::WriteOff);
    let expected: [(ItemId, Option<i64>, &[Action]); 11] = [
        (ItemId::Sale(sale_id(4)), Some(0), &[Action::FinishSale]),
        (ItemId::Sale(sale_id(5)), Some(0), &[Action::FinishSale]),
        (ItemId::Sale(sale_id(6)), Some(0), &[Action::FinishSale]),
        (ItemId::Payment(payment_id(1)), Some(100), &[send, write_off]),
        (ItemId::Payment(payment_id(2)), Some(200), &[write_off]),
        (ItemId::Payment(payment_id(3)), Some(300), &[write_off]),
        (ItemId::Payment(payment_id(4)), Some(400), &[Action::AskReader, Action::SayCharged, Action::SayNotCharged]),
        (ItemId::Payment(payment_id(5)), Some(500), &[send]),
        (ItemId::Payment(payment_id(6)), Some(600), &[Action::FinishSale]),
        (ItemId::Drawer(drawer_id()), None, &[Action::Count]),
        (ItemId::Journal, None, &[Action::LookAtEntries]),
    ];
    assert_eq!(seen, expected);
    assert!(items.iter().all(OpenItem::blocks));
}

#[test]
fn a_statement_settles_suggests_and_leaves_open() {
    let mut story = Story::new();
    for n in 1..=4 {
        story.transfer(n, i64::from(n) * 100, confirmed());
    }
    story.statement(vec![
        credit(1, 100, &reference(1)),
        credit(2, 150, &reference(2)),
        credit(3, 300, "flowers"),
        credit(4, 999, "rent"),
        credit(5, 100, &reference(1)),
        credit(6, -50, "fee"),
    ]);
    story.count_drawer(FLOAT_MINOR);
    let kinds: Vec<&str> = story
        .open(4)
        .iter()
        .map(|item| match item {
            OpenItem::TransferFound { .. } => "found",
            OpenItem::TransferUnder { by, .. } if by.minor == 50 => "under",
            // Its payer is also that of the credits with a reference.
            OpenItem::TransferSuggested { why: Likeness::PayerKnown, .. } => "suggested",
            OpenItem::TransferMissing { .. } => "missing",
            OpenItem::TransferTwice { .. } => "twice",
            OpenItem::CreditUnknown { .. } => "unknown",
            _ => "other",
        })
        .collect();
    assert_eq!(kinds, ["found", "under", "suggested", "missing", "unknown", "twice"]);
    let how = MatchHow::ReferenceAndAmount;
    story.tell(4, &Fact::LineMatched { line: line_id(1), payment: payment_id(1), how });
    story.tell(4, &Fact::LineMatched { line: line_id(2), payment: payment_id(2), how: MatchHow::ByHand });
    story.tell(4, &Fact::LineMatched { line: line_id(3), payment: payment_id(3), how: MatchHow::ByHand });
    for line in [line_id(4), line_id(5)] {
        story.tell(4, &Fact::LineExplained { line, by: manager(), payment: None, own_refund: false, why: None });
    }
    assert_eq!(story.may_close(4), Ok(()));
    let figures = story.figures(4);
    assert_eq!((figures.statement_matched, figures.statement_unmatched), (3, 2));
    assert_eq!((figures.written_off_minor, figures.carried_minor), (50, 400), "half a euro never came");
}

#[test]
fn a_transfer_with_a_credit_that_waits_for_a_person_is_not_simply_carried_over() {
    let mut story = Story::new();
    story.transfer(1, 100, confirmed());
    let payment = &story.0.payments[&payment_id(1)];
    let (line, why) = (line_id(1), Likeness::AmountAndDay);
    let missing = PaymentClass::Missing { due_on: at(72).date_naive(), is_overdue: false };
    for (class, expected) in [
        (None, Outcome::NotYetDue),
        (Some(missing), Outcome::NotYetDue),
        (Some(PaymentClass::Suggested { line, why }), Outcome::Open),
        (Some(PaymentClass::Under { line, by: euro(1) }), Outcome::Open),
    ] {
        assert_eq!(outcome(payment, class, at(5), &RULES), expected);
    }
}

#[test]
fn cash_after_the_count_asks_for_another_count() {
    let mut story = Story::new();
    story.count_drawer(FLOAT_MINOR);
    assert_eq!(story.open(4), []);
    story.cash(1, 500);
    assert_eq!(story.open(4), [OpenItem::DrawerNotCounted { drawer: drawer_id() }]);
}

#[test]
fn a_large_difference_of_the_drawer_needs_a_note() {
    let mut story = Story::new();
    story.count_drawer(FLOAT_MINOR - 200);
    assert_eq!(story.open(4), []);
    story.count_drawer(FLOAT_MINOR - 201);
    assert_eq!(story.open(4), [OpenItem::DrawerDiffers { drawer: drawer_id(), by: euro(-201) }]);
    let note = CountNote::CannotBeFound;
    story.tell(4, &Fact::DrawerExplained { drawer: drawer_id(), note, by: manager() });
    assert_eq!(story.open(4), []);
}

#[test]
fn an_attempt_that_was_given_up_stays_a_question_and_an_overpaid_sale_is_seen() {
    let mut story = Story::new();
    story.pay(1, 600, |payment, sale, amount| Fact::ReaderAsked {
        payment,
        sale,
        amount,
        service_id: ServiceId("1".into()),
    });
    story.tell(1, &Fact::ReaderUnanswered { payment: payment_id(1), fault: ReaderFault::TimedOut });
    story.tell(1, &Fact::ReaderParked { payment: payment_id(1), by: manager() });
    let (payment, sale) = (payment_id(2), sale_id(1));
    let (amount, given, change) = (euro(600), euro(600), euro(0));
    story.tell(1, &Fact::CashTaken { payment, sale, amount, given, change, drawer: drawer_id(), foreign: None });
    story.done(1);
    story.count_drawer(FLOAT_MINOR + 600);
    assert!(matches!(story.open(4)[..], [OpenItem::ReaderUnanswered { .. }]));
    assert_eq!(outcome(&story.0.payments[&payment_id(1)], None, at(4), &RULES), Outcome::Open);
    let charged = Fact::ReaderDecided { payment: payment_id(1), charged: true, by: manager() };
    story.tell(4, &charged);
    assert!(matches!(story.open(4)[..], [OpenItem::SaleOverpaid { by: Money { minor: 600, .. }, .. }]));
    assert!(story.may_close(4).is_err(), "money that belongs to a customer keeps the day open");
    let give = |minor| Fact::GivenBack { sale, amount: euro(minor), way: GiveBackWay::OnReader, by: manager() };
    assert!(story.0.clone().apply(at(5), &give(601)).is_err(), "no more goes back than was taken too much");
    story.tell(5, &give(200));
    assert!(matches!(story.open(5)[..], [OpenItem::SaleOverpaid { by: Money { minor: 400, .. }, .. }]));
    story.tell(5, &give(400));
    assert_eq!(story.may_close(5), Ok(()));
}

#[test]
fn what_goes_back_in_cash_is_missing_in_the_drawer_and_a_charge_taken_back_is_owed_no_more() {
    let mut story = Story::new();
    let paid_twice = |story: &mut Story, n| {
        let (payment, sale, amount) = (payment_id(n), sale_id(n), euro(600));
        story.pay(n, 600, |payment, sale, amount| Fact::ReaderAsked {
            payment,
            sale,
            amount,
            service_id: ServiceId(format!("S{n}")),
        });
        story.tell(1, &Fact::ReaderUnanswered { payment, fault: ReaderFault::TimedOut });
        story.tell(1, &Fact::ReaderParked { payment, by: manager() });
        let (given, change, drawer) = (euro(600), euro(0), drawer_id());
        story.tell(
            1,
            &Fact::CashTaken { payment: payment_id(n + 10), sale, amount, given, change, drawer, foreign: None },
        );
        story.done(n);
        let outcome = ReaderOutcome::Approved {
            approval_code: "1".into(),
            brand: None,
            last4: None,
            transaction: "T".into(),
            entry: None,
        };
        story.tell(2, &Fact::ReaderAnswered { payment, outcome });
    };
    paid_twice(&mut story, 1);
    let expected = story.0.drawer_expected_minor();
    let way = GiveBackWay::Cash { drawer: drawer_id(), paid: None };
    story.tell(3, &Fact::GivenBack { sale: sale_id(1), amount: euro(600), way, by: manager() });
    assert_eq!(story.0.drawer_expected_minor(), expected - 600);
    paid_twice(&mut story, 2);
    let payment = payment_id(2);
    assert_eq!(story.0.overpaid(&story.0.sales[&sale_id(2)]), euro(600));
    story.tell(3, &Fact::ReaderReversing { payment });
    assert!(story.open(3).iter().any(|item| matches!(item, OpenItem::ReaderUnanswered { .. })));
    story.tell(4, &Fact::ReaderReversed { payment });
    assert_eq!(story.0.overpaid(&story.0.sales[&sale_id(2)]), euro(0));
    assert!(story.0.apply(at(5), &Fact::ReaderReversing { payment }).is_err(), "nothing goes back twice");
}

#[test]
fn the_name_of_an_item_reads_back() {
    for id in [
        ItemId::Sale(sale_id(1)),
        ItemId::Payment(payment_id(1)),
        ItemId::Line(line_id(1)),
        ItemId::Drawer(drawer_id()),
        ItemId::Journal,
    ] {
        assert_eq!(id.to_string().parse(), Ok(id));
    }
    for bad in ["", "payment", "payment:1", "journal:1", "till:00000000-0000-0000-0000-000000000001"] {
        assert!(bad.parse::<ItemId>().is_err(), "{bad}");
    }
}

/// What happens to one sale of a random day.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Cash,
    Confirmed,
    Announced,
    Stored,
    Approved,
    Declined,
    WrittenOff,
    NeverArrived,
}

fn fate() -> impl Strategy<Value = Fate> {
    use Fate::{Announced, Approved, Cash, Confirmed, Declined, NeverArrived, Stored, WrittenOff};
    prop::sample::select(vec![Cash, Confirmed, Announced, Stored, Approved, Declined, WrittenOff, NeverArrived])
}

proptest! {
    /// Whatever the day: what was taken is what was sold, each payment is open exactly when an item keeps the day open,
    /// and what is carried and written off is what the outcomes say.
    #[test]
    fn outcomes_items_and_figures_agree(
        fates in prop::collection::vec((fate(), 1..50_000_i64), 0..12), hours in 1..120_i64,
    ) {
        let mut story = Story::new();
        for (n, (fate, minor)) in (1..).zip(&fates) {
            let payment = payment_id(n);
            match fate {
                Fate::Cash => story.cash(n, *minor),
                Fate::Confirmed => story.transfer(n, *minor, confirmed()),
                Fate::Announced => story.transfer(n, *minor, QrState::CustomerSaysPaid { at: at(1) }),
                Fate::NeverArrived => {
                    story.transfer(n, *minor, QrState::CustomerSaysPaid { at: at(1) });
                    let reason = LossReason::CustomerUnknown;
                    story.tell(2, &Fact::QrWrittenOff { payment, by: manager(), reason });
                }
                Fate::Stored => story.stored(n, *minor),
                Fate::Approved => {
                    story.stored(n, *minor);
                    story.answer(n, approved());
                }
                Fate::Declined | Fate::WrittenOff => {
                    story.stored(n, *minor);
                    story.answer(n, declined(true));
                    if let Fate::WrittenOff = fate {
                        let reason = LossReason::CustomerUnknown;
                        story.tell(2, &Fact::CardWrittenOff { payment, by: manager(), reason });
                    }
                }
            }
        }
        let figures = story.figures(hours);
        prop_assert_eq!(figures.taken_minor(), fates.iter().map(|(_, minor)| minor).sum::<i64>());
        let items = story.open(hours);
        let (mut carried, mut written_off) = (0, 0);
        for payment in story.0.payments.values() {
            let own: Vec<&OpenItem> = items.iter().filter(|item| item.id() == ItemId::Payment(payment.id)).collect();
            prop_assert!(own.len() <= 1);
            let result = outcome(payment, None, at(hours), &RULES);
            prop_assert_eq!(result == Outcome::Open, own.iter().any(|item| item.blocks()));
            prop_assert_eq!(result == Outcome::NotYetDue, own.iter().any(|item| !item.blocks()));
            match result {
                Outcome::NotYetDue => carried += payment.amount.minor,
                Outcome::WrittenOff => written_off += payment.amount.minor,
                _ => {}
            }
        }
        prop_assert_eq!((figures.carried_minor, figures.written_off_minor), (carried, written_off));
    }
}
