//! Whole printouts byte by byte, and what may never be in one.

use proptest::prelude::*;

use super::*;
use crate::domain::receipt::COLUMNS;

/// Draws every line as one dot, so that a test sees which lines were drawn.
struct Dot;

impl PaintLine for Dot {
    fn paint(&self, _: &str, columns: usize, cell: Cell) -> Raster {
        let mut raster = Raster::new(columns * cell.width, 1);
        raster.darken(0, 0);
        raster
    }
}

/// Draws a line as bytes that make real-time commands in many orders.
struct Bits;

impl PaintLine for Bits {
    fn paint(&self, line: &str, columns: usize, cell: Cell) -> Raster {
        let mut raster = Raster::new(columns * cell.width, 4);
        let dangerous = [0x10, 0x04, 0x05, 0x14, 0x01];
        for (place, char) in line.bytes().enumerate() {
            let byte: u8 = dangerous[usize::from(char) % dangerous.len()];
            for bit in (0..8).filter(|bit| byte & (0x80 >> bit) != 0) {
                raster.darken(place * 8 + bit, 0);
            }
        }
        raster
    }
}

fn profile(pages: &[CodePage]) -> Profile {
    let pages = pages.to_vec();
    Profile { paper: PaperWidth::Mm80, pages, has_chinese: false, has_codes: true, has_cutter: true }
}

fn lines(text: &str, profile: &Profile) -> Vec<u8> {
    let printout = Printout::of(text, None, profile, &Dot).unwrap();
    let inner = &printout.blocks[1..printout.blocks.len() - 1];
    inner.iter().flat_map(|block| block.bytes.clone()).collect()
}

/// The picture of [`Dot`] as it is sent: 504 dots are 63 bytes.
fn dot() -> Vec<u8> {
    let mut command = vec![0x1d, b'v', b'0', 0, 63, 0, 1, 0, 0x80];
    command.extend([0; 62]);
    command
}

#[test]
fn a_line_is_printed_in_the_first_page_that_has_all_of_it() {
    let western = profile(&[CodePage::Wpc1252, CodePage::Wpc1250]);
    assert_eq!(lines("Total 1", &western), b"Total 1\n");
    assert_eq!(lines("Café 2,50 €", &western), b"\x1bt\x10Caf\xe9 2,50 \x80\n");
    // No page before the second has a Polish letter, and the second has the é too.
    assert_eq!(lines("Łódź é", &western), b"\x1bt\x2d\xa3\xf3d\x9f \xe9\n");
    for drawn in ["应付", "ราคา", "السعر", "Цена", "e\u{301}"] {
        assert_eq!(lines(drawn, &western), dot(), "{drawn}");
    }
    assert_eq!(lines("Цена", &profile(&[CodePage::Pc866])), b"\x1bt\x11\x96\xa5\xad\xa0\n");
    // ISO 8859-2 has no euro.
    assert_eq!(lines("€", &profile(&[CodePage::Iso8859_2])), dot());
}

#[test]
fn a_chinese_printer_prints_chinese_by_itself_in_its_large_font_only() {
    let mut chinese = profile(&[CodePage::Wpc1252]);
    chinese.has_chinese = true;
    assert_eq!(lines("应付 48.90", &chinese), b"\x1c&\xd3\xa6\xb8\xb6 48.90\n\x1c.");
    // A character of four bytes in GB 18030.
    assert_eq!(lines("\u{20000}", &chinese), dot());
    chinese.paper = PaperWidth::Mm58;
    let small = lines("应付", &chinese);
    assert_eq!(&small[..8], [0x1d, b'v', b'0', 0, 48, 0, 1, 0]);
}

#[test]
fn a_printout_is_set_up_sent_in_blocks_and_cut() {
    let text = "line\n".repeat(BLOCK_LINES + 1);
    let printout = Printout::of(&text, Some("2300310428"), &profile(&[]), &Dot).unwrap();
    let sizes: Vec<usize> = printout.blocks.iter().map(|block| block.lines).collect();
    assert_eq!((sizes, printout.lines()), (vec![0, BLOCK_LINES, 1, 1, 0], BLOCK_LINES + 2));
    assert_eq!(printout.blocks[0].bytes, b"\x1b@\x1bR\0\x1bM\0\x1dL\x24\0\x1dW\xf8\x01");
    let code = b"\x1ba\x01\x1d(k\x04\x0031\x41\x32\x00";
    assert_eq!(printout.blocks[3].bytes[..7], code[..7]);
    let stored = b"\x1d(k\x0d\x00\x31\x50\x302300310428\x1d(k\x03\x00\x31\x51\x30\n\x1ba\0";
    assert!(printout.blocks[3].bytes.ends_with(stored), "{:?}", printout.blocks[3]);
    assert_eq!(printout.blocks[4].bytes, b"\x1dV\x42\0");
    assert_eq!(printout.bytes(), printout.blocks.iter().flat_map(|block| block.bytes.clone()).collect::<Vec<_>>());
    let small = Profile { paper: PaperWidth::Mm58, has_cutter: false, has_codes: false, ..profile(&[]) };
    let printout = Printout::of("a", Some("2300310428"), &small, &Dot).unwrap();
    assert_eq!(printout.blocks[0].bytes, b"\x1b@\x1bR\0\x1bM\x01\x1dL\x03\0\x1dW\x7a\x01");
    // Version 1 with its quiet zone: 29 modules of 6 dots, 22 bytes a row.
    assert_eq!(printout.blocks[2].bytes[..11], [0x1b, b'a', 1, 0x1d, b'v', b'0', 0, 22, 0, 174, 0]);
    assert_eq!(printout.blocks[3].bytes, b"\x1bd\x05");
    assert_eq!((kick(DrawerPin::Two), kick(DrawerPin::Five)), (*b"\x1bp\0\x32\xfa", *b"\x1bp\x01\x32\xfa"));
}

