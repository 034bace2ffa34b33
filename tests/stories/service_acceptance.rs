//! The acceptance test: what the till saw of this reader and of this test ticks it, and a manager signs with the PIN.

use std::sync::Arc;

use chrono::TimeDelta;
use stopgap::app::event::{AppTouch, ApproveTouch, CaseTouch, OutageTouch, Touch};
use stopgap::domain::access::PinDigit;
use stopgap::domain::ids::PersonId;
use stopgap::domain::money::Money;
use stopgap::domain::reader::EntryMode;
use stopgap::domain::service::{CaseState, Check, Proof};
use stopgap::screens::app::Message;
use stopgap::screens::case::{CaseAsk, CaseStage};
use stopgap::screens::status::ReaderState;
use stopgap::settings::Settings;

use crate::look;
use crate::service_trust::{back_from_repair, pay, pay_of, to_case, told};
use crate::support::case::{answer, asked, case, open_case, sign, stage};
use crate::support::device::shop;
use crate::support::reader::ReaderMood;
use crate::support::shop::{CASHIER, MANAGER, WRONG_PIN};
use crate::support::{Bench, Pace};

#[test]
#[allow(clippy::too_many_lines, reason = "one story from the seals to the closed case")]
fn the_test_is_ticked_by_what_the_till_saw_and_signed_with_a_managers_pin() {
    let mut till = back_from_repair();
    told(&mut till);
    // Nobody but a manager says yes or no to the seals, and pictures lead on.
    till.sign_out();
    till.sign_in(CASHIER);
    to_case(&mut till);
    assert_eq!(asked(&till), (CaseAsk::CheckOnWord, ["take-pictures", "fails", "holds"].map(str::to_owned).to_vec()));
    answer(&mut till, &["holds", "fails"]);
    assert_eq!((till.view().app.message, stage(&till)), (Some(Message::NotAllowed), CaseStage::Back));
    till.sign_out();
    till.sign_in(MANAGER);
    to_case(&mut till);
    let stick = till.world.data().join("papers");
    std::fs::create_dir(&stick).unwrap();
    std::fs::write(stick.join("seals.jpg"), [0xFF, 0xD8, 0xFF, 0xE0, 7, 7, 0xFF, 0xD9]).unwrap();
    answer(&mut till, &["take-pictures"]);
    assert_eq!(
        asked(&till),
        (CaseAsk::CheckWithPictures, ["holds", "fails", "take-pictures"].map(str::to_owned).to_vec())
    );
    answer(&mut till, &["holds"]);
    // The diagnosis is the till's to see, and so is a card in the slot: there is nothing to tap but the way there.
    look!(till, "the_till_ticks_it_itself");
    assert_eq!(asked(&till), (CaseAsk::CheckSeen, ["go-there", "fails"].map(str::to_owned).to_vec()));
    answer(&mut till, &["holds", "sign", "go-there"]);
    till.touch(Touch::Outage(OutageTouch::TestReader));
    till.pass(TimeDelta::seconds(20));
    for entry in [EntryMode::Contact, EntryMode::Contactless] {
        pay(&mut till, Some(entry));
    }
    to_case(&mut till);
    // A stripe the till would see, but this reader has no head for it; what was taken back in the reader's own menu it
    // cannot see, and a manager says so.
    assert_eq!(asked(&till).1, ["go-there", "fails", "absent"]);
    answer(&mut till, &["absent", "holds"]);
    assert_eq!(asked(&till).0, CaseAsk::CheckSeen, "the power cut is left");
    till.world.reader.mood = ReaderMood::Unplugged;
    till.pass(TimeDelta::seconds(30));
    till.world.reader.mood = ReaderMood::Well;
    till.pass(TimeDelta::minutes(3));
    assert_eq!(asked(&till).0, CaseAsk::Sign);

    // At the signature it is asked which check does not hold after all, and there is a way back.
    answer(&mut till, &["fails"]);
    look!(till, "which_one_does_not_hold");
    assert_eq!((asked(&till).0, asked(&till).1.len()), (CaseAsk::RefuseWhich, Check::ALL.len() + 1));
    answer(&mut till, &["not-now"]);
    // The PIN signs, not the tap: a wrong one and a cashier's sign nothing.
    answer(&mut till, &["sign"]);
    look!(till, "a_manager_signs");
    for person in [MANAGER, CASHIER] {
        till.touch(Touch::Approve(ApproveTouch::Choose(PersonId(person.to_owned()))));
        till.touch_all(WRONG_PIN.chars().map(|digit| Touch::Approve(ApproveTouch::Digit(PinDigit(digit)))));
        till.touch(Touch::Approve(ApproveTouch::Approve));
        till.pass(TimeDelta::seconds(1));
        assert_eq!(stage(&till), CaseStage::UnderTest);
    }
    till.touch(Touch::App(AppTouch::CloseOverlay));
    sign(&mut till, MANAGER);
    assert!(case(&till).is_closed());
    let by = |check| case(&till).tested()[&check];
    assert_eq!(
        (by(Check::Seals), by(Check::Contact), by(Check::PowerCut)),
        (Proof::Pictures, Proof::Till, Proof::Till)
    );
    assert_eq!((by(Check::Stripe), by(Check::Reversal)), (Proof::Absent, Proof::Manager));
    // It was unplugged last, and the signed test shows more than the next card would: the outage ends here.
    assert_eq!(till.view().status.reader, ReaderState::Ready);
    let signed = case(&till).settled().expect("a signature");
    let ended: Vec<_> = till.app.ledger().outages.values().map(|outage| outage.ended).collect();
    assert!(ended.iter().all(Option::is_some) && ended.contains(&Some(signed)), "{ended:?}, signed {signed}");
    till.sign_out();
    till.sign_in(CASHIER);
    pay(&mut till, Some(EntryMode::Contact));
    assert_eq!(till.view().status.reader, ReaderState::Ready);
    to_case(&mut till);
    // The page of the closed case writes its report, with what only a word stands for.
    till.touch(Touch::Case(CaseTouch::WriteRequest));
    let report = &till.world.papers["case-1-report.html"];
    let cost = &till.world.papers["case-1-cost.html"];
    assert!(cost.contains("not accepted yet") && cost.contains("Sales kept"), "{cost}");
    // The payments of the test are no sales that were kept.
    assert!(cost.contains("Sales kept in spite of it</td><td class=\"number\">0<"), "{cost}");
    assert!(report.contains("Case report") && report.matches("on the manager&#39;s word: the till").count() == 1);
    assert!(report.contains("the reader has no part for it"), "{report}");
    assert!(report.contains("Signed: Manager 1"), "{report}");
}

