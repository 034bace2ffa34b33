//! Keeping the reader from failing: work that comes back, and how ready the shop is.

use crate::app::effect::Effect;
use crate::app::event::CareTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::{CaseTalk, Place};
use crate::app::{App, Turn};
use crate::domain::day::is_contingency;
use crate::domain::fact::Fact;
use crate::domain::limits::Steps;
use crate::domain::outage::CardEntryPolicy;
use crate::domain::sale::SaleState;
use crate::domain::service::ProviderFor;
use crate::domain::service::readiness::{Known, Ready};
use crate::domain::service::upkeep::{Upkeep, UpkeepDone};

impl App {
    pub(super) fn touch_care(&mut self, touch: CareTouch, turn: &mut Turn) {
        match touch {
            CareTouch::Act(Ready::Work(work)) => {
                let Some(by) = self.person.clone().filter(|_| !self.is_busy()) else { return };
                self.save(vec![Fact::UpkeepDone { done: UpkeepDone { work, at: self.now, by } }], turn);
            }
            CareTouch::Act(lack) => self.go_to_mend(lack),
            CareTouch::ToDevices => self.open_devices(),
            CareTouch::Practise if self.may_practise() => {
                if let Some(by) = self.person.clone() {
                    turn.ask(Effect::Practise { by });
                }
            }
            CareTouch::Practise if !self.demo => self.tell(NoticeKind::FinishSaleFirst),
            // This is practice already.
            CareTouch::Practise => {}
            CareTouch::ToCase => self.visit(Place::Case(CaseTalk::default())),
        }
    }

    /// Whether the till can be left for practice: nothing is under way, and it is not practice already.
    pub(crate) fn may_practise(&self) -> bool {
        !self.demo && self.open_sale().is_none() && !self.is_busy()
    }

    /// Whether an outage was played: a sale was finished in spite of a failure.
    #[must_use]
    pub fn has_played_an_outage(&self) -> bool {
        self.ledger.sales.values().any(|sale| {
            matches!(sale.state, SaleState::Done { .. }) && is_contingency(sale, self.ledger.payments.of_sale(sale.id))
        })
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
            Ready::SecondReader | Ready::Warranty | Ready::Hands => self.open_devices(),
            // The directory and the limits are in the settings, and the rows say so.
            Ready::Provider | Ready::Limits | Ready::Work(_) => {}
        }
    }

    /// What the till knows of how ready the shop is.
    pub(crate) fn readiness_known(&self) -> Known {
        let today = self.now.date_naive();
        let mut providers = self.settings.service.providers.iter();
        let last = |work: &Upkeep| self.ledger.upkeep.get(work);
        Known {
            typed_cards: self.card_policy() == CardEntryPolicy::Allowed,
            // A shop that stores no card risks nothing with one.
            limits: self.settings.limits.stored.total != Steps::OFF || !self.settings.offer_rules.card_stored,
            transfers: self.payees_in_use().next().is_some(),
            provider: providers.any(|one| one.serves == ProviderFor::Reader && self.number_is_proper(one)),
            statement: !self.ledger.statements.is_empty(),
            second_reader: self.devices().iter().any(|one| self.could_stand_in(one)),
            warranty_ends: self.devices().iter().any(|one| one.device.warranty_days(today).is_some()),
            device_overdue: self.ledger.devices.values().any(|one| one.overdue(self.now).is_some()),
            printer: self.printing.trouble.is_none(),
            promise_overdue: self.ledger.open_cases().iter().any(|case| case.overdue(self.now).is_some()),
            due: Upkeep::ALL.into_iter().filter(|work| work.due(last(work), self.now).is_now()).collect(),
        }
    }
}
