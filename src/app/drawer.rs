//! The drawer beside the sales: opened without one, paid in and out, dropped into the safe, handed over.

use crate::app::effect::Effect;
use crate::app::event::DrawerTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::{ApproveWhy, CountKind, Place};
use crate::app::{App, Turn};
use crate::domain::cash::{CashMovement, Count, MovementKind};
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::money::Money;

/// What is being done on the drawer page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DrawerTalk {
    /// Money goes in or out; without it the page shows what happened.
    pub moving: Option<MoveTalk>,
}

/// Money goes in or out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveTalk {
    /// Which way.
    pub kind: MovementKind,
    /// Why; chosen at once where there is only one reason.
    pub movement: Option<CashMovement>,
    /// How much, in minor units.
    pub minor: i64,
    /// The drawer should not hold so much; said when it was to be written down, and not before.
    pub is_too_much: bool,
}

impl MoveTalk {
    fn new(kind: MovementKind) -> Self {
        let mut reasons = reasons(kind);
        let movement = reasons.next().filter(|_| reasons.next().is_none());
        Self { kind, movement, minor: 0, is_too_much: false }
    }
}

/// The reasons of one kind.
pub(crate) fn reasons(kind: MovementKind) -> impl Iterator<Item = CashMovement> {
    CashMovement::ALL.into_iter().filter(move |movement| movement.kind() == kind)
}

impl App {
    pub(super) fn open_drawer_page(&mut self) {
        if self.day_is_open() {
            self.visit(Place::Drawer(DrawerTalk::default()));
        }
    }

    pub(super) fn touch_drawer(&mut self, touch: DrawerTouch, turn: &mut Turn) {
        let (busy, currency) = (self.is_busy(), self.settings.currency);
        let Place::Drawer(talk) = &mut self.place else { return };
        match touch {
            DrawerTouch::Begin(kind) => talk.moving = Some(MoveTalk::new(kind)),
            DrawerTouch::ChooseReason(movement) => {
                if let Some(moving) = talk.moving.as_mut().filter(|moving| moving.kind == movement.kind()) {
                    moving.movement = Some(movement);
                }
            }
            DrawerTouch::Digits(digits) => {
                if let Some(moving) = &mut talk.moving {
                    moving.minor = currency.typed(moving.minor, &digits).unwrap_or(moving.minor);
                    moving.is_too_much = false;
                }
            }
            DrawerTouch::Erase => {
                if let Some(moving) = &mut talk.moving {
                    moving.minor = currency.erased(moving.minor);
                    moving.is_too_much = false;
                }
            }
            DrawerTouch::Cancel => talk.moving = None,
            DrawerTouch::WriteDown if !busy => self.write_movement_down(turn),
            DrawerTouch::Open if !busy => self.save(vec![Fact::DrawerKicked {}], turn),
            DrawerTouch::WriteDown | DrawerTouch::Open => {}
            DrawerTouch::ChooseDrawer(name) if !busy => self.choose_drawer(&name, turn),
            DrawerTouch::ChooseDrawer(_) => {}
            DrawerTouch::CountBox(code) => self.count_box(&code),
            DrawerTouch::Count => self.begin_count(CountKind::Blind),
            DrawerTouch::HandOver => self.begin_count(CountKind::Handover),
            DrawerTouch::ReceiptIsWhole(sale) => self.receipt_is_whole(sale, turn),
            DrawerTouch::PrintCopy(sale) => self.print_copy(sale, turn),
            DrawerTouch::GiveUpReceipts => self.give_up_waiting_receipts(turn),
        }
    }

    /// A count ends what a sale may still change, so it waits for the sale.
    fn begin_count(&mut self, kind: CountKind) {
        if self.open_sale().is_some() {
            self.tell(NoticeKind::FinishSaleFirst);
            return;
        }
        if let Some(session) = self.ledger.drawer.as_ref().map(|drawer| drawer.id) {
            self.count(kind, session);
        }
    }

