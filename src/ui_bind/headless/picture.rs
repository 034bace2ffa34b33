//! What the screen looks like, as pixels and as a PNG file.

/// A picture of the screen.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels per row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Three bytes per pixel, row by row: red, green, blue.
    pub rgb: Vec<u8>,
}

/// Why a picture could not become a PNG file.
#[derive(Debug, thiserror::Error)]
#[error("a picture of {width} by {height} pixels could not be written as PNG: {why}")]
pub struct PictureError {
    width: u32,
    height: u32,
    why: png::EncodingError,
}

impl Picture {
    /// The picture as a PNG file (ISO/IEC 15948), packed fast rather than small. The same picture gives the same bytes.
    ///
    /// # Errors
    ///
    /// When `rgb` is not three bytes for each of `width` times `height` pixels, or there are none.
    pub fn png(&self) -> Result<Vec<u8>, PictureError> {
        let refused = |why| PictureError { width: self.width, height: self.height, why };
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header().map_err(refused)?;
        writer.write_image_data(&self.rgb).map_err(refused)?;
        writer.finish().map_err(refused)?;
        Ok(file)
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} by {})", self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_becomes_a_png_that_reads_back_the_same() {
        let picture = Picture { width: 2, height: 1, rgb: vec![1, 2, 3, 250, 251, 252] };
        let file = picture.png().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        assert_eq!((pixels, file), (picture.rgb.clone(), picture.png().unwrap()));
    }

    #[test]
    fn a_picture_with_missing_pixels_is_refused() {
        assert!(Picture { width: 2, height: 2, rgb: vec![0; 9] }.png().is_err());
    }
}
