//! What everything that is known points at, and what a person is asked next.
//!
//! Points are added up: what the ladder found, what failed reads have in common, what people answered. The share of the
//! leading kind is the confidence. It never reaches 100: the till judges from outside.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};

use crate::domain::ladder::Kind;
use crate::domain::reader::EntryMode;
use crate::domain::service::case::{BeforeSending, Case, CaseState, Order, Untold};
use crate::domain::service::check::Check;
use crate::domain::service::guide::{Guide, Question, Remedy};
use crate::domain::service::misread::{MisreadCause, Pattern};
use crate::domain::service::step::{Doubt, Ending, Help};

/// What the ladder's cause is worth, in points: as much as two clear answers.
const LADDER_POINTS: u32 = 6;
/// What a pattern of failed reads is worth.
const PATTERN_POINTS: u32 = 3;
/// Points that belong to no kind: what is not known. They keep one single answer from being certainty.
const DOUBT_POINTS: u32 = 3;
/// From this confidence on nothing more is asked before something is tried ...
const SURE_PERCENT: u8 = 75;
/// ... once a person has answered so many questions: the till does not see the reader.
const ANSWERS_MIN: usize = 2;

/// What is probably the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The kind of trouble.
    pub kind: Kind,
    /// How sure that is, 1 to 99 per cent.
    pub percent: u8,
}

