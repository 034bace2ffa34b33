//! The other three causes, from the first symptom to the end of the case: the card, the network, the software.

use chrono::TimeDelta;
use stopgap::app::event::{AppTouch, CaseTouch, Language, OutageTouch, SellTouch, Touch};
use stopgap::domain::service::{AttachmentKind, CaseState, CaseStep, Check, Doubt, Ending, PaperWhy, Proof};
use stopgap::screens::PageView;
use stopgap::screens::app::Message;
use stopgap::screens::case::{CaseAsk, CaseStage};

use crate::look;
use crate::support::case::{answer, asked, case, open_case, sign, stage, type_line};
use crate::support::reader::ReaderMood;
use crate::support::shop::{CASHIER, MANAGER, connected, standalone};
use crate::support::{Bench, Pace};

fn till(person: &str) -> Bench {
    let mut till = Bench::new(connected(), Pace::Instant, 22);
    till.open_day(person);
    till
}

#[test]
fn one_bad_card_ends_without_a_repair() {
    let mut till = till(MANAGER);
    open_case(&mut till);
    answer(&mut till, &["answer-lit", "answer-read", "answer-yes", "answer-none", "answer-nothing"]);
    answer(&mut till, &["begin-try", "helped-not", "cause-card"]);
    look!(till, "it_was_the_card");
    answer(&mut till, &["close-onlythecard"]);
    assert!(case(&till).is_closed());
    // The next trouble is a case of its own.
    answer(&mut till, &["open"]);
    assert_eq!((case(&till).number, stage(&till)), (2, CaseStage::Opened));
}

#[test]
fn a_dead_line_opens_its_case_by_itself_and_ends_with_a_router() {
    let mut till = till(CASHIER);
    till.world.line_is_up = false;
    till.pass(TimeDelta::minutes(9));
    assert!(till.app.ledger().cases.is_empty(), "an outage of nine minutes is no case");
    till.pass(TimeDelta::minutes(3));
    let opened = case(&till);
    assert_eq!((opened.number, opened.history[0].by.is_none()), (1, true));
    assert_eq!(opened.outages().count(), 1);
    till.touch(Touch::App(AppTouch::OpenCase));
    look!(till, "the_line_is_dead");
    answer(
        &mut till,
        &["answer-error", "answer-network", "answer-not_tried", "answer-no", "answer-none", "answer-network"],
    );
    answer(&mut till, &["begin-try", "helped-not", "begin-try"]);
    till.world.line_is_up = true;
    till.pass(TimeDelta::minutes(2));
    answer(&mut till, &["helped"]);
    assert_eq!(stage(&till), CaseStage::Back);
    let missing = case(&till).missing().unwrap();
    assert!(!missing.contains(&Check::Seals) && missing.contains(&Check::PowerCut), "{missing:?}");
    till.sign_out();
    till.sign_in(MANAGER);
    // The till sees every check of this test itself: nobody's word is asked for.
    till.touch(Touch::App(AppTouch::OpenCase));
    assert_eq!(asked(&till), (CaseAsk::CheckSeen, vec!["go-there".to_owned(), "fails".to_owned()]));
    answer(&mut till, &["holds", "sign"]);
    till.world.reader.mood = ReaderMood::Unplugged;
    till.pass(TimeDelta::seconds(30));
    till.world.reader.mood = ReaderMood::Well;
    till.pass(TimeDelta::minutes(3));
    till.touch(Touch::App(AppTouch::Back));
    till.amount("1");
    till.touch(Touch::Sell(SellTouch::PayByCard));
    till.pass(TimeDelta::seconds(5));
    till.touch_all([Touch::App(AppTouch::OpenOutage), Touch::Outage(OutageTouch::TestReader)]);
    till.pass(TimeDelta::seconds(20));
    till.touch(Touch::App(AppTouch::OpenCase));
    assert!(case(&till).tested().values().all(|proof| *proof == Proof::Till), "{:?}", case(&till).tested());
    sign(&mut till, MANAGER);
    assert!(case(&till).is_closed());
    assert!(till.world.verify().holds());
}

