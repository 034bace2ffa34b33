//! What a call and a visit amount to, once everything about them is said.

use crate::app::place::{CaseTalk, Place, VisitorDraft};
use crate::app::{App, Turn};
use crate::domain::ladder::Kind;
use crate::domain::service::{CallOutcome, Case, CaseStep, Doubt, Finding, Typed};

impl App {
    pub(super) fn called(&self, outcome: CallOutcome) -> CaseStep {
        CaseStep::Called { provider: self.called_name(), outcome }
    }

    /// What a call amounts to, once everything about it is said.
    pub(super) fn drafted(&self) -> Option<CallOutcome> {
        let Place::Case(talk) = &self.place else { return None };
        let draft = talk.draft.as_ref()?;
        let help = draft.help.or_else(|| self.order_help())?;
        let ticket = draft.ticket.parse::<Typed>().ok().map(String::from);
        Some(CallOutcome::Agreed {
            help,
            ticket,
            promised: draft.promised?,
            technician: draft.technician.clone().flatten(),
        })
    }

    /// How sure the till is of this cause; of one that a person names against it, not at all.
    pub(super) fn percent_of(&self, kind: Kind) -> u8 {
        let found = self.open_case().and_then(|case| self.finding_of(case));
        found.filter(|found: &Finding| found.kind == kind).map_or(0, |found| found.percent)
    }

    /// Whom they send, as it was typed.
    pub(super) fn name_technician(&mut self) {
        self.draft_of_call(|draft| {
            if let Ok(name) = draft.typed_technician.parse::<Typed>() {
                draft.technician = Some(Some(name.into()));
            }
        });
    }

    /// Somebody is here for the reader: who it is, is asked before anything is handed over.
    pub(super) fn begin_visit(&mut self) {
        self.talk_of_case(|talk| talk.visitor = Some(VisitorDraft::default()));
    }

    /// The name is typed. One that does not fit is a step of the case: whoever tries names leaves a trace of each, and a
    /// manager decides about every visitor from then on.
    pub(super) fn name_visitor(&mut self, turn: &mut Turn) {
        let (Some(visitor), Some(case)) = (self.visitor(), self.open_case()) else { return };
        let announced = case.state.order().and_then(|order| order.technician.as_deref());
        let why = match announced {
            Some(name) if !Typed::is_the_same(name, &visitor) => Doubt::Name,
            Some(_) if !case.was_doubted() => {
                return self.talk_of_case(|talk| {
                    if let Some(visitor) = talk.visitor.as_mut() {
                        visitor.fits = true;
                    }
                });
            }
            Some(_) => Doubt::Before,
            None => Doubt::Unannounced,
        };
        self.save_step(CaseStep::VisitorDoubted { visitor, why }, self.person.clone(), turn);
    }

    /// The visitor that a manager decides about.
    pub(super) fn doubted_visitor(&self) -> Option<String> {
        self.open_case().and_then(Case::doubted).map(|(visitor, _)| visitor.to_owned())
    }

    /// The name that the visitor said.
    pub(super) fn visitor(&self) -> Option<String> {
        let Place::Case(CaseTalk { visitor: Some(visitor), .. }) = &self.place else { return None };
        visitor.name.parse::<Typed>().ok().map(String::from)
    }
}
