//! A manager on the page of payment codes.

use stopgap::app::event::{AppTouch, PayeesTouch, Touch};
use stopgap::domain::money::{Currency, Money};
use stopgap::screens::payees::{PayeeState, PayeesView};

use crate::cashier::press;
use crate::support::Bench;
use crate::support::dice::Dice;

/// The manager tests an account again: the test payment arrives or gets lost on its way.
pub fn on_payees(page: &PayeesView, bench: &mut Bench, dice: &mut Dice) -> String {
    let Some(chosen) = &page.chosen else { return press(bench, Touch::App(AppTouch::Back)) };
    let touch = match (chosen.state, &chosen.reference) {
        (PayeeState::Testing, Some(reference)) => {
            if dice.chance(30) {
                return press(bench, Touch::App(AppTouch::Back));
            }
            let (now, arrives) = (bench.now(), dice.chance(90));
            if arrives {
                bench.world.bank.pay(reference, Money::new(1, Currency::EUR), now);
            }
            if arrives { PayeesTouch::Arrived } else { PayeesTouch::NotArrived }
        }
        (PayeeState::InUse, _) if dice.chance(70) => return press(bench, Touch::App(AppTouch::Back)),
        (PayeeState::New | PayeeState::Untested | PayeeState::Testing | PayeeState::InUse, _) => PayeesTouch::Test,
    };
    press(bench, Touch::Payees(touch))
}
