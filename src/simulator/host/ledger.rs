//! What the simulated acquirer remembers, and how it answers: the same question gets the same answer, and books once.

use std::collections::{BTreeMap, HashSet};

use super::unseal::{HostKey, OpenedCard};
use crate::domain::money::Currency;
use crate::iso8583::{Dialect, Message, Mti, ResponseClass, de, response_class};

/// How many requests the simulator remembers; more are answered with 96 (system malfunction).
pub const BOOKINGS_MAX: usize = 100_000;

/// The first approval code is one above this; they count up, so that a run from a seed repeats them.
const APPROVAL_CODE_BASE: usize = 700_000;

const APPROVED: &str = "00";
const INVALID_TRANSACTION: &str = "12";
const NOT_FOUND: &str = "25";
const FORMAT_ERROR: &str = "30";
const SECURITY_VIOLATION: &str = "63";
const WRONG_ORIGINAL_AMOUNT: &str = "64";
const CRYPTOGRAPHIC_FAILURE: &str = "88";
const DUPLICATE: &str = "94";
const SYSTEM_MALFUNCTION: &str = "96";
/// DE 39 of a reversal that takes an approval back.
const TAKEN_BACK: &str = "17";

/// Which purchases the simulated issuers refuse. Everything else is approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostRules {
    /// Response codes by the last four digits of the card.
    pub by_last4: BTreeMap<String, String>,
    /// Response codes by the amount in minor units; looked at when the card has no rule.
    pub by_amount: BTreeMap<i64, String>,
}

impl Default for HostRules {
    /// The public test numbers 4000 0000 0000 ….: 0002 refused without a reason, 9995 not enough money, 0069 expired,
    /// 9987 lost, 9979 stolen.
    fn default() -> Self {
        let cards = [("0002", "05"), ("9995", "51"), ("0069", "54"), ("9987", "41"), ("9979", "43")];
        let by_last4 = cards.map(|(last4, code)| (last4.to_owned(), code.to_owned())).into();
        Self { by_last4, by_amount: BTreeMap::new() }
    }
}

/// One purchase as the acquirer knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostBooking {
    /// DE 41 without padding.
    pub terminal: String,
    /// DE 11.
    pub stan: u32,
    /// DE 37.
    pub rrn: String,
    /// DE 4.
    pub amount_minor: i64,
    /// The currency's three letters.
    pub currency: String,
    /// DE 39 of the answer.
    pub code: String,
    /// DE 38 of the answer, when it was approved.
    pub approval_code: Option<String>,
    /// Whether it was undone later.
    pub reversed: bool,
    /// The last four digits of the card.
    pub last4: String,
    /// The payment id in the header of the sealed card; empty of one that the host knows from a batch only.
    pub payment: String,
    /// The number of the batch that it was settled in.
    pub batch: Option<u32>,
}

impl HostBooking {
    /// Whether the customer pays: approved and not undone.
    #[must_use]
    pub fn is_charged(&self) -> bool {
        self.approval_code.is_some() && !self.reversed
    }
}

/// What identifies a purchase: DE 41, 37, 12, 13 and its STAN (DE 11, in a reversal DE 90).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Identity([String; 5]);

pub(super) struct Entry {
    pub(super) identity: Identity,
    /// DE 4, 49 and 63: a repeat has to say the same.
    pub(super) asked: [String; 3],
    pub(super) booking: HostBooking,
}

/// The acquirer's book.
pub(super) struct Ledger {
    /// The field with the sealed card.
    sealed_card: u8,
    /// The field with the number of a batch.
    pub(super) batch: u8,
    /// Batches that were closed, by terminal and number: the same totals once more get the same answer.
    pub(super) closed: HashSet<(String, u32)>,
    /// What was uploaded of the batch that is being closed, by the place of its entry.
    pub(super) uploaded: HashSet<usize>,
    key: HostKey,
    rules: HostRules,
    pub(super) entries: Vec<Entry>,
    undone_before_they_came: HashSet<Identity>,
    pub(super) next_code: Option<String>,
}

impl Ledger {
    pub(super) fn new(key: HostKey, rules: HostRules, dialect: &Dialect) -> Self {
        Self {
            sealed_card: dialect.private.sealed_card(),
            batch: dialect.private.batch(),
            closed: HashSet::new(),
            uploaded: HashSet::new(),
            key,
            rules,
            entries: Vec::new(),
            undone_before_they_came: HashSet::new(),
            next_code: None,
        }
    }

