//! A till with a person at it, but no display: taps the real screens and waits for what they show.
//!
//! Effects are performed one after the other, and the virtual clock moves only when none is left. So a day is the same
//! whenever it is played from the same seed, although every message goes over a real socket.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fs;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::app::App;
use crate::app::effect::Effect;
use crate::app::event::{Event, Input};
use crate::demo::dice::Dice;
use crate::domain::access::Role;
use crate::outside::{World, card_entry};
use crate::screens::{OverlayView, PageView, View};
use crate::simulator::shop::PEOPLE;
use crate::ui_bind::headless::{Headless, HeadlessError, Picture};
use crate::ui_bind::wish::{CardKey, CardPart, Wish};

/// Steps of waiting after which something that was waited for is called missing.
const WAIT_STEPS_MAX: u32 = 2_000;

/// A till in the demo.
pub struct Till {
    /// The app; read by the script, steered only through the screen.
    pub app: App,
    /// The world it acts in.
    pub world: Arc<World>,
    screen: Headless,
    wishes: Rc<RefCell<VecDeque<Wish>>>,
    effects: VecDeque<Effect>,
    /// The virtual time.
    pub now: DateTime<FixedOffset>,
    /// The choices of the day.
    pub dice: Dice,
    gallery: Option<Gallery>,
}

/// Where pictures go, numbered in the order in which they were taken.
struct Gallery {
    folder: PathBuf,
    taken: u32,
}

