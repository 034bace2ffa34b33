//! A payload as a QR code: square modules, dark or light, with the quiet zone around them.
//!
//! Each standard has its own rules for the symbol; [`Symbol`] is the table of them. [`Modules`] can be drawn as they are,
//! or as a picture file: [`Modules::png`] and [`Modules::svg`].

use qrcode::bits::Bits;
use qrcode::canvas::Canvas;
use qrcode::types::QrError;
use qrcode::{Color, EcLevel, Version, ec};

pub use self::file::{MODULE_PIXELS, MODULE_PIXELS_MAX, MODULE_PIXELS_MIN};

mod file;
mod mask;

/// Light modules on each side that a reader needs to find the code (ISO/IEC 18004, 6.3.8).
pub const QUIET_ZONE: usize = 4;
/// The largest symbol there is: 177 by 177 modules (ISO/IEC 18004, 6.3.1).
pub const VERSION_MAX: i16 = 40;

/// The standard whose rules a symbol keeps. All of them take error correction level M: EPC069-12, the Swiss guidelines and
/// SPAYD prescribe it, the others leave it open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// EMV QRCPS merchant-presented v1.1, and every scheme built on it.
    Emv,
    /// EPC069-12 v2.1.
    Epc,
    /// The Swiss QR Code, with the Swiss cross in its middle.
    Swiss,
    /// SPAYD.
    Spayd,
    /// PAY by square.
    BySquare,
    /// A link, such as that of UPI.
    Link,
    /// A static code of a provider, text unchanged.
    AsIssued,
}

impl Symbol {
    /// The rules of a standard, by its name in settings and on the command line. A text of a standard that this program
    /// does not know (a newer one wrote it) is drawn as it is.
    #[must_use]
    pub fn of_standard(standard: &str) -> Self {
        use super::keys::Standard;
        match standard.parse() {
            Ok(
                Standard::Pix
                | Standard::PayNow
                | Standard::PromptPay
                | Standard::PromptPayBill
                | Standard::VietQr
                | Standard::Khqr
                | Standard::Fps
                | Standard::DuitNow
                | Standard::Emvco
                | Standard::Qris
                | Standard::Sgqr,
            ) => Self::Emv,
            Ok(Standard::Upi) => Self::Link,
            Ok(Standard::Epc) => Self::Epc,
            Ok(Standard::Swiss) => Self::Swiss,
            Ok(Standard::Spayd) => Self::Spayd,
            Ok(Standard::BySquare) => Self::BySquare,
            Ok(Standard::Static) | Err(_) => Self::AsIssued,
        }
    }

    /// The largest version: 13 by EPC069-12, section 2, and 25 by the Swiss guidelines, 6.2. The others set no limit.
    #[must_use]
    pub fn version_max(self) -> i16 {
        match self {
            Self::Epc => 13,
            Self::Swiss => 25,
            Self::Emv | Self::Spayd | Self::BySquare | Self::Link | Self::AsIssued => VERSION_MAX,
        }
    }

    /// Whether the symbol has the Swiss cross in its middle (Swiss guidelines, 6.4.2).
    #[must_use]
    pub fn has_cross(self) -> bool {
        match self {
            Self::Swiss => true,
            Self::Emv | Self::Epc | Self::Spayd | Self::BySquare | Self::Link | Self::AsIssued => false,
        }
    }

    /// How the payload is written into the symbol. Always one segment: an encoder that chooses modes by itself takes
    /// Chinese in UTF-8 for Shift JIS and puts it into kanji mode, and phones then show something else.
    fn segment(self, payload: &str) -> Segment {
        match self {
            // Byte mode only, and ECI 26 when not all characters are of the common set (QRCPS v1.1, 4.12.1).
            Self::Emv if payload.is_ascii() => Segment::Bytes,
            Self::Emv => Segment::BytesOfUtf8,
            // Made of these characters so that this mode can be used; a third smaller.
            Self::Spayd | Self::BySquare if payload.bytes().all(is_alphanumeric) => Segment::Alphanumeric,
            // EPC and Swiss payloads name their character set themselves; the others are ASCII, or were read by phones as
            // they are.
            Self::Epc | Self::Swiss | Self::Spayd | Self::BySquare | Self::Link | Self::AsIssued => Segment::Bytes,
        }
    }
}