    pub(super) fn book(&self) -> Vec<HostBooking> {
        self.entries.iter().map(|entry| entry.booking.clone()).collect()
    }

    /// Takes a purchase into the book that is known from a batch only.
    pub(super) fn adopt(&mut self, booking: HostBooking, request: &Message) {
        let stan = Some(format!("{:06}", booking.stan));
        if let Some(identity) = identity(request, stan.as_deref()) {
            self.entries.push(Entry { identity, asked: [String::new(), String::new(), String::new()], booking });
        }
    }

    pub(super) fn public_jwk(&self) -> String {
        self.key.public_jwk()
    }

    pub(super) fn answer_next_with(&mut self, code: &str) {
        self.next_code = Some(code.to_owned());
    }

    /// The answer to a message, or `None` when it is none a till sends.
    pub(super) fn answer(&mut self, request: &Message) -> Option<Message> {
        match request.mti() {
            Mti::NETWORK => reply(request, Mti::NETWORK_ANSWER, APPROVED, None),
            Mti::PURCHASE => {
                let (code, approval_code) = self.purchase(request);
                let mut answer = reply(request, Mti::PURCHASE_ANSWER, &code, approval_code.as_deref())?;
                if response_class(&code) == ResponseClass::ApprovedInPart {
                    let asked: i64 = request.field(de::AMOUNT)?.parse().ok()?;
                    answer.set(de::AMOUNT, format!("{:012}", part_of(asked))).ok()?;
                }
                Some(answer)
            }
            Mti::TOTALS => self.totals(request),
            Mti::UPLOAD => {
                let code = self.upload(request);
                reply(request, Mti::UPLOAD_ANSWER, code, None)
            }
            Mti::ADVICE | Mti::ADVICE_REPEAT => {
                let code = self.advice(request);
                reply(request, Mti::ADVICE_ANSWER, &code, None)
            }
            Mti::VOID | Mti::VOID_REPEAT => {
                let code = self.void(request);
                reply(request, Mti::VOID_ANSWER, code, None)
            }
            Mti::REVERSAL | Mti::REVERSAL_REPEAT if request.field(de::RESPONSE_CODE) == Some(TAKEN_BACK) => {
                let code = self.void(request);
                reply(request, Mti::REVERSAL_ANSWER, code, None)
            }
            Mti::REVERSAL | Mti::REVERSAL_REPEAT => {
                let code = self.reversal(request);
                reply(request, Mti::REVERSAL_ANSWER, code, None)
            }
            _ => None,
        }
    }

    fn purchase(&mut self, request: &Message) -> (String, Option<String>) {
        let refuse = |code: &str| (code.to_owned(), None);
        let Some((identity, asked)) = identity(request, request.field(de::STAN)).zip(self.asked(request)) else {
            return refuse(FORMAT_ERROR);
        };
        if self.undone_before_they_came.contains(&identity) {
            return refuse(INVALID_TRANSACTION);
        }
        // What it could not work on was never decided: the same request may come again.
        self.entries.retain(|entry| {
            entry.identity != identity || response_class(&entry.booking.code) != ResponseClass::HostTrouble
        });
        if let Some(known) = self.entries.iter().find(|entry| entry.identity == identity) {
            return match (known.asked == asked, known.booking.reversed) {
                (true, false) => (known.booking.code.clone(), known.booking.approval_code.clone()),
                (true, true) => refuse(INVALID_TRANSACTION),
                (false, _) => refuse(DUPLICATE),
            };
        }
        if self.entries.len() >= BOOKINGS_MAX {
            return refuse(SYSTEM_MALFUNCTION);
        }
        let booking = match self.examine(&identity, &asked) {
            Ok(booking) => booking,
            Err(code) => return refuse(code),
        };
        let said = (booking.code.clone(), booking.approval_code.clone());
        self.entries.push(Entry { identity, asked, booking });
        said
    }

