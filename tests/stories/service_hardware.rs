//! The four causes, from the first symptom to the end of the case: a part of the reader is broken.

use chrono::TimeDelta;
use stopgap::app::event::{AppTouch, CaseTouch, Language, OutageTouch, ReaderTouch, SellTouch, Touch};
use stopgap::domain::card::Brand;
use stopgap::domain::reader::{CardSeen, EntryMode};
use stopgap::domain::service::{CaseState, Check, Proof, Work};
use stopgap::screens::PageView;
use stopgap::screens::case::CaseStage;
use stopgap::screens::status::ReaderState;

use crate::look;
use crate::support::case::{answer, case, open_case, sign, stage, type_line};
use crate::support::reader::ReaderMood;
use crate::support::shop::{CASHIER, MANAGER, connected};
use crate::support::{Bench, Pace};

#[test]
#[allow(clippy::too_many_lines, reason = "one story from the first card to the end")]
fn a_broken_slot_from_the_first_card_to_the_signed_test() {
    let mut till = Bench::new(connected(), Pace::Instant, 21);
    till.open_day(CASHIER);
    // Three customers hold their cards to it in vain, ten minutes after the day began.
    till.pass(TimeDelta::minutes(12));
    till.world.reader.mood = ReaderMood::BadCard;
    till.world.reader.card = CardSeen { brand: Some(Brand::Visa), entry: Some(EntryMode::Contactless) };
    for _ in 0..3 {
        till.amount("500");
        till.touch(Touch::Sell(SellTouch::PayByCard));
        till.touch(Touch::Reader(ReaderTouch::OtherWay));
        till.touch(Touch::Tenders(stopgap::app::event::TendersTouch::CancelSale));
    }
    open_case(&mut till);
    look!(till, "three_cards_were_not_read");
    answer(
        &mut till,
        &["answer-lit", "answer-not_read", "answer-contactless", "answer-yes", "answer-keys", "answer-nothing"],
    );
    look!(till, "a_remedy_is_offered");
    answer(&mut till, &["begin-try"]);
    till.pass(TimeDelta::minutes(3));
    answer(&mut till, &["helped-not", "begin-try", "helped-not"]);
    // The supplier's notice is on the phone's screen: no restart.
    answer(&mut till, &["forbid-restart"]);
    look!(till, "the_cause_is_named");
    till.touch(Touch::Case(CaseTouch::Choose("cause-hardware".to_owned())));
    assert_eq!(stage(&till), CaseStage::Opened, "a cashier does not confirm a cause");

    till.sign_out();
    till.sign_in(MANAGER);
    till.touch(Touch::App(AppTouch::OpenCase));
    answer(&mut till, &["cause-hardware"]);
    look!(till, "somebody_is_called");
    answer(&mut till, &["no-answer", "other-provider", "reached", "help-sendin", "promise-4"]);
    type_line(&mut till, "RMA-2026/17");
    look!(till, "the_ticket_is_typed");
    answer(&mut till, &["call-done"]);
    assert_eq!(stage(&till), CaseStage::Reported);

    // The reader may not leave before there is a copy, and before it was asked what it holds.
    look!(till, "before_it_leaves");
    answer(&mut till, &["send-away"]);
    assert_eq!(stage(&till), CaseStage::Reported, "nothing of the kind is offered");
    answer(&mut till, &["backup", "held-said", "whole", "send-away"]);
    assert_eq!(stage(&till), CaseStage::Away);
    till.pass(TimeDelta::hours(5));
    till.sign_in(MANAGER);
    till.touch(Touch::App(AppTouch::OpenCase));
    look!(till, "the_promise_is_overdue");
    answer(&mut till, &["arrived", "mended-repaired"]);
    assert_eq!(stage(&till), CaseStage::Back);
    // What was done to it, and which number it has, is told before it is tested.
    look!(till, "what_was_done");
    answer(&mut till, &["holds", "work-slot", "work-slot", "work-cleaned", "work-told", "serial-typed"]);
    type_line(&mut till, "2203");
    look!(till, "its_number_is_typed");
    answer(&mut till, &["serial-typed"]);
    assert_eq!(case(&till).works().collect::<Vec<_>>(), [Work::Cleaned, Work::Slot]);

    // The till ticks what it sees itself; a person ticks the rest.
    answer(&mut till, &["holds"]);
    for entry in [EntryMode::Contact, EntryMode::Contactless, EntryMode::Stripe] {
        till.world.reader.mood = ReaderMood::Well;
        till.world.reader.card = CardSeen { brand: Some(Brand::Visa), entry: Some(entry) };
        till.touch(Touch::App(AppTouch::Back));
        till.amount("1");
        till.touch(Touch::Sell(SellTouch::PayByCard));
        till.run_until("the sale to be done", |till| matches!(till.view().page, PageView::Done(_)));
        till.touch(Touch::Done(stopgap::app::event::DoneTouch::NextSale));
    }
    till.touch(Touch::App(AppTouch::OpenOutage));
    till.touch(Touch::Outage(OutageTouch::TestReader));
    till.world.reader.mood = ReaderMood::Unplugged;
    till.pass(TimeDelta::seconds(30));
    till.world.reader.mood = ReaderMood::Well;
    till.pass(TimeDelta::minutes(3));
    till.touch(Touch::App(AppTouch::Back));
    till.amount("1");
    till.touch(Touch::Sell(SellTouch::PayByCard));
    till.pass(TimeDelta::seconds(30));
    till.touch_all([Touch::App(AppTouch::OpenOutage), Touch::Outage(OutageTouch::TestReader)]);
    till.pass(TimeDelta::seconds(30));
    till.touch(Touch::App(AppTouch::OpenCase));
    let CaseState::UnderTest { held, .. } = &case(&till).state else { panic!("{:?}", case(&till).state) };
    assert_eq!(held.get(&Check::Seals), Some(&Proof::Manager));
    for check in [Check::Diagnosis, Check::Contact, Check::Contactless, Check::Stripe, Check::Payment, Check::Receipt] {
        assert_eq!(held.get(&check), Some(&Proof::Till), "{check:?}");
    }
    assert_eq!(held.get(&Check::PowerCut), Some(&Proof::Till));
    look!(till, "one_check_is_left");
    answer(&mut till, &["holds"]);
    sign(&mut till, MANAGER);
    assert!(case(&till).is_closed());
    assert_eq!(till.view().status.reader, ReaderState::Ready);
    till.touch(Touch::App(AppTouch::ChooseLanguage(Language::Chinese)));
    look!(till, "the_case_is_closed");
    assert!(till.world.verify().holds());
}
