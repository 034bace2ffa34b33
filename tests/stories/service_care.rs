//! What keeps the reader from failing, and the support pack, which holds nothing that is secret.

use std::io::{Cursor, Read};

use chrono::TimeDelta;
use stopgap::app::event::{AppTouch, CareTouch, CaseTouch, Language, LearnTouch, ReaderTouch, SellTouch, Touch};
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
    let lacks = [Ready::Statement, Ready::SecondReader].map(|ready| (ready, CareDue::Lacks));
    assert_eq!((before, after.percent, due), (38, 88, lacks.to_vec()));
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

#[test]
fn help_begins_with_what_fits_the_case_and_follows_the_language() {
    let mut till = Bench::new(connected(), Pace::Instant, 33);
    till.open_day(CASHIER);
    open_case(&mut till);
    till.touch_all([Touch::Case(CaseTouch::Choose("answer-frozen".to_owned())), Touch::Case(CaseTouch::ToLearn)]);
    let learn = |till: &Bench| {
        let PageView::Learn(view) = till.view().page else { panic!("{:#?}", till.view().page) };
        view
    };
    look!(till, "what_fits_comes_first");
    assert_eq!(learn(&till).title, "The picture stands still");
    till.touch_all([
        Touch::Learn(LearnTouch::Choose("tamper".to_owned())),
        Touch::App(AppTouch::ChooseLanguage(Language::Chinese)),
    ]);
    assert_eq!((learn(&till).title.as_str(), learn(&till).steps.len()), ("显示防拆、报警或已锁定", 4));
    till.touch(Touch::Learn(LearnTouch::ToCase));
    assert!(matches!(till.view().page, PageView::Case(_)));
}

#[test]
fn practice_waits_for_the_open_sale() {
    let mut till = Bench::new(connected(), Pace::Instant, 34);
    till.open_day(CASHIER);
    till.amount("900");
    till.world.reader.mood = ReaderMood::BadCard;
    till.touch(Touch::Sell(SellTouch::PayByCard));
    till.touch(Touch::Reader(ReaderTouch::OtherWay));
    let care = [Touch::App(AppTouch::OpenCase), Touch::Case(CaseTouch::ToCare)];
    till.touch_all(care.clone());
    till.touch(Touch::Care(CareTouch::Practise));
    assert!(!till.world.practises, "a sale is open");
    let mut idle = Bench::new(connected(), Pace::Instant, 35);
    idle.open_day(CASHIER);
    idle.touch_all(care);
    idle.touch(Touch::Care(CareTouch::Practise));
    assert!(idle.world.practises);
}
