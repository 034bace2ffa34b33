//! What a choice says of statement lines.

use crate::app::event::Choice;
use crate::domain::day::{Credit, OpenItem};
use crate::domain::fact::Fact;
use crate::domain::ids::{PaymentId, PersonId};
use crate::domain::reconcile::{LineReason, MatchHow};
use crate::domain::sale::GiveBackWay;

/// What a choice says of statement lines.
pub(super) fn line_facts(
    item: &OpenItem,
    choice: Choice,
    by: PersonId,
    why: Option<LineReason>,
    cash: Option<GiveBackWay>,
) -> Option<Vec<Fact>> {
    let explained =
        |line, payment, own_refund, why| vec![Fact::LineExplained { line, by: by.clone(), payment, own_refund, why }];
    let refused = |lines, payments| vec![Fact::SuggestionRefused { lines, payments, by: by.clone() }];
    Some(match (item, choice) {
        (
            OpenItem::TransferFound { about, credit } | OpenItem::TransferSuggested { about, credit, .. },
            Choice::ConfirmMatched,
        ) => matched(about.payment, [credit]),
        (OpenItem::TransferOver { about, credits, .. }, Choice::ConfirmMatched) => matched(about.payment, credits),
        // What is missing of a short one is the loss that was approved; what came is the transfer's.
        (OpenItem::TransferUnder { about, credits, .. }, Choice::WriteOff) => matched(about.payment, credits),
        (OpenItem::TransferSuggested { about, credit, .. }, Choice::RefuseMatched) => {
            refused(vec![credit.line], vec![about.payment])
        }
        (OpenItem::TransferInParts { about, credits }, Choice::RefuseMatched) => {
            refused(credits.iter().map(|credit| credit.line).collect(), vec![about.payment])
        }
        (OpenItem::PayoutFound { credit, payments, .. }, Choice::RefuseMatched) => {
            refused(vec![credit.line], payments.iter().map(|about| about.payment).collect())
        }
        (OpenItem::CreditUnknown { credit, why, fits_transfer: true }, Choice::ConfirmMatched) => {
            vec![Fact::LineMatched { line: credit.line, payment: why.payment()?, how: MatchHow::ByHand }]
        }
        (OpenItem::TransferTwice { credit, payment }, Choice::GaveBackCash | Choice::GaveBackOtherWay) => {
            returned(credit, Some(*payment), choice, cash, by)?
        }
        // Whom to give cash to is known only where the credit names a sale.
        (OpenItem::CreditUnknown { why, .. }, Choice::GaveBackCash) if why.payment().is_none() => return None,
        (OpenItem::CreditUnknown { credit, why, .. }, Choice::GaveBackCash | Choice::GaveBackOtherWay) => {
            returned(credit, why.payment(), choice, cash, by)?
        }
        (OpenItem::TransferInParts { about, credits }, Choice::ConfirmMatched) => matched(about.payment, credits),
        (OpenItem::PayoutFound { credit, payments, fee, .. }, Choice::ConfirmMatched) => {
            let payments = payments.iter().map(|about| about.payment).collect();
            vec![Fact::PayoutMatched { line: credit.line, payments, fee: *fee, by }]
        }
        (OpenItem::TransferTakenBack { credit, payment }, Choice::OwnRefund | Choice::WriteOff) => {
            explained(credit.line, Some(*payment), choice == Choice::OwnRefund, None)
        }
        (OpenItem::TransferTwice { credit, payment }, Choice::Explain) => {
            explained(credit.line, Some(*payment), false, why)
        }
        (OpenItem::CreditUnknown { credit, why: about, .. }, Choice::Explain) => {
            explained(credit.line, about.payment(), false, why)
        }
        (OpenItem::PayoutFound { credit, .. }, Choice::Explain) => explained(credit.line, None, false, why),
        _ => return None,
    })
}

/// These credits are one transfer.
fn matched<'a>(payment: PaymentId, credits: impl IntoIterator<Item = &'a Credit>) -> Vec<Fact> {
    let how = MatchHow::ByHand;
    credits.into_iter().map(|credit| Fact::LineMatched { line: credit.line, payment, how }).collect()
}

/// A credit goes back to the customer whole, out of the drawer or by a transfer.
fn returned(
    credit: &Credit,
    payment: Option<PaymentId>,
    choice: Choice,
    cash: Option<GiveBackWay>,
    by: PersonId,
) -> Option<Vec<Fact>> {
    let in_cash = choice == Choice::GaveBackCash;
    let way = if in_cash { cash? } else { GiveBackWay::OtherWay };
    let (line, amount) = (credit.line, credit.amount);
    Some(vec![Fact::CreditReturned { line, payment, amount, way, by }])
}
