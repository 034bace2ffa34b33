//! What failed, what to try, what is offered and what it may cost; see `ui/api/outage_api.slint`.

use serde::Serialize;

use chrono::{DateTime, FixedOffset};

use crate::app::App;
use crate::domain::contacts::ContactsVerdict;
use crate::domain::health::Health as Known;
use crate::domain::money::Money;
use crate::domain::outage::{LineCause, OutageCause as Cause, ReaderCause};
use crate::domain::service::Case;
use crate::screens::ladder::{self, LadderView};
use crate::screens::queue::budget;
use crate::screens::status::{cause, state};
use crate::screens::tenders::offers;
use crate::screens::{clock, lasted};

use crate::screens::types::{Budget, HealthState, OutageCause, TenderOffers};

/// The outage page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutageView {
    /// The reader.
    pub reader: Health,
    /// The way to the internet.
    pub line: Health,
    /// The acquirer's host.
    pub host: Health,
    /// The diagnosis ladder, once it was climbed.
    pub ladder: Option<LadderView>,
    /// What to try, in order of what helps most.
    pub advice: Vec<Advice>,
    /// The ways to pay meanwhile.
    pub offers: TenderOffers,
    /// The currency of all amounts.
    pub currency: String,
    /// The risk budget.
    pub budget: Budget,
    /// What the stored payments may cost.
    pub expected_loss: String,
    /// The outcome of the last test of the reader.
    pub test: Option<ReaderTest>,
    /// How many payments wait in the queue.
    pub queued_count: u32,
    /// How long the oldest of them has waited, in hours and minutes.
    pub oldest: Option<String>,
    /// The number of the case that is open.
    pub case_number: Option<u32>,
}

/// One of the three things that are watched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Health {
    /// How sure the program is that it works.
    pub state: HealthState,
    /// What is wrong with it.
    pub cause: Option<OutageCause>,
    /// The time the present state began.
    pub since_text: String,
}

/// One thing to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/outage_api.slint")]
pub enum Advice {
    CheckCableAndPower,
    RestartReaderOnce,
    RestartTill,
    DoNotRestartTwice,
    DoNotRestart,
    TryAnotherCard,
    CleanTheSlot,
    CheckRouter,
    CheckNetworkCable,
    WaitLineReturns,
    NothingToDoHostDown,
    CallService,
    DoNotOpenReader,
    KeepSelling,
    NothingAllWorks,
}

/// The outcome of a test of the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/outage_api.slint")]
pub enum ReaderTest {
    Running,
    Passed,
    Failed,
}

/// The outage page.
pub(super) fn view(app: &App, testing: bool) -> OutageView {
    let running = app.ledger.open_outage();
    let healths = app.healths();
    let exposure = app.ledger.exposure(app.settings.currency);
    let loss = i128::from(exposure.total.minor) * i128::from(app.settings.expected_loss_basis_points) / 10_000;
    let expected_loss = Money::new(i64::try_from(loss).unwrap_or(i64::MAX), app.settings.currency);
    OutageView {
        reader: health(&healths.reader, app.watch.reader_since, Cause::Reader),
        line: health(&healths.line, app.watch.line_since, Cause::Line),
        host: host(app),
        ladder: ladder::view(app),
        advice: running.map_or_else(|| quiet(app), |outage| allowed(app, advice(outage.cause))),
        offers: offers(app),
        currency: app.settings.currency.to_string(),
        budget: budget(app),
        expected_loss: expected_loss.shown(),
        test: test(app, testing),
        queued_count: exposure.count,
        oldest: exposure.oldest.map(|began| lasted(app.now - began)),
        case_number: app.case_in_use().map(|case| case.number),
    }
}

fn test(app: &App, testing: bool) -> Option<ReaderTest> {
    match (testing, &app.watch.healths.reader) {
        (true, _) => Some(ReaderTest::Running),
        (false, Known::Working | Known::OnTrial { .. }) => Some(ReaderTest::Passed),
        (false, Known::Down { .. }) => Some(ReaderTest::Failed),
        (false, Known::Doubtful { .. } | Known::Recovering { .. }) => None,
    }
}

