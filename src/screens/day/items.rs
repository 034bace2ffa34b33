//! One open item in the words of the page.

use crate::app::App;
use crate::app::day::DECIDED;
use crate::domain::day::{Action, Credit, Decided, DecidedWhat, OpenItem as Known};
use crate::domain::ids::{DrawerId, PaymentId, SaleReference};
use crate::domain::money::Money;
use crate::domain::reconcile::{Likeness, UnknownWhy};
use crate::domain::sale::Overpaid;
use crate::domain::sale::Tender;
use crate::screens::clock;
use crate::screens::count::drawer_title;
use crate::screens::day::{CarriedRow, OpenAction, OpenItem, OpenKind};
use crate::screens::queue::state_and_reason;

/// One open item in the words of the page.
pub(in crate::screens) fn row(app: &App, item: &Known) -> OpenItem {
    let (kind, subject, detail) = words(app, item);
    let reason = match item {
        Known::CardDeclined { about, .. } | Known::CardParked { about, .. } | Known::CardWaiting { about, .. } => {
            app.ledger.payments.get(&about.payment).and_then(|payment| match &payment.tender {
                Tender::Card { card, .. } => state_and_reason(app, card).and_then(|(_, reason)| reason),
                Tender::Reader { .. } | Tender::Qr { .. } | Tender::Cash { .. } => None,
            })
        }
        Known::SaleOpen { .. }
        | Known::SaleOverpaid { .. }
        | Known::RefundToSend { .. }
        | Known::ReaderUnanswered { .. }
        | Known::CardUnanswered { .. }
        | Known::TransferShown { .. }
        | Known::TransferMissing { .. }
        | Known::TransferFound { .. }
        | Known::TransferSuggested { .. }
        | Known::TransferInParts { .. }
        | Known::PayoutFound { .. }
        | Known::TransferUnder { .. }
        | Known::TransferOver { .. }
        | Known::TransferTwice { .. }
        | Known::TransferTakenBack { .. }
        | Known::CreditUnknown { .. }
        | Known::DrawerNotCounted { .. }
        | Known::DrawerDiffers { .. }
        | Known::EntriesUnconfirmed { .. } => None,
        Known::CarriedOver { item, until, reason, .. } => {
            let until = until.format("%m-%d").to_string();
            return OpenItem { carried: Some(CarriedRow { until, reason: *reason }), ..row(app, item) };
        }
    };
    OpenItem {
        id: item.id().to_string(),
        kind,
        action: item.actions().first().copied().map(action),
        amount: shown_amount(item).map(Money::shown).unwrap_or_default(),
        subject,
        time_text: time(item),
        detail,
        reason,
        likely: likely(item).map(Into::into),
        carried: None,
    }
}

/// How many items are open beside those that are listed. They come up as the first are settled.
pub(in crate::screens) fn more_row(count: u32) -> OpenItem {
    OpenItem {
        id: "more".to_owned(),
        kind: OpenKind::MoreOpen,
        action: None,
        amount: String::new(),
        subject: count.to_string(),
        time_text: String::new(),
        detail: String::new(),
        reason: None,
        likely: None,
        carried: None,
    }
}

/// What speaks for what is suggested.
fn likely(item: &Known) -> Option<Likeness> {
    match item.inner() {
        Known::TransferSuggested { why, .. } | Known::PayoutFound { why, .. } => Some(*why),
        Known::TransferInParts { .. } => Some(Likeness::SeveralLines),
        Known::SaleOpen { .. }
        | Known::SaleOverpaid { .. }
        | Known::RefundToSend { .. }
        | Known::ReaderUnanswered { .. }
        | Known::CardUnanswered { .. }
        | Known::CardWaiting { .. }
        | Known::CardDeclined { .. }
        | Known::CardParked { .. }
        | Known::TransferShown { .. }
        | Known::TransferMissing { .. }
        | Known::TransferFound { .. }
        | Known::TransferUnder { .. }
        | Known::TransferOver { .. }
        | Known::TransferTwice { .. }
        | Known::TransferTakenBack { .. }
        | Known::CreditUnknown { .. }
        | Known::DrawerNotCounted { .. }
        | Known::DrawerDiffers { .. }
        | Known::EntriesUnconfirmed { .. }
        | Known::CarriedOver { .. } => None,
    }
}

/// The money that the row names. Of a transfer of which another amount came that is what was asked for.
fn shown_amount(item: &Known) -> Option<Money> {
    match item.inner() {
        Known::TransferUnder { about, .. } | Known::TransferOver { about, .. } => Some(about.amount),
        other => other.amount(),
    }
}

