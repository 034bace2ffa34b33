//! The outage page.

use slint::ComponentHandle;

use super::generated::{self, AppWindow, OutageApi};
use super::ladder;
use super::rows;
use super::wish::Wishes;
use super::words::{cause, count, or_empty, ratio, same_words};
use crate::app::event::{OutageTouch, Touch};
use crate::screens::outage::{Advice, Health, OutageView, ReaderTest};

same_words! {
    Advice => Advice {
        CheckCableAndPower, RestartReaderOnce, RestartTill, DoNotRestartTwice, DoNotRestart, TryAnotherCard, CleanTheSlot, CheckRouter,
        CheckNetworkCable, WaitLineReturns, NothingToDoHostDown, CallService, DoNotOpenReader, KeepSelling,
        NothingAllWorks,
    }
    ReaderTest => ReaderTest { Running, Passed, Failed }
}

impl From<&Health> for generated::Health {
    fn from(health: &Health) -> Self {
        Self { state: health.state.into(), cause: cause(health.cause), since_text: (&health.since_text).into() }
    }
}

pub(super) fn show(window: &AppWindow, view: &OutageView) {
    let api = window.global::<OutageApi>();
    api.set_reader((&view.reader).into());
    api.set_line((&view.line).into());
    api.set_host((&view.host).into());
    ladder::show(window, view.ladder.as_ref());
    rows::put(&api.get_advice(), view.advice.iter().map(|advice| (*advice).into()), |list| api.set_advice(list));
    api.set_offer_reader((&view.offers.reader).into());
    api.set_offer_qr((&view.offers.qr).into());
    api.set_offer_card((&view.offers.card).into());
    api.set_offer_cash((&view.offers.cash).into());
    api.set_currency((&view.currency).into());
    api.set_budget_used((&view.budget.used).into());
    api.set_budget_limit((&view.budget.limit).into());
    api.set_budget_ratio(ratio(view.budget.ratio));
    api.set_expected_loss((&view.expected_loss).into());
    api.set_test(view.test.map_or(generated::ReaderTest::None, Into::into));
    api.set_queued_count(count(view.queued_count));
    api.set_oldest(or_empty(view.oldest.as_ref()));
    api.set_case_number(view.case_number.map_or(0, count));
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<OutageApi>();
    api.on_test_reader(wishes.touch(Touch::Outage(OutageTouch::TestReader)));
    api.on_back_to_selling(wishes.touch(Touch::Outage(OutageTouch::BackToSelling)));
}
