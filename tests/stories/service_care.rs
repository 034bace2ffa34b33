//! What keeps the reader from failing, and the support pack, which holds nothing that is secret.

use std::io::{Cursor, Read};

use chrono::TimeDelta;
use stopgap::app::event::{AppTouch, CareTouch, CaseTouch, SellTouch, Touch};
use stopgap::domain::service::{Ready, Upkeep};
use stopgap::screens::PageView;
use stopgap::screens::care::{CareDue, CareView};

use crate::look;
use crate::support::case::open_case;
use crate::support::reader::ReaderMood;
use crate::support::shop::{CASHIER, EXPIRY, MANAGER, VISA, connected, secrets};
use crate::support::{Bench, Pace};

fn care(till: &Bench) -> CareView {
    let PageView::Care(view) = till.view().page else { panic!("{:#?}", till.view().page) };
    view
}

#[test]
fn work_that_comes_back_is_ticked_and_comes_back() {
    let mut till = Bench::new(connected(), Pace::Instant, 31);
    till.open_day(MANAGER);
    till.touch_all([Touch::App(AppTouch::OpenCase), Touch::Case(CaseTouch::ToCare)]);
    look!(till, "nothing_was_ever_done");
    let before = care(&till).percent;
    for work in Upkeep::ALL {
        till.touch(Touch::Care(CareTouch::Act(Ready::Work(work))));
    }
    let after = care(&till);
    let due: Vec<(Ready, CareDue)> =
        after.rows.iter().map(|row| (row.thing, row.due)).filter(|(_, due)| *due != CareDue::Coming).collect();
    assert_eq!((before, after.percent, due), (33, 93, vec![(Ready::Statement, CareDue::Lacks)]));
    // One tap leads to where it is put right.
    till.touch(Touch::Care(CareTouch::Act(Ready::Statement)));
    assert!(matches!(till.view().page, PageView::Day(_)), "{:#?}", till.view().page);
    till.pass(TimeDelta::days(8));
    till.sign_in(MANAGER);
    till.touch_all([Touch::App(AppTouch::OpenCase), Touch::Case(CaseTouch::ToCare)]);
    let late: Vec<Ready> =
        care(&till).rows.iter().filter(|row| row.due == CareDue::Overdue).map(|row| row.thing).collect();
    assert_eq!(late, [Upkeep::Seals, Upkeep::Clean, Upkeep::Paper].map(Ready::Work));
    till.restart();
    assert_eq!(till.app.ledger().upkeep.len(), Upkeep::ALL.len());
    assert!(till.world.verify().holds());
}

#[test]
fn the_support_pack_has_the_case_and_nothing_secret() {
    let mut till = Bench::new(connected(), Pace::Instant, 32);
    till.open_day(CASHIER);
    // A card on the reader, and one typed in and stored, whose number is the sentinel.
    till.amount("500");
    till.touch(Touch::Sell(SellTouch::PayByCard));
    till.run_until("the sale to be done", |till| matches!(till.view().page, PageView::Done(_)));
    till.world.reader.mood = ReaderMood::Unplugged;
    till.world.line_is_up = false;
    till.pass(TimeDelta::minutes(1));
    till.touch(Touch::App(AppTouch::Back));
    till.amount("1200");
    till.touch(Touch::Sell(SellTouch::TakePayment));
    till.touch(Touch::Tenders(stopgap::app::event::TendersTouch::Choose(stopgap::domain::sale::TenderKind::Card)));
    till.type_card(VISA, EXPIRY);
    open_case(&mut till);
    till.touch(Touch::Case(CaseTouch::WritePack));
    let sealed =
        till.app.ledger().payments.values().filter(|payment| format!("{payment:?}").contains("sealed")).count();
    assert_eq!(sealed, 1, "the sentinel was typed in");

    let mut archive = zip::ZipArchive::new(Cursor::new(till.world.pack.clone().expect("a pack"))).unwrap();
    let mut all = String::new();
    for place in 0..archive.len() {
        archive.by_index(place).unwrap().read_to_string(&mut all).unwrap();
    }
    assert!(all.contains("service_case") && all.contains("outage_began") && all.contains("P400-2203"), "{all}");
    // Neither the numbers and PINs, nor the last digits, a sealed card, an approval code, or who works here.
    let last4 = format!("\"{}\"", &VISA[VISA.len() - 4..]);
    let others = ["last4", "\"0119\"", &last4, "A1B2C3", "approval", "eyJ", "DE8937", "Cashier 3", "pin_hash"];
    for secret in secrets().into_iter().chain(others) {
        assert!(!all.contains(secret), "the pack holds {secret}");
    }
}