fn action(action: Action) -> OpenAction {
    match action {
        Action::Count | Action::NoteDifference => OpenAction::Count,
        Action::MatchThis => OpenAction::MatchThis,
        Action::LookAtEntries | Action::BringInStatement => OpenAction::Look,
        Action::FinishSale
        | Action::AskReader
        | Action::SayCharged
        | Action::SayNotCharged
        | Action::Send
        | Action::ConfirmSeen
        | Action::RefuseThis
        | Action::GiveBack
        | Action::SayPaidOtherWay
        | Action::SayOwnRefund
        | Action::SayRefundSent
        | Action::PickSale
        | Action::Explain => OpenAction::Decide,
        Action::WriteOff => OpenAction::WriteOff,
    }
}

fn time(item: &Known) -> String {
    match item {
        Known::SaleOpen { began, .. } => clock(*began),
        Known::RefundToSend { at, .. } => clock(*at),
        Known::ReaderUnanswered { about }
        | Known::CardUnanswered { about, .. }
        | Known::CardWaiting { about, .. }
        | Known::CardDeclined { about, .. }
        | Known::CardParked { about, .. }
        | Known::TransferShown { about }
        | Known::TransferMissing { about, .. }
        | Known::TransferFound { about, .. }
        | Known::TransferSuggested { about, .. }
        | Known::TransferInParts { about, .. }
        | Known::TransferUnder { about, .. }
        | Known::TransferOver { about, .. } => clock(about.began),
        Known::PayoutFound { credit, .. }
        | Known::TransferTwice { credit, .. }
        | Known::TransferTakenBack { credit, .. }
        | Known::CreditUnknown { credit, .. } => credit.booked_on.format("%m-%d").to_string(),
        Known::SaleOverpaid { .. }
        | Known::DrawerNotCounted { .. }
        | Known::DrawerDiffers { .. }
        | Known::EntriesUnconfirmed { .. } => String::new(),
        Known::CarriedOver { item, .. } => time(item),
    }
}

/// A decision in the words of the page; its button takes it back.
pub(in crate::screens) fn decided_row(app: &App, one: &Decided) -> OpenItem {
    let row = |kind, amount: Money, subject, time_text, detail| OpenItem {
        id: format!("{DECIDED}{}", one.item),
        kind,
        action: Some(OpenAction::Undo),
        amount: amount.shown(),
        subject,
        time_text,
        detail,
        reason: None,
        likely: None,
        carried: None,
    };
    let of_line = |kind, credit: &Credit| {
        let (payer, text) = (credit.payer.clone().unwrap_or_default(), credit.text.clone().unwrap_or_default());
        row(kind, credit.amount, payer, credit.booked_on.format("%m-%d").to_string(), text)
    };
    match &one.what {
        DecidedWhat::Transfer(credit) => of_line(OpenKind::DecidedTransfer, credit),
        DecidedWhat::Payout(credit) => of_line(OpenKind::DecidedPayout, credit),
        DecidedWhat::Explained(credit) => of_line(OpenKind::DecidedExplained, credit),
        DecidedWhat::Refused(credit) => of_line(OpenKind::DecidedRefused, credit),
        DecidedWhat::Loss { reference, amount, began, by, .. } => {
            let reference = reference.map(|known| known.to_string()).unwrap_or_default();
            let name = app.person(by).map_or_else(|| by.to_string(), |person| person.name.clone());
            row(OpenKind::DecidedLoss, *amount, reference, began.format("%m-%d %H:%M").to_string(), name)
        }
    }
}

/// The reference of a payment's sale, also of one that only a statement line still knows.
fn named(app: &App, payment: PaymentId) -> Option<SaleReference> {
    let earlier = || {
        let mut claims = app.ledger.lines.known().filter_map(|kept| kept.earlier);
        claims.find(|claim| claim.payment == payment).map(|claim| claim.reference)
    };
    app.sale_of(payment).map(|sale| sale.reference).or_else(earlier)
}

