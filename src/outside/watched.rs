//! Rungs of the diagnosis ladder that the watch over a PC/SC reader knows the answer to.

use crate::domain::ladder::{Evidence, Found, Rung};
use crate::domain::outage::ReaderCause;
use crate::domain::reader::ReaderReport;
use crate::outside::reader::pcsc::PcscState;

/// What the watch over a PC/SC reader says of a rung; `None` for rungs that it says nothing of.
#[must_use]
pub fn rung_of_watch(rung: Rung, state: &PcscState) -> Option<Found> {
    let of_service = |found| (rung == Rung::ReaderService).then_some(found);
    let report = match state {
        PcscState::Suspected(report) | PcscState::Known(report) => report,
        PcscState::Unseen => return of_service(Found::Unclear(Evidence::ServiceMissing)),
        PcscState::NotWatching(_) => return of_service(Found::Bad(Evidence::ServiceMissing)),
    };
    let cause = match report {
        ReaderReport::Faulty { cause, .. } => Some(*cause),
        ReaderReport::Healthy { .. } | ReaderReport::Busy => None,
    };
    match (rung, cause) {
        (Rung::ReaderService, Some(ReaderCause::ServiceStopped)) => Some(Found::Bad(Evidence::ServiceStopped)),
        (Rung::ReaderService, Some(ReaderCause::ServiceHung)) => Some(Found::Bad(Evidence::ServiceHung)),
        (Rung::ReaderService, _) => Some(Found::Good(Evidence::ServiceRuns)),
        (Rung::ReaderPresent, Some(ReaderCause::NotConnected)) => Some(Found::Bad(Evidence::ReaderNotListed)),
        (Rung::ReaderPresent, _) => Some(Found::Good(Evidence::ReaderListed)),
        (Rung::ReaderHealthy, Some(cause)) => Some(Found::Bad(Evidence::ReaderFault(cause))),
        (Rung::ReaderHealthy, None) => Some(Found::Good(Evidence::ReaderSaysWell { stored: None })),
        (
            Rung::Till
            | Rung::Card
            | Rung::Carrier
            | Rung::Address
            | Rung::Gateway
            | Rung::Name
            | Rung::Anchor
            | Rung::HostPort
            | Rung::Tls
            | Rung::HostApplication
            | Rung::Issuer,
            _,
        ) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::reader::pcsc::WhyNot;

    #[test]
    fn the_watch_says_what_the_reader_service_does() {
        let faulty = |cause, hard| ReaderReport::Faulty { cause, hard };
        let healthy = ReaderReport::Healthy { host_reachable: None, stored_in_reader: None };
        let no_library = WhyNot::NoLibrary { why: "libnope.so: no such file".to_owned() };
        for (state, expected) in [
            (PcscState::Unseen, Found::Unclear(Evidence::ServiceMissing)),
            (PcscState::NotWatching(no_library), Found::Bad(Evidence::ServiceMissing)),
            (PcscState::NotWatching(WhyNot::SilentChild), Found::Bad(Evidence::ServiceMissing)),
            (PcscState::Known(faulty(ReaderCause::ServiceStopped, false)), Found::Bad(Evidence::ServiceStopped)),
            (PcscState::Known(faulty(ReaderCause::ServiceHung, true)), Found::Bad(Evidence::ServiceHung)),
            (PcscState::Suspected(faulty(ReaderCause::NotConnected, false)), Found::Good(Evidence::ServiceRuns)),
            (PcscState::Known(healthy), Found::Good(Evidence::ServiceRuns)),
        ] {
            assert_eq!(rung_of_watch(Rung::ReaderService, &state), Some(expected), "{state:?}");
            assert_eq!(rung_of_watch(Rung::ReaderPresent, &state).is_some(), state.report().is_some(), "{state:?}");
            assert_eq!(rung_of_watch(Rung::Carrier, &state), None);
        }
    }
}
