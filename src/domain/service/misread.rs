//! Cards that a reader did not read, and what they have in common.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::domain::card::Brand;
use crate::domain::ids::PaymentId;
use crate::domain::reader::{CardSeen, DeclineReason, EntryMode, ReaderFault, ReaderOutcome};

/// How long a failed read is remembered. A slot that wears out takes weeks, but what it did last month is history.
pub const REMEMBERED: TimeDelta = TimeDelta::days(7);
/// How many failed reads are remembered at most, the latest ones.
pub const MISREADS_MAX: usize = 200;
/// Fewer than this are a coincidence and no pattern.
pub const PATTERN_MIN: usize = 3;
/// A reader that fails only after it was on for this long gets too warm, or its program runs out of something.
pub const WARM_AFTER: TimeDelta = TimeDelta::minutes(10);

/// Why a card was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MisreadCause {
    /// The reader could not read it.
    Unreadable,
    /// The reader was gone or fell silent.
    NoAnswer,
    /// The reader says that a part of it is broken.
    Broken,
    /// The reader cannot reach its host.
    NoHost,
    /// The reader's program refuses, or does not follow the protocol.
    Program,
}

/// One payment that failed at the reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Misread {
    /// The payment.
    pub payment: PaymentId,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// Why.
    pub cause: MisreadCause,
    /// What is known of the card.
    #[serde(default)]
    pub card: CardSeen,
    /// How long the reader had been in use without a break, in whole minutes; where that is known.
    #[serde(default)]
    pub minutes_on: Option<u32>,
}

impl MisreadCause {
    /// What an outcome says; `None` for one that is no failure of reading.
    #[must_use]
    pub fn of(outcome: &ReaderOutcome) -> Option<Self> {
        match outcome {
            ReaderOutcome::Declined { reason: DeclineReason::Unreadable, .. } => Some(Self::Unreadable),
            ReaderOutcome::Approved { .. } | ReaderOutcome::Declined { .. } => None,
            ReaderOutcome::NotCharged { fault } | ReaderOutcome::Unknown { fault } => Self::of_fault(*fault),
        }
    }

    /// What a fault says; a reader that is busy has not failed.
    #[must_use]
    pub fn of_fault(fault: ReaderFault) -> Option<Self> {
        match fault {
            ReaderFault::Unreachable | ReaderFault::ConnectionLost | ReaderFault::TimedOut => Some(Self::NoAnswer),
            ReaderFault::Broken => Some(Self::Broken),
            ReaderFault::HostUnreachable => Some(Self::NoHost),
            ReaderFault::Protocol => Some(Self::Program),
            ReaderFault::Busy => None,
        }
    }
}

/// What the failed reads have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// All of them were presented the same way.
    OnlyEntry(EntryMode),
    /// All of them were of one brand, and cards of another were read.
    OnlyBrand(Brand),
    /// All of them came after the reader had been on for a while: the shortest such time, in minutes.
    OnlyAfter(u32),
    /// All of them failed for the same reason.
    OnlyCause(MisreadCause),
}

/// The patterns among failed reads. `read` are the cards that were read in the same time: without one of another brand
/// nobody can say that it is the brand.
#[must_use]
pub fn patterns(misreads: &[Misread], read: &[CardSeen]) -> Vec<Pattern> {
    let cards: Vec<&Misread> = misreads.iter().filter(|one| one.cause == MisreadCause::Unreadable).collect();
    let mut found = Vec::new();
    if cards.len() >= PATTERN_MIN {
        if let Some(entry) = the_same(cards.iter().map(|one| one.card.entry)) {
            found.push(Pattern::OnlyEntry(entry));
        }
        if let Some(brand) = the_same(cards.iter().map(|one| one.card.brand))
            && read.iter().any(|card| card.brand.is_some_and(|other| other != brand))
        {
            found.push(Pattern::OnlyBrand(brand));
        }
    }
    if misreads.len() >= PATTERN_MIN {
        let shortest = misreads.iter().map(|one| one.minutes_on).min().flatten();
        let warm = u32::try_from(WARM_AFTER.num_minutes()).unwrap_or(u32::MAX);
        if let Some(minutes) = shortest.filter(|minutes| *minutes >= warm) {
            found.push(Pattern::OnlyAfter(minutes));
        }
        if let Some(cause) = the_same(misreads.iter().map(|one| Some(one.cause))) {
            found.push(Pattern::OnlyCause(cause));
        }
    }
    found
}

