//! The drawer beside the sales: opened without one, paid in and out, dropped into the safe, handed over.

use crate::app::effect::Effect;
use crate::app::event::DrawerTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::{ApproveWhy, CountKind, Place};
use crate::app::{App, Turn};
use crate::domain::cash::{CashMovement, MovementKind, can_be_paid, smallest_piece};
use crate::domain::fact::{ApprovalReason, Fact, ManagedAct};
use crate::domain::ids::PersonId;
use crate::domain::ledger::Drawer;
use crate::domain::money::{Currency, Money};

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
    /// Into or out of the box of this currency, and not the drawer.
    pub foreign: Option<Currency>,
    /// How much, in minor units of it.
    pub minor: i64,
    /// The drawer should not hold so much; said when it was to be written down, and not before.
    pub is_too_much: bool,
}

impl MoveTalk {
    fn new(kind: MovementKind, foreign: Option<Currency>) -> Self {
        let mut reasons = reasons(kind, foreign);
        let movement = reasons.next().filter(|_| reasons.next().is_none());
        Self { kind, movement, foreign, minor: 0, is_too_much: false }
    }
}

impl MoveTalk {
    /// Whether it can be of notes in the box of another currency.
    pub(crate) fn has_boxes(&self) -> bool {
        CashMovement::ALL.into_iter().any(|one| one.kind() == self.kind && one.is_for_box())
    }
}

/// The reasons of one kind, for the drawer or for the box of another currency.
pub(crate) fn reasons(kind: MovementKind, foreign: Option<Currency>) -> impl Iterator<Item = CashMovement> {
    let fits = move |one: &CashMovement| one.kind() == kind && (foreign.is_none() || one.is_for_box());
    CashMovement::ALL.into_iter().filter(fits)
}

impl DrawerTouch {
    /// Whether only the person whose drawer it is may do it, where a drawer is one person's.
    fn is_for_holder(&self) -> bool {
        match self {
            Self::Begin(_) | Self::WriteDown | Self::Open | Self::Count | Self::CountBox(_) => true,
            Self::ChooseReason(_)
            | Self::MoveIn(_)
            | Self::Digits(_)
            | Self::Erase
            | Self::Cancel
            | Self::ChooseDrawer(_)
            | Self::HandOver
            | Self::ReceiptIsWhole(_)
            | Self::PrintCopy(_)
            | Self::GiveUpReceipts => false,
        }
    }
}

impl App {
    pub(super) fn open_drawer_page(&mut self) {
        if self.day_is_open() {
            self.visit(Place::Drawer(DrawerTalk::default()));
        }
    }

