//! The disk refuses, or the plug is pulled, in the middle of a cash sale.

use stopgap::app::event::{AppTouch, CashTouch, DayTouch, MenuTouch, SellTouch, Touch};
use stopgap::domain::sale::SaleState;
use stopgap::screens::PageView;
use stopgap::store::{SavePoint, Strike};

use crate::look;
use crate::support::disk::POINTS;
use crate::support::shop::{CASHIER, MANAGER, connected};
use crate::support::{Bench, Pace};

/// A till on whose cash page 12.00 only have to be finished.
fn a_cash_sale() -> Bench {
    let mut till = Bench::new(connected(), Pace::Instant, 9);
    till.open_day(CASHIER);
    till.amount("1200");
    till.touch(Touch::Sell(SellTouch::PayByCash));
    till
}

#[test]
fn a_save_that_fails_changes_nothing_but_the_message() {
    let mut till = a_cash_sale();
    till.touch(Touch::App(AppTouch::DismissMessage));
    let (page, ledger) = (till.view().page, till.app.ledger().clone());
    till.world.disk.fill();
    till.touch(Touch::Cash(CashTouch::Finish));
    look!(till, "not_saved");
    assert_eq!(till.view().page, page);
    assert_eq!(*till.app.ledger(), ledger);
    till.world.disk.mend();
    till.touch(Touch::Cash(CashTouch::Finish));
    assert!(matches!(till.view().page, PageView::Done(_)));
}

#[test]
fn a_plug_pulled_in_the_middle_of_a_sale_leaves_the_sale_or_an_entry_to_look_at() {
    let mut counted = Vec::new();
    for point in POINTS {
        let mut till = a_cash_sale();
        till.world.disk.strike(point, Strike::Crash);
        till.touch(Touch::Cash(CashTouch::Finish));
        let was_struck = till.is_down();
        assert_eq!(was_struck, !matches!(till.view().page, PageView::Done(_)), "{point:?}: nothing is shown as taken");
        till.restart();
        let done = till.app.ledger().sales.values().filter(|sale| matches!(sale.state, SaleState::Done { .. })).count();
        let message = format!("{:?}", till.view().app.message);
        counted.push(format!("{point:?}: struck {was_struck}, {done} sale, {message}"));
        assert!(till.world.complaint.is_none(), "{:?}", till.world.complaint);
        till.sign_in(CASHIER);
        assert!(till.world.verify().holds());
    }
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_yaml_snapshot!("after_a_crash_at_each_point", counted);
    });
}

#[test]
fn the_manager_reads_the_entries_that_were_never_confirmed_once() {
    let mut till = a_cash_sale();
    till.world.disk.strike(SavePoint::Commit, Strike::Crash);
    till.touch(Touch::Cash(CashTouch::Finish));
    till.restart();
    till.sign_in(MANAGER);
    till.touch_all([Touch::App(AppTouch::OpenMenu), Touch::Menu(MenuTouch::OpenDay)]);
    till.touch(Touch::Day(DayTouch::Act("journal".to_owned())));
    look!(till, "entries_to_look_at");
    till.touch(Touch::Day(DayTouch::EntriesSeen));
    assert!(till.view().overlay.is_none());
    let PageView::Day(day) = till.view().page else { panic!("the day is left") };
    assert!(day.items.iter().all(|item| item.id != "journal"));
    assert!(till.world.verify().holds());
}
