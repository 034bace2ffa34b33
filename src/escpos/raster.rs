//! Pictures of two colours, as a printer takes them (`GS v 0`).

use crate::escpos::{DLE, EOT, GS};

/// `ENQ` and `DC4`: with `EOT` the codes that make a real-time command of a `DLE` before them.
const ENQ: u8 = 0x05;
const DC4: u8 = 0x14;

/// Dots row by row from the top left, each row padded to whole bytes, the leftmost dot in the highest bit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raster {
    width: usize,
    height: usize,
    bytes: Vec<u8>,
}

impl Raster {
    /// The most dots across: the widest paper there is (112 mm) has 832.
    pub const WIDTH_MAX: usize = 832;
    /// The most dots down of one picture; a `GS v 0` takes up to 65,535, but small printers hold less.
    pub const HEIGHT_MAX: usize = 1_024;

    /// White, at most [`Self::WIDTH_MAX`] by [`Self::HEIGHT_MAX`].
    #[must_use]
    pub fn new(width: usize, height: usize) -> Self {
        let (width, height) = (width.min(Self::WIDTH_MAX), height.min(Self::HEIGHT_MAX));
        Self { width, height, bytes: vec![0; width.div_ceil(8) * height] }
    }

    /// Dots across.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Dots down.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// Makes a dot dark; one outside is left out.
    pub fn darken(&mut self, x: usize, y: usize) {
        if x < self.width && y < self.height {
            let place = y * self.width.div_ceil(8) + x / 8;
            if let Some(byte) = self.bytes.get_mut(place) {
                *byte |= 0x80 >> (x % 8);
            }
        }
    }

    /// Whether a dot is dark; everything outside is white.
    #[must_use]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        let place = y * self.width.div_ceil(8) + x / 8;
        x < self.width && self.bytes.get(place).is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    /// The command that prints it.
    ///
    /// A printer looks for real-time commands in everything that comes, pictures included: dots that happen to read
    /// `DLE EOT` would ask for its state, and `DLE DC4` opens the drawer. So one more dot is set where they would.
    pub(super) fn command(&self) -> Vec<u8> {
        let mut data = self.bytes.clone();
        for place in 1..data.len() {
            if data[place - 1] == DLE && matches!(data[place], EOT | ENQ | DC4) {
                data[place - 1] |= DLE << 1;
            }
        }
        let [x_low, x_high] = little_endian(self.width.div_ceil(8));
        let [y_low, y_high] = little_endian(self.height);
        let mut command = vec![GS, b'v', b'0', 0, x_low, x_high, y_low, y_high];
        command.extend(data);
        command
    }
}

/// A number below 65,536 as the two bytes of a parameter; a larger one cannot come from the bounds above.
pub(super) fn little_endian(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes()
}
