//! Reads ESC/POS as a printer does: bytes come, and lines, pictures, codes and cuts go out.

use std::collections::VecDeque;

use encoding_rs::{Encoding, GB18030, WINDOWS_1252};

/// What came out of a printer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Printed {
    /// A line of text.
    Line(String),
    /// A picture: dots across and down, and how many are dark.
    Picture {
        /// Across.
        width: usize,
        /// Down.
        height: usize,
        /// Dark ones.
        dark: usize,
    },
    /// A QR code.
    Code(String),
    /// A cut.
    Cut,
    /// A pulse on the drawer's connector: 0 for pin 2, 1 for pin 5.
    Kick(u8),
    /// It was asked whether it is done so far; nothing that comes out.
    Asked,
    /// A command it does not know, by its first bytes.
    Unknown(Vec<u8>),
}

impl Printed {
    /// Whether it takes paper.
    pub(super) fn is_on_paper(&self) -> bool {
        match self {
            Self::Line(_) | Self::Picture { .. } | Self::Code(_) => true,
            Self::Cut | Self::Kick(_) | Self::Asked | Self::Unknown(_) => false,
        }
    }
}

/// The buffer, and what earlier commands have set.
pub(super) struct Reader {
    buffer: VecDeque<u8>,
    page: &'static Encoding,
    is_chinese: bool,
    code: String,
}

impl Default for Reader {
    fn default() -> Self {
        Self { buffer: VecDeque::new(), page: WINDOWS_1252, is_chinese: false, code: String::new() }
    }
}

/// `DLE EOT n` at the end of the buffer is taken out of it and answered at once, wherever it stands.
pub(super) fn real_time_question(reader: &mut Reader) -> Option<u8> {
    let length = reader.buffer.len();
    let at = |back: usize| reader.buffer.get(length.checked_sub(back)?).copied();
    match (at(3), at(2), at(1)) {
        (Some(0x10), Some(0x04), Some(n @ 1..=4)) => {
            reader.buffer.truncate(length - 3);
            Some(n)
        }
        _ => None,
    }
}

impl Reader {
    pub(super) fn take(&mut self, byte: u8) {
        self.buffer.push_back(byte);
    }

    /// How many bytes wait.
    pub(super) fn waiting(&self) -> usize {
        self.buffer.len()
    }

    /// The next thing that is whole.
    pub(super) fn next(&mut self) -> Option<Printed> {
        loop {
            let bytes = self.buffer.make_contiguous();
            let (length, does) = understand(bytes)?;
            let taken: Vec<u8> = self.buffer.drain(..length).collect();
            let done = match does {
                Does::Line => Some(Printed::Line(self.decode(&taken))),
                Does::Picture => Some(picture(&taken)),
                Does::Out(printed) => Some(printed),
                Does::Reset => {
                    *self = Self { buffer: std::mem::take(&mut self.buffer), ..Self::default() };
                    None
                }
                Does::Page(page) => {
                    self.page = page;
                    None
                }
                Does::Chinese(is_chinese) => {
                    self.is_chinese = is_chinese;
                    None
                }
                Does::StoreCode(code) => {
                    self.code = code;
                    None
                }
                Does::PrintCode => Some(Printed::Code(self.code.clone())),
                Does::Nothing => None,
            };
            if done.is_some() {
                return done;
            }
        }
    }

    /// The text of a line, without its end.
    fn decode(&self, line: &[u8]) -> String {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let page = if self.is_chinese { GB18030 } else { self.page };
        page.decode_without_bom_handling(text).0.into_owned()
    }
}

/// What a command does.
enum Does {
    Line,
    Picture,
    Out(Printed),
    Reset,
    Page(&'static Encoding),
    Chinese(bool),
    StoreCode(String),
    PrintCode,
    Nothing,
}

/// The first command or line of a buffer and its length; `None` while it is not whole.
fn understand(bytes: &[u8]) -> Option<(usize, Does)> {
    let first = *bytes.first()?;
    match first {
        0x1b..=0x1d => {
            let second = *bytes.get(1)?;
            let (length, does) = command(first, second, bytes)?;
            (bytes.len() >= length).then_some((length, does))
        }
        // A line ends with LF, or where a command begins: then its text waits in the printer for the LF.
        0x0a => Some((1, Does::Line)),
        0x20.. => {
            let end = bytes.iter().position(|byte| *byte < 0x20)?;
            let length = if bytes.get(end) == Some(&0x0a) { end + 1 } else { end };
            Some((length, Does::Line))
        }
        _ => Some((1, Does::Out(Printed::Unknown(vec![first])))),
    }
}

fn command(first: u8, second: u8, bytes: &[u8]) -> Option<(usize, Does)> {
    let parameter = |place: usize| bytes.get(place).copied();
    let number = |place: usize| Some(usize::from(parameter(place)?) + 256 * usize::from(parameter(place + 1)?));
    Some(match (first, second) {
        (0x1b, b'@') => (2, Does::Reset),
        (0x1b, b't') => (3, page(parameter(2)?)),
        (0x1b, b'R' | b'M' | b'a') => (3, Does::Nothing),
        (0x1b, b'd') => (3, Does::Nothing),
        (0x1b, b'p') => (5, Does::Out(Printed::Kick(parameter(2)?))),
        (0x1c, b'&') => (2, Does::Chinese(true)),
        (0x1c, b'.') => (2, Does::Chinese(false)),
        (0x1d, b'L' | b'W') => (4, Does::Nothing),
        (0x1d, b'V') => (4, Does::Out(Printed::Cut)),
        (0x1d, b'r') => (3, Does::Out(Printed::Asked)),
        (0x1d, b'v') => (8 + number(4)? * number(6)?, Does::Picture),
        (0x1d, b'(') => code(bytes, 5 + number(3)?)?,
        _ => (2, Does::Out(Printed::Unknown(vec![first, second]))),
    })
}

fn code(bytes: &[u8], length: usize) -> Option<(usize, Does)> {
    let parameters = bytes.get(5..length)?;
    Some((
        length,
        match parameters {
            [49, 80, 48, data @ ..] => Does::StoreCode(String::from_utf8_lossy(data).into_owned()),
            [49, 81, 48] => Does::PrintCode,
            [49, 65 | 67 | 69, ..] => Does::Nothing,
            _ => Does::Out(Printed::Unknown(bytes.get(..length)?.to_vec())),
        },
    ))
}

/// The pages by their numbers in Epson's table.
fn page(number: u8) -> Does {
    let label = match number {
        16 => "windows-1252",
        17 => "ibm866",
        39 => "iso-8859-2",
        45 => "windows-1250",
        46 => "windows-1251",
        47 => "windows-1253",
        48 => "windows-1254",
        51 => "windows-1257",
        52 => "windows-1258",
        _ => "",
    };
    match Encoding::for_label(label.as_bytes()) {
        Some(page) => Does::Page(page),
        None => Does::Out(Printed::Unknown(vec![0x1b, b't', number])),
    }
}

fn picture(bytes: &[u8]) -> Printed {
    let at = |place: usize| usize::from(bytes.get(place).copied().unwrap_or(0));
    let dark = bytes.iter().skip(8).map(|byte| byte.count_ones() as usize).sum();
    Printed::Picture { width: 8 * (at(4) + 256 * at(5)), height: at(6) + 256 * at(7), dark }
}
