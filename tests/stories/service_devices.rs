//! The device register: who has which reader, and switching the till over to another one and back.

use std::sync::Arc;

use chrono::TimeDelta;
use stopgap::app::event::{
    AppTouch, CareTouch, CaseTouch, DeviceTouch, DoneTouch, QrTouch, ReaderTouch, SellTouch, TendersTouch, Touch,
};
use stopgap::domain::fact::ApprovalReason;
use stopgap::domain::sale::TenderKind;
use stopgap::domain::service::{CaseState, CaseStep, Check, Holder, Proof, Ready};
use stopgap::screens::PageView;
use stopgap::screens::care::CareDue;
use stopgap::screens::case::CaseAsk;
use stopgap::screens::device::{DeviceView, Switch, Whereabouts};
use stopgap::screens::status::ReaderState;
use stopgap::screens::types::OutageCause;
use stopgap::settings::Settings;

use crate::look;
use crate::support::case::{answer, asked, case, open_case, sign, type_line};
use crate::support::device::{LOANER, MAIN, SECOND, SERIAL, shop};
use crate::support::reader::ReaderMood;
use crate::support::shop::{CASHIER, MANAGER, morning};
use crate::support::{Bench, Pace};

fn register(till: &mut Bench) -> DeviceView {
    till.touch_all([Touch::App(AppTouch::OpenCase), Touch::Case(CaseTouch::ToCare), Touch::Care(CareTouch::ToDevices)]);
    page(till)
}

fn page(till: &Bench) -> DeviceView {
    let PageView::Device(view) = till.view().page else { panic!("{:#?}", till.view().page) };
    view
}

fn choose(till: &mut Bench, name: &str) -> Switch {
    till.touch(Touch::Device(DeviceTouch::Choose(name.to_owned())));
    page(till).shown.expect("a device").switch
}

/// What the program does: it starts again, with the reader that the ledger names.
fn start_again(till: &mut Bench) {
    assert!(till.world.starts_again, "the program was not asked to start again");
    till.world.starts_again = false;
    let switched = till.app.ledger().switched_to().map(str::to_owned);
    till.restart_with(Arc::new(Settings::clone(&shop()).switched_to(switched.as_deref())));
}

#[test]
fn a_manager_switches_the_till_over_and_back_again() {
    let mut till = Bench::of_shop(shop(), Pace::Instant, 51);
    till.open_day(CASHIER);
    register(&mut till);
    assert_eq!(choose(&mut till, SECOND), Switch::Possible);
    till.touch(Touch::Device(DeviceTouch::Use));
    assert!(!till.world.starts_again, "a cashier does not switch");

    till.sign_out();
    till.sign_in(MANAGER);
    register(&mut till);
    look!(till, "the_register");
    assert_eq!(choose(&mut till, MAIN), Switch::InUse);
    assert_eq!(choose(&mut till, LOANER), Switch::NotHere);
    assert_eq!(choose(&mut till, SECOND), Switch::Possible);
    till.touch(Touch::Device(DeviceTouch::Use));
    start_again(&mut till);
    till.sign_in(MANAGER);
    assert_eq!(till.view().status.device_name, SECOND);
    let rows = register(&mut till).rows;
    assert_eq!((rows[0].whereabouts, rows[1].whereabouts), (Whereabouts::Here, Whereabouts::InUse));

    // A plain restart stays with it, and one act leads back.
    till.restart_with(Arc::new(Settings::clone(&shop()).switched_to(till.app.ledger().switched_to())));
    till.sign_in(MANAGER);
    register(&mut till);
    assert_eq!(choose(&mut till, MAIN), Switch::Possible);
    till.touch(Touch::Device(DeviceTouch::Use));
    start_again(&mut till);
    till.sign_in(MANAGER);
    assert_eq!(till.view().status.device_name, MAIN);
    assert!(till.world.verify().holds());
}

