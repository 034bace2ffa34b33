//! How the host's answers are read: only an answer to exactly what was asked says anything.

use super::codes::{ResponseClass, response_class};
use super::de;
use super::dialect::VoidForm;
use super::message::{Message, Mti};
use super::requests::{RequestError, amount_field, currency_field, stan};
use super::terminal::Terminal;
use crate::domain::host::{CardRequest, HostAnswer, HostEcho, HostFault, ReversalAnswer, ReversalRequest};
use crate::domain::money::Money;

/// What an answer to a purchase (0210) says.
///
/// An answer to something else, and an approval without a code, with an amount that does not fit or in words we do not
/// know, leaves it unknown whether the card was charged: [`HostAnswer::Unknown`], which is undone or asked for again. An
/// approval in part is told with its amount, and undone too.
#[must_use]
pub fn read_purchase_answer(answer: &Message, request: &CardRequest, terminal: &Terminal) -> HostAnswer {
    let unknown = HostAnswer::Unknown { fault: HostFault::Protocol };
    if let Some(part) = approved_in_part(answer, request, terminal) {
        return HostAnswer::ApprovedInPart { part };
    }
    let asked = asked_fields(&request.trace.rrn, request.trace.stan, request.amount, terminal);
    let Some(code) = code_of(answer, &[Mti::PURCHASE_ANSWER], asked) else { return unknown };
    let code = code.to_owned();
    match response_class(&code) {
        ResponseClass::Approved => match answer.field(de::APPROVAL_CODE).map(str::trim) {
            Some(approval_code) if !approval_code.is_empty() => {
                HostAnswer::Approved { approval_code: approval_code.to_owned() }
            }
            Some(_) | None => unknown,
        },
        // The data of a stored card cannot be corrected any more, so asking again with it is as good as never.
        ResponseClass::Hard | ResponseClass::Data => HostAnswer::DeclinedHard { code },
        ResponseClass::Soft | ResponseClass::Generic | ResponseClass::Referral => HostAnswer::DeclinedSoft { code },
        ResponseClass::HostTrouble => HostAnswer::NotNow { code },
        ResponseClass::OurFault | ResponseClass::NotFound | ResponseClass::OutOfBalance => {
            HostAnswer::Misunderstood { code }
        }
        ResponseClass::DeliveredBefore => HostAnswer::Unknown { fault: HostFault::Repeated },
        ResponseClass::ApprovedInPart | ResponseClass::Unlisted => unknown,
    }
}

/// What an issuer would pay of a purchase: such an answer has an amount of its own and repeats everything else.
fn approved_in_part(answer: &Message, request: &CardRequest, terminal: &Terminal) -> Option<Money> {
    let mut asked = asked_fields(&request.trace.rrn, request.trace.stan, request.amount, terminal).ok()?;
    asked.retain(|(number, _)| *number != de::AMOUNT);
    let code = code_of(answer, &[Mti::PURCHASE_ANSWER], Ok(asked))?;
    let minor: i64 = answer.field(de::AMOUNT)?.parse().ok()?;
    let is_part = response_class(code) == ResponseClass::ApprovedInPart && (0..request.amount.minor).contains(&minor);
    is_part.then_some(Money::new(minor, request.amount.currency))
}

/// What an answer to a reversal (0430, from some hosts 0431) says.
///
/// Nothing found to undo (25) and undone before (94) are what was wanted: the card is not charged.
#[must_use]
pub fn read_reversal_answer(answer: &Message, request: &ReversalRequest, terminal: &Terminal) -> ReversalAnswer {
    read_undo_answer(answer, &[Mti::REVERSAL_ANSWER, Mti::REVERSAL_REPEAT_ANSWER], request, terminal)
}

/// What an answer to a void (0410, or 0430 where it is sent as a reversal) says.
///
/// A host that finds nothing (25) is not believed to have undone anything: the purchase was approved, so a person looks.
#[must_use]
pub fn read_void_answer(
    answer: &Message,
    request: &ReversalRequest,
    terminal: &Terminal,
    form: VoidForm,
) -> ReversalAnswer {
    let types = match form {
        VoidForm::Request => [Mti::VOID_ANSWER, Mti::VOID_REPEAT_ANSWER],
        VoidForm::Reversal => [Mti::REVERSAL_ANSWER, Mti::REVERSAL_REPEAT_ANSWER],
    };
    let read = read_undo_answer(answer, &types, request, terminal);
    let code = answer.field(de::RESPONSE_CODE).unwrap_or_default();
    if read == ReversalAnswer::Reversed && response_class(code) == ResponseClass::NotFound {
        return ReversalAnswer::Refused { code: code.to_owned() };
    }
    read
}

