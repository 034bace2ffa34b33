//! How many taps and how long a sale takes, on the real pages: each tap presses an element by its id as a finger would,
//! and is refused where a finger could not press.
//!
//! Times are those of the keystroke-level model (Card, Moran and Newell, The Psychology of Human-Computer Interaction,
//! 1983, chapter 8), for one finger on a screen: each tap is a pointing act (P, 1.10 s) and a press (B, 0.10 s), keys of
//! one keypad pressed in a row are keystrokes (K, 0.28 s), and before each act that needs a decision the person thinks
//! (M, 1.35 s). What the customer takes is not counted.

use std::cell::RefCell;
use std::fmt::Write;
use std::rc::Rc;

use stopgap::app::event::Touch;
use stopgap::screens::PageView;
use stopgap::ui_bind::headless::Headless;
use stopgap::ui_bind::wish::{CardKey, CardPart, Wish};

use crate::support::shop::{CASHIER, EXPIRY, VISA, connected};
use crate::support::{Bench, Pace};

/// In hundredths of a second.
const POINT: u32 = 110;
const PRESS: u32 = 10;
const KEY: u32 = 28;
const THINK: u32 = 135;

/// A till with its real screen.
struct Counter {
    till: Bench,
    screen: Headless,
    wishes: Rc<RefCell<Vec<Wish>>>,
    taps: u32,
    hundredths: u32,
    was_key: bool,
}

impl Counter {
    fn new(till: Bench) -> Self {
        let screen = Headless::new().unwrap();
        let wishes: Rc<RefCell<Vec<Wish>>> = Rc::default();
        let told = Rc::clone(&wishes);
        screen.connect(move |wish| told.borrow_mut().push(wish));
        screen.show(till.view());
        Self { till, screen, wishes, taps: 0, hundredths: 0, was_key: false }
    }

    /// Types the amount; the count begins after it.
    fn amount(&mut self, digits: &str) {
        digits.chars().for_each(|digit| self.tap(&format!("key-{digit}")));
        (self.taps, self.hundredths, self.was_key) = (0, 0, false);
    }

    fn tap(&mut self, id: &str) {
        self.screen.tap(id).unwrap_or_else(|error| panic!("{id}: {error}"));
        let is_key = id.starts_with("key-");
        self.taps += 1;
        self.hundredths += if is_key && self.was_key { KEY } else { POINT + PRESS };
        self.was_key = is_key;
        for wish in self.wishes.take() {
            match wish {
                Wish::Touch(touch) => self.till.touch(touch),
                Wish::Card(key) => self.card_key(key),
                other => panic!("{id} wishes for {other:?}"),
            }
        }
        self.screen.show(self.till.view());
    }

    fn card_key(&mut self, key: CardKey) {
        match key {
            CardKey::Digit(CardPart::Number, digit) => self.till.key_card(&digit.to_string(), ""),
            CardKey::Digit(CardPart::Expiry, digit) => self.till.key_card("", &digit.to_string()),
            CardKey::Letter(part, letter) => self.till.key_holder(part, &letter.to_string()),
            CardKey::Erase(_) | CardKey::EraseLetter(_) | CardKey::Clear => self.till.clear_card(),
        }
    }

    /// The person decides something.
    fn think(&mut self) {
        self.hundredths += THINK;
    }

    /// The next customer: at once, whatever disk and printer are doing.
    fn next(&mut self) -> (u32, u32) {
        self.tap("done-next-sale");
        assert!(matches!(self.till.view().page, PageView::Sell(_)), "not ready for the next sale");
        (self.taps, self.hundredths)
    }
}

fn counter() -> Counter {
    let mut till = Bench::new(connected(), Pace::Instant, 13);
    till.open_day(CASHIER);
    Counter::new(till)
}

#[test]
#[allow(clippy::too_many_lines, reason = "one table, and each row played")]
fn every_sale_is_quick_and_the_table_says_how_quick() {
    let mut table =
        String::from("| sale of 48.90 | taps to the end | with “Next sale” | seconds |\n|---|---|---|---|\n");
    let mut row = |name: &str, most: u32, (taps, hundredths): (u32, u32)| {
        let paid = taps - 1;
        assert!(paid <= most, "{name} takes {paid} taps, at most {most} are allowed");
        let (seconds, rest) = (hundredths / 100, hundredths % 100);
        writeln!(table, "| {name} | {paid} | {taps} | {seconds}.{rest:02} |").unwrap();
    };

    let mut till = counter();
    till.amount("4890");
    till.think();
    for id in ["sell-cash", "cash-finish"] {
        till.tap(id);
    }
    row("cash, exact", 3, till.next());

    till.amount("4890");
    till.think();
    for id in ["sell-cash", "cash-quick-5000"] {
        till.tap(id);
    }
    till.think();
    till.tap("cash-finish");
    row("cash, a suggested note", 3, till.next());

    till.amount("4890");
    till.think();
    till.tap("sell-cash");
    for id in ["key-5", "key-5", "key-00"] {
        till.tap(id);
    }
    till.think();
    till.tap("cash-finish");
    row("cash, typed", 6, till.next());

    till.amount("4890");
    till.think();
    till.tap("sell-qr");
    till.think();
    till.tap("qr-confirm");
    row("QR transfer, seen", 3, till.next());

    till.amount("4890");
    till.think();
    till.tap("sell-cash");
    for id in ["key-2", "key-00", "key-0"] {
        till.tap(id);
    }
    till.think();
    till.tap("cash-take-part");
    till.think();
    for id in ["tender-qr", "qr-confirm"] {
        till.tap(id);
    }
    row("split, 20.00 in cash and the rest by QR", 8, till.next());

    let mut till = counter();
    till.till.world.line_is_up = false;
    till.till.run_until("the outage to be noticed", |till| till.view().status.outage);
    till.till.touch(Touch::App(stopgap::app::event::AppTouch::DismissMessage));
    till.screen.show(till.till.view());
    till.amount("4890");
    till.think();
    for id in ["sell-take-payment", "tender-card"] {
        till.tap(id);
    }
    VISA.chars().for_each(|digit| till.tap(&format!("key-{digit}")));
    till.tap("card-next");
    EXPIRY.chars().for_each(|digit| till.tap(&format!("key-{digit}")));
    till.tap("card-next");
    till.think();
    for id in ["card-consent", "card-next"] {
        till.tap(id);
    }
    row("card by hand, stored (20 digits)", 28, till.next());

    println!("{table}");
    insta::assert_snapshot!("taps_and_seconds", table);
}
