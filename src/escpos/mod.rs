//! ESC/POS, the language of receipt printers, pure: a receipt's text into bytes, and what the printer answers into states.
//!
//! Written from Epson's command reference, of which only what nearly every printer has is used. Why not with the crate
//! `escpos` is in `docs/decisions/0006-our-own-escpos.md`.
//!
//! - [`Printout`]: a receipt in blocks that are sent one after the other, so that a printer that stops has at most one in
//!   its buffer.
//! - [`CodePage`]: which of its characters a printer prints by itself; [`PaintLine`] draws the lines it cannot.
//! - [`Status`] and [`Answer`]: paper, cover, cutter, and how far it is.

mod page;
mod printout;
mod raster;
mod status;

pub use self::page::{CodePage, CodePageError};
pub use self::printout::{BLOCK_LINES, Block, LINES_MAX, Printout, PrintoutError};
pub use self::raster::Raster;
pub use self::status::{Answer, PaperState, Question, Status, Trouble};

/// How wide the paper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperWidth {
    /// 80 mm, 576 dots.
    Mm80,
    /// 58 mm, 384 dots; receipts are printed in the printer's small font.
    Mm58,
}

impl PaperWidth {
    /// Dots of a line, at 203 dots per inch.
    #[must_use]
    pub fn dots(self) -> usize {
        match self {
            Self::Mm80 => 576,
            Self::Mm58 => 384,
        }
    }

    /// The place of one column.
    #[must_use]
    pub fn cell(self) -> Cell {
        match self {
            Self::Mm80 => Cell { width: 12, height: 24 },
            Self::Mm58 => Cell { width: 9, height: 17 },
        }
    }
}

/// The place of one column in dots: the printer's font A (12 × 24) or B (9 × 17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Dots across.
    pub width: usize,
    /// Dots down.
    pub height: usize,
}

/// What a printer can do, from the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its paper.
    pub paper: PaperWidth,
    /// The code pages it has, the preferred one first. A line is printed in the first that has all its characters.
    pub pages: Vec<CodePage>,
    /// It has a Chinese font and takes GB 18030 for it (`FS &`).
    pub has_chinese: bool,
    /// It draws QR codes by itself (`GS ( k`); otherwise they are sent as pictures.
    pub has_codes: bool,
    /// It cuts the paper.
    pub has_cutter: bool,
}

/// Draws a line that the printer has no characters for.
pub trait PaintLine {
    /// The line in so many columns of this size. A column's place is kept: what stands below each other in text stands
    /// below each other in the picture.
    fn paint(&self, line: &str, columns: usize, cell: Cell) -> Raster;
}

/// The pin of the printer's drawer connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawerPin {
    /// Pin 2, the first drawer.
    Two,
    /// Pin 5, the second.
    Five,
}

/// The pulse that opens a drawer (`ESC p m t1 t2`): 100 ms on, 500 ms off, in steps of 2 ms.
#[must_use]
pub fn kick(pin: DrawerPin) -> [u8; 5] {
    let m = match pin {
        DrawerPin::Two => 0,
        DrawerPin::Five => 1,
    };
    [ESC, b'p', m, 50, 250]
}

const ESC: u8 = 0x1b;
const GS: u8 = 0x1d;
const FS: u8 = 0x1c;
const DLE: u8 = 0x10;
const EOT: u8 = 0x04;
const LF: u8 = 0x0a;

#[cfg(test)]
mod tests;