fn read_undo_answer(answer: &Message, types: &[Mti], request: &ReversalRequest, terminal: &Terminal) -> ReversalAnswer {
    let asked = asked_fields(&request.original.rrn, request.stan, request.amount, terminal);
    let Some(code) = code_of(answer, types, asked) else {
        return ReversalAnswer::NoAnswer { fault: HostFault::Protocol };
    };
    match response_class(code) {
        ResponseClass::Approved | ResponseClass::NotFound | ResponseClass::DeliveredBefore => ReversalAnswer::Reversed,
        ResponseClass::HostTrouble => ReversalAnswer::NoAnswer { fault: HostFault::Unwilling },
        ResponseClass::ApprovedInPart
        | ResponseClass::Referral
        | ResponseClass::Hard
        | ResponseClass::Soft
        | ResponseClass::Data
        | ResponseClass::Generic
        | ResponseClass::OurFault
        | ResponseClass::OutOfBalance
        | ResponseClass::Unlisted => ReversalAnswer::Refused { code: code.to_owned() },
    }
}

/// What an answer to an echo (0810) with this trace number says.
#[must_use]
pub fn read_echo_answer(answer: &Message, number: u32) -> HostEcho {
    let Ok(stan) = stan(number) else { return HostEcho::Failed { fault: HostFault::Protocol } };
    match code_of(answer, &[Mti::NETWORK_ANSWER], Ok(vec![(de::STAN, stan)])) {
        Some("00") => HostEcho::Alive,
        Some(_) => HostEcho::Failed { fault: HostFault::Unwilling },
        None => HostEcho::Failed { fault: HostFault::Protocol },
    }
}

/// The fields an answer has to repeat to be the answer to a request.
pub(super) fn asked_fields(
    rrn: &str,
    number: u32,
    amount: Money,
    terminal: &Terminal,
) -> Result<Vec<(u8, String)>, RequestError> {
    Ok(vec![
        (de::STAN, stan(number)?),
        (de::RRN, rrn.to_owned()),
        (de::AMOUNT, amount_field(amount)?),
        (de::CURRENCY, currency_field(amount)),
        (de::TERMINAL, terminal.padded_id()),
    ])
}

