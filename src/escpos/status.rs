//! What a printer says of itself: the real-time status (`DLE EOT n`) and the answer that follows what was printed (`GS r`).

use std::fmt;

use crate::escpos::{DLE, EOT, GS};

/// A question that is answered at once, also by a printer that has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// `DLE EOT 1`: on line, and the drawer's switch.
    Printer,
    /// `DLE EOT 2`: why it is off line.
    Offline,
    /// `DLE EOT 3`: what is broken.
    Error,
    /// `DLE EOT 4`: the paper.
    Paper,
}

impl Question {
    /// All of them, in the order in which [`Status::of`] takes the answers.
    pub const ALL: [Self; 4] = [Self::Printer, Self::Offline, Self::Error, Self::Paper];

    /// The bytes that ask it.
    #[must_use]
    pub fn bytes(self) -> [u8; 3] {
        let n = match self {
            Self::Printer => 1,
            Self::Offline => 2,
            Self::Error => 3,
            Self::Paper => 4,
        };
        [DLE, EOT, n]
    }

    /// What is asked for after a block: it is answered only when everything before it has been worked on (`GS r 1`).
    #[must_use]
    pub fn after_block() -> [u8; 3] {
        [GS, b'r', 1]
    }
}

/// A byte that came from a printer, told apart by the bits that are fixed in each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To a [`Question`].
    RealTime(u8),
    /// To [`Question::after_block`]: everything before it has been worked on.
    BlockDone,
    /// Anything else: a state that some printers send unasked, or noise.
    Other(u8),
}

impl Answer {
    /// What a byte is.
    #[must_use]
    pub fn of(byte: u8) -> Self {
        match byte {
            // Bits 1 and 4 on, 0 and 7 off.
            _ if byte & 0x93 == 0x12 => Self::RealTime(byte),
            // Bits 4 and 7 off.
            _ if byte & 0x90 == 0 => Self::BlockDone,
            _ => Self::Other(byte),
        }
    }
}

/// The paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperState {
    /// There is paper.
    Present,
    /// The roll is nearly at its end.
    NearEnd,
    /// There is none.
    Out,
}

/// The state of a printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a sensor of its own; they change independently")]
pub struct Status {
    /// It does not print now.
    pub is_offline: bool,
    /// Its cover is open.
    pub is_cover_open: bool,
    /// Its cutter is jammed.
    pub is_cutter_jammed: bool,
    /// Another part of it is broken, or too hot.
    pub is_broken: bool,
    /// Its paper.
    pub paper: PaperState,
    /// The level of the drawer's switch. Which level is an open drawer depends on the drawer.
    pub is_drawer_pin_high: bool,
}

/// Why a printer does not print, the first thing to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The cover is open.
    CoverOpen,
    /// There is no paper.
    NoPaper,
    /// The cutter is jammed.
    CutterJammed,
    /// Something is broken.
    Broken,
    /// It is off line and does not say why.
    Offline,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CoverOpen => "the printer's cover is open",
            Self::NoPaper => "the printer has no paper",
            Self::CutterJammed => "the printer's cutter is jammed",
            Self::Broken => "the printer reports a fault",
            Self::Offline => "the printer is off line",
        })
    }
}

impl Status {
    /// From the answers to [`Question::ALL`], in that order.
    #[must_use]
    pub fn of([printer, offline, error, paper]: [u8; 4]) -> Self {
        let has = |byte: u8, bits: u8| byte & bits != 0;
        let paper = match () {
            () if has(paper, 0x60) || has(offline, 0x20) => PaperState::Out,
            () if has(paper, 0x0c) => PaperState::NearEnd,
            () => PaperState::Present,
        };
        Self {
            is_offline: has(printer, 0x08),
            is_cover_open: has(offline, 0x04),
            is_cutter_jammed: has(error, 0x08),
            // Bit 2 and 6 recover, by a command or by themselves; bit 5 does not.
            is_broken: has(error, 0x64),
            paper,
            is_drawer_pin_high: has(printer, 0x04),
        }
    }

    /// Why it does not print; `None` when it does.
    #[must_use]
    pub fn trouble(self) -> Option<Trouble> {
        match self {
            Self { is_cover_open: true, .. } => Some(Trouble::CoverOpen),
            Self { paper: PaperState::Out, .. } => Some(Trouble::NoPaper),
            Self { is_cutter_jammed: true, .. } => Some(Trouble::CutterJammed),
            Self { is_broken: true, .. } => Some(Trouble::Broken),
            Self { is_offline: true, .. } => Some(Trouble::Offline),
            Self { is_offline: false, .. } => None,
        }
    }
}
