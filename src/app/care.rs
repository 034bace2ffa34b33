//! Keeping the reader from failing: work that comes back, and how ready the shop is.

use crate::app::event::CareTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::{CaseTalk, Place};
use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::outage::CardEntryPolicy;
use crate::domain::service::readiness::{Known, Ready};
use crate::domain::service::upkeep::{Upkeep, UpkeepDone};
use crate::domain::service::{Case, ProviderFor};

impl App {
    pub(super) fn touch_care(&mut self, touch: CareTouch, turn: &mut Turn) {
        match touch {
            CareTouch::Act(Ready::Work(work)) => {
                let Some(by) = self.person.clone().filter(|_| !self.is_busy()) else { return };
                self.save(vec![Fact::UpkeepDone { done: UpkeepDone { work, at: self.now, by } }], turn);
            }
            CareTouch::Act(lack) => self.go_to_mend(lack),
            CareTouch::ToCase => self.visit(Place::Case(CaseTalk::default())),
        }
    }

    /// Opens the page on which this is put right.
    fn go_to_mend(&mut self, lack: Ready) {
        match lack {
            Ready::TypedCards => self.open_keys(),
            Ready::Transfers if self.is_manager() => self.open_payees(),
            Ready::Statement if self.is_manager() => self.visit(Place::Day),
            Ready::Transfers | Ready::Statement => self.tell(NoticeKind::NotAllowed),
            Ready::Promises => self.visit(Place::Case(CaseTalk::default())),
            Ready::Printer => self.open_drawer_page(),
            // The directory is in the settings, and the row says so.
            Ready::Provider | Ready::Work(_) => {}
        }
    }

    /// What the till knows of how ready the shop is.
    pub(crate) fn readiness_known(&self) -> Known {
        let today = self.now.date_naive();
        let mut providers = self.settings.service.providers.iter();
        let last = |work: &Upkeep| self.ledger.upkeep.get(work);
        Known {
            typed_cards: self.card_policy() == CardEntryPolicy::Allowed,
            transfers: self.payees_in_use().next().is_some(),
            provider: providers.any(|one| one.serves == ProviderFor::Reader && one.is_proper(today)),
            statement: !self.ledger.statements.is_empty(),
            printer: self.printing.trouble.is_none(),
            promise_overdue: self.ledger.open_case().is_some_and(|case: &Case| case.overdue(self.now).is_some()),
            due: Upkeep::ALL.into_iter().filter(|work| work.due(last(work), self.now).is_now()).collect(),
        }
    }
}
