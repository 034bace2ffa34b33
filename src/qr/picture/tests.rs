//! Every symbol is read back by independent decoders and is what went in, byte for byte.

use proptest::prelude::*;

use super::*;

/// Reads a picture with an independent decoder.
fn read_back(side: usize, dark: &[bool]) -> String {
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| if dark[y * side + x] { 0 } else { 255 });
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one code is found");
    let mut bytes = Vec::new();
    grids[0].decode_to(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn read_modules(modules: &Modules) -> String {
    const FINENESS: usize = 5;
    read_back(modules.size * FINENESS, &modules.raster(FINENESS))
}

/// The modules of a PNG file, after an independent reader of such files.
fn read_png(file: &[u8]) -> (usize, Vec<bool>) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.color_type), (info.height, png::ColorType::Grayscale));
    (info.width as usize, pixels.iter().map(|pixel| *pixel < 128).collect())
}

const SYMBOLS: [Symbol; 7] =
    [Symbol::Emv, Symbol::Epc, Symbol::Swiss, Symbol::Spayd, Symbol::BySquare, Symbol::Link, Symbol::AsIssued];

#[test]
fn an_independent_decoder_reads_every_symbol() {
    let long = "a long text ".repeat(25);
    let payloads = ["1", "STOPGAP 2026 $%*+-./:", "BCD\n002\n1\nSCT\n\nBäckerei Müller 面包店\n", &long];
    for symbol in SYMBOLS {
        for payload in payloads {
            let modules = picture(payload, symbol).unwrap();
            assert_eq!(read_modules(&modules), payload, "{symbol:?}");
            let (side, dark) = read_png(&modules.png(MODULE_PIXELS).unwrap());
            assert_eq!(side, modules.size * MODULE_PIXELS);
            assert_eq!(read_back(side, &dark), payload, "{symbol:?}");
        }
    }
}

#[test]
fn the_quiet_zone_is_light_on_all_sides() {
    let modules = picture("quiet", Symbol::Emv).unwrap();
    let edge = |place: usize| place < QUIET_ZONE || place >= modules.size - QUIET_ZONE;
    for row in 0..modules.size {
        for column in 0..modules.size {
            assert!(!(edge(row) || edge(column)) || !modules.is_dark(column, row));
        }
    }
    assert!(modules.is_dark(QUIET_ZONE, QUIET_ZONE), "the finder pattern begins right behind it");
    assert_eq!(modules.size, 4 + 21 + 4);
}

#[test]
fn no_symbol_is_larger_than_its_standard_allows() {
    // Versions 13, 25 and 40 with level M hold 331, 997 and 2,331 bytes (ISO/IEC 18004, table 7).
    for (symbol, side, bytes) in [(Symbol::Epc, 69, 331), (Symbol::Swiss, 117, 997), (Symbol::Link, 177, 2_331)] {
        assert_eq!(picture(&"e".repeat(bytes), symbol).unwrap().size, side + 2 * QUIET_ZONE);
        let version_max = symbol.version_max();
        let too_large = |bytes| Err(PictureError::TooLarge { bytes, version_max });
        assert_eq!(picture(&"e".repeat(bytes + 1), symbol), too_large(bytes + 1));
        assert_eq!(picture(&"e".repeat(100_000), symbol), too_large(100_000));
    }
}

#[test]
fn chinese_stays_in_byte_mode() {
    // 330 bytes just fit; in kanji mode 333 bytes would fit too.
    assert_eq!(picture(&"假".repeat(110), Symbol::Epc).unwrap().size, 69 + 2 * QUIET_ZONE);
    assert!(matches!(picture(&"假".repeat(111), Symbol::Epc), Err(PictureError::TooLarge { bytes: 333, .. })));
}