/// What a person is asked next, one thing at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields have the names of the types they hold, which are documented")]
pub enum Ask<'g> {
    /// A question of the guide.
    Question(&'g Question),
    /// Something to try.
    Try(&'g Remedy),
    /// Whether it helped.
    Helped { remedy: &'g Remedy, since: DateTime<FixedOffset> },
    /// Whether this is the cause. Without anything known, a person names it.
    Confirm(Option<Finding>),
    /// The cause is not the reader: nothing is to be mended.
    NotTheReader(Ending),
    /// Somebody is to be called.
    Call(Kind),
    /// What has become of what was promised.
    Promise(Order),
    /// What has to be done before the reader may leave the shop.
    Before(BeforeSending),
    /// The reader may leave the shop.
    Send(Order),
    /// It may go back to whoever lent it.
    GiveBack,
    /// Somebody came for the reader who does not fit the order: a manager decides.
    Doubted { visitor: &'g str, why: Doubt },
    /// Something about its seals or housing is not as it was: it is not used, and whoever has to know is called.
    Suspect,
    /// Whether seals and housing are whole, before the reader comes into other hands.
    Inspect(Order),
    /// The technician is here: how it ended.
    Visit(Order),
    /// The reader is away: whether it has arrived, or is back.
    Away(Order),
    /// What was done to the reader.
    Work,
    /// The serial number of the reader that stands there now.
    Serial,
    /// The next check of the acceptance test.
    Check { check: Check, left: usize },
    /// All checks hold: a manager signs.
    Sign,
    /// It is signed: the case can be closed.
    Close,
    /// Nothing.
    Nothing,
}

/// What everything that is known points at; `None` while nothing is known.
#[must_use]
pub fn finding(case: &Case, guide: &Guide, patterns: &[Pattern]) -> Option<Finding> {
    let mut points: BTreeMap<Kind, u32> = BTreeMap::new();
    let mut add = |kind: Kind, more: u32| *points.entry(kind).or_default() += more;
    if let Some(kind) = case.seen_kind() {
        add(kind, LADDER_POINTS);
    }
    for pattern in patterns {
        if let Some(kind) = speaks_for(*pattern) {
            add(kind, PATTERN_POINTS);
        }
    }
    for (question, answer) in case.answers() {
        let known = guide.question(question).and_then(|asked| asked.answers.iter().find(|one| one.id == answer));
        for (kind, more) in known.iter().flat_map(|answer| &answer.points) {
            add(*kind, *more);
        }
    }
    let total: u32 = points.values().sum();
    // Of two kinds with the same points the first in the order of the enum leads: the one nearest to the cashier.
    let (kind, most) = points.into_iter().rev().max_by_key(|(_, points)| *points).filter(|(_, points)| *points > 0)?;
    let percent = most.saturating_mul(100) / (total + DOUBT_POINTS);
    Some(Finding { kind, percent: u8::try_from(percent.clamp(1, 99)).unwrap_or(99) })
}

/// The kind of trouble that a pattern speaks for.
fn speaks_for(pattern: Pattern) -> Option<Kind> {
    match pattern {
        // One of three ways into the same program fails: the slot, the antenna or the head.
        Pattern::OnlyEntry(EntryMode::Contact | EntryMode::Contactless | EntryMode::Stripe)
        | Pattern::OnlyAfter(_)
        | Pattern::OnlyCause(MisreadCause::Broken) => Some(Kind::Hardware),
        // Every brand goes through the same slot, and each has its own parameters in the program.
        Pattern::OnlyBrand(_) | Pattern::OnlyCause(MisreadCause::Program) => Some(Kind::Software),
        Pattern::OnlyCause(MisreadCause::NoHost) => Some(Kind::Network),
        Pattern::OnlyCause(MisreadCause::Unreadable | MisreadCause::NoAnswer) => None,
    }
}

/// What a person is asked next. `do_not_restart` is the standing notice of the reader's supplier.
#[must_use]
pub fn ask<'g>(case: &'g Case, guide: &'g Guide, patterns: &[Pattern], do_not_restart: bool) -> Ask<'g> {
    if case.is_suspect() && !case.is_suspicion_reported() && !case.is_closed() && !case.has_left() {
        return Ask::Suspect;
    }
    if let (CaseState::Reported { .. }, Some((visitor, why))) = (&case.state, case.doubted()) {
        return Ask::Doubted { visitor, why };
    }
    match &case.state {
        CaseState::Opened { .. } | CaseState::Rejected { .. } | CaseState::Reported { .. } if case.may_go_back() => {
            case.before_leaving().map_or(Ask::GiveBack, Ask::Before)
        }
        CaseState::Opened { .. } => ask_cause(case, guide, patterns, do_not_restart),
        CaseState::Diagnosed { kind: Kind::Card, .. } => Ask::NotTheReader(Ending::OnlyTheCard),
        CaseState::Diagnosed { kind: Kind::Host, .. } => Ask::NotTheReader(Ending::OnlyTheHost),
        CaseState::Diagnosed { kind, .. } | CaseState::Rejected { kind, .. } => Ask::Call(*kind),
        CaseState::Reported { order, .. } => match (order.help, case.before_leaving()) {
            (Help::SendIn, Some(before)) => Ask::Before(before),
            // Whoever exchanges a reader takes the old one along.
            (Help::SendIn | Help::Swap, None) if is_unseen(case) => Ask::Inspect(order.clone()),
            (Help::SendIn, None) => Ask::Send(order.clone()),
            (Help::Visit | Help::Swap | Help::Remote, _) => Ask::Promise(order.clone()),
        },
        CaseState::Visited { order, .. } if is_unseen(case) => Ask::Inspect(order.clone()),
        CaseState::Visited { order, .. } => Ask::Visit(order.clone()),
        CaseState::Away { order, .. } | CaseState::InRepair { order, .. } => Ask::Away(order.clone()),
        CaseState::Back { .. } | CaseState::UnderTest { .. } => match case.untold() {
            Some(Untold::Work) => Ask::Work,
            Some(Untold::Serial) => Ask::Serial,
            None => {
                let missing = case.missing().unwrap_or_default();
                missing.first().map_or(Ask::Sign, |check| Ask::Check { check: *check, left: missing.len() })
            }
        },
        CaseState::Accepted { .. } => Ask::Close,
        CaseState::Closed { .. } => Ask::Nothing,
    }
}

/// Whether nobody has looked at seals and housing before this repair. What is known to be broken is not looked for again.
fn is_unseen(case: &Case) -> bool {
    case.was_whole().is_none() && !case.is_suspect()
}

fn ask_cause<'g>(case: &Case, guide: &'g Guide, patterns: &[Pattern], do_not_restart: bool) -> Ask<'g> {
    if let Some((remedy, since)) = case.trying().and_then(|(id, since)| Some((guide.remedy(id)?, since))) {
        return Ask::Helped { remedy, since };
    }
    let found = finding(case, guide, patterns);
    let answers = case.answers();
    let sure = answers.len() >= ANSWERS_MIN && found.is_some_and(|found| found.percent >= SURE_PERCENT);
    let is_due = |question: &&Question| {
        let asked = answers.contains_key(question.id.as_str());
        let fits = question
            .after
            .as_ref()
            .is_none_or(|(before, answer)| answers.get(before.as_str()) == Some(&answer.as_str()));
        !asked && fits
    };
    if let Some(question) = guide.questions.iter().find(is_due).filter(|_| !sure) {
        return Ask::Question(question);
    }
    let no_restart = do_not_restart || case.must_not_restart();
    let is_left = |remedy: &&Remedy| {
        let tried = case.tried().any(|(id, _)| id == remedy.id);
        let helps = found.is_some_and(|found| remedy.mends.contains(&found.kind));
        helps && !tried && !(remedy.restarts && no_restart)
    };
    guide.remedies.iter().find(is_left).map_or(Ask::Confirm(found), Ask::Try)
}

#[cfg(test)]
mod tests;
