//! What becomes known after a day was closed, and what a person takes back.

use super::*;
use crate::domain::ids::RefundId;
use crate::domain::sale::{Payment, RefundWay};

fn next_day() -> DayId {
    DayId(Uuid::from_u128(4_001))
}

/// A day with a confirmed transfer, a stored card and one that was written off, closed; the next one is open.
fn a_closed_day_and_the_next() -> Story {
    let mut story = Story::new();
    story.transfer(1, 1_000, confirmed());
    story.stored(2, 2_000);
    story.transfer(3, 3_000, QrState::CustomerSaysPaid { at: at(1) });
    story.tell(2, &Fact::QrWrittenOff { payment: payment_id(3), by: manager(), reason: LossReason::Goodwill });
    let figures = story.figures(10);
    story.tell(10, &Fact::DayClosed { day: day_id(), figures, terms: None });
    story
}

fn open_next(story: &mut Story) {
    story.tell(24, &Fact::DayOpened { day: next_day(), date: at(24).date_naive(), is_demo: false });
}

fn noted(story: &Story) -> Vec<(AdjustmentKind, i64, bool)> {
    let adjustments = story.0.day.iter().flat_map(|day| &day.adjustments);
    adjustments.map(|one| (one.kind, one.amount.minor, one.after_close)).collect()
}

#[test]
fn what_is_settled_after_the_close_is_an_adjustment_of_the_next_slip_and_changes_nothing_that_is_sealed() {
    let mut story = a_closed_day_and_the_next();
    let day_as_sealed = story.0.day.clone();
    let trace = HostTrace { stan: 2, rrn: "1".into(), sold_at: at(1), sent_at: at(12) };
    story.tell(12, &Fact::CardSending { payment: payment_id(2), trace });
    assert_eq!(story.0.day, day_as_sealed, "a card that is asked about is no news yet");
    story.tell(12, &Fact::CardAnswered { payment: payment_id(2), answer: approved() });
    assert_eq!(noted(&story), [(AdjustmentKind::Settled, 2_000, true)]);
    open_next(&mut story);
    assert_eq!(noted(&story), [(AdjustmentKind::Settled, 2_000, false)]);
    story.statement(vec![credit(1, 1_000, &reference(1))]);
    story.tell(25, &Fact::LineMatched { line: line_id(1), payment: payment_id(1), how: MatchHow::ByHand });
    assert_eq!(noted(&story).len(), 2);
    let figures = story.figures(25);
    assert_eq!(
        (figures.adjustments, figures.adjusted_minor),
        (2, 0),
        "money that was promised has come: no difference"
    );
    assert_eq!(figures.taken_minor(), 0, "yesterday's sales are not today's");

    story.tell(26, &Fact::DecisionUndone { line: line_id(1), by: manager() });
    let kinds: Vec<AdjustmentKind> = noted(&story).into_iter().map(|(kind, ..)| kind).collect();
    assert_eq!(kinds, [AdjustmentKind::Settled, AdjustmentKind::Settled, AdjustmentKind::OpenAgain]);
    story.tell(27, &Fact::QrWrittenOff { payment: payment_id(1), by: manager(), reason: LossReason::Goodwill });
    assert_eq!(story.figures(28).adjusted_minor, -1_000);
}

#[test]
fn a_loss_is_taken_back_on_its_own_day_without_a_trace_and_later_as_an_adjustment() {
    let (undone, off) = (
        |n| Fact::LossUndone { payment: payment_id(n), by: manager() },
        |n| Fact::QrWrittenOff { payment: payment_id(n), by: manager(), reason: LossReason::Goodwill },
    );
    let mut story = a_closed_day_and_the_next();
    open_next(&mut story);
    // Of three sales the next day needs only two; the loss of the third is remembered, and is no part of the new day.
    assert_eq!(story.figures(25).written_off_minor, 0);
    assert!(story.open(25).iter().all(|item| item.id() != ItemId::Payment(payment_id(3))));
    let losses: Vec<Option<Money>> = decided(&story.0).iter().map(|one| one.loss).collect();
    assert_eq!(losses, [Some(euro(3_000))]);
    story.tell(25, &undone(3));
    assert_eq!(noted(&story), [(AdjustmentKind::LossUndone, 3_000, false)]);
    assert_eq!(story.figures(25).adjusted_minor, 3_000, "what yesterday lost is waited for again");
    assert!(story.open(25).iter().any(|item| item.id() == ItemId::Payment(payment_id(3)) && item.blocks()));
    assert!(story.0.apply(at(25), &undone(3)).is_err(), "there is no loss any more");
    // Taken once more it is lost today; and its money ends it whatever was said before.
    story.tell(26, &off(3));
    assert_eq!(story.figures(26).adjusted_minor, 0);
    story.tell(27, &undone(3));
    story.statement(vec![credit(1, 3_000, &reference(3))]);
    story.tell(28, &Fact::LineMatched { line: line_id(1), payment: payment_id(3), how: MatchHow::ByHand });
    assert_eq!(story.figures(28).adjusted_minor, 3_000);

    // On the day of the sale itself nothing is sealed yet.
    let mut story = Story::new();
    story.transfer(3, 3_000, QrState::CustomerSaysPaid { at: at(1) });
    let before = story.figures(2);
    story.tell(2, &off(3));
    assert_eq!((story.figures(2).lost_minor, story.figures(2).written_off_minor), (3_000, 3_000));
    story.tell(3, &undone(3));
    assert_eq!(story.figures(2), before);
    assert!(noted(&story).is_empty());
}