/// How a payload is written into a symbol.
#[derive(Clone, Copy)]
enum Segment {
    Bytes,
    BytesOfUtf8,
    Alphanumeric,
}

/// The number by which a reader knows that bytes are UTF-8 (AIM ECI, assignment 26).
const ECI_UTF8: u32 = 26;

fn is_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_digit() || byte.is_ascii_uppercase() || b" $%*+-./:".contains(&byte)
}

/// A drawn code, quiet zone included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modules {
    /// How many modules a side has.
    pub size: usize,
    /// Row by row from the top left, `size * size` of them; true is dark.
    pub dark: Vec<bool>,
    /// Whether the Swiss cross has to be drawn over the middle; [`Modules::raster`] does.
    pub cross: bool,
}

impl Modules {
    /// Whether the module in this column and row is dark; everything outside is light.
    #[must_use]
    pub fn is_dark(&self, column: usize, row: usize) -> bool {
        column < self.size && self.dark.get(row * self.size + column).copied().unwrap_or(false)
    }
}

/// Why a payload cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// More than the largest allowed version holds.
    #[error("a payload of {bytes} bytes needs a QR code larger than version {version_max}, the largest one allowed")]
    TooLarge {
        /// The payload's length.
        bytes: usize,
        /// The largest version that its standard allows.
        version_max: i16,
    },
    /// The encoder refused for another reason.
    #[error("the QR encoder refuses the payload: {0}")]
    Encoder(String),
}

/// Draws a payload by the rules of its standard, in the smallest version that holds it.
///
/// # Errors
///
/// The payload needs a version above [`Symbol::version_max`].
pub fn picture(payload: &str, symbol: Symbol) -> Result<Modules, PictureError> {
    let version_max = symbol.version_max();
    let segment = symbol.segment(payload);
    let written =
        (1..=version_max).map(Version::Normal).find_map(|version| match one_segment(payload, segment, version) {
            Err(QrError::DataTooLong) => None,
            other => Some(other.map(|bits| (version, bits))),
        });
    let refused = |error: QrError| PictureError::Encoder(error.to_string());
    let too_large = PictureError::TooLarge { bytes: payload.len(), version_max };
    let (version, bits) = written.ok_or(too_large)?.map_err(refused)?;
    let (data, correction) = ec::construct_codewords(&bits.into_bytes(), version, EcLevel::M).map_err(refused)?;
    let mut canvas = Canvas::new(version, EcLevel::M);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    canvas.apply_mask(mask::best(&canvas, version.width()));
    let inner = usize::from(version.width().unsigned_abs());
    let size = inner + 2 * QUIET_ZONE;
    let mut dark = vec![false; size * size];
    for (place, color) in canvas.into_colors().into_iter().enumerate() {
        let (row, column) = (place / inner + QUIET_ZONE, place % inner + QUIET_ZONE);
        dark[row * size + column] = color == Color::Dark;
    }
    Ok(Modules { size, dark, cross: symbol.has_cross() })
}

fn one_segment(payload: &str, segment: Segment, version: Version) -> Result<Bits, QrError> {
    let mut bits = Bits::new(version);
    match segment {
        Segment::Bytes => bits.push_byte_data(payload.as_bytes())?,
        Segment::BytesOfUtf8 => {
            bits.push_eci_designator(ECI_UTF8)?;
            bits.push_byte_data(payload.as_bytes())?;
        }
        Segment::Alphanumeric => bits.push_alphanumeric_data(payload.as_bytes())?,
    }
    bits.push_terminator(EcLevel::M)?;
    Ok(bits)
}

#[cfg(test)]
mod tests;
