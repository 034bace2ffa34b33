//! The sign for customers: that the reader is out of order, and how they can pay all the same.

use crate::app::effect::Effect;
use crate::app::event::SignTouch;
use crate::app::place::Place;
use crate::app::{App, Turn};
use crate::domain::outage::{CardOffer, QrOffer};
use crate::domain::receipt::{Language, NoticeCard, NoticeWay};

impl App {
    /// What is offered to a customer now, the quickest way first.
    pub(crate) fn notice_card(&self) -> NoticeCard {
        let offers = self.offers();
        let qr = match offers.qr {
            QrOffer::Offered | QrOffer::OfferedLineDown => Some(NoticeWay::Transfer),
            QrOffer::NoPayee | QrOffer::NotTested | QrOffer::NotWanted => None,
        };
        let card = match offers.card {
            CardOffer::BankAnswersNow | CardOffer::StoredAndSentLater => Some(NoticeWay::CardByHand),
            CardOffer::Off(_) => None,
        };
        let ways = qr.into_iter().chain([NoticeWay::Cash]).chain(card).collect();
        NoticeCard { shop: self.settings.shop.name.clone(), ways }
    }

    pub(super) fn show_sign(&mut self) {
        self.visit(Place::Sign);
    }

    pub(super) fn touch_sign(&mut self, touch: &SignTouch, turn: &mut Turn) {
        match touch {
            SignTouch::Print => {
                let text = self.notice_card().text(&[Language::English, Language::Chinese]);
                turn.ask(Effect::Print { sale: None, name: "sign.txt".to_owned(), text });
            }
            SignTouch::Back => self.go_selling(),
        }
    }
}