fn health<C: Copy>(known: &Known<C>, working_since: DateTime<FixedOffset>, name: fn(C) -> Cause) -> Health {
    let (why, since) = match known {
        Known::Working => (None, working_since),
        Known::Doubtful { since, cause: why, .. }
        | Known::Down { since, cause: why, .. }
        | Known::OnTrial { since, cause: why, .. } => (Some(*why), *since),
        Known::Recovering { cause: why, good_since, .. } => (Some(*why), *good_since),
    };
    Health { state: state(known), cause: why.map(|why| cause(name(why))), since_text: clock(since) }
}

/// Behind a line that is out nobody can say how the host is, unless it was down before.
fn host(app: &App) -> Health {
    let healths = &app.watch.healths;
    let shown = health(&healths.host, app.watch.host_since, Cause::Host);
    if healths.line.is_out() && !healths.host.is_out() {
        Health { state: HealthState::CannotBeAsked, since_text: clock(app.watch.line_since), ..shown }
    } else {
        shown
    }
}

/// What to try while there is no outage: cards may be unreadable all the same.
fn quiet(app: &App) -> Vec<Advice> {
    match app.watch.contacts.verdict() {
        ContactsVerdict::Fine => vec![Advice::NothingAllWorks],
        ContactsVerdict::TryAnotherCard => vec![Advice::TryAnotherCard],
        ContactsVerdict::SuspectReader => vec![Advice::CleanTheSlot, Advice::TryAnotherCard],
    }
}

/// What of it the supplier's notice allows: some readers must not be restarted.
fn allowed(app: &App, advice: Vec<Advice>) -> Vec<Advice> {
    let in_case = app.case_in_use().is_some_and(Case::must_not_restart);
    if !app.notice_forbids_restart() && !in_case {
        return advice;
    }
    advice
        .into_iter()
        .filter_map(|one| match one {
            Advice::RestartReaderOnce => Some(Advice::DoNotRestart),
            Advice::DoNotRestartTwice => None,
            other => Some(other),
        })
        .collect()
}

/// What to try, in order of what helps most for this fault.
fn advice(cause: Cause) -> Vec<Advice> {
    match cause {
        Cause::Reader(ReaderCause::NotConnected) => {
            vec![Advice::CheckCableAndPower, Advice::RestartReaderOnce, Advice::DoNotRestartTwice, Advice::CallService]
        }
        Cause::Reader(ReaderCause::ServiceStopped | ReaderCause::ServiceHung) => {
            vec![Advice::RestartTill, Advice::KeepSelling, Advice::CallService]
        }
        Cause::Reader(ReaderCause::NoAnswer | ReaderCause::SoftwareFault | ReaderCause::ReportedByHand) => {
            vec![Advice::TryAnotherCard, Advice::RestartReaderOnce, Advice::DoNotRestartTwice, Advice::CallService]
        }
        Cause::Reader(ReaderCause::CardReaderFault | ReaderCause::PinPadFault | ReaderCause::OutOfOrder) => {
            vec![Advice::CleanTheSlot, Advice::RestartReaderOnce, Advice::DoNotRestartTwice, Advice::CallService]
        }
        Cause::Reader(ReaderCause::Tampered) => vec![Advice::DoNotOpenReader, Advice::CallService, Advice::KeepSelling],
        Cause::Reader(ReaderCause::NotAccepted) => vec![Advice::KeepSelling],
        Cause::Reader(ReaderCause::Maintenance) => vec![Advice::DoNotRestartTwice, Advice::KeepSelling],
        Cause::Line(LineCause::NoConnection) => {
            vec![Advice::CheckNetworkCable, Advice::CheckRouter, Advice::WaitLineReturns, Advice::KeepSelling]
        }
        Cause::Line(LineCause::NoAnswer) => {
            vec![Advice::CheckRouter, Advice::WaitLineReturns, Advice::KeepSelling]
        }
        Cause::Host(_) => vec![Advice::NothingToDoHostDown, Advice::KeepSelling],
    }
}
