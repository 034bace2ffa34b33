//! The switches of the demo.

use slint::ComponentHandle;

use super::generated::{AppWindow, SimulatorApi};
use super::wish::{SimulatorTouch, Wish, Wishes};
use crate::screens::simulator::SimulatorView;

pub(super) fn show(window: &AppWindow, view: SimulatorView) {
    let api = window.global::<SimulatorApi>();
    api.set_practice(view.practice);
    api.set_unplugged(view.unplugged);
    api.set_frozen(view.frozen);
    api.set_bad_card_next(view.bad_card_next);
    api.set_network_cut(view.network_cut);
    api.set_host_down(view.host_down);
    api.set_lose_next_answer(view.lose_next_answer);
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<SimulatorApi>();
    let touch = |touch| wishes.always(Wish::Simulator(touch));
    api.on_unplug(touch(SimulatorTouch::Unplug));
    api.on_freeze(touch(SimulatorTouch::Freeze));
    api.on_next_card_bad(touch(SimulatorTouch::NextCardBad));
    api.on_cut_network(touch(SimulatorTouch::CutNetwork));
    api.on_stop_host(touch(SimulatorTouch::StopHost));
    api.on_lose_answer(touch(SimulatorTouch::LoseAnswer));
    api.on_end(touch(SimulatorTouch::End));
    api.on_mend(touch(SimulatorTouch::Mend));
}
