//! What changed at the readers, out of the states the service gives: pure.
//!
//! The state of a reader is a set of bits with a 16-bit counter above them that goes up each time a card goes in or out
//! (pcsc-lite, `pcsclite.h`, `SCARD_STATE_*`). A card that was changed between two looks shows only in that counter.

use std::ffi::CString;

use super::line::{Chip, WatchLine, capped};

/// The service knows this many readers at most (pcsc-lite, `PCSCLITE_MAX_READERS_CONTEXTS`); further ones are ignored.
pub(super) const READERS_MAX: usize = 16;

/// `SCARD_STATE_UNAWARE`: tell me whatever it is.
const UNAWARE: u32 = 0;
/// `SCARD_STATE_CHANGED`.
const CHANGED: u32 = 0x0002;
/// `SCARD_STATE_UNKNOWN`: there is no such reader.
const UNKNOWN: u32 = 0x0004;
/// `SCARD_STATE_UNAVAILABLE`: the driver cannot talk to it.
const UNAVAILABLE: u32 = 0x0008;
/// `SCARD_STATE_PRESENT`: a card is in.
const PRESENT: u32 = 0x0020;
/// `SCARD_STATE_MUTE`: the card did not answer to its reset.
const MUTE: u32 = 0x0200;

/// What is in a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Faulty,
    Empty,
    Card(Chip),
}

/// A slot and the counter of its card changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    slot: Slot,
    changes: u16,
}

impl Look {
    fn of(state: u32) -> Self {
        let slot = if state & UNAVAILABLE != 0 {
            Slot::Faulty
        } else if state & PRESENT == 0 {
            Slot::Empty
        } else if state & MUTE != 0 {
            Slot::Card(Chip::Mute)
        } else {
            Slot::Card(Chip::Answers)
        };
        let [_, _, low, high] = state.to_le_bytes();
        Self { slot, changes: u16::from_le_bytes([low, high]) }
    }
}

/// One reader that is watched.
#[derive(Debug)]
pub(super) struct Watched {
    /// The name the service knows it by.
    pub(super) name: CString,
    /// The state that was seen last, to be given back to the service with the next question.
    pub(super) known: u32,
    label: String,
    look: Option<Look>,
}

impl Watched {
    fn new(name: CString) -> Self {
        let label = capped(&name.to_string_lossy());
        Self { name, known: UNAWARE, label, look: None }
    }

    /// Takes in what the service says of the reader now.
    pub(super) fn see(&mut self, state: u32) -> Vec<WatchLine> {
        if state & UNKNOWN != 0 {
            // It was pulled between the list and the look. The next list says so.
            return Vec::new();
        }
        self.known = state & !CHANGED;
        let now = Look::of(state);
        changes(&self.label, self.look.replace(now), now)
    }

    fn gone(self) -> Vec<WatchLine> {
        let Some(look) = self.look else { return Vec::new() };
        let removed = WatchLine::ReaderRemoved { reader: self.label.clone() };
        match look.slot {
            Slot::Card(_) => vec![WatchLine::CardOut { reader: self.label }, removed],
            Slot::Faulty | Slot::Empty => vec![removed],
        }
    }
}

/// Watches the readers that are listed now and no others; says which are gone. New ones are announced when they are
/// seen for the first time.
pub(super) fn keep_listed(watched: &mut Vec<Watched>, names: Vec<CString>) -> Vec<WatchLine> {
    let (kept, gone): (Vec<_>, Vec<_>) = watched.drain(..).partition(|reader| names.contains(&reader.name));
    watched.extend(kept);
    for name in names {
        if watched.len() < READERS_MAX && !watched.iter().any(|reader| reader.name == name) {
            watched.push(Watched::new(name));
        }
    }
    gone.into_iter().flat_map(Watched::gone).collect()
}

