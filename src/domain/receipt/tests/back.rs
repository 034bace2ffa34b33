//! What went back, on the slip of the day.

use super::*;

#[test]
fn what_came_too_much_and_went_back_stands_on_the_slip() {
    let given_back = TenderFigures { count: 2, amount_minor: 1_377 };
    let figures = DayFigures { given_back, ..slip().figures };
    for (language, label) in [(Language::English, "Too much, given back (2)"), (Language::Chinese, "多付退还 (2)")]
    {
        let text = DaySlip { figures: figures.clone(), ..slip() }.text(language);
        let line = text.lines().find(|line| line.contains(label)).expect("a line of it");
        assert!(line.ends_with("-13.77 EUR"), "{text}");
    }
}
