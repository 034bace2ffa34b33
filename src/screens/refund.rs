//! Giving money of a sale back; see `ui/api/refund_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::app::refund::{
    BackBlock as Block, BackWay as Back, FindRefusal as Refusal, FindState, REFERENCE_DIGITS, RefundTalk,
    VoidStep as Void,
};
use crate::domain::ids::{PaymentId, RefundId, SaleId};
use crate::domain::ledger::{HandedOut, Ledger};
use crate::domain::money::Money;
use crate::domain::sale::RefundWay;
use crate::screens::cash::breakdown;
use crate::screens::{clock, spoken_reference};

/// The page for giving money back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundView {
    /// The sales to choose from, the newest first.
    Choose(Vec<RefundRow>),
    /// The number of a sale of an earlier day.
    Find(RefundFind),
    /// How much of one.
    Amount(RefundAmount),
    /// The bank is asked.
    Asking(RefundAsking),
    /// It is written down.
    Done(RefundDone),
}

/// A sale of which something can go back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefundRow {
    /// What comes back when it is chosen.
    pub sale: SaleId,
    /// Its number as people read it.
    pub reference: String,
    /// When it began.
    pub time_text: String,
    /// What can go back at most, with its currency; the whole sale where nothing can.
    pub amount: String,
    /// In which ways.
    pub ways: Vec<BackWay>,
    /// Why the card of it does not go back, where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<BackBlock>,
}

/// The number of a sale of an earlier day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefundFind {
    /// What was typed, as it stands on the receipt.
    pub digits: String,
    /// Why nothing goes back.
    pub refused: Option<FindRefusal>,
    /// Why what was paid by card does not go back here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<BackBlock>,
    /// The store is being looked through.
    pub looking: bool,
    /// Whether it can be looked for.
    pub can_find: bool,
}

/// Why nothing goes back of a sale whose number was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the reasons are described in ui/api/refund_api.slint")]
pub enum FindRefusal {
    NotANumber,
    Unknown,
    NothingGoesBack,
    NotRead,
}

/// Why the card of a sale does not go back here, or not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the reasons are described in ui/api/refund_api.slint")]
pub enum BackBlock {
    OtherTill,
    NoAnswerYet,
    OverTheBank,
    Refused,
    OnTheReader,
}

/// In which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the ways are described in ui/api/refund_api.slint")]
pub enum BackWay {
    Cash,
    Transfer,
    CardNotSent,
    CardTakenBack,
}

/// The bank is asked to take an approval back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefundAsking {
    /// How much.
    pub amount: String,
    /// The currency.
    pub currency: String,
    /// How far it is.
    pub step: VoidStep,
    /// DE 39 of a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// How far the bank's taking back of an approval is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the steps are described in ui/api/refund_api.slint")]
pub enum VoidStep {
    Asking,
    NoAnswer,
    Refused,
}

/// How much of a sale goes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is something else that the page says")]
pub struct RefundAmount {
    /// The sale's number as people read it.
    pub reference: String,
    /// The day of the sale, where it is an earlier one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sold_on: Option<String>,
    /// The currency.
    pub currency: String,
    /// The ways there are.
    pub ways: Vec<BackWay>,
    /// The way that was chosen.
    pub way: BackWay,
    /// How much.
    pub amount: String,
    /// The most it may be.
    pub most: String,
    /// What goes out of the drawer, where that is another sum because cash is rounded.
    pub rounded: Option<String>,
    /// More than was taken.
    pub too_much: bool,
    /// Only the bank can take it back, and cannot be asked now.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bank_away: bool,
    /// Whether a manager has to approve it.
    pub needs_manager: bool,
    /// Whether it can be confirmed.
    pub can_confirm: bool,
}

/// A refund that is written down: what is to be done now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefundDone {
    /// In which way.
    pub way: BackWay,
    /// How much goes to the customer.
    pub amount: String,
    /// The currency.
    pub currency: String,
    /// The notes and coins, where it is cash; and what goes back in another currency.
    pub breakdown: Vec<String>,
    /// The sale's number as people read it.
    pub reference: String,
    /// The sale was given up; else it stands, and something of it goes back.
    pub given_up: bool,
}

impl From<Block> for BackBlock {
    fn from(block: Block) -> Self {
        match block {
            Block::OtherTill => Self::OtherTill,
            Block::NoAnswerYet => Self::NoAnswerYet,
            Block::OverTheBank => Self::OverTheBank,
            Block::Refused => Self::Refused,
            Block::OnTheReader => Self::OnTheReader,
        }
    }
}

impl From<Back> for BackWay {
    fn from(way: Back) -> Self {
        match way {
            Back::Cash => Self::Cash,
            Back::Transfer => Self::Transfer,
            Back::CardNotSent => Self::CardNotSent,
            Back::CardTakenBack => Self::CardTakenBack,
        }
    }
}

/// The page for giving money back.
pub(super) fn view(app: &App, talk: &RefundTalk) -> RefundView {
    match talk {
        RefundTalk::Choose => RefundView::Choose(rows(app)),
        RefundTalk::Find { digits, state } => RefundView::Find(find(app, digits, *state)),
        RefundTalk::Amount { sale, way, typed, earlier } => {
            amount(app, app.books_of(earlier.as_deref()), (*sale, *way, *typed))
        }
        RefundTalk::AskingBank { payment, step, .. } => RefundView::Asking(asking(app, *payment, step)),
        RefundTalk::GivenUp { sale } => RefundView::Done(given_up(app, *sale)),
        RefundTalk::Done { sale, refund } => RefundView::Done(done(app, *sale, *refund)),
    }
}

