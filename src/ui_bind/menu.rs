//! The menu sheet.

use slint::ComponentHandle;

use super::generated::{AppWindow, MenuApi};
use super::wish::Wishes;
use super::words::{count, or_empty};
use crate::app::event::{MenuTouch, Touch};
use crate::screens::menu::MenuView;

pub(super) fn show(window: &AppWindow, view: &MenuView) {
    let api = window.global::<MenuApi>();
    api.set_can_edit_ticket(view.can_edit_ticket);
    api.set_can_open_day(view.can_open_day);
    api.set_can_open_payees(view.can_open_payees);
    api.set_new_payees(count(view.new_payees));
    api.set_can_open_drawer(view.can_open_drawer);
    api.set_can_open_keys(view.can_open_keys);
    api.set_can_open_drawer_page(view.can_open_drawer_page);
    api.set_can_refund(view.can_refund);
    api.set_ticket_number(or_empty(view.ticket_number.as_ref()));
    api.set_outage_running(view.outage_running);
    api.set_case_number(view.case_number.map_or(0, count));
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<MenuApi>();
    api.on_edit_ticket(wishes.touch(Touch::Menu(MenuTouch::EditTicket)));
    api.on_open_day(wishes.touch(Touch::Menu(MenuTouch::OpenDay)));
    api.on_open_keys(wishes.touch(Touch::Menu(MenuTouch::OpenKeys)));
    api.on_open_drawer_page(wishes.touch(Touch::Menu(MenuTouch::OpenDrawerPage)));
    api.on_show_sign(wishes.touch(Touch::Menu(MenuTouch::ShowSign)));
    api.on_open_refund(wishes.touch(Touch::Menu(MenuTouch::OpenRefund)));
    api.on_open_payees(wishes.touch(Touch::Menu(MenuTouch::OpenPayees)));
    api.on_open_drawer(wishes.touch(Touch::Menu(MenuTouch::OpenDrawer)));
}