#[test]
fn another_serial_number_than_that_of_the_register_is_pointed_out_before_the_test() {
    let mut till = Bench::of_shop(shop(), Pace::Instant, 56);
    till.open_day(MANAGER);
    open_case(&mut till);
    answer(&mut till, &["answer-dark", "answer-works", "skip-try", "skip-try", "skip-try", "cause-hardware"]);
    answer(&mut till, &["reached", "help-visit", "promise-2", "technician-none", "call-done", "technician-here"]);
    type_line(&mut till, "Meier");
    answer(&mut till, &["visitor-named", "asked-back", "not-whole"]);
    // Broken seals stop the reader at once, for everybody, and say whom to call.
    look!(till, "stop_and_call");
    let status = till.view().status;
    assert_eq!((status.reader, status.cause), (ReaderState::Down, Some(OutageCause::ReaderLocked)));
    answer(&mut till, &["mended-byprovider", "mended-replaced"]);
    assert_eq!(asked(&till).0, CaseAsk::Suspect);
    answer(&mut till, &["reached", "help-swap", "promise-24", "call-done"]);
    // The old one leaves when another takes its place: first the copy and the question.
    answer(&mut till, &["mended-replaced", "exchange", "mended-replaced"]);
    assert_eq!(asked(&till).0, CaseAsk::MakeBackup);
    answer(&mut till, &["backup", "held-said"]);
    look!(till, "the_old_one_may_leave");
    answer(&mut till, &["mended-replaced", "work-told"]);
    look!(till, "is_it_the_number_of_the_register");
    type_line(&mut till, "815-B");
    answer(&mut till, &["serial-typed"]);
    look!(till, "it_is_another_reader");
    let PageView::Case(view) = till.view().page else { panic!("{:#?}", till.view().page) };
    assert_eq!((view.ask.first.as_str(), view.ask.second.as_str()), ("815-B", "804-117"));
    // To refuse it is what leads on; who takes it all the same does so by name.
    assert_eq!(asked(&till).1, ["fails", "sent-by-provider", "take-pictures"]);
    answer(&mut till, &["sent-by-provider"]);
    let confirmed = CaseStep::SerialConfirmed { serial: "815-B".to_owned() };
    assert!(case(&till).history.iter().any(|moment| moment.step == confirmed && moment.by.is_some()));
    answer(&mut till, &["holds"]);
    assert!(case(&till).history.iter().any(|moment| moment.by.is_some()
        && matches!(moment.step, CaseStep::Checked { check: Check::Seals, proof: Proof::Manager })));
    till.touch(Touch::Case(CaseTouch::WriteRequest));
    let request = till.world.papers.values().next_back().expect("a repair request");
    assert!(request.contains("The provider confirms that it sent 815-B"), "{request}");
    assert!(request.contains("the one before it, 804-117"), "{request}");
    // The old one is in the register: it lies in the shop until somebody says that it went.
    let former = |till: &Bench| {
        let (former, custody) = till.app.ledger().devices[MAIN].former().expect("a former device");
        (former.serial.clone(), custody.holder.clone(), custody.by.0.clone())
    };
    assert_eq!(former(&till), (Some(SERIAL.to_owned()), Holder::Shop {}, MANAGER.to_owned()));
    assert!(request.contains("Another serial number: 815-B") && request.contains("something broken or missing"));
    register(&mut till);
    choose(&mut till, MAIN);
    look!(till, "the_old_one_is_still_here");
    till.touch(Touch::Device(DeviceTouch::FormerGone));
    assert_eq!(former(&till).1, Holder::Provider { name: "Reader Service".to_owned() });
    till.restart();
    assert_eq!(former(&till).1, Holder::Provider { name: "Reader Service".to_owned() });
    assert!(till.world.verify().holds());
}