fn rows(app: &App) -> Vec<RefundRow> {
    let row = |sale: &crate::domain::sale::Sale| {
        let ways = app.ways_back(&app.ledger, sale);
        let most = ways.iter().fold(0_i64, |sum, (_, most)| sum.saturating_add(most.minor));
        RefundRow {
            sale: sale.id,
            reference: spoken_reference(sale.reference),
            time_text: clock(sale.began),
            amount: (if ways.is_empty() { sale.amount } else { Money::new(most, sale.amount.currency) }).to_string(),
            ways: ways.into_iter().map(|(way, _)| way.into()).collect(),
            block: app.back_block(&app.ledger, sale).map(Into::into),
        }
    };
    app.refundable_sales().map(row).collect()
}

fn find(app: &App, digits: &str, state: FindState) -> RefundFind {
    let is_looked_for = matches!(state, FindState::Looking(_));
    RefundFind {
        digits: digits.to_owned(),
        looking: is_looked_for,
        can_find: digits.len() == REFERENCE_DIGITS && !is_looked_for && !app.is_busy(),
        block: match state {
            FindState::Refused(Refusal::NothingGoesBack(block)) => block.map(Into::into),
            FindState::Typing | FindState::Looking(_) | FindState::Refused(_) => None,
        },
        refused: match state {
            FindState::Typing | FindState::Looking(_) => None,
            FindState::Refused(why) => Some(match why {
                Refusal::NotANumber => FindRefusal::NotANumber,
                Refusal::Unknown => FindRefusal::Unknown,
                Refusal::NothingGoesBack(_) => FindRefusal::NothingGoesBack,
                Refusal::NotRead => FindRefusal::NotRead,
            }),
        },
    }
}

fn amount(app: &App, books: &Ledger, asked: (SaleId, Back, Option<i64>)) -> RefundView {
    let (sale, way, _) = asked;
    let (Some(kept), Some((amount, most))) = (books.sales.get(&sale), app.refund_amount(books, asked)) else {
        return RefundView::Choose(rows(app));
    };
    let is_earlier = app.ledger.day.as_ref().is_some_and(|day| day.id != kept.day);
    let paid = app.refund_in_cash(sale, amount);
    let fits = 0 < amount.minor && amount.minor <= most.minor;
    let bank_away = way == Back::CardTakenBack && !app.host_may_be_asked();
    RefundView::Amount(RefundAmount {
        reference: spoken_reference(kept.reference),
        sold_on: is_earlier.then(|| kept.began.format("%Y-%m-%d").to_string()),
        currency: app.settings.currency.to_string(),
        ways: app.ways_back(books, kept).into_iter().map(|(way, _)| way.into()).collect(),
        way: way.into(),
        amount: amount.shown(),
        most: most.shown(),
        rounded: (way == Back::Cash && paid != amount).then(|| paid.shown()),
        too_much: amount.minor > most.minor,
        needs_manager: app.refund_needs_manager(sale, amount),
        bank_away,
        can_confirm: fits && !bank_away && !app.is_busy(),
    })
}

fn asking(app: &App, payment: PaymentId, step: &Void) -> RefundAsking {
    let (step, code) = match step {
        Void::Asking => (VoidStep::Asking, None),
        Void::NoAnswer => (VoidStep::NoAnswer, None),
        Void::Refused(code) => (VoidStep::Refused, Some(code.clone())),
    };
    let amount = app.voided_amount(payment).shown();
    RefundAsking { amount, currency: app.settings.currency.to_string(), step, code }
}

fn done(app: &App, sale: SaleId, refund: RefundId) -> RefundDone {
    let kept = app.ledger.sales.get(&sale).and_then(|sale| sale.refunds.iter().find(|one| one.id == refund));
    let zero = Money::zero(app.settings.currency);
    let (way, amount) = kept.map_or((BackWay::Cash, zero), |kept| match kept.way {
        RefundWay::Cash { paid, .. } => (BackWay::Cash, paid),
        RefundWay::Transfer => (BackWay::Transfer, kept.amount),
        RefundWay::CardNotSent { .. } => (BackWay::CardNotSent, kept.amount),
        RefundWay::CardTakenBack { .. } => (BackWay::CardTakenBack, kept.amount),
    });
    let pieces = if way == BackWay::Cash {
        breakdown(&app.change_pieces(amount, Some(HandedOut::Refund(refund))))
    } else {
        Vec::new()
    };
    RefundDone {
        way,
        amount: amount.shown(),
        currency: app.settings.currency.to_string(),
        breakdown: pieces,
        reference: reference(app, sale),
        given_up: false,
    }
}

fn given_up(app: &App, sale: SaleId) -> RefundDone {
    let shop = app.settings.currency;
    let (own, foreign): (Vec<Money>, Vec<Money>) = app.cash_of_given_up(sale).partition(|back| back.currency == shop);
    let own = Money::new(own.iter().fold(0, |sum, back| i64::saturating_add(sum, back.minor)), shop);
    let mut amounts = (!own.is_zero()).then_some(own).into_iter().chain(foreign);
    let first = amounts.next().unwrap_or(own);
    let pieces = breakdown(&app.change_pieces(own, None)).into_iter();
    RefundDone {
        way: BackWay::Cash,
        amount: first.shown(),
        currency: first.currency.to_string(),
        breakdown: pieces.chain(amounts.map(|back| back.to_string())).collect(),
        reference: reference(app, sale),
        given_up: true,
    }
}

fn reference(app: &App, sale: SaleId) -> String {
    app.ledger.sales.get(&sale).map(|sale| spoken_reference(sale.reference)).unwrap_or_default()
}
