//! What the top bar says about the reader, the line and the host; see `ui/api/status_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::domain::health::Health;
use crate::domain::outage::{HostCause, LineCause, OutageCause as Cause, ReaderCause, ReaderKind};
use crate::screens::clock;

use crate::screens::types::{HealthState, OutageCause};

/// The top bar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatusView {
    /// The reader in one word.
    pub reader: ReaderState,
    /// Whether cards cannot be taken; the bar is then dark red.
    pub outage: bool,
    /// What failed.
    pub cause: Option<OutageCause>,
    /// The way to the internet.
    pub line: HealthState,
    /// The acquirer's host.
    pub host: HealthState,
    /// The time the present state began, such as `12:03`.
    pub since_text: String,
    /// The model and number of the reader, such as `P400-2203`.
    pub device_name: String,
}

/// The reader in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/status_api.slint")]
pub enum ReaderState {
    Ready,
    Busy,
    Doubtful,
    Down,
    Recovering,
    OnTrial,
    NotAccepted,
    Standalone,
}

/// The top bar.
pub(super) fn view(app: &App) -> StatusView {
    let healths = app.healths();
    let outage = app.ledger.open_outage();
    let device_name = app.settings.reader.device_name().to_owned();
    let reader = match healths.reader {
        Health::Working if app.reader_kind() == ReaderKind::Standalone => ReaderState::Standalone,
        Health::Working if app.watch.reader_busy() => ReaderState::Busy,
        Health::Working => ReaderState::Ready,
        Health::Doubtful { .. } => ReaderState::Doubtful,
        Health::Down { cause: ReaderCause::NotAccepted, .. } => ReaderState::NotAccepted,
        Health::Down { .. } => ReaderState::Down,
        Health::Recovering { .. } => ReaderState::Recovering,
        Health::OnTrial { .. } if app.watch.reader_busy() => ReaderState::Busy,
        Health::OnTrial { .. } => ReaderState::OnTrial,
    };
    StatusView {
        reader,
        outage: outage.is_some() && app.reader_is_blocked(),
        cause: outage.map(|outage| cause(outage.cause)),
        line: state(&healths.line),
        host: if healths.line.is_out() && !healths.host.is_out() {
            HealthState::CannotBeAsked
        } else {
            state(&healths.host)
        },
        since_text: clock(outage.map_or(app.watch.reader_since, |outage| outage.began)),
        device_name,
    }
}

/// How sure the program is that a part works.
pub(super) fn state<C>(health: &Health<C>) -> HealthState {
    match health {
        Health::Working => HealthState::Working,
        Health::Doubtful { .. } => HealthState::Doubtful,
        Health::Down { .. } => HealthState::Down,
        Health::Recovering { .. } => HealthState::Recovering,
        Health::OnTrial { .. } => HealthState::OnTrial,
    }
}

/// What failed, in the words of the screen.
pub(super) fn cause(cause: Cause) -> OutageCause {
    match cause {
        Cause::Reader(ReaderCause::NotConnected) => OutageCause::ReaderUnplugged,
        Cause::Reader(ReaderCause::NoAnswer) => OutageCause::ReaderFrozen,
        Cause::Reader(ReaderCause::ServiceStopped | ReaderCause::ServiceHung) => OutageCause::ReaderService,
        Cause::Reader(
            ReaderCause::CardReaderFault
            | ReaderCause::PinPadFault
            | ReaderCause::OutOfOrder
            | ReaderCause::SoftwareFault
            | ReaderCause::Maintenance,
        ) => OutageCause::ReaderFault,
        Cause::Reader(ReaderCause::Tampered) => OutageCause::ReaderLocked,
        Cause::Reader(ReaderCause::ReportedByHand) => OutageCause::SaidByCashier,
        Cause::Reader(ReaderCause::NotAccepted) => OutageCause::ReaderNotAccepted,
        Cause::Line(LineCause::NoConnection | LineCause::NoAnswer) => OutageCause::LineDown,
        Cause::Host(HostCause::Refused | HostCause::Unwilling) => OutageCause::HostRefusing,
        Cause::Host(HostCause::Unreachable | HostCause::NoAnswer | HostCause::NotTrusted) => OutageCause::HostDown,
    }
}