#[test]
fn what_is_too_long_is_refused_with_its_limit() {
    let refused = |text: &str, code| Printout::of(text, code, &profile(&[]), &Dot).map_err(|error| error.to_string());
    assert_eq!(refused(&"\n".repeat(801), None), Err("the text has 801 lines, at most 800 are printed".to_owned()));
    let long = "1".repeat(201);
    assert_eq!(refused("", Some(&long)), Err("the code has 201 bytes, at most 200 are printed".to_owned()));
    let none = "PC437".parse::<CodePage>().map_err(|error| error.to_string());
    assert!(none.unwrap_err().starts_with("“PC437” is not one of the code pages WPC1252, PC866, ISO8859-2, "));
    assert!(CodePage::ALL.iter().all(|page| page.name().parse() == Ok(*page)));
}

#[test]
fn a_picture_never_asks_for_the_state_or_opens_the_drawer() {
    let mut raster = Raster::new(24, 1);
    // DLE DC4 1, the pulse for a drawer.
    for x in [3, 11, 13, 23] {
        raster.darken(x, 0);
    }
    assert_eq!(raster.command()[8..], [0x30, 0x14, 0x01]);
    assert!(raster.is_dark(3, 0) && !raster.is_dark(2, 0) && !raster.is_dark(99, 0));
    raster.darken(24, 0);
    raster.darken(0, 1);
    assert_eq!(raster.command()[8..], [0x30, 0x14, 0x01]);
}

#[test]
fn the_state_of_a_printer_is_read_from_its_four_answers() {
    let well = [0x12, 0x12, 0x12, 0x12];
    assert_eq!(Status::of(well).trouble(), None);
    for (answers, trouble, paper) in [
        ([0x1a, 0x16, 0x12, 0x12], Some(Trouble::CoverOpen), PaperState::Present),
        ([0x1a, 0x32, 0x12, 0x72], Some(Trouble::NoPaper), PaperState::Out),
        ([0x1a, 0x12, 0x1a, 0x12], Some(Trouble::CutterJammed), PaperState::Present),
        ([0x1a, 0x52, 0x32, 0x12], Some(Trouble::Broken), PaperState::Present),
        ([0x1a, 0x12, 0x12, 0x12], Some(Trouble::Offline), PaperState::Present),
        ([0x12, 0x12, 0x12, 0x1e], None, PaperState::NearEnd),
    ] {
        let status = Status::of(answers);
        assert_eq!((status.trouble(), status.paper), (trouble, paper), "{answers:x?}");
        assert!(answers.iter().all(|byte| Answer::of(*byte) == Answer::RealTime(*byte)));
    }
    assert!(Status::of([0x16, 0x12, 0x12, 0x12]).is_drawer_pin_high);
    // GS r answers with bits 4 and 7 off; a state sent unasked has bit 4 on and bits 0 and 1 off.
    assert_eq!([0x00, 0x03, 0x0c].map(Answer::of), [Answer::BlockDone; 3]);
    assert_eq!(Answer::of(0x14), Answer::Other(0x14));
}

proptest! {
    #[test]
    fn no_text_makes_a_command(text in "\\PC{0,80}", bits in prop::collection::vec(any::<u8>(), 0..20)) {
        let hidden = format!("{text}\u{1b}p\0\u{10}\u{14}é{}", String::from_utf8_lossy(&bits));
        let pages = profile(&CodePage::ALL);
        for (one, painter) in [(&pages, &Dot as &dyn PaintLine), (&profile(&[]), &Bits)] {
            let printout = Printout::of(&hidden.replace('\n', ""), Some("1"), one, painter).unwrap();
            let bytes = printout.bytes();
            prop_assert!(!bytes.windows(2).any(|two| two[0] == 0x10 && [0x04, 0x05, 0x14].contains(&two[1])));
            prop_assert!(!bytes.windows(2).any(|two| two == b"\x1bp"));
            prop_assert_eq!(printout.blocks.len(), 4);
        }
        prop_assert!(COLUMNS * 12 <= 576);
    }
}