#[test]
fn a_frozen_program_is_mended_from_afar_and_the_till_can_be_restarted_in_between() {
    let mut till = till(MANAGER);
    till.world.reader.mood = ReaderMood::Frozen { books: false };
    till.pass(TimeDelta::minutes(11));
    till.touch(Touch::App(AppTouch::OpenCase));
    answer(&mut till, &["answer-frozen", "answer-not_tried", "answer-yes", "answer-none", "answer-nothing"]);
    look!(till, "the_program_is_frozen");
    answer(&mut till, &["skip-try", "skip-try"]);
    answer(&mut till, &["cause-software", "reached", "help-remote", "promise-none", "call-done"]);
    assert_eq!(stage(&till), CaseStage::Reported);
    till.restart();
    till.sign_in(MANAGER);
    till.touch(Touch::App(AppTouch::OpenCase));
    look!(till, "after_a_restart_the_case_goes_on");
    till.world.reader.mood = ReaderMood::Well;
    till.pass(TimeDelta::minutes(1));
    answer(&mut till, &["mended-byprovider", "work-settings", "work-told", "holds", "fails", "not-now"]);
    // One tap refuses nothing: the way back leads to the check.
    assert_eq!((stage(&till), asked(&till).0), (CaseStage::UnderTest, CaseAsk::CheckSeen));
    answer(&mut till, &["fails", "refuse-diagnosis"]);
    assert_eq!(stage(&till), CaseStage::Rejected);
    look!(till, "a_reader_that_was_refused");
    let by_person = case(&till).history.iter().filter(|moment| moment.by.is_some()).count();
    assert!(by_person >= 6);
    assert!(case(&till).history.iter().any(|moment| matches!(moment.step, CaseStep::Rejected { .. })));
    assert!(till.world.verify().holds());
}

#[test]
fn a_visitor_who_is_not_the_announced_one_is_sent_away() {
    let mut till = till(MANAGER);
    open_case(&mut till);
    answer(&mut till, &["answer-dark", "answer-works", "skip-try", "skip-try", "skip-try", "cause-hardware"]);
    answer(&mut till, &["reached", "help-visit", "promise-2"]);
    type_line(&mut till, "MEIER");
    answer(&mut till, &["technician-named"]);
    type_line(&mut till, "RMA-2026/17");
    answer(&mut till, &["call-done", "technician-here"]);
    type_line(&mut till, "SCHMIDT");
    look!(till, "who_is_it");
    answer(&mut till, &["visitor-right", "visitor-named", "visitor-right"]);
    assert_eq!(stage(&till), CaseStage::Reported, "that is not the one who was announced");
    look!(till, "a_stranger_came");
    // The name that was announced is not on the screen that the stranger stands before.
    assert!(!serde_json::to_string(&till.view().page).unwrap().contains("MEIER"));
    let tried = |till: &Bench| -> Vec<CaseStep> {
        let steps = case(till).history.iter().map(|moment| moment.step.clone());
        steps.filter(|step| matches!(step, CaseStep::VisitorDoubted { .. } | CaseStep::VisitorRefused { .. })).collect()
    };
    let doubted = |why| CaseStep::VisitorDoubted { visitor: "SCHMIDT".to_owned(), why };
    assert_eq!(tried(&till), [doubted(Doubt::Name)]);
    // No cashier decides about it, and no restart forgets it.
    till.sign_out();
    till.restart();
    till.sign_in(CASHIER);
    till.touch(Touch::App(AppTouch::OpenCase));
    assert_eq!(asked(&till), (CaseAsk::VisitorDiffers, ["visitor-refused", "asked-back"].map(str::to_owned).to_vec()));
    answer(&mut till, &["asked-back", "visitor-refused", "technician-here"]);
    assert_eq!((asked(&till).0, tried(&till).len()), (CaseAsk::VisitorDiffers, 1));
    till.sign_out();
    till.sign_in(MANAGER);
    till.touch(Touch::App(AppTouch::OpenCase));
    answer(&mut till, &["visitor-refused", "technician-here"]);
    // The right name alone opens nothing any more: it may be the same person with a better one.
    type_line(&mut till, "Meier");
    answer(&mut till, &["visitor-named", "visitor-right"]);
    assert_eq!((asked(&till).0, stage(&till)), (CaseAsk::VisitorAgain, CaseStage::Reported));
    assert_eq!(tried(&till).len(), 3);
    till.touch(Touch::Case(CaseTouch::WritePack));
    let pack = serde_json::to_string(&till.world.pages).unwrap();
    assert!(!pack.contains("SCHMIDT") && !pack.contains("Meier"), "no visitor is in the pictures: {pack}");
    answer(&mut till, &["asked-back"]);
    look!(till, "before_it_is_handed_over");
    // Pictures of the seals come from a stick; the same ones twice are no others.
    answer(&mut till, &["take-pictures"]);
    let refused = |till: &Bench| {
        let PageView::Case(view) = till.view().page else { panic!("{:#?}", till.view().page) };
        view.refused.map(|refused| (refused.why, refused.what))
    };
    assert_eq!(till.view().app.message, Some(Message::PicturesNotKept));
    assert_eq!(refused(&till), Some((PaperWhy::NoFolder, "papers".to_owned())));
    till.touch(Touch::App(AppTouch::ChooseLanguage(Language::Chinese)));
    look!(till, "no_picture_is_kept");
    till.touch(Touch::App(AppTouch::ChooseLanguage(Language::English)));
    let stick = till.world.data().join("papers");
    std::fs::create_dir(&stick).unwrap();
    std::fs::write(stick.join("seals.jpg"), [0xFF, 0xD8, 0xFF, 0xE0, 7, 7, 0xFF, 0xD9]).unwrap();
    answer(&mut till, &["take-pictures"]);
    assert_eq!(till.view().app.message, Some(Message::PicturesKept(1)));
    answer(&mut till, &["take-pictures"]);
    assert_eq!(till.view().app.message, Some(Message::PicturesKept(0)));
    let kept = &till.app.ledger().devices["P400-2203"].attachments;
    assert_eq!((kept.len(), kept[0].kind), (1, AttachmentKind::SealsBefore));
    till.touch(Touch::Case(CaseTouch::WriteRequest));
    let request = till.world.papers.values().next_back().expect("a repair request");
    assert!(request.contains("src=\"data:image/jpeg;base64,/9j/"), "the picture is in the request");
    answer(&mut till, &["whole", "mended-byprovider"]);
    assert_eq!(stage(&till), CaseStage::Back);
    assert_eq!(case(&till).missing().unwrap(), Check::ALL, "the device was in other hands");
}

