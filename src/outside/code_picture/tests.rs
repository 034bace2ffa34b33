//! Pictures as shops get them: codes are found, and what is none is refused with a sentence.

use proptest::prelude::*;

use super::*;
use crate::qr::{MODULE_PIXELS, Modules, Symbol, picture};

fn code(text: &str) -> Modules {
    picture(text, Symbol::AsIssued).unwrap()
}

/// A picture of any colours, `samples` bytes a pixel.
fn png_of(width: u32, height: u32, color: png::ColorType, pixels: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(pixels).unwrap();
    writer.finish().unwrap();
    file
}

/// Codes one beside the other, each pixel drawn by `pixel`.
fn drawn(codes: &[Modules], color: png::ColorType, pixel: impl Fn(bool) -> Vec<u8>) -> Vec<u8> {
    const FINENESS: usize = 6;
    let side = codes.iter().map(|code| code.size).max().unwrap() * FINENESS;
    let mut pixels = Vec::new();
    for y in 0..side {
        for code in codes {
            let row = (0..side).map(|x| code.is_dark(x / FINENESS, y / FINENESS));
            pixels.extend(row.flat_map(&pixel));
        }
    }
    png_of(u32::try_from(side * codes.len()).unwrap(), u32::try_from(side).unwrap(), color, &pixels)
}

#[test]
fn the_codes_that_providers_issue_are_read_unchanged() {
    for text in ["https://qr.alipay.com/fkx12345AbCd", "wxp://f2f0Xy_-z", "花店 Blüte", "00020101021126"] {
        assert_eq!(read(&code(text).png(MODULE_PIXELS).unwrap()).as_deref(), Ok(text));
        let blue_on_pale = |dark: bool| if dark { vec![22, 119, 255] } else { vec![250, 240, 230] };
        assert_eq!(read(&drawn(&[code(text)], png::ColorType::Rgb, blue_on_pale)).as_deref(), Ok(text));
        let on_nothing = |dark: bool| if dark { vec![0, 0, 0, 255] } else { vec![0, 0, 0, 0] };
        assert_eq!(read(&drawn(&[code(text)], png::ColorType::Rgba, on_nothing)).as_deref(), Ok(text));
    }
}

/// Made by another program: a code of 25 by 25 modules at a quality of 60.
#[test]
fn a_jpeg_file_is_read() {
    let file = include_bytes!("code.jpg");
    assert_eq!(read(file).as_deref(), Ok("https://qr.alipay.com/fkx00000test"));
    for cut in [3, 100, file.len() / 2] {
        assert!(read(&file[..cut]).is_err(), "{cut}");
    }
}

#[test]
fn it_is_not_guessed_which_of_two_codes_is_meant() {
    let black = |dark: bool| vec![if dark { 0 } else { 255 }];
    let two = drawn(&[code("wxp://one"), code("wxp://two")], png::ColorType::Grayscale, black);
    assert_eq!(read(&two), Err(CodePictureError::Several(2)));
    let same = drawn(&[code("wxp://one"), code("wxp://one")], png::ColorType::Grayscale, black);
    assert_eq!(read(&same).as_deref(), Ok("wxp://one"));
}

#[test]
fn what_is_no_code_is_refused_with_a_sentence() {
    let good = code("wxp://f2f0").png(MODULE_PIXELS).unwrap();
    assert_eq!(read(b"GIF89a"), Err(CodePictureError::Kind));
    assert_eq!(read(b""), Err(CodePictureError::Kind));
    assert_eq!(read(&vec![0; FILE_BYTES_MAX + 1]), Err(CodePictureError::FileTooLarge { bytes: FILE_BYTES_MAX + 1 }));
    assert_eq!(read(&png_of(40, 40, png::ColorType::Grayscale, &[200; 1_600])), Err(CodePictureError::NoCode));
    assert_eq!(read(&png_of(1, 1, png::ColorType::Grayscale, &[0])), Err(CodePictureError::NoCode));
    assert!(matches!(read(&good[..good.len() / 2]), Err(CodePictureError::Damaged(_))));
    let bytes = qrcode::QrCode::new(b"\xff\xfe\xfd\x00").unwrap();
    let size = bytes.width() + 8;
    let dark = |x: usize, y: usize| {
        let inside = |place: usize| (4..size - 4).contains(&place);
        inside(x) && inside(y) && bytes[(x - 4, y - 4)] == qrcode::Color::Dark
    };
    let modules = (0..size * size).map(|place| dark(place % size, place / size)).collect();
    let no_text = Modules { size, dark: modules, cross: false };
    assert_eq!(read(&no_text.png(MODULE_PIXELS).unwrap()), Err(CodePictureError::NotText));
}

/// Finder patterns side by side, in which a search without a limit takes minutes.
#[test]
fn a_picture_full_of_finder_patterns_is_refused_at_once() {
    let dark = |x: usize, y: usize| x < 7 && y < 7 && x.abs_diff(3).max(y.abs_diff(3)) != 2;
    let pixels: Vec<u8> =
        (0..400 * 400).map(|place| if dark(place % 400 % 10, place / 400 % 10) { 0 } else { 255 }).collect();
    assert_eq!(read(&png_of(400, 400, png::ColorType::Grayscale, &pixels)), Err(CodePictureError::Crowded));
}

/// A file of a few hundred bytes that says it is larger than what is unpacked.
#[test]
fn a_picture_that_would_fill_the_memory_is_refused_before_it_is_unpacked() {
    let mut file = code("x").png(1).unwrap();
    for (side, place) in [(100_000_u32, 16), (100_000, 20)] {
        file[place..place + 4].copy_from_slice(&side.to_be_bytes());
    }
    let checksum = crc32fast::hash(&file[12..29]);
    file[29..33].copy_from_slice(&checksum.to_be_bytes());
    assert_eq!(read(&file), Err(CodePictureError::TooManyPixels { width: 100_000, height: 100_000 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_picture_makes_it_panic(
        pixels in proptest::collection::vec(any::<bool>(), 1..4_000), width in 1_usize..64, flips in any::<[u16; 4]>(),
    ) {
        let height = (pixels.len() / width).max(1);
        let grey: Vec<u8> = (0..width * height).map(|place| if pixels[place % pixels.len()] { 0 } else { 255 }).collect();
        let file = png_of(u32::try_from(width).unwrap(), u32::try_from(height).unwrap(), png::ColorType::Grayscale, &grey);
        let _ = read(&file);
        let mut damaged = code("https://qr.alipay.com/fkx").png(4).unwrap();
        for flip in flips {
            let place = usize::from(flip) % damaged.len();
            damaged[place] ^= 1 << (flip % 8);
        }
        let _ = read(&damaged);
    }

    /// Modules that are flipped one by one: corrected, or refused; never another text.
    #[test]
    fn a_scratched_code_is_read_or_refused(flipped in proptest::collection::vec(any::<u16>(), 0..40)) {
        let mut scratched = code("https://qr.alipay.com/fkx12345");
        let count = scratched.dark.len();
        for place in flipped {
            let place = usize::from(place) % count;
            scratched.dark[place] ^= true;
        }
        if let Ok(text) = read(&scratched.png(5).unwrap()) {
            prop_assert_eq!(text, "https://qr.alipay.com/fkx12345");
        }
    }
}
