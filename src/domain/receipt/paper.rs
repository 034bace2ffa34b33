//! Text on a strip of paper: columns counted as a printer prints them, so that Chinese lines up too.

use unicode_width::UnicodeWidthChar;

use super::Heading;
use super::words::Words;

/// How many columns a line has: 80 mm paper with the printer's own font A. A Chinese character takes two.
pub const COLUMNS: usize = 42;

/// Marks that may not begin a line (GB/T 15834, 5.1).
const NOT_FIRST: &str = "，。、；：！？）";

/// Lines that are ready.
#[derive(Default)]
pub struct Paper(String);

impl Paper {
    /// Paper with the shop's name and, if they apply, the marks of a demo and of a copy.
    pub fn headed(heading: &Heading, words: &Words) -> Self {
        let mut paper = Self::default();
        paper.centred(&heading.shop);
        paper.centred(&heading.address);
        paper.rule();
        for (applies, mark) in [(heading.is_demo, words.demo), (heading.is_copy, words.copy)] {
            if applies {
                paper.centred(&format!("*** {mark} ***"));
            }
        }
        paper
    }

    /// A label on the left and a value on the right, on two lines where one is too short. Without both, nothing.
    pub fn row(&mut self, left: &str, right: &str) {
        let (left, right) = (clean(left), clean(right));
        let used = columns(&left) + columns(&right);
        if left.is_empty() && right.is_empty() {
            return;
        }
        if right.is_empty() {
            return self.wrapped(&left);
        }
        if used < COLUMNS {
            self.line(&format!("{left}{}{right}", " ".repeat(COLUMNS - used)));
            return;
        }
        self.wrapped(&left);
        for line in broken(&right) {
            self.line(&format!("{}{line}", " ".repeat(COLUMNS.saturating_sub(columns(&line)))));
        }
    }

    /// A line across.
    pub fn rule(&mut self) {
        self.line(&"-".repeat(COLUMNS));
    }

    /// Room to sign, and below it who does.
    pub fn signature_line(&mut self, who: &str) {
        for line in ["", "", ""] {
            self.line(line);
        }
        self.line(&"_".repeat(COLUMNS));
        self.wrapped(who);
    }

    /// Text in the middle.
    pub fn centred(&mut self, text: &str) {
        for line in broken(&clean(text)) {
            self.line(&format!("{}{line}", " ".repeat(COLUMNS.saturating_sub(columns(&line)) / 2)));
        }
    }

    /// Text from the left, as many lines as it needs.
    pub fn wrapped(&mut self, text: &str) {
        for line in broken(&clean(text)) {
            self.line(&line);
        }
    }

    /// The text.
    pub fn finish(self) -> String {
        self.0
    }

    fn line(&mut self, text: &str) {
        self.0.push_str(text.trim_end());
        self.0.push('\n');
    }
}

/// How many columns a text takes. Printers go by characters, each alone, and know no ligatures.
fn columns(text: &str) -> usize {
    text.chars().map(|char| char.width().unwrap_or(0)).sum()
}

/// Without control characters, which a printer would obey.
fn clean(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).collect()
}

/// Breaks text at spaces and between Chinese characters; a word that is longer than a line is cut.
fn broken(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut width = 0;
    // Where the line may end, in bytes.
    let mut end = None;
    for char in text.chars() {
        let wide = char.width().unwrap_or(0);
        let may_break = char == ' ' || (wide == 2 && !NOT_FIRST.contains(char));
        if may_break && !line.is_empty() {
            end = Some(line.len());
        }
        // The second time round nothing but a cut is left, so it ends.
        while width + wide > COLUMNS {
            let rest = line.split_off(end.unwrap_or(line.len()));
            lines.push(std::mem::take(&mut line));
            rest.trim_start().clone_into(&mut line);
            width = columns(&line);
            end = None;
        }
        if !(char == ' ' && line.is_empty()) {
            line.push(char);
            width += wide;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn printed(print: impl Fn(&mut Paper)) -> String {
        let mut paper = Paper::default();
        print(&mut paper);
        paper.finish()
    }

    #[test]
    fn a_row_fills_the_line_in_columns_and_not_in_characters() {
        let english = printed(|paper| paper.row("To pay", "48.90 EUR"));
        assert_eq!(english, format!("To pay{}48.90 EUR\n", " ".repeat(COLUMNS - 15)));
        let chinese = printed(|paper| paper.row("应付", "48.90 EUR"));
        assert_eq!(chinese, format!("应付{}48.90 EUR\n", " ".repeat(COLUMNS - 13)));
        let long = printed(|paper| paper.row(&"w".repeat(40), "48.90 EUR"));
        assert_eq!(long, format!("{}\n{}48.90 EUR\n", "w".repeat(40), " ".repeat(COLUMNS - 9)));
    }

    #[test]
    fn text_breaks_at_spaces_and_between_chinese_characters() {
        assert_eq!(broken(&"word ".repeat(10)), [["word"; 8].join(" "), ["word"; 2].join(" ") + " "]);
        assert_eq!(broken(&"字".repeat(22)), ["字".repeat(21), "字".to_owned()]);
        let mark_moves_with_its_word = broken(&("字".repeat(21) + "。"));
        assert_eq!(mark_moves_with_its_word, ["字".repeat(20), "字。".to_owned()]);
        assert_eq!(broken(&"x".repeat(43)), ["x".repeat(42), "x".to_owned()]);
    }

    #[test]
    fn nothing_reaches_the_printer_as_a_command() {
        assert_eq!(printed(|paper| paper.wrapped("a\u{1b}p\0\nb")), "apb\n");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_paper(text in "\\PC{0,200}", value in "[\\x20-\\x7e字。，]{0,100}") {
            let paper = printed(|paper| {
                paper.wrapped(&text);
                paper.centred(&text);
                paper.row(&text, &value);
                paper.row(&value, &text);
            });
            for line in paper.lines() {
                prop_assert!(columns(line) <= COLUMNS, "{line}");
            }
        }
    }
}
