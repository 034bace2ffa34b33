//! One connection of the simulated terminal: what it answers to each command, and the course of a payment.

use std::io::{Read, Write};
use std::mem;
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::device::{Device, Payment, State};
use super::words::{clock, digits, moment, result};
use super::{NextZvtPayment, SIMULATED_PASSWORD};
use crate::iso8583::encode_hex;
use crate::zvt::tlv::{self, tags};
use crate::zvt::{Apdu, ApduReader, Control, Fields, Head, Message, StatusInformation, bmps};

/// How long the till may take to acknowledge.
const TILL_PATIENCE: Duration = Duration::from_secs(5);
/// How often a waiting payment looks around.
const LOOK_AROUND: Duration = Duration::from_millis(5);
/// The commands that wait; the till sends one and waits.
const COMMANDS_MAX: usize = 16;

const CARD_NOT_READABLE: u8 = 0x64;
const NOT_REGISTERED: u8 = 0x6b;
const CANCELLED: u8 = 0x6c;
const NOT_POSSIBLE: u8 = 0x83;
const PLEASE_WAIT: u8 = 0x9c;
const NO_CONNECTION: u8 = 0xa3;
const JOURNAL_FULL: u8 = 0xb2;
const ALREADY_REVERSED: u8 = 0xb4;
const NOT_REVERSIBLE: u8 = 0xb5;
const CARD_READER_DEFECTIVE: u8 = 0xe2;
/// A refusal by the bank: "do not honour" of the network operators.
const DECLINED: u8 = 0x05;
/// Intermediate statuses: insert card, waiting for the host.
const INSERT_CARD: u8 = 0x0a;
const ASKING_HOST: u8 = 0x04;

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The till left, or was dropped.
    Gone,
    /// The terminal lost its power.
    PowerOff,
}

/// What keeps a command from going on.
enum Stop {
    /// Nobody hears an answer any more.
    Unheard,
    PowerOff,
}

type Step<T> = Result<T, Stop>;

struct Session<'a> {
    device: &'a Device,
    stream: TcpStream,
    commands: Receiver<Apdu>,
    /// The till wants the running command to end.
    stop_wanted: bool,
}

/// Serves one connection to its end.
pub(super) fn serve(device: &Device, stream: TcpStream) -> End {
    let (sender, commands) = sync_channel(COMMANDS_MAX);
    let Ok(reading) = stream.try_clone() else { return End::Gone };
    thread::spawn(move || read(reading, &sender));
    let mut session = Session { device, stream, commands, stop_wanted: false };
    while let Ok(apdu) = session.commands.recv() {
        match session.command(&apdu) {
            Ok(()) | Err(Stop::Unheard) => {}
            Err(Stop::PowerOff) => return End::PowerOff,
        }
    }
    // The reading thread holds the socket as well; this ends it.
    let _ = session.stream.shutdown(Shutdown::Both);
    End::Gone
}

fn read(mut stream: TcpStream, commands: &SyncSender<Apdu>) {
    let mut reader = ApduReader::default();
    let mut piece = [0; 1_024];
    while let Ok(length @ 1..) = stream.read(&mut piece) {
        reader.push(&piece[..length]);
        while let Some(apdu) = reader.next_apdu() {
            if commands.try_send(apdu).is_err() {
                return;
            }
        }
    }
}

