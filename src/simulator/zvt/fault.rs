//! The faults by name, for a command line.

use std::io;
use std::time::Duration;

use super::ZvtSimulator;

/// The names that [`ZvtSimulator::apply`] knows. Those with an equals sign want a number of milliseconds after it.
pub const FAULTS: [&str; 15] = [
    "unplug",
    "plug",
    "freeze",
    "thaw",
    "break-card-reader",
    "mend",
    "cut-host",
    "mend-host",
    "bad-card-next",
    "decline-next",
    "die-before-booking-next",
    "die-after-booking-next",
    "forget-registration",
    "customer-time=",
    "answer-delay=",
];

/// The longest time that can be set by name.
const MILLISECONDS_MAX: u64 = 600_000;

/// Why a fault cannot be applied.
#[derive(Debug, thiserror::Error)]
pub enum FaultError {
    /// No fault has this name.
    #[error("there is no fault “{name}”; there are {}", FAULTS.join(", "))]
    Name {
        /// What was asked for.
        name: String,
    },
    /// The number after the equals sign is none.
    #[error("{name}“{value}” must be a number of milliseconds from 0 to {MILLISECONDS_MAX}")]
    Time {
        /// The fault.
        name: &'static str,
        /// What was given.
        value: String,
    },
    /// The port cannot be opened again.
    #[error("the terminal cannot be plugged in: {0}")]
    Port(#[from] io::Error),
}

impl ZvtSimulator {
    /// Does one of [`FAULTS`].
    ///
    /// # Errors
    ///
    /// An unknown name, a time that is none, or a port that is taken.
    pub fn apply(&self, fault: &str) -> Result<(), FaultError> {
        match fault {
            "unplug" => self.unplug(),
            "plug" => self.plug()?,
            "freeze" => self.freeze(),
            "thaw" => self.thaw(),
            "break-card-reader" => self.break_card_reader(),
            "mend" => self.mend(),
            "cut-host" => self.set_host_reachable(false),
            "mend-host" => self.set_host_reachable(true),
            "bad-card-next" => self.bad_card_next(),
            "decline-next" => self.decline_next(),
            "die-before-booking-next" => self.fail_mid_payment_next(false),
            "die-after-booking-next" => self.fail_mid_payment_next(true),
            "forget-registration" => self.forget_registration(),
            _ => match (time(fault, "customer-time="), time(fault, "answer-delay=")) {
                (Some(time), _) => self.set_customer_time(time?),
                (None, Some(delay)) => self.set_answer_delay(delay?),
                (None, None) => return Err(FaultError::Name { name: fault.to_owned() }),
            },
        }
        Ok(())
    }
}

fn time(fault: &str, name: &'static str) -> Option<Result<Duration, FaultError>> {
    let value = fault.strip_prefix(name)?;
    let milliseconds = value.parse().ok().filter(|milliseconds| *milliseconds <= MILLISECONDS_MAX);
    let wrong = || FaultError::Time { name, value: value.to_owned() };
    Some(milliseconds.map(Duration::from_millis).ok_or_else(wrong))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_in_the_list_can_be_done_and_no_other() {
        let simulator = ZvtSimulator::start(0).unwrap();
        for fault in FAULTS {
            let fault = if fault.ends_with('=') { format!("{fault}5") } else { fault.to_owned() };
            simulator.apply(&fault).unwrap();
        }
        for (fault, says) in [
            ("explode", "there is no fault “explode”"),
            ("customer-time=soon", "customer-time=“soon” must be a number"),
            ("answer-delay=600001", "from 0 to 600000"),
            ("customer-time", "there is no fault"),
        ] {
            let error = simulator.apply(fault).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
