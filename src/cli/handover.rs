//! `stopgap handover`: gives the stored payments to another till that can reach the host, and brings back what became of
//! them. The other till forwards with `stopgap forward --from FILE`.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset, Local};
use clap::{Args, Subcommand};
use zeroize::Zeroizing;

use crate::cli::shop::{open, pepper};
use crate::cli::{Failure, Place, print_line, read_input};
use crate::domain::access::{PIN_LENGTH_MAX, PIN_LENGTH_MIN, Pin, PinDigit, PinRecord, Role};
use crate::domain::fact::{ApprovalReason, Fact, ManagedAct};
use crate::domain::ids::{HandoverId, IdSource, PersonId, SaveId};
use crate::iso8583::Terminal;
use crate::outside::handover::{read_outcomes, write_handover};
use crate::outside::random_bits;
use crate::settings::file::load;
use crate::settings::pin::check_pin;
use crate::settings::{SecondPerson, Settings};
use crate::store::Store;

/// Give stored payments to another till, and bring back what became of them.
#[derive(Debug, Args)]
pub(super) struct HandoverArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Hand every stored payment over that is not being sent right now: this till sends them no more
    Export {
        /// The folder, such as a stick's, that the file is written into
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
    },
    /// Write the file of a handover once more
    Write {
        /// The handover
        #[arg(value_name = "ID")]
        handover: HandoverId,
        /// The folder that the file is written into
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
    },
    /// List the handovers that payments are still in, one JSON object a line
    List,
    /// Bring in what became of them, from the file that the other till wrote and signed: a manager, whose PIN stands on
    /// standard input
    Outcome {
        /// That file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The manager who does it
        #[arg(long, value_name = "PERSON")]
        by: String,
    },
    /// Print the key that other tills check the files of this one with, for their settings
    Key,
    /// Take the payments of a handover back: two managers, whose PINs stand on standard input, one a line
    TakeBack {
        /// The handover
        #[arg(value_name = "ID")]
        handover: HandoverId,
        /// The manager who does it
        #[arg(long, value_name = "PERSON")]
        by: String,
        /// The manager who approves it
        #[arg(long, value_name = "PERSON")]
        second: String,
    },
}

pub(super) fn handover(args: &HandoverArgs, place: &Place) -> Result<(), Failure> {
    let need = |what: &str| Failure::Input(format!("{what} is needed: the ledger and the host are those of one till"));
    let config = place.config.as_ref().ok_or_else(|| need("--config FILE"))?;
    let data = place.data.as_ref().ok_or_else(|| need("--data DIR"))?;
    if !data.join("stopgap.db").exists() {
        return Err(Failure::Input(format!("--data {}: there is no ledger", data.display())));
    }
    let settings = load(config, data).map_err(Failure::input)?;
    let moment = u64::try_from(Local::now().timestamp_millis()).unwrap_or(0);
    let store = open(data, &settings)?.store;
    let mut desk = Desk { settings, store, ids: IdSource::new(moment, random_bits()), at: Local::now().fixed_offset() };
    match &args.act {
        Act::Export { to } => desk.export(to),
        Act::Write { handover, to } => desk.write(*handover, to),
        Act::List => desk.list(),
        Act::Outcome { file, by } => desk.outcome(file, by, data),
        Act::Key => desk.key(),
        Act::TakeBack { handover, by, second } => desk.take_back(*handover, by, second, data),
    }
}

struct Desk {
    settings: Settings,
    store: Store,
    ids: IdSource,
    at: DateTime<FixedOffset>,
}

impl Desk {
    fn export(&mut self, to: &Path) -> Result<(), Failure> {
        self.terminal()?;
        if !to.is_dir() {
            return Err(Failure::Input(format!("--to {}: there is no such folder", to.display())));
        }
        let handover = HandoverId(self.ids.next_uuid());
        let facts = self.store.ledger().hand_cards_over(handover, self.settings.till, None, self.at, |_| false);
        if facts.is_empty() {
            return Err(Failure::DoesNotHold("no stored payment waits to be sent".to_owned()));
        }
        // From here on this till sends them no more, whether or not the file can be written.
        self.save(&facts, "command line")?;
        self.write(handover, to).map_err(|error| {
            Failure::Input(format!("{error}; write it again with stopgap handover write {handover} --to DIR"))
        })
    }

    fn write(&self, handover: HandoverId, to: &Path) -> Result<(), Failure> {
        let from = (self.settings.till, self.terminal()?);
        let path = write_handover(&self.store, handover, from, to).map_err(Failure::input)?;
        self.tell(handover, Some(&path))
    }

    fn list(&self) -> Result<(), Failure> {
        self.store.ledger().handovers().into_iter().try_for_each(|handover| self.tell(handover, None))
    }

    fn tell(&self, handover: HandoverId, path: Option<&Path>) -> Result<(), Failure> {
        let handed = self.store.ledger().handed_over(handover);
        let minor = handed.iter().fold(0_i64, |sum, (_, card)| sum.saturating_add(card.amount.minor));
        let send_by = handed.iter().map(|(_, card)| card.send_by).min();
        let amount = crate::domain::money::Money::new(minor, self.settings.currency);
        let line = serde_json::json!({
            "handover": handover.to_string(), "payments": handed.len(), "amount": amount.plain(),
            "currency": amount.currency.to_string(), "send_by": send_by.map(|at| at.to_rfc3339()),
            "file": path.map(|path| path.display().to_string()),
        });
        print_line(&line.to_string())
    }