#[test]
fn a_stored_card_whose_loss_is_taken_back_is_never_sent_and_may_be_written_off_again() {
    let mut story = Story::new();
    story.stored(5, 500);
    story.tell(2, &Fact::CardParked { payment: payment_id(5), reason: ParkReason::TooLate });
    let off = Fact::CardWrittenOff { payment: payment_id(5), by: manager(), reason: LossReason::CustomerUnknown };
    story.tell(3, &off);
    story.tell(4, &Fact::LossUndone { payment: payment_id(5), by: manager() });
    let [item] = &story.open(5)[..1] else { panic!() };
    assert_eq!((item.actions(), item.blocks()), (&[Action::WriteOff][..], true));
    let unparked = Fact::CardUnparked { payment: payment_id(5), by: manager(), next_try: at(6) };
    assert!(story.0.apply(at(6), &unparked).is_err(), "its sealed card was wiped");
    story.tell(7, &off);
    assert_eq!(story.figures(8).written_off_minor, 500);
}

#[test]
fn a_loss_is_forgotten_after_thirty_days() {
    let mut story = a_closed_day_and_the_next();
    story.tell(24 * 29, &Fact::DayOpened { day: next_day(), date: at(24 * 29).date_naive(), is_demo: false });
    assert_eq!(decided(&story.0).len(), 1);
    let figures = story.figures(24 * 29);
    story.tell(24 * 29, &Fact::DayClosed { day: next_day(), figures, terms: None });
    let later = DayId(Uuid::from_u128(4_002));
    story.tell(24 * 32, &Fact::DayOpened { day: later, date: at(24 * 32).date_naive(), is_demo: false });
    assert!(decided(&story.0).is_empty() && !story.0.payments.contains_key(&payment_id(3)));
}

#[test]
fn a_refused_suggestion_stands_apart_until_it_is_taken_back() {
    let mut story = Story::new();
    story.transfer(1, 1_000, confirmed());
    story.statement(vec![credit(1, 1_000, "flowers")]);
    assert!(matches!(story.open(2)[..], [OpenItem::TransferSuggested { why: Likeness::AmountAndDay, .. }, ..]));
    let refused = Fact::SuggestionRefused { lines: vec![line_id(1)], payments: vec![payment_id(1)], by: manager() };
    story.tell(2, &refused);
    let kinds = |story: &Story| -> Vec<ItemId> { story.open(3).iter().map(OpenItem::id).collect() };
    assert!(kinds(&story).contains(&ItemId::Line(line_id(1))), "the credit stands alone: {:?}", story.open(3));
    // Another file changes nothing of it.
    story.statement(vec![credit(2, 77, "rent")]);
    assert!(!story.open(3).iter().any(|item| matches!(item, OpenItem::TransferSuggested { .. })));
    let [one] = &decided(&story.0)[..] else { panic!("{:?}", decided(&story.0)) };
    assert!(matches!(one.what, DecidedWhat::Refused(_)) && one.loss.is_none());
    story.tell(4, &one.undone(manager()).unwrap());
    assert!(story.open(4).iter().any(|item| matches!(item, OpenItem::TransferSuggested { .. })));
}

#[test]
fn parts_of_a_transfer_are_one_item_and_one_loss() {
    let mut story = Story::new();
    story.transfer(1, 5_100, confirmed());
    story.statement(vec![credit(1, 2_000, &reference(1)), credit(2, 3_000, &reference(1))]);
    let items = story.open(2);
    let Some(OpenItem::TransferUnder { credits, by, .. }) = items.first() else { panic!("{items:?}") };
    assert_eq!((credits.len(), by.minor), (2, 100));
    for line in [line_id(1), line_id(2)] {
        story.tell(2, &Fact::LineMatched { line, payment: payment_id(1), how: MatchHow::ByHand });
    }
    assert_eq!(story.figures(3).written_off_minor, 100);
    let losses: Vec<Option<Money>> = decided(&story.0).iter().map(|one| one.loss).collect();
    assert_eq!(losses, [Some(euro(100))], "undoing it needs two people, as taking it did");
}