#[test]
fn the_announced_technician_is_let_in_by_name_company_and_number() {
    let mut till = till(CASHIER);
    let to_visit = |till: &mut Bench| {
        answer(till, &["reached", "help-visit", "promise-2"]);
        till.touch(Touch::Case(CaseTouch::Line("王师傅!".to_owned())));
        answer(till, &["technician-named", "call-done", "technician-here"]);
    };
    open_case(&mut till);
    answer(&mut till, &["answer-dark", "answer-works", "skip-try", "skip-try", "skip-try"]);
    till.sign_out();
    till.sign_in(MANAGER);
    till.touch(Touch::App(AppTouch::OpenCase));
    answer(&mut till, &["cause-hardware"]);
    to_visit(&mut till);
    till.touch(Touch::Case(CaseTouch::Line("王师傅".to_owned())));
    answer(&mut till, &["visitor-named"]);
    look!(till, "company_and_number_are_asked");
    // The name is right and the company is not: that is a step as well, and a manager's affair.
    answer(&mut till, &["order-differs"]);
    assert_eq!(asked(&till).0, CaseAsk::OrderDiffers);
    answer(&mut till, &["visitor-refused", "call-again"]);
    // The next call's technician comes after that one: nobody is let in on a name any more.
    to_visit(&mut till);
    till.touch(Touch::Case(CaseTouch::Line("王师傅".to_owned())));
    answer(&mut till, &["visitor-named"]);
    assert_eq!(asked(&till).0, CaseAsk::VisitorAgain);
    answer(&mut till, &["asked-back", "whole", "mended-byprovider", "work-told"]);
    assert_eq!(stage(&till), CaseStage::Back);
}

#[test]
fn a_slip_of_the_finger_is_taken_back_and_a_case_opened_by_mistake_is_closed() {
    let mut till = till(CASHIER);
    open_case(&mut till);
    assert_eq!(asked(&till).1.last().map(String::as_str), Some("close-mistake"));
    answer(&mut till, &["close-mistake"]);
    assert!(!case(&till).is_closed(), "a manager closes it");
    answer(&mut till, &["answer-lit"]);
    let second = asked(&till).1;
    answer(&mut till, &["question-back"]);
    look!(till, "the_first_question_once_more");
    answer(&mut till, &["answer-dark"]);
    assert_eq!(case(&till).answers().values().copied().collect::<Vec<_>>(), ["dark"]);
    assert_ne!(asked(&till).1, second, "what is asked follows from the last answer");
    till.sign_out();
    till.sign_in(MANAGER);
    till.touch(Touch::App(AppTouch::OpenCase));
    answer(&mut till, &["question-back", "answer-lit", "answer-read", "answer-yes", "answer-none", "answer-nothing"]);
    answer(&mut till, &["begin-try", "helped-not", "close-mistake"]);
    assert!(matches!(case(&till).state, CaseState::Closed { ending: Ending::Mistake, .. }), "{:?}", case(&till).state);
}

#[test]
fn a_terminal_that_cannot_be_asked_leaves_the_shop_on_a_managers_word() {
    let mut till = Bench::new(standalone(), Pace::Instant, 23);
    till.open_day(MANAGER);
    open_case(&mut till);
    answer(
        &mut till,
        &["answer-dark", "answer-works", "begin-try", "helped-not", "skip-try", "skip-try", "cause-hardware"],
    );
    answer(&mut till, &["reached", "help-sendin", "promise-24", "call-done", "backup"]);
    look!(till, "a_manager_signs_what_nobody_can_ask");
    answer(&mut till, &["held-signed", "whole", "send-away"]);
    assert_eq!(stage(&till), CaseStage::Away);
}
