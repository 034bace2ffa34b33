//! The text of a code in a picture file: how a static code that a provider issued is taken over when it was sent as a
//! picture. PNG and JPEG, upright or not, on white or transparent ground.
//!
//! The file is a stranger's: its size is looked at before anything is unpacked, and it is never guessed which of two codes
//! was meant.

mod finders;

use std::fs::File;
use std::io::{Cursor, Read as _};
use std::path::Path;

use rqrr::PreparedImage;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// The most bytes of a file.
pub const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The most pixels of a side.
pub const SIDE_PIXELS_MAX: usize = 8_192;
/// The most pixels in all: a phone's photograph has 12 to 16 million.
pub const PIXELS_MAX: usize = 24_000_000;
/// The most pixels that are searched for a code at once; a larger picture is made smaller first. The largest symbol then
/// still has six pixels a module.
const LOOK_PIXELS_MAX: usize = 1_500_000;
/// How often a picture is looked at, each time at half the size: in a picture with much noise a code is often found only
/// when it is small.
const LOOKS: usize = 3;
/// The most finder patterns, of which a code has three. The search takes time with their third power.
const FINDERS_MAX: usize = 12;

/// Why a picture has no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodePictureError {
    /// The file cannot be read.
    #[error("{0}")]
    File(String),
    /// Too large a file.
    #[error("the picture has {bytes} bytes, the limit is {FILE_BYTES_MAX}")]
    FileTooLarge {
        /// Its length.
        bytes: usize,
    },
    /// Neither a PNG nor a JPEG file.
    #[error("the picture is neither a PNG nor a JPEG file")]
    Kind,
    /// More pixels than are unpacked.
    #[error(
        "the picture has {width} by {height} pixels, the limits are {SIDE_PIXELS_MAX} a side and {PIXELS_MAX} in all"
    )]
    TooManyPixels {
        /// Pixels from left to right.
        width: usize,
        /// Pixels from top to bottom.
        height: usize,
    },
    /// The file is damaged or of a kind that is not read.
    #[error("the picture cannot be unpacked: {0}")]
    Damaged(String),
    /// No code was found.
    #[error("no QR code was found in the picture: crop it to the code, straight and with its white border")]
    NoCode,
    /// Something like a code was found, but it cannot be read.
    #[error("a QR code was found in the picture but cannot be read: take a sharper picture of it")]
    Unreadable,
    /// Too much that looks like a code.
    #[error(
        "more than {FINDERS_MAX} places in the picture look like the corner of a QR code: crop it to the one that is meant"
    )]
    Crowded,
    /// Two or more different codes.
    #[error("the picture has {0} different QR codes: crop it to the one that is meant")]
    Several(usize),
    /// The code holds something else than text.
    #[error("the QR code in the picture does not hold text in UTF-8")]
    NotText,
}