#[test]
fn parts_that_are_too_much_together_are_one_item_and_what_is_too_much_goes_back() {
    let mut story = Story::new();
    story.transfer(1, 5_000, confirmed());
    // The first two are the sale to the cent; the third is too much all the same.
    let came = [credit(1, 2_000, &reference(1)), credit(2, 3_000, &reference(1)), credit(3, 100, &reference(1))];
    story.statement(came.to_vec());
    let items = story.open(2);
    let Some(OpenItem::TransferOver { credits, by, .. }) = items.first() else { panic!("{items:?}") };
    assert_eq!((credits.len(), by.minor), (3, 100));
    assert!(!items.iter().any(|item| matches!(item, OpenItem::TransferTwice { .. })), "{items:?}");
    for line in 1..=3 {
        story.tell(2, &Fact::LineMatched { line: line_id(line), payment: payment_id(1), how: MatchHow::ByHand });
    }
    let came = story.0.payments.get(&payment_id(1)).map(Payment::came);
    assert_eq!(came.map(|money| money.minor), Some(5_100));
}

#[test]
fn test_payments_and_credits_that_went_back_are_counted_by_themselves() {
    let mut story = Story::new();
    story.statement(vec![credit(1, 1, "test"), credit(2, 200, "stray"), credit(3, 300, "rent")]);
    let explained = |n, why| Fact::LineExplained {
        line: line_id(n),
        by: manager(),
        payment: None,
        own_refund: false,
        why: Some(why),
    };
    story.tell(2, &explained(1, LineReason::TestPayment));
    story.tell(2, &explained(3, LineReason::SoldElsewhere));
    let (line, way) = (line_id(2), GiveBackWay::OtherWay);
    story.tell(2, &Fact::CreditReturned { line, payment: None, amount: euro(200), way, by: manager() });
    let figures = story.figures(3);
    let counts = (figures.statement_unmatched, figures.statement_tests, figures.statement_returned);
    assert_eq!(counts, (1, 1, 1));
}

#[test]
fn a_chargeback_of_a_forgotten_sale_is_named_and_becomes_an_adjustment() {
    let mut story = a_closed_day_and_the_next();
    story.statement(vec![credit(1, 1_000, &reference(1))]);
    let (line, payment) = (line_id(1), payment_id(1));
    story.tell(11, &Fact::LineMatched { line, payment, how: MatchHow::ReferenceAndAmount });
    let settled = [1, 3].map(|n| {
        let payment = &story.0.payments[&payment_id(n)];
        crate::domain::reconcile::Claim::of(payment, story.0.sales[&payment.sale].reference).unwrap()
    });
    open_next(&mut story);
    assert!(story.0.payments.get(&payment).is_none(), "what is final leaves the memory");
    // The bank takes the first back, and the third comes after all.
    let lines = vec![credit(2, -1_000, &reference(1)), credit(3, 3_000, &reference(3)), credit(4, 10, "tip")];
    let notes = StatementNotes { earlier: crate::domain::reconcile::earlier(&lines, &settled), ..Default::default() };
    assert_eq!(notes.earlier.len(), 2);
    let (statement, name) = (StatementId(Uuid::from_u128(5_001)), "s".to_owned());
    let lines = lines.into();
    story.tell(25, &Fact::StatementImported { statement, name, sha256: "1".into(), lines, notes });
    let items = story.open(25);
    let back = items.iter().any(
        |item| matches!(item, OpenItem::TransferTakenBack { payment: named, credit } if *named == payment && credit.line == line_id(2)),
    );
    assert!(back, "{items:?}");
    for (line, payment) in [(line_id(2), Some(payment)), (line_id(3), Some(payment_id(3))), (line_id(4), None)] {
        story.tell(26, &Fact::LineExplained { line, by: manager(), payment, own_refund: false, why: None });
    }
    let kinds: Vec<AdjustmentKind> = noted(&story).into_iter().map(|(kind, ..)| kind).collect();
    assert_eq!(kinds, [AdjustmentKind::Settled, AdjustmentKind::TakenBack, AdjustmentKind::CameAfterAll]);
    assert_eq!(story.figures(26).adjusted_minor, 2_000);
    story.tell(27, &Fact::DecisionUndone { line: line_id(2), by: manager() });
    assert_eq!(story.figures(27).adjusted_minor, 3_000);
    assert!(story.open(27).iter().any(|item| matches!(item, OpenItem::TransferTakenBack { .. })), "it is open again");
}

