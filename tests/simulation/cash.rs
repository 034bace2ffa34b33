//! Somebody at the pages for cash: what is handed over, and what is counted.

use stopgap::app::event::{AppTouch, CashTouch, CountTouch, Touch};
use stopgap::domain::cash::CountNote;

use crate::cashier::press;
use crate::support::Bench;
use crate::support::dice::Dice;

pub fn on_cash(bench: &mut Bench, dice: &mut Dice) -> String {
    let touch = match dice.between(1, 20) {
        1 => CashTouch::Cancel,
        2 => CashTouch::Digits(dice.between(1, 99_999).to_string()),
        3 => CashTouch::Erase,
        4 => CashTouch::QuickSum("10000".to_owned()),
        5 => CashTouch::TakePart,
        // Where the shop takes none, the key is not there.
        6 | 7 => CashTouch::PayIn("USD".to_owned()),
        8 => CashTouch::QuickSum(dice.pick(&["2000", "5000", "10000"]).to_string()),
        _ => CashTouch::Finish,
    };
    press(bench, Touch::Cash(touch))
}

pub fn on_count(bench: &mut Bench, dice: &mut Dice) -> String {
    let touch = match dice.between(1, 20) {
        1 | 2 => CountTouch::Digits(dice.between(1, 9).to_string()),
        3 => CountTouch::NextRow,
        4 | 5 => CountTouch::ChooseNote(CountNote::CannotBeFound),
        6 => CountTouch::Recount,
        7..=12 => CountTouch::Accept,
        13 => return press(bench, Touch::App(AppTouch::Back)),
        _ => CountTouch::Commit,
    };
    press(bench, Touch::Count(touch))
}
