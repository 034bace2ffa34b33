//! The diagnosis ladder: which part of the way from the till to the card's bank has failed.
//!
//! Two sides are climbed at the same time, each from the bottom: the reader's and the network's. Below both stands the
//! till itself. A rung that works proves the rungs of its side below it; what failed is the lowest rung that is bad and
//! that nothing above it proves to be good. The result is one cause in the merchant's words, [`Kind`], with the rung.
//!
//! Nothing here asks anything: the rungs are tried outside, one at a time, and come back as a [`Step`].

mod evidence;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

pub use self::evidence::{Evidence, Found, NotTried, TlsTrouble};
use crate::domain::contacts::ContactsVerdict;
use crate::domain::outage::ReaderCause;

/// One rung, in the order in which its side is climbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// The till: its workers, its disk, its clock.
    Till,
    /// The system service that a PC/SC reader hangs on.
    ReaderService,
    /// Something takes connections at the reader's address.
    ReaderPresent,
    /// The reader says that it is well.
    ReaderHealthy,
    /// The cards: one that does not answer is a bad card, two are the reader's contacts.
    Card,
    /// A cable or a radio link.
    Carrier,
    /// An address of the till's own, and a route.
    Address,
    /// The router.
    Gateway,
    /// The name service. Stopgap itself goes by addresses, so it is never the cause of an outage.
    Name,
    /// Anything beyond the router.
    Anchor,
    /// Something takes connections at the host's address.
    HostPort,
    /// The encrypted connection to the host.
    Tls,
    /// The host's program (ISO 8583 0800, DE 70 = 301).
    HostApplication,
    /// The banks behind the host (DE 39 = 91, 92, 96).
    Issuer,
}

/// The sides of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// From the till to the card.
    Reader,
    /// From the till to the card's bank.
    Network,
}

impl Rung {
    /// All of them, the till first, then the reader's side, then the network's.
    pub const ALL: [Self; 14] = [
        Self::Till,
        Self::ReaderService,
        Self::ReaderPresent,
        Self::ReaderHealthy,
        Self::Card,
        Self::Carrier,
        Self::Address,
        Self::Gateway,
        Self::Name,
        Self::Anchor,
        Self::HostPort,
        Self::Tls,
        Self::HostApplication,
        Self::Issuer,
    ];

    /// The longest that trying it may take, in milliseconds.
    #[must_use]
    pub const fn bound_ms(self) -> u64 {
        match self {
            Self::Till | Self::Gateway | Self::ReaderPresent => 1_000,
            Self::ReaderService | Self::ReaderHealthy | Self::Name | Self::Anchor | Self::HostPort | Self::Tls => 2_000,
            // Read off the system, or known to the app already.
            Self::Carrier | Self::Address | Self::Card | Self::Issuer => 100,
            // The host's own bound for an echo.
            Self::HostApplication => 10_000,
        }
    }

    /// The side it belongs to; the till stands below both and is counted to the reader's.
    #[must_use]
    pub const fn side(self) -> Side {
        match self {
            Self::Till | Self::ReaderService | Self::ReaderPresent | Self::ReaderHealthy | Self::Card => Side::Reader,
            Self::Carrier
            | Self::Address
            | Self::Gateway
            | Self::Name
            | Self::Anchor
            | Self::HostPort
            | Self::Tls
            | Self::HostApplication
            | Self::Issuer => Side::Network,
        }
    }

    /// Whether nothing above it can work when it does not, so that the climb of its side ends.
    const fn carries_the_rest(self) -> bool {
        match self {
            Self::ReaderService | Self::ReaderPresent | Self::ReaderHealthy => true,
            Self::Carrier | Self::Address | Self::HostPort | Self::Tls | Self::HostApplication => true,
            // A till with a full disk still has to say what else is wrong; routers that answer nothing, names that are
            // not found and anchors behind a firewall keep no host from answering.
            Self::Till | Self::Gateway | Self::Name | Self::Anchor | Self::Card | Self::Issuer => false,
        }
    }
}

/// One rung that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub rung: Rung,
    /// What was found.
    pub found: Found,
}

/// What kind of trouble it is, in the merchant's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A device, its power or its contacts.
    Hardware,
    /// This one card.
    Card,
    /// The shop's network or its provider.
    Network,
    /// A program: the reader's, the till's, a service between them.
    Software,
    /// The acquirer, or the banks behind it: nothing in the shop.
    Host,
}

/// The cause that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What kind it is.
    pub kind: Kind,
    /// The rung that failed.
    pub rung: Rung,
    /// What was seen there.
    pub evidence: Evidence,
}

/// What a climb amounts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conclusion {
    /// The cause, the one nearest to the cashier first; `None` when nothing is wrong.
    pub cause: Option<Cause>,
    /// A second, independent one on the other side.
    pub also: Option<Cause>,
}

/// A climb, under way or done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder {
    /// When it began.
    pub began: DateTime<FixedOffset>,
    /// What is left to climb on the reader's side, the next rung first.
    reader: Vec<Rung>,
    /// The same on the network's side.
    network: Vec<Rung>,
    steps: Vec<Step>,
}

