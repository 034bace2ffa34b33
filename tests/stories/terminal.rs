//! A shop with a terminal of its own that cannot be asked: the cashier says what it showed.

use chrono::TimeDelta;
use stopgap::app::event::{AppTouch, DoneTouch, OutageTouch, ReaderTouch, SellTouch, TendersTouch, Touch};
use stopgap::domain::sale::TenderKind;
use stopgap::screens::PageView;

use crate::look;
use crate::support::books::step;
use crate::support::shop::{CASHIER, standalone};
use crate::support::{Bench, Pace};

#[test]
fn the_cashier_says_approved_declined_and_not_working() {
    let mut till = Bench::new(standalone(), Pace::Instant, 5);
    till.open_day(CASHIER);
    till.amount("1250");
    till.touch(Touch::Sell(SellTouch::PayByCard));
    look!(till, "the_terminal_is_asked_by_hand");
    till.touch(Touch::Reader(ReaderTouch::TerminalApproved));
    look!(till, "approved");

    till.touch(Touch::Done(DoneTouch::NextSale));
    till.amount("800");
    till.touch(Touch::Sell(SellTouch::PayByCard));
    till.touch(Touch::Reader(ReaderTouch::TerminalDeclined));
    look!(till, "declined");
    till.touch_all([Touch::Reader(ReaderTouch::TryAgain), Touch::Reader(ReaderTouch::TerminalNotWorking)]);
    look!(till, "not_working");
    let steps: Vec<&str> = till.app.ledger().payments.values().map(step).collect();
    // The terminal may have died after the bank had approved: what it shows or printed is asked for.
    assert_eq!(steps, ["answered", "answered", "unknown on the reader"]);
    assert!(till.view().status.outage);
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Cash)));
    assert!(matches!(till.view().page, PageView::Tenders(_)), "no other way while nobody has looked");
    till.touch(Touch::Tenders(TendersTouch::TerminalNotCharged));
    look!(till, "looked_at_and_not_charged");

    till.touch(Touch::Tenders(TendersTouch::CancelSale));
    till.touch_all([Touch::App(AppTouch::OpenOutage), Touch::Outage(OutageTouch::TestReader)]);
    till.touch(Touch::Outage(OutageTouch::BackToSelling));
    till.amount("900");
    till.touch(Touch::Sell(SellTouch::PayByCard));
    till.touch_all([Touch::Reader(ReaderTouch::Cancel), Touch::Tenders(TendersTouch::TerminalCharged)]);
    assert!(matches!(till.view().page, PageView::Done(_)), "it had printed “approved” all the same");
}

#[test]
fn card_does_not_work_can_be_said_at_any_time_and_taken_back() {
    let mut till = Bench::new(standalone(), Pace::Instant, 6);
    till.open_day(CASHIER);
    till.amount("500");
    till.touch(Touch::Sell(SellTouch::CardDoesNotWork));
    look!(till, "other_ways");
    assert!(till.app.ledger().open_outage().is_some());
    till.touch_all([Touch::App(AppTouch::OpenOutage), Touch::Outage(OutageTouch::TestReader)]);
    till.run_until("the end of the outage", |till| till.app.ledger().open_outage().is_none());
    till.touch(Touch::Outage(OutageTouch::BackToSelling));
    assert!(matches!(till.view().page, PageView::Sell(_) | PageView::Tenders(_)));
}

#[test]
fn an_outage_that_a_person_reported_goes_on_after_a_restart_until_a_person_ends_it() {
    let mut till = Bench::new(standalone(), Pace::Instant, 7);
    till.open_day(CASHIER);
    till.amount("500");
    till.touch(Touch::Sell(SellTouch::CardDoesNotWork));
    let open = |till: &Bench| till.app.ledger().open_outage().map(|outage| (outage.id, outage.began));
    let began = open(&till);
    assert!(began.is_some());
    till.pass(TimeDelta::minutes(7));
    for _ in 0..2 {
        till.restart();
        till.pass(TimeDelta::minutes(3));
        assert_eq!((open(&till), till.view().status.outage), (began, true), "the same outage, not a new one");
    }
    assert_eq!(till.app.ledger().outages.len(), 1);
    till.sign_in(CASHIER);
    till.touch_all([Touch::App(AppTouch::OpenOutage)]);
    look!(till, "the_outage_goes_on_after_a_restart");
    till.touch(Touch::Outage(OutageTouch::TestReader));
    till.run_until("the end of the outage", |till| till.app.ledger().open_outage().is_none());
    till.restart();
    till.pass(TimeDelta::minutes(1));
    assert!(till.app.ledger().open_outage().is_none() && !till.view().status.outage);
}
