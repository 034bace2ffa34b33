//! Whether a reader that was away is trusted, and that each reader's case is its own.

use std::sync::Arc;

use chrono::TimeDelta;
use stopgap::app::event::{
    AppTouch, CareTouch, CaseTouch, DeviceTouch, DoneTouch, ReaderTouch, SellTouch, TendersTouch, Touch,
};
use stopgap::domain::card::Brand;
use stopgap::domain::reader::{CardSeen, EntryMode};
use stopgap::domain::service::{CaseState, Check, Holder};
use stopgap::screens::PageView;
use stopgap::screens::app::Message;
use stopgap::screens::case::{CaseAsk, CaseSaid, CaseStage, CaseView, NumberIs};
use stopgap::screens::status::ReaderState;
use stopgap::screens::types::OutageCause;
use stopgap::settings::{ReaderSettings, Settings};

use crate::look;
use crate::support::case::{answer, asked, case, open_case, stage};
use crate::support::device::{MAIN, SECOND, shop};
use crate::support::reader::ReaderMood;
use crate::support::shop::{CASHIER, MANAGER, connected};
use crate::support::{Bench, Pace};

pub fn to_case(till: &mut Bench) {
    till.touch(Touch::App(AppTouch::OpenCase));
}

fn view(till: &Bench) -> CaseView {
    let PageView::Case(view) = till.view().page else { panic!("{:#?}", till.view().page) };
    view
}

fn devices(till: &mut Bench, name: &str) {
    to_case(till);
    till.touch_all([
        Touch::Case(CaseTouch::ToCare),
        Touch::Care(CareTouch::ToDevices),
        Touch::Device(DeviceTouch::Choose(name.to_owned())),
    ]);
}

/// The till is switched over to a reader, by the program that starts again.
fn switch_to(till: &mut Bench, name: &str) {
    devices(till, name);
    till.touch(Touch::Device(DeviceTouch::Use));
    assert!(till.world.starts_again, "the till is not switched over to {name}");
    till.world.starts_again = false;
    till.restart_with(Arc::new(Settings::clone(&shop()).switched_to(Some(name))));
    till.sign_in(MANAGER);
}

/// A till whose reader was sent in and is back, before its number was read; a manager is signed in.
pub fn back_from_repair() -> Bench {
    let mut till = Bench::of_shop(shop(), Pace::Instant, 61);
    till.open_day(MANAGER);
    open_case(&mut till);
    answer(&mut till, &["answer-dark", "answer-works", "skip-try", "skip-try", "skip-try", "cause-hardware"]);
    answer(&mut till, &["reached", "help-sendin", "promise-4", "call-done", "backup", "held-said", "whole"]);
    answer(&mut till, &["send-away"]);
    till
}

pub fn told(till: &mut Bench) {
    answer(till, &["arrived", "mended-repaired", "work-slot", "work-told", "serial-known"]);
}

pub fn pay(till: &mut Bench, entry: Option<EntryMode>) {
    pay_of(till, "1", entry);
}

pub fn pay_of(till: &mut Bench, amount: &str, entry: Option<EntryMode>) {
    till.world.reader.card = CardSeen { brand: Some(Brand::Visa), entry };
    till.touch(Touch::App(AppTouch::Back));
    till.amount(amount);
    till.touch(Touch::Sell(SellTouch::PayByCard));
    till.run_until("the sale to be done", |till| matches!(till.view().page, PageView::Done(_)));
    till.touch(Touch::Done(DoneTouch::NextSale));
}

fn is_card_offered(till: &mut Bench) -> bool {
    till.touch(Touch::App(AppTouch::Back));
    till.amount("700");
    till.touch(Touch::Sell(SellTouch::PayByCard));
    let is_on_reader = matches!(till.view().page, PageView::Reader(_) | PageView::Done(_));
    if matches!(till.view().page, PageView::Tenders(_)) {
        till.touch(Touch::Tenders(TendersTouch::CancelSale));
    }
    is_on_reader
}

