//! A payload as a QR code: square modules, dark or light, with the quiet zone around them.

use qrcode::bits::Bits;
use qrcode::types::QrError;
use qrcode::{Color, EcLevel, QrCode, Version};

/// Light modules on each side that a reader needs to find the code (ISO/IEC 18004, 6.3.8).
pub const QUIET_ZONE: usize = 4;
/// The largest version of a code with the payload of EPC069-12 (v2.1, section 2): 69 by 69 modules.
pub const VERSION_MAX: i16 = 13;

/// A drawn code, quiet zone included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modules {
    /// How many modules a side has.
    pub size: usize,
    /// Row by row from the top left, `size * size` of them; true is dark.
    pub dark: Vec<bool>,
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
    #[error("a payload of {bytes} bytes needs a QR code larger than version {VERSION_MAX}, the largest one allowed")]
    TooLarge {
        /// The payload's length.
        bytes: usize,
    },
    /// The encoder refused for another reason.
    #[error("the QR encoder refuses the payload: {0}")]
    Encoder(String),
}

/// Draws a payload with error correction level M, the level that EPC069-12 prescribes and EMV and Swiss codes use.
///
/// The payload is one segment in byte mode, which EMV prescribes (QRCPS v1.1, 4.12.1) and every app reads. An encoder
/// that chooses modes by itself takes Chinese in UTF-8 for Shift JIS and puts it into kanji mode, and phones then show
/// something else.
///
/// # Errors
///
/// The payload needs a version above [`VERSION_MAX`].
pub fn picture(payload: &str) -> Result<Modules, PictureError> {
    let bits = (1..=VERSION_MAX).map(Version::Normal).find_map(|version| match one_segment(payload, version) {
        Err(QrError::DataTooLong) => None,
        other => Some(other),
    });
    let refused = |error: QrError| PictureError::Encoder(error.to_string());
    let bits = bits.ok_or(PictureError::TooLarge { bytes: payload.len() })?.map_err(refused)?;
    let code = QrCode::with_bits(bits, EcLevel::M).map_err(refused)?;
    let inner = code.width();
    let size = inner + 2 * QUIET_ZONE;
    let mut dark = vec![false; size * size];
    for (place, color) in code.to_colors().into_iter().enumerate() {
        let (row, column) = (place / inner + QUIET_ZONE, place % inner + QUIET_ZONE);
        dark[row * size + column] = color == Color::Dark;
    }
    Ok(Modules { size, dark })
}

fn one_segment(payload: &str, version: Version) -> Result<Bits, QrError> {
    let mut bits = Bits::new(version);
    bits.push_byte_data(payload.as_bytes())?;
    bits.push_terminator(EcLevel::M)?;
    Ok(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws the modules with a few pixels each and reads them back with an independent decoder.
    fn read_back(modules: &Modules) -> String {
        const PIXELS: usize = 5;
        let side = modules.size * PIXELS;
        let luma = |x: usize, y: usize| if modules.is_dark(x / PIXELS, y / PIXELS) { 0 } else { 255 };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, luma);
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1, "one code is found");
        grids[0].decode().unwrap().1
    }

    #[test]
    fn an_independent_decoder_reads_every_picture() {
        for payload in ["1", "STOPGAP", "BCD\n002\n1\nSCT\n\nBäckerei Müller 面包店\n", &"a long text ".repeat(25)]
        {
            let modules = picture(payload).unwrap();
            assert_eq!(read_back(&modules), payload);
        }
    }

    #[test]
    fn the_quiet_zone_is_light_on_all_sides() {
        let modules = picture("quiet").unwrap();
        let edge = |place: usize| place < QUIET_ZONE || place >= modules.size - QUIET_ZONE;
        for row in 0..modules.size {
            for column in 0..modules.size {
                assert!(!(edge(row) || edge(column)) || !modules.is_dark(column, row));
            }
        }
        assert!(modules.is_dark(QUIET_ZONE, QUIET_ZONE), "the finder pattern begins right behind it");
        assert_eq!(modules.size, 21 + 2 * QUIET_ZONE);
    }

    #[test]
    fn the_largest_payload_fits_version_13_and_one_byte_more_does_not() {
        // Version 13 with level M holds 331 bytes (ISO/IEC 18004, table 7): where the limit of EPC069-12 comes from.
        assert_eq!(picture(&"é".repeat(165)).unwrap().size, 69 + 2 * QUIET_ZONE);
        assert_eq!(picture(&"é".repeat(166)), Err(PictureError::TooLarge { bytes: 332 }));
        assert_eq!(picture(&"é".repeat(50_000)), Err(PictureError::TooLarge { bytes: 100_000 }));
    }

    #[test]
    fn chinese_stays_in_byte_mode() {
        // 330 bytes just fit; in kanji mode 333 bytes would fit too.
        assert_eq!(picture(&"假".repeat(110)).unwrap().size, 69 + 2 * QUIET_ZONE);
        assert_eq!(picture(&"假".repeat(111)), Err(PictureError::TooLarge { bytes: 333 }));
    }
}
