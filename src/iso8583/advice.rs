//! A purchase the issuer approved by voice: the host is told of it (0220), not asked.

use super::answers::{asked_fields, code_of};
use super::codes::{ResponseClass, response_class};
use super::de;
use super::dialect::Dialect;
use super::message::{Message, Mti};
use super::requests::{RequestError, purchase};
use super::terminal::Terminal;
use crate::domain::host::{AdviceAnswer, ApprovalCode, CardRequest, HostFault};

/// DE 39 of an advice: it was approved.
const APPROVED: &str = "00";

/// The message that a purchase was approved by voice (0220, repeated as 0221). Only for that: a purchase nobody approved
/// is asked for with a [`purchase`], however late.
///
/// # Errors
///
/// The request does not fit the fields.
pub fn advice(
    request: &CardRequest,
    code: &ApprovalCode,
    repeat: bool,
    terminal: &Terminal,
    dialect: &Dialect,
) -> Result<Message, RequestError> {
    // It is not marked as deferred: the issuer has decided.
    let decided = CardRequest { deferred: false, ..request.clone() };
    let fields = purchase(&decided, terminal, dialect)?;
    let mut message = Message::new(if repeat { Mti::ADVICE_REPEAT } else { Mti::ADVICE });
    for (number, text) in fields.fields() {
        message.set(number, text)?;
    }
    message.set(de::APPROVAL_CODE, format!("{:<6}", code.to_string()))?;
    message.set(de::RESPONSE_CODE, APPROVED)?;
    Ok(message)
}

/// What an answer to an advice (0230, from some hosts 0231) says.
#[must_use]
pub fn read_advice_answer(answer: &Message, request: &CardRequest, terminal: &Terminal) -> AdviceAnswer {
    let asked = asked_fields(&request.trace.rrn, request.trace.stan, request.amount, terminal);
    let Some(code) = code_of(answer, &[Mti::ADVICE_ANSWER, Mti::ADVICE_REPEAT_ANSWER], asked) else {
        return AdviceAnswer::NotYet { fault: HostFault::Protocol };
    };
    match response_class(code) {
        ResponseClass::Approved | ResponseClass::DeliveredBefore => AdviceAnswer::Delivered,
        ResponseClass::HostTrouble => AdviceAnswer::NotYet { fault: HostFault::Unwilling },
        ResponseClass::ApprovedInPart
        | ResponseClass::Referral
        | ResponseClass::Hard
        | ResponseClass::Soft
        | ResponseClass::Data
        | ResponseClass::Generic
        | ResponseClass::OurFault
        | ResponseClass::NotFound
        | ResponseClass::OutOfBalance
        | ResponseClass::Unlisted => AdviceAnswer::Refused { code: code.to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::super::answers::tests::{answer_to, card_request, terminal};
    use super::*;
    use crate::domain::host::NoApprovalCode;

    #[test]
    fn an_advice_is_the_purchase_with_the_spoken_code() {
        let request = CardRequest { deferred: true, ..card_request() };
        let code: ApprovalCode = "12a4".parse().unwrap();
        let message = advice(&request, &code, false, &terminal(), &Dialect::ASCII_1987).unwrap();
        assert_eq!((message.mti(), message.field(38), message.field(39)), (Mti::ADVICE, Some("12A4  "), Some("00")));
        assert_eq!((message.field(48), message.field(63)), (None, Some("a.b.c.d.e")));
        let asked = purchase(&card_request(), &terminal(), &Dialect::ASCII_1987).unwrap();
        assert!(asked.fields().all(|(number, text)| message.field(number) == Some(text)));
        assert!(message.encode(&Dialect::ASCII_1987).is_ok());
        let repeated = advice(&request, &code, true, &terminal(), &Dialect::ASCII_1987).unwrap();
        assert_eq!((repeated.mti(), repeated.field(11)), (Mti::ADVICE_REPEAT, message.field(11)));
        for wrong in ["", "1234567", "12 4", "12é"] {
            assert_eq!(wrong.parse::<ApprovalCode>(), Err(NoApprovalCode), "{wrong}");
        }
    }

    #[test]
    fn an_advice_is_delivered_once_the_host_has_it() {
        let request = card_request();
        let code = "123456".parse().unwrap();
        let asked = advice(&request, &code, false, &terminal(), &Dialect::ASCII_1987).unwrap();
        let read = |mti, code| read_advice_answer(&answer_to(&asked, mti, code), &request, &terminal());
        for code in ["00", "94"] {
            assert_eq!(read(Mti::ADVICE_ANSWER, code), AdviceAnswer::Delivered);
            assert_eq!(read(Mti::ADVICE_REPEAT_ANSWER, code), AdviceAnswer::Delivered);
        }
        assert_eq!(read(Mti::ADVICE_ANSWER, "91"), AdviceAnswer::NotYet { fault: HostFault::Unwilling });
        for code in ["30", "51", "10", "ZZ"] {
            assert_eq!(read(Mti::ADVICE_ANSWER, code), AdviceAnswer::Refused { code: code.to_owned() });
        }
        assert_eq!(read(Mti::PURCHASE_ANSWER, "00"), AdviceAnswer::NotYet { fault: HostFault::Protocol });
    }
}
