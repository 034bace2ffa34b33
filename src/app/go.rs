//! From one page to another.

use crate::app::place::{Overlay, Place};
use crate::app::{App, Turn};

impl App {
    /// Goes to a page that is left again by "back", remembering where from.
    pub(super) fn visit(&mut self, place: Place) {
        self.overlay = None;
        if self.place.is_interruptible() {
            self.place = place;
        }
    }

    pub(super) fn close_overlay(&mut self, turn: &mut Turn) {
        if matches!(self.overlay, Some(Overlay::Approve(_))) {
            self.approval_cancelled(turn);
        }
        self.overlay = None;
    }

    /// Back to selling: the page of the open sale, or an empty one. A count is left without being committed.
    pub(super) fn back(&mut self, turn: &mut Turn) {
        self.overlay = None;
        self.cancel_statement(turn);
        if matches!(self.place, Place::Count(_)) {
            self.leave_count(turn);
        } else if matches!(self.place, Place::Statement(_)) {
            // It was opened from the day, whose manager brings in the next file or decides what this one left open.
            self.place = Place::Day;
        } else if self.place.is_interruptible() {
            self.go_selling();
        }
    }

    pub(super) fn go_selling(&mut self) {
        self.place = match (self.person.is_some(), self.day_is_open()) {
            (false, _) => Place::lock(),
            (true, false) => self.opening_float(),
            (true, true) => match self.open_sale() {
                Some(sale) => self.place_of_sale(sale.id),
                None => Place::Sell,
            },
        };
    }
}
