//! Stored payments go to another till on a stick, and what became of them comes back.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use stopgap::app::effect::HostAsk;
use stopgap::app::event::{
    AppTouch, DeskTouch, DoneTouch, HandoverTouch, MenuTouch, QueueTouch, SellTouch, TendersTouch, Touch,
};
use stopgap::domain::fact::ApprovalReason;
use stopgap::domain::handover::{CardOutcome, HandoverFile, HandoverOutcome, OUTCOME_FORMAT, OutcomeFile, SignedFile};
use stopgap::domain::host::{HostAnswer, ReversalRequest};
use stopgap::domain::ids::HandoverId;
use stopgap::domain::sale::TenderKind;
use stopgap::outside::handover::{outcome_path, write_outcomes};
use stopgap::screens::handover::HandoverView;
use stopgap::screens::refund::{BackBlock, BackWay, RefundView};
use stopgap::screens::{OverlayView, PageView};

use crate::desk::store_ten_euros;
use crate::look;
use crate::support::books::step;
use crate::support::host::HostMood;
use crate::support::shop::{CASHIER, EXPIRY, MANAGER, OTHER_TILL, SECOND_MANAGER, VISA, connected, other_till};
use crate::support::{Bench, Pace};

/// A till without a line, with stored cards of 10 and 20 euros; a manager looks at the handovers.
fn a_till_without_a_line() -> Bench {
    let mut till = Bench::new(connected(), Pace::Instant, 21);
    till.open_day(CASHIER);
    till.world.line_is_up = false;
    till.run_until("the outage to be noticed", |till| till.view().status.outage);
    for amount in ["1000", "2000"] {
        till.amount(amount);
        till.touch_all([Touch::Sell(SellTouch::TakePayment), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
        till.type_card(VISA, EXPIRY);
        till.touch(Touch::Done(DoneTouch::NextSale));
    }
    till.sign_out();
    till.sign_in(MANAGER);
    open_handovers(&mut till);
    till
}

fn open_handovers(till: &mut Bench) {
    till.touch_all([Touch::App(AppTouch::OpenQueue), Touch::Queue(QueueTouch::OpenHandovers)]);
}

fn page(till: &Bench) -> HandoverView {
    match till.view().page {
        PageView::Handover(view) => view,
        other => panic!("not the handovers but {other:?}"),
    }
}

fn steps(till: &Bench) -> Vec<&'static str> {
    till.app.ledger().payments.values().map(step).collect()
}

fn file(till: &Bench) -> (PathBuf, HandoverFile) {
    let folder = till.world.data().join("handover");
    let path = std::fs::read_dir(folder).unwrap().flatten().next().unwrap().path();
    let file: SignedFile<HandoverFile> = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    (path, file.signed)
}

/// What the other till does: it asks the host under the identities of the file, and writes what the host said.
fn the_other_till_forwards(till: &mut Bench, moods: &[HostMood]) {
    let (path, file) = file(till);
    file.check().unwrap();
    till.world.host.next_moods = moods.to_vec().into();
    let mut cards = Vec::new();
    for one in &file.cards {
        let (payment, trace, amount) = (one.card.payment, one.card.trace.clone(), one.card.amount);
        let answer = till.world.host.authorise(&HostAsk { payment, trace: trace.clone(), amount, deferred: true });
        let result = match answer {
            HostAnswer::Approved { approval_code } => HandoverOutcome::Approved { approval_code },
            HostAnswer::DeclinedSoft { code } => HandoverOutcome::Declined { code, hard: false },
            other => panic!("{other:?}"),
        };
        cards.push(CardOutcome { payment, trace, result });
    }
    till.world.host.mood = HostMood::Well;
    write_outcome_of(&path, file.handover, cards);
}

/// The other till's outcome, signed, beside the file.
fn write_outcome_of(path: &Path, handover: HandoverId, cards: Vec<CardOutcome>) {
    let outcomes = OutcomeFile { format: OUTCOME_FORMAT.to_owned(), handover, till: OTHER_TILL, cards };
    let signed = SignedFile::by(outcomes, |message| STANDARD.encode(other_till().sign(message)));
    write_outcomes(&outcome_path(path), &signed).unwrap();
}

#[test]
fn another_till_sends_them_and_the_outcome_is_brought_back() {
    let mut till = a_till_without_a_line();
    look!(till, "two_wait_here");
    till.touch(Touch::Handover(HandoverTouch::HandOver));
    assert_eq!(steps(&till), ["handed over"; 2]);
    look!(till, "they_are_with_another_till");
    let written = std::fs::read_to_string(file(&till).0).unwrap();
    assert!(!written.contains(VISA), "the cards are sealed");
    till.touch(Touch::Handover(HandoverTouch::BringIn));
    assert_eq!((page(&till).brought, page(&till).failed), (Some(0), None));

    till.restart();
    till.world.line_is_up = true;
    till.pass(TimeDelta::minutes(30));
    assert_eq!(steps(&till), ["handed over"; 2]);
    assert!(till.world.host.charges().is_empty(), "this till sends nothing of them, also after a restart");

    the_other_till_forwards(&mut till, &[HostMood::Well, HostMood::DeclinesSoft]);
    till.sign_in(MANAGER);
    open_handovers(&mut till);
    till.touch(Touch::Handover(HandoverTouch::BringIn));
    assert_eq!(steps(&till), ["approved", "declined for now"]);
    look!(till, "the_outcome_is_brought_in");
    till.touch(Touch::Handover(HandoverTouch::BringIn));
    assert_eq!(steps(&till), ["approved", "declined for now"]);
    assert!(till.world.verify().holds());
}

#[test]
fn taking_them_back_needs_four_eyes_and_charges_nobody_twice() {
    let mut till = a_till_without_a_line();
    till.touch(Touch::Handover(HandoverTouch::HandOver));
    the_other_till_forwards(&mut till, &[HostMood::Well, HostMood::Well]);
    till.touch(Touch::Handover(HandoverTouch::TakeBack));
    assert!(matches!(till.view().overlay, Some(OverlayView::Approve(_))));
    look!(till, "four_eyes");
    assert_eq!(steps(&till), ["handed over"; 2]);
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    assert_eq!(steps(&till), ["stored"; 2]);
    assert_eq!(till.world.books.kinds["card_taken_back"], 2);
    till.world.line_is_up = true;
    till.run_until("the bank's answers", |till| steps(till) == ["approved"; 2]);
    let charged: Vec<Vec<i64>> = till.world.host.charges().into_values().collect();
    assert_eq!(charged, [[1_000], [2_000]], "the host knows the requests of the other till again");
    assert!(till.world.verify().holds());
}

#[test]
fn no_card_that_was_taken_back_is_refunded_as_not_sent() {
    let mut till = a_till_without_a_line();
    till.touch(Touch::Handover(HandoverTouch::HandOver));
    the_other_till_forwards(&mut till, &[HostMood::Well, HostMood::DeclinesSoft]);
    till.touch(Touch::Handover(HandoverTouch::TakeBack));
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    assert_eq!(steps(&till), ["stored"; 2]);
    assert!(ways_back(&mut till).is_empty(), "the other till may have sent them");
    open_handovers(&mut till);
    till.touch(Touch::Handover(HandoverTouch::BringIn));
    assert_eq!(steps(&till), ["approved", "declined for now"], "what that till says is taken all the same");
    assert_eq!(ways_back(&mut till), [BackWay::CardTakenBack]);
    assert!(till.world.verify().holds());
}

/// In which ways something can go back, of all sales.
fn ways_back(till: &mut Bench) -> Vec<BackWay> {
    till.touch_all([Touch::App(AppTouch::Back), Touch::App(AppTouch::Back)]);
    till.touch_all([Touch::App(AppTouch::OpenMenu), Touch::Menu(MenuTouch::OpenRefund)]);
    match till.view().page {
        PageView::Refund(RefundView::Choose(rows)) => rows.into_iter().flat_map(|row| row.ways).collect(),
        other => panic!("not the refunds but {other:?}"),
    }
}

#[test]
fn an_outcome_that_somebody_edited_brings_in_nothing() {
    let mut till = a_till_without_a_line();
    till.touch(Touch::Handover(HandoverTouch::HandOver));
    let path = outcome_path(&file(&till).0);
    the_other_till_forwards(&mut till, &[HostMood::Well, HostMood::DeclinesSoft]);
    let written = std::fs::read_to_string(&path).unwrap();
    let declined = written.replace("\"outcome\": \"declined\"", "\"outcome\": \"approved\", \"approval_code\": \"1\"");
    assert_ne!(declined, written);
    std::fs::write(&path, declined).unwrap();
    till.touch(Touch::Handover(HandoverTouch::BringIn));
    assert_eq!((steps(&till), page(&till).brought), (vec!["handed over"; 2], None), "also not what was not edited");
    let failed = page(&till).failed.expect("it says why");
    assert!(failed.ends_with(
        "it is not what till 24 signed: it was changed since, or another till wrote it; nothing of it is taken"
    ));
    std::fs::write(&path, written).unwrap();
    till.touch(Touch::Handover(HandoverTouch::BringIn));
    assert_eq!((steps(&till), page(&till).failed), (vec!["approved", "declined for now"], None));
}

#[test]
fn a_cashier_hands_nothing_over() {
    let mut till = a_till_without_a_line();
    till.sign_out();
    till.sign_in(CASHIER);
    open_handovers(&mut till);
    assert!(matches!(till.view().page, PageView::Queue(_)), "that is the manager's");
    assert_eq!(steps(&till), ["stored"; 2]);
}

/// A till whose only card was booked by the host, which says nothing of it any more; then the line went, and the card was
/// handed over. Also what has to be undone at the host.
fn an_unanswered_card_is_handed_over() -> (Bench, ReversalRequest) {
    let mut till = Bench::new(connected(), Pace::Instant, 22);
    till.open_day(CASHIER);
    store_ten_euros(&mut till);
    till.world.host.mood = HostMood::Mute;
    till.world.line_is_up = true;
    till.run_until("the answer to be missed", |till| steps(till) == ["reversing"]);
    till.world.line_is_up = false;
    till.run_until("the outage to be noticed", |till| till.view().status.outage);
    till.world.host.mood = HostMood::Well;
    till.sign_out();
    till.sign_in(MANAGER);
    open_handovers(&mut till);
    till.touch(Touch::Handover(HandoverTouch::HandOver));
    let (_, file) = file(&till);
    let one = &file.cards[0].card;
    let undo = ReversalRequest {
        payment: one.payment,
        original: one.undo.clone().expect("the first request is in question"),
        stan: one.trace.stan + 2,
        sent_at: till.now(),
        amount: one.amount,
        sealed: String::new(),
        by_voice: false,
        repeat: false,
    };
    (till, undo)
}

/// A manager has the parked card sent again, until it has its answer.
fn send_again_from_the_desk(till: &mut Bench) {
    till.touch_all([Touch::App(AppTouch::Back), Touch::App(AppTouch::Back)]);
    till.touch_all([Touch::App(AppTouch::OpenQueue), Touch::Queue(QueueTouch::OpenDesk)]);
    till.touch(Touch::Desk(DeskTouch::TryAgain));
    till.world.line_is_up = true;
    till.run_until("the answer", |till| steps(till) == ["approved"]);
}

#[test]
fn a_card_that_was_taken_back_and_parked_is_never_asked_for_under_a_third_identity() {
    let (mut till, undo) = an_unanswered_card_is_handed_over();
    // The other till undoes the first request and sends the card; its outcome is on its way.
    till.world.host.reverse(&undo);
    the_other_till_forwards(&mut till, &[HostMood::Well]);
    till.touch(Touch::Handover(HandoverTouch::TakeBack));
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    till.world.host.mood = HostMood::RefusesReversals;
    till.world.line_is_up = true;
    till.run_until("the reversal to be refused", |till| steps(till) == ["parked with a request"]);
    till.restart();
    till.world.host.mood = HostMood::Well;
    till.sign_in(MANAGER);
    send_again_from_the_desk(&mut till);
    assert_eq!(till.world.host.charges().into_values().collect::<Vec<_>>(), [[1_000]], "once, and not once per till");
    assert!(till.world.verify().holds());
}

#[test]
fn a_first_request_that_another_till_could_not_undo_is_undone_before_anything_is_sent() {
    let (mut till, _) = an_unanswered_card_is_handed_over();
    let (path, file) = file(&till);
    let one = &file.cards[0].card;
    let result = HandoverOutcome::Stuck { code: "12".to_owned() };
    let cards = vec![CardOutcome { payment: one.payment, trace: one.trace.clone(), result }];
    write_outcome_of(&path, file.handover, cards);
    till.touch(Touch::Handover(HandoverTouch::BringIn));
    assert_eq!(steps(&till), ["parked with a request"]);
    assert_eq!(till.world.host.charges().into_values().collect::<Vec<_>>(), [[1_000]], "the first request stands");
    send_again_from_the_desk(&mut till);
    assert_eq!(till.world.host.charges().into_values().collect::<Vec<_>>(), [[1_000]], "and never beside another one");
    assert!(till.world.verify().holds());
}

#[test]
fn a_card_that_another_till_has_is_on_the_page_of_refunds_with_the_reason() {
    let mut till = a_till_without_a_line();
    till.touch(Touch::Handover(HandoverTouch::HandOver));
    assert!(ways_back(&mut till).is_empty());
    let PageView::Refund(RefundView::Choose(rows)) = till.view().page else { panic!("not the refunds") };
    assert_eq!(rows.iter().map(|row| row.block).collect::<Vec<_>>(), [Some(BackBlock::OtherTill); 2]);
    look!(till, "why_nothing_goes_back");
}