#[test]
fn a_reader_that_answers_before_it_is_accepted_takes_cards_from_nobody_but_a_manager() {
    let mut till = back_from_repair();
    // It is on its way, and it answers all the same: somebody plugged in what nobody has looked at.
    till.pass(TimeDelta::seconds(5));
    let status = till.view().status;
    assert_eq!((status.reader, status.cause), (ReaderState::NotAccepted, Some(OutageCause::ReaderNotAccepted)));
    assert!(status.outage && !is_card_offered(&mut till), "not even a manager sells on a reader that is away");

    to_case(&mut till);
    told(&mut till);
    till.pass(TimeDelta::seconds(5));
    assert_eq!((till.view().status.reader, stage(&till)), (ReaderState::OnTrial, CaseStage::Back));
    till.sign_out();
    till.sign_in(CASHIER);
    assert_eq!(till.view().status.reader, ReaderState::NotAccepted);
    look!(till, "a_cashier_sells_without_it");
    assert!(!is_card_offered(&mut till));
    // A restart forgets nothing of it.
    till.restart();
    till.sign_in(CASHIER);
    till.pass(TimeDelta::seconds(5));
    assert_eq!(till.view().status.reader, ReaderState::NotAccepted);
    till.sign_out();
    till.sign_in(MANAGER);
    pay(&mut till, Some(EntryMode::Contact));
    assert_eq!(till.view().status.reader, ReaderState::OnTrial, "one payment accepts nothing");
    assert!(till.world.verify().holds());
}

#[test]
fn what_another_reader_does_ticks_nothing_and_the_way_to_the_right_one_is_shown() {
    let mut till = back_from_repair();
    told(&mut till);
    answer(&mut till, &["holds"]);
    switch_to(&mut till, SECOND);
    assert_eq!(till.view().status.reader, ReaderState::Standalone, "the spare is trusted as it was");
    till.amount("1");
    till.touch_all([Touch::Sell(SellTouch::PayByCard), Touch::Reader(ReaderTouch::TerminalApproved)]);
    till.touch(Touch::Done(DoneTouch::NextSale));
    till.pass(TimeDelta::seconds(1));
    to_case(&mut till);
    assert_eq!((asked(&till).0, asked(&till).1[0].as_str()), (CaseAsk::CheckElsewhere, "switch-to"));
    look!(till, "the_till_uses_another_reader");
    answer(&mut till, &["holds", "sign", "switch-to"]);
    let PageView::Device(register) = till.view().page else { panic!("{:#?}", till.view().page) };
    assert_eq!(register.shown.map(|device| device.name).as_deref(), Some(MAIN));
    switch_to(&mut till, MAIN);
    till.pass(TimeDelta::seconds(5));
    let CaseState::UnderTest { held, .. } = &case(&till).state else { panic!("{:?}", case(&till).state) };
    assert_eq!(held.keys().collect::<Vec<_>>(), [&Check::Seals], "the spare's payment shows nothing of this one");
    pay(&mut till, Some(EntryMode::Contact));
    let CaseState::UnderTest { held, .. } = &case(&till).state else { panic!("{:?}", case(&till).state) };
    assert!(held.contains_key(&Check::Contact) && held.contains_key(&Check::Payment), "{held:?}");
    assert!(till.world.verify().holds());
}

