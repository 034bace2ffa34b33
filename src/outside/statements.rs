//! A statement that was read, held against everything the till ever had: what of it is new, and which payment it is.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};

use crate::app::effect::StatementAsk;
use crate::app::event::{StatementContent, StatementRefusal};
use crate::domain::ids::{LineId, PaymentId};
use crate::domain::queue::CardState;
use crate::domain::reconcile::{StatementLine, UnknownWhy, classify_without};
use crate::domain::sale::{Payment, Tender};
use crate::store::Reader;

/// Leaves out the lines that an earlier statement had, also one of a day that the till has forgotten; names the payments
/// of earlier days that the others carry; and matches what needs nobody's judgement.
///
/// # Errors
///
/// The ledger cannot be read.
pub fn settle(
    content: StatementContent,
    ask: &StatementAsk,
    reader: &Reader,
    at: DateTime<FixedOffset>,
) -> Result<StatementContent, StatementRefusal> {
    let read = content.lines.len();
    let news = reader.news(&content.lines).map_err(|error| StatementRefusal::NotFound(error.to_string()))?;
    let known = u32::try_from(read - news.lines.len()).unwrap_or(u32::MAX);
    let lines = ask.lines.unexplained().chain(news.lines.about_sales());
    let found = classify_without(lines, &ask.claims, (at.date_naive(), ask.due_days), &ask.refused);
    let (matches, unknown) = (found.certain().collect(), found.unknown().collect::<Vec<_>>());
    let line = |id| news.lines.of_id(id).or_else(|| ask.lines.get(id).map(|kept| kept.line));
    let settled = settled_cards(unknown.iter().copied(), line, reader)?;
    let twice = found.twice().collect();
    let mut notes = content.notes;
    notes.earlier = news.earlier;
    Ok(StatementContent { lines: news.lines, known, notes, matches, unknown, twice, settled, ..content })
}

/// The typed cards whose sale a line names and whose amount it is, each once.
fn settled_cards<'a>(
    unknown: impl Iterator<Item = (LineId, UnknownWhy)>,
    line: impl Fn(LineId) -> Option<&'a StatementLine>,
    reader: &Reader,
) -> Result<Vec<(LineId, PaymentId)>, StatementRefusal> {
    let (mut settled, mut taken) = (Vec::new(), BTreeSet::new());
    for (id, why) in unknown {
        let (UnknownWhy::NoSuchSale(reference), Some(line)) = (why, line(id)) else { continue };
        let found = reader.sale_of(reference).map_err(|error| StatementRefusal::NotFound(error.to_string()))?;
        let payments = found.map(|(_, payments)| payments).unwrap_or_default();
        let may_be = |payment: &&Payment, is_it: fn(&CardState) -> bool| {
            let is_card = matches!(&payment.tender, Tender::Card { card, .. } if is_it(card));
            is_card && payment.amount == line.amount && !taken.contains(&payment.id)
        };
        // What the bank approved goes before what is only in question; of two that are alike a person has to say which.
        let is_approved = |card: &CardState| matches!(card, CardState::Approved { .. });
        let approved: Vec<PaymentId> =
            payments.iter().filter(|one| may_be(one, is_approved)).map(|payment| payment.id).collect();
        let in_question = payments.iter().filter(|one| may_be(one, CardState::may_be_settled));
        let candidates = if approved.is_empty() { in_question.map(|payment| payment.id).collect() } else { approved };
        if let [payment] = candidates[..] {
            taken.insert(payment);
            settled.push((id, payment));
        }
    }
    Ok(settled)
}