#[test]
fn what_the_bank_takes_back_of_todays_money_is_lost_today() {
    let mut story = Story::new();
    story.transfer(1, 1_000, confirmed());
    story.statement(vec![credit(1, 1_000, &reference(1)), credit(2, -1_000, &reference(1))]);
    let how = MatchHow::ReferenceAndAmount;
    story.tell(4, &Fact::LineMatched { line: line_id(1), payment: payment_id(1), how });
    assert!(matches!(story.open(4)[0], OpenItem::TransferTakenBack { .. }));
    let (line, payment) = (line_id(2), Some(payment_id(1)));
    story.tell(4, &Fact::LineExplained { line, by: manager(), payment, own_refund: false, why: None });
    let figures = story.figures(5);
    assert_eq!((figures.received_minor, figures.lost_minor, figures.adjustments), (0, 1_000, 0));
}

#[test]
fn a_transfer_in_parts_and_a_payout_are_one_decision_each_and_can_be_taken_back() {
    let mut story = Story::new();
    for n in 1..=3 {
        story.transfer(n, 1_000 * i64::from(n), confirmed());
    }
    story.statement(vec![
        credit(1, 400, &reference(1)),
        credit(2, 600, &reference(1)),
        credit(3, 4_900, &format!("{} {}", reference(2), reference(3))),
    ]);
    story.count_drawer(FLOAT_MINOR);
    let before = story.0.clone();
    let items = story.open(4);
    let [OpenItem::TransferInParts { credits, .. }, OpenItem::PayoutFound { credit, payments, fee, .. }] = &items[..]
    else {
        panic!("{items:#?}");
    };
    assert_eq!((credits.len(), payments.len(), fee.minor), (2, 2, 100));
    for part in credits {
        story.tell(4, &Fact::LineMatched { line: part.line, payment: payment_id(1), how: MatchHow::ByHand });
    }
    let payments = payments.iter().map(|about| about.payment).collect();
    story.tell(4, &Fact::PayoutMatched { line: credit.line, payments, fee: *fee, by: manager() });
    assert_eq!(story.may_close(4), Ok(()));
    let figures = story.figures(4);
    assert_eq!((figures.statement_matched, figures.fees_minor, figures.lost_minor), (3, 100, 0));
    assert_eq!(figures.received_minor, 6_000);
    let decisions = decided(&story.0);
    let what: Vec<DecidedWhat> = decisions.iter().map(|one| one.what.clone()).collect();
    assert!(matches!(what[..], [DecidedWhat::Transfer(_), DecidedWhat::Payout(_)]), "{what:?}");
    for one in decisions {
        story.tell(5, &one.undone(manager()).unwrap());
    }
    assert_eq!(story.0, before, "every line and every transfer is as it was");
    let again = Fact::DecisionUndone { line: line_id(1), by: manager() };
    assert!(story.0.apply(at(5), &again).is_err(), "there is nothing left to take back");
}

#[test]
fn a_refund_of_a_closed_days_sale_is_of_todays_drawer_and_an_adjustment() {
    let mut story = Story::new();
    story.cash(5, 1_500);
    let sale = story.0.sales[&sale_id(5)].clone();
    let payments: Vec<Payment> = story.0.payments.of_sale(sale.id).cloned().collect();
    let figures = story.figures(10);
    story.tell(10, &Fact::DayClosed { day: day_id(), figures, terms: None });
    let recalled = Fact::SaleRecalled { sale: Box::new(sale.clone()), payments };
    assert!(story.0.clone().apply(at(11), &recalled).is_err(), "no day is open");
    open_next(&mut story);
    let (drawer, float) = (DrawerId(Uuid::from_u128(77)), Count::default());
    story.tell(24, &Fact::DrawerOpened { drawer, float, float_minor: 9_000, name: None, by: None, foreign: None });
    story.tell(25, &recalled);
    assert!(noted(&story).is_empty(), "to be taken up again is no news");
    assert!(story.0.clone().apply(at(25), &recalled).is_err(), "it is there already");
    let refund = |minor: i64| Fact::Refunded {
        refund: RefundId(Uuid::from_u128(78)),
        sale: sale.id,
        amount: euro(minor),
        way: RefundWay::Cash { drawer, paid: euro(minor) },
        by: manager(),
    };
    assert!(story.0.clone().apply(at(25), &refund(1_501)).is_err(), "more than was taken");
    story.tell(25, &refund(500));
    assert_eq!(noted(&story), [(AdjustmentKind::Refunded, 500, false)]);
    let figures = story.figures(26);
    assert_eq!((figures.adjusted_minor, figures.refunded.count, figures.taken_minor()), (-500, 0, 0));
    assert_eq!((figures.drawer.refunded, figures.cash_expected_minor), (500, 8_500));
}
