//! What is asked of the host in memory: over a line that may be cut, and with the sealed card that the store has.

use stopgap::app::effect::{Effect, HostUndo};
use stopgap::app::event::Event;
use stopgap::domain::host::{AdviceAnswer, HostAnswer, HostFault, ReversalAnswer};

use crate::support::world::FakeWorld;

impl FakeWorld {
    pub(super) fn at_host(&mut self, effect: Effect) -> Option<Event> {
        let fault = HostFault::Unreachable;
        match effect {
            Effect::AskHost(ask) => {
                let answer = match (self.line_is_up, self.has_sealed(ask.payment)) {
                    (false, _) => HostAnswer::NotSent { fault },
                    (true, false) => HostAnswer::Misunderstood { code: "no sealed card".to_owned() },
                    (true, true) => self.host.authorise(&ask),
                };
                Some(Event::HostAnswered { payment: ask.payment, answer })
            }
            Effect::ReverseAtHost(HostUndo(undo)) => {
                let can = self.line_is_up && self.has_sealed(undo.payment);
                let answer = if can { self.host.reverse(&undo) } else { ReversalAnswer::NoAnswer { fault } };
                Some(Event::HostReversed { payment: undo.payment, answer })
            }
            Effect::VoidAtHost(HostUndo(undo)) => {
                let answer = if self.line_is_up { self.host.void(&undo) } else { ReversalAnswer::NoAnswer { fault } };
                Some(Event::HostVoided { payment: undo.payment, answer })
            }
            Effect::AdviseHost(advice) => {
                let can = self.line_is_up && self.has_sealed(advice.payment);
                let answer = if can { self.host.advise(&advice) } else { AdviceAnswer::NotYet { fault } };
                Some(Event::HostAdvised { payment: advice.payment, answer })
            }
            Effect::AskBatch(ask) => {
                let answer = self.line_is_up.then(|| self.host.close_batch(&ask));
                Some(Event::BatchAnswered { number: ask.number, answer })
            }
            _ => None,
        }
    }
}
