//! Cash on the real pages at their smallest size: nothing that matters is cut, and what may not be pressed is off.

#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places on the screen are small and whole")]

use std::sync::Arc;

use rqrr::PreparedImage;
use stopgap::app::event::{
    AppTouch, CashTouch, CountTouch, DayTouch, DoneTouch, DrawerTouch, MenuTouch, RefundTouch, SellTouch, TendersTouch,
    Touch,
};
use stopgap::domain::access::{Person, Role};
use stopgap::domain::cash::Foreign;
use stopgap::domain::ids::PersonId;
use stopgap::domain::sale::TenderKind;
use stopgap::screens::app::Message;
use stopgap::screens::report::ReportLineKind;
use stopgap::screens::{OverlayView, PageView};
use stopgap::settings::{CashSettings, DrawerFor, ForeignTaken, Settings};
use stopgap::ui_bind::headless::{Element, Headless};

use crate::cash::{page, pay_cash};
use crate::support::shop::{CASHIER, MANAGER, WRONG_PIN, connected, settings};
use crate::support::{Bench, Pace};

/// The currencies that the shop takes, as many as it may, with notes that it counts of each.
const BOXES: [(&str, &str); 4] = [("CHF", "20000"), ("GBP", "5000"), ("JPY", "10000"), ("USD", "10000")];

/// A shop in which each drawer is one person's and notes of four other currencies are taken.
fn till() -> Bench {
    let shop = Settings::clone(&settings(connected()));
    let taken = |(code, _): &(&str, &str)| ForeignTaken {
        foreign: Foreign { currency: code.parse().unwrap(), rate: "0.92".parse().unwrap() },
        rate_of: None,
    };
    let other = Person {
        id: PersonId("cashier-4".to_owned()),
        name: "Cashier 4".to_owned(),
        role: Role::Cashier,
        pin_hash: WRONG_PIN.to_owned(),
    };
    let foreign = BOXES.iter().map(taken).collect();
    let cash = CashSettings { foreign, drawer_for: DrawerFor::OnePerson, ..shop.cash };
    let people = shop.people.into_iter().chain([other]).collect();
    let mut till = Bench::of_shop(Arc::new(Settings { cash, people, ..shop }), Pace::Instant, 11);
    till.open_day(CASHIER);
    till
}

fn element(screen: &Headless, id: &str) -> Element {
    let mut found = screen.elements().into_iter().filter(|one| one.id == id);
    found.next().unwrap_or_else(|| panic!("nothing has the id {id}"))
}

/// What the QR codes on the receipt of a finished sale say. A module is three dots, of which a camera sees more.
fn codes(screen: &Headless) -> Vec<String> {
    const TIMES: usize = 3;
    let (picture, receipt) = (screen.render(), element(screen, "done-receipt"));
    let [left, top, width, height] = [receipt.x, receipt.y, receipt.width, receipt.height].map(|side| side as usize);
    let mut image = PreparedImage::prepare_from_greyscale(width * TIMES, height * TIMES, |x, y| {
        picture.rgb[3 * ((top + y / TIMES) * picture.width as usize + left + x / TIMES)]
    });
    image.detect_grids().into_iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}

#[test]
fn the_cash_tile_has_room_for_the_box_of_each_currency() {
    let mut till = till();
    till.sign_out();
    till.sign_in(MANAGER);
    let screen = Headless::new().unwrap();
    page(&mut till, MenuTouch::OpenDay);
    screen.show(till.view());
    let low = element(&screen, "day-tile-cash");
    page(&mut till, MenuTouch::OpenDrawerPage);
    for (code, note) in BOXES {
        till.touch(Touch::Drawer(DrawerTouch::CountBox(code.to_owned())));
        till.count_drawer(&[(note, "3")]);
        till.touch(Touch::Drawer(DrawerTouch::CountBox(code.to_owned())));
        till.count_drawer(&[(note, "3")]);
        till.touch(Touch::Count(CountTouch::Accept));
        page(&mut till, MenuTouch::OpenDrawerPage);
    }
    page(&mut till, MenuTouch::OpenDay);
    let drawer = till.app.ledger().drawer.as_ref().unwrap().id;
    till.touch(Touch::Day(DayTouch::Act(format!("drawer:{drawer}"))));
    till.count_drawer(&[("10000", "1")]);
    till.touch(Touch::Count(CountTouch::Accept));
    screen.show(till.view());
    let tile = element(&screen, "day-tile-cash");
    assert!(tile.label.contains("600.00 CHF") && tile.label.contains("300.00 USD"), "{}", tile.label);
    // A line for each box, below the one of the drawer.
    assert!(tile.height >= low.height + 3.0 * 15.0, "{} and {}", low.height, tile.height);
    for id in ["day-tile-reader", "day-tile-qr", "day-tile-card", "day-open"] {
        assert_eq!(element(&screen, id).height.to_bits(), tile.height.to_bits(), "{id}");
    }
    let close = element(&screen, "day-close");
    assert!(close.enabled && close.y + close.height <= 600.0, "what is below it is still in sight: {close:?}");
}

