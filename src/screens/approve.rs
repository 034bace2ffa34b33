//! The sheet on which a manager approves; see `ui/api/approve_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::app::place::{ApproveTalk, ApproveWhy as Why};
use crate::domain::access::PIN_LENGTH_MIN;
use crate::domain::fact::ApprovalReason;
use crate::domain::service::{Case, Proof};
use crate::screens::limit::LimitSaid;
use crate::screens::lock::{person, pin_error};
use crate::screens::payees::account_shown;
use crate::screens::{short_reference, spoken_reference};
use crate::settings::SecondPerson;

use crate::domain::ids::{PaymentId, PersonId};
use crate::screens::types::{Person, PinError};

/// The approve sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApproveView {
    /// Why a second person is needed.
    pub why: ApproveWhy,
    /// The currency of the amounts.
    pub currency: String,
    /// The money it is about, when it is about a sale.
    pub about: Option<About>,
    /// In a shop of one the same person types the PIN again.
    pub same_person: bool,
    /// Who may approve.
    pub managers: Vec<Person>,
    /// Who was chosen.
    pub chosen: Option<PersonId>,
    /// How many digits were typed.
    pub pin_length: usize,
    /// The reasons there are.
    pub reasons: Vec<ApproveReason>,
    /// Why the exception is made.
    pub reason: Option<ApproveReason>,
    /// Why the last PIN was not accepted.
    pub error: Option<PinError>,
    /// Whether everything is there.
    pub can_approve: bool,
}

/// The sale that is approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct About {
    /// How much.
    pub amount: String,
    /// The sale's number as people read it.
    pub sale_reference: String,
}

/// Why a second person is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words and their arguments are described in ui/api/approve_api.slint")]
pub enum ApproveWhy {
    CardBeyondLimit(LimitSaid),
    ConfirmKey(String),
    RetireKey(String),
    /// The name in the code, or the label, and the account.
    UsePayee(String),
    TransferNotSeen {
        amount: String,
    },
    TakeHandoverBack {
        amount: String,
    },
    CancelPaidSale,
    ParkUnknownAttempt,
    OpenDrawer,
    WriteOff {
        amount: String,
    },
    UndoWriteOff {
        amount: String,
    },
    AcceptDifference {
        amount: String,
    },
    Refund {
        amount: String,
    },
    /// What was counted, with its currency; of several currencies one after the other.
    TakeDrawerOver(String),
    /// What was counted by the person who takes it over.
    LetDrawerGo(String),
    CloseDay,
    /// The reader, and how many of its checks stand on a manager's word.
    AcceptReader {
        reader: String,
        on_word: usize,
    },
    /// The name.
    UnlockPerson(String),
}

/// Why the exception is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the reasons are described in ui/api/approve_api.slint")]
pub enum ApproveReason {
    RegularCustomer,
    SmallRisk,
    KnownCard,
    GoodsHandedOver,
    GoodsReturned,
    GoodsFaulty,
    WrongAmount,
    WrongChange,
    CountedTwice,
    Other,
}

impl From<ApprovalReason> for ApproveReason {
    fn from(reason: ApprovalReason) -> Self {
        match reason {
            ApprovalReason::RegularCustomer => Self::RegularCustomer,
            ApprovalReason::SmallRisk => Self::SmallRisk,
            ApprovalReason::KnownCard => Self::KnownCard,
            ApprovalReason::GoodsHandedOver => Self::GoodsHandedOver,
            ApprovalReason::GoodsReturned => Self::GoodsReturned,
            ApprovalReason::GoodsFaulty => Self::GoodsFaulty,
            ApprovalReason::WrongAmount => Self::WrongAmount,
            ApprovalReason::WrongChange => Self::WrongChange,
            ApprovalReason::CountedTwice => Self::CountedTwice,
            ApprovalReason::Other => Self::Other,
        }
    }
}

