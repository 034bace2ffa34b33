//! The receipt printer: receipts wait for paper, are never printed twice by themselves, and the cashier sees how it is.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::TimeDelta;
use stopgap::app::event::{AppTouch, CashTouch, DoneTouch, DrawerTouch, MenuTouch, QrTouch, SellTouch, Touch};
use stopgap::domain::ledger::RECEIPTS_MAX;
use stopgap::domain::printer::PrinterTrouble;
use stopgap::domain::receipt::ReceiptState;
use stopgap::domain::sale::{Sale, SaleState};
use stopgap::escpos::{DrawerPin, PaperWidth, Profile};
use stopgap::outside::printer::{Printer, PrinterAddress};
use stopgap::screens::PageView;
use stopgap::screens::app::Message;
use stopgap::screens::done::PrintState;
use stopgap::settings::{MerchantCopy, PrinterSettings, Settings};

use crate::look;
use crate::support::shop::{CASHIER, connected, settings};
use crate::support::{Bench, Pace};

fn till() -> Bench {
    let printer = PrinterSettings {
        printer: Printer { address: PrinterAddress::Device(PathBuf::from("/dev/null")), answers: true },
        profile: Profile {
            paper: PaperWidth::Mm80,
            pages: Vec::new(),
            has_chinese: false,
            has_codes: true,
            has_cutter: true,
        },
        drawer_pin: Some(DrawerPin::Two),
        merchant_copy: MerchantCopy::Promises,
        signature: true,
    };
    let shop = Settings { printer: Some(printer), ..Settings::clone(&settings(connected())) };
    let mut till = Bench::of_shop(Arc::new(shop), Pace::Instant, 12);
    till.open_day(CASHIER);
    till
}

fn pay_cash(till: &mut Bench) {
    till.amount("1250");
    till.touch_all([Touch::Sell(SellTouch::PayByCash), Touch::Cash(CashTouch::Finish)]);
}

fn print_state(till: &Bench) -> PrintState {
    match till.view().page {
        PageView::Done(done) => done.print_state,
        other => panic!("not the end of a sale: {other:?}"),
    }
}

fn states(till: &Bench) -> Vec<ReceiptState> {
    till.app.ledger().sales.values().flat_map(|sale| &sale.receipts).map(|job| job.state).collect()
}

#[test]
fn a_sale_prints_its_receipt_once_with_its_number_as_a_code() {
    let mut till = till();
    pay_cash(&mut till);
    assert_eq!(print_state(&till), PrintState::Printed);
    assert_eq!((till.world.printer.papers.len(), till.world.printer.kicks), (1, 1));
    let reference = till.app.ledger().sales.values().next().unwrap().reference.to_string();
    assert!(till.world.printer.papers[0].ends_with(&format!("[{reference}]")));
    till.touch(Touch::Done(DoneTouch::PrintAgain));
    assert_eq!((till.world.printer.papers.len(), till.world.printer.count("COPY")), (2, 1));
    till.restart();
    till.pass(TimeDelta::minutes(2));
    assert_eq!(till.world.printer.papers.len(), 2, "a restart prints nothing again");
    assert!(till.world.verify().holds());
}

#[test]
fn without_paper_the_sale_stands_the_receipt_waits_and_comes_out_by_itself() {
    let mut till = till();
    till.world.printer.trouble = Some(PrinterTrouble::NoPaper);
    pay_cash(&mut till);
    look!(till, "the_receipt_waits");
    till.touch(Touch::App(AppTouch::DismissMessage));
    till.touch(Touch::Done(DoneTouch::NextSale));
    pay_cash(&mut till);
    till.touch(Touch::Done(DoneTouch::NextSale));
    till.touch(Touch::App(AppTouch::OpenMenu));
    till.touch(Touch::Menu(MenuTouch::OpenDrawerPage));
    look!(till, "two_receipts_wait");
    till.restart();
    till.sign_in(CASHIER);
    till.world.printer.trouble = None;
    till.run_until("both to be printed", |till| till.world.printer.papers.len() == 2);
    till.pass(TimeDelta::minutes(1));
    assert_eq!((till.world.printer.papers.len(), till.world.printer.count("COPY")), (2, 0));
    assert_eq!(states(&till), [ReceiptState::Printed; 2]);
}

#[test]
fn a_receipt_that_broke_off_is_asked_about_and_what_is_printed_then_says_copy() {
    let mut till = till();
    till.world.printer.breaks_after = Some(8);
    pay_cash(&mut till);
    assert_eq!(till.view().app.message, Some(Message::ReceiptDoubtful));
    look!(till, "did_it_come_out_whole");
    till.world.printer.trouble = None;
    till.pass(TimeDelta::minutes(5));
    assert!(till.world.printer.papers.is_empty(), "nothing is printed again by itself");
    till.touch(Touch::Done(DoneTouch::PrintAgain));
    till.run_until("the copy", |till| till.world.printer.papers.len() == 1);
    assert_eq!(till.world.printer.count("COPY"), 1);
    assert_eq!(states(&till), [ReceiptState::GivenUp, ReceiptState::Printed]);
}

