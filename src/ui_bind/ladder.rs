//! The diagnosis ladder.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, LadderApi};
use super::rows;
use super::words::same_words;
use crate::domain::ladder::{Kind, Rung};
use crate::screens::ladder::{LadderView, RungMark, RungRow, RungSaid};

same_words! {
    Rung => LadderRung {
        Till, ReaderService, ReaderPresent, ReaderHealthy, Card, Carrier, Address, Gateway, Name, Anchor, HostPort, Tls,
        HostApplication, Issuer,
    }
    RungMark => RungMark { Trying, Good, Bad, Unclear, Skipped }
    Kind => TroubleKind { Hardware, Card, Network, Software, Host }
    RungSaid => RungSaid {
        TillWell, WorkerStuck, DiskRefuses, ClockJumped, ServiceRuns, ServiceStopped, ServiceHung, ServiceMissing, Connected, Refused, Silent, NoRoute, ReaderListed, ReaderNotListed, ReaderWell, ReaderStores, ReaderBusy, ReaderMute, CardReaderBroken, PinPadBroken, OutOfOrder, Tampered, ReaderSoftware, ReaderUpdating, ReaderGone, CashierSaysBroken, CardsRead, OneCardMute, TwoCardsMute, LinkUp, NoLink, HasAddress, NoAddress, GatewayAnswers, GatewaySilent, NoGateway, NameFound, NameNotFound, TlsStands, TlsOtherRoot, TlsExpired, TlsNotYetValid, TlsOtherName, TlsUnusable, TlsNotSpoken, TlsNoAnswer, HostAnswers, HostSilent, BanksAnswer, BanksFail, NoAnswersYet,
    }
}

impl From<&RungRow> for generated::RungRow {
    fn from(row: &RungRow) -> Self {
        let text = |part: fn(&crate::screens::ladder::RungWords) -> &String| {
            row.seen.as_ref().map(|seen| SharedString::from(part(seen))).unwrap_or_default()
        };
        Self {
            rung: row.rung.into(),
            mark: row.mark.into(),
            said: row.seen.as_ref().map_or(generated::RungSaid::None, |seen| seen.said.into()),
            first: text(|seen| &seen.first),
            second: text(|seen| &seen.second),
        }
    }
}

pub(super) fn show(window: &AppWindow, view: Option<&LadderView>) {
    let api = window.global::<LadderApi>();
    let verdict = view.and_then(|view| view.verdict.as_ref());
    let rows = view.map(|view| view.rows.as_slice()).unwrap_or_default();
    api.set_time_text(view.map(|view| SharedString::from(&view.time_text)).unwrap_or_default());
    api.set_running(view.is_some_and(|view| view.running));
    api.set_kind(verdict.map_or(generated::TroubleKind::None, |verdict| verdict.kind.into()));
    api.set_rung(verdict.map_or(generated::LadderRung::Till, |verdict| verdict.rung.into()));
    rows::put(&api.get_rows(), rows.iter().map(Into::into), |list| api.set_rows(list));
}
