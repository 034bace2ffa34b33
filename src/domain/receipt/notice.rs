//! The card on the counter during an outage: that the reader is out of order, and how a customer can pay all the same.

use super::Language;
use super::paper::Paper;

/// A way to pay that is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeWay {
    /// Cash.
    Cash,
    /// A transfer by a QR code.
    Transfer,
    /// A card whose number the cashier types in.
    CardByHand,
}

/// The notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeCard {
    /// The shop's name.
    pub shop: String,
    /// What is offered now, the best way first.
    pub ways: Vec<NoticeWay>,
}

impl NoticeWay {
    /// What it is called.
    #[must_use]
    pub fn words(self, language: Language) -> &'static str {
        let words = language.words();
        match self {
            Self::Cash => words.way_cash,
            Self::Transfer => words.way_transfer,
            Self::CardByHand => words.way_card,
        }
    }
}

impl NoticeCard {
    /// What stands above the ways: that the reader is out of order where it is, else only that these are the ways.
    #[must_use]
    pub fn headline(language: Language, reader_is_out: bool) -> &'static str {
        let words = language.words();
        if reader_is_out { words.reader_out } else { words.you_can_pay }
    }

    /// The notice in each of these languages, one below the other, as text of [`super::COLUMNS`] columns.
    #[must_use]
    pub fn text(&self, languages: &[Language]) -> String {
        let mut paper = Paper::default();
        paper.centred(&self.shop);
        for language in languages {
            let words = language.words();
            paper.rule();
            paper.centred(words.reader_out);
            if self.ways.is_empty() {
                paper.centred(words.no_way);
                continue;
            }
            paper.wrapped(words.you_can_pay);
            for way in &self.ways {
                paper.wrapped(&format!("- {}", way.words(*language)));
            }
        }
        paper.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notice_says_in_each_language_what_is_offered_and_nothing_else() {
        let ways = vec![NoticeWay::Transfer, NoticeWay::Cash];
        let card = NoticeCard { shop: "Bakery Example".into(), ways };
        let rule = "-".repeat(super::super::COLUMNS);
        let expected = format!(
            "              Bakery Example\n{rule}\n     Our card reader is out of order\nYou can pay by:\n\
             - transfer, with your phone and a QR code\n- cash\n{rule}\n              刷卡机暂停使用\n\
             您可以这样付款：\n- 手机扫码转账\n- 现金\n"
        );
        assert_eq!(card.text(&[Language::English, Language::Chinese]), expected);
        let nothing = NoticeCard { ways: Vec::new(), ..card }.text(&[Language::English]);
        assert!(nothing.contains("cannot take payments") && !nothing.contains("cash"), "{nothing}");
    }
}
