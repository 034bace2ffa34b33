//! What a manager of the simulation does at the decline desk.

use stopgap::app::event::{AppTouch, DeskTouch, Touch};
use stopgap::domain::ids::PaymentId;
use stopgap::screens::desk::DeskView;

use crate::cashier::press;
use crate::support::Bench;
use crate::support::dice::Dice;

/// One touch; notes the card that is about to be written off, if that is what was touched.
pub fn on_desk(view: &DeskView, deciding: &mut Option<PaymentId>, bench: &mut Bench, dice: &mut Dice) -> String {
    let chosen = view.rows.iter().find(|row| row.chosen).map(|row| row.id);
    let days: Vec<u32> = view.shown.iter().flat_map(|card| card.days.iter().map(|day| day.days)).collect();
    let touch = match dice.between(1, 100) {
        1..=20 if !view.rows.is_empty() => DeskTouch::Choose(dice.pick(&view.rows).id),
        21..=45 if !days.is_empty() => DeskTouch::ChooseDay(*dice.pick(&days)),
        46..=60 => DeskTouch::TryAgain,
        61..=72 => DeskTouch::AskTransfer,
        73..=78 => DeskTouch::ShowCode,
        79..=86 => DeskTouch::WriteOff,
        87 | 88 => DeskTouch::ByAmount,
        89 | 90 => DeskTouch::ByAge,
        _ => return press(bench, Touch::App(AppTouch::Back)),
    };
    if touch == DeskTouch::WriteOff {
        *deciding = chosen.or(*deciding);
    }
    press(bench, Touch::Desk(touch))
}