    /// Another drawer is used from now on: one that waits, or one whose float is counted first. What a sale took in cash
    /// may have to go back out of the drawer it is in, so that waits for the sale.
    fn choose_drawer(&mut self, name: &str, turn: &mut Turn) {
        if self.open_sale().is_some() {
            self.tell(NoticeKind::FinishSaleFirst);
            return;
        }
        let open = self.ledger.drawers().find(|drawer| drawer.name.as_deref() == Some(name));
        match (open.map(|drawer| (drawer.id, drawer.is_aside)), self.person.clone()) {
            (Some((drawer, true)), Some(by)) => self.save(vec![Fact::DrawerChosen { drawer, by }], turn),
            (None, Some(_)) if self.settings.cash.drawers.iter().any(|place| place.name == name) => {
                self.place = self.float_of(Some(name.to_owned()));
            }
            (Some((_, false)) | None, _) | (_, None) => {}
        }
    }

    /// The box of another currency is counted: its float, or what is in it.
    fn count_box(&mut self, code: &str) {
        let Ok(currency) = code.parse() else { return };
        if self.open_sale().is_some() {
            self.tell(NoticeKind::FinishSaleFirst);
        } else if let Some(session) = self.ledger.boxes.get(&currency).map(|one| one.id) {
            self.count(CountKind::Blind, session);
        } else if let Some(taken) = self.settings.cash.foreign(currency).filter(|_| self.day_is_open()) {
            self.place = self.float_of_box(taken.foreign);
        }
    }

    /// The one that was chosen is in use.
    pub(super) fn drawer_is_chosen(&mut self) {
        if let Place::Drawer(talk) = &mut self.place {
            talk.moving = None;
        }
    }

    /// Opens the drawer in use.
    pub(super) fn kick(&self, turn: &mut Turn) {
        let name = self.ledger.drawer.as_ref().and_then(|drawer| drawer.name.as_deref());
        let place = self.settings.cash.drawers.iter().find(|place| Some(place.name.as_str()) == name);
        turn.ask(Effect::KickDrawer(place.and_then(|place| place.pin)));
    }

    fn write_movement_down(&mut self, turn: &mut Turn) {
        let expected = self.ledger.drawer_expected_minor();
        let (currency, by) = (self.settings.currency, self.person.clone());
        let drawer = self.ledger.drawer.as_ref().map(|drawer| drawer.id);
        let Place::Drawer(DrawerTalk { moving: Some(moving) }) = &mut self.place else { return };
        let (Some(movement), Some(drawer), Some(by)) = (moving.movement, drawer, by) else { return };
        if moving.minor <= 0 {
            return;
        }
        if expected.saturating_add(movement.signed(moving.minor)) < 0 {
            moving.is_too_much = true;
            return;
        }
        let amount = Money::new(moving.minor, currency);
        self.save(vec![Fact::DrawerMoved { drawer, movement, amount, by }], turn);
    }

    /// Written down: the drawer opens, and the page shows it among what happened.
    pub(super) fn drawer_has_moved(&mut self, turn: &mut Turn) {
        self.kick(turn);
        if let Place::Drawer(talk) = &mut self.place {
            talk.moving = None;
        }
    }

    /// The first person has counted, and what the count found is accepted; the other one takes over with a PIN.
    pub(super) fn ask_for_takeover(&mut self) {
        let counted = self.counted_session().and_then(|drawer| drawer.counted.as_ref());
        if let Some(count) = counted.map(|counted| counted.count.clone()) {
            self.ask_manager(ApproveWhy::Handover { count });
        }
    }

    /// The other person's PIN was right: the drawer and the till are theirs.
    pub(super) fn taken_over(&mut self, count: Count, to: PersonId, turn: &mut Turn) {
        let Some(drawer) = self.counted_session() else { return };
        let (drawer, expected_minor) = (drawer.id, self.ledger.figures_of(drawer).expected());
        let Some(from) = self.person.clone().filter(|from| *from != to) else { return };
        let counted_minor = count.sum_minor();
        let handed_over = Fact::DrawerHandedOver {
            drawer,
            counted: count,
            counted_minor,
            expected_minor,
            from: from.clone(),
            to: to.clone(),
        };
        let facts = vec![handed_over, Fact::SignedOut { person: from }, Fact::SignedIn { person: to }];
        self.save(facts, turn);
    }

    /// Both of them see what the count found.
    pub(super) fn drawer_is_handed_over(&mut self) {
        let last = self.ledger.drawer.as_ref().and_then(|drawer| drawer.handovers.last());
        let found = last.map_or(0, |last| last.counted_minor.saturating_sub(last.expected_minor));
        self.tell(NoticeKind::DrawerHandedOver(Money::new(found, self.settings.currency)));
    }
}