/// The approve sheet.
pub(super) fn view(app: &App, talk: &ApproveTalk) -> ApproveView {
    let (why, about) = match &talk.why {
        Why::StoredCard { amount, limit } => {
            let why = ApproveWhy::CardBeyondLimit((*limit).into());
            (why, Some(About { amount: amount.shown(), sale_reference: short_reference(app) }))
        }
        Why::VoiceCode { payment, limit } => (ApproveWhy::CardBeyondLimit((*limit).into()), about(app, *payment)),
        Why::ParkAttempt { payment } => (ApproveWhy::ParkUnknownAttempt, about(app, *payment)),
        Why::ConfirmKey { fingerprint } => (ApproveWhy::ConfirmKey(fingerprint.to_string()), None),
        Why::RetireKey { fingerprint } => (ApproveWhy::RetireKey(fingerprint.to_string()), None),
        Why::ReturnCredit { amount, .. } => (ApproveWhy::Refund { amount: amount.shown() }, None),
        Why::TakeHandoverBack { amount, .. } => (ApproveWhy::TakeHandoverBack { amount: amount.shown() }, None),
        Why::UsePayee { payee } => {
            let named = app.settings.qr.payees.iter().find(|known| known.key == *payee);
            let named = named.map(|known| {
                let name = known.payee.seen_by_payer().unwrap_or(&known.label);
                format!("{name} · {}", account_shown(&known.payee))
            });
            (ApproveWhy::UsePayee(named.unwrap_or_default()), None)
        }
        Why::UndoLoss { amount, .. } => (ApproveWhy::UndoWriteOff { amount: amount.shown() }, None),
        Why::WriteOff { amount, .. } => (ApproveWhy::WriteOff { amount: amount.shown() }, None),
        Why::Refund { sale, amount } => {
            let reference = app.refunded_sale(*sale).map(|sale| spoken_reference(sale.reference));
            let about = reference.map(|sale_reference| About { amount: amount.shown(), sale_reference });
            (ApproveWhy::Refund { amount: amount.shown() }, about)
        }
        Why::Difference { by, .. } => (ApproveWhy::AcceptDifference { amount: by.shown_signed() }, None),
        Why::Handover { counted } => {
            let counted: Vec<String> = counted.iter().map(ToString::to_string).collect();
            (ApproveWhy::TakeDrawerOver(counted.join(" + ")), None)
        }
        Why::TakeOver { from } => {
            let name = app.person(from).map_or_else(|| from.to_string(), |known| known.name.clone());
            (ApproveWhy::LetDrawerGo(name), None)
        }
        Why::TransferUnseen { payment } => {
            let about = about(app, *payment);
            let amount = about.as_ref().map(|about| about.amount.clone()).unwrap_or_default();
            (ApproveWhy::TransferNotSeen { amount }, about)
        }
        Why::AcceptReader { case } => {
            let case = app.ledger.cases.get(case);
            let reader = case.map(|case| case.reader.clone()).unwrap_or_default();
            let tested = case.map(Case::tested).unwrap_or_default();
            let on_word = tested.values().filter(|proof| matches!(proof, Proof::Manager | Proof::Absent)).count();
            (ApproveWhy::AcceptReader { reader, on_word }, None)
        }
        Why::Unlock { person } => {
            let name = app.person(person).map_or_else(|| person.to_string(), |known| known.name.clone());
            (ApproveWhy::UnlockPerson(name), None)
        }
    };
    let has_reason = talk.reason.is_some() || talk.why.reasons().is_empty();
    let typed = talk.pin.length() >= PIN_LENGTH_MIN && !talk.checking;
    ApproveView {
        why,
        // The difference of a box is in its own.
        currency: if let Why::Difference { by, .. } = &talk.why { by.currency } else { app.settings.currency }
            .to_string(),
        about,
        same_person: app.settings.second_person == SecondPerson::Off
            && app.is_manager()
            && !matches!(talk.why, Why::Handover { .. } | Why::TakeOver { .. } | Why::AcceptReader { .. }),
        managers: app.approvers_of(&talk.why).into_iter().map(|known| person(app, known)).collect(),
        chosen: talk.chosen.clone(),
        pin_length: talk.pin.length(),
        reasons: talk.why.reasons().iter().map(|reason| (*reason).into()).collect(),
        reason: talk.reason.map(Into::into),
        error: talk.chosen.as_ref().and_then(|chosen| pin_error(app, chosen, talk.wrong)),
        can_approve: typed && talk.chosen.is_some() && has_reason,
    }
}

fn about(app: &App, payment: PaymentId) -> Option<About> {
    let (kept, sale) = (app.ledger.payments.get(&payment)?, app.sale_of(payment)?);
    Some(About { amount: kept.amount.shown(), sale_reference: spoken_reference(sale.reference) })
}