/// How many failed reads there are of each cause, the most frequent first.
#[must_use]
pub fn causes(misreads: &[Misread]) -> Vec<(MisreadCause, usize)> {
    let mut counted: BTreeMap<MisreadCause, usize> = BTreeMap::new();
    for one in misreads {
        *counted.entry(one.cause).or_default() += 1;
    }
    let mut counted: Vec<(MisreadCause, usize)> = counted.into_iter().collect();
    counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counted
}

/// The value that all have; `None` when one has none or another.
fn the_same<T: PartialEq>(mut values: impl Iterator<Item = Option<T>>) -> Option<T> {
    let first = values.next()??;
    values.all(|value| value.as_ref() == Some(&first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn misread(entry: Option<EntryMode>, brand: Option<Brand>, minutes_on: Option<u32>) -> Misread {
        Misread {
            payment: PaymentId(Uuid::from_u128(1)),
            at: DateTime::UNIX_EPOCH.fixed_offset(),
            cause: MisreadCause::Unreadable,
            card: CardSeen { brand, entry },
            minutes_on,
        }
    }

    #[test]
    fn what_all_have_in_common_is_a_pattern_and_two_are_a_coincidence() {
        let visa = misread(Some(EntryMode::Contactless), Some(Brand::Visa), Some(3));
        assert_eq!(patterns(&vec![visa.clone(); 2], &[]), []);
        let found = patterns(&vec![visa.clone(); 3], &[]);
        assert_eq!(found, [Pattern::OnlyEntry(EntryMode::Contactless), Pattern::OnlyCause(MisreadCause::Unreadable)]);
        let mut mixed = vec![visa.clone(); 3];
        mixed.push(misread(Some(EntryMode::Contact), Some(Brand::Visa), None));
        assert_eq!(patterns(&mixed, &[]), [Pattern::OnlyCause(MisreadCause::Unreadable)]);
        mixed.push(misread(None, None, None));
        assert_eq!(patterns(&mixed, &[]), [Pattern::OnlyCause(MisreadCause::Unreadable)]);
    }

    #[test]
    fn a_brand_is_blamed_only_when_another_was_read() {
        let visa = vec![misread(None, Some(Brand::Visa), None); 4];
        let read = |brand| CardSeen { brand: Some(brand), entry: None };
        assert!(!patterns(&visa, &[read(Brand::Visa)]).contains(&Pattern::OnlyBrand(Brand::Visa)));
        assert!(patterns(&visa, &[read(Brand::Amex)]).contains(&Pattern::OnlyBrand(Brand::Visa)));
    }

    #[test]
    fn a_reader_that_fails_only_when_warm_is_found() {
        let at = |minutes: &[u32]| -> Vec<Misread> {
            minutes.iter().map(|minutes| misread(None, None, Some(*minutes))).collect()
        };
        assert!(patterns(&at(&[40, 12, 19]), &[]).contains(&Pattern::OnlyAfter(12)));
        assert!(!patterns(&at(&[40, 9, 19]), &[]).iter().any(|one| matches!(one, Pattern::OnlyAfter(_))));
        let mut unknown = at(&[40, 12, 19]);
        unknown.push(misread(None, None, None));
        assert!(!patterns(&unknown, &[]).iter().any(|one| matches!(one, Pattern::OnlyAfter(_))));
    }

    proptest! {
        #[test]
        fn a_pattern_holds_for_every_failed_read(entries in prop::collection::vec(0_u8..4, 0..12)) {
            let modes = [None, Some(EntryMode::Contact), Some(EntryMode::Contactless), Some(EntryMode::Stripe)];
            let all: Vec<Misread> =
                entries.iter().map(|mode| misread(modes[usize::from(*mode)], None, None)).collect();
            for pattern in patterns(&all, &[]) {
                if let Pattern::OnlyEntry(entry) = pattern {
                    prop_assert!(all.iter().all(|one| one.card.entry == Some(entry)) && all.len() >= PATTERN_MIN);
                }
            }
        }
    }
}