#[test]
fn the_code_of_a_long_receipt_is_whole() {
    let mut till = till();
    let screen = Headless::new().unwrap();
    let reads = |till: &Bench| {
        let PageView::Done(done) = till.view().page else { panic!("not the end of a sale") };
        screen.show(till.view());
        let sale = till.app.ledger().sales.values().next_back().unwrap().reference.to_string();
        assert_eq!(codes(&screen), [sale], "{} lines", done.receipt_text.lines().count());
        done.receipt_text.lines().count()
    };
    till.amount("4890");
    till.touch_all([Touch::Sell(SellTouch::PayByCash), Touch::Cash(CashTouch::Finish)]);
    let short = reads(&till);
    till.touch(Touch::Done(DoneTouch::NextSale));
    till.amount("9890");
    till.touch(Touch::Sell(SellTouch::PayByCash));
    for code in ["USD", "GBP", "CHF"] {
        till.touch(Touch::Cash(CashTouch::PayIn(code.to_owned())));
        till.touch_all([CashTouch::Digits("2000".to_owned()), CashTouch::TakePart].map(Touch::Cash));
        till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Cash)));
    }
    till.touch(Touch::Cash(CashTouch::Finish));
    assert!(reads(&till) > short + 10);
}

#[test]
fn the_box_of_another_currency_is_off_for_who_may_not_count_it() {
    let mut till = till();
    let screen = Headless::new().unwrap();
    let is_on = |till: &mut Bench, id: &str| {
        page(till, MenuTouch::OpenDrawerPage);
        screen.show(till.view());
        element(&screen, id).enabled
    };
    assert!(is_on(&mut till, "drawer-use-USD") && is_on(&mut till, "drawer-hand-over"));
    till.sign_out();
    till.sign_in("cashier-4");
    assert!(!is_on(&mut till, "drawer-use-USD"));
    assert!(is_on(&mut till, "drawer-hand-over"), "it is taken over first");
    till.touch(Touch::Drawer(DrawerTouch::CountBox("USD".to_owned())));
    assert_eq!(till.view().app.message, Some(Message::DrawerOfAnother("Cashier 3".to_owned())));
    till.sign_out();
    till.sign_in(MANAGER);
    assert!(is_on(&mut till, "drawer-use-USD"), "a manager may");
}

#[test]
fn the_sheet_before_the_close_says_what_went_back_where_anything_did() {
    let mut till = till();
    let refunded = |till: &mut Bench| {
        till.sign_out();
        till.sign_in(MANAGER);
        page(till, MenuTouch::OpenDay);
        let drawer = till.app.ledger().drawer.as_ref().unwrap().id;
        till.touch(Touch::Day(DayTouch::Act(format!("drawer:{drawer}"))));
        till.count_drawer(&[("10000", "1")]);
        till.touch_all([Touch::Count(CountTouch::Accept), Touch::Day(DayTouch::AskClose)]);
        let Some(OverlayView::Close(sheet)) = till.view().overlay else { panic!("not the sheet") };
        till.touch(Touch::Day(DayTouch::NotYet));
        let lines = sheet.lines.into_iter().filter(|line| line.kind == ReportLineKind::Refunded);
        lines.map(|line| (line.count, line.amount)).collect::<Vec<_>>()
    };
    assert_eq!(refunded(&mut till), []);
    till.touch(Touch::App(AppTouch::Back));
    let sale = pay_cash(&mut till, "1000");
    page(&mut till, MenuTouch::OpenRefund);
    till.touch_all([RefundTouch::Choose(sale), RefundTouch::Confirm, RefundTouch::Finish].map(Touch::Refund));
    assert_eq!(refunded(&mut till), [("1".to_owned(), "10.00".to_owned())]);
}

#[test]
fn the_sums_of_many_notes_are_seen() {
    let mut till = till();
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::Count));
    let PageView::Count(count) = till.view().page else { panic!("not the count") };
    for row in &count.rows {
        till.touch_all([CountTouch::Choose(row.id.clone()), CountTouch::Digits("9999".to_owned())].map(Touch::Count));
    }
    let screen = Headless::new().unwrap();
    screen.show(till.view());
    let picture = screen.render();
    for row in &count.rows {
        let place = element(&screen, &format!("count-row-{}", row.id));
        // The last digit stands at the right edge, as high as a digit: the dots of a sum that is cut are low.
        let [right, top, height] = [place.x + place.width, place.y, place.height].map(|side| side as usize);
        let is_dark = |y: &usize| {
            let start = 3 * (*y * picture.width as usize + right - 20);
            picture.rgb[start..start + 3 * 8].iter().any(|light| *light < 128)
        };
        let dark: Vec<usize> = (top + 4..top + height - 4).filter(is_dark).collect();
        assert!(dark.len() >= 8, "{}: {dark:?}", row.id);
    }
}