    fn key(&self) -> Result<(), Failure> {
        let line = serde_json::json!({ "till": self.settings.till, "key": self.store.public_key().to_string() });
        print_line(&line.to_string())
    }

    fn outcome(&mut self, file: &Path, by: &str, data: &Path) -> Result<(), Failure> {
        let known = self.settings.host.as_ref().map(|host| host.handover_tills.as_slice()).unwrap_or_default();
        let outcomes = read_outcomes(file, known).map_err(Failure::input)?;
        let typed = Zeroizing::new(read_input()?);
        let by = PersonId(by.to_owned());
        self.check(&by, typed.lines().next().unwrap_or_default(), data)?;
        let facts = self.store.ledger().forwarded(outcomes.handover, &outcomes.cards, &by);
        let brought = facts.iter().filter(|fact| matches!(fact, Fact::CardForwarded { .. })).count();
        if !facts.is_empty() {
            self.save(&facts, &by.0)?;
        }
        let left = self.store.ledger().handed_over(outcomes.handover).len();
        print_line(
            &serde_json::json!({
                "handover": outcomes.handover.to_string(), "brought_in": brought, "still_out": left,
            })
            .to_string(),
        )?;
        match left {
            0 => Ok(()),
            _ => Err(Failure::DoesNotHold(format!("{left} payments of the handover are still with the other till"))),
        }
    }

    fn take_back(&mut self, handover: HandoverId, by: &str, second: &str, data: &Path) -> Result<(), Failure> {
        let (by, second) = (PersonId(by.to_owned()), PersonId(second.to_owned()));
        let alone = by == second;
        if alone && self.settings.second_person == SecondPerson::Required {
            return Err(Failure::Input("--second must be another manager than --by: this takes four eyes".to_owned()));
        }
        let facts = self.store.ledger().take_back(handover, &by, self.at);
        let handed = self.store.ledger().handed_over(handover);
        if facts.is_empty() {
            return Err(Failure::Input(format!("handover {handover}: no payment of this till is in it")));
        }
        let minor = handed.iter().fold(0_i64, |sum, (_, card)| sum.saturating_add(card.amount.minor));
        let amount = crate::domain::money::Money::new(minor, self.settings.currency);
        let typed = Zeroizing::new(read_input()?);
        let mut pins = typed.lines();
        for person in [&by, &second] {
            self.check(person, pins.next().unwrap_or_default(), data)?;
        }
        let act = ManagedAct::HandoverTakenBack { amount };
        let (reason, asked_by) = (ApprovalReason::Other, Some(by.clone()));
        let approved = Fact::ManagerApproved { manager: second, act, reason, alone, by: asked_by };
        let facts: Vec<Fact> = [approved].into_iter().chain(facts).collect();
        self.save(&facts, &by.0)?;
        let _ = writeln!(
            io::stderr(),
            "stopgap: the other till may have sent them: none of them counts as not sent until the bank has answered; \
             bring in what became of them if that till wrote it"
        );
        print_line(
            &serde_json::json!({
                "handover": handover.to_string(), "taken_back": facts.len() - 1, "amount": amount.plain(),
                "currency": amount.currency.to_string(),
            })
            .to_string(),
        )
    }

    /// Whether a manager's PIN is right; a wrong one counts like one at the screen.
    fn check(&mut self, person: &PersonId, digits: &str, data: &Path) -> Result<(), Failure> {
        let known = self.settings.people.iter().find(|one| one.id == *person && one.role == Role::Manager);
        let known = known.ok_or_else(|| Failure::Input(format!("“{person}” is no manager of this till")))?;
        let record = self.store.ledger().pins.get(person).copied().unwrap_or(PinRecord::CLEAN);
        if let Some(until) = record.locked_at(self.at) {
            return Err(Failure::Input(format!("{person} is locked out until {}", until.format("%H:%M"))));
        }
        let in_form = (PIN_LENGTH_MIN..=PIN_LENGTH_MAX).contains(&digits.len());
        if !in_form || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Failure::Input(format!(
                "standard input: the PIN of {person} is not {PIN_LENGTH_MIN} to {PIN_LENGTH_MAX} digits"
            )));
        }
        let mut pin = Pin::default();
        digits.chars().for_each(|digit| pin.push(PinDigit(digit)));
        let pepper = pepper(data, &self.settings)?;
        if check_pin(&pin, &known.pin_hash, pepper.as_ref().map(|pepper| pepper.as_slice())) {
            return Ok(());
        }
        let refused = Fact::PinRefused { person: person.clone(), record: record.after_wrong(self.at) };
        self.save(&[refused], &person.0)?;
        Err(Failure::DoesNotHold(format!("the PIN of {person} is wrong")))
    }

    fn terminal(&self) -> Result<&Terminal, Failure> {
        let host = self.settings.host.as_ref();
        host.map(|host| &host.terminal).ok_or_else(|| Failure::Input("no [host] is configured".to_owned()))
    }

    fn save(&mut self, facts: &[Fact], actor: &str) -> Result<(), Failure> {
        let save = SaveId(self.ids.next_uuid());
        self.store.save(self.at, actor, save, facts, &[]).map(drop).map_err(Failure::input)
    }
}