/// A script that cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum TillError {
    /// Something on the screen is not there or cannot be pressed.
    #[error("at {at} on the {page} page: {why}")]
    Screen {
        /// The virtual time.
        at: String,
        /// The page.
        page: &'static str,
        /// What is missing.
        why: String,
    },
    /// A picture or a folder could not be written.
    #[error("{path}: {why}")]
    File {
        /// Which.
        path: String,
        /// Why.
        why: String,
    },
    /// There is no screen.
    #[error(transparent)]
    NoScreen(#[from] HeadlessError),
    /// A simulator did not do what it was told.
    #[error("the simulators: {0}")]
    Simulator(#[from] std::io::Error),
}

impl Till {
    /// A till that shows its first page. Pictures go to `pictures`, if anywhere.
    ///
    /// # Errors
    ///
    /// The screen cannot be set up, or the folder cannot be made.
    pub fn new(
        app: App,
        world: Arc<World>,
        dice: Dice,
        now: DateTime<FixedOffset>,
        pictures: Option<PathBuf>,
    ) -> Result<Self, TillError> {
        let wishes: Rc<RefCell<VecDeque<Wish>>> = Rc::default();
        let told = Rc::clone(&wishes);
        let screen = Headless::new()?;
        screen.connect(move |wish| told.borrow_mut().push_back(wish));
        if let Some(folder) = &pictures {
            fs::create_dir_all(folder)
                .map_err(|error| TillError::File { path: folder.display().to_string(), why: error.to_string() })?;
        }
        let gallery = pictures.map(|folder| Gallery { folder, taken: 0 });
        let mut till = Self { app, world, screen, wishes, effects: VecDeque::new(), now, dice, gallery };
        till.feed(Event::Clock);
        till.settle();
        Ok(till)
    }

    /// What is on the screen now.
    #[must_use]
    pub fn view(&self) -> View {
        self.app.view()
    }

    /// Taps an element by its accessible id, and lets everything that follows happen.
    ///
    /// # Errors
    ///
    /// It is not on the screen, or cannot be pressed.
    pub fn tap(&mut self, id: &str) -> Result<(), TillError> {
        self.screen.tap(id).map_err(|error| self.missing(error.to_string()))?;
        self.settle();
        Ok(())
    }

    /// Taps an element and lets happen what follows, up to an effect of the kind `held`: as long as that is under way, the
    /// screen shows what a person sees who waits for it. [`Self::go_on`] lets it happen.
    ///
    /// # Errors
    ///
    /// It is not on the screen, or cannot be pressed.
    pub fn tap_and_hold(&mut self, id: &str, held: impl Fn(&Effect) -> bool) -> Result<(), TillError> {
        self.screen.tap(id).map_err(|error| self.missing(error.to_string()))?;
        self.settle_until(held);
        Ok(())
    }

    /// Lets everything happen that was held back.
    pub fn go_on(&mut self) {
        self.settle();
    }

    /// Types on a keypad whose keys are `PREFIX-DIGIT`.
    ///
    /// # Errors
    ///
    /// A key is not on the screen.
    pub fn keys(&mut self, prefix: &str, digits: &str) -> Result<(), TillError> {
        digits.chars().try_for_each(|digit| self.tap(&format!("{prefix}-{digit}")))
    }

    /// Lets the time of day pass without anybody touching the screen.
    pub fn pass(&mut self, time: TimeDelta) {
        self.now += time;
        self.screen.advance(time.to_std().unwrap_or_default());
        self.feed(Event::Clock);
        self.settle();
    }

    /// Lets time pass until the screen or the ledger shows something.
    ///
    /// # Errors
    ///
    /// It does not come within a bounded number of steps.
    pub fn wait_for(&mut self, what: &str, seen: impl Fn(&App, &View) -> bool) -> Result<(), TillError> {
        for _ in 0..WAIT_STEPS_MAX {
            if seen(&self.app, &self.view()) {
                return Ok(());
            }
            let next = self.app.next_wake().max(self.now + TimeDelta::milliseconds(1));
            self.pass(next - self.now);
        }
        Err(self.missing(format!("waited in vain for {what}")))
    }

    /// Takes a numbered picture of the screen.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn picture(&mut self, name: &str) -> Result<(), TillError> {
        let Some(gallery) = &mut self.gallery else { return Ok(()) };
        gallery.taken += 1;
        let path = gallery.folder.join(format!("{:02}-{name}.png", gallery.taken));
        let failed = |why: String| TillError::File { path: path.display().to_string(), why };
        let png = self.screen.render().png().map_err(|error| failed(error.to_string()))?;
        fs::write(&path, png).map_err(|error| failed(error.to_string()))
    }

    /// Paints the screen as it is now.
    pub fn paint(&mut self) -> Picture {
        self.screen.render()
    }

    /// Signs the manager in and opens a day with an empty drawer.
    ///
    /// # Errors
    ///
    /// A page does not come.
    pub fn open_a_day(&mut self) -> Result<(), TillError> {
        self.sign_in(Role::Manager)?;
        // An empty drawer has to be said twice.
        self.tap("count-commit")?;
        self.tap("count-commit")?;
        self.wait_for("the sell page", |_, view| matches!(view.page, PageView::Sell(_)))
    }

    /// Chooses the first person of a role, and types their PIN.
    ///
    /// # Errors
    ///
    /// The lock page is not there.
    pub fn sign_in(&mut self, role: Role) -> Result<(), TillError> {
        let known = PEOPLE.iter().find(|(_, _, one, _)| *one == role);
        let Some((id, _, _, pin)) = known else { return Ok(()) };
        self.tap(&format!("person-{id}"))?;
        self.keys("key", pin)?;
        self.tap("key-enter")
    }

    /// How many pictures were taken.
    #[must_use]
    pub fn pictures_taken(&self) -> u32 {
        self.gallery.as_ref().map_or(0, |gallery| gallery.taken)
    }

    fn missing(&self, why: String) -> TillError {
        TillError::Screen { at: self.now.format("%H:%M:%S").to_string(), page: page_name(&self.view()), why }
    }

    fn feed(&mut self, event: Event) {
        let input = Input { at: self.now, entropy: self.dice.bits(), event };
        self.effects.extend(self.app.handle(input));
    }

    /// Takes the wishes of the screen and performs effects until neither is left; then shows the result.
    fn settle(&mut self) {
        self.settle_until(|_| false);
    }

    fn settle_until(&mut self, held: impl Fn(&Effect) -> bool) {
        loop {
            let wish = self.wishes.borrow_mut().pop_front();
            if let Some(wish) = wish {
                self.grant(wish);
            } else if self.effects.front().is_some_and(&held) {
                break;
            } else if let Some(effect) = self.effects.pop_front() {
                if let Some(event) = self.world.perform(effect, self.now) {
                    self.feed(event);
                }
            } else {
                break;
            }
        }
        self.screen.show(self.app.view());
    }

    fn grant(&mut self, wish: Wish) {
        match wish {
            Wish::Touch(touch) => self.feed(Event::Touch(touch)),
            Wish::Card(key) => {
                let entry = card_key(&self.world, key, self.now);
                self.feed(Event::CardTyped(entry));
            }
            // The script turns the simulators' switches itself, and a halted day has nothing to wish for.
            Wish::Simulator(_) | Wish::Halt(_) => {}
        }
    }
}