/// Kind, subject and detail, as `ui/api/day_api.slint` describes them for each kind.
fn words(app: &App, item: &Known) -> (OpenKind, String, String) {
    let none = String::new;
    let reference = |reference: Option<SaleReference>| reference.map(|known| known.to_string()).unwrap_or_default();
    let text = |credit: &Credit| credit.text.clone().unwrap_or_default();
    match item {
        Known::SaleOpen { reference, .. } => (OpenKind::SaleOpen, reference.to_string(), none()),
        Known::RefundToSend { reference, .. } => (OpenKind::RefundToSend, reference.to_string(), none()),
        Known::SaleOverpaid { reference, because: Overpaid::TakenTwice, .. } => {
            (OpenKind::SaleOverpaid, reference.to_string(), none())
        }
        Known::SaleOverpaid { reference, because: Overpaid::TooMuchCame, .. } => {
            (OpenKind::TooMuchCame, reference.to_string(), none())
        }
        Known::SaleOverpaid { reference, because: Overpaid::AfterWithdrawal | Overpaid::ChargedAfterAll, .. } => {
            (OpenKind::RefundDue, reference.to_string(), none())
        }
        Known::ReaderUnanswered { about } => (OpenKind::ReaderUnknown, reference(about.reference), none()),
        Known::CardUnanswered { card, .. } => (OpenKind::CardUnknown, card.last4.clone(), none()),
        Known::CardWaiting { card, send_by, .. } => (OpenKind::CardWaiting, card.last4.clone(), clock(*send_by)),
        Known::CardDeclined { card, code, .. } => (OpenKind::CardDeclined, card.last4.clone(), code.clone()),
        Known::CardParked { card, .. } => (OpenKind::CardParked, card.last4.clone(), none()),
        Known::TransferMissing { about, is_confirmed: true, is_overdue: false, .. } => {
            (OpenKind::TransferSeenByShop, reference(about.reference), none())
        }
        Known::TransferShown { about } | Known::TransferMissing { about, .. } => {
            (OpenKind::TransferNotSeen, reference(about.reference), none())
        }
        Known::TransferFound { about, credit } => (OpenKind::TransferNotSeen, reference(about.reference), text(credit)),
        // What the payer wrote; where nothing was written, who it is.
        Known::TransferSuggested { about, credit, why } => {
            let payer = credit.payer.clone().unwrap_or_default();
            let wrote = if *why == Likeness::PayerKnown { payer } else { credit.text.clone().unwrap_or(payer) };
            (OpenKind::TransferSuggested, reference(about.reference), wrote)
        }
        Known::TransferInParts { about, credits } => {
            (OpenKind::TransferInParts, reference(about.reference), credits.len().to_string())
        }
        Known::PayoutFound { payments, fee, .. } => (OpenKind::PayoutFound, payments.len().to_string(), fee.shown()),
        Known::TransferUnder { about, by, .. } => {
            let came = Money::new(about.amount.minor.saturating_sub(by.minor), about.amount.currency);
            (OpenKind::TransferAmountDiffers, reference(about.reference), came.shown())
        }
        Known::TransferOver { about, by, .. } => {
            let came = Money::new(about.amount.minor.saturating_add(by.minor), about.amount.currency);
            (OpenKind::TransferAmountDiffers, reference(about.reference), came.shown())
        }
        Known::TransferTwice { credit, payment } => {
            (OpenKind::TransferTwice, reference(named(app, *payment)), credit.payer.clone().unwrap_or_default())
        }
        Known::TransferTakenBack { credit, .. } => {
            (OpenKind::TransferTakenBack, credit.payer.clone().unwrap_or_default(), text(credit))
        }
        Known::CreditUnknown { credit, why: UnknownWhy::WrittenOff(payment), .. } => {
            (OpenKind::CreditAfterLoss, reference(named(app, *payment)), credit.payer.clone().unwrap_or_default())
        }
        Known::CreditUnknown { credit, why: UnknownWhy::Withdrawn(payment), .. } => {
            (OpenKind::CreditAfterWithdrawal, reference(named(app, *payment)), credit.payer.clone().unwrap_or_default())
        }
        Known::CreditUnknown { credit, .. } => {
            (OpenKind::CreditWithoutSale, credit.payer.clone().unwrap_or_default(), text(credit))
        }
        Known::DrawerNotCounted { drawer } => (OpenKind::DrawerNotCounted, title(app, *drawer), none()),
        Known::DrawerDiffers { drawer, .. } => (OpenKind::DrawerDiffers, title(app, *drawer), none()),
        Known::EntriesUnconfirmed { count } => (OpenKind::EntryUnconfirmed, count.to_string(), none()),
        Known::CarriedOver { item, .. } => words(app, item),
    }
}

fn title(app: &App, drawer: DrawerId) -> String {
    let known = app.ledger.drawer_session(drawer);
    drawer_title(app, known.and_then(|one| one.name.as_ref()), known.and_then(|one| one.foreign))
}