    /// Opens the card, compares the sale it was sealed for with the request, and lets the issuer decide.
    pub(super) fn examine(&mut self, identity: &Identity, asked: &[String; 3]) -> Result<HostBooking, &'static str> {
        let [amount, currency, sealed] = asked;
        let [terminal, rrn, _, _, stan] = &identity.0;
        let opened = self.key.open(sealed).map_err(|_| CRYPTOGRAPHIC_FAILURE)?;
        let terminal = terminal.trim_end().to_owned();
        if !is_sealed_for(&opened, &terminal, amount, currency) {
            return Err(SECURITY_VIOLATION);
        }
        let stan = stan.parse().map_err(|_| FORMAT_ERROR)?;
        let code = self.next_code.take().unwrap_or_else(|| self.issuer_code(&opened));
        let approved = matches!(response_class(&code), ResponseClass::Approved | ResponseClass::ApprovedInPart);
        let number =
            APPROVAL_CODE_BASE + self.entries.iter().filter(|entry| entry.booking.approval_code.is_some()).count();
        let asked = opened.claims.amount;
        let in_part = response_class(&code) == ResponseClass::ApprovedInPart;
        Ok(HostBooking {
            terminal,
            stan,
            rrn: rrn.clone(),
            amount_minor: if in_part { part_of(asked) } else { asked },
            last4: opened.last4(),
            currency: opened.claims.currency,
            code,
            approval_code: approved.then(|| (number + 1).to_string()),
            reversed: false,
            payment: opened.claims.payment,
            batch: None,
        })
    }

    pub(super) fn asked(&self, request: &Message) -> Option<[String; 3]> {
        let field = |number| request.field(number).map(ToOwned::to_owned);
        Some([field(de::AMOUNT)?, field(de::CURRENCY)?, field(self.sealed_card)?])
    }

    fn issuer_code(&self, card: &OpenedCard) -> String {
        let by_card = self.rules.by_last4.get(&card.last4());
        by_card.or_else(|| self.rules.by_amount.get(&card.claims.amount)).map_or(APPROVED, String::as_str).to_owned()
    }

    fn reversal(&mut self, request: &Message) -> &'static str {
        // DE 90 begins with the original's MTI and STAN.
        let stan = request.field(de::ORIGINAL_DATA).and_then(|original| original.get(4..10));
        let Some((identity, asked)) = identity(request, stan).zip(self.asked(request)) else { return FORMAT_ERROR };
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.identity == identity) else {
            // The original may still be on its way: it must not be booked after the till was told that it is undone.
            if self.undone_before_they_came.len() < BOOKINGS_MAX {
                self.undone_before_they_came.insert(identity);
            }
            return NOT_FOUND;
        };
        if entry.asked[..2] != asked[..2] {
            return WRONG_ORIGINAL_AMOUNT;
        }
        entry.booking.reversed = true;
        APPROVED
    }
}

/// What a card with too little on it pays of an amount.
const fn part_of(amount_minor: i64) -> i64 {
    amount_minor / 2
}

pub(super) fn identity(request: &Message, stan: Option<&str>) -> Option<Identity> {
    let field = |number| request.field(number).map(ToOwned::to_owned);
    Some(Identity([
        field(de::TERMINAL)?,
        field(de::RRN)?,
        field(de::LOCAL_TIME)?,
        field(de::LOCAL_DATE)?,
        stan?.to_owned(),
    ]))
}

fn is_sealed_for(opened: &OpenedCard, terminal: &str, amount: &str, currency: &str) -> bool {
    let claims = &opened.claims;
    let numeric = claims.currency.parse::<Currency>().map(|currency| format!("{:03}", currency.numeric()));
    claims.till == terminal && amount.parse() == Ok(claims.amount) && numeric.as_deref() == Ok(currency)
}

/// An answer repeats what identifies the request and adds the code.
pub(super) fn reply(request: &Message, mti: Mti, code: &str, approval_code: Option<&str>) -> Option<Message> {
    let mut answer = Message::new(mti);
    let repeated = [
        de::PROCESSING_CODE,
        de::AMOUNT,
        de::TRANSMISSION_TIME,
        de::STAN,
        de::LOCAL_TIME,
        de::LOCAL_DATE,
        de::NETWORK_ID,
        de::CONDITION,
        de::RRN,
        de::TERMINAL,
        de::MERCHANT,
        de::CURRENCY,
        de::NETWORK_CODE,
    ];
    for number in repeated {
        if let Some(text) = request.field(number) {
            answer.set(number, text).ok()?;
        }
    }
    answer.set(de::RESPONSE_CODE, code).ok()?;
    if let Some(approval_code) = approval_code {
        answer.set(de::APPROVAL_CODE, approval_code).ok()?;
    }
    Some(answer)
}