/// Puts a key of the card page into the buffer and says what may be known of it.
pub fn card_key(world: &World, key: CardKey, now: DateTime<FixedOffset>) -> crate::domain::card::CardEntry {
    let mut draft = world.draft();
    match key {
        CardKey::Digit(CardPart::Number, digit) => {
            draft.push_number(digit);
        }
        CardKey::Digit(CardPart::Expiry, digit) => {
            draft.push_expiry(digit);
        }
        CardKey::Letter(part, letter) => {
            draft.push_holder(part, letter);
        }
        CardKey::EraseLetter(part) => draft.erase_holder(part),
        CardKey::Erase(CardPart::Number) => draft.erase_number(),
        CardKey::Erase(CardPart::Expiry) => draft.erase_expiry(),
        CardKey::Clear => draft.clear(),
    }
    card_entry(&draft, &world.settings, &world.card_tags, now)
}

/// The page's name, for messages.
#[must_use]
pub fn page_name(view: &View) -> &'static str {
    match (&view.overlay, &view.page) {
        (Some(OverlayView::Menu(_)), _) => "menu",
        (Some(OverlayView::Approve(_)), _) => "approve",
        (Some(OverlayView::Decide(_)), _) => "decide",
        (Some(OverlayView::Entries(_)), _) => "entries",
        (Some(OverlayView::Close(_)), _) => "close",
        (None, PageView::Lock(_)) => "lock",
        (None, PageView::Sell(_)) => "sell",
        (None, PageView::Tenders(_)) => "tenders",
        (None, PageView::Reader(_)) => "reader",
        (None, PageView::Qr(_)) => "qr",
        (None, PageView::QrChoice(_)) => "qr_choice",
        (None, PageView::Card(_)) => "card",
        (None, PageView::Cash(_)) => "cash",
        (None, PageView::Done(_)) => "done",
        (None, PageView::Drawer(_)) => "drawer",
        (None, PageView::Refund(_)) => "refund",
        (None, PageView::Sign(_)) => "sign",
        (None, PageView::Queue(_)) => "queue",
        (None, PageView::Desk(_)) => "desk",
        (None, PageView::Outage(_)) => "outage",
        (None, PageView::Day(_)) => "day",
        (None, PageView::Count(_)) => "count",
        (None, PageView::Statement(_)) => "statement",
        (None, PageView::Payees(_)) => "payees",
        (None, PageView::Report(_)) => "report",
        (None, PageView::Keys(_)) => "keys",
        (None, PageView::Handover(_)) => "handover",
        (None, PageView::Case(_)) => "case",
        (None, PageView::Care(_)) => "care",
        (None, PageView::Device(_)) => "device",
        (None, PageView::Learn(_)) => "learn",
        (None, PageView::Halt(_)) => "halt",
    }
}
