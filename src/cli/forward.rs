//! `stopgap forward`: sends the stored cards without the screen, and says what became of each.
//!
//! It is the same app with the same rules as behind the screen, with nobody in front of it: one request at a time,
//! reversals first, every step on disk before it is sent. The reader is left alone.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use chrono::Local;
use clap::Args;

use crate::app::App;
use crate::app::effect::Effect;
use crate::app::event::{Event, Input};
use crate::cli::shop::{open, shop_world, start};
use crate::cli::{Failure, Place, print_line};
use crate::domain::batch::OpenBatch;
use crate::domain::handover::{HandoverOutcome, SignedFile, TakenCard, TakenState};
use crate::domain::ids::PaymentId;
use crate::domain::ledger::Ledger;
use crate::domain::queue::{CardState, Promise};
use crate::domain::sale::{Payment, Tender};
use crate::outside::files::Files;
use crate::outside::handover::{Forwarding, outcome_path, read_handover, write_outcomes};
use crate::outside::host::open::open as open_host;
use crate::outside::{World, random_bits};
use crate::settings::HostSettings;
use crate::settings::file::load;

/// How long the command sleeps at most before it looks again.
const NAP: Duration = Duration::from_millis(100);

/// Send the stored cards: exit code 1 when one is left unsent or needs a person.
#[derive(Debug, Args)]
pub(super) struct ForwardArgs {
    /// Send nothing: only say what is left, as before a till is reset or its data folder is removed
    #[arg(long)]
    check: bool,
    /// Forward the stored payments of another till from its handover file, under that till's own terminal id; what
    /// became of them is written beside the file
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    from: Option<PathBuf>,
    /// How long to try, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    patience: u64,
}

pub(super) fn forward(args: &ForwardArgs, place: &Place) -> Result<(), Failure> {
    let need = |what: &str| Failure::Input(format!("{what} is needed: the ledger and the host are those of one till"));
    let config = place.config.as_ref().ok_or_else(|| need("--config FILE"))?;
    let data = place.data.as_ref().ok_or_else(|| need("--data DIR"))?;
    if let Some(from) = &args.from {
        return forward_from(from, args.patience, config, data);
    }
    if !data.join("stopgap.db").exists() {
        return Err(Failure::Input(format!("--data {}: there is no ledger", data.display())));
    }
    let settings = Arc::new(load(config, data).map_err(Failure::input)?);
    let mut opened = open(data, &settings)?;
    let asked = cards(&opened.ledger);
    if args.check {
        return tell(&opened.ledger, &asked);
    }
    let files = Files {
        inbox: settings.statement_inbox.clone(),
        receipts: data.join("receipts"),
        reports: data.join("reports"),
        mappings: data.join("mappings"),
        currency: settings.currency,
        reading: Arc::<_>::default(),
    };
    let app = App::new(start(&mut opened, &settings, false)?);
    let (world, _) = shop_world(&settings, opened.store, files, data)?;
    let mut till = Till { app, world, todo: VecDeque::new() };
    let before = till.app.ledger().batch.clone();
    till.drain(Instant::now() + Duration::from_secs(args.patience));
    let told = tell(till.app.ledger(), &asked);
    tell_batch(before.as_ref(), till.app.ledger().batch.as_ref())?;
    told
}

