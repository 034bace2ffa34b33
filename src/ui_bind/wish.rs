//! What people wish for by touching the screen, and how a callback of the contract becomes a wish.

use std::fmt;
use std::rc::Rc;

use slint::SharedString;

use crate::app::event::Touch;
use crate::domain::card::HolderPart;

/// What a person wishes for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Something for the app.
    Touch(Touch),
    /// A key of the card page: it goes into the card buffer and nowhere else.
    Card(CardKey),
    /// A switch of the demo.
    Simulator(SimulatorTouch),
    /// Something after the program stopped; the app is not asked any more.
    Halt(HaltTouch),
}

/// A key of the card page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum CardKey {
    /// One more digit, 0 to 9.
    Digit(CardPart, u8),
    /// One more letter of the holder's name or postcode.
    Letter(HolderPart, char),
    /// The last letter of it goes.
    EraseLetter(HolderPart),
    /// The last digit goes.
    Erase(CardPart),
    /// Everything that is typed goes.
    Clear,
}

/// Says which key it was, but never which digit: a number could be put together from a log of its keys.
impl fmt::Debug for CardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digit(part, _) => write!(f, "Digit({part:?}, redacted)"),
            Self::Letter(part, _) => write!(f, "Letter({part:?}, redacted)"),
            Self::EraseLetter(part) => write!(f, "EraseLetter({part:?})"),
            Self::Erase(part) => write!(f, "Erase({part:?})"),
            Self::Clear => f.write_str("Clear"),
        }
    }
}

/// What is being typed on the card page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardPart {
    /// The number.
    Number,
    /// The expiry date.
    Expiry,
}

/// See `ui/api/simulator_api.slint`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum SimulatorTouch {
    Unplug,
    Freeze,
    NextCardBad,
    CutNetwork,
    StopHost,
    LoseAnswer,
    Mend,
    End,
}

/// See `ui/api/halt_api.slint`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the callbacks are described in the .slint file of the same name")]
pub enum HaltTouch {
    TryAgain,
    Quit,
}

/// Where wishes go. It makes the closures that the contract's callbacks want.
#[derive(Clone)]
pub(super) struct Wishes(Rc<dyn Fn(Wish)>);

impl Wishes {
    pub(super) fn new(tell: impl Fn(Wish) + 'static) -> Self {
        Self(Rc::new(tell))
    }

    /// For a callback that always means the same.
    pub(super) fn touch(&self, touch: Touch) -> impl Fn() + 'static {
        self.always(Wish::Touch(touch))
    }

    /// For a callback that always means the same.
    pub(super) fn always(&self, wish: Wish) -> impl Fn() + 'static {
        let Self(tell) = self.clone();
        move || tell(wish.clone())
    }

    /// For a callback with one argument.
    pub(super) fn touch_with<Argument>(
        &self,
        touch: impl Fn(Argument) -> Touch + 'static,
    ) -> impl Fn(Argument) + 'static {
        self.some_with(move |argument| Some(Wish::Touch(touch(argument))))
    }

    /// For a callback whose argument may mean nothing, such as a key that is no digit.
    pub(super) fn some_touch_with<Argument>(
        &self,
        touch: impl Fn(Argument) -> Option<Touch> + 'static,
    ) -> impl Fn(Argument) + 'static {
        self.some_with(move |argument| touch(argument).map(Wish::Touch))
    }

    /// For a callback whose argument may mean nothing.
    pub(super) fn some_with<Argument>(
        &self,
        wish: impl Fn(Argument) -> Option<Wish> + 'static,
    ) -> impl Fn(Argument) + 'static {
        let Self(tell) = self.clone();
        move |argument| {
            if let Some(wish) = wish(argument) {
                tell(wish);
            }
        }
    }
}

/// The one digit of a key, or none when the key is anything else.
pub(super) fn digit(key: &SharedString) -> Option<char> {
    let mut keys = key.chars();
    let digit = keys.next().filter(char::is_ascii_digit)?;
    keys.next().is_none().then_some(digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_single_digit_is_a_digit() {
        for (key, read) in [("0", Some('0')), ("9", Some('9')), ("", None), ("00", None), ("a", None), ("５", None)] {
            assert_eq!(digit(&key.into()), read, "{key}");
        }
    }

    #[test]
    fn a_card_key_does_not_tell_its_digit() {
        let told = format!("{:?}", Wish::Card(CardKey::Digit(CardPart::Number, 7)));
        assert_eq!(told, "Card(Digit(Number, redacted))");
    }
}