/// What lies between two looks at one reader.
fn changes(label: &str, before: Option<Look>, now: Look) -> Vec<WatchLine> {
    let reader = || label.to_owned();
    let card_in = |chip, found| WatchLine::CardIn { reader: reader(), chip, found };
    let card_out = || WatchLine::CardOut { reader: reader() };
    let faulty = || WatchLine::ReaderFaulty { reader: reader() };
    let well = || WatchLine::ReaderWell { reader: reader() };
    let Some(before) = before else {
        let added = WatchLine::ReaderAdded { reader: reader() };
        return match now.slot {
            Slot::Empty => vec![added],
            Slot::Faulty => vec![added, faulty()],
            Slot::Card(chip) => vec![added, card_in(chip, true)],
        };
    };
    let counted = now.changes.wrapping_sub(before.changes);
    let missed = |explained: u16| {
        let changes = counted.saturating_sub(explained);
        (changes > 0).then(|| WatchLine::CardsMissed { reader: reader(), changes })
    };
    match (before.slot, now.slot) {
        (Slot::Faulty, Slot::Faulty) => Vec::new(),
        (Slot::Faulty, Slot::Empty) => vec![well()],
        (Slot::Faulty, Slot::Card(chip)) => vec![well(), card_in(chip, true)],
        (Slot::Empty, Slot::Faulty) => vec![faulty()],
        (Slot::Card(_), Slot::Faulty) => vec![card_out(), faulty()],
        (Slot::Empty, Slot::Empty) => missed(0).into_iter().collect(),
        (Slot::Empty, Slot::Card(chip)) => missed(1).into_iter().chain([card_in(chip, false)]).collect(),
        (Slot::Card(_), Slot::Empty) => [card_out()].into_iter().chain(missed(1)).collect(),
        // The same card: at most its chip fell silent, or answers at last.
        (Slot::Card(was), Slot::Card(is)) if counted == 0 => {
            if was == is {
                Vec::new()
            } else {
                vec![card_in(is, false)]
            }
        }
        (Slot::Card(_), Slot::Card(chip)) => vec![card_out(), card_in(chip, false)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: u32 = 0x0010;
    const IN_USE: u32 = 0x0100;
    const UNPOWERED: u32 = 0x0400;

    /// The words of the lines that the states lead to, one after the other.
    fn said(states: &[u32]) -> String {
        let mut reader = Watched::new(c"A".to_owned());
        let lines: Vec<_> = states.iter().flat_map(|state| reader.see(*state)).collect();
        words(&lines)
    }

    fn words(lines: &[WatchLine]) -> String {
        let word = |line: &WatchLine| match line {
            WatchLine::ReaderAdded { .. } => "added".to_owned(),
            WatchLine::ReaderRemoved { reader } => format!("removed {reader}"),
            WatchLine::ReaderFaulty { .. } => "faulty".to_owned(),
            WatchLine::ReaderWell { .. } => "well".to_owned(),
            WatchLine::CardIn { chip, found, .. } => format!("{}{chip:?}", if *found { "found " } else { "in " }),
            WatchLine::CardOut { .. } => "out".to_owned(),
            WatchLine::CardsMissed { changes, .. } => format!("missed {changes}"),
            other => format!("{other:?}"),
        };
        lines.iter().map(word).collect::<Vec<_>>().join(", ")
    }

    fn at(changes: u32, bits: u32) -> u32 {
        changes << 16 | bits | CHANGED
    }

    #[test]
    fn each_pair_of_looks_says_what_lies_between() {
        let cases: [(&[u32], &str); 16] = [
            (&[at(0, EMPTY)], "added"),
            (&[at(1, PRESENT)], "added, found Answers"),
            (&[at(0, UNAVAILABLE)], "added, faulty"),
            (&[at(0, EMPTY), at(1, PRESENT), at(2, EMPTY)], "added, in Answers, out"),
            (&[at(0, EMPTY), at(1, PRESENT | MUTE)], "added, in Mute"),
            (&[at(1, PRESENT), at(1, PRESENT | UNPOWERED), at(1, PRESENT | IN_USE)], "added, found Answers"),
            (&[at(1, PRESENT), at(3, PRESENT)], "added, found Answers, out, in Answers"),
            (&[at(1, PRESENT), at(3, PRESENT | MUTE)], "added, found Answers, out, in Mute"),
            (&[at(1, PRESENT | MUTE), at(1, PRESENT)], "added, found Mute, in Answers"),
            (&[at(0, EMPTY), at(2, EMPTY)], "added, missed 2"),
            (&[at(0, EMPTY), at(3, PRESENT)], "added, missed 2, in Answers"),
            (&[at(1, PRESENT), at(4, EMPTY)], "added, found Answers, out, missed 2"),
            (&[at(0xFFFF, EMPTY), at(0, PRESENT)], "added, in Answers"),
            (
                &[at(1, PRESENT), at(1, UNAVAILABLE), at(1, PRESENT)],
                "added, found Answers, out, faulty, well, found Answers",
            ),
            (&[at(0, EMPTY), at(0, UNAVAILABLE), at(0, UNAVAILABLE), at(0, EMPTY)], "added, faulty, well"),
            (&[at(0, EMPTY), at(0, UNKNOWN | UNAVAILABLE)], "added"),
        ];
        for (states, expected) in cases {
            assert_eq!(said(states), expected, "{states:x?}");
        }
    }

    #[test]
    fn what_was_seen_is_given_back_without_the_changed_bit() {
        let mut reader = Watched::new(c"A".to_owned());
        reader.see(at(3, PRESENT));
        assert_eq!(reader.known, 0x0003_0020);
        reader.see(at(4, UNKNOWN));
        assert_eq!(reader.known, 0x0003_0020);
    }

    #[test]
    fn readers_that_are_no_longer_listed_are_gone_with_their_card() {
        let mut watched = Vec::new();
        assert_eq!(keep_listed(&mut watched, vec![c"A".to_owned(), c"B".to_owned(), c"C".to_owned()]), []);
        watched[0].see(at(1, PRESENT));
        watched[1].see(at(0, EMPTY));
        // C was never seen, so it was never announced either.
        let lines = keep_listed(&mut watched, vec![c"D".to_owned()]);
        assert_eq!(words(&lines), "out, removed A, removed B");
        assert_eq!(watched.len(), 1);
        let many = (0..READERS_MAX + 3).map(|number| CString::new(format!("R{number}")).unwrap()).collect();
        keep_listed(&mut watched, many);
        assert_eq!(watched.len(), READERS_MAX);
    }
}
