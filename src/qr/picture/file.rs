//! A drawn code as pixels and as a picture file, with the Swiss cross where it belongs.

use std::fmt::Write;

use crate::qr::picture::{Modules, PictureError, QUIET_ZONE};

/// The fewest pixels of a module in a picture: fewer are hard to read from paper.
pub const MODULE_PIXELS_MIN: usize = 1;
/// The most pixels of a module: with the largest symbol a picture of 5,920 pixels a side.
pub const MODULE_PIXELS_MAX: usize = 32;
/// Pixels of a module where nobody asks for another number.
pub const MODULE_PIXELS: usize = 8;

/// Units of a module in which all edges of the cross are whole numbers: the cross has 7/46 of the symbol's side (Swiss
/// guidelines, 6.4.2), its black square 6/7 of that, its arms 5/9 by 1/6.
const UNITS: usize = 1_656;
/// Half the side of the whole cross with its white border, in units for each module of the symbol.
const BORDER_HALF: usize = 126;
/// Half the side of the black square.
const SQUARE_HALF: usize = 108;
/// Half the length of an arm.
const ARM_HALF_LENGTH: usize = 70;
/// Half the width of an arm.
const ARM_HALF_WIDTH: usize = 21;

impl Modules {
    /// The code in finer squares, `fineness` times as many a side, row by row from the top left; true is dark. The Swiss
    /// cross is in it. `fineness` is kept within [`MODULE_PIXELS_MIN`] and [`MODULE_PIXELS_MAX`].
    #[must_use]
    pub fn raster(&self, fineness: usize) -> Vec<bool> {
        let fineness = fineness.clamp(MODULE_PIXELS_MIN, MODULE_PIXELS_MAX);
        let side = self.size * fineness;
        let mut dark = Vec::with_capacity(side * side);
        for y in 0..side {
            for x in 0..side {
                let module = self.is_dark(x / fineness, y / fineness);
                dark.push(self.cross_at(x, y, fineness).unwrap_or(module));
            }
        }
        dark
    }

    /// Whether the cross is dark at the middle of a pixel; none where there is no cross.
    fn cross_at(&self, x: usize, y: usize, fineness: usize) -> Option<bool> {
        let symbol = self.size.checked_sub(2 * QUIET_ZONE).filter(|_| self.cross)?;
        // Everything times twice the fineness, so that the middle of a pixel is a whole number too.
        let from_middle = |place: usize| ((2 * place + 1) * UNITS).abs_diff(self.size * fineness * UNITS);
        let within = |distance: usize, half: usize| distance <= 2 * half * symbol * fineness;
        let (across, down) = (from_middle(x), from_middle(y));
        let in_square = |half| within(across, half) && within(down, half);
        let in_arm = |along, beside| within(along, ARM_HALF_LENGTH) && within(beside, ARM_HALF_WIDTH);
        in_square(BORDER_HALF).then(|| in_square(SQUARE_HALF) && !in_arm(across, down) && !in_arm(down, across))
    }

    /// The code as a PNG file of two colours, `module_pixels` for each module (kept within [`MODULE_PIXELS_MIN`] and
    /// [`MODULE_PIXELS_MAX`]).
    ///
    /// # Errors
    ///
    /// The encoder fails, which it does not for a picture in memory.
    pub fn png(&self, module_pixels: usize) -> Result<Vec<u8>, PictureError> {
        let module_pixels = module_pixels.clamp(MODULE_PIXELS_MIN, MODULE_PIXELS_MAX);
        let side = self.size * module_pixels;
        let raster = self.raster(module_pixels);
        let mut packed = Vec::with_capacity(side * side.div_ceil(8));
        for row in raster.chunks(side.max(1)) {
            packed.extend(row.chunks(8).map(|eight| {
                // A set bit is white.
                eight.iter().enumerate().fold(0_u8, |byte, (place, dark)| byte | u8::from(!dark) << (7 - place))
            }));
        }
        let failed = |error: png::EncodingError| PictureError::Encoder(error.to_string());
        let side = u32::try_from(side).map_err(|error| PictureError::Encoder(error.to_string()))?;
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&packed).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(file)
    }

    /// The code as an SVG document, black on white, of any size.
    #[must_use]
    pub fn svg(&self) -> String {
        let side = self.size * UNITS;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path transform=\"scale({UNITS})\" d=\"",
        );
        for (number, row) in self.dark.chunks(self.size.max(1)).enumerate() {
            let mut column = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run.first() == Some(&true) {
                    // Writing to a string cannot fail.
                    let _ = write!(svg, "M{column} {number}h{0}v1h-{0}z", run.len());
                }
                column += run.len();
            }
        }
        svg.push_str("\"/>");
        if self.cross {
            let symbol = self.size.saturating_sub(2 * QUIET_ZONE);
            let mut rectangle = |color: &str, half_width: usize, half_height: usize| {
                let (half_width, half_height) = (half_width * symbol, half_height * symbol);
                let (x, y) = (side / 2 - half_width, side / 2 - half_height);
                let (width, height) = (2 * half_width, 2 * half_height);
                let _ = write!(svg, "<path fill=\"{color}\" d=\"M{x} {y}h{width}v{height}h-{width}z\"/>");
            };
            rectangle("#fff", BORDER_HALF, BORDER_HALF);
            rectangle("#000", SQUARE_HALF, SQUARE_HALF);
            rectangle("#fff", ARM_HALF_LENGTH, ARM_HALF_WIDTH);
            rectangle("#fff", ARM_HALF_WIDTH, ARM_HALF_LENGTH);
        }
        svg.push_str("</svg>\n");
        svg
    }
}
