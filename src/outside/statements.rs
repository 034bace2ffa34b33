//! A statement that was read, held against everything the till ever had: what of it is new, and which payment it is.

use chrono::{DateTime, FixedOffset};

use crate::app::effect::StatementAsk;
use crate::app::event::{StatementContent, StatementRefusal};
use crate::domain::reconcile::classify_without;
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
    let (matches, unknown) = (found.certain().collect(), found.unknown().collect());
    let twice = found.twice().collect();
    let mut notes = content.notes;
    notes.earlier = news.earlier;
    Ok(StatementContent { lines: news.lines, known, notes, matches, unknown, twice, ..content })
}
