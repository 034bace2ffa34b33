//! What is asked of the acquirer's host about one payment: the sealed card is added here, from the store.

use crate::app::effect::{HostAdvice, HostAsk};
use crate::domain::host::{AdviceAnswer, CardRequest, HostAnswer, HostFault, ReversalAnswer, ReversalRequest};
use crate::outside::World;

impl World {
    pub(super) fn ask_host(&self, ask: HostAsk) -> HostAnswer {
        let Some(host) = &self.host else { return HostAnswer::NotSent { fault: HostFault::Unreachable } };
        let Some(sealed) = self.sealed(ask.payment) else {
            return HostAnswer::Misunderstood { code: "no sealed card in the store".to_owned() };
        };
        host.authorise(&CardRequest {
            payment: ask.payment,
            trace: ask.trace,
            amount: ask.amount,
            sealed,
            deferred: ask.deferred,
        })
    }

    pub(super) fn reverse(&self, undo: ReversalRequest) -> ReversalAnswer {
        let unreachable = ReversalAnswer::NoAnswer { fault: HostFault::Unreachable };
        let (Some(host), Some(sealed)) = (&self.host, self.sealed(undo.payment)) else { return unreachable };
        host.reverse(&ReversalRequest { sealed, ..undo })
    }

    pub(super) fn void(&self, undo: &ReversalRequest) -> ReversalAnswer {
        // The sealed card went with the approval: the host knows the purchase by its number.
        let unreachable = || ReversalAnswer::NoAnswer { fault: HostFault::Unreachable };
        self.host.as_ref().map_or_else(unreachable, |host| host.void(undo))
    }

    pub(super) fn advise(&self, advice: HostAdvice) -> AdviceAnswer {
        let HostAdvice { payment, trace, amount, code, repeat } = advice;
        let (Some(host), Some(sealed)) = (&self.host, self.sealed(payment)) else {
            return AdviceAnswer::NotYet { fault: HostFault::Unreachable };
        };
        host.advise(&CardRequest { payment, trace, amount, sealed, deferred: false }, &code, repeat)
    }
}