/// The connection drops, the printer stalls, its cover opens, its paper ends: whatever it breaks off with, and however
/// often the till is started again after it.
#[test]
fn a_half_printed_receipt_is_never_printed_again_by_itself() {
    for trouble in
        [PrinterTrouble::Unreachable, PrinterTrouble::Offline, PrinterTrouble::CoverOpen, PrinterTrouble::NoPaper]
    {
        let mut till = till();
        (till.world.printer.breaks_after, till.world.printer.breaks_with) = (Some(5), Some(trouble));
        pay_cash(&mut till);
        till.touch(Touch::Done(DoneTouch::NextSale));
        till.world.printer.trouble = None;
        for _ in 0..3 {
            till.pass(TimeDelta::minutes(5));
            till.restart();
        }
        till.sign_in(CASHIER);
        pay_cash(&mut till);
        assert_eq!(till.world.printer.torn.len(), 1, "{trouble:?}");
        assert_eq!(till.world.printer.papers.len(), 1, "{trouble:?}: the receipt of the next sale, and only that");
        assert!(matches!(states(&till)[..], [ReceiptState::Doubtful { .. }, ReceiptState::Printed]), "{trouble:?}");
    }
}

#[test]
fn a_receipt_that_was_with_the_printer_when_the_plug_was_pulled_is_doubtful() {
    let mut till = Bench::of_shop(Arc::clone(&till().world.settings), Pace::Lifelike, 12);
    till.sign_in(CASHIER);
    till.count_drawer(&[("10000", "1")]);
    till.run_until("the sell page", |till| matches!(till.view().page, PageView::Sell(_)));
    pay_cash(&mut till);
    till.run_until("the end of the sale", |till| matches!(till.view().page, PageView::Cash(_) | PageView::Done(_)));
    let printing = |till: &Bench| states(till).contains(&ReceiptState::Printing);
    for _ in 0..200 {
        till.touch(Touch::Cash(CashTouch::Finish));
        if printing(&till) {
            break;
        }
        till.pass(TimeDelta::milliseconds(5));
    }
    assert!(printing(&till), "{:?}", states(&till));
    let papers = till.world.printer.papers.len();
    till.restart();
    till.pass(TimeDelta::minutes(1));
    assert!(matches!(states(&till)[..], [ReceiptState::Doubtful { .. }]), "{:?}", states(&till));
    assert_eq!(till.world.printer.papers.len(), papers);
    till.sign_in(CASHIER);
    till.touch(Touch::App(AppTouch::OpenMenu));
    till.touch(Touch::Menu(MenuTouch::OpenDrawerPage));
    till.run_until("the drawer page", |till| matches!(till.view().page, PageView::Drawer(_)));
    let sale = *till.app.ledger().sales.keys().next().unwrap();
    till.touch(Touch::Drawer(DrawerTouch::ReceiptIsWhole(sale)));
    till.run_until("it to be answered", |till| states(till) == [ReceiptState::Printed]);
}

#[test]
fn a_transfer_leaves_a_paper_for_the_shop_too() {
    let mut till = till();
    till.amount("1250");
    till.touch_all([Touch::Sell(SellTouch::PayByQr), Touch::Qr(QrTouch::Confirm)]);
    assert_eq!((till.world.printer.papers.len(), till.world.printer.count("SHOP")), (2, 1));
}

/// Every fault that a printer has with the drawer that hangs on it; one that stalls or is cut off is out of reach.
const FAULTS: [PrinterTrouble; 6] = [
    PrinterTrouble::Unreachable,
    PrinterTrouble::Offline,
    PrinterTrouble::CoverOpen,
    PrinterTrouble::NoPaper,
    PrinterTrouble::CutterJammed,
    PrinterTrouble::Broken,
];

#[test]
fn a_drawer_that_does_not_open_without_a_sale_is_said_and_journaled() {
    for trouble in FAULTS {
        let mut till = till();
        till.world.printer.trouble = Some(trouble);
        till.touch(Touch::App(AppTouch::OpenMenu));
        till.touch(Touch::Menu(MenuTouch::OpenDrawer));
        assert_eq!(till.view().app.message, Some(Message::DrawerFailed), "{trouble:?}");
        let wanted = till.world.books.kinds["drawer_kicked"];
        assert_eq!(wanted, 1, "{trouble:?}: that somebody wanted it open is journaled all the same");
        till.world.printer.trouble = None;
        till.pass(TimeDelta::minutes(1));
        assert_eq!(
            till.world.printer.kicks, 0,
            "{trouble:?}: it does not spring open by itself when all is well again"
        );
        assert_eq!(till.app.ledger().drawer.as_ref().unwrap().openings, 1, "{trouble:?}");
    }
}

