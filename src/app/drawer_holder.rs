//! Whose drawer it is. Where a drawer is one person's, nobody else moves its money; others are led to the handover.

use crate::app::drawer::DrawerTalk;
use crate::app::notice::NoticeKind;
use crate::app::place::Place;
use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::ids::{DrawerId, PersonId};
use crate::domain::sale::{Payment, Standing, TenderKind};
use crate::settings::DrawerFor;

impl App {
    /// Who has the drawer in use, where that keeps the person who is signed in from moving its money. A manager may
    /// always, under the manager's own name.
    pub(crate) fn drawer_of_another(&self) -> Option<&PersonId> {
        match self.settings.cash.drawer_for {
            DrawerFor::Everybody => None,
            DrawerFor::OnePerson => {
                let holder = self.ledger.drawer.as_ref()?.holder.as_ref()?;
                (self.person.as_ref() != Some(holder) && !self.is_manager()).then_some(holder)
            }
        }
    }

    /// The drawer in use, where the person who is signed in may move its money.
    pub(super) fn drawer_in_hand(&self) -> Option<DrawerId> {
        let drawer = self.ledger.drawer.as_ref()?.id;
        self.drawer_of_another().is_none().then_some(drawer)
    }

    /// Who keeps a drawer that is taken into use by somebody else.
    pub(super) fn stays_with(&self, drawer: DrawerId) -> Option<PersonId> {
        match self.settings.cash.drawer_for {
            DrawerFor::Everybody => None,
            DrawerFor::OnePerson => self.ledger.drawer_session(drawer)?.holder.clone(),
        }
    }

    /// The drawer that the person who is signed in has beside the one in use, which is another's. What a sale took in cash
    /// lies in the drawer it was taken into, so that waits for the sale.
    fn own_drawer_aside(&self) -> Option<DrawerId> {
        self.drawer_of_another().filter(|_| self.open_sale().is_none())?;
        self.ledger.drawers().find(|drawer| drawer.is_aside && drawer.holder == self.person).map(|drawer| drawer.id)
    }

    /// Before cash is taken: the person's own drawer is used, where it lies aside; says whether it did.
    pub(super) fn use_own_drawer(&mut self, turn: &mut Turn) -> bool {
        let own = self.own_drawer_aside().zip(self.person.clone());
        let uses = own.map(|(drawer, by)| self.save(vec![Fact::DrawerChosen { drawer, by }], turn));
        uses.is_some()
    }

    /// Leads a person to the page on which they take the drawer over, where it is another's; says whether it did.
    pub(super) fn leads_to_handover(&mut self) -> bool {
        let leads = self.refuses_as_anothers();
        if leads {
            self.visit(Place::Drawer(DrawerTalk::default()));
        }
        leads
    }

    /// Tells whose the drawer is, where it is another's; says whether it did.
    pub(super) fn refuses_as_anothers(&mut self) -> bool {
        let Some(name) = self.other_holder() else { return false };
        self.tell(NoticeKind::DrawerOfAnother(name));
        true
    }

    /// Tells who gives the open sale up, where cash of it lies in another's drawer; says whether it did. Such a drawer is
    /// not taken over first, for it is not counted while a sale may still change it.
    pub(super) fn refuses_sale_of_another(&mut self) -> bool {
        let is_cash =
            |payment: &Payment| payment.tender.kind() == TenderKind::Cash && payment.standing() == Standing::Takes;
        let has_cash = self.open_sale().is_some_and(|sale| self.ledger.payments.of_sale(sale.id).any(is_cash));
        let Some(name) = self.other_holder().filter(|_| has_cash) else { return false };
        self.tell(NoticeKind::SaleOfAnother(name));
        true
    }

    /// The name of whoever has the drawer, where it is another's.
    fn other_holder(&self) -> Option<String> {
        let holder = self.drawer_of_another()?;
        Some(self.person(holder).map_or_else(|| holder.to_string(), |person| person.name.clone()))
    }
}
