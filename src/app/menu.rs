//! The sheet behind "More…".

use crate::app::event::MenuTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::Place;
use crate::app::{App, Turn};
use crate::domain::fact::Fact;

impl App {
    pub(super) fn touch_menu(&mut self, touch: MenuTouch, turn: &mut Turn) {
        self.overlay = None;
        match touch {
            MenuTouch::EditTicket => {
                if self.open_sale().is_none() && self.day_is_open() {
                    self.edit_ticket();
                }
            }
            MenuTouch::OpenDay if self.is_manager() => self.visit(Place::Day),
            MenuTouch::OpenKeys => self.open_keys(),
            MenuTouch::OpenPayees if self.is_manager() => self.open_payees(),
            MenuTouch::OpenDay | MenuTouch::OpenPayees => self.tell(NoticeKind::NotAllowed),
            MenuTouch::OpenDrawerPage => self.open_drawer_page(),
            MenuTouch::OpenRefund => self.open_refund_page(),
            MenuTouch::ShowSign => self.show_sign(),
            MenuTouch::OpenDrawer => {
                if self.day_is_open() && !self.is_busy() && !self.leads_to_handover() {
                    self.save(vec![Fact::DrawerKicked {}], turn);
                }
            }
        }
    }
}