/// A picture in shades of grey.
struct Grey {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// The text of the only code in a picture file, unchanged.
///
/// # Errors
///
/// The file cannot be read, or [`read`] refuses it.
pub fn read_file(path: &Path) -> Result<String, CodePictureError> {
    let failed = |error: std::io::Error| CodePictureError::File(error.to_string());
    let mut bytes = Vec::new();
    // A file that goes on is stopped one byte after the limit, where `read` refuses it.
    let most = FILE_BYTES_MAX as u64 + 1;
    File::open(path).map_err(failed)?.take(most).read_to_end(&mut bytes).map_err(failed)?;
    read(&bytes)
}

/// The text of the only code in a picture, unchanged.
///
/// # Errors
///
/// The file is too large, damaged or of another kind; there is no code in it or more than one; its code holds no text.
pub fn read(file: &[u8]) -> Result<String, CodePictureError> {
    if file.len() > FILE_BYTES_MAX {
        return Err(CodePictureError::FileTooLarge { bytes: file.len() });
    }
    let grey = match file {
        [0x89, b'P', b'N', b'G', ..] => read_png(file)?,
        [0xff, 0xd8, 0xff, ..] => read_jpeg(file)?,
        _ => return Err(CodePictureError::Kind),
    };
    let fits = |look: &usize| (grey.width / look) * (grey.height / look) <= LOOK_PIXELS_MAX;
    let first = (1..=SIDE_PIXELS_MAX).find(fits).unwrap_or(1);
    let mut worst = CodePictureError::NoCode;
    for look in (0..LOOKS).map(|time| first << time) {
        match code(&grey, look) {
            Err(CodePictureError::NoCode) => {}
            Err(error @ (CodePictureError::Unreadable | CodePictureError::Crowded)) => worst = error,
            other => return other,
        }
    }
    Err(worst)
}

/// The one text that is found when `look` by `look` pixels are taken together.
fn code(grey: &Grey, look: usize) -> Result<String, CodePictureError> {
    let (width, height) = (grey.width / look, grey.height / look);
    if width == 0 || height == 0 {
        return Err(CodePictureError::NoCode);
    }
    let shade = |x: usize, y: usize| {
        let rows = (y * look..(y + 1) * look).map(|row| row * grey.width + x * look);
        let sum: usize = rows.flat_map(|from| &grey.pixels[from..from + look]).map(|pixel| usize::from(*pixel)).sum();
        u8::try_from(sum / (look * look)).unwrap_or(u8::MAX)
    };
    let mut prepared = PreparedImage::prepare_from_greyscale(width, height, shade);
    // The search has its own black and white: a byte of 0 is light.
    let is_dark = |x: usize, y: usize| u8::from(prepared.get_pixel_at(x, y)) != 0;
    if finders::count(width, height, is_dark) > FINDERS_MAX {
        return Err(CodePictureError::Crowded);
    }
    let grids = prepared.detect_grids();
    let mut found: Vec<Vec<u8>> = Vec::new();
    for grid in &grids {
        let mut bytes = Vec::new();
        if grid.decode_to(&mut bytes).is_ok() && !found.contains(&bytes) {
            found.push(bytes);
        }
    }
    match (found.pop(), found.len()) {
        (Some(bytes), 0) => String::from_utf8(bytes).map_err(|_| CodePictureError::NotText),
        (Some(_), others) => Err(CodePictureError::Several(others + 1)),
        (None, _) if grids.is_empty() => Err(CodePictureError::NoCode),
        (None, _) => Err(CodePictureError::Unreadable),
    }
}

fn checked_size(width: usize, height: usize) -> Result<(), CodePictureError> {
    let fits = width.max(height) <= SIDE_PIXELS_MAX && width.saturating_mul(height) <= PIXELS_MAX;
    if fits { Ok(()) } else { Err(CodePictureError::TooManyPixels { width, height }) }
}

fn damaged(why: impl ToString) -> CodePictureError {
    CodePictureError::Damaged(why.to_string())
}

fn read_png(file: &[u8]) -> Result<Grey, CodePictureError> {
    let mut decoder = png::Decoder::new(Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let header = decoder.read_header_info().map_err(damaged)?;
    checked_size(header.width as usize, header.height as usize)?;
    let mut reader = decoder.read_info().map_err(damaged)?;
    let bytes = reader.output_buffer_size().ok_or_else(|| damaged("its size is not known"))?;
    let mut pixels = vec![0; bytes];
    let frame = reader.next_frame(&mut pixels).map_err(damaged)?;
    pixels.truncate(frame.buffer_size());
    grey(frame.width as usize, frame.height as usize, frame.color_type.samples(), &pixels)
}

fn read_jpeg(file: &[u8]) -> Result<Grey, CodePictureError> {
    let options = DecoderOptions::default()
        .set_max_width(SIDE_PIXELS_MAX)
        .set_max_height(SIDE_PIXELS_MAX)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    decoder.decode_headers().map_err(damaged)?;
    let info = decoder.info().ok_or_else(|| damaged("its size is not known"))?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    checked_size(width, height)?;
    let pixels = decoder.decode().map_err(damaged)?;
    let samples = pixels.len().checked_div(width * height).unwrap_or(0);
    grey(width, height, samples, &pixels)
}

/// Shades of grey from one to four samples a pixel: grey or red, green and blue, and perhaps how opaque it is. What is
/// transparent is white, as on paper.
fn grey(width: usize, height: usize, samples: usize, pixels: &[u8]) -> Result<Grey, CodePictureError> {
    let shade = |pixel: &[u8]| {
        let (brightness, opacity) = match *pixel {
            [grey] => (u32::from(grey), 255),
            [grey, opacity] => (u32::from(grey), u32::from(opacity)),
            [red, green, blue] => (luma(red, green, blue), 255),
            [red, green, blue, opacity] => (luma(red, green, blue), u32::from(opacity)),
            _ => (255, 255),
        };
        u8::try_from((brightness * opacity + 255 * (255 - opacity)) / 255).unwrap_or(u8::MAX)
    };
    let pixels: Vec<u8> = pixels.chunks_exact(samples.max(1)).map(shade).collect();
    if pixels.len() == width * height { Ok(Grey { width, height, pixels }) } else { Err(damaged("pixels are missing")) }
}

/// How bright a colour is, by the weights of ITU-R BT.601 in thousandths.
fn luma(red: u8, green: u8, blue: u8) -> u32 {
    (u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114) / 1_000
}

#[cfg(test)]
mod tests;