#[test]
fn a_reader_is_handed_out_by_its_case_only_and_each_has_its_own() {
    let mut till = Bench::of_shop(shop(), Pace::Instant, 62);
    till.open_day(MANAGER);
    till.world.reader.mood = ReaderMood::BadCard;
    till.world.reader.card = CardSeen { brand: Some(Brand::Visa), entry: Some(EntryMode::Contactless) };
    till.amount("500");
    till.touch_all([Touch::Sell(SellTouch::PayByCard), Touch::Reader(ReaderTouch::OtherWay)]);
    till.touch(Touch::Tenders(TendersTouch::CancelSale));
    till.world.reader.mood = ReaderMood::Well;
    devices(&mut till, SECOND);
    till.touch(Touch::Device(DeviceTouch::Hand));
    assert!(till.app.ledger().devices.is_empty(), "nothing was handed to anybody");
    let second = view(&till);
    assert_eq!(second.case.map(|case| case.reader).as_deref(), Some(SECOND));
    assert_eq!((second.misread_count, second.other_cases), (0, 0), "the card that failed was not its");

    // The reader in use has a case of its own beside it, with the card that it did not read.
    till.touch(Touch::App(AppTouch::Back));
    devices(&mut till, MAIN);
    till.touch(Touch::Device(DeviceTouch::Hand));
    let own = view(&till);
    assert_eq!((own.case.map(|case| case.reader).as_deref(), own.misread_count, own.other_cases), (Some(MAIN), 1, 1));
    let failed = own.rows.iter().find(|row| row.said == CaseSaid::CardFailed).expect("the failed read");
    assert_eq!((failed.first.as_str(), failed.who.as_deref()), ("Visa", None));
    look!(till, "a_failed_read_stands_on_its_case");
    till.touch(Touch::Case(CaseTouch::NextCase));
    assert_eq!(view(&till).case.map(|case| case.reader).as_deref(), Some(SECOND));

    answer(&mut till, &["answer-dark", "answer-works", "skip-try", "skip-try", "skip-try", "cause-hardware"]);
    answer(&mut till, &["reached", "help-sendin", "promise-none", "call-done"]);
    // What the reader in use says it holds is not what this one holds.
    assert_eq!(asked(&till).0, CaseAsk::MakeBackup);
    answer(&mut till, &["backup"]);
    assert_eq!((asked(&till).0, asked(&till).1[0].as_str()), (CaseAsk::SignHeld, "held-signed"));
    answer(&mut till, &["held-signed", "whole", "send-away"]);
    let custody = till.app.ledger().devices[SECOND].custody().expect("a custody").holder.clone();
    assert_eq!(custody, Holder::Provider { name: "Reader Service".to_owned() });
    // It is here again by its case as well, and not by a tap in the register.
    devices(&mut till, SECOND);
    till.touch(Touch::Device(DeviceTouch::Hand));
    answer(&mut till, &["mended-repaired"]);
    assert_eq!(stage(&till), CaseStage::Back);
}

#[test]
fn nobody_is_told_that_cards_are_read_while_the_till_sees_the_reader_down() {
    let mut till = Bench::of_shop(shop(), Pace::Instant, 63);
    till.open_day(CASHIER);
    till.world.reader.mood = ReaderMood::Unplugged;
    till.pass(TimeDelta::seconds(30));
    open_case(&mut till);
    answer(&mut till, &["answer-dark", "answer-works", "begin-try", "helped"]);
    assert_eq!((stage(&till), till.view().app.message), (CaseStage::Opened, Some(Message::ReaderStillDown)));
    till.world.reader.mood = ReaderMood::Well;
    till.pass(TimeDelta::minutes(2));
    answer(&mut till, &["helped"]);
    assert_eq!(stage(&till), CaseStage::Back);
}

#[test]
fn a_wrong_number_loses_its_shield_and_a_closed_desk_says_when_it_opens() {
    let mut shop = Settings::clone(&shop());
    shop.service.providers[0].hours = Some("Mo-Fr 08:00-09:00".to_owned());
    let mut till = Bench::of_shop(Arc::new(shop), Pace::Instant, 64);
    till.open_day(MANAGER);
    till.pass(TimeDelta::hours(4));
    till.sign_in(MANAGER);
    open_case(&mut till);
    answer(&mut till, &["answer-dark", "answer-works", "skip-try", "skip-try", "skip-try", "cause-hardware"]);
    let called = view(&till).provider.expect("a provider");
    assert_eq!(called.number, NumberIs::Compared);
    assert!(called.closed_until.is_some_and(|at| at.ends_with("08:00")), "{:?}", view(&till).provider);
    answer(&mut till, &["wrong-number"]);
    look!(till, "the_number_is_wrong");
    assert_eq!(view(&till).provider.map(|one| one.number), Some(NumberIs::Wrong));
    till.restart();
    till.sign_in(MANAGER);
    to_case(&mut till);
    assert_eq!(view(&till).provider.map(|one| one.number), Some(NumberIs::Wrong));
}