/// DE 39 of an answer that is of one of these types and repeats all the fields that were asked with.
pub(super) fn code_of<'a>(
    answer: &'a Message,
    types: &[Mti],
    asked: Result<Vec<(u8, String)>, RequestError>,
) -> Option<&'a str> {
    let repeats = |(number, text): &(u8, String)| answer.field(*number) == Some(text.as_str());
    let fits = types.contains(&answer.mti()) && asked.ok()?.iter().all(repeats);
    answer.field(de::RESPONSE_CODE).filter(|_| fits)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::dialect::Dialect;
    use super::super::requests::{echo, purchase, reversal, void};
    use super::*;
    use crate::domain::host::HostTrace;
    use crate::domain::ids::PaymentId;
    use crate::domain::money::Currency;

    pub(crate) fn terminal() -> Terminal {
        let terminal = Terminal::new("TILL0010", "SHOP-4711").unwrap();
        terminal.with_network_id("001").unwrap().with_merchant_category("5411").unwrap()
    }

    /// Sold half an hour after midnight, nine hours ahead of UTC, and sent later.
    pub(crate) fn card_request() -> CardRequest {
        CardRequest {
            payment: PaymentId(uuid::Uuid::nil()),
            trace: HostTrace {
                stan: 42,
                rrn: "633100000042".to_owned(),
                sold_at: "2026-11-27T00:30:15+09:00".parse().unwrap(),
                sent_at: "2026-11-27T18:30:00+09:00".parse().unwrap(),
            },
            amount: Money::new(4_890, Currency::EUR),
            sealed: "a.b.c.d.e".to_owned(),
            deferred: false,
        }
    }

    pub(crate) fn reversal_request() -> ReversalRequest {
        let CardRequest { payment, trace, amount, sealed, .. } = card_request();
        let sent_at = "2026-11-27T18:31:00+09:00".parse().unwrap();
        ReversalRequest { payment, original: trace, stan: 43, sent_at, amount, sealed, by_voice: false, repeat: false }
    }

    /// The answer a host gives to a request: some of its fields and a code.
    pub(crate) fn answer_to(request: &Message, mti: Mti, code: &str) -> Message {
        let mut answer = Message::new(mti);
        for number in [3, 4, 7, 11, 12, 13, 37, 41, 49] {
            if let Some(text) = request.field(number) {
                answer.set(number, text).unwrap();
            }
        }
        answer.set(de::RESPONSE_CODE, code).unwrap();
        answer
    }

    fn purchase_answer(change: impl FnOnce(&mut Message)) -> HostAnswer {
        let request = card_request();
        let asked = purchase(&request, &terminal(), &Dialect::ASCII_1987).unwrap();
        let mut answer = answer_to(&asked, Mti::PURCHASE_ANSWER, "00");
        answer.set(de::APPROVAL_CODE, "700001").unwrap();
        change(&mut answer);
        read_purchase_answer(&answer, &request, &terminal())
    }

    #[test]
    fn an_approval_in_part_has_an_amount_of_its_own_and_is_otherwise_ours() {
        let in_part = |minor: &str, code: &str, terminal: Option<&str>| {
            purchase_answer(|answer| {
                answer.set(39, code).unwrap();
                answer.set(4, minor).unwrap();
                if let Some(terminal) = terminal {
                    answer.set(41, terminal).unwrap();
                }
            })
        };
        let part = Money::new(2_000, Currency::EUR);
        assert_eq!(in_part("000000002000", "10", None), HostAnswer::ApprovedInPart { part });
        let unknown = HostAnswer::Unknown { fault: HostFault::Protocol };
        assert_eq!(in_part("000000004891", "10", None), unknown, "more than was asked for");
        assert_eq!(in_part("000000002000", "00", None), unknown, "less, and called the whole");
        assert_eq!(in_part("000000002000", "10", Some("OTHER001")), unknown, "another till's");
    }

    #[test]
    fn each_class_of_code_becomes_its_answer() {
        let with_code = |code: &str| purchase_answer(|answer| answer.set(39, code).unwrap());
        let code = |code: &str| code.to_owned();
        assert_eq!(with_code("00"), HostAnswer::Approved { approval_code: code("700001") });
        assert_eq!(with_code("41"), HostAnswer::DeclinedHard { code: code("41") });
        assert_eq!(with_code("54"), HostAnswer::DeclinedHard { code: code("54") });
        assert_eq!(with_code("51"), HostAnswer::DeclinedSoft { code: code("51") });
        assert_eq!(with_code("05"), HostAnswer::DeclinedSoft { code: code("05") });
        assert_eq!(with_code("91"), HostAnswer::NotNow { code: code("91") });
        assert_eq!(with_code("30"), HostAnswer::Misunderstood { code: code("30") });
        assert_eq!(with_code("94"), HostAnswer::Unknown { fault: HostFault::Repeated });
        for unclear in ["10", "ZZ"] {
            assert_eq!(with_code(unclear), HostAnswer::Unknown { fault: HostFault::Protocol }, "{unclear}");
        }
    }

    #[test]
    fn an_answer_to_something_else_says_nothing() {
        let unknown = HostAnswer::Unknown { fault: HostFault::Protocol };
        for (field, other) in
            [(4, "000000004891"), (11, "000041"), (37, "633100000041"), (41, "TILL0011"), (49, "840"), (38, "      ")]
        {
            assert_eq!(purchase_answer(|answer| answer.set(field, other).unwrap()), unknown, "DE {field}");
        }
        let request = card_request();
        let asked = purchase(&request, &terminal(), &Dialect::ASCII_1987).unwrap();
        let late = answer_to(&asked, Mti::REVERSAL_ANSWER, "00");
        assert_eq!(read_purchase_answer(&late, &request, &terminal()), unknown);
        let without_code = Message::new(Mti::PURCHASE_ANSWER);
        assert_eq!(read_purchase_answer(&without_code, &request, &terminal()), unknown);
    }

    #[test]
    fn reversal_answers_are_read_with_either_type() {
        let request = reversal_request();
        let asked = reversal(&request, &terminal(), &Dialect::ASCII_1987).unwrap();
        let read = |mti, code| read_reversal_answer(&answer_to(&asked, mti, code), &request, &terminal());
        for code in ["00", "25", "94"] {
            assert_eq!(read(Mti::REVERSAL_ANSWER, code), ReversalAnswer::Reversed, "{code}");
            assert_eq!(read(Mti::REVERSAL_REPEAT_ANSWER, code), ReversalAnswer::Reversed, "{code}");
        }
        assert_eq!(read(Mti::REVERSAL_ANSWER, "91"), ReversalAnswer::NoAnswer { fault: HostFault::Unwilling });
        assert_eq!(read(Mti::REVERSAL_ANSWER, "12"), ReversalAnswer::Refused { code: "12".to_owned() });
        assert_eq!(read(Mti::PURCHASE_ANSWER, "00"), ReversalAnswer::NoAnswer { fault: HostFault::Protocol });
        let other = ReversalRequest { stan: 44, ..request };
        let answer = answer_to(&asked, Mti::REVERSAL_ANSWER, "00");
        let unread = read_reversal_answer(&answer, &other, &terminal());
        assert_eq!(unread, ReversalAnswer::NoAnswer { fault: HostFault::Protocol });
    }

    #[test]
    fn a_void_of_what_the_host_does_not_have_is_no_void() {
        let request = reversal_request();
        let asked = void(&request, &terminal(), &Dialect::ASCII_1987).unwrap();
        let read =
            |mti, code| read_void_answer(&answer_to(&asked, mti, code), &request, &terminal(), VoidForm::Request);
        assert_eq!(read(Mti::VOID_ANSWER, "00"), ReversalAnswer::Reversed);
        assert_eq!(read(Mti::VOID_REPEAT_ANSWER, "00"), ReversalAnswer::Reversed);
        assert_eq!(read(Mti::VOID_ANSWER, "94"), ReversalAnswer::Reversed);
        assert_eq!(read(Mti::VOID_ANSWER, "25"), ReversalAnswer::Refused { code: "25".to_owned() });
        assert_eq!(read(Mti::VOID_ANSWER, "12"), ReversalAnswer::Refused { code: "12".to_owned() });
        assert_eq!(read(Mti::REVERSAL_ANSWER, "00"), ReversalAnswer::NoAnswer { fault: HostFault::Protocol });
        let as_reversal = Dialect { void: VoidForm::Reversal, ..Dialect::ASCII_1987 };
        let asked = void(&request, &terminal(), &as_reversal).unwrap();
        assert_eq!((asked.mti(), asked.field(39)), (Mti::REVERSAL, Some("17")));
        let read =
            |mti, code| read_void_answer(&answer_to(&asked, mti, code), &request, &terminal(), VoidForm::Reversal);
        assert_eq!(read(Mti::REVERSAL_ANSWER, "00"), ReversalAnswer::Reversed);
        assert_eq!(read(Mti::REVERSAL_ANSWER, "25"), ReversalAnswer::Refused { code: "25".to_owned() });
        assert_eq!(read(Mti::VOID_ANSWER, "00"), ReversalAnswer::NoAnswer { fault: HostFault::Protocol });
        let again = ReversalRequest { repeat: true, ..request.clone() };
        assert_eq!(void(&again, &terminal(), &as_reversal).unwrap().mti(), Mti::REVERSAL_REPEAT);
        assert_eq!(void(&again, &terminal(), &Dialect::ASCII_1987).unwrap().mti(), Mti::VOID_REPEAT);
    }

    #[test]
    fn only_00_to_the_same_trace_number_is_a_living_host() {
        let asked = echo(7, &card_request().trace.sent_at, &terminal()).unwrap();
        let read = |mti, code, number| read_echo_answer(&answer_to(&asked, mti, code), number);
        assert_eq!(read(Mti::NETWORK_ANSWER, "00", 7), HostEcho::Alive);
        assert_eq!(read(Mti::NETWORK_ANSWER, "91", 7), HostEcho::Failed { fault: HostFault::Unwilling });
        assert_eq!(read(Mti::NETWORK_ANSWER, "00", 8), HostEcho::Failed { fault: HostFault::Protocol });
        assert_eq!(read(Mti::PURCHASE_ANSWER, "00", 7), HostEcho::Failed { fault: HostFault::Protocol });
    }
}