#[test]
fn an_open_sale_and_an_unexplained_payment_keep_the_reader() {
    let mut till = Bench::of_shop(shop(), Pace::Instant, 52);
    till.open_day(MANAGER);
    till.amount("700");
    till.world.reader.mood = ReaderMood::BadCard;
    till.touch(Touch::Sell(SellTouch::PayByCard));
    till.touch(Touch::Reader(ReaderTouch::OtherWay));
    register(&mut till);
    assert_eq!(choose(&mut till, SECOND), Switch::SaleOpen);
    till.touch(Touch::Device(DeviceTouch::Use));
    assert!(!till.world.starts_again);

    // The reader dies in the middle of a payment; a manager lets the sale go another way, and the question stays open.
    let mut till = Bench::of_shop(shop(), Pace::Instant, 55);
    till.open_day(CASHIER);
    till.world.reader.mood = ReaderMood::DiesMidPayment { booked: false };
    till.amount("700");
    till.touch(Touch::Sell(SellTouch::PayByCard));
    till.pass(TimeDelta::seconds(1));
    till.touch(Touch::Tenders(TendersTouch::ParkAttempt));
    till.approve(MANAGER, ApprovalReason::GoodsHandedOver);
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Qr)));
    till.touch(Touch::Qr(QrTouch::Confirm));
    till.touch(Touch::Done(DoneTouch::NextSale));
    register(&mut till);
    assert_eq!(choose(&mut till, SECOND), Switch::Unexplained);
}

#[test]
fn a_loaner_comes_is_due_back_and_goes() {
    let mut till = Bench::of_shop(shop(), Pace::Instant, 53);
    till.open_day(MANAGER);
    register(&mut till);
    choose(&mut till, LOANER);
    till.touch(Touch::Device(DeviceTouch::Hand));
    look!(till, "when_is_it_due_back");
    till.touch(Touch::Device(DeviceTouch::Due(Some(7))));
    // It has a case of its own: nobody here knows who has had it.
    assert_eq!(asked(&till), (CaseAsk::SerialKnown, ["serial-typed", "serial-known"].map(str::to_owned).to_vec()));
    look!(till, "a_loaner_has_come");
    register(&mut till);
    choose(&mut till, LOANER);
    let here = page(&till).shown.expect("a device");
    assert_eq!((here.switch, here.holder, here.overdue, here.asks_due), (Switch::Possible, None, false, false));
    till.touch(Touch::Device(DeviceTouch::Use));
    start_again(&mut till);
    till.sign_in(CASHIER);
    assert_eq!(till.view().status.cause, Some(OutageCause::ReaderNotAccepted), "not before a manager has looked at it");
    till.sign_out();
    till.sign_in(MANAGER);
    till.touch(Touch::App(AppTouch::OpenCase));
    answer(&mut till, &["serial-known", "holds", "holds"]);
    assert_eq!(case(&till).missing(), Some(vec![Check::Payment]));
    answer(&mut till, &["holds"]);
    sign(&mut till, MANAGER);
    assert!(case(&till).is_closed());
    till.sign_out();
    till.sign_in(CASHIER);
    assert_eq!(till.view().status.reader, ReaderState::Standalone);
    till.sign_out();
    till.sign_in(MANAGER);

    till.pass(TimeDelta::days(8));
    till.sign_in(MANAGER);
    assert!(register(&mut till).shown.is_some());
    choose(&mut till, LOANER);
    assert!(page(&till).shown.is_some_and(|device| device.overdue));
    till.touch_all([Touch::App(AppTouch::OpenCase), Touch::Case(CaseTouch::ToCare)]);
    let PageView::Care(care) = till.view().page else { panic!("{:#?}", till.view().page) };
    assert!(care.rows.iter().any(|row| row.thing == Ready::Hands && row.due == CareDue::Lacks), "{care:#?}");
    till.touch(Touch::Care(CareTouch::Act(Ready::Hands)));
    choose(&mut till, LOANER);
    till.touch(Touch::Device(DeviceTouch::Hand));
    // It leaves by a case of its own: copied, and asked what it holds.
    assert_eq!((asked(&till).0, till.app.ledger().devices[LOANER].hands.len()), (CaseAsk::MakeBackup, 1));
    answer(&mut till, &["give-back", "backup", "give-back", "held-known", "give-back"]);
    look!(till, "payments_are_still_in_it");
    answer(&mut till, &["held-signed", "give-back"]);
    assert!(case(&till).is_closed());
    // It still stands here and answers, and is not the shop's to take cards on.
    assert_eq!(till.view().status.reader, ReaderState::NotAccepted);
    register(&mut till);
    choose(&mut till, MAIN);
    till.touch(Touch::Device(DeviceTouch::Use));
    start_again(&mut till);
    till.sign_in(MANAGER);
    register(&mut till);
    choose(&mut till, LOANER);
    let gone = page(&till).shown.expect("a device");
    assert_eq!((gone.switch, gone.holder.as_deref(), gone.overdue), (Switch::NotHere, Some("Reader Service"), false));
    till.restart();
    assert_eq!(till.app.ledger().devices[LOANER].hands.len(), 2);
    assert!(till.world.verify().holds());
}

