//! Papers as they come out, kept as they are: an independent emulator of a receipt printer prints each and reads it back
//! (`tests/peers/escpos`).

use std::sync::Arc;

use stopgap::app::event::{AppTouch, CashTouch, DoneTouch, MenuTouch, RefundTouch, SellTouch, SignTouch, Touch};
use stopgap::domain::cash::{Foreign, cash_rounding};
use stopgap::domain::money::Currency;
use stopgap::domain::receipt::Language;
use stopgap::settings::{CashSettings, ForeignTaken, Settings};

use crate::cash::page;
use crate::support::shop::{CASHIER, connected, settings};
use crate::support::{Bench, Pace};

/// A shop in Finland that takes dollars, in this language.
fn till(language: Language) -> Bench {
    let shop = Settings::clone(&settings(connected()));
    let foreign = Foreign { currency: Currency::USD, rate: "0.92".parse().unwrap() };
    let cash = CashSettings {
        rounding: cash_rounding(Currency::EUR, "FI".parse().ok()),
        foreign: vec![ForeignTaken { foreign, rate_of: None }],
        ..shop.cash
    };
    let mut till = Bench::of_shop(Arc::new(Settings { cash, language, ..shop }), Pace::Instant, 11);
    till.open_day(CASHIER);
    till
}

/// The newest paper whose name ends so.
fn paper(till: &Bench, end: &str) -> String {
    let found = till.world.papers.iter().filter(|(name, _)| name.ends_with(end));
    found.map(|(_, text)| text.clone()).next_back().expect("a paper")
}

fn sell(till: &mut Bench, amount: &str, touches: &[CashTouch]) {
    till.amount(amount);
    till.touch(Touch::Sell(SellTouch::PayByCash));
    till.touch_all(touches.iter().cloned().map(Touch::Cash));
    till.touch(Touch::Cash(CashTouch::Finish));
}

#[test]
fn a_payment_in_dollars_its_copy_and_its_refund() {
    for (language, name) in [(Language::English, "english"), (Language::Chinese, "chinese")] {
        let mut till = till(language);
        sell(&mut till, "4891", &[CashTouch::PayIn("USD".to_owned()), CashTouch::QuickSum("6000".to_owned())]);
        insta::assert_snapshot!(format!("the_paper_of_dollars_in_{name}"), paper(&till, "1.txt"));
        till.touch(Touch::Done(DoneTouch::PrintAgain));
        insta::assert_snapshot!(format!("the_paper_of_a_copy_in_{name}"), paper(&till, "-copy.txt"));
        till.touch(Touch::Done(DoneTouch::NextSale));
        let sale = *till.app.ledger().sales.keys().next_back().unwrap();
        page(&mut till, MenuTouch::OpenRefund);
        till.touch_all(
            [RefundTouch::Choose(sale), RefundTouch::Digits("1002".to_owned()), RefundTouch::Confirm]
                .map(Touch::Refund),
        );
        insta::assert_snapshot!(format!("the_paper_of_a_refund_in_{name}"), paper(&till, "-refund.txt"));
    }
}

#[test]
fn the_sign_on_the_counter_in_both_languages() {
    let mut till = till(Language::English);
    till.touch(Touch::App(AppTouch::OpenMenu));
    till.touch(Touch::Menu(MenuTouch::ShowSign));
    till.touch(Touch::Sign(SignTouch::Print));
    insta::assert_snapshot!("the_paper_of_the_sign", paper(&till, "sign.txt"));
}
