//! Is it the card that does not answer, or are the reader's contacts worn?
//!
//! One card without an answer says nothing of the reader: chips break, and a card is put in the wrong way round. Two
//! **different** cards without an answer in a row, on one reader, point at what they have in common. Any card that
//! answers in between clears the reader.
//!
//! Nothing is read of a card, so "different" is known only from what happens around it. A card counts as another one when
//! it is put in for another sale, or after the cashier said that another card is tried. The same customer putting the
//! same card in again, in the same sale, counts once however often it is done. Without a sale on one of the two sides
//! nobody can say whose card it is, and it counts as the same.
//!
//! A suspicion is no outage: two customers in a row may hold their card the wrong way round. It is reason enough to ask
//! the cashier to try the shop's own test card.

use crate::domain::ids::SaleId;

/// What is suspected of one reader's contacts. Starts [`Contacts::Clear`] for every reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Contacts {
    /// The last card answered, or there was none yet.
    #[default]
    Clear,
    /// One card did not answer.
    OneMute {
        /// The sale it was put in for, when there was one.
        sale: Option<SaleId>,
        /// The cashier has said since that another card is tried.
        another_card: bool,
    },
    /// Two different cards in a row did not answer. Stays until a card answers.
    Suspect,
}

/// What the cashier is told after a card that did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactsVerdict {
    /// Nothing is wrong.
    Fine,
    /// This card does not answer: another one may.
    TryAnotherCard,
    /// It is probably not the cards: the reader's contacts are worn or dirty.
    SuspectReader,
}

impl Contacts {
    /// A card was put in and did not answer; `sale` is the sale that is being paid just then.
    #[must_use]
    pub fn mute_card(self, sale: Option<SaleId>) -> Self {
        match self {
            Self::Clear => Self::OneMute { sale, another_card: false },
            Self::OneMute { sale: before, another_card } => {
                let another_sale = before.zip(sale).is_some_and(|(before, now)| before != now);
                if another_card || another_sale {
                    Self::Suspect
                } else {
                    // The sale is learned when the card was tried before the sale began.
                    Self::OneMute { sale: before.or(sale), another_card: false }
                }
            }
            Self::Suspect => Self::Suspect,
        }
    }

    /// The cashier said that the customer, or the shop, tries another card.
    #[must_use]
    pub fn another_card(self) -> Self {
        match self {
            Self::OneMute { sale, another_card: _ } => Self::OneMute { sale, another_card: true },
            Self::Clear | Self::Suspect => self,
        }
    }

    /// A card was put in and answered: the contacts work.
    #[must_use]
    pub fn card_answered(self) -> Self {
        Self::Clear
    }

    /// What to tell the cashier.
    #[must_use]
    pub fn verdict(self) -> ContactsVerdict {
        match self {
            Self::Clear => ContactsVerdict::Fine,
            Self::OneMute { .. } => ContactsVerdict::TryAnotherCard,
            Self::Suspect => ContactsVerdict::SuspectReader,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// What happens at one reader.
    #[derive(Clone, Copy, Debug)]
    enum Step {
        /// A card that does not answer, in the sale of this number; 0 is no sale.
        Mute(u128),
        Answered,
        Another,
    }

    fn verdict(steps: &[Step]) -> ContactsVerdict {
        let sale = |number: u128| (number != 0).then(|| SaleId(Uuid::from_u128(number)));
        let after = steps.iter().fold(Contacts::default(), |contacts, step| match step {
            Step::Mute(number) => contacts.mute_card(sale(*number)),
            Step::Answered => contacts.card_answered(),
            Step::Another => contacts.another_card(),
        });
        after.verdict()
    }

    #[test]
    fn two_different_mute_cards_in_a_row_point_at_the_reader() {
        use ContactsVerdict::{Fine, SuspectReader, TryAnotherCard};
        use Step::{Another, Answered, Mute};
        let cases: [(&[Step], ContactsVerdict); 13] = [
            (&[], Fine),
            (&[Another], Fine),
            (&[Mute(1)], TryAnotherCard),
            (&[Mute(1), Mute(1), Mute(1)], TryAnotherCard),
            (&[Mute(1), Mute(2)], SuspectReader),
            (&[Mute(1), Another, Mute(1)], SuspectReader),
            (&[Mute(1), Another], TryAnotherCard),
            (&[Mute(1), Answered, Mute(2)], TryAnotherCard),
            (&[Mute(1), Another, Answered, Mute(1)], TryAnotherCard),
            (&[Mute(1), Mute(2), Mute(2)], SuspectReader),
            (&[Mute(1), Mute(2), Answered], Fine),
            (&[Mute(0), Mute(1)], TryAnotherCard),
            (&[Mute(0), Mute(1), Mute(2)], SuspectReader),
        ];
        for (steps, expected) in cases {
            assert_eq!(verdict(steps), expected, "{steps:?}");
        }
    }
}