#[test]
fn a_loaner_that_is_not_whole_goes_back_untested() {
    let mut till = Bench::of_shop(shop(), Pace::Instant, 57);
    till.open_day(MANAGER);
    register(&mut till);
    choose(&mut till, LOANER);
    till.touch_all([Touch::Device(DeviceTouch::Hand), Touch::Device(DeviceTouch::Due(None))]);
    answer(&mut till, &["serial-known", "holds", "fails", "refuse-diagnosis"]);
    assert_eq!(asked(&till).0, CaseAsk::MakeBackup);
    answer(&mut till, &["backup", "held-signed", "give-back"]);
    assert!(case(&till).is_closed());
    let custody = till.app.ledger().devices[LOANER].custody().expect("a custody");
    assert_eq!(custody.holder, Holder::Provider { name: "Reader Service".to_owned() });
    // What never was in use here has not failed.
    assert!(till.app.ledger().cases.values().all(|case| matches!(case.state, CaseState::Closed { .. })));
    assert!(till.world.verify().holds());
}

#[test]
fn the_signature_ends_what_was_said_by_hand_where_the_till_cannot_look() {
    let mut till = Bench::of_shop(shop(), Pace::Instant, 58);
    till.open_day(MANAGER);
    till.amount("500");
    till.touch_all([Touch::Sell(SellTouch::CardDoesNotWork), Touch::Tenders(TendersTouch::CancelSale)]);
    register(&mut till);
    choose(&mut till, LOANER);
    till.touch_all([Touch::Device(DeviceTouch::Hand), Touch::Device(DeviceTouch::Due(None))]);
    register(&mut till);
    choose(&mut till, LOANER);
    till.touch(Touch::Device(DeviceTouch::Use));
    start_again(&mut till);
    till.sign_in(MANAGER);
    assert!(till.app.ledger().open_outage().is_some(), "it was said of the one before it");
    till.touch(Touch::App(AppTouch::OpenCase));
    answer(&mut till, &["serial-known", "holds", "holds", "holds"]);
    sign(&mut till, MANAGER);
    assert!(till.app.ledger().open_outage().is_none(), "{:?}", till.view().status);
    assert_eq!(till.view().status.reader, ReaderState::Standalone);
}

#[test]
fn a_warranty_that_ends_is_pointed_out_and_a_cashier_may_hand_over_nothing() {
    let mut shop = Settings::clone(&shop());
    shop.service.devices[0].device.warranty_until = Some(morning().date_naive() + TimeDelta::days(20));
    let mut till = Bench::of_shop(Arc::new(shop), Pace::Instant, 54);
    till.open_day(CASHIER);
    register(&mut till);
    till.touch_all([Touch::Device(DeviceTouch::Hand), Touch::Device(DeviceTouch::Due(None))]);
    assert!(till.app.ledger().devices.is_empty(), "{:?}", till.app.ledger().devices);
    assert!(page(&till).shown.is_some_and(|device| device.warranty_ends));
    till.touch_all([Touch::App(AppTouch::OpenCase), Touch::Case(CaseTouch::ToCare)]);
    let PageView::Care(care) = till.view().page else { panic!("{:#?}", till.view().page) };
    assert!(care.rows.iter().any(|row| row.thing == Ready::Warranty && row.due == CareDue::Lacks), "{care:#?}");
}
