//! A receipt as the bytes a printer takes, in blocks.

use crate::domain::receipt::COLUMNS;
use crate::escpos::page::encode_chinese;
use crate::escpos::raster::little_endian;
use crate::escpos::{ESC, FS, GS, LF, PaintLine, PaperWidth, Profile, Raster};
use crate::qr::{PictureError, Symbol, picture};

/// The most lines of a printout: a slip of a day with many outages is about 3 m of paper.
pub const LINES_MAX: usize = 800;
/// How many lines a block has: so many may still come out after a printer that ran out of paper is refilled.
pub const BLOCK_LINES: usize = 4;
/// The most bytes of a code: the sale reference has ten, a link to it some more.
const CODE_BYTES_MAX: usize = 200;
/// Dots of a module of a code.
const MODULE_DOTS: u8 = 6;
/// Lines of feed that bring the last line out from under the cover, where nothing cuts.
const FEED_LINES: u8 = 5;

/// A receipt that is ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printout {
    /// Its blocks, in order. Each is sent when the printer has worked on the one before it.
    pub blocks: Vec<Block>,
}

/// A part of a printout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What is sent.
    pub bytes: Vec<u8>,
    /// How many lines it prints.
    pub lines: usize,
}

/// Why a text cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintoutError {
    /// More than [`LINES_MAX`].
    #[error("the text has {0} lines, at most {LINES_MAX} are printed")]
    TooLong(usize),
    /// The code is longer than [`CODE_BYTES_MAX`].
    #[error("the code has {0} bytes, at most {CODE_BYTES_MAX} are printed")]
    CodeTooLong(usize),
    /// The code cannot be drawn.
    #[error(transparent)]
    Code(#[from] PictureError),
}

impl Printout {
    /// The lines of a text, below them a QR code with `code`, then the cut.
    ///
    /// # Errors
    ///
    /// The text or the code is too long.
    pub fn of(
        text: &str,
        code: Option<&str>,
        profile: &Profile,
        painter: &dyn PaintLine,
    ) -> Result<Self, PrintoutError> {
        let lines: Vec<&str> = text.lines().collect();
        if lines.len() > LINES_MAX {
            return Err(PrintoutError::TooLong(lines.len()));
        }
        let mut blocks = vec![Block { bytes: begin(profile), lines: 0 }];
        blocks.extend(lines.chunks(BLOCK_LINES).map(|some| Block {
            bytes: some.iter().flat_map(|line| print_line(line, profile, painter)).collect(),
            lines: some.len(),
        }));
        if let Some(code) = code {
            blocks.push(Block { bytes: print_code(code, profile)?, lines: 1 });
        }
        blocks.push(Block { bytes: end(profile), lines: 0 });
        Ok(Self { blocks })
    }

    /// How many lines it has, the code counted as one.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.blocks.iter().map(|block| block.lines).sum()
    }

    /// All of it in one piece, for a printer that does not answer and for files.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.blocks.iter().flat_map(|block| block.bytes.iter().copied()).collect()
    }
}

/// Everything that a printout before this one, of whatever program, may have changed is set back: `ESC @`; the characters
/// of the USA (`ESC R 0`), so that a `#` is one; the font; and the margins that put 42 columns into the middle.
fn begin(profile: &Profile) -> Vec<u8> {
    let font = match profile.paper {
        PaperWidth::Mm80 => 0,
        PaperWidth::Mm58 => 1,
    };
    let width = COLUMNS * profile.paper.cell().width;
    let [left_low, left_high] = little_endian((profile.paper.dots().saturating_sub(width)) / 2);
    let [width_low, width_high] = little_endian(width);
    let mut bytes = vec![ESC, b'@', ESC, b'R', 0, ESC, b'M', font];
    bytes.extend([GS, b'L', left_low, left_high, GS, b'W', width_low, width_high]);
    if profile.has_chinese {
        bytes.extend([FS, b'.']);
    }
    bytes
}

/// `GS V 66 0` feeds to the knife and cuts, leaving a point; without a knife the paper is fed out.
fn end(profile: &Profile) -> Vec<u8> {
    if profile.has_cutter { vec![GS, b'V', 66, 0] } else { vec![ESC, b'd', FEED_LINES] }
}

/// A line in the first of the printer's fonts that has it, else as a picture.
fn print_line(line: &str, profile: &Profile, painter: &dyn PaintLine) -> Vec<u8> {
    let line: String = line.chars().filter(|char| !char.is_control()).collect();
    if line.is_ascii() {
        return [line.as_bytes(), &[LF]].concat();
    }
    let in_page = profile.pages.iter().find_map(|page| Some((page, page.encode(&line)?)));
    if let Some((page, bytes)) = in_page {
        return [&[ESC, b't', page.number()][..], &bytes, &[LF]].concat();
    }
    // The printer's Chinese characters are 24 dots wide, which is two columns of the large font only.
    let may_be_chinese = profile.has_chinese && profile.paper == PaperWidth::Mm80;
    if let Some(bytes) = may_be_chinese.then(|| encode_chinese(&line)).flatten() {
        return [&[FS, b'&'][..], &bytes, &[LF, FS, b'.']].concat();
    }
    painter.paint(&line, COLUMNS, profile.paper.cell()).command()
}

/// A QR code of level M in the middle, with its quiet zone as empty paper on both sides.
fn print_code(code: &str, profile: &Profile) -> Result<Vec<u8>, PrintoutError> {
    if code.len() > CODE_BYTES_MAX {
        return Err(PrintoutError::CodeTooLong(code.len()));
    }
    let drawn = if profile.has_codes { native_code(code) } else { code_picture(code)? };
    Ok([&[ESC, b'a', 1][..], &drawn, &[LF, ESC, b'a', 0]].concat())
}

/// `GS ( k` with cn 49: model 2, the module's size, level M, the data, and print.
fn native_code(code: &str) -> Vec<u8> {
    let function = |parameters: &[u8]| {
        let [low, high] = little_endian(parameters.len());
        [&[GS, b'(', b'k', low, high][..], parameters].concat()
    };
    [
        function(&[49, 65, 50, 0]),
        function(&[49, 67, MODULE_DOTS]),
        function(&[49, 69, 49]),
        function(&[&[49, 80, 48][..], code.as_bytes()].concat()),
        function(&[49, 81, 48]),
    ]
    .concat()
}

fn code_picture(code: &str) -> Result<Vec<u8>, PrintoutError> {
    let modules = picture(code, Symbol::AsIssued)?;
    let side = modules.size * usize::from(MODULE_DOTS);
    let mut raster = Raster::new(side, side);
    for (place, _) in modules.raster(usize::from(MODULE_DOTS)).into_iter().enumerate().filter(|(_, is_dark)| *is_dark) {
        raster.darken(place % side, place / side);
    }
    Ok(raster.command())
}
