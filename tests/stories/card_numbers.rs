//! People type what is in front of them into whatever field is open: a card number goes into none but the card page.

use stopgap::app::event::{AppTouch, CardTouch, CaseTouch, DoneTouch, SellTouch, TendersTouch, Touch};
use stopgap::domain::contact::TelephoneDigit;
use stopgap::domain::sale::TenderKind;
use stopgap::screens::PageView;
use stopgap::screens::app::Message;
use stopgap::screens::case::CaseStage;

use crate::look;
use crate::support::case::{answer, open_case, stage};
use crate::support::shop::{CASHIER, EXPIRY, MANAGER, VISA, connected};
use crate::support::{Bench, Pace};

/// The till says that it wiped what was typed; the message is gone before the next one is looked for.
fn is_told(till: &mut Bench) {
    assert_eq!(till.view().app.message, Some(Message::NoCardNumberHere));
    till.pass(chrono::TimeDelta::seconds(10));
    assert_eq!(till.view().app.message, None);
}

/// Whether the number stands anywhere in the folder of the till, in any file of it.
fn is_on_disk(till: &Bench) -> bool {
    let mut folders = vec![till.world.data()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if std::fs::read(entry.path()).unwrap().windows(VISA.len()).any(|part| part == VISA.as_bytes()) {
                return true;
            }
        }
    }
    false
}

#[test]
fn a_card_number_in_the_wrong_field_is_wiped_and_said() {
    let mut till = Bench::new(connected(), Pace::Instant, 91);
    till.open_day(CASHIER);

    // As the number of the ticket.
    till.amount("1000");
    till.touch(Touch::Sell(SellTouch::EditTicket));
    till.touch(Touch::Sell(SellTouch::Digits(VISA.to_owned())));
    till.touch(Touch::Sell(SellTouch::AcceptTicket));
    look!(till, "the_ticket_is_asked_again");
    is_told(&mut till);
    till.touch(Touch::Sell(SellTouch::Digits("4711".to_owned())));
    till.touch(Touch::Sell(SellTouch::AcceptTicket));

    // As the telephone number of who pays with it.
    till.world.line_is_up = false;
    till.run_until("the outage to be noticed", |till| till.view().status.outage);
    till.touch_all([Touch::Sell(SellTouch::TakePayment), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
    till.key_card(VISA, "");
    till.touch(Touch::Card(CardTouch::Next));
    till.key_card("", EXPIRY);
    till.touch_all([CardTouch::Next, CardTouch::ToggleConsent, CardTouch::AddTelephone].map(Touch::Card));
    till.touch_all(VISA.chars().map(|digit| Touch::Card(CardTouch::TelephoneDigit(TelephoneDigit(digit)))));
    till.touch(Touch::Card(CardTouch::Next));
    is_told(&mut till);
    till.touch_all([CardTouch::Next, CardTouch::Next].map(Touch::Card));
    till.run_until("the card to be stored", |till| matches!(till.view().page, PageView::Done(_)));
    till.touch(Touch::Done(DoneTouch::NextSale));

    assert!(!is_on_disk(&till));
    assert!(till.world.verify().holds());
}

#[test]
fn a_card_number_as_that_of_a_case_or_of_a_reader_is_wiped_and_said() {
    let mut till = Bench::new(connected(), Pace::Instant, 92);
    till.open_day(MANAGER);
    open_case(&mut till);
    answer(&mut till, &["answer-dark", "answer-works", "skip-try", "skip-try", "skip-try", "cause-hardware"]);
    answer(&mut till, &["reached", "help-sendin", "promise-4"]);
    till.touch(Touch::Case(CaseTouch::Digits(VISA.to_owned())));
    answer(&mut till, &["call-done"]);
    assert_ne!(stage(&till), CaseStage::Reported);
    is_told(&mut till);
    till.touch(Touch::Case(CaseTouch::Digits("4711".to_owned())));
    answer(&mut till, &["call-done"]);
    assert_eq!(stage(&till), CaseStage::Reported);
    till.touch(Touch::App(AppTouch::Back));

    assert!(!is_on_disk(&till));
    assert!(till.world.verify().holds());
}
