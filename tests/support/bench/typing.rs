//! Typing a card: into its buffer, as on the screen, and never into the app.

use stopgap::app::effect::Effect;
use stopgap::app::event::{CardTouch, Event, Touch};
use stopgap::domain::card::{CardDraft, HolderPart};
use stopgap::outside::card_entry;
use stopgap::screens::PageView;

use super::{Bench, Todo};

impl Bench {
    /// Types digits of the number or of the expiry date on the card page.
    pub fn key_card(&mut self, number: &str, expiry: &str) {
        let digits = |text: &str| text.bytes().map(|byte| byte - b'0').collect::<Vec<u8>>();
        for digit in digits(number) {
            self.key(|draft| draft.push_number(digit));
        }
        for digit in digits(expiry) {
            self.key(|draft| draft.push_expiry(digit));
        }
    }

    /// Types letters of the holder's name or postcode on the card page.
    pub fn key_holder(&mut self, part: HolderPart, text: &str) {
        for letter in text.chars() {
            self.key(|draft| draft.push_holder(part, letter));
        }
    }

    /// A key of the card page; there is none on any other.
    fn key<T>(&mut self, press: impl FnOnce(&mut CardDraft) -> T) {
        if !matches!(self.view().page, PageView::Card(_)) {
            return;
        }
        press(&mut self.world.draft);
        let world = &self.world;
        let entry = card_entry(&world.draft, &world.settings, &world.card_tags(), self.now());
        self.feed(Event::CardTyped(entry));
        self.settle();
    }

    /// Wipes what is typed of a card, as the key for it does.
    pub fn clear_card(&mut self) {
        self.key(CardDraft::clear);
    }

    /// Whether the buffer of the card is about to be sealed or wiped.
    pub fn is_wiping_card(&self) -> bool {
        let wipes = |todo: &Todo| matches!(todo, Todo::Perform(Effect::ForgetCard | Effect::SealCard { .. }, _));
        self.todo.values().any(wipes)
    }

    /// Types a whole card and sends it off.
    pub fn type_card(&mut self, number: &str, expiry: &str) {
        self.key_card(number, "");
        self.touch(Touch::Card(CardTouch::Next));
        self.key_card("", expiry);
        self.touch_all([CardTouch::Next, CardTouch::ToggleConsent, CardTouch::Next].map(Touch::Card));
    }

    /// The same for a run that looks at no digit: the screen is drawn once for the number and once for the date.
    pub fn type_card_at_once(&mut self, number: &str, expiry: &str) {
        let digits = |text: &str| text.bytes().map(|byte| byte - b'0').collect::<Vec<u8>>();
        let (number, expiry) = (digits(number), digits(expiry));
        self.key(|draft| number.into_iter().for_each(|digit| assert!(draft.push_number(digit))));
        self.touch(Touch::Card(CardTouch::Next));
        self.key(|draft| expiry.into_iter().for_each(|digit| assert!(draft.push_expiry(digit))));
        self.touch_all([CardTouch::Next, CardTouch::ToggleConsent, CardTouch::Next].map(Touch::Card));
    }
}