#[test]
fn another_device_counts_its_payments_from_the_beginning_and_is_believed() {
    let mut shop = Settings::clone(&shop());
    let mut second = connected();
    if let ReaderSettings::Nexo { poi_id, .. } = &mut second {
        SECOND.clone_into(poi_id);
    }
    shop.service.devices[1].reader = Some(second);
    let mut till = Bench::of_shop(Arc::new(shop.clone()), Pace::Instant, 65);
    till.open_day(MANAGER);
    pay(&mut till, Some(EntryMode::Contact));
    till.pass(TimeDelta::seconds(1));
    devices(&mut till, SECOND);
    till.touch(Touch::Device(DeviceTouch::Use));
    till.world.starts_again = false;
    till.restart_with(Arc::new(shop.switched_to(Some(SECOND))));
    till.sign_in(MANAGER);
    till.world.reader.is_exchanged();
    pay(&mut till, Some(EntryMode::Contact));
    // One that tells of the same payment twice is not believed.
    till.world.reader.is_exchanged();
    till.touch(Touch::App(AppTouch::Back));
    till.amount("1");
    till.touch(Touch::Sell(SellTouch::PayByCard));
    till.pass(TimeDelta::seconds(5));
    assert!(!matches!(till.view().page, PageView::Done(_)), "{:#?}", till.view().page);
}

#[test]
fn a_reader_of_the_same_name_that_was_exchanged_is_believed_too() {
    let mut till = Bench::of_shop(shop(), Pace::Instant, 66);
    till.open_day(MANAGER);
    pay(&mut till, Some(EntryMode::Contact));
    open_case(&mut till);
    answer(&mut till, &["answer-dark", "answer-works", "skip-try", "skip-try", "skip-try", "cause-hardware"]);
    answer(&mut till, &["reached", "help-sendin", "promise-4", "call-done", "backup", "held-said", "whole"]);
    answer(&mut till, &["send-away", "arrived", "mended-replaced", "work-slot", "work-told", "serial-known"]);
    till.world.reader.is_exchanged();
    till.pass(TimeDelta::seconds(5));
    pay(&mut till, Some(EntryMode::Contact));
    assert!(till.world.verify().holds());
}

/// The name of many readers has their serial number in it: another device in the same place has another name.
#[test]
fn another_name_in_the_settings_makes_no_reader_trusted() {
    let mut till = back_from_repair();
    to_case(&mut till);
    told(&mut till);
    let mut renamed = Settings::clone(&shop());
    if let ReaderSettings::Nexo { poi_id, .. } = &mut renamed.reader {
        "P400-9999".clone_into(poi_id);
    }
    renamed.service.devices.remove(0);
    assert_ne!(renamed.reader.device_name(), MAIN);
    till.restart_with(Arc::new(renamed));
    till.sign_in(CASHIER);
    till.pass(TimeDelta::seconds(5));
    assert_eq!(till.view().status.reader, ReaderState::NotAccepted);
    assert!(!is_card_offered(&mut till));
    // Its case is that of the device in its place, and can be tested.
    till.sign_out();
    till.sign_in(MANAGER);
    pay(&mut till, Some(EntryMode::Contact));
    assert_eq!(till.view().status.reader, ReaderState::OnTrial);
}

#[test]
fn what_a_reader_cannot_say_that_it_holds_a_manager_signs() {
    let mut till = Bench::of_shop(shop(), Pace::Instant, 67);
    till.world.reader.tells_held = false;
    till.open_day(MANAGER);
    till.pass(TimeDelta::minutes(2));
    open_case(&mut till);
    answer(&mut till, &["answer-dark", "answer-works", "skip-try", "skip-try", "skip-try", "cause-hardware"]);
    answer(&mut till, &["reached", "help-sendin", "promise-4", "call-done", "backup"]);
    answer(&mut till, &["held-said"]);
    assert_eq!(asked(&till).0, CaseAsk::SignHeld, "nobody says it for the reader");
}

#[test]
fn an_alarm_on_the_readers_screen_leads_to_the_acquirer_and_to_no_try() {
    let mut till = Bench::of_shop(shop(), Pace::Instant, 68);
    till.open_day(CASHIER);
    open_case(&mut till);
    answer(&mut till, &["answer-error", "answer-tamper"]);
    assert_eq!(asked(&till).0, CaseAsk::Suspect);
    till.pass(TimeDelta::seconds(5));
    assert!(!is_card_offered(&mut till));
}
