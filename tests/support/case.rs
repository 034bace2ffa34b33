//! The case page in stories: answers by their ids, and where the case stands.

use stopgap::app::event::{AppTouch, CaseTouch, Touch};
use stopgap::domain::fact::ApprovalReason;
use stopgap::domain::service::Case;
use stopgap::screens::PageView;
use stopgap::screens::case::{CaseAsk, CaseStage};

use super::Bench;

/// Opens the page and a case on it.
pub fn open_case(till: &mut Bench) {
    till.touch(Touch::App(AppTouch::OpenCase));
    answer(till, &["open"]);
}

/// Taps one answer after the other.
pub fn answer(till: &mut Bench, ids: &[&str]) {
    for id in ids {
        till.touch(Touch::Case(CaseTouch::Choose((*id).to_owned())));
    }
}

/// Types a line: a ticket number, a name, a serial number.
pub fn type_line(till: &mut Bench, line: &str) {
    till.touch_all(line.chars().map(|letter| Touch::Case(CaseTouch::Digits(letter.to_string()))));
}

/// A manager signs the acceptance test with the PIN.
pub fn sign(till: &mut Bench, manager: &str) {
    answer(till, &["sign"]);
    till.approve(manager, ApprovalReason::Other);
}

/// What is asked, and the answers in their order; the one that leads on first.
pub fn asked(till: &Bench) -> (CaseAsk, Vec<String>) {
    let PageView::Case(view) = till.view().page else { panic!("the case page is not shown: {:#?}", till.view().page) };
    (view.ask.ask, view.main.into_iter().chain(view.options).map(|option| option.id).collect())
}

/// The last case.
pub fn case(till: &Bench) -> &Case {
    till.app.ledger().cases.values().max_by_key(|case| case.number).expect("a case")
}

/// Where the page says that it stands.
#[track_caller]
pub fn stage(till: &Bench) -> CaseStage {
    let PageView::Case(view) = till.view().page else { panic!("the case page is not shown: {:#?}", till.view().page) };
    view.case.expect("a case").stage
}