impl Session<'_> {
    fn command(&mut self, apdu: &Apdu) -> Step<()> {
        let (frozen, delay, busy) = {
            let state = self.device.state();
            (state.frozen, state.answer_delay, state.busy)
        };
        if frozen || apdu.control.is_acknowledgement() || apdu.control.refusal().is_some() {
            return Ok(());
        }
        thread::sleep(delay);
        self.stop_wanted = false;
        let Ok(message) = Message::decode(apdu) else { return self.send(&Apdu::refusal(0x9a)) };
        match apdu.control {
            Control::STATUS_ENQUIRY => self.status(),
            Control::STOP => self.send(&Apdu::acknowledgement()),
            _ if busy => self.send(&Apdu::refusal(PLEASE_WAIT)),
            Control::REGISTRATION => self.register(apdu),
            Control::LOG_OFF => {
                self.device.change(|state| state.registered = false);
                self.send(&Apdu::acknowledgement())
            }
            _ if !self.device.state().registered => {
                self.send(&Apdu::acknowledgement())?;
                self.abort(NOT_REGISTERED)
            }
            Control::AUTHORISATION => self.pay(&message),
            Control::REPEAT_RECEIPT => self.repeat(),
            Control::REVERSAL => self.reverse(&message),
            Control::END_OF_DAY => self.end_day(),
            Control::DIAGNOSIS => {
                self.send(&Apdu::acknowledgement())?;
                self.tell(&moment(ASKING_HOST))?;
                let reachable = self.device.state().host_reachable;
                if reachable { self.complete(Fields::default()) } else { self.abort(NO_CONNECTION) }
            }
            _ => self.send(&Apdu::refusal(NOT_POSSIBLE)),
        }
    }

    fn status(&mut self) -> Step<()> {
        let (code, now) = {
            let state = self.device.state();
            let code = match (state.busy, state.card_reader_ok) {
                (true, _) => PLEASE_WAIT,
                (false, false) => CARD_READER_DEFECTIVE,
                (false, true) => 0,
            };
            (code, state.now())
        };
        self.send(&Apdu::acknowledgement())?;
        let version = Some(b"STOPGAP-SIM 1".to_vec());
        let mut message = Message::new(Control::COMPLETION, Head::Status { version, code });
        message.fields = Fields::default().with(bmps::TLV, clock(now));
        self.tell(&message)
    }

    fn register(&mut self, apdu: &Apdu) -> Step<()> {
        self.send(&Apdu::acknowledgement())?;
        if !encode_hex(&apdu.data).starts_with(SIMULATED_PASSWORD) {
            return self.abort(NOT_POSSIBLE);
        }
        let currency = self.device.change(|state| {
            state.registered = true;
            state.currency.numeric()
        });
        let fields = Fields::default()
            .with(bmps::STATUS_BYTE, [0x00])
            .with(bmps::TERMINAL_ID, [0x12, 0x34, 0x56, 0x78])
            .with(bmps::CURRENCY, digits(u64::from(currency), 2));
        self.complete(fields)
    }

    /// Takes a payment: waits for the customer, then asks the simulated host.
    fn pay(&mut self, message: &Message) -> Step<()> {
        let container = message.fields.get(bmps::TLV).unwrap_or_default();
        let reference = tlv::find(container, &[tags::REFERENCE, tags::REFERENCE_NUMBER]).ok().flatten();
        let reference = reference.map(|text| String::from_utf8_lossy(text).into_owned());
        let Ok(Some(amount)) = message.fields.number(bmps::AMOUNT) else { return self.send(&Apdu::refusal(0x9a)) };
        self.send(&Apdu::acknowledgement())?;
        let (course, cycle, customer) = {
            let mut state = self.device.state();
            if !state.card_reader_ok {
                drop(state);
                return self.abort(CARD_READER_DEFECTIVE);
            }
            state.busy = true;
            (mem::take(&mut state.next), state.power_cycle, Instant::now() + state.customer_time)
        };
        let unheard = self.tell(&moment(INSERT_CARD)).is_err();
        let alive = self.wait_for_customer(customer, cycle);
        if !alive {
            return Err(Stop::Unheard);
        }
        let ended = self.settle(course, amount, reference);
        self.device.change(|state| {
            if state.power_cycle == cycle {
                state.busy = false;
            }
        });
        if unheard { Err(Stop::Unheard) } else { self.report(course, &ended?) }
    }

    /// Waits until the customer is done or the till stops it; false when the power went meanwhile.
    fn wait_for_customer(&mut self, until: Instant, cycle: u64) -> bool {
        while Instant::now() < until && !self.stop_wanted {
            let wait = LOOK_AROUND.min(until.saturating_duration_since(Instant::now()));
            match self.commands.recv_timeout(wait) {
                Ok(apdu) => self.heed(&apdu),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => thread::sleep(wait),
            }
            if self.device.state().power_cycle != cycle {
                return false;
            }
        }
        self.device.state().power_cycle == cycle
    }

    /// What comes from the till in the middle of a command: at most the wish to stop.
    fn heed(&mut self, apdu: &Apdu) {
        if apdu.control == Control::STOP {
            self.stop_wanted = true;
            // When it is not heard, the end of the command is not either.
            let _ = self.send(&Apdu::acknowledgement());
        }
    }

    /// Decides and books: first the customer, then the card, then the host, then the bank.
    fn settle(&mut self, course: NextZvtPayment, amount: u64, reference: Option<String>) -> Step<Outcome> {
        let mut state = self.device.state();
        let host = (!state.host_reachable).then_some(NO_CONNECTION);
        let refused = match course {
            _ if self.stop_wanted => Some(CANCELLED),
            NextZvtPayment::DiesBeforeBooking => {
                state.lose_power();
                return Err(Stop::PowerOff);
            }
            NextZvtPayment::BadCard => Some(CARD_NOT_READABLE),
            NextZvtPayment::Declined => host.or(Some(DECLINED)),
            NextZvtPayment::Approved
            | NextZvtPayment::DiesAfterBooking
            | NextZvtPayment::ChargedLess
            | NextZvtPayment::AnswerLost => host,
        };
        let less = u64::from(course == NextZvtPayment::ChargedLess);
        let Some(payment) = state.book(amount - less, refused.unwrap_or(0), reference) else {
            return Ok(Outcome::Refused(JOURNAL_FULL));
        };
        if course == NextZvtPayment::DiesAfterBooking {
            state.lose_power();
            return Err(Stop::PowerOff);
        }
        Ok(match refused {
            Some(code @ ..=0x63) => Outcome::RefusedByBank(code, payment),
            Some(code) => Outcome::Refused(code),
            None => Outcome::Charged(payment),
        })
    }

    fn report(&mut self, course: NextZvtPayment, outcome: &Outcome) -> Step<()> {
        if course == NextZvtPayment::AnswerLost {
            // An error means that it has ended already.
            let _ = self.stream.shutdown(Shutdown::Both);
            return Err(Stop::Unheard);
        }
        match outcome {
            Outcome::Charged(payment) => {
                self.tell(&moment(ASKING_HOST))?;
                let message = result(payment, &self.device.state());
                self.tell(&message)?;
                self.tell(&Message::new(
                    Control::PRINT_LINE,
                    Head::Line { attribute: 0, text: format!("Beleg {:04}", payment.receipt).into_bytes() },
                ))?;
                self.complete(Fields::default())
            }
            Outcome::RefusedByBank(code, payment) => {
                let message = result(payment, &self.device.state());
                self.tell(&message)?;
                self.abort(*code)
            }
            Outcome::Refused(code) => self.abort(*code),
        }
    }

    fn repeat(&mut self) -> Step<()> {
        self.send(&Apdu::acknowledgement())?;
        let last = self.device.state().payments.iter().rev().find(|payment| payment.result == 0).cloned();
        match last {
            Some(payment) => {
                let message = result(&payment, &self.device.state());
                self.tell(&message)?;
                self.complete(Fields::default())
            }
            None => self.abort(NOT_POSSIBLE),
        }
    }

    fn reverse(&mut self, message: &Message) -> Step<()> {
        self.send(&Apdu::acknowledgement())?;
        let receipt = StatusInformation::read(message).ok().and_then(|fields| fields.receipt);
        let reversed = self.device.change(|state: &mut State| {
            let found = state.payments.iter_mut().find(|payment| Some(payment.receipt) == receipt);
            match found {
                Some(payment) if payment.reversed => Err(ALREADY_REVERSED),
                Some(payment) if payment.result == 0 && state.host_reachable => {
                    payment.reversed = true;
                    Ok(payment.clone())
                }
                Some(payment) if payment.result == 0 => Err(NO_CONNECTION),
                Some(_) | None => Err(NOT_REVERSIBLE),
            }
        });
        match reversed {
            Ok(payment) => {
                let message = result(&payment, &self.device.state());
                self.tell(&message)?;
                self.complete(Fields::default())
            }
            Err(code) => self.abort(code),
        }
    }

    fn end_day(&mut self) -> Step<()> {
        self.send(&Apdu::acknowledgement())?;
        let (reachable, charged) = self.device.change(|state| {
            let from = if state.host_reachable { mem::replace(&mut state.day_from, state.payments.len()) } else { 0 };
            let day = state.payments[from..].iter().filter(|payment| payment.is_charged());
            (state.host_reachable, day.map(|payment| payment.amount_minor).collect::<Vec<u64>>())
        });
        if !reachable {
            return self.abort(NO_CONNECTION);
        }
        let total: u64 = charged.iter().sum();
        let count = u8::try_from(charged.len()).unwrap_or(u8::MAX);
        // First and last receipt number are left out; all payments are in the group of other cards.
        let totals = [vec![0; 4 + 6 * 7], vec![count], digits(total, 6)].concat();
        let mut message = Message::new(Control::STATUS_INFORMATION, Head::Empty);
        message.fields =
            Fields::default().with(bmps::RESULT, [0]).with(bmps::AMOUNT, digits(total, 6)).with(bmps::TOTALS, totals);
        self.tell(&message)?;
        self.complete(Fields::default())
    }

    fn complete(&mut self, fields: Fields) -> Step<()> {
        self.tell(&Message { control: Control::COMPLETION, head: Head::Empty, fields })
    }

    fn abort(&mut self, code: u8) -> Step<()> {
        self.tell(&Message::new(Control::ABORT, Head::Result { code, currency: None }))
    }

    /// Says something and waits until the till has acknowledged it.
    fn tell(&mut self, message: &Message) -> Step<()> {
        let apdu = message.encode(None).map_err(|_| Stop::Unheard)?;
        self.send(&apdu)?;
        let until = Instant::now() + TILL_PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let answer = self.commands.recv_timeout(left).map_err(|_| Stop::Unheard)?;
            if answer.control.is_acknowledgement() {
                return Ok(());
            }
            self.heed(&answer);
        }
    }

    fn send(&mut self, apdu: &Apdu) -> Step<()> {
        if self.device.state().frozen {
            return Err(Stop::Unheard);
        }
        let bytes = apdu.encode().map_err(|_| Stop::Unheard)?;
        self.stream.write_all(&bytes).map_err(|_| Stop::Unheard)
    }
}

enum Outcome {
    Charged(Payment),
    RefusedByBank(u8, Payment),
    Refused(u8),
}