impl Ladder {
    /// At the foot.
    #[must_use]
    pub fn begin(began: DateTime<FixedOffset>) -> Self {
        let side = |side| Rung::ALL.into_iter().filter(|rung| rung.side() == side).collect();
        Self { began, reader: side(Side::Reader), network: side(Side::Network), steps: Vec::new() }
    }

    /// The next rung of each side that has one.
    pub fn next(&self) -> impl Iterator<Item = Rung> {
        [self.reader.first(), self.network.first()].into_iter().flatten().copied()
    }

    /// The next rung of the side of `rung`, after that was taken.
    #[must_use]
    pub fn next_beside(&self, rung: Rung) -> Option<Rung> {
        self.next().find(|next| next.side() == rung.side())
    }

    /// Whether nothing is left to try.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.next().next().is_none()
    }

    /// Takes what a rung showed. One that is not the next of its side is an answer to an earlier climb and is dropped.
    pub fn take(&mut self, step: Step) {
        let side = match step.rung.side() {
            Side::Reader => &mut self.reader,
            Side::Network => &mut self.network,
        };
        if side.first() != Some(&step.rung) {
            return;
        }
        side.remove(0);
        let ends_here = matches!(step.found, Found::Bad(_)) && step.rung.carries_the_rest();
        self.steps.push(step);
        if ends_here {
            let above = side.drain(..).map(|rung| Step { rung, found: Found::NotTried(NotTried::BelowFailed) });
            self.steps.extend(above);
        }
    }

    /// The rungs tried so far, in the order of [`Rung::ALL`].
    #[must_use]
    pub fn steps(&self) -> Vec<&Step> {
        let mut steps: Vec<&Step> = self.steps.iter().collect();
        steps.sort_by_key(|step| step.rung);
        steps
    }

    /// Whether the till's clock was seen to be set.
    #[must_use]
    pub fn saw_clock_jump(&self) -> bool {
        self.steps.iter().any(is_clock)
    }

    /// What is known so far.
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        conclude(&self.steps())
    }
}

/// Whether a step saw the clock being set.
fn is_clock(step: &Step) -> bool {
    matches!(step.found, Found::Bad(Evidence::ClockJumped { .. }))
}

/// What the steps of a climb amount to.
fn conclude(steps: &[&Step]) -> Conclusion {
    // A clock that was set explains no card that is not taken: it is the cause only where nothing else is.
    let other_trouble = steps.iter().any(|step| matches!(step.found, Found::Bad(_)) && !is_clock(step));
    let lowest_unproven = |side| {
        let of_side =
            || steps.iter().filter(move |step| step.rung.side() == side && !(other_trouble && is_clock(step)));
        let proven = of_side().filter(|step| matches!(step.found, Found::Good(_))).map(|step| step.rung).max();
        of_side().find_map(|step| match &step.found {
            // The till's own trouble is not disproved by a reader that answers.
            Found::Bad(evidence) if proven.is_none_or(|rung| rung < step.rung) || step.rung == Rung::Till => {
                Some(cause(step.rung, evidence))
            }
            Found::Bad(_) | Found::Good(_) | Found::Unclear(_) | Found::NotTried(_) => None,
        })
    };
    match (lowest_unproven(Side::Reader), lowest_unproven(Side::Network)) {
        // One card that did not answer says nothing of a line that is dead as well.
        (Some(reader), Some(network)) if reader.kind == Kind::Card => {
            Conclusion { cause: Some(network), also: Some(reader) }
        }
        (Some(reader), network) => Conclusion { cause: Some(reader), also: network },
        (None, network) => Conclusion { cause: network, also: None },
    }
}

fn cause(rung: Rung, evidence: &Evidence) -> Cause {
    let kind = match rung {
        Rung::Till | Rung::ReaderService => Kind::Software,
        Rung::ReaderPresent => Kind::Hardware,
        Rung::ReaderHealthy => {
            if let Evidence::ReaderFault(cause) = evidence {
                kind_of_reader(*cause)
            } else {
                Kind::Hardware
            }
        }
        Rung::Card if *evidence == Evidence::Cards(ContactsVerdict::SuspectReader) => Kind::Hardware,
        Rung::Card => Kind::Card,
        Rung::Carrier | Rung::Address | Rung::Gateway | Rung::Name | Rung::Anchor => Kind::Network,
        Rung::HostPort | Rung::Tls | Rung::HostApplication | Rung::Issuer => Kind::Host,
    };
    Cause { kind, rung, evidence: evidence.clone() }
}

/// The kind of a fault that the reader names, or shows by its silence.
fn kind_of_reader(cause: ReaderCause) -> Kind {
    match cause {
        ReaderCause::NotConnected
        | ReaderCause::CardReaderFault
        | ReaderCause::PinPadFault
        | ReaderCause::OutOfOrder
        | ReaderCause::Tampered
        | ReaderCause::NotAccepted
        | ReaderCause::ReportedByHand => Kind::Hardware,
        // It is there and takes connections, so what does not answer is its program.
        ReaderCause::NoAnswer
        | ReaderCause::ServiceStopped
        | ReaderCause::ServiceHung
        | ReaderCause::SoftwareFault
        | ReaderCause::Maintenance => Kind::Software,
    }
}

#[cfg(test)]
mod tests;
