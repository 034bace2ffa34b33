//! The drawer page.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, DrawerApi};
use super::rows;
use super::wish::Wishes;
use super::words::{count, or_empty, same_words, trouble};
use crate::app::event::{DrawerTouch, Touch};
use crate::domain::cash::{CashMovement, MovementKind};
use crate::domain::ids::SaleId;
use crate::screens::drawer::{
    DoubtfulReceipt, DrawerChoice, DrawerEntry, DrawerUse, DrawerView, EntryWhat, MovementWay,
};

same_words! {
    DrawerUse => DrawerUse { InUse, Waits, NotOpened, BoxNotOpened, BoxOpen, BoxCounted }
    MovementWay => MovementWay { PaidIn, PaidOut, SafeDrop }
    CashMovement => Movement { ChangeBrought, OtherPaidIn, SupplierPaid, ExpensePaid, OtherPaidOut, SafeDrop }
}

impl From<&DrawerEntry> for generated::DrawerEntry {
    fn from(entry: &DrawerEntry) -> Self {
        Self {
            what: match entry.what {
                EntryWhat::Moved(movement) => movement.into(),
                EntryWhat::HandedOver => generated::Movement::HandedOver,
            },
            time_text: (&entry.time_text).into(),
            amount: (&entry.amount).into(),
            person: (&entry.person).into(),
        }
    }
}

impl From<&DrawerChoice> for generated::DrawerChoice {
    fn from(choice: &DrawerChoice) -> Self {
        Self { name: (&choice.name).into(), state: choice.state.into() }
    }
}

impl From<&DoubtfulReceipt> for generated::DoubtfulReceipt {
    fn from(receipt: &DoubtfulReceipt) -> Self {
        Self {
            id: receipt.sale.to_string().into(),
            reference: (&receipt.reference).into(),
            lines: or_empty(receipt.lines.as_ref()),
        }
    }
}

pub(super) fn show(window: &AppWindow, view: &DrawerView) {
    let api = window.global::<DrawerApi>();
    rows::put(&api.get_drawers(), view.drawers.iter().map(Into::into), |list| api.set_drawers(list));
    let moving = view.moving.as_ref();
    api.set_currency(or_empty(moving.map(|moving| &moving.currency)));
    let currencies = moving.map_or(&[][..], |moving| &moving.currencies);
    rows::put(&api.get_currencies(), currencies.iter().map(Into::into), |list| api.set_currencies(list));
    api.set_way(moving.map_or(generated::MovementWay::None, |moving| moving.kind.into()));
    let reasons = moving.map_or(&[][..], |moving| &moving.reasons);
    rows::put(&api.get_reasons(), reasons.iter().map(|reason| (*reason).into()), |list| api.set_reasons(list));
    let reason = moving.and_then(|moving| moving.reason);
    api.set_reason(reason.map_or(generated::Movement::None, Into::into));
    api.set_amount(or_empty(moving.map(|moving| &moving.amount)));
    api.set_too_much(moving.is_some_and(|moving| moving.too_much));
    api.set_can_write(moving.is_some_and(|moving| moving.can_write));
    rows::put(&api.get_entries(), view.entries.iter().map(Into::into), |list| api.set_entries(list));
    api.set_has_printer(view.has_printer);
    api.set_trouble(trouble(view.trouble));
    api.set_waiting(count(view.waiting));
    rows::put(&api.get_doubtful(), view.doubtful.iter().map(Into::into), |list| api.set_doubtful(list));
    api.set_can_act(view.can_act);
    api.set_can_hand_over(view.can_hand_over);
    api.set_stands_with(or_empty(view.stands_with.as_ref()));
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<DrawerApi>();
    let touch = |touch| wishes.touch(Touch::Drawer(touch));
    api.on_open(touch(DrawerTouch::Open));
    api.on_begin(
        wishes.some_touch_with(|word: generated::MovementWay| Some(Touch::Drawer(DrawerTouch::Begin(kind(word)?)))),
    );
    api.on_choose_reason(
        wishes.some_touch_with(|word: generated::Movement| {
            Some(Touch::Drawer(DrawerTouch::ChooseReason(movement(word)?)))
        }),
    );
    api.on_move_in(wishes.touch_with(|code: SharedString| Touch::Drawer(DrawerTouch::MoveIn(code.into()))));
    api.on_digit(wishes.touch_with(|digits: SharedString| Touch::Drawer(DrawerTouch::Digits(digits.into()))));
    api.on_erase(touch(DrawerTouch::Erase));
    api.on_write_down(touch(DrawerTouch::WriteDown));
    api.on_cancel(touch(DrawerTouch::Cancel));
    api.on_count(touch(DrawerTouch::Count));
    api.on_choose_drawer(wishes.touch_with(|name: SharedString| Touch::Drawer(DrawerTouch::ChooseDrawer(name.into()))));
    api.on_count_box(wishes.touch_with(|code: SharedString| Touch::Drawer(DrawerTouch::CountBox(code.into()))));
    api.on_hand_over(touch(DrawerTouch::HandOver));
    api.on_receipt_is_whole(
        wishes.some_touch_with(|id: SharedString| Some(Touch::Drawer(DrawerTouch::ReceiptIsWhole(sale(&id)?)))),
    );
    api.on_print_copy(
        wishes.some_touch_with(|id: SharedString| Some(Touch::Drawer(DrawerTouch::PrintCopy(sale(&id)?)))),
    );
    api.on_give_up_receipts(touch(DrawerTouch::GiveUpReceipts));
}

fn sale(id: &SharedString) -> Option<SaleId> {
    id.parse().ok()
}

fn kind(word: generated::MovementWay) -> Option<MovementKind> {
    match word {
        generated::MovementWay::None => None,
        generated::MovementWay::PaidIn => Some(MovementKind::PaidIn),
        generated::MovementWay::PaidOut => Some(MovementKind::PaidOut),
        generated::MovementWay::SafeDrop => Some(MovementKind::SafeDrop),
    }
}

fn movement(word: generated::Movement) -> Option<CashMovement> {
    match word {
        generated::Movement::None | generated::Movement::HandedOver => None,
        generated::Movement::ChangeBrought => Some(CashMovement::ChangeBrought),
        generated::Movement::OtherPaidIn => Some(CashMovement::OtherPaidIn),
        generated::Movement::SupplierPaid => Some(CashMovement::SupplierPaid),
        generated::Movement::ExpensePaid => Some(CashMovement::ExpensePaid),
        generated::Movement::OtherPaidOut => Some(CashMovement::OtherPaidOut),
        generated::Movement::SafeDrop => Some(CashMovement::SafeDrop),
    }
}