    pub(super) fn touch_drawer(&mut self, touch: DrawerTouch, turn: &mut Turn) {
        if touch.is_for_holder() && self.refuses_as_anothers() {
            return;
        }
        let (busy, shop) = (self.is_busy(), self.settings.currency);
        let Place::Drawer(talk) = &mut self.place else { return };
        let currency = talk.moving.as_ref().and_then(|moving| moving.foreign).unwrap_or(shop);
        match touch {
            DrawerTouch::Begin(kind) => talk.moving = Some(MoveTalk::new(kind, None)),
            DrawerTouch::ChooseReason(movement) => {
                let offers = |moving: &MoveTalk| reasons(moving.kind, moving.foreign).any(|one| one == movement);
                if let Some(moving) = talk.moving.as_mut().filter(|moving| offers(moving)) {
                    moving.movement = Some(movement);
                }
            }
            DrawerTouch::MoveIn(code) => {
                let chosen = code.parse().ok().filter(|currency| self.ledger.boxes.contains_key(currency));
                if let Some(moving) = talk.moving.as_mut().filter(|moving| moving.has_boxes()) {
                    *moving = MoveTalk::new(moving.kind, chosen);
                }
            }
            DrawerTouch::Digits(digits) => {
                let Some(moving) = &mut talk.moving else { return };
                match currency.typed(moving.minor, &digits) {
                    Some(minor) => (moving.minor, moving.is_too_much) = (minor, false),
                    None => self.tell(NoticeKind::FieldIsFull),
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
            DrawerTouch::HandOver => self.begin_handover(),
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

    /// Whoever has the drawer counts it and another takes it over; who takes another's over is let have it first.
    fn begin_handover(&mut self) {
        if self.refuses_sale_of_another() {
            return;
        }
        match self.drawer_of_another().cloned().filter(|_| self.open_sale().is_none()) {
            Some(from) => self.ask_manager(ApproveWhy::TakeOver { from }),
            None => self.begin_count(CountKind::Handover),
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
            (Some((drawer, true)), Some(chooser)) => {
                let by = self.stays_with(drawer).unwrap_or(chooser);
                self.save(vec![Fact::DrawerChosen { drawer, by }], turn);
            }
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
        let (by, is_manager) = (self.person.clone(), self.is_manager());
        let Place::Drawer(DrawerTalk { moving: Some(moving) }) = &self.place else { return };
        let session = match moving.foreign {
            None => self.ledger.drawer.as_ref(),
            Some(currency) => self.ledger.boxes.get(&currency),
        };
        let (Some(movement), Some(session), Some(by)) = (moving.movement, session, by) else { return };
        let (drawer, expected) = (session.id, self.ledger.figures_of(session).expected());
        if moving.minor <= 0 {
            return;
        }
        let currency = moving.foreign.unwrap_or(self.settings.currency);
        if !can_be_paid(Money::new(moving.minor, currency)) {
            return self.tell(NoticeKind::NoSuchCoin(Money::new(smallest_piece(currency), currency)));
        }
        // Whoever has seen what a count found could make it right with money that never moved, and no manager would see
        // the difference. So between such a count and the next day or person a manager writes it down.
        let differs = session.counted.as_ref().is_some_and(|count| count.counted_minor != count.expected_minor);
        if differs && !is_manager {
            self.tell(NoticeKind::DrawerIsCounted);
            return;
        }
        let amount = session.money(moving.minor, self.settings.currency);
        // Whoever tries often enough finds out what is expected, and their count is blind no more: so each try is kept.
        let is_too_much = expected.saturating_add(movement.signed(moving.minor)) < 0;
        self.save(
            vec![if is_too_much {
                Fact::DrawerRefused { drawer, movement: Some(movement), amount, by }
            } else {
                Fact::DrawerMoved { drawer, movement, amount, by }
            }],
            turn,
        );
    }

    /// Whether the drawer in use should hold less than what a customer is to get out of it. Then that is written down as
    /// what is too much of a movement is, and only after that the page says it.
    pub(super) fn drawer_lacks(&mut self, amount: Money, turn: &mut Turn) -> bool {
        let lacks = self.ledger.drawer_expected_minor() < amount.minor;
        if let (true, Some(drawer), Some(by)) = (lacks, self.ledger.drawer.as_ref(), self.person.clone()) {
            self.save(vec![Fact::DrawerRefused { drawer: drawer.id, movement: None, amount, by }], turn);
        }
        lacks
    }

    /// The refusal is written down, and the page says it.
    pub(super) fn drawer_has_refused(&mut self, movement: Option<CashMovement>, amount: Money) {
        if movement.is_none() {
            self.tell(NoticeKind::NotInDrawer(amount));
        } else if let Place::Drawer(DrawerTalk { moving: Some(moving) }) = &mut self.place {
            moving.is_too_much = true;
        }
    }

    /// Written down: the drawer opens, and the page shows it among what happened.
    pub(super) fn drawer_has_moved(&mut self, turn: &mut Turn) {
        self.kick(turn);
        if let Place::Drawer(talk) = &mut self.place {
            talk.moving = None;
        }
    }

    /// The first person has counted one of them, and what the count found is accepted. The boxes beside the drawer are
    /// counted one by one, blind as the drawer is; after the last the other person takes over with a PIN.
    pub(super) fn handover_is_counted(&mut self, kind: CountKind, turn: &mut Turn) {
        let counted = self.counted_session().map(|session| session.id);
        let rest = self.ledger.sessions_in_hand().skip_while(|session| Some(session.id) != counted);
        let next = rest.map(|session| session.id).nth(1);
        match (next, self.drawer_of_another().cloned()) {
            (Some(next), _) => self.count(kind, next),
            (None, Some(from)) => self.given_over(&from, turn),
            (None, None) => self.ask_for_takeover(),
        }
    }

    /// All is counted: the other person's PIN makes it theirs.
    fn ask_for_takeover(&mut self) {
        let sum = |session: &Drawer| {
            let counted = session.counted.as_ref()?;
            Some(session.money(counted.counted_minor, self.settings.currency))
        };
        let counted: Option<Vec<Money>> = self.ledger.sessions_in_hand().map(sum).collect();
        if let Some(counted) = counted {
            self.ask_manager(ApproveWhy::Handover { counted });
        }
    }

    /// The other person's PIN was right: the drawer, the boxes and the till are theirs, in one save.
    pub(super) fn taken_over(&mut self, to: PersonId, turn: &mut Turn) {
        let Some(from) = self.person.clone().filter(|from| *from != to) else { return };
        let Some(mut facts) = self.handover_facts(&from, &to) else { return };
        facts.extend([Fact::SignedOut { person: from }, Fact::SignedIn { person: to }]);
        self.save(facts, turn);
    }

    /// Whoever has the drawer, or a manager, lets the person who is signed in have it: that person counts it now. What a
    /// manager has approved is written down before the count, which may be left.
    pub(super) fn is_let_have_drawer(&mut self, from: &PersonId, let_by: PersonId, turn: &mut Turn) {
        if self.drawer_of_another() != Some(from) {
            return;
        }
        if let_by != *from {
            let approved = self.approval(let_by, ManagedAct::DrawerTakenOver, ApprovalReason::Other);
            self.save(vec![approved], turn);
        }
        self.begin_count(CountKind::TakeOver);
    }

    /// All is counted by the person who was let have it: theirs in one save.
    fn given_over(&mut self, from: &PersonId, turn: &mut Turn) {
        let Some(to) = self.person.clone() else { return };
        if let Some(facts) = self.handover_facts(from, &to) {
            self.save(facts, turn);
        }
    }

    /// The facts of a handover, one for each session that was counted.
    fn handover_facts(&self, from: &PersonId, to: &PersonId) -> Option<Vec<Fact>> {
        let handed_over = |session: &Drawer| {
            let counted = session.counted.as_ref()?;
            Some(Fact::DrawerHandedOver {
                drawer: session.id,
                counted: counted.count.clone(),
                counted_minor: counted.counted_minor,
                expected_minor: self.ledger.figures_of(session).expected(),
                from: from.clone(),
                to: to.clone(),
            })
        };
        self.ledger.sessions_in_hand().map(handed_over).collect()
    }

    /// Both of them see what the counts found.
    pub(super) fn drawer_is_handed_over(&mut self) {
        let found = |session: &Drawer| {
            let last = session.handovers.last()?;
            let minor = last.counted_minor.saturating_sub(last.expected_minor);
            Some(session.money(minor, self.settings.currency))
        };
        let found = self.ledger.sessions_in_hand().filter_map(found).collect();
        self.tell(NoticeKind::DrawerHandedOver(found));
        // Whoever took it over stays signed in and goes on selling.
        if matches!(self.place, Place::Count(_)) {
            self.go_selling();
        }
    }
}
