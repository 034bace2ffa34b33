//! The switches of the demo; see `ui/api/simulator_api.slint`.

use serde::Serialize;

/// Which faults are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "these are switches, each of them independent of the others")]
pub struct SimulatorView {
    /// This is a shop's practice, and no demo.
    pub practice: bool,
    /// The reader's cable is out.
    pub unplugged: bool,
    /// The reader says nothing.
    pub frozen: bool,
    /// The next card cannot be read.
    pub bad_card_next: bool,
    /// There is no internet.
    pub network_cut: bool,
    /// The acquirer's host is down.
    pub host_down: bool,
    /// The host's next answer gets lost.
    pub lose_next_answer: bool,
}
