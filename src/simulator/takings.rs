//! A shop's sales and the bank's statement of them, in which the class of every sale and every line is known.
//!
//! Every amount is used once, so that nothing fits by chance, and everything that goes wrong between a till and a bank
//! happens: paid twice, a cent off, fees kept back, many sales in one payout, parts, refunds, chargebacks, edited and
//! cut references, other currencies, strangers' money. From a seed, so that a million rows are the same everywhere.

use std::fmt::Write;

use crate::demo::dice::Dice;
use crate::domain::ids::SaleReference;
use crate::domain::reconcile::Likeness;

/// What a sale or a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the classes are described in docs/reconciliation.md")]
pub enum Known {
    Matched,
    Over,
    Under,
    Duplicate,
    Missing,
    Unknown,
    Suggested(Likeness),
    TakenBack,
    Outgoing,
}

/// The two files, and what is known of their rows, in the order of the rows.
#[derive(Clone, Debug, Default)]
pub struct Takings {
    /// `reference,amount_minor,currency,taken_at,tender`
    pub sales_csv: String,
    /// `booked_on,amount_minor,currency,reference,counterparty,description`
    pub statement_csv: String,
    /// What each sale is.
    pub sales: Vec<Known>,
    /// What each line is.
    pub lines: Vec<Known>,
    /// What the lines of the matched sales come to.
    pub matched_minor: i64,
    /// Line minus sale over all that are over or under.
    pub difference_minor: i64,
}

/// What happens to a sale, and how many of a thousand it happens to. The rest is paid as it should be.
const STORIES: [(Story, i64); 17] = [
    (Story::InDescription, 30),
    (Story::Broken, 20),
    (Story::CentShort, 5),
    (Story::CentOver, 5),
    (Story::FeeKept, 5),
    (Story::Twice, 8),
    (Story::Never, 8),
    (Story::Payout, 5),
    (Story::Parts, 5),
    (Story::Refund, 5),
    (Story::Edited, 5),
    (Story::Cut, 5),
    (Story::NoReference, 5),
    (Story::OtherCurrency, 3),
    (Story::Yen, 10),
    (Story::Dinar, 10),
    (Story::Cash, 20),
];

#[derive(Clone, Copy)]
enum Story {
    AsItShould,
    InDescription,
    Broken,
    CentShort,
    CentOver,
    FeeKept,
    Twice,
    Never,
    Payout,
    Parts,
    Refund,
    Edited,
    Cut,
    NoReference,
    OtherCurrency,
    Yen,
    Dinar,
    Cash,
}

/// One line before the lines are shuffled.
struct Booked {
    day: i64,
    minor: i64,
    currency: &'static str,
    reference: String,
    payer: String,
    description: String,
    known: Known,
}

/// A sale that is being told of.
struct Told {
    reference: String,
    minor: i64,
    day: i64,
}

/// As many sales, with at least as many lines as it takes to tell of them.
#[must_use]
pub fn takings(sales: u32, seed: u64) -> Takings {
    let mut maker = Maker { dice: Dice::new(seed), takings: Takings::default(), booked: Vec::new(), made: 0, sales };
    maker.takings.sales_csv.push_str("reference,amount_minor,currency,taken_at,tender\n");
    maker.takings.statement_csv.push_str("booked_on,amount_minor,currency,reference,counterparty,description\n");
    while maker.made < sales {
        let story = maker.story();
        maker.tell(story);
    }
    maker.strangers();
    maker.finish()
}

struct Maker {
    dice: Dice,
    takings: Takings,
    booked: Vec<Booked>,
    made: u32,
    sales: u32,
}

impl Maker {
    fn story(&mut self) -> Story {
        let mut drawn = self.dice.between(1, 1_000);
        for (story, of_thousand) in STORIES {
            drawn -= of_thousand;
            if drawn <= 0 {
                return story;
            }
        }
        Story::AsItShould
    }

    /// Makes a sale. Amounts are three apart, so that a cent more or less is nobody else's.
    fn sale(&mut self, currency: &str, tender: &str, known: Known) -> Told {
        self.made += 1;
        let number = self.made;
        let till = 10 + u8::try_from(number % 90).unwrap_or(0);
        let reference = SaleReference::new(till, number).map_or(String::new(), |reference| reference.to_string());
        let minor = 10_000 + i64::from(number) * 3;
        // Later sales have later days, as in any till.
        let day = i64::from(number) * 20 / i64::from(self.sales.max(1));
        let csv = &mut self.takings.sales_csv;
        // Writing to a String cannot fail.
        let _ = writeln!(csv, "{reference},{minor},{currency},{}T10:15:00+01:00,{tender}", date(day));
        self.takings.sales.push(known);
        Told { reference, minor, day }
    }

    /// Books a line `after` days later; the reference is in its own column.
    fn book(&mut self, told: &Told, after: i64, minor: i64, known: Known) -> &mut Booked {
        let payer = format!("Payer {}", self.dice.between(1, 5_000));
        let reference = told.reference.clone();
        let description = "card-free payment at the till".to_owned();
        let day = told.day + after;
        self.booked.push(Booked { day, minor, currency: "EUR", reference, payer, description, known });
        let last = self.booked.len() - 1;
        &mut self.booked[last]
    }

    fn match_line(&mut self, told: &Told) -> &mut Booked {
        self.takings.matched_minor += told.minor;
        self.book(told, 1, told.minor, Known::Matched)
    }

