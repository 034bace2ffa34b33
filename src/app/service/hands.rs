//! Into whose hands a reader comes by a step of its case: the register says the same as the case.

use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::service::{Case, CaseState, CaseStep, Custody, Ending, Former, Holder, Mended};

impl App {
    /// One more step of the open case, and what it means for where its reader is.
    pub(super) fn save_step(&mut self, step: CaseStep, by: Option<PersonId>, turn: &mut Turn) {
        let Some(case) = self.open_case() else { return };
        let (id, device) = (case.id, case.reader.clone());
        let handed = by.as_ref().map(|by| self.hands_over(case, &step, by)).unwrap_or_default();
        let handed = handed.into_iter().map(|custody| Fact::DeviceHanded { device: device.clone(), custody });
        // What helped here has to show that it did.
        let helped = matches!(step, CaseStep::TryEnded { helped: true, .. });
        let mended = helped.then_some(CaseStep::Mended { how: Mended::Here });
        let fact = |step| Fact::ServiceCase { case: id, by: by.clone(), step };
        let facts = std::iter::once(step).chain(mended).map(fact).chain(handed).collect();
        self.save(facts, turn);
    }

    /// Who has the reader of a case, and the one that stood there before it, after this step.
    fn hands_over(&self, case: &Case, step: &CaseStep, by: &PersonId) -> Vec<Custody> {
        let order = case.state.order();
        let now = |holder| Custody { holder, since: self.now, due: None, by: by.clone(), former: None };
        if *step == (CaseStep::Sent {}) {
            let due = order.and_then(|order| order.promised);
            let to = order.map(|order| Holder::Provider { name: order.provider.clone() });
            to.map(|holder| Custody { due, ..now(holder) }).into_iter().collect()
        } else if *step == (CaseStep::Closed { ending: Ending::GivenBack }) {
            vec![now(self.owner_of(&case.reader))]
        } else if *step == (CaseStep::Mended { how: Mended::Replaced }) {
            vec![self.former(case, now(Holder::Shop {})), self.stays_due(case, now(Holder::Shop {}))]
        } else if matches!(step, CaseStep::Mended { .. }) && case.has_left() {
            vec![now(Holder::Shop {})]
        } else {
            Vec::new()
        }
    }

    /// Who has the device that another one takes the place of: whoever it was sent to has it since then, a technician takes
    /// it along, and one that comes by parcel leaves the old one in the shop until somebody says that it went.
    fn former(&self, case: &Case, now: Custody) -> Custody {
        let known = self.device_record(&case.reader).and_then(|record| record.custody());
        let from_order = |name: &String| Holder::Provider { name: name.clone() };
        let (holder, since) = match (&case.state, case.state.order().map(|order| from_order(&order.provider))) {
            (CaseState::Visited { .. }, Some(provider)) => (provider, now.since),
            (CaseState::Away { .. } | CaseState::InRepair { .. }, Some(provider)) => {
                (provider, known.map_or(now.since, |custody| custody.since))
            }
            (_, _) => (Holder::Shop {}, now.since),
        };
        let serial = self.register_serial().map(str::to_owned);
        Custody { holder, since, former: Some(Former { serial }), ..now }
    }

    /// A loaner that is exchanged for another is due back as the first one was.
    fn stays_due(&self, case: &Case, now: Custody) -> Custody {
        let known = self.device_record(&case.reader).and_then(|record| record.custody());
        let due = known.filter(|custody| matches!(custody.holder, Holder::Shop {})).and_then(|custody| custody.due);
        Custody { due, ..now }
    }
}