/// The cash was taken, whatever the drawer does: the cashier sees it, opens the drawer by its key and gives the change.
#[test]
fn a_drawer_that_does_not_open_for_a_sale_costs_no_sale() {
    for trouble in FAULTS {
        let mut till = till();
        till.world.printer.trouble = Some(trouble);
        pay_cash(&mut till);
        assert_eq!(till.view().app.message, Some(Message::DrawerFailed), "{trouble:?}");
        let PageView::Done(done) = till.view().page else { panic!("{trouble:?}: the sale is over") };
        assert_eq!((done.amount.as_str(), done.print_state), ("12.50", PrintState::Waiting), "{trouble:?}");
        let sale = till.app.ledger().sales.values().next().unwrap();
        assert!(matches!(sale.state, SaleState::Done { .. }), "{trouble:?}");
        assert_eq!(till.app.ledger().drawer_expected_minor(), 10_000 + 1_250, "{trouble:?}");
        till.touch(Touch::Done(DoneTouch::NextSale));
        assert!(matches!(till.view().page, PageView::Sell(_)), "{trouble:?}: the next customer waits for nothing");
        assert_eq!(till.world.printer.kicks, 0, "{trouble:?}");
        assert!(till.world.verify().holds(), "{trouble:?}");
    }
}

#[test]
fn the_sign_for_customers_says_what_is_offered_now_and_is_printed() {
    let mut till = till();
    till.touch(Touch::App(AppTouch::OpenMenu));
    till.touch(Touch::Menu(MenuTouch::ShowSign));
    look!(till, "the_sign");
    till.touch(Touch::Sign(stopgap::app::event::SignTouch::Print));
    assert!(till.world.papers["sign.txt"].contains("刷卡机暂停使用"));
}

#[test]
fn wherever_the_plug_is_pulled_a_sale_that_is_done_has_its_receipt() {
    let settings = Arc::clone(&till().world.settings);
    let mut done = 0;
    for pulled_after in 0..40 {
        let mut till = Bench::of_shop(Arc::clone(&settings), Pace::Lifelike, 12);
        till.sign_in(CASHIER);
        till.count_drawer(&[("10000", "1")]);
        till.run_until("the sell page", |till| matches!(till.view().page, PageView::Sell(_)));
        pay_cash(&mut till);
        till.pass(TimeDelta::milliseconds(pulled_after));
        till.restart();
        let is_done = |sale: &&Sale| matches!(sale.state, SaleState::Done { .. });
        for sale in till.app.ledger().sales.values().filter(is_done) {
            done += 1;
            assert!(!sale.receipts.is_empty(), "pulled after {pulled_after} ms");
        }
    }
    assert!(done > 0, "in none of them the sale was done");
}

#[test]
fn nobody_signs_for_cash() {
    let shop = Settings::clone(&till().world.settings);
    let printer = shop.printer.clone().map(|one| PrinterSettings { merchant_copy: MerchantCopy::Always, ..one });
    let mut till = Bench::of_shop(Arc::new(Settings { printer, ..shop }), Pace::Instant, 12);
    till.open_day(CASHIER);
    pay_cash(&mut till);
    assert_eq!((till.world.printer.count("SHOP COPY"), till.world.printer.count("signature")), (1, 0));
}

/// Whoever leans on the key gets so many copies and no more, and the till goes on.
#[test]
fn a_sale_has_a_bounded_number_of_papers() {
    let mut till = till();
    pay_cash(&mut till);
    for _ in 0..RECEIPTS_MAX + 5 {
        till.touch(Touch::Done(DoneTouch::PrintAgain));
    }
    assert_eq!(till.world.printer.papers.len(), RECEIPTS_MAX);
    assert_eq!(till.view().app.message, None);
    till.touch(Touch::Done(DoneTouch::NextSale));
    assert!(matches!(till.view().page, PageView::Sell(_)));
}

/// The printer works on a receipt, and the disk on how far it is: the next customer waits for neither.
#[test]
fn the_next_customer_waits_for_neither_printer_nor_disk() {
    let mut till = Bench::of_shop(Arc::clone(&till().world.settings), Pace::Lifelike, 12);
    till.sign_in(CASHIER);
    till.count_drawer(&[("10000", "1")]);
    till.run_until("the sell page", |till| matches!(till.view().page, PageView::Sell(_)));
    let mut met = 0;
    for step in 0..40 {
        till.amount("1250");
        till.touch(Touch::Sell(SellTouch::PayByCash));
        assert!(matches!(till.view().page, PageView::Cash(_)), "at once, whatever the printer does");
        till.touch(Touch::Cash(CashTouch::Finish));
        till.run_until("the end of the sale", |till| matches!(till.view().page, PageView::Done(_)));
        // At each moment of the printing in turn.
        till.pass(TimeDelta::milliseconds(step * 10));
        met += usize::from(states(&till).iter().any(|one| matches!(one, ReceiptState::Waits | ReceiptState::Printing)));
        till.touch(Touch::Done(DoneTouch::NextSale));
        assert!(matches!(till.view().page, PageView::Sell(_)), "after {} ms", step * 10);
    }
    assert!(met > 10, "the printer was at work in {met} of them only");
    till.run_until("all of them to be printed", |till| till.world.printer.papers.len() == 40);
    assert_eq!(till.world.printer.count("COPY"), 0);
}