    fn differ(&mut self, by: i64) {
        let known = if by > 0 { Known::Over } else { Known::Under };
        let told = self.sale("EUR", "qr", known);
        self.takings.difference_minor += by;
        self.book(&told, 1, told.minor + by, known);
    }

    fn tell(&mut self, story: Story) {
        let suggested = |why| Known::Suggested(why);
        match story {
            Story::AsItShould | Story::InDescription | Story::Broken => {
                let told = self.sale("EUR", "qr", Known::Matched);
                let line = self.match_line(&told);
                let reference = &told.reference;
                match story {
                    Story::InDescription => line.move_reference(format!("Danke! {reference}, bis bald")),
                    Story::Broken => line.move_reference(format!("Ref {} {}", &reference[..4], &reference[4..])),
                    _ => {}
                }
            }
            Story::CentShort => self.differ(-1),
            Story::CentOver => self.differ(1),
            Story::FeeKept => self.differ(-200),
            Story::Twice => {
                let told = self.sale("EUR", "qr", Known::Matched);
                self.match_line(&told);
                self.book(&told, 2, told.minor, Known::Duplicate);
            }
            Story::Never => {
                self.sale("EUR", "qr", Known::Missing);
            }
            Story::Payout => {
                let told = [(); 3].map(|()| self.sale("EUR", "card", suggested(Likeness::Payout)));
                let gross: i64 = told.iter().map(|one| one.minor).sum();
                let all = told.iter().map(|one| one.reference.as_str()).collect::<Vec<_>>().join(" ");
                let line = self.book(&told[2], 1, gross - gross / 50, suggested(Likeness::Payout));
                line.move_reference(format!("Payout {all}"));
            }
            Story::Parts => {
                let told = self.sale("EUR", "qr", suggested(Likeness::SeveralLines));
                self.book(&told, 1, told.minor / 4, suggested(Likeness::SeveralLines));
                self.book(&told, 2, told.minor - told.minor / 4, suggested(Likeness::SeveralLines));
            }
            Story::Refund => {
                let told = self.sale("EUR", "qr", Known::Matched);
                self.match_line(&told);
                self.book(&told, 3, -told.minor, Known::TakenBack).description = String::from("chargeback");
            }
            Story::Edited => {
                let told = self.sale("EUR", "qr", suggested(Likeness::Edited));
                let edited = edited(&told.reference);
                self.book(&told, 9, told.minor, suggested(Likeness::Edited)).move_reference(format!("Ref {edited}"));
            }
            Story::Cut => {
                let told = self.sale("EUR", "qr", suggested(Likeness::Truncated));
                let cut = told.reference[..7].to_owned();
                self.book(&told, 9, told.minor, suggested(Likeness::Truncated)).move_reference(cut);
            }
            Story::NoReference => {
                let told = self.sale("EUR", "qr", suggested(Likeness::AmountAndDay));
                let line = self.book(&told, 1, told.minor, suggested(Likeness::AmountAndDay));
                line.move_reference("flowers".to_owned());
                line.payer = String::from("Somebody who never paid before");
            }
            Story::OtherCurrency => {
                let told = self.sale("EUR", "qr", Known::Missing);
                self.book(&told, 1, told.minor, Known::Unknown).currency = "USD";
            }
            Story::Yen | Story::Dinar => {
                let currency = if matches!(story, Story::Yen) { "JPY" } else { "KWD" };
                let told = self.sale(currency, "qr", Known::Matched);
                self.match_line(&told).currency = currency;
            }
            Story::Cash => {
                self.sale("EUR", "cash", Known::Missing);
            }
        }
    }

    /// Money that is not of the shop's sales, and the bank's fees.
    fn strangers(&mut self) {
        for number in 0..i64::from(self.sales) / 100 {
            let told = Told { reference: String::new(), minor: 0, day: number % 20 };
            let minor = 50_000_000 + number * 7;
            self.book(&told, 1, minor, Known::Unknown).description = format!("rent {number}");
            self.book(&told, 1, -minor, Known::Outgoing).description = String::from("bank fee");
        }
    }

    fn finish(mut self) -> Takings {
        for last in (1..self.booked.len()).rev() {
            let other = self.dice.between(0, i64::try_from(last).unwrap_or(0));
            self.booked.swap(last, usize::try_from(other).unwrap_or(last));
        }
        let mut takings = self.takings;
        for line in self.booked {
            let Booked { day, minor, currency, reference, payer, description, known } = line;
            let csv = &mut takings.statement_csv;
            let _ = writeln!(csv, "{},{minor},{currency},{reference},{payer},\"{description}\"", date(day));
            takings.lines.push(known);
        }
        takings
    }
}

impl Booked {
    /// Takes the reference out of its column and says something else in the description.
    fn move_reference(&mut self, description: String) {
        self.reference.clear();
        self.description = description;
    }
}

/// One digit changed, which the check digit always notices.
fn edited(reference: &str) -> String {
    let (start, end) = reference.split_at(5);
    let digit = end.bytes().next().map_or(b'0', |digit| b'0' + (digit - b'0' + 1) % 10);
    format!("{start}{}{}", char::from(digit), &end[1..])
}

fn date(day: i64) -> String {
    format!("2026-11-{:02}", 1 + day)
}