/// The stored payments of another till.
fn forward_from(from: &Path, patience: u64, config: &Path, data: &Path) -> Result<(), Failure> {
    let settings = load(config, data).map_err(Failure::input)?;
    let host =
        settings.host.clone().ok_or_else(|| Failure::Input("no [host] is configured to forward to".to_owned()))?;
    let read = read_handover(from, settings.till, &host.handover_tills).map_err(Failure::input)?;
    let handover = read.file.handover;
    let retry = host.retry;
    let host = open_host(&HostSettings { terminal: read.terminal.clone(), ..host }).map_err(Failure::input)?;
    let mut store = open(data, &settings)?.store;
    let mut forwarding = Forwarding::begin(&mut store, host.as_ref(), retry, read).map_err(Failure::input)?;
    let done = forwarding.run(Instant::now() + Duration::from_secs(patience));
    // What is over is said in any case.
    let Some(taken) = store.ledger().taken.get(&handover) else { return Ok(()) };
    for one in &taken.cards {
        let state = serde_json::to_value(&one.state).map_err(Failure::input)?;
        let line = serde_json::json!({
            "payment": one.card.payment.to_string(), "sale": one.card.reference.to_string(),
            "brand": one.card.brand.label(), "last4": one.card.last4, "amount": one.card.amount.plain(),
            "currency": one.card.amount.currency.to_string(), "card": state,
        });
        print_line(&line.to_string())?;
    }
    done.map_err(Failure::input)?;
    let outcomes = SignedFile::by(taken.outcomes(settings.till), |message| store.sign(message));
    write_outcomes(&outcome_path(from), &outcomes).map_err(Failure::input)?;
    let approved =
        |one: &&TakenCard| matches!(one.state, TakenState::Done { outcome: HandoverOutcome::Approved { .. }, .. });
    let left = taken.cards.len() - taken.cards.iter().filter(approved).count();
    if left == 0 {
        return Ok(());
    }
    Err(Failure::DoesNotHold(format!("{left} of {} payments were not approved", taken.cards.len())))
}

/// The app with nobody in front of it.
struct Till {
    app: App,
    world: World,
    todo: VecDeque<Effect>,
}

impl Till {
    /// Sends until nothing is left that can be sent by itself, or the time is up; an answer that is waited for is not
    /// cut short.
    fn drain(&mut self, until: Instant) {
        loop {
            self.feed(Event::Clock);
            while let Some(effect) = self.todo.pop_front() {
                if let Some(event) = self.perform(effect) {
                    self.feed(event);
                }
            }
            let unsent = cards(self.app.ledger()).iter().any(|id| is_unsent(self.app.ledger(), *id));
            let waits = unsent || self.app.batch_waits();
            if !waits || Instant::now() >= until {
                return;
            }
            let due = self.app.next_wake() - Local::now().fixed_offset();
            thread::sleep(due.to_std().unwrap_or(Duration::ZERO).min(NAP));
        }
    }

    fn feed(&mut self, event: Event) {
        let input = Input { at: Local::now().fixed_offset(), entropy: random_bits(), event };
        self.todo.extend(self.app.handle(input));
    }

    /// Only what has to do with the host and the disk: the reader belongs to whoever stands in front of it.
    fn perform(&self, effect: Effect) -> Option<Event> {
        let at = Local::now().fixed_offset();
        match effect {
            Effect::Save(_)
            | Effect::AskHost(_)
            | Effect::ReverseAtHost(_)
            | Effect::VoidAtHost(_)
            | Effect::AdviseHost(_)
            | Effect::AskBatch(_)
            | Effect::EchoHost { .. }
            | Effect::ProbeLine => self.world.perform(effect, at),
            Effect::ProbeReader
            | Effect::TryRung(_)
            | Effect::PayOnReader(_)
            | Effect::AskReader(_)
            | Effect::ReverseOnReader { .. }
            | Effect::AbortReader(_)
            | Effect::SealCard { .. }
            | Effect::ForgetCard
            | Effect::ReadKeyFile
            | Effect::WriteHandover { .. }
            | Effect::ReadOutcomes
            | Effect::FindSale { .. }
            | Effect::ReadContact { .. }
            | Effect::CheckPin(_)
            | Effect::LookForStatements
            | Effect::ReadStatement { .. }
            | Effect::AskStatementProgress
            | Effect::CancelStatement
            | Effect::ForgetMapping(_)
            | Effect::WriteReport { .. }
            | Effect::WriteCaseReport { .. }
            | Effect::WriteRequest { .. }
            | Effect::TakePictures { .. }
            | Effect::WriteSupportPack { .. }
            | Effect::StartAgain
            | Effect::Practise { .. }
            | Effect::PrintReceipt { .. }
            | Effect::AskPrinter
            | Effect::BackUp { .. }
            | Effect::Print { .. }
            | Effect::KickDrawer(_) => None,
        }
    }
}

/// The cards that are not done with: stored ones that are not final yet, and all of which the bank has, or may have, a
/// request that nobody has answered or undone.
fn cards(ledger: &Ledger) -> Vec<PaymentId> {
    ledger.payments.values().filter(|payment| is_left(payment)).map(|payment| payment.id).collect()
}