#[test]
fn another_payment_and_another_print_tick_nothing() {
    let mut shop = Settings::clone(&shop());
    shop.service.test_payment = Some(Money::new(50, shop.currency));
    let mut till = Bench::of_shop(Arc::new(shop), Pace::Instant, 69);
    till.open_day(MANAGER);
    // A reader that was mended here is trusted, so customers pay on it before anybody has tested it.
    open_case(&mut till);
    answer(&mut till, &["answer-dark", "answer-works", "begin-try", "helped"]);
    let held = |till: &Bench| {
        let CaseState::UnderTest { held, .. } = &case(till).state else { return Vec::new() };
        held.keys().copied().collect::<Vec<_>>()
    };
    till.world.printer_has_paper = false;
    pay_of(&mut till, "51", Some(EntryMode::Contact));
    assert_eq!(held(&till), [Check::Contact], "it shows that a card was read, and no more");
    pay_of(&mut till, "50", Some(EntryMode::Contactless));
    assert_eq!(held(&till), [Check::Contact, Check::Contactless, Check::Payment], "its own receipt did not come out");
    // The receipt of a sale in cash comes out: it is none of this reader.
    till.world.printer_has_paper = true;
    pay_of(&mut till, "51", None);
    assert_eq!(held(&till), [Check::Contact, Check::Contactless, Check::Payment]);
    pay_of(&mut till, "50", Some(EntryMode::Contact));
    assert_eq!(held(&till).last(), Some(&Check::Receipt));
    to_case(&mut till);
    assert!(till.world.verify().holds());
}
