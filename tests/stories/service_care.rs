//! What keeps the reader from failing, what to know, and practice.

use chrono::TimeDelta;
use stopgap::app::event::{
    AppTouch, CareTouch, CaseTouch, Language, LearnTouch, QrTouch, ReaderTouch, SellTouch, Touch,
};
use stopgap::domain::service::{Ready, Upkeep};
use stopgap::screens::PageView;
use stopgap::screens::care::{CareDue, CareView};

use crate::look;
use crate::support::case::open_case;
use crate::support::reader::ReaderMood;
use crate::support::shop::{CASHIER, MANAGER, connected};
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
    assert_eq!((before, after.percent, due), (42, 89, lacks.to_vec()));
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
    // Words of either language find what has them, by the keys or by a keyboard.
    till.touch(Touch::Learn(LearnTouch::Line("不亮".to_owned())));
    assert_eq!((learn(&till).rows.len(), learn(&till).rows[0].id.as_str()), (1, "dark"));
    till.touch(Touch::Learn(LearnTouch::Letter("Z".to_owned())));
    look!(till, "nothing_has_these_words");
    assert_eq!((learn(&till).rows.len(), learn(&till).steps.len()), (0, 0));
    till.touch_all([Touch::Learn(LearnTouch::Erase), Touch::Learn(LearnTouch::ToCase)]);
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
    assert_eq!(till.world.practises, None, "a sale is open");
    let mut idle = Bench::new(connected(), Pace::Instant, 35);
    idle.open_day(CASHIER);
    idle.touch_all(care);
    idle.touch(Touch::Care(CareTouch::Practise));
    assert_eq!(idle.world.practises.as_ref().map(|by| by.0.as_str()), Some(CASHIER));
    // What counts as practice is a sale that was finished in spite of a failure.
    idle.touch(Touch::App(AppTouch::Back));
    idle.amount("900");
    idle.touch(Touch::Sell(SellTouch::PayByCard));
    idle.run_until("the sale to be done", |till| matches!(till.view().page, PageView::Done(_)));
    assert!(!idle.app.has_played_an_outage());
    idle.world.reader.mood = ReaderMood::Unplugged;
    idle.pass(TimeDelta::seconds(30));
    idle.touch(Touch::App(AppTouch::Back));
    idle.amount("700");
    idle.touch(Touch::Sell(SellTouch::PayByQr));
    assert!(!idle.app.has_played_an_outage(), "nothing is paid yet");
    idle.touch(Touch::Qr(QrTouch::Confirm));
    assert!(idle.app.has_played_an_outage(), "{:#?}", idle.view().page);
}