#[test]
fn modes_and_character_sets_are_those_of_the_standard() {
    let begin = |payload: &str, symbol: Symbol| {
        let version = Version::Normal(5);
        one_segment(payload, symbol.segment(payload), version).unwrap().into_bytes()[..2].to_vec()
    };
    let (byte_mode, alphanumeric, eci_then_byte) = (0b0100, 0b0010, [0b0111_0001, 0b1010_0100]);
    for symbol in SYMBOLS {
        let expected = if matches!(symbol, Symbol::Spayd | Symbol::BySquare) { alphanumeric } else { byte_mode };
        assert_eq!(begin("000201", symbol)[0] >> 4, expected, "{symbol:?}: digits only");
        assert_eq!(begin("0002 lower", symbol)[0] >> 4, byte_mode, "{symbol:?}: small letters");
        let is_declared = begin("花店", symbol) == eci_then_byte;
        assert_eq!(is_declared, symbol == Symbol::Emv, "{symbol:?}: Chinese");
    }
    // 311 characters need version 10 in alphanumeric mode, 13 in byte mode.
    let text = "A".repeat(311);
    let (small, large) = (picture(&text, Symbol::Spayd).unwrap().size, picture(&text, Symbol::Link).unwrap().size);
    assert_eq!((small, large), (57 + 2 * QUIET_ZONE, 69 + 2 * QUIET_ZONE));
}

#[test]
fn the_swiss_cross_has_its_size_its_border_and_its_shape() {
    let modules = picture(&"Rue du Lac 1268, 2501 Biel ".repeat(20), Symbol::Swiss).unwrap();
    let fineness = 16;
    let (side, raster) = (modules.size * fineness, modules.raster(fineness));
    let symbol = (modules.size - 2 * QUIET_ZONE) * fineness;
    let dark = |x: usize, y: usize| raster[y * side + x];
    let middle = side / 2;
    // Along a line through an arm's side: white border, black, white arm across the middle.
    let beside = middle - symbol * 7 / 46 / 4;
    let run = |dark_at: &dyn Fn(usize) -> bool, from: usize| {
        (from..side).take_while(|place| dark_at(*place) == dark_at(from)).count()
    };
    let half = symbol * 7 / 46 / 2;
    let border = run(&|x| dark(x, beside), middle - half + 1);
    assert!(!dark(middle - half + 1, beside));
    assert!(border.abs_diff(half / 7) <= 2, "the border is 1/14 of the cross: {border}");
    assert!(!dark(middle, middle), "the arms meet in the middle");
    let arm = (middle..side).take_while(|x| !dark(*x, middle)).count();
    assert!(arm.abs_diff(half * 5 / 9) <= 2, "an arm is 5/9 long: {arm}");
    let thick = (middle..side).take_while(|y| !dark(middle + half / 3, *y)).count();
    assert!(thick.abs_diff(half / 6) <= 2, "and 1/6 wide: {thick}");
    let svg = modules.svg();
    assert_eq!(svg.matches("fill=\"#fff\"").count(), 4);
    let edge = modules.size * 828 - (modules.size - 2 * QUIET_ZONE) * 126;
    assert!(svg.contains(&format!("M{edge} {edge}h")), "{edge}");
    assert_eq!(picture("x", Symbol::Epc).unwrap().svg().matches("fill=\"#fff\"").count(), 1, "others have none");
}

/// The dark squares of the path of an SVG document, as modules.
fn read_svg(svg: &str, size: usize) -> Vec<bool> {
    let path = svg.split("scale(1656)\" d=\"").nth(1).unwrap().split('"').next().unwrap();
    let mut dark = vec![false; size * size];
    for run in path.split('M').skip(1) {
        let (column, rest) = run.split_once(' ').unwrap();
        let (row, rest) = rest.split_once('h').unwrap();
        let (length, _) = rest.split_once('v').unwrap();
        let [column, row, length]: [usize; 3] = [column, row, length].map(|text| text.parse().unwrap());
        dark[row * size + column..][..length].fill(true);
    }
    dark
}

#[test]
fn an_svg_has_the_same_modules() {
    for symbol in SYMBOLS {
        let modules = picture("upi://pay?pa=shop@bank", symbol).unwrap();
        assert_eq!(read_svg(&modules.svg(), modules.size), modules.dark, "{symbol:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_drawn_reads_back(payload in "\\PC{1,150}", choice in 0..SYMBOLS.len()) {
        if let Ok(modules) = picture(&payload, SYMBOLS[choice]) {
            prop_assert_eq!(read_modules(&modules), payload);
        }
    }
}