fn is_left(payment: &Payment) -> bool {
    match &payment.tender {
        Tender::Card { promise: Promise::SentLater { .. }, .. } => payment.is_open(),
        Tender::Card { promise: Promise::AnsweredNow, card, .. } => match card {
            CardState::Sending { .. }
            | CardState::Unknown { .. }
            | CardState::Reversing { .. }
            | CardState::PartlyApproved { .. }
            | CardState::Advising { .. }
            | CardState::Voiding { .. }
            | CardState::Parked { trace: Some(_), .. } => true,
            CardState::Stored { .. }
            | CardState::HandedOver { .. }
            | CardState::Approved { .. }
            | CardState::Settled { .. }
            | CardState::Voided { .. }
            | CardState::Declined { .. }
            | CardState::Undone { .. }
            | CardState::Parked { trace: None, .. }
            | CardState::WrittenOff { .. }
            | CardState::Replaced { .. } => false,
        },
        Tender::Reader { .. } | Tender::Qr { .. } | Tender::Cash { .. } => false,
    }
}

/// Whether a card goes on by itself: nobody has to decide, and no answer is final.
fn is_unsent(ledger: &Ledger, id: PaymentId) -> bool {
    let card = ledger.payments.get(&id).map(|payment| &payment.tender);
    let Some(Tender::Card { card, .. }) = card else { return false };
    match card {
        CardState::Stored { .. }
        | CardState::Sending { .. }
        | CardState::Unknown { .. }
        | CardState::Advising { .. }
        | CardState::Voiding { .. }
        | CardState::Reversing { .. }
        | CardState::PartlyApproved { .. } => true,
        CardState::Approved { .. }
        | CardState::Settled { .. }
        | CardState::Voided { .. }
        | CardState::Declined { .. }
        | CardState::Undone { .. }
        | CardState::Parked { .. }
        | CardState::WrittenOff { .. }
        // The other till sends it.
        | CardState::HandedOver { .. }
        | CardState::Replaced { .. } => false,
    }
}

/// One JSON line for a batch that was closed, or that waits or was refused.
fn tell_batch(before: Option<&OpenBatch>, now: Option<&OpenBatch>) -> Result<(), Failure> {
    let (Some(before), Some(now)) = (before, now) else { return Ok(()) };
    let refused = now.closing.as_ref().and_then(|closing| closing.refused.clone());
    if before.number != now.number {
        let minor = before.cards.iter().fold(0_i64, |sum, card| sum.saturating_add(card.amount.minor));
        return print_line(
            &serde_json::json!({"batch": before.number, "state": "closed", "payments": before.cards.len(), "minor": minor})
                .to_string(),
        );
    }
    if let Some(code) = refused {
        print_line(&serde_json::json!({"batch": now.number, "state": "refused", "code": code}).to_string())?;
        return Err(Failure::DoesNotHold(format!("the host does not close batch {} (DE 39 {code})", now.number)));
    }
    if now.is_closing() {
        print_line(&serde_json::json!({"batch": now.number, "state": "closing"}).to_string())?;
        return Err(Failure::DoesNotHold(format!("batch {} is not closed yet", now.number)));
    }
    Ok(())
}

/// One JSON line for each card that was open at the start, and whether all of them are settled now.
fn tell(ledger: &Ledger, asked: &[PaymentId]) -> Result<(), Failure> {
    let mut left = 0_u32;
    for payment in asked.iter().filter_map(|id| ledger.payments.get(id)) {
        let Tender::Card { brand, last4, card, .. } = &payment.tender else { continue };
        left += u32::from(is_left(payment));
        let sale = ledger.sales.get(&payment.sale).map(|sale| sale.reference.to_string());
        let state = serde_json::to_value(card).map_err(Failure::input)?;
        let line = serde_json::json!({
            "payment": payment.id.to_string(), "sale": sale, "brand": brand.label(), "last4": last4,
            "amount": payment.amount.plain(), "currency": payment.amount.currency.to_string(), "card": state,
        });
        print_line(&line.to_string())?;
    }
    match left {
        0 => Ok(()),
        1 => Err(Failure::DoesNotHold("one stored card is left that is not settled".to_owned())),
        _ => Err(Failure::DoesNotHold(format!("{left} stored cards are left that are not settled"))),
    }
}
