//! The top bar.

use slint::ComponentHandle;

use super::generated::{AppWindow, StatusApi};
use super::words::{cause, same_words};
use crate::screens::status::{ReaderState, StatusView};

same_words! {
    ReaderState => ReaderState { Ready, Busy, Doubtful, Down, Recovering, OnTrial, NotAccepted, Standalone }
}

pub(super) fn show(window: &AppWindow, view: &StatusView) {
    let api = window.global::<StatusApi>();
    api.set_reader(view.reader.into());
    api.set_outage(view.outage);
    api.set_cause(cause(view.cause));
    api.set_line(view.line.into());
    api.set_host(view.host.into());
    api.set_since_text((&view.since_text).into());
    api.set_device_name((&view.device_name).into());
}
